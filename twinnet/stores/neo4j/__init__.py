"""The store of a team: a database of a Neo4j server, where the network also can be asked in Cypher."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from neo4j import Transaction

from twinnet.collecting import uncollected
from twinnet.decisions import Decision, Outcome, in_order
from twinnet.errors import NoStoreError, NotFoundError, StoreError
from twinnet.graph import Network
from twinnet.models import Contact, Source, Statement
from twinnet.stores import changes
from twinnet.stores.addresses import Server
from twinnet.stores.changes import State
from twinnet.stores.history import Change, Verb, recorded, united
from twinnet.stores.home import Home
from twinnet.stores.neo4j import blocks, content, tables
from twinnet.stores.neo4j.connection import Connection
from twinnet.stores.neo4j.content import Head, Moved
from twinnet.taxonomy import Taxonomy

if TYPE_CHECKING:
    from twinnet.stores import Progress

T = TypeVar("T")

TRIES = 5
"""So often a change is made again on what others have written meanwhile."""
_logger = logging.getLogger(__name__)


class Neo4jStore(Home):
    """A network in a database of a Neo4j server (see :func:`twinnet.stores.open_store`).

    All that it writes bears labels that begin with ``Twinnet`` and types that begin with ``TWINNET_``; nothing else in
    the database is read or changed. It keeps no contacts.
    """

    def __init__(
        self,
        server: Server,
        *,
        create: bool = False,
        readonly: bool = False,
        patience: float | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.address = str(server)
        self._readonly = readonly
        self._progress = progress or (lambda *_: None)
        self._connection = Connection(server, patience=patience)
        try:
            self._see(self._run(content.head), create=create)
        except BaseException:
            self.close()
            raise

    def _see(self, head: Head | None, *, create: bool) -> None:
        """See that there is a network, and one that this version can read."""
        if head is None and not create:
            raise NoStoreError(
                f"{self.address} holds no network; `twinnet sync my.twinnet {self.address}` brings one there, "
                f"`twinnet import FILE --into {self.address}` makes one"
            )
        if head is not None and head.format > content.FORMAT:
            raise StoreError(
                f"{self.address} was written by a newer twinnet (format {head.format}, this one knows "
                f"{content.FORMAT}); install the newer version"
            )

    def read(self) -> Network:
        """Return all facts; while others are writing them, they are merged of what is said."""
        kinds = [kind for kind in (*tables.SAID, *tables.FACTS) if kind is not tables.HISTORY]
        with uncollected():
            for _ in range(TRIES):
                head = self._run(content.head) or Head()
                if head.behind:
                    self._tell(head)
                    return changes.merged(self.state())
                found = self._run(lambda transaction: content.rows(transaction, kinds))
                after = self._run(content.head) or Head()
                if (after.facts, after.behind) == (head.facts, head.behind):
                    return content.network(head, found)
        raise self._busy()

    def _tell(self, head: Head) -> None:
        """Tell who reads that the facts are not all there."""
        if head.writing:
            _logger.warning(
                "%s: a write that began at %s has not ended. Nothing is missing in what you read, it only takes "
                "longer; if nobody is writing, run `twinnet doctor %s` to end it.",
                self.address,
                head.since,
                self.address,
            )

    def statements(self, source: str | None = None) -> list[Statement]:
        """Return what the rows of one source (None: of all) say."""
        said = self._steady(lambda transaction: content.said(transaction, content.head(transaction) or Head()))
        return changes.to_statements({key: text for key, text in said.items() if source in (None, key[0])})

    def contacts(self, organisation: str | None = None) -> list[Contact]:
        """Return no contacts: none are kept here."""
        if organisation is not None:
            self.read().organisation(organisation)
        self._check()
        return []

    def sources(self) -> tuple[Source, ...]:
        """Return the lists that were taken in, sorted by name."""
        return tuple(self._kept(tables.SOURCES))

    def taxonomy(self) -> Taxonomy:
        """Return the network's taxonomy."""
        head = self._run(content.head) or Head()
        return Taxonomy.from_text(head.taxonomy, name=changes.KEPT_TAXONOMY)

    def decisions(self) -> tuple[Decision, ...]:
        """Return all rows of decisions in their order."""
        return tuple(in_order(self._kept(tables.DECISIONS)))

    def history(self) -> tuple[Change, ...]:
        """Return what became of the content, the first change first."""
        return united(self._kept(tables.HISTORY), ())

    def _kept(self, kind: tables.Kind) -> Iterable[T]:
        found = self._run(lambda transaction: content.rows(transaction, [kind]))[kind.name]
        return kind.table.facts(found)

    def version(self) -> int:
        """Return a number that is another after every change."""
        return (self._run(content.head) or Head()).version

    def state(self) -> State:
        """Return all that is held."""
        return self._state()[1]

    def _state(self) -> tuple[Head, State]:
        with uncollected():
            return self._steady(content.state)

    def decide(self, rows: Iterable[Decision], *, settle: bool = True) -> list[Outcome]:
        """Add rows of decisions; tell what became of each."""
        self._check_writing()
        given, token = list(rows), secrets.token_hex(8)
        if not (self._run(content.head) or Head()).version:
            raise NotFoundError("the network is empty: there is nothing to decide about yet")
        stored: list[list[Outcome]] = []

        def work(transaction: Transaction) -> list[Outcome]:
            head = content.head(transaction)
            if stored and head is not None and head.token == token:
                return stored[-1]  # The end was reached, and only the answer was lost.
            stored.append(content.decide(transaction, given, token=token))
            return stored[-1]

        for _ in range(TRIES):
            try:
                outcomes = self._run(work, writing=True)
            except Moved:
                self.settle()
                continue
            if settle:
                self.settle()
            return outcomes
        raise self._busy()

    def settle(self) -> bool:
        """Bring the facts to what is said and decided, where they are behind; tell whether they were."""
        self._check_writing()
        for _ in range(TRIES):
            if not (self._run(content.head) or Head()).behind:
                return False
            head, state = self._state()
            with uncollected():
                if self._bring(changes.merged(state), head.facts) is not None:
                    return True
        raise self._busy()

    def _change(self, change: Callable[[State], State], verb: Verb, network: Network | None = None) -> bool:
        """Write what is said beside, move the head to it, and let the facts follow."""
        self._check_writing()
        for _ in range(TRIES):
            head, before = self._state()
            after = change(before)
            if after.contacts:
                raise StoreError("contacts are kept in a file only: import without them (without --keep-contacts)")
            if after == before:
                if verb != "synced":
                    self.settle()
                    return False
                # What else could have changed the facts there is found and put right.
                written = self._bring(changes.merged(after) if network is None else network, head.facts)
                if written is None:
                    continue
                return written > 0
            when = self.clock()
            with uncollected():
                after = recorded(before, after, verb, when=when)
                merged = changes.merged(after) if network is None else network
                if self._move(head, before, after, since=when):
                    # Where others wrote in between, they bring what is left of ours with theirs.
                    self._bring(merged, head.facts + 1)
                    return True
        raise self._busy()

    def _move(self, head: Head, before: State, after: State, *, since: str) -> bool:
        if not head.version:
            for statement in tables.SCHEMA:
                self._run(partial(content.execute, statement=statement), writing=True)
        parts = {name: (source, text) for name, source, text in blocks.packed(after.said)}
        content.stage(parts, self._run, lambda _: None)
        token = secrets.token_hex(8)
        return self._run(
            lambda transaction: content.move(transaction, head, before, after, list(parts), token=token, since=since),
            writing=True,
        )

    def _bring(self, network: Network, facts: int) -> int | None:
        return content.bring(network, facts, self._run, self._progress, token=secrets.token_hex(8))

    def _steady(self, work: Callable[[Transaction], T]) -> T:
        """Read what others may change meanwhile, until it stands still."""
        for _ in range(TRIES):
            try:
                return self._run(work)
            except Moved:
                continue
        raise self._busy()

    def _run(self, work: Callable[[Transaction], T], *, writing: bool = False) -> T:
        self._check()
        return self._connection.run(work, writing=writing)

    def _busy(self) -> StoreError:
        return StoreError(f"{self.address} is being changed by others all the time; try again")

    def _check_writing(self) -> None:
        self._check()
        if self._readonly:
            raise StoreError(f"{self.address} was opened for reading only")

    def close(self) -> None:
        """Let go of the server."""
        if not self._closed:
            self._closed = True
            self._connection.close()
