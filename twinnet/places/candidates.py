"""The places that may be meant by a key, likeliest first."""

from __future__ import annotations

import math
from typing import NamedTuple, Self

from twinnet.places.models import DENSE_COUNTRIES, Place
from twinnet.places.store import Table
from twinnet.text import fold

OUTLYING = {
    "FR": ("RE", "GP", "MQ", "GF", "YT", "NC", "PF", "PM", "BL", "MF", "WF"),
    "NL": ("AW", "CW", "SX", "BQ"),
    "GB": ("JE", "GG", "IM", "GI"),
    "DK": ("FO", "GL"),
    "FI": ("AX",),
    "NO": ("SJ",),
    "US": ("PR", "GU", "VI", "AS", "MP"),
    "CN": ("HK", "MO"),
}
"""Territories with a code of their own, which lists write with the code of their state."""

_OWN, _CAPITAL, _DISTRICT, _SHADOWED, _HERE = 0.3, 0.3, -1.5, -1.2, 1.0
"""What counts beside the inhabitants, as a decimal logarithm of them: its own name, being a capital, a part of a city,
near a far larger city, in or near Europe. As if it had 2, 2, 1/30, 1/16 and 10 times as many."""
_UNKNOWN_POPULATION = 200
"""Inhabitants of a place of which none are known: most of these are villages."""


class Candidate(NamedTuple):
    """A place that may be meant.

    The rank is the decimal logarithm of the inhabitants; a place's own name counts more than another name of a place,
    a district far less.
    """

    rank: float
    place: Place
    own: bool

    @classmethod
    def of(cls, place: Place, *, own: bool, anywhere: bool = False) -> Self:
        """Return the candidate with its rank; where no country is known (``anywhere``), Europe goes first."""
        rank = (
            weight(place)
            + _OWN * own
            + _CAPITAL * place.capital
            + _DISTRICT * place.district
            + _SHADOWED * place.shadowed
        )
        return cls(rank + _HERE * (anywhere and place.country in DENSE_COUNTRIES), place, own)


def weight(place: Place) -> float:
    """Return the decimal logarithm of a place's inhabitants."""
    return math.log10(max(place.population or 0, _UNKNOWN_POPULATION))


def likeliest(candidate: Candidate) -> tuple[float, int]:
    """Order candidates: the likeliest first."""
    return (-candidate.rank, candidate.place.geonames_id)


def named(table: Table, key: str, country: str | None) -> list[Candidate]:
    """Return the places under a key, likeliest first; of outlying territories only where the state has none."""
    if country is None:
        found = [Candidate.of(place, own=own, anywhere=True) for place, own in table.by_key(key, ())]
    else:
        found = [Candidate.of(place, own=own) for place, own in table.by_key(key, (country,))]
        if not found and country in OUTLYING:
            found = [Candidate.of(place, own=own) for place, own in table.by_key(key, OUTLYING[country])]
    return sorted(found, key=likeliest) if len(found) > 1 else found


def longer(table: Table, key: str, country: str) -> list[Candidate]:
    """Return the places whose own name goes on where a key ("Castelfranco") ends, likeliest first."""
    found = [place for place in table.by_prefix(f"{key} ", country) if not place.district]
    return sorted((Candidate(weight(place), place, own=False) for place in found), key=likeliest)


def is_short_form(key: str, place: Place) -> bool:
    """Whether a key is the beginning of the place's own name."""
    return fold(place.name).startswith(f"{key} ")


_PREPOSITIONS = frozenset(
    "in im an am bei beim ob auf vor unter sur les lez sous pres v ve na nad pod pri u on upon under by aan".split()  # noqa: SIM905 - a list of words
)


def is_located(key: str, place: Place) -> bool:
    """Whether the place's own name only adds where it lies ("Seefeld in Tirol") to a key."""
    rest = fold(place.name).removeprefix(key).split()
    return bool(rest) and rest[0] in _PREPOSITIONS


def is_last_word(key: str, place: Place) -> bool:
    """Whether a key is only the end of the place's own name ("Gorica" of "Nova Gorica")."""
    return fold(place.name).endswith(f" {key}")
