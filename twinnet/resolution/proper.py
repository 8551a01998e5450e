"""How the proper parts of two names meet: which of them are the same, and what only one name has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twinnet.resolution.naming import Reader, Said
from twinnet.resolution.wording import sound, words
from twinnet.text import shared_start


class Names(NamedTuple):
    """How the proper parts of two names meet.

    How many met, how many of these are no places, what only one of them has, and whether they met loosely only.
    """

    met: int
    distinct: int
    left: tuple[Said, ...]
    right: tuple[Said, ...]
    loose: bool

    @property
    def rest(self) -> tuple[Said, ...]:
        """What only one of the names has."""
        return (*self.left, *self.right)


def meet(reader: Reader, left: Sequence[Said], right: Sequence[Said]) -> Names:
    """Pair the proper parts of two names: by their words, then by their place, then by words that are inflected."""
    rest_a, rest_b = list(left), list(right)
    met = distinct = 0
    loose = False
    places: set[int] = set()
    for test in (_alike_text, _alike_place, _nearly_place):
        for said in list(rest_a):
            other = next((other for other in rest_b if test(said, other)), None)
            if other is not None:
                rest_a.remove(said)
                rest_b.remove(other)
                places.update(said.places[:1], other.places[:1])
                met += 1
                distinct += not (said.places or other.places)
                loose = loose or test is _nearly_place
    for rest in (rest_a, rest_b):
        rest[:] = [said for said in rest if not places.intersection(said.places[:1])]
    met += _met_apart(rest_a, rest_b) + _met_apart(rest_b, rest_a)
    for one, two in ((rest_a, rest_b), (rest_b, rest_a)):
        for said in list(one):
            other = next((other for other in two if _oblique(reader, said, other)), None)
            if other is not None:
                one.remove(said)
                two.remove(other)
                met += 1
    words_a = [(word, said) for said in rest_a for word in said.words]
    words_b = [(word, said) for said in rest_b for word in said.words]
    for item in list(words_a):
        pair = next((other for other in words_b if _may_meet(item, other)), None)
        if pair is not None:
            words_a.remove(item)
            words_b.remove(pair)
            met += 1
            distinct += not (item[1].places or pair[1].places)
            loose = loose or bool(item[1].places and pair[1].places)
    return Names(met, distinct, _left(words_a), _left(words_b), loose)


def _met_apart(one: list[Said], two: list[Said]) -> int:
    """Take out names of several words whose words stand inflected, one by one, in the other; return how many."""
    met = 0
    for said in [said for said in one if len(said.words) > 1]:
        taken: list[Said] = []
        for word in said.words:
            taken += [x for x in two if x not in taken and len(x.words) == 1 and _inflected(word, x.words[0])][:1]
        if len(taken) == len(said.words):
            one.remove(said)
            for other in taken:
                two.remove(other)
            met += 1
    return met


def _may_meet(a: tuple[str, Said], b: tuple[str, Said]) -> bool:
    """Whether two words of proper parts are forms of one; not where they are of the names of two places."""
    if a[1].places and b[1].places and (len(a[1].words) > 1 or len(b[1].words) > 1):
        return False
    if _is_own(a[1]) and _is_own(b[1]):
        return False
    return _inflected(a[0], b[0])


def _oblique(reader: Reader, said: Said, other: Said) -> bool:
    """Whether a word is an inflected form of the name of the other's likeliest place."""
    if said.places or not other.places:
        return False
    return other.places[0] in reader.nominative(said, other.country).places


def _left(items: Iterable[tuple[str, Said]]) -> tuple[Said, ...]:
    return tuple(said if len(said.words) == 1 else Said((word,), said.places) for word, said in items)


def _alike_text(a: Said, b: Said) -> bool:
    return a.sound == b.sound


def _alike_place(a: Said, b: Said) -> bool:
    """Whether each name's likeliest place bears the other name too."""
    if not a.places or not b.places:
        return False
    if a.places[0] == b.places[0] or (a.places[0] in b.places and b.places[0] in a.places):
        return True
    return not set(a.words) & set(b.words) and (_is_other_name(a, b) or _is_other_name(b, a))


def _is_own(said: Said) -> bool:
    """Whether a name is its likeliest place's own."""
    return bool(said.places) and said.places[0] in said.own


def _is_other_name(a: Said, b: Said) -> bool:
    """Whether a name is one place's only, whose own name is the other, or likelier it than a name of another's."""
    return len(a.places) == 1 and a.places[0] in b.places and (a.places[0] in b.own or not _is_own(b))


def _nearly_place(a: Said, b: Said) -> bool:
    """Whether two names may be one place's, but also those of two: the shorter is no other place's own name."""
    common = set(a.places) & set(b.places)
    if _is_own(a) and _is_own(b) and a.places[0] != b.places[0] and not set(a.words) & set(b.words):
        return False
    longer, shorter = (a, b) if len(a.words) >= len(b.words) else (b, a)
    if set(shorter.words) < set(longer.words):
        return bool(shorter.places and longer.places) and not shorter.own - set(longer.places)
    return bool(common) and (a.places[0] in common or b.places[0] in common)


def _inflected(a: str, b: str) -> bool:
    """Whether two words are forms of one."""
    x, y = sound(a), sound(b)
    if x == y:
        return True
    start = shared_start(x, y)
    if start < 3 or start * 2 < max(len(x), len(y)):
        return False
    return {x[start:], y[start:]} <= words().endings
