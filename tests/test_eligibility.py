"""Rules say who is asked for, who may be found and which pairs are out; what they name must exist."""

import datetime as dt
from typing import Any

import pytest

from twinnet import countries
from twinnet.eligibility import Eligibility, corridor, select
from twinnet.errors import AmbiguousError, NotFoundError, RulesError
from twinnet.graph import Network
from twinnet.index import MatchIndex
from twinnet.models import Link, Membership, Organisation, Rules

TODAY = dt.date(2026, 1, 1)


def town(name: str, country: str | None, **values: Any) -> Organisation:
    return Organisation(id=f"id-{name.lower()}", name=name, country=country, **values)


TOWNS = (
    town("Mostar", "BA", latitude=43.34, longitude=17.81, population=105_000),
    town("Zenica", "BA", latitude=44.2, longitude=17.9, population=110_000),
    town("Bari", "IT", latitude=41.12, longitude=16.87, population=320_000, languages=("it", "en")),
    town("Graz", "AT", latitude=47.07, longitude=15.44, population=290_000, kind="lda"),
    town("Nowhere", None),
    town("Ghent", "BE", languages=("nl",)),
)


def network(**values: Any) -> Network:
    return Network(TOWNS, **values)


def members(*pairs: tuple[str, str], former: tuple[str, ...] = ()) -> list[Membership]:
    return [
        *(Membership(organisation=f"id-{name}", network=of) for name, of in pairs),
        *(Membership(organisation=f"id-{name}", network="ALDA", former=True) for name in former),
    ]


def eligible(given: Network, rules: Rules | None = None) -> Eligibility:
    rules = rules or Rules()
    ends = corridor(rules.corridor, TODAY) if rules.corridor else None
    return Eligibility.of(given, MatchIndex.of(given, corridor=ends), rules, TODAY)


def names(given: Eligibility, rows: Any) -> list[str]:
    return [given.index.names[row] for row in rows]


def asked(given: Network, **rules: Any) -> list[str]:
    found = eligible(given, Rules(**rules))
    return sorted(names(found, found.asked))


def candidates(of: str, given: Network | None = None, **rules: Any) -> list[str]:
    found = eligible(given or network(), Rules(**rules))
    return sorted(names(found, found.candidates(found.index.names.index(of))))


class TestAsked:
    def test_everybody_is_asked_where_no_member_list_was_imported(self) -> None:
        assert asked(network()) == sorted(t.name for t in TOWNS)

    def test_members_of_all_networks_are_asked_where_there_are_any(self) -> None:
        both = network(memberships=members(("mostar", "ALDA"), ("bari", "URBACT"), former=("graz",)))
        assert asked(both) == ["Bari", "Mostar"]
        assert asked(both, whose=["network:alda"]) == ["Mostar"]
        assert asked(both, whose=["all"]) == sorted(t.name for t in TOWNS)
        assert asked(both, whose=["Graz"]) == ["Graz"]

    def test_an_id_of_before_names_the_same(self) -> None:
        moved = town("Hintermoos", "AT", aliases=("town-old",))
        given = Network([*TOWNS, moved])
        assert select(given, ["town-old", "organisation:town-old"], TODAY) == {moved.id}
        assert "Hintermoos" not in candidates("Mostar", given, never=[("town-old", "Mostar")])

    def test_whose_membership_has_ended_is_not_asked(self) -> None:
        ended = [
            Membership(organisation=f"id-{name}", network="ALDA", until=until)
            for name, until in (("mostar", "2025-12"), ("bari", "2026"), ("graz", None))
        ]
        given = network(memberships=ended)
        assert asked(given) == asked(given, whose=["network:ALDA"]) == ["Bari", "Graz"]

    def test_nobody_is_asked_where_all_members_have_left(self) -> None:
        assert asked(network(memberships=members(former=("graz",)))) == []

    @pytest.mark.parametrize(
        ("selector", "expected"),
        [
            ("country:BA", ["Mostar", "Zenica"]),
            ("BA", ["Mostar", "Zenica"]),
            ("Bosnia", ["Mostar", "Zenica"]),
            ("group:western-balkans", ["Mostar", "Zenica"]),
            ("western-balkans", ["Mostar", "Zenica"]),
            ("kind:lda", ["Graz"]),
            ("lda", ["Graz"]),
            (" Mostar, BA ", ["Mostar"]),
            ("id-bari", ["Bari"]),
            ("organisation:Bari", ["Bari"]),
            ("country:FR", []),
        ],
    )
    def test_selectors(self, selector: str, expected: list[str]) -> None:
        assert sorted(select(network(), [selector], TODAY)) == [f"id-{name.lower()}" for name in expected]

    def test_several_selectors_mean_any_of_them(self) -> None:
        assert asked(network(), whose=["Bari", "country:AT", "Bari"]) == ["Bari", "Graz"]

    def test_a_group_is_that_of_the_day(self) -> None:
        given = Network([town("Pula", "HR")])
        assert "HR" in countries.group("eu", TODAY)
        assert select(given, ["eu"], dt.date(2012, 1, 1)) == frozenset()
        assert select(given, ["eu"], TODAY) == {"id-pula"}

    @pytest.mark.parametrize(
        "selector",
        ["Atlantis", "network:none", "group:none", "kind:city", "country:Atlantis", "organisation:Atlantis", "", "a:b"],
    )
    def test_what_names_nothing_is_an_error_that_names_what_there_is(self, selector: str) -> None:
        given = network(memberships=members(("mostar", "ALDA")))
        with pytest.raises(RulesError, match=r"networks: ALDA; .*western-balkans"):
            select(given, [selector], TODAY)
        with pytest.raises(RulesError, match="networks: none"):
            select(network(), [selector], TODAY)

    def test_an_ambiguous_name_lists_its_candidates(self) -> None:
        twice = Network([*TOWNS, Organisation(id="ngo", name="Bari", country="IT", kind="ngo")])
        with pytest.raises(AmbiguousError):
            select(twice, ["Bari"], TODAY)

    def test_an_organisation_that_is_called_like_a_country_is_itself(self) -> None:
        given = Network([town("Georgia", "US"), town("Tbilisi", "GE")])
        assert select(given, ["Georgia"], TODAY) == {"id-georgia"}
        assert select(given, ["country:Georgia"], TODAY) == {"id-tbilisi"}


class TestCandidates:
    def test_nobody_meets_itself_its_country_or_a_place_unknown(self) -> None:
        assert candidates("Mostar") == ["Bari", "Ghent", "Graz"]
        assert candidates("Nowhere") == []

    def test_one_country_only_by_rule(self) -> None:
        assert candidates("Mostar", same_country=True) == ["Bari", "Ghent", "Graz", "Nowhere", "Zenica"]

    @pytest.mark.parametrize("values", [{}, {"until": "1999"}, {"since": "2030"}, {"kind": "contact"}])
    def test_recorded_partners_are_out_whatever_their_state(self, values: dict[str, str]) -> None:
        linked = network(links=[Link(id="l", a="id-bari", b="id-mostar", **values)])
        assert candidates("Mostar", linked) == ["Ghent", "Graz"]
        assert "Mostar" not in candidates("Bari", linked)

    def test_a_recorded_partner_is_out_as_of_an_earlier_day(self) -> None:
        linked = network(links=[Link(id="l", a="id-bari", b="id-mostar", since="2020")])
        assert candidates("Mostar", linked, as_of=dt.date(2010, 1, 1)) == ["Ghent", "Graz"]

    def test_never_pairs_are_out_on_both_sides(self) -> None:
        rules = {"never": [("Mostar", "id-bari"), ("Mostar", "Mostar")]}
        assert candidates("Mostar", **rules) == ["Ghent", "Graz"]
        assert "Mostar" not in candidates("Bari", **rules)
        with pytest.raises(NotFoundError):
            candidates("Mostar", never=[("Mostar", "Atlantis")])

    @pytest.mark.parametrize(
        ("rules", "expected"),
        [
            ({"among": ["country:IT", "Graz"]}, ["Bari", "Graz"]),
            ({"kinds": ["lda"]}, ["Graz"]),
            ({"kinds": ["lda", "town"]}, ["Bari", "Ghent", "Graz"]),
            ({"languages": ["en"]}, ["Bari"]),
            ({"languages": ["de"]}, ["Graz"]),
            ({"languages": ["fr"]}, []),
            ({"population": (300_000, None)}, ["Bari", "Ghent"]),
            ({"population": (None, 300_000)}, ["Ghent", "Graz"]),
            ({"population": (290_000, 320_000)}, ["Bari", "Ghent", "Graz"]),
            ({"distance": (300, None)}, ["Ghent", "Graz"]),
            ({"distance": (None, 300)}, ["Bari", "Ghent"]),
            ({"distance": (100, 200)}, ["Ghent"]),
        ],
    )
    def test_rules_on_candidates_keep_what_is_unknown(self, rules: dict[str, Any], expected: list[str]) -> None:
        assert candidates("Mostar", **rules) == expected

    def test_rules_on_candidates_do_not_bind_who_asks(self) -> None:
        assert asked(network(), kinds=["lda"]) == sorted(t.name for t in TOWNS)
        assert candidates("Mostar", kinds=["lda"]) == ["Graz"]

    def test_a_corridor_keeps_to_its_two_ends(self) -> None:
        assert candidates("Mostar", corridor="AT,BE:western-balkans") == ["Ghent", "Graz"]
        assert candidates("Graz", corridor="AT,BE:western-balkans") == ["Mostar", "Zenica"]
        assert candidates("Bari", corridor="AT,BE:western-balkans") == []
        open_one = candidates("Mostar", corridor="AT,BE:western-balkans", corridor_only=False)
        assert open_one == ["Bari", "Ghent", "Graz"]

    def test_a_part_of_a_city_is_found_only_as_a_member_or_where_it_is_asked_for(self) -> None:
        part = town("Altona", "DE", district=True)
        given = Network([*TOWNS, part])
        assert "Altona" not in candidates("Mostar", given)
        assert "Altona" in candidates("Mostar", given, among=["country:DE"])
        assert "Altona" in candidates("Mostar", Network([*TOWNS, part], memberships=members(("altona", "ALDA"))))


class TestRecordedPairs:
    def test_partners_of_one_country_may_be_spoken_of(self) -> None:
        found = eligible(network())
        mostar, zenica = (found.index.names.index(name) for name in ("Mostar", "Zenica"))
        assert found.may_meet(mostar, zenica)

    def test_never_pairs_and_rules_on_candidates_hold_for_each_side(self) -> None:
        found = eligible(network(), Rules(never=(("Mostar", "Bari"),), kinds=("lda",)))
        row = found.index.names.index
        assert not found.may_meet(row("Mostar"), row("Bari"))
        assert not found.may_meet(row("Bari"), row("Mostar"))
        assert found.may_meet(row("Mostar"), row("Graz"))
        assert not found.may_meet(row("Graz"), row("Mostar"))
        near = eligible(network(), Rules(distance=(None, 300)))
        assert not near.may_meet(row("Mostar"), row("Graz"))


class TestCorridor:
    def test_groups_and_countries_in_any_writing(self) -> None:
        first, second = corridor(" Italy , caucasus : BA,Serbien", TODAY)
        assert first == {"IT", *countries.group("caucasus", TODAY)}
        assert second == {"BA", "RS"}

    def test_a_country_in_both_ends_counts_to_the_second(self) -> None:
        first, second = corridor("eu:new-members", TODAY)
        assert not first & second
        assert second == countries.group("new-members", TODAY)

    @pytest.mark.parametrize("text", ["Atlantis:BA", "BA:", "IT,:BA"])
    def test_what_is_neither_is_an_error(self, text: str) -> None:
        with pytest.raises(RulesError, match="western-balkans"):
            corridor(text, TODAY)
