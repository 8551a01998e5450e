"""Build ``twinnet/data/countries.json``: names of countries and languages from CLDR by way of Babel.

python scripts/build_countries.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from babel import Locale
from babel.languages import get_official_languages

from twinnet.text import fold

DATA = Path(__file__).resolve().parent.parent / "twinnet" / "data"

# Names are recognised in all of these and shown in the first group.
_SHOWN = "bg bs cs da de el en es et fi fr hr hu it lt lv mk nl no pl pt ro ru sk sl sq sr sv tr uk"
_MORE = """
ar az be bs_Cyrl ca cy en_GB eu fa fo ga gl gsw he hi hy is ja ka kk ko lb mt nn pt_PT rm sr_Latn sr_Cyrl zh
af br dsb fur fy gd hsb id ky lv mn oc sc se sw tg th tk ur uz vi yi zh_Hant
"""
_SPOKEN = """
ar az be bg bs ca cs cy da de el en es et eu fa fi fo fr fy ga gl he hr hu hy is it ja ka kk ko ku lb lt lv mk mt nb nl
nn no pl pt rm ro ru sh sk sl sq sr sv tr uk zh
"""
SHOWN = _SHOWN.split()
RECOGNISED = [*SHOWN, *_MORE.split()]
LANGUAGES = _SPOKEN.split()

# What CLDR does not say: languages as a town office of the country uses them, what lists write for a country (codes of
# vehicles and of sport, short, former and colloquial names), and states that are no more.
WORDS = Path(__file__).resolve().parent / "country_words.json"


def build() -> dict[str, Any]:
    """Return the whole content of the file."""
    words = json.loads(WORDS.read_text(encoding="utf-8"))
    codes: dict[str, str] = words["iso3"]
    keys = written(words)
    names = shown(codes, keys)
    obsolete = {fold(name): at for at, state in enumerate(words["obsolete"]) for name in state["names"]}
    for key in obsolete:
        if key.upper() not in codes:
            keys.pop(key, None)
    languages = {}
    for language in SHOWN:
        known = Locale.parse(language).languages
        languages[language] = {code: known[code] for code in LANGUAGES if code in known}
    return {
        "iso3": codes,
        "spoken": {code: words["spoken"].get(code) or spoken(code) for code in codes},
        "keys": dict(sorted(keys.items())),
        "obsolete": {key: at for key, at in sorted(obsolete.items()) if key not in keys},
        "states": [[state["ended"], state["became"]] for state in words["obsolete"]],
        "names": names,
        "languages": languages,
    }


def written(words: dict[str, Any]) -> dict[str, str]:
    """Return codes and what lists write, as keys: ISO before vehicles, and what lists write before both."""
    keys: dict[str, str] = {}
    for code, iso3 in words["iso3"].items():
        keys[fold(code)] = keys[fold(iso3)] = code
    for letters, code in words["vehicles"].items():
        keys.setdefault(fold(letters), code)
    for code, variants in words["variants"].items():
        for variant in variants:
            keys[fold(variant)] = code
    return keys


def shown(codes: dict[str, str], keys: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return CLDR's names by language, and add those of every language to the keys."""
    names: dict[str, dict[str, str]] = {language: {} for language in SHOWN}
    for language in RECOGNISED:
        territories = Locale.parse(language).territories
        for code in filter(territories.get, codes):
            name = territories[code]
            if language in names:
                names[language][code] = name
            for text in (name, name.partition("(")[0], name.replace("&", "and")):
                key = fold(text)
                if len(key) > 2 or not key.isascii():
                    keys.setdefault(key, code)
    names["en"] |= {"TR": "Türkiye", "PS": "Palestine", "BA": "Bosnia and Herzegovina", "XK": "Kosovo"}
    return names


def spoken(code: str) -> list[str]:
    """Return the official languages of a country as ISO 639-1, most used first."""
    found: list[str] = []
    for tag in get_official_languages(code, de_facto=True):
        short = {"nb": "no", "nn": "no"}.get(tag.partition("_")[0], tag.partition("_")[0])
        if len(short) == 2 and short not in found:
            found.append(short)
    return found


def main() -> int:
    target = DATA / "countries.json"
    text = json.dumps(build(), ensure_ascii=False, separators=(",", ":")).replace('},"', '},\n"')
    target.write_text(text + "\n", encoding="utf-8", newline="\n")
    print(f"{target.name}: {target.stat().st_size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
