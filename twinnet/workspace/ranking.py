"""Rank new partners for the organisations named in a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twinnet import matching, scoring
from twinnet.best import Progress
from twinnet.errors import InputError, NotFoundError
from twinnet.graph import GAZETTEER_SOURCE, Facts, Network
from twinnet.index import MatchIndex
from twinnet.models import ListTable, Organisation, Row, Rules
from twinnet.places import Gazetteer
from twinnet.reading import raw_tables, values
from twinnet.resolution import resolve
from twinnet.resolution.judging import met
from twinnet.workspace.suggesting import part_of
from twinnet.writing import RANKS, write_rows


@dataclass(frozen=True)
class Query:
    """One row of the table of queries: its own id, and the organisation it means (None: it could not be placed)."""

    query: str
    name: str
    organisation: str | None
    reason: str = ""


def rank_table(
    network: Network,
    queries: str | Path,
    out: str | Path,
    *,
    top: int = 100,
    rules: Rules | None = None,
    today: dt.date | None = None,
    learn: bool = False,
    progress: Progress | None = None,
) -> list[Query]:
    """Rank ``top`` new partners for each organisation of a table and write them as CSV.

    The table has a column ``query_id`` and ``id``, or ``name``, ``country``, ``latitude``, ``longitude``. An
    organisation that the network does not hold yet is placed and ranked as a newcomer. With ``learn`` the points are
    learned from the network's own links first; else they are those it keeps, or the shipped ones.

    Returns
    -------
    list of Query
        Those that could not be placed, with the reason; they have no rows in ``out``.
    """
    asked, widened = _queries(network, Path(queries))
    placed = [query for query in asked if query.organisation is not None]
    parts = 2 if learn else 1
    index = MatchIndex.of(network, embed=rules is not None and rules.embed) if learn else None
    table = scoring.learn(index, progress=part_of(progress, 0, parts)) if index is not None else None
    ids = sorted({query.organisation for query in placed if query.organisation is not None})
    found = matching.rank(
        widened, ids, top=top, rules=rules, today=today, table=table, progress=part_of(progress, parts - 1, parts)
    )
    write_rows(RANKS, _rows(widened, placed, found), out)
    return [query for query in asked if query.organisation is None]


def _rows(network: Network, queries: list[Query], found: dict[str, list[matching.Ranked]]) -> Iterator[list[Any]]:
    table = network.organisations
    for query in queries:
        assert query.organisation is not None  # noqa: S101 - placed queries only
        own = table.position(query.organisation)
        for place, ranked in enumerate(found[query.organisation], start=1):
            at = table.position(ranked.candidate)
            yield [
                *(query.query, *_named(table, own), place, ranked.candidate, *_named(table, at)),
                *(*_position(table, at), ranked.score, ranked.probability),
            ]


def _named(table: Facts[Organisation], at: int) -> tuple[str, str | None]:
    return table.cell("name", at), table.cell("country", at)


def _position(table: Facts[Organisation], at: int) -> tuple[float | None, float | None]:
    """Return the latitude and longitude of an organisation as a list gives them, else the gazetteer's.

    Those that were not trusted stand where no list gives any that were.
    """
    names = ("latitude", "longitude", "listed_latitude", "listed_longitude", "origins")
    latitude, longitude, north, east, origins = (table.cell(name, at) for name in names)
    trusted = any("latitude" in fields for source, _, fields in origins if source != GAZETTEER_SOURCE)
    as_listed = north is not None and east is not None and not trusted
    return (north, east) if as_listed else (latitude, longitude)


def _by_id(network: Network, ids: dict[int, str]) -> tuple[dict[int, str], dict[int, str]]:
    """Sort the ids that rows give into those of organisations (by whatever id they had) and those of nobody."""
    known, unknown = {}, {}
    for row, identifier in ids.items():
        try:
            known[row] = network.organisation(identifier).id
        except NotFoundError:
            unknown[row] = identifier
    return known, unknown


def _queries(network: Network, path: Path) -> tuple[list[Query], Network]:
    """Read the queries; return them with the network, widened by the newcomers among them."""
    listed, own = _table(path)
    known, unknown = _by_id(network, own.ids)
    rest = [row for row in listed.rows if row.number not in own.ids]
    asked: dict[int, str] = dict(known)
    newcomers: dict[str, Organisation] = {}
    if rest:
        named = ListTable(file=listed.file, kind="members", network="queries", rows=tuple(rest))
        with Gazetteer.open() as gazetteer:
            resolved = resolve([named], gazetteer=gazetteer)
        same = met(resolved.statements, network)
        for statement in resolved.statements:
            if statement.kind == "membership":
                subject = statement.subject.partition("|")[0]
                asked[statement.row] = same.get(subject, subject)
        small = Network.from_statements(resolved.sources, resolved.statements)
        for organisation in small.organisations:
            if organisation.id in same or network.organisations.has(organisation.id):
                continue
            if organisation.place_state == "unconfirmed":
                asked = {row: identifier for row, identifier in asked.items() if identifier != organisation.id}
            else:
                newcomers[organisation.id] = organisation
    queries = []
    for number, query, name in own.rows:
        if number in unknown:
            queries.append(Query(query, name, None, f"no organisation has the id {unknown[number]!r}"))
        else:
            queries.append(Query(query, name, asked.get(number), "its place could not be told"))
    return queries, network.widened(newcomers.values()) if newcomers else network


@dataclass(frozen=True)
class _Own:
    """What the table says beside names: each row's query id and name, and the ids of organisations."""

    rows: list[tuple[int, str, str]]
    ids: dict[int, str]


_FIELDS: dict[str, Callable[[str], Any]] = {
    "name": str,
    "country": str,
    "region": str,
    "latitude": values.latitude,
    "longitude": values.longitude,
}
"""What a query may say of its organisation, and how its cells are read."""


def _table(path: Path) -> tuple[ListTable, _Own]:
    """Read the table of queries: what it says of places, and its own ids."""
    file, found = raw_tables(path)
    raw = next((table for table in found if table.rows), None)
    if raw is None:
        raise InputError("the table of queries holds no visible rows", file=file)
    header = [cell.strip().casefold() for cell in raw.rows[0]]
    if "query_id" not in header or not {"id", "name"} & set(header):
        raise InputError(
            "the table of queries needs the columns query_id and id, or query_id, name and country", file=path.name
        )
    own, rows = _Own([], {}), []
    for number, cells in zip(raw.numbers[1:], raw.rows[1:], strict=True):
        said = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}
        own.rows.append((number, said.get("query_id", ""), said.get("name", said.get("id", ""))))
        if "id" in said:
            own.ids[number] = said["id"]
        rows.append(Row(number, _read(said)))
    return ListTable(file=path.name, kind="members", rows=tuple(rows)), own


def _read(said: dict[str, str]) -> dict[str, Any]:
    """Read the cells of a query; a coordinate that is none is left out."""
    found: dict[str, Any] = {}
    for field, convert in _FIELDS.items():
        if field in said:
            try:
                found[field] = convert(said[field])
            except values.NotTaken:
                continue
    if not {"latitude", "longitude"} <= found.keys():
        found.pop("latitude", None)
        found.pop("longitude", None)
    return found
