"""Each reason measures what it says, on graphs done by hand; what it tells is true; a hidden link leaves no trace."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinnet.evidence import MISSING, Block, Cells, Feature, SparseBins, octaves
from twinnet.graph import Network
from twinnet.index import EARTH_RADIUS, MatchIndex
from twinnet.models import Link, LinkState, Organisation, Partner, Project
from twinnet.reasons import KEYS, REASONS, WAKING, WIDENING, LinkFacts, Reason, Told, gaps

KM = 180 / (math.pi * EARTH_RADIUS)
"""Degrees of latitude to a kilometre."""
BY_KEY = {reason.key: reason for reason in REASONS}
TODAY = dt.date(2026, 6, 1)


def town(name: str, country: str | None = "BA", **values: Any) -> Organisation:
    return Organisation(id=name, name=name, country=country, **values)


def joined(*pairs: str, **values: Any) -> list[Link]:
    """Make links of pairs of one-letter towns: ``ab`` links a and b."""
    return [Link(id=f"link-{pair}", a=pair[0], b=pair[1], **values) for pair in pairs]


def indexed(towns: Iterable[Organisation], links: Sequence[Link] = (), **values: Any) -> MatchIndex:
    corridor = values.pop("corridor", None)
    return MatchIndex.of(Network(towns, links=links, **values), corridor=corridor)


def bins(index: MatchIndex, key: str, a: str, b: str, *, feature: str | None = None) -> int:
    """Return the bin of a pair for the first feature of a reason, or for a named one."""
    row, column = index.position[a], index.position[b]
    made = BY_KEY[key].bins(Block(index, np.array([row])))
    names = [f.name for f in BY_KEY[key].features]
    return int(made[names.index(feature) if feature else 0].at(Cells(0, np.array([column])))[0])


def value(index: MatchIndex, key: str, a: str, b: str, *, feature: str) -> float:
    """Return what a feature that is sparse measures for a pair."""
    row, column = index.position[a], index.position[b]
    found = BY_KEY[key].bins(Block(index, np.array([row])))
    made = found[[f.name for f in BY_KEY[key].features].index(feature)]
    assert isinstance(made, SparseBins)
    return float(made.values.toarray()[0, column])


def tell(index: MatchIndex, key: str, a: str, b: str) -> Told | None:
    return BY_KEY[key].tell(index, index.position[a], index.position[b])


def english(told: Told | None) -> tuple[str, str] | None:
    """Return sentence and detail."""
    return told and (told.sentence, told.detail)


def sentence(index: MatchIndex, key: str, a: str, b: str) -> str:
    told = tell(index, key, a, b)
    assert told is not None
    return told.sentence


class TestList:
    def test_every_reason_has_a_name_of_its_own_and_says_what_it_is(self) -> None:
        every = (*REASONS, *WAKING, *WIDENING)
        assert len({r.key for r in REASONS}) == len(REASONS)
        assert set(KEYS) == {r.key for r in every}
        assert len(set(KEYS)) == len(KEYS)
        assert all(r.key and r.label and r.about and r.__doc__ for r in every)

    @pytest.mark.parametrize("reason", REASONS, ids=lambda r: r.key)
    def test_the_edges_of_features_rise(self, reason: Reason) -> None:
        names = [f.name for f in reason.features]
        assert len(set(names)) == len(names)
        for feature in reason.features:
            assert list(feature.edges) == sorted(set(feature.edges))
            assert 1 <= len(feature.edges) < MISSING
            assert {edge for edge, _ in feature.prior or ()} <= set(feature.edges)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @pytest.mark.parametrize("feature", [f for r in REASONS for f in r.features], ids=lambda f: f.name)
    def test_a_value_on_an_edge_is_in_the_bin_above(self, feature: Feature, dtype: Any) -> None:
        edges = np.array(feature.edges, dtype)
        count = np.arange(len(edges))
        assert feature.bins(edges).tolist() == (count + 1).tolist()
        assert feature.bins(np.nextafter(edges, dtype(-np.inf))).tolist() == count.tolist()
        assert feature.bins(np.array([-1, 0, 1e30, np.nan], dtype)).tolist() == [0, 0, len(edges), MISSING]

    @given(values=st.lists(st.floats(0, 2.0**20, width=32), max_size=20), first=st.integers(-10, 3))
    def test_octaves_are_cut_the_same_by_bits_as_by_search(self, values: list[float], first: int) -> None:
        feature = Feature("x", "x", octaves(first, 40))
        array = np.array(values, np.float32)
        assert feature.bins(array).tolist() == feature.bins(array.astype(np.float64)).tolist()


class TestThemes:
    index = indexed(
        [
            town("a", themes_offered=("youth", "sport")),
            town("b", themes_sought=("sport", "youth")),
            town("c", themes_offered=("youth",)),
            town("d", themes_offered=("culture",), themes_sought=("culture",)),
            town("e"),
        ]
    )

    def test_a_theme_that_few_hold_counts_more(self) -> None:
        expected = math.log(5 / 3) + math.log(5 / 2)
        measured = value(self.index, "themes", "a", "b", feature="shared theme weight")
        assert measured == pytest.approx(expected)
        assert value(self.index, "themes", "a", "c", feature="shared theme weight") == pytest.approx(math.log(5 / 3))
        assert value(self.index, "themes", "a", "d", feature="shared theme weight") == 0

    def test_a_theme_that_all_hold_counts_a_little(self) -> None:
        index = indexed([town(x, themes_offered=("youth",)) for x in "abcdefgh"])
        assert bins(index, "themes", "a", "b") == 1

    def test_the_rarest_is_named_first(self) -> None:
        assert sentence(self.index, "themes", "a", "b") == "2 themes in common: sport, youth"
        assert sentence(self.index, "themes", "b", "c") == "1 theme in common: youth"

    def test_none_in_common_and_none_known_are_two_things(self) -> None:
        assert sentence(self.index, "themes", "a", "d") == "no theme in common among those recorded"
        assert tell(self.index, "themes", "a", "e") is None
        assert tell(self.index, "themes", "e", "a") is None

    def test_offers_meet_needs_in_both_directions(self) -> None:
        index = indexed(
            [
                town("a", themes_offered=("youth", "sport"), themes_sought=("culture",)),
                town("b", themes_offered=("culture",), themes_sought=("sport", "youth")),
                town("c", themes_offered=("youth",)),
                town("d", themes_sought=("peace",)),
            ]
        )
        assert value(index, "offer_and_need", "a", "b", feature="themes offered and sought") == 3
        assert (
            sentence(index, "offer_and_need", "a", "b")
            == "a offers what b seeks: sport, youth; b offers what a seeks: culture and arts"
        )
        assert sentence(index, "offer_and_need", "c", "b") == "c offers what b seeks: youth"
        assert sentence(index, "offer_and_need", "a", "d") == "neither offers what the other seeks"
        assert bins(index, "offer_and_need", "a", "c") == 0
        assert bins(index, "offer_and_need", "b", "a") == bins(index, "offer_and_need", "a", "b") == 3

    def test_who_states_no_need_and_meets_no_offer_has_nothing_to_go_on(self) -> None:
        index = indexed([town("a", themes_offered=("youth",)), town("b", themes_offered=("youth",)), town("c")])
        assert tell(index, "offer_and_need", "a", "b") is None
        assert tell(index, "offer_and_need", "a", "c") is None


class TestPartners:
    def test_adamic_and_adar_by_hand(self) -> None:
        index = indexed([town(x) for x in "abcdef"], joined("ac", "bc", "ad", "bd", "de"))
        measured = value(index, "partners", "a", "b", feature="partners in common")
        assert measured == pytest.approx(1 / math.log(2) + 1 / math.log(3))
        share = value(index, "partners", "a", "b", feature="partners in common against degrees")
        assert share == pytest.approx((1 / 2 + 1 / 3) / 3)
        assert sentence(index, "partners", "a", "b") == "2 partners in common: c, d"

    def test_walks_of_three_links_by_hand(self) -> None:
        index = indexed([town(x) for x in "abcdef"], joined("ac", "cd", "bd", "ce"))
        walks = value(index, "partners", "a", "b", feature="partners linked with each other")
        assert walks == pytest.approx(1 / math.sqrt(3 * 2), abs=1e-4)
        against = value(index, "partners", "a", "b", feature="partners linked against degrees")
        assert against == pytest.approx(1 / math.sqrt(6) / 2, abs=1e-4)
        assert value(index, "partners", "a", "b", feature="partners in common") == 0
        assert sentence(index, "partners", "a", "b") == "partners of theirs are linked: c with d"

    def test_a_walk_that_comes_back_does_not_count(self) -> None:
        index = indexed([town(x) for x in "abc"], joined("ac", "bc"))
        assert value(index, "partners", "a", "b", feature="partners linked with each other") == 0
        assert value(index, "partners", "a", "b", feature="partners in common") == pytest.approx(1 / math.log(2))

    def test_many_are_counted_and_some_named(self) -> None:
        index = indexed([town(x) for x in "abcdef"], joined(*(f"{x}{y}" for x in "ab" for y in "cdef")))
        told = tell(index, "partners", "a", "b")
        assert english(told) == ("4 partners in common: c, d, e and 1 more", "c, d, e, f")
        index = indexed([town(x) for x in "abcdef"], joined("ac", "ad", "be", "bf", "ce", "cf", "de"))
        told = tell(index, "partners", "a", "b")
        assert english(told) == ("partners of theirs are linked: c with e and 2 more such", "c – e; c – f; d – e")

    def test_nothing_to_go_on_without_partners(self) -> None:
        index = indexed([town(x) for x in "abcd"], joined("ac", "bd"))
        assert sentence(index, "partners", "a", "b") == "no partner in common"
        assert tell(index, "partners", "a", "c") is None
        index = indexed([town(x) for x in "abc"], joined("bc"))
        assert tell(index, "partners", "a", "b") is None


def row_of(*spots: tuple[str, float], country: str, latitude: float, **values: Any) -> list[Organisation]:
    """Place towns so many kilometres north of a latitude."""
    return [
        town(name, country, latitude=latitude + km * KM, longitude=15, **{"population": 10_000, **values})
        for name, km in spots
    ]


class TestNeighbours:
    """a and c lie 35 km apart in Bosnia, b and d 14 km apart in Italy; c and d are linked."""

    towns = (
        *row_of(("a", 0), ("c", 35), country="BA", latitude=44),
        *row_of(("b", 0), ("d", 14), country="IT", latitude=42),
    )

    def test_links_between_the_neighbourhoods_by_hand(self) -> None:
        index = indexed(self.towns, joined("cd"))
        c, d = 1 - (35 / 70) ** 2, 1 - (14 / 70) ** 2
        measured = value(index, "neighbours", "a", "b", feature="neighbours linked, 70 km")
        assert measured == pytest.approx(c * d, abs=0.005)
        assert value(index, "neighbours", "a", "b", feature="neighbours linked, 25 km") == 0
        assert value(index, "neighbours", "a", "b", feature="linked with a neighbour, 70 km") == 0
        assert value(index, "neighbours", "c", "b", feature="linked with a neighbour, 70 km") == pytest.approx(
            d, abs=0.003
        )
        share = value(index, "neighbours", "a", "b", feature="neighbours linked against degrees, 70 km")
        assert share == pytest.approx(c * d / math.sqrt((1 + c) * (1 + d)), abs=0.005)

    def test_only_towns_of_like_size_count_where_it_says_so(self) -> None:
        index = indexed(
            [t if t.id != "c" else t.model_copy(update={"population": 90_000}) for t in self.towns], joined("cd")
        )
        assert value(index, "neighbours", "a", "b", feature="neighbours linked, 70 km") > 0
        assert value(index, "neighbours", "a", "b", feature="neighbours of like size linked, 70 km") == 0

    def test_the_link_is_named_with_how_far_its_ends_are(self) -> None:
        index = indexed(self.towns, joined("cd"))
        assert (
            sentence(index, "neighbours", "a", "b") == "nearby towns are linked: c (35 km from a) with d (14 km from b)"
        )
        assert sentence(index, "neighbours", "c", "b") == "nearby towns are linked: c with d (14 km from b)"

    def test_the_nearest_links_are_named_first_and_the_rest_counted(self) -> None:
        towns = [*self.towns, *row_of(("e", 5), country="BA", latitude=44)]
        index = indexed(towns, joined("cd", "de", "bc"))
        assert sentence(index, "neighbours", "a", "b") == (
            "nearby towns are linked: e (5 km from a) with d (14 km from b); c (35 km from a) with b and 1 more"
        )

    def test_far_towns_of_like_size_are_told_even_where_nobody_is_near(self) -> None:
        towns = [
            *row_of(("a", 0), ("c", 150), country="BA", latitude=44),
            *row_of(("b", 0), ("d", 150), country="IT", latitude=42),
        ]
        index = indexed(towns, joined("cd"))
        assert value(index, "neighbours", "a", "b", feature="neighbours of like size linked, 200 km") > 0
        assert (
            sentence(index, "neighbours", "a", "b") == "1 link between towns of like size within 200 km of each of them"
        )

    def test_without_links_around_there_is_nothing_to_go_on(self) -> None:
        assert tell(indexed(self.towns), "neighbours", "a", "b") is None
        elsewhere = [*self.towns, town("x"), town("y", "IT")]
        assert tell(indexed(elsewhere, joined("xy")), "neighbours", "a", "b") is None
        assert tell(indexed(elsewhere, joined("cx")), "neighbours", "a", "b") is None
        index = indexed(elsewhere, joined("cx", "dy"))
        assert sentence(index, "neighbours", "a", "b") == "no link between the towns within 70 km of each"
        assert bins(index, "neighbours", "a", "b", feature="neighbours linked, 70 km") == 0

    def test_a_link_within_a_country_is_named_once_and_never_the_pairs_own(self) -> None:
        towns = row_of(("a", 0), ("b", 20), ("c", 10), ("d", 15), country="BA", latitude=44)
        index = indexed(towns, joined("ab", "cd"))
        assert (
            sentence(index, "neighbours", "a", "b") == "nearby towns are linked: c (10 km from a) with d (5 km from b)"
        )
        assert sentence(indexed(towns, joined("ab")), "neighbours", "a", "c").startswith(
            "nearby towns are linked: a with b"
        )
        own = sentence(indexed(towns, joined("ab")), "neighbours", "a", "b")
        assert own == "no link between the towns within 70 km of each"


class TestRegions:
    towns = (
        *row_of(("a", 0), ("c", 150), country="BA", latitude=44),
        *row_of(("b", 0), ("d", 150), country="IT", latitude=42),
        *row_of(("e", 900), country="IT", latitude=42),
    )

    def test_links_between_the_regions_by_hand(self) -> None:
        index = indexed(self.towns, joined("cd"))
        feature = BY_KEY["regions"].features[0]
        assert bins(index, "regions", "c", "d") == feature.bins(np.array([1.0]))[0]
        assert (
            0 < bins(index, "regions", "a", "b") < bins(index, "regions", "c", "b") < bins(index, "regions", "c", "d")
        )
        assert bins(index, "regions", "a", "e") == 0
        each = BY_KEY["regions"].features[1]
        assert (
            bins(indexed(self.towns[::2], joined("ab")), "regions", "a", "b", feature=each.name)
            == (each.bins(np.array([1.0]))[0])
        )
        said = sentence(index, "regions", "a", "b")
        assert said == "1 recorded link between the regions within 200 km of each; by chance it would be 0.5"
        assert sentence(indexed(self.towns, joined("cd", "ae")), "regions", "d", "e").startswith("no recorded link")

    def test_a_pairs_own_link_is_not_told(self) -> None:
        assert sentence(indexed(self.towns, joined("ab")), "regions", "a", "b").startswith("no recorded link")

    def test_without_links_around_there_is_nothing_to_go_on(self) -> None:
        assert tell(indexed(self.towns), "regions", "a", "b") is None
        assert tell(indexed([town("a"), town("b", "IT")], joined("ab")), "regions", "a", "b") is None


class TestNames:
    def test_names_alike(self) -> None:
        likeness = "likeness of names"
        named = {"a": "Neustadt", "b": "Neustadt an der Donau", "c": "Bari", "d": "Žilina", "e": "東京"}
        index = indexed([town(x).model_copy(update={"name": name}) for x, name in named.items()])
        assert value(index, "names", "a", "b", feature=likeness) > 0.35
        assert sentence(index, "names", "a", "b") == "their names are alike (Neustadt, Neustadt an der Donau)"
        assert sentence(index, "names", "a", "c") == "their names are not alike"
        assert [value(index, "names", "c", x, feature=likeness) for x in "ade"] == [0, 0, 0]


class TestPlace:
    @pytest.mark.parametrize(
        ("mine", "theirs", "said"),
        [
            (10_000, 14_999, "similar size (10,000 and 14,999 inhabitants)"),
            (30_000, 10_000, "a is 3 times as large (30,000 and 10,000 inhabitants)"),
            (10_000, 200_000, "b is 20 times as large (10,000 and 200,000 inhabitants)"),
            (60_000, 400_000, "both are large; b is 6.7 times as large (60,000 and 400,000 inhabitants)"),
        ],
    )
    def test_sizes_are_told(self, mine: int, theirs: int, said: str) -> None:
        index = indexed([town("a", population=mine), town("b", population=theirs)])
        assert sentence(index, "size", "a", "b").replace("as large as the other", "larger") == said

    def test_sizes_are_binned_by_their_ratio_and_their_sum(self) -> None:
        index = indexed(
            [town("a", population=10_000), town("b", population=100_000), town("c"), town("d", population=0)]
        )
        assert bins(index, "size", "a", "b") == bins(index, "size", "b", "a") == 10
        assert bins(index, "size", "a", "b", feature="inhabitants of both") == 26
        assert bins(index, "size", "a", "b", feature="inhabitants of the smaller") == 21
        assert bins(index, "size", "a", "b", feature="inhabitants of the larger") == 31
        assert bins(index, "size", "a", "b", feature="ratio of places by size") == 3
        for unknown in "cd":
            assert bins(index, "size", "a", unknown) == bins(index, "size", unknown, "a") == MISSING
            assert bins(index, "size", "a", unknown, feature="ratio of places by size") == MISSING
            assert tell(index, "size", "a", unknown) is None

    @given(populations=st.tuples(st.integers(1, 10**7), st.integers(1, 10**7)))
    def test_a_ratio_is_in_its_bin_but_for_rounding(self, populations: tuple[int, int]) -> None:
        index = indexed([town(x, population=p) for x, p in zip("ab", populations, strict=True)])
        apart = abs(math.log10(populations[0] / populations[1]))
        expected = BY_KEY["size"].features[0].bins(np.array([max(apart - 0.0501, 0), apart + 0.0501]))
        assert expected[0] <= bins(index, "size", "a", "b") <= expected[1]

    def test_distance(self) -> None:
        towns = [*row_of(("a", 0), ("b", 130), ("c", 6000), country="BA", latitude=-20), town("d")]
        index = indexed(towns)
        assert sentence(index, "distance", "a", "b") == "130 km apart"
        assert bins(index, "distance", "a", "b") == bins(index, "distance", "b", "a") == 5
        assert bins(index, "distance", "a", "c") == 200
        assert bins(index, "distance", "a", "a") == 0
        assert bins(index, "distance", "a", "d") == bins(index, "distance", "d", "a") == MISSING
        assert tell(index, "distance", "a", "d") is None
        assert tell(index, "distance", "d", "a") is None


class TestCountries:
    towns = (town("a"), town("c"), town("b", "IT"), town("d", "IT"), town("e", "AT"), town("f", "AT"), town("x", None))

    def test_the_lift_of_a_pair_of_countries_by_hand(self) -> None:
        index = indexed(self.towns[:-1], joined("ab", "cd", "ce"))
        chance = 4 * 3 / 12
        feature = BY_KEY["country_pair"].features[0]
        expected = [feature.bins(np.array([(links + 1) / (chance + 1)]))[0] for links in (2, 1, 0)]
        assert [bins(index, "country_pair", *pair) for pair in ("ad", "ae", "be")] == expected
        assert sentence(index, "country_pair", "a", "d") == (
            "2 recorded links between Bosnia and Herzegovina and Italy; by chance it would be 1.0; "
            "a already has 1 partner in Italy; d already has 1 partner in Bosnia and Herzegovina"
        )
        assert sentence(index, "country_pair", "e", "a") == (
            "1 recorded link between Austria and Bosnia and Herzegovina; by chance it would be 1.0; "
            "e already has 1 partner in Bosnia and Herzegovina"
        )
        fewer, more = (f.name for f in BY_KEY["country_pair"].features[2:])
        assert [bins(index, "country_pair", "a", "d", feature=f) for f in (fewer, more)] == [1, 1]
        assert [bins(index, "country_pair", "e", "a", feature=f) for f in (fewer, more)] == [0, 1]
        by_degrees = (1 + 1) / (3 * 1 / 6 + 1)
        assert (
            bins(index, "country_pair", "e", "a", feature=BY_KEY["country_pair"].features[1].name)
            == (feature.bins(np.array([by_degrees]))[0])
        )
        assert english(tell(index, "country_pair", "b", "e")) == (
            "no recorded link between Italy and Austria",
            "by chance 1.0",
        )

    def test_links_within_one_country(self) -> None:
        index = indexed(self.towns, joined("ac"))
        assert "by chance it would be hardly any" in sentence(index, "country_pair", "a", "c")

    def test_without_countries_or_links_there_is_nothing_to_go_on(self) -> None:
        index = indexed(self.towns, joined("ab"))
        assert bins(index, "country_pair", "a", "x") == bins(index, "country_pair", "x", "a") == MISSING
        assert tell(index, "country_pair", "a", "x") is None
        index = indexed(self.towns)
        assert bins(index, "country_pair", "a", "b") == MISSING
        assert tell(index, "country_pair", "a", "b") is None

    def test_a_corridor_counts_in_both_directions(self) -> None:
        index = indexed(self.towns, corridor=(frozenset({"BA", "HR"}), frozenset({"IT"})))
        assert (
            sentence(index, "corridor", "a", "b") == "inside the corridor asked for (Bosnia and Herzegovina and Italy)"
        )
        assert (
            sentence(index, "corridor", "b", "a") == "inside the corridor asked for (Italy and Bosnia and Herzegovina)"
        )
        assert sentence(index, "corridor", "a", "e") == "outside the corridor asked for"
        pairs = ("ab", "ba", "ae", "ac", "ax")
        assert [bins(index, "corridor", *pair) for pair in pairs] == [1, 1, 0, 0, 0]
        index = indexed(self.towns)
        assert bins(index, "corridor", "a", "b") == MISSING
        assert tell(index, "corridor", "a", "b") is None


class TestLanguage:
    index = indexed(
        [
            town("a", "BA", languages=("en", "fr")),
            town("b", "IT", languages=("fr",)),
            town("c", "FR"),
            town("d", "BE"),
            town("e", "PL"),
            town("f", None),
        ]
    )

    @pytest.mark.parametrize(
        ("pair", "found", "said"),
        [
            ("ab", 1, "both work in French"),
            ("ac", 1, "a works in French, which is an official language in France"),
            ("ca", 1, "a works in French, which is an official language in France"),
            ("cd", 1, "French is an official language in both countries"),
            ("ae", 0, "no working language in common is known"),
        ],
    )
    def test_a_stated_language_is_not_an_official_one(self, pair: str, found: int, said: str) -> None:
        assert sentence(self.index, "language", *pair) == said
        assert bins(self.index, "language", *pair) == found

    def test_several_are_named(self) -> None:
        index = indexed([town("a", languages=("fr", "en")), town("b", languages=("en", "fr", "de"))])
        assert sentence(index, "language", "a", "b") == "both work in English and French"

    def test_without_country_and_language_there_is_nothing_to_go_on(self) -> None:
        assert bins(self.index, "language", "a", "f") == bins(self.index, "language", "f", "a") == MISSING
        assert tell(self.index, "language", "a", "f") is None
        assert bins(indexed([town("a", None), town("b", None)]), "language", "a", "b") == MISSING


class TestExperience:
    projects = tuple(Project(id=p, name=p.upper()) for p in ("p1", "p2"))

    def test_a_mentor_took_part_in_two_projects_and_a_newcomer_in_none(self) -> None:
        towns = [
            town("a", population=90_000),
            town("b", population=5_000),
            town("c", population=5_000, capital=True),
            town("d", population=20_000),
            town("e", population=5_000),
            town("f"),
        ]
        parts = [Partner(project=p, organisation="a") for p in ("p1", "p2")] + [Partner(project="p1", organisation="e")]
        index = indexed(towns, projects=self.projects, partners=parts)
        said = "a (partner in 2 recorded projects) can be a mentor for b"
        assert sentence(index, "experience", "a", "b") == sentence(index, "experience", "b", "a") == said
        found = {x: bins(index, "experience", "a", x, feature="mentor and newcomer") for x in "bcdef"}
        assert found == {"b": 1, "c": 0, "d": 0, "e": 0, "f": 0}
        assert bins(index, "experience", "b", "a", feature="mentor and newcomer") == 1
        assert bins(index, "experience", "b", "b", feature="mentor and newcomer") == 0
        assert tell(index, "experience", "b", "d") is None

    def test_recorded_partners_of_both_are_counted(self) -> None:
        index = indexed([town(x) for x in "abcd"], joined("ac", "ad", "bc"))
        assert sentence(index, "experience", "a", "b") == "recorded partners: a 2, b 1"
        more = BY_KEY["experience"].features[1].name
        assert (bins(index, "experience", "a", "b"), bins(index, "experience", "a", "b", feature=more)) == (1, 2)

    def test_without_links_and_projects_there_is_nothing_to_go_on(self) -> None:
        index = indexed([town("a"), town("b")])
        assert tell(index, "experience", "a", "b") is None
        assert bins(index, "experience", "a", "b") == MISSING
        assert bins(index, "experience", "a", "b", feature="mentor and newcomer") == MISSING

    def test_projects_together_are_named(self) -> None:
        parts = [
            *(Partner(project=p, organisation=x) for p in ("p1", "p2") for x in "ab"),
            Partner(project="p1", organisation="c"),
            Partner(project="p2", organisation="d"),
        ]
        index = indexed([town(x) for x in "abcde"], projects=self.projects, partners=parts)
        assert english(tell(index, "projects", "a", "b")) == ("2 projects together: P1, P2", "P1, P2")
        assert sentence(index, "projects", "c", "a") == "1 project together: P1"
        assert sentence(index, "projects", "c", "d") == "no recorded project together"
        assert tell(index, "projects", "a", "e") is None
        assert [bins(index, "projects", *pair) for pair in ("ab", "ca", "cd", "ae")] == [2, 1, 0, 0]

    def test_milestones_in_common_are_named(self) -> None:
        sarajevo, paris, bari = 3191281, 2988507, 3182351
        towns = [town(x, geonames_id=g) for x, g in zip("abc", (sarajevo, paris, bari), strict=True)]
        index = indexed([*towns, town("d")])
        assert sentence(index, "milestones", "a", "b") == "Olympic cities: Sarajevo 1984, Paris 2024"
        assert tell(index, "milestones", "a", "c") is None
        assert [bins(index, "milestones", *pair) for pair in ("ab", "ba", "ac", "ad")] == [1, 1, 0, 0]


def facts(state: LinkState = "dormant", new: tuple[str, ...] = (), **values: Any) -> LinkFacts:
    return LinkFacts(Link(id="l", a="a", b="b", **values), state, TODAY, new)


LINK_REASONS = {reason.key: reason for reason in (*WAKING, *WIDENING)}


class TestLinks:
    @pytest.mark.parametrize(
        ("values", "points", "said"),
        [
            ({"last_activity": "2026-05"}, 0, "last sign of life 2026-05"),
            ({"last_activity": "2025-05"}, 0, "no sign of life recorded for 1 year (last sign of life 2025-05)"),
            ({"last_activity": "2024-05"}, 300, "no sign of life recorded for 2 years (last sign of life 2024-05)"),
            ({"last_activity": "2020"}, 500, "no sign of life recorded for 5 years (last sign of life 2020)"),
            ({"last_activity": "2012"}, 200, "no sign of life recorded for 13 years (last sign of life 2012)"),
            ({"last_activity": "2005"}, 0, "no sign of life recorded for 20 years (last sign of life 2005)"),
            ({"last_activity": "1990"}, -300, "no sign of life recorded for 35 years (last sign of life 1990)"),
            ({"since": "1990"}, 0, None),
            ({}, 0, None),
            ({"since": "2025-03", "last_activity": "2030"}, 0, "(last sign of life 2025-03)"),
            ({"since": "2025-03", "last_activity": "2014"}, 0, "(last sign of life 2025-03)"),
            ({"since": "2026-03", "last_activity": "2026-01"}, 0, "last sign of life 2026-03"),
            ({"since": "1990", "last_activity": "2024-05"}, 300, "(last sign of life 2024-05)"),
            ({"since": "2023", "last_activity": "2020"}, 500, "(last sign of life 2020)"),
        ],
    )
    def test_idle_years(self, values: dict[str, str], points: int, said: str | None) -> None:
        given = facts(**values)
        told = LINK_REASONS["idle"].tell(given)
        assert LINK_REASONS["idle"].points(given) == points
        assert told is said is None or (told and said and told.sentence.endswith(said))

    def test_ended(self) -> None:
        ended = facts("ended", until="2019-05")
        assert LINK_REASONS["ended"].points(ended) < 0
        assert english(LINK_REASONS["ended"].tell(ended)) == ("recorded as ended 2019-05", "")
        assert LINK_REASONS["ended"].points(facts()) == 0
        assert LINK_REASONS["ended"].tell(facts()) is None

    def test_an_anniversary_ahead(self) -> None:
        near = facts(since="1977-05-02")
        assert LINK_REASONS["anniversary"].points(near) == 600
        told = ("50 years since the signing in 2027 (signed 1977-05-02)", "2027-05-02")
        assert english(LINK_REASONS["anniversary"].tell(near)) == told
        far = facts(since="1979")
        assert LINK_REASONS["anniversary"].points(far) == 0
        assert english(LINK_REASONS["anniversary"].tell(far)) == (
            "no anniversary of the signing (1979) within two years",
            "",
        )
        assert LINK_REASONS["anniversary"].tell(facts()) is None
        assert LINK_REASONS["anniversary"].points(facts()) == 0

    def test_new_themes(self) -> None:
        found = facts(new=("sport", "youth"), themes=("culture",))
        told = LINK_REASONS["new_themes"].tell(found)
        assert told is not None
        assert told.sentence == "2 themes the link could take up: sport, youth"
        assert "culture" in told.detail
        assert LINK_REASONS["new_themes"].points(found) == 1100
        assert LINK_REASONS["new_themes"].points(facts(new=tuple("abcdefg"))) == 1600
        assert LINK_REASONS["new_themes"].points(facts()) == 0
        assert LINK_REASONS["new_themes"].tell(facts()) is None

    def test_gaps_are_what_both_hold_or_one_offers_and_the_other_seeks_and_the_link_lacks(self) -> None:
        index = indexed(
            [
                town("a", themes_offered=("youth", "sport"), themes_sought=("culture",)),
                town("b", themes_offered=("youth", "culture"), themes_sought=("sport", "peace")),
            ]
        )
        assert gaps(index, 0, 1, ["youth"]) == gaps(index, 1, 0, ["youth"]) == ("culture", "sport")
        assert gaps(index, 0, 1, ["youth", "culture", "sport"]) == ()


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[Organisation], list[Link]]:
    """Draw a few towns, often near each other and some at unknown places, with links."""
    count = draw(st.integers(2, 9))
    spread = st.sampled_from([0, 3, 7, 20, 40, 60, 130, 190])
    towns = []
    for letter in "abcdefghi"[:count]:
        place = {"latitude": 44 + draw(spread) * KM, "longitude": 15 + draw(spread) * KM}
        towns.append(
            town(
                letter,
                draw(st.sampled_from(["BA", "IT", "AT", None])),
                population=draw(st.sampled_from([None, 0, 4_000, 10_000, 12_000, 90_000])),
                themes_offered=draw(st.sampled_from([(), ("youth",), ("youth", "sport")])),
                languages=draw(st.sampled_from([(), (), ("en",)])),
                **(place if draw(st.booleans()) or draw(st.booleans()) else {}),
            )
        )
    pairs = [f"{a.id}{b.id}" for at, a in enumerate(towns) for b in towns[at + 1 :]]
    return towns, joined(*draw(st.lists(st.sampled_from(pairs), unique=True, max_size=12)))


def all_bins(index: MatchIndex, block: Block) -> dict[tuple[str, str], np.ndarray]:
    every = np.arange(len(index))
    return {
        (reason.key, feature.name): np.array([made.at(Cells(at, every)) for at in range(len(block.rows))])
        for reason in REASONS
        for feature, made in zip(reason.features, reason.bins(block), strict=True)
    }


@given(given=networks(), data=st.data())
@settings(max_examples=80)
def test_a_hidden_link_leaves_no_trace_at_its_pair(given: tuple[list[Organisation], list[Link]], data: Any) -> None:
    towns, links = given
    if not links:
        return
    hidden = data.draw(st.sampled_from(links))
    full = indexed(towns, links)
    rest = indexed(towns, [link for link in links if link is not hidden])
    ends = np.array([full.position[hidden.a], full.position[hidden.b]])
    without = all_bins(full, Block(full, ends, ends[::-1].copy()))
    alone = all_bins(full, Block(full, ends, ends[::-1].copy(), pairs=True))
    for name, expected in all_bins(rest, Block(rest, ends)).items():
        for at in (0, 1):
            assert without[name][at, ends[1 - at]] == expected[at, ends[1 - at]], name
            assert alone[name][at, ends[1 - at]] == expected[at, ends[1 - at]], name


@given(given=networks())
@settings(max_examples=60)
def test_a_pair_that_is_not_linked_reads_the_same_from_both_sides(given: tuple[list[Organisation], list[Link]]) -> None:
    index = indexed(*given)
    apart = (index.links.toarray() == 0) & ~np.eye(len(index), dtype=bool)
    for name, found in all_bins(index, Block(index, np.arange(len(index)))).items():
        assert not ((found != found.T) & apart).any(), name


@given(given=networks())
@settings(max_examples=60)
def test_what_has_nothing_to_go_on_has_no_evidence(given: tuple[list[Organisation], list[Link]]) -> None:
    index = indexed(*given)
    found = all_bins(index, Block(index, np.arange(len(index))))
    for a, b in np.argwhere((index.links.toarray() == 0) & ~np.eye(len(index), dtype=bool)):
        for reason in REASONS:
            if reason.tell(index, int(a), int(b)) is None:
                assert {int(found[reason.key, f.name][a, b]) for f in reason.features} <= {0, MISSING}, reason.key
