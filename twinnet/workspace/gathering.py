"""Build a network in memory from files, data frames and graphs."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from twinnet.errors import InputError
from twinnet.graph import Network
from twinnet.models import Fault, ListKind, ListTable
from twinnet.places import Gazetteer
from twinnet.reading import ReadOptions, graphs, read_lists, read_table
from twinnet.reading.fields import FIELDS
from twinnet.resolution import resolve
from twinnet.resolution.judging import together
from twinnet.taxonomy import Taxonomy

OnFault = Callable[[Fault], object]
"""Called with each thing that could not be taken as it stands."""

_NODE = frozenset((*FIELDS["members"], "listed_latitude", "listed_longitude", "themes", "type"))
_EDGE = frozenset((*FIELDS["links"], "type"))
"""What is read of a graph's nodes and edges; whatever else they carry need not be text."""


def read(
    *things: Any,
    kind: ListKind | None = None,
    network: str | None = None,
    taxonomy: Taxonomy | str | Path | None = None,
    on_fault: OnFault | None = None,
) -> Network:
    """Build a network from lists: files, pandas data frames, :class:`networkx.Graph`, or tables as lists of dicts.

    Parameters
    ----------
    things:
        Each is a path, a data frame, a graph (nodes with ``name``, ``country``, ``latitude`` ...; edges are links), or
        an iterable of mappings. A graph's node without a ``name`` is called by its own id. Nothing given is changed.
    kind:
        What kind of list they are (``members``, ``links``, ``projects``, ``partners``); recognised by default.
    network:
        The network that members belong to; by default the file's name (``table 1`` ... for what has no file).
    taxonomy:
        What themes are read by, and the network's from then on: a :class:`~twinnet.taxonomy.Taxonomy`, or the path of a
        network's own (TOML); by default twinnet's.
    on_fault:
        Called with each row or value that could not be taken as it stands; None passes them over.

    Raises
    ------
    InputError
        One of them is no list, or nothing at all could be taken.
    OptionError
        The taxonomy cannot be read.

    Examples
    --------
    >>> rows = [{"name": "Mostar", "country": "BA"}, {"name": "Bari", "country": "Italy"}]
    >>> sorted(read(rows, network="ALDA").organisations.column("id"))
    ['town-3182351', 'town-3194828']
    """
    if isinstance(taxonomy, str | Path):
        taxonomy = Taxonomy.from_toml(taxonomy)
    options = ReadOptions(kind=kind, network=network, taxonomy=taxonomy)
    tables: list[ListTable] = []
    for at, thing in enumerate(things, start=1):
        tables += _lists(thing, options, f"table {at}")
    with Gazetteer.open() as gazetteer:
        found = resolve(tables, gazetteer=gazetteer, apart=True)
    made = Network.from_statements(found.sources, together(found.statements), taxonomy=taxonomy)
    held = [fault for fault in found.faults if fault.held == "row"]
    if held and not len(made.organisations) and not len(made.projects):
        raise InputError(f"no row could be taken: {held[0].reason}", file=held[0].file, row=held[0].row)
    if on_fault is not None:
        for fault in sorted(found.faults, key=lambda fault: (fault.file, fault.row or 0, fault.column or "")):
            on_fault(fault)
    return made


def _lists(thing: Any, options: ReadOptions, name: str) -> list[ListTable]:
    if isinstance(thing, str | Path):
        return read_lists(thing, options=options)
    if hasattr(thing, "to_csv"):
        return read_table(thing.to_csv(index=False).encode("utf-8"), file=name, options=options)
    if hasattr(thing, "nodes") and hasattr(thing, "edges"):
        return _of_graph(thing, options, name)
    if isinstance(thing, Iterable) and not isinstance(thing, Mapping | bytes):
        rows = list(thing)
        if all(isinstance(row, Mapping) for row in rows):
            return _of_rows(rows, options, name)
    raise InputError(f"{type(thing).__name__} is no list: give a path, a data frame, a graph or a list of dicts")


def _of_graph(graph: Any, options: ReadOptions, name: str) -> list[ListTable]:
    """Read nodes as members and edges as links between them, as those of a GraphML file."""
    nodes = {node: _among(_NODE, data) for node, data in graph.nodes(data=True)}
    edges = ((a, b, _among(_EDGE, data)) for a, b, data in graph.edges(data=True))
    found = graphs.lists(nodes, edges, named={field: field for field in graphs.END})
    called = options.network or graph.graph.get("name") or name
    members = _of_rows(found.members, replace(options, kind="members", network=str(called)), name)
    return members + _of_rows(found.links, replace(options, kind="links"), name)


def _among(fields: Collection[str], data: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in data.items() if field in fields}


def _of_rows(rows: Sequence[Mapping[str, Any]], options: ReadOptions, name: str) -> list[ListTable]:
    if not rows:
        return []
    header = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[_cell(row.get(key)) for key in header] for row in rows])
    return read_table(text.getvalue().encode("utf-8"), file=name, options=options)


def _cell(value: Any) -> str:
    """Write a value as a cell of a list: nothing for None and what is not a number, parts joined by ``;``.

    >>> _cell(("youth", "culture")), _cell(float("nan")), _cell(True)
    ('youth; culture', '', 'yes')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(sorted(map(_cell, value)) if isinstance(value, set | frozenset) else map(_cell, value))
    if value is None or str(value) in ("nan", "NaN", "<NA>", "NaT"):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat()[:10] if isinstance(value, dt.date) else str(value)
