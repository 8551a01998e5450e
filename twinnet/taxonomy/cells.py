"""A list's cell as the pieces that name themes."""

from __future__ import annotations

import re
from collections.abc import Callable

from twinnet.text import fold

_STRONG = re.compile(r"[;\u037e|\r\n\u2022\u00b7\u0387]+")
_WEAK = re.compile(r"[,/]+|\s[-\u2013\u2014]\s")
_AND = re.compile(
    r"\s*&\s*|\s*\+\s*|\s+(?:and|et|und|oraz|ed|e|y|és|i|a|și|si|и|та|й|і|dhe|in|και|en|og|och|ja|ir|un|u|ve|agus)\s+",
    re.IGNORECASE,
)
_DECORATION = " \t\u00a0\"'“”„«»*–—-.:()[]"
_NUMBER = re.compile(r"^\(?\d{1,2}[.)]\s+")


def fold_words(words: str) -> str:
    """Return words as a comparable key; an underscore is a space.

    >>> fold_words("Climate_Energy")
    'climate energy'
    """
    return fold(words.replace("_", " "))


def sides(words: str) -> list[str]:
    """Divide words at every "and" of the languages that themes are written in.

    >>> sides("Frieden und Versöhnung"), sides("youth")
    (['Frieden', 'Versöhnung'], ['youth'])
    """
    return [_bare(side) for side in _AND.split(words)]


def pieces(cell: str, *, known: Callable[[str], object]) -> list[str]:
    """Divide a cell as far as its parts need it: known words that hold a comma or an "and" stay whole."""
    found: list[str] = []
    for strong in map(_bare, _STRONG.split(cell)):
        if known(strong):
            found.append(strong)
            continue
        for weak in map(_bare, _WEAK.split(strong)):
            parts = [] if known(weak) else sides(weak)
            found += parts if parts and all(map(known, parts)) else [weak]
    return [piece for piece in found if any(map(str.isalnum, piece))]


def _bare(words: str) -> str:
    """Return words without what only decorates them: bullets, numbering, quotes, brackets, final stops."""
    return " ".join(_NUMBER.sub("", words.strip()).strip(_DECORATION).split())
