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
from twinnet.text import fold

_DATA = Path(__file__).parent / "data"

GroupData = Mapping[str, Any]
"""The content of a groups file: ``accession`` and ``groups`` as in ``data/groups.json``."""

_PREPOSITION = re.compile(r"^(?:in|en|au|aux|w|we|v|ve|u|na|nella|in der|in den|the|la|le|les|die|der)\s+(?=\w)")
_FORM_OF_STATE = re.compile(
    r"^(?:the )?(?:republi(?:c of|que d[eu]|k|ca|ka)|repubblica di|kingdom of|state of)\s+(?:the )?"
)


@lru_cache(maxsize=1)
def _countries() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((_DATA / "countries.json").read_text(encoding="utf-8"))
    return data


@lru_cache(maxsize=16384)
def code(text: str) -> str | None:
    """Return the country that a text means, None when it means none of today's.

    Taken are ISO codes of two and three letters, vehicle codes, names in 40 languages and their scripts, and what
    lists write (``UK``, ``EL``, ``KS``, ``FYROM``, ``BiH``). Of ``Schwyz, Switzerland`` the last part counts.

    >>> [code(text) for text in ("Bosna i Hercegovina", "RKS", "Tschech. Republik", "Schwyz, Switzerland", "USSR")]
    ['BA', 'XK', 'CZ', 'CH', None]
    """
    keys: dict[str, str] = _countries()["keys"]
    for candidate in _readings(text):
        if found := keys.get(candidate):
            return found
    return None


def _readings(text: str) -> Iterator[str]:
    """Yield the keys under which a country text may stand, the whole text first."""
    key = fold(text)
    yield key
    if "(" in text:
        yield fold(re.sub(r"\(.*?(\)|$)", " ", text))
    if _PREPOSITION.match(key):
        yield _PREPOSITION.sub("", key)
    if _FORM_OF_STATE.match(key):
        yield _FORM_OF_STATE.sub("", key)
    if "," in text:
        for part in reversed(text.split(",")):
            yield fold(part)
            yield _FORM_OF_STATE.sub("", fold(part))


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


def name(code: str, language: str = "en") -> str:
    """Return a country's name in a language (ISO 639-1): in English, or else the code itself, where there is none.

    >>> name("BA"), name("HR", "bs"), name("DE", "fr"), name("ZZ")
    ('Bosnia and Herzegovina', 'Hrvatska', 'Allemagne', 'ZZ')
    """
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
