"""Any text in formats that cannot hold every text: characters by their number, lists joined, formulas made harmless.

A character that a format has no place for is written as workbooks do: ``_x0001_``. Where a text has such words of its
own, their first ``_`` is written so too. Whatever is written here can be read back to the same value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from twinnet.writing.tables import harmless

_NOT_XML = r"\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_HELD = re.compile(rf"[{_NOT_XML}]|_(?=x[0-9A-Fa-f]{{4}})")
_HELD_IN_LISTS = re.compile(rf"{_HELD.pattern}|;")
_HELD_IN_PAIRS = re.compile(rf"{_HELD.pattern}|[;=]")
_SIGNS = frozenset("+-＋－")
BETWEEN, WITHIN = "; ", " = "
"""What stands between the parts of a list, and between the two texts of a pair."""


def escaped(text: str) -> str:
    r"""Return a text with the characters that XML 1.0 cannot hold by their number.

    >>> escaped("Ni\x01š"), escaped("_x0001_"), escaped("a_b")
    ('Ni_x0001_š', '_x005F_x0001_', 'a_b')
    """
    return _HELD.sub(_number, text)


def joined(parts: Iterable[object]) -> str:
    """Return a list as one text; a part is a text, or a pair of them.

    >>> joined(["youth", "arts; crafts"]), joined([("Jugend", "youth")])
    ('youth; arts_x003B_ crafts', 'Jugend = youth')
    """
    return BETWEEN.join(map(_part, parts))


def defused(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; one apostrophe more tells it from one that had it.

    An empty text is written as an apostrophe, since an empty cell says that nothing is known.

    >>> defused("=1+1"), defused("'=1+1"), defused("'s-Hertogenbosch"), defused("'-5"), defused("")
    ("'=1+1", "''=1+1", "'s-Hertogenbosch", "''-5", "'")
    """
    bare = text.lstrip("'")
    taken = not bare or harmless(bare)[:1] == "'"
    # A number with its sign is harmless, but a reader takes its apostrophe away.
    return f"'{text}" if taken or (bare != text and bare.lstrip()[:1] in _SIGNS) else text


def _number(match: re.Match[str]) -> str:
    return f"_x{ord(match[0]):04X}_"


def _part(part: object) -> str:
    if isinstance(part, tuple):
        return WITHIN.join(_HELD_IN_PAIRS.sub(_number, text) for text in part)
    return _HELD_IN_LISTS.sub(_number, str(part))
