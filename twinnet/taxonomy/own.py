"""A network's own taxonomy: a TOML text whose themes, networks and programmes stand on top of the package's.

Own words win over the package's; among themselves they have to say which theme comes first, as the package's do.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from twinnet.errors import OptionError
from twinnet.taxonomy.cells import fold_words
from twinnet.taxonomy.integrity import clashes
from twinnet.taxonomy.standings import Standing, StandingKind, first_day
from twinnet.taxonomy.tables import Tables, Theme, keyword

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SECTIONS = ("themes", "areas", "networks", "programmes")
_OF_THEME = ("label", "keywords", "maps_to", "area", "eurovoc")
_OF_STANDING = ("themes", "aliases", "as_of")


class _Reader:
    """Reads one text; every error names the file and the key at fault."""

    def __init__(self, name: str, base: Tables) -> None:
        self.name, self.base = name, base
        self.themes = {theme.key: theme for theme in base.themes}
        self.areas = dict(base.areas)
        self.own: dict[str, dict[str, Any]] = {}

    def fail(self, key: str, reason: str) -> OptionError:
        return OptionError(f"{key}: {reason}", file=self.name)

    def table(self, key: str, value: object, known: Sequence[str] = ()) -> dict[str, Any]:
        """Return a table that holds known keys only (none named: any)."""
        if not isinstance(value, dict):
            raise self.fail(key, "write a table, as the how-to shows")
        for unknown in sorted(set(value) - set(known)) if known else ():
            raise self.fail(f"{key}.{unknown}" if key else unknown, f"there is no such key: {_near(unknown, known)}")
        return value

    def texts(self, key: str, value: object) -> tuple[str, ...]:
        """Return a list of words, or one word, as a tuple."""
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(one, str) and one.strip() for one in listed):
            raise self.fail(key, 'write a list of words, such as ["wine", "vineyard"]')
        return tuple(dict.fromkeys(one.strip() for one in listed))

    def by_language(self, key: str, value: object) -> dict[str, Any]:
        """Return what is said by language; what is said without one is English."""
        if not isinstance(value, dict):
            return {"en": value}
        for language in value:
            if not _LANGUAGE.fullmatch(language):
                raise self.fail(f"{key}.{language}", "write a language as its ISO 639-1 code, such as en or fr")
        if not value:
            raise self.fail(key, "say it in one language at least")
        return value

    def labels(self, key: str, value: object) -> dict[str, str]:
        said = self.by_language(key, value)
        for language, text in said.items():
            if not isinstance(text, str) or not text.strip():
                raise self.fail(f"{key}.{language}" if isinstance(value, dict) else key, "write words between quotes")
        return {language: text.strip() for language, text in said.items()}

    def keys(self, key: str, value: object) -> tuple[str, ...]:
        """Return keys of themes that exist."""
        found = self.texts(key, value)
        for one in found:
            if one not in self.themes:
                raise self.fail(key, f"there is no theme {one!r}: {_near(one, self.themes)}")
        return found

    def area(self, key: str, said: Mapping[str, Any]) -> None:
        """Take an area of the network's own, or other labels of one of the package's."""
        self.check_key(key)
        if key in self.themes:
            raise self.fail(f"areas.{key}", "that is the key of a theme: choose another")
        labels = self.labels(f"areas.{key}.label", self.table(f"areas.{key}", said, ("label",)).get("label", key))
        self.areas[key] = {**self.areas.get(key, {}), **labels}

    def check_key(self, key: str) -> None:
        if not _KEY.fullmatch(key):
            raise self.fail(
                key, "a key is of small letters, digits and _, and begins with a letter, such as wine_towns"
            )

    def theme(self, key: str, said: dict[str, Any]) -> None:
        """Take a theme of the network's own, or other words of one of the package's."""
        at = f"themes.{key}"
        self.check_key(key)
        if key in self.areas:
            raise self.fail(at, "that is the key of an area: choose another")
        self.own[key] = self.table(at, said, _OF_THEME)
        before = self.themes.get(key)
        labels = self.labels(f"{at}.label", said["label"]) if "label" in said else {}
        if before is None and not labels:
            raise self.fail(at, 'give it a label, such as label = "wine culture"')
        keywords = {
            language: self.texts(f"{at}.keywords", words)
            for language, words in self.by_language(f"{at}.keywords", said.get("keywords", [])).items()
        }
        if before is not None and "maps_to" in said:
            raise self.fail(f"{at}.maps_to", "a theme of twinnet's is not mapped: leave maps_to out")
        eurovoc = said.get("eurovoc")
        if eurovoc is not None and not isinstance(eurovoc, str):
            raise self.fail(f"{at}.eurovoc", 'write the id between quotes, such as "5491"')
        area = said.get("area", before.area if before else "")
        if not isinstance(area, str):
            raise self.fail(f"{at}.area", f"write one area between quotes: {', '.join(self.areas)}")
        if area and area not in self.areas:
            raise self.fail(f"{at}.area", f"there is no area {area!r}: {_near(area, self.areas)}")
        if not area and "maps_to" not in said:
            raise self.fail(at, f"map it to themes (maps_to) or give it an area: {', '.join(self.areas)}")
        plain = {language: tuple(keyword(one)[0] for one in words) for language, words in keywords.items()}
        known = before or Theme(key=key, area=area)
        self.themes[key] = replace(
            known,
            area=area,
            eurovoc=eurovoc or known.eurovoc,
            labels={**known.labels, **labels},
            keywords={
                language: tuple(dict.fromkeys((*known.keywords.get(language, ()), *plain.get(language, ()))))
                for language in {**known.keywords, **plain}
            },
        )

    def mapped(self) -> None:
        """Take what themes are mapped to, when all of them are known."""
        for key, said in self.own.items():
            if "maps_to" not in said:
                continue
            at = f"themes.{key}.maps_to"
            targets = self.keys(at, said["maps_to"])
            if not targets:
                raise self.fail(at, "name one theme at least, or leave it out and give an area")
            for target in targets:
                if "maps_to" in self.own.get(target, {}):
                    raise self.fail(at, f"{target} is mapped itself: name the themes that it is mapped to")
            area = self.themes[key].area or self.themes[targets[0]].area
            self.themes[key] = replace(self.themes[key], maps_to=targets, area=area)

    def leads(self) -> dict[tuple[str, str], str]:
        """Return which own keywords lead to another theme first; raise where one leads to two without saying so."""
        rows, leads = [], {}
        for key, said in self.own.items():
            written = [
                word
                for words in self.by_language(f"themes.{key}.keywords", said.get("keywords", [])).values()
                for word in ([words] if isinstance(words, str) else words)
            ]
            labels = self.labels(f"themes.{key}.label", said["label"]) if "label" in said else {}
            rows += [{"theme": key, "label": text, "keywords": ""} for text in (key, *labels.values())]
            for text, first in map(keyword, written):
                if first and first not in self.themes:
                    raise self.fail(
                        f"themes.{key}.keywords", f"there is no theme {first!r}: {_near(first, self.themes)}"
                    )
                if first:
                    leads[key, fold_words(text)] = first
                if not first or first in self.own:
                    rows.append({"theme": key, "label": key, "keywords": f"{text}>{first}" if first else text})
        for clash in clashes(self.own, rows):
            raise self.fail("themes", clash)
        return leads

    def standing(self, kind: StandingKind, at: str, name: str, said: dict[str, Any]) -> Standing | None:
        """Return what a network, programme or measure stands for; None where nothing is said of itself."""
        if not fold_words(name):
            raise self.fail(at, "write its name between quotes")
        if "themes" not in said:
            if said.get("measures"):
                return None
            raise self.fail(at, 'say its themes, such as themes = ["rural_food"]')
        since = said.get("as_of")
        if isinstance(since, (str, int)) and not isinstance(since, bool):
            try:
                since = first_day(str(since))
            except ValueError:
                since = at
        if since is not None and (isinstance(since, dt.datetime) or not isinstance(since, dt.date)):
            raise self.fail(f"{at}.as_of", "write a date such as 2026-01-01")
        aliases = self.texts(f"{at}.aliases", said.get("aliases", []))
        return Standing(kind, (name, *aliases), self.keys(f"{at}.themes", said["themes"]), as_of=since)

    def standings(self, said: Mapping[str, Any]) -> list[Standing]:
        """Return the network's own standings, in the file's order."""
        found: list[Standing | None] = []
        for name, one in self.table("networks", said.get("networks", {})).items():
            at = f'networks."{name}"'
            found.append(self.standing("network", at, name, self.table(at, one, _OF_STANDING)))
        for name, one in self.table("programmes", said.get("programmes", {})).items():
            at = f'programmes."{name}"'
            found.append(self.standing("programme", at, name, self.table(at, one, (*_OF_STANDING, "measures"))))
            for measure, inner in self.table(f"{at}.measures", one.get("measures", {})).items():
                within = f'{at}.measures."{measure}"'
                of_measure = self.standing("measure", within, measure, self.table(within, inner, _OF_STANDING))
                found.append(replace(of_measure, programme=name) if of_measure else None)
        return [one for one in found if one is not None]


def read(text: str, *, name: str, base: Tables) -> tuple[Tables, frozenset[str]]:
    """Read a network's own taxonomy on top of ``base``; also return the keys that it says something of.

    Raises
    ------
    OptionError
        For what is no TOML, a key that does not exist, a theme that does not, or a word that leads to two themes; the
        message names the file and the key.
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise OptionError(f"it is not TOML: {error}", file=name) from error
    reader = _Reader(name, base)
    reader.table("", said, _SECTIONS)
    for key, one in reader.table("areas", said.get("areas", {})).items():
        reader.area(key, one)
    for key, one in reader.table("themes", said.get("themes", {})).items():
        reader.theme(key, reader.table(f"themes.{key}", one))
    reader.mapped()
    leads = {**base.leads, **reader.leads()}
    own = reader.standings(said)
    replaced = {one.identity for one in own}
    kept = [one for one in base.standings if one.identity not in replaced]
    resolved = tuple(replace(one, themes=_resolved(one.themes, reader.themes)) for one in own)
    tables = Tables(tuple(reader.themes.values()), reader.areas, (*kept, *resolved), leads)
    return tables, frozenset(reader.own)


def _resolved(keys: Iterable[str], themes: Mapping[str, Theme]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for key in keys for one in themes[key].maps_to or (key,)))


def _near(word: str, known: Iterable[str]) -> str:
    """Say what was meant, or what there is."""
    listed = list(known)
    near = get_close_matches(word, listed, 1)
    return f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(listed)}"
