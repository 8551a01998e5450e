"""A user's own table: its cells as they are, and where the columns stand that are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from twinnet.errors import InputError, OptionError
from twinnet.reading import Limits, headers, raw_tables, values
from twinnet.reading.mapping import called, no_column
from twinnet.reading.raw import RawFault, RawTable
from twinnet.text import fold

_HEADER_WITHIN = 25


@dataclass(frozen=True, slots=True)
class UserTable:
    """A table as it was written: its header, the rows below it (each as wide as the header), and their numbers.

    ``columns`` says where the columns stand that were asked for; ``notes`` are what the user should know of reading.
    """

    file: str
    header: tuple[str, ...]
    rows: list[list[str]]
    numbers: list[int]
    columns: Mapping[str, int]
    notes: tuple[str, ...]


def read_user_table(
    path: str | Path,
    *,
    columns: Mapping[str, str],
    needed: Sequence[str],
    fields: Sequence[str],
    sheet: str | None = None,
    limits: Limits | None = None,
) -> UserTable:
    """Read a table whose columns the user names (``columns``: field -> header); ``-`` is standard input.

    Where a field that is ``needed`` is not named, the columns of all ``fields`` are recognised as at an import. The
    header is the first row that holds every named column. Of a workbook the first sheet that fits is taken, or
    ``sheet``.

    Raises
    ------
    InputError
        The file cannot be read, or is no table.
    OptionError
        There is no such column or sheet.
    """
    file, raw = raw_tables(path, limits=limits)
    found = [table for table in raw if table.rows]
    if sheet is not None:
        found = [table for table in found if fold(table.sheet or "") == fold(sheet)]
        if not found:
            there = ", ".join(repr(table.sheet) for table in raw if table.sheet) or "none: the file is no workbook"
            raise OptionError(f"there is no sheet {sheet!r} with rows: the sheets are {there}", file=file)
    if not found:
        raise InputError("the file holds no visible rows", file=file)
    problem: InputError | None = None
    for table in found:
        try:
            if all(name in columns for name in needed):
                header, places = _named(table, columns, file=file)
            else:
                header, places = _recognised(table, columns, fields=fields, needed=needed, file=file)
        except InputError as error:
            problem = problem or error
            continue
        notes = [f"read from the sheet {table.sheet!r}"] if table.sheet else []
        notes += _told([*(fault for other in raw if not other.rows for fault in other.faults), *table.faults])
        return _user_table(table, header, places, file=file, notes=notes)
    assert problem is not None  # noqa: S101 - each sheet was taken or refused
    raise problem


def refuse_same_file(path: str | Path, out: str | Path) -> None:
    """Raise :class:`OptionError` where a table would be written over the file it is read from."""
    source, target = Path(path), Path(out)
    if "-" not in (str(path), str(out)) and source.exists() and target.exists() and source.samefile(target):
        raise OptionError("the table would be written over your file: give --out another name", file=source.name)


def with_added(header: Sequence[str], added: Sequence[str]) -> list[str]:
    """Return a header with columns added; one of a table that has the name of an added one becomes ``input_…``.

    >>> with_added(["country", "input_country", "name"], ["country"])
    ['input_input_country', 'input_country', 'name', 'country']
    """
    taken = {*header, *added}
    kept = []
    for name in header:
        if name in added:
            while name in taken:
                name = f"input_{name}"  # noqa: PLW2901 - the name grows until it is free
            taken.add(name)
        kept.append(name)
    return [*kept, *added]


def _named(table: RawTable, columns: Mapping[str, str], *, file: str) -> tuple[int, dict[str, int]]:
    """Return the index of the header, the first row with most of the named columns, and where these stand in it."""
    rows = [[values.clean(cell) for cell in row] for row in table.rows[: 1 if table.headed else _HEADER_WITHIN]]
    found = [sum(bool(called(values.clean(header), row)) for header in columns.values()) for row in rows]
    best = max(range(len(rows)), key=lambda at: (found[at], sum(map(bool, rows[at])), -at))
    return best, _places(rows[best], columns, file=file)


def _recognised(
    table: RawTable, columns: Mapping[str, str], *, fields: Sequence[str], needed: Sequence[str], file: str
) -> tuple[int, dict[str, int]]:
    """Return the index of the header and where the fields stand, as an import would read the table."""
    layout = headers.recognise(table.rows, said=headers.Said(kind="members"), headed=table.headed, file=file)
    heads = [values.clean(cell) for cell in table.rows[layout.header]]
    places = {name: layout.fields.index(name) for name in fields if name in layout.fields}
    places |= _places(heads, columns, file=file)
    if any(name not in places for name in needed):
        raise InputError("no column of names was found: name it, such as --name-column Town", file=file)
    return layout.header, places


def _places(heads: Sequence[str], columns: Mapping[str, str], *, file: str) -> dict[str, int]:
    """Return where the named columns stand; raise :class:`OptionError` with the columns there are."""
    places = {}
    for name, header in columns.items():
        found = called(values.clean(header), heads)
        if not found:
            raise no_column(header, heads, file=file)
        places[name] = found[0]
    return places


def _told(faults: Sequence[RawFault]) -> list[str]:
    """Say what was found while the cells were read, each thing once, with its first rows."""
    rows: dict[str, list[int]] = {}
    for fault in faults:
        rows.setdefault(fault.reason, []).extend([fault.row] if fault.row else [])
    return [f"{reason}{_where(numbers)}" for reason, numbers in rows.items()]


def _where(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    shown = ", ".join(map(str, numbers[:5]))
    more = f" and {len(numbers) - 5:,} more" if len(numbers) > 5 else ""
    return f" (row{'' if len(numbers) == 1 else 's'} {shown}{more})"


def _user_table(
    table: RawTable, header: int, places: Mapping[str, int], *, file: str, notes: Sequence[str]
) -> UserTable:
    below = table.rows[header + 1 :]
    width = max(map(len, table.rows[header:]))
    heads = table.rows[header]
    above = [f"the header stands in row {table.numbers[header]}; what is above it was left out"] if header else []
    return UserTable(
        file=file,
        header=(*map(str.strip, heads), *[""] * (width - len(heads))),
        rows=[[*row, *[""] * (width - len(row))] for row in below],
        numbers=table.numbers[header + 1 :],
        columns=places,
        notes=(*notes, *above),
    )
