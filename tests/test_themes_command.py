"""``themes``: the taxonomy as a list, and the themes of a network's organisations, each with where it is from."""

import csv
import datetime as dt
import io
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from twinnet import cli, workspace
from twinnet.errors import OptionError, RulesError
from twinnet.graph import Network
from twinnet.models import Membership, Organisation, Partner, Project
from twinnet.reading import ReadOptions
from twinnet.taxonomy import Taxonomy, Theme
from twinnet.taxonomy.tables import Tables
from twinnet.workspace import theming

TODAY = dt.date(2026, 1, 1)
NO_THEME = "no theme found: in no list, project, text or network"
MEMBERS = """name,country,themes
Mostar,BA,youth; bee-keeping
Graz,AT,
Lyon,FR,
"""
ENERGY = "name,country\nGraz,AT\nBari,IT\n"
OWN = """
[themes.wine]
label = "wine culture"
maps_to = ["rural_food"]
[themes.bees]
label = { en = "bees", de = "Bienen" }
area = "green"
[networks."Wine towns"]
themes = ["wine"]
aliases = ["RECEVIN"]
as_of = 2020-01-01
[programmes."Bee funds"]
themes = []
[programmes."Bee funds".measures."Hives"]
themes = ["bees"]
"""

Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Call the command in a folder of its own: an exit code and two streams."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["twinnet", "themes", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err

    return call


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A stored network of two lists."""
    lists = []
    for name, text in (("alda.csv", MEMBERS), ("energy_cities.csv", ENERGY)):
        lists.append(tmp_path / name)
        lists[-1].write_text(text, encoding="utf-8")
    workspace.import_lists(lists, tmp_path / "my.twinnet", options=ReadOptions(today=TODAY))
    return tmp_path / "my.twinnet"


def network() -> Network:
    """Four members: with stated themes, with inferred ones of two sources, of a text, and with none."""
    return Network(
        [
            Organisation(id="a", name="Mostar", country="BA", themes_offered=("sport",), themes_sought=("peace",)),
            Organisation(id="b", name="Bihać", country="BA"),
            Organisation(id="c", name="Alba", country="IT", description="Omladina"),
            Organisation(id="d", name="Graz", country="AT"),
            Organisation(id="e", name="Stranger", country="FR"),
        ],
        memberships=[
            *(Membership(organisation=one, network="ALDA") for one in "acd"),
            Membership(organisation="b", network="Energy Cities"),
            Membership(organisation="a", network="Energy Cities", since="2010"),
        ],
        projects=[Project(id="p", name="MAVRIC", themes=("sport", "culture"), start="2015")],
        partners=[Partner(project="p", organisation="a"), Partner(project="p", organisation="b")],
    )


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


class TestThemesOf:
    def test_every_theme_stands_with_side_basis_and_source(self, reader: list[str]) -> None:
        found = theming.themes_of(network(), today=TODAY)
        rows = [dict(zip(theming.HELD, row, strict=True)) for row in found.rows()]
        short = [(r["organisation"], r["theme"], r["side"], r["basis"], r["inferred"], r["source"]) for r in rows]
        assert short == [
            ("Graz", None, None, None, None, NO_THEME),
            ("Bihać", "culture", "works on", "project", "yes", "project MAVRIC"),
            ("Bihać", "sport", "works on", "project", "yes", "project MAVRIC"),
            ("Bihać", "climate_energy", "works on", "network", "yes", "member of Energy Cities"),
            ("Mostar", "peace", "sought", "stated", "no", "the network"),
            ("Mostar", "sport", "offered", "stated", "no", "the network"),
            ("Mostar", "culture", "works on", "project", "yes", "project MAVRIC"),
            ("Mostar", "sport", "works on", "project", "yes", "project MAVRIC"),
            ("Mostar", "climate_energy", "works on", "network", "yes", "member of Energy Cities"),
            ("Alba", "youth", "works on", "text", "yes", "the network"),
        ]
        assert all(r["strength"] == 1 for r in rows if r["basis"] == "stated")
        assert all(0 < r["strength"] < 1 for r in rows if r["inferred"] == "yes")
        assert [(r["words"], r["tagger"]) for r in rows if r["basis"] == "text"] == [("mladi, omladina", "a reader")]
        assert {r["tagger"] for r in rows if r["basis"] != "text"} == {None}
        assert found.told == (
            "4 organisations: 1 with stated themes, 2 with inferred ones only, 1 without (texts read by: a reader)"
        )

    def test_lines_say_what_is_stated_and_what_is_inferred_apart(self, reader: list[str]) -> None:
        lines = [line.indent + line.text for line in theming.themes_of(network(), today=TODAY).lines("de")]
        assert lines == [
            "Graz (AT)  d",
            f"  {NO_THEME}",
            "Bihać (BA)  b",
            (
                "  works on (inferred): Kultur und Kunst - project MAVRIC; Sport - project MAVRIC; "
                "Klima und Energie - member of Energy Cities"
            ),
            "Mostar (BA)  a",
            "  offers: Sport",
            "  seeks: Frieden und Versöhnung",
            ("  works on (inferred): Kultur und Kunst - project MAVRIC; Klima und Energie - member of Energy Cities"),
            "Alba (IT)  c",
            "  works on (inferred): Jugend - a text in the network, by the words 'mladi', 'omladina'",
        ]

    def test_as_of_a_day_later_projects_and_memberships_are_left_out(self) -> None:
        day = dt.date(2009, 12, 31)
        found = theming.themes_of(network(), whose=["organisation:a"], today=day, as_of=day)
        assert [held.basis for held in found.organisations[0][1]] == ["stated", "stated"]

    def test_selectors_name_whose_and_what_names_nothing_is_refused(self, reader: list[str]) -> None:
        whose = theming.themes_of(network(), whose=["country:BA", "Stranger"], today=TODAY)
        assert [one.id for one, _ in whose.organisations] == ["b", "a", "e"]
        assert len(theming.themes_of(network(), whose=["all"], today=TODAY).organisations) == 5
        assert len(theming.themes_of(Network([Organisation(id="a", name="A")]), today=TODAY).organisations) == 1
        assert reader == ["Omladina"]  # only the texts of who is asked for are read, and once
        with pytest.raises(RulesError, match="names no network"):
            theming.themes_of(network(), whose=["network:none"], today=TODAY)

    def test_progress_counts_organisations(self) -> None:
        seen: list[tuple[int, int]] = []
        theming.themes_of(network(), whose=["kind:town"], today=TODAY, progress=lambda *done: seen.append(done))
        theming.themes_of(network(), whose=["BA"], today=TODAY, progress=lambda *done: seen.append(done))
        assert seen[-2:] == [(1, 2), (2, 2)]


class TestTaxonomy:
    def test_areas_stand_above_their_themes_with_labels_and_eurovoc(self, run: Run) -> None:
        code, out, _ = run()
        taxonomy = Taxonomy.builtin()
        lines = out.splitlines()
        assert code == 0
        assert [line.split()[-1] for line in lines if line and not line.startswith((" ", "No ", "Labels"))] == [
            *taxonomy.areas()
        ]
        themes = [line.split()[0] for line in lines if line.startswith("  ")]
        assert Counter(themes) == Counter(taxonomy.keys())
        assert "  citizenship         European citizenship  (EuroVoc 5491)" in lines
        assert lines[-1].startswith("Labels in ")

    def test_labels_that_no_native_speaker_has_read_are_told(self, run: Run) -> None:
        _, out, _ = run("--language", "Croatian")
        unread = [theme.key for theme in Taxonomy.builtin().themes() if "hr" in theme.unread]
        assert ("No native speaker of Croatian has read the labels" in out) == bool(unread)
        assert "mladi" in out

    def test_a_language_with_a_script(self, run: Run) -> None:
        code, out, _ = run("--language", "sr-latn")
        assert code == 0
        assert "mladi" in out
        assert "Serbian (Latn)" in out
        code, _, err = run("--language", "en-Latn")
        assert code == 2
        assert "no theme has a label in en-Latn: the languages are bg, " in err
        code, _, err = run("--language", "Klingon")
        assert code == 2
        assert "is not a language" in err

    def test_a_networks_own_stands_on_top(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "own.toml"
        file.write_text(OWN, encoding="utf-8")
        code, out, _ = run("--taxonomy", file, "--language", "de")
        lines = [line.strip() for line in out.splitlines()]
        assert code == 0
        assert [line.split()[0] for line in lines if "of this taxonomy)" in line] == ["wine", "bees"]
        assert any(line.endswith("wine culture  (read as rural_food; of this taxonomy)") for line in lines)
        at = lines.index("Networks and programmes of this taxonomy")
        assert lines[at + 1 : at + 4] == [
            "network Wine towns = RECEVIN, since 2020-01-01: ländliche Entwicklung und Ernährung",
            "programme Bee funds: no theme follows from it",
            "measure of Bee funds Hives: Bienen",
        ]
        assert "Without a label in German: wine." in lines

    def test_a_file_with_a_fault_is_refused_by_its_key(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "own.toml"
        file.write_text('[themes.wine]\nlabel = "wine"\nmaps_to = ["rural"]\n', encoding="utf-8")
        code, _, err = run("--taxonomy", file)
        assert code == 2
        assert "own.toml" in err
        assert "themes.wine.maps_to" in err

    def test_as_a_table(self, run: Run, tmp_path: Path) -> None:
        code, out, _ = run("--out", "-", "--language", "fr")
        rows = table(out)
        assert code == 0
        assert tuple(rows[0]) == theming.THEMES
        assert [row["theme"] for row in rows if row["label"] == "jeunesse"] == ["youth"]
        assert {row["native"] for row in rows} <= {"yes", "no"}
        assert next(row for row in rows if row["theme"] == "citizenship")["eurovoc"] == "5491"
        run("--out", tmp_path / "themes.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "themes.xlsx").active
        assert sheet.max_row == len(rows) + 1

    def test_a_theme_without_a_label_in_a_language_is_nobodys_to_read(self) -> None:
        own = Taxonomy.from_text(OWN, name="own")
        natives = {row[2]: row[5] for row in theming.taxonomy_rows(own, "de")}
        assert natives["wine"] is None
        assert natives["bees"] == "yes"
        with pytest.raises(OptionError, match="no theme has a label in ja"):
            list(theming.taxonomy_rows(own, "ja"))

    @pytest.mark.parametrize(
        ("unread", "said"),
        [
            ((), None),
            (("a",), "No native speaker of English has read the labels of a."),
            (("a", "b"), "No native speaker of English has read the labels, but those of c."),
            (("a", "b", "c"), "No native speaker of English has read the labels."),
        ],
    )
    def test_which_labels_are_unread(self, unread: tuple[str, ...], said: str | None) -> None:
        themes = tuple(
            Theme(key, "green", labels={"en": key}, unread=frozenset({"en"} if key in unread else ())) for key in "abc"
        )
        taxonomy = Taxonomy(Tables(themes, {"green": {"en": "green"}}))
        lines = [line.text for line in theming.taxonomy_lines(taxonomy)]
        assert [line for line in lines if line.startswith("No native")] == ([said] if said else [])


class TestCommand:
    def test_csv_in_a_pipe_with_a_summary_beside_it(self, run: Run, stored: Path) -> None:
        code, out, err = run(stored, "--as-of", "2026-01-01")
        rows = table(out)
        assert code == 0
        assert tuple(rows[0]) == theming.HELD
        assert [(row["organisation"], row["theme"], row["basis"]) for row in rows if row["basis"] != "text"] == [
            ("Graz", "climate_energy", "network"),
            ("Mostar", "bee-keeping", "stated"),
            ("Mostar", "youth", "stated"),
            ("Lyon", "", ""),
            ("Bari", "climate_energy", "network"),
        ]
        assert [row["source"] for row in rows if row["organisation"] == "Lyon"] == [NO_THEME]
        assert [row["source"] for row in rows if row["theme"] == "youth"][:1] == ["alda members, row 2"]
        assert err.startswith("4 organisations: 1 with stated themes, 2 with inferred ones only, 1 without")

    def test_lines_on_a_terminal(self, run: Run, stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("twinnet.commands.theming.sys.stdout.isatty", lambda: True, raising=False)
        _, out, _ = run(stored, "--for", "network:energy_cities", "--language", "de")
        assert out.splitlines() == [
            "Graz (AT)  town-2778067",
            "  works on (inferred): Klima und Energie - member of energy_cities",
            "",
            "Bari (IT)  town-3182351",
            "  works on (inferred): Klima und Energie - member of energy_cities",
        ]

    def test_a_workbook(self, run: Run, stored: Path, tmp_path: Path) -> None:
        code, out, err = run(stored, "--out", tmp_path / "themes.xlsx", "--for", "country:AT")
        sheet = openpyxl.load_workbook(tmp_path / "themes.xlsx").active
        rows = list(sheet.iter_rows(values_only=True))
        assert (code, out) == (0, "")
        assert err.startswith("1 organisation: 0 with stated themes, 1 with inferred ones only, 0 without")
        assert rows[0] == theming.HELD
        assert rows[1][8] == 0.5

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--for", "BA"], "name it"),
            (["--embed"], "name it"),
            (["--as-of", "2020-01-01"], "name it"),
            (["my.twinnet", "--taxonomy", "own.toml"], "leave NETWORK out"),
            (["my.twinnet", "--language", "en-Latn"], "no theme has a label in en-Latn"),
            (["my.twinnet", "--for", "network:none"], "names no network"),
            (["none.twinnet"], "none.twinnet"),
            (["--out", "themes.txt"], "should end in"),
        ],
    )
    def test_what_is_put_wrongly_is_told(self, run: Run, stored: Path, words: list[str], said: str) -> None:
        (stored.parent / "own.toml").write_text(OWN, encoding="utf-8")
        code, out, err = run(*words)
        assert (code, out) == (2, "")
        assert said in err


@pytest.mark.shared
def test_members_of_a_list_without_themes_get_those_of_other_lists_and_projects(
    run: Run, shared_data: Path, tmp_path: Path
) -> None:
    lists = [path for path in sorted((shared_data / "members").glob("*.csv")) if path.stem != "truth"]
    lists += sorted((shared_data / "projects").glob("*.csv"))
    workspace.import_lists(lists, tmp_path / "all.twinnet", options=ReadOptions(today=TODAY))
    found = theming.themes_of(workspace.open(tmp_path / "all.twinnet"), whose=["network:alda"], today=TODAY)
    assert len(found.organisations) == 49
    held = [one for _, every in found.organisations for one in every]
    assert all(one.inferred and one.strength < 1 and one.source for one in held)
    assert {"network", "project", "project text"} <= {one.basis for one in held}
    rows = list(found.rows())
    without = [row for row in rows if row[3] is None]
    assert len({row[0] for row in rows}) == 49
    assert without
    assert {row[9] for row in without} == {NO_THEME}
    assert f"0 with stated themes, {49 - len(without)} with inferred ones only, {len(without)} without" in found.told
