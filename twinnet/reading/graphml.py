"""GraphML -> raw tables: nodes are members, edges are links between them (:mod:`twinnet.reading.graphs`).

Attributes may be called in any language; those that name a node and say where it lies are also said of the ends of
its edges. Hyperedges and edges whose nodes do not exist are counted and reported.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

from twinnet.errors import InputError
from twinnet.reading import graphs, markup, words
from twinnet.reading.escapes import unescaped
from twinnet.reading.raw import Limits, RawFault, RawTable
from twinnet.reading.records import tabulate

_DAMAGED = "this GraphML is damaged: write it again"
_NUMBERS = frozenset(("int", "long", "float", "double"))
_DRAWN = ("x", "y", "z", "size", "r", "g", "b")
"""How a drawing program calls the position and the colour of a node: no coordinates of the earth."""


def parse(data: bytes, *, file: str, limits: Limits) -> list[RawTable]:
    """Read the bytes of a GraphML file as a table of members and one of links.

    Raises
    ------
    InputError
        It is damaged, declares XML entities, holds no node, or is over a limit.
    """
    graph = _Graph(file=file, limits=limits)
    markup.stream(io.BytesIO(data), graph, limits=limits, file=file, damaged=_DAMAGED)
    if not graph.nodes:
        raise InputError("the graph has no nodes", file=file)
    graph.complete()
    found = graphs.lists(graph.nodes, graph.edges, named=_named(graph))
    made = []
    for records, sheet in ((found.members, None), (found.links, "links")):
        if records:
            keys = [f"{side}{field}" for side in (("from_", "to_") if sheet else ("",)) for field in graphs.END]
            given = {key for record in records for key in record}
            kept = [key for key in keys if key in given]
            made.append(tabulate(records, keys=kept, sheet=sheet, file=file, limits=limits))
    if not made:
        raise InputError("the graph has no nodes that are organisations", file=file)
    made[0].faults += [RawFault(None, None, "note", reason) for reason in graph.notes()]
    return made


def _named(graph: _Graph) -> dict[str, str]:
    """Return which attribute of the nodes holds which field, by what its name means."""
    names = dict.fromkeys(key for node in graph.nodes.values() for key in node)
    found: dict[str, tuple[float, str]] = {}
    for name in names:
        for meaning in words.meanings(name):
            field = "name" if meaning.field == "locality" else meaning.field
            if meaning.side is None and field in graphs.END:
                strength = 4.0 if name == field else meaning.strength - (0.5 if field != meaning.field else 0)
                if strength > found.get(field, (0.0, ""))[0]:
                    found[field] = strength, name
    if "name" not in found and "label" in names:
        found["name"] = 0.0, "label"
    return {field: name for field, (_, name) in found.items()}


@dataclass(slots=True)
class _Key:
    """A declared attribute: of what it speaks, its name, its type and what stands where it is not given."""

    of: str
    name: str
    kind: str
    default: str = ""


class _Graph(markup.Handler):
    """Reads nodes and edges with their attributes as texts."""

    def __init__(self, *, file: str, limits: Limits) -> None:
        self.nodes: dict[str, dict[str, Any]] = {}
        self.edges: list[tuple[str, str, dict[str, Any]]] = []
        self._file, self._limits = file, limits
        self._keys: dict[str, _Key] = {}
        self._owners: list[dict[str, Any]] = []
        self._key: _Key | None = None
        self._parts: list[str] = []
        self._takes = self._labels = False
        self._counts: Counter[str] = Counter()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Open a key, a node, an edge or an attribute."""
        local = name.rpartition("}")[2]
        if local == "key":
            self._add_key(attributes)
        elif local == "default":
            self._takes = True
            self._parts.clear()
        elif local == "node":
            self._owners.append(self.nodes.setdefault(attributes.get("id", ""), {}))
            self._check(len(self.nodes))
        elif local == "edge":
            edge = attributes.get("source", ""), attributes.get("target", ""), dict[str, Any]()
            self.edges.append(edge)
            self._owners.append(edge[2])
            self._check(len(self.edges))
        elif local == "graph":
            self._owners.append({})
        elif local == "data":
            self._key = self._keys.get(attributes.get("key", ""))
            self._takes = self._key is not None and self._key.kind != "drawn"
            self._parts.clear()
        elif local == "NodeLabel":
            self._takes = self._labels = self._key is not None and self._key.kind == "drawn"
            self._parts.clear()
        elif local == "hyperedge":
            self._counts["hyperedge"] += 1

    def text(self, text: str) -> None:
        """Take a piece of an attribute."""
        if self._takes:
            self._parts.append(text)

    def end(self, name: str) -> None:
        """Close what was opened."""
        local = name.rpartition("}")[2]
        if local in ("node", "edge", "graph"):
            self._owners.pop()
        elif local == "default":
            self._takes = False
            if self._keys:
                self._keys[next(reversed(self._keys))].default = "".join(self._parts).strip()
        elif local == "NodeLabel" and self._labels:
            self._takes = self._labels = False
            if self._owners:
                self._owners[-1].setdefault("label", "".join(self._parts).strip())
        elif local == "data":
            if self._takes and self._key is not None and self._owners:
                self._give(self._key, unescaped("".join(self._parts).strip()))
            self._takes, self._key = False, None

    def _add_key(self, attributes: dict[str, str]) -> None:
        identifier = attributes.get("id", "")
        drawn = "yfiles.type" in attributes
        kind = "drawn" if drawn else attributes.get("attr.type", "string")
        self._keys[identifier] = _Key(attributes.get("for", "all"), attributes.get("attr.name", identifier), kind)
        self._limits.check("columns", len(self._keys), file=self._file, what="the number of attributes")

    def _give(self, key: _Key, text: str) -> None:
        if key.kind in _NUMBERS and text.lower().strip("+-") in ("nan", "inf", "infinity"):
            # The table that is made of it reports where it stands.
            self._owners[-1][key.name] = math.nan
        elif text:
            self._owners[-1][key.name] = text

    def _check(self, count: int) -> None:
        if count > self._limits.rows:
            self._limits.check("rows", count, file=self._file, what="the number of nodes or edges")

    def complete(self) -> None:
        """Give nodes and edges what stands where an attribute is not given, and leave out how they are drawn."""
        names = {key.name for key in self._keys.values()}
        drawn = _DRAWN if names >= {"r", "g", "b"} else ()
        for of, owners in (("node", [*self.nodes.values()]), ("edge", [edge[2] for edge in self.edges])):
            defaults = {key.name: key.default for key in self._keys.values() if key.default and key.of in (of, "all")}
            self._limits.check("cells", len(defaults) * len(owners), file=self._file, what="the number of cells")
            for owner in owners:
                for name, default in defaults.items():
                    owner.setdefault(name, default)
                for name in drawn:
                    owner.pop(name, None)
        self._counts["lost"] = sum(a not in self.nodes or b not in self.nodes for a, b, _ in self.edges)

    def notes(self) -> list[str]:
        """Return what was not taken, one sentence each."""
        said = {
            "hyperedge": "hyperedges join more than two and were not read",
            "lost": "edges name a node that the file does not hold and were not read",
        }
        return [f"{said[what]}: {self._counts[what]:,}" for what in said if self._counts[what]]
