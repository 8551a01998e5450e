"""The command line as a person meets it: what it takes, what it says, how it ends, and what it leaves behind."""

import csv
import datetime as dt
import importlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from twinnet import cli, workspace
from twinnet.reading import ReadOptions

MEMBERS = """name,country,latitude,longitude,themes,languages
Mostar,BA,,,youth; culture,bs; en
Bihać,BA,,,youth,bs
Bari,IT,,,culture; tourism,it
Graz,AT,,,environment; youth,de; en
Pula,HR,,,tourism,hr
Lyon,FR,,,youth,fr
"""
LINKS = """from_name,from_country,to_name,to_country,since,last_activity
Mostar,BA,Bari,IT,1998,2025
Graz,AT,Pula,HR,1972,
Bari,IT,Lyon,FR,2001,2005
Bihać,BA,Graz,AT,1999,2025
"""
TODAY = ("--today", "2026-05-09")


Run = Callable[..., Any]


@pytest.fixture
def run(called: Run) -> Run:
    """Call the command line."""
    return called


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small stored network of six members and four links, made once."""
    folder = tmp_path_factory.mktemp("made")
    lists = [write(folder, "alda.csv", MEMBERS), write(folder, "links.csv", LINKS)]
    options = ReadOptions(today=dt.date.fromisoformat(TODAY[1]))
    assert not workspace.import_lists(lists, folder / "my.twinnet", options=options).faults
    return folder


@pytest.fixture
def network(run: Run, made: Path, tmp_path: Path) -> Path:
    """A copy of the small network and its lists in a folder of its own."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "my.twinnet"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def report(folder: Path, name: str = "my.twinnet") -> list[dict[str, str]]:
    with (folder / f"{name}.report.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def held(folder: Path) -> list[tuple[str, str, str, str]]:
    """The report's lines on what was held back: file, row, column and how much."""
    return [(line["file"], line["row"], line["column"], line["held"]) for line in report(folder) if line["row"]]


def python(*words: str, cwd: Path, **more: object) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own."""
    done = subprocess.run(
        [sys.executable, *words], cwd=cwd, capture_output=True, encoding="utf-8", check=False, timeout=120, **more
    )  # type: ignore[call-overload]
    assert isinstance(done, subprocess.CompletedProcess)
    return done


class TestCalls:
    def test_help_and_version_and_nothing(self, run: Run) -> None:
        assert run("--help").code == run("-h").code == run("--version").code == 0
        asked = run()
        assert asked.code == 2
        assert "twinnet import members.csv" in asked.out + asked.err

    @pytest.mark.parametrize("command", list(cli._COMMANDS))
    def test_each_command_has_a_help(self, run: Run, command: str) -> None:
        said = run(command, "--help")
        assert said.code == 0
        assert "Usage:" in said.out

    def test_the_module_is_the_command(self, tmp_path: Path) -> None:
        done = python("-m", "twinnet", "--help", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Usage: ")
        assert python("-m", "twinnet", "sugest", cwd=tmp_path).returncode == 2

    def test_the_help_comes_at_once(self, tmp_path: Path) -> None:
        def best(*words: str) -> float:
            took = []
            for _ in range(5):
                begun = time.perf_counter()
                assert python(*words, cwd=tmp_path).returncode == 0
                took.append(time.perf_counter() - begun)
            return min(took)

        # What Python itself needs to start, with whatever measures it, is not the help's.
        assert best("-m", "twinnet", "--help") - best("-c", "pass") < 0.25

    @pytest.mark.parametrize(
        ("words", "hint"),
        [
            (["sugest", "x"], "Did you mean 'suggest'?"),
            (["frobnicate"], "The commands are import, resolve, tag, themes"),
            (["template", "wikidat"], "Did you mean 'wikidata'?"),
            (["import", "alda.csv"], "--into"),
            (["import", "--into", "x.twinnet"], "FILE..."),
            (["import", "nope.csv", "--into", "x.twinnet"], "there is no file 'nope.csv'; check its name"),
            (["import", "ald.csv", "--into", "x.twinnet"], "did you mean 'alda.csv'?"),
            (["import", "no/such.csv", "--into", "x.twinnet"], "there is no file"),
            (["import", ".", "--into", "x.twinnet"], "is a folder: name the files in it"),
            (["import", "alda.csv", "--into", "x.twinnet", "--as", "towns"], "'members', 'links', 'projects'"),
            (["import", "alda.csv", "--into", "x.twinnet", "--column", "name"], "FIELD=HEADER, such as name="),
            (["import", "alda.csv", "--into", "x.twinnet", "--column", "nam=name"], "there is no field 'nam'"),
            (["import", "alda.csv", "--into", "x.twinnet", "--column", "name=Nix"], "the columns are 'name'"),
            (["import", "alda.csv", "--into", "x.twinnet", "--column", "role=name"], "a list of members has no field"),
            (["import", "alda.csv", "--into", "x.twinnet", "--date", "2024-13"], "2024, 2024-05 or 2024-05-31"),
            (["import", "alda.csv", "--into", "x.twinnet", "--country", "Narnia"], "there is no country 'Narnia'"),
            (["import", "alda.csv", "--into", "x.twinnet", "--today", "tomorrow"], "write it as 2026-05-31"),
            (["import", "alda.csv", "--into", "x.twinnet", "--limit", "row=5"], "choose one of file_bytes, "),
            (["import", "alda.csv", "--into", "x.twinnet", "--limit", "rows"], "write it as rows=500000"),
            (["import", "alda.csv", "--into", "x.twinnet", "--limit", "rows=many"], "write it as rows=500000"),
            (["import", "alda.csv", "--into", "x.twinnet", "--limit", "rows=0"], "write it as rows=500000"),
            (["template", "wikidata"], "--countries"),
            (["template", "wikidata", "--countries", "BA,Narnia"], "there is no country 'Narnia'"),
            (["template", "wikidata", "--countries", ","], "name a country"),
            (["suggest", "no.twinnet"], "`twinnet import FILE --into no.twinnet` makes it"),
            (["show", "no.twinnet"], "does not exist"),
            (["export", "no.twinnet"], "does not exist"),
            (["suggest", "my.twinnet", "--for", "Narnia"], "networks: alda; groups: "),
            (["suggest", "my.twinnet", "--among", "group:narnia"], "groups: candidates"),
            (["suggest", "my.twinnet", "--corridor", "narnia:eu"], "the groups are candidates"),
            (["suggest", "my.twinnet", "--corridor", "eu"], "old-europe:western-balkans"),
            (["suggest", "my.twinnet", "--corridor", "eu:"], "old-europe:western-balkans"),
            (["suggest", "my.twinnet", "--weight", "charm=2"], "the reasons are"),
            (["suggest", "my.twinnet", "--weight", "themes"], "write it as themes=2"),
            (["suggest", "my.twinnet", "--weight", "themes=much"], "write it as themes=2"),
            (["suggest", "my.twinnet", "--weight", "themes=nan"], "write it as themes=2"),
            (["suggest", "my.twinnet", "--weight", "themes=-1"], "a number from 0 to 100"),
            (["suggest", "my.twinnet", "--never", "Mostar"], '"Mostar;Bari"'),
            (["suggest", "my.twinnet", "--never", "Mostar;Narnia"], "no organisation is called 'Narnia'"),
            (["suggest", "my.twinnet", "--language", "Klingonian"], "write its code, such as de"),
            (["suggest", "my.twinnet", "--kind", "castle"], "'town', 'region'"),
            (["suggest", "my.twinnet", "--size", "big"], "1000-50000, 1000- or -50000"),
            (["suggest", "my.twinnet", "--size", "-"], "1000-50000, 1000- or -50000"),
            (["suggest", "my.twinnet", "--size", "500-100"], "the lower bound comes first"),
            (["suggest", "my.twinnet", "--distance", "1-2-3"], "1000-50000, 1000- or -50000"),
            (["suggest", "my.twinnet", "--cap", "0"], "x>=1"),
            (["suggest", "my.twinnet", "--top", "0"], "x>=1"),
            (["suggest", "my.twinnet", "--as-of", "2026"], "write it as 2026-05-31"),
            (["suggest", "my.twinnet", "--rules", "no.toml"], "there is no file 'no.toml'"),
            (["suggest", "my.twinnet", "--out", "page.pdf"], "should end in .html or .csv or .xlsx or .json"),
            (["suggest", "my.twinnet", "--out", "no/page.html"], "there is no folder 'no'"),
            (["suggest", "my.twinnet", "--out", "folder.html"], "is a folder: name a file in it"),
            (["revive", "my.twinnet", "--out", "my.twinnet"], "should end in"),
            (["export", "my.twinnet", "--out", "my.twinnet"], "should end in .jsonl"),
            (["rank", "my.twinnet", "--queries", "alda.csv", "--out", "ranks.xlsx"], "should end in .csv"),
            (["rank", "my.twinnet", "--queries", "no.csv", "--out", "ranks.csv"], "there is no file 'no.csv'"),
            (["rank", "my.twinnet", "--queries", "-", "--out", "ranks.csv"], "there is no file '-'"),
            (["show", "my.twinnet", "Narnia"], "no organisation is called 'Narnia'"),
        ],
    )
    def test_a_call_put_wrongly_ends_with_2_and_a_hint(
        self, run: Run, network: Path, words: Sequence[str], hint: str
    ) -> None:
        folder = network.parent
        (folder / "folder.html").mkdir()
        before = snapshot(folder)
        said = run(*words)
        assert said.code == 2, said
        assert said.out == ""
        assert hint in " ".join(said.err.split())
        assert snapshot(folder) == before

    def test_an_ambiguous_name_ends_with_2_and_the_candidates(self, run: Run, tmp_path: Path) -> None:
        text = "name,country,latitude,longitude\nNeustadt,DE,49.35,8.14\nNeustadt,DE,53.37,10.99\n"
        write(tmp_path, "twice.csv", text)
        assert run("import", "twice.csv", "--into", "my.twinnet").code == 0
        said = run("show", "my.twinnet", "Neustadt")
        assert said.code == 2
        candidates = [line.split()[0] for line in said.err.splitlines() if line.startswith("  ")]
        assert len(candidates) == 2
        assert all(run("show", "my.twinnet", candidate).code == 0 for candidate in candidates)
        assert run("suggest", "my.twinnet", "--for", "Neustadt").code == 2


class TestEnds:
    def test_a_fault_of_its_own_is_told_without_a_traceback(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: object, **__: object) -> None:
            raise ZeroDivisionError("a quotient")

        monkeypatch.setattr(workspace, "open", broken)
        said = run("export", "my.twinnet")
        assert said.code == 1
        assert "ZeroDivisionError: a quotient" in said.err
        assert "TWINNET_DEBUG=1" in said.err
        monkeypatch.setenv("TWINNET_DEBUG", "1")
        monkeypatch.setattr(sys, "argv", ["twinnet", "export", "my.twinnet"])
        with pytest.raises(ZeroDivisionError):
            cli.main()

    def test_an_interrupt_ends_with_130(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(workspace, "open", interrupted)
        said = run("export", "my.twinnet")
        assert (said.code, said.out) == (130, "")
        assert "nothing was left half done" in said.err

    @pytest.mark.skipif(sys.platform == "win32", reason="signals are sent to processes")
    def test_an_interrupted_import_leaves_nothing(self, tmp_path: Path) -> None:
        rows = "".join(f"Town{n},BA,43.{n % 89 + 10},17.{n % 83 + 10}\n" for n in range(60_000))
        write(tmp_path, "long.csv", "name,country,latitude,longitude\n" + rows)
        # A parent may have been told to ignore interrupts, and its children with it: this one heeds them.
        code = """
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = ["twinnet", "import", "long.csv", "--into", "my.twinnet"]
print("begun", file=sys.stderr, flush=True)
runpy.run_module("twinnet", run_name="__main__", alter_sys=True)
"""
        words = [sys.executable, "-c", code]
        # Its coverage is not measured: an interrupt while coverage holds its lock is waited for without end.
        env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
        with subprocess.Popen(words, cwd=tmp_path, env=env, stderr=subprocess.PIPE, encoding="utf-8") as process:
            assert process.stderr is not None
            assert process.stderr.readline() == "begun\n"
            time.sleep(2)
            process.send_signal(signal.SIGINT)
            try:
                _, said = process.communicate(timeout=60)
            finally:
                process.kill()
        assert process.returncode == 130
        assert "Traceback" not in said
        assert [path.name for path in tmp_path.iterdir()] == ["long.csv"]

    @pytest.mark.skipif(sys.platform == "win32", reason="a shell's pipe")
    @pytest.mark.parametrize("command", ["export my.twinnet", "suggest my.twinnet --top 3", "show my.twinnet"])
    def test_a_reader_that_has_seen_enough_ends_it_in_peace(self, network: Path, command: str) -> None:
        shell = f"'{sys.executable}' -m twinnet {command} | head -n 1; exit ${{PIPESTATUS[0]}}"
        done = subprocess.run(
            ["bash", "-c", shell], cwd=network.parent, capture_output=True, encoding="utf-8", check=False, timeout=60
        )
        assert done.stderr == ""
        assert done.returncode == 0
        assert len(done.stdout.splitlines()) == 1

    @pytest.mark.skipif(sys.platform == "win32", reason="a shell's pipe")
    @pytest.mark.parametrize("command", ["export my.twinnet", "show my.twinnet"])
    def test_a_closed_pipe_is_no_fault(self, network: Path, command: str) -> None:
        shell = f"( sleep 0.1; '{sys.executable}' -m twinnet {command}; echo $? >code ) | true; sleep 0.2; cat code"
        done = subprocess.run(
            ["bash", "-c", shell], cwd=network.parent, capture_output=True, encoding="utf-8", check=False, timeout=60
        )
        for _ in range(50):
            if (network.parent / "code").exists() and (network.parent / "code").read_text(encoding="utf-8"):
                break
            time.sleep(0.1)
        assert (network.parent / "code").read_text(encoding="utf-8").strip() == "0"
        assert "BrokenPipe" not in done.stderr

    @pytest.mark.parametrize("content", [b"", b"\0" * 100, b"not a network", b"SQLite format 3\0" + b"\0" * 4096])
    def test_what_is_no_network_is_told(self, run: Run, tmp_path: Path, content: bytes) -> None:
        write(tmp_path, "my.twinnet", content)
        write(tmp_path, "alda.csv", MEMBERS)
        for words in (["suggest", "my.twinnet"], ["import", "alda.csv", "--into", "my.twinnet"]):
            said = run(*words)
            assert (said.code, said.out) == (1, "")
            assert "my.twinnet" in said.err
        assert (tmp_path / "my.twinnet").read_bytes() == content

    def test_output_is_utf_8_wherever(self, network: Path) -> None:
        env = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
        done = subprocess.run(
            [sys.executable, "-m", "twinnet", "show", "my.twinnet", "town-3204222"],
            cwd=network.parent, env=env, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0
        assert "Bihać" in done.stdout.decode("utf-8")


def snapshot(folder: Path) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


def workbook(folder: Path, name: str, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(folder / name)
    return folder / name


BAD_FILES: dict[str, tuple[str, bytes]] = {
    "empty": ("bad.csv", b""),
    "blank": ("bad.csv", b"\n  \n\t\n"),
    "only a byte-order mark": ("bad.csv", b"\xef\xbb\xbf"),
    "a header alone": ("bad.csv", b"name,country\n"),
    "PDF": ("bad.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"),
    "PNG": ("bad.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    "JPEG": ("bad.xlsx", b"\xff\xd8\xff\xe0" + bytes(range(256))),
    "HTML": ("bad.csv", b"<!DOCTYPE html><html><body><table><tr><td>Mostar</td></tr></table>"),
    "old workbook": ("bad.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    "broken workbook": ("bad.xlsx", b"PK\x03\x04" + bytes(600)),
    "no column of names": ("bad.csv", b"country,population\nBA,100\nIT,200\n"),
    "NUL": ("bad.csv", b"name,country\nMos\0tar,BA\n"),
    "NUL in UTF-16": ("bad.csv", "name,country\nMos\0tar,BA\n".encode("utf-16")),
    "open quote": ("bad.csv", b'name,country\n"Mostar,BA\nBari,IT\n'),
    "a cell over the limit": ("bad.csv", b"name,country\n" + b"x" * 100_001 + b",BA\n"),
    "columns over the limit": ("bad.csv", ("name,country" + ",a" * 1000 + "\nMostar,BA\n").encode()),
    "JSON that is none": ("bad.json", b'[{"name": "Mostar", ]'),
    "JSON that is no list": ("bad.json", b'{"name": "Mostar"}'),
    "JSON nested too deep": ("bad.json", b'[{"name": ' + b"[" * 60 + b"]" * 60 + b"}]"),
}


class TestBadFiles:
    @pytest.mark.parametrize("what", list(BAD_FILES))
    def test_a_fault_of_a_file_ends_with_1_and_nothing_written(self, run: Run, tmp_path: Path, what: str) -> None:
        name, content = BAD_FILES[what]
        write(tmp_path, name, content)
        write(tmp_path, "alda.csv", MEMBERS)
        before = snapshot(tmp_path)
        for words in ([name], ["alda.csv", name], [name, "alda.csv"]):
            said = run("import", *words, "--into", "my.twinnet")
            assert said.code == 1, said
            assert said.out == ""
            assert said.err.startswith(f"Error: {name}")
            assert len(said.err) < 400
        assert snapshot(tmp_path) == before

    @pytest.mark.parametrize("what", ["empty", "PDF", "no column of names", "NUL", "broken workbook"])
    def test_a_fault_of_a_file_leaves_the_stored_network(self, run: Run, network: Path, what: str) -> None:
        name, content = BAD_FILES[what]
        write(network.parent, name, content)
        write(network.parent, "more.csv", "name,country\nSplit,HR\n")
        before = snapshot(network.parent)
        assert run("import", "more.csv", name, "--into", network).code == 1
        assert snapshot(network.parent) == before

    def test_a_limit_is_raised_as_its_message_says(self, run: Run, tmp_path: Path) -> None:
        name, content = BAD_FILES["columns over the limit"]
        write(tmp_path, name, content)
        refused = run("import", name, "--into", "my.twinnet")
        assert refused.code == 1
        advice = " ".join(refused.err.split()).rpartition("(")[2].partition(")")[0]
        assert advice.startswith("--limit ")
        assert run("import", name, "--into", "my.twinnet", *advice.split(), "--limit", "rows=50").code == 0
        refused = run("import", name, "--into", "my.twinnet", *advice.split(), "--limit", "file_bytes=50")
        assert refused.code == 1
        assert "file_bytes = 50" in " ".join(refused.err.split())

    def test_a_workbook_without_a_list(self, run: Run, tmp_path: Path) -> None:
        workbook(tmp_path, "bad.xlsx", {"Sheet1": [], "Sheet2": [["country", "population"], ["BA", 1], ["IT", 2]]})
        said = run("import", "bad.xlsx", "--into", "my.twinnet")
        assert (said.code, said.out) == (1, "")
        assert "bad.xlsx" in said.err
        assert not (tmp_path / "my.twinnet").exists()

    def test_no_folder_to_write_to(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "alda.csv", MEMBERS)
        said = run("import", "alda.csv", "--into", "no/my.twinnet")
        assert said.code == 1
        assert "there is no folder no" in said.err

    def test_a_list_is_not_written_over(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "alda.csv", MEMBERS)
        said = run("import", "alda.csv", "--into", "alda.csv")
        assert said.code == 1
        assert "is not a twinnet network; choose another file" in said.err
        assert (tmp_path / "alda.csv").read_text(encoding="utf-8") == MEMBERS

    def test_a_report_that_cannot_be_written_stops_the_import(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "alda.csv", MEMBERS)
        (tmp_path / "my.twinnet.report.csv").mkdir()
        said = run("import", "alda.csv", "--into", "my.twinnet")
        assert said.code == 1
        assert "nothing was written" in said.err
        assert not (tmp_path / "my.twinnet").exists()


class TestBadRows:
    def test_rows_and_values_are_held_back_counted_and_listed(self, run: Run, tmp_path: Path) -> None:
        write(
            tmp_path,
            "list.csv",
            "Organizacija;Država;Lat;Lon;Stanovnika;Since\n"
            "Mostar;BiH;43,34;17,81;100000;1999\n"
            ";BA;;;5;\n"  # no name
            "Graz;Narnia;;;;\n"  # an unknown country and nothing that helps
            "Bari;IT;95;16,87;;\n"  # no such latitude
            "Pula;HR;;;;2999\n"  # a date to come
            "Lyon;Ruritania;45,75;4,85;;\n"  # an unknown country, but coordinates
            "Mostar;BA;;;200000;\n",  # disagrees with the first row
        )
        said = run(
            *("import", "list.csv", "--into", "my.twinnet", "--column", "population=Stanovnika"),
            *("--column", "name=Organizacija", "--column", "country=Država", *TODAY),
        )
        assert (said.code, said.err) == (0, "")
        assert "list.csv: 2 rows and 4 values held back" in said.out
        assert "my.twinnet.report.csv" in said.out
        assert held(tmp_path) == [
            ("list.csv", "3", "", "row"),
            ("list.csv", "4", "Država", "row"),
            ("list.csv", "5", "Lat", "value"),
            ("list.csv", "6", "Since", "value"),
            ("list.csv", "7", "Država", "value"),
            ("list.csv", "8", "Stanovnika", "value"),
        ]
        assert all(line["reason"] for line in report(tmp_path))
        shown = run("show", "my.twinnet", "Mostar").out
        assert "100,000 inhabitants" in shown
        assert "France" in run("show", "my.twinnet", "Lyon").out
        assert run("show", "my.twinnet", "Graz").code == 2

    def test_an_end_of_a_link_that_cannot_be_placed_waits_for_a_person(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "links.csv", LINKS + "Mostar,BA,Xyzzyville,IT,1999,\n")
        said = run("import", "links.csv", "--into", "my.twinnet", *TODAY)
        assert said.code == 0
        assert held(tmp_path) == [("links.csv", "6", "to_name", "note")]
        assert "links links: all 5 rows taken; 6 organisations placed, 1 without a known place" in said.out
        assert "now holds 7 organisations, 0 memberships, 5 links" in " ".join(said.out.split())
        assert "place not confirmed" in run("show", "my.twinnet", "Xyzzyville").out

    def test_strict_takes_nothing(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "links.csv", LINKS + "Mostar,BA,Bari,Narnia,1999,\n" * 30)
        before = snapshot(tmp_path)
        said = run("import", "links.csv", "--into", "my.twinnet", "--strict", *TODAY)
        assert (said.code, said.out) == (1, "")
        assert "30 faults, and --strict takes none; nothing was written" in said.err
        assert "links.csv, row 6, column 'to_country'" in said.err
        assert "and 10 more" in said.err
        assert snapshot(tmp_path) == before

    def test_strict_takes_what_waits_for_a_person(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "links.csv", LINKS + "Mostar,BA,Xyzzyville,IT,1999,\n")
        assert run("import", "links.csv", "--into", "my.twinnet", "--strict", *TODAY).code == 0

    def test_strict_leaves_the_stored_network_and_takes_what_has_no_fault(self, run: Run, network: Path) -> None:
        folder = network.parent
        write(folder, "bad.csv", "name,country\nSplit,HR\n,HR\n")
        write(folder, "good.csv", "name,country\nSplit,HR\n")
        before = snapshot(folder)
        assert run("import", "bad.csv", "--into", network, "--strict").code == 1
        assert snapshot(folder) == before
        assert run("import", "good.csv", "--into", network, "--strict").code == 0

    def test_a_formula_without_a_value_holds_back_the_value(self, run: Run, tmp_path: Path) -> None:
        workbook(tmp_path, "f.xlsx", {"ALDA": [["name", "country", "population"], ["Mostar", "BA", "=1+1"]]})
        said = run("import", "f.xlsx", "--into", "my.twinnet")
        assert said.code == 0
        assert held(tmp_path) == [("f.xlsx, sheet ALDA", "2", "population", "value")]
        assert "f.xlsx, sheet ALDA: 1 row, members of ALDA" in said.out

    def test_two_hundred_columns_are_read(self, run: Run, tmp_path: Path) -> None:
        heads = ["name", *(f"remark {n}" for n in range(198)), "country"]
        workbook(tmp_path, "wide.xlsx", {"ALDA": [heads, ["Mostar", *range(198), "BA"]]})
        write(tmp_path, "wide.csv", ",".join(heads) + "\nBari" + "," * 198 + ",IT\n")
        said = run("import", "wide.xlsx", "wide.csv", "--into", "my.twinnet")
        assert said.code == 0
        assert "now holds 2 organisations, 2 memberships" in " ".join(said.out.split())

    def test_a_strange_name_is_only_a_name(self, run: Run, tmp_path: Path) -> None:
        name = "<script>alert(1)</script>"
        write(
            tmp_path,
            "odd.csv",
            f'name,country,latitude,longitude,themes\n"{name}",BA,43.9,18.1,youth\nBari,IT,,,youth\n',
        )
        assert run("import", "odd.csv", "--into", "my.twinnet").code == 0
        assert run("suggest", "my.twinnet", "--out", "page.html", *TODAY).code == 0
        page = (tmp_path / "page.html").read_text(encoding="utf-8")
        assert name not in page
        assert "alert(1)" in page


class TestImport:
    def test_it_tells_what_it_read(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "alda.csv", "Full name,country,Mayor's shoe size\nMostar,BA,44\nBari,IT,45\n")
        said = run("import", "alda.csv", "--into", "my.twinnet")
        assert (said.code, said.err) == (0, "")
        assert said.out.splitlines() == [
            "alda.csv: 2 rows, members of alda",
            "  columns: Full name as name, country",
            "  not imported: Mayor's shoe size",
            "alda members: all 2 rows taken; 2 organisations placed",
            "my.twinnet now holds 2 organisations, 2 memberships, 0 links, 0 projects",
        ]

    def test_a_newer_list_under_a_new_name_is_noticed(self, run: Run, tmp_path: Path) -> None:
        towns = "name,country\nMostar,BA\nBari,IT\nGraz,AT\nPula,HR\n"
        write(tmp_path, "alda.csv", towns)
        write(tmp_path, "alda_2026.csv", towns + "Lyon,FR\n")
        write(tmp_path, "other.csv", "name,country\nMostar,BA\nNantes,FR\n")
        assert "nearly the same members" not in run("import", "alda.csv", "--into", "my.twinnet").out
        newer = run("import", "alda_2026.csv", "--into", "my.twinnet").out
        assert "alda_2026 members: nearly the same members as those of alda" in newer
        assert '--network "alda"' in newer
        assert "nearly the same members" not in run("import", "other.csv", "--into", "my.twinnet").out

    def test_rows_held_back_are_rows_of_the_list(self, run: Run, tmp_path: Path) -> None:
        rows = "Mostar,BA,Bari,IT\n,,Graz,AT\nX,Narnia,Pula,HR\n"
        write(tmp_path, "links.csv", "from_name,from_country,to_name,to_country\n" + rows)
        said = run("import", "links.csv", "--into", "my.twinnet")
        assert said.out.splitlines()[0] == "links.csv: 3 rows, links"
        assert "links links: 1 of 3 rows taken; 2 organisations placed" in said.out
        assert "links.csv: 2 rows held back" in said.out
        report = (tmp_path / "my.twinnet.report.csv").read_text(encoding="utf-8-sig")
        assert 'links.csv,,,note,"3 rows, links' in report

    def test_it_tells_what_waits_for_a_person(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "alda.csv", "name,country\nCastelfranco,IT\nNirgendort,DE\nMostar,BA\n")
        said = run("import", "alda.csv", "--into", "my.twinnet")
        assert "1 organisation placed, 1 waits for a person, 1 without a known place" in said.out
        assert said.out.splitlines()[-1] == "To answer what waits: twinnet resolve --review my.twinnet"
        assert run("resolve", "--review", "my.twinnet", "--out", "q.csv").code == 0
        with (tmp_path / "q.csv").open(encoding="utf-8-sig", newline="") as table:
            rows = list(csv.DictReader(table))
        for row in rows:
            row["answer"] = "1" if row["choice 1"] else "none"
        with (tmp_path / "q.csv").open("w", encoding="utf-8", newline="") as table:
            writer = csv.DictWriter(table, [*rows[0]])
            writer.writeheader()
            writer.writerows(rows)
        answered = run("resolve", "--review", "my.twinnet", "--answers", "q.csv", "--who", "Ana")
        assert answered.out.splitlines() == ["2 new answers taken from q.csv", "No question is open."]
        again = run("import", "alda.csv", "--into", "my.twinnet")
        assert "2 organisations placed, 1 without a known place" in again.out
        assert "To answer" not in again.out

    def test_the_same_again_changes_nothing(self, run: Run, network: Path) -> None:
        before = snapshot(network.parent)
        for files in (["alda.csv", "links.csv"], ["links.csv"], ["links.csv", "alda.csv", "alda.csv"], ["alda.csv"]):
            said = run("import", *files, "--into", network, *TODAY)
            assert said.code == 0
            assert "is as it was: 6 organisations" in said.out
            assert network.read_bytes() == before[str(network)]

    def test_a_newer_edition_takes_the_place_of_the_older(self, run: Run, network: Path) -> None:
        write(network.parent, "alda.csv", "name,country\nMostar,BA\nSplit,HR\n")
        before = snapshot(network.parent)
        dry = run("import", "alda.csv", "--into", network, "--dry-run", "--quote")
        assert dry.code == 0
        assert snapshot(network.parent) == before
        for said, new, gone in (
            (dry, "row 3 (Split)", "earlier rows 3 (Bihać), 4 (Bari), 5 (Graz), 6 (Pula), 7 (Lyon)"),
            (run("import", "alda.csv", "--into", network), "row 3", "earlier rows 3, 4, 5, 6, 7"),
        ):
            lines = said.out.splitlines()
            assert "alda members: takes the place of what it said before: 1 new, 5 gone, 1 changed" in lines
            assert f"  new: {new}" in lines
            assert f"  gone: {gone}" in lines
        assert f"Nothing was written: {network} holds 6 organisations" in dry.out
        shown = run("show", network).out
        assert "network alda: 2 members" in shown
        again = run("import", "alda.csv", "--into", network).out
        assert "alda members: says what it said before" in again
        assert f"{network} is as it was: 7 organisations" in again  # the links still name the others

    def test_a_dry_run_makes_no_network(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "alda.csv", "name,country\nMostar,BA\n,BA\n")
        before = snapshot(tmp_path)
        said = run("import", "alda.csv", "--into", "my.twinnet", "--dry-run")
        assert said.code == 0
        assert "alda members: 1 of 2 rows taken; 1 organisation placed" in said.out
        assert "Nothing was written: my.twinnet holds 0 organisations" in said.out
        assert snapshot(tmp_path) == before

    def test_many_differences_are_counted(self, run: Run, tmp_path: Path) -> None:
        projects = [f"CERV,P{n},Project {n},2024\n" for n in range(50)]
        for count in (50, 25):
            write(tmp_path, "p.csv", "Programme,Acronym,Title,Start\n" + "".join(projects[:count]))
            said = run("import", "p.csv", "--into", "my.twinnet", *TODAY)
        assert "p projects: takes the place of what it said before: 25 gone" in said.out
        assert "46 and 5 more" in said.out

    def test_two_files_of_one_network(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "a.csv", "name,country\nMostar,BA\n")
        write(tmp_path, "b.csv", "name,country\nBari,IT\n")
        alda = ("--into", "my.twinnet", "--network", "ALDA")
        refused = run("import", "a.csv", "b.csv", *alda)
        assert (refused.code, refused.out) == (1, "")
        assert refused.err.startswith("Error: b.csv: another list of this import is the source 'ALDA members' too")
        assert not (tmp_path / "my.twinnet").exists()
        exports = set()
        for order in (["a.csv", "b.csv"], ["b.csv", "a.csv"]):
            (tmp_path / "my.twinnet").unlink(missing_ok=True)
            for name in order:
                source = ("--source", "ALDA, second part") if name == "b.csv" else ()
                assert run("import", name, *alda, *source).code == 0
            exports.add(run("export", "my.twinnet", "--on", "2026-01-01").out)
        assert len(exports) == 1
        assert "network ALDA: 2 members" in run("show", "my.twinnet").out

    def test_another_list_is_refused_with_advice_that_works(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "a.csv", "name,country\nMostar,BA\nGraz,AT\n")
        write(tmp_path, "b.csv", "name,country\nBari,IT\nLyon,FR\nMostar,BA\n")
        alda = ("--into", "my.twinnet", "--network", "ALDA")
        assert run("import", "a.csv", *alda).code == 0
        before = snapshot(tmp_path)
        refused = run("import", "b.csv", *alda)
        assert (refused.code, refused.out) == (1, "")
        assert refused.err.startswith("Error: b.csv: less than half of this list (1 of 3) stood in what 'ALDA members'")
        assert "--source NAME" in refused.err
        assert "--replace" in refused.err
        assert snapshot(tmp_path) == before
        shutil.copy("my.twinnet", "other.twinnet")
        assert run("import", "b.csv", *alda, "--source", "B").code == 0
        assert "network ALDA: 4 members" in run("show", "my.twinnet").out
        assert run("import", "b.csv", "--into", "other.twinnet", "--network", "ALDA", "--replace").code == 0
        assert "network ALDA: 3 members" in run("show", "other.twinnet").out

    def test_columns_are_saved_and_read_again(self, run: Run, tmp_path: Path) -> None:
        text = "X1,X2,X3,Fax\nMostar,BA,1999,1\nBihać,BA,2001,2\n"
        write(tmp_path, "list.csv", text)
        said = ("--as", "members", "--column", "name=X1", "--column", "country=X2", "--column", "since=X3")
        by_hand = run("import", "list.csv", "--into", "a.twinnet", *said, "--save-columns", "form.toml", *TODAY)
        assert by_hand.code == 0
        toml = (tmp_path / "form.toml").read_text(encoding="utf-8")
        assert 'since = "X3"' in toml
        assert "Mostar" not in toml
        saved = run("import", "list.csv", "--into", "b.twinnet", "--columns", "form.toml", *TODAY)
        assert saved.out.replace("b.twinnet", "a.twinnet") == by_hand.out
        exports = [run("export", f"{name}.twinnet", "--on", "2026-05-09").out for name in "ab"]
        assert exports[0] == exports[1]
        other = run(
            "import", "list.csv", "--into", "c.twinnet", "--columns", "form.toml", "--column", "none=X3", *TODAY
        )
        assert "since" not in other.out
        assert "since 1999" not in run("show", "c.twinnet", "Mostar").out

    def test_contacts_are_kept_apart(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "alda.csv", "name,country,E-mail,themes\nMostar,BA,ana@town.example,youth\nBari,IT,,youth\n")
        plain = run("import", "alda.csv", "--into", "my.twinnet")
        assert "  not imported: E-mail" in plain.out.splitlines()
        export = run("export", "my.twinnet", "--on", "2026-05-09").out
        kept = run("import", "alda.csv", "--into", "my.twinnet", "--keep-contacts")
        assert kept.code == 0
        assert run("export", "my.twinnet", "--on", "2026-05-09").out == export
        assert run("suggest", "my.twinnet", "--out", "page.html", *TODAY).code == 0
        for path in (tmp_path / "page.html", tmp_path / "my.twinnet.report.csv"):
            assert b"town.example" not in path.read_bytes()
        assert "town.example" not in kept.out + run("show", "my.twinnet", "Mostar").out
        assert "contact, email: ana@town.example" in run("show", "my.twinnet", "Mostar", "--contacts").out

    def test_options_say_what_the_file_does_not(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "list.csv", "A,B\nMostar,1999\nBihać,2001\n")
        said = run(
            *("import", "list.csv", "--into", "my.twinnet", "--as", "members", "--network", "ALDA"),
            *("--date", "2024-05", "--column", "name=A", "--column", "since=B", "--country", "Bosnia and Herzegovina"),
        )
        assert said.code == 0
        shown = run("show", "my.twinnet").out
        assert "network ALDA: 2 members" in shown
        assert "source ALDA members: list.csv, 2 rows, of 2024-05" in shown
        assert "member of ALDA since 1999" in run("show", "my.twinnet", "Mostar").out

    def test_the_country_of_the_first_end(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "links.csv", "from_name,to_name,to_country\nMostar,Bari,Italien\n")
        assert run("import", "links.csv", "--into", "my.twinnet", "--country", "BA").code == 0
        assert "partnership with Bari (IT)" in run("show", "my.twinnet", "Mostar").out

    def test_sheets_are_networks(self, run: Run, tmp_path: Path) -> None:
        head = ["name", "country", "left"]
        book = {
            "ALDA": [head, ["Mostar", "BA", None], ["Bari", "IT", 2015]],
            "Eurotowns": [head, ["Graz", "AT", None], ["Mostar", "BA", None]],
        }
        workbook(tmp_path, "networks.xlsx", book)
        said = run("import", "networks.xlsx", "--into", "my.twinnet", *TODAY)
        assert said.code == 0
        assert said.out.count("columns as before") == 1
        shown = run("show", "my.twinnet").out
        assert "network ALDA: 1 member, and 1 that left" in shown
        assert "network Eurotowns: 2 members" in shown
        assert "former member of ALDA" in run("show", "my.twinnet", "Bari").out

    def test_standard_input(self, tmp_path: Path) -> None:
        done = python("-m", "twinnet", "import", "-", "--into", "my.twinnet", cwd=tmp_path, input=MEMBERS)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("standard input: 6 rows, members of standard input")

    def test_projects_and_partners_join_in_any_order(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "p.csv", "Programme,Acronym,Title,Start\nCERV,BRIDGE,Bridges,2024-01-01\n")
        write(tmp_path, "q.csv", "Programme,Acronym,Partner,Role,Town,Country\n"
              "CERV,BRIDGE,City of Mostar,lead,Mostar,BA\nCERV,BRIDGE,Comune di Bari,partner,Bari,IT\n")  # fmt: skip
        exports = set()
        for files in (["p.csv", "q.csv"], ["q.csv", "p.csv"]):
            (tmp_path / "my.twinnet").unlink(missing_ok=True)
            said = run("import", *files, "--into", "my.twinnet", *TODAY)
            assert "2 organisations, 0 memberships, 0 links, 1 project" in " ".join(said.out.split())
            exports.add(run("export", "my.twinnet", "--on", "2026-01-01").out)
        assert len(exports) == 1
        assert "project BRIDGE: lead" in run("show", "my.twinnet", "Mostar").out


WIKIDATA = [
    {
        "from_item": "http://www.wikidata.org/entity/Q37701", "from_name": "Mostar", "from_country": "BA",
        "from_location": "Point(17.81 43.34)", "from_population": "105797", "from_geonames_id": "3194828",
        "to_item": "http://www.wikidata.org/entity/Q3519", "to_name": "Bari", "to_country": "IT",
        "to_location": "Point(16.87 41.12)", "to_population": "316491", "to_geonames_id": "3182351",
        "since": "1998-01-01T00:00:00Z", "until": "",
    },
    {
        "from_item": "http://www.wikidata.org/entity/Q1", "from_name": "Q1", "from_country": "BA",
        "from_location": "", "from_population": "", "from_geonames_id": "3204222",
        "to_item": "http://www.wikidata.org/entity/Q13298", "to_name": "Graz", "to_country": "AT",
        "to_location": "Point(15.44 47.07)", "to_population": "", "to_geonames_id": "2778067",
        "since": "", "until": "",
    },
]  # fmt: skip


def wikidata_csv() -> str:
    heads = list(WIKIDATA[0])
    return "\n".join([",".join(heads), *(",".join(row[head] for head in heads) for row in WIKIDATA)]) + "\n"


def wikidata_json() -> str:
    bindings = [{head: {"type": "literal", "value": value} for head, value in row.items() if value} for row in WIKIDATA]
    return json.dumps({"head": {"vars": list(WIKIDATA[0])}, "results": {"bindings": bindings}})


class TestWikidata:
    def test_the_query_is_printed(self, run: Run) -> None:
        said = run("template", "wikidata", "--countries", "BA, Italy")
        assert (said.code, said.err) == (0, "")
        assert 'VALUES ?from_code { "BA" "IT" }' in said.out
        for property_ in ("P190", "P17", "P625", "P1082", "P1566"):
            assert property_ in said.out
        assert said.out.endswith("\n")

    @pytest.mark.parametrize(("name", "text"), [("query.csv", wikidata_csv()), ("query.json", wikidata_json())])
    def test_its_result_imports_as_links_and_as_members(self, run: Run, tmp_path: Path, name: str, text: str) -> None:
        write(tmp_path, name, text)
        said = run("import", name, "--into", "my.twinnet", *TODAY)
        assert (said.code, said.err) == (0, "")
        assert "4 organisations, 0 memberships, 2 links" in " ".join(said.out.split())
        assert "partnership with Bari (IT) since 1998" in run("show", "my.twinnet", "town-3194828").out
        assert run("import", name, "--into", "l.twinnet", "--as", "links", *TODAY).code == 0
        assert (
            run("export", "l.twinnet", "--on", "2026-01-01").out
            == run("export", "my.twinnet", "--on", "2026-01-01").out
        )
        said = run("import", name, "--into", "m.twinnet", "--as", "members", "--network", "BA towns", *TODAY)
        assert said.code == 0
        assert "network BA towns: 2 members" in run("show", "m.twinnet").out
        assert run("show", "m.twinnet", "town-3204222").code == 0


class TestSuggest:
    def test_json_lines_in_a_pipe(self, run: Run, network: Path) -> None:
        said = run("suggest", network, *TODAY)
        assert (said.code, said.err) == (0, "")
        found = [json.loads(line) for line in said.out.splitlines()]
        assert found
        for one in found:
            assert one["kind"] == "start"
            assert set(one["organisation"]) == set(one["candidate"]) == {"id", "name", "country"}
            assert one["score"] == sum(reason["points"] for reason in one["reasons"])
            assert all(set(reason) == {"key", "points", "sentence", "detail"} for reason in one["reasons"])
            assert isinstance(one["missing"], list)
        assert run("suggest", network, "--out", "-", *TODAY).out == said.out

    def test_top_is_per_organisation(self, run: Run, network: Path) -> None:
        for top in (1, 3):
            found = [json.loads(line) for line in run("suggest", network, "--top", str(top), *TODAY).out.splitlines()]
            counts = [
                sum(o["organisation"]["id"] == i for o in found) for i in {o["organisation"]["id"] for o in found}
            ]
            assert counts == [top] * 6

    @pytest.mark.parametrize(
        ("command", "kind"), [("suggest", "start"), ("revive", "revitalise"), ("deepen", "develop")]
    )
    def test_files_by_their_endings(self, run: Run, network: Path, command: str, kind: str) -> None:
        folder = network.parent
        lines = run(command, network, *TODAY).out.splitlines()
        assert {json.loads(line)["kind"] for line in lines} == {kind}
        for name in ("x.json", "x.jsonl", "x.csv", "x.xlsx", "x.html", "X.HTML"):
            said = run(command, network, "--out", name, *TODAY)
            assert (said.code, said.out) == (0, "")
            assert said.err.startswith(name)
        assert json.loads((folder / "x.json").read_text(encoding="utf-8")) == [json.loads(line) for line in lines]
        assert (folder / "x.jsonl").read_text(encoding="utf-8").splitlines() == lines
        with (folder / "x.csv").open(encoding="utf-8", newline="") as table:
            assert [row["kind"] for row in csv.DictReader(table)] == [kind] * len(lines)
        book = openpyxl.load_workbook(folder / "x.xlsx")
        assert {"Start", "Revitalise", "Develop"} <= set(book.sheetnames)
        assert all(book[name].max_row > 1 for name in ("Start", "Revitalise", "Develop"))
        page = (folder / "x.html").read_text(encoding="utf-8")
        assert page.lower().startswith("<!doctype html>")
        assert "Mostar" in page

    def test_a_failing_output_leaves_the_old_file(
        self, run: Run, network: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from twinnet import writing

        old = write(network.parent, "x.csv", "old")
        monkeypatch.setattr(writing, "suggestion_rows", lambda found: (["a"], iter([[1 / 0] for _ in range(0)])))

        def failing(*_: object) -> object:
            yield "half"
            raise OSError(28, "No space left on device")

        from twinnet.writing import tables

        monkeypatch.setattr(tables, "rows", failing)
        said = run("suggest", network, "--out", "x.csv", *TODAY)
        assert said.code == 1
        assert "cannot be written: No space left on device" in said.err
        assert old.read_text(encoding="utf-8") == "old"
        assert not [path for path in network.parent.iterdir() if path.suffix == ".tmp"]


PAIRS = {
    "Mostar": {"Graz", "Pula", "Lyon"},  # Bari is a partner, Bihać of its own country
    "Lyon": {"Mostar", "Bihać", "Graz", "Pula"},
}


class TestRules:
    def partners(self, run: Run, network: Path, *words: str, who: str = "Mostar") -> set[str]:
        said = run("suggest", network, "--for", who, *words, *TODAY)
        assert said.code == 0, said
        return {json.loads(line)["candidate"]["name"] for line in said.out.splitlines()}

    @pytest.mark.parametrize("who", list(PAIRS))
    def test_partners_and_compatriots_are_left_out(self, run: Run, network: Path, who: str) -> None:
        assert self.partners(run, network, who=who) == PAIRS[who]

    @pytest.mark.parametrize(
        ("words", "left"),
        [
            (["--same-country"], {"Graz", "Pula", "Lyon", "Bihać"}),
            (["--among", "country:HR"], {"Pula"}),
            (["--among", "Graz", "--among", "Lyon"], {"Graz", "Lyon"}),
            (["--corridor", "western-balkans:eu"], {"Graz", "Pula", "Lyon"}),
            (["--corridor", "BA:AT,FR"], {"Graz", "Lyon"}),
            (["--corridor", "BA:AT,FR", "--corridor-first"], {"Graz", "Pula", "Lyon"}),
            (["--corridor", "BA:AT,FR", "--corridor-only"], {"Graz", "Lyon"}),
            (["--corridor", "efta:caucasus", "--corridor-only"], set()),
            (["--never", "Graz;Mostar"], {"Pula", "Lyon"}),
            (["--kind", "town"], {"Graz", "Pula", "Lyon"}),
            (["--kind", "lda", "--kind", "region"], set()),
            (["--language", "German"], {"Graz"}),
            (["--language", "hr", "--language", "fr"], {"Pula", "Lyon"}),
            (["--size", "200000-"], {"Graz", "Lyon"}),
            (["--size", "-100000"], {"Pula"}),
            (["--distance", "-500"], {"Graz", "Pula"}),
            (["--distance", "500-5000"], {"Lyon"}),
            (["--weight", "themes=0", "--weight", "size=0"], {"Graz", "Pula", "Lyon"}),
        ],
    )
    def test_each_rule_as_an_option(self, run: Run, network: Path, words: Sequence[str], left: set[str]) -> None:
        assert self.partners(run, network, *words) == left

    @pytest.mark.parametrize(
        ("toml", "left"),
        [
            ("same_country = true", {"Graz", "Pula", "Lyon", "Bihać"}),
            ('among = ["country:HR"]', {"Pula"}),
            ('corridor = "BA:AT,FR"', {"Graz", "Lyon"}),
            ('corridor = "BA:AT,FR"\ncorridor_only = false', {"Graz", "Pula", "Lyon"}),
            ('never = [["Graz", "Mostar"]]', {"Pula", "Lyon"}),
            ('kinds = ["lda"]', set()),
            ('languages = ["de"]', {"Graz"}),
            ("population = [200000, 10000000]", {"Graz", "Lyon"}),
            ("distance = [0, 500]", {"Graz", "Pula"}),
        ],
    )
    def test_each_rule_in_a_file(self, run: Run, network: Path, toml: str, left: set[str]) -> None:
        write(network.parent, "rules.toml", toml)
        assert self.partners(run, network, "--rules", "rules.toml") == left

    def test_options_come_on_top_of_the_file(self, run: Run, network: Path) -> None:
        write(
            network.parent,
            "rules.toml",
            'whose = ["Lyon"]\nlanguages = ["de"]\nnever = [["Mostar", "Graz"]]\n[weights]\nthemes = 0\nsize = 0\n',
        )
        assert self.partners(run, network, "--rules", "rules.toml", "--language", "hr") == {"Pula"}
        assert self.partners(run, network, "--rules", "rules.toml", "--never", "Mostar;Pula") == set()
        found = run("suggest", network, "--rules", "rules.toml", "--weight", "themes=3", *TODAY).out.splitlines()
        keys = {reason["key"] for line in found for reason in json.loads(line)["reasons"]}
        assert {json.loads(line)["organisation"]["name"] for line in found} == {"Lyon"}
        assert "themes" in keys
        assert "size" not in keys

    @pytest.mark.parametrize(
        ("toml", "hint"),
        [
            ("top = 5", "top"),
            ("cap = 0", "cap"),
            ("cap = ", "is not TOML"),
            ("weights = { themes = -1 }", "weights"),
            ('kinds = ["castle"]', "kinds"),
            ('corridor = "eu"', "corridor"),
            ('whose = ["Narnia"]', "Narnia"),
            ("weights = { charm = 1 }", "charm"),
        ],
    )
    def test_a_fault_of_the_rules_names_the_key(self, run: Run, network: Path, toml: str, hint: str) -> None:
        write(network.parent, "rules.toml", toml)
        said = run("suggest", network, "--rules", "rules.toml", *TODAY)
        assert (said.code, said.out) == (2, "")
        assert hint in said.err

    @pytest.mark.parametrize(
        ("who", "names"),
        [
            ("alda", {"Mostar", "Bihać", "Bari", "Graz", "Pula", "Lyon"}),
            ("network:ALDA", {"Mostar", "Bihać", "Bari", "Graz", "Pula", "Lyon"}),
            ("all", {"Mostar", "Bihać", "Bari", "Graz", "Pula", "Lyon"}),
            ("western-balkans", {"Mostar", "Bihać"}),
            ("country:BA", {"Mostar", "Bihać"}),
            ("BA", {"Mostar", "Bihać"}),
            ("kind:town", {"Mostar", "Bihać", "Bari", "Graz", "Pula", "Lyon"}),
            ("Mostar, BA", {"Mostar"}),
            ("town-3194828", {"Mostar"}),
        ],
    )
    def test_whose(self, run: Run, network: Path, who: str, names: set[str]) -> None:
        lines = run("suggest", network, "--for", who, *TODAY).out.splitlines()
        assert {json.loads(line)["organisation"]["name"] for line in lines} == names

    def test_a_cap_bounds_how_often_one_is_suggested(self, run: Run, network: Path) -> None:
        found = [json.loads(line) for line in run("suggest", network, "--cap", "1", *TODAY).out.splitlines()]
        names = [one["candidate"]["name"] for one in found]
        assert found
        assert len(set(names)) == len(names)

    def test_as_of_a_day_later_links_are_not_known(self, run: Run, network: Path) -> None:
        reasons = {}
        for day in ("1980-01-01", "2026-01-01"):
            lines = run("suggest", network, "--for", "Graz", "--as-of", day).out.splitlines()
            reasons[day] = {r["sentence"] for line in lines for r in json.loads(line)["reasons"]}
        assert reasons["1980-01-01"] != reasons["2026-01-01"]


class TestTerminal:
    @pytest.fixture
    def on_terminal(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
        def of(columns: int) -> None:
            monkeypatch.setenv("COLUMNS", str(columns))
            for stream in (sys.stdout, sys.stderr):
                monkeypatch.setattr(type(stream), "isatty", lambda _: True)

        return of

    @pytest.mark.parametrize("command", ["suggest", "revive", "deepen"])
    @pytest.mark.parametrize("columns", [40, 200])
    def test_a_table_that_fits(
        self, run: Run, network: Path, on_terminal: Callable[[int], None], command: str, columns: int
    ) -> None:
        on_terminal(columns)
        said = run(command, network, *TODAY)
        assert said.code == 0
        plain = [line for line in said.out.splitlines() if line.strip()]
        assert all(len(line) <= columns + 8 for line in plain)  # eight for the marks of bold letters
        assert any("(" in line for line in plain)
        heads = [line for line in plain if not line.startswith(" ") and "(" in line]
        assert len(heads) == len(set(heads))
        with pytest.raises(json.JSONDecodeError):
            json.loads(plain[0])
        assert "matching" in said.err

    def test_no_suggestions_and_none_that_speaks_for_it(
        self, run: Run, network: Path, on_terminal: Callable[[int], None]
    ) -> None:
        on_terminal(80)
        assert "No suggestions: the rules leave no pair." in run("suggest", network, "--size", "-1").out
        assert "No link sleeps" in run("revive", network, "--for", "Bihać").out
        assert "No active link lacks a theme" in run("deepen", network, "--for", "Lyon").out
        weights = [word for key in reasons() for word in ("--weight", f"{key}=0")]
        assert "nothing speaks for it" in run("suggest", network, *weights, *TODAY).out

    def test_an_import_wraps_its_words_and_shows_a_bar(
        self, run: Run, network: Path, on_terminal: Callable[[int], None]
    ) -> None:
        on_terminal(50)
        said = run("import", network.parent / "links.csv", "--into", network, *TODAY)
        assert said.code == 0
        assert all(len(line) <= 50 for line in said.out.splitlines())
        assert "importing" in said.err

    @pytest.mark.skipif(sys.platform != "linux", reason="a pseudo-terminal")
    def test_a_real_terminal_and_a_real_pipe(self, network: Path) -> None:
        pty = importlib.import_module("pty")
        words = [sys.executable, "-m", "twinnet", "suggest", "my.twinnet", *TODAY]
        parent, child = pty.openpty()
        try:
            with subprocess.Popen(words, cwd=network.parent, stdout=child, stderr=child) as process:
                os.close(child)
                shown = b""
                while True:
                    try:
                        part = os.read(parent, 65536)
                    except OSError:
                        break
                    if not part:
                        break
                    shown += part
            assert process.returncode == 0
        finally:
            os.close(parent)
        assert "as likely as a chance pair" in shown.decode("utf-8")
        piped = python(*words[1:], cwd=network.parent)
        assert piped.stderr == ""
        assert json.loads(piped.stdout.splitlines()[0])["kind"] == "start"


def reasons() -> list[str]:
    from twinnet.reasons import REASONS

    return [reason.key for reason in REASONS]


RANK_COLUMNS = (
    "query_id,query_name,query_country,rank,candidate_id,candidate_name,candidate_country,"
    "candidate_latitude,candidate_longitude,score,probability"
)


class TestRank:
    def ranked(self, run: Run, network: Path, queries: str, *words: str) -> tuple[list[dict[str, str]], str]:
        write(network.parent, "q.csv", queries)
        said = run("rank", network, "--queries", "q.csv", "--out", "ranks.csv", *words, *TODAY)
        assert (said.code, said.out) == (0, ""), said
        text = (network.parent / "ranks.csv").read_text(encoding="utf-8")
        assert text.splitlines()[0] == RANK_COLUMNS
        return list(csv.DictReader(text.splitlines())), said.err

    def test_by_name_by_id_and_as_a_newcomer(self, run: Run, network: Path) -> None:
        queries = (
            "query_id,name,country,latitude,longitude,id\nq1,Mostar,BA,43.34,17.81,\nq2,,,,,town-3182351\n"
            "q3,Sarajevo,BA,43.85,18.36,\nq4,Xyzzyville,Narnia,,,\nq5,,,,,town-nope\nq6,Mostar,BA,91,200,\n"
        )
        rows, err = self.ranked(run, network, queries)
        by_query = {query: [row for row in rows if row["query_id"] == query] for query in ("q1", "q2", "q3", "q6")}
        assert all(by_query.values())
        assert {row["query_id"] for row in rows} == set(by_query)
        assert {row["query_name"] for row in by_query["q2"]} == {"Bari"}
        assert {row["query_country"] for row in by_query["q3"]} == {"BA"}
        assert [row["rank"] for row in by_query["q1"]] == [str(n) for n in range(1, len(by_query["q1"]) + 1)]
        assert "town-3182351" not in {row["candidate_id"] for row in by_query["q1"]}
        scores = [int(row["score"]) for row in by_query["q1"]]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < float(row["probability"]) < 1 for row in rows)
        assert all(row["candidate_latitude"] and row["candidate_longitude"] for row in rows)
        assert "query q4 (Xyzzyville) is left out" in err
        assert "query q5 (town-nope) is left out: no organisation has the id 'town-nope'" in err
        assert [row["candidate_id"] for row in by_query["q6"]] == [row["candidate_id"] for row in by_query["q1"]]

    def test_a_table_of_queries_in_any_form(self, run: Run, network: Path) -> None:
        rows, _ = self.ranked(run, network, "query_id,name,country\n1,Mostar Municipality,BA\n")
        for text in ("\ufeffQuery_ID;Name;Country\n1;Мостар;BiH\n", "query_id\tname\tcountry\n1\tMostar\tBosnia\n"):
            again, err = self.ranked(run, network, text)
            assert err == ""
            assert [row["candidate_id"] for row in again] == [row["candidate_id"] for row in rows]
        workbook(network.parent, "q.xlsx", {"Sheet1": [["query_id", "name", "country"], [1, "Mostar", "BA"]]})
        assert run("rank", network, "--queries", "q.xlsx", "--out", "ranks.csv").code == 0

    def test_top_and_standard_output(self, run: Run, network: Path) -> None:
        rows, _ = self.ranked(run, network, "query_id,name,country\n1,Mostar,BA\n", "--top", "2")
        assert len(rows) == 2
        said = run("rank", network, "--queries", "q.csv", "--out", "-", *TODAY)
        assert said.out.startswith(RANK_COLUMNS)

    def test_the_network_is_not_changed_by_newcomers(self, run: Run, network: Path) -> None:
        before = network.read_bytes()
        self.ranked(run, network, "query_id,name,country\n1,Sarajevo,BA\n")
        assert network.read_bytes() == before

    def test_a_newcomer_at_a_place_of_its_own_is_the_member_that_stands_there(self, run: Run, network: Path) -> None:
        text = MEMBERS + "Hintermoos,AT,47.02,13.02,youth,de\n"
        write(network.parent, "alda.csv", text)
        assert run("import", "alda.csv", "--into", network).code == 0
        rows, err = self.ranked(run, network, "query_id,name,country,latitude,longitude\n1,Hintermoos,AT,47.07,13.03\n")
        assert err == ""
        assert rows
        assert "Hintermoos" not in {row["candidate_name"] for row in rows}

    @pytest.mark.parametrize(
        "text", ["name,country\nMostar,BA\n", "query_id,town\n1,Mostar\n", "", "%PDF-1.4", "query_id,id\n"]
    )
    def test_a_table_that_is_no_table_of_queries(self, run: Run, network: Path, text: str) -> None:
        write(network.parent, "q.csv", text)
        said = run("rank", network, "--queries", "q.csv", "--out", "ranks.csv")
        assert said.code == (0 if text == "query_id,id\n" else 1)
        assert ("q.csv" in said.err) == bool(said.code)

    def test_learning_from_the_networks_own_links(self, run: Run, network: Path) -> None:
        towns = [f"Town {n},BA,{43 + n / 40:.3f},{16 + n / 50:.3f}" for n in range(60)]
        others = [f"Ort {n},AT,{46.6 + n / 60:.3f},{12 + n / 20:.3f}" for n in range(60)]
        write(network.parent, "many.csv", "name,country,latitude,longitude\n" + "\n".join(towns + others) + "\n")
        heads = "from_name,from_country,from_latitude,from_longitude,to_name,to_country,to_latitude,to_longitude\n"
        links = [f"{towns[n]},{others[(n * k + k) % 60]}" for n in range(60) for k in range(1, 8)]
        write(network.parent, "pairs.csv", heads + "\n".join(links) + "\n")
        assert run("import", "many.csv", "pairs.csv", "--into", network).code == 0
        rows, _ = self.ranked(run, network, "query_id,name,country\n1,Mostar,BA\n", "--learn", "--top", "5")
        shipped, _ = self.ranked(run, network, "query_id,name,country\n1,Mostar,BA\n", "--top", "5")
        assert len(rows) == len(shipped) == 5
        assert [row["score"] for row in rows] != [row["score"] for row in shipped]

    def test_too_few_links_to_learn_from(self, run: Run, network: Path) -> None:
        write(network.parent, "q.csv", "query_id,name,country\n1,Mostar,BA\n")
        said = run("rank", network, "--queries", "q.csv", "--out", "ranks.csv", "--learn")
        assert said.code == 2
        assert "leave out --learn" in said.err
        assert not (network.parent / "ranks.csv").exists()


class TestExport:
    def test_the_same_bytes_whatever_the_order_and_place(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "alda.csv", MEMBERS + "Xyzzyville,BA,,,,\n")
        write(tmp_path, "links.csv", LINKS)
        heads = "from_name,from_country,from_latitude,from_longitude,to_name,to_country\n"
        odd = heads + "Xyzzyville,BA,43.95,16.55,Bari,IT\n"
        (tmp_path / "elsewhere").mkdir()
        write(tmp_path / "elsewhere", "odd.csv", odd)
        exports = set()
        for at, order in enumerate(
            (["alda.csv", "links.csv", "elsewhere/odd.csv"], ["elsewhere/odd.csv", "links.csv", "alda.csv"])
        ):
            for one_by_one in (False, True):
                name = f"n{at}{one_by_one}.twinnet"
                for files in [[file] for file in order] if one_by_one else [order]:
                    assert run("import", *files, "--into", name, *TODAY).code == 0
                exports.add(run("export", name, "--on", "2026-05-09", "--by", "Ana").out)
        assert len(exports) == 1
        (text,) = exports
        header, *lines = [json.loads(line) for line in text.splitlines()]
        assert header == {"by": "Ana", "format": 1, "on": "2026-05-09", "type": "header"}
        assert [(line["type"], line["id"]) for line in lines] == sorted((line["type"], line["id"]) for line in lines)
        assert str(tmp_path) not in text
        assert "elsewhere" not in text

    def test_to_a_file(self, run: Run, network: Path) -> None:
        said = run("export", network, "--out", "net.jsonl", "--on", "2026-05-09")
        assert (said.code, said.out) == (0, "")
        assert "net.jsonl" in said.err
        text = (network.parent / "net.jsonl").read_text(encoding="utf-8")
        assert text == run("export", network, "--on", "2026-05-09").out

    def test_real_lists_in_any_order(self, run: Run, shared_data: Path, tmp_path: Path) -> None:
        lists = [shared_data / "members" / f"{name}.csv" for name in ("alda", "ehtta", "ubc")]
        exports = set()
        for at, order in enumerate((lists, lists[::-1], [lists[1], lists[2], lists[0]])):
            for path in order:
                assert run("import", path, "--into", f"n{at}.twinnet", *TODAY).code == 0
            exports.add(run("export", f"n{at}.twinnet", "--on", "2026-05-09").out)
        assert len(exports) == 1
        assert str(shared_data) not in exports.pop()

    def test_all_of_aldas_members_import(self, run: Run, shared_data: Path) -> None:
        said = run("import", shared_data / "members" / "alda.csv", "--into", "my.twinnet", "--network", "ALDA", *TODAY)
        assert "alda.csv: 49 rows, members of ALDA" in said.out
        assert "49 memberships" in said.out


class TestDemo:
    def test_three_files_the_same_each_time_and_soon(self, run: Run, tmp_path: Path) -> None:
        made = []
        for name in ("one", "two words"):
            begun = time.perf_counter()
            said = run("demo", "--out", name, *TODAY)
            assert time.perf_counter() - begun < 30  # under 10 s on a machine of its own
            assert (said.code, said.err) == (0, "")
            files = {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
            assert {"demo.html", "demo.xlsx", "demo.twinnet"} <= set(files) <= {
                "demo.html", "demo.xlsx", "demo.twinnet", "demo.twinnet.report.csv"
            }  # fmt: skip
            made.append(files)
            assert "made up" in said.out
            tried = [shlex.split(line)[1:] for line in said.out.splitlines() if "  twinnet suggest" in line]
            assert len(tried) == 2
            for words in tried:
                assert len(run(*words, *TODAY).out.splitlines()) >= 5
        assert made[0] == made[1]
        assert '"two words' in said.out
        assert run("demo", "--out", "one", *TODAY).code == 0
        assert {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()} == made[0]

    def test_a_folder_that_cannot_be_made(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "file", "")
        assert run("demo", "--out", "file/demo").code in (1, 2)
        assert run("demo", "--out", "file").code == 2


class TestShow:
    def test_a_network_and_one_of_it(self, run: Run, network: Path) -> None:
        shown = run("show", network, *TODAY).out
        assert "6 organisations, 6 memberships, 4 links, 0 projects" in shown
        assert "network alda: 6 members" in shown
        assert "links: 2 active, 1 dormant, 1 of unknown activity" in shown
        one = run("show", network, "Mostar", *TODAY).out
        assert "Mostar (town, Bosnia and Herzegovina)  town-3194828" in one
        assert "member of alda" in one
        assert "partnership with Bari (IT) since 1998: active" in one
        assert "source alda members, row 2: says" in one


def test_import_by_a_taxonomy_of_ones_own(run: Run, tmp_path: Path) -> None:
    (tmp_path / "alda.csv").write_text("name,country,themes\nMostar,BA,reactors\n", encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text('[themes.nuclear]\nlabel = "nuclear sites"\narea = "gren"\n', encoding="utf-8")
    wrong = run("import", "alda.csv", "--into", "my.twinnet", "--taxonomy", "own.toml")
    assert (wrong.code, (tmp_path / "my.twinnet").exists()) == (2, False)
    assert "own.toml: themes.nuclear.area: there is no area 'gren': did you mean 'green'?" in wrong.err
    own.write_text('[themes.nuclear]\nlabel = "reactors"\narea = "green"\n', encoding="utf-8")
    assert run("import", "alda.csv", "--into", "my.twinnet", "--taxonomy", "own.toml").code == 0
    assert workspace.open("my.twinnet").find("Mostar").themes_offered == ("nuclear",)
