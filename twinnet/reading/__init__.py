"""Lists -> typed rows, with a report of what could not be taken.

:func:`read_lists` is the door. It reads a CSV, TSV, XLSX, ODS, JSON, GeoJSON or GraphML file whatever its encoding,
delimiter, language and order of columns, tells what kind of list it is, and turns cells into values. Names are not
resolved here.

Only columns that mean something to the model are read (default deny): the others are named in
:attr:`~twinnet.models.ListTable.columns` with no field, and their cells go nowhere.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from twinnet import countries
from twinnet.errors import InputError, OptionError
from twinnet.models import ColumnUse, Fault, ListKind, ListTable, list_title
from twinnet.reading import headers, rows, tables
from twinnet.reading.fields import WORDS_SHEET
from twinnet.reading.files import KnownNames, contents, raw_tables
from twinnet.reading.mapping import Columns, SavedColumns, grouped, load_columns, save_columns
from twinnet.reading.raw import Limits, RawTable
from twinnet.reading.words import CONTACTS
from twinnet.taxonomy import Taxonomy

__all__ = [
    "Columns",
    "Limits",
    "ReadOptions",
    "SavedColumns",
    "grouped",
    "load_columns",
    "raw_tables",
    "read_lists",
    "read_table",
    "save_columns",
]

_FILE_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)")
_PARTIAL = re.compile(r"^\d{4}(-\d{2}){0,2}$")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a user says about a file, so that it need not be told from the file.

    ``kind`` is what kind of list it is; ``columns`` maps fields to headers (``none``: headers that are not imported);
    ``unused`` are more such headers, which a list need not have; ``keep_contacts`` reads the columns of persons and how
    to reach them into :attr:`~twinnet.models.Row.contacts` (never into its values); ``network`` is the network whose
    members a list holds; ``date`` the list's own date (a year, a month or a day); ``today`` the day after which a date
    lies in the future (None: no date does); ``default_country`` the country of rows that name none (of a link: of its
    first end); ``limits`` how much is parsed; ``taxonomy`` what cells of themes are read by (None: twinnet's own).
    """

    kind: ListKind | None = None
    columns: Columns = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    keep_contacts: bool = False
    network: str | None = None
    date: str | None = None
    today: dt.date | None = None
    default_country: str | None = None
    limits: Limits = field(default_factory=Limits)
    taxonomy: Taxonomy | None = None

    def with_columns(self, saved: SavedColumns) -> ReadOptions:
        """Return these options with a saved mapping below them: what they say themselves goes before it.

        Its columns of contacts are read only where these options keep contacts.
        """
        own = {header for said in self.columns.values() for header in ([said] if isinstance(said, str) else said)}
        kept = {
            use: free
            for use, headers in saved.columns.items()
            if use not in self.columns and (free := tuple(header for header in headers if header not in own))
        }
        left = () if self.keep_contacts else tuple(h for use in CONTACTS for h in kept.pop(use, ()))
        return dataclasses.replace(
            self,
            kind=self.kind or saved.kind,
            columns={**self.columns, **kept},
            unused=(*self.unused, *left, *(header for header in saved.unused if header not in own)),
            network=self.network or saved.network,
            default_country=self.default_country or saved.country,
        )

    def __post_init__(self) -> None:
        """Raise :class:`OptionError` for a date or a country that does not exist."""
        if self.date is not None and not _is_date(self.date):
            raise OptionError(f"{self.date!r} is no date of a list: write 2024, 2024-05 or 2024-05-31")
        if self.default_country is not None and countries.code(self.default_country) is None:
            raise OptionError(f"there is no country {self.default_country!r}: write its name or ISO code, such as BA")


def read_lists(path: str | Path, *, options: ReadOptions | None = None) -> list[ListTable]:
    """Read every list in a file: one for a CSV or JSON file, one for each sheet of a workbook that is a list.

    Parameters
    ----------
    path:
        The file, or ``-`` for standard input. Its name, never its folder, stands in what is returned and in messages.
    options:
        What the user says about it.

    Returns
    -------
    list of ListTable
        Rows in the order of the file, faults in the order of rows.

    Raises
    ------
    InputError
        The file cannot be read, is empty, is no list, or has no column of names.
    LimitError
        It is over one of ``options.limits``.
    """
    options = options or ReadOptions()
    file, data = contents(path, limits=options.limits)
    return read_table(data, file=file, options=options)


def read_table(data: bytes, *, file: str, options: ReadOptions | None = None) -> list[ListTable]:
    r"""Read every list in the bytes of a file called ``file``; otherwise as :func:`read_lists`.

    >>> table, = read_table("Općina;Država\nMostar;BiH\n".encode("utf-16"), file="alda_2019.csv")
    >>> table.kind, table.network, table.date, table.rows[0].number, table.rows[0].values
    ('members', 'alda_2019', '2019', 2, {'name': 'Mostar', 'country': 'BiH'})
    """
    options = options or ReadOptions()
    with KnownNames() as names:
        raw = tables.parse(data, file=file, limits=options.limits, is_name=names)
        return _lists(raw, data, names, file=file, options=options)


def _lists(raw: list[RawTable], data: bytes, names: KnownNames, *, file: str, options: ReadOptions) -> list[ListTable]:
    """Read the tables of a file, as far as they are lists; say of the others why not."""
    sha256 = hashlib.sha256(data).hexdigest()
    lists: list[ListTable] = []
    notes: list[Fault] = []
    problems: list[InputError] = []
    for table in raw:
        if not table.rows and table.sheet == WORDS_SHEET:
            continue
        if not table.rows:
            notes += [Fault(file, fault.row, None, "note", fault.reason) for fault in table.faults]
            continue
        try:
            lists.append(_read(table, names, file=file, sha256=sha256, options=options))
        except InputError as error:
            problems.append(error)
            notes.append(Fault(file, None, None, "note", f"sheet {table.sheet!r} was not read: {error.reason}"))
    if not lists:
        if problems:
            raise problems[0]
        raise InputError("the file holds no visible rows", file=file)
    if notes:
        first = lists[0]
        lists[0] = rows.with_faults(first, (*notes, *first.faults))
    return lists


def _read(table: RawTable, names: KnownNames, *, file: str, sha256: str, options: ReadOptions) -> ListTable:
    """Read one raw table."""
    said = headers.Said(options.kind, options.columns, options.unused, options.keep_contacts)
    layout = headers.recognise(table.rows, said=said, headed=table.headed, places=names.place, file=file)
    called = f"{file}, sheet {table.sheet}" if table.sheet else file
    taken = rows.take(
        table,
        layout,
        file=called,
        today=options.today,
        default_country=options.default_country,
        taxonomy=options.taxonomy,
    )
    if not taken.rows and not taken.faults:
        raise InputError("there is a header and no row below it", file=file)
    network = options.network
    if network is None and layout.kind == "members":
        network = list_title(file, table.sheet)
    return ListTable(
        file=file,
        kind=layout.kind,
        sheet=table.sheet,
        network=network,
        date=options.date or taken.date or _date_in(table.sheet or "") or _date_in(Path(file).stem),
        sha256=sha256,
        columns=tuple(ColumnUse(head, use) for head, use in taken.columns),
        rows=tuple(taken.rows),
        faults=tuple(taken.faults),
    )


def _is_date(text: str) -> bool:
    """Tell whether a text is a year, month or day that exists.

    >>> _is_date("2024"), _is_date("2024-02-30"), _is_date("May 2024")
    (True, False, False)
    """
    try:
        dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return _PARTIAL.match(text) is not None


def _date_in(name: str) -> str | None:
    """Return the date in a file's or sheet's name, None where there is none or more than one.

    >>> _date_in("members_2019"), _date_in("alda 2019-05-31"), _date_in("interreg 2014-2020"), _date_in("20190531")
    ('2019', '2019-05-31', None, '2019-05-31')
    """
    found = _FILE_DATE.findall(name)
    return "-".join(filter(None, found[0])) if len(found) == 1 else None
