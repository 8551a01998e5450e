"""From ranks to figures: MRR, hits, NDCG, areas under the curve, calibration, each with an interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BEYOND = 100
"""A rank beyond this is a miss: it counts 0."""

_DRAWS = 1000


def reciprocal_rank(ranks: Ints) -> Floats:
    """Return 1 / rank of each query; its mean is the MRR.

    >>> reciprocal_rank(np.array([1, 4, 101])).tolist()
    [1.0, 0.25, 0.0]
    """
    return np.where(ranks <= BEYOND, 1 / ranks, 0.0)


def hits(ranks: Ints, first: int) -> Floats:
    """Return 1 where the partner is among the first so many.

    >>> hits(np.array([1, 10, 11]), 10).tolist()
    [1.0, 1.0, 0.0]
    """
    return (ranks <= first).astype(np.float64)


def gain(ranks: Ints) -> Floats:
    """Return 1 / log2(1 + rank): the NDCG of a query with one partner to find.

    >>> gain(np.array([1, 3, 101])).tolist()
    [1.0, 0.5, 0.0]
    """
    return np.where(ranks <= BEYOND, 1 / np.log2(1.0 + ranks), 0.0)


MEASURES: dict[str, Callable[[Ints], Floats]] = {
    "MRR": reciprocal_rank,
    "hits@10": lambda ranks: hits(ranks, 10),
    "hits@50": lambda ranks: hits(ranks, 50),
    "hits@100": lambda ranks: hits(ranks, 100),
    "NDCG": gain,
}
"""What is measured of the ranks; each gives a number a query, whose mean is the figure."""

EVEN, ALIKE, LINKLESS = "AUC, all", "AUC, as well linked", "link-less"
"""What is measured of a query's candidates: the areas under the curve against all of them and against those with as
many known partners as the hidden one has, and the share of towns without a known link among the first ten."""


@dataclass(frozen=True)
class Figure:
    """A mean over ``count`` queries with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{short(self.value)} [{short(self.low)}, {short(self.high)}]"

    def to_dict(self) -> dict[str, float | int]:
        """Return it as plain numbers."""
        return {
            "value": round(self.value, 6),
            "low": round(self.low, 6),
            "high": round(self.high, 6),
            "count": self.count,
        }


def short(value: float) -> str:
    """Say a share in three digits.

    >>> short(0.1239), short(-0.002), short(1.0)
    ('.124', '-.002', '1.000')
    """
    return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 0.9995 else f"{value:.3f}"


class Resampling:
    """Intervals by drawing links anew (the bootstrap).

    What is drawn is a hidden link, with all its queries: both ends, and in every split that hides it. Links are what
    one more list would bring; two ends of one are no independent witnesses. The same draws serve every figure, so that
    differences are of the same links. Efron, Tibshirani: An Introduction to the Bootstrap (1993).

    ``hidden`` numbers the hidden links, ``links`` says of each query which of them it asks for.
    """

    def __init__(self, hidden: Ints, links: Ints, *, seed: int, draws: int = _DRAWS) -> None:
        self._known = np.unique(hidden)
        self._links = np.searchsorted(self._known, links)
        size = len(self._known)
        rng = np.random.default_rng(seed)
        self._drawn = rng.multinomial(size, np.full(size, 1 / max(size, 1)), size=draws).astype(np.float64)

    def mean(self, values: Floats, chosen: Bools | None = None) -> Figure | None:
        """Return the mean of some queries' values with its interval, None where there is none; NaN is left out."""
        kept = np.isfinite(values) if chosen is None else chosen & np.isfinite(values)
        if not kept.any():
            return None
        size = len(self._known)
        sums = np.bincount(self._links[kept], values[kept], size).astype(np.float64)
        counts = np.bincount(self._links[kept], minlength=size).astype(np.float64)
        low, high = self._bounds(sums, counts)
        return Figure(float(sums.sum() / counts.sum()), low, high, int(kept.sum()))

    def _bounds(self, sums: Floats, counts: Floats) -> tuple[float, float]:
        above, below = self._drawn @ sums, self._drawn @ counts
        means = above[below > 0] / below[below > 0]
        low, high = np.quantile(means, [0.025, 0.975])
        return float(low), float(high)

    def total(self, links: Ints, values: Floats) -> tuple[float, float]:
        """Return the bounds of a sum of values of hidden links."""
        at = np.searchsorted(self._known, links)
        sums = np.bincount(at, values, len(self._known)) if len(links) else np.zeros(len(self._known))
        low, high = np.quantile(self._drawn @ sums, [0.025, 0.975])
        return float(low), float(high)


PROBABILITIES: tuple[float, ...] = (0.0, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
"""The edges of the calibration's bins."""


@dataclass(frozen=True)
class Bin:
    """Pairs whose probability lies in a bin: how many hidden links that makes expect, and how many are there.

    Counts are weighted up to all pairs of the network, each pair from both sides; ``positives`` is the plain number of
    hidden links seen in the bin, each once.
    """

    least: float
    most: float
    pairs: float
    expected: float
    found: float
    low: float
    high: float
    positives: int

    @property
    def ratio(self) -> float:
        """Found over expected."""
        return self.found / self.expected if self.expected else float("nan")


@dataclass(frozen=True)
class Calibration:
    """Whether a probability is what it says.

    ``error`` is the expected calibration error: the mean over all pairs of how far a bin's expected share is from the
    found one. As hardly any pair is linked it is tiny whatever the table: ``misplaced`` is the same for a link found.
    It is 0 where every bin holds what it expects, 1 where as many are too many or too few in their bins as were found.

    Naeini, Cooper, Hauskrecht: Obtaining well calibrated probabilities using Bayesian binning, AAAI (2015) 2901-2907.
    """

    bins: tuple[Bin, ...]
    error: float
    misplaced: float


@dataclass(frozen=True)
class Seen:
    """Scores of all pairs that were looked at, each with its weight; and of the hidden links among them."""

    probability: Floats
    pairs: Floats
    positive: Floats
    weight: Floats
    links: Ints


def expected_share(probability: Floats, share: float, *, saw_all: bool = False) -> Floats:
    """Return how likely a pair that is not known to be linked is one of the hidden links.

    Let p be the probability that a pair is linked at all, and h the share of links that is hidden (drawn evenly). A
    pair is known with (1 - h) p and hidden with h p, so one that is not known is hidden with h p / (1 - (1 - h) p). A
    table learned from the known links alone says q = (1 - h) p: then it is h / (1 - h) x q / (1 - q). One learned from
    whole lists (``saw_all``) says p itself.

    >>> expected_share(np.array([0.09]), 0.1).round(4).tolist(), expected_share(np.array([0.1]), 0.1, saw_all=True)
    ([0.011], array([0.01098901]))
    """
    if saw_all:
        whole: Floats = share * probability / (1 - (1 - share) * probability)
        return whole
    bounded = np.minimum(probability, 1 - 1e-12)
    hidden: Floats = np.minimum(share / (1 - share) * bounded / (1 - bounded), 1.0)
    return hidden


def calibration(parts: Sequence[tuple[Seen, float, bool]], resampling: Resampling) -> Calibration:
    """Bin what was seen in several splits, each with its share of hidden links and whether its table saw all."""
    edges = np.array(PROBABILITIES)
    size = len(edges) - 1
    pairs, expected, found = np.zeros(size), np.zeros(size), np.zeros(size)
    inside: list[list[tuple[Ints, Floats]]] = [[] for _ in range(size)]
    for seen, share, saw_all in parts:
        at = np.clip(np.searchsorted(edges, seen.probability, side="right") - 1, 0, size - 1)
        pairs += np.bincount(at, seen.pairs, size)
        expected += np.bincount(at, seen.pairs * expected_share(seen.probability, share, saw_all=saw_all), size)
        of = np.clip(np.searchsorted(edges, seen.positive, side="right") - 1, 0, size - 1)
        found += np.bincount(of, seen.weight, size)
        for k in range(size):
            inside[k].append((seen.links[of == k], seen.weight[of == k]))
    bins = []
    for k in range(size):
        if pairs[k]:
            links, weights = (np.concatenate(part) for part in zip(*inside[k], strict=True))
            low, high = resampling.total(links, weights)
            bins.append(
                Bin(
                    least=PROBABILITIES[k],
                    most=PROBABILITIES[k + 1],
                    pairs=float(pairs[k]),
                    expected=float(expected[k]),
                    found=float(found[k]),
                    low=low,
                    high=high,
                    positives=len(np.unique(links)),
                )
            )
    off = float(np.abs(expected - found).sum())
    return Calibration(tuple(bins), off / max(float(pairs.sum()), 1), off / max(float(found.sum()), 1e-12))
