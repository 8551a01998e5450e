"""The keywords of themes in texts: those of the built-in taxonomy as they stand, a network's own inflected too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from twinnet.taxonomy import Theme
from twinnet.text import fold, shared_start

_ENDING = 2
"""How many letters of a keyword's end an inflected word may change."""
_LEAST = 5
"""Shorter words are met whole only."""
_START = 2
_PLAIN = 4
"""A keyword of one word is at least so long, unless it is a network's own."""


class Found(NamedTuple):
    """A keyword in a text: its folded words, and where its first word stands."""

    parts: tuple[str, ...]
    at: int


Led = Sequence[tuple[tuple[str, ...], tuple[str, ...]]]
"""Keywords as their folded words, each with the themes that it leads to."""


class _Lines(Mapping[str, Led]):
    """Keywords by how they begin, read from lines of text: each line when it is asked for."""

    def __init__(self, text: str) -> None:
        self._lines: dict[str, str] = dict(line.split("\t", 1) for line in text.splitlines())

    def __getitem__(self, start: str) -> Led:
        return [
            (tuple(words.split(" ")), tuple(themes.split(",")))
            for words, _, themes in (one.partition("=") for one in self._lines[start].split("\t"))
        ]

    def __contains__(self, start: object) -> bool:
        return start in self._lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


@dataclass(frozen=True)
class Keywords:
    """Keywords by how they begin: their folded words, and the themes they lead to.

    ``inflected`` keywords are met by words that differ in their last two letters or go on.
    """

    by_start: Mapping[str, Led]
    inflected: bool

    @classmethod
    def of(cls, themes: Iterable[Theme], *, inflected: bool = False) -> Keywords:
        """Take the labels and keywords of themes, in all languages."""
        by_start: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
        for theme in themes:
            said = {*theme.labels.values(), *(word for words in theme.keywords.values() for word in words)}
            for keyword in sorted({fold(word) for word in said} - {""}):
                parts = _parts(keyword)
                if inflected or len(keyword) >= _PLAIN:
                    start = parts[0][:_START] if inflected else " ".join(parts[:2])
                    by_start[start].append((parts, theme.maps_to or (theme.key,)))
        return cls(dict(by_start), inflected)

    def save(self, path: Path) -> None:
        """Write plain keywords as :meth:`load` reads them: a line for each beginning."""
        lines = (
            "\t".join([start, *(f"{' '.join(parts)}={','.join(themes)}" for parts, themes in led)]) + "\n"
            for start, led in sorted(self.by_start.items())
        )
        path.write_text("".join(lines), encoding="utf-8", newline="\n")

    @classmethod
    def load(cls, path: Path) -> Keywords:
        """Read what :meth:`save` wrote."""
        return cls(_Lines(path.read_text(encoding="utf-8")), inflected=False)

    def find(self, keys: Sequence[str]) -> dict[str, list[Found]]:
        """Return the themes that the folded words of a text name, each with its keywords, once each.

        >>> from twinnet.taxonomy import Taxonomy
        >>> Keywords.of(Taxonomy.builtin().themes()).find(["vijece", "mladih", "vijece", "mladih"])
        {'youth': [Found(parts=('vijece', 'mladih'), at=0)]}
        """
        if not self.by_start:
            return {}
        found: dict[str, dict[tuple[str, ...], Found]] = defaultdict(dict)
        known = self.by_start
        starts = [key[:_START] for key in keys] if self.inflected else keys
        said = [(at, start) for at, start in enumerate(starts) if start in known]
        if not self.inflected:
            beside = [f"{first} {second}" for first, second in pairwise(keys)]
            said += [(at, start) for at, start in enumerate(beside) if start in known]
        for at, start in said:
            for parts, themes in known[start]:
                if self._stands(parts, keys, at):
                    for theme in themes:
                        found[theme].setdefault(parts, Found(parts, at))
        return {theme: list(by_parts.values()) for theme, by_parts in found.items()}

    def _stands(self, parts: tuple[str, ...], keys: Sequence[str], at: int) -> bool:
        """Tell whether a keyword stands at a place where its first words, or its first word's beginning, do."""
        if not self.inflected:
            return len(parts) <= 2 or tuple(keys[at : at + len(parts)]) == parts
        run = keys[at : at + len(parts)]
        return len(run) == len(parts) and all(_meets(word, part) for word, part in zip(run, parts, strict=True))


def _parts(keyword: str) -> tuple[str, ...]:
    """Return the words of a folded keyword as texts have them: without single letters, where two others are left.

    >>> _parts("diritti e doveri"), _parts("e mobility")
    (('diritti', 'doveri'), ('e', 'mobility'))
    """
    every = tuple(keyword.split())
    parts = tuple(part for part in every if len(part) > 1)
    return parts if len(parts) > 1 else every


def _meets(word: str, keyword: str) -> bool:
    """Tell whether a word is a keyword, perhaps inflected.

    >>> _meets("vineyards", "vineyard"), _meets("vinograda", "vinograd"), _meets("art", "arts")
    (True, True, False)
    """
    if word == keyword:
        return True
    return len(keyword) >= _LEAST and shared_start(word, keyword) >= max(_LEAST - 1, len(keyword) - _ENDING)
