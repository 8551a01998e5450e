"""Writing what was found: suggestions in the form that a file's name asks for, tables, and the canonical lines.

Every file is written whole or not at all, and the same input gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twinnet.errors import InputError
from twinnet.graph import Network
from twinnet.models import Rules, Suggestion
from twinnet.writing import atomic
from twinnet.writing.atomic import write_bytes, write_text
from twinnet.writing.tables import RANKS, suggestion_rows, write_report, write_rows

if TYPE_CHECKING:
    from twinnet.writing.workbook import Questions

__all__ = [
    "RANKS",
    "SUFFIXES",
    "to_json",
    "to_jsonl",
    "write",
    "write_bytes",
    "write_report",
    "write_rows",
    "write_text",
]

SUFFIXES = (".csv", ".xlsx", ".json", ".jsonl")
"""The endings of file names that :func:`write` knows."""


def write(
    suggestions: Iterable[Suggestion],
    path: str | Path,
    *,
    network: Network,
    rules: Rules,
    today: dt.date,
    unresolved: Questions | None = None,
) -> None:
    """Write suggestions in the form that the ending of ``path`` names; ``-`` is standard output (JSON lines).

    The workbook also says what the suggestions rest on: the rules, the network's counts and dates, and ``today``; it
    asks ``unresolved``, the open questions of the network.

    Raises
    ------
    InputError
        The ending is none of :data:`SUFFIXES`, or the file cannot be written.
    """
    found = list(suggestions)
    suffix = ".jsonl" if str(path) == atomic.STANDARD_OUTPUT else Path(path).suffix.lower()
    if suffix == ".csv":
        write_rows(*suggestion_rows(found), path)
    elif suffix == ".json":
        write_text(_array(found), path)
    elif suffix == ".jsonl":
        write_text(atomic.lines(to_jsonl(found)), path)
    elif suffix == ".xlsx":
        from twinnet.writing.workbook import workbook

        write_bytes([workbook(found, network=network, rules=rules, today=today, unresolved=unresolved)], path)
    else:
        raise InputError(
            f"suggestions cannot be written as {suffix or 'a file without an ending'}; "
            f"end its name with {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}",
            file=Path(path).name,
        )


def to_json(suggestion: Suggestion) -> dict[str, Any]:
    """Return a suggestion as JSON values.

    >>> from twinnet.models import Party
    >>> bari, pula = Party(id="town-1", name="Bari", country="IT"), Party(id="town-2", name="Pula", country="HR")
    >>> to_json(Suggestion(kind="start", organisation=bari, candidate=pula, score=0))["candidate"]
    {'id': 'town-2', 'name': 'Pula', 'country': 'HR'}
    """
    return suggestion.model_dump(mode="json")


def to_jsonl(suggestions: Iterable[Suggestion]) -> Iterator[str]:
    """Give a line of JSON for each suggestion, without line ends."""
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    return (encode(to_json(suggestion)) for suggestion in suggestions)


def _array(suggestions: Sequence[Suggestion]) -> Iterator[str]:
    separator = "[\n"
    for line in to_jsonl(suggestions):
        yield f"{separator}{line}"
        separator = ",\n"
    yield "\n]\n" if suggestions else "[]\n"
