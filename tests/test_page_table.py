"""The table in a browser, and what is taken away from the page: all is in it, in order, safe for spreadsheets."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import Opened, picture, town, visiting, write
from twinnet.graph import Network

NAMES = {"suggestions": "suggestions", "links": "rows.links", "towns": "rows.towns"}


def test_the_table_sorts_by_any_column_and_is_searched_blind_to_accents(opened: Opened) -> None:
    page = opened.load("#view=table")
    scores = "table.rows tbody td.col-score"
    page.locator(scores).nth(5).wait_for()
    # At first in the order of the overview: new ones, those to ask about, those to develop.
    assert opened.text(scores) == ["950", "500", "403", "−350", "720", "120"]
    page.click("table.rows th.col-score button")
    assert opened.text(scores) == ["950", "720", "500", "403", "120", "−350"]
    page.click("table.rows th.col-score button")
    assert opened.text(scores)[0] == "−350"
    assert page.get_attribute("table.rows th.col-score", "aria-sort") == "ascending"
    page.click("table.rows th.col-candidate button")
    assert opened.text("table.rows tbody td.col-candidate")[-1] == "Nowhere"
    page.fill("#table-search", "lodz")
    page.locator(".table-bar [role=status]", has_text="1 suggestion").wait_for()
    assert opened.text("table.rows tbody td.col-candidate") == ["Łódź"]
    page.fill("#table-search", "nothing of this")
    page.locator("#view-table .note", has_text="Nothing passes").wait_for()


def test_everything_that_the_map_shows_is_in_the_table(opened: Opened) -> None:
    page = opened.load("#view=table")
    page.locator("table.rows tbody tr").nth(5).wait_for()
    first = page.locator("table.rows tbody tr").first.inner_text()
    for said in ("New", "Mostar", "Bosnia and Herzegovina", "Łódź", "Poland", "950", "2.6", "Themes of Łódź."):
        assert said in first
    opened.go("#view=table&rows=links")
    page.locator("table.rows[data-rows=links] tbody tr").nth(2).wait_for()
    links = page.locator("table.rows").inner_text()
    for said in ("friendship", "partnership", "1998", "activity not known", "active", "2025"):
        assert said in links
    opened.go("#view=table&rows=towns")
    page.locator("table.rows[data-rows=towns] tbody tr").nth(7).wait_for()
    towns = page.locator("table.rows").inner_text()
    for said in ("Mostar", "Nowhere", "القدس", "105,000", "Energy Cities", "youth"):
        assert said in towns


def test_the_table_of_a_town_holds_what_is_the_towns_own(opened: Opened) -> None:
    page = opened.load("#view=table&town=town-9")
    page.locator(".table-bar [role=status]", has_text="1 suggestion").wait_for()
    assert page.locator("table.rows tbody tr").count() == 1
    page.click(".table-bar .only a")
    page.locator("table.rows tbody tr").nth(5).wait_for()


def test_rows_beyond_the_first_come_when_they_are_asked_for(browser: Any, demo_page: Path) -> None:
    with visiting(browser, demo_page) as opened:
        page = opened.load("#view=table")
        page.locator("table.rows tbody tr").nth(199).wait_for()
        assert page.locator("table.rows tbody tr").count() == 200
        page.locator("#view-table .more button").first.click()
        page.locator("table.rows tbody tr").nth(399).wait_for()


def taken(opened: Opened, label: str) -> tuple[str, bytes]:
    """Take something away by the menu; its file's name and content."""
    page = opened.page
    page.click("#export")
    with page.expect_download() as download:
        page.locator("#export-menu button", has_text=label).click()
    path = download.value.path()
    return download.value.suggested_filename, Path(path).read_bytes()


@pytest.mark.parametrize(
    ("label", "rows", "wanted"),
    [("Suggestions", 6, "Łódź"), ("Partnerships", 3, "friendship"), ("Towns", 8, "Бари")],
)
def test_rows_are_taken_away_as_csv(opened: Opened, label: str, rows: int, wanted: str) -> None:
    name, content = taken(opened, label)
    assert name.endswith(".csv")
    assert not set('<>:"/\\|?*') & set(name)
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert "\r\n" in text
    [head, *found] = csv.reader(io.StringIO(text, newline=""))
    assert len(found) == rows
    assert {len(row) for row in found} == {len(head)}
    assert wanted in text


def test_what_is_filtered_sorted_and_searched_is_what_is_taken_away(opened: Opened) -> None:
    page = opened.load("#view=table&kind=start")
    page.locator(".table-bar [role=status]", has_text="4 suggestions").wait_for()
    for _ in range(2):
        page.click("table.rows th.col-score button")
    _, content = taken(opened, "Suggestions")
    found = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["Score"] for row in found] == ["-350", "403", "500", "950"]
    page.fill("#table-search", "lodz")
    page.locator(".table-bar [role=status]", has_text="1 suggestion").wait_for()
    _, content = taken(opened, "Suggestions")
    assert len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))) == 2


def test_no_cell_of_a_file_is_a_formula(browser: Any, tmp_path: Path) -> None:
    names = ["=1+2", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", " =A1", "\t=A1", '"quoted", and', "line\nbreak", "＝1"]
    towns = [town(at, name.strip() or "x", "BA", other_names=(name,)) for at, name in enumerate(names)]
    with visiting(browser, write(tmp_path / "page.html", Network(towns), [])) as opened:
        opened.load("#view=table&rows=towns")
        _, content = taken(opened, "Towns")
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        cells = [cell for row in rows for cell in row]
        assert len(rows) == len(names) + 1
        assert [cell for cell in cells if cell.lstrip()[:1] in {"=", "@", "＝"} or cell[:1] in {"+", "\t"}] == []
        assert any(cell.startswith("'=1+2") for cell in cells)
        assert any("quoted" in cell for cell in cells)


@pytest.mark.parametrize(
    ("state", "dark"),
    [("", False), ("#town=town-1", True), ("#town=town-1&view=network", False), ("#view=network", True)],
)
def test_a_picture_is_taken_away(opened: Opened, state: str, dark: bool) -> None:
    page = opened.load(state)
    if dark:
        page.click("#dark")
    if "network" in state:
        page.wait_for_selector("#network canvas")
    name, content = taken(opened, "Picture")
    assert name.endswith(".png")
    assert content.startswith(b"\x89PNG")
    width, height, count = picture(page, content)
    assert width > 600
    assert height > 500
    assert count > 50


def test_nothing_is_drawn_in_a_table_so_no_picture_is_offered(opened: Opened) -> None:
    page = opened.load("#view=table")
    page.click("#export")
    labels = opened.text("#export-menu button")
    assert len(labels) == 3
    assert not any("Picture" in label for label in labels)
    page.keyboard.press("Escape")
    assert not page.locator("#export-menu").is_visible()
    assert page.evaluate("document.activeElement.id") == "export"
