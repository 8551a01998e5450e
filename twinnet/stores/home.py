"""What every home of a network does alike: a change is a function from all that was held to all that is held then."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from twinnet import dated
from twinnet.errors import StoreError
from twinnet.graph import Network, OwnPoints
from twinnet.models import Contact, Judgement, Source, Statement
from twinnet.stores import changes
from twinnet.stores.history import now
from twinnet.stores.state import State, Verb
from twinnet.taxonomy import Taxonomy


class Home(ABC):
    """A store whose changes are made by :meth:`_change` (see :class:`twinnet.stores.Store`).

    ``clock`` tells the moment that a change bears in the history.
    """

    address: str
    clock: Callable[[], str] = staticmethod(now)
    _closed = False

    def read(self, *, as_of: dt.date | None = None) -> Network:
        """Return all facts, or those that were known on a day."""
        if as_of is None:
            return self._read()
        return dated.as_of(changes.merged(changes.known_on(self.state(), as_of)), as_of)

    @abstractmethod
    def state(self) -> State:
        """Return all that is held."""

    def snapshot(self) -> tuple[State, Network]:
        """Return all that is held, and the facts that follow from it."""
        state = self.state()
        return state, changes.merged(state)

    def replace(
        self,
        sources: Iterable[Source],
        statements: Iterable[Statement],
        *,
        contacts: Iterable[Contact] = (),
        taxonomy: Taxonomy | None = None,
    ) -> bool:
        """Put this in the place of all that the named sources said before; tell whether anything changed."""
        self._check_writing()
        given, said = changes.rows_of(sources, statements)
        kept = changes.contacts_of(given, contacts)
        return self._change(
            lambda before: changes.replaced(before, given, said, contacts=kept, taxonomy=taxonomy), "imported"
        )

    def judge(self, judgements: Iterable[Judgement], statements: Iterable[Statement] = ()) -> bool:
        """Add judgements, or put them in the place of earlier ones; tell whether anything changed."""
        self._check_writing()
        decided = list(judgements)
        _, said = changes.rows_of((), statements)
        return self._change(lambda before: changes.judged(before, decided, said), "judged")

    def withdraw(self, ids: Iterable[str]) -> bool:
        """Take judgements back; tell whether anything changed."""
        taken = list(ids)
        return self._change(lambda before: changes.withdrawn(before, taken), "withdrawn")

    def learn(self, points: OwnPoints | None) -> bool:
        """Keep points as the network's own, or none; tell whether anything changed."""
        return self._change(lambda before: changes.learned(before, points), "learned")

    def drop(self, source: str) -> None:
        """Take away a source, all that it said and its contacts."""
        self._change(lambda before: changes.dropped(before, source), "dropped")

    def erase(self, organisation: str) -> None:
        """Take away all that speaks of an organisation, its contacts and the judgements about it."""
        self._change(lambda before: changes.erased(before, organisation), "forgotten")

    def become(self, state: State, network: Network | None = None, *, over: State | None = None) -> bool:
        """Put this in the place of all that is held but for contacts; tell whether anything changed."""

        def change(before: State) -> State:
            if over is not None and before != over:
                raise StoreError(f"{self._called} was changed by others since it was looked at; look again")
            return changes.become(before, state)

        return self._change(change, "synced", network)

    @abstractmethod
    def _read(self) -> Network:
        """Return all facts."""

    @abstractmethod
    def _change(self, change: Callable[[State], State], verb: Verb, network: Network | None = None) -> bool:
        """Make a change whole or not at all, with its rows in the history; tell whether anything changed.

        ``network`` is what the state after the change is merged to, where that is known already.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the store."""

    def _check(self) -> None:
        if self._closed:
            raise StoreError(f"{self._called} is closed; open it again")

    def _check_writing(self) -> None:
        self._check()

    @property
    def _called(self) -> str:
        """What errors call the store."""
        return self.address

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
