"""The facts of a network as JSON objects to write: sorted, without what is not known, one at a time."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from twinnet.graph import Facts

KEYS: Mapping[str, tuple[str, ...]] = {
    "decision": ("id",),
    "judgement": ("id",),
    "link": ("id",),
    "membership": ("organisation", "network"),
    "organisation": ("id",),
    "partner": ("organisation", "project"),
    "project": ("id",),
    "source": ("name",),
}
"""The fields that name a fact of a kind; facts are written in their order."""


_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(", ", ": ")).encode

# JSON allows these inside a text, but many programs end a line at them.
_LINE_ENDS = {character: f"\\u{ord(character):04x}" for character in "\x85\u2028\u2029"}


def encode(value: Any) -> str:
    r"""Return a JSON value as one line of text with sorted keys.

    >>> encode({"name": "Niš\u2028", "country": "RS"})
    '{"country": "RS", "name": "Niš\\u2028"}'
    """
    text = _encode(value)
    if not text.isascii() and any(character in text for character in _LINE_ENDS):
        for character, escape in _LINE_ENDS.items():
            text = text.replace(character, escape)
    return text


def listed(values: Iterable[Any]) -> Iterator[str]:
    r"""Give values as the inside of a JSON list, one a line.

    >>> "".join(listed([1, 2])), "".join(listed([]))
    ('1,\n2\n', '')
    """
    separator = ""
    for value in values:
        yield f"{separator}{encode(value)}"
        separator = ",\n"
    yield "\n" if separator else ""


def unsorted(facts: Facts[Any]) -> Iterator[dict[str, Any]]:
    """Give the rows of a table as JSON objects without what is not known, in the order they stand in.

    >>> from twinnet.models import Organisation
    >>> next(unsorted(Facts.of(Organisation, [Organisation(id="town-1", name="Bari", country="IT")])))
    {'id': 'town-1', 'name': 'Bari', 'kind': 'town', 'country': 'IT', 'place_state': 'unconfirmed'}
    """
    columns = facts.columns()
    return (_row(columns, row) for row in zip(*columns.values(), strict=True))


def in_order(kind: str, facts: Facts[Any]) -> Iterator[dict[str, Any]]:
    """Give the rows of a table of a kind of :data:`KEYS`, sorted: the same whatever order they stand in."""
    columns = facts.columns()
    keys = list(zip(*(columns[name] for name in KEYS[kind]), strict=True))
    rows = [*columns.values()]
    places: Iterable[int] = range(len(keys))
    if len(set(keys)) < len(keys):
        places = sorted(places, key=lambda at: (keys[at], encode(_row(columns, [column[at] for column in rows]))))
    elif any(first > second for first, second in itertools.pairwise(keys)):
        places = sorted(places, key=keys.__getitem__)
    return (_row(columns, [column[at] for column in rows]) for at in places)


def _row(columns: Mapping[str, Any], row: Any) -> dict[str, Any]:
    fact = {name: value for name, value in zip(columns, row, strict=True) if value is not None and value != ()}
    if "origins" in fact:
        fact["origins"] = [
            {"source": source, "row": number, "fields": sorted(fields)}
            for source, number, fields in sorted(fact["origins"])
        ]
    return fact
