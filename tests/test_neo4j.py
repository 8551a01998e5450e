"""A network in a Neo4j database: faults are said in one line, secrets stay secret, others' graphs as they are."""

import getpass
import itertools
import logging
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twinnet.errors import NoStoreError, StoreError
from twinnet.graph import Network
from twinnet.models import Judgement, Source, Statement, link_id
from twinnet.stores import Store, open_store
from twinnet.stores.addresses import Server, server_of
from twinnet.stores.neo4j import connection, content
from twinnet.stores.state import State
from twinnet.workspace.doctoring.stored import examine, mend
from twinnet.writing import lines

HOST = "127.0.0.1"
PASSWORD = "correct horse"  # noqa: S105 - of a server that lives as long as the tests
WRONG = "battery staple"
ALDA = Source(name="ALDA", kind="members", file="alda.csv", network="ALDA")
LINKS = Source(name="links", kind="links", file="links.csv")


def town(source: str, row: int, name: str, **values: Any) -> Statement:
    return Statement(source, row, "organisation", f"town-{name}", {"name": name.title(), **values})


def link(source: str, row: int, a: str, b: str, **values: Any) -> Statement:
    a, b = f"town-{a}", f"town-{b}"
    return Statement(source, row, "link", link_id(a, b), {"a": a, "b": b, **values})


MEMBERS = [
    town("ALDA", 2, "bari", country="IT"),
    town("ALDA", 3, "mostar", country="BA", themes_offered=["youth"]),
    Statement("ALDA", 3, "membership", "town-mostar|ALDA", {"since": "2001"}),
]
TWINNINGS = [
    town("links", 2, "mostar"),
    town("links", 2, "pula"),
    link("links", 2, "mostar", "pula", since="1998"),
    Statement("links", 3, "project", "project-1", {"name": "Bridges"}),
    Statement("links", 3, "partner", "town-pula|project-1", {"role": "lead"}),
]


def exported(store: Store) -> list[str]:
    return list(lines.export(store.read()))


@contextmanager
def listening(answer: bytes | None) -> Iterator[int]:
    """A port that takes connections and answers this to all that is said, or nothing."""
    listener = socket.create_server((HOST, 0))
    taken: list[socket.socket] = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                taken.append(line)
                if answer is not None:
                    line.recv(4096)
                    line.sendall(answer)
                    line.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for line in taken:
        line.close()
    thread.join(10)


def refused(address: str, **how: Any) -> str:
    """What is said of an address that does not open: one line that names it."""
    with pytest.raises(StoreError) as told:
        open_store(address, **how)
    said = str(told.value)
    assert said.startswith(str(server_of(address)))
    assert len(said.splitlines()) == 1
    assert len(said) < 250
    return said


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A terminal whose user types these words, the last first."""
    words: list[str] = []
    monkeypatch.delenv("NEO4J_PASSWORD", raising=False)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", lambda *_: words.pop())
    yield words
    connection._typed.clear()


class TestAnAddress:
    @pytest.mark.parametrize(
        "address",
        [
            f"neo4j://ana:{WRONG}@localhost",
            f"bolt+s://ana:{WRONG}@localhost/twinnings",
            "neo4j://:secret@localhost",
            "neo4j://ana:@localhost",
            "neo4j://ana:1/secret@localhost",
            "neo4j://ana:1#secret@localhost",
            "neo4j://ana:secret?x@localhost",
            "neo4j:ana:secret@localhost",
            "http://ana:secret@localhost",
        ],
    )
    def test_with_a_password_is_refused_and_not_repeated(self, address: str) -> None:
        with pytest.raises(StoreError) as told:
            open_store(address)
        for words in (str(told.value), repr(told.value), str(told.value.__cause__), str(told.value.__context__)):
            assert WRONG not in words
            assert "secret" not in words

    @pytest.mark.parametrize(
        "address",
        [
            "neo4j://localhost:7687",
            "neo4j+ssc://ana@graph.example:7000/twinnings",
            "bolt://ana@town.example@[::1]:7687",
            "bolt://a%3Ab%2F@localhost:7687/one%20two",
        ],
    )
    def test_is_told_as_it_can_be_given_again(self, address: str) -> None:
        assert str(server_of(address)) == address
        assert server_of(str(server_of(address))) == server_of(address)

    def test_says_who_logs_in_where(self) -> None:
        assert server_of("NEO4J://a%3Ab@Graph.example/one%20two") == Server(
            "neo4j://graph.example:7687", user="a:b", database="one two"
        )


class TestAServerThatIsNone:
    def test_is_told_at_once(self) -> None:
        with listening(None) as port:
            pass
        begun = time.monotonic()
        for scheme in ("neo4j", "bolt"):
            assert "does not answer" in refused(f"{scheme}://{HOST}:{port}", create=True)
        assert time.monotonic() - begun < 3

    def test_that_takes_connections_and_says_nothing_is_told_in_three_seconds(self) -> None:
        with listening(None) as port:
            begun = time.monotonic()
            assert "does not answer" in refused(f"neo4j://{HOST}:{port}", create=True)
            assert time.monotonic() - begun < 3.3

    @pytest.mark.parametrize("scheme", ["neo4j", "bolt"])
    def test_that_is_for_browsers_is_told(self, scheme: str) -> None:
        with listening(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
            assert refused(f"{scheme}://{HOST}:{port}", create=True).endswith(
                "answers as a page for browsers does: give the port of Bolt, which mostly is 7687"
            )

    @pytest.mark.parametrize("scheme", ["neo4j+s", "neo4j+ssc", "bolt+s"])
    def test_that_takes_no_encryption_is_told(self, scheme: str) -> None:
        with listening(b"\0\0\0\0") as port:
            assert "is not encrypted as the address asks for" in refused(f"{scheme}://{HOST}:{port}", create=True)

    @pytest.mark.parametrize("answer", [b"\0", b"\0\0\0\0", b"\xff" * 40])
    def test_that_speaks_otherwise_is_told(self, answer: bytes) -> None:
        with listening(answer) as port:
            assert "does not answer" in refused(f"bolt://{HOST}:{port}", create=True)

    def test_whose_name_nobody_knows_is_told(self) -> None:
        for scheme in ("neo4j", "neo4j+s", "bolt"):
            assert "names a host that is not known here" in refused(f"{scheme}://nowhere.invalid")

    def test_keeps_the_drivers_words_off_the_terminal(
        self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(logging.getLogger(), "handlers", [])  # As in a program that asked for no log.
        with listening(b"HTTP/1.1 400") as port:
            refused(f"bolt://{HOST}:{port}")
        assert capfd.readouterr() == ("", "")


@pytest.mark.neo4j
class TestWhoLogsIn:
    @pytest.fixture
    def server(self, neo4j_with_password: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
        monkeypatch.setenv("NEO4J_PASSWORD", PASSWORD)
        return neo4j_with_password

    def test_by_a_password_from_the_environment_which_nobody_is_shown(
        self, server: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        with open_store(server.address, create=True) as store:
            store.replace([ALDA], MEMBERS)
            assert store.address == server.address
            shown = [repr(store), str(vars(store)), *map(str, server.ask("MATCH (n) RETURN properties(n) AS n"))]
        monkeypatch.setenv("NEO4J_PASSWORD", WRONG)
        with pytest.raises(StoreError, match="does not let neo4j in: the user or the password") as told:
            open_store(server.address)
        error: BaseException | None = told.value
        while error is not None:
            shown += [str(error), repr(error)]
            error = error.__cause__ or error.__context__
        assert caplog.records
        for words in (*shown, caplog.text):
            assert PASSWORD not in words
            assert WRONG not in words

    def test_without_a_password_is_told_where_to_put_it(self, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NEO4J_PASSWORD")
        monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
        assert "needs the password of neo4j: put it into the variable NEO4J_PASSWORD" in refused(server.address)

    def test_is_asked_on_a_terminal_once_and_again_after_a_wrong_word(self, server: Any, terminal: list[str]) -> None:
        terminal[:] = [PASSWORD, WRONG]
        assert "does not let neo4j in" in refused(server.address)
        for _ in range(2):
            with open_store(server.address, create=True) as store:
                assert store.version() >= 0
        assert terminal == []

    def test_who_types_nothing_is_told(self, server: Any, terminal: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        def ended(*_: Any) -> str:
            raise EOFError

        monkeypatch.setattr(getpass, "getpass", ended)
        with pytest.raises(StoreError, match="no password of neo4j was typed"):
            open_store(server.address)

    def test_is_nobody_where_the_address_names_nobody(self, server: Any, terminal: list[str]) -> None:
        terminal[:] = [PASSWORD]
        said = refused(server.address.replace("neo4j@", ""))
        assert "asks who logs in: name the user in the address (neo4j://USER@HOST)" in said
        assert terminal == [PASSWORD]

    def test_with_a_first_password_is_told_to_change_it(self, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        with server.driver() as driver, driver.session(database="system") as session:
            session.run(
                "CREATE USER ana IF NOT EXISTS SET PASSWORD $word CHANGE REQUIRED", word="new to this"
            ).consume()
        monkeypatch.setenv("NEO4J_PASSWORD", "new to this")
        assert "wants a password of one's own first" in refused(server.address.replace("neo4j@", "ana@"), create=True)


@pytest.mark.neo4j
class TestADatabase:
    def test_that_is_not_there_is_told(self, neo4j: Any) -> None:
        address = neo4j.address.partition("/")[0] + "//" + neo4j.address.split("/")[2]
        assert "has no such database" in refused(f"{address}/nowhere", create=True)

    def test_without_a_network_is_told_and_left_alone(self, neo4j: Any) -> None:
        with pytest.raises(NoStoreError, match=r"holds no network; `twinnet sync my\.twinnet"):
            open_store(neo4j.address)
        with open_store(neo4j.address, create=True) as store:
            assert len(store.read().organisations) == 0
            # The driver tells its makers nothing of how it is used.
            assert store._connection._driver._pool.pool_config.telemetry_disabled
        assert neo4j.holds() == 0

    def test_of_a_newer_format_is_refused_by_readers_and_writers(self, neo4j: Any) -> None:
        with open_store(neo4j.address, create=True) as store:
            store.replace([ALDA], MEMBERS)
            neo4j.ask("MATCH (s:TwinnetStore) SET s.format = $next", next=content.FORMAT + 1)
            before = neo4j.ask("MATCH (n) RETURN labels(n) AS l, properties(n) AS p ORDER BY elementId(n)")
            # Also one that has opened it before.
            for use in (
                store.read,
                store.version,
                lambda: store.replace([LINKS], TWINNINGS),
                lambda: open_store(neo4j.address),
                lambda: open_store(neo4j.address, create=True),
            ):
                with pytest.raises(StoreError, match=r"written by a newer twinnet \(format 2, this one knows 1\)"):
                    use()
        assert neo4j.ask("MATCH (n) RETURN labels(n) AS l, properties(n) AS p ORDER BY elementId(n)") == before

    def test_that_another_program_altered_is_told_and_can_be_made_anew(
        self, neo4j: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("twinnet.stores.neo4j.BUSY_SECONDS", 0.0)
        with open_store(neo4j.address, create=True) as store, open_store("memory:") as copy:
            for one in (store, copy):
                one.replace([ALDA], MEMBERS)
            for change in (
                "MATCH (s:TwinnetStore) SET s.version = s.version + 1",
                "MATCH (s:TwinnetSource) SET s.file = 'other.csv'",
                "MATCH (c:TwinnetChange) DELETE c",
                "MATCH (r:TwinnetRows) DELETE r",
            ):
                neo4j.ask(change)
                with pytest.raises(StoreError, match=r"altered by another program.* delete its node TwinnetStore"):
                    store.state()
                neo4j.ask("MATCH (s:TwinnetStore) DELETE s")
                assert store.become(copy.state())
                assert exported(store) == exported(copy)
                assert copy.history() == store.history()
            neo4j.ask("MATCH (r:TwinnetRows) SET r.said = $bytes", bytes=b"12")
            with pytest.raises(StoreError, match="what lists said is damaged there; delete its node"):
                store.state()

    def test_whose_facts_another_program_altered_is_put_right(self, neo4j: Any) -> None:
        with open_store(neo4j.address, create=True) as store:
            store.replace([ALDA, LINKS], [*MEMBERS, *TWINNINGS])
            whole, version = exported(store), store.version()
            neo4j.ask("MATCH (o:TwinnetOrganisation {id: 'town-mostar'}) DETACH DELETE o")
            neo4j.ask("MATCH (o:TwinnetOrganisation {id: 'town-bari'}) SET o.country = 'XK', o.place = 'x'")
            assert exported(store) != whole
            assert store.become(store.state())
            assert exported(store) == whole
            assert store.version() > version
            assert not store.become(store.state())

    def test_with_what_is_no_fact_is_read_right_and_put_right(
        self, neo4j: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        with open_store(neo4j.address, create=True) as store:
            store.replace([ALDA, LINKS], [*MEMBERS, *TWINNINGS])
            whole = exported(store)
            made = {
                "CREATE (:TwinnetOrganisation {name: 'x', theirs: 1})": 1,
                "CREATE (:TwinnetNetwork {name: 5})-[:TWINNET_X]->(:TwinnetProject {id: ['a'], `start`: date()})": 2,
                "MATCH (o:TwinnetOrganisation {id: 'town-bari'}) CREATE (o)-[:TWINNET_LINK]->(:TwinnetOrganisation)": 2,
                "MATCH (o {id: 'town-mostar'})-[:TWINNET_MEMBER]->(n) CREATE (o)-[:TWINNET_MEMBER {since: 3}]->(n)": 1,
                "MATCH (o:TwinnetOrganisation {id: 'town-bari'}) SET o.origins = 'nope'": 1,
                "MATCH (o:TwinnetOrganisation {id: 'town-bari'}) SET o.origins = '[1,2,3]', o.population = 'many'": 1,
                "MATCH (o:TwinnetOrganisation {id: 'town-bari'}) SET o.latitude = 95, o.tags = '[[1]]'": 1,
                "MATCH (o:TwinnetOrganisation {id: 'town-bari'}) SET o.aliases = date(), o.languages = [1, 2]": 1,
                "MATCH (o:TwinnetOrganisation {id: 'town-bari'}) REMOVE o.name, o.place_state": 1,
                "MATCH ()-[l:TWINNET_LINK]->() SET l.since = 'never', l.themes = 'x'": 1,
            }
            for query, wrong in made.items():
                neo4j.ask(query)
                caplog.clear()
                assert exported(store) == whole, query
                assert "another program altered facts there. Nothing is missing in what you read" in caplog.text, query
                found = examine(neo4j.address)
                assert found.findings, query
                assert all(finding.mendable for finding in found.findings), query
                assert store._work(store.read()).total == wrong, query
                assert mend(neo4j.address)
                caplog.clear()
                assert exported(store) == whole, query
                assert not caplog.records, query
                assert not examine(neo4j.address).findings, query
            # What was never ours lost our label alone.
            assert neo4j.ask("MATCH (n {theirs: 1}) RETURN n.name AS name, labels(n) AS labels") == [
                {"name": "x", "labels": ["TwinnetGone"]}
            ]

    def test_with_what_was_never_said_is_told(self, neo4j: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("twinnet.stores.neo4j.BUSY_SECONDS", 0.0)
        monkeypatch.setattr("twinnet.stores.neo4j.TRIES", 1)
        with open_store(neo4j.address, create=True) as store, open_store("memory:") as copy:
            for one in (store, copy):
                one.replace([ALDA, LINKS], [*MEMBERS, *TWINNINGS])
            for change in (
                "CREATE (:TwinnetSource)",
                "CREATE (:TwinnetDecision {id: 5, organisation: 'town-bari'})",
                "MATCH (n:TwinnetSource {name: 'ALDA'}) SET n.rows = date()",
                "MATCH (n:TwinnetChange) SET n.verb = 5",
                "MATCH (n:TwinnetStore) SET n.format = 'x'",
                "MATCH (n:TwinnetStore) REMOVE n.format",
                "MATCH (n:TwinnetStore) SET n.tokens = date()",
                "MATCH (n:TwinnetRows) SET n.said = 5",
            ):
                neo4j.ask(change)
                for use in (store.state, store.settle, lambda: store.replace([ALDA], [])):
                    if use == store.settle and "TwinnetStore" not in change:
                        continue
                    with pytest.raises(StoreError, match="delete its node TwinnetStore and sync it from another copy"):
                        use()
                if "TwinnetRows" not in change:
                    with pytest.raises(StoreError, match="delete its node TwinnetStore"):
                        [store.read(), store.history()]
                assert examine(neo4j.address).findings
                neo4j.ask("MATCH (s:TwinnetStore) DELETE s")
                assert store.become(copy.state())
                assert exported(store) == exported(copy)

    def test_edited_by_who_looked_is_not_what_is_held(self, neo4j: Any) -> None:
        with open_store(neo4j.address, create=True) as store:
            store.replace([ALDA, LINKS], [*MEMBERS, *TWINNINGS])
            whole, seen = exported(store), store.state()
            for edited in (replace(seen, said={}), replace(seen, sources={}, said={})):
                with pytest.raises(StoreError, match="was changed by others since it was looked at"):
                    store.become(State(), over=edited)
            seen.said.clear()
            seen.sources.clear()
            with pytest.raises(StoreError, match="was changed by others since it was looked at"):
                store.become(State(), over=seen)
            assert not store.become(store.state())
            assert exported(store) == whole

    def test_that_is_held_is_read_once_for_a_look_and_a_write(
        self, neo4j: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with open_store(neo4j.address, create=True) as store, open_store("memory:") as plan:
            store.replace([ALDA], MEMBERS)
            plan.replace([LINKS], TWINNINGS)
            reads: list[int] = []
            said = content.said
            monkeypatch.setattr(content, "said", lambda *given: [reads.append(1), said(*given)][1])
            seen = store.state()
            assert store.become(plan.state(), over=seen)
            assert reads == [1]
            assert exported(store) == exported(plan)


OURS = "any(l IN labels(n) WHERE l STARTS WITH 'Twinnet')"


@pytest.mark.neo4j
def test_a_graph_of_others_in_the_same_database_is_never_touched(neo4j: Any) -> None:
    made = (
        "CREATE CONSTRAINT theirs IF NOT EXISTS FOR (o:Organisation) REQUIRE o.id IS UNIQUE",
        "CREATE CONSTRAINT theirs_too IF NOT EXISTS FOR ()-[l:LINK]-() REQUIRE l.id IS UNIQUE",
        """CREATE (a:Organisation {id: 'town-mostar', name: 'Mostar', theirs: true}),
        (b:Organisation {id: 'town-bari', theirs: true}), (p:Project {id: 'project-1', theirs: true}),
        (a)-[:LINK {id: 'one', theirs: true}]->(b), (a)-[:PARTNER]->(p),
        (:Store {id: 'store', version: 7, theirs: true}), (:Person {name: 'Ana', theirs: true})""",
    )
    theirs = (
        "MATCH (n {theirs: true}) RETURN elementId(n) AS id, labels(n) AS l, properties(n) AS p ORDER BY id",
        """MATCH (a)-[r]->(b) WHERE NOT type(r) STARTS WITH 'TWINNET_' RETURN elementId(r) AS id, type(r) AS t,
        properties(r) AS p, elementId(a) AS a, elementId(b) AS b ORDER BY id""",
        "SHOW CONSTRAINTS YIELD * WHERE NOT name STARTS WITH 'twinnet_' RETURN * ORDER BY name",
        f"MATCH (n) WHERE {OURS} AND n.score IS NOT NULL RETURN elementId(n) AS id, n.score AS score ORDER BY id",
        f"MATCH (n:Visited) WHERE {OURS} RETURN elementId(n) AS id ORDER BY id",
    )

    def seen() -> list[Any]:
        return [neo4j.ask(query) for query in theirs]

    try:
        for statement in made:
            neo4j.ask(statement)
        before = seen()
        with open_store(neo4j.address, create=True) as store:
            store.replace([ALDA, LINKS], [*MEMBERS, *TWINNINGS])
            assert seen() == before
            # What they hang on our nodes stays as well: relationships, properties and labels.
            neo4j.ask(
                "MATCH (o:TwinnetOrganisation {id: 'town-pula'}), (p:Person) CREATE (p)-[:LIVES_IN {since: 1}]->(o)"
            )
            neo4j.ask("MATCH (o:TwinnetOrganisation {id: 'town-mostar'}) SET o.score = 5")
            neo4j.ask("MATCH (o:TwinnetOrganisation {id: 'town-bari'}) SET o:Visited")
            before = seen()
            assert [len(rows) for rows in before[3:]] == [1, 1]
            elsewhere = store.state()
            store.replace([ALDA], [town("ALDA", 2, "bari", country="BA")])
            store.replace([ALDA], MEMBERS)
            store.erase("town-pula")
            store.drop("ALDA")
            store.drop("links")
            assert seen() == before
            left = neo4j.ask(f"MATCH (n) WHERE {OURS} AND NOT n:TwinnetStore RETURN labels(n) AS l, properties(n) AS p")
            kept = [row for row in left if row["l"] != ["TwinnetChange"]]
            # Nothing of ours is left on them.
            assert sorted((sorted(row["l"]), list(row["p"].items())) for row in kept) == [
                (["TwinnetGone"], []),
                (["TwinnetGone"], [("score", 5)]),
                (["TwinnetGone", "Visited"], []),
            ]
            store.become(elsewhere)
            assert len(store.read().organisations) == 3
            assert seen() == before
    finally:
        neo4j.ask("MATCH (n {theirs: true}) DETACH DELETE n")
        neo4j.ask("DROP CONSTRAINT theirs IF EXISTS")
        neo4j.ask("DROP CONSTRAINT theirs_too IF EXISTS")


def columns(network: Network) -> dict[str, Any]:
    names = ("organisations", "memberships", "links", "projects", "partners", "sources")
    return {name: {k: list(map(repr, v)) for k, v in getattr(network, name).columns().items()} for name in names}


odd = st.sampled_from(
    [
        "",
        " ",
        "'",
        '"',
        "\\",
        "\\'",
        "a\nb\r\n",
        "a\0b",
        "\x1f",
        "$ids",
        "`}) DETACH DELETE n //",
        "😀",
        "e\u0301",
        "\ud7ff",
    ]
)
texts = st.lists(odd | st.text(st.characters(exclude_categories=["Cs"]), max_size=5), min_size=1, max_size=4).map(
    "".join
)
values = st.fixed_dictionaries(
    {},
    optional={
        "country": st.none() | texts,
        "description": texts | texts.map(lambda text: text * 20_000),
        "website": texts | st.none(),
        "latitude": st.floats(-90, 90) | st.just(-0.0) | st.integers(-90, 90),
        "longitude": st.sampled_from([5e-324, 0.1 + 0.2, 1e300, -1e-9]),
        "population": st.sampled_from([0, -1, 2**53 + 1, 2**63 - 1, -(2**63)]),
        "capital": st.booleans(),
        "themes_offered": st.lists(texts, max_size=3),
        "languages": st.just([]),
        "tags": st.lists(st.tuples(texts, texts).map(list), max_size=2),
    },
)


@pytest.mark.neo4j
class TestValues:
    @settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(names=st.tuples(texts, texts.filter(str.strip)), said_of_it=st.tuples(values, values))
    def test_come_back_as_from_every_other_store(
        self, neo4j: Any, tmp_path: Any, names: tuple[str, str], said_of_it: tuple[dict[str, Any], dict[str, Any]]
    ) -> None:
        (name, source), (first, second) = names, said_of_it
        given = [
            Source(name="a list", kind="members", file="a.csv"),
            Source(name=source, kind="links", file=f"{source}.csv", network=name),
        ]
        source = given[1].name
        said = [
            Statement("a list", 2, "organisation", "ngo-1", {"name": name, **first}),
            Statement(source, 2, "organisation", "ngo-1", {"name": f"{name}!", **second}),
            Statement(source, 2, "membership", f"ngo-1|{name}", {"status": name}),
            Statement(source, 3, "organisation", "ngo-2", {"name": name}),
            Statement(source, 3, "link", link_id("ngo-1", "ngo-2"), {"a": "ngo-1", "b": "ngo-2", "kind": name}),
        ]
        found = []
        for address in ("memory:", str(tmp_path / "my.twinnet"), neo4j.address):
            with open_store(address, create=True) as store:
                for one in store.sources():
                    store.drop(one.name)
                store.replace(given, said)
                found.append((store.statements(), columns(store.read()), exported(store)))
                assert not store.replace(given, said)
        assert found[0] == found[1] == found[2]

    @pytest.mark.parametrize(
        ("field", "value", "says"),
        [
            ("population", 2**63, "population holds a number of more than 64 bits"),
            ("population", -(2**63) - 1, "number of more than 64 bits"),
            ("country", {"code": "BA"}, "country holds a dict"),
            ("country", ["BA"], "country holds a list"),
            ("themes_offered", [5], "themes_offered holds a int"),
            ("country", "\ud800", "no character"),
        ],
    )
    def test_that_no_database_can_hold_are_refused_before_anything_is_stored(
        self, neo4j: Any, field: str, value: Any, says: str
    ) -> None:
        with open_store(neo4j.address, create=True) as store:
            with pytest.raises(StoreError, match=says):
                store.replace([ALDA], [town("ALDA", 2, "bari", **{field: value})])
            assert (store.version(), store.history(), store.statements()) == (0, (), [])
            store.replace([ALDA], MEMBERS)

    def test_of_another_kind_than_the_column_come_back(self, neo4j: Any) -> None:
        said = [town("ALDA", 2, "bari", country=5, website=True, population="many", latitude="north")]
        with open_store(neo4j.address, create=True) as store, open_store("memory:") as other:
            for one in (store, other):
                one.replace([ALDA], said)
            assert columns(store.read()) == columns(other.read())

    def test_that_are_long_are_kept_and_ids_that_are_too_long_refused(self, neo4j: Any) -> None:
        long = Source(name="l" * 3000, kind="members", file="f" * 9000, network="n" * 3000)
        said = [Statement(long.name, 2, "organisation", "town-bari", {"name": "ü" * 3900, "description": "ü" * 50_000})]
        said.append(Statement(long.name, 2, "membership", f"town-bari|{long.network}", {}))
        with open_store(neo4j.address, create=True) as store:
            store.replace([long], said)
            assert store.read().organisation("town-bari").description == "ü" * 50_000
            assert [one.network for one in store.read().memberships] == [long.network]
            before = store.version()
            with pytest.raises(StoreError, match="memberships: network holds a text of more than 8000 bytes"):
                store.replace([ALDA], [*MEMBERS, Statement("ALDA", 2, "membership", f"town-bari|{'n' * 9000}", {})])
            with pytest.raises(StoreError, match="organisations: name holds a text of more than"):
                store.replace([ALDA], [Statement("ALDA", 2, "organisation", "town-x", {"name": "ü" * 5000})])
            both = [
                Statement("ALDA", 2, "organisation", "o" * 5000, {"name": "o"}),
                Statement("ALDA", 2, "membership", f"{'o' * 5000}|{'n' * 5000}", {}),
            ]
            with pytest.raises(StoreError, match="organisation and network hold a text of more than 8000 bytes"):
                store.replace([ALDA], both)
            with pytest.raises(StoreError):
                store.replace([Source(name="l" * 9000, kind="members", file="l.csv")], [])
            assert store.version() == before
            assert store.replace([ALDA], MEMBERS)

    def test_a_name_of_a_list_is_one_of_the_sources_of_its_facts(self, neo4j: Any) -> None:
        name = 'it\'s "one"\\\x1f\x1ftwo'
        with open_store(neo4j.address, create=True) as store:
            store.replace([Source(name=name, kind="members", file="a.csv"), ALDA], [town(name, 2, "bari"), *MEMBERS])
            assert store.read().sources.column("name") == ("ALDA", name)
        [row] = neo4j.ask("MATCH (o:TwinnetOrganisation {id: 'town-bari'}) RETURN o.sources AS sources")
        assert row["sources"] == ["ALDA", name.replace("\x1f", " ")]


@pytest.mark.neo4j
class TestHistory:
    def test_and_versions_are_those_of_every_other_store(self, neo4j: Any, tmp_path: Any) -> None:
        told = []
        for address in ("memory:", tmp_path / "my.twinnet", neo4j.address):
            with open_store(address, create=True) as store:
                moments = iter(f"2026-05-09T10:00:{n:02}.000Z" for n in range(60))
                store.clock = lambda moments=moments: next(moments)
                versions = [store.version()]
                for change in (
                    lambda store: store.replace([ALDA], MEMBERS),
                    lambda store: store.replace([ALDA], MEMBERS),
                    lambda store: store.replace([ALDA, LINKS], [*MEMBERS, *TWINNINGS]),
                    lambda store: store.judge([Judgement(verdict="refused", organisation="town-bari", name="Barri")]),
                    lambda store: store.withdraw([one.id for one in store.read().judgements]),
                    lambda store: store.drop("ALDA"),
                    lambda store: store.erase("town-pula"),
                ):
                    change(store)
                    versions.append(store.version())
                grown = [after > before for before, after in itertools.pairwise(versions)]
                told.append((grown, [row.model_dump(exclude={"id", "when"}) for row in store.history()]))
        assert told[0] == told[1] == told[2]
        assert told[0][0] == [True, False, True, True, True, True, True]

    def test_progress_is_told_and_large_lists_are_sent_in_batches(
        self, neo4j: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(content, "BATCH", 10)
        told: list[tuple[int, int]] = []
        sizes: list[int] = []
        send = content.send
        monkeypatch.setattr(content, "send", lambda t, query, rows: [sizes.append(len(rows)), send(t, query, rows)][1])
        said = [town("ALDA", n, f"n{n:02}") for n in range(45)]
        said += [link("ALDA", n, f"n{n:02}", f"n{n + 1:02}") for n in range(44)]
        with open_store(neo4j.address, create=True, progress=lambda *step: told.append(step)) as store:
            store.replace([ALDA], said)
            assert len(store.read().links) == 44
        assert max(sizes) == 10
        assert told[-1] == (89, 89)
        assert len(told) >= 10
        assert told == sorted(told)

    def test_of_a_small_import_costs_moments(self, neo4j: Any) -> None:
        with open_store(neo4j.address, create=True) as store:
            store.replace([LINKS], TWINNINGS)
            begun = time.monotonic()
            for n in range(10):
                store.replace([ALDA], [*MEMBERS, town("ALDA", 9, f"n{n}")])
            assert (time.monotonic() - begun) / 10 < 1.5
