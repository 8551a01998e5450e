"""Take in a file of decisions: what a page saved, what was filled in in a workbook, or any table of them.

Each decision is new, known already, or in conflict with what somebody decided whom its author had not seen. Nothing of
a file is lost in silence: what cannot be taken is told, with where it stands and what to do.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from twinnet.decisions import Decision, Outcome, judged, says_same, standing
from twinnet.models import Fault, Judgement
from twinnet.stores import open_store
from twinnet.workspace.deciding import WORDS
from twinnet.workspace.describing import many
from twinnet.workspace.taking import files as decision_files
from twinnet.workspace.taking.files import Contents
from twinnet.workspace.taking.rows import Row, Understanding

if TYPE_CHECKING:
    from twinnet.graph import Network
    from twinnet.stores import Store
    from twinnet.workspace.reviewing import Answers


@dataclass(frozen=True)
class Took:
    """What became of one row of a file, and what it is about in a person's words.

    ``overruled``: it was in conflict, and was stored after what stood.
    """

    file: str
    row: int
    about: str
    outcome: Outcome
    overruled: bool = False


@dataclass(frozen=True)
class Taken:
    """What came of a file: its decisions in their order, the answers that became judgements, and what was not taken.

    ``answered_before`` counts answers that stood already. With ``dry_run`` nothing was stored: it is what would come.
    """

    file: str
    rows: tuple[Took, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    answered_before: int = 0
    faults: tuple[Fault, ...] = ()
    dry_run: bool = False

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What became of each decision."""
        return tuple(one.outcome for one in self.rows)

    def lines(self) -> list[str]:
        """Say it to a person, a line each: a summary, each decision, what was not taken, and what to do."""
        counts = Counter(one.outcome.how for one in self.rows)
        said = [f"{many(counts['new'], 'decision')} new, {counts['known']:,} known, {counts['conflict']:,} in conflict"]
        if self.judgements or self.answered_before:
            said.append(f"{many(len(self.judgements), 'answer')} new, {self.answered_before:,} known")
        if self.faults:
            said.append(f"{many(len(self.faults), 'row')} not taken")
        found = [f"{self.file}: {'; '.join(said)}"]
        if self.dry_run:
            found.append("Nothing was stored: this is what would come of it.")
        found += [f"  {_line(one)}" for one in self.rows]
        found += [f"  not taken: {_where(fault)}: {fault.reason}" for fault in self.faults]
        if counts["conflict"]:
            found.append("What is in conflict was not stored; --overrule lets it take the place of what stands.")
        return found


def _line(one: Took) -> str:
    row, how = one.outcome.row, one.outcome.how
    said = (
        f"{row.field.replace('_', ' ')} corrected" if row.verdict == "corrected" and row.field else WORDS[row.verdict]
    )
    found = f"{'new' if how == 'new' else 'known' if how == 'known' else 'in conflict'}: {one.about}: {said}"
    if how == "conflict" or (how == "known" and row.verdict != "withdrawn" and not _still(one.outcome)):
        found += f"; {_standing(one.outcome.rows)}"
    elif one.overruled:
        found += "; it takes the place of what stood"
    where = one.file.partition(", ")[2]
    return f"{found} ({f'{where}, ' if where else ''}row {one.row})"


def _still(outcome: Outcome) -> bool:
    """Tell whether what a known row says has not been taken back since, nor gone further or otherwise."""
    now = standing(outcome.rows)
    return now is not None and says_same(now, outcome.row)


def _standing(rows: Sequence[Decision]) -> str:
    """Say what stands of a matter: what, who and when; never why, which may be for the other alone."""
    now, last = standing(rows), rows[-1]
    row = now or last
    what = "it was taken back" if now is None else f"{WORDS[row.verdict]} stands"
    return f"{what}{f', by {row.who}' if row.who else ''} on {row.when[:10]}"


def _where(fault: Fault) -> str:
    column = f", column {fault.column}" if fault.column else ""
    return f"{fault.file}, row {fault.row}{column}"


def take(
    address: str | Path,
    path: str | Path,
    *,
    who: str,
    now: dt.datetime,
    overrule: bool = False,
    dry_run: bool = False,
) -> Taken:
    """Take in a file of decisions, and the answers of a workbook's sheet of open questions.

    Parameters
    ----------
    address:
        The stored network.
    path:
        The file: JSON as an offline page saves it, a workbook, or a table (CSV, XLSX, ODS) with the columns
        organisation, candidate and verdict; ``-`` is standard input. Or another network, all of whose rows are taken.
    who, now:
        Who decided and when, for rows that do not say it.
    overrule:
        Whether to store what is in conflict after what stands now, so that it takes its place.
    dry_run:
        Whether to store nothing, and only tell what would come of it.

    Raises
    ------
    InputError
        The file cannot be read, holds no decisions, or most of what it names is not in this network. Nothing was
        stored.
    StoreError
        There is no network at that address, or it cannot be written.
    """
    found = decision_files.read(path)
    with open_store(address, readonly=dry_run) as store:
        network = store.read()
        asks = Understanding(network, who, now)
        rows, faults = asks.understood(found)
        answers = _Answering(store, found, who, now)
        asks.refuse_foreign(found.file, answers.given, answers.unknown)
        took, given = _judged(rows, network, overrule=overrule)
        if not dry_run:
            took = _stored(store, took, given)
            answers.store(store)
    files = [*(one.file for one in found.rows), *(fault.file for fault in found.faults)]
    order = {name: at for at, name in enumerate(dict.fromkeys(files))}
    faults = [*found.faults, *faults, *answers.faults]
    faults.sort(key=lambda fault: (order.get(fault.file, len(order)), fault.row or 0))
    return Taken(found.file, tuple(took), answers.new, answers.known, tuple(faults), dry_run)


class _Became(NamedTuple):
    """The stored row that a row of a file is, or says the same as; ``own``: it is that very row."""

    id: str
    own: bool


def _judged(rows: Sequence[Row], network: Network, *, overrule: bool) -> tuple[list[Took], list[int]]:
    """Tell what becomes of rows, each after those before it; and which of them are to be stored."""
    stand = {key: [*matter.rows] for key, matter in network.matters.items()}
    before: dict[str, str] = {}
    became: dict[str, _Became] = {}
    took: list[Took] = []
    given: list[int] = []
    for one in rows:
        matter = one.decision.matter
        have = stand.setdefault(matter, [])
        row = _in_turn(one, before.get(matter), became)
        how, overruled = judged(row, have), False
        if how == "conflict" and overrule:
            row, overruled = _after_all(row, have), True
            how = judged(row, have)
        if how == "new":
            have.append(row)
            given.append(len(took))
        stored = next((other for other in reversed(have) if other.id == row.id or says_same(other, row)), row)
        own = stored.when == row.when or not one.said.texts["when"]
        became |= dict.fromkeys((one.as_written, one.decision.id), _Became(stored.id, own))
        before[matter] = stored.id
        took.append(Took(one.said.file, one.said.row, one.about, Outcome(row, how, tuple(have)), overruled))
    return took, given


def _in_turn(one: Row, before: str | None, became: Mapping[str, _Became]) -> Decision:
    """Return a row of a page's file as it follows the row before it, by the ids that the rows of the file have here.

    One that takes back a row of its file is left in conflict where another person had said that before.
    """
    row = one.decision
    if not one.as_written:
        return row
    gone, seen = became.get(row.withdraws or ""), became.get(row.after or "")
    if gone is not None and not gone.own:
        return row
    if gone is not None and gone.id != row.withdraws:
        row = Decision.model_validate({**row.model_dump(exclude={"id"}), "withdraws": gone.id})
    return row.model_copy(update={"after": seen.id if seen is not None else before or row.after})


def _after_all(row: Decision, rows: Sequence[Decision]) -> Decision:
    """Return a row as if its author had seen all; one that takes back takes back what stands now."""
    now = standing(rows)
    if row.verdict == "withdrawn" and now is not None and now.id != row.withdraws:
        row = Decision.model_validate({**row.model_dump(exclude={"id"}), "withdraws": now.id})
    return row.model_copy(update={"after": rows[-1].id if rows else None})


def _stored(store: Store, took: list[Took], given: Sequence[int]) -> list[Took]:
    """Store the rows that are new; what another program decided in between is a conflict after all."""
    found = store.decide([took[at].outcome.row for at in given]) if given else []
    stored = [*took]
    for at, outcome in zip(given, found, strict=True):
        stored[at] = replace(took[at], outcome=outcome)
    return stored


class _Answering:
    """The answers that a file gives to open questions, and what becomes of them."""

    def __init__(self, store: Store, found: Contents, who: str, now: dt.datetime) -> None:
        given = [one for one in found.answers if one[2]["answer"]]
        self.given, self.unknown, self.known = len(given), 0, 0
        self.new: tuple[Judgement, ...] = ()
        self.faults: list[Fault] = [
            Fault(file, number, "answer", "row", "there is a note beside it, but no answer: choose one")
            for file, number, cells in found.answers
            if not cells["answer"] and (cells.get("note") or cells.get("reason")) and "when" not in cells
        ]
        if given:
            self._read(store, given, who, now)

    def _read(
        self, store: Store, given: Sequence[tuple[str, int, Mapping[str, str]]], who: str, now: dt.datetime
    ) -> None:
        from twinnet.places import Gazetteer
        from twinnet.workspace import reviewing

        with Gazetteer.open() as gazetteer:
            asked = reviewing.questions(store, gazetteer, answered=True)
            by = reviewing.Signed(who, now.date())
            for file in dict.fromkeys(name for name, _, _ in given):
                rows = [(number, cells) for name, number, cells in given if name == file]
                self._add(reviewing.answers(rows, asked, gazetteer, by=by, file=file))

    def _add(self, answers: Answers) -> None:
        self.new += tuple(answers.new)
        self.known += answers.known
        self.unknown += answers.unknown
        self.faults += answers.faults

    def store(self, store: Store) -> None:
        """Store the new answers as judgements."""
        from twinnet.places import Gazetteer
        from twinnet.workspace import reviewing

        if self.new:
            with Gazetteer.open() as gazetteer:
                reviewing.answer(store, self.new, gazetteer)
