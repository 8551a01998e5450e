"""Texts whose themes are known: keywords, our own sentences, and (of the shared data) descriptions of projects."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from benchmarks.shared import DATA, has
from twinnet.tagging.learning import KEYWORDS, MIXED, Labelled
from twinnet.taxonomy import Taxonomy

SENTENCES = Path(__file__).resolve().parent.parent / "tests" / "labels" / "theme_sentences.csv"
_PROJECTS, _MAP = "projects/interreg_projects.csv", "themes/interreg_map.csv"
_DESCRIPTIONS = ("Description 1", "Description 2", "Description EN")
_LONG = 80
_KEYWORD_WEIGHT, _PROJECT_WEIGHT, _MIXED_WEIGHT = 0.5, 1.0, 0.5
_TURNS = 4


@dataclass(frozen=True, slots=True)
class Sentence:
    """A labelled sentence: its language, the themes that are right, and how it says them (k: named, p: paraphrased)."""

    language: str
    themes: frozenset[str]
    style: str
    text: str


@dataclass(frozen=True, slots=True)
class Described:
    """A project's descriptions, and the themes that its Interreg themes count as."""

    name: str
    themes: frozenset[str]
    texts: tuple[str, ...]


def keywords(taxonomy: Taxonomy | None = None) -> list[Labelled]:
    """Return every label and keyword of the taxonomy as a text."""
    return [
        Labelled(word, frozenset({theme.key}), KEYWORDS, _KEYWORD_WEIGHT)
        for theme in (taxonomy or Taxonomy.builtin()).themes()
        for word in sorted({*theme.labels.values(), *(one for words in theme.keywords.values() for one in words)})
    ]


def sentences(part: str) -> list[Sentence]:
    """Return our sentences to learn from (``learn``) or to check by (``check``)."""
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return [
            Sentence(
                row["lang"],
                frozenset({row["theme"], *row["also"].split(";")} - {"", "none"}),
                row["style"],
                row["text"],
            )
            for row in csv.DictReader(file)
            if row["part"] == part
        ]


def projects() -> list[Described]:
    """Return the described projects all of whose Interreg themes count as ours; none without the shared data."""
    if not (has(_PROJECTS) and has(_MAP)):
        return []
    ours: dict[str, set[str]] = defaultdict(set)
    with (DATA / _MAP).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ours[row["interreg_theme"]].add(row["theme"])
    found = []
    with (DATA / _PROJECTS).open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            themes = [theme for at in "123" if (theme := row[f"Thematic{at}"])]
            texts = tuple(row[name] for name in _DESCRIPTIONS if len(row[name]) > _LONG)
            if themes and texts and all(theme in ours for theme in themes):
                found.append(Described(str(number), frozenset(one for theme in themes for one in ours[theme]), texts))
    return found


def to_learn_from(described: list[Described]) -> dict[str, list[Labelled]]:
    """Return all texts to learn from, by collection, with these projects among them."""
    return {
        "keywords": keywords(),
        "sentences": of_sentences(sentences("learn")),
        "mixed": mixed(Taxonomy.builtin(), sentences("learn")),
        "projects": of_projects(described),
    }


def of_projects(described: list[Described], *, length: int = 800) -> list[Labelled]:
    """Return the beginnings of descriptions as texts; those of one project count as one, and are never parted."""
    return [
        Labelled(text[:length], one.themes, "projects", _PROJECT_WEIGHT / len(one.texts), one.name)
        for one in described
        for text in one.texts
    ]


def of_sentences(found: list[Sentence]) -> list[Labelled]:
    """Return sentences as texts to learn from."""
    return [Labelled(one.text, one.themes, "sentences") for one in found]


def mixed(taxonomy: Taxonomy, found: list[Sentence]) -> list[Labelled]:
    """Return texts of two keywords of different themes, and of a sentence that names no theme with a keyword after it.

    Without them, the words of one theme would speak against another one, and "We look for partners for ..." against
    what follows. A sentence is never parted from the texts it stands in.
    """
    themes = taxonomy.themes()
    put: list[Labelled] = []
    for language in taxonomy.languages():
        of = [theme.keywords.get(language) or (theme.labels[language],) for theme in themes]
        for turn in range(_TURNS):
            for at, theme in enumerate(themes):
                other = (at + 1 + 7 * turn) % len(themes)
                words = f"{of[at][turn % len(of[at])]}, {of[other][(turn + 3) % len(of[other])]}"
                put.append(Labelled(words, frozenset({theme.key, themes[other].key}), MIXED, _MIXED_WEIGHT, words))
        plain = [one for one in found if one.language == language and not one.themes]
        for number, one in enumerate(plain):
            at = number % len(themes)
            words = f"{one.text} {of[at][number % len(of[at])]}"
            put.append(Labelled(words, frozenset({themes[at].key}), MIXED, _MIXED_WEIGHT, one.text))
    return put
