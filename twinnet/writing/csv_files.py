"""A network as CSV files: organisations and links and, where there are any, memberships, projects and partners.

Rows say enough of the organisations that they name to be read by themselves: ``twinnet import`` takes each of the
files. Texts are escaped (:mod:`twinnet.writing.escapes`), what is not known is an empty cell, lists are parts divided
by semicolons, and ``origins`` is JSON. Lines end as RFC 4180 says, with CR and LF.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from twinnet.errors import InputError
from twinnet.graph import Facts, Network
from twinnet.models import Link, Membership, Organisation, Partner, Project
from twinnet.writing import atomic
from twinnet.writing.escapes import defused, escaped, joined
from twinnet.writing.facts import encode, in_order

_END = ("name", "country", "geonames_id", "latitude", "longitude", "population")
_PARTNER = ("name", "kind", "country", "geonames_id", "latitude", "longitude")
_MEMBER = (*_PARTNER, "population", "themes_offered", "themes_sought", "languages", "website", "description")
"""What a row says of an organisation that it names: as much as an import reads there."""
_PROJECT = {"name": "acronym"}
"""What an import calls a project's name."""


class _Sheet(NamedTuple):
    """A file: what it is called, its columns, its rows, and whether it is written also when it has none."""

    name: str
    header: Sequence[str]
    rows: Iterable[Mapping[str, Any]]
    needed: bool = False


def write(network: Network, path: str | Path) -> list[Path]:
    """Write the files and return their paths, in the order written.

    ``path`` is ``NAME.csv``, for ``NAME-organisations.csv`` and so on beside it, or a folder, which is made if it is
    not there. A file of an earlier export that this network has no rows for is left with its header alone.

    Raises
    ------
    InputError
        A file cannot be written, or ``path`` is standard output.
    """
    if str(path) == atomic.STANDARD_OUTPUT:
        raise InputError("a network is several CSV files: name a folder, or NAME.csv to begin their names with")
    named = _named(path)
    written = []
    for sheet in _sheets(network):
        target = named(sheet.name)
        if sheet.needed or target.exists():
            atomic.write_text(_lines(sheet), target)
            written.append(target)
    return written


def is_folder(path: str | Path) -> bool:
    """Tell whether a path names a folder: one that is there, or a name that ends as a folder's."""
    return str(path).endswith(("/", "\\")) or Path(path).is_dir()


def _named(path: str | Path) -> Callable[[str], Path]:
    """Return the function that gives a sheet's name its path."""
    if not is_folder(path):
        base = Path(path)
        return lambda name: base.with_name(f"{base.stem}-{name}.csv")
    folder = Path(path)
    try:
        folder.mkdir(parents=False, exist_ok=True)
    except OSError as error:
        raise InputError(f"the folder cannot be made: {error.strerror}", file=str(path)) from error
    return lambda name: folder / f"{name}.csv"


def _sheets(network: Network) -> Iterator[_Sheet]:
    organisations, projects = network.organisations, network.projects
    yield _Sheet("organisations", _fields(Organisation), in_order("organisation", organisations), needed=True)
    ends = [f"{side}_{name}" for side in ("from", "to") for name in ("id", *_END)]
    yield _Sheet("links", ["id", *ends, *_fields(Link, "id", "a", "b")], _links(network), needed=True)
    yield _Sheet(
        "memberships",
        ["network", "organisation_id", *_MEMBER, *_fields(Membership, "organisation", "network")],
        _of(organisations, _MEMBER, in_order("membership", network.memberships)),
        needed=bool(len(network.memberships)),
    )
    yield _Sheet(
        "projects",
        [_PROJECT.get(name, name) for name in _fields(Project)],
        (_renamed(fact) for fact in in_order("project", projects)),
        needed=bool(len(projects)),
    )
    yield _Sheet(
        "partners",
        [
            "project_id",
            "programme",
            "acronym",
            "organisation_id",
            *_PARTNER,
            *_fields(Partner, "project", "organisation"),
        ],
        _partners(network),
        needed=bool(len(network.partners)),
    )


def _fields(model: type[Any], *without: str) -> list[str]:
    return [name for name in model.model_fields if name not in without]


def _links(network: Network) -> Iterator[dict[str, Any]]:
    for fact in in_order("link", network.links):
        for side, end in (("from", "a"), ("to", "b")):
            identifier = fact.pop(end)
            told = _shown(network.organisations, identifier, _END)
            fact |= {f"{side}_id": identifier, **{f"{side}_{name}": value for name, value in told.items()}}
        yield fact


def _partners(network: Network) -> Iterator[dict[str, Any]]:
    for fact in _of(network.organisations, _PARTNER, in_order("partner", network.partners)):
        identifier = fact.pop("project")
        told = _shown(network.projects, identifier, ("programme", "name"))
        yield {"project_id": identifier, **_renamed(told), **fact}


def _of(organisations: Facts[Any], names: Sequence[str], facts: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give facts with what is said of the organisation that each names."""
    for fact in facts:
        identifier = fact.pop("organisation")
        yield {"organisation_id": identifier, **_shown(organisations, identifier, names), **fact}


def _shown(facts: Facts[Any], identifier: str, names: Sequence[str]) -> dict[str, Any]:
    """Return what is said of a fact; where no position is trusted, that which a list gives, to be judged again."""
    at = facts.position(identifier)
    told = {name: facts.column(name)[at] for name in names}
    if "latitude" in told and (told["latitude"] is None or told["longitude"] is None):
        told |= {name: facts.column(f"listed_{name}")[at] for name in ("latitude", "longitude")}
    return told


def _renamed(fact: Mapping[str, Any]) -> dict[str, Any]:
    return {_PROJECT.get(name, name): value for name, value in fact.items()}


def _lines(sheet: _Sheet) -> Iterator[str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(sheet.header)
    for fact in sheet.rows:
        writer.writerow([_cell(name, fact.get(name)) for name in sheet.header])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _cell(name: str, value: Any) -> str | int | float | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == () or isinstance(value, int | float):
        return None if value == () else value
    if isinstance(value, str):
        return defused(escaped(value))
    return escaped(encode(value)) if name == "origins" else defused(joined(value))
