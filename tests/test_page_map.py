"""The map in a browser: what is drawn on it, and what a click on it does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import HOSTILE, Opened, amount, colours, named, visiting

MARKS = ".leaflet-marks-pane canvas"
FIND = """colour => {
    const canvas = document.querySelector(".leaflet-marks-pane canvas");
    const frame = canvas.getBoundingClientRect();
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const found = [];
    for (let i = 0; i < data.length; i += 4)
        if (data[i + 3] > 180 && colour.every((value, at) => Math.abs(value - data[i + at]) < 5)) found.push(i / 4);
    const one = found[Math.floor(found.length / 3)];
    const scale = frame.width / canvas.width;
    return [frame.x + (one % canvas.width) * scale, frame.y + Math.floor(one / canvas.width) * scale];
}"""
LINES = ("start", "revitalise", "develop", "active", "dormant", "unknown", "ended")


def test_every_view_opens_and_draws_without_a_request(opened: Opened) -> None:
    page = opened.page
    assert len(colours(page, ".leaflet-base-pane canvas")) > 1
    assert len(colours(page, MARKS)) > 3
    page.click("#tab-network")
    page.wait_for_selector("#network canvas")
    assert len(colours(page, "#network canvas")) > 3
    page.click("#tab-table")
    page.locator("table.rows tbody tr").nth(5).wait_for()
    page.click("#tab-figures")
    page.locator(".figures-bar").nth(5).wait_for()
    page.click("#tab-map")
    for summary in page.locator("summary:visible").all():
        summary.click()
    assert page.locator("h1").inner_text() == HOSTILE


def test_the_map_draws_land_and_sea_in_light_and_dark(opened: Opened) -> None:
    page = opened.page
    for theme in ("light", "dark"):
        if theme == "dark":
            page.click("#dark")
        land = named(page, "land")[0]
        assert colours(page, ".leaflet-base-pane canvas")[land] > 10_000


@pytest.fixture(scope="module")
def star(browser: Any, star_page: Path) -> Iterator[Opened]:
    with visiting(browser, star_page) as page:
        yield page


def lines(opened: Opened) -> set[str]:
    """The lines that are drawn, by their colours; without those whose colour a region's marks have too."""
    page = opened.page
    found, marks = colours(page, MARKS), named(page, "old", "other", "see")
    own = dict(zip(LINES, named(page, *LINES), strict=True))
    assert len(set(own.values())) == len(LINES)
    return {name for name, colour in own.items() if amount(found, colour) > 3 and colour not in marks}


def test_a_town_draws_a_line_of_every_kind_and_the_legend_switches_each(star: Opened) -> None:
    page = star.load("#town=middle")
    assert lines(star) == set(LINES) - {"start"}
    for style in ("revitalise", "develop", "active", "dormant", "unknown", "ended"):
        page.uncheck(f"#legend-body input[value={style}]")
        assert style not in lines(star)
        page.check(f"#legend-body input[value={style}]")
        assert style in lines(star)


def test_lines_are_told_apart_by_more_than_colour(star: Opened) -> None:
    """Each line of the legend has dashes or a shape of its own."""
    page = star.load("#town=middle")
    drawn = page.evaluate("""() => Array.from(document.querySelectorAll("#legend-body label"), (label) => {
        const parts = Array.from(label.querySelector("svg").children);
        return parts.map((part) => `${part.tagName} ${part.getAttribute("stroke-dasharray") ?? ""}`).join("; ");
    })""")
    assert len(drawn) == len(LINES) == len(set(drawn))


@pytest.mark.parametrize(
    ("state", "drawn"),
    [
        ("kind=develop", {"develop", "active", "dormant", "unknown", "ended"}),
        ("state=active", {"develop", "active"}),
        ("state=dormant", {"revitalise", "dormant"}),
        ("country=HU", {"revitalise"}),
        ("theme=youth", {"active"}),
        ("corridor=old-see", {"ended"}),
        ("min=300", {"revitalise", "active", "dormant", "unknown", "ended"}),
    ],
)
def test_filters_hold_for_the_lines_of_the_map(star: Opened, state: str, drawn: set[str]) -> None:
    star.load(f"#town=middle&{state}")
    suggested = {"revitalise", "develop"}
    assert lines(star) & suggested == drawn & suggested
    assert lines(star) - suggested >= drawn - suggested


def test_a_click_on_a_mark_of_the_map_opens_its_town(opened: Opened) -> None:
    page = opened.load("#town=town-9")
    assert opened.text("#panel h2") == ["Łódź"]
    for box in page.locator("#legend-body input").all():
        box.uncheck()
    # The line runs from Łódź down to Mostar, so the lowest pixel of its colour, which is also that of South-East
    # Europe, is the lower right corner of Mostar's mark.
    page.check("#legend-body input[value=start]")
    middle = page.evaluate("""() => {
        const canvas = document.querySelector(".leaflet-marks-pane canvas");
        const [frame, wanted] = [canvas.getBoundingClientRect(), [0xc2, 0x41, 0x0c]];
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let lowest = null;
        for (let i = 0; i < data.length; i += 4)
            if (wanted.every((value, channel) => data[i + channel] === value)) lowest = i / 4;
        const scale = frame.width / canvas.width;
        return [frame.x + (lowest % canvas.width) * scale, frame.y + Math.floor(lowest / canvas.width) * scale];
    }""")
    page.mouse.move(middle[0] - 3, middle[1] - 3)
    page.mouse.click(middle[0] - 3, middle[1] - 3)
    # Not wait_for_function: it evaluates a string in the page, which the page's policy forbids.
    page.locator("#panel h2", has_text="Mostar").first.wait_for()
    assert opened.text("#panel h2")[0] == "Mostar"


def test_dragging_moves_the_map_and_keys_too(opened: Opened) -> None:
    page = opened.page
    before = colours(page, MARKS)
    box = page.locator("#map").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + box["width"] * 0.6 + 30 * step, box["y"] + box["height"] * 0.6 + 20 * step)
    # A hand that rests before it lets go does not throw the map: it stays where it was drawn to.
    page.wait_for_timeout(300)
    page.mouse.up()
    page.wait_for_timeout(1200)
    after = colours(page, MARKS)
    assert after != before
    page.focus("#map")
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(1000)
    assert colours(page, MARKS) != after


def test_a_fast_hand_does_not_throw_the_map_out_of_sight(opened: Opened) -> None:
    page = opened.page
    box = page.locator("#map").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    for step in (1, 2, 3):
        page.mouse.move(middle[0] + 100 * step, middle[1] - 100 * step)
    page.mouse.up()
    page.wait_for_timeout(1500)
    transform = "new DOMMatrix(getComputedStyle(document.querySelector('.leaflet-map-pane')).transform)"
    moved = page.evaluate(f"(() => {{ const at = {transform}; return [at.e, at.f]; }})()")
    assert 300 <= moved[0] < 300 + box["width"] / 2
    assert -300 - box["height"] / 2 < moved[1] <= -300


def test_what_is_pointed_at_is_named(star: Opened) -> None:
    page = star.load("#town=middle")
    for style, said in (("active", "active"), ("develop", "Develop")):
        at = page.evaluate(FIND, list(bytes.fromhex(named(page, style)[0])))
        page.mouse.move(at[0] + 40, at[1] + 40)
        page.mouse.move(*at)
        page.locator(".map-tip", has_text=said).wait_for()
