"""What a postcode says of where a place lies: the town whose region it is of, or the unit that bears its number."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from twinnet import countries
from twinnet.places.models import Place, distance
from twinnet.places.store import DATA, Table
from twinnet.text import fold

_OF_COUNTRY = re.compile(r"^[A-Z]{1,3}\s*-\s*(?=\d)|[^0-9A-Z]")
_IN_TEXT = re.compile(r"\b(?:[A-Z]{1,3}-)?(\d{3}\s?\d{2}|\d{2}-\d{3}|\d{4,6})\b")
_BEFORE = re.compile(r"\b([A-Z]{1,3})\s?-\s?\d{4,6}\b")
_WITHIN = 110.0
"""Kilometres from the town of a postal region within which its places lie."""
_NEARER = 1.6
"""How many times as far as the nearest another place may lie before the postcode tells them apart."""
_SHORT_PORTUGUESE = 4
"""Digits of a Portuguese code that is written without its last three."""


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    read = json.loads((DATA / "postcodes.json").read_text(encoding="utf-8"))
    towns = {
        country: dict(part.split(" ", 1) for part in listed.split(";")) for country, listed in read["towns"].items()
    }
    return {"towns": towns, "units": read["units"], "digits": read["digits"]}


def postcode_in(name: str) -> str | None:
    """Return the postcode that stands in a name, None where none does.

    >>> postcode_in("F-57160 Scy-Chazelles"), postcode_in("31-004 Kraków"), postcode_in("Bari")
    ('57160', '31-004', None)
    """
    found = _IN_TEXT.search(name)
    return found[1] if found else None


def country_of_postcode(name: str) -> str | None:
    """Return the country that stands before a postcode in a name, None where none does.

    >>> country_of_postcode("F-57160 Scy-Chazelles"), country_of_postcode("57160 Scy-Chazelles")
    ('FR', None)
    """
    found = _BEFORE.search(name)
    return countries.code(found[1]) if found else None


def by_postcode(postcode: str, country: str, places: list[Place], table: Table) -> list[Place]:
    """Return those of a country's places that lie where a postcode says; all where it says nothing."""
    code = whole(_OF_COUNTRY.sub("", postcode.upper()), country) or ""
    if digits := _data()["units"].get(country):
        units = [unit for unit in table.units(f"#{code[:digits].lower()}") if unit.country == country]
        return [place for place in places if any(unit.holds(place) for unit in units)] or places
    town = _town(code, country)
    known = [place for place, _ in table.by_key(fold(town), (country,))] if town else []
    if not known:
        return places
    centre = max(known, key=lambda place: (place.population or 0, -place.geonames_id))
    km = [distance(centre.latitude, centre.longitude, place.latitude, place.longitude) for place in places]
    nearest = min(km)
    if nearest > _WITHIN:
        return places
    return [place for place, far in zip(places, km, strict=True) if far <= max(20.0, _NEARER * nearest)]


def whole(code: str, country: str) -> str | None:
    """Return a code with the zero that tables drop, None where it has too many or too few digits.

    >>> whole("1067", "DE"), whole("01067", "DE"), whole("1", "DE"), whole("2514GL", "NL"), whole("1100", "PT")
    ('01067', '01067', None, '2514GL', '1100')
    """
    digits = len(code) - len(code.lstrip("0123456789"))
    wanted = _data()["digits"].get(country, digits)
    if digits == wanted - 1:
        return "0" + code
    return code if digits == wanted or (country == "PT" and digits == _SHORT_PORTUGUESE) else None


def _town(code: str, country: str) -> str | None:
    """Return the town of the longest prefix that is known; letters at the beginning count as a whole."""
    towns = _data()["towns"].get(country, {})
    letters = code[: len(code) - len(code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))]
    prefixes = [letters] if letters else [code[:length] for length in (3, 2, 1) if len(code) > length]
    return next((towns[prefix] for prefix in prefixes if prefix in towns), None)
