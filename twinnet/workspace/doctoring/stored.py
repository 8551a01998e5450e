"""Telling whether a stored network is whole: what it says against its check sums, its facts against what follows."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from twinnet.errors import NoStoreError, StoreError, TwinnetError
from twinnet.stores import Progress, Store, copies, file_of, open_store, server_of
from twinnet.workspace.doctoring.findings import Finding, Report

if TYPE_CHECKING:
    from twinnet.graph import Facts, Network
    from twinnet.stores.state import State

SHOWN = 20
"""So many facts that are not as they should be are told."""
_LOOKS = 3
"""So often a network is looked at again that others changed meanwhile."""
_LONG = 120
"""So many characters of a value, or of an error that is not ours, are shown."""


def examine(address: str | Path) -> Report:
    """Tell what a stored network is, and whether it is whole.

    What lists, answers and decisions say is held against its check sums, as far as the history has them, and the facts
    against what follows from it. Only reads.

    Raises
    ------
    NoStoreError
        There is no network at the address, or it is one in memory.
    """
    path = file_of(address)
    if path is None and server_of(address) is None:
        raise NoStoreError("a network in memory ends with its program; name a file or the address of a server")
    try:
        with _heard() as warnings, open_store(address) as store:
            return _Examination(address, path).report(store, warnings)
    except NoStoreError:
        raise
    except StoreError as error:
        return Report((f"{address}: cannot be read",), (Finding(str(error), _copies(path)),))


def mend(address: str | Path, *, progress: Progress | None = None) -> bool:
    """End a write that was broken off, and merge facts anew that do not follow from what is said; tell of a change.

    What lists, answers and decisions say stays as it is.
    """
    with open_store(address, readonly=False, progress=progress) as store:
        settled = store.settle()
        return store.become(store.state()) or settled


class _Seen(NamedTuple):
    """All of a store at one moment; ``network`` is an error where the facts cannot be read."""

    version: int
    state: State
    network: Network | str


class _Examination:
    """Looks at one store and collects what is found."""

    def __init__(self, address: str | Path, path: Path | None) -> None:
        self._address, self._path = address, path
        self._findings: list[Finding] = []
        self._about: list[str] = []
        self._bad: list[str] = []
        self._struck: list[str] = []
        self._journal = _journal(path)

    def report(self, store: Store, warnings: list[str]) -> Report:
        self._about.append(f"{self._address}: {self._kind(store)}")
        self._find_damage(store)
        try:
            seen = self._look(store)
        except TwinnetError as error:
            return self._ended(Finding(str(error), _copies(self._path)))
        except Exception as error:  # noqa: BLE001 - whatever damage does to what is read is a finding
            return self._ended(Finding(f"what is said cannot be read ({_short(error)})", self._rescue()))
        self._about += _held(seen)
        self._find_writes(store, seen, warnings)
        self._find_altered(seen.state)
        self._find_differences(seen)
        return self._ended()

    def _ended(self, *findings: Finding) -> Report:
        if self._bad:
            what = "what lists, answers and decisions say is not what was stored"
            self._findings.insert(0, Finding(what, self._rescue(), _few(self._bad)))
        known = {finding.what for finding in self._findings}
        self._findings += [finding for finding in findings if finding.what not in known]
        return Report(tuple(self._about), tuple(self._findings))

    def _kind(self, store: Store) -> str:
        from twinnet.stores import schema
        from twinnet.stores.sqlite import SqliteStore

        if self._path is None or not isinstance(store, SqliteStore):
            return "a network in a Neo4j database"
        form = store.format()
        older = "" if form == schema.VERSION else f", which the next change brings up to {schema.VERSION}"
        return f"a file of {self._path.stat().st_size:,} bytes, format {form}{older}"

    def _find_damage(self, store: Store) -> None:
        """Ask SQLite about the file, and see to the rows that are named by what they hold."""
        from twinnet.stores import schema
        from twinnet.stores.sqlite import SqliteStore

        if not isinstance(store, SqliteStore):
            return
        try:
            lines = store.damage()
            struck = [] if lines else store.struck()
            store.trust()
            orphans, altered = ([], []) if lines else (store.orphans(), store.altered())
        except StoreError as error:
            self._findings.append(Finding(str(error), _copies(self._path)))
            return
        if lines:
            self._findings.append(Finding("the file is damaged", self._rescue(), _few(lines)))
        else:
            self._about.append("file: whole, says SQLite")
        said = sorted(set(struck) - {table.name for table in schema.FACTS})
        self._bad += [*(f"the table {name}" for name in said), *altered]
        self._struck = sorted(set(struck) - set(said))
        if orphans:
            what = "there are facts about nothing"
            self._findings.append(Finding(what, self._merges(), _few(orphans), mendable=True))

    def _look(self, store: Store) -> _Seen:
        """Read all of the store at one moment."""
        for _ in range(_LOOKS):
            version, state = store.version(), store.state()
            network: Network | str
            try:
                network = store.read()
                _columns(network)
            except Exception as error:  # noqa: BLE001 - whatever damage does to what is read is a finding
                network = _short(error)
            if store.version() == version:
                return _Seen(version, state, network)
        raise StoreError(f"{self._address} is being changed by others all the time; try again when they have ended")

    def _find_writes(self, store: Store, seen: _Seen, warnings: list[str]) -> None:
        """Tell of a write that is under way or was broken off, and of facts that wait to be merged."""
        from twinnet.stores.sqlite import SqliteStore

        if self._journal:
            under_way = "a write is under way; this is what was there before it"
            ended = "a write has just ended, or was broken off and is taken back"
            self._about.append(f"writing: {under_way if _journal(self._path) else ended}")
        elif isinstance(store, SqliteStore) and store.is_behind():
            self._about.append("waiting: what follows from the newest decisions is merged with the next change")
        if any("has not ended" in warning for warning in warnings):
            since = f", which began at {seen.state.history[-1].when}," if seen.state.history else ""
            self._findings.append(
                Finding(
                    f"a write{since} has not ended: facts are not all there, and whoever reads merges them first",
                    f"if nobody is writing, `twinnet doctor {self._address} --mend` ends it",
                    mendable=True,
                )
            )

        elif warnings:
            self._findings.append(
                Finding(
                    "another program altered facts: whoever reads merges them of what is said",
                    f"`twinnet doctor {self._address} --mend` puts them right",
                    mendable=True,
                )
            )

    def _find_altered(self, state: State) -> None:
        """Hold what is said against the check sums of the history."""
        from twinnet.stores.history import contents
        from twinnet.stores.state import State as Empty

        became: Mapping[str, dict[str, str]] = defaultdict(dict)
        for row in state.history:
            became[row.item][row.became] = row.when
        try:
            there = contents(state, besides=Empty())
        except Exception as error:  # noqa: BLE001 - whatever damage does to what is read is a finding
            self._bad.append(_short(error))
            return
        for item in sorted(became):
            if there.get(item, "") not in became[item]:
                gone = "" if item in there else ": it is gone, and nobody took it away"
                self._bad.append(f"{_called(item)}, of {max(became[item].values())}{gone}")
        if not self._bad and there:
            without = len(there.keys() - became.keys())
            none = f"; {without:,} of them without a check sum" if without else ""
            self._about.append(f"said: as it was stored ({_counted(there)}{none})")

    def _find_differences(self, seen: _Seen) -> None:
        """Merge what is said anew and hold the facts against it."""
        from twinnet.stores.changes import merged

        sound = not self._bad and all(finding.mendable for finding in self._findings)
        try:
            wanted = merged(seen.state)
        except Exception as error:  # noqa: BLE001 - whatever damage does to what is merged is a finding
            if sound:
                self._findings.append(Finding(f"what is said cannot be merged ({_short(error)})", self._rescue()))
            return
        then = self._merges() if sound else "see to what was said first: facts follow from it"
        if isinstance(seen.network, str):
            what = f"the facts cannot be read ({seen.network})"
            self._findings.append(Finding(what, then, mendable=sound))
            return
        different = list(_differences(seen.network, wanted))
        n = len(different)
        if different:
            what = f"{n:,} {'fact is' if n == 1 else 'facts are'} not what follows from what is said"
            self._findings.append(Finding(what, then, _few(different), mendable=sound))
        elif self._struck:
            what = f"facts are not what was written ({', '.join(self._struck)})"
            self._findings.append(Finding(what, then, mendable=sound))
        else:
            self._about.append("facts: what follows from what is said")

    def _merges(self) -> str:
        return f"`twinnet doctor {self._address} --mend` merges the facts anew"

    def _rescue(self) -> str:
        if self._path is None:
            return f"delete its node TwinnetStore and bring it from another copy (`twinnet sync FROM {self._address}`)"
        return _copies(self._path) or "take your last copy, or import the lists into a new file"


def _copies(path: Path | None) -> str:
    """Return what to do with the copies that stand beside a file, empty where there is none."""
    names = [one.name for one in copies(path)] if path is not None else []
    were = "was" if len(names) == 1 else "were"
    return f"take your last copy ({', '.join(names)} {were} kept by twinnet)" if names else ""


def _journal(path: Path | None) -> bool:
    """Tell whether a writer of a file has begun, or was broken off."""
    return path is not None and path.with_name(f"{path.name}-journal").exists()


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Collect what stores warn of."""
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    logger, ear = logging.getLogger("twinnet.stores"), Ear(logging.WARNING)
    logger.addHandler(ear)
    try:
        yield said
    finally:
        logger.removeHandler(ear)


def _held(seen: _Seen) -> Iterator[str]:
    """Say how often a network was changed and what it holds."""
    from twinnet.workspace.describing import many

    state = seen.state
    done = [(row.when, f"{row.verb} {row.item}") for row in state.history]
    done += [(row.when, "a decision") for row in state.decisions]
    last = max((when for when, _ in done), default=None)
    what = [what for when, what in done if when == last]
    more = f" and {len(what) - 1:,} more" if len(what) > 1 else ""
    yield f"changes: {seen.version:,}{f', the last at {last} ({what[0]}{more})' if last else ''}"
    if not isinstance(seen.network, str):
        yield f"holds: {repr(seen.network).removeprefix('<Network: ').removesuffix('>')}"
    counts = (
        many(len(state.sources), "list"),
        many(len(state.said), "statement"),
        many(len(state.judgements), "answer"),
        many(len(state.decisions), "decision"),
        many(len(state.contacts), "contact"),
    )
    yield f"from: {', '.join(counts)}"


def _called(item: str) -> str:
    """Return what the history's name of an item means."""
    kind, _, name = item.partition(" ")
    return f"the {kind} {name}" if name else f"the network's own {kind}"


def _counted(items: Mapping[str, str]) -> str:
    from twinnet.workspace.describing import many

    kinds = [item.partition(" ")[0] for item in items]
    counts = [many(kinds.count(kind), kind) for kind in ("list", "answer") if kind in kinds]
    return ", ".join([*counts, *(kind for kind in ("taxonomy", "points") if kind in kinds)])


def _tables(network: Network) -> Iterator[tuple[str, tuple[str, ...], Facts[Any]]]:
    """Give the tables of facts: their name, the columns that tell rows apart, and the facts."""
    from twinnet.stores.schema import FACTS

    for table in FACTS:
        yield table.name, table.key, getattr(network, table.name)


def _columns(network: Network) -> None:
    """Read all of a network, so that what cannot be read is met."""
    for _, _, facts in _tables(network):
        facts.columns()


def _differences(there: Network, wanted: Network) -> Iterator[str]:
    """Give a line for each fact that is not what it should be."""
    for (name, key, found), (_, _, right) in zip(_tables(there), _tables(wanted), strict=True):
        befores, afters = _rows(found, key), _rows(right, key)
        fields = list(right.columns())
        for identifier in sorted(befores.keys() | afters.keys(), key=_as_texts):
            before, after = befores.get(identifier), afters.get(identifier)
            called = f"{name}, {' | '.join(_as_texts(identifier))}"
            if before is None:
                yield f"{called}: is missing"
            elif after is None:
                yield f"{called}: is there, and nothing says so"
            elif before != after:
                pairs = zip(fields, before, after, strict=True)
                field, value, follows = next((field, one, other) for field, one, other in pairs if one != other)
                yield f"{called}: {field} is {_short(repr(value))}, and {_short(repr(follows))} follows"
        if befores == afters and list(befores) != list(afters):
            yield f"{name}: stand in another order"


def _rows(facts: Facts[Any], key: tuple[str, ...]) -> dict[tuple[object, ...], tuple[object, ...]]:
    columns = facts.columns()
    keys = zip(*(columns[name] for name in key), strict=True)
    return dict(zip(keys, zip(*columns.values(), strict=True), strict=True))


def _as_texts(identifier: tuple[object, ...]) -> tuple[str, ...]:
    """Return the texts of an id: damage makes something else of it."""
    return tuple(map(str, identifier))


def _few(lines: list[str]) -> tuple[str, ...]:
    return (*lines[:SHOWN], f"and {len(lines) - SHOWN:,} more") if len(lines) > SHOWN else tuple(lines)


def _short(said: object) -> str:
    """Return what is said in one line that is not long."""
    text = " ".join(str(said).split())
    return text if len(text) <= _LONG else f"{text[: _LONG - 3]}..."
