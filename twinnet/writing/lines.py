"""The canonical form of a network: sorted JSON lines, the same bytes for the same facts.

The first line is a header, each other line one source, fact, judgement or decision with its ``type`` and ``id``; a
network's own taxonomy and the points it has learned are lines too. Lines are sorted by these, keys by name; what is
not known is absent. Contacts and open questions are no part of it.
Nothing depends on the order or time of imports, on folders or on the user.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twinnet.writing import atomic
from twinnet.writing.facts import encode, unsorted

if TYPE_CHECKING:
    from twinnet.graph import Facts, Network, OwnPoints

FORMAT = 1
"""The version of the form, in the header."""


def export(network: Network, *, on: dt.date | None = None, by: str = "") -> Iterator[str]:
    """Give the canonical lines of a network, without line ends.

    ``on`` and ``by`` are a date and a name that the export is given; they stand in the header where they are given, and
    nowhere else, so that the same facts give the same lines on any day.

    >>> from twinnet.graph import Network
    >>> list(export(Network(), on=dt.date(2026, 5, 9), by="Ana"))
    ['{"by": "Ana", "format": 1, "on": "2026-05-09", "type": "header"}']
    """
    given = {"on": on.isoformat()} if on else {}
    yield encode({"type": "header", "format": FORMAT, "by": by, **given})
    tables: tuple[tuple[str, Facts[Any], Callable[[dict[str, Any]], str]], ...] = (
        ("decision", network.decisions, lambda fact: fact["id"]),
        ("judgement", network.judgements, lambda fact: fact["id"]),
        ("link", network.links, lambda fact: fact["id"]),
        ("membership", network.memberships, lambda fact: f"{fact['organisation']}|{fact['network']}"),
        ("organisation", network.organisations, lambda fact: fact["id"]),
        ("partner", network.partners, lambda fact: f"{fact['organisation']}|{fact['project']}"),
        ("project", network.projects, lambda fact: fact["id"]),
        ("source", network.sources, lambda fact: fact["name"]),
    )
    for kind, facts, identify in tables:
        if kind == "project" and network.points is not None:
            yield _points(network.points)
        found = []
        for fact in unsorted(facts):
            identifier = identify(fact)
            found.append((identifier, encode(fact | {"type": kind, "id": identifier})))
        yield from (line for _, line in sorted(found))
    if network.taxonomy.text:
        yield encode({"type": "taxonomy", "id": network.taxonomy.digest, "toml": network.taxonomy.text})


def write(network: Network, path: str | Path, *, on: dt.date | None = None, by: str = "") -> None:
    """Write the canonical lines to a file, or to standard output where ``path`` is ``-``."""
    atomic.write_text(atomic.lines(export(network, on=on, by=by)), path)


def _points(points: OwnPoints) -> str:
    """Return the line of the points that a network has learned."""
    identifier = hashlib.sha256("".join(points).encode("utf-8")).hexdigest()[:12]
    return encode({"type": "points", "id": identifier, "card": json.loads(points.card), "table": points.table})
