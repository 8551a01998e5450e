"""A name of an organisation, read: concepts, countries, acronyms, and its proper parts with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from twinnet.places import DENSE_COUNTRIES, Gazetteer, Place
from twinnet.resolution.wording import Meaning, sound, words
from twinnet.text import fold, repair

_TOWNS = frozenset(("city", "municipality", "rural", "around", "capital", "administration"))
_COUNCILS = _TOWNS | {"council"}
SUBUNITS = frozenset(
    ("department", "office", "service", "directorate", "faculty", "institute", "laboratory", "council")
)
"""Concepts of parts of a larger organisation."""

_ENDING = 2
"""The most letters of the ending of a word of the table ("Police", of "polic…")."""
_LARGE, _LARGEST = 10_000, 200_000
"""The least inhabitants of a town whose name, its own or another, is taken before what else a word may mean."""
_ADJECTIVES = frozenset(
    (
        *("city", "town", "urban", "borough", "municipal", "municipale", "communal", "communale", "comunale"),
        *("gradski", "gradska", "gradsko", "gradske", "opstinski", "opstinska", "opcinski", "opcinska"),
        *("miejski", "miejska", "mestna", "mestska"),
    )
)
"""Words for towns that go with the word after them ("Municipal Police")."""

_OF_PLACES = frozenset(("new", "old", "upper", "lower"))
_ARTICLES = frozenset(["la", "le", "les", "los", "las", "el", "den", "the", "il", "de"])
_WORD = re.compile(r"[^\W\d_]+(?:[.'’][^\W\d_]+)*|\d+")
_PARTING = "(-–—,/:;)"
_ENTITIES = frozenset(("Republika Srpska", "Federation BiH"))
_SAINTS = {"saint": "st", "sankt": "st", "sint": "st", "sainte": "ste"}
_SHORT = frozenset(("st", "ste", "sv", "sta", "sto"))
_NOMINATIVE = ("", *"aeiouy", "as", "ai", "es", "is", "os", "us", "ec", "ac", "ki", "ku", "ka", "en", "ga", "ca", "ica")
_PARTS = re.compile(r"/|\s[-–—]\s|\|")


@dataclass(frozen=True, slots=True)
class Said:
    """A proper part of a name: its folded words, and the ids of the places that bear them, likeliest first.

    ``own`` are those of them whose own name it is; ``country`` is that of the likeliest, ``lands`` those of all.
    ``large`` is whether that is a town so large that its name is hardly meant otherwise.
    """

    words: tuple[str, ...]
    places: tuple[int, ...] = ()
    own: frozenset[int] = frozenset()
    country: str = ""
    lands: frozenset[str] = frozenset()
    large: bool = False

    sound: str = field(init=False, compare=False)
    """The words as they sound, in one, without an article at the beginning."""

    def __post_init__(self) -> None:
        bare = self.words[1:] if len(self.words) > 1 and self.words[0] in _ARTICLES else self.words
        object.__setattr__(self, "sound", "".join(_SAINTS.get(word, sound(word)) for word in bare))


_NOWHERE = Said(())
"""Several words that no place bears."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a name says.

    ``countries`` are sets of codes, since a word such as "slovenski" may be one or the other; ``aside`` are those of
    the acronyms that do not stand in brackets; ``initials`` are those of the words, with the small ones and without;
    ``kind_words`` are its words for municipalities and bodies, as they sound; ``apart`` are the acronyms that stand in
    brackets or at a dash or comma.
    """

    concepts: frozenset[str]
    countries: frozenset[frozenset[str]]
    said: tuple[Said, ...]
    acronyms: frozenset[str]
    aside: frozenset[str]
    initials: frozenset[str]
    kind_words: frozenset[str]
    apart: frozenset[str] = frozenset()

    @property
    def is_town(self) -> bool:
        """Whether the name is a place's and says nothing else than that it is a municipality."""
        if not self.concepts:
            return bool(self.said) and not self.acronyms and all(said.places for said in self.said)
        return bool((self.concepts <= _TOWNS or self.is_council) and self.said)

    @property
    def is_council(self) -> bool:
        """Whether the name is that of a British or Irish municipality, which is called by its council."""
        towns = self.concepts <= _COUNCILS and "council" in self.concepts
        return towns and bool(self.said) and all(said.country in ("GB", "IE") for said in self.said)

    @property
    def abroad(self) -> bool:
        """Whether the name says a country that none of its places is in ("Turkish Municipality of Nicosia")."""
        if not self.countries:
            return False
        placed = frozenset[str]().union(*(said.lands for said in self.said))
        return bool(placed) and not any(placed & codes for codes in self.countries)


class Reader:
    """Reads names, and remembers what it has read and looked up."""

    def __init__(self, gazetteer: Gazetteer | None) -> None:
        """``gazetteer`` may be None, where no word is a place's name."""
        self._gazetteer = gazetteer
        self._places: dict[tuple[str, str | None], Said] = {}
        self._nominatives: dict[tuple[str, str], Said] = {}
        self._readings: dict[tuple[str, str | None], Reading] = {}
        self._at_home: dict[tuple[str, str], Reading] = {}
        self._parts: dict[tuple[str, str | None], list[Reading]] = {}

    def read(self, name: str, country: str | None = None) -> Reading:
        """Return what a name says; ``country`` (ISO alpha-2) bounds where its places are sought."""
        found = self._readings.get((name, country))
        if found is None:
            found = self._readings[name, country] = self._read(name, country)
        return found

    def at_home(self, name: str, country: str) -> Reading:
        """Return what a name says, with its country as the one that it says."""
        found = self._at_home.get((name, country))
        if found is None:
            home = frozenset((frozenset((country,)),))
            found = self._at_home[name, country] = replace(self.read(name, country), countries=home)
        return found

    def parts(self, name: str, country: str | None = None) -> list[Reading]:
        """Return the whole name and, where it gives a town in two languages, each of the two."""
        found = self._parts.get((name, country))
        if found is None:
            found = self._parts[name, country] = self._parted(name, country)
        return found

    def _parted(self, name: str, country: str | None) -> list[Reading]:
        if not _PARTS.search(name):
            return [self.read(name, country)]
        pieces = [piece.strip() for piece in _PARTS.split(name)]
        readings = [self.read(piece, country) for piece in pieces if fold(piece)] if len(pieces) > 1 else []
        if any(reading.concepts & SUBUNITS for reading in readings) or (
            "/" not in name and not all(r.is_town for r in readings)
        ):
            readings = []
        towns = [reading for reading in readings if reading.is_town]
        named = {place for reading in towns if reading.concepts for said in reading.said for place in said.places}
        return [
            self.read(name, country),
            *(town for town in towns if town.concepts or named.intersection(*(said.places for said in town.said))),
        ]

    def _read(self, name: str, country: str | None) -> Reading:
        text, acronyms, aside, apart = _acronyms(repair(name))
        plain = _without_forms(fold(text).split())
        concepts: set[str] = set()
        countries: set[frozenset[str]] = set()
        said: list[Said] = []
        at = 0
        while at < len(plain):
            if not said and not countries and concepts <= _TOWNS and (town := self._whole_town(plain, at, country)):
                said.append(town[1])
                at += town[0]
            else:
                at += self._step(plain[at:], country, (concepts, countries), said)
        if any(codes & _ENTITIES for codes in countries):
            countries.discard(frozenset(("BA",)))
        return Reading(
            concepts=frozenset(concepts),
            countries=frozenset(countries),
            said=tuple(said),
            acronyms=frozenset(acronyms),
            aside=frozenset(aside),
            initials=frozenset(_initials(plain)),
            kind_words=frozenset(sound(word) for word in plain if _is_kind_word(word)),
            apart=frozenset(apart),
        )

    def _step(
        self, rest: Sequence[str], country: str | None, found: tuple[set[str], set[frozenset[str]]], said: list[Said]
    ) -> int:
        """Take the next word or words; return how many."""
        table = words()
        concepts, countries = found
        phrase = table.vocabulary.phrase(rest)
        if phrase is not None:
            _enter(phrase[1], concepts, countries, said)
            return phrase[0]
        for length in range(min(4, len(rest)), 1, -1):
            if table.vocabulary.phrase(rest[length - 1 :]) is not None:
                continue
            if (
                self._may_be_place(rest[:length], concepts)
                and (part := self.placed(" ".join(rest[:length]), country)).places
            ):
                said.append(self._without_town(part, rest[:length], country))
                return length
        word = rest[0]
        if word in table.stands_for:
            concepts.update(table.stands_for[word])
        elif (meanings := table.vocabulary.meanings(word)) and not self._is_town(word, meanings, country):
            for meaning in meanings:
                _enter(meaning, concepts, countries, said)
        elif word in table.filler:
            pass
        elif len(word) > 1 or not word.isalpha():
            said.append(self.placed(word, country) if len(word) > 2 else Said((word,)))
        return 1

    def _without_town(self, part: Said, plain: Sequence[str], country: str | None) -> Said:
        """Return a place whose other name ends in a word for a town ("Cork City") by its name without it."""
        if plain[-1] not in ("city", "town"):
            return part
        shorter = self.placed(" ".join(plain[:-1]), country)
        return shorter if part.places[0] in shorter.places else part

    def _is_town(self, word: str, meanings: Sequence[Meaning], country: str | None) -> bool:
        """Whether a word that only begins or sounds like one of the table is a town's own name ("Turku", "Paris")."""
        vocabulary = words().vocabulary
        if word in vocabulary.spelt:
            return False
        part = self.placed(word, country)
        if meanings[0].kind in ("countries", "regions") and not vocabulary.is_whole(word):
            return part.country in DENSE_COUNTRIES and part.places[0] in part.own
        return part.large and (vocabulary.is_whole(word) or vocabulary.beyond(word) > _ENDING)

    def _whole_town(self, plain: Sequence[str], at: int, country: str | None) -> tuple[int, Said] | None:
        """Return how many words from here on are a town's own name, whatever else they may mean, and the town.

        Only where the rest of the name says that it is a town: "Comune di Porto", "Opština Istok", "Porto".
        """
        table = words()
        meaning = table.vocabulary.word(plain[at])
        if plain[at] in table.filler or (at and plain[at - 1] in _ADJECTIVES):
            return None
        if meaning is not None and plain[at] in table.vocabulary.spelt and _is_common(meaning):
            return None
        end = len(plain)
        while end > at:
            if end - at < 5:
                part = self.placed(" ".join(plain[at:end]), country)
                if part.large or (
                    at and part.places and part.places[0] in part.own and part.country in DENSE_COUNTRIES
                ):
                    return end - at, part
            if plain[end - 1] not in table.filler and not _is_town_word(plain[end - 1], or_country=at > 0):
                return None
            end -= 1
        return None

    def _may_be_place(self, part: Sequence[str], concepts: set[str]) -> bool:
        """Whether several words may be a place's name as far as the words go."""
        table = words()
        if part[0] in table.filler and part[0] not in _ARTICLES:
            return False
        tells = False
        for position, word in enumerate(part):
            meaning = table.vocabulary.word(word)
            tells = tells or bool(meaning.keys & _OF_PLACES if meaning else word not in table.filler)
            if meaning is None or word in table.filler:
                continue
            if meaning.kind in ("bodies", "units") and position < len(part) - 1:
                return False
            if meaning.kind == "towns" and position == 0 and not concepts & _TOWNS:
                return False
        return tells

    def nominative(self, said: Said, country: str) -> Said:
        """Return an inflected word that is no place with the places of its likely nominatives in a country."""
        if len(said.words) != 1 or len(said.words[0]) < 5:
            return said
        if (known := self._nominatives.get((said.words[0], country))) is not None:
            return known
        word, found = said.words[0], []
        for cut in range(1, 4):
            stem = word[:-cut]
            if len(stem) < 3:
                break
            forms = [stem + ending for ending in _NOMINATIVE]
            forms += [stem[:-1] + vowel + stem[-1] for vowel in "ea"]
            found += [place for form in forms if form != word for place in self.placed(form, country).places[:1]]
        read = self._nominatives[word, country] = Said(said.words, tuple(dict.fromkeys(found)))
        return read

    def placed(self, key: str, country: str | None) -> Said:
        """Return folded words with the places that bear them as they stand; no words where none bears several."""
        found = self._places.get((key, country))
        if found is None:
            if self._gazetteer is None:
                return Said(tuple(key.split()))
            short = key.partition(" ")[0] in _SHORT
            places = self._gazetteer.named(key, country) if short else self._gazetteer.bearing(key, country)
            if not places and " " in key:
                self._places[key, country] = _NOWHERE
                return _NOWHERE
            own = frozenset(place.geonames_id for place in places if fold(place.name) == key)
            ids = tuple(place.geonames_id for place in places)
            lands = frozenset(place.country for place in places)
            large = bool(places) and _is_large(places[0], own)
            found = Said(tuple(key.split()), ids, own, places[0].country if places else "", lands, large)
            self._places[key, country] = found
        return found


def _is_large(place: Place, own: frozenset[int]) -> bool:
    if place.country not in DENSE_COUNTRIES or place.district:
        return False
    return (place.population or 0) >= (_LARGE if place.geonames_id in own else _LARGEST)


def _enter(meaning: Meaning, concepts: set[str], countries: set[frozenset[str]], said: list[Said]) -> None:
    if meaning.kind == "countries":
        countries.add(meaning.keys)
    elif meaning.kind == "regions":
        said.append(Said(tuple(meaning.keys)))
    else:
        concepts.update(meaning.keys)


def _is_common(meaning: Meaning) -> bool:
    """Whether a word is hardly a town's name: a country, or the centre of many cities."""
    return meaning.kind == "countries" or "centre" in meaning.keys


def _is_town_word(word: str, *, or_country: bool) -> bool:
    meaning = words().vocabulary.word(word)
    return meaning is not None and (meaning.keys <= _TOWNS or (or_country and meaning.kind == "countries"))


def _is_kind_word(word: str) -> bool:
    meaning = words().vocabulary.word(word)
    return meaning is not None and meaning.kind in ("towns", "bodies")


def _without_forms(plain: list[str]) -> list[str]:
    """Return folded words without legal forms; all of them where nothing would be left."""
    forms, kept, at = words().forms, [], 0
    while at < len(plain):
        length = next((n for n in range(4, 0, -1) if tuple(plain[at : at + n]) in forms and at + n <= len(plain)), 0)
        if not length:
            kept.append(plain[at])
        at += length or 1
    return kept or plain


def _acronyms(text: str) -> tuple[str, set[str], set[str], set[str]]:
    """Return a text without its acronyms, these, folded, which do not stand in brackets, and which stand apart.

    An acronym is a word of two to eight capitals that stands in brackets, at a dash, or at an end of the name.
    """
    known = words().stands_for
    found: set[str] = set()
    aside: set[str] = set()
    apart: set[str] = set()
    matches = list(_WORD.finditer(text))
    if sum(match[0].isupper() for match in matches) * 2 > len(matches) > 1:
        return text, found, aside, apart
    kept, last = [], 0
    for at, match in enumerate(matches):
        word = match[0].replace(".", "")
        if not (2 <= len(word) <= 8 and word.isupper() and word.isalpha()):
            continue
        key = fold(word)
        if key in known or (key,) in words().forms:
            continue
        before, after = text[: match.start()].rstrip(), text[match.end() :].lstrip()
        neighbours = [matches[n][0] for n in (at - 1, at + 1) if 0 <= n < len(matches)]
        parted = before[-1:] in _PARTING or after[:1] in _PARTING
        edge = at == 0 or at == len(matches) - 1 or parted
        if edge and not any(n.isupper() and len(n) > 1 and fold(n) not in known for n in neighbours):
            found.add(key)
            if before[-1:] != "(":
                aside.add(key)
            if (before and before[-1] in _PARTING) or (after and after[0] in _PARTING):
                apart.add(key)
            kept.append(text[last : match.start()])
            last = match.end()
    return " ".join([*kept, text[last:]]), found, aside, apart


def _initials(plain: Sequence[str]) -> Iterator[str]:
    filler = words().filler
    yield "".join(word[0] for word in plain)
    yield "".join(word[0] for word in plain if word not in filler)
