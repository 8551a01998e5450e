"""What reasons say, as values: a text's key and what fills it, so that every language of the page can say it.

The texts are data, a file a language (``data/languages/en.json`` ...), with slots in braces and forms of the plural by
CLDR's categories. A :class:`Phrase` names a text and fills its slots; a :class:`Speaker` says phrases in a language.
The page holds phrases and texts and says them itself, by the same rules (``views/page/text.js``).

>>> str(phrase("say.partners.common", n=2, names=listed(["Bari", "Graz", "Pula", "Sisak"], most=2)))
'2 partners in common: Bari, Graz and 2 more'
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from twinnet import countries

_DATA = Path(__file__).parent / "data"

LANGUAGES: tuple[str, ...] = ("en", *sorted({file.stem for file in (_DATA / "languages").glob("*.json")} - {"en"}))
"""The languages of the page, by CLDR's codes: those that have a file. ``bs`` serves Bosnian, Croatian and Serbian."""

Kind: TypeAlias = Literal["theme", "country", "language"]


class Name(NamedTuple):
    """An organisation by its name; its id tells which one."""

    text: str
    id: str


class Word(NamedTuple):
    """A theme, a country or a language, by its key or code; ``text`` is what the network calls it in English."""

    kind: Kind
    key: str
    text: str


class Listed(NamedTuple):
    """Several values, joined by a comma, a semicolon or an "and"; ``more`` are not named."""

    items: tuple[Value, ...]
    more: int = 0
    by: Literal[",", ";", "and"] = ","


class Phrase(NamedTuple):
    """A text by its key, and the values of its slots; ``n`` among them chooses the form of the plural.

    Numbers are rounded to what is shown, so that Python and the page's script write the same digits.

    ``str()`` says it in English, as :func:`english` does any value.
    """

    key: str
    values: tuple[tuple[str, Value], ...] = ()

    def __str__(self) -> str:
        """Say it in English."""
        return english().say(self)


Value: TypeAlias = str | int | float | Name | Word | Listed | Phrase


def phrase(key: str, /, **values: Value) -> Phrase:
    """Fill a text.

    >>> str(phrase("say.distance", km=1234))
    '1,234 km apart'
    """
    return Phrase(key, tuple(values.items()))


def listed(items: Sequence[Value], *, most: int | None = None, by: Literal[",", ";", "and"] = ",") -> Listed:
    """List values, the first ``most`` by name (None: all) and how many more."""
    shown = tuple(items if most is None else items[:most])
    return Listed(shown, len(items) - len(shown), by)


class Speaker:
    """Says phrases in a language.

    ``words`` says a theme, a country or a language; where it is None or returns None, countries and languages are
    called as CLDR has them, and themes as the phrase does. What a language's file lacks is said in English.

    >>> print(Speaker("de").say(phrase("say.partners.common", n=1, names=listed(["Bari"]))))
    1 gemeinsamer Partner: Bari
    """

    def __init__(self, language: str = "en", *, words: Callable[[Word], str | None] | None = None) -> None:
        self.language = language
        self._texts = {**texts("en"), **texts(language)}
        self._numbers = numbers(language)
        self._plural = _plural_of(language)
        self._words = words
        self._forms: dict[tuple[str, str], tuple[tuple[str, str, int | None], ...]] = {}

    def say(self, value: Value) -> str:
        """Say a value: a phrase, a list, a name, a number."""
        if isinstance(value, str):
            return value
        if isinstance(value, Name):
            return value.text
        if isinstance(value, int):
            return self.number(value)
        if isinstance(value, Phrase):
            return self._said(value)
        if isinstance(value, Listed):
            return self._listed(value)
        return self._word(value) if isinstance(value, Word) else self.number(value)

    def text(self, key: str, **values: Value) -> str:
        """Say a text by its key."""
        return self._said(phrase(key, **values))

    def number(self, value: float, digits: int | None = None) -> str:
        r"""Say a number with the language's marks: whole ones without decimals, others with one, or with ``digits``.

        >>> Speaker("en").number(12345.678, 1), Speaker("fr").number(-1200)
        ('12,345.7', '−1\u202f200')
        """
        if digits is None:
            digits = 0 if isinstance(value, int) or value.is_integer() else 1
        said = f"{abs(value):,.{digits}f}"
        if self.language != "en":
            decimal, group = self._numbers["decimal"], self._numbers["group"]
            said = said.replace(".", "\0").replace(",", group).replace("\0", decimal)
        return f"−{said}" if value < 0 else said

    def _said(self, given: Phrase) -> str:
        values = dict(given.values)
        said = ""
        for literal, slot, digits in self._form(given.key, values.get("n")):
            said += literal
            if slot:
                value = values[slot]
                if digits is not None and isinstance(value, int | float):
                    said += self.number(value, digits)
                else:
                    said += self.say(value)
        return said

    def _form(self, key: str, count: Value | None) -> tuple[tuple[str, str, int | None], ...]:
        """Return the parts of a text: what stands before each slot, its name, its decimals; the last has no slot."""
        category = self._plural(count) if isinstance(count, int) else ""
        known = self._forms.get((key, category))
        if known is None:
            texts = self._texts
            text = texts.get(f"{key}.{category}") or texts.get(key) or texts[f"{key}.other"]
            known = self._forms[key, category] = tuple(_parts(text))
        return known

    def _listed(self, given: Listed) -> str:
        items = [self.say(item) for item in given.items]
        if given.by == "and" and len(items) > 1:
            said = self.text("say.and", some=", ".join(items[:-1]), last=items[-1])
        else:
            said = f"{';' if given.by == ';' else ','} ".join(items)
        return self.text("say.more", some=said, n=given.more) if given.more else said

    def _word(self, word: Word) -> str:
        if self._words is not None and (said := self._words(word)) is not None:
            return said
        if self.language == "en" or word.kind == "theme":
            return word.text
        named = countries.name if word.kind == "country" else countries.language_name
        return named(word.key, self.language)


_SLOT = re.compile(r"\{(\w+)(?::(\d))?\}")


def _parts(text: str) -> Iterable[tuple[str, str, int | None]]:
    at = 0
    for slot in _SLOT.finditer(text):
        yield text[at : slot.start()], slot[1], int(slot[2]) if slot[2] else None
        at = slot.end()
    yield text[at:], "", None


@lru_cache(maxsize=1)
def english() -> Speaker:
    """Return the speaker of English."""
    return Speaker("en")


@lru_cache(maxsize=16)
def texts(language: str) -> Mapping[str, str]:
    """Return the texts of a language by their keys; ``ValueError`` for one that is not there.

    >>> texts("en")["reason.size"]
    'Size'
    """
    if language not in LANGUAGES:
        raise ValueError(f"there is no language {language!r}: choose one of {', '.join(LANGUAGES)}")
    found: dict[str, str] = json.loads(_data(f"languages/{language}.json"))
    return found


def numbers(language: str) -> Mapping[str, str]:
    """Return how a language writes numbers: its marks ``decimal`` and ``group``.

    >>> numbers("de")
    {'decimal': ',', 'group': '.'}
    """
    found: dict[str, str] = _about()[language]["numbers"]
    return found


def counting(language: str) -> dict[str, Any]:
    """Return how a language writes numbers and counts, as the page needs it: ``numbers``, ``categories``, ``plural``.

    ``plural`` has a digit for each number up to 199, the place of its category; above that a number counts as 100 and
    what it leaves when divided by 100.
    """
    return {name: _about()[language][name] for name in ("numbers", "categories", "plural")}


def called(language: str) -> str:
    """Return what a language calls itself.

    >>> called("mk")
    'македонски'
    """
    return str(_about()[language]["name"])


def _plural_of(language: str) -> Callable[[int], str]:
    """Return the function from a whole number to its category (``one``, ``few`` ...), by CLDR's rules."""
    about = _about()[language]
    categories: list[str] = [about["categories"][int(digit)] for digit in about["plural"]]
    return lambda n: categories[abs(n) if abs(n) < len(categories) else 100 + abs(n) % 100]


@lru_cache(maxsize=1)
def _about() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_data("languages.json"))
    return found


@lru_cache(maxsize=16)
def _data(name: str) -> str:
    return (_DATA / name).read_text(encoding="utf-8")
