"""Files are read whatever their encoding, delimiter and format, and only as far as the limits allow."""

import csv
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinnet.errors import InputError, LimitError
from twinnet.reading import Limits, ReadOptions, encodings, read_lists, read_table, tables

UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
NAMES = {
    "cp1250": ["Našice", "Čakovec", "Győr", "Łódź", "Plzeň"],
    "iso-8859-2": ["Našice", "Čakovec", "Győr", "Łódź", "Plzeň"],
    "cp1251": ["Битола", "Скопје", "Пловдив", "Ниш", "Львів"],
    "cp1252": ["Nîmes", "Málaga", "Köln", "Évora", "Besançon"],
    "cp1253": ["Πάτρα", "Άρτα", "Ξάνθη", "Δράμα"],
    "iso-8859-7": ["Πάτρα", "Άρτα", "Ξάνθη", "Δράμα"],
}


def names_of(data: bytes, file: str = "list.csv", options: ReadOptions | None = None) -> list[str]:
    (table,) = read_table(data, file=file, options=options)
    return [row.values["name"] for row in table.rows]


@pytest.mark.parametrize(("encoding", "names"), [*NAMES.items(), *((code, NAMES["cp1250"]) for code in UNICODE)])
def test_the_encoding_is_told_from_the_bytes(encoding: str, names: list[str]) -> None:
    text = "Name;Country\r\n" + "".join(f"{name};XX\r\n" for name in names)
    assert names_of(text.encode(encoding)) == names


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_told_where_hardly_a_letter_is_latin(encoding: str) -> None:
    text = "Община;Държава\n" + "".join(f"Община {name};България\n" for name in NAMES["cp1251"])
    assert names_of(text.encode(encoding)) == [f"Община {name}" for name in NAMES["cp1251"]]


def test_one_bad_byte_does_not_turn_utf8_into_another_encoding() -> None:
    data = ("Name\n" + "Čakovec\nGyőr\nPlzeň\n" * 20).encode() + b"K\xe9k\n"
    assert names_of(data)[:2] == ["Čakovec", "Győr"]


@settings(max_examples=60, deadline=None)
@given(
    encoding=st.sampled_from([*NAMES, *UNICODE]),
    delimiter=st.sampled_from(tables.DELIMITERS),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    ending=st.sampled_from(["\n", "\r\n"]),
    data=st.data(),
)
def test_a_list_is_read_whatever_it_is_written_in(
    encoding: str, delimiter: str, quoting: int, ending: str, data: st.DataObject
) -> None:
    known = NAMES.get(encoding, [name for names in NAMES.values() for name in names])
    names = data.draw(st.permutations(known))
    notes = data.draw(st.lists(st.sampled_from(["", "x; y", "a, b", "c|d", 'the "old" town']), min_size=3, max_size=12))
    notes += [""] * (len(names) - len(notes))
    rows = [*zip(names, ["XX"] * len(names), range(500, 500 + len(names)), notes, strict=False)]
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=ending)
    writer.writerows([("Name", "Country", "Population", "Note"), *rows])
    written = file.getvalue().encode(encoding)
    (raw,) = tables.parse(written, file="f.csv", limits=Limits())
    assert [cells[3] for cells in raw.rows[1:]] == [row[3] for row in rows]
    assert names_of(written) == [row[0] for row in rows]


CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Co", "Cn")), max_size=12
)


@settings(max_examples=60)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=2, max_size=12),
    delimiter=st.sampled_from(tables.DELIMITERS),
    encoding=st.sampled_from(UNICODE),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_what_was_written_is_read(
    rows: list[tuple[str, str, str]], delimiter: str, encoding: str, ending: str, quoting: int
) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    table = [("Name", "Country", "Note"), *(("x" + a, "y" + b, "z" + c) for a, b, c in rows)]
    writer.writerows(table)
    (raw,) = tables.parse(file.getvalue().encode(encoding), file="f.csv", limits=Limits())
    assert raw.rows == [list(row) for row in table]
    assert raw.numbers == list(range(1, len(table) + 1))


@settings(max_examples=40)
@given(order=st.permutations(["Grad", "Država", "Broj stanovnika", "Godina pristupanja", "E-mail"]))
def test_the_order_of_columns_changes_nothing(order: list[str]) -> None:
    cells = {
        "Grad": ["Sisak", "Pula", "Kranj", "Mostar"],
        "Država": ["HR", "Hrvatska", "Slovenija", "BiH"],
        "Broj stanovnika": ["47.768", "57 460", "37586", "105797"],
        "Godina pristupanja": ["1999", "2001", "2004", "2010"],
        "E-mail": ["a@x.hr", "b@x.hr", "c@x.si", "d@x.ba"],
    }
    lines = [";".join(order), *(";".join(cells[head][row] for head in order) for row in range(4))]
    (table,) = read_table("\n".join(lines).encode("cp1250"), file="hr.csv")
    assert table.rows[0].values == {"name": "Sisak", "country": "HR", "population": 47768, "since": "1999"}
    assert [row.number for row in table.rows] == [2, 3, 4, 5]
    assert {use.header: use.field for use in table.columns}["E-mail"] is None


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("name;latitude;longitude\nBari;41,12;16,87\nUlm;48,4;9,99\n", ";"),
        ("name\tnote\nBari\ta, b, c\nUlm\td, e\n", "\t"),
        ("name|country\nBari|IT\n", "|"),
        ('name,note\nBari,"a; b"\nUlm,"c; d"\n', ","),
        ("Members of the network 2019\n\nname;country\nBari;IT\nUlm;DE\nLyon;FR\n", ";"),
        ("name\nBari\n", ","),
    ],
)
def test_the_delimiter_is_the_one_that_rows_agree_about(text: str, delimiter: str) -> None:
    assert tables.find_delimiter(text) == delimiter


def test_other_quotes_and_escapes() -> None:
    assert names_of(b"'Name';'Country'\n'Bari; Puglia';'IT'\n") == ["Bari; Puglia"]
    assert names_of(b'Name,Country\n"City of \\"Bari\\", Puglia",IT\n') == ['City of "Bari", Puglia']
    assert names_of(b"sep=|\nName|Country\nBari|IT\n") == ["Bari"]
    assert names_of(b'Name,Country\nCity of "Bari",IT\n') == ['City of "Bari"']


def test_a_backslash_before_a_quote_is_told_by_the_rest() -> None:
    assert names_of(b'Name,Country\n"City of \\"Bari\\"",IT\n') == ['City of "Bari"']
    assert names_of(b'Name,Country\n"Bari\\","IT"\n"Ulm","DE"\n') == ["Bari\\", "Ulm"]


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    data = b'Members 2019\n\nName,Note\nBari,"two\nlines"\n\nUlm,\n'
    (table,) = read_table(data, file="list.csv")
    assert [(row.number, row.values["name"]) for row in table.rows] == [(4, "Bari"), (6, "Ulm")]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        ("\ufeff\n".encode("utf-16"), "empty"),
        (b"Name,Country\nBari\x00,IT\n", "NUL"),
        (b'Name,Country\n"Bari,IT\nUlm,DE\n', "quote"),
        (b'Name,Country,Note\nGraz,AT,\n"Bari,IT,\n' + b"Ulm,DE,x\n" * 9 + b'Pula",HR,\n', "quote"),
        (b"Name,Country\n", "no row"),
        (b"foo,bar\n1,2\n3,4\n", "header"),
        (b"Bari,IT\nUlm,DE\nLyon,FR\n", "header"),
        (b"Country,Population\nIT,5\nDE,6\n", "name"),
        (b"%PDF-1.7 ...", "not a list"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xlsx"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b'{"a": 1}', "not a list"),
        (b"[]", "empty"),
        (b'[{"name": "Bari", "population": NaN}]', "NaN"),
        (b'[{"name": "Bari",}]', "not valid JSON"),
        (b"[1, 2]", "not a list"),
    ],
)
def test_a_fault_of_the_file_says_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as fault:
        read_table(data, file="list.csv")
    assert says in str(fault.value)
    assert str(fault.value).startswith("list.csv")


def test_a_missing_file_and_a_folder_are_faults(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(InputError) as fault:
            read_lists(path)
        assert str(tmp_path.parent) not in str(fault.value)


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (Limits(file_bytes=10), "file_bytes"),
        (Limits(rows=2), "rows"),
        (Limits(columns=1), "columns"),
        (Limits(cells=3), "cells"),
        (Limits(cell_length=5), "cell_length"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_a_limit_is_named(limits: Limits, name: str, form: str, tmp_path: Path) -> None:
    towns = ["Bari", "Ulm", "Montpellier"]
    path = tmp_path / f"list.{form}"
    if form == "csv":
        path.write_text("Name,Country\n" + "".join(f"{town},XX\n" for town in towns), encoding="utf-8")
    elif form == "json":
        path.write_text(json.dumps([{"name": town, "country": "XX"} for town in towns]), encoding="utf-8")
    else:
        save(path, [["Name", "Country"], *([town, "XX"] for town in towns)])
    with pytest.raises(LimitError) as fault:
        read_lists(path, options=ReadOptions(limits=limits))
    assert name in str(fault.value)
    assert f"raise the limit if you trust the file (--limit {name}=" in str(fault.value)


@pytest.mark.parametrize(
    ("data", "limits", "name"),
    [
        (b"Name,Country\n" + b"," * 50_000, Limits(columns=10, cell_length=1000), "columns"),
        (b"Name" + b"x" * 200_000, Limits(), "cell_length"),
        (b"[" + b"[]," * 100 + b"[]]", Limits(cells=20), "cells"),
        (b'[{"name": "' + b"x" * 30 + b'"}]', Limits(unpacked_bytes=20), "unpacked_bytes"),
    ],
)
def test_what_would_take_long_is_refused_before_it_is_parsed(data: bytes, limits: Limits, name: str) -> None:
    with pytest.raises(LimitError, match=f"over the limit {name} = "):
        read_table(data, file="list", options=ReadOptions(limits=limits))


def test_a_number_of_too_many_digits_is_refused() -> None:
    with pytest.raises(InputError, match="digits"):
        read_table(b'[{"name": "Bari", "population": ' + b"9" * 5000 + b"}]", file="list.json")


def test_json_nests_only_so_deep() -> None:
    with pytest.raises(LimitError, match="json_depth"):
        read_table(b"[" * 100_000 + b"]" * 100_000, file="deep.json")


def test_json_deeper_than_python_reads_is_refused() -> None:
    options = ReadOptions(limits=Limits(json_depth=1_000_000))
    with pytest.raises(InputError, match="too deep to be read"):
        read_table(b"[" * 100_000 + b"]" * 100_000, file="deep.json", options=options)


def test_a_limit_beyond_all_measure_is_no_fault() -> None:
    limits = Limits(*[10**12] * 11)
    assert names_of(b"Name,Country\nBari,IT\n", options=ReadOptions(limits=limits)) == ["Bari"]


def test_json_objects_and_lists_are_cells() -> None:
    records = [
        {"name": "Bari", "themes offered": ["youth", "culture"], "country": {"value": "IT"}, "nested": {"a": 1}},
        {"name": "Ulm", "population": 120574, "country": None},
    ]
    (table,) = read_table(json.dumps(records).encode(), file="members.json")
    assert table.rows[0].values["country"] == "IT"
    assert table.rows[0].values["themes_offered"] == ("youth", "culture")
    assert table.rows[1].number == 3
    assert table.rows[1].values == {"name": "Ulm", "population": 120574}


def save(path: Path, *sheets: list[list[object]]) -> openpyxl.Workbook:
    """Save sheets of rows and return the workbook for more."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Sheet{number}" if len(sheets) == 1 else f"net{number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return book


def test_a_workbook_with_title_rows_dates_and_numbers(tmp_path: Path) -> None:
    import datetime as dt

    path = tmp_path / "alda.xlsx"
    save(
        path,
        [
            ["Members of the network"],
            [],
            ["Name", "Country", "Population", "Member since", "Latitude", "Longitude"],
            ["Bari", "IT", 320862, dt.date(1999, 5, 1), 41.12, 16.87],
            ["Ulm", "DE", 120574.0, 2001, None, None],
        ],
    )
    (table,) = read_lists(path)
    assert (table.sheet, table.network) == ("Sheet1", "alda")
    assert table.rows[0].number == 4
    assert table.rows[0].values == {
        "name": "Bari", "country": "IT", "population": 320862, "since": "1999-05-01",
        "latitude": 41.12, "longitude": 16.87,
    }  # fmt: skip
    assert table.rows[1].values == {"name": "Ulm", "country": "DE", "population": 120574, "since": "2001"}
    assert table.faults == ()


def test_every_sheet_that_is_a_list_is_read_and_others_are_named(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    save(path, [["Name"], ["Bari"]], [["Town", "Country"], ["Ulm", "DE"]], [["Explanations of the columns"], ["x y"]])
    tables_read = read_lists(path)
    assert [(table.network, len(table.rows)) for table in tables_read] == [("net1", 1), ("net2", 1)]
    assert [fault.held for fault in tables_read[0].faults] == ["note"]
    assert "net3" in tables_read[0].faults[0].reason


def test_what_is_hidden_is_reported_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "hidden.xlsx"
    book = save(
        path,
        [["Name", "Country", "Population"], ["Bari", "IT", 1000], ["Ulm", "DE", 2000], ["Graz", "AT", 3000]],
        [["Name"], ["Secret"]],
    )
    sheet = book["net1"]
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    book["net2"].sheet_state = "hidden"
    book.save(path)
    (table,) = read_lists(path)
    assert [row.values for row in table.rows] == [{"name": "Bari", "country": "IT"}, {"name": "Graz", "country": "AT"}]
    found = {(fault.row, fault.column, fault.held) for fault in table.faults}
    assert found == {(None, None, "note"), (3, None, "row")}
    assert any("column C" in fault.reason for fault in table.faults)
    assert any("net2" in fault.reason for fault in table.faults)


def test_a_formula_without_a_stored_value_holds_back_that_value(tmp_path: Path) -> None:
    path = tmp_path / "formulas.xlsx"
    save(path, [["Name", "Country", "Population", "Budget"], ["Bari", "IT", "=1+1", "=2+2"], ["Ulm", "DE", 5, None]])
    (table,) = read_lists(path)
    assert [row.values for row in table.rows] == [
        {"name": "Bari", "country": "IT"},
        {"name": "Ulm", "country": "DE", "population": 5},
    ]
    assert [(fault.row, fault.column, fault.held) for fault in table.faults] == [(2, "Population", "value")]


def test_a_formula_gives_the_value_stored_with_it(tmp_path: Path) -> None:
    path = tmp_path / "formulas.xlsx"
    save(path, [["Name", "Population"], ["Bari", "=1+1"], ["Ulm", 5]])
    edit(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("<v></v>", "<v>320862</v>").replace("<v />", "<v>320862</v>"),
    )
    (table,) = read_lists(path)
    assert table.rows[0].values == {"name": "Bari", "population": 320862}


def test_a_cell_merged_over_rows_speaks_of_each_of_them(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    rows = [["Our members", None], ["Name", "Country"], ["Bari", "IT"], ["Lecce", None], [None, None], ["Ulm", None]]
    book = save(path, rows)
    for merged in ("A1:B1", "B3:B5"):
        book.worksheets[0].merge_cells(merged)
    book.save(path)
    (table,) = read_lists(path)
    assert [row.values for row in table.rows] == [
        {"name": "Bari", "country": "IT"},
        {"name": "Lecce", "country": "IT"},
        {"name": "Ulm"},
    ]
    assert [(fault.row, fault.column, fault.held) for fault in table.faults] == [(None, "Country", "note")]
    assert "cells filled: 1" in table.faults[0].reason


def edit(path: Path, part: str, change) -> None:  # type: ignore[no-untyped-def]
    """Rewrite one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_a_sparse_giant_is_refused_before_it_hurts(tmp_path: Path) -> None:
    path = tmp_path / "giant.xlsx"
    book = save(path, [["Name"]])
    book.worksheets[0]["XFD1048576"] = "x"
    book.save(path)
    assert path.stat().st_size < 8000
    with pytest.raises(LimitError, match="columns"):
        read_lists(path)
    book.worksheets[0]["XFD1048576"] = None
    book.worksheets[0]["CV100001"] = "x"
    book.save(path)
    with pytest.raises(LimitError, match="cells"):
        read_lists(path)


def test_cells_that_are_only_formatted_do_not_count(tmp_path: Path) -> None:
    from openpyxl.styles import Font

    path = tmp_path / "formatted.xlsx"
    book = save(path, [["Name"], ["Bari"]])
    book.worksheets[0]["XFD1048576"].font = Font(bold=True)
    book.save(path)
    assert [row.values for table in read_lists(path) for row in table.rows] == [{"name": "Bari"}]


def test_a_workbook_that_unpacks_to_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    save(path, [["Name"], ["Bari"]])
    edit(path, "docProps/app.xml", lambda xml: xml + " " * 3_000_000)
    assert path.stat().st_size < 20_000
    with pytest.raises(LimitError, match="unpacked_bytes"):
        read_lists(path, options=ReadOptions(limits=Limits(unpacked_bytes=2_000_000)))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_xml_entities_are_refused(tmp_path: Path, part: str) -> None:
    path = tmp_path / "entities.xlsx"
    save(path, [["Name"], ["Bari"]])
    trick = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    edit(
        path,
        part,
        lambda xml: (
            xml[: xml.index("?>") + 2] + trick + xml[xml.index("?>") + 2 :] if "?>" in xml[:100] else trick + xml
        ),
    )
    with pytest.raises(InputError, match="entities"):
        read_lists(path)


def test_another_zip_file_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(InputError, match="not a workbook"):
        read_lists(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<x/>")
    with pytest.raises(InputError, match="document is not a workbook"):
        read_lists(path)


def test_a_damaged_workbook_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "damaged.xlsx"
    save(path, [["Name"], ["Bari"]])
    edit(path, "xl/workbook.xml", lambda xml: xml[:200])
    with pytest.raises(InputError, match="damaged"):
        read_lists(path)
    save(path, [["Name"], ["Bari"]])
    edit(path, "xl/worksheets/sheet1.xml", lambda xml: xml[:200])
    with pytest.raises(InputError, match="damaged"):
        read_lists(path)


def test_an_empty_workbook_is_a_fault(tmp_path: Path) -> None:
    save(tmp_path / "empty.xlsx", [])
    with pytest.raises(InputError, match="no visible rows"):
        read_lists(tmp_path / "empty.xlsx")


@given(st.binary(max_size=300))
@settings(max_examples=150)
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        read_table(data, file="any.csv")
    except InputError as fault:
        assert fault.file == "any.csv"  # noqa: PT017 - either outcome is right, and this is what the second promises


def test_an_encoding_is_found_without_names_too() -> None:
    assert encodings.decode("Köln;Zürich;Besançon".encode("cp1252"), file="f") == "Köln;Zürich;Besançon"


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_that_is_too_long_is_told_with_its_row(quote: str) -> None:
    text = f"Name,Country\nBari,IT\n{quote}{'A' * 200_000}{quote},IT\nUlm,DE\n"
    with pytest.raises(LimitError, match="a cell of row 3 is over the limit cell_length"):
        read_table(text.encode(), file="list.csv")


def test_an_open_quote_before_more_than_a_cell_holds_is_told_with_its_row() -> None:
    text = 'Name,Country\nBari,IT\n"Ulm,DE\n' + "Lyon,FR\n" * 30_000
    with pytest.raises(InputError, match="row 3: a quote is opened here"):
        read_table(text.encode(), file="list.csv")
