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
import zlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twinnet.tagging.keywords import Found, Keywords
from twinnet.text import fold

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from scipy import sparse

    Vector = npt.NDArray[np.float32]
    Hundredths = npt.NDArray[np.int32]

DATA = Path(__file__).parent.parent / "data"
_WEIGHTS, _COMMON, _CARD = "theme_weights.npz", "theme_common_words.csv", "theme_weights.json"
_KEYWORDS = "theme_keywords.tsv"

_LENGTHS = (3, 4, 5)
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
_MANY = 20_000
"""From so many look-ups on a dictionary of all pieces is made sooner than they are searched."""
_ANY = "any theme"

_WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f\u00ad\u200b\ufeff]*)+")
"""Letters; accents that stand apart and marks of hyphenation belong to the letter before them."""
_JOINTS = ("-", "'", "’")
"""What stands between two words of one phrase, beside spaces."""


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
    ['=eau', '<ea', 'eau', 'au>', '<eau', 'eau>', '<eau>']
    """
    marked = f"<{word}>"
    size = len(marked)
    runs = [marked[at : at + length] for length in _LENGTHS for at in range(max(0, size - length) + 1)]
    return [*dict.fromkeys((f"={word}", *runs))]


def shares_of(keys: Sequence[str], common: Mapping[str, float]) -> dict[str, float]:
    """Return how much each word of a text counts; those that count nothing are left out.

    A word that stands n times counts 1 + ln(n) as much as one that stands once.

    >>> shares_of(["the", "youth", "and", "youth", "peace"], {"the": 0.0, "and": 0.0, "youth": 0.5})
    {'youth': 0.8465735902799727, 'peace': 1.0}
    """
    return {
        key: share * (1 + math.log(count)) if count > 1 else share
        for key, count in Counter(keys).items()
        if (share := common.get(key, 1.0))
    }


def pairs_of(keys: Sequence[str], shares: Mapping[str, float]) -> list[str]:
    """Return the pairs that neighbours of a text make, those that count, once each: the beginnings of both words.

    >>> pairs_of(["public", "transport", "of"], {"public": 1.0, "transport": 1.0})
    ['publi trans']
    """
    stems = [key[:_STEM] if key in shares else "" for key in keys]
    return [*dict.fromkeys([f"{first} {second}" for first, second in pairwise(stems) if first and second])]


def text_size(shares: Iterable[float], pairs: int) -> float:
    """Return the length of a text as a vector, by its words' shares and its number of pairs; 1 for an empty one."""
    return math.sqrt(sum(share * share for share in shares) + pairs * PAIR * PAIR) or 1.0


class _Memory:
    """What words said, so that each is summed up once: a row of a growing array for each word."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}
        self._rows: Vector | None = None

    def of(self, keys: Collection[str], weights: Weights) -> Vector:
        """Return what different words say (words x (themes + 1))."""
        import numpy as np

        if len(self._at) > _MOST_REMEMBERED:
            self._at.clear()
        rows = self._rows
        if rows is None:
            rows = self._rows = np.zeros((1024, len(weights.constants)), np.float32)
        at, known = self._at, len(self._at)
        places = [at.setdefault(key, len(at)) for key in keys]
        if len(at) > known:
            while len(at) > len(rows):
                rows = self._rows = np.concatenate([rows, np.zeros_like(rows)])
            new = [key for key, place in zip(keys, places, strict=True) if place >= known]
            rows[known : len(at)] = weights.say(new)
        found: Vector = rows[places]
        return found


class Places(Mapping[str, int]):
    """Where each of some sorted texts stands: searched for while few are asked for, else looked up.

    >>> places = Places(["eau", "sol"])
    >>> places["sol"], places.get("air"), len(places)
    (1, None, 2)
    """

    def __init__(self, texts: list[str]) -> None:
        self._texts, self._asked = texts, 0
        self._all: dict[str, int] | None = None

    def __getitem__(self, text: str) -> int:
        """Return the place of a text; raise :class:`KeyError` where it is none of them."""
        at: int | None = self.get(text)
        if at is None:
            raise KeyError(text)
        return at

    def get(self, text: str, default: Any = None) -> Any:
        """Return the place of a text, or else the default."""
        if self._all is not None:
            return self._all.get(text, default)
        self._asked += 1
        if self._asked > _MANY:
            self._all = {one: at for at, one in enumerate(self._texts)}
        at = bisect_left(self._texts, text)
        return at if at < len(self._texts) and self._texts[at] == text else default

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and self.get(text) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


@dataclass(frozen=True)
class Weights:
    """The learned weights.

    ``of`` maps a piece to its row in ``table``: pieces x (themes + 1) whole hundredths of log-odds, of each theme and,
    last, of any theme at all. ``common`` maps a common word to how much it counts (0 not at
    all; others count 1). ``constants`` are by column, and so is ``named``: what a text says more of a theme, and of any
    theme, where one of the theme's ``keywords`` stands in it. ``thresholds`` are by theme: a theme is said where its
    log-odds and those of any theme, together, reach it. ``card`` says what they were learned from.
    """

    themes: tuple[str, ...]
    of: Mapping[str, int]
    table: sparse.csr_array
    constants: Vector
    named: Vector
    thresholds: Vector
    common: Mapping[str, float]
    keywords: Keywords
    card: Mapping[str, Any]
    _memory: _Memory = field(default_factory=_Memory, repr=False, compare=False)

    def say(self, keys: Iterable[str]) -> Vector:
        """Return what each folded word says of each theme and of any (words x (themes + 1)), were it the whole text."""
        import numpy as np

        rows: list[int] = []
        owners: list[int] = []
        sizes: list[float] = []
        for at, key in enumerate(keys):
            every = pieces(key)
            sizes.append(math.sqrt(len(every)))
            known = [row for row in map(self.of.get, every) if row is not None]
            rows += known
            owners += [at] * len(known)
        total = self._summed(rows, owners, len(sizes)) / (UNIT * np.array(sizes))[:, None]
        found: Vector = total.astype(np.float32)
        return found

    def _summed(self, rows: Sequence[int], owners: Sequence[int], size: int) -> Hundredths:
        """Add up rows of the table for each of ``size`` owners; whole numbers add up to the same in any order."""
        import numpy as np

        table, columns = self.table, self.table.shape[1]
        first = table.indptr[rows].astype(np.int64)
        count = table.indptr[np.array(rows, np.int64) + 1] - first
        cells = np.repeat(first - np.cumsum(count) + count, count) + np.arange(int(count.sum()))
        at = np.repeat(np.array(owners, np.int64), count) * columns + table.indices[cells]
        # Sums of whole numbers are whole, also where they are told as decimals.
        found = np.bincount(at, table.data[cells], minlength=size * columns)
        return found.astype(np.int32).reshape(size, columns)

    def read(self, text: str) -> Reading:
        """Weigh a text's words."""
        import numpy as np

        found = words(text)
        keys = [key for _, key in found]
        shares = shares_of(keys, self.common)
        beside = pairs_of(keys, shares)
        pairs = [row for row in map(self.of.get, beside) if row is not None]
        size = text_size(shares.values(), len(beside))
        weights = np.array([*shares.values()], np.float32) / np.float32(size)
        by_word: Vector = self._memory.of(shares, self) * weights[:, None]
        total: Vector = self.constants + by_word.sum(0)
        if pairs:
            total = total + self._summed(pairs, [0] * len(pairs), 1)[0].astype(np.float32) * np.float32(
                PAIR / (UNIT * size)
            )
        named = self.keywords.find(keys)
        if named:
            self._add_named(named, {key: at for at, key in enumerate(shares)}, by_word, total)
        return Reading(text, found, tuple(shares), by_word, total)

    def _add_named(
        self, named: Mapping[str, Sequence[Found]], rows: Mapping[str, int], by_word: Vector, total: Vector
    ) -> None:
        """Add what keywords say, once a theme, to the totals, and in equal parts to the words they are made of."""
        for theme, found in named.items():
            at = self._columns[theme]
            total[at] += self.named[at]
            said = {rows[part] for one in found for part in one.parts if part in rows}
            for row in said:
                by_word[row, at] += self.named[at] / len(said)
        total[-1] += self.named[-1]

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {theme: at for at, theme in enumerate(self.themes)}

    def save(self, folder: Path) -> None:
        """Write the weights as the package ships them: arrays, the common words, the keywords, and the card."""
        import numpy as np

        hundredths = self.table.astype(np.int16)
        arrays: dict[str, npt.NDArray[Any]] = {
            "pieces": np.frombuffer("\n".join(self.of).encode("utf-8"), np.uint8),
            "weights": hundredths.data,
            "themes": hundredths.indices.astype(np.uint8),
            "starts": hundredths.indptr.astype(np.int32),
        }
        np.savez_compressed(folder / _WEIGHTS, **arrays)  # type: ignore[arg-type]  # its stub has an option in the way
        self.keywords.save(folder / _KEYWORDS)
        common = "".join(f"{word},{round(share * UNIT)}\n" for word, share in self.common.items())
        (folder / _COMMON).write_text(common, encoding="utf-8", newline="\n")
        said = {
            "constants": dict(zip((*self.themes, _ANY), _plain(self.constants), strict=True)),
            "named": dict(zip((*self.themes, _ANY), _plain(self.named), strict=True)),
            "thresholds": dict(zip(self.themes, _plain(self.thresholds), strict=True)),
        }
        card = json.dumps({**self.card, **said, "themes": self.themes}, ensure_ascii=False, indent=2, sort_keys=True)
        (folder / _CARD).write_text(card + "\n", encoding="utf-8", newline="\n")

    @classmethod
    def load(cls, folder: Path) -> Weights:
        """Read what :meth:`save` wrote."""
        import numpy as np
        from scipy import sparse

        card = json.loads((folder / _CARD).read_text(encoding="utf-8"))
        themes = tuple(card["themes"])
        with np.load(folder / _WEIGHTS) as arrays:
            pieces_of = arrays["pieces"].tobytes().decode("utf-8").split("\n")
            cells = (arrays["weights"], arrays["themes"].astype(np.int32), arrays["starts"])
            table = sparse.csr_array(cells, shape=(len(pieces_of), len(themes) + 1))
        with (folder / _COMMON).open(encoding="utf-8", newline="") as file:
            common = {word: int(share) / UNIT for word, share in csv.reader(file)}
        constants, named = (
            np.array([card[what][name] for name in (*themes, _ANY)], np.float32) for what in ("constants", "named")
        )
        thresholds = np.array([card["thresholds"][theme] for theme in themes], np.float32)
        keywords = Keywords.load(folder / _KEYWORDS)
        return cls(themes, Places(pieces_of), table, constants, named, thresholds, common, keywords, card)


@dataclass(frozen=True)
class Reading:
    """A text as it was weighed.

    ``text`` is as it was given; ``words`` are its words as written and folded; ``spoken`` are those (folded) that
    count, once each, and ``by_word`` what each of them says (spoken x (themes + 1)); ``total`` are the text's log-odds.
    """

    text: str
    words: Sequence[tuple[str, str]]
    spoken: tuple[str, ...]
    by_word: Vector
    total: Vector

    def causes(self, theme: int, most: int = 3) -> tuple[str, ...]:
        """Return the words, as written, that speak most for a theme; neighbours are said together, as they stand.

        Words that say less than a quarter of what the first one says are left out.
        """
        import numpy as np

        said = self.by_word[:, theme]
        best = float(said.max(initial=0.0))
        if best <= 0:
            return ()
        enough = sorted((-float(said[at]), self.spoken[at]) for at in np.flatnonzero(said >= best / 4).tolist())
        strength = {key: value for value, key in enough[: 2 * most]}
        phrases: dict[tuple[str, ...], tuple[float, str]] = {}
        for run in self._runs([at for at, (_, key) in enumerate(self.words) if key in strength]):
            keys = tuple(self.words[at][1] for at in run)
            start, end = self._spans[run[0]][0], self._spans[run[-1]][1]
            phrases.setdefault(keys, (min(map(strength.__getitem__, keys)), " ".join(self.text[start:end].split())))
        return tuple(phrase for _, phrase in sorted(phrases.values())[:most])

    def phrases(self, found: Iterable[Found]) -> tuple[str, ...]:
        """Return keywords as the text writes them."""
        spans = [(self._spans[one.at][0], self._spans[one.at + len(one.parts) - 1][1]) for one in found]
        return tuple(" ".join(self.text[start:end].split()) for start, end in spans)

    def _runs(self, places: Sequence[int]) -> Iterator[list[int]]:
        """Yield the places of words that only spaces, a hyphen or an apostrophe part; a run holds a word once."""
        run: list[int] = []
        for at in places:
            if run and not self._joins(run, at):
                yield run
                run = []
            run.append(at)
        if run:
            yield run

    def _joins(self, run: Sequence[int], at: int) -> bool:
        if at != run[-1] + 1 or any(self.words[at][1] == self.words[one][1] for one in run):
            return False
        gap = self.text[self._spans[run[-1]][1] : self._spans[at][0]]
        return gap in _JOINTS or gap.isspace()

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        """Where each word begins and ends in the text."""
        spans = []
        end, find = 0, self.text.index
        for word, _ in self.words:
            start = find(word, end)
            end = start + len(word)
            spans.append((start, end))
        return spans


def _plain(values: Vector) -> list[float]:
    return [round(float(value), 2) for value in values]


@cache
def shipped_digest() -> str:
    """Return 8 hex digits that are the same as long as the package's data are that texts are read with."""
    check = 0
    for name in (_WEIGHTS, _COMMON, _KEYWORDS, _CARD):
        check = zlib.crc32((DATA / name).read_bytes(), check)
    return f"{check:08x}"


@cache
def built_in() -> Weights:
    """Return the weights that the package ships."""
    return Weights.load(DATA)
