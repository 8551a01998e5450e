"""What persons decide of suggestions, and what they correct in the facts: rows with a history, beside the facts.

A row is never changed. The rows about one matter (a suggestion, or a value of an organisation or link) follow each
other in the order of their moments; a row may take an earlier one back. The last one that was not taken back stands
(:class:`Matter`). So the same rows give the same decisions, whatever the order in which they come together.

A suggestion goes through a funnel: ``accepted``, ``contacted``, ``met``, ``signed``, ``ended``. Beside it stand
``later`` (not before a day), ``declined`` (never again) and ``misplaced`` (one of the two is not the place that the
network takes it for).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, field_validator, model_validator

from twinnet.lifecycle import first_day
from twinnet.models import LinkState, Model, PartialDate, SuggestionKind, content_id

Verdict = Literal["accepted", "later", "declined", "misplaced", "contacted", "met", "signed", "ended"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""What can be decided of a suggestion."""
FUNNEL: tuple[Verdict, ...] = ("accepted", "contacted", "met", "signed", "ended")
"""The steps of a suggestion that becomes a partnership, in their order."""

Correctable = Literal["themes_offered", "themes_sought", "languages", "link_state"]
CORRECTABLE: tuple[Correctable, ...] = get_args(Correctable)
"""What a person can correct: themes and languages of an organisation, the state of the link of two."""

LATER_DAYS = 183
"""Who decides "later" and names no day is not asked for half a year."""

_CODE = re.compile("[a-z]{2,3}")
_LONGEST = 10_000
_MOST_VALUES = 100


def _is_moment(text: str) -> str:
    dt.datetime.fromisoformat(text)
    return text


Moment = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$"), AfterValidator(_is_moment)]
"""A moment in UTC, to the second or thousandth of a second: ``2026-11-26T14:03:22Z``."""
_Text = Annotated[str, Field(max_length=_LONGEST)]


def moment(at: dt.datetime) -> str:
    """Return a moment as text; one without a time zone is taken as UTC.

    >>> moment(dt.datetime(2026, 11, 26, 14, 3, 22, 5000, tzinfo=dt.UTC))
    '2026-11-26T14:03:22.005Z'
    """
    utc = at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Decision(Model):
    """One row: what somebody decided of a suggestion, corrected in the facts, or took back.

    ``organisation`` and ``candidate`` are ids, as the suggestion names its sides; a correction of an organisation has
    no ``candidate``. ``kind`` is that of the suggestion, None for a correction. Of ``verdict``, ``corrected`` (the
    ``field`` is now ``value``) and ``withdrawn`` (the row ``withdraws`` is taken back) one is said. ``because`` is the
    reason, which may be told to others; ``note`` is for oneself. ``day`` is when it happened (contact, meeting,
    signing, end; None: on the day of ``when``) or, for ``later``, the day from which to suggest again. ``about`` is the
    id of the side that is ``misplaced``. ``who`` decided it, and ``when``. ``after`` is the id of the last row of the
    matter that the person had seen, None where there was none: a later row that they had not seen is a conflict.
    ``id`` is made of all else but ``after``.

    >>> row = Decision(organisation="town-1", candidate="town-2", kind="start", verdict="later",
    ...                day="2027", when="2026-11-26T14:03:22Z")
    >>> row.matter == row.model_copy(update={"organisation": "town-2", "candidate": "town-1"}).matter
    True
    """

    id: str = ""
    organisation: str
    candidate: str | None = None
    kind: SuggestionKind | None = None
    verdict: Literal[Verdict, "corrected", "withdrawn"]
    because: _Text = ""
    note: _Text = ""
    day: PartialDate | None = None
    about: str | None = None
    field: Correctable | None = None
    value: tuple[str, ...] = Field(default=(), max_length=_MOST_VALUES)
    withdraws: str | None = None
    who: Annotated[str, Field(max_length=200)] = ""
    when: Moment
    after: str | None = None

    @field_validator("value")
    @classmethod
    def _in_order(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(value)))

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """See that the parts fit, and give the row its id."""
        of_pair = self.candidate is not None
        if self.candidate == self.organisation:
            raise ValueError("the two organisations are one")
        if self.verdict == "withdrawn":
            if self.withdraws is None:
                raise ValueError("a row that takes back another names it")
        elif (self.verdict == "corrected") != (self.field is not None):
            raise ValueError("what is corrected has a field, and nothing else has")
        if self.field is None:
            if not of_pair or self.kind is None:
                raise ValueError("a decision is of two organisations and of a kind of suggestion")
        elif of_pair != (self.field == "link_state"):
            raise ValueError("the state is that of the link of two organisations; all else is of one")
        if self.field == "link_state" and self.verdict == "corrected" and not _is_state(self.value):
            raise ValueError(f"the state of a link is one of {', '.join(get_args(LinkState))}")
        if self.field == "languages" and not all(map(_CODE.fullmatch, self.value)):
            raise ValueError("languages are ISO 639 codes, such as de")
        if (self.verdict == "misplaced") != (self.about is not None):
            raise ValueError("what is misplaced is one of the two organisations")
        if self.about not in (None, self.organisation, self.candidate):
            raise ValueError("what is misplaced is one of the two organisations")
        said = (",".join(part) if isinstance(part, tuple) else part or "" for part in map(self.__dict__.get, _SAID))
        self.__dict__["id"] = content_id("decision", *said)
        return self

    @property
    def matter(self) -> str:
        """The id of what is decided: the same for all rows about it, from whichever side."""
        return matter_id(self.organisation, self.candidate, self.kind or self.field or "")

    @property
    def date(self) -> str:
        """The day on which it was decided, or on which it happened."""
        return self.day if self.day is not None and self.verdict != "later" else self.when[:10]


_SAID = tuple(name for name in Decision.model_fields if name not in ("id", "after"))


def _is_state(value: tuple[str, ...]) -> bool:
    return len(value) == 1 and value[0] in get_args(LinkState)


def matter_id(organisation: str, candidate: str | None, what: str) -> str:
    """Return the id of a matter: of a kind of suggestion of two organisations, or of a field that can be corrected.

    >>> matter_id("town-2", "town-1", "start") == matter_id("town-1", "town-2", "start")
    True
    """
    return content_id("matter", *sorted((organisation, candidate or "")), what)


@dataclass(frozen=True)
class Matter:
    """All rows about one matter, in their order.

    ``organisation`` and ``candidate`` are the ids that the two have now (``candidate`` is None for a correction of one
    organisation).
    """

    organisation: str
    candidate: str | None
    rows: tuple[Decision, ...]

    @property
    def head(self) -> str:
        """The id of the last row, also one that takes another back."""
        return self.rows[-1].id

    @property
    def stands(self) -> Decision | None:
        """The row that stands: the last one that was not taken back."""
        return standing(self.rows)

    def __contains__(self, identifier: object) -> bool:
        return identifier in (self.organisation, self.candidate)


def in_order(rows: Iterable[Decision]) -> list[Decision]:
    """Return rows in the order of their moments, each once.

    A row comes after the one that its author had seen, whatever the clocks say.
    """
    by_id: dict[str, Decision] = {}
    for row in sorted(rows, key=lambda row: (row.id, row.after or "")):
        by_id.setdefault(row.id, row)
    places: dict[str, tuple[str, int]] = {}
    for row in by_id.values():
        chain: list[Decision] = []
        at: Decision | None = row
        while at is not None and at.id not in places and len(chain) <= len(by_id):
            chain.append(at)
            at = by_id.get(at.after or "")
        latest, depth = places.get(at.id, ("", 0)) if at is not None else ("", 0)
        for one in reversed(chain):
            # Without the Z a moment to the second sorts before those within it.
            latest, depth = max(latest, one.when.removesuffix("Z")), depth + 1
            places[one.id] = (latest, depth)
    return sorted(by_id.values(), key=lambda row: (*places[row.id], row.id))


def live(rows: Iterable[Decision]) -> list[Decision]:
    """Return the rows about one matter that were not taken back, in the order given."""
    kept: dict[str, Decision] = {}
    for row in rows:
        if row.verdict == "withdrawn":
            kept.pop(row.withdraws or "", None)
        else:
            kept[row.id] = row
    return list(kept.values())


def standing(rows: Iterable[Decision]) -> Decision | None:
    """Return which of the rows about one matter, given in their order, stands; None where all were taken back."""
    kept = live(rows)
    return kept[-1] if kept else None


def matters(rows: Iterable[Decision], named: Callable[[str], str | None] | None = None) -> dict[str, Matter]:
    """Return the matters that rows are about, by their ids.

    ``named`` gives the id that an organisation has now, None where it is gone: rows about it are left out.
    """
    found: dict[str, list[Decision]] = {}
    ends: dict[str, tuple[str, str | None]] = {}
    for row in in_order(rows):
        a = named(row.organisation) if named else row.organisation
        b = None if row.candidate is None else named(row.candidate) if named else row.candidate
        if a is None or (row.candidate is not None and b is None) or a == b:
            continue
        key = matter_id(a, b, row.kind or row.field or "")
        found.setdefault(key, []).append(row)
        ends.setdefault(key, (a, b))
    return {key: Matter(*ends[key], tuple(of)) for key, of in found.items()}


def again_from(row: Decision) -> dt.date:
    """Return the day from which a suggestion that was put off is made again.

    >>> again_from(Decision(organisation="town-1", candidate="town-2", kind="start", verdict="later",
    ...                     when="2026-01-01T09:00:00Z"))
    datetime.date(2026, 7, 3)
    """
    if row.day is not None:
        return first_day(row.day)
    day = dt.date.fromisoformat(row.when[:10])
    return day + min(dt.timedelta(days=LATER_DAYS), dt.date.max - day)


def tells_facts(row: Decision) -> bool:
    """Tell whether something follows from a row for the facts of a network: a link, its dates, or a correction."""
    return row.verdict in ("met", "signed", "ended", "corrected", "withdrawn")


def doubted(found: Iterable[Matter], placed: Iterable[tuple[str, str | None]], today: dt.date) -> set[str]:
    """Return the ids by which rows call the organisations whose place a person doubts.

    ``placed`` are the organisations whose place was judged, with the day of it: a place that was judged on the day of
    the doubt or later is no longer doubted.
    """
    judged_on = {organisation: when or "9999" for organisation, when in placed}
    rows = (matter.stands for matter in found)
    return {
        row.about
        for row in rows
        if row is not None and row.about is not None and judged_on.get(row.about, "") < row.when[:10] <= str(today)
    }


How = Literal["new", "known", "conflict"]


@dataclass(frozen=True)
class Outcome:
    """What became of a row that was given to a store: it was ``new``, ``known`` already, or in ``conflict``.

    In conflict is a row about a matter of which there are ``rows`` that its author had not seen. It was not stored.
    ``rows`` are all rows of the matter as they stand now, in their order.
    """

    row: Decision
    how: How
    rows: tuple[Decision, ...]


def judged(row: Decision, rows: Sequence[Decision]) -> How:
    """Tell what a row is to the rows of its matter, given in their order (see :class:`Outcome`).

    A row whose author had seen the last one is new, unless it says what stands already. One whose author had not is
    known where it says what stands, or what its author, or somebody at the same moment, said before: so a file can be
    taken in twice, in whoever's name. To take back what was taken back is known, too. Of a matter without rows there is
    nothing to be in conflict with: its author may have seen rows of another store.
    """
    if not rows:
        return "known" if row.verdict == "withdrawn" else "new"

    def repeats(other: Decision) -> bool:
        return not seen and (other.who == row.who or other.when == row.when)

    seen = row.after == rows[-1].id
    stands = standing(rows)
    said = [one for one in rows if one == stands or row.verdict == "withdrawn" or repeats(one)]
    if any(row.id == one.id for one in rows) or any(says_same(row, one) for one in said):
        return "known"
    return "new" if seen else "conflict"


def says_same(one: Decision, other: Decision) -> bool:
    """Tell whether two rows about one matter say the same, whoever said it and whenever."""
    return _said(one) == _said(other)


def _said(row: Decision) -> tuple[object, ...]:
    return (row.verdict, row.because, row.note, row.day, row.about, row.field, row.value, row.withdraws)


def is_closed(row: Decision | None, today: dt.date) -> bool:
    """Tell whether a matter whose standing row this is needs no suggestion on a day.

    A suggestion of somebody who is misplaced is kept back as long as the place is doubted (:func:`doubted`).
    """
    if row is None or row.verdict == "misplaced":
        return False
    return row.verdict != "later" or today < again_from(row)
