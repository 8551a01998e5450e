"""Cells of a workbook: each is written by its type, never by what its text looks like, and no text is a formula."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

from twinnet.errors import InputError

Cell: TypeAlias = str | int | float | None
R = TypeVar("R")

LONGEST_TEXT = 32_767
"""What a cell can hold, in UTF-16 units; longer texts are cut."""
MOST_ROWS = 1_048_576
"""What a sheet can hold, the header included."""
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""How a workbook is begun: texts stay texts."""

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TOP = {"valign": "top"}
_WRAPPED = {"text_wrap": True, **_TOP}
_STYLES: dict[str, dict[str, Any]] = {
    "header": {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, **_WRAPPED},
    "asks": {"bold": True, "bg_color": "#FFE699", "bottom": 1, **_WRAPPED},
    "text": _WRAPPED,
    "number": {"num_format": "#,##0", **_TOP},
    "times": {"num_format": "#,##0.0", **_TOP},
    "probability": {"num_format": "0.0000%", **_TOP},
    "bold": {"bold": True, **_TOP},
    # A cell to be filled in holds text, so that what is typed there becomes no formula, number or date of its own.
    "fill": {"num_format": "@", "bg_color": "#FFF9E5", "border": 1, "border_color": "#E5D9B5", **_WRAPPED},
}
_LONGEST_LIST = 255
_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255


@dataclass(frozen=True)
class Column(Generic[R]):
    """A column of a sheet: its title, its width in characters, and the cell that a row has there.

    ``style`` is the name of a format; one that is to be filled in has ``fill``. ``choices`` are offered in a drop-down
    (for a row, where it is a function), ``strict`` refuses all else; ``hint`` is shown beside a chosen cell.
    """

    title: str
    width: int
    value: Callable[[R], Cell]
    style: str = "text"
    choices: Sequence[str] | Callable[[R], Sequence[str]] = ()
    strict: bool = True
    hint: str = ""
    hidden: bool = False


@dataclass
class Book:
    """A workbook that is being made, and its formats by name, each made when it is first used."""

    made: Any
    _formats: dict[str, Any] = field(default_factory=dict)

    def format(self, name: str) -> Any:
        """Return a format by its name."""
        if name not in self._formats:
            self._formats[name] = self.made.add_format(_STYLES[name])
        return self._formats[name]

    def sheet(self, title: str, columns: Sequence[Column[R]], rows: Sequence[R], *, held: int = 1) -> None:
        """Add a sheet of rows: a header held in sight with the first ``held`` columns, a filter, one page wide.

        Raises
        ------
        InputError
            There are more rows than a sheet has.
        """
        if len(rows) >= MOST_ROWS:
            raise InputError(
                f"{len(rows):,} suggestions are more than a sheet of a workbook can hold; "
                "ask for fewer (--top) or write .csv"
            )
        sheet = self.made.add_worksheet(title)
        last = max(1, len(rows))
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width, None, {"hidden": True} if column.hidden else {})
            sheet.write_string(0, at, column.title, self.format("asks" if column.style == "fill" else "header"))
            style = self.format(column.style)
            for row, one in enumerate(rows, 1):
                put(sheet, (row, at), column.value(one), style)
            if rows and (column.choices or column.hint):
                _validate(sheet, at, column, rows)
        sheet.freeze_panes(1, held)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.print_area(0, 0, last, max(at for at, column in enumerate(columns) if not column.hidden))


def _validate(sheet: Any, at: int, column: Column[R], rows: Sequence[R]) -> None:
    """Offer a column's choices, and its hint, in the cells of all rows."""
    if not callable(column.choices):
        sheet.data_validation(1, at, len(rows), at, _rule(column, column.choices))
        return
    first = 1
    choices = [column.choices(row) for row in rows]
    for row in range(1, len(rows) + 1):
        if row == len(rows) or choices[row] != choices[first - 1]:
            sheet.data_validation(first, at, row, at, _rule(column, choices[first - 1]))
            first = row + 1


def _rule(column: Column[R], choices: Sequence[str]) -> dict[str, Any]:
    if sum(map(len, choices)) + len(choices) > _LONGEST_LIST or any("," in word or '"' in word for word in choices):
        raise ValueError("a drop-down holds a few words without commas")
    rule: dict[str, Any] = {"validate": "list", "source": [*choices]} if choices else {"validate": "any"}
    if column.hint:
        rule |= {"input_title": column.title[:_LONGEST_TITLE], "input_message": column.hint[:_LONGEST_MESSAGE]}
    if choices and column.strict:
        rule |= {"error_title": column.title[:_LONGEST_TITLE], "error_message": "Choose one from the list."}
    elif choices:
        rule["show_error"] = False
    return rule


def put(sheet: Any, place: tuple[int, int], value: Cell, form: Any) -> None:
    """Write a cell by its type; one without a value keeps its format."""
    if isinstance(value, str):
        if value:
            sheet.write_string(*place, cell_text(value), form)
        else:
            sheet.write_blank(*place, None, form)
    elif value is not None:
        sheet.write_number(*place, value, form)


def cell_text(text: str) -> str:
    r"""Return a text as a cell can hold it: what XML cannot write becomes ``\ufffd``, and it is cut where too long.

    >>> cell_text("a\x00b") == "a\ufffdb"
    True
    """
    if text.isprintable() and len(text) * 2 <= LONGEST_TEXT:
        return text
    text = _UNWRITABLE.sub("\ufffd", text)
    if len(text) * 2 > LONGEST_TEXT and len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        text = text.encode("utf-16-le")[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"
    return text
