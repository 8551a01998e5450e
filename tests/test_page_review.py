"""The review in a browser: each decision is with the server at once, and nothing is lost when it is not there."""

import datetime as dt
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import HOSTILE, WIDE, Opened
from tests.test_page_access import axe, violations
from tests.test_web import LINKS
from tests.test_web import MEMBERS as TOWNS
from twinnet import workspace
from twinnet.decisions import Decision
from twinnet.reading import ReadOptions
from twinnet.stores import open_store

__all__ = ["axe"]

SERVER = """
import datetime as dt, sys
from twinnet.web import Review
from twinnet.workspace.sitting import Sitting
file, port = sys.argv[1:]
review = Review(Sitting(file, today=dt.date(2026, 5, 9), who="Ana"), port=int(port))
review.base = "/only-for-tests/"
print(review.address, flush=True)
review.run()
"""
MEMBERS = f"{TOWNS}Gorizia,IT,youth; tourism\n"
SIDES = ".pair h2"
SAID = "#desk-said"


class Window(Opened):
    """A window of a browser that looks at a review; what it asks of the server is no fault."""

    def __init__(self, context: Any, address: str) -> None:
        super().__init__(context, Path(__file__))
        self.address = address

    def load(self, state: str = "") -> Any:
        self.page.goto(self.address + state)
        self.page.locator(SIDES).wait_for()
        return self.page

    def check(self) -> None:
        """It asked nobody else, and nothing was run or thrown; that the server is silent is told by the browser too."""
        assert self.page.evaluate("window.__xss") is None
        assert [fault for fault in self.faults if "Failed to load resource" not in fault] == []
        origin = self.address.rpartition("/only-for-tests/")[0]
        assert [url for url in self.requests if not url.startswith((origin, "data:", "blob:", "about:"))] == []

    def says(self, words: str) -> None:
        self.page.locator(SAID, has_text=re.compile(f"^{re.escape(words)}")).wait_for()


class Served:
    """The server, in a process that can be killed and started again at the same place."""

    def __init__(self, file: Path) -> None:
        self.file, self.port = file, 0
        self.start()

    def start(self) -> None:
        run = [sys.executable, "-c", SERVER, str(self.file), str(self.port)]
        self.process = subprocess.Popen(run, stdout=subprocess.PIPE, encoding="utf-8")
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()
        assert self.address.startswith("http://127.0.0.1:")
        self.port = int(self.address.split(":")[2].partition("/")[0])

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def rows(self) -> list[Decision]:
        with open_store(self.file) as store:
            return list(store.decisions())


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "alda.csv").write_text(MEMBERS, encoding="utf-8")
    (tmp_path / "links.csv").write_text(LINKS, encoding="utf-8")
    options = ReadOptions(today=dt.date(2026, 5, 9))
    workspace.import_lists([tmp_path / "alda.csv", tmp_path / "links.csv"], tmp_path / "my.twinnet", options=options)
    server = Served(tmp_path / "my.twinnet")
    yield server
    server.kill()


@contextmanager
def looking(browser: Any, served: Served) -> Iterator[Window]:
    """A window in a browser of its own."""
    context = browser.new_context(viewport=WIDE, accept_downloads=True)
    try:
        window = Window(context, served.address)
        window.load()
        yield window
        window.check()
    finally:
        context.close()


@pytest.fixture
def window(browser: Any, served: Served) -> Iterator[Window]:
    with looking(browser, served) as opened:
        yield opened


def test_it_opens_at_the_queue_and_stores_each_decision_at_once(window: Window, served: Served) -> None:
    page = window.page
    assert page.get_attribute("#tab-review", "aria-selected") == "true"
    page.fill(".decide-note textarea", HOSTILE)
    page.click(".verdict.accepted")
    window.says("Saved")
    page.keyboard.press("d")
    page.keyboard.press("3")
    page.locator(".queue-item .badge.declined").wait_for()
    page.keyboard.press("u")
    page.locator(".queue-item .badge.declined").wait_for(state="detached")
    window.says("Saved")
    assert [(row.verdict, row.who, row.note) for row in served.rows()] == [
        ("accepted", "Ana", HOSTILE), ("declined", "Ana", ""), ("withdrawn", "Ana", ""),
    ]  # fmt: skip
    assert page.locator("#desk-save").is_hidden()
    window.load()
    assert HOSTILE not in page.locator(".review").inner_text() or "Accepted" in page.locator(".review").inner_text()
    assert "1 of" in page.locator(".review-progress").inner_text()


def test_two_windows_see_what_the_other_decides(browser: Any, window: Window, served: Served) -> None:
    with looking(browser, served) as other:
        other.page.fill("#desk-who", "Ben")
        other.page.click(".verdict.accepted")
        window.page.locator(".queue-item .badge.accepted").wait_for()
        assert "Ben" in window.page.locator(".decided + p").inner_text()
        window.page.click(".undo")
        other.page.locator(".badge.accepted").wait_for(state="detached")
    assert [(row.verdict, row.who) for row in served.rows()] == [("accepted", "Ben"), ("withdrawn", "Ana")]


def test_a_stale_decision_is_refused_with_what_changed(browser: Any, window: Window, served: Served) -> None:
    with looking(browser, served) as other:
        # This window hears nothing of the others.
        window.page.route("**/changes?*", lambda route: route.fulfill(json={"now": 0, "matters": []}))
        other.page.fill("#desk-who", "Ben")
        other.page.click(".verdict.declined")
        other.page.click(".decide-form .chip >> nth=0")
        other.says("Saved")
        first = window.page.locator(".queue-item").first
        window.page.fill(".decide-note textarea", "we know them")
        window.page.click(".verdict.accepted")
        window.says("Decided by two at once: 1")
        assert first.locator(".badge.disputed").inner_text() == "Conflict"
        first.click()
        told = window.page.locator(".conflict").inner_text()
        assert "Declined" in told
        assert "Too far apart" in told
        assert "Ben" in told
        assert "we know them" in told
        assert window.page.locator(".verdict.accepted").is_disabled()
        assert [row.verdict for row in served.rows()] == ["declined"]
        window.page.click(".conflict .primary")
        window.says("Saved")
        assert [(row.verdict, row.who, row.note) for row in served.rows()] == [
            ("declined", "Ben", ""), ("accepted", "Ana", "we know them"),
        ]  # fmt: skip
        other.page.locator(".queue-item .badge.accepted").wait_for()


def test_theirs_can_be_kept_and_what_was_typed_is_not_lost(browser: Any, window: Window, served: Served) -> None:
    with looking(browser, served) as other:
        window.page.route("**/changes?*", lambda route: route.fulfill(json={"now": 0, "matters": []}))
        other.page.click(".verdict.accepted")
        other.says("Saved")
        window.page.fill(".decide-note textarea", "too far for us")
        window.page.click(".verdict.declined")
        window.page.click(".decide-form .chip >> nth=0")
        window.says("Decided by two at once: 1")
        window.page.locator(".queue-item").first.click()
        window.page.click(".conflict .plain")
        assert "Accepted" in window.page.locator(".decided").inner_text()
        assert window.page.input_value(".decide-note textarea") == "too far for us"
    assert [row.verdict for row in served.rows()] == ["accepted"]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_nothing_is_lost_when_the_server_stops(window: Window, served: Served) -> None:
    page = window.page
    page.click(".verdict.accepted")
    window.says("Saved")
    served.process.send_signal(signal.SIGSTOP)  # It hangs in the middle of things, then it is gone.
    page.fill(".decide-note textarea", "written while it hung")
    page.click(".verdict.accepted")
    window.says("Saving")
    served.kill()
    window.says("Not saved yet (1), kept here; sent again when the server answers")
    page.keyboard.press("a")
    window.says("Not saved yet (2)")
    page.fill(".decide-note textarea", "only typed")
    with page.expect_download() as download:
        page.click("#desk-save")
    assert "written while it hung" in Path(download.value.path()).read_text(encoding="utf-8")
    served.start()
    window.says("Saved")
    assert [(row.verdict, row.note) for row in served.rows()] == [
        ("accepted", ""), ("accepted", "written while it hung"), ("accepted", ""),
    ]  # fmt: skip
    shown = page.locator(SIDES).inner_text()
    window.load()
    page.locator(".queue-item", has_text=shown).first.click()
    assert page.input_value(".decide-note textarea") == "only typed"


def test_a_window_that_was_closed_sends_what_it_kept(window: Window, served: Served) -> None:
    window.page.route("**/decide", lambda route: route.abort())
    window.page.click(".verdict.accepted")
    window.says("Not saved yet (1)")
    assert served.rows() == []
    second = Window(window.context, served.address)
    second.load()
    second.says("Saved")
    assert [row.verdict for row in served.rows()] == ["accepted"]
    second.check()


def test_facts_are_corrected_for_everybody(browser: Any, window: Window, served: Served) -> None:
    cell = window.page.locator(".facing tr", has_text="Working languages").locator("td").first
    cell.locator(".edit").click()
    cell.locator("select").select_option("sq")
    cell.locator("button[type=submit]").click()
    window.says("Saved")
    [row] = served.rows()
    assert (row.field, row.value, row.candidate) == ("languages", ("sq",), None)
    with looking(browser, served) as other:
        said = other.page.locator(".facing tr", has_text="Working languages").locator("td").first.inner_text()
        assert "Albanian" in said
        assert "Corrected by Ana" in said


def test_a_country_or_a_town_is_chosen(window: Window) -> None:
    page = window.page
    page.select_option("#scope", "country:IT")
    page.wait_for_url("**?for=country%3AIT#view=review")
    page.locator(SIDES).wait_for()
    assert page.locator("#scope option:checked").inner_text() == "Italy (2)"
    page.fill("#scope-search", "mos")
    page.locator("#scope-list li", has_text="Mostar").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**?for=town-*")
    page.locator(SIDES).wait_for()
    assert page.locator("#scope option:checked").inner_text().startswith("Mostar")
    assert all("Mostar" in text for text in window.text(".queue-item"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Any, served: Served, axe: str, scheme: str) -> None:
    context = browser.new_context(viewport=WIDE, color_scheme=scheme, bypass_csp=True)
    window = Window(context, served.address)
    page = window.load()
    page.evaluate(axe)
    page.fill("#scope-search", "mos")
    page.locator("#scope-list li[id]").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert violations(page) == []
    page.keyboard.press("Escape")
    # Somebody else decides meanwhile.
    page.route("**/changes?*", lambda route: route.fulfill(json={"now": 0, "matters": []}))
    with looking(browser, served) as other:
        other.page.click(".verdict.accepted")
        other.says("Saved")
    page.click(".verdict.declined")
    page.click(".decide-form .chip >> nth=1")
    window.says("Decided by two at once")
    page.locator(".queue-item").first.click()
    assert violations(page) == []
    window.check()
    context.close()


def test_a_page_from_elsewhere_decides_nothing(window: Window, served: Served) -> None:
    """Whatever another site tries, even with the address: the browser sends it, and the server does not take it."""
    other = window.context.new_page()
    other.goto("data:text/html,<title>elsewhere</title>")
    organisation, candidate = workspace.open(served.file).organisations.column("id")[:2]
    script = """async ([address, organisation, candidate]) => {
        const row = {
            organisation, candidate, kind: "start", verdict: "accepted", when: "2026-11-26T14:03:22Z", after: null,
        };
        const options = { method: "POST", body: JSON.stringify({ rows: [row] }) };
        const tries = [
            { mode: "no-cors" }, { mode: "no-cors", headers: { "Content-Type": "text/plain" } },
            { headers: { "Content-Type": "application/json" } },
        ];
        const said = [];
        for (const one of tries) {
            const sent = fetch(`${address}decide`, { ...options, ...one });
            said.push(await sent.then((answer) => answer.type, () => "failed"));
        }
        return said;
    }"""
    said = other.evaluate(script, [served.address, organisation, candidate])
    assert len(said) == 3
    assert not {"basic", "cors"} & set(said)
    assert served.rows() == []
    other.close()
