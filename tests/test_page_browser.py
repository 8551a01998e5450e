"""The page in a real browser: nothing is requested, nothing hostile runs, and what it shows is what it was given."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from twinnet.graph import Network
from twinnet.models import Evidence, Link, Membership, Organisation, Partner, Party, Project, Rules, Suggestion, link_id
from twinnet.views import explorer

HOSTILE = '</script><script>window.__xss=1</script>"><img src=x onerror=window.__xss=1>'
LONG = "Llanfairpwllgwyngyll" * 15


def town(number: int, name: str, country: str, **values: Any) -> Organisation:
    place = {"latitude": 42.0 + number, "longitude": 8.0 + 2 * number}
    return Organisation(**{"id": f"town-{number}", "name": name, "country": country, **place, **values})


def suggestion(a: Organisation, b: Organisation, points: tuple[int, ...], **values: Any) -> Suggestion:
    keys = ("themes", "size", "distance")
    reasons = tuple(
        Evidence(key=key, points=p, sentence=f"{key} of {b.name}", detail="known well")
        for key, p in zip(keys, points, strict=True)
    )
    sides = {"organisation": Party(id=a.id, name=a.name, country=a.country)}
    sides["candidate"] = Party(id=b.id, name=b.name, country=b.country)
    return Suggestion(**{"kind": "start", "score": sum(points), "reasons": reasons, **sides, **values})


def network() -> tuple[Network, list[Suggestion]]:
    mostar = town(1, "Mostar", "BA", themes_offered=("youth",), population=105_000)
    lodz = town(9, "Łódź", "PL", population=680_000)
    bari = town(2, "Bari", "IT", themes_sought=("youth",), other_names=("Бари",))
    twin = town(4, "Bari", "IT")
    nowhere = town(3, "Nowhere", "IT", latitude=None, longitude=None)
    hostile = town(5, HOSTILE, "FR", themes_offered=(HOSTILE,))
    long = town(6, LONG, "DE")
    right = town(7, "القدس", "TR", description="Exchange of young people, youth clubs and a youth council")
    towns = [mostar, lodz, bari, twin, nowhere, hostile, long, right]
    links = [
        Link(id=link_id("town-1", "town-2", kind), a="town-1", b="town-2", kind=kind, since="1998")
        for kind in ("partnership", "friendship")
    ]
    links.append(Link(id=link_id("town-1", "town-5"), a="town-1", b="town-5", last_activity="2025", themes=(HOSTILE,)))
    found = [
        suggestion(mostar, lodz, (900, 300, -250), times=2.6, missing=("language",)),
        suggestion(mostar, hostile, (500, 0, 0)),
        suggestion(long, nowhere, (-100, 50, -300)),
        suggestion(right, twin, (400, 1, 2)),
        suggestion(mostar, bari, (700, 10, 10), kind="revitalise", link=links[0].id, state="unknown", ask_first=True),
        suggestion(mostar, bari, (100, 10, 10), kind="develop", link=links[1].id, state="active", themes=("youth",)),
    ]
    projects = [Project(id="project-1", name=HOSTILE, themes=("solidarity",))]
    partners = [Partner(project="project-1", organisation=o.id) for o in (mostar, bari)]
    many = ("climate_energy", "culture", "digital", "heritage", "sport", "tourism")
    projects.append(Project(id="project-2", name="MAVRIC", themes=many))
    partners.append(Partner(project="project-2", organisation=lodz.id))
    member = Membership(organisation=mostar.id, network="Energy Cities")
    return Network(towns, links=links, projects=projects, partners=partners, memberships=[member]), found


class Opened:
    """A page open in the browser, with everything it asked for and everything that went wrong."""

    def __init__(self, context: Any, path: Path) -> None:
        self.requests: list[str] = []
        self.faults: list[str] = []
        self.page = context.new_page()
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("pageerror", lambda e: self.faults.append(str(e)))
        self.page.on("console", lambda m: self.faults.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("dialog", lambda d: (self.faults.append(d.message), d.dismiss()))
        self.path = path

    def go(self, state: str = "") -> Any:
        self.page.goto("about:blank")
        self.page.goto(self.path.as_uri() + state)
        self.page.wait_for_selector("#panel h2", state="attached")
        return self.page

    def text(self, selector: str) -> list[str]:
        found: list[str] = self.page.locator(selector).all_inner_texts()
        return found


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=str(chromium), args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


def write(folder: Path, facts: Network, found: list[Suggestion], **values: Any) -> Path:
    path = folder / "page.html"
    given = {"title": "Made-up network", "rules": Rules(), "today": dt.date(2026, 3, 1), **values}
    path.write_text(explorer.page(facts, found, **given), encoding="utf-8", newline="")
    return path


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Opened]:
    """The made-up network, open; at the end nothing may have been asked for, run or thrown."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = Opened(context, write(tmp_path, *network(), title=HOSTILE))
    page.go()
    yield page
    assert page.page.evaluate("window.__xss") is None
    assert page.faults == []
    assert [url for url in page.requests if not url.startswith(("file:", "data:", "about:"))] == []
    context.close()


def pixels(page: Any, selector: str) -> int:
    """Count the colours drawn on a canvas."""
    script = """selector => Array.from(document.querySelectorAll(selector)).map(canvas => {
        const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        const seen = new Set();
        const colour = i => (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
        for (let i = 0; i < data.length; i += 4) if (data[i + 3]) seen.add(colour(i));
        return seen.size;
    }).reduce((one, other) => one + other, 0)"""
    count: int = page.evaluate(script, selector)
    return count


def test_every_view_opens_and_draws_without_a_request(opened: Opened) -> None:
    page = opened.page
    assert pixels(page, ".leaflet-base-pane canvas") > 1
    assert pixels(page, ".leaflet-marks-pane canvas") > 3
    page.click("#tab-network")
    page.wait_for_selector("#network canvas")
    assert pixels(page, "#network canvas") > 3
    page.click("#tab-table")
    assert page.locator("table.rows tbody tr").count() == 6
    page.click("table.rows a >> text=Łódź")
    page.click("#tab-table")
    assert page.locator("table.rows tbody tr").count() == 1
    page.click(".table-bar a")
    assert page.locator("table.rows tbody tr").count() == 6
    page.click("#dark")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.click("#tab-map")
    for summary in page.locator("summary:visible").all():
        summary.click()
    assert page.locator("h1").inner_text() == HOSTILE


@pytest.mark.parametrize(("typed", "found"), [("lodz", "Łódź"), ("ŁÓDŹ", "Łódź"), ("бари", "Bari"), ("qds", None)])
def test_search_is_blind_to_accents_and_scripts(opened: Opened, typed: str, found: str | None) -> None:
    opened.page.fill("#search", typed)
    options = opened.text("#search-list li")
    if found is None:
        assert options[0].startswith("No town of that name\nTry")
    else:
        assert found in options[0]
        opened.page.press("#search", "Enter")
        assert opened.text("#panel h2") == [found]
        assert "town=" in opened.page.url


def test_a_town_shows_its_partners_and_its_suggestions_with_points_that_add_up(opened: Opened) -> None:
    page = opened.page
    page.click("#panel .card h3 a >> text=Mostar")
    assert opened.text("#panel h2") == ["Mostar"]
    assert page.title().startswith("Mostar")
    [first, *_] = page.locator("#panel .card").all()
    assert "Łódź" in first.locator("h3").inner_text()
    assert first.locator(".row .points").all_inner_texts() == ["+900", "+300", "−250", "+950"]
    assert "2.6 times as likely as a chance pair" in first.inner_text()
    assert "Language in common" in first.locator(".missing").inner_text()
    ends = """all => all.map(bar => [bar.offsetLeft, bar.offsetLeft + bar.offsetWidth].map(
        x => x / bar.parentElement.offsetWidth))"""
    edges = first.locator(".fall").evaluate_all(ends)
    expected = [(0, 0.75), (0.75, 1), (1 - 250 / 1200, 1), (0, 950 / 1200)]
    assert edges == [pytest.approx(pair, abs=0.02) for pair in expected]
    assert any(
        "Bari" in text and "friendship" in text and "partnership" in text for text in opened.text(".partners > li")
    )
    assert "Ask before proposing anything" in page.locator("#panel").inner_text()
    assert "working languages" in page.locator("#panel .not-known").inner_text()


def test_a_click_on_a_mark_of_the_map_opens_its_town(opened: Opened) -> None:
    page = opened.go("#town=town-9")
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


def test_the_table_sorts_by_any_column_and_is_searched_blind_to_accents(opened: Opened) -> None:
    page = opened.go("#view=table")
    scores = "table.rows tbody td.col-score"
    assert opened.text(scores) == ["950", "720", "500", "403", "120", "−350"]
    page.click("table.rows th.col-score button")
    assert opened.text(scores)[0] == "−350"
    assert page.get_attribute("table.rows th.col-score", "aria-sort") == "ascending"
    page.click("table.rows th.col-candidate button")
    assert opened.text("table.rows tbody td:nth-child(4)")[-1] == "Nowhere"
    page.fill("#table-search", "lodz")
    page.locator(".table-bar [role=status]", has_text="1 suggestion").wait_for()
    assert opened.text("table.rows tbody td:nth-child(4)") == ["Łódź"]


def test_filters_stand_in_the_address_and_are_taken_back(opened: Opened) -> None:
    page = opened.page
    page.select_option("select[name=kind]", "ask")
    assert "kind=ask" in page.url
    assert page.locator("#panel .card").count() == 1
    page.click("#reset")
    page.select_option("select[name=country]", "PL")
    assert opened.text("#panel .card h3") == ["Mostar – Łódź"]
    opened.go("#theme=youth")
    assert page.locator("#panel .card").count() == 2
    opened.go("#theme=climate_energy")
    assert opened.text("#panel .card h3") == ["Mostar – Łódź"]  # both only inferred
    opened.go("#min=900")
    assert opened.text("#shown") == ["1 of 6 suggestions"]
    opened.go("#country=PL&kind=develop")
    assert "No suggestion passes these filters." in opened.text("#panel .note")


def test_inferred_themes_are_shown_apart_with_their_source(opened: Opened) -> None:
    page = opened.go("#town=town-1")
    facts = dict(zip(opened.text("#panel .facts dt"), opened.text("#panel .facts dd"), strict=True))
    assert facts["Offers"] == "youth"
    assert facts["Works on (inferred)"].split("\n") == [
        f"solidarity – project {HOSTILE[:59].rstrip()}…",
        "climate and energy – member of Energy Cities",
    ]
    assert "Offers (inferred)" not in facts
    page = opened.go("#town=town-9")
    assert page.locator("#panel .facts .inferred li:visible").count() == 5
    page.click("#panel .facts summary >> text=and 1 more")
    assert opened.text("#panel .facts .inferred li:visible")[-1] == "tourism – project MAVRIC"
    both = page.locator("#panel .card .facing tr", has_text="Works on (inferred)").first
    assert "member of Energy Cities" in both.inner_text()
    assert "project MAVRIC" in both.inner_text()
    page = opened.go("#town=town-7")  # a text told it: with the words in the facts, without them where room is little
    assert ", by the words " in page.locator("#panel dl.facts .inferred li").first.inner_text()
    beside = page.locator("#panel .card .facing .inferred li").first.inner_text()
    assert beside.endswith(" – a text in the network")
    assert opened.go("#town=town-3").locator("#panel .facts dt", has_text="(inferred)").count() == 1


def test_a_line_of_the_network_lists_every_link_it_stands_for(opened: Opened) -> None:
    page = opened.go("#town=town-1&view=network")
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


def test_towns_of_one_name_are_told_apart_and_what_has_no_place_is_named(opened: Opened) -> None:
    page = opened.page
    page.fill("#search", "bari")
    assert sorted(opened.text("#search-list bdi")) == ["Bari, Italy (town-2)", "Bari, Italy (town-4)"]
    page.press("#search", "Escape")
    assert any("Nowhere" in text for text in opened.text("#panel .note"))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    opened.go("#town=town-6")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.getElementById('panel'))")


def test_nothing_hostile_runs_without_the_policy_either(browser: Any, tmp_path: Path) -> None:
    context = browser.new_context(bypass_csp=True)
    opened = Opened(context, write(tmp_path, *network(), title=HOSTILE))
    for state in ("", "#town=town-5", "#town=town-5&view=network", "#view=table", "#town=" + HOSTILE):
        page = opened.go(state)
        for summary in page.locator("summary:visible").all()[:12]:
            summary.click()
        page.wait_for_timeout(50)
    assert page.evaluate("window.__xss") is None
    assert opened.faults == []
    context.close()


def test_without_javascript_the_best_suggestions_stand_in_a_table(browser: Any, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(write(tmp_path, *network()).as_uri())
    assert page.locator("main.static tbody tr").count() == 6
    assert not page.locator("#app").is_visible()
    context.close()


@pytest.mark.parametrize("size", [(1440, 900), (400, 850)])
def test_empty_networks_say_what_is_missing(browser: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    opened = Opened(context, write(tmp_path, Network(), []))
    page = opened.go()
    assert "This network holds no organisations yet" in page.locator("#panel .note").inner_text()
    for view in ("network", "table"):
        page.click(f"#tab-{view}")
    opened.path = write(tmp_path, network()[0], [])
    assert "There are no suggestions on this page." in opened.go().locator("#panel").inner_text()
    opened.go("#town=town-1")
    assert "No suggestion names this organisation." in page.locator("#panel").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert opened.faults == []
    context.close()


def test_large_data_are_unpacked_and_the_filters_fold_on_a_phone(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explorer, "PLAIN", 10)
    context = browser.new_context(viewport={"width": 400, "height": 850})
    opened = Opened(context, write(tmp_path, *network()))
    page = opened.go()
    assert page.locator("#panel .card").count() == 6
    assert not page.locator("select[name=country]").is_visible()
    page.click("#filters summary")
    assert page.locator("select[name=country]").is_visible()
    for view in ("table", "network", "map"):
        page.click(f"#tab-{view}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert opened.faults == []
    context.close()
