"""What persons decide is kept as rows with a history: which row stands, what is new, known or in conflict."""

import datetime as dt
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from twinnet.decisions import (
    VERDICTS,
    Decision,
    again_from,
    doubted,
    in_order,
    is_closed,
    judged,
    live,
    matters,
    moment,
    standing,
)

TODAY = dt.date(2026, 11, 26)


def row(verdict: str = "accepted", *, second: int = 0, **values: Any) -> Decision:
    pair = {"organisation": "town-1", "candidate": "town-2", "kind": "start"}
    return Decision.model_validate({"verdict": verdict, "when": f"2026-11-26T12:00:{second:02}Z", **pair, **values})


def back(one: Decision, *, second: int, **values: Any) -> Decision:
    return row("withdrawn", second=second, withdraws=one.id, **values)


class TestRow:
    def test_has_the_same_id_for_the_same_content_whatever_was_seen_before(self) -> None:
        assert row().id == row(after="decision-1").id
        assert len({row().id, row(note="x").id, row(second=1).id, row(kind="develop").id, row(who="Ana").id}) == 5

    def test_is_about_the_same_matter_from_either_side(self) -> None:
        other = row("met", organisation="town-2", candidate="town-1")
        assert row().matter == other.matter != row(kind="develop").matter

    def test_sorts_its_values_and_keeps_each_once(self) -> None:
        one = row("corrected", candidate=None, kind=None, field="languages", value=("it", "bs", "it"))
        assert one.value == ("bs", "it")
        assert one.id == row("corrected", candidate=None, kind=None, field="languages", value=("bs", "it")).id

    @pytest.mark.parametrize(
        "values",
        [
            {"candidate": "town-1"},
            {"candidate": None},
            {"kind": None},
            {"verdict": "no"},
            {"verdict": "withdrawn"},
            {"verdict": "misplaced"},
            {"verdict": "misplaced", "about": "town-3"},
            {"about": "town-1"},
            {"day": "2026-02-30"},
            {"when": "2026-11-26"},
            {"when": "2026-13-26T12:00:00Z"},
            {"note": "x" * 10_001},
            {"verdict": "corrected", "field": "languages", "value": ("bs",)},
            {"verdict": "corrected", "candidate": None, "kind": None, "field": "languages", "value": ("Bosnian",)},
            {"verdict": "corrected", "candidate": None, "kind": None, "field": "link_state", "value": ("active",)},
            {"verdict": "corrected", "kind": None, "field": "link_state", "value": ("asleep",)},
            {"verdict": "corrected", "kind": None, "field": "link_state", "value": ("active", "ended")},
            {"verdict": "accepted", "kind": None, "field": "link_state"},
            {"colour": "red"},
        ],
    )
    def test_refuses_what_makes_no_sense(self, values: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            row(**values)

    def test_says_its_moment_in_utc(self) -> None:
        east = dt.timezone(dt.timedelta(hours=2))
        assert moment(dt.datetime(2026, 1, 1, 1, tzinfo=east)) == "2025-12-31T23:00:00.000Z"
        assert moment(dt.datetime(2026, 1, 1, 1)) == "2026-01-01T01:00:00.000Z"  # noqa: DTZ001 - taken as UTC


class TestOrder:
    def test_a_row_comes_after_the_one_its_author_had_seen_whatever_the_clocks_say(self) -> None:
        first = row(second=30)
        second = row("declined", second=10, after=first.id)
        assert in_order([second, first]) == [first, second]
        assert standing(in_order([second, first])) == second

    @given(st.permutations(range(6)))
    def test_does_not_depend_on_the_order_of_arrival(self, order: list[int]) -> None:
        rows = [row(second=at, note=str(at)) for at in range(3)]
        rows += [row(second=at, note=str(at), after=rows[2].id) for at in (2, 1, 9)]
        assert in_order([rows[at] for at in order]) == in_order(rows)

    def test_a_moment_to_the_second_comes_before_those_within_it(self) -> None:
        whole, within = row(when="2026-11-26T12:00:00Z"), row("declined", when="2026-11-26T12:00:00.001Z")
        assert in_order([within, whole]) == [whole, within]

    def test_ends_for_rows_that_follow_each_other_in_a_circle(self) -> None:
        one, other = row(note="1"), row(note="2")
        circle = [one.model_copy(update={"after": other.id}), other.model_copy(update={"after": one.id})]
        assert len(in_order(circle)) == 2


class TestStanding:
    def test_is_the_last_row_that_was_not_taken_back(self) -> None:
        first, second = row(second=1), row("met", second=2)
        assert standing([first, second]) == second
        assert standing([first, second, back(second, second=3)]) == first
        assert standing([first, back(first, second=3)]) is None
        assert live([first, second, back(first, second=3)]) == [second]

    def test_a_matter_has_the_ids_of_now_and_leaves_out_who_is_gone(self) -> None:
        now = {"town-1": "town-9", "town-2": "town-2"}
        gone = row(candidate="town-3")
        rows = [row(), row("met", organisation="town-9", second=5), gone]
        [found] = matters(rows, {**now, "town-9": "town-9"}.get).values()
        assert (found.organisation, found.candidate, len(found.rows)) == ("town-9", "town-2", 2)
        assert "town-9" in found
        assert "town-1" not in found

    def test_two_that_are_one_by_now_are_no_matter(self) -> None:
        assert matters([row()], lambda _: "town-9") == {}


class TestJudged:
    def test_new_known_conflict(self) -> None:
        first = row(second=1)
        seen, unseen = row("declined", second=2, after=first.id), row("declined", second=2)
        assert judged(first, []) == "new"
        assert judged(first, [first]) == "known"
        assert judged(seen, [first]) == "new"
        assert judged(unseen, [first]) == "conflict"

    def test_the_same_said_later_by_another_is_known(self) -> None:
        assert judged(row(second=9, who="Ivo"), [row(second=1, who="Ana")]) == "known"

    def test_a_file_taken_in_again_is_known_even_after_more_was_decided(self) -> None:
        first = row(second=1)
        later = row("met", second=5, after=first.id)
        assert judged(row(second=9), [first, later]) == "known"

    def test_of_a_matter_without_rows_all_is_new(self) -> None:
        """Its author may have seen rows of another store."""
        first = row()
        assert judged(row(second=3, after=first.id), []) == "new"
        assert judged(row(verdict="withdrawn", withdraws=first.id, after=first.id), []) == "known"

    def test_what_another_said_and_took_back_is_a_conflict_not_known(self) -> None:
        first = row(second=1, who="Ana")
        undone = back(first, second=2, after=first.id, who="Ana")
        assert judged(row(second=3, who="Ivo"), [first, undone]) == "conflict"
        assert judged(row(second=3, who="Ana"), [first, undone]) == "known"

    def test_what_was_taken_back_can_be_decided_again(self) -> None:
        first = row(second=1)
        undone = back(first, second=2, after=first.id)
        assert judged(row(second=3, after=undone.id), [first, undone]) == "new"
        assert judged(back(first, second=4, after=undone.id), [first, undone]) == "known"

    def test_another_note_is_new(self) -> None:
        first = row(second=1)
        assert judged(row(second=2, note="ask in May", after=first.id), [first]) == "new"


class TestClosed:
    def test_all_but_what_was_put_off_and_doubted(self) -> None:
        for verdict in set(VERDICTS) - {"later", "misplaced"}:
            assert is_closed(row(verdict), TODAY)
        assert not is_closed(row("misplaced", about="town-1"), TODAY)
        assert not is_closed(None, TODAY)

    def test_later_ends_on_its_day_or_half_a_year_on(self) -> None:
        put_off = row("later", day="2027-05")
        assert is_closed(put_off, dt.date(2027, 4, 30))
        assert not is_closed(put_off, dt.date(2027, 5, 1))
        assert again_from(row("later")) == dt.date(2027, 5, 28)

    def test_later_than_any_day_is_the_last_day(self) -> None:
        assert again_from(row("later", when="9999-12-31T12:00:00Z")) == dt.date.max

    def test_a_doubt_ends_with_a_judgement_of_that_day_or_later(self) -> None:
        found = matters([row("misplaced", about="town-1")]).values()
        for when, still in (("2026-11-25", True), ("2026-11-26", False), (None, False)):
            assert bool(doubted(found, [("town-1", when)], TODAY)) is still
        assert doubted(found, [("town-2", None)], TODAY) == {"town-1"}
        assert doubted(found, [], dt.date(2026, 11, 25)) == set()


@given(st.lists(st.tuples(st.sampled_from(("accepted", "met", "declined")), st.integers(0, 59)), max_size=6))
def test_any_history_has_one_row_that_stands(said: list[tuple[str, int]]) -> None:
    rows: list[Decision] = []
    for verdict, second in said:
        one = row(verdict, second=second, after=rows[-1].id if rows else None)
        if judged(one, rows) == "new":
            rows = in_order([*rows, one])
    assert standing(rows) == (rows[-1] if rows else None)
    for order in itertools.islice(itertools.permutations(rows), 6):
        assert in_order(order) == rows
