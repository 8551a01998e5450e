"""Who may meet whom: the rules, applied to a network.

Selectors name organisations: ``network:ALDA``, ``group:western-balkans``, ``country:BA``, ``kind:lda``, or an id or
name; a bare word is tried in this order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from twinnet import countries
from twinnet.errors import NotFoundError, RulesError
from twinnet.graph import Network
from twinnet.index import EARTH_RADIUS, MatchIndex
from twinnet.models import ORGANISATION_KINDS, Rules

Rows = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Eligibility:
    """The organisations asked for, the candidates, and the pairs that are out.

    ``asked`` holds rows of the index, in its order. Made in two steps: :meth:`of` reads the rules (and says what they
    name that does not exist), :meth:`over` lays them over an index.
    """

    rules: Rules
    whose: frozenset[str]
    among: frozenset[str] | None
    never: frozenset[tuple[str, str]]
    corridor: tuple[frozenset[str], frozenset[str]] | None
    index: MatchIndex | None = None
    linked: frozenset[tuple[str, str]] = frozenset()
    asked: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    able: Bools = field(default_factory=lambda: np.empty(0, np.bool_))

    @classmethod
    def of(cls, network: Network, rules: Rules, today: dt.date) -> Eligibility:
        """Read the rules for a network; raise :class:`RulesError` where they name what does not exist."""
        if rules.whose:
            whose = select(network, rules.whose, today)
        else:
            whose = network.members() if network.networks else frozenset(network.organisations.column("id"))
        pairs = {tuple(sorted(network.find(name).id for name in pair)) for pair in rules.never}
        links = zip(network.links.column("a"), network.links.column("b"), strict=True)
        return cls(
            rules=rules,
            whose=whose,
            among=select(network, rules.among, today) if rules.among else None,
            never=frozenset((a, b) for a, b in pairs),
            corridor=corridor(rules.corridor, today) if rules.corridor else None,
            linked=frozenset(links),
        )

    def over(self, index: MatchIndex) -> Eligibility:
        """Lay the rules over an index."""
        rules = self.rules
        able = np.ones(len(index), np.bool_)
        if self.among is not None:
            able &= np.array([i in self.among for i in index.ids], np.bool_)
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
        asked = np.array([at for at, i in enumerate(index.ids) if i in self.whose], np.int64)
        barred: dict[int, list[int]] = {}
        for a, b in self.linked | self.never:
            if a in index.position and b in index.position:
                i, j = index.position[a], index.position[b]
                barred.setdefault(i, []).append(j)
                barred.setdefault(j, []).append(i)
        index.cache["barred"] = barred
        return replace(self, index=index, asked=asked, able=able)

    def candidates(self, row: int) -> Rows:
        """Return the rows that may be suggested to a row: eligible, not itself, not a recorded partner."""
        assert self.index is not None, "call over() first"  # noqa: S101 - an invariant of two-step construction
        able = self.able & self._pairs(row)
        able[row] = False
        able[self.index.cache["barred"].get(row, [])] = False
        return np.flatnonzero(able)

    def may_meet(self, row: int, column: int) -> bool:
        """Tell whether the rules let a recorded partner be spoken of to a row; partners of one country may meet."""
        assert self.index is not None, "call over() first"  # noqa: S101 - an invariant of two-step construction
        ids = tuple(sorted((self.index.ids[row], self.index.ids[column])))
        return ids not in self.never and bool(self.able[column] and self._pairs(row, same_country=True)[column])

    def _pairs(self, row: int, *, same_country: bool | None = None) -> Bools:
        """Tell which rows a row may meet by country, corridor and distance."""
        index, rules = self.index, self.rules
        assert index is not None, "call over() first"  # noqa: S101 - an invariant of two-step construction
        mine = index.country[row]
        unknown = len(index.countries) - 1
        able = np.ones(len(index), np.bool_)
        if not (rules.same_country if same_country is None else same_country):
            able &= (index.country != mine) & (index.country != unknown) & (mine != unknown)
        if rules.corridor_only and self.corridor is not None:
            first, second = self.corridor
            code = index.countries[mine]
            ends = (second if code in first else frozenset()) | (first if code in second else frozenset())
            able &= np.array([c in ends for c in index.countries], np.bool_)[index.country]
        least, most = rules.distance
        if least is not None or most is not None:
            chord = np.linalg.norm(index.unit - index.unit[row], axis=1)
            with np.errstate(invalid="ignore"):
                apart = 2 * EARTH_RADIUS * np.arcsin(np.minimum(chord / 2, 1))
                able &= ~(apart < (least or 0)) & ~(apart > (np.inf if most is None else most))
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
    name = text.strip().removeprefix("group:").removeprefix("country:")
    if name in countries.groups():
        return countries.group(name, today)
    code = countries.code(name)
    if code is None:
        raise RulesError(f"{name!r} is neither a country nor a group; the groups are {', '.join(countries.groups())}")
    return frozenset({code})


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
    table = network.organisations
    if name.casefold() == "all" and not how:
        return frozenset(table.column("id"))
    named = {n.casefold(): n for n in network.networks}
    if how in ("", "network") and name.casefold() in named:
        return network.members(named[name.casefold()])
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
            return frozenset({network.find(name).id})
        except NotFoundError:
            pass
    networks = ", ".join(network.networks) or "none"
    raise RulesError(
        f"{selector!r} names no network, group, country, kind or organisation here (networks: {networks}; "
        f"groups: {', '.join(countries.groups())})"
    )


def _known(network: Network, name: str) -> bool:
    try:
        network.find(name)
    except NotFoundError:
        return False
    return True
