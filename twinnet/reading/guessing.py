"""Columns whose headers say nothing, told by their cells.

One column is first told by itself (countries, years, coordinates, kinds, names of places ...), then beside the
others: which of two columns of places is the name, which coordinate is the latitude, whether two places in a row are
two ends of a link.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from twinnet import countries
from twinnet.reading import values
from twinnet.reading.content import Content
from twinnet.reading.words import Meaning
from twinnet.text import fold

_ENOUGH = 4
_PLACES_LOOKED_UP = 40
_ROWS = 300
_LONG, _TITLE = 150, 26
_NUTS = re.compile(r"^[A-Z]{2}(?:[A-Z0-9]{1,3}\s*[/–-]\s*\S|[A-Z0-9]{0,2}\d[A-Z0-9]{0,2}$)")
_INTEGER = re.compile(r"^\d{1,3}(?:[ .,'’]?\d{3})*(?:\.0)?$")
_SURE = 1.2


class Known(NamedTuple):
    """A place that a text is known as: its country and where it lies."""

    country: str
    latitude: float
    longitude: float


Places = Callable[[str], Known | None]
"""Answers what place a text names, or whose id of GeoNames it is; None where there is none."""


@dataclass(slots=True)
class Table:
    """A table's columns and a sample of its rows."""

    contents: Sequence[Content]
    rows: Sequence[Sequence[str]]
    places: Places | None = None
    has_names: bool = False
    """Its names are known; what else is text need not be looked up."""

    def cell(self, row: Sequence[str], column: int) -> str:
        """Return a clean cell, empty where the row is too short."""
        return values.clean(row[column]) if column < len(row) else ""

    def pairs(self, one: int, other: int) -> list[tuple[str, str]]:
        """Return the cells of two columns in rows where both are filled."""
        step = max(1, len(self.rows) // _ROWS)
        found = ((self.cell(row, one), self.cell(row, other)) for row in self.rows[::step])
        return [(a, b) for a, b in found if a and b]

    def known(self, column: int) -> float:
        """Return the share of a column's cells that are names of places."""
        if self.places is None:
            return 0.0
        looked = self.contents[column].values[:_PLACES_LOOKED_UP]
        return sum(self.places(text) is not None for text in looked) / len(looked) if looked else 0.0


def guess(table: Table, known: Mapping[int, Meaning], free: Sequence[int]) -> dict[int, Meaning]:
    """Tell the columns ``free`` by their cells, beside those already ``known``.

    What is not unmistakable gets no meaning.
    """
    names = [meaning.field for meaning in known.values() if meaning.field in ("name", "locality", "partner")]
    if len(names) > 1:
        table = replace(table, has_names=True)
    classes = {column: told for column in free if (told := _class(table, column))}
    found = {column: Meaning(told, strength=_SURE) for column, told in classes.items() if told in _DIRECT}
    _coordinates(table, classes, found, known)
    if not _projects(table, classes, found, known):
        _names(table, classes, found, known)
    return found


_DIRECT = frozenset(
    (
        *("country", "since", "location", "geonames_id", "website", "population", "kind", "status", "region"),
        *("postcode", "languages", "themes", "role", "ignored"),
    )
)


def _class(table: Table, column: int) -> str | None:
    """Tell one column by itself; ``degrees``, ``place`` and kinds of text are told apart later."""
    content = table.contents[column]
    if content.filled < _ENOUGH:
        return None
    told = _word(content)
    if told is None and len(content.values) > 1:
        told = _value(content)
        if told is None and content.share("decimal_degrees") >= 0.9 and content.share("fine_degrees") >= 0.5:
            return "degrees"
        if told is None and content.share("number") >= 0.9:
            return _number(table, column)
        if told is None:
            return _text(table, column)
    return told


def _word(content: Content) -> str | None:
    """Tell a column of a few words that recur: kinds, states of membership, roles, parts of the world ..."""
    if content.distinct > max(12, 0.2 * content.filled):
        return None
    for test, least, told in _WORDS:
        shared = content.share_of_cells(test) >= least and content.share(test) >= least / 2
        named = test == "kind" and content.distinct > 0.7 * content.filled and content.share("any_kind") < least
        if shared and not named:
            return told if content.share("country") < least or _is_marks(content) else "country"
    return None


def _value(content: Content) -> str | None:
    """Tell a column by the form of its cells: addresses, countries, dates, coordinates ..."""
    for test, least, told in _BY_SHARE:
        if content.share(test) >= least and (told != "country" or not _is_marks(content)):
            return told
    return None


def _text(table: Table, column: int) -> str | None:
    """Tell a column of words: themes, codes of regions, names of places, or text."""
    content = table.contents[column]
    if content.share("words") < 0.8:
        return "text" if content.share("prose") >= 0.8 else None
    recurring = content.distinct <= 0.35 * content.filled and content.distinct >= 15
    if content.mean_length < _LONG and content.share_of_cells("themes") >= (0.25 if recurring else 0.7):
        return "themes"
    coded = sum(_NUTS.match(text) is not None and text[:2] in _codes() for text in content.values)
    said = content.share("region_word") >= 0.6 and content.distinct < content.filled
    if said or coded >= 0.8 * len(content.values):
        return "region"
    return "place" if not table.has_names and table.known(column) >= 0.5 else "text"


@cache
def _codes() -> frozenset[str]:
    """Return the codes of countries, with those that regional codes begin with."""
    return frozenset((*countries.codes(), "EL", "UK"))


_BY_SHARE = (
    ("geonames_url", 0.9, "geonames_id"),
    ("website", 0.8, "website"),
    ("location", 0.9, "location"),
    ("country", 0.85, "country"),
    ("date", 0.9, "since"),
    ("marked_postcode", 0.9, "postcode"),
)
_WORDS = (
    ("role", 0.95, "role"),
    ("status", 0.6, "status"),
    ("kind", 0.6, "kind"),
    ("world_region", 0.7, "ignored"),
    ("state", 0.8, "region"),
    ("languages", 0.9, "languages"),
    ("programme", 0.6, "text"),
)


def _is_marks(content: Content) -> bool:
    """Whether a column holds a few letters ("A", "B"), which are marks before they are countries."""
    return len(content.values) < 6 and all(len(text) == 1 for text in content.values)


def _number(table: Table, column: int) -> str | None:
    """Tell what a column of whole numbers counts: inhabitants, or ids of GeoNames."""
    content = table.contents[column]
    whole = [text for text in content.values if _INTEGER.match(text)]
    if len(whole) < 0.9 * len(content.values):
        return None
    if table.known(column) >= 0.6:
        return "geonames_id"
    numbers = [int(re.sub(r"\.0$|\D", "", text)) for text in whole]
    lengths = Counter(map(len, whole)).most_common(1)[0]
    rounded = sum(number % 100 == 0 for number in numbers) >= 0.5 * len(numbers)
    if lengths[0] in (4, 5) and lengths[1] >= 0.85 * len(whole) and not rounded:
        return "postcode" if lengths[1] == len(whole) and any(text.startswith("0") for text in whole) else None
    rising = sum(a < b for a, b in itertools.pairwise(numbers)) >= 0.98 * (len(numbers) - 1)
    large = statistics.median(numbers) >= 1_500 and content.distinct >= 0.6 * content.filled
    spread = max(numbers) >= (1.2 if rounded else 2) * max(min(numbers), 1)
    return "population" if large and spread and not rising and max(numbers) < 40_000_000 else None


def _coordinates(
    table: Table, classes: Mapping[int, str], found: dict[int, Meaning], known: Mapping[int, Meaning]
) -> None:
    """Tell latitudes from longitudes, in pairs from left to right."""
    columns = [column for column, told in classes.items() if told == "degrees"]
    said = [meaning.field for meaning in known.values() if meaning.field in ("latitude", "longitude", "location")]
    if len(columns) not in ((2, 4) if not said else (2,)) or (said and sorted(said) != ["latitude", "longitude"]):
        return
    named = _place_columns(classes, known)
    for at in range(0, len(columns), 2):
        first, second = columns[at], columns[at + 1]
        name = named[min(at // 2, len(named) - 1)] if named else None
        if _is_swapped(table, first, second, name):
            first, second = second, first
        found[first] = Meaning("latitude", strength=_SURE)
        found[second] = Meaning("longitude", strength=_SURE)


def _place_columns(classes: Mapping[int, str], known: Mapping[int, Meaning]) -> list[int]:
    named = [column for column, told in classes.items() if told == "place"]
    return sorted({*named, *(c for c, meaning in known.items() if meaning.field in ("name", "locality", "partner"))})


def _is_swapped(table: Table, first: int, second: int, name: int | None) -> bool:
    """Whether the first of two columns holds the longitudes: by their size, else by where the places of a row lie."""
    one, other = (
        [abs(values.number(text) or 0.0) for text in table.contents[column].values] for column in (first, second)
    )
    if max(one) > 90 or max(other) > 90:
        return max(one) > 90
    if name is None or table.places is None:
        return False
    straight = swapped = 0
    for row in table.rows[:_PLACES_LOOKED_UP]:
        place = table.places(table.cell(row, name))
        a, b = (values.number(table.cell(row, column)) for column in (first, second))
        if place is not None and a is not None and b is not None:
            as_given = abs(place.latitude - a) + abs(place.longitude - b)
            turned = abs(place.latitude - b) + abs(place.longitude - a)
            straight += as_given < turned
            swapped += turned < as_given
    return swapped > straight


def _names(table: Table, classes: dict[int, str], found: dict[int, Meaning], known: Mapping[int, Meaning]) -> None:
    """Tell the names: of an organisation and its place, or of both ends of a link."""
    fields = {meaning.field: column for column, meaning in known.items()}
    places = [column for column, told in classes.items() if told == "place"]
    texts = [
        column
        for column, told in classes.items()
        if told == "text" and table.contents[column].is_names and table.contents[column].mean_length < 80
    ]
    named = fields.get("name", fields.get("partner"))
    if named is not None:
        if places and "locality" not in fields:
            found[places[0]] = _beside_a_name(table, named, known[named], places[0], alone=not texts)
    elif "locality" in fields and places and not texts and _are_ends(table, fields["locality"], places[0]):
        is_second = known[fields["locality"]].side == "to"
        found[places[0]] = Meaning("name", "from" if is_second else "to", _SURE)
    elif "locality" in fields:
        at = fields["locality"]
        chosen = [column for column in (*places, *texts) if _agree(table, column, at) or _is_named(table, column)]
        found.update({column: Meaning("name", strength=_SURE) for column in chosen[:1]})
    elif places:
        _names_by_places(table, _without_regions(table, places, found), texts, found)
    elif not {"acronym", "title"} & set(fields) and {"country", "since", "kind", "location"} & {
        *fields,
        *classes.values(),
    }:
        chosen = [column for column in texts if _is_named(table, column)]
        found.update({column: Meaning("name", strength=_SURE) for column in chosen[:1]})


def _beside_a_name(table: Table, named: int, said: Meaning, place: int, *, alone: bool) -> Meaning:
    """Tell what a column of places is where another is known to hold the names: the other end, or the locality."""
    if alone and _are_ends(table, named, place):
        is_second = said.side == "to" or said.field == "partner"
        return Meaning("name", "from" if is_second else "to", _SURE)
    return Meaning("locality", strength=_SURE)


def _names_by_places(table: Table, places: Sequence[int], texts: Sequence[int], found: dict[int, Meaning]) -> None:
    """Tell names where columns of places are all that is known."""
    if len(places) == 1:
        varied = [
            column
            for column in texts
            if table.contents[column].distinct >= 0.8 * table.contents[places[0]].distinct
            and (_agree(table, column, places[0]) or _is_named(table, column))
        ]
        name, locality = (varied[0], places[0]) if varied else (places[0], None)
    elif not texts and _are_ends(table, places[0], places[1]):
        found[places[0]] = Meaning("name", "from", _SURE)
        found[places[1]] = Meaning("name", "to", _SURE)
        return
    else:
        name, locality = sorted(places[:2], key=lambda c: (table.known(c), -table.contents[c].mean_length))
    found[name] = Meaning("name", strength=_SURE)
    if locality is not None:
        found[locality] = Meaning("locality", strength=_SURE)


def _is_named(table: Table, column: int) -> bool:
    """Whether texts are names of organisations: some say their kind or their place, as names of persons don't."""
    return table.contents[column].share("kind") >= 0.2 or table.known(column) >= 0.2


def _are_ends(table: Table, one: int, other: int) -> bool:
    """Whether two columns of places are two ends of links: they seldom agree, and mostly lie in two countries."""
    return table.known(one) >= 0.5 and not _agree(table, one, other) and not _same_country(table, one, other)


def _agree(table: Table, one: int, other: int) -> bool:
    """Whether two columns often name the same place in a row ("City of Ieper", "Ieper")."""
    pairs = [(fold(a), fold(b)) for a, b in table.pairs(one, other)]
    return bool(pairs) and sum(a in b or b in a for a, b in pairs) >= 0.3 * len(pairs)


def _without_regions(table: Table, places: list[int], found: dict[int, Meaning]) -> list[int]:
    """Take out columns whose places recur and lie in the country of the others: provinces called by their towns."""
    kept = []
    for column in places:
        others = [other for other in places if other != column]
        content = table.contents[column]
        recurs = content.distinct <= 0.5 * content.filled
        if recurs and any(_same_country(table, column, o) and not _agree(table, column, o) for o in others):
            found[column] = Meaning("region", strength=_SURE)
        else:
            kept.append(column)
    return kept or places


def _same_country(table: Table, one: int, other: int) -> bool:
    if table.places is None:
        return False
    met = [(table.places(a), table.places(b)) for a, b in table.pairs(one, other)[:_PLACES_LOOKED_UP]]
    both = [(a, b) for a, b in met if a and b]
    return bool(both) and sum(a.country == b.country for a, b in both) >= 0.8 * len(both)


def _projects(
    table: Table, classes: Mapping[int, str], found: dict[int, Meaning], known: Mapping[int, Meaning]
) -> bool:
    """Tell the texts of projects by their length; return whether it is a list of projects, without partners.

    Descriptions are long; programmes recur; a title is longer than an acronym. Beside names of organisations a
    description alone tells no project: members are described too.
    """
    fields = {meaning.field for meaning in known.values()} | {meaning.field for meaning in found.values()}
    texts = [column for column, told in classes.items() if told in ("text", "place")]
    long = [c for c in texts if table.contents[c].mean_length >= _LONG and _is_varied(table.contents[c])]
    programmes = [column for column in texts if table.contents[column].share("programme") >= 0.6]
    has_partners = bool({"name", "partner", "locality", "country"} & fields) or "place" in classes.values()
    told = bool(programmes) or bool({"acronym", "programme", "title", "role"} & fields)
    if not told and (has_partners or not (long or "description" in fields)):
        return False
    found.update({column: Meaning("description", strength=_SURE) for column in long})
    if programmes and "programme" not in fields:
        found[programmes[0]] = Meaning("programme", strength=_SURE)
    rest = [column for column in texts if column not in found and _is_varied(table.contents[column])]
    if has_partners:
        recurring = [c for c in rest if table.contents[c].distinct <= 0.8 * table.contents[c].filled]
        rest = sorted(recurring, key=lambda column: table.contents[column].distinct)[:1]
    shortest = min(rest, key=lambda column: table.contents[column].mean_length, default=None)
    for column in rest:
        if column == shortest and "acronym" not in fields and classes[column] == "text":
            found[column] = Meaning("acronym", strength=_SURE)
        elif not has_partners and table.contents[column].mean_length >= _TITLE:
            found[column] = Meaning("title", strength=_SURE)
    return not has_partners


def _is_varied(content: Content) -> bool:
    return content.distinct >= 0.1 * content.filled
