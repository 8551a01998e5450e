"""GeoJSON and GraphML are lists of members and of links; what no list can take is reported."""

import io
import json
from typing import Any

import networkx as nx
import pytest

from twinnet.errors import InputError, LimitError
from twinnet.graph import Network
from twinnet.models import Link, ListTable, Membership, Organisation
from twinnet.reading import Limits, ReadOptions, read_table


def feature(shape: str | None, coordinates: object, **properties: object) -> dict[str, Any]:
    geometry = {"type": shape, "coordinates": coordinates} if shape else None
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def read(value: object, **options: Any) -> list[ListTable]:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_table(data, file="map", options=ReadOptions(**options))


def collection(*features: object, **more: object) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": list(features), **more}


def test_points_are_members_and_lines_are_links() -> None:
    members, links = read(
        collection(
            feature("Point", [16.87, 41.12], name="Bari", country="IT"),
            feature(
                "LineString", [[16.87, 41.12], [13, 45], [9.99, 48.4]], from_name="Bari", to_name="Ulm", since=1985
            ),
            feature("Point", [9.99, 48.4, 478], name="Ulm", country="DE"),
            feature("MultiPoint", [[15.44, 47.07]], name="Graz", country="AT"),
            feature(None, None, name="Pula", country="HR"),
        )
    )
    assert (members.kind, members.network, links.kind) == ("members", "map", "links")
    assert [row.values for row in members.rows] == [
        {"name": "Bari", "country": "IT", "latitude": 41.12, "longitude": 16.87},
        {"name": "Ulm", "country": "DE", "latitude": 48.4, "longitude": 9.99},
        {"name": "Graz", "country": "AT", "latitude": 47.07, "longitude": 15.44},
        {"name": "Pula", "country": "HR"},
    ]
    assert [row.values for row in links.rows] == [
        {
            "from_name": "Bari", "to_name": "Ulm", "since": "1985", "from_latitude": 41.12, "from_longitude": 16.87,
            "to_latitude": 48.4, "to_longitude": 9.99,
        }
    ]  # fmt: skip
    assert [row.number for row in members.rows] == [2, 3, 4, 5]
    assert members.faults == links.faults == ()


@pytest.mark.parametrize(
    ("shape", "coordinates", "held"),
    [
        ("Polygon", [[[1, 2], [3, 4], [5, 6], [1, 2]]], "note"),
        ("Point", [16.87], "value"),
        ("Point", ["16", "41"], "value"),
        ("Point", [400, 41], "value"),
        ("Point", [16, True], "value"),
        ("Point", [10**400, 41], "value"),
        ("Point", None, "value"),
    ],
)
def test_other_shapes_and_bad_coordinates_are_reported(shape: str, coordinates: object, held: str) -> None:
    (table,) = read(
        collection(
            feature(shape, coordinates, name="Bari", country="IT"),
            feature("Point", [9.99, 48.4], name="Ulm", country="DE"),
        )
    )
    assert table.rows[0].values == {"name": "Bari", "country": "IT"}
    assert table.rows[1].values["latitude"] == 48.4
    assert [(fault.row, fault.column, fault.held) for fault in table.faults] == [(2, None, held)]


def test_a_line_without_two_ends_keeps_its_names() -> None:
    (table,) = read(
        collection(
            *(
                feature("LineString", coordinates, from_name="Bari", to_name="Ulm")
                for coordinates in ([[1, 2], [1, 2]], [[1, 2]], "here")
            )
        )
    )
    assert {tuple(row.values.items()) for row in table.rows} == {(("from_name", "Bari"), ("to_name", "Ulm"))}
    assert [(fault.row, fault.held) for fault in table.faults] == [(2, "value"), (3, "value"), (4, "value")]


def test_coordinates_of_another_system_are_left_out() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    features = [feature("Point", [1877900.1, 5037000.2], name="Bari", country="IT")]
    (table,) = read(collection(*features, crs=crs))
    assert table.rows[0].values == {"name": "Bari", "country": "IT"}
    assert [(fault.row, fault.held) for fault in table.faults] == [(None, "note")]
    crs["properties"]["name"] = "urn:ogc:def:crs:OGC:1.3:CRS84"  # type: ignore[index]  # a nested dict
    (table,) = read(collection(feature("Point", [16.87, 41.12], name="Bari"), crs=crs))
    assert table.rows[0].values == {"name": "Bari", "latitude": 41.12, "longitude": 16.87}


def test_one_feature_is_a_list_of_one_and_none_is_a_fault() -> None:
    (table,) = read(feature("Point", [16.87, 41.12], name="Bari", country="IT"))
    assert len(table.rows) == 1
    for value in (collection(), {"type": "FeatureCollection"}, {"type": "FeatureCollection", "features": [1]}):
        with pytest.raises(InputError):
            read(value)
    with pytest.raises(LimitError, match="rows"):
        read(collection(*[feature("Point", [1, 2], name="Bari")] * 4), limits=Limits(rows=3))


def test_numbers_that_are_none_are_reported() -> None:
    (table,) = read(b'[{"name": "Bari", "population": 1e999}, {"name": "Ulm", "population": 120574}]')
    assert [row.values for row in table.rows] == [{"name": "Bari"}, {"name": "Ulm", "population": 120574}]
    assert [(fault.row, fault.column, fault.held) for fault in table.faults] == [(2, "population", "value")]


def test_characters_that_no_text_can_hold_do_not_enter() -> None:
    (table,) = read(rb'[{"name": "Ba\ud800ri\u0000", "country": "IT"}]')
    table.rows[0].values["name"].encode("utf-8")
    assert "\x00" not in table.rows[0].values["name"]


# GraphML


def graphml(graph: Any) -> bytes:
    file = io.BytesIO()
    nx.write_graphml(graph, file)
    return file.getvalue()


def test_a_network_written_as_graphml_reads_back() -> None:
    towns = [
        Organisation(id="town-1", name="Mostar", country="BA", latitude=43.34, longitude=17.81, population=105797),
        Organisation(id="town-2", name="Bari", country="IT", latitude=41.12, longitude=16.87),
    ]
    network = Network(
        organisations=towns,
        links=[Link(id="link-1", a="town-1", b="town-2", since="1985", kind="friendship")],
        memberships=[Membership(organisation="town-1", network="ALDA")],
    )
    graph = network.multigraph()
    written: nx.MultiGraph[str] = nx.MultiGraph()
    for node, data in graph.nodes(data=True):
        written.add_node(node, **{key: value for key, value in data.items() if isinstance(value, str | int | float)})
    for a, b, key, data in graph.edges(data=True, keys=True):
        kept = {name: value for name, value in data.items() if isinstance(value, str | int | float)}
        written.add_edge(a, b, key=key, **kept)
    members, links = read(graphml(written))
    assert [row.values.get("name") for row in members.rows] == ["Mostar", "Bari"]
    assert members.rows[0].values["population"] == 105797
    (link,) = links.rows
    wanted = ("from_name", "from_country", "to_name", "to_country", "since", "kind")
    assert {key: link.values[key] for key in wanted} == {
        "from_name": "Mostar", "from_country": "BA", "to_name": "Bari", "to_country": "IT", "since": "1985",
        "kind": "friendship",
    }  # fmt: skip
    assert (link.values["from_latitude"], link.values["to_longitude"]) == (43.34, 16.87)
    assert [fault for fault in (*members.faults, *links.faults) if fault.held != "note"] == []


def test_attributes_may_be_called_in_any_language_and_have_defaults() -> None:
    data = """<?xml version="1.0" encoding="UTF-8"?>
    <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
      <key id="d0" for="node" attr.name="Gemeinde" attr.type="string"/>
      <key id="d1" for="node" attr.name="Land" attr.type="string"><default>Deutschland</default></key>
      <key id="d2" for="edge" attr.name="seit" attr.type="int"/>
      <key id="d3" for="node" attr.name="Einwohner" attr.type="double"/>
      <graph edgedefault="undirected">
        <data key="d9">nothing</data>
        <node id="n0"><data key="d0">Ulm</data><data key="d3">NaN</data></node>
        <node id="n1"><data key="d0">Lyon</data><data key="d1">Frankreich</data><data key="d3">500000</data></node>
        <node id="n2"><data key="d0">Köln</data></node>
        <edge source="n0" target="n1"><data key="d2">1974</data></edge>
        <edge source="n1" target="n2"/><edge source="n1" target="n7"/>
        <hyperedge><endpoint node="n0"/></hyperedge>
      </graph>
    </graphml>"""
    members, links = read(data.encode())
    assert [(row.values["name"], row.values["country"]) for row in members.rows] == [
        ("Ulm", "Deutschland"), ("Lyon", "Frankreich"), ("Köln", "Deutschland"),
    ]  # fmt: skip
    assert members.rows[1].values["population"] == 500000
    assert [(row.values["from_name"], row.values["to_name"], row.values.get("since")) for row in links.rows] == [
        ("Ulm", "Lyon", "1974"), ("Lyon", "Köln", None),
    ]  # fmt: skip
    assert links.rows[0].values["to_country"] == "Frankreich"
    notes = [fault.reason for fault in members.faults if fault.held == "note"]
    assert any("hyperedges" in note for note in notes)
    assert any("does not hold" in note for note in notes)
    assert (2, "value") in {(fault.row, fault.held) for fault in members.faults}


def test_a_node_without_a_name_is_called_by_its_label_or_id() -> None:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edge("Bari", "Ulm")
    members, links = read(graphml(graph), kind="members", network="ALDA")[:1], read(graphml(graph), kind=None)
    assert [row.values["name"] for row in members[0].rows] == ["Bari", "Ulm"]
    assert [row.values for row in links[1].rows] == [{"from_name": "Bari", "to_name": "Ulm"}]
    drawn = b"""<graphml xmlns:y="y"><key for="node" id="d0" yfiles.type="nodegraphics"/><graph>
    <node id="n0"><data key="d0"><y:ShapeNode><y:NodeLabel>Bari</y:NodeLabel></y:ShapeNode></data></node>
    <node id="n1"><data key="d0"><y:ShapeNode><y:NodeLabel>Ulm</y:NodeLabel></y:ShapeNode></data></node>
    </graph></graphml>"""
    (table,) = read(drawn, kind="members")
    assert [row.values["name"] for row in table.rows] == ["Bari", "Ulm"]


def test_where_a_program_drew_a_node_is_no_place() -> None:
    graph: nx.Graph[str] = nx.Graph()
    for name, x in (("Bari", 12.5), ("Ulm", 40.25), ("Graz", 41.5)):
        graph.add_node(name, label=name, country="IT", x=x, y=x + 1, size=4.0, r=1, g=2, b=3)
    (table,) = read(graphml(graph))
    assert all("latitude" not in row.values for row in table.rows)


PROJECTS = b"""<graphml><key id='a' for='node' attr.name='type'><default>project</default></key>
<graph><node id='a'/></graph></graphml>"""


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE graphml [<!ENTITY a "b">]><graphml>&a;</graphml>', "entities"),
        (b'<!DOCTYPE graphml SYSTEM "http://example.org/a.dtd"><graphml/>', "entities"),
        (b"<graphml><graph/></graphml>", "no nodes"),
        (b"<graphml><graph><node id='a'><data>", "damaged"),
        (b"<graphml>" + b"<graph>" * 200, "xml_depth"),
        (b"<graphml><graph>" + b"".join(b"<node id='%d'/>" % n for n in range(9)) + b"</graph></graphml>", "rows"),
        (b"<graphml><graph><node id='a'/>" + b"<edge source='a' target='a'/>" * 9 + b"</graph></graphml>", "rows"),
        (b"<graphml>" + b"".join(b"<key id='%d'/>" % n for n in range(30)) + b"</graphml>", "columns"),
        (PROJECTS, "organisations"),
    ],
)
def test_a_graph_that_cannot_be_taken_says_why(data: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read(data, limits=Limits(rows=8, columns=20))
