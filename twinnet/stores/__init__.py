"""Where a network is kept: one contract, and the homes that fulfil it.

A store keeps what the rows of lists say (statements), what persons said of names (judgements) and decided of
suggestions (decisions), the facts merged from all of them,
the network's own taxonomy and the points learned from its links, and, apart from all facts, the contacts that a user
asked to keep. ``open_store`` takes an address: the path of a file, ``sqlite:///PATH``, ``memory:``, or that of a Neo4j
database, ``neo4j://USER@HOST/DATABASE``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

from twinnet.stores.addresses import beside, copies, file_of, is_address, server_of

if TYPE_CHECKING:
    import datetime as dt

    from twinnet.decisions import Decision, Outcome
    from twinnet.graph import Network, OwnPoints
    from twinnet.models import Contact, Judgement, Source, Statement
    from twinnet.stores.state import Change, State
    from twinnet.taxonomy import Taxonomy

__all__ = ["Progress", "Store", "beside", "copies", "file_of", "is_address", "open_store", "server_of"]

Progress = Callable[[int, int], object]
"""Is told how many of how many steps are done."""


@runtime_checkable
class Store(Protocol):
    """A home of one network.

    ``address`` is what :func:`open_store` was given. ``clock`` tells the moment that a change bears in the history, in
    the form of :data:`twinnet.decisions.Moment`; it may be set, so that the same changes give the same bytes. Whatever
    a method raises on purpose is a :class:`twinnet.errors.StoreError`, but for a
    :class:`twinnet.errors.NotFoundError` where it says so. A change is made whole or not at all, and all facts are
    merged again with it.
    """

    clock: Callable[[], str]

    @property
    def address(self) -> str:
        """The address that the store was opened by."""
        ...

    def read(self, *, as_of: dt.date | None = None) -> Network:
        """Return all facts and judgements, as they stand now; no contacts and no open questions.

        ``as_of`` leaves out what began, and what was decided, after that day (:func:`twinnet.dated.as_of`).
        """
        ...

    def replace(
        self,
        sources: Iterable[Source],
        statements: Iterable[Statement],
        *,
        contacts: Iterable[Contact] = (),
        taxonomy: Taxonomy | None = None,
    ) -> bool:
        """Put this in the place of all that the named sources said before; tell whether anything changed.

        ``taxonomy`` is kept as the network's from now on (None: it stays what it was).

        The statements and contacts of other sources stay, and so do all judgements. Of the gazetteer, which speaks
        beside every list, the places that some list names or some judgement chose are kept. Storing the same twice
        changes nothing the second time.
        """
        ...

    def judge(self, judgements: Iterable[Judgement], statements: Iterable[Statement] = ()) -> bool:
        """Add judgements, each in the place of the earlier one of its question; tell whether anything changed.

        ``statements`` are what the gazetteer says of the places that were chosen.
        """
        ...

    def withdraw(self, ids: Iterable[str]) -> bool:
        """Take judgements back by their ids, all or, where one is not there, none; tell whether anything changed."""
        ...

    def decide(self, rows: Iterable[Decision], *, settle: bool = True) -> list[Outcome]:
        """Add rows of decisions, each given after those before it; tell what became of each.

        Without ``settle`` what follows for the facts (a link, a correction) is merged by the next reader, and kept by
        the next writer: to add a row takes a moment, however large the network is.

        Raises
        ------
        NotFoundError
            A row is about an organisation that is not there. Nothing was stored.
        """
        ...

    def settle(self) -> bool:
        """Merge what follows from decisions for the facts, where that waits; tell whether anything did."""
        ...

    def decisions(self) -> tuple[Decision, ...]:
        """Return all rows of decisions in their order."""
        ...

    def learn(self, points: OwnPoints | None) -> bool:
        """Keep points as the network's own from now on, whatever is imported (None: it has none); tell of a change."""
        ...

    def drop(self, source: str) -> None:
        """Take away a source, all that it said and its contacts; judgements stay.

        Raises
        ------
        NotFoundError
            There is no source of that name; the nearest names are told.
        """
        ...

    def erase(self, organisation: str) -> None:
        """Take away all that speaks of an organisation, its contacts in all sources, and the judgements about it.

        It is named by its id or by one that it had before. Nothing of it stays in the store, not even in unused parts
        of a file.

        Raises
        ------
        NotFoundError
            No organisation has the id.
        """
        ...

    def statements(self, source: str | None = None) -> list[Statement]:
        """Return what the rows of one source (None: of all) say, sorted by source, row, kind and subject."""
        ...

    def contacts(self, organisation: str | None = None) -> list[Contact]:
        """Return the contacts that were kept, of one organisation (None: of all), sorted by source, row and label.

        The organisation is named by its id or by one that it had before; raise :class:`NotFoundError` if none has it.
        """
        ...

    def sources(self) -> tuple[Source, ...]:
        """Return the lists that were taken in, sorted by name."""
        ...

    def taxonomy(self) -> Taxonomy:
        """Return the network's taxonomy: twinnet's own unless another was kept."""
        ...

    def history(self) -> tuple[Change, ...]:
        """Return what became of lists, answers, taxonomy and points, the first change first."""
        ...

    def version(self) -> int:
        """Return a number that is another after every change: 0 before the first."""
        ...

    def state(self) -> State:
        """Return all that the store holds, as :meth:`become` takes it."""
        ...

    def snapshot(self) -> tuple[State, Network]:
        """Return all that the store holds at one moment, and the facts that follow from it."""
        ...

    def become(self, state: State, network: Network | None = None, *, over: State | None = None) -> bool:
        """Put the state of another store in the place of all that is held; tell whether anything changed.

        Contacts stay where they are, with the lists that stay. ``network`` is what the state is merged to, where that
        is known (None: it is merged). ``over`` is what was held when it was looked at: where it is not any more,
        nothing is changed and :class:`StoreError` raised (None: whatever is held).
        """
        ...

    def close(self) -> None:
        """Let go of the store; closing twice is fine."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_store(
    address: str | Path,
    *,
    create: bool = False,
    readonly: bool = True,
    patience: float | None = None,
    progress: Progress | None = None,
) -> Store:
    """Open the store at an address.

    Parameters
    ----------
    address:
        The path of a file; ``sqlite:///PATH``, where what follows the third slash is the path as it is, so that a
        fourth slash begins an absolute one; ``memory:``, an empty store that lasts as long as the object; or
        ``neo4j://USER@HOST:PORT/DATABASE`` (also ``bolt://``, and both with ``+s`` or ``+ssc`` for encryption). The
        password of USER is read from the variable ``NEO4J_PASSWORD``, else asked for on a terminal; without USER nobody
        logs in. PORT is 7687 and DATABASE the home database where they are left out.
    create:
        Make the network if there is none (it appears with the first :meth:`Store.replace`); implies writing.
    readonly:
        Only read. A reader makes nothing.
    patience:
        So many seconds to wait for another program that is writing; by default twenty.
    progress:
        Is told how far a long write has come (None: nobody is).

    Raises
    ------
    StoreError
        There is no network, it is not one of twinnet's, a newer version wrote it, the address names another kind of
        store, or a server does not answer or does not let in.

    >>> with open_store("memory:") as store:
    ...     store.read()
    <Network: 0 organisations, 0 memberships, 0 links, 0 projects>
    """
    server = server_of(address)
    if server is not None:
        from twinnet.stores.neo4j import Neo4jStore

        return Neo4jStore(server, create=create, readonly=readonly and not create, patience=patience, progress=progress)
    path = file_of(address)
    if path is None:
        from twinnet.stores.memory import MemoryStore

        return MemoryStore()
    from twinnet.stores.sqlite import SqliteStore

    return SqliteStore(path, address=str(address), create=create, readonly=readonly and not create, patience=patience)
