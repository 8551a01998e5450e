"""What links the regions around them: evidence from further away than neighbours, at the cost of a small table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from twinnet.evidence import Bins, Block, Bytes, ClassBins, Feature, Rows, octaves
from twinnet.index import EARTH_RADIUS, Floats, MatchIndex, grouping, unit_vectors
from twinnet.reasons.base import Reason, Told, cells_of, chance_of, remembered, row_of
from twinnet.wording import phrase

_RADIUS = 200.0
_STEP = 0.5
"""Degrees of latitude that a cell is high; it is as wide in kilometres."""


class RegionsPartners(Reason):
    """The regions around them are linked more, or less, than chance would have it."""

    key = "regions"
    about = (
        f"recorded links between the regions around both, up to {_RADIUS:.0f} km and within their countries, the "
        "nearer the more: as many as there are, for each pair of organisations, and against what their numbers of "
        "partners would give by chance"
    )
    features = (
        Feature("links between their regions", "links, weighted by nearness", octaves(-6, 73), evidence=True),
        Feature("links between their regions, each pair", "share of the pairs", octaves(-18, 73), evidence=True),
        Feature("links between their regions against degrees", "times chance", octaves(-6, 53), evidence=True),
    )

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Sum the links between the cells around each row's cell and around every cell: S M S, a table a block.

        M holds the links between cells, S how near cells are. A link that a row lacks is one of M in both directions.
        All weights are in steps of 2^-8, so the sums are exact in any order.
        """
        cells = _cells(block.index)
        mine = cells.of[block.rows]
        if block.without is None:
            squares, at = np.unique(mine, return_inverse=True)
            lines = at.ravel()
            return tuple(ClassBins(table, cells.of, lines=lines) for table in self._tables(block, cells, squares))
        return tuple(ClassBins(table, cells.of) for table in self._tables(block, cells, mine))

    def _tables(self, block: Block, cells: _Cells, mine: Rows) -> Iterator[Bytes]:
        """Bin what lies between the cells of rows and all cells, for each feature."""
        near = cells.near[mine]
        found = (near @ cells.links @ cells.near).toarray()
        reach, total, at = cells.reach[None], float(block.index.degree.sum()), np.arange(len(mine))
        own_reach = cells.reach[mine]
        if block.without is not None:
            theirs = cells.of[block.without]
            own, other = near.toarray(), cells.near[theirs].toarray()
            found -= own[at, mine][:, None] * other + own[at, theirs][:, None] * own
            reach = reach - own - other
            own_reach = reach[at, mine]
            total -= 2
        chance = own_reach[:, None] * reach / max(total, 1.0)
        pairs = cells.around[mine][:, None] * cells.around
        values = (found, found / np.maximum(pairs, 1), found / (chance + 1 / 16))
        for feature, value in zip(self.features, values, strict=True):
            yield feature.bins(value.astype(np.float32))

    def prepare(self, index: MatchIndex) -> None:
        """Keep the cells."""
        _cells(index)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Count the links between the regions beside chance."""
        cells = _cells(index)
        one, other = cells.of[a], cells.of[b]
        if not cells.reach[one] or not cells.reach[other]:
            return None
        found, chance = _between(index, a, b)
        if not found:
            return Told(phrase("say.regions.none", km=_RADIUS))
        return Told(phrase("say.regions", n=found, km=_RADIUS, chance=chance_of(chance)))


def _between(index: MatchIndex, a: int, b: int) -> tuple[int, float]:
    """Return the links between the cells around each of two, without their own, and how many chance would give."""
    cells = _cells(index)
    mine, theirs = int(cells.of[a]), int(cells.of[b])
    around, other = (row_of(index, cells.near, cell) for cell in (mine, theirs))
    linked = _linked_with(index, mine)
    found = sum(linked[cell] for cell in other if cell in linked)
    chance = _ends_around(index, mine) * _ends_around(index, theirs) / max(float(index.links.nnz), 1.0)
    # Regions that overlap see each link from both its ends.
    share = 1 if set(around).isdisjoint(other) else 2
    return round(found / share - index.linked(a, b)), chance / share


def _ends_around(index: MatchIndex, cell: int) -> float:
    """Return how many ends of links there are in the cells around a cell."""
    key = ("ends around", cell)
    if key not in index.cache:
        cells = _cells(index)
        index.cache[key] = float(cells.degrees[list(row_of(index, cells.near, cell))].sum())
    found: float = index.cache[key]
    return found


def _linked_with(index: MatchIndex, cell: int) -> dict[int, float]:
    """Return how many links lead from the cells around a cell into each cell, by cells that any leads into."""
    known = remembered(index, "links around")
    if cell not in known:
        cells = _cells(index)
        every: dict[int, float] = {}
        for one in row_of(index, cells.near, cell):
            for other, links in cells_of(index, cells.links, one).items():
                every[other] = every.get(other, 0.0) + links
        known[cell] = every
    found: dict[int, float] = known[cell]
    return found


@dataclass(frozen=True)
class _Cells:
    """Squares of the map, each of one country; the last stands for organisations without a place or a country.

    ``of`` (n) is the cell of each organisation, ``near`` (cells x cells) how near cells of one country are to each
    other, ``links`` (cells x cells) the links between them and ``degrees`` (cells) the ends of links in each; ``reach``
    and ``around`` (cells) are how many ends of links and organisations stand around each, weighted by nearness.
    """

    of: Rows
    near: sparse.csr_array
    links: sparse.csr_array
    degrees: Floats
    reach: Floats
    around: Floats


def _cells(index: MatchIndex) -> _Cells:
    if "cells" not in index.cache:
        index.cache["cells"] = _Cells(*index.once("cells", lambda: _make_cells(index)))
    found: _Cells = index.cache["cells"]
    return found


def _make_cells(index: MatchIndex) -> tuple[Any, ...]:
    """Return what :class:`_Cells` holds."""
    placed = np.isfinite(index.latitude + index.longitude) & (index.country != len(index.countries) - 1)
    latitude, longitude = np.nan_to_num(index.latitude), np.nan_to_num(index.longitude)
    band = np.floor(latitude / _STEP)
    column = np.floor(longitude / _width((band + 0.5) * _STEP))
    parts = np.stack([index.country, band.astype(np.int64), column.astype(np.int64)], axis=1)
    # Neither bands nor columns are more than a thousand either way.
    key = np.where(placed, parts @ np.array([1 << 24, 1 << 12, 1]), np.iinfo(np.int64).max)
    squares, first, of = np.unique(key, return_index=True, return_inverse=True)
    size = len(squares) if (~placed).any() else len(squares) + 1
    near = _near(parts[first[: size - 1]], size)
    belongs = sparse.csr_array(grouping(of, size) * placed[:, None])
    links = sparse.csr_array(belongs.T @ index.links.astype(np.float64) @ belongs)
    degrees = np.asarray(belongs.T @ index.degree).ravel()
    count: Floats = np.asarray(belongs.sum(0), np.float64).ravel()
    return of, near, links, degrees, near @ degrees, near @ count


def _width(latitude: Floats) -> Floats:
    """Return how many degrees of longitude a cell is wide, by the latitude of its middle (degrees)."""
    return np.asarray(_STEP / np.cos(np.radians(np.abs(latitude)).clip(0, 1.5)), np.float64)


def _near(squares: Rows, size: int) -> sparse.csr_array:
    """Return how near the middles of cells of one country are: 1 - (d / radius)^2, in steps of 2^-8."""
    latitude: Floats = (squares[:, 1] + 0.5) * np.float64(_STEP)
    unit = unit_vectors(latitude, (squares[:, 2] + 0.5) * _width(latitude))
    rows, columns, values = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0)]
    for country in sorted(set(squares[:, 0].tolist())):
        here = np.flatnonzero(squares[:, 0] == country)
        apart = np.maximum(2 - 2 * unit[here] @ unit[here].T, 0) * (EARTH_RADIUS / _RADIUS) ** 2
        apart[np.diag_indices(len(here))] = 0
        weight = np.rint(np.maximum(1 - (apart + apart.T) / 2, 0) * 256) / 256
        one, other = np.nonzero(weight)
        rows.append(here[one])
        columns.append(here[other])
        values.append(weight[one, other])
    cells = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.csr_array(cells, shape=(size, size))
