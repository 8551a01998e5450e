"""Workbooks (XLSX): what a person sees on the visible sheets, nothing that is hidden.

A workbook is a compressed tree of XML that can unpack to far more than it weighs. Its parts are looked through in a
stream before openpyxl builds cells from them.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from twinnet.errors import InputError
from twinnet.reading.raw import Limits, RawFault, RawTable

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_REFERENCE = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")
_DAMAGED = "the workbook is damaged or holds what a list does not need: open it and save it again as .xlsx"


def parse(data: bytes, *, file: str, limits: Limits) -> list[RawTable]:
    """Read the visible sheets of a workbook; hidden sheets, rows and columns are reported and not read.

    Raises
    ------
    InputError
        It is no workbook, damaged, declares XML entities, or is over a limit.
    """
    import defusedxml
    import openpyxl

    uncached = _look_through(data, file=file, limits=limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
            formulas = openpyxl.load_workbook(io.BytesIO(data)) if uncached else None
    except defusedxml.DefusedXmlException as error:
        raise InputError("the workbook declares XML entities, which no list needs", file=file) from error
    except Exception as error:
        raise InputError(_DAMAGED, file=file) from error
    limits.check("sheets", len(values.worksheets), file=file, what="the number of sheets")
    return [_sheet(sheet, formulas, limits=limits, file=file) for sheet in values.worksheets]


def _look_through(data: bytes, *, file: str, limits: Limits) -> bool:
    """Check sizes and dimensions against the limits; return whether a formula has no cached value."""
    uncached = False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            unpacked = sum(part.file_size for part in parts)
            limits.check("unpacked_bytes", unpacked, file=file, what=f"the unpacked workbook ({unpacked:,} bytes)")
            if "mimetype" in names:
                raise InputError("OpenDocument is not read: save the list as .xlsx or .csv", file=file)
            if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
                raise InputError("this is not a workbook: give a CSV, XLSX or JSON file", file=file)
            for part in parts:
                if part.filename.endswith(".xml") and not part.filename.startswith(("docProps/", "xl/theme/")):
                    with archive.open(part) as stream:
                        uncached |= _look_through_part(stream, file=file, limits=limits)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        raise InputError(_DAMAGED, file=file) from error
    return uncached


def _look_through_part(stream: Any, *, file: str, limits: Limits) -> bool:
    """Stream one part; measure it where it is a sheet, leave it otherwise."""
    import defusedxml
    from defusedxml.ElementTree import ParseError, iterparse

    cells = last_row = last_column = far_row = far_column = 0
    uncached = formula = value = False
    root = None
    try:
        for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            tag = element.tag.rpartition("}")[2]
            if root is None:
                root = element
                if tag != "worksheet":
                    return False
            if event == "start":
                continue
            if tag == "f":
                formula = True
            elif tag in ("v", "is", "t"):
                value = value or bool(element.text) or tag == "is"
            elif tag == "c":
                cells += 1
                row, column = _position(element.get("r", ""))
                far_row, far_column = max(far_row, row), max(far_column, column)
                if formula or value:
                    last_row, last_column = max(last_row, row), max(last_column, column)
                uncached |= formula and not value
                formula = value = False
                element.clear()
            elif tag == "row":
                element.clear()
                root.clear()
                limits.check("cells", cells, file=file, what="the number of cells of a sheet")
    except defusedxml.DefusedXmlException as error:
        raise InputError("the workbook declares XML entities, which no list needs", file=file) from error
    except ParseError as error:
        raise InputError(_DAMAGED, file=file) from error
    limits.check("columns", last_column, file=file, what=f"a sheet ({last_column:,} columns wide)")
    limits.check("rows", last_row - 1, file=file, what=f"a sheet ({last_row:,} rows long)")
    limits.check("cells", last_row * last_column, file=file, what="the area of a sheet")
    what = "the area of a sheet with its empty but formatted cells (delete the empty rows and columns)"
    limits.check("cells", far_row * far_column, file=file, what=what)
    return uncached


def _position(reference: str) -> tuple[int, int]:
    """Return row and column of a cell's reference from 1, zeros where it has none.

    >>> _position("AB12")
    (12, 28)
    """
    match = _REFERENCE.match(reference)
    if not match:
        return 0, 0
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def _sheet(sheet: Worksheet, formulas: Workbook | None, *, limits: Limits, file: str) -> RawTable:
    """Return the visible cells of a sheet as text."""
    from openpyxl.utils import get_column_letter

    table = RawTable(sheet=sheet.title)
    if sheet.sheet_state != "visible":
        table.faults.append(RawFault(None, None, "note", f"sheet {sheet.title!r} is hidden and was not read"))
        return table
    width = _last_filled(sheet)
    hidden_columns = _hidden_columns(sheet, width)
    hidden_rows = {row for row, dimension in sheet.row_dimensions.items() if dimension.hidden}
    written = formulas[sheet.title] if formulas is not None else None
    seen_hidden: set[int] = set()
    for number, cells in enumerate(sheet.iter_rows(max_col=max(width, 1), values_only=True), 1):
        texts = [_text(value) for value in cells]
        missing = []
        if written is not None:
            missing = [
                column
                for column, text in enumerate(texts)
                if not text and written.cell(number, column + 1).data_type == "f" and column not in hidden_columns
            ]
        if not missing and not any(text.strip() for text in texts):
            continue
        if number in hidden_rows:
            table.faults.append(
                RawFault(number, None, "row", "the row is hidden and was not read: show it to import it")
            )
            continue
        limits.check("cell_length", max(map(len, texts)), file=file, what=f"a cell of row {number}")
        for column in hidden_columns:
            if texts[column]:
                seen_hidden.add(column)
                texts[column] = ""
        for column in missing:
            reason = "a formula has no value stored with it: open the workbook, calculate and save it again"
            table.faults.append(RawFault(number, column, "value", reason))
        table.numbers.append(number)
        table.rows.append(texts)
    for column in sorted(seen_hidden):
        reason = f"column {get_column_letter(column + 1)} is hidden and was not read: show it to import it"
        table.faults.append(RawFault(None, None, "note", reason))
    return table


def _last_filled(sheet: Worksheet) -> int:
    """Return the last column that holds a value; cells that are only formatted don't count."""
    last = 0
    for cells in sheet.iter_rows(values_only=True):
        for column in range(len(cells), last, -1):
            if cells[column - 1] is not None:
                last = column
                break
    return max(last, 1)


def _hidden_columns(sheet: Worksheet, width: int) -> list[int]:
    """Return the hidden columns from 0; one dimension may stand for a range of columns."""
    hidden: set[int] = set()
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden:
            low = dimension.min or 1
            hidden.update(range(low - 1, min(dimension.max or low, width)))
    return sorted(column for column in hidden if column < width)


def _text(value: object) -> str:
    """Return a cell's value as the text a person would type: whole numbers without decimals, dates in ISO form.

    >>> _text(1996.0), _text(dt.datetime(1996, 5, 1)), _text(None)
    ('1996', '1996-05-01', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
