"""Filters and the search in a browser: they hold for map, table and panel alike, and stand in the address."""

import pytest

from tests.browsing import Opened


def cards(opened: Opened) -> list[str]:
    """The suggestions of the panel, by what they propose and their sides."""
    return sorted(opened.text("#panel .card .sides"))


def rows(opened: Opened, what: str = "suggestions") -> list[str]:
    """The suggestions of the table, as the panel calls them."""
    page = opened.page
    before = page.url
    page.click("#tab-table")
    page.check(f".segments input[value={what}]", force=True)
    page.locator(f"table.rows[data-rows={what}]").wait_for()
    told = page.locator(".table-bar [role=status]").inner_text()
    found = page.evaluate("""() => Array.from(document.querySelectorAll("table.rows tbody tr"), (row) =>
        Array.from(row.querySelectorAll("td a"), (link) => link.textContent).join(" – "))""")
    assert told.startswith(f"{len(found)} ")
    page.evaluate("url => window.history.replaceState(null, '', url)", before)
    return sorted(found)


@pytest.mark.parametrize(
    ("state", "pairs"),
    [
        ("kind=start", ["Mostar – Łódź", "Mostar – HOSTILE", "LONG – Nowhere", "القدس – Bari"]),
        ("kind=ask", ["Mostar – Bari"]),
        ("kind=revitalise", []),
        ("kind=develop", ["Mostar – Bari"]),
        ("country=PL", ["Mostar – Łódź"]),
        ("theme=youth", ["Mostar – Bari", "Mostar – Bari"]),
        ("theme=climate_energy", ["Mostar – Łódź"]),
        ("corridor=old-see", ["Mostar – Bari", "Mostar – Bari", "Mostar – HOSTILE"]),
        ("state=active", ["Mostar – Bari"]),
        ("state=unknown", ["Mostar – Bari"]),
        ("min=700", ["Mostar – Łódź", "Mostar – Bari"]),
        ("country=PL&kind=develop", []),
    ],
)
def test_a_filter_holds_for_panel_and_table_alike(opened: Opened, state: str, pairs: list[str]) -> None:
    opened.go(f"#{state}")
    odd = {"HOSTILE": "</script>", "LONG": "Llanfair"}
    found = cards(opened)
    assert len(found) == len(pairs)
    for pair in pairs:
        wanted = [odd.get(side, side) for side in pair.split(" – ")]
        assert any(all(side in one for side in wanted) for one in found)
    assert opened.text("#shown") == [f"{len(pairs)} of 6 suggestions"]
    names = sorted(opened.page.locator("#panel .card .sides a").all_inner_texts())
    assert len(rows(opened)) == len(pairs)
    there = sorted(opened.page.locator("table.rows tbody td a").all_inner_texts())
    # The panel tells towns of one name apart; the table has their countries in columns of their own.
    assert [name.partition(",")[0] for name in names] == [name.partition(",")[0] for name in there]
    if not pairs:
        assert "No suggestion passes these filters." in opened.text("#panel .note")
        assert "Nothing passes the filters and the search." in opened.page.locator("#view-table").inner_text()


@pytest.mark.parametrize(
    ("state", "links", "towns"),
    [
        ("", 3, 8),
        ("country=FR", 1, 1),
        ("theme=youth", 0, 3),
        ("state=active", 2, 3),
        ("corridor=old-see", 3, 6),
        ("min=700", 3, 3),
    ],
)
def test_links_and_towns_of_the_table_pass_the_same_filters(opened: Opened, state: str, links: int, towns: int) -> None:
    opened.go(f"#{state}&view=table")
    assert len(rows(opened, "links")) == links
    assert len(rows(opened, "towns")) == towns


def test_the_form_of_the_filters_writes_the_address_and_is_taken_back(opened: Opened) -> None:
    page = opened.page
    for name, value in (
        ("kind", "develop"),
        ("theme", "youth"),
        ("country", "BA"),
        ("state", "active"),
        ("corridor", "old-see"),
    ):
        page.select_option(f"select[name={name}]", value)
        assert f"{name}={value}" in page.url
    assert page.locator("#panel .card").count() == 1
    page.click("#reset")
    assert page.locator("#panel .card").count() == 6
    assert "kind" not in page.url
    assert page.evaluate("document.activeElement.name") == "kind"
    page.locator("input[name=min]").fill("700")
    page.locator("#shown", has_text="2 of 6").wait_for()
    assert "min=700" in page.url
    assert page.get_attribute("input[name=min]", "aria-valuetext") == "Score: at least 700 points"


def test_a_filter_stays_when_the_view_or_the_town_is_another(opened: Opened) -> None:
    page = opened.go("#country=PL")
    page.click("#tab-network")
    page.click("#tab-table")
    page.locator("table.rows a", has_text="Łódź").first.click()
    assert "country=PL" in page.url
    assert page.input_value("select[name=country]") == "PL"
    opened.go("#town=town-1&country=PL")
    assert page.locator("#panel .card").count() == 1
    assert opened.text("#shown") == ["1 of 4 suggestions"]


def test_what_an_address_asks_wrongly_is_no_error(opened: Opened) -> None:
    for state in (
        "#view=nothing&min=abc&kind=x&theme=%00&country=<b>&corridor=a-b&rows=z&lang=zz",
        "#%%%",
        "#&&==",
        "#min=1e999",
    ):
        page = opened.load(state)
        assert page.locator("#panel h2").count() == 1


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lodz", "Łódź"),
        ("ŁÓDŹ", "Łódź"),
        ("бари", "Bari"),
        ("Мостар", "Mostar"),
        ("مقدس", None),
        ("القدس", "القدس"),
        ("qds", None),
    ],
)
def test_search_is_blind_to_accents_and_scripts(opened: Opened, typed: str, found: str | None) -> None:
    page = opened.page
    page.fill("#search", typed)
    options = opened.text("#search-list li")
    if found is None:
        assert options[0].startswith("No town of that name\nTry")
    else:
        assert found in options[0]
        page.press("#search", "Enter")
        page.locator("#panel h2", has_text=found).wait_for()
        assert opened.text("#panel h2") == [found]
        assert "town=" in page.url


def test_search_lists_are_walked_by_keys_and_closed_by_escape(opened: Opened) -> None:
    page = opened.page
    page.fill("#search", "bari")
    assert sorted(opened.text("#search-list bdi")) == ["Bari, Italy (town-2)", "Bari, Italy (town-4)"]
    page.press("#search", "ArrowDown")
    page.press("#search", "ArrowDown")
    assert page.get_attribute("#search", "aria-activedescendant") == "search-1"
    assert page.get_attribute("#search-1", "aria-selected") == "true"
    page.press("#search", "Escape")
    assert not page.locator("#search-list").is_visible()
    assert page.get_attribute("#search", "aria-expanded") == "false"


def test_any_part_of_a_name_finds_it(opened: Opened) -> None:
    opened.page.fill("#search", "star")
    assert "Mostar" in opened.text("#search-list li")[0]
    opened.page.fill("#search", "where no")
    assert "Nowhere" in opened.text("#search-list li")[0]
