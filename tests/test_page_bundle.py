"""What the package ships of the page is what its sources make: nobody who installs twinnet needs node."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT / "twinnet" / "views" / "bundle"


def bundled(node: str, into: Path) -> dict[str, bytes]:
    """Bundle the sources into an empty folder; its files by their names."""
    command = [node, "scripts/build_page.mjs", str(into)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""
    return {path.name: path.read_bytes() for path in sorted(into.iterdir())}


def test_is_fresh(node, tmp_path):
    kept = {path.name: path.read_bytes() for path in sorted(BUNDLE.iterdir())}
    made = bundled(node, tmp_path)
    assert sorted(made) == sorted(kept)
    stale = [name for name in made if made[name] != kept[name].replace(b"\r\n", b"\n")]
    assert not stale, f"{', '.join(stale)}: run 'make page' and commit what it changes"


def test_asks_for_nothing_and_says_no_machine():
    for path in BUNDLE.iterdir():
        text = path.read_text(encoding="utf-8")
        assert "sourceMappingURL" not in text
        assert str(ROOT) not in text
        # A review asks its own server, in one place; the policy of any other page forbids even that.
        assert text.count("fetch(") <= 1
        for word in ("XMLHttpRequest", "WebSocket", "sendBeacon", "importScripts", "@import", "eval("):
            assert word not in text, word
