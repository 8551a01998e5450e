"""Who an organisation is that a row names, and where it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from twinnet import countries
from twinnet.graph import GAZETTEER_SOURCE, Network
from twinnet.models import PlaceState, Statement, content_id, town_id
from twinnet.places import Gazetteer, Place, distance, is_unit
from twinnet.resolution.kinds import seats
from twinnet.resolution.meeting import Own, gathered
from twinnet.text import fold

CONFIRMED_FROM = 0.8
"""The least score of the gazetteer with which a place is taken; below it another place is as likely."""

_COUNTRY_WITHIN = (2.0, 10.0, 50.0)


@dataclass(frozen=True, slots=True)
class End:
    """An organisation as a row names it: a member, a partner or one end of a link."""

    name: str
    country: str | None
    locality: str | None = None
    kind: str | None = None
    region: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    geonames_id: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Who an end is. ``held`` is why it cannot be taken at all; ``notes`` are (field, how much is held, why).

    ``astray`` says that the row's coordinates lie in another country and were not taken.
    """

    id: str = ""
    kind: str = "town"
    country: str | None = None
    state: PlaceState = "unconfirmed"
    place: Place | None = None
    held: tuple[str, str] | None = None
    notes: tuple[tuple[str, str, str], ...] = ()
    unplaced: str = ""
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
        latitude,
        longitude,
        get(prefix + "geonames_id"),
    )


class Resolver:
    """Finds who an end is; remembers the places of their own and which places were used."""

    def __init__(self, gazetteer: Gazetteer, known: Network | None) -> None:
        self._gazetteer = gazetteer
        self._found: dict[End, Found] = {}
        self._own: dict[tuple[str, str], dict[str, Own]] = defaultdict(dict)
        self._used: dict[str, Found] = {}
        self._waiting: dict[str, Found] = {}
        if known is not None:
            self._remember(known)

    def _remember(self, known: Network) -> None:
        names = ("id", "name", "country", "latitude", "longitude", "place_state")
        for identifier, name, country, latitude, longitude, state in zip(
            *(known.organisations.column(column) for column in names), strict=True
        ):
            if state == "own" and country and latitude is not None and identifier.startswith("town-"):
                self._own[country, fold(name)][identifier] = Own(identifier, latitude, longitude)

    def find(self, end: End) -> Found:
        """Return who an end is, the same for the same words."""
        found = self._found.get(end)
        if found is None:
            found = self._found[end] = self._find(end)
        return found

    def use(self, found: Found, *, pending: bool = False) -> None:
        """Note that a statement, perhaps a pending one, speaks of what was found."""
        if found.place is not None:
            (self._waiting if pending else self._used).setdefault(found.id, found)

    def gazetteer_statements(self, *, pending: bool = False) -> Iterable[Statement]:
        """Yield what the gazetteer knows of the organisations that were used, or only by what is pending."""
        used = {i: f for i, f in self._waiting.items() if i not in self._used} if pending else self._used
        for identifier, found in sorted(used.items()):
            place = found.place
            if place is None:
                continue
            values: dict[str, Any] = {"place": place.name, "latitude": place.latitude, "longitude": place.longitude}
            if identifier == town_id(place.geonames_id):
                values |= {"country": place.country, "geonames_id": place.geonames_id, "capital": place.capital}
                if place.district:
                    values["district"] = True
                if place.population:
                    values["population"] = place.population
            yield Statement(GAZETTEER_SOURCE, place.geonames_id, "organisation", identifier, values)

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
            return replace(found, id=town_id(end.geonames_id), unplaced="")
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
            return None, (), ("country", "the country is not known and no coordinates help; write its name or code")
        return None, (), ("country", "no country is given and no coordinates help; add a column with the country")

    def _anywhere(self, end: End) -> Place | None:
        """Return the place nearest to an end's coordinates, in whatever country."""
        if end.latitude is None or end.longitude is None:
            return None
        for within in _COUNTRY_WITHIN:
            if near := self._gazetteer.near(end.latitude, end.longitude, within=within):
                return near[0]
        return None

    def _town(self, end: End, country: str | None, notes: tuple[tuple[str, str, str], ...]) -> Found:
        gazetteer, words = self._gazetteer, [word for word in (end.locality, end.name) if word]
        if end.latitude is not None and end.longitude is not None:
            for word in words:
                hit = gazetteer.find(word, country, latitude=end.latitude, longitude=end.longitude)
                if hit is None or (hit.stage == "coordinates" and word != words[-1]):
                    continue
                if hit.stage == "coordinates":
                    notes += self._doubts(end, country)
                return Found(town_id(hit.place.geonames_id), "town", country, "confirmed", hit.place, notes=notes)
            if self._astray(end, country):
                said = ("latitude", "value", "the coordinates lie in another country; the place was told by name")
                named = self._town(replace(end, latitude=None, longitude=None), country, (*notes, said))
                if named.state == "confirmed":
                    return replace(named, astray=True)
            identifier = self._own_place(end, country or "")
            return Found(identifier, "town", country, "own", notes=notes + self._doubts(end, country))
        unplaced = "no place of that name is known in the country: correct the name, or add coordinates"
        for word in words:
            hit = gazetteer.find(word, country, region=end.region)
            if hit is not None and hit.score >= CONFIRMED_FROM:
                return Found(town_id(hit.place.geonames_id), "town", country, "confirmed", hit.place, notes=notes)
            if hit is not None:
                unplaced = "the name may mean several places: add a region or coordinates"
                break
        identifier = content_id("town", country, fold(end.name))
        if len(gathered(self._own.get((country or "", fold(end.name)), {}).values())) == 1:
            unplaced = ""  # It stands where the only place of that name is (twinnet.resolution.meeting).
        return Found(identifier, "town", country, "unconfirmed", notes=notes, unplaced=unplaced)

    def _elsewhere(self, end: End, country: str | None, kind: str, *, notes: tuple[tuple[str, str, str], ...]) -> Found:
        """Return an organisation that is no town: its own id, at the place of its seat."""
        identifier = content_id(kind, country, fold(end.name))
        if end.latitude is not None:
            return Found(identifier, kind, country, "own", notes=notes)
        for word in (end.locality, *(seats(end.name) if kind == "region" else ())):
            hit = self._gazetteer.find(word, country, region=end.region) if word else None
            if hit is not None and hit.score >= CONFIRMED_FROM:
                return Found(identifier, kind, country, "confirmed", hit.place, notes=notes)
        unplaced = "it is placed by its seat, which is not known in the country: add its town or coordinates"
        return Found(identifier, kind, country, "unconfirmed", notes=notes, unplaced=unplaced)

    def _own_place(self, end: End, country: str) -> str:
        """Return the id of a place that stands by itself, and remember it."""
        latitude, longitude = end.latitude or 0.0, end.longitude or 0.0
        identifier = content_id("town", country, fold(end.name), round(latitude, 1), round(longitude, 1))
        self._own[country, fold(end.name)].setdefault(identifier, Own(identifier, latitude, longitude))
        return identifier

    def _astray(self, end: End, country: str | None) -> bool:
        """Tell whether coordinates lie among places of other countries, while the named place is known in its own."""
        if (
            end.latitude is None
            or end.longitude is None
            or not self._gazetteer.named(end.locality or end.name, country)
        ):
            return False
        around = self._gazetteer.near(end.latitude, end.longitude, within=20.0)
        return bool(around) and all(place.country != country for place in around)

    def _doubts(self, end: End, country: str | None) -> tuple[tuple[str, str, str], ...]:
        """Return a note where a place of that name stands elsewhere in the country."""
        named = self._gazetteer.named(end.locality or end.name, country)
        if not named or end.latitude is None or end.longitude is None:
            return ()
        km = min(distance(end.latitude, end.longitude, place.latitude, place.longitude) for place in named)
        return (
            ("latitude", "note", f"the coordinates are {km:.0f} km from the place of that name; they were trusted"),
        )


def _country_in(name: str) -> str | None:
    """Return the country that a name carries behind a comma or in brackets."""
    _, comma, last = name.rstrip(" )").rpartition("," if "," in name else "(")
    return countries.code(last) if comma and len(last.strip()) > 3 else None
