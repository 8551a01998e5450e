"""Print the figures; by default all.

usage: python -m benchmarks [WHAT ...] [--seeds 0 1 2] [--alone] [--embed] [--held-out]
       python -m benchmarks quality [--seeds 0 1 2] [--queries N] [--jobs N] [--write] [--out FILE.json]
       python -m benchmarks speed [--rows N] [--write]
       python -m benchmarks page [--write]
       python -m benchmarks review [--write]
       python -m benchmarks brief [--write]
       python -m benchmarks decisions [--write]
       python -m benchmarks stores [--write]
"""

import argparse
from collections.abc import Callable

from benchmarks import (
    brief,
    cold_start,
    columns,
    decisions,
    importing,
    naming,
    organisations,
    page,
    quality,
    ranking,
    review,
    speed,
    stores,
    themes,
)

WHAT: dict[str, Callable[[argparse.Namespace], None]] = {
    "speed": lambda given: speed.run(rows=given.rows, write=given.write),
    "page": lambda given: page.run(write=given.write),
    "review": lambda given: review.run(write=given.write),
    "brief": lambda given: brief.run(write=given.write),
    "decisions": lambda given: decisions.run(write=given.write),
    "stores": lambda given: stores.run(write=given.write),
    "importing": lambda _: importing.run(),
    "columns": lambda _: columns.run(),
    "naming": lambda _: naming.run(),
    "organisations": lambda _: organisations.run(),
    "themes": lambda given: themes.run(held_out=given.held_out, embed=given.embed),
    "cold_start": lambda _: cold_start.run(),
    "ranking": lambda given: ranking.run(given.seeds, alone=given.alone),
    "quality": lambda given: quality.run(
        given.seeds, queries=given.queries, jobs=given.jobs, write=given.write, out=given.out
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", metavar="|".join(WHAT), help="which figures; by default all")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="splits of ranking and quality")
    parser.add_argument("--alone", action="store_true", help="also rank by each learned reason on its own (slow)")
    parser.add_argument("--embed", action="store_true", help="also tell themes with the extra twinnet[embed] (slow)")
    parser.add_argument("--held-out", action="store_true", help="also learn themes without the projects told (slow)")
    parser.add_argument("--queries", type=int, default=5000, help="most ends of links that quality asks in a split")
    parser.add_argument("--jobs", type=int, default=2, help="parts of quality measured beside each other")
    parser.add_argument(
        "--write",
        action="store_true",
        help="put the tables of what has a page into it",
    )
    parser.add_argument(
        "--rows", type=int, default=768, help="organisations whose ranking speed measures where all would be slow"
    )
    parser.add_argument("--out", help="JSON file to keep every figure of quality in")
    given = parser.parse_args()
    if unknown := set(given.what) - set(WHAT):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    for name, figures in WHAT.items():
        if not given.what or name in given.what:
            figures(given)


if __name__ == "__main__":
    main()
