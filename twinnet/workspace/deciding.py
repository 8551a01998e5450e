"""Decide on suggestions, correct what lists say, take either back, and tell what was decided."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from twinnet import lifecycle
from twinnet.decisions import (
    FUNNEL,
    VERDICTS,
    Decision,
    Matter,
    Outcome,
    Verdict,
    again_from,
    is_closed,
    matter_id,
    moment,
)
from twinnet.errors import InputError
from twinnet.models import SuggestionKind
from twinnet.stores import open_store

if TYPE_CHECKING:
    from twinnet.graph import Network

ORDER: tuple[str, ...] = (*reversed(FUNNEL), "later", "declined", "misplaced", "corrected")
"""The order in which verdicts are told: what has come furthest first."""

COLUMNS = (
    *("organisation", "organisation_name", "candidate", "candidate_name", "kind", "verdict", "because", "note", "day"),
    *("about", "field", "value", "who", "when", "after", "id"),
)
"""The columns of a table of decisions, which :func:`twinnet.workspace.taking.take` reads back."""


CROSSED = (
    "somebody else decided of them at the same moment, so this was not stored: look at "
    "`twinnet decisions` and say it again"
)
"""What errors say of a row in conflict that was made for what stood a moment before."""


@dataclass(frozen=True)
class Signed:
    """Who decides, and when."""

    who: str
    now: dt.datetime


def decide(
    address: str | Path, organisation: str, candidate: str, *, verdict: Verdict, by: Signed, **given: Any
) -> Outcome:
    """Store what was decided of a suggestion.

    Parameters
    ----------
    address:
        The stored network.
    organisation, candidate:
        The two, by id or name.
    verdict:
        What was decided.
    by:
        Who decides, and when.
    given:
        ``because``, ``note``, ``day`` (when it happened, or from when to suggest again), ``kind`` (of the suggestion;
        by default the one under way, else what suits the link of the two), ``about`` (the side that is misplaced, by
        id or name).

    Raises
    ------
    AmbiguousError, NotFoundError
        A name fits several organisations, or none.
    InputError
        The parts do not fit, as a day that does not exist.
    StoreError
        There is no network at that address, or it cannot be written.
    """
    with open_store(address, readonly=False) as store:
        network = store.read()
        a, b = (network.find(name).id for name in (organisation, candidate))
        about = given.pop("about", None)
        kind = given.pop("kind", None) or kind_of(network, a, b, by.now.date())
        said = {"kind": kind, "verdict": verdict, "about": network.find(about).id if about else None, **given}
        row = _row(network, a, b, by=by, **said)
        [found] = store.decide([row])
    return found


def correct(
    address: str | Path, organisation: str, candidate: str | None, *, field: str, value: Sequence[str], by: Signed
) -> Outcome:
    """Store what a person corrects: themes or languages of one organisation, the state of the link of two.

    Raises what :func:`decide` raises.
    """
    with open_store(address, readonly=False) as store:
        network = store.read()
        a = network.find(organisation).id
        b = network.find(candidate).id if candidate is not None else None
        if b is not None and not any({link.a, link.b} == {a, b} for link in network.links):
            raise InputError("no link of the two is recorded; `--verdict signed` records one")
        row = _row(network, a, b, by=by, verdict="corrected", field=field, value=tuple(value))
        refuse_new_words(network, row)
        [found] = store.decide([row])
    return found


def refuse_new_words(network: Network, row: Decision) -> None:
    """Raise :class:`InputError` for a correction to themes that are neither the network's nor its list's own words."""
    if row.field not in ("themes_offered", "themes_sought") or not network.knows(row.organisation):
        return
    own = getattr(network.organisation(row.organisation), row.field)
    if any(word not in own and network.taxonomy.theme(word) is None for word in row.value):
        raise InputError("this network has no such theme: `twinnet themes` lists them")


def undo(
    address: str | Path, organisation: str, candidate: str | None, *, by: Signed, what: str | None = None
) -> Decision:
    """Take back what stands of two organisations, or what was corrected of one; return what was taken back.

    ``what`` is the kind of suggestion or the field that is meant; None: the one that was decided last.

    Raises
    ------
    InputError
        Nothing stands that could be taken back, or somebody else decided of them at the same moment.
    """
    with open_store(address, readonly=False) as store:
        network = store.read()
        a = network.find(organisation).id
        b = network.find(candidate).id if candidate is not None else None
        standing = [(matter, stands) for matter in of(network, a, b, what) if (stands := matter.stands) is not None]
        if not standing:
            raise InputError("nothing is decided of them that could be taken back; `twinnet decisions` lists all")
        matter, stands = max(standing, key=lambda one: (one[1].when, one[1].id))
        row = withdrawal(stands, matter.head, by)
        [found] = store.decide([row])
    if found.how == "conflict":
        raise InputError(CROSSED)
    return stands


def withdrawal(row: Decision, head: str, by: Signed) -> Decision:
    """Return the row that takes another back; ``head`` is the last row of its matter."""
    named = row.model_dump(include={"organisation", "candidate", "kind", "field"})
    return checked(verdict="withdrawn", withdraws=row.id, after=head, who=by.who, when=moment(by.now), **named)


def of(network: Network, a: str, b: str | None, what: str | None = None) -> list[Matter]:
    """Return the matters of two organisations, or of one (``b`` is None), by their ids."""
    pair = {a, b}
    return [
        matter
        for key, matter in network.matters.items()
        if {matter.organisation, matter.candidate} == pair and what in (None, *_what(matter, key))
    ]


def _what(matter: Matter, key: str) -> tuple[str, ...]:
    row = matter.rows[0]
    return (row.kind or row.field or "", key)


def kind_of(network: Network, a: str, b: str, today: dt.date) -> SuggestionKind:
    """Return which kind of suggestion two organisations have: the one under way, else what suits their link.

    >>> from twinnet.graph import Network
    >>> kind_of(Network(), "town-1", "town-2", dt.date(2026, 1, 1))
    'start'
    """
    under_way = [
        (stands.when, stands.id, stands.kind)
        for matter in of(network, a, b)
        if (stands := matter.stands) is not None and stands.kind and stands.verdict in (*FUNNEL[:-1], "later")
    ]
    if under_way and (kind := max(under_way)[2]):
        return kind
    states = [lifecycle.state(link, today) for link in network.links if {link.a, link.b} == {a, b}]
    return "start" if not states else "develop" if "active" in states else "revitalise"


def _row(network: Network, a: str, b: str | None, **said: Any) -> Decision:
    """Make a row that comes after all that is known of its matter."""
    by: Signed = said.pop("by")
    matter = network.matters.get(matter_id(a, b, said.get("kind") or said.get("field") or ""))
    after = matter.head if matter else None
    return checked(organisation=a, candidate=b, who=by.who, when=moment(by.now), after=after, **said)


def checked(**values: Any) -> Decision:
    """Make a row of a person's words; raise :class:`InputError` that says what does not fit.

    >>> checked(organisation="town-1", candidate="town-1", kind="start", verdict="met", when="2026-01-01T12:00:00Z")
    Traceback (most recent call last):
    twinnet.errors.InputError: the two organisations are one
    """
    try:
        return Decision.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        reason = _REASONS.get(field) or first["msg"].removeprefix("Value error, ")
        raise InputError(f"{field}: {reason}" if field else reason) from error


_REASONS = {
    "day": "write a year, a month or a day that exists, as 2027, 2027-05 or 2027-05-31",
    "when": "write a moment as 2026-11-26T14:03:22Z",
    "verdict": f"it is one of {', '.join(VERDICTS)}",
}


# --- telling ----------------------------------------------------------------------------------------------------------


def decided(network: Network, *, today: dt.date, one: str | None = None) -> Iterator[str]:
    """Give lines that tell what was decided, what has come furthest first; ``one`` is the id of an organisation.

    >>> from twinnet.graph import Network
    >>> list(decided(Network(), today=dt.date(2026, 1, 1)))
    ['nothing was decided yet; `twinnet review NETWORK` begins, `twinnet decide` says one thing']
    """
    found = [
        (ORDER.index(stands.verdict), stands.when, stands, matter)
        for matter in network.matters.values()
        if (stands := matter.stands) is not None and (one is None or one in matter)
    ]
    if not found:
        of_one = "nothing was decided about it" if one else "nothing was decided yet"
        yield f"{of_one}; `twinnet review NETWORK` begins, `twinnet decide` says one thing"
        return
    found.sort(key=lambda item: (item[0], item[1], item[2].id))
    counts: Counter[str] = Counter(stands.verdict for _, _, stands, _ in found)
    yield ", ".join(f"{counts[verdict]:,} {WORDS[verdict]}" for verdict in ORDER if counts[verdict])
    for _, _, stands, matter in found:
        yield line(network, matter, stands, today=today)


_NAMED = 3
"""So many organisations whose place is doubted are named."""

WORDS: Mapping[str, str] = {
    "accepted": "accepted",
    "contacted": "contact made",
    "met": "met",
    "signed": "signed",
    "ended": "ended",
    "later": "later",
    "declined": "declined",
    "misplaced": "not the same place",
    "corrected": "corrected",
    "withdrawn": "taken back",
}
"""What verdicts are called."""


def left_out(network: Network, kinds: Collection[SuggestionKind], *, today: dt.date) -> str:
    """Say what is not suggested because something was decided of it; empty where nothing was.

    >>> from twinnet.graph import Network
    >>> left_out(Network(), ["start"], today=dt.date(2026, 1, 1))
    ''
    """
    counts: Counter[str] = Counter(
        stands.verdict
        for matter in network.matters.values()
        if (stands := matter.stands) is not None and stands.kind in kinds and is_closed(stands, today)
    )
    said = [f"{counts[verdict]:,} {WORDS[verdict]}" for verdict in ORDER if counts[verdict]]
    doubted = sorted(called(network, one) for one in network.doubted(today))
    if doubted:
        more = f" and {len(doubted) - _NAMED:,} more" if len(doubted) > _NAMED else ""
        said.append(f"all with {', '.join(doubted[:_NAMED])}{more} (`twinnet resolve --review` asks which place it is)")
    return f"left out, as it was decided: {', '.join(said)}" if said else ""


def line(network: Network, matter: Matter, row: Decision, *, today: dt.date) -> str:
    """Say a row in one line: what, of whom, why, who and when.

    A note is for oneself, and is told here as well: what is stored here is one's own.
    """
    names = " and ".join(called(network, end) for end in (matter.organisation, matter.candidate) if end is not None)
    said = WORDS[row.verdict]
    if row.kind and row.kind != "start":
        said += f" (to {row.kind})"
    if row.field:
        said = f"{row.field.replace('_', ' ')} corrected to {', '.join(row.value) or 'none'}"
    elif row.verdict == "later":
        again = again_from(row)
        said += f", not before {again}" if today < again else f": due since {again}"
    elif row.verdict == "misplaced" and row.about:
        said += f": {called(network, row.about)}"
    signed = f"{f' by {row.who}' if row.who else ''} on {row.date}"
    why = "".join(f"; {word}: {text}" for word, text in (("because", row.because), ("note", row.note)) if text)
    return f"{said}: {names}{signed}{why}"


def called(network: Network, identifier: str) -> str:
    """Return an organisation's name and country, or the id where it is gone."""
    if not network.knows(identifier):
        return identifier
    one = network.organisation(identifier)
    return f"{one.name} ({one.country or '?'})"


def history(network: Network, *, today: dt.date, one: str | None = None) -> Iterator[str]:
    """Give a line for every row ever stored, also those that were taken back, the oldest first."""
    rows = [(row, matter) for matter in network.matters.values() for row in matter.rows if one is None or one in matter]
    rows.sort(key=lambda item: (item[0].when, item[0].id))
    by_id = {row.id: row for row, _ in rows}
    for row, matter in rows:
        back = by_id.get(row.withdraws or "")
        if back is not None:
            signed = f"{f' by {row.who}' if row.who else ''} on {row.when[:10]}"
            yield f"taken back{signed}: {line(network, matter, back, today=today)}  {row.id}"
        else:
            yield f"{line(network, matter, row, today=today)}  {row.id}"


def table(network: Network, *, one: str | None = None) -> Iterator[list[str | None]]:
    """Give what stands as rows of a table with :data:`COLUMNS`; ``after`` is the last row of the matter."""
    found = [
        (stands.when, stands.id, stands, matter)
        for matter in network.matters.values()
        if (stands := matter.stands) is not None and (one is None or one in matter)
    ]
    for _, _, row, matter in sorted(found, key=lambda item: item[:2]):
        values: dict[str, str | None] = {
            **{name: getattr(row, name) for name in COLUMNS if name in Decision.model_fields},
            "organisation": matter.organisation,
            "organisation_name": called(network, matter.organisation),
            "candidate": matter.candidate,
            "candidate_name": called(network, matter.candidate) if matter.candidate else None,
            "value": ", ".join(row.value),
            "after": matter.head,
        }
        yield [values[name] for name in COLUMNS]
