"""Whom they know: partners, neighbours' partners, experience, projects together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from twinnet.evidence import (
    MISSING,
    Bins,
    Block,
    ClassBins,
    Feature,
    Loop,
    Points,
    Rows,
    SparseBins,
    Total,
    loops_of,
    octaves,
)
from twinnet.index import Floats, MatchIndex
from twinnet.reasons.base import (
    Reason,
    Told,
    cells_of,
    kilometres_near,
    listed_names,
    remembered,
    row_of,
    who,
)
from twinnet.wording import Listed, Name, Phrase, Value, listed, phrase

_SHARE = octaves(-10, 41)
_STRENGTH = octaves(-6, 57)
_PAIRS = octaves(-12, 57)

_LARGE = 4000
"""Up to so many organisations all neighbourhoods are made at once."""
_SHARE_ASKED = 400
"""From one of so many organisations on, that are asked for, it takes less to make all neighbourhoods."""


class PartnersInCommon(Reason):
    """They have partners in common, or their partners are linked with each other."""

    key = "partners"
    about = "partners in common (those with few partners count more), and partners that are linked with each other"
    features = (
        Feature("partners in common", "sum over common partners of 1 / ln(their partners)", _STRENGTH, evidence=True),
        Feature("partners linked with each other", "walks of three links, by degrees", _STRENGTH, evidence=True),
        Feature("partners in common against degrees", "sum of 1 / partners, by degrees", _SHARE, evidence=True),
        Feature("partners linked against degrees", "walks of three links, by degrees", _SHARE, evidence=True),
    )

    def silent(self, index: MatchIndex) -> bool:
        """Tell whether no link is recorded."""
        return not index.links.nnz

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Adamic and Adar's sum over common partners, and walks of three links normalised by degrees.

        Adamic, Adar: Friends and neighbors on the Web, Social Networks 25 (2003) 211-230; walks of three links as in
        Kovács et al., Nature Communications 10 (2019) 1240.
        """
        index, rows = block.index, block.rows
        degree = index.degree
        rare, root = _strengths(index)
        first = block.partners
        common = sparse.csr_array((first * rare) @ index.links)
        second = sparse.csr_array(first @ _middle_links(index))
        at = np.repeat(np.arange(len(rows)), np.diff(second.indptr))
        second.data[second.indices == rows[at]] = 0
        walks = sparse.csr_array(second @ index.links)
        shared = block.against(sparse.csr_array((first * root**2) @ index.links), degree)
        found = (common, walks, shared, block.against(walks, degree))
        return tuple(SparseBins(feature, values) for feature, values in zip(self.features, found, strict=True))

    def prepare(self, index: MatchIndex) -> None:
        """Keep the middles of walks."""
        _middle_links(index)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Name the partners in common, else the linked partners."""
        partners = index.partners
        mine, theirs = [c for c in partners[a] if c != b], [d for d in partners[b] if d != a]
        if not mine or not theirs:
            return None
        common = sorted(set(mine) & set(theirs), key=lambda c: (index.degree[c], c))
        if common:
            named = phrase("say.partners.common", n=len(common), names=listed_names(index, common))
            return Told(named, listed_names(index, common, most=12))
        joined = [(c, d) for c in mine for d in sorted(set(theirs) & set(partners[c]))]
        if not joined:
            return Told(phrase("say.partners.none"))
        one, other = (who(index, row) for row in joined[0])
        said = phrase("say.partners.linked", a=one, b=other)
        if len(joined) > 1:
            said = phrase("say.partners.linked_more", a=one, b=other, n=len(joined) - 1)
        pairs = [phrase("say.pair", a=who(index, c), b=who(index, d)) for c, d in joined[:12]]
        return Told(said, listed(pairs, by=";"))


_Strengths = npt.NDArray[np.float32]


def _strengths(index: MatchIndex) -> tuple[_Strengths, _Strengths]:
    """Return how much a common partner counts, and the root of that of a walk: the less, the more partners it has."""
    if "strengths" not in index.cache:
        degree = index.degree
        rare = np.where(degree > 1, 1 / np.log(np.maximum(degree, 1.0001)), 0).astype(np.float32)
        root = np.sqrt(np.where(degree > 0, 1 / np.maximum(degree, 1), 0)).astype(np.float32)
        index.cache["strengths"] = (rare, root)
    found: tuple[_Strengths, _Strengths] = index.cache["strengths"]
    return found


def _middle_links(index: MatchIndex) -> sparse.csr_array:
    """Return the links as the middle of walks of three, each divided by the roots of its ends' degrees.

    In steps of 2^-16: sums up to 256, the last edge of a bin, are exact whatever their order, so that a pair reads the
    same from both sides.
    """
    links = index.links

    def weigh() -> _Strengths:
        _, root = _strengths(index)
        ends = np.repeat(root, np.diff(links.indptr)) * root.take(links.indices)
        found: _Strengths = (np.rint(ends * 2.0**16) / 2.0**16).astype(np.float32)
        return found

    if "middle links" not in index.cache:
        cells = (index.once("middle links", weigh), links.indices, links.indptr)
        index.cache["middle links"] = sparse.csr_array(cells, shape=links.shape)
    found: sparse.csr_array = index.cache["middle links"]
    return found


def _nearness(name: str) -> Feature:
    return Feature(name, "links, weighted by nearness", _STRENGTH, evidence=True)


class NeighboursPartners(Reason):
    """The towns near one are linked with towns near the other."""

    key = "neighbours"
    about = "towns near one (of its country) that are linked with the other or with towns near it; the nearer the more"
    _radii = (8.0, 25.0, 70.0)
    _like = ((25.0, 0.3), (70.0, 0.3), (200.0, 0.3))
    features = (
        *(_nearness(f"neighbours linked, {r:.0f} km") for r in _radii),
        *(_nearness(f"neighbours of like size linked, {r:.0f} km") for r, _ in _like),
        *(_nearness(f"linked with a neighbour, {r:.0f} km") for r in _radii),
        *(
            Feature(f"neighbours linked against degrees, {r:.0f} km", "share of their links", _SHARE, evidence=True)
            for r in _radii
        ),
        *(
            Feature(f"neighbours linked, each pair, {r:.0f} km", "share of the pairs", _PAIRS, evidence=True)
            for r in _radii[1:]
        ),
    )

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Sum links between the neighbourhoods, K A K', and of one with the other's neighbours, K A + A K'."""
        index = block.index
        kernels, through = self._kernels(block)
        kernels = [block.towards(kernel) for kernel in kernels]
        # Neighbours are of one country: from where a country begins, those of a column are wanted if it is.
        between = [sparse.csr_array(mine @ kernel) for mine, kernel in zip(through, kernels, strict=True)]
        partners = block.wanted(block.partners)
        beside = [
            sparse.csr_array(mine + partners @ kernel)
            for mine, kernel in zip(through[: len(self._radii)], kernels, strict=False)
        ]
        shares = [
            block.against(values, links, kernel)
            for kernel, values, (links, _) in zip(kernels, between, self._around(index), strict=False)
        ]
        pairs = [
            _each_pair(block, values, organisations)
            for values, (_, organisations) in zip(between[1:], self._around(index)[1:], strict=False)
        ]
        return tuple(SparseBins(f, v) for f, v in zip(self.features, between + beside + shares + pairs, strict=True))

    def _kernels(self, block: Block) -> tuple[list[sparse.csr_array], list[sparse.csr_array]]:
        """Return how near organisations are, and who the towns near each row are linked with, for each neighbourhood.

        For few rows of many, only the rows that are looked at are there.
        """
        index, rows = block.index, block.rows
        if not _asks_few(index, len(rows), (self._radii[0], None)):
            whole = [index.near(radius, like_size=like) for radii, like in self._families for radius in radii]
            return whole, [block.through_neighbours(kernel) for kernel in whole]
        kernels, through = [], []
        for radii, like in self._families:
            own = index.near_of(np.unique(rows), radii, like_size=like)
            for kernel in own:
                kernel.sort_indices()  # Sums that are too large to be exact are added up in the same order.
            found = [block.through_neighbours(kernel) for kernel in own]
            met = np.unique(np.concatenate([rows, block.partners.indices, *(linked.indices for linked in found)]))
            kernels += index.near_of(met, radii, like_size=like)
            through += found
        return kernels, through

    @property
    def _families(self) -> tuple[tuple[tuple[float, ...], float | None], ...]:
        """The radii of neighbourhoods, without regard to size and among towns of like size."""
        return (self._radii, None), (tuple(radius for radius, _ in self._like), self._like[0][1])

    def _around(self, index: MatchIndex) -> tuple[tuple[Floats, Floats], ...]:
        """Return how many partners, and how many organisations, stand around each one (n), by radius."""
        return index.once("around", lambda: _make_around(index, self._radii))

    def prepare(self, index: MatchIndex) -> None:
        """Keep what stands around each organisation."""
        self._around(index)

    def add(self, block: Block, points: Sequence[Points], total: Total) -> None:
        """Add the points of all features of a neighbourhood in one compiled loop."""
        if not block.compiled:
            super().add(block, points, total)
            return
        index = block.index
        links = (index.links.indptr, index.links.indices)
        starts = np.array([Feature("", "", edges).octaves for edges in (_STRENGTH, _STRENGTH, _SHARE, _PAIRS)])
        for (radius, like), tables in self._tables(points):
            if tables.any():
                kernel = index.near(radius, like_size=like)
                near = (kernel.indptr, kernel.indices, kernel.data)
                around = self._around(index)[self._radii.index(radius) if like is None else 0]
                if any(len(counts) != len(index) for counts in around):
                    raise IndexError("a sum is not of all organisations")  # The loop looks at no bounds.
                total.loop(_loop(block.rows, index.bounds, near, links, around, starts, tables))

    def _tables(self, points: Sequence[Points]) -> Iterator[tuple[tuple[float, float | None], Points]]:
        """Return the points of each neighbourhood (4 x 256): between both, of one, against links, against pairs."""
        nothing, rest = np.zeros(256, np.int32), iter(points)
        wide, like, beside, shares = ([next(rest) for _ in range(3)] for _ in range(4))
        pairs = [nothing, *rest]
        for radius, *tables in zip(self._radii, wide, beside, shares, pairs, strict=True):
            yield (radius, None), np.stack(tables)
        for (radius, size), table in zip(self._like, like, strict=True):
            yield (radius, size), np.stack([table, nothing, nothing, nothing])

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Name links between the neighbourhoods, nearest first."""
        near, wide = (self._radii[-1], None), self._like[-1]
        partners = index.partners
        linked, others = (_has_linked_neighbours(index, (near, wide), end) for end in (a, b))
        if not (linked or partners[a]) or not (others or partners[b]) or not (linked or others):
            return None
        pairs = _links_between(index, near, a, b)
        if not pairs:
            if count := len(_links_between(index, wide, a, b)):
                return Told(phrase("say.near.like", n=count, km=wide[0]))
            return Told(phrase("say.near.none", km=near[0]))
        found = sorted((kilometres_near(index, a, c) + kilometres_near(index, b, d), c, d) for c, d in pairs)
        shown = [_linked(index, c, d, (a, b)) for _, c, d in found[:12]]
        named = Listed(tuple(shown[:2]), max(len(found) - 2, 0), ";")
        return Told(phrase("say.near.linked", links=named), listed(shown, by=";"))


def _loop(rows: Rows, *given: object) -> Loop:
    return lambda found, start: loops_of().neighbours(found, start, rows, *given)


_Way = tuple[float, float | None]
"""Who counts as a neighbour: up to how many kilometres, and of how like a size (None: of any)."""


def _all_made(index: MatchIndex, way: _Way) -> bool:
    """Tell whether all neighbourhoods of a kind are there, or made in no time."""
    return len(index) <= _LARGE or ("near", *way) in index.cache


def _asks_few(index: MatchIndex, rows: int, way: _Way) -> bool:
    """Tell whether so few rows were asked for so far that making all neighbourhoods would take longer."""
    if _all_made(index, way):
        return False
    asked = index.cache["asked"] = index.cache.get("asked", 0) + rows
    return bool(asked * _SHARE_ASKED <= len(index))


def _near(index: MatchIndex, way: _Way) -> sparse.csr_array:
    """Return how near organisations are, all of them."""
    radius, like_size = way
    return index.near(radius, like_size=like_size)


def _columns_near(index: MatchIndex, way: _Way, row: int) -> Collection[int]:
    """Return who is near a row, itself among them."""
    return row_of(index, _near(index, way), row) if _all_made(index, way) else _near_one(index, way, row)


def _near_one(index: MatchIndex, way: _Way, row: int) -> frozenset[int]:
    """Return who is near one of few rows that are asked for, itself among them; they are looked for once."""
    known = remembered(index, ("near one", *way), most=200)
    if row not in known:
        radius, like_size = way
        [kernel] = index.near_of(np.array([row]), [radius], like_size=like_size)
        known[row] = frozenset(kernel.indices.tolist())
    found: frozenset[int] = known[row]
    return found


def _make_around(index: MatchIndex, radii: tuple[float, ...]) -> tuple[tuple[Floats, Floats], ...]:
    """Sum over neighbourhoods, some rows at a time; the sums are exact in any order."""
    found = [(np.zeros(len(index)), np.zeros(len(index))) for _ in radii]
    for start in range(0, len(index), _LARGE):
        rows = np.arange(start, min(start + _LARGE, len(index)))
        for kernel, (links, organisations) in zip(index.near_of(rows, radii), found, strict=True):
            links[rows] = (kernel @ index.degree)[rows]
            organisations[rows] = np.asarray(kernel.sum(1), np.float64).ravel()[rows]
    return tuple(found)


def _each_pair(block: Block, found: sparse.csr_array, around: Floats) -> sparse.csr_array:
    """Hold what was found (rows x n) against the root of how many organisations stand around both sides."""
    mine = np.repeat(around[block.rows], np.diff(found.indptr))
    values = found.data / np.sqrt(mine * around.take(found.indices))
    return sparse.csr_array((values.astype(np.float32), found.indices, found.indptr), shape=found.shape)


def _has_linked_neighbours(index: MatchIndex, ways: tuple[_Way, ...], row: int) -> bool:
    """Tell whether anybody near a row, beside itself, has partners."""
    key = ("linked neighbours", row, *ways)
    if key not in index.cache:
        partners = index.partners
        index.cache[key] = any(partners[c] for way in ways for c in _columns_near(index, way, row) if c != row)
    found: bool = index.cache[key]
    return found


def _links_between(index: MatchIndex, way: _Way, a: int, b: int) -> list[tuple[int, int]]:
    """Return the links of the neighbours of one with those of the other, each once, without the link of the two."""
    known = remembered(index, ("links of neighbours", *way))
    if a not in known:
        partners = index.partners
        known[a] = [(c, d) for c in _columns_near(index, way, a) for d in partners[c]]
    whole = _all_made(index, way)
    beyond = cells_of(index, _near(index, way), b) if whole else _near_one(index, way, b)
    pairs = {link for link in known[a] if link[1] in beyond} - {(a, b), (b, a)}
    return [(c, d) for c, d in pairs if c < d or (d, c) not in pairs]


def _linked(index: MatchIndex, c: int, d: int, ends: tuple[int, int]) -> Phrase:
    """Say a link between neighbours, with how far each is from its end."""

    def away(at: int, end: int) -> Name | Phrase:
        if at == end:
            return who(index, at)
        apart = round(kilometres_near(index, end, at))
        return phrase("say.near.away", name=who(index, at), km=apart, end=who(index, end))

    return phrase("say.near.link", a=away(c, ends[0]), b=away(d, ends[1]))


class Experience(Reason):
    """One is experienced and can be the other's mentor; or both have partners already."""

    key = "experience"
    about = (
        "a mentor (took part in two projects or more) for a newcomer (under 20,000 inhabitants, not a capital, in no "
        "project); and how many recorded partners both have"
    )
    _small = 20_000
    features = (
        Feature("recorded partners, the one with fewer", "count", tuple(range(1, 41)), 0),
        Feature("recorded partners, the one with more", "count", tuple(range(1, 61)), 0),
        Feature("mentor and newcomer", "1 if so", (1,), prior=((1, 400),)),
    )

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Count partners; look up mentors and newcomers."""
        index, rows = block.index, block.rows
        if "partners, up to 254" not in index.cache:
            index.cache["partners, up to 254"] = np.minimum(index.degree, MISSING - 1).astype(np.int64)
        theirs = index.cache["partners, up to 254"]
        mine = np.minimum(index.degree[rows] - (block.without is not None), MISSING - 1).astype(np.int64)
        apart, less = None, mine
        if block.without is not None:
            cells = (np.ones(len(rows)), block.without, np.arange(len(rows) + 1))
            apart, less = sparse.csr_array(cells, shape=(len(rows), len(index))), theirs[block.without] - 1
        partners = []
        for feature, choose in zip(self.features, (np.minimum, np.maximum), strict=False):
            most = len(feature.edges) if block.linked else 0
            table = np.minimum(choose(mine[:, None], np.arange(MISSING)), most).astype(np.uint8)
            other = np.minimum(choose(mine, less), most).astype(np.uint8)
            if not block.linked:
                table[:], other[:] = MISSING, MISSING
            partners.append(ClassBins(table, theirs, (apart, other) if apart is not None else None))
        role = self._roles(index)
        table = np.zeros((3, 3), np.uint8)
        table[1, 2] = table[2, 1] = 1
        if not index.projects.nnz:
            table[:] = MISSING
        return (*partners, ClassBins(table[role[block.rows]], role))

    def _roles(self, index: MatchIndex) -> Rows:
        """0 neither, 1 mentor, 2 newcomer."""
        if "roles" not in index.cache:
            taken = np.asarray(index.projects.sum(1)).ravel()
            newcomer = (taken == 0) & ~index.capital & (index.population < self._small)
            index.cache["roles"] = np.where(taken >= 2, 1, np.where(newcomer, 2, 0)).astype(np.int64)
        found: Rows = index.cache["roles"]
        return found

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Say who can be the mentor, and how many partners both have."""
        said: list[Value] = []
        if index.projects.nnz:
            role = self._roles(index)
            for mentor, newcomer in ((a, b), (b, a)):
                if role[mentor] == 1 and role[newcomer] == 2:
                    count = len(row_of(index, index.projects, mentor))
                    both = {"mentor": who(index, mentor), "newcomer": who(index, newcomer)}
                    said.append(phrase("say.mentor", n=count, **both))
        if index.links.nnz:
            mine, theirs = int(index.degree[a]), int(index.degree[b])
            counts = {"mine": mine, "theirs": theirs}
            said.append(phrase("say.partners.counts", a=who(index, a), b=who(index, b), **counts))
        return Told(said[0] if len(said) == 1 else listed(said, by=";")) if said else None


class ProjectsTogether(Reason):
    """They took part in projects together."""

    key = "projects"
    about = "recorded projects in which both were partners"
    features = (Feature("projects together", "count", (1, 2, 3), prior=((1, 900), (2, 1300), (3, 1600))),)

    def silent(self, index: MatchIndex) -> bool:
        """Tell whether no project is recorded."""
        return not index.projects.nnz

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Count projects in common."""
        index = block.index
        return (SparseBins(self.features[0], index.products(index.projects[block.rows], index.projects)),)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Name the projects."""
        mine, theirs = row_of(index, index.projects, a), row_of(index, index.projects, b)
        if not mine or not theirs:
            return None
        common = sorted(index.project_names[p] for p in set(mine) & set(theirs))
        if not common:
            return Told(phrase("say.projects.none"))
        return Told(phrase("say.projects", n=len(common), names=listed(common[:3])), listed(common))
