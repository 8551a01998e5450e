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

    >>> [allowed(letters) for letters in (4, 6, 10, 16)]
    [0, 1, 2, 3]
    """
    return 0 if letters < 5 else 1 if letters < 9 else 2 if letters < 14 else 3


class Alike(NamedTuple):
    """A place spelt much like a name: the letters that differ, and how near it is (less is nearer)."""

    place: int
    key: str
    letters: int
    cost: float


@dataclass(frozen=True, slots=True)
class _Keys:
    """A country's keys by their sound: one text with where each begins, and the letters each has as bits."""

    text: str
    keys: str
    starts: npt.NDArray[np.int32]
    key_starts: npt.NDArray[np.int32]
    lengths: npt.NDArray[np.uint8]
    letters: npt.NDArray[np.uint32]
    places: npt.NDArray[np.int32]


class Spellings:
    """The spellings of each country's places; a country's are read when first asked for."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._countries: dict[str, _Keys | None] = {}

    def alike(self, key: str, country: str, weight: Callable[[int], float], *, more: int = 0) -> list[Alike]:
        """Return the places of a country whose names are spelt much like a key, nearest first, each once.

        ``weight`` tells how well known a place is (the decimal logarithm of its inhabitants): of two as near the
        better known goes first. ``more`` allows more wrong letters.
        """
        import numpy as np
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        wanted = sound(key)
        if not key.isascii() or len(wanted) < _MIN_LETTERS or (keys := self._keys(country)) is None:
            return []
        most = allowed(len(wanted)) + more
        near = np.abs(keys.lengths.astype(np.int16) - len(wanted)) <= most
        places = np.flatnonzero(near)
        places = places[_bits(keys.letters[places] ^ _letters(wanted)) <= 2 * most]
        texts = [keys.text[s : s + n] for s, n in zip(keys.starts[places], keys.lengths[places], strict=True)]
        found = process.extract(wanted, texts, scorer=OSA.distance, score_cutoff=most, limit=40)
        best: dict[int, Alike] = {}
        for text, letters, at in found:
            row = places[at]
            start = int(keys.key_starts[row])
            own = keys.keys[start : keys.keys.index("\n", start)]
            written = OSA.distance(key.replace(" ", ""), own.replace(" ", ""))
            place = int(keys.places[row])
            first = 0.6 * (text[0] != wanted[0])
            cost = letters + 0.4 * written + first - 0.45 * weight(place)
            if place not in best or cost < best[place].cost:
                best[place] = Alike(place, own, int(letters), cost)
        return sorted(best.values(), key=lambda alike: (alike.cost, alike.place))

    def _keys(self, country: str) -> _Keys | None:
        if country not in self._countries:
            self._countries[country] = _read(self._table.keys_of(country))
        return self._countries[country]


def _read(rows: Sequence[tuple[str, int]]) -> _Keys | None:
    """Return a country's keys by their sound; None where it has none."""
    import numpy as np

    ascii_rows = [(key, place) for key, place in rows if key.isascii() and _MIN_LETTERS <= len(key) < 100]
    if not ascii_rows:
        return None
    keys = "\n".join(key for key, _ in ascii_rows) + "\n"
    text = sound(keys)
    starts, lengths = _lines(text)
    marks = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    bits = np.where((marks >= 97) & (marks <= 122), np.left_shift(np.uint32(1), (marks - 97) % 32), 0).astype(np.uint32)
    letters = np.bitwise_or.reduceat(bits, starts)
    places = np.fromiter((place for _, place in ascii_rows), dtype=np.int32, count=len(ascii_rows))
    return _Keys(text, keys, starts, _lines(keys)[0], lengths, letters, places)


def _lines(text: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Return where each line begins and how long it is."""
    import numpy as np

    ends = np.flatnonzero(np.frombuffer(text.encode("ascii"), dtype=np.uint8) == 10).astype(np.int32)
    starts = np.concatenate([np.zeros(1, dtype=np.int32), ends[:-1] + np.int32(1)])
    return starts, (ends - starts).astype(np.uint8)


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


def score(alike: Alike, name: str) -> float:
    """Return the score of a spelling: below what is taken without a person, less the more letters differ."""
    return max(0.3, 0.75 - 0.1 * alike.letters * math.sqrt(8 / max(4, len(name))))
