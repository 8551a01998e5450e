"""What decisions teach: officers with a taste that nobody told decide on suggestions of the demo network.

An officer goes through the organisations in an order drawn by seed and decides on the five suggestions of each, until
so many are decided: what suits the taste is accepted, all else declined, and one decision in ten is a slip. Then the
network learns, and the suggestions are made again: what was decided is left out of them, before and after alike. It is
counted how many suit the taste, and measured where hidden recorded partners are ranked.

How strongly decisions move points is not tuned to these officers. It was chosen by how far the towns of single
countries leave the shipped points when they choose partners (:mod:`benchmarks.tastes`).
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks import tastes
from benchmarks.shared import tell
from twinnet import matching
from twinnet.decisions import Decision
from twinnet.evaluation.measures import reciprocal_rank
from twinnet.evaluation.report import piped
from twinnet.evaluation.splits import Split, at_random
from twinnet.evaluation.trials import Queries, model, place
from twinnet.graph import Network
from twinnet.index import EARTH_RADIUS, MatchIndex
from twinnet.models import Rules
from twinnet.reading import ReadOptions
from twinnet.scoring import PointsTable, shipped
from twinnet.scoring.decided import Comparison, move
from twinnet.workspace.importing import import_lists
from twinnet.workspace.learning_decided import decided

PAGE = Path(__file__).resolve().parent.parent / "docs" / "explanation" / "what-is-learned.md"
TODAY = dt.date(2026, 11, 26)
COUNTS = (18, 50, 200)
MOVING = (1, 2, 5, 10, 18, 50, 100, 200)
OFFICERS = 5
SLIPS = 0.1
HIDDEN_SHARE, SPLITS = 0.2, 4

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Taste = Callable[[MatchIndex, Rows], Bools]
"""Tells which pairs (rows of the index, n x 2, organisation and candidate) suit."""


def small(index: MatchIndex, pairs: Rows) -> Bools:
    return index.population[pairs[:, 1]] < 12_000


def near(index: MatchIndex, pairs: Rows) -> Bools:
    unit = index.unit
    apart = np.linalg.norm(unit[pairs[:, 0]] - unit[pairs[:, 1]], axis=1)
    found: Bools = 2 * EARTH_RADIUS * np.arcsin(apart / 2) < 900
    return found


def experienced(index: MatchIndex, pairs: Rows) -> Bools:
    return index.degree[pairs[:, 1]] >= 5


def themed(index: MatchIndex, pairs: Rows) -> Bools:
    held = index.offered[:, [index.themes.index("youth")]].toarray().ravel() >= 1
    return held[pairs[:, 1]]


def none(_: MatchIndex, pairs: Rows) -> Bools:
    return np.random.default_rng(len(pairs)).random(len(pairs)) < 0.5


TASTES: dict[str, Taste] = {
    "partners nearer than 900 km": near,
    "partners of under 12,000 inhabitants": small,
    "partners with five partners or more": experienced,
    "partners that offer youth": themed,
    "none: a coin is thrown": none,
}


@dataclass(frozen=True)
class Outcome:
    """Of one officer: shares of suggestions that suit, and the mean reciprocal rank of hidden partners after.

    Suggestions are by the shipped points without and with "more like what was accepted", and by the moved points.
    """

    plain: float
    like: float
    learned: float
    rank: float


def run(*, write: bool) -> None:
    """Print what decisions teach, or put it into its page."""
    network = _demo()
    index = MatchIndex.of(network)
    splits = [at_random(index, seed, HIDDEN_SHARE) for seed in range(SPLITS)]
    before = _rank(splits, shipped())
    rows: list[tuple[str, ...]] = [
        (
            "the officer likes",
            "decided",
            "accepted",
            "suit, shipped points",
            "suit, and more like what was accepted",
            "suit, points moved as well",
            "hidden partners, before",
            "hidden partners, after",
        )
    ]
    for name, taste in TASTES.items():
        for count in COUNTS:
            made = [_officer(network, index, taste, count, seed) for seed in range(OFFICERS)]
            accepted = np.mean([sum(row.verdict == "accepted" for row in one) for one in made])
            found = [_outcome(network, taste, decisions, splits) for decisions in made]
            mean = [float(np.mean([getattr(one, part) for one in found])) for part in Outcome.__dataclass_fields__]
            rows.append(
                (
                    name,
                    str(count),
                    f"{accepted:.0f}",
                    *(f"{x:.1%}" for x in mean[:3]),
                    f"{before:.3f}",
                    f"{mean[3]:.3f}",
                )
            )
            _say(" | ".join(rows[-1]))
    figures = {"decisions": piped(rows), "decisions moving": piped(_moving(network, index))}
    width = tastes.table()
    if width:
        figures["decisions width"] = piped(width)
    tell(figures, PAGE if write else None)


def _demo() -> Network:
    """Read the package's demo lists."""
    with as_file(files("twinnet") / "data" / "demo") as demo, tempfile.TemporaryDirectory() as folder:
        lists = [demo / f"{name}.csv" for name in ("members", "links", "projects", "partners")]
        return import_lists(lists, Path(folder) / "demo.twinnet", options=ReadOptions(today=TODAY)).network


def _suggested(network: Network, index: MatchIndex, table: PointsTable, rules: Rules | None = None) -> Rows:
    """Return the five suggestions of each organisation as pairs (n x 2), best first; without their sentences."""
    found = matching.rank(network, index.ids, top=5, rules=rules, today=TODAY, table=table)
    ends = [(index.position[one], index.position[other.candidate]) for one in index.ids for other in found.get(one, ())]
    return np.array(ends, np.int64).reshape(-1, 2)


def _officer(network: Network, index: MatchIndex, taste: Taste, count: int, seed: int) -> list[Decision]:
    """Decide on so many suggestions, organisation by organisation."""
    rng = np.random.default_rng(seed)
    pairs = _suggested(network, index, shipped())
    order = rng.permutation(len(index))
    queue = pairs[np.argsort(order[pairs[:, 0]], kind="stable")]
    _, first = np.unique(np.sort(queue, axis=1), axis=0, return_index=True)
    queue = queue[np.sort(first)][:count]
    suits = taste(index, queue) ^ (rng.random(len(queue)) < SLIPS)
    return [
        Decision(
            organisation=index.ids[a],
            candidate=index.ids[b],
            kind="start",
            verdict="accepted" if yes else "declined",
            when=f"{TODAY}T09:00:00Z",
        )
        for (a, b), yes in zip(queue.tolist(), suits.tolist(), strict=True)
    ]


def _deciding(network: Network, decisions: Sequence[Decision]) -> Network:
    """Return the network with decisions."""
    return Network(
        network.organisations,
        memberships=network.memberships,
        links=network.links,
        projects=network.projects,
        partners=network.partners,
        sources=network.sources,
        decisions=decisions,
    )


def _learned(network: Network) -> PointsTable:
    index = MatchIndex.of(network)
    found = decided(network, index, TODAY)
    return move(Comparison.of(index, shipped(), found), shipped()).table if found.tells else shipped()


def _outcome(network: Network, taste: Taste, decisions: Sequence[Decision], splits: Sequence[Split]) -> Outcome:
    deciding = _deciding(network, decisions)
    index = MatchIndex.of(deciding)
    after = _learned(deciding)
    shares = []
    for table, rules in ((shipped(), Rules(weights={"accepted": 0})), (shipped(), Rules()), (after, Rules())):
        pairs = _suggested(deciding, index, table, rules)
        shares.append(float(taste(index, pairs).mean()))
    return Outcome(shares[0], shares[1], shares[2], _rank(splits, after))


def _rank(splits: Sequence[Split], table: PointsTable) -> float:
    """Return the mean reciprocal rank of hidden partners; nobody has decided anything there."""
    found = [place(split, Queries.of(split, 2000, groups=False), [model(table, "it")])["it"].rank for split in splits]
    return float(reciprocal_rank(np.concatenate(found)).mean())


def _moving(network: Network, index: MatchIndex) -> list[tuple[str, ...]]:
    """Tell how far points move by how many decisions of an officer who likes what is near."""
    rows: list[tuple[str, ...]] = [
        ("decided", "accepted", "most that a point moved", "a suggestion's score moved, on average")
    ]
    pairs = _suggested(network, index, shipped())
    for count in MOVING:
        most, mean, accepted = [], [], []
        for seed in range(OFFICERS):
            decisions = _officer(network, index, near, count, seed)
            after = _learned(_deciding(network, decisions))
            accepted.append(sum(row.verdict == "accepted" for row in decisions))
            most.append(max(int(abs(row - shipped().points[key]).max()) for key, row in after.points.items()))
            mean.append(tastes.moved(index, pairs, after))
        rows.append((str(count), f"{np.mean(accepted):.1f}", f"{np.mean(most):,.0f}", f"{np.mean(mean):,.0f}"))
        _say(" | ".join(rows[-1]))
    return rows


def _say(words: str) -> None:
    print(f"measuring: {words}", file=sys.stderr, flush=True)
