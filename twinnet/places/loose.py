"""What is tried where a name leads nowhere as it stands: case forms, a near border, other spellings, parts of it.

All but a case form beside an administrative word ("Grada Niša") is only proposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from twinnet import countries
from twinnet.places.candidates import Candidate, is_short_form, likeliest, longer, named, weight
from twinnet.places.fuzzy import Spellings, score
from twinnet.places.hints import Hints
from twinnet.places.inflection import nominatives, without_preposition
from twinnet.places.models import Hit
from twinnet.places.names import Reading
from twinnet.places.store import Table
from twinnet.text import decodings, fold

_BORDER_POPULATION = 5_000
"""Inhabitants of a place across a border that may be meant: a village is rather one that the gazetteer lacks."""
_KNOWN_POPULATION = 20_000
"""Inhabitants of a place whose other names are so well known that they are misspelt like its own."""
_SPELT = frozenset({"exact", "stripped", "part"})
_MIN_BEGINNING, _MIN_FIRST = 5, 4
"""Letters with which a name begins alone, or beside what says where it lies; fewer begin too many names."""


class Asked(NamedTuple):
    """A name that was not found as it stands: its readings, country and hints."""

    name: str
    readings: tuple[Reading, ...]
    country: str | None
    hints: Hints

    @property
    def spelt(self) -> list[Reading]:
        """The readings in which the name is spelt as in the row."""
        return [reading for reading in self.readings if reading.stage in _SPELT]


class Loose:
    """Finds a place for a name that leads nowhere as it stands."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._spellings = Spellings(table)

    def find(self, asked: Asked) -> Hit | None:
        """Return the place that is proposed for a name, None where none is."""
        for stage in (
            self._inflected,
            self._decoded,
            self._abbreviated,
            self._across,
            self._spelt,
            self._begun,
            self._halves,
        ):
            hit = stage(asked)
            if hit is not None:
                return hit
        return None

    def _chosen(self, asked: Asked, candidates: Sequence[Candidate], *, stage: str, score: float, why: str) -> Hit:
        """Return the likeliest of the candidates as what is proposed."""
        unique = {candidate.place: candidate for candidate in reversed(candidates)}
        left, _ = asked.hints.choose(sorted(unique.values(), key=likeliest), self._table)
        runner_up = left[1].place if len(left) > 1 else None
        if runner_up is not None and left[0].rank - left[1].rank < 1.0:
            score = min(score, 0.75)
        return Hit(left[0].place, stage, score, runner_up, why=why)

    def _inflected(self, asked: Asked) -> Hit | None:
        """Take a name for a case form in a language of the country or of the words beside it."""
        if asked.country is None:
            return None
        own = countries.languages(asked.country)
        for reading in asked.spelt:
            key, beside = without_preposition(reading.key)
            bare = named(self._table, key, asked.country) if beside else []
            if bare:
                return self._chosen(asked, bare, stage="inflected", score=0.78, why="the name without a preposition")
            said = {reading.language} if reading.language else beside
            for code in dict.fromkeys((*sorted(code for code in said if code), *own)):
                keys = list(nominatives(key, code))
                known = self._table.known(keys, (asked.country,)) if keys else set()
                found = [c for k in keys if k in known for c in named(self._table, k, asked.country)]
                if found:
                    sure = reading.language is not None and len(key) > 3 and not found[0].place.district
                    why = f"a case form of {found[0].place.name}"
                    return self._chosen(asked, found, stage="inflected", score=0.85 if sure else 0.7, why=why)
        return None

    def _decoded(self, asked: Asked) -> Hit | None:
        """Take a name for text that was read in the wrong encoding."""
        for text in decodings(asked.name):
            if found := named(self._table, fold(text), asked.country):
                return self._chosen(asked, found, stage="decoded", score=0.75, why="text read in another encoding")
        return None

    def _abbreviated(self, asked: Asked) -> Hit | None:
        """Write words out that end in a full stop: as one own name of the country allows ("Gorzów Wlkp.")."""
        for reading in asked.spelt:
            first, *rest = re.split(r"[\s-]+", reading.text.strip())
            words = [(fold(word), word.endswith(".")) for word in rest]
            if asked.country is None or not any(short for _, short in words) or len(first) < _MIN_FIRST:
                continue
            found = [
                Candidate.of(place, own=True)
                for place in self._table.by_prefix(f"{fold(first)} ", asked.country)
                if _writes_out(fold(place.name).split()[1:], words) and not place.district
            ]
            if found:
                return self._chosen(
                    asked, found, stage="variant", score=0.85, why="the name with abbreviations written out"
                )
        return None

    def _across(self, asked: Asked) -> Hit | None:
        """Take a larger place of that very name in a country that borders on the row's."""
        if asked.country is None or not (around := self._table.borders(asked.country)):
            return None
        for reading in asked.spelt:
            for place, own in self._table.by_key(reading.key, around):
                if (place.population or 0) >= _BORDER_POPULATION and not place.district and (own or place.capital):
                    where = countries.name(place.country), countries.name(asked.country)
                    why = f"it is in {where[0]}; no place of that name is known in {where[1]}"
                    return Hit(place, "border", 0.6, why=why)
        return None

    def _spelt(self, asked: Asked) -> Hit | None:
        """Take the place of the country whose name is spelt most alike."""
        if asked.country is None:
            return None
        best: tuple[float, Hit] | None = None
        for reading in [r for r in asked.readings if r.stage in _SPELT or r.stage == "variant"][:5]:
            found = self._spellings.alike(reading.key, asked.country, self._cost)[:2]
            if found and (best is None or found[0].cost < best[0]):
                place, other = (self._table.by_id(alike.place) for alike in (found[0], found[-1]))
                if place is not None:
                    runner_up = other if other != place else None
                    how = score(found[0].letters, len(reading.key))
                    best = found[0].cost, Hit(place, "fuzzy", how, runner_up, why=f"spelt much like {place.name}")
        return best[1] if best else None

    def _cost(self, geonames_id: int, spelt: str) -> float:
        """Return what a place costs beside the letters that differ: less for a city, more for another name of it."""
        place = self._table.by_id(geonames_id)
        if place is None:
            return 9.0
        other = fold(place.name).replace(" ", "") != spelt and (place.population or 0) < _KNOWN_POPULATION
        # A hundred times the inhabitants outweigh nearly one letter.
        return -0.45 * weight(place) + 0.5 * place.district + 0.6 * other

    def _begun(self, asked: Asked) -> Hit | None:
        """Take a place whose own name goes on where the row's ends."""
        for reading in asked.spelt:
            if asked.country is None or len(reading.key) < _MIN_BEGINNING:
                continue
            if found := longer(self._table, reading.key, asked.country):
                why = f"its name goes on: {found[0].place.name}"
                return self._chosen(asked, found, stage="beginning", score=0.65, why=why)
        return None

    def _halves(self, asked: Asked) -> Hit | None:
        """Take one half of a double name, or the words with which a longer text begins."""
        for reading in asked.spelt:
            for part, stage, alone in _shorter(reading.text):
                key = fold(part)
                found = [c for c in named(self._table, key, asked.country) if c.own or not is_short_form(key, c.place)]
                if not found or found[0].place.district:
                    continue
                why = f"only {part.strip()} was found"
                rest = Hints(asked.country, (reading.text.removeprefix(part).strip(" -,."),))
                left, told = rest.choose(found, self._table) if stage == "beginning" else (found, None)
                if told:
                    return self._chosen(asked, left, stage=stage, score=0.82, why=f"{why}, where the rest says")
                if alone and _stands_out(found):
                    return self._chosen(asked, found, stage=stage, score=0.6, why=why)
        return None


def _stands_out(found: Sequence[Candidate]) -> bool:
    """Whether the first candidate is far better known than the next."""
    return len(found) == 1 or found[0].rank - found[1].rank >= 1.0


_HALVES = re.compile(r"-|\s(?:and|und|et|e|y|i|a)\s|\s?[&+]\s?")
_LOCATED = re.compile(
    r"(?i)[\s-]+(?:sur|s/|l[eèé][sz]|en|près|am|an der|a\.\s?d\.|aan|upon|on|nad|pod|ob der|im|i\.)[\s-]"
)


def _writes_out(full: list[str], words: list[tuple[str, bool]]) -> bool:
    """Whether words are those of a name, some of them (marked) abbreviated.

    >>> _writes_out(["wielkopolski"], [("wlkp", True)]), _writes_out(["wielkopolski"], [("slaski", True)])
    (True, False)
    """
    if len(full) != len(words):
        return False
    return all(
        (_is_within(word, other) if short else word == other) for other, (word, short) in zip(full, words, strict=True)
    )


def _is_within(short: str, word: str) -> bool:
    """Whether the letters of an abbreviation stand in a word in this order, the first at its beginning."""
    letters = iter(word)
    return bool(short) and word[0] == short[0] and all(letter in letters for letter in short)


def _shorter(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the halves of a double name, then its beginnings, longest first; and whether each may stand alone.

    A beginning that is short against the rest is taken only where the rest says where it lies.
    """
    if (located := _LOCATED.search(text)) and located.start() >= _MIN_FIRST:
        yield text[: located.start()], "beginning", True
    halves = [half for half in _HALVES.split(text) if len(half.strip()) >= _MIN_FIRST]
    if len(halves) > 1:
        yield from ((half, "half", True) for half in halves)
    words = text.split()
    for count in range(len(words) - 1, 0, -1):
        beginning = " ".join(words[:count])
        if len(beginning) >= _MIN_FIRST:
            yield beginning, "beginning", len(beginning) >= max(_MIN_BEGINNING, len(text) / 2)
