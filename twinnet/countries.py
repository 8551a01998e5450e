"""Countries: codes, names in many languages, official languages and groups of countries at a date.

A country is its ISO 3166-1 alpha-2 code; Kosovo is ``XK``. The data are files of the package (``data/countries.json``
from CLDR, ``data/groups.json``); a user can bring other groups.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from twinnet.errors import RulesError
from twinnet.text import fold, shared_start

_DATA = Path(__file__).parent / "data"

GroupData = Mapping[str, Any]
"""The content of a groups file: ``accession`` and ``groups`` as in ``data/groups.json``."""

_ARTICLE = re.compile(
    r"^(?:in|en|au|aux|a|em|w|we|v|ve|vo|u|na|ne|nella|nel|in der|in den|in the|from|aus|the|la|le|les|l|die|der|das"
    r"|el|il|lo|los|las|de|het|stin|sti|sto)\s+(?=\w\w)"
)
_CASE_FOLLOWS = re.compile(r"^(?:w|we|v|ve|vo|u|na|ne|din|iz|z|ze|do)\s+(?=\w)")
_FORM_OF_STATE = re.compile(
    r"^(?:the )?(?:rep|republi(?:c|k|ka|que|ca|ek)|repubblica|respublika|rzeczpospolita|kingdom|konigreich|royaume"
    r"|regno|reino|state|principality|principaute|grand duche|(?:federal|f) rep(?:ublic)?)\s+"
    r"(?:(?:of|de|du|d|di|do|da|della)\s+)?(?:the )?(?=\w)"
)
_JOINING = frozenset(
    ("and", "und", "u", "i", "et", "e", "y", "a", "og", "och", "ja", "en", "in", "ve", "es", "ir", "si")
)
_SUBDIVISION = re.compile(r"^([A-Z]{2})-(?:[A-Z]{3}|[A-Z]?\d{1,3})$")
_BRACKETS = re.compile(r"\(.*?(?:\)|$)")
_DIVIDED = re.compile(r"\s*[/|]\s*|\s+[-–—=:]\s+")
_ACCENTED_CODES = {"čr": "CZ", "čsr": None}
"""Codes of two or three letters whose accents tell them from other codes."""
_LEAST_MISTYPED = 6


@lru_cache(maxsize=1)
def _countries() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((_DATA / "countries.json").read_text(encoding="utf-8"))
    return data


@lru_cache(maxsize=16384)
def code(text: str) -> str | None:
    """Return the country that a text means, None when it means none of today's, or more than one.

    Taken are ISO codes of two and three letters, vehicle codes, names in 60 languages and their scripts, and what
    lists write (``UK``, ``EL``, ``KS``, ``FYROM``, ``BiH``). A name may have an article or a preposition and its case
    (``w Polsce``), a form of state, abbreviations (``Bosnia & Herz.``), a second name or a code beside it. Of
    ``Schwyz, Switzerland`` the last part counts. What is mistyped is None here: see :func:`likely`.

    >>> [code(text) for text in ("Bosna i Hercegovina", "RKS", "Tschech. Republik", "Schwyz, Switzerland", "USSR")]
    ['BA', 'XK', 'CZ', 'CH', None]
    >>> [code(text) for text in ("w Polsce", "Italia/Italy", "CZ - Czech Republic", "DE/FR")]
    ['PL', 'IT', 'CZ', None]
    """
    key = fold(text)
    if text.casefold() in _ACCENTED_CODES:
        return _ACCENTED_CODES[text.casefold()]
    keys: dict[str, str] = _countries()["keys"]
    if key in keys or not key or key in _countries()["obsolete"]:
        return keys.get(key)
    return _in_part(text, key, keys)


def _in_part(text: str, key: str, keys: Mapping[str, str]) -> str | None:
    """Return the country that a text means which is not the whole of a known name."""
    if match := _SUBDIVISION.match(text.strip()):
        return match[1] if match[1] in _countries()["iso3"] else None
    parts = [part for part in _DIVIDED.split(_BRACKETS.sub(" ", text)) if part.strip()]
    if len(parts) > 1:
        told = {code(part) for part in parts}
        return told.pop() if len(told) == 1 else None
    if found := next((keys[reading] for reading in _readings(text, key) if reading in keys), None):
        return found
    if match := _CASE_FOLLOWS.match(key):
        return _in_a_case(key[match.end() :])
    return _joined(text, key)


def _readings(text: str, key: str) -> Iterator[str]:
    """Yield the keys under which a country text may stand, the whole text first."""
    if "(" in text:
        outside = fold(_BRACKETS.sub(" ", text))
        yield outside
        yield _FORM_OF_STATE.sub("", outside)
    bare = _ARTICLE.sub("", key)
    yield bare
    yield _ARTICLE.sub("", bare)
    yield _FORM_OF_STATE.sub("", key)
    if "," in text:
        for part in reversed(text.split(",")):
            yield fold(part)
            yield _FORM_OF_STATE.sub("", fold(part))


def _in_a_case(form: str) -> str | None:
    """Return the country whose name is the form but for its ending (``polsce``), None where several are."""
    if len(form) < 4 or form in _countries()["obsolete"]:
        return None
    best: dict[str, int] = {}
    for key, country in _by_start().get(form[:4], ()):
        shared = 0
        for one, other in zip(key.split(), form.split(), strict=False):
            length = shared_start(one, other)
            if max(len(one), len(other)) - length > (3 if len(one) > 2 else 0) + (2 if len(other) > 6 else 0):
                break
            shared += length
        else:
            if len(key.split()) == len(form.split()):
                best[country] = max(best.get(country, 0), shared)
    nearest = [country for country, shared in best.items() if shared == max(best.values())]
    return nearest[0] if len(nearest) == 1 else None


@lru_cache(maxsize=1)
def _by_start() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for key, country in _countries()["keys"].items():
        if len(key) >= 4:
            found.setdefault(key[:4], []).append((key, country))
    return found


@lru_cache(maxsize=1)
def _pairs() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return the first and second words of the names that an "and" joins, by country."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for key, country in _countries()["keys"].items():
        words = key.split()
        if len(words) == 3 and words[1] in _JOINING and len(words[0]) > 3 < len(words[2]):
            ones, others = found.setdefault(country, (set(), set()))
            ones.add(words[0])
            others.add(words[2])
    return {country: (frozenset(ones), frozenset(others)) for country, (ones, others) in found.items()}


def _joined(text: str, key: str) -> str | None:
    """Return the country of two joined names, whatever joins them and wherever they are cut (``Bosnia & Herz.``)."""
    words = [word for word in key.split() if word not in _JOINING]
    if len(words) != 2 or min(map(len, words)) < 3:
        return None
    found = [
        country
        for country, (ones, others) in _pairs().items()
        if _is_one_of(words[0], ones, cut=False) and _is_one_of(words[1], others, cut="." in text or len(words[1]) > 3)
    ]
    return found[0] if len(found) == 1 else None


def _is_one_of(word: str, names: frozenset[str], *, cut: bool) -> bool:
    return word in names or (cut and any(name.startswith(word) for name in names))


@lru_cache(maxsize=4096)
def likely(text: str) -> str | None:
    """Return the only country whose name differs by one letter (left out, added, changed or swapped with the next).

    Names of less than six letters, what :func:`code` knows and what was a state once are None. Whoever takes the
    answer says so: it is a guess.

    >>> likely("Portgual"), likely("Solvenia"), likely("Mlta"), likely("Portugal")
    ('PT', 'SI', None, None)
    """
    key = fold(text)
    if len(key) < _LEAST_MISTYPED or code(text) is not None or any(map(str.isdigit, key)):
        return None
    if any(_one_apart(key, name) for name in _countries()["obsolete"] if len(name) >= _LEAST_MISTYPED):
        return None
    found = {
        country
        for name, country in _countries()["keys"].items()
        if len(name) >= _LEAST_MISTYPED - 1 and _one_apart(key, name)
    }
    return found.pop() if len(found) == 1 else None


def _one_apart(one: str, other: str) -> bool:
    """Whether one edit makes one text the other.

    >>> [_one_apart("malta", other) for other in ("malta", "mlta", "matla", "maltas", "molte")]
    [False, True, True, True, False]
    """
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    at = shared_start(one, other)
    if len(one) != len(other):
        shorter, longer = sorted((one, other), key=len)
        return shorter[at:] == longer[at + 1 :]
    if one[at + 1 :] == other[at + 1 :]:
        return True
    return one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]


def obsolete(text: str) -> str | None:
    """Say why a state that is no more is no country of today; None for what is no such state.

    >>> obsolete("DDR")
    "this state ended in 1990: write today's country, DE"
    >>> obsolete("Československo"), obsolete("Česko")
    ("this state ended in 1992: write which of today's countries it is: CZ or SK", None)
    """
    at = _countries()["obsolete"].get(fold(text))
    if at is None:
        return None
    ended, became = _countries()["states"][at]
    said = f"this state ended in {ended}" if ended else "this is not recognised as a state"
    if len(became) == 1:
        return f"{said}: write today's country, {became[0]}"
    return f"{said}: write which of today's countries it is: {', '.join(became[:-1])} or {became[-1]}"


def codes() -> tuple[str, ...]:
    """Return all country codes, sorted."""
    return tuple(sorted(_countries()["iso3"]))


def iso3(code: str) -> str:
    """Return the code of three letters (``XKX`` for Kosovo); raise KeyError for what is no country code.

    >>> iso3("BA")
    'BIH'
    """
    letters: str = _countries()["iso3"][code]
    return letters


def name(code: str, language: str = "en", *, called: Mapping[str, str] | None = None) -> str:
    """Return a country's name in a language (ISO 639-1): in English, or else the code itself, where there is none.

    ``called`` says how a network calls countries, by their code; it goes before every language.

    >>> name("BA"), name("HR", "bs"), name("DE", "fr"), name("ZZ"), name("XK", called={"XK": "Kosovo*"})
    ('Bosnia and Herzegovina', 'Hrvatska', 'Allemagne', 'ZZ', 'Kosovo*')
    """
    if called and code in called:
        return called[code]
    names: dict[str, dict[str, str]] = _countries()["names"]
    return names.get(language, {}).get(code) or names["en"].get(code, code)


def languages(code: str) -> tuple[str, ...]:
    """Return the official languages as ISO 639-1, most used first; empty for what is no country code.

    >>> languages("BA"), languages("CH")
    (('bs', 'hr', 'sr'), ('de', 'fr', 'it', 'rm'))
    """
    return tuple(_countries()["spoken"].get(code, ()))


def language_name(code: str, language: str = "en") -> str:
    """Return the name of a language in another: in English, or else the code itself, where there is none.

    >>> language_name("bs"), language_name("de", "fr"), language_name("xx")
    ('Bosnian', 'allemand', 'xx')
    """
    names: dict[str, dict[str, str]] = _countries()["languages"]
    return names.get(language, {}).get(code) or names["en"].get(code, code)


def group(name: str, on: dt.date, *, data: GroupData | Path | None = None) -> frozenset[str]:
    """Return the countries that belong to a group on a day.

    ``data`` replaces the package's groups: a mapping, or a JSON file of the same form. Raises :class:`RulesError`
    for an unknown group.

    >>> sorted(group("candidates", dt.date(2013, 1, 1)))
    ['HR', 'ME', 'MK', 'RS', 'TR']
    >>> "GB" in group("eu", dt.date(2020, 1, 31)), "GB" in group("eu", dt.date(2020, 2, 1))
    (True, False)
    """
    content = _groups(data)
    rule = content["groups"].get(name)
    if rule is None:
        raise RulesError(f"there is no group of countries called {name!r}; known are {', '.join(groups(data=data))}")
    members = set(rule.get("always", ()))
    members |= {c for c, periods in rule.get("dated", {}).items() if _holds(periods, on)}
    if "accession" in rule:
        first, last = rule["accession"]
        members |= {
            country
            for country, periods in content.get("accession", {}).items()
            if _holds(periods, on) and periods[0][0] >= first and (last is None or periods[0][0] <= last)
        }
    return frozenset(members)


def groups(*, data: GroupData | Path | None = None) -> tuple[str, ...]:
    """Return the names of the groups.

    >>> groups()
    ('candidates', 'caucasus', 'efta', 'eu', 'new-members', 'old-europe', 'south-east-europe', 'western-balkans')
    """
    return tuple(sorted(_groups(data)["groups"]))


def _holds(periods: Sequence[Sequence[str | None]], on: dt.date) -> bool:
    """Whether a day lies in one of the periods; both ends belong to them, None is open, a year is its first day."""
    day = on.isoformat()
    return any((since is None or since <= day) and (until is None or day <= until) for since, until in periods)


def _groups(data: GroupData | Path | None) -> GroupData:
    if data is None:
        return _own_groups()
    if isinstance(data, Path):
        return _read_groups(data)
    return data


@lru_cache(maxsize=1)
def _own_groups() -> GroupData:
    return _read_groups(_DATA / "groups.json")


def _read_groups(path: Path) -> GroupData:
    try:
        content: GroupData = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RulesError(f"{path.name} cannot be read as groups of countries: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("groups"), dict):
        raise RulesError(f"{path.name} holds no groups of countries; see data/groups.json for the form")
    return content
