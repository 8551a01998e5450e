"""Ranking of hidden twinning links, by the protocol of the measuring script beside the shared data.

The script hides a tenth of the links, ranks all towns for both ends, and prints the mean reciprocal rank (MRR) beside
personalised PageRank and Adamic-Adar on the same split. Links that no list records may exist: precision is a lower
bound.
"""

import re
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.shared import DATA, has
from twinnet.reasons import learned_features

LINKS = "twinnings/wikidata_eu.csv"
MEASURE = DATA.parent / "measure" / "rank_eval.py"
LINE = re.compile(
    r"^(?P<who>\S+) +MRR (?P<mrr>[\d.]+) .*hits@10 (?P<h10>[\d.]+) hits@100 (?P<h100>[\d.]+) (?P<rest>.*)$"
)


def run(seeds: list[int], *, alone: bool) -> None:
    """Print MRR and hits of twinnet, with points learned in each split, beside the peers; ratios of the means."""
    if not has(LINKS, "places/unlinked.csv") or not MEASURE.exists():
        print(f"ranking is not measured: {MEASURE.name} is not beside the shared data")
        return
    ours: dict[str, list[float]] = {}
    for seed in seeds:
        for who, mrr in _measure([sys.executable, "-m", "twinnet"], seed).items():
            ours.setdefault(who, []).append(mrr)
    mean = {who: statistics.mean(values) for who, values in ours.items()}
    for who, value in mean.items():
        print(f"{who:12s} mean MRR {value:.4f}, {value / mean['PageRank']:.2f} x personalised PageRank", flush=True)
    if alone:
        for key in dict.fromkeys(reason.key for reason, _ in learned_features()):
            command = [sys.executable, "-m", "benchmarks.alone", key]
            values = [_measure(command, seed, quiet=True)["twinnet"] for seed in seeds]
            print(f"{key:12s} alone: mean MRR {statistics.mean(values):.4f}", flush=True)


def _measure(command: list[str], seed: int, *, quiet: bool = False) -> dict[str, float]:
    call = [
        sys.executable,
        str(MEASURE),
        " ".join(command),
        str(DATA / LINKS),
        str(seed),
        "--queries",
        "5000",
        "--learn",
    ]
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(call, capture_output=True, encoding="utf-8", check=False, env=_environment(root))
    if done.returncode:
        sys.exit(f"the measuring script ended with {done.returncode}: {done.stdout[-300:]}{done.stderr[-700:]}")
    found = {}
    for line in done.stdout.splitlines():
        if not quiet:
            print(f"seed {seed}: {line}", flush=True)
        if match := LINE.match(line):
            found[match["who"]] = float(match["mrr"])
    return found


def _environment(root: Path) -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(root)}
