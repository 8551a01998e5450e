"""What follows for the facts from what persons decided and corrected, as statements that win against every list's.

A partnership that was signed is a link. A meeting is a sign of life of a link, an end ends it. What a person corrected
takes the place of what lists say. Nothing follows from rows about organisations that no list speaks of any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from twinnet.decisions import Decision, Matter, in_order, live, matters
from twinnet.graph import DECISIONS_SOURCE, GAZETTEER_SOURCE
from twinnet.lifecycle import last_day
from twinnet.models import Statement, link_id


def following(statements: Sequence[Statement], decisions: Iterable[Decision]) -> list[Statement]:
    """Return what follows from decisions beside statements whose ids stand.

    >>> towns = ("town-1", "town-2")
    >>> said = [Statement("a", 2, "organisation", town, {"name": town, "kind": "town"}) for town in towns]
    >>> signed = Decision(organisation="town-2", candidate="town-1", kind="start", verdict="signed", day="2026-05",
    ...                   when="2026-11-26T14:03:22Z")
    >>> [(one.kind, one.values["a"], one.values["since"]) for one in following(said, [signed])]
    [('link', 'town-1', '2026-05')]
    """
    rows = in_order(decisions)
    if not rows:
        return []
    told = _Told(statements)
    numbers = {row.id: number for number, row in enumerate(rows, 1)}
    found = [*matters(rows, told.named).values()]
    for matter in found:
        told.note(matter)
    return [
        Statement(DECISIONS_SOURCE, numbers[row.id], *said)  # type: ignore[arg-type]  # kinds as written below
        for matter in found
        for row, *said in told.of(matter)
    ]


class _Told:
    """What statements say of organisations and links, as far as it is asked for here."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._ids: set[str] = set()
        self._aliases: dict[str, str] = {}
        self._links: dict[tuple[str, str], dict[str, dict[str, Any]]] = defaultdict(dict)
        self._lived: dict[tuple[str, str], str] = {}
        for said in statements:
            if said.kind == "organisation" and said.source != GAZETTEER_SOURCE:
                self._ids.add(said.subject)
                for alias in said.values.get("aliases", ()):
                    # Of several that had an id, the last one has it, as everywhere in a network.
                    self._aliases[alias] = max(said.subject, self._aliases.get(alias, ""))
            elif said.kind == "link":
                pair = (said.values["a"], said.values["b"])
                known = self._links[pair].setdefault(said.subject, {"kind": said.values.get("kind", "partnership")})
                activity = said.values.get("last_activity")
                if (until := said.values.get("until")) is not None:
                    known["until"] = until
                if activity and (known.get("last_activity") is None or _later(activity, known["last_activity"])):
                    known["last_activity"] = activity

    def named(self, identifier: str) -> str | None:
        """Return the id that an organisation has now, None if no list speaks of it."""
        return identifier if identifier in self._ids else self._aliases.get(identifier)

    def note(self, matter: Matter) -> None:
        """Note what the other matters of the same two build on: a link that was signed, the last sign of life."""
        if matter.candidate is None:
            return
        pair, rows = _pair(matter.organisation, matter.candidate), live(matter.rows)
        if any(row.verdict == "signed" and row.kind == "start" for row in rows):
            self._links[pair].setdefault(link_id(*pair), {"kind": "partnership"})
        lived = [row.date for row in rows if row.verdict == "met" or (row.verdict == "signed" and row.kind != "start")]
        if lived and (pair not in self._lived or _later(lived[-1], self._lived[pair])):
            self._lived[pair] = lived[-1]

    def of(self, matter: Matter) -> Iterator[tuple[Decision, str, str, dict[str, Any]]]:
        """Give the row, kind, subject and values of each statement that follows from a matter."""
        rows = live(matter.rows)
        if not rows:
            return
        if matter.candidate is None:
            yield rows[-1], "organisation", matter.organisation, {str(rows[-1].field): list(rows[-1].value)}
            return
        a, b = pair = _pair(matter.organisation, matter.candidate)
        for subject, values in self._of_pair(rows, pair).items():
            yield rows[-1], "link", subject, {"a": a, "b": b, "kind": self._links[pair][subject]["kind"], **values}

    def _of_pair(self, rows: Sequence[Decision], pair: tuple[str, str]) -> dict[str, dict[str, Any]]:
        """Return the values of the links of a pair by their ids."""
        last, recorded, lived = rows[-1], self._links.get(pair, {}), self._lived.get(pair)
        if last.field == "link_state":
            return {subject: {"told_state": last.value[0], "told_on": last.date} for subject in recorded}
        found: dict[str, dict[str, Any]] = defaultdict(dict)
        signed = [row for row in rows if row.verdict == "signed"]
        if signed and last.kind == "start":
            found[link_id(*pair)]["since"] = signed[0].date
        for subject in sorted(recorded):
            before = recorded[subject].get("last_activity")
            if lived is not None and (before is None or _later(lived, before)):
                found[subject]["last_activity"] = lived
            until = recorded[subject].get("until")
            if last.verdict == "ended" and (lived is None or not _later(lived, last.date)):
                found[subject]["until"] = last.date
            elif lived is not None and until is not None and _later(lived, until):
                # It has been lived over the end that a list has.
                found[subject] |= {"told_state": "active", "told_on": lived}
        return found


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _later(one: str, other: str) -> bool:
    return last_day(one) > last_day(other)
