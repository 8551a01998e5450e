"""The script that starts a Neo4j server, and what tests of one lean on: a server that is killed, a line that is cut."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import AuthError, DriverError

from tests import servers

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def heard() -> Iterator[tuple[int, bytearray]]:
    """A port where all is taken down and every newline answered with one letter."""
    said = bytearray()
    listener = socket.create_server((servers.HOST, 0))

    def one(line: socket.socket) -> None:
        with line, suppress(OSError):
            while data := line.recv(4096):
                said.extend(data)
                line.sendall(b"a" * data.count(b"\n"))

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1], said
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)


def test_a_line_carries_both_ways_until_it_is_cut(heard: tuple[int, bytearray]) -> None:
    port, said = heard
    with servers.proxy(port) as line, socket.create_connection((servers.HOST, line.port), timeout=10) as client:
        client.sendall(b"hello\n")
        assert client.recv(10) == b"a"
        assert said == b"hello\n"
        line.cut()
        assert client.recv(10) == b""
        with socket.create_connection((servers.HOST, line.port), timeout=10) as other:
            other.sendall(b"again\n")
            assert other.recv(10) == b"a"
    assert line.cuts == 2


@pytest.mark.parametrize(
    ("when", "arrived"), [("before", b"one\n"), ("sent", b"one\nSTOP\n"), ("answered", b"one\nSTOP\n")]
)
@pytest.mark.parametrize("pieces", [(b"STOP\n",), (b"ST", b"OP\n")])
def test_a_line_is_cut_at_a_message(
    heard: tuple[int, bytearray], when: servers.When, arrived: bytes, pieces: tuple[bytes, ...]
) -> None:
    port, said = heard
    called: list[bytes] = []
    with servers.proxy(port) as line, socket.create_connection((servers.HOST, line.port), timeout=10) as client:
        line.cut_at(b"STOP\n", when=when, refuse=True, then=lambda: called.append(bytes(said)))
        client.sendall(b"one\n")
        assert client.recv(10) == b"a"
        for piece in pieces:
            sent = line.sent
            client.sendall(piece)
            if piece == b"ST":
                servers.until(lambda before=sent: line.sent == before + 2)
        assert client.recv(10) == b""
        servers.until(lambda: line.cuts == 1)
        if when == "before":
            assert bytes(said) == arrived + b"ST" * (len(pieces) - 1)
        else:
            servers.until(lambda: bytes(said) == arrived)
        assert len(called) == 1
        if when == "answered":
            assert called == [arrived]
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((servers.HOST, line.port), timeout=10)
        line.accept()
        with socket.create_connection((servers.HOST, line.port), timeout=10) as other:
            other.sendall(b"STOP\n")
            assert other.recv(10) == b"a"


def test_a_line_is_cut_after_bytes_or_at_the_nth_message(heard: tuple[int, bytearray]) -> None:
    port, said = heard
    with servers.proxy(port) as line:
        with socket.create_connection((servers.HOST, line.port), timeout=10) as client:
            line.cut_after(7)
            client.sendall(b"0123\n")
            assert client.recv(10) == b"a"
            client.sendall(b"56789")
            assert client.recv(10) == b""
        servers.until(lambda: bytes(said) == b"0123\n56")
        with socket.create_connection((servers.HOST, line.port), timeout=10) as client:
            line.cut_at(b"X", when="before", nth=3)
            client.sendall(b"X.X\n")
            assert client.recv(10) == b"a"
            client.sendall(b"...X")
            assert client.recv(10) == b""
        servers.until(lambda: bytes(said) == b"0123\n56X.X\n...")


def test_a_line_that_is_held_lets_nothing_through(heard: tuple[int, bytearray]) -> None:
    port, said = heard
    with servers.proxy(port) as line, socket.create_connection((servers.HOST, line.port), timeout=0.1) as client:
        line.hold()
        client.sendall(b"hello\n")
        with pytest.raises(TimeoutError):
            client.recv(10)
        assert said == b""
        line.flow()
        client.settimeout(10)
        assert client.recv(10) == b"a"


def _run(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {"capture_output": True, "encoding": "utf-8", "timeout": 60, "env": {**os.environ, **environment}}
    return subprocess.run([sys.executable, servers.SCRIPT, *words], check=False, **given)


@pytest.mark.skipif(os.name != "posix", reason="the script runs on Linux and macOS")
def test_the_script_says_what_is_missing_and_how_to_get_it(tmp_path: Path) -> None:
    nothing = {"PATH": str(tmp_path), "JAVA_HOME": ""}
    said = _run("fetch", "--home", tmp_path / "home", **nothing)
    assert said.returncode == 1
    assert said.stderr.startswith(
        "Neo4j needs Java 17 or 21, and no java was found.\nDebian, Ubuntu:  sudo apt install "
    )
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n", encoding="utf-8")
    old.chmod(0o755)
    assert f"Neo4j needs Java 17 or 21, and {old} is version 11." in _run("fetch", "--home", tmp_path, **nothing).stderr
    old.write_text("#!/bin/sh\necho 'openjdk version \"21.0.2\"' >&2\n", encoding="utf-8")
    assert "no mvn was found" in _run("fetch", "--home", tmp_path, **nothing).stderr


@pytest.mark.skipif(os.name != "posix", reason="the script runs on Linux and macOS")
def test_a_fetch_that_failed_says_why_and_leaves_nothing_half(tmp_path: Path) -> None:
    home, tools = tmp_path / "home", tmp_path / "tools"
    tools.mkdir()
    (home / "fetching-interrupted").mkdir(parents=True)
    for name, text in {"java": "echo 'version \"17.0.1\"' >&2", "mvn": "echo '[ERROR] no such host'; exit 1"}.items():
        (tools / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    said = _run("fetch", "--home", home, PATH=f"{tools}{os.pathsep}{os.environ['PATH']}", JAVA_HOME="")
    assert said.returncode == 1
    assert said.stderr.splitlines()[-1] == (
        f"Maven could not fetch Neo4j; all it said is in {home / 'fetch.log'}. [ERROR] no such host"
    )
    assert sorted(path.name for path in home.iterdir()) == ["fetch.lock", "fetch.log"]


@pytest.mark.skipif(os.name != "posix", reason="the script runs on Linux and macOS")
def test_a_server_is_not_started_where_it_cannot_run(heard: tuple[int, bytearray], tmp_path: Path) -> None:
    said = _run("run", "--home", tmp_path, "--port", str(heard[0]))
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith(f"Something listens on port {heard[0]} already")
    assert _run("run", "--port", "70000").stderr == "There is no port 70000: ports go from 1 to 65535.\n"
    assert "NEO4J_PASSWORD must hold the password" in _run("run", "--password", NEO4J_PASSWORD="").stderr


@pytest.mark.neo4j
def test_a_server_of_ones_own_asks_for_its_password_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    program = servers.program()
    (tmp_path / program.name).symlink_to(program, target_is_directory=True)
    words = [sys.executable, servers.SCRIPT, "run", "--home", tmp_path, "--port", "0", "--password", "--memory", "256m"]
    environment = {**os.environ, "NEO4J_PASSWORD": "correct horse"}
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    with subprocess.Popen(words, env=environment, **piped) as running:
        address = running.stdout.readline().strip()
        try:
            assert address.startswith("neo4j://neo4j@127.0.0.1:")
            plain = address.replace("neo4j@", "")
            with GraphDatabase.driver(plain, auth=("neo4j", "correct horse")) as driver:
                driver.verify_connectivity()
            again = _run("run", "--home", tmp_path, "--port", "0")
            assert (again.returncode, again.stderr.count("\n")) == (1, 1)
            assert again.stderr.startswith(f"A Neo4j runs already with the data in {tmp_path / 'server'}")
            for wrong in (None, ("neo4j", "neo4j")):
                with GraphDatabase.driver(plain, auth=wrong) as driver, pytest.raises(AuthError):
                    driver.verify_connectivity()
        finally:
            running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=15)[1]
    assert running.returncode == 0
    assert "correct horse" not in said
    assert said.endswith("\nStopping Neo4j\n")


@pytest.mark.parametrize(("when", "kept"), [("before", {0}), ("sent", {0, 1}), ("answered", {1})])
def test_a_line_cut_at_commit(neo4j: servers.Server, when: servers.When, kept: set[int]) -> None:
    if not neo4j.own:
        pytest.skip("a line is cut to a server of our own only")
    with servers.proxy(neo4j.port) as line, GraphDatabase.driver(line.address) as driver:
        driver.verify_connectivity()
        with driver.session() as session:
            transaction = session.begin_transaction()
            transaction.run("CREATE (:TwinnetTest)").consume()
            line.cut_at(when=when)
            with pytest.raises(DriverError):
                transaction.commit()
        assert line.cuts == 1
        assert neo4j.holds() in kept


def test_a_server_that_is_killed_comes_back_with_what_was_written(neo4j: servers.Server) -> None:
    neo4j.ask("CREATE (:TwinnetTest {name: $name})", name="Łódź")
    neo4j.kill()
    assert not neo4j.running
    neo4j.start()
    assert neo4j.ask("MATCH (n:TwinnetTest) RETURN n.name AS name") == [{"name": "Łódź"}]


def test_emptying_a_server_touches_nothing_of_others(neo4j: servers.Server) -> None:
    neo4j.ask("CREATE (:Twinnets_Not)-[:KNOWS]->(:TwinnetTest), (:Elsewhere {id: 'mine'})")
    neo4j.ask("CREATE CONSTRAINT twinnet_test FOR (n:TwinnetTest) REQUIRE n.id IS UNIQUE")
    neo4j.clear(schema=True)
    assert neo4j.holds() == 0
    assert not [row for row in neo4j.ask("SHOW CONSTRAINTS") if row["name"] == "twinnet_test"]
    assert neo4j.ask("MATCH (n:Elsewhere) DELETE n RETURN count(n) AS n") == [{"n": 1}]


def test_a_server_that_holds_a_network_of_its_owner_is_left_alone(
    neo4j: servers.Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    neo4j.ask("CREATE (:TwinnetStore {id: 'store'})")
    monkeypatch.setenv("NEO4J_URI", neo4j.address)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    with pytest.raises(pytest.fail.Exception, match="holds a Twinnet network"), servers.any_server(tmp_path):
        pass
    assert neo4j.holds() == 1
    neo4j.clear()
    with servers.any_server(tmp_path) as given:
        given.ask("CREATE (:TwinnetStore {id: 'store'})")
        for refused in (given.kill, given.stop, given.restart):
            with pytest.raises(pytest.skip.Exception, match="not ours"):
                refused()
    assert neo4j.running
    assert neo4j.holds() == 0
