"""Places that the gazetteer does not know meet by name and position, whichever list speaks first.

What one row says never depends on other lists: a place of its own is known by its country, name and position, and an
organisation that could not be placed by its country and name. Here all that is said is looked at together. Of one
country and name, places within 20 km are one; and who could not be placed stands where the only place of that name is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from twinnet.graph import GAZETTEER_SOURCE, Network
from twinnet.models import Statement, content_id, link_id
from twinnet.places import SAME_NAME_WITHIN, distance
from twinnet.text import fold


@dataclass(frozen=True, slots=True)
class Own:
    """A place of its own: the id it is spoken of by, and where it is."""

    id: str
    latitude: float
    longitude: float


def meet(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements with one id for each place of its own; the order of what is given does not matter.

    >>> said = {"name": "Ruč", "kind": "town", "country": "BA"}
    >>> placed = {**said, "place_state": "own", "latitude": 44.1, "longitude": 17.5}
    >>> met = meet([
    ...     Statement("links", 2, "organisation", "town-b", placed),
    ...     Statement("ALDA members", 2, "organisation", "town-a", {**said, "place_state": "unconfirmed"}),
    ...     Statement("ALDA members", 2, "membership", "town-a|ALDA", {}),
    ... ])
    >>> [statement.subject for statement in met]
    ['town-b', 'town-b', 'town-b|ALDA']
    >>> "town-a" in met[0].values["aliases"]
    True

    The ids that are given up, and the one that the only place of a name has while nobody can place it, stay as
    ``aliases`` of the organisation.
    """
    groups = _grouped(statements)
    names = _names(groups)
    aliases = _aliases(groups)
    nowhere = _nowhere(statements, names)
    told = (statement for statement in statements if (statement.source, statement.row) not in nowhere)
    met = [said for statement in told if (said := _renamed(statement, names, aliases)) is not None]
    return _once(met)


def _once(statements: list[Statement]) -> list[Statement]:
    """Leave out what a list says of an organisation in the words of the row before that spoke of it."""
    repeated: set[int] = set()
    last: dict[tuple[str, str], Statement] = {}
    for statement in sorted(statements, key=lambda said: (said.source, said.row)):
        if statement.kind == "organisation" and statement.source != GAZETTEER_SOURCE:
            before = last.setdefault((statement.source, statement.subject), statement)
            if before is not statement and before.values == statement.values:
                repeated.add(id(statement))
            last[statement.source, statement.subject] = statement
    return [statement for statement in statements if id(statement) not in repeated]


def _nowhere(statements: Iterable[Statement], names: dict[str, str]) -> set[tuple[str, int]]:
    """Return the rows of links whose end stands nowhere."""
    unplaced: set[tuple[str, int, str]] = set()
    linking: dict[tuple[str, int], tuple[str, str]] = {}
    for statement in statements:
        if statement.kind == "link":
            linking[statement.source, statement.row] = (statement.values.get("a", ""), statement.values.get("b", ""))
        elif (
            statement.kind == "organisation"
            and statement.values.get("place_state") == "unconfirmed"
            and statement.subject not in names
            and not _is_numbered(statement.subject)
        ):
            unplaced.add((statement.source, statement.row, statement.subject))
    return {row for row, ends in linking.items() if any((row[0], row[1], end) in unplaced for end in ends)}


def meetings(statements: Iterable[Statement], known: Network | None = None) -> dict[str, str]:
    """Return which ids stand for another: places of their own and organisations that could not be placed.

    ``known`` is a network whose places keep their ids.
    """
    return _names(_grouped(statements, known))


@dataclass(frozen=True, slots=True)
class _Named:
    """The places of their own of one country and name, those that are one gathered, and who could not be placed."""

    country: str
    name: str
    groups: list[list[Own]]
    unplaced: set[str]


def _names(named: Iterable[_Named]) -> dict[str, str]:
    names: dict[str, str] = {}
    for one in named:
        for group in one.groups:
            names |= {place.id: group[0].id for place in group[1:] if place.id != group[0].id}
        if len(one.groups) == 1:
            names |= dict.fromkeys(one.unplaced, one.groups[0][0].id)
    return names


def _aliases(named: Iterable[_Named]) -> dict[str, list[str]]:
    """Return the other ids of each place of its own, sorted."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in named:
        for group in one.groups:
            found[group[0].id] |= {place.id for place in group}
        if len(one.groups) == 1:
            found[one.groups[0][0].id] |= {content_id("town", one.country, one.name), *one.unplaced}
    return {identifier: sorted(ids - {identifier}) for identifier, ids in found.items() if ids - {identifier}}


def _grouped(statements: Iterable[Statement], known: Network | None = None) -> list[_Named]:
    own: dict[tuple[str, str], dict[str, Own]] = defaultdict(dict)
    unplaced: dict[tuple[str, str], set[str]] = defaultdict(set)
    kept: set[str] = set()
    if known is not None:
        columns = ("id", "name", "country", "kind", "place_state", "latitude", "longitude")
        for identifier, name, country, kind, state, latitude, longitude in zip(
            *(known.organisations.column(column) for column in columns), strict=True
        ):
            if kind == "town" and state == "own" and latitude is not None:
                own[country or "", fold(name)][identifier] = Own(identifier, latitude, longitude)
                kept.add(identifier)
    for statement in statements:
        values = statement.values
        if statement.kind != "organisation" or values.get("kind") != "town":
            continue
        state, subject = values.get("place_state"), statement.subject
        key = (values.get("country") or "", fold(values.get("name", "")))
        if state == "own" and "latitude" in values:
            place = Own(subject, values["latitude"], values["longitude"])
            before = own[key].get(subject, place)
            own[key][subject] = min(before, place, key=lambda one: (one.latitude, one.longitude))
        elif state == "unconfirmed" and not _is_numbered(subject):
            unplaced[key].add(subject)
    return [_Named(*key, gathered(places.values(), kept), unplaced.get(key, set())) for key, places in own.items()]


def gathered(places: Iterable[Own], kept: Iterable[str] = ()) -> list[list[Own]]:
    """Gather places of one name that are one, the place whose id stands first in each group.

    Places with an id of the gazetteer, and those of ``kept``, stay apart; the others join the nearest within 20 km.
    """
    first = set(kept)
    groups: list[list[Own]] = []
    for place in sorted(places, key=lambda one: (one.id not in first, not _is_numbered(one.id), one.id)):
        near = min(((_apart(group[0], place), at) for at, group in enumerate(groups)), default=(float("inf"), 0))
        if near[0] <= SAME_NAME_WITHIN and place.id not in first and not _is_numbered(place.id):
            groups[near[1]].append(place)
        else:
            groups.append([place])
    return groups


def _apart(one: Own, other: Own) -> float:
    return distance(one.latitude, one.longitude, other.latitude, other.longitude)


def _is_numbered(identifier: str) -> bool:
    """Tell whether an id is that of a place of the gazetteer (``town-3194828``), not of content."""
    number = identifier.removeprefix("town-")
    return number.isdigit() and len(number) != _HASH_LENGTH


_HASH_LENGTH = 12


def _renamed(statement: Statement, names: dict[str, str], aliases: dict[str, list[str]]) -> Statement | None:
    """Return a statement with the ids that stand; None for a link whose ends are one now."""
    if statement.kind == "organisation":
        subject = names.get(statement.subject, statement.subject)
        if subject not in aliases or statement.source == GAZETTEER_SOURCE:
            return statement
        placed = statement.values if subject == statement.subject else {**statement.values, "place_state": "own"}
        return replace(statement, subject=subject, values={**placed, "aliases": aliases[subject]})
    if statement.kind == "link":
        a, b = statement.values.get("a", ""), statement.values.get("b", "")
        if a not in names and b not in names:
            return statement
        a, b = sorted((names.get(a, a), names.get(b, b)))
        kind = statement.values.get("kind", "partnership")
        values = {**statement.values, "a": a, "b": b}
        return None if a == b else replace(statement, subject=link_id(a, b, kind), values=values)
    if statement.kind in ("membership", "partner"):
        organisation, bar, rest = statement.subject.partition("|")
        return replace(statement, subject=f"{names.get(organisation, organisation)}{bar}{rest}")
    return statement
