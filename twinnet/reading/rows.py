"""Cells under known columns -> rows of typed values, and the faults found on the way."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, cast

from twinnet import countries
from twinnet.lifecycle import last_day
from twinnet.models import Fault, ListTable, Row
from twinnet.reading import values
from twinnet.reading.content import world_regions
from twinnet.reading.fields import EXAMPLE, NEEDED, REPEATED
from twinnet.reading.headers import Layout
from twinnet.reading.raw import RawTable
from twinnet.reading.words import CONTACTS
from twinnet.taxonomy import Taxonomy
from twinnet.taxonomy.cells import fold_words
from twinnet.text import fold

_TEXTS = frozenset(
    ("name", "locality", "country", "region", "status", "programme", "acronym", "title", "measure", "description")
)
_NAMES = frozenset(("name", "acronym", "title"))
_THEMES = frozenset(("themes", "themes_offered", "themes_sought"))
_DATES = frozenset(("since", "until", "last_activity", "start", "end", "list_date"))
_NUMBERS = frozenset(("latitude", "longitude", "location", "population", "geonames_id"))
_NO_NUMBER = re.compile(r"nan|[-+]?(?:inf(?:inity)?|∞)|#[a-z0-9/]+[!?]?", re.IGNORECASE)
_NAN = "the cell holds NaN or an error in place of a number: it was read as empty"
_LEFT_COMMAS = re.compile(r"\s*,(?:\s*,)+|\s+,")
_PLACEHOLDER_ROWS = 50
_EMAIL = "an e-mail address in the cell was left out"
_PHONE = "a telephone number in the cell was left out"
_REACHED = "an e-mail address and a telephone number in the cell were left out"
_NO_FORMULA = "the cell holds a formula instead of its value: replace it by the value"
_FORMULA = "the cell holds a formula instead of its value; its text was kept: replace it by the value"


@dataclass(slots=True)
class Taken:
    """What was taken from a table; ``date`` is the list's date where a column of the list says it."""

    columns: list[tuple[str, str | None]]
    rows: list[Row] = dataclasses.field(default_factory=list)
    faults: list[Fault] = dataclasses.field(default_factory=list)
    date: str | None = None


class _Verdict(NamedTuple):
    """What a cell's text comes to: values by field, the reason why it is held back, or something to note."""

    values: tuple[tuple[str, Any], ...] = ()
    reason: str | None = None
    note: str | None = None


_NOTHING = _Verdict()
_EMPTY: tuple[Any, ...] = ((), "", None)


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
    table: RawTable,
    layout: Layout,
    *,
    file: str,
    today: dt.date | None = None,
    default_country: str | None = None,
    taxonomy: Taxonomy | None = None,
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
    taxonomy:
        What cells of themes are read by; None for twinnet's own.
    """
    taxonomy = taxonomy or Taxonomy.builtin()
    heads = [values.clean(cell) for cell in table.rows[layout.header]]
    heads += [""] * (len(layout.fields) - len(heads))
    taken = Taken(
        [
            *(
                (head or f"column {index + 1}", use)
                for index, (head, use) in enumerate(zip(heads, layout.fields, strict=True))
                if head or use
            ),
            *((f"column {index + 1}", None) for index in _headless(table, layout, heads)),
        ]
    )
    columns = [
        _Column(
            index,
            head or f"column {index + 1}",
            use,
            _contact if use in CONTACTS else _judge(use, head, layout, today, taxonomy),
        )
        for index, (head, use) in enumerate(zip(heads, layout.fields, strict=True))
        if use
    ]
    columns.sort(key=lambda column: (column.field in REPEATED and not _is_english(column.header), column.index))
    _report_reading(table, layout, heads, taken, file)
    if layout.country:
        header = next(column.header for column in columns if column.field.endswith("region"))
        told = f"no column says the country; by these regions it was taken for {layout.country}"
        taken.faults.append(Fault(file, None, header, "note", told))
    _note_placeholder(table, layout, columns, taken, file)
    reader = _Reader(layout, columns, taken, file=file, country=layout.country or default_country)
    for number, cells in zip(table.numbers[layout.header + 1 :], table.rows[layout.header + 1 :], strict=True):
        if values.clean(cells[0] if cells else "").startswith(EXAMPLE):
            taken.faults.append(Fault(file, number, None, "note", "the example of the template was left out"))
        elif cells == table.rows[layout.header]:
            taken.faults.append(
                Fault(file, number, None, "note", "the header is repeated here; the row was passed over")
            )
        else:
            reader.read(number, cells)
    reader.report_passed_over()
    if layout.ends_of_links:
        taken.rows = _once(taken.rows)
    taken.faults.sort(key=lambda fault: fault.row or 0)
    return taken


def _headless(table: RawTable, layout: Layout, heads: list[str]) -> list[int]:
    """Return the columns that hold something below the header and have neither a header nor a field."""
    nameless = {index for index, head in enumerate(heads) if not head and not layout.fields[index]}
    found: set[int] = set()
    for cells in table.rows[layout.header + 1 :]:
        for index in (*nameless, *range(len(heads), len(cells))) if len(cells) > len(heads) else nameless:
            if index not in found and index < len(cells) and not values.is_empty(values.clean(cells[index])):
                found.add(index)
    return sorted(found)


def _report_reading(table: RawTable, layout: Layout, heads: list[str], taken: Taken, file: str) -> None:
    """Carry over what was found while cells were read, where it concerns a row and column that is imported."""
    for fault in table.faults:
        column = heads[fault.column] if fault.column is not None and fault.column < len(heads) else None
        read = fault.column is None or (fault.column < len(layout.fields) and layout.fields[fault.column] is not None)
        below = fault.row is None or fault.row > table.numbers[layout.header]
        if below and (read or fault.held != "value"):
            held = cast("Literal['row', 'value', 'note']", fault.held)
            taken.faults.append(Fault(file, fault.row, column or None, held, fault.reason))


def _judge(use: str, head: str, layout: Layout, today: dt.date | None, taxonomy: Taxonomy) -> Callable[[str], _Verdict]:
    """Return the function that turns clean texts of a column into verdicts."""
    if use in _THEMES:
        return lambda text: _themes(use, text, taxonomy)
    asks_former = use == "former" and values.is_former(head, status=True)
    side = next((mark for mark in ("from_", "to_") if use.startswith(mark)), "")
    base = use.removeprefix(side)
    convert = _converter(base, layout, today)
    is_text = base in _TEXTS
    is_name = base in _NAMES

    def judge(text: str) -> _Verdict:
        if not text or (not any(map(str.isalnum, text)) if is_name else values.is_empty(text)):
            return _Verdict(note=_NAN) if base in _NUMBERS and _NO_NUMBER.fullmatch(text) else _NOTHING
        if asks_former and values.is_yes(text):
            return _Verdict(((use, True),))
        text, note = _readable(text, is_text=is_text, is_long=base == "description")
        if base == "country" and countries.code(text) is None and (likely := countries.likely(text)):
            return _Verdict(((use, likely),), note=f"it seems mistyped and was taken for {likely}: correct it")
        value = convert(text)
        if value in _EMPTY:
            return _NOTHING
        pairs: tuple[tuple[str, Any], ...] = ((use, value),)
        if base == "location":
            pairs = ((f"{side}latitude", value[0]), (f"{side}longitude", value[1]))
        elif base == "status" and values.is_former(text, status=True):
            pairs = (*pairs, ("former", True))
        return _Verdict(pairs, note=note)

    def held(text: str) -> _Verdict:
        try:
            return judge(text)
        except values.NotTaken as reason:
            return _Verdict(reason=str(reason))

    return held


def _themes(use: str, text: str, taxonomy: Taxonomy) -> _Verdict:
    """Read a cell of themes: the themes, and beside them the words that they were read from, where these differ.

    A list's own words are kept, but none of how to reach somebody.
    """
    if not text or values.is_empty(text):
        return _NOTHING
    if values.is_formula(text):
        return _Verdict(reason=_NO_FORMULA)
    try:
        text, note = _readable(text, is_text=True, is_long=True)
    except values.NotTaken as reason:
        return _Verdict(reason=str(reason))
    found = taxonomy.parse(text)
    if not found:
        return _Verdict(note=note)
    keys = frozenset(found)
    tags = tuple(pair for pair in taxonomy.read(text) if fold_words(pair[0]) != fold_words(pair[1]) and pair[1] in keys)
    return _Verdict(((use, found), ("tags", tags)) if tags else ((use, found),), note=note)


def _readable(text: str, *, is_text: bool, is_long: bool = False) -> tuple[str, str | None]:
    """Return a text without the e-mail addresses in it, and what to note; raise where nothing can be read of it.

    A long one (a description, or a cell of themes) may hold telephone numbers, which are taken out as well.
    """
    formula = text[0] == "=" and values.is_formula(text)
    if formula and not is_text:
        raise values.NotTaken(_NO_FORMULA)
    mailed = is_text and "@" in text and bool(values.EMAIL.search(text))
    if mailed:
        text = values.clean(values.EMAIL.sub(" ", text))
        if not any(map(str.isalnum, text)):
            raise values.NotTaken("the cell holds an e-mail address, which is no value of this column")
    called = is_long and (without := values.without_phones(text)) != text
    if called:
        text = without
        if not any(map(str.isalnum, text)):
            raise values.NotTaken("the cell holds a telephone number, which is no value of this column")
    if is_long and (mailed or called):
        text = _LEFT_COMMAS.sub(",", text)
    return (
        text,
        _REACHED if mailed and called else _PHONE if called else _EMAIL if mailed else _FORMULA if formula else None,
    )


def _contact(text: str) -> _Verdict:
    """Keep a cell of a column of contacts as it stands."""
    return _NOTHING if not text or values.is_empty(text) else _Verdict((("", text),))


def _converter(base: str, layout: Layout, today: dt.date | None) -> Callable[[str], Any]:
    """Return the function that turns the text of a field into its value; an empty one stands for nothing."""
    converters: Mapping[str, Callable[[str], Any]] = {
        "latitude": values.latitude,
        "longitude": values.longitude,
        "location": values.point,
        "population": values.population,
        "geonames_id": values.geonames_id,
        "website": values.website,
        "languages": values.languages,
        "region": _region,
        "postcode": values.postcode,
        "role": values.role,
        "kind": values.link_kind if layout.kind == "links" else values.organisation_kind,
        "former": lambda text: values.is_former(text, status=False) or None,
    }
    if base not in _DATES:
        return converters.get(base, str)
    if today is None or base not in ("since", "last_activity"):
        return values.date

    def past(text: str) -> str:
        value = values.date(text)
        if values.is_after(value, today):
            raise values.NotTaken("the date lies in the future")
        return value

    return past


def _region(text: str) -> str:
    return "" if fold(text) in world_regions() else values.region(text)


def _before(one: str, other: str) -> bool:
    """Return whether a partial date lies wholly before another."""
    length = min(len(one), len(other))
    return one[:length] < other[:length]


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


class _Reader:
    """Turns rows of cells into typed rows, one after the other; ``taken`` collects them and the faults."""

    def __init__(
        self,
        layout: Layout,
        columns: list[_Column],
        taken: Taken,
        *,
        file: str,
        country: str | None,
    ) -> None:
        self._layout, self._columns, self._taken = layout, columns, taken
        self._file, self._country = file, country
        self._passed_over: list[int] = []
        self._first = "from_" if layout.kind == "links" else ""
        self._sides = sides = ("from_", "to_") if layout.kind == "links" else ("",)
        fields = {column.field for column in columns}
        self._pairs = [
            (f"{side}latitude", f"{side}longitude")
            for side in sides
            if fields & {f"{side}latitude", f"{side}longitude", f"{side}location"}
        ]
        self._spans = [pair for pair in (("since", "until"), ("start", "end")) if fields.issuperset(pair)]

    def read(self, number: int, cells: list[str]) -> None:
        """Take one row, hold it back, or pass it over where no column that is read holds anything."""
        found: dict[str, Any] = {}
        contacts: list[tuple[str, str]] = []
        empty, width = True, len(cells)
        for column in self._columns:
            text = cells[column.index] if column.index < width else ""
            verdict = column.seen.get(text)
            if verdict is None:
                verdict = column.seen[text] = column.judge(values.clean(text))
            if column.field in CONTACTS:
                contacts += [(column.field.removeprefix("contact_"), value) for _, value in verdict.values]
            elif verdict is not _NOTHING:
                empty = False
                for name, value in verdict.values:
                    if name not in found:
                        found[name] = value
                    elif isinstance(value, tuple):
                        found[name] = tuple(dict.fromkeys((*found[name], *value)))
                if verdict.reason is not None or verdict.note is not None:
                    self._report(number, column.header, verdict)
        if not empty:
            self._finish(number, found, tuple(contacts))
        elif any(text and not values.is_empty(text) for text in map(values.clean, cells)):
            self._passed_over.append(number)

    def report_passed_over(self) -> None:
        """Note the rows that hold something, though nothing in a column that is read (a sum, a remark)."""
        if self._passed_over:
            first, *more = self._passed_over
            told = "no column that is imported holds anything here; the row was passed over"
            if more:
                told += f" (rows like it below: {len(more):,})"
            self._taken.faults.append(Fault(self._file, first, None, "note", told))

    def _report(self, number: int, header: str, verdict: _Verdict) -> None:
        if verdict.reason is not None:
            self._hold(number, header, verdict.reason)
        if verdict.note is not None:
            self._taken.faults.append(Fault(self._file, number, header, "note", verdict.note))

    def _finish(self, number: int, found: dict[str, Any], contacts: tuple[tuple[str, str], ...]) -> None:
        """Take a row's values as far as they agree with each other and name what they speak of."""
        self._hold_contradictions(number, found)
        if self._layout.kind == "members":
            self._complete_member(found)
        for needed, reason in NEEDED[self._layout.kind]:
            if not any(name in found for name in needed):
                self._taken.faults.append(Fault(self._file, number, None, "row", reason))
                return
        if self._country and self._layout.kind != "projects":
            found.setdefault(f"{self._first}country", self._country)
        if date := found.pop("list_date", None):
            self._taken.date = max(filter(None, (self._taken.date, date)), key=last_day)
        for side in self._sides:
            if f"{side}postcode" in found and (code := countries.code(found.get(f"{side}country", ""))):
                found[f"{side}postcode"] = values.whole_postcode(found[f"{side}postcode"], code)
        self._taken.rows.append(Row(number, found, contacts))

    def _hold(self, number: int, header: str | None, reason: str) -> None:
        self._taken.faults.append(Fault(self._file, number, header, "value", reason))

    def _hold_contradictions(self, number: int, found: dict[str, Any]) -> None:
        """Hold back half a pair of coordinates, coordinates that say nothing, and an end before its beginning."""
        for pair in self._pairs:
            given = [name for name in pair if name in found]
            if len(given) == 1:
                del found[given[0]]
                missing = self._header(pair[given[0] == pair[0]])
                # The fault of the missing half has told already why there is none.
                if not any(fault.row == number and fault.column == missing for fault in self._taken.faults[-12:]):
                    self._hold(
                        number, self._header(given[0]), "only one of two coordinates is given: give both or none"
                    )
            elif given and found[pair[0]] == 0 and found[pair[1]] == 0:
                del found[pair[0]], found[pair[1]]
                reason = "the coordinates are 0, 0, in the sea: leave them empty where they are not known"
                self._hold(number, self._header(pair[0]), reason)
        for first, last in self._spans:
            if first in found and last in found and _before(found[last], found[first]):
                del found[last]
                self._hold(number, self._header(last), "the end lies before the beginning")

    def _complete_member(self, found: dict[str, Any]) -> None:
        """Name after its locality who has no name."""
        if "name" not in found and "locality" in found:
            found["name"] = found["locality"]

    def _header(self, use: str) -> str | None:
        """Return the header of the column that holds a field."""
        pair = use.removesuffix("latitude").removesuffix("longitude") + "location"
        return next((column.header for column in self._columns if column.field in (use, pair)), None)
