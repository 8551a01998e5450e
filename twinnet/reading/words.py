"""What a header's words may mean, in the languages of Europe.

The words are data (``data/headers.json``). A header proposes; the cells below it decide
(:mod:`twinnet.reading.headers`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, get_args

from twinnet.reading import values
from twinnet.text import fold

Side = Literal["from", "to"]

SIDED = ("name", "country", "region", "postcode", "latitude", "longitude", "location", "population", "geonames_id")
"""What both ends of a link have; the field is ``from_…`` or ``to_…``."""
CONTACTS = ("contact_person", "contact_position", "contact_email", "contact_phone", "contact_address")
"""Columns of persons and how to reach them: read only where a user asks for it, and kept apart."""
PRIVATE = (*CONTACTS, "secret")
"""What no list is read for; ``secret`` (days of birth, bank accounts ...) is never read at all."""
_TOLD_FIRST = ("secret", "email", "phone", "position", "person")
_CAMEL = re.compile(r"(?<=[a-zа-яα-ω])(?=[A-ZА-ЯΑ-Ω])|(?<=[^\W\d_])(?=\d)")
_PARENTHESIS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_LONGEST_HEADER = 90
_SHORTEST_STEM = 5
WEAK = 1.0
"""The strength of a meaning that only a part of a header says; what the cells tell goes before it."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a header may say: a field, perhaps of one end of a link, and how surely (3: exactly this word)."""

    field: str
    side: Side | None = None
    strength: float = 3.0


@cache
def _words() -> dict[str, tuple[Meaning, ...]]:
    """Map folded header words to their meanings."""
    found: dict[str, dict[Meaning, None]] = {}
    vocabulary = values.vocabulary()
    for field, words in vocabulary["fields"].items():
        for word in (field, *words):
            found.setdefault(fold(word), {}).setdefault(Meaning(field))
    for word in vocabulary["former"]:
        found.setdefault(fold(word), {}).setdefault(Meaning("former"))
    for word in vocabulary["to_name"]:
        found.setdefault(fold(word), {}).setdefault(Meaning("name", "to"))
    return {word: tuple(meanings) for word, meanings in found.items() if word}


def known_words() -> frozenset[str]:
    """Return the folded words of all headers."""
    return frozenset(_words())


def is_short(header: str) -> bool:
    """Return whether a header's words are as short as a mark in a cell: of one or two letters.

    >>> [is_short(header) for header in ("X", "No.", "y 2", "lat", "ID code")]
    [True, True, True, False, False]
    """
    return all(len(token.strip("0123456789")) <= 2 for token in fold(header).split())


@cache
def _folded(section: str, part: str | None = None) -> frozenset[str]:
    words = values.vocabulary()[section]
    return frozenset(fold(word) for word in (words[part] if part else words))


@lru_cache(maxsize=8192)
def meanings(header: str) -> tuple[Meaning, ...]:
    """Return what a header may mean, the surest first; those of :data:`PRIVATE` and ``ignored`` are meanings too.

    >>> [(m.field, m.side) for m in meanings("Pop_collect")], [(m.field, m.side) for m in meanings("partner_latitude")]
    ([('population', None)], [('latitude', 'to')])
    >>> meanings("Partnergemeinde")[0], [m.field for m in meanings("E-Mail Bürgermeister")]
    (Meaning(field='name', side='to', strength=3.0), ['contact_email'])
    """
    if len(header) > _LONGEST_HEADER:
        return ()
    key = fold(_CAMEL.sub(" ", header))
    whole = fold(header)
    found: dict[tuple[str, Side | None], Meaning] = {}
    for candidate in _meanings(key, whole, fold(_PARENTHESIS.sub(" ", _CAMEL.sub(" ", header)))):
        found.setdefault((candidate.field, candidate.side), candidate)
    return tuple(found.values())


def _meanings(key: str, whole: str, bare: str) -> Iterator[Meaning]:
    words = _words()
    exact = [form for form in (key, whole, bare) if form in words]
    yield from (meaning for form in exact for meaning in words[form])
    tokens = key.split()
    runs = _runs(tokens)
    if private := _private({key} if exact else {key, *runs}):
        yield Meaning(private, strength=3.0 if not exact else 2.9)
        return
    if {key, whole, bare} & _folded("ignored"):
        yield Meaning("ignored", strength=3.0 if not exact else 2.9)
        return
    sided = list(_sided(tokens)) or list(_sided(bare.split()))
    yield from sided
    if exact or sided:
        return
    plain = [t for t in bare.split() if not t.isdigit() and t not in {"language", "lang"} and t not in _fillers()]
    if " ".join(plain) in words:
        yield from (Meaning(m.field, m.side, 2.0) for m in words[" ".join(plain)])
        return
    for run in runs:
        if run in words and (" " in run or len(run) > 4):
            yield from (Meaning(m.field, m.side, WEAK) for m in words[run])
            return
    yield from _inflected(tokens)


@cache
def _stems() -> dict[str, list[str]]:
    """Return the header words of one word and five letters or more by their first four."""
    found: dict[str, list[str]] = {}
    for word in sorted(_words()):
        if len(word) >= _SHORTEST_STEM and " " not in word:
            found.setdefault(word[:4], []).append(word)
    return found


def _inflected(tokens: Sequence[str]) -> Iterator[Meaning]:
    """Yield the meanings of words that are known but for their last letters (``enlemi``, ``чланице``)."""
    for token in reversed(tokens):
        if len(token) < _SHORTEST_STEM:
            continue
        for word in _stems().get(token[:4], ()):
            if word[: max(len(word), len(token)) - 2] == token[: max(len(word), len(token)) - 2]:
                yield from (Meaning(m.field, m.side, WEAK - 0.2) for m in _words()[word])
                return


def _private(forms: Collection[str]) -> str | None:
    """Return what of :data:`PRIVATE` one of the folded forms of a header says; an address only as a whole."""
    for part in _TOLD_FIRST:
        if not _folded("private", part).isdisjoint(forms):
            return part if part == "secret" else f"contact_{part}"
    whole = max(forms, key=len)
    return "contact_address" if whole in _folded("private", "address") else None


@cache
def _fillers() -> frozenset[str]:
    return _folded("fillers") | {"en", "iso", "official", "total"}


def _runs(tokens: Sequence[str]) -> list[str]:
    """Return all runs of up to four tokens, the longest first."""
    return [
        " ".join(tokens[start : start + length])
        for length in range(min(4, len(tokens)), 0, -1)
        for start in range(len(tokens) - length + 1)
    ]


def _sided(tokens: Sequence[str]) -> Iterator[Meaning]:
    """Yield meanings of a header that names one end of a link: ``from_name``, ``city 1``, ``Partnerland``."""
    words = _words()
    for side in get_args(Side):
        marks = _folded("sides", side)
        rest = [token for token in tokens if token not in marks]
        if len(rest) < len(tokens) and (rest or any(len(token) > 1 for token in tokens)):
            yield from _one_end(rest, side, strength=2.5)
    for glue in sorted(_folded("glued_to")):
        for position, token in enumerate(tokens):
            if token.startswith(glue) and len(token) > len(glue) + 1:
                yield from _one_end(
                    [*tokens[:position], token[len(glue) :], *tokens[position + 1 :]], "to", strength=2.4
                )
    for run in _runs(tokens):
        if " " in run and Meaning("name", "to") in words.get(run, ()) and run != " ".join(tokens):
            rest = " ".join(tokens).replace(run, " ", 1).split()
            yield from _one_end(rest, "to", strength=2.3)
            return


def _one_end(rest: Sequence[str], side: Side, *, strength: float) -> Iterator[Meaning]:
    """Yield what is left of a header without the word for its side."""
    if not rest:
        yield Meaning("name", side, strength - 0.5)
        return
    for form in (" ".join(rest), " ".join(token for token in rest if token not in _fillers())):
        if not form:
            yield Meaning("name", side, strength - 0.6)
            return
        if form in _words():
            fields = {meaning.field for meaning in _words()[form]}
            for field in sorted(fields):
                if field in (*SIDED, "locality", "item"):
                    yield Meaning(field, side, strength)
                elif field == "partner":
                    yield Meaning("name", side, strength)
            return
    for token in reversed(rest):
        for meaning in _words().get(token, ()) or tuple(_inflected([token])):
            if meaning.field in SIDED and meaning.field != "name":
                yield Meaning(meaning.field, side, strength - 0.5)
                return
