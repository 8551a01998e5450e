"""The list of reasons: each a named piece of evidence for or against a partnership.

A reason is defined once, here: its key, its features (what is measured, in which bins), how they are computed for a
block of rows at once, and how it tells itself for one pair. Scoring, explanations, the page, the documentation and
the evaluation go through :data:`REASONS`; nothing outside this module names a reason.

Evidence is computed in blocks (:mod:`twinnet.evidence`); points come from a table (:mod:`twinnet.scoring`).
"""

from __future__ import annotations

import datetime as dt
import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from twinnet import countries, lifecycle, milestones, themes
from twinnet.evidence import MISSING, Bins, Block, ClassBins, DenseBins, Feature, Rows, SparseBins, octaves
from twinnet.index import EARTH_RADIUS, MatchIndex
from twinnet.models import Link, LinkState
from twinnet.places import distance


@dataclass(frozen=True)
class Told:
    """A reason said for one pair: a sentence and the facts behind it."""

    sentence: str
    detail: str = ""


class Reason(ABC):
    """A named piece of evidence.

    A ``policy`` says what the rules ask for, not what makes partners: it is always shown, and has points only where
    the rules let pairs be suggested that it does not hold for.
    """

    key: str
    label: str
    about: str
    policy: bool = False
    features: tuple[Feature, ...]

    @abstractmethod
    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Compute the bins of each feature for a block of rows."""

    @abstractmethod
    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Say the reason for a pair; None if it has nothing to go on."""


_SHARE = octaves(-10, 41)
_STRENGTH = octaves(-6, 57)


def names(index: MatchIndex, rows: Sequence[int], *, most: int = 3) -> str:
    """Name some organisations, the first few and how many more."""
    shown = ", ".join(index.names[row] for row in rows[:most])
    return f"{shown} and {len(rows) - most} more" if len(rows) > most else shown


def kilometres(index: MatchIndex, a: int, b: int) -> float:
    """Return the distance of two organisations along the Earth's surface, NaN where a place is unknown."""
    mine, theirs = index.position_of(a), index.position_of(b)
    return math.nan if math.isnan(mine[0] + theirs[0]) else distance(*mine, *theirs)


def _both(found: int, one: str, many: str) -> str:
    return f"{found:,} {one if found == 1 else many}"


def _row(matrix: sparse.csr_array, row: int) -> list[int]:
    """Return the columns of a row, sorted."""
    columns: list[int] = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].tolist()
    return sorted(columns)


def _partners(index: MatchIndex) -> list[list[int]]:
    """Return the partners of each organisation, sorted."""
    if "partners" not in index.cache:
        index.cache["partners"] = [_row(index.links, row) for row in range(len(index))]
    found: list[list[int]] = index.cache["partners"]
    return found


class SharedThemes(Reason):
    """Both hold the same themes; rare themes count more."""

    key, label = "themes", "Shared themes"
    about = "themes both offer or seek; a theme that few hold counts more"
    features = (
        Feature(
            "shared theme weight",
            "sum over shared themes of ln(n / n that hold it)",
            (0.01, 0.5, 1, 1.5, 2, 3, 4, 6, 8),
            prior=(
                (0.01, 250),
                (0.5, 450),
                (1, 650),
                (1.5, 850),
                (2, 1050),
                (3, 1350),
                (4, 1600),
                (6, 1850),
                (8, 2000),
            ),
        ),
    )

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Weight shared themes by how rare they are."""
        held, weight = _held(block.index)
        product = sparse.csr_array((held[block.rows] * weight) @ held.T)
        return (SparseBins(self.features[0], product),)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Name the shared themes, the rarest first."""
        held, weight = _held(index)
        mine, theirs = _row(held, a), _row(held, b)
        if not mine or not theirs:
            return None
        shared = sorted(set(mine) & set(theirs), key=lambda t: (-weight[t], index.themes[t]))
        words = ", ".join(themes.label(index.themes[t]) for t in shared)
        if not shared:
            return Told("no theme in common among those recorded")
        return Told(f"{_both(len(shared), 'theme', 'themes')} in common: {words}", words)


def _held(index: MatchIndex) -> tuple[sparse.csr_array, npt.NDArray[np.float32]]:
    """Return what each organisation offers or seeks (n x themes, 0/1) and the weight of each theme."""
    if "held" not in index.cache:
        held = sparse.csr_array(index.offered + index.sought)
        held.data[:] = 1
        holders = np.asarray((held.sum(1) > 0).sum())
        count = np.asarray(held.sum(0)).ravel()
        weight = np.log(np.maximum((holders + 1) / np.maximum(count, 1), 1.02)).astype(np.float32)
        index.cache["held"] = (held, weight)
    found: tuple[sparse.csr_array, npt.NDArray[np.float32]] = index.cache["held"]
    return found


class OfferedAndSought(Reason):
    """One offers what the other seeks."""

    key, label = "offer_and_need", "Offered and sought"
    about = "themes that one side offers and the other seeks, counted in both directions"
    features = (
        Feature("themes offered and sought", "count", (1, 2, 3, 4), prior=((1, 700), (2, 1100), (3, 1400), (4, 1600))),
    )

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Count themes offered by one and sought by the other, in both directions."""
        index, rows = block.index, block.rows
        product = index.offered[rows] @ index.sought.T + index.sought[rows] @ index.offered.T
        return (SparseBins(self.features[0], sparse.csr_array(product)),)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Say who offers what the other seeks."""
        if not (len(_row(index.sought, a)) and len(_row(index.offered, b))) and not (
            len(_row(index.offered, a)) and len(_row(index.sought, b))
        ):
            return None
        said = []
        for giver, taker in ((a, b), (b, a)):
            met = sorted(set(_row(index.offered, giver)) & set(_row(index.sought, taker)))
            if met:
                words = ", ".join(themes.label(index.themes[t]) for t in met)
                said.append(f"{index.names[giver]} offers what {index.names[taker]} seeks: {words}")
        return Told("; ".join(said)) if said else Told("neither offers what the other seeks")


class PartnersInCommon(Reason):
    """They have partners in common, or their partners are linked with each other."""

    key, label = "partners", "Partners' partners"
    about = "partners in common (those with few partners count more), and partners that are linked with each other"
    features = (
        Feature("partners in common", "sum over common partners of 1 / ln(their partners)", _STRENGTH, evidence=True),
        Feature("partners linked with each other", "walks of three links, by degrees", _STRENGTH, evidence=True),
        Feature("partners in common against degrees", "sum of 1 / partners, by degrees", _SHARE, evidence=True),
        Feature("partners linked against degrees", "walks of three links, by degrees", _SHARE, evidence=True),
    )

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Adamic and Adar's sum over common partners, and walks of three links normalised by degrees.

        Adamic, Adar: Friends and neighbors on the Web, Social Networks 25 (2003) 211-230; walks of three links as in
        Kovács et al., Nature Communications 10 (2019) 1240.
        """
        index, rows = block.index, block.rows
        degree = index.degree
        rare = np.where(degree > 1, 1 / np.log(np.maximum(degree, 1.0001)), 0).astype(np.float32)
        root = np.sqrt(np.where(degree > 0, 1 / np.maximum(degree, 1), 0)).astype(np.float32)
        first = block.partners
        common = sparse.csr_array((first * rare) @ index.links)
        second = sparse.csr_array(first @ _middle_links(index, root))
        at = np.repeat(np.arange(len(rows)), np.diff(second.indptr))
        second.data[second.indices == rows[at]] = 0
        walks = sparse.csr_array(second @ index.links)
        shared = block.against(sparse.csr_array((first * root**2) @ index.links), degree)
        found = (common, walks, shared, block.against(walks, degree))
        return tuple(SparseBins(feature, values) for feature, values in zip(self.features, found, strict=True))

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Name the partners in common, else the linked partners."""
        partners = _partners(index)
        mine, theirs = [c for c in partners[a] if c != b], [d for d in partners[b] if d != a]
        if not mine or not theirs:
            return None
        common = sorted(set(mine) & set(theirs), key=lambda c: (index.degree[c], c))
        if common:
            return Told(
                f"{_both(len(common), 'partner', 'partners')} in common: {names(index, common)}",
                names(index, common, most=12),
            )
        joined = [(c, d) for c in mine for d in sorted(set(theirs) & set(partners[c]))]
        if not joined:
            return Told("no partner in common")
        c, d = joined[0]
        more = f" and {len(joined) - 1} more such" if len(joined) > 1 else ""
        return Told(
            f"partners of theirs are linked: {index.names[c]} with {index.names[d]}{more}",
            "; ".join(f"{index.names[c]} – {index.names[d]}" for c, d in joined[:12]),
        )


def _middle_links(index: MatchIndex, root: npt.NDArray[np.float32]) -> sparse.csr_array:
    """Return the links as the middle of walks of three, each divided by the roots of its ends' degrees.

    In steps of 2^-16: sums up to 256, the last edge of a bin, are exact whatever their order, so that a pair reads the
    same from both sides.
    """
    if "middle links" not in index.cache:
        links = index.links.tocoo()
        weight = np.rint(root[links.row] * root[links.col] * 2.0**16) / 2.0**16
        cells = (weight.astype(np.float32), (links.row, links.col))
        index.cache["middle links"] = sparse.csr_array(cells, shape=links.shape)
    found: sparse.csr_array = index.cache["middle links"]
    return found


def _nearness(name: str) -> Feature:
    return Feature(name, "links, weighted by nearness", _STRENGTH, evidence=True)


class NeighboursPartners(Reason):
    """The towns near one are linked with towns near the other."""

    key, label = "neighbours", "Neighbours' partners"
    about = "towns near one (of its country) that are linked with the other or with towns near it; the nearer the more"
    _radii = (8.0, 25.0, 70.0)
    _wide = ((70.0, 0.3), (200.0, 0.3))
    features = (
        *(_nearness(f"neighbours linked, {r:.0f} km") for r in _radii),
        *(_nearness(f"neighbours of like size linked, {r:.0f} km") for r, _ in _wide),
        *(_nearness(f"linked with a neighbour, {r:.0f} km") for r in _radii),
        *(
            Feature(f"neighbours linked against degrees, {r:.0f} km", "share of their links", _SHARE, evidence=True)
            for r in _radii
        ),
    )

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Sum links between the neighbourhoods, K A K', and of one with the other's neighbours, K A + A K'."""
        index = block.index
        kernels = [index.near(r) for r in self._radii] + [index.near(r, like_size=s) for r, s in self._wide]
        through = [block.through_neighbours(kernel) for kernel in kernels]
        between = [sparse.csr_array(mine @ kernel) for mine, kernel in zip(through, kernels, strict=True)]
        beside = [
            sparse.csr_array(mine + block.partners @ kernel)
            for mine, kernel in zip(through[: len(self._radii)], kernels, strict=False)
        ]
        shares = [
            block.against(values, kernel @ index.degree, kernel)
            for kernel, values in zip(kernels[: len(self._radii)], between, strict=False)
        ]
        return tuple(SparseBins(f, v) for f, v in zip(self.features, between + beside + shares, strict=True))

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Name links between the neighbourhoods, nearest first."""
        radius, like_size = self._wide[-1]
        near, wide = index.near(self._radii[-1]), index.near(radius, like_size=like_size)
        partners = _partners(index)
        linked, others = (
            any(partners[c] for kernel in (near, wide) for c in _row(kernel, end) if c != end) for end in (a, b)
        )
        if not (linked or partners[a]) or not (others or partners[b]) or not (linked or others):
            return None
        pairs = _links_between(index, near, a, b)
        if not pairs:
            if count := len(_links_between(index, wide, a, b)):
                links = _both(count, "link", "links")
                return Told(f"{links} between towns of like size within {radius:.0f} km of each of them")
            return Told(f"no link between the towns within {self._radii[-1]:.0f} km of each")
        found = sorted((kilometres(index, a, c) + kilometres(index, b, d), c, d) for c, d in pairs)
        shown = [_linked(index, c, d, (a, b)) for _, c, d in found[:12]]
        more = f" and {len(found) - 2} more" if len(found) > 2 else ""
        return Told(f"nearby towns are linked: {'; '.join(shown[:2])}{more}", "; ".join(shown))


def _links_between(index: MatchIndex, kernel: sparse.csr_array, a: int, b: int) -> list[tuple[int, int]]:
    """Return the links of the neighbours of one with those of the other, each once, without the link of the two."""
    partners, beyond = _partners(index), set(_row(kernel, b))
    pairs = {(c, d) for c in _row(kernel, a) for d in partners[c] if d in beyond} - {(a, b), (b, a)}
    return [(c, d) for c, d in pairs if c < d or (d, c) not in pairs]


def _linked(index: MatchIndex, c: int, d: int, ends: tuple[int, int]) -> str:
    """Say a link between neighbours, with how far each is from its end."""
    parts = []
    for at, end in ((c, ends[0]), (d, ends[1])):
        away = "" if at == end else f" ({kilometres(index, at, end):.0f} km from {index.names[end]})"
        parts.append(f"{index.names[at]}{away}")
    return " with ".join(parts)


class Size(Reason):
    """Towns of like size suit each other."""

    key, label = "size", "Size"
    about = "how far the numbers of inhabitants are apart, and how large both are"
    features = (
        Feature("ratio of inhabitants", "decimal logarithm", tuple(k / 10 for k in range(1, 41)), -1),
        Feature("inhabitants of both", "sum of decimal logarithms", tuple(4 + k / 5 for k in range(51)), 0),
    )

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Bin by twentieths of the decimal logarithm of each population."""
        index = block.index
        if "sizes" not in index.cache:
            level = np.round(np.nan_to_num(index.log_population, nan=-1) * 20) / 20
            grid, classes = np.unique(level, return_inverse=True)
            index.cache["sizes"] = (np.where(grid < 0, np.nan, grid), classes)
        value, classes = index.cache["sizes"]
        mine = value[classes[block.rows]][:, None]
        return (
            ClassBins(self.features[0].bins(np.round(np.abs(mine - value), 6)), classes),
            ClassBins(self.features[1].bins(np.round(mine + value, 6)), classes),
        )

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Give both numbers of inhabitants."""
        mine, theirs = index.population[a], index.population[b]
        if not (np.isfinite(mine) and np.isfinite(theirs)):
            return None
        ratio = max(mine, theirs) / max(min(mine, theirs), 1)
        both = f"{mine:,.0f} and {theirs:,.0f} inhabitants"
        if ratio < 1.5:
            return Told(f"similar size ({both})", both)
        large = index.names[a] if mine > theirs else index.names[b]
        return Told(
            f"{large} is {ratio:.1f} times larger ({both})"
            if ratio < 10
            else f"{large} is {ratio:.0f} times larger ({both})",
            both,
        )


class Distance(Reason):
    """How far apart they are."""

    key, label = "distance", "Distance"
    about = "kilometres between them"
    _step = 25.0
    features = (Feature("distance", "km", tuple(25.0 * k for k in range(1, 201)), -1),)

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Bin by the chord through the Earth, which for these distances is within 2 % of the way along its surface."""
        if "unit" not in block.index.cache:
            block.index.cache["unit"] = block.index.unit.astype(np.float32)
        unit = block.index.cache["unit"]
        mine = unit[block.rows]
        cosine = mine[:, :1] * unit[:, 0] + mine[:, 1:2] * unit[:, 1] + mine[:, 2:] * unit[:, 2]
        chord = np.sqrt(np.maximum(2 - 2 * cosine, 0)) * np.float32(EARTH_RADIUS / self._step)
        known = np.isfinite(chord)
        bins = np.minimum(np.where(known, chord, 0), len(self.features[0].edges)).astype(np.uint8)
        bins[~known] = MISSING
        return (DenseBins(bins),)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Give the distance."""
        apart = kilometres(index, a, b)
        return None if np.isnan(apart) else Told(f"{apart:,.0f} km apart")


class CountryPair(Reason):
    """Towns of their two countries are linked more, or less, than chance would have it."""

    key, label = "country_pair", "Country pair"
    about = "recorded links between the two countries against what their numbers of organisations would give by chance"
    features = (Feature("lift of the country pair", "times chance", octaves(-6, 49)),)

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Compare the links of each pair of countries with the expectation; one link more on both sides for caution."""
        index = block.index
        found, pairs, (abroad, possible) = _country_links(index)
        mine = index.country[block.rows]
        links, rate = found[mine], np.full(len(mine), abroad / possible)
        if block.without is not None:
            theirs = index.country[block.without]
            links[np.arange(len(mine)), theirs] -= 1
            rate = (abroad - 2 * (mine != theirs)) / possible
        lift = (links + 1) / (pairs[mine] * rate[:, None] + 1)
        lift[:, -1] = np.nan
        lift[mine == len(index.countries) - 1] = np.nan
        if not block.linked:
            lift[:] = np.nan
        return (ClassBins(self.features[0].bins(lift), index.country),)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Give the number of links between the countries beside chance."""
        found, pairs, (abroad, possible) = _country_links(index)
        c, d = index.country[a], index.country[b]
        if "" in (index.countries[c], index.countries[d]) or not found.any():
            return None
        pair = " and ".join(countries.name(index.countries[k]) for k in (c, d))
        links, chance = int(found[c, d]), pairs[c, d] * abroad / possible
        if not links:
            return Told(f"no recorded link between {pair}", f"by chance {chance:.1f}")
        times = links / chance if chance else 0.0
        much = f"{times:.1f} times what chance would give" if chance else "where chance would give none"
        return Told(
            f"{_both(links, 'recorded link', 'recorded links')} between {pair}, {much}", f"by chance {chance:.1f}"
        )


_CountryLinks = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], tuple[float, float]]


def _country_links(index: MatchIndex) -> _CountryLinks:
    """Return the recorded links and the possible pairs of each two countries, and the sums of both between countries.

    Both sums go over both directions; their ratio is the share of pairs that are linked by chance.
    """
    if "country links" not in index.cache:
        size = len(index.countries)
        belongs = sparse.csr_array(
            (np.ones(len(index)), (np.arange(len(index)), index.country)), shape=(len(index), size)
        )
        found = (belongs.T @ index.links @ belongs).toarray().astype(np.float64)
        found[np.diag_indices(size)] /= 2
        count = np.bincount(index.country, minlength=size).astype(np.float64)
        pairs = np.outer(count, count)
        pairs[np.diag_indices(size)] = count * (count - 1) / 2
        apart = ~np.eye(size, dtype=bool)
        index.cache["country links"] = (found, pairs, (float(found[apart].sum()), max(float(pairs[apart].sum()), 1.0)))
    made: _CountryLinks = index.cache["country links"]
    return made


class Language(Reason):
    """They have a working language in common."""

    key, label = "language", "Language in common"
    about = "a working language that both state, or an official language of both countries where one states none"
    features = (Feature("languages in common", "1 if any", (1,)),)

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Compare the sets of languages, which are few."""
        index = block.index
        sets, classes = _language_sets(index)
        common = ((sets @ sets.T) > 0).astype(np.float64)
        none = ~sets.any(1)
        common[none, :] = common[:, none] = np.nan
        return (ClassBins(self.features[0].bins(common[classes[block.rows]]), classes),)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Name the languages and where they are from."""
        mine, theirs = _row(index.languages, a), _row(index.languages, b)
        if not mine or not theirs:
            return None
        common = [countries.language_name(index.language_names[k]) for k in sorted(set(mine) & set(theirs))]
        if not common:
            return Told("no working language in common is known")
        words = " and ".join([", ".join(common[:-1]), common[-1]] if len(common) > 1 else common)
        stating = [index.names[row] for row in (a, b) if index.languages_stated[row]]
        if len(stating) == 2:
            return Told(f"both work in {words}", "stated by both")
        verb = "are official languages" if len(common) > 1 else "is an official language"
        if not stating:
            return Told(f"{words} {verb} in both countries", "their working languages are not stated")
        silent = a if index.languages_stated[b] else b
        country = countries.name(index.countries[index.country[silent]])
        return Told(f"{stating[0]} works in {words}, which {verb} in {country}")


def _language_sets(index: MatchIndex) -> tuple[npt.NDArray[np.float32], Rows]:
    if "language sets" not in index.cache:
        sets, classes = np.unique(index.languages.toarray(), axis=0, return_inverse=True)
        index.cache["language sets"] = (sets, classes.ravel())
    both: tuple[npt.NDArray[np.float32], Rows] = index.cache["language sets"]
    return both


class Corridor(Reason):
    """They stand at the two ends of the corridor that the rules ask for."""

    key, label, policy = "corridor", "Corridor", True
    about = (
        "the pair joins the two groups of countries that the rules want to bring together; it has points where the "
        "rules only put such pairs first"
    )
    features = (Feature("inside the corridor", "1 if so", (1,), prior=((1, 1000),)),)

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Look the countries up in both directions."""
        index = block.index
        table = np.full((len(block.rows), len(index.countries)), MISSING, np.uint8)
        if index.corridor is not None:
            inside = np.array([[joins(index.corridor, c, d) for d in index.countries] for c in index.countries])
            table = inside[index.country[block.rows]].astype(np.uint8)
        return (ClassBins(table, index.country),)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Say that the pair joins the two ends."""
        if index.corridor is None:
            return None
        c, d = (index.countries[index.country[k]] for k in (a, b))
        if not joins(index.corridor, c, d):
            return Told("outside the corridor asked for")
        return Told(f"inside the corridor asked for ({countries.name(c)} and {countries.name(d)})")


def joins(corridor: tuple[frozenset[str], frozenset[str]], one: str, other: str) -> bool:
    """Tell whether two countries stand at the two ends of a corridor, in either direction."""
    first, second = corridor
    return (one in first and other in second) or (one in second and other in first)


class Experience(Reason):
    """One is experienced and can be the other's mentor; or both have partners already."""

    key, label = "experience", "Experience"
    about = (
        "a mentor (took part in two projects or more) for a newcomer (under 20,000 inhabitants, not a capital, in no "
        "project); and how many recorded partners both have"
    )
    _small = 20_000
    features = (
        Feature("recorded partners of both", "product of (1 + partners)", octaves(0, 53)[2:]),
        Feature("mentor and newcomer", "1 if so", (1,), prior=((1, 400),)),
    )

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Multiply the numbers of partners; look up mentors and newcomers."""
        index = block.index
        mine = index.degree[block.rows] - (block.without is not None)
        if "degrees" not in index.cache:
            index.cache["degrees"] = np.unique(index.degree, return_inverse=True)
        levels, classes = index.cache["degrees"]
        product = (1 + mine)[:, None] * (1 + levels)
        columns: Rows = classes
        if block.without is not None:
            # The left-out link is one less on the other side too: a class of its own for each row's left-out end.
            extra = (1 + mine) * np.maximum(index.degree[block.without], 1)
            product = np.concatenate([product, np.diag(extra) + np.zeros((len(mine), len(mine)))], axis=1)
        partners = self.features[0].bins(product)
        bins: Bins = ClassBins(partners, columns)
        if block.without is not None:
            spread = partners[:, : len(levels)][:, columns]
            spread[np.arange(len(mine)), block.without] = np.diag(partners[:, len(levels) :])
            bins = DenseBins(spread)
        if not block.linked:
            bins = ClassBins(np.full_like(partners, MISSING), columns)
        if "roles" not in index.cache:
            index.cache["roles"] = self._roles(index)
        role = index.cache["roles"]
        table = np.zeros((3, 3), np.uint8)
        table[1, 2] = table[2, 1] = 1
        if not index.projects.nnz:
            table[:] = MISSING
        return bins, ClassBins(table[role[block.rows]], role)

    def _roles(self, index: MatchIndex) -> Rows:
        """0 neither, 1 mentor, 2 newcomer."""
        taken = np.asarray(index.projects.sum(1)).ravel()
        newcomer = (taken == 0) & ~index.capital & (index.population < self._small)
        return np.where(taken >= 2, 1, np.where(newcomer, 2, 0)).astype(np.int64)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Say who can be the mentor, and how many partners both have."""
        said = []
        if index.projects.nnz:
            role = self._roles(index)
            for mentor, newcomer in ((a, b), (b, a)):
                if role[mentor] == 1 and role[newcomer] == 2:
                    count = int(index.projects[[mentor]].sum())
                    took_part = f"{index.names[mentor]} (partner in {count} recorded projects)"
                    said.append(f"{took_part} can be a mentor for {index.names[newcomer]}")
        if index.links.nnz:
            mine, theirs = int(index.degree[a]), int(index.degree[b])
            said.append(f"recorded partners: {index.names[a]} {mine}, {index.names[b]} {theirs}")
        return Told("; ".join(said)) if said else None


class ProjectsTogether(Reason):
    """They took part in projects together."""

    key, label = "projects", "Projects together"
    about = "recorded projects in which both were partners"
    features = (Feature("projects together", "count", (1, 2, 3), prior=((1, 900), (2, 1300), (3, 1600))),)

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Count projects in common."""
        index = block.index
        return (SparseBins(self.features[0], sparse.csr_array(index.projects[block.rows] @ index.projects.T)),)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Name the projects."""
        mine, theirs = _row(index.projects, a), _row(index.projects, b)
        if not mine or not theirs:
            return None
        common = sorted(index.project_names[p] for p in set(mine) & set(theirs))
        if not common:
            return Told("no recorded project together")
        return Told(f"{_both(len(common), 'project', 'projects')} together: {', '.join(common[:3])}", ", ".join(common))


class Milestones(Reason):
    """They share a milestone of high visibility."""

    key, label = "milestones", "Milestones in common"
    about = "both hosted Olympic Games, or both are European Capitals of Culture"
    features = (Feature("milestones in common", "count of kinds", (1, 2), prior=((1, 500), (2, 800))),)

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Count kinds of milestone in common; a place has none in common with itself."""
        index = block.index
        common = sparse.csr_array(index.milestones[block.rows] @ index.milestones.T)
        place = np.array([at or 0 for at in index.milestone_places], np.int64)
        at = np.repeat(block.rows, np.diff(common.indptr))
        common.data[place[at] == place[common.indices]] = 0
        return (SparseBins(self.features[0], common),)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Name the milestones."""
        common = milestones.in_common(index.milestone_places[a], index.milestone_places[b])
        return Told("; ".join(str(kind) for kind in common)) if common else None


REASONS: tuple[Reason, ...] = (
    SharedThemes(),
    OfferedAndSought(),
    PartnersInCommon(),
    NeighboursPartners(),
    Size(),
    Distance(),
    CountryPair(),
    Language(),
    Corridor(),
    Experience(),
    ProjectsTogether(),
    Milestones(),
)
"""Every reason for a new partnership, in the order in which people read them."""


@dataclass(frozen=True)
class LinkFacts:
    """What is known of the recorded link (or links) of a pair on a day.

    ``state`` is that of its liveliest link and ``link`` that link; ``gaps`` are the themes that both hold, or one
    offers and the other seeks, and that no link of theirs has yet.
    """

    link: Link
    state: LinkState
    today: dt.date
    gaps: tuple[str, ...]


class LinkReason(ABC):
    """Evidence that a recorded link is worth waking or widening; its points are set by rule."""

    key: str
    label: str
    about: str

    @abstractmethod
    def points(self, facts: LinkFacts) -> int:
        """Return its points, thousandths of natural log-odds by rule."""

    @abstractmethod
    def tell(self, facts: LinkFacts) -> Told | None:
        """Say it; None if there is nothing to go on."""


class Idle(LinkReason):
    """How long the link has shown no sign of life."""

    key, label = "idle", "Years without a sign of life"
    about = "a link that sleeps is easier to wake after a few years than after decades"
    _steps = ((0, 0), (2, 300), (5, 500), (10, 200), (15, 0), (25, -300))

    def points(self, facts: LinkFacts) -> int:
        """Look the whole years up."""
        years = lifecycle.idle_years(facts.link, facts.today)
        return 0 if years is None else [points for least, points in self._steps if years >= least][-1]

    def tell(self, facts: LinkFacts) -> Told | None:
        """Give the years and the last sign of life."""
        years = lifecycle.idle_years(facts.link, facts.today)
        if years is None:
            return None
        last = _last_sign(facts)
        how = f"last sign of life {last}"
        return Told(f"no sign of life recorded for {_both(years, 'year', 'years')} ({how})" if years else how, how)


def _last_sign(facts: LinkFacts) -> str | None:
    """Return the last sign of life as it is recorded: an activity, or a signing that comes after it."""
    activity, since = facts.link.last_activity, facts.link.since
    if activity is None or lifecycle.first_day(activity) > facts.today:
        return since
    if since is None or lifecycle.first_day(since) <= lifecycle.last_day(activity):
        return activity
    signed = lifecycle.first_day(since)
    counts = signed <= facts.today <= lifecycle.years_after(signed, lifecycle.ACTIVE_YEARS)
    return since if counts else activity


class Ended(LinkReason):
    """The link was ended."""

    key, label = "ended", "Ended"
    about = "a link that was ended needs more than a letter"

    def points(self, facts: LinkFacts) -> int:
        """Count against it."""
        return -700 if facts.state == "ended" else 0

    def tell(self, facts: LinkFacts) -> Told | None:
        """Give the date."""
        return Told(f"recorded as ended {facts.link.until}") if facts.state == "ended" else None


class Anniversary(LinkReason):
    """An anniversary of the signing lies ahead."""

    key, label = "anniversary", "Anniversary ahead"
    about = "10, 20, 25, 30, 40, 50, 60, 75 or 100 years since the signing within the next two years"

    def points(self, facts: LinkFacts) -> int:
        """Count for it."""
        return 600 if lifecycle.next_anniversary(facts.link.since, facts.today) else 0

    def tell(self, facts: LinkFacts) -> Told | None:
        """Give the years and the date."""
        if facts.link.since is None:
            return None
        found = lifecycle.next_anniversary(facts.link.since, facts.today)
        if found is None:
            return Told(f"no anniversary of the signing ({facts.link.since}) within two years")
        years, day = found
        return Told(f"{years} years since the signing in {day.year} (signed {facts.link.since})", day.isoformat())


class NewThemes(LinkReason):
    """Themes that the link could take up."""

    key, label = "new_themes", "Themes to take up"
    about = "themes that both hold, or one offers and the other seeks, and that the link does not have yet"
    _steps = (0, 700, 1100, 1400, 1600)

    def points(self, facts: LinkFacts) -> int:
        """Count the themes, the first most."""
        return self._steps[min(len(facts.gaps), len(self._steps) - 1)]

    def tell(self, facts: LinkFacts) -> Told | None:
        """Name the themes."""
        if not facts.gaps:
            return None
        words = ", ".join(themes.label(theme) for theme in facts.gaps)
        has = ", ".join(themes.label(theme) for theme in facts.link.themes) or "none recorded"
        count = _both(len(facts.gaps), "theme", "themes")
        return Told(f"{count} the link could take up: {words}", f"themes of the link: {has}")


WAKING: tuple[LinkReason, ...] = (Idle(), Ended(), Anniversary())
"""The further reasons to revitalise a recorded link."""

WIDENING: tuple[LinkReason, ...] = (NewThemes(), Anniversary())
"""The reasons to develop a link that lives."""

KEYS: tuple[str, ...] = tuple(
    dict.fromkeys([r.key for r in REASONS] + [r.key for r in WAKING] + [r.key for r in WIDENING])
)
"""The keys of all reasons, which weights may name."""


def gaps(index: MatchIndex, a: int, b: int, have: Sequence[str]) -> tuple[str, ...]:
    """Return the themes both hold, or one offers and the other seeks, that are not among ``have``."""
    held, _ = _held(index)
    found = {index.themes[t] for t in set(_row(held, a)) & set(_row(held, b))}
    return tuple(sorted(found - set(have)))
