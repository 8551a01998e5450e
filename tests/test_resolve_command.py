"""A table of any kind is named on its own: what was in it stays, what is added says the place, its band and why."""

import csv
import datetime as dt
import io
import json
import string
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twinnet.errors import InputError, OptionError
from twinnet.places import Gazetteer, Hit
from twinnet.reading import raw_tables
from twinnet.reading.raw import RawFault
from twinnet.resolution.ends import End, Resolver
from twinnet.resolution.naming import Reader
from twinnet.workspace import naming, ranking, tables
from twinnet.workspace.naming import ADDED, Answer, NameOptions, Namer, Query, judge_pairs, name_table
from twinnet.workspace.tables import with_added
from twinnet.writing import sheets
from twinnet.writing.tables import harmless

NAMES = ("--name-column", "Town", "--country-column", "Country")
GRAZ = "2778067"


Run = Callable[..., Any]


@pytest.fixture
def run(called: Run) -> Run:
    """Call ``twinnet resolve``."""
    return partial(called, "resolve")


def read(path: str | Path) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestATable:
    def test_every_column_and_row_stays_in_order_and_the_answer_follows(self, run: Run):
        text = "id,Town,note,Country\n7,Graz,a,Austria\n3,Xqzzvw,b,AT\n3,Graz,c,AT\n9,,d,AT\n"
        said = run("a.csv", *NAMES, "--out", "out.csv", files={"a.csv": text})
        assert said.code == 0
        assert said.out == ""
        rows = read("out.csv")
        assert list(rows[0]) == ["id", "Town", "note", "Country", *ADDED]
        assert [(row["id"], row["Town"], row["note"]) for row in rows] == [
            ("7", "Graz", "a"),
            ("3", "Xqzzvw", "b"),
            ("3", "Graz", "c"),
            ("9", "", "d"),
        ]
        assert [row["band"] for row in rows] == ["auto", "none", "auto", "none"]
        assert [row["geoname_id"] for row in rows] == [GRAZ, "", GRAZ, ""]
        assert (rows[0]["place_name"], rows[0]["country"], rows[0]["stage"]) == ("Graz", "AT", "exact")
        assert abs(float(rows[0]["latitude"]) - 47.07) < 0.01
        assert abs(float(rows[0]["longitude"]) - 15.44) < 0.01
        assert 0.8 <= float(rows[0]["score"]) <= 1
        for row in (rows[1], rows[3]):
            assert {row[name] for name in ("place_name", "country", "latitude", "longitude", "stage")} == {""}
            assert row["why"]
        assert "4 rows: 2 auto, 0 review, 2 none" in said.err
        assert "exact 2" in said.err

    def test_a_column_with_the_name_of_an_added_one_is_kept_as_input(self, run: Run):
        said = run(
            "a.csv",
            "--name-column",
            "name",
            "--country-column",
            "country",
            files={"a.csv": "country,name,band\nAT,Graz,x\n"},
        )
        assert list(said.rows[0]) == ["input_country", "name", "input_band", *ADDED]
        assert (said.rows[0]["input_country"], said.rows[0]["country"], said.rows[0]["input_band"]) == ("AT", "AT", "x")

    def test_naming_what_was_named_keeps_both(self, run: Run):
        run("a.csv", *NAMES, "--out", "b.csv", files={"a.csv": "Town,Country\nGraz,AT\n"})
        run("b.csv", *NAMES, "--out", "c.csv")
        said = run("c.csv", *NAMES)
        added = [f"input_input_{name}" for name in ADDED] + [f"input_{name}" for name in ADDED]
        assert sorted(said.rows[0]) == sorted(["Town", "Country", *added, *ADDED])

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1250"])
    def test_any_encoding_comes_out_as_utf_8(self, run: Run, encoding: str):
        text = "Općina;Država\nBihać;Bosna i Hercegovina\nČapljina;Bosna i Hercegovina\nŽepče;Bosna i Hercegovina\n"
        said = run(
            "a.csv",
            "--name-column",
            "općina",
            "--country-column",
            "DRZAVA",
            "--out",
            "out.csv",
            files={"a.csv": text.encode(encoding)},
        )
        assert said.code == 0
        assert [(row["Općina"], row["band"]) for row in read("out.csv")] == [
            ("Bihać", "auto"),
            ("Čapljina", "auto"),
            ("Žepče", "auto"),
        ]

    def test_titles_above_the_header_are_left_out_and_told(self, run: Run):
        said = run("a.csv", *NAMES, files={"a.csv": "Our partners,\n,\nTown,Country\nGraz,AT\n"})
        assert [row["Town"] for row in said.rows] == ["Graz"]
        assert "header stands in row 3" in said.err

    def test_rows_longer_and_shorter_than_the_header_are_kept_whole(self, run: Run):
        said = run("a.csv", *NAMES, files={"a.csv": "Town,Country\nGraz,AT,more\nLinz\nWels,AT\n"})
        lines = list(csv.reader(io.StringIO(said.out)))
        assert [line[:3] for line in lines] == [
            ["Town", "Country", ""],
            ["Graz", "AT", "more"],
            ["Linz", "", ""],
            ["Wels", "AT", ""],
        ]
        assert {len(line) for line in lines} == {3 + len(ADDED)}

    def test_a_header_repeated_below_is_no_name(self, run: Run):
        said = run("a.csv", *NAMES, files={"a.csv": "Town,Country\nGraz,AT\nTown,Country\nLinz,AT\n"})
        assert [row["band"] for row in said.rows] == ["auto", "none", "auto"]

    def test_json_and_standard_input_are_read(self, run: Run, monkeypatch: pytest.MonkeyPatch):
        data = json.dumps([{"Town": "Graz", "Country": "AT"}, {"Town": None, "Country": "AT"}])
        assert [row["geoname_id"] for row in run("a.json", *NAMES, files={"a.json": data}).rows] == [GRAZ, ""]
        monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(data.encode())))
        assert [row["geoname_id"] for row in run("-", *NAMES).rows] == [GRAZ, ""]

    def test_without_named_columns_they_are_recognised_as_at_an_import(self, run: Run):
        said = run(
            "a.csv", files={"a.csv": "Gemeinde;Staat;Einwohner\nGraz;Österreich;290000\nLinz;Österreich;200000\n"}
        )
        assert [row["band"] for row in said.rows] == ["auto", "auto"]

    def test_a_cell_that_is_a_formula_is_made_harmless_and_numbers_stay(self, run: Run):
        said = run("a.csv", *NAMES, files={"a.csv": 'Town,Country,x,tel\nGraz,AT,"-3,5",+43 316 872\n=1+1,AT,@a,-\n'})
        assert [row["x"] for row in said.rows] == ["-3,5", "'@a"]
        assert [row["tel"] for row in said.rows] == ["+43 316 872", "-"]
        assert said.rows[1]["Town"] == "'=1+1"
        assert harmless("-2+cmd|' /C calc'!A0").startswith("'")

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(
                st.text(st.sampled_from(string.ascii_letters + string.digits + " ,;\"'čß\nя"), max_size=12),
                st.sampled_from(["Graz", "Bihać", "", "Xqzzvw", "n/a"]),
            ),
            max_size=12,
        )
    )
    def test_nothing_is_lost_whatever_stands_in_the_cells(self, tmp_path: Path, lines: list[tuple[str, str]]):
        table = [("key", "note", "Town"), *((str(at), *line) for at, line in enumerate(lines, 1))]
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerows(table)
        (tmp_path / "a.csv").write_text(buffer.getvalue(), encoding="utf-8", newline="")
        options = NameOptions({"name": "Town"})
        done = name_table(tmp_path / "a.csv", tmp_path / "out.csv", options=options)
        with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
            kept = [tuple(row[:3]) for row in csv.reader(file)]
        assert kept == [tuple(map(harmless, row)) for row in table]
        assert done.rows == len(lines) == sum(done.bands.values())


class TestAWorkbook:
    @pytest.fixture
    def book(self, tmp_path: Path) -> Path:
        workbook = openpyxl.Workbook()
        first = workbook.active
        assert first is not None
        first.title = "About"
        first.append(["This file was made by hand"])
        for title, rows in {"Towns": [("Graz", "AT")], "Others": [("Linz", "AT"), ("Bihać", "BA")]}.items():
            page = workbook.create_sheet(title)
            for row in (
                ("Partners of ours",),
                ("Town", "Country", "When"),
                *((*row, dt.date(2020, 5, 1)) for row in rows),
            ):
                page.append(row)
        path = tmp_path / "book.xlsx"
        workbook.save(path)
        return path

    def test_the_first_sheet_that_fits_is_named(self, run: Run, book: Path):
        said = run(book.name, *NAMES)
        assert [row["Town"] for row in said.rows] == ["Graz"]
        assert "'Towns'" in said.err

    def test_or_the_one_that_was_asked_for(self, run: Run, book: Path):
        assert [row["Town"] for row in run(book.name, *NAMES, "--sheet", "others").rows] == ["Linz", "Bihać"]

    def test_a_sheet_that_is_none_is_told_with_those_there_are(self, run: Run, book: Path):
        said = run(book.name, *NAMES, "--sheet", "Twons")
        assert said.code == 2
        assert "'About', 'Towns', 'Others'" in said.err
        assert run("a.csv", *NAMES, "--sheet", "x", files={"a.csv": "Town,Country\nGraz,AT\n"}).code == 2

    def test_a_workbook_is_written_with_numbers_as_numbers_and_the_same_bytes(self, run: Run, book: Path):
        assert run(book.name, *NAMES, "--sheet", "Others", "--out", "out.xlsx").code == 0
        assert run(book.name, *NAMES, "--sheet", "Others", "--out", "again.xlsx").code == 0
        assert Path("out.xlsx").read_bytes() == Path("again.xlsx").read_bytes()
        page = openpyxl.load_workbook("out.xlsx").active
        assert page is not None
        header, first, second = (list(row) for row in page.iter_rows(values_only=True))
        assert header == ["Town", "Country", "When", *ADDED]
        assert first[:2] == ["Linz", "AT"]
        assert isinstance(second[header.index("geoname_id")], int)
        assert isinstance(second[header.index("latitude")], float)

    def test_hidden_rows_and_sheets_are_told_and_left_out(self, run: Run, tmp_path: Path):
        workbook = openpyxl.Workbook()
        page = workbook.active
        assert page is not None
        for row in (("Town", "Country"), *[("Graz", "AT")] * 9):
            page.append(row)
        for number in range(3, 10):
            page.row_dimensions[number].hidden = True
        workbook.create_sheet("Old").sheet_state = "hidden"
        workbook["Old"].append(("Town", "Country"))
        workbook.save(tmp_path / "hidden.xlsx")
        said = run("hidden.xlsx", *NAMES)
        assert len(said.rows) == 2
        assert said.err.count("hidden") >= 2

    def test_what_was_found_in_reading_is_told_once_with_its_first_rows(self):
        faults = [RawFault(row, None, "note", "odd") for row in range(2, 9)] + [RawFault(None, None, "note", "whole")]
        assert tables._told(faults) == ["odd (rows 2, 3, 4, 5, 6 and 2 more)", "whole"]
        assert tables._told(faults[:1]) == ["odd (row 2)"]

    def test_texts_stay_texts_in_it(self, tmp_path: Path):
        sheets.write_table(["a"], [["=1+1"], ["12"], [""], [None], [3]], tmp_path / "a.xlsx")
        page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
        assert page is not None
        assert [cell.value for (cell,) in page.iter_rows(min_row=2)] == ["=1+1", "12", None, None, 3]
        assert page["A2"].data_type == "s"

    def test_more_rows_than_a_sheet_holds_are_refused(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
        monkeypatch.setattr(sheets, "MOST_ROWS", 3)
        with pytest.raises(InputError, match=r"write \.csv"):
            sheets.write_table(["a"], [["x"]] * 3, tmp_path / "a.xlsx")
        with pytest.raises(InputError, match=r"\.csv or \.xlsx"):
            sheets.write_table(["a"], [], tmp_path / "a.txt")


class TestWhatIsCalledWrongly:
    def test_a_column_that_is_none_is_told_with_those_there_are(self, run: Run):
        files = {"a.csv": "Town,Country\nGraz,AT\n"}
        said = run("a.csv", "--name-column", "Twon", files=files)
        assert said.code == 2
        assert "no column 'Twon': the columns are 'Town', 'Country'; did you mean 'Town'?" in said.err
        assert run("a.csv", *NAMES, "--column", "postcode=plz").code == 2
        assert run("a.csv", "--column", "postcode=plz").code == 2
        assert run("a.csv", *NAMES, "--column", "mayor=Town").code == 2
        assert run("a.csv", *NAMES, "--country", "Ruritania").code == 2
        assert run("b.csv", *NAMES).code == 2
        assert run("a.csv", *NAMES, "--out", "b.txt").code == 2

    def test_a_file_that_is_no_table_is_told(self, run: Run):
        assert run("a.csv", *NAMES, files={"a.csv": ""}).code == 1
        assert run("a.csv", files={"a.csv": "Price,Weight\n3,4\n5,6\n"}).code == 1
        assert not Path("out.csv").exists()

    def test_a_file_over_a_limit_names_it(self, run: Run):
        files = {"a.csv": "Town,Country\n" + "Graz,AT\n" * 20}
        said = run("a.csv", *NAMES, "--limit", "rows=10", files=files)
        assert said.code == 1
        assert "rows" in said.err

    def test_a_column_without_a_header_is_called_by_its_number(self, run: Run):
        said = run(
            "a.csv",
            "--name-column",
            "column 2",
            "--country-column",
            "Country",
            files={"a.csv": "Country,,x\nAT,Graz,1\n"},
        )
        assert said.rows[0]["geoname_id"] == GRAZ

    def test_a_folder_cannot_be_read(self, tmp_path: Path):
        with pytest.raises(InputError, match=r"cannot be read|is a folder"):
            raw_tables(tmp_path)

    def test_who_calls_from_python_is_told_the_same(self, tmp_path: Path):
        path = tmp_path / "a.csv"
        path.write_text("Town\nGraz\n", encoding="utf-8")
        with pytest.raises(OptionError, match="has no 'mayor'"):
            name_table(path, "-", options=NameOptions({"mayor": "Town"}))
        with pytest.raises(OptionError, match="has no 'name'"):
            judge_pairs(path, "-", options=NameOptions({"name": "Town"}))


class TestACountry:
    def test_one_may_be_said_for_all(self, run: Run):
        said = run("a.csv", "--name-column", "Town", "--country", "Austria", files={"a.csv": "Town\nGraz\n"})
        assert said.rows[0]["band"] == "auto"
        assert "no column of countries" not in said.err

    def test_none_at_all_is_told_and_homonyms_wait_for_a_person(self, run: Run):
        said = run("a.csv", "--name-column", "Town", files={"a.csv": "Town\nGračanica\nValencia\n"})
        assert "no column of countries" in said.err
        assert [row["band"] for row in said.rows] == ["review", "review"]
        assert all("no country is given" in row["why"] for row in said.rows)

    def test_that_cannot_be_told_leaves_only_a_unique_name_and_for_review(self, run: Run):
        said = run(
            "a.csv", *NAMES, files={"a.csv": "Town,Country\nSarajevo,Ruritania\nValencia,Ruritania\nXqzzvw,Ruritania\n"}
        )
        assert [row["band"] for row in said.rows] == ["review", "none", "none"]
        assert all("the country is not known" in row["why"] for row in said.rows)

    @pytest.mark.parametrize("name", ["HR - Sisak", "HR-44000 Sisak", "Sisak, Croatia", "Sisak (HR)"])
    def test_is_read_from_the_name_where_no_other_is_given(self, run: Run, name: str):
        said = run("a.csv", *NAMES, files={"a.csv": f'Town,Country\n"{name}",\n'})
        assert said.rows[0]["country"] == "HR"
        assert said.rows[0]["place_name"] == "Sisak"

    def test_in_the_name_does_not_hold_where_no_such_place_is_there(self):
        with Gazetteer.open() as gazetteer:
            answer = Namer(gazetteer).name(Query("Graz (TV)"))
        assert answer.hit is None or answer.hit.place.country != "TV"


class TestHints:
    def test_a_region_decides_between_homonyms(self, run: Run):
        text = "Town,Country,Provinz\nCastelnuovo,IT,Trento\n"
        said = run("a.csv", *NAMES, "--column", "region=Provinz", files={"a.csv": text})
        assert abs(float(said.rows[0]["latitude"]) - 46.05) < 0.3

    def test_coordinates_decide_in_one_column_or_two(self, run: Run):
        text = 'Town,Country,y,x,both\nGraz,AT,"47,07","15,44","47.07, 15.44"\n'
        two = run("a.csv", *NAMES, "--column", "latitude=y", "--column", "longitude=x", files={"a.csv": text})
        one = run("a.csv", *NAMES, "--column", "location=both")
        assert two.rows[0]["geoname_id"] == one.rows[0]["geoname_id"] == GRAZ

    def test_coordinates_far_from_the_place_are_told_and_not_trusted(self, run: Run):
        text = "Town,Country,latitude,longitude\nGraz,AT,38.11,15.65\nGraz,AT,48.21,16.37\n"
        columns = ("--column", "latitude=latitude", "--column", "longitude=longitude")
        said = run("a.csv", *NAMES, *columns, files={"a.csv": text})
        assert [row["geoname_id"] for row in said.rows] == [GRAZ, GRAZ]
        assert [row["band"] for row in said.rows] == ["auto", "review"]
        assert "in another country" in said.rows[0]["why"]
        assert "km from the likeliest place of that name" in said.rows[1]["why"]
        assert said.rows[1]["runner_up"].endswith(", AT (2761369)")

    def test_coordinates_that_agree_make_a_misspelt_name_sure(self, run: Run):
        text = "Town,Country,y,x\nGrraz,AT,47.07,15.44\n"
        columns = ("--column", "latitude=y", "--column", "longitude=x")
        row = run("a.csv", *NAMES, *columns, files={"a.csv": text}).rows[0]
        assert (row["band"], row["geoname_id"]) == ("auto", GRAZ)
        assert "the coordinates agree" in row["why"]
        with Gazetteer.open() as gazetteer:
            found = Resolver(gazetteer).find(End("Grraz", "AT", latitude=47.07, longitude=15.44))
        assert (found.state, found.astray, found.notes) == ("confirmed", False, ())

    def test_coordinates_of_what_has_no_known_name_are_for_review_and_a_region_is_no_town(self, run: Run):
        text = "Town,Country,y,x\nXqzzvw qqqq,AT,47.07,15.44\nBezirk Graz-Umgebung,AT,47.07,15.44\nXqzzvw,AT,47.6,-30\n"
        columns = ("--column", "latitude=y", "--column", "longitude=x")
        rows = run("a.csv", *NAMES, *columns, files={"a.csv": text}).rows
        assert [(row["band"], row["geoname_id"]) for row in rows] == [("review", GRAZ), ("none", ""), ("none", "")]

    def test_coordinates_tell_the_place_where_the_country_is_not_known(self, run: Run):
        text = "Town,Country,y,x\nGraz,Ruritania,47.07,15.44\n"
        said = run("a.csv", *NAMES, "--column", "latitude=y", "--column", "longitude=x", files={"a.csv": text})
        assert (said.rows[0]["band"], said.rows[0]["geoname_id"]) == ("auto", GRAZ)
        assert "the country is not known" in said.rows[0]["why"]

    @pytest.mark.parametrize(
        ("latitude", "longitude", "told"),
        [
            ("north", "15", "not a number of degrees"),
            ("47", "", "only one of two coordinates"),
            ("0", "0", "in the sea"),
            ("", "", ""),
            ("n/a", "-", ""),
        ],
    )
    def test_coordinates_that_are_none_are_told(self, run: Run, latitude: str, longitude: str, told: str):
        text = f"Town,Country,y,x\nGraz,AT,{latitude},{longitude}\n"
        said = run("a.csv", *NAMES, "--column", "latitude=y", "--column", "longitude=x", files={"a.csv": text})
        assert said.rows[0]["geoname_id"] == GRAZ
        assert told in said.rows[0]["why"]

    def test_a_postcode_is_passed_on(self):
        seen: dict[str, Any] = {}

        class Asked:
            def find(self, *_: object, **hints: object) -> Hit | None:
                seen.update(hints)
                return None

        Namer(cast("Gazetteer", Asked()), "AT").name(Query("Graz", postcode="8010", region="Styria"))
        assert (seen["postcode"], seen["region"]) == ("8010", "Styria")


class TestTheSameWords:
    def test_are_looked_up_once(self):
        with Gazetteer.open() as gazetteer:
            namer = Namer(gazetteer)
            first = namer.name(Query("Graz", "AT"))
            assert namer.name(Query("Graz", "AT")) is first

    def test_progress_is_told_by_rows(self, tmp_path: Path):
        (tmp_path / "a.csv").write_text("Town,Country\n" + "Graz,AT\n" * 600, encoding="utf-8")
        steps: list[tuple[int, int]] = []
        options = NameOptions({"name": "Town", "country": "Country"})
        name_table(
            tmp_path / "a.csv", tmp_path / "b.csv", options=options, progress=lambda done, of: steps.append((done, of))
        )
        assert steps == [(0, 600), (250, 600), (500, 600)]

    def test_no_answer_has_no_place(self):
        assert naming._cells(Answer("none", None, "why")) == [
            "none",
            None,
            None,
            None,
            None,
            None,
            None,
            0.0,
            None,
            "why",
        ]


@dataclass(frozen=True)
class Verdict:
    decision: str
    score: float
    why: str


class TestPairs:
    @pytest.fixture(autouse=True)
    def judge(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
        """A judge who says ``same`` of equal names, and is asked once about a pair."""
        asked: list[tuple[str, str]] = []

        def compare(reader: Reader, a: str, b: str) -> Verdict:
            assert reader is not None
            asked.append((a, b))
            return Verdict("same" if a == b else "different", 1.0, "the names")

        module = types.ModuleType("twinnet.resolution.alike")
        module.compare = compare  # type: ignore[attr-defined]  # a stand-in
        monkeypatch.setitem(sys.modules, "twinnet.resolution.alike", module)
        return asked

    def test_every_pair_is_judged_and_every_column_stays(self, run: Run, judge: list[tuple[str, str]]):
        text = "id,a,why,b\n1,LDA One,x,LDA One\n2,LDA One,y,LDA Two\n3,,z,LDA One\n4,LDA One,,LDA One\n"
        said = run("--pairs", "p.csv", "--out", "out.csv", files={"p.csv": text})
        assert said.code == 0
        rows = read("out.csv")
        assert list(rows[0]) == ["id", "a", "input_why", "b", "decision", "why"]
        assert [row["decision"] for row in rows] == ["same", "different", "review", "same"]
        assert [row["input_why"] for row in rows] == ["x", "y", "z", ""]
        assert len(judge) == 2
        assert "4 rows: 2 same, 1 different, 1 review" in said.err

    def test_other_columns_may_be_named(self, run: Run):
        files = {"p.csv": "One,Two\nA b,A b\n"}
        assert (
            run("--pairs", "p.csv", "--column", "a=One", "--column", "b=Two", files=files).rows[0]["decision"] == "same"
        )
        said = run("--pairs", "p.csv")
        assert said.code == 2
        assert "there is no column 'a'" in said.err


def test_options_that_would_have_no_effect_are_refused(run: Run):
    files = {"p.csv": "a,b\nBari,Comune di Bari\n"}
    assert run("--pairs", "p.csv", "--country", "IT", files=files).code == 2
    assert run("--review", "p.csv", "--limit", "rows=3", files=files).code == 2


def test_pairs_are_judged_by_the_package(run: Run):
    text = "a,b\nStadt Aachen,Ville d'Aix-la-Chapelle\nLDA Prijedor,City of Prijedor\n"
    assert [row["decision"] for row in run("--pairs", "p.csv", files={"p.csv": text}).rows] == ["same", "different"]


def test_the_queries_of_a_ranking_are_read_from_any_encoding(tmp_path: Path):
    (tmp_path / "q.csv").write_bytes("query_id,name,country\n1,Čačak,RS\n2,Živinice,BA\n3,Bihać,BA\n".encode("cp1250"))
    listed, _ = ranking._table(tmp_path / "q.csv")
    assert [row.values["name"] for row in listed.rows] == ["Čačak", "Živinice", "Bihać"]


def test_an_added_name_is_never_twice_in_the_header():
    header = ["country", "input_country", "input_input_country", "x", "x"]
    assert with_added(header, ["country"]) == ["input_input_input_country", *header[1:], "country"]


def test_of_a_state_that_is_no_more_the_answer_says_what_became_of_it(run: Run):
    text = "Town,Country\nMostar,Jugoslavija\nBerlin,DDR\n"
    said = run("a.csv", *NAMES, "--out", "out.csv", files={"a.csv": text})
    assert said.code == 0
    assert ["ended in 1992" in row["why"] or "ended in 1990" in row["why"] for row in read("out.csv")] == [True, True]
