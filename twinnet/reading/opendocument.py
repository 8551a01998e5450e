"""OpenDocument sheets (ODS, FODS): what a person sees on the visible sheets; what is hidden only where it is asked for.

A few bytes of such a file may say "a million times": what is repeated is counted against the limits before it is
repeated, and empty rows and cells are only counted on.
"""

from __future__ import annotations

import zipfile
from typing import IO

from twinnet.errors import InputError
from twinnet.reading import markup, sheets
from twinnet.reading.raw import Limits, RawTable, Tally

_DAMAGED = "the workbook is damaged or holds what a list does not need: open it and save it again as .ods or .xlsx"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TABLE, _TEXT, _STYLE, _DRAW = (
    f"{_OASIS}{part}:1.0}}" for part in ("office", "table", "text", "style", "drawing")
)
_ERROR = "}value-type"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_ASIDE = frozenset(
    (
        f"{_TABLE}tracked-changes", f"{_TABLE}dde-links", f"{_TABLE}shapes", f"{_TABLE}content-validations",
        f"{_OFFICE}annotation", f"{_OFFICE}forms", f"{_TEXT}ruby-text", f"{_TEXT}note",
    )
)  # fmt: skip
"""Elements whose content no cell shows."""


def read(archive: zipfile.ZipFile, *, file: str, limits: Limits, whole: bool = False) -> list[RawTable]:
    """Read the visible sheets of an unpacked ODS file; as :func:`twinnet.reading.workbooks.parse`."""
    kind = archive.read("mimetype").strip()
    if not kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        raise InputError("this document is not a workbook: save its table as .ods, .xlsx or .csv", file=file)
    if "META-INF/manifest.xml" in archive.NameToInfo and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise InputError("a protected workbook cannot be read: save it without a password", file=file)
    with archive.open("content.xml") as content:
        return read_content(content, file=file, limits=limits, whole=whole)


def read_content(content: IO[bytes], *, file: str, limits: Limits, whole: bool = False) -> list[RawTable]:
    """Read the visible sheets of an XML document: a part of an ODS file, or a FODS file."""
    reader = _Content(file=file, limits=limits, whole=whole)
    markup.stream(content, reader, limits=limits, file=file, damaged=_DAMAGED)
    return reader.tables


class _Content(markup.Handler):
    """Reads sheets, rows and cells."""

    def __init__(self, *, file: str, limits: Limits, whole: bool) -> None:
        self.tables: list[RawTable] = []
        self._whole = whole
        self._file, self._limits, self._tally = file, limits, Tally()
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._aside = 0
        self._sheet: sheets.Sheet | None = None
        self._shown = True
        self._groups: list[bool] = []
        self._row = self._column = self._columns = self._repeated = 0
        self._row_hidden = False
        self._cells: dict[int, str] = {}
        self._missing: dict[int, str] = {}
        self._cell: dict[str, str] = {}
        self._parts: list[str] = []
        self._length = self._paragraphs = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._aside or name in _ASIDE or name.startswith(_DRAW):
            self._aside += 1
        elif name in _CELLS:
            self._cell = attributes
            self._parts.clear()
            self._length = 0
        elif name.startswith(_TEXT):
            self._start_text(name, attributes)
        elif name.startswith(_TABLE):
            self._start_table(name.removeprefix(_TABLE), attributes)
        elif name == f"{_STYLE}style":
            self._style = attributes.get(f"{_STYLE}name", "")
        elif name == f"{_STYLE}table-properties" and attributes.get(f"{_TABLE}display") == "false":
            self._hidden_styles.add(self._style)

    def text(self, text: str) -> None:
        if self._paragraphs and not self._aside:
            self._add(text)

    def end(self, name: str) -> None:
        if self._aside:
            self._aside -= 1
        elif name in _CELLS:
            self._finish_cell(covered=name.endswith("covered-table-cell"))
        elif name in (f"{_TEXT}p", f"{_TEXT}h"):
            self._paragraphs -= 1
        elif name == f"{_TABLE}table-row":
            self._finish_row()
        elif name in (f"{_TABLE}table-row-group", f"{_TABLE}table-column-group"):
            self._groups.pop()
        elif name == f"{_TABLE}table" and self._sheet is not None:
            if self._shown:
                self.tables.append(self._sheet.finish())
            self._sheet = None

    def _start_text(self, name: str, attributes: dict[str, str]) -> None:
        local = name.removeprefix(_TEXT)
        if local in ("p", "h"):
            if self._parts:
                self._add("\n")
            self._paragraphs += 1
        elif local == "s":
            # So many spaces as would be too long are as wrong as more.
            self._add(" " * min(_count(attributes, f"{_TEXT}c"), self._limits.cell_length + 1))
        elif local in ("tab", "line-break"):
            self._add("\t" if local == "tab" else "\n")

    def _add(self, text: str) -> None:
        self._length += len(text)
        if self._length > self._limits.cell_length:
            what = f"a cell of row {self._row + 1}"
            self._limits.check("cell_length", self._length, file=self._file, what=what)
        self._parts.append(text)

    def _start_table(self, local: str, attributes: dict[str, str]) -> None:
        if local == "table":
            if self._sheet is not None:
                # A table inside of a cell is no part of the sheet.
                self._aside += 1
                return
            self._limits.check("sheets", len(self.tables) + 1, file=self._file, what="the number of sheets")
            title = attributes.get(f"{_TABLE}name", "")
            bounds, tally = self._limits, self._tally
            self._sheet = sheets.Sheet(title, limits=bounds, file=self._file, tally=tally, whole=self._whole)
            self._row = self._columns = 0
            self._groups.clear()
            self._shown = self._whole or attributes.get(f"{_TABLE}style-name") not in self._hidden_styles
            if not self._shown:
                self.tables.append(sheets.hidden_sheet(title))
        elif local == "table-source" and self._sheet is not None:
            # What was copied from another file for formulas is no sheet of this one.
            if not self._shown:
                self.tables.pop()
            self._shown = False
            self._sheet = sheets.Sheet("", limits=self._limits, file=self._file, tally=self._tally)
        elif local in ("table-row-group", "table-column-group"):
            self._groups.append(attributes.get(f"{_TABLE}display") == "false")
        elif local == "table-column" and self._sheet is not None:
            repeated = _count(attributes, f"{_TABLE}number-columns-repeated")
            if self._is_hidden(attributes):
                self._sheet.hide_columns(self._columns, self._columns + repeated - 1)
            self._columns += repeated
        elif local == "table-row":
            self._repeated = _count(attributes, f"{_TABLE}number-rows-repeated")
            self._row_hidden = self._is_hidden(attributes)
            self._column = 0
            self._cells, self._missing = {}, {}

    def _is_hidden(self, attributes: dict[str, str]) -> bool:
        if self._whole:
            return False
        return attributes.get(f"{_TABLE}visibility", "visible") != "visible" or any(self._groups)

    def _finish_cell(self, *, covered: bool) -> None:
        repeated = _count(self._cell, f"{_TABLE}number-columns-repeated")
        column = self._column
        self._column += repeated
        if covered or self._sheet is None or not self._shown:
            return
        text, why = self._value()
        if not text.strip() and why is None:
            return
        if not self._row_hidden:
            self._sheet.check_column(column + repeated - 1)
        for at in range(column, column + min(repeated, self._limits.columns)):
            if why is None:
                self._cells[at] = text
            else:
                self._missing[at] = why
        if (
            _count(self._cell, f"{_TABLE}number-rows-spanned") > 1
            and _count(self._cell, f"{_TABLE}number-columns-spanned") == 1
        ):
            first = self._row + 1
            last = self._row + _count(self._cell, f"{_TABLE}number-rows-spanned")
            self._sheet.merges.append(sheets.Merge(column, first, last))

    def _value(self) -> tuple[str, str | None]:
        """Return the text of a cell, or why it has none."""
        cell, shown = self._cell, "".join(self._parts)
        kind = cell.get(f"{_OFFICE}value-type")
        if any(key.endswith(_ERROR) and value == "error" for key, value in cell.items()):
            return "", sheets.FAILED
        if kind in ("float", "percentage", "currency"):
            text = sheets.number_text(float(cell.get(f"{_OFFICE}value", "nan")))
            return (text, None) if text is not None else ("", sheets.NOT_FINITE)
        if kind == "date":
            return cell.get(f"{_OFFICE}date-value", shown).partition("T")[0], None
        if kind == "boolean":
            return ("yes" if cell.get(f"{_OFFICE}boolean-value") == "true" else "no"), None
        if kind is None and f"{_TABLE}formula" in cell and not shown:
            return "", sheets.UNCACHED
        return cell.get(f"{_OFFICE}string-value", shown) if kind == "string" else shown, None

    def _finish_row(self) -> None:
        sheet, first = self._sheet, self._row + 1
        self._row += self._repeated
        if sheet is None or not self._shown or not (self._cells or self._missing):
            return
        if self._row - 1 > self._limits.rows:
            what = f"a sheet ({self._row:,} rows long)"
            self._limits.check("rows", self._row - 1, file=self._file, what=what)
        for number in range(first, self._row + 1):
            sheet.add(number, self._cells, hidden=self._row_hidden, missing=self._missing)


def _count(attributes: dict[str, str], name: str) -> int:
    """Return how often something is repeated, 1 where it is not said."""
    return max(1, int(attributes.get(name, "1")))
