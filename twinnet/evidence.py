"""What reasons are made of: features cut into bins, over blocks of rows of the match index.

A feature is a number per pair, cut into at most 255 bins at fixed edges. Points belong to bins (see
:mod:`twinnet.scoring`), so a score is a sum of whole numbers and the same on every machine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache

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

    def bins(self, values: npt.NDArray[np.floating]) -> Bytes:
        """Cut values into bins; NaN is missing."""
        if values.dtype == np.float32 and self.edges == _octaves(self.edges[0], len(self.edges)):
            return self._octave_bins(values)
        cut = np.searchsorted(np.asarray(self.edges, values.dtype), values, side="right").astype(np.uint8)
        cut[np.isnan(values)] = MISSING
        return cut

    def _octave_bins(self, values: npt.NDArray[np.float32]) -> Bytes:
        """Read the bins of :func:`octaves` off the leading bits of the numbers: the same bins, several times faster."""
        lead = np.ascontiguousarray(values).view(np.int32) >> 21
        first = int(np.array(self.edges[:1], np.float32).view(np.int32)[0]) >> 21
        cut: Bytes = np.clip(lead - (first - 1), 0, len(self.edges)).astype(np.uint8)
        cut[np.isnan(values)] = MISSING
        return cut


def octaves(first: int, count: int) -> tuple[float, ...]:
    """Return ``count`` edges from 2^first on, four an octave: 1, 1.25, 1.5, 1.75, 2, 2.5, ... times 2^first.

    >>> octaves(0, 6)
    (1.0, 1.25, 1.5, 1.75, 2.0, 2.5)
    """
    return _octaves(2.0**first, count)


@lru_cache(maxsize=64)
def _octaves(first: float, count: int) -> tuple[float, ...]:
    return tuple(first * 2.0 ** (at // 4) * (1 + at % 4 / 4) for at in range(count))


class Total:
    """The sum of points over a block (rows x n), gathered so that each kind of evidence is spread over it once."""

    def __init__(self, rows: int, n: int) -> None:
        self._sum = np.zeros((rows, n), np.int32)
        self._classes: dict[int, tuple[Rows, Points]] = {}
        self._sparse: dict[int, tuple[sparse.csr_array, Points]] = {}

    def dense(self, points: Points) -> None:
        """Add points for every pair."""
        self._sum += points

    def classes(self, classes: Rows, points: Points) -> None:
        """Add points (rows x classes) by the class of the column."""
        _, before = self._classes.get(id(classes), (classes, None))
        self._classes[id(classes)] = (classes, points if before is None else before + points)

    def sparse(self, cells: sparse.csr_array, points: Points) -> None:
        """Add points to the cells of a sparse matrix, in the order of its data."""
        _, before = self._sparse.get(id(cells.indices), (cells, None))
        self._sparse[id(cells.indices)] = (cells, points if before is None else before + points)

    def sum(self) -> Points:
        """Return the sum; it is complete once."""
        for classes, points in self._classes.values():
            self._sum += np.take(points, classes, axis=1)
        flat = self._sum.reshape(-1)
        for cells, points in self._sparse.values():
            start = np.repeat(np.arange(self._sum.shape[0]) * self._sum.shape[1], np.diff(cells.indptr))
            flat[start + cells.indices] += points
        self._classes, self._sparse = {}, {}
        return self._sum


class Bins(ABC):
    """The bins of one feature over a block of rows (rows x n)."""

    @abstractmethod
    def add(self, points: Points, total: Total) -> None:
        """Add the points (by bin, length 256) to a total."""

    @abstractmethod
    def at(self, row: int, columns: Rows) -> Bytes:
        """Return the bins of some columns of one row."""


class DenseBins(Bins):
    """A bin for every pair."""

    def __init__(self, bins: Bytes) -> None:
        self.bins = bins

    def add(self, points: Points, total: Total) -> None:
        """Look every bin up."""
        total.dense(np.take(points, self.bins))

    def at(self, row: int, columns: Rows) -> Bytes:
        """Return the bins of some columns of one row."""
        found: Bytes = self.bins[row, columns]
        return found


class SparseBins(Bins):
    """A bin for few pairs; all others are in bin 0, which has no points (see :func:`twinnet.scoring.learn`)."""

    def __init__(self, feature: Feature, values: sparse.csr_array) -> None:
        self.values = values
        self.bins = feature.bins(values.data)

    def add(self, points: Points, total: Total) -> None:
        """Look up the pairs that have evidence."""
        total.sparse(self.values, np.take(points, self.bins))

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

    def add(self, points: Points, total: Total) -> None:
        """Look the small table up; it is spread over the columns later."""
        total.classes(self.classes, np.take(points, self.table))

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
    def linked(self) -> bool:
        """Tell whether any link is recorded, beside the one that each row lacks."""
        return bool(self.index.links.nnz > (0 if self.without is None else 2))

    @property
    def partners(self) -> sparse.csr_array:
        """The partners of each row (rows x n), without the left-out ones."""
        return self.less(self.index.links[self.rows])

    def against(
        self, found: sparse.csr_array, counts: npt.NDArray[np.float64], kernel: sparse.csr_array | None = None
    ) -> sparse.csr_array:
        """Hold what was found (rows x n) against how much there is to find: divide by the root of both sides' counts.

        ``counts`` (n) says how many links each side, with its neighbours by ``kernel`` (None: alone), has a part in;
        left-out links are not counted, and one is added to each side so that little evidence is not taken for much.
        """
        at = np.repeat(np.arange(len(self.rows)), np.diff(found.indptr))
        mine, theirs = counts[self.rows][at], counts[found.indices]
        if self.without is not None:
            part = np.ones(len(self.rows)) if kernel is None else 1 + self._beside(kernel)
            mine = mine - part[at]
            theirs = theirs - part[at] * (found.indices == self.without[at])
        values = found.data / np.sqrt((mine + 1) * (theirs + 1))
        return sparse.csr_array((values.astype(np.float32), found.indices, found.indptr), shape=found.shape)

    def through_neighbours(self, kernel: sparse.csr_array) -> sparse.csr_array:
        """Who the towns near each row are linked with (rows x n), without the left-out links."""
        product = self.less(sparse.csr_array(kernel[self.rows] @ self.index.links))
        if self.without is None or not (beside := self._beside(kernel)).any():
            return product
        # Ends near each other: the left-out link also leads from the other end back to the row.
        m = len(self.rows)
        back = sparse.csr_array((beside, (np.arange(m), self.rows)), shape=product.shape)
        left = sparse.csr_array(product - back)
        left.eliminate_zeros()
        return left

    def _beside(self, kernel: sparse.csr_array) -> npt.NDArray[np.float32]:
        """Return how near the left-out partner of each row is to it, 0 beyond the kernel's reach."""
        near = sparse.csr_array(kernel[self.rows]).tocoo()
        found = np.zeros(len(self.rows), np.float32)
        other = near.col == np.asarray(self.without)[near.row]
        found[near.row[other]] = near.data[other]
        return found
