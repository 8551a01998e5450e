"""Names alike: towns of one name, or of one saint, have often found each other by it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from twinnet import text
from twinnet.evidence import Bins, Block, Feature, ProductBins, SparseBins
from twinnet.index import MatchIndex, short
from twinnet.reasons.base import Reason, Told, cells_of

_LENGTHS = (3, 4)
_STEPS = 2.0**12
_FEW = 4
"""So few rows are multiplied with all names as they stand."""
_ALIKE = 0.3
"""How alike names are at least where it is worth a word."""


class NamesAlike(Reason):
    """Their names are alike."""

    key, label = "names", "Names alike"
    about = "how many runs of three and four letters their names have in common; rare ones count more"
    features = (
        Feature(
            "likeness of names", "cosine", (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9), evidence=True
        ),
    )

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Multiply the weights of the runs of letters in common."""
        runs = _runs(block.index)
        mine = sparse.csr_array(runs[block.rows])
        if len(block.rows) <= _FEW and not block.index.has_turned(runs):
            # Sooner done than turning all over; sums are exact in any order.
            return (SparseBins(self.features[0], sparse.csr_array((runs @ mine.T.toarray()).T)),)
        return (ProductBins(self.features[0], block.index, mine, runs),)

    def prepare(self, index: MatchIndex) -> None:
        """Keep the runs."""
        _runs(index)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Give both names where they are alike."""
        runs = _runs(index)
        mine, theirs = (cells_of(runs, row) for row in (a, b))
        if not mine or not theirs:
            return None
        alike = sum(mine[run] * theirs[run] for run in sorted(mine.keys() & theirs.keys()))
        if alike < self.features[0].edges[0]:
            return Told("their names are not alike")
        much = "alike" if alike >= _ALIKE else "a little alike"
        return Told(f"their names are {much} ({index.names[a]}, {index.names[b]})", f"likeness {alike:.2f}")


def _runs(index: MatchIndex) -> sparse.csr_array:
    """Return the weights of runs of letters in each name (n x runs): 1 is the length of every row.

    A run weighs ln(n / n that have it); weights are in steps of 2^-12, so that sums are exact in any order.
    """
    return index.once("runs", lambda: _make_runs(index.names))


def _make_runs(names: Sequence[str]) -> sparse.csr_array:
    found = [_runs_of(name) for name in names]
    rows = np.repeat(np.arange(len(found)), [len(runs) for runs in found])
    every = np.array([run for runs in found for run in runs], f"U{max(_LENGTHS)}")
    _, columns, holders = np.unique(every, return_inverse=True, return_counts=True)
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    values = np.log(len(names) / holders)[columns]
    length = np.sqrt(np.bincount(rows, values**2, minlength=len(found)))
    values = np.rint(values / np.maximum(length, 1e-9)[rows] * _STEPS) / _STEPS
    made = sparse.csr_array((values, (rows, columns)), shape=(len(found), len(holders)))
    made.eliminate_zeros()
    return short(made)


def _runs_of(name: str) -> frozenset[str]:
    word = f" {text.fold(name)} "
    return frozenset(word[at : at + size] for size in _LENGTHS for at in range(len(word) - size + 1))
