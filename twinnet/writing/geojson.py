"""A network as GeoJSON (RFC 7946), for QGIS, geojson.io, Leaflet and other maps.

An organisation is a point, or a feature without geometry where its position is not known; its memberships and its
parts in projects are among its properties. A link is a line between its two ends, or a feature without geometry where
one of them has no position; it then says the coordinates of its ends itself, as far as lists give any. A line over the
antimeridian is cut there, as the standard says. Projects and sources are members of the collection itself, which maps
pass over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from twinnet.graph import Facts, Network
from twinnet.writing.facts import in_order, listed

_ENDS = ("name", "country", "geonames_id")
"""What a link says of each of its ends, so that it can be read without the points."""

Position = tuple[float, float]
"""Longitude and latitude, in degrees."""


def export(network: Network) -> Iterator[str]:
    """Give the parts of the document, in their order.

    >>> import json
    >>> from twinnet.models import Organisation
    >>> bari = Organisation(id="town-1", name="Bari", latitude=41.12, longitude=16.87)
    >>> json.loads("".join(export(Network([bari]))))["features"][0]["geometry"]
    {'coordinates': [16.87, 41.12], 'type': 'Point'}
    """
    yield '{"type": "FeatureCollection",\n"features": [\n'
    yield from listed(_features(network))
    yield "]"
    for name, kind, facts in (("projects", "project", network.projects), ("sources", "source", network.sources)):
        yield f',\n"{name}": [\n'
        yield from listed(in_order(kind, facts))
        yield "]"
    yield "}\n"


def _features(network: Network) -> Iterator[dict[str, Any]]:
    beside = {
        "member_of": _by_organisation("membership", network.memberships),
        "takes_part_in": _by_organisation("partner", network.partners),
    }
    ends: dict[str, dict[str, Any]] = {}
    linked = {*network.links.column("a"), *network.links.column("b")}
    for fact in in_order("organisation", network.organisations):
        identifier = fact.pop("id")
        at = _position(fact)
        if identifier in linked:
            listed = _position(fact, "listed_")
            ends[identifier] = {name: fact[name] for name in _ENDS if name in fact} | {"at": at, "told": at or listed}
        if at is not None:
            del fact["latitude"], fact["longitude"]
        fact |= {name: of[identifier] for name, of in beside.items() if identifier in of}
        yield _feature(identifier, None if at is None else {"type": "Point", "coordinates": at}, fact)
    for fact in in_order("link", network.links):
        identifier, sides = fact.pop("id"), (("from_", ends[fact["a"]]), ("to_", ends[fact["b"]]))
        named = {f"{side}{name}": end[name] for side, end in sides for name in _ENDS if name in end}
        positions = [end["at"] for _, end in sides]
        line = None if None in positions else _line(*positions)
        if line is None or line["type"] != "LineString":
            for side, end in sides:
                if end["told"] is not None:
                    named |= {f"{side}longitude": end["told"][0], f"{side}latitude": end["told"][1]}
        yield _feature(identifier, line, {**named, **fact})


def _feature(identifier: str, geometry: dict[str, Any] | None, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "id": identifier, "geometry": geometry, "properties": properties}


def _position(fact: dict[str, Any], kind: str = "") -> Position | None:
    latitude, longitude = fact.get(f"{kind}latitude"), fact.get(f"{kind}longitude")
    return None if latitude is None or longitude is None else (longitude, latitude)


def _line(one: Position, other: Position) -> dict[str, Any]:
    """Return the line between two positions, in two parts where the shorter way crosses the antimeridian.

    >>> _line((170.0, 10.0), (-170.0, 20.0))["coordinates"]
    [[(170.0, 10.0), (180.0, 15.0)], [(-180.0, 15.0), (-170.0, 20.0)]]
    """
    if abs(one[0] - other[0]) <= 180:
        return {"type": "LineString", "coordinates": [one, other]}
    edge = 180.0 if one[0] > 0 else -180.0
    across = other[0] + 2 * edge - one[0]
    share = (edge - one[0]) / across if across else 0.0  # Both on the antimeridian itself.
    latitude = one[1] + share * (other[1] - one[1])
    return {"type": "MultiLineString", "coordinates": [[one, (edge, latitude)], [(-edge, latitude), other]]}


def _by_organisation(kind: str, facts: Facts[Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for fact in in_order(kind, facts):
        found[fact.pop("organisation")].append(fact)
    return dict(found)
