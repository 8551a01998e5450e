"""Themes that only a network's own taxonomy knows, found in texts by their labels and keywords."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from twinnet.taxonomy import Taxonomy
from twinnet.text import fold, shared_start

_ENDING = 2
"""How many letters of a keyword's end an inflected word may change."""
_LEAST = 5
"""Shorter words are met whole only."""


@dataclass(frozen=True)
class OwnWords:
    """The keywords of a network's own themes by their first letters: (folded words, the themes they lead to)."""

    by_start: Mapping[str, Sequence[tuple[tuple[str, ...], tuple[str, ...]]]]

    @classmethod
    def of(cls, taxonomy: Taxonomy) -> OwnWords:
        """Take the labels and keywords of the themes that a taxonomy has of its own."""
        by_start: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
        for theme in taxonomy.own():
            said = {*theme.labels.values(), *(word for words in theme.keywords.values() for word in words)}
            for keyword in sorted({fold(word) for word in said} - {""}):
                parts = tuple(keyword.split())
                by_start[parts[0][:2]].append((parts, theme.maps_to or (theme.key,)))
        return cls(dict(by_start))

    def find(self, found: Sequence[tuple[str, str]]) -> dict[str, tuple[float, tuple[str, ...]]]:
        """Return the themes that the words of a text (as written, folded) name: a score and the words.

        Each further keyword halves what is missing to 1: one gives .5, two .75.
        """
        if not self.by_start:
            return {}
        said: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
        for at, (_, key) in enumerate(found):
            for parts, themes in self.by_start.get(key[:2], ()):
                run = found[at : at + len(parts)]
                if len(run) == len(parts) and all(
                    _meets(word, part) for (_, word), part in zip(run, parts, strict=True)
                ):
                    for theme in themes:
                        said[theme].setdefault(parts, " ".join(word for word, _ in run))
        return {theme: (1 - 0.5 ** len(words), tuple(words.values())) for theme, words in said.items()}


def _meets(word: str, keyword: str) -> bool:
    """Tell whether a word is a keyword, perhaps inflected.

    >>> _meets("vineyards", "vineyard"), _meets("vinograda", "vinograd"), _meets("art", "arts")
    (True, True, False)
    """
    if word == keyword:
        return True
    return len(keyword) >= _LEAST and shared_start(word, keyword) >= max(_LEAST - 1, len(keyword) - _ENDING)
