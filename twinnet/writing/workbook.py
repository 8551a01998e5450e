"""The workbook (XLSX): a sheet for each thing to do with suggestions, and one that says what they rest on."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from twinnet.errors import InputError
from twinnet.models import Party, Rules, Suggestion

if TYPE_CHECKING:
    from twinnet.graph import Network

Cell: TypeAlias = str | int | float | None

LONGEST_TEXT = 32_767
"""What a cell can hold, in UTF-16 units; longer texts are cut."""

MOST_ROWS = 1_048_576
"""What a sheet can hold, the header included."""

_POINTS = (
    "Thousandths of natural log-odds; the score is their sum. A probability is that of such a pair standing in lists "
    "like those the points were learned from."
)

_SHEETS = {"start": "Start", "revitalise": "Revitalise", "develop": "Develop"}

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    width: int
    value: Callable[[Suggestion], Cell]
    format: str | None = None


def workbook(suggestions: Sequence[Suggestion], *, network: Network, rules: Rules, today: dt.date) -> bytes:
    """Return the workbook of suggestions: the same bytes for the same input.

    Raises
    ------
    InputError
        There are more suggestions of one kind than a sheet has rows.
    """
    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, options)
    made = dt.datetime(today.year, today.month, today.day)  # noqa: DTZ001  (a date of the file, in no time zone)
    book.set_properties({"title": "Town twinning suggestions", "author": "", "created": made})
    formats = {
        "header": book.add_format(
            {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True, "valign": "top"}
        ),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "times": book.add_format({"num_format": "#,##0.0", "valign": "top"}),
        "probability": book.add_format({"num_format": "0.0000%", "valign": "top"}),
        "bold": book.add_format({"bold": True, "valign": "top"}),
    }
    for kind, title in _SHEETS.items():
        chosen = [suggestion for suggestion in suggestions if suggestion.kind == kind]
        _suggestions(book.add_worksheet(title), chosen, _columns(kind, network), formats)
    _about(book.add_worksheet("About"), _facts(suggestions, network=network, rules=rules, today=today), formats)
    book.close()
    return buffer.getvalue()


def cell_text(text: str) -> str:
    r"""Return a text as a cell can hold it: what XML cannot write becomes ``\ufffd``, and it is cut where too long.

    >>> cell_text("a\x00b") == "a\ufffdb"
    True
    """
    text = _UNWRITABLE.sub("\ufffd", text)
    if len(text) * 2 > LONGEST_TEXT and len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        text = text.encode("utf-16-le")[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"
    return text


def _columns(kind: str, network: Network) -> list[_Column]:
    """Return the columns of a sheet: what to do and why first, ids last."""
    table = network.organisations
    inhabitants = dict(zip(table.column("id"), table.column("population"), strict=True))

    def size(party: Party) -> int | None:
        return inhabitants.get(party.id)

    columns = [
        _Column("Organisation", 24, lambda s: s.organisation.name),
        _Column("Country", 9, lambda s: s.organisation.country),
        _Column("Inhabitants", 12, lambda s: size(s.organisation), "number"),
        _Column("Candidate" if kind == "start" else "Partner", 24, lambda s: s.candidate.name),
        _Column("Its country", 9, lambda s: s.candidate.country),
        _Column("Its inhabitants", 12, lambda s: size(s.candidate), "number"),
        _Column("Score", 9, lambda s: s.score, "number"),
    ]
    if kind == "start":
        columns += [
            _Column("Times as likely as a chance pair", 12, lambda s: s.times, "times"),
            _Column("Probability", 12, lambda s: s.probability, "probability"),
        ]
    else:
        columns += [
            _Column("State", 11, lambda s: s.state),
            _Column("Ask first", 9, lambda s: "yes" if s.ask_first else "no"),
            _Column("Themes to take up", 28, lambda s: ", ".join(map(network.taxonomy.label, s.themes))),
        ]
    columns += [
        _Column("Reasons (points)", 80, lambda s: "\n".join(f"{r.sentence} ({r.points:+})" for r in s.reasons)),
        _Column("Nothing known of", 28, lambda s: ", ".join(s.missing)),
        _Column("Organisation id", 22, lambda s: s.organisation.id),
        _Column("Candidate id" if kind == "start" else "Partner id", 22, lambda s: s.candidate.id),
    ]
    return columns if kind == "start" else [*columns, _Column("Link id", 20, lambda s: s.link)]


def _suggestions(
    sheet: Any, suggestions: Sequence[Suggestion], columns: Sequence[_Column], formats: dict[str, Any]
) -> None:
    if len(suggestions) >= MOST_ROWS:
        raise InputError(
            f"{len(suggestions):,} suggestions are more than a sheet of a workbook can hold; "
            "ask for fewer (--top) or write .csv"
        )
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
        sheet.write_string(0, at, column.title, formats["header"])
    for row, suggestion in enumerate(suggestions, 1):
        for at, column in enumerate(columns):
            _write(sheet, (row, at), column.value(suggestion), formats[column.format or "text"])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(suggestions)), len(columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write(sheet: Any, place: tuple[int, int], value: Cell, form: Any) -> None:
    """Write a cell by its type, never by what its text looks like."""
    if isinstance(value, str):
        sheet.write_string(*place, cell_text(value), form)
    elif value is not None:
        sheet.write_number(*place, value, form)


def _facts(
    suggestions: Sequence[Suggestion], *, network: Network, rules: Rules, today: dt.date
) -> list[tuple[Cell, ...]]:
    """Return the rows of the sheet that says what the suggestions rest on; an empty one stands between parts."""
    from twinnet.applied import told

    counted = [(title, sum(s.kind == kind for s in suggestions)) for kind, title in _SHEETS.items()]
    newest = network.newest_date
    return [
        ("Networks", ", ".join(network.networks) or "none"),
        ("Suggestions of", today.isoformat()),
        *counted,
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


def _about(sheet: Any, lines: Sequence[tuple[Cell, ...]], formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, 2, 30)
    sheet.set_column(3, 4, 16)
    for row, cells in enumerate(lines):
        for at, cell in enumerate(cells):
            form = "bold" if at == 0 else "text" if isinstance(cell, str) else "number"
            _write(sheet, (row, at), cell, formats[form])
