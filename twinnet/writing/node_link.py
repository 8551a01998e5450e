"""A network as node-link JSON, for networkx and d3: all that a network holds but contacts and open questions.

Nodes and edges are those of :meth:`twinnet.graph.Network.multigraph`, with the rows that say each fact; what is not
known is absent. The edges stand under ``edges``. Sources, judgements, decisions, the network's own taxonomy and the
points it has learned stand under ``graph``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from twinnet.graph import Network
from twinnet.writing.facts import encode, in_order, listed

FORMAT = 1
"""The version of the form, in the header."""


def export(network: Network) -> Iterator[str]:
    """Give the parts of the document, in their order.

    >>> import networkx
    >>> from twinnet.models import Organisation
    >>> document = "".join(export(Network([Organisation(id="town-1", name="Bari", country="IT")])))
    >>> networkx.node_link_graph(json.loads(document), edges="edges").nodes["town-1"]["country"]
    'IT'
    """
    yield '{"directed": false, "multigraph": true,\n'
    yield f'"graph": {encode({"twinnet": "network", "format": FORMAT, **_beside(network)})},\n'
    yield '"nodes": [\n'
    yield from listed(_nodes(network))
    yield '],\n"edges": [\n'
    yield from listed(_edges(network))
    yield "]}\n"


def _beside(network: Network) -> dict[str, Any]:
    """Return what a network holds beside its facts."""
    held: dict[str, Any] = {
        "sources": list(in_order("source", network.sources)),
        "judgements": list(in_order("judgement", network.judgements)),
        "decisions": list(in_order("decision", network.decisions)),
    }
    if network.taxonomy.text:
        held["taxonomy"] = network.taxonomy.text
    if network.points is not None:
        held["points"] = {"card": json.loads(network.points.card), "table": network.points.table}
    return held


def _nodes(network: Network) -> Iterator[dict[str, Any]]:
    for fact in in_order("organisation", network.organisations):
        yield {"type": "organisation", **fact}
    for name in network.networks:
        yield {"type": "network", "id": f"network|{name}", "name": name}
    for fact in in_order("project", network.projects):
        yield {"type": "project", **fact}


def _edges(network: Network) -> Iterator[dict[str, Any]]:
    for fact in in_order("link", network.links):
        yield {"type": "link", "source": fact.pop("a"), "target": fact.pop("b"), "key": fact.pop("id"), **fact}
    for kind, facts in (("membership", network.memberships), ("partner", network.partners)):
        for fact in in_order(kind, facts):
            source = fact.pop("organisation")
            target = f"network|{fact.pop('network')}" if kind == "membership" else fact.pop("project")
            yield {"type": kind, "source": source, "target": target, "key": kind, **fact}
