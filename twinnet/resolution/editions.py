"""Whether a list is a new edition of one that is stored under its name, or a list of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from twinnet.graph import Network
from twinnet.models import Fault, ListTable, Source, Statement, link_id
from twinnet.resolution.meeting import meetings

_SUBJECT = {"members": "membership", "links": "link", "projects": "project", "partners": "partner"}
"""The kind of fact that each kind of list is about."""


class Editions:
    """What the stored lists speak of, to compare new lists with."""

    def __init__(self, known: Network | None) -> None:
        self._known = known
        self._sources = {source.name: source for source in known.sources} if known is not None else {}
        self._taken: set[str] = set()
        self._spoken: dict[str, dict[str, set[str]]] = {}

    def settle(self, table: ListTable, source: Source, said: Iterable[Statement]) -> tuple[str, Fault | None]:
        """Return the name of a list's source, and a note where a stored list of other content has its name.

        A list half of whose subjects a stored list of its name speaks of is a new edition of that, and takes its
        place; another is a list of its own, named with the first six digits of its hash. A list of members always
        takes the place of that of its network.
        """
        name, note = source.name, None
        before = self._sources.get(name)
        if before is not None and table.sha256 and before.sha256 != table.sha256:
            name, note = self._compared(table, source, said)
        self._taken.add(name)
        return name, note

    def _compared(self, table: ListTable, source: Source, said: Iterable[Statement]) -> tuple[str, Fault | None]:
        mine = self._subjects(table, said)
        spoken = self._by_source(_SUBJECT[table.kind])
        if table.kind == "members":
            few = 2 * len(mine & spoken.get(source.name, set())) < len(mine)
            reason = (
                f"less than half of these members stood in the list {source.name!r} whose place this one takes; if it "
                "is the list of another network, name that network and import both"
            )
            return source.name, Fault(table.called, None, None, "note", reason) if few else None
        rivals = [
            name
            for name, other in sorted(self._sources.items())
            if name not in self._taken
            and other.kind == table.kind
            and (name == source.name or name.startswith(f"{source.name} ("))
        ]
        best = max(rivals, key=lambda name: len(mine & spoken.get(name, set())), default=source.name)
        if best in rivals and mine and 2 * len(mine & spoken.get(best, set())) >= len(mine):
            reason = f"a new edition of the list {best!r}, whose place it takes: they have at least half in common"
            return best, Fault(table.called, None, None, "note", reason)
        name = named_by_hash(source.name, table)
        reason = (
            f"a list {source.name!r} with other content is stored, with less than half in common: both are kept, "
            f"this one as {name!r}"
        )
        return name, Fault(table.called, None, None, "note", reason)

    def _subjects(self, table: ListTable, said: Iterable[Statement]) -> set[str]:
        """Return what a list is about, by the ids that stand beside the stored lists."""
        statements = list(said)
        names: Mapping[str, str] = meetings(statements, self._known)
        found = set()
        for statement in statements:
            if statement.kind == _SUBJECT[table.kind]:
                subject = statement.subject
                if statement.kind == "link":
                    a, b = statement.values["a"], statement.values["b"]
                    subject = link_id(names.get(a, a), names.get(b, b), statement.values["kind"])
                elif "|" in subject:
                    organisation, _, rest = subject.partition("|")
                    subject = f"{names.get(organisation, organisation)}|{rest}"
                found.add(subject)
        return found

    def _by_source(self, kind: str) -> dict[str, set[str]]:
        """Return the subjects of that kind that each stored list speaks of."""
        if kind not in self._spoken and self._known is not None:
            spoken: dict[str, set[str]] = defaultdict(set)
            for subject, origins in _facts(self._known, kind):
                for source, _, _ in origins:
                    spoken[source].add(subject)
            self._spoken[kind] = dict(spoken)
        return self._spoken.get(kind, {})


def _facts(known: Network, kind: str) -> Iterable[tuple[str, Iterable[tuple[str, int, tuple[str, ...]]]]]:
    if kind in ("link", "project"):
        table = known.links if kind == "link" else known.projects
        return zip(table.column("id"), table.column("origins"), strict=True)
    parts = known.memberships if kind == "membership" else known.partners
    of = parts.column("network" if kind == "membership" else "project")
    subjects = (f"{who}|{what}" for who, what in zip(parts.column("organisation"), of, strict=True))
    return zip(subjects, parts.column("origins"), strict=True)


def named_by_hash(name: str, table: ListTable) -> str:
    """Return a name that tells a list from others of its name by its content.

    >>> named_by_hash("query links", ListTable(file="query.csv", kind="links", sha256="1a2b3c4d"))
    'query links (1a2b3c)'
    """
    return f"{name} ({table.sha256[:6]})"
