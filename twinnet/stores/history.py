"""What became of the content of a store, change by change: who asks can tell which of two stores has seen the other.

A store is told apart into items: each list with all that its rows say, each answer of a person, the network's own
taxonomy and its points. Every change leaves a row for each item that it put, changed or took away, with a check sum of
what it was and of what it is since then. No row holds anything that a list says. Decisions have no rows here: they are
never changed, and bear their own moment.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import groupby

from twinnet.decisions import moment
from twinnet.models import Model
from twinnet.stores.state import Change, Said, State, Verb

_DIGITS = 24
_SOURCE = ("name", "kind", "file", "network", "date", "sha256", "rows")
_JUDGEMENT = ("verdict", "organisation", "name", "other", "geonames_id", "who", "when", "why")
"""What check sums are made of: a field that is added to the models later does not change them."""


def now() -> str:
    """Return the moment that changes bear that are made now."""
    return moment(dt.datetime.now(dt.UTC))


def recorded(before: State, after: State, verb: Verb, *, when: str) -> State:
    """Return the state after a change with its rows in the history, in the order of items.

    They are later than all rows before, also where a clock was set back.
    Of an answer that names a forgotten organisation no row stays either: its id is made of what it is about.
    """
    at = dt.datetime.fromisoformat(when)
    if before.history:
        at = max(at, dt.datetime.fromisoformat(before.history[-1].when) + dt.timedelta(milliseconds=1))
    when = moment(at)
    was, became = contents(before, besides=after), contents(after, besides=before)
    rows = [
        Change(when=when, verb=verb, item=item, was=was.get(item, ""), became=became.get(item, ""))
        for item in sorted(was.keys() | became.keys())
        if was.get(item) != became.get(item)
    ]
    history = after.history
    if verb == "synced":
        # What the newest row of an item tells, be it the other store's own, is told.
        told = {row.item: row.became for row in history}
        rows = [row for row in rows if told.get(row.item) != row.became]
    if verb == "forgotten":
        gone = {row.item for row in rows if row.item.startswith("answer ") and not row.became}
        rows = [row for row in rows if row.item not in gone]
        history = tuple(row for row in history if row.item not in gone)
    return replace(after, history=united(history, rows))


def united(one: Iterable[Change], other: Iterable[Change]) -> tuple[Change, ...]:
    """Return the rows of both, each once, in the order of their moments."""
    rows = {row.id: row for row in (*one, *other)}
    return tuple(sorted(rows.values(), key=lambda row: (row.when.removesuffix("Z"), row.item, row.id)))


def contents(state: State, *, besides: State) -> dict[str, str]:
    """Return the check sums of the items of a state that are not the same in the other one."""
    found: dict[str, str] = {}
    same = state.said == besides.said
    said, others = ({}, {}) if same and state.sources == besides.sources else (_by_list(state), _by_list(besides))
    for name, source in state.sources.items():
        if source != besides.sources.get(name) or (not same and said[name] != others[name]):
            found[f"list {name}"] = _sum(*_values(source, _SOURCE), *_texts(said[name]))
    for key, judgement in state.judgements.items():
        if judgement != besides.judgements.get(key):
            found[f"answer {key}"] = _sum(*_values(judgement, _JUDGEMENT))
    if state.taxonomy and state.taxonomy != besides.taxonomy:
        found["taxonomy"] = _sum(state.taxonomy)
    if state.points and state.points != besides.points:
        found["points"] = _sum(*state.points)
    return found


def _values(model: Model, fields: Iterable[str]) -> list[str]:
    return [str(getattr(model, name)) for name in fields]


def _by_list(state: State) -> Mapping[str, Said]:
    """Return what each list says; all statements of a state are sorted."""
    said: dict[str, Said] = defaultdict(dict)
    for name, items in groupby(state.said.items(), key=lambda item: item[0][0]):
        said[name] = dict(items)
    return said


def _texts(said: Said) -> Iterable[str]:
    for (_, row, kind, subject, part), text in said.items():
        yield f"{row}\x1f{kind}\x1f{subject}\x1f{part}"
        yield text


def _sum(*texts: str) -> str:
    """Return a check sum of texts."""
    return sha256("\x1e".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
