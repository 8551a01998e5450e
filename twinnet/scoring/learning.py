"""Learning points from recorded links: a conditional logit over the steps of features, and what its scores mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from twinnet.errors import RulesError
from twinnet.evidence import MISSING, Block, Cells, Feature, Rows, Total
from twinnet.index import MatchIndex
from twinnet.reasons import REASONS, Reason, learned_features
from twinnet.scoring.table import PointsTable, blocks, by_bin, score

FEWEST_LINKS = 300
"""Below this number of links between countries a network is not learned from; the shipped table is used instead."""

_PART = 1 << 15
"""So many pairs are summed at a time, which stay in the processor's cache."""

Floats = npt.NDArray[np.float64]
Learned = tuple[tuple[Reason, Feature], ...]


@dataclass(frozen=True)
class LearnOptions:
    """How points are learned.

    At most ``queries`` link ends are asked for their partner. Beside each stand others drawn from strata of a first
    table's ranking (``strata``: up to which rank, how many are drawn), each weighted by how many it stands for: few
    organisations look like partners, and drawn evenly they would hardly be met. ``ridge`` keeps steps near those of the
    prior (none: near 0) where there is little evidence: a step that is 1 away costs as much as that many partners each
    made e times less likely. ``without`` are the reasons (keys) that get no points.
    """

    queries: int = 40_000
    strata: tuple[tuple[int, int], ...] = ((30, 20), (300, 30), (3000, 40), (10**9, 40))
    ridge: float = 8.0
    iterations: int = 150
    seed: int = 0
    without: frozenset[str] = frozenset()


_FIRST_QUERIES, _FIRST_STRATA, _FIRST_RIDGE = 1000, ((10**9, 60),), 15.0
"""How the first table is learned, whose ranking makes the strata."""

_HELD, _MOST_HELD, _ROWS = 0.1, 1000, 512
"""What a score means is read from this share of the links (so many at most), which are not learned from, and from the
others of so many rows."""


def learn(
    index: MatchIndex,
    options: LearnOptions | None = None,
    *,
    prior: PointsTable | None = None,
    about: Mapping[str, Any] | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> PointsTable:
    """Learn the points of the learned features from the recorded links between countries.

    Every link that is asked for is first taken out of its own evidence, so that what is learned is what a hidden
    partner would show. The model is a conditional logit: the points are those under which the true partners are most
    likely to be chosen among the others; each feature adds a function of steps, monotone where sense demands it, so a
    table of points loses nothing of it. With a ``prior`` learning begins at its points and leaves them as far as the
    evidence asks for (the mode of the posterior under normal steps around the prior's). What a score means is then
    read from partners that were not learned from.

    McFadden: Conditional logit analysis of qualitative choice behavior, in Frontiers in Econometrics (1974) 105-142.

    Raises
    ------
    RulesError
        the network has fewer than :data:`FEWEST_LINKS` links between countries.
    """
    options = options or LearnOptions()
    rng = np.random.default_rng(options.seed)
    ends = index.links_abroad
    if len(ends) < FEWEST_LINKS:
        raise RulesError(
            f"only {len(ends)} recorded links between countries: at least {FEWEST_LINKS} are needed to learn from; "
            "leave out --learn to use the shipped points"
        )
    drawn = ends[rng.permutation(len(ends))]
    aside = min(round(_HELD * len(ends)), _MOST_HELD)
    held, asked = (_from_both_ends(links, rng) for links in (drawn[:aside], drawn[aside:]))
    done = progress or (lambda *_: None)
    sample = _sample(index, asked[:_FIRST_QUERIES], options.without, strata=_FIRST_STRATA, rng=rng)
    first = _fit(sample, replace(options, ridge=_FIRST_RIDGE), prior)
    done(1, 4)
    sample = _sample(index, asked[: options.queries], options.without, strata=options.strata, rng=rng, first=first)
    done(2, 4)
    final = _fit(sample, options, prior, first)
    done(3, 4)
    known = index.country != len(index.countries) - 1
    count = np.bincount(index.country[known], minlength=len(index.countries)).astype(float)
    pairs = (count.sum() ** 2 - (count**2).sum()) / 2
    calibration = _calibration(index, final, held, 2 * len(ends), rng)
    done(4, 4)
    card = {
        "base_rate": float(f"{len(ends) / max(pairs, 1):.6g}"),
        "calibration": [list(knot) for knot in calibration],
        "links": len(ends),
        "organisations": len(index),
        **(about or {}),
    }
    return PointsTable(final.points, card["base_rate"], calibration, card)


def _from_both_ends(links: Rows, rng: np.random.Generator) -> Rows:
    """Return the ends of links as (asked, partner), in an order drawn anew."""
    both = np.concatenate([links, links[:, ::-1]])
    return both[rng.permutation(len(both))]


@dataclass(frozen=True)
class _Sample:
    """Partners and others of the link ends asked: bins (pairs x features), the partner of each end first."""

    learned: Learned
    bins: npt.NDArray[np.uint8]
    linked: Floats
    weight: Floats


def _sample(
    index: MatchIndex,
    asked: Rows,
    without: frozenset[str],
    *,
    strata: tuple[tuple[int, int], ...],
    rng: np.random.Generator,
    first: PointsTable | None = None,
) -> _Sample:
    """Collect the bins of partners and others for the link ends asked; no first table: others are drawn evenly."""
    learned = tuple((reason, feature) for reason, feature in learned_features() if reason.key not in without)
    reasons = list(dict.fromkeys(reason for reason, _ in learned))
    bins, linked, weight = [], [], []
    for part in blocks(asked):
        block = Block(index, part[:, 0], part[:, 1])
        made = {(r.key, f.name): b for r in reasons for f, b in zip(r.features, r.bins(block), strict=True)}
        total = Total(block)
        if first:
            for reason, feature in learned:
                made[reason.key, feature.name].add(first.of(reason, feature), total)
        ranking = total.sum()
        rows, shown = [], []
        for at, (a, b) in enumerate(part):
            others = np.flatnonzero(_able(index, a))
            others = others[np.argsort(-ranking[at, others], kind="stable")] if first else others
            columns, weights, start = [np.array([b])], [np.ones(1)], 0
            for end, count in strata:
                stratum = others[start:end]
                drawn = rng.choice(stratum, min(count, len(stratum)), replace=False)
                columns.append(drawn)
                weights.append(np.full(len(drawn), len(stratum) / max(len(drawn), 1)))
                start = end
            shown.append(np.concatenate(columns))
            rows.append(np.full(len(shown[-1]), at))
            linked.append(np.r_[1.0, np.zeros(len(shown[-1]) - 1)])
            weight.append(np.concatenate(weights))
        cells = Cells(np.concatenate(rows), np.concatenate(shown))
        bins.append(np.stack([made[r.key, f.name].at(cells) for r, f in learned], axis=1))
    return _Sample(learned, np.concatenate(bins), np.concatenate(linked), np.concatenate(weight))


def _able(index: MatchIndex, row: int) -> npt.NDArray[np.bool_]:
    """Tell who is of another country than a row and no recorded partner of it."""
    able: npt.NDArray[np.bool_] = index.country != index.country[row]
    able[index.links.indices[index.links.indptr[row] : index.links.indptr[row + 1]]] = False
    return able


def _fit(
    sample: _Sample, options: LearnOptions, prior: PointsTable | None, first: PointsTable | None = None
) -> PointsTable:
    """Fit steps that make the true partners likely, and round them to points; the search begins at ``first``."""
    from scipy.optimize import minimize

    steps = _Steps.of(sample)
    expected = steps.rises(prior, sample.learned) if prior else np.zeros(len(steps.bounds))
    found = minimize(
        partial(steps.loss, ridge=options.ridge / len(steps.starts), prior=expected),
        steps.rises(first, sample.learned) if first else expected,
        jac=True,
        method="L-BFGS-B",
        bounds=list(steps.bounds),
        options={"maxiter": options.iterations, "maxfun": 2 * options.iterations},
    )
    level = steps.levels(found.x)
    points = {
        (reason.key, feature.name): by_bin(feature, [] if reason.key in options.without else list(feature.prior or ()))
        for reason in REASONS
        for feature in reason.features
    }
    others = sample.linked == 0
    for at, ((reason, feature), span) in enumerate(zip(sample.learned, steps.spans, strict=True)):
        curve = level[span.start : span.stop - 1]
        mean = np.average(level[span.start : span.stop][steps.bins[others, at]], weights=sample.weight[others])
        row = np.zeros(256, np.int32)
        row[: len(curve)] = np.rint(1000 * (curve - (curve[0] if feature.evidence else mean)))
        points[reason.key, feature.name] = row
    return PointsTable(points, 0.5, ((0, 0),))


@dataclass(frozen=True)
class _Steps:
    """The steps of all learned features as one vector: for each feature the rise into each bin, and what missing has.

    ``spans`` says where each feature's levels are, ``bins`` (pairs x features) where among them each pair stands, the
    missing bin last; ``starts`` where the pairs of each query begin, the true partner first.
    """

    bins: npt.NDArray[np.uint8]
    spans: tuple[range, ...]
    bounds: tuple[tuple[float | None, float | None], ...]
    starts: npt.NDArray[np.int64]
    linked: Floats
    log_weight: Floats

    @classmethod
    def of(cls, sample: _Sample) -> _Steps:
        """Lay the features' bins behind each other."""
        limits: dict[int, tuple[float | None, float | None]] = {1: (0, None), -1: (None, 0), 0: (None, None)}
        spans, bounds = [], []
        start, laid = 0, np.array(sample.bins, order="F")
        for at, (_, feature) in enumerate(sample.learned):
            size = len(feature.edges) + 1
            spans.append(range(start, start + size + 1))
            bounds += [limits[feature.monotone]] * (size - 1) + [(None, None)]
            laid[:, at][laid[:, at] == MISSING] = size
            start += size + 1
        starts = np.flatnonzero(sample.linked)
        return cls(laid, tuple(spans), tuple(bounds), starts, sample.linked, np.log(sample.weight))

    def rises(self, table: PointsTable, learned: Learned) -> Floats:
        """Return the vector of steps whose levels are the points of a table."""
        parts = []
        for (reason, feature), span in zip(learned, self.spans, strict=True):
            row = table.of(reason, feature)[: len(span) - 1] / 1000
            parts += [np.diff(row), -row[:1]]
        return np.concatenate(parts)

    def levels(self, x: Floats) -> Floats:
        """Add the rises up to the level of each bin; the first bin of each feature is at 0."""
        level = np.zeros(self.spans[-1].stop)
        for at, span in enumerate(self.spans):
            rises = x[span.start - at : span.stop - at - 1]
            level[span.start + 1 : span.stop - 1] = np.cumsum(rises[:-1])
            level[span.stop - 1] = rises[-1]
        return level

    def loss(self, x: Floats, ridge: float, prior: Floats) -> tuple[float, Floats]:
        """Return the mean negative log-likelihood of the partners chosen, with the ridge, and its gradient."""
        level, value = self.levels(x), self.log_weight.copy()
        parts = [slice(start, start + _PART) for start in range(0, len(value), _PART)]
        rows = [level[span.start : span.stop] for span in self.spans]
        for part in parts:
            for at, row in enumerate(rows):
                value[part] += row.take(self.bins[part, at])
        query = np.cumsum(self.linked).astype(np.int64) - 1
        top = np.maximum.reduceat(value, self.starts)
        likely = np.exp(value - top[query])
        sums = np.add.reduceat(likely, self.starts)
        m, away = len(self.starts), x - prior
        loss = float((top + np.log(sums) - value[self.starts]).sum() / m + ridge * (away**2).sum())
        slope = (likely / sums[query] - self.linked) / m
        gradient = 2 * ridge * away
        for at, span in enumerate(self.spans):
            each = np.sum([np.bincount(self.bins[p, at], slope[p], minlength=len(span)) for p in parts], axis=0)
            gradient[span.start - at : span.stop - at - 2] += np.cumsum(each[1:-1][::-1])[::-1]
            gradient[span.stop - at - 2] += each[-1]
        return loss, gradient


def _calibration(
    index: MatchIndex, table: PointsTable, held: Rows, ends: int, rng: np.random.Generator
) -> tuple[tuple[int, int], ...]:
    """Read what scores mean: log-odds on straight lines between knots, those that make what was found most likely.

    Partners are those of ``held`` link ends, each as if it were not recorded, and stand for all ``ends``; others are
    all candidates of rows drawn evenly, and stand for all rows.
    """
    from scipy.optimize import minimize

    placed = np.flatnonzero(index.country != len(index.countries) - 1)
    rows = np.sort(rng.choice(placed, min(_ROWS, len(placed)), replace=False))
    partners = np.concatenate(
        [
            score(Block(index, part[:, 0], part[:, 1]), table).total[np.arange(len(part)), part[:, 1]]
            for part in blocks(held)
        ]
    )
    others = np.concatenate(
        [
            total[_able(index, int(row))]
            for part in blocks(rows)
            for row, total in zip(part, score(Block(index, part), table).total, strict=True)
        ]
    )
    knots = np.unique(np.quantile(partners, np.r_[0.01, 0.05, np.arange(1, 10) / 10, 0.95, 0.99]).round())
    scores, at = np.unique(np.concatenate([partners, others]).clip(knots[0] - 20_000) // 20 * 20, return_inverse=True)
    found = np.bincount(at[: len(partners)], minlength=len(scores)) * (ends / len(partners))
    missed = np.bincount(at[len(partners) :], minlength=len(scores)) * (len(placed) / len(rows))
    beyond = (np.minimum(scores - knots[0], 0) + np.maximum(scores - knots[-1], 0)) / 1000
    place = np.interp(scores, knots, np.arange(len(knots)))
    share = np.maximum(1 - np.abs(place[:, None] - np.arange(len(knots))), 0)
    lift = np.tril(np.ones((len(knots), len(knots))))

    def loss(x: Floats) -> tuple[float, Floats]:
        value = share @ (lift @ x) + beyond
        both = found + missed
        likely = 1 / (1 + np.exp(-value))
        size = both.sum()
        lost = (both * np.logaddexp(0, value) - found * value).sum() / size
        return float(lost * 1000), 1000 * (((both * likely - found) / size) @ share @ lift)

    start = np.r_[math.log(found.sum() / missed.sum()), np.diff(knots) / 1000]
    bounds = [(None, None), *[(0.001, None)] * (len(knots) - 1)]
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500, "ftol": 1e-13})
    odds = np.rint(1000 * (lift @ best.x))
    return tuple((int(knot), int(value)) for knot, value in zip(knots, odds, strict=True))
