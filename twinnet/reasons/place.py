"""What and where they are: size, distance, countries, languages, the corridor asked for, milestones."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse

from twinnet import countries, milestones
from twinnet.evidence import MISSING, Bins, Block, Bytes, ChordBins, ClassBins, Feature, Rows, SparseBins, octaves
from twinnet.index import EARTH_RADIUS, Bools, Floats, MatchIndex, grouping, short
from twinnet.reasons.base import (
    Reason,
    Told,
    chance_of,
    country,
    country_of,
    kilometres,
    remembered,
    row_of,
    who,
)
from twinnet.wording import Word, listed, phrase


class Size(Reason):
    """Towns of like size suit each other."""

    key = "size"
    _large = 50_000
    about = (
        "how far the numbers of inhabitants are apart, how large both are, and how far apart their places by size "
        "among the organisations of their countries"
    )
    features = (
        Feature("ratio of inhabitants", "decimal logarithm", tuple(k / 10 for k in range(1, 41)), -1),
        Feature("inhabitants of both", "sum of decimal logarithms", tuple(4 + k / 5 for k in range(51)), 0),
        Feature("inhabitants of the smaller", "decimal logarithm", tuple(2 + k / 10 for k in range(51))),
        Feature("inhabitants of the larger", "decimal logarithm", tuple(2 + k / 10 for k in range(51)), 0),
        Feature("ratio of places by size", "natural logarithm", tuple(k / 5 for k in range(1, 36)), -1),
    )

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Bin by twentieths of the decimal logarithm of each population, and by tenths of that of its place by size."""
        index = block.index
        (value, classes), (place, places) = _sizes(index)
        mine, row = value[classes[block.rows]][:, None], place[places[block.rows]][:, None]
        inhabitants = (np.abs(mine - value), mine + value, np.minimum(mine, value), np.maximum(mine, value))
        return (
            *(ClassBins(f.bins(np.round(v, 6)), classes) for f, v in zip(self.features, inhabitants, strict=False)),
            ClassBins(self.features[-1].bins(np.round(np.abs(row - place), 6)), places),
        )

    def prepare(self, index: MatchIndex) -> None:
        """Keep the levels of size."""
        _sizes(index)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Give both numbers of inhabitants."""
        mine, theirs = float(index.population[a]), float(index.population[b])
        if not (math.isfinite(mine) and math.isfinite(theirs)):
            return None
        ratio = max(mine, theirs) / max(min(mine, theirs), 1)
        both = {"a": round(mine), "b": round(theirs)}
        if ratio < 1.5:
            return Told(phrase("say.size.alike", **both), phrase("say.size.both", **both))
        larger = who(index, a if mine > theirs else b)
        times = round(ratio, 1) if ratio < 10 else round(ratio)
        said = phrase("say.size.larger", name=larger, ratio=times, **both)
        if min(mine, theirs) >= self._large:
            said = phrase("say.size.both_large", said=said)
        return Told(said, phrase("say.size.both", **both))


_Levels = tuple[Floats, Rows]


def _sizes(index: MatchIndex) -> tuple[_Levels, _Levels]:
    """Return the levels of the decimal logarithms of the populations, and those of their places by size."""
    return index.once("sizes", lambda: (_levels(index.log_population, 20), _levels(_places_by_size(index), 10)))


def _levels(values: Floats, steps: int) -> _Levels:
    """Cut values into ``steps`` levels a unit; return the levels (NaN: unknown) and each value's."""
    grid, classes = np.unique(np.round(values * steps) / steps, return_inverse=True)
    return grid, classes.ravel()


def _places_by_size(index: MatchIndex) -> Floats:
    """Return the natural logarithm of each organisation's place by size in its country over how many have a size."""
    found = np.full(len(index), np.nan)
    for at in range(len(index.countries) - 1):
        here = np.flatnonzero((index.country == at) & np.isfinite(index.log_population))
        population = index.population[here]
        found[here] = np.log((1 + np.searchsorted(np.sort(-population), -population)) / max(len(here), 1))
    return found


class Distance(Reason):
    """How far apart they are."""

    key = "distance"
    about = "kilometres between them"
    _step = 25.0
    features = (Feature("distance", "km", tuple(25.0 * k for k in range(1, 201)), -1),)

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Bin by the chord through the Earth, which for these distances is within 2 % of the way along its surface."""
        if "unit" not in block.index.cache:
            block.index.cache["unit"] = np.ascontiguousarray(block.index.unit.T.astype(np.float32))
        unit = block.index.cache["unit"]
        scale, most = EARTH_RADIUS / self._step, len(self.features[0].edges)
        return (ChordBins(unit.take(block.rows, axis=1), unit, scale=scale, most=most),)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Give the distance."""
        apart = kilometres(index, a, b)
        return None if math.isnan(apart) else Told(phrase("say.distance", km=round(apart)))


class CountryPair(Reason):
    """Towns of their two countries are linked more, or less, than chance would have it."""

    key = "country_pair"
    about = (
        "recorded links between the two countries against what their numbers of organisations, and of partners, would "
        "give by chance; and how many partners each already has in the other's country"
    )
    features = (
        Feature("lift of the country pair", "times chance", octaves(-6, 49)),
        Feature("lift of the country pair by degrees", "times chance", octaves(-6, 49)),
        Feature("partners in the other's country, the one with fewer", "count", tuple(range(1, 11)), 0, evidence=True),
        Feature("partners in the other's country, the one with more", "count", tuple(range(1, 16)), 0, evidence=True),
    )

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Compare the links of each pair of countries with two expectations; one link more on both for caution."""
        index = block.index
        found, pairs, (abroad, possible) = _country_links(index)
        mine, unknown, every = index.country[block.rows], len(index.countries) - 1, np.arange(len(block.rows))
        links, rate, ends = found[mine], np.full(len(mine), abroad / possible), _ends_of(index)
        by_degrees = np.repeat(ends[None], len(mine), axis=0)
        total = np.float64(index.degree.sum())
        if block.without is not None:
            theirs = index.country[block.without]
            links[every, theirs] -= 1
            rate = (abroad - 2 * (mine != theirs)) / possible
            by_degrees[every, mine] -= 1
            by_degrees[every, theirs] -= 1
            total -= 2
        chance = by_degrees[every, mine][:, None] * by_degrees / max(total, 1)
        lifts = ((links + 1) / (pairs[mine] * rate[:, None] + 1), (links + 1) / (chance + 1))
        for lift in lifts:
            lift[:, unknown] = np.nan
            lift[mine == unknown] = np.nan
            if not block.linked:
                lift[:] = np.nan
        return (
            *(ClassBins(f.bins(lift), index.country) for f, lift in zip(self.features, lifts, strict=False)),
            *self._held(block),
        )

    def _held(self, block: Block) -> tuple[Bins, Bins]:
        """Count the partners that each has in the other's country; for rows of one country these are classes."""
        index, fewer, more = block.index, self.features[2], self.features[3]
        mine, unknown = index.country[block.rows], len(index.countries) - 1
        own = _partners_in(index, block.rows)
        if block.without is None and (mine == mine[:1]).all():
            own[mine == unknown] = 0
            own[:, unknown] = 0
            of, count, classes = _held_by(index, int(mine[0]))
            ours, every = own[:, of], len(more.edges)
            shared = fewer.bins(np.minimum(ours, count).astype(np.float32))
            return ClassBins(shared, classes), ClassBins(np.minimum(np.maximum(ours, count), every), classes)
        theirs = sparse.csr_array(_holders_in(index)[mine])
        rows = np.repeat(np.arange(len(mine)), np.diff(theirs.indptr))
        if block.without is not None:
            own[np.arange(len(mine)), index.country[block.without]] -= 1
            theirs.data[theirs.indices == block.without[rows]] -= 1
        own[mine == unknown] = 0
        own[:, unknown] = 0
        ours, count = own[rows, index.country[theirs.indices]], theirs.data
        both = sparse.csr_array((np.minimum(ours, count), theirs.indices, theirs.indptr), shape=theirs.shape)
        most = np.minimum(np.maximum(ours, count), len(more.edges)).astype(np.uint8)
        return (
            SparseBins(fewer, both),
            ClassBins(np.minimum(own, len(more.edges)), index.country, (theirs, most)),
        )

    def prepare(self, index: MatchIndex) -> None:
        """Keep the links between countries, and who has partners in which."""
        _country_links(index)
        _holders_in(index)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Give the number of links between the countries beside chance."""
        c, d = int(index.country[a]), int(index.country[b])
        key = ("countries told", c, d)
        if key not in index.cache:
            index.cache[key] = self._tell_countries(index, c, d)
        told: tuple[Told, bool] | None = index.cache[key]
        if told is None:
            return None
        whole, any_link = told
        if not any_link:
            return whole
        said = [whole.said]
        for row, there in ((a, d), (b, c)):
            if count := min(_count_in(index, row).get(there, 0), MISSING - 1) - index.linked(a, b):
                where = country(index, there)
                said.append(phrase("say.countries.already", n=count, who=who(index, row), country=where))
        return Told(said[0] if len(said) == 1 else listed(said, by=";"), whole.behind)

    def _tell_countries(self, index: MatchIndex, c: int, d: int) -> tuple[Told, bool] | None:
        """Say the links of two countries, and whether there are any; None if there is nothing to go on."""
        found, pairs, (abroad, possible) = _country_links(index)
        if "" in (index.countries[c], index.countries[d]) or not found.any():
            return None
        key, where = "say.countries", {"a": country(index, c), "b": country(index, d)}
        if c == d:
            key, where = "say.country", {"a": country(index, c)}
        links, chance = int(found[c, d]), float(pairs[c, d] * abroad / possible)
        behind = phrase("say.by_chance", chance=round(chance, 1))
        if not links:
            return Told(phrase(f"{key}.none", **where), behind), False
        return Told(phrase(key, n=links, chance=chance_of(chance), **where), behind), True


def _count_in(index: MatchIndex, row: int) -> dict[int, int]:
    """Return how many partners an organisation has in each country where it has any; they are counted once."""
    known = remembered(index, "partners of one in")
    if row not in known:
        known[row] = Counter(index.country[index.partners[row]].tolist())
    found: dict[int, int] = known[row]
    return found


_CountryLinks = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], tuple[float, float]]


def _country_links(index: MatchIndex) -> _CountryLinks:
    """Return the recorded links and the possible pairs of each two countries, and the sums of both between countries.

    Both sums go over both directions; their ratio is the share of pairs that are linked by chance.
    """
    return index.once("country links", lambda: _make_country_links(index))


def _make_country_links(index: MatchIndex) -> _CountryLinks:
    size, belongs = len(index.countries), _belongs(index)
    found = (belongs.T @ index.links @ belongs).toarray().astype(np.float64)
    found[np.diag_indices(size)] /= 2
    count = np.bincount(index.country, minlength=size).astype(np.float64)
    pairs = np.outer(count, count)
    pairs[np.diag_indices(size)] = count * (count - 1) / 2
    apart = ~np.eye(size, dtype=bool)
    return found, pairs, (float(found[apart].sum()), max(float(pairs[apart].sum()), 1.0))


def _belongs(index: MatchIndex) -> sparse.csr_array:
    """Return which country each organisation is of (n x countries, 0/1)."""
    if "belongs" not in index.cache:
        index.cache["belongs"] = grouping(index.country, len(index.countries))
    found: sparse.csr_array = index.cache["belongs"]
    return found


def _partners_in(index: MatchIndex, rows: Rows) -> Bytes:
    """Return how many partners some organisations have in each country (rows x countries), 254 at most."""
    links = index.links[rows]
    count = np.zeros((len(rows), len(index.countries)), np.int64)
    np.add.at(count, (np.repeat(np.arange(len(rows)), np.diff(links.indptr)), index.country[links.indices]), 1)
    found: Bytes = np.minimum(count, MISSING - 1).astype(np.uint8)
    return found


def _holders_in(index: MatchIndex) -> sparse.csr_array:
    """Return the same of all by country (countries x n), where both countries are known."""
    return index.once("holders in", lambda: _make_holders_in(index))


def _held_by(index: MatchIndex, country: int) -> tuple[Rows, Bytes, Rows]:
    """Put organisations into classes by country and number of partners in one country: both, and each one's class."""
    key = ("held by", country)
    if key not in index.cache:
        held = _holders_in(index)[[country]].toarray()[0].astype(np.int64)
        code = index.country * (MISSING + 1) + held
        # There are few codes: those that occur are marked and numbered, which is quicker than a sort.
        occurs = np.zeros(len(index.countries) * (MISSING + 1), np.bool_)
        occurs[code] = True
        of, count = np.divmod(np.flatnonzero(occurs), MISSING + 1)
        index.cache[key] = (of, count.astype(np.uint8), (np.cumsum(occurs) - 1).take(code))
    found: tuple[Rows, Bytes, Rows] = index.cache[key]
    return found


def _make_holders_in(index: MatchIndex) -> sparse.csr_array:
    held = sparse.csr_array(sparse.csr_array(_belongs(index).T) @ index.links)
    held.data = np.minimum(held.data, MISSING - 1).astype(np.float32)
    unknown = len(index.countries) - 1
    held.data[index.country[held.indices] == unknown] = 0
    held.data[held.indptr[unknown] :] = 0
    held.eliminate_zeros()
    held.sort_indices()
    return short(held)


def _ends_of(index: MatchIndex) -> Floats:
    """Return how many ends of links each country has."""
    return np.bincount(index.country, index.degree, minlength=len(index.countries)).astype(np.float64)


class Language(Reason):
    """They have a working language in common."""

    key = "language"
    about = "a working language that both state, or an official language of both countries where one states none"
    features = (Feature("languages in common", "1 if any", (1,), prior=((1, 300),)),)

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Compare the sets of languages, which are few."""
        index = block.index
        sets, classes = _language_sets(index)
        mine, at = np.unique(classes[block.rows], return_inverse=True)
        common = ((sets[mine] @ sets.T) > 0).astype(np.float64)
        none: Bools = np.logical_not(sets.any(axis=1))
        common[none[mine], :] = common[:, none] = np.nan
        return (ClassBins(self.features[0].bins(common), classes, lines=at.ravel()),)

    def prepare(self, index: MatchIndex) -> None:
        """Keep the sets of languages."""
        _language_sets(index)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Name the languages and where they are from."""
        mine, theirs = row_of(index, index.languages, a), row_of(index, index.languages, b)
        if not mine or not theirs:
            return None
        known = remembered(index, "languages in common")
        if (mine, theirs) not in known:
            codes = [index.language_names[k] for k in sorted(set(mine) & set(theirs))]
            common = [Word("language", code, countries.language_name(code)) for code in codes]
            known[mine, theirs] = len(common), listed(common, by="and")
        count, words = known[mine, theirs]
        if not count:
            return Told(phrase("say.language.none"))
        stating = [row for row in (a, b) if index.languages_stated[row]]
        if len(stating) == 2:
            return Told(phrase("say.language.both", languages=words), phrase("say.language.stated"))
        if not stating:
            official = phrase("say.language.official", n=count, languages=words)
            return Told(official, phrase("say.language.unstated"))
        silent = country_of(index, a if index.languages_stated[b] else b)
        meets = {"who": who(index, stating[0]), "languages": words, "country": silent}
        return Told(phrase("say.language.meets", n=count, **meets))


def _language_sets(index: MatchIndex) -> tuple[npt.NDArray[np.float32], Rows]:
    return index.once("language sets", lambda: _make_language_sets(index))


def _make_language_sets(index: MatchIndex) -> tuple[npt.NDArray[np.float32], Rows]:
    languages = index.languages
    first: dict[bytes, int] = {}
    cells = (languages.indices[start:end].tobytes() for start, end in pairwise(languages.indptr.tolist()))
    rows = np.array([first.setdefault(cell, at) for at, cell in enumerate(cells)], np.int64)
    chosen, classes = np.unique(rows, return_inverse=True)
    sets, place = np.unique(languages[chosen].toarray(), axis=0, return_inverse=True)
    return sets, place.ravel()[classes.ravel()]


class Corridor(Reason):
    """They stand at the two ends of the corridor that the rules ask for."""

    key, policy, expected = "corridor", True, False
    about = (
        "the pair joins the two groups of countries that the rules want to bring together; it has points where the "
        "rules only put such pairs first"
    )
    features = (Feature("inside the corridor", "1 if so", (1,), prior=((1, 1000),)),)

    def silent(self, index: MatchIndex) -> bool:
        """Tell whether no corridor is asked for."""
        return index.corridor is None

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
        c, d = (index.country[k] for k in (a, b))
        if not joins(index.corridor, index.countries[c], index.countries[d]):
            return Told(phrase("say.corridor.outside"))
        return Told(phrase("say.corridor.inside", a=country(index, c), b=country(index, d)))


def joins(corridor: tuple[frozenset[str], frozenset[str]], one: str, other: str) -> bool:
    """Tell whether two countries stand at the two ends of a corridor, in either direction."""
    first, second = corridor
    return (one in first and other in second) or (one in second and other in first)


class Milestones(Reason):
    """They share a milestone of high visibility."""

    key, expected = "milestones", False
    about = "both hosted Olympic Games, or both are European Capitals of Culture"
    features = (Feature("milestones in common", "count of kinds", (1, 2), prior=((1, 500), (2, 800))),)

    def silent(self, index: MatchIndex) -> bool:
        """Tell whether nobody has a milestone."""
        return not index.milestones.nnz

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Count kinds of milestone in common; a place has none in common with itself."""
        index = block.index
        common = index.products(index.milestones[block.rows], index.milestones)
        places = index.milestone_places
        rows = np.repeat(block.rows, np.diff(common.indptr)).tolist()
        same = [places[a] == places[b] for a, b in zip(rows, common.indices.tolist(), strict=True)]
        common.data[np.array(same, np.bool_)] = 0
        return (SparseBins(self.features[0], common),)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Name the milestones."""
        common = milestones.in_common(index.milestone_places[a], index.milestone_places[b])
        return Told(listed([one.said for one in common], by=";")) if common else None
