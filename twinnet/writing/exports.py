"""Everything a network holds in a file for other programs: as lines, JSON, GraphML, GeoJSON or CSV files.

Each form says what it holds; contacts are in none of them. The same facts give the same bytes, whatever their order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, get_args

from twinnet.errors import InputError
from twinnet.graph import Network
from twinnet.writing import atomic, csv_files, geojson, lines, node_link

Form = Literal["lines", "json", "graphml", "geojson", "csv"]
FORMS: tuple[Form, ...] = get_args(Form)
ENDINGS: Mapping[str, Form] = {
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".json": "json",
    ".graphml": "graphml",
    ".geojson": "geojson",
    ".csv": "csv",
}
"""The endings of file names, and the form that each names; a folder is for CSV files."""


def form_of(path: str | Path) -> Form:
    """Return the form that a path names; standard output takes lines.

    >>> form_of("my.graphml"), form_of("folder/"), form_of("-")
    ('graphml', 'csv', 'lines')

    Raises
    ------
    InputError
        Its ending is none of :data:`ENDINGS`.
    """
    if str(path) == atomic.STANDARD_OUTPUT:
        return "lines"
    if csv_files.is_folder(path):
        return "csv"
    form = ENDINGS.get(Path(path).suffix.lower())
    if form is None:
        known = [ending for ending in ENDINGS if ending != ".ndjson"]
        raise InputError(f"should end in {', '.join(known[:-1])} or {known[-1]}, or be a folder", file=Path(path).name)
    return form


def write(
    network: Network, path: str | Path, *, form: Form | None = None, on: dt.date | None = None, by: str = ""
) -> list[Path]:
    """Write a network in a form (None: the one that ``path`` names) and return the files written, none for ``-``.

    ``on`` and ``by`` are a date and a name for the header of lines; no other form bears them.

    Raises
    ------
    InputError
        The path names no form, or cannot be written.
    """
    form = form or form_of(path)
    if form == "csv":
        return csv_files.write(network, path)
    if form == "lines":
        lines.write(network, path, on=on, by=by)
    else:
        atomic.write_text(_document(network, form), path)
    return [] if str(path) == atomic.STANDARD_OUTPUT else [Path(path)]


def _document(network: Network, form: Form) -> Iterator[str]:
    if form == "graphml":
        # What it escapes texts by brings half of urllib with it.
        from twinnet.writing import graphml

        return graphml.export(network)
    return node_link.export(network) if form == "json" else geojson.export(network)
