"""What all lists and all judgements say together: the statements with the ids that stand.

Statements keep what rows say; nothing here changes them. First the places that people chose or refused are applied,
then places of their own meet (:mod:`twinnet.resolution.meeting`), then the organisations that people called the same
become one. The result depends on what was said and judged, never on the order in which it was.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from twinnet.graph import GAZETTEER_SOURCE, Network
from twinnet.models import Judgement, Statement, content_id, is_numbered, link_id, town_id
from twinnet.places import SAME_NAME_WITHIN, distance
from twinnet.resolution.meeting import meetings
from twinnet.text import fold

_STATES = ("confirmed", "own", "unconfirmed")
"""States of a place, the surest first."""


def together(statements: Sequence[Statement], judgements: Sequence[Judgement] = ()) -> list[Statement]:
    """Return the statements of facts with the ids that stand after judgements.

    >>> said = [
    ...     Statement("ALDA members", 2, "organisation", "town-a", {"name": "Karşıyaka", "kind": "town"}),
    ...     Statement("ALDA members", 2, "membership", "town-a|ALDA", {}),
    ... ]
    >>> chosen = Judgement(verdict="place", organisation="town-a", name="Karşıyaka", geonames_id=7)
    >>> [statement.subject for statement in together(said, [chosen])]
    ['town-7', 'town-7|ALDA']
    """
    return _once([after for _, after in _standing(statements, judgements) if after is not None])


def involved(statements: Sequence[Statement], judgements: Sequence[Judgement], organisation: str) -> list[Statement]:
    """Return the statements, as they were given, that speak of an organisation by the id that stands; questions too."""
    found = []
    subjects = set()
    for before, after in _standing(statements, judgements):
        if organisation in _organisations(after or before):
            found.append(before)
            subjects |= {before.subject} if before.kind == "organisation" else set()
    return found + [said for said in statements if said.kind == "question" and said.subject in subjects]


def standing(statements: Sequence[Statement], judgements: Sequence[Judgement]) -> dict[str, set[str]]:
    """Return the ids that stand for each id by which rows tell of an organisation.

    They are several where its names were judged to be several places.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for before, after in _standing(statements, judgements):
        if before.kind == "organisation" and before.source != GAZETTEER_SOURCE and after is not None:
            found[before.subject].add(after.subject)
    return dict(found)


def met(statements: Iterable[Statement], network: Network) -> dict[str, str]:
    """Return the organisation of a network for each id that rows of a list outside of it speak of.

    Ids that mean nobody in the network are left out.
    """
    columns = ("id", "name", "country", "kind", "place_state", "latitude", "longitude")
    there = []
    for identifier, *values in zip(*(network.organisations.column(column) for column in columns), strict=True):
        known = {column: value for column, value in zip(columns[1:], values, strict=True) if value is not None}
        there.append(Statement("", 0, "organisation", identifier, known))
    asked = [said for said in statements if said.kind == "organisation" and said.source != GAZETTEER_SOURCE]
    placed, _ = _placed(asked, [one for one in network.judgements if one.name is not None])
    names, _ = meetings([*there, *(after for _, after in placed)])
    members = {names.get(fact.subject, fact.subject): fact.subject for fact in reversed(there)}
    found = {}
    for before, after in placed:
        identifier = names.get(after.subject, after.subject)
        if identifier in members:
            found[before.subject] = members[identifier]
        elif network.knows(after.subject):
            found[before.subject] = network.organisation(after.subject).id
    return found


def _organisations(statement: Statement) -> tuple[str, ...]:
    """Return the ids of the organisations that a statement speaks of."""
    if statement.kind == "link":
        return (statement.values.get("a", ""), statement.values.get("b", ""))
    return (statement.subject.partition("|")[0],) if statement.kind != "project" else ()


def _standing(
    statements: Sequence[Statement], judgements: Sequence[Judgement]
) -> list[tuple[Statement, Statement | None]]:
    """Return each statement of a fact beside the one that stands for it (None: a link of one with itself)."""
    facts = [statement for statement in statements if statement.kind != "question"]
    placed, aliases = _placed(facts, [one for one in judgements if one.name is not None])
    names, met = meetings(statement for _, statement in placed)
    chosen = {old for others in aliases.values() for old in others}  # whose place a person said
    for identifier, others in met.items():
        aliases[identifier] |= {*others} - chosen
    for old, new in names.items():
        aliases[new] |= aliases.get(old, set())
    own = {*met}
    _unite(names, aliases, [statement for _, statement in placed], judgements)
    states = _states((statement for _, statement in placed), names, own)
    return [(before, _renamed(after, names, aliases, states=states)) for before, after in placed]


# --- places that people chose or refused ------------------------------------------------------------------------------


def _placed(
    facts: list[Statement], judgements: Sequence[Judgement]
) -> tuple[list[tuple[Statement, Statement]], dict[str, set[str]]]:
    """Apply what people said of names; return each statement with its new form, and the ids that were given up."""
    aliases: dict[str, set[str]] = defaultdict(set)
    if not judgements:
        return [(fact, fact) for fact in facts], aliases
    judged = _Judged(facts, judgements)
    found = []
    for fact in facts:
        after = judged.apply(fact)
        if after is None:
            continue
        if fact.kind == "organisation" and after.subject != fact.subject:
            aliases[after.subject].add(fact.subject)
        found.append((fact, after))
    return found + [(made, made) for made in judged.seats()], aliases


class _Judged:
    """What people said of names, applied to rows.

    A judgement is of an organisation's id and a name. A row speaks of an organisation by the name of the last row of
    its list that tells it (rows that would only repeat it do not).
    """

    def __init__(self, facts: Iterable[Statement], judgements: Iterable[Judgement]) -> None:
        self._by_name = {(one.organisation, fold(one.name or "")): one for one in judgements}
        subjects = {identifier for identifier, _ in self._by_name}
        self._told: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        self._about: dict[str, dict[str, Any]] = {}
        self._gazetteer: dict[str, Statement] = {}
        for fact in facts:
            if fact.kind != "organisation":
                continue
            if fact.source == GAZETTEER_SOURCE:
                self._gazetteer[fact.subject] = fact
            elif fact.subject in subjects:
                self._told[fact.source, fact.subject].append((fact.row, fold(fact.values.get("name", ""))))
                self._about.setdefault(fact.subject, fact.values)
        for rows in self._told.values():
            rows.sort()
        self._seats = {
            identifier: one for (identifier, _), one in sorted(self._by_name.items()) if not self._is_town(identifier)
        }

    def apply(self, fact: Statement) -> Statement | None:
        """Return the form of a statement that stands; None for the gazetteer's word on a seat that was judged."""
        if fact.source == GAZETTEER_SOURCE:
            return None if fact.subject in self._seats and fact.subject in self._about else fact
        if fact.kind == "organisation":
            return self._organisation(fact)
        if fact.kind == "link":
            a, b = fact.values["a"], fact.values["b"]
            new_a, new_b = self._stands(fact, a), self._stands(fact, b)
            if (a, b) == (new_a, new_b):
                return fact
            a, b = sorted((new_a, new_b))
            kind = fact.values.get("kind", "partnership")
            return replace(fact, subject=link_id(a, b, kind), values={**fact.values, "a": a, "b": b})
        if fact.kind in ("membership", "partner"):
            identifier, bar, rest = fact.subject.partition("|")
            return replace(fact, subject=f"{self._stands(fact, identifier)}{bar}{rest}")
        return fact

    def seats(self) -> list[Statement]:
        """Return what the gazetteer knows of the places that people chose for organisations that are no town."""
        made = []
        for identifier, one in self._seats.items():
            place = self._gazetteer.get(town_id(one.geonames_id)) if one.geonames_id else None
            if place is not None and identifier in self._about:
                seat = ("place", "latitude", "longitude")
                values = {field: place.values[field] for field in seat if field in place.values}
                made.append(replace(place, subject=identifier, values=values))
        return made

    def _is_town(self, identifier: str) -> bool:
        return bool(self._about.get(identifier, {}).get("kind", "town") == "town")

    def _of(self, fact: Statement, identifier: str) -> Judgement | None:
        rows = self._told.get((fact.source, identifier))
        if not rows:
            return None
        at = bisect_right([row for row, _ in rows], fact.row)
        return self._by_name.get((identifier, rows[max(at - 1, 0)][1]))

    def _stands(self, fact: Statement, identifier: str) -> str:
        """Return the id of an organisation in a row after what people said of its name."""
        one = self._of(fact, identifier)
        if one is None or not self._is_town(identifier):
            return identifier
        if one.geonames_id:
            return town_id(one.geonames_id)
        if not is_numbered(identifier):
            return identifier
        about = self._gazetteer[identifier].values if identifier in self._gazetteer else self._about[identifier]
        return content_id("town", about.get("country"), fold(one.name or ""))

    def _organisation(self, fact: Statement) -> Statement:
        one = self._of(fact, fact.subject)
        if one is None:
            return fact
        values = {**fact.values, "place_state": "confirmed" if one.geonames_id else "unconfirmed"}
        place = self._gazetteer.get(town_id(one.geonames_id)) if one.geonames_id else None
        said = {field: values.pop(key) for field in _POSITION for key in (field, _LISTED[field]) if key in values}
        trusted = place is not None and not _far(said, place.values)
        values |= said if trusted else {_LISTED[field]: value for field, value in said.items()}
        values.pop("geonames_id", None)
        return replace(fact, subject=self._stands(fact, fact.subject), values=values)


_POSITION = ("latitude", "longitude")
_LISTED = {field: f"listed_{field}" for field in _POSITION}
"""What a position is called that was not trusted."""


def _far(values: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two positions are known and too far apart to be one place."""
    if "latitude" not in other or "longitude" not in values:
        return False
    here, there = ((one["latitude"], one["longitude"]) for one in (values, other))
    return distance(*here, *there) > SAME_NAME_WITHIN


# --- organisations that people called the same ------------------------------------------------------------------------


def _unite(
    names: dict[str, str], aliases: dict[str, set[str]], facts: Iterable[Statement], judgements: Iterable[Judgement]
) -> None:
    """Bring the organisations that were judged the same under one id; ``names`` and ``aliases`` are completed."""
    same = [one for one in judgements if one.verdict == "same"]
    if not same:
        return
    there = {fact.subject for fact in facts if fact.kind == "organisation" and fact.source != GAZETTEER_SOURCE}
    earlier = {old: identifier for identifier, others in sorted(aliases.items()) for old in sorted(others)}

    def stands(identifier: str) -> str | None:
        if identifier not in there:
            identifier = earlier.get(identifier, identifier)
        identifier = names.get(identifier, identifier)
        return identifier if identifier in there else None

    groups: dict[str, set[str]] = {}
    for one in same:
        a, b = stands(one.organisation), stands(one.other or "")
        if a is not None and b is not None and a != b:
            group = groups.get(a, {a}) | groups.get(b, {b})
            groups |= dict.fromkeys(group, group)
    for identifier, group in sorted(groups.items()):
        first = min(group, key=lambda one: (not is_numbered(one), one))
        if identifier != first:
            aliases[first] |= {identifier, *aliases.get(identifier, ())}
            names |= {old: first for old, new in names.items() if new == identifier} | {identifier: first}


def _states(facts: Iterable[Statement], names: Mapping[str, str], own: set[str]) -> dict[str, str]:
    """Return the surest state of the place of each organisation that several ids speak of."""
    united = {*names.values(), *own}
    best: dict[str, str] = dict.fromkeys(own, "own")
    for fact in facts:
        subject = names.get(fact.subject, fact.subject)
        if fact.kind == "organisation" and fact.source != GAZETTEER_SOURCE and subject in united:
            state = fact.values.get("place_state", "unconfirmed")
            best[subject] = min(best.get(subject, state), state, key=_STATES.index)
    return best


def _renamed(
    statement: Statement, names: Mapping[str, str], aliases: Mapping[str, set[str]], *, states: Mapping[str, str]
) -> Statement | None:
    """Return a statement with the ids that stand; None for a link whose ends are one now."""
    if statement.kind == "organisation":
        subject = names.get(statement.subject, statement.subject)
        if statement.source == GAZETTEER_SOURCE or (subject not in aliases and subject not in states):
            return statement
        values = dict(statement.values)
        if subject in states:
            values["place_state"] = states[subject]
        if others := aliases.get(subject, set()) - {subject}:
            values["aliases"] = sorted(others)
        return replace(statement, subject=subject, values=values)
    if statement.kind == "link":
        a, b = statement.values.get("a", ""), statement.values.get("b", "")
        if a != b and a not in names and b not in names:
            return statement
        a, b = sorted((names.get(a, a), names.get(b, b)))
        kind = statement.values.get("kind", "partnership")
        values = {**statement.values, "a": a, "b": b}
        return None if a == b else replace(statement, subject=link_id(a, b, kind), values=values)
    if statement.kind in ("membership", "partner"):
        organisation, bar, rest = statement.subject.partition("|")
        if organisation in names:
            return replace(statement, subject=f"{names[organisation]}{bar}{rest}")
    return statement


def _once(statements: list[Statement]) -> list[Statement]:
    """Leave out what a list says of an organisation in the words of the row before that spoke of it."""
    told: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in statements:
        if statement.kind == "organisation" and statement.source != GAZETTEER_SOURCE:
            told[statement.source, statement.subject].append(statement)
    repeated: set[int] = set()
    for rows in told.values():
        if len(rows) > 1:
            rows.sort(key=_in_order)
            repeated |= {id(row) for before, row in pairwise(rows) if before.values == row.values}
    return [statement for statement in statements if id(statement) not in repeated]


def _in_order(statement: Statement) -> tuple[int, str]:
    """Sort key: the order of rows; what one row says of two that are one now has an order too."""
    return statement.row, repr(sorted(statement.values.items()))
