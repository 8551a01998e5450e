"""Let twinnet work in processes of its own that die, stop or find the disk full at any moment that is asked for.

One warm process loads twinnet and is forked for every call, so that a call costs no start. The moments of a call are
counted: each statement to SQLite, and each time that a file of the call's folder is opened to be written, synchronised,
linked, renamed or removed. The same call has the same moments.
"""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

FORKS = hasattr(os, "fork")
_SECONDS = 60
_COUNTED = 1500
"""So many moments are told: they fit into a pipe."""


@dataclass(frozen=True)
class Ended:
    """How a call ended: its exit code (below zero: the signal that it died of), what it said, and its moments."""

    code: int
    out: str
    err: str
    moments: tuple[str, ...]


class Call:
    """A call of the command line that was begun; ``stopped`` tells whether it waits in the midst of its work."""

    def __init__(self, worker: "Worker", pid: int) -> None:
        self._worker, self._pid = worker, pid
        self._answer: tuple[int, str, str, str] | None = None
        self.stopped = False

    def wait(self) -> "Call":
        """Wait until it stops or ends."""
        self._answer = self._worker.ask(wait=self._pid)
        self.stopped = self._answer is None
        return self

    def go_on(self) -> None:
        """Let it work on."""
        os.kill(self._pid, signal.SIGCONT)

    def kill(self) -> None:
        """Let it die."""
        os.kill(self._pid, signal.SIGKILL)
        self.stopped = False

    def ended(self) -> Ended:
        """Wait for its end, and go on where it stopped."""
        if self._answer is not None:
            return self._told()
        if self.stopped:
            self.go_on()
        self.wait()
        assert not self.stopped, "it stopped once more"
        return self._told()

    def _told(self) -> Ended:
        assert self._answer is not None
        code, out, err, moments = self._answer
        assert "Traceback" not in err, err
        return Ended(code, out, err, tuple(moments.splitlines()))


class Worker:
    """Calls the command line, in one process a call."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def ask(self, **question: Any) -> Any:
        """Ask the warm process for something; return its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps(question)}\n")
        self._process.stdin.flush()
        guard = threading.Timer(_SECONDS, self._process.kill)
        guard.start()
        try:
            answer = self._process.stdout.readline()
        finally:
            guard.cancel()
        assert answer, "the process that makes the calls has ended"
        return json.loads(answer)

    def begin(
        self,
        folder: Path,
        *words: str | Path,
        stop: Iterable[int] = (),
        die: int | None = None,
        most: int | None = None,
        deadly: bool = False,
        pages: int | None = None,
    ) -> Call:
        """Begin a call in a folder.

        It stops just before the moments of these numbers, and dies just before that of one. No file can grow beyond
        ``most`` bytes: writing there fails or, where that is ``deadly``, kills. No network can grow beyond so many
        ``pages``.
        """
        how = {"stop": list(stop), "die": die, "most": most, "deadly": deadly, "pages": pages}
        return Call(self, self.ask(folder=str(folder), words=[*map(str, words)], **how))

    def call(self, folder: Path, *words: str | Path, **how: Any) -> Ended:
        """Make a call and wait for its end (see :meth:`begin`)."""
        return self.begin(folder, *words, **how).ended()

    def close(self) -> None:
        """End the warm process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(_SECONDS)


@contextlib.contextmanager
def working() -> Iterator[Worker]:
    """Give a worker, and end it."""
    worker = Worker()
    try:
        yield worker
    finally:
        worker.close()


def _load() -> None:
    """Load what all calls need: what is read and made once is not made again in every call."""
    from twinnet import workspace
    from twinnet.commands import briefing, lists, matching, stored, viewing  # noqa: F401 - warm for every call
    from twinnet.writing import lines

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text("name,country,themes,description\nMostar,BA,youth,An old bridge\n", encoding="utf-8")
        done = workspace.import_lists([path], Path(folder) / "my.twinnet")
    list(lines.export(done.network))
    workspace.suggestions(done.network)
    assert threading.active_count() == 1, "a process with threads cannot be forked"


def _serve() -> None:
    """Answer the questions of a :class:`Worker`."""
    from twinnet import cli

    _load()
    calls: dict[int, list[int]] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            pid = asked["wait"]
            _, status = os.waitpid(pid, os.WUNTRACED)
            answer = None
            if not os.WIFSTOPPED(status):
                answer = [os.waitstatus_to_exitcode(status)]
                for end in calls.pop(pid):
                    with open(end, encoding="utf-8") as said:  # noqa: PTH123 - a pipe has no path
                        answer.append(said.read())
        else:
            # What a call says fits into a pipe, and no limit of a file's size holds there.
            pipes = [os.pipe() for _ in range(3)]
            answer = os.fork()
            if not answer:
                _work(cli.main, [end for _, end in pipes], asked)
            calls[answer] = [end for end, _ in pipes]
            for _, end in pipes:
                os.close(end)
        print(json.dumps(answer), flush=True)  # noqa: T201 - the answer


def _work(main: Any, pipes: Sequence[int], asked: dict[str, Any]) -> NoReturn:
    """Make one call."""
    code = 99
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for stream, end in ((1, pipes[0]), (2, pipes[1])):
            os.dup2(end, stream)
        sys.stdout, sys.stderr = (os.fdopen(stream, "w", encoding="utf-8") for stream in (1, 2))
        os.chdir(asked["folder"])
        sys.argv = ["twinnet", *asked["words"]]
        if asked["most"] is not None:
            _limit(asked["most"], deadly=asked["deadly"])
        moments = _count(asked)
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else code
        sys.stdout.flush()
        os.write(pipes[2], "\n".join(moments[:_COUNTED]).encode("utf-8"))
    except BaseException:  # noqa: BLE001 - whoever waits sees it
        os.write(2, traceback.format_exc().encode("utf-8"))
    finally:
        os._exit(code)


def _limit(most: int, *, deadly: bool) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    if deadly:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def _count(asked: dict[str, Any]) -> Sequence[str]:
    """Count moments from now on, and stop or die at that which is asked for; return those that were."""
    moments: list[str] = []
    stops = frozenset(asked["stop"])
    here = os.path.join(os.path.abspath("."), "")  # noqa: PTH100, PTH118 - called for every event

    def moment(what: str) -> None:
        moments.append(what)
        if asked["die"] == len(moments) - 1:
            os.kill(os.getpid(), signal.SIGKILL)
        if len(moments) - 1 in stops:
            os.kill(os.getpid(), signal.SIGSTOP)

    def see(event: str, args: tuple[Any, ...]) -> None:
        if event in ("os.rename", "os.link", "os.remove", "os.mkdir", "os.truncate") or (
            event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR | getattr(os, "O_DIRECTORY", 0))
        ):
            name = os.path.abspath(args[0]) if isinstance(args[0], str | os.PathLike) else ""  # noqa: PTH100
            if f"{name}/".startswith(here):
                moment(event)

    connect = sqlite3.connect

    def connected(name: Any, **how: Any) -> sqlite3.Connection:
        connection = connect(name, **how)
        if here in str(name):
            if asked["pages"]:
                connection.execute(f"PRAGMA max_page_count = {asked['pages']}")
            # What was written outlives the process, if not the machine: no test waits for the disk.
            connection.execute("PRAGMA synchronous = OFF")
            connection.set_trace_callback(lambda text: moment(" ".join(text.split()[:3])))
        return connection

    def synchronised(file: Any) -> None:
        moment("fsync")

    sqlite3.connect, os.fsync = connected, synchronised  # type: ignore[assignment]  # the same, counted
    sys.addaudithook(see)
    return moments


if __name__ == "__main__":
    _serve()
