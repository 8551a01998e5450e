"""The languages of the page: its texts, and what each calls the countries, themes and languages that the page names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from twinnet import countries, wording

if TYPE_CHECKING:
    from twinnet.models import Rules
    from twinnet.taxonomy import Taxonomy


def speaks(language: str, taxonomy: Taxonomy, rules: Rules) -> wording.Speaker:
    """Return who says phrases in a language: themes and countries as a network calls them, languages as CLDR does."""

    def said(word: wording.Word) -> str | None:
        if word.kind == "theme":
            return taxonomy.label(word.key, language)
        return rules.country_names.get(word.key) if word.kind == "country" else None

    return wording.Speaker(language, words=said)


def languages(
    *,
    of_countries: Collection[str],
    of_themes: Collection[str],
    of_languages: Collection[str],
    called: Mapping[str, str],
    taxonomy: Taxonomy,
) -> dict[str, dict[str, Any]]:
    """Return all languages of the page by their codes.

    Each has its own ``name``, ``texts``, names of ``countries`` (as the network calls them, else CLDR), labels of
    ``themes``, names of languages (``tongues``), marks of ``numbers``, and how it counts (``categories``, ``plural``:
    a digit for each number up to 199). A text that a language lacks is there in English.
    """
    return {
        code: {
            "name": wording.called(code),
            "texts": {**wording.texts("en"), **wording.texts(code)},
            "countries": {c: countries.name(c, code, called=called) for c in sorted(of_countries)},
            "themes": {key: taxonomy.label(key, code) for key in sorted(of_themes)},
            "tongues": {c: countries.language_name(c, code) for c in sorted(of_languages)},
            **wording.counting(code),
        }
        for code in wording.LANGUAGES
    }
