"""How a value shows itself in a notebook: a small piece of HTML without script, whose styles stand in its elements.

Colours of text and ground are left to the notebook, light or dark. Every text is escaped and stands in a ``bdi``
element, so that a name written from right to left disturbs nothing beside it. A piece is never larger than
:data:`MOST_BYTES`: of much, the first is shown and the rest is counted or summed.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

MOST_BYTES = 4000
"""A piece takes at most so many bytes of UTF-8."""

_NAME, _TEXT = 60, 140
"""So many characters of a heading's part, and of any other text, are shown."""

_FOR, _AGAINST, _SUM = "#2a9d8f", "#d1603d", "#8a8f98"
"""Grounds of bars, seen on white and on black; which is which is also told by the sign beside the bar."""

_CELL = "text-align:left;vertical-align:top"


class Bar(NamedTuple):
    """A line of a waterfall: what is said, and how many points it adds or takes away."""

    text: str
    points: int


def card(
    *heading: str,
    notes: Sequence[str] = (),
    bars: Sequence[Bar] = (),
    heads: Sequence[str] = (),
    rows: Sequence[Sequence[str]] = (),
) -> str:
    """Return a piece of HTML: a heading of some parts, lines below it, a waterfall that adds up, and a table.

    What is too much for :data:`MOST_BYTES` is left out from the end: rows first, of which it is said how many, then
    bars, which are drawn together as one, so that the sum stays right.

    >>> card("Bari (IT)", notes=["1 link"])
    '<div><b><bdi>Bari (IT)</bdi></b><div><bdi>1 link</bdi></div></div>'
    >>> "-50" in card("Bari", bars=[Bar("themes in common", 300), Bar("far apart", -50)])
    False
    >>> "−50" in card("Bari", bars=[Bar("themes in common", 300), Bar("far apart", -50)])
    True
    """
    first = " – ".join(f"<b>{_told(part, _NAME)}</b>" for part in heading)
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


def named(name: str, country: str | None) -> str:
    """Say an organisation with the code of its country.

    >>> named("Bari", "IT"), named("Bari", None)
    ('Bari (IT)', 'Bari (?)')
    """
    return f"{_cut(name, _NAME - 5)} ({_cut(country or '?', 3)})"


def signed(points: int) -> str:
    """Say points with their sign.

    >>> signed(1200), signed(-50), signed(0)
    ('+1,200', '−50', '0')
    """
    return f"{points:+,}".replace("-", "−") if points else "0"


def several(times: float) -> str:
    """Say how many times.

    >>> several(24.318), several(1.84)
    ('24', '1.8')
    """
    return f"{times:,.0f}" if times >= 10 else f"{times:.2g}"


def foremost(counts: Iterable[tuple[str, int]], most: int = 5) -> str:
    """Say the first of some counts, most first and then by name, and how many more there are.

    >>> foremost([("ALDA", 3), ("Eurocities", 12), ("CERV", 3)], 2)
    'Eurocities 12, ALDA 3 and 1 more'
    """
    ordered = sorted(counts, key=lambda one: (-one[1], one[0]))
    said = ", ".join(f"{_cut(name, 40)} {count:,}" for name, count in ordered[:most])
    return said + (f" and {len(ordered) - most:,} more" if len(ordered) > most else "")


def _told(text: str, most: int = _TEXT) -> str:
    """Return a text for an element: cut, escaped, and apart from its surroundings' direction."""
    return f"<bdi>{html.escape(_cut(text, most).encode('utf-8', 'replace').decode('utf-8'))}</bdi>"


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
    return f"<table>{''.join(lines)}</table>"


def _bar(bar: Bar, begin: float, width: float, colour: str) -> str:
    drawn = f"margin-left:{begin:.1f}%;width:{width:.1f}%;height:.8em;background-color:{colour}"
    return (
        f'<tr><td style="text-align:right">{signed(bar.points)}</td>'
        f'<td style="width:9em"><div style="{drawn}"></div></td><td style="{_CELL}">{_told(bar.text)}</td></tr>'
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], shown: int) -> str:
    if not rows:
        return ""
    lines = [
        "<tr>" + "".join(f'<td style="{_CELL}">{_told(cell)}</td>' for cell in row) + "</tr>" for row in rows[:shown]
    ]
    top = "<tr>" + "".join(f'<th style="{_CELL}">{_told(head)}</th>' for head in heads) + "</tr>" if heads else ""
    more = f"<div>{len(rows) - shown:,} more</div>" if shown < len(rows) else ""
    return f"<table>{top}{''.join(lines)}</table>{more}"
