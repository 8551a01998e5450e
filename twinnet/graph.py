"""The network: all facts of one store, and the graphs that questions need.

A :class:`Network` holds facts as columns and never changes; models are built when they are looked at. It knows
neither files nor stores. Graphs are projections computed on demand (this module is networkx' door).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, overload

from twinnet import countries, notebook, text
from twinnet.decisions import Decision, Matter, doubted, in_order, matters
from twinnet.errors import AmbiguousError, InputError, NotFoundError
from twinnet.lifecycle import has_left, last_day, states
from twinnet.models import (
    Judgement,
    Link,
    Membership,
    Model,
    Organisation,
    Origin,
    Partner,
    Project,
    Source,
    Statement,
)
from twinnet.taxonomy import Taxonomy

if TYPE_CHECKING:
    import networkx as nx

M = TypeVar("M", bound=Model)

NEWEST, NEVER = "newest date", b"none"
"""What is prepared of a network without its arrays: the newest date as text, or that there is none."""

DECISIONS_SOURCE = "decisions of people"
"""The source whose values win against every list's: what persons decided and corrected in this network."""

GAZETTEER_SOURCE = "GeoNames"
"""The source whose values lose against every list's: what the gazetteer knows of a place."""

_FEW = 6
"""So many ids are looked up in a table before all are put into a dictionary."""

_UNITED = frozenset({"themes_offered", "themes_sought", "themes", "tags", "languages", "other_names", "aliases"})
"""Fields that hold sets: what several rows say is united; of any other field the foremost row's value stands."""


class OwnPoints(NamedTuple):
    """The points that were learned from a network's own links and decisions: the table (CSV) and its card (JSON).

    What they say is read by :mod:`twinnet.applied`; here they are only kept.
    """

    table: str
    card: str


class Unread(ABC):
    """A column of a store that is read when it is asked for."""

    @abstractmethod
    def whole(self) -> Iterable[Any]:
        """Read all of it."""

    @abstractmethod
    def cell(self, at: int) -> Any:
        """Read one value."""

    @abstractmethod
    def __len__(self) -> int: ...


Column = Sequence[Any] | Unread


class Facts(Sequence[M], Generic[M]):
    """A table of facts of one kind: columns inside, frozen models outside.

    >>> towns = Facts.of(Organisation, [Organisation(id="town-1", name="Mostar", country="BA")])
    >>> towns[0].name, towns.column("country")
    ('Mostar', ('BA',))
    """

    def __init__(self, model: type[M], columns: Mapping[str, Column]) -> None:
        self.model = model
        size = len(next(iter(columns.values()), ()))
        self._columns: dict[str, tuple[Any, ...]] = {}
        self._unread: dict[str, Unread] = {}
        for name, field in model.model_fields.items():
            column = columns.get(name)
            if isinstance(column, Unread):
                self._unread[name] = column
            elif column is None:
                self._columns[name] = (field.get_default(call_default_factory=True),) * size
            else:
                self._columns[name] = tuple(column)
        self._size = size
        self._sought: dict[str, int | None] = {}

    @classmethod
    def of(cls, model: type[M], items: Iterable[M]) -> Facts[M]:
        """Make a table of models."""
        rows = list(items)
        columns: dict[str, list[Any]] = {name: [getattr(item, name) for item in rows] for name in model.model_fields}
        if "origins" in columns:
            columns["origins"] = [tuple((o.source, o.row, o.fields) for o in origins) for origins in columns["origins"]]
        return cls(model, columns)

    def column(self, name: str) -> tuple[Any, ...]:
        """Return one column; ``origins`` holds tuples (source, row, fields)."""
        if (unread := self._unread.get(name)) is not None:
            self._columns[name] = tuple(unread.whole())
            self._unread.pop(name, None)
        return self._columns[name]

    def unread(self, name: str) -> Unread | None:
        """Return a column as its store has it, None where it was read already."""
        return self._unread.get(name)

    def columns(self) -> dict[str, tuple[Any, ...]]:
        """Return all columns by name, in the order of the model's fields."""
        return {name: self.column(name) for name in self.model.model_fields}

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {value: at for at, value in enumerate(self.column(self._key))}

    @property
    def _key(self) -> str:
        return "id" if "id" in self.model.model_fields else "name"

    def position(self, identifier: str) -> int:
        """Return the row of an id; raise :class:`KeyError` if there is none."""
        if len(self._sought) < _FEW:
            # The first few are sooner found one by one than all are put into a dictionary.
            if identifier not in self._sought:
                self._sought[identifier] = self._look_up(identifier)
            found = self._sought[identifier]
            if found is None:
                raise KeyError(identifier)
            return found
        return self._positions[identifier]

    def _look_up(self, identifier: str) -> int | None:
        """Find one id; tables are mostly sorted by it."""
        at = bisect_left(range(self._size), identifier, key=lambda at: self.cell(self._key, at))
        if at < self._size and self.cell(self._key, at) == identifier:
            return at
        column = self.column(self._key)
        return column.index(identifier) if identifier in column else None

    def has(self, identifier: str) -> bool:
        """Tell whether an id is in the table."""
        try:
            self.position(identifier)
        except KeyError:
            return False
        return True

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, at: int) -> M: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[M]: ...
    def __getitem__(self, at: int | slice) -> M | Sequence[M]:
        """Build the model of a row."""
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(self._size))]
        if self._unread:
            values = {name: self.cell(name, at) for name in self.model.model_fields}
        else:
            values = {name: column[at] for name, column in self._columns.items()}
        if "origins" in values:
            values["origins"] = tuple(Origin(source=s, row=r, fields=tuple(f)) for s, r, f in values["origins"])
        return self.model.model_validate(values)

    def cell(self, name: str, at: int) -> Any:
        """Return one value, without reading the whole of a column."""
        unread = self._unread.get(name)
        return self._columns[name][at] if unread is None else unread.cell(at)

    def __iter__(self) -> Iterator[M]:
        self.columns()
        return (self[at] for at in range(self._size))

    def __repr__(self) -> str:
        return f"<{self._size} {self.model.__name__}s>"


class Network:
    """All facts of one store.

    Parameters are iterables (or :class:`Facts`) of the models; rows are kept sorted by id, whatever their order.
    ``judgements`` are what persons decided of names and organisations: no facts, and no part of the digest. Nor are
    ``decisions``, what persons decided of suggestions; what follows from them for the facts is in the facts.
    ``taxonomy`` is what the themes are keys of (None: twinnet's own). ``points`` were learned from its own links (None:
    nothing was); they are an opinion, no fact, and no part of the digest. ``prepared`` is what a store keeps so that
    questions need not compute it again (see :mod:`twinnet.prepared`): it says nothing that the facts do not say, and
    only facts that were found whole have it. ``kept`` is None; whoever asks many questions of one network, as a server
    does, puts a dictionary there: what took long is left in it for the next question, and lasts as long as the network.

    >>> mostar = Organisation(id="town-1", name="Mostar", country="BA")
    >>> bari = Organisation(id="town-2", name="Bari", country="IT")
    >>> network = Network([mostar, bari], links=[Link(id="link-1", a="town-1", b="town-2", since="1998")])
    >>> network
    <Network: 2 organisations, 0 memberships, 1 link, 0 projects>
    >>> network.find("Mostar, BA").id
    'town-1'
    """

    def __init__(
        self,
        organisations: Iterable[Organisation] = (),
        *,
        memberships: Iterable[Membership] = (),
        links: Iterable[Link] = (),
        projects: Iterable[Project] = (),
        partners: Iterable[Partner] = (),
        sources: Iterable[Source] = (),
        judgements: Iterable[Judgement] = (),
        decisions: Iterable[Decision] = (),
        taxonomy: Taxonomy | None = None,
        points: OwnPoints | None = None,
        prepared: Mapping[str, bytes] | None = None,
    ) -> None:
        self.taxonomy = taxonomy or Taxonomy.builtin()
        self.points = points
        self.prepared = prepared or {}
        self.kept: dict[Any, Any] | None = None
        self.organisations = _table(Organisation, organisations, lambda o: (o.id,))
        self.memberships = _table(Membership, memberships, lambda m: (m.organisation, m.network))
        self.links = _table(Link, links, lambda link: (link.id,))
        self.projects = _table(Project, projects, lambda p: (p.id,))
        self.partners = _table(Partner, partners, lambda p: (p.project, p.organisation))
        self.sources = _table(Source, sources, lambda s: (s.name,))
        self.judgements = _table(Judgement, judgements, lambda j: (j.id,))
        self.decisions = decisions if isinstance(decisions, Facts) else Facts.of(Decision, in_order(decisions))
        if not self.prepared:
            self._refuse_the_unknown()

    @classmethod
    def from_statements(
        cls,
        sources: Iterable[Source],
        statements: Iterable[Statement],
        judgements: Iterable[Judgement] = (),
        *,
        decisions: Iterable[Decision] = (),
        taxonomy: Taxonomy | None = None,
        points: OwnPoints | None = None,
    ) -> Network:
        """Merge what rows say into facts; judgements, decisions and points are kept beside them as they are.

        Of values that disagree the one of the newer list stands, then of the source whose name sorts first, then of
        the earlier row; sets (themes, tags, languages, other names) are united. Each fact keeps the rows that speak of
        it and which values come from which row. Statements of kind ``question`` are passed over.
        """
        given = sorted(sources, key=lambda s: s.name)
        rank = {source.name: at for at, source in enumerate(sorted(given, key=_newest_first))}
        rank |= {GAZETTEER_SOURCE: len(rank), DECISIONS_SOURCE: -1}
        grouped: dict[str, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
        for statement in statements:
            grouped[statement.kind][statement.subject].append(statement)
        tables: dict[str, list[dict[str, Any]]] = {}
        for kind in ("organisation", "membership", "link", "project", "partner"):
            subjects = grouped[kind]
            tables[kind] = [
                _merge(subject, said, rank, kind=kind)
                for subject, said in sorted(subjects.items())
                if any(statement.source != GAZETTEER_SOURCE for statement in said)
            ]
        network = cls(sources=given, judgements=judgements, decisions=decisions, taxonomy=taxonomy, points=points)
        network.organisations = _columns_of(Organisation, tables["organisation"])
        network.memberships = _columns_of(Membership, tables["membership"])
        network.links = _columns_of(Link, tables["link"])
        network.projects = _columns_of(Project, tables["project"])
        network.partners = _columns_of(Partner, tables["partner"])
        return network

    def widened(self, organisations: Iterable[Organisation]) -> Network:
        """Return the network with further organisations, whose ids are new to it; all else stays as it is.

        >>> len(Network().widened([Organisation(id="town-1", name="Mostar", country="BA")]).organisations)
        1
        """
        return Network(
            [*self.organisations, *organisations],
            memberships=self.memberships,
            links=self.links,
            projects=self.projects,
            partners=self.partners,
            sources=self.sources,
            judgements=self.judgements,
            decisions=self.decisions,
            taxonomy=self.taxonomy,
            points=self.points,
        )

    def _refuse_the_unknown(self) -> None:
        """Raise :class:`InputError` where an id stands twice or a fact names what is not there."""
        known = {"organisation": self.organisations.column("id"), "project": self.projects.column("id")}
        others = (("link", self.links.column("id")), ("judgement", self.judgements.column("id")))
        for what, ids in (*known.items(), *others):
            if len(set(ids)) < len(ids):
                twice = next(identifier for identifier, count in Counter(ids).items() if count > 1)
                raise InputError(f"two {what}s have the id {twice!r}: give each its own")
        named = (
            ("link", "organisation", (*self.links.column("a"), *self.links.column("b"))),
            ("membership", "organisation", self.memberships.column("organisation")),
            ("project partner", "organisation", self.partners.column("organisation")),
            ("project partner", "project", self.partners.column("project")),
        )
        for fact, what, ids in named:
            if unknown := set(ids).difference(known[what]):
                raise InputError(f"a {fact} names the {what} {min(unknown)!r}, which is not in the network")

    @cached_property
    def newest_date(self) -> dt.date | None:
        """The newest date of a list, a beginning or an activity, None if no date is known; a year counts to its end.

        Ends are left out, as they may be planned.
        """
        if kept := self.prepared.get(NEWEST):
            with suppress(ValueError):
                return dt.date.fromisoformat(kept.decode("ascii")) if kept != NEVER else None
        newest = max(
            (
                value
                for facts, names in (
                    (self.sources, ("date",)),
                    (self.memberships, ("since",)),
                    (self.links, ("since", "last_activity")),
                    (self.projects, ("start",)),
                )
                for name in names
                for value in set(facts.column(name))
                if value
            ),
            key=last_day,
            default=None,
        )
        return None if newest is None else last_day(newest)

    @cached_property
    def digest(self) -> str:
        """12 hex digits that are the same for the same facts under the same taxonomy."""
        made = hashlib.sha256(self.taxonomy.digest.encode("ascii"))
        for facts in (self.organisations, self.memberships, self.links, self.projects, self.partners):
            for name, column in facts.columns().items():
                made.update(json.dumps([name, column], ensure_ascii=False, default=str).encode("utf-8"))
        return made.hexdigest()[:12]

    @cached_property
    def matters(self) -> dict[str, Matter]:
        """What was decided and corrected, by the ids of the matters; rows about who is not there are left out."""
        return matters(self.decisions, self._now) if len(self.decisions) else {}

    def doubted(self, today: dt.date) -> frozenset[str]:
        """Return the ids of the organisations whose place a person doubts, and nobody has judged since."""
        if not self.matters:
            return frozenset()
        placed = [(one.organisation, one.when) for one in self.judgements if one.name is not None]
        found = map(self._now, doubted(self.matters.values(), placed, today))
        return frozenset(identifier for identifier in found if identifier is not None)

    def _now(self, identifier: str) -> str | None:
        """Return the id that an organisation has now, None if there is none."""
        return self.organisations.cell("id", self.row_of(identifier)) if self.knows(identifier) else None

    @cached_property
    def networks(self) -> tuple[str, ...]:
        """The names of the networks that organisations belong to, sorted."""
        return tuple(sorted(set(self.memberships.column("network"))))

    def members(self, network: str | None = None, *, on: dt.date | None = None) -> frozenset[str]:
        """Return the ids of the members of a network, or of any network.

        Left out is who a list marks as former and, given a day ``on``, whose membership had ended before it.
        """
        columns = (self.memberships.column(name) for name in ("organisation", "network", "former", "until"))
        return frozenset(
            member
            for member, name, former, until in zip(*columns, strict=True)
            if (network is None or name == network)
            and not ((former or until) and has_left(former=former, until=until, on=on))
        )

    def organisation(self, identifier: str) -> Organisation:
        """Return the organisation of an id, or of one it had before; raise :class:`NotFoundError`."""
        return self.organisations[self.row_of(identifier)]

    def row_of(self, identifier: str) -> int:
        """Return where the organisation of an id, or of one it had before, stands; raise :class:`NotFoundError`."""
        try:
            known = self.organisations.has(identifier)
            return self.organisations.position(identifier if known else self._by_alias[identifier])
        except KeyError:
            raise NotFoundError(f"no organisation has the id {identifier!r}") from None

    def knows(self, identifier: str) -> bool:
        """Tell whether an organisation has an id, or had it before."""
        return self.organisations.has(identifier) or identifier in self._by_alias

    @cached_property
    def _by_alias(self) -> dict[str, str]:
        """Ids by the aliases that are no id themselves."""
        columns = (self.organisations.column(name) for name in ("id", "aliases"))
        return {
            alias: identifier
            for identifier, aliases in zip(*columns, strict=True)
            for alias in aliases
            if not self.organisations.has(alias)
        }

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        rows = zip(*(self.organisations.column(c) for c in ("name", "kind", "place", "other_names")), strict=True)
        for at, (name, kind, place, others) in enumerate(rows):
            # The place is a town's own name, and only the seat of other organisations.
            own = place if place and kind in ("town", "region") else ""
            for key in {text.fold(word) for word in (name, own, *others)} - {""}:
                found[key].append(at)
        return found

    def find(self, name: str) -> Organisation:
        """Return the one organisation with that id, alias or name (``Mostar`` or ``Mostar, BA``).

        Raises
        ------
        AmbiguousError
            several organisations have the name: the error lists them.
        NotFoundError
            none has it.
        """
        return self.organisations[self.find_row(name)]

    def find_row(self, name: str) -> int:
        """Return where the organisation stands that :meth:`find` returns; raise what it raises."""
        if self.organisations.has(name) or name in self._by_alias:
            return self.row_of(name)
        at, alone = self._by_name.get(text.fold(name), []), name
        if not at and "," in name:
            alone, _, last = name.rpartition(",")
            country = countries.code(last.strip())
            column = self.organisations.column("country")
            at = [i for i in self._by_name.get(text.fold(alone), []) if country and column[i] == country]
        if len(at) > 1:
            exact = [i for i in at if self.organisations.column("name")[i] == alone]
            at = exact if len(exact) == 1 else at
        if len(at) == 1:
            return at[0]
        if not at:
            near = get_close_matches(text.fold(name), self._by_name, 3, cutoff=0.75)
            meant = dict.fromkeys(self.organisations.column("name")[self._by_name[key][0]] for key in near)
            raise NotFoundError(f"no organisation is called {name!r}", tuple(meant))
        lines = sorted(_line(self.organisations[i]) for i in at)
        raise AmbiguousError(f"{name!r} fits {len(at)} organisations; give one of these ids:", lines)

    def multigraph(self) -> nx.MultiGraph[str]:
        """Return a graph with everything: organisations, networks and projects as nodes; links, memberships, parts.

        Nodes and edges carry the fields of their facts and ``type`` (``organisation``, ``network``, ``project``;
        ``link``, ``membership``, ``partner``); parallel links stay parallel, keyed by their ids.
        """
        import networkx as nx

        graph: nx.MultiGraph[str] = nx.MultiGraph()
        for organisation in self.organisations:
            graph.add_node(organisation.id, type="organisation", **organisation.model_dump(exclude={"id", "origins"}))
        for network in self.networks:
            graph.add_node(f"network|{network}", type="network", name=network)
        for project in self.projects:
            graph.add_node(project.id, type="project", **project.model_dump(exclude={"id", "origins"}))
        for link in self.links:
            graph.add_edge(
                link.a, link.b, key=link.id, type="link", **link.model_dump(exclude={"a", "b", "id", "origins"})
            )
        for part in self.partners:
            graph.add_edge(part.organisation, part.project, key="partner", type="partner", role=part.role)
        for m in self.memberships:
            values = m.model_dump(exclude={"organisation", "network", "origins"})
            graph.add_edge(m.organisation, f"network|{m.network}", key="membership", type="membership", **values)
        return graph

    def graph(self, *, projects: bool = False, as_of: dt.date | None = None) -> nx.Graph[str]:
        """Return a simple graph of organisations for one question.

        An edge stands for at least one link, with their number as ``links``; with ``projects`` it may also stand for
        projects in common, their number as ``projects``. ``as_of`` keeps what had begun and not ended at that date
        (what has no date is kept).
        """
        import networkx as nx

        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(self.organisations.column("id"))
        for a, b, since, until in zip(*(self.links.column(n) for n in ("a", "b", "since", "until")), strict=True):
            if as_of is None or _alive(since, until, as_of):
                _count(graph, a, b, "links")
        if projects:
            living = {
                project
                for project, start, end in zip(*(self.projects.column(n) for n in ("id", "start", "end")), strict=True)
                if as_of is None or _alive(start, end, as_of)
            }
            teams: dict[str, list[str]] = defaultdict(list)
            for project, organisation in zip(
                self.partners.column("project"), self.partners.column("organisation"), strict=True
            ):
                if project in living:
                    teams[project].append(organisation)
            for team in teams.values():
                for at, a in enumerate(team):
                    for b in team[at + 1 :]:
                        _count(graph, a, b, "projects")
        return graph

    def __repr__(self) -> str:
        parts = (
            (len(self.organisations), "organisation"),
            (len(self.memberships), "membership"),
            (len(self.links), "link"),
            (len(self.projects), "project"),
        )
        counted = ", ".join(f"{n} {word}" if n == 1 else f"{n} {word}s" for n, word in parts)
        return f"<Network: {counted}>"

    def _repr_html_(self) -> str:
        """Show what is there: counts, links by their state on the newest date, the largest networks and countries."""
        by_state = Counter(states(self.links, self.newest_date or dt.date.min))
        lands = Counter(self.organisations.column("country"))
        shown = {
            "links by state": by_state,
            "networks": Counter(self.memberships.column("network")),
            "countries": Counter({countries.name(code) if code else "not known": n for code, n in lands.items()}),
        }
        rows = [(name, notebook.foremost(counts.items())) for name, counts in shown.items() if counts]
        day = f"newest date: {self.newest_date}" if self.newest_date else "no date is known"
        counted = repr(self).removeprefix("<Network: ").removesuffix(">")
        return notebook.card("Network", notes=(counted, day), rows=rows)


def _table(model: type[M], items: Iterable[M], key: Callable[[M], tuple[str, ...]]) -> Facts[M]:
    return items if isinstance(items, Facts) else Facts.of(model, sorted(items, key=key))


def _columns_of(model: type[M], rows: list[dict[str, Any]]) -> Facts[M]:
    columns = {}
    for name, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True)
        columns[name] = [row.get(name, default) for row in rows]
    return Facts(model, columns)


def _line(one: Organisation) -> str:
    """Return what tells an organisation from others of its name."""
    people = f", {one.population:,} inhabitants" if one.population else ""
    return f"{one.id}  {one.name}, {one.country or '?'} ({one.kind}{people})"


def _newest_first(source: Source) -> tuple[int, str]:
    """Sort key: newer lists first (a year counts to its end, no date comes last), then the name.

    >>> dated = [Source(name=date, kind="members", file="a.csv", date=date) for date in ("2024-05", "2023", "2024")]
    >>> [source.date for source in sorted(dated, key=_newest_first)]
    ['2024', '2024-05', '2023']
    """
    return (-last_day(source.date).toordinal() if source.date else 0, source.name)


def _merge(subject: str, said: list[Statement], rank: Mapping[str, int], *, kind: str) -> dict[str, Any]:
    """Merge the statements about one fact into the values of its model."""
    if len(said) > 1:
        said = sorted(said, key=lambda s: (rank[s.source], s.row))
    first, second, _ = f"{subject}|".split("|", 2) if kind in ("membership", "partner") else (subject, "", "")
    merged: dict[str, Any] = {}
    origins = []
    names: dict[str, None] = {}
    closed: set[str] = set()
    for statement in said:
        used = []
        for field, value in statement.values.items():
            if field == "name":
                names.setdefault(value)
            if field in _UNITED:
                if _united(merged, field, value, over=statement.source == DECISIONS_SOURCE, closed=closed):
                    used.append(field)
            elif field not in merged and value is not None:
                # A zero has no sign: SQLite keeps none, and the same facts have the same digest.
                merged[field] = value + 0.0 if isinstance(value, float) else value
                used.append(field)
        # Aliases are told from all rows together.
        origins.append((statement.source, statement.row, tuple(sorted(f for f in used if f != "aliases"))))
    for field in _UNITED & merged.keys():
        merged[field] = tuple(sorted(set(merged[field])))
    if kind == "membership":
        merged |= {"organisation": first, "network": second}
    elif kind == "partner":
        merged |= {"organisation": first, "project": second}
    else:
        merged["id"] = subject
    if kind == "organisation" and len(names) > 1:
        known = {merged["name"], *merged.get("other_names", ())}
        merged["other_names"] = tuple(sorted({*merged.get("other_names", ()), *(n for n in names if n not in known)}))
    merged["origins"] = tuple(origins)
    return merged


def _united(merged: dict[str, Any], field: str, value: Iterable[Any], *, over: bool, closed: set[str]) -> bool:
    """Unite a set with what is known of it; tell whether it brings anything.

    What a person said (``over``) is all there is: it closes the field.
    """
    if field in closed:
        return False
    if over:
        closed.add(field)
    before = merged.get(field, ())
    items = map(tuple, value) if field == "tags" else value
    added = tuple(item for item in items if item not in before)
    if added or over:
        merged[field] = (*before, *added)
    return bool(added) or over


def _alive(since: str | None, until: str | None, on: dt.date) -> bool:
    """Tell whether something had begun and not ended; unknown dates count as alive."""
    begun = since is None or since <= on.isoformat()
    return begun and (until is None or last_day(until) >= on)


def _count(graph: nx.Graph[str], a: str, b: str, what: str) -> None:
    if a == b:
        return
    if not graph.has_edge(a, b):
        graph.add_edge(a, b, links=0, projects=0)
    graph.edges[a, b][what] += 1
