"""Build a network in memory from files, data frames and graphs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from twinnet.errors import InputError
from twinnet.graph import Network
from twinnet.models import ListKind, ListTable
from twinnet.places import Gazetteer
from twinnet.reading import ReadOptions, read_lists, read_table
from twinnet.resolution import resolve


def read(*things: Any, kind: ListKind | None = None, network: str | None = None) -> Network:
    """Build a network from lists: files, pandas data frames, :class:`networkx.Graph`, or tables as lists of dicts.

    Parameters
    ----------
    things:
        Each is a path, a data frame, a graph (nodes with ``name``, ``country``, ``latitude`` ...; edges are links), or
        an iterable of mappings. A graph's node without a ``name`` is called by its own id.
    kind:
        What kind of list they are (``members``, ``links``, ``projects``, ``partners``); recognised by default.
    network:
        The network that members belong to; by default the file's name (``table 1`` ... for what has no file).

    Returns
    -------
    Network
        What could not be taken is left out; import into a store to get the report of it.

    Raises
    ------
    InputError
        One of them is no list.

    Examples
    --------
    >>> rows = [{"name": "Mostar", "country": "BA"}, {"name": "Bari", "country": "Italy"}]
    >>> sorted(read(rows, network="ALDA").organisations.column("id"))
    ['town-3182351', 'town-3194828']
    """
    options = ReadOptions(kind=kind, network=network)
    tables: list[ListTable] = []
    for at, thing in enumerate(things, start=1):
        tables += _lists(thing, options, f"table {at}")
    with Gazetteer.open() as gazetteer:
        found = resolve(tables, gazetteer=gazetteer)
    return Network.from_statements(found.sources, found.statements)


def _lists(thing: Any, options: ReadOptions, name: str) -> list[ListTable]:
    if isinstance(thing, str | Path):
        return read_lists(thing, options=options)
    if hasattr(thing, "to_csv"):
        return read_table(thing.to_csv(index=False).encode("utf-8"), file=name, options=options)
    if hasattr(thing, "nodes") and hasattr(thing, "edges"):
        return _of_graph(thing, options, name)
    if isinstance(thing, Iterable):
        return _of_rows([dict(row) for row in thing], options, name)
    raise InputError(f"{type(thing).__name__} is no list: give a path, a data frame, a graph or a list of dicts")


def _of_graph(graph: Any, options: ReadOptions, name: str) -> list[ListTable]:
    """Read nodes as members and edges as links between them."""
    kept = ("country", "latitude", "longitude", "population", "kind", "themes", "languages", "geonames_id")
    nodes = {
        node: {"name": data.get("name", node), **{field: data[field] for field in kept if field in data}}
        for node, data in graph.nodes(data=True)
    }
    ends = ("name", "country", "latitude", "longitude", "population", "geonames_id")
    links = [
        {
            **{f"from_{field}": nodes[a][field] for field in ends if field in nodes[a]},
            **{f"to_{field}": nodes[b][field] for field in ends if field in nodes[b]},
            **{field: data[field] for field in ("since", "until", "last_activity", "themes") if field in data},
        }
        for a, b, data in graph.edges(data=True)
    ]
    called = options.network or graph.graph.get("name") or name
    found = _of_rows(list(nodes.values()), ReadOptions(kind="members", network=str(called)), name)
    return found + (_of_rows(links, ReadOptions(kind="links"), name) if links else [])


def _of_rows(rows: list[Mapping[str, Any]] | list[dict[str, Any]], options: ReadOptions, name: str) -> list[ListTable]:
    if not rows:
        return []
    header = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[_cell(row.get(key)) for key in header] for row in rows])
    return read_table(text.getvalue().encode("utf-8"), file=name, options=options)


def _cell(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124 - not a number
        return ""
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(str(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str).strip('"')
