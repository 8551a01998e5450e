"""How a value shows itself in a notebook: a small piece of HTML without script, whose styles stand in its elements.

Colours of text and ground are left to the notebook, light or dark. Every text is escaped, and a :class:`Name` stands in
a ``bdi`` element, so that one written from right to left disturbs nothing beside it. A piece is never larger than
:data:`MOST_BYTES`: of much, the first is shown and the rest is counted or summed.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple, TypeAlias

MOST_BYTES = 4000
"""A piece takes at most so many bytes of UTF-8."""

_NAME, _TEXT = 60, 140
"""So many characters of a name, and of any other text, are shown."""

_FOR, _AGAINST, _SUM = "#2a9d8f", "#d1603d", "#8a8f98"
"""Grounds of bars, seen on white and on black; which is which is also told by the sign beside the bar."""

_CELL, _TABLE = "text-align:left", '<table style="margin:0">'


class Name(str):
    """What somebody is called, in whatever script."""

    __slots__ = ()


Words: TypeAlias = str | Sequence[str]
"""A text, or the parts of one, of which some are names."""


class Bar(NamedTuple):
    """A line of a waterfall: what is said, and how many points it adds or takes away."""

    text: str
    points: int


def card(
    *heading: Words,
    notes: Sequence[Words] = (),
    bars: Sequence[Bar] = (),
    heads: Sequence[str] = (),
    rows: Sequence[Sequence[Words]] = (),
) -> str:
    """Return a piece of HTML: a heading of some parts, lines below it, a waterfall that adds up, and a table.

    What is too much for :data:`MOST_BYTES` is left out from the end: rows first, of which it is said how many, then
    bars, which are drawn together as one, so that the sum stays right.

    >>> card(named("Bari", "IT"), notes=["1 link"])
    '<div><b><bdi>Bari</bdi> (IT)</b><div>1 link</div></div>'
    >>> "+250" in card("Bari", bars=[Bar("themes in common", 300), Bar("far apart", -50)])
    True
    """
    first = " – ".join(f"<b>{_told(part)}</b>" for part in heading)
    lines = "".join(f"<div>{_told(note)}</div>" for note in notes)

    def made(some_bars: int, some_rows: int) -> str:
        drawn = _waterfall(bars, some_bars) + _table(heads, rows, some_rows)
        return f"<div>{first}{lines}{drawn}</div>"

    for some_rows in range(len(rows), -1, -1):
        if len((text := made(len(bars), some_rows)).encode("utf-8")) <= MOST_BYTES:
            return text
    for some_bars in range(len(bars) - 1, 0, -1):
        if len((text := made(some_bars, 0)).encode("utf-8")) <= MOST_BYTES:
            return text
    return made(0, 0)


def named(name: str, country: str | None) -> Words:
    """Say an organisation with the code of its country.

    >>> named("Bari", "IT"), named("Bari", None)
    (('Bari', ' (IT)'), ('Bari', ' (?)'))
    """
    return (Name(name), f" ({_cut(country or '?', 3)})")


def signed(points: int) -> str:
    """Say points with their sign.

    >>> signed(1200), signed(-50), signed(0)
    ('+1,200', '−50', '0')
    """
    return f"{points:+,}".replace("-", "−") if points else "0"


def likely(times: float) -> str:
    """Say how likely a pair is beside a chance pair.

    >>> likely(24.318), likely(0.25)
    ('24 times as likely as a chance pair', '4 times less likely than a chance pair')
    """
    if times >= 0.95:
        return f"{_several(times)} times as likely as a chance pair"
    return f"{_several(1 / max(times, 1e-9))} times less likely than a chance pair"


def _several(times: float) -> str:
    return f"{times:,.0f}" if times >= 10 else f"{times:.2g}"


def foremost(counts: Iterable[tuple[str, int]], most: int = 5) -> Words:
    """Say the first of some counts by name, most first and then by name, and how many more there are.

    >>> "".join(foremost([("ALDA", 3), ("Eurocities", 12), ("CERV", 3)], 2))
    'Eurocities 12, ALDA 3 and 1 more'
    """
    ordered = sorted(counts, key=lambda one: (-one[1], one[0]))
    said: list[str] = []
    for name, count in ordered[:most]:
        said += [", "] if said else []
        said += [Name(name), f" {count:,}"]
    if len(ordered) > most:
        said.append(f" and {len(ordered) - most:,} more")
    return said


def _told(words: Words) -> str:
    """Return a text for an element: cut, escaped, and its names apart from their surroundings' direction."""
    return "".join(
        f"<bdi>{_escaped(part, _NAME)}</bdi>" if isinstance(part, Name) else _escaped(part, _TEXT)
        for part in ((words,) if isinstance(words, str) else words)
    )


def _escaped(text: str, most: int) -> str:
    return html.escape(_cut(text, most).encode("utf-8", "replace").decode("utf-8"))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _waterfall(bars: Sequence[Bar], shown: int) -> str:
    """Draw the first bars, the rest together, and the sum: each begins where the one above it ended."""
    if not bars:
        return ""
    drawn = list(bars[:shown])
    if rest := bars[shown:]:
        drawn.append(Bar(f"{len(rest):,} more", sum(bar.points for bar in rest)))
    ends = list(accumulate((bar.points for bar in drawn), initial=0))
    least, most = min(ends), max(ends)
    scale = 100 / ((most - least) or 1)
    lines = [
        _bar(bar, (min(begin, end) - least) * scale, abs(bar.points) * scale, _FOR if bar.points > 0 else _AGAINST)
        for bar, begin, end in zip(drawn, ends, ends[1:], strict=False)
    ]
    total = Bar("score", ends[-1])
    lines.append(_bar(total, (min(0, ends[-1]) - least) * scale, abs(ends[-1]) * scale, _SUM))
    return f"{_TABLE}{''.join(lines)}</table>"


def _bar(bar: Bar, begin: float, width: float, colour: str) -> str:
    drawn = f"margin-left:{begin:.1f}%;width:{width:.1f}%;min-width:1px;height:.8em;background-color:{colour}"
    return (
        f'<tr><td style="text-align:right">{signed(bar.points)}</td>'
        f'<td style="width:9em"><div style="{drawn}"></div></td><td style="{_CELL}">{_told(bar.text)}</td></tr>'
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[Words]], shown: int) -> str:
    if not rows:
        return ""
    lines = [
        "<tr>" + "".join(f'<td style="{_CELL}">{_told(cell)}</td>' for cell in row) + "</tr>" for row in rows[:shown]
    ]
    top = "<tr>" + "".join(f'<th style="{_CELL}">{_told(head)}</th>' for head in heads) + "</tr>" if heads else ""
    more = f"<div>{len(rows) - shown:,} more</div>" if shown < len(rows) else ""
    return f"{_TABLE}{top}{''.join(lines)}</table>{more}"
