"""The queries that the documentation shows: a real server answers what the page says, and the answer is right."""

import contextlib
import datetime as dt
import io
import math
import re
import shlex
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from click.testing import CliRunner

from twinnet import cli
from twinnet.graph import Network
from twinnet.models import Organisation
from twinnet.reading import ReadOptions
from twinnet.stores import open_store
from twinnet.workspace.demonstration import NETWORK
from twinnet.workspace.importing import import_lists

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "how-to" / "ask-in-cypher.md"
GRAPH = ROOT / "docs" / "reference" / "graph.md"
if not PAGE.is_file():
    pytest.skip("needs the checkout: docs/ is not here", allow_module_level=True)

TEXT = PAGE.read_text(encoding="utf-8")
TODAY = dt.date(2026, 7, 1)
ADDRESS = "neo4j://localhost"
THERE = {"AL", "BA", "BG", "HR", "ME", "MK", "RO", "RS", "SI", "XK"}
QUERIES = [
    (int(number), query, answer)
    for number, query, answer in re.findall(
        r"^## (\d+)\. [^#]*?^```cypher\n(.*?)^```\n\n((?:^\|[^\n]*\n)*)", TEXT, re.MULTILINE | re.DOTALL
    )
]
"""The number, the query and the shown answer of each question."""

Row = dict[str, Any]


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def shown(rows: list[Row]) -> str:
    """Rows as the page shows them."""

    def cell(value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)

    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([cell(row[name]) for name in names] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


@dataclass(frozen=True)
class Asked:
    """A server with what the page puts there, and the same network as a file gives it."""

    server: Any
    stored: Path
    network: Network

    def fill(self) -> None:
        """Do what the page's commands do; of the demo only its network is there."""
        for line in block("sh").splitlines():
            words = [word.replace(ADDRESS, self.server.address) for word in shlex.split(line)[1:]]
            words = [str(self.stored) if word == self.stored.name else word for word in words]
            if words[0] != "demo":
                done = CliRunner().invoke(cli.twinnet, words, prog_name="twinnet")
                assert done.exit_code == 0, done.output


@pytest.fixture(scope="module")
def asked(neo4j_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """What the page's commands make."""
    from tests.servers import emptied

    stored = tmp_path_factory.mktemp("cypher") / "demo.twinnet"
    lists = [
        ROOT / "twinnet" / "data" / "demo" / f"{name}.csv" for name in ("members", "links", "projects", "partners")
    ]
    network = import_lists(lists, stored, options=ReadOptions(network=NETWORK, today=TODAY)).network
    asked = Asked(emptied(neo4j_server), stored, network)
    asked.fill()
    return asked


def test_there_are_ten_questions_in_plain_cypher() -> None:
    assert [number for number, _, _ in QUERIES] == list(range(1, 11)) == list(ANSWERS)
    assert TEXT.count("```cypher") == len(QUERIES)
    for _, query, answer in QUERIES:
        assert answer, query
        assert not re.search(r"\b(apoc|gds|CALL|CREATE|MERGE|SET|DELETE|REMOVE)\b", query)


@pytest.mark.parametrize(("number", "query", "answer"), QUERIES, ids=[f"question {number}" for number, _, _ in QUERIES])
def test_a_query_answers_what_the_page_shows(asked: Asked, number: int, query: str, answer: str) -> None:
    rows = asked.server.ask(query)
    assert shown(rows) == answer
    assert rows == ANSWERS[number](asked.network)


def test_the_driver_is_asked_as_the_page_shows(asked: Asked) -> None:
    if not asked.server.own:
        pytest.skip("the server that NEO4J_URI names may ask for a user and a database")
    code = block("python")
    assert f"{ADDRESS}:7687" in code
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code.replace(f"{ADDRESS}:7687", asked.server.address), str(PAGE), "exec"), {})  # noqa: S102
    assert said.getvalue() == block("text")


def test_all_that_stands_in_the_database_is_told(asked: Asked) -> None:
    """The page on the graph has a section for each label and type, with each property that is there."""
    sections: dict[str, set[str]] = {}
    for name, section in re.findall(r"^### (\w+)\n(.*?)(?=^#)", GRAPH.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        sections[name] = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    found = asked.server.ask("MATCH (n) UNWIND labels(n) AS of UNWIND keys(n) AS key RETURN DISTINCT of, key")
    found += asked.server.ask("MATCH ()-[r]->() UNWIND keys(r) AS key RETURN DISTINCT type(r) AS of, key")
    ours = [row for row in found if row["of"].upper().startswith("TWINNET")]
    assert {row["of"] for row in ours} == set(sections) - {"TwinnetJudgement", "TwinnetGone"}
    assert [row for row in ours if row["key"] not in sections[row["of"]]] == []


def test_one_statement_takes_the_network_out_and_leaves_what_others_keep(asked: Asked) -> None:
    page = (PAGE.parent / "share-a-network-with-a-team.md").read_text(encoding="utf-8")
    (statement,) = re.findall(r"^```cypher\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    asked.server.ask("CREATE (:Harbour {name: 'Bari'})-[:NEAR]->(:Harbour {name: 'Durrës'})")
    try:
        assert asked.server.holds()
        asked.server.ask(statement)
        assert not asked.server.holds()
        assert asked.server.ask("MATCH (a:Harbour)-[:NEAR]->(b) RETURN a.name, b.name") == [
            {"a.name": "Bari", "b.name": "Durrës"}
        ]
    finally:
        asked.server.ask("MATCH (h:Harbour) DETACH DELETE h")
        asked.fill()


# What each query should find, told without a database.


class Told:
    """What a network says, for questions."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.by_id = {one.id: one for one in network.organisations}
        self.graph = nx.MultiGraph()
        self.graph.add_nodes_from(self.by_id)
        self.graph.add_edges_from((link.a, link.b, link.id, {"link": link}) for link in network.links)

    @property
    def towns(self) -> list[Organisation]:
        return [one for one in self.by_id.values() if one.kind == "town"]

    def called(self, name: str) -> Organisation:
        (found,) = [one for one in self.by_id.values() if one.name == name]
        return found

    def members(self) -> list[Organisation]:
        return [self.by_id[one] for one in self.network.members(NETWORK, on=TODAY)]


def small_members_without_links(network: Network) -> list[Row]:
    told = Told(network)
    found = {
        (-one.population, one.name, one.country)
        for one in told.members()
        if one.kind == "town" and one.population and one.population < 20000 and not told.graph.degree(one.id)
    }
    return [{"town": name, "country": country, "inhabitants": -size} for size, name, country in sorted(found)][:5]


def most_partners(network: Network) -> list[Row]:
    told = Told(network)
    partners: dict[str, set[str]] = defaultdict(set)
    for link in network.links:
        if link.until is None:
            partners[link.a].add(link.b)
            partners[link.b].add(link.a)
    rows = [
        {
            "town": town.name,
            "country": town.country,
            "partners": len(partners[town.id]),
            "countries": len({told.by_id[other].country for other in partners[town.id]} - {None}),
        }
        for town in told.towns
    ]
    return sorted(rows, key=lambda row: (-row["partners"], row["town"]))[:5]


def sleeping_links(network: Network) -> list[Row]:
    told = Told(network)
    links, asleep = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for link in network.links:
        one, other = sorted(told.by_id[end].country or "" for end in (link.a, link.b))
        if one and one != other and link.until is None:
            links[one, other] += 1
            asleep[one, other] += link.last_activity is not None and link.last_activity[:4] <= "2020"
    rows = [
        {"one": one, "other": other, "links": links[one, other], "asleep": n} for (one, other), n in asleep.items() if n
    ]
    return sorted(rows, key=lambda row: (-row["asleep"], row["one"], row["other"]))[:5]


def partners_of_partners(network: Network) -> list[Row]:
    told = Told(network)
    town = told.called("Hameln")
    common = Counter(
        other for partner in set(told.graph[town.id]) for other in set(told.graph[partner]) - {town.id, partner}
    )
    rows = [
        {"organisation": told.by_id[other].name, "country": told.by_id[other].country, "common": times}
        for other, times in common.items()
        if other not in told.graph[town.id] and told.by_id[other].country not in (None, town.country)
    ]
    return sorted(rows, key=lambda row: (-row["common"], row["organisation"]))[:5]


def offered_and_sought(network: Network) -> list[Row]:
    members = Told(network).members()
    offer = Counter(theme for one in members if one.country in THERE for theme in one.themes_offered)
    seek = Counter(theme for one in members if one.country not in {*THERE, None} for theme in one.themes_sought)
    rows = [{"network": NETWORK, "theme": theme, "offer": offer[theme], "seek": seek[theme]} for theme in offer & seek]
    return sorted(rows, key=lambda row: (-row["seek"], row["theme"]))[:5]


def chains(network: Network) -> list[Row]:
    told = Told(network)
    found = nx.all_shortest_paths(nx.Graph(told.graph), told.called("Hameln").id, told.called("Çorovodë").id)
    return [{"chain": names} for names in sorted([told.by_id[one].name for one in path] for path in found)]


def lists_of_a_town(network: Network) -> list[Row]:
    town = Told(network).called("Celje")
    files = {source.name: source.file for source in network.sources}

    def counted(facts: list[Any], name: str) -> int:
        return sum(any(origin.source == name for origin in fact.origins) for fact in facts)

    links = [link for link in network.links if town.id in (link.a, link.b)]
    memberships = [one for one in network.memberships if one.organisation == town.id]
    return [
        {
            "list": name,
            "file": files.get(name),
            "links": counted(links, name),
            "memberships": counted(memberships, name),
        }
        for name in sorted({origin.source for origin in town.origins})
    ]


def near_towns(network: Network) -> list[Row]:
    told = Told(network)
    here = told.called("Zvornik")
    rows = []
    for town in told.towns:
        if town.id != here.id and town.latitude is not None:
            km = kilometres(here, town)
            if km < 60:
                linked = told.graph.has_edge(here.id, town.id)
                rows.append({"town": town.name, "country": town.country, "km": round(km), "partners": linked})
    return sorted(rows, key=lambda row: (row["km"], row["town"]))


def kilometres(one: Organisation, other: Organisation) -> float:
    """The way over a sphere, by the cosine rule."""
    assert one.latitude is not None
    assert other.latitude is not None
    assert one.longitude is not None
    assert other.longitude is not None
    a, b = math.radians(one.latitude), math.radians(other.latitude)
    turn = math.cos(math.radians(one.longitude - other.longitude))
    return 6371 * math.acos(math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * turn)


def wide_projects(network: Network) -> list[Row]:
    told = Told(network)
    partners: dict[str, list[str]] = defaultdict(list)
    for partner in network.partners:
        partners[partner.project].append(partner.organisation)
    rows = [
        {
            "project": project.name,
            "partners": len(partners[project.id]),
            "countries": len({told.by_id[one].country for one in partners[project.id]} - {None}),
        }
        for project in network.projects
    ]
    return sorted((row for row in rows if row["countries"] >= 3), key=lambda row: (-row["countries"], row["project"]))


def decided(_: Network) -> list[Row]:
    """What the page's own commands say."""
    rows: list[Row] = []
    for words in map(shlex.split, block("sh").splitlines()):
        if words[1] == "decide" and "--undo" in words:
            rows.pop()
        elif words[1] == "decide":
            said = dict(zip(words[5::2], words[6::2], strict=True))
            rows.append(
                {
                    "organisation": words[3],
                    "candidate": words[4],
                    "verdict": said["--verdict"],
                    "who": said["--who"],
                    "because": said.get("--because", ""),
                }
            )
    return sorted(rows, key=lambda row: (row["organisation"], row["candidate"]))


ANSWERS: dict[int, Callable[[Network], list[Row]]] = dict(
    enumerate(
        (
            small_members_without_links,
            most_partners,
            sleeping_links,
            partners_of_partners,
            offered_and_sought,
            chains,
            lists_of_a_town,
            near_towns,
            wide_projects,
            decided,
        ),
        start=1,
    )
)


def test_what_is_asked_is_what_the_file_holds(asked: Asked) -> None:
    with open_store(asked.server.address) as server, open_store(asked.stored) as file:
        one, other = server.read(), file.read()
        assert one.digest == other.digest
        for table in ("organisations", "memberships", "links", "projects", "partners"):
            assert getattr(one, table).columns() == getattr(other, table).columns(), table
