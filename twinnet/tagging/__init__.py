"""Free text -> themes, whatever the language, with the words that caused them.

:class:`Tagger` is the door. What it says is learned (:mod:`twinnet.tagging.learning`) from keywords, labelled sentences
and descriptions of projects in many languages; a text that names no theme gets none. A network's own themes are found
by their keywords. The extra ``twinnet[embed]`` reads better and is used only where it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from twinnet.tagging.keywords import Keywords
from twinnet.tagging.words import Weights, built_in
from twinnet.taxonomy import Taxonomy

if TYPE_CHECKING:
    from twinnet.tagging.embedding import Embedding
    from twinnet.tagging.words import Vector

__all__ = ["Tag", "Tagger"]

BESIDE = 0.05
"""Once a text's best theme is said, the next ones are said too where their scores are at least this."""
_DECIDE = 3
"""A text names a theme where one of this many likeliest themes is sure enough, however many are asked for."""
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
    [('youth', ('mladih',))]
    >>> tagger.tag("Tel. 030 123 456, Monday to Friday")
    ()
    """

    def __init__(self, weights: Weights, taxonomy: Taxonomy, *, embedding: Embedding | None = None) -> None:
        self._weights, self._embedding = weights, embedding
        self._own = Keywords.of(taxonomy.added(), inflected=True)
        self._at = {theme: at for at, theme in enumerate(weights.themes)}
        self._thresholds = (weights if embedding is None else embedding).thresholds.tolist()
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
        log_odds = reading.total
        if self._embedding is not None:
            log_odds = ((log_odds + self._embedding.read(text)) / 2).astype("float32")
        *chances, _ = _chances(log_odds)
        own = self._own.find([key for _, key in reading.words])
        # Each further keyword of a network's own theme halves what is missing to 1.
        scores = {theme: 1 - 0.5 ** len(found) for theme, found in own.items()}
        for theme, chance in zip(self._at, chances, strict=True):
            scores[theme] = max(scores.get(theme, 0.0), chance)
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        if not any(theme in own or self._says(log_odds, self._at[theme]) for theme, _ in ranked[:_DECIDE]):
            return ()
        return tuple(
            Tag(theme, score, reading.phrases(own[theme]) if theme in own else reading.causes(self._at[theme]))
            for at, (theme, score) in enumerate(ranked[:top])
            if score >= BESIDE or at == 0
        )

    def _says(self, log_odds: Vector, theme: int) -> bool:
        """Tell whether the log-odds of a theme and of any theme, together, reach the theme's threshold."""
        return float(log_odds[theme] + log_odds[-1]) >= float(self._thresholds[theme])

    def tag_all(self, texts: Iterable[str], *, top: int = 3) -> list[tuple[Tag, ...]]:
        """Return the themes of each text; equal texts are read once."""
        known: dict[str, tuple[Tag, ...]] = {}
        tagged = []
        for text in texts:
            if text not in known:
                known[text] = self.tag(text, top=top)
            tagged.append(known[text])
        return tagged


def _chances(log_odds: Vector) -> list[float]:
    """Return the chances that log-odds stand for, rounded."""
    import numpy as np

    rounded: list[float] = np.round(1 / (1 + np.exp(-np.clip(log_odds.astype(np.float64), -30, 30))), _DIGITS).tolist()
    return rounded


@lru_cache(maxsize=8)
def _opened(taxonomy: Taxonomy, embed: bool) -> Tagger:
    if not embed:
        return Tagger(built_in(), taxonomy)
    from twinnet.tagging.embedding import Embedding

    return Tagger(built_in(), taxonomy, embedding=Embedding.open())
