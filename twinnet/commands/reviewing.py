"""``resolve --review``: the open questions of a network, on the terminal or as a table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twinnet.commands import terminal
from twinnet.workspace.describing import many

if TYPE_CHECKING:
    from twinnet.models import Judgement
    from twinnet.places import Gazetteer
    from twinnet.stores import Store
    from twinnet.workspace.reviewing import Open, Signed

_KEYS = "number = that place, GeoNames id, a name to look up, n = none of them, Enter = later, u = undo, q = stop"
_PAIR_KEYS = "s = the same, d = different, Enter = later, u = undo, q = stop"


@dataclass(frozen=True)
class Review:
    """What is asked of a review: a table out or in, answers to take back, or (nothing of these) a walk."""

    out: str | None = None
    answers: Path | None = None
    undo: tuple[str, ...] = ()
    everything: bool = False
    who: str = ""


def review(network: str | Path, wanted: Review) -> None:
    """Ask, write or read the questions of a network."""
    from twinnet.places import Gazetteer
    from twinnet.stores import open_store
    from twinnet.workspace import reviewing

    reads = wanted.out is not None and wanted.answers is None and not wanted.undo
    by = reviewing.Signed(wanted.who, dt.date.today())  # noqa: DTZ011 - the user's own day
    with open_store(network, readonly=reads) as store, Gazetteer.open() as gazetteer:
        if wanted.undo:
            reviewing.undo(store, wanted.undo)
            terminal.said(f"{many(len(wanted.undo), 'answer')} taken back.")
        if wanted.answers is not None:
            _take(store, wanted.answers, gazetteer, by=by)
        if wanted.out is not None:
            found = reviewing.questions(store, gazetteer, answered=wanted.everything)
            reviewing.write_questions(found, wanted.out, gazetteer)
            said = many(len(found), "question")
            table = "TABLE" if wanted.out == "-" else wanted.out
            terminal.said(f"{said}; fill the column answer, then: twinnet resolve --review {network} --answers {table}")
        elif wanted.answers is None and not wanted.undo:
            _Walk(store, gazetteer, by).walk(reviewing.questions(store, gazetteer, answered=wanted.everything))


def _take(store: Store, path: Path, gazetteer: Gazetteer, *, by: Signed) -> None:
    from twinnet.workspace import reviewing

    given, faults = reviewing.read_answers(path, store, gazetteer, by=by)
    reviewing.answer(store, given, gazetteer)
    terminal.print_wrapped(f"{many(len(given), 'new answer')} taken from {path.name}")
    for fault in faults:
        terminal.print_wrapped(f"{fault.file}, row {fault.row}, column {fault.column}: {fault.reason}", "  ")
    left = reviewing.questions(store, gazetteer)
    terminal.print_wrapped(f"{many(len(left), 'question')} still open" if left else "No question is open.")


class _Walk:
    """A walk through questions; each answer is stored at once."""

    def __init__(self, store: Store, gazetteer: Gazetteer, by: Signed) -> None:
        self._store, self._gazetteer, self._by = store, gazetteer, by
        self._given: list[str] = []

    def walk(self, found: list[Open]) -> None:
        """Ask one question after the other; stop at ``q`` or the end of the input."""
        if not found:
            terminal.print_wrapped("No question is open.")
            return
        at = 0
        while at < len(found):
            self._show(found[at], at + 1, len(found))
            said = self._prompt(found[at])
            if said is None or said == "q":
                break
            if said == "u":
                at = self._undo(found, at)
            elif said == "" or self._answer(found[at], said):
                at += 1
        left = sum(one.judgement is None and one.id not in self._given for one in found)
        terminal.print_wrapped(f"{many(len(self._given), 'answer')} stored, {many(left, 'question')} left.")

    def _undo(self, found: list[Open], at: int) -> int:
        """Take the last answer back, or put that of before in its place; return where to go on."""
        from twinnet.workspace import reviewing

        if not self._given:
            terminal.print_wrapped("no answer of now is left to take back", "  ")
            return at
        undone = self._given.pop()
        where = next(i for i, one in enumerate(found) if one.id == undone)
        before = found[where].judgement
        if before is None:
            reviewing.undo(self._store, [undone])
        else:
            reviewing.answer(self._store, [before], self._gazetteer)
        return where

    def _show(self, one: Open, number: int, of: int) -> None:
        from twinnet.workspace.reviewing import described

        click.echo()
        click.secho(f"{number} of {of}: {one.name} ({one.country or '?'})", bold=True)
        if one.other is not None:
            terminal.print_wrapped(f"Is it the same as {one.beside}?", "  ")
        elif one.beside:
            terminal.print_wrapped(f"beside it stands: {one.beside}", "  ")
        if one.where:
            terminal.print_wrapped(f"in {one.where}", "  ")
        terminal.print_wrapped(one.why, "  ")
        for choice, place in enumerate(one.choices, 1):
            terminal.print_wrapped(f"{choice}  {described(place, self._gazetteer)}", "    ")
        terminal.print_wrapped(_PAIR_KEYS if one.other is not None else _KEYS, "  ")

    def _prompt(self, one: Open) -> str | None:
        """Return what the person says; None at the end of the input."""
        try:
            said: str = click.prompt("  answer", default="", show_default=False, prompt_suffix="> ", err=False)
        except (click.Abort, EOFError):
            return None
        keys = {"s": "same", "d": "different"} if one.other is not None else {"n": "none"}
        said = said.strip()
        return {"q": "q", "u": "u", **keys}.get(said.casefold(), said)

    def _answer(self, one: Open, said: str) -> bool:
        """Store an answer; tell whether it was one."""
        from twinnet.errors import InputError
        from twinnet.workspace import reviewing

        try:
            new: Judgement = reviewing.judgement(one, said, self._gazetteer, by=self._by)
        except InputError as error:
            hit = None if one.other is not None or said.isdecimal() else self._gazetteer.find(said, one.country)
            if hit is None:
                looked_up = one.other is None and not said.isdecimal()
                why = "no place is known by that name" if looked_up else f"not understood: {error.reason}"
                terminal.print_wrapped(why, "  ")
                return False
            place = hit.place
            try:
                if not click.confirm(f"  {reviewing.described(place, self._gazetteer)}?", default=True):
                    return False
            except click.Abort:  # the end of the input, which the next question meets
                return False
            new = reviewing.judgement(one, str(place.geonames_id), self._gazetteer, by=self._by)
        reviewing.answer(self._store, [new], self._gazetteer)
        self._given.append(new.id)
        return True
