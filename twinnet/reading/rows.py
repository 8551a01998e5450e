"""Cells under known columns -> rows of typed values, and the faults found on the way."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from twinnet import themes
from twinnet.models import Fault, ListTable, Row
from twinnet.reading import values
from twinnet.reading.content import world_regions
from twinnet.reading.headers import REPEATED, Layout
from twinnet.reading.tables import RawTable
from twinnet.text import fold

_TEXTS = frozenset(
    ("name", "locality", "country", "region", "status", "programme", "acronym", "title", "measure", "description")
)
_NAMES = frozenset(("name", "acronym", "title"))
_DATES = frozenset(("since", "until", "last_activity", "start", "end", "list_date"))
_PLACEHOLDER_ROWS = 50
_FORMULA = "the cell holds a formula instead of its value; its text was kept: replace it by the value"


@dataclass(slots=True)
class Taken:
    """What was taken from a table; ``date`` is the list's date where a column of the list says it."""

    columns: list[tuple[str, str | None]]
    rows: list[Row] = dataclasses.field(default_factory=list)
    faults: list[Fault] = dataclasses.field(default_factory=list)
    date: str | None = None


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a cell's text comes to: values by field, or the reason why it is held back."""

    values: tuple[tuple[str, Any], ...] = ()
    reason: str | None = None
    note: str | None = None


_NOTHING = _Verdict()
_NEEDED: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "members": ((("name",), "the row has no name"),),
    "links": (
        (("from_name",), "a link needs the names of both ends; the first is missing"),
        (("to_name",), "a link needs the names of both ends; the second is missing"),
    ),
    "projects": ((("acronym", "title"), "a project needs an acronym or a title"),),
    "partners": (
        (("name",), "the row has no name"),
        (("acronym",), "the row does not say its project: it needs an acronym"),
    ),
}


@dataclass(slots=True)
class _Column:
    """A column that is read: where it stands, its header, field and what its texts have come to so far."""

    index: int
    header: str
    field: str
    judge: Callable[[str], _Verdict]
    seen: dict[str, _Verdict] = dataclasses.field(default_factory=dict)


def _is_english(header: str) -> bool:
    """Return whether a header says that its column is in English, the first to take where several hold one text."""
    return bool({"en", "eng", "english"} & set(fold(header).split()))


def with_faults(table: ListTable, faults: tuple[Fault, ...]) -> ListTable:
    """Return the table with these faults instead of its own."""
    return dataclasses.replace(table, faults=faults)


def take(
    table: RawTable, layout: Layout, *, file: str, today: dt.date | None = None, default_country: str | None = None
) -> Taken:
    """Turn the rows below the header into typed values.

    Parameters
    ----------
    table, layout:
        The cells and what their columns mean.
    file:
        The file's name, for the faults.
    today:
        The day after which a date lies in the future; None where no date does.
    default_country:
        The country of rows that name none (of a link: of its first end).
    """
    heads = [values.clean(cell) for cell in table.rows[layout.header]]
    heads += [""] * (len(layout.fields) - len(heads))
    taken = Taken([(head, use) for head, use in zip(heads, layout.fields, strict=True) if head or use])
    columns = [
        _Column(index, head or f"column {index + 1}", use, _judge(use, layout, today))
        for index, (head, use) in enumerate(zip(heads, layout.fields, strict=True))
        if use
    ]
    columns.sort(key=lambda column: (column.field in REPEATED and not _is_english(column.header), column.index))
    _report_reading(table, layout, heads, taken, file)
    country = layout.country or default_country
    if layout.country:
        header = next(column.header for column in columns if column.field.endswith("region"))
        told = f"no column says the country; by these regions it was taken for {layout.country}"
        taken.faults.append(Fault(file, None, header, "note", told))
    _note_placeholder(table, layout, columns, taken, file)
    for number, cells in zip(table.numbers[layout.header + 1 :], table.rows[layout.header + 1 :], strict=True):
        found = _row(columns, cells, number=number, file=file, taken=taken)
        if found is None:
            continue
        _finish(found, layout, columns, number=number, file=file, taken=taken, today=today)
        side = "from_" if layout.kind == "links" else ""
        if country and layout.kind != "projects":
            found.setdefault(f"{side}country", country)
        if reason := _nameless(layout, found):
            taken.faults.append(Fault(file, number, None, "row", reason))
            continue
        if date := found.pop("list_date", None):
            taken.date = max(taken.date or "", date)
        taken.rows.append(Row(number, found))
    if layout.ends_of_links:
        taken.rows = _once(taken.rows)
    taken.faults.sort(key=lambda fault: fault.row or 0)
    return taken


def _report_reading(table: RawTable, layout: Layout, heads: list[str], taken: Taken, file: str) -> None:
    """Carry over what was found while cells were read, where it concerns a row and column that is imported."""
    for fault in table.faults:
        column = heads[fault.column] if fault.column is not None and fault.column < len(heads) else None
        read = fault.column is None or (fault.column < len(layout.fields) and layout.fields[fault.column] is not None)
        below = fault.row is None or fault.row > table.numbers[layout.header]
        if below and (read or fault.held != "value"):
            held = cast("Literal['row', 'value', 'note']", fault.held)
            taken.faults.append(Fault(file, fault.row, column or None, held, fault.reason))


def _row(columns: list[_Column], cells: list[str], *, number: int, file: str, taken: Taken) -> dict[str, Any] | None:
    """Return a row's values, None where no column that is read holds anything."""
    found: dict[str, Any] = {}
    empty = True
    width = len(cells)
    for column in columns:
        text = cells[column.index] if column.index < width else ""
        verdict = column.seen.get(text)
        if verdict is None:
            verdict = column.seen[text] = column.judge(values.clean(text))
        if verdict is _NOTHING:
            continue
        if verdict.reason is not None:
            taken.faults.append(Fault(file, number, column.header, "value", verdict.reason))
            empty = False
        for name, value in verdict.values:
            empty = False
            if name not in found:
                found[name] = value
            elif isinstance(value, tuple):
                found[name] = tuple(dict.fromkeys((*found[name], *value)))
            elif name == "former":
                found[name] = found[name] or value
        if verdict.note is not None:
            taken.faults.append(Fault(file, number, column.header, "note", verdict.note))
    return None if empty else found


def _judge(use: str, layout: Layout, today: dt.date | None) -> Callable[[str], _Verdict]:
    """Return the function that turns clean texts of a column into verdicts."""
    side = "from_" if use.startswith("from_") else "to_" if use.startswith("to_") else ""
    base = use.removeprefix(side)
    convert = _converter(base, layout, today)

    def judge(text: str) -> _Verdict:
        if not text or (not any(map(str.isalnum, text)) if base in _NAMES else values.is_empty(text)):
            return _NOTHING
        formula = values.is_formula(text)
        if formula and base not in _TEXTS:
            return _Verdict(reason="the cell holds a formula instead of its value: replace it by the value")
        try:
            pairs = tuple((f"{side}{name}", value) for name, value in convert(text))
        except values.NotTaken as held:
            return _Verdict(reason=str(held))
        return _Verdict(pairs, note=_FORMULA if formula else None) if pairs or formula else _NOTHING

    return judge


def _converter(base: str, layout: Layout, today: dt.date | None) -> Callable[[str], Iterator[tuple[str, Any]]]:
    """Return the function that turns the text of a field into named values."""
    simple: Mapping[str, Callable[[str], Any]] = {
        "latitude": values.latitude,
        "longitude": values.longitude,
        "population": values.population,
        "geonames_id": values.geonames_id,
        "website": values.website,
        "languages": values.languages,
        "region": _region,
        "role": values.role,
        "kind": values.link_kind if layout.kind == "links" else values.organisation_kind,
        "themes": themes.parse,
        "themes_offered": themes.parse,
        "themes_sought": themes.parse,
    }

    def date(text: str) -> str:
        value = values.date(text)
        if today is not None and base in ("since", "last_activity") and values.is_after(value, today):
            raise values.NotTaken("the date lies in the future")
        return value

    def run(text: str) -> Iterator[tuple[str, Any]]:
        if base == "location":
            yield from zip(("latitude", "longitude"), values.point(text), strict=True)
        elif base == "former":
            if values.is_former(text, status=False):
                yield "former", True
        elif base == "status":
            yield "status", text
            if values.is_former(text, status=True):
                yield "former", True
        else:
            value = date(text) if base in _DATES else simple[base](text) if base in simple else text
            if value not in ((), ""):
                yield base, value

    return run


def _region(text: str) -> str:
    return "" if fold(text) in world_regions() else values.region(text)


def _finish(
    found: dict[str, Any],
    layout: Layout,
    columns: list[_Column],
    *,
    number: int,
    file: str,
    taken: Taken,
    today: dt.date | None,
) -> None:
    """Hold back what contradicts itself within a row, and tell who has left."""
    for side in ("from_", "to_") if layout.kind == "links" else ("",):
        latitude, longitude = found.get(f"{side}latitude"), found.get(f"{side}longitude")
        if (latitude is None) != (longitude is None):
            for half in ("latitude", "longitude"):
                if found.pop(f"{side}{half}", None) is not None:
                    other = f"{side}{'longitude' if half == 'latitude' else 'latitude'}"
                    _hold_half(columns, half=f"{side}{half}", other=other, where=(file, number), taken=taken)
        elif latitude == 0 and longitude == 0:
            del found[f"{side}latitude"], found[f"{side}longitude"]
            reason = "the coordinates are 0, 0, in the sea: leave them empty where they are not known"
            taken.faults.append(Fault(file, number, _header(columns, f"{side}latitude"), "value", reason))
    for first, last in (("since", "until"), ("start", "end")):
        if first in found and last in found and _before(found[last], found[first]):
            del found[last]
            taken.faults.append(
                Fault(file, number, _header(columns, last), "value", "the end lies before the beginning")
            )
    if layout.kind == "members":
        until = found.get("until")
        if until is not None and (today is None or not values.is_after(until, today)):
            found["former"] = True


def _hold_half(columns: list[_Column], *, half: str, other: str, where: tuple[str, int], taken: Taken) -> None:
    """Report one coordinate without the other, unless the other's own fault has said so."""
    file, number = where
    header = _header(columns, other)
    if not any(f.row == number and f.column == header and f.held == "value" for f in taken.faults[-12:]):
        reason = "only one of two coordinates is given: give both or none"
        taken.faults.append(Fault(file, number, _header(columns, half), "value", reason))


def _header(columns: list[_Column], use: str) -> str | None:
    base = use.removesuffix("latitude").removesuffix("longitude") + "location"
    return next((column.header for column in columns if column.field in (use, base)), None)


def _before(one: str, other: str) -> bool:
    """Return whether a partial date lies wholly before another."""
    length = min(len(one), len(other))
    return one[:length] < other[:length]


def _nameless(layout: Layout, found: dict[str, Any]) -> str | None:
    """Return why a row cannot stand for anything, None where it can; a member without a name has its locality's."""
    if layout.kind == "members" and "name" not in found and "locality" in found:
        found["name"] = found["locality"]
    for needed, reason in _NEEDED[layout.kind]:
        if not any(name in found for name in needed):
            return reason
    return None


def _once(rows: list[Row]) -> list[Row]:
    """Return the first row of each town of a list of links."""
    seen: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(
            row.values.get(name) for name in ("geonames_id", "name", "country", "region", "latitude", "longitude")
        )
        seen.setdefault(key, row)
    return list(seen.values())


def _note_placeholder(table: RawTable, layout: Layout, columns: list[_Column], taken: Taken, file: str) -> None:
    """Note a round year that stands in far more rows than any other: it may mean "not known"."""
    for column in columns:
        if column.field != "since":
            continue
        counts = Counter(
            row[column.index].strip()
            for row in table.rows[layout.header + 1 :]
            if column.index < len(row) and row[column.index].strip()
        )
        common = counts.most_common(2)
        if len(common) < 2:
            continue
        (year, count), (_, next_count) = common
        if count >= max(_PLACEHOLDER_ROWS, 0.05 * counts.total(), 2.5 * next_count) and year.endswith("0"):
            reason = (
                f"the same round year stands in {count:,} of {counts.total():,} rows, far more than any other: it may "
                "stand for 'not known'; it was kept"
            )
            taken.faults.append(Fault(file, None, column.header, "note", reason))
