"""The store of a team: a database of a Neo4j server, where the network also can be asked in Cypher."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
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
from twinnet.stores.history import recorded, united
from twinnet.stores.home import Home
from twinnet.stores.neo4j import blocks, bringing, content, tables
from twinnet.stores.neo4j.connection import Connection
from twinnet.stores.neo4j.content import Head, Moved
from twinnet.stores.state import Change, State, Verb
from twinnet.taxonomy import Taxonomy

if TYPE_CHECKING:
    from twinnet.stores import Progress

T = TypeVar("T")

TRIES, BUSY_SECONDS = 5, 5.0
"""So often, and so long, is tried again what others made vain by what they wrote meanwhile."""
SETTLE_SECONDS = 600.0
"""So long is waited for others who bring the facts and come no further."""
WORD_SECONDS = 2.0
"""So long somebody waits before it is told for what."""
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
        self._last = Head().seal(), State()
        self._connection = Connection(server, patience=patience)
        try:
            self._see(self._steady(content.head), create=create)
        except BaseException:
            self.close()
            raise

    def _see(self, head: Head | None, *, create: bool) -> None:
        """See that there is a network."""
        if head is None and not create:
            raise NoStoreError(
                f"{self.address} holds no network; `twinnet sync my.twinnet {self.address}` brings one there, "
                f"`twinnet import FILE --into {self.address}` makes one"
            )

    def _read(self) -> Network:
        """Return all facts; while they are being written, or are no facts, they are merged of what is said."""
        with uncollected():
            head, network = self._steady(content.network)
            if network is None:
                network = changes.merged(self._state()[1])
                self._tell(head, network)
        return network

    def _tell(self, head: Head, network: Network) -> None:
        """Tell who reads that the facts are not all there, or were altered."""
        if not head.behind:
            if self._work(network).total and self._steady(content.head) == head:
                _logger.warning(
                    "%s: another program altered facts there. Nothing is missing in what you read, it only takes "
                    "longer; `twinnet doctor %s --mend` puts them right.",
                    self.address,
                    self.address,
                )
        elif head.writing:
            _logger.warning(
                "%s: a write that began at %s has not ended. Nothing is missing in what you read, it only takes "
                "longer; if nobody is writing, `twinnet doctor %s --mend` ends it.",
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
        head = self._steady(content.head) or Head()
        return Taxonomy.from_text(head.taxonomy, name=changes.KEPT_TAXONOMY)

    def decisions(self) -> tuple[Decision, ...]:
        """Return all rows of decisions in their order."""
        return tuple(in_order(self._kept(tables.DECISIONS)))

    def history(self) -> tuple[Change, ...]:
        """Return what became of the content, the first change first."""
        return united(self._kept(tables.HISTORY), ())

    def _kept(self, kind: tables.Kind) -> Iterable[T]:
        def found(transaction: Transaction) -> list[tables.Row]:
            return content.kept(transaction, content.head(transaction) or Head(), [kind])[kind.name]

        return kind.table.facts(self._steady(found))

    def version(self) -> int:
        """Return a number that is another after every change."""
        return (self._steady(content.head) or Head()).version

    def state(self) -> State:
        """Return all that is held."""
        self._last = Head().seal(), State()  # What another program altered is not to be hidden.
        _, found = self._state()
        return replace(found, sources=dict(found.sources), said=dict(found.said), judgements=dict(found.judgements))

    def _state(self) -> tuple[Head, State]:
        """Return the head and the state, which is read again only where it is not that of the head any more."""
        head = self._steady(content.head) or Head()
        if head.seal() != self._last[0]:
            with uncollected():
                head, state = self._steady(content.state)
            self._last = head.seal(), state
        return head, self._last[1]

    def decide(self, rows: Iterable[Decision], *, settle: bool = True) -> list[Outcome]:
        """Add rows of decisions; tell what became of each."""
        self._check_writing()
        given, token = list(rows), secrets.token_hex(8)
        if not self.version():
            raise NotFoundError("the network is empty: there is nothing to decide about yet")
        made: list[list[Outcome]] = []

        def work(transaction: Transaction) -> list[Outcome]:
            outcomes = content.decide(transaction, given, token=token)
            if outcomes is not None:
                made.append(outcomes)
            return made[-1]  # Where nothing was made now, the end had been reached, and only the answer was lost.

        for _ in self._tries():
            try:
                found = self._run(work, writing=True)
            except Moved:
                self.settle()
                continue
            if settle:
                self.settle()
            return found
        raise self._busy()

    def settle(self) -> bool:
        """Bring the facts to what is said and decided, where they are behind; tell whether they were."""
        self._check_writing()
        token, pause = secrets.token_hex(8), 0.02
        last, end, begun = None, 0.0, time.monotonic()
        # Another who brings them gives signs of life, and is waited for.
        while (self._steady(content.head) or Head()).behind:
            seen = self._run(partial(bringing.sign, token=token))
            if seen.of != last:
                last, end = seen.of, time.monotonic() + SETTLE_SECONDS
            elif time.monotonic() > end:
                raise StoreError(
                    f"{self.address}: another program brings the facts there and comes no further; try again when it "
                    f"has ended, and if it stays so {blocks.RENEW}"
                )
            if seen.is_free and self._take_over(seen, token):
                return True
            if begun and time.monotonic() > begun + WORD_SECONDS:
                begun = 0.0
                _logger.warning(
                    "%s: waiting for a write there to end, or, if it was broken off, until its last sign of life is "
                    "%.0f seconds old.",
                    self.address,
                    bringing.ALIVE_SECONDS,
                )
            time.sleep(pause)
            pause = min(2 * pause, 1.0)
        return False

    def _take_over(self, seen: bringing.Sign, token: str) -> bool:
        """Bring the facts in the place of who gave this sign; tell whether it was done."""
        head, state = self._state()
        with uncollected():
            work = self._work(changes.merged(state))
            claim = partial(bringing.claim, of=head, seen=seen, token=token, since=self.clock())
            try:
                claimed = self._run(claim, writing=True)
            except Moved:
                return False
            with self._unfinished():
                return claimed and work.bring(head.facts, self._progress, token=token)

    def _change(self, change: Callable[[State], State], verb: Verb, network: Network | None = None) -> bool:
        """Write what is said beside, move the head to it, and let the facts follow."""
        self._check_writing()
        for _ in self._tries():
            head, before = self._state()
            after = change(before)
            if after.contacts:
                raise StoreError("contacts are kept in a file only: import without them (without --keep-contacts)")
            with uncollected(), suppress(Moved):
                if after == before:
                    settled = self.settle()
                    return verb == "synced" and self._put_right(after, network, settled=settled)
                when, token = self.clock(), secrets.token_hex(8)
                after = recorded(before, after, verb, when=when)
                merged = changes.merged(after) if network is None else network
                tables.check(merged)
                if self._move(head, before, after, token=token, since=when):
                    break
        else:
            raise self._busy()
        with uncollected():
            with self._unfinished():
                work = self._work(merged)
            self._bring(work, head.facts + 1, token)
        return True

    def _bring(self, work: bringing.Work, facts: int, token: str) -> None:
        """Bring the facts; where others have moved the head since, they bring what is left of ours with theirs."""
        with self._unfinished():
            brought = work.bring(facts, self._progress, token=token)
        if not brought and self._steady(content.head) is None:
            raise StoreError(f"{self.address} was altered by another program while it was written; {blocks.RENEW}")

    @contextmanager
    def _unfinished(self) -> Iterator[None]:
        """Note on what ends it that the change is made, and its facts are not all there."""
        try:
            yield
        except BaseException as error:
            error.add_note(
                f"{self.address} holds the change, and its facts are still to be brought: run the same again, or "
                f"`twinnet doctor {self.address} --mend`."
            )
            raise

    def _put_right(self, state: State, network: Network | None, *, settled: bool) -> bool:
        """Put right what else could have changed of the facts; tell whether they are other than they were."""
        head, now = self._state()
        if now != state or head.behind:
            return True
        work, token = self._work(changes.merged(state) if network is None else network), secrets.token_hex(8)
        if not work.total:
            return settled
        if self._run(partial(bringing.doubt, of=head, token=token, since=self.clock()), writing=True):
            self._bring(work, head.facts + 1, token)
        return True

    def _move(self, head: Head, before: State, after: State, *, token: str, since: str) -> bool:
        if not head.version:
            self._run(partial(content.execute, statements=tables.SCHEMA), writing=True)
        parts = {name: (source, text) for name, source, text in blocks.packed(after.said)}
        content.stage(parts, self._run)
        return self._run(
            lambda transaction: content.move(transaction, head, before, after, list(parts), token=token, since=since),
            writing=True,
        )

    def _work(self, wanted: Network) -> bringing.Work:
        return bringing.Work(wanted, self._run)

    def _steady(self, work: Callable[[Transaction], T]) -> T:
        """Read what others may change meanwhile, until it stands still."""
        for _ in self._tries():
            try:
                return self._run(work)
            except Moved:
                continue
        raise self._busy()

    def _tries(self) -> Iterator[None]:
        """Give a turn, and further ones after pauses that grow."""
        end, pause, turns = time.monotonic() + BUSY_SECONDS, 0.02, 0
        while turns < TRIES or time.monotonic() < end:
            yield
            time.sleep(pause)
            turns, pause = turns + 1, min(2 * pause, 0.5)

    def _run(self, work: Callable[[Transaction], T], *, writing: bool = False) -> T:
        self._check()
        return self._connection.run(work, writing=writing)

    def _busy(self) -> StoreError:
        return StoreError(
            f"{self.address} is being changed by others all the time, or was altered by another program; try again, "
            f"and if it stays so {blocks.RENEW}"
        )

    def _check_writing(self) -> None:
        self._check()
        if self._readonly:
            raise StoreError(f"{self.address} was opened for reading only")

    def close(self) -> None:
        """Let go of the server."""
        if not self._closed:
            self._closed = True
            self._connection.close()
