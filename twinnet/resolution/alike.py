"""Whether two names mean the same organisation.

A name is read as concepts (association, local, democracy ... in some thirty languages), countries, an acronym, and what
is left: the name itself, which may be a place's. Two names are compared part by part; what only one of them says
counts by how much it tells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations, product
from typing import Literal, NamedTuple

from twinnet.places import Gazetteer
from twinnet.resolution.naming import Reader, Reading, Said
from twinnet.resolution.wording import sound, words
from twinnet.text import fold

Decision = Literal["same", "different", "review"]
Block = tuple[str, ...]

_MOST = 60
"""A block of more organisations tells nothing."""

_FORMS = frozenset(("association", "organisation", "foundation", "company", "centre", "club", "group"))
_TOWNS = frozenset(("city", "municipality", "rural"))
class Verdict(NamedTuple):
    """A judgement of two names: the decision, how alike they are (0 to 1), and why in one sentence."""

    decision: Decision
    score: float
    why: str


def judge(a: str, b: str, *, gazetteer: Gazetteer) -> Verdict:
    """Judge whether two names mean the same organisation; the order of the names makes no difference.

    >>> with Gazetteer.open() as gazetteer:
    ...     [
    ...         judge(a, b, gazetteer=gazetteer).decision
    ...         for a, b in (("Stadt Aachen", "Ville d'Aix-la-Chapelle"), ("LDA Prijedor", "City of Prijedor"))
    ...     ]
    ['same', 'different']
    """
    return compare(Reader(gazetteer), a, b)


def compare(reader: Reader, a: str, b: str, *, country: str | None = None) -> Verdict:
    """Judge two names with a reader, which remembers what it has read; ``country`` is that of both, if it is known."""
    if fold(a) == fold(b):
        return Verdict("same", 1.0, "the names are the same")
    first, second = sorted((a, b), key=lambda name: (fold(name), name))
    whole = _judged(reader, *_at_home(reader.read(first, country), reader.read(second, country), country))
    if whole.decision == "same":
        return whole
    for x, y in product(reader.parts(first, country), reader.parts(second, country)):
        if (part := _judged(reader, x, y)).decision == "same":
            return Verdict("same", min(part.score, 0.9), f"one of the two names given is the same: {part.why}")
    return whole


class Organisation(NamedTuple):
    """An organisation as a list names it; None is what is not known."""

    id: str
    name: str
    kind: str | None = None
    country: str | None = None
    place: str | None = None


def proposals(
    organisations: Iterable[Organisation], *, gazetteer: Gazetteer
) -> list[tuple[str, str, Verdict]]:
    """Return the pairs of organisations that may be one, with the verdict, sorted by their ids.

    Towns are left out: these are known by their place. Only organisations that share a rare word, a place and a
    concept, or an acronym are compared, and only of one country, where both have one.
    """
    reader = Reader(gazetteer)
    rows = sorted((row for row in organisations if row.kind != "town"), key=lambda row: row.id)
    blocks: dict[Block, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        for block in _blocks(reader.read(row.name, row.country), row):
            blocks[block].append(at)
    pairs = {
        pair for block in blocks.values() if len(block) <= _MOST for pair in combinations(block, 2)
    }
    found = []
    for one, two in sorted(pairs):
        a, b = rows[one], rows[two]
        if a.country and b.country and a.country != b.country:
            continue
        verdict = _elsewhere(reader, a, b, compare(reader, a.name, b.name, country=a.country or b.country))
        if verdict.decision != "different":
            found.append((a.id, b.id, verdict))
    return found


def _elsewhere(reader: Reader, a: Organisation, b: Organisation, verdict: Verdict) -> Verdict:
    """Return a verdict, doubtful where the organisations have their seats in different places."""
    if verdict.decision != "same" or not a.place or not b.place or fold(a.place) == fold(b.place):
        return verdict
    seats = [reader.placed(fold(row.place or ""), row.country) for row in (a, b)]
    if seats[0].places[:1] == seats[1].places[:1]:
        return verdict
    return Verdict("review", min(verdict.score, 0.7), f"{verdict.why}, but their seats are in different places")


def _blocks(reading: Reading, row: Organisation) -> set[Block]:
    """Return under what an organisation is compared with others."""
    keys = _essence(reading)
    country = row.country or ""
    blocks: set[Block] = {("whole", fold(row.name))}
    blocks |= {("acronym", acronym) for acronym in (*reading.acronyms, *reading.initials) if len(acronym) >= 4}
    for said in reading.said:
        if said.places:
            blocks |= {("place", str(said.places[0]), key) for key in keys}
        else:
            blocks |= {("word", country, sound(word)[:5]) for word in said.words if len(word) > 3}
    if not reading.said:
        blocks.add(("concepts", country, *sorted(keys - words().weak)))
    return blocks


def _at_home(a: Reading, b: Reading, country: str | None) -> tuple[Reading, Reading]:
    """Return two readings, where a country that only one names and both are of is not said by either."""
    if country and a.countries | b.countries == {country}:
        return replace(a, countries=frozenset((country,))), replace(b, countries=frozenset((country,)))
    return a, b


class _Names(NamedTuple):
    """How the proper parts of two names meet: words that met, and what only one of them has."""

    met: int
    distinct: int
    left: tuple[Said, ...]
    right: tuple[Said, ...]
    loose: bool


def _judged(reader: Reader, a: Reading, b: Reading) -> Verdict:
    names = _meet(reader, a.said, b.said)
    keys_a, keys_b = _essence(a), _essence(b)
    both, only_a, only_b = keys_a & keys_b, keys_a - keys_b, keys_b - keys_a
    weight, weight_a, weight_b = (_weight(keys) for keys in (both, only_a, only_b))
    alike = weight / (weight + weight_a + weight_b) if weight else 0.0
    acronym = _acronym(a, b)
    conflict = bool(a.countries and b.countries and not a.countries & b.countries)
    if conflict:
        return Verdict("different", 0.1, "they are of different countries")
    if acronym and (found := _by_acronym(a, b, names, alike, acronym)):
        return found
    if a.is_town and b.is_town:
        return _towns(a, b, names)
    if names.left and names.right:
        return _named_apart(names, alike)
    if not (keys_a or a.said) or not (keys_b or b.said):
        return Verdict("different", 0.1, "nothing of the names is the same")
    if names.met == 0 and not names.left and not names.right:
        return _unnamed(a, b, alike)
    if names.met == 0:
        return _half_named(names, alike)
    return _same_name(a, b, names, (only_a, only_b), alike)


def _by_acronym(a: Reading, b: Reading, names: _Names, alike: float, acronym: str) -> Verdict | None:
    """Judge two names that share an acronym, None where it tells nothing more."""
    bare = next((name for name in (a, b) if not name.concepts and not name.said), None)
    if bare is not None:
        stated = bool(a.acronyms & b.acronyms)
        if (stated and len(acronym) >= 3) or len(acronym) >= 4:
            return Verdict("same", 0.85, f"{acronym.upper()} is the other's acronym")
        return Verdict("review", 0.6, f"{acronym.upper()} may be the other's acronym")
    if len(acronym) < 3 or (names.left and names.right):
        return None
    if alike >= 0.5:
        return Verdict("same", 0.9, f"they share the acronym {acronym.upper()} and most of what they say")
    if alike >= 0.2 or not (a.concepts and b.concepts):
        return Verdict("review", 0.5, f"they share the acronym {acronym.upper()}, but say different things")
    return Verdict("different", 0.3, f"{acronym.upper()} stands for different things")


def _towns(a: Reading, b: Reading, names: _Names) -> Verdict:
    kinds = {frozenset(("city",)), frozenset(("rural",))}
    if {a.concepts & {"city", "rural"}, b.concepts & {"city", "rural"}} == kinds:
        return Verdict("different", 0.4, "one is the town, the other the rural municipality around it")
    if names.met and not names.left and not names.right:
        if names.loose:
            return Verdict("review", 0.7, "the names are nearly the same, but may be those of two places")
        return Verdict("same", 0.95, "they are the same town")
    if names.met and not (names.left and names.right):
        return Verdict("review", 0.5, "one of the names says more of the place")
    return Verdict("different", 0.1, "they are different places")


def _named_apart(names: _Names, alike: float) -> Verdict:
    """Judge two names each of which has words of its own that the other lacks."""
    if names.distinct and alike >= 0.8 and not any(said.places for said in (*names.left, *names.right)):
        return Verdict("review", 0.5, "most of the names is the same, but each has words of its own")
    return Verdict("different", 0.2, "their proper names are different")


def _unnamed(a: Reading, b: Reading, alike: float) -> Verdict:
    """Judge two names that are concepts and countries only."""
    if alike < 0.75:
        decision: Decision = "different" if alike < 0.6 else "review"
        return Verdict(decision, alike * 0.6, "they say different things")
    if bool(a.countries) != bool(b.countries):
        return Verdict("review", 0.6, "only one of them names its country")
    if len(a.concepts & b.concepts) < 2 and not a.countries:
        return Verdict("review", 0.5, "the names say too little")
    return Verdict("same", 0.5 + alike * 0.45, "they say the same in other words")


def _half_named(names: _Names, alike: float) -> Verdict:
    """Judge two names only one of which has a proper name."""
    if alike >= 0.8 and not any(said.places for said in (*names.left, *names.right)):
        return Verdict("review", 0.5, "only one of them has a proper name")
    return Verdict("different", 0.2, "only one of them has a proper name")


def _same_name(
    a: Reading, b: Reading, names: _Names, only: tuple[frozenset[str], frozenset[str]], alike: float
) -> Verdict:
    """Judge two names that share their proper names, by what else they say."""
    only_a, only_b = only
    weights = [_weight(keys) for keys in only]
    rest = [said for said in (*names.left, *names.right)]
    if min(weights) >= 0.6:
        if alike >= 0.6:
            return Verdict("review", 0.5, "they share name and purpose, but not all they say")
        return Verdict("different", 0.2, "they are bodies of different kinds")
    extra = only_a | only_b
    kinds = words().kinds
    if max(weights) >= 0.6:
        if names.distinct and extra <= _FORMS:
            return _rest(names, rest, 0.8)
        if a.is_town or b.is_town or any(kinds[key] in ("bodies", "units") for key in extra):
            return Verdict("different", 0.3, "one is a body of the other's name, not the same")
        if not names.distinct and not any(kinds[key] == "topics" for key in (_essence(a) & _essence(b) - words().weak)):
            return Verdict("different", 0.35, "only one of them is for a purpose")
        return Verdict("review", 0.5, "one of the names says more than the other")
    if a.acronyms and b.acronyms and not a.acronyms & b.acronyms and alike < 0.8:
        return Verdict("review", 0.5, "their acronyms are different")
    return _rest(names, rest, 0.6 + 0.35 * alike)


def _rest(names: _Names, rest: Sequence[Said], score: float) -> Verdict:
    if names.loose:
        return Verdict("review", 0.6, "the names are nearly the same, but may be those of two places")
    if not rest or (names.distinct and all(said.places for said in rest)):
        return Verdict("same", score, "they share the proper name and say the same of it")
    return Verdict("review", 0.5, "one of the names says more than the other")


def _essence(reading: Reading) -> frozenset[str]:
    """Return the concepts of a name that make the difference, those that come to the same made one."""
    keys = set(reading.concepts)
    if "twinning" in keys:
        return frozenset(("twinning",))
    if "tourist_board" in keys:
        keys -= {"association", "tourism", "organisation", "local"}
    if {"european", "house"} <= keys:
        keys -= {"association"}
    others = keys - _TOWNS - words().weak
    if "association" not in keys and "conference" not in keys and others:
        keys -= _TOWNS
    elif reading.is_town:
        keys = keys - _TOWNS | {"town"}
    if "rural" in keys:
        keys = keys - {"rural"} | {"municipality"}
    if "province" in keys or "county" in keys or "canton" in keys or "region" in keys or "departement" in keys:
        keys -= {"council", "regional", "directorate", "city", "municipality"} if "association" not in keys else set()
    return frozenset(keys)


def _weight(keys: Iterable[str]) -> float:
    table = words()
    return sum(0.25 if key in table.weak else 0.7 if table.kinds.get(key) == "topics" else 1.0 for key in keys)


def _acronym(a: Reading, b: Reading) -> str:
    """Return the longest acronym that both names state, or one states and the other's words begin with; else ""."""
    shared = a.acronyms & b.acronyms | a.acronyms & b.initials | b.acronyms & a.initials
    return max(sorted(shared), key=len, default="")


def _meet(reader: Reader, left: Sequence[Said], right: Sequence[Said]) -> _Names:
    """Pair the proper parts of two names: by their words, then by their place, then by words that are inflected."""
    rest_a, rest_b = list(left), list(right)
    met = distinct = 0
    loose = False
    for test in (_alike_text, _alike_place, _nearly_place):
        for said in list(rest_a):
            other = next((other for other in rest_b if test(said, other)), None)
            if other is not None:
                rest_a.remove(said)
                rest_b.remove(other)
                met += 1
                distinct += not (said.places or other.places)
                loose = loose or test is _nearly_place
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
    return _Names(met, distinct, _left(words_a), _left(words_b), loose)


def _may_meet(a: tuple[str, Said], b: tuple[str, Said]) -> bool:
    """Whether two words of proper parts are forms of one; not where they are of the names of two places."""
    if a[1].places and b[1].places and (len(a[1].words) > 1 or len(b[1].words) > 1):
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
    return a.places[0] == b.places[0] or (a.places[0] in b.places and b.places[0] in a.places)


def _nearly_place(a: Said, b: Said) -> bool:
    """Whether the likeliest place of one name bears the other too, which is no smaller place's own name."""
    if not a.places or not b.places or not (a.places[0] in b.places or b.places[0] in a.places):
        return False
    longer, shorter = (a, b) if len(a.words) >= len(b.words) else (b, a)
    return not (set(shorter.words) < set(longer.words) and shorter.own - set(longer.places))


def _inflected(a: str, b: str) -> bool:
    """Whether two words are forms of one."""
    x, y = sound(a), sound(b)
    if x == y:
        return True
    start = 0
    for one, other in zip(x, y, strict=False):
        if one != other:
            break
        start += 1
    if start < 3 or start * 2 < max(len(x), len(y)):
        return False
    return {x[start:], y[start:]} <= words().endings
