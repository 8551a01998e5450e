"""Deciding in the page without a server: by keys, with undo, kept by the browser, saved as a file and loaded again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import HOSTILE, PHONE, Opened, network, pages_of, visiting, write
from tests.test_page_access import axe, violations
from twinnet.decisions import Decision, Matter, judged, matters, standing
from twinnet.graph import Facts

__all__ = ["axe"]

SIDES = ".pair h2"
BADGES = ".queue-item .badge"


@pytest.fixture
def desk(browser: Any, made_up_page: Path) -> Iterator[Opened]:
    """The review of the small network, in a browser that has kept nothing yet."""
    with visiting(browser, made_up_page, accept_downloads=True) as opened:
        opened.load("#view=review")
        opened.page.locator(SIDES).wait_for()
        yield opened


def press(opened: Opened, *keys: str) -> None:
    for key in keys:
        opened.page.keyboard.press(key)


def saved(opened: Opened) -> list[Decision]:
    """Save the decisions file, and read it as twinnet does."""
    with opened.page.expect_download() as download:
        opened.page.click("#desk-save")
    assert download.value.suggested_filename.startswith("decisions-")
    assert download.value.suggested_filename.endswith(".json")
    said = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert (said["twinnet"], said["format"]) == ("decisions", 1)
    assert all("id" not in row for row in said["decisions"])
    return [Decision.model_validate(row) for row in said["decisions"]]


def taken(rows: list[Decision]) -> dict[str, Matter]:
    """Take rows in one after the other, as a network does that knows none of them."""
    known: dict[str, list[Decision]] = {}
    for row in rows:
        before = known.setdefault(row.matter, [])
        assert judged(row, before) == "new"
        before.append(row)
    return matters(rows)


def again(opened: Opened, state: str = "#view=review") -> Opened:
    """The same page in another window of the same browser."""
    other = Opened(opened.context, opened.path)
    other.load(state)
    return other


def test_three_are_judged_by_keys_and_are_there_again(desk: Opened) -> None:
    page = desk.page
    assert desk.text(SIDES)[0].startswith("Mostar")
    assert "0 of 6 judged" in page.locator(".review-progress").inner_text()
    page.fill("#desk-who", "Ana Kovač")
    page.locator(SIDES).click(position={"x": 1, "y": 1})
    page.locator(SIDES).focus()
    press(desk, "a")
    assert page.evaluate("document.activeElement.matches('.pair h2')")
    press(desk, "l", "1")
    press(desk, "d", "3")
    assert "3 of 6 judged" in page.locator(".review-progress").inner_text()
    assert desk.text(BADGES)[:4] == ["Accepted", "Later", "Declined", ""]
    assert page.locator("#desk-save").inner_text() == "Save decisions (3)"
    assert "Declined" in page.locator(".review > [role=status]").inner_text()
    other = again(desk)
    shown = [text for text in other.text(BADGES) if text]
    assert sorted(shown) == ["Accepted", "Declined", "Later"]
    assert other.page.locator("#desk-save").inner_text() == "Save decisions (3)"
    other.check()
    rows = saved(desk)
    assert [(row.verdict, row.who) for row in rows] == [(v, "Ana Kovač") for v in ("accepted", "later", "declined")]
    assert rows[2].because == "No common language"
    assert rows[1].day is not None
    assert len(taken(rows)) == 3
    assert not page.locator("#desk-save").is_visible()


def test_what_was_decided_last_is_taken_back(desk: Opened) -> None:
    page = desk.page
    first = desk.text(SIDES)
    press(desk, "a", "a", "u")
    assert "1 of 6 judged" in page.locator(".review-progress").inner_text()
    assert page.locator("#desk-save").inner_text() == "Save decisions (1)"
    press(desk, "u")
    assert desk.text(SIDES) == first
    assert not page.locator("#desk-save").is_visible()
    press(desk, "a")
    saved(desk)
    press(desk, "u")  # It may be in the network already: the file says that it is taken back.
    rows = saved(desk)
    assert [row.verdict for row in rows] == ["accepted", "withdrawn"]
    assert rows[1].withdraws == rows[1].after == rows[0].id
    assert all(standing(matter.rows) is None for matter in taken(rows).values())


def test_a_suggestion_goes_through_the_funnel_with_its_note(desk: Opened) -> None:
    page = desk.page
    press(desk, "n")
    page.keyboard.type("Call the LDA")
    page.click(".verdict.accepted")
    press(desk, "k")
    for step, day in (("contacted", "2026-02-01"), ("met", "2026-02-10"), ("signed", "2026-03-01")):
        page.click(f".step.{step}")
        page.fill(".decide-form input[type=date]", day)
        page.keyboard.press("Enter")
        press(desk, "k")
    assert "Signed · Mar 1, 2026" in page.locator(".decided").inner_text()
    assert [text.split("\n")[0] for text in desk.text(".history li")] == [
        "Signed · Mar 1, 2026", "Met · Feb 10, 2026", "Contact made · Feb 1, 2026", "Accepted",
    ]  # fmt: skip
    page.fill(".decide-note textarea", "Call the mayor")
    page.click(".decide-note button")
    rows = saved(desk)
    assert [row.verdict for row in rows] == ["accepted", "contacted", "met", "signed", "signed"]
    assert [row.note for row in rows] == ["Call the LDA"] * 4 + ["Call the mayor"]
    [matter] = taken(rows).values()
    assert matter.stands is not None
    assert (matter.stands.verdict, matter.stands.day) == ("signed", "2026-03-01")


def test_hostile_words_are_words(desk: Opened) -> None:
    page = desk.page
    page.fill("#desk-who", HOSTILE)
    page.fill(".decide-note textarea", HOSTILE)
    page.click(".verdict.declined")
    page.fill(".decide-form input[name=because]", HOSTILE)
    page.keyboard.press("Enter")
    press(desk, "k")
    assert HOSTILE in page.locator(".decided").inner_text()
    assert HOSTILE in page.locator(".history").inner_text()
    press(desk, "j")
    assert HOSTILE in page.locator(SIDES).inner_text()
    page.click(".misplaced")
    assert HOSTILE in page.locator(".decide-form").inner_text()
    press(desk, "2")
    rows = saved(desk)
    assert (rows[0].because, rows[0].note, rows[0].who) == (HOSTILE, HOSTILE, HOSTILE)
    assert (rows[1].verdict, rows[1].about) == ("misplaced", "town-5")
    other = again(desk)
    other.check()


def test_keys_only_write_while_one_types_and_can_be_turned_off(desk: Opened) -> None:
    page = desk.page
    page.focus(".decide-note textarea")
    page.keyboard.type("all day, no luck? jk")
    assert page.input_value(".decide-note textarea") == "all day, no luck? jk"
    page.keyboard.press("Escape")
    press(desk, "?")
    dialog = page.locator("dialog.keys")
    assert dialog.is_visible()
    press(desk, "a")
    dialog.locator("input").uncheck()
    dialog.locator("button").click()
    press(desk, "a", "d", "j")
    assert "0 of 6 judged" in page.locator(".review-progress").inner_text()
    assert not page.locator(".decide-form").is_visible()
    press(desk, "?")  # It still tells them.
    dialog.locator("input").check()
    page.keyboard.press("Escape")
    page.locator(SIDES).focus()
    press(desk, "a")
    assert "1 of 6 judged" in page.locator(".review-progress").inner_text()


def test_a_note_that_is_typed_is_there_again(desk: Opened) -> None:
    desk.page.fill(".decide-note textarea", "half a thou")
    other = again(desk)
    assert other.page.input_value(".decide-note textarea") == "half a thou"


def test_a_file_is_loaded_again_elsewhere(desk: Opened, browser: Any, made_up_page: Path, tmp_path: Path) -> None:
    press(desk, "a", "d", "1")
    with desk.page.expect_download() as download:
        desk.page.click("#desk-save")
    download.value.save_as(tmp_path / "decisions.json")
    with visiting(browser, made_up_page) as elsewhere:
        page = elsewhere.load("#view=review")
        page.set_input_files(".review input[type=file]", tmp_path / "decisions.json")
        page.locator(".review-progress", has_text="2 of 6 judged").wait_for()
        assert "2 of 2 decisions" in page.locator(".review > [role=status]").inner_text()
        page.set_input_files(".review input[type=file]", tmp_path / "decisions.json")
        page.locator(".review > [role=status]", has_text="0 of 2 decisions").wait_for()
        (tmp_path / "other.json").write_text("[]", encoding="utf-8")
        page.set_input_files(".review input[type=file]", tmp_path / "other.json")
        page.locator(".review > [role=status]", has_text="no file of decisions").wait_for()


def test_the_queue_is_that_of_the_filters_and_of_a_town(desk: Opened) -> None:
    page = desk.go("#view=review&kind=develop")
    assert "0 of 1 judged" in page.locator(".review-progress").inner_text()
    desk.go("#view=review&town=town-7")
    assert len(desk.text(".queue-item")) == 1
    assert "القدس" in page.locator(SIDES).inner_text()
    desk.go("#view=review&theme=nothing")
    assert "No suggestion passes" in page.locator(".pair-pane").inner_text()


def test_a_card_of_a_town_can_be_judged_too(desk: Opened) -> None:
    page = desk.go("#town=town-1")
    card = page.locator("#panel .card").first
    card.locator(".card-decide > summary").click()
    card.locator(".verdict.accepted").click()
    assert card.locator(".card-decide > summary").inner_text() == "Accepted"
    card.locator(".undo").click()
    assert card.locator(".card-decide > summary").inner_text() == "Decide"
    card.locator(".verdict.later").click()
    card.locator(".decide-form .chip").first.click()
    desk.go("#view=review")
    assert desk.text(BADGES)[0] == "Later"


def test_facts_are_corrected_in_place(desk: Opened) -> None:
    page = desk.page
    page.fill("#desk-who", "Ana")
    languages = page.locator(".facing tr", has_text="Working languages").locator("td").first
    languages.locator(".edit").click()
    languages.locator("select").select_option("bs")
    languages.locator("select").select_option("de")
    languages.locator("button[type=submit]").click()
    assert "Bosnian, German" in languages.inner_text()
    assert "Corrected by Ana" in languages.inner_text()
    assert page.evaluate("document.activeElement.matches('.edit')")
    offers = page.locator(".facing tr", has_text="Offers").locator("td").first
    offers.locator(".edit").click()
    offers.locator(".edit-chip button").click()
    offers.locator("button[type=submit]").click()
    assert "not known" in offers.inner_text()
    offers.locator(".link-like").click()
    assert "youth" in offers.inner_text()
    press(desk, "a", "k")
    seeks = page.locator(".facing tr", has_text="Seeks").locator("td").last
    seeks.locator(".edit").click()
    seeks.locator("select").select_option("sport")
    seeks.locator("button[type=submit]").click()
    assert "sport" in seeks.inner_text()
    press(desk, "u")  # The last one is taken back, whatever it was.
    assert "sport" not in seeks.inner_text()
    assert "1 of 6 judged" in page.locator(".review-progress").inner_text()
    press(desk, "u")
    assert "0 of 6 judged" in page.locator(".review-progress").inner_text()
    desk.go("#town=town-1")
    assert "Bosnian, German" in page.locator("#panel [data-fact=languages]").inner_text()
    link = page.locator(".partners li", has_text="Bari").locator(".editable").first
    link.locator(".edit").click()
    link.locator("select").select_option("dormant")
    link.locator("button[type=submit]").click()
    assert "dormant" in link.inner_text()
    rows = saved(desk)
    assert [(row.field, row.value) for row in rows] == [("languages", ("bs", "de")), ("link_state", ("dormant",))]
    assert len(taken(rows)) == 2
    other = again(desk, "#town=town-1")
    assert "Bosnian, German" in other.page.locator("#panel [data-fact=languages]").inner_text()
    other.check()


def test_leaving_with_decisions_in_no_file_is_asked_about(desk: Opened) -> None:
    asked: list[str] = []
    other = Opened(desk.context, desk.path)
    other.load("#view=review")
    other.page.on("dialog", lambda dialog: asked.append(dialog.type))
    other.page.locator(SIDES).click(position={"x": 1, "y": 1})
    press(other, "a")
    with other.page.expect_event("dialog"):
        other.page.close(run_before_unload=True)
    assert asked == ["beforeunload"]
    other.faults.clear()


def test_the_page_that_knows_what_was_decided_shows_it_first(browser: Any, tmp_path: Path) -> None:
    """What was decided before stands behind what is to be judged, with nobody's words."""
    facts, found = network()
    row = Decision(organisation="town-1", candidate="town-9", kind="start", verdict="contacted", note="secret",
                   when="2026-02-01T09:00:00Z")  # fmt: skip
    facts.decisions = Facts.of(Decision, [row])
    path = write(tmp_path / "page.html", facts, found)
    with visiting(browser, path) as opened:
        page = opened.load("#view=review")
        assert "1 of 6 judged" in page.locator(".review-progress").inner_text()
        assert opened.text(".queue-list h3") == ["To judge 5", "Under way 1"]
        assert opened.text(BADGES)[-1] == "Contact made"
        page.locator(".queue-item").last.click()
        page.click(".step.met")
        page.keyboard.press("Enter")
        assert "secret" not in page.locator("body").inner_text()
        met = page.evaluate("""() => Object.entries(localStorage).filter(([key]) => key.includes("row:"))
            .map(([, value]) => JSON.parse(value).row)""")
        assert [(one["verdict"], one["after"]) for one in met] == [("met", row.id)]


# For everybody.


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Any, made_up_page: Path, axe: str, scheme: str) -> None:
    with visiting(browser, made_up_page, color_scheme=scheme, bypass_csp=True) as opened:
        page = opened.load("#view=review")
        page.evaluate(axe)
        assert violations(page) == []
        for opener in (".verdict.declined", ".verdict.later", ".step.signed", ".misplaced"):
            page.click(opener)
            assert violations(page) == []
        page.click(".verdict.accepted")
        page.keyboard.press("k")
        page.locator(".facing .edit").first.click()
        assert violations(page) == []
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        assert violations(page) == []
        page.keyboard.press("Escape")
        opened.go("#town=town-1")
        page.locator(".card-decide > summary").first.click()
        page.locator("#panel .edit").first.click()
        assert violations(page) == []


def test_on_a_phone_everything_is_in_reach(browser: Any, made_up_page: Path, axe: str) -> None:
    with visiting(browser, made_up_page, viewport=PHONE, has_touch=True, bypass_csp=True) as opened:
        page = opened.load("#view=review")
        assert opened.fits()
        assert not page.locator(".queue-item").first.is_visible()
        page.click(".queue-opener")
        page.locator(".queue-item").nth(2).click()
        assert not page.locator(".queue-item").first.is_visible()
        assert "3 of 6" in page.locator(".pair-top").inner_text()
        page.click(".verdict.declined")
        assert opened.fits()
        page.evaluate(axe)
        assert violations(page) == []
        low = """() => Array.from(document.querySelectorAll(".decide button, .pair-top button"))
            .filter((one) => one.offsetParent && !one.matches(".link-like") && one.offsetHeight < 44)
            .map((one) => one.className)"""
        assert page.evaluate(low) == []


@pytest.mark.parametrize("language", ["bs", "de", "fr", "it", "mk", "ro", "sq"])
def test_every_language_has_room(browser: Any, made_up_page: Path, language: str) -> None:
    with visiting(browser, made_up_page, viewport=PHONE) as opened:
        page = opened.load(f"#view=review&lang={language}")
        page.click(".verdict.declined")
        assert opened.fits()
        page.set_viewport_size({"width": 1100, "height": 800})
        assert opened.fits()


def test_another_language_is_spoken_at_once(desk: Opened) -> None:
    press(desk, "a")
    desk.go("#view=review&lang=de")
    assert "1 von 6 beurteilt" in desk.page.locator(".review-progress").inner_text()
    assert desk.text(BADGES)[0] == "Angenommen"


def test_a_pair_is_printed_without_what_decides(desk: Opened) -> None:
    press(desk, "a", "k")
    desk.page.emulate_media(media="print")
    assert desk.page.locator(".decided").is_visible()
    for gone in (".verdict", ".steps", ".queue", ".review-bar", ".decide-note", ".edit", "#desk-save"):
        assert not desk.page.locator(gone).first.is_visible()
    assert pages_of(desk.page.pdf(format="A4")) in (1, 2)


def test_the_review_is_made_when_it_is_opened(opened: Opened) -> None:
    assert opened.page.locator("#view-review > *").count() == 0
    opened.page.click("#tab-review")
    opened.page.locator(SIDES).wait_for()
