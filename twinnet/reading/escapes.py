"""What an export had to write otherwise (:mod:`twinnet.writing.escapes`), read back to the text it stands for."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'+(?:\s*[=+\-@＝＋－＠]|[\t\n\r]|\Z)")
_NUMBERED = re.compile(r"_x(00(?:[01][0-9A-F]|3B|3D|5F)|D[89A-F][0-9A-F]{2}|FFF[EF])_")
_ANY = re.compile(rf"(?:^|[\s,;|\"])'+(?:\s*[=+\-@＝＋－＠]|[,;|\"\s]|\Z)|{_NUMBERED.pattern}", re.MULTILINE)


def are_in(text: str) -> bool:
    r"""Tell whether a CSV file may hold a text that was written otherwise.

    >>> are_in("name\n'=1+1\n"), are_in("name\n's-Hertogenbosch\n")
    (True, False)
    """
    return _ANY.search(text) is not None


def unescaped(text: str) -> str:
    """Return a text with the characters that stand in it by their number, of those that an export writes so.

    >>> unescaped("a_x003D_b"), unescaped("_x005F_x0001_"), unescaped("_x0041_")
    ('a=b', '_x0001_', '_x0041_')
    """
    return _NUMBERED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def cell(text: str) -> str:
    """Return the text of a CSV cell: without the apostrophe that keeps it from being a formula.

    >>> cell("'=1+1"), cell("'s-Hertogenbosch"), cell("'")
    ('=1+1', "'s-Hertogenbosch", '')
    """
    return unescaped(text[1:] if text[:1] == "'" and _FORMULA.match(text) else text)
