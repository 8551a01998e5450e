"""Learning from decisions: accepted and declined pairs move the learned points of a table by the amount of evidence.

The points are the mode of a posterior. A priori they are those of the table, and each curve of points may leave them by
a random walk over what people see: two suggestions that lie as far apart as any in all that one reason measures differ
from what the table says by :data:`WIDTH` (one standard deviation). Whether a pair was accepted is as likely as the
points say, as far as those who decide go by the score at all. That somebody declines much says nothing of points: all
decisions together have an intercept, as have those for a country and for an organisation beside it. So one decision
moves little, many that agree move much, and what nobody decided about stays.

The intercepts are normal effects of a mixed logistic regression: Stiratelli, Laird and Ware: Random-effects models for
serial observations with binary response, Biometrics 40 (1984) 961-971.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from twinnet.evidence import MISSING, Block, Bytes, Cells, Feature, Rows
from twinnet.index import Bools, Floats, MatchIndex
from twinnet.reasons import REASONS, learned_features
from twinnet.scoring.table import PointsTable, blocks, totals

WIDTH = 1.5
"""Standard deviation, in natural log-odds, of what a taste adds between the ends of what a reason measures."""

LEANINGS = 2.0, 1.0
"""Standard deviations of how much more or less is accepted for a country, and for an organisation of it."""

_SEEN, _MOST_ROWS = 40, 256
"""So many of the best candidates, of so many of the organisations decided for, are what people see."""

_EVEN = 0.1
"""This share of what is seen is spread evenly over the bins between the first and the last, so that none has none."""


@dataclass(frozen=True)
class Decided:
    """Decided pairs of an index: organisation and candidate (rows, n x 2), and whether each was accepted."""

    pairs: Rows
    accepted: Bools

    @property
    def tells(self) -> bool:
        """Whether there is anything to compare: some were accepted and some were not."""
        return bool(0 < self.accepted.sum() < len(self.accepted))

    def taken(self, at: Rows | Bools) -> Decided:
        """Return some of the pairs."""
        return Decided(self.pairs[at], self.accepted[at])

    def in_order(self) -> Decided:
        """Return the pairs in the order of the index, so that sums are the same whatever the order of decisions."""
        return self.taken(np.lexsort((self.accepted, self.pairs[:, 1], self.pairs[:, 0])))

    def undone(self, index: MatchIndex) -> MatchIndex:
        """Return the index as if none of the pairs were linked: what was signed is not evidence for itself."""
        coo, n = index.links.tocoo(), len(index)
        one, other = self.pairs.min(axis=1), self.pairs.max(axis=1)
        mine = np.minimum(coo.row, coo.col).astype(np.int64) * n + np.maximum(coo.row, coo.col)
        keep = ~np.isin(mine, one * n + other)
        if keep.all():
            return index
        links = sparse.csr_array((coo.data[keep], (coo.row[keep], coo.col[keep])), shape=coo.shape)
        return dataclasses.replace(index, links=links, cache={})


@dataclass(frozen=True)
class Sample:
    """Some pairs as learning sees them: bins of the learned features (pairs x features) and scores (log-odds).

    What the score owes to decisions is left out of it.
    """

    bins: Bytes
    score: Floats

    @classmethod
    def of(cls, index: MatchIndex, table: PointsTable, pairs: Rows) -> Sample:
        """Look pairs (rows, n x 2) up."""
        bins = np.zeros((len(pairs), len(learned_features())), np.uint8)
        total = np.zeros(len(pairs))
        for rows in blocks(np.unique(pairs[:, 0])):
            at = np.flatnonzero(np.isin(pairs[:, 0], rows))
            cells = Cells(np.searchsorted(rows, pairs[at, 0]), pairs[at, 1])
            bins[at], total[at] = _look_up(Block(index, rows), table, cells)
        return cls(bins, total / 1000)

    def rescored(self, before: PointsTable, after: PointsTable) -> Floats:
        """Return the scores by another table with the same points by rule; ``before`` gave those that are known."""
        score = self.score.copy()
        for at, (reason, feature) in enumerate(learned_features()):
            score += (after.of(reason, feature) - before.of(reason, feature))[self.bins[:, at]] / 1000
        return score


def _look_up(block: Block, table: PointsTable, cells: Cells) -> tuple[Bytes, Floats]:
    """Return the bins of the learned features of some pairs, and what all features together give them."""
    bins, total = [], np.zeros(len(cells.rows))
    for reason in REASONS:
        if reason.of_decisions:
            continue
        for feature, made in zip(reason.features, reason.bins(block), strict=True):
            found = made.at(cells)
            total += table.of(reason, feature)[found]
            if feature.prior is None:
                bins.append(found)
    return np.stack(bins, axis=1), total


@dataclass(frozen=True)
class Comparison:
    """What points are fitted to: decided pairs, for which country and organisation, and what else people see.

    ``groups`` number the country and the organisation of each pair. ``seen`` are the bins (pairs x features) of what
    people see: it says which differences are large.
    """

    sample: Sample
    accepted: Bools
    groups: tuple[Rows, Rows]
    seen: Bytes

    @classmethod
    def of(cls, index: MatchIndex, table: PointsTable, decided: Decided) -> Comparison:
        """Look decided pairs up, and what else the organisations decided for are shown."""
        index = decided.undone(index)
        own = decided.pairs[:, 0]
        sample = Sample.of(index, table, decided.pairs)
        shown = Sample.of(index, table, _shown(index, table, own)).bins
        return cls(sample, decided.accepted, (index.country[own], own), np.concatenate([sample.bins, shown]))

    def taken(self, at: Rows | Bools) -> Comparison:
        """Return the comparison with some of the decided pairs alone."""
        sample = Sample(self.sample.bins[at], self.sample.score[at])
        return Comparison(sample, self.accepted[at], (self.groups[0][at], self.groups[1][at]), self.seen)


def _shown(index: MatchIndex, table: PointsTable, asked: Rows) -> Rows:
    """Return the pairs that organisations are shown: the best candidates of each that are no partners of it."""
    rows = np.unique(asked)
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _MOST_ROWS)).astype(np.int64))]
    found = []
    for part in blocks(rows):
        total = totals(Block(index, part), table)
        for row, line in zip(part.tolist(), total, strict=True):
            able = index.country != index.country[row]
            able[index.partners[row]] = False
            columns = np.flatnonzero(able)
            columns = columns[np.argsort(-line[columns], kind="stable")[:_SEEN]]
            found.append(np.stack([np.full(len(columns), row), columns], axis=1))
    return np.concatenate(found)


@dataclass(frozen=True)
class _Walk:
    """What may move of one feature: from bin ``low`` on, a step into each further bin.

    ``width`` is the standard deviation of each step; ``least`` and ``most`` say how many of them it may go. ``share``
    is how much of what is seen lies in each bin from ``low`` on, None where points are against the first bin.
    """

    feature: int
    low: int
    width: Floats
    least: Floats
    most: Floats
    share: Floats | None

    @classmethod
    def of(cls, at: int, feature: Feature, seen: Bytes, row: npt.NDArray[np.int32], width: float) -> _Walk:
        """See how far apart bins are in what is seen, of which there is more than one."""
        known = seen[seen != MISSING]
        low, high = int(known.min()), int(known.max())
        share = np.bincount(known - low, minlength=high - low + 1) / len(known)
        mass = (1 - _EVEN) * share + _EVEN / len(share)
        steps = width * np.sqrt((mass[:-1] + mass[1:]) / 2)
        rises = np.diff(row[low : high + 1]) / (1000 * steps)
        free = np.full(len(rises), np.inf)
        least = np.minimum(-rises, 0) if feature.monotone > 0 else -free
        most = np.maximum(-rises, 0) if feature.monotone < 0 else free
        return cls(at, low, steps, least, most, None if feature.evidence else share)

    def basis(self, bins: Bytes) -> Floats:
        """Return what each step, of one standard deviation, adds to pairs in some bins (pairs x steps)."""
        places = np.arange(len(self.width) + 1)
        reached = (places[:, None] > np.arange(len(self.width))) * self.width
        if self.share is not None:
            reached = reached - self.share @ reached
        found: Floats = reached[np.clip(bins.astype(np.int64) - self.low, 0, len(self.width))]
        found[bins == MISSING] = 0
        return found


@dataclass(frozen=True)
class Moved:
    """A table whose learned points decisions have moved.

    ``goes_by`` says how far decisions go by the score of the table before: from 0, not at all, to 1, as far as it says.
    ``effort`` is how far the points went, in squared standard deviations.
    """

    table: PointsTable
    goes_by: float = 0.0
    effort: float = 0.0


def move(comparison: Comparison, table: PointsTable, *, width: float = WIDTH) -> Moved:
    """Move the learned points of a table as far as decisions ask for.

    Points that are set by rule stay, as do those of features of which people see one value only. Where sense demands
    that points go one way only they still do. With nothing to compare the table stays as it is.
    """
    walks = _walks(comparison.seen, table, width)
    if not walks or comparison.accepted.all() or not comparison.accepted.any():
        return Moved(table)
    goes_by, steps = _fit(comparison, walks)
    points, start = dict(table.points), 0
    for walk in walks:
        reason, feature = learned_features()[walk.feature]
        size, end = len(feature.edges) + 1, start + len(walk.width)
        added = walk.basis(np.arange(size, dtype=np.uint8)) @ steps[start:end]
        row = table.of(reason, feature).copy()
        row[:size] = _one_way(np.rint(row[:size] + 1000 * added), feature.monotone)
        points[reason.key, feature.name] = row
        start = end
    moved = PointsTable(points, table.base_rate, table.calibration, table.card)
    return Moved(moved, goes_by, float((steps**2).sum()))


def _walks(seen: Bytes, table: PointsTable, width: float) -> list[_Walk]:
    """Return the features that may move; those of one reason share its width."""
    several = [len(np.unique(column[column != MISSING])) > 1 for column in seen.T]
    moving = [(at, *one) for at, one in enumerate(learned_features()) if several[at]]
    return [
        _Walk.of(
            at,
            feature,
            seen[:, at],
            table.of(reason, feature),
            width / np.sqrt(sum(other is reason for _, other, _ in moving)),
        )
        for at, reason, feature in moving
    ]


def _one_way(row: Floats, monotone: int) -> Floats:
    """Take back what rounding may have turned."""
    if monotone > 0:
        return np.maximum.accumulate(row)
    return np.minimum.accumulate(row) if monotone < 0 else row


def _fit(comparison: Comparison, walks: list[_Walk]) -> tuple[float, Floats]:
    """Return how far decisions go by the score, and the steps in standard deviations: the mode of the posterior."""
    from scipy.optimize import Bounds, minimize

    accepted = comparison.accepted
    steps = [walk.basis(comparison.sample.bins[:, walk.feature]) for walk in walks]
    leaning = [
        width * (group[:, None] == np.unique(group)) for width, group in zip(LEANINGS, comparison.groups, strict=True)
    ]
    free = np.stack([np.ones(len(accepted)), comparison.sample.score], axis=1)
    whole = np.concatenate([free, *steps, *leaning], axis=1)
    count = sum(len(walk.width) for walk in walks)
    least, most = np.full(whole.shape[1], -np.inf), np.full(whole.shape[1], np.inf)
    least[1], most[1] = 0, 1
    least[2 : 2 + count] = np.concatenate([walk.least for walk in walks])
    most[2 : 2 + count] = np.concatenate([walk.most for walk in walks])
    # What is the same for all decided pairs is in the intercept, and the prior keeps it at 0.
    varies = (whole != whole[0]).any(axis=0)
    varies[:2] = True
    design = whole[:, varies]

    def loss(x: Floats) -> tuple[float, Floats]:
        value = design @ x
        lost = np.logaddexp(0, value).sum() - value[accepted].sum() + (x[2:] ** 2).sum() / 2
        gradient = design.T @ ((1 + np.tanh(value / 2)) / 2 - accepted)
        gradient[2:] += x[2:]
        return float(lost), gradient

    best = minimize(
        loss,
        np.zeros(design.shape[1]),
        jac=True,
        method="L-BFGS-B",
        bounds=Bounds(least[varies], most[varies]),
        options={"maxiter": 2000, "maxfun": 4000, "ftol": 1e-15, "gtol": 1e-7},
    )
    found = np.zeros(len(varies))
    found[varies] = best.x
    return float(found[1]), found[2 : 2 + count]
