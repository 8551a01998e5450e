"""The page in its languages: every part speaks the one that is chosen, and nothing else changes."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import Opened, visiting
from tests.phrases import SLOT
from twinnet import countries, wording
from twinnet.wording import LANGUAGES, texts

NUMBER = r"[−\d.,\s]+"
# What a person sees, or hears from a screen reader.
SEEN = """() => {
    const found = [];
    const say = (text) => { const words = (text ?? "").replace(/\\s+/g, " ").trim(); if (words) found.push(words); };
    const hidden = (element) => element.closest("[hidden], noscript, script, style, #language");
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) if (!hidden(walk.currentNode.parentElement)) say(walk.currentNode.textContent);
    for (const element of document.querySelectorAll("[aria-label], [placeholder], [title]")) {
        if (hidden(element)) continue;
        for (const name of ["aria-label", "placeholder", "title"]) say(element.getAttribute(name));
    }
    for (const element of document.querySelectorAll("#panel p, #panel dd, #panel li, .muted, label, caption")) {
        if (!hidden(element)) say(element.textContent);
    }
    return found;
}"""


COMMON = re.compile(r"\b(?:the|of|from|which|with|without|that|are|been|has|have|each|their|there|than|by)\b")


def english(language: str, own: set[str]) -> list[re.Pattern[str]]:
    """What would be English on a page in another language: its texts, with anything in their slots.

    A text that the language says as English does is none, nor is one that is hardly more than its slots.
    """
    spoken = {text.casefold() for text in texts(language).values()} | own
    found = []
    for text in set(texts("en").values()):
        letters = re.sub(r"[\W\d_]", "", SLOT.sub("", text))
        if text.casefold() in spoken or len(letters) < 4:
            continue
        parts = re.split(r"\{(\w+)(?::\d)?\}", text)
        pattern = "".join(
            (NUMBER if part == "n" else ".{1,200}?") if at % 2 else re.escape(part) for at, part in enumerate(parts)
        )
        found.append(re.compile(pattern, re.IGNORECASE))
    return found


VIEWS = ("", "#town={town}", "#view=network", "#view=network&town={town}", "#view=table", "#view=table&rows=links",
         "#view=table&rows=towns", "#view=figures")  # fmt: skip


@pytest.fixture(scope="module")
def shown(browser: Any, demo_page: Path) -> Any:
    with visiting(browser, demo_page, locale="en-US") as page:
        yield page


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_english_is_left_in_another_language(shown: Opened, demo: Any, language: str) -> None:
    rich = next(one.organisation.id for one in demo.suggestions if one.kind == "revitalise")
    names = {one.name.casefold() for one in demo.network.organisations}
    patterns = english(language, names)
    # Every view in two languages of two scripts, the town's in all.
    views = VIEWS if language in {"bs", "mk"} else VIEWS[1:2]
    left: set[str] = set()
    shown.load(f"#lang={language}")
    for view in views:
        state = view.format(town=rich) or "#view=map"
        page = shown.go(f"{state}&lang={language}")
        page.wait_for_timeout(150)
        for summary in page.locator("#panel details > summary:visible, #view-figures summary:visible").all()[:12]:
            summary.click()
        said = set(page.evaluate(SEEN))
        assert len(said) > 20
        left |= {
            f"{view}: {words}" for words in said if any(pattern.fullmatch(words.rstrip(".:")) for pattern in patterns)
        }
        # Whatever the texts: a sentence with two different common words of English is English.
        sentences = {words for words in said if len(set(COMMON.findall(words))) > 1 and len(words) < 300}
        left |= {f"{view}: {words}" for words in sentences}
    assert sorted(left) == []
    assert shown.page.get_attribute("html", "lang") == language


def test_countries_themes_and_numbers_are_those_of_the_language(shown: Opened) -> None:
    page = shown.load("#lang=de")
    names = page.locator("select[name=country] option").all_inner_texts()
    assert countries.name("BA", "de") in names
    assert names[1:] == sorted(names[1:], key=lambda name: name.replace("Ö", "O").replace("ä", "a"))
    assert "Jugend" in page.locator("select[name=theme]").inner_text()
    scores = page.locator("#panel .card .score").all_inner_texts()
    assert any(re.match(r"\d+\.\d{3} ", score) for score in scores)


def test_the_language_is_switched_and_nothing_else_changes(shown: Opened, demo: Any) -> None:
    town = demo.suggestions[0].organisation
    page = shown.load(f"#town={town.id}&view=network&kind=start")
    assert page.get_attribute("html", "lang") == "en"
    cards = page.locator("#panel .card").count()
    page.select_option("#language", "bs")
    page.locator("#tab-map", has_text=texts("bs")["map"]).wait_for()
    assert page.locator("#panel h2").inner_text() == town.name
    assert "lang=bs" in page.url
    assert "view=network" in page.url
    assert page.get_attribute("#tab-network", "aria-selected") == "true"
    assert page.input_value("select[name=kind]") == "start"
    assert page.locator("#panel .card").count() == cards
    page.select_option("#language", "en")
    page.locator("#tab-map", has_text="Map").wait_for()


def test_what_is_folded_open_stays_open_when_the_language_is_switched(shown: Opened, demo: Any) -> None:
    page = shown.load(f"#town={demo.suggestions[0].organisation.id}")
    page.locator("#panel .card details > summary").first.click()
    page.select_option("#language", "mk")
    page.locator("#tab-map", has_text=texts("mk")["map"]).wait_for()
    assert page.evaluate("document.querySelector('#panel .card details').open")


@pytest.mark.parametrize(
    ("locale", "language"), [("de-AT", "de"), ("hr-HR", "bs"), ("sr-Latn-RS", "bs"), ("mk-MK", "mk"), ("ja-JP", "en")]
)
def test_a_page_speaks_the_readers_language(browser: Any, star_page: Path, locale: str, language: str) -> None:
    with visiting(browser, star_page, locale=locale) as opened:
        page = opened.load()
        assert page.get_attribute("html", "lang") == language
        assert page.locator("#tab-map").inner_text() == texts(language)["map"]
        assert opened.load("#lang=fr").get_attribute("html", "lang") == "fr"


def test_every_language_can_be_chosen_by_its_own_name(shown: Opened) -> None:
    page = shown.load()
    options = page.locator("#language option")
    assert options.all_inner_texts() == [wording.called(language) for language in LANGUAGES]
    assert [option.get_attribute("lang") for option in options.all()] == list(LANGUAGES)
