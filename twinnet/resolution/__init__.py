"""From rows with names to statements about organisations: who is meant, and where it is.

Every name is looked up in the gazetteer and answered in one of three ways: confirmed (one place is meant), own (the
row's coordinates lead to no place of the gazetteer: the organisation stands there by itself), unconfirmed (no place
could be told; the organisation is kept, its place is not invented). What cannot be taken becomes a fault.

What the gazetteer knows beyond the lists (position, inhabitants, capital) is said by statements of the source
:data:`twinnet.graph.GAZETTEER_SOURCE`, whose values lose against every list's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from twinnet.graph import Network
from twinnet.models import Fault, ListTable, Source, Statement
from twinnet.places import Gazetteer
from twinnet.resolution.editions import Editions, named_by_hash
from twinnet.resolution.ends import Resolver, ends_of
from twinnet.resolution.kinds import guess_kind
from twinnet.resolution.lists import ListWriter

__all__ = ["Resolution", "guess_kind", "resolve"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a call made of its lists: statements of facts, the lists they are from, and what could not be taken.

    ``pending`` is what links say whose end could not be placed: held back until another list says where that is
    (:func:`twinnet.resolution.meeting.meet`).
    """

    statements: tuple[Statement, ...]
    sources: tuple[Source, ...]
    faults: tuple[Fault, ...]
    pending: tuple[Statement, ...] = ()

    @property
    def said(self) -> tuple[Statement, ...]:
        """All that was said, for a store that will hear of more lists."""
        return (*self.statements, *self.pending)


def resolve(tables: Sequence[ListTable], *, gazetteer: Gazetteer, known: Network | None = None) -> Resolution:
    """Turn lists into statements about organisations, memberships, links, projects and their partners.

    ``known`` is what is stored already: places of their own are met again there by name and position. Nothing given
    is changed; the same lists give the same statements, in the order of the lists and their rows.

    A row is held back when it has no name, when its country is unknown and no coordinates help, and when an end of a
    link can be placed neither by name nor by coordinates. A link of an organisation with itself is held back.
    """
    resolver = Resolver(gazetteer, known)
    tables = _distinct(tables)
    ends = [[ends_of(table.kind, row.values) for row in table.rows] for table in tables]
    # Places known by their coordinates come first, so that rows without coordinates meet them in any order of lists.
    for end in (end for rows in ends for row in rows for end in row if end.latitude is not None):
        resolver.find(end)
    statements: list[Statement] = []
    pending: list[Statement] = []
    sources: list[Source] = []
    faults: list[Fault] = []
    names = _names(tables, known.sources if known is not None else ())
    editions = Editions(known)
    for table, name, rows in zip(tables, names, ends, strict=True):
        writer = ListWriter(table, _source(table, name), resolver)
        writer.write(rows)
        settled, note = editions.settle(table, writer.source, writer.statements)
        sources.append(_source(table, settled))
        statements += _of(settled, writer.statements)
        pending += _of(settled, writer.pending)
        faults += [*table.faults, *writer.faults, *([note] if note else [])]
    statements += resolver.gazetteer_statements()
    pending += resolver.gazetteer_statements(pending=True)
    return Resolution(tuple(statements), tuple(sources), tuple(faults), tuple(pending))


def _of(name: str, statements: Sequence[Statement]) -> Sequence[Statement]:
    """Return the statements of a list as those of a source of that name."""
    if not statements or statements[0].source == name:
        return statements
    return [replace(statement, source=name) for statement in statements]


def _distinct(tables: Sequence[ListTable]) -> list[ListTable]:
    """Leave out a list that was given twice."""
    found: dict[tuple[Any, ...], ListTable] = {}
    for at, table in enumerate(tables):
        key = (table.sha256, table.sheet, table.kind, table.network) if table.sha256 else (at,)
        found.setdefault(key, table)
    return list(found.values())


def _names(tables: Sequence[ListTable], known: Iterable[Source]) -> list[str]:
    """Name the source of each list by its network (else its sheet or file) and its kind, whatever the lists' order.

    A list that is stored already keeps the name it has. Where several lists of one call would share a name, each is
    told apart by its file and sheet, and where that does not help by its content.
    """
    stored: dict[tuple[Any, ...], set[str]] = {}
    for source in known:
        stored.setdefault((source.sha256, source.kind, source.network), set()).add(source.name)
    short = [f"{_network(table)} {table.kind}" for table in tables]
    long = [
        f"{name} ({table.file}{f' {table.sheet}' if table.sheet else ''})"
        for name, table in zip(short, tables, strict=True)
    ]
    names = []
    for at, table in enumerate(tables):
        full = f"{long[at][:-1]} {table.sha256[:8]})"
        before = stored.get((table.sha256, table.kind, _source(table, "").network), set()) if table.sha256 else set()
        forms = (short[at], long[at], full)
        if kept := [form for name in forms for form in (name, named_by_hash(name, table)) if form in before]:
            names.append(kept[0])
        elif short.count(short[at]) == 1:
            names.append(short[at])
        else:
            names.append(long[at] if long.count(long[at]) == 1 else full)
    return names


def _network(table: ListTable) -> str:
    return table.network or table.sheet or PurePath(table.file).stem


def _source(table: ListTable, name: str) -> Source:
    """Return the source of a list."""
    return Source(
        name=name,
        kind=table.kind,
        file=table.file,
        network=_network(table) if table.kind == "members" else table.network,
        date=table.date,
        sha256=table.sha256,
        rows=len(table.rows),
    )
