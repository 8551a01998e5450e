"""Blank workbooks to fill in: the columns of a kind of list, one example, and drop-downs of what a cell may say."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from twinnet import countries, themes
from twinnet.models import LINK_KINDS, ORGANISATION_KINDS, ListKind
from twinnet.reading.fields import EXAMPLE, WORDS_SHEET

_MADE = dt.datetime(2026, 1, 1)  # noqa: DTZ001  (a date of the file, in no time zone)
_ROWS = 2_000
_KIND_WORDS = {"lda": "local democracy agency", "ngo": "NGO", "european_house": "European house"}
_ROLES = ("lead", "partner", "associated")
_STATUSES = ("member", "associate member", "observer", "former member")
_SHEETS: Mapping[ListKind, str] = {
    "members": "Members",
    "links": "Links",
    "projects": "Projects",
    "partners": "Partners",
}


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a template: its field and header, the example's cell, what the note says, and its drop-down."""

    field: str
    title: str
    example: str | int | float
    about: str
    choice: str | None = None


_COUNTRY = "The country's name in any language, or its code. Choose one or write."
_POSTCODE = "Settles which of several towns of one name is meant. It is not stored."
_THEMES = "One theme or several, divided by a semicolon. Choose one or write your own words."
_YEAR = "A year, or a day as 2019-05-31."
_COLUMNS: Mapping[ListKind, tuple[_Column, ...]] = {
    "members": (
        _Column("name", "Name", "Municipality of Sampleford", "The member's name. Every row needs it."),
        _Column("locality", "Town", "Sampleford", "The town where the member sits."),
        _Column("country", "Country", "Italy", _COUNTRY, "countries"),
        _Column("region", "Region", "", "The region or district: settles which of several towns of one name is meant."),
        _Column("postcode", "Postcode", "", _POSTCODE),
        _Column("kind", "Kind", "town", "What the member is. Without it the name is asked.", "kinds"),
        _Column("since", "Member since", 2015, _YEAR),
        _Column("until", "Member until", "", f"Only of a member that has left. {_YEAR}"),
        _Column("status", "Status", "member", "A former member is kept and marked.", "statuses"),
        _Column("themes_offered", "Themes offered", "culture; youth", _THEMES, "themes"),
        _Column("themes_sought", "Themes sought", "tourism", _THEMES, "themes"),
        _Column("description", "Description", "", "What the member says of itself, in any language."),
        _Column("languages", "Languages", "it, en", "Working languages, names or codes, divided by commas."),
        _Column("population", "Inhabitants", 12_000, "Leave it empty where it is not known."),
        _Column("website", "Website", "https://www.example.org", "The member's own website, not an e-mail address."),
        _Column("latitude", "Latitude", "", "Degrees north, such as 43.34. Needed only where the town is not found."),
        _Column("longitude", "Longitude", "", "Degrees east, such as 17.81. Give both or none."),
    ),
    "links": (
        _Column("from_name", "Town", "Sampleford", "One of the two towns. Every row needs both."),
        _Column("from_country", "Country", "Italy", _COUNTRY, "countries"),
        _Column("from_region", "Region", "", "The region or district of the town, where several have its name."),
        _Column("from_postcode", "Postcode", "", _POSTCODE),
        _Column("to_name", "Partner town", "Exampleville", "The other of the two towns. Every row needs both."),
        _Column("to_country", "Partner country", "France", _COUNTRY, "countries"),
        _Column("to_region", "Partner region", "", "The region or district of the partner town."),
        _Column("to_postcode", "Partner postcode", "", _POSTCODE),
        _Column("kind", "Kind", "partnership", "Without it a link is a partnership.", "link_kinds"),
        _Column("since", "Since", 1998, f"When it began. {_YEAR}"),
        _Column("until", "Until", "", f"Only of a link that has ended. {_YEAR}"),
        _Column("last_activity", "Last activity", 2024, f"The last sign of life. {_YEAR}"),
        _Column("themes", "Themes", "culture; youth", _THEMES, "themes"),
    ),
    "projects": (
        _Column("programme", "Programme", "Sample programme 2021-2027", "The funding programme."),
        _Column("acronym", "Acronym", "SAMPLE", "The project's short name; with the programme it joins its partners."),
        _Column("title", "Title", "A sample of towns", "The project's full name. A row needs it or the acronym."),
        _Column("themes", "Themes", "culture; youth", _THEMES, "themes"),
        _Column("measure", "Measure", "Networks of towns", "The programme's measure or call."),
        _Column("start", "Start", 2022, _YEAR),
        _Column("end", "End", 2024, _YEAR),
        _Column("description", "Description", "What the towns did together.", "What the project says of itself."),
    ),
    "partners": (
        _Column("programme", "Programme", "Sample programme 2021-2027", "The funding programme."),
        _Column("acronym", "Acronym", "SAMPLE", "The project's short name. Every row needs it."),
        _Column("name", "Partner", "Municipality of Sampleford", "The partner's name. Every row needs it."),
        _Column("locality", "Town", "Sampleford", "The town where the partner sits."),
        _Column("country", "Country", "Italy", _COUNTRY, "countries"),
        _Column("region", "Region", "", "The region or district: settles which of several towns of one name is meant."),
        _Column("postcode", "Postcode", "", _POSTCODE),
        _Column("kind", "Kind", "town", "What the partner is. Without it the name is asked.", "kinds"),
        _Column("role", "Role", "lead", "What the partner is in the project.", "roles"),
    ),
}


def template(kind: ListKind) -> bytes:
    """Return a blank workbook of a kind of list: the same bytes each time.

    The first sheet has the headers with a note each, and a row that says that it is an example; an import leaves that
    row out. A hidden sheet has the words of the drop-downs; where none fits, anything else can be written.

    >>> template("links")[:2], template("links") == template("links")
    (b'PK', True)
    """
    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": f"A list of {kind}", "author": "", "created": _MADE})
    formats = {
        "header": book.add_format({"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "valign": "top"}),
        "example": book.add_format({"italic": True, "font_color": "#7F7F7F"}),
    }
    sheet, words = book.add_worksheet(_SHEETS[kind]), book.add_worksheet(WORDS_SHEET)
    columns = _COLUMNS[kind]
    _fill(sheet, columns, formats)
    _drop_downs(sheet, words, columns, formats["header"])
    words.hide()
    sheet.activate()
    book.close()
    return buffer.getvalue()


def fields(kind: ListKind) -> Iterator[tuple[str, str]]:
    """Yield the field and the header of each column of a template.

    >>> next(fields("links"))
    ('from_name', 'Town')
    """
    return ((column.field, column.title) for column in _COLUMNS[kind])


def _fill(sheet: Any, columns: Sequence[_Column], formats: Mapping[str, Any]) -> None:
    """Write headers, notes and the example; the example's first cell says that it is one."""
    for at, column in enumerate(columns):
        sheet.set_column(at, at, 34 if at == 0 else 18)
        sheet.write_string(0, at, column.title, formats["header"])
        sheet.write_comment(0, at, column.about, {"author": "", "x_scale": 1.6, "y_scale": 0.8})
        cell = f"{EXAMPLE}: {column.example}" if at == 0 else column.example
        if isinstance(cell, str):
            sheet.write_string(1, at, cell, formats["example"])
        else:
            sheet.write_number(1, at, cell, formats["example"])
    sheet.freeze_panes(1, 0)


def _drop_downs(sheet: Any, words: Any, columns: Sequence[_Column], header: Any) -> None:
    """Write the words to choose from on their own sheet, and let the columns offer them."""
    chosen = [name for name in dict.fromkeys(column.choice for column in columns) if name]
    for at, name in enumerate(chosen):
        choices = _choices(name)
        words.set_column(at, at, 30)
        words.write_string(0, at, name.replace("_", " "), header)
        for row, choice in enumerate(choices, 1):
            words.write_string(row, at, choice)
        letter = "ABCDEFGH"[at]
        source = f"='{WORDS_SHEET}'!${letter}$2:${letter}${len(choices) + 1}"
        for place, column in enumerate(columns):
            if column.choice == name:
                rule = {"validate": "list", "source": source, "show_error": False, "ignore_blank": True}
                sheet.data_validation(1, place, _ROWS, place, rule)


def _choices(name: str) -> tuple[str, ...]:
    """Return the words of a drop-down: those that are read back as what they say."""
    if name == "countries":
        return tuple(sorted((countries.name(code) for code in countries.codes()), key=str.casefold))
    if name == "themes":
        return tuple(sorted(map(themes.label, themes.keys())))
    return {
        "kinds": tuple(_KIND_WORDS.get(kind, kind) for kind in ORGANISATION_KINDS),
        "link_kinds": tuple(LINK_KINDS),
        "roles": _ROLES,
        "statuses": _STATUSES,
    }[name]
