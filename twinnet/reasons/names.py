"""Names alike: towns of one name, or of one saint, have often found each other by it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from twinnet import text
from twinnet.evidence import Bins, Block, Feature, ProductBins, Rows, SparseBins
from twinnet.index import MatchIndex, short
from twinnet.reasons.base import Reason, Told, cells_of, who
from twinnet.wording import phrase

_LENGTHS = (3, 4)
_STEPS = 2.0**12
_FEW = 4
"""So few rows are multiplied with the runs that they have alone."""
_ALIKE = 0.3
"""How alike names are at least where it is worth a word."""


class NamesAlike(Reason):
    """Their names are alike."""

    key = "names"
    about = "how many runs of three and four letters their names have in common; rare ones count more"
    features = (
        Feature(
            "likeness of names", "cosine", (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9), evidence=True
        ),
    )

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Multiply the weights of the runs of letters in common."""
        index = block.index
        if len(block.rows) <= _FEW:
            found = [_of_one(_holders(index), row) for row in block.rows.tolist()]
            return (SparseBins(self.features[0], sparse.csr_array(sparse.vstack(found))),)
        runs = _runs(index)
        return (ProductBins(self.features[0], index, sparse.csr_array(runs[block.rows]), runs),)

    def prepare(self, index: MatchIndex) -> None:
        """Keep the runs of names."""
        _holders(index)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Give both names where they are alike."""
        runs = _runs(index)
        mine, theirs = cells_of(index, runs, a), cells_of(index, runs, b)
        if not mine or not theirs:
            return None
        alike = sum(mine[run] * theirs[run] for run in mine.keys() & theirs.keys())
        if alike < self.features[0].edges[0]:
            return Told(phrase("say.names.none"))
        much = "say.names.alike" if alike >= _ALIKE else "say.names.little"
        return Told(phrase(much, a=who(index, a), b=who(index, b)), phrase("say.likeness", x=round(alike, 2)))


def _runs(index: MatchIndex) -> sparse.csr_array:
    """Return the weights of runs of letters in each name (n x runs): 1 is the length of every row.

    A run weighs ln(n / n that have it); weights are in steps of 2^-12, so that sums are exact in any order.
    """
    if "runs" not in index.cache:
        index.cache["runs"] = short(sparse.csr_array(_holders(index).T.astype(np.float64)))
    runs: sparse.csr_array = index.cache["runs"]
    return runs


def _holders(index: MatchIndex) -> sparse.csr_array:
    """Return the same by run (runs x n)."""
    return index.once("runs", lambda: short(sparse.csr_array(_make_runs(index.names).T)), view=True)


def _of_one(holders: sparse.csr_array, row: int) -> sparse.csr_array:
    """Return the likeness of one name with all others (1 x n), from the runs that it has alone."""
    at = np.flatnonzero(holders.indices == row)
    runs = np.searchsorted(holders.indptr, at, side="right") - 1
    mine = holders.data[at].astype(np.float64)[None, :]
    return sparse.csr_array(sparse.csr_array(mine) @ holders[runs])


def _make_runs(names: Sequence[str]) -> sparse.csr_array:
    rows, columns = _runs_of(names)
    holders = np.bincount(columns)
    values = np.log(len(names) / holders)[columns]
    length = np.sqrt(np.bincount(rows, values**2, minlength=len(names)))
    values = np.rint(values / np.maximum(length, 1e-9)[rows] * _STEPS) / _STEPS
    made = sparse.csr_array((values, (rows, columns)), shape=(len(names), len(holders)))
    made.eliminate_zeros()
    # Steps of 2^-12 up to 1 are whole in 32 bits; products of two are not.
    return made.astype(np.float32)


def _runs_of(names: Sequence[str]) -> tuple[Rows, Rows]:
    """Return which name has which run, each once, by names and then by runs, which are numbered in their order."""
    words = [f" {text.fold(name)} " for name in names]
    sizes = np.array([len(word) for word in words], np.int64)
    letters = np.frombuffer("".join(words).encode("utf-32-le"), "<u4")
    # A run is one number: its letters are the digits, from 1 on.
    _, digits = np.unique(letters, return_inverse=True)
    digits = digits.astype(np.int64).ravel() + 1
    base = int(digits.max(initial=0)) + 1
    name = np.repeat(np.arange(len(words)), sizes)
    left = np.repeat(np.cumsum(sizes), sizes) - np.arange(len(letters))
    rows, runs = [], []
    for size in _LENGTHS:
        at = np.flatnonzero(left >= size)
        rows.append(name[at])
        runs.append(sum(digits[at + k] * base ** (max(_LENGTHS) - 1 - k) for k in range(size)))
    kinds, columns = np.unique(np.concatenate(runs), return_inverse=True)
    # Sorted by hand: without an index asked for, numpy's own way would load all of masked arrays.
    cells = np.sort(np.concatenate(rows) * len(kinds) + columns.ravel())
    found = np.divmod(cells[np.diff(cells, prepend=-1) > 0], max(len(kinds), 1))
    return found[0], found[1]
