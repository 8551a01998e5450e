"""Before a file of an earlier format is brought up it is copied: whole, for the same eyes, and over nothing else."""

import contextlib
import os
import shutil
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.test_stores import ALDA, MOSTAR, as_nobody, earlier, files, members
from twinnet.errors import StoreError
from twinnet.stores import on_disk, open_store, schema
from twinnet.workspace.doctoring import examine
from twinnet.workspace.forgetting import forget

COPY = "my.twinnet.format-7"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of the format before this one."""
    path = tmp_path / "my.twinnet"
    earlier(path, 7)
    return path


def bring_up(path: Path) -> None:
    with open_store(path, readonly=False):
        pass


def version(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def leave(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class TestLeave:
    """Who may not read the file may not read its copy, at no moment."""

    @pytest.fixture(autouse=True)
    def posix(self) -> None:
        if os.name != "posix":
            pytest.skip("Windows has no bits of who may read, so there is nothing to keep")

    @pytest.mark.parametrize("mode", [0o600, 0o644, 0o660])
    def test_is_the_file_s_own(self, file: Path, mode: int) -> None:
        file.chmod(mode)
        bring_up(file)
        assert leave(file.with_name(COPY)) == mode

    def test_is_the_writer_s_alone_while_it_is_made(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        copied, seen = shutil.copymode, []

        def copymode(one: Path, other: Path) -> None:
            seen.append((leave(other), other.stat().st_size == file.stat().st_size))
            copied(one, other)

        monkeypatch.setattr(shutil, "copymode", copymode)
        bring_up(file)
        assert seen == [(0o600, True)]

    def test_that_cannot_be_given_stays_the_writer_s(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refused(*_: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        file.chmod(0o644)
        monkeypatch.setattr(shutil, "copymode", refused)
        bring_up(file)
        assert leave(file.with_name(COPY)) == 0o600

    def test_to_write_in_the_folder_is_needed(self, place: Path) -> None:
        path = place / "my.twinnet"
        earlier(path, 7)
        path.chmod(0o666)
        place.chmod(0o555)
        with as_nobody(), pytest.raises(StoreError, match="its folder takes none"):
            bring_up(path)
        assert (version(path), files(place)) == (7, ["my.twinnet"])


class TestPlace:
    def test_of_another_copy_is_left_alone(self, file: Path) -> None:
        before = file.read_bytes()
        file.with_name(COPY).write_bytes(b"of another network")
        file.with_name(f"{COPY}-2").mkdir()
        bring_up(file)
        assert files(file.parent) == ["my.twinnet", COPY, f"{COPY}-2", f"{COPY}-3"]
        assert file.with_name(COPY).read_bytes() == b"of another network"
        assert version(file.with_name(f"{COPY}-3")) == 7
        with open_store(file.with_name(f"{COPY}-3")) as copy:
            assert copy.read().organisations.has(MOSTAR)
        assert file.read_bytes() != before
        told = "\n".join(forget(file, "Mostar").lines())
        assert [f"{file.with_name(name)}," in told for name in (COPY, f"{COPY}-3")] == [True, True]

    def test_that_holds_the_same_is_enough(self, file: Path) -> None:
        before = file.read_bytes()
        bring_up(file)
        file.write_bytes(before)
        bring_up(file)
        assert files(file.parent) == ["my.twinnet", COPY]
        assert version(file) == schema.VERSION

    def test_without_links_is_found_as_well(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def link(*_: object) -> None:
            raise OSError(95, "Operation not supported")

        monkeypatch.setattr(os, "link", link)
        file.with_name(COPY).write_bytes(b"of another network")
        bring_up(file)
        assert files(file.parent) == ["my.twinnet", COPY, f"{COPY}-2"]


class TestBrokenOff:
    @pytest.fixture
    def leftovers(self, file: Path) -> list[Path]:
        """What a writer leaves that dies while it copies."""
        one = on_disk.beside(file)
        left = [one, one.with_name(f"{one.name}-journal")]
        for leftover in left:
            leftover.write_bytes(b"ana@mostar.example")
        return left

    def test_copies_are_cleared_by_who_brings_the_file_up(self, file: Path, leftovers: list[Path]) -> None:
        bring_up(file)
        assert files(file.parent) == ["my.twinnet", COPY]

    def test_copies_are_cleared_by_a_change(self, tmp_path: Path, file: Path, leftovers: list[Path]) -> None:
        shutil.rmtree(tmp_path)
        tmp_path.mkdir()
        with open_store(file, create=True) as store:
            store.replace([ALDA], members())
        leftovers[0].write_bytes(b"ana@mostar.example")
        with open_store(file, readonly=False) as store:
            store.drop("ALDA")
        assert files(tmp_path) == ["my.twinnet"]

    def test_copies_leave_nothing(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def keep(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(on_disk, "keep", keep)
        with pytest.raises(StoreError, match="No space left on device"):
            bring_up(file)
        assert (version(file), files(file.parent)) == (7, ["my.twinnet"])

    def test_work_on_a_file_whose_name_begins_alike_is_left_alone(self, tmp_path: Path) -> None:
        one, other = tmp_path / f"{'n' * 90}-1.twinnet", tmp_path / f"{'n' * 90}-2.twinnet"
        under_way = on_disk.beside(other)
        under_way.touch()
        with open_store(one, create=True) as store:
            store.replace([ALDA], members())
        assert files(tmp_path) == sorted([one.name, under_way.name])

    def test_work_on_a_file_of_a_long_name_in_long_letters(self, tmp_path: Path) -> None:
        path = tmp_path / f"{'𝔪' * 59}.twinnet"
        with open_store(path, create=True) as store:
            store.replace([ALDA], members())
        assert files(tmp_path) == [path.name]

    def test_writes_are_taken_back_by_a_reader_that_brings_nothing_up(self, file: Path, tmp_path: Path) -> None:
        path = tmp_path / "left" / "my.twinnet"
        path.parent.mkdir()
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as writer:
            writer.execute("PRAGMA cache_size = 1")
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("UPDATE statements SET subject = hex(randomblob(4000))")
            for name in files(file.parent):
                if name.startswith(file.name):
                    shutil.copy(file.with_name(name), path.with_name(name))
        assert files(path.parent) == ["my.twinnet", "my.twinnet-journal"]
        assert path.read_bytes() != file.read_bytes()
        with open_store(path) as store:
            assert store.read().organisations.has(MOSTAR)
        assert files(path.parent) == ["my.twinnet"]
        assert path.read_bytes() == file.read_bytes()
        assert version(path) == 7


class TestTwoAtOnce:
    """Another program brings the file up meanwhile: there is one copy, of the earlier format."""

    @pytest.mark.parametrize("moment", ["beside", "keep"])
    def test_bring_it_up(self, file: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
        usual, met = getattr(on_disk, moment), list[bool]()

        def meanwhile(*args: Any) -> Any:
            if not met:
                met.append(True)
                bring_up(file)
            return usual(*args)

        monkeypatch.setattr(on_disk, moment, meanwhile)
        bring_up(file)
        assert met
        assert (version(file), version(file.with_name(COPY))) == (schema.VERSION, 7)
        assert files(file.parent) == ["my.twinnet", COPY]


def test_a_folder_that_shows_nothing_can_be_worked_in(place: Path) -> None:
    path = place / "my.twinnet"
    earlier(path, 7)
    path.chmod(0o666)
    place.chmod(0o333)
    with as_nobody():
        with open_store(path, readonly=False) as store:
            assert store.replace([ALDA], members()[:2])
        assert forget(path, "Mostar").done
        assert examine(path).is_healthy
        path.write_bytes(b"twin" * 999)
        assert [finding.what for finding in examine(path).findings] == [
            f"{path} is not a twinnet network; choose another file"
        ]
    place.chmod(0o755)
    assert files(place) == ["my.twinnet", COPY]
