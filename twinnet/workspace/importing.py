"""Take lists into a stored network: read, resolve, store, report."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from twinnet.errors import InputError, StoreError
from twinnet.graph import Network
from twinnet.models import Fault, ListKind, ListTable, Source
from twinnet.places import Gazetteer
from twinnet.reading import Limits, ReadOptions, read_lists, read_table
from twinnet.resolution import resolve
from twinnet.stores import open_store
from twinnet.writing import write_report

Progress = Callable[[int, int], object]
"""Called with how many of how many steps are done."""

STANDARD_INPUT = "-"
"""The file that means standard input."""


@dataclass(frozen=True)
class Imported:
    """What an import took in.

    ``tables`` are the lists as read, ``faults`` all that could not be taken as it stood, ``changed`` whether the
    stored network differs from before, ``replaced`` the lists of an earlier import whose place others took (a newer
    edition of a member list), ``report`` the file that lists the faults (None: the import had no file to
    write it beside) and ``network`` the network after the import.
    """

    tables: tuple[ListTable, ...]
    faults: tuple[Fault, ...]
    changed: bool
    replaced: tuple[Source, ...]
    report: Path | None
    network: Network


def import_lists(
    files: Sequence[str | Path],
    into: str | Path,
    *,
    options: ReadOptions | None = None,
    strict: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Import lists into a stored network, which is made if there is none: all of them or none.

    What could not be taken stands in a report beside the network (``my.twinnet.report.csv``), with file, row, column
    and reason. Importing the same lists again changes nothing. A file called ``-`` is standard input.

    Raises
    ------
    InputError
        A file cannot be read as a list; or, with ``strict``, a row or value would be held back. Nothing is written.
    StoreError
        The network cannot be opened or written, or its report cannot.
    """
    steps = len(files) + 2
    done = progress or (lambda *_: None)
    tables: list[ListTable] = []
    for at, file in enumerate(files, start=1):
        tables += _read(file, options)
        done(at, steps)
    with open_store(into, create=True, readonly=False) as store:
        before = {source.name: source for source in store.sources()}
        with Gazetteer.open() as gazetteer:
            found = resolve(tables, gazetteer=gazetteer, known=store.read())
        done(steps - 1, steps)
        faults = tuple(sorted(found.faults, key=lambda f: (f.file, f.row or 0, f.column or "", f.held, f.reason)))
        if strict and any(fault.held != "note" for fault in faults):
            raise _refusal(faults)
        report = _report_path(into)
        if report is not None and report.is_dir():
            raise StoreError(f"{report} is a folder, where the report of the import should stand; nothing was written")
        changed = store.replace(found.sources, found.said)
        network = store.read()
    if report is not None:
        said = ["; ".join(summary(table)).removeprefix(f"{table.called}: ") for table in tables]
        write_report(zip((table.called for table in tables), said, strict=True), faults, report)
    done(steps, steps)
    replaced = tuple(
        before[source.name]
        for source in found.sources
        if source.name in before and before[source.name].sha256 != source.sha256
    )
    return Imported(tuple(tables), faults, changed, replaced, report, network)


def _read(file: str | Path, options: ReadOptions | None) -> list[ListTable]:
    if str(file) == STANDARD_INPUT:
        return read_table(sys.stdin.buffer.read(), file="standard input", options=options)
    return read_lists(file, options=options)


def _refusal(faults: Sequence[Fault]) -> InputError:
    """Say the first faults of a strict import."""
    held = [fault for fault in faults if fault.held != "note"]
    lines = [str(InputError(fault.reason, file=fault.file, row=fault.row, column=fault.column)) for fault in held]
    more = f"\n  and {len(lines) - 20} more" if len(lines) > 20 else ""
    shown = "\n  ".join(lines[:20])
    return InputError(f"{len(held)} faults, and --strict takes none; nothing was written:\n  {shown}{more}")


def _report_path(into: str | Path) -> Path | None:
    address = str(into)
    if address.startswith("memory:"):
        return None
    path = Path(address[10:] if address.lower().startswith("sqlite:///") else address)
    return path.with_name(path.name + ".report.csv")


def summary(table: ListTable) -> list[str]:
    """Say what a list was read as, its columns, and which were not imported; rows held back are counted too.

    >>> summary(ListTable(file="a.csv", kind="members", network="ALDA"))
    ['a.csv: 0 rows, members of ALDA']
    """
    taken = {row.number for row in table.rows}
    held = {fault.row for fault in table.faults if fault.held == "row" and fault.row is not None} - taken
    count = len(table.rows) + len(held)
    rows = f"{count:,} row{'' if count == 1 else 's'}"
    of = f"members of {table.network}" if table.kind == "members" else table.kind
    former = sum(bool(row.values.get("former")) for row in table.rows)
    left = f", {former:,} of them former" if former else ""
    lines = [f"{table.called}: {rows}, {of}{left}"]
    used = [
        column.header if column.header == column.field else f"{column.header} as {column.field}"
        for column in table.columns
        if column.field
    ]
    unused = [column.header for column in table.columns if not column.field]
    lines += [f"columns: {', '.join(used)}"] if used else []
    lines += [f"not imported: {', '.join(unused)}"] if unused else []
    return lines


def counted(faults: Iterable[Fault]) -> list[str]:
    """Count, for each file, what was held back and what there is to note.

    >>> counted([Fault("a.csv", 2, None, "row", "the row has no name"), Fault("a.csv", 3, "lat", "value", "no number")])
    ['a.csv: 1 row and 1 value held back']
    """
    held: dict[str, Counter[str]] = {}
    rows: set[tuple[str, int | None]] = set()
    for fault in faults:
        counts = held.setdefault(fault.file, Counter())
        if fault.held == "row" and (fault.file, fault.row) in rows:
            continue  # both ends of a link may hold its row back, which is one row
        rows |= {(fault.file, fault.row)} if fault.held == "row" else set()
        counts[fault.held] += 1
    return [f"{file}: {_count(counts)}" for file, counts in sorted(held.items())]


def _count(held: Counter[str]) -> str:
    parts = [f"{held[what]:,} {what}{'' if held[what] == 1 else 's'}" for what in ("row", "value") if held[what]]
    notes = [f"{held['note']:,} note{'' if held['note'] == 1 else 's'}"] if held["note"] else []
    return ", ".join(([f"{' and '.join(parts)} held back"] if parts else []) + notes)


def read_options(
    *,
    kind: ListKind | None = None,
    network: str | None = None,
    date: str | None = None,
    columns: Iterable[tuple[str, str]] = (),
    country: str | None = None,
    today: dt.date | None = None,
    limits: Iterable[tuple[str, int]] = (),
) -> ReadOptions:
    """Turn what a user says of a file into options.

    ``columns`` holds pairs of field and header, ``limits`` pairs of a limit's name and its number.
    """
    return ReadOptions(
        kind=kind,
        network=network,
        date=date,
        columns=dict(columns),
        default_country=country,
        today=today,
        limits=Limits(**dict(limits)),
    )
