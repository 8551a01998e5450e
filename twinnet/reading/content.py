"""What is in a column: the share of its cells that are countries, dates, numbers, addresses ..."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from twinnet import countries, themes
from twinnet.reading import values
from twinnet.text import fold

_LOOKED_AT = 1500
_DISTINCT = 120
_ENOUGH = 5
_DECIMAL_DEGREES = re.compile(r"^[+-]?(?:1[0-7]\d|\d{1,2})[.,]\d+$")
_FINE_DEGREES = re.compile(r"^[+-]?(?:1[0-7]\d|\d{1,2})[.,]\d{2,}$")
_PROGRAMME = re.compile(
    r"interreg|erasmus|programm|program\b|horizon|\bcerv\b|programa|програм|πρόγραμμα", re.IGNORECASE
)
_YEARS = range(1000, 2200)


def _takes(convert: Callable[[str], object]) -> Callable[[str], bool]:
    """Turn a conversion into a test."""

    def test(text: str) -> bool:
        try:
            convert(text)
        except values.NotTaken:
            return False
        return True

    return test


@cache
def world_regions() -> frozenset[str]:
    """Return the folded names of parts of the world ("Southern Europe"), which are no regions of a country."""
    return frozenset(fold(word) for word in values.vocabulary()["world_regions"])


def _is_year_or_date(text: str) -> bool:
    value = text.removesuffix(".0")
    if value.isdecimal():
        return len(value) == 4 and int(value) in _YEARS
    return not values.is_url(text) and len(text) < 40 and _takes(values.date)(text)


def _names_a_theme(text: str) -> bool:
    if len(text) >= 100:
        return False
    named = themes.parse(text)
    return bool(named) and 2 * len(_theme_keys().intersection(named)) >= len(named)


@cache
def _theme_keys() -> frozenset[str]:
    return frozenset(themes.keys())


@cache
def _states() -> frozenset[str]:
    """Return the folded names of the states of federal countries."""
    return frozenset(fold(state) for states in values.vocabulary()["states"].values() for state in states)


def _says_region(text: str) -> bool:
    """Whether one word of several says that a cell is a region ("Trnavský kraj", "County Mayo")."""
    words = fold(text).split()
    return len(words) > 1 and not _region_words().isdisjoint((words[0], words[-1]))


@cache
def _region_words() -> frozenset[str]:
    return frozenset(map(fold, values.vocabulary()["organisation_kinds"]["region"])) | {"region"}


def _is_number(text: str) -> bool:
    return values.number(text) is not None


_TESTS: Mapping[str, Callable[[str], bool]] = {
    "country": lambda text: len(text) < 60 and bool(countries.code(text) or countries.obsolete(text)),
    "date": _is_year_or_date,
    "number": _is_number,
    "population": lambda text: _is_number(text) or _takes(values.population)(text),
    "degrees": _takes(values.longitude),
    "decimal_degrees": lambda text: bool(_DECIMAL_DEGREES.match(text)),
    "fine_degrees": lambda text: bool(_FINE_DEGREES.match(text)),
    "location": _takes(values.point),
    "website": values.is_url,
    "email": lambda text: bool(values.EMAIL.search(text)),
    "phone": lambda text: bool(values.PHONE.match(text)),
    "any_kind": values.is_kind,
    "kind": lambda text: len(text) < 60 and (values.is_kind(text) or _takes(values.organisation_kind)(text)),
    "role": lambda text: len(text) < 40 and _takes(values.role)(text),
    "geonames_id": _takes(values.geonames_id),
    "geonames_url": lambda text: "geonames.org/" in text,
    "world_region": lambda text: fold(text) in world_regions(),
    "words": lambda text: any(map(str.isalpha, text)) and not values.is_url(text) and len(text) < 200,
    "region_word": _says_region,
    "status": values.is_status,
    "state": lambda text: fold(text) in _states(),
    "languages": lambda text: len(text) < 80 and _takes(values.languages)(text),
    "themes": _names_a_theme,
    "postcode": _takes(values.postcode),
    "marked_postcode": values.is_marked_postcode,
    "programme": lambda text: bool(_PROGRAMME.search(text)),
    "prose": lambda text: len(text) >= 60 and " " in text and not values.is_url(text),
    "qid": lambda text: text.startswith(("http://", "https://")),
}


@dataclass(slots=True)
class Content:
    """A sample of a column: its distinct cells in order, how many cells are filled and how many differ.

    ``times`` says how often each of the distinct cells was met.
    """

    values: tuple[str, ...] = ()
    filled: int = 0
    distinct: int = 0
    times: tuple[int, ...] = ()
    _shares: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, column: int, rows: Sequence[Sequence[str]]) -> Content:
        """Look at a column of a table without its header."""
        seen: dict[str, int] = {}
        filled = 0
        step = max(1, len(rows) // _LOOKED_AT)
        for row in itertools.islice(rows, 0, None, step):
            if column < len(row) and (text := values.clean(row[column])) and not values.is_empty(text):
                filled += 1
                seen[text] = seen.get(text, 0) + 1
        looked = dict(itertools.islice(seen.items(), _DISTINCT))
        return cls(tuple(looked), filled, len(seen), tuple(looked.values()))

    def share(self, test: str) -> float:
        """Return the share of the distinct cells that pass a test, 0 for an empty column."""
        if test not in self._shares:
            passed = sum(map(_TESTS[test], self.values))
            self._shares[test] = passed / len(self.values) if self.values else 0.0
        return self._shares[test]

    def share_of_cells(self, test: str) -> float:
        """Return the share of all cells looked at that pass a test, 0 for an empty column."""
        total = sum(self.times)
        passed = sum(times for text, times in zip(self.values, self.times, strict=True) if _TESTS[test](text))
        return passed / total if total else 0.0

    @property
    def mean_length(self) -> float:
        """How many characters the distinct cells have in the mean, 0 for an empty column."""
        return sum(map(len, self.values)) / len(self.values) if self.values else 0.0

    @property
    def is_personal(self) -> bool:
        """Whether the column holds e-mail addresses or telephone numbers."""
        return self.share("email") >= 0.2 or self.share("phone") >= 0.5

    @property
    def is_names(self) -> bool:
        """Whether the cells could be names: words, mostly different."""
        varied = self.distinct >= 0.3 * self.filled or self.filled < 20
        return varied and self.share("words") >= 0.8 and self.share("country") < 0.7

    def has_type_of(self, head: str) -> bool:
        """Whether a header is itself a cell of its column's type, so that it heads nothing."""
        typed = ("country", "number", "date", "website")
        return len(head) > 1 and any(self.share(test) >= 0.7 and _TESTS[test](head) for test in typed)

    def fit(self, name: str) -> float | None:
        """Return how well the cells fit a field (0 to 1), None where they contradict it.

        A short column contradicts nothing: its cells are judged one by one later.
        """
        need = _NEEDS.get(name)
        if not self.values or need is None or self._contradicts(name):
            return 0.2 if not self.values else None if self._contradicts(name) else 0.5
        test, least = need
        share = self.share(test) if test else 1.0
        if name == "region":
            share = 1.0 - self.share("world_region")
            return share if share >= least else None
        if name in ("name", "locality", "partner"):
            varied = self.filled < 20 or self.distinct >= 0.15 * self.filled
            share *= (0.9 if varied else 0.5) - 0.4 * (self.share("country") if len(self.values) > 1 else 0.0)
        enough = 3 if name == "country" and share == 0 else _ENOUGH
        return None if share < least and len(self.values) >= enough else share

    def _contradicts(self, name: str) -> bool:
        """Whether the cells are unmistakably something else than a field of texts."""
        if name in _NO_COUNTRIES and len(self.values) >= _ENOUGH and self.share("country") >= 0.9:
            return True
        if name == "locality" and self.share("region_word") >= 0.6:
            return True
        if name == "description":
            return self.share("website") >= 0.5 or self.share("number") >= 0.8
        if name == "status":
            return self.share("any_kind") >= 0.8 and self.share("status") < 0.2
        return name in ("name", "locality", "partner") and self.share("qid") >= 0.8


_NO_COUNTRIES = frozenset(("name", "locality", "partner", "region", "title", "acronym", "programme", "description"))
_NEEDS: Mapping[str, tuple[str | None, float]] = {
    "country": ("country", 0.3),
    "since": ("date", 0.4),
    "until": ("date", 0.4),
    "start": ("date", 0.4),
    "end": ("date", 0.4),
    "last_activity": ("date", 0.4),
    "list_date": ("date", 0.6),
    "latitude": ("degrees", 0.5),
    "longitude": ("degrees", 0.5),
    "location": ("location", 0.5),
    "population": ("population", 0.4),
    "geonames_id": ("geonames_id", 0.6),
    "website": ("website", 0.3),
    "role": ("role", 0.5),
    "postcode": ("postcode", 0.5),
    "region": (None, 0.5),
    "name": ("words", 0.4),
    "locality": ("words", 0.4),
    "partner": ("words", 0.4),
    "kind": ("any_kind", 0.25),
}
