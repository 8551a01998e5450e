"""A list of 10,000 made-up rows, imported and named through the command line: seconds and memory of the process.

The rows are made by rule from the gazetteer's own places: names as they stand, misspelt, without accents, in capitals,
with administrative words before or behind them; some with coordinates, and among columns that are not imported.
"""

import csv
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import twinnet
from benchmarks.shared import show
from twinnet import countries

ROWS = 10_000
HEADER = ("No.", "Municipality", "Country", "Latitude", "Longitude", "Population", "Contact person", "Remarks")
_BEFORE = ("Municipality of ", "City of ", "Općina ", "Grad ", "Comune di ", "Stadt ", "Gmina ", "Commune de ")
_BEHIND = (" Municipality", " kommune", " vald", " község", " City Council", " (town)")


@dataclass(frozen=True)
class Spent:
    """What a process spent: seconds by the clock, seconds of the processor, its highest memory in MB (or NaN)."""

    clock: float
    processor: float
    memory: float


def run() -> None:
    """Print every figure."""
    print(f"importing, {ROWS:,} rows made up by rule")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = folder / "members.csv"
        write(table)
        _show("twinnet import members.csv", _spent(folder, "import", "members.csv", "--into", "a.twinnet"))
        _show("the same list again", _spent(folder, "import", "members.csv", "--into", "a.twinnet"))
        book(table, folder / "members.xlsx")
        _show("twinnet import members.xlsx", _spent(folder, "import", "members.xlsx", "--into", "b.twinnet"))
        named = ("members.csv", "--name-column", "Municipality", "--country-column", "Country", "--out", "out.csv")
        start = _spent(folder, "resolve", _few(table).name, *named[1:])
        spent = _spent(folder, "resolve", *named)
        _show("twinnet resolve members.csv", spent)
        each = (spent.clock - start.clock) / (ROWS - 1) * 1000
        busy = (spent.processor - start.processor) / (ROWS - 1) * 1000
        show("a name", each, "ms", f"processor {busy:.3f} ms; to start {start.clock:.2f} s")


def _show(what: str, spent: Spent) -> None:
    show(what, spent.clock, "s", f"processor {spent.processor:.1f} s, memory {spent.memory:.0f} MB")


def rows(count: int = ROWS, *, seed: int = 0) -> Iterator[tuple[object, ...]]:
    """Give the rows of a made-up member list, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - made-up rows
    file = Path(twinnet.__file__).parent / "data" / "places.sqlite"
    connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    places = connection.execute(
        "SELECT name, country, latitude, longitude, population FROM place WHERE population >= 500 ORDER BY id"
    ).fetchall()
    connection.close()
    for number, (name, country, latitude, longitude, population) in enumerate(chance.sample(places, count), 1):
        there = chance.random() < 0.3
        yield (
            number,
            written(name, chance),
            chance.choice((country, countries.name(country))),
            latitude / 1e5 if there else "",
            longitude / 1e5 if there else "",
            population if chance.random() < 0.5 else "",
            f"Person {number}",
            "",
        )


def written(name: str, chance: random.Random) -> str:
    """Return a name as a list may have it: half of them as they stand."""
    at = chance.randrange(1, max(2, len(name) - 1))
    forms = [
        (50, name),
        (15, chance.choice(_BEFORE) + name),
        (10, name + chance.choice(_BEHIND)),
        (5, name.upper()),
        (5, "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))),
        (5, name[:at] + name[at + 1 :]),
        (5, name[:at] + name[at : at + 1] + name[at:]),
        (5, name[: at - 1] + name[at : at + 1] + name[at - 1 : at] + name[at + 1 :]),
    ]
    return chance.choices([form for _, form in forms], weights=[weight for weight, _ in forms])[0]


def write(path: Path, count: int = ROWS) -> None:
    """Write a made-up member list as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows(count)])


def book(table: Path, path: Path) -> None:
    """Write a CSV table as a workbook."""
    import openpyxl

    workbook = openpyxl.Workbook()
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            workbook.active.append(row)
    workbook.save(path)


def _few(table: Path) -> Path:
    """Write the header and the first row of a table beside it."""
    few = table.with_name("few.csv")
    few.write_text("".join(table.read_text(encoding="utf-8").splitlines(keepends=True)[:2]), encoding="utf-8")
    return few


_WATCH = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen([sys.executable, "-m", "twinnet", *sys.argv[1:]], stdout=sys.stderr)
if hasattr(os, "wait4"):
    _, status, used = os.wait4(process.pid, 0)
    code, memory = os.waitstatus_to_exitcode(status), used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    spent = used.ru_utime + used.ru_stime
else:
    code, memory, spent = process.wait(), float("nan"), float("nan")
print(json.dumps([code, time.perf_counter() - start, spent, memory]))
"""
"""A small process between this one and twinnet: a process starts with the highest memory of the one that made it."""


def _spent(folder: Path, *words: str) -> Spent:
    """Run twinnet in a process of its own."""
    watched = [sys.executable, "-c", _WATCH, *words]
    done = subprocess.run(watched, check=True, cwd=folder, capture_output=True, encoding="utf-8")
    code, clock, processor, memory = json.loads(done.stdout)
    if code:
        raise SystemExit(f"twinnet {' '.join(words)} ended with {code}: {done.stderr}")
    return Spent(clock, processor, memory)
