"""From rows to statements: who is meant, what is held back, and that nothing is invented."""

import copy
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from twinnet.errors import InputError
from twinnet.graph import GAZETTEER_SOURCE, Network
from twinnet.models import ColumnUse, Contact, ListKind, ListTable, Row, Statement, content_id, link_id, town_id
from twinnet.places import Gazetteer
from twinnet.resolution import Resolution, guess_kind, resolve
from twinnet.resolution.judging import together
from twinnet.resolution.questions import Question
from twinnet.stores import open_store
from twinnet.text import fold

MOSTAR, BARI, GRAZ = town_id(3194828), town_id(3182351), town_id(2778067)


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer.open() as opened:
        yield opened


def table(kind: ListKind, *rows: dict[str, Any], file: str = "list.csv", **more: Any) -> ListTable:
    fields = sorted({field for row in rows for field in row})
    columns = tuple(ColumnUse(f"Column {field}", field) for field in fields)
    numbered = tuple(Row(number, row) for number, row in enumerate(rows, 2))
    return ListTable(file=file, kind=kind, columns=columns, rows=numbered, **more)


def link(**more: Any) -> dict[str, Any]:
    return {"from_name": "Mostar", "from_country": "BA", "to_name": "Bari", "to_country": "Italy", **more}


def said(resolution: Resolution, kind: str, *, gazetteer: bool = False) -> list[Statement]:
    return [s for s in resolution.statements if s.kind == kind and (s.source == GAZETTEER_SOURCE) == gazetteer]


def held(resolution: Resolution) -> list[tuple[int | None, str | None, str]]:
    return [(fault.row, fault.column, fault.held) for fault in resolution.faults]


def test_a_member_becomes_an_organisation_and_a_membership(gazetteer: Gazetteer) -> None:
    row = {
        "name": "Mostar  Municipality ", "locality": "Mostar", "country": "BiH", "kind": "town", "population": 100_000,
        "themes_offered": ("culture",), "since": "1999", "former": True, "status": "full",
    }  # fmt: skip
    resolution = resolve([table("members", row, network="ALDA", date="2019")], gazetteer=gazetteer)
    (source,) = resolution.sources
    assert (source.name, source.network, source.date, source.rows) == ("ALDA members", "ALDA", "2019", 1)
    assert resolution.faults == ()
    organisation, membership, known = resolution.statements
    assert (organisation.source, organisation.row, organisation.subject) == ("ALDA members", 2, MOSTAR)
    assert organisation.values == {
        "name": "Mostar Municipality", "kind": "town", "country": "BA", "place_state": "confirmed",
        "population": 100_000, "themes_offered": ["culture"],
    }  # fmt: skip
    assert membership.subject == f"{MOSTAR}|ALDA"
    assert membership.values == {"since": "1999", "former": True, "status": "full"}
    assert (known.source, known.row, known.subject) == (GAZETTEER_SOURCE, 3194828, MOSTAR)
    assert known.values["place"] == "Mostar"
    assert known.values["geonames_id"] == 3194828
    assert known.values["capital"] is False


def test_what_the_list_says_stands_before_the_gazetteer(gazetteer: Gazetteer) -> None:
    row = {"name": "Mostar", "country": "BA", "latitude": 43.35, "longitude": 17.8, "population": 7}
    resolution = resolve([table("members", row)], gazetteer=gazetteer)
    (town,) = Network.from_statements(resolution.sources, resolution.statements).organisations
    assert (town.latitude, town.population, town.place, town.place_state) == (43.35, 7, "Mostar", "confirmed")


def test_a_member_whose_place_is_not_found_stays(gazetteer: Gazetteer) -> None:
    rows = [{"name": "Nowhere an der Else", "country": "DE"}, {"name": "Castelfranco", "country": "IT"}]
    resolution = resolve([table("members", *rows)], gazetteer=gazetteer)
    states = [s.values["place_state"] for s in said(resolution, "organisation")]
    assert states == ["unconfirmed", "unconfirmed"]
    assert said(resolution, "organisation", gazetteer=True) == []
    assert held(resolution) == [(2, "Column name", "note"), (3, "Column name", "note")]
    assert all(fault.reason.startswith("place not confirmed: ") for fault in resolution.faults)
    assert len(said(resolution, "membership")) == 2


def test_an_association_keeps_its_own_id_at_the_place_of_its_seat(gazetteer: Gazetteer) -> None:
    rows: list[dict[str, Any]] = [
        {"name": "LDA Mostar", "locality": "Mostar", "country": "BA"},
        {"name": "Association of Towns", "locality": "Atlantis", "country": "GR"},
        {"name": "Kanton Sarajevo", "country": "BA", "kind": "town"},
        {"name": "Soest (Kreis) (Soest, Stadt)", "country": "DE"},
        {"name": "Verein der Orte", "country": "AT", "latitude": 47.0, "longitude": 15.4},
    ]
    resolution = resolve([table("members", *rows)], gazetteer=gazetteer)
    organisations = said(resolution, "organisation")
    kinds = [(s.values["kind"], s.values["place_state"]) for s in organisations]
    assert kinds == [
        ("lda", "confirmed"),
        ("association", "unconfirmed"),
        ("region", "confirmed"),
        ("region", "confirmed"),
        ("association", "own"),
    ]
    assert organisations[0].subject == content_id("lda", "BA", "lda mostar")
    known = {s.subject: s.values for s in said(resolution, "organisation", gazetteer=True)}
    assert known[organisations[0].subject] == {"place": "Mostar", "latitude": 43.34333, "longitude": 17.80806}
    assert known[organisations[3].subject]["place"] == "Soest"


def test_rows_are_held_back_without_a_name_or_a_country(gazetteer: Gazetteer) -> None:
    rows = [
        {"country": "BA"},
        {"name": "Mostar"},
        {"name": "Mostar", "country": "Yugoslavia"},
        {"name": "Novi Sad (Serbia)"},
    ]
    resolution = resolve([table("members", *rows)], gazetteer=gazetteer)
    assert held(resolution) == [
        (2, "Column name", "row"),
        (3, "Column country", "row"),
        (4, "Column country", "row"),
    ]
    assert [s.values["country"] for s in said(resolution, "organisation")] == ["RS"]


def test_an_unknown_country_with_coordinates_takes_the_countrys_place(gazetteer: Gazetteer) -> None:
    at = {"latitude": 43.34, "longitude": 17.81}
    rows = [
        {"name": "Mostar", "country": "Yugoslavia", **at},
        {"name": "Mostar", **at},
        {"name": "Sea", "latitude": 0.0, "longitude": -30.0},
    ]
    resolution = resolve([table("members", *rows)], gazetteer=gazetteer)
    assert {s.subject for s in said(resolution, "organisation")} == {MOSTAR}
    assert held(resolution) == [
        (2, "Column country", "value"),
        (3, "Column country", "note"),
        (4, "Column country", "row"),
    ]
    assert "BA" in resolution.faults[0].reason


def test_a_geonames_id_settles_who_is_meant(gazetteer: Gazetteer) -> None:
    rows = [
        {"name": "Castelfranco", "geonames_id": 3179686},
        {"name": "Hamlet below the cut", "country": "IT", "geonames_id": 99, "latitude": 44.0, "longitude": 9.0},
        {"name": "Other hamlet", "country": "IT", "geonames_id": 98},
        {"name": "Graz", "country": "AT", "geonames_id": 3182351},
    ]
    resolution = resolve([table("members", *rows)], gazetteer=gazetteer)
    organisations = said(resolution, "organisation")
    assert [s.subject for s in organisations] == [town_id(3179686), town_id(99), town_id(98), GRAZ]
    assert organisations[1].values["geonames_id"] == 99
    assert [s.values["place_state"] for s in organisations] == ["confirmed", "own", "unconfirmed", "confirmed"]
    assert (5, "Column geonames_id", "value") in held(resolution)


def test_a_link_is_one_from_both_sides(gazetteer: Gazetteer) -> None:
    back = {"from_name": "Bari", "from_country": "IT", "to_name": "Мостар", "to_country": "Bosnia and Hercegovina"}
    resolution = resolve([table("links", link(since="1998", themes=("youth",)), back)], gazetteer=gazetteer)
    links = said(resolution, "link")
    assert {s.subject for s in links} == {link_id(MOSTAR, BARI)}
    assert links[0].values == {
        "a": BARI, "b": MOSTAR, "kind": "partnership", "since": "1998", "themes": ["youth"],
    }  # fmt: skip
    assert resolution.sources[0].name == "list links"
    network = Network.from_statements(resolution.sources, resolution.statements)
    assert len(network.links) == 1
    assert network.find("Мостар").id == MOSTAR


def test_the_kind_of_a_link_is_part_of_its_identity(gazetteer: Gazetteer) -> None:
    resolution = resolve([table("links", link(), link(kind="friendship"))], gazetteer=gazetteer)
    assert len({s.subject for s in said(resolution, "link")}) == 2
    assert len(said(resolution, "organisation")) == 2  # the same words are said once


def test_a_link_whose_end_cannot_be_placed_is_taken_and_asked_about(gazetteer: Gazetteer) -> None:
    rows = [link(to_name="Atlantis"), link(to_name="Castelfranco"), link(to_name="Castelfranco", since="1999")]
    resolution = resolve([table("links", *rows)], gazetteer=gazetteer)
    assert held(resolution) == [(2, "Column to_name", "note"), (3, "Column to_name", "note")]
    assert all(fault.reason.startswith("place not confirmed: ") for fault in resolution.faults)
    unknown, several = (content_id("town", "IT", name) for name in ("atlantis", "castelfranco"))
    asked = {s.subject: Question.of(s) for s in said(resolution, "question")}
    assert asked.keys() == {unknown, several}
    assert (asked[unknown].name, asked[unknown].candidates) == ("Atlantis", ())
    assert len(asked[several].candidates) > 1
    assert all(question.why for question in asked.values())
    network = Network.from_statements(resolution.sources, together(resolution.statements))
    assert {frozenset((one.a, one.b)) for one in network.links} == {frozenset((MOSTAR, e)) for e in asked}
    assert {network.organisation(end).place_state for end in asked} == {"unconfirmed"}


def test_a_link_without_an_end_a_country_or_a_second_end_is_held_back(gazetteer: Gazetteer) -> None:
    rows = [link(to_name=None), link(from_country="Narnia"), link(to_name="Mostar", to_country="BA")]
    resolution = resolve([table("links", *rows)], gazetteer=gazetteer)
    assert resolution.statements == ()
    assert held(resolution) == [
        (2, "Column to_name", "row"),
        (3, "Column from_country", "row"),
        (4, "Column to_name", "row"),
    ]
    assert resolution.held == (frozenset({2, 3, 4}),)
    assert "same organisation" in resolution.faults[2].reason
    assert all(name not in fault.reason for fault in resolution.faults for name in ("Mostar", "Narnia"))


def test_a_link_to_a_region_is_taken(gazetteer: Gazetteer) -> None:
    resolution = resolve([table("links", link(to_name="Regione Emilia-Romagna"))], gazetteer=gazetteer)
    region = content_id("region", "IT", fold("Regione Emilia-Romagna"))
    assert [s.values["b"] for s in said(resolution, "link")] in ([region], [MOSTAR])
    assert region in {s.subject for s in said(resolution, "organisation")}


def own_ids(statements: Iterable[Statement]) -> list[str]:
    return [s.subject for s in statements if s.kind == "organisation" and s.values.get("place_state") == "own"]


def test_a_place_of_its_own_is_the_same_within_20_km(gazetteer: Gazetteer) -> None:
    at = {"to_name": "Hintermoos", "to_country": "AT", "to_longitude": 13.0}
    rows = [link(**at, to_latitude=y) for y in (47.02, 47.1, 47.9)]
    resolution = resolve([table("links", *rows)], gazetteer=gazetteer)
    assert own_ids(resolution.statements)[0] == content_id("town", "AT", "hintermoos", 47.0, 13.0)
    own = own_ids(together(resolution.statements))
    assert len(own) == 3
    assert own[0] == own[1] != own[2]


def test_members_meet_places_of_their_own_whichever_is_known_first(gazetteer: Gazetteer) -> None:
    member = table("members", {"name": "Hintermoos", "country": "AT"}, file="members.csv")
    links = table("links", link(to_name="Hintermoos", to_country="AT", to_latitude=47.0, to_longitude=13.0))
    moved = table("links", link(to_name="Hintermoos", to_country="AT", to_latitude=47.06, to_longitude=13.06), file="m")
    plain = table("links", link(to_name="Hintermoos", to_country="AT"), file="plain.csv")
    for order in itertools.permutations([member, links, moved, plain]):
        statements: list[Statement] = []
        for one in order:
            statements += resolve([one], gazetteer=gazetteer).statements
        met = together(statements)
        assert len(set(own_ids(met))) == 1
        (membership,) = (s for s in met if s.kind == "membership")
        assert membership.subject == f"{own_ids(met)[0]}|members"
        assert len({s.subject for s in met if s.kind == "link"}) == 1
        assert {s.source for s in met if s.kind == "link"} == {"list links", "m links", "plain links"}


def test_what_rows_say_does_not_depend_on_other_lists(gazetteer: Gazetteer) -> None:
    lists = [
        table("members", {"name": "Hintermoos", "country": "AT"}, {"name": "Mostar", "country": "BA"}, network="A"),
        table("links", link(to_name="Hintermoos", to_country="AT", to_latitude=47.0, to_longitude=13.0)),
        table("members", {"name": "Castelfranco", "country": "IT"}, {"name": "Mostar", "country": "BA"}, network="B"),
    ]
    alone = [s for one in lists for s in resolve([one], gazetteer=gazetteer).statements if s.source != GAZETTEER_SOURCE]
    for order in itertools.permutations(lists):
        all_of_them = resolve(order, gazetteer=gazetteer).statements
        for source in {s.source for s in alone}:
            assert [s for s in all_of_them if s.source == source] == [s for s in alone if s.source == source]


def test_the_ids_of_before_are_kept_whatever_the_order(gazetteer: Gazetteer) -> None:
    at = {"to_name": "Hintermoos", "to_country": "AT", "to_longitude": 13.0}
    member = table("members", {"name": "Hintermoos", "country": "AT"}, file="members.csv")
    links = table("links", link(**at, to_latitude=47.0), link(**at, to_latitude=47.12))
    unplaced = content_id("town", "AT", "hintermoos")
    ids = {unplaced, *(content_id("town", "AT", "hintermoos", y, 13.0) for y in (47.0, 47.1))}
    seen = []
    for calls in ([[member, links]], [[links, member]], [[member], [links]], [[links], [member]]):
        with open_store("memory:") as store:
            for lists in calls:
                done = resolve(lists, gazetteer=gazetteer)
                store.replace(done.sources, done.statements)
                seen.append(store.read())
            (town,) = (o for o in store.read().organisations if o.name == "Hintermoos")
            assert {town.id, *town.aliases} == ids
            assert {store.read().find(identifier).id for identifier in ids} == {town.id}
            assert all("aliases" not in origin.fields for origin in town.origins)
    assert len({one.digest for one in (seen[0], seen[1], seen[3], seen[5])}) == 1


def test_a_corrected_list_is_found_by_the_id_of_before(gazetteer: Gazetteer) -> None:
    plain = table("members", {"name": "Hintermoos", "country": "AT"}, network="ALDA")
    row = {"name": "Hintermoos", "country": "AT", "latitude": 47.0, "longitude": 13.0}
    with open_store("memory:") as store:
        for edition in (plain, table("members", row, network="ALDA")):
            done = resolve([edition], gazetteer=gazetteer)
            store.replace(done.sources, done.statements)
        (town,) = store.read().organisations
        assert town.id == content_id("town", "AT", "hintermoos", 47.0, 13.0)
        assert store.read().find(content_id("town", "AT", "hintermoos")) == town


def test_who_could_not_be_placed_stays_apart_where_two_places_bear_the_name(gazetteer: Gazetteer) -> None:
    member = table("members", {"name": "Hintermoos", "country": "AT"}, file="members.csv")
    at = {"to_name": "Hintermoos", "to_country": "AT", "to_longitude": 13.0}
    links = table("links", *(link(**at, to_latitude=y) for y in (47.0, 47.9)))
    met = together(resolve([member, links], gazetteer=gazetteer).statements)
    (membership,) = (s for s in met if s.kind == "membership")
    assert membership.subject.partition("|")[0] not in own_ids(met)


def test_a_link_of_two_places_that_are_one_is_left_out() -> None:
    place = {"name": "Ruč", "kind": "town", "country": "BA", "place_state": "own", "longitude": 17.0}
    statements = [
        Statement("l", 2, "organisation", "town-a", {**place, "latitude": 44.04}),
        Statement("l", 2, "organisation", "town-b", {**place, "latitude": 44.06}),
        Statement("l", 2, "link", link_id("town-a", "town-b"), {"a": "town-a", "b": "town-b", "kind": "partnership"}),
    ]
    assert [s.subject for s in together(statements)] == ["town-a", "town-a"]


@pytest.mark.parametrize(
    ("row", "town", "reason"),
    [
        # Near the place of a sure name: the name stands, and the coordinates of the municipality are passed over.
        ({"name": "Graz", "country": "AT", "latitude": 47.4, "longitude": 15.43}, GRAZ, "km from the place"),
        # In another country, whether its name is sure or nobody knows it.
        ({"name": "Graz", "country": "AT", "latitude": 55.1, "longitude": 10.24}, GRAZ, "in another country"),
        ({"name": "Qwxyzdorf", "country": "DE", "latitude": 55.1, "longitude": 10.24}, None, "in another country"),
        # Far from every place of the name.
        ({"name": "Graz", "country": "AT", "latitude": 47.13, "longitude": 10.2}, None, "the likeliest"),
        ({"name": "Reggio Emilia", "country": "IT", "latitude": 38.11, "longitude": 15.66}, None, "the likeliest"),
        ({"name": "Castelfranco", "country": "IT", "latitude": 38.11, "longitude": 15.66}, None, "the likeliest"),
    ],
)
def test_coordinates_that_contradict_the_name_are_not_trusted(
    gazetteer: Gazetteer, row: dict[str, Any], town: str | None, reason: str
) -> None:
    resolution = resolve([table("members", row, network="N")], gazetteer=gazetteer)
    (organisation,) = said(resolution, "organisation")
    assert "latitude" not in organisation.values
    listed = (organisation.values["listed_latitude"], organisation.values["listed_longitude"])
    assert listed == (row["latitude"], row["longitude"])
    assert (2, "Column latitude", "value") in held(resolution)
    assert reason in " ".join(fault.reason for fault in resolution.faults)
    assert len(said(resolution, "membership")) == 1
    asked = [Question.of(s) for s in said(resolution, "question")]
    if town is not None:
        assert (organisation.subject, organisation.values["place_state"], asked) == (town, "confirmed", [])
    else:
        assert organisation.values["place_state"] == "unconfirmed"
        assert [question.name for question in asked] == [row["name"]]
        network = Network.from_statements(resolution.sources, together(resolution.statements))
        (one,) = network.organisations
        assert (one.latitude, one.longitude, one.place) == (None, None, None)
        assert (one.listed_latitude, one.listed_longitude) == listed


def test_coordinates_abroad_of_an_organisation_that_is_no_town_are_kept_apart(gazetteer: Gazetteer) -> None:
    row = {"name": "Verein der Orte", "country": "AT", "locality": "Graz", "latitude": 55.1, "longitude": 10.24}
    resolution = resolve([table("members", row)], gazetteer=gazetteer)
    (one,) = Network.from_statements(resolution.sources, resolution.statements).organisations
    assert (one.kind, one.place, round(one.latitude or 0)) == ("association", "Graz", 47)
    assert (one.listed_latitude, one.listed_longitude) == (55.1, 10.24)


def test_coordinates_choose_among_places_of_one_name(gazetteer: Gazetteer) -> None:
    rows = [
        {"name": "Neustadt", "country": "DE", "latitude": 49.35, "longitude": 8.14},
        {"name": "Neustadt", "country": "DE", "latitude": 54.107, "longitude": 10.815},
        {"name": "Hintermoos", "country": "AT", "latitude": 47.0, "longitude": 13.0},
    ]
    resolution = resolve([table("members", *rows)], gazetteer=gazetteer)
    states = {s.subject: s.values["place_state"] for s in said(resolution, "organisation")}
    assert [*states.values()] == ["confirmed", "confirmed", "own"]
    assert said(resolution, "question") == []
    assert [s.values["latitude"] for s in said(resolution, "organisation")] == [49.35, 54.107, 47.0]
    assert all("listed_latitude" not in s.values for s in resolution.statements)


def test_rows_that_disagree_are_noted_and_the_first_stands(gazetteer: Gazetteer) -> None:
    rows = [
        {"name": "Graz", "country": "AT", "population": 1, "latitude": 47.0, "longitude": 15.4},
        {"name": "Stadt Graz", "country": "AT", "population": 2, "latitude": 47.19, "longitude": 15.5},
        {"name": "Graz", "country": "AT", "population": 3},
    ]
    resolution = resolve([table("members", *rows)], gazetteer=gazetteer)
    assert held(resolution) == [
        (3, "Column population", "value"),
        (3, "Column latitude", "value"),
        (4, "Column population", "value"),
    ]
    network = Network.from_statements(resolution.sources, resolution.statements)
    town = network.organisation(GRAZ)
    assert (town.population, town.latitude, town.other_names) == (1, 47.0, ("Stadt Graz",))


def test_every_value_that_does_not_stand_is_reported(gazetteer: Gazetteer) -> None:
    town = {"name": "Graz", "country": "AT"}
    rows = [
        {**town, "website": "graz.at", "since": "1999-05", "until": "2020", "status": "full"},
        {**town, "website": "stadt-graz.at", "since": "2001", "until": "2021", "status": "observer"},
        {**town, "since": "1999", "until": "2020"},  # says less, but nothing else
        {**town, "until": "2020-05"},
        {"name": "Bari", "country": "IT", "since": "2003"},
    ]
    resolution = resolve([table("members", *rows, network="ALDA")], gazetteer=gazetteer)
    assert {fault.held for fault in resolution.faults} == {"value"}
    assert [(fault.row, fault.column, fault.reason) for fault in resolution.faults] == [
        (3, "Column website", "the website of row 2 of the same organisation stands"),
        (3, "Column since", "the beginning of row 2 of the same membership stands"),
        (3, "Column until", "the end of row 2 of the same membership stands"),
        (3, "Column status", "the status of row 2 of the same membership stands"),
        (5, "Column until", "the end of row 2 of the same membership stands"),
    ]
    network = Network.from_statements(resolution.sources, resolution.statements)
    graz = next(m for m in network.memberships if m.organisation == GRAZ)
    assert (graz.since, graz.until, graz.status) == ("1999-05", "2020", "full")


def test_both_directions_of_a_link_say_one_fact(gazetteer: Gazetteer) -> None:
    back = {"from_name": "Bari", "from_country": "IT", "to_name": "Mostar", "to_country": "BA"}
    rows = [
        link(since="1998", last_activity="2020"),
        {**back, "since": "1999", "last_activity": "2020"},
        {**back, "kind": "friendship", "since": "2001"},  # another link
        {**back, "since": "1997", "until": "2010", "last_activity": "2021"},
    ]
    resolution = resolve([table("links", *rows)], gazetteer=gazetteer)
    assert held(resolution) == [
        (3, "Column since", "value"), (5, "Column since", "value"), (5, "Column last_activity", "value"),
    ]  # fmt: skip
    assert resolution.faults[0].reason == "the beginning of row 2 of the same link stands"


def test_what_rows_say_of_a_project_and_of_a_part_in_it(gazetteer: Gazetteer) -> None:
    part = {"programme": "Interreg", "acronym": "SUN", "name": "Graz", "locality": "Graz", "country": "AT"}
    rows = [
        {**part, "title": "Sun", "role": "lead"},
        {**part, "title": "Moon", "role": "partner"},
        {**part, "title": "Moon"},
    ]
    resolution = resolve([table("partners", *rows)], gazetteer=gazetteer)
    assert held(resolution) == [
        (3, "Column title", "value"), (3, "Column role", "value"), (4, "Column title", "value"),
    ]  # fmt: skip


def test_partners_join_their_projects(gazetteer: Gazetteer) -> None:
    projects = table(
        "projects",
        {"programme": "Interreg", "acronym": "SUN", "title": "Sun for all", "start": "2016", "themes": ("energy",)},
        {"programme": "Interreg"},
        file="projects.csv",
    )
    partners = table(
        "partners",
        {
            "programme": "INTERREG",
            "acronym": "Sun",
            "name": "Comune di Bari",
            "locality": "Bari",
            "country": "Italy",
            "role": "lead",
        },
        {"programme": "Interreg", "acronym": "SUN", "name": "Museum of Graz", "locality": "Graz", "country": "AT"},
        {"programme": "Interreg", "acronym": "MOON", "name": "Graz", "locality": "Graz", "country": "AT"},
        {"programme": "Interreg", "name": "Graz", "country": "AT"},
        {"acronym": "SUN", "name": "Graz"},
        file="partners.csv",
    )
    resolution = resolve([partners, projects], gazetteer=gazetteer)
    sun, moon = content_id("project", "interreg", "sun"), content_id("project", "interreg", "moon")
    museum = content_id("other", "AT", "museum of graz")
    assert [(s.subject, s.values) for s in said(resolution, "partner")] == [
        (f"{BARI}|{sun}", {"role": "lead"}),
        (f"{museum}|{sun}", {}),
        (f"{GRAZ}|{moon}", {}),
    ]
    network = Network.from_statements(resolution.sources, resolution.statements)
    assert {project.id: project.title for project in network.projects} == {sun: "Sun for all", moon: None}
    assert network.organisation(museum).place == "Graz"
    assert held(resolution) == [
        (5, "Column acronym", "row"),
        (6, "Column country", "row"),
        (3, "Column acronym", "row"),
    ]


@pytest.mark.parametrize(
    ("name", "locality", "kind"),
    [
        ("Municipality of Maribor", None, "town"),
        ("Grad Zadar", None, "town"),
        ("Vejle Kommune", None, "town"),
        ("Zadar", "Zadar", "town"),
        ("University of Zadar", "Zadar", "school"),
        ("Volkshochschule Graz", "Graz", "school"),
        ("Zadar County", "Zadar", "region"),
        ("Local Democracy Agency Sisak", "Sisak", "lda"),
        ("Robert Bosch Stiftung", "Stuttgart", "foundation"),
        ("Savez opština i gradova", "Banja Luka", "association"),
        ("Europahaus Aurich", "Aurich", "european_house"),
        ("NVO Nansen", None, "ngo"),
        ("Unione dei Comuni Savena", None, "intermunicipal"),
        ("Bridge Engineering Ltd", "Zadar", "other"),
    ],
)
def test_a_name_tells_its_kind(name: str, locality: str | None, kind: str) -> None:
    assert guess_kind(name, locality) == kind


def test_a_list_given_twice_is_taken_once(gazetteer: Gazetteer) -> None:
    one = table("members", {"name": "Graz", "country": "AT"}, network="N", sha256="1", file="one.csv")
    resolution = resolve([one, one], gazetteer=gazetteer)
    assert [source.name for source in resolution.sources] == ["N members"]
    assert len(said(resolution, "membership")) == 1


def test_two_lists_of_one_call_have_two_names(gazetteer: Gazetteer) -> None:
    one = table("members", {"name": "Graz", "country": "AT"}, network="N", sha256="1", file="one.csv")
    two = table("members", {"name": "Bari", "country": "IT"}, network="N", sha256="2", file="two.csv")
    for lists, source in (((one, two), None), ((one, table("links", link(), file="l.csv")), "all")):
        with pytest.raises(InputError, match="with --source and a name of its own") as refused:
            resolve(lists, gazetteer=gazetteer, source=source)
        assert refused.value.file == lists[1].file
    named = [resolve([t], gazetteer=gazetteer, source=name).sources[0] for t, name in ((one, None), (two, "2nd"))]
    assert [(source.name, source.network) for source in named] == [("N members", "N"), ("2nd", "N")]


def test_sheets_of_one_workbook_are_told_apart_by_their_names(gazetteer: Gazetteer) -> None:
    sheets = [
        table("members", {"name": name, "country": "AT"}, network="N", sha256="1", sheet=sheet)
        for name, sheet in (("Graz", "2023"), ("Linz", "2024"))
    ]
    other = table("members", {"name": "Bari", "country": "IT"}, network="M", sha256="2", file="m.csv")
    for lists in (sheets, [other, *reversed(sheets)]):
        names = {source.name for source in resolve(lists, gazetteer=gazetteer).sources}
        assert names - {"M members"} == {"N members (2023)", "N members (2024)"}


def test_workbooks_made_from_the_same_template_are_sources_of_their_own(gazetteer: Gazetteer) -> None:
    books = [table("links", link(), file=file, sheet="Links", sha256=file) for file in ("bosnia.xlsx", "poland.xlsx")]
    assert [source.name for source in resolve(books, gazetteer=gazetteer).sources] == ["bosnia links", "poland links"]


def test_contacts_are_of_whom_their_row_names(gazetteer: Gazetteer) -> None:
    rows = (
        Row(2, {"name": "Graz", "country": "AT"}, (("email", "a@b.example"),)),
        Row(3, {"name": "Bari"}, (("x", "y"),)),
    )
    resolution = resolve([ListTable(file="l.csv", kind="members", rows=rows)], gazetteer=gazetteer)
    assert resolution.contacts == (Contact("l members", 2, GRAZ, "email", "a@b.example"),)
    assert all("a@b.example" not in str(s) for s in resolution.statements)


def test_nothing_given_is_changed_and_the_answer_is_the_same_twice(gazetteer: Gazetteer) -> None:
    tables = [table("members", {"name": "Graz", "country": "AT", "themes_sought": ("youth",)}), table("links", link())]
    before = copy.deepcopy(tables)
    once, twice = resolve(tables, gazetteer=gazetteer), resolve(tables, gazetteer=gazetteer)
    assert tables == before
    assert once == twice


def _read(path: Path) -> list[ListTable]:
    reading = pytest.importorskip("twinnet.reading")
    tables: list[ListTable] = reading.read_lists(path, options=reading.ReadOptions())
    return tables


def test_all_members_of_alda_are_placed(shared_data: Path, gazetteer: Gazetteer) -> None:
    resolution = resolve(_read(shared_data / "members" / "alda.csv"), gazetteer=gazetteer)
    states = Counter(s.values["place_state"] for s in said(resolution, "organisation"))
    assert sum(states.values()) == len(said(resolution, "membership")) == 49
    assert states["confirmed"] >= 47
    assert "row" not in {fault.held for fault in resolution.faults}


def test_links_of_wikidata_lose_no_town(shared_data: Path, gazetteer: Gazetteer) -> None:
    tables = _read(shared_data / "twinnings" / "wikidata_eu.csv")
    resolution = resolve(tables, gazetteer=gazetteer)
    assert "row" not in {fault.held for fault in resolution.faults}
    network = Network.from_statements(resolution.sources, together(resolution.statements))
    assert 14_000 < len(network.links) < 17_000  # both directions of 24,896 rows
    states = Counter(network.organisations.column("place_state"))
    assert (states["confirmed"] + states["own"]) / states.total() > 0.97
    assert all(a < b for a, b in zip(network.links.column("a"), network.links.column("b"), strict=True))


def test_german_partnerships_are_placed_or_reported(shared_data: Path, gazetteer: Gazetteer) -> None:
    (table,) = _read(shared_data / "twinnings" / "rgre_germany.csv")
    resolution = resolve([table], gazetteer=gazetteer)
    held_back = {fault.row for fault in resolution.faults if fault.held == "row"}
    assert len(said(resolution, "link")) + len(held_back) == len(table.rows)
    assert len(said(resolution, "link")) / len(table.rows) > 0.95


def test_a_link_to_a_place_that_only_its_number_names_is_kept(gazetteer: Gazetteer) -> None:
    numbered = table("links", link(to_name="Hintermoos", to_country="AT", to_geonames_id=99999999))
    resolution = resolve([numbered], gazetteer=gazetteer)
    assert resolution.faults == ()
    assert [s.values["b"] for s in together(resolution.statements) if s.kind == "link"] == [town_id(99999999)]


def test_coordinates_stand_where_places_are_only_called_much_like_the_name(gazetteer: Gazetteer) -> None:
    at = {"latitude": 47.93, "longitude": 5.02}
    resolution = resolve(
        [table("members", {"name": "Bourg-la-Villeneuve", "country": "FR", **at})], gazetteer=gazetteer
    )
    (town,) = said(resolution, "organisation")
    assert (town.values["place_state"], town.values["latitude"]) == ("own", 47.93)
    assert held(resolution) == []


def test_a_village_that_the_gazetteer_lacks_is_not_taken_for_its_neighbour(gazetteer: Gazetteer) -> None:
    beside = gazetteer.by_id(3194828)
    assert beside is not None
    row = {"name": "Xyzzywick", "country": "BA", "latitude": beside.latitude + 0.005, "longitude": beside.longitude}
    resolution = resolve([table("members", row)], gazetteer=gazetteer)
    (town,) = said(resolution, "organisation")
    assert town.subject != MOSTAR
    assert town.values["place_state"] == "own"
