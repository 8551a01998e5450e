"""Bytes of a file -> raw tables: cells as text, with the number that a spreadsheet gives each row.

What is parsed is bounded before and while it is parsed (:class:`~twinnet.reading.raw.Limits`). Nothing here knows what
a column means.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from twinnet.errors import InputError
from twinnet.reading import encodings
from twinnet.reading.raw import Limits, RawTable

DELIMITERS = ",;\t|"
_SAMPLE = 400
_SPARQL_TERM = re.compile(r'^(?:"(?P<text>.*)"(?:@[\w-]+|\^\^<[^>]*>)?|<(?P<uri>[^>]*)>)$', re.DOTALL)
_SENTINEL = "\x1e"
_LONGEST_FIELD = 2**31 - 1


def parse(data: bytes, *, file: str, limits: Limits, is_name: Callable[[str], bool] | None = None) -> list[RawTable]:
    """Read the bytes of a CSV, TSV, XLSX or JSON file; the format is told from the bytes, not from the name.

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

        tables = sandbox.parse(data, file=file, limits=limits)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError("an old or protected workbook cannot be read: save it as .xlsx without a password", file=file)
    elif data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"SQLite format 3")):
        raise InputError("this is not a list: give a CSV, XLSX or JSON file", file=file)
    else:
        text = encodings.decode(data, file=file, is_name=is_name)
        if not text.strip():
            raise InputError("the file is empty", file=file)
        if text.lstrip()[:1] in "[{" and (table := _json(text, file=file, limits=limits)) is not None:
            tables = [table]
        elif re.match(r"\s*<(?:!doctype|html|\?xml|[a-z]+[\s>])", text[:200], re.IGNORECASE):
            raise InputError("this is a web page or XML, not a table: save it as CSV or XLSX", file=file)
        else:
            tables = [_csv(text, file=file, limits=limits)]
    return [table for table in tables if table.rows or table.faults]


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
    table, filled = RawTable(headed=sparql), 0
    number = 0
    try:
        for number, cells in enumerate(_records(text, quoting, file=file), 1):
            if len(cells) > limits.columns:
                limits.check("columns", len(cells), file=file, what=f"row {number} ({len(cells):,} cells)")
            if any(cells) and any(map(str.strip, cells)):
                longest = max(map(len, cells))
                if longest > limits.cell_length:
                    limits.check("cell_length", longest, file=file, what=f"a cell of row {number}")
                filled += len(cells)
                table.numbers.append(number)
                table.rows.append([_sparql_term(cell) for cell in cells] if sparql else cells)
                if len(table.rows) > limits.rows or filled > limits.cells:
                    limits.check("rows", len(table.rows) - 1, file=file, what="the number of rows")
                    limits.check("cells", filled, file=file, what="the number of cells")
    except csv.Error as error:
        raise _open_quote(file, len(table.rows) + 1) from error
    if table.rows and text.count("\n") > number + 2:
        _refuse_swallowed_rows(table, quoting, file=file)
    return table


def _records(text: str, quoting: dict[str, Any], *, file: str) -> Iterator[list[str]]:
    """Yield the records of the text; an extra last line tells whether a quote was still open before it."""
    lines = itertools.chain(io.StringIO(text, newline=""), [_SENTINEL])
    last: list[str] | None = None
    number = 0
    for number, record in enumerate(csv.reader(lines, **quoting), 1):  # noqa: B007 - used below
        if last is not None:
            yield last
        last = record
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
    sample = [line for line in itertools.islice(io.StringIO(text, newline=""), _SAMPLE) if line.strip()]
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


def _json(text: str, *, file: str, limits: Limits) -> RawTable | None:
    """Read SPARQL results or an array of objects; None where the text is not JSON at all.

    Rows are numbered as the same table would have them in a spreadsheet: the keys are row 1.
    """
    depth = _depth(text)
    limits.check("json_depth", depth, file=file, what=f"the nesting ({depth} deep)")
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except _NotFiniteError as error:
        raise InputError(f"JSON has no number {error}: write null", file=file) from error
    except json.JSONDecodeError as error:
        if re.match(r'\s*(?:\{\s*"|\[\s*[\[{"\]])', text):
            raise InputError(f"this is not valid JSON: {error.msg}", file=file, row=error.lineno) from error
        return None
    except RecursionError as error:
        raise InputError(f"the nesting ({depth} deep) is too deep to be read: flatten it", file=file) from error
    if isinstance(value, dict) and isinstance(value.get("results"), dict):
        records, keys = value["results"].get("bindings"), value.get("head", {}).get("vars", [])
    else:
        records, keys = value, []
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise InputError("this JSON is not a list: give an array of objects or the results of a query", file=file)
    if not records:
        raise InputError("the list is empty", file=file)
    headers = list(dict.fromkeys([*map(str, keys), *itertools.chain.from_iterable(records)]))
    limits.check("rows", len(records), file=file, what="the number of rows")
    limits.check("columns", len(headers), file=file, what="the number of columns")
    limits.check("cells", len(headers) * (len(records) + 1), file=file, what="the number of cells")
    table = RawTable(numbers=[1], rows=[headers], headed=True)
    for number, record in enumerate(records, 2):
        cells = [_json_cell(record.get(header)) for header in headers]
        if any(cells):
            limits.check("cell_length", max(map(len, cells)), file=file, what=f"a cell of row {number}")
            table.numbers.append(number)
            table.rows.append(cells)
    return table


class _NotFiniteError(ValueError):
    """NaN or an infinity in JSON."""


def _refuse_constant(name: str) -> float:
    raise _NotFiniteError(name)


def _depth(text: str) -> int:
    """Return how deep brackets nest outside of strings."""
    deepest = depth = 0
    for mark in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text):
        if mark[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark[0] in "]}":
            depth -= 1
    return deepest


def _json_cell(value: object) -> str:
    """Return a JSON value as a cell: lists joined by ``;``, ``{"value": ...}`` its value, other objects nothing."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return _json_cell(value.get("value"))
    if isinstance(value, list):
        return "; ".join(filter(None, map(_json_cell, value)))
    return str(value)
