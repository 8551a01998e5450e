"""What tests of a Neo4j server share: one to start, kill and start again, and a proxy that cuts the line to it."""

import importlib.machinery
import importlib.util
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import pytest

HOST = "127.0.0.1"
SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "neo4j"
# A server that lives for seconds starts in half the time when Java does not optimise for hours.
SMALL = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
COMMIT = bytes.fromhex("0002b0120000")
When = Literal["before", "sent", "answered"]


@cache
def script() -> ModuleType:
    """The functions of ``scripts/neo4j``."""
    loader = importlib.machinery.SourceFileLoader("neo4j_script", str(SCRIPT))
    spec = importlib.util.spec_from_loader("neo4j_script", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def program() -> Path:
    """Folder of the server's program, fetched if need be; where it cannot be had the test is skipped."""
    if os.name != "posix" or not SCRIPT.is_file():
        pytest.skip("no scripts/neo4j, which starts a server on Linux and macOS: NEO4J_URI may name one")
    neo4j = script()
    try:
        neo4j.java()
        found: Path = neo4j.fetch()
    except neo4j.Failed as failed:
        pytest.skip(f"no Neo4j server, and NEO4J_URI names none: {str(failed).splitlines()[0]}")
    return found


class Server:
    """A Neo4j server with its data in a folder and one port for life; ``address`` is what twinnet takes.

    ``own`` says that it is ours to kill. What NEO4J_URI names is not, and of its data only Twinnet's may be touched.
    """

    own = True

    def __init__(self, home: Path, *, password: str | None = None) -> None:
        self.program = program()
        self.home = home
        self.password = password
        self.port: int = script().free_port()
        self.address = f"neo4j://{'neo4j@' if password else ''}{HOST}:{self.port}"
        self.read_only = False
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, *, read_only: bool = False) -> "Server":
        """Start it, with the data of the last time, and wait until it answers."""
        assert not self.running
        given = {"auth": self.password is not None, "read_only": read_only, "options": SMALL}
        self._process = script().start(self.home, self.port, program=self.program, **given)
        self.read_only = read_only
        try:
            script().wait(self._process, self.port, server=self.home)
            if self.password:
                script().set_password(self.port, self.password)
        except BaseException:
            self.kill()
            raise
        return self

    def kill(self) -> None:
        """End it as a power cut does: it writes nothing more."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it as one that is asked to."""
        if self._process is not None:
            script().stop(self._process)

    def restart(self, *, read_only: bool = False) -> "Server":
        """Start it again after it was killed, or stop it before."""
        self.stop()
        return self.start(read_only=read_only)

    @contextmanager
    def driver(self) -> Iterator[Any]:
        """The official driver, logged in."""
        import neo4j

        scheme, _, place = self.address.partition("://")
        plain = f"{scheme}://{place.rpartition('@')[2].partition('/')[0]}"
        with neo4j.GraphDatabase.driver(plain, auth=self._auth(), telemetry_disabled=True) as driver:
            driver.verify_connectivity()
            yield driver

    def _auth(self) -> tuple[str, str] | None:
        return ("neo4j", self.password) if self.password else None

    def ask(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows that a query returns."""
        database = self.address.partition("://")[2].partition("/")[2] or None
        with self.driver() as driver, driver.session(database=database) as session:
            return list(session.run(query, parameters).data())

    def holds(self) -> int:
        """How many nodes are Twinnet's."""
        found: int = self.ask("MATCH (n) WHERE any(l IN labels(n) WHERE l STARTS WITH 'Twinnet') RETURN count(n) AS n")[
            0
        ]["n"]
        return found

    def clear(self, *, schema: bool = False) -> None:
        """Remove what is Twinnet's, with ``schema`` its constraints and indexes too."""
        self.ask("MATCH (n) WHERE any(l IN labels(n) WHERE l STARTS WITH 'Twinnet') DETACH DELETE n")
        for kind, shown in (("CONSTRAINT", "CONSTRAINTS"), ("INDEX", "INDEXES")) if schema else ():
            for row in self.ask(f"SHOW {shown} YIELD name, labelsOrTypes"):
                if any(word.startswith(("Twinnet", "TWINNET_")) for word in row["labelsOrTypes"] or ()):
                    self.ask(f"DROP {kind} `{row['name']}` IF EXISTS")


class Given(Server):
    """The server that NEO4J_URI names, with the password in NEO4J_PASSWORD if it wants one."""

    own = False

    def __init__(self, address: str) -> None:
        self.address = address
        self.password = os.environ.get("NEO4J_PASSWORD") or None
        self.read_only = False

    @property
    def running(self) -> bool:
        return True

    def _auth(self) -> tuple[str, str] | None:
        user = self.address.partition("://")[2].rpartition("@")[0]
        return (user, self.password or "") if user else None

    def start(self, *, read_only: bool = False) -> Server:
        pytest.skip("the server that NEO4J_URI names is not ours to start again")

    def stop(self) -> None:
        pytest.skip("the server that NEO4J_URI names is not ours to stop")

    def kill(self) -> None:
        pytest.skip("the server that NEO4J_URI names is not ours to kill")


@contextmanager
def serving(home: Path, *, password: str | None = None) -> Iterator[Server]:
    """A server of our own, for as long as the block lasts."""
    server = Server(home, password=password)
    try:
        yield server.start()
    finally:
        server.stop()


@contextmanager
def any_server(home: Path) -> Iterator[Server]:
    """The server that NEO4J_URI names, or without it one of our own."""
    address = os.environ.get("NEO4J_URI")
    if not address:
        with serving(home) as server:
            yield server
        return
    if os.environ.get("PYTEST_XDIST_WORKER"):
        pytest.skip("NEO4J_URI names one server, so its tests run in one process: make test ARGS='-m neo4j'")
    given = Given(address)
    if given.holds():
        pytest.fail(f"{address} holds a Twinnet network, which the tests would remove: let NEO4J_URI name another")
    try:
        yield given
    finally:
        given.clear(schema=True)


def emptied(server: Server) -> Server:
    """Return a server as a test wants to find it: up, writable and, of Twinnet, empty."""
    if not server.running or server.read_only:
        server.restart()
    server.clear()
    return server


class Proxy:
    """A line to a server that can be cut: at a message, after some bytes, or now."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.cuts = 0
        self.sent = 0
        self._lock = threading.RLock()
        self._closed = threading.Event()
        self._plan: _Plan | None = None
        self._lines: set[tuple[socket.socket, socket.socket]] = set()
        self._threads: list[threading.Thread] = []
        self._listener: socket.socket | None = None
        self.port = 0
        self._flows = threading.Event()
        self._flows.set()
        self.accept()

    @property
    def address(self) -> str:
        return f"bolt://{HOST}:{self.port}"

    def accept(self) -> None:
        """Take new connections (again), on the same port."""
        with self._lock:
            if self._listener is None:
                self._listener = socket.create_server((HOST, self.port))
                self.port = self._listener.getsockname()[1]
                self._closed.clear()
                self._begin(self._listen, self._listener)

    def refuse(self) -> None:
        """Take no new connection, as if no server were there; those that are go on."""
        with self._lock:
            self._listener = None
        self._closed.wait(10)

    def cut(self) -> None:
        """Cut all connections that are."""
        with self._lock:
            self.cuts += 1
            for line in self._lines:
                for end in line:
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)

    def hold(self) -> None:
        """Let nothing through, as a server does that hangs; :meth:`flow` ends it."""
        self._flows.clear()

    def flow(self) -> None:
        self._flows.set()

    def cut_at(
        self,
        message: bytes = COMMIT,
        *,
        when: When,
        nth: int = 1,
        refuse: bool = False,
        then: Callable[[], object] | None = None,
    ) -> None:
        """Cut once, when the client sends a message for the nth time from now on.

        ``before``: the server never gets it. ``sent``: it gets it, and may or may not act on it. ``answered``: it has
        answered. The client never hears the answer. ``then`` is called at that moment, to kill the server for instance,
        and with ``refuse`` nobody may come back until :meth:`accept`.
        """
        with self._lock:
            self._plan = _Plan(message, when, nth, refuse, then)

    def cut_after(self, size: int, *, refuse: bool = False) -> None:
        """Cut once, when the client has sent so many more bytes."""
        with self._lock:
            self._plan = _Plan(b"", "before", size, refuse, None)

    def close(self) -> None:
        self.refuse()
        self.flow()
        self.cut()
        for thread in list(self._threads):
            thread.join(10)

    def _begin(self, work: Callable[..., None], *given: Any) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self, listener: socket.socket) -> None:
        listener.settimeout(0.02)
        with listener:
            while self._listener is listener:
                with suppress(TimeoutError):
                    self._connect(listener.accept()[0])
        self._closed.set()

    def _connect(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection((HOST, self.target), timeout=5)
        except OSError:
            client.close()
            return
        for end in (client, server):
            end.settimeout(None)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._lines.add((client, server))
        self._begin(self._carry, client, server)

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        """Carry one connection both ways, until either end or a cut ends it."""
        line = _Line(self, client, server)
        back = threading.Thread(target=line.answers, daemon=True)
        back.start()
        line.questions()
        back.join()
        with self._lock:
            self._lines.discard((client, server))
            client.close()
            server.close()

    def _execute(self, plan: "_Plan") -> None:
        """Do what a plan says, once."""
        with self._lock:
            if self._plan is not plan:
                return
            self._plan = None
        if plan.refuse:
            self.refuse()
        if plan.then is not None:
            plan.then()
        self.cut()


class _Plan:
    """When to cut: at the nth message, or without one after n bytes."""

    def __init__(self, message: bytes, when: When, left: int, refuse: bool, then: Callable[[], object] | None) -> None:
        self.message, self.when, self.left, self.refuse, self.then = message, when, left, refuse, then


class _Line:
    """One connection through a proxy."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self.proxy, self.client, self.server = proxy, client, server
        self.tail = b""
        self.awaited: _Plan | None = None
        self.muted = False

    def questions(self) -> None:
        """Carry what the client says."""
        while data := self._receive(self.client):
            plan, at = self._due(data)
            passed = data[:at] if plan is not None and plan.when == "before" else data
            self.muted = plan is not None
            self.awaited = plan if plan is not None and plan.when == "answered" else self.awaited
            self.proxy.sent += len(passed)
            with suppress(OSError):
                self.server.sendall(passed)
            if plan is not None and plan.when != "answered":
                self.proxy._execute(plan)
                return
        self._end(self.server)

    def answers(self) -> None:
        """Carry what the server says."""
        while data := self._receive(self.server):
            if self.awaited is not None:
                self.proxy._execute(self.awaited)
                return
            with suppress(OSError):
                if not self.muted:
                    self.client.sendall(data)
        self._end(self.client)

    def _due(self, data: bytes) -> tuple[_Plan | None, int]:
        """The plan that these bytes fulfil, and where among them."""
        with self.proxy._lock:
            plan = self.proxy._plan
            if plan is None or self.awaited is plan:
                self.tail = b""
                return None, 0
            if not plan.message:
                plan.left -= len(data)
                return (plan, len(data) + plan.left) if plan.left <= 0 else (None, 0)
            # A message may come in two pieces. If the first has gone, the rest is kept back, which comes to the same.
            seen, known = self.tail + data, len(self.tail)
            at = seen.find(plan.message)
            while at >= 0:
                plan.left -= 1
                if plan.left == 0:
                    return plan, max(0, at - known)
                at = seen.find(plan.message, at + len(plan.message))
            self.tail = seen[max(0, len(seen) - len(plan.message) + 1) :]
            return None, 0

    def _receive(self, end: socket.socket) -> bytes:
        try:
            data = end.recv(65536)
        except OSError:
            return b""
        self.proxy._flows.wait()
        return data

    def _end(self, other: socket.socket) -> None:
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy(target: int) -> Iterator[Proxy]:
    """A proxy to a port, for as long as the block lasts."""
    line = Proxy(target)
    try:
        yield line
    finally:
        line.close()


def until(true: Callable[[], bool], *, seconds: float = 10) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.01)
