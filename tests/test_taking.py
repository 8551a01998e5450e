"""A file of decisions is taken in whole: from the page, the workbook or a table; nothing of it is lost in silence."""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from twinnet import cli, workspace
from twinnet.decisions import Decision, matter_id
from twinnet.errors import InputError, LimitError, StoreError
from twinnet.graph import Network
from twinnet.models import Party, Rules, Suggestion
from twinnet.reading import ReadOptions
from twinnet.workspace import deciding, reviewing, taking
from twinnet.workspace.taking import Taken, take
from twinnet.writing import sheets
from twinnet.writing.workbook import workbook

MEMBERS = """name,country,kind
Mostar,BA,town
Banja Luka,BA,town
Graz,AT,town
Bari,IT,town
Pula,HR,town
Neustadt,DE,town
Mostarr,BA,town
Youth Forum Sarajevo,BA,ngo
Sarajevo Youth Forum,BA,ngo
"""
LINKS = "from,from country,to,to country,since\nGraz,AT,Pula,HR,1972\n"
NOW = dt.datetime(2026, 11, 26, 14, 3, 22, 5000, tzinfo=dt.UTC)
TODAY = NOW.date()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a stored network, made once."""
    folder = tmp_path_factory.mktemp("made")
    for name, text in (("alda.csv", MEMBERS), ("links.csv", LINKS)):
        (folder / name).write_text(text, encoding="utf-8")
    workspace.import_lists([folder / "alda.csv"], folder / "my.twinnet", options=ReadOptions(kind="members"))
    workspace.import_lists([folder / "links.csv"], folder / "my.twinnet", options=ReadOptions(kind="links"))
    return (folder / "my.twinnet").read_bytes()


@pytest.fixture
def stored(tmp_path: Path, made: bytes) -> Path:
    path = tmp_path / "my.twinnet"
    path.write_bytes(made)
    return path


def ids(address: Path) -> dict[str, str]:
    return {one.name: one.id for one in workspace.open(address).organisations}


def taken(address: Path, path: Path, *, seconds: int = 0, **how: Any) -> Taken:
    how = {"who": "Ana", "now": NOW + dt.timedelta(seconds=seconds), **how}
    return take(address, path, **how)


def hows(found: Taken) -> list[str]:
    return [outcome.how for outcome in found.outcomes]


def said(address: Path) -> list[tuple[str, ...]]:
    """Return what stands: names, kind, verdict, because, day, note, who."""
    network = workspace.open(address)
    found = []
    for matter in network.matters.values():
        row = matter.stands
        if row is not None:
            names = sorted(network.organisation(end).name for end in (matter.organisation, matter.candidate) if end)
            found.append((*names, row.kind or "", row.verdict, row.because, row.day or "", row.note, row.who))
    return sorted(found)


def table(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    kept = [*rows]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*dict.fromkeys(name for row in kept for name in row)], restval="")
        writer.writeheader()
        writer.writerows(kept)
    return path


def pair(verdict: str, **more: str) -> dict[str, str]:
    return {"organisation": "Mostar", "candidate": "Bari", "verdict": verdict, **more}


# --- the workbook -----------------------------------------------------------------------------------------------------


def suggested(network: Network) -> list[Suggestion]:
    """Return suggestions of every kind, without asking for them."""
    parties = {one.name: Party(id=one.id, name=one.name, country=one.country) for one in network.organisations}
    start = [("Mostar", "Bari"), ("Mostar", "Graz"), ("Banja Luka", "Bari"), ("Bari", "Mostar"), ("Pula", "Bari")]
    pairs = [("start", *names) for names in start] + [("revitalise", "Graz", "Pula"), ("develop", "Pula", "Graz")]
    return [
        Suggestion.model_validate({"kind": kind, "organisation": parties[a], "candidate": parties[b], "score": 1})
        for kind, a, b in pairs
    ]


def book_of(address: Path, path: Path) -> Path:
    network = workspace.open(address)
    unresolved = reviewing.unresolved(address)
    path.write_bytes(workbook(suggested(network), network=network, rules=Rules(), today=TODAY, unresolved=unresolved))
    return path


def fill(path: Path, filled: Mapping[tuple[str, int], Mapping[str, Any]], *, to: Path | None = None) -> Path:
    """Fill cells in as a person does, and save the workbook as another program does."""
    book = openpyxl.load_workbook(path)
    for (title, number), cells in filled.items():
        for head, value in cells.items():
            cell = place(book[title], number, head)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(to or path)
    return to or path


def place(sheet: Worksheet, number: int, head: str) -> Any:
    return sheet.cell(number, [cell.value for cell in sheet[1]].index(head) + 1)


@pytest.fixture
def book(stored: Path, tmp_path: Path) -> Path:
    return book_of(stored, tmp_path / "review.xlsx")


class TestWorkbook:
    def test_what_a_person_decides_is_in_the_network(self, stored: Path, book: Path) -> None:
        fill(
            book,
            {
                ("Start", 2): {"Decision": "accepted", "Because": "=same plans", "Note": "+385 1 234", "Who": "Mirela"},
                ("Start", 3): {"Decision": "Later", "Day": "5.2027"},
                ("Start", 4): {"Decision": "candidate is another place", "Note": "ask\nthem"},
                ("Revitalise", 2): {"Decision": "met", "Day": dt.date(2026, 5, 12)},
                ("Develop", 2): {"Decision": "declined", "Because": "too far"},
            },
        )
        found = taken(stored, book)
        assert hows(found) == ["new"] * 5
        assert not found.faults
        assert said(stored) == [
            ("Banja Luka", "Bari", "start", "misplaced", "", "", "ask\nthem", "Ana"),
            ("Bari", "Mostar", "start", "accepted", "=same plans", "", "+385 1 234", "Mirela"),
            ("Graz", "Mostar", "start", "later", "", "2027-05", "", "Ana"),
            ("Graz", "Pula", "develop", "declined", "too far", "", "", "Ana"),
            ("Graz", "Pula", "revitalise", "met", "", "2026-05-12", "", "Ana"),
        ]
        misplaced = next(row for row in workspace.open(stored).decisions if row.verdict == "misplaced")
        assert misplaced.about == ids(stored)["Bari"]
        assert {row.when for row in workspace.open(stored).decisions} == {"2026-11-26T14:03:22.005Z"}

    def test_taking_it_in_twice_changes_nothing(self, stored: Path, book: Path) -> None:
        fill(book, {("Start", 2): {"Decision": "accepted"}, ("Start", 3): {"Decision": "declined"}})
        assert hows(taken(stored, book)) == ["new", "new"]
        before = stored.read_bytes()
        assert hows(taken(stored, book, seconds=60, who="Bob")) == ["known", "known"]
        assert stored.read_bytes() == before

    def test_an_empty_one_says_that_nothing_is_decided(self, stored: Path, book: Path) -> None:
        found = taken(stored, book)
        assert (found.rows, found.faults) == ((), ())
        assert found.lines() == ["review.xlsx: 0 decisions new, 0 known, 0 in conflict"]

    def test_the_funnel_goes_on_in_the_next_workbook(self, stored: Path, book: Path, tmp_path: Path) -> None:
        taken(stored, fill(book, {("Start", 2): {"Decision": "accepted"}}))
        second = book_of(stored, tmp_path / "second.xlsx")
        taken(stored, fill(second, {("Decisions", 2): {"Decision": "met", "Day": "2026-11-20"}}), seconds=1)
        third = book_of(stored, tmp_path / "third.xlsx")
        found = taken(stored, fill(third, {("Decisions", 2): {"Decision": "take back"}}), seconds=2)
        assert hows(found) == ["new"]
        assert said(stored) == [("Bari", "Mostar", "start", "accepted", "", "", "", "Ana")]
        assert hows(taken(stored, third, seconds=3)) == ["known"]
        fourth = fill(book_of(stored, tmp_path / "fourth.xlsx"), {("Decisions", 2): {"Decision": "take back"}})
        taken(stored, fourth, seconds=4)
        assert said(stored) == []
        last = fill(book_of(stored, tmp_path / "last.xlsx"), {("Decisions", 2): {"Decision": "take back"}})
        [fault] = taken(stored, last, seconds=5).faults
        assert fault.reason == "nothing stands of the two that could be taken back"

    def test_what_was_decided_meanwhile_is_a_conflict(self, stored: Path, book: Path, tmp_path: Path) -> None:
        by = deciding.Signed("Bob", NOW)
        deciding.decide(stored, "Bari", "Mostar", verdict="declined", because="a secret of Bob", by=by, kind="start")
        fill(book, {("Start", 2): {"Decision": "accepted"}, ("Start", 3): {"Decision": "accepted"}})
        for dry in (True, False):
            found = taken(stored, book, seconds=1, dry_run=dry)
            assert hows(found) == ["conflict", "new"]
        lines = found.lines()
        assert "declined stands, by Bob on 2026-11-26" in lines[1]
        assert lines[1].endswith("(sheet Start, row 2)")
        assert "secret" not in "".join(lines)
        assert "--overrule" in lines[-1]
        over = taken(stored, book, seconds=2, overrule=True)
        assert hows(over) == ["new", "known"]
        assert over.rows[0].overruled
        assert "it takes the place of what stood" in over.lines()[1]
        assert [row[3] for row in said(stored)] == ["accepted", "accepted"]
        assert hows(taken(stored, book, seconds=3, overrule=True)) == ["known", "known"]

    def test_a_dry_run_stores_nothing(self, stored: Path, book: Path) -> None:
        fill(book, {("Start", 2): {"Decision": "accepted"}, ("Unresolved", 2): {"Answer": "none"}})
        before = stored.read_bytes()
        found = taken(stored, book, dry_run=True)
        assert (hows(found), len(found.judgements)) == (["new"], 1)
        assert found.lines()[1] == "Nothing was stored: this is what would come of it."
        assert stored.read_bytes() == before

    def test_rows_that_a_filter_hides_are_taken(self, stored: Path, book: Path) -> None:
        fill(book, {("Start", 2): {"Decision": "accepted"}})
        opened = openpyxl.load_workbook(book)
        opened["Start"].row_dimensions[2].hidden = True
        opened["Start"].sheet_state = "hidden"
        opened.save(book)
        assert hows(taken(stored, book)) == ["new"]

    def test_rows_that_were_mixed_are_refused(self, stored: Path, book: Path) -> None:
        fill(book, {("Start", 2): {"Organisation": "Graz", "Decision": "accepted"}})
        [fault] = taken(stored, book).faults
        assert (fault.file, fault.row) == ("review.xlsx, sheet Start", 2)
        assert "sorted" in fault.reason
        assert said(stored) == []

    def test_a_row_that_a_person_added_is_found_by_its_names(self, stored: Path, book: Path) -> None:
        last = openpyxl.load_workbook(book)["Start"].max_row + 1
        added = {"Organisation": "Mostar", "Country": "BA", "Candidate": "Pula", "Its country": "Croatia"}
        assert hows(taken(stored, fill(book, {("Start", last): {**added, "Decision": "signed"}}))) == ["new"]
        assert said(stored) == [("Mostar", "Pula", "start", "signed", "", "", "", "Ana")]

    def test_what_cannot_be_taken_is_told(self, stored: Path, book: Path) -> None:
        hostile = "=cmd|' /C calc'!A0"
        fill(
            book,
            {
                ("Start", 2): {"Decision": hostile},
                ("Start", 3): {"Note": "a note alone"},
                ("Start", 4): {"Decision": "met", "Day": hostile},
                ("Start", 6): {"Decision": "accepted", "Because": "x" * 10_001},
                ("Revitalise", 2): {"Decision": "met", "Kind": "marry"},
            },
        )
        found = taken(stored, book)
        assert found.rows == ()
        assert [(fault.row, fault.column) for fault in found.faults] == [
            *((2, "Decision"), (3, "Decision"), (4, "Day"), (6, "Because")),
            (2, None),
        ]
        assert hostile not in "".join(found.lines())
        assert found.lines()[0].endswith("5 rows not taken")

    def test_a_formula_without_a_value_holds_its_row_back(self, stored: Path, book: Path) -> None:
        opened = openpyxl.load_workbook(book)
        place(opened["Start"], 2, "Decision").value = "accepted"
        place(opened["Start"], 2, "Note").value = "=A1&B1"
        place(opened["Start"], 3, "Score").value = "=1+1"
        place(opened["Start"], 3, "Decision").value = "declined"
        opened.save(book)
        found = taken(stored, book)
        assert hows(found) == ["new"]
        assert [(fault.row, fault.column) for fault in found.faults] == [(2, "Note")]

    def test_two_rows_about_the_same_are_one_or_a_fault(self, stored: Path, book: Path) -> None:
        fill(book, {("Start", 2): {"Decision": "accepted"}, ("Start", 5): {"Decision": "accepted"}})
        assert hows(taken(stored, book)) == ["new", "known"]
        fill(book, {("Start", 5): {"Decision": "declined"}})
        found = taken(stored, book)
        assert hows(found) == ["known"]
        assert [fault.reason for fault in found.faults] == [
            "row 2 is about the same two and says otherwise; what it says was taken"
        ]

    def test_another_decision_on_another_sheet_is_a_fault(self, stored: Path, book: Path, tmp_path: Path) -> None:
        taken(stored, fill(book, {("Start", 2): {"Decision": "later", "Day": "2026-01"}}))
        both = book_of(stored, tmp_path / "both.xlsx")
        fill(both, {("Start", 2): {"Decision": "declined"}, ("Decisions", 2): {"Decision": "accepted"}})
        found = taken(stored, both, seconds=1)
        assert hows(found) == ["new"]
        assert [fault.reason for fault in found.faults] == [
            "row 2 of sheet Start is about the same two and says otherwise; what it says was taken"
        ]

    def test_answers_become_judgements(self, stored: Path, book: Path) -> None:
        sheet = openpyxl.load_workbook(book)["Unresolved"]
        rows = {place(sheet, number, "Name").value: number for number in range(2, sheet.max_row + 1)}
        fill(
            book,
            {
                ("Start", 2): {"Decision": "accepted"},
                ("Unresolved", rows["Neustadt"]): {"Answer": 1, "Note": "the mayor's letter", "Who": "Mirela"},
                ("Unresolved", rows["Mostarr"]): {"Answer": "perhaps"},
                ("Unresolved", sheet.max_row): {"Answer": "different"},
            },
        )
        found = taken(stored, book)
        assert [(one.verdict, one.why, one.who) for one in found.judgements] == [
            ("place", "the mayor's letter", "Mirela"),
            ("different", "", "Ana"),
        ]
        assert [(fault.row, fault.column) for fault in found.faults] == [(rows["Mostarr"], "answer")]
        assert {one.verdict for one in workspace.open(stored).judgements} == {"place", "different"}
        again = taken(stored, book, seconds=1)
        assert (again.judgements, again.answered_before, hows(again)) == ((), 2, ["known"])
        assert "0 answers new, 2 known" in again.lines()[0]

    def test_answers_that_are_none_are_told(self, stored: Path, book: Path) -> None:
        fill(book, {("Unresolved", 2): {"Note": "no answer"}, ("Unresolved", 3): {"Name": "Pisa", "Answer": "none"}})
        reasons = [fault.reason for fault in taken(stored, book).faults]
        assert ["no answer" in reasons[0], "sorted in part" in reasons[1]] == [True, True]

    @given(note=st.text(max_size=60), because=st.text(max_size=60))
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_text_comes_back_as_it_was_typed(
        self, note: str, because: str, made: bytes, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        """What XML cannot hold is replaced; nothing else is changed, and nothing becomes a formula."""
        folder = tmp_path_factory.mktemp("texts")
        (folder / "my.twinnet").write_bytes(made)
        network = workspace.open(folder / "my.twinnet")
        texts = {"Note": note, "Because": because}
        content = workbook(suggested(network)[:1], network=network, rules=Rules(), today=TODAY)
        path = folder / "a.xlsx"
        path.write_bytes(content)
        legal = {head: openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", text) for head, text in texts.items()}
        legal = {head: legal_text(text) for head, text in legal.items()}
        fill(path, {("Start", 2): {"Decision": "accepted", **legal}})
        found = taken(folder / "my.twinnet", path)
        row = found.outcomes[0].row
        wanted = {head: text.replace("\r\n", "\n").replace("\r", "\n").strip() for head, text in legal.items()}
        assert (
            row.note.replace("\r\n", "\n").replace("\r", "\n"),
            row.because.replace("\r\n", "\n").replace("\r", "\n"),
        ) == (
            wanted["Note"],
            wanted["Because"],
        )
        again = workspace.open(folder / "my.twinnet")
        written = workbook(suggested(again)[:1], network=again, rules=Rules(), today=TODAY)
        sheet = openpyxl.load_workbook(io.BytesIO(written))["Decisions"]
        assert {cell.data_type for cell in sheet[2] if cell.value is not None} == {"s"}


def legal_text(text: str) -> str:
    return "".join(c for c in text if c not in "\ufffe\uffff" and not 0xD800 <= ord(c) < 0xE000 and c != "\x00")


# --- tables -----------------------------------------------------------------------------------------------------------


class TestTables:
    def test_a_table_by_hand_names_towns_as_people_do(self, stored: Path, tmp_path: Path) -> None:
        rows = [
            pair("declined", because="too far", day="2026-05-12", when="2026-05-13", who="Jasna"),
            {"organisation": "Graz, AT", "candidate": "Pula, Croatia", "verdict": "Accept"},
            {"organisation": ids(stored)["Banja Luka"], "candidate": "Bari", "verdict": "misplaced", "about": "Bari"},
            {"organisation": "", "candidate": "", "verdict": ""},
        ]
        found = taken(stored, table(tmp_path / "a.csv", rows))
        assert hows(found) == ["new"] * 3
        assert said(stored) == [
            ("Banja Luka", "Bari", "start", "misplaced", "", "", "", "Ana"),
            ("Bari", "Mostar", "start", "declined", "too far", "2026-05-12", "", "Jasna"),
            ("Graz", "Pula", "revitalise", "accepted", "", "", "", "Ana"),
        ]
        assert found.outcomes[0].row.when == "2026-05-13T00:00:00.000Z"

    def test_a_row_that_saw_what_stands_follows_it(self, stored: Path, tmp_path: Path) -> None:
        [first] = taken(stored, table(tmp_path / "a.csv", [pair("accepted")])).outcomes
        blind = taken(stored, table(tmp_path / "b.csv", [pair("met")]), seconds=1)
        seen = taken(stored, table(tmp_path / "c.csv", [pair("met", after=first.row.id)]), seconds=1)
        assert (hows(blind), hows(seen)) == (["conflict"], ["new"])

    def test_what_is_listed_reads_back_as_known(self, stored: Path, tmp_path: Path) -> None:
        by = deciding.Signed("Bob", NOW)
        deciding.decide(stored, "Bari", "Mostar", verdict="later", day="2027", because="=1+1", note="'s", by=by)
        deciding.decide(stored, "Bari", "Graz", verdict="misplaced", about="Graz", by=by)
        deciding.correct(stored, "Bari", None, field="languages", value=("it", "en"), by=by)
        deciding.correct(stored, "Graz", "Pula", field="link_state", value=("active",), by=by)
        for name in ("a.csv", "a.xlsx"):
            sheets.write_table(deciding.COLUMNS, deciding.table(workspace.open(stored)), tmp_path / name)
            found = taken(stored, tmp_path / name)
            assert (hows(found), found.faults) == (["known"] * 4, ())

    def test_corrections_are_taken(self, stored: Path, tmp_path: Path) -> None:
        rows = [
            {"organisation": "Bari", "candidate": "", "verdict": "corrected", "field": field, "value": value}
            for field, value in (("languages", "it, en"), ("themes_offered", "sport"), ("themes_sought", "no such"))
        ]
        found = taken(stored, table(tmp_path / "a.csv", rows))
        assert hows(found) == ["new", "new"]
        assert [fault.column for fault in found.faults] == ["value"]
        bari = workspace.open(stored).find("Bari")
        assert (bari.languages, bari.themes_offered) == (("en", "it"), ("sport",))
        undo = {"organisation": "Bari", "candidate": "", "verdict": "take back", "field": "languages"}
        head = workspace.open(stored).matters[matter_id(bari.id, None, "languages")].head
        assert hows(taken(stored, table(tmp_path / "b.csv", [{**undo, "after": head}]), seconds=1)) == ["new"]
        assert workspace.open(stored).find("Bari").languages != ("en", "it")

    @pytest.mark.parametrize(
        ("row", "column", "advice"),
        [
            (pair("accepted", organisation="Mostarska Bistrica"), "organisation", "knows no such"),
            (pair("accepted", organisation=""), "organisation", "give its id or its name"),
            (pair("accepted", candidate="Mostar"), None, "the two organisations are one"),
            (pair("perhaps"), "verdict", "it is one of: accepted, later"),
            (pair("", note="x"), "verdict", "choose one"),
            (pair("met", day="31.2.2026"), "day", "no such day"),
            (pair("met", when="yesterday"), "when", "write a moment as"),
            (pair("met", when="99Z"), "when", "write a moment as"),
            (pair("met", kind="marry"), "kind", "start, revitalise, develop"),
            (pair("met", who="x" * 201), "who", "200"),
            (pair("misplaced"), "verdict", "which of the two"),
            (pair("misplaced", about="Graz"), "about", "which of the two"),
            (pair("misplaced", about="Nowhere at all"), "about", "which of the two"),
            (pair("take back", withdraws="decision-0"), "verdict", "does not know what it takes back"),
            (pair("corrected", field="name", value="x"), "field", ""),
        ],
    )
    def test_a_fault_says_where_and_what_to_do(
        self, stored: Path, tmp_path: Path, row: dict[str, str], column: str | None, advice: str
    ) -> None:
        good = {"organisation": "Graz", "candidate": "Bari", "verdict": "accepted"}
        found = taken(stored, table(tmp_path / "a.csv", [good, row]))
        assert hows(found) == ["new"]
        [fault] = found.faults
        assert (fault.file, fault.row, fault.column) == ("a.csv", 3, column)
        assert advice in fault.reason

    def test_a_name_of_several_asks_for_a_country(self, tmp_path: Path) -> None:
        (tmp_path / "m.csv").write_text(
            "name,country\nTeslić,BA\nBari,IT\nNeustadt an der Donau,DE\nBrod,BA\nBrod,MK\n", encoding="utf-8"
        )
        workspace.import_lists([tmp_path / "m.csv"], tmp_path / "n.twinnet", options=ReadOptions(kind="members"))
        network = workspace.open(tmp_path / "n.twinnet")
        brods = [one for one in network.organisations if one.name == "Brod"]
        assert len(brods) == 2
        row = {"organisation": "Brod", "candidate": "Bari", "verdict": "accepted"}
        [fault] = taken(tmp_path / "n.twinnet", table(tmp_path / "a.csv", [row])).faults
        assert brods[0].id in fault.reason
        assert "country" in fault.reason
        found = taken(tmp_path / "n.twinnet", table(tmp_path / "b.csv", [{**row, "country": "MK"}]))
        assert hows(found) == ["new"]

    def test_a_list_of_suggestions_with_a_verdict_is_a_table_of_decisions(self, stored: Path, tmp_path: Path) -> None:
        from twinnet import writing

        network = workspace.open(stored)
        writing.write(suggested(network)[:1], tmp_path / "s.csv", network=network, rules=Rules(), today=TODAY)
        with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
            rows = [{**row, "verdict": "accepted"} for row in csv.DictReader(file)]
        assert hows(taken(stored, table(tmp_path / "d.csv", rows))) == ["new"]
        assert said(stored)[0][:4] == ("Bari", "Mostar", "start", "accepted")

    def test_a_table_may_be_json_too(self, stored: Path, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(
            json.dumps([pair("accepted"), pair("accepted", candidate="Graz")]), encoding="utf-8"
        )
        assert hows(taken(stored, tmp_path / "a.json")) == ["new", "new"]


# --- the file of a page -----------------------------------------------------------------------------------------------


def page(path: Path, rows: Iterable[Any], **more: Any) -> Path:
    whole = {"twinnet": "decisions", "format": 1, "title": "ALDA", "decisions": [*rows], **more}
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


@pytest.fixture
def rows(stored: Path) -> list[dict[str, Any]]:
    """What a page says: accepted, then met, of one pair; later, and taken back, of another."""
    known = ids(stored)
    first = {"organisation": known["Mostar"], "candidate": known["Bari"], "kind": "start"}
    second = {"organisation": known["Graz"], "candidate": known["Bari"], "kind": "start"}

    def row(of: Mapping[str, Any], verdict: str, second: int, **more: Any) -> dict[str, Any]:
        return {**of, "verdict": verdict, "when": f"2026-11-20T10:00:{second:02}.000Z", "after": None, **more}

    def identifier(made: Mapping[str, Any]) -> str:
        return Decision.model_validate(made).id

    accepted = row(first, "accepted", 1, note="Großes \N{SEEDLING} =1+1")
    met = row(first, "met", 2, after=identifier(accepted), day="2026-11-19")
    later = row(second, "later", 3)
    back = row(second, "withdrawn", 4, withdraws=identifier(later), after=identifier(later))
    return [accepted, met, later, back]


class TestPage:
    def test_rows_follow_each_other(self, stored: Path, rows: list[dict[str, Any]], tmp_path: Path) -> None:
        found = taken(stored, page(tmp_path / "decisions-a.json", rows))
        assert (hows(found), found.faults) == (["new"] * 4, ())
        assert said(stored) == [("Bari", "Mostar", "start", "met", "", "2026-11-19", "", "Ana")]
        network = workspace.open(stored)
        assert [row.verdict for row in network.decisions] == ["accepted", "met", "later", "withdrawn"]
        assert network.decisions[0].note == "Großes \N{SEEDLING} =1+1"

    @pytest.mark.parametrize("who", ["Ana", "Bob"])
    def test_saved_again_with_more_it_adds_what_is_new(
        self, stored: Path, rows: list[dict[str, Any]], tmp_path: Path, who: str
    ) -> None:
        assert hows(taken(stored, page(tmp_path / "a.json", rows[:1]))) == ["new"]
        assert hows(taken(stored, page(tmp_path / "b.json", rows), who=who)) == ["known", "new", "new", "new"]
        assert hows(taken(stored, page(tmp_path / "b.json", rows))) == ["known"] * 4

    def test_known_is_told_with_what_was_decided_since(
        self, stored: Path, rows: list[dict[str, Any]], tmp_path: Path
    ) -> None:
        path = page(tmp_path / "a.json", rows[:1])
        assert taken(stored, path).lines()[1].endswith(": accepted (row 1)")
        assert taken(stored, path).lines()[1].endswith(": accepted (row 1)")
        by = deciding.Signed("Bob", NOW)
        deciding.decide(stored, "Bari", "Mostar", verdict="declined", because="a secret", by=by)
        assert taken(stored, path).lines()[1].endswith(": accepted; declined stands, by Bob on 2026-11-26 (row 1)")
        for _ in range(2):
            deciding.undo(stored, "Bari", "Mostar", by=by)
        assert "accepted; it was taken back, by Bob on 2026-11-26 (row 1)" in taken(stored, path).lines()[1]

    def test_rows_without_moments_and_without_what_they_had_seen(
        self, stored: Path, rows: list[dict[str, Any]], tmp_path: Path
    ) -> None:
        bare = [{key: value for key, value in row.items() if key not in ("when", "after")} for row in rows[:2]]
        path = page(tmp_path / "a.json", bare)
        assert hows(taken(stored, path)) == ["new", "new"]
        assert said(stored)[0][3] == "met"
        assert hows(taken(stored, path, seconds=60)) == ["known", "known"]

    def test_a_conflict_goes_for_the_rows_after_it(
        self, stored: Path, rows: list[dict[str, Any]], tmp_path: Path
    ) -> None:
        by = deciding.Signed("Bob", NOW)
        deciding.decide(stored, "Bari", "Mostar", verdict="declined", by=by, kind="start")
        path = page(tmp_path / "a.json", rows[:2])
        assert hows(taken(stored, path)) == ["conflict", "conflict"]
        assert hows(taken(stored, path, overrule=True)) == ["new", "new"]
        assert said(stored)[0][3] == "met"
        assert hows(taken(stored, path)) == ["known", "known"]
        history = [row.verdict for row in workspace.open(stored).decisions]
        assert history == ["declined", "accepted", "met"]

    def test_it_takes_back_nothing_that_another_person_said(
        self, stored: Path, rows: list[dict[str, Any]], tmp_path: Path
    ) -> None:
        by = deciding.Signed("Bob", NOW)
        deciding.decide(stored, "Graz", "Bari", verdict="later", by=by, kind="start")
        path = page(tmp_path / "a.json", rows[2:])
        found = taken(stored, path)
        assert hows(found) == ["known", "conflict"]
        assert "later stands, by Bob" in found.lines()[2]
        assert hows(taken(stored, path, overrule=True)) == ["known", "new"]
        assert said(stored) == []

    def test_a_row_that_is_none_is_told(self, stored: Path, rows: list[dict[str, Any]], tmp_path: Path) -> None:
        bad = [
            *("no row", {**rows[0], "evil": "x"}, {**rows[0], "note": ["a"]}, {**rows[0], "value": "x"}),
            {**rows[0], "note": "\ud800\x00"},
        ]
        found = taken(stored, page(tmp_path / "a.json", bad))
        assert [fault.row for fault in found.faults] == [1, 2, 3, 4]
        assert found.outcomes[0].row.note == "?\ufffd"

    @pytest.mark.parametrize(
        ("text", "advice"),
        [
            ("{", "damaged"),
            ('{"twinnet": "decisions"', "damaged"),
            ('{"a":' * 100_000, "damaged"),
            ('{"twinnet": "network"}', "no file of decisions"),
            ('{"twinnet": "decisions", "format": 1}', "no file of decisions"),
            ('{"twinnet": "decisions", "format": 2, "decisions": []}', "newer version"),
            ("name,country\nBari,IT\n", "needs the columns"),
            ("", "empty"),
        ],
    )
    def test_a_file_that_is_none_is_refused(self, stored: Path, tmp_path: Path, text: str, advice: str) -> None:
        path = tmp_path / "a.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=advice):
            taken(stored, path)
        assert said(stored) == []

    def test_more_rows_than_a_file_may_have_are_refused(
        self, stored: Path, rows: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from twinnet.reading import Limits

        monkeypatch.setattr(taking.files, "LIMITS", Limits(rows=2))
        with pytest.raises(LimitError, match="rows = 2"):
            taken(stored, page(tmp_path / "a.json", rows))


class TestForeign:
    def test_a_file_of_another_network_is_refused_before_anything_is_stored(
        self, stored: Path, rows: list[dict[str, Any]], tmp_path: Path
    ) -> None:
        foreign = [
            {**row, "organisation": f"town-{at}", "candidate": f"town-{at + 9}"} for at, row in enumerate(rows[:1] * 3)
        ]
        with pytest.raises(InputError, match="6 of the 9 organisations") as refused:
            taken(stored, page(tmp_path / "a.json", [*rows, *foreign]))
        assert refused.value.file == "a.json"
        assert len(workspace.open(stored).decisions) == 0

    def test_of_a_few_that_are_gone_the_others_are_taken(
        self, stored: Path, rows: list[dict[str, Any]], tmp_path: Path
    ) -> None:
        gone = {**rows[2], "candidate": "town-9"}
        found = taken(stored, page(tmp_path / "a.json", [rows[0], gone]))
        assert hows(found) == ["new"]
        assert [(fault.row, fault.column) for fault in found.faults] == [(2, "candidate")]

    def test_a_workbook_of_another_network_is_refused(self, stored: Path, book: Path, tmp_path: Path) -> None:
        (tmp_path / "m.csv").write_text("name,country\nTuzla,BA\nTirana,AL\n", encoding="utf-8")
        workspace.import_lists([tmp_path / "m.csv"], tmp_path / "other.twinnet", options=ReadOptions(kind="members"))
        fill(book, {("Unresolved", 2): {"Answer": "none"}})
        with pytest.raises(InputError, match="another one"):
            taken(tmp_path / "other.twinnet", book)
        fill(book, {("Start", 2): {"Decision": "accepted"}})
        with pytest.raises(InputError, match="3 of the 3"):
            taken(tmp_path / "other.twinnet", book)

    def test_there_has_to_be_a_network(self, tmp_path: Path, rows: list[dict[str, Any]]) -> None:
        with pytest.raises(StoreError):
            taken(tmp_path / "none.twinnet", page(tmp_path / "a.json", rows))


def test_what_another_program_decided_meanwhile_is_a_conflict_after_all(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = table(tmp_path / "a.csv", [pair("accepted")])
    judged = taking._judged

    def slow(*given: Any, **how: Any) -> Any:
        found = judged(*given, **how)
        deciding.decide(stored, "Bari", "Mostar", verdict="declined", by=deciding.Signed("Bob", NOW), kind="start")
        return found

    monkeypatch.setattr(taking, "_judged", slow)
    found = taken(stored, path)
    assert hows(found) == ["conflict"]
    assert [row[3] for row in said(stored)] == ["declined"]


def test_the_command_tells_what_became_of_a_file(stored: Path, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", [pair("accepted"), pair("perhaps", candidate="Graz")])
    told = CliRunner().invoke(cli.twinnet, ["decisions", str(stored), str(path), "--who", "Ana"])
    assert told.exit_code == 0, told.output
    assert "a.csv: 1 decision new, 0 known, 0 in conflict; 1 row not taken" in told.output
    assert "not taken: a.csv, row 3, column verdict: it is one of: accepted" in " ".join(told.output.split())
