"""A sitting over a stored network: suggestions are judged one after the other, and each decision is stored at once.

What takes long (reading the network, finding suggestions) is kept from page to page; what was decided is always as it
stands in the store. Several sittings, and other programs, can work on one network at the same time.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from threading import Lock, Thread
from typing import Any, NamedTuple

from twinnet import countries, matching, text
from twinnet.decisions import Decision, Matter, Outcome, matter_id, matters
from twinnet.eligibility import asked, select
from twinnet.errors import NotFoundError, RulesError, StoreError
from twinnet.graph import Network
from twinnet.models import Rules, Suggestion
from twinnet.stores import Store, file_of, open_store, server_of
from twinnet.views.desk import Desk, Scope
from twinnet.workspace.deciding import refuse_new_words

EVERYBODY = 1500
"""Up to so many organisations are judged together; of more, those of one country are the first."""
TOGETHER = 300
"""So many of a part are judged together where suggestions are asked for more, those with most inhabitants."""
MOST = 2000
"""So many suggestions of each kind a page holds at most."""
FOUND = 20
"""So many organisations a search finds at most."""
QUIET_SECONDS = 10.0
"""So long after the last decision suggestions are found anew."""
IDLE_SECONDS = 120.0
"""So long after the last decision what follows from it is merged in the store, where others wait meanwhile."""
PATIENCE_SECONDS = 10.0
"""So long a decision waits for another program that is writing, before its sender is told to send it again."""
TICK_SECONDS = 2.0
"""Two writes within this time may leave a file with one and the same time of its last change."""
_PAGES = 4
"""So many pages are kept as they were made."""


class Hit(NamedTuple):
    """An organisation that a search found: its id, name and country's code."""

    id: str
    name: str
    country: str | None


class Book:
    """All matters of a network, each with the number of its last change.

    >>> row = Decision(organisation="town-1", candidate="town-2", kind="start", verdict="accepted",
    ...                when="2026-11-26T14:03:22Z")
    >>> book = Book()
    >>> book.put([Matter("town-1", "town-2", (row,))])
    >>> book.now, len(book.since(0)), len(book.since(1))
    (1, 1, 0)
    """

    def __init__(self) -> None:
        self.now = 0
        self._lock = Lock()
        self._matters: dict[str, tuple[int, Matter]] = {}

    def put(self, found: Iterable[Matter]) -> None:
        """Take in matters as they stand; one that has fewer rows than are known was read before them."""
        with self._lock:
            for matter in found:
                last = matter.rows[-1]
                key = matter_id(matter.organisation, matter.candidate, last.kind or last.field or "")
                _, before = self._matters.get(key, (0, None))
                if before is None or (len(matter.rows) >= len(before.rows) and matter != before):
                    self.now += 1
                    self._matters.pop(key, None)
                    self._matters[key] = (self.now, matter)

    def leave(self, named: Callable[[str], str | None]) -> None:
        """Forget the matters of organisations that are called otherwise now, or are gone."""
        with self._lock:
            for key, (_, matter) in list(self._matters.items()):
                if any(one is not None and named(one) != one for one in (matter.organisation, matter.candidate)):
                    del self._matters[key]

    def since(self, number: int) -> list[Matter]:
        """Return the matters that changed after that number, the last one last."""
        with self._lock:
            return [matter for at, matter in self._matters.values() if at > number]


@dataclass
class _Reading:
    """The network as it was read, and what was made of it; ``seen`` is what the file looked like before."""

    network: Network
    seen: Any
    asked: frozenset[str]
    scopes: tuple[Scope, ...]
    first: Scope
    found: dict[str, list[Suggestion]] = field(default_factory=dict)
    names: list[tuple[str, int]] = field(default_factory=list)
    ids: dict[str, str | None] = field(default_factory=dict)

    def named(self, identifier: str) -> str | None:
        """Return the id that an organisation has now, None if there is none."""
        if identifier not in self.ids:
            try:
                self.ids[identifier] = self.network.organisation(identifier).id
            except NotFoundError:
                self.ids[identifier] = None
        return self.ids[identifier]


class Sitting:
    """What a review shows and takes in.

    Its methods may be called from several threads at once. They raise :class:`~twinnet.errors.StoreError` where the
    store cannot be read or written, as when another program is writing for long.

    Parameters
    ----------
    address:
        The file of the network, or another address of one; a network in memory cannot be judged.
    rules, today, top:
        What suggestions are asked for, on which day, and how many of each kind for each organisation.
    who:
        Who decides, where a decision does not say so.

    ``key`` is the same for the same file each time, and tells nothing of it; ``taken`` counts the rows that were
    stored.
    """

    def __init__(
        self, address: str | Path, *, rules: Rules | None = None, today: dt.date, top: int = 5, who: str = ""
    ) -> None:
        stored = server_of(address) or file_of(address)
        if stored is None:
            raise StoreError("a network in memory keeps no decisions; give the file of one, such as my.twinnet")
        self.address, self.who = address, who
        named = str(stored.resolve() if isinstance(stored, Path) else stored)
        self.key = sha256(named.encode("utf-8", "surrogateescape")).hexdigest()[:12]
        self.taken = self._settled = 0
        self._rules, self._today, self._top = rules or Rules.by_default(), today, top
        self._writing, self._making, self._renewing = Lock(), Lock(), Lock()
        self._shown = ""
        self._book = Book()
        self._told: Any = None
        self._last = time.monotonic()
        self._pages: dict[tuple[Any, ...], str] = {}
        self._reading = self._read()
        with self._store() as store:
            store.decide((), settle=False)  # Where nothing can be stored, nothing needs to be judged.

    @property
    def network(self) -> Network:
        """The network as it was read last."""
        return self._reading.network

    def page(self, selector: str = "", *, base: str) -> str:
        """Return the page of the suggestions of a scope; ``base`` is where its decisions go.

        Raises
        ------
        RulesError
            The selector names nothing.
        """
        self._look()
        with self._making:
            reading, now = self._reading, self._book.now
            key = (selector, base, now)
            if key not in self._pages:
                scope = self._scope(reading, selector)
                made = self._page(
                    reading, scope, Desk(base, kept=self.key, who=self.who, now=now, matters=self._book.since(0))
                )
                self._pages = dict([*self._pages.items(), (key, made)][-_PAGES:])
            self._shown = selector
            return self._pages[key]

    def decide(self, rows: Sequence[Decision]) -> tuple[int, list[tuple[Outcome, Matter]]]:
        """Store rows, all or, on an error, none; return the number of the last change, and what became of each.

        Raises
        ------
        NotFoundError
            A row is about an organisation that is not there.
        InputError
            A correction names a theme that the network does not have.
        """
        for row in rows:
            refuse_new_words(self._reading.network, row)
        if not self._writing.acquire(timeout=PATIENCE_SECONDS):
            raise StoreError(f"{self.address} is in use by another program; try again when it has ended")
        try:
            with self._store() as store:
                outcomes = store.decide(rows, settle=False)
            self.taken += sum(one.how == "new" for one in outcomes)
        finally:
            self._writing.release()
        self._last = time.monotonic()
        reading = self._reading
        found = []
        for outcome in outcomes:
            row = outcome.row
            ends = [one and (reading.named(one) or one) for one in (row.organisation, row.candidate)]
            found.append((outcome, Matter(ends[0] or "", ends[1], outcome.rows)))
        self._book.put(matter for _, matter in found if matter.rows)
        return self._book.now, found

    def changes(self, since: int) -> tuple[int, list[Matter]]:
        """Return the number of the last change, and the matters that changed after ``since``, whoever changed them."""
        self._look()
        now = self._book.now
        return now, self._book.since(since)

    def find(self, words: str) -> list[Hit]:
        """Find organisations whose name begins with words, or else holds them; accents and scripts do not matter."""
        key = text.fold(words)
        if not key:
            return []
        reading = self._reading
        if not reading.names:
            reading.names = _names(reading.network)
        best: dict[int, int] = {}
        for name, row in reading.names:
            if key in name:
                how = 0 if name == key else 1 if name.startswith(key) else 2 if f" {key}" in name else 3
                best[row] = min(best.get(row, how), how)
        table = reading.network.organisations
        columns = [table.column(name) for name in ("population", "name", "id", "country")]
        hits = [(how, *(column[row] for column in columns)) for row, how in best.items()]
        hits.sort(key=lambda hit: (hit[0], -(hit[1] or 0), *hit[2:4]))
        return [Hit(one, name, country) for _, _, name, one, country in hits[:FOUND]]

    def rest(self) -> None:
        """Use a quiet moment, if it is one: find suggestions anew, or merge what follows from decisions, beside."""
        quiet = time.monotonic() - self._last
        idle = quiet >= IDLE_SECONDS and self.taken > self._settled
        if not idle and (quiet < QUIET_SECONDS or _looks(self.address) == self._reading.seen):
            return
        if self._renewing.acquire(blocking=False):
            Thread(target=self._renew, args=(idle,), daemon=True).start()

    def _renew(self, settle: bool) -> None:
        """Read the network anew, settled or not, and make of it what is shown now."""
        try:
            if settle:
                self.settle()
            reading = self._read()
            with suppress(RulesError):  # What is shown now may be there no longer.
                self._suggested(reading, self._scope(reading, self._shown))
            with self._making:
                self._reading, self._told, self._pages = reading, None, {}
            self._book.leave(reading.named)
        except Exception:  # noqa: BLE001 - it is tried again; what is shown stays as it is
            self._last = time.monotonic()
        finally:
            self._renewing.release()

    def settle(self) -> None:
        """Merge what follows from decisions for the facts, as a link of a partnership that was signed."""
        taken = self.taken
        with self._store() as store:
            store.settle()
        self._settled = taken

    def close(self) -> None:
        """End the sitting: wait for the decision that is being stored, and merge what follows from all."""
        # What could not be merged now is merged by the next who reads or writes.
        with self._writing, self._renewing, suppress(StoreError):
            self.settle()

    def _store(self) -> Store:
        return open_store(self.address, readonly=False, patience=PATIENCE_SECONDS)

    def _look(self) -> None:
        """Take in what was decided elsewhere since the last look."""
        looks = _looks(self.address)
        if looks != self._told:
            with open_store(self.address) as store:
                rows = store.decisions()
            self._book.put(matters(rows, self._reading.named).values())
            self._told = None if looks.may_hide_a_write() else looks

    def _read(self) -> _Reading:
        with open_store(self.address) as store:
            seen, network = _looks(self.address), store.read()
        network.kept = {}
        wanted = asked(network, self._rules.whose, self._today)
        country = dict(zip(network.organisations.column("id"), network.organisations.column("country"), strict=True))
        counts = Counter(code for one in wanted if (code := country[one]))
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        scopes = tuple(Scope(f"country:{code}", country=code, n=n) for code, n in ordered)
        whose = self._rules.whose
        if whose:
            label = ", ".join(selector.split(":", 1)[-1] for selector in whose)
            first = Scope(label=label, n=len(wanted))
        elif len(wanted) <= EVERYBODY or not scopes:
            first = Scope(n=len(wanted))
        else:
            near = countries.group("western-balkans", self._today)
            first = next((scope for scope in scopes if scope.country in near), scopes[0])
        return _Reading(network, seen, wanted, scopes, first)

    def _scope(self, reading: _Reading, selector: str) -> Scope:
        """Return the scope of a selector; raise :class:`RulesError` where it names nothing."""
        if not selector:
            return reading.first
        known = next((scope for scope in reading.scopes if scope.selector == selector), None)
        if known is not None:
            return known
        n = len(select(reading.network, [selector], self._today))
        if reading.network.knows(selector):
            return Scope(selector, label=reading.network.organisation(selector).name, n=n)
        return Scope(selector, label=selector.split(":", 1)[-1], n=n)

    def _suggested(self, reading: _Reading, scope: Scope) -> list[Suggestion]:
        """Return the suggestions of a scope, found once."""
        if scope.selector not in reading.found:
            whose = self._whose(reading, scope)
            rules = self._rules.model_copy(update={"whose": whose})
            top = max(1, min(self._top, MOST // max(len(whose), 1)))
            asking: dict[str, Any] = {"top": top, "rules": rules, "today": self._today}
            verbs = (matching.suggest, matching.revive, matching.deepen)
            # Only what is shown is said: the best come first.
            found = [one for verb in verbs for one in verb(reading.network, **asking)[:MOST]]
            reading.found[scope.selector] = found
        return reading.found[scope.selector]

    def _whose(self, reading: _Reading, scope: Scope) -> tuple[str, ...]:
        """Return the ids of the organisations of a scope; empty where it is all that the rules ask for."""
        if not scope.selector and not self._rules.whose:
            return ()
        chosen = select(reading.network, [scope.selector] if scope.selector else self._rules.whose, self._today)
        if scope in reading.scopes:
            chosen &= reading.asked
        most = TOGETHER if len(reading.asked) > EVERYBODY else EVERYBODY
        if len(chosen) > most:
            table = reading.network.organisations
            people = dict(zip(table.column("id"), table.column("population"), strict=True))
            chosen = frozenset(sorted(chosen, key=lambda one: (-(people[one] or 0), one))[:most])
        return tuple(sorted(chosen))

    def _page(self, reading: _Reading, scope: Scope, desk: Desk) -> str:
        from twinnet.views.explorer import page

        found = self._suggested(reading, scope)
        rules = self._rules
        if scope.selector:
            rules = rules.model_copy(update={"whose": (scope.selector,)})
        name = countries.name(scope.country) if scope.country else scope.label
        return page(
            reading.network,
            found,
            title=name or ", ".join(reading.network.networks) or "Twinning network",
            rules=rules,
            today=self._today,
            desk=replace(desk, scope=scope, scopes=reading.scopes),
        )


class _Looks(NamedTuple):
    """What is another after every write: of a file what its system tells of it, of a server the number of changes."""

    written_ns: int
    size: int = 0
    node: int = 0

    def may_hide_a_write(self) -> bool:
        """Tell whether a write just after this one could look the same."""
        return bool(self.size) and time.time() - self.written_ns / 1e9 < TICK_SECONDS


def _looks(address: str | Path) -> _Looks:
    """Look whether a network was written; never open a file for it: that would break the locks of SQLite."""
    file = file_of(address)
    if file is None:
        with open_store(address) as store:
            return _Looks(store.version())
    try:
        found = file.stat()
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror}; put it back, then try again") from error
    return _Looks(found.st_mtime_ns, found.st_size, found.st_ino)


def _names(network: Network) -> list[tuple[str, int]]:
    table = network.organisations
    columns: Mapping[str, Sequence[Any]] = {name: table.column(name) for name in ("name", "place", "other_names")}
    return [
        (key, row)
        for row, (name, place, others) in enumerate(zip(*columns.values(), strict=True))
        for key in sorted({text.fold(one) for one in (name, place or "", *others)} - {""})
    ]
