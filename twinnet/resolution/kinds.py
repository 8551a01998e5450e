"""The kind of an organisation, as far as its name tells it."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

from twinnet.places import is_unit, strip_municipal
from twinnet.text import fold

_WORDS = Path(__file__).parent.parent / "data" / "name_words.json"
_UNIT_WORD = re.compile(
    r"(?i)\b(?:land)?kreis\b|\bregion\b|\bcounty\b|\bprovince of\b|\bprovincia di\b|\bpowiat\b|\bkanton\b"
)
_SEAT = re.compile(r"\(([^()]*(?:\([^()]*\))?[^()]*)\)?")


def guess_kind(name: str, locality: str | None = None) -> str:
    """Return the kind of organisation that a name tells, ``town`` for the bare name of its locality, else ``other``.

    >>> [guess_kind(name) for name in ("Comune di Bari", "LDA Mostar", "Technische Universität Dresden", "Kanton Jura")]
    ['town', 'lda', 'school', 'region']
    >>> guess_kind("Ptuj", "Ptuj"), guess_kind("Museum of Ptuj", "Ptuj")
    ('town', 'other')
    """
    key = fold(name)
    for kind, pattern in _patterns():
        if pattern.search(key):
            return kind
    if is_unit(name):
        return "region"
    if locality and fold(locality) in (key, strip_municipal(key)):
        return "town"
    return "town" if strip_municipal(key) != key else "other"


def seats(name: str) -> list[str]:
    """Return what a region's name says of its seat: what stands in brackets, else its own words.

    >>> seats("Soest (Kreis) (Soest, Stadt)"), seats("Kanton Jura")
    (['Soest, Stadt', 'Soest'], ['Jura'])
    """
    inside = [part for part in _SEAT.findall(name) if not is_unit(part)]
    return [*inside, " ".join(_UNIT_WORD.sub(" ", _SEAT.sub(" ", name)).split())]


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    kinds: dict[str, list[str]] = json.loads(_WORDS.read_text(encoding="utf-8"))["kinds"]
    return tuple((kind, re.compile(rf"\b(?:{'|'.join(map(_pattern, words))})\b")) for kind, words in kinds.items())


def _pattern(word: str) -> str:
    """Return the pattern of a word; a star at its end or beginning stands for more letters."""
    before, after = word.startswith("*"), word.endswith("*")
    return ("[a-z]*" if before else "") + fold(word) + ("[a-z]*" if after else "")
