"""A plain table in the form that a file's name asks for: CSV, or a workbook of one sheet."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from twinnet.errors import InputError
from twinnet.writing import atomic
from twinnet.writing.tables import Cell, write_rows
from twinnet.writing.workbook import MOST_ROWS, cell_text

SUFFIXES = (".csv", ".xlsx")
"""The endings of file names that :func:`write_table` knows."""


def write_table(header: Sequence[str], cells: Iterable[Sequence[Cell]], path: str | Path) -> None:
    """Write a table as CSV or as a workbook, by the ending of ``path``; ``-`` is standard output (CSV).

    Raises
    ------
    InputError
        The ending is none of :data:`SUFFIXES`, the file cannot be written, or a sheet cannot hold so many rows.
    """
    suffix = ".csv" if str(path) == atomic.STANDARD_OUTPUT else Path(path).suffix.lower()
    if suffix == ".csv":
        write_rows(header, cells, path)
    elif suffix == ".xlsx":
        atomic.write_bytes([sheet(header, cells, file=Path(path).name)], path)
    else:
        raise InputError(f"end its name with {' or '.join(SUFFIXES)}", file=Path(path).name)


def sheet(header: Sequence[str], cells: Iterable[Sequence[Cell]], *, file: str) -> bytes:
    """Return a workbook of one sheet: texts as texts, numbers as numbers, the header held in sight."""
    import datetime as dt

    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"author": "", "created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001 - the same bytes each time
    page, bold = book.add_worksheet(), book.add_format({"bold": True})
    for at, title in enumerate(header):
        page.write_string(0, at, cell_text(title), bold)
    for row, line in enumerate(cells, 1):
        if row >= MOST_ROWS:
            raise InputError("a sheet of a workbook cannot hold so many rows: write .csv", file=file)
        for at, value in enumerate(line):
            if isinstance(value, str):
                if value:
                    page.write_string(row, at, cell_text(value))
            elif value is not None:
                page.write_number(row, at, value)
    page.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()
