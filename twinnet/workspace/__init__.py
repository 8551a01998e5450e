"""The verbs over a stored network, shared by the command line and Python; each verb once.

``open``, ``read`` and ``write`` are also found as ``twinnet.open``, ``twinnet.read`` and ``twinnet.write``.
"""

from twinnet.workspace.gathering import read
from twinnet.workspace.importing import Imported, import_lists
from twinnet.workspace.opening import open_network as open  # noqa: A004 - twinnet.open reads like the builtin it stands for
from twinnet.workspace.suggesting import suggestions, write

__all__ = ["Imported", "import_lists", "open", "read", "suggestions", "write"]
