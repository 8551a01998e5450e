"""A store that lasts as long as the object: for notebooks, tests and other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from twinnet.decisions import Decision, Outcome
from twinnet.graph import Network
from twinnet.models import Contact, Source, Statement
from twinnet.stores import changes
from twinnet.stores.history import recorded
from twinnet.stores.home import Home
from twinnet.stores.state import Change, State, Verb
from twinnet.taxonomy import Taxonomy


class MemoryStore(Home):
    """A store in memory (see :class:`twinnet.stores.Store`), which holds a ``state`` (None: nothing)."""

    def __init__(self, state: State | None = None) -> None:
        self.address = "memory:"
        self._state = state or State()
        self._network = changes.merged(self._state) if state else Network()
        self._version = 0

    @property
    def _called(self) -> str:
        return "the store"

    def _read(self) -> Network:
        """Return all facts."""
        self._check()
        return self._network

    def decide(self, rows: Iterable[Decision], *, settle: bool = True) -> list[Outcome]:  # noqa: ARG002 - always at once
        """Add rows of decisions; tell what became of each."""
        self._check()
        after, found = changes.decided(self._state, rows, self._network)
        self._put(after)
        return found

    def settle(self) -> bool:
        """Do nothing: all is merged at once."""
        self._check()
        return False

    def decisions(self) -> tuple[Decision, ...]:
        """Return all rows of decisions in their order."""
        self._check()
        return self._state.decisions

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

    def history(self) -> tuple[Change, ...]:
        """Return what became of the content, the first change first."""
        return self.state().history

    def version(self) -> int:
        """Return a number that is another after every change."""
        self._check()
        return self._version

    def state(self) -> State:
        """Return all that is held."""
        self._check()
        return self._state

    def _change(self, change: Callable[[State], State], verb: Verb, network: Network | None = None) -> bool:
        self._check()
        after = change(self._state)
        if after == self._state:
            return False
        self._put(recorded(self._state, after, verb, when=self.clock()), network)
        return True

    def _put(self, after: State, network: Network | None = None) -> None:
        if after != self._state:
            self._network = changes.merged(after) if network is None else network
            self._state, self._version = after, self._version + 1

    def close(self) -> None:
        """Forget everything."""
        self._closed = True
