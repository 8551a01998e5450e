"""The state of a link at a date: known answers at the boundaries, and what holds for any dates."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet import lifecycle
from twinnet.graph import Facts
from twinnet.models import Link

TODAY = dt.date(2026, 3, 1)


def link(
    since: str | None = None, until: str | None = None, last_activity: str | None = None, **told: str | None
) -> Link:
    dates = {"since": since, "until": until, "last_activity": last_activity, **told}
    return Link.model_validate({"id": "link-1", "a": "town-1", "b": "town-2", **dates})


@pytest.mark.parametrize(
    ("told", "on", "dates", "state"),
    [
        ("active", "2026-02-01", {}, "active"),
        ("active", "2023-02-01", {}, "declining"),  # ages as after a sign of life
        ("active", "2026-02-01", {"until": "2020"}, "active"),  # a person knows better than an old end
        ("dormant", "2026-02-01", {"last_activity": "2025"}, "dormant"),
        ("dormant", "2024-02-01", {"last_activity": "2025-05"}, "active"),  # lived since
        ("ended", "2020", {}, "ended"),
        ("unknown", "2026-02-01", {"last_activity": "2024"}, "unknown"),
        ("declining", "2025", {}, "declining"),
        ("declining", "2022-01", {}, "dormant"),
        ("active", "2026-02-01", {"until": "2026-02-20"}, "ended"),  # ended since
        ("ended", "2027", {"last_activity": "2025"}, "active"),  # not said yet
    ],
)
def test_what_a_person_told_stands_until_something_happens(
    told: str, on: str, dates: dict[str, str], state: str
) -> None:
    assert lifecycle.state(link(told_state=told, told_on=on, **dates), TODAY) == state


@pytest.mark.parametrize(
    ("since", "until", "last_activity", "state", "idle"),
    [
        (None, None, None, "unknown", None),
        ("1985", None, None, "unknown", None),  # a signing long ago says nothing of today
        ("2024-03-01", None, None, "active", 2),  # a signing within two years does
        ("2024-02-29", None, None, "unknown", None),
        ("2024", None, None, "unknown", None),  # counted from its first day
        ("2025", None, None, "active", 1),
        ("1985", None, "2026", "active", 0),
        ("1985", None, "2024", "active", 1),  # counted to its last day
        ("1985", None, "2024-02", "declining", 2),  # to 2024-02-29, and two years later is 2026-02-28
        ("1985", None, "2024-03-01", "active", 2),
        ("1985", None, "2024-02-20", "declining", 2),
        ("1985", None, "2023", "declining", 2),
        ("1985", None, "2021-03-01", "declining", 5),
        ("1985", None, "2021-02", "dormant", 5),
        ("1985", None, "1990", "dormant", 35),
        ("2025-06", None, "2010", "active", 0),  # signed anew: the later sign counts
        ("1985", "2025", "2025", "ended", 0),
        ("1985", "2026-02-28", None, "ended", None),
        ("1985", "2026", "2019", "dormant", 6),  # an end still to come
        ("2027", None, None, "unknown", None),  # what lies ahead is no sign of life
        ("1985", None, "2027", "unknown", None),
    ],
)
def test_state_and_idle_years(
    since: str | None, until: str | None, last_activity: str | None, state: str, idle: int | None
) -> None:
    one = link(since, until, last_activity)
    assert lifecycle.state(one, TODAY) == state
    assert lifecycle.idle_years(one, TODAY) == idle


dates = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
partial = st.one_of(
    st.none(), st.builds(lambda day, length: day.isoformat()[:length], dates, st.sampled_from([4, 7, 10]))
)


@given(st.lists(st.tuples(partial, partial, partial), max_size=8), dates)
def test_columns_have_the_states_of_their_links(rows: list[tuple[str | None, ...]], today: dt.date) -> None:
    links = Facts.of(Link, [link(*row).model_copy(update={"id": str(at)}) for at, row in enumerate(rows)])
    states = [lifecycle.state(link(*row), today) for row in rows]
    assert lifecycle.states(links, today) == states
    assert lifecycle.states(links, today, range(len(rows) - 1, -1, -1)) == states[::-1]


@given(partial, partial, partial, dates, st.integers(0, 4000))
def test_a_link_of_which_nothing_new_is_heard_never_livens_up(
    since: str | None, until: str | None, last_activity: str | None, today: dt.date, days: int
) -> None:
    one = link(since, until, last_activity)
    order = ("active", "declining", "dormant", "unknown", "ended")
    heard = [lifecycle.first_day(text) for text in (since, last_activity) if text is not None]
    if all(day <= today for day in heard) and (last_activity is None or lifecycle.last_day(last_activity) <= today):
        later = lifecycle.state(one, today + dt.timedelta(days=days))
        assert order.index(later) >= order.index(lifecycle.state(one, today))


@given(partial, partial, partial, dates)
def test_idle_years_are_known_just_where_a_sign_of_life_is(
    since: str | None, until: str | None, last_activity: str | None, today: dt.date
) -> None:
    one = link(since, until, last_activity)
    idle = lifecycle.idle_years(one, today)
    state = lifecycle.state(one, today)
    assert idle is None or idle >= 0
    if state != "ended":
        assert (idle is None) == (state == "unknown")
    if state == "active":
        assert idle is not None
        assert idle <= 2


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (None, None),
        ("1986-03-01", (40, dt.date(2026, 3, 1))),  # today counts
        ("1986-02-28", None),  # yesterday does not, and the 50th is far
        ("1986", (40, dt.date(2026, 12, 31))),  # some day of this year
        ("1978", (50, dt.date(2028, 12, 31))),  # may fall within two years
        ("1978-03-02", None),  # a day too far
        ("1976-02-29", None),
        ("2016-04", (10, dt.date(2026, 4, 30))),
        ("2001-05-05", (25, dt.date(2026, 5, 5))),
        ("1996-05-05", (30, dt.date(2026, 5, 5))),
        ("1926-05-05", (100, dt.date(2026, 5, 5))),
        ("1900", None),
        ("9990", None),
        ("2026", None),
    ],
)
def test_next_anniversary(since: str | None, expected: tuple[int, dt.date] | None) -> None:
    assert lifecycle.next_anniversary(since, TODAY) == expected


def test_how_far_ahead_an_anniversary_is_looked_for_can_be_said() -> None:
    assert lifecycle.next_anniversary("1980-06-01", TODAY, within_years=5) == (50, dt.date(2030, 6, 1))
    assert lifecycle.next_anniversary("1980-06-01", TODAY, within_years=4) is None


@given(dates, st.sampled_from([4, 7, 10]))
def test_first_and_last_day_frame_the_date(day: dt.date, length: int) -> None:
    text = day.isoformat()[:length]
    assert lifecycle.first_day(text) <= day <= lifecycle.last_day(text)
    assert lifecycle.last_day(text).isoformat()[:length] == text


@pytest.mark.parametrize("text", ["2023-13", "2023-02-30", "0000", "soon"])
def test_a_date_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        lifecycle.last_day(text)


def test_the_last_year_of_the_calendar_is_no_obstacle() -> None:
    assert lifecycle.years_after(dt.date(9998, 5, 5), 5) == dt.date(9999, 5, 5)
    assert lifecycle.state(link(last_activity="9998"), dt.date(9999, 12, 31)) == "active"
