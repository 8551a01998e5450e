"""The whole network and the figures in a browser: what they draw is what was counted, and all of it is text too."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import PHONE, TODAY, Opened, colours, named, visiting, write
from twinnet import impact
from twinnet.graph import Network
from twinnet.models import Link, Organisation, Rules, link_id
from twinnet.views import figures


@pytest.fixture(scope="module")
def shown(browser: Any, demo_page: Path) -> Iterator[Opened]:
    """The demo's page."""
    with visiting(browser, demo_page) as page:
        yield page


def cliques(groups: int, size: int) -> Network:
    """Groups of towns of which all are linked, each group with one link to the next."""
    towns = [
        Organisation(id=f"town-{n}", name=f"Town {n:04}", country="BA" if n // size % 2 else "IT")
        for n in range(groups * size)
    ]
    pairs = [(n, m) for n in range(groups * size) for m in range(n + 1, (n // size + 1) * size)]
    pairs += [(group * size, (group + 1) * size + 1) for group in range(groups - 1)]
    links = []
    for pair in pairs:
        a, b = sorted(f"town-{n}" for n in pair)
        links.append(Link(id=link_id(a, b), a=a, b=b))
    return Network(towns, links=links)


def test_a_page_that_holds_some_organisations_is_told_the_largest_communities_with_names() -> None:
    facts = cliques(60, 4)
    every = figures.block(facts, [], rules=Rules(), today=TODAY, whole=True)["communities"]
    some = figures.block(facts, [], rules=Rules(), today=TODAY, whole=False)["communities"]
    assert every["more"] == [0, 0]
    assert sum(len(one["members"]) for one in every["list"]) == every["linked"] == 240
    assert every["names"] == {}
    assert len(every["bridges"]) == 59
    assert every["bridges_more"] == 0
    assert len(some["list"]) + some["more"][0] == len(every["list"])
    assert len(some["list"]) <= figures.COMMUNITIES
    assert len(some["bridges"]) + some["bridges_more"] == 59
    assert all(len(one["members"]) <= figures.STRONGEST for one in some["list"])
    told = {member for one in some["list"] for member in one["members"]}
    assert told <= set(some["names"])
    assert some["names"]["town-0"] == ["Town 0000", "IT"]
    assert all(b <= len(some["list"]) for _, b, _ in some["ties"])
    largest = figures.block(Network([facts.organisations[0]]), [], rules=Rules(), today=TODAY, whole=False)
    assert largest["figures"]["unlinked"]["names"] == {"town-0": ["Town 0000", "IT"]}


def test_without_a_town_the_network_view_shows_communities_and_bridges(shown: Opened, demo: Any) -> None:
    page = shown.load("#view=network")
    page.wait_for_selector("#network canvas")
    found = impact.structure(demo.network, as_of=demo.today)
    entries = page.locator(".network-communities summary")
    assert entries.count() == len(found.communities)
    first = found.communities[0]
    assert first.name in entries.first.inner_text()
    assert f"{len(first.members)} organisations" in entries.first.inner_text()
    listed = page.locator("#network-list").inner_text()
    assert f"{found.linked} organisations have a partner" in listed
    assert page.locator("#network-list > ol li").count() == min(20, len(found.connectors))
    drawn = colours(page, "#network canvas")
    assert all(drawn.get(colour, 0) > 50 for colour in named(page, "old", "other", "see"))


def test_a_community_lists_its_members_and_a_member_has_its_own_network(shown: Opened, demo: Any) -> None:
    page = shown.load("#view=network")
    first = impact.communities(demo.network, as_of=demo.today)[0]
    page.locator(".network-communities summary").first.press("Enter")
    members = page.locator(".network-communities details[open] ol li")
    members.first.wait_for()
    assert members.count() == len(first.members)
    page.wait_for_timeout(300)
    assert colours(page, "#network canvas").get(named(page, "accent")[0], 0) > 100  # its circle stands out
    page.locator(".network-communities summary").nth(1).click()
    page.wait_for_timeout(300)
    assert page.locator(".network-communities details[open]").count() == 1
    page.locator(".network-communities details[open] a").first.click()
    page.wait_for_selector("#network-back:visible")
    assert page.locator("#panel h2").first.is_visible()
    page.click("#network-back")
    assert page.locator("#network-list h2").inner_text() == "Communities"


def test_a_click_on_a_circle_opens_its_community(browser: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "page.html", cliques(1, 6), [])
    with visiting(browser, path) as opened:
        page = opened.load("#view=network")
        box = page.locator("#network canvas").bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2 + 18, box["y"] + box["height"] / 2 + 6)
        page.wait_for_selector(".network-communities details[open] ol li")
        assert page.locator(".network-communities details[open] ol li").count() == 6


def test_many_organisations_are_one_circle_a_community(browser: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "page.html", cliques(60, 7), [])
    with visiting(browser, path, viewport=PHONE) as opened:
        page = opened.load("#view=network")
        page.wait_for_selector("#network canvas")
        assert (
            "Each circle is a community, with the number of its members." in page.locator("#network-hint").inner_text()
        )
        assert page.locator(".network-communities summary").count() > 5
        assert page.locator("#network-list").inner_text().count("connects") > 5
        assert opened.fits()


def test_figures_are_those_that_python_counts(shown: Opened, demo: Any) -> None:
    page = shown.load("#view=figures")
    found = impact.figures(demo.network, suggestions=demo.suggestions, today=demo.today, rules=demo.rules)
    tiles = dict(zip(shown.text(".figures-tiles dt button"), shown.text(".figures-tiles dd b"), strict=True))
    assert tiles["Organisations"] == str(found.organisations)
    assert tiles["Links"] == str(found.links)
    assert tiles["Towns without a link"] == str(found.unlinked.n)
    assert tiles["Suggested pairs"] == f"{found.suggestions:,}"
    cells = [[int(cell) for cell in row.split("\t")[1:-1]] for row in shown.text(".figures-matrix tbody tr")]
    assert cells == [list(row) for row in found.matrix.rows]
    section = page.locator(".figures-section", has=page.get_by_role("button", name="Links by state"))
    section.locator("summary").press("Enter")
    section.locator("tbody tr").first.wait_for()
    rows = [row.split("\t")[:2] for row in section.locator("tbody tr").all_inner_texts()]
    assert rows == [
        [name, str(count.n)]
        for name, count in zip(
            ("Active", "Declining", "Dormant", "Activity not known", "Ended"), found.states, strict=True
        )
    ]
    assert "told from the last sign of life" in section.locator("caption").inner_text()


def test_what_a_figure_counts_is_told_when_it_is_pointed_at_or_focused(shown: Opened) -> None:
    page = shown.load("#view=figures")
    title = page.get_by_role("button", name="Links by state")
    said = page.locator(f"#{title.get_attribute('aria-describedby')}")
    assert not said.is_visible()
    title.hover()
    assert said.is_visible()
    page.mouse.move(2, 2)
    page.locator(".figures-tiles button").last.focus()
    page.keyboard.press("Tab")
    assert said.is_visible()
    page.keyboard.press("Escape")
    assert not said.is_visible()


def test_an_empty_network_has_figures_of_nothing(browser: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "page.html", Network(), [])
    with visiting(browser, path, viewport=PHONE) as opened:
        page = opened.load("#view=figures")
        assert set(opened.text(".figures-tiles dd b")) == {"0"}
        assert "This network holds no organisations yet" in page.locator(".figures").inner_text()
        opened.go("#view=network")
        page.wait_for_selector("#network-list p")
        assert page.locator("#network-list").inner_text() == "No organisation has a recorded partner yet."
        assert opened.fits()
