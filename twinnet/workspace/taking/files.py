"""What a file of decisions says: of an offline page, a workbook, a table or a network; its rows, not yet understood.

Nothing here knows a network. Rows come as texts by field, with where they stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from twinnet.errors import InputError
from twinnet.models import Fault
from twinnet.reading import Limits, tables
from twinnet.reading.files import KnownNames, contents
from twinnet.reading.raw import RawTable
from twinnet.stores import is_address, open_store
from twinnet.text import fold
from twinnet.writing.tables import harmless

LIMITS = Limits(rows=1_048_576, cells=40_000_000)
"""A workbook that this package wrote for a large network can be taken in."""

_HEADS: Mapping[str, tuple[str, ...]] = {
    "organisation_id": ("organisation id", "organization id"),
    "organisation": ("organisation", "organization", "organisation name"),
    "country": ("country", "organisation country"),
    "candidate_id": ("candidate id", "partner id"),
    "candidate": ("candidate", "partner", "candidate or partner", "candidate name", "partner name"),
    "candidate_country": ("its country", "candidate country", "partner country"),
    "verdict": ("verdict", "decision"),
    "because": ("because", "reason"),
    "note": ("note", "notes"),
    "withdraws": ("withdraws", "takes back"),
    **{name: (name,) for name in ("kind", "day", "about", "field", "value", "who", "when", "after", "check")},
}
"""The headers of a table of decisions as they are compared; of several for one field the first counts."""
_ROW = frozenset(("organisation", "candidate", "kind", "verdict", "because", "note", "day", "about", "field", "value"))
_FIELDS = _ROW | {"withdraws", "who", "when", "after", "id"}
"""The fields of a row of a page's file; ``id`` is made anew."""
_MEANT = ("verdict", "because", "note", "day")
"""A row with nothing in these is not decided on."""
_HEADER_WITHIN = 25
_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True)
class Said:
    """One row: the name of its file (and sheet), its number as a person counts, its texts by field.

    ``columns`` are the headers of the fields as they are written. ``value`` is the list of a correction's values.
    """

    file: str
    row: int
    texts: Mapping[str, str]
    columns: Mapping[str, str] = field(default_factory=dict)
    value: tuple[str, ...] = ()

    def fault(self, reason: str, of: str | None = None) -> Fault:
        """Return why the row is not taken; ``of`` is the field that is at fault."""
        return Fault(self.file, self.row, None if of is None else self.columns.get(of, of), "row", reason)


@dataclass
class Contents:
    """All that a file says: rows of decisions, rows of answers (file, number, cells by header), and faults of reading.

    In a page's file and in a network (``in_turn``) the rows about one matter follow each other; in a table each matter
    has one row.
    """

    file: str
    rows: list[Said] = field(default_factory=list)
    answers: list[tuple[str, int, Mapping[str, str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    in_turn: bool = False


def read(path: str | Path) -> Contents:
    """Read a file of decisions, or those of another network; ``-`` is standard input.

    Raises
    ------
    InputError
        It cannot be read, is damaged, or says no decisions.
    StoreError
        It is a network that cannot be read.
    """
    if is_network(path):
        return _of_network(path)
    file, data = contents(path, limits=LIMITS)
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        return _of_page(file, data)
    with KnownNames() as names:
        raw = tables.parse(data, file=file, limits=LIMITS, is_name=names, whole=True)
    found = Contents(file)
    # A text that would be a formula has an apostrophe before it in a CSV file, as this package writes them.
    plain = all(table.sheet is None for table in raw)
    fits = [_of_table(table, found, plain=plain) for table in raw]
    if not any(fits):
        raise InputError(
            "no decisions are found: a table of them needs the columns organisation, candidate and verdict "
            "(and may have because, day, note, kind, who, when)",
            file=file,
        )
    return found


# --- another network --------------------------------------------------------------------------------------------------


def is_network(path: str | Path) -> bool:
    """Tell whether this is a network, by its address or by how its file begins."""
    if is_address(path):
        return True
    try:
        # What a pipe gives can be read once.
        if not Path(path).is_file():
            return False
        with Path(path).open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def _of_network(path: str | Path) -> Contents:
    """Return every row that another network holds, in turn."""
    found = Contents(str(path), in_turn=True)
    with open_store(path) as store:
        rows = store.decisions()
    for number, row in enumerate(rows, 1):
        said = _json_row(found.file, number, row.model_dump(mode="json"))
        if isinstance(said, Fault):
            found.faults.append(said)
        else:
            found.rows.append(said)
    return found


# --- the file of a page -----------------------------------------------------------------------------------------------


def _of_page(file: str, data: bytes) -> Contents:
    try:
        whole = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError("the file is damaged: save the decisions on the page again", file=file) from error
    if whole.get("twinnet") != "decisions" or not isinstance(whole.get("decisions"), list):
        raise InputError("this is no file of decisions: give one that a page saved, a workbook or a table", file=file)
    if whole.get("format") != 1:
        raise InputError("a newer version of twinnet saved this file: update twinnet", file=file)
    found = Contents(file, in_turn=True)
    LIMITS.check("rows", len(whole["decisions"]), file=file, what="the number of decisions")
    for number, row in enumerate(whole["decisions"], 1):
        said = _json_row(file, number, row)
        if isinstance(said, Fault):
            found.faults.append(said)
        else:
            found.rows.append(said)
    return found


def _json_row(file: str, number: int, row: Any) -> Said | Fault:
    """Return a row of a page's file, or why it is none; null and empty say the same."""
    if not isinstance(row, dict):
        return Fault(file, number, None, "row", "this is no decision")
    given = {name: value for name, value in row.items() if value not in (None, "", [])}
    value = given.pop("value", [])
    if unknown := sorted(set(given) - _FIELDS):
        # The name of a field comes from the file, and is not told.
        return Fault(file, number, None, "row", f"it has {len(unknown)} fields that are not known: update twinnet")
    if not isinstance(value, list) or not all(isinstance(one, str) for one in (*value, *given.values())):
        return Fault(file, number, None, "row", "its values are not texts: save the decisions on the page again")
    texts = {name: _mended(text) for name, text in given.items()}
    return Said(file, number, {**dict.fromkeys(_HEADS, ""), **texts}, value=tuple(map(_mended, value)))


def _mended(text: str) -> str:
    """Return a text with what no text can hold (NUL, half a surrogate pair) replaced."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


# --- tables -----------------------------------------------------------------------------------------------------------


def _of_table(table: RawTable, found: Contents, *, plain: bool) -> bool:
    """Add what a table says; tell whether it is one of decisions or of answers."""
    name = f"{found.file}, sheet {table.sheet}" if table.sheet else found.file
    for at, cells in enumerate(table.rows[: 1 if table.headed else _HEADER_WITHIN]):
        heads = [fold(cell) for cell in cells]
        places = {
            key: next(heads.index(word) for word in words if word in heads)
            for key, words in _HEADS.items()
            if any(word in heads for word in words)
        }
        if {"question", "answer"} <= {*heads}:
            found.answers += _answers(table, at, heads, name)
            return True
        if "verdict" in places and all({side, f"{side}_id"} & {*places} for side in ("organisation", "candidate")):
            _decisions(table, at, places, name, found, plain=plain)
            return True
    return False


def _answers(
    table: RawTable, header: int, heads: Sequence[str], name: str
) -> Iterator[tuple[str, int, Mapping[str, str]]]:
    places = {head: at for at, head in reversed([*enumerate(heads)]) if head}
    for number, cells in zip(table.numbers[header + 1 :], table.rows[header + 1 :], strict=True):
        yield name, number, {head: _at(cells, at) for head, at in places.items()}


def _decisions(
    table: RawTable, header: int, places: Mapping[str, int], name: str, found: Contents, *, plain: bool
) -> None:
    columns = {key: table.rows[header][at].strip() for key, at in places.items()}
    headed = {at: columns[key] for key, at in places.items()}
    lost = {
        fault.row: Fault(name, fault.row, headed[fault.column], "row", fault.reason)
        for fault in table.faults
        if fault.row is not None and fault.row > table.numbers[header] and fault.column in headed
    }
    found.faults += lost.values()
    for number, cells in zip(table.numbers[header + 1 :], table.rows[header + 1 :], strict=True):
        texts = {key: _at(cells, places[key]) if key in places else "" for key in _HEADS}
        if plain:
            texts = {key: _plain(text) for key, text in texts.items()}
        if number not in lost and any(texts[key] for key in _MEANT):
            value = tuple(word.strip() for word in texts["value"].split(",") if word.strip())
            found.rows.append(Said(name, number, texts, columns, value))


def _at(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _plain(text: str) -> str:
    """Take away the apostrophe that keeps a text from being a formula.

    >>> _plain("'=1+1"), _plain("'s-Hertogenbosch")
    ('=1+1', "'s-Hertogenbosch")
    """
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text
