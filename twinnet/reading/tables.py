"""Bytes of a file -> raw tables: cells as text, with the number that a spreadsheet gives each row.

What is parsed is bounded before and while it is parsed (:class:`~twinnet.reading.raw.Limits`). Nothing here knows what
a column means.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from twinnet.errors import InputError
from twinnet.reading import encodings, escapes, objects
from twinnet.reading.raw import Filling, Limits, RawTable

DELIMITERS = ",;\t|"
_SAMPLE = 400
_SAMPLED = 1_000_000
_SPARQL_TERM = re.compile(r'^(?:"(?P<text>.*)"(?:@[\w-]+|\^\^<[^>]*>)?|<(?P<uri>[^>]*)>)$', re.DOTALL)
_SENTINEL = "\x1e"
_LONGEST_FIELD = 2**31 - 1


def parse(
    data: bytes, *, file: str, limits: Limits, is_name: Callable[[str], bool] | None = None, whole: bool = False
) -> list[RawTable]:
    """Read the bytes of a CSV, TSV, XLSX, ODS, JSON, GeoJSON or GraphML file.

    The format is told from the bytes, not from the name.

    Parameters
    ----------
    data:
        The whole file.
    file:
        Its name without folder, for messages.
    limits:
        Bounds of what is parsed.
    is_name:
        Whether a text is a known name; helps to tell an encoding.
    whole:
        Whether to read also what is hidden in a workbook.

    Raises
    ------
    InputError
        The file is empty, of another kind, damaged or over a limit.
    """
    limits.check("file_bytes", len(data), file=file, what="the file")
    if not data.strip():
        raise InputError("the file is empty", file=file)
    if data.startswith(b"PK\x03\x04"):
        from twinnet.reading import sandbox

        tables = sandbox.parse(data, file=file, limits=limits, whole=whole)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError("an old or protected workbook cannot be read: save it as .xlsx without a password", file=file)
    elif data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"SQLite format 3")):
        raise InputError("this is not a list: give a CSV, XLSX, ODS, JSON, GeoJSON or GraphML file", file=file)
    else:
        text = encodings.decode(data, file=file, is_name=is_name)
        if not text.strip():
            raise InputError("the file is empty", file=file)
        json = objects.parse(text, file=file, limits=limits) if text.lstrip()[:1] in ("[", "{") else None
        if json is not None:
            tables = json
        elif re.match(r"\s*<(?:!doctype|html|\?xml|!--|[a-z]+[\s>:])", text[:200], re.IGNORECASE):
            tables = _xml(data, text, file=file, limits=limits, whole=whole)
        else:
            tables = [_csv(text, file=file, limits=limits)]
    return [table for table in tables if table.rows or table.faults]


def _xml(data: bytes, text: str, *, file: str, limits: Limits, whole: bool) -> list[RawTable]:
    """Read GraphML or a flat OpenDocument sheet; no other XML is a list."""
    root = re.search(r"<(?:\w+:)?(\w+)", re.sub(r"<[?!].*?>", "", text[:4000], flags=re.DOTALL))
    if root and root[1] == "graphml":
        from twinnet.reading import graphml

        return graphml.parse(data, file=file, limits=limits)
    if root and root[0] == "<office:document":
        from twinnet.reading import opendocument

        return opendocument.read_content(io.BytesIO(data), file=file, limits=limits, whole=whole)
    raise InputError("this is a web page or XML, not a table: save it as CSV or XLSX", file=file)


def _csv(text: str, *, file: str, limits: Limits) -> RawTable:
    """Read delimited text; the delimiter is the one under which most rows have the same number of cells."""
    csv.field_size_limit(max(csv.field_size_limit(), min(limits.cell_length + 1, _LONGEST_FIELD), 131_072))
    head = re.match(r"[ \t]*\"?sep=(.)\"?[ \t]*(?:\r\n|\r|\n)", text, re.IGNORECASE)
    if head:
        text = text[head.end() :]
    delimiter = head.group(1) if head else find_delimiter(text)
    first = text.lstrip("\r\n").split("\n", 1)[0].strip()
    sparql = first.startswith("?") and delimiter == "\t"
    quoting: dict[str, Any] = {"delimiter": delimiter}
    if sparql:
        quoting["quoting"] = csv.QUOTE_NONE
    elif re.match(r"'[^']*'" + re.escape(delimiter), first) and '"' not in first:
        quoting["quotechar"] = "'"
    elif _escapes(text, delimiter):
        quoting["escapechar"] = "\\"
    table = RawTable(headed=sparql)
    filling = Filling(table, limits=limits, file=file)
    escaped = escapes.are_in(text)
    number = 0
    for number, record in enumerate(_records(text, quoting, file=file, limits=limits), 1):
        cells = [*map(escapes.cell, record)] if escaped else record
        if any(cells) and any(map(str.strip, cells)):
            filling.add(number, [_sparql_term(cell) for cell in cells] if sparql else cells)
        elif len(cells) > limits.columns:
            limits.check("columns", len(cells), file=file, what=f"row {number} ({len(cells):,} cells)")
    if table.rows and text.count("\n") > number + 2:
        _refuse_swallowed_rows(table, quoting, file=file)
    return table


def _lines(text: str, delimiter: str, *, file: str, limits: Limits) -> Iterator[str]:
    """Yield the lines of the text; raise :class:`LimitError` for one with more delimiters than cells could hold."""
    most = limits.columns + limits.cell_length
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if len(line) > most and (count := line.count(delimiter)) > most:
            limits.check("columns", count + 1, file=file, what=f"line {number} ({count + 1:,} cells)")
        yield line


def _records(text: str, quoting: dict[str, Any], *, file: str, limits: Limits) -> Iterator[list[str]]:
    """Yield the records of a text; an extra last line tells whether a quote was still open before it."""
    lines = itertools.chain(_lines(text, quoting["delimiter"], file=file, limits=limits), [_SENTINEL])
    reader = csv.reader(lines, **quoting)
    last: list[str] | None = None
    number = 0
    while True:
        begun = reader.line_num
        try:
            record = next(reader, None)
        except csv.Error as error:  # a cell is longer than may be; where it goes over lines, a quote is open
            if reader.line_num - begun <= 1:
                limits.check("cell_length", limits.cell_length + 1, file=file, what=f"a cell of row {number + 1}")
            raise _open_quote(file, number + 1) from error
        if record is None:
            break
        if last is not None:
            yield last
        last, number = record, number + 1
    if last != [_SENTINEL]:
        raise _open_quote(file, number)


def _open_quote(file: str, row: int) -> InputError:
    return InputError(
        "a quote is opened here and never closed, and would swallow the rest: close it", file=file, row=row
    )


def _refuse_swallowed_rows(table: RawTable, quoting: dict[str, Any], *, file: str) -> None:
    """Raise where a quoted cell holds lines that are rows of this table: its quote was closed by a later one."""
    width = Counter(map(len, table.rows)).most_common(1)[0][0]
    if width < 3:
        return
    for number, cells in zip(table.numbers, table.rows, strict=True):
        for cell in cells:
            if cell.count("\n") >= 3 and cell.count(quoting["delimiter"]) >= 3 * (width - 1):
                inner = [len(record) for record in csv.reader(cell.splitlines()[1:-1], delimiter=quoting["delimiter"])]
                if inner.count(width) >= max(3, len(inner) * 0.6):
                    raise _open_quote(file, number)


def find_delimiter(text: str) -> str:
    r"""Return the delimiter under which most rows have the same number of cells, ``,`` where there is none.

    >>> find_delimiter("name;lat\nBari;41,12\nMostar;43,34\n")
    ';'
    >>> find_delimiter("name\tnote\nBari\ta, b\nMostar\tc, d, e\n")
    '\t'
    """
    sample = [line for line in itertools.islice(io.StringIO(text[:_SAMPLED], newline=""), _SAMPLE) if line.strip()]
    best, delimiter = (0.0, 0.0, 0), ","
    for candidate in DELIMITERS:
        try:
            records = [record for record in csv.reader(sample, delimiter=candidate) if record]
        except csv.Error:
            continue
        if len(records) > 1:
            score = _consistency(records)
            if score > best:
                best, delimiter = score, candidate
    return delimiter


def _escapes(text: str, delimiter: str) -> bool:
    r"""Return whether ``\"`` stands for a quote inside of a cell; else it is a cell that ends in a backslash.

    >>> _escapes('name,note\n"City of \\"Bari\\"",x\n', ","), _escapes('name,path\n"Bari","C:\\"\n"Ulm","x"\n', ",")
    (True, False)
    """
    if '\\"' not in text:
        return False
    for escape in (None, "\\"):
        try:
            for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, escapechar=escape, strict=True):
                pass
        except csv.Error:
            continue
        return escape is not None
    return False


def _consistency(records: Sequence[Sequence[str]]) -> tuple[float, float, int]:
    """Return how well rows agree about their number of cells, how clean the cells are, and that number."""
    width, count = (
        Counter(len(record) for record in records if len(record) > 1).most_common(1)[0]
        if any(len(record) > 1 for record in records)
        else (1, 0)
    )
    if width < 2:
        return (0.0, 0.0, 0)
    share = count / len(records)
    cells = [cell for record in records for cell in record]
    clean = 1 - sum('"' in cell.strip()[1:-1] or cell.count('"') == 1 for cell in cells) / len(cells)
    heads = len(records[0]) == width
    return (round(share * clean * (1.0 if heads else 0.8), 2), share, width)


def _sparql_term(cell: str) -> str:
    """Return the text of a term as SPARQL's TSV writes it (``"Köln"@de``, ``<http://…>``).

    >>> _sparql_term('"Köln"@de'), _sparql_term("<http://www.wikidata.org/entity/Q365>"), _sparql_term("?from_name")
    ('Köln', 'http://www.wikidata.org/entity/Q365', 'from_name')
    """
    match = _SPARQL_TERM.match(cell)
    if not match:
        return cell.removeprefix("?")
    text = match["uri"] if match["uri"] is not None else match["text"]
    return text.replace('\\"', '"').replace("\\\\", "\\")
