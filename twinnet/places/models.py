"""What a look-up gives: a place, and how it was found."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

CAPITAL, DISTRICT, SHADOWED = 1, 2, 4
"""Flags of a place in the gazetteer's file."""

AUTO_FROM = 0.8
"""The least score with which a place is taken; below it, it is proposed and waits for a person."""
SAME_NAME_WITHIN = 20.0
"""Kilometres within which a place of the same name is the row's place."""
MUNICIPALITY_WITHIN = 60.0
"""Kilometres from a place's centre within which coordinates may still be those of its municipality."""
NEAREST_WITHIN = 2.0
"""Kilometres within which the nearest place is the row's place, whatever its name."""

_DENSE = """
AD AL AM AT AX AZ BA BE BG BY CH CY CZ DE DK DZ EE EG EH ES FI FO FR GB GE GG GI GL GR HR HU IE IL IM IS IT JE JO KZ LB
LI LT LU LV LY MA MC MD ME MK MT NL NO PL PS PT RO RS RU SE SI SJ SK SM SY TN TR UA VA XK
"""
DENSE_COUNTRIES = frozenset(_DENSE.split())
"""Countries of which the gazetteer has the places from 500 inhabitants; of the others from 5,000 or 1,000."""

_EARTH_DIAMETER = 12742.0


class Place(NamedTuple):
    """A populated place.

    Coordinates are degrees; ``population`` is None when unknown; ``admin1`` and ``admin2`` are GeoNames' codes of the
    first- and second-level unit inside the country; ``district`` marks a part of a larger city.
    """

    geonames_id: int
    name: str
    country: str
    latitude: float
    longitude: float
    population: int | None
    capital: bool
    admin1: str | None
    district: bool = False
    admin2: str | None = None
    shadowed: bool = False


_OF_THE_NAME = frozenset({"exact", "stripped", "part", "variant", "municipality"})


class Hit(NamedTuple):
    """The answer to a look-up.

    ``stage`` says how it was found: ``exact``, ``stripped`` (without administrative words), ``part`` (a part of the
    text), ``variant`` (an abbreviation or transcription), ``district`` (without a word such as "South"),
    ``municipality`` (the main place of the municipality of that name), ``inflected`` (a case form), ``decoded`` (text
    that was read in a wrong encoding), ``bracket`` (only what stands in brackets), ``half`` and ``beginning`` (the
    first words), ``border`` (in another country near by), ``fuzzy`` (a spelling much like it) or ``coordinates`` (the
    nearest place). ``score`` is from 0 to 1; below :data:`AUTO_FROM` a person decides. ``why`` says it in a sentence;
    ``runner_up`` is the next likely place.
    ``distance`` is km from the given coordinates, None without them.
    """

    place: Place
    stage: str
    score: float
    runner_up: Place | None = None
    distance: float | None = None
    why: str = ""

    @property
    def bears_name(self) -> bool:
        """Whether the place bears the name that was looked up, not only one that is like it or a part of it."""
        return self.stage in _OF_THE_NAME

    @property
    def band(self) -> Literal["auto", "review"]:
        """Whether the place is taken (``auto``) or only proposed (``review``)."""
        return "auto" if self.score >= AUTO_FROM else "review"


def distance(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the great-circle distance of two points in km.

    >>> round(distance(43.34, 17.81, 43.86, 18.41))
    75
    """
    rad = math.pi / 180
    a = math.sin((other_latitude - latitude) * rad / 2) ** 2
    b = math.sin((other_longitude - longitude) * rad / 2) ** 2
    h = a + math.cos(latitude * rad) * math.cos(other_latitude * rad) * b
    return _EARTH_DIAMETER * math.asin(min(1.0, math.sqrt(h)))


def km_between(one: Place, other: Place) -> float:
    """Return the great-circle distance of two places in km."""
    return distance(one.latitude, one.longitude, other.latitude, other.longitude)


def cell_of(latitude: float, longitude: float) -> int:
    """Return the number of the cell of a tenth of a degree in which a point lies."""
    return math.floor((latitude + 90) * 10) * 3600 + math.floor((longitude + 180) * 10) % 3600


def rows_digest(*tables: Iterable[tuple[Any, ...]]) -> str:
    """Return the SHA-256 of the sorted rows of the gazetteer's tables."""
    digest = hashlib.sha256()
    for rows in tables:
        for row in rows:
            digest.update("\t".join("" if value is None else str(value) for value in row).encode("utf-8") + b"\n")
    return digest.hexdigest()
