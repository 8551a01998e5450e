"""Forget what one list said, or all that is known of one organisation, and say what that takes away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from twinnet import text
from twinnet.errors import AmbiguousError, NotFoundError
from twinnet.graph import Facts, Network
from twinnet.models import Source, link_id
from twinnet.stores import Store, copies, file_of, open_store
from twinnet.stores.memory import MemoryStore
from twinnet.workspace.describing import many

What = Literal["source", "organisation"]

COUNTED = {
    "organisations": "organisation",
    "memberships": "membership",
    "links": "link",
    "projects": "project",
    "partners": "part",
    "contacts": "contact",
    "judgements": "judgement",
    "decisions": "decision",
}
"""What is counted as gone, with the word for one."""


@dataclass(frozen=True)
class Forgotten:
    """What was taken away, or would be.

    ``what`` says whether ``name`` is a source's or an organisation's; ``id`` is the organisation's (of a source None).
    ``gone`` counts what is there no more, by the keys of :data:`COUNTED`. ``staying`` is the number of organisations
    that the source spoke of and that stay, because another source speaks of them. ``done`` tells whether the network
    was changed. ``copies`` are the files beside it, kept from before the network was brought up to a newer format, that
    still hold what is gone.
    """

    what: What
    name: str
    id: str | None
    gone: dict[str, int]
    staying: int
    done: bool
    copies: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Say it in sentences.

        >>> Forgotten("source", "ALDA members", None, {"organisations": 2, "links": 0}, 1, True).lines()[0]
        'ALDA members: took away 2 organisations'
        """
        parts = [many(count, COUNTED[key]) for key, count in self.gone.items() if count]
        called = self.name if self.id is None else f"{self.name} ({self.id})"
        took = "took away" if self.done else "would take away"
        said = [f"{called}: {took} {', '.join(parts) or 'nothing but the list itself'}"]
        if self.staying:
            one = self.staying == 1
            said.append(
                f"{many(self.staying, 'organisation')} {'stays' if one else 'stay'}: "
                f"another source speaks of {'it' if one else 'them'}"
            )
        if self.what == "organisation":
            said.append("A later import of a list that names it would bring it back.")
        else:
            said.append("Importing the list again would bring it back; judgements stay for that case.")
        said += [f"An older copy, {copy}, may still hold it: delete that file." for copy in self.copies]
        return said


def imported(address: str | Path) -> list[str]:
    """Return a line for each source of a stored network: its name, kind, file, rows and date.

    Raises
    ------
    StoreError
        There is no network at that address, or it cannot be read.
    """
    with open_store(address) as store:
        return [
            f"{source.name}: {source.kind}, {source.file}, {many(source.rows, 'row')}"
            f"{f', of {source.date}' if source.date else ''}"
            for source in store.sources()
        ]


def forget(address: str | Path, name: str, *, what: What | None = None, dry_run: bool = False) -> Forgotten:
    """Take away what one source said, or all that is known of one organisation.

    Parameters
    ----------
    address:
        Where the network is stored.
    name:
        The name of a source, or an organisation's id, name or ``Mostar, BA``.
    what:
        Which of the two the name is; None finds out.
    dry_run:
        Change nothing, only tell what would go.

    Raises
    ------
    AmbiguousError
        The name is both a source's and an organisation's, or fits several organisations.
    NotFoundError
        It is none of them.
    StoreError
        The network cannot be opened or written.
    """
    with open_store(address, readonly=dry_run) as store:
        before, contacts = store.read(), store.contacts()
        source, organisation = _meant(before, name, what)
        if dry_run:
            with MemoryStore(store.state()) as copy:
                _take(copy, source, organisation)
                after, left = copy.read(), copy.contacts()
        else:
            _take(store, source, organisation)
            after, left = store.read(), store.contacts()
    gone, staying = _compared(before, after, source)
    gone["contacts"] = len(contacts) - len(left)
    called = source or (before.organisation(organisation).name if before.knows(organisation) else organisation)
    kind: What = "organisation" if source is None else "source"
    counts = {key: gone[key] for key in COUNTED}
    file = file_of(address)
    left_beside = tuple(map(str, copies(file))) if file is not None else ()
    return Forgotten(
        kind, called, None if source else organisation, counts, staying, done=not dry_run, copies=left_beside
    )


def _take(store: Store, source: str | None, organisation: str) -> None:
    if source is None:
        store.erase(organisation)
    else:
        store.drop(source)


def _meant(network: Network, name: str, what: What | None) -> tuple[str | None, str]:
    """Return the source that a name means, or None and the id of the organisation."""
    source = None if what == "organisation" else _source(network.sources, name)
    if what == "source":
        if source is None:
            raise NotFoundError(f"no source is called {name!r}", _nearest(network, name))
        return source, ""
    try:
        organisation = network.find(name).id
    except AmbiguousError:
        if source is None:
            raise
        organisation = name
    except NotFoundError as error:
        if source is None and name in _left(network):
            return None, name
        if source is None and what is None:
            near = (*_nearest(network, name), *error.nearest)
            raise NotFoundError(f"neither a source nor an organisation is called {name!r}", near[:3]) from None
        if source is None:
            raise
        return source, ""
    if source is not None:
        ways = ["--source: what the list said", "--organisation: all that is known of the organisation"]
        raise AmbiguousError(f"{name!r} is the name of a source and of an organisation; say which:", ways)
    return None, organisation


def _left(network: Network) -> set[str]:
    """Return the ids that decisions and judgements name, also of organisations that no list names any more."""
    tables = ((network.decisions, ("organisation", "candidate")), (network.judgements, ("organisation", "other")))
    return {identifier for table, names in tables for name in names for identifier in table.column(name) if identifier}


def _source(sources: Iterable[Source], name: str) -> str | None:
    """Return the source of that name; where only letter case differs, the one that it can be."""
    names = [source.name for source in sources]
    alike = [other for other in names if text.fold(other) == text.fold(name)]
    return name if name in names else alike[0] if len(alike) == 1 else None


def _nearest(network: Network, name: str) -> tuple[str, ...]:
    from difflib import get_close_matches

    by_fold = {text.fold(other): other for other in network.sources.column("name")}
    return tuple(by_fold[key] for key in get_close_matches(text.fold(name), by_fold, 3))


def _compared(before: Network, after: Network, source: str | None) -> tuple[dict[str, int], int]:
    """Count what is in a network and in the other no more, and the organisations of a source that stay.

    An organisation that is known by another of its ids afterwards is not gone, nor is what speaks of it.
    """
    stands: dict[str, str | None] = {}
    staying = 0
    for identifier, aliases, origins in zip(
        *(before.organisations.column(name) for name in ("id", "aliases", "origins")), strict=True
    ):
        stands[identifier] = _stands(identifier, aliases, before, after)
        if stands[identifier] is not None:
            staying += source is not None and any(origin[0] == source for origin in origins)
    links = zip(*(before.links.column(name) for name in ("a", "b", "kind")), strict=True)
    pairs: dict[str, tuple[Facts[Any], Facts[Any], str]] = {
        "memberships": (before.memberships, after.memberships, "network"),
        "partners": (before.partners, after.partners, "project"),
    }
    gone = {
        "organisations": sum(now is None for now in stands.values()),
        "links": sum(not _has_link(after, stands[a], stands[b], kind) for a, b, kind in links),
        "projects": len(set(before.projects.column("id")) - set(after.projects.column("id"))),
        "judgements": len(set(before.judgements.column("id")) - set(after.judgements.column("id"))),
        "decisions": len(set(before.decisions.column("id")) - set(after.decisions.column("id"))),
    }
    for key, (old, new, of) in pairs.items():
        there = set(zip(new.column("organisation"), new.column(of), strict=True))
        was = zip(old.column("organisation"), old.column(of), strict=True)
        gone[key] = sum((stands[who], where) not in there for who, where in was)
    return gone, staying


def _stands(identifier: str, aliases: Iterable[str], before: Network, after: Network) -> str | None:
    """Return the id of an organisation afterwards, None if it is gone."""
    ids = (identifier, *(alias for alias in aliases if not before.organisations.has(alias)))
    return next((after.organisation(one).id for one in ids if after.knows(one)), None)


def _has_link(network: Network, a: str | None, b: str | None, kind: str) -> bool:
    return a is not None and b is not None and network.links.has(link_id(a, b, kind))
