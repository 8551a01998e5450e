"""Print the figures: `python -m benchmarks [speed] [ranking] [--seeds 0 1 2] [--alone]`."""

import argparse

from benchmarks import ranking, speed


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", metavar="speed|ranking", help="which figures; by default all")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="splits of the ranking protocol")
    parser.add_argument("--alone", action="store_true", help="also rank by each learned reason on its own (slow)")
    given = parser.parse_args()
    what = given.what or ["speed", "ranking"]
    if unknown := set(what) - {"speed", "ranking"}:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    if "speed" in what:
        speed.run()
    if "ranking" in what:
        ranking.run(given.seeds, alone=given.alone)


if __name__ == "__main__":
    main()
