"""The best candidates: of some organisations among all, or of all at once.

Scores of two organisations that are not linked are the same from both sides. Where all are asked for, each pair of
countries is therefore scored once, and what is found counts for both.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from itertools import pairwise
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from twinnet.eligibility import Bools, Eligibility
from twinnet.evidence import Block, Points, Rows, loops_of
from twinnet.index import MatchIndex
from twinnet.scoring import BLOCK, PointsTable, blocks, totals

Progress = Callable[[int, int], object]
"""Called with how many of how many rows are done."""

Short = npt.NDArray[np.int32]
T = TypeVar("T")
U = TypeVar("U")

GROUP = 64
"""How many columns are looked at together when the best are found."""

LOWEST, _HIGHEST = np.iinfo(np.int32).min, np.iinfo(np.int32).max
"""The score of those that may not be suggested; what no score is above."""

_CELLS = 1 << 20
"""So many pairs are scored at a time at least."""

LARGE = 4000
"""From so many organisations on loops are compiled, where all are asked for."""

_DEEP = 600
"""Up to so many candidates of each are kept while all are scored; putting one among more of them takes longer."""

_ROWS = 2 * BLOCK
"""So many rows at least are held against the countries after theirs at a time."""

_PARTS = 16
"""How many blocks there are at least where several threads share them, as long as blocks are not too small."""

SMALL = 1000
"""Up to so many organisations all candidates are kept at once, and one thread is quicker than several."""


class Best(NamedTuple):
    """The best columns of a row and their scores, best first."""

    columns: Rows
    scores: Rows


Found = dict[int, Best]
"""The best of each row."""


@dataclass(frozen=True)
class Search:
    """What the best are found with: the network as arrays, the points, and who may meet whom."""

    index: MatchIndex
    table: PointsTable
    eligible: Eligibility

    @cached_property
    def compiled(self) -> bool:
        """Whether loops run compiled: where numba is there and there is enough to do for it to be loaded."""
        if len(self.index) <= LARGE or find_spec("numba") is None:
            return False
        # Loops look at no bounds; that each country stands in one piece is what they rest on.
        in_order = len(np.unique(self.index.country)) == len(self.index.bounds) - 1
        return in_order and bool(loops_of().COMPILED)

    def best(self, asked: Rows, pool: int, progress: Progress | None = None) -> Found:
        """Find the best ``pool`` candidates of some rows; ties stand in the order of the index."""
        n = len(self.index)
        if pool < 1:
            return {row: Best(asked[:0], asked[:0]) for row in asked.tolist()}
        if n > SMALL and 2 * len(asked) > n and pool <= _DEEP:
            return of_all(self, asked, pool, progress)
        return of_some(self, asked, min(pool, n), progress)

    def height(self, asked: int) -> int:
        """Return how many rows are scored at a time: more of few columns, since a block has costs of its own."""
        n = len(self.index)
        return max(BLOCK, _CELLS // max(n, 1) if n <= SMALL else min(_CELLS // n, asked // _PARTS))


def of_some(search: Search, asked: Rows, pool: int, progress: Progress | None) -> Found:
    """Score some rows with all columns."""
    found: Found = {}

    def of_block(rows: Rows) -> Found:
        total = totals(Block(search.index, rows), search.table)
        at, columns = best_cells(total, search.eligible.mask(rows), pool)
        scores = total[at, columns].astype(np.int64)
        ends = np.searchsorted(at, np.arange(len(rows) + 1)).tolist()
        return {
            row: Best(columns[begin:end], scores[begin:end])
            for row, (begin, end) in zip(rows.tolist(), pairwise(ends), strict=True)
        }

    # Those that stand near each other have most of their evidence in common.
    order = np.argsort(search.index.locality[asked], kind="stable")
    for part in shared(of_block, list(blocks(asked[order], search.height(len(asked)))), len(search.index)):
        found |= part
        if progress:
            progress(len(found), len(asked))
    return {row: found[row] for row in asked.tolist()}


def shared(work: Callable[[T], U], parts: Sequence[T], size: int) -> Iterator[U]:
    """Do some work on every part, in threads where that is quicker; give the results in order."""
    # The first block makes what all blocks need.
    yield from map(work, parts[:1])
    if size <= SMALL or len(parts) < 3:
        yield from map(work, parts[1:])
        return
    from concurrent.futures import ThreadPoolExecutor

    from threadpoolctl import threadpool_limits

    # numpy lets go of the interpreter while it computes; threads of its own would stand in the way of these.
    threads = ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, 4))
    with threadpool_limits(1, user_api="blas"):
        try:
            yield from threads.map(work, parts[1:])
        finally:
            threads.shutdown(cancel_futures=True)


def best_cells(total: Points, able: Bools, pool: int) -> tuple[Rows, Rows]:
    """Find the best ``pool`` columns of each row (rows x n) among those that are able; return rows and columns.

    They stand row by row, the best first. A column that is among the best of a row is at least as good as the best of
    the pool-th best group of columns: few are.
    """
    scores = np.where(able, total, LOWEST)
    groups = scores.shape[1] // GROUP
    if not 0 < 2 * pool <= groups:
        order = np.argsort(~scores, axis=1, kind="stable")[:, :pool]
        rows, place = np.nonzero(np.take_along_axis(scores, order, axis=1) > LOWEST)
        return rows, order[rows, place]
    best = scores[:, : groups * GROUP].reshape(len(scores), GROUP, groups).max(axis=1)
    least = np.partition(best, groups - pool, axis=1)[:, groups - pool]
    rows, columns = np.nonzero(scores >= np.maximum(least, LOWEST + 1)[:, None])
    # Of equal ones the first stands first, by the index' order: the same everywhere.
    order = np.lexsort((columns, ~scores[rows, columns], rows))
    rows, columns = rows[order], columns[order]
    place = np.arange(len(rows)) - np.searchsorted(rows, np.arange(len(scores)))[rows]
    return rows[place < pool], columns[place < pool]


class Pairs(NamedTuple):
    """Scored pairs, each for the organisation that it is found for."""

    owners: Short
    others: Short
    scores: Short


def _in_order(owners: Short, others: Short, scores: Short, n: int) -> tuple[Rows, Rows, Rows]:
    """Sort pairs by their owners, the best first, those of equal scores by the others (both below ``n``)."""
    high, low = int(scores.max(initial=0)), int(scores.min(initial=0))
    span = high - low + 1
    if n * n * span >= 1 << 63:
        order = np.lexsort((others, ~scores, owners))
        return owners[order].astype(np.int64), others[order].astype(np.int64), scores[order].astype(np.int64)
    # One whole number holds all three: numbers are sorted ten times as fast as their places.
    key = (owners.astype(np.int64) * span + (high - scores.astype(np.int64))) * n + others
    key.sort()
    before, last = np.divmod(key, n)
    first, less = np.divmod(before, span)
    return first, last, high - less


class Tile(NamedTuple):
    """Rows of one country or a few, with the first column to score them with and the first of the countries after."""

    rows: Rows
    start: int
    end: int


class Kept:
    """The best pairs of each organisation so far: others and scores (n x pool), best first, then in the index' order.

    ``bar`` is what a further pair of each one has to pass to be among them: a score, and for the same score a smaller
    number of the other (compiled loops look at the score alone, and pass over those of too large a number when they are
    added). It only rises; threads read it while it does, and find a few pairs too many at most.
    """

    def __init__(self, asked: Rows, n: int, pool: int, *, compiled: bool) -> None:
        self._n, self._pool, self._compiled = n, pool, compiled
        self._others, self._scores = np.zeros((n, pool), np.int32), np.full((n, pool), LOWEST, np.int32)
        self._waiting: list[Pairs] = []
        least = np.full(n, _HIGHEST, np.int32)
        least[asked] = LOWEST
        self.bar = least, np.zeros(n, np.int32)

    def of_columns(self, total: Points, able: Bools, rows: Rows, first: int) -> Pairs:
        """Return the pairs of columns (from ``first`` on) with rows (rows x columns) that pass the columns' bars."""
        least, last = (part[first:] for part in self.bar)
        if self._compiled:
            at, column = loops_of().passing(total, able, least)
        else:
            at, column = np.nonzero((total >= least) & able)
            found, others = total[at, column], rows[at]
            good = (found > least[column]) | (others < last[column]) | (least[column] == LOWEST)
            at, column = at[good], column[good]
        return Pairs((column + first).astype(np.int32), rows[at].astype(np.int32), total[at, column])

    def add(self, pairs: Pairs) -> None:
        """Take further pairs."""
        if self._compiled:
            loops_of().insert(*pairs, (self._others, self._scores), self.bar[0])
            return
        self._waiting.append(pairs)
        if sum(len(one.owners) for one in self._waiting) > self._n * self._pool:
            self._sort_out()

    def _sort_out(self) -> None:
        """Keep the best of those that wait, and raise the bar."""
        held = self._scores > LOWEST
        kept = Pairs(np.nonzero(held)[0].astype(np.int32), self._others[held], self._scores[held])
        owners, others, scores = (np.concatenate(part) for part in zip(kept, *self._waiting, strict=True))
        owners, others, scores = _in_order(owners, others, scores, self._n)
        place = np.arange(len(owners)) - np.searchsorted(owners, np.arange(self._n, dtype=np.int32))[owners]
        good = place < self._pool
        self._others[owners[good], place[good]] = others[good]
        self._scores[owners[good], place[good]] = scores[good]
        self._waiting = []
        self.bar = np.maximum(self.bar[0], self._scores[:, -1]), self._others[:, -1].copy()

    def best(self, asked: Rows) -> Found:
        """Return the best of each that was asked for."""
        if self._waiting:
            self._sort_out()
        others, scores = self._others.astype(np.int64), self._scores.astype(np.int64)
        sizes = (self._scores > LOWEST).sum(axis=1).tolist()
        return {row: Best(others[row, : sizes[row]], scores[row, : sizes[row]]) for row in asked.tolist()}


def of_all(search: Search, asked: Rows, pool: int, progress: Progress | None) -> Found:
    """Score each pair of countries once, for both sides, and those of one country where the rules let them meet."""
    kept = Kept(asked, len(search.index), pool, compiled=search.compiled)
    tiles = list(tiles_of(search))
    whole, done = sum(len(tile.rows) * (len(search.index) - tile.start) for tile in tiles), 0
    for size in fill(kept, search, tiles, pool):
        done += size
        if progress:
            progress(len(asked) * done // whole, len(asked))
    if progress and not tiles:
        progress(len(asked), len(asked))
    return kept.best(asked)


def fill(kept: Kept, search: Search, tiles: Sequence[Tile], pool: int) -> Iterator[int]:
    """Score tiles and keep the best of their pairs; tell how many pairs of each were scored."""
    index, eligible, compiled = search.index, search.eligible, search.compiled
    n = len(index)

    def of_tile(tile: Tile) -> tuple[int, list[Pairs]]:
        rows, start, end = tile
        total = totals(Block(index, rows, start=start, compiled=compiled), search.table)
        meeting = eligible.meeting(rows, start)
        mine = _of_rows(rows, total, meeting & eligible.able[start:], start=start, pool=pool, compiled=compiled)
        after = slice(end - start, None)
        theirs = kept.of_columns(total[:, after], meeting[:, after] & eligible.able[rows, None], rows, end)
        return total.size, [mine, theirs]

    for size, found in shared(of_tile, tiles, n):
        for pairs in found:
            kept.add(pairs)
        yield size


def _of_rows(rows: Rows, total: Points, able: Bools, *, start: int, pool: int, compiled: bool) -> Pairs:
    """Return the best pairs of rows with columns (from ``start`` on)."""
    if compiled:
        columns, _ = loops_of().best(total, able, pool, LOWEST)
        at, column = np.repeat(np.arange(len(rows)), (columns >= 0).sum(axis=1)), columns[columns >= 0]
    else:
        at, column = best_cells(total, able, pool)
    return Pairs(rows[at].astype(np.int32), (column + start).astype(np.int32), total[at, column])


def tiles_of(search: Search) -> Iterator[Tile]:
    """Cut the index into rows of one country, or of a few small ones."""
    index = search.index
    n, bounds = len(index), index.bounds.tolist()
    at = 0
    while at < len(bounds) - 1:
        begin, after = bounds[at], at + 1
        while after < len(bounds) - 1 and bounds[after + 1] - begin <= _ROWS:
            after += 1
        end, alone = bounds[after], after == at + 1
        at = after
        start = end if alone and not search.eligible.rules.same_country else begin
        if start < n:
            rows = np.arange(begin, end)
            order = np.argsort(index.locality[rows], kind="stable")
            for part in blocks(rows[order], max(_ROWS, 2 * _CELLS // (n - start))):
                yield Tile(part, start, end)
