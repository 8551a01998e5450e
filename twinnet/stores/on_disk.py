"""The file of a SQLite store: recognised, opened, brought up to this format with a copy kept, put in its place whole.

What SQLite and the system say of it is turned into advice here.
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
from collections.abc import Iterator
from pathlib import Path

from twinnet.errors import StoreError
from twinnet.stores import schema
from twinnet.stores.addresses import copy_of

FORMAT = "PRAGMA main.user_version"
"""Asks for the version of a file's tables."""


def there(path: Path) -> bool:
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


def uri(path: Path, mode: str) -> str:
    """Return the address of a file for SQLite; spaces, ``%``, ``?`` and ``#`` in its path are quoted."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def connected(path: Path, mode: str, patience: float) -> sqlite3.Connection:
    """Connect to an existing file of ours."""
    connection = sqlite3.connect(uri(path, mode), uri=True, timeout=patience, isolation_level=None)
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


def take_back(path: Path, patience: float) -> None:
    """Undo what a writer that died had begun, and change nothing else: whoever writes and reads does so first."""
    connection = sqlite3.connect(uri(path, "rw"), uri=True, timeout=patience, isolation_level=None)
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
    with explained(path, writing=True):
        _copy(connection, path)
        with writing(connection):
            for step in schema.steps(version()):  # Another program may have done it in the meantime.
                connection.execute(step)
            connection.execute(f"PRAGMA user_version = {schema.VERSION}")
    clear(path)


def _copy(connection: sqlite3.Connection, path: Path) -> None:
    """Keep the file as it stands under another name beside it, for the eyes that may see the file itself."""
    made = beside(path)
    try:
        # Till it has the file's own leave, nobody else may read it.
        os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with contextlib.closing(sqlite3.connect(uri(made, "rw"), uri=True)) as copy:
            connection.backup(copy)
            (version,) = copy.execute(FORMAT).fetchone()
        if version != schema.VERSION:  # Another program may have brought it up, and kept a copy, in the meantime.
            with contextlib.suppress(OSError):  # Some file systems know no leave; the copy then stays the writer's.
                shutil.copymode(path, made)
            keep(made, copy_of(path, version))
    except (OSError, sqlite3.Error) as error:
        (version,) = connection.execute(FORMAT).fetchone()
        if version == schema.VERSION and not made.exists():
            return  # Who brought it up in the meantime cleared this one away.
        if isinstance(error, sqlite3.Error):
            raise
        raise StoreError(
            f"{path} cannot be written: a copy of it is made first, as an older twinnet wrote it, and its folder takes "
            f"none ({error.strerror}); see that the folder can be written"
        ) from error
    finally:
        unlink(made)


def keep(built: Path, place: Path) -> None:
    """Put a finished copy at its place, or at the next that is free; not where a place on the way holds the same."""
    further = (place.with_name(f"{place.name}-{number}") for number in itertools.count(2))
    for free in itertools.chain((place,), further):
        try:
            publish(built, free)
        except FileExistsError:
            with contextlib.suppress(OSError):  # What cannot be read is another's.
                if filecmp.cmp(built, free, shallow=False):
                    return
        else:
            return


def beside(path: Path) -> Path:
    """Return a name in the same folder that nobody else uses."""
    return path.with_name(f"{_beginning(path)}.{secrets.token_hex(6)}.tmp")


def _beginning(path: Path) -> str:
    """Return how the names begin that the writers of this file, and of no other, use beside it; never too long."""
    return f".{path.name[:40]}.{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:8]}"


def unlink(made: Path) -> None:
    """Take away a file that was made beside, if it is still there, and its journal."""
    for leftover in (made, made.with_name(f"{made.name}-journal")):
        with contextlib.suppress(OSError):
            leftover.unlink(missing_ok=True)


def clear(path: Path) -> None:
    """Take away what writers left that died while they made a file or its copy: nobody needs it once that is done."""
    name = re.compile(rf"{re.escape(_beginning(path))}\.[0-9a-f]{{12}}\.tmp(-journal)?")
    with contextlib.suppress(OSError):  # A folder that takes files need not show them.
        for leftover in [found for found in path.parent.iterdir() if name.fullmatch(found.name)]:
            with contextlib.suppress(OSError):  # On some systems a file that is open stays.
                leftover.unlink()


@contextlib.contextmanager
def explained(path: Path, *, writing: bool = False) -> Iterator[None]:
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
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Make what is done in it one transaction; an error takes all of it back."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def publish(built: Path, place: Path) -> None:
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
