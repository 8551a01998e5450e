"""The tables that a taxonomy is made of, and those of the package."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from twinnet.taxonomy.cells import fold_words
from twinnet.taxonomy.standings import Standing, read_standings

_DATA = Path(__file__).parent.parent / "data"
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: what a partnership can be about.

    ``eurovoc`` is the id of the concept in EuroVoc, None where none is known. ``labels`` and ``keywords`` are by
    language (ISO 639-1). ``maps_to`` is empty for a theme that facts are kept under; a network's own theme that is
    mapped is read as those. ``unread`` are the languages whose words no native speaker has read.
    """

    key: str
    area: str
    eurovoc: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    maps_to: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()

    def beside(self, other: Theme | None) -> Theme:
        """Return the theme without the labels and keywords that another has in the same language."""
        if other is None:
            return self
        return replace(
            self,
            labels={code: label for code, label in self.labels.items() if other.labels.get(code) != label},
            keywords={
                code: tuple(word for word in words if word not in other.keywords.get(code, ()))
                for code, words in self.keywords.items()
            },
        )


@dataclass(frozen=True, slots=True)
class Tables:
    """Themes in their order, the labels of areas by language, and what networks and programmes stand for.

    ``leads`` says of a keyword (its theme, its folded words) that it leads to another theme first.
    """

    themes: tuple[Theme, ...]
    areas: Mapping[str, Mapping[str, str]]
    standings: tuple[Standing, ...] = ()
    leads: Mapping[tuple[str, str], str] = field(default_factory=dict)


def keyword(written: str) -> tuple[str, str | None]:
    """Return a keyword as the data write it, and the theme it leads to first where that is another one.

    >>> keyword("wine>rural_food"), keyword("wine")
    (('wine', 'rural_food'), ('wine', None))
    """
    words, _, first = written.partition(">")
    return words.strip(), first.strip() or None


def _split(written: str) -> list[tuple[str, str | None]]:
    return [keyword(one) for one in written.split(";") if one]


class Words(Mapping[str, tuple[str, ...]]):
    """Keywords by language, as the data write them; they are taken apart when they are asked for.

    >>> Words({"en": "wine>rural_food;vineyard"})["en"]
    ('wine', 'vineyard')
    """

    def __init__(self, written: Mapping[str, str]) -> None:
        self._written = written
        self._known: dict[str, tuple[str, ...]] = {}

    def __getitem__(self, language: str) -> tuple[str, ...]:
        if language not in self._known:
            self._known[language] = tuple(text for text, _ in _split(self._written[language]))
        return self._known[language]

    def __contains__(self, language: object) -> bool:
        return language in self._written

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def __repr__(self) -> str:
        return repr(dict(self))


def make(themes: Iterable[Row], words: Sequence[Row], standings: Iterable[Row] = ()) -> Tables:
    """Read the rows of ``taxonomy.csv``, ``themes.csv`` and ``networks.csv``; rows of no theme or area are left out.

    :func:`twinnet.taxonomy.integrity.faults` says what is wrong with such rows.
    """
    by_key: dict[str, list[Row]] = {}
    for row in words:
        by_key.setdefault(row["theme"], []).append(row)
    found: list[Theme] = []
    leads: dict[tuple[str, str], str] = {}
    areas: dict[str, dict[str, str]] = {}
    for row in themes:
        key, own = row["key"], by_key.get(row["key"], [])
        for one in own:
            if ">" in one["keywords"]:
                leads |= {(key, fold_words(text)): first for text, first in _split(one["keywords"]) if first}
        found.append(
            Theme(
                key=key,
                area=row["area"],
                eurovoc=row["eurovoc"] or None,
                labels={one["lang"]: one["label"] for one in own},
                keywords=Words({one["lang"]: one["keywords"] for one in own}),
                unread=frozenset(one["lang"] for one in own if one["native"] != "yes"),
            )
        )
        areas[row["area"]] = {one["lang"]: one["label"] for one in by_key.get(row["area"], [])}
    return Tables(tuple(found), areas, tuple(read_standings(standings)), leads)


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of the package: ``taxonomy``, ``themes`` or ``networks``."""
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def builtin() -> Tables:
    """Return the tables of the package."""
    return make(rows("taxonomy"), rows("themes"), rows("networks"))
