"""Which points apply to a network: its own, where it has learned any, else those of the package.

Its own are learned from its links, or moved by what its people decided, or both.

A network keeps its own points as texts (:class:`~twinnet.graph.OwnPoints`). Here they become a table and are told to
people. Points that are set by rule are always the package's: only what was learned is kept.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from twinnet.errors import StoreError
from twinnet.graph import Network, OwnPoints
from twinnet.reasons import learned_features
from twinnet.scoring import PointsTable, shipped


def applied(network: Network) -> PointsTable:
    """Return the points that apply to a network where none are given.

    Points that another version of twinnet learned, with other features, are passed over.

    Raises
    ------
    StoreError
        The network's own points cannot be read.

    >>> applied(Network()) is shipped()
    True
    """
    return (_own(network.points) if network.points else None) or shipped()


def told(network: Network) -> str:
    """Say in a few words which points apply to a network, and what they were learned from.

    >>> told(Network()).startswith("shipped, learned from ")
    True
    """
    if network.points is None:
        return _told_shipped()
    own = _own(network.points)
    if own is None:
        return f"{_told_shipped()}; the network's own are those of another version: `twinnet learn` learns them again"
    decided = own.card.get("decisions")
    if decided is None:
        return _told_own(own.card)
    began = _told_shipped() if decided["began"] == "shipped" else _told_own(own.card)
    return f"{began}; moved by {decided['accepted'] + decided['declined']:,} decisions of this network{_on(decided)}"


def _told_shipped() -> str:
    card = shipped().card
    return f"shipped, learned from {card.get('learned_from') or _links(card)}"


def _told_own(card: Mapping[str, Any]) -> str:
    return f"learned from this network{_on(card)}, {_links(card)}"


def _on(card: Mapping[str, Any]) -> str:
    return f" on {card['date']}" if card.get("date") else ""


def _links(card: Mapping[str, Any]) -> str:
    return f"{card.get('links', 0):,} links"


def kept(table: PointsTable) -> OwnPoints:
    """Return what a network keeps of a table of its own: the learned points, and the card."""
    lines = table.to_csv().splitlines()
    header, *rows = csv.reader(lines)
    how = header.index("set_by")
    learned = [line for line, row in zip(lines[1:], rows, strict=True) if row[how] == "learned"]
    card = {**table.card, "features": _features()}
    text = json.dumps(card, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1)
    return OwnPoints("\n".join([lines[0], *learned]) + "\n", text + "\n")


def _own(points: OwnPoints) -> PointsTable | None:
    """Read a network's own points; None where they were learned for other features than those of this version."""
    card = _card(points.card)
    return _table(points) if card.get("features") == _features() else None


@lru_cache(maxsize=4)
def _table(points: OwnPoints) -> PointsTable:
    try:
        said = {(line["reason"], line["feature"]) for line in csv.DictReader(points.table.splitlines())}
        if not said >= {(reason.key, feature.name) for reason, feature in learned_features()}:
            raise StoreError(_BROKEN)
        return PointsTable.from_csv(points.table, _card(points.card))
    except (ValueError, KeyError, TypeError, csv.Error) as error:
        raise StoreError(_BROKEN) from error


def _card(text: str) -> dict[str, Any]:
    try:
        card = json.loads(text)
    except ValueError as error:
        raise StoreError(_BROKEN) from error
    if not isinstance(card, dict):
        raise StoreError(_BROKEN)
    return card


_BROKEN = "the network's own points cannot be read; `twinnet learn NETWORK --forget` takes them away"


@lru_cache(maxsize=1)
def _features() -> str:
    """Return 12 hex digits that are the same as long as the learned features, and how they are cut, are the same."""
    said = [
        [reason.key, feature.name, *(f"{edge:.10g}" for edge in feature.edges)]
        for reason, feature in learned_features()
    ]
    return hashlib.sha256(json.dumps(said).encode("utf-8")).hexdigest()[:12]
