"""What reasons are made of: features cut into bins, over blocks of rows of the match index.

A feature is a number per pair, cut into at most 255 bins at fixed edges. Points belong to bins (see
:mod:`twinnet.scoring`), so a score is a sum of whole numbers and the same on every machine.
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from types import ModuleType
from typing import NamedTuple

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
        count, first = self.octaves
        cut: Bytes = np.clip(_lead(values) - (first - 1), 0, count).astype(np.uint8)
        cut[np.isnan(values)] = MISSING
        return cut

    @property
    def octaves(self) -> tuple[int, int]:
        """How many edges there are, and the leading bits of the first."""
        return len(self.edges), int(_lead(np.array(self.edges[:1], np.float32))[0])


def _lead(values: npt.NDArray[np.float32]) -> npt.NDArray[np.int32]:
    """Return the bits of numbers from their sign to the second behind the point: octaves, each in four."""
    found: npt.NDArray[np.int32] = np.ascontiguousarray(values).view(np.int32) >> 21
    return found


def octaves(first: int, count: int) -> tuple[float, ...]:
    """Return ``count`` edges from 2^first on, four an octave: 1, 1.25, 1.5, 1.75, 2, 2.5, ... times 2^first.

    >>> octaves(0, 6)
    (1.0, 1.25, 1.5, 1.75, 2.0, 2.5)
    """
    return _octaves(2.0**first, count)


@lru_cache(maxsize=64)
def _octaves(first: float, count: int) -> tuple[float, ...]:
    return tuple(first * 2.0 ** (at // 4) * (1 + at % 4 / 4) for at in range(count))


@lru_cache(maxsize=1)
def loops_of() -> ModuleType:
    """Return the compiled loops; they are loaded when they are first asked for."""
    return importlib.import_module("twinnet.compiled")


STRIP = 1 << 15
"""So many pairs are summed at a time, in whole rows: as many whole numbers stay in the processor's cache."""

Piece = Callable[[slice], Points]
"""The points of some rows of a block (rows x n)."""

Loop = Callable[[Points, int], object]
"""What adds points to all rows and to the columns from a start on, compiled."""

_WORTH = 16
"""Putting classes together is worth its time from so many rows on."""


class Spread(NamedTuple):
    """Points by the class of the column: each column's class, points (lines x classes), and the line of each row.

    Without ``lines`` each row has its own.
    """

    classes: Rows
    points: Points
    lines: Rows | None = None

    def rows(self, rows: slice) -> Points:
        """Return the points of some rows (rows x classes)."""
        return self.points[rows] if self.lines is None else self.points[self.lines[rows]]


class Total:
    """The sum of points over a block (rows x n), gathered so that each kind of evidence is spread over it once.

    How classes of columns are put together is kept from block to block. Columns before the block's start are left out.
    """

    def __init__(self, block: Block) -> None:
        self._shape, self.start = (len(block.rows), len(block.index) - block.start), block.start
        self.compiled = block.compiled
        self._cache = block.index.cache
        self._pieces: list[Piece] = []
        self._loops: list[Loop] = []
        self._classes: dict[tuple[int, int], Spread] = {}
        self._sparse: dict[tuple[int, int], tuple[sparse.csr_array, Points]] = {}

    def dense(self, piece: Piece) -> None:
        """Add points for every pair, which are asked for some rows at a time."""
        self._pieces.append(piece)

    def loop(self, loop: Loop) -> None:
        """Add points by a compiled loop."""
        self._loops.append(loop)

    def classes(self, classes: Rows, points: Points, lines: Rows | None = None) -> None:
        """Add points by the class of the column (see :class:`Spread`)."""
        key = (id(classes), id(lines))
        before = self._classes.get(key)
        self._classes[key] = Spread(classes, points if before is None else before.points + points, lines)

    def sparse(self, cells: sparse.csr_array, points: Points) -> None:
        """Add points to the cells of a sparse matrix, in the order of its data."""
        if points.any():
            _, before = self._sparse.get(pattern(cells), (cells, None))
            self._sparse[pattern(cells)] = (cells, points if before is None else before + points)

    def sum(self) -> Points:
        """Return the sum."""
        found = np.zeros(self._shape, np.int32)
        spread = self._joined()
        if self.compiled:
            loops = loops_of()
            every = np.arange(len(found))
            for one in spread:
                # The loop looks at no bounds, and classes may come from a file.
                if one.classes.min(initial=0) < 0 or one.classes.max(initial=0) >= one.points.shape[1]:
                    raise IndexError("a class of columns has no points")
                loops.spread(found, self.start, one.classes, one.points, every if one.lines is None else one.lines)
            self._add_strips(found, [])
            for cells, points in self._sparse.values():
                loops.scatter(found, self.start, cells.indptr, cells.indices, points)
            for loop in self._loops:
                loop(found, self.start)
        else:
            self._add_strips(found, spread)
            self._add_cells(found)
        return found

    def _add_strips(self, found: Points, spread: Sequence[Spread]) -> None:
        """Add what every pair has, some rows at a time."""
        height, n = self._shape
        if not spread and not self._pieces:
            return
        strip = max(STRIP // max(n, 1), 1)
        room = np.empty((strip, n), np.int32)
        for top in range(0, height, strip):
            rows = slice(top, min(top + strip, height))
            lines = found[rows]
            for one in spread:
                # The classes are those of the table; "clip" only spares a copy that makes sure of it.
                lines += one.rows(rows).take(one.classes[self.start :], axis=1, out=room[: len(lines)], mode="clip")
            for piece in self._pieces:
                lines += piece(rows)

    def _add_cells(self, found: Points) -> None:
        """Add what few pairs have."""
        height, line = len(found), found.reshape(-1)
        for cells, points in self._sparse.values():
            if not self.start:
                np.add.at(line, flat(cells), points)
                continue
            # Each row has lost the columns before the start.
            kept = cells.indices >= self.start
            at = flat(cells) - np.repeat(np.arange(1, height + 1) * self.start, np.diff(cells.indptr))
            np.add.at(line, at[kept], points[kept])

    def _joined(self) -> list[Spread]:
        """Put points by class together, so that few are spread over the columns, each a whole look-up."""
        given = list(self._classes.values())
        if self._shape[0] < _WORTH or len(given) < 2:
            return given
        key = ("joined", *(id(one.classes) for one in given))
        if key not in self._cache:
            # The arrays are kept with the plan, so that no other can have their identity.
            self._cache[key] = ([one.classes for one in given], _join([one.classes for one in given]))
        _, plan = self._cache[key]
        made, every = [], slice(None)
        for joint, parts in plan:
            if len(parts) == 1:
                made.append(given[parts[0][0]])
            else:
                points = [given[at].rows(every).take(classes, axis=1) for at, classes in parts]
                made.append(Spread(joint, reduce(np.add, points)))
        return made


_MOST = 1 << 12
"""So many classes that are put together at most: their points stay in the processor's cache."""

Joint = tuple[Rows, list[tuple[int, Rows]]]
"""Classes of columns put together: each column's, and for each of those put together the class that it stands for."""


def _join(given: Sequence[Rows]) -> list[Joint]:
    """Put classes together, few with few first, as long as there are far fewer of them than columns.

    >>> [(joint, parts)] = _join([np.array([0, 0, 1, 1] * 9), np.array([0, 1] * 18)])
    >>> joint[:4].tolist(), [(at, one.tolist()) for at, one in parts]
    ([0, 1, 2, 3], [(0, [0, 0, 1, 1]), (1, [0, 1, 0, 1])])
    """
    order = sorted(range(len(given)), key=lambda at: (int(given[at].max(initial=0)), at))
    made: list[Joint] = []
    for at in order:
        classes = given[at]
        if made:
            before, parts = made[-1]
            size = int(classes.max(initial=0)) + 1
            codes, joint = np.unique(before * size + classes, return_inverse=True)
            if len(codes) <= min(len(classes) // 4, _MOST):
                earlier, mine = np.divmod(codes, size)
                made[-1] = (joint.ravel(), [*((k, one[earlier]) for k, one in parts), (at, mine)])
                continue
        made.append((classes, [(at, np.arange(int(classes.max(initial=0)) + 1))]))
    return made


class Cells:
    """Some pairs of a block: rows (of the block) and columns, of one length."""

    def __init__(self, rows: int | Rows, columns: Rows) -> None:
        self.rows: Rows
        self.columns: Rows
        self.rows, self.columns = np.broadcast_arrays(np.asarray(rows, np.int64), columns)
        self._found: dict[tuple[int, int], tuple[sparse.csr_array, Rows]] = {}
        self._line: npt.NDArray[np.int32] | None = None

    def within(self, cells: sparse.csr_array) -> Rows:
        """Return where in the data of a sparse matrix each pair stands, -1 where it has none."""
        key = pattern(cells)
        if key not in self._found:
            self._found[key] = (cells, self._look_up(cells))
        return self._found[key][1]

    def _look_up(self, cells: sparse.csr_array) -> Rows:
        if self._line is None or len(self._line) != cells.shape[0] * cells.shape[1]:
            self._line = np.full(cells.shape[0] * cells.shape[1], -1, np.int32)
        places = flat(cells)
        self._line[places] = np.arange(len(places), dtype=np.int32)
        found: Rows = self._line[self.rows * cells.shape[1] + self.columns].astype(np.int64)
        self._line[places] = -1
        return found


def pattern(cells: sparse.csr_array) -> tuple[int, int]:
    """Return what two sparse matrices have in common that share their indices in memory: where, and how many."""
    return int(cells.indices.ctypes.data), len(cells.indices)


def flat(cells: sparse.csr_array) -> Rows:
    """Return where the cells of a sparse matrix stand in the matrix laid out row by row."""
    starts = np.arange(cells.shape[0], dtype=np.int64) * cells.shape[1]
    found: Rows = np.repeat(starts, np.diff(cells.indptr)) + cells.indices
    return found


class Bins(ABC):
    """The bins of one feature over a block of rows (rows x n)."""

    @abstractmethod
    def add(self, points: Points, total: Total) -> None:
        """Add the points (by bin, length 256) to a total."""

    @abstractmethod
    def at(self, cells: Cells) -> Bytes:
        """Return the bins of some pairs."""


class DenseBins(Bins):
    """A bin for every pair."""

    def __init__(self, bins: Bytes) -> None:
        self.bins = bins

    def add(self, points: Points, total: Total) -> None:
        """Look every bin up."""
        total.dense(lambda rows: points.take(self.bins[rows, total.start :]))

    def at(self, cells: Cells) -> Bytes:
        """Return the bins of some pairs."""
        found: Bytes = self.bins[cells.rows, cells.columns]
        return found


Floats = npt.NDArray[np.float32]


class ChordBins(Bins):
    """A bin for every pair by the chord between two unit vectors (3 x rows, 3 x n), measured when it is asked for.

    Bins are a ``scale``-th of the unit wide; there are ``most`` edges. A vector that is not known is NaN.
    """

    def __init__(self, mine: Floats, theirs: Floats, *, scale: float, most: int) -> None:
        self.mine, self.theirs = mine, theirs
        self._scale, self._most = np.float32(scale), np.float32(most)

    def add(self, points: Points, total: Total) -> None:
        """Measure every pair and look its bin up."""
        if total.compiled:
            given = (self.mine, self.theirs, self._scale, self._most, points)
            total.loop(lambda found, start: loops_of().chords(found, start, *given))
        else:
            theirs = self.theirs[:, None, total.start :]
            total.dense(lambda rows: points.take(self.measure(self.mine[:, rows, None], theirs)))

    def measure(self, mine: Floats, theirs: Floats) -> Bytes:
        """Return the bins of vectors (3 x anything)."""
        cosine = mine[0] * theirs[0] + mine[1] * theirs[1] + mine[2] * theirs[2]
        chord = np.sqrt(np.maximum(2 - 2 * cosine, 0)) * self._scale
        bins: Bytes = np.fmin(chord, self._most).astype(np.uint8)
        unknown = np.isnan(mine[0]) | np.isnan(theirs[0])
        if unknown.any():
            bins[unknown] = MISSING
        return bins

    def at(self, cells: Cells) -> Bytes:
        """Return the bins of some pairs."""
        return self.measure(self.mine[:, cells.rows], self.theirs[:, cells.columns])


class SparseBins(Bins):
    """A bin for few pairs; all others are in bin 0, which has no points (see :func:`twinnet.scoring.learn`)."""

    def __init__(self, feature: Feature, values: sparse.csr_array) -> None:
        self.values = values
        self.bins = feature.bins(values.data)

    def add(self, points: Points, total: Total) -> None:
        """Look up the pairs that have evidence."""
        total.sparse(self.values, points.take(self.bins))

    def at(self, cells: Cells) -> Bytes:
        """Return the bins of some pairs."""
        if not len(self.bins):
            return np.zeros(len(cells.rows), np.uint8)
        at = cells.within(self.values)
        return np.where(at >= 0, self.bins.take(at), np.uint8(0))


class ProductBins(Bins):
    """A bin for the few pairs whose rows of two matrices (rows x k, n x k) have a product; float64, none below 0."""

    def __init__(self, feature: Feature, index: MatchIndex, mine: sparse.csr_array, theirs: sparse.csr_array) -> None:
        self._feature, self._index, self._sides = feature, index, (mine, theirs)

    @cached_property
    def products(self) -> SparseBins:
        """The bins of the products, which compiled loops do not need."""
        return SparseBins(self._feature, self._index.products(*self._sides))

    def add(self, points: Points, total: Total) -> None:
        """Multiply, and look up the pairs that have a product."""
        if not total.compiled:
            self.products.add(points, total)
            return
        mine, theirs = self._sides[0], self._index.turned(self._sides[1])
        if theirs.shape[1] != len(self._index):
            raise IndexError("a matrix is not of all organisations")  # The loop looks at no bounds.
        edges = np.array(self._feature.edges)
        sides = ((mine.indptr, mine.indices, mine.data), (theirs.indptr, theirs.indices, theirs.data))
        total.loop(lambda found, start: loops_of().products(found, start, *sides, edges, points))

    def at(self, cells: Cells) -> Bytes:
        """Return the bins of some pairs."""
        return self.products.at(cells)


class ClassBins(Bins):
    """Bins that depend on the class of the column: a table (rows x classes) and each column's class.

    ``apart`` are few pairs that have other bins, in the order of the data of ``cells``; where there are none, rows can
    share the ``lines`` of the table (None: each has its own).
    """

    def __init__(
        self,
        table: Bytes,
        classes: Rows,
        apart: tuple[sparse.csr_array, Bytes] | None = None,
        *,
        lines: Rows | None = None,
    ) -> None:
        self.table, self.classes, self.apart, self.lines = table, classes, apart, lines

    def add(self, points: Points, total: Total) -> None:
        """Look the small table up; it is spread over the columns later."""
        total.classes(self.classes, points.take(self.table), self.lines)
        if self.apart:
            cells, bins = self.apart
            rows = np.repeat(np.arange(len(self.table)), np.diff(cells.indptr))
            total.sparse(cells, points.take(bins) - points.take(self.table[rows, self.classes[cells.indices]]))

    def at(self, cells: Cells) -> Bytes:
        """Return the bins of some pairs."""
        lines = cells.rows if self.lines is None else self.lines[cells.rows]
        found: Bytes = self.table[lines, self.classes[cells.columns]]
        if self.apart and len(self.apart[1]):
            at = cells.within(self.apart[0])
            found = np.where(at >= 0, self.apart[1].take(at), found)
        return found


@dataclass(frozen=True)
class Block:
    """Some rows of the index, as if each lacked its link with the organisation of ``without`` (None: as they are).

    Columns before ``start``, where a country begins, need not have their evidence, and have no scores. With ``pairs``
    only the pairs of ``rows`` and ``without`` are asked for, and no other need have its evidence. ``compiled`` says
    that loops run compiled (:mod:`twinnet.compiled`), which needs the extra ``twinnet[fast]``.
    """

    index: MatchIndex
    rows: Rows
    without: Rows | None = None
    start: int = 0
    pairs: bool = False
    compiled: bool = False

    def towards(self, kernel: sparse.csr_array) -> sparse.csr_array:
        """Leave the columns out of a matrix (n x n) that no row is asked about, if only pairs are asked for."""
        if not self.pairs or self.without is None:
            return kernel
        asked = np.zeros(kernel.shape[1], bool)
        asked[self.without] = True
        return _kept(kernel, asked.take(kernel.indices))

    def wanted(self, found: sparse.csr_array) -> sparse.csr_array:
        """Leave the columns before the start out of a matrix (rows x n)."""
        if not self.start:
            return found
        return _kept(found, found.indices >= self.start)

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
        each = np.diff(found.indptr)
        mine, theirs = counts[self.rows], counts.take(found.indices)
        if self.without is not None:
            part = np.ones(len(self.rows)) if kernel is None else 1 + self._beside(kernel)
            mine = mine - part
            theirs = theirs - np.repeat(part, each) * (found.indices == np.repeat(self.without, each))
        values = found.data / np.sqrt(np.repeat(mine + 1, each) * (theirs + 1))
        return sparse.csr_array((values.astype(np.float32), found.indices, found.indptr), shape=found.shape)

    def through_neighbours(self, kernel: sparse.csr_array) -> sparse.csr_array:
        """Who the towns near each row are linked with (rows x n), without the left-out links; from ``start`` on."""
        product = self.wanted(self.less(sparse.csr_array(kernel[self.rows] @ self.index.links)))
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


def _kept(found: sparse.csr_array, which: npt.NDArray[np.bool_]) -> sparse.csr_array:
    """Return some of the cells of a matrix, in their order."""
    ends = np.concatenate(([0], np.cumsum(which)))[found.indptr].astype(found.indptr.dtype)
    return sparse.csr_array((found.data[which], found.indices[which], ends), shape=found.shape)
