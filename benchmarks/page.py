"""The page: how long it is built, how large it is, and how soon and how smoothly a browser shows it.

Two networks are measured: the demo, and one of 10,000 organisations with 20,000 links that is made up. Beside them
stands what one would take otherwise: the page that pyvis writes, as one file and at fixed positions, since with its own
physics a large network takes minutes. The browser is offline and draws without a graphics processor.
"""

from __future__ import annotations

import datetime as dt
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks import large
from benchmarks.shared import place, tell
from benchmarks.speed_tables import said
from twinnet.evaluation.report import piped
from twinnet.graph import Network
from twinnet.models import Rules, Suggestion
from twinnet.views import explorer
from twinnet.workspace.demonstration import RULES
from twinnet.workspace.suggesting import suggestions

PAGE = Path(__file__).resolve().parent.parent / "docs" / "explanation" / "speed.md"
FIGURES = ("page", "page beside")
"""What the places for figures in the page about speed are called."""
TODAY = dt.date(2026, 11, 1)
ORGANISATIONS, LINKS = 10_000, 20_000
MOVES = 60
MB = 1_000_000
_FLAGS = ("--no-sandbox", "--disable-gpu", "--enable-precise-memory-info")
# The frame after the one in which something was drawn has begun: then it is seen.
_DRAWN = """
window.drawn = () => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
});
new PerformanceObserver((list) => {
    for (const mark of list.getEntries())
        if (mark.name === "twinnet ready") window.drawn().then((at) => { window.ready = at; });
}).observe({ entryTypes: ["mark"] });
window.addEventListener("load", () => window.drawn().then((at) => { window.loaded = at; }));
"""


class Target(NamedTuple):
    """What is aimed at: seconds (or bytes, or a rate) for 350 and for 10,000 organisations; None where nothing is."""

    small: float
    large: float


TARGETS = {
    "built": Target(0.5, 5.0),
    "size": Target(1.5 * MB, 4.0 * MB),
    "requests": Target(0, 0),
    "ready": Target(1.0, 2.0),
    "drag": Target(30, 30),
}


@dataclass(frozen=True)
class Built:
    """A page that was built: seconds of matching and of building (median), bytes, and what is in it."""

    path: Path
    organisations: int
    links: int
    suggestions: int
    matching: float
    built: float
    size: int


@dataclass(frozen=True)
class Shown:
    """A page in the browser: seconds from the navigation until it is seen, and how it answers.

    ``drag`` and ``drag_all`` are moves answered a second, ``frames`` those drawn a second meanwhile; ``drag_all`` is
    with every recorded link switched on. ``memory`` is that of the script's heap in bytes. None: not measured.
    """

    requests: int
    ready: float
    drag: float | None = None
    frames: float | None = None
    drag_all: float | None = None
    table: float | None = None
    network: float | None = None
    figures: float | None = None
    town: float | None = None
    language: float | None = None
    search: float | None = None
    memory: float | None = None


def run(*, write: bool = False) -> None:
    """Build the pages, look at them in the browser, and print the tables or put them into the page about speed."""
    for key in FIGURES if write else ():
        place(PAGE.read_text(encoding="utf-8"), key)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("not measured: no chromium is installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        pages = [built(demo(Path(folder)), Path(folder) / "demo.html", RULES)]
        pages.append(built(made_up(), Path(folder) / "large.html", Rules()))
        peers = {count: beside(Path(folder) / f"pyvis-{count}.html", count) for count in (350, 2000)}
        with browser(chromium) as opened:
            seen = [shown(opened, page.path) for page in pages]
            others = {count: loaded(opened, path) for count, path in peers.items()}
        sizes = {count: path.stat().st_size for count, path in peers.items()}
    tables = (of_pages(pages, seen), of_peers(pages, seen, others, sizes))
    tell(dict(zip(FIGURES, map(piped, tables), strict=True)), PAGE if write else None)


def demo(folder: Path) -> Network:
    """The demo's network."""
    from twinnet.workspace.importing import import_lists

    names = ("members", "links", "projects", "partners")
    lists = [Path(str(files("twinnet") / "data" / "demo" / f"{name}.csv")) for name in names]
    return import_lists(lists, folder / "demo.twinnet").network


def made_up() -> Network:
    """A large network; of a third of its links a sign of life is known, of a half since when they are."""
    from twinnet.models import Link

    bare = large.network(ORGANISATIONS, links=LINKS / ORGANISATIONS)
    chance = np.random.default_rng(0)
    years, known = chance.integers(1955, 2026, len(bare.links)), chance.random((len(bare.links), 2))
    links = [
        Link(
            id=link.id,
            a=link.a,
            b=link.b,
            since=str(year) if one < 0.5 else None,
            last_activity=str(max(year, 2026 - int(12 * other))) if other < 1 / 3 else None,
        )
        for link, year, (one, other) in zip(bare.links, years.tolist(), known.tolist(), strict=True)
    ]
    return Network(bare.organisations, links=links)


def built(network: Network, path: Path, rules: Rules) -> Built:
    """Suggest, and build the page; the first time is not counted, since it reads the package's own files."""
    tell_progress(f"building {path.name}")
    start = time.perf_counter()
    found: list[Suggestion] = suggestions(network, rules=rules, today=TODAY)
    matched = time.perf_counter() - start
    spent = []
    for _ in range(4):
        start = time.perf_counter()
        text = explorer.page(network, found, title="Measured", rules=rules, today=TODAY)
        spent.append(time.perf_counter() - start)
    path.write_text(text, encoding="utf-8", newline="")
    return Built(
        path=path,
        organisations=len(network.organisations),
        links=len(network.links),
        suggestions=len(found),
        matching=matched,
        built=statistics.median(spent[1:]),
        size=path.stat().st_size,
    )


@contextmanager
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        yield launched
        launched.close()


@contextmanager
def opening(launched: Any, path: Path, wait: str) -> Iterator[tuple[Any, list[str], float]]:
    """Open a page, offline, and wait until it is seen; what it asks for, and the seconds it took (median of three)."""
    requests: list[str] = []
    times = []
    for turn in range(3):
        context = launched.new_context(viewport={"width": 1440, "height": 900}, offline=True)
        context.add_init_script(_DRAWN)
        page = context.new_page()
        page.set_default_timeout(120_000)
        requests.clear()
        page.on("request", lambda r: requests.append(r.url) if r.url.startswith(("http:", "https:", "ws")) else None)
        page.goto(path.as_uri())
        look = f"const look = () => {{ if (window.{wait}) done(window.{wait}); else setTimeout(look, 5); }};"
        times.append(page.evaluate(f"new Promise((done) => {{ {look} look(); }})") / 1000)
        if turn < 2:
            context.close()
    yield page, requests, statistics.median(times)
    context.close()


def ready_in(launched: Any, address: str) -> float:
    """Open a page of ours that a server gives; the seconds until it is seen (median of three)."""
    times = []
    for _ in range(3):
        context = launched.new_context(viewport={"width": 1440, "height": 900})
        context.add_init_script(_DRAWN)
        page = context.new_page()
        page.goto(address)
        look = "const look = () => { if (window.ready) done(window.ready); else setTimeout(look, 5); };"
        times.append(page.evaluate(f"new Promise((done) => {{ {look} look(); }})") / 1000)
        context.close()
    return statistics.median(times)


def loaded(launched: Any, path: Path) -> Shown:
    """Look at a page that says nothing of itself: it is ready a frame after it is loaded."""
    tell_progress(f"opening {path.name}")
    with opening(launched, path, "loaded") as (page, requests, ready):
        memory = page.evaluate("performance.memory.usedJSHeapSize")
        return Shown(requests=len(requests), ready=ready, memory=memory)


def shown(launched: Any, path: Path) -> Shown:
    """Look at a page of ours."""
    tell_progress(f"opening {path.name}")
    with opening(launched, path, "ready") as (page, requests, ready):
        drag, frames = smoothly(page)
        for box in page.locator("#legend-body input").all():
            box.check()
        drag_all, _ = smoothly(page)
        table = after(page, 'document.getElementById("tab-table").click()', "table.rows tbody tr")
        network = after(page, 'document.getElementById("tab-network").click()', "#network canvas")
        figures = after(page, 'document.getElementById("tab-figures").click()', ".figures-bar")
        page.evaluate('document.getElementById("tab-map").click()')
        town = page.evaluate("document.querySelector('#panel .card .sides a').getAttribute('href')")
        opened = after(page, f"window.location.hash = {town!r}", "#panel .back")
        typed = (
            'const box = document.getElementById("search"); box.value = "sar"; box.dispatchEvent(new Event("input"))'
        )
        search = after(page, typed, "#search-list li")
        page.evaluate("window.location.hash = '#view=map'")
        switch = (
            'const box = document.getElementById("language"); box.value = "bs"; box.dispatchEvent(new Event("change"))'
        )
        language = after(page, switch, "html[lang=bs]")
        memory = page.evaluate("performance.memory.usedJSHeapSize")
        return Shown(
            requests=len(requests), ready=ready, drag=drag, frames=frames, drag_all=drag_all, table=table,
            network=network,
            figures=figures, town=opened, language=language, search=search, memory=memory,
        )  # fmt: skip


def after(page: Any, action: str, selector: str) -> float:
    """Do something in the page; the seconds until an element is there and seen."""
    page.evaluate("drawn()")
    script = f"""async () => {{
        const start = performance.now();
        {{ {action} }}
        while (!document.querySelector({selector!r})) await new Promise((done) => setTimeout(done, 1));
        return (await drawn() - start) / 1000;
    }}"""
    took: float = page.evaluate(script)
    return took


def smoothly(page: Any) -> tuple[float, float]:
    """Drag three times; the median of the moves answered a second, and of the frames."""
    turns = [dragged(page) for _ in range(3)]
    return statistics.median(moves for moves, _ in turns), statistics.median(frames for _, frames in turns)


def dragged(page: Any) -> tuple[float, float]:
    """Drag the map there and back; moves of the mouse that were answered a second, and frames drawn meanwhile."""
    page.wait_for_timeout(500)
    page.evaluate("""() => {
        window.counted = { moves: 0, frames: 0, on: true };
        document.addEventListener("mousemove", () => { window.counted.moves += 1; }, true);
        const frame = () => {
            if (!window.counted.on) return;
            window.counted.frames += 1;
            requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
    }""")
    box = page.locator("#map").bounding_box()
    x, y = box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.55
    page.mouse.move(x, y)
    page.mouse.down()
    start = page.evaluate("() => { window.counted.moves = window.counted.frames = 0; return performance.now(); }")
    for step in range(1, MOVES + 1):
        away = min(step, MOVES - step)
        page.mouse.move(x - 6 * away, y - 4 * away)
    counted = "window.counted.on = false; return [now, window.counted.moves, window.counted.frames];"
    end, moves, frames = page.evaluate(f"drawn().then((now) => {{ {counted} }})")
    page.mouse.up()
    page.wait_for_timeout(300)
    spent = (end - start) / 1000
    return moves / spent, frames / spent


def beside(path: Path, count: int) -> Path:
    """Write the page that pyvis makes of so many places and half as many links again, at fixed positions."""
    from pyvis.network import Network as Drawing

    network = large.network(count)
    drawing = Drawing(height="800px", width="100%", cdn_resources="in_line")
    drawing.toggle_physics(False)
    for town in network.organisations:
        x, y = 20 * (town.longitude or 0), -30 * (town.latitude or 0)
        drawing.add_node(town.id, label=town.name, title=town.name, x=x, y=y)
    for link in network.links:
        drawing.add_edge(link.a, link.b)
    path.write_text(drawing.generate_html(notebook=False), encoding="utf-8")
    return path


def of_pages(pages: Sequence[Built], seen: Sequence[Shown]) -> list[tuple[str, ...]]:
    """What was measured of our pages, beside what is aimed at."""
    both = list(zip(pages, seen, strict=True))

    def row(name: str, say: Callable[[Any], str], values: Sequence[float | None], key: str = "") -> tuple[str, ...]:
        told = ["-" if value is None else say(value) for value in values]
        if key:
            told = [
                f"{words} (aimed at: {'at least' if key == 'drag' else 'at most'} {say(aim)})"
                for words, aim in zip(told, TARGETS[key], strict=True)
            ]
        return (name, *told)

    return [
        ("what", *(f"{page.organisations:,} organisations, {page.links:,} links" for page in pages)),
        row("suggestions in it", lambda n: f"{n:,.0f}", [page.suggestions for page in pages]),
        row("suggestions found and said, before", said, [page.matching for page in pages]),
        row("the page built", said, [page.built for page in pages], "built"),
        row("size", megabytes, [page.size for page in pages], "size"),
        row("asked of the network", lambda n: f"{n:.0f}", [one.requests for _, one in both], "requests"),
        row("ready: the map is seen", said, [one.ready for _, one in both], "ready"),
        row("moves answered a second, the map dragged", lambda n: f"{n:.0f}", [one.drag for _, one in both], "drag"),
        row("frames drawn a second meanwhile", lambda n: f"{n:.0f}", [one.frames for _, one in both]),
        row("moves answered a second, with every link drawn", lambda n: f"{n:.0f}", [one.drag_all for _, one in both]),
        row("the table shown", said, [one.table for _, one in both]),
        row("the whole network shown", said, [one.network for _, one in both]),
        row("the figures shown", said, [one.figures for _, one in both]),
        row("a town shown", said, [one.town for _, one in both]),
        row("a letter typed in the search", said, [one.search for _, one in both]),
        row("another language spoken", said, [one.language for _, one in both]),
        row("memory of the script", megabytes, [one.memory for _, one in both]),
    ]


def of_peers(
    pages: Sequence[Built], seen: Sequence[Shown], others: dict[int, Shown], sizes: dict[int, int]
) -> list[tuple[str, ...]]:
    """Our pages beside those that pyvis writes."""
    ours = [
        (f"twinnet, {page.organisations:,} organisations", megabytes(page.size), str(one.requests), said(one.ready))
        for page, one in zip(pages, seen, strict=True)
    ]
    theirs = [
        (f"pyvis, {count:,} places", megabytes(sizes[count]), str(one.requests), said(one.ready))
        for count, one in others.items()
    ]
    return [("page", "size", "asked of the network", "ready"), *ours, *theirs]


def megabytes(size: float) -> str:
    """Say a size.

    >>> megabytes(1_234_567)
    '1.23 MB'
    """
    return f"{size / MB:.2f} MB"


def tell_progress(words: str) -> None:
    print(f"measuring: {words}", file=sys.stderr, flush=True)
