"""What parsers of files share: the limits they keep, and the table of text cells they make."""

from __future__ import annotations

from dataclasses import dataclass, field

from twinnet.errors import LimitError


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is parsed; more is a :class:`~twinnet.errors.LimitError` that names the limit.

    ``file_bytes`` bounds the file, ``unpacked_bytes`` the unpacked parts of a workbook, ``cells`` the filled cells and
    the area of one table, ``cell_length`` the characters of one cell, ``json_depth`` the nesting of a JSON file.
    """

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 200_000_000
    sheets: int = 200
    rows: int = 200_000
    columns: int = 1_000
    cells: int = 4_000_000
    cell_length: int = 100_000
    json_depth: int = 50

    def check(self, name: str, value: int, *, file: str, what: str) -> None:
        """Raise :class:`LimitError` where ``value`` is over the limit ``name``; it names a limit to go on with."""
        limit: int = getattr(self, name)
        if value > limit:
            raise LimitError(
                f"{what} is over the limit {name} = {limit:,}; divide the list, or raise the limit if you trust the "
                f"file (twinnet import --limit {name}={max(value, 2 * limit)})",
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
