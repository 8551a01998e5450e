"""Suggestions add up, keep the rules, read the same from both sides and come out the same everywhere."""

import copy
import datetime as dt
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinnet import best, matching
from twinnet.errors import NotFoundError, RulesError
from twinnet.graph import Network
from twinnet.matching import Started, deepen, rank, revive, suggest
from twinnet.models import Link, Membership, Organisation, Partner, Project, Rules, Suggestion
from twinnet.reasons import KEYS, REASONS, WAKING, WIDENING

TODAY = dt.date(2026, 1, 1)
THEMES = ("youth", "culture", "climate_energy", "bread")
Facts = dict[str, list[Any]]


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Draw organisations, with links, members and projects in any state."""
    count = draw(st.integers(2, 10))
    themes = st.lists(st.sampled_from(THEMES), max_size=2, unique=True).map(tuple)
    dates = st.sampled_from([None, "1977", "1990-05", "2019", "2024-07-01", "2025"])
    organisations = [
        Organisation(
            id=f"o{at}",
            name=f"Name {9 - at}",
            country=draw(st.sampled_from(["BA", "IT", "AT", "FR", None])),
            kind=draw(st.sampled_from(["town", "town", "ngo"])),
            latitude=draw(st.sampled_from([None, 43.1, 43.2, 43.9, 45.0])),
            longitude=16.0 + draw(st.sampled_from([0, 0.1, 1.5])),
            population=draw(st.sampled_from([None, 0, 900, 15_000, 300_000])),
            geonames_id=draw(st.sampled_from([None, 3191281 if at % 2 else 2988507])),
            themes_offered=draw(themes),
            themes_sought=draw(themes),
            languages=draw(st.sampled_from([(), (), ("en",), ("en", "fr")])),
        )
        for at in range(count)
    ]
    pair = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda p: p[0] < p[1])
    ends = st.tuples(pair, st.sampled_from(["partnership", "friendship"]))
    links = [
        Link(
            id=f"l{a}-{b}-{kind}",
            a=f"o{a}",
            b=f"o{b}",
            kind=kind,
            **dict(zip(("since", "until", "last_activity"), (draw(dates) for _ in range(3)), strict=True)),
            themes=draw(themes),
        )
        for (a, b), kind in sorted(draw(st.sets(ends, max_size=10)))
    ]
    some = st.sets(st.integers(0, count - 1), max_size=4)
    return {
        "organisations": organisations,
        "links": links,
        "memberships": [
            Membership(organisation=f"o{at}", network="ALDA", former=draw(st.booleans())) for at in sorted(draw(some))
        ],
        "projects": [Project(id=f"p{k}", name=f"P{k}", start=draw(dates)) for k in range(3)],
        "partners": [Partner(project=f"p{k}", organisation=f"o{at}") for k in range(3) for at in sorted(draw(some))],
    }


rules_drawn = st.builds(
    Rules,
    whose=st.sampled_from([(), ("all",), ("all",), ("o0",)]),
    cap=st.none() | st.integers(1, 3),
    corridor=st.sampled_from([None, "IT,AT:western-balkans"]),
    corridor_only=st.booleans(),
    weights=st.dictionaries(st.sampled_from(KEYS), st.sampled_from([0, 0.3, 1, 7]), max_size=4),
    same_country=st.booleans(),
    kinds=st.sampled_from([(), (), ("town",)]),
    as_of=st.sampled_from([None, dt.date(2020, 1, 1), dt.date(1980, 1, 1)]),
)


def built(given: Facts) -> Network:
    return Network(given["organisations"], **{name: rows for name, rows in given.items() if name != "organisations"})


def everything(given: Facts, rules: Rules | None = None, top: int = 5) -> list[Suggestion]:
    network = built(given)
    found = [*suggest(network, top=top, rules=rules, today=TODAY)]
    return [*found, *revive(network, rules=rules, today=TODAY), *deepen(network, rules=rules, today=TODAY)]


def pairs(found: Sequence[Suggestion]) -> list[tuple[str, str]]:
    return [(s.organisation.id, s.candidate.id) for s in found]


class TestPromises:
    @given(given=facts(), rules=rules_drawn)
    @settings(max_examples=40)
    def test_a_score_is_the_sum_of_the_points_of_its_reasons(self, given: Facts, rules: Rules) -> None:
        for suggestion in everything(given, rules):
            assert suggestion.score == sum(reason.points for reason in suggestion.reasons)
            keys = [reason.key for reason in suggestion.reasons]
            assert len(set(keys)) == len(keys)
            assert not set(keys) & set(suggestion.missing)
            assert set(keys) | set(suggestion.missing) <= set(KEYS)
            assert not {key for key, weight in rules.weights.items() if weight == 0} & set(keys)
            assert all(reason.sentence for reason in suggestion.reasons)
            points = [reason.points for reason in suggestion.reasons]
            assert points == sorted(points, reverse=True)
            assert suggestion.rules == rules.digest()

    @given(given=facts(), rules=rules_drawn, top=st.integers(0, 4))
    @settings(max_examples=30)
    def test_the_rules_are_kept(self, given: Facts, rules: Rules, top: int) -> None:
        network = built(given)
        found = suggest(network, top=top, rules=rules, today=TODAY)
        linked = {frozenset((link.a, link.b)) for link in network.links}
        for suggestion in found:
            sides = {suggestion.organisation.id, suggestion.candidate.id}
            assert len(sides) == 2
            assert sides not in linked
            if not rules.same_country:
                assert suggestion.organisation.country != suggestion.candidate.country
            if rules.kinds:
                assert network.organisation(suggestion.candidate.id).kind in rules.kinds
            if rules.corridor and rules.corridor_only:
                countries = {suggestion.organisation.country, suggestion.candidate.country}
                assert countries & {"IT", "AT"}
                assert "BA" in countries
        assert len(set(pairs(found))) == len(found)
        assert max(Counter(s.organisation.id for s in found).values(), default=0) <= top
        assert max(Counter(s.candidate.id for s in found).values(), default=0) <= (rules.cap or len(found))
        asked = {"o0"} if rules.whose == ("o0",) else {o.id for o in network.organisations}
        if not rules.whose and network.memberships:
            asked = {m.organisation for m in network.memberships if not m.former}
        assert {s.organisation.id for s in everything(given, rules, top)} <= asked

    @given(given=facts(), rules=rules_drawn)
    @settings(max_examples=30)
    def test_best_first_and_a_pair_reads_the_same_from_both_sides(self, given: Facts, rules: Rules) -> None:
        open_rules = rules.model_copy(update={"whose": ("all",), "cap": None, "kinds": ()})
        found = suggest(built(given), top=99, rules=open_rules, today=TODAY)
        scores = [s.score for s in found]
        assert scores == sorted(scores, reverse=True)
        assert [s.probability for s in found] == sorted((s.probability for s in found), reverse=True)
        by_pair = {(s.organisation.id, s.candidate.id): s for s in found}
        for (a, b), suggestion in by_pair.items():
            other = by_pair[b, a]
            assert suggestion.score == other.score
            assert {(r.key, r.points) for r in suggestion.reasons} == {(r.key, r.points) for r in other.reasons}
            assert suggestion.missing == other.missing

    @given(given=facts(), rules=rules_drawn, data=st.data())
    @settings(max_examples=20)
    def test_the_order_of_what_is_given_does_not_matter_and_nothing_is_changed(
        self, given: Facts, rules: Rules, data: Any
    ) -> None:
        before = copy.deepcopy(given)
        network = built(given)
        digest = network.digest
        first = everything(given, rules)
        assert given == before
        shuffled = {name: data.draw(st.permutations(rows)) for name, rows in given.items()}
        assert everything(shuffled, rules) == first
        suggest(network, rules=rules)
        del network.__dict__["digest"]
        assert network.digest == digest

    @given(given=facts(), rules=rules_drawn)
    @settings(max_examples=20)
    def test_renaming_ids_changes_only_ids(self, given: Facts, rules: Rules) -> None:
        rules = rules.model_copy(update={"whose": ("all",)})

        def new(identifier: str) -> str:
            return f"x{9 - int(identifier[1:])}"

        sides = {"organisation": new, "id": new, "a": new, "b": new}
        renamed = {
            name: [
                row.model_copy(update={f: to(getattr(row, f)) for f, to in sides.items() if hasattr(row, f)})
                for row in rows
            ]
            for name, rows in given.items()
            if name in ("organisations", "memberships", "partners")
        }
        links = [link.model_copy(update={"a": new(link.a), "b": new(link.b)}) for link in given["links"]]
        renamed |= {"links": links, "projects": given["projects"]}
        found, again = everything(given, rules), everything(renamed, rules)
        parties = [
            s.model_copy(
                update={
                    side: getattr(s, side).model_copy(update={"id": new(getattr(s, side).id)})
                    for side in ("organisation", "candidate")
                }
            )
            for s in found
        ]
        assert parties == again

    @pytest.mark.parametrize(
        ("cleared", "by"),
        [
            ({"organisations": {"themes_offered": (), "themes_sought": ()}}, ("themes", "offer_and_need")),
            ({"links": None}, ("partners", "neighbours", "regions", "country_pair", "experience")),
            ({"organisations": {"population": None}}, ("size", "experience", "neighbours")),
            ({"partners": None}, ("projects", "experience")),
        ],
        ids=["themes", "links", "inhabitants", "projects"],
    )
    @given(given=facts())
    @settings(max_examples=20)
    def test_what_is_taken_away_takes_just_the_points_of_its_reasons(
        self, given: Facts, cleared: dict[str, dict[str, Any] | None], by: tuple[str, ...]
    ) -> None:
        less = {
            name: [row.model_copy(update=cleared[name]) for row in rows if cleared[name]] if name in cleared else rows
            for name, rows in given.items()
        }
        before, after = (
            {
                (s.organisation.id, s.candidate.id): {r.key: r.points for r in s.reasons if r.key not in by}
                for s in suggest(built(some), top=99, rules=Rules(whose=("all",)), today=TODAY)
            }
            for some in (given, less)
        )
        assert {pair: after[pair] for pair in before} == before

    @given(given=facts())
    @settings(max_examples=20)
    def test_an_unrelated_town_changes_no_points_of_others(self, given: Facts) -> None:
        # How usual a pair of countries is, and how rare a run of letters, goes by all there are.
        rules = Rules(whose=("all",), weights={"country_pair": 0, "names": 0})
        stranger = Organisation(id="o99", name="Zz", country="PT", latitude=38.7, longitude=-9.1, population=5_000)
        before = suggest(built(given), top=99, rules=rules, today=TODAY)
        more = {**given, "organisations": [*given["organisations"], stranger]}
        after = suggest(built(more), top=99, rules=rules, today=TODAY)
        assert [s for s in after if "o99" not in (s.organisation.id, s.candidate.id)] == list(before)

    @given(given=facts(), cap=st.integers(1, 3), top=st.integers(1, 3), pool=st.integers(1, 4))
    @settings(max_examples=30)
    def test_with_a_cap_the_best_pairs_choose_first_and_nobody_is_short_for_no_reason(
        self, given: Facts, cap: int, top: int, pool: int
    ) -> None:
        network = built(given)
        free = Rules(whose=("all",))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(matching, "_POOL", pool)
            patch.setattr(matching, "SMALL", 0)
            patch.setattr(best, "SMALL", 0)
            found = suggest(network, top=top, rules=free.model_copy(update={"cap": cap}), today=TODAY)
        used: Counter[str] = Counter()
        got: dict[str, list[str]] = defaultdict(list)
        for suggestion in suggest(network, top=99, rules=free, today=TODAY):
            organisation, candidate = suggestion.organisation.id, suggestion.candidate.id
            if len(got[organisation]) < top and used[candidate] < cap:
                got[organisation].append(candidate)
                used[candidate] += 1
        assert sorted(pairs(found)) == sorted((a, b) for a, chosen in got.items() for b in chosen)

    @given(given=facts(), rules=rules_drawn)
    @settings(max_examples=20)
    def test_rank_has_the_scores_of_suggest_and_no_cap(self, given: Facts, rules: Rules) -> None:
        network = built(given)
        ids = [o.id for o in network.organisations]
        ranked = rank(network, ids, rules=rules, today=TODAY)
        open_rules = rules.model_copy(update={"cap": None, "whose": ("all",)})
        found = suggest(network, top=100, rules=open_rules, today=TODAY)
        assert list(ranked) == ids
        for identifier, candidates in ranked.items():
            mine = [s for s in found if s.organisation.id == identifier]
            assert [(c.candidate, c.score, c.probability) for c in candidates] == [
                (s.candidate.id, s.score, s.probability) for s in mine
            ]


def town(name: str, country: str = "BA", **values: Any) -> Organisation:
    return Organisation(id=name, name=name, country=country, **values)


def joined(a: str, b: str, **values: Any) -> Link:
    kind = values.get("kind", "partnership")
    return Link(id=f"{a}-{b}-{kind}", a=a, b=b, **values)


FOUR = (
    town("a", themes_offered=("youth", "culture"), population=10_000),
    town("b", "IT", themes_offered=("youth",), themes_sought=("culture",), population=10_000),
    town("c", "IT", themes_offered=("youth",), population=11_000),
    town("d", "AT", population=9_000),
)


class TestSuggest:
    def test_top_is_per_organisation(self) -> None:
        found = suggest(Network(FOUR), top=2)
        assert Counter(s.organisation.id for s in found) == {"a": 2, "b": 2, "c": 2, "d": 2}
        assert not suggest(Network(FOUR), top=0)
        assert not suggest(Network())

    def test_ties_stand_in_the_order_of_country_and_name(self) -> None:
        towns = [town(name, country) for name, country in (("z", "BA"), ("y", "IT"), ("x", "IT"), ("w", "AT"))]
        weights = dict.fromkeys(KEYS, 0.0)
        found = suggest(Network(towns), rules=Rules(whose=("z",), weights=weights))
        assert [(s.candidate.id, s.score) for s in found] == [("w", 0), ("x", 0), ("y", 0)]
        assert all(s.reasons == () for s in found)

    def test_a_weight_counts_and_0_leaves_out(self) -> None:
        def points(**weights: float) -> dict[str, int]:
            found = suggest(Network(FOUR), rules=Rules(whose=("a",), among=("b",), weights=weights))
            return {reason.key: reason.points for reason in found[0].reasons}

        plain = points()
        assert points(themes=2)["themes"] == 2 * plain["themes"]
        assert {**points(themes=0), "themes": plain["themes"]} == plain
        assert "themes" not in points(themes=0)

    @pytest.mark.parametrize("verb", [suggest, revive, deepen])
    def test_an_unknown_reason_is_an_error_that_names_the_reasons(self, verb: Any) -> None:
        with pytest.raises(RulesError, match="charm") as caught:
            verb(Network(FOUR), rules=Rules(weights={"charm": 1}))
        assert "offer_and_need" in str(caught.value)

    def test_members_do_not_drown_in_towns_and_are_not_kept_from_them(self) -> None:
        network = Network(FOUR, memberships=[Membership(organisation="a", network="ALDA")])
        assert pairs(suggest(network)) == [("a", "b"), ("a", "c"), ("a", "d")]
        assert {b for _, b in pairs(suggest(network, rules=Rules(whose=("b",))))} == {"a", "d"}

    def test_missing_names_what_has_nothing_to_go_on(self) -> None:
        found = suggest(Network([town("a"), town("b", "IT", themes_offered=("youth",))]), rules=Rules(whose=("a",)))[0]
        assert found.missing == (
            *("themes", "offer_and_need", "partners", "neighbours", "regions", "size", "distance", "country_pair"),
            *("experience", "projects"),  # No corridor was asked for, and most towns have no milestone.
        )
        assert not {"size", "distance"} & {r.key for r in found.reasons}

    def test_a_corridor_that_is_asked_for_is_said(self) -> None:
        def said(**rules: Any) -> list[tuple[str, list[int]]]:
            found = suggest(Network(FOUR), rules=Rules(whose=("a",), corridor="AT:BA", **rules))
            return [(s.candidate.id, [r.points for r in s.reasons if r.key == "corridor"]) for s in found]

        assert said() == [("d", [0])]
        assert said(weights={"corridor": 0}) == [("d", [])]
        assert dict(said(corridor_only=False)) == {"b": [0], "c": [0], "d": [1000]}

    def test_the_answer_is_a_sequence(self) -> None:
        found = suggest(Network(FOUR), top=1)
        assert len(found) == 4
        assert found[-1] == list(found)[-1]
        assert found[:2] == list(found)[:2]
        assert found == list(found)
        assert found != list(found)[1:]
        assert found != 3
        assert repr(found) == "<4 suggestions to start>"
        assert repr(suggest(Network())) == "[]"
        with pytest.raises(IndexError):
            found[4]

    def test_progress_is_told_up_to_the_end(self) -> None:
        steps: list[tuple[int, int]] = []
        suggest(
            Network([town(f"t{at:03}", ("BA", "IT")[at % 2]) for at in range(150)]), progress=lambda *s: steps.append(s)
        )
        assert steps[-1] == (150, 150)
        assert steps == sorted(steps)

    def test_with_a_cap_nobody_is_short_while_others_are_left(self) -> None:
        towns = [town(f"b{at:02}") for at in range(30)] + [town(f"i{at:02}", "IT") for at in range(100)]
        found = suggest(Network(towns), top=50, rules=Rules(whose=("BA",), cap=15, weights={"names": 0}))
        assert Counter(s.organisation.id for s in found) == {f"b{at:02}": 50 for at in range(30)}
        assert set(Counter(s.candidate.id for s in found).values()) == {15}

    def test_the_day_is_that_of_the_rules_or_the_network(self) -> None:
        towns = [town("a"), town("b", "HR")]
        rules = Rules(whose=("a",), corridor="western-balkans:eu")
        assert suggest(Network(towns), rules=rules)
        old = Network(towns, links=[joined("a", "a", since="2001")])
        assert not suggest(old, rules=rules)
        assert suggest(old, rules=rules, today=TODAY)
        assert not suggest(Network(towns), rules=rules.model_copy(update={"as_of": dt.date(2010, 1, 1)}))


def test_suggestions_are_made_when_they_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    towns = [Organisation(id=f"t{n:02}", name=f"T{n}", country=("BA", "IT")[n % 2]) for n in range(40)]
    found = suggest(Network(towns))
    made: list[int] = []
    real = Started._made

    def watched(self: Started, places: Sequence[int]) -> list[Suggestion]:
        made.append(len(places))
        return real(self, places)

    monkeypatch.setattr(Started, "_made", watched)
    assert found[3] == found[-len(found) + 3]
    assert made == [1, 1]
    assert next(iter(found)) == found[0]
    assert made == [1, 1, 1, 1]
    assert list(found) == [found[at] for at in range(len(found))] == found[:]


def test_points_are_those_of_the_pair_in_whatever_order_suggestions_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    towns = [Organisation(id=f"t{n:02}", name=f"T {n}", country=("BA", "IT", "AT")[n % 3]) for n in range(30)]
    links = [Link(id=f"l{n}", a=f"t{n:02}", b=f"t{n + 7:02}") for n in range(0, 20, 2)]
    network = Network(towns, links=links)
    whole = list(suggest(network, top=4))
    monkeypatch.setattr(best, "_CELLS", 1)
    monkeypatch.setattr(best, "BLOCK", 4)
    found = suggest(network, top=4)
    assert [found[-at] for at in range(1, len(found) + 1)] == whole[::-1]
    assert found[7] == whole[7]
    with pytest.raises(IndexError):
        found[len(found)]


class TestRank:
    def test_newcomers_are_ranked_like_all(self) -> None:
        network = Network(FOUR, links=[joined("a", "b")])
        ranked = rank(network, ["d", "a"], top=2)
        assert list(ranked) == ["d", "a"]
        assert len(ranked["d"]) == 2
        assert [r.candidate for r in ranked["a"]] == ["d", "c"], "it has a partner in the country of c already"

    def test_nobody_is_left_out_by_whose(self) -> None:
        assert rank(Network(FOUR), ["d"], rules=Rules(whose=("a",))) == rank(Network(FOUR), ["d"])

    def test_an_unknown_id_is_not_found(self) -> None:
        with pytest.raises(NotFoundError, match="nobody"):
            rank(Network(FOUR), ["a", "nobody"])

    def test_no_questions_have_no_answers(self) -> None:
        assert rank(Network(FOUR), []) == {}


class TestRevive:
    def test_links_that_sleep_come_first_and_unknown_ones_apart(self) -> None:
        links = [
            joined("a", "b", since="1990"),
            joined("a", "c", since="1990", last_activity="2018"),
            joined("a", "d", last_activity="2025-06"),
            joined("b", "d", since="1990", until="2015"),
        ]
        found = revive(Network(FOUR, links=links), today=TODAY)
        assert [(s.organisation.id, s.candidate.id) for s in found if s.ask_first] == [("a", "b"), ("b", "a")]
        assert [s.ask_first for s in found] == [False] * 4 + [True] * 2
        states = {(s.organisation.id, s.candidate.id): s.state for s in found}
        assert states == {
            **dict.fromkeys([("a", "c"), ("c", "a")], "dormant"),
            **dict.fromkeys([("b", "d"), ("d", "b")], "ended"),
            **dict.fromkeys([("a", "b"), ("b", "a")], "unknown"),
        }
        first = next(s for s in found if pairs([s]) == [("a", "c")])
        assert first.kind == "revitalise"
        assert first.link == "a-c-partnership"
        assert first.probability is None
        assert first.times is None
        assert {"idle", "themes"} <= {r.key for r in first.reasons}
        assert "idle" in next(s for s in found if s.ask_first).missing
        assert "ended" not in next(s for s in found if s.ask_first).missing
        assert {r.key for s in found for r in s.reasons} <= {r.key for r in (*REASONS, *WAKING)}
        for one in (found[:4], found[4:]):
            assert [s.score for s in one] == sorted((s.score for s in one), reverse=True)

    def test_only_who_is_asked_for_is_told(self) -> None:
        network = Network(
            FOUR,
            links=[joined("a", "b"), joined("c", "d")],
            memberships=[Membership(organisation="a", network="ALDA")],
        )
        assert pairs(revive(network)) == [("a", "b")]
        assert pairs(revive(network, rules=Rules(whose=("all",), kinds=("ngo",)))) == []
        assert pairs(revive(network, rules=Rules(never=(("b", "a"),)))) == []
        assert sorted(pairs(revive(network, rules=Rules(whose=("all",), among=("IT",))))) == [("a", "b"), ("d", "c")]

    @pytest.mark.parametrize(
        ("values", "link", "state"),
        [
            ([{"last_activity": "2025"}, {"last_activity": "2010"}], None, None),
            ([{"last_activity": "2015"}, {"last_activity": "2022"}], "a-b-friendship", "declining"),
            ([{"last_activity": "2009"}, {"last_activity": "2015"}], "a-b-friendship", "dormant"),
            ([{"until": "2001"}, {}], "a-b-partnership", "ended"),
            ([{}, {}], "a-b-friendship", "unknown"),
        ],
    )
    def test_the_liveliest_of_parallel_links_decides(
        self, values: list[dict[str, str]], link: str | None, state: str | None
    ) -> None:
        links = [joined("a", "b", kind=k, **v) for k, v in zip(("partnership", "friendship"), values, strict=True)]
        found = revive(Network(FOUR, links=links), rules=Rules(whose=("a",)), today=TODAY)
        assert [(s.link, s.state) for s in found] == ([(link, state)] if link else [])

    def test_fit_is_that_of_the_pair_as_if_it_were_not_linked(self) -> None:
        others = [joined("a", "c"), joined("b", "d"), joined("c", "d")]
        network = Network(FOUR, links=[joined("a", "b", last_activity="2015"), *others])
        found = next(s for s in revive(network, rules=Rules(whose=("a",)), today=TODAY) if s.candidate.id == "b")
        fresh = suggest(Network(FOUR, links=others), rules=Rules(whose=("a",)), today=TODAY)
        start = next(s for s in fresh if s.candidate.id == "b")
        keys = {reason.key for reason in REASONS}
        assert {r.key: r.points for r in found.reasons if r.key in keys} == {r.key: r.points for r in start.reasons}

    def test_top_counts_those_to_ask_first_apart(self) -> None:
        towns = [town("a"), *(town(f"i{at}", "IT") for at in range(6))]
        links = [joined("a", f"i{at}", last_activity="2015" if at % 2 else None) for at in range(6)]
        network = Network(towns, links=links)
        rules = Rules(whose=("a",))
        assert Counter(s.ask_first for s in revive(network, top=2, rules=rules, today=TODAY)) == {False: 2, True: 2}
        assert len(revive(network, top=None, rules=rules, today=TODAY)) == 6

    def test_partners_of_one_country_may_be_revived(self) -> None:
        assert pairs(revive(Network(FOUR, links=[joined("b", "c")]), rules=Rules(whose=("b",)))) == [("b", "c")]

    def test_a_link_that_is_not_yet_there_is_not_spoken_of(self) -> None:
        links = [joined("a", "b", since="2020"), joined("a", "c", since="1990"), joined("a", "a")]
        rules = Rules(whose=("a",), as_of=dt.date(2000, 1, 1))
        assert pairs(revive(Network(FOUR, links=links), rules=rules)) == [("a", "c")]

    def test_weights_hold_for_links(self) -> None:
        network = Network(FOUR, links=[joined("a", "b", since="1977", last_activity="2020")])

        def points(**weights: float) -> dict[str, int]:
            found = revive(network, rules=Rules(whose=("a",), weights=weights), today=TODAY)
            return {r.key: r.points for r in found[0].reasons}

        assert points(anniversary=2)["anniversary"] == 2 * points()["anniversary"]
        assert "idle" not in points(idle=0)


class TestDeepen:
    def test_it_names_what_an_active_link_lacks(self) -> None:
        links = [
            joined("a", "b", last_activity="2025-06", themes=("youth",)),
            joined("a", "c", last_activity="2025-06"),
            joined("b", "c", last_activity="2010"),
            joined("a", "d", last_activity="2025-06"),
        ]
        found = deepen(Network(FOUR, links=links), rules=Rules(whose=("a",)), today=TODAY)
        assert {s.candidate.id: s.themes for s in found} == {"b": ("culture",), "c": ("youth",)}
        assert {s.kind for s in found} == {"develop"}
        assert {s.state for s in found} == {"active"}
        assert not any(s.ask_first for s in found)
        assert {r.key for s in found for r in s.reasons} <= {r.key for r in WIDENING}

    def test_themes_of_parallel_links_are_those_of_the_pair(self) -> None:
        links = [
            joined("a", "b", last_activity="2025", themes=("youth",)),
            joined("a", "b", kind="friendship", last_activity="2010", themes=("culture",)),
        ]
        assert deepen(Network(FOUR, links=links), today=TODAY) == []

    def test_both_sides_are_told_where_both_are_asked_for(self) -> None:
        network = Network(FOUR, links=[joined("a", "b", last_activity="2025")])
        found = deepen(network, today=TODAY)
        assert pairs(found) == [("a", "b"), ("b", "a")]
        assert {s.score for s in found} == {found[0].score}
        assert deepen(network, top=0, today=TODAY) == []
        assert deepen(network, top=None, today=TODAY) == found

    @given(given=facts())
    @settings(max_examples=20)
    def test_no_theme_is_one_that_the_pair_has_or_that_one_side_does_not_hold(self, given: Facts) -> None:
        network = built(given)
        for suggestion in deepen(network, rules=Rules(whose=("all",)), today=TODAY):
            a, b = (network.organisation(side.id) for side in (suggestion.organisation, suggestion.candidate))
            held = [{*side.themes_offered, *side.themes_sought} for side in (a, b)]
            have = {t for link in network.links if {link.a, link.b} == {a.id, b.id} for t in link.themes}
            assert suggestion.themes
            assert set(suggestion.themes) == held[0] & held[1] - have


_SCRIPT = """
import datetime as dt, json, sys
from twinnet.graph import Network
from twinnet.matching import Started, deepen, rank, revive, suggest
from twinnet.models import Link, Organisation, Partner, Project, Rules

themes = ["youth", "culture", "climate_energy", "bread", "wine", "solidarity", "sport"]
towns = [
    Organisation(
        id=f"o{at:02}", name=f"Name {at * 7 % 40}", country=("BA", "IT", "AT", "FR", None)[at % 5],
        latitude=43 + at % 7 / 3, longitude=16 + at % 3 / 5, population=None if at % 9 == 0 else 1000 + at * 3000,
        themes_offered=tuple(themes[at % 3 : at % 6]), themes_sought=tuple(themes[at % 5 : at % 7]),
        languages=("en", "fr", "it")[: at % 4],
    )
    for at in range(40)
]
links = [
    Link(id=f"l{a}-{b}", a=f"o{a:02}", b=f"o{b:02}", last_activity=(None, "2010", "2025")[a % 3], since="1977")
    for a in range(40) for b in range(a + 1, 40) if (a * b + a) % 11 == 3
]
projects = [Project(id=f"p{k}", name=f"P{k}") for k in range(4)]
partners = [Partner(project=f"p{k}", organisation=f"o{at:02}") for k in range(4) for at in range(k, 40, 5 + k)]
network = Network(towns, links=links, projects=projects, partners=partners)
today = dt.date(2026, 1, 1)
rules = Rules(cap=3, corridor="IT,FR:western-balkans", corridor_only=False, never=(("o01", "o02"),))
found = [*suggest(network, rules=rules, today=today), *revive(network, today=today), *deepen(network, today=today)]
print(network.digest, rules.digest(), rank(network, ["o00", "o07"]))
print("\\n".join(s.model_dump_json() for s in found))
"""


def test_the_same_bytes_come_out_under_every_hash_seed() -> None:
    answers = []
    for seed in ("0", "1", "4242"):
        run = subprocess.run(
            [sys.executable, "-c", _SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        answers.append(run.stdout)
    assert answers[0] == answers[1] == answers[2]
    lines = answers[0].decode("utf-8").splitlines()[1:]
    assert {json.loads(line)["kind"] for line in lines} == {"start", "revitalise", "develop"}


def test_an_anniversary_of_what_was_ended_counts_for_nothing() -> None:
    ended = [joined("b", "d", since="1987", until="2015")]
    (first, _) = revive(Network(FOUR, links=ended), today=dt.date(2026, 6, 1))
    assert first.state == "ended"
    assert "anniversary" not in {reason.key for reason in first.reasons}


def test_the_best_links_are_kept_and_told() -> None:
    links = [joined(a, b, since="1990", last_activity="2015") for a, b in ("ab", "ac", "ad")]
    network = Network(FOUR, links=links)
    steps: list[tuple[int, int]] = []
    every = revive(network, top=None, today=TODAY)
    one = revive(network, top=1, today=TODAY, progress=lambda done, of: steps.append((done, of)))
    best = {s.organisation.id: s for s in reversed(every)}
    assert {s.organisation.id: s for s in one} == best
    assert steps[-1] == (6, 6)
