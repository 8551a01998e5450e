"""Hide links of a network: at random, those after a year, or those between two groups of countries.

What is hidden and asked for is a link of two *towns*: organisations of one country within 2.5 km of one another (single
linkage) are one town, so a link that stands twice in the lists, under two spellings or from two bodies of a town, is
hidden or known as a whole.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from twinnet.eligibility import corridor
from twinnet.errors import RulesError
from twinnet.graph import Network
from twinnet.index import EARTH_RADIUS, MatchIndex

Rows = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

ONE_TOWN = 2.5
"""Kilometres within which organisations of one country are one town."""

FEWEST = 20
"""Below this number of links between countries there is nothing to measure."""


@dataclass(frozen=True)
class Split:
    """A network with some links hidden.

    ``index`` is the network without them. ``hidden`` (links x 2) holds the links that are asked for, each pair of towns
    once, as rows of the index; ``towns`` (n) says which town each organisation is. ``barred`` (towns x towns, 0/1)
    holds the pairs that are recorded, known or not: none of them is a wrong answer. ``share`` is the share of the
    links between countries that is hidden.
    """

    index: MatchIndex
    hidden: Rows
    towns: Rows
    barred: sparse.csr_array
    share: float
    name: str
    seed: int = 0

    @cached_property
    def known(self) -> sparse.csr_array:
        """The links that are known, as pairs of towns (towns x towns, 0/1)."""
        return _pairs_of_towns(self.index.links, self.towns)

    @cached_property
    def asked_pairs(self) -> sparse.csr_array:
        """The hidden links that are asked for, as pairs of towns (towns x towns, 0/1)."""
        n = len(self.index)
        both = np.concatenate([self.hidden, self.hidden[:, ::-1]])
        links = sparse.csr_array((np.ones(len(both), np.float32), (both[:, 0], both[:, 1])), shape=(n, n))
        return _pairs_of_towns(links, self.towns)

    @cached_property
    def country(self) -> Rows:
        """The country of each town, as the index numbers them."""
        found = np.zeros(int(self.towns.max(initial=-1)) + 1, np.int64)
        found[self.towns] = self.index.country
        return found

    @cached_property
    def degree(self) -> Rows:
        """Number of known partners of each town."""
        return np.asarray(self.known.sum(1)).ravel().astype(np.int64)


def towns(index: MatchIndex) -> Rows:
    """Say which town each organisation is (n): same country and within 2.5 km, single linkage; numbered by rows.

    An organisation whose place or country is unknown is a town of its own.
    """
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    chord = 2 * np.sin(ONE_TOWN / EARTH_RADIUS / 2)
    placed = np.isfinite(index.latitude) & np.isfinite(index.longitude)
    near = [np.empty((0, 2), np.int64)]
    for country in range(len(index.countries) - 1):
        here = np.flatnonzero(placed & (index.country == country))
        if len(here) > 1:
            near.append(here[cKDTree(index.unit[here]).query_pairs(chord, output_type="ndarray")])
    a, b = np.concatenate(near).T
    graph = sparse.coo_array((np.ones(len(a)), (a, b)), shape=(len(index), len(index)))
    found: Rows = connected_components(graph, directed=False)[1].astype(np.int64)
    return found


def at_random(index: MatchIndex, seed: int, share: float = 0.1) -> Split:
    """Hide a share of the links between countries, drawn by seed; a link at least.

    Raises
    ------
    RulesError
        there are fewer than :data:`FEWEST` such links, or the share is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise RulesError(f"the share of links to hide is {share:g}: it has to lie between 0 and 1")
    belongs = towns(index)
    links, keys = _links_abroad(index, belongs)
    _enough(len(links))
    drawn = np.random.default_rng(seed).permutation(len(links))[: max(round(share * len(links)), 1)]
    drawn = np.sort(drawn)
    return _split(index, belongs, keys[drawn], asked=links[drawn], name=f"seed {seed}", seed=seed)


def after(
    index: MatchIndex,
    network: Network,
    year: int,
    *,
    ignore_years: Collection[int] = (),
    undated_known: bool = False,
    newcomers: bool = False,
) -> Split:
    """Hide the links that began in a year or later; those that began before are known.

    Links without a year, or with one of ``ignore_years`` (a list's placeholder), are neither asked for nor known unless
    ``undated_known``. Asked for are links whose ends both have a link from before, unless ``newcomers``: where a list
    names only towns with links, a town that is new to it gives itself away. Links within a country, projects and
    memberships that began in the year or later are not known either.

    Raises
    ------
    RulesError
        nothing began before the year, or nothing since.
    """
    belongs = towns(index)
    links, keys = _links_abroad(index, belongs)
    began = _years(index, network, belongs, frozenset(ignore_years))
    years = np.array([began.get(int(key), 0) for key in keys], np.int64)
    before, since = _known_before(years, year, undated_known), years >= year
    if not before.any() or not since.any():
        raise RulesError(
            f"{before.sum()} links between countries are known to have begun before {year} and {since.sum()} since: "
            "both are needed; choose another year, or measure at random"
        )
    met = np.zeros(len(index), np.bool_)
    met[belongs[links[before].ravel()]] = True
    wanted = since & (newcomers | met[belongs[links]].all(1))
    if not wanted.any():
        raise RulesError(f"no link that began in {year} or later joins two towns that had one before")
    coo = index.links.tocoo()
    every = np.unique(pair_numbers(belongs, coo.row, coo.col))
    of_every = np.array([began.get(int(key), 0) for key in every], np.int64)
    gone = every[~_known_before(of_every, year, undated_known)]
    split = _split(index, belongs, gone, asked=links[wanted], name=f"from {year} on", seed=0)
    earlier = MatchIndex.of(network, as_of=dt.date(year - 1, 12, 31))
    return dataclasses.replace(
        split,
        index=dataclasses.replace(earlier, links=split.index.links),
        share=float(since.sum() / (before | since).sum()),
    )


def _known_before(years: Rows, year: int, undated_known: bool) -> Bools:
    """Tell which links are known before a year, by the years in which they began (0: unknown)."""
    dated: Bools = (years > 0) & (years < year)
    return dated | (years == 0) if undated_known else dated


def between(index: MatchIndex, ends: str, *, folds: int = 5, seed: int = 0, today: dt.date) -> list[Split]:
    """Hide the links between two countries or groups (``IT:BA``, ``old-europe:south-east-europe``), one fold at a time.

    Each fold is a split: it hides its part of these links and knows all others.

    Raises
    ------
    RulesError
        an end is neither a country nor a group, the two have fewer than two links, or ``folds`` is below 2.
    """
    if folds < 2:
        raise RulesError("links that are hidden in parts need two parts at least")
    first, second = corridor(ends, today)
    belongs = towns(index)
    links, keys = _links_abroad(index, belongs)
    of = np.array([(c in first) - (c in second) for c in index.countries], np.int64)[index.country]
    inside = np.flatnonzero(of[links[:, 0]] * of[links[:, 1]] == -1)
    if len(inside) < 2:
        raise RulesError(f"{ends} has {len(inside)} recorded links: at least 2 are needed to hide some and know others")
    drawn = np.random.default_rng(seed).permutation(inside)
    parts = [np.sort(drawn[at::folds]) for at in range(min(folds, len(drawn)))]
    return [
        _split(index, belongs, keys[part], asked=links[part], name=f"part {at} of {len(parts)}", seed=seed)
        for at, part in enumerate(parts, start=1)
    ]


def _split(index: MatchIndex, belongs: Rows, gone: Rows, *, asked: Rows, name: str, seed: int) -> Split:
    """Take the links of some pairs of towns (their keys) out of the index."""
    coo = index.links.tocoo()
    keep = ~np.isin(pair_numbers(belongs, coo.row, coo.col), gone)
    left = sparse.csr_array((coo.data[keep], (coo.row[keep], coo.col[keep])), shape=coo.shape)
    every = len(_links_abroad(index, belongs)[1])
    return Split(
        index=dataclasses.replace(index, links=left, cache={}),
        hidden=asked,
        towns=belongs,
        barred=_pairs_of_towns(index.links, belongs),
        share=len(gone) / max(every, 1),
        name=name,
        seed=seed,
    )


def _links_abroad(index: MatchIndex, belongs: Rows) -> tuple[Rows, Rows]:
    """Return the links between two countries, each pair of towns once (links x 2), and the keys of these pairs."""
    links = index.links_abroad
    keys, first = np.unique(pair_numbers(belongs, links[:, 0], links[:, 1]), return_index=True)
    return links[first], keys


def pair_numbers(belongs: Rows, a: npt.NDArray[np.integer], b: npt.NDArray[np.integer]) -> Rows:
    """Give the pairs of towns of organisations ``a`` and ``b`` numbers, the same in both directions."""
    one, other = belongs[a], belongs[b]
    numbers: Rows = np.minimum(one, other) * len(belongs) + np.maximum(one, other)
    return numbers


def _pairs_of_towns(links: sparse.csr_array, belongs: Rows) -> sparse.csr_array:
    """Return which towns are linked with which (towns x towns, 0/1); links inside a town are left out."""
    size = int(belongs.max(initial=-1)) + 1
    coo = links.tocoo()
    pairs = np.stack([belongs[coo.row], belongs[coo.col]], axis=1)
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    return sparse.csr_array((np.ones(len(pairs), np.float32), (pairs[:, 0], pairs[:, 1])), shape=(size, size))


def _years(index: MatchIndex, network: Network, belongs: Rows, ignored: frozenset[int]) -> dict[int, int]:
    """Return the year in which the first link of each pair of towns (by key) began, where one is known."""
    began: dict[int, int] = {}
    for one, other, since in zip(*(network.links.column(c) for c in ("a", "b", "since")), strict=True):
        if since and int(since[:4]) not in ignored:
            a, b = (np.array([index.position[end]]) for end in (one, other))
            key = int(pair_numbers(belongs, a, b)[0])
            began[key] = min(began.get(key, 9999), int(since[:4]))
    return began


def _enough(links: int) -> None:
    if links < FEWEST:
        raise RulesError(
            f"the network has {links} recorded links between countries: at least {FEWEST} are needed to hide some "
            "and measure"
        )
