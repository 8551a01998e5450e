"""`twinnet view`: where the page goes, what it holds, when it is opened, and what is left where something fails."""

import base64
import datetime as dt
import errno
import json
import os
import re
import shutil
import subprocess
import sys
import webbrowser
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest

from twinnet import workspace
from twinnet.reading import ReadOptions
from twinnet.wording import LANGUAGES

MEMBERS = """name,country,themes
Mostar,BA,youth; culture
Bihać,BA,youth
Bari,IT,culture; tourism
Graz,AT,environment; youth
"""
LINKS = """from_name,from_country,to_name,to_country,since,last_activity
Mostar,BA,Bari,IT,1998,2025
Graz,AT,Bihać,BA,1972,2015
"""
TODAY = ("--today", "2026-05-09")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small stored network, made once."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "alda.csv").write_text(MEMBERS, encoding="utf-8")
    (folder / "links.csv").write_text(LINKS, encoding="utf-8")
    lists = [folder / "alda.csv", folder / "links.csv"]
    workspace.import_lists(lists, folder / "my.twinnet", options=ReadOptions(today=dt.date.fromisoformat(TODAY[1])))
    return folder / "my.twinnet"


@pytest.fixture
def run(called, made, tmp_path, opened):
    """Call the command line where a copy of the small network lies."""
    shutil.copy(made, tmp_path / "my.twinnet")
    return called


@pytest.fixture
def opened(monkeypatch):
    """The addresses that the browser was asked to open; none is."""
    found = []
    monkeypatch.setattr(webbrowser, "open", lambda address: found.append(address) or True)
    monkeypatch.delenv("CI", raising=False)
    return found


@pytest.fixture
def terminal(monkeypatch):
    """Let the command see a terminal."""
    streams = SimpleNamespace(stdout=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("twinnet.commands.viewing.sys", streams)


def read(name):
    return Path(name).read_text(encoding="utf-8")


def left(folder):
    return sorted(path.name for path in Path(folder).iterdir())


class TestPage:
    def test_it_lies_beside_the_network_and_its_path_is_printed(self, run, tmp_path):
        said = run("view", "my.twinnet", *TODAY)
        assert (said.code, said.out) == (0, "my.html\n")
        assert "to start, 2 to revitalise, " in said.err
        assert left(tmp_path) == ["my.html", "my.twinnet"]
        elsewhere = tmp_path / "a folder"
        elsewhere.mkdir()
        (tmp_path / "my.twinnet").rename(elsewhere / "other.name.twinnet")
        assert run("view", elsewhere / "other.name.twinnet", *TODAY).out == f"{elsewhere / 'other.name.html'}\n"

    def test_it_is_the_page_that_suggest_writes(self, run):
        rules = ("--for", "country:BA", "--top", "2", "--weight", "themes=2", *TODAY)
        assert run("view", "my.twinnet", "--out", "a.html", *rules).code == 0
        assert run("suggest", "my.twinnet", "--out", "b.html", *rules).code == 0
        assert read("a.html") == read("b.html")
        assert run("view", "my.twinnet", "--out", "c.htm", *TODAY).code == 0
        assert read("c.htm") != read("a.html")

    def test_an_older_page_is_replaced(self, run):
        Path("my.html").write_text("old", encoding="utf-8")
        assert run("view", "my.twinnet", *TODAY).code == 0
        assert read("my.html").startswith("<!doctype html>")

    def test_the_title_is_its_heading(self, run):
        run("view", "my.twinnet", "--title", " Ćuprija <b>& us ", *TODAY)
        assert '<h1 dir="auto">Ćuprija &lt;b&gt;&amp; us</h1>' in read("my.html")
        run("view", "my.twinnet", "--title", "", *TODAY)
        assert "<title>alda</title>" in read("my.html")

    def test_without_a_suggestion_it_says_so_and_is_made(self, called, opened):
        members = "name,country\nMostar,BA\n"
        called("import", "one.csv", "--into", "one.twinnet", files={"one.csv": members})
        said = called("view", "one.twinnet", *TODAY)
        assert (said.code, said.out) == (0, "one.html\n")
        assert "0 to start, 0 to revitalise, 0 to develop" in said.err
        assert "No suggestions: the rules leave no pair. The page shows the network alone." in said.err
        assert "Mostar" in read("one.html")

    def test_of_an_empty_network_too(self, called, opened):
        said = called("view", "memory:", "--out", "none.html", *TODAY)
        assert (said.code, said.out) == (0, "none.html\n")
        assert "The network is empty, and so is the page: `twinnet import` takes lists into it." in said.err
        assert read("none.html").startswith("<!doctype html>")


class TestOpening:
    def test_in_a_pipe_it_is_not_opened(self, run, opened):
        assert run("view", "my.twinnet", *TODAY).code == 0
        assert opened == []

    def test_from_a_terminal_it_is(self, run, opened, terminal, tmp_path):
        said = run("view", "my.twinnet", *TODAY)
        assert said.code == 0
        assert said.out == "my.html\n"
        assert opened == [(tmp_path / "my.html").as_uri()]
        assert "points: " in said.err

    def test_not_if_it_is_not_wanted_or_nobody_is_there(self, run, opened, terminal, monkeypatch):
        run("view", "my.twinnet", "--no-open", *TODAY)
        monkeypatch.setenv("CI", "true")
        run("view", "my.twinnet", *TODAY)
        assert opened == []
        monkeypatch.setenv("CI", "false")
        run("view", "my.twinnet", *TODAY)
        assert len(opened) == 1

    def test_without_a_browser_the_page_is_there_all_the_same(self, run, opened, terminal, monkeypatch):
        monkeypatch.setattr(webbrowser, "open", lambda address: False)
        said = run("view", "my.twinnet", *TODAY)
        assert said.code == 0
        assert "No browser was found here: open the file in one." in said.err
        assert Path("my.html").exists()

    def test_at_a_town_and_in_a_language(self, run, opened, terminal, tmp_path):
        run("view", "my.twinnet", "--town", "Mostar, BA", *TODAY)
        run("view", "my.twinnet", "--page-language", "de", *TODAY)
        run("view", "my.twinnet", "--town", "town-3194828", "--page-language", "HR", *TODAY)
        assert opened == [(tmp_path / "my.html").as_uri()] * 3
        # It stands in the page itself, so that it is not lost on the way to others.
        packed = re.search(r'id="data">(.*?)</script>', Path("my.html").read_text(encoding="utf-8"))
        data = json.loads(zlib.decompress(base64.b64decode(json.loads(packed[1])["zlib"])))
        assert (data["town"], data["language"]) == ("town-3194828", "bs")

    def test_a_town_that_the_rules_pass_over_is_told(self, run):
        said = run("view", "my.twinnet", "--for", "Graz", "--among", "country:BA", "--town", "Bari", *TODAY)
        assert said.code == 0
        assert "No suggestion names Bari: the rules do not ask for it. --for town-3182351 does." in said.err


class TestFaults:
    def test_a_town_that_is_not_there(self, run, tmp_path):
        said = run("view", "my.twinnet", "--town", "Mostra", *TODAY)
        assert said.code == 2
        assert "did you mean Mostar?" in said.err
        assert left(tmp_path) == ["my.twinnet"]

    def test_a_town_that_may_be_two(self, called, opened):
        members = "name,country\nCalafat,RO\nCalafat,ES\n"
        called("import", "two.csv", "--into", "two.twinnet", files={"two.csv": members})
        said = called("view", "two.twinnet", "--town", "Calafat", *TODAY)
        assert said.code == 2
        assert "Calafat, ES" in said.err
        assert "Calafat, RO" in said.err
        assert not Path("two.html").exists()

    def test_a_language_that_the_page_does_not_speak(self, run):
        said = run("view", "my.twinnet", "--page-language", "xx")
        assert said.code == 2
        assert f"choose one of {', '.join(LANGUAGES)}" in said.err

    @pytest.mark.parametrize(
        ("out", "advice"),
        [
            ("page.pdf", "should end in .html or .htm"),
            ("nowhere/page.html", "there is no folder 'nowhere': make it first"),
            (".html", "is a folder: name a file in it"),
            ("-", "a page is opened from a file"),
        ],
    )
    def test_a_page_that_cannot_be_written(self, run, out, advice, tmp_path):
        (tmp_path / ".html").mkdir()
        said = run("view", "my.twinnet", "--out", out)
        assert said.code == 2
        assert advice in said.err

    def test_no_network(self, run):
        assert run("view", "none.twinnet").code == 2
        said = run("view", "memory:")
        assert said.code == 2
        assert "say where the page goes to with --out" in said.err

    def test_the_network_is_never_overwritten(self, run):
        before = Path("my.twinnet").read_bytes()
        Path("net.html").write_bytes(before)
        for words in (("net.html",), ("net.html", "--out", "net.html"), ("sqlite:///net.html",)):
            said = run("view", *words)
            assert said.code == 2
            assert "give it another name with --out" in said.err
        assert Path("net.html").read_bytes() == before

    @pytest.mark.usefixtures("terminal")
    @pytest.mark.parametrize(
        ("fault", "code"), [(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 1), (KeyboardInterrupt(), 130)]
    )
    def test_what_ends_midway_leaves_the_old_page(self, run, opened, monkeypatch, fault, code):
        Path("my.html").write_text("old", encoding="utf-8")

        def fail(_):
            raise fault

        monkeypatch.setattr(os, "fsync", fail)
        said = run("view", "my.twinnet", *TODAY)
        assert said.code == code
        assert said.out == ""
        assert read("my.html") == "old"
        assert left(".") == ["my.html", "my.twinnet"]
        assert opened == []


def test_in_any_locale_it_is_utf_8(made, tmp_path):
    shutil.copy(made, tmp_path / "my.twinnet")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}
    done = subprocess.run(
        [sys.executable, "-m", "twinnet", "view", "my.twinnet", "--town", "Bihac", *TODAY],
        cwd=tmp_path, capture_output=True, check=False, timeout=60, env={**os.environ, **plain},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [b"my.html"]
    assert "Bihać" in (tmp_path / "my.html").read_text(encoding="utf-8")
