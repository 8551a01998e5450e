"""What a user says of columns is heeded, saved and loaded; postal codes are a hint that is read."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet.errors import InputError, OptionError
from twinnet.models import LIST_KINDS, ColumnUse, ListKind, ListTable
from twinnet.reading import ReadOptions, SavedColumns, grouped, load_columns, read_table, save_columns, values
from twinnet.reading.fields import FIELDS
from twinnet.reading.words import CONTACTS

TODAY = dt.date(2026, 6, 1)
TEXT = "Organizacija;Zemlja;Kod;Tko;Od\nBari;IT;x1;Roe;1999\nUlm;DE;x2;Moe;2001\n"


def read(text: str, **options: object) -> ListTable:
    (table,) = read_table(text.encode(), file="list.csv", options=ReadOptions(**options))  # type: ignore[arg-type]  # any
    return table


def uses(table: ListTable) -> dict[str, str | None]:
    return {use.header: use.field for use in table.columns}


@pytest.mark.parametrize("mark", ["none", "-"])
def test_a_column_that_a_user_does_not_want_is_not_imported(mark: str) -> None:
    assert uses(read(TEXT))["Zemlja"] == "country"
    table = read(TEXT, columns={mark: ("Zemlja", "od")})
    assert (uses(table)["Zemlja"], uses(table)["Od"]) == (None, None)
    assert all(set(row.values) == {"name"} for row in table.rows)


def test_several_columns_may_be_one_field_where_the_field_allows_it() -> None:
    table = read("Name;a;b\nBari;youth;culture\n", columns={"name": "Name", "themes_offered": ["a", "b"]})
    assert table.rows[0].values["themes_offered"] == ("youth", "culture")
    with pytest.raises(OptionError, match="only one column can be country"):
        read(TEXT, columns={"country": ("Zemlja", "Kod")})


def test_columns_of_one_header_are_taken_one_after_the_other_and_nameless_ones_by_their_place() -> None:
    table = read(
        "Town;Land;Town;Land\nBari;IT;Ulm;DE\n",
        columns={"from_name": "Town", "to_name": "Town", "from_country": "Land", "to_country": "Land"},
    )
    assert [use.field for use in table.columns] == ["from_name", "from_country", "to_name", "to_country"]
    nameless = read("Name;;Country\nCity;Bari;IT\n", columns={"locality": "column 2"})
    assert [(use.header, use.field) for use in nameless.columns][1] == ("column 2", "locality")


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"nome": "Organizacija"}, "no field 'nome'"),
        ({"name": "Nichts"}, "no column 'Nichts'"),
        ({"none": "Nichts"}, "no column 'Nichts'"),
        ({"acronym": "Kod"}, "a list of members has no field"),
    ],
)
def test_what_does_not_exist_is_said(columns: dict[str, str], says: str) -> None:
    with pytest.raises(OptionError, match=says):
        read(TEXT, columns=columns, kind="members")


def test_a_mapping_is_saved_and_reads_the_next_list_alike(tmp_path: Path) -> None:
    path = tmp_path / "alda.toml"
    said = {"name": "Tko", "locality": "Organizacija", "none": "Kod"}
    table = read(TEXT, columns=said, network="ALDA")
    save_columns(path, table, country="Italy")
    first = path.read_bytes()
    save_columns(path, table, country="Italy")
    assert path.read_bytes() == first
    assert b"Roe" not in first
    saved = load_columns(path)
    assert (saved.kind, saved.network, saved.country) == ("members", "ALDA", "Italy")
    assert saved.unused == ("Kod",)
    options = ReadOptions().with_columns(saved)
    (again,) = read_table(TEXT.encode(), file="next.csv", options=options)
    assert again.columns == table.columns
    assert (again.network, [row.values for row in again.rows]) == ("ALDA", [row.values for row in table.rows])
    (without,) = read_table(TEXT.replace("Kod", "Else").encode(), file="next.csv", options=options)
    assert uses(without)["Else"] is None


def test_what_a_user_says_now_goes_before_what_was_saved() -> None:
    saved = SavedColumns("members", {"name": ("Tko",), "country": ("Zemlja",)}, ("Organizacija", "Od"), "OLD", "FR")
    options = ReadOptions(columns={"name": "Organizacija"}, network="NEW", default_country="IT").with_columns(saved)
    assert options.columns == {"name": "Organizacija", "country": ("Zemlja",)}
    assert options.unused == ("Od",)
    assert (options.kind, options.network, options.default_country) == ("members", "NEW", "IT")


def test_saved_columns_of_contacts_are_read_only_where_contacts_are_kept() -> None:
    saved = SavedColumns(columns={"name": ("Organizacija",), "contact_person": ("Tko",)})
    (apart,) = read_table(TEXT.encode(), file="a.csv", options=ReadOptions().with_columns(saved))
    assert uses(apart)["Tko"] is None
    (kept,) = read_table(TEXT.encode(), file="a.csv", options=ReadOptions(keep_contacts=True).with_columns(saved))
    assert kept.rows[0].contacts == (("person", "Roe"),)


@given(
    headers=st.lists(st.text(min_size=1, max_size=20).filter(lambda text: text.strip()), min_size=1, max_size=5),
    network=st.none() | st.text(max_size=20),
)
def test_any_header_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, headers: list[str], network: str
) -> None:
    path = tmp_path_factory.mktemp("columns") / "columns.toml"
    headers = [header.encode("utf-8", "replace").decode() for header in headers]
    uses = tuple(ColumnUse(header, "themes_offered" if at % 2 else None) for at, header in enumerate(headers))
    network = network.encode("utf-8", "replace").decode() if network else network
    save_columns(path, ListTable(file="a.csv", kind="members", network=network, columns=uses))
    saved = load_columns(path)
    assert list(saved.unused) == headers[::2]
    assert list(saved.columns.get("themes_offered", ())) == headers[1::2]
    assert saved.network == network


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"[columns", "no TOML"),
        (b"colour = 'red'", "has no 'colour'"),
        (b"kind = 3", "texts"),
        (b"kind = 'lists'", "one of members"),
        (b"columns = 3", "needs a header"),
        (b"[columns]\nname = 3", "needs a header"),
        (b"[columns]\nname = []", "needs a header"),
        (b"[columns]\nname = ['a', 2]", "needs a header"),
        (b"#" * 100_001, "too large"),
    ],
)
def test_what_is_wrong_with_a_saved_mapping_is_said(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "columns.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=says) as error:
        load_columns(path)
    assert "columns.toml" in str(error.value)


def test_a_mapping_that_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_columns(tmp_path / "missing.toml")
    with pytest.raises(InputError, match="cannot be written"):
        save_columns(tmp_path / "no" / "columns.toml", read(TEXT))


def test_pairs_are_grouped_by_their_field() -> None:
    assert grouped([]) == {}
    assert grouped([("none", "a"), ("name", "b"), ("none", "c")]) == {"none": ("a", "c"), "name": ("b",)}


@pytest.mark.parametrize(
    "code",
    ["52062", "1010", "00-950", "1100-148", "110 00", "1012 AB", "SW1A 1AA", "D02 X285", "LV-1010", "LT-01100", "AD500",
     "101000", "VLT 1117", "MD-2001", "700 46"],
)  # fmt: skip
def test_postal_codes_of_every_form_are_read(code: str) -> None:
    assert values.postcode(code) == code


@pytest.mark.parametrize("text", ["Bari", "12", "12345678", "44/1", "A", "1990-01-01"])
def test_what_is_no_postal_code_is_held_back(text: str) -> None:
    with pytest.raises(values.NotTaken):
        values.postcode(text)


def test_postal_codes_of_members_partners_and_both_ends_are_read() -> None:
    members = read("Name;PLZ;Land\nDresden;1067;Deutschland\nBari;70121;Italien\nWien;1010;Österreich\nX;Y;Polen\n")
    assert [row.values.get("postcode") for row in members.rows] == ["01067", "70121", "1010", None]
    assert [fault.column for fault in members.faults] == ["PLZ"]
    links = read("Town;Postcode;Country;Twin town;Twin postcode;Twin country\nBari;70121;IT;Dresden;1067;DE\n")
    assert links.rows[0].values["from_postcode"] == "70121"
    assert links.rows[0].values["to_postcode"] == "01067"
    partners = read("Acronym;Partner;Code postal;Pays\nABC;Ville de Lyon;69001;France\n")
    assert partners.rows[0].values["postcode"] == "69001"


def test_a_mistyped_country_is_taken_and_said() -> None:
    table = read("Name;Country\nBraga;Portgual\nBari;Italy\n")
    assert table.rows[0].values["country"] == "PT"
    (fault,) = table.faults
    assert (fault.row, fault.column, fault.held) == (2, "Country", "note")
    assert "PT" in fault.reason
    assert "Portgual" not in fault.reason


@pytest.mark.parametrize("kind", LIST_KINDS)
@pytest.mark.parametrize(
    "cell", ["Qzxv 77.77", "=Qzxv(A1)", "qzxv@example.org", "1999-99-99qzxv", "99qzxv99 1950 1960"]
)
def test_no_reason_quotes_a_cell(kind: ListKind, cell: str) -> None:
    """Every field in turn holds a cell that it cannot take, beside cells that it can."""
    fields = [field for field in FIELDS[kind] if not field.endswith("location")]
    heads = [f"column of {field}" for field in fields]
    said = {field: head for field, head in zip(fields, heads, strict=True) if field not in CONTACTS}
    text = (
        ";".join(heads)
        + "\n"
        + "".join(
            ";".join(cell if at == other else "1" for at in range(len(fields))) + "\n" for other in range(len(fields))
        )
    )
    (table,) = read_table(text.encode(), file="list.csv", options=ReadOptions(kind=kind, columns=said, today=TODAY))
    assert table.faults
    assert not [fault for fault in table.faults if "qzxv" in fault.reason.casefold()]
    assert not [fault for fault in table.faults if "qzxv" in (fault.column or "").casefold()]
