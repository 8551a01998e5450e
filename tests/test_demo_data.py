"""The shipped demo network is what its README says it is."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest

import twinnet
from twinnet import countries, lifecycle, themes
from twinnet.graph import Facts
from twinnet.models import LINK_KINDS, ORGANISATION_KINDS, Link
from twinnet.places import Gazetteer, Place, distance
from twinnet.text import fold

FOLDER = Path(twinnet.__file__).parent / "data" / "demo"
DAY = dt.date(2026, 7, 1)
OLD = countries.group("old-europe", on=DAY)
SOUTH_EAST = countries.group("south-east-europe", on=DAY)
WESTERN_BALKANS = countries.group("western-balkans", on=DAY)

Rows = list[dict[str, str]]


def rows(name: str) -> Rows:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def members() -> Rows:
    return rows("members.csv")


@pytest.fixture(scope="module")
def towns(members: Rows) -> Rows:
    return [member for member in members if member["kind"] == "town"]


@pytest.fixture(scope="module")
def links() -> Rows:
    return rows("links.csv")


def ends(link: dict[str, str]) -> frozenset[str]:
    return frozenset((link["from_country"], link["to_country"]))


def between(link: dict[str, str], one: frozenset[str], other: frozenset[str]) -> bool:
    a, b = link["from_country"], link["to_country"]
    return (a in one and b in other) or (b in one and a in other)


def test_the_readme_counts_right(members: Rows, towns: Rows, links: Rows) -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    lands = len({member["country"] for member in members})
    others = len(members) - len(towns)
    assert f"{len(members)} members: {len(towns)} towns and {others} other organisations in {lands} countries" in readme
    assert f"{len(links)} links between the member towns" in readme
    assert sum(bool(member["until"]) for member in members) == 9
    assert "nine towns have left" in readme
    assert "**made up**" in readme


def test_nothing_stands_twice(members: Rows, links: Rows) -> None:
    assert len({(member["country"], fold(member["name"])) for member in members}) == len(members)
    pairs = {
        frozenset(((link["from_name"], link["from_country"]), (link["to_name"], link["to_country"]))) for link in links
    }
    assert len(pairs) == len(links)


def test_every_value_is_of_its_kind(members: Rows, links: Rows) -> None:
    for member in members:
        assert countries.code(member["country"]) == member["country"]
        assert member["kind"] in ORGANISATION_KINDS
        assert member["name"] == member["name"].strip() != ""
        assert all(re.fullmatch("[a-z]{2}", code) for code in member["languages"].split("; "))
        lifecycle.first_day(member["member since"])
        assert not member["until"] or member["member since"] <= member["until"] <= "2025"
    for link in links:
        assert link["kind"] in LINK_KINDS
        dates = [link[field] for field in ("since", "until", "last_activity") if link[field]]
        assert all(lifecycle.last_day(date) <= DAY or date == "2026-06" for date in dates)
        if link["since"]:
            assert all(link["since"][:4] <= date[:4] for date in dates)


def test_invented_organisations_say_so_and_towns_have_a_place(members: Rows, towns: Rows) -> None:
    for member in members:
        if member["kind"] == "town":
            assert member["geonames_id"].isdigit()
            assert 2_000 <= int(member["population"]) <= 1_000_000
        else:
            assert member["name"].startswith("Demo ")
            assert member["locality"]
    assert len({town["geonames_id"] for town in towns}) == len(towns)
    small = sorted(int(town["population"]) for town in towns)
    assert small[len(small) // 2] < 13_000


def test_half_is_old_europe_and_half_south_east(towns: Rows) -> None:
    count = Counter(town["country"] for town in towns)
    assert 120 <= sum(count[code] for code in OLD) <= 140
    assert 120 <= sum(count[code] for code in SOUTH_EAST) <= 140
    assert set(count) >= SOUTH_EAST


def test_every_link_joins_two_member_towns_of_different_countries(towns: Rows, links: Rows) -> None:
    known = {(town["name"], town["country"]) for town in towns}
    for link in links:
        assert {(link["from_name"], link["from_country"]), (link["to_name"], link["to_country"])} <= known
        assert len(ends(link)) == 2


def test_links_behave_like_twinnings(towns: Rows, links: Rows) -> None:
    assert sum(between(link, OLD, OLD) for link in links) > 200
    assert 1 <= sum(between(link, OLD, WESTERN_BALKANS) for link in links) <= 0.03 * len(links)
    linked = Counter((link[f"{end}_name"], link[f"{end}_country"]) for link in links for end in ("from", "to"))
    alone = [town for town in towns if (town["name"], town["country"]) not in linked]
    assert 0.1 < len(alone) / len(towns) < 0.3
    assert max(linked.values()) < 20
    years = {link["since"][:4] for link in links if link["since"]}
    assert min(years) < "1970"
    assert max(years) >= "2025"


@pytest.mark.parametrize("today", [DAY, dt.date(2026, 12, 31)])
def test_links_are_of_every_state(links: Rows, today: dt.date) -> None:
    fields = ("since", "until", "last_activity")
    made = [
        Link.model_validate({"id": str(at), "a": "town-1", "b": "town-2", **{f: link[f] or None for f in fields}})
        for at, link in enumerate(links)
    ]
    count = Counter(lifecycle.states(Facts.of(Link, made), today))
    assert count["active"] > 200
    assert count["unknown"] > 100
    assert count["declining"] > 60
    assert count["dormant"] > 60
    assert count["ended"] > 15
    assert sum(lifecycle.next_anniversary(date, today) is not None for date in (link.since for link in made)) > 100


def test_themes_are_read_and_the_own_words_of_some_kept(members: Rows, links: Rows) -> None:
    cells = [member[f"themes {side}"] for member in members for side in ("offered", "sought")]
    cells += [link["themes"] for link in links]
    found = [theme for cell in cells for theme in themes.parse(cell)]
    known = sum(theme in themes.keys() for theme in found)  # noqa: SIM118 - a function of the module
    assert 0.97 < known / len(found) < 1
    assert set(themes.keys()) <= set(found)
    assert sum(not cell for cell in cells) > 50


def test_the_projects_and_partners_are_those_of_the_documents() -> None:
    projects, partners = rows("projects.csv"), rows("partners.csv")
    known = {(project["programme"], project["acronym"]) for project in projects}
    assert [acronym for _, acronym in sorted(known)] == ["ALDA town twinning", "Connectowns2U", "CitiPart", "EC-NET"]
    assert {(partner["programme"], partner["acronym"]) for partner in partners} <= known
    count = Counter(partner["acronym"] for partner in partners)
    assert count == {"CitiPart": 8, "Connectowns2U": 5, "ALDA town twinning": 1}
    for project in projects:
        assert set(themes.parse(project["themes"])) <= set(themes.keys())
        assert not project["start"] or lifecycle.first_day(project["start"]) < lifecycle.first_day(project["end"])
    for partner in partners:
        assert countries.code(partner["country"]) == partner["country"]
        assert partner["kind"] in ORGANISATION_KINDS
        assert partner["role"] == "partner"


def test_every_name_finds_its_place_and_no_district_is_a_member(members: Rows, towns: Rows) -> None:
    with Gazetteer.open() as gazetteer:
        for town in towns:
            place = gazetteer.by_id(int(town["geonames_id"]))
            assert place is not None
            assert (place.name, place.country) == (town["name"], town["country"])
            assert not place.district
            assert found(gazetteer, town["name"], town["country"]).geonames_id == place.geonames_id
        for member in members:
            found(gazetteer, member["locality"], member["country"])
        for partner in rows("partners.csv"):
            if partner["locality"]:
                found(gazetteer, partner["locality"], partner["country"])


def found(gazetteer: Gazetteer, name: str, country: str) -> Place:
    hit = gazetteer.find(name, country)
    assert hit is not None, (name, country)
    return hit.place


def test_towns_of_the_demo_lie_apart() -> None:
    with Gazetteer.open() as gazetteer:
        places = [gazetteer.by_id(int(member["geonames_id"] or 0)) for member in rows("members.csv")]
    placed = [place for place in places if place is not None]
    near = [
        (a.name, b.name)
        for i, a in enumerate(placed)
        for b in placed[i + 1 :]
        if a.country == b.country and distance(a.latitude, a.longitude, b.latitude, b.longitude) < 5
    ]
    assert near == []
