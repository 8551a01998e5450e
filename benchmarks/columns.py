"""The share of columns that are recognised: of real lists as they are, without headers, and with headers translated.

``tests/labels/columns.csv`` says what each column is, by its place; it holds no cell. ``none`` is a column that no
field fits and that is not to be imported. A column without a filled cell counts with its own header only.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.shared import DATA, show
from twinnet.errors import InputError
from twinnet.reading import Limits, read_table, tables
from twinnet.reading.fields import FIELDS
from twinnet.reading.raw import RawTable
from twinnet.text import fold

LABELS = Path(__file__).resolve().parent.parent / "tests" / "labels"
_MOST_ROWS = 1_000
_NAMES = frozenset(field for fields in FIELDS.values() for field in fields)


class Labelled(NamedTuple):
    """A table and what its columns are."""

    called: str
    table: RawTable
    roles: tuple[str, ...]


Header = Callable[[str, str, int], str]
"""Gives a column another header: from its own, what it is, and its place (from 1)."""


def labelled(data: Path) -> Iterator[Labelled]:
    """Yield the labelled tables of a folder of lists, as far as it has them."""
    roles: dict[tuple[str, str], list[str]] = {}
    with (LABELS / "columns.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            roles.setdefault((row["file"], row["sheet"]), []).append(row["role"])
    for name in sorted({file for file, _ in roles}):
        path = data / name
        if path.exists():
            for table in tables.parse(path.read_bytes(), file=path.name, limits=Limits(), is_name=lambda _: False):
                if (name, table.sheet or "") in roles:
                    yield Labelled(f"{name} {table.sheet or ''}".strip(), table, tuple(roles[name, table.sheet or ""]))


def translated() -> dict[str, dict[str, str]]:
    """Return what fields are called in the languages of ``translated_headers.csv``."""
    with (LABELS / "translated_headers.csv").open(encoding="utf-8", newline="") as file:
        return {row.pop("language"): row for row in csv.DictReader(file)}


def own(header: str, _role: str, _at: int) -> str:
    """Leave a column its header."""
    return header


def numbered(_header: str, _role: str, at: int) -> str:
    """Call a column ``Column 1``."""
    return f"Column {at}"


def in_language(words: dict[str, str]) -> Header:
    """Call a column what its field is called in a language; a number tells apart what is called alike."""

    def header(_header: str, role: str, at: int) -> str:
        base = role.removeprefix("from_")
        word = words.get(base) or words.get(base.removeprefix("to_"), words["none"])
        return f"{word} {at}" if base in ("title", "themes", "description", "none") else word

    return header


def recognised(one: Labelled, header: Header = own) -> tuple[int, int, list[str]]:
    """Return how many columns of a table are right, how many there are, and what is wrong in words."""
    heads, *rows = one.table.rows
    filled = [header is own or any(at < len(row) and row[at].strip() for row in rows) for at in range(len(one.roles))]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([header(head, one.roles[at], at + 1) for at, head in enumerate(heads[: len(one.roles)])])
    writer.writerows(rows[:: len(rows) // _MOST_ROWS + 1])
    try:
        (read,) = read_table(text.getvalue().encode(), file="list.csv")
        found = [column.field or "none" for column in read.columns]
    except InputError as error:
        return 0, sum(filled), [f"{one.called}: {error.reason}"]
    wrong = [
        f"{one.called}: {heads[at]} is {role}, read as {answer}"
        for at, (role, answer) in enumerate(zip(one.roles, found, strict=True))
        if filled[at] and role != answer
    ]
    return sum(filled) - len(wrong), sum(filled), wrong


def by_name(one: Labelled, header: Header) -> int:
    """Return how many columns of a table are right where a header is the field of that very name, else none."""
    heads, *rows = one.table.rows
    right = 0
    for at, role in enumerate(one.roles):
        if header is own or any(at < len(row) and row[at].strip() for row in rows):
            key = fold(header(heads[at], role, at + 1)).replace(" ", "_")
            right += role == (key if key in _NAMES else "none")
    return right


def run() -> None:
    """Print the shares, beside those of headers that are fields' names as they stand."""
    lists = list(labelled(DATA))
    if not lists:
        print(f"columns are not measured: {DATA} has none of the labelled lists (set TWINNET_DATA)")
        return
    ways: dict[str, Header] = {"their own headers": own, "Column 1, Column 2 ...": numbered}
    ways |= {f"headers in {language}": in_language(words) for language, words in translated().items()}
    for called, header in ways.items():
        counts = [recognised(one, header) for one in lists]
        right, total = (sum(count[at] for count in counts) for at in (0, 1))
        plain = sum(by_name(one, header) for one in lists)
        beside = f"{right} of {total}; {right / plain:.2f} x fields by their names ({100 * plain / total:.1f} %)"
        show(f"columns recognised of {len(lists)} tables, {called}", 100 * right / total, "%", beside)
        if header in (own, numbered):
            for line, times in Counter(line for _, _, wrong in counts for line in wrong).most_common(12):
                print(f"  {line}" + (f" ({times} times)" if times > 1 else ""))
