"""Who is near whom, for few organisations of many: the places in the order of a grid, and what lies around some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Short = npt.NDArray[np.int32]
Weights = npt.NDArray[np.float32]

EARTH_RADIUS = 6371.0088
"""Mean radius of the Earth in kilometres (IUGG)."""

BANDS = 2
"""Bands of latitude a degree: organisations of one country and band stand together, from west to east."""

_SLACK = 1e-6
"""Degrees that are looked at beyond what could be near: far more than numbers are rounded by."""

_GROUPS, _AROUND = 1400, 1024
"""Room for the bands of a country, and for the longitudes of a band, in one number."""

_BEFORE, _HALF = 1000, 180.0
"""What makes bands, and longitudes, numbers from 0 on."""

_PAIRS = 1 << 19
"""So many pairs at most are measured at a time, or those of one organisation."""


def chord_of(radius: float) -> float:
    """Return how long the way of so many kilometres is through the Earth, of radius 1."""
    return float(2 * np.sin(radius / EARTH_RADIUS / 2))


def weights(gone: Floats, radius: float) -> Weights:
    """Return how near ways through the Earth (of radius 1) make two places: 1 - (d / radius)^2 in steps of 2^-8.

    >>> weights(np.array([0.0, chord_of(5.0), chord_of(10.0)]), 10.0).tolist()
    [1.0, 0.75, 0.0]
    """
    found: Weights = (np.rint(np.maximum(1 - (gone / chord_of(radius)) ** 2, 0) * 256) / 256).astype(np.float32)
    return found


def bands(latitude: Floats) -> Floats:
    """Return the band of each latitude; an unknown one is before all others."""
    return np.nan_to_num(np.floor(latitude * BANDS), nan=-_BEFORE)


def localities(country: Ints, latitude: Floats, longitude: Floats) -> Ints:
    """Return a number for each place: those of one country and band stand together, from west to east."""
    order = np.lexsort((np.nan_to_num(longitude), bands(latitude), country))
    found = np.empty(len(order), np.int64)
    found[order] = np.arange(len(order))
    return found


@dataclass(frozen=True)
class Grid:
    """Places (n) in the order of their localities, to find what is around few of them.

    ``unknown`` is the country that stands for none, ``unit`` (n x 3) are unit vectors, ``size`` decimal logarithms of
    inhabitants. ``locality`` is that of each place and ``order`` the place at each; ``key`` (by locality) rises with
    country, band and longitude.
    """

    country: Ints
    unknown: int
    latitude: Floats
    longitude: Floats
    unit: Floats
    size: Floats
    locality: Ints

    @cached_property
    def order(self) -> Short:
        """The place at each locality."""
        found = np.empty(len(self.locality), np.int32)
        found[self.locality] = np.arange(len(found), dtype=np.int32)
        return found

    @cached_property
    def key(self) -> Floats:
        """Numbers that rise with country, band and longitude, by locality."""
        group = self.country * _GROUPS + (bands(self.latitude) + _BEFORE)
        key: Floats = group * _AROUND + (np.nan_to_num(self.longitude) + _HALF)
        return key[self.order]

    def around(self, rows: Ints, radii: Sequence[float], *, like_size: float | None = None) -> list[sparse.csr_array]:
        """Return how near others of the same country are to some places, for several radii: n x n, other rows empty.

        ``rows`` rise. With ``like_size`` only those count whose sizes differ by less. A place is near to itself,
        whatever is known of it. The columns of a row are in no order.
        """
        starts, ends = self._ranges(rows, max(radii), like_size)
        made: list[list[tuple[Ints, Short, Weights]]] = [[] for _ in radii]
        for part in _parts((ends - starts).sum(1)):
            a, place, gone = self._pairs(rows[part], starts[part], ends[part], like_size)
            own = self.locality[rows[part]].astype(np.int32).take(a) == place
            for radius, found in zip(radii, made, strict=True):
                keep = np.flatnonzero((gone < chord_of(radius)) | own)
                weight = weights(gone.take(keep), radius)
                weight[own.take(keep)] = 1
                keep, weight = keep[weight > 0], weight[weight > 0]
                counts = np.bincount(a.take(keep), minlength=part.stop - part.start)
                found.append((counts, self.order.take(place.take(keep)), weight))
        return [_matrix(rows, parts, len(self.locality)) for parts in made]

    def _ranges(self, rows: Ints, radius: float, like_size: float | None) -> tuple[Ints, Ints]:
        """Return where in the order those begin and end that could be so near (rows x ranges)."""
        latitude, longitude, country = self.latitude[rows], self.longitude[rows], self.country[rows]
        placed = np.isfinite(latitude + longitude) & (country != self.unknown)
        if like_size is not None:
            placed &= np.isfinite(self.size[rows])
        reach = np.degrees(radius / EARTH_RADIUS) + _SLACK
        with np.errstate(invalid="ignore", divide="ignore"):
            wide = np.sin(np.radians(reach)) / np.cos(np.radians(latitude))
            wide = np.degrees(np.arcsin(np.minimum(wide, 1))) + _SLACK
        whole = ~(np.abs(latitude) + reach < _HALF / 2)
        band = np.floor((latitude - reach) * BANDS)[:, None] + np.arange(int(2 * reach * BANDS) + 2)
        reached = (band <= np.floor((latitude + reach) * BANDS)[:, None]) & placed[:, None]
        group = (country[:, None] * _GROUPS + np.nan_to_num(band) + _BEFORE) * _AROUND
        own = self.locality[rows]
        spans = [(np.where(placed, 0, own)[:, None], np.where(placed, 0, own + 1)[:, None])]
        # Around the globe a place may lie on the other side of the line where longitudes begin.
        for turn in (0.0, -2 * _HALF, 2 * _HALF):
            west, east = longitude - wide + (turn + _HALF), longitude + wide + (turn + _HALF)
            if turn == 0:
                west, east = np.where(whole, 0, west), np.where(whole, 2 * _HALF, east)
            there = reached & ((west <= 2 * _HALF) & (east >= 0) & (~whole | (turn == 0)))[:, None]
            if there.any():
                west, east = np.clip(np.nan_to_num(west), -1, None), np.clip(np.nan_to_num(east), None, 2 * _HALF + 1)
                start = np.searchsorted(self.key, group + west[:, None], side="left")
                end = np.searchsorted(self.key, group + east[:, None], side="right")
                spans.append((np.where(there, start, 0), np.where(there, end, 0)))
        starts, ends = (np.concatenate(parts, axis=1) for parts in zip(*spans, strict=True))
        return starts, np.maximum(starts, ends)

    def _pairs(self, rows: Ints, starts: Ints, ends: Ints, like_size: float | None) -> tuple[Short, Short, Floats]:
        """Return the pairs of ranges, without those of unlike size: numbers of rows, localities, and ways apart."""
        each = (ends - starts).ravel()
        counts, before = (ends - starts).sum(1), np.cumsum(each) - each
        a = np.repeat(np.arange(len(rows), dtype=np.int32), counts)
        place = np.arange(len(a), dtype=np.int32) + np.repeat((starts.ravel() - before).astype(np.int32), each)
        if like_size is not None:
            with np.errstate(invalid="ignore"):
                alike = np.abs(np.repeat(self.size[rows], counts) - self._sizes.take(place)) < like_size
            keep = np.flatnonzero(alike | (np.repeat(self.locality[rows], counts) == place))
            a, place = a.take(keep), place.take(keep)
        # Few are looked up where they stand, sooner than all are put in order.
        few = len(place) < len(self.order)
        other = self.unit.take(self.order.take(place), axis=0) if few else self._units.take(place, axis=0)
        apart = self.unit[rows].take(a, axis=0) - other
        return a, place, np.linalg.norm(apart, axis=1)

    @cached_property
    def _sizes(self) -> Floats:
        """Sizes by locality."""
        return self.size[self.order]

    @cached_property
    def _units(self) -> Floats:
        """Unit vectors by locality."""
        return self.unit[self.order]


def _parts(each: Ints) -> list[slice]:
    """Cut rows into parts of not too many pairs."""
    cuts = np.flatnonzero(np.diff(np.cumsum(each) // _PAIRS)) + 1
    ends = [0, *cuts.tolist(), len(each)]
    return [slice(start, end) for start, end in pairwise(ends) if end > start]


def _matrix(rows: Ints, parts: Sequence[tuple[Ints, Short, Weights]], n: int) -> sparse.csr_array:
    """Put the rows of parts together."""
    ends = np.zeros(n + 1, np.int32)
    ends[rows + 1] = np.concatenate([rows[:0], *(part[0] for part in parts)])
    np.cumsum(ends, out=ends)
    columns = np.concatenate([np.empty(0, np.int32), *(part[1] for part in parts)])
    values = np.concatenate([np.empty(0, np.float32), *(part[2] for part in parts)])
    return sparse.csr_array((values, columns, ends), shape=(n, n))
