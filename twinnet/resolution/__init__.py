"""From rows with names to statements about organisations: who is meant, and where it is.

Every name is looked up in the gazetteer and answered in one of three bands: taken (``auto``), proposed (``review``: the
organisation is kept without that place, and a question waits for a person) or kept as text (``none``). What a row says
depends on the row alone, never on other rows or lists; :func:`twinnet.resolution.judging.together` looks at all that
was said, and at what people judged. What cannot be taken becomes a fault.

What the gazetteer knows beyond the lists (position, inhabitants, capital) is said by statements of the source
:data:`twinnet.graph.GAZETTEER_SOURCE`, whose values lose against every list's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from twinnet.errors import InputError
from twinnet.models import Contact, Fault, ListTable, Source, Statement, list_title
from twinnet.places import Gazetteer
from twinnet.resolution.ends import Resolver, ends_of
from twinnet.resolution.kinds import guess_kind
from twinnet.resolution.lists import ListWriter

__all__ = ["Resolution", "guess_kind", "resolve"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a call made of its lists: statements, the lists they are from, contacts, and what could not be taken.

    ``sources`` has one for each list, in the lists' order, and ``held`` the rows of each that were held back.
    """

    statements: tuple[Statement, ...]
    sources: tuple[Source, ...]
    faults: tuple[Fault, ...]
    contacts: tuple[Contact, ...] = ()
    held: tuple[frozenset[int], ...] = ()


def resolve(
    tables: Sequence[ListTable], *, gazetteer: Gazetteer, source: str | None = None, apart: bool = False
) -> Resolution:
    """Turn lists into statements about organisations, memberships, links, projects and their partners.

    A list's source is its network and kind (``ALDA members``), or ``source``. With ``apart``, lists that would be the
    same source are told apart by their files; nothing can find them again by that, so it is not for what is stored.
    Nothing given is changed; the same lists give the same statements, in the order of the lists and their rows.

    A row is held back when it has no name, and when its country is unknown and no coordinates help. A link of an
    organisation with itself is held back.

    Raises
    ------
    InputError
        Two lists would be the same source, and ``apart`` is not asked for.
    """
    resolver = Resolver(gazetteer)
    statements: list[Statement] = []
    faults: list[Fault] = []
    contacts: list[Contact] = []
    held: list[frozenset[int]] = []
    tables = _distinct(tables)
    sources = [_source(table, name) for table, name in zip(tables, _names(tables, source, apart=apart), strict=True)]
    for table, of in zip(tables, sources, strict=True):
        writer = ListWriter(table, of, resolver)
        writer.write([ends_of(table.kind, row.values) for row in table.rows])
        statements += writer.statements
        contacts += writer.contacts
        found = [*table.faults, *writer.faults]
        held.append(frozenset(fault.row for fault in found if fault.held == "row" and fault.row is not None))
        faults += found
    statements += resolver.gazetteer_statements()
    return Resolution(tuple(statements), tuple(sources), tuple(faults), tuple(contacts), tuple(held))


def _distinct(tables: Sequence[ListTable]) -> list[ListTable]:
    """Leave out a list that was given twice."""
    found: dict[tuple[Any, ...], ListTable] = {}
    for at, table in enumerate(tables):
        key = (table.sha256, table.sheet, table.kind, table.network) if table.sha256 else (at,)
        found.setdefault(key, table)
    return list(found.values())


def _names(tables: Sequence[ListTable], source: str | None, *, apart: bool) -> list[str]:
    """Name the source of each list by its network (else its sheet or file) and its kind, or as the user said.

    Lists of one workbook that would share a name are told apart by their sheets, whatever else is imported with it.
    """
    short = [source or f"{_network(table)} {table.kind}" for table in tables]
    in_file = Counter((table.sha256 or table.file, name) for table, name in zip(tables, short, strict=True))
    names = [
        f"{name} ({table.sheet})" if table.sheet and in_file[table.sha256 or table.file, name] > 1 else name
        for table, name in zip(tables, short, strict=True)
    ]
    if apart:
        names = _told_apart(_told_apart(names, [table.file for table in tables]), range(1, len(tables) + 1))
    for name, count in Counter(names).items():
        if count > 1:
            second = [table for table, called in zip(tables, names, strict=True) if called == name][1]
            reason = (
                f"another list of this import is the source {name!r} too; import this one by itself, "
                "with --source and a name of its own"
            )
            raise InputError(reason, file=second.called)
    return names


def _told_apart(names: Sequence[str], by: Sequence[object]) -> list[str]:
    """Return names, those that several share with what tells them apart.

    >>> _told_apart(["a", "b", "a"], ["x", "y", "z"])
    ['a (x)', 'b', 'a (z)']
    """
    shared = Counter(names)
    return [f"{name} ({what})" if shared[name] > 1 else name for name, what in zip(names, by, strict=True)]


def _network(table: ListTable) -> str:
    return table.network or list_title(table.file, table.sheet)


def _source(table: ListTable, name: str) -> Source:
    """Return the source of a list; its rows are those that were read, held back or not."""
    held = {fault.row for fault in table.faults if fault.held == "row" and fault.row is not None}
    return Source(
        name=name,
        kind=table.kind,
        file=table.file,
        network=_network(table) if table.kind == "members" else table.network,
        date=table.date,
        sha256=table.sha256,
        rows=len(held | {row.number for row in table.rows}),
    )
