"""Learn the points table that the package ships, from a stored network.

usage: python scripts/learn_points.py NETWORK --about "what the lists are" --date 2026-11

The network should hold places without a recorded link beside those with one: a list of links names no town that has
none. Writes twinnet/data/points.csv and its card points.json.
"""

import argparse
import json
import time
from pathlib import Path

import twinnet
from twinnet.index import MatchIndex
from twinnet.scoring import LearnOptions, learn

DATA = Path(__file__).resolve().parent.parent / "twinnet" / "data"


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network")
    parser.add_argument("--about", required=True)
    parser.add_argument("--date", required=True)
    parser.add_argument("--queries", type=int, default=LearnOptions.queries)
    given = parser.parse_args()
    start = time.perf_counter()
    index = MatchIndex.of(twinnet.open(given.network))
    about = {"learned_from": given.about, "date": given.date}
    table = learn(index, LearnOptions(queries=given.queries), about=about)
    (DATA / "points.csv").write_text(table.to_csv(), encoding="utf-8", newline="\n")
    card = json.dumps(dict(table.card), ensure_ascii=False, indent=2, sort_keys=True)
    (DATA / "points.json").write_text(card + "\n", encoding="utf-8", newline="\n")
    print(f"{time.perf_counter() - start:.0f} s: {card}")


if __name__ == "__main__":
    main()
