"""The taxonomy of themes: areas, themes below them, their words in many languages, and who stands for what.

A theme is named by a stable key (``youth``, ``climate_energy``). :meth:`Taxonomy.builtin` is twinnet's own, from the
tables in ``data``: ``taxonomy.csv`` (themes, areas, EuroVoc), ``themes.csv`` (labels and keywords by language) and
``networks.csv`` (what networks and programmes stand for, since when). :meth:`Taxonomy.from_toml` puts a network's own
on top of it.

A word leads to one theme. Where the words of two themes meet, the data say which comes first: the second theme writes
``keyword>first_theme``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path

from twinnet.errors import OptionError
from twinnet.taxonomy import own
from twinnet.taxonomy.cells import fold_words, pieces, sides
from twinnet.taxonomy.standings import Standing, network_themes, programme_themes
from twinnet.taxonomy.tables import Tables, Theme, builtin

__all__ = ["Standing", "Taxonomy", "Theme"]

_FALLBACK = "en"


class Taxonomy:
    """Themes, their words, and what networks and programmes stand for.

    ``text`` is the TOML that a network's own was read from, empty for the built-in one. Two are equal where their
    texts are.

    >>> taxonomy = Taxonomy.builtin()
    >>> taxonomy.parse("Jeunesse; wine routes"), taxonomy.area("youth"), taxonomy.of_network("Energy Cities")
    (('youth', 'wine routes'), 'learning_youth', ('climate_energy',))
    """

    def __init__(self, tables: Tables | None = None, *, text: str = "", first: frozenset[str] = frozenset()) -> None:
        """Take tables (None: those of the package); the words of the themes in ``first`` win over others."""
        self._tables = tables or builtin()
        self._first = first
        self.text = text
        self._by_key = {theme.key: theme for theme in self._tables.themes}
        self._networks: dict[tuple[str, dt.date | None], tuple[str, ...]] = {}
        self._programmes: dict[tuple[str, str | None], tuple[str, ...]] = {}

    @classmethod
    def builtin(cls) -> Taxonomy:
        """Return twinnet's own taxonomy."""
        return _builtin()

    @classmethod
    def from_toml(cls, path: str | Path) -> Taxonomy:
        """Read a network's own taxonomy from a TOML file, on top of the built-in one.

        Raises
        ------
        OptionError
            For a file that cannot be read, that is no TOML, or that names what does not exist.
        """
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise OptionError("it is not UTF-8: save it as UTF-8", file=path.name) from error
        except OSError as error:
            raise OptionError(f"it cannot be read: {error.strerror}", file=str(path)) from error
        return cls.from_text(text, name=path.name)

    @classmethod
    def from_text(cls, text: str, *, name: str = "taxonomy") -> Taxonomy:
        r"""Read a network's own taxonomy from TOML; ``name`` is what errors call it. No text: the built-in one.

        >>> mine = Taxonomy.from_text('[themes.wine]\nlabel = "wine culture"\nmaps_to = ["rural_food"]')
        >>> mine.parse("Wine culture; youth"), mine.read("Wine culture")
        (('rural_food', 'youth'), (('Wine culture', 'rural_food'),))
        """
        return _from_text(text, name) if text.strip() else _builtin()

    @property
    def digest(self) -> str:
        """12 hex digits of ``text``; empty for the built-in one."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()[:12] if self.text else ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Taxonomy) and self.text == other.text and self._tables == other._tables

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Taxonomy({self.digest or 'builtin'})"

    def keys(self) -> tuple[str, ...]:
        """Return the keys that facts are kept under, in the taxonomy's order: no theme that is mapped to others."""
        return tuple(theme.key for theme in self._tables.themes if not theme.maps_to)

    def areas(self) -> tuple[str, ...]:
        """Return the keys of the areas, in the taxonomy's order."""
        return tuple(self._tables.areas)

    def area(self, key: str) -> str | None:
        """Return the area of a theme, None for what is no theme."""
        theme = self._by_key.get(key)
        return theme.area if theme else None

    def theme(self, key: str) -> Theme | None:
        """Return a theme by its key, also one that is mapped; None for what is no theme."""
        return self._by_key.get(key)

    def themes(self) -> tuple[Theme, ...]:
        """Return all themes, those that are mapped too."""
        return self._tables.themes

    def own(self) -> tuple[Theme, ...]:
        """Return the themes that a network's own taxonomy brings or adds words to; none for the built-in one.

        One of twinnet's has its own words too; :meth:`added` leaves these out.
        """
        return tuple(theme for theme in self._tables.themes if theme.key in self._first)

    def added(self) -> tuple[Theme, ...]:
        r"""Return the themes of :meth:`own` with the labels and keywords alone that twinnet's do not have.

        >>> Taxonomy.from_text('[themes.youth]\nkeywords = ["zoomers"]').added()[0].keywords["en"]
        ('zoomers',)
        """
        twinnets = {theme.key: theme for theme in builtin().themes}
        return tuple(theme.beside(twinnets.get(theme.key)) for theme in self.own())

    def standings(self) -> tuple[Standing, ...]:
        """Return what networks, programmes and measures stand for, those of a network's own taxonomy last."""
        return self._tables.standings

    def languages(self) -> tuple[str, ...]:
        """Return the languages (ISO 639-1) that the built-in labels are written in, English first."""
        first = dict.fromkeys([_FALLBACK, *builtin().themes[0].labels])
        return tuple(first)

    def label(self, key: str, language: str = _FALLBACK) -> str:
        """Return what a theme or an area is called in a language.

        A language without a label is answered in English, else in the first there is; what is no key (a list's own
        words) is its own label.

        >>> Taxonomy.builtin().label("climate_energy"), Taxonomy.builtin().label("beekeeping")
        ('climate and energy', 'beekeeping')
        """
        theme = self._by_key.get(key)
        labels = theme.labels if theme else self._tables.areas.get(key, {})
        return labels.get(language) or labels.get(_FALLBACK) or next(iter(labels.values()), key)

    def eurovoc(self, key: str) -> str | None:
        """Return the EuroVoc id of a theme, None where none is known."""
        theme = self._by_key.get(key)
        return theme.eurovoc if theme else None

    def parse(self, cell: str) -> tuple[str, ...]:
        """Read a list's cell into themes: keys where its words are known, else the cell's own words.

        Words may be divided by ``;``, ``|``, new lines and bullets, by ``,`` and ``/``, and by an "and" where both of
        its sides are known. Case, accents and script don't matter. The order of the cell is kept and nothing appears
        twice.
        """
        found: dict[str, str] = {}
        for words, theme in self.read(cell):
            found.setdefault(theme if self._keys(words) else fold_words(words) or words, theme)
        return tuple(found.values())

    def read(self, cell: str) -> tuple[tuple[str, str], ...]:
        """Read a list's cell into pairs of its words as written and the theme they are read as (else the words).

        >>> Taxonomy.builtin().read("Kulturerbe, wine routes")
        (('Kulturerbe', 'heritage'), ('wine routes', 'wine routes'))
        """
        return tuple(
            dict.fromkeys(
                (words, key) for words in pieces(cell, known=self._keys) for key in self._keys(words) or (words,)
            )
        )

    def of_network(self, name: str, on: dt.date | None = None) -> tuple[str, ...]:
        """Return the themes that a network stands for on a day (None: as last known); none where it isn't known.

        A name is met where it, or one of its aliases, stands in ``name`` as whole words.

        >>> taxonomy = Taxonomy.builtin()
        >>> taxonomy.of_network("efus_2019"), taxonomy.of_network("Energy Cities", dt.date(1980, 1, 1))
        (('safety',), ())
        """
        key = (name, on)
        if key not in self._networks:
            self._networks[key] = network_themes(self._tables.standings, name, on=on)
        return self._networks[key]

    def of_programme(self, programme: str, measure: str | None = None) -> tuple[str, ...]:
        """Return the themes that a programme and its measure stand for, the measure's first.

        >>> Taxonomy.builtin().of_programme("Europe for Citizens", "2.1 Town twinning")
        ('decentralised_coop', 'citizenship')
        """
        key = (programme, measure)
        if key not in self._programmes:
            self._programmes[key] = programme_themes(self._tables.standings, programme, measure)
        return self._programmes[key]

    def _keys(self, words: str) -> tuple[str, ...]:
        """Return the themes that the words name; none when the taxonomy doesn't know them."""
        return self._index.get(fold_words(words), ()) if words else ()

    @cached_property
    def _index(self) -> dict[str, tuple[str, ...]]:
        """Map folded words to keys: own themes first, then keys, words, and halves of labels that hold an "and"."""
        index: dict[str, str] = {}
        own_first = sorted(self._tables.themes, key=lambda theme: theme.key not in self._first)
        for theme in own_first:
            index.setdefault(fold_words(theme.key), theme.key)
        for words, key in self._words(own_first):
            index.setdefault(words, key)
        halves: dict[str, set[str]] = {}
        for theme in own_first:
            for label in theme.labels.values():
                for half in map(fold_words, sides(label)):
                    halves.setdefault(half, set()).add(theme.key)
        for half, keys in halves.items():
            if len(keys) == 1:
                index.setdefault(half, *keys)
        return {words: self._by_key[key].maps_to or (key,) for words, key in index.items() if words}

    def _words(self, themes: list[Theme]) -> Iterator[tuple[str, str]]:
        for theme in themes:
            for label in theme.labels.values():
                yield fold_words(label), theme.key
            for keywords in theme.keywords.values():
                for words in map(fold_words, keywords):
                    yield words, self._tables.leads.get((theme.key, words), theme.key)


@lru_cache(maxsize=1)
def _builtin() -> Taxonomy:
    return Taxonomy()


@lru_cache(maxsize=8)
def _from_text(text: str, name: str) -> Taxonomy:
    tables, first = own.read(text, name=name, base=builtin())
    return Taxonomy(tables, text=text, first=first)
