"""Take lists into a stored network: read, resolve, store, report."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from twinnet.errors import InputError
from twinnet.graph import Network
from twinnet.models import Fault, ListKind, ListTable
from twinnet.places import Gazetteer
from twinnet.reading import ReadOptions, read_lists
from twinnet.resolution import resolve
from twinnet.stores import open_store
from twinnet.writing import write_report

Step = Callable[[str], object]
"""Called with what is being done now."""


@dataclass(frozen=True)
class Imported:
    """What an import took in.

    ``tables`` are the lists as read, ``faults`` all that could not be taken as it stood, ``changed`` whether the
    stored network differs from before, ``report`` the file that lists the faults (None: the import had no file to
    write it beside) and ``network`` the network after the import.
    """

    tables: tuple[ListTable, ...]
    faults: tuple[Fault, ...]
    changed: bool
    report: Path | None
    network: Network

    @property
    def held(self) -> Counter[str]:
        """How many rows and values were held back, and how many notes there are."""
        return Counter(fault.held for fault in self.faults)


def import_lists(
    files: Sequence[str | Path],
    into: str | Path,
    *,
    options: ReadOptions | None = None,
    strict: bool = False,
    step: Step | None = None,
) -> Imported:
    """Import lists into a stored network, which is made if there is none: all of them or none.

    What could not be taken stands in a report beside the network (``my.twinnet.report.csv``), with file, row, column
    and reason. Importing the same lists again changes nothing.

    Raises
    ------
    InputError
        A file cannot be read as a list; or, with ``strict``, a row or value would be held back. Nothing is written.
    StoreError
        The network cannot be opened or written.
    """
    say = step or (lambda _: None)
    tables: list[ListTable] = []
    for file in files:
        say(f"reading {Path(file).name}")
        tables += read_lists(file, options=options)
    with open_store(into, create=True, readonly=False) as store:
        say("finding places")
        with Gazetteer.open() as gazetteer:
            found = resolve(tables, gazetteer=gazetteer, known=store.read())
        faults = tuple(sorted(found.faults, key=lambda f: (f.file, f.row or 0, f.column or "", f.held, f.reason)))
        if strict and any(fault.held != "note" for fault in faults):
            raise _refusal(faults)
        say("storing")
        changed = store.replace(found.sources, found.statements)
        network = store.read()
    report = _report_path(into)
    if report is not None:
        write_report([(table.file, summary(table)) for table in tables], faults, report)
    return Imported(tuple(tables), faults, changed, report, network)


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
    path = Path(address.removeprefix("sqlite:///"))
    return path.with_name(path.name + ".report.csv")


def summary(table: ListTable) -> str:
    """Say what a list was read as: its kind, rows and columns.

    >>> summary(ListTable(file="a.csv", kind="members", network="ALDA"))
    'read as members of ALDA: 0 rows; no column'
    """
    used = [f"{column.header} = {column.field}" for column in table.columns if column.field]
    unused = [column.header for column in table.columns if not column.field]
    of = f" of {table.network}" if table.network else ""
    columns = f"columns {', '.join(used)}" if used else "no column"
    left = f"; not imported: {', '.join(unused)}" if unused else ""
    sheet = f" (sheet {table.sheet})" if table.sheet else ""
    return f"read as {table.kind}{of}{sheet}: {len(table.rows)} rows; {columns}{left}"


def read_options(
    *,
    kind: ListKind | None = None,
    network: str | None = None,
    date: str | None = None,
    columns: Sequence[str] = (),
    country: str | None = None,
    today: dt.date | None = None,
) -> ReadOptions:
    """Turn what a user says of a file into options; ``columns`` holds ``field=header`` texts."""
    pairs = dict(text.split("=", 1) for text in columns)
    return ReadOptions(
        kind=kind,
        network=network,
        date=date,
        columns=pairs,
        default_country=country,
        today=today,
    )
