"""Pairs that are like two organisations and work: their link lives, or they have a project together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from twinnet import lifecycle
from twinnet.graph import Network
from twinnet.models import Link, Organisation
from twinnet.places import distance
from twinnet.views.letter.known import Known
from twinnet.views.letter.steps import Example

MOST = 3
"""So many examples are named."""
NEAR = 100.0
"""Neighbours are so many kilometres away at most."""
ALIKE = 3.0
"""One of like size is up to so many times as large, or as small."""


class _Place(NamedTuple):
    """What of an organisation is held against another."""

    row: int
    kind: str
    country: str | None
    latitude: float | None
    longitude: float | None
    population: int | None


class _Found(NamedTuple):
    """A pair that is like the two: how, and how far away both ends are together (None: not known).

    ``ends`` are its rows as they were given, ``rows`` the same in the order of the two that it is like.
    """

    how: tuple[str, ...]
    away: float | None
    ends: tuple[int, int]
    rows: tuple[int, int]


def examples(known: Known, a: Organisation, b: Organisation) -> list[Example]:
    """Return a few pairs that are like two organisations and work, the most like first.

    Alike are a pair of the same kinds from the same two countries, and one whose ends are neighbours of both; better
    if each is of like size. It works if its link is active, or if both were in a project together; links come first.
    """
    network = known.network
    places = _Places(network)
    mine, theirs = places[network.row_of(a.id)], places[network.row_of(b.id)]
    states = lifecycle.states(network.links, known.today)
    columns = (network.links.column(name) for name in ("a", "b"))
    row_of = network.organisations.position
    linked: dict[tuple[int, int], int] = {}
    for row, (one, other, state) in enumerate(zip(*columns, states, strict=True)):
        if state == "active":
            linked.setdefault((row_of(one), row_of(other)), row)
    links = places.alike(linked, mine, theirs)[:MOST]
    found = [places.example(one, link=network.links[linked[one.ends]]) for one in links]
    if len(found) < MOST:
        teams = _teams(network)
        pairs = places.alike((pair for pair in teams if pair not in linked), mine, theirs)[: MOST - len(found)]
        names = network.projects.column("name")
        found += [places.example(one, project=names[teams[one.ends]]) for one in pairs]
    return found


class _Places:
    """The organisations of a network, as they are held against each other."""

    def __init__(self, network: Network) -> None:
        names = ("kind", "country", "latitude", "longitude", "population")
        self._columns = [network.organisations.column(name) for name in names]
        self._names = network.organisations.column("name")

    def __getitem__(self, row: int) -> _Place:
        return _Place(row, *(column[row] for column in self._columns))

    def example(self, one: _Found, *, link: Link | None = None, project: str | None = None) -> Example:
        """Name a pair that works, by its link or project."""
        a, b = (self._names[row] for row in one.rows)
        return Example(a, b, link, project, one.how)

    def alike(self, pairs: Iterable[tuple[int, int]], mine: _Place, theirs: _Place) -> list[_Found]:
        """Return which of some pairs are like two places, the most like first; not those that one of the two is in."""
        found = []
        for pair in pairs:
            if not {mine.row, theirs.row} & {*pair}:
                both = (self[pair[0]], self[pair[1]])
                ways = [_like(pair, mine, theirs, both), _like(pair, mine, theirs, both[::-1])]
                if like := [way for way in ways if way is not None]:
                    found.append(min(like, key=self._most_alike))
        return sorted(found, key=self._most_alike)

    def _most_alike(self, one: _Found) -> tuple[object, ...]:
        nearness = (one.away is None, one.away or 0.0)
        return -len(one.how), "countries" not in one.how, *nearness, self._names[one.rows[0]], one.rows


def _like(pair: tuple[int, int], mine: _Place, theirs: _Place, both: tuple[_Place, _Place]) -> _Found | None:
    """Tell how the two of a pair, in this order, are like two places; None if they are not."""
    first, second = both
    if (first.kind, second.kind) != (mine.kind, theirs.kind):
        return None
    how = []
    lands = (mine.country, theirs.country)
    if None not in lands and (first.country, second.country) == lands:
        how.append("countries")
    away = [_away(first, mine), _away(second, theirs)]
    known = [one for one in away if one is not None]
    if len(known) == 2 and max(known) <= NEAR:
        how.append("near")
    if not how:
        return None
    if _like_size(first, mine) and _like_size(second, theirs):
        how.append("size")
    return _Found(tuple(how), round(sum(known), 3) if len(known) == 2 else None, pair, (first.row, second.row))


def _away(one: _Place, other: _Place) -> float | None:
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    return distance(one.latitude, one.longitude, other.latitude, other.longitude)  # type: ignore[arg-type]


def _like_size(one: _Place, other: _Place) -> bool:
    if not one.population or not other.population:
        return False
    return 1 / ALIKE <= one.population / other.population <= ALIKE


def _teams(network: Network) -> dict[tuple[int, int], int]:
    """Return the pairs of organisations that were in a project together, each with the row of the first project."""
    members: dict[str, list[int]] = {}
    columns = (network.partners.column(name) for name in ("project", "organisation"))
    for project, organisation in zip(*columns, strict=True):
        members.setdefault(project, []).append(network.organisations.position(organisation))
    found: dict[tuple[int, int], int] = {}
    for project, rows in sorted(members.items()):
        at = network.projects.position(project)
        for n, one in enumerate(rows):
            for other in rows[n + 1 :]:
                found.setdefault((one, other), at)
    return found
