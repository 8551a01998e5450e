"""The network drawing: pyvis' vendored vis-network, behind our own page.

pyvis itself joins parallel links silently, asks content servers for files and runs script from names, so only the
script that it ships is used. The page draws one line for each pair of organisations, and the line lists every link it
stands for; positions are computed by the page and physics is off.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from twinnet.errors import TwinnetError

_SCRIPTS = ("lib/vis-9.1.2/vis-network.min.js", "templates/lib/vis-9.1.2/vis-network.min.js")


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
