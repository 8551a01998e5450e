"""Tell what a network holds, and what is known of one organisation."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import get_args

from twinnet import countries, lifecycle
from twinnet.graph import DECISIONS_SOURCE, GAZETTEER_SOURCE, Network
from twinnet.models import Judgement, LinkState, Organisation, Statement, question_id, town_id
from twinnet.profile import Held, Profiles, Side, inferred_by_side
from twinnet.resolution.judging import standing
from twinnet.stores import open_store
from twinnet.workspace.deciding import history

_STATES: dict[LinkState, str] = {
    **{state: state for state in get_args(LinkState)},
    "unknown": "of unknown activity",
}

NO_THEME = "no theme found: in no list, project, text or network"
"""What is said of an organisation without any theme, stated or inferred."""

_SIDES: dict[Side, str] = {"offered": "offers", "sought": "seeks", "works on": "works on"}
_SOURCES = 3
"""How many sources of an inferred theme are shown."""


def many(count: int, word: str) -> str:
    """Say how many there are of something.

    >>> many(1, "row"), many(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def show(
    address: str | Path, organisation: str | None = None, *, today: dt.date, contacts: bool = False
) -> Iterator[str]:
    """Give lines that say what a stored network holds, or all that is known of one organisation (an id or a name).

    With ``contacts``, those that were kept of the organisation follow; nothing else ever shows them.

    Raises
    ------
    AmbiguousError, NotFoundError
        The name fits several organisations, or none.
    StoreError
        There is no network at that address, or it cannot be read.
    """
    with open_store(address) as store:
        network = store.read()
        statements = store.statements() if organisation is None else []
        kept = store.contacts(network.find(organisation).id) if contacts and organisation is not None else []
    yield from describe(network, organisation, today=today)
    if organisation is None:
        if count := waiting(network, statements):
            places = "1 place waits" if count == 1 else f"{count:,} places wait"
            asks = f"`twinnet resolve --review {address}` asks, also for names of which no place is known"
            yield f"questions: {places} for a person; {asks}"
        if len(network.judgements):
            yield f"judgements: {len(network.judgements):,}"
        if stood := sum(matter.stands is not None for matter in network.matters.values()):
            yield f"decisions: {stood:,}; `twinnet decisions {address}` lists them"
    elif contacts:
        for contact in kept:
            yield f"contact, {contact.label}: {contact.value} (source {contact.source}, row {contact.row})"
        if not kept:
            yield "no contacts are kept; `twinnet import --keep-contacts` keeps those of a list"


def waiting(network: Network, statements: Sequence[Statement]) -> int:
    """Return how many names have a place proposed that a person has to confirm.

    They are those of which a statement asks with a proposal, which no judgement has answered, and of an organisation
    whose place nothing else confirms.
    """
    judged = set(network.judgements.column("id"))
    asked = {
        question_id(said.subject, said.values.get("name")): said.subject
        for said in statements
        if said.kind == "question" and said.values.get("candidates")
    }
    open_ones = {identifier: subject for identifier, subject in asked.items() if identifier not in judged}
    if not open_ones:
        return 0
    columns = (network.organisations.column(name) for name in ("id", "place_state"))
    unconfirmed = {identifier for identifier, state in zip(*columns, strict=True) if state == "unconfirmed"}
    stands = standing(statements, tuple(network.judgements))
    return sum(not unconfirmed.isdisjoint(stands.get(subject, ())) for subject in open_ones.values())


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
        yield f"network {name}: {many(present, 'member')}{left}"
    states = Counter(lifecycle.states(network.links, today))
    if states:
        yield "links: " + ", ".join(f"{count:,} {_STATES[state]}" for state, count in sorted(states.items()))
    kinds = Counter(network.organisations.column("kind"))
    if kinds:
        yield "kinds: " + ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
    unplaced = sum(state == "unconfirmed" for state in network.organisations.column("place_state"))
    if unplaced:
        yield f"place not confirmed: {unplaced:,}"
    if network.points is not None:
        from twinnet.applied import told

        yield f"points: {told(network)}"
    for source in network.sources:
        dated = f", of {source.date}" if source.date else ""
        yield f"source {source.name}: {source.file}, {many(source.rows, 'row')}{dated}"


def _organisation(network: Network, one: Organisation, today: dt.date) -> Iterator[str]:
    country = countries.name(one.country) if one.country else "country not known"
    yield f"{one.name} ({one.kind}, {country})  {one.id}"
    inhabitants = f"{one.population:,} inhabitants" if one.population else "inhabitants not known"
    placed = f"place {one.place}" if one.place else "place not confirmed"
    yield f"{placed}; {inhabitants}{'; capital' if one.capital else ''}"
    if one.listed_latitude is not None and one.listed_longitude is not None:
        yield f"a list puts it at {one.listed_latitude:.2f}, {one.listed_longitude:.2f}, which was not trusted"
    yield from _themes(network, one)
    yield from _relations(network, one, today)
    for judgement in network.judgements:
        if line := _judged(network, judgement, one):
            yield line
    if any(one.id in matter for matter in network.matters.values()):
        yield from history(network, today=today, one=one.id)
    for origin in one.origins:
        if origin.source == DECISIONS_SOURCE:
            yield f"corrected by a person: {', '.join(origin.fields)}"
            continue
        said = f" says {', '.join(origin.fields)}" if origin.fields else " agrees"
        where = f"id {origin.row}" if origin.source == GAZETTEER_SOURCE else f"row {origin.row}"
        yield f"source {origin.source}, {where}:{said}"


def _relations(network: Network, one: Organisation, today: dt.date) -> Iterator[str]:
    """Say the memberships, links and projects of an organisation."""
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


def _themes(network: Network, one: Organisation) -> Iterator[str]:
    """Say the themes that an organisation states, then those that are inferred, each with what it is inferred from."""
    label = network.taxonomy.label
    for word, stated in (("offers", one.themes_offered), ("seeks", one.themes_sought)):
        yield f"{word}: {', '.join(map(label, stated)) or 'not known'}"
    profiles = Profiles.of(network)
    every = profiles.themes_of(one.id)
    if not every:
        yield NO_THEME
    yield from told_inferred(every, label)
    if profiles.tagger:
        yield f"texts read by: {profiles.tagger}"


def told_inferred(every: Sequence[Held], label: Callable[[str], str]) -> Iterator[str]:
    """Give a line for each side that themes are inferred for, each theme with its strongest sources.

    What is stated is left out. ``label`` says what a theme is called.

    >>> list(told_inferred([Held("youth", "works on", "project", 0.5, "project MAVRIC")], str.upper))
    ['works on (inferred): YOUTH - project MAVRIC']
    """
    found = inferred_by_side(every)
    for side, word in _SIDES.items():
        if side in found:
            said = "; ".join(_inferred(label(theme), sources) for theme, sources in found[side].items())
            yield f"{word} (inferred): {said}"


def _inferred(label: str, sources: Sequence[Held]) -> str:
    """Say an inferred theme with its strongest sources."""
    shown = ", ".join(held.why for held in sources[:_SOURCES])
    more = f" and {len(sources) - _SOURCES} more" if len(sources) > _SOURCES else ""
    return f"{label} - {shown}{more}"


def _judged(network: Network, judgement: Judgement, one: Organisation) -> str | None:
    """Say what a person decided about an organisation; None where the judgement is about others."""
    if not {one.id, *one.aliases} & {judgement.organisation, judgement.other}:
        return None
    if judgement.other is not None:
        both = f"{_called(network, judgement.organisation)} and {_called(network, judgement.other)}"
        decided = f"{both} are {'the same' if judgement.verdict == 'same' else 'two'}"
    elif judgement.geonames_id is not None:
        decided = f"{judgement.name!r} is {_called(network, town_id(judgement.geonames_id))}"
    else:
        decided = f"{judgement.name!r} is no place of the gazetteer"
    by = f" by {judgement.who}" if judgement.who else ""
    on = f" on {judgement.when}" if judgement.when else ""
    why = f" ({judgement.why})" if judgement.why else ""
    return f"judged{by}{on}: {decided}{why}  {judgement.id}"


def _called(network: Network, identifier: str) -> str:
    """Return an organisation's id, with its name where it stands under that id."""
    if not network.organisations.has(identifier):
        return identifier
    return f"{network.organisation(identifier).name} {identifier}"
