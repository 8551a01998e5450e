"""A store that lasts as long as the object: for notebooks, tests and other programs."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from twinnet.errors import StoreError
from twinnet.graph import Network
from twinnet.models import Source, Statement
from twinnet.stores.changes import Said, applied, merged, rows_of, to_statements


class MemoryStore:
    """An empty store in memory (see :class:`twinnet.stores.Store`)."""

    def __init__(self) -> None:
        self.address = "memory:"
        self._sources: dict[str, Source] = {}
        self._said: Said = {}
        self._network = Network()
        self._closed = False

    def read(self) -> Network:
        """Return all facts."""
        self._check()
        return self._network

    def replace(self, sources: Iterable[Source], statements: Iterable[Statement]) -> bool:
        """Put these statements in the place of what the named sources said; tell whether anything changed."""
        self._check()
        given, said = rows_of(sources, statements)
        after = applied(self._said, given, said)
        lists = self._sources | given
        if after == self._said and lists == self._sources:
            return False
        network = merged(lists.values(), after)
        self._sources, self._said, self._network = lists, after, network
        return True

    def statements(self, source: str | None = None) -> list[Statement]:
        """Return what the rows of one source (None: of all) say."""
        self._check()
        return to_statements({key: text for key, text in self._said.items() if source in (None, key[0])})

    def sources(self) -> tuple[Source, ...]:
        """Return the lists that were taken in, sorted by name."""
        self._check()
        return tuple(self._sources[name] for name in sorted(self._sources))

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
