"""What stands in a Neo4j database, and how it is brought from one state to another.

The node ``TwinnetStore`` is the head: it names the blocks of all that lists say and counts the changes. A change writes
new blocks beside, then moves the head in one transaction, together with sources, answers, decisions and history: what
was said changes whole or not at all. The facts follow in batches (:mod:`twinnet.stores.neo4j.bringing`); as long as
they are not all there the head is marked, readers merge the facts themselves, and whoever writes next brings the rest.

Readers take no lock, and a server shows them a transaction piece by piece while it is committed. So the head bears a
seal on itself and check sums of what changes with it: who reads two halves finds that they do not fit, and reads again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import chain, islice
from typing import Any, NamedTuple, TypeVar

from neo4j import Transaction

from twinnet.decisions import Decision, Outcome, in_order, tells_facts
from twinnet.errors import StoreError
from twinnet.graph import Facts, Network, OwnPoints
from twinnet.stores import changes
from twinnet.stores.history import united
from twinnet.stores.neo4j import blocks, tables
from twinnet.stores.neo4j.tables import Found, Kind, Row
from twinnet.stores.state import Said, State, encode
from twinnet.taxonomy import Taxonomy

FORMAT = 1
"""The version of the graph's model."""
BATCH = 5000
"""So many rows are written in a transaction."""
_BLOCKS = 25
"""So many blocks are written, or read, at a time."""
TOKENS = 40
"""So many changes are remembered by their tokens: who did not hear the end of a change asks whether it came about."""

T = TypeVar("T")


class Head(NamedTuple):
    """What the node of the store says.

    ``born`` tells it from one that was there before. ``version`` grows with every change, ``facts`` with those that
    change facts. ``behind``: facts have to be merged anew; ``writing``: they are being written since ``since``, and are
    not whole. ``tokens`` name the last changes; ``sums`` are the check sums of
    :data:`twinnet.stores.neo4j.tables.SAID`.
    """

    format: int = FORMAT
    born: str = ""
    version: int = 0
    facts: int = 0
    behind: bool = False
    writing: bool = False
    since: str = ""
    tokens: tuple[str, ...] = ()
    taxonomy: str = ""
    points: str = ""
    card: str = ""
    blocks: tuple[str, ...] = ()
    sums: tuple[int, ...] = (0,) * len(tables.SAID)

    def seal(self) -> str:
        """Return a check sum of all this."""
        return blake2b(encode(list(self)).encode("utf-8"), digest_size=12).hexdigest()


class Moved(StoreError):  # noqa: N818 - mostly no fault: others wrote in the meantime
    """What is there does not fit together, as others are changing it, or another program has altered it."""

    def __init__(self) -> None:
        super().__init__(f"the network there does not fit together; {blocks.RENEW}")


STORE = "MATCH (s:TwinnetStore {id: 'store'})"
_READ_HEAD = f"{STORE} RETURN [{', '.join(f's.{name}' for name in Head._fields)}], s.seal"


def execute(transaction: Transaction, statements: Iterable[str]) -> None:
    """Run statements that are about no values."""
    for statement in statements:
        transaction.run(statement).consume()


def head(transaction: Transaction) -> Head | None:
    """Return the head, None where there is no network; raise :class:`Moved` where it is seen half."""
    row = transaction.run(_READ_HEAD).single()
    if row is None:
        return None
    given: dict[str, Any] = dict(zip(Head._fields, row[0], strict=True))
    if all(value is None for value in given.values()):
        return Head()  # It is just being made.
    if type(given["format"]) is int and given["format"] > FORMAT:
        raise StoreError(
            f"the network there was written by a newer twinnet (format {given['format']}, this one knows {FORMAT}); "
            "install the newer version"
        )
    found = Head._make(tuple(value) if isinstance(value, list) else value for value in given.values())
    try:
        fits = found.seal() == row[1]
    except (TypeError, ValueError):  # A value of a kind that we never write.
        fits = False
    if not fits:
        raise Moved
    return found


def lock(transaction: Transaction) -> None:
    """Let nobody else change the head until the transaction ends: what is read of it only now is not old by then."""
    transaction.run(f"{STORE} SET s.locked = true").consume()


def locked(transaction: Transaction) -> Head:
    """Return the head, which nobody else changes until the transaction ends."""
    lock(transaction)
    return head(transaction) or Head()


def put(transaction: Transaction, before: Head, after: Head) -> None:
    """Write what of the head is another."""
    pairs = zip(Head._fields, before, after, strict=True)
    values = {name: value for name, old, value in pairs if value != old or not before.version}
    values |= {"seal": after.seal()}
    transaction.run(
        f"{STORE} SET s += $values",
        values={name: list(value) if isinstance(value, tuple) else value for name, value in values.items()},
    ).consume()


def state(transaction: Transaction) -> tuple[Head, State]:
    """Return the head and all that the store holds; raise :class:`Moved` where that changed while it was read."""
    found = head(transaction) or Head()
    if not found.version:
        return found, State()
    there = kept(transaction, found, tables.SAID)
    facts = {kind: kind.table.facts(there[kind.name]) for kind in tables.SAID}
    return found, State(
        {source.name: source for source in facts[tables.SOURCES]},
        said(transaction, found),
        {judgement.id: judgement for judgement in facts[tables.JUDGEMENTS]},
        tuple(in_order(facts[tables.DECISIONS])),
        taxonomy=found.taxonomy,
        points=points(found),
        history=united(facts[tables.HISTORY], ()),
    )


def kept(transaction: Transaction, of: Head, kinds: Iterable[Kind]) -> dict[str, list[Row]]:
    """Return rows of what is written together with the head, by the names of their kinds.

    Raise :class:`Moved` where they are not those of the head.
    """
    if not of.version:
        return {kind.name: [] for kind in kinds}
    found = rows(transaction, kinds)
    for kind in kinds:
        there = found[kind.name]
        if there.strays or tables.check_sum(there.rows) != of.sums[tables.SAID.index(kind)]:
            raise Moved
    return {name: there.rows for name, there in found.items()}


def said(transaction: Transaction, of: Head) -> Said:
    """Return what lists say."""
    found: dict[str, bytes] = {}
    query = "UNWIND $ids AS id MATCH (r:TwinnetRows {id: id}) RETURN r.id, r.said"
    for names in _parts(of.blocks, _BLOCKS):
        found |= dict(transaction.run(query, ids=names).values())
    if set(of.blocks) - found.keys():
        raise Moved
    return blocks.unpacked(list(of.blocks), found)


def points(of: Head) -> OwnPoints | None:
    """Return the points that the network has learned."""
    return OwnPoints(of.points, of.card) if of.points else None


def rows(transaction: Transaction, kinds: Iterable[Kind], *, check: bool = False) -> dict[str, Found]:
    """Return what stands there of some kinds, by their names; with ``check`` all cells are looked at."""
    return {
        kind.name: kind.found([row for (row,) in transaction.run(kind.read()).values()], check=check) for kind in kinds
    }


def network(transaction: Transaction) -> tuple[Head, Network | None]:
    """Return the head and the network, None where its facts are not all there, or others than facts are.

    Raise as :func:`state`.
    """
    of = head(transaction) or Head()
    if of.behind:
        return of, None
    there = rows(transaction, tables.FACTS, check=True)
    now = head(transaction) or Head()
    if (now.born, now.facts, now.behind) != (of.born, of.facts, of.behind):
        raise Moved
    if not all(one.fits for one in there.values()):
        return now, None
    found = {name: one.rows for name, one in there.items()}
    found |= kept(transaction, now, [kind for kind in tables.SAID if kind is not tables.HISTORY])
    facts: dict[str, Any] = {
        kind.table.name: kind.table.facts(found[kind.name])
        for kind in (*tables.SAID, *tables.FACTS)
        if kind not in (tables.HISTORY, tables.NETWORKS)
    }
    facts["decisions"] = Facts.of(Decision, in_order(facts["decisions"]))
    taxonomy = Taxonomy.from_text(now.taxonomy, name=changes.KEPT_TAXONOMY)
    return now, Network(**facts, taxonomy=taxonomy, points=points(now))


def decide(transaction: Transaction, rows: Iterable[Decision], *, token: str) -> list[Outcome] | None:
    """Add rows of decisions under the lock of the head; raise :class:`Moved` where the facts are not whole there.

    Return what became of each, None where these rows were added before in the name of the token.
    """
    now = locked(transaction)
    if token in now.tokens:
        return None
    if now.writing:
        raise Moved

    def called(identifier: str) -> tuple[str, list[str]] | None:
        found = transaction.run("MATCH (o:TwinnetOrganisation {id: $id}) RETURN o.id, o.aliases", id=identifier)
        row = found.single()
        if row is None:
            query = (
                "MATCH (o:TwinnetOrganisation) WHERE $id IN o.aliases RETURN o.id, o.aliases ORDER BY o.id DESC LIMIT 1"
            )
            row = transaction.run(query, id=identifier).single()
        return None if row is None else (row[0], row[1] if isinstance(row[1], list) else [])

    def about(names: Sequence[tuple[str, ...]]) -> list[Decision]:
        one, other = names[0], names[-1] if len(names) > 1 else ()
        where = (
            "(n.organisation IN $one AND n.candidate IN $other) OR (n.organisation IN $other AND n.candidate IN $one)"
            if other
            else "n.organisation IN $one AND n.candidate IS NULL"
        )
        query = tables.DECISIONS.read().replace(" RETURN", f" WHERE {where} RETURN")
        found = transaction.run(query, one=list(one), other=list(other)).values()
        there = tables.DECISIONS.found([row for (row,) in found], check=True)
        if not there.fits:
            raise Moved
        return list(tables.DECISIONS.table.facts(there.rows))

    def add(row: Decision) -> None:
        _put(transaction, tables.DECISIONS, {}, _keyed(tables.DECISIONS, Facts.of(Decision, [row])))

    outcomes = changes.deciding(rows, called=called, about=about, add=add)
    new = [one for one in outcomes if one.how == "new"]
    if new:
        follows = any(tells_facts(row) for one in new for row in one.rows)
        added = tables.check_sum(_keyed(tables.DECISIONS, Facts.of(Decision, [one.row for one in new])).values())
        at = tables.SAID.index(tables.DECISIONS)
        put(
            transaction,
            now,
            now._replace(
                version=now.version + 1,
                facts=now.facts + follows,
                behind=now.behind or follows,
                tokens=(*now.tokens, token)[-TOKENS:],
                sums=(*now.sums[:at], now.sums[at] ^ added, *now.sums[at + 1 :]),
            ),
        )
    return outcomes


def stage(parts: Mapping[str, tuple[str, str]], run: Callable[..., Any]) -> None:
    """Write the blocks that nobody wrote before."""
    names = list(parts)
    query = "UNWIND $ids AS id MATCH (r:TwinnetRows {id: id}) RETURN r.id"
    there = {name for (name,) in run(lambda transaction: transaction.run(query, ids=names).values())}
    write = "UNWIND $rows AS r MERGE (n:TwinnetRows {id: r[0]}) SET n.source = r[1], n.said = r[2] RETURN count(n)"
    for some in _parts([name for name in names if name not in there], _BLOCKS):
        rows = [[name, parts[name][0], blocks.squeezed(parts[name][1])] for name in some]
        run(lambda transaction, rows=rows: send(transaction, write, rows), writing=True)


def move(
    transaction: Transaction, of: Head, before: State, after: State, names: Sequence[str], *, token: str, since: str
) -> bool:
    """Move the head from one state to another, and all but facts with it; tell whether it still was where it was.

    Who moves it brings the facts, under the same token.
    """
    transaction.run("MERGE (s:TwinnetStore {id: 'store'})").consume()
    now = locked(transaction)
    if token in now.tokens:
        return True  # It was moved by us, and only the answer was lost.
    if (now.born, now.version) != (of.born, of.version):
        return False
    query = "UNWIND $ids AS id MATCH (r:TwinnetRows {id: id}) RETURN count(r)"
    if names and transaction.run(query, ids=list(names)).single(strict=True)[0] != len(names):
        return False
    sums = []
    for kind in tables.SAID:
        # What a head that was taken away has left is no part of a new network.
        if not of.version:
            execute(transaction, kind.strays())
        was = _rows_of(kind, before) if of.version else kind.keyed(rows(transaction, [kind])[kind.name].rows)
        wanted = _rows_of(kind, after)
        _put(transaction, kind, was, wanted)
        sums.append(tables.check_sum(wanted.values()))
    # Others who work on a change have to begin anew after this one, and write then what is taken from them here.
    transaction.run("MATCH (r:TwinnetRows) WHERE NOT r.id IN $names DELETE r", names=list(names)).consume()
    table, card = after.points or ("", "")
    moved = Head(
        born=of.born or token,
        version=of.version + 1,
        facts=of.facts + 1,
        behind=True,
        writing=True,
        since=since,
        tokens=(*now.tokens, token)[-TOKENS:],
        taxonomy=after.taxonomy,
        points=table,
        card=card,
        blocks=tuple(names),
        sums=tuple(sums),
    )
    put(transaction, now, moved)
    transaction.run(f"{STORE} SET s.bringer = $token, s.beat = timestamp()", token=token).consume()
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
    for query, values in chain(gone(kind, before, after), come(kind, before, after)):
        send(transaction, query, values)


def send(transaction: Transaction, query: str, values: Sequence[Any]) -> None:
    """Send rows, or ids, or a statement alone; see that as many rows are there as were sent."""
    if "$rows" not in query:
        transaction.run(query, ids=values).consume()
        return
    (written,) = transaction.run(query, rows=values).single(strict=True)
    if written != len(values):
        raise StoreError(
            f"took {written:,} of {len(values):,} rows: something was taken away there meanwhile; run this again"
        )


def gone(kind: Kind, before: Mapping[str, Row], after: Mapping[str, Row]) -> Iterator[tuple[str, list[Any]]]:
    """Give what takes away, of one kind, the rows that are no more or stand elsewhere: a query, and ids for it."""
    lost = [key for key, row in before.items() if key not in after or kind.moved(after[key], row)]
    for some in _parts(lost, BATCH):
        for query in kind.gone():
            yield query, some


def come(kind: Kind, before: Mapping[str, Row], after: Mapping[str, Row]) -> Iterator[tuple[str, list[Any]]]:
    """Give what puts there, of one kind, the rows that are new or changed: a query, and rows for it."""
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


def _parts(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Give items in lists of so many."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
