"""What stands in the tables of a SQLite store: read to a state or a network, and brought from one state to another.

All of it works inside of a transaction of its caller.
"""

from __future__ import annotations

import json
import marshal
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple
from typing import Any

from twinnet.decisions import Decision, Outcome, in_order, tells_facts
from twinnet.graph import Facts, Network, OwnPoints
from twinnet.models import Contact, Judgement, Source
from twinnet.stores import changes, schema
from twinnet.stores.history import recorded
from twinnet.stores.state import Change, Said, State, Verb
from twinnet.taxonomy import Taxonomy

_TAXONOMY = "taxonomy"
"""The key of ``meta`` where a network's own taxonomy stands."""
_POINTS, _CARD = "points", "points card"
"""The keys of ``meta`` where the points stand that a network has learned, and what is said of them."""
_VERSION = "version"
"""The key of ``meta`` of a number that grows with every change."""
_PARTS = '"source", "row", "kind", "subject", "part"'
_BEHIND = "facts are behind"
"""The key of ``meta`` that stands where something follows from decisions that was not merged into the facts yet."""
_META = "meta"
_QUERIES = {
    **{table.name: table.select() for table in (*schema.TABLES, schema.DECISIONS, schema.HISTORY)},
    "statements": f'SELECT {_PARTS}, "values" FROM "statements" ORDER BY {_PARTS}',
    "contacts": 'SELECT "source", "row", "organisation", "label", "value" FROM "contacts" ORDER BY 1, 2, 3, 4, 5',
}
"""How all rows of a table are read, by its name."""


class DamagedError(sqlite3.DatabaseError):
    """What stands in a table is not what was written there: SQLite itself notices damage of its structure only."""

    sqlite_errorname = "SQLITE_CORRUPT"


def changed(
    connection: sqlite3.Connection,
    change: Callable[[State], State],
    verb: Verb,
    network: Network | None = None,
    *,
    when: str,
) -> bool:
    """Make a change; one that changes nothing writes nothing, but for facts that are not what follows from a sync."""
    before = state(connection)
    after = change(before)
    if after == before:
        return verb == "synced" and _mended(connection, after, network)
    write(connection, before, recorded(before, after, verb, when=when), network)
    return True


def _mended(connection: sqlite3.Connection, of: State, network: Network | None) -> bool:
    """Put facts right that are not what follows from a state; tell whether there were any."""
    wanted = changes.merged(of) if network is None else network
    try:
        there = _rows(connection)
    except sqlite3.DatabaseError:  # They are not those that were written, or a cell is no text any more.
        there = {}
    if all(there.get(table.name) == list(table.rows(getattr(wanted, table.name))) for table in schema.TABLES):
        return False
    write(connection, of, of, wanted)
    return True


def is_behind(connection: sqlite3.Connection) -> bool:
    """Tell whether something follows from decisions that was not merged into the facts yet."""
    return bool(_kept(connection, _BEHIND))


def missing(connection: sqlite3.Connection) -> list[str]:
    """Return a line for each table that is not there."""
    names = {table.name for table in (*schema.TABLES, schema.DECISIONS, schema.HISTORY)}
    names |= {"statements", "contacts", "prepared", "meta"}
    there = connection.execute("SELECT name FROM sqlite_schema UNION SELECT name FROM sqlite_temp_schema")
    return [f"there is no table {name}" for name in sorted(names - {name for (name,) in there})]


def altered(connection: sqlite3.Connection) -> Iterator[str]:
    """Give the table and id of each row that is named by what it holds, and holds something else."""
    for table in (schema.JUDGEMENTS, schema.DECISIONS, schema.HISTORY):
        facts = table.facts(connection.execute(table.select()).fetchall())
        for at, named in enumerate(facts.column("id")):
            try:
                same = facts[at].id == named
            except ValueError:
                same = False
            if not same:
                yield f"{table.name}, {named}"


def is_sealed(connection: sqlite3.Connection) -> bool:
    """Tell whether every table of facts has a check sum, as all have that this version wrote."""
    kept = _meta(connection)
    return all(schema.CHECK + table.name in kept for table in schema.TABLES)


def settle(connection: sqlite3.Connection) -> bool:
    """Merge what follows from decisions, where that waits; tell whether anything did."""
    if not is_behind(connection):
        return False
    now = state(connection)
    write(connection, now, now)
    return True


def decide(connection: sqlite3.Connection, rows: Iterable[Decision], *, settle: bool) -> list[Outcome]:
    """Add rows of decisions (see :meth:`twinnet.stores.Store.decide`)."""
    _read(connection, schema.DECISIONS.name)  # What is damaged is not sealed anew.
    found = changes.deciding(
        rows,
        called=lambda identifier: _called(connection, identifier),
        about=lambda names: _about(connection, names),
        add=lambda row: _add(connection, [row]),
    )
    if any(one.how == "new" for one in found):
        _count(connection)
        rows_now = connection.execute(schema.DECISIONS.select()).fetchall()
        _put(connection, {schema.CHECK + schema.DECISIONS.name: _sum(rows_now)})
    if any(one.how == "new" and any(map(tells_facts, one.rows)) for one in found):
        if settle:
            now = state(connection)
            write(connection, now, now)
        else:
            _put(connection, {_BEHIND: "yes"})
    return found


def decisions(connection: sqlite3.Connection) -> tuple[Decision, ...]:
    """Return all rows of decisions in their order."""
    return tuple(in_order(schema.DECISIONS.facts(_read(connection, "decisions"))))


def _add(connection: sqlite3.Connection, rows: Iterable[Decision]) -> None:
    connection.executemany(schema.DECISIONS.insert(), schema.DECISIONS.rows(Facts.of(Decision, rows)))


def _about(connection: sqlite3.Connection, names: list[tuple[str, ...]]) -> list[Decision]:
    """Return the rows about one or two organisations, each named by all of its ids, and about nobody else."""
    marks = [f"({', '.join('?' * len(of))})" for of in names]
    if len(names) == 1:
        query, values = f'"organisation" IN {marks[0]} AND "candidate" IS NULL', names[0]
    else:
        one, other = ((f'"organisation" IN {marks[k]} AND "candidate" IN {marks[1 - k]}') for k in (0, 1))
        query, values = f"{one} OR {other}", (*names[0], *names[1], *names[1], *names[0])
    found = connection.execute(f"{schema.DECISIONS.select_all()} WHERE {query}", values)
    return list(schema.DECISIONS.facts(found.fetchall()))


def _called(connection: sqlite3.Connection, identifier: str) -> tuple[str, list[str]] | None:
    """Return the id and aliases of the organisation that an id means, None if there is none.

    Of several that had it before it means the last, as in :meth:`twinnet.graph.Network.row_of`.
    """
    query = 'SELECT "id", "aliases" FROM "organisations" WHERE'
    row: tuple[str, str] | None = connection.execute(f'{query} "id" = ?', (identifier,)).fetchone()
    if row is None:
        within = 'EXISTS (SELECT 1 FROM json_each("aliases") WHERE "value" = ?) ORDER BY "id" DESC LIMIT 1'
        row = connection.execute(f"{query} \"aliases\" != '[]' AND {within}", (identifier,)).fetchone()
    return None if row is None else (row[0], json.loads(row[1]))


def write(connection: sqlite3.Connection, before: State, after: State, network: Network | None = None) -> None:
    """Bring the tables from one state to another; the facts are merged anew where they are not given."""
    network = changes.merged(after) if network is None else network
    _count(connection)
    gone = [key for key, text in before.said.items() if after.said.get(key) != text]
    come = [(*key, text) for key, text in after.said.items() if before.said.get(key) != text]
    for table in reversed(schema.TABLES):
        connection.execute(f'DELETE FROM "{table.name}"')
    connection.executemany(f'DELETE FROM "statements" WHERE ({_PARTS}) = (?, ?, ?, ?, ?)', gone)
    connection.executemany(f'INSERT INTO "statements" ({_PARTS}, "values") VALUES (?, ?, ?, ?, ?, ?)', come)
    changed = ["statements"] if come or gone else []
    if after.contacts != before.contacts:
        changed.append("contacts")
        connection.execute('DELETE FROM "contacts"')
        connection.executemany('INSERT INTO "contacts" VALUES (?, ?, ?, ?, ?)', map(astuple, after.contacts))
    if after.taxonomy != before.taxonomy:
        _put(connection, {_TAXONOMY: after.taxonomy})
    if after.points != before.points:
        text, card = after.points or ("", "")
        _put(connection, {_POINTS: text, _CARD: card})
    if after.decisions != before.decisions:
        changed.append("decisions")
        connection.execute('DELETE FROM "decisions"')
        _add(connection, after.decisions)
    if after.history != before.history:
        changed.append("history")
        connection.execute('DELETE FROM "history"')
        connection.executemany(schema.HISTORY.insert(), schema.HISTORY.rows(Facts.of(Change, after.history)))
    _put(connection, {_BEHIND: ""})
    for table in schema.TABLES:
        connection.executemany(table.insert(), table.rows(getattr(network, table.name)))
    rows = {table.name: connection.execute(table.select()).fetchall() for table in schema.TABLES}
    _prepare(connection, network, rows)
    kept = _meta(connection)
    if changed[:1] == ["statements"]:
        rows["statements"] = [(*key, text) for key, text in after.said.items()]  # As they are read, without reading.
    for name in (name for name in _QUERIES if name in changed or schema.CHECK + name not in kept):
        if name not in rows:
            rows[name] = connection.execute(_QUERIES[name]).fetchall()
    _put(connection, {schema.CHECK + name: _sum(found) for name, found in rows.items()})


def _prepare(connection: sqlite3.Connection, network: Network, rows: Mapping[str, list[tuple[Any, ...]]]) -> None:
    """Put what texts were read as, and what questions about a large network need, in the place of what stood there."""
    from twinnet.profile import READINGS, readings

    before = {name: text for name, stamp, text in _all_prepared(connection) if stamp.endswith(_sum([(name, text)]))}
    connection.execute('DELETE FROM "prepared"')
    kept = readings(network, before.get(READINGS))
    if len(network.organisations) >= schema.LARGE:
        from twinnet.reasons.preparing import prepare

        kept |= prepare(network)
    if kept:
        stamp = _stamp(rows, taxonomy(connection))
        made = ((name, f"{stamp} {_sum([(name, text)])}", text) for name, text in sorted(kept.items()))
        connection.executemany('INSERT INTO "prepared" VALUES (?, ?, ?)', made)


def _rows(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of all tables of a network."""
    return {table.name: _read(connection, table.name) for table in schema.TABLES}


def _read(connection: sqlite3.Connection, name: str) -> list[tuple[Any, ...]]:
    """Return all rows of a table; raise :class:`DamagedError` where they are not those that were written."""
    rows = connection.execute(_QUERIES[name]).fetchall()
    if _meta(connection).get(schema.CHECK + name, "") not in ("", _sum(rows)):
        raise DamagedError(f"the rows of {name} are not those that were written")
    return rows


def struck(connection: sqlite3.Connection) -> list[str]:
    """Return the tables whose rows are not those that were written; where ``meta`` is one, no other can be told."""
    found: list[str] = []
    for name in (_META, *_QUERIES):
        try:
            _meta(connection) if name == _META else _read(connection, name)
        except sqlite3.DatabaseError:
            found.append(name)
        if found == [_META]:
            break
    return found


def _sum(rows: list[tuple[Any, ...]]) -> str:
    """Return a check sum of rows. Version 2 writes the same for the same, whatever objects have in common."""
    return f"{zlib.crc32(marshal.dumps(rows, 2)):08x}"


def _stamp(rows: Mapping[str, list[tuple[Any, ...]]], taxonomy: str) -> str:
    """Return what is the same for the same facts and the same version of what is computed of them."""
    check = zlib.crc32(taxonomy.encode("utf-8"))
    for table in (schema.SOURCES, *schema.FACTS):
        # Version 2 writes the same for the same, whatever objects have in common.
        check = zlib.crc32(marshal.dumps(rows[table.name], 2), check)
    return f"{schema.PREPARED_BY} {check:08x}"


def network(connection: sqlite3.Connection) -> Callable[[], Network]:
    """Read all facts; return what makes a network of them when the connection is free for others again.

    What follows from decisions and waits to be merged is merged for this reader.
    """
    if is_behind(connection):
        now = state(connection)
        return lambda: changes.merged(now)
    rows, text = _rows(connection), taxonomy(connection)
    found = Network(
        **{table.name: table.facts(rows[table.name]) for table in schema.TABLES},
        decisions=Facts.of(Decision, decisions(connection)),
        taxonomy=Taxonomy.from_text(text, name=changes.KEPT_TAXONOMY),
        points=points(connection),
        prepared=_prepared(connection, rows, text),
    )
    return lambda: found


def _prepared(
    connection: sqlite3.Connection, rows: Mapping[str, list[tuple[Any, ...]]], taxonomy: str
) -> dict[str, bytes]:
    """Return what was computed of just these facts, by this version; else nothing."""
    kept = _all_prepared(connection)
    stamp = _stamp(rows, taxonomy) if kept else ""
    return {name: content for name, stamped, content in kept if stamped == f"{stamp} {_sum([(name, content)])}"}


def _all_prepared(connection: sqlite3.Connection) -> list[tuple[str, str, bytes]]:
    """Return the name, stamp and content of all that was computed; the stamp ends in the check sum of both others."""
    query = 'SELECT "name", "stamp", CAST("content" AS BLOB) FROM "prepared" ORDER BY "name"'
    return connection.execute(query).fetchall()


def state(connection: sqlite3.Connection) -> State:
    """Return all that the store holds."""
    return State(
        sources(connection),
        said(connection),
        judgements(connection),
        decisions(connection),
        contacts(connection),
        taxonomy(connection),
        points(connection),
        history(connection),
    )


def history(connection: sqlite3.Connection) -> tuple[Change, ...]:
    """Return what became of the content, the first change first."""
    return tuple(schema.HISTORY.facts(_read(connection, "history")))


def version(connection: sqlite3.Connection) -> int:
    """Return a number that is another after every change."""
    return int(_kept(connection, _VERSION) or 0)


def _count(connection: sqlite3.Connection) -> None:
    _put(connection, {_VERSION: str(version(connection) + 1)})


def taxonomy(connection: sqlite3.Connection) -> str:
    """Return the TOML of the network's own taxonomy, empty where it has none."""
    return _kept(connection, _TAXONOMY)


def points(connection: sqlite3.Connection) -> OwnPoints | None:
    """Return the points that the network has learned, None where it has none."""
    table = _kept(connection, _POINTS)
    return OwnPoints(table, _kept(connection, _CARD)) if table else None


def _kept(connection: sqlite3.Connection, key: str) -> str:
    """Return a text of ``meta``, empty where there is none."""
    return _meta(connection).get(key, "")


def _meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Return all texts of ``meta``; raise :class:`DamagedError` where they are not those that were written."""
    texts = dict(connection.execute('SELECT "key", "value" FROM "meta" ORDER BY "key"').fetchall())
    if texts.get(schema.CHECK + _META, "") not in ("", _sum_of_texts(texts)):
        raise DamagedError("the texts of meta are not those that were written")
    return texts


def _sum_of_texts(texts: Mapping[str, str]) -> str:
    return _sum(sorted((key, text) for key, text in texts.items() if key != schema.CHECK + _META))


def _put(connection: sqlite3.Connection, texts: Mapping[str, str]) -> None:
    """Keep texts in ``meta``, each in the place of the one before; an empty one only takes that away."""
    connection.executemany('DELETE FROM "meta" WHERE "key" = ?', [(key,) for key in texts])
    connection.executemany('INSERT INTO "meta" VALUES (?, ?)', [(key, text) for key, text in texts.items() if text])
    if schema.CHECK + _META not in texts:
        now_kept = dict(connection.execute('SELECT "key", "value" FROM "meta"').fetchall())
        _put(connection, {schema.CHECK + _META: _sum_of_texts(now_kept)})


def said(connection: sqlite3.Connection, source: str | None = None) -> Said:
    """Return the statements of one source or of all, sorted by key."""
    found: dict[Any, str] = {
        row[:5]: row[5] for row in _read(connection, "statements") if source is None or row[0] == source
    }
    return found


def sources(connection: sqlite3.Connection) -> dict[str, Source]:
    """Return the lists that were taken in, by their names."""
    facts = schema.SOURCES.facts(_read(connection, "sources"))
    return {source.name: source for source in facts}


def judgements(connection: sqlite3.Connection) -> dict[str, Judgement]:
    """Return the judgements by their ids."""
    facts = schema.JUDGEMENTS.facts(_read(connection, "judgements"))
    return {judgement.id: judgement for judgement in facts}


def contacts(connection: sqlite3.Connection) -> tuple[Contact, ...]:
    """Return the contacts that were kept, sorted."""
    return tuple(Contact(*row) for row in _read(connection, "contacts"))
