"""The page about speed has a place for every table that is measured, and the tables say what was found."""

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import twinnet
from twinnet.evidence import Block
from twinnet.scoring import score


@pytest.fixture(scope="module")
def speed() -> ModuleType:
    return pytest.importorskip("benchmarks.speed", reason="needs the checkout: benchmarks/ is not here")


@pytest.fixture(scope="module")
def made(speed: ModuleType) -> ModuleType:
    return pytest.importorskip("benchmarks.speed_tables")


@pytest.fixture(scope="module")
def tables(made: ModuleType) -> dict[str, str]:
    towns = made.Towns(
        organisations=12_000,
        links=16_000,
        imported=10.0,
        opened=0.5,
        every=4.0,
        arrays=0.25,
        once=1.0,
        told=0.0005,
        memory=400.0,
        peer=100.0,
        asked=40,
        floor=2.0,
        shares={"the best 10": 20.0, "evidence: Size": 79.6, "evidence: Names": 0.4},
        loops=made.Loops(every=2.5, memory=500.0),
        in_c=0.001,
    )
    large = made.Large(
        organisations=100_000,
        links=150_000,
        rows=768,
        arrays=4.0,
        once=6.0,
        row=0.002,
        memory=2000.0,
        floor=0.0005,
        peer=0.5,
        alone=0.02,
        kept=12.0,
        opened=1.0,
        new=0.12,
        loops=made.Loops(every=40.0, memory=3200.0),
    )
    members = made.Members(
        organisations=350,
        demo=5.0,
        process=0.6,
        computing=0.025,
        sentences=0.3,
        suggestions=1700,
        peer=0.1,
        floor=0.0025,
    )
    starting = made.Starting(bare=0.02, package=0.03, help=0.07, libraries=0.3)
    found: dict[str, str] = made.figures(starting, members, towns, [large, large], 15.0)
    return found


def row(table: str, name: str) -> list[str]:
    """Return the cells beside the one that begins so."""
    line = next(line for line in table.splitlines() if line.startswith(f"| {name}"))
    return [cell.strip() for cell in line.strip("| ").split("|")][1:]


class TestPage:
    def test_it_has_one_place_for_every_table_and_no_other(self, speed: ModuleType, made: ModuleType):
        text = speed.PAGE.read_text(encoding="utf-8")
        page = pytest.importorskip("benchmarks.page")
        others = (pytest.importorskip(f"benchmarks.{name}") for name in ("review", "brief"))
        names = [*made.FIGURES, *page.FIGURES, *(other.FIGURE for other in others)]
        for name in names:
            begin, end = speed.place(text, name)
            assert begin < end, name
        assert text.count("<!-- figures: ") == text.count("<!-- end of figures -->") == len(names)


class TestTables:
    def test_every_place_gets_a_text_and_rows_are_as_long_as_their_head(self, made: ModuleType, tables: dict[str, str]):
        assert sorted(tables) == sorted(made.FIGURES)
        for name, text in tables.items():
            rows = [line for line in text.splitlines() if line.startswith("|")]
            assert len({line.count("|") for line in rows}) == (name != "machine"), name

    def test_what_was_not_measured_has_no_table(self, made: ModuleType):
        starting = made.Starting(bare=0.02, package=0.03, help=0.07, libraries=0.3)
        members = made.Members(350, 5.0, 0.6, 0.025, 0.3, 1700, 0.1, 0.0025)
        assert set(made.figures(starting, members)) == {"machine", "starting", "members", "targets"}

    def test_a_time_stands_beside_the_others_and_its_floor(self, tables: dict[str, str]):
        assert row(tables["members"], "the best five of 350") == ["25 ms", "100 ms", "4.0 x", "2.5 ms", "10 x"]
        towns = row(tables["towns"], "the best ten of 12,000 towns with 16,000 links")
        assert towns == ["4.0 s", "100 s (from 40 towns)", "25 x", "2.0 s", "2.0 x"]
        assert row(tables["towns"], "the same with `twinnet[fast]`") == ["2.5 s", "100 s", "40 x", "2.0 s", "1.2 x"]
        assert row(tables["towns"], "its first use")[0] == "15.0 s"
        assert row(tables["towns"], "by igraph in C")[1:3] == ["12.0 s", "3.0 x"]
        assert row(tables["growth"], "a row by igraph in C") == ["-"] * 2
        assert row(tables["starting"], "`twinnet --help`") == ["50 ms", "70 ms", "20 ms", "3.5 x"]

    def test_a_large_network_is_scaled_from_its_sample(self, tables: dict[str, str]):
        assert row(tables["growth"], "**the best ten for all** (scaled from the sample)") == ["210 s"] * 2
        assert row(tables["growth"], "a row beside its floor") == ["4.0 x"] * 2

    def test_one_by_itself_is_of_a_network_that_was_stored(self, tables: dict[str, str]):
        assert row(tables["growth"], "the stored network opened") == ["1.0 s"] * 2
        assert row(tables["growth"], "one by itself, of the network just opened") == ["120 ms"] * 2
        assert row(tables["targets"], "one of 100,000, of the network just opened")[-1] == "no: 1.2 x"

    def test_shares_stand_by_size_and_small_ones_together(self, tables: dict[str, str]):
        lines = tables["shares"].splitlines()[2:]
        assert lines == ["| evidence: Size | 80 % |", "| the best 10 | 20 % |", "| all other | 0.4 % |"]

    def test_a_target_says_whether_it_is_reached(self, tables: dict[str, str]):
        assert row(tables["targets"], "350 members: the whole process") == ["600 ms", "600 ms", "yes"]
        assert row(tables["targets"], "350 members: computing")[-1] == "no: 1.2 x"
        assert row(tables["targets"], "100,000 organisations: memory") == ["3,000 MB", "3,200 MB", "no: 1.1 x"]
        assert row(tables["targets"], "100,000 organisations: the same with")[-1] == "no: 1.3 x"

    def test_times_have_few_digits(self, made: ModuleType):
        assert [made.said(s) for s in (124.4, 1.234, 0.9996, 0.0214, 0.00998, 0.0042, 0.00042)] == [
            "124 s",
            "1.2 s",
            "1.0 s",
            "21 ms",
            "10 ms",
            "4.2 ms",
            ".42 ms",
        ]


class TestWork:
    def test_a_large_network_is_the_same_again_and_joins_two_countries(self):
        large = pytest.importorskip("benchmarks.large")
        one, again = large.network(300), large.network(300)
        assert list(one.organisations) == list(again.organisations)
        assert list(one.links) == list(again.links)
        country = dict(zip(*(one.organisations.column(name) for name in ("id", "country")), strict=True))
        ends = [(link.a, link.b) for link in one.links]
        assert 150 < len(ends) <= 450
        assert len(set(ends)) == len(ends)
        assert all(country[a] != country[b] for a, b in ends)

    def test_a_large_network_is_stored_as_it_is(self, speed: ModuleType, tmp_path: Path):
        large = pytest.importorskip("benchmarks.large")
        made, stored = large.network(200), tmp_path / "large.twinnet"
        large.store(made, stored)
        opened = twinnet.open(stored)
        for facts, same in ((made.organisations, opened.organisations), (made.links, opened.links)):
            columns = same.columns()
            assert all(columns[name] == column for name, column in facts.columns().items() if name != "origins")
        assert all(seconds > 0 for seconds in speed.one(stored, made.organisations[0].id))

    def test_the_parts_of_a_block_make_what_the_ranking_makes(self, speed: ModuleType, monkeypatch: pytest.MonkeyPatch):
        question = speed.asked(pytest.importorskip("benchmarks.large").network(300))
        summed = []

        def best(total, able, pool):
            summed.append(total)
            return total[:0, 0], total[:0, 0]

        monkeypatch.setattr(speed, "best_cells", best)
        rows = speed.sample(question, 64)
        found = speed.shares(question, rows)
        assert round(sum(found.values())) == 100
        assert len(summed) == len(rows) == 2
        for tile, total in zip(rows, summed, strict=True):
            whole = score(Block(question.index, tile.rows), question.table).total
            assert np.array_equal(total, whole[:, tile.start :])

    def test_work_within_work_counts_to_itself(self, speed: ModuleType, monkeypatch: pytest.MonkeyPatch):
        now = iter([0.0, 1.0, 4.0, 6.0])
        monkeypatch.setattr(speed.time, "thread_time", lambda: next(now))
        clock = speed.Clock()
        clock("outer", lambda: clock("inner", lambda: None))
        assert clock.spent == {"inner": 3.0, "outer": 3.0}
