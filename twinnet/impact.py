"""The numbers a network shows itself with: its communities and bridges, and its figures.

:func:`structure` looks at who is linked with whom. It finds **communities** (groups that are linked among themselves
more than chance would have it), the **ties** between them, **bridges** (the only connection of two parts of the
network) and **connectors** (organisations whose partners are in many communities). :func:`figures` counts: members,
links by state, kind and decade, who is linked across which border, the share of a corridor, towns without a link,
themes and projects.

Both are the same for the same facts, whatever the order in which they are given. They know no chance: communities are
found by visiting the organisations in a fixed order.

>>> from twinnet.graph import Network
>>> from twinnet.models import Link, Organisation
>>> towns = [Organisation(id=f"town-{n}", name=f"Town {n}", country="BA" if n < 4 else "IT") for n in range(1, 7)]
>>> pairs = [(1, 2), (1, 3), (2, 3), (3, 4), (4, 5), (4, 6), (5, 6)]
>>> links = [Link(id=f"link-{a}{b}", a=f"town-{a}", b=f"town-{b}", since="1998") for a, b in pairs]
>>> network = Network(towns, links=links)
>>> [(community.name, community.countries) for community in communities(network)]
[('Town 3', (('BA', 3),)), ('Town 4', (('IT', 3),))]
>>> [(bridge.a, bridge.b, bridge.parts) for bridge in bridges(network)]
[('town-3', 'town-4', (3, 3))]
>>> figures(network).decades
(Count(key='1990', n=7),)
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from twinnet import lifecycle
from twinnet.eligibility import corridor
from twinnet.matching import DATA_DATE
from twinnet.models import LINK_KINDS, LinkState, Model, Rules
from twinnet.profile import Profiles, inferred_by_side

if TYPE_CHECKING:
    from twinnet.graph import Network
    from twinnet.models import Suggestion

CORRIDOR = "old-europe:south-east-europe"
"""The corridor whose share is always told."""
MATRIX = 15
"""So many countries stand in the matrix by themselves, those with most links."""
UNLINKED = 20
"""So many towns without a link are named, the largest."""
STATES: tuple[LinkState, ...] = ("active", "declining", "dormant", "unknown", "ended")


class Community(Model):
    """A group of organisations that are linked among themselves more than chance would have it.

    ``number`` counts from 1, the largest community first. ``members`` are ids, who has most partners inside first;
    ``name`` is that first member's name. ``countries`` says how many members each country has (None: not known), most
    first. ``inside`` counts the pairs of partners that are both in it, ``across`` those of which one is.
    """

    number: int
    name: str
    members: tuple[str, ...]
    countries: tuple[tuple[str | None, int], ...]
    inside: int
    across: int


class Tie(Model):
    """How many pairs of partners stand between two communities, which are given by their numbers."""

    a: int
    b: int
    pairs: int


class Bridge(Model):
    """Two partners who are the only connection of two parts of the network; ``a`` sorts before ``b``.

    ``parts`` says how many organisations would be left connected with ``a``, and with ``b``, without it; a part of 1
    is an organisation whose only partner is the other one.
    """

    a: str
    b: str
    parts: tuple[int, int]


class Connector(Model):
    """An organisation with partners in other communities than its own.

    ``partners`` counts all its partners, ``elsewhere`` those in other communities and ``communities`` how many others
    these are in. ``participation`` is 1 minus the sum, over all communities, of the squared share of its partners
    there: 0 where all are in one, near 1 where they are spread evenly over many (the participation coefficient of
    Guimerà and Amaral, Functional cartography of complex metabolic networks, Nature 433, 2005, 895-900).
    """

    organisation: str
    community: int
    partners: int
    elsewhere: int
    communities: int
    participation: float


class Structure(Model):
    """Who is linked with whom, in the large.

    ``linked`` counts organisations with at least one partner, ``pairs`` pairs of partners (parallel links are one
    pair) and ``parts`` the parts of the network that nothing connects. Every linked organisation is in one community.
    """

    linked: int
    pairs: int
    parts: int
    communities: tuple[Community, ...]
    ties: tuple[Tie, ...]
    bridges: tuple[Bridge, ...]
    connectors: tuple[Connector, ...]


class Count(Model):
    """How many there are of something; ``key`` is None where it is not known."""

    key: str | None
    n: int


class Matrix(Model):
    """Links between countries, whatever their state.

    ``countries`` are those with most links, most first; None, which stands last, is all others and what is not known.
    ``rows`` has a row and a column for each of them: the links between two, and on the diagonal those inside one. A
    link between two countries stands twice, once on each side of the diagonal; :attr:`total` counts it once.
    """

    countries: tuple[str | None, ...]
    rows: tuple[tuple[int, ...], ...]

    @property
    def total(self) -> int:
        """All links, each counted once.

        >>> Matrix(countries=("BA", "IT"), rows=((1, 2), (2, 0))).total
        3
        """
        return sum(row[at] for i, row in enumerate(self.rows) for at in range(i + 1))


class Corridor(Model):
    """The share of a corridor: how many links, and how many suggested pairs, have one side in each of its ends.

    ``name`` is written as in :class:`~twinnet.models.Rules`. A pair that is suggested to both sides is one pair.
    """

    name: str
    links: int
    of_links: int
    suggestions: int
    of_suggestions: int


class Unlinked(Model):
    """Towns without any recorded link: how many of how many towns, and the ids of the largest."""

    n: int
    of: int
    largest: tuple[str, ...]


class ThemeCount(Model):
    """How many organisations offer a theme, how many seek it (as lists state), and of how many it is only inferred.

    ``inferred`` counts organisations for which no list states the theme, on whatever side.
    """

    theme: str
    offered: int
    sought: int
    inferred: int


class Projects(Model):
    """How many projects there are, how many organisations took part in one, and the projects of each programme."""

    n: int
    organisations: int
    programmes: tuple[Count, ...]


class Figures(Model):
    """The numbers of a network on a day, each sorted by size, then by key.

    ``organisations``, ``links`` and ``suggestions`` count all of them (suggestions: pairs, each once). ``kinds`` and
    ``countries`` count organisations. ``networks`` counts the members of each network on that day, and ``members``
    organisations that are a member of any. ``states`` and ``link_kinds`` count links; states come from living to ended.
    ``decades`` counts links by the decade in which they began, earliest first, those of no known beginning last.
    """

    today: dt.date
    organisations: int
    links: int
    suggestions: int
    members: int
    kinds: tuple[Count, ...]
    countries: tuple[Count, ...]
    networks: tuple[Count, ...]
    states: tuple[Count, ...]
    link_kinds: tuple[Count, ...]
    matrix: Matrix
    corridors: tuple[Corridor, ...]
    unlinked: Unlinked
    themes: tuple[ThemeCount, ...]
    projects: Projects
    decades: tuple[Count, ...]


def communities(network: Network, *, as_of: dt.date | None = None) -> tuple[Community, ...]:
    """Return the communities of a network, the largest first; see :func:`structure`."""
    return structure(network, as_of=as_of).communities


def bridges(network: Network, *, as_of: dt.date | None = None) -> tuple[Bridge, ...]:
    """Return the bridges of a network, those with the larger lesser part first; see :func:`structure`."""
    return structure(network, as_of=as_of).bridges


def connectors(network: Network, *, as_of: dt.date | None = None) -> tuple[Connector, ...]:
    """Return the organisations that join communities, who reaches most others first; see :func:`structure`."""
    return structure(network, as_of=as_of).connectors


def structure(network: Network, *, as_of: dt.date | None = None) -> Structure:
    """Return communities, ties, bridges and connectors of a network.

    ``as_of`` keeps the links that had begun and not ended on that day (what has no date is kept); None keeps all. Two
    organisations with several links are one pair. Communities are those that Louvain's method finds (Blondel and
    others, Fast unfolding of communities in large networks, 2008), as networkx has it, with a fixed seed; one whose
    members are not all connected inside it is taken apart.

    >>> from twinnet.graph import Network
    >>> structure(Network()).communities
    ()
    """
    if network.kept is None:
        return _structure(network, as_of)
    key = ("structure", as_of)
    if key not in network.kept:
        network.kept[key] = _structure(network, as_of)
    kept: Structure = network.kept[key]
    return kept


def _structure(network: Network, as_of: dt.date | None) -> Structure:
    ids, names, countries, beside = _web(network, as_of)
    of, members = _grouped(beside)
    inside = [sum(of[other] == of[node] for other in others) for node, others in enumerate(beside)]
    found = []
    for number, group in enumerate(members):
        group.sort(key=lambda node: (-inside[node], node))
        both = sum(inside[node] for node in group) // 2
        across = sum(len(beside[node]) - inside[node] for node in group)
        found.append(
            Community.trusted(
                number=number + 1,
                name=names[group[0]],
                members=tuple(ids[node] for node in group),
                countries=_most(countries[node] for node in group),
                inside=both,
                across=across,
            )
        )
    spans, parts = _bridges(beside)
    return Structure.trusted(
        linked=len(ids),
        pairs=sum(map(len, beside)) // 2,
        parts=parts,
        communities=tuple(found),
        ties=_ties(beside, of),
        bridges=_told_bridges(spans, ids),
        connectors=_connectors(beside, of, ids),
    )


def _web(network: Network, as_of: dt.date | None) -> tuple[list[str], list[str], list[str | None], list[list[int]]]:
    """Return ids, names, countries and partners of all linked organisations, who has most partners first.

    The order is by what organisations are, not by their ids, so that other ids make no other communities.
    """
    graph = network.graph(as_of=as_of)
    table = network.organisations
    columns = zip(*(table.column(name) for name in ("id", "name", "country")), strict=True)
    known = [(-len(graph.adj[one]), name, country or "", one) for one, name, country in columns if graph.adj[one]]
    known.sort()
    at = {one: node for node, (_, _, _, one) in enumerate(known)}
    beside = [sorted(at[other] for other in graph.adj[one]) for *_, one in known]
    return [one for *_, one in known], [name for _, name, *_ in known], [c or None for _, _, c, _ in known], beside


def _grouped(beside: Sequence[Sequence[int]]) -> tuple[list[int], list[list[int]]]:
    """Return the community of each node, and the nodes of each, the largest first."""
    label = _louvain(tuple(map(tuple, beside)))
    groups = []
    seen = [False] * len(beside)
    for start in range(len(beside)):
        if seen[start]:
            continue
        seen[start] = True
        group = [start]
        for node in group:
            for other in beside[node]:
                if not seen[other] and label[other] == label[start]:
                    seen[other] = True
                    group.append(other)
        groups.append(group)
    groups.sort(key=lambda group: (-len(group), min(group)))
    of = [0] * len(beside)
    for number, group in enumerate(groups):
        for node in group:
            of[node] = number
    return of, groups


@lru_cache(maxsize=1)
def _louvain(beside: tuple[tuple[int, ...], ...]) -> list[int]:
    """Return a label for each node: those of one community have the same.

    The last answer is kept, for who looks at a network again and again.
    """
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(beside)))
    graph.add_edges_from((node, other) for node, others in enumerate(beside) for other in others if node < other)
    label = [0] * len(beside)
    # Nodes are numbers and the seed is fixed, so the same network has the same communities.
    for number, group in enumerate(nx.community.louvain_communities(graph, seed=0)):
        for node in group:
            label[node] = number
    return label


def _ties(beside: Sequence[Sequence[int]], of: Sequence[int]) -> tuple[Tie, ...]:
    pairs = Counter(
        (of[node], of[other]) for node, others in enumerate(beside) for other in others if of[node] < of[other]
    )
    return tuple(Tie.trusted(a=a + 1, b=b + 1, pairs=n) for (a, b), n in sorted(pairs.items()))


def _bridges(beside: Sequence[Sequence[int]]) -> tuple[list[tuple[int, int, int, int]], int]:
    """Return the bridges, each as two nodes and the sizes of the two parts it joins, and the number of parts.

    One walk into the depth: an edge to a node is a bridge where nothing below the node leads back above it.
    """
    entered = [-1] * len(beside)
    lowest, below, root = [0] * len(beside), [1] * len(beside), [0] * len(beside)
    found, clock, parts = [], 0, 0
    for start in range(len(beside)):
        if entered[start] >= 0:
            continue
        parts += 1
        entered[start] = lowest[start] = clock
        root[start] = start
        clock += 1
        path = [(start, -1, iter(beside[start]))]
        while path:
            node, above, others = path[-1]
            for other in others:
                if other == above:
                    continue
                if entered[other] >= 0:
                    lowest[node] = min(lowest[node], entered[other])
                    continue
                entered[other] = lowest[other] = clock
                root[other] = start
                clock += 1
                path.append((other, node, iter(beside[other])))
                break
            else:
                path.pop()
                if above >= 0:
                    lowest[above] = min(lowest[above], lowest[node])
                    below[above] += below[node]
                    if lowest[node] > entered[above]:
                        found.append((above, node))
    return [(a, b, below[root[a]] - below[b], below[b]) for a, b in found], parts


def _told_bridges(found: Iterable[tuple[int, int, int, int]], ids: Sequence[str]) -> tuple[Bridge, ...]:
    told = []
    for one, other, parts_one, parts_other in found:
        (a, part_a), (b, part_b) = sorted(((ids[one], parts_one), (ids[other], parts_other)))
        told.append((-min(part_a, part_b), min(one, other), max(one, other), a, b, (part_a, part_b)))
    return tuple(Bridge.trusted(a=a, b=b, parts=parts) for *_, a, b, parts in sorted(told))


def _connectors(beside: Sequence[Sequence[int]], of: Sequence[int], ids: Sequence[str]) -> tuple[Connector, ...]:
    found = []
    for node, others in enumerate(beside):
        spread = Counter(of[other] for other in others)
        elsewhere = len(others) - spread[of[node]]
        if elsewhere:
            reached = len(spread) - (of[node] in spread)
            alike = sum(n * n for n in spread.values())
            participation = round(1 - alike / len(others) ** 2, 6)
            found.append((-reached, -participation, node, elsewhere))
    return tuple(
        Connector.trusted(
            organisation=ids[node],
            community=of[node] + 1,
            partners=len(beside[node]),
            elsewhere=elsewhere,
            communities=-reached,
            participation=-participation,
        )
        for reached, participation, node, elsewhere in sorted(found)
    )


def figures(
    network: Network,
    *,
    suggestions: Iterable[Suggestion] = (),
    today: dt.date | None = None,
    rules: Rules | None = None,
) -> Figures:
    """Count what a network has on a day.

    Parameters
    ----------
    network:
        The facts.
    suggestions:
        Those whose share of a corridor is told; none by default.
    today:
        The day on which states and memberships are told; by default that of the rules, else the newest date in the
        network.
    rules:
        Where they ask for a corridor, its share is told too. They also say how texts are read for inferred themes.

    >>> from twinnet.graph import Network
    >>> figures(Network()).links
    0
    """
    rules = rules or Rules.by_default()
    today = today or rules.as_of or network.newest_date or DATA_DATE
    table, links = network.organisations, network.links
    states = Counter(lifecycle.states(links, today))
    country = dict(zip(table.column("id"), table.column("country"), strict=True))
    ends = [(country[a], country[b]) for a, b in zip(links.column("a"), links.column("b"), strict=True)]
    pairs = {
        (s.kind, *sorted((s.organisation.id, s.candidate.id))): (s.organisation.country, s.candidate.country)
        for s in suggestions
    }
    kinds = Counter(links.column("kind"))
    return Figures.trusted(
        today=today,
        organisations=len(table),
        links=len(links),
        suggestions=len(pairs),
        members=len(network.members(on=today)),
        kinds=_counts(table.column("kind")),
        countries=_counts(table.column("country")),
        networks=_memberships(network, today),
        states=tuple(Count.trusted(key=state, n=states[state]) for state in STATES),
        link_kinds=tuple(Count.trusted(key=kind, n=kinds[kind]) for kind in LINK_KINDS),
        matrix=_matrix(ends),
        corridors=tuple(
            _corridor(name, ends, list(pairs.values()), today)
            for name in dict.fromkeys((CORRIDOR, rules.corridor))
            if name
        ),
        unlinked=_unlinked(network),
        themes=_themes(network, rules),
        projects=_projects(network),
        decades=_decades(links.column("since")),
    )


def _most(keys: Iterable[str | None]) -> tuple[tuple[str | None, int], ...]:
    """Count keys: most first, then by key; what is not known comes last among equals.

    >>> _most(["IT", None, "BA", "IT"])
    (('IT', 2), ('BA', 1), (None, 1))
    """
    return tuple(sorted(Counter(keys).items(), key=lambda one: (-one[1], one[0] is None, one[0] or "")))


def _counts(keys: Iterable[str | None]) -> tuple[Count, ...]:
    return tuple(Count.trusted(key=key, n=n) for key, n in _most(keys))


def _memberships(network: Network, today: dt.date) -> tuple[Count, ...]:
    """Count the members of every network on a day; one that all have left stands with 0."""
    columns = (network.memberships.column(name) for name in ("network", "former", "until"))
    now: Counter[str] = Counter(dict.fromkeys(network.networks, 0))
    for name, former, until in zip(*columns, strict=True):
        now[name] += not lifecycle.has_left(former=former, until=until, on=today)
    return tuple(Count.trusted(key=name, n=n) for name, n in sorted(now.items(), key=lambda one: (-one[1], one[0])))


def _matrix(ends: Sequence[tuple[str | None, str | None]]) -> Matrix:
    """Count links between countries; each link counts once for each country it touches."""
    touched = Counter(country for pair in ends for country in set(pair) if country)
    first: list[str | None] = [*sorted(touched, key=lambda country: (-touched[country], country))[:MATRIX]]
    at = {country: place for place, country in enumerate(first)}
    between = Counter((at.get(a, len(first)), at.get(b, len(first))) for a, b in ends)
    size = len(first) + any(len(first) in pair for pair in between)
    rows = [[0] * size for _ in range(size)]
    for (a, b), n in between.items():
        rows[a][b] += n
        if a != b:
            rows[b][a] += n
    return Matrix.trusted(countries=tuple([*first, None][:size]), rows=tuple(map(tuple, rows)))


def _corridor(
    name: str,
    links: Sequence[tuple[str | None, str | None]],
    suggested: Sequence[tuple[str | None, str | None]],
    today: dt.date,
) -> Corridor:
    first, second = corridor(name, today)

    def inside(pairs: Iterable[tuple[str | None, str | None]]) -> int:
        return sum((a in first and b in second) or (a in second and b in first) for a, b in pairs)

    return Corridor.trusted(
        name=name,
        links=inside(links),
        of_links=len(links),
        suggestions=inside(suggested),
        of_suggestions=len(suggested),
    )


def _unlinked(network: Network) -> Unlinked:
    linked = {*network.links.column("a"), *network.links.column("b")}
    columns = (network.organisations.column(name) for name in ("id", "kind", "name", "population"))
    towns = [(one, name, size) for one, kind, name, size in zip(*columns, strict=True) if kind == "town"]
    without = sorted((1 if size is None else -size, name, one) for one, name, size in towns if one not in linked)
    return Unlinked.trusted(n=len(without), of=len(towns), largest=tuple(one for *_, one in without[:UNLINKED]))


def _themes(network: Network, rules: Rules) -> tuple[ThemeCount, ...]:
    table = network.organisations
    offered = Counter(theme for themes in table.column("themes_offered") for theme in set(themes))
    sought = Counter(theme for themes in table.column("themes_sought") for theme in set(themes))
    inferred: Counter[str] = Counter()
    for held in Profiles.of(network, as_of=rules.as_of, embed=rules.embed).inferred().values():
        stated = {one.theme for one in held if not one.inferred}
        inferred.update({theme for themes in inferred_by_side(held).values() for theme in themes} - stated)
    every = sorted({*offered, *sought, *inferred}, key=lambda t: (-offered[t] - sought[t], -inferred[t], t))
    return tuple(
        ThemeCount.trusted(theme=theme, offered=offered[theme], sought=sought[theme], inferred=inferred[theme])
        for theme in every
    )


def _projects(network: Network) -> Projects:
    return Projects.trusted(
        n=len(network.projects),
        organisations=len(set(network.partners.column("organisation"))),
        programmes=_counts(programme or None for programme in network.projects.column("programme")),
    )


def _decades(since: Iterable[str | None]) -> tuple[Count, ...]:
    """Count beginnings by decade; decades without one stand between those with some.

    >>> [(count.key, count.n) for count in _decades(["1988-05", "2004", None])]
    [('1980', 1), ('1990', 0), ('2000', 1), (None, 1)]
    """
    dates = list(since)
    begun = Counter(int(date[:4]) // 10 * 10 for date in dates if date is not None)
    unknown = dates.count(None)
    decades = range(min(begun, default=0), max(begun, default=-10) + 1, 10)
    told = tuple(Count.trusted(key=f"{decade:04}", n=begun[decade]) for decade in decades)
    return told + ((Count.trusted(key=None, n=unknown),) if unknown else ())
