"""Who may meet whom: the rules, applied to a network.

Selectors name organisations: ``network:ALDA``, ``group:western-balkans``, ``country:BA``, ``kind:lda``, or an id or
name; a bare word is tried in this order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from twinnet import countries
from twinnet.decisions import is_closed, standing
from twinnet.errors import NotFoundError, RulesError
from twinnet.graph import Network
from twinnet.index import EARTH_RADIUS, MatchIndex, symmetric
from twinnet.models import ORGANISATION_KINDS, Rules, SuggestionKind

Rows = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def _barred(
    network: Network, index: MatchIndex, rules: Rules, never: Iterable[tuple[int, int]], today: dt.date
) -> sparse.csr_array:
    """Return who may not be put together (n x n): recorded partners, whom the rules keep apart, what was decided."""
    pairs = [*never, *_closed(network, index, rules, today, "start")]
    if rules.as_of is not None:
        at = network.organisations.position
        ends = zip(network.links.column("a"), network.links.column("b"), strict=True)
        linked = index.row_at[np.array([(at(a), at(b)) for a, b in ends], np.int64).reshape(-1, 2)]
        pairs += [(a, b) for a, b in linked.tolist()]
    elif not pairs:
        return index.links
    else:
        links = index.links.tocoo()
        pairs += zip(links.row.tolist(), links.col.tolist(), strict=True)
    return symmetric(pairs, len(index))


def _closed(
    network: Network, index: MatchIndex, rules: Rules, today: dt.date, kind: SuggestionKind
) -> Iterator[tuple[int, int]]:
    """Give the pairs of which a kind of suggestion was decided, so that it is not made again."""
    for matter in network.matters.values():
        rows = [row for row in matter.rows if rules.as_of is None or row.when[:10] <= str(rules.as_of)]
        stands = standing(rows)
        if matter.candidate is not None and stands is not None and stands.kind == kind and is_closed(stands, today):
            a, b = sorted((index.position[matter.organisation], index.position[matter.candidate]))
            yield a, b


@dataclass(frozen=True)
class Eligibility:
    """The rules, laid over a network.

    ``able`` tells of each row whether it may be a candidate at all; ``barred`` (n x n) has the pairs that may not be
    put together, because they are recorded partners or the rules say never.
    """

    index: MatchIndex
    rules: Rules
    able: Bools
    barred: sparse.csr_array
    never: frozenset[tuple[int, int]]
    today: dt.date
    _network: Network = field(repr=False, compare=False)
    _asked: Callable[[], Rows] = field(repr=False, compare=False)
    _by_country: dict[int, Bools] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, network: Network, index: MatchIndex, rules: Rules, today: dt.date) -> Eligibility:
        """Apply the rules; raise :class:`RulesError` where they name what does not exist."""
        able = _able(index, rules)
        if rules.among:
            among = select(network, rules.among, today)
            able &= np.array([i in among for i in index.ids], np.bool_)
        elif index.district.any():
            # A part of a city is no town to be found: only a list of members makes it a candidate.
            members = network.members(on=today)
            able &= ~index.district | np.array([i in members for i in index.ids], np.bool_)
        rows_of = [sorted(int(index.row_at[network.find_row(name)]) for name in pair) for pair in rules.never]
        never = frozenset((i, j) for i, j in rows_of)
        whose = select(network, rules.whose, today) if rules.whose else None
        doubted = {int(index.row_at[network.row_of(one)]) for one in network.doubted(rules.as_of or dt.date.max)}
        able[list(doubted)] = False

        def rows() -> Rows:
            ids = asked(network, (), today) if whose is None else whose
            position = network.organisations.position
            found = np.sort(index.row_at[np.array([position(i) for i in ids], np.int64)])
            return found[~np.isin(found, list(doubted))] if doubted else found

        return cls(
            index=index,
            rules=rules,
            able=able,
            barred=_barred(network, index, rules, never, today),
            never=never,
            today=today,
            _network=network,
            _asked=rows,
        )

    @cached_property
    def asked(self) -> Rows:
        """The rows of the index whose suggestions are asked for, in its order."""
        return self._asked()

    def candidates(self, row: int) -> Rows:
        """Return the rows that may be suggested to a row: eligible, not itself, not a recorded partner."""
        return np.flatnonzero(self.mask(np.array([row]))[0])

    def mask(self, rows: Rows) -> Bools:
        """Tell of all (rows x n) whether they are candidates of each row."""
        meeting = self.meeting(rows)
        meeting &= self.able
        return meeting

    def meeting(self, rows: Rows, start: int = 0) -> Bools:
        """Tell whether the rules let each row and those from ``start`` on (rows x columns) meet, either way."""
        found = np.empty((len(rows), len(self.index) - start), np.bool_)
        for at, row in enumerate(rows.tolist()):
            found[at] = self._abroad(row)[start:]
            if self.rules.distance != (None, None):
                found[at] &= self._far_enough(row)[start:]
        barred = sparse.csr_array(self.barred[rows])
        every = np.arange(len(rows))
        lines = np.concatenate([every, np.repeat(every, np.diff(barred.indptr))])
        columns = np.concatenate([rows, barred.indices]) - start
        found[lines[columns >= 0], columns[columns >= 0]] = False
        return found

    def may_meet(self, row: int, column: int) -> bool:
        """Tell whether the rules let a recorded partner be spoken of to a row, in whatever country and corridor."""
        pair = (min(row, column), max(row, column))
        return pair not in self.never and bool(self.able[column] and self._far_enough(row)[column])

    def decided(self, kind: SuggestionKind) -> frozenset[tuple[int, int]]:
        """Return the pairs (smaller row first) of which a kind of suggestion was decided, so that none is made."""
        return frozenset(_closed(self._network, self.index, self.rules, self.today, kind))

    def _abroad(self, row: int) -> Bools:
        """Tell which rows a row may meet by their countries."""
        mine = int(self.index.country[row])
        if mine not in self._by_country:
            self._by_country[mine] = self._meeting(mine)
        return self._by_country[mine]

    def _meeting(self, mine: int) -> Bools:
        """Tell which rows those of a country may meet."""
        index, rules = self.index, self.rules
        unknown = len(index.countries) - 1
        able = np.ones(len(index), np.bool_)
        if not rules.same_country:
            able &= (index.country != mine) & (index.country != unknown) & (mine != unknown)
        if rules.corridor_only and index.corridor is not None:
            first, second = index.corridor
            code = index.countries[mine]
            ends = (second if code in first else frozenset()) | (first if code in second else frozenset())
            able &= np.array([c in ends for c in index.countries], np.bool_)[index.country]
        return able

    def _far_enough(self, row: int) -> Bools:
        """Tell which rows a row may meet by distance; an unknown one is kept."""
        index = self.index
        least, most = self.rules.distance
        if least is None and most is None:
            return np.ones(len(index), np.bool_)
        chord = np.linalg.norm(index.unit - index.unit[row], axis=1)
        with np.errstate(invalid="ignore"):
            apart = 2 * EARTH_RADIUS * np.arcsin(np.minimum(chord / 2, 1))
            near: Bools = ~(apart < (least or 0)) & ~(apart > (np.inf if most is None else most))
        return near


def _able(index: MatchIndex, rules: Rules) -> Bools:
    """Tell which rows may be candidates by what they are themselves; what is not known is kept."""
    able = np.ones(len(index), np.bool_)
    if rules.kinds:
        able &= np.array([kind in rules.kinds for kind in index.kinds], np.bool_)
    if rules.languages:
        wanted = np.array([name in rules.languages for name in index.language_names], np.float32)
        able &= (index.languages @ wanted) > 0
    least, most = rules.population
    with np.errstate(invalid="ignore"):
        if least is not None:
            able &= ~(index.population < least)
        if most is not None:
            able &= ~(index.population > most)
    return able


def corridor(text: str, today: dt.date) -> tuple[frozenset[str], frozenset[str]]:
    """Read a corridor ``FROM:TO`` of groups or countries; a country in both ends counts to the second alone.

    >>> first, second = corridor("IT,AT:western-balkans", dt.date(2026, 1, 1))
    >>> sorted(first), "BA" in second
    (['AT', 'IT'], True)
    """
    first, second = (
        frozenset().union(*(_countries(part, today) for part in end.split(","))) for end in text.split(":", 1)
    )
    return first - second, second


def _countries(text: str, today: dt.date) -> frozenset[str]:
    name = text.strip()
    if name in countries.groups():
        return countries.group(name, today)
    code = countries.code(name)
    if code is None:
        raise RulesError(f"{name!r} is neither a country nor a group; the groups are {', '.join(countries.groups())}")
    return frozenset({code})


def asked(network: Network, selectors: Sequence[str], today: dt.date) -> frozenset[str]:
    """Return the ids that are asked for: what the selectors name, without any the members of all imported networks.

    Where no network was imported all organisations are asked for. Raises :class:`RulesError` for a selector that names
    nothing.
    """
    if selectors:
        return select(network, selectors, today)
    return network.members(on=today) if network.networks else frozenset(network.organisations.column("id"))


def select(network: Network, selectors: Iterable[str], today: dt.date) -> frozenset[str]:
    """Return the ids that any of the selectors names; raise :class:`RulesError` for one that names nothing.

    >>> from twinnet.models import Organisation
    >>> network = Network([Organisation(id="town-1", name="Mostar", country="BA")])
    >>> select(network, ["country:BA"], dt.date(2026, 1, 1))
    frozenset({'town-1'})
    """
    found: set[str] = set()
    for selector in selectors:
        found |= _select(network, selector.strip(), today)
    return frozenset(found)


def _select(network: Network, selector: str, today: dt.date) -> frozenset[str]:
    how, colon, name = selector.partition(":")
    if not colon or how not in ("network", "group", "country", "kind", "organisation"):
        how, name = "", selector
    table, hint = network.organisations, ""
    if name.casefold() == "all" and not how:
        return frozenset(table.column("id"))
    named = {n.casefold(): n for n in network.networks}
    if how in ("", "network") and name.casefold() in named:
        return network.members(named[name.casefold()], on=today)
    wanted: frozenset[str] = frozenset()
    if how in ("", "group") and name in countries.groups():
        wanted = countries.group(name, today)
    elif how in ("", "kind") and name in ORGANISATION_KINDS:
        return frozenset(i for i, kind in zip(table.column("id"), table.column("kind"), strict=True) if kind == name)
    elif how in ("", "country") and (how or len(name) in (2, 3) or not _known(network, name)):
        code = countries.code(name)
        wanted = frozenset({code}) if code else frozenset()
    if wanted:
        return frozenset(
            i for i, code in zip(table.column("id"), table.column("country"), strict=True) if code in wanted
        )
    if how in ("", "organisation"):
        try:
            return frozenset({table.column("id")[network.find_row(name)]})
        except NotFoundError as error:
            hint = f"; did you mean {' or '.join(error.nearest)}?" if error.nearest else ""
    networks = ", ".join(network.networks) or "none"
    raise RulesError(
        f"{selector!r} names no network, group, country, kind or organisation here{hint} (networks: {networks}; "
        f"groups: {', '.join(countries.groups())})"
    )


def _known(network: Network, name: str) -> bool:
    try:
        network.find_row(name)
    except NotFoundError:
        return False
    return True
