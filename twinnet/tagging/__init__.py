"""Free text -> themes, whatever the language, with the words that caused them.

:class:`Tagger` is the door. What it says is learned (:mod:`twinnet.tagging.learning`) from keywords, labelled sentences
and descriptions of projects in many languages; a text that names no theme gets none. A network's own themes are found
by their keywords. The extra ``twinnet[embed]`` reads better and is used only where it is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from twinnet.tagging.owned import OwnWords
from twinnet.tagging.words import Weights, built_in
from twinnet.taxonomy import Taxonomy

if TYPE_CHECKING:
    from twinnet.tagging.embedding import Embedding

__all__ = ["Tag", "Tagger"]

BESIDE = 0.1
"""Once a text's best theme is said, the next ones are said too where their scores are at least this."""
_OWN_FROM = 0.5
"""The threshold of a network's own theme: one keyword is enough."""
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Tag:
    """A theme that a text names.

    ``score`` is between 0 and 1: of texts with that score, about that share is of the theme. ``words`` are those of the
    text, as written, that speak most for it, the weightiest first.
    """

    theme: str
    score: float
    words: tuple[str, ...] = ()


class Tagger:
    """Tells the themes of texts.

    ``name`` says which tagger it is, so that results can say it.

    >>> tagger = Tagger.open()
    >>> [(tag.theme, tag.words) for tag in tagger.tag("Razmjena mladih i savjet mladih", top=1)]
    [('youth', ('savjet mladih', 'Razmjena mladih'))]
    >>> tagger.tag("Tel. 030 123 456, Monday to Friday")
    ()
    """

    def __init__(self, weights: Weights, taxonomy: Taxonomy, *, embedding: Embedding | None = None) -> None:
        self._weights, self._embedding = weights, embedding
        self._own = OwnWords.of(taxonomy)
        self._at = {theme: at for at, theme in enumerate(weights.themes)}
        thresholds = weights.thresholds if embedding is None else embedding.thresholds
        self._thresholds = dict(zip(weights.themes, thresholds.tolist(), strict=True))
        self.name = "words" if embedding is None else embedding.name

    @classmethod
    def open(cls, *, taxonomy: Taxonomy | None = None, embed: bool = False) -> Tagger:
        """Return the tagger of a taxonomy (None: the built-in one); it is loaded once.

        Raises
        ------
        OptionError
            ``embed`` is asked for and the extra ``twinnet[embed]`` is not installed.
        """
        return _opened(taxonomy or Taxonomy.builtin(), embed)

    def tag(self, text: str, *, top: int = 3) -> tuple[Tag, ...]:
        """Return the themes of a text, at most ``top``, the likeliest first; none where it names none."""
        reading = self._weights.read(text)
        if not reading.words:
            return ()
        values = reading.total if self._embedding is None else self._embedding.read(text, reading.total)
        found = self._own.find(reading.words)
        scores = {theme: score for theme, (score, _) in found.items()}
        for theme, at in self._at.items():
            scores[theme] = max(scores.get(theme, 0.0), round(_chance(float(values[at])), _DIGITS))
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:top]
        if not any(score >= self._thresholds.get(theme, _OWN_FROM) for theme, score in ranked):
            return ()
        return tuple(
            Tag(theme, score, found[theme][1] if theme in found else reading.causes(self._at[theme]))
            for theme, score in ranked
            if score >= BESIDE
        )

    def tag_all(self, texts: Iterable[str], *, top: int = 3) -> list[tuple[Tag, ...]]:
        """Return the themes of each text; equal texts are read once."""
        known: dict[str, tuple[Tag, ...]] = {}
        tagged = []
        for text in texts:
            if text not in known:
                known[text] = self.tag(text, top=top)
            tagged.append(known[text])
        return tagged


def _chance(log_odds: float) -> float:
    """Return the chance that log-odds stand for."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


@lru_cache(maxsize=8)
def _opened(taxonomy: Taxonomy, embed: bool) -> Tagger:
    if not embed:
        return Tagger(built_in(), taxonomy)
    from twinnet.tagging.embedding import Embedding

    return Tagger(built_in(), taxonomy, embedding=Embedding.open())
