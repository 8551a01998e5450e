"""Name the places of any table on its own, or judge pairs of organisations' names; nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from twinnet import countries
from twinnet.errors import OptionError
from twinnet.places import (
    AUTO_FROM,
    NEAREST_WITHIN,
    Gazetteer,
    Hit,
    countries_in,
    is_unit,
)
from twinnet.reading import Limits, values
from twinnet.resolution.agreement import Agreement, agreement
from twinnet.workspace.tables import UserTable, read_user_table, refuse_same_file, with_added
from twinnet.writing import sheets

if TYPE_CHECKING:
    from twinnet.resolution.alike import Verdict

Progress = Callable[[int, int], object]
"""Called with how many of how many rows are done."""

ADDED = (
    *("band", "geoname_id", "place_name", "country", "latitude", "longitude"),
    *("stage", "score", "runner_up", "why"),
)
"""The columns that :func:`name_table` adds."""

JUDGED = ("decision", "why")
"""The columns that :func:`judge_pairs` adds."""

FIELDS = ("name", "country", "region", "postcode", "latitude", "longitude", "location")
"""What a column of a table may say of a place; ``location`` is a cell with both coordinates."""

_STEP = 250


@dataclass(frozen=True, slots=True)
class NameOptions:
    """What a user says of a table to be named.

    ``columns`` maps :data:`FIELDS` to headers (of pairs: ``a`` and ``b``); without a ``name`` all are recognised as at
    an import. ``country`` is the country of rows that name none, ``sheet`` the sheet of a workbook (None: the first
    that fits), ``limits`` how much is parsed.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    country: str | None = None
    sheet: str | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Named:
    """What was made of a table: rows, how many of each band (or decision) and stage, and what there is to note."""

    rows: int
    bands: Mapping[str, int]
    stages: Mapping[str, int]
    notes: tuple[str, ...]


def name_table(
    path: str | Path, out: str | Path, *, options: NameOptions | None = None, progress: Progress | None = None
) -> Named:
    """Look up the place of every row of a table and write the table with the columns :data:`ADDED`.

    Every column and row stays, in order; a column that has the name of an added one becomes ``input_…``. ``out`` ends
    in ``.csv`` or ``.xlsx``, or is ``-`` for standard output (CSV).

    Raises
    ------
    OptionError
        There is no such column, sheet or country, or ``out`` is the file itself.
    InputError
        The file cannot be read as a table, or ``out`` not be written.
    """
    refuse_same_file(path, out)
    options = options or NameOptions()
    if unknown := sorted(set(options.columns) - set(FIELDS)):
        raise OptionError(f"a place has no {unknown[0]!r}: choose one of {', '.join(FIELDS)}")
    default = countries.code(options.country) if options.country else None
    if options.country and default is None:
        raise OptionError(f"there is no country {options.country!r}: write its name or ISO code, such as BA")
    with Gazetteer.open() as gazetteer:
        table = read_user_table(
            path, columns=options.columns, needed=("name",), fields=FIELDS, sheet=options.sheet, limits=options.limits
        )
        namer = Namer(gazetteer, default)
        answers = [namer.name(row) for row in _with_progress(_said(table), len(table.rows), progress)]
    cells = ([*row, *_cells(answer)] for row, answer in zip(table.rows, answers, strict=True))
    sheets.write_table(with_added(table.header, ADDED), cells, out)
    bands = Counter(answer.band for answer in answers)
    stages = Counter(answer.hit.stage for answer in answers if answer.hit)
    notes = list(table.notes)
    if "country" not in table.columns and default is None:
        notes.append("no column of countries was named: names were looked up in all countries")
    return Named(len(answers), {band: bands[band] for band in ("auto", "review", "none")}, stages, tuple(notes))


def judge_pairs(
    path: str | Path, out: str | Path, *, options: NameOptions | None = None, progress: Progress | None = None
) -> Named:
    """Judge the two organisations that each row names, in the columns ``a`` and ``b``.

    The table is written with the columns :data:`JUDGED`. Nothing is merged: ``same`` is only said.
    Otherwise as :func:`name_table`.
    """
    refuse_same_file(path, out)
    options = options or NameOptions()
    columns = {"a": "a", "b": "b", **options.columns}
    if unknown := sorted(set(columns) - {"a", "b"}):
        raise OptionError(f"a pair has no {unknown[0]!r}: name the columns a and b, such as --column a=Name")
    from twinnet.resolution.alike import compare
    from twinnet.resolution.naming import Reader

    table = read_user_table(
        path, columns=columns, needed=("a", "b"), fields=("a", "b"), sheet=options.sheet, limits=options.limits
    )
    one, other = table.columns["a"], table.columns["b"]
    seen: dict[tuple[str, str], Verdict] = {}
    decided: list[list[str]] = []
    with Gazetteer.open() as gazetteer:
        reader = Reader(gazetteer)
        for row in _with_progress(table.rows, len(table.rows), progress):
            pair = values.clean(row[one]), values.clean(row[other])
            if not all(map(_is_name, pair)):
                decided.append(["review", "a name is missing"])
                continue
            verdict = seen.get(pair)
            if verdict is None:
                verdict = seen[pair] = compare(reader, *pair)
            decided.append([verdict.decision, verdict.why])
    cells = ([*row, *verdict] for row, verdict in zip(table.rows, decided, strict=True))
    sheets.write_table(with_added(table.header, JUDGED), cells, out)
    counts = Counter(decision for decision, _ in decided)
    kinds = ("same", "different", "review")
    return Named(len(decided), {kind: counts[kind] for kind in kinds}, {}, table.notes)


class Query(NamedTuple):
    """What a row says of its place; ``country`` is as it was written, ``faults`` what of it could not be read."""

    name: str
    country: str = ""
    region: str | None = None
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    faults: tuple[str, ...] = ()


class Answer(NamedTuple):
    """The place that a row means, None in band ``none``; and why, in a short sentence."""

    band: str
    hit: Hit | None
    why: str


class Namer:
    """Looks up rows one by one; the same words get the same answer at once."""

    def __init__(self, gazetteer: Gazetteer, country: str | None = None) -> None:
        self._gazetteer, self._country = gazetteer, country
        self._seen: dict[Query, Answer] = {}

    def name(self, query: Query) -> Answer:
        """Return the answer for a row."""
        answer = self._seen.get(query)
        if answer is None:
            answer = self._name(query)
            if query.faults:
                answer = answer._replace(why=_joined(answer.why, *query.faults))
            self._seen[query] = answer
        return answer

    def _name(self, query: Query) -> Answer:
        if not _is_name(query.name):
            return Answer("none", None, "the row has no name")
        if not query.country:
            if self._country is None and (answer := self._by_country_in_name(query)):
                return answer
            return self._find(query, self._country) if self._country else self._anywhere(query)
        code = countries.code(query.country)
        return self._find(query, code) if code else self._without_country(query)

    def _by_country_in_name(self, query: Query) -> Answer | None:
        """Look in the country that the name itself carries; None where it carries none, or no such place is there."""
        for code, sure in countries_in(query.name):
            answer = self._find(query, code)
            if answer.hit is not None:
                why = _joined("the country was read from the name", answer.why)
                return Answer(answer.band if sure else "review", answer.hit, why)
        return None

    def _anywhere(self, query: Query) -> Answer:
        """Answer a row that says no country: a name that two places bear waits for a person."""
        answer = self._find(query, None)
        if answer.hit is None or answer.hit.runner_up is None or query.latitude is not None:
            return answer
        return Answer(
            "review", answer.hit, _joined("no country is given, and several places bear that name", answer.why)
        )

    def _without_country(self, query: Query) -> Answer:
        """Answer a row whose country cannot be told: only a place that no other country has, and for review."""
        said = countries.obsolete(query.country) or "the country is not known: write its name or ISO code"
        band, hit, why = self._find(query, None)
        if hit is None:
            return Answer("none", None, said)
        if hit.distance is not None:
            return Answer(band, hit, _joined(said, why))
        if hit.runner_up is not None and hit.runner_up.country != hit.place.country:
            return Answer("none", None, f"{said}; places of that name are in several countries")
        return Answer("review", hit, f"{said}; the place was looked for in all countries")

    def _find(self, query: Query, country: str | None) -> Answer:
        region, postcode = query.region, query.postcode
        if query.latitude is None or query.longitude is None:
            return _answer(self._gazetteer.find(query.name, country, region=region, postcode=postcode), country)
        if is_unit(query.name):
            return _answer(None, country)
        at = (query.latitude, query.longitude)
        both = agreement(self._gazetteer, [query.name], country, position=at, region=region, postcode=postcode)
        return self._weighed(both, country, at)

    def _weighed(self, both: Agreement, country: str | None, position: tuple[float, float]) -> Answer:
        """Answer a row whose coordinates were looked at beside its name."""
        hit = both.hit
        if both.how == "agree" and hit is not None:
            why = hit.why if hit.distance is not None else _joined(hit.why, f"the coordinates agree ({both.km:.0f} km)")
            return Answer("auto", hit._replace(score=max(AUTO_FROM, hit.score), distance=both.km), why)
        near = self._gazetteer.near(*position, country=country, within=NEAREST_WITHIN)
        nearest = next((place for place in near if not place.district), None)
        if hit is None:
            if nearest is None:
                return _answer(None, country)
            why = "no place of that name is known; this one is nearest to the coordinates"
            return Answer("review", Hit(nearest, "coordinates", AUTO_FROM / 2, why=why), why)
        why = _joined(f"{both}, and were not trusted", hit.why)
        if both.how in ("abroad", "near"):
            return Answer(hit.band, hit, why)
        return Answer("review", hit._replace(runner_up=nearest or hit.runner_up), why)


def _answer(hit: Hit | None, country: str | None) -> Answer:
    if hit is not None:
        return Answer(hit.band, hit, hit.why)
    where = f"in {countries.name(country)}" if country else "in any country"
    return Answer("none", None, f"no place of that name is known {where}")


def _is_name(text: str) -> bool:
    return any(map(str.isalpha, text)) and not values.is_empty(text)


def _joined(*reasons: str) -> str:
    return "; ".join(filter(None, reasons))


def _said(table: UserTable) -> Iterator[Query]:
    """Give what each row says; a header that is repeated among the rows is no name."""
    columns = table.columns
    for row in table.rows:
        said = {name: values.clean(row[at]) for name, at in columns.items()}
        if row == list(table.header):
            said = {"name": ""}
        faults: list[str] = []
        latitude, longitude = _position(said, faults)
        known = {
            name: said[name] for name in ("region", "postcode") if said.get(name) and not values.is_empty(said[name])
        }
        country = said.get("country", "")
        yield Query(
            said["name"],
            "" if values.is_empty(country) else country,
            known.get("region"),
            known.get("postcode"),
            latitude,
            longitude,
            tuple(faults),
        )


def _position(said: Mapping[str, str], faults: list[str]) -> tuple[float, float] | tuple[None, None]:
    """Read a row's coordinates; half a pair, 0, 0 and what is none count as none, and are told as faults."""
    given = {name: said[name] for name in ("latitude", "longitude", "location") if said.get(name)}
    given = {name: text for name, text in given.items() if not values.is_empty(text)}
    if not given:
        return None, None
    try:
        if "location" in given:
            position = values.point(given["location"])
        elif len(given) == 2:
            position = values.latitude(given["latitude"]), values.longitude(given["longitude"])
        else:
            faults.append("only one of two coordinates is given")
            return None, None
    except values.NotTaken as held:
        faults.append(str(held))
        return None, None
    if position == (0.0, 0.0):
        faults.append("the coordinates are 0, 0, in the sea")
        return None, None
    return position


def _cells(answer: Answer) -> list[str | int | float | None]:
    hit = answer.hit
    if hit is None:
        return [answer.band, *[None] * 6, 0.0, None, answer.why]
    place, other = hit.place, hit.runner_up
    return [
        *(answer.band, place.geonames_id, place.name, place.country, place.latitude, place.longitude),
        *(hit.stage, round(hit.score, 3)),
        f"{other.name}, {other.country} ({other.geonames_id})" if other else None,
        answer.why or None,
    ]


def _with_progress(rows: Iterable[Any], of: int, progress: Progress | None) -> Iterator[Any]:
    for done, row in enumerate(rows):
        if progress is not None and done % _STEP == 0:
            progress(done, of)
        yield row
