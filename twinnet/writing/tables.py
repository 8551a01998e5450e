"""CSV: suggestions, ranks and reports as tables for other programs.

Files are UTF-8 with commas and plain line feeds. A text that a spreadsheet
would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from twinnet.models import Fault, Suggestion
from twinnet.writing import atomic

Cell: TypeAlias = str | int | float | None

RANKS = (
    "query_id",
    "query_name",
    "query_country",
    "rank",
    "candidate_id",
    "candidate_name",
    "candidate_country",
    "candidate_latitude",
    "candidate_longitude",
    "score",
    "probability",
)
"""The columns of a table of ranks."""

REPORT = ("file", "row", "column", "held", "reason")
"""The columns of a report of what an import could not take as it stood."""

_FORMULA = frozenset("=+-@\t\n＝＋－＠")
_NUMBER = re.compile(r"[+-](?:[ (]*\d[\d ().,/-]*)?\Z")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, with line feeds as its only line ends.

    A number with its sign, and a telephone number, stay as they are.

    >>> harmless("=1+1"), harmless("Bar-le-Duc"), harmless("-3,5")
    ("'=1+1", 'Bar-le-Duc', '-3,5')
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = text[:1]
    if first not in _FORMULA and not (first.isspace() and text.lstrip()[:1] in _FORMULA):
        return text
    if _NUMBER.match(text):
        return text
    return f"'{text}"


def rows(header: Sequence[str], cells: Iterable[Sequence[Cell]]) -> Iterator[str]:
    r"""Give the lines of a CSV table: numbers as numbers, None as an empty cell, texts harmless.

    >>> list(rows(["name", "score"], [["Bari", -3], ["=A1", None]]))
    ['name,score\n', 'Bari,-3\n', "'=A1,\n"]
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    for row in itertools.chain([header], cells):
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def write_rows(header: Sequence[str], cells: Iterable[Sequence[Cell]], path: str | Path) -> None:
    """Write a CSV table to a file, or to standard output where ``path`` is ``-``."""
    atomic.write_text(rows(header, cells), path)


def suggestion_rows(suggestions: Sequence[Suggestion]) -> tuple[list[str], Iterator[list[Cell]]]:
    """Return the header and the rows of a table of suggestions.

    Each reason that occurs has a column of its points (``points_KEY``), in the order in which reasons first appear;
    the cell is empty where a suggestion has not that reason.
    """
    keys = list(dict.fromkeys(reason.key for suggestion in suggestions for reason in suggestion.reasons))
    header = [
        *("kind", "organisation_id", "organisation", "organisation_country"),
        *("candidate_id", "candidate", "candidate_country", "score", "probability", "times", "reasons"),
        *(f"points_{key}" for key in keys),
        *("missing", "state", "ask_first", "themes", "link", "rules"),
    ]
    return header, (_suggestion(suggestion, keys) for suggestion in suggestions)


def _suggestion(suggestion: Suggestion, keys: Sequence[str]) -> list[Cell]:
    points = {reason.key: reason.points for reason in suggestion.reasons}
    return [
        suggestion.kind,
        *(suggestion.organisation.id, suggestion.organisation.name, suggestion.organisation.country),
        *(suggestion.candidate.id, suggestion.candidate.name, suggestion.candidate.country),
        *(suggestion.score, suggestion.probability, suggestion.times),
        "; ".join(reason.sentence for reason in suggestion.reasons),
        *(points.get(key) for key in keys),
        ", ".join(suggestion.missing),
        suggestion.state,
        "yes" if suggestion.ask_first else "no",
        ", ".join(suggestion.themes),
        *(suggestion.link, suggestion.rules),
    ]


def write_report(tables: Iterable[tuple[str, str]], faults: Iterable[Fault], path: str | Path) -> None:
    """Write what an import says of its files, sorted by file, row and column.

    ``tables`` holds, for a file, a sentence that says what was taken from it; it stands as a note before the file's
    faults.
    """
    lines: list[tuple[str, int | None, str | None, str, str]] = [
        *((file, None, None, "note", sentence) for file, sentence in tables),
        *((fault.file, fault.row, fault.column, fault.held, fault.reason) for fault in faults),
    ]
    lines.sort(key=lambda line: (line[0], line[1] or 0, line[2] or "", line[3:]))
    write_rows(REPORT, lines, path)
