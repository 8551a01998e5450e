"""What is measured: a plan, and what came out of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from twinnet.evaluation.measures import ALIKE, EVEN, LINKLESS, Calibration, Figure

Protocol = Literal["random", "after", "between"]
TableName = Literal["learned", "shipped", "both"]

MODEL = "twinnet"
"""The key of twinnet's own ranking among the ways to rank."""


@dataclass(frozen=True)
class Plan:
    """What to hide, whom to ask, and against what to hold it.

    ``protocol``: ``random`` hides a ``share`` of the links between countries for each of the ``seeds``; ``after``
    those that began in ``year`` or later (``ignore_years`` are placeholders; ``undated_known`` keeps links without a
    year; ``newcomers`` asks for towns without an earlier link too); ``between`` those of ``ends`` (two countries or
    groups) in ``folds``. ``queries`` is how many ends of hidden links are asked at most, each split.

    ``table``: the points are learned in every split from what it knows (``learned``), or are those that come with the
    package (``shipped``), or both are measured. ``ablation`` leaves every learned reason out in turn; with ``relearn``
    the points are also learned again without it. ``fill`` adds places without a link from the gazetteer.
    ``baselines`` are keys of :data:`~twinnet.evaluation.baselines.BASELINES`, None for all.
    """

    protocol: Protocol = "random"
    seeds: tuple[int, ...] = (0, 1, 2)
    share: float = 0.1
    year: int | None = None
    ignore_years: tuple[int, ...] = ()
    undated_known: bool = False
    newcomers: bool = False
    ends: str | None = None
    folds: int = 5
    queries: int = 5000
    table: TableName = "learned"
    ablation: bool = False
    relearn: bool = False
    fill: bool = False
    baselines: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Method:
    """The figures of one way to rank.

    ``slices`` gives by slice (see :data:`~twinnet.evaluation.trials.SLICES`) the measures of ranks
    (:data:`~twinnet.evaluation.measures.MEASURES`) and of candidates (``AUC, all``, ``AUC, as well linked``,
    ``link-less``); a slice without a query is missing. ``splits`` are the MRR of each split. ``behind`` gives by slice
    how far twinnet's MRR is above it, on the same queries (nothing for twinnet itself).
    """

    key: str
    label: str
    slices: Mapping[str, Mapping[str, Figure]]
    splits: tuple[float, ...]
    behind: Mapping[str, Figure]

    @property
    def mrr(self) -> Figure:
        """The MRR of all queries."""
        return self.slices["all"]["MRR"]

    @property
    def even(self) -> Figure | None:
        """The area under the curve against all candidates."""
        return self.slices["all"].get(EVEN)

    @property
    def alike(self) -> Figure | None:
        """The area under the curve against candidates with as many known partners as the hidden one; None: no such."""
        return self.slices["all"].get(ALIKE)

    @property
    def linkless(self) -> Figure | None:
        """The share of towns without a known link among the first ten that are not the partner."""
        return self.slices["all"].get(LINKLESS)


@dataclass(frozen=True)
class LeftOut:
    """What the MRR is without a reason, and the difference (without - with) with its interval.

    ``relearned`` is the difference where the points were learned again without it; None where they were not.
    """

    reason: str
    label: str
    mrr: Figure
    difference: Figure
    relearned: Figure | None = None


@dataclass(frozen=True)
class Part:
    """One split in numbers."""

    name: str
    links: int
    hidden: int
    queries: int
    table: str


@dataclass(frozen=True)
class Evaluation:
    """Figures, with all that is needed to judge them; of the methods twinnet comes first.

    ``filled`` of the towns without a link (``linkless``) were added. ``notes`` say how it was measured.
    """

    plan: Plan
    organisations: int
    linked: int
    linkless: int
    filled: int
    parts: tuple[Part, ...]
    methods: tuple[Method, ...]
    calibration: Calibration | None
    ablation: tuple[LeftOut, ...]
    notes: tuple[str, ...]

    def method(self, key: str) -> Method:
        """Return the figures of one way to rank; raise :class:`KeyError` for one that was not measured."""
        return {method.key: method for method in self.methods}[key]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, ready for JSON."""
        return {
            "plan": dataclasses.asdict(self.plan),
            "network": {
                "organisations": self.organisations,
                "towns with a link": self.linked,
                "towns without a link": self.linkless,
                "of these added": self.filled,
            },
            "splits": [dataclasses.asdict(part) for part in self.parts],
            "methods": [_method(method) for method in self.methods],
            "calibration": _calibration(self.calibration),
            "ablation": [
                {
                    "reason": one.reason,
                    "MRR": one.mrr.to_dict(),
                    "difference": one.difference.to_dict(),
                    "relearned": one.relearned.to_dict() if one.relearned else None,
                }
                for one in self.ablation
            ],
            "notes": list(self.notes),
        }


def _method(method: Method) -> dict[str, Any]:
    return {
        "key": method.key,
        "label": method.label,
        "slices": {
            name: {measure: figure.to_dict() for measure, figure in figures.items()}
            for name, figures in method.slices.items()
        },
        "MRR by split": [round(value, 6) for value in method.splits],
        "MRR of twinnet less its own": {name: figure.to_dict() for name, figure in method.behind.items()},
    }


def _calibration(found: Calibration | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "expected calibration error": float(f"{found.error:.6g}"),
        "links too many or too few in their bins, for each link found": round(found.misplaced, 6),
        "bins": [
            {name: float(f"{value:.6g}") for name, value in dataclasses.asdict(one).items()} for one in found.bins
        ],
    }
