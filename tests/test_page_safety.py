"""Whatever the facts are: no script of theirs runs, and what is odd or missing is shown and said."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import HOSTILE, LONG, PHONE, WIDE, Opened, network, suggestion, town, visiting, write
from tests.test_views import HOSTILE as WORSE
from tests.test_views import hostile
from twinnet.graph import Network
from twinnet.models import Link, Organisation, Rules
from twinnet.taxonomy import Taxonomy

STATES = ("", "#town={town}", "#town={town}&view=network", "#view=network", "#view=table", "#view=table&rows=links",
          "#view=table&rows=towns", "#view=figures")  # fmt: skip


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A page whose every text tries to run a script, and one of its towns as an address names it."""
    from urllib.parse import quote

    facts, found, rules = hostile()
    path = tmp_path_factory.mktemp("hostile") / "page.html"
    label = WORSE.replace("\\", "\\\\").replace('"', '\\"')
    facts.taxonomy = Taxonomy.from_text(f'[themes.bees]\nlabel = "{label}"\narea = "green"\n')
    rules = rules.model_copy(update={"country_names": {"BA": WORSE}})
    write(path, facts, found, title=WORSE, rules=rules)
    return path, quote(facts.organisations.column("id")[0])


@pytest.mark.parametrize("bypass", [False, True])
def test_nothing_hostile_runs_with_or_without_the_policy(
    browser: Any, hostile_page: tuple[Path, str], bypass: bool
) -> None:
    path, name = hostile_page
    with visiting(browser, path, bypass_csp=bypass) as opened:
        opened.load()
        for state in STATES:
            page = opened.go(state.format(town=name) or "#view=map")
            for summary in page.locator("summary:visible").all()[:12]:
                summary.click()
            for image in page.locator("img").all():
                assert not image.get_attribute("src")
            assert page.locator("script").count() == 5
            assert page.locator("a[href^='javascript']").count() == 0
        page.fill("#search", "script")
        assert page.locator("#search-list li").count() == 2
        page.press("#search", "Escape")
        page.click("#export")
        page.keyboard.press("Escape")
        page.pdf(format="A4")
        opened.load(f"#town={name}&lang=bs&kind=" + "%3Cimg%20src%3Dx%20onerror%3Dwindow.__xss%3D1%3E")
        assert page.title().startswith(WORSE)


def test_the_small_network_is_hostile_too_and_nothing_runs_without_the_policy(browser: Any, made_up_page: Path) -> None:
    with visiting(browser, made_up_page, bypass_csp=True) as opened:
        opened.load("#town=" + HOSTILE)
        for state in STATES:
            page = opened.go(state.format(town="town-5") or "#view=map")
            for summary in page.locator("summary:visible").all()[:12]:
                summary.click()


def test_without_javascript_the_best_suggestions_stand_in_a_table(browser: Any, made_up_page: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(made_up_page.as_uri())
    assert page.locator("main.static tbody tr").count() == 6
    assert "Łódź" in page.locator("main.static table").inner_text()
    assert not page.locator("#app").is_visible()
    context.close()


def test_a_browser_that_cannot_unpack_says_so(browser: Any, star_page: Path) -> None:
    context = browser.new_context()
    context.add_init_script("delete window.DecompressionStream")
    page = context.new_page()
    page.goto(star_page.as_uri())
    page.locator("#panel .note").wait_for()
    assert "too old" in page.locator("#panel .note").inner_text()
    context.close()


# What is odd or missing.

CHECKED = (
    "#view=map",
    "#view=network",
    "#view=table",
    "#view=table&rows=links",
    "#view=table&rows=towns",
    "#view=figures",
)


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    given: dict[str, int] = request.param
    return given


@pytest.fixture
def shown(browser: Any, tmp_path: Path, size: dict[str, int]) -> Iterator[Any]:
    """Open a network in a wide window and on a phone, and look at every view of it."""
    with visiting(browser, tmp_path / "page.html", viewport=size) as opened:

        def show(facts: Network, found: Any = (), state: str = "#view=map") -> Opened:
            write(opened.path, facts, list(found))
            opened.load(state)
            for other in (*CHECKED, state):
                opened.go(other)
                assert opened.fits()
            return opened

        yield show


def test_an_empty_network_says_what_is_missing(shown: Any) -> None:
    opened = shown(Network())
    assert "This network holds no organisations yet" in opened.page.locator("#panel .note").first.inner_text()
    assert "This network holds no organisations yet" in opened.go("#view=figures").locator("#view-figures").inner_text()


def test_a_network_without_suggestions_says_so(shown: Any) -> None:
    opened = shown(network()[0])
    assert "There are no suggestions on this page." in opened.page.locator("#panel").inner_text()
    opened.go("#town=town-1")
    assert "No suggestion names this organisation." in opened.page.locator("#panel").inner_text()


def test_a_town_without_coordinates_is_named_as_such(shown: Any) -> None:
    opened = shown(*network(), "#town=town-3")
    assert "Its position is not known, so it is not on the map." in opened.page.locator("#panel").inner_text()
    opened.go("#view=map")
    assert any("Nowhere" in text for text in opened.text("#panel .note"))


def test_two_towns_of_one_name_and_country_are_told_apart(shown: Any) -> None:
    opened = shown(*network())
    opened.page.fill("#search", "bari")
    assert sorted(opened.text("#search-list bdi")) == ["Bari, Italy (town-2)", "Bari, Italy (town-4)"]


def test_a_name_of_300_letters_and_one_from_right_to_left_fit(shown: Any) -> None:
    opened = shown(*network(), "#town=town-6")
    page = opened.page
    assert opened.text("#panel h2") == [LONG]
    assert page.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.getElementById('panel'))")
    opened.go("#town=town-7")
    assert page.locator("#panel h2").get_attribute("dir") == "auto"
    assert page.evaluate("getComputedStyle(document.querySelector('#panel h2')).direction") == "rtl"
    # Latin words beside it go their own way.
    assert page.evaluate("getComputedStyle(document.querySelector('#panel')).direction") == "ltr"


def test_a_network_at_the_date_line_is_drawn_across_it(shown: Any, size: dict[str, int]) -> None:
    fiji = Organisation(id="suva", name="Suva", country="FJ", latitude=-18.1, longitude=178.4)
    samoa = Organisation(id="apia", name="Apia", country="WS", latitude=-13.8, longitude=-171.8)
    joined = Link(id="link", a="apia", b="suva", last_activity="2025")
    opened = shown(Network([fiji, samoa], links=[joined]), [suggestion(fiji, samoa, (7, 1, 1))], "#town=suva")
    # Both ends are in view, some thousand kilometres apart: zoomed in far more than the whole world would be.
    text = opened.page.locator("#view-map").inner_text()
    assert "outside the view" not in text
    found = opened.page.evaluate("""() => {
        const canvas = document.querySelector(".leaflet-marks-pane canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let [least, most] = [Infinity, -Infinity];
        for (let i = 3; i < data.length; i += 4) if (data[i] > 200) {
            const x = (i >> 2) % canvas.width;
            [least, most] = [Math.min(least, x), Math.max(most, x)];
        }
        return (most - least) / canvas.width;
    }""")
    assert 0.1 < found < 0.95


def test_an_organisation_of_which_nothing_is_known_is_shown(shown: Any) -> None:
    bare = [Organisation(id="x", name="X"), Organisation(id="y", name="Y", country="BA")]
    opened = shown(Network(bare), [suggestion(bare[0], bare[1], (0, 0, 0))], "#town=x")
    said = opened.page.locator("#panel").inner_text()
    assert "country not known" in said
    assert "Nothing is known of:" in said


def test_many_towns_on_one_spot_are_shown(shown: Any) -> None:
    towns = [town(1, f"Town {at}", "BA", id=f"one-{at}") for at in range(40)]
    found = [suggestion(towns[0], other, (at, 1, 1)) for at, other in enumerate(towns[1:], 1)]
    opened = shown(Network(towns), found, "#town=one-0")
    assert opened.page.locator("#panel .card").count() >= 5


def test_large_data_of_a_narrow_window_fold_the_filters(browser: Any, made_up_page: Path) -> None:
    with visiting(browser, made_up_page, viewport={"width": 400, "height": 850}) as opened:
        page = opened.load()
        assert page.locator("#panel .card").count() == 6
        assert not page.locator("select[name=country]").is_visible()
        page.click("#filters summary")
        assert page.locator("select[name=country]").is_visible()
        assert Rules().cap is None
