"""The state of a twinning link at a date, told from its last sign of life.

A link is ``ended`` once its end is past. Otherwise its last sign of life decides: ``active`` within two years,
``declining`` within five, ``dormant`` beyond. A signing is a sign of life only while it is itself that recent: that a
charter was signed long ago says nothing of today, and such a link is ``unknown`` until someone is asked.

Dates may be a year, a month or a day. What has a length is read generously: an activity of ``2023`` counts to
2023-12-31, a link until ``2026`` lives to 2026-12-31, and a link since ``2024`` is counted from 2024-01-01. A sign of
life that lies in the future is none.

What a person said of a link's state stands from the day on which it was said, until a later sign of life or end: one
that was said to be active ages as after a sign of life, and one that was said to be declining is dormant three years
later.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from twinnet.models import Link, LinkState


class Columns(Protocol):
    """A table of links by its columns, as :class:`twinnet.graph.Facts` is."""

    def column(self, name: str) -> tuple[Any, ...]:
        """Return one column."""
        ...


ACTIVE_YEARS = 2
"""A link with a sign of life within so many years is active."""
DECLINING_YEARS = 5
"""A link with a sign of life within so many years, but not within :data:`ACTIVE_YEARS`, is declining."""
ANNIVERSARIES = (10, 20, 25, 30, 40, 50, 60, 75, 100)
"""The years after a signing that a partnership celebrates."""


class Signs(NamedTuple):
    """What the state of a link is told from."""

    since: str | None
    until: str | None
    last_activity: str | None
    told_state: LinkState | None = None
    told_on: str | None = None

    @classmethod
    def of(cls, link: Link) -> Signs:
        """Take them from a link."""
        return cls(link.since, link.until, link.last_activity, link.told_state, link.told_on)


def state(link: Link, today: dt.date) -> LinkState:
    """Return the state of a link on a day.

    >>> from twinnet.models import Link
    >>> link = Link(id="link-1", a="town-1", b="town-2", since="1985", last_activity="2023")
    >>> state(link, dt.date(2025, 12, 31)), state(link, dt.date(2026, 1, 1)), state(link, dt.date(2029, 1, 1))
    ('active', 'declining', 'dormant')
    """
    return _state(Signs.of(link), today)


def states(links: Columns, today: dt.date, rows: Sequence[int] | None = None) -> list[LinkState]:
    """Return the states of the links of a table (``rows``: of some of them, in that order).

    >>> from twinnet.graph import Facts
    >>> from twinnet.models import Link
    >>> ends = {"a": "town-1", "b": "town-2"}
    >>> links = [Link(id="link-1", since="1985", **ends), Link(id="link-2", since="2025-06", **ends)]
    >>> states(Facts.of(Link, links), dt.date(2026, 1, 1))
    ['unknown', 'active']
    """
    known: dict[tuple[str | None, ...], LinkState] = {}
    found: list[LinkState] = []
    columns = [links.column(name) for name in Signs._fields]
    if rows is not None:
        columns = [tuple(column[row] for row in rows) for column in columns]
    for signs in zip(*columns, strict=True):
        if signs not in known:
            known[signs] = _state(Signs(*signs), today)
        found.append(known[signs])
    return found


def idle_years(link: Link, today: dt.date) -> int | None:
    """Return the whole years since the last sign of life, None when no sign of life is known.

    >>> from twinnet.models import Link
    >>> link = Link(id="link-1", a="town-1", b="town-2", since="1985", last_activity="2016-05")
    >>> idle_years(link, dt.date(2026, 5, 30)), idle_years(link, dt.date(2026, 5, 31))
    (9, 10)
    """
    sign = _sign_of_life(Signs.of(link), today)
    if sign is None:
        return None
    years = today.year - sign.year
    return years if years_after(sign, years) <= today else years - 1


def next_anniversary(since: str | None, today: dt.date, *, within_years: int = 2) -> tuple[int, dt.date] | None:
    """Return the next anniversary of a signing, as its years and its date, or None when none is near.

    Parameters
    ----------
    since:
        The year, month or day of the signing; None when it is not known.
    today:
        Anniversaries before this day are past.
    within_years:
        How far ahead to look.

    Of a signing known by its year or month alone, the date is the last that the anniversary can fall on.

    >>> next_anniversary("1986-09-14", dt.date(2026, 3, 1)), next_anniversary("1987", dt.date(2026, 3, 1))
    ((40, datetime.date(2026, 9, 14)), (40, datetime.date(2027, 12, 31)))
    """
    if since is None:
        return None
    first, last = first_day(since), last_day(since)
    horizon = years_after(today, within_years)
    for years in ANNIVERSARIES:
        if last.year + years > dt.MAXYEAR:
            return None
        if years_after(last, years) >= today:
            return (years, years_after(last, years)) if years_after(first, years) <= horizon else None
    return None


@lru_cache(maxsize=16384)
def first_day(partial: str) -> dt.date:
    """Return the first day of a year, month or day; raise ``ValueError`` for a date that does not exist.

    >>> first_day("1985"), first_day("1985-06")
    (datetime.date(1985, 1, 1), datetime.date(1985, 6, 1))
    """
    year, month, day = (*map(int, partial.split("-")), 1, 1)[:3]
    return dt.date(year, month, day)


@lru_cache(maxsize=16384)
def last_day(partial: str) -> dt.date:
    """Return the last day of a year, month or day; raise ``ValueError`` for a date that does not exist.

    >>> last_day("1985"), last_day("2024-02")
    (datetime.date(1985, 12, 31), datetime.date(2024, 2, 29))
    """
    first = first_day(partial)
    if partial.count("-") == 2:
        return first
    month = first.month if "-" in partial else 12
    return first.replace(month=month, day=calendar.monthrange(first.year, month)[1])


def has_left(*, former: bool, until: str | None, on: dt.date | None) -> bool:
    """Tell whether a member had left before a day: it is marked as former, or its membership had ended.

    Without a day (``on`` is None) only the mark counts.

    >>> has_left(former=False, until="2026", on=dt.date(2026, 12, 31))
    False
    >>> has_left(former=False, until="2026", on=dt.date(2027, 1, 1))
    True
    """
    return former or (on is not None and until is not None and last_day(until) < on)


def years_after(day: dt.date, years: int) -> dt.date:
    """Return the same day some years later; 29 February becomes 28 where there is none, and year 9999 is the last.

    >>> years_after(dt.date(2024, 2, 29), 1)
    datetime.date(2025, 2, 28)
    """
    year = min(day.year + years, dt.MAXYEAR)
    if (day.month, day.day) == (2, 29) and not calendar.isleap(year):
        return dt.date(year, 2, 28)
    return day.replace(year=year)


def _state(signs: Signs, today: dt.date) -> LinkState:
    told = _told(signs, today)
    if told not in (None, "active"):
        return told
    if told is None and signs.until is not None and last_day(signs.until) < today:
        return "ended"
    sign = _sign_of_life(signs, today)
    if sign is None:
        return "unknown"
    if years_after(sign, ACTIVE_YEARS) >= today:
        return "active"
    return "declining" if years_after(sign, DECLINING_YEARS) >= today else "dormant"


def _told(signs: Signs, today: dt.date) -> LinkState | None:
    """Return what a person said of the state, None where nothing was said by today, or something happened since."""
    if signs.told_state is None or signs.told_on is None or first_day(signs.told_on) > today:
        return None
    told_on = last_day(signs.told_on)
    if signs.until is not None and told_on < last_day(signs.until) < today:
        return None
    if signs.last_activity is not None and told_on < first_day(signs.last_activity) <= today:
        return None
    ages = years_after(told_on, DECLINING_YEARS - ACTIVE_YEARS) < today
    return "dormant" if signs.told_state == "declining" and ages else signs.told_state


def _sign_of_life(signs: Signs, today: dt.date) -> dt.date | None:
    """Return the last day of which it is known that the link lived, never after today."""
    told_on = signs.told_on if signs.told_state == "active" else None
    lived = [said for said in (signs.last_activity, told_on) if said is not None and first_day(said) <= today]
    found = [min(last_day(said), today) for said in lived]
    if signs.since is not None:
        signed = first_day(signs.since)
        if signed <= today <= years_after(signed, ACTIVE_YEARS):
            found.append(signed)
    return max(found, default=None)
