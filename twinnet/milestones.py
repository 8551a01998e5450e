"""Dates of high visibility that towns share: Olympic years and European Capitals of Culture.

The dates are data (``data/milestones.csv``, a row a kind, year and town, by GeoNames id), so a year to come is a new
row and no code.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from twinnet.wording import Phrase, listed, phrase

_DATA = Path(__file__).parent / "data" / "milestones.csv"
KINDS = ("olympic", "capital_of_culture")
"""Olympic cities and European Capitals of Culture."""


class Milestone(NamedTuple):
    """A town's year of high visibility: its kind (one of :data:`KINDS`), year and the town's name."""

    kind: str
    year: int
    name: str


class Common(NamedTuple):
    """Milestones of one kind that two towns share; each town's own in the order of years.

    >>> print(in_common(3191281, 2988507)[0].said)
    Olympic cities: Sarajevo 1984, Paris 2024
    """

    kind: str
    a: tuple[Milestone, ...]
    b: tuple[Milestone, ...]

    @property
    def said(self) -> Phrase:
        """What the two towns are together, with each one's years."""
        return phrase(f"say.milestones.{self.kind}", a=_years(self.a), b=_years(self.b))


def milestones(geonames_id: int | None) -> tuple[Milestone, ...]:
    """Return a place's milestones by year; none for a place without any, or None for no place.

    >>> milestones(3175532) == milestones(None) == ()
    True
    >>> milestones(3169361)
    ()
    """
    return _by_place().get(geonames_id, ()) if geonames_id is not None else ()


def in_common(a: int | None, b: int | None) -> tuple[Common, ...]:
    """Return the kinds of milestones that two places (GeoNames ids) both have, in the order of :data:`KINDS`.

    A place has nothing in common with itself.
    """
    if a is None or b is None or a == b:
        return ()
    mine, theirs = milestones(a), milestones(b)
    pairs = (Common(kind, _of(mine, kind), _of(theirs, kind)) for kind in KINDS)
    return tuple(pair for pair in pairs if pair.a and pair.b)


def places() -> tuple[int, ...]:
    """Return the GeoNames ids of all places that have a milestone, sorted."""
    return tuple(sorted(_by_place()))


def _of(found: tuple[Milestone, ...], kind: str) -> tuple[Milestone, ...]:
    return tuple(one for one in found if one.kind == kind)


def _years(found: tuple[Milestone, ...]) -> Phrase:
    """Say a town and its years.

    >>> print(_years((Milestone("olympic", 1964, "Innsbruck"), Milestone("olympic", 1976, "Innsbruck"))))
    Innsbruck 1964 and 1976
    """
    years = listed([str(one.year) for one in found], by="and")
    return phrase("say.milestones.years", name=found[0].name, years=years)


@cache
def _by_place() -> dict[int, tuple[Milestone, ...]]:
    by_place: dict[int, list[Milestone]] = {}
    with _DATA.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = Milestone(row["kind"], int(row["year"]), row["name"])
            by_place.setdefault(int(row["geonames_id"]), []).append(found)
    return {place: tuple(sorted(found, key=lambda one: one.year)) for place, found in by_place.items()}
