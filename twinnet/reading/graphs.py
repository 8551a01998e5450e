"""Nodes and edges -> records of members and of links: how any graph is read as lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

END = ("name", "country", "region", "latitude", "longitude", "population", "geonames_id")
"""What a link says of both of its ends."""
_NODE, _EDGE = ("type", "organisation"), ("type", "link")
_NODES_PASSED_OVER = frozenset(("network", "project"))
_EDGES_PASSED_OVER = frozenset(("membership", "partner"))


class Lists(NamedTuple):
    """Records of members (one a node) and of links (one an edge)."""

    members: list[dict[str, Any]]
    links: list[dict[str, Any]]


def lists(
    nodes: Mapping[str, Mapping[str, Any]],
    edges: Iterable[tuple[str, str, Mapping[str, Any]]],
    *,
    named: Mapping[str, str],
) -> Lists:
    """Read nodes as members and edges as links between them.

    A node of an export that has no position, but one that was not trusted (``listed_latitude``), is read with that one.
    Nodes and edges whose ``type`` says that they are something else (a network, a project, a membership, as in
    :meth:`twinnet.graph.Network.multigraph`) are passed over, and so are edges from or to such nodes.

    Parameters
    ----------
    nodes:
        The attributes of each node by its id.
    edges:
        The ids of both ends and the attributes.
    named:
        Which attribute of a node holds which field of :data:`END`. A node without a name is called by its id.

    >>> found = lists({"a": {"label": "Bari"}, "b": {}}, [("a", "b", {"since": "1985"})], named={"name": "label"})
    >>> found.members, found.links
    ([{'name': 'Bari'}, {'name': 'b'}], [{'from_name': 'Bari', 'to_name': 'b', 'since': '1985'}])
    """
    taken = set(named.values())
    members: dict[str, dict[str, Any]] = {}
    ends: dict[str, dict[str, Any]] = {}
    for node, given in nodes.items():
        if given.get("type") in _NODES_PASSED_OVER:
            continue
        end = {field: given[named[field]] for field in END if given.get(named.get(field, "")) not in (None, "")}
        if "latitude" not in end and "longitude" not in end:
            # A position that was not trusted is judged again.
            listed = {field: given.get(f"listed_{field}") for field in ("latitude", "longitude")}
            end |= {field: value for field, value in listed.items() if value not in (None, "")}
        ends[node] = {"name": end.pop("name", node), **end}
        members[node] = {**ends[node], **{k: v for k, v in given.items() if k not in taken and (k, v) != _NODE}}
    links = [
        {
            **{f"from_{field}": value for field, value in ends[a].items()},
            **{f"to_{field}": value for field, value in ends[b].items()},
            **{k: v for k, v in given.items() if (k, v) != _EDGE},
        }
        for a, b, given in edges
        if a in ends and b in ends and given.get("type") not in _EDGES_PASSED_OVER
    ]
    return Lists(list(members.values()), links)
