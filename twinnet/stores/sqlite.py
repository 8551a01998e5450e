"""The default store: one SQLite file.

A writer works in one transaction (``BEGIN IMMEDIATE``, rollback journal), so that whatever happens the file holds the
old state or the new one. Readers open the file read-only and never make one. A new file is built beside its place and
put there whole. What is taken away is overwritten with zeros.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from twinnet.collecting import uncollected
from twinnet.decisions import Decision, Outcome
from twinnet.errors import NoStoreError, NotFoundError, StoreError
from twinnet.graph import Network
from twinnet.models import Contact, Source, Statement
from twinnet.stores import changes, content, on_disk, schema
from twinnet.stores.home import Home
from twinnet.stores.state import Change, State, Verb
from twinnet.taxonomy import Taxonomy

BUSY_SECONDS = 20.0
"""How long to wait for another program that is writing."""


class SqliteStore(Home):
    """A network in one file (see :func:`twinnet.stores.open_store`).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, SqliteStore(Path(folder) / "my.twinnet", create=True) as store:
    ...     store.replace([Source(name="ALDA", kind="members", file="alda.csv")], [])
    ...     [source.name for source in store.sources()]
    True
    ['ALDA']
    """

    def __init__(
        self,
        path: Path,
        *,
        address: str | None = None,
        create: bool = False,
        readonly: bool = False,
        patience: float | None = None,
    ) -> None:
        self.address = str(path) if address is None else address
        self._path = path
        self._readonly = readonly
        self._patience = BUSY_SECONDS if patience is None else patience
        self._connection: sqlite3.Connection | None = None
        if on_disk.there(path):
            self._connection = self._open()
        elif not create:
            raise NoStoreError(f"{path} does not exist; `twinnet import FILE --into {path.name}` makes it")
        elif not path.parent.is_dir():
            raise StoreError(f"{path} cannot be made: there is no folder {path.parent}")

    def _read(self) -> Network:
        """Return all facts."""
        with self._reading() as connection:
            if connection is None:
                return Network()
            with uncollected():
                make = content.network(connection)
        # No other program waits while it is made.
        with uncollected():
            return make()

    def statements(self, source: str | None = None) -> list[Statement]:
        """Return what the rows of one source (None: of all) say."""
        with self._reading() as connection, uncollected():
            return [] if connection is None else changes.to_statements(content.said(connection, source))

    def contacts(self, organisation: str | None = None) -> list[Contact]:
        """Return the contacts that were kept, of one organisation (None: of all)."""
        with self._reading() as connection, uncollected():
            state = State() if connection is None else content.state(connection)
            network = Network() if connection is None or organisation is None else content.network(connection)()
        if organisation is None:
            return list(state.contacts)
        return changes.contacts_about(state, network, organisation)

    def sources(self) -> tuple[Source, ...]:
        """Return the lists that were taken in, sorted by name."""
        with self._reading() as connection:
            return () if connection is None else tuple(content.sources(connection).values())

    def taxonomy(self) -> Taxonomy:
        """Return the network's taxonomy."""
        with self._reading() as connection:
            text = "" if connection is None else content.taxonomy(connection)
        return Taxonomy.from_text(text, name=changes.KEPT_TAXONOMY)

    def decide(self, rows: Iterable[Decision], *, settle: bool = True) -> list[Outcome]:
        """Add rows of decisions; tell what became of each."""
        self._check_writing()
        given = list(rows)
        if self._connection is None:
            raise NotFoundError("the network is empty: there is nothing to decide about yet")
        with on_disk.explained(self._path, writing=True), uncollected(), on_disk.writing(self._connection):
            return content.decide(self._connection, given, settle=settle)

    def settle(self) -> bool:
        """Merge what follows from decisions, where that waits; tell whether anything did."""
        self._check_writing()
        if self._connection is None:
            return False
        with on_disk.explained(self._path, writing=True), uncollected(), on_disk.writing(self._connection):
            return content.settle(self._connection)

    def decisions(self) -> tuple[Decision, ...]:
        """Return all rows of decisions in their order."""
        with self._reading() as connection:
            return () if connection is None else content.decisions(connection)

    def history(self) -> tuple[Change, ...]:
        """Return what became of the content, the first change first."""
        with self._reading() as connection:
            return () if connection is None else content.history(connection)

    def version(self) -> int:
        """Return a number that is another after every change."""
        with self._reading() as connection:
            return 0 if connection is None else content.version(connection)

    def state(self) -> State:
        """Return all that is held."""
        with self._reading() as connection, uncollected():
            return State() if connection is None else content.state(connection)

    def snapshot(self) -> tuple[State, Network]:
        """Return all that is held, and the facts that follow from it, as they stand where check sums seal them."""
        with self._reading() as connection, uncollected():
            state = State() if connection is None else content.state(connection)
            sealed = connection is not None and content.is_sealed(connection)
            make = content.network(connection) if connection is not None and sealed else None
        with uncollected():
            return state, changes.merged(state) if make is None else make()

    def format(self) -> int:
        """Return the version of the file's tables."""
        with self._reading() as connection:
            return schema.VERSION if connection is None else int(connection.execute(on_disk.FORMAT).fetchone()[0])

    def is_behind(self) -> bool:
        """Tell whether something follows from decisions that was not merged into the facts yet."""
        with self._reading() as connection:
            return connection is not None and content.is_behind(connection)

    def damage(self) -> list[str]:
        """Return what SQLite finds wrong with the file, at most twenty lines, and the tables that are gone."""
        with self._reading() as connection:
            if connection is None:
                return []
            found = [str(line) for (line,) in connection.execute("PRAGMA main.integrity_check(20)")]
            return content.missing(connection) if found == ["ok"] else found

    def struck(self) -> list[str]:
        """Return the tables that do not hold what was written there."""
        with self._reading() as connection:
            return [] if connection is None else content.struck(connection)

    def trust(self) -> None:
        """Give what stands in the file from now on, damaged or not; for who only reads."""
        if self._connection is not None:
            view = f"CREATE TEMP VIEW meta AS SELECT * FROM main.meta WHERE key NOT LIKE '{schema.CHECK}%'"
            with on_disk.explained(self._path):
                self._connection.execute(view)

    def altered(self) -> list[str]:
        """Return the answers, decisions and changes that do not hold what they are named by: the table and the id."""
        with self._reading() as connection:
            return [] if connection is None else list(content.altered(connection))

    def orphans(self) -> list[str]:
        """Return the facts that speak of an organisation or project which is not there: the table and the row."""
        with self._reading() as connection:
            found = [] if connection is None else connection.execute("PRAGMA main.foreign_key_check").fetchall()
        return [f"{table}, row {row}: speaks of one of {parent} that is not there" for table, row, parent, _ in found]

    def _change(self, change: Callable[[State], State], verb: Verb, network: Network | None = None) -> bool:
        """Make a change in one transaction; to forget also clears what earlier versions left in unused parts."""
        self._check_writing()
        if self._connection is None:
            if self._create(change, verb, network):
                on_disk.clear(self._path)
                return True
            self._connection = self._open()  # Another program made the file in the meantime.
        with on_disk.explained(self._path, writing=True), uncollected():
            if verb in ("dropped", "forgotten"):
                self._connection.execute("VACUUM")
            with on_disk.writing(self._connection):
                changed = content.changed(self._connection, change, verb, network, when=self.clock())
        on_disk.clear(self._path)
        return changed

    def close(self) -> None:
        """Let go of the file."""
        self._closed = True
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @property
    def _called(self) -> str:
        return str(self._path)

    def _check_writing(self) -> None:
        self._check()
        if self._readonly:
            raise StoreError(f"{self._path} was opened for reading only")

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """Give the connection inside one read transaction: a writer's work is seen whole or not at all."""
        self._check()
        if self._connection is None:
            yield None
            return
        with on_disk.explained(self._path):
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                if self._connection is not None and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _open(self) -> sqlite3.Connection:
        """Connect to the file and see that it is one of ours."""
        with on_disk.explained(self._path):
            try:
                return on_disk.connected(self._path, "ro" if self._readonly else "rw", self._patience)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname != "SQLITE_READONLY_ROLLBACK":
                    raise
                # A writer died and left its journal: only a writer can take back what it had begun.
                try:
                    on_disk.take_back(self._path, self._patience)
                except sqlite3.Error:
                    raise error from None
                return on_disk.connected(self._path, "ro", self._patience)

    def _create(self, change: Callable[[State], State], verb: Verb, network: Network | None) -> bool:
        """Make the file with its first content; tell whether it was us who made it."""
        beside = on_disk.beside(self._path)
        try:
            with on_disk.explained(self._path, writing=True), uncollected():
                connection = sqlite3.connect(on_disk.uri(beside, "rwc"), uri=True, isolation_level=None)
                try:
                    # Nobody sees the file before it is whole, so nothing needs to be taken back.
                    connection.execute("PRAGMA journal_mode = OFF")
                    connection.execute("PRAGMA cache_size = -65536")
                    connection.execute("BEGIN IMMEDIATE")
                    for statement in schema.script():
                        connection.execute(statement)
                    content.changed(connection, change, verb, network, when=self.clock())
                    connection.execute("COMMIT")
                finally:
                    connection.close()
            try:
                on_disk.publish(beside, self._path)
            except FileExistsError:
                return False
            except OSError as error:
                raise StoreError(f"{self._path} cannot be made: {error.strerror}") from error
            self._connection = self._open()
        except StoreError:
            if self._path.exists() and not beside.exists():
                return False  # Who made the file in the meantime cleared this one away.
            raise
        else:
            return True
        finally:
            on_disk.unlink(beside)
