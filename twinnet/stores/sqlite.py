"""The default store: one SQLite file.

A writer works in one transaction (``BEGIN IMMEDIATE``, rollback journal), so that whatever happens the file holds the
old state or the new one. Readers open the file read-only and never make one. A new file is built beside its place and
put there whole. What is taken away is overwritten with zeros.
"""

from __future__ import annotations

import contextlib
import filecmp
import hashlib
import itertools
import json
import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from twinnet.collecting import uncollected
from twinnet.decisions import Decision, Outcome
from twinnet.errors import NoStoreError, NotFoundError, StoreError
from twinnet.graph import Network
from twinnet.models import Contact, Source, Statement
from twinnet.stores import changes, content, schema
from twinnet.stores.home import Home
from twinnet.stores.state import Change, State, Verb
from twinnet.taxonomy import Taxonomy

BUSY_SECONDS = 20.0
"""How long to wait for another program that is writing."""
_FORMAT = "PRAGMA main.user_version"


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
        if _there(path):
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
        with _explained(self._path, writing=True), uncollected(), _writing(self._connection):
            return content.decide(self._connection, given, settle=settle)

    def settle(self) -> bool:
        """Merge what follows from decisions, where that waits; tell whether anything did."""
        self._check_writing()
        if self._connection is None:
            return False
        with _explained(self._path, writing=True), uncollected(), _writing(self._connection):
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
            if connection is None or not content.is_sealed(connection):
                return super().snapshot()
            state, make = content.state(connection), content.network(connection)
        with uncollected():
            return state, make()

    def format(self) -> int:
        """Return the version of the file's tables."""
        with self._reading() as connection:
            return schema.VERSION if connection is None else int(connection.execute(_FORMAT).fetchone()[0])

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
            with _explained(self._path):
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
                _clear(self._path)
                return True
            self._connection = self._open()  # Another program made the file in the meantime.
        with _explained(self._path, writing=True), uncollected():
            if verb in ("dropped", "forgotten"):
                self._connection.execute("VACUUM")
            with _writing(self._connection):
                changed = content.changed(self._connection, change, verb, network, when=self.clock())
        _clear(self._path)
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
        with _explained(self._path):
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                if self._connection is not None and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _open(self) -> sqlite3.Connection:
        """Connect to the file and see that it is one of ours."""
        with _explained(self._path):
            try:
                return _connected(self._path, "ro" if self._readonly else "rw", self._patience)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname != "SQLITE_READONLY_ROLLBACK":
                    raise
                # A writer died and left its journal: only a writer can take back what it had begun.
                try:
                    _take_back(self._path, self._patience)
                except sqlite3.Error:
                    raise error from None
                return _connected(self._path, "ro", self._patience)

    def _create(self, change: Callable[[State], State], verb: Verb, network: Network | None) -> bool:
        """Make the file with its first content; tell whether it was us who made it."""
        beside = _beside(self._path)
        try:
            with _explained(self._path, writing=True), uncollected():
                connection = sqlite3.connect(_uri(beside, "rwc"), uri=True, isolation_level=None)
                try:
                    # Nobody sees the file before it is whole, so nothing needs to be taken back.
                    connection.execute("PRAGMA journal_mode = OFF")
                    connection.execute("PRAGMA cache_size = -65536")
                    connection.execute("BEGIN IMMEDIATE")
                    for statement in schema.script():
                        connection.execute(statement)
                    content.made(connection, change, verb, network, when=self.clock())
                    connection.execute("COMMIT")
                finally:
                    connection.close()
            try:
                _publish(beside, self._path)
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
            _unlink(beside)


def _there(path: Path) -> bool:
    """Tell whether there is a file; raise :class:`StoreError` where something else or an empty file stands."""
    try:
        if not path.exists():
            return False
        if path.is_dir():
            raise StoreError(f"{path} is a folder, not a file; name the file in it")
        if not path.is_file():
            raise StoreError(f"{path} is not a regular file")
        if not path.stat().st_size:
            raise StoreError(f"{path} is an empty file, not a twinnet network; delete it or choose another name")
    except (OSError, ValueError) as error:
        raise StoreError(f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}") from error
    return True


def _uri(path: Path, mode: str) -> str:
    """Return the address of a file for SQLite; spaces, ``%``, ``?`` and ``#`` in its path are quoted."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def _connected(path: Path, mode: str, patience: float) -> sqlite3.Connection:
    """Connect to an existing file of ours."""
    connection = sqlite3.connect(_uri(path, mode), uri=True, timeout=patience, isolation_level=None)
    try:
        _recognise(connection, path)
        connection.execute("PRAGMA foreign_keys = ON")
        # Nothing of a file is written elsewhere.
        connection.execute("PRAGMA temp_store = MEMORY")
        if mode == "rw":
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA journal_mode = DELETE")
            # Keeps readers waiting for the commit only, not for the whole of a long write.
            connection.execute("PRAGMA cache_spill = OFF")
        _bring_up(connection, path, lasting=mode == "rw")
    except BaseException:
        connection.close()
        raise
    return connection


def _take_back(path: Path, patience: float) -> None:
    """Undo what a writer that died had begun, and change nothing else: whoever writes and reads does so first."""
    connection = sqlite3.connect(_uri(path, "rw"), uri=True, timeout=patience, isolation_level=None)
    with contextlib.closing(connection):
        _recognise(connection, path)


def _recognise(connection: sqlite3.Connection, path: Path) -> None:
    """See that a file is ours and that this version can read it."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != schema.APPLICATION_ID:
        raise StoreError(f"{path} is not a twinnet network; choose another file")
    if version > schema.VERSION:
        raise StoreError(
            f"{path} was written by a newer twinnet (format {version}, this one knows {schema.VERSION}); "
            "install the newer version"
        )
    if version < schema.OLDEST:
        raise StoreError(
            f"{path} was written by an older twinnet (format {version}, this one reads {schema.OLDEST} to "
            f"{schema.VERSION}); import the lists into a new file"
        )


def _bring_up(connection: sqlite3.Connection, path: Path, *, lasting: bool) -> None:
    """Give a file of an older version the tables it lacks: a writer for good, a reader for as long as it reads."""

    def version() -> int:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        return int(found)

    if version() == schema.VERSION:
        return
    if not lasting:
        for step in schema.views(version()):
            connection.execute(step)
        return
    with _explained(path, writing=True):
        _copy(connection, path)
        with _writing(connection):
            for step in schema.steps(version()):  # Another program may have done it in the meantime.
                connection.execute(step)
            connection.execute(f"PRAGMA user_version = {schema.VERSION}")
    _clear(path)


def _copy(connection: sqlite3.Connection, path: Path) -> None:
    """Keep the file as it stands under another name beside it, for the eyes that may see the file itself."""
    beside = _beside(path)
    try:
        # Till it has the file's own leave, nobody else may read it.
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with contextlib.closing(sqlite3.connect(_uri(beside, "rw"), uri=True)) as copy:
            connection.backup(copy)
            (version,) = copy.execute(_FORMAT).fetchone()
        if version != schema.VERSION:  # Another program may have brought it up, and kept a copy, in the meantime.
            with contextlib.suppress(OSError):  # Some file systems know no leave; the copy then stays the writer's.
                shutil.copymode(path, beside)
            _keep(beside, path.with_name(f"{path.name}.format-{version}"))
    except (OSError, sqlite3.Error) as error:
        (version,) = connection.execute(_FORMAT).fetchone()
        if version == schema.VERSION and not beside.exists():
            return  # Who brought it up in the meantime cleared this one away.
        if isinstance(error, sqlite3.Error):
            raise
        raise StoreError(
            f"{path} cannot be written: a copy of it is made first, as an older twinnet wrote it, and its folder takes "
            f"none ({error.strerror}); see that the folder can be written"
        ) from error
    finally:
        _unlink(beside)


def _keep(built: Path, place: Path) -> None:
    """Put a finished copy at its place, or at the next that is free; not where a place on the way holds the same."""
    further = (place.with_name(f"{place.name}-{number}") for number in itertools.count(2))
    for free in itertools.chain((place,), further):
        try:
            _publish(built, free)
        except FileExistsError:
            with contextlib.suppress(OSError):  # What cannot be read is another's.
                if filecmp.cmp(built, free, shallow=False):
                    return
        else:
            return


def _beside(path: Path) -> Path:
    """Return a name in the same folder that nobody else uses."""
    return path.with_name(f"{_beginning(path)}.{secrets.token_hex(6)}.tmp")


def _beginning(path: Path) -> str:
    """Return how the names begin that the writers of this file, and of no other, use beside it; never too long."""
    return f".{path.name[:40]}.{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:8]}"


def _unlink(beside: Path) -> None:
    for leftover in (beside, beside.with_name(f"{beside.name}-journal")):
        with contextlib.suppress(OSError):
            leftover.unlink(missing_ok=True)


def _clear(path: Path) -> None:
    """Take away what writers left that died while they made a file or its copy: nobody needs it once that is done."""
    name = re.compile(rf"{re.escape(_beginning(path))}\.[0-9a-f]{{12}}\.tmp(-journal)?")
    with contextlib.suppress(OSError):  # A folder that takes files need not show them.
        for leftover in [found for found in path.parent.iterdir() if name.fullmatch(found.name)]:
            with contextlib.suppress(OSError):  # On some systems a file that is open stays.
                leftover.unlink()


@contextlib.contextmanager
def _explained(path: Path, *, writing: bool = False) -> Iterator[None]:
    """Turn what SQLite and Python say into advice."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", "") or ""
        if str(error).startswith("Could not decode"):
            code = _DAMAGED
        raise StoreError(f"{path} {_advice(code, writing=writing) or f'cannot be used: {error}'}") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} {_advice(_DAMAGED, writing=writing)}") from error
    except (UnicodeError, OverflowError) as error:
        raise StoreError(f"{path} cannot hold a value: {error}; nothing was stored") from error


_DAMAGED = "SQLITE_CORRUPT"
_ADVICE = (
    ("SQLITE_BUSY", "is in use by another program; try again when it has ended"),
    ("SQLITE_LOCKED", "is in use by another program; try again when it has ended"),
    ("SQLITE_NOTADB", "is not a twinnet network; choose another file"),
    (_DAMAGED, "is damaged; take your last copy, or import the lists into a new file"),
    (
        "SQLITE_READONLY_ROLLBACK",
        "was left by a write that was broken off, and mending it needs leave to write to it and its folder",
    ),
    ("SQLITE_READONLY", "cannot be written: the file or its folder is read-only"),
    ("SQLITE_IOERR", "could not be read or written: the disk failed, or it is full; nothing was changed"),
    ("SQLITE_FULL", "could not be written: the disk is full; nothing was changed"),
)
"""What to say of SQLite's errors, by the beginning of their names; the first that fits."""


def _advice(code: str, *, writing: bool) -> str | None:
    if code.startswith("SQLITE_CANTOPEN"):
        return (
            "cannot be written: the file or its folder is read-only"
            if writing
            else "cannot be opened: you have no leave to read it"
        )
    return next((advice for beginning, advice in _ADVICE if code.startswith(beginning)), None)


@contextlib.contextmanager
def _writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Make what is done in it one transaction; an error takes all of it back."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _publish(built: Path, place: Path) -> None:
    """Put a finished file at its place; raise :class:`FileExistsError` if there is one by now."""
    try:
        os.link(built, place)
    except FileExistsError:
        raise
    except OSError:  # A file system without links: the moment between looking and moving stays.
        if place.exists():
            raise FileExistsError(place) from None
        built.replace(place)
    with contextlib.suppress(OSError, AttributeError):  # Not every system can sync a folder.
        folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
