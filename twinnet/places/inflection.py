"""Case forms: the nominative of a name that stands in another case, as far as endings tell it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from twinnet.places.store import DATA
from twinnet.text import fold

_SAME = {"hr": "sh", "sr": "sh", "bs": "sh", "nb": "no", "nn": "no"}
_MIN_STEM = 2
_MOST = 240


def language(code: str) -> str:
    """Return the key of a language's endings."""
    return _SAME.get(code, code)


@lru_cache(maxsize=1)
def _data() -> tuple[dict[str, tuple[tuple[str, str], ...]], dict[str, frozenset[str]], re.Pattern[str]]:
    words = json.loads((DATA / "name_words.json").read_text(encoding="utf-8"))
    endings = {}
    for code, rules in words["inflection"].items():
        pairs = (rule.partition(">") for rule in rules.split(" "))
        endings[code] = tuple(sorted({(a, b) for a, _, b in pairs if a != b}, key=lambda pair: (-len(pair[0]), pair)))
    before: dict[str, set[str]] = {}
    for code, prepositions in words["prepositions"].items():
        for preposition in prepositions:
            before.setdefault(fold(preposition), set()).add(code)
    pattern = re.compile(rf"^({'|'.join(sorted(before, key=len, reverse=True))}) (?=...)")
    return endings, {word: frozenset(codes) for word, codes in before.items()}, pattern


def without_preposition(key: str) -> tuple[str, frozenset[str]]:
    """Return a folded name without the preposition before it, and the languages that have that preposition.

    >>> without_preposition("v novi gorici")[0], without_preposition("bari")
    ('novi gorici', ('bari', frozenset()))
    """
    _, languages, pattern = _data()
    found = pattern.match(key)
    return (key[found.end() :], languages[found[1]]) if found else (key, frozenset())


def nominatives(key: str, code: str) -> Iterator[str]:
    """Yield the names of which a key may be a case form in a language, each once.

    >>> "krakow" in nominatives("krakowa", "pl"), "novi sad" in nominatives("novom sadu", "sh")
    (True, True)
    """
    endings = _data()[0].get(language(code))
    if not endings:
        return
    words = key.split()
    if len(words) > 3:
        return
    forms = [_forms(word, endings) for word in words]
    seen = {key}
    for number, chosen in enumerate(product(*forms)):
        if number > _MOST:
            return
        name = " ".join(chosen)
        if name not in seen:
            seen.add(name)
            yield name


def _forms(word: str, endings: tuple[tuple[str, str], ...]) -> list[str]:
    """Return a word and what it may be in the nominative."""
    found = [word]
    for ending, other in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM:
            form = word[: len(word) - len(ending)] + other
            if form not in found:
                found.append(form)
    return found
