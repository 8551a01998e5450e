"""What the rows of a file of decisions mean in a network: whom they are about, and what was decided.

What cannot be understood is told with its row and column, and what to do; cells are never quoted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from twinnet.decisions import Decision, matter_id, moment, says_same, standing
from twinnet.errors import AmbiguousError, InputError, NotFoundError
from twinnet.models import SUGGESTION_KINDS, Fault
from twinnet.reading.values import NotTaken, date
from twinnet.text import fold
from twinnet.workspace.deciding import called, checked, kind_of, refuse_new_words
from twinnet.workspace.taking.files import Contents, Said
from twinnet.writing.workbook import verdicts

if TYPE_CHECKING:
    from twinnet.graph import Network


@dataclass(frozen=True)
class Row:
    """A decision that was understood, and the row that says it.

    ``about`` names the organisations. ``as_written`` is the id that a page gave it: later rows of its file call it so.
    """

    said: Said
    decision: Decision
    about: str
    as_written: str = ""


class _NotTakenError(Exception):
    """A row cannot be taken: why, and of which field."""

    def __init__(self, reason: str, of: str | None = None) -> None:
        self.reason, self.of = reason, of
        super().__init__(reason)


@dataclass
class Understanding:
    """Turns what rows say into decisions, by what a network knows.

    ``who`` and ``now`` stand for rows that do not say them. ``named`` tells of the texts that name organisations
    whether the network knows them.
    """

    network: Network
    who: str
    now: dt.datetime
    named: dict[str, bool] = field(default_factory=dict)
    _written: dict[str, str] = field(default_factory=dict)

    def understood(self, found: Contents) -> tuple[list[Row], list[Fault]]:
        """Return the rows that can be taken, and why the others cannot."""
        rows: list[Row] = []
        faults: list[Fault] = []
        first: dict[str, Row] = {}
        for said in found.rows:
            try:
                row = self._row(said, in_turn=found.in_turn)
            except _NotTakenError as error:
                faults.append(said.fault(error.reason, error.of))
                continue
            earlier = first.setdefault(row.decision.matter, row)
            if not found.in_turn and not says_same(earlier.decision, row.decision):
                where = earlier.said.file.partition(", ")[2]
                at = f"row {earlier.said.row}" + (f" of {where}" if earlier.said.file != said.file else "")
                faults.append(
                    said.fault(f"{at} is about the same two and says otherwise; what it says was taken", "verdict")
                )
                continue
            rows.append(row)
        return rows, faults

    def refuse_foreign(self, file: str, answers: int, unknown_answers: int) -> None:
        """Raise :class:`InputError` where this network does not know most of what a file names."""
        unknown = sum(not known for known in self.named.values()) + unknown_answers
        total = len(self.named) + answers
        if unknown * 2 > total:
            raise InputError(
                f"{unknown:,} of the {total:,} organisations and questions that this file names are not in this "
                "network, so it was made from another one: name that network, or import its lists first",
                file=file,
            )

    def _row(self, said: Said, *, in_turn: bool) -> Row:
        texts = said.texts
        sides = [self._side(said, "organisation", "country")]
        if _is_of_pair(texts):
            sides.append(self._side(said, "candidate", "candidate_country"))
        a, *others = (self._known(side) for side in sides)
        b = others[0] if others else None
        if texts["check"] and texts["check"] != verdicts.check(
            *(texts[key] for key in ("organisation_id", "candidate_id", "kind", "after", "organisation", "candidate"))
        ):
            raise _NotTakenError(
                "the names of this row are not those that it was written for (a part of the sheet was sorted or typed "
                "over): decide in a new workbook, or with `twinnet decide`"
            )
        values: dict[str, Any] = {"organisation": a, "candidate": b, "after": texts["after"] or None}
        values |= {key: texts[key] for key in ("because", "note")}
        values |= {"who": texts["who"] or self.who, "when": self._when(texts["when"]), "day": _day(texts["day"])}
        values |= self._verdict(said, a, b)
        try:
            decision = checked(**values)
        except InputError as error:
            name, colon, rest = error.reason.partition(": ")
            known = bool(colon) and name in Decision.model_fields
            raise _NotTakenError(rest if known else error.reason, name if known else None) from error
        try:
            refuse_new_words(self.network, decision)
        except InputError as error:
            raise _NotTakenError(error.reason, "value") from error
        names = " and ".join(called(self.network, end) for end in (a, b) if end is not None)
        if not in_turn:
            return Row(said, decision, names)
        written = _as_written(said) or decision.id
        self._written[written] = decision.id
        return Row(said, decision, names, written)

    def _side(self, said: Said, key: str, country: str) -> str | _NotTakenError:
        """Return the id that an organisation has now, named by its id, or by its name and country; or why none."""
        name = said.texts[f"{key}_id"] or said.texts[key]
        if not name:
            return _NotTakenError("nothing names the organisation: give its id or its name", key)
        try:
            found = self._found(name, said.texts[country] if not said.texts[f"{key}_id"] else "")
        except AmbiguousError as error:
            self.named.setdefault(name, True)
            ids = ", ".join(line.split("  ")[0] for line in error.candidates)
            return _NotTakenError(
                f"several organisations are called so: give its country (column {country}) or one of these ids: {ids}",
                key,
            )
        except NotFoundError as error:
            self.named.setdefault(name, False)
            hint = f"did you mean {' or '.join(error.nearest)}?" if error.nearest else "give its name or id as listed"
            return _NotTakenError(f"this network knows no such organisation: {hint}", key)
        self.named[name] = True
        return found

    @staticmethod
    def _known(side: str | _NotTakenError) -> str:
        if isinstance(side, _NotTakenError):
            raise side
        return side

    def _found(self, name: str, country: str) -> str:
        if self.network.knows(name):
            return self.network.organisation(name).id
        return self.network.find(f"{name}, {country}" if country else name).id

    def _verdict(self, said: Said, a: str, b: str | None) -> dict[str, Any]:
        """Return the verdict, and what belongs to it alone."""
        texts = said.texts
        if texts["verdict"] == "corrected":
            return {"verdict": "corrected", "field": texts["field"], "value": said.value}
        if not texts["verdict"]:
            raise _NotTakenError("there is no decision beside it: choose one", "verdict")
        word = verdicts.said(texts["verdict"])
        if word is None:
            raise _NotTakenError(f"it is one of: {', '.join(verdicts.words(decided=True))}", "verdict")
        found: dict[str, Any] = {"verdict": word.verdict}
        if texts["field"]:
            found["field"] = texts["field"]
        else:
            found["kind"] = self._kind(texts["kind"], a, b)
        if word.verdict == "withdrawn":
            found["withdraws"] = self._withdraws(texts, a, b, found.get("kind") or found.get("field") or "")
        elif word.verdict == "misplaced":
            found["about"] = self._about(said, word.side, a, b)
        return found

    def _kind(self, text: str, a: str, b: str | None) -> str:
        if not text and b is not None:
            return kind_of(self.network, a, b, self.now.date())
        kind = fold(text)
        if kind not in SUGGESTION_KINDS:
            raise _NotTakenError(f"it is one of: {', '.join(SUGGESTION_KINDS)}", "kind")
        return kind

    def _about(self, said: Said, side: str | None, a: str, b: str | None) -> str | None:
        """Return the id of the side that is misplaced."""
        if side is not None:
            return a if side == "organisation" else b
        text = said.texts["about"]
        try:
            found = self._found(text, "") if text else None
        except (AmbiguousError, NotFoundError):
            found = None
        if found not in (a, b) or found is None:
            raise _NotTakenError("say which of the two is another place", "about" if text else "verdict")
        return found

    def _withdraws(self, texts: Mapping[str, str], a: str, b: str | None, what: str) -> str:
        """Return the id of the row that is taken back: what stood when the file was written, if it does not say."""
        matter = self.network.matters.get(matter_id(a, b, what))
        rows = matter.rows if matter is not None else ()
        if gone := texts["withdraws"]:
            if gone not in self._written and all(row.id != gone for row in rows):
                raise _NotTakenError("this network does not know what it takes back", "verdict")
            return self._written.get(gone, gone)
        ids = [row.id for row in rows]
        seen = rows[: ids.index(texts["after"]) + 1] if texts["after"] in ids else rows
        stood = standing(seen)
        if stood is None:
            raise _NotTakenError("nothing stands of the two that could be taken back", "verdict")
        return stood.id

    def _when(self, text: str) -> str:
        if not text:
            return moment(self.now)
        try:
            return text if text.endswith("Z") and "." not in text else moment(dt.datetime.fromisoformat(text))
        except ValueError as error:
            raise _NotTakenError("write a moment as 2026-11-26T14:03:22Z, or a day as 2026-11-26", "when") from error


def _as_written(said: Said) -> str | None:
    """Return the id that a page gave a row, None where it is no whole row."""
    texts = {name: said.texts[name] or None for name in Decision.model_fields if name in said.texts and name != "value"}
    kept = {name: text for name, text in texts.items() if text is not None}
    try:
        return Decision.model_validate({**kept, "value": said.value}).id
    except ValidationError:
        return None


def _is_of_pair(texts: Mapping[str, str]) -> bool:
    """Tell whether a row speaks of two organisations; a correction of one names no other."""
    named = texts["candidate"] or texts["candidate_id"]
    return bool(named) or (texts["verdict"] != "corrected" and not texts["field"])


def _day(text: str) -> str | None:
    try:
        return date(text) if text else None
    except NotTaken as error:
        raise _NotTakenError(str(error), "day") from error
