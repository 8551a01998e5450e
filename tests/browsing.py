"""What tests of the page in a browser share: a made-up network, a page that is open, and what is drawn on it."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from twinnet.graph import Network
from twinnet.models import Evidence, Link, Membership, Organisation, Partner, Party, Project, Rules, Suggestion, link_id
from twinnet.views import explorer

TODAY = dt.date(2026, 3, 1)
HOSTILE = '</script><script>window.__xss=1</script>"><img src=x onerror=window.__xss=1>'
LONG = "Llanfairpwllgwyngyll" * 15
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


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
    """Eight towns, some of them odd, four links, and six suggestions of all kinds."""
    mostar = town(1, "Mostar", "BA", themes_offered=("youth",), population=105_000)
    lodz = town(9, "Łódź", "PL", population=680_000)
    bari = town(2, "Bari", "IT", themes_sought=("youth",), other_names=("Бари",))
    twin = town(4, "Bari", "IT")
    nowhere = town(3, "Nowhere", "IT", latitude=None, longitude=None)
    hostile = town(5, HOSTILE, "FR", themes_offered=(HOSTILE,))
    long = town(6, LONG, "DE")
    right = town(7, "القدس", "TR", description="Exchange of young people, youth clubs and a youth council")
    towns = [mostar, lodz, bari, twin, nowhere, hostile, long, right]
    bari_mostar = {"a": "town-1", "b": "town-2", "since": "1998"}
    links = [
        Link(id=link_id("town-1", "town-2"), **bari_mostar),
        Link(id=link_id("town-1", "town-2", "friendship"), kind="friendship", last_activity="2025", **bari_mostar),
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


def star() -> tuple[Network, list[Suggestion]]:
    """A town in the middle, and around it one for each line that a map draws."""
    middle = Organisation(id="middle", name="Middle", country="AT", latitude=47.0, longitude=13.0)
    ends = {
        "start": (53.0, 13.0, "PL"), "revitalise": (47.0, 21.0, "HU"), "develop": (41.0, 13.0, "IT"),
        "active": (47.0, 4.0, "FR"), "dormant": (51.5, 6.0, "DE"), "unknown": (51.0, 20.0, "PL"),
        "ended": (43.0, 20.0, "BA"),
    }  # fmt: skip
    towns = {
        key: Organisation(id=key, name=key.title(), country=country, latitude=north, longitude=east)
        for key, (north, east, country) in ends.items()
    }
    said: dict[str, dict[str, Any]] = {
        "revitalise": {"last_activity": "2015", "themes": ("culture",)},
        "develop": {"last_activity": "2025"},
        "active": {"last_activity": "2025", "themes": ("youth",)},
        "dormant": {"last_activity": "2015"},
        "unknown": {},
        "ended": {"until": "2010"},
    }
    links = [
        Link(id=f"link-{key}", **dict(zip("ab", sorted(("middle", key)), strict=True)), **values)
        for key, values in said.items()
    ]
    found = [
        suggestion(middle, towns["start"], (900, 30, -5), themes=("youth",)),
        suggestion(
            middle, towns["revitalise"], (500, 3, -5), kind="revitalise", link="link-revitalise", state="dormant"
        ),
        suggestion(middle, towns["develop"], (200, 3, -5), kind="develop", link="link-develop", state="active"),
    ]
    return Network([middle, *towns.values()], links=links), found


def write(path: Path, facts: Network, found: list[Suggestion], **values: Any) -> Path:
    """Write a page; ``path`` is its file."""
    given = {"title": "Made-up network", "rules": Rules(), "today": TODAY, **values}
    path.write_text(explorer.page(facts, found, **given), encoding="utf-8", newline="")
    return path


class Opened:
    """A page open in the browser, with everything it asked for and everything that went wrong."""

    def __init__(self, context: Any, path: Path) -> None:
        self.requests: list[str] = []
        self.faults: list[str] = []
        self.context = context
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("pageerror", lambda e: self.faults.append(str(e)))
        self.page.on("console", self._said)
        self.page.on("dialog", lambda d: (self.faults.append(d.message), d.dismiss()))
        self.path = path

    def _said(self, message: Any) -> None:
        # That tests read a canvas often is no fault of the page.
        if message.type in ("error", "warning") and "willReadFrequently" not in message.text:
            self.faults.append(message.text)

    def load(self, state: str = "") -> Any:
        """Open the page anew."""
        self.page.goto("about:blank")
        self.page.goto(self.path.as_uri() + state)
        self.page.evaluate(
            """() => new Promise((done) => {
            const look = () => (performance.getEntriesByName("twinnet ready").length ? done() : setTimeout(look, 20));
            look();
        })"""
        )
        return self.page

    def go(self, state: str) -> Any:
        """Follow another address within the page."""
        script = """state => new Promise((done) => {
            if (window.location.hash === state) { done(); return; }
            window.addEventListener("hashchange", () => window.setTimeout(done), { once: true });
            window.location.hash = state;
        })"""
        self.page.evaluate(script, state)
        return self.page

    def text(self, selector: str) -> list[str]:
        found: list[str] = self.page.locator(selector).all_inner_texts()
        return found

    def fits(self) -> bool:
        """Whether nothing has to be scrolled sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))

    def check(self) -> None:
        """Nothing was asked for, run or thrown."""
        assert self.page.evaluate("window.__xss") is None
        assert self.faults == []
        assert [url for url in self.requests if not url.startswith(("file:", "data:", "about:", "blob:"))] == []
        assert {url.partition("#")[0] for url in self.requests if url.startswith("file:")} <= {self.path.as_uri()}


@contextmanager
def visiting(browser: Any, path: Path, **options: Any) -> Iterator[Opened]:
    """Open a page in a context of its own."""
    context = browser.new_context(**{"viewport": WIDE, **options})
    try:
        opened = Opened(context, path)
        yield opened
        opened.check()
    finally:
        context.close()


def colours(page: Any, selector: str) -> dict[str, int]:
    """The colours that are drawn on canvases, as "rrggbb", each with how many pixels have it; of none, once one is."""
    script = """async selector => {
        const seen = {};
        for (const end = Date.now() + 15_000; Date.now() < end && Object.keys(seen).length === 0; ) {
            for (const canvas of document.querySelectorAll(selector)) {
                const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                for (let i = 0; i < data.length; i += 4) {
                    if (data[i + 3] < 180) continue;
                    const colour = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
                    seen[colour] = (seen[colour] ?? 0) + 1;
                }
            }
            await new Promise((done) => setTimeout(done, 20));
        }
        return seen;
    }"""
    found: dict[str, int] = page.evaluate(script, selector)
    return {f"{int(colour):06x}": count for colour, count in found.items()}


def named(page: Any, *names: str) -> list[str]:
    """The page's own colours by their names, as "rrggbb"."""
    script = "name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()"
    return [page.evaluate(script, name).removeprefix("#") for name in names]


def amount(found: dict[str, int], colour: str) -> int:
    """How many pixels have a colour, or one that the eye does not tell from it."""
    wanted = bytes.fromhex(colour)
    near = (
        count
        for other, count in found.items()
        if max(abs(p - q) for p, q in zip(wanted, bytes.fromhex(other), strict=True)) < 5
    )
    return sum(near)


def picture(page: Any, png: bytes) -> tuple[int, int, int]:
    """Width, height and number of colours of a PNG, as the browser of a page reads it."""
    import base64

    script = """async (data) => {
        const image = new Image();
        image.src = `data:image/png;base64,${data}`;
        await image.decode();
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.width, image.height];
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
        return [image.width, image.height, new Set(pixels).size];
    }"""
    width, height, count = page.evaluate(script, base64.b64encode(png).decode("ascii"))
    return width, height, count


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
