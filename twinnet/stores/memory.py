"""A store that lasts as long as the object: for notebooks, tests and other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from twinnet.decisions import Decision, Outcome, in_order
from twinnet.errors import StoreError
from twinnet.graph import Network, OwnPoints
from twinnet.models import Contact, Judgement, Source, Statement
from twinnet.stores import changes
from twinnet.stores.changes import State
from twinnet.taxonomy import Taxonomy


class MemoryStore:
    """A store in memory (see :class:`twinnet.stores.Store`), empty but for the ``decisions`` that it is given."""

    def __init__(self, *, decisions: Iterable[Decision] = ()) -> None:
        self.address = "memory:"
        self._state = State(decisions=tuple(in_order(decisions)))
        self._network = Network()
        self._closed = False

    def read(self) -> Network:
        """Return all facts."""
        self._check()
        return self._network

    def replace(
        self,
        sources: Iterable[Source],
        statements: Iterable[Statement],
        *,
        contacts: Iterable[Contact] = (),
        taxonomy: Taxonomy | None = None,
    ) -> bool:
        """Put this in the place of all that the named sources said before; tell whether anything changed."""
        given, said = changes.rows_of(sources, statements)
        kept = changes.contacts_of(given, contacts)
        return self._change(lambda before: changes.replaced(before, given, said, contacts=kept, taxonomy=taxonomy))

    def judge(self, judgements: Iterable[Judgement], statements: Iterable[Statement] = ()) -> bool:
        """Add judgements, or put them in the place of earlier ones; tell whether anything changed."""
        decided = list(judgements)
        _, said = changes.rows_of((), statements)
        return self._change(lambda before: changes.judged(before, decided, said))

    def withdraw(self, ids: Iterable[str]) -> bool:
        """Take judgements back; tell whether anything changed."""
        taken = list(ids)
        return self._change(lambda before: changes.withdrawn(before, taken))

    def decide(self, rows: Iterable[Decision], *, settle: bool = True) -> list[Outcome]:  # noqa: ARG002 - always at once
        """Add rows of decisions; tell what became of each."""
        self._check()
        after, found = changes.decided(self._state, rows, self._network)
        self._change(lambda _: after)
        return found

    def settle(self) -> bool:
        """Do nothing: all is merged at once."""
        self._check()
        return False

    def decisions(self) -> tuple[Decision, ...]:
        """Return all rows of decisions in their order."""
        self._check()
        return self._state.decisions

    def learn(self, points: OwnPoints | None) -> bool:
        """Keep points as the network's own, or none; tell whether anything changed."""
        return self._change(lambda before: changes.learned(before, points))

    def drop(self, source: str) -> None:
        """Take away a source, all that it said and its contacts."""
        self._change(lambda before: changes.dropped(before, source))

    def erase(self, organisation: str) -> None:
        """Take away all that speaks of an organisation, its contacts and the judgements about it."""
        self._change(lambda before: changes.erased(before, organisation))

    def statements(self, source: str | None = None) -> list[Statement]:
        """Return what the rows of one source (None: of all) say."""
        self._check()
        return changes.to_statements({key: text for key, text in self._state.said.items() if source in (None, key[0])})

    def contacts(self, organisation: str | None = None) -> list[Contact]:
        """Return the contacts that were kept, of one organisation (None: of all)."""
        self._check()
        if organisation is None:
            return list(self._state.contacts)
        return changes.contacts_about(self._state, self._network, organisation)

    def sources(self) -> tuple[Source, ...]:
        """Return the lists that were taken in, sorted by name."""
        self._check()
        return tuple(self._state.sources.values())

    def taxonomy(self) -> Taxonomy:
        """Return the network's taxonomy."""
        self._check()
        return self._network.taxonomy

    def _change(self, change: Callable[[State], State]) -> bool:
        self._check()
        after = change(self._state)
        if after == self._state:
            return False
        self._network, self._state = changes.merged(after), after
        return True

    def close(self) -> None:
        """Forget everything."""
        self._closed = True

    def _check(self) -> None:
        if self._closed:
            raise StoreError("the store is closed; open it again")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
