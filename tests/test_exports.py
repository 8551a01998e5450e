"""A network that is exported comes back: as any reader of the form reads it, and as an import does."""

import csv
import itertools
import json
import os
import random
import re
import sqlite3
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import twinnet
from twinnet.decisions import Decision
from twinnet.errors import InputError
from twinnet.graph import Facts, Network, OwnPoints
from twinnet.models import (
    Judgement,
    Link,
    Membership,
    Organisation,
    Origin,
    Partner,
    Project,
    Source,
)
from twinnet.reading import ReadOptions, escapes
from twinnet.stores import open_store
from twinnet.taxonomy import Taxonomy
from twinnet.workspace.importing import import_lists
from twinnet.writing import csv_files, exports, geojson, graphml, lines, node_link
from twinnet.writing.escapes import defused, escaped, joined

HOSTILE = (
    *("", " ", "'", "''=1", "=1+1", "'=1+1", "@SUM(A1)", "\t=1", "+387 36 500", "-1", "\r\nX", "a\rb", "\x00\x01\x1f"),
    *("_x0001_", "_x005F_x0001_", "_x0001", "]]>", "<a href='#'>&amp;</a>", '"quoted", cell', "; ", "a;b", "a = b"),
    *("\ufffe\uffff", "\x7f\x85\u2028\u2029", "Ниш 🏛 \U0010ffff", "e\u0301", "\u202eabc", "null", "NaN", "network|x"),
    *("'s-Hertogenbosch", "a\x00_x0041_", "_x0041\x01"),
)
TEXT = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WORDS = st.lists(TEXT, max_size=3).map(tuple)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple)
DATES = st.sampled_from(["1985", "1985-06", "2024-02-29"])
DEGREES = st.floats(-90, 90) | st.sampled_from([0.0, -0.0, 1e-300, 43.34333, 90.0])
COUNTS = st.integers(0, 2**63 - 1)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


ORIGINS = st.lists(
    st.builds(Origin, source=TEXT, row=COUNTS, fields=st.sampled_from([(), ("name",), ("a", "b")])), max_size=2
).map(tuple)
FIELDS: Mapping[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("name", "network", "role"), TEXT),
    **dict.fromkeys(("place", "website", "description", "status", "title", "programme", "measure"), maybe(TEXT)),
    **dict.fromkeys(("since", "until", "last_activity", "told_on", "start", "end"), maybe(DATES)),
    **dict.fromkeys(("latitude", "listed_latitude"), maybe(DEGREES)),
    **dict.fromkeys(("longitude", "listed_longitude"), maybe(DEGREES.map(lambda degrees: degrees * 2))),
    **dict.fromkeys(("population", "geonames_id"), maybe(COUNTS)),
    **dict.fromkeys(("capital", "district"), maybe(st.booleans())),
    **dict.fromkeys(("themes", "themes_offered", "themes_sought", "languages", "other_names", "aliases"), WORDS),
    "former": st.booleans(),
    "country": maybe(st.sampled_from(["BA", "IT", "XK"])),
    "tags": PAIRS,
    "origins": ORIGINS,
}


def one(draw: Any, model: Any, **fixed: Any) -> Any:
    """Draw a fact: each field that :data:`FIELDS` knows, the others as given or by default."""
    drawn = {name: draw(FIELDS[name]) for name in model.model_fields if name in FIELDS and name not in fixed}
    return model(**fixed, **drawn)


def apart(facts: Iterable[Any], *keys: str) -> list[Any]:
    """Return facts, one of each key: spaces are taken off the ends of texts, so two may have become one."""
    return [*{tuple(getattr(fact, key) for key in keys): fact for fact in facts}.values()]


@st.composite
def networks(draw: Any) -> Network:
    """Draw a network with hostile texts in every field, also in ids."""
    spread, kinds = st.sampled_from, st.sampled_from(["town", "ngo", "region"])
    words = draw(st.lists(TEXT, min_size=1, max_size=4))
    towns = apart((one(draw, Organisation, id=f"town-{word}", kind=draw(kinds)) for word in words), "id")
    projects = apart((one(draw, Project, id=f"project-{draw(TEXT)}") for _ in range(draw(st.integers(0, 2)))), "id")
    ids = [town.id for town in towns]
    pairs = draw(st.lists(st.tuples(spread(ids), spread(ids)), max_size=4))
    links = [
        one(
            draw,
            Link,
            id=f"link-{at}-{draw(TEXT)}",
            a=min(pair),
            b=max(pair),
            kind=draw(spread(["project", "contact"])),
        )
        for at, pair in enumerate(pairs)
        if pair[0] != pair[1]
    ]
    members = [one(draw, Membership, organisation=draw(spread(ids))) for _ in range(draw(st.integers(0, 3)))]
    taking = [
        one(draw, Partner, organisation=draw(spread(ids)), project=draw(spread(projects)).id)
        for _ in range(draw(st.integers(0, 2)) if projects else 0)
    ]
    return Network(
        towns,
        links=links,
        projects=projects,
        memberships=apart(members, "organisation", "network"),
        partners=apart(taking, "organisation", "project"),
        sources=[one(draw, Source, kind="links", file=draw(TEXT), rows=draw(COUNTS))],
    )


PROPERTY = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
TABLES = ("organisations", "memberships", "links", "projects", "partners")


def known(fact: Mapping[str, Any]) -> dict[str, Any]:
    """Return a fact as JSON has it, without what is not known."""
    said = {name: value for name, value in fact.items() if value is not None and value not in ((), [])}
    if "origins" in said:
        said["origins"] = [
            {"source": o["source"], "row": o["row"], "fields": sorted(o["fields"])}
            for o in sorted(said["origins"], key=lambda o: (o["source"], o["row"], tuple(o["fields"])))
        ]
    found: dict[str, Any] = json.loads(json.dumps(said))
    return found


def facts(table: Iterable[Any]) -> list[dict[str, Any]]:
    return [known(fact.model_dump()) for fact in table]


def by_key(rows: Iterable[Mapping[str, Any]], *keys: str) -> dict[Any, Any]:
    return {tuple(row[key] for key in keys): row for row in rows}


# What documentation says of texts, written down once more and independently of the writers.


def unescaped(text: str) -> str:
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)


def parts(text: str, *, pairs: bool) -> list[Any]:
    found = text.split("; ")
    return [[*map(unescaped, part.split(" = "))] if pairs else unescaped(part) for part in found]


def read_value(name: str, text: str) -> Any:
    if name in ("themes", "themes_offered", "themes_sought", "languages", "other_names", "aliases", "tags"):
        return parts(text, pairs=name == "tags")
    return json.loads(unescaped(text)) if name == "origins" else unescaped(text)


class TestTexts:
    @given(TEXT)
    def test_come_back_from_what_xml_can_hold(self, text: str) -> None:
        assert unescaped(escaped(text)) == text
        element = ET.Element("a")
        element.text = escaped(text).replace("\r", "")
        assert fromstring(ET.tostring(element)).text in (element.text, None)

    @given(st.lists(TEXT | st.characters(categories=["Cs"]), min_size=1, max_size=4))
    def test_lists_come_back_also_with_half_characters(self, words: list[str]) -> None:
        assert parts(joined(words), pairs=False) == words
        assert parts(joined(itertools.pairwise([*words, "x"])), pairs=True) == [
            *map(list, itertools.pairwise([*words, "x"]))
        ]

    @given(TEXT)
    @example("'=1")
    def test_no_cell_is_a_formula_and_all_are_told_apart(self, text: str) -> None:
        cell = defused(text)
        assert cell in (text, f"'{text}")
        assert cell
        assert cell.lstrip()[:1] not in set("=@")
        assert defused(cell) == (f"'{cell}" if cell != text else cell)

    @given(TEXT)
    @example("'-")
    @example("'+387 36 500 600")
    @example("-5")
    def test_an_import_reads_the_cell_as_the_text(self, text: str) -> None:
        assert escapes.cell(defused(escaped(text))) == text


class TestGraphml:
    def read(self, network: Network) -> tuple[Any, ET.Element]:
        document = "".join(graphml.export(network)).encode("utf-8", "strict")
        read = nx.parse_graphml(document.decode("utf-8"), edge_key_type=str, force_multigraph=True)
        return read, fromstring(document)

    @PROPERTY
    @given(networks())
    def test_networkx_reads_the_graph_back(self, network: Network) -> None:
        read, _ = self.read(network)
        wanted = network.multigraph()
        nodes = {
            unescaped(node): {name: read_value(name, v) if isinstance(v, str) else v for name, v in data.items()}
            for node, data in read.nodes(data=True)
        }
        origins = {
            fact.id: known(fact.model_dump()).get("origins")
            for t in (network.organisations, network.projects)
            for fact in t
        }
        for node, data in wanted.nodes(data=True):
            assert nodes[node].pop("label") == data["name"]
            assert nodes[node].pop("origins", None) == origins.get(node)
            assert nodes[node] == known(data)
        assert len(nodes) == len(wanted)
        edges = {
            unescaped(key): (
                {unescaped(a), unescaped(b)},
                {name: read_value(name, v) if isinstance(v, str) else v for name, v in data.items()},
            )
            for a, b, key, data in read.edges(keys=True, data=True)
        }
        assert len(edges) == wanted.number_of_edges()
        for a, b, key, data in wanted.edges(keys=True, data=True):
            identifier = key
            if key in ("membership", "partner"):
                organisation, other = (a, b) if network.organisations.has(a) and a.startswith("town-") else (b, a)
                identifier = f"{key}|{organisation}|{other}"
            ends, found = edges[identifier]
            found.pop("origins", None)
            assert (ends, found) == ({a, b}, known(data))

    def test_is_as_gephi_wants_it(self) -> None:
        _, root = self.read(small())
        space = "{http://graphml.graphdrawing.org/xmlns}"
        keys = [key.attrib for key in root.iter(f"{space}key")]
        assert {key["attr.type"] for key in keys} == {"boolean", "long", "double", "string"}
        assert len({key["id"] for key in keys}) == len(keys)
        assert not any(re.fullmatch(r"d\d+", key["id"]) for key in keys)  # Gephi takes d3 and d7 for labels
        assert {key["for"] for key in keys} == {"node", "edge"}
        types = {(key["for"], key["attr.name"]): key["attr.type"] for key in keys}
        assert types["node", "latitude"] == types["node", "longitude"] == "double"
        assert types["node", "label"] == "string"
        declared = {key["id"] for key in keys}
        assert {data.attrib["key"] for data in root.iter(f"{space}data")} <= declared
        for of in ("node", "edge"):
            ids = [element.attrib["id"] for element in root.iter(f"{space}{of}")]
            assert len(set(ids)) == len(ids)
            assert all(ids)
        for name in (*Organisation.model_fields, *Project.model_fields):
            assert name == "id" or f"node-{name}" in declared
        for model in (Link, Membership, Partner):
            left = set(model.model_fields) - {"id", "a", "b", "organisation", "network", "project"}
            assert {f"edge-{name}" for name in left} <= declared


class TestNodeLink:
    @PROPERTY
    @given(networks())
    def test_networkx_reads_the_graph_back(self, network: Network) -> None:
        text = "".join(node_link.export(network))
        value = json.loads(text)
        read = nx.node_link_graph(json.loads(text), edges="edges")
        wanted = network.multigraph()
        assert {
            node: known({k: v for k, v in data.items() if k != "origins"}) for node, data in read.nodes(data=True)
        } == {node: known(data) for node, data in wanted.nodes(data=True)}
        assert sorted(map(str, edges_of(read))) == sorted(map(str, edges_of(wanted)))
        assert facts(network.organisations) == [
            {k: v for k, v in node.items() if k != "type"} for node in value["nodes"] if node["type"] == "organisation"
        ]
        assert facts(network.sources) == value["graph"]["sources"]

    def test_holds_what_people_said_and_what_was_learned(self) -> None:
        network = whole()
        graph = json.loads("".join(node_link.export(network)))["graph"]
        assert [Judgement.model_validate(row) for row in graph["judgements"]] == list(network.judgements)
        assert [Decision.model_validate(row) for row in graph["decisions"]] == list(network.decisions)
        assert graph["points"] == {"card": {"n": 1}, "table": "a,b\n"}
        assert "taxonomy" not in graph

    def test_holds_a_taxonomy_of_its_own(self) -> None:
        own = Taxonomy.from_text('[themes.wine]\nlabel = "wine culture"\nmaps_to = ["rural_food"]')
        network = Network(taxonomy=own)
        assert json.loads("".join(node_link.export(network)))["graph"]["taxonomy"] == own.text
        assert json.loads([*lines.export(network)][-1])["toml"] == own.text


def edges_of(graph: Any) -> Iterator[Any]:
    for a, b, key, data in graph.edges(keys=True, data=True):
        yield sorted((a, b)), key, sorted(known({k: v for k, v in data.items() if k != "origins"}).items())


class TestGeojson:
    @PROPERTY
    @given(networks())
    def test_json_reads_the_facts_back(self, network: Network) -> None:
        value = json.loads("".join(geojson.export(network)), parse_constant=pytest.fail)
        assert value["type"] == "FeatureCollection"
        found: dict[str, dict[str, Any]] = {}
        for feature in value["features"]:
            assert set(feature) == {"type", "id", "geometry", "properties"}
            assert feature["type"] == "Feature"
            fact, shape = {"id": feature["id"], **feature["properties"]}, feature["geometry"]
            for position in positions(shape):
                longitude, latitude = position
                assert abs(longitude) <= 180
                assert abs(latitude) <= 90
            if "a" not in fact and shape is not None:
                assert shape["type"] == "Point"
                fact["longitude"], fact["latitude"] = shape["coordinates"]
            found[feature["id"]] = fact
        members = [
            {"organisation": identifier, **part}
            for identifier, fact in found.items()
            for part in fact.pop("member_of", [])
        ]
        partners = [
            {"organisation": identifier, **part}
            for identifier, fact in found.items()
            for part in fact.pop("takes_part_in", [])
        ]
        links = []
        for fact in found.values():
            if "a" in fact:
                ends = {name for name in fact if name.startswith(("from_", "to_"))}
                assert fact["from_name"] == found[fact["a"]]["name"]
                links.append({name: value for name, value in fact.items() if name not in ends})
        towns = [fact for fact in found.values() if "a" not in fact]
        assert by_key(towns, "id") == by_key(facts(network.organisations), "id")
        assert by_key(links, "id") == by_key(facts(network.links), "id")
        assert by_key(members, "organisation", "network") == by_key(
            facts(network.memberships), "organisation", "network"
        )
        assert by_key(partners, "organisation", "project") == by_key(facts(network.partners), "organisation", "project")
        assert value["projects"] == facts(network.projects)
        assert value["sources"] == facts(network.sources)

    def test_a_line_joins_its_ends_and_is_cut_at_the_antimeridian(self) -> None:
        def shape(*at: tuple[float, float] | None) -> Any:
            ends = [
                Organisation(id=f"town-{n}", name="X", longitude=place and place[0], latitude=place and place[1])
                for n, place in enumerate(at)
            ]
            link = Link(id="link-1", a="town-0", b="town-1")
            value = json.loads("".join(geojson.export(Network(ends, links=[link]))))
            return value["features"][-1]["geometry"], value["features"][-1]["properties"]

        line, told = shape((16.87, 41.12), (17.81, 43.34))
        assert line == {"type": "LineString", "coordinates": [[16.87, 41.12], [17.81, 43.34]]}
        assert "from_latitude" not in told
        line, told = shape((16.87, 41.12), None)
        assert line is None
        assert (told["from_latitude"], told["from_longitude"], "to_latitude" in told) == (41.12, 16.87, False)
        line, _ = shape((180.0, 10.0), (-180.0, 20.0))
        assert line == {
            "type": "MultiLineString",
            "coordinates": [[[180.0, 10.0], [180.0, 10.0]], [[-180.0, 10.0], [-180.0, 20.0]]],
        }
        for one, other, edge in (((170.0, 10.0), (-170.0, 20.0), 180.0), ((-170.0, 20.0), (170.0, 10.0), -180.0)):
            line, told = shape(one, other)
            assert line == {
                "type": "MultiLineString",
                "coordinates": [[[*one], [edge, 15.0]], [[-edge, 15.0], [*other]]],
            }
            assert told["to_longitude"] == other[0]


def positions(shape: Any) -> Iterator[list[float]]:
    waiting = [shape["coordinates"]] if shape else []
    while waiting:
        value = waiting.pop()
        if isinstance(value[0], list):
            waiting += value
        else:
            yield value


class TestCsv:
    @PROPERTY
    @given(network=networks())
    def test_csv_reads_the_facts_back(self, network: Network, tmp_path_factory: pytest.TempPathFactory) -> None:
        folder = tmp_path_factory.mktemp("csv")
        written = csv_files.write(network, folder)
        found = {path.stem: read_csv(path) for path in written}
        assert {"organisations", "links"} <= set(found)
        assert found["organisations"] == facts(network.organisations)
        for table, model, renamed in (
            ("links", Link, {"from_id": "a", "to_id": "b"}),
            ("memberships", Membership, {"organisation_id": "organisation"}),
            ("projects", Project, {"acronym": "name"}),
            ("partners", Partner, {"organisation_id": "organisation", "project_id": "project"}),
        ):
            rows = [{renamed.get(name, name): value for name, value in row.items()} for row in found.get(table, [])]
            keys = (
                ("id",) if "id" in model.model_fields else ("organisation", "network" if table[0] == "m" else "project")
            )
            wanted = by_key(facts(getattr(network, table)), *keys)
            assert {
                key: {name: value for name, value in row.items() if name in model.model_fields}
                for key, row in by_key(rows, *keys).items()
            } == wanted

    def test_files_are_named_after_the_file_or_stand_in_the_folder(self, tmp_path: Path) -> None:
        assert [path.name for path in csv_files.write(small(), tmp_path / "my.csv")] == [
            *("my-organisations.csv", "my-links.csv", "my-memberships.csv", "my-projects.csv", "my-partners.csv"),
        ]
        written = csv_files.write(Network(), f"{tmp_path}/new/")
        assert [path.name for path in written] == ["organisations.csv", "links.csv"]
        assert written[0].parent == tmp_path / "new"
        with pytest.raises(InputError, match="cannot be made"):
            csv_files.write(Network(), f"{tmp_path}/no/folder/")
        with pytest.raises(InputError, match="name a folder"):
            csv_files.write(Network(), "-")

    def test_nothing_of_an_earlier_export_stays(self, tmp_path: Path) -> None:
        csv_files.write(small(), tmp_path)
        csv_files.write(Network(), tmp_path)
        assert all(len(path.read_text(encoding="utf-8").splitlines()) == 1 for path in tmp_path.iterdir())


def read_csv(path: Path) -> list[dict[str, Any]]:
    """Read a file as the documentation says, with nothing but the standard library."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: read_cell(name, cell) for name, cell in row.items() if cell} for row in csv.DictReader(file)]


def read_cell(name: str, cell: str) -> Any:
    if name.endswith(("latitude", "longitude")):
        return float(cell)
    if name in ("population", "geonames_id"):
        return int(cell)
    if name in ("capital", "district", "former"):
        return {"yes": True, "no": False}[cell]
    if cell[0] == "'" and defused(cell) != cell:
        cell = cell[1:]
    return read_value(name, cell)


def small() -> Network:
    """A network with a fact of every kind."""
    bari = Organisation(
        id="town-1",
        name="Bari",
        country="IT",
        geonames_id=1,
        latitude=41.12,
        longitude=16.87,
        capital=False,
        population=3,
    )
    pula = Organisation(id="town-2", name="=Pula", country="HR", themes_offered=("youth", "culture"))
    return Network(
        [bari, pula],
        links=[
            Link(id="link-1", a="town-1", b="town-2", since="1998"),
            Link(id="link-2", a="town-1", b="town-2", kind="friendship"),
        ],
        memberships=[Membership(organisation="town-1", network="ALDA", former=True)],
        projects=[Project(id="project-1", name="EC-NET")],
        partners=[Partner(project="project-1", organisation="town-2", role="lead")],
        sources=[Source(name="ALDA members", kind="members", file="alda.csv")],
    )


def whole() -> Network:
    """A network with everything that a network can hold."""
    facts = small()
    row = Decision(
        organisation="town-1",
        candidate="town-2",
        kind="start",
        verdict="declined",
        note="=far",
        when="2026-05-09T09:00:00Z",
    )
    return Network(
        facts.organisations,
        links=facts.links,
        memberships=facts.memberships,
        projects=facts.projects,
        partners=facts.partners,
        sources=facts.sources,
        judgements=[Judgement(verdict="refused", organisation="town-2", name="Pula", who="Ana")],
        decisions=[row],
        points=OwnPoints("a,b\n", '{"n": 1}'),
    )


def turned(network: Network, seed: int) -> Network:
    """Return a network whose tables stand in another order."""
    drawn = random.Random(seed)  # noqa: S311 - the same order each time

    def shuffled(facts: Facts[Any]) -> Facts[Any]:
        rows = list(facts)
        drawn.shuffle(rows)
        return Facts.of(facts.model, rows)

    tables = (*TABLES, "sources", "judgements", "decisions")
    shuffles: dict[str, Any] = {name: shuffled(getattr(network, name)) for name in tables}
    return Network(shuffles.pop("organisations"), points=network.points, **shuffles)


class TestFiles:
    @pytest.mark.parametrize("ending", ["jsonl", "json", "graphml", "geojson", "csv"])
    def test_the_same_bytes_whatever_the_order(self, tmp_path: Path, ending: str) -> None:
        found = set()
        for seed in range(6):
            (tmp_path / str(seed)).mkdir()
            written = exports.write(turned(whole(), seed), tmp_path / str(seed) / f"my.{ending}")
            found.add(tuple((path.name, path.read_bytes()) for path in written))
        assert len(found) == 1
        assert not list(tmp_path.rglob("*.tmp"))

    def test_facts_that_stand_twice_have_one_order_too(self) -> None:
        bari = Organisation(id="town-1", name="Bari")
        twice = [Membership(organisation="town-1", network="ALDA", status=status) for status in ("b", "a")]
        forms = {"".join(graphml.export(Network([bari], memberships=turn))) for turn in (twice, twice[::-1])}
        assert len(forms) == 1

    @pytest.mark.parametrize("ending", ["jsonl", "json", "graphml", "geojson", "csv"])
    def test_a_network_without_facts(self, tmp_path: Path, ending: str) -> None:
        written = exports.write(Network(), tmp_path / f"my.{ending}")
        assert all(path.stat().st_size for path in written)
        if ending == "graphml":
            assert len(nx.read_graphml(written[0])) == 0
        elif ending == "json":
            assert len(nx.node_link_graph(json.loads(written[0].read_bytes()), edges="edges")) == 0
        elif ending == "geojson":
            assert json.loads(written[0].read_bytes())["features"] == []

    @pytest.mark.parametrize("ending", ["json", "graphml", "geojson", "csv"])
    def test_a_half_character_stops_no_export(self, tmp_path: Path, ending: str) -> None:
        # No model and no store takes it, columns do.
        columns = {"id": ["town-1"], "name": ["a\ud83cb"], "kind": ["town"]}
        network = Network(Facts(Organisation, columns))
        (first, *_) = exports.write(network, tmp_path / f"my.{ending}")
        text = first.read_bytes().decode("utf-8")
        assert ("a_xD83C_b" if ending in ("graphml", "csv") else "a\\ud83cb") in text
        if ending == "json":
            assert json.loads(text)["nodes"][0]["name"] == "a\ud83cb"

    @pytest.mark.parametrize("ending", ["json", "graphml", "geojson"])
    def test_a_failure_leaves_the_old_file(self, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / f"my.{ending}"
        path.write_text("old", encoding="utf-8")

        def broken(*_: object) -> Iterator[str]:
            yield "new"
            raise KeyboardInterrupt

        monkeypatch.setattr({"json": node_link, "graphml": graphml, "geojson": geojson}[ending], "export", broken)
        with pytest.raises(KeyboardInterrupt):
            exports.write(small(), path)
        assert path.read_text(encoding="utf-8") == "old"
        assert [*tmp_path.iterdir()] == [path]

    def test_contacts_are_in_none(self, tmp_path: Path) -> None:
        store = tmp_path / "kept.twinnet"
        (tmp_path / "members.csv").write_text(
            "name,country,e-mail,contact person\nBari,IT,ana@town.example,Ana Anić\n", encoding="utf-8"
        )
        import_lists([tmp_path / "members.csv"], store, options=ReadOptions(keep_contacts=True))
        with sqlite3.connect(store) as database:
            assert database.execute('SELECT COUNT(*) FROM "contacts"').fetchone()[0] == 2
        database.close()
        for ending in ("jsonl", "json", "graphml", "geojson", "csv"):
            for path in exports.write(twinnet.open(store), tmp_path / f"my.{ending}"):
                text = path.read_text(encoding="utf-8")
                assert "Bari" in text or path.stem == "my-links"
                assert "ana@" not in text
                assert "Ani" not in text


class TestNothingIsForgotten:
    """Whoever adds a table or a field to a network has to say where exports hold it."""

    def test_each_part_of_a_network_is_in_the_lines(self) -> None:
        network = whole()
        tables = {name: value for name, value in vars(network).items() if isinstance(value, Facts)}
        others = {name for name in vars(network) if name not in tables and not name.startswith("_")}
        assert others - {"prepared", "kept"} == {"taxonomy", "points"}
        found = [json.loads(line) for line in lines.export(network)]
        counts = {kind: sum(line["type"] == kind for line in found) for kind in {line["type"] for line in found}}
        singular = {name: name.removesuffix("s") for name in tables}
        assert {kind: counts.pop(kind) for kind in singular.values()} == {
            kind: len(tables[name]) for name, kind in singular.items()
        }
        assert counts == {"header": 1, "points": 1}

    def test_each_field_of_each_table_is_in_the_lines(self) -> None:
        network = whole()
        for name in (*TABLES, "sources", "judgements", "decisions"):
            kind = name.removesuffix("s")
            table = getattr(network, name)
            columns = {
                field: [_filled(field, value) for value in table.column(field)] for field in table.model.model_fields
            }
            copy = Network()
            setattr(copy, name, Facts(table.model, columns))
            (line, *_) = [row for row in map(json.loads, lines.export(copy)) if row["type"] == kind]
            assert set(line) - {"type"} >= set(table.model.model_fields), name

    def test_each_table_of_a_store_is_a_part_of_a_network_or_stays_out_for_a_reason(self, tmp_path: Path) -> None:
        with open_store(tmp_path / "my.twinnet", create=True, readonly=False) as store:
            store.replace([Source(name="a", kind="links", file="a.csv")], [])
        with sqlite3.connect(tmp_path / "my.twinnet") as database:
            stored = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        database.close()
        parts = {name for name, value in vars(Network()).items() if isinstance(value, Facts)}
        # Statements are what facts are merged from, each with its origins; contacts leave no network. The history tells
        # of the store, not of the network: when what was imported, with check sums.
        assert {name for name in stored if not name.startswith("sqlite")} - parts <= {
            *("statements", "contacts", "prepared", "meta", "history"),
        }
        assert parts <= stored


def _filled(field: str, value: Any) -> Any:
    """Return a value of a field; where there is none, one that is written."""
    filled = {"origins": (("a", 1, ("name",)),), "tags": (("a", "b"),)}
    return filled.get(field, 1 if value is None else ("a",) if value == () else value)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stored network with a fact of every kind."""
    folder = tmp_path_factory.mktemp("stored")
    lists = {
        "members.csv": "name,country,themes offered\nMostar,BA,youth; culture\nBari,IT,\n",
        "links.csv": "from_name,from_country,to_name,to_country,since\nMostar,BA,Bari,IT,1999\n",
        "projects.csv": "programme,acronym,title,start,end\nEurope,ECNET,Citizens of towns,2020,2022\n",
        "partners.csv": "programme,acronym,name,country,role\nEurope,ECNET,Bari,IT,lead\n",
    }
    for name, text in lists.items():
        (folder / name).write_text(text, encoding="utf-8")
    import_lists([folder / name for name in lists], folder / "my.twinnet")
    return folder / "my.twinnet"


class TestImportedBack:
    """What twinnet's own import reads of an export."""

    NOT_TOLD = frozenset(("origins", "tags", "place", "place_state", "other_names"))

    def imported(self, files: list[Path], folder: Path) -> Network:
        done = import_lists(files, folder / "back.twinnet", options=ReadOptions(network="Demo"))
        assert [f.reason for f in done.faults if f.held != "note" and "were not trusted" not in f.reason] == []
        return done.network

    def told(self, table: Facts[Any], *but: str) -> list[dict[str, Any]]:
        return [
            {name: value for name, value in fact.items() if name not in self.NOT_TOLD and name not in but}
            for fact in facts(table)
        ]

    def test_csv_files_give_the_same_facts(self, demo: Any, tmp_path: Path) -> None:
        network = demo.network
        written = csv_files.write(network, tmp_path / "my.csv")
        back = self.imported([path for path in written if path.stem != "my-organisations"], tmp_path)
        for name in TABLES:
            assert self.told(getattr(back, name)) == self.told(getattr(network, name)), name

    @pytest.mark.parametrize("ending", ["graphml", "geojson"])
    def test_graphs_and_maps_give_the_same_organisations_and_links(
        self, demo: Any, tmp_path: Path, ending: str
    ) -> None:
        network = demo.network
        back = self.imported(exports.write(network, tmp_path / f"my.{ending}"), tmp_path)
        assert self.told(back.organisations) == self.told(network.organisations)
        assert self.told(back.links) == self.told(network.links)

    def test_a_link_of_who_has_no_position_is_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "l.csv").write_text(
            "from_name,from_country,to_name,to_country,since\nXyzzyville,BA,Bari,IT,1998\n", encoding="utf-8"
        )
        before = import_lists([tmp_path / "l.csv"], tmp_path / "a.twinnet").network
        back = self.imported(exports.write(before, tmp_path / "my.geojson"), tmp_path)
        assert self.told(back.links) == self.told(before.links) != []

    @pytest.mark.parametrize("ending", ["graphml", "geojson", "csv"])
    def test_who_was_doubted_for_its_position_is_doubted_again(self, tmp_path: Path, ending: str) -> None:
        # Without the position that the name contradicts the name alone would tell a place, and a wrong one.
        heads = "from_name,from_country,from_latitude,from_longitude,to_name,to_country\n"
        (tmp_path / "l.csv").write_text(f"{heads}Bechhofen,DE,49.133333,10.9,Bari,IT\n", encoding="utf-8")
        before = import_lists([tmp_path / "l.csv"], tmp_path / "a.twinnet").network
        (doubted,) = [town for town in before.organisations if town.listed_latitude is not None]
        assert doubted.latitude is None
        written = exports.write(before, tmp_path / f"my.{ending}")
        back = self.imported([path for path in written if path.stem != "my-organisations"], tmp_path)
        assert self.told(back.organisations) == self.told(before.organisations)
        assert self.told(back.links) == self.told(before.links)

    def test_a_graph_in_memory_is_read_as_its_export_is(self, tmp_path: Path) -> None:
        doubted = Organisation(
            id="town-1", name="Bechhofen", country="DE", listed_latitude=49.13, listed_longitude=10.9
        )
        graph = Network([doubted]).multigraph()
        (back,) = twinnet.read(graph).organisations
        assert (back.latitude, back.listed_latitude, back.place_state) == (None, 49.13, "unconfirmed")

    @pytest.mark.parametrize("ending", ["graphml", "geojson", "csv"])
    @pytest.mark.parametrize("name", ["=Bari", "@Bari", "'=Bari", "'s-Hertogenbosch", "Bari _x0041_", 'Ba"ri, <i>&'])
    def test_hostile_names_are_the_same_names(self, tmp_path: Path, ending: str, name: str) -> None:
        network = Network([Organisation(id="town-3182351", name=name, country="IT", geonames_id=3182351)])
        first, *_ = exports.write(network, tmp_path / f"my.{ending}")
        back = self.imported([first], tmp_path)
        assert [(town.id, town.name) for town in back.organisations] == [("town-3182351", name)]


class TestCommand:
    @pytest.fixture
    def run(self, called: Any, stored: Path) -> Any:
        return lambda *words: called("export", stored, *words)

    @pytest.mark.parametrize("name", ["my.graphml", "my.GEOJSON", "my.json", "my.jsonl", "my.ndjson"])
    def test_the_ending_tells_the_form(self, run: Any, name: str) -> None:
        said = run("--out", name)
        assert (said.code, said.out) == (0, "")
        assert name in said.err
        begun = Path(name).read_text(encoding="utf-8")[:30]
        assert begun.startswith("<?xml" if "graphml" in name else "{")

    def test_csv_files_are_told_one_by_one(self, run: Any) -> None:
        Path("folder").mkdir()
        for out, first in (("my.csv", "my-organisations.csv"), ("folder", f"folder{os.sep}organisations.csv")):
            said = run("--out", out)
            assert said.code == 0
            assert len(said.err.splitlines()) == 5
            assert said.err.startswith(first)
        assert Path("folder/links.csv").read_bytes() == Path("my-links.csv").read_bytes()

    def test_standard_output_takes_any_one_document(self, run: Any) -> None:
        assert json.loads(run("--format", "geojson").out)["type"] == "FeatureCollection"
        assert json.loads(run("--format", "json").out)["multigraph"] is True
        assert run("--format", "graphml").out.startswith("<?xml")
        assert run("--format", "lines").out == run().out
        assert run("--format", "graphml", "--out", "net.xml").code == 0
        assert Path("net.xml").read_text(encoding="utf-8").startswith("<?xml")

    @pytest.mark.parametrize(
        ("words", "hint"),
        [
            (["--out", "my.pdf"], "should end in .jsonl, .json, .graphml, .geojson or .csv, or be a folder"),
            (["--format", "csv"], "CSV files are several"),
            (["--out", ".", "--format", "json"], "is a folder: name a file in it"),
            (["--out", "no/my.json"], "there is no folder 'no'"),
            (["--out", "no/folder/"], "there is no folder 'no'"),
            (["--out", "my.json", "--by", "Ana"], "only lines bear a date and a name"),
            (["--format", "gexf"], "'gexf' is not one of"),
        ],
    )
    def test_a_call_put_wrongly_ends_with_2_and_a_hint(self, run: Any, words: list[str], hint: str) -> None:
        said = run(*words)
        assert said.code == 2
        assert hint in " ".join(said.err.split())
        assert [*Path().iterdir()] == []

    def test_the_network_is_not_written_over(self, run: Any, stored: Path) -> None:
        before = stored.read_bytes()
        said = run("--out", stored, "--format", "json")
        assert said.code == 2
        assert "is the network itself" in " ".join(said.err.split())
        assert stored.read_bytes() == before
