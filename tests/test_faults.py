"""Pull the plug at any moment and lose nothing: a file holds the old state or the new one, and damage is told."""

import contextlib
import datetime as dt
import itertools
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.faults import FORKS, Ended, Worker, working
from twinnet import workspace
from twinnet.errors import StoreError
from twinnet.reading import ReadOptions
from twinnet.stores import open_store, schema
from twinnet.workspace.importing import ImportOptions
from twinnet.writing import lines

pytestmark = pytest.mark.skipif(not FORKS, reason="calls are made by forking a process")

DAY = dt.date(2026, 5, 9)
MY = "my.twinnet"
REPORT = f"{MY}.report.csv"
BODIES = "".join(
    f"Body {n},BA,ngo,44.{n:02},18.{n:02},youth,{'Number of many ' * n},office{n}@body.example\n" for n in range(20)
)
LISTS = {
    "a.csv": "name,country,kind,latitude,longitude,themes,description,email\n"
    "Mostar,BA,town,,,youth; culture,An old bridge,ana@mostar.example\n"
    "Bihać,BA,town,,,youth,,ivo@bihac.example\n"
    ",BA,town,,,,,\n",
    "b.csv": "name,country,kind,latitude,longitude,themes,description,email\n"
    "MOSTAR,BA,town,,,sport,,\n"
    f"Graz,AT,town,,,culture,,\n{BODIES}",
    "c.csv": "from_name,from_country,to_name,to_country,since\n"
    "Mostar,BA,Bari,IT,1998\n"
    "Graz,AT,Bihać,BA,1972\n"
    "Graz,AT,,IT,1999\n",
}
ALL = tuple(LISTS)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with working() as found:
        yield found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the lists, imported in one go each by a process that nobody disturbed."""
    folder = begun(tmp_path_factory.mktemp("whole"))
    for name in ALL:
        taken(folder, name)
    return folder


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the lists, of which the first and the last were imported."""
    folder = begun(tmp_path_factory.mktemp("half"))
    taken(folder, "a.csv")
    taken(folder, "c.csv")
    return folder


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the lists and no network."""
    return begun(tmp_path_factory.mktemp("bare"))


@pytest.fixture(params=["first", "next"])
def start(request: pytest.FixtureRequest, bare: Path, half: Path) -> Path:
    """The folder that an import begins with: one without a network, or one with two of the lists in it."""
    return bare if request.param == "first" else half


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], check=False, capture_output=True
    )
    if not mounted or mounted.returncode:
        pytest.skip("a disk of its own can be made by an administrator of Linux only")
    yield place
    subprocess.run(["umount", place], check=True)


def begun(folder: Path) -> Path:
    """Put the lists into a folder."""
    for name, text in LISTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def copied(folder: Path, place: Path) -> Path:
    shutil.copytree(folder, place, dirs_exist_ok=True)
    return place


def taking(*names: str) -> tuple[str, ...]:
    """The words of the command that imports lists."""
    return ("import", *names, "--into", MY, "--keep-contacts", "--today", str(DAY))


def taken(folder: Path, name: str) -> None:
    """Import a list in this process."""
    options = ReadOptions(today=DAY, keep_contacts=True)
    with contextlib.chdir(folder):
        workspace.import_lists([name], MY, options=options, how=ImportOptions())


def held(path: Path) -> str:
    """All that a network holds, with its contacts."""
    with open_store(path) as store:
        return "\n".join((*lines.export(store.read(), on=DAY), *map(str, store.contacts()), *map(str, store.sources())))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def known(folder: Path) -> list[str]:
    """The names of a folder's files without those that a dead writer of a page or report left, which wait for a day."""
    return [name for name in files(folder) if not re.fullmatch(r"\.twinnet-[0-9a-f]{16}\.tmp", name)]


def contents(folder: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def told(ended: Ended, *says: str) -> None:
    """See that a call failed, and said in one message why."""
    assert ended.code == 1, ended
    assert ended.err.startswith("Error: "), ended.err
    assert "of its own" not in ended.err
    assert len(ended.err.splitlines()) <= 3
    for words in says:
        assert words in " ".join(ended.err.split()), ended.err


class TestKilled:
    def test_at_every_moment_of_an_import(self, worker: Worker, tmp_path: Path, start: Path, whole: Path) -> None:
        good = copied(start, tmp_path / "good")
        before = held(good / MY) if (good / MY).exists() else None
        words = taking(*ALL) if before is None else taking("b.csv")
        done = worker.call(good, *words)
        after, report, left = held(good / MY), (good / REPORT).read_bytes(), files(good)
        assert after == held(whole / MY)
        assert {"COMMIT", "fsync", "os.rename"} <= set(done.moments)
        seen = []
        for moment in chosen(done.moments):
            place = copied(start, tmp_path / str(moment))
            assert worker.call(place, *words, die=moment).code == -signal.SIGKILL
            seen.append(held(place / MY) if (place / MY).exists() else None)
            assert worker.call(place, *words).code == 0
            assert held(place / MY) == after, done.moments[moment]
            assert (place / REPORT).read_bytes() == report
            assert known(place) == left, done.moments[moment]
            shutil.rmtree(place)
        kept = seen.index(after)
        assert seen == [before] * kept + [after] * (len(seen) - kept)

    def test_in_the_midst_of_the_commit(self, worker: Worker, tmp_path: Path, half: Path, whole: Path) -> None:
        old = (half / MY).read_bytes()
        before, after = held(half / MY), held(whole / MY)
        torn = 0
        sizes = range(0, (whole / MY).stat().st_size, 3 * 4096 + 1000)
        for most in sizes:
            place = copied(half, tmp_path / str(most))
            assert worker.call(place, *taking("b.csv"), most=most, deadly=True).code == -signal.SIGXFSZ
            torn += (place / MY).read_bytes() != old
            assert f"{MY}-journal" in files(place)
            assert held(place / MY) == before
            assert worker.call(place, *taking("b.csv")).code == 0
            assert held(place / MY) == after
            assert files(place) == files(whole)
        assert torn, "no write was in the file when its writer died"
        assert torn < len(sizes), "no writer died before it wrote to the file"

    @pytest.mark.parametrize("what", ["source", "organisation"])
    def test_while_it_forgets(self, worker: Worker, tmp_path: Path, whole: Path, what: str) -> None:
        words = ("forget", MY, *(("--source", "a members") if what == "source" else ("Mostar, BA",)))
        good = copied(whole, tmp_path / "good")
        before = held(good / MY)
        done = worker.call(good, *words)
        assert done.code == 0, done
        after = held(good / MY)
        assert "ana@mostar.example" in before
        assert "ana@mostar.example" not in after
        for moment in chosen(done.moments, most=8):
            place = copied(whole, tmp_path / str(moment))
            assert worker.call(place, *words, die=moment).code == -signal.SIGKILL
            now = held(place / MY)
            assert now in (before, after)
            if now == before:
                assert worker.call(place, *words).code == 0
            assert held(place / MY) == after
            assert not any(b"ana@mostar.example" in (place / name).read_bytes() for name in set(files(place)) - {*ALL})

    def test_a_first_import_leaves_nothing_that_outlives_the_next(
        self, worker: Worker, tmp_path: Path, bare: Path
    ) -> None:
        place = copied(bare, tmp_path / "one")
        words = taking("a.csv")
        moments = worker.call(copied(bare, tmp_path / "good"), *words).moments
        for moment in (moments.index("COMMIT"), moments.index("os.link"), moments.index("fsync")):
            worker.call(place, *words, die=moment)
        assert [name for name in files(place) if name.endswith(".tmp")]
        assert worker.call(place, *taking("b.csv")).code == 0
        assert worker.call(place, "forget", MY, "Mostar, BA").code == 0
        assert files(place) == [*ALL, MY, REPORT]
        assert b"ana@mostar.example" not in (place / MY).read_bytes()


def chosen(moments: Sequence[str], most: int = 10) -> list[int]:
    """Choose moments: of each kind that writes the first, of some the last, and of all others some, evenly."""
    writing = [at for at, kind in enumerate(moments) if not kind.startswith(("SELECT", "PRAGMA", "CREATE", "BEGIN"))]
    first = {moments[at]: at for at in reversed(writing)}
    last = {moments[at]: at for at in writing if moments[at].startswith(("INSERT", "os."))}
    return sorted({*first.values(), *last.values(), *range(0, len(moments), len(moments) // most or 1)})


class TestFullDisk:
    def test_says_so_and_changes_nothing(self, worker: Worker, tmp_path: Path, start: Path) -> None:
        place = copied(start, tmp_path / "place")
        before = contents(place)
        size = len(before.get(MY, b"")) // 4096
        for pages in (size + 1, size + 3):
            told(worker.call(place, *taking("b.csv"), pages=pages), "the disk is full; nothing was changed")
            assert contents(place) == before
        assert worker.call(place, *taking("b.csv")).code == 0

    def test_wherever_it_is_full(self, worker: Worker, tmp_path: Path, start: Path, whole: Path) -> None:
        place = copied(start, tmp_path / "place")
        before, stands = contents(place), held(place / MY) if (place / MY).exists() else ""
        for most in range(0, (whole / MY).stat().st_size - 4096, 5 * 4096 + 100):
            ended = worker.call(place, *taking("b.csv"), most=most)
            told(ended, "could not be read or written", "nothing was changed")
            if stands:
                # Whoever opens it next takes back what was begun, if the disk was so full that nobody could before.
                assert held(place / MY) == stands
            assert contents(place) == before
        assert worker.call(place, *taking("b.csv")).code == 0

    def test_a_real_one(self, worker: Worker, disk: Path, half: Path, whole: Path) -> None:
        place = copied(half, disk)
        (place / "my.html").write_text("old", encoding="utf-8")
        before = contents(place)
        filler = disk / "filler"
        for free in (0, 4096, 9 * 4096):
            with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(4096))
            os.truncate(filler, max(0, filler.stat().st_size - free))
            told(worker.call(place, *taking("b.csv")), "the disk is full; nothing was changed")
            told(worker.call(place, "view", MY, "--today", str(DAY)), "No space left on device")
            filler.unlink()
            assert contents(place) == before
        assert worker.call(place, *taking("b.csv")).code == 0
        assert held(place / MY) == held(whole / MY)

    def test_where_only_the_report_cannot_be_written_it_says_that_the_network_was(
        self, worker: Worker, tmp_path: Path, half: Path, whole: Path
    ) -> None:
        place = copied(half, tmp_path / "place")
        (place / REPORT).unlink()
        (place / REPORT).symlink_to(place / "nowhere" / REPORT)
        told(worker.call(place, *taking("b.csv")), REPORT, f"{MY} holds the lists now, but", "cannot be written")
        assert held(place / MY) == held(whole / MY)


class TestReadOnly:
    def test_a_disk(self, worker: Worker, disk: Path, half: Path) -> None:
        place = copied(half, disk)
        before, known = contents(place), held(place / MY)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        told(worker.call(place, *taking("b.csv")), MY, "cannot be written: the file or its folder is read-only")
        told(worker.call(place, "import", "b.csv", "--into", "new.twinnet"), "new.twinnet", "read-only")
        told(worker.call(place, "view", MY), "my.html", "cannot be written: Read-only file system")
        told(worker.call(place, "export", MY, "--out", "x.jsonl"), "x.jsonl", "cannot be written")
        assert worker.call(place, "show", MY).code == 0
        assert held(place / MY) == known
        assert contents(place) == before

    def test_a_journal_left_there_is_told(self, worker: Worker, disk: Path, half: Path) -> None:
        place = copied(half, disk)
        known = held(place / MY)
        assert worker.call(place, *taking("b.csv"), most=(half / MY).stat().st_size, deadly=True).code < 0
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        told(worker.call(place, "show", MY), "left by a write that was broken off")
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        assert worker.call(place, "show", MY).code == 0
        assert held(place / MY) == known


class TestTwoAtOnce:
    def test_whichever_comes_first_both_are_in(
        self, worker: Worker, tmp_path: Path, half: Path, whole: Path, bare: Path
    ) -> None:
        one, two = taking("a.csv", "c.csv"), taking("b.csv")
        moments = worker.call(copied(bare, tmp_path / "good"), *one).moments
        after = held(whole / MY)
        for at in {moments.index(kind) for kind in ("BEGIN IMMEDIATE", "COMMIT", "os.link", "os.remove")}:
            place = copied(bare, tmp_path / f"first{at}")
            slow = worker.begin(place, *one, stop=[at]).wait()
            assert slow.stopped
            assert worker.call(place, *two).code == 0
            assert slow.ended().code == 0
            assert held(place / MY) == after, moments[at]
            assert files(place) == files(whole)

    def test_one_waits_for_the_other(self, worker: Worker, tmp_path: Path, half: Path, whole: Path) -> None:
        place = copied(half, tmp_path / "place")
        moments = worker.call(copied(half, tmp_path / "good"), *taking("b.csv")).moments
        within, before = moments.index("COMMIT"), moments.index("BEGIN IMMEDIATE")
        slow = worker.begin(place, *taking("b.csv"), stop=[within]).wait()
        # The same list a second time: it has read the network without the list, and is about to write.
        other = worker.begin(place, *taking("b.csv"), stop=[before]).wait()
        assert slow.stopped
        assert other.stopped
        other.go_on()
        assert slow.ended().code == 0
        assert other.ended().code == 0
        assert held(place / MY) == held(whole / MY)
        assert files(place) == files(whole)

    def test_who_reads_sees_the_old_state_or_the_new(
        self, worker: Worker, tmp_path: Path, half: Path, whole: Path
    ) -> None:
        place = copied(half, tmp_path / "place")
        moments = worker.call(copied(half, tmp_path / "good"), *taking("b.csv")).moments
        begin, end = moments.index("BEGIN IMMEDIATE"), moments.index("COMMIT")
        before, after = held(half / MY), held(whole / MY)
        stops = [at for at in chosen(moments) if at >= begin]
        writer = worker.begin(place, *taking("b.csv"), stop=stops)
        for at in stops:
            assert writer.wait().stopped
            assert held(place / MY) == (before if at <= end else after)
            writer.go_on()
        assert writer.ended().code == 0
        assert held(place / MY) == after


@pytest.mark.parametrize("order", list(itertools.permutations(ALL)), ids=lambda names: "".join(n[0] for n in names))
def test_three_imports_in_any_order_killed_again_and_again_in_two_processes_are_one_network(
    worker: Worker, tmp_path: Path, whole: Path, bare: Path, order: tuple[str, ...]
) -> None:
    chance = random.Random("".join(order))  # noqa: S311 - the same moments in every run
    place, died = copied(bare, tmp_path / "place"), 0
    for name, other in zip(order, (*order[1:], order[0]), strict=True):
        for _ in range(3):
            one = worker.begin(place, *taking(name), stop=[chance.randrange(150)]).wait()
            two = worker.begin(place, *taking(other), die=chance.randrange(150))
            if one.stopped:
                one.kill()
            ends = {one.ended().code, two.ended().code}
            assert ends <= {0, -signal.SIGKILL}
            died += -signal.SIGKILL in ends
        one, two = (worker.begin(place, *taking(which)) for which in (name, other))
        assert one.ended().code == two.ended().code == 0
    assert died >= 5
    assert held(place / MY) == held(whole / MY)
    assert exported(worker, place) == exported(worker, copied(whole, tmp_path / "whole"))
    assert known(place) == files(tmp_path / "whole")


def exported(worker: Worker, folder: Path) -> bytes:
    """Export a network as lines; return what the file holds."""
    assert worker.call(folder, "export", MY, "--out", "all.jsonl", "--on", str(DAY)).code == 0
    return (folder / "all.jsonl").read_bytes()


WAYS = {
    "page": ("my.html", ("view", MY, "--today", str(DAY))),
    "workbook": ("all.xlsx", ("suggest", MY, "--out", "all.xlsx", "--today", str(DAY))),
    "suggestions": ("all.csv", ("suggest", MY, "--out", "all.csv", "--today", str(DAY))),
    "lines": ("all.jsonl", ("export", MY, "--out", "all.jsonl", "--on", str(DAY))),
    "graph": ("all.graphml", ("export", MY, "--out", "all.graphml")),
    "brief": ("brief.html", ("brief", MY, "Mostar, BA", "--out", "brief.html", "--today", str(DAY))),
}


class TestHalfWritten:
    @pytest.mark.parametrize(("what", "old"), [*((what, b"old") for what in WAYS), ("lines", None)])
    def test_is_no_file_that_a_command_writes(
        self, worker: Worker, tmp_path: Path, whole: Path, what: str, old: bytes | None
    ) -> None:
        name, words = WAYS[what]
        good = copied(whole, tmp_path / "good")
        done = worker.call(good, *words)
        assert done.code == 0, done
        new = (good / name).read_bytes()
        place = copied(whole, tmp_path / "place")
        if old is not None:
            (place / name).write_bytes(old)
        before = contents(place)

        def stands() -> None:
            left = {name: content for name, content in contents(place).items() if name in known(place)}
            assert left == before

        ends = [at for at, kind in enumerate(done.moments) if kind in ("open", "fsync", "os.rename")]
        assert len(ends) >= 3
        for at in ends:
            assert worker.call(place, *words, die=at).code == -signal.SIGKILL
            stands()
        for most in (0, len(new) - 1):
            assert worker.call(place, *words, most=most, deadly=True).code == -signal.SIGXFSZ
            stands()
            told(worker.call(place, *words, most=most), name, "cannot be written: File too large")
            stands()
        assert worker.call(place, *words).code == 0
        assert (place / name).read_bytes() == new

    def test_and_those_of_a_folder_are_each_whole(self, worker: Worker, tmp_path: Path, whole: Path) -> None:
        words = ("brief", MY, "--all", "--out", "briefs", "--today", str(DAY))
        good = copied(whole, tmp_path / "good")
        done = worker.call(good, *words)
        assert done.code == 0, done
        new, seen = contents(good / "briefs"), set()
        for moment in range(0, len(done.moments), 7):
            place = copied(whole, tmp_path / str(moment))
            if worker.call(place, *words, die=moment).code and (place / "briefs").exists():
                written = {name: content for name, content in contents(place / "briefs").items() if name in new}
                assert written.items() <= new.items()
                seen.add(len(written))
        assert len(seen) > 1

    def test_what_a_dead_writer_left_goes_after_a_day(self, worker: Worker, tmp_path: Path, whole: Path) -> None:
        place = copied(whole, tmp_path / "place")
        name, words = WAYS["lines"]
        assert worker.call(place, *words, most=100, deadly=True).code == -signal.SIGXFSZ
        (left,) = set(files(place)) - {*known(place)}
        assert worker.call(place, *words).code == 0
        assert left in files(place)
        os.utime(place / left, times=(0, 0))
        assert worker.call(place, *words).code == 0
        assert files(place) == sorted([*files(whole), name])


class TestAnotherVersion:
    def test_a_newer_one_is_refused_and_left_alone(self, worker: Worker, tmp_path: Path, whole: Path) -> None:
        place = copied(whole, tmp_path / "place")
        with contextlib.closing(sqlite3.connect(place / MY)) as connection:
            connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
        before = contents(place)
        page, export = WAYS["page"][1], WAYS["lines"][1]
        for words in (taking("a.csv"), page, export, ("show", MY), ("forget", MY, "--source", "a members", "--yes")):
            told(worker.call(place, *words), f"{MY} was written by a newer twinnet", "install the newer version")
            assert contents(place) == before

    @pytest.mark.parametrize("version", range(schema.OLDEST, schema.VERSION))
    def test_an_older_one_is_brought_up_whenever_that_was_broken_off(
        self, worker: Worker, tmp_path: Path, half: Path, whole: Path, version: int
    ) -> None:
        older = copied(half, tmp_path / "older")
        with contextlib.closing(sqlite3.connect(older / MY)) as connection:
            for step in schema.steps(version):
                _, table, _, column, *_ = step.split('"')
                if step.startswith("ALTER"):
                    connection.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
                else:
                    connection.execute(f'DROP TABLE "{table}"')
            connection.execute("DELETE FROM meta WHERE key LIKE 'check of %'")
            connection.commit()
            connection.execute(f"PRAGMA user_version = {version}")
        words = ("import", *ALL, "--into", MY, "--today", str(DAY))
        good = copied(older, tmp_path / "good")
        done = worker.call(good, *words)
        assert done.code == 0, done
        after = held(good / MY)
        steps = [at for at, kind in enumerate(done.moments) if kind.startswith(("ALTER", "CREATE", "COMMIT"))]
        for at in steps[:12]:
            place = copied(older, tmp_path / str(at))
            before = held(place / MY)
            assert worker.call(place, *words, die=at).code == -signal.SIGKILL
            assert held(place / MY) == before
            assert worker.call(place, *words).code == 0
            assert held(place / MY) == after


class TestFlippedBit:
    """Wherever one bit of the file is another, that is told or means nothing: no facts are silently other ones."""

    def flipped(self, path: Path, count: int) -> Iterator[Path]:
        """Give the file with one bit flipped, at so many places."""
        good, chance = path.read_bytes(), random.Random(20260509)  # noqa: S311 - the same places in every run
        bad = path.with_name("bad.twinnet")
        # The first page says what the file is; of the others any byte may be struck.
        places = [*range(16, 100, 4), *(chance.randrange(100, len(good)) for _ in range(count))]
        for place in places:
            content = bytearray(good)
            content[place] ^= 1 << chance.randrange(8)
            bad.write_bytes(content)
            yield bad

    def test_is_told_to_who_reads(self, tmp_path: Path, whole: Path) -> None:
        path = copied(whole, tmp_path / "place") / MY
        good, noticed, passed, damage = everything(path), 0, 0, set()
        for bad in self.flipped(path, 250):
            try:
                found = everything(bad)
            except StoreError as error:
                damage.add(str(error))
                noticed += 1
                continue
            passed += 1
            assert found[:-1] == good[:-1]
            # What was computed of the facts is computed again where it was struck.
            assert found[-1] in (good[-1], {})
        assert noticed > 30
        assert passed > 30
        assert f"{bad} is damaged; take your last copy, or import the lists into a new file" in damage
        assert all(text.startswith(str(bad)) for text in damage)

    def test_is_told_to_who_writes(self, worker: Worker, tmp_path: Path, half: Path, whole: Path) -> None:
        place = copied(half, tmp_path / "place")
        after, noticed, passed = held(whole / MY), 0, 0
        for bad in self.flipped(place / MY, 30):
            before = bad.read_bytes()
            ended = worker.call(place, *(word.replace(MY, bad.name) for word in taking("b.csv")))
            if ended.code:
                told(ended, bad.name)
                assert bad.read_bytes() == before
                noticed += 1
            else:
                assert held(bad) == after
                passed += 1
        assert noticed > 5
        assert passed > 5


def everything(path: Path) -> tuple[object, ...]:
    """All that a store gives, last what was computed of it."""
    with open_store(path) as store:
        network = store.read()
        given = (store.statements(), store.contacts(), store.sources(), store.decisions(), store.taxonomy().text)
        return ("\n".join(lines.export(network, on=DAY)), *given, store.history(), store.version(), network.prepared)
