"""How well partners are found: the tables of the page about quality, all made in one run.

On twinnings of Wikidata among places without a link a tenth of the links is hidden, once a seed; then the links between
old Europe and South-East Europe, a fifth at a time; and on the German database of partnerships those from 1990 on. The
points are learned each time from what stays known, and every baseline of ``twinnet.evaluation`` ranks the same
candidates. How much the number of links learned from matters is measured on the first seed.

What is printed has the form of the page; ``--write`` puts it there instead. ``--out`` keeps every figure as JSON.
"""

import dataclasses
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

import twinnet
from benchmarks.shared import DATA, has, place, tell
from twinnet import scoring
from twinnet.evaluation import Evaluation, Method, Plan, evaluate, splits, trials
from twinnet.evaluation.measures import ALIKE, EVEN, LINKLESS, MEASURES, Figure, Resampling, short
from twinnet.evaluation.report import against_the_best, errors, expected_and_found, piped
from twinnet.graph import Network
from twinnet.index import MatchIndex

PAGE = Path(__file__).resolve().parent.parent / "docs" / "explanation" / "quality.md"
LINKS, PLACES, DATED = "twinnings/wikidata_eu.csv", "places/unlinked.csv", "twinnings/rgre_germany.csv"
CORRIDOR = "old-europe:south-east-europe"
YEAR, PLACEHOLDER = 1990, 2000

ENDS = (600, 2400, 9600, 40_000)
"""How many ends of links are learned from in the learning curve; the time that it takes grows with them."""

FIGURES = (
    "measured on",
    "all queries",
    "by links",
    "by place",
    "by kind",
    "best baselines",
    "reasons",
    "calibration",
    "corridor",
    "time",
    "time by links",
    "learning",
)
"""What the places for figures in the page are called."""

SHOWN = (*(name for name in MEASURES if name != "hits@50"), EVEN, ALIKE, LINKLESS)
BY_LINKS = ("all", "warm", "cold query", "cold partner", "cold")
BY_PLACE = ("old Europe – South-East", "Western Balkans", "no capital", "under 20,000")

Rows = list[tuple[str, ...]]
T = TypeVar("T")


@dataclass(frozen=True)
class Learned:
    """A point of the learning curve: how many ends were learned from, the MRR, and how far it is above the first."""

    ends: int
    mrr: Figure
    hits: Figure
    gained: Figure


@dataclass(frozen=True)
class Curve:
    """The learning curve of one split, in which ``links`` are known."""

    links: int
    learned: tuple[Learned, ...]


def run(
    seeds: Sequence[int], *, queries: int = 5000, jobs: int = 2, write: bool = False, out: str | None = None
) -> None:
    """Measure, and print the tables or put them into the page; ``queries`` are the most to ask in each split."""
    if not has(LINKS, PLACES, DATED):
        print("quality is not measured")
        return
    for key in FIGURES if write else ():
        place(PAGE.read_text(encoding="utf-8"), key)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        twinnings, dated = folder / "twinnings.twinnet", folder / "dated.twinnet"
        _import(LINKS, twinnings, "links")
        _import(PLACES, twinnings, "members")
        _import(DATED, dated, "links")
        at_random = Plan(seeds=tuple(seeds), queries=queries, ablation=True)
        corridor = Plan(protocol="between", ends=CORRIDOR, queries=queries)
        by_time = Plan(
            protocol="after", year=YEAR, ignore_years=(PLACEHOLDER,), newcomers=True, fill=True, queries=queries
        )
        with ProcessPoolExecutor(jobs) as pool:
            work = {
                "at random": pool.submit(_timed, "at random", _evaluate, twinnings, at_random),
                "corridor": pool.submit(_timed, "corridor", _evaluate, twinnings, corridor),
                "by time": pool.submit(_timed, "by time", _evaluate, dated, by_time),
            }
            growing = pool.submit(_timed, "learning curve", curve, twinnings, seeds[0], queries)
            found: dict[str, Evaluation] = {key: one.result() for key, one in work.items()}
            grown: Curve = growing.result()
    tables = figures(found["at random"], found["corridor"], found["by time"], grown)
    if out:
        plain = {key: made.to_dict() for key, made in found.items()} | {"curve": dataclasses.asdict(grown)}
        Path(out).write_text(json.dumps(plain, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    tell(tables, PAGE if write else None)


def figures(at_random: Evaluation, corridor: Evaluation, by_time: Evaluation, grown: Curve) -> dict[str, str]:
    """Return the text of every part of the page that holds figures, by its name."""
    dated = [name for name in BY_LINKS if name in by_time.methods[0].slices]
    return {
        "measured on": piped(measured_on({"random": at_random, "corridor": corridor, "time": by_time})),
        "all queries": piped(all_queries(at_random)),
        "by links": piped(by_slice(at_random, BY_LINKS)),
        "by place": piped(by_slice(at_random, BY_PLACE)),
        "by kind": piped(by_kind(at_random.methods[0])),
        "best baselines": piped(against_the_best(at_random)),
        "reasons": piped(reasons(at_random)),
        "calibration": f"{piped(expected_and_found(at_random.calibration))}\n\n{errors(at_random.calibration)}"
        if at_random.calibration
        else "",
        "corridor": piped(all_queries(corridor)),
        "time": piped(all_queries(by_time)),
        "time by links": piped(by_slice(by_time, dated)),
        "learning": piped(learning(grown)),
    }


def curve(path: Path, seed: int, queries: int) -> Curve:
    """Learn from more and more ends of links, and measure on one split."""
    split = splits.at_random(MatchIndex.of(_open(path)), seed)
    asked = trials.Queries.of(split, queries)
    known = int(split.known.nnz) // 2
    counts = [*(ends for ends in ENDS if ends < 2 * known), *([2 * known] if 2 * known < ENDS[-1] else [])]
    options = scoring.LearnOptions()
    tables = {ends: scoring.learn(split.index, dataclasses.replace(options, queries=ends)) for ends in counts}
    placed = trials.place(split, asked, [trials.model(table, str(ends)) for ends, table in tables.items()])
    resampling = Resampling(trials.link_numbers(split, *split.hidden.T), asked.link, seed=seed)
    first = MEASURES["MRR"](placed[str(counts[0])].rank)

    def mean(values: np.typing.NDArray[np.float64]) -> Figure:
        found = resampling.mean(values, asked.main)
        assert found is not None  # noqa: S101 - a split hides a link at least
        return found

    learned = []
    for ends in counts:
        rank = placed[str(ends)].rank
        reciprocal = MEASURES["MRR"](rank)
        learned.append(Learned(ends, mean(reciprocal), mean(MEASURES["hits@10"](rank)), mean(reciprocal - first)))
    return Curve(known, tuple(learned))


def measured_on(made: Mapping[str, Evaluation]) -> Rows:
    """Tell what was hidden and asked for: each protocol with the mean of its splits."""
    head = ("hidden", "towns with a link", "without", "splits", "links known", "links asked for", "queries", "points")
    rows: Rows = [head]
    said = {
        "random": "a tenth of the links",
        "corridor": "links of old Europe and South-East Europe, a fifth at a time",
        "time": f"links from {YEAR} on, Germany",
    }
    for key, one in made.items():
        parts = one.parts
        mean = [f"{np.mean([getattr(part, what) for part in parts]):,.0f}" for what in ("links", "hidden", "queries")]
        points = " or ".join(sorted({part.table for part in parts}))
        added = " (drawn from the gazetteer)" if one.filled else ""
        rows.append((said[key], f"{one.linked:,}", f"{one.linkless:,}{added}", str(len(parts)), *mean, points))
    return rows


def all_queries(made: Evaluation) -> Rows:
    """Every way to rank in every measure, and how far twinnet's MRR is above it."""
    rows = [
        (m.label, *(_said(m.slices["all"].get(measure)) for measure in SHOWN), _said(m.behind.get("all")))
        for m in made.methods
    ]
    return [("", *SHOWN, "twinnet's MRR less this one"), *rows]


def by_slice(made: Evaluation, names: Sequence[str]) -> Rows:
    """The MRR of every way to rank, by kind of query."""
    shown = [name for name in names if name in made.methods[0].slices]
    count = [f"{made.methods[0].slices[name]['MRR'].count:,}" for name in shown]
    rows = [(m.label, *(_said(m.slices[name].get("MRR")) for name in shown)) for m in made.methods]
    return [("", *shown), ("queries", *count), *rows]


def by_kind(method: Method) -> Rows:
    """One way to rank in every measure, by kind of query."""
    rows = [
        (name, f"{found['MRR'].count:,}", *(_said(found.get(measure)) for measure in SHOWN))
        for name, found in method.slices.items()
    ]
    return [("queries", "how many", *SHOWN), *rows]


def reasons(made: Evaluation) -> Rows:
    """What the MRR is without the points of each learned reason, the dearest first."""
    ordered = sorted(made.ablation, key=lambda one: (one.difference.value, one.reason))
    rows = [(one.label, short(one.mrr.value), _said(one.difference)) for one in ordered]
    return [("without", "MRR", "difference"), *rows]


def learning(grown: Curve) -> Rows:
    """The learning curve."""
    rows: Rows = [(f"ends learned from, of {2 * grown.links:,}", "MRR", "hits@10", "MRR over the first row's")]
    for at, one in enumerate(grown.learned):
        rows.append((f"{one.ends:,}", _said(one.mrr), _said(one.hits), _said(one.gained) if at else "-"))
    return rows


def _said(figure: Figure | None) -> str:
    return str(figure) if figure else "-"


def _import(name: str, into: Path, kind: str) -> None:
    command = [sys.executable, "-m", "twinnet", "import", str(DATA / name), "--as", kind, "--into", str(into)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        sys.exit(f"{name} was not imported: {done.stdout[-300:]}{done.stderr[-700:]}")


def _open(path: Path) -> Network:
    """Open a network without its memberships: that a place is of the list without links would give it away."""
    network = twinnet.open(path)
    return Network(network.organisations, links=network.links, sources=network.sources)


def _evaluate(path: Path, plan: Plan) -> Evaluation:
    return evaluate(_open(path), plan)


def _timed(name: str, work: Callable[..., T], *given: object) -> T:
    start = time.perf_counter()
    found = work(*given)
    print(f"{name}: measured in {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    return found
