"""The review: how long a decision takes until it is stored, and how soon the page is there.

Two networks are reviewed: the demo, and the towns of Wikidata's twinnings. Decisions come one by one over a connection
that stays open, as a browser sends them, and each is answered when it is stored. One in ten says that a partnership was
signed, one in ten corrects languages, so that the facts change as well.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import urlsplit

from benchmarks.page import TODAY, browser, demo, ready_in
from benchmarks.shared import DATA, has, place, tell
from benchmarks.speed_tables import said
from twinnet.evaluation.report import piped
from twinnet.web import Review
from twinnet.workspace.sitting import Sitting

PAGE = Path(__file__).resolve().parent.parent / "docs" / "explanation" / "speed.md"
FIGURE = "review"
"""What the place for the table in the page about speed is called."""
LINKS = "twinnings/wikidata_eu.csv"
DECISIONS = 400
_BEGUN = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)

T = TypeVar("T")


@dataclass(frozen=True)
class Reviewed:
    """What was measured of one network, in seconds (None: not measured).

    ``begun`` is from the opening of the network until the first page is made; ``page`` is what the server needs for
    it when a browser asks, ``again`` for the same after all decisions, ``other`` for a country not looked at before.
    ``ready`` and ``ready_again`` are from the browser's navigation until the page is seen. ``decided`` are the times of
    all decisions, ``merged`` that of merging what follows from them.
    """

    organisations: int
    begun: float
    page: float
    again: float
    other: float
    decided: Sequence[float]
    merged: float
    ready: float | None = None
    ready_again: float | None = None


def run(*, write: bool = False) -> None:
    """Review the networks, and print the table or put it into the page about speed."""
    if write:
        place(PAGE.read_text(encoding="utf-8"), FIGURE)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder:
        demo(Path(folder))
        stored = [Path(folder) / "demo.twinnet"]
        if has(LINKS):
            from twinnet.workspace.importing import import_lists

            stored.append(Path(folder) / "europe.twinnet")
            import_lists([DATA / LINKS], stored[-1])
        if chromium is None:
            print("not measured: no chromium is installed, so only the server's part is")
            found = [reviewed(one) for one in stored]
        else:
            with browser(chromium) as opened:
                found = [reviewed(one, opened) for one in stored]
    tell({FIGURE: piped(table(found))}, PAGE if write else None)


def table(found: Sequence[Reviewed]) -> list[tuple[str, ...]]:
    """Return the rows of the table."""

    def row(name: str, say: Callable[[Reviewed], float | None]) -> tuple[str, ...]:
        values = map(say, found)
        return (name, *("-" if value is None else said(value) for value in values))

    return [
        ("what", *(f"{one.organisations:,} organisations" for one in found)),
        row(
            "a decision stored: the middle one of 400 (aimed at: below 10 ms)",
            lambda one: statistics.median(one.decided),
        ),
        row("95 of 100 decisions within", lambda one: statistics.quantiles(one.decided, n=20)[-1]),
        row("the slowest", lambda one: max(one.decided)),
        row("the page seen, from the navigation on (aimed at: at most 1 s)", lambda one: one.ready),
        row("the same after 400 decisions", lambda one: one.ready_again),
        row("of it the server's part", lambda one: one.page),
        row("the server's part after 400 decisions", lambda one: one.again),
        row("the server's part for a country not looked at before", lambda one: one.other),
        row("once at the start: the network opened and suggestions found", lambda one: one.begun),
        row("once at the end: what follows from 400 decisions merged", lambda one: one.merged),
    ]


def reviewed(stored: Path, opened: Any = None) -> Reviewed:
    """Decide four hundred times, and look at the page before and after."""
    print(f"reviewing {stored.name}", flush=True)

    def begin() -> Review:
        review = Review(Sitting(stored, today=TODAY))
        review.sitting.page(base=review.base)
        return review

    review, begun = timed(begin)
    with serving(review) as ask:
        page = timed(lambda: ask("GET", ""))[1]
        ready = None if opened is None else ready_in(opened, review.address)
        decided = []
        for values in rows(review.sitting):
            start = time.perf_counter()
            answer = ask("POST", "decide", {"rows": [values]})
            decided.append(time.perf_counter() - start)
            if json.loads(answer)["outcomes"][0]["how"] != "new":
                raise RuntimeError(f"a decision was not stored: {answer!r}")
        again = timed(lambda: ask("GET", ""))[1]
        again_ready = None if opened is None else ready_in(opened, review.address)
        other = timed(lambda: ask("GET", "?for=country:HR"))[1]
        merged = timed(review.sitting.settle)[1]
    count = len(review.sitting.network.organisations)
    made = Reviewed(count, begun, page, again, other, decided, merged)
    return replace(made, ready=ready, ready_again=again_ready)


def rows(sitting: Sitting) -> Iterator[dict[str, Any]]:
    """Give decisions on pairs, one of ten a signing, and corrections between them."""
    ids = sitting.network.organisations.column("id")
    # Five partners of one after the other, as they are judged.
    pairs = ((one, other) for at, one in enumerate(ids) for other in ids[at + 1 : at + 6])
    for number in range(DECISIONS):
        when = f"{_BEGUN + dt.timedelta(seconds=7 * number):%Y-%m-%dT%H:%M:%SZ}"
        if number % 10 == 9:
            edit = {"verdict": "corrected", "field": "languages", "value": ["de"], "when": when}
            yield {"organisation": ids[number // 10], **edit}
            continue
        one, other = next(pairs)
        yield {
            "organisation": one,
            "candidate": other,
            "kind": "start",
            "verdict": "signed" if number % 10 == 4 else ("accepted", "declined", "later")[number % 3],
            "note": "spoke on the telephone; they ask for a visit in spring",
            "when": when,
        }


@contextmanager
def serving(review: Review) -> Iterator[Callable[..., bytes]]:
    """Serve a review; give what asks it, over one connection."""
    thread = Thread(target=review.run, daemon=True)
    thread.start()
    at = urlsplit(review.address)
    line = http.client.HTTPConnection(at.hostname or "", at.port)
    said = {"Origin": f"http://{at.netloc}", "Content-Type": "application/json"}

    def ask(method: str, path: str, values: Any = None) -> bytes:
        body = None if values is None else json.dumps(values).encode("utf-8")
        line.request(method, f"{review.base}{path}", body, said if body else {})
        answer = line.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {content!r}")
        return content

    try:
        yield ask
    finally:
        line.close()
        review.shutdown()
        thread.join()


def timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    made = work()
    return made, time.perf_counter() - start
