"""How long the main jobs take, beside what a user would do instead: medians of a few runs on this machine."""

import datetime as dt
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.shared import DATA, has, show

TODAY = dt.date(2026, 11, 1)


def run() -> None:
    """Print every figure."""
    print(f"speed, on {os.cpu_count()} processors")
    _starting()
    with tempfile.TemporaryDirectory() as folder:
        _members(Path(folder))
        _europe(Path(folder))


def _median(call: Callable[[], object], times: int = 5) -> float:
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def _process(*code: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, *code], check=True, capture_output=True)


def _starting() -> None:
    bare = _median(_process("-c", "pass"))
    package = _median(_process("-c", "import twinnet"))
    help_ = _median(_process("-m", "twinnet", "--help"))
    show("import twinnet, over bare Python", package - bare, "s", f"bare Python {bare:.3f} s")
    show("twinnet --help, whole process", help_, "s", f"{help_ / bare:.1f} x bare Python")


def _members(folder: Path) -> None:
    """350 members: all suggestions, after start."""
    import networkx as nx

    import twinnet
    from twinnet.workspace.demonstration import RULES, make_demo

    spent = _median(lambda: make_demo(folder, today=TODAY), 1)
    show("the demo: import, suggest, revive, deepen, page and workbook", spent, "s")
    network = twinnet.open(folder / "demo.twinnet")
    list(twinnet.suggest(network, rules=RULES, today=TODAY))
    ours = _median(lambda: list(twinnet.suggest(network, rules=RULES, today=TODAY)), 3)
    graph = network.graph()
    theirs = _median(lambda: list(nx.adamic_adar_index(graph)), 3)
    show(
        "350 members: suggestions for all, with their sentences",
        ours,
        "s",
        f"networkx, Adamic-Adar of all pairs: {theirs:.2f} s",
    )


def _europe(folder: Path) -> None:
    """12,500 towns and 16,000 links: the top 10 of every town."""
    if not has("twinnings/wikidata_eu.csv"):
        return
    import networkx as nx

    import twinnet
    from twinnet.models import Rules
    from twinnet.workspace import import_lists

    store = folder / "europe.twinnet"
    links = DATA / "twinnings" / "wikidata_eu.csv"
    show("24,896 rows of links imported", _median(lambda: import_lists([links], store), 1), "s")
    show("the network opened", _median(lambda: twinnet.open(store), 3), "s", repr(twinnet.open(store)))
    network = twinnet.open(store)
    ids = network.organisations.column("id")
    graph = network.graph()
    sample = ids[:: len(ids) // 40]
    pairs = [(a, b) for a in sample for b in ids if a != b and not graph.has_edge(a, b)]
    each = _median(lambda: list(nx.adamic_adar_index(graph, pairs)), 1) / len(sample)
    peer = f"networkx, Adamic-Adar alone: {each * len(ids):.0f} s (from {len(sample)} towns)"
    ours = _median(lambda: twinnet.rank(network, ids, top=10, today=TODAY), 1)
    show(f"{len(ids):,} towns: top 10 of every town", ours, "s", f"{peer}, {each * len(ids) / ours:.0f} x as long")
    rules = Rules(whose=("all",))
    spent = _median(lambda: twinnet.suggest(network, top=10, rules=rules, today=TODAY), 1)
    show("the same as suggestions (made when looked at)", spent, "s")
    found = twinnet.suggest(network, top=10, rules=Rules(whose=("country:SI",)), today=TODAY)
    told = _median(lambda: list(found), 1) / max(len(found), 1)
    show("a suggestion made, with its sentences", told * 1000, "ms")
    show("memory at its highest", _memory(), "MB")


def _memory() -> float:
    """Return the highest resident memory of this process in MB, NaN where the platform does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
