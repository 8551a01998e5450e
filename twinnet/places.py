"""The gazetteer: a name and what is known beside it -> a place, with the stage that found it.

The places are those of ``data/places.sqlite`` (GeoNames): Europe and its neighbours from 500 inhabitants, the rest of
the world from 15,000. A place is a populated place, never an administrative unit: of a county or a canton nothing is
found. Nothing is guessed: a name is looked up as it stands, then without administrative words, then by its parts.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self

from twinnet.errors import StoreError
from twinnet.text import fold, repair

CAPITAL, DISTRICT = 1, 2
"""Flags of a place in the gazetteer's file."""

CONFIRMED_FROM = 0.8
"""The least score with which a place is taken; below it another place is as likely."""
SAME_NAME_WITHIN = 20.0
"""Kilometres within which a place of the same name is the row's place."""
NEAREST_WITHIN = 2.0
"""Kilometres within which the nearest place is the row's place, whatever its name."""

_DENSE = """
AD AL AM AT AX AZ BA BE BG BY CH CY CZ DE DK DZ EE EG EH ES FI FO FR GB GE GG GI GL GR HR HU IE IL IM IS IT JE JO KZ LB
LI LT LU LV LY MA MC MD ME MK MT NL NO PL PS PT RO RS RU SE SI SJ SK SM SY TN TR UA VA XK
"""
DENSE_COUNTRIES = frozenset(_DENSE.split())
"""Countries of which the gazetteer has the places from 500 inhabitants; of the others from 15,000."""

_DATA = Path(__file__).parent / "data"
_PATH = _DATA / "places.sqlite"
_EARTH_DIAMETER = 12742.0
_HINT_WITHIN = 60.0
_SAME_SPOT = 10.0


class Place(NamedTuple):
    """A populated place.

    Coordinates are degrees; ``population`` is None when unknown; ``admin1`` is GeoNames' code of the first-level unit
    inside the country; ``district`` marks a part of a larger city.
    """

    geonames_id: int
    name: str
    country: str
    latitude: float
    longitude: float
    population: int | None
    capital: bool
    admin1: str | None
    district: bool = False


class Hit(NamedTuple):
    """The answer to a look-up.

    ``stage`` says how it was found: ``exact``, ``stripped`` (without administrative words), ``part`` (a part of the
    text), ``bracket`` (only what stands in brackets), ``variant`` (an abbreviation or transcription), ``district``
    (without a word such as "South"), or ``coordinates`` (the nearest place). ``score`` is from 0 to 1: below .8 the
    answer is a guess, mostly because ``runner_up`` is as likely. ``distance`` is km from the given coordinates, None
    without them.
    """

    place: Place
    stage: str
    score: float
    runner_up: Place | None = None
    distance: float | None = None
    why: str = ""

    @property
    def band(self) -> Literal["auto", "review"]:
        """Whether the place can be taken (``auto``) or waits for a person (``review``)."""
        return "auto" if self.score >= CONFIRMED_FROM else "review"


def distance(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the great-circle distance of two points in km.

    >>> round(distance(43.34, 17.81, 43.86, 18.41))
    75
    """
    rad = math.pi / 180
    a = math.sin((other_latitude - latitude) * rad / 2) ** 2
    b = math.sin((other_longitude - longitude) * rad / 2) ** 2
    h = a + math.cos(latitude * rad) * math.cos(other_latitude * rad) * b
    return _EARTH_DIAMETER * math.asin(min(1.0, math.sqrt(h)))


def cell_of(latitude: float, longitude: float) -> int:
    """Return the number of the cell of a tenth of a degree in which a point lies."""
    return math.floor((latitude + 90) * 10) * 3600 + math.floor((longitude + 180) * 10) % 3600


def rows_digest(places: Iterable[tuple[Any, ...]], names: Iterable[tuple[Any, ...]]) -> str:
    """Return the SHA-256 of the sorted rows of the gazetteer's two tables."""
    digest = hashlib.sha256()
    for rows in (places, names):
        for row in rows:
            digest.update("\t".join("" if value is None else str(value) for value in row).encode("utf-8") + b"\n")
    return digest.hexdigest()


class Gazetteer:
    """Places by name, by id and by position.

    >>> with Gazetteer.open() as gazetteer:
    ...     hit = gazetteer.find("Općina Vodnjan / Comune di Dignano", "HR")
    >>> hit.place.name, hit.place.country, hit.stage
    ('Vodnjan', 'HR', 'stripped')
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: str | Path | None = None) -> Self:
        """Open a gazetteer's file read-only, by default the one of the package; raise :class:`StoreError`."""
        file = Path(path) if path is not None else _PATH
        try:
            # The file never changes while it is open, and stays outside of the process's own memory.
            uri = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            try:
                connection.execute("PRAGMA mmap_size = 67108864")
                connection.execute("SELECT 1 FROM place JOIN name ON place = id LIMIT 1")
            except sqlite3.Error:
                connection.close()
                raise
        except sqlite3.Error as error:
            raise StoreError(f"the gazetteer {file.name} cannot be opened ({error}); install twinnet again") from error
        return cls(connection)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def by_id(self, geonames_id: int) -> Place | None:
        """Return the place with that GeoNames id, None where the gazetteer has none."""
        row = self._connection.execute(f"SELECT {_COLUMNS} FROM place WHERE id = ?", (geonames_id,)).fetchone()
        return _place(row) if row else None

    def near(
        self, latitude: float, longitude: float, *, country: str | None = None, within: float = NEAREST_WITHIN
    ) -> list[Place]:
        """Return the places within that many km, nearest first; of one country if it is given."""
        north = math.ceil(within / 11.0)
        south = max(math.cos(math.radians(min(89.0, abs(latitude) + within / 111))), 0.02)
        east = min(math.ceil(within / (11.0 * south)), 1799)
        found = []
        base = math.floor((longitude + 180) * 10)
        for row in range(-north, north + 1):
            start = math.floor((latitude + 90) * 10 + row) * 3600
            for first, last in _spans(base - east, base + east):
                for values in self._connection.execute(
                    f"SELECT {_COLUMNS} FROM place WHERE cell BETWEEN ? AND ?", (start + first, start + last)
                ):
                    place = _place(values)
                    km = distance(latitude, longitude, place.latitude, place.longitude)
                    if km <= within and (country is None or place.country == country):
                        found.append((km, place.geonames_id, place))
        return [place for _, _, place in sorted(found)]

    def find(
        self,
        name: str,
        country: str | None = None,
        *,
        latitude: float | None = None,
        longitude: float | None = None,
        region: str | None = None,
        postcode: str | None = None,
    ) -> Hit | None:
        """Return the place that a name means, None when none can be told.

        ``country`` (ISO alpha-2) bounds the search. With coordinates the place is the one of that name within 20 km,
        else the nearest within 2 km, else None. ``region`` is a hint: a name of a place or unit nearby, which settles
        homonyms.
        """
        del postcode
        if latitude is not None and longitude is not None:
            return self._find_at(name, country, latitude, longitude)
        if is_unit(name):
            return None
        for key, stage in _readings(name):
            candidates = self._named(key, country)
            if candidates:
                if len(candidates) > 1 and (region or "(" in name or "," in name):
                    candidates = self._by_hints(candidates, [region or "", *_hints(name)], country)
                return self._best(key, stage, candidates, country=country)
        return None

    def named(self, name: str, country: str | None = None) -> list[Place]:
        """Return the places that bear a name, in the first reading of it that any bears, likeliest first."""
        for key, _ in _readings(name):
            candidates = self._named(key, country)
            if candidates:
                return [place for _, place, _ in candidates]
        return []

    def _find_at(self, name: str, country: str | None, latitude: float, longitude: float) -> Hit | None:
        for key, stage in () if is_unit(name) else _readings(name):
            around = [
                (rank - km / 5, place, km)
                for rank, place, _ in self._named(key, country)
                if (km := distance(latitude, longitude, place.latitude, place.longitude)) <= SAME_NAME_WITHIN
            ]
            if around:
                _, place, km = max(around, key=lambda found: (found[0], -found[1].geonames_id))
                return Hit(place, stage, _CERTAINTY[stage], None, km)
        for place in self.near(latitude, longitude, country=country, within=NEAREST_WITHIN):
            if not place.district:
                km = distance(latitude, longitude, place.latitude, place.longitude)
                return Hit(place, "coordinates", 0.9, None, km)
        return None

    def _named(self, key: str, country: str | None) -> list[_Candidate]:
        """Return the places under a key with their rank, highest first, and whether the name is their own.

        The rank is the decimal logarithm of the inhabitants; a place's own name counts threefold against another
        name of a place, a district a thirtieth.
        """
        found = []
        for *values, stage in self._connection.execute(_BY_KEY, (key,)):
            if country is None or values[2] == country:
                place = _place(values)
                rank = math.log10(max(place.population or 0, 200)) + (0.5 if stage == 0 else 0.0)
                found.append((rank + 0.3 * place.capital - 1.5 * place.district, place, stage == 0))
        return sorted(found, key=_likeliest) if len(found) > 1 else found

    def _best(self, key: str, stage: str, candidates: list[_Candidate], *, country: str | None) -> Hit:
        """Return the likeliest candidate; its score says how far the next one is behind."""
        rank, best, own = candidates[0]
        certainty = _CERTAINTY[stage] * (1.0 if country else 0.95) * (0.85 if best.district else 1.0)
        if not own:
            candidates = candidates + self._longer(key, best)
            if best.country not in DENSE_COUNTRIES and (best.population or 0) < 200_000:
                certainty *= 0.75  # smaller places that bear the name itself are left out there
            elif any(bears and rank - other_rank < 1.5 for other_rank, _, bears in candidates[1:]):
                certainty *= 0.75  # a larger place's other name against a smaller one's own
        rivals = (
            (other_rank, other)
            for other_rank, other, _ in sorted(candidates[1:], key=_likeliest)
            if distance(best.latitude, best.longitude, other.latitude, other.longitude) > _SAME_SPOT
        )
        rival = next(rivals, None)
        if rival is None:
            return Hit(best, stage, certainty)
        return Hit(best, stage, certainty * max(0.0, 1 - 0.5 * 10 ** (-2 * (rank - rival[0]))), rival[1])

    def _longer(self, key: str, best: Place) -> list[_Candidate]:
        """Return the places whose own name goes on where a short form ("Castelfranco") of the best one's ends."""
        if not fold(best.name).startswith(f"{key} "):
            return []
        found = []
        for *values, _ in self._connection.execute(_BY_PREFIX, (f"{key} ", f"{key}!")):
            place = _place(values)
            if place.country == best.country and not place.district:
                found.append((math.log10(max(place.population or 0, 200)), place, False))
        return found

    def _by_hints(self, candidates: list[_Candidate], hints: list[str], country: str | None) -> list[_Candidate]:
        """Raise the candidates that stand near a place which a hint names."""
        near = [place for hint in hints if hint for _, place, _ in self._named(fold(hint), country)[:1]]
        ranked = []
        for rank, place, own in candidates:
            km = [distance(place.latitude, place.longitude, other.latitude, other.longitude) for other in near]
            ranked.append((rank + (2.0 if km and min(km) <= _HINT_WITHIN else 0.0), place, own))
        return sorted(ranked, key=_likeliest)


_Candidate = tuple[float, Place, bool]


def _likeliest(candidate: _Candidate) -> tuple[float, int]:
    return (-candidate[0], candidate[1].geonames_id)


_COLUMNS = "id, name, country, latitude, longitude, population, admin1, flags"
_BY_KEY = (
    "SELECT p.id, p.name, p.country, p.latitude, p.longitude, p.population, p.admin1, p.flags, n.stage"
    " FROM name n JOIN place p ON p.id = n.place WHERE n.key = ?"
)
_BY_PREFIX = _BY_KEY.replace("n.key = ?", "n.key >= ? AND n.key < ? AND n.stage = 0")
_CERTAINTY = {"exact": 1.0, "stripped": 0.98, "part": 0.95, "variant": 0.93, "district": 0.85, "bracket": 0.75}


def _place(values: Iterable[Any]) -> Place:
    number, name, country, latitude, longitude, population, admin1, flags = values
    return Place(
        number,
        name,
        country,
        latitude / 1e5,
        longitude / 1e5,
        population,
        bool(flags & CAPITAL),
        admin1,
        bool(flags & DISTRICT),
    )


def _spans(first: int, last: int) -> list[tuple[int, int]]:
    """Split a span of columns of the grid at the date line."""
    if first < 0:
        return [(0, last), (first + 3600, 3599)]
    if last > 3599:
        return [(first, 3599), (0, last - 3600)]
    return [(first, last)]


# --- reading a name -------------------------------------------------------------------------------------------------


class _Words(NamedTuple):
    """What ``data/name_words.json`` says of names, as patterns over folded names."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    direction: re.Pattern[str]
    unit: re.Pattern[str]
    abbreviated: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = json.loads((_DATA / "name_words.json").read_text(encoding="utf-8"))

    def any_of(words: Iterable[str]) -> str:
        keys = {fold(word) for word in words}
        return "|".join(re.escape(key) for key in sorted(keys, key=lambda key: (-len(key), key)))

    before, after, unit = (any_of(w for words in data[k].values() for w in words) for k in ("before", "after", "unit"))
    direction = any_of(data["direction"])
    return _Words(
        re.compile(f"^(?:{before}) (?=.)"),
        re.compile(f"(?<=.) (?:{after})$"),
        re.compile(f"^(?:{direction}) (?=.)|(?<=.) (?:{direction})$"),
        re.compile(rf"\b(?:{unit})\b"),
        tuple((re.compile(rf"\b{short}\b"), tuple(longs)) for short, longs in data["abbreviations"].items()),
    )


_TRANSCRIBED = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"), ("dj", "d"))
_BRACKETS = re.compile(r"\(([^()]*)\)?")
_POSTCODE = re.compile(r"\b(?:[A-Z]{1,3}-)?\d{3,6}\b(?:\s+\d{2}\b)?")
_PARTS = re.compile(r"/|\s[-–—]\s|;|\|")
_NO_LETTER = re.compile(r"^[\W\d_]*$")


def is_unit(name: str) -> bool:
    """Whether a name says that it is a county, canton, region ... and so no populated place.

    >>> is_unit("Istarska županija"), is_unit("Kanton Sarajevo"), is_unit("Aachen (Kreis)"), is_unit("Kreischa")
    (True, True, True, False)
    """
    return bool(_words().unit.search(fold(name.partition(",")[0])))


def strip_municipal(key: str) -> str:
    """Return a folded name without the words for a municipality and its offices.

    >>> strip_municipal("mestna obcina nova gorica"), strip_municipal("vejle municipality"), strip_municipal("bari")
    ('nova gorica', 'vejle', 'bari')
    """
    for shorter in _stripped(key):
        key = shorter
    return key


def _hints(name: str) -> list[str]:
    """Return what a name says beside itself: in brackets or after a comma."""
    hints = [part.strip() for part in _BRACKETS.findall(name)]
    hints += [part.strip() for part in _BRACKETS.sub(" ", name).split(",")[1:]]
    return [hint for hint in hints if hint]


def _readings(name: str) -> Iterator[tuple[str, str]]:
    """Yield the keys under which a name may stand, with the stage of each, the surest first; none twice."""
    text = repair(name).strip()
    if _NO_LETTER.match(text):
        return
    whole = fold(text)
    yield whole, "exact"
    seen, keys = {whole}, [whole]
    for form, stage in _forms(text):
        key = fold(form)
        for reading, found in (
            (key, stage),
            *((k, stage if stage == "bracket" else "stripped") for k in _stripped(key)),
        ):
            if reading and reading not in seen:
                seen.add(reading)
                keys.append(reading)
                yield reading, found
    for derive, stage in ((_variants, "variant"), (_undirected, "district")):
        for key in keys:
            for reading in derive(key):
                if reading not in seen:
                    seen.add(reading)
                    yield reading, stage


def _forms(text: str) -> Iterator[tuple[str, str]]:
    """Yield the texts that may be the name: without brackets, postcode, what follows a comma; then its parts."""
    yield text, "exact"
    outside = text
    if "(" in text:
        outside = _BRACKETS.sub(" ", text)
        yield outside, "exact"
    if any(character.isdigit() for character in outside):
        outside = _POSTCODE.sub(" ", outside)
        yield outside, "part"
    if "," in outside:
        outside = outside.partition(",")[0]
        yield outside, "exact"
    parts = [part for part in _PARTS.split(outside) if len(part.strip()) > 1]
    if len(parts) > 1:
        yield from ((part, "part") for part in parts)
    for inside in _BRACKETS.findall(text) if outside is not text else ():
        if len(inside) > 2:
            yield inside.partition(",")[0], "bracket"


def _stripped(key: str) -> Iterator[str]:
    """Yield a key without administrative words, one after the other."""
    words = _words()
    for _ in range(3):
        shorter = words.after.sub("", key)
        if shorter != key:
            yield shorter
        shorter = words.before.sub("", shorter)
        if shorter == key:
            return
        key = shorter
        yield key


def _undirected(key: str) -> Iterator[str]:
    yield _words().direction.sub("", key)


def _variants(key: str) -> Iterator[str]:
    """Yield a key with its abbreviations written out and its transcriptions undone."""
    for pattern, words in _words().abbreviated:
        if pattern.search(key):
            for word in words:
                yield pattern.sub(word, key, count=1)
    undone = key
    for pair, letter in _TRANSCRIBED:
        if pair in key:
            yield key.replace(pair, letter)
            undone = undone.replace(pair, letter)
    if undone != key:
        yield undone
