"""The verbs over a stored network, shared by the command line and Python; each verb once.

``open``, ``read`` and ``write`` are also found as ``twinnet.open``, ``twinnet.read`` and ``twinnet.write``. A verb's
module is loaded when the verb is first used: who opens a network needs no matcher.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twinnet.workspace.gathering import read
    from twinnet.workspace.importing import Imported, import_lists
    from twinnet.workspace.opening import open_network as open  # noqa: A004 - twinnet.open reads like the builtin
    from twinnet.workspace.suggesting import suggestions, write

__all__ = ["Imported", "import_lists", "open", "read", "suggestions", "write"]

_WHERE = {
    "Imported": ("importing", "Imported"),
    "import_lists": ("importing", "import_lists"),
    "open": ("opening", "open_network"),
    "read": ("gathering", "read"),
    "suggestions": ("suggesting", "suggestions"),
    "write": ("suggesting", "write"),
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'twinnet.workspace' has no attribute {name!r}")
    module, verb = _WHERE[name]
    return getattr(import_module(f"twinnet.workspace.{module}"), verb)
