"""The letters: how long a brief for everybody takes, and what of it is matching, making and writing.

The demo network is written to: a brief for each of its members, and letters that introduce pairs to each other. Beside
it stands how long as many empty files take that are as safe on the disk.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.page import TODAY, demo
from benchmarks.shared import place, tell
from benchmarks.speed_tables import said
from twinnet.evaluation.report import piped
from twinnet.graph import Network
from twinnet.models import SUGGESTION_KINDS, Rules
from twinnet.views.letter import Letter
from twinnet.views.letter.known import Known
from twinnet.workspace.briefing import Asked, brief, pair_letter, write_letters
from twinnet.workspace.opening import open_network
from twinnet.workspace.suggesting import suggestions
from twinnet.writing import write_text

PAGE = Path(__file__).resolve().parent.parent / "docs" / "explanation" / "speed.md"
FIGURE = "brief"
"""What the place for the table in the page about speed is called."""
RUNS, PAIRS = 3, 20
ASKED, LETTER = Asked(Rules(), TODAY), Letter(TODAY)


@dataclass(frozen=True)
class Written:
    """What was measured, in seconds: the median of some runs; ``size`` is the mean of a letter in bytes.

    ``every`` is from a network that is stored to letters that lie on the disk. Of it ``matching`` finds and says the
    suggestions, and ``making`` makes the letters. ``files`` is for as many files with next to nothing in them. ``pair``
    is one letter of two organisations in a network that was asked before.
    """

    letters: int
    size: float
    every: float
    matching: float
    making: float
    files: float
    pair: float


def run(*, write: bool = False) -> None:
    """Write letters, and print the table or put it into the page about speed."""
    if write:
        place(PAGE.read_text(encoding="utf-8"), FIGURE)
    with tempfile.TemporaryDirectory() as folder:
        demo(Path(folder))
        found = written(Path(folder))
    tell({FIGURE: piped(table(found))}, PAGE if write else None)


def table(one: Written) -> list[tuple[str, str]]:
    """Return the rows of the table."""
    return [
        ("what", f"{one.letters:,} letters"),
        (
            "all of them, from a network that is stored to files on the disk (350: aimed at: below 10 s)",
            said(one.every),
        ),
        ("of it suggestions of all kinds found and said", said(one.matching)),
        ("of it letters made", said(one.making)),
        ("as many files with next to nothing in them", said(one.files)),
        ("a letter, on average", f"{one.size / 1000:.0f} kB"),
        ("a letter that introduces two to each other", said(one.pair)),
    ]


def written(folder: Path) -> Written:
    """Measure letters of the demo network, which lies in a folder."""
    every, out = [], folder / "letters"
    for _ in range(RUNS):
        began = time.perf_counter()
        listed = write_letters(open_network(folder / "demo.twinnet"), out, asked=ASKED, letter=LETTER)
        every.append(time.perf_counter() - began)
    sizes = [(out / one.file).stat().st_size for one in listed]
    network = open_network(folder / "demo.twinnet")
    began = time.perf_counter()
    found = list(suggestions(network, SUGGESTION_KINDS, top=ASKED.top, today=TODAY))
    matching = time.perf_counter() - began
    known = Known(network, Rules(), TODAY)
    began = time.perf_counter()
    known.read()
    for one in listed:
        brief(known, one.organisation, [s for s in found if s.organisation.id == one.organisation.id], LETTER)
    making = time.perf_counter() - began
    began = time.perf_counter()
    for one in listed:
        write_text(".", out / f"{one.file}.txt")
    files = time.perf_counter() - began
    pairs = [_pair(network, (s.organisation.id, s.candidate.id)) for s in found[:: len(found) // PAIRS]]
    middle = statistics.median(every)
    return Written(len(listed), statistics.fmean(sizes), middle, matching, making, files, statistics.median(pairs))


def _pair(network: Network, ids: tuple[str, str]) -> float:
    a, b = map(network.organisation, ids)
    began = time.perf_counter()
    pair_letter(network, a, b, asked=ASKED, letter=LETTER)
    return time.perf_counter() - began
