"""What reasons are made of: features cut into bins, over blocks of rows of the match index.

A feature is a number per pair, cut into at most 255 bins at fixed edges. Points belong to bins (see
:mod:`twinnet.scoring`), so a score is a sum of whole numbers and the same on every machine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from twinnet.index import MatchIndex

Rows = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Points = npt.NDArray[np.int32]

MISSING = 255
"""The bin of a pair for which a feature has nothing to go on."""


@dataclass(frozen=True)
class Feature:
    """A number per pair and the edges that cut it into bins (bin i holds edge[i-1] <= value < edge[i]).

    ``unit`` is for people; ``monotone`` is +1 where more can't lower the points, -1 where more can't raise them and 0
    where anything goes. ``prior`` gives (edge, points) where points are set by rule and not learned. ``evidence`` says
    that the first bin means "none found", so that it has no points; the points of other features are against the
    mean of chance pairs.
    """

    name: str
    unit: str
    edges: tuple[float, ...]
    monotone: int = 1
    prior: tuple[tuple[float, int], ...] | None = None
    evidence: bool = False

    def bins(self, values: npt.ArrayLike) -> Bytes:
        """Cut values into bins; NaN is missing."""
        array = np.asarray(values)
        cut = np.searchsorted(np.asarray(self.edges, array.dtype), array, side="right").astype(np.uint8)
        cut[np.isnan(array)] = MISSING
        return cut


class Bins(ABC):
    """The bins of one feature over a block of rows (rows x n)."""

    @abstractmethod
    def add(self, points: Points, total: Points) -> None:
        """Add the points (by bin, length 256) to ``total`` (rows x n), in place."""

    @abstractmethod
    def at(self, row: int, columns: Rows) -> Bytes:
        """Return the bins of some columns of one row."""


class DenseBins(Bins):
    """A bin for every pair."""

    def __init__(self, bins: Bytes) -> None:
        self.bins = bins

    def add(self, points: Points, total: Points) -> None:
        """Look every bin up."""
        if points.any():
            total += points[self.bins]

    def at(self, row: int, columns: Rows) -> Bytes:
        """Return the bins of some columns of one row."""
        found: Bytes = self.bins[row, columns]
        return found


class SparseBins(Bins):
    """A bin for few pairs; all others are in bin 0, which has no points (see :func:`twinnet.scoring.learn`)."""

    def __init__(self, feature: Feature, values: sparse.csr_array) -> None:
        self.values = values
        self.bins = feature.bins(values.data)

    def add(self, points: Points, total: Points) -> None:
        """Look up the pairs that have evidence."""
        if not points.any():
            return
        rows = np.repeat(np.arange(total.shape[0]), np.diff(self.values.indptr))
        total[rows, self.values.indices] += points[self.bins]

    def at(self, row: int, columns: Rows) -> Bytes:
        """Return the bins of some columns of one row."""
        line = np.zeros(self.values.shape[1], np.uint8)
        span = slice(self.values.indptr[row], self.values.indptr[row + 1])
        line[self.values.indices[span]] = self.bins[span]
        found: Bytes = line[columns]
        return found


class ClassBins(Bins):
    """Bins that depend on the class of the column alone: a table (rows x classes) and each column's class."""

    def __init__(self, table: Bytes, classes: Rows) -> None:
        self.table, self.classes = table, classes

    def add(self, points: Points, total: Points) -> None:
        """Look the small table up, then spread it over the columns."""
        if points.any():
            total += points[self.table][:, self.classes]

    def at(self, row: int, columns: Rows) -> Bytes:
        """Return the bins of some columns of one row."""
        found: Bytes = self.table[row, self.classes[columns]]
        return found


@dataclass(frozen=True)
class Block:
    """Some rows of the index, as if each lacked its link with the organisation of ``without`` (None: as they are)."""

    index: MatchIndex
    rows: Rows
    without: Rows | None = None

    def less(self, product: sparse.csr_array) -> sparse.csr_array:
        """Take each row's own left-out link out of a matrix (rows x n) that counts it once."""
        if self.without is None:
            return product
        m = len(self.rows)
        own = sparse.csr_array((np.ones(m, np.float32), (np.arange(m), self.without)), shape=product.shape)
        left = sparse.csr_array(product - own)
        left.eliminate_zeros()
        return left

    @property
    def partners(self) -> sparse.csr_array:
        """The partners of each row (rows x n), without the left-out ones."""
        return self.less(self.index.links[self.rows])

    def against(self, found: sparse.csr_array, counts: npt.NDArray[np.float64]) -> sparse.csr_array:
        """Hold what was found (rows x n) against how much there is to find: divide by the root of both sides' counts.

        ``counts`` (n) says how many links each side has a part in; left-out links are not counted, and one is added
        to each side so that little evidence is not taken for much.
        """
        at = np.repeat(np.arange(len(self.rows)), np.diff(found.indptr))
        mine, theirs = counts[self.rows][at], counts[found.indices]
        if self.without is not None:
            mine = mine - 1
            theirs = theirs - (found.indices == self.without[at])
        values = found.data / np.sqrt((mine + 1) * (theirs + 1))
        return sparse.csr_array((values.astype(np.float32), found.indices, found.indptr), shape=found.shape)

    def through_neighbours(self, kernel: sparse.csr_array) -> sparse.csr_array:
        """Who the towns near each row are linked with (rows x n), without the left-out links."""
        return self.less(sparse.csr_array(kernel[self.rows] @ self.index.links))


def geometric(first: float, ratio: float, count: int) -> tuple[float, ...]:
    """Return edges 0+, first, first * ratio, ... rounded to four significant digits."""
    return tuple(float(f"{first * ratio**k:.4g}") for k in range(count))
