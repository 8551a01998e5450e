"""Town twinning: member lists in, explained partnerships out.

>>> import twinnet
>>> network = twinnet.Network()
>>> twinnet.suggest(network)
[]
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_WHERE = {
    "Network": "graph",
    "Organisation": "models",
    "Link": "models",
    "Project": "models",
    "Rules": "models",
    "Suggestion": "models",
    "TwinnetError": "errors",
    "open": "workspace",
    "read": "workspace",
    "write": "workspace",
    "suggest": "matching",
    "revive": "matching",
    "deepen": "matching",
    "rank": "matching",
}

__all__ = [
    "Link",
    "Network",
    "Organisation",
    "Project",
    "Rules",
    "Suggestion",
    "TwinnetError",
    "deepen",
    "open",
    "rank",
    "read",
    "revive",
    "suggest",
    "write",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module when it is first used."""
    if name not in _WHERE:
        raise AttributeError(f"module 'twinnet' has no attribute {name!r}")
    value = getattr(import_module(f"twinnet.{_WHERE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
