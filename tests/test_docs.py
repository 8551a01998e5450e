"""The documentation says what the program does: pages made from it are fresh, blocks run, links lead somewhere."""

import inspect
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

import twinnet
from twinnet.models import Rules, Suggestion
from twinnet.reading.fields import FIELDS
from twinnet.reasons import REASONS, WAKING, WIDENING
from twinnet.stores.neo4j.tables import FACTS, SAID

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
if not (ROOT / "scripts").is_dir():
    pytest.skip("needs the checkout: scripts/ is not here", allow_module_level=True)

BUILD: dict[str, Any] = runpy.run_path(str(ROOT / "scripts" / "build_reference.py"))
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    *sorted(DOCS.rglob("*.md")),
]
RUN = [page for page in PAGES if "<!-- run -->" in page.read_text(encoding="utf-8")]

_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    anchor: Callable[[str], str] = BUILD["anchor"]
    return {anchor(heading) for heading in _HEADING.findall(prose(page))}


class TestMadePages:
    def test_they_are_what_the_program_says_now(self):
        for path, text in BUILD["pages"]().items():
            fresh = path.read_text(encoding="utf-8") == text
            assert fresh, f"{path.name} is out of date: run python scripts/build_reference.py"

    def test_every_command_and_option_appears(self):
        text = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
        for command, about in BUILD["commands"]():
            assert f"\n## {command}\n" in text
            assert about in text
        for option in ("--into", "--for", "--corridor-only", "--rules", "--learn", "--countries", "--out"):
            assert f"`{option}" in text

    def test_every_reason_appears(self):
        text = (DOCS / "reference" / "reasons.md").read_text(encoding="utf-8")
        for reason in (*REASONS, *WAKING, *WIDENING):
            assert f"| `{reason.key}` | {reason.label} | {reason.about} |" in text
        for reason in REASONS:
            for feature in reason.features:
                assert f"| {feature.name} | {feature.unit} |" in text

    def test_every_field_appears(self):
        text = (DOCS / "reference" / "fields.md").read_text(encoding="utf-8")
        for fields in FIELDS.values():
            for field in fields:
                assert f"`{field}`" in text

    def test_every_label_type_and_property_of_the_graph_appears_also_in_its_picture(self):
        page = (DOCS / "reference" / "graph.md").read_text(encoding="utf-8")
        picture = (DOCS / "images" / "graph-model.svg").read_text(encoding="utf-8")
        drawn = set(re.findall(r'<text class="(?:name|type)"[^>]*>(\w+)<', picture))
        kinds = {kind.name: kind for kind in (*FACTS, *SAID)}
        assert {*kinds, "TwinnetStore", "TwinnetRows"} <= drawn
        assert drawn == set(re.findall(r"^### (\w+)$", page, re.MULTILINE))
        told = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
        words = set(re.findall(r"\w+", re.sub(r"<style>.*</style>|<[^>]+>", " ", picture, flags=re.DOTALL)))
        for kind in kinds.values():
            ends = {column for column, _ in kind.ends or ()}
            assert kind.table.columns.keys() - ends <= told & words, kind.name


class TestWrittenPages:
    def test_every_public_name_appears(self):
        text = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
        for public in twinnet.__all__:
            assert re.search(rf"`{public}[`(]", text), public

    def test_the_signatures_are_right(self):
        text = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
        for public, written in re.findall(r"^\| `(\w+)\((.+?)\)` \|", text, re.MULTILINE):
            if public in twinnet.__all__:
                named = set(re.findall(r"(\w+)=", written))
                assert named <= set(inspect.signature(getattr(twinnet, public)).parameters), public

    def test_every_rule_and_field_of_a_suggestion_appears(self):
        rules = (DOCS / "reference" / "rules.md").read_text(encoding="utf-8")
        assert [key for key in Rules.model_fields if f"\n| `{key}` |" not in rules] == []
        python = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
        assert [key for key in Suggestion.model_fields if f"`{key}`" not in python] == []

    def test_every_decision_is_listed(self):
        listed = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
        for page in sorted((DOCS / "decisions").glob("0*.md")):
            title = page.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
            number, _, said = title.partition(" ")
            assert page.name.startswith(f"{number}-")
            assert f"| [{number}]({page.name}) | {said} |" in listed


@pytest.mark.parametrize("page", RUN, ids=name)
def test_its_blocks_run_and_print_what_it_shows(page: Path, tmp_path: Path):
    text = page.read_text(encoding="utf-8")
    made = BUILD["run"](text, tmp_path)
    assert made == text, "an output is out of date: run python scripts/build_reference.py"


def test_the_example_of_the_readme_runs_as_it_stands(tmp_path: Path):
    found = re.search(
        r"^<!-- example -->\n.*?^```python\n(.*?)^```",
        (ROOT / "README.md").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    assert found
    script = tmp_path / "example.py"
    script.write_text(found[1], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", script.name],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "points" in done.stdout
    assert (tmp_path / "partners.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_its_links_lead_somewhere(page: Path):
    for target in _LINK.findall(_CODE.sub("", prose(page))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, part = target.partition("#")
        there = (page.parent / unquote(path)).resolve() if path else page
        assert there.exists(), f"{target} is not there"
        assert there.is_relative_to(ROOT), f"{target} leads out of the project"
        if part:
            assert part in anchors(there), f"{target}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_it_has_one_title_and_closes_its_blocks(page: Path):
    text = prose(page)
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    fences = page.read_text(encoding="utf-8").count("```")
    assert fences % 2 == 0


def test_every_page_is_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        for target in _LINK.findall(_CODE.sub("", prose(page))):
            there = (page.parent / target.partition("#")[0]).resolve()
            if there.suffix == ".md" and there.is_file():
                waiting.append(there)
    assert [name(page) for page in PAGES if page not in reached] == []


def test_pictures_are_small():
    for picture in (DOCS / "images").glob("*.png"):
        assert picture.stat().st_size < 400_000, picture.name
