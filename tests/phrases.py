"""Phrases of every kind, for tests of what says them."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from twinnet import countries
from twinnet.wording import Listed, Name, Phrase, Word, phrase, texts

FORMS = ("zero", "one", "two", "few", "many", "other")
SLOT = re.compile(r"\{(\w+)(?::\d)?\}")
WORDS = (
    *(Word("theme", key, key) for key in ("youth", "climate_energy", "beekeeping")),
    *(Word("country", code, countries.name(code)) for code in ("BA", "DE", "XK")),
    *(Word("language", code, countries.language_name(code)) for code in ("bs", "de", "sq")),
)
"""Themes, countries and languages; beekeeping is a theme that the taxonomy does not have."""
ORGANISATIONS = {"town-1": "Mostar", "town-2": "{n} Łódź", "town-3": "القدس", "town-4": "$& 1,5"}
"""Names by ids, for phrases that name them."""


def stem(key: str) -> tuple[str, str]:
    """A text's key without the form of its plural, and the form: empty where the text has none.

    ``say.near.like.other`` is a form, since ``say.near.like.one`` is there; ``kind.other`` is a kind, and no form.
    """
    bare, _, form = key.rpartition(".")
    counted = f"{bare}.one" in texts("en") and f"{bare}.other" in texts("en")
    return (bare, form) if form in FORMS and counted else (key, "")


def slots(text: str) -> Counter[str]:
    return Counter(SLOT.findall(text))


def english_of(key: str) -> str:
    """The English text that a key of any language translates."""
    if key in texts("en"):
        return texts("en")[key]
    bare = key.rpartition(".")[0]
    return texts("en").get(f"{bare}.other") or texts("en")[bare]


def parts(value: Any) -> Iterator[Any]:
    """A value and all values inside it."""
    yield value
    if isinstance(value, Phrase):
        for _, inner in value.values:
            yield from parts(inner)
    elif isinstance(value, Listed):
        for inner in value.items:
            yield from parts(inner)


STEMS = sorted({stem(key)[0] for key in texts("en") if key.startswith("say.")})
NAMES = st.text(min_size=1, max_size=12)
_PLAIN: st.SearchStrategy[Any] = st.one_of(
    st.text(max_size=8),
    st.integers(0, 10**7),
    st.integers(0, 10**7).map(lambda n: n / 10),
    st.sampled_from([Name(name, key) for key, name in ORGANISATIONS.items()]),
    st.builds(Name, NAMES, st.just("elsewhere")),
    st.sampled_from(WORDS),
)


def _phrases(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def filled(key: str) -> st.SearchStrategy[Any]:
        text = english_of(key if key in texts("en") else f"{key}.other")
        given = {slot: st.integers(0, 3000) if slot == "n" else inner for slot in sorted(slots(text))}
        # A number has no more decimals than its slot shows.
        for slot, digits in re.findall(r"\{(\w+):(\d)\}", text):
            given[slot] = st.one_of(inner, st.integers(0, 10**5).map(lambda n, unit=10 ** int(digits): n / unit))
        return st.fixed_dictionaries(given).map(lambda values: phrase(key, **values))

    lists = st.builds(
        lambda items, more, by: Listed(tuple(items), more, by),
        st.lists(inner, max_size=4), st.integers(0, 30), st.sampled_from([",", ";", "and"]),
    )  # fmt: skip
    return st.one_of(st.sampled_from(STEMS).flatmap(filled), lists)


TREES = st.recursive(_PLAIN, _phrases, max_leaves=8)
"""Values of every kind: phrases and lists of whatever can stand in them."""
