"""Places that the gazetteer does not know meet by name and position, whichever list speaks first.

What one row says never depends on other lists: a place of its own is known by its country, name and position, and an
organisation that could not be placed by its country and name. Here all that is said is looked at together. Of one
country and name, places within 20 km are one; and who could not be placed stands where the only place of that name is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from twinnet.models import Statement, content_id, is_numbered
from twinnet.places import SAME_NAME_WITHIN, distance
from twinnet.text import fold


@dataclass(frozen=True, slots=True)
class Own:
    """A place of its own: the id it is spoken of by, and where it is."""

    id: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class _Named:
    """The places of their own of one country and name, those that are one gathered, and who could not be placed."""

    country: str
    name: str
    groups: list[list[Own]]
    unplaced: set[str]

    @property
    def meets(self) -> bool:
        """Whether who could not be placed stands where the only place is: not where rows say it in different words."""
        return len(self.groups) == 1 and len(self.unplaced) <= 1


def meetings(statements: Iterable[Statement]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return which ids stand for another, and the other ids of each place of its own; no order matters.

    The ids that are given up, and the one that the only place of a name has while nobody can place it, stay as aliases
    of the organisation.

    >>> said = {"name": "Ruč", "kind": "town", "country": "BA"}
    >>> placed = {**said, "place_state": "own", "latitude": 44.1, "longitude": 17.5}
    >>> names, aliases = meetings([
    ...     Statement("links", 2, "organisation", "town-b", placed),
    ...     Statement("ALDA members", 2, "organisation", "town-a", {**said, "place_state": "unconfirmed"}),
    ... ])
    >>> names, "town-a" in aliases["town-b"]
    ({'town-a': 'town-b'}, True)
    """
    named = _grouped(statements)
    return _names(named), _aliases(named)


def _names(named: Iterable[_Named]) -> dict[str, str]:
    names: dict[str, str] = {}
    for one in named:
        for group in one.groups:
            names |= {place.id: group[0].id for place in group[1:] if place.id != group[0].id}
        if one.meets:
            names |= dict.fromkeys(one.unplaced, one.groups[0][0].id)
    return names


def _aliases(named: Iterable[_Named]) -> dict[str, list[str]]:
    """Return the other ids of each place of its own, sorted."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in named:
        for group in one.groups:
            found[group[0].id] |= {place.id for place in group}
        if one.meets:
            found[one.groups[0][0].id] |= {content_id("town", one.country, one.name), *one.unplaced}
    return {identifier: sorted(ids - {identifier}) for identifier, ids in found.items() if ids - {identifier}}


def _grouped(statements: Iterable[Statement]) -> list[_Named]:
    own: dict[tuple[str, str], dict[str, Own]] = defaultdict(dict)
    unplaced: dict[tuple[str, str], set[str]] = defaultdict(set)
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
        elif state == "unconfirmed" and not is_numbered(subject):
            unplaced[key].add(subject)
    return [_Named(*key, _gathered(places.values()), unplaced.get(key, set())) for key, places in own.items()]


def _gathered(places: Iterable[Own]) -> list[list[Own]]:
    """Gather places of one name that are one, the place whose id stands first in each group.

    Places with an id of the gazetteer stay apart; the others join the nearest within 20 km.
    """
    groups: list[list[Own]] = []
    for place in sorted(places, key=lambda one: (not is_numbered(one.id), one.id)):
        near = min(((_apart(group[0], place), at) for at, group in enumerate(groups)), default=(float("inf"), 0))
        if near[0] <= SAME_NAME_WITHIN and not is_numbered(place.id):
            groups[near[1]].append(place)
        else:
            groups.append([place])
    return groups


def _apart(one: Own, other: Own) -> float:
    return distance(one.latitude, one.longitude, other.latitude, other.longitude)
