"""Points are whole numbers that travel as a readable table, are learned the same every time and mean log-odds."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from twinnet import scoring
from twinnet.errors import RulesError
from twinnet.evidence import MISSING, Block, Cells, Total
from twinnet.graph import Network
from twinnet.index import MatchIndex
from twinnet.models import Link, Organisation
from twinnet.reasons import KEYS, REASONS
from twinnet.scoring import LearnOptions, PointsTable, learn, learning, score, shipped

FEATURES = [(reason, feature) for reason in REASONS for feature in reason.features]
LEVEL = round(1000 * math.log(0.0001 / 0.9999))
CARD = {"base_rate": 0.0001, "calibration": ((1500, LEVEL),)}


def table_of(rows: dict[tuple[str, str], np.ndarray], **card: Any) -> PointsTable:
    return PointsTable(rows, **{**CARD, **card})


@st.composite
def tables(draw: st.DrawFn) -> PointsTable:
    """Draw any points, often the same in neighbouring bins."""
    rows = {}
    for reason, feature in FEATURES:
        row = np.zeros(256, np.int32)
        steps = draw(st.lists(st.integers(-9_999, 9_999), min_size=1, max_size=5))
        size = len(feature.edges) + 1
        cuts = sorted(draw(st.lists(st.integers(0, size), min_size=len(steps), max_size=len(steps))))
        for start, points in zip(cuts, steps, strict=True):
            row[start:size] = points
        rows[reason.key, feature.name] = row
    return table_of(rows)


class TestTable:
    def test_the_shipped_table_has_points_for_every_feature(self) -> None:
        table = shipped()
        assert set(table.points) == {(reason.key, feature.name) for reason, feature in FEATURES}
        assert 0 < table.base_rate < 1
        assert all(row.dtype == np.int32 and len(row) == 256 for row in table.points.values())
        assert table.card["links"] > 1000
        assert shipped() is table

    def test_the_shipped_table_is_sensible(self) -> None:
        for reason, feature in FEATURES:
            row = shipped().of(reason, feature)[: len(feature.edges) + 1]
            assert row.dtype == np.int32
            assert shipped().of(reason, feature)[MISSING] == 0
            steps = np.diff(row) * feature.monotone
            assert (steps >= 0).all() or feature.monotone == 0, feature.name
            if feature.evidence or feature.prior:
                assert row[0] == 0, feature.name

    def test_rules_set_points_at_the_edges_they_name(self) -> None:
        for reason, feature in FEATURES:
            for edge, points in feature.prior or ():
                at = feature.bins(np.array([float(edge)]))[0]
                assert shipped().of(reason, feature)[at] == points

    @given(table=tables())
    @settings(max_examples=30)
    def test_a_table_is_read_back_exactly(self, table: PointsTable) -> None:
        read = PointsTable.from_csv(table.to_csv(), CARD)
        for key, row in table.points.items():
            assert read.points[key].tolist() == row.tolist(), key
        assert read.to_csv() == table.to_csv()
        assert (read.base_rate, read.calibration) == (table.base_rate, table.calibration)

    def test_the_shipped_table_is_read_back_exactly(self) -> None:
        read = PointsTable.from_csv(shipped().to_csv(), shipped().card)
        assert all((read.points[key] == row).all() for key, row in shipped().points.items())

    def test_a_feature_that_a_table_lacks_has_its_points_by_rule_or_none(self) -> None:
        table = PointsTable.from_csv("reason,feature,set_by,at_least,points\n", CARD)
        for reason, feature in FEATURES:
            row = table.of(reason, feature)
            assert row.any() == bool(feature.prior)

    def test_weights_multiply_points_and_nothing_else(self) -> None:
        table = shipped().weighted({"size": 2, "distance": 0, "themes": 0.5})
        for key, row in shipped().points.items():
            factor = {"size": 2, "distance": 0, "themes": 0.5}.get(key[0], 1)
            assert table.points[key].tolist() == np.rint(row * factor).astype(int).tolist()
        assert (table.base_rate, table.calibration) == (shipped().base_rate, shipped().calibration)
        assert shipped().weighted({}).points.keys() == shipped().points.keys()

    def test_an_unknown_reason_is_an_error_that_names_the_reasons(self) -> None:
        with pytest.raises(RulesError, match="'charm'") as caught:
            shipped().weighted({"charm": 1})
        assert all(key in str(caught.value) for key in KEYS)


class TestProbability:
    def test_it_never_falls_and_rises_within_two_points(self) -> None:
        """In four digits two scores that follow each other can read the same."""
        for read in (shipped().probability, shipped().times):
            found = [read(score) for score in range(-20_000, 25_001)]
            assert found == sorted(found)
            assert all(before < after for before, after in zip(found, found[2:], strict=False))
            assert found[0] > 0
        assert 0 < shipped().probability(25_000) < 1

    def test_a_chance_pair_has_the_base_rate(self) -> None:
        table = table_of({})
        assert table.chance == pytest.approx(1500, abs=1)
        assert table.probability(1500) == pytest.approx(table.base_rate, rel=1e-3)
        assert table.times(1500) == pytest.approx(1, rel=1e-3)
        assert table.times(1500 + round(1000 * math.log(20))) == pytest.approx(20, rel=1e-3)
        assert table_of({}, base_rate=0.5, calibration=((0, 0),)).probability(0) == 0.5

    def test_between_knots_scores_mean_what_lies_on_the_line(self) -> None:
        table = table_of({}, calibration=((0, -8000), (1000, -4000), (3000, -3000)))
        assert [table.log_odds(s) for s in (-500, 0, 250, 1000, 2000, 3000, 3500)] == pytest.approx(
            [-8.5, -8, -7, -4, -3.5, -3, -2.5]
        )
        assert table.log_odds(round(table.chance)) == pytest.approx(math.log(0.0001 / 0.9999), abs=0.01)

    @pytest.mark.parametrize("score", [-(10**7), 10**7])
    def test_no_score_is_too_much_for_it(self, score: int) -> None:
        assert 0 <= shipped().probability(score) <= 1
        assert shipped().times(score) >= 0


def towns(count: int) -> list[Organisation]:
    """Make towns of four countries in rows, of three sizes."""
    return [
        Organisation(
            id=f"t{at:03}",
            name=f"Town {at}",
            country=("BA", "HR", "IT", "AT")[at % 4],
            latitude=42 + (at // 4) % 10 * 0.5,
            longitude=14 + at % 4,
            population=(2_000, 20_000, 200_000)[at // 4 % 3],
            themes_offered=("youth",) if at % 5 == 0 else (),
        )
        for at in range(count)
    ]


def alike_are_linked(count: int = 200, links: int = 500) -> Network:
    """Link towns of like size of two countries, mostly."""
    rng = np.random.default_rng(1)
    made = towns(count)
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < links:
        a, b = sorted(int(x) for x in rng.choice(count, 2, replace=False))
        alike = made[a].population == made[b].population
        if made[a].country != made[b].country and (alike or rng.random() < 0.1):
            pairs.add((a, b))
    return Network(made, links=[Link(id=f"{a}-{b}", a=f"t{a:03}", b=f"t{b:03}") for a, b in sorted(pairs)])


QUICK = LearnOptions(queries=100, iterations=5)


@pytest.fixture
def quick_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learn the first table, which only orders who is drawn, from fewer questions."""
    monkeypatch.setattr(learning, "_FIRST_QUERIES", 60)
    monkeypatch.setattr(learning, "_FIRST_STRATA", ((10**9, 20),))


@pytest.mark.usefixtures("quick_first")
class TestLearning:
    def test_it_learns_that_like_sizes_are_linked(self) -> None:
        index = MatchIndex.of(alike_are_linked())
        table = learn(index, LearnOptions(queries=300, iterations=30), about={"date": "2026-01"})
        size = table.points["size", "ratio of inhabitants"]
        assert size[0] > size[10] + 500
        assert table.card["links"] == 500
        assert table.card["organisations"] == 200
        assert table.card["date"] == "2026-01"
        assert table.base_rate == pytest.approx(500 / (200 * 150 / 2), rel=1e-4)
        for reason, feature in FEATURES:
            row = table.of(reason, feature)
            assert row.dtype == np.int32
            assert row[MISSING] == 0
            steps = np.diff(row[: len(feature.edges) + 1]) * feature.monotone
            assert (steps >= 0).all() or feature.monotone == 0
            if feature.prior:
                assert (row == shipped().of(reason, feature)).all()
            if feature.evidence:
                assert row[0] == 0

    def test_it_learns_the_same_every_time(self) -> None:
        network = alike_are_linked()
        first, second = (learn(MatchIndex.of(network), QUICK) for _ in range(2))
        assert first.to_csv() == second.to_csv()
        assert first.card == second.card
        other = learn(MatchIndex.of(network), LearnOptions(queries=100, iterations=5, seed=1))
        assert other.to_csv() != first.to_csv()

    def test_what_is_learned_is_read_back_exactly(self) -> None:
        table = learn(MatchIndex.of(alike_are_linked()), QUICK)
        read = PointsTable.from_csv(table.to_csv(), table.card)
        assert all((read.points[key] == row).all() for key, row in table.points.items())

    def test_a_few_links_are_not_learned_from(self) -> None:
        network = alike_are_linked(links=scoring.FEWEST_LINKS - 1)
        with pytest.raises(RulesError, match=r"only 299 recorded links .* --learn"):
            learn(MatchIndex.of(network))

    def test_only_links_between_two_known_countries_count(self) -> None:
        made = [*towns(8), Organisation(id="x", name="X")]
        links = [Link(id=f"{b}", a="t000", b=b) for b in ("t001", "t004", "x")]
        with pytest.raises(RulesError, match="only 1 recorded"):
            learn(MatchIndex.of(Network(made, links=links)))

    def test_learning_changes_nothing_of_the_index(self) -> None:
        index = MatchIndex.of(alike_are_linked())
        before = index.links.toarray()
        learn(index, LearnOptions(queries=50, iterations=2))
        assert (index.links.toarray() == before).all()


@given(data=st.data())
@settings(max_examples=25)
def test_the_total_is_the_sum_of_the_points_of_the_reasons(data: Any) -> None:
    count = data.draw(st.integers(2, 16))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda p: p[0] < p[1])
    links = [Link(id=f"{a}-{b}", a=f"t{a:03}", b=f"t{b:03}") for a, b in data.draw(st.sets(pairs, max_size=20))]
    index = MatchIndex.of(Network(towns(count), links=links))
    rows = data.draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=5, unique=True))
    scored = score(Block(index, np.array(rows)), shipped())
    assert scored.total.dtype == np.int32
    every = np.arange(count)
    for at in range(len(rows)):
        parts = scored.points(at, every)
        assert set(parts) <= {reason.key for reason in REASONS}
        assert sum(parts.values()).tolist() == scored.total[at].tolist()


def test_large_blocks_add_up_like_small_ones() -> None:
    links = [Link(id=f"{a}", a=f"t{a:03}", b=f"t{a + 7:03}") for a in range(0, 80, 3)]
    index = MatchIndex.of(Network(towns(90), links=links))
    whole = score(Block(index, np.arange(90)), shipped())
    for row in (0, 3, 41, 89):
        assert whole.total[row].tolist() == score(Block(index, np.array([row])), shipped()).total[0].tolist()
        assert sum(whole.points(row, np.arange(90)).values()).tolist() == whole.total[row].tolist()


class Columns:
    """What a total needs of an index: how many columns there are, and room for what is kept."""

    def __init__(self, n: int) -> None:
        self.n, self.cache = n, dict[Any, Any]()

    def __len__(self) -> int:
        return self.n


@given(data=st.data())
@settings(max_examples=50)
def test_a_total_puts_classes_pieces_and_cells_together(data: Any) -> None:
    rows, n = data.draw(st.sampled_from(((3, 5), (17, 40), (33, 9000))))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    start = data.draw(st.sampled_from((0, 1, n // 2)))
    index: Any = Columns(n)
    block = Block(index, np.arange(rows), start=start, compiled=data.draw(st.booleans()))
    total, expected = Total(block), np.zeros((rows, n), np.int64)
    for size in data.draw(st.lists(st.integers(1, 12), max_size=4)):
        classes, points = rng.integers(0, size, n), rng.integers(-999, 999, (rows, size)).astype(np.int32)
        for _ in range(2):
            total.classes(classes, points)
            expected += points[:, classes]
    dense = rng.integers(-999, 999, (rows, n)).astype(np.int32)
    total.dense(lambda r: dense[r, start:])
    cells = sparse.random_array((rows, n), density=0.2, format="csr", rng=rng)
    points = rng.integers(-999, 999, cells.nnz).astype(np.int32)
    total.sparse(cells, points)
    total.sparse(sparse.csr_array((cells.data, cells.indices, cells.indptr), shape=cells.shape), points)
    given = sparse.csr_array((points, cells.indices, cells.indptr), shape=cells.shape).toarray()
    assert (total.sum() == (expected + dense + 2 * given)[:, start:]).all()
    assert Cells(rows - 1, np.arange(n)).within(cells).tolist() == [
        int(np.flatnonzero(cells.indices[cells.indptr[-2] :] == c)[0]) + int(cells.indptr[-2]) if c in mine else -1
        for mine in [set(cells.indices[cells.indptr[-2] :].tolist())]
        for c in range(n)
    ]


def test_a_reason_of_weight_0_is_not_computed() -> None:
    index = MatchIndex.of(Network(towns(8)))
    block = Block(index, np.arange(8))
    nothing = score(block, shipped().weighted(dict.fromkeys(KEYS, 0)))
    assert not nothing.total.any()
    assert nothing.bins == ()
    assert nothing.points(0, np.arange(8)) == {}


def test_rows_are_cut_into_blocks() -> None:
    assert [part.tolist() for part in scoring.blocks(np.arange(5), 2)] == [[0, 1], [2, 3], [4]]
    assert list(scoring.blocks(np.arange(0))) == []


def test_left_out_links_count_the_same_in_large_and_small_blocks() -> None:
    links = [Link(id=f"{a}", a=f"t{a:03}", b=f"t{a + 7:03}") for a in range(0, 80, 3)]
    index = MatchIndex.of(Network(towns(90), links=links))
    ends = np.concatenate([index.links_abroad, index.links_abroad[:, ::-1]])
    assert len(ends) >= 16
    whole = score(Block(index, ends[:, 0], ends[:, 1]), shipped()).total
    for at, (row, partner) in enumerate(ends):
        alone = score(Block(index, np.array([row]), np.array([partner])), shipped()).total[0]
        assert whole[at].tolist() == alone.tolist()
