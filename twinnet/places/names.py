"""Reading a name: the keys under which a place may stand, the surest first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from twinnet import countries
from twinnet.places.store import DATA
from twinnet.text import fold, repair


class _Words(NamedTuple):
    """What ``data/name_words.json`` says of names, as patterns over folded names."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    direction: re.Pattern[str]
    unit: re.Pattern[str]
    unit_words: re.Pattern[str]
    kinds: dict[str, re.Pattern[str]]
    regions: frozenset[str]
    placeholders: frozenset[str]
    languages: dict[str, str]
    abbreviated: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = json.loads((DATA / "name_words.json").read_text(encoding="utf-8"))

    def any_of(words: Iterable[str]) -> str:
        keys = {fold(word) for word in words}
        return "|".join(re.escape(key) for key in sorted(keys, key=lambda key: (-len(key), key)))

    languages = {
        fold(word): language
        for where in ("after", "before")
        for language, words in data[where].items()
        for word in words
    }
    before, after, unit = (any_of(w for words in data[k].values() for w in words) for k in ("before", "after", "unit"))
    direction = any_of(data["direction"])
    return _Words(
        re.compile(f"^(?:{before}) (?=.)"),
        re.compile(f"(?<=.) (?:{after})$"),
        re.compile(f"^(?:{direction}) (?=.)|(?<=.) (?:{direction})$"),
        re.compile(rf"\b(?:{unit})\b"),
        re.compile(
            rf"\b(?:{unit}|{any_of(data['unit_short'])})(?: (?:of|de|du|des|di|del|della|dell|do|da|der|von))?\b"
        ),
        {kind: re.compile(rf"\b(?:{'|'.join(map(_starred, words))})\b") for kind, words in data["kinds"].items()},
        frozenset(fold(region) for region in data["regions"]),
        frozenset(fold(word) for word in data["placeholders"]),
        languages,
        tuple((re.compile(rf"\b{short}\b"), tuple(longs)) for short, longs in data["abbreviations"].items()),
    )


def _starred(word: str) -> str:
    """Return the pattern of a word; a star at its end or beginning stands for more letters."""
    before, after = "[a-z]*" * word.startswith("*"), "[a-z]*" * word.endswith("*")
    return before + re.escape(fold(word)) + after


_TOWNS_MAY_HAVE = frozenset(("lda", "european_house"))
"""Kinds of organisations that are called by their town alone, and found by it."""
_TRANSCRIBED = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"), ("dj", "d"))
_BRACKETS = re.compile(r"\(([^()]*)\)?")
_POSTCODE = re.compile(r"\b(?:[A-Z]{1,3}-)?\d{3,6}\b(?:\s+\d{2}\b)?")
_LONGEST_CODE = 3
_BOROUGH = re.compile(r"\bcounty borough\b")
_CEDEX = re.compile(r"(?i)(?:\s+c[eé]dex)?(?:\s+\d{1,2})?\W*$")
_DISTRICT_LETTER = re.compile(r"(?<=\w)\s+[A-ZØ]{1,2}$")
_LETTERS_BEFORE = re.compile(r"^[A-Z]{2}\s+(?=[A-Z][a-z])")
NEAR = ("b.", "bei", "near", "nahe", "kod", "près de", "pres de", "vicino a", "presso", "cerca de", "blizu")
"""What stands before the name of a larger place near by."""
_NEAR = re.compile(rf"(?i)(?<=\w)\s+(?:{'|'.join(map(re.escape, NEAR))})\s+(?=\w)")
_PARTS = re.compile(r"/|\s[-–—]\s|;|\|")
_NO_LETTER = re.compile(r"^[\W\d_]*$")


def is_unit(name: str) -> bool:
    """Whether a name says that it is a county, canton, region ... and so no populated place.

    What stands in brackets counts only where it says nothing else: "Cham (Kanton Zug)" is a town.

    >>> is_unit("Istarska županija"), is_unit("Kanton Sarajevo"), is_unit("Aachen (Kreis)")
    (True, True, True)
    >>> is_unit("Kreischa"), is_unit("Cham (Kanton Zug)")
    (False, False)
    """
    unit = _words().unit
    outside, inside = _BRACKETS.sub(" ", name).partition(",")[0], in_brackets(name)
    return bool(unit.search(_BOROUGH.sub("", fold(outside)))) or any(unit.fullmatch(fold(part)) for part in inside)


def is_region(key: str) -> bool:
    """Whether a folded name is that of a historic or natural region, which no administrative unit bears.

    >>> is_region("slavonija"), is_region("vienna")
    (True, False)
    """
    return key in _words().regions


def is_country(name: str, country: str | None) -> bool:
    """Whether a name is that of the country itself, by its name and not by a code.

    >>> is_country("Malta", "MT"), is_country("BA", "BA"), is_country("Valletta", "MT")
    (True, False, False)
    """
    return country is not None and len(name.strip()) > _LONGEST_CODE and countries.code(name) == country


def is_organisation(name: str) -> bool:
    """Whether a name says that it is an association, a school ... and so no town as a whole, or stands for no name.

    >>> [is_organisation(name) for name in ("Association des Maires", "to be confirmed", "Ville de Nantes")]
    [True, True, False]
    """
    key = fold(name)
    return key in _words().placeholders or any(kind not in _TOWNS_MAY_HAVE for kind in kinds_said(key))


def kinds_said(key: str) -> Iterator[str]:
    """Yield the kinds of organisations of which a folded name has a word, the surest first.

    >>> list(kinds_said("lda mostar")), list(kinds_said("bari"))
    (['lda'], [])
    """
    return (kind for kind, pattern in _words().kinds.items() if pattern.search(key))


def strip_municipal(key: str) -> str:
    """Return a folded name without the words for a municipality and its offices.

    >>> strip_municipal("mestna obcina nova gorica"), strip_municipal("vejle municipality"), strip_municipal("bari")
    ('nova gorica', 'vejle', 'bari')
    """
    for shorter, _ in _stripped(key):
        key = shorter
    return key


def beside(name: str) -> list[str]:
    """Return what a name says beside itself: in brackets or after a comma.

    >>> beside("San Giorgio (TV), Veneto"), beside("Neustadt bei Coburg")
    (['TV', 'Veneto'], ['bei Coburg'])
    """
    hints = in_brackets(name)
    outside = _BRACKETS.sub(" ", name)
    hints += [part.strip() for part in outside.split("/")[1:]]
    hints += [part.strip() for part in outside.split(",")[1:]]
    if near := _NEAR.search(outside):
        hints.append(outside[near.start() :].strip())
    return [hint for hint in hints if hint]


_AT_FRONT = re.compile(r"^([A-Za-z]{1,3})\s?-\s?(?:\d{3,6}\s+)?(?=\D)")
_AT_END = re.compile(r"\(([^()]+)\)\s*$|,\s*([^,()]+)$")


def countries_in(name: str) -> Iterator[tuple[str, bool]]:
    """Yield the countries that a name carries in brackets, after a comma or in front; False where a mark is short.

    >>> list(countries_in("HR - Sisak")), list(countries_in("Balti, Republic of Moldova")), list(countries_in("Bari"))
    ([('HR', False)], [('MD', True)], [])
    """
    texts = [match[1] or match[2] for match in [_AT_END.search(name)] if match]
    texts += [match[1] for match in [_AT_FRONT.search(name)] if match]
    for text in texts:
        if code := countries.code(text.strip()):
            yield code, len(text.strip()) > _LONGEST_CODE


def in_brackets(name: str) -> list[str]:
    """Return what stands in brackets."""
    return [part.strip() for part in _BRACKETS.findall(name)]


class Reading(NamedTuple):
    """A key under which a name may stand: how it was read, and the language of an administrative word beside it."""

    key: str
    stage: str
    text: str
    language: str | None = None


def readings(name: str) -> Iterator[Reading]:
    """Yield the keys under which a name may stand, the surest first; none twice."""
    text = repair(name).strip()
    if _NO_LETTER.match(text):
        return
    whole = fold(text)
    yield Reading(whole, "exact", text)
    seen, keys = {whole}, [Reading(whole, "exact", text)]
    for form, stage in _forms(text):
        key, shown = fold(form), form.strip()
        stripped = stage if stage == "bracket" else "stripped"
        for reading in (
            Reading(key, stage, shown),
            *(Reading(k, stripped, shown, language) for k, language in _stripped(key)),
        ):
            if reading.key and reading.key not in seen:
                seen.add(reading.key)
                keys.append(reading)
                yield reading
    for derive, stage in ((_variants, "variant"), (_undirected, "district")):
        for reading in keys:
            for key in derive(reading.key):
                if key not in seen:
                    seen.add(key)
                    yield reading._replace(key=key, stage="bracket" if reading.stage == "bracket" else stage)


def _forms(text: str) -> Iterator[tuple[str, str]]:
    """Yield the texts that may be the name: without brackets, postcode, what follows a comma; then its parts."""
    yield text, "exact"
    outside = text
    if "(" in text:
        outside = _BRACKETS.sub(" ", text)
        yield outside, "exact"
    if any(character.isdigit() for character in outside):
        outside = _POSTCODE.sub(" ", outside)
        yield outside, "part"
    if "," in outside:
        outside = outside.partition(",")[0]
        yield outside, "exact"
    outside = outside.strip()
    if (delivered := _LETTERS_BEFORE.sub("", _delivered(outside))) != outside:
        yield delivered, "part"
    if near := _NEAR.search(outside):
        yield outside[: near.start()], "part"
    parts = [part for part in _PARTS.split(outside) if len(part.strip()) > 1]
    if len(parts) > 1:
        yield from ((part, "part") for part in parts)
    for inside in _BRACKETS.findall(text) if outside is not text else ():
        if len(inside) > 2:
            yield inside.partition(",")[0], "bracket"


def _delivered(text: str) -> str:
    """Return a name without what only the post reads: "Cedex 9", a number, the letter of a district of Copenhagen."""
    shorter = _CEDEX.sub("", text)
    return _DISTRICT_LETTER.sub("", shorter) if not shorter.isupper() else shorter


def _stripped(key: str) -> Iterator[tuple[str, str]]:
    """Yield a key without administrative words, one after the other, with the language of the word."""
    words, language = _words(), ""
    for _ in range(3):
        shorter = key
        if found := words.after.search(key):
            shorter, language = key[: found.start()], words.languages[found[0].strip()]
            yield shorter, language
        if found := words.before.search(shorter):
            shorter, language = shorter[found.end() :], words.languages[found[0].strip()]
            yield shorter, language
        if shorter == key:
            return
        key = shorter


def _undirected(key: str) -> Iterator[str]:
    yield _words().direction.sub("", key)


def _variants(key: str) -> Iterator[str]:
    """Yield a key with its abbreviations written out and its transcriptions undone."""
    for pattern, words in _words().abbreviated:
        if pattern.search(key):
            for word in words:
                yield pattern.sub(word, key, count=1)
    undone = key
    for pair, letter in _TRANSCRIBED:
        if pair in key:
            yield key.replace(pair, letter)
            undone = undone.replace(pair, letter)
    if undone != key:
        yield undone


def strip_unit(key: str) -> str:
    """Return a folded name without words such as "province of".

    >>> strip_unit("provincia di treviso"), strip_unit("judetul alba"), strip_unit("lyon")
    ('treviso', 'alba', 'lyon')
    """
    return _words().unit_words.sub(" ", key).strip() or key
