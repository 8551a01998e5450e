"""The kind of an organisation, as far as its name tells it."""

from __future__ import annotations

import re

from twinnet.places import is_unit, strip_municipal
from twinnet.places.names import kinds_said
from twinnet.resolution.wording import concepts
from twinnet.text import fold

_UNIT_WORD = re.compile(
    r"(?i)\b(?:land)?kreis\b|\bregion\b|\bcounty\b|\bprovince of\b|\bprovincia di\b|\bpowiat\b|\bkanton\b"
)
_BODIES = (
    *("chamber", "ministry", "utility", "tourist_board", "red_cross", "museum", "library", "hospital", "theatre"),
    *("police", "fire"),
)
_OFFICES = (
    *("agency", "department", "office", "service", "institute", "committee", "company", "consortium"),
    *("laboratory", "cooperative"),
)
_KINDS = (
    ("association", frozenset(("twinning",))),
    ("other", frozenset(_BODIES)),
    ("school", frozenset(("university", "college", "faculty"))),
    ("foundation", frozenset(("foundation",))),
    ("other", frozenset(_OFFICES)),
)
"""Concepts that tell a kind, even where the name of a town or region stands beside them."""
_SEAT = re.compile(r"\(([^()]*(?:\([^()]*\))?[^()]*)\)?")


def guess_kind(name: str, locality: str | None = None) -> str:
    """Return the kind of organisation that a name tells, ``town`` for the bare name of its locality, else ``other``.

    >>> [guess_kind(name) for name in ("Comune di Bari", "LDA Mostar", "Technische Universität Dresden", "Kanton Jura")]
    ['town', 'lda', 'school', 'region']
    >>> guess_kind("Ptuj", "Ptuj"), guess_kind("Museum of Ptuj", "Ptuj")
    ('town', 'other')
    """
    key = fold(name)
    if kind := next(kinds_said(key), None):
        return kind
    unit = is_unit(name)
    if not unit and locality and fold(locality) in (key, strip_municipal(key)):
        return "town"
    if found := _by_concepts(concepts(key.split())):
        return found
    if unit:
        return "region"
    return "town" if strip_municipal(key) != key else "other"


def _by_concepts(found: frozenset[str]) -> str | None:
    """Return the kind that the concepts of a name tell, None where they leave it open."""
    if {"local", "democracy", "agency"} <= found:
        return "lda"
    for kind, keys in _KINDS:
        if found & keys:
            return kind
    return None


def seats(name: str) -> list[str]:
    """Return what a region's name says of its seat: what stands in brackets, else its own words.

    >>> seats("Soest (Kreis) (Soest, Stadt)"), seats("Kanton Jura")
    (['Soest, Stadt', 'Soest'], ['Jura'])
    """
    inside = [part for part in _SEAT.findall(name) if not is_unit(part)]
    return [*inside, " ".join(_UNIT_WORD.sub(" ", _SEAT.sub(" ", name)).split())]
