"""Who an organisation is that a row names, and where it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from twinnet import countries
from twinnet.graph import GAZETTEER_SOURCE
from twinnet.models import PlaceState, Statement, content_id, town_id
from twinnet.places import (
    NEAREST_WITHIN,
    Gazetteer,
    Hit,
    Place,
    countries_in,
    is_unit,
)
from twinnet.resolution.agreement import Agreement, agreement, named
from twinnet.resolution.kinds import seats
from twinnet.resolution.questions import Question
from twinnet.text import fold

_COUNTRY_WITHIN = (2.0, 10.0, 50.0)
"""Kilometres within which the nearest place tells the country of coordinates; farther only where nearer is none."""


@dataclass(frozen=True, slots=True)
class End:
    """An organisation as a row names it: a member, a partner or one end of a link."""

    name: str
    country: str | None
    locality: str | None = None
    kind: str | None = None
    region: str | None = None
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    geonames_id: int | None = None

    @property
    def position(self) -> tuple[float, float] | None:
        """The coordinates that the row gives, None without them."""
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)

    @property
    def words(self) -> tuple[str, ...]:
        """What may name its place, the surest first."""
        return tuple(word for word in (self.locality, self.name) if word)


@dataclass(frozen=True, slots=True)
class Found:
    """Who an end is.

    ``held`` is why it cannot be taken at all; ``notes`` are (field, how much is held, why). ``question`` is what a
    person has to say about its place, None where nothing is open. ``astray`` says that the row's coordinates contradict
    its name and were not trusted.
    """

    id: str = ""
    kind: str = "town"
    country: str | None = None
    state: PlaceState = "unconfirmed"
    place: Place | None = None
    held: tuple[str, str] | None = None
    notes: tuple[tuple[str, str, str], ...] = ()
    question: Question | None = None
    astray: bool = False


def ends_of(kind: str, values: Mapping[str, Any]) -> tuple[End, ...]:
    """Return the organisations that a row of a list of that kind names (an empty name where it does not say one)."""
    if kind == "links":
        return (_end(values, "from_"), _end(values, "to_"))
    return () if kind == "projects" else (_end(values, ""),)


def _end(values: Mapping[str, Any], prefix: str) -> End:
    get = values.get
    latitude, longitude = get(prefix + "latitude"), get(prefix + "longitude")
    if latitude is None or longitude is None:
        latitude = longitude = None
    locality, kind = (None, None) if prefix else (get("locality"), get("kind"))
    return End(
        " ".join((get(prefix + "name") or locality or "").split()),
        get(prefix + "country"),
        locality,
        kind,
        get(prefix + "region"),
        get(prefix + "postcode"),
        latitude,
        longitude,
        get(prefix + "geonames_id"),
    )


class Resolver:
    """Finds who an end is, from its own words alone; remembers which places were used."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._found: dict[End, Found] = {}
        self._used: dict[str, Found] = {}

    def find(self, end: End) -> Found:
        """Return who an end is, the same for the same words."""
        found = self._found.get(end)
        if found is None:
            found = self._found[end] = self._find(end)
        return found

    def use(self, found: Found) -> None:
        """Note that a statement speaks of what was found."""
        if found.place is not None:
            self._used.setdefault(found.id, found)

    def gazetteer_statements(self) -> Iterable[Statement]:
        """Yield what the gazetteer knows of the organisations that were used."""
        for identifier, found in sorted(self._used.items()):
            if found.place is not None:
                yield said_of(identifier, found.place)

    def _find(self, end: End) -> Found:
        if not end.name:
            return Found(held=("name", "the row has no name"))
        by_id = self._gazetteer.by_id(end.geonames_id) if end.geonames_id else None
        country, notes, held = self._country(end, by_id)
        if held:
            return Found(held=held)
        if by_id is not None and by_id.country != country:
            notes += (("geonames_id", "value", "the place of that id is in another country; the name was looked up"),)
            end, by_id = replace(end, geonames_id=None), None
        kind = "region" if end.kind in (None, "town") and is_unit(end.name) else end.kind or "town"
        if kind != "town":
            return self._elsewhere(end, country, kind, notes=notes)
        if by_id is not None:
            return Found(town_id(by_id.geonames_id), kind, by_id.country, "confirmed", by_id, notes=notes)
        found = self._town(end, country, notes)
        if end.geonames_id and found.place is None:
            # Below the gazetteer's cut, but who is meant is known.
            return replace(found, id=town_id(end.geonames_id), question=None)
        return found

    def _country(
        self, end: End, by_id: Place | None
    ) -> tuple[str | None, tuple[tuple[str, str, str], ...], tuple[str, str] | None]:
        """Return the country, notes about it, and why the row is held back if it is."""
        code = countries.code(end.country) if end.country else _country_in(end.name)
        if code:
            return code, (), None
        place = by_id or self._anywhere(end)
        if place is not None:
            said = "the country is not known" if end.country else "no country is given"
            reason = f"{said}; by its place it was taken for {place.country}"
            return place.country, (("country", "value" if end.country else "note", reason),), None
        if end.country:
            unknown = "the country is not known and no coordinates help; write its name or code"
            return None, (), ("country", countries.obsolete(end.country) or unknown)
        return None, (), ("country", "no country is given and no coordinates help; add a column with the country")

    def _anywhere(self, end: End) -> Place | None:
        """Return the place nearest to an end's coordinates, in whatever country."""
        for within in _COUNTRY_WITHIN if end.position else ():
            if near := self._gazetteer.near(*end.position, within=within):  # type: ignore[misc]  # not None here
                return near[0]
        return None

    def _town(self, end: End, country: str | None, notes: tuple[tuple[str, str, str], ...]) -> Found:
        hints = {"region": end.region, "postcode": end.postcode}
        if end.position is not None:
            both = agreement(self._gazetteer, end.words, country, position=end.position, **hints)
            return self._town_at(end, country, both, notes=notes)
        hit = named(self._gazetteer, end.words, country, **hints)
        if hit is not None and hit.band == "auto":
            return _confirmed(hit.place, notes)
        return self._unplaced(end, country, hit, notes=notes)

    def _town_at(
        self, end: End, country: str | None, both: Agreement, *, notes: tuple[tuple[str, str, str], ...]
    ) -> Found:
        """Return the town of a row with coordinates: name and coordinates have to agree, or a person is asked."""
        hit = both.hit
        if both.how == "agree" and hit is not None:
            return _confirmed(hit.place, notes)
        if both.how == "alone":
            at = (round(degrees, 1) for degrees in end.position or ())
            return Found(content_id("town", country, fold(end.name), *at), "town", country, "own", notes=notes)
        told = both.how in ("near", "abroad") and hit is not None and hit.band == "auto"
        notes += (
            ("latitude", "value", f"{both}; {'the place was told by name' if told else 'they were not trusted'}"),
        )
        if told and hit is not None:
            return replace(_confirmed(hit.place, notes), astray=True)
        return replace(self._unplaced(end, country, hit, notes=notes), astray=True)

    def _unplaced(
        self, end: End, country: str | None, hit: Hit | None, *, notes: tuple[tuple[str, str, str], ...]
    ) -> Found:
        """Return a town whose place is not known, with the question that a person can answer."""
        why = hit.why if hit is not None else "no place of that name is known in the country"
        candidates = [hit.place.geonames_id] if hit is not None else []
        candidates += [hit.runner_up.geonames_id] if hit is not None and hit.runner_up is not None else []
        if end.position is not None:
            why = f"{why}; the coordinates do not lie there" if hit is not None else why
            near = self._gazetteer.near(*end.position, country=country, within=NEAREST_WITHIN)
            candidates += [place.geonames_id for place in near[:1] if place.geonames_id not in candidates]
        question = Question(
            end.name,
            country,
            "town",
            end.locality,
            end.region,
            tuple(candidates),
            stage=hit.stage if hit is not None else "",
            score=hit.score if hit is not None else 0.0,
            why=why,
        )
        hints = [
            fold(hint) for hint in (end.locality, end.region, end.postcode) if hint and fold(hint) != fold(end.name)
        ]
        if end.position is not None:
            hints += [f"{degrees:.1f}" for degrees in end.position]
        identifier = content_id("town", country, fold(end.name), *hints)
        return Found(identifier, "town", country, "unconfirmed", notes=notes, question=question)

    def _elsewhere(self, end: End, country: str | None, kind: str, *, notes: tuple[tuple[str, str, str], ...]) -> Found:
        """Return an organisation that is no town: its own id, at the place of its seat."""
        identifier = content_id(kind, country, fold(end.name))
        astray = end.position is not None and self._gazetteer.lies_abroad(*end.position, country)
        if end.position is not None and not astray:
            return Found(identifier, kind, country, "own", notes=notes)
        if astray:
            notes += (("latitude", "value", "the coordinates lie in another country; they were not trusted"),)
        asked: Question | None = None
        for word in (end.locality, *(seats(end.name) if kind == "region" else ())):
            hit = self._gazetteer.find(word, country, region=end.region, postcode=end.postcode) if word else None
            if hit is None:
                continue
            if hit.band == "auto":
                return Found(identifier, kind, country, "confirmed", hit.place, notes=notes, astray=astray)
            candidates = (hit.place.geonames_id, *([hit.runner_up.geonames_id] if hit.runner_up else ()))
            asked = asked or Question(
                end.name, country, kind, word, end.region, candidates, hit.stage, hit.score, f"its seat: {hit.why}"
            )
        return Found(identifier, kind, country, "unconfirmed", notes=notes, question=asked, astray=astray)


def said_of(identifier: str, place: Place) -> Statement:
    """Return what the gazetteer knows of an organisation that stands at a place."""
    values: dict[str, Any] = {"place": place.name, "latitude": place.latitude, "longitude": place.longitude}
    if identifier == town_id(place.geonames_id):
        values |= {"country": place.country, "geonames_id": place.geonames_id, "capital": place.capital}
        if place.district:
            values["district"] = True
        if place.population:
            values["population"] = place.population
    return Statement(GAZETTEER_SOURCE, place.geonames_id, "organisation", identifier, values)


def _confirmed(place: Place, notes: tuple[tuple[str, str, str], ...]) -> Found:
    return Found(town_id(place.geonames_id), "town", place.country, "confirmed", place, notes=notes)


def _country_in(name: str) -> str | None:
    """Return the country that a name surely carries, None where it carries none."""
    return next((country for country, sure in countries_in(name) if sure), None)
