"""The examples run as they stand, without a warning, and do what they say."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def run(name: str, *words: str, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", str(EXAMPLES / name), *words],
        cwd=cwd, capture_output=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 60


def test_an_officers_morning(tmp_path: Path) -> None:
    said = run("officer_morning.py", cwd=tmp_path)
    assert "8 organisations, 8 memberships, 3 links" in said
    assert "0 remarks" in said
    assert sum(" and " in line for line in said.splitlines()) == 5
    page = (tmp_path / "morning.html").read_text(encoding="utf-8")
    assert "Bihać" in page
    assert (tmp_path / "morning.twinnet").is_file()


def test_an_officers_morning_with_lists_of_the_officer(tmp_path: Path) -> None:
    for name, text in (("a.csv", "Mostar,BA\nBihać,BA\n"), ("b.csv", "Bari,IT\nLyon,FR\n")):
        (tmp_path / name).write_text("name,country\n" + text, encoding="utf-8")
    assert "4 organisations, 4 memberships, 0 links" in run("officer_morning.py", "a.csv", "b.csv", cwd=tmp_path)


def test_inside_an_app(tmp_path: Path) -> None:
    first, last = run("inside_an_app.py", cwd=tmp_path).splitlines()
    assert first.startswith("Graz (AT), ")
    assert "Mostar offers what Graz seeks" in first
    assert last == "partners.html shows 8 suggestions"
    assert "Mostar" in (tmp_path / "partners.html").read_text(encoding="utf-8")
