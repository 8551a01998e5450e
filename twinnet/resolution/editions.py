"""What a new edition of a list changes of what its source said before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from twinnet.models import ListKind, Statement

_SUBJECT: dict[ListKind, str] = {
    "members": "membership",
    "links": "link",
    "projects": "project",
    "partners": "partner",
}
"""The kind of fact that each kind of list is about."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A member, link, project or partner that a list speaks of: its first row, and what it is called."""

    row: int
    name: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a list says against what its source said before; entries are in the order of rows.

    ``gone`` has the rows of the earlier list, ``new`` and ``changed`` those of the new one. ``kept`` counts what both
    speak of, changed or not; ``size`` what the new list speaks of.
    """

    source: str
    new: tuple[Entry, ...] = ()
    gone: tuple[Entry, ...] = ()
    changed: tuple[Entry, ...] = ()
    kept: int = 0
    size: int = 0

    @property
    def is_another_list(self) -> bool:
        """Whether less than half of the new list stood in the earlier one, or it says nothing at all any more.

        A list from which nothing of the earlier one is gone is the same list, however much it has grown.
        """
        return bool(self.gone) and (2 * self.kept < self.size or not self.size)

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.new or self.gone or self.changed)


def difference(source: str, kind: ListKind, *, before: Iterable[Statement], after: Iterable[Statement]) -> Difference:
    """Compare what a list says with what its source said before.

    >>> town = Statement("ALDA members", 2, "organisation", "town-1", {"name": "Mostar"})
    >>> member = Statement("ALDA members", 2, "membership", "town-1|ALDA", {})
    >>> difference("ALDA members", "members", before=[], after=[town, member]).new
    (Entry(row=2, name='Mostar'),)
    """
    old, new = _entries(kind, before), _entries(kind, after)
    both = old.keys() & new.keys()

    def entries(of: dict[str, tuple[Entry, Any]], subjects: Iterable[str]) -> tuple[Entry, ...]:
        return tuple(sorted((of[subject][0] for subject in subjects), key=lambda entry: (entry.row, entry.name)))

    return Difference(
        source,
        entries(new, new.keys() - both),
        entries(old, old.keys() - both),
        entries(new, (subject for subject in both if old[subject][1] != new[subject][1])),
        len(both),
        len(new),
    )


def _entries(kind: ListKind, statements: Iterable[Statement]) -> dict[str, tuple[Entry, Any]]:
    """Return what a list is about: by subject the entry, and all that is said of it and its organisations."""
    told: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rows: dict[str, int] = {}
    names: dict[str, str] = {}
    ends: dict[str, tuple[str, ...]] = {}
    for statement in sorted(statements, key=lambda said: said.row):
        subject = statement.subject
        if statement.kind in ("organisation", "project"):
            names.setdefault(subject, statement.values.get("name", ""))
        if statement.kind in ("organisation", _SUBJECT[kind]) and statement.values not in told[subject]:
            told[subject].append(statement.values)
        if statement.kind == _SUBJECT[kind]:
            rows.setdefault(subject, statement.row)
            if kind == "links":
                ends[subject] = (statement.values["a"], statement.values["b"])
            else:
                first, bar, second = subject.partition("|")
                ends[subject] = (first, second) if bar and kind == "partners" else (first,)
    return {
        subject: (
            Entry(row, " - ".join(names.get(end, end) for end in ends[subject])),
            [told[subject], *(told[end] for end in ends[subject] if end in told)],
        )
        for subject, row in rows.items()
    }
