"""JSON -> raw tables: arrays of objects, the results of a query, and GeoJSON (:mod:`twinnet.reading.geojson`)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from twinnet.errors import InputError
from twinnet.reading import geojson
from twinnet.reading.raw import Limits, RawTable
from twinnet.reading.records import tabulate

_MARK = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{,]|[\]}]', re.DOTALL)
_PARTS_OF_A_CELL = 4
"""How many values of a JSON file may stand behind one cell: query results wrap each in an object of three."""


def parse(text: str, *, file: str, limits: Limits) -> list[RawTable] | None:
    """Read a JSON text; None where it is not JSON at all.

    Rows are numbered as the same table would have them in a spreadsheet: the keys are row 1.

    Raises
    ------
    InputError
        It is damaged, nested too deep, or no list.
    """
    _measure(text, file=file, limits=limits)
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except _NotFiniteError as error:
        raise InputError(f"JSON has no number {error}: write null", file=file) from error
    except json.JSONDecodeError as error:
        if re.match(r'\s*(?:\{\s*"|\[\s*[\[{"\]])', text):
            raise InputError(f"this is not valid JSON: {error.msg}", file=file, row=error.lineno) from error
        return None
    except RecursionError as error:
        raise InputError("the nesting is too deep to be read: flatten it", file=file) from error
    except ValueError as error:
        raise InputError("a number has more digits than can be read: write it as text", file=file) from error
    if isinstance(value, dict) and value.get("type") in ("FeatureCollection", "Feature"):
        return geojson.tables(value, file=file, limits=limits)
    keys: Sequence[Any] = ()
    if isinstance(value, dict) and isinstance(value.get("results"), dict):
        records, head = value["results"].get("bindings"), value.get("head")
        names = head.get("vars") if isinstance(head, dict) else None
        keys = names if isinstance(names, list) else ()
    else:
        records = value
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        advice = "give an array of objects, the results of a query or GeoJSON"
        raise InputError(f"this JSON is not a list: {advice}", file=file)
    if not records:
        raise InputError("the list is empty", file=file)
    return [tabulate(records, keys=[*map(str, keys)], file=file, limits=limits)]


class _NotFiniteError(ValueError):
    """NaN or an infinity in JSON."""


def _refuse_constant(name: str) -> float:
    raise _NotFiniteError(name)


def _measure(text: str, *, file: str, limits: Limits) -> None:
    """Raise :class:`LimitError` where brackets nest too deep outside of strings, or hold too many values."""
    depth = parts = 0
    most = _PARTS_OF_A_CELL * limits.cells
    for match in _MARK.finditer(text):
        mark = match[0]
        if mark in "[{,":
            parts += 1
            if parts > most:
                what = "the number of values"
                limits.check("cells", max(parts // _PARTS_OF_A_CELL, limits.cells + 1), file=file, what=what)
        if mark in "[{":
            depth += 1
            if depth > limits.json_depth:
                limits.check("json_depth", depth, file=file, what=f"the nesting (over {limits.json_depth} deep)")
        elif mark in "]}":
            depth -= 1
