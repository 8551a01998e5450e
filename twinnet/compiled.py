"""The loops over many pairs, compiled by numba where the extra ``twinnet[fast]`` is installed.

Each does in one pass what numpy and scipy do in several, with the same numbers. Their sums are exact in any order, up
to 256 where the last bins end, so results are the same. ``found`` are points (rows x columns), to which points are
added; its columns begin at ``start``. Without numba these are plain functions, right but slow: nothing but tests calls
them then (see :data:`COMPILED`).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt


def _numba() -> Any:
    """Return numba, None where it is not there, or not for this numpy."""
    try:
        return importlib.import_module("numba")
    except ImportError:
        return None


NUMBA = _numba()
COMPILED = NUMBA is not None
"""Whether these loops are compiled."""

Points = npt.NDArray[np.int32]
Short = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Weights = npt.NDArray[np.float32]
Near = tuple[Short, Short, Weights]
"""A sparse matrix as its ``indptr``, ``indices`` and ``data``."""

F = TypeVar("F", bound=Callable[..., Any])

STRIP = 1024
"""So many columns are measured at a time."""

LANES = 64
"""So many rows are worked on side by side."""

EDGE, NEAR = 1 << 21, 64
"""How many numbers lie between two edges of octaves, and how near to an edge a rounded one may be on its other side."""

GROUP = 64
"""So many columns are looked at together before any of them is looked at."""

MISSING = 255
"""The bin of what is not known, as in :mod:`twinnet.evidence`."""


def _compiled(function: F) -> F:
    if not COMPILED:
        return function
    try:
        return cast(F, NUMBA.njit(nogil=True, cache=True)(function))
    except RuntimeError:
        # Where nothing can be kept on the disk, it is compiled anew by each process.
        return cast(F, NUMBA.njit(nogil=True)(function))


@_compiled
def spread(
    found: Points, start: int, classes: npt.NDArray[np.int64], points: Points, lines: npt.NDArray[np.int64]
) -> None:
    """Add points by the class of the column (see :class:`twinnet.evidence.Spread`)."""
    rows, columns = found.shape
    for row in range(rows):
        line = points[lines[row]]
        for column in range(columns):
            found[row, column] += line[classes[start + column]]


@_compiled
def scatter(found: Points, start: int, ends: Short, columns: Short, points: Points) -> None:
    """Add points to the cells of a sparse matrix (its ``indptr`` and ``indices``)."""
    for row in range(len(ends) - 1):
        for at in range(ends[row], ends[row + 1]):
            if columns[at] >= start:
                found[row, columns[at] - start] += points[at]


@_compiled
def chords(
    found: Points,
    start: int,
    mine: npt.NDArray[np.float32],
    theirs: npt.NDArray[np.float32],
    scale: np.float32,
    most: np.float32,
    points: Points,
) -> None:
    """Add points by the chord between unit vectors (3 x rows, 3 x n): ``scale`` bins a unit, to ``most``."""
    two, zero = np.float32(2), np.float32(0)
    bins = np.empty(STRIP, np.int32)
    for row in range(found.shape[0]):
        x, y, z = mine[0, row], mine[1, row], mine[2, row]
        line = found[row]
        for first in range(0, len(line), STRIP):
            size = min(STRIP, len(line) - first)
            # Apart from the looking up, so that several are measured at once.
            for at in range(size):
                column = start + first + at
                cosine = x * theirs[0, column] + y * theirs[1, column] + z * theirs[2, column]
                chord = np.sqrt(max(two - two * cosine, zero)) * scale
                bins[at] = MISSING if np.isnan(cosine) else np.int32(min(chord, most))
            for at in range(size):
                line[first + at] += points[bins[at]]


@_compiled
def products(
    found: Points,
    start: int,
    mine: tuple[Short, Short, npt.NDArray[np.float64]],
    theirs: tuple[Short, Short, npt.NDArray[np.float64]],
    edges: npt.NDArray[np.float64],
    points: Points,
) -> None:
    """Add points by the product of two sparse matrices (rows x k, k x n), cut at the edges."""
    n = start + found.shape[1]
    sums, seen = np.zeros(n), np.empty(n, np.int32)
    for row in range(found.shape[0]):
        count = 0
        for at in range(mine[0][row], mine[0][row + 1]):
            through, value = mine[1][at], mine[2][at]
            for to in range(theirs[0][through], theirs[0][through + 1]):
                column = theirs[1][to]
                if column >= start:
                    if sums[column] == 0:
                        seen[count] = column
                        count += 1
                    sums[column] += value * theirs[2][to]
        for at in range(count):
            column = seen[at]
            bin_ = 0
            while bin_ < len(edges) and sums[column] >= edges[bin_]:
                bin_ += 1
            found[row, column - start] += points[bin_]
            sums[column] = 0


@_compiled
def neighbours(
    found: Points,
    start: int,
    rows: npt.NDArray[np.int64],
    bounds: npt.NDArray[np.int64],
    near: Near,
    links: tuple[Short, Short],
    around: tuple[Floats, Floats],
    octaves: npt.NDArray[np.int64],
    points: Points,
) -> None:
    """Add the points for links between the neighbourhoods of rows and of columns.

    ``near`` and ``links`` are symmetric sparse matrices (n x n), and neighbours are between two following ``bounds``;
    ``around`` says how many links, and organisations, stand around each. The four lines of ``points`` (4 x 256) are for
    links between both neighbourhoods, for those of one with the other itself, and for the first against the links, and
    the organisations, around both. The lines of ``octaves`` (4 x 2) hold for each how many edges it has, and the first
    (see :class:`twinnet.evidence.Feature`).
    """
    n = start + found.shape[1]
    sums, own = np.zeros(n, np.float32), np.zeros(n, np.float32)
    # Behind those who are known already stand all whom one more row reaches.
    seen = np.empty(2 * n, np.int32)
    place = np.full(n, -1, np.int32)
    size = np.diff(bounds).max()
    between, met = np.zeros((size, LANES), np.float32), np.zeros(size, np.bool_)
    for top in range(0, len(rows), LANES):
        part = rows[top : top + LANES]
        lines = found[top : top + LANES]
        # Rows that are near each other know many of the same: each partner is gone through once for all of them.
        count = 0
        for row in part:
            reached = _through(row, start, near, links, sums, seen[count:])
            for at in range(count, count + reached):
                sums[seen[at]] = 0
                if place[seen[at]] < 0:
                    place[seen[at]] = 0
                    seen[count] = seen[at]
                    count += 1
        partners = np.sort(seen[:count])
        for at in range(count):
            place[partners[at]] = at
        through = np.zeros((count, LANES), np.float32)
        for lane in range(len(part)):
            row = part[lane]
            reached = _through(row, start, near, links, sums, seen)
            for at in range(reached):
                through[place[seen[at]], lane] = sums[seen[at]]
            if points[1].any():
                reached = _beside(row, start, near, links, own, sums, seen, reached)
                _add(lines[lane], start, seen[:reached], sums.view(np.int32), octaves[1], points[1])
            sums[seen[:reached]] = 0
        place[partners] = -1
        at = 0
        while at < count:
            bound = np.searchsorted(bounds, partners[at], side="right")
            end = at
            while end < count and partners[end] < bounds[bound]:
                end += 1
            begin = bounds[bound - 1]
            _widen(begin, near, partners[at:end], through[at:end], between, met)
            _between(lines, start, begin, bounds[bound], part, between, met, around, octaves, points)
            at = end


@_compiled
def _widen(begin: int, near: Near, partners: Short, through: Weights, sums: Weights, met: Bools) -> None:
    """Sum what leads through partners (partners x lanes) to their neighbours, which are counted from ``begin``."""
    for at in range(len(partners)):
        weights = through[at]
        for to in range(near[0][partners[at]], near[0][partners[at] + 1]):
            column, weight = near[1][to] - begin, near[2][to]
            met[column] = True
            line = sums[column]
            for lane in range(LANES):
                line[lane] += weights[lane] * weight


@_compiled
def _between(
    lines: Points,
    start: int,
    begin: int,
    end: int,
    rows: npt.NDArray[np.int64],
    sums: Weights,
    met: Bools,
    around: tuple[Floats, Floats],
    octaves: npt.NDArray[np.int64],
    points: Points,
) -> None:
    """Add the points for sums (columns from ``begin`` to ``end`` x lanes) to the lines of some rows, and clear them."""
    mine, root = np.ones((2, LANES)), np.ones((2, LANES), np.float32)
    for which in range(2):
        for lane in range(len(rows)):
            mine[which, lane] = around[which][rows[lane]] + (1.0 - which)
            root[which, lane] = 1 / np.sqrt(mine[which, lane])
    used = points[2].any(), points[3].any()
    shares, gained = np.empty(LANES, np.float32), np.empty(LANES, np.int32)
    bits = shares.view(np.int32)
    for column in range(begin, end):
        if met[column - begin]:
            line = sums[column - begin]
            gained[:] = 0
            _gain(gained, line.view(np.int32), octaves[0], points[0])
            for which in range(2):
                if used[which]:
                    theirs = around[which][column] + (1.0 - which)
                    other = np.float32(1 / np.sqrt(theirs))
                    doubtful = False
                    for lane in range(LANES):
                        shares[lane] = line[lane] * root[which, lane] * other
                        rest = bits[lane] & (EDGE - 1)
                        doubtful |= (rest < NEAR or rest > EDGE - NEAR) and bits[lane] != 0
                    if doubtful:
                        # So near an edge it is computed as exactly as numpy does.
                        for lane in range(LANES):
                            shares[lane] = line[lane] / np.sqrt(mine[which, lane] * theirs)
                    _gain(gained, bits, octaves[2 + which], points[2 + which])
            for lane in range(len(rows)):
                lines[lane, column - start] += gained[lane]
            line[:] = 0
            met[column - begin] = False


@_compiled
def _gain(gained: Points, bits: Short, octaves: npt.NDArray[np.int64], points: Points) -> None:
    """Add the points of all lanes by the bits of their numbers."""
    last, first = octaves[0], octaves[1]
    for lane in range(LANES):
        gained[lane] += points[min(max((bits[lane] >> 21) - first + 1, 0), last)]


@_compiled
def _through(row: int, start: int, near: Near, links: tuple[Short, Short], sums: Weights, seen: Short) -> int:
    """Sum who the neighbours of a row are linked with; return how many there are."""
    count = 0
    for at in range(near[0][row], near[0][row + 1]):
        neighbour, weight = near[1][at], near[2][at]
        for to in range(links[0][neighbour], links[0][neighbour + 1]):
            partner = links[1][to]
            if partner >= start:
                if sums[partner] == 0:
                    seen[count] = partner
                    count += 1
                sums[partner] += weight
    return count


@_compiled
def _beside(
    row: int, start: int, near: Near, links: tuple[Short, Short], own: Weights, sums: Weights, seen: Short, count: int
) -> int:
    """Add the neighbours of a row's own partners to the sums of ``count``; return how many there are now."""
    for at in range(links[0][row], links[0][row + 1]):
        partner = links[1][at]
        if partner >= start:
            for to in range(near[0][partner], near[0][partner + 1]):
                own[near[1][to]] += near[2][to]
    for at in range(links[0][row], links[0][row + 1]):
        partner = links[1][at]
        if partner >= start:
            for to in range(near[0][partner], near[0][partner + 1]):
                column = near[1][to]
                if own[column] != 0:
                    if sums[column] == 0:
                        seen[count] = column
                        count += 1
                    sums[column] += own[column]
                    own[column] = 0
    return count


@_compiled
def _add(line: Points, start: int, columns: Short, bits: Short, octaves: npt.NDArray[np.int64], points: Points) -> None:
    """Add points to some columns of a row by the bits of their numbers."""
    last, first = octaves[0], octaves[1]
    for column in columns:
        line[column - start] += points[min(max((bits[column] >> 21) - first + 1, 0), last)]


@_compiled
def best(scores: Points, able: Bools, pool: int, lowest: int) -> tuple[Short, Points]:
    """Return the best ``pool`` columns of each row among those that are able, best first, and their scores.

    Where there are fewer, the rest is -1 with the lowest score. Of equal ones the first stands first.
    """
    rows, n = scores.shape
    columns, points = np.full((rows, pool), -1, np.int32), np.full((rows, pool), lowest, np.int32)
    for row in range(rows):
        limit = points[row, pool - 1]
        for column in range(n):
            if scores[row, column] > limit and able[row, column]:
                score, at = scores[row, column], pool - 1
                while at > 0 and points[row, at - 1] < score:
                    points[row, at], columns[row, at] = points[row, at - 1], columns[row, at - 1]
                    at -= 1
                points[row, at], columns[row, at] = score, column
                limit = points[row, pool - 1]
    return columns, points


@_compiled
def passing(scores: Points, able: Bools, least: Points) -> tuple[Short, Short]:
    """Return the cells (row by row) that are able and at least as good as each column asks for."""
    rows, n = scores.shape
    size, count = 1 << 12, 0
    found = np.empty((2, size), np.int32)
    for row in range(rows):
        for first in range(0, n, GROUP):
            end = min(first + GROUP, n)
            some = False
            for column in range(first, end):
                some |= scores[row, column] >= least[column]
            if some:
                if count + GROUP > size:
                    more = np.empty((2, 2 * size), np.int32)
                    more[:, :count] = found[:, :count]
                    found, size = more, 2 * size
                for column in range(first, end):
                    if scores[row, column] >= least[column] and able[row, column]:
                        found[0, count], found[1, count] = row, column
                        count += 1
    return found[0, :count], found[1, :count]


@_compiled
def insert(owners: Short, others: Short, scores: Points, held: tuple[Short, Points], least: Points) -> None:
    """Put pairs among the best of their owners (others, scores: n x pool), which stand best first, then smallest first.

    ``least`` (n) is kept: the score of the last of each owner whose places are all taken.
    """
    pool = held[0].shape[1]
    for pair in range(len(owners)):
        owner, other, score = owners[pair], others[pair], scores[pair]
        columns, points = held[0][owner], held[1][owner]
        at = pool
        while at > 0 and (points[at - 1] < score or (points[at - 1] == score and columns[at - 1] > other)):
            if at < pool:
                points[at], columns[at] = points[at - 1], columns[at - 1]
            at -= 1
        if at < pool:
            points[at], columns[at] = score, other
            least[owner] = max(points[pool - 1], least[owner])
