"""The best of all are those that one finds by sorting, pair by pair, however they are computed."""

import dataclasses
import datetime as dt
import importlib.util
import os
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twinnet import best, compiled, evidence, suggest
from twinnet.best import LOWEST, Search, best_cells
from twinnet.evidence import Block
from twinnet.graph import Network
from twinnet.matching import Question
from twinnet.models import Link, Organisation, Partner, Project, Rules
from twinnet.scoring import score, shipped, totals

TODAY = dt.date(2026, 1, 1)
NAMES = ("Santa Lucia", "San Marco", "Neustadt", "Villeneuve", "Newtown", "Bad Aibling", "Ribeira", "Novi Grad")


def plain() -> ModuleType:
    """Return the loops as they run without numba, whether it is there or not."""
    spec = importlib.util.find_spec("twinnet.compiled")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "numba", None)
        spec.loader.exec_module(module)
    return module


@pytest.fixture(params=["plain", "numba"])
def loops(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Loops that run as they stand, and compiled; compiled ones are skipped without numba, but not in CI."""
    if request.param == "numba" and not compiled.COMPILED and not os.environ.get("CI"):
        pytest.skip("no numba: pip install 'twinnet[fast]'")
    made = plain() if request.param == "plain" else compiled
    assert hasattr(made.neighbours, "py_func") == (request.param == "numba")
    monkeypatch.setitem(sys.modules, "twinnet.compiled", made)
    evidence.loops_of.cache_clear()
    yield made
    evidence.loops_of.cache_clear()


def network(seed: int, count: int = 60) -> Network:
    """Make up towns in few places, so that there are neighbours, like names, ties and much that is not known."""
    chance = np.random.default_rng(seed)
    towns = []
    for at in range(count):
        country = str(chance.choice(["IT", "FR", "BA", "AT", ""], p=[0.3, 0.3, 0.2, 0.1, 0.1]))
        placed, known = chance.random(2) < 0.85
        towns.append(
            Organisation(
                id=f"o{at:03}",
                name=f"{chance.choice(NAMES)} {chance.choice(NAMES)}",
                country=country or None,
                latitude=43 + float(chance.choice([0, 0.02, 0.1, 0.4, 1.3])) if placed else None,
                longitude=13 + float(chance.choice([0, 0.03, 0.2, 0.9])) if placed else None,
                population=int(chance.choice([900, 1_500, 20_000, 310_000])) if known else None,
                themes_offered=("youth",) if chance.random() < 0.2 else (),
                themes_sought=("youth", "culture") if chance.random() < 0.2 else (),
            )
        )
    ends = chance.choice(count, (count, 2))
    links = [Link(id=f"l{at}", a=f"o{a:03}", b=f"o{b:03}") for at, (a, b) in enumerate(ends.tolist()) if a < b]
    projects = [Project(id=f"p{at}", name=f"P{at}") for at in range(3)]
    partners = [
        Partner(project=f"p{at}", organisation=f"o{o:03}") for at in range(3) for o in chance.choice(count, 4, False)
    ]
    return Network(towns, links=links, projects=projects, partners=partners)


def asked(made: Network, rules: Rules) -> Question:
    return Question.of(made, rules, TODAY, None)


@dataclass
class Both:
    """The same search, block by block with all columns and over pairs of countries."""

    question: Question
    pool: int

    def __post_init__(self) -> None:
        self.rows = self.question.eligible.asked

    def of_some(self) -> dict[int, tuple[list[int], list[int]]]:
        return self._lists(best.of_some(self.question.search, self.rows, self.pool, None))

    def of_all(self, *, compiled: bool) -> dict[int, tuple[list[int], list[int]]]:
        search = Search(self.question.index, self.question.table, self.question.eligible)
        search.__dict__["compiled"] = compiled
        return self._lists(best.of_all(search, self.rows, self.pool, None))

    @staticmethod
    def _lists(found: best.Found) -> dict[int, tuple[list[int], list[int]]]:
        return {row: (one.columns.tolist(), one.scores.tolist()) for row, one in found.items()}


rules_drawn = st.builds(
    Rules,
    whose=st.sampled_from([("all",), ("all",), ("IT", "FR", "BA"), ("o003",)]),
    corridor=st.sampled_from([None, "IT,AT:western-balkans"]),
    corridor_only=st.booleans(),
    same_country=st.booleans(),
    population=st.sampled_from([(None, None), (1_000, None), (None, 50_000)]),
    distance=st.sampled_from([(None, None), (5, None), (None, 60)]),
    never=st.sampled_from([(), (("o003", "o014"),)]),
    weights=st.sampled_from([{}, {"country_pair": 0, "regions": 0, "size": 0, "distance": 0, "names": 0}]),
)


class TestOfAll:
    @given(seed=st.integers(0, 10_000), rules=rules_drawn, pool=st.sampled_from([1, 4, 99]), few=st.booleans())
    @settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
    def test_each_pair_of_countries_once_gives_what_all_blocks_give(
        self, seed: int, rules: Rules, pool: int, few: bool
    ) -> None:
        both = Both(asked(network(seed), rules), pool)
        with pytest.MonkeyPatch.context() as patch:
            # Some rows at a time, so that bars rise while later ones are found.
            patch.setattr(best, "_ROWS", 3 if few else 20)
            patch.setattr(best, "_CELLS", 1)
            assert both.of_all(compiled=False) == both.of_some()

    @pytest.mark.parametrize("seed", range(3))
    def test_compiled_loops_give_the_same(self, loops: ModuleType, seed: int) -> None:
        same = Rules(whose=("all",), same_country=True)
        rules = (Rules(whose=("all",)), same, Rules(whose=("IT", "FR", "BA"), population=(1_000, None)))[seed % 3]
        both = Both(asked(network(seed), rules), (3, 10, 99)[seed % 3])
        assert both.of_all(compiled=True) == both.of_some()

    def test_threads_give_the_same(self, loops: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        both = Both(asked(network(1), Rules(whose=("all",))), 5)
        wanted = both.of_some()
        monkeypatch.setattr(best, "SMALL", 0)
        monkeypatch.setattr(best, "_ROWS", 4)
        monkeypatch.setattr(best, "_CELLS", 1)
        assert both.of_all(compiled=True) == both.of_all(compiled=False) == wanted

    def test_all_equal_stand_in_the_order_of_the_index(self, loops: ModuleType) -> None:
        towns = [Organisation(id=f"o{at:02}", name="Neustadt", country=("IT", "FR", "BA")[at % 3]) for at in range(30)]
        both = Both(asked(Network(towns), Rules(whose=("all",))), 4)
        assert both.of_all(compiled=True) == both.of_all(compiled=False) == both.of_some()

    def test_partners_of_more_than_half_of_all_are_gone_through(self, loops: ModuleType) -> None:
        towns = [
            Organisation(
                id=f"o{at:02}", name=f"T{at}", country="IT" if at < 30 else "FR", population=1000,
                latitude=44 + at / 1000, longitude=7.0,
            )
            for at in range(60)
        ]  # fmt: skip
        links = [Link(id=f"l{at}", a=f"o{at:02}", b=f"o{at + 1:02}") for at in range(59)]
        both = Both(asked(Network(towns, links=links), Rules(whose=("all",), same_country=True)), 10)
        assert both.of_all(compiled=True) == both.of_some()

    def test_of_none_and_of_very_many_are_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        both = Both(asked(network(4), Rules(whose=("all",))), 5)
        monkeypatch.setattr(best, "SMALL", 0)
        search = both.question.search
        assert all(len(one.columns) == 0 for one in search.best(both.rows, 0).values())
        monkeypatch.setattr(best, "of_all", None)
        assert Both._lists(search.best(both.rows, 10**6)) == Both(both.question, 60).of_some()

    def test_progress_is_told_to_its_end_where_nobody_may_meet(self) -> None:
        towns = [Organisation(id=f"o{at}", name=f"T{at}", country="IT") for at in range(5)]
        question = asked(Network(towns), Rules(whose=("all",)))
        steps: list[tuple[int, int]] = []
        found = best.of_all(question.search, question.eligible.asked, 3, lambda done, of: steps.append((done, of)))
        assert [len(one.columns) for one in found.values()] == [0] * 5
        assert steps == [(5, 5)]

    def test_it_is_asked_where_most_are_asked_for_in_a_large_network(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = network(2)
        wanted = list(suggest(made, rules=Rules(whose=("all",)), today=TODAY))
        seen: list[int] = []
        real = best.of_all

        def watched(search: Search, rows: Any, pool: int, progress: Any) -> best.Found:
            seen.append(len(rows))
            return real(search, rows, pool, progress)

        monkeypatch.setattr(best, "of_all", watched)
        monkeypatch.setattr(best, "SMALL", 10)
        steps: list[tuple[int, int]] = []
        every = Rules(whose=("all",))
        found = list(suggest(made, rules=every, today=TODAY, progress=lambda done, of: steps.append((done, of))))
        assert found == wanted
        assert seen == [60]
        assert steps == sorted(steps)
        assert steps[-1] == (60, 60)
        suggest(made, rules=Rules(whose=("o001",)), today=TODAY)
        assert seen == [60]

    def test_loops_are_compiled_where_numba_works_and_all_of_a_large_network_are_asked_for(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = asked(network(3), Rules(whose=("all",)))

        def compiles() -> bool:
            return Search(made.index, made.table, made.eligible).compiled

        assert not compiles()
        monkeypatch.setattr(best, "LARGE", 10)
        monkeypatch.setattr(best, "find_spec", lambda _: None)
        assert not compiles()
        monkeypatch.setattr(best, "find_spec", lambda _: "there")
        for loops in (plain(), compiled):
            monkeypatch.setitem(sys.modules, "twinnet.compiled", loops)
            evidence.loops_of.cache_clear()
            assert compiles() == loops.COMPILED
        apart = dataclasses.replace(made.index, country=np.roll(made.index.country, 1))
        assert not Search(apart, made.table, made.eligible).compiled
        evidence.loops_of.cache_clear()

    def test_an_interrupt_ends_it_without_doing_the_rest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(best, "SMALL", 0)
        done: list[int] = []

        def work(part: int) -> int:
            time.sleep(0.002)
            done.append(part)
            return part

        parts = best.shared(work, range(1_000), 1)
        assert isinstance(parts, Generator)
        assert [next(parts) for _ in range(3)] == [0, 1, 2]
        with pytest.raises(KeyboardInterrupt):
            parts.throw(KeyboardInterrupt)
        assert len(done) < 1_000


@pytest.mark.parametrize("top", [50, 2**31 - 2])
def test_pairs_are_sorted_by_owner_score_and_other(top: int) -> None:
    """Also where scores are so far apart that no number holds a pair."""
    chance = np.random.default_rng(top)
    owners, others = chance.integers(0, 80_000, (2, 400)).astype(np.int32) % 9
    scores = chance.choice([-50, 3, 4, top], 400).astype(np.int32)
    found = best._in_order(owners, others, scores, 80_000)
    wanted = sorted(zip(owners.tolist(), (-scores.astype(int)).tolist(), others.tolist(), strict=True))
    assert list(zip(found[0].tolist(), (-found[2]).tolist(), found[1].tolist(), strict=True)) == wanted


def test_loops_are_compiled_where_nothing_can_be_kept_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    class Jit:
        @staticmethod
        def njit(*, nogil: bool, cache: bool = False) -> Any:
            if cache:
                raise RuntimeError("no locator available")
            return lambda function: ("compiled", function)

    made = plain()
    monkeypatch.setattr(made, "COMPILED", True)
    monkeypatch.setattr(made, "NUMBA", Jit)
    assert made._compiled(len) == ("compiled", len)


class TestTotals:
    @pytest.mark.parametrize("seed", range(3))
    def test_columns_from_a_start_on_have_the_scores_that_they_have_among_all(
        self, loops: ModuleType, seed: int
    ) -> None:
        question = asked(network(seed), Rules(whose=("all",)))
        index, table = question.index, shipped()
        for start in index.bounds[:-1].tolist():
            rows = np.arange(max(start - 20, 0), start) if start else np.arange(20)
            whole = score(Block(index, rows), table).total
            assert (totals(Block(index, rows), table) == whole).all()
            for fast in (False, True):
                assert (totals(Block(index, rows, start=start, compiled=fast), table) == whole[:, start:]).all()


def by_row(rows: np.ndarray, columns: np.ndarray, count: int) -> list[list[int]]:
    return [columns[rows == row].tolist() for row in range(count)]


class TestBestCells:
    @given(data=st.data())
    @settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_the_loop_finds_the_same(self, loops: ModuleType, data: Any) -> None:
        n, pool = data.draw(st.sampled_from(((70, 3), (5, 9), (9, 1))))
        rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
        total = rng.integers(-3, data.draw(st.sampled_from((0, 9, 9999))), (4, n)).astype(np.int32)
        able = rng.random((4, n)) < data.draw(st.sampled_from((0, 0.9, 1)))
        columns, points = loops.best(total, able, pool, LOWEST)
        found = [line[line >= 0].tolist() for line in columns]
        assert found == by_row(*best_cells(total, able, pool), 4)
        assert (points[columns < 0] == LOWEST).all()


@given(data=st.data())
@settings(max_examples=50)
def test_the_best_are_found_like_by_sorting_all(data: Any) -> None:
    """Groups of columns are looked at first; ties stand in the order of the index."""
    n, pool = data.draw(st.sampled_from(((700, 3), (64, 1), (1500, 10), (300, 10), (5, 9), (9, 0))))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    total = rng.integers(-3, data.draw(st.sampled_from((0, 9, 9999))), (4, n)).astype(np.int32)
    able = rng.random((4, n)) < data.draw(st.sampled_from((0, 0.01, 0.9, 1)))
    found = by_row(*best_cells(total, able, pool), 4)
    assert found == [
        sorted(np.flatnonzero(able[row]).tolist(), key=lambda c, row=row: (-total[row, c], c))[:pool]
        for row in range(4)
    ]
