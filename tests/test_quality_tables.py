"""The page about quality has a place for every table that is measured, and the tables say what was found."""

import itertools
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from twinnet import scoring
from twinnet.evaluation import Evaluation, Plan, evaluate
from twinnet.evaluation.baselines import BASELINES
from twinnet.evaluation.measures import Figure
from twinnet.graph import Network
from twinnet.models import Link, Organisation


@pytest.fixture(scope="module")
def quality() -> ModuleType:
    return pytest.importorskip("benchmarks.quality", reason="needs the checkout: benchmarks/ is not here")


@pytest.fixture(scope="module")
def shared() -> ModuleType:
    return pytest.importorskip("benchmarks.shared")


def network() -> Network:
    """Made-up towns of three countries, linked by chance; the last four of each have no link."""
    towns = [
        Organisation(
            id=f"{country}-{at:02}",
            name=f"{country} {at}",
            country=country,
            latitude=south + 0.2 * (at % 5),
            longitude=west + 0.3 * (at // 5),
            population=1000 * (1 + at),
        )
        for country, (south, west) in {"AT": (47.0, 13.0), "BA": (44.0, 18.0), "IT": (43.0, 12.0)}.items()
        for at in range(12)
    ]
    able = [town.id for town in towns if int(town.id[3:]) < 8]
    pairs = [(a, b) for a, b in itertools.combinations(able, 2) if a[:2] != b[:2]]
    chosen = sorted(np.random.default_rng(0).permutation(len(pairs))[:60].tolist())
    return Network(towns, links=[Link(id=f"link-{at}", a=pairs[at][0], b=pairs[at][1]) for at in chosen])


@pytest.fixture(scope="module")
def made() -> Evaluation:
    plan = Plan(seeds=(0, 1), share=0.2, ablation=True)
    return evaluate(network(), plan, learner=lambda _: scoring.shipped())


@pytest.fixture(scope="module")
def tables(quality: ModuleType, made: Evaluation) -> dict[str, str]:
    half = Figure(0.5, 0.25, 0.75, 20)
    grown = quality.Curve(1000, (quality.Learned(600, half, half, half), quality.Learned(1200, half, half, half)))
    found: dict[str, str] = quality.figures(made, made, made, grown)
    return found


class TestPage:
    def test_it_has_one_place_for_every_table(self, quality: ModuleType, shared: ModuleType):
        text = quality.PAGE.read_text(encoding="utf-8")
        for name in quality.FIGURES:
            begin, end = shared.place(text, name)
            assert begin <= end
        assert text.count("<!-- figures: ") == text.count("<!-- end of figures -->")

    def test_figures_are_put_in_their_place_and_again(self, shared: ModuleType, tmp_path: Path):
        page = tmp_path / "page.md"
        page.write_text("a\n<!-- figures: x y -->\nold\n<!-- end of figures -->\nb\n", encoding="utf-8")
        for said in ("| 1 |\n| 2 |", r"\1 new"):
            shared.put(page, {"x y": said})
            now = page.read_text(encoding="utf-8")
            assert now == f"a\n<!-- figures: x y -->\n{said}\n<!-- end of figures -->\nb\n"

    def test_a_page_without_the_place_stays_as_it_is(self, shared: ModuleType, tmp_path: Path):
        page = tmp_path / "page.md"
        before = "<!-- figures: x -->\n<!-- end of figures -->\n"
        page.write_text(before, encoding="utf-8")
        with pytest.raises(LookupError, match="has 0 places for the figures of 'y'"):
            shared.put(page, {"x": "new", "y": "new"})
        assert page.read_text(encoding="utf-8") == before


class TestTables:
    def test_every_place_gets_a_table_whose_rows_are_as_long_as_its_head(
        self, quality: ModuleType, tables: dict[str, str]
    ):
        assert tuple(tables) == quality.FIGURES
        for name, text in tables.items():
            rows = [line for line in text.splitlines() if line.startswith("|")]
            assert len(rows) > 2, name
            assert len({row.count("|") for row in rows}) == 1, name

    def test_twinnet_and_every_baseline_have_a_row(self, tables: dict[str, str]):
        for name in ("all queries", "by links", "by place", "corridor", "time", "time by links"):
            for label in ("twinnet", *(baseline.label for baseline in BASELINES)):
                assert f"\n| {label} |" in tables[name], (name, label)

    def test_figures_stand_with_their_interval(self, made: Evaluation, tables: dict[str, str]):
        own = next(line for line in tables["all queries"].splitlines() if line.startswith("| twinnet |"))
        assert f"| {made.methods[0].mrr} |" in own
        assert len(re.findall(r"\[[-.\d]+, [-.\d]+\]", own)) == 7  # one a measure; no difference to itself

    def test_the_best_baseline_is_the_best(self, made: Evaluation, tables: dict[str, str]):
        best = max(made.methods[1:], key=lambda method: method.mrr.value)
        row = next(line for line in tables["best baselines"].splitlines() if line.startswith("| all |"))
        assert row.split(" | ")[1] == best.label
        assert str(best.behind["all"]) in row

    def test_what_is_learned_from_is_said(self, tables: dict[str, str]):
        assert "of 2,000" in tables["learning"]
        assert "| 600 | .500 [.250, .750] | .500 [.250, .750] | - |" in tables["learning"]

    def test_a_run_without_the_data_says_so_and_ends(
        self, quality: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ):
        monkeypatch.setattr("benchmarks.shared.DATA", tmp_path)
        quality.run([0])
        assert "quality is not measured" in capsys.readouterr().out
