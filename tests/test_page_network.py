"""The network and the figures in a browser: every link is in them, and what is drawn is listed too."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import Opened, colours, visiting


@pytest.mark.parametrize(
    ("view", "there"),
    [
        ("map", ".leaflet-marks-pane canvas"),
        ("network", "#network canvas"),
        ("table", "table.rows tbody tr"),
        ("figures", ".figures-bar"),
    ],
)
def test_every_view_opens_from_the_address(opened: Opened, view: str, there: str) -> None:
    page = opened.load(f"#view={view}")
    page.locator(there).first.wait_for()
    assert page.get_attribute(f"#tab-{view}", "aria-selected") == "true"
    shown = page.locator("[role=tabpanel]:visible").evaluate_all("all => all.map((one) => one.id)")
    assert shown == [f"view-{view}"]


def test_a_line_of_the_network_lists_every_link_it_stands_for(opened: Opened) -> None:
    page = opened.load("#town=town-1&view=network")
    page.wait_for_selector("#network canvas")
    page.uncheck("#ring")
    box = page.locator("#network canvas").bounding_box()
    seen = ""
    for share in range(2, 98):
        page.mouse.click(box["x"] + box["width"] * share / 100, box["y"] + box["height"] * 0.58)
        seen = page.locator("#network-edge").inner_text()
        if "friendship" in seen or opened.text("#panel h2") != ["Mostar"]:
            break
    assert "partnership, since 1998" in seen
    assert "friendship, since 1998" in seen


def test_the_ring_of_partners_partners_is_switched_on(browser: Any, demo: Any, demo_page: Path) -> None:
    degree = Counter(end for link in demo.network.links for end in (link.a, link.b))
    [(busy, _)] = degree.most_common(1)
    with visiting(browser, demo_page) as opened:
        page = opened.load(f"#town={busy}&view=network")
        page.wait_for_selector("#network canvas")
        page.uncheck("#ring")
        page.wait_for_timeout(200)
        before = sum(colours(page, "#network canvas").values())
        page.check("#ring")
        page.wait_for_timeout(400)
        assert sum(colours(page, "#network canvas").values()) > before


def test_the_whole_network_lists_its_communities_and_bridges(browser: Any, demo_page: Path) -> None:
    with visiting(browser, demo_page) as opened:
        page = opened.load("#view=network")
        page.wait_for_selector("#network canvas")
        listed = page.locator("#network-list").inner_text()
        assert "Communities" in listed
        assert "Bridges" in listed
        assert len(colours(page, "#network canvas")) > 10


def test_figures_are_those_of_the_network(browser: Any, demo: Any, demo_page: Path) -> None:
    network = demo.network
    with visiting(browser, demo_page) as opened:
        page = opened.load("#view=figures")
        terms = opened.text(".figures-tiles dt button")
        values = opened.text(".figures-tiles dd b")
        tiles = dict(zip(terms, (int(value.replace(",", "")) for value in values), strict=True))
        pairs = {frozenset((one.organisation.id, one.candidate.id)) for one in demo.suggestions}
        assert tiles["Organisations"] == len(network.organisations)
        assert tiles["Links"] == len(network.links)
        assert tiles["Projects"] == len(network.projects)
        assert tiles["Suggested pairs"] == len(pairs)
        # Each figure says what it counts, and has a table with the same numbers.
        for button in page.locator(".figures-what button").all():
            words = page.locator(f"[id='{button.get_attribute('aria-describedby')}']").text_content()
            assert len(words) > 20
        table = page.locator(".figures-table").first
        table.locator("summary").click()
        table.locator("tbody tr").first.wait_for()
        numbers = [int(cell.replace(",", "")) for cell in table.locator("tbody tr td:nth-child(2)").all_inner_texts()]
        assert sum(numbers) == len(network.links)


def test_what_a_figure_counts_is_shown_when_it_is_pointed_at_or_focused(opened: Opened) -> None:
    page = opened.load("#view=figures")
    first = page.locator(".figures-tiles .figures-what").first
    page.mouse.move(1, 1)
    assert not first.locator("[role=tooltip]").is_visible()
    first.locator("button").hover()
    first.locator("[role=tooltip]").wait_for()
    page.mouse.move(1, 1)
    first.locator("[role=tooltip]").wait_for(state="hidden")
    first.locator("button").focus()
    first.locator("[role=tooltip]").wait_for()
    page.keyboard.press("Escape")
    first.locator("[role=tooltip]").wait_for(state="hidden")
