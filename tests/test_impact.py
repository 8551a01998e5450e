"""The numbers of a network: known answers on networks small enough to count by hand, and what always holds."""

import datetime as dt
import os
import subprocess
import sys
from collections import Counter
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet import impact
from twinnet.errors import RulesError
from twinnet.graph import Network
from twinnet.models import Link, Membership, Organisation, Partner, Party, Project, Rules, Suggestion, link_id

TODAY = dt.date(2026, 1, 1)


def town(number: int, **values: Any) -> Organisation:
    return Organisation(**{"id": f"town-{number}", "name": f"Town {number:02}", "country": "BA", **values})


def link(a: int, b: int, **values: Any) -> Link:
    first, second = sorted((f"town-{a}", f"town-{b}"))
    kind = values.get("kind", "partnership")
    return Link(**{"id": link_id(first, second, kind), "a": first, "b": second, **values})


def network(pairs: list[tuple[int, int]], towns: int = 0, **values: Any) -> Network:
    n = max([towns, *(end + 1 for pair in pairs for end in pair)])
    return Network([town(i) for i in range(n)], links=[link(a, b) for a, b in pairs], **values)


def suggested(a: str, b: str, lands: tuple[str | None, str | None], kind: str = "start") -> Suggestion:
    one, other = (Party(id=i, name=i, country=land) for i, land in zip((a, b), lands, strict=True))
    return Suggestion(kind=kind, organisation=one, candidate=other, score=1)  # type: ignore[arg-type]  # kinds in a loop


TRIANGLES = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5)]


def test_two_triangles_are_two_communities_joined_by_a_bridge() -> None:
    found = impact.structure(network(TRIANGLES, towns=7))
    first, second = found.communities
    assert (found.linked, found.pairs, found.parts) == (6, 7, 1)
    assert set(first.members) == {"town-0", "town-1", "town-2"}
    assert (first.number, first.name, first.inside, first.across) == (1, "Town 02", 3, 1)
    assert (second.number, second.name, second.countries) == (2, "Town 03", (("BA", 3),))
    assert found.ties == (impact.Tie(a=1, b=2, pairs=1),)
    assert found.bridges == (impact.Bridge(a="town-2", b="town-3", parts=(3, 3)),)
    joining = impact.Connector(
        organisation="town-2", community=1, partners=3, elsewhere=1, communities=1, participation=0.444444
    )
    assert found.connectors[0] == joining  # 1 - (2/3)^2 - (1/3)^2
    assert [connector.organisation for connector in found.connectors] == ["town-2", "town-3"]


def test_an_organisation_with_one_partner_hangs_on_a_bridge() -> None:
    chain = impact.bridges(network([(0, 1), (1, 2), (2, 3)]))
    assert [(b.a, b.b, b.parts) for b in chain] == [
        ("town-1", "town-2", (2, 2)),
        ("town-0", "town-1", (1, 3)),
        ("town-2", "town-3", (3, 1)),
    ]


def test_parallel_links_are_one_pair_and_who_has_no_partner_is_in_no_community() -> None:
    towns = [town(i) for i in range(4)]
    found = impact.structure(Network(towns, links=[link(0, 1), link(0, 1, kind="friendship")]))
    assert (found.linked, found.pairs) == (2, 1)
    assert [community.members for community in found.communities] == [("town-0", "town-1")]
    nothing = Network(towns)
    assert (impact.communities(nothing), impact.connectors(nothing), impact.bridges(nothing)) == ((), (), ())


def test_links_that_have_ended_or_not_begun_are_left_out_as_of_a_day() -> None:
    links = [link(0, 1, until="2020"), link(1, 2, since="2027"), link(2, 3)]
    facts = Network([town(i) for i in range(4)], links=links)
    assert impact.structure(facts).linked == 4
    assert impact.structure(facts, as_of=TODAY).linked == 2


graphs = st.lists(
    st.tuples(st.integers(0, 14), st.integers(0, 14)).filter(lambda p: p[0] < p[1]), max_size=40, unique=True
)


@given(graphs)
def test_communities_part_the_linked_and_their_pairs_add_up(pairs: list[tuple[int, int]]) -> None:
    found = impact.structure(network(pairs))
    graph = nx.Graph(pairs)
    members = [one for community in found.communities for one in community.members]
    assert Counter(members) == Counter(f"town-{node}" for node in graph)
    assert found.linked == len(members)
    assert found.pairs == len(pairs)
    assert sum(c.inside for c in found.communities) + sum(tie.pairs for tie in found.ties) == found.pairs
    assert sum(c.across for c in found.communities) == 2 * sum(tie.pairs for tie in found.ties)
    assert all(sum(n for _, n in c.countries) == len(c.members) for c in found.communities)
    assert [len(c.members) for c in found.communities] == sorted(
        (len(c.members) for c in found.communities), reverse=True
    )
    for community in found.communities:
        assert nx.is_connected(graph.subgraph(int(one.removeprefix("town-")) for one in community.members))
    assert found.parts == nx.number_connected_components(graph)


@given(graphs)
def test_bridges_are_those_of_networkx_and_their_parts_what_is_left(pairs: list[tuple[int, int]]) -> None:
    graph = nx.Graph([(f"town-{a}", f"town-{b}") for a, b in pairs])
    found = impact.bridges(network(pairs))
    assert {(b.a, b.b) for b in found} == {tuple(sorted(pair)) for pair in nx.bridges(graph)}
    for bridge in found:
        cut = graph.copy()
        cut.remove_edge(bridge.a, bridge.b)
        assert bridge.parts == tuple(len(nx.node_connected_component(cut, end)) for end in (bridge.a, bridge.b))


@given(graphs)
def test_participation_is_what_its_formula_says(pairs: list[tuple[int, int]]) -> None:
    found = impact.structure(network(pairs))
    graph = nx.Graph([(f"town-{a}", f"town-{b}") for a, b in pairs])
    of = {one: c.number for c in found.communities for one in c.members}
    told = {c.organisation: c for c in found.connectors}
    for node in graph:
        shares = Counter(of[other] for other in graph[node])
        elsewhere = graph.degree[node] - shares[of[node]]
        assert (node in told) == (elsewhere > 0)
        if elsewhere:
            whole = sum(shares.values())
            expected = 1 - sum((n / whole) ** 2 for n in shares.values())
            assert told[node].participation == pytest.approx(expected, abs=1e-6)
            assert told[node].communities == len(set(shares) - {of[node]})


@given(graphs, st.randoms(use_true_random=False))
def test_other_ids_change_nothing_but_ids(pairs: list[tuple[int, int]], chance: Any) -> None:
    before = network(pairs)
    ids = before.organisations.column("id")
    new = list(ids)
    chance.shuffle(new)
    renamed = dict(zip(ids, (f"ngo-{one}" for one in new), strict=True))
    links = [
        Link(id=link_id(renamed[one.a], renamed[one.b]), a=min(pair), b=max(pair))
        for one in before.links
        for pair in [(renamed[one.a], renamed[one.b])]
    ]
    after = Network([o.model_copy(update={"id": renamed[o.id]}) for o in before.organisations], links=links)
    one, other = impact.structure(before), impact.structure(after)
    assert [tuple(renamed[m] for m in c.members) for c in one.communities] == [c.members for c in other.communities]
    assert one.ties == other.ties
    assert {frozenset((renamed[b.a], renamed[b.b])) for b in one.bridges} == {
        frozenset((b.a, b.b)) for b in other.bridges
    }
    assert [(renamed[c.organisation], c.participation) for c in one.connectors] == [
        (c.organisation, c.participation) for c in other.connectors
    ]
    assert impact.figures(before, today=TODAY).matrix == impact.figures(after, today=TODAY).matrix


def test_groups_with_few_links_between_them_are_the_communities() -> None:
    graph = nx.connected_caveman_graph(12, 8)
    found = impact.communities(network(sorted((min(pair), max(pair)) for pair in graph.edges)))
    assert [len(c.members) for c in found] == [8] * 12
    assert sorted(len({int(one.removeprefix("town-")) // 8 for one in c.members}) for c in found) == [1] * 12


def test_the_structure_is_the_same_whatever_the_seed_of_hashes() -> None:
    script = (
        "import networkx as nx\nfrom twinnet import impact\nfrom twinnet.graph import Network\n"
        "from twinnet.models import Link, Organisation\ng = nx.powerlaw_cluster_graph(120, 2, 0.3, seed=5)\n"
        "towns = [Organisation(id=f'town-{n}', name='Twin', country='BA') for n in g]\n"
        "links = [Link(id=f'link-{a}-{b}', a=f'town-{a}', b=f'town-{b}') for a, b in g.edges]\n"
        "print(impact.structure(Network(towns, links=links)).model_dump_json())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
            encoding="utf-8",
        ).stdout
        for seed in ("1", "77")
    }
    assert len(said) == 1


def test_figures_of_a_small_network() -> None:
    lands = ("BA", "DE", "DE", None, "IT")
    towns = [town(i, country=land, population=10 * i or None) for i, land in enumerate(lands)]
    towns.append(Organisation(id="ngo-1", name="An NGO", kind="ngo", country="BA"))
    links = [
        link(0, 1, since="1987", last_activity="2025"),
        link(1, 2, since="1992", until="1999"),
        link(0, 2, kind="friendship"),
        link(2, 3, since="2012-05", last_activity="2014"),
    ]
    memberships = [
        Membership(organisation="town-0", network="ALDA"),
        Membership(organisation="town-1", network="ALDA", until="2020"),
        Membership(organisation="town-1", network="CEMR", former=True),
        Membership(organisation="ngo-1", network="ALDA"),
    ]
    projects = [Project(id="project-1", name="A", programme="CERV"), Project(id="project-2", name="B")]
    partners = [Partner(project="project-1", organisation=one) for one in ("town-0", "ngo-1")]
    facts = Network(towns, links=links, memberships=memberships, projects=projects, partners=partners)
    found = impact.figures(facts, today=TODAY)
    assert (found.organisations, found.links, found.members, found.suggestions) == (6, 4, 2, 0)
    assert _pairs(found.kinds) == [("town", 5), ("ngo", 1)]
    assert _pairs(found.countries) == [("BA", 2), ("DE", 2), ("IT", 1), (None, 1)]
    assert _pairs(found.networks) == [("ALDA", 2), ("CEMR", 0)]
    assert _pairs(found.states) == [("active", 1), ("declining", 0), ("dormant", 1), ("unknown", 1), ("ended", 1)]
    assert _pairs(found.link_kinds) == [("partnership", 3), ("friendship", 1), ("contact", 0), ("project", 0)]
    assert found.matrix == impact.Matrix(countries=("DE", "BA", None), rows=((1, 2, 1), (2, 0, 0), (1, 0, 0)))
    assert (found.unlinked.n, found.unlinked.of, found.unlinked.largest) == (1, 5, ("town-4",))
    assert _pairs(found.decades) == [("1980", 1), ("1990", 1), ("2000", 0), ("2010", 1), (None, 1)]
    assert (found.projects.n, found.projects.organisations) == (2, 2)
    assert _pairs(found.projects.programmes) == [("CERV", 1), (None, 1)]
    assert found.corridors == (
        impact.Corridor(name=impact.CORRIDOR, links=2, of_links=4, suggestions=0, of_suggestions=0),
    )


def _pairs(counts: tuple[impact.Count, ...]) -> list[tuple[str | None, int]]:
    return [(count.key, count.n) for count in counts]


def test_a_corridor_that_is_asked_for_is_told_too_and_a_pair_counts_once() -> None:
    facts = Network([town(0), town(1, country="IT")], links=[link(0, 1)])
    suggestions = [
        suggested("town-0", "town-1", ("BA", "IT")),
        suggested("town-1", "town-0", ("IT", "BA")),
        suggested("town-0", "town-9", ("BA", "PL")),
    ]
    found = impact.figures(facts, suggestions=suggestions, rules=Rules(corridor="PL:BA", as_of=TODAY))
    assert found.today == TODAY
    assert found.suggestions == 2
    told = [(c.name, c.links, c.of_links, c.suggestions, c.of_suggestions) for c in found.corridors]
    assert told == [(impact.CORRIDOR, 1, 1, 1, 2), ("PL:BA", 0, 1, 1, 2)]
    with pytest.raises(RulesError, match="neither a country nor a group"):
        impact.figures(facts, rules=Rules(corridor="Nowhere:BA"))


def test_themes_are_counted_once_an_organisation_and_inferred_ones_apart() -> None:
    towns = [
        town(0, themes_offered=("youth",), themes_sought=("youth", "sport")),
        town(1, themes_offered=("sport", "youth")),
        town(2),
        town(3, themes_sought=("beekeeping",)),
    ]
    projects = [Project(id="project-1", name="A", themes=("youth", "culture"))]
    partners = [Partner(project="project-1", organisation=one) for one in ("town-1", "town-2")]
    found = impact.figures(Network(towns, projects=projects, partners=partners), today=TODAY).themes
    told = {one.theme: (one.offered, one.sought, one.inferred) for one in found}
    assert found[0].theme == "youth"
    assert told["youth"] == (2, 1, 1)  # the project tells it of town 2; of town 1 it is stated
    assert told["sport"] == (1, 1, 0)
    assert told["culture"] == (0, 0, 2)
    assert told["beekeeping"][:2] == (0, 1)


@given(
    st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)).filter(lambda p: p[0] < p[1]), max_size=60, unique=True)
)
def test_matrix_states_kinds_and_decades_add_up_to_the_links(pairs: list[tuple[int, int]]) -> None:
    lands = (
        "BA",
        "DE",
        "FR",
        "IT",
        "PL",
        "AT",
        "ES",
        "PT",
        "RO",
        "BG",
        "HR",
        "SI",
        "RS",
        "ME",
        "MK",
        "AL",
        "GR",
        "HU",
        None,
    )
    towns = [town(i, country=lands[i % len(lands)]) for i in range(40)]
    links = [link(a, b, since=str(1950 + a) if b % 3 else None, until="2001" if a % 4 == 0 else None) for a, b in pairs]
    found = impact.figures(Network(towns, links=links), today=TODAY)
    assert found.matrix.total == len(links)
    assert all(row[j] == found.matrix.rows[j][i] for i, row in enumerate(found.matrix.rows) for j in range(len(row)))
    assert len(found.matrix.countries) <= impact.MATRIX + 1
    for counts in (found.states, found.link_kinds, found.decades):
        assert sum(count.n for count in counts) == len(links)
    for counts in (found.kinds, found.countries):
        assert sum(count.n for count in counts) == found.organisations
    assert found.unlinked.n == 40 - len({end for pair in pairs for end in pair})


def test_the_day_is_the_newest_of_the_network_where_none_is_given() -> None:
    facts = Network([town(0), town(1)], links=[link(0, 1, last_activity="2024-03")])
    assert impact.figures(facts).today == dt.date(2024, 3, 31)
    assert dict(_pairs(impact.figures(facts).states))["active"] == 1
