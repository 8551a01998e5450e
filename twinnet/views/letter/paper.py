"""How high a page of a letter is on paper, guessed from its text: a letter that would not fit says less.

Guessed is as in a wide font (DejaVu Sans), so that with most fonts there is room left.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

WIDTH, HEIGHT = 695.0, 1054.0
"""What A4 has inside its margins, in pixels of 1/96 inch."""

_GAP = 23.0
_FOOT, _SMALL, _PLAIN, _LARGE, _TITLE = 4.9, 6.1, 6.6, 7.9, 14.0
"""How wide a letter is, in the sizes that a letter has."""
_LINE = {_FOOT: 10.5, _SMALL: 14.5, _PLAIN: 15.2, _LARGE: 17.5, _TITLE: 26.0}
_MARGINS = {"section": 9.2, "footer": 12.0, "h2": 2.0}
_SIZES = {"h1": _TITLE, "h2": _LARGE, "h3": _LARGE, "footer": _FOOT}
_SIZES |= dict.fromkeys(("facts", "not-known", "more", "note", "detail"), _SMALL)
_TEXTS = ("p", "li", "dt", "dd", "h1", "h2", "h3")
_LABEL, _BAR, _META = 112.0, 128.0, 230.0


@dataclass
class _Node:
    """An element: its name and class, its own text with that of what stands inside lines, and what it holds."""

    name: str
    kind: str = ""
    nodes: list[_Node] = field(default_factory=list)
    text: str = ""

    @property
    def whole(self) -> str:
        return self.text + "".join(node.whole for node in self.nodes)


class _Reader(HTMLParser):
    """Reads markup as a tree."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [_Node("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, dict(attrs).get("class") or "")
        self.open[-1].nodes.append(node)
        self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass over an element without content."""

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's signature
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].text += data


def height(page: str, *, zoom: float = 1.0) -> float:
    """Guess how high the markup of a page is on paper, in pixels; ``zoom`` makes all that is on it larger.

    >>> height("<p>One line.</p>") < height(f"<p>{'Many lines. ' * 50}</p>")
    True
    """
    reader = _Reader()
    reader.feed(page)
    return _height(reader.open[0], WIDTH / zoom, _PLAIN) * zoom


def _height(node: _Node, width: float, size: float) -> float:
    kind = node.kind.partition(" ")[0]
    size = _SIZES.get(node.name) or _SIZES.get(kind) or size
    special = _SPECIAL.get(kind) or _SPECIAL.get(node.name)
    if special is not None:
        return special(node, width, size)
    if node.name in _TEXTS:
        inset = 30.0 if node.name == "li" else 10.0
        parts = [one.whole for one in node.nodes] if node.name == "li" and not node.text else [node.whole]
        return sum(_of_text(part, width - inset, size) for part in parts) + _MARGINS.get(node.name, 1.0)
    return sum(_height(one, width, size) for one in node.nodes) + _MARGINS.get(node.name, 0.0)


def _beside(node: _Node, width: float, size: float) -> float:
    """Take the higher one of two columns."""
    return max((_height(one, (width - _GAP) / 2, size) for one in node.nodes), default=0.0) + 3.0


def _facts(node: _Node, width: float, size: float) -> float:
    """Take the higher one of each label and its text."""
    labels = [_lines(one, _LABEL, size) for one in node.nodes if one.name == "dt"]
    texts = [_lines(one, width - _LABEL - 9, size) for one in node.nodes if one.name == "dd"]
    return sum(max(both) for both in zip(labels, texts, strict=True))


def _header(node: _Node, width: float, size: float) -> float:
    """Put the title beside the date."""
    beside = max((_lines(one, _META, _SMALL) for one in node.nodes if one.kind == "meta"), default=0.0)
    rest = sum(_height(one, width - _META - 30, size) for one in node.nodes if one.kind != "meta")
    return max(beside, rest) + 18.0


def _row(node: _Node, width: float, size: float) -> float:
    """Take the highest cell of a row of a table."""
    return max((_lines(one, width - 2 * _BAR, size) for one in node.nodes), default=0.0) + 8.0


def _reason(node: _Node, width: float, _: float) -> float:
    """Put a reason between its name and its bar."""
    label, why = (next((one for one in node.nodes if one.name == name), node) for name in ("b", "span"))
    return max(_lines(label, _BAR, _SMALL), _lines(why, width - _BAR - 170, _PLAIN)) + 1.2


def _lines(node: _Node, width: float, size: float) -> float:
    return _of_text(node.whole, width, size)


def _of_text(text: str, width: float, size: float) -> float:
    return max(math.ceil(len(text) * size / width), 1) * _LINE[size]


_SPECIAL: dict[str, Callable[[_Node, float, float], float]] = {
    "two": _beside,
    "facts": _facts,
    "bars": lambda node, width, size: sum(_reason(one, width, size) for one in node.nodes),
    "header": _header,
    "tr": _row,
    "blank": lambda *_: 57.0,
    "closing": lambda *_: 38.0,
}
"""How high elements of a class, or of a name, are that are no lines of text one below the other."""
