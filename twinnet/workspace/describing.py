"""Tell what a network holds, and what is known of one organisation."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import get_args

from twinnet import countries, lifecycle, themes
from twinnet.graph import GAZETTEER_SOURCE, Network
from twinnet.models import LinkState, Organisation

_STATES: dict[LinkState, str] = {
    **{state: state for state in get_args(LinkState)},
    "unknown": "of unknown activity",
}


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def describe(network: Network, organisation: str | None = None, *, today: dt.date) -> Iterator[str]:
    """Give lines that say what a network holds, or all that is known of one organisation (an id or a name).

    >>> list(describe(Network(), today=dt.date(2026, 1, 1)))[0]
    '0 organisations, 0 memberships, 0 links, 0 projects'
    """
    return (
        _network(network, today) if organisation is None else _organisation(network, network.find(organisation), today)
    )


def _network(network: Network, today: dt.date) -> Iterator[str]:
    yield repr(network).removeprefix("<Network: ").removesuffix(">")
    all_of = Counter(network.memberships.column("network"))
    for name in network.networks:
        present = len(network.members(name, on=today))
        former = all_of[name] - present
        left = f", and {former:,} that left" if former else ""
        yield f"network {name}: {_many(present, 'member')}{left}"
    states = Counter(
        lifecycle.states(*(network.links.column(c) for c in ("since", "until", "last_activity")), today=today)
    )
    if states:
        yield "links: " + ", ".join(f"{count:,} {_STATES[state]}" for state, count in sorted(states.items()))
    kinds = Counter(network.organisations.column("kind"))
    if kinds:
        yield "kinds: " + ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
    unplaced = sum(state == "unconfirmed" for state in network.organisations.column("place_state"))
    if unplaced:
        yield f"place not confirmed: {unplaced:,}"
    for source in network.sources:
        dated = f", of {source.date}" if source.date else ""
        yield f"source {source.name}: {source.file}, {_many(source.rows, 'row')}{dated}"


def _organisation(network: Network, one: Organisation, today: dt.date) -> Iterator[str]:
    country = countries.name(one.country) if one.country else "country not known"
    yield f"{one.name} ({one.kind}, {country})  {one.id}"
    inhabitants = f"{one.population:,} inhabitants" if one.population else "inhabitants not known"
    placed = f"place {one.place}" if one.place else "place not confirmed"
    yield f"{placed}; {inhabitants}{'; capital' if one.capital else ''}"
    for word, held in (("offers", one.themes_offered), ("seeks", one.themes_sought)):
        yield f"{word}: {', '.join(themes.label(theme) for theme in held) or 'not known'}"
    for membership in network.memberships:
        if membership.organisation == one.id:
            since = f" since {membership.since}" if membership.since else ""
            former = lifecycle.has_left(former=membership.former, until=membership.until, on=today)
            yield f"{'former member' if former else 'member'} of {membership.network}{since}"
    for link in network.links:
        if one.id in (link.a, link.b):
            other = network.organisation(link.b if link.a == one.id else link.a)
            since = f" since {link.since}" if link.since else ""
            yield f"{link.kind} with {other.name} ({other.country}){since}: {_STATES[lifecycle.state(link, today)]}"
    for part in network.partners:
        if part.organisation == one.id:
            yield f"project {network.projects[network.projects.position(part.project)].name}: {part.role}"
    for origin in one.origins:
        said = f" says {', '.join(origin.fields)}" if origin.fields else " agrees"
        where = f"id {origin.row}" if origin.source == GAZETTEER_SOURCE else f"row {origin.row}"
        yield f"source {origin.source}, {where}:{said}"
