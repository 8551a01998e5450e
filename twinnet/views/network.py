"""The network drawing: pyvis' vendored vis-network, behind our own page.

pyvis itself joins parallel links silently, asks content servers for files and runs script from names, so only the
script that it ships is used. The page draws one line for each pair of organisations, and the line lists every link it
stands for; positions are computed by the page and physics is off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from twinnet.errors import TwinnetError

_SCRIPTS = ("lib/vis-9.1.2/vis-network.min.js", "templates/lib/vis-9.1.2/vis-network.min.js")


class Edge(NamedTuple):
    """One drawn line: the positions of its two ends (the lesser first) and of every link between them."""

    a: int
    b: int
    links: tuple[int, ...]


def edges(ends: Iterable[tuple[int, int]]) -> list[Edge]:
    """Join parallel links into drawn lines, losing none.

    ``ends`` holds the two ends of each link, in the order of the links; the answer is sorted by ends.

    >>> edges([(2, 1), (0, 1), (1, 2)])
    [Edge(a=0, b=1, links=(1,)), Edge(a=1, b=2, links=(0, 2))]
    """
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, (a, b) in enumerate(ends):
        found[min(a, b), max(a, b)].append(at)
    return [Edge(a, b, tuple(links)) for (a, b), links in sorted(found.items())]


@lru_cache(maxsize=1)
def script() -> str:
    """Return vis-network as pyvis ships it, without its source-map line; pyvis is found, never imported.

    Raises :class:`TwinnetError` when pyvis is not installed or no longer ships it.
    """
    found = find_spec("pyvis")
    folders = found.submodule_search_locations if found and found.submodule_search_locations else []
    for folder in folders:
        for name in _SCRIPTS:
            path = Path(folder, name)
            if path.is_file():
                return path.read_text(encoding="utf-8").split("\n//# sourceMappingURL=")[0]
    raise TwinnetError("vis-network is missing: install pyvis 0.3.2, which ships it")
