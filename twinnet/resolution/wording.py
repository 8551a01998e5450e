"""What the words of an organisation's name say: a concept, a country, a legal form, or nothing but itself."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from twinnet.text import fold

_DATA = Path(__file__).parent.parent / "data" / "organisation_words.json"
_SOUNDS = (
    *(("sh", "s"), ("sz", "s"), ("ch", "c"), ("cz", "c"), ("tz", "c"), ("zh", "z"), ("dz", "z")),
    *(("gj", "dj"), ("kh", "h"), ("ph", "f"), ("th", "t"), ("ck", "c"), ("k", "c"), ("q", "c"), ("w", "v")),
    *(("x", "ks"), ("y", "i"), ("j", "i")),
)
_TS = re.compile(r"ts(?!$)|(?<=[aeiou])ts$")
_TWICE = re.compile(r"(.)\1+")
_LINKS = ("", "s", "n", "en", "es", "e")


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """Return a folded word as scripts and languages of Europe write it alike; for comparing only.

    >>> sound("agentsija") == sound("agencija"), sound("demokratie") == sound("democratie"), sound("shkodra")
    (True, True, 'scodra')
    """
    word = _TS.sub("c", word)
    for letters, other in _SOUNDS:
        word = word.replace(letters, other)
    return _TWICE.sub(r"\1", word)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What words mean: ``kind`` is a section of the table, ``keys`` are its entries (several where it is open)."""

    kind: str
    keys: frozenset[str]


@dataclass(slots=True)
class Vocabulary:
    """The table of words, by whole words, by beginnings and by phrases."""

    whole: dict[str, Meaning] = field(default_factory=dict)
    starts: dict[str, Meaning] = field(default_factory=dict)
    phrases: dict[str, list[tuple[tuple[str, ...], Meaning]]] = field(default_factory=dict)
    tails: frozenset[str] = frozenset()
    spelt: set[str] = field(default_factory=set)
    """The folded single words as they are written, other than those that only sound so."""
    longest: int = 0
    _known: dict[str, Meaning | None] = field(default_factory=dict)

    def add(self, word: str, meaning: Meaning) -> None:
        """Enter one word, beginning (with a star) or phrase."""
        parts = tuple(sound(fold(part.rstrip("*"))) + ("*" if part.endswith("*") else "") for part in word.split())
        if len(parts) > 1:
            self.phrases.setdefault(parts[0][:3], []).append((parts, meaning))
            return
        part = parts[0]
        self.spelt.add(fold(word.rstrip("*")))
        table, key = (self.starts, part[:-1]) if part.endswith("*") else (self.whole, part)
        before = table.get(key)
        if before is not None:
            if before.kind != meaning.kind or meaning.kind != "countries":
                return
            meaning = Meaning(meaning.kind, before.keys | meaning.keys)
        table[key] = meaning
        self.longest = max(self.longest, len(key))

    def word(self, word: str) -> Meaning | None:
        """Return what one folded word means, None for a word that is not in the table."""
        if word not in self._known:
            self._known[word] = self._look_up(word)
        return self._known[word]

    def _look_up(self, word: str) -> Meaning | None:
        key = sound(word)
        if key in self.whole:
            return self.whole[key]
        length = self._start(key)
        return self.starts[key[:length]] if length else None

    def _start(self, key: str) -> int:
        for length in range(min(len(key), self.longest), 2, -1):
            found = self.starts.get(key[:length])
            if found is not None and len(key) - length <= _REST[found.kind]:
                return length
        return 0

    def beyond(self, word: str) -> int:
        """Return how many letters a word has beyond the beginning that stands in the table."""
        key = sound(word)
        return len(key) - self._start(key)

    def is_whole(self, word: str) -> bool:
        """Whether a folded word stands in the table as a whole."""
        return sound(word) in self.whole

    def meanings(self, word: str) -> tuple[Meaning, ...]:
        """Return what a word or the parts of a compound mean; nothing for a word that is not in the table."""
        if found := self.whole.get(sound(word)):
            return (found,)
        if parts := self.compound(word):
            return parts
        start = self.word(word)
        return (start,) if start else ()

    def phrase(self, words: Sequence[str]) -> tuple[int, Meaning] | None:
        """Return how many of the first words are a phrase, the longest, and what it means."""
        best: tuple[int, Meaning] | None = None
        phrases = self.phrases.get(sound(words[0])[:3])
        if phrases is None:
            return None
        keys = [sound(word) for word in words[:6]]
        for parts, meaning in phrases:
            fits = len(parts) <= len(keys) and all(_fits(*both) for both in zip(parts, keys, strict=False))
            if fits and (best is None or len(parts) > best[0]):
                best = len(parts), meaning
        return best

    def compound(self, word: str) -> tuple[Meaning, ...] | None:
        """Return what the parts of a compound mean ("Gemeindebund"), None where a part is not in the table."""
        for at in range(3, len(word) - 2):
            if word[at:] not in self.tails:
                continue
            tail = self.word(word[at:])
            for link in _LINKS:
                stem = word[: at - len(link)]
                if len(stem) >= 3 and word[:at] == stem + link:
                    first = self._exact(stem) or self.compound(stem) or self._first(stem)
                    if first:
                        return (*first, tail) if tail else first
        return None

    def _exact(self, stem: str) -> tuple[Meaning, ...]:
        found = self.whole.get(sound(stem)) or self.starts.get(sound(stem))
        return (found,) if found else ()

    def _first(self, stem: str) -> tuple[Meaning, ...]:
        found = self.word(stem) if len(stem) > 5 else None
        return (found,) if found else ()


_REST = {"towns": 5, "units": 5, "bodies": 9, "topics": 9, "countries": 6, "regions": 6}


def _fits(part: str, key: str) -> bool:
    return key.startswith(part[:-1]) if part.endswith("*") else key == part


@dataclass(frozen=True, slots=True)
class Words:
    """Everything of the table."""

    vocabulary: Vocabulary
    stands_for: dict[str, tuple[str, ...]]
    forms: frozenset[tuple[str, ...]]
    filler: frozenset[str]
    weak: frozenset[str]
    endings: frozenset[str]
    members: tuple[frozenset[str], ...]
    kinds: dict[str, str]
    networks: tuple[tuple[str, ...], ...]
    """The names, in several languages, and acronyms of each of the well-known networks and associations."""


@lru_cache(maxsize=1)
def words() -> Words:
    """Return the table of ``data/organisation_words.json``."""
    data: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    vocabulary = Vocabulary(tails=frozenset(fold(tail) for tail in data["compound"]))
    kinds = {}
    for kind in ("towns", "units", "bodies", "topics", "countries", "regions"):
        for key, entries in data[kind].items():
            kinds[key] = kind
            meaning = Meaning(kind, frozenset([key]))
            for entry in entries:
                if fold(entry.rstrip("*")):
                    vocabulary.add(entry, meaning)
    return Words(
        vocabulary,
        {name: tuple(keys) for name, keys in data["stands_for"].items()},
        frozenset(tuple(fold(form).split()) for form in data["forms"]),
        frozenset(fold(word) for word in data["filler"]),
        frozenset(data["weak"]),
        frozenset(sound(ending) for ending in data["endings"]),
        tuple(frozenset(sound(fold(word)) for word in group) for group in data["members"]),
        kinds,
        tuple(tuple(names) for names in data["networks"]),
    )


def concepts(plain: Sequence[str]) -> frozenset[str]:
    """Return the concepts that folded words mean, whatever place they may name.

    >>> sorted(concepts(fold("Comité de jumelage de Dijon").split()))
    ['committee', 'twinning']
    """
    table, found, at = words(), set[str](), 0
    while at < len(plain):
        phrase = table.vocabulary.phrase(plain[at:])
        if phrase is not None:
            meanings: tuple[Meaning, ...] = (phrase[1],)
        else:
            found.update(table.stands_for.get(plain[at], ()))
            meanings = table.vocabulary.meanings(plain[at])
        found.update(
            key for meaning in meanings if meaning.kind not in ("countries", "regions") for key in meaning.keys
        )
        at += phrase[0] if phrase else 1
    return frozenset(found)
