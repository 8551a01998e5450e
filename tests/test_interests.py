"""Likeness of themes: rare ones count more, siblings a little, inferred ones less; offered and sought stay apart."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import twinnet
from twinnet.evidence import Block, Cells
from twinnet.graph import Network
from twinnet.index import MatchIndex
from twinnet.matching import deepen, suggest
from twinnet.models import Link, Membership, Organisation, Partner, Project, Rules
from twinnet.profile import Profiles, overall, strengths
from twinnet.reasons import KEYS as KEYS_OF_REASONS
from twinnet.reasons import REASONS, Reason, gaps, inferred_gaps
from twinnet.reasons.holding import beyond_stated, held_themes
from twinnet.taxonomy import Taxonomy
from twinnet.themes import SIBLINGS, Rarity, area_strengths, likeness, weight
from twinnet.workspace import import_lists

BY_KEY: dict[str, Reason] = {reason.key: reason for reason in REASONS}
KEYS = ("youth", "education", "sport", "heritage", "tourism", "peace", "digital", "their own words")
STEPS = st.integers(0, 256).map(lambda k: k / 256)
PROFILES = st.dictionaries(st.sampled_from(KEYS), STEPS, max_size=5)


def town(name: str, **values: Any) -> Organisation:
    return Organisation(id=name, name=name, country="BA" if name < "c" else "IT", **values)


def indexed(towns: list[Organisation], **values: Any) -> MatchIndex:
    return MatchIndex.of(Network(towns, **values))


def in_networks(**networks: str) -> list[Membership]:
    """Make each letter of a text a member of the network."""
    return [Membership(organisation=x, network=n.replace("_", " ")) for n, letters in networks.items() for x in letters]


def points(index: MatchIndex, key: str, a: str, b: str) -> int:
    """Return the points by rule that a reason has for a pair."""
    row, columns = index.position[a], np.array([index.position[b]])
    total = 0
    for feature, bins in zip(BY_KEY[key].features, BY_KEY[key].bins(Block(index, np.array([row]))), strict=True):
        at = int(bins.at(Cells(0, columns))[0])
        reached = [p for edge, p in feature.prior or () if at and edge <= feature.edges[at - 1]]
        total += reached[-1] if reached else 0
    return total


def sentence(index: MatchIndex, key: str, a: str, b: str) -> str:
    told = BY_KEY[key].tell(index, index.position[a], index.position[b])
    assert told is not None
    return told.sentence


class TestLikeness:
    @given(mine=PROFILES, theirs=PROFILES)
    def test_it_is_the_same_from_both_sides_and_never_negative(
        self, mine: dict[str, float], theirs: dict[str, float]
    ) -> None:
        rarity = Rarity.of([mine, theirs])
        assert likeness(mine, theirs, rarity=rarity) == likeness(theirs, mine, rarity=rarity) >= 0
        assert likeness(mine, theirs) == likeness(theirs, mine)

    @given(mine=PROFILES, theirs=PROFILES, others=st.lists(PROFILES, max_size=3), theme=st.sampled_from(KEYS), to=STEPS)
    def test_it_never_falls_where_a_strength_rises(
        self, mine: dict[str, float], theirs: dict[str, float], others: list[dict[str, float]], theme: str, to: float
    ) -> None:
        rarity = Rarity.of([mine, theirs, *others])
        more = {**mine, theme: max(to, mine.get(theme, 0))}
        assert likeness(mine, theirs, rarity=rarity) <= likeness(more, theirs, rarity=rarity)
        stated = dict.fromkeys(mine, 1.0)
        assert likeness(mine, theirs, rarity=rarity) <= likeness(stated, theirs, rarity=rarity)

    @given(mine=PROFILES, theirs=PROFILES)
    def test_it_is_nothing_where_no_theme_and_no_area_is_in_common(
        self, mine: dict[str, float], theirs: dict[str, float]
    ) -> None:
        ours, others = ({t for t, s in profile.items() if s} for profile in (mine, theirs))
        apart = not ours & others and not area_strengths(mine).keys() & area_strengths(theirs).keys()
        assert (likeness(mine, theirs) == 0) == apart

    def test_by_hand(self) -> None:
        rarity = Rarity.of([{"youth": 1}, {"youth": 1}, {"youth": 0.5, "education": 1}, {"digital": 1}])
        assert rarity.themes["youth"] == pytest.approx(math.log(5 / 3), abs=1e-6)
        assert rarity.areas["learning_youth"] == pytest.approx(math.log(5 / 3), abs=1e-6)
        siblings = SIBLINGS * rarity.areas["learning_youth"]
        assert likeness({"youth": 1}, {"education": 1}, rarity=rarity) == siblings
        assert likeness({"youth": 1}, {"youth": 1}, rarity=rarity) == rarity.themes["youth"]
        two = likeness({"youth": 1, "education": 1}, {"youth": 1}, rarity=rarity)
        assert two == pytest.approx(rarity.themes["youth"] + siblings * (math.sqrt(2) - 1), abs=1e-2)
        assert likeness({"x": 1}, {"x": 1}) == 1

    def test_siblings_count_less_than_any_shared_theme(self) -> None:
        assert 0 < likeness({"youth": 1}, {"education": 1}) < likeness({"youth": 1}, {"youth": 0.5})

    def test_a_theme_that_all_hold_weighs_a_little_and_nobody_no_more_than_one(self) -> None:
        assert weight(10, 10) == pytest.approx(math.log(1.1), abs=1e-6)
        assert weight(1000, 1000) == pytest.approx(math.log(1.02), abs=1e-6)
        assert weight(3, 0) == pytest.approx(math.log(4), abs=1e-6)

    def test_a_networks_own_taxonomy_has_areas_too(self) -> None:
        own = Taxonomy.from_text('[themes.wine]\nlabel = "wine"\narea = "green"\n', name="own")
        assert likeness({"wine": 1}, {"environment": 1}, taxonomy=own) == SIBLINGS
        assert likeness({"wine": 1}, {"environment": 1}) == 0


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Make small networks with stated themes, memberships and projects, but no texts."""
    names = "abcdef"[: draw(st.integers(2, 6))]
    some = st.lists(st.sampled_from(KEYS[:-1]), max_size=3, unique=True).map(tuple)
    towns = [town(x, themes_offered=draw(some), themes_sought=draw(some)) for x in names]
    members = st.lists(st.sampled_from(names), max_size=4, unique=True).map("".join)
    projects = [Project(id=f"p{k}", name=f"P{k}", themes=draw(some)) for k in range(draw(st.integers(0, 3)))]
    parts = [Partner(project=p.id, organisation=x) for p in projects for x in draw(members)]
    joined = in_networks(Energy_Cities=draw(members), EFUS=draw(members), EHTTA=draw(members))
    return Network(towns, memberships=joined, projects=projects, partners=parts)


@given(network=networks())
def test_a_block_has_the_likeness_of_the_plain_formula(network: Network) -> None:
    index = MatchIndex.of(network)
    profiles = Profiles.of(network)
    by_id = {i: overall(strengths(profiles.themes_of(i))) for i in index.ids}
    rarity = Rarity.of(by_id.values())
    held = held_themes(index)
    assert held.rarity.themes == rarity.themes
    assert held.rarity.areas == rarity.areas
    rows = np.arange(len(index))
    stated = ((held.stated * held.weight) @ held.stated.T).toarray()
    beyond = beyond_stated(index, held.holders)
    of_project: dict[str, set[str]] = {p: set() for p in network.projects.column("id")}
    for part in network.partners:
        of_project[part.project].add(part.organisation)
    for a in rows:
        for b in rows:
            ids = index.ids[a], index.ids[b]
            common = frozenset(p for p, team in of_project.items() if a != b and set(ids) <= team)
            mine, theirs = (overall(strengths(profiles.themes_of(i), without=common)) for i in ids)
            expected = likeness(mine, theirs, rarity=rarity)
            rest = beyond[held.at[a], held.at[b]] if held.at[a] >= 0 and held.at[b] >= 0 else 0
            assert stated[a, b] + rest == pytest.approx(expected, abs=1e-9)
            assert rest >= 0


@given(network=networks())
def test_a_pair_reads_the_same_from_both_sides(network: Network) -> None:
    index = MatchIndex.of(network)
    every = np.arange(len(index))
    for key in ("themes", "offer_and_need"):
        for bins in BY_KEY[key].bins(Block(index, every)):
            table = np.array([bins.at(Cells(int(row), every)) for row in every])
            assert (table == table.T).all()
        for a in every:
            for b in every:
                one, other = BY_KEY[key].tell(index, int(a), int(b)), BY_KEY[key].tell(index, int(b), int(a))
                assert (one is None) == (other is None)
                if one is None and a != b:
                    assert points(index, key, index.ids[a], index.ids[b]) == 0


class TestInferred:
    index = indexed(
        [
            town("a", themes_offered=("youth",)),
            *map(town, "bcdef"),
            town("g", themes_sought=("climate_energy", "peace")),
        ],
        memberships=in_networks(Energy_Cities="bc"),
        projects=[Project(id="p", name="MAVRIC", themes=("youth",)), Project(id="q", name="ROOTS", themes=("peace",))],
        partners=[Partner(project=p, organisation=x) for p, xs in (("p", "cd"), ("q", "de")) for x in xs],
    )

    def test_the_index_holds_what_each_works_on(self) -> None:
        at, column = self.index.position, self.index.themes.index("youth")
        works_on = self.index.works_on.toarray()
        assert works_on[at["a"], column] == 0
        assert 0 < works_on[at["c"], column] == works_on[at["d"], column] < 1
        assert self.index.offered.toarray()[at["a"], column] == 1
        assert self.index.areas[column] == "learning_youth"

    def test_it_is_named_with_where_it_is_from(self) -> None:
        assert sentence(self.index, "themes", "a", "c") == "1 theme in common: youth (c: from the project MAVRIC)"
        assert sentence(self.index, "themes", "b", "c") == (
            "1 theme in common: climate and energy (both: from being a member of Energy Cities)"
        )
        assert BY_KEY["themes"].tell(self.index, self.index.position["a"], self.index.position["f"]) is None

    @pytest.mark.usefixtures("reader")
    def test_the_words_of_a_text_are_told_in_the_detail_only(self) -> None:
        index = indexed(
            [town("a", themes_offered=("sport",)), town("b", description="Mladi"), town("c", themes_sought=("youth",))],
            projects=[Project(id="p", name="MAVRIC", title="Omladina")],
            partners=[Partner(project="p", organisation="a")],
        )
        at = index.position
        told = BY_KEY["themes"].tell(index, at["a"], at["b"])
        assert told is not None
        assert told.sentence == ("1 theme in common: youth (a: from the project MAVRIC; b: from a text in the network)")
        assert told.detail == (
            "youth (a: from the project MAVRIC, by the words 'mladi', 'omladina'; "
            "b: from a text in the network, by the words 'mladi', 'omladina'); texts read by: a reader"
        )
        told = BY_KEY["offer_and_need"].tell(index, at["a"], at["c"])
        assert told is not None
        assert told.sentence == "a works on what c seeks: youth (a: from the project MAVRIC)"
        assert told.detail == (
            "youth (a: from the project MAVRIC, by the words 'mladi', 'omladina'); texts read by: a reader"
        )

    def test_it_counts_less_than_a_stated_theme_and_more_than_none(self) -> None:
        stated = indexed([town("a", themes_offered=("youth",)), town("b", themes_sought=("youth",)), *map(town, "cd")])
        both = indexed(
            [*map(town, "abcd")],
            projects=[Project(id=p, name=p, themes=("youth",)) for p in "pq"],
            partners=[Partner(project=p, organisation=x) for p, x in ("pa", "qb")],
        )
        one = indexed(
            [town("a", themes_offered=("youth",)), *map(town, "bcd")],
            projects=[Project(id="p", name="p", themes=("youth",))],
            partners=[Partner(project="p", organisation="b")],
        )
        earned = [points(index, "themes", "a", "b") for index in (stated, one, both)]
        assert earned[0] > earned[1] > earned[2] > 0

    def test_a_project_of_both_is_left_to_its_own_reason(self) -> None:
        assert points(self.index, "projects", "c", "d") > 0
        assert points(self.index, "themes", "c", "d") == 0
        assert points(self.index, "themes", "a", "d") > 0
        assert sentence(self.index, "themes", "c", "d").startswith("no theme in common among those recorded")

    def test_what_one_works_on_meets_what_the_other_seeks_and_is_weaker(self) -> None:
        assert sentence(self.index, "offer_and_need", "b", "g") == (
            "b works on what g seeks: climate and energy (b: from being a member of Energy Cities)"
        )
        assert (
            sentence(self.index, "offer_and_need", "g", "e")
            == "e works on what g seeks: peace and reconciliation (e: from the project ROOTS)"
        )
        assert sentence(self.index, "offer_and_need", "a", "g") == "neither offers what the other seeks"
        stated = indexed([town("b", themes_offered=("climate_energy",)), town("g", themes_sought=("climate_energy",))])
        assert points(stated, "offer_and_need", "b", "g") == 1050
        assert 0 < points(self.index, "offer_and_need", "b", "g") < 1050

    def test_stated_themes_come_first_and_inferred_ones_are_counted_after_three(self) -> None:
        names = ("youth", "education", "sport", "culture", "heritage")
        index = indexed(
            [town("a", themes_offered=(*names, "peace")), town("b", themes_offered=("peace",))],
            projects=[Project(id="p", name="ALL", themes=names)],
            partners=[Partner(project="p", organisation="b")],
        )
        said = sentence(index, "themes", "a", "b")
        assert said.startswith("6 themes in common: peace and reconciliation, ")
        assert said.endswith(" and 2 more")
        assert said.count("from the project ALL") == 3

    def test_themes_of_one_area_are_told_where_none_is_shared(self) -> None:
        index = indexed([town("a", themes_offered=("youth",)), town("b", themes_offered=("sport",)), *map(town, "cd")])
        assert sentence(index, "themes", "a", "b") == (
            "no theme in common among those recorded, "
            "but both have themes of learning, youth and sport (a: youth; b: sport)"
        )

    def test_inferred_themes_of_one_area_say_where_they_are_from(self) -> None:
        index = indexed(
            [town("a", themes_offered=("youth",)), town("b"), *map(town, "cd")],
            projects=[Project(id="p", name="MAVRIC", themes=("sport",))],
            partners=[Partner(project="p", organisation="b")],
        )
        assert sentence(index, "themes", "a", "b") == (
            "no theme in common among those recorded, but both have themes of learning, youth and sport "
            "(a: youth; b: sport, from the project MAVRIC)"
        )

    def test_it_may_be_taken_up_by_a_link_and_is_marked(self) -> None:
        index, at = self.index, self.index.position
        assert gaps(index, at["a"], at["c"], []) == ()
        [(theme, said)] = inferred_gaps(index, at["a"], at["c"], [])
        assert (theme, str(said)) == ("youth", "youth (c: from the project MAVRIC)")
        assert inferred_gaps(index, at["a"], at["c"], ["youth"]) == ()
        network = Network(
            [town("a", themes_offered=("youth", "sport")), town("c", themes_offered=("sport",))],
            links=[Link(id="l", a="a", b="c", since="2020", last_activity="2025")],
            projects=[Project(id="p", name="MAVRIC", themes=("youth",))],
            partners=[Partner(project="p", organisation="c")],
        )
        found = deepen(network)[0]
        assert found.themes == ("sport", "youth")
        new = next(reason for reason in found.reasons if reason.key == "new_themes")
        assert new.sentence == "2 themes the link could take up: sport, youth (c: from the project MAVRIC)"
        assert new.points == 900


def test_a_member_without_links_and_themes_meets_another_of_its_network() -> None:
    towns = [*map(town, "abcdef")]
    network = Network(towns, memberships=in_networks(Energy_Cities="ad", ALDA="abcdef"))
    best = suggest(network, top=1, rules=Rules(whose=("a",)))[0]
    assert best.candidate.id == "d"
    assert "themes" in {reason.key for reason in best.reasons}


def test_a_bosnian_sentence_meets_its_italian_partner(tmp_path: Path) -> None:
    """Two lists without a column of themes: what they write of themselves is enough."""
    rows = (
        'Mostar,BA,"Mladi iz našeg grada rade na pomirenju, a omladinski klub organizuje razmjenu mladih."',
        'Foligno,IT,"I nostri giovani lavorano alla riconciliazione dopo la guerra, con scambi giovanili."',
        'Lucca,IT,"Le nostre mura, i musei e il restauro dei monumenti antichi."',
        'Arezzo,IT,"Apertura degli uffici: dal lunedì al venerdì, dalle 9 alle 13."',
    )
    file = tmp_path / "towns.csv"
    file.write_text("\n".join(("name,country,description", *rows, "")), encoding="utf-8")
    import_lists([file], tmp_path / "our.twinnet")
    network = twinnet.open(tmp_path / "our.twinnet")
    profiles = Profiles.of(network)
    found = {one.name: {held.theme for held in profiles.themes_of(one.id)} for one in network.organisations}
    assert {"youth", "peace"} <= found["Mostar"]
    assert {"youth", "peace"} <= found["Foligno"]
    assert found["Arezzo"] == set()
    weights = {key: 0.0 for key in KEYS_OF_REASONS if key != "themes"}
    best = suggest(network, rules=Rules(whose=("Mostar",), weights=weights))
    assert best[0].candidate.name == "Foligno"
    assert best[0].score > best[1].score
    shared = best[0].reasons[0]
    assert shared.sentence.startswith("2 themes in common: ")
    assert "from a text in towns members, row 2" in shared.sentence
    assert shared.detail.endswith("texts read by: words")
