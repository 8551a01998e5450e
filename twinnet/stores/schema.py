"""The tables of the SQLite store, and how columns of facts become columns of SQL and come back.

One table a kind of fact, one column a field of its model; lists and origins are JSON text. A change here is a new
:data:`VERSION`, and a step in :func:`steps` from the one before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from twinnet import __version__
from twinnet.decisions import Decision
from twinnet.graph import Facts, Unread
from twinnet.models import Judgement, Link, Membership, Model, Organisation, Partner, Project, Source
from twinnet.stores.state import Change, encode

APPLICATION_ID = 0x7477696E
"""``twin`` in ASCII: tells our files from other SQLite files."""

VERSION = 8
"""The version of the tables (``PRAGMA user_version``)."""

LARGE = 2000
"""From so many organisations on what questions need is prepared: smaller networks are read in no time."""

OLDEST = 2
"""The oldest version that can be read, and brought up to :data:`VERSION`."""

Kind = Literal["text", "integer", "real", "flag", "list", "pairs", "origins"]

_SQL: dict[Kind, str] = {
    "text": "TEXT",
    "integer": "INTEGER",
    "real": "REAL",
    "flag": "INTEGER",
    "list": "TEXT",
    "pairs": "TEXT",
    "origins": "TEXT",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of facts.

    ``refers`` gives, for a column, the table whose id it holds.
    """

    name: str
    model: type[Model]
    columns: dict[str, Kind]
    key: tuple[str, ...]
    refers: tuple[tuple[str, str], ...] = ()

    def create(self) -> str:
        """Return the statement that creates the table."""
        required = {name for name, field in self.model.model_fields.items() if field.is_required()}
        lines = [f'"{n}" {_SQL[kind]}{" NOT NULL" if n in required else ""}' for n, kind in self.columns.items()]
        lines.append(f"PRIMARY KEY ({_names(self.key)})")
        lines += [f'FOREIGN KEY ("{column}") REFERENCES "{table}" ("id")' for column, table in self.refers]
        return f'CREATE TABLE "{self.name}" ({", ".join(lines)})'

    def insert(self) -> str:
        """Return the statement that inserts a row."""
        return f'INSERT INTO "{self.name}" ({_names(self.columns)}) VALUES ({", ".join("?" * len(self.columns))})'

    def select(self) -> str:
        """Return the query for all rows in the order they were inserted."""
        return f"{self.select_all()} ORDER BY rowid"

    def select_all(self) -> str:
        """Return the query for all rows in any order."""
        return f'SELECT {_names(self.columns)} FROM "{self.name}"'

    def rows(self, facts: Facts[Any]) -> Iterable[tuple[Any, ...]]:
        """Return facts as rows of the table."""
        columns: list[Sequence[Any]] = []
        for name, kind in self.columns.items():
            unread = facts.unread(name)
            if isinstance(unread, _Column) and unread.kind == kind != "flag":
                columns.append(unread.written())  # As it came from a table, so it goes into one.
                continue
            column: Sequence[Any] = facts.column(name)
            if kind in ("list", "pairs"):
                column = [encode(value) if value else "[]" for value in column]
            elif kind == "origins":
                column = _written(column)
            columns.append(column)
        return zip(*columns, strict=True)

    def facts(self, rows: Sequence[tuple[Any, ...]]) -> Facts[Any]:
        """Return rows of the table as facts."""
        return Facts(
            self.model, {name: _Column(kind, rows, at) for at, (name, kind) in enumerate(self.columns.items())}
        )


class _Column(Unread):
    """A column of rows."""

    def __init__(self, kind: Kind, rows: Sequence[tuple[Any, ...]], at: int) -> None:
        self.kind, self._rows, self._at = kind, rows, at

    def whole(self) -> Sequence[Any]:
        return _decoded(self.kind, self.written())

    def written(self) -> Sequence[Any]:
        """Return the cells as they stand in the table."""
        at = self._at
        return [row[at] for row in self._rows]

    def cell(self, at: int) -> Any:
        return _decoded(self.kind, [self._rows[at][self._at]])[0]

    def __len__(self) -> int:
        return len(self._rows)


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _decoded(kind: Kind, column: Sequence[Any]) -> Sequence[Any]:
    if kind == "flag":
        return [None if value is None else bool(value) for value in column]
    if kind in ("list", "pairs"):
        # Few lists differ (of languages, of themes), so each is read once.
        texts = set(column)
        values = json.loads(f"[{','.join(texts)}]")
        lists = {
            text: tuple(map(tuple, value)) if kind == "pairs" else tuple(value)
            for text, value in zip(texts, values, strict=True)
        }
        return [lists[text] for text in column]
    return _origins(column) if kind == "origins" else column


def _written(column: Sequence[Any]) -> Sequence[str]:
    """Write origins flat, as :func:`_origins` reads them."""
    # Few names of lists and of fields differ, so each is written once.
    texts: dict[Any, str] = {}

    def text(value: Any) -> str:
        if value not in texts:
            texts[value] = encode(value if isinstance(value, str) else ",".join(value))
        return texts[value]

    return [f"[{','.join([f'{text(s)},{r},{text(f)}' for s, r, f in value])}]" for value in column]


class _Fields(dict[str, tuple[str, ...]]):
    """Lists of field names by their text, each made once."""

    def __missing__(self, text: str) -> tuple[str, ...]:
        made = self[text] = tuple(text.split(",")) if text else ()
        return made


def _origins(column: Sequence[str]) -> Sequence[Any]:
    """Read origins, which are stored flat: source, row, fields joined by commas, source, row ..."""
    fields = _Fields()
    # One text for the whole column: several times as fast as a call a cell.
    cells = (iter(cell) for cell in json.loads(f"[{','.join(column)}]"))
    return [
        tuple([(source, row, fields[text]) for source, row, text in zip(*[cell] * 3, strict=True)]) for cell in cells
    ]


SOURCES = Table(
    "sources",
    Source,
    {
        "name": "text",
        "kind": "text",
        "file": "text",
        "network": "text",
        "date": "text",
        "sha256": "text",
        "rows": "integer",
    },
    ("name",),
)

FACTS = (
    Table(
        "organisations",
        Organisation,
        {
            "id": "text",
            "name": "text",
            "kind": "text",
            "country": "text",
            "place": "text",
            "geonames_id": "integer",
            "latitude": "real",
            "longitude": "real",
            "listed_latitude": "real",
            "listed_longitude": "real",
            "population": "integer",
            "capital": "flag",
            "district": "flag",
            "themes_offered": "list",
            "themes_sought": "list",
            "tags": "pairs",
            "languages": "list",
            "other_names": "list",
            "aliases": "list",
            "website": "text",
            "description": "text",
            "place_state": "text",
            "origins": "origins",
        },
        ("id",),
    ),
    Table(
        "projects",
        Project,
        {
            "id": "text",
            "name": "text",
            "title": "text",
            "programme": "text",
            "measure": "text",
            "start": "text",
            "end": "text",
            "themes": "list",
            "tags": "pairs",
            "description": "text",
            "origins": "origins",
        },
        ("id",),
    ),
    Table(
        "memberships",
        Membership,
        {
            "organisation": "text",
            "network": "text",
            "since": "text",
            "until": "text",
            "former": "flag",
            "status": "text",
            "origins": "origins",
        },
        ("organisation", "network"),
        (("organisation", "organisations"),),
    ),
    Table(
        "links",
        Link,
        {
            "id": "text",
            "a": "text",
            "b": "text",
            "kind": "text",
            "since": "text",
            "until": "text",
            "last_activity": "text",
            "told_state": "text",
            "told_on": "text",
            "themes": "list",
            "tags": "pairs",
            "origins": "origins",
        },
        ("id",),
        (("a", "organisations"), ("b", "organisations")),
    ),
    Table(
        "partners",
        Partner,
        {"project": "text", "organisation": "text", "role": "text", "origins": "origins"},
        ("project", "organisation"),
        (("project", "projects"), ("organisation", "organisations")),
    ),
)
"""The tables of merged facts; those that others refer to come first."""

JUDGEMENTS = Table(
    "judgements",
    Judgement,
    {
        "id": "text",
        "verdict": "text",
        "organisation": "text",
        "name": "text",
        "other": "text",
        "geonames_id": "integer",
        "who": "text",
        "when": "text",
        "why": "text",
    },
    ("id",),
)

DECISIONS = Table(
    "decisions",
    Decision,
    {
        "id": "text",
        "organisation": "text",
        "candidate": "text",
        "kind": "text",
        "verdict": "text",
        "because": "text",
        "note": "text",
        "day": "text",
        "about": "text",
        "field": "text",
        "value": "list",
        "withdraws": "text",
        "who": "text",
        "when": "text",
        "after": "text",
    },
    ("id",),
)
"""What persons decided: rows are added, and taken away only with an organisation that is forgotten."""

HISTORY = Table(
    "history",
    Change,
    {"id": "text", "when": "text", "verb": "text", "item": "text", "was": "text", "became": "text"},
    ("id",),
)

TABLES = (SOURCES, JUDGEMENTS, *FACTS)
"""All tables that a network is read from."""

STATEMENTS = """
CREATE TABLE "statements" (
    "source" TEXT NOT NULL, "row" INTEGER NOT NULL, "kind" TEXT NOT NULL, "subject" TEXT NOT NULL,
    "part" INTEGER NOT NULL, "values" TEXT NOT NULL,
    PRIMARY KEY ("source", "row", "kind", "subject", "part")
) WITHOUT ROWID
"""
CONTACTS = """
CREATE TABLE "contacts" (
    "source" TEXT NOT NULL, "row" INTEGER NOT NULL, "organisation" TEXT NOT NULL, "label" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    PRIMARY KEY ("source", "row", "organisation", "label", "value")
) WITHOUT ROWID
"""
PREPARED = 'CREATE TABLE "prepared" ("name" TEXT NOT NULL PRIMARY KEY, "stamp" TEXT NOT NULL, "content" BLOB NOT NULL)'
"""What was computed of the facts (:mod:`twinnet.prepared`), with the stamp of the facts that it was computed of."""
PREPARED_BY = f"1 {__version__}"
"""What stamps begin with: another number wherever what is prepared, or the package's data that it is made with, is."""
CHECK = "check of "
"""What the keys of ``meta`` begin with where the check sum of a table's rows stands."""
META = 'CREATE TABLE "meta" ("key" TEXT NOT NULL PRIMARY KEY, "value" TEXT NOT NULL)'
ABOUT = "INSERT INTO \"meta\" VALUES ('about', 'A network of town twinnings, kept by twinnet')"


def script() -> list[str]:
    """Return the statements that make an empty file a store."""
    return [
        *(table.create() for table in TABLES),
        STATEMENTS,
        CONTACTS,
        PREPARED,
        DECISIONS.create(),
        HISTORY.create(),
        META,
        ABOUT,
        f"PRAGMA application_id = {APPLICATION_ID}",
        f"PRAGMA user_version = {VERSION}",
    ]


_ADDED = (
    (4, "organisations", "tags", "TEXT NOT NULL DEFAULT '[]'", "'[]'"),
    (4, "organisations", "description", "TEXT", "NULL"),
    (4, "links", "tags", "TEXT NOT NULL DEFAULT '[]'", "'[]'"),
    (4, "projects", "tags", "TEXT NOT NULL DEFAULT '[]'", "'[]'"),
    (5, "organisations", "listed_latitude", "REAL", "NULL"),
    (5, "organisations", "listed_longitude", "REAL", "NULL"),
    (7, "links", "told_state", "TEXT", "NULL"),
    (7, "links", "told_on", "TEXT", "NULL"),
)
"""The columns that versions added: version, table, column, how it is defined, and what it holds in older files."""


def steps(version: int) -> list[str]:
    """Return the statements that bring the tables of an older version up to :data:`VERSION`.

    >>> steps(VERSION)
    []
    """
    return _lacking(version) + [
        f'ALTER TABLE "{table}" ADD COLUMN "{column}" {kind}'
        for since, table, column, kind, _ in _ADDED
        if version < since
    ]


def views(version: int) -> list[str]:
    """Return the statements that let a reader see an older version's tables as those of :data:`VERSION`.

    They write nothing to the file: what it lacks stands beside it as long as it is read.
    """
    made = [table.replace("CREATE TABLE", "CREATE TEMP TABLE", 1) for table in _lacking(version)]
    added: dict[str, list[str]] = {}
    for since, table, column, _, value in _ADDED:
        if version < since:
            added.setdefault(table, []).append(f'{value} AS "{column}"')
    for table, columns in added.items():
        made.append(f'CREATE TEMP VIEW "{table}" AS SELECT rowid AS rowid, *, {", ".join(columns)} FROM main."{table}"')
    return made


def _lacking(version: int) -> list[str]:
    """Return the statements that create the tables that a version does not have."""
    older = [JUDGEMENTS.create(), CONTACTS] if version < 3 else []
    newer = [table.create() for since, table in ((7, DECISIONS), (8, HISTORY)) if version < since]
    return older + ([PREPARED] if version < 6 else []) + newer
