"""Telling whether cells that were read are such as facts have.

Whoever may write to a database may put anything there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from twinnet.models import Model
from twinnet.stores.schema import Kind, Table


def fit(table: Table, columns: Sequence[Sequence[Any]]) -> bool:
    """Tell whether all cells, by columns and as a database holds them, are such as facts of a table have."""
    named = zip(table.columns.items(), columns, strict=True)
    return all(_fits(table.model, name, kind, column) for (name, kind), column in named)


def _fits(model: type[Model], name: str, kind: Kind, column: Sequence[Any]) -> bool:
    if kind == "list":
        return _are(column, list, type(None)) and _are(chain.from_iterable(filter(None, column)), str)
    try:
        if kind in ("pairs", "origins"):
            return _is_json(kind, [cell for cell in column if cell is not None])
        allowed = _allowed(model, name)
        if allowed is None:
            return _are(column, str, *(() if model.model_fields[name].is_required() else (type(None),)))
        # Many cells are the same, so each is looked at once.
        allowed.validate_python(list(set(column)), strict=True)
    except (TypeError, ValueError, ValidationError, RecursionError):
        return False
    return True


@cache
def _allowed(model: type[Model], name: str) -> TypeAdapter[list[Any]] | None:
    """Return what tells which values a field may have, None where that is any text."""
    field = model.model_fields[name]
    if not field.metadata and field.annotation in (str, str | None):
        return None
    one: Any = field.annotation
    for about in field.metadata:
        one = Annotated[one, about]
    several: Any = list[one]
    return TypeAdapter(several)


def _is_json(kind: Kind, column: Sequence[Any]) -> bool:
    if not _are(column, str):
        return False
    # One text for the whole column: several times as fast as a call a cell.
    cells = json.loads(f"[{','.join(column)}]")
    if len(cells) != len(column) or not _are(cells, list):
        return False
    flat = list(chain.from_iterable(cells))
    if kind == "pairs":
        return _are(flat, list) and {*map(len, flat)} <= {2} and _are(chain.from_iterable(flat), str)
    whole = not any(len(cell) % 3 for cell in cells)
    return whole and _are(flat[::3], str) and _are(flat[1::3], int) and _are(flat[2::3], str)


def _are(values: Any, *types: type) -> bool:
    return {*map(type, values)} <= {*types}
