"""Learn points from a network's own links and decisions, and keep them with it.

What links teach is kept where it is better than the points of the package; decisions move what then applies.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from twinnet import scoring
from twinnet.applied import applied, kept, told
from twinnet.best import Progress
from twinnet.evaluation.filling import Balance, fill
from twinnet.evaluation.measures import Figure, Resampling, reciprocal_rank
from twinnet.evaluation.splits import Split, at_random
from twinnet.evaluation.trials import Queries, model, place
from twinnet.graph import Network
from twinnet.index import MatchIndex
from twinnet.scoring import FEWEST_LINKS, LearnOptions, PointsTable, shipped
from twinnet.stores import open_store
from twinnet.workspace import learning_decided
from twinnet.workspace.learning_decided import FromDecisions, learn_decided
from twinnet.workspace.suggesting import part_of

SHARE = 0.2
"""The share of the links that is hidden at a time; points are learned from the others."""

FEWEST = round(FEWEST_LINKS / (1 - SHARE))
"""Below this number of links between countries nothing is learned: with a part hidden too few would be left."""

_ENOUGH = 1500
"""Of so many hidden links figures are good enough."""

_MOST_TIMES = 5


@dataclass(frozen=True)
class Measured:
    """How well hidden partners were found with the shipped points, and with points learned from the other links.

    Figures are mean reciprocal ranks, their intervals of the hidden links drawn anew; ``difference`` is learned less
    shipped, on the same links. ``hidden`` counts the links that were hidden, each once, ``times`` how often links were
    drawn and points learned from the others.
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
        figures = {"shipped": self.shipped, "learned": self.learned, "difference": self.difference}
        return {
            "hidden_links": self.hidden,
            "times_learned": self.times,
            "mrr": {name: [round(x, 4) for x in (f.value, f.low, f.high)] for name, f in figures.items()},
        }


@dataclass(frozen=True)
class Learned:
    """What came of learning: ``measured`` is None where the network has too few links to learn from.

    ``table`` is what was learned from all links, None where it is not kept; ``decided`` is what decisions made of it,
    or of the shipped points, None where there are no decisions. ``links`` counts the recorded pairs of two countries,
    None where they were not looked at. ``dropped`` tells whether the network had points of its own before and has none
    now, or none from its links. ``applies`` says which points apply now, and ``card`` what is known of them, None where
    they are the shipped ones.
    """

    links: int | None
    table: PointsTable | None
    measured: Measured | None
    decided: FromDecisions | None
    dropped: bool
    applies: str
    card: Mapping[str, Any] | None

    def lines(self) -> Iterator[str]:
        """Give lines for a person."""
        if self.links is None:
            yield "Links were not looked at: decisions move the shipped points."
        elif self.measured is None:
            yield (
                f"{self.links:,} links between two countries are recorded. At least {FEWEST} between different towns "
                "are needed to learn from and to measure what was learned, so nothing was learned from links."
            )
        else:
            yield from _of_links(self.table.card) if self.table else _figures(self.measured.card())
            if self.measured.better:
                yield "The learned points are better. They are the network's own from now on."
            else:
                worse = "are worse" if self.measured.difference.high < 0 else "cannot be told to be better"
                yield f"The learned points {worse}. " + (
                    "They are the network's own all the same, as --anyway asks."
                    if self.table
                    else "They are not kept; --anyway would keep them."
                )
        if self.decided and self.decided.table is None:
            accepted, declined = self.decided.accepted, self.decided.declined
            yield (
                f"{accepted:,} accepted and {declined:,} declined suggestions are there. Both are needed to tell what "
                "is wanted, so nothing was learned from decisions."
            )
        elif self.card and self.decided:
            yield from learning_decided.figures(self.card["decisions"])
        if self.dropped:
            yield "The points that the network had learned before are taken away."
        yield f"points: {self.applies}"


def figures(card: Mapping[str, Any]) -> Iterator[str]:
    """Give lines that say what a card holds: when, from what, the figures that were measured, what decisions moved."""
    yield from _of_links(card)
    if card.get("decisions"):
        yield from learning_decided.figures(card["decisions"])


def _of_links(card: Mapping[str, Any]) -> Iterator[str]:
    links, organisations = card.get("links", 0), card.get("organisations", 0)
    added = f", {card['added_places']:,} of them places without a link" if card.get("added_places") else ""
    yield f"learned {card.get('date', '')}: {links:,} links among {organisations:,} organisations{added}"
    if card.get("measured"):
        yield from _figures(card["measured"])


def _figures(found: Mapping[str, Any]) -> Iterator[str]:
    """Give lines that say what was measured: the card of :class:`Measured`."""
    yield (
        f"measured: {found['hidden_links']:,} links hidden, a fifth at a time ({found['times_learned']} x), and points "
        "learned from the others; mean reciprocal rank of the hidden partner among all towns of other countries, 95 % "
        "interval"
    )
    for name in ("shipped", "learned", "difference"):
        value, low, high = found["mrr"][name]
        yield f"  {name:<10}  {value:.3f} ({low:.3f} to {high:.3f})"
    yield (
        "Partners that no list records may be ranked above, so each figure is a lower bound. The shipped points may "
        "have been learned from some of these links, which flatters them."
    )


def learn(
    address: str | Path,
    *,
    today: dt.date,
    anyway: bool = False,
    from_links: bool = True,
    options: LearnOptions | None = None,
    progress: Progress | None = None,
) -> Learned:
    """Learn points from a network's links and decisions; those from links are kept where they find partners better.

    The learned points begin at the shipped ones and leave them as far as the links give reason to. Before they are
    kept, links are hidden, points are learned from the others, and the hidden partners are ranked by them and by the
    shipped points. Where the learned points are not better beyond chance, or there are fewer than :data:`FEWEST` links
    between countries, the shipped ones apply. Then the suggestions that were accepted and declined move the learned
    points of what applies, by the amount of evidence (:mod:`twinnet.scoring.decided`). Learning again begins anew: the
    same network gives the same points.

    Parameters
    ----------
    address:
        The stored network.
    today:
        The day that the card bears.
    anyway:
        Keep what was learned even if it is not better.
    from_links:
        Learn from links, which takes minutes in a large network; else decisions alone move the shipped points.
    options:
        How points are learned.
    progress:
        Called with how much of how much is done.

    Raises
    ------
    StoreError
        There is no network at that address, or it cannot be written.
    """
    with open_store(address, readonly=False) as store:
        network = store.read()
        store.learn(network.points)  # changes nothing; a file that cannot be written is told of before the work is done
    links, table, measured = None, None, None
    if from_links:
        index, added = _among_others(network)
        links = len(index.links_abroad)
        splits = _splits(index, links)
        if splits:
            measured = _measure(splits, options, progress=progress)
        if measured and (anyway or measured.better):
            about: dict[str, Any] = {"date": today.isoformat(), "learned_from": "the network's own links"}
            about |= {"measured": measured.card(), **({"added_places": added} if added else {})}
            table = _learned(index, options, about=about, progress=part_of(progress, len(splits), len(splits) + 1))
    decided = learn_decided(network, table or shipped(), began="links" if table else "shipped", today=today)
    final = table
    if decided and decided.table:
        card = {**decided.table.card, "decisions": decided.card(today.isoformat())}
        final = replace(decided.table, card=card)
    with open_store(address, readonly=False) as store:
        store.learn(kept(final) if final else None)
        applies = told(store.read())
    return Learned(
        links=links,
        table=table,
        measured=measured,
        decided=decided,
        dropped=network.points is not None and table is None and (final is None or _had_from_links(network)),
        applies=applies,
        card=final.card if final else None,
    )


def _had_from_links(network: Network) -> bool:
    """Tell whether the points that a network has were learned from its links."""
    table = applied(network)
    return table is not shipped() and table.card.get("decisions", {}).get("began") != "shipped"


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


def _among_others(network: Network) -> tuple[MatchIndex, int]:
    """Return the index to learn from, and how many places without a link were added for it.

    A list of links names no town that has none. Learned from it alone, "has no link" would seem to speak for a town.
    """
    index = MatchIndex.of(network)
    if not Balance.of(index).betrays:
        return index, 0
    whole = fill(network, index)
    return MatchIndex.of(whole), len(whole.organisations) - len(network.organisations)


def _splits(index: MatchIndex, links: int) -> list[Split]:
    """Hide a share of the links by chance, as often as figures need it; none where too few would be left."""
    if links < FEWEST:
        return []
    times = min(max(round(_ENOUGH / (SHARE * links)), 1), _MOST_TIMES)
    splits = [at_random(index, seed, SHARE) for seed in range(times)]
    return splits if all(len(split.index.links_abroad) >= FEWEST_LINKS for split in splits) else []


def _measure(splits: list[Split], options: LearnOptions | None, *, progress: Progress | None) -> Measured:
    """Hide links, learn from the others, and rank the hidden partners by both tables."""
    ranks: dict[str, list[npt.NDArray[np.int64]]] = {"shipped": [], "learned": []}
    links = []
    for at, split in enumerate(splits):
        table = _learned(split.index, options, progress=part_of(progress, at, len(splits) + 1))
        queries = Queries.of(split, 2 * _ENOUGH, groups=False)
        placed = place(split, queries, [model(shipped(), "shipped"), model(table, "learned")])
        for name, found in ranks.items():
            found.append(placed[name].rank)
        links.append(queries.link)
    by_name = {name: reciprocal_rank(np.concatenate(found)) for name, found in ranks.items()}
    every = np.concatenate(links)
    resampling = Resampling(every, every, seed=0)
    differences = by_name["learned"] - by_name["shipped"]
    means = [resampling.mean(values) for values in (by_name["shipped"], by_name["learned"], differences)]
    first, second, difference = (mean for mean in means if mean is not None)
    return Measured(len(np.unique(every)), len(splits), first, second, difference)


def _learned(
    index: MatchIndex,
    options: LearnOptions | None,
    *,
    about: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> PointsTable:
    """Learn points, beginning at the shipped ones."""
    return scoring.learn(index, options, prior=shipped(), about=about, progress=progress)
