"""The workbook (XLSX): what to decide on, a sheet for each thing to do, and one that says what it rests on.

A person decides in the columns that wait to be filled; :mod:`twinnet.workspace.taking` takes the workbook in again.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twinnet.models import Rules, Suggestion
from twinnet.writing.workbook import pages
from twinnet.writing.workbook.cells import LONGEST_TEXT, MOST_ROWS, OPTIONS, Book, Cell, cell_text, put
from twinnet.writing.workbook.pages import TITLES, Asked

if TYPE_CHECKING:
    from twinnet.graph import Network

__all__ = ["LONGEST_TEXT", "MOST_ROWS", "Asked", "Questions", "cell_text", "workbook"]

_POINTS = (
    "Thousandths of natural log-odds; the score is their sum. A probability is that of such a pair standing in lists "
    "like those the points were learned from."
)
_HOW = (
    "Choose in the yellow columns: Decision, and why (Because), the Day, a Note. Filter and sort as you like, but "
    "always whole sheets. Then: twinnet decisions NETWORK FILE. Taking the same workbook in twice changes nothing."
)


@dataclass(frozen=True)
class Questions:
    """The open questions of a network: the titles of the columns, the first that of the question's id, and the rows."""

    titles: tuple[str, ...]
    rows: tuple[Asked, ...]


def workbook(
    suggestions: Sequence[Suggestion],
    *,
    network: Network,
    rules: Rules,
    today: dt.date,
    unresolved: Questions | None = None,
) -> bytes:
    """Return the workbook of suggestions: the same bytes for the same input.

    ``unresolved`` are the open questions of the network; without them there is no sheet of questions.

    Raises
    ------
    InputError
        There are more suggestions of one kind than a sheet has rows.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    book = Book(xlsxwriter.Workbook(buffer, OPTIONS))
    made = dt.datetime(today.year, today.month, today.day)  # noqa: DTZ001  (a date of the file, in no time zone)
    book.made.set_properties({"title": "Town twinning suggestions", "author": "", "created": made})
    told = [(suggestion, reason) for suggestion in suggestions for reason in suggestion.reasons]
    beside = pages.BESIDE if len(told) <= pages.MOST_REASONS else None
    for kind, title in TITLES.items():
        chosen = [suggestion for suggestion in suggestions if suggestion.kind == kind]
        book.sheet(title, pages.suggestions(kind, network, beside=beside), chosen)
    book.sheet("Reasons", pages.reasons(), told[: pages.MOST_REASONS])
    if unresolved is not None:
        book.sheet("Unresolved", pages.questions(unresolved.titles), unresolved.rows)
    book.sheet("Decisions", pages.decisions(), pages.deeds(network))
    _about(book, _facts(suggestions, network=network, rules=rules, today=today))
    book.made.close()
    return buffer.getvalue()


def _facts(
    suggestions: Sequence[Suggestion], *, network: Network, rules: Rules, today: dt.date
) -> list[tuple[Cell, ...]]:
    """Return the rows of the sheet that says what the suggestions rest on; an empty one stands between parts."""
    from twinnet.applied import told

    counted = [(title, sum(s.kind == kind for s in suggestions)) for kind, title in TITLES.items()]
    newest = network.newest_date
    left = sum(len(s.reasons) for s in suggestions) - pages.MOST_REASONS
    return [
        ("How to decide", _HOW),
        (),
        ("Networks", ", ".join(network.networks) or "none"),
        ("Suggestions of", today.isoformat()),
        *counted,
        *([("Reasons without a row", left)] if left > 0 else []),
        ("Decided so far", len(pages.deeds(network))),
        (),
        ("Organisations", len(network.organisations)),
        ("Memberships", len(network.memberships)),
        ("Links", len(network.links)),
        ("Projects", len(network.projects)),
        ("Newest date in the data", newest.isoformat() if newest else "not known"),
        ("Digest of the facts", network.digest),
        (),
        ("Rules", "the default rules" if rules == Rules() else rules.to_toml().strip()),
        ("Digest of the rules", rules.digest()),
        (),
        (
            "Points",
            _POINTS,
        ),
        ("Which points", told(network)),
        (),
        ("List", "Kind", "File", "Date of the list", "Rows"),
        *((s.name, s.kind, s.file, s.date or "not known", s.rows) for s in network.sources),
    ]


def _about(book: Book, lines: Sequence[tuple[Cell, ...]]) -> None:
    sheet = book.made.add_worksheet("About")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, 2, 30)
    sheet.set_column(3, 4, 16)
    for row, cells in enumerate(lines):
        for at, cell in enumerate(cells):
            style = "bold" if at == 0 else "text" if isinstance(cell, str) else "number"
            put(sheet, (row, at), cell, book.format(style))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
