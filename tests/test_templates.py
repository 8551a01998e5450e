"""A blank workbook has what a list needs, and comes back as it was filled in."""

import io
import zipfile

import openpyxl
import pytest
from click.testing import CliRunner

from twinnet import cli, countries, themes
from twinnet.models import LIST_KINDS, ListKind, ListTable
from twinnet.reading import ReadOptions, read_lists, read_table, values
from twinnet.reading.fields import EXAMPLE, WORDS_SHEET
from twinnet.writing.template import fields, template

FILLED = {
    "name": ["Općina Jajce", "Gemeinde Lans", "Comune di Alba"],
    "locality": ["Jajce", "Lans", "Alba"],
    "country": ["Bosnia and Herzegovina", "Austria", "Italy"],
    "region": ["Central Bosnia", "Tirol", "Cuneo"],
    "postcode": ["70101", "6072", "12051"],
    "kind": ["town", "town", "local democracy agency"],
    "since": [2001, 2015, "2019-05-31"],
    "until": [None, None, 2022],
    "status": ["member", "observer", "former member"],
    "themes_offered": ["youth", "culture", "tourism"],
    "themes_sought": ["tourism", "youth", None],
    "themes": ["youth", "culture", "tourism"],
    "languages": ["bs, en", "de", "it, fr"],
    "population": [27_258, 1_000, 31_000],
    "website": ["https://jajce.example", None, "www.alba.example"],
    "latitude": [44.34, None, 44.7],
    "longitude": [17.27, None, 8.03],
    "last_activity": [2020, 2021, "2024-06"],
    "programme": ["Creative Europe", "Interreg", "Interreg"],
    "acronym": ["ONE", "TWO", "THREE"],
    "title": ["One project", "A second project", "A third project"],
    "measure": ["Networks", "Networks", None],
    "start": [2018, 2019, "2020-01"],
    "end": [2020, 2021, 2022],
    "description": ["What was done.", "What was planned.", None],
    "role": ["lead", "partner", "associated"],
}
LINK_KINDS = ["partnership", "friendship", "contact"]


def cells(kind: ListKind, field: str) -> list[object]:
    if kind == "links" and field == "kind":
        return list(LINK_KINDS)
    base = field.removeprefix("from_").removeprefix("to_")
    found = FILLED[base]
    return list(reversed(found)) if field.startswith("to_") else list(found)


def filled(kind: ListKind, *, without: tuple[str, ...] = (), keep_example: bool = True) -> ListTable:
    """A template with three rows written below its example, as a person would, read back."""
    book = openpyxl.load_workbook(io.BytesIO(template(kind)))
    sheet = book.worksheets[0]
    for column, (field, _) in enumerate(fields(kind), 1):
        for row, cell in enumerate(cells(kind, field), 3):
            sheet.cell(row, column).value = cell  # type: ignore[union-attr]  # no merged cell here
    for column, (field, _) in reversed(list(enumerate(fields(kind), 1))):
        if field in without:
            sheet.delete_cols(column)
    if not keep_example:
        sheet.delete_rows(2)
    buffer = io.BytesIO()
    book.save(buffer)
    (table,) = read_table(buffer.getvalue(), file="mine.xlsx")
    return table


@pytest.mark.parametrize("kind", LIST_KINDS)
def test_a_filled_template_comes_back_whole_and_without_a_question(kind: ListKind) -> None:
    table = filled(kind)
    assert table.kind == kind
    assert [(use.field, use.header) for use in table.columns] == list(fields(kind))
    assert len(table.rows) == 3
    assert [(fault.row, fault.held) for fault in table.faults] == [(2, "note")]
    for field, _ in fields(kind):
        given = [cell for cell in cells(kind, field) if cell is not None]
        read = [row.values[field] for row in table.rows if field in row.values]
        assert len(read) == len(given), field
    assert table.network == ("mine" if kind == "members" else None)


@pytest.mark.parametrize("kind", LIST_KINDS)
def test_a_blank_template_holds_no_row_and_says_that_its_example_was_left_out(kind: ListKind) -> None:
    (table,) = read_table(template(kind), file="blank.xlsx")
    assert (table.kind, table.rows) == (kind, ())
    assert [(use.field, use.header) for use in table.columns] == list(fields(kind))
    assert [fault.reason for fault in table.faults] == ["the example of the template was left out"]


def test_columns_and_the_example_may_go() -> None:
    table = filled("members", without=("latitude", "longitude", "themes_sought", "region"), keep_example=False)
    assert len(table.rows) == 3
    assert table.faults == ()
    assert all(use.field for use in table.columns)


@pytest.mark.parametrize("kind", LIST_KINDS)
def test_a_template_is_the_same_each_time_and_has_no_clock_in_it(kind: ListKind) -> None:
    assert template(kind) == template(kind)
    with zipfile.ZipFile(io.BytesIO(template(kind))) as book:
        assert {info.date_time[0] for info in book.infolist()} == {1980}
        assert b"2026-01-01T00:00:00Z" in book.read("docProps/core.xml")


@pytest.mark.parametrize("kind", LIST_KINDS)
def test_every_column_has_a_note_and_an_example_that_says_so(kind: ListKind) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template(kind))).worksheets[0]
    for header in sheet[1]:
        assert header.comment is not None
        assert len(header.comment.text) > 10
    assert str(sheet["A2"].value).startswith(EXAMPLE)


def test_what_is_offered_is_read_as_what_it_says() -> None:
    offered: dict[str, list[str]] = {}
    for kind in LIST_KINDS:
        words = openpyxl.load_workbook(io.BytesIO(template(kind)))[WORDS_SHEET]
        assert words.sheet_state == "hidden"
        for name, *choices in words.iter_cols(values_only=True):
            offered[str(name)] = [str(choice) for choice in choices if choice]
    assert {values.organisation_kind(word) for word in offered["kinds"]} >= {"town", "lda", "ngo", "european_house"}
    assert len({values.organisation_kind(word) for word in offered["kinds"]}) == len(offered["kinds"])
    assert [values.link_kind(word) for word in offered["link kinds"]] == offered["link kinds"]
    assert [values.role(word) for word in offered["roles"]] == offered["roles"]
    assert all(values.is_status(word) for word in offered["statuses"])
    assert {countries.code(word) for word in offered["countries"]} == set(countries.codes())
    assert {themes.parse(word) for word in offered["themes"]} == set(zip(themes.keys(), strict=True))


@pytest.mark.parametrize(("kind", "lists"), [("members", 4), ("links", 4), ("projects", 1), ("partners", 3)])
def test_drop_downs_offer_and_do_not_forbid(kind: ListKind, lists: int) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template(kind))).worksheets[0]
    rules = sheet.data_validations.dataValidation
    assert sum(len(rule.sqref.ranges) for rule in rules) >= lists
    assert all(rule.type == "list" and not rule.showErrorMessage and WORDS_SHEET in rule.formula1 for rule in rules)


def test_the_command_writes_a_workbook_that_imports(tmp_path) -> None:
    path = tmp_path / "blank.xlsx"
    done = CliRunner().invoke(cli.twinnet, ["template", "links", "--out", str(path)])
    assert done.exit_code == 0, done.output
    assert "blank list of links" in done.output
    assert path.read_bytes() == template("links")
    (table,) = read_lists(path, options=ReadOptions())
    assert table.kind == "links"
    refused = CliRunner().invoke(cli.twinnet, ["template", "links", "--out", str(tmp_path / "blank.csv")])
    assert refused.exit_code == 2
