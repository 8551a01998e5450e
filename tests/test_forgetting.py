"""One import is undone, or one organisation erased, and it is said what goes; contacts are shown when asked, only."""

import datetime as dt
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from twinnet import cli, workspace
from twinnet.decisions import Decision
from twinnet.errors import AmbiguousError, NoStoreError, NotFoundError
from twinnet.graph import GAZETTEER_SOURCE, Network
from twinnet.models import Contact, Judgement, Source, Statement, link_id
from twinnet.stores import open_store
from twinnet.workspace.describing import waiting
from twinnet.workspace.forgetting import Forgotten, forget, imported

MOSTAR, BARI, PULA, FORUM = "town-1", "town-2", "town-3", "ngo-forum"
TODAY = dt.date(2026, 5, 9)
SOURCES = [
    Source(name="ALDA members", kind="members", file="alda.csv", network="ALDA", date="2024-05", rows=3),
    Source(name="links", kind="links", file="links.csv", rows=1),
    Source(name="projects", kind="partners", file="projects.csv", date="2020", rows=2),
]
SECRETS = ("ana.anic@mostar.example", "+387 36 555 0134", "Ana Anić Perić")
CONTACTS = [
    Contact("ALDA members", 2, MOSTAR, "email", SECRETS[0]),
    Contact("ALDA members", 2, MOSTAR, "person", SECRETS[2]),
    Contact("projects", 2, MOSTAR, "phone", SECRETS[1]),
    Contact("ALDA members", 3, BARI, "email", "bari@bari.example"),
]
JUDGED = [
    Judgement(
        verdict="different", organisation=MOSTAR, other=FORUM, who="Ana", when="2026-05-09", why="a town and an NGO"
    ),
    Judgement(verdict="refused", organisation="town-x", name="Xville"),
    Judgement(verdict="place", organisation="town-y", name="Pola", geonames_id=3, who="Ivo"),
    Judgement(verdict="same", organisation=FORUM, other="ngo-gone"),
]


def town(source: str, row: int, subject: str, **values: Any) -> Statement:
    about = {"name": {MOSTAR: "Mostar", BARI: "Bari", PULA: "Pula"}.get(subject, subject), "kind": "town", **values}
    return Statement(source, row, "organisation", subject, about)


def statements() -> list[Statement]:
    links, members, projects = "links", "ALDA members", "projects"
    return [
        town(members, 2, MOSTAR, country="BA", themes_offered=["culture"], latitude=43.34, longitude=17.81),
        Statement(members, 2, "membership", f"{MOSTAR}|ALDA", {}),
        town(members, 3, BARI, country="IT", themes_offered=["culture"], latitude=41.12, longitude=16.87),
        Statement(members, 3, "membership", f"{BARI}|ALDA", {}),
        town(members, 4, FORUM, name="ALDA Forum", kind="ngo", country="BA"),
        Statement(members, 4, "membership", f"{FORUM}|ALDA", {}),
        town(links, 2, MOSTAR, country="BA"),
        town(links, 2, PULA, country="HR", latitude=44.87, longitude=13.85),
        Statement(links, 2, "link", link_id(MOSTAR, PULA), {"a": MOSTAR, "b": PULA, "kind": "partnership"}),
        town(projects, 2, MOSTAR, country="BA"),
        Statement(projects, 2, "project", "project-1", {"name": "BRIDGES"}),
        Statement(projects, 2, "partner", f"{MOSTAR}|project-1", {"role": "lead"}),
        town(projects, 3, PULA, country="HR"),
        Statement(projects, 3, "project", "project-1", {"name": "BRIDGES"}),
        Statement(projects, 3, "partner", f"{PULA}|project-1", {"role": "partner"}),
        Statement(
            GAZETTEER_SOURCE,
            3,
            "organisation",
            PULA,
            {"place": "Pula", "country": "HR", "latitude": 44.87, "longitude": 13.85, "population": 57_460},
        ),
    ]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "my.twinnet"
    with open_store(path, create=True) as store:
        store.replace(SOURCES, statements(), contacts=CONTACTS)
        store.judge(JUDGED)
    return path


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], file: Path) -> Run:
    """Call the command line beside the network: exit code and two streams."""
    monkeypatch.chdir(file.parent)
    monkeypatch.delenv("TWINNET_DEBUG", raising=False)

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["twinnet", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err

    return call


def contacts(file: Path) -> list[Contact]:
    with open_store(file) as store:
        return store.contacts()


class TestForget:
    def test_undoes_an_import_and_says_what_went(self, file: Path) -> None:
        done = forget(file, "ALDA members")
        assert done == Forgotten(
            what="source",
            name="ALDA members",
            id=None,
            gone={
                "organisations": 2,
                "memberships": 3,
                "links": 0,
                "projects": 0,
                "partners": 0,
                "contacts": 3,
                "judgements": 0,
                "decisions": 0,
            },
            staying=1,
            done=True,
        )
        network = workspace.open(file)
        assert network.organisations.column("id") == (MOSTAR, PULA)
        assert network.sources.column("name") == ("links", "projects")
        assert len(network.judgements) == 4
        assert contacts(file) == [CONTACTS[2]]

    def test_what_another_list_asserts_is_not_gone(self, file: Path) -> None:
        gone = forget(file, "links").gone
        assert {key: count for key, count in gone.items() if count} == {"links": 1}
        assert forget(file, "projects").gone["projects"] == 1

    @pytest.mark.parametrize("name", ["Mostar", "mostar, ba", MOSTAR])
    def test_erases_an_organisation_and_says_what_went(self, file: Path, name: str) -> None:
        done = forget(file, name)
        assert (done.what, done.name, done.id, done.staying) == ("organisation", "Mostar", MOSTAR, 0)
        assert done.gone == {
            "organisations": 1,
            "memberships": 1,
            "links": 1,
            "projects": 0,
            "partners": 1,
            "contacts": 3,
            "judgements": 1,
            "decisions": 0,
        }
        assert contacts(file) == CONTACTS[3:]
        assert [word for word in ("Mostar", MOSTAR, *SECRETS) if word.encode() in file.read_bytes()] == []

    @pytest.mark.parametrize("name", ["ALDA members", "Mostar", "Bari", "projects", FORUM])
    def test_a_dry_run_says_the_same_and_changes_nothing(self, file: Path, name: str) -> None:
        before = file.read_bytes()
        told = forget(file, name, dry_run=True)
        assert not told.done
        assert file.read_bytes() == before
        done = forget(file, name)
        assert (done.gone, done.staying, done.id) == (told.gone, told.staying, told.id)

    def test_a_dry_run_counts_the_decisions_that_go_and_no_others(self, file: Path) -> None:
        pair = {"kind": "start", "verdict": "accepted", "when": "2026-11-26T12:00:00Z"}
        with open_store(file, readonly=False) as store:
            store.decide(
                [
                    Decision(organisation=MOSTAR, candidate=PULA, **pair),
                    Decision(organisation=BARI, candidate=PULA, note="n", **pair),
                ]
            )
            # The two matters become one, each with a row whose author did not know the other.
            store.judge([Judgement(verdict="same", organisation=MOSTAR, other=BARI)])
        told = forget(file, "projects", dry_run=True)
        assert told.gone["decisions"] == forget(file, "projects").gone["decisions"] == 0
        told = forget(file, PULA, dry_run=True)
        assert told.gone["decisions"] == forget(file, PULA).gone["decisions"] == 2

    def test_an_organisation_that_changes_its_id_is_not_gone(self, tmp_path: Path) -> None:
        path = tmp_path / "own.twinnet"
        said = {"name": "Ruč", "kind": "town", "country": "BA"}
        placed = {**said, "place_state": "own", "latitude": 44.1, "longitude": 17.5}
        sources = [Source(name=name, kind="members", file=f"{name}.csv", network=name) for name in ("a", "b")]
        with open_store(path, create=True) as store:
            store.replace(
                sources,
                [
                    Statement("a", 2, "organisation", "town-a", placed),
                    Statement("a", 2, "membership", "town-a|a", {}),
                    Statement("b", 2, "organisation", "town-b", {**placed, "latitude": 44.11}),
                    Statement("b", 2, "membership", "town-b|b", {}),
                ],
            )
            assert len(store.read().organisations) == 1
        done = forget(path, "a")
        assert {key: count for key, count in done.gone.items() if count} == {"memberships": 1}
        assert done.staying == 1

    def test_a_name_of_both_has_to_be_told_apart(self, file: Path) -> None:
        with open_store(file, readonly=False) as store:
            store.replace([Source(name="Mostar", kind="links", file="m.csv")], [])
        with pytest.raises(AmbiguousError, match="a source and of an organisation") as caught:
            forget(file, "Mostar")
        assert [line[:12] for line in caught.value.candidates] == ["--source: wh", "--organisati"]
        assert sum(forget(file, "Mostar", what="source").gone.values()) == 0
        assert forget(file, "Mostar", what="organisation").gone["organisations"] == 1

    def test_several_organisations_of_a_name_are_told(self, file: Path) -> None:
        twin = town("more", 2, "town-9", name="Mostar", country="HR")
        with open_store(file, readonly=False) as store:
            store.replace([Source(name="more", kind="members", file="m.csv")], [twin])
        with pytest.raises(AmbiguousError, match="fits 2 organisations"):
            forget(file, "Mostar")
        assert forget(file, "Mostar, HR").id == "town-9"
        with open_store(file, readonly=False) as store:
            store.replace([Source(name="mostar", kind="members", file="m.csv"), SOURCES[1]], [twin_of("mostar")])
        with pytest.raises(AmbiguousError, match="a source and of an organisation"):
            forget(file, "mostar")

    @pytest.mark.parametrize(
        ("name", "what", "says"),
        [
            ("Narnia", None, "neither a source nor an organisation is called 'Narnia'"),
            ("ALDA member", None, "did you mean ALDA members"),
            ("Mostra", None, "did you mean Mostar"),
            ("Mostar", "source", "no source is called 'Mostar'"),
            ("ALDA members", "organisation", "no organisation is called 'ALDA members'"),
        ],
    )
    def test_what_is_not_there_is_told_with_the_nearest(self, file: Path, name: str, what: Any, says: str) -> None:
        before = file.read_bytes()
        with pytest.raises(NotFoundError, match=says):
            forget(file, name, what=what)
        assert file.read_bytes() == before

    def test_case_does_not_matter(self, file: Path) -> None:
        assert forget(file, "alda MEMBERS", dry_run=True).name == "ALDA members"

    def test_needs_a_network(self, tmp_path: Path) -> None:
        with pytest.raises(NoStoreError):
            imported(tmp_path / "no.twinnet")


def twin_of(source: str) -> Statement:
    return town(source, 2, "town-8", name="Mostar", country="RS")


class TestForgetCommand:
    def test_without_a_name_lists_the_sources(self, run: Run, tmp_path: Path) -> None:
        code, out, _ = run("forget", "my.twinnet")
        assert code == 0
        assert out.splitlines() == [
            "ALDA members: members, alda.csv, 3 rows, of 2024-05",
            "links: links, links.csv, 1 row",
            "projects: partners, projects.csv, 2 rows, of 2020",
        ]
        with open_store(tmp_path / "empty.twinnet", create=True) as store:
            store.replace([], [])
        assert run("forget", "empty.twinnet")[:2] == (0, "no list was imported\n")

    def test_says_what_it_took_away(self, run: Run) -> None:
        code, out, err = run("forget", "my.twinnet", "ALDA members")
        assert (code, err) == (0, "")
        assert out.splitlines() == [
            "ALDA members: took away 2 organisations, 3 memberships, 3 contacts",
            "1 organisation stays: another source speaks of it",
            "Importing the list again would bring it back; judgements stay for that case.",
        ]
        code, out, _ = run("forget", "my.twinnet", "Mostar, BA")
        assert code == 0
        assert out.splitlines() == [
            "Mostar (town-1): took away 1 organisation, 1 link, 1 part, 1 contact, 1 judgement",
            "A later import of a list that names it would bring it back.",
        ]

    def test_a_dry_run_only_says_it(self, run: Run, file: Path) -> None:
        before = file.read_bytes()
        code, out, _ = run("forget", "my.twinnet", "projects", "--dry-run")
        assert code == 0
        assert out.startswith("projects: would take away 1 project, 2 parts, 1 contact\n2 organisations stay: ")
        assert file.read_bytes() == before

    def test_never_says_a_contact(self, run: Run) -> None:
        said = "".join(run("forget", "my.twinnet", "Mostar")[1:])
        assert [secret for secret in SECRETS if secret in said] == []

    @pytest.mark.parametrize(("answer", "gone"), [("y", True), ("n", False)])
    def test_asks_on_a_terminal(
        self, run: Run, file: Path, monkeypatch: pytest.MonkeyPatch, answer: str, gone: bool
    ) -> None:
        monkeypatch.setattr("sys.stdin", Terminal(f"{answer}\n"))
        code, out, err = run("forget", "my.twinnet", "Bari")
        assert code == 0
        assert out.startswith("Bari (town-2): would take away 1 organisation")
        assert ("took away" in out) is gone
        assert ("Nothing was taken away" in err) is not gone
        assert workspace.open(file).organisations.has(BARI) is not gone

    def test_does_not_ask_where_it_is_told(self, run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", Terminal(""))
        assert run("forget", "my.twinnet", "Bari", "--yes")[0] == 0
        assert not workspace.open(file).organisations.has(BARI)

    def test_a_name_of_both_is_a_wrong_call(self, run: Run, file: Path) -> None:
        with open_store(file, readonly=False) as store:
            store.replace([Source(name="Mostar", kind="links", file="m.csv")], [])
        code, _, err = run("forget", "my.twinnet", "Mostar")
        assert code == 2
        assert "--source" in err
        assert "--organisation" in err
        assert run("forget", "my.twinnet", "Mostar", "--source")[1].startswith(
            "Mostar: took away nothing but the list itself"
        )
        assert run("forget", "my.twinnet", "Mostar", "--organisation")[0] == 0
        assert run("forget", "my.twinnet", "Mostar", "--organisation")[0] == 2


class Terminal:
    """A person at a keyboard who types some lines."""

    def __init__(self, typed: str) -> None:
        self._lines = typed.splitlines(keepends=True)
        self.encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    def readline(self, *_: int) -> str:
        return self._lines.pop(0) if self._lines else ""


class TestShow:
    def test_shows_contacts_when_asked(self, run: Run) -> None:
        code, out, _ = run("show", "my.twinnet", "Mostar", "--contacts")
        assert code == 0
        assert f"contact, email: {SECRETS[0]} (source ALDA members, row 2)" in out.splitlines()
        assert all(secret in out for secret in SECRETS)
        assert "bari@" not in out
        plain = run("show", "my.twinnet", "Mostar")[1]
        assert "contact" not in plain
        assert out.startswith(plain)
        assert "no contacts are kept" in run("show", "my.twinnet", "Pula", "--contacts")[1]

    def test_shows_contacts_of_one_organisation_only(self, run: Run) -> None:
        code, _, err = run("show", "my.twinnet", "--contacts")
        assert code == 2
        assert "name it" in err

    def test_shows_judgements_about_an_organisation(self, run: Run, file: Path) -> None:
        lines = run("show", "my.twinnet", "Mostar")[1].splitlines()
        judged = [line for line in lines if line.startswith("judged")]
        two = "ALDA Forum ngo-forum and Mostar town-1 are two (a town and an NGO)"
        assert judged == [f"judged by Ana on 2026-05-09: {two}  {JUDGED[0].id}"]
        forum = run("show", "my.twinnet", FORUM)[1]
        assert f"judged: ALDA Forum {FORUM} and ngo-gone are the same  {JUDGED[3].id}" in forum
        assert "judged" not in run("show", "my.twinnet", "Bari")[1]
        said = [town("more", 2, "town-y", name="Pola", country="HR"), town("more", 3, "town-x", name="Xville")]
        with open_store(file, readonly=False) as store:
            store.replace([Source(name="more", kind="members", file="m.csv", network="more")], said)
        assert f"judged by Ivo: 'Pola' is Pula {PULA}  " in run("show", "my.twinnet", "Pula")[1]
        assert "judged: 'Xville' is no place of the gazetteer  " in run("show", "my.twinnet", "town-x")[1]

    def test_says_how_many_places_wait(self, run: Run, file: Path) -> None:
        out = run("show", "my.twinnet")[1]
        assert "judgements: 4" in out
        assert "wait" not in out
        asked = [
            said
            for row, name in enumerate(("Xville", "Yville", "Zville", "Yville"), 2)
            for who in (f"town-{name[0].lower()}",)
            for said in (
                town("more", row, who, name=name, place_state="unconfirmed"),
                Statement("more", row, "question", who, {"name": name, "candidates": [7]}),
            )
        ]
        more = Source(name="more", kind="members", file="m.csv", network="more")
        with open_store(file, readonly=False) as store:
            store.replace([more], asked)
        assert (
            "questions: 2 places wait for a person; `twinnet resolve --review my.twinnet`"
            in run("show", "my.twinnet")[1]
        )
        with open_store(file, readonly=False) as store:
            store.replace([more], asked[2:4])
        assert "questions: 1 place waits for a person" in run("show", "my.twinnet")[1]

    def test_what_is_known_of_nobody_does_not_wait(self) -> None:
        asked = Statement("more", 2, "question", "town-z", {"name": "Zville", "candidates": [7]})
        assert waiting(Network(), [asked]) == 0

    def test_what_has_no_proposal_does_not_wait(self, file: Path) -> None:
        unplaced = town("more", 2, "town-z", name="Zville", place_state="unconfirmed")
        asked = Statement("more", 2, "question", "town-z", {"name": "Zville"})
        with open_store(file, readonly=False) as store:
            store.replace([Source(name="more", kind="members", file="m.csv", network="more")], [unplaced, asked])
            assert waiting(store.read(), store.statements()) == 0


def inside(path: Path) -> str:
    """Return all text of a file: a workbook's parts unpacked."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    with ZipFile(path) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize("ending", [".html", ".xlsx", ".csv", ".json", ".jsonl"])
def test_no_file_that_is_passed_on_holds_a_contact(file: Path, tmp_path: Path, ending: str) -> None:
    network = workspace.open(file)
    found = workspace.suggestions(network, ["start", "revitalise", "develop"], today=TODAY)
    assert found
    out = tmp_path / f"out{ending}"
    workspace.write(found, out, network=network, today=TODAY)
    content = inside(out)
    assert "Mostar" in content
    assert [secret for secret in (*SECRETS, "555 0134", "@mostar") if secret in content] == []


def test_no_command_and_no_graph_shows_a_contact(run: Run, file: Path) -> None:
    network = workspace.open(file)
    graph = network.multigraph()
    said = [
        repr([*graph.nodes(data=True), *graph.edges(data=True)]),
        repr([table.columns() for table in vars(network).values() if hasattr(table, "columns")]),
        *(
            run(*words)[1]
            for words in (("export", "my.twinnet"), ("show", "my.twinnet"), ("show", "my.twinnet", "Mostar"))
        ),
        run("forget", "my.twinnet")[1],
        run("suggest", "my.twinnet", "--today", "2026-05-09")[1],
    ]
    assert all(said)
    for secret in (*SECRETS, "@mostar", "555 0134"):
        assert not re.search(re.escape(secret), "".join(said)), secret
