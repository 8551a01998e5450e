"""Points: how much each bin of each feature counts, learned from recorded links or set by rule.

A points table is readable data (``data/points.csv``) with a card (``data/points.json``: what it was learned from,
when, with which figures). Points are thousandths of natural log-odds; the score of a pair is their sum. This module is
scikit-learn's door: it is loaded only to learn.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache, partial
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from twinnet.errors import RulesError
from twinnet.evidence import MISSING, Bins, Block, Feature, Points, Rows, Total
from twinnet.index import MatchIndex
from twinnet.reasons import KEYS, REASONS, Reason

FEWEST_LINKS = 300
"""Below this number of links between countries a network is not learned from; the shipped table is used instead."""

_BLOCK = 64
_MOST = 700.0
"""Log-odds beyond which a number would be too large for the machine."""


@dataclass(frozen=True)
class PointsTable:
    """Points by reason and feature (a row of 256 whole numbers each, one a bin; missing is the last and has none).

    ``base_rate`` is the share of possible pairs that are linked in what was learned from; ``chance`` is the score
    (thousandths) at which a pair is as likely as a chance pair.
    """

    points: Mapping[tuple[str, str], npt.NDArray[np.int32]]
    base_rate: float
    chance: float
    card: Mapping[str, Any] = field(default_factory=dict)

    def weighted(self, weights: Mapping[str, float]) -> PointsTable:
        """Multiply the points of reasons; raise :class:`RulesError` for a reason that does not exist."""
        for key in weights:
            if key not in KEYS:
                raise RulesError(f"no reason is called {key!r}; the reasons are {', '.join(KEYS)}")
        changed = {
            (key, name): np.rint(row * weights.get(key, 1)).astype(np.int32) for (key, name), row in self.points.items()
        }
        return PointsTable(changed, self.base_rate, self.chance, self.card)

    def of(self, reason: Reason, feature: Feature) -> npt.NDArray[np.int32]:
        """Return the points of a feature by bin."""
        return self.points[reason.key, feature.name]

    def times(self, score: int) -> float:
        """Return how many times as likely as a chance pair a score is.

        >>> round(shipped().times(round(shipped().chance)), 2)
        1.0
        """
        return float(f"{math.exp(min((score - self.chance) / 1000, _MOST)):.4g}")

    def probability(self, score: int) -> float:
        """Return the probability that such a pair stands in lists like those learned from."""
        odds = self.base_rate / (1 - self.base_rate) * math.exp(min((score - self.chance) / 1000, _MOST))
        if odds < 1:
            return float(f"{odds / (1 + odds):.4g}")
        return float(1 - Decimal(f"{1 / (1 + odds):.4g}"))

    def to_csv(self) -> str:
        """Write the table: one line where the points of a feature change."""
        lines = ["reason,feature,set_by,at_least,points"]
        for reason in REASONS:
            for feature in reason.features:
                row = self.of(reason, feature)
                how = "rule" if feature.prior else "learned"
                edges = ("", *feature.edges)
                for at, edge in enumerate(edges):
                    if at == 0 or row[at] != row[at - 1]:
                        shown = edge if edge == "" else f"{edge:.10g}"
                        lines.append(f'{reason.key},"{feature.name}",{how},{shown},{row[at]}')
        return "\n".join(lines) + "\n"

    @classmethod
    def from_csv(cls, text: str, card: Mapping[str, Any]) -> PointsTable:
        """Read what :meth:`to_csv` wrote; a feature that the text lacks has its points by rule, or none."""
        read: dict[tuple[str, str], list[tuple[float, int]]] = {}
        for line in csv.DictReader(text.splitlines()):
            least = float(line["at_least"]) if line["at_least"] else -math.inf
            read.setdefault((line["reason"], line["feature"]), []).append((least, int(line["points"])))
        points = {}
        for reason in REASONS:
            for feature in reason.features:
                steps = read.get((reason.key, feature.name), list(feature.prior or ()))
                points[reason.key, feature.name] = _by_bin(feature, steps)
        return cls(points, card["base_rate"], card["chance"], card)


def _by_bin(feature: Feature, steps: list[tuple[float, int]]) -> npt.NDArray[np.int32]:
    """Spread (edge, points) steps over the bins of a feature."""
    row = np.zeros(256, np.int32)
    for at, edge in enumerate((-math.inf, *feature.edges)):
        reached = [points for least, points in steps if least <= edge * (1 + 1e-9) + 1e-12 or edge == least]
        row[at] = reached[-1] if reached else 0
    row[MISSING] = 0
    return row


@lru_cache(maxsize=1)
def shipped() -> PointsTable:
    """Return the points table that comes with the package."""
    data = resources.files("twinnet") / "data"
    card = json.loads((data / "points.json").read_text(encoding="utf-8"))
    return PointsTable.from_csv((data / "points.csv").read_text(encoding="utf-8"), card)


@dataclass(frozen=True)
class ScoredBlock:
    """The scores of some rows (rows x n, int32) with what they are made of."""

    rows: Rows
    total: Points
    bins: tuple[tuple[Reason, Feature, Bins], ...]
    table: PointsTable

    def points(self, row: int, columns: Rows) -> dict[str, Points]:
        """Return the points of each reason for some columns of one row; they add up to the total."""
        found: dict[str, Points] = {}
        for reason, feature, bins in self.bins:
            added = self.table.of(reason, feature)[bins.at(row, columns)]
            found[reason.key] = found[reason.key] + added if reason.key in found else added
        return found


def score(block: Block, table: PointsTable) -> ScoredBlock:
    """Score every organisation as a partner of each row of a block."""
    total = Total(len(block.rows), len(block.index))
    parts = []
    for reason in REASONS:
        if not any(table.of(reason, feature).any() for feature in reason.features):
            continue
        for feature, bins in zip(reason.features, reason.bins(block), strict=True):
            if table.of(reason, feature).any():
                bins.add(table.of(reason, feature), total)
                parts.append((reason, feature, bins))
    return ScoredBlock(block.rows, total.sum(), tuple(parts), table)


def blocks(rows: Rows, size: int = _BLOCK) -> Iterator[Rows]:
    """Cut rows into blocks."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


@dataclass(frozen=True)
class LearnOptions:
    """How points are learned.

    ``queries`` link ends are asked for their partner. Beside each stand others drawn from strata of a first table's
    ranking (``strata``: up to which rank, how many are drawn), each weighted by how many it stands for: few
    organisations look like partners, and drawn evenly they would hardly be met. ``ridge`` keeps steps small that
    little evidence asks for.
    """

    queries: int = 4000
    strata: tuple[tuple[int, int], ...] = ((30, 30), (300, 30), (3000, 30), (10**9, 20))
    ridge: float = 3e-4
    iterations: int = 150
    seed: int = 0


_FIRST = LearnOptions(queries=1000, strata=((10**9, 60),))
"""How the first table is learned, whose ranking makes the strata."""


def learn(
    index: MatchIndex,
    options: LearnOptions | None = None,
    *,
    about: Mapping[str, Any] | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> PointsTable:
    """Learn the points of the learned features from the recorded links between countries.

    Every link that is asked for is first taken out of its own evidence, so that what is learned is what a hidden
    partner would show. The model is a conditional logit: the points are those under which the true partners are most
    likely to be chosen among the others; each feature adds a function of steps, monotone where sense demands it, so a
    table of points loses nothing of it. A logistic regression of linked on the sum then gives the points their unit.

    McFadden: Conditional logit analysis of qualitative choice behavior, in Frontiers in Econometrics (1974) 105-142.

    Raises
    ------
    RulesError
        the network has fewer than :data:`FEWEST_LINKS` links between countries.
    """
    options = options or LearnOptions()
    rng = np.random.default_rng(options.seed)
    ends = _links_abroad(index)
    if len(ends) < FEWEST_LINKS:
        raise RulesError(
            f"only {len(ends)} recorded links between countries: at least {FEWEST_LINKS} are needed to learn from; "
            "leave out --learn to use the shipped points"
        )
    asked = np.concatenate([ends, ends[:, ::-1]])
    asked = asked[rng.permutation(len(asked))]
    done = progress or (lambda *_: None)
    first = _fit(_sample(index, asked[: _FIRST.queries], _FIRST, rng=rng, first=None), _FIRST)
    done(1, 4)
    sample = _sample(index, asked[: options.queries], options, rng=rng, first=first)
    done(2, 4)
    final = _fit(sample, options)
    done(3, 4)
    known = index.country != len(index.countries) - 1
    count = np.bincount(index.country[known], minlength=len(index.countries)).astype(float)
    pairs = (count.sum() ** 2 - (count**2).sum()) / 2
    base_rate = len(ends) / max(pairs, 1)
    chance = _chance(index, final, rng)
    done(4, 4)
    card = {
        "base_rate": float(f"{base_rate:.6g}"),
        "chance": float(f"{chance:.6g}"),
        "links": len(ends),
        "organisations": len(index),
        **(about or {}),
    }
    return PointsTable(final.points, card["base_rate"], card["chance"], card)


def _links_abroad(index: MatchIndex) -> Rows:
    """Return the links between two countries (links x 2), each once."""
    coo = index.links.tocoo()
    unknown = len(index.countries) - 1
    a, b = coo.row.astype(np.int64), coo.col.astype(np.int64)
    keep = (
        (a < b) & (index.country[a] != index.country[b]) & (index.country[a] != unknown) & (index.country[b] != unknown)
    )
    return np.stack([a[keep], b[keep]], axis=1)


@dataclass(frozen=True)
class _Sample:
    bins: npt.NDArray[np.uint8]
    linked: npt.NDArray[np.float64]
    weight: npt.NDArray[np.float64]


def _learned() -> list[tuple[Reason, Feature]]:
    return [(reason, feature) for reason in REASONS for feature in reason.features if feature.prior is None]


def _rule_points() -> dict[tuple[str, str], npt.NDArray[np.int32]]:
    return {
        (reason.key, feature.name): _by_bin(feature, list(feature.prior or ()))
        for reason in REASONS
        for feature in reason.features
    }


def _sample(
    index: MatchIndex, asked: Rows, options: LearnOptions, *, rng: np.random.Generator, first: PointsTable | None
) -> _Sample:
    """Collect the bins of partners and others for the link ends asked; no first table: others are drawn evenly."""
    learned = _learned()
    reasons = [reason for reason in REASONS if any(reason is r for r, _ in learned)]
    bins, linked, weight = [], [], []
    for part in blocks(asked):
        block = Block(index, part[:, 0], part[:, 1])
        made = {(r.key, f.name): b for r in reasons for f, b in zip(r.features, r.bins(block), strict=True)}
        total = Total(len(part), len(index))
        if first:
            for reason, feature in learned:
                made[reason.key, feature.name].add(first.of(reason, feature), total)
        ranking = total.sum()
        for at, (a, b) in enumerate(part):
            able = index.country != index.country[a]
            able[index.links.indices[index.links.indptr[a] : index.links.indptr[a + 1]]] = False
            others = np.flatnonzero(able)
            others = others[np.argsort(-ranking[at, others], kind="stable")] if first else others
            columns, weights, start = [np.array([b])], [np.ones(1)], 0
            for end, count in options.strata:
                stratum = others[start:end]
                drawn = rng.choice(stratum, min(count, len(stratum)), replace=False)
                columns.append(drawn)
                weights.append(np.full(len(drawn), len(stratum) / max(len(drawn), 1)))
                start = end
            shown = np.concatenate(columns)
            bins.append(np.stack([made[r.key, f.name].at(at, shown) for r, f in learned], axis=1))
            linked.append(np.r_[1.0, np.zeros(len(shown) - 1)])
            weight.append(np.concatenate(weights))
    return _Sample(np.concatenate(bins), np.concatenate(linked), np.concatenate(weight))


def _fit(sample: _Sample, options: LearnOptions) -> PointsTable:
    """Fit steps that make the true partners likely, give them the unit of log-odds, and round to points."""
    from scipy.optimize import minimize
    from sklearn.linear_model import LogisticRegression

    steps = _Steps.of(sample)
    found = minimize(
        partial(steps.loss, ridge=options.ridge),
        np.zeros(len(steps.bounds)),
        jac=True,
        method="L-BFGS-B",
        bounds=list(steps.bounds),
        options={"maxiter": options.iterations, "maxfun": 2 * options.iterations},
    )
    level = steps.levels(found.x)
    total = level[steps.cells].sum(axis=1)
    unit = LogisticRegression(C=1e6).fit(total[:, None], sample.linked, sample_weight=sample.weight).coef_[0, 0]
    points = _rule_points()
    others = sample.linked == 0
    for at, ((reason, feature), span) in enumerate(zip(_learned(), steps.spans, strict=True)):
        curve = level[span.start : span.stop - 1] * unit
        mean = np.average((level * unit)[steps.cells[others, at]], weights=sample.weight[others])
        row = np.zeros(256, np.int32)
        row[: len(curve)] = np.rint(1000 * (curve - (curve[0] if feature.evidence else mean)))
        points[reason.key, feature.name] = row
    return PointsTable(points, 0.5, 0.0)


@dataclass(frozen=True)
class _Steps:
    """The steps of all learned features as one vector: for each feature the rise into each bin, and what missing has.

    ``cells`` (pairs x features) says where each pair stands among the levels; ``spans`` where each feature's levels
    are, the missing bin last; ``starts`` where the pairs of each query begin, the true partner first.
    """

    cells: npt.NDArray[np.int64]
    spans: tuple[range, ...]
    bounds: tuple[tuple[float | None, float | None], ...]
    starts: npt.NDArray[np.int64]
    linked: npt.NDArray[np.float64]
    log_weight: npt.NDArray[np.float64]

    @classmethod
    def of(cls, sample: _Sample) -> _Steps:
        """Lay the features' bins behind each other."""
        limits: dict[int, tuple[float | None, float | None]] = {1: (0, None), -1: (None, 0), 0: (None, None)}
        spans, bounds, cells = [], [], []
        start = 0
        for at, (_, feature) in enumerate(_learned()):
            size = len(feature.edges) + 1
            spans.append(range(start, start + size + 1))
            bounds += [limits[feature.monotone]] * (size - 1) + [(None, None)]
            bins = sample.bins[:, at].astype(np.int64)
            cells.append(np.where(bins == MISSING, size, bins) + start)
            start += size + 1
        starts = np.flatnonzero(sample.linked)
        return cls(np.stack(cells, 1), tuple(spans), tuple(bounds), starts, sample.linked, np.log(sample.weight))

    def levels(self, x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Add the rises up to the level of each bin; the first bin of each feature is at 0."""
        level = np.zeros(self.spans[-1].stop)
        for at, span in enumerate(self.spans):
            rises = x[span.start - at : span.stop - at - 1]
            level[span.start + 1 : span.stop - 1] = np.cumsum(rises[:-1])
            level[span.stop - 1] = rises[-1]
        return level

    def loss(self, x: npt.NDArray[np.float64], ridge: float) -> tuple[float, npt.NDArray[np.float64]]:
        """Return the mean negative log-likelihood of the partners chosen, with the ridge, and its gradient."""
        value = self.levels(x)[self.cells].sum(axis=1) + self.log_weight
        query = np.cumsum(self.linked).astype(np.int64) - 1
        top = np.maximum.reduceat(value, self.starts)
        likely = np.exp(value - top[query])
        sums = np.add.reduceat(likely, self.starts)
        m = len(self.starts)
        loss = float((top + np.log(sums) - value[self.starts]).sum() / m + ridge * (x**2).sum())
        slope = (likely / sums[query] - self.linked) / m
        gradient = 2 * ridge * x
        for at, span in enumerate(self.spans):
            each = np.bincount(self.cells[:, at] - span.start, slope, minlength=len(span))
            gradient[span.start - at : span.stop - at - 2] += np.cumsum(each[1:-1][::-1])[::-1]
            gradient[span.stop - at - 2] += each[-1]
        return loss, gradient


def _chance(index: MatchIndex, table: PointsTable, rng: np.random.Generator, *, rows: int = 256) -> float:
    """Return the score (thousandths) whose odds are the mean odds of all pairs between countries."""
    chosen = np.sort(rng.choice(len(index), min(rows, len(index)), replace=False))
    logs = []
    for part in blocks(chosen):
        total = score(Block(index, part), table).total
        logs.append((total / 1000)[index.country[part][:, None] != index.country])
    every = np.concatenate(logs)
    top = every.max(initial=0)
    return float(1000 * (top + math.log(np.exp(every - top).mean())))
