"""What a change set does to the statements of a store, whatever the store is made of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from twinnet.errors import StoreError
from twinnet.graph import GAZETTEER_SOURCE, Facts, Network
from twinnet.models import Source, Statement
from twinnet.resolution.meeting import meet

Key: TypeAlias = tuple[str, int, str, str, int]
"""Source, row, kind, subject, and a number that tells apart what one row says twice of one subject."""

Said: TypeAlias = dict[Key, str]
"""All statements of a store: their values as canonical JSON text."""

encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
"""Canonical JSON: the same text for the same value."""

_REAL = ("latitude", "longitude")


def rows_of(sources: Iterable[Source], statements: Iterable[Statement]) -> tuple[dict[str, Source], Said]:
    """Return the sources of a change set by name and its statements by key.

    Raises
    ------
    StoreError
        Two sources share a name, a statement's source is not among them, or a value is none of JSON's.
    """
    given: dict[str, Source] = {}
    for source in sources:
        if given.setdefault(source.name, source) != source:
            raise StoreError(f"two lists are both called {source.name!r}; give one of them another name")
    said: Said = {}
    texts: dict[tuple[str, int, str, str], list[str]] = {}
    for statement in statements:
        if statement.source not in given and statement.source != GAZETTEER_SOURCE:
            raise StoreError(f"a statement names the source {statement.source!r}, which is not among those given")
        place = (statement.source, statement.row, statement.kind, statement.subject)
        try:
            text = encode(_plain(statement.values))
        except (TypeError, ValueError) as error:
            where = f"row {statement.row} of {statement.source!r}"
            raise StoreError(f"{where} holds a value that cannot be stored: {error}") from error
        before = texts.setdefault(place, [])
        if text not in before:
            # A row may say different things of one subject; the gazetteer has one entry for a place.
            said[(*place, 0 if statement.source == GAZETTEER_SOURCE else len(before))] = text
            before.append(text)
    return given, said


def _plain(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values with degrees as decimals without a negative zero, so that every store gives back the same."""
    degrees = {name: float(values[name]) + 0.0 for name in _REAL if type(values.get(name)) in (int, float)}
    return {**values, **degrees} if degrees else values


def applied(before: Said, sources: Mapping[str, Source], said: Said) -> Said:
    """Return all statements after a change set, sorted by key.

    The named sources' statements are replaced, those of the gazetteer added; the gazetteer's words on what no list
    speaks of are dropped.
    """
    after = {key: text for key, text in before.items() if key[0] not in sources or key[0] == GAZETTEER_SOURCE}
    after |= said
    named = {(key[2], key[3]) for key in after if key[0] != GAZETTEER_SOURCE}
    return {key: after[key] for key in sorted(after) if key[0] != GAZETTEER_SOURCE or (key[2], key[3]) in named}


def to_statements(said: Said) -> list[Statement]:
    """Return statements as models see them, in the order of their keys.

    >>> to_statements({("list", 2, "organisation", "town-1", 0): '{"name":"Mostar"}'})[0].values
    {'name': 'Mostar'}
    """
    # One text for all values: the JSON reader is called once, which is several times as fast as once a row.
    values = json.loads(f"[{','.join(said.values())}]")
    return [
        Statement(source=source, row=row, kind=kind, subject=subject, values=value)  # type: ignore[arg-type]  # kinds were checked when stored
        for (source, row, kind, subject, _), value in zip(said, values, strict=True)
    ]


def merged(sources: Iterable[Source], said: Said) -> Network:
    """Merge statements to a network and see that it is whole.

    Raises
    ------
    StoreError
        A fact lacks what every such fact has, or speaks of an organisation or project that is not there.
    """
    network = Network.from_statements(sources, meet(to_statements(said)))
    tables: tuple[Facts[Any], ...] = (
        network.organisations,
        network.memberships,
        network.links,
        network.projects,
        network.partners,
    )
    for facts in tables:
        for name, field in facts.model.model_fields.items():
            if field.is_required() and any(type(value) is not str for value in facts.column(name)):
                raise StoreError(f"a {facts.model.__name__.lower()} has no {name}; nothing was stored")
    there = set(network.organisations.column("id"))
    projects = set(network.projects.column("id"))
    for what, named, known in (
        ("membership", network.memberships.column("organisation"), there),
        ("link", (*network.links.column("a"), *network.links.column("b")), there),
        ("partner", network.partners.column("organisation"), there),
        ("partner", network.partners.column("project"), projects),
    ):
        lost = sorted(set(named) - known)
        if lost:
            raise StoreError(f"a {what} speaks of {lost[0]!r}, which no statement describes; nothing was stored")
    return network
