"""How the page holds what reasons say: shapes of sentences, and columns of the numbers that fill them.

A sentence of a reason is a value (:mod:`twinnet.wording`). Many have the same shape, as "{n} partners in common: {an
organisation}, {an organisation}": the page holds each shape once, and the numbers of all sentences of a shape column by
column, which packs well. What the page knows anyway, as the two names and numbers of inhabitants of a pair, takes no
room. ``views/page/sayings.js`` says the sentences from it, in the language of the moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from twinnet.wording import Kind, Listed, Name, Phrase, Value, Word

_WORDS = {"theme": "t", "country": "c", "language": "l"}


class Texts:
    """Texts that are said often, held once."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._at: dict[str, int] = {}

    def __call__(self, words: str) -> int:
        """Return the place of a text.

        >>> texts = Texts()
        >>> texts("youth"), texts("peace"), texts("youth"), texts.all
        (0, 1, 0, ['youth', 'peace'])
        """
        found = self._at.get(words)
        if found is None:
            found = self._at[words] = len(self.all)
            self.all.append(words)
        return found


class End(NamedTuple):
    """An end of a pair: its id and number of inhabitants."""

    id: str
    population: int | None = None


class Sayings:
    """Values that the page says, one after the other.

    A shape is a letter: ``s`` a text, ``o`` an organisation by its place, ``a`` and ``b`` the pair's own, ``A`` and
    ``B`` their inhabitants, ``n`` a number, ``t``, ``c`` and ``l`` a theme, a country and a language; or a list:
    ``["l", mark, more, *shapes]`` several values (``more``: 1 where a number says how many are not named), else
    ``[text, slot, shape, ...]``, a phrase.

    >>> from twinnet.wording import phrase
    >>> sayings = Sayings(Texts(), {"town-1": 0})
    >>> [sayings.add(phrase("say.distance", km=km)) for km in (12, 480)]
    [0, 1]
    >>> sayings.block()
    {'shapes': [['say.distance', 'km', 'n']], 'columns': [[[12, 480]]], 'sequence': [0, 0]}
    """

    def __init__(self, texts: Texts, at: Mapping[str, int]) -> None:
        self._texts, self._at = texts, at
        self._known: dict[Any, int] = {}
        self._rows: list[list[list[float]]] = []
        self._sequence: list[int] = []
        self._words: set[tuple[str, str]] = set()

    def text(self, words: str) -> int:
        """Return the place of a text."""
        return self._texts(words)

    def words(self, kind: Kind) -> set[str]:
        """Return the keys of the themes, countries or languages that are said."""
        return {key for of, key in self._words if of == kind}

    def add(self, value: Value, pair: Sequence[End] = (End(""), End(""))) -> int:
        """Add a value; return how many stand before it. ``pair`` are the sides of the suggestion that says it."""
        numbers: list[float] = []
        [shape] = self._shapes([value], numbers, pair)
        at = self._known.get(shape)
        if at is None:
            at = self._known[shape] = len(self._rows)
            self._rows.append([])
        self._rows[at].append(numbers)
        self._sequence.append(at)
        return len(self._sequence) - 1

    def block(self) -> dict[str, Any]:
        """Return all as plain JSON values: the columns of each shape, and which shape each value has."""
        columns = [[list(column) for column in zip(*rows, strict=True)] for rows in self._rows]
        return {"shapes": [_plain(shape) for shape in self._known], "columns": columns, "sequence": self._sequence}

    def _shapes(self, values: Iterable[Any], numbers: list[float], pair: Sequence[End]) -> list[Any]:
        """Return the shapes of values; their numbers go to ``numbers``.

        There are millions of values in a large page, most of them names and numbers: these are told first.
        """
        (a, people), (b, others) = pair
        shapes: list[Any] = []
        for value in values:
            kind = type(value)
            if kind is Name:
                text, name = value
                if name == a:
                    shapes.append("a")
                elif name == b:
                    shapes.append("b")
                else:
                    at = self._at.get(name)
                    numbers.append(self._texts(text) if at is None else at)
                    shapes.append("s" if at is None else "o")
            elif kind is int or kind is float:
                if value == people:
                    shapes.append("A")
                elif value == others:
                    shapes.append("B")
                else:
                    numbers.append(value if kind is int else _short(value))
                    shapes.append("n")
            elif kind is str:
                numbers.append(self._texts(value))
                shapes.append("s")
            else:
                shapes.append(self._compound(value, numbers, pair))
        return shapes

    def _compound(self, value: Phrase | Listed | Word, numbers: list[float], pair: Sequence[End]) -> Any:
        if isinstance(value, Phrase):
            slots, parts = zip(*value.values, strict=True) if value.values else ((), ())
            return (value.key, *zip(slots, self._shapes(parts, numbers, pair), strict=True))
        if isinstance(value, Listed):
            shapes = self._shapes(value.items, numbers, pair)
            if value.more:
                numbers.append(value.more)
            return ("l", value.by, int(value.more > 0), *shapes)
        self._words.add((value.kind, value.key))
        numbers.append(self._texts(value.key))
        return _WORDS[value.kind]


def _short(value: float) -> float:
    """Round to the two decimals that are said at most; whole numbers are whole."""
    rounded = round(value, 2)
    return int(rounded) if rounded.is_integer() else rounded


def _plain(shape: Any) -> Any:
    """Write a shape as JSON values.

    >>> _plain(("l", ",", 0, "o", ("say.pair", ("a", "o"), ("b", "o"))))
    ['l', ',', 0, 'o', ['say.pair', 'a', 'o', 'b', 'o']]
    """
    if not isinstance(shape, tuple):
        return shape
    if shape[0] == "l":
        return [*shape[:3], *map(_plain, shape[3:])]
    return [shape[0], *(part for slot, of in shape[1:] for part in (slot, _plain(of)))]
