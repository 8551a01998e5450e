"""How the facts of a network are nodes and relationships, and the Cypher that writes and reads them.

Each kind of fact has a label or type of its own, which begins with ``Twinnet`` or ``TWINNET_``: what another program
keeps in the same database is never met. Values are parameters; what stands in a query are the names given here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property, reduce
from hashlib import blake2b
from itertools import chain
from operator import xor
from typing import Any, NamedTuple, TypeAlias

from twinnet.errors import StoreError
from twinnet.graph import Facts, Network
from twinnet.models import Model
from twinnet.stores import schema
from twinnet.stores.neo4j import cells
from twinnet.stores.schema import Table
from twinnet.stores.state import encode

_BETWEEN = "\x1f"
"""Stands between names of lists that are sent as one text, which takes a third of the time."""

Row: TypeAlias = tuple[Any, ...]
"""A fact as :class:`twinnet.stores.schema.Table` writes it."""


class Found(NamedTuple):
    """What stands there of a kind: its rows, in the order that a merge of statements gives them.

    ``strays``: others bear the label or the type, without what ours are told apart by. ``fits``: there are none, and
    all cells, if they were looked at, are such as facts have.
    """

    rows: list[Row]
    strays: bool
    fits: bool


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of nodes, or of relationships.

    ``name`` is the label or the type; ``ends`` are, for a relationship, the columns that name where it begins and where
    it ends, and the kinds of nodes that they name. What it is told apart by is the property ``id``, or, of nodes, the
    only column of the key.
    """

    name: str
    table: Table
    ends: tuple[tuple[str, Kind], tuple[str, Kind]] | None = None

    @property
    def key(self) -> str:
        """The property that tells apart."""
        return self.table.key[0] if self.ends is None else "id"

    def keyed(self, rows: Iterable[Row]) -> dict[str, Row]:
        """Return rows by what tells them apart."""
        at = [self._names.index(column) for column in self.table.key]
        if len(at) == 1:
            return {row[at[0]]: row for row in rows}
        return {"|".join([row[one] for one in at]): row for row in rows}

    def constraint(self) -> str:
        """Return the statement by which no two are the same."""
        about = f"(n:{self.name})" if self.ends is None else f"()-[n:{self.name}]-()"
        named = f"twinnet_{self.name.lower().removeprefix('twinnet').removeprefix('_')}"
        return f"CREATE CONSTRAINT {named} IF NOT EXISTS FOR {about} REQUIRE n.{self.key} IS UNIQUE"

    def read(self) -> str:
        """Return the query for all rows, each as a list of what :meth:`found` takes."""
        if self.ends is None:
            return f"MATCH (n:{self.name}) RETURN [{', '.join(f'n.`{name}`' for name in self.table.columns)}]"
        (start, first), (end, second) = self.ends
        ids = {start: f"a.`{first.key}`", end: f"b.`{second.key}`"}
        parts = [ids.get(name, f"n.`{name}`") for name in self.table.columns]
        parts += ["n.id"] if self._is_joined else []
        return f"MATCH (a:{first.name})-[n:{self.name}]->(b:{second.name}) RETURN [{', '.join(parts)}]"

    def write(self, columns: Sequence[int]) -> str:
        """Return the statement that puts these columns of rows there, as :meth:`sent` gives them.

        Sent twice it does the same.
        """
        values = {self._names[at]: f"r[{place}]" for place, at in enumerate(columns, 1 if self.ends is None else 3)}
        if "origins" in values:
            values["sources"] = f"split(r[{len(values) + (1 if self.ends is None else 3)}], '{_BETWEEN}')"
        puts = f" SET {', '.join(f'n.`{name}` = {value}' for name, value in values.items())}" if values else ""
        if self.ends is None:
            return f"UNWIND $rows AS r MERGE (n:{self.name} {{`{self.key}`: r[0]}}){puts} RETURN count(n)"
        (_, first), (_, second) = self.ends
        ends = f"MATCH (a:{first.name} {{`{first.key}`: r[1]}}) MATCH (b:{second.name} {{`{second.key}`: r[2]}})"
        return f"UNWIND $rows AS r {ends} MERGE (a)-[n:{self.name} {{id: r[0]}}]->(b){puts} RETURN count(n)"

    @property
    def _is_joined(self) -> bool:
        """Whether it is told apart by the keys of both its ends, put together."""
        return len(self.table.key) > 1

    @cached_property
    def _names(self) -> list[str]:
        return list(self.table.columns)

    @cached_property
    def _at_ends(self) -> list[int]:
        return [self._names.index(column) for column, _ in self.ends or ()]

    @cached_property
    def _properties(self) -> list[tuple[int, Callable[[Any], Any] | None, bool]]:
        """The columns that are properties: where each stands, what makes a property of a cell, and if it is origins."""
        named = {self.key, *(column for column, _ in self.ends or ())}
        kinds = enumerate(self.table.columns.items())
        return [(at, _OUT.get(kind), kind == "origins") for at, (name, kind) in kinds if name not in named]

    def sent(self, key: str, row: Row, before: Row | None) -> tuple[tuple[int, ...], list[Any]]:
        """Return what of a row is written where another stood, or nothing: the columns; key, ends and their values."""
        columns, values = [], [key, *(row[at] for at in self._at_ends)]
        of_lists = None
        for at, out, is_origins in self._properties:
            value = row[at]
            if before is not None and before[at] == value:
                continue
            if out is not None:
                value = out(value)
            if value is None and before is None:
                continue
            columns.append(at)
            values.append(value)
            if is_origins:
                of_lists = _BETWEEN.join(sorted({name.replace(_BETWEEN, " ") for name in json.loads(value)[::3]}))
        if of_lists is not None:
            values.append(of_lists)
        return tuple(columns), values

    def moved(self, row: Row, before: Row) -> bool:
        """Tell whether a relationship begins or ends elsewhere now."""
        return any(row[at] != before[at] for at in self._at_ends)

    def found(self, rows: Sequence[list[Any]], *, check: bool = False) -> Found:
        """Return what :meth:`read` found as rows of the table; with ``check`` all cells are looked at."""
        ours = self._ours(rows)
        columns: list[Sequence[Any]] = list(zip(*ours, strict=True)) or [()] * len(self.table.columns)
        columns = columns[: len(self.table.columns)]
        strays = len(ours) < len(rows)
        fits = not strays and (not check or cells.fit(self.table, columns))
        for at, kind in enumerate(self.table.columns.values()):
            if kind in _IN:
                columns[at] = list(map(_IN[kind], columns[at]))
        by_key = self.keyed(zip(*columns, strict=True))
        if self._is_joined:
            # What has no id of its own stands in the order of what it joins.
            sort = sorted(by_key.values(), key=lambda row: "|".join([row[at] for at in self._at_ends]))
        else:
            sort = [row for _, row in sorted(by_key.items())]
        return Found(sort, strays, fits)

    def _ours(self, rows: Sequence[list[Any]]) -> Sequence[list[Any]]:
        """Return the rows that have, as texts, what they are told apart by and what names their ends."""
        at = [self._names.index(name) for name in {*self.table.key, *(name for name, _ in self.ends or ())}]
        if not all({type(row[one]) for row in rows} <= {str} for one in at):
            rows = [row for row in rows if all(type(row[one]) is str for one in at)]
        if not self._is_joined:
            return rows
        key = [self._names.index(name) for name in self.table.key]
        return [row for row in rows if row[-1] == "|".join([row[one] for one in key])]

    def strays(self) -> list[str]:
        """Return the statements that take our label from nodes, or away relationships, which :meth:`found` calls so."""

        def is_text(name: str) -> str:
            return f"toStringOrNull({name}) = {name}"

        if self.ends is None:
            found = f"MATCH (n:{self.name}) WHERE NOT coalesce({is_text(f'n.`{self.key}`')}, false)"
            return [f"{found} REMOVE n:{self.name} SET n:TwinnetGone"]
        (start, first), (end, second) = self.ends
        ids = {start: f"a.`{first.key}`", end: f"b.`{second.key}`"}
        right = [is_text(name) for name in ("n.id", *ids.values())]
        joined = " + '|' + ".join(ids[name] for name in self.table.key if self._is_joined)
        right += [f"n.id = {joined}"] if joined else []
        about = f"(a:{first.name})-[n:{self.name}]->(b:{second.name})"
        return [f"MATCH {about} WHERE NOT coalesce({' AND '.join(right)}, false) DELETE n"]

    def gone(self) -> list[str]:
        """Return the statements that take away what ``$ids`` name.

        A node that others gave a relationship, a label or a property stays, without all that is ours but a label.
        """
        if self.ends is not None:
            return [f"UNWIND $ids AS id MATCH ()-[n:{self.name} {{id: id}}]->() DELETE n"]
        found = f"UNWIND $ids AS id MATCH (n:{self.name} {{`{self.key}`: id}})"
        names = (*self.table.columns, "sources")
        listed = ", ".join(f"'{name}'" for name in names)
        only = f"size(labels(n)) = 1 AND all(key IN keys(n) WHERE key IN [{listed}])"
        return [
            f"{found} WHERE {only} AND NOT EXISTS {{ (n)--() }} DELETE n",
            f"{found} REMOVE {', '.join(f'n.`{name}`' for name in names)} REMOVE n:{self.name} SET n:TwinnetGone",
        ]


def _list(text: str) -> list[Any] | None:
    return json.loads(text) or None


def _text(value: Any) -> str:
    return "[]" if value is None or value == [] else _encoded(value)


def _encoded(value: Any) -> str:
    try:
        return encode(value)
    except (TypeError, ValueError):
        return repr(value)  # It holds what we never write.


_OUT: Mapping[str, Callable[[Any], Any]] = {"list": _list, "pairs": lambda text: None if text == "[]" else text}
_IN: Mapping[str, Callable[[Any], Any]] = {
    "list": _text,
    "pairs": lambda text: "[]" if text is None else text,
    "origins": lambda text: "[]" if text is None else text,
}
"""How a cell of a table is a property, and comes back: lists of texts are lists, an empty one is no property at all."""


class Named(Model):
    """A network that has members."""

    name: str


_FACTS = {table.name: table for table in schema.FACTS}
SOURCES = Kind("TwinnetSource", schema.SOURCES)
JUDGEMENTS = Kind("TwinnetJudgement", schema.JUDGEMENTS)
DECISIONS = Kind("TwinnetDecision", schema.DECISIONS)
HISTORY = Kind("TwinnetChange", schema.HISTORY)
SAID = (SOURCES, JUDGEMENTS, DECISIONS, HISTORY)
"""What is written together with what lists say."""

ORGANISATIONS = Kind("TwinnetOrganisation", _FACTS["organisations"])
PROJECTS = Kind("TwinnetProject", _FACTS["projects"])
NETWORKS = Kind("TwinnetNetwork", Table("networks", Named, {"name": "text"}, ("name",)))
MEMBERSHIPS = Kind("TWINNET_MEMBER", _FACTS["memberships"], (("organisation", ORGANISATIONS), ("network", NETWORKS)))
LINKS = Kind("TWINNET_LINK", _FACTS["links"], (("a", ORGANISATIONS), ("b", ORGANISATIONS)))
PARTNERS = Kind("TWINNET_PARTNER", _FACTS["partners"], (("organisation", ORGANISATIONS), ("project", PROJECTS)))
FACTS = (ORGANISATIONS, PROJECTS, NETWORKS, MEMBERSHIPS, LINKS, PARTNERS)
"""What follows from what lists say; what others hang on comes first."""

SCHEMA = (
    *(kind.constraint() for kind in (*SAID, *FACTS)),
    "CREATE CONSTRAINT twinnet_store IF NOT EXISTS FOR (n:TwinnetStore) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT twinnet_rows IF NOT EXISTS FOR (n:TwinnetRows) REQUIRE n.id IS UNIQUE",
    "CREATE INDEX twinnet_name IF NOT EXISTS FOR (n:TwinnetOrganisation) ON (n.name)",
    "CREATE INDEX twinnet_decided IF NOT EXISTS FOR (n:TwinnetDecision) ON (n.organisation)",
)
"""The statements by which nothing is there twice, and a town is found by its name, a decision by its town."""


def rows_of(kind: Kind, network: Network) -> Iterable[Row]:
    """Return the rows of a kind of facts."""
    if kind is NETWORKS:
        return [(name,) for name in sorted(set(network.memberships.column("network")))]
    facts: Facts[Any] = getattr(network, kind.table.name)
    return kind.table.rows(facts)


def check_sum(of: Iterable[Row]) -> int:
    """Return a check sum of rows that a row more or less changes by that of the row alone, whatever their order."""
    texts = (_encoded(row).encode("utf-8", "surrogatepass") for row in of)
    return reduce(xor, (int.from_bytes(blake2b(text, digest_size=8).digest(), signed=True) for text in texts), 0)


INDEXED_BYTES = 8000
"""So long a text may be that an index holds: it takes little more."""
_INDEXED = ("name",)
_SCALARS: frozenset[type] = frozenset({str, int, float, bool, type(None)})


def check(network: Network) -> None:
    """See that a database can hold all facts of a network.

    Raises
    ------
    StoreError
        A number is too large, a name or an id too long, or a value is of no kind that a property can have.
    """
    for kind in FACTS:
        if kind is NETWORKS:
            continue  # Memberships have their names.
        facts: Facts[Any] = getattr(network, kind.table.name)
        for name, how in kind.table.columns.items():
            if how in ("pairs", "origins"):
                continue  # They are stored as one text.
            column = facts.column(name)
            wrong = _wrong(chain.from_iterable(column), {str}) if how == "list" else _wrong(column, _SCALARS)
            if name in (*kind.table.key, *_INDEXED) and any(
                len(str(value).encode("utf-8", "replace")) > INDEXED_BYTES for value in column
            ):
                wrong = f"text of more than {INDEXED_BYTES} bytes"
            if wrong:
                raise StoreError(
                    f"{kind.table.name}: {name} holds a {wrong}, which cannot be stored; nothing was stored"
                )
        if len(kind.table.key) > 1:
            joined = map("|".join, zip(*map(facts.column, kind.table.key), strict=True))
            if any(len(text) > INDEXED_BYTES // 4 and len(text.encode()) > INDEXED_BYTES for text in joined):
                names = " and ".join(kind.table.key)
                raise StoreError(
                    f"{kind.table.name}: {names} hold a text of more than {INDEXED_BYTES} bytes together, which cannot "
                    "be stored; nothing was stored"
                )


def _wrong(values: Iterable[Any], kinds: AbstractSet[type]) -> str:
    """Tell what among values no database can hold."""
    found = list(values)
    types = set(map(type, found))
    if others := types - kinds:
        return min(one.__name__ for one in others)
    whole = [value for value in found if type(value) is int] if int in types else ()
    return "number of more than 64 bits" if any(not -(2**63) <= value < 2**63 for value in whole) else ""
