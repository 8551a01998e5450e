"""Whether two names mean the same organisation.

A name is read as concepts (association, local, democracy ... in some thirty languages), countries, an acronym, and what
is left: the name itself, which may be a place's. Two names are compared part by part; what only one of them says
counts by how much it tells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import combinations, product
from math import fsum
from typing import Literal, NamedTuple

from twinnet.places import Gazetteer
from twinnet.resolution.naming import SUBUNITS, Reader, Reading, Said
from twinnet.resolution.networks import networks
from twinnet.resolution.proper import Names, meet
from twinnet.resolution.wording import sound, words
from twinnet.text import fold

Decision = Literal["same", "different", "review"]
Block = tuple[str, ...]

_TELLS = 0.6
"""The least weight of concepts that only one of two names has which tells them apart."""
_MOSTLY = 0.6
"""The share of two names' concepts from which they may be the same although each says something of its own."""
_MOST = 60
"""A block of more organisations tells nothing."""

_OPPOSED = tuple(
    frozenset(group)
    for group in (
        ("north", "south", "east", "west"),
        ("upper", "lower"),
        ("new", "old"),
        ("elementary", "secondary"),
        ("youth", "pensioner"),
        ("women", "pensioner"),
    )
)
"""Topics of which two names that say one each are of two bodies."""
_COUNTIES = frozenset(("county", "district"))
_IMPLIED = tuple(
    (frozenset(given), frozenset(implied))
    for given, implied in (
        (("elementary", "secondary"), ("school",)),
        (("kindergarten",), ("school", "children")),
        (("water", "waste", "energy", "transport"), ("utility", "company", "public")),
        (("utility",), ("company", "public")),
        (("tourist_board",), ("association", "tourism", "organisation", "local")),
    )
)
"""What goes without saying where a name says one of the first."""
_LEVELS = frozenset(("county", "province", "region"))
"""Units that one language calls by one of these words and another language by another."""

_CITY, _AROUND = frozenset(("city",)), frozenset(("around",))
_FORMS = frozenset(("civic", "association", "organisation", "foundation", "company", "centre", "club", "group"))
_UNITS = frozenset(("province", "county", "district", "canton", "region", "departement"))
_TOWNS = frozenset(("city", "municipality", "rural", "around"))


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
    readings = _at_home(reader, first, second, country)
    whole = _Pair(reader, *_in_capitals(*readings)).verdict()
    if whole.decision == "same":
        return whole
    pieces = reader.parts(first, country), reader.parts(second, country)
    for x, y in product(*pieces) if max(map(len, pieces)) > 1 else ():
        if (part := _Pair(reader, x, y).verdict()).decision == "same":
            return Verdict("same", min(part.score, 0.9), f"one of the two names given is the same: {part.why}")
    return whole


class Organisation(NamedTuple):
    """An organisation as a list names it; None is what is not known."""

    id: str
    name: str
    kind: str | None = None
    country: str | None = None
    place: str | None = None


def proposals(organisations: Iterable[Organisation], *, gazetteer: Gazetteer) -> list[tuple[str, str, Verdict]]:
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
    pairs = {pair for block in blocks.values() if len(block) <= _MOST for pair in combinations(block, 2)}
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
    keys = {"unit" if key in _LEVELS | _COUNTIES else key for key in _essence(reading)}
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


def _at_home(reader: Reader, first: str, second: str, country: str | None) -> tuple[Reading, Reading]:
    """Return the readings of two names, where a country that only one names and both are of is said by both."""
    a, b = reader.read(first, country), reader.read(second, country)
    if country and all(country in codes for codes in a.countries | b.countries):
        return reader.at_home(first, country), reader.at_home(second, country)
    return a, b


def _in_capitals(a: Reading, b: Reading) -> tuple[Reading, Reading]:
    """Return two readings, where what one writes like an acronym ("Klub DUGA") and the other as a word is a word."""
    if not (a.acronyms or b.acronyms):
        return a, b
    written = [frozenset(word for said in reading.said for word in said.words) for reading in (a, b)]
    ours, theirs = written[1] - written[0], written[0] - written[1]
    return _as_words(a, a.acronyms & ours), _as_words(b, b.acronyms & theirs)


def _as_words(reading: Reading, acronyms: frozenset[str]) -> Reading:
    if not acronyms:
        return reading
    said = (*reading.said, *(Said((word,)) for word in sorted(acronyms)))
    left = (reading.acronyms - acronyms, reading.aside - acronyms, reading.apart - acronyms)
    return replace(reading, said=said, acronyms=left[0], aside=left[1], apart=left[2])


def _abroad(a: Reading, b: Reading) -> bool:
    """Whether two names that both name countries do not name the same."""
    if not a.countries or not b.countries:
        return False
    return any(
        not any(codes & others for others in theirs.countries)
        for ours, theirs in ((a, b), (b, a))
        for codes in ours.countries
    )


class _Pair:
    """Two names set beside each other: what they share and what only one of them says."""

    def __init__(self, reader: Reader, a: Reading, b: Reading) -> None:
        self.a, self.b = a, b
        self._reader = reader
        ours, theirs = _levelled(_essence(a), _essence(b))
        self.both, self.only = ours & theirs, (ours - theirs, theirs - ours)
        self.lacking = sorted(_weight(keys) for keys in self.only)
        weight = _weight(self.both)
        self.alike = weight / (weight + sum(self.lacking)) if weight else 0.0
        self.acronym = _acronym(a, b)

    @property
    def _ways(self) -> tuple[tuple[Reading, Reading], ...]:
        """The two names, either first."""
        return (self.a, self.b), (self.b, self.a)

    @cached_property
    def names(self) -> Names:
        """How their proper parts meet."""
        return meet(self._reader, self.a.said, self.b.said)

    def verdict(self) -> Verdict:
        """Return the first verdict that the names allow."""
        if found := self._known() or self._against():
            return found
        if self.acronym and (found := self._by_acronym()):
            return found
        if self.lacking[0] >= _TELLS and self.alike < _MOSTLY:
            return Verdict("different", 0.2, "they are bodies of different kinds")
        return self._by_names()

    def _known(self) -> Verdict | None:
        """Judge two names of well-known networks, None where one is none."""
        one = networks().of(self.a)
        other = None if one is None else networks().of(self.b)
        if one is None or other is None or _other_members(self.a, self.b):
            return None
        if one == other:
            return Verdict("same", 0.95, "both are names of one well-known network")
        return Verdict("different", 0.1, "they are two well-known networks")

    def _against(self) -> Verdict | None:
        """Return the verdict where one name denies what the other says."""
        if _abroad(self.a, self.b):
            return Verdict("different", 0.1, "they are of different countries")
        if self.a.abroad != self.b.abroad:
            return Verdict("different", 0.3, "only one of them is of another country than its place")
        if any(self.only[0] & group and self.only[1] & group for group in _OPPOSED):
            return Verdict("different", 0.1, "they say the opposite of each other")
        return None

    def _by_names(self) -> Verdict:
        names = self.names
        if self.a.is_town and self.b.is_town:
            return self._towns()
        if names.left and names.right:
            return self._named_apart()
        if names.met:
            return self._same_name()
        return self._half_named() if names.rest else self._unnamed()

    def _by_acronym(self) -> Verdict | None:
        """Judge two names that share an acronym, None where it tells nothing more."""
        acronym, shown, a, b = self.acronym, self.acronym.upper(), self.a, self.b
        for bare, other in self._ways:
            if not bare.concepts and not bare.said:
                return _spelt_out(acronym, other)
        if len(acronym) < 3 or (self.names.left and self.names.right):
            return None
        if self.alike >= 0.5:
            return Verdict("same", 0.9, f"they share the acronym {shown} and most of what they say")
        if self.alike >= 0.2 or not (a.concepts and b.concepts):
            return Verdict("review", 0.5, f"they share the acronym {shown}, but say different things")
        return Verdict("different", 0.3, f"{shown} stands for different things")

    def _towns(self) -> Verdict:
        names, kinds = self.names, (self.a.concepts, self.b.concepts)
        if not names.met or (names.left and names.right):
            return Verdict("different", 0.1, "they are different places")
        if ("rural" in kinds[0]) != ("rural" in kinds[1]):
            if "city" in kinds[0] | kinds[1]:
                return Verdict("different", 0.4, "one is the town, the other the rural municipality around it")
            return Verdict("review", 0.6, "only one of them is said to be a rural municipality")
        if kinds in ((_CITY, _AROUND), (_AROUND, _CITY)):
            return Verdict("different", 0.4, "one is the town, the other the municipality around it")
        if names.rest:
            return Verdict("review", 0.5, "one of the names says more of the place")
        return _close(names) or Verdict("same", 0.95, "they are the same town")

    def _named_apart(self) -> Verdict:
        """Judge two names each of which has words of its own that the other lacks, in two languages perhaps."""
        if self.a.kind_words & self.b.kind_words:
            return Verdict("different", 0.2, "their proper names are different")
        if self.names.distinct and self.alike >= 0.8 and not any(said.places for said in self.names.rest):
            return Verdict("review", 0.5, "most of the names is the same, but each has words of its own")
        return Verdict("different", 0.2, "their proper names are different")

    def _half_named(self) -> Verdict:
        """Judge two names only one of which has a proper name."""
        if any(not one.said and one.countries and not other.countries for one, other in self._ways):
            return Verdict("different", 0.2, "one is of a country, the other not of all of it")
        if self.alike >= 0.8 and not any(said.places for said in self.names.rest):
            return Verdict("review", 0.5, "only one of them has a proper name")
        return Verdict("different", 0.2, "only one of them has a proper name")

    def _unnamed(self) -> Verdict:
        """Judge two names that are concepts and countries only."""
        a, b = self.a, self.b
        if self.alike < _MOSTLY or _other_members(a, b):
            return Verdict("different", self.alike * 0.6, "they say different things")
        if self.alike < 0.75:
            return Verdict("review", self.alike * 0.6, "not all they say is the same")
        if bool(a.countries) != bool(b.countries):
            return Verdict("review", 0.6, "only one of them names its country")
        if len(self.both) < 2 and not a.countries:
            return Verdict("review", 0.5, "the names say too little")
        return Verdict("same", 0.5 + self.alike * 0.45, "they say the same in other words")

    def _same_name(self) -> Verdict:
        """Judge two names that share their proper names, by what else they say."""
        less, more = self.lacking
        if less >= _TELLS:
            return Verdict("review", 0.5, "they share name and purpose, but not all they say")
        if more >= _TELLS:
            return self._said_more()
        return self._doubt() or self._rest(0.6 + 0.35 * self.alike)

    def _doubt(self) -> Verdict | None:
        """Return the verdict on two names that say nearly the same, where there is a reason not to trust it."""
        a, b = self.a, self.b
        if _other_members(a, b):
            return Verdict("different", 0.5, "their members are different")
        if _crossed(a, b):
            return Verdict("review", 0.6, "they name the same places in another order")
        if "university" in self.both and (bool(a.aside) != bool(b.aside) or any(self.only)):
            return Verdict("review", 0.6, "one of them may be a part of the other, or another one of the town")
        if a.acronyms and b.acronyms and not a.acronyms & b.acronyms and self.alike < 0.8:
            if not (a.concepts or b.concepts or self.names.distinct):
                return Verdict("different", 0.3, "their acronyms are different")
            return Verdict("review", 0.5, "their acronyms are different")
        return None

    def _said_more(self) -> Verdict:
        """Judge two names that share their proper names, where one says what it is and the other does not."""
        extra, kinds = self.only[0] | self.only[1], words().kinds
        if self.names.distinct and extra <= _FORMS:
            return self._rest(0.8)
        if self.a.is_town or self.b.is_town or any(kinds.get(key) in ("bodies", "units") for key in extra):
            return Verdict("different", 0.3, "one is a body of the other's name, not the same")
        if not self.names.distinct and not any(kinds.get(key) == "topics" for key in self.both - words().weak):
            return Verdict("different", 0.35, "only one of them is for a purpose")
        return Verdict("review", 0.5, "one of the names says more than the other")

    def _rest(self, score: float) -> Verdict:
        names = self.names
        if found := _close(names):
            return found
        if not names.rest or (names.distinct and all(said.places for said in names.rest)):
            return Verdict("same", score, "they share the proper name and say the same of it")
        return Verdict("review", 0.5, "one of the names says more than the other")


def _spelt_out(acronym: str, other: Reading) -> Verdict:
    """Judge a name that is an acronym only, and one that has it too."""
    shown, stated = acronym.upper(), acronym in other.acronyms
    kinds = words().kinds
    own = [said for said in other.said if said.places or not acronym.startswith(said.sound[:1])]
    bodies = any(kinds.get(key) in ("bodies", "units", "towns") for key in other.concepts)
    whole = not own and (other.concepts <= _FORMS or (bodies and not other.concepts & SUBUNITS))
    if acronym in other.initials or whole:
        if len(acronym) >= (3 if stated else 4):
            return Verdict("same", 0.85, f"{shown} is the other's acronym")
        return Verdict("review", 0.6, f"{shown} may be the other's acronym")
    if not bodies and acronym not in other.apart:
        return Verdict("different", 0.3, f"{shown} is only a word of the other's name")
    if not other.concepts and own:
        return Verdict("different", 0.3, f"one is a part or branch of {shown}")
    return Verdict("review", 0.5, f"the other says more than {shown}")


def _levelled(ours: frozenset[str], theirs: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return two names' concepts, where units of one level that are called by other words are made one."""
    for level in (_LEVELS, _COUNTIES):
        one, other = ours & level, theirs & level
        if len(one) == len(other) == 1 and one != other and "association" not in ours | theirs:
            return ours - one | other, theirs
    return ours, theirs


def _close(names: Names) -> Verdict | None:
    """Return the doubt about names that are nearly the same."""
    return Verdict("review", 0.6, "the names are nearly the same, but may be two places'") if names.loose else None


def _crossed(a: Reading, b: Reading) -> bool:
    """Whether two names name the same places in another order."""
    ours, theirs = ([said.places[0] for said in reading.said if said.places] for reading in (a, b))
    shared = [place for place in ours if place in theirs]
    return len(set(shared)) > 1 and shared != [place for place in theirs if place in ours]


def _other_members(a: Reading, b: Reading) -> bool:
    """Whether two associations, named in one language, have different words for the municipalities in them."""
    one, other = a.kind_words - b.kind_words, b.kind_words - a.kind_words
    return bool("association" in a.concepts and a.kind_words & b.kind_words) and any(
        x in group and y in group and x[:4] != y[:4] for group in words().members for x in one for y in other
    )


def _essence(reading: Reading) -> frozenset[str]:
    """Return the concepts of a name that make the difference, those that come to the same made one."""
    return _essential(reading.concepts, council=reading.is_council, town=reading.is_town)


@lru_cache(maxsize=4096)
def _essential(concepts: frozenset[str], *, council: bool, town: bool) -> frozenset[str]:
    keys = set(concepts)
    if {"embassy", "local", "democracy"} <= keys:  # what local democracy agencies were called at first
        keys = keys - {"embassy", "association"} | {"agency"}
    if "twinning" in keys:
        return frozenset(("twinning",))
    if {"european", "house"} <= keys:
        keys -= {"association"}
    keys -= {"council"} if council else set()
    if keys & _TOWNS:
        keys -= {"administration"}
    for given, implied in _IMPLIED:
        keys -= implied if keys & given else set()
    if {"university", "technology"} <= keys:
        keys = keys - {"technology"} | {"technical"}
    others = keys - _TOWNS - words().weak
    if "association" not in keys and "conference" not in keys and others:
        keys -= _TOWNS
    elif town:
        keys = keys - _TOWNS | {"town"}
    if keys & {"rural", "around"}:
        keys = keys - {"rural", "around"} | {"municipality"}
    if keys & _UNITS:
        keys -= (
            {"council", "regional", "autonomous", "directorate", "city", "municipality"}
            if "association" not in keys
            else set()
        )
    return frozenset(keys)


def _weight(keys: Iterable[str]) -> float:
    table = words()
    # Whatever the order of the keys, the same sum.
    return fsum(0.25 if key in table.weak else 0.7 if table.kinds.get(key) == "topics" else 1.0 for key in keys)


def _acronym(a: Reading, b: Reading) -> str:
    """Return the longest acronym that both names state, or one states and the other's words begin with; else ""."""
    if not (a.acronyms or b.acronyms):
        return ""
    known = networks()
    one, other = (
        name.initials if (at := known.of(name)) is None else name.initials | known.acronyms[at] for name in (a, b)
    )
    shared = a.acronyms & b.acronyms | a.acronyms & other | b.acronyms & one
    return max(sorted(shared), key=len, default="")
