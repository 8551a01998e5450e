"""An officer decides in the browser, a colleague in the workbook, a third in the page: all of it is in the network."""

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import openpyxl
import pytest

import twinnet
from tests.browsing import WIDE
from twinnet.graph import Network
from twinnet.models import Rules
from twinnet.web import Review
from twinnet.workspace.demonstration import RULES, make_demo
from twinnet.workspace.sitting import Sitting
from twinnet.workspace.taking import take

TODAY = dt.date(2026, 5, 9)
NOW = dt.datetime(2026, 5, 9, 18, tzinfo=dt.UTC)


@pytest.fixture
def morning(tmp_path: Path) -> Path:
    """A folder with the network, the page and the workbook that three people get in the morning."""
    make_demo(tmp_path, today=TODAY)
    return tmp_path


@pytest.fixture
def served(morning: Path) -> Iterator[str]:
    """The address of a review of the network."""
    review = Review(Sitting(morning / "demo.twinnet", today=TODAY, who="Ana", rules=RULES))
    thread = Thread(target=review.run)
    thread.start()
    yield review.address
    review.shutdown()
    thread.join(30)


def judge(
    browser: Any, address: str, keys: list[str], *, kind: str = "", who: str = "", to: Path | None = None
) -> None:
    """Judge with one key after the other, each once the suggestion is there; save the decisions to a file."""
    context = browser.new_context(viewport=WIDE, accept_downloads=True)
    page = context.new_page()
    page.goto(f"{address}#view=review&kind={kind}")
    page.locator(".pair h2").wait_for()
    if who:
        page.fill("#desk-who", who)
    page.locator(".pair h2").focus()
    for judged, key in enumerate(keys, 1):
        for stroke in key.split():
            page.keyboard.press(stroke)
        page.locator(".review-progress", has_text=f"{judged} of ").wait_for()
    if to is not None:
        with page.expect_download() as download:
            page.click("#desk-save")
        download.value.save_as(to)
    else:
        page.locator("#desk-said[data-tone=good]").wait_for()
    context.close()


def fill(workbook: Path) -> None:
    """Decide on five links to wake, as a colleague does in a spreadsheet."""
    book = openpyxl.load_workbook(workbook)
    sheet = book["Revitalise"]
    at = {cell.value: cell.column for cell in sheet[1]}
    # A pair stands in the sheet for each of its sides.
    names = [at["Organisation"], at["Partner"]]
    pairs = {frozenset(str(sheet.cell(row, column).value) for column in names): row for row in range(30, 1, -1)}
    for row, said in zip(
        sorted(pairs.values()), ("accepted", "declined", "later", "contacted", "accepted"), strict=False
    ):
        sheet.cell(row, at["Decision"]).value = said
        sheet.cell(row, at["Note"]).value = f"row {row}"
    book.save(workbook)


def pairs(network: Network) -> set[frozenset[str]]:
    found = twinnet.suggest(network, rules=RULES, today=TODAY)
    return {frozenset((one.organisation.id, one.candidate.id)) for one in found}


@pytest.mark.browser
def test_eighteen_decisions_of_three_people_are_in_the_network(browser: Any, morning: Path, served: str) -> None:
    file = morning / "demo.twinnet"
    before = twinnet.open(file)
    judge(browser, served, ["a", "a", "d 1", "a", "l 1", "a", "d 3", "a", "a", "d 1"], kind="start")
    fill(morning / "demo.xlsx")
    page = (morning / "demo.html").as_uri()
    judge(browser, page, ["a", "a", "d 1"], kind="develop", who="Ivo", to=morning / "ivo.json")
    for sent, who in (("demo.xlsx", "Mirela"), ("ivo.json", "Ivo")):
        taken = take(file, morning / sent, who=who, now=NOW)
        assert {one.how for one in taken.outcomes} == {"new"}
        assert not taken.faults

    network = twinnet.open(file)
    stands = [matter.stands for matter in network.matters.values() if matter.stands is not None]
    assert Counter(one.who for one in stands) == {"Ana": 10, "Mirela": 5, "Ivo": 3}
    assert Counter((one.kind, one.verdict) for one in stands if one.who == "Ana") == {
        ("start", "accepted"): 6, ("start", "declined"): 3, ("start", "later"): 1,
    }  # fmt: skip
    assert all(len(matter.rows) == 1 for matter in network.matters.values())
    assert all(one.note.startswith("row ") for one in stands if one.who == "Mirela")

    # Tomorrow's list: nothing of what was decided, and more like what was accepted.
    decided = {frozenset((one.organisation, one.candidate or "")) for one in stands if one.kind == "start"}
    assert decided <= pairs(before)
    assert not decided & pairs(network)
    alike = [one for one in twinnet.suggest(network, rules=RULES, today=TODAY) if _alike(one)]
    assert alike
    links = {frozenset((one.organisation, one.candidate or "")) for one in stands if one.kind == "revitalise"}
    woken = twinnet.revive(network, rules=Rules(), today=TODAY, top=None)
    assert not links & {frozenset((one.organisation.id, one.candidate.id)) for one in woken}

    # And once more: the same files change nothing.
    kept = shutil.copy(file, morning / "kept.twinnet")
    for sent in ("demo.xlsx", "ivo.json"):
        assert {one.how for one in take(kept, morning / sent, who="Eva", now=NOW).outcomes} == {"known"}


def _alike(suggestion: twinnet.Suggestion) -> bool:
    return any(reason.key == "accepted" and reason.points > 0 for reason in suggestion.reasons)
