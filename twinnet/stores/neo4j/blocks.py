"""What the rows of lists say, packed: a node a statement would make a database many times as large as its facts.

A block holds the statements of some rows that follow each other in one list. It is named by a check sum of what it
holds and never changed: a list of names tells all that is said, and a change writes only the blocks that are new.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import groupby

from twinnet.errors import StoreError
from twinnet.graph import GAZETTEER_SOURCE
from twinnet.stores.state import Key, Said, encode

RENEW = "delete its node TwinnetStore and sync it from another copy (twinnet sync)"
"""The way out where what is there cannot be used."""
_ROWS = 1000
"""So many rows of a list make a block."""
_NUMBERS = 200_000
"""The gazetteer's rows are the numbers of places: so many make a block."""


def _place(key: Key) -> tuple[str, int]:
    source, row = key[:2]
    return source, row // (_NUMBERS if source == GAZETTEER_SOURCE else _ROWS)


def packed(said: Said) -> Iterator[tuple[str, str, str]]:
    """Give the blocks of sorted statements in their order: name, source, and what it holds as text.

    >>> [(source, text) for _, source, text in packed({("ALDA", 2, "organisation", "town-1", 0): "{}"})]
    [('ALDA', '["ALDA",[2],["organisation"],["town-1"],[0],["{}"]]')]
    """
    for (source, _), items in groupby(said.items(), key=lambda item: _place(item[0])):
        keys, texts = zip(*items, strict=True)
        _, rows, kinds, subjects, parts = zip(*keys, strict=True)
        text = encode([source, rows, kinds, subjects, parts, texts])
        yield sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32], source, text


def squeezed(text: str) -> bytes:
    """Return the text of a block as it is stored; raise :class:`StoreError` for one that is no Unicode."""
    try:
        return zlib.compress(text.encode("utf-8"), 3)
    except UnicodeEncodeError as error:
        raise StoreError(f"a text holds what is no character ({error.reason}); nothing was stored") from None


def unpacked(names: list[str], found: Mapping[str, bytes]) -> Said:
    """Return the statements of blocks, sorted as they were.

    Raises
    ------
    StoreError
        A block does not hold what its name says.
    """
    said: Said = {}
    for name in names:
        try:
            text = zlib.decompress(found[name]).decode("utf-8")
        except (zlib.error, UnicodeError, TypeError):
            text = ""
        if sha256(text.encode("utf-8")).hexdigest()[:32] != name:
            raise StoreError(f"what lists said is damaged there; {RENEW}")
        source, rows, kinds, subjects, parts, texts = json.loads(text)
        for row, kind, subject, part, value in zip(rows, kinds, subjects, parts, texts, strict=True):
            said[source, row, kind, subject, part] = value
    return said
