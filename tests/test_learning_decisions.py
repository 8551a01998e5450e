"""What people accept and decline moves the learned points of their network, by the amount of evidence."""

import datetime as dt
import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from tests.test_learning import ALIKE, fill_store
from twinnet import applied, matching, scoring, workspace
from twinnet.decisions import Decision
from twinnet.evidence import MISSING, Feature
from twinnet.graph import Network
from twinnet.index import MatchIndex
from twinnet.models import Link, Organisation, Rules, link_id
from twinnet.reasons import REASONS, learned_features
from twinnet.scoring import PointsTable, shipped
from twinnet.scoring.decided import WIDTH, Comparison, Decided, Sample, move
from twinnet.scoring.moves import Move, moves, span
from twinnet.stores import open_store
from twinnet.views.contents import contents
from twinnet.workspace import learning, learning_decided
from twinnet.workspace.learning_decided import FEWEST_MEASURED, decided, figures, learn_decided

DAY = dt.date(2026, 11, 26)
FEATURES = learned_features()
NAMES = [feature.name for _, feature in FEATURES]
LIKENESS, EXPERIENCE = "likeness of names", "recorded partners, the one with more"
MORE = ("experience", EXPERIENCE)
Run = Callable[..., Any]


def comparison(
    bins: Mapping[str, Sequence[int]],
    accepted: Sequence[bool],
    *,
    organisations: Sequence[int] | None = None,
    score: Sequence[float] | None = None,
    seen: Mapping[str, Sequence[int]] | None = None,
) -> Comparison:
    """Put decided pairs together by the bins of some features; all else is the same for all of them."""
    own = np.zeros(len(accepted), np.int64) if organisations is None else np.array(organisations)
    sample = Sample(laid(bins, len(accepted)), np.zeros(len(accepted)) if score is None else np.array(score, float))
    shown = sample.bins if seen is None else laid(seen, len(next(iter(seen.values()))))
    return Comparison(sample, np.array(accepted, bool), (own // 100, own), shown)


def laid(bins: Mapping[str, Sequence[int]], count: int) -> Any:
    found = np.zeros((count, len(FEATURES)), np.uint8)
    for name, values in bins.items():
        found[:, NAMES.index(name)] = values
    return found


def changes(after: PointsTable, before: PointsTable | None = None) -> dict[tuple[str, str], Any]:
    """Return the changes of the features that changed."""
    old = (before or shipped()).points
    return {key: row - old[key] for key, row in after.points.items() if (row != old[key]).any()}


class TestKnownAnswers:
    def test_one_accepted_and_one_declined_that_differ_in_one_thing(self) -> None:
        """The points of the accepted one rise by what a logistic regression of two pairs with a prior gives."""
        found = move(comparison({LIKENESS: [0, 1]}, [False, True]), shipped())
        variance = WIDTH**2 / 2  # half of what is seen lies between the middles of the two bins
        rise = brentq(lambda x: x / variance - 1 / (1 + math.exp(x / 2)), 0, 10)
        ((key, change),) = changes(found.table).items()
        assert key == ("names", LIKENESS)
        assert change[0] == 0
        assert set(change[1:12].tolist()) == {round(1000 * rise)}
        assert found.effort == pytest.approx(rise**2 / variance, rel=1e-4)

    def test_who_goes_by_the_score_moves_little(self) -> None:
        """What the points say already need not be learned."""
        bins, accepted = {LIKENESS: [0, 1] * 10}, [False, True] * 10
        apart = [4.0 * one for one in accepted]
        against = [-4.0 * one for one in accepted]
        plain, agreed, opposed = (
            move(comparison(bins, accepted, score=score), shipped()) for score in (None, apart, against)
        )
        assert agreed.effort < plain.effort / 3
        assert agreed.goes_by == 1
        assert opposed.goes_by == 0
        assert opposed.effort == pytest.approx(plain.effort, rel=1e-6)

    def test_declining_instead_of_accepting_moves_as_far_the_other_way(self) -> None:
        bins = {EXPERIENCE: [0, 1, 4, 4, 9, 2]}
        accepted = np.array([True, False, True, False, False, True])
        one, other = (move(comparison(bins, one), shipped()).table for one in (accepted.tolist(), (~accepted).tolist()))
        first, second = changes(one)[MORE], changes(other)[MORE]
        assert abs(first + second).max() <= 1
        assert abs(first).max() > 20

    def test_what_lies_between_and_beyond_what_was_seen(self) -> None:
        """Between two values points move evenly; beyond the last as much as there."""
        seen = {EXPERIENCE: [2, 10] * 20}
        found = move(comparison(seen, [False, True] * 20), shipped())
        change = changes(found.table)[MORE]
        assert (np.diff(change[2:11]) > 0).all()
        assert set(change[:3].tolist()) == {change[2]}
        assert set(change[10:61].tolist()) == {change[10]}
        assert change[MISSING] == 0

    def test_what_is_missing_has_no_points(self) -> None:
        bins = {EXPERIENCE: [MISSING, 3, 5, MISSING]}
        found = move(comparison(bins, [True, False, True, False]), shipped())
        assert found.table.points[MORE][MISSING] == 0

    def test_one_that_is_against_sense_is_not_learned(self) -> None:
        """Who declines what is near makes the curve flat, not turn."""
        found = move(comparison({"distance": [1, 60] * 200}, [False, True] * 200), shipped())
        row = found.table.points["distance", "distance"]
        assert (np.diff(row[:201]) <= 0).all()
        assert row[1] - row[60] < (shipped().points["distance", "distance"][1] + 70) / 4


class TestEvidence:
    def test_nothing_to_compare_leaves_the_table(self) -> None:
        for accepted in ([], [True], [False], [True, True], [False] * 5):
            bins: dict[str, Sequence[int]] = {LIKENESS: [at % 3 for at in range(len(accepted))]}
            assert move(comparison(bins, accepted, seen={LIKENESS: [0, 1, 2]}), shipped()).table is shipped()

    def test_what_people_see_in_one_value_alone_stays(self) -> None:
        found = move(comparison({LIKENESS: [2, 2, 2]}, [True, False, True]), shipped())
        assert changes(found.table) == {}
        both = move(comparison({LIKENESS: [2, 2, 2], EXPERIENCE: [1, 2, 3]}, [True, False, True]), shipped())
        assert set(changes(both.table)) == {MORE}

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3), st.booleans()), min_size=2, max_size=12),
        st.integers(2, 5),
    )
    def test_more_of_the_same_moves_further(self, rows: list[tuple[int, int, bool]], times: int) -> None:
        partners, likeness, accepted = (list(column) for column in zip(*rows, strict=True))
        seen = {EXPERIENCE: partners, LIKENESS: likeness}

        def repeated(often: int) -> float:
            """Let other organisations of other countries decide the same."""
            own = np.repeat(np.arange(often) * 100, len(rows))
            bins = {name: np.tile(values, often).tolist() for name, values in seen.items()}
            made = comparison(bins, accepted * often, organisations=own.tolist(), seen=seen)
            return move(made, shipped()).effort

        assert repeated(times) >= repeated(1) * (1 - 1e-4) - 1e-6

    @pytest.mark.parametrize(("count", "least", "most"), [(2, 400, 600), (10, 1400, 1900), (100, 4000, 5500)])
    def test_a_handful_moves_little_and_many_move_much(self, count: int, least: int, most: int) -> None:
        seen = {EXPERIENCE: list(range(10))}
        bins = {EXPERIENCE: [2 if at % 2 else 7 for at in range(count)]}
        change = changes(move(comparison(bins, [bool(at % 2) for at in range(count)], seen=seen), shipped()).table)
        assert least < change[MORE][2] - change[MORE][7] < most

    def test_that_somebody_declines_all_pushes_no_points_down(self) -> None:
        """Who never accepts says nothing of what is wanted; what others compare counts as before."""
        bins = [1, 5, 1, 5, 2, 4, 2, 4]
        accepted = [True, False, True, False, True, False, False, True]
        alone = move(comparison({EXPERIENCE: bins}, accepted), shipped()).table
        seen = {EXPERIENCE: bins}
        more = comparison(
            {EXPERIENCE: [*bins, *[1, 2, 4, 5] * 10]},
            [*accepted, *[False] * 40],
            organisations=[0] * 8 + [100 + at // 8 for at in range(40)],
            seen=seen,
        )
        both = move(more, shipped()).table
        for table in (alone, both):
            change = changes(table)[MORE]
            # What people see keeps its points on average.
            assert abs(np.mean(change[bins])) <= 1
        assert abs(changes(both)[MORE] - changes(alone)[MORE])[1:6].max() < 0.5 * abs(changes(alone)[MORE]).max()


ROWS = st.lists(
    st.tuples(st.lists(st.integers(0, 60), min_size=len(FEATURES), max_size=len(FEATURES)), st.booleans()),
    min_size=2,
    max_size=15,
)


@settings(max_examples=25, deadline=None)
@given(ROWS, st.integers(0, 3), st.sampled_from([0.5, WIDTH, 5.0]))
def test_guarantees(rows: list[tuple[list[int], bool]], organisations: int, width: float) -> None:
    """Points by rule never move, curves that go one way still do, and what has no points gets none."""
    limits = np.array([len(feature.edges) for _, feature in FEATURES])
    bins = np.minimum(np.array([bins for bins, _ in rows]), limits).astype(np.uint8)
    bins[0, 3::7] = MISSING
    accepted = np.array([taken for _, taken in rows])
    own = np.arange(len(rows)) % (organisations + 1)
    given_ = Comparison(Sample(bins, np.linspace(-2, 3, len(rows))), accepted, (own // 2, own), bins)
    before = {key: row.copy() for key, row in shipped().points.items()}
    found = move(given_, shipped(), width=width).table
    assert all((row == before[key]).all() for key, row in shipped().points.items())
    for reason in REASONS:
        for feature in reason.features:
            row, size = found.of(reason, feature), len(feature.edges) + 1
            assert row.dtype == np.int32
            assert not row[size:].any()
            if feature.prior is not None:
                assert (row == shipped().of(reason, feature)).all()
                continue
            assert (np.diff(row[:size]) * feature.monotone >= 0).all()
            if feature.evidence:
                assert row[0] == 0
    assert (found.base_rate, found.calibration) == (shipped().base_rate, shipped().calibration)
    again = move(given_, shipped(), width=width).table
    assert again.to_csv() == found.to_csv()


def towns() -> list[Organisation]:
    return [
        Organisation(
            id=f"town-{at:02}",
            name=f"Town {at}",
            country=("BA", "IT", "AT")[at % 3],
            latitude=43 + at % 5,
            longitude=10 + at % 7,
            population=1000 * (1 + at * at),
        )
        for at in range(24)
    ]


LINKS = [Link(id=link_id(a, b), a=a, b=b) for a, b in (("town-00", "town-01"), ("town-03", "town-05"))]


def row(a: int, b: int, verdict: Any, second: int = 0, **more: Any) -> Decision:
    ends = {"organisation": f"town-{a:02}", "candidate": f"town-{b:02}", "kind": "start"}
    return Decision(**{**ends, "verdict": verdict, "when": f"2026-11-26T09:00:{second:02}Z", **more})


DECISIONS = [
    row(0, 4, "accepted"),
    row(0, 7, "declined"),
    row(0, 11, "contacted"),
    row(3, 8, "met"),
    row(3, 20, "declined"),
    row(6, 14, "declined", because="too far"),
    row(6, 2, "signed", day="2026-11"),
]


def network(decisions: Sequence[Decision], links: Sequence[Link] = LINKS) -> Network:
    return Network(towns(), links=links, decisions=decisions)


class TestDecided:
    def pairs(self, *decisions: Decision) -> dict[tuple[str, str], bool]:
        made = network(decisions)
        index = MatchIndex.of(made)
        found = decided(made, index, DAY)
        return {
            (index.ids[a], index.ids[b]): bool(taken)
            for (a, b), taken in zip(found.pairs.tolist(), found.accepted.tolist(), strict=True)
        }

    def test_which_decisions_count(self) -> None:
        found = self.pairs(*DECISIONS)
        assert found["town-00", "town-04"]
        assert not found["town-00", "town-07"]
        assert sum(found.values()) == 4
        assert len(found) == 7

    def test_what_says_nothing_of_the_pair_does_not_count(self) -> None:
        taken = row(0, 4, "accepted")
        assert (
            self.pairs(
                taken,
                row(0, 4, "withdrawn", 1, withdraws=taken.id, after=taken.id),
                row(0, 7, "later"),
                row(0, 10, "misplaced", about="town-10"),
                row(0, 13, "ended"),
                row(0, 1, "declined", kind="revitalise"),
                Decision(
                    organisation="town-00",
                    field="languages",
                    value=("bs",),
                    verdict="corrected",
                    when="2026-11-26T09:00:00Z",
                ),
            )
            == {}
        )

    def test_of_a_place_that_is_in_doubt_nothing_counts(self) -> None:
        """Who was taken for another town was not judged for what the network knows of it."""
        assert self.pairs(row(0, 10, "declined"), row(3, 10, "misplaced", about="town-10")) == {}

    def test_the_last_that_stands_counts(self) -> None:
        first = row(0, 4, "accepted")
        assert self.pairs(first, row(0, 4, "declined", 1, after=first.id)) == {("town-00", "town-04"): False}

    def test_a_signed_pair_is_no_evidence_for_itself(self) -> None:
        """What is learned is the same whether its link is recorded by now or not."""
        signed = Link(id=link_id("town-06", "town-02"), a="town-06", b="town-02")
        plain, linked = (network(DECISIONS, links) for links in (LINKS, [*LINKS, signed]))
        tables = [learn_decided(one, shipped(), began="shipped", today=DAY) for one in (plain, linked)]
        first, second = (one.table for one in tables if one is not None)
        assert first is not None
        assert second is not None
        assert first.to_csv() == second.to_csv()
        index = MatchIndex.of(linked)
        assert decided(linked, index, DAY).undone(index).links.nnz == 4
        assert index.links.nnz == 6

    def test_the_order_of_decisions_does_not_matter(self) -> None:
        found = [
            learn_decided(network(rows), shipped(), began="shipped", today=DAY) for rows in (DECISIONS, DECISIONS[::-1])
        ]
        assert found[0] is not None
        assert found[1] is not None
        assert found[0].table is not None
        assert found[1].table is not None
        assert found[0].table.to_csv() == found[1].table.to_csv()
        assert found[0].card("2026-11-26") == found[1].card("2026-11-26")

    def test_a_pair_is_the_same_from_both_sides(self) -> None:
        index = MatchIndex.of(network(DECISIONS))
        pairs = np.array([(a, b) for a in range(24) for b in range(a) if not index.linked(a, b)])
        one, other = (Sample.of(index, shipped(), some) for some in (pairs, pairs[:, ::-1]))
        assert (one.bins == other.bins).all()
        assert (one.score == other.score).all()

    def test_scores_are_those_of_suggestions_without_what_decisions_say(self) -> None:
        made = network(DECISIONS)
        index = MatchIndex.of(made)
        found = matching.suggest(made, today=DAY, rules=Rules(weights={"accepted": 0}))[:40]
        pairs = np.array([(index.position[s.organisation.id], index.position[s.candidate.id]) for s in found])
        assert (Sample.of(index, shipped(), pairs).score * 1000).round().tolist() == [s.score for s in found]

    def test_none_and_one_sided(self) -> None:
        assert learn_decided(network([]), shipped(), began="shipped", today=DAY) is None
        assert learn_decided(network([row(0, 7, "later")]), shipped(), began="shipped", today=DAY) is None
        one_sided = learn_decided(network([row(0, 7, "declined")]), shipped(), began="shipped", today=DAY)
        assert one_sided is not None
        assert (one_sided.accepted, one_sided.declined, one_sided.table) == (0, 1, None)

    def test_fits_are_rescored(self) -> None:
        index = MatchIndex.of(network([]))
        pairs = np.array([(0, 9), (3, 20)])
        sample = Sample.of(index, shipped(), pairs)
        again = Sample.of(index, ALIKE, pairs).score
        assert sample.rescored(shipped(), ALIKE) == pytest.approx(again)
        assert not Decided(pairs, np.array([True, True])).tells


class TestMoves:
    def test_what_changed_most_comes_first_and_in_words(self) -> None:
        bins: dict[str, Sequence[int]] = {"distance": [1, 60, 1, 60], LIKENESS: [0, 0, 1, 0]}
        made = comparison(bins, [True, False, True, False])
        after = move(made, shipped()).table
        found = moves(shipped(), after, made.seen)
        assert found[0].words.startswith("distance: ")
        assert [abs(one.change) for one in found] == sorted((abs(one.change) for one in found), reverse=True)
        assert {one.feature for one in found} == {"distance", LIKENESS}
        near = next(one for one in found if one.feature == "distance" and one.change > 0)
        assert (near.words, near.label, near.before) == ("distance: 25 to 50 km", "Distance", 1886)
        assert near.after == after.points["distance", "distance"][1]
        assert Move.read(json.loads(json.dumps(list(near)))) == near
        assert moves(shipped(), shipped(), made.seen) == []

    def test_what_is_not_known_any_more_is_named_as_it_was(self) -> None:
        old = Move("gone", "what it measured", 1, 2, 0, 5)
        assert (old.label, old.words) == ("gone", "what it measured")

    def test_what_nobody_has_is_passed_over(self) -> None:
        assert moves(shipped(), ALIKE, np.full((2, len(FEATURES)), MISSING, np.uint8)) == []

    @pytest.mark.parametrize(
        ("name", "unit", "low", "high", "said"),
        [
            ("distance", "km", None, 25.0, "below 25 km"),
            ("distance", "km", 1000.0, None, "from 1,000 km on"),
            ("distance", "km", None, None, "any"),
            ("inhabitants of the smaller", "decimal logarithm", 3.3, 3.4, "2,000 to 2,510"),
            ("inhabitants of both", "sum of decimal logarithms", 8.0, 8.2, "10,000 to 12,600 in the mean"),
            ("ratio of places by size", "natural logarithm", 0.2, 0.4, "1.22 to 1.49 times"),
            ("lift", "times chance", 0.5, 0.625, "0.5 to 0.625 times chance"),
            ("each pair", "share of the pairs", 0.000004, 0.00001, "4.0e-06 to 1.0e-05"),
            ("partners", "count", None, 1, "0"),
            ("partners", "count", None, 3, "below 3"),
            ("partners", "count", 3, 4, "3"),
            ("partners", "count", 3, 6, "3 to 5"),
            ("partners", "count", 40, None, "40 and more"),
        ],
    )
    def test_values_in_words(self, name: str, unit: str, low: float | None, high: float | None, said: str) -> None:
        assert span(Feature(name, unit, (1.0,)), low, high) == said


@pytest.fixture
def run(called: Run) -> Run:
    """Call the command line."""
    return called


def decide(path: Path, count: int) -> None:
    """Accept what is near and decline what is far, of the suggestions of a stored network."""
    network = workspace.open(path)
    index = MatchIndex.of(network)
    rows: dict[frozenset[str], Decision] = {}
    for one in matching.suggest(network, today=DAY):
        a, b = one.organisation.id, one.candidate.id
        far = np.linalg.norm(index.unit[index.position[a]] - index.unit[index.position[b]]) * 6371
        rows.setdefault(
            frozenset((a, b)),
            Decision(
                organisation=a,
                candidate=b,
                kind="start",
                verdict="accepted" if far < 250 else "declined",
                when="2026-11-26T09:00:00Z",
            ),
        )
    kept = sorted(rows.values(), key=lambda one: one.id)[:count]
    assert {one.verdict for one in kept} == {"accepted", "declined"}
    with open_store(path, readonly=False) as store:
        store.decide(kept)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("made") / "my.twinnet"
    with open_store(path, create=True) as store:
        fill_store(store, 90, 30)
    decide(path, 30)
    return path.read_bytes()


@pytest.fixture
def few_links(tmp_path: Path, stored: bytes) -> Path:
    """A stored network of 90 towns with too few links to learn from, and with 30 decisions."""
    path = tmp_path / "my.twinnet"
    path.write_bytes(stored)
    return path


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure in one round of fifths: it takes less time."""
    monkeypatch.setattr(learning_decided, "_ROUNDS", 1)


@pytest.mark.usefixtures("once")
class TestLearn:
    def test_with_few_links_decisions_move_the_shipped_points(self, few_links: Path) -> None:
        found = learning.learn(few_links, today=DAY)
        assert found.table is None
        assert not found.dropped
        assert found.decided is not None
        assert found.decided.accepted + found.decided.declined == 30
        own = workspace.open(few_links)
        table = applied.applied(own)
        assert table.card["decisions"]["began"] == "shipped"
        assert "distance" in {key for key, _ in changes(table)}
        assert applied.told(own).endswith("; moved by 30 decisions of this network on 2026-11-26")
        assert applied.told(own).startswith("shipped, learned from ")
        assert contents(own, [], title="", rules=Rules(), today=DAY)["points"] == {
            "own": False,
            "n": shipped().card["links"],
            "date": shipped().card["date"],
            "decided": {"n": 30, "date": "2026-11-26"},
        }
        # Nothing is added up: to learn again begins anew.
        again = learning.learn(few_links, today=DAY)
        assert workspace.open(few_links).points == own.points
        assert not again.dropped

    def test_tomorrows_suggestions_go_by_them(self, few_links: Path) -> None:
        before = matching.suggest(workspace.open(few_links), today=DAY)
        learning.learn(few_links, today=DAY)
        after = matching.suggest(workspace.open(few_links), today=DAY)
        points = [
            np.mean([sum(r.points for r in s.reasons if r.key == "distance") for s in some]) for some in (before, after)
        ]
        assert points[1] > points[0]

    def test_what_decisions_fit_is_measured(self, few_links: Path) -> None:
        found = learn_decided(workspace.open(few_links), shipped(), began="shipped", today=DAY)
        assert found is not None
        assert found.agreement is not None
        assert 0 <= found.agreement.before < found.agreement.after <= 1

    def test_fewer_are_not_measured(self) -> None:
        found = learn_decided(network(DECISIONS), shipped(), began="shipped", today=DAY)
        assert len(DECISIONS) < FEWEST_MEASURED
        assert found is not None
        assert found.agreement is None
        assert "measured" not in found.card("2026-11-26")

    def test_where_all_that_is_held_out_is_alike_nothing_is_measured(self) -> None:
        rows = [row(0, 4, "accepted"), *(row(a, b, "declined") for a in (0, 3, 6) for b in (2, 5, 8, 11, 14, 17, 20))]
        found = learn_decided(network(rows), shipped(), began="shipped", today=DAY)
        assert found is not None
        assert (found.accepted, found.declined) == (1, 21)
        assert found.agreement is not None

    def test_they_come_on_top_of_what_links_taught(self, few_links: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def learn(index: MatchIndex, *_: Any, about: Any = None, **__: Any) -> PointsTable:
            card = {"base_rate": ALIKE.base_rate, "calibration": ALIKE.calibration, "links": 30, "organisations": 90}
            return PointsTable(ALIKE.points, ALIKE.base_rate, ALIKE.calibration, {**card, **(about or {})})

        monkeypatch.setattr(scoring, "learn", learn)
        monkeypatch.setattr(learning, "FEWEST", 10)
        monkeypatch.setattr(learning, "FEWEST_LINKS", 10)
        found = learning.learn(few_links, today=DAY, anyway=True)
        assert found.table is not None
        assert found.decided is not None
        assert found.decided.began == "links"
        own = workspace.open(few_links)
        assert applied.told(own) == (
            "learned from this network on 2026-11-26, 30 links; moved by 30 decisions of this network on 2026-11-26"
        )
        assert "distance" in {key for key, _ in changes(applied.applied(own), ALIKE)}
        lines = list(found.lines())
        assert any("they moved the points learned from links" in line for line in lines)
        assert contents(own, [], title="", rules=Rules(), today=DAY)["points"]["own"] is True
        # The links teach nothing any more: what they taught is taken away, decisions stay.
        monkeypatch.setattr(learning, "FEWEST", 375)
        few = learning.learn(few_links, today=DAY)
        assert few.dropped
        assert applied.applied(workspace.open(few_links)).card["decisions"]["began"] == "shipped"

    def test_all_alike_is_no_failure_and_is_said(self, tmp_path: Path) -> None:
        path = tmp_path / "one.twinnet"
        with open_store(path, create=True) as store:
            fill_store(store, 12, 0)
            store.decide(
                [
                    Decision(
                        organisation="t000",
                        candidate="t005",
                        kind="start",
                        verdict="accepted",
                        when="2026-11-26T09:00:00Z",
                    )
                ]
            )
        found = learning.learn(path, today=DAY)
        assert any(line.startswith("1 accepted and 0 declined suggestions are there.") for line in found.lines())
        assert workspace.open(path).points is None


@pytest.mark.usefixtures("once")
class TestCommand:
    def test_learn_show_and_forget(self, run: Run, few_links: Path) -> None:
        said = run("learn", few_links, "--today", "2026-11-26")
        assert (said.code, said.err) == (0, "")
        lines = said.out.splitlines()
        assert lines[0].endswith("so nothing was learned from links.")
        assert lines[1].startswith("moved 2026-11-26: ")
        assert lines[1].endswith("declined; they moved the shipped points")
        assert "so often an accepted suggestion stands above a declined one: " in lines[2]
        assert lines[3].split() == ["reason", "what", "people", "see", "before", "after", "change"]
        assert any(line.startswith("  Distance  ") for line in lines)
        assert lines[-1].startswith("points: shipped, learned from")
        shown = run("learn", few_links, "--show").out.splitlines()
        assert shown[0] == lines[-1]
        assert shown[2:] == lines[1:-1]
        assert run("learn", few_links, "--forget").out.startswith("The network's own points are taken away.")
        assert workspace.open(few_links).points is None
        assert "moved" not in run("learn", few_links, "--show").out

    def test_what_is_not_told_is_counted(self, run: Run, few_links: Path) -> None:
        out = run("learn", few_links, "--today", "2026-11-26").out
        assert " further changes of at most " in out

    def test_what_may_be_chance_is_said(self) -> None:
        card = {"accepted": 12, "declined": 12, "date": "2026-11-26", "began": "shipped", "moved": []}
        said = {after: list(figures({**card, "measured": {"before": 0.6, "after": after}})) for after in (0.5, 0.7)}
        assert "So far the decisions do not foretell each other: what moved may be chance." in said[0.5]
        assert len(said[0.7]) == len(said[0.5]) - 1

    def test_no_change_is_said(self) -> None:
        card = {"accepted": 1, "declined": 1, "date": "2026-11-26", "began": "shipped", "moved": []}
        assert list(figures(card))[-1].startswith("No points changed")
