"""Questions that wait for a person, and the answers: places to confirm, organisations that may be one.

Questions come from what is stored; an answer becomes a judgement, which every later import keeps. Answers are given one
by one (:func:`answer`) or in a table (:func:`write_questions`, :func:`read_answers`), and can be taken back.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from twinnet import countries
from twinnet.errors import InputError, NotFoundError
from twinnet.graph import GAZETTEER_SOURCE
from twinnet.models import Fault, Judgement, Statement, question_id, town_id
from twinnet.places import Gazetteer, Place
from twinnet.resolution.ends import said_of
from twinnet.resolution.judging import standing
from twinnet.resolution.questions import Question
from twinnet.text import fold
from twinnet.workspace.tables import read_user_table
from twinnet.writing import sheets

if TYPE_CHECKING:
    from twinnet.resolution.alike import Organisation
    from twinnet.stores import Store
    from twinnet.writing.workbook import Questions

NONE_OF_THEM = "none"
"""The answer that a name means no place of the gazetteer."""
SAME, DIFFERENT = "same", "different"
"""The answers to whether two organisations are one."""
CHOICES = 3
"""How many places are proposed at most."""

COLUMNS = (
    *("question", "asks", "name", "country", "beside", "where", "why"),
    *(f"choice {number}" for number in range(1, CHOICES + 1)),
    *("answer", "reason", "who", "when"),
)
"""The columns of a table of questions; ``answer``, ``reason`` and ``who`` are for the person to fill."""


@dataclass(frozen=True)
class Open:
    """A question that a person can answer, or has answered.

    ``name`` and ``country`` say what is asked of, ``beside`` what the list says beside the name (locality, region) or
    the second organisation, ``where`` the rows that ask, ``why`` why a person has to look. ``choices`` are the proposed
    places, the likeliest first. ``judgement`` is the answer that stands, None while the question is open.
    """

    id: str
    organisation: str
    name: str
    country: str | None
    beside: str = ""
    where: str = ""
    why: str = ""
    other: str | None = None
    choices: tuple[Place, ...] = ()
    judgement: Judgement | None = None

    @property
    def answered(self) -> str:
        """The answer that stands, in the words that :func:`judgement` takes; empty while the question is open."""
        one = self.judgement
        if one is None:
            return ""
        return str(one.geonames_id) if one.geonames_id else {"refused": NONE_OF_THEM}.get(one.verdict, one.verdict)


def questions(store: Store, gazetteer: Gazetteer, *, answered: bool = False) -> list[Open]:
    """Return the open questions of a stored network: names first, those with a proposal before the others, then pairs.

    With ``answered`` also those that a person has answered, and every name whose place was taken without asking, so
    that an answer can be changed.
    """
    told = _Told(store)
    found = sorted(
        _names(told, gazetteer, all_of_them=answered),
        key=lambda one: (not one.choices, one.country or "", one.name, one.id),
    )
    return found + list(_pairs(told, gazetteer, all_of_them=answered))


class _Told:
    """What a store holds, as questions need it: what rows say, who stands for whom, what was judged."""

    def __init__(self, store: Store) -> None:
        self.network = store.read()
        self.statements = store.statements()
        self.judged = {judgement.id: judgement for judgement in self.network.judgements}
        self.stands = standing(self.statements, tuple(self.judged.values()))
        self.doubted = self.network.doubted(dt.date.max)


_DOUBTED = "a person says that it is not the place that it is taken for"


def _names(told: _Told, gazetteer: Gazetteer, *, all_of_them: bool) -> Iterator[Open]:
    """Give the names whose place is asked for; each organisation and name once, whatever the number of rows."""
    statements, network = told.statements, told.network
    where: dict[str, list[tuple[str, int]]] = defaultdict(list)
    asked: dict[str, tuple[str, Question]] = {}
    for said in statements:
        if said.kind == "question":
            asked.setdefault(question_id(said.subject, said.values["name"]), (said.subject, Question.of(said)))
        elif said.kind == "organisation" and said.source != GAZETTEER_SOURCE:
            where[question_id(said.subject, said.values["name"])].append((said.source, said.row))
    doubtful = {subject for subject, now in told.stands.items() if not told.doubted.isdisjoint(now)}
    if all_of_them or doubtful:
        for said in statements:
            if said.kind == "organisation" and said.source != GAZETTEER_SOURCE:
                if not (all_of_them or said.subject in doubtful):
                    continue
                values, why = said.values, _DOUBTED if said.subject in doubtful else "taken without asking"
                taken = Question(values["name"], values.get("country"), values["kind"], why=why)
                asked.setdefault(question_id(said.subject, values["name"]), (said.subject, taken))
    states = dict(zip(*(network.organisations.column(name) for name in ("id", "place_state")), strict=True))
    for identifier, (subject, one) in sorted(asked.items()):
        judgement = told.judged.get(identifier)
        waits = any(states.get(now) == "unconfirmed" for now in told.stands.get(subject, ()))
        if not (all_of_them or subject in doubtful or (judgement is None and waits)):
            continue
        places = (gazetteer.by_id(number) for number in one.candidates[:CHOICES])
        beside = ", ".join(hint for hint in (one.locality, one.region) if hint and hint != one.name)
        rows = "; ".join(f"{source} row {row}" for source, row in sorted(set(where[identifier]))[:5])
        choices = tuple(place for place in places if place is not None)
        yield Open(identifier, subject, one.name, one.country, beside, rows, one.why, None, choices, judgement)


def _pairs(told: _Told, gazetteer: Gazetteer, *, all_of_them: bool) -> Iterator[Open]:
    """Give the organisations, none of them towns, that may be one, by the ids that rows give them.

    What is asked so depends on the rows alone; two that others made one already are asked no more.
    """
    from twinnet.resolution.alike import proposals

    rows = _bodies(told.statements)
    seen = set()
    for a, b, verdict in proposals(rows.values(), gazetteer=gazetteer):
        identifier = question_id(a, other=b)
        seen.add(identifier)
        judgement = told.judged.get(identifier)
        if all_of_them or (judgement is None and told.stands[a].isdisjoint(told.stands[b])):
            beside = f"{rows[b].name} ({rows[b].kind}, {rows[b].country or '?'})"
            yield Open(identifier, a, rows[a].name, rows[a].country, beside, "", verdict.why, b, judgement=judgement)
    for identifier, judgement in told.judged.items():
        if all_of_them and judgement.other is not None and identifier not in seen:
            one, other = (rows.get(end) for end in (judgement.organisation, judgement.other))
            name, country = (one.name, one.country) if one else (judgement.organisation, None)
            beside = other.name if other else judgement.other
            yield Open(
                identifier, judgement.organisation, name, country, beside, "", "judged before", judgement.other,
                judgement=judgement,
            )  # fmt: skip


def _bodies(statements: Iterable[Statement]) -> dict[str, Organisation]:
    """Return the organisations that are no towns, as rows tell of them, by their ids; one that several name, once."""
    from twinnet.resolution.alike import Organisation

    places: dict[str, str] = {}
    found: dict[str, Organisation] = {}
    for said in statements:
        if said.kind != "organisation":
            continue
        values = said.values
        if said.source == GAZETTEER_SOURCE:
            places[said.subject] = min(values["place"], places.get(said.subject, values["place"]))
        elif values["kind"] not in ("town", "region"):
            one = Organisation(said.subject, values["name"], values["kind"], values.get("country"))
            found[said.subject] = min(one, found.get(said.subject, one), key=lambda told: told.name)
    return {identifier: one._replace(place=places.get(identifier)) for identifier, one in sorted(found.items())}


def described(place: Place, gazetteer: Gazetteer | None = None) -> str:
    """Say a place so that a person can tell it from its homonyms.

    >>> described(Place(2864034, "Neustadt", "DE", 49.35, 8.14, 52999, False, "08"))
    'Neustadt, Germany, 52,999 inhabitants, 49.35 N 8.14 E [2864034]'
    """
    region = gazetteer.unit(place) if gazetteer is not None else None
    inhabitants = f", {place.population:,} inhabitants" if place.population else ""
    north = f"{abs(place.latitude):.2f} {'N' if place.latitude >= 0 else 'S'}"
    east = f"{abs(place.longitude):.2f} {'E' if place.longitude >= 0 else 'W'}"
    in_unit = f", {region}" if region else ""
    where = f"{place.name}{in_unit}, {countries.name(place.country)}"
    return f"{where}{inhabitants}, {north} {east} [{place.geonames_id}]"


@dataclass(frozen=True)
class Signed:
    """Who answers, and when."""

    who: str = ""
    when: dt.date | None = None


def judgement(one: Open, answer: str, gazetteer: Gazetteer, *, by: Signed, why: str = "") -> Judgement:
    """Turn an answer into a judgement.

    ``answer`` is the number of a choice, a GeoNames id, or ``none``; of two organisations ``same`` or ``different``.

    Raises
    ------
    InputError
        It is none of these, or no place has that id.
    """
    said = answer.strip().casefold()
    signed = {"who": by.who, "when": by.when.isoformat() if by.when else None, "why": why}
    if one.other is not None:
        if said not in (SAME, DIFFERENT):
            raise InputError(f"the answer is {SAME} or {DIFFERENT}")
        return Judgement.model_validate(
            {"verdict": said, "organisation": one.organisation, "other": one.other, **signed}
        )
    of_name = {"organisation": one.organisation, "name": one.name, **signed}
    if said == NONE_OF_THEM:
        return Judgement.model_validate({"verdict": "refused", **of_name})
    if not said.isdecimal():
        raise InputError(f"the answer is the number of a choice, a GeoNames id, or {NONE_OF_THEM}")
    number = int(said[:12])
    chosen = one.choices[number - 1].geonames_id if 0 < number <= len(one.choices) else number
    if gazetteer.by_id(chosen) is None:
        raise InputError(
            "there is no such choice, and the gazetteer has no place with that id (it lacks small villages: give the "
            "list's row latitude and longitude)"
        )
    return Judgement.model_validate({"verdict": "place", "geonames_id": chosen, **of_name})


def answer(store: Store, judgements: Iterable[Judgement], gazetteer: Gazetteer) -> bool:
    """Store judgements with what the gazetteer says of the places that they chose; tell whether anything changed."""
    given = list(judgements)
    places = (gazetteer.by_id(number) for number in sorted({one.geonames_id for one in given if one.geonames_id}))
    return store.judge(given, [said_of(town_id(place.geonames_id), place) for place in places if place is not None])


def write_questions(found: Iterable[Open], path: str | Path, gazetteer: Gazetteer) -> None:
    """Write questions as a table (CSV or XLSX) whose column ``answer`` a person fills in."""
    rows = []
    for one in found:
        signed = (one.judgement.why, one.judgement.who, one.judgement.when or "") if one.judgement else ("", "", "")
        rows.append([*_asked(one, gazetteer), one.answered, *signed])
    sheets.write_table(COLUMNS, rows, path)


def unresolved(address: str | Path) -> Questions:
    """Return the open questions of a stored network as a workbook asks them (:mod:`twinnet.writing.workbook`)."""
    from twinnet.stores import open_store
    from twinnet.writing.workbook import Asked, Questions

    titles = tuple(name.capitalize() for name in (*COLUMNS[: COLUMNS.index("answer")], "answer", "note", "who"))
    with open_store(address) as store, Gazetteer.open() as gazetteer:
        found = [
            Asked(dict(zip(titles, _asked(one, gazetteer), strict=False)), _answers(one))
            for one in questions(store, gazetteer)
        ]
    return Questions(titles, tuple(found))


def _asked(one: Open, gazetteer: Gazetteer) -> list[str]:
    """Return the cells that ask a question, in the order of :data:`COLUMNS`."""
    choices = [described(place, gazetteer) for place in one.choices]
    asks = "Are the two one?" if one.other is not None else "Which place is it?"
    cells = [one.id, asks, one.name, one.country or "", one.beside, one.where, one.why]
    return [*cells, *choices, *[""] * (CHOICES - len(choices))]


def _answers(one: Open) -> tuple[str, ...]:
    """Return the answers to a question that a list can offer; of a name any id of GeoNames is one, too."""
    if one.other is not None:
        return (SAME, DIFFERENT)
    return (*map(str, range(1, len(one.choices) + 1)), NONE_OF_THEM)


def read_answers(
    path: str | Path, store: Store, gazetteer: Gazetteer, *, by: Signed
) -> tuple[list[Judgement], list[Fault]]:
    """Read a table of questions that a person has answered; return the judgements, and the answers not understood.

    A row without an answer is passed over; an answer that stands already is no new judgement. Nothing is stored.

    Raises
    ------
    InputError
        The file cannot be read, or has no columns ``question`` and ``answer``.
    """
    table = read_user_table(path, columns={name: name for name in _NEEDED}, needed=_NEEDED, fields=_NEEDED)
    places = {**{fold(head): at for at, head in reversed([*enumerate(table.header)]) if head}, **table.columns}
    said = (
        (number, {name: row[at].strip() for name, at in places.items()})
        for number, row in zip(table.numbers, table.rows, strict=True)
    )
    found = answers(said, questions(store, gazetteer, answered=True), gazetteer, by=by, file=Path(path).name)
    return found.new, found.faults


@dataclass(frozen=True)
class Answers:
    """What rows of a table answer: new judgements, how many were ``known`` already, and what was not understood.

    ``unknown`` counts the rows that answer what this network does not ask.
    """

    new: list[Judgement]
    known: int
    unknown: int
    faults: list[Fault]


def answers(
    rows: Iterable[tuple[int, Mapping[str, str]]],
    asked: Iterable[Open],
    gazetteer: Gazetteer,
    *,
    by: Signed,
    file: str,
) -> Answers:
    """Turn rows of a table into judgements; ``rows`` are their numbers, and their cells by the columns' names.

    The columns are ``question`` and ``answer``, and any others of :data:`COLUMNS`. ``asked`` are all questions, the
    answered ones too. A row without an answer is passed over.
    """
    by_id = {one.id: one for one in asked}
    given: dict[str, tuple[int, Judgement]] = {}
    faults = []
    unknown = 0
    for number, said in rows:
        if not said["answer"]:
            continue
        one = by_id.get(said["question"])
        unknown += one is None
        try:
            new = _answered(said, one, gazetteer, by=by)
        except InputError as error:
            faults.append(Fault(file, number, "answer", "row", error.reason))
            continue
        first, before = given.setdefault(new.id, (number, new))
        if _answer_of(before) != _answer_of(new):
            reason = f"row {first} answers the same question otherwise; its answer was taken"
            faults.append(Fault(file, number, "answer", "row", reason))
    new_ones = [new for _, new in given.values() if _is_new(new, by_id[new.id].judgement)]
    return Answers(new_ones, len(given) - len(new_ones), unknown, faults)


def _answered(said: Mapping[str, str], one: Open | None, gazetteer: Gazetteer, *, by: Signed) -> Judgement:
    """Turn a row's answer into a judgement, by the name that the row says; raise :class:`InputError` if it is none."""
    if one is None:
        raise InputError("this network does not ask that question (yet, or any more)")
    if fold(said.get("name") or one.name) != fold(one.name):
        raise InputError(
            "the name in this row is not that of its question: was the table sorted in part? answer in a new table"
        )
    if one.other is None and said.get("name"):
        one = replace(one, name=said["name"])
    signed = Signed(said.get("who") or by.who, by.when)
    return judgement(one, _chosen(said), gazetteer, by=signed, why=said.get("reason") or said.get("note", ""))


_NEEDED = ("question", "answer")


def _chosen(said: Mapping[str, str]) -> str:
    """Return the answer of a row; the number of a choice means the place that the row itself names there.

    What is proposed may have changed since the table was written.

    >>> _chosen({"answer": "1", "choice 1": "Neustadt, Germany, 49.35 N 8.14 E [2864034]"})
    '2864034'
    """
    place = said.get(f"choice {said['answer']}", "").rpartition("[")[2].removesuffix("]")
    return place if place.isdecimal() else said["answer"]


def _is_new(one: Judgement, before: Judgement | None) -> bool:
    return before is None or (_answer_of(before), before.why) != (_answer_of(one), one.why)


def _answer_of(one: Judgement) -> str:
    return Open(one.id, one.organisation, "", None, judgement=one).answered


def undo(store: Store, ids: Iterable[str]) -> None:
    """Take answers back by their question's ids; raise :class:`NotFoundError` where one has no answer."""
    known = set(store.read().judgements.column("id"))
    wanted = list(ids)
    if missing := sorted(set(wanted) - known):
        raise NotFoundError(f"no answer has the id {missing[0]!r}: --review --all --out FILE lists them", ())
    store.withdraw(wanted)
