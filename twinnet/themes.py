"""The themes of partnerships: a small taxonomy with labels and keywords in several languages.

A theme is named by a stable key (``youth``, ``climate_energy``). A list's cell is read into keys wherever its words are
a key, a label or a keyword of the taxonomy; what is not is kept as the list's own words, so nothing a network said of
itself is lost. The taxonomy is ``data/themes.csv``: a row a theme and language, its first row order is the order of
the themes, and where one word would lead to two themes the earlier theme has it.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from twinnet.text import fold

_DATA = Path(__file__).parent / "data" / "themes.csv"
_FALLBACK = "en"
_STRONG = re.compile(r"[;|\r\n\u2022\u00b7]+")
_WEAK = re.compile(r"[,/]+|\s[-\u2013\u2014]\s")
_AND = re.compile(r"\s*&\s*|\s*\+\s*|\s+(?:and|et|und|oraz|ed|e|y|és|i|a|și|si|и|та|dhe|in|και)\s+", re.IGNORECASE)
_DECORATION = " \t\u00a0\"'“”„«»*–—-.:()[]"
_NUMBER = re.compile(r"^\(?\d{1,2}[.)]\s+")


def keys() -> tuple[str, ...]:
    """Return the keys of all themes, in the taxonomy's order.

    >>> keys()[:3]
    ('citizenship', 'eu_values', 'solidarity')
    """
    return tuple(_labels())


def languages() -> tuple[str, ...]:
    """Return the languages (ISO 639-1) that labels are written in, English first."""
    first = next(iter(_labels().values()))
    return tuple(first)


def label(key: str, language: str = "en") -> str:
    """Return what a theme is called in a language.

    A language without labels is answered in English; what is not a key of the taxonomy (a list's own words) is its
    own label.

    >>> label("climate_energy"), label("youth", "bs"), label("beekeeping")
    ('climate and energy', 'mladi', 'beekeeping')
    """
    labels = _labels().get(key)
    if labels is None:
        return key
    return labels.get(language) or labels[_FALLBACK]


def parse(cell: str) -> tuple[str, ...]:
    """Read a list's cell into themes: keys where its words are known, else the cell's own words.

    Words may be divided by ``;``, ``|``, new lines and bullets, by ``,`` and ``/``, and by an "and" where both of its
    sides are known. Case, accents and script don't matter. The order of the cell is kept and nothing appears twice.

    >>> parse("Jeunesse; Kulturerbe, wine routes / Млади")
    ('youth', 'heritage', 'wine routes')
    >>> parse("culture and arts"), parse("peace & solidarity"), parse("bread and roses")
    (('culture',), ('peace', 'solidarity'), ('bread and roses',))
    """
    found: dict[str, str] = {}
    for words in _pieces(cell):
        key = _key(words)
        found.setdefault(key or fold(words) or words, key or words)
    return tuple(found.values())


def _pieces(cell: str) -> list[str]:
    """Divide a cell as far as its parts need it: a known label that holds a comma or an "and" stays whole."""
    pieces: list[str] = []
    for strong in map(_bare, _STRONG.split(cell)):
        if _key(strong):
            pieces.append(strong)
            continue
        for weak in map(_bare, _WEAK.split(strong)):
            sides = [] if _key(weak) else [_bare(side) for side in _AND.split(weak)]
            pieces += sides if sides and all(map(_key, sides)) else [weak]
    return [piece for piece in pieces if any(map(str.isalnum, piece))]


def _bare(words: str) -> str:
    """Return words without what only decorates them: bullets, numbering, quotes, brackets, final stops."""
    return " ".join(_NUMBER.sub("", words.strip()).strip(_DECORATION).split())


def _key(words: str) -> str | None:
    """Return the theme that the words name, None when the taxonomy doesn't know them."""
    return _index().get(_fold(words)) if words else None


def _fold(words: str) -> str:
    return fold(words.replace("_", " "))


@cache
def _rows() -> tuple[tuple[str, str, str, tuple[str, ...]], ...]:
    with _DATA.open(encoding="utf-8", newline="") as file:
        return tuple(
            (row["theme"], row["lang"], row["label"], tuple(filter(None, row["keywords"].split(";"))))
            for row in csv.DictReader(file)
        )


@cache
def _labels() -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    for key, language, text, _ in _rows():
        labels.setdefault(key, {})[language] = text
    return labels


@cache
def _index() -> dict[str, str]:
    """Map folded words to a key: keys first, then labels, then keywords, then the halves of labels with an "and"."""
    index: dict[str, str] = {_fold(key): key for key in _labels()}
    for key, _, text, _ in _rows():
        index.setdefault(_fold(text), key)
    for key, _, _, keywords in _rows():
        for keyword in keywords:
            index.setdefault(_fold(keyword), key)
    for key, _, text, _ in _rows():
        for half in _AND.split(text):
            index.setdefault(_fold(half), key)
    return index
