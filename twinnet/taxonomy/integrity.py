"""What is wrong with the tables of a taxonomy: they are data, and a test holds them whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from twinnet.taxonomy.cells import fold_words
from twinnet.taxonomy.tables import Row, keyword

_Value = TypeVar("_Value", bound=Hashable)


def faults(themes: Sequence[Row], words: Sequence[Row], standings: Sequence[Row] = ()) -> list[str]:
    """Return a sentence for every fault of the rows of ``taxonomy.csv``, ``themes.csv`` and ``networks.csv``.

    A fault is a row of no theme or area, a theme or area without a label in a language that others have, a row that
    stands twice, a word that leads to two themes without saying which first, and a mark (``keyword>first``) that names
    no theme, a theme without that keyword, or one that leads on.
    """
    keys = [row["key"] for row in themes]
    areas = list(dict.fromkeys(row["area"] for row in themes))
    found = [f"{key} is both a theme and an area, or stands twice" for key in _twice([*keys, *areas])]
    found += [f"{row['key']} has no area" for row in themes if not row["area"]]
    found += _labels([*keys, *areas], words)
    found += clashes(keys, words)
    for row in standings:
        found += [f"{row['name']} stands for {one}, which is no theme" for one in _listed(row["themes"], but=keys)]
        if row["kind"] == "measure" and row["programme"] not in {
            one["name"].removeprefix("=") for one in standings if one["kind"] == "programme"
        }:
            found.append(f"{row['name']} is a measure of {row['programme']!r}, which is no programme")
        if row["kind"] not in ("network", "programme", "measure"):
            found.append(f"{row['name']} is of no kind: {row['kind']!r}")
    return found


def _labels(known: Sequence[str], words: Sequence[Row]) -> Iterator[str]:
    languages = dict.fromkeys(row["lang"] for row in words)
    labelled = {(row["theme"], row["lang"]) for row in words if row["label"].strip()}
    yield from (f"{row['theme']} is neither a theme nor an area" for row in words if row["theme"] not in known)
    for key, language in _twice([(row["theme"], row["lang"]) for row in words]):
        yield f"{key} has two rows in {language}"
    for row in words:
        if row["native"] not in ("yes", "no"):
            yield f"{row['theme']} does not say (yes, no) whether a native speaker has read its words in {row['lang']}"
    for key in known:
        yield from (f"{key} has no label in {language}" for language in languages if (key, language) not in labelled)


def clashes(keys: Iterable[str], words: Iterable[Row]) -> Iterator[str]:
    """Yield a sentence for every word that leads to two themes without saying which first, and every false mark."""
    plain: dict[str, set[str]] = defaultdict(set)
    marked: dict[str, dict[str, str]] = defaultdict(dict)
    known = dict.fromkeys(keys)
    for key in known:
        plain[fold_words(key)].add(key)
    for row in words:
        if row["theme"] not in known:
            continue
        plain[fold_words(row["label"])].add(row["theme"])
        for text, first in (keyword(written) for written in row["keywords"].split(";") if written):
            if first:
                marked[fold_words(text)][row["theme"]] = first
            else:
                plain[fold_words(text)].add(row["theme"])
    for word in sorted(plain | marked):
        yield from _word(word, plain.get(word, set()), marked.get(word, {}))


def _word(word: str, plain: set[str], marked: Mapping[str, str]) -> Iterator[str]:
    if not word:
        yield f"a keyword of {', '.join(sorted(plain | set(marked)))} has no letters"
    if len(plain) > 1:
        yield f"{word!r} leads to {' and '.join(sorted(plain))}: mark it in all but the first, as {word}>first"
    for theme, first in sorted(marked.items()):
        if theme in plain:
            yield f"{word!r} of {theme} is written with and without a mark"
        elif first in marked:
            yield f"{word!r} of {theme} leads to {first}, where it leads on to {marked[first]}"
        elif first not in plain:
            yield f"{word!r} of {theme} leads to {first} first, which has no such word"


def _listed(cell: str, *, but: Sequence[str]) -> list[str]:
    return [one for one in cell.split(";") if one and one not in but]


def _twice(values: Iterable[_Value]) -> list[_Value]:
    return [value for value, times in Counter(values).items() if times > 1]
