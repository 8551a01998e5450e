"""Where the shared data are, and how a figure is printed or put into a page."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

DATA = Path(os.environ.get("TWINNET_DATA", Path(__file__).resolve().parent.parent.parent / "shared" / "data"))


def has(*names: str) -> bool:
    """Tell whether the shared data are there, and say so where they are not."""
    missing = [name for name in names if not (DATA / name).exists()]
    if missing:
        print(f"not measured: {', '.join(missing)} is missing from {DATA} (set TWINNET_DATA)")
    return not missing


def show(what: str, ours: float, unit: str, beside: str = "") -> None:
    print(f"{what:64s} {ours:9.3f} {unit:4s} {beside}", flush=True)


def tell(figures: Mapping[str, str], page: Path | None) -> None:
    """Print figures under their names, or put them into a page."""
    if page is None:
        for name, said in figures.items():
            print(f"{name}\n\n{said}\n", flush=True)
    else:
        put(page, figures)
        print(f"the figures of {', '.join(figures)} stand in {page.name}")


def put(page: Path, figures: Mapping[str, str]) -> None:
    """Put figures into a page, each between ``<!-- figures: NAME -->`` and ``<!-- end of figures -->``.

    Raises :class:`LookupError` where the page has no such place; then nothing is written.
    """
    text = page.read_text(encoding="utf-8")
    for name, said in figures.items():
        begin, end = place(text, name)
        text = f"{text[:begin]}{said}\n{text[end:]}"
    page.write_text(text, encoding="utf-8", newline="\n")


def place(text: str, name: str) -> tuple[int, int]:
    """Return where the figures of a name begin in the text of a page, and where they end."""
    found = re.findall(rf"(?s)<!-- figures: {re.escape(name)} -->\n.*?<!-- end of figures -->", text)
    if len(found) != 1:
        raise LookupError(f"the page has {len(found)} places for the figures of {name!r}: exactly one is needed")
    begin = text.index(found[0])
    return begin + found[0].index("\n") + 1, begin + found[0].rindex("<!--")
