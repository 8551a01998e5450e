"""What parsers of files share: the limits they keep, and the table of text cells they make.

This module and those that read workbooks import nothing heavy: they also run in a process of their own
(:mod:`twinnet.reading.sandbox`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from twinnet.errors import LimitError

_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""Characters that JSON and workbooks can name and that no text can hold."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is parsed; more is a :class:`~twinnet.errors.LimitError` that names the limit.

    ``file_bytes`` bounds the file; ``unpacked_bytes`` the unpacked parts of a workbook, and the characters of all
    cells; ``sheets``, ``rows`` and ``columns`` what is counted; ``cells`` the cells of a file and the area of a table;
    ``cell_length`` the characters of one cell; ``json_depth`` and ``xml_depth`` the nesting of a JSON and of an XML
    file. ``memory_bytes`` and ``seconds`` bound the process that reads a workbook (on Linux, where it has its own):
    its address space, and a time that only a file that hangs it takes.
    """

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 200_000_000
    sheets: int = 200
    rows: int = 200_000
    columns: int = 1_000
    cells: int = 4_000_000
    cell_length: int = 100_000
    json_depth: int = 50
    xml_depth: int = 100
    memory_bytes: int = 1_000_000_000
    seconds: int = 600

    def check(self, name: str, value: int, *, file: str, what: str) -> None:
        """Raise :class:`LimitError` where ``value`` is over the limit ``name``; it names a limit to go on with."""
        limit: int = getattr(self, name)
        if value > limit:
            raise LimitError(
                f"{what} is over the limit {name} = {limit:,}; divide the list, or raise the limit if you trust the "
                f"file (--limit {name}={max(value, 2 * limit)})",
                file=file,
            )


@dataclass(frozen=True, slots=True)
class RawFault:
    """Something that was found while cells were read; ``column`` counts from 0, None means the row or the table."""

    row: int | None
    column: int | None
    held: str
    reason: str


@dataclass(slots=True)
class RawTable:
    """A table of text cells; empty rows are left out and ``numbers`` says where the others stand (from 1)."""

    sheet: str | None = None
    numbers: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    faults: list[RawFault] = field(default_factory=list)
    headed: bool = False
    """The first row is certainly the header (JSON keys, names of a query's results)."""


@dataclass(slots=True)
class Tally:
    """How many cells and characters the tables of one file hold so far."""

    cells: int = 0
    characters: int = 0


class Filling:
    """Adds rows to a table and counts them against the limits; ``tally`` is shared by the tables of a file.

    >>> filling = Filling(RawTable(), limits=Limits(cells=3), file="list.csv")
    >>> filling.add(1, ["name", "country"])
    >>> filling.add(2, ["Mostar", "BA"])
    Traceback (most recent call last):
        ...
    twinnet.errors.LimitError: list.csv: the number of cells is over the limit cells = 3; divide the list, or raise \
the limit if you trust the file (--limit cells=6)
    """

    def __init__(self, table: RawTable, *, limits: Limits, file: str, tally: Tally | None = None) -> None:
        self.table = table
        self._limits, self._file = limits, file
        self._tally = tally or Tally()

    def add(self, number: int, cells: list[str]) -> None:
        """Add a row with its number (from 1); raise :class:`LimitError` where that is too much."""
        limits, file, width = self._limits, self._file, len(cells)
        if width > limits.columns:
            limits.check("columns", width, file=file, what=f"row {number} ({width:,} cells)")
        lengths = [*map(len, cells)]
        if lengths and max(lengths) > limits.cell_length:
            limits.check("cell_length", max(lengths), file=file, what=f"a cell of row {number}")
        whole = "".join(cells)
        if (not whole.isascii() or "\x00" in whole) and _NO_TEXT.search(whole):
            cells = [_NO_TEXT.sub("\ufffd", text) for text in cells]
        self.table.numbers.append(number)
        self.table.rows.append(cells)
        if len(self.table.rows) > limits.rows:
            limits.check("rows", len(self.table.rows) - 1, file=file, what="the number of rows")
        self.count(width, len(whole))

    def count(self, cells: int, characters: int = 0) -> None:
        """Count cells that are kept, or that were met and are not kept; raise :class:`LimitError` where too many."""
        tally, limits = self._tally, self._limits
        tally.cells += cells
        tally.characters += characters
        if tally.cells > limits.cells:
            limits.check("cells", tally.cells, file=self._file, what="the number of cells")
        if tally.characters > limits.unpacked_bytes:
            what = f"the text of the tables ({tally.characters:,} characters)"
            limits.check("unpacked_bytes", tally.characters, file=self._file, what=what)
