"""Names that are spelt much like one of a country's: letters dropped, doubled, swapped, other transcriptions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from twinnet.places.store import Table

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# What sounds alike in one transcription or another; in this order.
_ALIKE = (
    ("tsch", "h"), ("tch", "h"), ("sch", "s"), ("ch", "h"), ("sh", "s"), ("sz", "s"), ("cz", "h"), ("zh", "z"),
    ("kh", "h"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("dj", "d"), ("gj", "d"), ("dz", "z"), ("ts", "c"),
    ("tz", "c"), ("ck", "k"), ("x", "ks"), ("qu", "k"), ("ou", "u"), ("ae", "a"), ("oe", "o"), ("ue", "u"),
    ("w", "v"), ("y", "i"), ("j", "i"), ("q", "k"),
)  # fmt: skip
_DOUBLES = tuple((letter * 2, letter) for letter in "abcdefghijklmnopqrstuvwxyz")
_MIN_LETTERS = 4
"""Of shorter names nearly every spelling is another place's."""
_MIN_OTHER_FIRST = 8
"""Letters of a name whose first may be wrong; people seldom mistake it."""


def sound(keys: str) -> str:
    """Return keys with what sounds alike spelt alike; several keys may stand on lines of their own.

    >>> sound("cluj napoka"), sound("wrocklaw"), sound("tschernihiw"), sound("saarbruecken")
    ('cluinapoka', 'vroklav', 'hernihiv', 'sarbruken')
    """
    keys = keys.replace(" ", "")
    for said, one in (*_ALIKE, *_DOUBLES):
        keys = keys.replace(said, one)
    return keys


def allowed(letters: int) -> int:
    """Return how many letters may be wrong in a name of that length.

    >>> [allowed(letters) for letters in (3, 6, 10, 16)]
    [0, 1, 2, 3]
    """
    return 0 if letters < 4 else 1 if letters < 9 else 2 if letters < 14 else 3


class Alike(NamedTuple):
    """A place spelt much like a name: the letters that differ, and how near it is (less is nearer)."""

    place: int
    letters: int
    cost: float


@dataclass(frozen=True, slots=True)
class _Lines:
    """Many words: one text with where each begins, how long it is, and the letters it has as bits."""

    text: str
    starts: npt.NDArray[np.int32]
    lengths: npt.NDArray[np.uint8]
    letters: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, text: str) -> _Lines:
        """Return the lines of a text, of which each ends with a line feed."""
        import numpy as np

        marks = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
        ends = np.flatnonzero(marks == 10).astype(np.int32)
        starts = np.concatenate([np.zeros(1, dtype=np.int32), ends[:-1] + np.int32(1)])
        is_letter = (marks >= 97) & (marks <= 122)
        bits = np.where(is_letter, np.left_shift(np.uint32(1), (marks - 97) % 32), 0).astype(np.uint32)
        letters = np.bitwise_or.reduceat(bits, starts)
        return cls(text, starts, (ends - starts).astype(np.uint8), letters)

    def words(self, rows: npt.NDArray[np.intp]) -> list[str]:
        """Return some of the lines."""
        text, starts = self.text, self.starts[rows].tolist()
        return [text[start : start + length] for start, length in zip(starts, self.lengths[rows].tolist(), strict=True)]

    def alike(self, word: str, most: int) -> npt.NDArray[np.intp]:
        """Return the lines that may differ from a word in no more letters than that: few more than do."""
        import numpy as np

        rows = np.flatnonzero(np.abs(self.lengths.astype(np.int16) - len(word)) <= most)
        differing = self.letters[rows] ^ np.uint32(_letters(word))
        return rows[_bits(differing) <= 2 * most]


@dataclass(frozen=True, slots=True)
class _Keys:
    """A country's keys as they are spelt (without spaces) and as they sound, with the ids of their places."""

    spelt: _Lines
    sounds: _Lines
    places: npt.NDArray[np.int32]


class Spellings:
    """The spellings of each country's places; a country's are read when first asked for."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._countries: dict[str, _Keys | None] = {}

    def alike(self, key: str, country: str, cost: Callable[[int, str], float]) -> list[Alike]:
        """Return the places of a country whose names are spelt much like a key, nearest first, each once.

        ``cost`` is what a place (its id) of such a spelling costs beside the letters that differ: a village more than
        a city.
        """
        import numpy as np
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        spelt, heard = key.replace(" ", ""), sound(key)
        if not key.isascii() or len(heard) < _MIN_LETTERS or (keys := self._keys(country)) is None:
            return []
        most = allowed(len(heard))
        rows = np.union1d(keys.sounds.alike(heard, most), keys.spelt.alike(spelt, most))
        sounds, names = keys.sounds.words(rows), keys.spelt.words(rows)
        said = process.cdist([heard], sounds, scorer=OSA.distance, score_cutoff=most)[0]
        written = process.cdist([spelt], names, scorer=OSA.distance, score_cutoff=most + 2)[0]
        best: dict[int, Alike] = {}
        for at in np.flatnonzero(np.minimum(said, written) <= most).tolist():
            letters = int(min(said[at], written[at]))
            if names[at][0] != spelt[0] and sounds[at][0] != heard[0]:
                if len(heard) < _MIN_OTHER_FIRST:
                    continue
                letters += 1
            place = int(keys.places[rows[at]])
            total = letters + 0.4 * float(written[at]) + cost(place, names[at])
            if place not in best or total < best[place].cost:
                best[place] = Alike(place, letters, total)
        return sorted(best.values(), key=lambda alike: (alike.cost, alike.place))

    def _keys(self, country: str) -> _Keys | None:
        # Those of all countries together take 22 MB.
        if country not in self._countries:
            self._countries[country] = _read(self._table.keys_of(country))
        return self._countries[country]


def _read(rows: Sequence[tuple[str, int]]) -> _Keys | None:
    """Return a country's keys; None where it has none."""
    import numpy as np

    fit = [(key, place) for key, place in rows if key.isascii() and _MIN_LETTERS <= len(key) < 100]
    if not fit:
        return None
    text = "\n".join(key for key, _ in fit) + "\n"
    places = np.fromiter((place for _, place in fit), dtype=np.int32, count=len(fit))
    return _Keys(_Lines.of(text.replace(" ", "")), _Lines.of(sound(text)), places)


def _letters(text: str) -> int:
    """Return the letters of a text as bits."""
    found = 0
    for letter in text:
        if "a" <= letter <= "z":
            found |= 1 << (ord(letter) - 97)
    return found


def _bits(values: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    """Return how many bits are set in each value."""
    import numpy as np

    values = values - ((values >> np.uint32(1)) & np.uint32(0x55555555))
    values = (values & np.uint32(0x33333333)) + ((values >> np.uint32(2)) & np.uint32(0x33333333))
    values = (values + (values >> np.uint32(4))) & np.uint32(0x0F0F0F0F)
    return ((values * np.uint32(0x01010101)) >> np.uint32(24)).astype(np.uint8)


def score(letters: int, length: int) -> float:
    """Return the score of a spelling: below what is taken without a person, less the more letters differ."""
    return max(0.3, 0.75 - 0.1 * letters * math.sqrt(8 / max(4, length)))
