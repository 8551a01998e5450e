"""Suggestions of a network, written as what the ending of a file asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from twinnet import matching
from twinnet.best import Progress
from twinnet.graph import Network
from twinnet.models import SUGGESTION_KINDS, Rules, Suggestion, SuggestionKind
from twinnet.writing import SUFFIXES, write_text
from twinnet.writing import write as write_table

if TYPE_CHECKING:
    from twinnet.views.explorer import Opens
    from twinnet.writing.workbook import Questions

PAGE = (".html", ".htm")
"""Endings of a page."""

_VERBS: dict[SuggestionKind, Callable[..., Sequence[Suggestion]]] = {
    "start": matching.suggest,
    "revitalise": matching.revive,
    "develop": matching.deepen,
}

_WHOLE = (*PAGE, ".xlsx")
"""Endings of files that hold all three kinds of suggestion."""


def suggestions(
    network: Network,
    kinds: Sequence[SuggestionKind] = SUGGESTION_KINDS,
    *,
    top: int = 5,
    rules: Rules | None = None,
    today: dt.date | None = None,
    progress: Progress | None = None,
) -> list[Suggestion]:
    """Make suggestions of several kinds, one kind after the other."""
    found: list[Suggestion] = []
    for at, kind in enumerate(kinds):
        step = part_of(progress, at, len(kinds))
        verb = _VERBS[kind]
        found += verb(network, top=top, rules=rules, today=today, progress=step)
    return found


def part_of(progress: Progress | None, at: int, parts: int) -> Progress | None:
    """Return the progress of one of several parts of a work, which come one after the other."""
    if progress is None:
        return None
    return lambda done, of: progress(at * of + done, parts * of)


def holds_all(path: str | Path) -> bool:
    """Tell whether a file of that ending holds all three kinds of suggestion (a page, a workbook)."""
    return Path(path).suffix.lower() in _WHOLE


def write(
    found: Sequence[Suggestion],
    path: str | Path,
    *,
    network: Network,
    rules: Rules | None = None,
    today: dt.date | None = None,
    title: str | None = None,
    opens: Opens | None = None,
    unresolved: Questions | None = None,
) -> None:
    """Write suggestions as what the ending asks for: ``.html`` (one offline page), ``.xlsx``, ``.csv``, ``.json``.

    Parameters
    ----------
    found:
        The suggestions, of any kinds.
    path:
        Where to; the file is replaced as a whole or not at all.
    network:
        The facts they were made from. A page and a workbook tell which points apply to it, as if none had been given.
    rules, today:
        What they were asked with; the defaults are those of :func:`twinnet.suggest`.
    title:
        The page's heading; by default it names the networks.
    opens:
        The language and the organisation that a page opens with; by default the reader's language, and the best of all.
    unresolved:
        The open questions of the network, which a workbook asks (:func:`twinnet.workspace.reviewing.unresolved`).

    Raises
    ------
    InputError
        The ending is unknown or the file cannot be written.
    """
    rules = rules or Rules()
    today = today or rules.as_of or network.newest_date or matching.DATA_DATE
    if Path(path).suffix.lower() in PAGE:
        from twinnet.views.explorer import page

        whose = [selector.split(":", 1)[-1] for selector in rules.whose]
        named = title or ", ".join(whose or network.networks) or "Twinning network"
        write_text(page(network, found, title=named, rules=rules, today=today, opens=opens), path)
    else:
        write_table(found, path, network=network, rules=rules, today=today, unresolved=unresolved)


ENDINGS = (".html", *SUFFIXES)
"""Endings that :func:`write` takes."""
