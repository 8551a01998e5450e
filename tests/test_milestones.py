"""Milestones: the dated data are whole, and two towns' milestones of one kind are found from both sides."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet import milestones
from twinnet.milestones import Milestone

SARAJEVO, PARIS, INNSBRUCK, TIMISOARA, NOVI_SAD, GORIZIA = 3191281, 2988507, 2775220, 665087, 3194360, 3175986


def test_the_data_are_whole() -> None:
    with milestones._DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({tuple(row.values()) for row in rows}) == len(rows) == 75
    names: dict[str, set[str]] = {}
    for row in rows:
        assert row["kind"] in milestones.KINDS
        assert 1896 <= int(row["year"]) <= 2040
        assert len(row["country"]) == 2
        names.setdefault(row["geonames_id"], set()).add(row["name"])
    assert all(len(found) == 1 for found in names.values())
    assert [row["year"] for row in rows] == [row["year"] for row in sorted(rows, key=_kind_then_year)]


def _kind_then_year(row: dict[str, str]) -> tuple[bool, int]:
    return row["kind"] != "olympic", int(row["year"])


def test_a_town_has_its_years_in_order() -> None:
    assert milestones.milestones(INNSBRUCK) == (
        Milestone("olympic", 1964, "Innsbruck"),
        Milestone("olympic", 1976, "Innsbruck"),
    )
    assert milestones.milestones(None) == milestones.milestones(1) == ()


def test_two_towns_share_a_kind_and_both_years_are_said() -> None:
    (olympic,) = milestones.in_common(SARAJEVO, INNSBRUCK)
    assert str(olympic.said) == "Olympic cities: Sarajevo 1984, Innsbruck 1964 and 1976"
    (culture,) = milestones.in_common(TIMISOARA, NOVI_SAD)
    assert str(culture.said) == "European Capitals of Culture: Timișoara 2023, Novi Sad 2022"


@pytest.mark.parametrize(
    ("a", "b"), [(SARAJEVO, TIMISOARA), (SARAJEVO, SARAJEVO), (SARAJEVO, None), (None, PARIS), (1, PARIS)]
)
def test_nothing_in_common(a: int | None, b: int | None) -> None:
    assert milestones.in_common(a, b) == ()


ids = st.sampled_from([*milestones.places(), 1])


@given(ids, ids)
def test_what_is_in_common_reads_the_same_from_both_sides(a: int, b: int) -> None:
    forth, back = milestones.in_common(a, b), milestones.in_common(b, a)
    assert [(one.kind, one.a, one.b) for one in forth] == [(one.kind, one.b, one.a) for one in back]


@pytest.mark.parametrize("place", [GORIZIA, PARIS])
def test_places_lists_those_with_a_milestone(place: int) -> None:
    assert place in milestones.places()
    assert milestones.places() == tuple(sorted(set(milestones.places())))
