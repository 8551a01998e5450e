"""A network as GraphML, for Gephi, yEd, Cytoscape and networkx.

Nodes are organisations, networks and projects; edges are links, memberships and parts in projects: the graph of
:meth:`twinnet.graph.Network.multigraph`, with the rows that say each fact. networkx' own writer is no use here: it
refuses lists and missing values, writes control characters that no XML reader takes, holds the whole document in
memory, and calls attributes ``d3`` and ``d7``, which Gephi takes for labels.

Missing values have no element. Lists are texts (:func:`twinnet.writing.escapes.joined`), and ``origins`` is JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal
from xml.sax.saxutils import escape

from twinnet.graph import Network
from twinnet.models import Link, Membership, Organisation, Partner, Project
from twinnet.writing.escapes import escaped, joined
from twinnet.writing.facts import encode, in_order

_LINE_ENDS = {"\r": "&#13;"}
_IN_ATTRIBUTES = {**_LINE_ENDS, '"': "&quot;", "\t": "&#9;", "\n": "&#10;"}
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)
_TYPES = {
    **dict.fromkeys(("latitude", "longitude", "listed_latitude", "listed_longitude"), "double"),
    **dict.fromkeys(("population", "geonames_id"), "long"),
    **dict.fromkeys(("capital", "district", "former"), "boolean"),
}
_LEFT_OUT = {"id", "a", "b", "organisation", "network", "project"}
"""What the graph itself says."""

_Of = Literal["node", "edge"]


def _attributes(*models: type[Any], first: tuple[str, ...]) -> tuple[str, ...]:
    named = (name for model in models for name in model.model_fields if name not in _LEFT_OUT)
    return tuple(dict.fromkeys((*first, *named)))


NODE_ATTRIBUTES = _attributes(Organisation, Project, first=("label", "type"))
EDGE_ATTRIBUTES = _attributes(Link, Membership, Partner, first=("type",))


def export(network: Network) -> Iterator[str]:
    """Give the parts of the document, in their order.

    >>> from twinnet.models import Organisation
    >>> document = "".join(export(Network([Organisation(id="town-1", name="Bari", country="IT")])))
    >>> '<data key="node-country">IT</data>' in document
    True
    """
    yield _HEAD
    for of, names in (("node", NODE_ATTRIBUTES), ("edge", EDGE_ATTRIBUTES)):
        for name in names:
            kind = _TYPES.get(name, "string")
            yield f'  <key id="{of}-{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>\n'
    yield '  <graph id="twinnet" edgedefault="undirected">\n'
    for fact in in_order("organisation", network.organisations):
        yield _node(fact.pop("id"), "organisation", fact)
    for name in network.networks:
        yield _node(f"network|{name}", "network", {"name": name})
    for fact in in_order("project", network.projects):
        yield _node(fact.pop("id"), "project", fact)
    for fact in in_order("link", network.links):
        yield _edge(fact.pop("id"), (fact.pop("a"), fact.pop("b")), "link", fact)
    for fact in in_order("membership", network.memberships):
        ends = fact.pop("organisation"), f"network|{fact.pop('network')}"
        yield _edge(f"membership|{ends[0]}|{ends[1]}", ends, "membership", fact)
    for fact in in_order("partner", network.partners):
        ends = fact.pop("organisation"), fact.pop("project")
        yield _edge(f"partner|{ends[0]}|{ends[1]}", ends, "partner", fact)
    yield "  </graph>\n</graphml>\n"


def _node(identifier: str, kind: str, fact: Mapping[str, Any]) -> str:
    data = _data("node", {"label": fact["name"], "type": kind, **fact})
    return f"    <node id={_quoted(identifier)}>{data}</node>\n"


def _edge(identifier: str, ends: tuple[str, str], kind: str, fact: Mapping[str, Any]) -> str:
    a, b = map(_quoted, ends)
    return f"    <edge id={_quoted(identifier)} source={a} target={b}>{_data('edge', {'type': kind, **fact})}</edge>\n"


def _data(of: _Of, values: Mapping[str, Any]) -> str:
    return "".join(f'<data key="{of}-{name}">{_text(name, value)}</data>' for name, value in values.items())


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        text = escaped(value)
    elif name == "origins":
        text = escaped(encode(value))
    else:
        text = joined(value)
    return escape(text, _LINE_ENDS)


def _quoted(text: str) -> str:
    return f'"{escape(escaped(text), _IN_ATTRIBUTES)}"'
