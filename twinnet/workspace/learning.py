"""Learn points from a network's own links, and keep them where they are better than those of the package."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from twinnet import scoring
from twinnet.applied import applied, kept, told
from twinnet.evidence import Block, Rows
from twinnet.index import MatchIndex
from twinnet.matching import Progress
from twinnet.scoring import FEWEST_LINKS, LearnOptions, PointsTable, blocks, score, shipped
from twinnet.stores import open_store
from twinnet.workspace.suggesting import part_of

Ranks = npt.NDArray[np.float64]

PARTS = 5
"""Into so many parts the links are cut; while one is hidden, points are learned from the others."""

FEWEST = -(-FEWEST_LINKS * PARTS // (PARTS - 1))
"""Below this number of links between countries nothing is learned: with a part hidden too few would be left."""

_ENOUGH = 1500
"""Of so many hidden links figures are good enough: further parts are not hidden."""

_RESAMPLED = 2000


@dataclass(frozen=True)
class Figure:
    """A mean and the interval in which it lies in 95 of 100 resamplings of the hidden links."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True)
class Measured:
    """How well hidden partners were found with the shipped points, and with points learned from the other links.

    Figures are mean reciprocal ranks; ``difference`` is learned less shipped, on the same links.
    """

    hidden: int
    times: int
    shipped: Figure
    learned: Figure
    difference: Figure

    @property
    def better(self) -> bool:
        """Tell whether the learned points are better, beyond what the choice of links may do."""
        return self.difference.low > 0

    def card(self) -> dict[str, Any]:
        """Return the figures as plain values."""
        figures = {name: getattr(self, name) for name in ("shipped", "learned", "difference")}
        return {
            "hidden_links": self.hidden,
            "times_learned": self.times,
            "mrr": {n: [round(v, 4) for v in (f.mean, f.low, f.high)] for n, f in figures.items()},
        }


@dataclass(frozen=True)
class Learned:
    """What came of learning: ``table`` and ``measured`` are None where the network has too few links to learn from.

    ``links`` counts the recorded pairs of two countries; ``kept`` tells whether the learned points are the network's
    own from now on; ``applies`` says which points apply now.
    """

    links: int
    table: PointsTable | None
    measured: Measured | None
    kept: bool
    applies: str

    def lines(self) -> Iterator[str]:
        """Give lines for a person."""
        if self.table is None or self.measured is None:
            yield (
                f"{self.links:,} links between two countries are recorded, and at least {FEWEST} are needed to learn "
                "from and to measure what was learned. Nothing was learned."
            )
        else:
            yield from figures(self.table.card)
            if self.measured.better:
                yield "The learned points are better. They are the network's own from now on."
            else:
                worse = "are worse" if self.measured.difference.high < 0 else "cannot be told to be better"
                yield f"The learned points {worse}. " + (
                    "They are the network's own all the same, as --anyway asks."
                    if self.kept
                    else "They are not kept; --anyway would keep them."
                )
        yield f"points: {self.applies}"


def figures(card: Mapping[str, Any]) -> Iterator[str]:
    """Give lines that say what a card holds: when, from what, and the figures that were measured."""
    links, organisations = card.get("links", 0), card.get("organisations", 0)
    yield f"learned {card.get('date', 'on a day not known')}: {links:,} links among {organisations:,} organisations"
    found = card.get("measured")
    if not found:
        return
    yield (
        f"measured: {found['hidden_links']:,} links hidden, {found['times_learned']} x learned from the others; mean "
        "reciprocal rank of the hidden partner among all organisations of other countries, 95 % interval"
    )
    for name, values in found["mrr"].items():
        yield f"  {name:<10}  {Figure(*values)}"
    yield (
        "Partners that no list records may be ranked above, so each figure is a lower bound. The shipped points may "
        "have been learned from some of these links, which flatters them."
    )


def learn(
    address: str | Path,
    *,
    today: dt.date,
    anyway: bool = False,
    options: LearnOptions | None = None,
    progress: Progress | None = None,
) -> Learned:
    """Learn points from a network's links; they become its own where they find hidden partners better.

    The learned points begin at the shipped ones and leave them as far as the links give reason to. Before they are
    kept, links are hidden, points are learned from the others, and the hidden partners are ranked by them and by the
    shipped points. Where the learned points are not better beyond chance, or there are fewer than :data:`FEWEST` links
    between countries, the network has no points of its own afterwards and the shipped ones apply.

    Parameters
    ----------
    address:
        The stored network.
    today:
        The day that the card bears.
    anyway:
        Keep what was learned even if it is not better.
    options:
        How points are learned.
    progress:
        Called with how much of how much is done.

    Raises
    ------
    StoreError
        There is no network at that address, or it cannot be written.
    """
    with open_store(address) as store:
        network = store.read()
    index = MatchIndex.of(network)
    ends = _links_abroad(index)
    table, measured = None, None
    if len(ends) >= FEWEST:
        folds = _folds(index, ends)
        steps = len(folds) + 1
        measured = _measure(index, folds, options, progress=progress)
        about = {"date": today.isoformat(), "learned_from": "the network's own links", "measured": measured.card()}
        table = scoring.learn(index, options, about=about, progress=part_of(progress, steps - 1, steps))
    keeping = measured is not None and (anyway or measured.better)
    with open_store(address, readonly=False) as store:
        store.learn(kept(table) if keeping and table is not None else None)
        applies = told(store.read())
    return Learned(len(ends), table, measured, keeping, applies)


def forget(address: str | Path) -> bool:
    """Take a network's own points away, so that the shipped ones apply; tell whether it had any."""
    with open_store(address, readonly=False) as store:
        return store.learn(None)


def show(address: str | Path) -> Iterator[str]:
    """Give lines that say which points apply to a stored network and what is known of them."""
    with open_store(address) as store:
        network = store.read()
    yield f"points: {told(network)}"
    yield from figures(applied(network).card)


def _links_abroad(index: MatchIndex) -> Rows:
    """Return the recorded pairs of two known countries (pairs x 2), each once."""
    coo = index.links.tocoo()
    a, b = coo.row.astype(np.int64), coo.col.astype(np.int64)
    known = index.country != len(index.countries) - 1
    chosen = (a < b) & (index.country[a] != index.country[b]) & known[a] & known[b]
    return np.stack([a[chosen], b[chosen]], axis=1)


def _folds(index: MatchIndex, ends: Rows) -> list[Rows]:
    """Cut the links into parts by chance, always the same; links of the same two towns are in one part."""
    towns = np.stack([index.country, np.round(index.latitude * 50), np.round(index.longitude * 50)], axis=1)
    towns = np.where(np.isnan(towns), np.arange(len(index))[:, None] + 1e6, towns)
    town = np.unique(towns, axis=0, return_inverse=True)[1].reshape(-1)
    pair = np.unique(np.sort(town[ends], axis=1), axis=0, return_inverse=True)[1].reshape(-1)
    part = np.random.default_rng(0).permutation(pair.max() + 1) % PARTS
    folds = [ends[part[pair] == at] for at in range(PARTS)]
    enough = np.searchsorted(np.cumsum([len(fold) for fold in folds]), _ENOUGH) + 1
    return folds[: int(enough)]


def _measure(
    index: MatchIndex, folds: list[Rows], options: LearnOptions | None, *, progress: Progress | None
) -> Measured:
    """Hide each part of the links, learn from the others, and rank the hidden partners by both tables."""
    found = []
    for at, hidden in enumerate(folds):
        left = _without(index, hidden)
        table = scoring.learn(left, options, progress=part_of(progress, at, len(folds) + 1))
        found.append(np.stack([_reciprocal(index, left, hidden, t) for t in (shipped(), table)], axis=1))
    by_link = np.concatenate(found)
    drawn = np.random.default_rng(1)
    means = np.stack([by_link[drawn.integers(len(by_link), size=len(by_link))].mean(axis=0) for _ in range(_RESAMPLED)])
    mine, others = by_link.mean(axis=0), np.percentile(means, [2.5, 97.5], axis=0)
    low, high = np.percentile(means[:, 1] - means[:, 0], [2.5, 97.5])
    return Measured(
        hidden=len(by_link),
        times=len(folds),
        shipped=Figure(float(mine[0]), float(others[0, 0]), float(others[1, 0])),
        learned=Figure(float(mine[1]), float(others[0, 1]), float(others[1, 1])),
        difference=Figure(float(mine[1] - mine[0]), float(low), float(high)),
    )


def _without(index: MatchIndex, hidden: Rows) -> MatchIndex:
    """Return the index as if some links were not recorded."""
    a, b = hidden.T
    gone = sparse.csr_array((np.ones(2 * len(a), np.float32), (np.r_[a, b], np.r_[b, a])), shape=index.links.shape)
    left = sparse.csr_array(index.links - gone)
    left.eliminate_zeros()
    return replace(index, links=left, cache={})


def _reciprocal(index: MatchIndex, left: MatchIndex, hidden: Rows, table: PointsTable) -> Ranks:
    """Return for each hidden link the mean of the reciprocal ranks of its two ends."""
    asked = np.concatenate([hidden, hidden[:, ::-1]])
    known = index.country != len(index.countries) - 1
    ranks = np.zeros(len(asked))
    start = 0
    for rows in blocks(asked[:, 0]):
        total = score(Block(left, rows), table).total
        for at, row in enumerate(rows):
            partner = asked[start + at, 1]
            able = known & (index.country != index.country[row])
            able[index.links.indices[index.links.indptr[row] : index.links.indptr[row + 1]]] = False
            others = total[at, able]
            above, level = (others > total[at, partner]).sum(), (others == total[at, partner]).sum()
            ranks[start + at] = 1 / (1 + above + level / 2)
        start += len(rows)
    by_link: Ranks = ranks.reshape(2, -1).mean(axis=0)
    return by_link
