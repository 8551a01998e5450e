"""The gazetteer's file: places by key, by id and by position; administrative units by key."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from twinnet.errors import StoreError
from twinnet.places.models import CAPITAL, DISTRICT, SHADOWED, Place, distance

DATA = Path(__file__).parent.parent / "data"
MUNICIPAL, COMPACT = 1, 2
"""Flags of a unit: it is a municipality; its places all lie near its seat."""

_COLUMNS = "id, name, country, latitude, longitude, population, admin1, admin2, flags"
_OF_PLACE = ", ".join(f"p.{column}" for column in _COLUMNS.split(", "))
_FROM = f"SELECT {_OF_PLACE}, n.stage FROM name n JOIN place p ON p.id = n.place WHERE n.country IN ("
_UNITS = (
    "SELECT u.country, u.admin1, u.admin2, u.name, u.seat, u.flags FROM unit_name n JOIN unit u ON u.id = n.unit"
    " WHERE n.key = ?"
)
_UNIT_OF = (
    "SELECT name FROM unit WHERE country = ? AND admin1 = ? AND (admin2 IS NULL OR admin2 = ?)"
    " ORDER BY admin2 IS NULL LIMIT 1"
)


class Unit(NamedTuple):
    """An administrative unit: GeoNames' codes (``admin2`` is None at the first level) and the id of its main place."""

    country: str
    admin1: str
    admin2: str | None
    name: str
    seat: int | None
    municipal: bool
    compact: bool

    def holds(self, place: Place) -> bool:
        """Whether a place lies in the unit."""
        return (place.country, place.admin1) == (self.country, self.admin1) and self.admin2 in (None, place.admin2)


def connect(file: Path) -> sqlite3.Connection:
    """Open a gazetteer's file read-only; raise :class:`StoreError`."""
    try:
        # The file never changes while it is open, and stays outside of the process's own memory.
        uri = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        try:
            connection.execute("PRAGMA mmap_size = 67108864")
            # To sort it needs no file of its own, so a full disk does not matter.
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("SELECT 1 FROM place JOIN name ON place = id LIMIT 1")
            connection.execute("SELECT 1 FROM unit LIMIT 1")
        except sqlite3.Error:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise StoreError(f"the gazetteer {file.name} cannot be opened ({error}); install twinnet again") from error
    return connection


class Table:
    """The rows of a gazetteer's file as places and units."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.units = lru_cache(maxsize=4096)(self._units)
        self.borders = lru_cache(maxsize=512)(self._borders)

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """The countries that have a place in the file."""
        return tuple(code for (code,) in self._connection.execute("SELECT DISTINCT country FROM place ORDER BY 1"))

    def by_id(self, geonames_id: int) -> Place | None:
        """Return the place with that GeoNames id, None where the gazetteer has none."""
        row = self._connection.execute(f"SELECT {_COLUMNS} FROM place WHERE id = ?", (geonames_id,)).fetchone()
        return _place(row) if row else None

    def by_key(self, key: str, countries: Sequence[str]) -> Iterator[tuple[Place, bool]]:
        """Yield the places of these countries (none: of all) under a key, and whether the name is their own."""
        codes = countries or self.countries
        query = f"{_FROM}{_marks(codes)}) AND n.key = ?"
        for *values, stage in self._connection.execute(query, (*codes, key)):
            yield _place(values), stage == 0

    def by_prefix(self, prefix: str, country: str) -> Iterator[Place]:
        """Yield the places of a country whose own name begins so."""
        after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        query = f"{_FROM}?) AND n.key >= ? AND n.key < ? AND n.stage = 0"
        for *values, _ in self._connection.execute(query, (country, prefix, after)):
            yield _place(values)

    def of_country(self, country: str, *, least: int) -> Iterator[Place]:
        """Yield a country's places of that many inhabitants or more, by id."""
        query = f"SELECT {_COLUMNS} FROM place WHERE country = ? AND coalesce(population, 0) >= ? ORDER BY id"
        for values in self._connection.execute(query, (country, least)):
            yield _place(values)

    def known(self, keys: Sequence[str], countries: Sequence[str]) -> set[str]:
        """Return those of the keys under which a place of these countries stands."""
        query = f"SELECT key FROM name WHERE country IN ({_marks(countries)}) AND key IN ({_marks(keys)})"
        return {key for (key,) in self._connection.execute(query, (*countries, *keys))}

    def keys_of(self, country: str) -> list[tuple[str, int]]:
        """Return all keys of a country's places, with the places' ids."""
        return self._connection.execute("SELECT key, place FROM name WHERE country = ?", (country,)).fetchall()

    def _units(self, key: str) -> tuple[Unit, ...]:
        """Return the units under a key, those of the first level first."""
        found = [
            Unit(country, first, second, name, seat, bool(flags & MUNICIPAL), bool(flags & COMPACT))
            for country, first, second, name, seat, flags in self._connection.execute(_UNITS, (key,))
        ]
        return tuple(sorted(found, key=lambda unit: (unit.admin2 or "", unit.country, unit.admin1)))

    def _borders(self, country: str) -> tuple[str, ...]:
        """Return the countries that have a place near one of a country's."""
        query = "SELECT other FROM border WHERE country = ? ORDER BY other"
        return tuple(code for (code,) in self._connection.execute(query, (country,)))

    def unit_name(self, place: Place) -> str | None:
        """Return the name of the smallest unit that is known of a place."""
        row = self._connection.execute(_UNIT_OF, (place.country, place.admin1, place.admin2)).fetchone()
        return str(row[0]) if row else None

    def near(self, latitude: float, longitude: float, *, country: str | None, within: float) -> list[Place]:
        """Return the places within that many km, nearest first; of one country if it is given."""
        north = math.ceil(within / 11.0)
        south = max(math.cos(math.radians(min(89.0, abs(latitude) + within / 111))), 0.02)
        east = min(math.ceil(within / (11.0 * south)), 1799)
        found = []
        base = math.floor((longitude + 180) * 10)
        for row in range(-north, north + 1):
            start = math.floor((latitude + 90) * 10 + row) * 3600
            for first, last in _spans(base - east, base + east):
                for values in self._connection.execute(
                    f"SELECT {_COLUMNS} FROM place WHERE cell BETWEEN ? AND ?", (start + first, start + last)
                ):
                    place = _place(values)
                    km = distance(latitude, longitude, place.latitude, place.longitude)
                    if km <= within and (country is None or place.country == country):
                        found.append((km, place.geonames_id, place))
        return [place for _, _, place in sorted(found)]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _place(values: Iterable[Any]) -> Place:
    number, name, country, latitude, longitude, population, admin1, admin2, flags = values
    return Place(
        number,
        name,
        country,
        latitude / 1e5,
        longitude / 1e5,
        population,
        bool(flags & CAPITAL),
        admin1,
        bool(flags & DISTRICT),
        admin2,
        bool(flags & SHADOWED),
    )


def _spans(first: int, last: int) -> list[tuple[int, int]]:
    """Split a span of columns of the grid at the date line."""
    if first < 0:
        return [(0, last), (first + 3600, 3599)]
    if last > 3599:
        return [(first, 3599), (0, last - 3600)]
    return [(first, last)]
