"""Where a network is kept: one contract, and the homes that fulfil it.

A store keeps what the rows of lists say (statements) and the facts merged from them. ``open_store`` takes an address:
the path of a file, ``sqlite:///PATH`` or ``memory:``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

from twinnet.errors import StoreError

if TYPE_CHECKING:
    from twinnet.graph import Network
    from twinnet.models import Source, Statement

__all__ = ["Store", "open_store"]

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")


@runtime_checkable
class Store(Protocol):
    """A home of one network.

    ``address`` is what :func:`open_store` was given. Whatever a method raises on purpose is a
    :class:`twinnet.errors.StoreError`.
    """

    @property
    def address(self) -> str:
        """The address that the store was opened by."""
        ...

    def read(self) -> Network:
        """Return all facts, as they stand now."""
        ...

    def replace(self, sources: Iterable[Source], statements: Iterable[Statement]) -> bool:
        """Put these statements in the place of all that the named sources said before; tell whether anything changed.

        All of it is stored or nothing; the statements of other sources stay, and all facts are merged again. Of the
        gazetteer, which speaks beside every list, the places that some list names are kept. Storing the same twice
        changes nothing the second time.
        """
        ...

    def statements(self, source: str | None = None) -> list[Statement]:
        """Return what the rows of one source (None: of all) say, sorted by source, row, kind and subject."""
        ...

    def sources(self) -> tuple[Source, ...]:
        """Return the lists that were taken in, sorted by name."""
        ...

    def close(self) -> None:
        """Let go of the store; closing twice is fine."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_store(address: str | Path, *, create: bool = False, readonly: bool = True) -> Store:
    """Open the store at an address.

    Parameters
    ----------
    address:
        The path of a file; ``sqlite:///PATH``, where what follows the third slash is the path as it is, so that a
        fourth slash begins an absolute one; or ``memory:``, an empty store that lasts as long as the object.
    create:
        Make the file if there is none (it appears with the first :meth:`Store.replace`); implies writing.
    readonly:
        Only read. A reader never makes a file.

    Raises
    ------
    StoreError
        There is no file, it is not a twinnet network, a newer version wrote it, or the address names another kind of
        store.

    >>> with open_store("memory:") as store:
    ...     store.read()
    <Network: 0 organisations, 0 memberships, 0 links, 0 projects>
    """
    text = str(address)
    scheme = _SCHEME.match(text) if isinstance(address, str) else None
    if scheme is None:
        path = Path(address)
    elif text == "memory:":
        from twinnet.stores.memory import MemoryStore

        return MemoryStore()
    elif text.lower().startswith("sqlite:///") and text[10:]:
        path = Path(text[10:])
    elif text[scheme.end() :].startswith("//"):
        raise StoreError(
            f"addresses that begin with {scheme[1]}:// are not supported by this version; "
            "give the path of a file (my.twinnet) or sqlite:///PATH"
        )
    else:
        path = Path(text)
    from twinnet.stores.sqlite import SqliteStore

    return SqliteStore(path, address=text, create=create, readonly=readonly and not create)
