"""A sheet of a workbook as a person sees it, whatever format it is kept in."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from twinnet.reading.raw import Filling, Limits, RawFault, RawTable, Tally

UNCACHED = "a formula has no value stored with it: open the workbook, calculate and save it again"
FAILED = "the cell holds an error in place of a value: correct its formula"
NOT_FINITE = "the cell holds NaN or infinity, which is no number: leave it empty"
_ROW_HIDDEN = "the row is hidden and was not read: show it to import it"


@dataclass(frozen=True, slots=True)
class Merge:
    """A cell of one column that is merged over several rows; rows count from 1, columns from 0."""

    column: int
    first: int
    last: int


class Sheet:
    """Collects the rows of one sheet.

    Hidden rows and columns are reported and left out. The value of a cell that is merged over rows of one column
    stands for each of these rows, as a person reads it (a country beside its towns): it is filled down into the rows
    that hold something else, and this is noted once a column. A cell that is merged over columns is a title and its
    value stays in its first cell.

    Parameters
    ----------
    title:
        The sheet's name.
    limits, file:
        Bounds, and the file's name for messages.
    tally:
        What all sheets of the file hold.
    whole:
        Whether rows and columns are taken though they are hidden.
    """

    def __init__(self, title: str, *, limits: Limits, file: str, tally: Tally, whole: bool = False) -> None:
        self.table = RawTable(sheet=title)
        self.merges: list[Merge] = []
        self._filling = Filling(self.table, limits=limits, file=file, tally=tally)
        self._limits, self._file, self._whole = limits, file, whole
        self._hidden: list[tuple[int, int]] = []
        self._is_hidden: dict[int, bool] = {}
        self._width = 0

    def hide_columns(self, first: int, last: int) -> None:
        """Hide the columns from one to another (from 0); say so before rows are added."""
        if not self._whole:
            self._hidden.append((first, last))

    def check_column(self, column: int) -> None:
        """Raise :class:`LimitError` where a filled column (from 0) lies beyond the limit."""
        if column >= self._limits.columns:
            self._limits.check("columns", column + 1, file=self._file, what=f"a sheet ({column + 1:,} columns wide)")

    def add(self, number: int, cells: Mapping[int, str], *, hidden: bool, missing: Mapping[int, str]) -> None:
        """Add a row.

        Parameters
        ----------
        number:
            Its number from 1, greater than those before.
        cells:
            Texts by column from 0.
        hidden:
            The row is hidden.
        missing:
            Why a cell has no value that can be read, by column.
        """
        columns = [column for column, text in cells.items() if text and not text.isspace()]
        if not columns and not missing:
            return
        if hidden and not self._whole:
            self._filling.count(len(cells) + len(missing))
            self.table.faults.append(RawFault(number, None, "row", _ROW_HIDDEN))
            return
        if self._hidden:
            columns = [column for column in columns if not self._hides(column)]
            missing = {column: why for column, why in missing.items() if not self._hides(column)}
            if not columns and not missing:
                return
        width = max((*columns, *missing)) + 1
        self.check_column(width - 1)
        self._width = max(self._width, width)
        if number - 1 > self._limits.rows:
            self._limits.check("rows", number - 1, file=self._file, what=f"a sheet ({number:,} rows long)")
        if number * self._width > self._limits.cells:
            self._limits.check("cells", number * self._width, file=self._file, what="the area of a sheet")
        row = [""] * width
        for column in columns:
            row[column] = cells[column]
        self._filling.add(number, row)
        for column, why in sorted(missing.items()):
            self.table.faults.append(RawFault(number, column, "value", why))

    def _hides(self, column: int) -> bool:
        """Tell whether a filled column is hidden, and remember it."""
        hidden = self._is_hidden.get(column)
        if hidden is None:
            hidden = self._is_hidden[column] = any(first <= column <= last for first, last in self._hidden)
        return hidden

    def finish(self) -> RawTable:
        """Return the table, all its rows as wide as the widest."""
        table = self.table
        for row in table.rows:
            row.extend([""] * (self._width - len(row)))
        self._fill_down()
        for column in sorted(column for column, hidden in self._is_hidden.items() if hidden):
            reason = f"column {letters(column)} is hidden and was not read: show it to import it"
            table.faults.append(RawFault(None, None, "note", reason))
        return table

    def _fill_down(self) -> None:
        table, looked_at = self.table, 0
        filled: dict[int, int] = {}
        for merge in self.merges:
            at = bisect_left(table.numbers, merge.first)
            if merge.column >= self._width or at == len(table.numbers) or table.numbers[at] != merge.first:
                continue
            text = table.rows[at][merge.column]
            last = bisect_right(table.numbers, merge.last)
            looked_at += last - at
            self._limits.check("cells", looked_at, file=self._file, what="the number of merged cells")
            for row in table.rows[at + 1 : last] if text else ():
                if not row[merge.column]:
                    row[merge.column] = text
                    filled[merge.column] = filled.get(merge.column, 0) + 1
        for column, count in sorted(filled.items()):
            reason = f"cells merged over several rows gave their value to each of these rows (cells filled: {count:,})"
            table.faults.append(RawFault(None, column, "note", reason))


def hidden_sheet(title: str) -> RawTable:
    """Return the table of a sheet that is hidden: no rows, and a note."""
    return RawTable(sheet=title, faults=[RawFault(None, None, "note", f"sheet {title!r} is hidden and was not read")])


def letters(column: int) -> str:
    """Return what a spreadsheet calls a column (from 0).

    >>> letters(0), letters(27), letters(16383)
    ('A', 'AB', 'XFD')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def number_text(value: float) -> str | None:
    """Return a number as a person would type it, None where it is not finite.

    >>> number_text(1996.0), number_text(16.870000000000001), number_text(float("nan"))
    ('1996', '16.87', None)
    """
    if not math.isfinite(value):
        return None
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
