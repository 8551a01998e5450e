"""How long the main jobs take on this machine, beside what a user would do instead and the least that they can take.

Short jobs are the median of a few runs. What would take long is done for a sample and scaled, and the tables say so.
Each network is measured in a process of its own, so that its memory is its own. What is printed has the form of the
page about speed; ``--write`` puts it there instead.
"""

import datetime as dt
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np

import twinnet
from benchmarks import large, tiles
from benchmarks.shared import DATA, has, place, tell
from benchmarks.speed_tables import FIGURES, Large, Loops, Members, Starting, Towns, figures
from twinnet import best
from twinnet.best import Tile, best_cells
from twinnet.evidence import Block, Bytes, ChordBins, Floats, Total
from twinnet.graph import Network
from twinnet.matching import Question
from twinnet.models import Rules
from twinnet.reasons import REASONS
from twinnet.scoring import BLOCK

PAGE = Path(__file__).resolve().parent.parent / "docs" / "explanation" / "speed.md"
LINKS = "twinnings/wikidata_eu.csv"
TODAY = dt.date(2026, 11, 1)
SIZES = (25_000, 50_000, 100_000)
LIBRARIES = "import numpy, scipy.sparse, pydantic, click"
TOP = 10

P = ParamSpec("P")
T = TypeVar("T")


def run(*, rows: int = 768, write: bool = False) -> None:
    """Measure, and print the tables or put them into the page; ``rows`` are the sample of a large network."""
    for key in FIGURES if write else ():
        place(PAGE.read_text(encoding="utf-8"), key)
    if find_spec("numba"):
        apart(used)
    begun = starting()
    with tempfile.TemporaryDirectory() as folder:
        demo = apart(members, Path(folder))
        recorded = apart(towns, Path(folder), rows) if has(LINKS) else None
    growth = [apart(grown, size, rows) for size in SIZES]
    compiled = apart(compiling)
    tables = figures(begun, demo, recorded, growth, compiled)
    tell(tables, PAGE if write else None)


def starting() -> Starting:
    """Whole processes."""
    return Starting(
        bare=median(process("-c", "pass")),
        package=median(process("-c", "import twinnet")),
        help=median(process("-m", "twinnet", "--help")),
        libraries=median(process("-c", LIBRARIES)),
    )


def members(folder: Path) -> Members:
    """The demo's network: all suggestions."""
    from twinnet.workspace.demonstration import make_demo

    demo = median(lambda: make_demo(folder, today=TODAY), 1)
    stored, out = folder / "demo.twinnet", folder / "x.csv"
    spent = median(process("-m", "twinnet", "suggest", str(stored), "--out", str(out)))
    network = twinnet.open(stored)
    count, found = len(network.organisations), twinnet.suggest(network, today=TODAY)
    return Members(
        organisations=count,
        demo=demo,
        process=spent,
        computing=median(lambda: twinnet.suggest(network, today=TODAY)),
        sentences=_sentences(network),
        suggestions=len(found),
        peer=adamic_adar(network, count) * count,
        floor=tiles.floor(count, rows=count) * count,
    )


def _sentences(network: Network) -> float:
    spent = []
    # Asked anew each time, for what was looked at keeps its points.
    for _ in range(3):
        found = twinnet.suggest(network, today=TODAY)
        spent.append(median(partial(list, found), 1))
    return statistics.median(spent)


def towns(folder: Path, rows: int) -> Towns:
    """The towns of Wikidata's twinnings: the best ten of every town."""
    from twinnet.workspace import import_lists

    store = folder / "europe.twinnet"
    imported = median(lambda: import_lists([DATA / LINKS], store), 1)
    opened = median(lambda: twinnet.open(store), 3)
    fast = apart(looped, store)
    best.find_spec = nowhere
    network = twinnet.open(store)
    ids = network.organisations.column("id")
    every = median(lambda: twinnet.rank(network, ids, top=TOP, today=TODAY), 1)
    highest = memory()
    question, arrays = timed(lambda: asked(network))
    parts = sample(question, rows)
    once, _ = _once(question, parts[:1])
    found = twinnet.suggest(network, top=TOP, rules=Rules(whose=("country:SI",)), today=TODAY)
    return Towns(
        organisations=len(ids),
        links=len(network.links),
        imported=imported,
        opened=opened,
        every=every,
        arrays=arrays,
        once=once,
        told=median(lambda: list(found), 1) / max(len(found), 1),
        memory=highest,
        peer=adamic_adar(network, 40) * len(ids),
        asked=40,
        floor=tiles.floor(len(ids), rows=rows) * len(ids) * scored(question),
        shares=shares(question, parts),
        loops=fast,
        in_c=inverse_log(network, 40),
    )


def looped(network: Network | Path | int) -> Loops | None:
    """Find the best ten of all with compiled loops; None where numba is not there. Numbers make a network up."""
    if find_spec("numba") is None:
        return None
    if isinstance(network, Path):
        network = twinnet.open(network)
    elif isinstance(network, int):
        network = large.network(network)
    ids = network.organisations.column("id")
    every = median(lambda: twinnet.rank(network, ids, top=TOP, today=TODAY), 1)
    return Loops(every=every, memory=memory())


def compiling() -> float | None:
    """Return the seconds that the first use of the compiled loops takes, when nothing of them is kept on the disk."""
    if find_spec("numba") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NUMBA_CACHE_DIR"] = folder
        return used()


def used() -> float:
    """Return the seconds that 200 towns take with compiled loops; after it these are there for further processes."""
    best.SMALL = best.LARGE = 0
    network = large.network(200)
    return median(lambda: twinnet.rank(network, network.organisations.column("id"), top=TOP, today=TODAY), 1)


def nowhere(_: str) -> None:
    """Stand for the search for numba: it finds nothing."""


def grown(size: int, rows: int) -> Large:
    """A network that is made up: the best ten, from a sample, and all with compiled loops."""
    fast = apart(looped, size)
    best.find_spec = nowhere
    network = large.network(size)
    count = len(network.organisations)
    question, arrays = timed(lambda: asked(network))
    parts = sample(question, rows)
    once, first = _once(question, parts[:1])
    took = _fill(question, parts) - first
    share = scored(question)
    # In all, each row is held against a share of all columns.
    row = took * share * count / sum(_size(question, tile) for tile in parts[1:])
    highest = memory()
    chosen = np.concatenate([tile.rows for tile in parts])
    own = iter(chosen[:: max(len(chosen) // 5, 1)])
    alone = median(lambda: question.search.best(np.array([next(own)]), TOP))
    name = question.index.ids[int(chosen[-1])]
    with tempfile.TemporaryDirectory() as folder:
        stored = Path(folder) / "large.twinnet"
        keeping = median(lambda: large.store(network, stored), 1)
        single = [apart(one, stored, name) for _ in range(3)]
    return Large(
        organisations=count,
        links=len(network.links),
        rows=len(chosen) - len(parts[0].rows),
        arrays=arrays,
        once=once,
        row=row,
        memory=highest,
        floor=tiles.floor(count, rows=rows) * share,
        peer=adamic_adar(network, 8),
        alone=alone,
        kept=keeping,
        opened=statistics.median(opened for opened, _ in single),
        new=statistics.median(new for _, new in single),
        loops=fast,
        in_c=inverse_log(network, 40),
    )


def one(stored: Path, name: str) -> tuple[float, float]:
    """Open a stored network, and rank the partners of one organisation, in a process that has done neither before."""
    network, opened = timed(lambda: twinnet.open(stored))
    return opened, timed(lambda: twinnet.rank(network, [name], top=TOP, today=TODAY))[1]


def asked(network: Network) -> Question:
    """Read a network for the question that ``rank`` asks of all."""
    return Question.of(network, Rules(), TODAY, None)


def sample(question: Question, rows: int) -> list[Tile]:
    """Choose blocks from all over the network, as where all are ranked; one more than hold so many rows."""
    parts = list(best.tiles_of(question.search))
    wanted = min(rows // BLOCK + 1, len(parts))
    return [parts[at] for at in np.linspace(0, len(parts) - 1, wanted).astype(int)]


def scored(question: Question) -> float:
    """Return the share of all pairs, each from both sides, that are scored where all are ranked."""
    return sum(_size(question, tile) for tile in best.tiles_of(question.search)) / len(question.index) ** 2


def _size(question: Question, tile: Tile) -> int:
    return len(tile.rows) * (len(question.index) - tile.start)


def _fill(question: Question, parts: Sequence[Tile]) -> float:
    """Return the seconds that some blocks take, as where all are ranked."""
    n = len(question.index)
    kept = best.Kept(np.arange(n), n, TOP, compiled=False)
    return median(lambda: list(best.fill(kept, question.search, parts, TOP)), 1)


def _once(question: Question, parts: Sequence[Tile]) -> tuple[float, float]:
    """Return how much longer the first block takes than again, since it makes what all share; and how long it takes."""
    new, again = _fill(question, parts), statistics.median(_fill(question, parts) for _ in range(3))
    return new - again, again


def shares(question: Question, parts: Sequence[Tile]) -> dict[str, float]:
    """Return how much of the time of some blocks each part of the work takes, in per cent."""
    clock, n = Clock(), len(question.index)
    kept = best.Kept(np.arange(n), n, TOP, compiled=False)
    # What is good enough is known, as it soon is where all are ranked.
    list(best.fill(kept, question.search, parts, TOP))
    for tile in parts:
        _block(question, tile, clock, kept)
    whole = sum(clock.spent.values())
    return {name: 100 * spent / whole for name, spent in clock.spent.items()}


def _block(question: Question, tile: Tile, clock: "Clock", kept: best.Kept) -> None:
    """Find the best of a block as the ranking does, each part of the work by the clock."""
    index, table, rows = question.index, question.table, tile.rows
    block = Block(index, rows, start=tile.start)
    total = Total(block)
    adding = "points looked up and summed"
    for reason in REASONS:
        name = f"evidence: {reason.label}"
        weighty = [table.of(reason, feature) for feature in reason.features]
        if not any(points.any() for points in weighty):
            continue
        for points, bins in zip(weighty, clock(name, reason.bins, block), strict=True):
            if isinstance(bins, ChordBins):
                # Measured strip by strip within the sum; it is evidence all the same.
                bins.measure = _by(clock, name, bins.measure)
            if points.any():
                clock(adding, bins.add, points, total)
    summed = clock(adding, total.sum)
    able = clock("who may be suggested", question.eligible.meeting, rows, tile.start)
    clock(f"the best {TOP}", best_cells, summed, able, TOP)
    after = slice(tile.end - tile.start, None)
    clock(f"the best {TOP}", kept.of_columns, summed[:, after], able[:, after], rows, tile.end)


def _by(clock: "Clock", name: str, measure: Callable[[Floats, Floats], Bytes]) -> Callable[[Floats, Floats], Bytes]:
    return lambda mine, theirs: clock(name, measure, mine, theirs)


class Clock:
    """Counts the processor's seconds of this thread by the name of the work; work within work counts to itself only."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._within = 0.0

    def __call__(self, name: str, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        before, start = self._within, time.thread_time()
        found = work(*given, **named)
        took = time.thread_time() - start
        self.spent[name] += took - (self._within - before)
        self._within = before + took
        return found


def adamic_adar(network: Network, queries: int) -> float:
    """Return the seconds that networkx takes to score one organisation's pairs, from so many organisations."""
    import networkx as nx

    graph, ids = network.graph(), network.organisations.column("id")
    chosen = ids[:: max(len(ids) // queries, 1)][:queries]
    pairs = [(a, b) for a in chosen for b in ids if a != b and not graph.has_edge(a, b)]
    return median(lambda: list(nx.adamic_adar_index(graph, pairs)), 1) / len(chosen)


def inverse_log(network: Network, queries: int) -> float | None:
    """Return the same by igraph, a library in C that gives whole rows; None where it is not there."""
    if find_spec("igraph") is None:
        return None
    import igraph

    table = network.organisations
    ends = zip(network.links.column("a"), network.links.column("b"), strict=True)
    graph = igraph.Graph(n=len(table), edges=[(table.position(a), table.position(b)) for a, b in ends]).simplify()
    chosen = list(range(0, len(table), max(len(table) // queries, 1)))[:queries]
    return median(lambda: graph.similarity_inverse_log_weighted(vertices=chosen), 3) / len(chosen)


def median(call: Callable[[], object], times: int = 5) -> float:
    """Return the median of the seconds that a call takes."""
    return statistics.median(timed(call)[1] for _ in range(times))


def timed(call: Callable[[], T]) -> tuple[T, float]:
    """Return what a call returns, and its seconds."""
    start = time.perf_counter()
    found = call()
    return found, time.perf_counter() - start


def process(*code: str) -> Callable[[], object]:
    """Return what runs Python with arguments, to its end; it has run once, so that its byte code is there."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def call() -> object:
        return subprocess.run([sys.executable, *code], check=True, capture_output=True, env=kept)

    call()
    return call


def apart(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Do a work in a new process."""
    print(f"measuring: {work.__name__} {' '.join(map(str, given))}", file=sys.stderr, flush=True)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *given, **named).result()


def memory() -> float:
    """Return the highest resident memory of this process in MB, NaN where the platform does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
