"""What changed between two tables of points, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from twinnet.evidence import MISSING, Bytes, Feature
from twinnet.reasons import REASONS, learned_features
from twinnet.scoring.table import PointsTable

Bools = npt.NDArray[np.bool_]


class Move(NamedTuple):
    """Points that changed: of a feature of a reason, from value ``low`` to below ``high`` (None: without end).

    Points are thousandths of natural log-odds.
    """

    reason: str
    feature: str
    low: float | None
    high: float | None
    before: int
    after: int

    @property
    def change(self) -> int:
        """How many points were added."""
        return self.after - self.before

    @property
    def label(self) -> str:
        """What the reason is called in English."""
        return next((reason.label for reason in REASONS if reason.key == self.reason), self.reason)

    @property
    def words(self) -> str:
        """The feature and the values, for people."""
        feature = next((one for _, one in learned_features() if one.name == self.feature), None)
        return self.feature if feature is None else f"{self.feature}: {span(feature, self.low, self.high)}"

    @classmethod
    def read(cls, said: Any) -> Move:
        """Read what stands in a card: the six values in a list."""
        return cls(*said)


def moves(before: PointsTable, after: PointsTable, seen: Bytes) -> list[Move]:
    """Return what changed most: of each learned feature where most was added and where most was taken.

    Only values that occur in what people see (bins, pairs x features) are looked at. Those that changed most come
    first.
    """
    found = [move for at in range(len(learned_features())) for move in _of_feature(before, after, at, seen[:, at])]
    return sorted(found, key=lambda one: (-abs(one.change), one.reason, one.feature, one.change))


def _of_feature(before: PointsTable, after: PointsTable, at: int, seen: Bytes) -> Iterator[Move]:
    reason, feature = learned_features()[at]
    known = np.unique(seen[seen != MISSING]).astype(np.int64)
    if not len(known):
        return
    old, new = before.of(reason, feature), after.of(reason, feature)
    change = (new - old)[known]
    for way in (1, -1):
        best = int(np.argmax(way * change))
        if way * change[best] > 0:
            low, high = _around((old == old[known[best]]) & (new == new[known[best]]), int(known[best]), feature)
            yield Move(reason.key, feature.name, low, high, int(old[known[best]]), int(new[known[best]]))


def _around(same: Bools, at: int, feature: Feature) -> tuple[float | None, float | None]:
    """Return from which value to which the bins around one have the same points."""
    first = last = at
    while first and same[first - 1]:
        first -= 1
    while last < len(feature.edges) and same[last + 1]:
        last += 1
    return feature.edges[first - 1] if first else None, feature.edges[last] if last < len(feature.edges) else None


def span(feature: Feature, low: float | None, high: float | None) -> str:
    """Say from which value to which.

    >>> span(Feature("distance", "km", (25.0, 50.0)), 25, 50)
    '25 to 50 km'
    >>> span(Feature("ratio of inhabitants", "decimal logarithm", (0.3, 0.6)), None, 0.3)
    'below 2 times'
    >>> span(Feature("recorded partners", "count", (1, 2)), 1, 2)
    '1'
    >>> span(Feature("partners in common", "sum", (0.5, 1), evidence=True), None, 0.5)
    'none'
    """
    if low is None and feature.evidence:
        return "none"
    unit = " km" if feature.unit == "km" else " times" if feature.name.startswith("ratio") else ""
    unit = {"times chance": " times chance", "sum of decimal logarithms": " in the mean"}.get(feature.unit, unit)
    if feature.unit == "count":
        if low is None:
            return "0" if high == 1 else f"below {high:g}"
        return f"{low:g} and more" if high is None else f"{low:g}" if high == low + 1 else f"{low:g} to {high - 1:g}"
    ends = [None if end is None else _number(_value(feature, end)) for end in (low, high)]
    if ends[0] is None:
        return "any" if ends[1] is None else f"below {ends[1]}{unit}"
    return f"from {ends[0]}{unit} on" if ends[1] is None else f"{ends[0]} to {ends[1]}{unit}"


def _value(feature: Feature, edge: float) -> float:
    """Return what an edge stands for: numbers of inhabitants, say, not their logarithms."""
    if feature.unit == "decimal logarithm":
        return 10**edge
    if feature.unit == "sum of decimal logarithms":
        return 10 ** (edge / 2)  # the geometric mean of both
    return math.exp(edge) if feature.unit == "natural logarithm" else edge


def _number(value: float) -> str:
    """Say a number in about three digits."""
    if value >= 100:
        digits = len(str(int(value))) - 3
        return f"{round(value / 10**digits) * 10**digits:,}"
    return f"{value:.3g}" if value >= 0.001 else f"{value:.1e}"
