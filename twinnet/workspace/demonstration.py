"""The demo: the package's own network, from its lists to its page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from twinnet.errors import StoreError
from twinnet.models import Rules
from twinnet.reading import ReadOptions
from twinnet.workspace.importing import ImportOptions, import_lists
from twinnet.workspace.suggesting import suggestions, write

RULES = Rules(corridor="old-europe:south-east-europe", cap=5)
"""The rules of the demo: bring old Europe and South-East Europe together, and let nobody be suggested too often."""

NETWORK = "Demo network (made up)"
"""The name of the demo's network, which says on every page and sheet what it is."""

_LISTS = ("members", "links", "projects", "partners")


@dataclass(frozen=True)
class Demo:
    """What the demo made, what it holds in a few words, and one of its towns to look at."""

    page: Path
    workbook: Path
    network: Path
    told: str
    example: str


def make_demo(folder: str | Path, *, today: dt.date) -> Demo:
    """Import the demo's lists into ``demo.twinnet``, suggest, and write ``demo.html`` and ``demo.xlsx``.

    Raises
    ------
    StoreError, InputError
        The folder cannot be written to.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be made: {error.strerror}") from error
    page, workbook, stored = folder / "demo.html", folder / "demo.xlsx", folder / "demo.twinnet"
    midnight = dt.datetime.combine(today, dt.time(), dt.UTC)
    options = ReadOptions(network=NETWORK, today=today)
    with as_file(files("twinnet") / "data" / "demo") as demo:
        done = import_lists(
            [demo / f"{name}.csv" for name in _LISTS], stored, options=options, how=ImportOptions(when=midnight)
        )
    found = suggestions(done.network, rules=RULES, today=today)
    for path in (page, workbook):
        write(found, path, network=done.network, rules=RULES, today=today, title=NETWORK)
    counts = {kind: sum(s.kind == kind for s in found) for kind in ("start", "revitalise", "develop")}
    told = (
        f"{len(done.network.organisations):,} organisations, {len(done.network.links):,} links; suggestions: "
        + ", ".join(f"{count:,} to {kind}" for kind, count in counts.items())
        + f" (rules: corridor {RULES.corridor}, cap {RULES.cap})"
    )
    return Demo(page, workbook, stored, told, found[0].organisation.name)
