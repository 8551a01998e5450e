"""Points learned from what a network's people decided: which decisions count, how much moved, and how well it fits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from twinnet.decisions import FUNNEL
from twinnet.graph import Network
from twinnet.index import MatchIndex
from twinnet.scoring import PointsTable
from twinnet.scoring.decided import Comparison, Decided, move
from twinnet.scoring.moves import Move, moves

FEWEST_MEASURED = 20
"""From so many decisions on it is measured how well the points fit decisions that they were not moved by."""

ACCEPTED = frozenset(FUNNEL) - {"ended"}
"""What counts as accepted: to accept, and all that follows. That a partnership ended says nothing of its beginning."""

_FOLDS, _ROUNDS = 5, 4
_KEPT, _SHOWN = 60, 12
"""So many changes are kept on the card, and so many are shown."""

Began = Literal["shipped", "links"]


def decided(network: Network, index: MatchIndex, today: dt.date) -> Decided:
    """Return the suggestions to start that stand accepted (or further) or declined, each once.

    What was put off, taken back or ended is left out, and all of an organisation whose place somebody doubts.
    """
    doubted = network.doubted(today)
    found: dict[tuple[int, int], bool] = {}
    for matter in network.matters.values():
        row = matter.stands
        if row is None or row.kind != "start" or matter.candidate is None:
            continue
        if matter.organisation in doubted or matter.candidate in doubted:
            continue
        if row.verdict in ACCEPTED or row.verdict == "declined":
            pair = index.position[matter.organisation], index.position[matter.candidate]
            found[pair] = row.verdict in ACCEPTED
    pairs = np.array(list(found), np.int64).reshape(-1, 2)
    return Decided(pairs, np.array(list(found.values()), np.bool_)).in_order()


@dataclass(frozen=True)
class Agreement:
    """How often an accepted suggestion stands above a declined one, by the points before and after (shares, 0 to 1).

    The points after are moved by the other decisions alone: a fifth is left out at a time.
    """

    before: float
    after: float


@dataclass(frozen=True)
class FromDecisions:
    """What came of learning from decisions; ``table`` is None where there was nothing to compare.

    ``began`` says which points they moved: the shipped ones or those learned from links. ``moved`` is what changed
    most, ``agreement`` None where there are fewer than :data:`FEWEST_MEASURED`.
    """

    accepted: int
    declined: int
    began: Began
    table: PointsTable | None
    moved: tuple[Move, ...] = ()
    agreement: Agreement | None = None

    def card(self, date: str) -> dict[str, Any]:
        """Return what is known of it as plain values."""
        said = {"accepted": self.accepted, "declined": self.declined, "date": date, "began": self.began}
        measured = self.agreement and {
            "before": round(self.agreement.before, 4),
            "after": round(self.agreement.after, 4),
        }
        return {
            **said,
            "moved": [list(one) for one in self.moved[:_KEPT]],
            **({"measured": measured} if measured else {}),
        }


def learn_decided(network: Network, table: PointsTable, *, began: Began, today: dt.date) -> FromDecisions | None:
    """Move the learned points of a table by what was decided; None where nothing was that counts.

    ``began`` says which points these are; ``today`` is the day on which it is asked whose place is in doubt.
    """
    if not len(network.decisions):
        return None
    index = MatchIndex.of(network)
    found = decided(network, index, today)
    accepted, declined = int(found.accepted.sum()), int((~found.accepted).sum())
    if not accepted and not declined:
        return None
    if not accepted or not declined:
        return FromDecisions(accepted, declined, began, None)
    comparison = Comparison.of(index, table, found)
    after = move(comparison, table).table
    changed = tuple(moves(table, after, comparison.seen))
    agreement = _measure(comparison, table) if len(found.accepted) >= FEWEST_MEASURED else None
    return FromDecisions(accepted, declined, began, after, changed, agreement)


def _measure(comparison: Comparison, table: PointsTable) -> Agreement | None:
    """Leave a fifth out at a time, and hold each accepted suggestion of it against each declined one."""
    accepted = comparison.accepted
    above, couples = np.zeros(2), 0
    for seed in range(_ROUNDS):
        rng = np.random.default_rng(seed)
        fold = np.empty(len(accepted), np.int64)
        for of_kind in (accepted, ~accepted):
            fold[of_kind] = rng.permutation(int(of_kind.sum())) % _FOLDS
        for at in range(_FOLDS):
            held = comparison.taken(fold == at)
            if held.accepted.all() or not held.accepted.any():
                continue
            after = move(comparison.taken(fold != at), table).table
            for which, score in enumerate((held.sample.score, held.sample.rescored(table, after))):
                above[which] += _above(score, held.accepted)
            couples += int(held.accepted.sum() * (~held.accepted).sum())
    return Agreement(*(above / couples).tolist()) if couples else None


def _above(score: np.ndarray[Any, Any], accepted: np.ndarray[Any, Any]) -> float:
    """Count the accepted that stand above each declined one; an equal score counts half."""
    apart = score[accepted][:, None] - score[~accepted]
    return float((np.sign(apart) / 2 + 0.5).sum())


def figures(card: Mapping[str, Any]) -> Iterator[str]:
    """Give lines that say what decisions changed: the card of :class:`FromDecisions`."""
    began = "the points learned from links" if card["began"] == "links" else "the shipped points"
    accepted, declined = card["accepted"], card["declined"]
    yield f"moved {card['date']}: {accepted:,} suggestions accepted and {declined:,} declined; they moved {began}"
    if card.get("measured"):
        before, after = card["measured"]["before"], card["measured"]["after"]
        yield (
            "measured: decisions left out, a fifth at a time, and points moved by the others; so often an accepted "
            f"suggestion stands above a declined one: {before:.1%} before, {after:.1%} after"
        )
        if after <= before:
            yield "So far the decisions do not foretell each other: what moved may be chance."
    changed = [Move.read(one) for one in card["moved"]]
    if not changed:
        yield "No points changed: what was decided agrees with them, or does not differ in what is learned."
        return
    rows = [("reason", "what people see", "before", "after", "change")]
    rows += [
        (one.label, one.words, f"{one.before:+,}", f"{one.after:+,}", f"{one.change:+,}") for one in changed[:_SHOWN]
    ]
    wide = [max(len(row[at]) for row in rows) for at in range(5)]
    for row in rows:
        named = [word.ljust(width) for word, width in zip(row[:2], wide[:2], strict=True)]
        numbers = [word.rjust(width) for word, width in zip(row[2:], wide[2:], strict=True)]
        yield "  " + "  ".join([*named, *numbers])
    if len(changed) > _SHOWN:
        yield f"  and {len(changed) - _SHOWN} further changes of at most {abs(changed[_SHOWN].change):,} points"


def _signed(points: int) -> str:
    return f"{points:+,}" if points else "0"
