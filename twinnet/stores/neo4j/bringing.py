"""How the facts are brought to what is said, in batches that may be sent twice, by one program at a time.

Whoever brings them claims it with a token, and gives a sign of life with every batch. Another takes over only when no
sign came for long, or when it has moved the head, so that no batch of the one undoes a batch of the other.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

from neo4j import Transaction

from twinnet.graph import Network
from twinnet.stores.neo4j import content, tables
from twinnet.stores.neo4j.content import STORE, Head, locked, put
from twinnet.stores.neo4j.tables import Row

ALIVE_SECONDS = 15.0
"""Who gives no sign of life for so long brings nothing any more: to read all facts of a large network takes less."""

_GUARD = f"{STORE} WHERE s.facts = $facts AND s.behind AND s.bringer = $token SET s.beat = timestamp() RETURN s.facts"
_FREE = f"{STORE} RETURN s.bringer IS NULL OR s.bringer = $token OR s.beat < timestamp() - $alive"


def is_free(transaction: Transaction, *, token: str) -> bool:
    """Tell whether nobody else brings the facts, or gives no sign of life."""
    row = transaction.run(_FREE, token=token, alive=int(ALIVE_SECONDS * 1000)).single()
    return row is None or bool(row[0])


def claim(transaction: Transaction, facts: int, *, token: str, since: str) -> bool:
    """Claim to bring the facts that are behind; tell whether nobody else does, and nothing has changed since."""
    now = locked(transaction)
    if not (now.behind and now.facts == facts and is_free(transaction, token=token)):
        return False
    _begin(transaction, now, now._replace(writing=True, since=now.since or since), token)
    return True


def doubt(transaction: Transaction, facts: int, *, token: str, since: str) -> bool:
    """Mark facts that should be whole as to be brought, and claim it; tell whether nothing has changed since."""
    now = locked(transaction)
    if token in now.tokens:
        return True
    if now.behind or now.facts != facts:
        return False
    counted: dict[str, Any] = {
        "version": now.version + 1,
        "facts": facts + 1,
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
        self._befores: dict[str, dict[str, Row]] = {kind.name: kind.keyed(there[kind.name]) for kind in tables.FACTS}
        self._afters = {kind.name: kind.keyed(tables.rows_of(kind, wanted)) for kind in tables.FACTS}
        self._run = run
        self.total = sum(self._wrong(kind.name) for kind in tables.FACTS)
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
        gone = (step for kind in reversed(tables.FACTS) for step in content.gone(kind, *self._of(kind.name)))
        come = (step for kind in tables.FACTS for step in content.come(kind, *self._of(kind.name)))
        done = 0
        for query, values in chain(gone, come):
            send = lambda transaction, query=query, values=values: guarded(transaction, query, values)  # noqa: E731
            if not self._run(send, writing=True):
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
    bringer, brought = transaction.run(query).single(strict=True)
    if now.facts != facts or token not in (bringer, brought):
        return False
    if now.behind:  # Else it was taken away by us, and only the answer was lost.
        put(transaction, now, now._replace(behind=False, writing=False, since=""))
        transaction.run(f"{STORE} SET s.brought = $token REMOVE s.bringer, s.beat", token=token).consume()
    return True
