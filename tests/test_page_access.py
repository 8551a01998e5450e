"""The page for everybody: by keys alone, by a screen reader, in the dark, on a phone, without motion."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import PHONE, Opened, named, visiting

AXE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"
STATES = ("", "#town=town-1", "#view=network", "#view=network&town=town-1", "#view=table", "#view=table&rows=links",
          "#view=table&rows=towns", "#view=figures")  # fmt: skip


@pytest.fixture(scope="module")
def axe() -> str:
    """What looks for violations; without it the tests are skipped, in CI they fail."""
    if not AXE.exists():
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail("axe-core is missing: npm ci")
        pytest.skip("no axe-core: npm ci")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=["light", "dark"])
def watched(request: pytest.FixtureRequest, browser: Any, made_up_page: Path, axe: str) -> Iterator[Opened]:
    with visiting(browser, made_up_page, color_scheme=request.param, bypass_csp=True) as opened:
        opened.load().evaluate(axe)
        yield opened


def violations(page: Any) -> list[str]:
    script = """axe.run({ resultTypes: ["violations"] }).then((done) => done.violations.flatMap((one) =>
        one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)}`)))"""
    found: list[str] = page.evaluate(script)
    return found


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(watched: Opened, state: str) -> None:
    page = watched.go(state or "#view=map")
    page.wait_for_timeout(200)
    for summary in page.locator("#panel details > summary:visible, #view-figures summary:visible").all()[:8]:
        summary.click()
    assert violations(page) == []


def test_axe_finds_nothing_in_open_menus_and_lists(watched: Opened) -> None:
    page = watched.go("#view=map")
    page.fill("#search", "bari")
    assert violations(page) == []
    page.fill("#search", "nobody")
    assert violations(page) == []
    page.press("#search", "Escape")
    page.click("#export")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.select_option("select[name=kind]", "ask")
    assert violations(page) == []
    page.click("#reset")


def test_axe_finds_nothing_on_a_phone(browser: Any, demo: Any, demo_page: Path, axe: str) -> None:
    with visiting(browser, demo_page, viewport=PHONE, bypass_csp=True) as opened:
        page = opened.load(f"#town={demo.suggestions[0].organisation.id}")
        page.evaluate(axe)
        assert violations(page) == []


# By keys alone.

ACTIVE = """() => {
    const one = document.activeElement;
    const label = one.getAttribute("aria-label") || one.labels?.[0]?.textContent;
    const words = label || one.textContent || one.name || "";
    const shown = one.offsetParent !== null || one === document.body;
    return [one.id || one.name || one.tagName, words.trim().slice(0, 40), shown];
}"""


def walked(page: Any, most: int = 150) -> list[tuple[str, str, bool]]:
    """What the tab key reaches, from the beginning of the page until it leaves it."""
    page.evaluate("document.activeElement.blur(); window.getSelection().removeAllRanges()")
    found: list[tuple[str, str, bool]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        one = tuple(page.evaluate(ACTIVE))
        if one[0] == "BODY" and found:
            break
        found.append(one)
    return found


def test_the_tab_key_reaches_every_control(opened: Opened) -> None:
    page = opened.load("#town=town-1")
    reached = walked(page)
    ids = [one[0] for one in reached]
    assert ids[0] == "skip"
    for wanted in (
        "tab-map",
        "search",
        "language",
        "export",
        "print",
        "dark",
        "kind",
        "theme",
        "country",
        "state",
        "corridor",
        "min",
        "map",
    ):
        assert wanted in ids
    assert [one for one in reached if not one[1] and one[0] != "map"] == []
    assert sum(one[0] == "INPUT" for one in reached) >= 5  # of the legend
    assert any("All suggestions" in one[1] for one in reached)
    assert any("Łódź" in one[1] for one in reached)


def test_what_has_the_focus_is_seen(opened: Opened) -> None:
    page = opened.page
    outline = """() => {
        const style = getComputedStyle(document.activeElement);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
    }"""
    unseen = []
    page.evaluate("document.activeElement.blur()")
    for _ in range(25):
        page.keyboard.press("Tab")
        if not page.evaluate(outline):
            unseen.append(page.evaluate(ACTIVE)[:2])
    assert unseen == []


def test_everything_is_done_by_keys(opened: Opened) -> None:
    page = opened.page
    page.focus("#tab-map")
    page.keyboard.press("ArrowRight")
    assert page.get_attribute("#tab-network", "aria-selected") == "true"
    page.keyboard.press("End")
    assert page.get_attribute("#tab-review", "aria-selected") == "true"
    page.keyboard.press("Home")
    page.focus("#search")
    page.keyboard.type("lodz")
    page.keyboard.press("Enter")
    page.locator("#panel h2", has_text="Łódź").wait_for()
    page.locator("#panel .card a").first.focus()
    page.keyboard.press("Enter")
    page.locator("#panel h2", has_text="Mostar").wait_for()
    page.locator("#panel .card details > summary").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")
    page.focus("#dark")
    page.keyboard.press("Space")
    assert page.get_attribute("#dark", "aria-pressed") == "true"
    page.focus("#export")
    page.keyboard.press("Enter")
    assert page.locator("#export-menu").is_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert not page.locator("#export-menu").is_visible()
    assert page.evaluate("document.activeElement.id") == "export"
    page.focus("#tab-map")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.locator("table.rows thead button").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("table.rows th").first.get_attribute("aria-sort") == "ascending"
    assert page.evaluate("document.activeElement.closest('th') !== null")


def test_the_first_link_skips_to_the_content(opened: Opened) -> None:
    page = opened.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panel"


# In the dark, on a phone, without motion.


def test_dark_is_what_the_system_says_until_the_reader_chooses(browser: Any, star_page: Path) -> None:
    with visiting(browser, star_page, color_scheme="dark") as opened:
        page = opened.load()
        assert page.get_attribute("#dark", "aria-pressed") == "true"
        dark = named(page, "paper")
        page.click("#dark")
        assert named(page, "paper") != dark
        assert page.get_attribute("#dark", "aria-pressed") == "false"
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


@pytest.mark.parametrize("language", ["en", "mk", "de"])
def test_a_phone_shows_all_without_scrolling_sideways(browser: Any, demo: Any, demo_page: Path, language: str) -> None:
    town = demo.suggestions[0].organisation.id
    with visiting(browser, demo_page, viewport=PHONE, has_touch=True, is_mobile=True) as opened:
        page = opened.load(f"#lang={language}")
        assert not page.locator("select[name=country]").is_visible()
        page.locator("#filters summary").click()
        assert page.locator("select[name=country]").is_visible()
        page.locator("#filters summary").click()
        wide = []
        for state in ("#view=map", f"#town={town}", "#view=network", f"#view=network&town={town}", "#view=table",
                      "#view=table&rows=links", "#view=table&rows=towns", "#view=figures"):  # fmt: skip
            opened.go(f"{state}&lang={language}")
            page.wait_for_timeout(100)
            if not opened.fits():
                wide.append(state)
        assert wide == []


def test_buttons_are_large_enough_for_fingers(browser: Any, star_page: Path) -> None:
    with visiting(browser, star_page, viewport=PHONE, has_touch=True, is_mobile=True) as opened:
        page = opened.load("#town=middle")
        # WCAG 2.2, 2.5.8: 24 pixels.
        small = page.evaluate("""() => Array.from(document.querySelectorAll("button, select, summary, [role=tab]"))
            .filter((one) => one.offsetParent)
            .map((one) => [one.id || one.textContent.slice(0, 30), one.getBoundingClientRect()])
            .filter(([, box]) => box.height < 24 || box.width < 24).map(([name]) => name)""")
        assert small == []


def test_reduced_motion_is_respected(browser: Any, star_page: Path) -> None:
    with visiting(browser, star_page, reduced_motion="reduce") as opened:
        page = opened.load("#town=middle")
        moving = page.evaluate("""() => Array.from(document.querySelectorAll("*")).filter((one) => {
            const style = getComputedStyle(one);
            const times = `${style.transitionDuration},${style.animationDuration}`.split(",");
            return times.some((time) => parseFloat(time) > 0.01);
        }).map((one) => one.id || one.className || one.tagName)""")
        assert moving == []
