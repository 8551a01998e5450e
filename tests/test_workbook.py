"""The workbook: a person reads and decides in it, no cell is a formula, and the same input gives the same bytes."""

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_writing import HOSTILE, START, SUGGESTIONS
from twinnet import writing
from twinnet.decisions import VERDICTS, Decision, matter_id
from twinnet.errors import InputError
from twinnet.graph import Network
from twinnet.models import Evidence, Link, Organisation, Party, Rules, Source, Suggestion
from twinnet.writing import workbook as workbooks
from twinnet.writing.workbook import cells, pages, verdicts

TODAY = dt.date(2026, 5, 9)
TEXTS = [
    *(HOSTILE, "+1", "-1", "@x", "=cmd|' /C calc'!A0", "\t=1+1", "http://example.org", "1234", "{=A1}", "_x0041_"),
    *('DDE("cmd";"/C calc")', "#REF!", "'=1", "2026-05-09"),
]
QUESTIONS = workbooks.Questions(
    ("Question", "Asks", "Name", "Choice 1", "Answer", "Note"),
    (
        workbooks.Asked({"Question": "judgement-1", "Name": HOSTILE, "Choice 1": "=Neustadt [1]"}, ("1", "none")),
        workbooks.Asked({"Question": "judgement-2", "Name": "@x", "Choice 1": "Graz [2]"}, ("1", "none")),
        workbooks.Asked({"Question": "judgement-3", "Name": "+x"}, ("same", "different")),
    ),
)


def decided(verdict: str, second: int, **more: Any) -> Decision:
    sides = {"organisation": "town-1", "candidate": "ngo-3", "kind": "start", "who": "Ana"}
    return Decision.model_validate({**sides, "verdict": verdict, "when": f"2026-05-01T09:00:{second:02}Z", **more})


def network(*decisions: Decision) -> Network:
    return Network(
        [
            Organisation(id="town-1", name="Bari", country="IT", population=316_015),
            Organisation(id="town-2", name="Pula", country="HR"),
            Organisation(id="ngo-3", name=HOSTILE, kind="ngo"),
        ],
        links=[Link(id="link-1", a="town-1", b="town-2", since="1998")],
        sources=[Source(name="links", kind="links", file="=links.csv", date="2025", rows=1)],
        decisions=decisions,
    )


def made(
    suggestions: list[Suggestion] | None = None,
    *,
    of: Network | None = None,
    unresolved: workbooks.Questions | None = None,
) -> bytes:
    return workbooks.workbook(
        SUGGESTIONS if suggestions is None else suggestions,
        network=network() if of is None else of,
        rules=Rules(cap=5),
        today=TODAY,
        unresolved=unresolved,
    )


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def row(sheet: Any, number: int = 2) -> dict[str, Any]:
    return dict(zip((cell.value for cell in sheet[1]), sheet[number], strict=True))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return {name: archive.read(name) for name in archive.namelist()}


def choices(sheet: Any, place: str) -> list[str]:
    """Return what the drop-down of a cell offers."""
    (rule,) = [rule for rule in sheet.data_validations.dataValidation if place in rule.sqref and rule.type == "list"]
    assert re.fullmatch(r'"[^"]*"', rule.formula1)
    assert len(rule.formula1) <= 257
    assert rule.showDropDown in (None, False)
    return rule.formula1.strip('"').split(",")


class TestSheets:
    def test_suggestions_are_read_as_they_were(self) -> None:
        book = opened(made(unresolved=QUESTIONS))
        assert book.sheetnames == ["Start", "Revitalise", "Develop", "Reasons", "Unresolved", "Decisions", "About"]
        start, wake, develop = book.worksheets[:3]
        first = row(start)
        assert (first["Organisation"].value, first["Inhabitants"].value) == ("Bari", 316_015)
        assert first["Its inhabitants"].value is None
        assert (first["Candidate"].value, first["Candidate"].data_type) == (HOSTILE, "s")
        assert (first["Score"].value, first["Score"].data_type) == (-250, "n")
        assert first["Times as likely as a chance pair"].value == 12.5
        assert first["Reasons (points)"].value == "both work on youth (+750)\nfar apart (-1000)"
        assert first["Reasons (points)"].alignment.wrap_text
        assert (start.freeze_panes, start.auto_filter.ref) == ("B2", f"A1:{start.dimensions.split(':')[1]}")
        assert (row(wake)["State"].value, row(wake)["Ask first"].value) == ("unknown", "yes")
        assert row(develop)["Themes to take up"].value == "culture and arts, sport"

    def test_what_is_to_be_filled_in_is_empty_text(self) -> None:
        for sheet in opened(made()).worksheets[:3]:
            for title in ("Decision", "Because", "Day", "Note", "Who"):
                cell = row(sheet)[title]
                assert (cell.value, cell.number_format) == (None, "@")

    def test_a_drop_down_offers_words_that_are_read_back(self) -> None:
        start, wake = opened(made()).worksheets[:2]
        offered = choices(start, row(start)["Decision"].coordinate)
        assert {said.verdict for said in map(verdicts.said, offered) if said} == set(VERDICTS)
        assert "candidate is another place" in offered
        assert "partner is another place" in choices(wake, row(wake)["Decision"].coordinate)
        assert "take back" not in offered

    def test_keys_are_hidden_and_lead_back(self) -> None:
        start, wake = opened(made()).worksheets[:2]
        keys = row(start)
        assert (keys["Organisation id"].value, keys["Candidate id"].value, keys["Kind"].value) == (
            *("town-1", "ngo-3"),
            "start",
        )
        assert keys["After"].value is None
        assert keys["Check"].value == verdicts.check("town-1", "ngo-3", "start", "", "Bari", HOSTILE)
        for sheet in (start, wake):
            hidden = {title for title, cell in row(sheet).items() if sheet.column_dimensions[cell.column_letter].hidden}
            assert hidden >= {"Organisation id", "Kind", "After", "Check"}
            assert not hidden & {"Organisation", "Decision", "Note"}

    def test_every_reason_has_a_row(self) -> None:
        reasons = opened(made())["Reasons"]
        found = [[cell.value for cell in line] for line in reasons.iter_rows(min_row=2)]
        assert found[0][:3] == ["Start", "Bari, IT", HOSTILE]
        assert [line[3:] for line in found] == [
            ["Shared themes", 750, "both work on youth"],
            ["Distance", -1000, "far apart"],
            ["Size", 100, "They are of a size."],
            ["Size", 100, "They are of a size."],
        ]
        assert [line[0] for line in found] == ["Start", "Start", "Revitalise", "Develop"]

    def test_reasons_that_have_no_row_are_counted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "MOST_REASONS", 1)
        book = opened(made())
        facts = {line[0]: line[1] for line in book["About"].iter_rows(values_only=True) if line[0]}
        assert (book["Reasons"].max_row, facts["Reasons without a row"]) == (2, 3)

    def test_of_many_reasons_the_strongest_stand_beside_the_suggestion(self, monkeypatch: pytest.MonkeyPatch) -> None:
        points = [10, -700, 300, 1, 2, 40, 3, 500]
        told = tuple(Evidence(key="size", points=one, sentence=f"reason {at}") for at, one in enumerate(points))
        many = START.model_copy(update={"reasons": told, "score": sum(points)})
        said = row(opened(made([many]))["Start"])["Reasons (points)"].value.split("\n")
        assert said == [
            *("reason 0 (+10)", "reason 1 (-700)", "reason 2 (+300)", "reason 5 (+40)", "reason 7 (+500)"),
            "3 more (+6): see the sheet Reasons",
        ]
        monkeypatch.setattr(pages, "MOST_REASONS", 7)
        assert len(row(opened(made([many]))["Start"])["Reasons (points)"].value.split("\n")) == 8

    def test_about_says_what_the_suggestions_rest_on(self) -> None:
        book = opened(made())
        about = book["About"]
        facts = {line[0]: line[1] for line in about.iter_rows(values_only=True) if line[0]}
        assert facts["Suggestions of"] == "2026-05-09"
        assert (facts["Start"], facts["Links"], facts["Newest date in the data"]) == (1, 1, "2025-12-31")
        assert facts["Rules"] == "cap = 5"
        assert "twinnet decisions" in str(facts["How to decide"])
        assert [cell.value for cell in about[about.max_row]] == ["links", "links", "=links.csv", "2025", 1]
        assert book.properties.created == dt.datetime(2026, 5, 9)  # noqa: DTZ001 - as openpyxl reads it

    def test_no_suggestions_are_sheets_with_headers(self, tmp_path: Path) -> None:
        writing.write([], tmp_path / "a.xlsx", network=Network(), rules=Rules(), today=TODAY)
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        assert [sheet.max_row for sheet in book.worksheets[:-1]] == [1] * 5
        assert not any(sheet.data_validations.dataValidation for sheet in book.worksheets)
        facts = {line[0]: line[1] for line in book["About"].iter_rows(values_only=True)}
        assert (facts["Rules"], facts["Newest date in the data"]) == ("the default rules", "not known")

    def test_more_than_a_sheet_holds_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cells, "MOST_ROWS", 2)
        with pytest.raises(InputError, match="more than a sheet"):
            writing.write([START, START], tmp_path / "a.xlsx", network=network(), rules=Rules(), today=TODAY)
        assert list(tmp_path.iterdir()) == []


class TestDecided:
    def test_what_has_come_furthest_stands_first(self) -> None:
        accepted = decided("accepted", 1, because="same themes", note="a secret")
        met = decided("met", 2, day="2026-05-02", after=accepted.id)
        later = decided("later", 3, organisation="town-2", candidate="town-1", kind="revitalise", day="2027")
        gone = decided("declined", 4, kind="develop", candidate="town-2")
        undone = decided("withdrawn", 5, kind="develop", candidate="town-2", withdraws=gone.id, after=gone.id)
        theme = Decision(
            organisation="town-1", verdict="corrected", field="languages", value=("it",), when="2026-05-01T10:00:00Z"
        )
        content = made(of=network(accepted, met, later, gone, undone, theme))
        sheet = opened(content)["Decisions"]
        stands = [row(sheet, number)["Stands"].value for number in range(2, sheet.max_row + 1)]
        assert stands == ["met", "later", "taken back"]
        first = row(sheet)
        assert first["So far"].value == "accepted (Ana, 2026-05-01): same themes\nmet on 2026-05-02 (Ana, 2026-05-01)"
        assert (first["After"].value, first["Kind"].value, first["Candidate id"].value) == (met.id, "start", "ngo-3")
        assert "taken back later" in row(sheet, 4)["So far"].value
        assert "take back" in choices(sheet, first["Decision"].coordinate)
        assert "take back" not in choices(sheet, row(sheet, 4)["Decision"].coordinate)
        assert b"a secret" not in b"".join(parts(content).values())

    def test_a_suggestion_says_what_was_decided_of_it(self) -> None:
        later = decided("later", 1, day="2026-03", because="=election")
        sheet = opened(made(of=network(later)))["Start"]
        assert row(sheet)["So far"].value == "later, not before 2026-03 (Ana, 2026-05-01): =election"
        assert (row(sheet)["After"].value, row(sheet)["So far"].data_type) == (later.id, "s")
        assert "take back" in choices(sheet, row(sheet)["Decision"].coordinate)
        assert matter_id("ngo-3", "town-1", "start") in network(later).matters


class TestQuestions:
    def test_are_asked_with_the_answers_that_fit(self) -> None:
        sheet = opened(made(unresolved=QUESTIONS))["Unresolved"]
        assert [cell.value for cell in sheet[1]] == list(QUESTIONS.titles)
        assert sheet.column_dimensions["A"].hidden
        assert [choices(sheet, f"E{number}") for number in (2, 3, 4)] == [
            ["1", "none"],
            ["1", "none"],
            ["same", "different"],
        ]
        assert not any(rule.showErrorMessage for rule in sheet.data_validations.dataValidation if rule.type == "list")
        assert (row(sheet)["Name"].value, row(sheet)["Name"].data_type) == (HOSTILE, "s")
        assert row(sheet)["Answer"].number_format == "@"

    def test_a_drop_down_holds_no_data(self) -> None:
        odd = replace(QUESTIONS, rows=(workbooks.Asked({}, ('a","b', "=A1")),))
        with pytest.raises(ValueError, match="without commas"):
            made(unresolved=odd)


class TestHarmless:
    def test_the_same_input_gives_the_same_bytes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        first = made(of=network(decided("accepted", 1)), unresolved=QUESTIONS)
        monkeypatch.setattr("time.time", lambda: 2e9)
        assert made(of=network(decided("accepted", 1)), unresolved=QUESTIONS) == first

    def test_no_text_is_a_formula_or_an_address(self) -> None:
        odd = [START.model_copy(update={"candidate": Party(id="ngo-3", name=text)}) for text in TEXTS]
        odd.append(START.model_copy(update={"candidate": Party(id="ngo-3", name="a\x00b\uffff")}))
        rows = tuple(workbooks.Asked({"Name": text, "Choice 1": text}, ("1", "none")) for text in TEXTS)
        because = [decided("later", at, because=text, who=text) for at, text in enumerate(TEXTS, 1)]
        content = made(odd, of=network(*because), unresolved=replace(QUESTIONS, rows=rows))
        whole = parts(content)
        assert not any(b"<f>" in part or b"<f " in part or b"<hyperlink" in part for part in whole.values())
        lists = set(re.findall(rb"<formula1>(.*?)</formula1>", b"".join(whole.values())))
        allowed = {",".join(verdicts.words("start", decided=way)) for way in (True, False)} | {"1,none"}
        assert {text.decode() for text in lists} <= {f'"{words}"' for words in allowed}
        book = opened(content)
        names = [cell for cell in book["Start"]["C"][1:] if cell.value]
        assert {cell.data_type for cell in names} == {"s"}
        # What a model holds has no blanks around it.
        assert [cell.value for cell in names] == [
            *map(str.strip, TEXTS),
            "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}",
        ]
        assert [cell.value for cell in book["Unresolved"]["C"][1:]] == TEXTS

    def test_a_text_too_long_is_cut(self) -> None:
        cut = workbooks.cell_text("\N{SEEDLING}" * 20_000)
        assert len(cut.encode("utf-16-le")) // 2 <= workbooks.LONGEST_TEXT
        assert cut.endswith("\N{SEEDLING}…")
        assert workbooks.cell_text("half \ud83c") == "half \N{REPLACEMENT CHARACTER}"
        assert workbooks.cell_text("a" * workbooks.LONGEST_TEXT) == "a" * workbooks.LONGEST_TEXT

    @given(st.text(), st.text())
    def test_a_check_is_read_as_cells_hold_it(self, name: str, more: str) -> None:
        assert verdicts.check(name) == verdicts.check(cells.cell_text(name).strip()) == verdicts.check(f" {name}\n")
        if " ".join(cells.cell_text(name).split()) != " ".join(cells.cell_text(more).split()):
            assert verdicts.check(name) != verdicts.check(more)
