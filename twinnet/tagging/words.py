"""What the words of a text speak for: a weight for each piece of a word and each theme.

A text is its words. A word counts by how rare it is, and speaks through its pieces: the word itself and its runs of
three to five letters, so that inflected words and words nobody listed speak too; two neighbours also speak as a pair of
their beginnings ("publi trans"). A theme's log-odds are a constant plus the sum of what the words say, each in its
share of the text, so the words that caused a theme are read off the same sum.

Words are compared folded (:func:`twinnet.text.fold`): case, accents and script don't matter.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twinnet.text import fold

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float32]

DATA = Path(__file__).parent.parent / "data"
_WEIGHTS, _COMMON, _CARD = "theme_weights.npz", "theme_common_words.csv", "theme_weights.json"

SHORTEST, LONGEST = 3, 5
"""The lengths of a word's pieces, in letters; the word's ends count as letters."""
_STEM = 5
"""How many letters of a word count in a pair."""
PAIR = 0.7
"""How much a pair of neighbours counts beside a rare word, which counts 1."""
READ = 4000
"""How many characters of a text are read: what it is about stands at its beginning."""
UNIT = 100
"""Weights are stored as whole hundredths."""
_MOST_REMEMBERED = 200_000

_WORD = re.compile(r"[^\W\d_]+")


def words(text: str) -> list[tuple[str, str]]:
    """Return the words of a text as written and folded; numbers and single letters are left out.

    >>> words("L'eau et les jeunes: Млади, 2019")
    [('eau', 'eau'), ('et', 'et'), ('les', 'les'), ('jeunes', 'jeunes'), ('Млади', 'mladi')]
    """
    found = ((word, fold(word)) for word in _WORD.findall(text[:READ]))
    return [(word, key) for word, key in found if len(key) > 1]


def pieces(word: str) -> list[str]:
    """Return the pieces of a folded word: the word itself (``=word``) and its runs of letters with its ends marked.

    >>> pieces("eau")
    ['=eau', '<ea', '<eau', '<eau>', 'au>', 'eau', 'eau>']
    """
    marked = f"<{word}>"
    runs = {
        marked[at : at + length]
        for length in range(SHORTEST, LONGEST + 1)
        for at in range(max(0, len(marked) - length) + 1)
    }
    return sorted({f"={word}", *runs})


def pair(first: str, second: str) -> str:
    """Return the piece that two neighbours make, by the beginnings of both.

    >>> pair("public", "transport")
    'publi trans'
    """
    return f"{first[:_STEM]} {second[:_STEM]}"


@dataclass(frozen=True)
class Weights:
    """The learned weights.

    ``of`` maps a piece to its row in ``table`` (pieces x themes, log-odds), ``common`` a common word to how much it
    counts (0 not at all; others count 1), ``constants`` and ``thresholds`` are by theme: from its threshold on
    (a score, 0..1) a theme is said. ``card`` says what they were learned from.
    """

    themes: tuple[str, ...]
    of: Mapping[str, int]
    table: Vector
    constants: Vector
    thresholds: Vector
    common: Mapping[str, float]
    card: Mapping[str, Any]
    _said: dict[str, Vector] = field(default_factory=dict, repr=False, compare=False)

    def says(self, word: str) -> Vector:
        """Return what a folded word says of each theme, if it were the whole text."""
        found = self._said.get(word)
        if found is None:
            if len(self._said) >= _MOST_REMEMBERED:
                self._said.clear()
            found = self._said[word] = self._sum(word)
        return found

    def _sum(self, word: str) -> Vector:
        import numpy as np

        every = pieces(word)
        rows = [row for piece in every if (row := self.of.get(piece)) is not None]
        if not rows:
            return np.zeros(len(self.themes), np.float32)
        total: Vector = self.table[rows].sum(0) / np.float32(math.sqrt(len(every)))
        return total

    def share(self, word: str) -> float:
        """Return how much a folded word counts, from 0 (in every text) to 1 (rare or unknown)."""
        return self.common.get(word, 1.0)

    def read(self, text: str) -> Reading:
        """Weigh a text's words."""
        import numpy as np

        found = words(text)
        counts = Counter(key for _, key in found)
        shares = {key: self.share(key) * (1 + math.log(count)) for key, count in counts.items()}
        pairs = [
            row
            for (_, a), (_, b) in pairwise(found)
            if (row := self.of.get(pair(a, b))) is not None and shares[a] and shares[b]
        ]
        number = pair_count([key for _, key in found], shares)
        size = math.sqrt(sum(share * share for share in shares.values()) + number * PAIR * PAIR) or 1.0
        spoken = [key for key in shares if shares[key]]
        by_word = np.zeros((len(spoken), len(self.themes)), np.float32)
        for at, key in enumerate(spoken):
            by_word[at] = self.says(key) * np.float32(shares[key] / size)
        total = self.constants + by_word.sum(0)
        if pairs:
            total = total + self.table[pairs].sum(0) * np.float32(PAIR / size)
        return Reading(self, found, spoken, by_word, total, size)

    def save(self, folder: Path) -> None:
        """Write the weights as the package ships them: an archive of arrays, the common words, and the card."""
        import numpy as np
        from scipy import sparse

        hundredths = sparse.csr_array(np.rint(self.table * UNIT).astype(np.int16))
        arrays = {
            "pieces": np.frombuffer("\n".join(self.of).encode("utf-8"), np.uint8),
            "weights": hundredths.data,
            "themes": hundredths.indices.astype(np.uint8),
            "starts": hundredths.indptr.astype(np.int32),
        }
        np.savez_compressed(folder / _WEIGHTS, **arrays)  # type: ignore[arg-type] - its stub knows one keyword only
        common = "".join(f"{word},{round(share * UNIT)}\n" for word, share in self.common.items())
        (folder / _COMMON).write_text(common, encoding="utf-8", newline="\n")
        by_theme = {"constants": self.constants, "thresholds": self.thresholds}
        said = {
            name: {theme: round(float(value), 2) for theme, value in zip(self.themes, values, strict=True)}
            for name, values in by_theme.items()
        }
        card = json.dumps({**self.card, **said, "themes": self.themes}, ensure_ascii=False, indent=2, sort_keys=True)
        (folder / _CARD).write_text(card + "\n", encoding="utf-8", newline="\n")

    @classmethod
    def load(cls, folder: Path) -> Weights:
        """Read what :meth:`save` wrote."""
        import numpy as np
        from scipy import sparse

        card = json.loads((folder / _CARD).read_text(encoding="utf-8"))
        themes = tuple(card.pop("themes"))
        with np.load(folder / _WEIGHTS) as arrays:
            pieces_of = arrays["pieces"].tobytes().decode("utf-8").split("\n")
            cells = (arrays["weights"].astype(np.float32) / UNIT, arrays["themes"], arrays["starts"])
            table = sparse.csr_array(cells, shape=(len(pieces_of), len(themes))).toarray()
        with (folder / _COMMON).open(encoding="utf-8", newline="") as file:
            common = {word: int(share) / UNIT for word, share in csv.reader(file)}
        by_theme = (card.pop("constants"), card.pop("thresholds"))
        constants, thresholds = (np.array([values[theme] for theme in themes], np.float32) for values in by_theme)
        of = {piece: at for at, piece in enumerate(pieces_of)}
        return cls(themes, of, table, constants, thresholds, common, card)


@dataclass(frozen=True)
class Reading:
    """A text as it was weighed: its words as written and folded, and what each says of each theme."""

    weights: Weights
    words: Sequence[tuple[str, str]]
    spoken: Sequence[str]
    by_word: Vector
    total: Vector
    size: float

    def causes(self, theme: int, most: int = 3) -> tuple[str, ...]:
        """Return the words, as written, that speak most for a theme; neighbours are said together.

        Words that say less than a quarter of what the first one says are left out.
        """
        strength = dict(zip(self.spoken, self.by_word[:, theme].tolist(), strict=True))
        best = max(strength.values(), default=0.0)
        if best <= 0:
            return ()
        enough = sorted((key for key in strength if strength[key] >= best / 4), key=lambda k: (-strength[k], k))
        chosen = set(enough[: 2 * most])
        phrases: dict[str, tuple[float, str]] = {}
        for run in _runs(self.words, chosen):
            said = " ".join(word for word, _ in run)
            weight = max(strength[key] for _, key in run)
            phrases.setdefault(fold(said), (-weight, said))
        return tuple(said for _, said in sorted(phrases.values())[:most])


def _runs(found: Sequence[tuple[str, str]], chosen: set[str]) -> Iterator[list[tuple[str, str]]]:
    run: list[tuple[str, str]] = []
    for word in found:
        if word[1] in chosen:
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def pair_count(keys: Sequence[str], shares: Mapping[str, float]) -> int:
    """Return how many pairs of neighbours a text has of which both count."""
    return sum(1 for a, b in pairwise(keys) if shares[a] and shares[b])


@cache
def built_in() -> Weights:
    """Return the weights that the package ships."""
    return Weights.load(DATA)
