"""Workbooks, XLSX and ODS, are read as a person sees them, and no file hurts the process that asks."""

import datetime as dt
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinnet.errors import InputError, LimitError
from twinnet.models import ListTable
from twinnet.reading import Limits, ReadOptions, raw_tables, read_lists, read_table, sandbox, workbooks
from twinnet.reading.raw import RawTable

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def cell(value: object = "", extra: str = "") -> str:
    """Return a cell as LibreOffice writes it."""
    if isinstance(value, float | int):
        return f'<table:table-cell office:value-type="float" office:value="{value}" {extra}/>'
    shown = f"<text:p>{value}</text:p>" if value else ""
    kind = 'office:value-type="string"' if value else ""
    return f"<table:table-cell {extra} {kind}>{shown}</table:table-cell>"


def row(*cells: object, extra: str = "") -> str:
    inner = "".join(one if isinstance(one, str) and one.startswith("<") else cell(one) for one in cells)
    return f"<table:table-row {extra}>{inner}</table:table-row>"


def sheet(*rows: str, name: str = "net", extra: str = "", columns: str = "") -> str:
    return f'<table:table table:name="{name}" {extra}>{columns}{"".join(rows)}</table:table>'


def content(*sheets: str, styles: str = "", root: str = "document-content") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:{root} {SPACES} {CALC}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:spreadsheet>{''.join(sheets)}</office:spreadsheet>"
        f"</office:body></office:{root}>"
    )


def ods(*sheets: str, styles: str = "", more: dict[str, str] | None = None) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content(*sheets, styles=styles))
        for name, text in (more or {}).items():
            archive.writestr(name, text)
    return file.getvalue()


def xlsx(cells: str, *, strings: str = "", styles: str = "", sheets: str = "") -> bytes:
    """Return the least workbook that a program would write around a sheet."""
    file = io.BytesIO()
    relation = '<Relationship Id="{}" Type="http://x/{}" Target="{}"/>'
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="x">{relation.format("a", "officeDocument", "/xl/workbook.xml")}</Relationships>',
        )
        listed = sheets or '<sheet name="Sheet1" r:id="r1"/>'
        archive.writestr("xl/workbook.xml", f'<workbook xmlns:r="http://r">{listed}</workbook>')
        related = relation.format("r1", "worksheet", "worksheets/sheet1.xml") + relation.format(
            "r2", "chartsheet", "c.xml"
        )
        if strings:
            related += relation.format("r3", "sharedStrings", "sharedStrings.xml")
            archive.writestr("xl/sharedStrings.xml", f"<sst>{strings}</sst>")
        if styles:
            related += relation.format("r4", "styles", "styles.xml")
            archive.writestr("xl/styles.xml", f"<styleSheet>{styles}</styleSheet>")
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="x">{related}</Relationships>')
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet>{cells}</worksheet>")
    return file.getvalue()


def read(data: bytes) -> ListTable:
    """Read one list in this process, so that what is read is measured."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "_command", lambda *_, **__: None)
        (table,) = read_table(data, file="list")
    return table


def values(data: bytes) -> list[dict[str, object]]:
    return [row.values for row in read(data).rows]


def raw(data: bytes, limits: Limits | None = None) -> list[RawTable]:
    """Read in this process, so that what is read is measured."""
    return workbooks.parse(data, file="f", limits=limits or Limits())


# OpenDocument


def test_an_ods_is_read_as_it_is_seen() -> None:
    data = ods(
        sheet(
            row(cell("Members of the network", 'table:number-columns-spanned="3"'), "<table:covered-table-cell/>"),
            row("", extra='table:number-rows-repeated="3"'),
            row("Name", "Country", "Population", "Member since", "Latitude", "Longitude"),
            row(
                "Bari",
                "IT",
                320862.0,
                '<table:table-cell office:value-type="date" office:date-value="1999-05-01T00:00:00"/>',
                41.12,
                16.87,
            ),
            row(
                '<table:table-cell office:value-type="string"><text:p>Bad<text:s/>Homburg <text:span>v.d.</text:span>H.'
                "<office:annotation><text:p>secret</text:p></office:annotation></text:p></table:table-cell>",
                "DE",
                '<table:table-cell table:formula="of:=[.A1]" office:value-type="float" office:value="52379"/>',
            ),
            row(cell("", 'table:number-columns-repeated="16384"'), extra='table:number-rows-repeated="1048000"'),
        )
    )
    table = read(data)
    assert [row.values for row in table.rows] == [
        {"name": "Bari", "country": "IT", "population": 320862, "since": "1999-05-01", "latitude": 41.12,
         "longitude": 16.87},
        {"name": "Bad Homburg v.d.H.", "country": "DE", "population": 52379},
    ]  # fmt: skip
    assert [row.number for row in table.rows] == [6, 7]
    assert (table.sheet, table.faults) == ("net", ())


def test_what_is_hidden_in_an_ods_is_reported_and_not_read() -> None:
    shown = '<style:table-properties table:display="false"/>'
    styles = f'<style:style style:name="ta2" style:family="table">{shown}</style:style>'
    columns = '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
    data = ods(
        sheet(
            row("Name", "Country", "Population"),
            row("Bari", "IT", 1000),
            row("Ulm", "DE", 2000, extra='table:visibility="filter"'),
            '<table:table-row-group table:display="false">' + row("Pula", "HR", 3) + "</table:table-row-group>",
            row("Graz", "AT", 3000),
            columns=columns,
        ),
        sheet(row("Name"), row("Secret"), name="old", extra='table:style-name="ta2"'),
        sheet("<table:table-source/>", row("Name"), row("Copied"), name="file:///x", extra='table:style-name="ta2"'),
        "<table:tracked-changes>" + row("Name") + "</table:tracked-changes>",
        styles=styles,
    )
    table = read(data)
    assert [row.values for row in table.rows] == [{"name": "Bari", "country": "IT"}, {"name": "Graz", "country": "AT"}]
    assert [(fault.row, fault.held) for fault in table.faults] == [
        (None, "note"),
        (None, "note"),
        (3, "row"),
        (4, "row"),
    ]
    reasons = " ".join(fault.reason for fault in table.faults)
    assert "sheet 'old' is hidden" in reasons
    assert "column C is hidden" in reasons
    assert "file:" not in reasons


def test_cells_of_an_ods_that_hold_no_value_are_reported() -> None:
    data = ods(
        sheet(
            row("Name", "Country", "Population"),
            row("Bari", "IT", '<table:table-cell table:formula="of:=1+1"/>'),
            row("Ulm", "DE", '<table:table-cell office:value-type="float" office:value="NaN"/>'),
            row("Graz", "AT", '<table:table-cell calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell>'),
            row("Pula", "HR", 5),
        )
    )
    table = read(data)
    assert [row.values.get("population") for row in table.rows] == [None, None, None, 5]
    assert [(fault.row, fault.column, fault.held) for fault in table.faults] == [
        (number, "Population", "value") for number in (2, 3, 4)
    ]


def test_merged_and_repeated_cells_of_an_ods() -> None:
    data = ods(
        sheet(
            row("Country", "Name"),
            row(cell("IT", 'table:number-rows-spanned="3"'), "Bari"),
            row("<table:covered-table-cell/>", "Lecce"),
            row("<table:covered-table-cell/>", "Pula", extra='table:number-rows-repeated="2"'),
        )
    )
    assert values(data) == [
        {"name": "Bari", "country": "IT"},
        {"name": "Lecce", "country": "IT"},
        {"name": "Pula", "country": "IT"},
        {"name": "Pula"},
    ]


def test_a_flat_ods_is_read_too() -> None:
    assert values(content(sheet(row("Name"), row("Bari")), root="document").encode()) == [{"name": "Bari"}]


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        (row("Bari", extra='table:number-rows-repeated="1048576"'), "rows"),
        (row(cell("Bari", 'table:number-columns-repeated="16384"')), "columns"),
        (row(cell("B", 'table:number-columns-repeated="900"'), extra='table:number-rows-repeated="9000"'), "cells"),
        (row(cell("B" * 90_000), extra='table:number-rows-repeated="9000"'), "unpacked_bytes"),
        (row('<table:table-cell><text:p><text:s text:c="99999999999"/></text:p></table:table-cell>'), "cell_length"),
        ("<text:span>" * 200 + "</text:span>" * 200, "xml_depth"),
    ],
)
def test_a_small_ods_that_says_a_million_times_is_refused(body: str, limit: str) -> None:
    data = ods(sheet(row("Name"), body))
    assert len(data) < 2500
    for parse in (raw, lambda data: sandbox.parse(data, file="f", limits=Limits())):
        with pytest.raises(LimitError, match=f"over the limit {limit} = "):
            parse(data)


def test_hidden_rows_that_are_repeated_count_too() -> None:
    data = ods(sheet(row("Name"), row("Bari", extra='table:visibility="collapse" table:number-rows-repeated="900"')))
    with pytest.raises(LimitError, match="cells"):
        raw(data, Limits(cells=800))


def test_sheets_are_counted_together() -> None:
    data = ods(*(sheet(row("Name"), row("Bari"), name=f"net{number}") for number in range(9)))
    assert len(raw(data)) == 9
    with pytest.raises(LimitError, match="sheets"):
        raw(data, Limits(sheets=8))
    with pytest.raises(LimitError, match="cells"):
        raw(data, Limits(cells=17))


def test_an_ods_with_a_password_or_entities_or_damage_is_refused() -> None:
    with pytest.raises(InputError, match="password"):
        raw(ods(sheet(row("Name")), more={"META-INF/manifest.xml": "<manifest:encryption-data/>"}))
    with pytest.raises(InputError, match="entities"):
        read_table(
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><office:document>&b;</office:document>', file="f"
        )
    with pytest.raises(InputError, match="damaged"):
        raw(ods(sheet(row("Name"), row(cell("Bari", 'table:number-columns-repeated="many"')))))
    with pytest.raises(InputError, match="damaged"):
        raw(ods("<table:table>"))


# XLSX


def test_cells_of_every_type() -> None:
    data = xlsx(
        "<sheetData>"
        '<row r="2"><c r="A2" t="s"><v>0</v></c><c t="inlineStr"><is><r><t>Coun</t></r><r><t>try</t></r></is></c>'
        '<c t="str"><v>n_x00F6_</v></c></row>'
        '<row><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="d"><v>1999-05-01T00:00:00</v></c></row>'
        '<row><c><v>16.870000000000001</v></c><c><v>1E3</v></c><c t="str"><f>A1</f><v></v></c></row>'
        '<row><c t="e"><v>#REF!</v></c><c><v>NaN</v></c><c><f>A1</f></c></row>'
        "</sheetData>",
        strings="<si><t>Na</t><r><t>me</t></r><rPh><t>reading</t></rPh></si>",
    )
    (table,) = raw(data)
    assert table.rows == [["Name", "Country", "nö"], ["yes", "no", "1999-05-01"], ["16.87", "1000", ""], ["", "", ""]]
    assert table.numbers == [2, 3, 4, 5]
    assert [(fault.row, fault.column, fault.held) for fault in table.faults] == [(5, at, "value") for at in range(3)]


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ("dd.mm.yyyy", 36281, "1999-05-01"),
        ("mmm yy", 36281, "1999-05"),
        ("yyyy", 36281, "1999"),
        ("[$-407]d. mmmm yyyy;@", 36281.75, "1999-05-01"),
        ("hh:mm", 0.5, "12:00"),
        ('0" days"', 36281, "36281"),
        ("General", 1999, "1999"),
        ("yyyy-mm-dd", 59, "1900-02-28"),
        ("yyyy-mm-dd", 1e9, "1000000000"),
        ("yyyy-mm-dd", -5, "1899-12-25"),
    ],
)
def test_a_date_is_as_precise_as_it_is_shown(code: str, number: float, text: str) -> None:
    written = code.replace('"', "&quot;")
    styles = (
        f'<numFmts><numFmt numFmtId="170" formatCode="{written}"/></numFmts><cellXfs><xf numFmtId="170"/></cellXfs>'
    )
    data = xlsx(f'<sheetData><row><c s="0"><v>{number}</v></c></row></sheetData>', styles=styles)
    assert raw(data)[0].rows == [[text]]


def test_dates_counted_from_1904() -> None:
    data = xlsx(
        '<sheetData><row><c s="0"><v>34819</v></c></row></sheetData>',
        styles='<cellXfs><xf numFmtId="14"/></cellXfs>',
        sheets='<workbookPr date1904="1"/><sheet name="S" r:id="r1"/><sheet name="Chart" r:id="r2"/>',
    )
    (table,) = raw(data)
    assert table.rows == [["1999-05-01"]]


def test_a_workbook_of_two_far_cells_is_quick_and_small() -> None:
    corner = '<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>'
    data = xlsx(f'<sheetData><row r="1"><c r="A1" t="str"><v>Name</v></c></row>{corner}</sheetData>')
    assert len(data) < 1700
    with pytest.raises(LimitError, match="columns"):
        raw(data)


def test_a_tag_that_does_not_end_is_refused_at_once() -> None:
    with pytest.raises(LimitError, match="cell_length"):
        raw(xlsx(f'<sheetData a="{"x" * 5_000_000}"/>'))


def test_too_many_merged_cells_are_refused() -> None:
    cells = '<row><c t="str"><v>x</v></c></row>' * 100
    merged = '<mergeCell ref="A1:A100"/>' * 1000
    with pytest.raises(LimitError, match="merged"):
        raw(xlsx(f"<sheetData>{cells}</sheetData><mergeCells>{merged}</mergeCells>"), Limits(cells=50_000))


def test_texts_that_no_cell_holds_are_limited_too() -> None:
    data = xlsx('<sheetData><row><c t="s"><v>0</v></c></row></sheetData>', strings="<si><t>x</t></si>" * 3000)
    with pytest.raises(LimitError, match="texts that cells share is over the limit cells"):
        raw(data, Limits(cells=2000))


def test_a_shared_text_is_counted_as_often_as_it_stands() -> None:
    cells = '<row><c t="s"><v>0</v></c></row>' * 3000
    data = xlsx(f"<sheetData>{cells}</sheetData>", strings=f"<si><t>{'x' * 90_000}</t></si>")
    with pytest.raises(LimitError, match="unpacked_bytes"):
        raw(data)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda parts: parts.pop("xl/worksheets/sheet1.xml"), "damaged"),
        (lambda parts: parts.update({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row r='x'/>"}), "damaged"),
        (lambda parts: parts.update({"_rels/.rels": parts["_rels/.rels"].replace(b".xml", b".bin")}), "binary"),
        (lambda parts: parts.update({"xl/worksheets/sheet1.xml": b"<a><c t='s'><v>7</v></c></a>"}), "damaged"),
    ],
)
def test_damage_is_told(change, says: str) -> None:  # type: ignore[no-untyped-def]  # a lambda
    with zipfile.ZipFile(io.BytesIO(xlsx("<sheetData/>"))) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    change(parts)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    with pytest.raises(InputError, match=says):
        raw(file.getvalue())


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=8
).filter(str.strip)


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(
        st.lists(
            st.none()
            | WORDS.filter(lambda text: not text.startswith("=") and "_x" not in text)
            | st.integers(-(10**9), 10**9)
            | st.floats(-1e6, 1e6).map(lambda value: round(value, 6))
            | st.dates(dt.date(1901, 1, 1), dt.date(2100, 1, 1)),
            min_size=1,
            max_size=5,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_another_program_writes_is_read_as_it_reads_it(rows: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    file = io.BytesIO()
    book.save(file)
    (table,) = raw(file.getvalue())

    def text(value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, dt.date):
            return value.isoformat()[:10]
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

    read_by_it = openpyxl.load_workbook(io.BytesIO(file.getvalue())).active.iter_rows(values_only=True)
    kept = [(number, [text(value) for value in cells]) for number, cells in enumerate(read_by_it, 1)]
    kept = [(number, cells) for number, cells in kept if any(cells)]
    assert table.numbers == [number for number, _ in kept]
    for ours, (_, theirs) in zip(table.rows, kept, strict=True):
        assert [*ours, *[""] * (len(theirs) - len(ours))] == theirs


# The process of its own

SIMPLE = xlsx('<sheetData><row><c t="str"><v>Name</v></c></row><row><c t="str"><v>Köln</v></c></row></sheetData>')
linux = pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is limited on Linux")


@linux
def test_memory_and_time_are_limited_and_named() -> None:
    for limits, name in ((Limits(memory_bytes=1000), "memory_bytes"), (Limits(seconds=0), "seconds")):
        with pytest.raises(LimitError, match=f"over the limit {name} = "):
            sandbox.parse(SIMPLE, file="f", limits=limits)
    assert sandbox.parse(SIMPLE, file="f", limits=Limits(memory_bytes=10**12)) == raw(SIMPLE)


@linux
def test_a_process_that_dies_is_a_limit_and_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for death in ("import os; os.kill(os.getpid(), 9)", "raise MemoryError", "print('no JSON')"):
        monkeypatch.setattr(sandbox, "_START", death)
        with pytest.raises(LimitError, match="memory_bytes"):
            sandbox.parse(SIMPLE, file="f", limits=Limits())


@linux
def test_the_process_works_wherever_the_package_was_found(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(SIMPLE)
    code = (
        "import sys, twinnet\n"
        "from pathlib import Path\n"
        "from twinnet.reading import read_lists, sandbox\n"
        "sandbox._parse = None\n"
        "print(read_lists('list.xlsx')[0].rows[0].values['name'])"
    )
    root = str(Path(sandbox.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", "-c", f"import sys; sys.path.insert(0, {root!r})\n{code}"],
        cwd=tmp_path, capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert done.stdout == "Köln\n"


@linux
def test_the_process_imports_little() -> None:
    command = sandbox._command("f", Limits())
    assert command is not None
    at = command.index(sandbox._START)
    command[at] = sandbox._START.replace(
        "serve(asked",
        "import sys; print([m for m in ('numpy', 'pydantic', 'openpyxl') if m in sys.modules]); serve(asked",
    )
    done = subprocess.run(command, input=SIMPLE, capture_output=True, check=True)
    assert done.stdout.splitlines()[0] == b"[]"


def test_elsewhere_a_workbook_is_read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(sys, "frozen", True, raising=False)
        patch.setattr(subprocess, "Popen", refuse)
        assert sandbox._command("f", Limits()) is None
        assert sandbox.parse(SIMPLE, file="f", limits=Limits()) == raw(SIMPLE)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert sandbox.parse(SIMPLE, file="f", limits=Limits()) == raw(SIMPLE)


def test_what_the_process_answers_is_what_was_read() -> None:
    hidden = ods(sheet(row("Name", "Since"), row("Bari", '<table:table-cell table:formula="of:=1"/>')))
    for data in (SIMPLE, hidden):
        lines: list[str] = []
        sandbox.answer(data, file="f", limits=Limits(), write=lines.append)
        assert sandbox._tables("".join(lines).encode(), file="f", limits=Limits()) == raw(data)
    for data, limits, error in ((b"PK", Limits(), InputError), (SIMPLE, Limits(rows=0), LimitError)):
        lines = []
        sandbox.answer(data, file="f", limits=limits, write=lines.append)
        with pytest.raises(error) as fault:
            sandbox._tables("".join(lines).encode(), file="f", limits=limits)
        assert type(fault.value) is error


def test_a_list_of_ten_thousand_is_read_with_its_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    written = book.create_sheet("Sheet1")
    written.append(["Name", "Country", "Population"])
    for number in range(10_000):
        written.append([f"Town {number}", "IT", number + 500])
    book.save(tmp_path / "long.xlsx")
    (table,) = read_lists(tmp_path / "long.xlsx", options=ReadOptions(kind="members"))
    assert (len(table.rows), table.rows[-1].number) == (10_000, 10_001)


def hidden_xlsx() -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for cells in (["Bari", "town-1"], ["Pula", "town-2"]):
        page.append(cells)
    page.row_dimensions[2].hidden = True
    page.column_dimensions["B"].hidden = True
    aside = book.create_sheet("aside")
    aside.append(["Nis"])
    aside.sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def hidden_ods() -> bytes:
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    rows = row("Bari", "town-1") + row("Pula", "town-2", extra='table:visibility="filter"')
    style = '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    aside = sheet(row("Nis"), name="aside", extra='table:style-name="h"')
    return ods(sheet(rows, columns=columns), aside, styles=style)


@pytest.mark.parametrize("data", [hidden_xlsx(), hidden_ods()], ids=["xlsx", "ods"])
def test_what_is_hidden_is_read_where_a_file_is_read_as_a_whole(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "list"
    path.write_bytes(data)
    seen, whole = (raw_tables(path, whole=whole)[1] for whole in (False, True))
    assert [cells for table in seen for cells in table.rows] == [["Bari"]]
    assert any(table.faults for table in seen)
    assert [cells for table in whole for cells in table.rows] == [["Bari", "town-1"], ["Pula", "town-2"], ["Nis"]]
    assert not any(table.faults for table in whole)
