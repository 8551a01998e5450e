"""Ask for the partners of a split's hidden links, and see where each way of ranking has them.

Candidates are towns of another country that are not recorded partners, known or hidden; the one that is asked for
stays. A town's score is that of its best organisation. All ways of ranking meet the same candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twinnet import countries
from twinnet.evaluation.measures import Seen
from twinnet.evaluation.splits import Bools, Rows, Split, pair_numbers
from twinnet.evidence import Block
from twinnet.index import MatchIndex
from twinnet.matching import DATA_DATE
from twinnet.scoring import PointsTable, blocks, score

Scores = npt.NDArray[np.float64] | npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Scorer = Callable[[MatchIndex, Rows], Iterator[tuple[str, Scores]]]
"""Gives, for a block of rows, scores (rows x n) under one name or several."""

_SMALL = 20_000
_TOP = 10
_ALIKE = np.array([0, 1, 2, 3, 4, 5, 7, 10, 15, 25, 50])
"""Towns are as well connected as each other whose numbers of known partners lie between the same two of these."""


@dataclass(frozen=True)
class Queries:
    """Who is asked (rows of the index) for which partner (a town), by which hidden link (a number of its two towns).

    ``main`` marks those that all figures are of; the others were added so that a group of countries is seen whole.
    """

    asked: Rows
    target: Rows
    link: Rows
    main: Bools

    @classmethod
    def of(cls, split: Split, most: int, *, groups: bool = True) -> Queries:
        """Ask from both ends of hidden links, of at most ``most / 2`` drawn by the split's seed.

        With ``groups`` the links of the groups of countries that are seen whole are asked for beside.
        """
        drawn = np.random.default_rng([split.seed, 1]).permutation(len(split.hidden))
        main = np.zeros(len(split.hidden), np.bool_)
        main[drawn[: max(most // 2, 1)]] = True
        asked_for = main.copy()
        if groups:
            one, other = split.index.country[split.hidden].T
            asked_for |= np.any([side[one] * side[other] == -1 for side in _corridors(split.index)], axis=0)
        chosen, main = split.hidden[asked_for], main[asked_for]
        asked = np.concatenate([chosen[:, 0], chosen[:, 1]])
        other = np.concatenate([chosen[:, 1], chosen[:, 0]])
        return cls(asked, split.towns[other], link_numbers(split, asked, other), np.tile(main, 2))

    def __len__(self) -> int:
        return len(self.asked)


def link_numbers(split: Split, a: Rows, b: Rows) -> Rows:
    """Give links numbers by their two towns: the same in every split of a network."""
    return pair_numbers(split.towns, a, b)


@dataclass(frozen=True)
class Placed:
    """Where one way of ranking has each query's partner.

    ``rank`` is from 1; ``even`` and ``alike`` are the shares of candidates that score below the partner, ties half:
    among all, and among those with as many known partners as it has (NaN: there is none). ``linkless`` is the share of
    towns without any known link among the first ten that are not the partner.
    """

    rank: Rows
    even: Floats
    alike: Floats
    linkless: Floats


def place(
    split: Split,
    queries: Queries,
    scorers: Sequence[Scorer],
    *,
    progress: Callable[[int, int], object] | None = None,
) -> dict[str, Placed]:
    """Rank the candidates of every query by every scorer; ties are broken at random by the split's seed."""
    tie = np.random.default_rng([split.seed, 2]).random(len(queries))
    ground = _Ground.of(split)
    found: dict[str, Placed] = {}
    rows = np.unique(queries.asked)
    at = _grouped(queries.asked)
    done = 0
    for part in blocks(rows):
        for scorer in scorers:
            for name, scores in scorer(split.index, part):
                if name not in found:
                    found[name] = _empty(len(queries))
                best = ground.best_of_towns(scores)
                for line, row in zip(best, part.tolist(), strict=True):
                    _place_row(ground, found[name], queries, at[row], line=line, tie=tie)
        done += len(part)
        if progress:
            progress(done, len(rows))
    return found


def model(table: PointsTable, name: str, *, without: Sequence[str] = ()) -> Scorer:
    """Rank by a table of points, and by it without the points of each reason of ``without`` (``name: reason``)."""

    def scores(index: MatchIndex, rows: Rows) -> Iterator[tuple[str, Scores]]:
        scored = score(Block(index, rows), table)
        yield name, scored.total
        for key in without:
            yield f"{name}: {key}", scored.total - scored.of_reason(key)

    return scores


def baseline(function: Callable[[MatchIndex, Rows], Floats], name: str) -> Scorer:
    """Rank by a baseline."""

    def scores(index: MatchIndex, rows: Rows) -> Iterator[tuple[str, Scores]]:
        yield name, function(index, rows)

    return scores


@dataclass(frozen=True)
class _Ground:
    """What every ranking of a split stands on, by towns."""

    split: Split
    order: Rows
    starts: Rows
    alone: bool
    kind: Rows

    @classmethod
    def of(cls, split: Split) -> _Ground:
        order = np.argsort(split.towns, kind="stable")
        starts = np.searchsorted(split.towns[order], np.arange(len(split.country)))
        kind = np.searchsorted(_ALIKE, split.degree, side="right")
        return cls(split, order, starts, len(starts) == len(order), kind)

    def best_of_towns(self, scores: Scores) -> Scores:
        """Return the best score of each town (rows x towns)."""
        sorted_scores = scores[:, self.order]
        return sorted_scores if self.alone else np.maximum.reduceat(sorted_scores, self.starts, axis=1)

    def candidates(self, row: int) -> Bools:
        """Tell which towns may stand beside the partner of a row: abroad, and no recorded partner."""
        split = self.split
        town = split.towns[row]
        able: Bools = (split.country != split.country[town]) & (split.country != len(split.index.countries) - 1)
        barred = split.barred
        able[barred.indices[barred.indptr[town] : barred.indptr[town + 1]]] = False
        return able


def _place_row(ground: _Ground, into: Placed, queries: Queries, at: Rows, *, line: Scores, tie: Floats) -> None:
    able = ground.candidates(int(queries.asked[at[0]]))
    others = line[able]
    kinds = ground.kind[able]
    linkless = ground.split.degree[able] == 0
    into.linkless[at] = _share_of_top(others, linkless)
    for query in at.tolist():
        target = int(queries.target[query])
        mine = line[target]
        above, equal = others > mine, others == mine
        ties = int(equal.sum())
        more = int(above.sum())
        into.rank[query] = 1 + more + int(tie[query] * (ties + 1))
        into.even[query] = 1 - (more + ties / 2) / len(others) if len(others) else np.nan
        alike = kinds == ground.kind[target]
        count = int(alike.sum())
        if count:
            into.alike[query] = 1 - (int((above & alike).sum()) + int((equal & alike).sum()) / 2) / count


def _share_of_top(scores: Scores, marked: Bools) -> float:
    """Return the share of marked ones among the first ten; where ties reach over the edge, their mean share counts."""
    first = min(_TOP, len(scores))
    if not first:
        return float("nan")
    edge = np.partition(scores, len(scores) - first)[len(scores) - first]
    above, equal = scores > edge, scores == edge
    left = first - int(above.sum())
    return float((int((above & marked).sum()) + left * int((equal & marked).sum()) / int(equal.sum())) / first)


def _empty(size: int) -> Placed:
    return Placed(np.zeros(size, np.int64), np.full(size, np.nan), np.full(size, np.nan), np.full(size, np.nan))


def _grouped(asked: Rows) -> dict[int, Rows]:
    order = np.argsort(asked, kind="stable")
    rows, starts = np.unique(asked[order], return_index=True)
    return dict(zip(rows.tolist(), np.split(order, starts[1:]), strict=True))


SLICES: dict[str, str] = {
    "all": "all queries",
    "warm": "both ends have a known link",
    "cold query": "the asked end has no known link",
    "cold partner": "the partner has no known link",
    "cold": "an end has no known link",
    "old Europe – South-East": "from old Europe to South-East Europe or back",
    "Western Balkans": "an end is in the Western Balkans",
    "no capital": "the asked end is no capital",
    "under 20,000": "the asked end has under 20,000 inhabitants",
}
"""What figures are given for, beside all queries."""


def slices(split: Split, queries: Queries) -> dict[str, Bools]:
    """Tell which queries belong to each slice."""
    index, towns = split.index, split.towns
    mine, theirs = split.degree[towns[queries.asked]] == 0, split.degree[queries.target] == 0
    one, other = index.country[queries.asked], split.country[queries.target]
    corridor, balkans = (side[one] * side[other] == -1 for side in _corridors(index))
    with np.errstate(invalid="ignore"):
        small = index.population[queries.asked] < _SMALL
    main = queries.main
    return {
        "all": main,
        "warm": main & ~mine & ~theirs,
        "cold query": main & mine,
        "cold partner": main & theirs,
        "cold": main & (mine | theirs),
        "old Europe – South-East": corridor,
        "Western Balkans": balkans,
        "no capital": main & ~index.capital[queries.asked],
        "under 20,000": main & small,
    }


def _corridors(index: MatchIndex) -> Iterator[Rows]:
    """Yield for each group that is seen whole the side of it on which each country of the index stands: 1, -1 or 0."""
    old, east, balkans = (
        countries.group(name, DATA_DATE) for name in ("old-europe", "south-east-europe", "western-balkans")
    )
    for first, second in ((old - east, east), (frozenset(index.countries) - balkans - {""}, balkans)):
        yield np.array([(c in first) - (c in second) for c in index.countries], np.int64)


def look_at_all(split: Split, table: PointsTable, *, most: int = 5000, others: int = 1000) -> Seen:
    """Score all pairs of the towns with a hidden link (``most`` of them), and of some others.

    Those that are drawn (by the split's seed) count as many times as there are towns to each of them: so the pairs
    stand for all pairs of the network that are not known to be linked.
    """
    ground = _Ground.of(split)
    first = ground.order[ground.starts]
    known = split.country != len(split.index.countries) - 1
    has = np.diff(split.asked_pairs.indptr) > 0
    rng = np.random.default_rng([split.seed, 3])
    kinds = (np.flatnonzero(~has & known), others), (np.flatnonzero(has & known), most)
    drawn = [np.sort(rng.choice(towns, min(count, len(towns)), replace=False)) for towns, count in kinds]
    chosen = np.concatenate(drawn)
    weight = np.concatenate(
        [np.full(len(some), len(towns) / max(len(some), 1)) for some, (towns, _) in zip(drawn, kinds, strict=True)]
    )
    pairs: dict[int, float] = {}
    positive: list[tuple[int, float, int]] = []
    asked = split.asked_pairs
    for part in blocks(np.arange(len(chosen))):
        best = ground.best_of_towns(score(Block(split.index, first[chosen[part]]), table).total)
        for line, at in zip(best, part.tolist(), strict=True):
            town = int(chosen[at])
            able = ground.candidates(int(first[town]))
            partners = asked.indices[asked.indptr[town] : asked.indptr[town + 1]]
            able[partners] = True
            lowest = int(line.min(initial=0))
            counts = np.bincount(line[able].astype(np.int64) - lowest)
            for value in np.flatnonzero(counts).tolist():
                pairs[value + lowest] = pairs.get(value + lowest, 0.0) + weight[at] * counts[value]
            for other in partners.tolist():
                link = int(link_numbers(split, first[[town]], first[[other]])[0])
                positive.append((int(line[other]), float(weight[at]), link))
    scores = sorted(pairs)
    return Seen(
        probability=np.array([table.probability(value) for value in scores], np.float64),
        pairs=np.array([pairs[value] for value in scores], np.float64),
        positive=np.array([table.probability(value) for value, _, _ in positive], np.float64),
        weight=np.array([w for _, w, _ in positive], np.float64),
        links=np.array([link for _, _, link in positive], np.int64),
    )
