"""Records -> a raw table: what JSON, GeoJSON and GraphML have in common."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from twinnet.reading.raw import Filling, Limits, RawFault, RawTable

NOT_FINITE = "the value is infinite or no number, which no list needs: leave it empty"


def tabulate(
    records: Sequence[Mapping[str, Any]],
    *,
    keys: Iterable[str] = (),
    sheet: str | None = None,
    file: str,
    limits: Limits,
) -> RawTable:
    """Return records as a table under their keys, those of ``keys`` first; numbers that are none are reported."""
    headers = list(dict.fromkeys([*keys, *itertools.chain.from_iterable(records)]))
    limits.check("rows", len(records), file=file, what="the number of rows")
    limits.check("columns", len(headers), file=file, what="the number of columns")
    limits.check("cells", len(headers) * (len(records) + 1), file=file, what="the number of cells")
    filling = Filling(RawTable(sheet=sheet, headed=True), limits=limits, file=file)
    table = filling.table
    filling.add(1, headers)
    for number, record in enumerate(records, 2):
        for key, value in record.items():
            if isinstance(value, float) and not math.isfinite(value):
                table.faults.append(RawFault(number, headers.index(key), "value", NOT_FINITE))
        cells = [cell(record.get(header)) for header in headers]
        if any(cells):
            filling.add(number, cells)
    return table


def cell(value: object) -> str:
    """Return a value as a cell: lists joined by ``;``, ``{"value": ...}`` its value, other objects nothing.

    >>> cell(["youth", None, "culture"]), cell({"value": "IT"}), cell({"a": 1}), cell(float("inf"))
    ('youth; culture', 'IT', '', '')
    """
    if value is None:
        return ""
    if isinstance(value, dict):
        return cell(value.get("value"))
    if isinstance(value, list):
        return "; ".join(filter(None, map(cell, value)))
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    return str(value)
