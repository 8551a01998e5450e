"""How long the two homes of a network take, beside what somebody would write for it who has only their drivers.

The file: 20,000 organisations and 100,000 links are taken in, taken in again, and read; beside, Python's ``sqlite3``
upserts the same rows into two plain tables. The server: 100,000 organisations and 500,000 links are brought to a Neo4j
of their own (``scripts/neo4j``), brought again, and read; beside, Neo4j's driver merges the same rows in batches, and
reads them. What twinnet does more in that time: it keeps what every row of every list said, compares, and can be broken
off at any moment.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import large
from benchmarks.shared import tell
from tests.servers import HOST, program, script
from twinnet.evaluation.report import piped
from twinnet.graph import Network
from twinnet.stores import open_store
from twinnet.workspace.syncing import comparing, write

PAGE = Path(__file__).resolve().parent.parent / "docs" / "explanation" / "one-network-two-homes.md"
FILE, SERVER, LINKS = 20_000, 100_000, 5.0
BATCH = 5000

Rows = list[tuple[Any, ...]]


def run(*, write: bool) -> None:
    """Print the figures, or put them into their page."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [("job", "twinnet", "drivers alone", "ratio"), *_file(Path(folder)), *_server(Path(folder))]
    tell({"stores": piped(rows)}, PAGE if write else None)


def _file(folder: Path) -> Iterator[tuple[str, ...]]:
    made = large.network(FILE, links=LINKS)
    sources, said = large.told(made)
    path, plain = folder / "one.twinnet", folder / "plain.sqlite"
    towns, links = _rows(made)
    size = f"{len(towns):,} organisations + {len(links):,} links, a file"

    def take() -> None:
        with open_store(path, create=True) as store:
            store.replace(sources, said)

    def upsert() -> None:
        with closing(sqlite3.connect(plain, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("CREATE TABLE IF NOT EXISTS towns (id TEXT PRIMARY KEY, a, b, c, d, e)")
            connection.execute("CREATE TABLE IF NOT EXISTS links (id TEXT PRIMARY KEY, a TEXT, b TEXT)")
            connection.executemany("INSERT OR REPLACE INTO towns VALUES (?, ?, ?, ?, ?, ?)", towns)
            connection.executemany("INSERT OR REPLACE INTO links VALUES (?, ?, ?)", links)
            connection.execute("COMMIT")

    def read() -> None:
        with open_store(path) as store:
            _ = store.read().digest

    def select() -> None:
        with closing(sqlite3.connect(plain)) as connection:
            for table in ("towns", "links"):
                connection.execute(f"SELECT * FROM {table}").fetchall()

    yield _beside(f"{size}: taken in", take, upsert)
    yield _beside("the same again, nothing changed", take, upsert)
    yield _beside("all read", read, select)


def _server(folder: Path) -> Iterator[tuple[str, ...]]:
    import neo4j

    made = large.network(SERVER, links=LINKS)
    path = folder / "large.twinnet"
    large.store(made, path)
    towns, links = _rows(made)
    size = f"{len(towns):,} organisations + {len(links):,} links, a server"
    _say("the drivers alone")
    with _serving(folder / "plain") as port, neo4j.GraphDatabase.driver(f"bolt://{HOST}:{port}") as driver:

        def merge() -> None:
            for query in (
                "CREATE CONSTRAINT IF NOT EXISTS FOR (n:Town) REQUIRE n.id IS UNIQUE",
                "CREATE CONSTRAINT IF NOT EXISTS FOR ()-[l:LINK]-() REQUIRE l.id IS UNIQUE",
            ):
                driver.execute_query(query)
            town = "UNWIND $rows AS r MERGE (n:Town {id: r[0]}) SET n.a=r[1], n.b=r[2], n.c=r[3], n.d=r[4], n.e=r[5]"
            ends = "MATCH (a:Town {id: r[1]}) MATCH (b:Town {id: r[2]})"
            link = f"UNWIND $rows AS r {ends} MERGE (a)-[l:LINK {{id: r[0]}}]->(b) SET l.kind = 'partnership'"
            for query, rows in ((town, towns), (link, links)):
                for some in _batches(rows):
                    driver.execute_query(query, rows=some)

        def match() -> None:
            with driver.session() as session:
                session.run("MATCH (n:Town) RETURN n.id, n.a, n.b, n.c, n.d, n.e").values()
                session.run("MATCH (a:Town)-[l:LINK]->(b:Town) RETURN l.id, a.id, b.id, l.kind").values()

        plain = [_time(merge), _time(merge), _time(match)]
    _say("twinnet")
    with _serving(folder / "twinnet") as port:
        address = f"neo4j://{HOST}:{port}"

        def sync() -> None:
            with comparing(path, address) as found:
                write(found)

        def read() -> None:
            with open_store(address) as store:
                _ = store.read().digest

        ours = [_time(sync), _time(sync), _time(read)]
        with open_store(path) as first, open_store(address) as second:
            same = first.read().digest == second.read().digest
        if not same:
            raise RuntimeError("what was brought there is not what was read there")
    for what, mine, theirs in zip((f"{size}: brought there", "the same again", "all read"), ours, plain, strict=True):
        yield _row(what, mine, theirs)


@contextmanager
def _serving(home: Path) -> Iterator[int]:
    """A server as ``scripts/neo4j`` runs it."""
    port = script().free_port()
    process = script().start(home, port, program=program(), auth=False, read_only=False)
    try:
        script().wait(process, port, server=home)
        yield port
    finally:
        script().stop(process)


def _rows(made: Network) -> tuple[Rows, Rows]:
    """Return organisations and links as somebody would write them who has only a driver."""
    of, at = made.organisations, made.links
    towns = zip(*(of.column(c) for c in ("id", "name", "country", "latitude", "longitude", "population")), strict=True)
    return list(towns), list(zip(*(at.column(c) for c in ("id", "a", "b")), strict=True))


def _batches(rows: Rows) -> Iterator[list[list[Any]]]:
    rest = iter(rows)
    while some := [list(row) for row in islice(rest, BATCH)]:
        yield some


def _time(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _beside(what: str, ours: Callable[[], None], theirs: Callable[[], None]) -> tuple[str, ...]:
    return _row(what, _time(ours), _time(theirs))


def _row(what: str, ours: float, theirs: float) -> tuple[str, ...]:
    row = (what, f"{ours:.1f} s", f"{theirs:.1f} s", f"{ours / theirs:.1f}")
    _say(" | ".join(row))
    return row


def _say(words: str) -> None:
    print(f"measuring: {words}", file=sys.stderr, flush=True)
