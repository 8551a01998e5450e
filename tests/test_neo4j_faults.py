"""A team writes to one server at once, lines are cut and servers die: nothing is lost, and what is read is whole."""

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import pytest

from tests import servers
from tests.servers import Proxy
from twinnet.decisions import Decision
from twinnet.errors import StoreError
from twinnet.models import Judgement, Source, Statement, link_id, town_id
from twinnet.stores import Store, changes, open_store
from twinnet.stores.neo4j import bringing, connection, content, tables
from twinnet.stores.state import State
from twinnet.writing import lines

pytestmark = pytest.mark.neo4j

MANY = 10**6
WHENS: tuple[servers.When, ...] = ("before", "sent", "answered")


def source(name: str) -> Source:
    return Source(name=name, kind="links", file=f"{name}.csv")


def town(name: str, row: int, town: str, **values: Any) -> Statement:
    return Statement(name, row, "organisation", f"town-{town}", {"name": town.title(), **values})


def twinned(name: str, row: int, a: str, b: str, **values: Any) -> list[Statement]:
    ends = {"a": f"town-{a}", "b": f"town-{b}"}
    link = Statement(name, row, "link", link_id(*ends.values()), {**ends, **values})
    return [town(name, row, a), town(name, row, b), link]


def old() -> list[Statement]:
    """A list whose facts go, stay, change and move when another takes its place."""
    return [
        *twinned("a", 2, "bari", "mostar", since="1998"),
        *twinned("a", 3, "bari", "pula"),
        Statement("a", 3, "membership", "town-pula|ALDA", {"since": "2001"}),
        Statement("a", 4, "project", "project-1", {"name": "Bridges"}),
        Statement("a", 4, "partner", "town-bari|project-1", {"role": "lead"}),
        town("a", 5, "pola", kind="town", place_state="unconfirmed"),
    ]


def new() -> list[Statement]:
    return [
        *twinned("a", 2, "bari", "mostar", since="1999", themes=["youth"]),
        *twinned("a", 3, "graz", "pola"),
        Statement("a", 4, "membership", "town-bari|ALDA", {}),
        Statement("a", 5, "project", "project-1", {"name": "Bridges", "start": "2020"}),
        Statement("a", 5, "partner", "town-mostar|project-1", {}),
    ]


def exported(store: Store) -> list[str]:
    return list(lines.export(store.read()))


class Given(NamedTuple):
    """A server with a line to it, and what is there before and after an import."""

    server: Any
    line: Proxy
    state: State
    before: list[str]
    after: list[str]

    def begin(self) -> None:
        """Put there what was before."""
        with open_store(self.server.address, create=True) as store:
            store.become(self.state)
            assert exported(store) == self.before

    def seen(self) -> list[str]:
        """What a reader reads, who looks at the server itself."""
        with open_store(self.server.address) as store:
            return exported(store)

    def take(self, said: Callable[[], list[Statement]] = new, **how: Any) -> bool:
        """Import a list through the line, a little at a time."""
        with (
            pytest.MonkeyPatch.context() as patched,
            open_store(self.line.address, readonly=False, **how) as store,
        ):
            patched.setattr(content, "BATCH", 3)
            return store.replace([source("a")], said())


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take over soon from who gives no sign of life."""
    monkeypatch.setattr(bringing, "ALIVE_SECONDS", 0.2)


@pytest.fixture
def given(neo4j: Any) -> Iterator[Given]:
    if not neo4j.own:
        pytest.skip("a line can be cut only to a server that the tests start: NEO4J_URI names another")
    with open_store("memory:") as plan:
        plan.replace([source("b")], twinned("b", 2, "graz", "lviv"))
        plan.replace([source("a")], old())
        before, state = exported(plan), plan.state()
        plan.replace([source("a")], new())
        after = exported(plan)
    with servers.proxy(neo4j.port) as line:
        there = Given(neo4j, line, state, before, after)
        there.begin()
        yield there


@pytest.fixture
def commits(given: Given) -> int:
    """How many transactions an import is made of, whichever list takes the place of the other."""
    found = []
    for said, wanted in ((new, given.after), (old, given.before)):
        given.line.cut_at(when="before", nth=MANY)
        given.take(said)
        assert given.line._plan is not None
        found.append(MANY - given.line._plan.left)
        assert given.seen() == wanted
    assert min(found) > 12
    assert max(found) - min(found) < 5
    return min(found)


def told(caplog: pytest.LogCaptureFixture) -> bool:
    """Whether a reader was told that a write has not ended."""
    return any("has not ended. Nothing is missing" in record.message for record in caplog.records)


class TestACutLine:
    def test_at_any_commit_is_made_good_by_the_import_itself(self, given: Given, commits: int) -> None:
        for nth in range(1, commits + 1):
            when = WHENS[nth % 3]
            said, wanted = ((new, given.after), (old, given.before))[1 - nth % 2]
            given.line.cut_at(when=when, nth=nth)
            cuts = given.line.cuts
            given.take(said)
            assert given.line.cuts == cuts + 1, (nth, when)
            assert given.seen() == wanted, (nth, when)

    def test_for_good_at_any_commit_leaves_the_old_or_the_new(
        self, given: Given, commits: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        # Before a commit is after the one before it, and while it is made one of both: these are tried less often.
        ways = {"before": (new, given.after), "sent": (new, given.after), "answered": (old, given.before)}
        often = {"before": commits // 2, "sent": 3, "answered": 1}
        moments = [(nth, when) for nth in range(1, commits + 1) for when in WHENS if nth % often[when] == 0]
        halves = 0
        seen: dict[str, list[bool]] = defaultdict(list)
        there = given.before
        for nth, when in moments:
            said, wanted = ways[when]
            if there == wanted:
                given.take(new if said is old else old)
                there = given.seen()
            assert there != wanted
            given.line.cut_at(when=when, nth=nth, refuse=True)
            with pytest.raises(StoreError, match="does not answer") as failed:
                given.take(said, patience=0)
            assert len(str(failed.value).splitlines()) == 1
            given.line.accept()
            caplog.clear()
            with open_store(given.server.address, readonly=False) as store:
                head = store._steady(content.head)
                read = exported(store)
                assert read in (there, wanted), (nth, when)
                assert told(caplog) == head.writing
                seen[when].append(read == wanted)
                if head.writing:
                    halves += 1
                    assert read == wanted
                # The next writer, whatever it writes, ends what was begun.
                if nth % 3 == 0:
                    store.replace([source("b")], twinned("b", 2, "graz", "lviv"))
                    assert exported(store) == read
                    assert not store._steady(content.head).behind
                store.replace([source("a")], said())
                caplog.clear()
                there = exported(store)
                assert there == wanted
                assert not told(caplog)
        assert halves > 5
        assert seen["answered"] == sorted(seen["answered"])
        assert {True, False} == set(seen["answered"]) == set(seen["sent"])

    def test_in_the_midst_of_what_is_sent(self, given: Given) -> None:
        sent = given.line.sent
        given.take()
        size = given.line.sent - sent
        for part in range(1, 8):
            said, wanted = ((old, given.before), (new, given.after))[1 - part % 2]
            given.line.cut_after(size * part // 8)
            given.take(said)
            assert given.seen() == wanted

    def test_while_a_line_is_held_is_waited_for(self, given: Given, commits: int) -> None:
        def hold_for_a_while() -> None:
            given.line.hold()
            threading.Timer(0.5, given.line.flow).start()

        given.line.cut_at(when="sent", nth=commits - 5, then=hold_for_a_while)
        given.take()
        assert given.seen() == given.after


class TestASilentServer:
    @pytest.mark.parametrize("writing", [False, True])
    def test_is_given_up_in_one_line(self, given: Given, monkeypatch: pytest.MonkeyPatch, *, writing: bool) -> None:
        """As one that was stopped, and takes whatever it is sent."""
        monkeypatch.setattr(connection, "SILENT_SECONDS", 0.4)

        def held(*_: object) -> None:
            given.line.hold()

        with open_store(given.line.address, readonly=False, patience=0, progress=held) as store:
            if not writing:
                given.line.hold()
            begun = time.monotonic()
            with pytest.raises(StoreError, match="does not answer") as failed:
                store.replace([source("a")], new()) if writing else store.read()
            assert len(str(failed.value).splitlines()) == 1
            assert time.monotonic() - begun < 5
        given.line.flow()
        assert given.seen() == (given.after if writing else given.before)

    def test_that_answers_again_in_time_is_waited_for(self, given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connection, "SILENT_SECONDS", 4.0)
        with open_store(given.line.address, patience=0) as store:
            for _ in range(2):
                given.line.hold()
                threading.Timer(0.6, given.line.flow).start()
                assert exported(store) == given.before


KILLED = """
import os, signal, sys
from twinnet.stores import open_store
from twinnet.stores.neo4j import content
from tests.test_neo4j_faults import new, source

content.BATCH = 3
def told(done, total):
    if done >= total // 2:
        os.kill(os.getpid(), signal.SIGKILL)
with open_store(sys.argv[1], readonly=False, progress=told) as store:
    store.replace([source("a")], new())
"""


IMPORTING = """
import os, signal, sys
from twinnet.stores import open_store
from twinnet.stores.neo4j import bringing, connection, content
from tests.test_neo4j_faults import LISTS, source

address, name, left = sys.argv[1], sys.argv[2], int(sys.argv[3])
content.BATCH, bringing.ALIVE_SECONDS, run = 3, 0.3, connection.Connection.run

def counted(self, work, *, writing=False):
    global left
    left -= writing
    if writing and left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return run(self, work, writing=writing)

connection.Connection.run = counted
with open_store(address, create=True) as store:
    store.replace([source(name)], LISTS[name]())
"""
LISTS: dict[str, Callable[[], list[Statement]]] = {
    "a": new,
    "b": lambda: [*twinned("b", 2, "pula", "graz", since="2001"), town("b", 3, "mostar", themes_offered=["youth"])],
    "c": lambda: [*twinned("c", 2, "bari", "graz"), Statement("c", 2, "membership", "town-graz|ALDA", {})],
}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="killed by a signal of POSIX")
@pytest.mark.parametrize("order", ["abc", "cba"])
def test_three_imports_killed_again_and_again_in_two_processes_give_one_export(neo4j: Any, order: str) -> None:
    root = str(servers.SCRIPT.parent.parent)
    environment = {**os.environ, "PYTHONPATH": root}

    def begin(name: str, dies_at: int) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-c", IMPORTING, neo4j.address, name, str(dies_at)]
        return subprocess.Popen(words, env=environment, cwd=root)

    died = 0
    for at, name in enumerate(order):
        both = [begin(name, 2 + at), begin(order[at - 1], 4 + at)]
        died += sum(process.wait(60) == -signal.SIGKILL for process in both)
        assert begin(name, 0).wait(60) == 0
    assert died >= 3
    with open_store(neo4j.address, readonly=False) as store, open_store("memory:") as memory:
        for name, said in LISTS.items():
            store.replace([source(name)], said())
            memory.replace([source(name)], said())
        assert exported(store) == exported(memory)


class TestADeath:
    @pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="killed by a signal of POSIX")
    def test_of_the_importing_process_is_made_good_by_the_next_import(
        self, given: Given, caplog: pytest.LogCaptureFixture
    ) -> None:
        given.begin()
        root = str(servers.SCRIPT.parent.parent)
        environment = {**os.environ, "PYTHONPATH": root}
        died = subprocess.run(
            [sys.executable, "-c", KILLED, given.server.address], check=False, timeout=60, env=environment, cwd=root
        )
        assert died.returncode == -signal.SIGKILL
        with open_store(given.server.address, readonly=False) as store:
            assert exported(store) == given.after
            assert told(caplog)
            assert not store.replace([source("a")], new())
            caplog.clear()
            assert exported(store) == given.after
            assert not told(caplog)

    def test_of_the_server_is_waited_for_and_a_read_only_one_is_told(
        self, given: Given, commits: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        """One test: each start of a server takes its time."""
        server = given.server
        given.begin()
        starts: list[threading.Thread] = []

        def die() -> None:
            server.kill()
            starts.append(threading.Thread(target=server.start))
            starts[-1].start()

        given.line.cut_at(when="sent", nth=commits - 5, then=die)
        try:
            given.take()
        finally:
            for start in starts:
                start.join()
        assert len(starts) == 1
        assert given.seen() == given.after
        # Whoever imports dies as well; then the server is opened for reading only.
        given.line.cut_at(when="sent", nth=commits - 3, refuse=True)
        with pytest.raises(StoreError, match="does not answer"):
            given.take(old, patience=0)
        server.restart(read_only=True)
        given.line.accept()
        before = server.ask("MATCH (n) RETURN labels(n) AS l, properties(n) AS p ORDER BY elementId(n)")
        begun = time.monotonic()
        for scheme in ("neo4j", "bolt"):
            with open_store(f"{scheme}://{servers.HOST}:{server.port}", readonly=False) as store:
                caplog.clear()
                assert exported(store) == given.before
                assert told(caplog)
                for write in (
                    lambda store=store: store.replace([source("c")], []),
                    store.settle,
                    lambda store=store: store.drop("a"),
                    lambda store=store: store.decide([decision("accepted")]),
                ):
                    with pytest.raises(StoreError, match="is read-only: writing is switched off there") as refused:
                        write()
                    assert len(str(refused.value).splitlines()) == 1
        assert time.monotonic() - begun < 10
        assert server.ask("MATCH (n) RETURN labels(n) AS l, properties(n) AS p ORDER BY elementId(n)") == before

    def test_of_the_head_while_facts_are_brought_is_told(self, given: Given) -> None:
        given.begin()

        def delete(*_: int) -> None:
            given.server.ask("MATCH (s:TwinnetStore) DELETE s")

        with (
            open_store(given.server.address, readonly=False, progress=delete) as store,
            pytest.raises(StoreError, match="altered by another program while it was written; delete its node"),
        ):
            store.replace([source("a")], new())
        with open_store(given.server.address, create=True) as store:
            assert store.become(given.state)
            assert exported(store) == given.before

    def test_of_a_place_that_a_link_leads_to_is_told(self, given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
        given.begin()
        send = content.send

        def send_and_lose(transaction: Any, query: str, rows: Any) -> None:
            if ":TWINNET_LINK {" in query and "MERGE" in query:
                transaction.run("MATCH (o:TwinnetOrganisation {id: 'town-graz'}) DETACH DELETE o").consume()
            send(transaction, query, rows)

        with open_store(given.server.address, readonly=False) as store:
            with monkeypatch.context() as patched:
                patched.setattr(content, "send", send_and_lose)
                with pytest.raises(StoreError, match=r"took \d of \d rows: something was taken away there meanwhile"):
                    store.replace([source("a")], new())
            assert exported(store) == given.after
            store.replace([source("a")], new())
            assert not store._steady(content.head).behind
            assert exported(store) == given.after


def together(*works: Callable[[], object]) -> None:
    """Do things at once, each in a thread; raise what one raised."""
    gate, failed = threading.Barrier(len(works)), []

    def do(work: Callable[[], object]) -> None:
        try:
            gate.wait(20)
            work()
        except BaseException as error:  # noqa: BLE001 - whoever waits raises it
            failed.append(error)

    threads = [threading.Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if failed:
        raise failed[0]


class TestManyAtOnce:
    def test_make_a_network_where_there_is_none(self, neo4j: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        neo4j.clear(schema=True)
        gate, move = threading.Barrier(3), content.move
        come: set[int] = set()

        def move_together(*given: Any, **how: Any) -> bool:
            if threading.get_ident() not in come:
                come.add(threading.get_ident())
                gate.wait(20)
            return move(*given, **how)

        monkeypatch.setattr(content, "move", move_together)

        def take(name: str) -> None:
            with open_store(neo4j.address, create=True) as store:
                assert store.replace([source(name)], twinned(name, 2, name, "graz"))

        together(*(lambda name=name: take(name) for name in "abc"))
        with open_store(neo4j.address) as store, open_store("memory:") as plan:
            plan.replace([*map(source, "abc")], [said for name in "abc" for said in twinned(name, 2, name, "graz")])
            assert exported(store) == exported(plan)
        assert neo4j.ask("MATCH (s:TwinnetStore) RETURN count(s) AS n") == [{"n": 1}]

    def test_write_while_others_read(self, neo4j: Any) -> None:
        with open_store(neo4j.address, create=True) as store:
            store.replace([source("z")], twinned("z", 2, "graz", "lviv"))
        rounds, ended = 4, threading.Event()
        reads: list[frozenset[str]] = []

        def said(name: str, turn: int) -> list[Statement]:
            return [one for row in range(8) for one in twinned(name, row, f"{name}{row}", f"{name}{row}{turn}")]

        def write(name: str) -> None:
            with open_store(neo4j.address, readonly=False) as store:
                for turn in range(rounds):
                    assert store.replace([source(name)], said(name, turn))

        def work() -> None:
            writers = [threading.Thread(target=write, args=(name,)) for name in "ab"]
            for one in writers:
                one.start()
            for one in writers:
                one.join(60)
            ended.set()

        def read() -> None:
            with open_store(neo4j.address) as store:
                while not ended.is_set():
                    network = store.read()
                    found = frozenset(network.links.column("id"))
                    assert {one.name for one in network.sources} <= {"a", "b", "z"}
                    for name in "ab":
                        known = name in {one.name for one in network.sources}
                        of_list = {end for end in network.links.column("b") if end.startswith(f"town-{name}")}
                        turns = {end[-1] for end in of_list}
                        assert len(turns) == known, "half of two"
                        assert len(of_list) == 8 * known
                    reads.append(found)

        together(work, read)
        assert len(set(reads)) > 2
        with open_store(neo4j.address) as store, open_store("memory:") as plan:
            last = [*said("a", rounds - 1), *said("b", rounds - 1), *twinned("z", 2, "graz", "lviv")]
            plan.replace([*map(source, "abz")], last)
            assert exported(store) == exported(plan)
            assert len(store.history()) == 1 + 2 * rounds
            assert store.version() == 1 + 2 * rounds

    def test_who_brings_the_facts_is_not_disturbed_and_another_takes_over_when_it_is_silent(
        self, neo4j: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A link that moved is taken away and put back: two who do that at once would lose it."""
        monkeypatch.setattr(bringing, "ALIVE_SECONDS", 0.6)
        apart = [town("a", 2, "pola", kind="town", place_state="unconfirmed"), *twinned("a", 2, "bari", "pola")[::2]]
        chosen = Judgement(verdict="place", organisation="town-pola", name="Pola", geonames_id=3)
        known = Statement("GeoNames", 3, "organisation", town_id(3), {"country": "HR", "place": "Pula"})
        with open_store("memory:") as plan:
            plan.replace([source("a")], apart)
            plan.judge([chosen], [known])
            after = exported(plan)
        pauses, ends = [0.0], []
        begun = threading.Event()
        senders: list[int] = []
        send = content.send

        def send_and_tell(*given: Any) -> None:
            senders.append(threading.get_ident())
            send(*given)

        monkeypatch.setattr(content, "send", send_and_tell)

        def told(*_: int) -> None:
            if pauses[0]:
                begun.set()
                time.sleep(pauses[0])

        with (
            open_store(neo4j.address, create=True, progress=told) as one,
            open_store(neo4j.address, create=True) as other,
        ):
            one.replace([source("a")], apart)
            for pause in (0.15, 0.9):
                pauses[0] = pause
                begun.clear()
                senders.clear()
                together(
                    lambda: one.judge([chosen], [known]),
                    lambda: [begun.wait(20), ends.append(other.settle())],
                )
                assert exported(one) == exported(other) == after
                assert not one._steady(content.head).behind
                # Who was silent for too long sends nothing more when it is awake again.
                assert len(list(itertools.groupby(senders))) == (1 if pause < bringing.ALIVE_SECONDS else 2)
                pauses[0] = 0.0
                one.withdraw([chosen.id])
        assert ends == [False, True]

    def test_bring_facts_that_take_longer_to_read_than_a_sign_of_life_lasts(
        self, neo4j: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with open_store(neo4j.address, create=True) as store:
            store.replace([source("a")], old())
            store.decide([decision("signed")], settle=False)
            rows = content.rows

            def slowly(*given: Any, **how: Any) -> Any:
                found = rows(*given, **how)
                time.sleep(3 * bringing.ALIVE_SECONDS if tables.FACTS in given else 0)
                return found

            monkeypatch.setattr(content, "rows", slowly)
            ends: list[bool] = []

            def settle() -> None:
                with open_store(neo4j.address, readonly=False) as one:
                    ends.append(one.settle())

            begun = time.monotonic()
            together(settle, settle, settle)
            assert sorted(ends) == [False, False, True]
            assert time.monotonic() - begun < 5
            assert exported(store) == list(lines.export(changes.merged(store.state())))

    def test_wait_for_who_comes_no_further_for_a_while_only(self, neo4j: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("twinnet.stores.neo4j.SETTLE_SECONDS", 0.2)
        with open_store(neo4j.address, create=True) as store:
            store.replace([source("a")], old())
            store.decide([decision("signed")], settle=False)
            ahead = "MATCH (s:TwinnetStore) SET s.bringer = 'x', s.beat = timestamp() + 1000000"
            neo4j.ask(ahead)
            with pytest.raises(StoreError, match="another program brings the facts there and comes no further"):
                store.settle()
            neo4j.ask("MATCH (s:TwinnetStore) SET s.beat = 'x'")
            assert store.settle()

    def test_never_take_a_network_for_one_that_was_there_before(self, neo4j: Any) -> None:
        """Another has come to as many changes."""
        for behind in (False, True):
            neo4j.clear()
            heads: list[content.Head] = []
            for name in "ab":
                neo4j.ask("MATCH (s:TwinnetStore) DELETE s")
                with open_store(neo4j.address, create=True) as store:
                    store.replace([source(name)], twinned(name, 2, "bari", "mostar"))
                    if behind:
                        store.decide([decision("signed")], settle=False)
                    heads.append(store._steady(content.head))
                    held = store.state()
            was, now = heads
            by = {"token": "t"}
            assert was[2:5] == now[2:5]
            with open_store(neo4j.address, readonly=False) as store:
                seen = store._run(partial(bringing.sign, **by))
                for work in (
                    partial(content.move, of=was, before=held, after=State(), names=[], **by, since=was.since),
                    partial(bringing.claim, of=was, seen=seen, **by, since=was.since),
                    partial(bringing.doubt, of=was, **by, since=was.since),
                ):
                    assert not store._run(work, writing=True)
                    assert store._steady(content.head) == now
                claim = partial(bringing.claim, of=now, seen=seen, **by, since="x")
                doubt = partial(bringing.doubt, of=now, **by, since="x")
                assert store._run(claim if behind else doubt, writing=True)


def decision(verdict: str, second: int = 0, **how: Any) -> Decision:
    ends = {"organisation": "town-bari", "candidate": "town-mostar", "kind": "start"}
    return Decision(**ends | how, verdict=verdict, when=f"2026-05-09T10:00:{second:02}Z")


class TestDecisions:
    def test_of_two_who_decide_at_once_one_is_told_of_the_other(self, neo4j: Any) -> None:
        with open_store(neo4j.address, create=True) as store:
            store.replace([source("a")], old())

        def decide(row: Decision, found: list[Any]) -> None:
            with open_store(neo4j.address, readonly=False) as store:
                found.extend(store.decide([row]))

        for turn, (candidate, kind) in enumerate(itertools.product(("town-mostar", "town-pula"), ("start", "develop"))):
            rows = [
                decision(verdict, second, who=verdict, candidate=candidate, kind=kind)
                for second, verdict in enumerate(("accepted", "declined"))
            ]
            found: list[Any] = []
            together(*(partial(decide, row, found) for row in rows))
            assert sorted(one.how for one in found) == ["conflict", "new"]
            [lost] = [one for one in found if one.how == "conflict"]
            [won] = [one for one in found if one.how == "new"]
            assert lost.rows == won.rows == (won.row,)
            with open_store(neo4j.address) as store:
                assert len(store.decisions()) == turn + 1

    @pytest.mark.parametrize("when", WHENS)
    def test_whose_answer_was_lost_are_sent_again_with_the_same_outcome(self, given: Given, when: servers.When) -> None:
        given.begin()
        rows = [decision("accepted"), decision("declined", 1), decision("signed", 2)]
        rows[2] = rows[2].model_copy(update={"after": rows[0].id})
        with open_store("memory:") as plan:
            plan.become(given.state)
            wanted = plan.decide(rows)
        with open_store(given.line.address, readonly=False) as store:
            store.version()
            # The first commit is that of a look whether there is a network.
            given.line.cut_at(when=when, nth=2)
            cuts = given.line.cuts
            assert store.decide(rows) == wanted
            assert given.line.cuts == cuts + 1
            assert len(store.decisions()) == len({row.id for row in store.decisions()}) == 2
            assert [one.how for one in store.decide(rows)][:1] == ["known"]

    @pytest.mark.parametrize("change", ["drop", "withdraw", "decide"])
    def test_and_changes_whose_answer_was_lost_are_not_mistaken_for_those_of_others(
        self, given: Given, change: str
    ) -> None:
        """Somebody else writes before it is asked again whether the change came about."""
        given.begin()
        judged = Judgement(verdict="refused", organisation="town-bari", name="Barri")

        def others() -> None:
            given.line.refuse()
            with open_store(given.server.address, readonly=False) as other:
                other.replace([source("c")], [])
            given.line.accept()

        with open_store(given.line.address, readonly=False) as store:
            store.judge([judged])
            moves: list[str] = []
            move, decide = content.move, content.decide

            def plan(work: Callable[..., Any]) -> Callable[..., Any]:
                def planned(*args: Any, **how: Any) -> Any:
                    if not moves and threading.current_thread() is threading.main_thread():
                        moves.append("cut")
                        given.line.cut_at(when="answered", then=others)
                    return work(*args, **how)

                return planned

            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(content, "move", plan(move))
                patched.setattr(content, "decide", plan(decide))
                if change == "drop":
                    store.drop("a")
                    assert [one.name for one in store.sources()] == ["b", "c"]
                elif change == "withdraw":
                    assert store.withdraw([judged.id])
                    assert len(store.read().judgements) == 0
                else:
                    assert [one.how for one in store.decide([decision("accepted")])] == ["new"]
            assert moves == ["cut"]
            assert not store._steady(content.head).behind
            assert exported(store) == list(lines.export(changes.merged(store.state())))


def test_a_reader_waits_until_what_is_read_fits_together(neo4j: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads while a transaction is committed may see a half of it."""
    with open_store(neo4j.address, create=True) as store:
        store.replace([source("a")], old())
        row = "MATCH (s:TwinnetSource) SET s.file = $file"
        neo4j.ask(row, file="half.csv")
        threading.Timer(0.5, neo4j.ask, args=(row,), kwargs={"file": "a.csv"}).start()
        begun = time.monotonic()
        assert [one.file for one in store.sources()] == ["a.csv"]
        assert store.read().sources[0].file == "a.csv"
        assert time.monotonic() - begun > 0.2
