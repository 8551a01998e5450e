"""What was accepted before: more like it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import sparse

from twinnet.decisions import FUNNEL, standing
from twinnet.evidence import Bins, Block, Feature, SparseBins
from twinnet.index import EARTH_RADIUS, MatchIndex
from twinnet.reasons.base import Reason, Told, kilometres, who
from twinnet.wording import phrase

_NEAR = 50.0
"""Within so many kilometres a town is near one that was accepted."""
_LIKE_SIZE = 2.0
"""The larger of two towns of like size has at most so many times the inhabitants of the smaller."""
_TAKEN = frozenset(FUNNEL) - {"ended"}

Ints = npt.NDArray[np.int64]


class LikeAccepted(Reason):
    """One of them accepted a partner that is like the other."""

    key, expected, of_decisions = "accepted", False, True
    about = (
        "a suggestion for one of them was accepted whose partner is in the other's country and of like size (at most "
        "twice the inhabitants); it counts more if that partner is within 50 km of the other"
    )
    features = (
        Feature("like an accepted partner", "1: country and size, 2: near as well", (1, 2), prior=((1, 250), (2, 500))),
    )

    def silent(self, index: MatchIndex) -> bool:
        """Tell whether nothing was accepted."""
        return not _cells(index).nnz

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Look up the pairs that are like accepted ones."""
        return (SparseBins(self.features[0], sparse.csr_array(_cells(block.index)[block.rows])),)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Name the accepted partner that is most like the other; None where no such partner was accepted."""
        found = [
            (kilometres(index, accepted, other), accepted, asked, other)
            for asked, other in ((a, b), (b, a))
            for accepted in _accepted(index).get(asked, ())
            if accepted != other and other in _alike(index, accepted).tolist()
        ]
        if not found:
            return None
        apart, accepted, asked, other = min(found, key=lambda one: (math.isnan(one[0]), one[0], one[1:]))
        named = {"like": who(index, accepted), "who": who(index, asked), "other": who(index, other)}
        if apart <= _NEAR:
            return Told(phrase("say.accepted.near", km=round(apart), **named))
        return Told(phrase("say.accepted.like", **named))


def _accepted(index: MatchIndex) -> dict[int, list[int]]:
    """Return, for each row, the rows that were accepted as its partners or that accepted it."""
    found: dict[int, list[int]] | None = index.cache.get("accepted")
    if found is None:
        found = index.cache["accepted"] = {}
        until = index.profiles.as_of
        for matter in index.profiles.network.matters.values():
            stands = standing(row for row in matter.rows if until is None or row.when[:10] <= str(until))
            if stands is not None and stands.kind == "start" and stands.verdict in _TAKEN and matter.candidate:
                one, other = index.position[matter.organisation], index.position[matter.candidate]
                found.setdefault(one, []).append(other)
                found.setdefault(other, []).append(one)
    return found


def _alike(index: MatchIndex, row: int) -> Ints:
    """Return the rows in the country of a row, of like size, without the row itself."""
    known: dict[int, Ints] = index.cache.setdefault("alike", {})
    if row not in known:
        with np.errstate(invalid="ignore", divide="ignore"):
            times = index.population / index.population[row]
            like = (index.country == index.country[row]) & (times >= 1 / _LIKE_SIZE) & (times <= _LIKE_SIZE)
        if index.country[row] == index.countries.index(""):
            like[:] = False  # Nobody knows whether two unknown countries are one.
        like[row] = False
        known[row] = np.flatnonzero(like)
    return known[row]


def _cells(index: MatchIndex) -> sparse.csr_array:
    """Return what each pair (n x n) has of the feature; what follows from decisions is never kept with the facts."""
    made: sparse.csr_array | None = index.cache.get("like accepted")
    if made is None:
        n = len(index)
        ones, others, levels = _levels(index)
        # Both ways; of what stands several times the highest level counts.
        keys = np.concatenate([ones * n + others, others * n + ones])
        both = np.tile(levels, 2)
        order = np.lexsort((-both, keys))
        pairs, first = np.unique(keys[order], return_index=True)
        values = both[order][first].astype(np.float64)
        made = index.cache["like accepted"] = sparse.csr_array((values, (pairs // n, pairs % n)), shape=(n, n))
    return made


def _levels(index: MatchIndex) -> tuple[Ints, Ints, Ints]:
    """Return who asked, who is like a partner that was accepted, and whether (2) or not (1) it is near as well."""
    found = [(np.empty(0, np.int64),) * 3]
    for asked, partners in sorted(_accepted(index).items()):
        for accepted in partners:
            rows = _alike(index, accepted)
            rows = rows[rows != asked]
            found.append((np.full(len(rows), asked), rows, 1 + _near(index, accepted, rows)))
    ones, others, levels = (np.concatenate(part) for part in zip(*found, strict=True))
    return ones, others, levels


def _near(index: MatchIndex, row: int, rows: Ints) -> npt.NDArray[np.bool_]:
    """Tell which rows are near a row; in figures that people see, so those that may be are measured one by one."""
    may_be = index.unit[rows] @ index.unit[row] >= math.cos((_NEAR + 1) / EARTH_RADIUS)
    near = np.zeros(len(rows), np.bool_)
    near[may_be] = [kilometres(index, row, other) <= _NEAR for other in rows[may_be].tolist()]
    return near
