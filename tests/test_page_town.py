"""A town's view in a browser: its partners, its suggestions, why they are, what is unknown, and its sheet of paper."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import HOSTILE, Opened, pages_of, visiting


def test_a_town_shows_its_partners_and_its_suggestions_with_points_that_add_up(opened: Opened) -> None:
    page = opened.page
    page.locator("#panel .card .sides a", has_text="Mostar").first.click()
    page.locator("#panel h2", has_text="Mostar").wait_for()
    assert opened.text("#panel h2") == ["Mostar"]
    assert page.title().startswith("Mostar")
    [first, *_] = page.locator("#panel .card").all()
    assert "Łódź" in first.locator(".sides").inner_text()
    assert first.locator(".waterfall .row .points").all_inner_texts()[:4] == ["+900", "+300", "−250", "+950"]
    assert "2.6 times as likely as a chance pair" in first.inner_text()
    assert "Language in common" in first.locator(".missing").first.inner_text()
    ends = """all => all.map(bar => [bar.offsetLeft, bar.offsetLeft + bar.offsetWidth].map(
        x => x / bar.parentElement.offsetWidth))"""
    edges = first.locator(".waterfall .fall").evaluate_all(ends)[:4]
    expected = [(0, 0.75), (0.75, 1), (1 - 250 / 1200, 1), (0, 950 / 1200)]
    assert edges == [pytest.approx(pair, abs=0.02) for pair in expected]
    partners = opened.text(".partners > li")
    assert any("Bari" in text and "friendship" in text and "partnership" in text for text in partners)
    assert "Ask before proposing anything" in page.locator("#panel").inner_text()


def test_every_waterfall_of_the_demo_adds_up(browser: Any, demo: Any, demo_page: Path) -> None:
    """Points of each reason, as they are read, sum to the score of the card."""
    best = demo.suggestions[0].organisation.id
    with visiting(browser, demo_page) as opened:
        page = opened.load(f"#town={best}")
        for button in page.locator(".more-cards").all():
            button.click()
        for summary in page.locator("#panel .card details > summary").all():
            summary.click()
        sums = page.evaluate("""() => Array.from(document.querySelectorAll("#panel .card .waterfall"), (falls) => {
            const number = (text) => Number(text.replace("−", "-").replace(/[+,]/g, ""));
            const points = Array.from(falls.querySelectorAll(".row .points"), (one) => number(one.textContent));
            const last = points.pop();
            const score = number(falls.closest(".card").querySelector(".score b").textContent);
            const sum = points.reduce((one, other) => one + other, 0);
            return [falls.classList.contains("comparison") ? last : score, last, sum];
        })""")
        assert len(sums) > 6
        assert [row for row in sums if len(set(row)) != 1] == []


def test_why_it_is_first_and_what_speaks_against_it_are_told(opened: Opened) -> None:
    page = opened.go("#town=town-1")
    first, second = (page.locator("#panel .card").nth(at) for at in (0, 1))
    assert "Why is this one first?" in first.inner_text()
    assert "450 points ahead of the next" in first.inner_text()
    assert "What speaks against it" in first.inner_text()
    assert "distance of Łódź" in first.inner_text().partition("What speaks against it")[2].lower().replace(
        "łódź", "Łódź"
    )
    second.locator("summary").first.click()
    second.get_by_text("Why is it not first?").wait_for()
    assert "450 points behind Łódź" in second.inner_text()


def test_inferred_themes_are_shown_apart_with_their_source(opened: Opened) -> None:
    page = opened.go("#town=town-1")
    for summary in page.locator("#panel details:not(.card details) > summary:visible").all():
        summary.click()
    told = page.locator("#panel").inner_text()
    assert "Works on (inferred)" in told
    assert "member of Energy Cities" in told
    assert f"project {HOSTILE[:59].rstrip()}…" in told
    assert "Offers (inferred)" not in told.partition("Both sides")[0]
    opened.go("#town=town-7")  # a text told it
    assert ", by the words " in page.locator("#panel").inner_text()


def test_a_link_to_a_town_opens_it_and_back_leads_back(opened: Opened) -> None:
    page = opened.load("#town=town-2")
    assert opened.text("#panel h2") == ["Bari"]
    page.locator("#panel a", has_text="Mostar").first.click()
    page.locator("#panel h2", has_text="Mostar").wait_for()
    assert "town=town-1" in page.url
    page.go_back()
    page.locator("#panel h2", has_text="Bari").wait_for()
    page.locator("#panel .back a").click()
    page.locator("#panel h2", has_text="Best suggestions").wait_for()
    assert "town=" not in page.url


def test_an_unknown_town_of_an_address_is_no_error(opened: Opened) -> None:
    opened.load("#town=town-99&view=network")
    assert opened.text("#panel h2")


def words(pdf: bytes, folder: Path) -> str | None:
    """The text of a PDF, where poppler is there to read it."""
    if not shutil.which("pdftotext"):
        return None
    (folder / "sheet.pdf").write_bytes(pdf)
    read = ["pdftotext", "-layout", str(folder / "sheet.pdf"), "-"]
    return subprocess.run(read, capture_output=True, encoding="utf-8", check=True).stdout


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_town_is_printed_on_one_sheet(browser: Any, demo: Any, demo_page: Path, tmp_path: Path, scheme: str) -> None:
    best = demo.suggestions[0]
    with visiting(browser, demo_page, color_scheme=scheme) as opened:
        page = opened.load(f"#town={best.organisation.id}")
        pdf = page.pdf(format="A4", print_background=True)
        assert pages_of(pdf) == 1
        said = words(pdf, tmp_path)
        if said is not None:
            assert best.organisation.name in said
            assert best.candidate.name in said
            assert "GeoNames" in said
        # What was printed is gone, and the page is as it was.
        assert page.locator(".sheet").count() == 0
        assert page.locator("#panel h2").is_visible()


def test_towns_with_most_and_with_least_are_printed_on_one_sheet(browser: Any, demo: Any, demo_page: Path) -> None:
    degree = {one.id: 0 for one in demo.network.organisations}
    for link in demo.network.links:
        degree[link.a] += 1
        degree[link.b] += 1
    ordered = sorted(degree, key=lambda one: (degree[one], one))
    with visiting(browser, demo_page) as opened:
        for one in (ordered[0], ordered[-1]):
            page = opened.load(f"#town={one}")
            assert pages_of(page.pdf(format="A4", print_background=True)) == 1


def test_odd_towns_are_printed_on_one_sheet(opened: Opened) -> None:
    for number in (3, 5, 6, 7):
        page = opened.load(f"#town=town-{number}")
        assert pages_of(page.pdf(format="A4", print_background=True)) == 1
