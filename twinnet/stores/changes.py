"""What a change does to the content of a store, whatever the store is made of."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from itertools import chain
from typing import Any

from twinnet.decisions import Decision, Outcome, in_order, matter_id
from twinnet.decisions import judged as judged_as
from twinnet.errors import NotFoundError, StoreError
from twinnet.graph import DECISIONS_SOURCE, GAZETTEER_SOURCE, Facts, Network, OwnPoints
from twinnet.models import Contact, Judgement, Source, Statement, town_id
from twinnet.stores.history import united
from twinnet.stores.state import Said, State, encode
from twinnet.taxonomy import Taxonomy
from twinnet.text import fold

_REAL = frozenset(("latitude", "longitude", "listed_latitude", "listed_longitude"))
KEPT_TAXONOMY = "the network's own taxonomy"
"""What errors call the taxonomy that a store keeps."""


def rows_of(sources: Iterable[Source], statements: Iterable[Statement]) -> tuple[dict[str, Source], Said]:
    """Return the sources of a change set by name and its statements by key.

    Raises
    ------
    StoreError
        Two sources share a name, one has a name that is kept, a statement's source is not among them, or a value is
        none of JSON's.
    """
    given: dict[str, Source] = {}
    for source in sources:
        if source.name in (DECISIONS_SOURCE, GAZETTEER_SOURCE):
            raise StoreError(f"a list cannot be called {source.name!r}: give it another name")
        if given.setdefault(source.name, source) != source:
            raise StoreError(f"two lists are both called {source.name!r}; give one of them another name")
    said: Said = {}
    for one in statements:
        name, row, kind, subject = one.source, one.row, one.kind, one.subject
        if name not in given and name != GAZETTEER_SOURCE:
            raise StoreError(f"a statement names the source {name!r}, which is not among those given")
        try:
            text = encode(_plain(one.values))
        except (TypeError, ValueError) as error:
            raise StoreError(f"row {row} of {name!r} holds a value that cannot be stored: {error}") from error
        part = 0
        # A row may say different things of one subject; the gazetteer has one entry for a place.
        while name != GAZETTEER_SOURCE and said.get((name, row, kind, subject, part), text) != text:
            part += 1
        said[name, row, kind, subject, part] = text
    return given, said


def _plain(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values with degrees as decimals without a negative zero, so that every store gives back the same."""
    if _REAL.isdisjoint(values):
        return values
    degrees = {name: float(values[name]) + 0.0 for name in _REAL if type(values.get(name)) in (int, float)}
    return {**values, **degrees} if degrees else values


def contacts_of(sources: Mapping[str, Source], contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    """Return the contacts of a change set, each once; raise :class:`StoreError` where its source is not among them."""
    found = set(contacts)
    for contact in found:
        if contact.source not in sources:
            raise StoreError(f"a contact names the source {contact.source!r}, which is not among those given")
    return tuple(sorted(found, key=_order))


def _order(contact: Contact) -> tuple[str, int, str, str, str]:
    return (contact.source, contact.row, contact.organisation, contact.label, contact.value)


def replaced(
    before: State,
    sources: Mapping[str, Source],
    said: Said,
    *,
    contacts: tuple[Contact, ...] = (),
    taxonomy: Taxonomy | None = None,
) -> State:
    """Return the state in which the named sources say this, and the gazetteer this as well."""
    kept = {key: text for key, text in before.said.items() if key[0] not in sources or key[0] == GAZETTEER_SOURCE}
    others = (contact for contact in before.contacts if contact.source not in sources)
    return _settled(
        replace(
            before,
            sources={**before.sources, **sources},
            said=kept | said,
            contacts=tuple(sorted((*others, *contacts), key=_order)),
            taxonomy=before.taxonomy if taxonomy is None else taxonomy.text,
        )
    )


def judged(before: State, judgements: Iterable[Judgement], said: Said) -> State:
    """Return the state with these judgements, and what the gazetteer says of the places that they chose."""
    added = {judgement.id: judgement for judgement in judgements}
    return _settled(replace(before, judgements=before.judgements | added, said=before.said | said))


def withdrawn(before: State, ids: Iterable[str]) -> State:
    """Return the state without these judgements; raise :class:`StoreError` that names those that are not there."""
    taken = set(ids)
    if missing := sorted(taken - before.judgements.keys()):
        raise StoreError(f"there is no judgement {', '.join(missing)}; nothing was changed")
    kept = {key: judgement for key, judgement in before.judgements.items() if key not in taken}
    return _settled(replace(before, judgements=kept))


def decided(before: State, rows: Iterable[Decision], network: Network) -> tuple[State, list[Outcome]]:
    """Return the state with these rows, each given after those before it, and what became of each.

    ``network`` is what the state was merged to. Raise :class:`NotFoundError` for a row about an organisation that is
    not there.
    """
    found: list[Outcome] = []
    kept: dict[str, list[Decision]] = defaultdict(list)
    for row in before.decisions:
        kept[row.matter].append(row)
    for row in rows:
        names = [_names(network, one) for one in (row.organisation, row.candidate) if one is not None]
        of_matter = in_order(one for matter in _matters(row, names) for one in kept[matter])
        found.append(outcome(row, of_matter))
        if found[-1].how == "new":
            kept[row.matter].append(row)
    return replace(before, decisions=tuple(in_order(chain.from_iterable(kept.values())))), found


def deciding(
    rows: Iterable[Decision],
    *,
    called: Callable[[str], tuple[str, Iterable[str]] | None],
    about: Callable[[list[tuple[str, ...]]], list[Decision]],
    add: Callable[[Decision], None],
) -> list[Outcome]:
    """Add rows of decisions to a store that is asked for little; tell what became of each.

    ``called`` returns the id and the aliases of the organisation that an id means, None if there is none; ``about`` the
    rows about one or two organisations, each named by all of its ids; ``add`` stores a row. Raise
    :class:`NotFoundError` for a row about an organisation that is not there.
    """
    found: list[Outcome] = []
    names: dict[str, tuple[str, ...]] = {}
    for row in rows:
        ends = [one for one in (row.organisation, row.candidate) if one is not None]
        for end in ends:
            if end not in names:
                names[end] = _all_names(end, called)
        of_ends = [names[end] for end in ends]
        found.append(outcome(row, _about_matter(row, of_ends, about(of_ends))))
        if found[-1].how == "new":
            add(row)
    return found


def _all_names(identifier: str, called: Callable[[str], tuple[str, Iterable[str]] | None]) -> tuple[str, ...]:
    """Return the id that an organisation has now, then its others; raise :class:`NotFoundError` if there is none."""
    one = called(identifier)
    if one is None:
        raise NotFoundError(f"no organisation has the id {identifier!r}")
    now, aliases = one
    # An id that it had before may mean another by now.
    return (now, *(alias for alias in aliases if (called(alias) or one)[0] == now))


def _names(network: Network, identifier: str) -> tuple[str, ...]:
    """Return the id that an organisation has now, then those that it had before and that mean no other by now."""
    one = network.organisation(identifier)
    return (one.id, *(alias for alias in one.aliases if network.organisation(alias).id == one.id))


def _about_matter(row: Decision, names: Sequence[Sequence[str]], rows: Iterable[Decision]) -> list[Decision]:
    """Return, in their order, the rows about the matter of a row; ``names`` are all ids of each organisation."""
    ids = _matters(row, names)
    return in_order(one for one in rows if one.matter in ids)


def _matters(row: Decision, names: Sequence[Sequence[str]]) -> set[str]:
    """Return the ids that the matter of a row has by all ids of each organisation."""
    what = row.kind or row.field or ""
    return {matter_id(a, b, what) for a in names[0] for b in (names[1] if len(names) > 1 else (None,))}


def outcome(row: Decision, rows: Sequence[Decision]) -> Outcome:
    """Tell what becomes of a row beside the rows of its matter."""
    how = judged_as(row, rows)
    return Outcome(row, how, (*rows, row) if how == "new" else tuple(rows))


def learned(before: State, points: OwnPoints | None) -> State:
    """Return the state with these points as the network's own (None: without any)."""
    return replace(before, points=points)


def become(before: State, wanted: State) -> State:
    """Return the state that holds what another one holds, its history added; contacts stay with the rows that stay.

    Where only the history differs, nothing changes.
    """
    kept = _staying(before, wanted) if before.contacts else ()
    if replace(wanted, contacts=kept, history=before.history) == before:
        return before
    return replace(wanted, contacts=kept, history=united(before.history, wanted.history))


def _staying(before: State, wanted: State) -> tuple[Contact, ...]:
    """Return the contacts of rows that still speak of the same organisation, or where no row says whose they are."""
    was, now = (_calls(to_statements(state.said)) for state in (before, wanted))
    ids = {organisation for _, _, organisation in now}
    return tuple(
        contact
        for contact in before.contacts
        if (call := (contact.source, contact.row, contact.organisation)) in now
        or (call not in was and contact.organisation in ids and contact.source in wanted.sources)
    )


def known_on(state: State, day: dt.date) -> State:
    """Return the state without what persons decided or answered after a day; what has no moment stays."""
    latest = day.isoformat()
    return replace(
        state,
        decisions=tuple(row for row in state.decisions if row.when[:10] <= latest),
        judgements={key: one for key, one in state.judgements.items() if (one.when or "")[:10] <= latest},
    )


def dropped(before: State, source: str) -> State:
    """Return the state without a source, all that it said and its contacts.

    Raises
    ------
    NotFoundError
        There is no source of that name; the nearest names are told.
    """
    if source not in before.sources:
        near = get_close_matches(source, sorted(before.sources), 3)
        raise NotFoundError(f"no source is called {source!r}", tuple(near))
    without = replaced(before, {source: before.sources[source]}, {})
    return replace(without, sources={name: one for name, one in without.sources.items() if name != source})


def erased(before: State, organisation: str) -> State:
    """Return the state without all that speaks of an organisation: statements, contacts, judgements.

    It is named by its id or by one that it had before; raise :class:`NotFoundError` if there is none. Of one that no
    list names any more, what was decided and judged of it goes.
    """
    network = merged(before)
    if not network.knows(organisation) and (left := _without(before, organisation)) != before:
        return left
    statements = to_statements(before.said)
    about = _About(before, statements, network, organisation)
    gone = set(map(id, about.said))
    contacts, judgements = set(about.contacts()), set(about.judgements())
    kept = zip(before.said.items(), statements, strict=True)
    return _settled(
        replace(
            before,
            said={key: text for (key, text), said in kept if id(said) not in gone},
            contacts=tuple(contact for contact in before.contacts if contact not in contacts),
            judgements={key: judgement for key, judgement in before.judgements.items() if key not in judgements},
            decisions=tuple(row for row in before.decisions if not about.names(row)),
        )
    )


def _without(state: State, identifier: str) -> State:
    """Return the state without the decisions, judgements and contacts that name an id."""
    return replace(
        state,
        contacts=tuple(contact for contact in state.contacts if contact.organisation != identifier),
        decisions=tuple(row for row in state.decisions if identifier not in (row.organisation, row.candidate)),
        judgements={
            key: one for key, one in state.judgements.items() if identifier not in (one.organisation, one.other)
        },
    )


def contacts_about(state: State, network: Network, organisation: str) -> list[Contact]:
    """Return the contacts of an organisation of the merged network, named as in :func:`erased`, sorted."""
    return list(_About(state, to_statements(state.said), network, organisation).contacts())


class _About:
    """What a state holds about an organisation: what is ``said``, its contacts and judgements.

    Rows may call it by several ids. One id may be called by two names that were judged to be two places, so an id that
    it had before and that stands for another now is not its own.
    """

    def __init__(self, state: State, statements: Sequence[Statement], network: Network, organisation: str) -> None:
        self._state, self._statements = state, statements
        self._one = network.organisation(organisation)
        from twinnet.resolution.judging import involved

        self.said = involved(statements, tuple(state.judgements.values()), self._one.id)
        self._names = {(s.subject, fold(s.values.get("name", ""))) for s in self.said if s.kind == "organisation"}
        others = {*self._one.aliases, *(subject for subject, _ in self._names)}
        self._ids = {self._one.id} | {other for other in others if not network.organisations.has(other)}

    def contacts(self) -> Iterator[Contact]:
        """Give the contacts in the rows that speak of it; where a row says nothing of whose they are, by the id."""
        its, all_rows = _calls(self.said), _calls(self._statements)
        for contact in self._state.contacts:
            call = (contact.source, contact.row, contact.organisation)
            if call in its or (call not in all_rows and contact.organisation in self._ids):
                yield contact

    def names(self, row: Decision) -> bool:
        """Tell whether a decision is about it."""
        return not self._ids.isdisjoint((row.organisation, row.candidate))

    def judgements(self) -> Iterator[str]:
        """Give the ids of the judgements that name it, decide a name that it is called by, or chose its place."""
        for identifier, judgement in self._state.judgements.items():
            named = judgement.organisation
            if judgement.other is not None:
                about = not self._ids.isdisjoint((named, judgement.other))
            elif named == self._one.id or (named, fold(judgement.name or "")) in self._names:
                about = True
            elif judgement.geonames_id is not None and named.startswith("town-"):
                about = town_id(judgement.geonames_id) in self._ids
            else:
                about = named in self._ids
            if about:
                yield identifier


def _calls(statements: Iterable[Statement]) -> set[tuple[str, int, str]]:
    """Return the ids that rows call organisations by: source, row, id."""
    return {
        (said.source, said.row, said.subject.partition("|")[0])
        for said in statements
        if said.kind in ("organisation", "membership", "partner")
    }


def _settled(state: State) -> State:
    """Return a state with everything sorted, without the gazetteer's words on what no list speaks of.

    What it says of places that a judgement chose stays.
    """
    named = {(key[2], key[3]) for key in state.said if key[0] != GAZETTEER_SOURCE}
    named |= {("organisation", town_id(j.geonames_id)) for j in state.judgements.values() if j.geonames_id is not None}
    kept = (key for key in sorted(state.said) if key[0] != GAZETTEER_SOURCE or (key[2], key[3]) in named)
    return replace(
        state,
        sources=dict(sorted(state.sources.items())),
        said={key: state.said[key] for key in kept},
        judgements=dict(sorted(state.judgements.items())),
    )


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


def merged(state: State) -> Network:
    """Merge what a store holds to a network and see that it is whole.

    Raises
    ------
    StoreError
        A fact lacks what every such fact has, or speaks of an organisation or project that is not there.
    """
    from twinnet.resolution.decided import following
    from twinnet.resolution.judging import together

    judgements = tuple(state.judgements.values())
    told = together(to_statements(state.said), judgements)
    told += following(told, state.decisions)
    taxonomy = Taxonomy.from_text(state.taxonomy, name=KEPT_TAXONOMY)
    network = Network.from_statements(
        state.sources.values(),
        told,
        judgements,
        decisions=state.decisions,
        taxonomy=taxonomy,
        points=state.points,
    )
    tables: tuple[Facts[Any], ...] = (
        network.organisations,
        network.memberships,
        network.links,
        network.projects,
        network.partners,
    )
    for facts in tables:
        for name, about in facts.model.model_fields.items():
            if about.is_required() and any(type(value) is not str for value in facts.column(name)):
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
