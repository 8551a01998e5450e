"""How the facts are brought to what is said, in batches that may be sent twice, by one program at a time.

Whoever brings them claims it with a token, and gives a sign of life with every batch. Another takes over only when no
sign came for long, or when it has moved the head, so that no batch of the one undoes a batch of the other. It
reads what stands there before it takes over, however long that takes, and only where no sign came meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from neo4j import Transaction

from twinnet.graph import Network
from twinnet.stores.neo4j import content, tables
from twinnet.stores.neo4j.content import STORE, Head, locked, put
from twinnet.stores.neo4j.tables import Row

ALIVE_SECONDS = 15.0
"""Who gives no sign of life for so long may bring nothing any more, or be reading."""

_GUARD = f"{STORE} WHERE s.facts = $facts AND s.behind AND s.bringer = $token SET s.beat = timestamp() RETURN s.facts"
_SIGN = (
    f"{STORE} RETURN [s.bringer, s.beat], "
    "s.bringer IS NULL OR s.bringer = $token OR coalesce(s.beat < timestamp() - $alive, true)"
)


class Sign(NamedTuple):
    """Who brings the facts and gave a sign of life when; ``is_free``: nobody else, or the sign is old."""

    of: list[Any]
    is_free: bool


def sign(transaction: Transaction, *, token: str) -> Sign:
    """Return the last sign of life."""
    row = transaction.run(_SIGN, token=token, alive=int(ALIVE_SECONDS * 1000)).single()
    return Sign([], True) if row is None else Sign(row[0], bool(row[1]))


def claim(transaction: Transaction, of: Head, seen: Sign, *, token: str, since: str) -> bool:
    """Claim to bring the facts that are behind; tell whether nothing has changed since.

    What stands there was read after ``seen``: nobody has brought anything since unless there is another sign.
    """
    now, last = locked(transaction), sign(transaction, token=token)
    if token == next(iter(last.of), None):
        return True  # It was claimed by us, and only the answer was lost.
    if not (now.behind and (now.born, now.facts) == (of.born, of.facts) and last.of == seen.of):
        return False
    _begin(transaction, now, now._replace(writing=True, since=now.since or since), token)
    return True


def doubt(transaction: Transaction, of: Head, *, token: str, since: str) -> bool:
    """Mark facts that should be whole as to be brought, and claim it; tell whether nothing has changed since."""
    now = locked(transaction)
    if token in now.tokens:
        return True
    if now.behind or (now.born, now.facts) != (of.born, of.facts):
        return False
    counted: dict[str, Any] = {
        "version": now.version + 1,
        "facts": now.facts + 1,
        "tokens": (*now.tokens, token)[-content.TOKENS :],
    }
    _begin(transaction, now, now._replace(behind=True, writing=True, since=since, **counted), token)
    return True


def _begin(transaction: Transaction, before: Head, after: Head, token: str) -> None:
    put(transaction, before, after)
    transaction.run(f"{STORE} SET s.bringer = $token, s.beat = timestamp()", token=token).consume()


class Work:
    """What has to be done to the facts there, as they are now, so that they are those of a network."""

    def __init__(self, wanted: Network, run: Callable[..., Any]) -> None:
        there = run(lambda transaction: content.rows(transaction, tables.FACTS))
        self._befores: dict[str, dict[str, Row]] = {
            kind.name: kind.keyed(there[kind.name].rows) for kind in tables.FACTS
        }
        self._strays = [kind for kind in tables.FACTS if there[kind.name].strays]
        self._afters = {kind.name: kind.keyed(tables.rows_of(kind, wanted)) for kind in tables.FACTS}
        self._run = run
        self.total = sum(self._wrong(kind.name) for kind in tables.FACTS) + len(self._strays)
        """So many facts are not as they should be."""

    def _wrong(self, name: str) -> int:
        before, after = self._befores[name], self._afters[name]
        return sum(before.get(key) != row for key, row in after.items()) + len(before.keys() - after.keys())

    def bring(self, facts: int, told: Callable[[int, int], object], *, token: str) -> bool:
        """Do it, as whoever has claimed it; tell whether it was done, and not taken over by another."""

        def guarded(transaction: Transaction, query: str, values: list[Any]) -> bool:
            content.lock(transaction)
            if transaction.run(_GUARD, facts=facts, token=token).single() is None:
                return False
            content.send(transaction, query, values)
            return True

        # What hangs on others goes first and comes last.
        strays: Iterator[tuple[str, list[Any]]] = (
            (query, []) for kind in reversed(self._strays) for query in kind.strays()
        )
        gone = (step for kind in reversed(tables.FACTS) for step in content.gone(kind, *self._of(kind.name)))
        come = (step for kind in tables.FACTS for step in content.come(kind, *self._of(kind.name)))
        done = 0
        for query, values in chain(strays, gone, come):
            if not self._run(partial(guarded, query=query, values=values), writing=True):
                return False
            done += len(values)
            told(min(done, self.total), self.total)
        ended: bool = self._run(lambda transaction: _end(transaction, facts, token=token), writing=True)
        return ended

    def _of(self, name: str) -> tuple[dict[str, Row], dict[str, Row]]:
        return self._befores[name], self._afters[name]


def _end(transaction: Transaction, facts: int, *, token: str) -> bool:
    """Take the mark away."""
    now = locked(transaction)
    query = f"{STORE} RETURN s.bringer, s.brought"
    row = transaction.run(query).single()
    if row is None or now.facts != facts or token not in row.values():
        return False
    if now.behind:  # Else it was taken away by us, and only the answer was lost.
        put(transaction, now, now._replace(behind=False, writing=False, since=""))
        transaction.run(f"{STORE} SET s.brought = $token REMOVE s.bringer, s.beat", token=token).consume()
    return True
