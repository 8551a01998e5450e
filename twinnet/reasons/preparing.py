"""What is kept with a large network, so that a question about few organisations is answered at once."""

from __future__ import annotations

from twinnet.graph import NEVER, NEWEST, Network
from twinnet.index import MatchIndex
from twinnet.prepared import pack
from twinnet.reasons import REASONS


def prepare(network: Network) -> dict[str, bytes]:
    """Return what questions about a network need whatever they ask, by name.

    >>> "runs" in prepare(Network())
    True
    """
    index = MatchIndex.of(network)
    for reason in REASONS:
        reason.prepare(index)
    newest = network.newest_date
    kept = {name: pack(value) for name, value in index.fields().items()}
    return dict(sorted({NEWEST: newest.isoformat().encode("ascii") if newest else NEVER, **kept}.items()))
