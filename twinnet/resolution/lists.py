"""One list: its rows become statements, and what cannot be taken becomes faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from twinnet.models import Contact, Fault, ListTable, Row, Source, Statement, content_id, link_id, town_id
from twinnet.places import SAME_NAME_WITHIN, distance
from twinnet.resolution.ends import End, Found, Resolver
from twinnet.resolution.kinds import guess_kind
from twinnet.text import fold

_OWN_FIELDS = ("population", "themes_offered", "themes_sought", "tags", "languages", "website", "description")
_MEMBERSHIP_FIELDS = ("since", "until", "former", "status")
_LINK_FIELDS = ("since", "until", "last_activity", "themes", "tags")
_SINGLE: dict[str, dict[str, str]] = {
    "organisation": {
        "country": "country",
        "kind": "kind",
        "population": "population",
        "website": "website",
        "description": "description",
    },
    "membership": {"since": "beginning", "until": "end", "former": "mark of who has left", "status": "status"},
    "link": {"since": "beginning", "until": "end", "last_activity": "last activity"},
    "project": {
        "title": "title",
        "measure": "measure",
        "start": "beginning",
        "end": "end",
        "description": "description",
    },
    "partner": {"role": "role"},
}
"""The fields of each kind of fact that hold one value, and what they are called in faults."""
_DATES = frozenset({"since", "until", "last_activity", "start", "end"})
_PROJECT_FIELDS = ("title", "programme", "measure", "start", "end", "themes", "tags", "description")


class ListWriter:
    """Writes the statements, contacts and faults of one list."""

    def __init__(self, table: ListTable, source: Source, resolver: Resolver) -> None:
        self.source = source
        self.statements: list[Statement] = []
        self.contacts: list[Contact] = []
        self.faults: list[Fault] = []
        self._table, self._resolver = table, resolver
        self._headers = {use.field: use.header for use in table.columns if use.field}
        self._said: dict[str, dict[str, Any]] = {}
        self._first: dict[tuple[str, str], tuple[Any, int]] = {}
        self._disputed: set[str] = set()
        self._noted: set[tuple[str, str]] = set()
        self._asked: set[str] = set()

    def write(self, ends: Sequence[tuple[End, ...]]) -> None:
        """Write all rows of the list, of which ``ends`` are the organisations that each names."""
        for row, named in zip(self._table.rows, ends, strict=True):
            if self._table.kind == "members":
                self._member(row, *named)
            elif self._table.kind == "links":
                self._link(row, *named)
            elif self._table.kind == "partners":
                self._partner(row, *named)
            else:
                self._project(row)

    def _member(self, row: Row, end: End) -> None:
        if end.kind is None and (kind := guess_kind(end.name, end.locality)) != "other":
            end = replace(end, kind=kind)
        found = self._organisation(row, end, "")
        if found is not None:
            values = {name: row.values[name] for name in _MEMBERSHIP_FIELDS if row.values.get(name) is not None}
            self._compare(row, "membership", f"{found.id}|{self.source.network}", values)
            self._say(row, "membership", f"{found.id}|{self.source.network}", values)

    def _link(self, row: Row, from_end: End, to_end: End) -> None:
        found_from = self._check(row, from_end, "from_")
        found_to = self._check(row, to_end, "to_")
        if found_from is None or found_to is None:
            return
        a, b = found_from.id, found_to.id
        if a == b:
            self._fault(row, "to_name", "row", "both ends of the link are the same organisation")
            return
        kind = row.values.get("kind") or "partnership"
        values = {"a": min(a, b), "b": max(a, b), "kind": kind}
        values |= {name: _plain(row.values[name]) for name in _LINK_FIELDS if row.values.get(name)}
        link = Statement(self.source.name, row.number, "link", link_id(a, b, kind), values)
        self._tell(row, from_end, found_from, "from_")
        self._tell(row, to_end, found_to, "to_")
        self._compare(row, "link", link.subject, values)
        self.statements.append(link)

    def _project(self, row: Row) -> str | None:
        """Say what a row tells of a project and return the project's id."""
        values = row.values
        name = values.get("acronym") or values.get("title")
        if not name:
            self._fault(row, "acronym", "row", "the row has neither an acronym nor a title of a project")
            return None
        identifier = content_id("project", fold(values.get("programme") or ""), fold(name))
        told = {"name": name} | {field: _plain(values[field]) for field in _PROJECT_FIELDS if values.get(field)}
        if self._said.get(identifier) != told or identifier in self._disputed:
            self._compare(row, "project", identifier, told)
        if self._said.get(identifier) != told:
            self._said[identifier] = told
            self._say(row, "project", identifier, told)
        return identifier

    def _partner(self, row: Row, end: End) -> None:
        end = replace(end, kind=end.kind or guess_kind(end.name, end.locality))
        if not (row.values.get("acronym") or row.values.get("title")):
            self._fault(row, "acronym", "row", "the row does not say of which project the organisation is a partner")
            return
        found = self._organisation(row, end, "")
        if found is None:
            return
        project = self._project(row)
        role = row.values.get("role")
        self._compare(row, "partner", f"{found.id}|{project}", {"role": role})
        self._say(row, "partner", f"{found.id}|{project}", {"role": role} if role else {})

    def _organisation(self, row: Row, end: End, prefix: str) -> Found | None:
        found = self._check(row, end, prefix)
        if found is not None:
            self._tell(row, end, found, prefix)
            self.contacts += [Contact(self.source.name, row.number, found.id, *contact) for contact in row.contacts]
        return found

    def _check(self, row: Row, end: End, prefix: str) -> Found | None:
        """Return who an end is, None where nobody can be; a row that is held back is reported."""
        found = self._resolver.find(end)
        if found.held is not None:
            self._fault(row, prefix + found.held[0], "row", found.held[1])
            return None
        return found

    def _tell(self, row: Row, end: End, found: Found, prefix: str) -> None:
        """Say what a row tells of an organisation, once for the same words."""
        self._resolver.use(found)
        for field, held, reason in found.notes:
            if (found.id, reason) not in self._noted:
                self._noted.add((found.id, reason))
                self._fault(row, prefix + field, held, reason)
        values = self._of_end(row, end, found, prefix)
        repeated = self._said.get(found.id) == values
        if not repeated or found.id in self._disputed:
            self._compare(row, "organisation", found.id, values, prefix=prefix)
        if repeated:
            return
        self._said[found.id] = values
        self._say(row, "organisation", found.id, values)
        if found.question is not None and found.id not in self._asked:
            self._asked.add(found.id)
            self._fault(row, f"{prefix}name", "note", f"place not confirmed: {found.question.why}")
            self._say(row, "question", found.id, found.question.values())

    def _of_end(self, row: Row, end: End, found: Found, prefix: str) -> dict[str, Any]:
        """Return what a row tells of an organisation."""
        values: dict[str, Any] = {"name": end.name, "kind": found.kind, "place_state": found.state}
        if found.country:
            values["country"] = found.country
        if end.geonames_id and found.id == town_id(end.geonames_id):
            values["geonames_id"] = end.geonames_id
        if end.latitude is not None:
            listed = "listed_" if found.astray else ""
            values |= {f"{listed}latitude": end.latitude, f"{listed}longitude": end.longitude}
        for name in _OWN_FIELDS:
            if (value := row.values.get(prefix + name)) is not None and value != ():
                values[name] = _plain(value)
        return values

    def _compare(self, row: Row, kind: str, subject: str, values: dict[str, Any], *, prefix: str = "") -> None:
        """Report what a row says against an earlier row of the list that speaks of the same; the first stands.

        A date that only says less than the one that stands, and a position within 20 km, do not disagree.
        """
        for field, called in _SINGLE[kind].items():
            value = values.get(field)
            if value is not None:
                before, number = self._first.setdefault((subject, field), (value, row.number))
                if before != value and not (field in _DATES and before.startswith(value)):
                    self._dispute(
                        row, subject, prefix + field, f"the {called} of row {number} of the same {kind} stands"
                    )
        if "latitude" in values:
            position = (values["latitude"], values["longitude"])
            before, number = self._first.setdefault((subject, "latitude"), (position, row.number))
            if before != position and distance(before[0], before[1], *position) > SAME_NAME_WITHIN:
                reason = f"the coordinates of row {number} of the same {kind} stand"
                self._dispute(row, subject, f"{prefix}latitude", reason)

    def _dispute(self, row: Row, subject: str, field: str, reason: str) -> None:
        self._disputed.add(subject)
        self._fault(row, field, "value", reason)

    def _say(self, row: Row, kind: Any, subject: str, values: dict[str, Any]) -> None:
        self.statements.append(Statement(self.source.name, row.number, kind, subject, values))

    def _fault(self, row: Row, field: str, held: Any, reason: str) -> None:
        self.faults.append(Fault(self._table.called, row.number, self._headers.get(field), held, reason))


def _plain(value: Any) -> Any:
    """Return a value of a row as plain JSON: a tuple as a list, whatever it holds."""
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
