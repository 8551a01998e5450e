"""How far tastes differ: the width that decisions may move points by, read from recorded links.

For each country with enough links, some of its towns' recorded partners are taken out and put beside three other towns
that the shipped points rank among the first forty. The partners count as accepted, the others as declined. Of 10, 30
or 60 such towns points are learned, by :mod:`twinnet.scoring.decided` and with several widths, and it is read how
likely the partners of the other towns of the country become among their four: the mean log-likelihood. The width under
which it is largest is how far a country's taste differs from that of all.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.shared import DATA, has
from twinnet import workspace
from twinnet.evidence import Block
from twinnet.index import MatchIndex
from twinnet.scoring import PointsTable, blocks, shipped, totals
from twinnet.scoring.decided import Comparison, Decided, Sample, move
from twinnet.workspace.importing import import_lists

LINKS = "twinnings/wikidata_eu.csv"
TOWNS = (10, 30, 60)
WIDTHS = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)
_ASKED, _FEWEST, _SHOWN, _OTHERS = 300, 80, 40, 3

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


def table() -> list[tuple[str, ...]]:
    """Return the mean log-likelihoods by width (rows) and number of towns (columns); empty without the shared data."""
    if not has(LINKS):
        return []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.twinnet"
        import_lists([DATA / LINKS], path)
        index = MatchIndex.of(workspace.open(path))
    found: dict[tuple[float, int], list[float]] = {}
    both = np.concatenate([index.links_abroad, index.links_abroad[:, ::-1]])
    rng = np.random.default_rng(0)
    countries = 0
    for country in range(len(index.countries) - 1):
        ends = both[index.country[both[:, 0]] == country]
        if len(ends) < _ASKED:
            continue
        pairs, accepted = _choices(index, ends[rng.permutation(len(ends))[:_ASKED]], rng)
        if len(pairs) < _FEWEST * (1 + _OTHERS):
            continue
        countries += 1
        print(f"measuring: width, {index.countries[country]}", file=sys.stderr, flush=True)
        comparison = Comparison.of(index, shipped(), Decided(pairs, accepted))
        for width in WIDTHS:
            for towns in TOWNS:
                found.setdefault((width, towns), []).append(_likelihood(comparison, width, towns))
    head = ("width", *(f"learned from {towns} towns of each of {countries} countries" for towns in TOWNS))
    return [head, *((f"{width:g}", *(f"{np.mean(found[width, towns]):.3f}" for towns in TOWNS)) for width in WIDTHS)]


def _choices(index: MatchIndex, ends: Rows, rng: np.random.Generator) -> tuple[Rows, npt.NDArray[np.bool_]]:
    """Put each partner that ranks among the first beside others that do; as pairs, the partner before the others."""
    without = Decided(ends, np.ones(len(ends), np.bool_)).undone(index)
    pairs = []
    for part in blocks(np.arange(len(ends))):
        scores = totals(Block(without, ends[part, 0]), shipped())
        for (row, partner), line in zip(ends[part].tolist(), scores, strict=True):
            able = without.country != without.country[row]
            able[index.partners[row]] = False
            able[partner] = True
            columns = np.flatnonzero(able)
            first = columns[np.argsort(-line[columns], kind="stable")[:_SHOWN]]
            if partner in first:
                others = rng.choice(first[first != partner], _OTHERS, replace=False)
                pairs += [(row, other) for other in (partner, *others.tolist())]
    return np.array(pairs, np.int64), np.arange(len(pairs)) % (1 + _OTHERS) == 0


def _likelihood(comparison: Comparison, width: float, towns: int) -> float:
    """Learn from the first towns; return the mean log-likelihood of the partners of the others among their four."""
    learned = np.arange(len(comparison.accepted)) < towns * (1 + _OTHERS)
    after = move(comparison.taken(learned), shipped(), width=width).table if width else shipped()
    held = comparison.taken(~learned).sample.rescored(shipped(), after).reshape(-1, 1 + _OTHERS)
    return float((held[:, 0] - np.logaddexp.reduce(held, axis=1)).mean())


def moved(index: MatchIndex, pairs: Rows, after: PointsTable) -> float:
    """Return by how many points the scores of pairs moved, on average and in either direction."""
    sample = Sample.of(index, shipped(), pairs)
    found: Floats = np.abs(sample.rescored(shipped(), after) - sample.score)
    return float(found.mean() * 1000)
