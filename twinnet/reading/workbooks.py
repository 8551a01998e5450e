"""Workbooks (XLSX): what a person sees on the visible sheets; what is hidden only where it is asked for.

A workbook is a compressed tree of XML that can unpack to far more than it weighs. Its parts are read as a stream, and
every sheet is counted against the limits while it is read.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import join, normpath

from twinnet.errors import InputError
from twinnet.reading import markup, sheets
from twinnet.reading.raw import Limits, RawTable, Tally

_DAMAGED = "the workbook is damaged or holds what a list does not need: open it and save it again as .xlsx"
_DIGITS = "0123456789"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_OF_DATES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATES = {
    **dict.fromkeys((14, 15, 16, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), "ymd"),
    17: "ym",
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "h"),
}
"""What the built-in formats of dates and times show."""
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    LookupError,
    ValueError,
)


def parse(data: bytes, *, file: str, limits: Limits, whole: bool = False) -> list[RawTable]:
    """Read the visible sheets of a workbook, XLSX or OpenDocument.

    Hidden sheets, rows and columns are reported and not read, unless it is to be read as a ``whole``; a formula gives
    the value that is stored with it, and a cell merged over rows gives its value to each of them
    (:class:`~twinnet.reading.sheets.Sheet`).

    Raises
    ------
    InputError
        It is no workbook, damaged, declares XML entities, or is over a limit.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {part.filename: part.file_size for part in archive.infolist()}
            unpacked = sum(parts.values())
            limits.check("unpacked_bytes", unpacked, file=file, what=f"the unpacked workbook ({unpacked:,} bytes)")
            if "mimetype" in parts and "content.xml" in parts:
                from twinnet.reading import opendocument

                return opendocument.read(archive, file=file, limits=limits, whole=whole)
            if "[Content_Types].xml" not in parts or not any(name.startswith("xl/") for name in parts):
                raise InputError("this is not a workbook: give a CSV, XLSX, ODS or JSON file", file=file)
            return _Workbook(archive, file=file, limits=limits).tables(whole=whole)
    except _BROKEN as error:
        raise InputError(_DAMAGED, file=file) from error


class _Workbook:
    """Finds the parts of a workbook and reads them one after the other."""

    def __init__(self, archive: zipfile.ZipFile, *, file: str, limits: Limits) -> None:
        self._archive, self._file, self._limits = archive, file, limits

    def tables(self, *, whole: bool) -> list[RawTable]:
        """Return a table of each worksheet in the order of the workbook."""
        root = self._relations("")
        path = next((to for kind, to in root.values() if kind == "officeDocument"), "xl/workbook.xml")
        if path.endswith(".bin"):
            raise InputError("a binary workbook cannot be read: save it as .xlsx", file=self._file)
        book = _Book()
        self._read(path, book)
        self._limits.check("sheets", len(book.sheets), file=self._file, what="the number of sheets")
        related = self._relations(path)
        strings, styles = _Strings(self._limits, self._file), _Styles()
        for kind, to in related.values():
            if kind in ("sharedStrings", "styles") and to in self._archive.NameToInfo:
                self._read(to, strings if kind == "sharedStrings" else styles)
        found, tally = [], Tally()
        for title, relation, visible in book.sheets:
            kind, to = related.get(relation, ("", ""))
            if kind != "worksheet":
                continue
            if not (visible or whole):
                found.append(sheets.hidden_sheet(title))
                continue
            sheet = sheets.Sheet(title, limits=self._limits, file=self._file, tally=tally, whole=whole)
            self._read(to, _Cells(sheet, strings.texts, styles.shows(), from_1904=book.from_1904))
            found.append(sheet.finish())
        return found

    def _read(self, path: str, handler: markup.Handler) -> None:
        with self._archive.open(path) as part:
            markup.stream(part, handler, limits=self._limits, file=self._file, damaged=_DAMAGED)

    def _relations(self, path: str) -> dict[str, tuple[str, str]]:
        """Return what a part refers to: the kind and the path of each by id."""
        folder, _, name = path.rpartition("/")
        relations = _Relations(folder)
        own = join(folder, "_rels", f"{name}.rels")
        if own in self._archive.NameToInfo:
            self._read(own, relations)
        return relations.found


@dataclass(slots=True)
class _Relations(markup.Handler):
    """Reads the references of a part."""

    folder: str
    found: dict[str, tuple[str, str]] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.endswith("}Relationship") and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else normpath(join(self.folder, target))
            self.found[attributes.get("Id", "")] = attributes.get("Type", "").rpartition("/")[2], path


@dataclass(slots=True)
class _Book(markup.Handler):
    """Reads the names of the sheets, the ids of their parts and whether they are visible."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    from_1904: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            self.sheets.append((attributes.get("name", ""), relation, attributes.get("state", "visible") == "visible"))
        elif local == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true", "on")


class _Strings(markup.Handler):
    """Reads the texts that cells share, without the readings that stand above letters."""

    def __init__(self, limits: Limits, file: str) -> None:
        self.texts: list[str] = []
        self._limits, self._file = limits, file
        self._parts: list[str] = []
        self._takes = self._aside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - no text has any
        local = _local(name)
        if local == "si":
            self._parts.clear()
        elif local == "rPh":
            self._aside = True
        elif local == "t":
            self._takes = not self._aside

    def text(self, text: str) -> None:
        if self._takes:
            self._parts.append(text)

    def end(self, name: str) -> None:
        local = _local(name)
        if local == "t":
            self._takes = False
        elif local == "rPh":
            self._aside = False
        elif local == "si":
            self.texts.append(_unescaped("".join(self._parts)))
            if len(self.texts) > self._limits.cells:
                what = "the number of texts that cells share"
                self._limits.check("cells", len(self.texts), file=self._file, what=what)


class _Styles(markup.Handler):
    """Reads which styles of cells show dates, and which parts of a date."""

    def __init__(self) -> None:
        self._own: dict[str, str] = {}
        self._used: list[str] = []
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "numFmt":
            self._own.setdefault(attributes.get("numFmtId", ""), attributes.get("formatCode", ""))
        elif local == "cellXfs":
            self._inside = True
        elif local == "xf" and self._inside:
            self._used.append(attributes.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        if name.endswith("cellXfs"):
            self._inside = False

    def shows(self) -> list[str]:
        """Return what each style shows: some of ``ymd``, ``h`` for a time alone, nothing for no date."""
        return [date_parts(self._own[used]) if used in self._own else _DATES.get(int(used), "") for used in self._used]


def date_parts(code: str) -> str:
    """Return which parts of a date a format shows, ``h`` for a time alone, nothing for no date.

    >>> [date_parts(code) for code in ("dd/mm/yyyy", "mmm yy", "yyyy", "hh:mm", '#,##0.00 "km²"', "[Red]0", "General")]
    ['ymd', 'ym', 'y', 'h', '', '', '']
    """
    shown = _NOT_OF_DATES.sub("", code.partition(";")[0]).lower().replace("general", "")
    if "y" in shown:
        return "ymd" if "d" in shown or "h" in shown else "ym" if "m" in shown else "y"
    return "ymd" if "d" in shown else "h" if set(shown) & set("hms") else ""


class _Cells(markup.Handler):
    """Reads the cells of one sheet."""

    def __init__(self, sheet: sheets.Sheet, strings: list[str], shows: list[str], *, from_1904: bool) -> None:
        self._sheet, self._strings, self._shows = sheet, strings, shows
        self._epoch = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30)  # noqa: DTZ001 - no time zone
        self._row = 0
        self._column = -1
        self._hidden = False
        self._cells: dict[int, str] = {}
        self._missing: dict[int, str] = {}
        self._type = self._style = ""
        self._formula = self._valued = self._aside = self._takes = False
        self._parts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "c":
            column = _column(attributes.get("r", "").rstrip(_DIGITS))
            self._column = column - 1 if column else self._column + 1
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._formula = self._valued = False
            self._parts.clear()
        elif local == "v":
            self._takes = self._valued = True
        elif local == "t":
            self._takes = not self._aside
        elif local == "f":
            self._formula = True
        elif local == "rPh":
            self._aside = True
        elif local == "row":
            given = int(attributes.get("r", "0"))
            self._row = given if given > self._row else self._row + 1
            self._hidden = attributes.get("hidden") in ("1", "true")
            self._column = -1
        elif local == "col":
            if attributes.get("hidden") in ("1", "true"):
                self._sheet.hide_columns(int(attributes["min"]) - 1, int(attributes["max"]) - 1)
        elif local == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def text(self, text: str) -> None:
        if self._takes:
            self._parts.append(text)

    def end(self, name: str) -> None:
        local = _local(name)
        if local in ("v", "t"):
            self._takes = False
        elif local == "c":
            self._finish_cell()
        elif local == "rPh":
            self._aside = False
        elif local == "row":
            self._sheet.add(self._row, self._cells, hidden=self._hidden, missing=self._missing)
            self._cells, self._missing = {}, {}

    def _finish_cell(self) -> None:
        raw = "".join(self._parts)
        if self._type == "s":
            text = self._strings[int(raw)] if raw else ""
        elif self._type in ("str", "inlineStr"):
            text = _unescaped(raw)
        elif self._type == "e":
            text = ""
            self._missing[self._column] = sheets.FAILED
        elif self._type == "b":
            text = "yes" if raw == "1" else "no" if raw else ""
        elif self._type == "d":
            text = raw.partition("T")[0]
        else:
            text = self._number(raw) if raw.strip() else ""
        if text:
            self._cells[self._column] = text
        elif self._formula and not (self._valued and self._type in ("str", "e")):
            self._missing.setdefault(self._column, sheets.UNCACHED)

    def _number(self, raw: str) -> str:
        value = float(raw)
        text = sheets.number_text(value)
        if text is None:
            self._missing[self._column] = sheets.NOT_FINITE
            return ""
        style = int(self._style or 0)
        shown = self._shows[style] if 0 <= style < len(self._shows) else ""
        return (shown and self._date(value, shown)) or text

    def _date(self, value: float, shown: str) -> str:
        """Return a count of days as a date in ISO form as far as it is shown; empty where it is none."""
        if 0 < value < 60 and self._epoch.year == 1899:
            value += 1
        try:
            date = self._epoch + dt.timedelta(days=value)
        except OverflowError:
            return ""
        if shown == "h":
            return date.time().isoformat("minutes")
        return date.date().isoformat()[: {"y": 4, "ym": 7}.get(shown, 10)]

    def _merge(self, reference: str) -> None:
        start, _, end = reference.partition(":")
        (first, column), (last, last_column) = position(start), position(end)
        if column and column == last_column and last > first:
            self._sheet.merges.append(sheets.Merge(column - 1, first, last))


@lru_cache(maxsize=1024)
def _local(name: str) -> str:
    """Return a name without its namespace: the strict and the usual form of the format differ in it alone."""
    return name.rpartition("}")[2]


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    """Return the number of a column from 1, 0 where its name is none.

    >>> _column("A"), _column("AB"), _column("")
    (1, 28, 0)
    """
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column if letters.isascii() and letters.isalpha() and letters.isupper() and len(letters) < 4 else 0


def position(reference: str) -> tuple[int, int]:
    """Return row and column of a cell's reference from 1, zeros where it is none.

    >>> position("AB12"), position("Sheet")
    ((12, 28), (0, 0))
    """
    letters = reference.rstrip(_DIGITS)
    column, row = _column(letters), reference[len(letters) :]
    return (int(row), column) if column and 0 < len(row) < 8 else (0, 0)


def _unescaped(text: str) -> str:
    """Return a text with the characters that a workbook writes by their number.

    >>> _unescaped("K_x00F6_ln"), _unescaped("_x005F_x00F6_")
    ('Köln', '_x00F6_')
    """
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
