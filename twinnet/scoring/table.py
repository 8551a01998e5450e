"""Points tables: how much each bin of each feature counts, and what a score means.

A points table is readable data (``data/points.csv``) with a card (``data/points.json``: what it was learned from,
when, with which figures). Points are thousandths of natural log-odds; the score of a pair is their sum.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from twinnet.errors import RulesError
from twinnet.evidence import MISSING, Bins, Block, Cells, Feature, Points, Rows, Total
from twinnet.index import MatchIndex
from twinnet.reasons import KEYS, REASONS, Reason

BLOCK = 64
"""How many rows are scored at a time."""
_MOST = 700.0
"""Log-odds beyond which a number would be too large for the machine."""


@dataclass(frozen=True)
class PointsTable:
    """Points by reason and feature (a row of 256 whole numbers each, one a bin; missing is the last and has none).

    ``base_rate`` is the share of possible pairs that are linked in what was learned from. ``calibration`` says what
    scores mean: (score in thousandths, natural log-odds in thousandths that such a pair is linked), both rising; in
    between lies a straight line, beyond the ends a point is a thousandth of log-odds.
    """

    points: Mapping[tuple[str, str], npt.NDArray[np.int32]]
    base_rate: float
    calibration: tuple[tuple[int, int], ...]
    card: Mapping[str, Any] = field(default_factory=dict)

    def weighted(self, weights: Mapping[str, float]) -> PointsTable:
        """Multiply the points of reasons; raise :class:`RulesError` for a reason that does not exist."""
        for key in weights:
            if key not in KEYS:
                raise RulesError(f"no reason is called {key!r}; the reasons are {', '.join(KEYS)}")
        changed = {
            (key, name): np.rint(row * weights[key]).astype(np.int32) if key in weights else row
            for (key, name), row in self.points.items()
        }
        return PointsTable(changed, self.base_rate, self.calibration, self.card)

    def of(self, reason: Reason, feature: Feature) -> npt.NDArray[np.int32]:
        """Return the points of a feature by bin."""
        return self.points[reason.key, feature.name]

    def log_odds(self, score: float) -> float:
        """Return the natural log-odds of a score (thousandths) by the calibration."""
        if score not in self._told:
            scores, odds = self._knots
            beyond = min(score - scores[0], 0) + max(score - scores[-1], 0)
            self._told[score] = float(min(max((np.interp(score, scores, odds) + beyond) / 1000, -_MOST), _MOST))
        return self._told[score]

    @cached_property
    def _told(self) -> dict[float, float]:
        """Log-odds of the scores that were asked for."""
        return {}

    @cached_property
    def _knots(self) -> npt.NDArray[np.float64]:
        """The calibration as two rows: scores, and log-odds."""
        return np.array(self.calibration, np.float64).T

    @property
    def chance(self) -> float:
        """Return the score (thousandths) at which a pair is as likely as a chance pair."""
        scores, odds = self._knots
        level = 1000 * math.log(self.base_rate / (1 - self.base_rate))
        beyond = min(level - odds[0], 0) + max(level - odds[-1], 0)
        return float(np.interp(level, odds, scores) + beyond)

    def times(self, score: int) -> float:
        """Return how many times as likely as a chance pair a score is, in four digits: the ratio of their odds.

        >>> round(shipped().times(round(shipped().chance)), 2)
        1.0
        """
        chance = math.log(self.base_rate / (1 - self.base_rate))
        return float(f"{math.exp(min(self.log_odds(score) - chance, _MOST)):.4g}")

    def probability(self, score: int) -> float:
        """Return the probability, in four digits, that such a pair stands in lists like those learned from."""
        odds = math.exp(self.log_odds(score))
        if odds < 1:
            return float(f"{odds / (1 + odds):.4g}")
        return float(1 - Decimal(f"{1 / (1 + odds):.4g}"))

    def to_csv(self) -> str:
        """Write the table: one line where the points of a feature change."""
        lines = ["reason,feature,set_by,at_least,points"]
        for reason in REASONS:
            for feature in reason.features:
                row = self.of(reason, feature)
                how = "rule" if feature.prior else "learned"
                edges = ("", *feature.edges)
                for at, edge in enumerate(edges):
                    if at == 0 or row[at] != row[at - 1]:
                        shown = edge if edge == "" else f"{edge:.10g}"
                        lines.append(f'{reason.key},"{feature.name}",{how},{shown},{row[at]}')
        return "\n".join(lines) + "\n"

    @classmethod
    def from_csv(cls, text: str, card: Mapping[str, Any]) -> PointsTable:
        """Read what :meth:`to_csv` wrote; a feature that the text lacks has its points by rule, or none."""
        read: dict[tuple[str, str], list[tuple[float, int]]] = {}
        for line in csv.DictReader(text.splitlines()):
            least = float(line["at_least"]) if line["at_least"] else -math.inf
            read.setdefault((line["reason"], line["feature"]), []).append((least, int(line["points"])))
        points = {}
        for reason in REASONS:
            for feature in reason.features:
                steps = read.get((reason.key, feature.name), list(feature.prior or ()))
                points[reason.key, feature.name] = by_bin(feature, steps)
        calibration = tuple((int(score), int(odds)) for score, odds in card["calibration"])
        return cls(points, card["base_rate"], calibration, card)


def by_bin(feature: Feature, steps: list[tuple[float, int]]) -> npt.NDArray[np.int32]:
    """Spread (edge, points) steps over the bins of a feature."""
    row = np.zeros(256, np.int32)
    for at, edge in enumerate((-math.inf, *feature.edges)):
        reached = [points for least, points in steps if least <= edge * (1 + 1e-9) + 1e-12 or edge == least]
        row[at] = reached[-1] if reached else 0
    row[MISSING] = 0
    return row


@lru_cache(maxsize=1)
def shipped() -> PointsTable:
    """Return the points table that comes with the package."""
    data = Path(__file__).parent.parent / "data"
    card = json.loads((data / "points.json").read_text(encoding="utf-8"))
    return PointsTable.from_csv((data / "points.csv").read_text(encoding="utf-8"), card)


@dataclass(frozen=True)
class ScoredBlock:
    """Some rows with their bins of every feature that has points: their scores, and what these are made of."""

    block: Block
    bins: tuple[tuple[Reason, Feature, Bins], ...]
    table: PointsTable

    @cached_property
    def total(self) -> Points:
        """The scores (rows x n, int32)."""
        return self._sum(self.bins)

    def points(self, rows: int | Rows, columns: Rows) -> dict[str, Points]:
        """Return the points of each reason for some columns of a row, or of as many rows; they add up to the total."""
        cells = Cells(rows, columns)
        found: dict[str, Points] = {}
        for reason, feature, bins in self.bins:
            added = self.table.of(reason, feature)[bins.at(cells)]
            found[reason.key] = found[reason.key] + added if reason.key in found else added
        return found

    def of_reason(self, key: str) -> Points:
        """Return the points of one reason for every pair (rows x n)."""
        return self._sum([one for one in self.bins if one[0].key == key])

    def _sum(self, parts: Iterable[tuple[Reason, Feature, Bins]]) -> Points:
        total = Total(self.block)
        for reason, feature, bins in parts:
            bins.add(self.table.of(reason, feature), total)
        return total.sum()


def score(block: Block, table: PointsTable) -> ScoredBlock:
    """Score every organisation as a partner of each row of a block."""
    parts = []
    for reason in _speaking(block.index, table):
        made = zip(reason.features, reason.bins(block), strict=True)
        parts += [(reason, feature, bins) for feature, bins in made if table.of(reason, feature).any()]
    return ScoredBlock(block, tuple(parts), table)


def _speaking(index: MatchIndex, table: PointsTable) -> Iterator[Reason]:
    """Give the reasons that can give points."""
    for reason in REASONS:
        if not reason.silent(index) and any(table.of(reason, feature).any() for feature in reason.features):
            yield reason


def totals(block: Block, table: PointsTable) -> Points:
    """Return the scores of every organisation from the block's start on (rows x columns), and keep nothing else."""
    total = Total(block)
    for reason in _speaking(block.index, table):
        reason.add(block, [table.of(reason, feature) for feature in reason.features], total)
    return total.sum()


def blocks(rows: Rows, size: int = BLOCK) -> Iterator[Rows]:
    """Cut rows into blocks."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
