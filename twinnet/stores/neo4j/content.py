"""What stands in a Neo4j database, and how it is brought from one state to another.

The node ``TwinnetStore`` is the head: it names the blocks of all that lists say and counts the changes. A change writes
new blocks beside, then moves the head in one transaction, together with sources, answers, decisions and history: what
was said changes whole or not at all. The facts follow in batches, each of which may be sent twice; as long as they are
not all there the head is marked, readers merge the facts themselves, and whoever writes next brings the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple, TypeVar

from neo4j import Transaction

from twinnet.decisions import Decision, Outcome, in_order, tells_facts
from twinnet.errors import StoreError
from twinnet.graph import Facts, Network, OwnPoints
from twinnet.stores import changes
from twinnet.stores.changes import State
from twinnet.stores.history import united
from twinnet.stores.neo4j import blocks, tables
from twinnet.stores.neo4j.tables import Kind, Row
from twinnet.taxonomy import Taxonomy

FORMAT = 1
"""The version of the graph's model."""
BATCH = 5000
"""So many rows are written in a transaction."""
_BLOCKS = 25
"""So many blocks are written, or read, at a time."""
_STALE = 24 * 3_600_000
"""Blocks that no head names go after so many milliseconds: a writer that died left them."""

T = TypeVar("T")


class Head(NamedTuple):
    """What the node of the store says.

    ``version`` grows with every change, ``facts`` with those that change facts. ``behind``: facts have to be merged
    anew; ``writing``: they are being written since ``since``, and are not whole. ``token`` names the last change.
    """

    format: int = FORMAT
    version: int = 0
    facts: int = 0
    behind: bool = False
    writing: bool = False
    since: str = ""
    token: str = ""
    taxonomy: str = ""
    points: str = ""
    card: str = ""
    blocks: tuple[str, ...] = ()


class Moved(Exception):  # noqa: N818 - no fault: others wrote in the meantime
    """Others changed the network in the meantime."""


_READ_HEAD = f"MATCH (s:TwinnetStore {{id: 'store'}}) RETURN [{', '.join(f's.{name}' for name in Head._fields)}]"
# To write to the head first makes others wait until the transaction ends.
_LOCK_HEAD = _READ_HEAD.replace(" RETURN", " SET s.locked = $token RETURN")
_GUARD = "MATCH (s:TwinnetStore {id: 'store'}) WHERE s.facts = $facts SET s.locked = $token RETURN s.facts"


def execute(transaction: Transaction, statement: str) -> None:
    """Run a statement that is about no values."""
    transaction.run(statement).consume()


def head(transaction: Transaction) -> Head | None:
    """Return the head, None where there is no network."""
    return _head(transaction.run(_READ_HEAD))


def _head(result: Any) -> Head | None:
    row = result.single()
    if row is None:
        return None
    given = {name: value for name, value in zip(Head._fields, row[0], strict=True) if value is not None}
    return Head(**given | {"blocks": tuple(given.get("blocks", ()))})


def state(transaction: Transaction) -> tuple[Head, State]:
    """Return the head and all that the store holds; raise :class:`Moved` where that changed while it was read."""
    found = head(transaction) or Head()
    kept = {kind: kind.table.facts(kind.taken(_rows(transaction, kind))) for kind in tables.SAID}
    return found, State(
        {source.name: source for source in kept[tables.SOURCES]},
        said(transaction, found),
        {judgement.id: judgement for judgement in kept[tables.JUDGEMENTS]},
        tuple(in_order(kept[tables.DECISIONS])),
        taxonomy=found.taxonomy,
        points=points(found),
        history=united(kept[tables.HISTORY], ()),
    )


def said(transaction: Transaction, of: Head) -> changes.Said:
    """Return what lists say."""
    found: dict[str, bytes] = {}
    query = "UNWIND $ids AS id MATCH (r:TwinnetRows {id: id}) RETURN r.id, r.said"
    for names in _parts(of.blocks, _BLOCKS):
        found |= dict(transaction.run(query, ids=names).values())
    if missing := set(of.blocks) - found.keys():
        if head(transaction) == of:
            raise StoreError(
                f"{len(missing)} of {len(of.blocks)} parts of what lists said are gone there; sync it from another "
                "copy (twinnet sync --replace)"
            )
        raise Moved
    return blocks.unpacked(list(of.blocks), found)


def points(of: Head) -> OwnPoints | None:
    """Return the points that the network has learned."""
    return OwnPoints(of.points, of.card) if of.points else None


def rows(transaction: Transaction, kinds: Iterable[Kind]) -> dict[str, list[Row]]:
    """Return what stands there of some kinds, by their names."""
    return {kind.name: kind.taken(_rows(transaction, kind)) for kind in kinds}


def _rows(transaction: Transaction, kind: Kind) -> list[list[Any]]:
    return [row for (row,) in transaction.run(kind.read()).values()]


def network(of: Head, found: Mapping[str, list[Row]]) -> Network:
    """Make the network of what was read of all kinds."""
    facts: dict[str, Any] = {
        kind.table.name: kind.table.facts(found[kind.name])
        for kind in (*tables.SAID, *tables.FACTS)
        if kind not in (tables.HISTORY, tables.NETWORKS)
    }
    facts["decisions"] = Facts.of(Decision, in_order(facts["decisions"]))
    return Network(**facts, taxonomy=Taxonomy.from_text(of.taxonomy, name=changes.KEPT_TAXONOMY), points=points(of))


def decide(transaction: Transaction, rows: Iterable[Decision], *, token: str) -> list[Outcome]:
    """Add rows of decisions under the lock of the head; raise :class:`Moved` where the facts are not whole there."""
    now = _head(transaction.run(_LOCK_HEAD, token=token))
    if now is None or now.writing:
        raise Moved

    def called(identifier: str) -> tuple[str, list[str]] | None:
        found = transaction.run("MATCH (o:TwinnetOrganisation {id: $id}) RETURN o.id, o.aliases", id=identifier)
        row = found.single()
        if row is None:
            query = (
                "MATCH (o:TwinnetOrganisation) WHERE $id IN o.aliases RETURN o.id, o.aliases ORDER BY o.id DESC LIMIT 1"
            )
            row = transaction.run(query, id=identifier).single()
        return None if row is None else (row[0], row[1] or [])

    def about(names: Sequence[tuple[str, ...]]) -> list[Decision]:
        one, other = names[0], names[-1] if len(names) > 1 else ()
        where = (
            "(n.organisation IN $one AND n.candidate IN $other) OR (n.organisation IN $other AND n.candidate IN $one)"
            if other
            else "n.organisation IN $one AND n.candidate IS NULL"
        )
        query = tables.DECISIONS.read().replace(" RETURN", f" WHERE {where} RETURN")
        found = transaction.run(query, one=list(one), other=list(other)).values()
        return list(tables.DECISIONS.table.facts(tables.DECISIONS.taken([row for (row,) in found])))

    def add(row: Decision) -> None:
        _put(transaction, tables.DECISIONS, {}, _keyed(tables.DECISIONS, Facts.of(Decision, [row])))

    outcomes = changes.deciding(rows, called=called, about=about, add=add)
    new = [one for one in outcomes if one.how == "new"]
    follows = any(tells_facts(row) for one in new for row in one.rows)
    if new:
        _set(
            transaction,
            version=now.version + 1,
            facts=now.facts + follows,
            behind=now.behind or follows,
            token=token,
        )
    return outcomes


def stage(parts: Mapping[str, tuple[str, str]], run: Callable[..., Any], told: Callable[[int], None]) -> None:
    """Write the blocks that nobody wrote before."""
    names = list(parts)
    query = "UNWIND $ids AS id MATCH (r:TwinnetRows {id: id}) RETURN r.id"
    there = {name for (name,) in run(lambda transaction: transaction.run(query, ids=names).values())}
    write = (
        "UNWIND $rows AS r MERGE (n:TwinnetRows {id: r[0]}) "
        "SET n.source = r[1], n.said = r[2], n.staged = timestamp() RETURN count(n)"
    )
    for some in _parts([name for name in names if name not in there], _BLOCKS):
        rows = [[name, parts[name][0], blocks.squeezed(parts[name][1])] for name in some]
        run(lambda transaction, rows=rows: _send(transaction, write, rows), writing=True)
        told(len(some))


def move(
    transaction: Transaction, of: Head, before: State, after: State, names: Sequence[str], *, token: str, since: str
) -> bool:
    """Move the head from one state to another, and all but facts with it; tell whether it still was where it was."""
    transaction.run("MERGE (s:TwinnetStore {id: 'store'})").consume()
    now = _head(transaction.run(_LOCK_HEAD, token=token)) or Head()
    if now.token == token:
        return True  # It was moved by us, and only the answer was lost.
    if now.version != of.version:
        return False
    query = "UNWIND $ids AS id MATCH (r:TwinnetRows {id: id}) RETURN count(r)"
    if names and transaction.run(query, ids=list(names)).single(strict=True)[0] != len(names):
        return False
    for kind in tables.SAID:
        _put(transaction, kind, _rows_of(kind, before), _rows_of(kind, after))
    gone = sorted(set(of.blocks) - set(names))
    transaction.run("UNWIND $ids AS id MATCH (r:TwinnetRows {id: id}) DELETE r", ids=gone).consume()
    transaction.run(
        "MATCH (r:TwinnetRows) WHERE r.staged < timestamp() - $stale AND NOT r.id IN $names DELETE r",
        stale=_STALE,
        names=list(names),
    ).consume()
    table, card = after.points or (None, None)
    _set(
        transaction,
        format=FORMAT,
        version=of.version + 1,
        facts=of.facts + 1,
        behind=True,
        writing=True,
        since=since,
        token=token,
        taxonomy=after.taxonomy or None,
        points=table,
        card=card,
        blocks=list(names),
    )
    return True


def _rows_of(kind: Kind, of: State) -> dict[str, Row]:
    items: dict[str, Iterable[Any]] = {
        "TwinnetSource": of.sources.values(),
        "TwinnetJudgement": of.judgements.values(),
        "TwinnetDecision": of.decisions,
        "TwinnetChange": of.history,
    }
    return _keyed(kind, Facts.of(kind.table.model, items[kind.name]))


def _keyed(kind: Kind, facts: Facts[Any]) -> dict[str, Row]:
    return kind.keyed(kind.table.rows(facts))


def _put(transaction: Transaction, kind: Kind, before: Mapping[str, Row], after: Mapping[str, Row]) -> None:
    for query, values in _steps(kind, before, after):
        _send(transaction, query, values)


def _set(transaction: Transaction, **values: Any) -> None:
    transaction.run("MATCH (s:TwinnetStore {id: 'store'}) SET s += $values", values=values).consume()


def _send(transaction: Transaction, query: str, values: Sequence[Any]) -> None:
    """Send rows or ids; see that as many rows are there as were sent."""
    if "$ids" in query:
        transaction.run(query, ids=values).consume()
        return
    (written,) = transaction.run(query, rows=values).single(strict=True)
    if written != len(values):
        raise StoreError(
            f"took {written:,} of {len(values):,} rows: something was taken away there meanwhile; run this again"
        )


def _steps(kind: Kind, before: Mapping[str, Row], after: Mapping[str, Row]) -> Iterator[tuple[str, list[Any]]]:
    """Give what brings one kind from one content to the other: a query, and the ids or rows for it."""
    for parts in (_gone(kind, before, after), _come(kind, before, after)):
        yield from parts


def _gone(kind: Kind, before: Mapping[str, Row], after: Mapping[str, Row]) -> Iterator[tuple[str, list[Any]]]:
    gone = [key for key, row in before.items() if key not in after or kind.moved(after[key], row)]
    for some in _parts(gone, BATCH):
        for query in kind.gone():
            yield query, some


def _come(kind: Kind, before: Mapping[str, Row], after: Mapping[str, Row]) -> Iterator[tuple[str, list[Any]]]:
    # Rows that write the same properties go together: their names are then said once.
    waiting: dict[tuple[int, ...], list[Any]] = defaultdict(list)
    for key, row in after.items():
        was = before.get(key)
        if was == row:
            continue
        columns, values = kind.sent(key, row, None if was is None or kind.moved(row, was) else was)
        waiting[columns].append(values)
        if len(waiting[columns]) == BATCH:
            yield kind.write(columns), waiting.pop(columns)
    for columns, some in waiting.items():
        yield kind.write(columns), some


def bring(
    wanted: Network, facts: int, run: Callable[..., Any], told: Callable[[int, int], object], *, token: str
) -> int | None:
    """Bring the facts to what they should be, in batches.

    Returns
    -------
    int or None
        How many facts were not as they should be; None where another change came in between, which brings the rest.
    """
    there = run(lambda transaction: rows(transaction, tables.FACTS))
    befores = {kind.name: kind.keyed(there[kind.name]) for kind in tables.FACTS}
    afters = {kind.name: kind.keyed(tables.rows_of(kind, wanted)) for kind in tables.FACTS}
    changed = {name: sum(befores[name].get(key) != row for key, row in rows.items()) for name, rows in afters.items()}
    total = sum(changed.values()) + sum(len(befores[name].keys() - afters[name].keys()) for name in afters)
    done = 0
    # What hangs on others goes first and comes last.
    gone = (step for kind in reversed(tables.FACTS) for step in _gone(kind, befores[kind.name], afters[kind.name]))
    come = (step for kind in tables.FACTS for step in _come(kind, befores[kind.name], afters[kind.name]))

    def guarded(transaction: Transaction, query: str, values: list[Any]) -> bool:
        if transaction.run(_GUARD, facts=facts, token=token).single() is None:
            return False
        if query:
            _send(transaction, query, values)
        else:
            _set(transaction, behind=False, writing=False, since=None)
        return True

    for query, values in chain(gone, come):
        if not run(lambda transaction, query=query, values=values: guarded(transaction, query, values), writing=True):
            return None
        done += len(values)
        told(min(done, total), total)
    return total if run(lambda transaction: guarded(transaction, "", []), writing=True) else None


def _parts(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Give items in lists of so many."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
