"""Lists become typed rows; what cannot be taken is told by row and column and never quoted."""

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from twinnet.errors import InputError
from twinnet.models import ListTable
from twinnet.reading import ReadOptions, read_lists, read_table, wikidata
from twinnet.taxonomy import Taxonomy

TODAY = dt.date(2026, 6, 1)


def read(text: str, file: str = "list.csv", **options: object) -> ListTable:
    (table,) = read_table(text.encode(), file=file, options=ReadOptions(today=TODAY, **options))  # type: ignore[arg-type]  # any
    return table


@pytest.mark.parametrize(
    ("header", "cell", "says"),
    [
        ("Latitude", "95", "90 degrees"),
        ("Population", "-5", "negative"),
        ("Population", "quite many", "not a number"),
        ("Member since", "2031", "future"),
        ("Member since", "2026-07-01", "future"),
        ("Member since", "31.02.1999", "calendar"),
        ("Member since", "long ago", "not a date"),
        ("Type", "gibberish", "not known"),
        ("GeoNames ID", "Bari", "GeoNames"),
        ("Languages", "klingonisch", "language"),
        ("Coordinates", "north", "pair"),
        ("Population", "=SUM(A1:A9)", "formula"),
    ],
)
def test_a_value_at_fault_is_held_back_alone(header: str, cell: str, says: str) -> None:
    table = read(f"Name;Country;{header};Status\nBari;IT;{cell};Member\n")
    assert table.rows[0].values == {"name": "Bari", "country": "IT", "status": "Member"}
    (fault,) = table.faults
    assert (fault.file, fault.row, fault.column, fault.held) == ("list.csv", 2, header, "value")
    assert says in fault.reason
    assert cell not in fault.reason


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ("41,12;;", "Latitude", "only one"),
        (";16,87;", "Longitude", "only one"),
        ("41,12;200;", "Longitude", "180 degrees"),
        ("95;16,87;", "Latitude", "90 degrees"),
        ("0;0;", "Latitude", "0, 0"),
    ],
)
def test_coordinates_come_in_pairs(cells: str, column: str, says: str) -> None:
    table = read(f"Name;Latitude;Longitude;Note\nBari;{cells}\n")
    assert table.rows[0].values == {"name": "Bari"}
    (fault,) = table.faults
    assert (fault.row, fault.column, fault.held) == (2, column, "value")
    assert says in fault.reason


def test_an_email_among_websites_is_held_back() -> None:
    sites = [f"{name},www.{name.lower()}.eu" for name in ("Ulm", "Graz", "Pula", "Lyon", "Gent")]
    table = read("Name,Website\nBari,ada@bari.it\n" + "\n".join(sites) + "\n")
    assert table.rows[0].values == {"name": "Bari"}
    assert table.rows[1].values["website"] == "www.ulm.eu"
    assert [(fault.row, fault.column, fault.held) for fault in table.faults] == [(2, "Website", "value")]


def test_an_end_before_the_beginning_is_held_back() -> None:
    table = read("Name,Since,Until\nBari,2005,1999\nUlm,2005,2005-01\n")
    assert table.rows[0].values == {"name": "Bari", "since": "2005"}
    assert [(fault.row, fault.column) for fault in table.faults] == [(2, "Until")]


def test_a_date_is_in_the_future_only_of_a_given_day() -> None:
    text = b"Name,Since\nBari,2031\n"
    (table,) = read_table(text, file="list.csv")
    assert table.rows[0].values["since"] == "2031"


def test_a_row_without_a_name_is_held_back_and_an_empty_one_passed_over() -> None:
    table = read("Name,City,Country\nBari,,IT\n,,FR\n,,\n-,?,n/a\n,Ulm,DE\n")
    assert [(row.number, row.values) for row in table.rows] == [
        (2, {"name": "Bari", "country": "IT"}),
        (6, {"name": "Ulm", "locality": "Ulm", "country": "DE"}),
    ]
    assert [(fault.row, fault.held) for fault in table.faults] == [(3, "row")]


def test_a_header_that_is_repeated_is_no_row() -> None:
    table = read("Name,Country\nBari,IT\nName,Country\nUlm,DE\nGraz,AT\n" + "".join(f"T{n},FR\n" for n in range(20)))
    assert [row.number for row in table.rows[:3]] == [2, 4, 5]
    assert [(fault.row, fault.held) for fault in table.faults] == [(3, "note")]


def test_a_link_needs_both_names() -> None:
    table = read("from_name,to_name\nBari,Mostar\nUlm,\n,Graz\n")
    assert len(table.rows) == 1
    assert [(fault.row, fault.held) for fault in table.faults] == [(3, "row"), (4, "row")]


def test_partners_need_a_project_and_projects_a_name() -> None:
    partners = read("Programme,Acronym,Project Partner,Town\nCERV,,Bari,Bari\nCERV,STEP,,Ulm\nCERV,STEP,Ulm,Ulm\n")
    assert [row.number for row in partners.rows] == [4]
    assert [(fault.row, fault.held) for fault in partners.faults] == [(2, "row"), (3, "row")]
    projects = read("Programme,Acronym,Title,Theme\nCERV,,,youth\nCERV,,Step up,youth\n")
    assert [row.number for row in projects.rows] == [3]
    assert [(fault.row, fault.held) for fault in projects.faults] == [(2, "row")]


def test_invisible_characters_and_odd_spaces_vanish() -> None:
    table = read("\u200bName ,Country,Population\n  Bad\u00a0Homburg\u200b  v.d.H. ,\u00a0DE,52\u202f379\n")
    assert table.rows[0].values == {"name": "Bad Homburg v.d.H.", "country": "DE", "population": 52379}


@pytest.mark.parametrize("cell", ["NaN", "nan", "#N/A", "inf", "-Infinity", "1e999", "∞"])
def test_what_is_no_finite_number_is_reported(cell: str) -> None:
    table = read(f"Name,Country,Population,Latitude,Longitude\nBari,IT,{cell},{cell},16.87\nUlm,DE,5,48.4,9.99\n")
    assert table.rows[0].values == {"name": "Bari", "country": "IT"}
    assert [(fault.row, fault.column) for fault in table.faults] == [(2, "Population"), (2, "Latitude")]
    assert not any(cell in fault.reason for fault in table.faults if cell != "NaN")


def test_cells_that_hold_only_what_no_one_sees_are_empty() -> None:
    table = read("Name,Country,Population\n\u00a0\u200b,\ufeff,\u2060\nBari,IT,\u00a05\u2009000\n")
    assert [row.values for row in table.rows] == [{"name": "Bari", "country": "IT", "population": 5000}]
    assert table.faults == ()


def test_a_formula_in_place_of_a_name_is_kept_and_noted() -> None:
    table = read("Name,Country\n=PROPER(A2),IT\nUlm,DE\n")
    assert table.rows[0].values["name"] == "=PROPER(A2)"
    assert [(fault.row, fault.column, fault.held) for fault in table.faults] == [(2, "Name", "note")]
    assert "PROPER" not in table.faults[0].reason


@pytest.mark.parametrize(
    ("header", "cells", "former"),
    [
        ("Status", ["Former Member", "Member"], [True, False]),
        ("Status", ["bivši", "aktivan"], [True, False]),
        ("Note", ["ancien membre", "Pop2015"], [True, False]),
        ("Bemerkung", ["ausgetreten", "neu"], [True, False]),
        ("Until", ["2019", "2031"], [False, False]),
    ],
)
def test_who_has_left_is_kept_and_marked(header: str, cells: list[str], former: list[bool]) -> None:
    table = read(f"Name,{header}\nBari,{cells[0]}\nUlm,{cells[1]}\n")
    assert [row.values.get("former", False) for row in table.rows] == former


@pytest.mark.parametrize(
    ("file", "date", "network"),
    [
        ("alda.csv", None, "alda"),
        ("members_2019.csv", "2019", "members_2019"),
        ("ALDA 2019-05-31.csv", "2019-05-31", "ALDA 2019-05-31"),
        ("list.20190531.csv", "2019-05-31", "list.20190531"),
        ("interreg 2014-2020.csv", None, "interreg 2014-2020"),
        ("town12345.csv", None, "town12345"),
    ],
)
def test_network_and_date_are_told_from_the_file(file: str, date: str | None, network: str) -> None:
    table = read("Name\nBari\n", file=file)
    assert (table.date, table.network) == (date, network)


def test_what_the_user_says_goes_first() -> None:
    table = read("Name,As of\nBari,2020-01-01\nUlm,2021\n", file="alda_2019.csv")
    assert table.date == "2021"
    table = read("Name,As of\nBari,2020-01-01\n", file="alda_2019.csv", date="2018", network="ALDA")
    assert (table.date, table.network) == ("2018", "ALDA")
    assert "list_date" not in table.rows[0].values


def test_a_default_country_fills_what_the_list_leaves_open() -> None:
    table = read("Name,Country\nBari,\nUlm,DE\n", default_country="IT")
    assert [row.values["country"] for row in table.rows] == ["IT", "DE"]
    table = read("Town,Twin town,Country\nBari,Mostar,BA\n", default_country="IT")
    assert table.rows[0].values["from_country"] == "IT"
    assert table.rows[0].values["to_country"] == "BA"


def test_the_states_of_a_country_tell_the_country() -> None:
    table = read(
        "Gemeinde;Bundesland;Partnergemeinde;Land\nUlm;Baden-Württemberg;Lyon;Frankreich\nHof;Bayern;Bari;Italien\n"
    )
    assert [row.values["from_country"] for row in table.rows] == ["DE", "DE"]
    assert [(fault.row, fault.column, fault.held) for fault in table.faults] == [(None, "Bundesland", "note")]


def test_a_year_that_stands_for_nothing_is_noted_and_kept() -> None:
    lines = [f"T{i},U{i},{2000 if i % 2 else 1950 + i % 40}" for i in range(400)]
    table = read("Town,Twin town,Since\n" + "\n".join(lines) + "\n")
    assert sum(row.values["since"] == "2000" for row in table.rows) == 200
    assert [(fault.row, fault.column, fault.held) for fault in table.faults] == [(None, "Since", "note")]


def test_the_same_bytes_give_the_same_table(tmp_path: Path) -> None:
    path = tmp_path / "alda.csv"
    path.write_text("Name,Country\nBari,IT\n", encoding="utf-8")
    one, other = read_lists(path), read_lists(str(path), options=ReadOptions())
    assert one == other
    assert one[0].file == "alda.csv"
    assert len(one[0].sha256) == 64


ANSWER = [
    {
        "from_item": "http://www.wikidata.org/entity/Q93348",
        "from_name": "Mostar",
        "from_country": "BA",
        "from_location": "Point(17.808 43.343)",
        "from_population": "105797",
        "from_geonames_id": "3194828",
        "to_item": "http://www.wikidata.org/entity/Q3476",
        "to_name": "Bari",
        "to_country": "IT",
        "to_location": "Point(16.87 41.12)",
        "to_population": "320862",
        "to_geonames_id": "3182351",
        "since": "1985-01-01T00:00:00Z",
        "until": "",
    },
    {"from_item": "http://www.wikidata.org/entity/Q93348", "from_name": "Mostar", "from_country": "BA",
     "from_location": "Point(17.808 43.343)", "from_population": "105797", "from_geonames_id": "3194828",
     "to_item": "http://www.wikidata.org/entity/Q3012", "to_name": "Ulm", "to_country": "DE",
     "to_location": "", "to_population": "", "to_geonames_id": "", "since": "2001-05-07T00:00:00Z", "until": ""},
]  # fmt: skip
LINK = {
    "from_name": "Mostar", "from_country": "BA", "from_latitude": 43.343, "from_longitude": 17.808,
    "from_population": 105797, "from_geonames_id": 3194828, "to_name": "Bari", "to_country": "IT",
    "to_latitude": 41.12, "to_longitude": 16.87, "to_population": 320862, "to_geonames_id": 3182351, "since": "1985",
}  # fmt: skip


def answers() -> dict[str, bytes]:
    """Return the answer to the query in the forms in which the service lets one download it."""
    heads = list(ANSWER[0])
    filled = [{key: value for key, value in row.items() if value} for row in ANSWER]
    bindings = [{key: {"type": "literal", "value": value} for key, value in row.items()} for row in filled]

    def term(key: str, value: str) -> str:
        if not value:
            return ""
        if key.endswith("item"):
            return f"<{value}>"
        if key.endswith("location"):
            return f'"{value}"^^<http://www.opengis.net/ont/geosparql#wktLiteral>'
        return f'"{value}"@en' if key.endswith("name") else f'"{value}"'

    return {
        "query.csv": "\n".join([",".join(heads), *(",".join(row.values()) for row in ANSWER)]).encode(),
        "query.json": json.dumps(filled).encode(),
        "full.json": json.dumps({"head": {"vars": heads}, "results": {"bindings": bindings}}).encode(),
        "query.tsv": "\n".join(["\t".join(heads), *("\t".join(row.values()) for row in ANSWER)]).encode(),
        "full.tsv": "\n".join(
            ["\t".join(f"?{head}" for head in heads)]
            + ["\t".join(term(key, value) for key, value in row.items()) for row in ANSWER]
        ).encode(),
    }


@pytest.mark.parametrize("form", ["query.csv", "query.json", "full.json", "query.tsv", "full.tsv"])
def test_the_answer_of_wikidata_is_a_list_of_links_as_it_is(form: str) -> None:
    (table,) = read_table(answers()[form], file=form)
    assert table.kind == "links"
    assert table.rows[0].values == LINK
    assert table.rows[1].values["to_name"] == "Ulm"
    assert table.rows[1].values["since"] == "2001-05-07"
    assert [row.number for row in table.rows] == [2, 3]
    assert table.faults == ()
    assert {use.header for use in table.columns if use.field is None} == {"from_item", "to_item"}


@pytest.mark.parametrize("form", ["query.csv", "query.json", "full.tsv"])
def test_the_answer_of_wikidata_is_a_list_of_members_as_it_is(form: str) -> None:
    (table,) = read_table(answers()[form], file=form, options=ReadOptions(kind="members"))
    assert table.kind == "members"
    assert [row.values for row in table.rows] == [
        {"name": "Mostar", "country": "BA", "latitude": 43.343, "longitude": 17.808, "population": 105797,
         "geonames_id": 3194828},
    ]  # fmt: skip


def test_the_query_asks_for_what_is_read() -> None:
    text = wikidata.query(["Italy", "BA", "IT"])
    selected = text[text.index("SELECT") : text.index("WHERE")].replace("?", "").split()[1:]
    assert selected == list(ANSWER[0])
    assert 'VALUES ?from_code { "IT" "BA" }' in text
    assert text.count("{") == text.count("}")
    assert "{{" not in text
    for part in ("P190", "P17", "P297", "P625", "P1082", "P1566", "P580", "P582", "wikibase:label"):
        assert part in text


@pytest.mark.parametrize("countries", [[], ["Atlantis"], ["IT", '"} DROP']])
def test_a_query_needs_known_countries(countries: list[str]) -> None:
    with pytest.raises(InputError):
        wikidata.query(countries)


MEMBER_FIELDS = {
    "Full_Name": "name", "Locality_Siege": "locality", "CountryCode": "country", "Region": None,
    "Pop_collect": "population", "Statut": "status", "Entity": "kind", "Year_of_Joining": "since", "Note": "former",
    "Continent": None, "Y": "latitude", "X": "longitude", "Network_Name": None, "Code_Network": None,
}  # fmt: skip


def test_real_member_lists_are_read_whole(shared_data: Path) -> None:
    for path in sorted((shared_data / "members").glob("*.csv")):
        if path.stem == "truth":
            continue
        with path.open(encoding="utf-8-sig", newline="") as file:
            wanted = [row for row in csv.DictReader(file) if any(row.values())]
        (table,) = read_lists(path, options=ReadOptions(today=TODAY))
        assert (table.kind, table.network, len(table.rows)) == ("members", path.stem, len(wanted))
        for use in table.columns:
            empty = not any(row[use.header] for row in wanted)
            assert empty or use.field == MEMBER_FIELDS[use.header], (path.name, use.header)
        assert not [fault for fault in table.faults if fault.held != "note"]


def test_a_real_workbook_has_a_list_a_sheet(shared_data: Path) -> None:
    tables = read_lists(shared_data / "members" / "ten_networks.xlsx", options=ReadOptions(today=TODAY))
    assert len(tables) == 10
    assert {table.network for table in tables} == {table.sheet for table in tables}
    for table in tables:
        for use in table.columns:
            assert use.field == MEMBER_FIELDS[use.header] or (use.header, table.sheet) == ("Region", "eccar")


@pytest.mark.parametrize(
    ("file", "kind", "rows", "fields"),
    [
        (
            "twinnings/rgre_germany.csv",
            "links",
            5881,
            ["from_name", "from_postcode", "from_region", "to_name", "to_country", "since", "kind"],
        ),
        (
            "twinnings/rgre_germany_located.csv",
            "links",
            5881,
            [
                *("from_name", "from_latitude", "from_longitude", "to_name", "to_country", "to_latitude"),
                *("to_longitude", "since", "kind"),
            ],
        ),
        (
            "projects/interreg_partners.csv",
            "partners",
            4206,
            ["programme", "acronym", "name", "role", "locality", "country", None, "region"],
        ),
        (
            "projects/interreg_projects.csv",
            "projects",
            918,
            ["programme", "acronym", *["title"] * 3, *["themes"] * 3, None, None, *["description"] * 3, "start"],
        ),
    ],
)
def test_real_links_and_projects_are_read_whole(
    shared_data: Path, file: str, kind: str, rows: int, fields: list[str | None]
) -> None:
    (table,) = read_lists(shared_data / file, options=ReadOptions(today=TODAY))
    assert (table.kind, len(table.rows)) == (kind, rows)
    assert [use.field for use in table.columns] == fields
    assert {fault.held for fault in table.faults} <= {"note"}


def test_the_german_list_says_germany_and_its_placeholder(shared_data: Path) -> None:
    (table,) = read_lists(shared_data / "twinnings" / "rgre_germany.csv", options=ReadOptions(today=TODAY))
    assert {row.values["from_country"] for row in table.rows} == {"DE"}
    assert {row.values["kind"] for row in table.rows if "kind" in row.values} == {
        "partnership",
        "friendship",
        "contact",
    }
    assert {fault.column for fault in table.faults} == {"bundesland", "seit"}
    assert any(row.values["to_name"] == "Léhon" for row in table.rows)


def test_the_european_links_of_wikidata_are_read_whole(shared_data: Path) -> None:
    (table,) = read_lists(shared_data / "twinnings" / "wikidata_eu.csv", options=ReadOptions(today=TODAY))
    assert (table.kind, len(table.rows)) == ("links", 24896)
    assert all(use.field == use.header for use in table.columns)
    assert all("from_latitude" in row.values and "to_longitude" in row.values for row in table.rows)


def test_columns_without_a_header_are_counted_among_those_that_are_not_imported() -> None:
    table = read("Name;Country;;Population\nBari;IT;secret;320000\nUlm;DE;;120000;secret\nLyon;FR;-;500000\n")
    assert [use.header for use in table.columns if use.field is None] == ["column 3", "column 5"]
    assert all("secret" not in str(row.values) for row in table.rows)
    assert [use.header for use in read("Name;Country;;\nBari;IT;;\nUlm;DE;-;\n").columns] == ["Name", "Country"]


def test_rows_that_say_nothing_in_the_imported_columns_are_noted() -> None:
    table = read("Nr;Name;Country\n1;Bari;IT\nSum;;\n2;Ulm;DE\n3;;\n;-;\n")
    assert [row.number for row in table.rows] == [2, 4]
    (fault,) = table.faults
    assert (fault.row, fault.column, fault.held) == (3, None, "note")
    assert "the row was passed over (rows like it below: 1)" in fault.reason


def test_the_words_of_a_cell_of_themes_are_kept_beside_the_themes() -> None:
    text = "Name;Themes offered;Themes sought\nMostar;Mladi, Youth, bee keeping;Kulturerbe\nBari;youth;-\n"
    (table,) = read_table(text.encode(), file="alda.csv")
    assert table.rows[0].values["themes_offered"] == ("youth", "bee keeping")
    assert table.rows[0].values["tags"] == (("Mladi", "youth"), ("Kulturerbe", "heritage"))
    assert "tags" not in table.rows[1].values


def test_themes_are_read_by_a_networks_own_taxonomy() -> None:
    mine = Taxonomy.from_text('[themes.wine]\nlabel = "wine culture"\nmaps_to = ["rural_food", "tourism"]')
    text = "Name;Themes\nMostar;Wine culture, youth\nBari;=SUM(A1)\nPula;; \n"
    (table,) = read_table(text.encode(), file="alda.csv", options=ReadOptions(taxonomy=mine))
    assert table.rows[0].values["themes_offered"] == ("rural_food", "tourism", "youth")
    assert table.rows[0].values["tags"] == (("Wine culture", "rural_food"), ("Wine culture", "tourism"))
    assert [(fault.row, fault.held) for fault in table.faults] == [(3, "value")]
