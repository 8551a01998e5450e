"""Open a stored network."""

from __future__ import annotations

from pathlib import Path

from twinnet.graph import Network
from twinnet.stores import open_store


def open_network(address: str | Path) -> Network:
    """Open a stored network to read it.

    Parameters
    ----------
    address:
        The path of a ``.twinnet`` file or another address that :func:`twinnet.stores.open_store` takes.

    Returns
    -------
    Network
        All facts, as they stand now; the store is closed again.

    Raises
    ------
    StoreError
        There is no network at that address, or it cannot be read.
    """
    with open_store(address) as store:
        return store.read()
