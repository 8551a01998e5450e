"""The gazetteer: places by name, by id and by position."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from twinnet import countries
from twinnet.places.candidates import Candidate, is_last_word, is_located, is_short_form, likeliest, longer, named
from twinnet.places.hints import Hints
from twinnet.places.loose import Asked, Loose
from twinnet.places.models import (
    AUTO_FROM,
    DENSE_COUNTRIES,
    NEAREST_WITHIN,
    SAME_NAME_WITHIN,
    Hit,
    Place,
    distance,
    km_between,
)
from twinnet.places.names import Reading, is_country, is_organisation, is_region, is_unit, readings
from twinnet.places.postcodes import country_of_postcode
from twinnet.places.store import DATA, Table, Unit, connect

_SAME_SPOT = 10.0


class Gazetteer:
    """Places by name, by id and by position.

    >>> with Gazetteer.open() as gazetteer:
    ...     hit = gazetteer.find("Općina Vodnjan / Comune di Dignano", "HR")
    >>> hit.place.name, hit.place.country, hit.stage, hit.band
    ('Vodnjan', 'HR', 'stripped', 'auto')
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._table = Table(connection)
        # Lists name the same unknown towns again and again.
        self._loosely = lru_cache(maxsize=4096)(Loose(self._table).find)

    @classmethod
    def open(cls, path: str | Path | None = None) -> Self:
        """Open a gazetteer's file read-only, by default the one of the package; raise :class:`StoreError`."""
        return cls(connect(Path(path) if path is not None else DATA / "places.sqlite"))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def by_id(self, geonames_id: int) -> Place | None:
        """Return the place with that GeoNames id, None where the gazetteer has none."""
        return self._table.by_id(geonames_id)

    def near(
        self, latitude: float, longitude: float, *, country: str | None = None, within: float = NEAREST_WITHIN
    ) -> list[Place]:
        """Return the places within that many km, nearest first; of one country if it is given."""
        return self._table.near(latitude, longitude, country=country, within=within)

    def lies_abroad(self, latitude: float, longitude: float, country: str | None) -> bool:
        """Whether the places around a point, and there are some, are all of other countries than one that is known."""
        if country is None:
            return False
        around = self.near(latitude, longitude, within=SAME_NAME_WITHIN)
        return bool(around) and all(place.country != country for place in around)

    def named(self, name: str, country: str | None = None) -> list[Place]:
        """Return the places that bear a name, in the first reading of it that any bears, likeliest first."""
        for reading in readings(name):
            if candidates := named(self._table, reading.key, country):
                return [candidate.place for candidate in candidates]
        return []

    def bearing(self, key: str, country: str | None = None) -> list[Place]:
        """Return the places that bear exactly this folded name, likeliest first; nothing of it is read otherwise."""
        return [candidate.place for candidate in named(self._table, key, country)]

    def towns(self, country: str, *, least: int = 0) -> list[Place]:
        """Return a country's towns of that many inhabitants or more, by id; parts of cities are left out."""
        return [place for place in self._table.of_country(country, least=least) if not place.district]

    def find(
        self,
        name: str,
        country: str | None = None,
        *,
        latitude: float | None = None,
        longitude: float | None = None,
        region: str | None = None,
        postcode: str | None = None,
    ) -> Hit | None:
        """Return the place that a name means, None when none can be told.

        ``country`` (ISO alpha-2) bounds the search; only where no place of that name is in it, one across the border
        is proposed. ``region`` (a name or code of a unit, or a place near by) and ``postcode`` settle homonyms, as
        does what the name says itself in brackets or after a comma. With coordinates the place is the one of that
        name within 20 km, else the nearest within 2 km, else None.
        """
        if latitude is not None and longitude is not None:
            return self._find_at(name, country, latitude, longitude)
        if is_unit(name):
            return None
        country = country or country_of_postcode(name)
        hints = Hints.of(name, country, region=region, postcode=postcode)
        tried = []
        for reading in readings(name):
            candidates = self._towns(reading, country)
            if candidates:
                return self._best(reading, candidates, country, hints)
            hit = self._municipality(reading, country, hints)
            if hit is not None:
                return hit
            tried.append(reading)
        units = [reading for reading in tried if self._is_unit(reading, country)]
        if is_organisation(name) or is_country(name, country) or not all(reading.language for reading in units):
            return None
        hit = self._loosely(Asked(name, tuple(tried), country, hints))
        # A region is often called by a case form of its seat's name, which the word for a municipality tells from it.
        return hit if not units or (hit is not None and hit.stage == "inflected") else None

    def unit(self, place: Place) -> str | None:
        """Return the name of the smallest administrative unit that is known of a place, None where none is."""
        return self._table.unit_name(place)

    def _towns(self, reading: Reading, country: str | None) -> list[Candidate]:
        """Return the places under a key without those of another name that is a region's elsewhere in the country."""
        candidates = named(self._table, reading.key, country)
        if not candidates or country is None or any(candidate.own for candidate in candidates):
            return candidates
        if is_region(reading.key):
            return [candidate for candidate in candidates if candidate.place.capital]
        regions = self._regions(reading.key, country)
        return [
            c
            for c in candidates
            if not regions or is_short_form(reading.key, c.place) or any(region.holds(c.place) for region in regions)
        ]

    def _regions(self, key: str, country: str | None) -> list[Unit]:
        """Return the regions and counties of a country that bear a name."""
        return [unit for unit in self._table.units(key) if unit.country == country and not unit.municipal]

    def _lies_elsewhere(self, key: str, place: Place) -> bool:
        """Whether a first-level region bears a small place's name and lies elsewhere: the region may be meant."""
        if (place.population or 0) >= _LIKE_A_REGION:
            return False
        regions = [region for region in self._regions(key, place.country) if region.admin2 is None]
        seats = [seat for region in regions if (seat := self._table.by_id(region.seat or 0))]
        held = any(region.holds(place) for region in regions)
        return bool(seats) and not held and all(km_between(place, seat) > _LIKE_THE_SEAT for seat in seats)

    def _is_unit(self, reading: Reading, country: str | None) -> bool:
        """Whether a reading is the name of a region or county of the country."""
        if reading.stage not in {"exact", "stripped"}:
            return False
        is_shire = country == "GB" and reading.key.endswith("shire")
        return is_shire or is_region(reading.key) or bool(self._regions(reading.key, country))

    def _find_at(self, name: str, country: str | None, latitude: float, longitude: float) -> Hit | None:
        for reading in () if is_unit(name) else readings(name):
            around = [
                (candidate.rank - km / 5, candidate.place, km)
                for candidate in named(self._table, reading.key, country)
                if (km := distance(latitude, longitude, candidate.place.latitude, candidate.place.longitude))
                <= SAME_NAME_WITHIN
            ]
            if around:
                _, place, km = max(around, key=lambda found: (found[0], -found[1].geonames_id))
                why = f"the place of that name at the coordinates ({km:.0f} km)"
                return Hit(place, reading.stage, max(AUTO_FROM, _STAGES[reading.stage][0]), None, km, why)
        for place in self.near(latitude, longitude, country=country, within=NEAREST_WITHIN):
            if not place.district:
                km = distance(latitude, longitude, place.latitude, place.longitude)
                return Hit(place, "coordinates", 0.9, None, km, f"the place nearest to the coordinates ({km:.1f} km)")
        return None

    def _best(self, reading: Reading, candidates: list[Candidate], country: str | None, hints: Hints) -> Hit:
        """Return the likeliest candidate; its score says how far the next one is behind."""
        candidates, told = self._where(reading, candidates, country, hints)
        if not told and not candidates[0].own and is_short_form(reading.key, candidates[0].place):
            known = {candidate.place for candidate in candidates}
            more = longer(self._table, reading.key, candidates[0].place.country)
            candidates = sorted([*candidates, *(c for c in more if c.place not in known)], key=likeliest)
        rank, best, own = candidates[0]
        certainty = _STAGES[reading.stage][0] * (1.0 if country else 0.97)
        doubts = []
        if best.district and not reading.language:
            doubts.append("it is a part of a city")
        if self._lies_elsewhere(reading.key, best):
            doubts.append("a region of that name lies elsewhere")
        if told is False:
            doubts.append("it does not lie where the row says")
        if not own and not told and (doubt := _doubt(reading.key, candidates)):
            doubts.append(doubt)
        certainty *= _DOUBT ** len(doubts)
        rival = next((other for other in candidates[1:] if km_between(best, other.place) > _SAME_SPOT), None)
        if rival is None:
            return Hit(best, reading.stage, certainty, why=_why(reading, best, country, told, doubts))
        margin = rank - rival.rank
        if own and not rival.own and margin >= _LARGER_OWN and not is_short_form(reading.key, rival.place):
            margin += _OTHER_NAME
        margin *= 1.0 if country else 0.7
        score = certainty * max(0.0, 1 - 0.5 * 10 ** (-_STEEP * margin))
        if score < AUTO_FROM <= certainty:
            other = "another" if rival.place.name == best.name else f"{rival.place.name} ({rival.place.country})"
            doubts.append(f"{other} may be meant as well")
        return Hit(best, reading.stage, score, rival.place, why=_why(reading, best, country, told, doubts))

    def _where(
        self, reading: Reading, candidates: list[Candidate], country: str | None, hints: Hints
    ) -> tuple[list[Candidate], bool | None]:
        """Return the candidates that lie where the row says, and whether any does; longer names count too."""
        left, told = hints.choose(candidates, self._table)
        if told or not hints or country is None or len(reading.key) < _MIN_SHORT:
            return left, told
        more = [c for c in longer(self._table, reading.key, country) if c.place not in {o.place for o in candidates}]
        longer_left, longer_told = hints.choose([*candidates, *more], self._table) if more else (left, told)
        return (longer_left, True) if longer_told else (left, told)

    def _municipality(self, reading: Reading, country: str | None, hints: Hints) -> Hit | None:
        """Return the main place of the municipality of that name."""
        units = [unit for unit in self._table.units(reading.key) if country in (None, unit.country) and unit.seat]
        regions = {unit.seat for unit in units if not unit.municipal}
        units = [unit for unit in units if unit.municipal and regions <= {unit.seat}]
        if not units or country is None:
            return None
        seats = [(unit, place) for unit in units if (place := self._table.by_id(unit.seat or 0))]
        told, _ = hints.choose([Candidate.of(place, own=False) for _, place in seats], self._table)
        best = told[0].place
        rival = told[1].place if len(told) > 1 else None
        compact = any(unit.compact for unit, place in seats if place == best)
        score = 0.9 if compact and rival is None and reading.stage in {"exact", "stripped"} else 0.7
        why = f"{best.name} is the main place of the municipality of that name"
        return Hit(best, "municipality", score, rival, why=why)


_STEEP = 0.4
"""How fast a rival counts less: an exact name is taken where the next place that bears it has a tenth of its weight."""
_DOUBT = 0.77
"""What one doubt leaves of a score: too little to be taken without a person."""
_OTHER_NAME, _LARGER_OWN = 0.75, 0.6
"""What it counts for a place that bears a name as its own, against a rival of half its size or less that has it as
another name: of 110 such names in Wikidata's twinnings 106 were the first's, of 33 where the two were more alike 29."""
_MIN_SHORT = 4
"""Letters of a name that a place's longer name may begin with, where the row says where it lies."""
_VILLAGE, _WELL_KNOWN = 5_000, 200_000
"""Inhabitants below which nobody calls a place by half of its name, and from which a name is hardly another's."""
_LARGER = 1.5
"""The decimal logarithm by which a place has to outrank one whose own name it is: thirty times the inhabitants."""
_LIKE_A_REGION, _LIKE_THE_SEAT = 20_000, 50.0
"""Inhabitants from which a town is meant rather than a region of its name elsewhere, and the km of elsewhere."""
_STAGES = {
    "exact": (1.0, "a place of that name"),
    "stripped": (0.98, "the name without administrative words"),
    "part": (0.95, "a part of the text"),
    "variant": (0.93, "the name without abbreviations or transcription"),
    "district": (0.85, "the name without a word such as South"),
    "bracket": (0.75, "only what stands in brackets"),
}
"""How sure each way to read a name is where nothing else speaks against it, and what is said of it."""


def _doubt(key: str, candidates: Sequence[Candidate]) -> str | None:
    """Return why a name that is not the first candidate's own may mean another place, None where nothing says so."""
    rank, best, _ = candidates[0]
    population = best.population or 0
    if best.country not in DENSE_COUNTRIES and population < _WELL_KNOWN:
        return "it is another name of it, and smaller places are left out there"
    if is_short_form(key, best) and population < _VILLAGE and not is_located(key, best):
        return "its own name goes on"
    if is_last_word(key, best) and population < _WELL_KNOWN:
        return "it is only the end of its name"
    if any(other.own and rank - other.rank < _LARGER for other in candidates[1:]):
        return "it is another name of it, and a smaller place's own"
    return None


def _why(reading: Reading, place: Place, country: str | None, told: bool | None, doubts: Sequence[str]) -> str:
    """Return how a place was found, in a sentence."""
    said = _STAGES[reading.stage][1]
    if told:
        said += ", where the row says"
    elif country is None:
        said += f", in {countries.name(place.country)}"
    return "; ".join((said, *doubts))
