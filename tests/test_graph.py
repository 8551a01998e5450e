"""A network merges what rows say, says which row said it, changes nothing it was given and projects graphs."""

import copy
import datetime as dt
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet.errors import AmbiguousError, InputError, NotFoundError
from twinnet.graph import GAZETTEER_SOURCE, Network
from twinnet.models import (
    Judgement,
    Link,
    Membership,
    Organisation,
    Origin,
    Partner,
    Project,
    Source,
    Statement,
    link_id,
)
from twinnet.taxonomy import Taxonomy


def source(name: str, date: str | None = None, **values: Any) -> Source:
    return Source(name=name, kind=values.pop("kind", "members"), file=f"{name}.csv", date=date, **values)


def says(source: str, row: int, subject: str = "town-1", **values: Any) -> Statement:
    return Statement(source, row, "organisation", subject, {"name": "Mostar", **values})


def only(network: Network) -> Organisation:
    assert len(network.organisations) == 1
    return network.organisations[0]


def test_the_newer_list_wins() -> None:
    lists = [source("a", "2023"), source("b", "2024-05"), source("c")]
    said = [says("a", 2, population=1), says("b", 9, population=2), says("c", 2, population=3, website="w")]
    town = only(Network.from_statements(lists, said))
    assert town.population == 2
    assert town.website == "w"


@pytest.mark.parametrize("order", [("2019", "2020"), ("2019-02", "2019-10"), ("2019-02-09", "2019-02-10")])
def test_dates_are_compared_as_far_as_they_are_known(order: tuple[str, str]) -> None:
    older, newer = order
    lists = [source("a", older), source("z", newer)]
    assert (
        only(Network.from_statements(lists, [says("a", 2, population=1), says("z", 2, population=2)])).population == 2
    )


def test_then_the_name_of_the_source_decides_and_then_the_earlier_row() -> None:
    lists = [source("b", "2024"), source("a", "2024")]
    said = [says("b", 2, population=1), says("a", 9, population=3), says("a", 5, population=2)]
    assert only(Network.from_statements(lists, said)).population == 2


def test_the_gazetteer_comes_last_and_makes_nobody() -> None:
    said = [
        says("a", 2, population=5),
        says(GAZETTEER_SOURCE, 1, population=9, country="BA"),
        says(GAZETTEER_SOURCE, 7, "town-2", country="IT"),
    ]
    town = only(Network.from_statements([source("a")], said))
    assert (town.population, town.country) == (5, "BA")
    assert town.origins == (
        Origin(source="a", row=2, fields=("name", "population")),
        Origin(source=GAZETTEER_SOURCE, row=1, fields=("country",)),
    )


def test_sets_are_united_and_origins_say_which_value_came_from_which_row() -> None:
    lists = [source("a", "2024"), source("b", "2020")]
    said = [
        says("b", 3, themes_offered=["youth", "culture"], country="BA", population=7),
        says("a", 2, themes_offered=["sport", "youth"], population=8),
        says("b", 4, themes_offered=["youth"], population=None),
    ]
    town = only(Network.from_statements(lists, said))
    assert town.themes_offered == ("culture", "sport", "youth")
    assert town.origins == (
        Origin(source="a", row=2, fields=("name", "population", "themes_offered")),
        Origin(source="b", row=3, fields=("country", "themes_offered")),
        Origin(source="b", row=4, fields=()),
    )


def test_a_name_that_loses_is_kept_as_another_name() -> None:
    lists = [source("a", "2024"), source("b", "2020")]
    said = [says("a", 2, name="Mostar"), says("b", 2, name="Мостар", other_names=["Mostár"]), says("b", 3)]
    town = only(Network.from_statements(lists, said))
    assert town.name == "Mostar"
    assert town.other_names == ("Mostár", "Мостар")


def test_a_zero_has_no_sign() -> None:
    one, other = (Network.from_statements([source("a")], [says("a", 2, longitude=zero)]) for zero in (0.0, -0.0))
    assert one.digest == other.digest


def test_every_kind_of_fact_is_merged() -> None:
    lists = [source("a", "2024"), source("b", "2020")]
    said = [
        says("a", 2),
        says("a", 3, "town-2", name="Bari"),
        Statement("b", 2, "membership", "town-1|ALDA", {"since": "1999", "former": True}),
        Statement("a", 2, "membership", "town-1|ALDA", {"since": "2001", "former": False}),
        Statement("a", 3, "link", "link-1", {"a": "town-1", "b": "town-2", "themes": ["youth"]}),
        Statement("b", 3, "link", "link-1", {"a": "town-1", "b": "town-2", "themes": ["sport"], "since": "1985"}),
        Statement("a", 4, "project", "project-1", {"name": "REFIRE", "programme": "Interreg"}),
        Statement("a", 5, "partner", "town-1|project-1", {"role": "lead"}),
    ]
    network = Network.from_statements(lists, said)
    membership = network.memberships[0]
    assert (membership.organisation, membership.network, membership.since, membership.former) == (
        *("town-1", "ALDA"),
        *("2001", False),
    )
    assert network.links[0].themes == ("sport", "youth")
    assert network.links[0].since == "1985"
    assert network.partners[0] == Partner(
        project="project-1",
        organisation="town-1",
        role="lead",
        origins=(Origin(source="a", row=5, fields=("role",)),),
    )
    assert network.projects[0].name == "REFIRE"
    assert [s.name for s in network.sources] == ["a", "b"]


def test_judgements_stand_beside_the_facts_and_questions_are_none() -> None:
    said = [says("a", 2), Statement("a", 2, "question", "town-1", {"name": "Mostar"})]
    refused = Judgement(verdict="refused", organisation="town-1", name="Mostar")
    apart = Judgement(verdict="different", organisation="town-2", other="town-1")
    network = Network.from_statements([source("a")], said, [refused, apart])
    assert list(network.judgements) == sorted((refused, apart), key=lambda judgement: judgement.id)
    assert network.judgements[network.judgements.position(apart.id)] == apart
    plain = Network.from_statements([source("a")], said[:1])
    assert network.digest == plain.digest
    assert (repr(network), len(plain.judgements)) == (repr(plain), 0)
    with pytest.raises(InputError, match="two judgements have the id"):
        Network(judgements=[apart, apart])


def test_an_id_is_known_as_long_as_somebody_has_or_had_it() -> None:
    network = Network([Organisation(id="town-1", name="Mostar", aliases=("town-0",))])
    assert [network.knows(identifier) for identifier in ("town-1", "town-0", "town-2")] == [True, True, False]


values = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Mostar", "Мостар", "Mostár"]),
        "population": st.none() | st.integers(0, 3),
        "country": st.sampled_from(["BA", "HR"]),
        "themes_offered": st.lists(st.sampled_from(["youth", "sport", "culture"]), max_size=3),
        "languages": st.lists(st.sampled_from(["bs", "hr"]), max_size=2),
    },
)


@st.composite
def lists_and_rows(draw: st.DrawFn) -> tuple[list[Source], list[Statement]]:
    dates = draw(st.lists(st.sampled_from([None, "2020", "2024", "2024-05"]), min_size=1, max_size=3))
    lists = [source(f"list {at}", date) for at, date in enumerate(dates)]
    places = st.tuples(st.integers(0, len(lists) - 1), st.integers(2, 6), st.sampled_from(["town-1", "town-2"]))
    rows = draw(st.lists(places, unique=True, min_size=1, max_size=8))
    said = [
        Statement(f"list {at}", row, "organisation", subject, {"name": "Mostar", **draw(values)})
        for at, row, subject in rows
    ]
    return lists, said


@given(given=lists_and_rows(), data=st.data())
def test_the_order_of_lists_and_rows_does_not_matter_and_nothing_given_is_changed(given: Any, data: Any) -> None:
    lists, said = given
    before = copy.deepcopy((lists, said))
    network = Network.from_statements(lists, said)
    other = Network.from_statements(data.draw(st.permutations(lists)), data.draw(st.permutations(said)))
    assert network.organisations.columns() == other.organisations.columns()
    assert network.digest == other.digest
    assert (lists, said) == before


@given(given=lists_and_rows())
def test_every_merged_value_is_what_the_row_that_it_names_says(given: Any) -> None:
    lists, said = given
    rows = {(s.source, s.row, s.subject): s.values for s in said}
    for town in Network.from_statements(lists, said).organisations:
        named = [field for origin in town.origins for field in origin.fields]
        for field in ("name", "population", "country"):
            assert named.count(field) == (getattr(town, field) is not None)
        for origin in town.origins:
            told = rows[origin.source, origin.row, town.id]
            for field in origin.fields:
                value = getattr(town, field)
                assert set(told[field]) <= set(value) if isinstance(value, tuple) else told[field] == value
        for field in ("themes_offered", "languages"):
            united = {item for key, told in rows.items() if key[2] == town.id for item in told.get(field, ())}
            assert getattr(town, field) == tuple(sorted(united))


MOSTAR = Organisation(id="town-1", name="Mostar", country="BA", place="Mostar", other_names=("Мостар",))
BARI = Organisation(id="town-2", name="Bari", country="IT")
GRAZ = Organisation(id="town-3", name="Graz", country="AT")


def small(**values: Any) -> Network:
    return Network([BARI, MOSTAR, GRAZ], **values)


def test_rows_are_kept_by_id_whatever_their_order() -> None:
    network = small()
    assert network.organisations.column("id") == ("town-1", "town-2", "town-3")
    assert list(network.organisations) == [MOSTAR, BARI, GRAZ]
    assert network.organisations[-1] == GRAZ
    assert network.organisations[:2] == [MOSTAR, BARI]
    assert network.organisations.position("town-2") == 1
    assert not network.organisations.has("town-9")
    assert repr(network.organisations) == "<3 Organisations>"
    assert Network(network.organisations).organisations is network.organisations


def test_an_empty_network_answers() -> None:
    network = Network()
    assert network.newest_date is None
    assert network.networks == ()
    assert network.members() == frozenset()
    assert network.graph(projects=True).number_of_nodes() == 0
    assert network.multigraph().number_of_nodes() == 0
    assert repr(network) == "<Network: 0 organisations, 0 memberships, 0 links, 0 projects>"
    assert len(network.digest) == 12


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("town-1", MOSTAR),
        ("Mostar", MOSTAR),
        ("MOSTÁR", MOSTAR),
        ("Мостар", MOSTAR),
        ("Mostar, BA", MOSTAR),
        ("mostar, Bosnia", MOSTAR),
    ],
)
def test_an_organisation_is_found_by_id_or_name(name: str, expected: Organisation) -> None:
    assert small().find(name) == expected


@pytest.mark.parametrize("name", ["Pula", "Mostar, IT", "Mostar, Atlantis", "", ","])
def test_what_is_not_there_is_not_found(name: str) -> None:
    with pytest.raises(NotFoundError):
        small().find(name)
    with pytest.raises(NotFoundError):
        small().organisation("town-9")


def test_an_ambiguous_name_lists_its_candidates_unless_one_is_written_so() -> None:
    towns = [
        Organisation(id="town-1", name="Córdoba", country="ES"),
        Organisation(id="town-2", name="Cordoba", country="AR"),
        Organisation(id="ngo-1", name="Valencia", country="ES", kind="ngo"),
        Organisation(id="town-3", name="Valencia", country="ES", population=824_340),
        Organisation(id="town-4", name="Fulda", country="DE"),
        Organisation(id="region-1", name="Fulda (Kreis)", country="DE", kind="region", other_names=("Fulda",)),
    ]
    network = Network(towns)
    assert network.find("Córdoba").country == "ES"
    assert network.find("CORDOBA, Argentina").country == "AR"
    assert network.find("Fulda, DE").id == network.find("Fulda").id == "town-4"
    with pytest.raises(AmbiguousError, match="2 organisations") as caught:
        network.find("Valencia")
    assert caught.value.candidates == ("ngo-1  Valencia, ES (ngo)", "town-3  Valencia, ES (town, 824,340 inhabitants)")


def test_an_organisation_is_found_by_an_id_that_it_had() -> None:
    moved = Organisation(id="town-1", name="Hintermoos", country="AT", aliases=("town-old", "town-2"))
    network = Network([moved, Organisation(id="town-2", name="Graz", country="AT")])
    assert network.find("town-old").id == network.organisation("town-old").id == "town-1"
    assert network.find("town-2").name == network.organisation("town-2").name == "Graz"
    with pytest.raises(NotFoundError):
        network.organisation("town-older")


def test_members_are_the_present_ones() -> None:
    network = small(
        memberships=[
            Membership(organisation="town-1", network="ALDA"),
            Membership(organisation="town-2", network="ALDA", former=True),
            Membership(organisation="town-2", network="URBACT"),
        ]
    )
    assert network.networks == ("ALDA", "URBACT")
    assert network.members("ALDA") == {"town-1"}
    assert network.members() == {"town-1", "town-2"}
    assert network.members("none") == frozenset()


def test_a_membership_ends_on_its_last_day() -> None:
    network = small(
        memberships=[
            Membership(organisation="town-1", network="ALDA", until="2026"),
            Membership(organisation="town-2", network="ALDA"),
        ]
    )
    assert network.members("ALDA") == network.members(on=dt.date(2026, 12, 31)) == {"town-1", "town-2"}
    assert network.members(on=dt.date(2027, 1, 1)) == network.members("ALDA", on=dt.date(2027, 1, 1)) == {"town-2"}


def test_of_two_lists_the_newer_stands_and_a_year_counts_to_its_end() -> None:
    lists = [source("a", "2024-05"), source("b", "2024"), source("c", "2024-12-31")]
    said = [says(one.name, 2, population=at) for at, one in enumerate(lists)]
    assert only(Network.from_statements(lists, said)).population == 1


def test_the_newest_date_counts_a_year_to_its_end() -> None:
    link = Link(id="l", a="town-1", b="town-2", since="1985", last_activity="2023-02")
    assert small(links=[link]).newest_date == dt.date(2023, 2, 28)
    assert small(links=[link], sources=[source("a", "2023")]).newest_date == dt.date(2023, 12, 31)
    assert small(links=[link], sources=[source("a", "2024-01-05")]).newest_date == dt.date(2024, 1, 5)
    assert small(links=[link.model_copy(update={"until": "9999"})]).newest_date == dt.date(2023, 2, 28)


def rich() -> Network:
    return small(
        memberships=[Membership(organisation="town-1", network="ALDA", since="2001")],
        links=[
            Link(id=link_id("town-1", "town-2"), a="town-1", b="town-2", since="1985", until="2010"),
            Link(id=link_id("town-1", "town-2", "friendship"), a="town-1", b="town-2", kind="friendship", since="2012"),
            Link(id="loop", a="town-3", b="town-3"),
        ],
        projects=[
            Project(id="p1", name="One", start="2015", end="2017-06"),
            Project(id="p2", name="Two", start="2016"),
        ],
        partners=[Partner(project="p1", organisation=f"town-{n}") for n in (1, 2, 3)]
        + [Partner(project="p2", organisation=f"town-{n}", role="lead") for n in (1, 3)],
    )


def test_the_multigraph_holds_everything() -> None:
    graph = rich().multigraph()
    assert isinstance(graph, nx.MultiGraph)
    assert sorted(graph) == ["network|ALDA", "p1", "p2", "town-1", "town-2", "town-3"]
    assert graph.nodes["town-1"]["type"] == "organisation"
    assert graph.nodes["town-1"]["name"] == "Mostar"
    assert graph.nodes["p1"]["type"] == "project"
    assert sorted(graph["town-1"]["town-2"]) == sorted(
        [
            link_id("town-1", "town-2"),
            link_id("town-1", "town-2", "friendship"),
        ]
    )
    assert graph.edges["town-1", "network|ALDA", "membership"] == {
        "type": "membership",
        "since": "2001",
        "until": None,
        "former": False,
        "status": None,
    }
    assert graph.edges["town-3", "p2", "partner"]["role"] == "lead"
    assert graph.number_of_edges() == 3 + 5 + 1


@pytest.mark.parametrize(
    ("day", "links"),
    [
        (None, 2),
        (dt.date(1984, 12, 31), 0),
        (dt.date(1985, 1, 1), 1),
        (dt.date(2010, 12, 31), 1),
        (dt.date(2011, 1, 1), 0),
        (dt.date(2012, 5, 1), 1),
    ],
)
def test_the_simple_graph_counts_the_links_that_lived(day: dt.date | None, links: int) -> None:
    graph = rich().graph(as_of=day)
    assert sorted(graph) == ["town-1", "town-2", "town-3"]
    found = graph.edges["town-1", "town-2"]["links"] if graph.has_edge("town-1", "town-2") else 0
    assert found == links
    assert not graph.has_edge("town-3", "town-3")


def test_the_simple_graph_may_count_projects_in_common() -> None:
    graph = rich().graph(projects=True)
    assert graph.edges["town-1", "town-3"] == {"links": 0, "projects": 2}
    assert graph.edges["town-1", "town-2"] == {"links": 2, "projects": 1}
    assert rich().graph(projects=True, as_of=dt.date(2017, 7, 1)).edges["town-1", "town-3"]["projects"] == 1


def test_changing_a_projection_changes_no_facts() -> None:
    network = rich()
    before = network.digest
    network.multigraph().remove_node("town-1")
    network.graph().add_edge("town-1", "town-3")
    del network.__dict__["digest"]
    assert network.digest == before
    assert len(network.organisations) == 3
    network.organisations.columns().clear()
    assert network.organisations.column("id")


def test_the_digest_is_that_of_the_facts() -> None:
    assert small().digest == Network([GRAZ, BARI, MOSTAR]).digest
    assert small().digest == small(sources=[source("a")]).digest
    assert small().digest != Network([MOSTAR, BARI]).digest
    assert rich().digest == rich().digest


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"organisations": [Organisation(id="o", name="A"), Organisation(id="o", name="B")]}, "two organisations"),
        ({"links": [Link(id="l", a="x", b="y")]}, "a link names the organisation 'x'"),
        ({"memberships": [Membership(organisation="x", network="N")]}, "a membership names the organisation 'x'"),
        (
            {"organisations": [Organisation(id="o", name="A")], "partners": [Partner(project="p", organisation="o")]},
            "a project partner names the project 'p'",
        ),
    ],
)
def test_what_names_the_unknown_is_refused(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Network(**facts)


def test_a_town_is_found_by_its_place_and_others_by_their_names_alone() -> None:
    town = Organisation(id="town-1", name="Municipality of Maribor", place="Maribor", country="SI")
    school = Organisation(id="school-1", name="University of Maribor", kind="school", place="Maribor", country="SI")
    network = Network([town, school])
    assert network.find("Maribor") == town
    assert network.find("University of Maribor") == school


def test_tags_are_united_and_a_taxonomy_is_part_of_the_digest() -> None:
    sources = [source("new", "2024"), source("old", "2020")]
    said = [
        says("old", 2, tags=[["Mladi", "youth"], ["Vino", "rural_food"]], description="An old text."),
        says("new", 2, tags=[["Jugend", "youth"], ["Mladi", "youth"]], description="A new text."),
    ]
    network = Network.from_statements(sources, said)
    town = only(network)
    assert town.tags == (("Jugend", "youth"), ("Mladi", "youth"), ("Vino", "rural_food"))
    assert town.description == "A new text."
    assert [(o.source, "tags" in o.fields, "description" in o.fields) for o in town.origins] == [
        ("new", True, True),
        ("old", True, False),
    ]
    mine = Taxonomy.from_text('[themes.wine]\nlabel = "wine"\narea = "green"')
    under_mine = Network.from_statements(sources, said, taxonomy=mine)
    assert (network.taxonomy, under_mine.taxonomy) == (Taxonomy.builtin(), mine)
    assert under_mine.digest != network.digest
