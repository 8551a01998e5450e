"""What a user says of columns: field = header, kept in a small TOML file for the next list of the same form."""

from __future__ import annotations

import itertools
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeAlias, cast, get_args

from twinnet.errors import InputError, OptionError
from twinnet.models import ListKind, ListTable
from twinnet.reading.fields import FIELDS, REPEATED, UNUSED
from twinnet.reading.words import CONTACTS
from twinnet.text import fold

Columns: TypeAlias = Mapping[str, str | Sequence[str]]
"""Fields and the header of the column, or of the columns, that hold each; ``none`` has those not to be imported."""

_LARGEST = 100_000
_TOP = """\
# How twinnet reads the columns of a list: field = "header". Change what is wrong; "none" has what is not imported.
"""


@dataclass(frozen=True, slots=True)
class SavedColumns:
    """A saved mapping.

    ``kind``, ``network`` and ``country`` are None where the file does not say them. ``columns`` maps fields to
    headers; ``unused`` are headers that are not imported, whether or not a list has them.
    """

    kind: ListKind | None = None
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    network: str | None = None
    country: str | None = None


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return pairs of field and header as columns, several headers of one field together.

    >>> grouped([("name", "Ime"), ("none", "Fax"), ("none", "Kod")])
    {'name': ('Ime',), 'none': ('Fax', 'Kod')}
    """
    found: dict[str, tuple[str, ...]] = {}
    for use, header in pairs:
        found[use] = (*found.get(use, ()), header)
    return found


def save_columns(path: str | Path, table: ListTable, *, country: str | None = None) -> None:
    """Write how the columns of a list were read, as TOML; the same list gives the same bytes.

    Parameters
    ----------
    path:
        The file to write.
    table:
        The list as it was read. No cell of it is written.
    country:
        The country of its rows that name none.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    lines = [f"{key} = {_quoted(value)}\n" for key, value in _said(table, country) if value is not None]
    lines.append("\n[columns]\n")
    for use, headers in grouped((column.field or UNUSED[0], column.header) for column in table.columns).items():
        shown = [_quoted(header) for header in headers]
        several = ", ".join(shown)
        lines.append(f"{use} = {several if len(shown) == 1 else f'[{several}]'}\n")
    try:
        Path(path).write_text(_TOP + "".join(lines), encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"the columns cannot be written: {error.strerror or error}", file=Path(path).name) from error


def _said(table: ListTable, country: str | None) -> list[tuple[str, str | None]]:
    return [("kind", table.kind), ("network", table.network), ("country", country)]


def _quoted(text: str) -> str:
    """Return a text as a TOML string, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def load_columns(path: str | Path) -> SavedColumns:
    """Read a mapping that :func:`save_columns` or a person has written.

    Raises
    ------
    InputError
        The file cannot be read, is no TOML, or says something that no mapping has.
    """
    path = Path(path)
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError("this is no file of columns: it is too large", file=path.name)
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"the columns cannot be read: {error.strerror or error}", file=path.name) from error
    except ValueError as error:
        told = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else f"is no TOML ({error})"
        raise InputError(
            f'the file of columns {told}; write lines such as name = "Organizacija" below [columns]', file=path.name
        ) from error
    return _saved(content, path.name)


def _saved(content: Mapping[str, Any], file: str) -> SavedColumns:
    if unknown := set(content) - {"kind", "network", "country", "columns"}:
        raise InputError(
            f"a file of columns has no {', '.join(map(repr, sorted(unknown)))}: it has kind, network, country and "
            "[columns]",
            file=file,
        )
    said = {key: content.get(key) for key in ("kind", "network", "country")}
    if any(value is not None and not isinstance(value, str) for value in said.values()):
        raise InputError("kind, network and country are texts: write them in quotes", file=file)
    if said["kind"] not in (None, *get_args(ListKind)):
        raise InputError(f"the kind is one of {', '.join(get_args(ListKind))}", file=file)
    table = content.get("columns", {})
    columns: dict[str, tuple[str, ...]] = {}
    for use, headers in table.items() if isinstance(table, Mapping) else [("[columns]", None)]:
        several = (headers,) if isinstance(headers, str) else tuple(headers) if isinstance(headers, list) else ()
        if not several or not all(isinstance(header, str) and header for header in several):
            raise InputError(f'{use} needs a header, or several: write it as "Header" or ["One", "Two"]', file=file)
        columns[use] = several
    unused = tuple(itertools.chain.from_iterable(columns.pop(mark, ()) for mark in UNUSED))
    return SavedColumns(cast("ListKind | None", said["kind"]), columns, unused, said["network"], said["country"])


def settle(
    columns: Columns, unused: Iterable[str], heads: Sequence[str], *, keep_contacts: bool, file: str
) -> dict[int, str | None]:
    """Return what the user has said of columns, by their index; None is a column not to be imported.

    A column without a header is called ``column 3``. Where several columns have the same header, each field takes
    the next of them.

    Raises
    ------
    OptionError
        There is no such field or column, or a column of contacts is wanted and contacts are not kept.
    """
    known = frozenset(itertools.chain.from_iterable(FIELDS.values()))
    fixed: dict[int, str | None] = {}
    for use, said in columns.items():
        if use not in known and use not in UNUSED:
            raise OptionError(f"there is no field {use!r}: choose one of {', '.join(sorted(known))}, none", file=file)
        if use in CONTACTS and not keep_contacts:
            raise OptionError(f"{use} is a column of contacts: they are read with --keep-contacts only", file=file)
        headers = (said,) if isinstance(said, str) else said
        if len(headers) > 1 and use not in (*REPEATED, *UNUSED):
            raise OptionError(f"only one column can be {use}: choose one", file=file)
        for header in headers:
            free = [place for place in called(header, heads) if place not in fixed]
            if not free:
                raise no_column(header, heads, file=file)
            fixed[free[0]] = None if use in UNUSED else use
    for header in unused:
        free = [place for place in called(header, heads) if place not in fixed]
        if free:
            fixed[free[0]] = None
    return fixed


def called(header: str, heads: Sequence[str]) -> list[int]:
    """Return the columns of a header: as it is written, else but for case and accents; ``column 3`` has none.

    >>> called("ville", ["Ville", "", "VILLE"]), called("column 2", ["Ville", ""]), called("Stadt", ["Ville"])
    ([0, 2], [1], [])
    """
    exact = [place for place, head in enumerate(heads) if head == header]
    alike = [place for place, head in enumerate(heads) if head and fold(head) == fold(header)]
    bare = [place for place, head in enumerate(heads) if not head and f"column {place + 1}" == header]
    return exact or alike or bare


def no_column(header: str, heads: Sequence[str], *, file: str) -> OptionError:
    """Return the error that says that there is no such column, which there are, and which may be meant."""
    near = get_close_matches(fold(header), [fold(head) for head in heads if head], 1)
    hint = next((f"; did you mean {head!r}?" for head in heads if near and fold(head) == near[0]), "")
    shown = ", ".join(repr(head) for head in heads[:30] if head)
    return OptionError(f"there is no column {header!r}: the columns are {shown}{hint}", file=file)
