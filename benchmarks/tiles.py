"""The least that an exact sum of points over all pairs must do, to hold the time of the ranking against.

Of every pair some four numbers are looked up and added, and of every group of pairs the greatest is found. That is done
here with random numbers, in the strips and threads that are quickest, and nothing else.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from twinnet.best import GROUP, SMALL
from twinnet.evidence import STRIP
from twinnet.scoring import BLOCK

CLASSES, LOOKED_UP = 2000, 3
"""How many classes of columns a table has, and how many such tables are added."""

Points = npt.NDArray[np.int32]


def floor(columns: int, *, rows: int) -> float:
    """Return the seconds that a row of so many columns takes at least, from a sample of rows."""
    block = _block(columns)
    block()  # Memory is asked for once.
    threads = 1 if columns <= SMALL else min(os.cpu_count() or 1, 4)
    count = max(rows // BLOCK, threads)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        start = time.perf_counter()
        for one in [pool.submit(block) for _ in range(count)]:
            one.result()
        spent = time.perf_counter() - start
    return spent / (count * BLOCK)


def _block(columns: int) -> Callable[[], Points]:
    """Make up what is looked up, and return what sums a block of it."""
    chance = np.random.default_rng(0)
    spread = [
        (chance.integers(0, CLASSES, columns), chance.integers(-999, 999, (BLOCK, CLASSES), dtype=np.int32))
        for _ in range(LOOKED_UP)
    ]
    points = chance.integers(-999, 999, 256, dtype=np.int32)
    bins = chance.integers(0, 256, (BLOCK, columns), dtype=np.uint8)

    def summed() -> Points:
        found = np.zeros((BLOCK, columns), np.int32)
        strip = max(STRIP // columns, 1)
        room = np.empty((strip, columns), np.int32)
        for top in range(0, BLOCK, strip):
            lines = found[top : top + strip]
            for classes, table in spread:
                lines += table[top : top + strip].take(classes, axis=1, out=room[: len(lines)], mode="clip")
            lines += points.take(bins[top : top + strip], out=room[: len(lines)], mode="clip")
        groups = max(columns // GROUP, 1)
        each = columns // groups
        best: Points = found[:, : groups * each].reshape(BLOCK, each, groups).max(axis=1)
        return best

    return summed
