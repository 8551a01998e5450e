"""What stands beside a name and settles which place of that name is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from twinnet import countries
from twinnet.places.candidates import Candidate
from twinnet.places.models import Place, distance
from twinnet.places.names import NEAR, beside, strip_municipal, strip_unit
from twinnet.places.postcodes import by_postcode, postcode_in
from twinnet.places.store import Table
from twinnet.text import fold

_AT_FRONT = sorted({*map(fold, NEAR), "by", "close to", "pri", "u", "k", "kolo", "krs"})
_NEAR = re.compile(rf"^(?:{'|'.join(_AT_FRONT)})\s+(?=\w)")
_WITHIN = 60.0
"""Kilometres within which a place lies "near" another, or in the region that has its name: a county's half width."""


@dataclass(frozen=True, slots=True)
class Hints:
    """Texts that name a unit, a country or a place near by; ``postcode`` is one that stands in the row or the name."""

    country: str | None
    texts: tuple[str, ...] = ()
    region: str | None = None
    postcode: str | None = None

    @classmethod
    def of(cls, name: str, country: str | None, *, region: str | None = None, postcode: str | None = None) -> Hints:
        """Return the hints of a row: its region and postcode, and what its name says in brackets or after a comma."""
        return cls(country, tuple(beside(name)), region or None, postcode or postcode_in(name))

    def __bool__(self) -> bool:
        return bool(self.texts or self.region or self.postcode)

    def choose(self, candidates: list[Candidate], table: Table) -> tuple[list[Candidate], bool | None]:
        """Return the candidates that lie where the hints say, and whether any does.

        None means that the hints say nothing: all candidates are returned then. False means that no candidate lies
        where a region of the country is named.
        """
        told: bool | None = None
        for text in ((self.region,) if self.region else ()) + self.texts:
            places = [candidate.place for candidate in candidates]
            kept, known = _inside(text, self.country, places, table)
            if kept:
                told = True
                candidates = [candidate for candidate in candidates if candidate.place in kept]
            elif known and told is None:
                told = False
        if self.postcode and self.country and len(candidates) > 1:
            places = [candidate.place for candidate in candidates]
            kept = by_postcode(self.postcode, self.country, places, table)
            if len(kept) < len(places):
                return [candidate for candidate in candidates if candidate.place in kept], True
        return candidates, told


def _inside(text: str, country: str | None, places: Sequence[Place], table: Table) -> tuple[list[Place], bool]:
    """Return the places that lie where a text says, and whether it names a unit of the country at all."""
    key = fold(text)
    if not key:
        return [], False
    key = _NEAR.sub("", key)
    if country is None and (code := countries.code(text)) and (kept := [p for p in places if p.country == code]):
        return kept, True
    keys = dict.fromkeys((key, strip_unit(key), strip_municipal(key), f"#{strip_unit(key)}"))
    units = [unit for k in keys for unit in table.units(k) if country in (None, unit.country)]
    kept = [place for place in places if any(unit.holds(place) for unit in units)]
    if kept:
        return kept, True
    said = strip_unit(key) != key or _NEAR.search(fold(text)) is not None
    near = [place for k in keys for place in _largest(k, country, table)]
    kept = [
        place
        for place in places
        if any(distance(place.latitude, place.longitude, other.latitude, other.longitude) <= _WITHIN for other in near)
    ]
    return kept, country is not None and bool(units or (said and near))


def _largest(key: str, country: str | None, table: Table) -> list[Place]:
    """Return the largest place under a key."""
    found = [place for place, _ in table.by_key(key, (country,) if country else ())]
    return [max(found, key=lambda place: (place.population or 0, -place.geonames_id))] if found else []
