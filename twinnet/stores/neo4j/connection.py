"""The way to a Neo4j database: one transaction after the other, each sent again where the way or the server failed."""

from __future__ import annotations

import contextlib
import getpass
import logging
import os
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import neo4j
from neo4j import exceptions

from twinnet import __version__
from twinnet.errors import StoreError
from twinnet.stores.addresses import Server

T = TypeVar("T")

CONNECT_SECONDS = 2.5
"""So long a server may take to answer at first."""
PATIENCE_SECONDS = 30.0
"""So long a transaction is sent again to a server that fails: one that starts anew needs some twelve seconds."""
SILENT_SECONDS = 60.0
"""So long a server may say nothing: to write a batch takes a fraction of that."""
LONGEST_SECONDS = 600.0
"""So long a transaction may last: what a machine left open that went away without a word keeps others waiting."""
PASSWORD = "NEO4J_PASSWORD"  # noqa: S105 - the name of a variable
"""The environment variable that holds the password."""

_typed: dict[str, str] = {}
"""The passwords that were typed, by server: who typed one is not asked again."""

# The driver tells its troubles here as errors; its own lines would stand beside them on a terminal.
logging.getLogger("neo4j").addHandler(logging.NullHandler())


class Connection:
    """A database of a server (see :func:`twinnet.stores.open_store` for what may fail).

    It is asked at once whether it is there, for a driver tries long to reach a dead one.
    """

    def __init__(self, server: Server, *, patience: float | None = None) -> None:
        self._server = server
        self._patience = PATIENCE_SECONDS if patience is None else patience
        with self._explained():
            self._driver = neo4j.GraphDatabase.driver(
                server.uri,
                auth=_auth(server),
                connection_timeout=CONNECT_SECONDS,
                connection_acquisition_timeout=CONNECT_SECONDS + 0.3,
                max_transaction_retry_time=0,
                notifications_min_severity="OFF",
                telemetry_disabled=True,
                user_agent=f"twinnet/{__version__}",
            )
            try:
                self._driver.verify_connectivity()
            except BaseException:
                self._driver.close()
                raise

    def run(self, work: Callable[[neo4j.Transaction], T], *, writing: bool = False) -> T:
        """Do work in a transaction and return what it returns.

        Where the way or the server fails, also while the end of the transaction is awaited, all is done again: the
        same work twice has to do the same as once.
        """
        mode = neo4j.WRITE_ACCESS if writing else neo4j.READ_ACCESS
        end, pause = time.monotonic() + self._patience, 0.1
        with self._explained():
            while True:
                try:
                    with self._driver.session(database=self._server.database, default_access_mode=mode) as session:
                        with session.begin_transaction(timeout=LONGEST_SECONDS) as transaction:
                            _bound(session, max(self._patience, SILENT_SECONDS))
                            found = work(transaction)
                            transaction.commit()
                        return found
                except (exceptions.Neo4jError, exceptions.DriverError) as error:
                    if not _passes(error) or time.monotonic() + pause > end:
                        raise
                time.sleep(pause)
                pause = min(2 * pause, 2.0)

    def close(self) -> None:
        """Let go of the server."""
        self._driver.close()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what the driver says into advice of one line."""
        try:
            yield
        except (exceptions.Neo4jError, exceptions.DriverError) as error:
            raise StoreError(f"{self._server} {_advice(error, self._server)}") from error
        except (UnicodeError, OverflowError) as error:
            raise StoreError(f"{self._server} cannot hold a value: {error}; nothing was stored") from error


def _bound(session: neo4j.Session, seconds: float) -> None:
    """Let the session's line fail where the server is silent for so long, for a driver waits for ever.

    It has no setting for that, but does this itself where a server advises it. The line keeps the bound as long as it
    lasts.
    """
    line: Any = getattr(getattr(session, "_connection", None), "socket", None)
    for name in ("set_read_timeout", "set_write_timeout") if hasattr(line, "set_read_timeout") else ("settimeout",):
        with contextlib.suppress(AttributeError):
            getattr(line, name)(seconds)


def _auth(server: Server) -> tuple[str, str] | None:
    """Return the user and the password that log in, None where nobody does."""
    if server.user is None:
        return None
    secret = os.environ.get(PASSWORD) or _typed.get(str(server))
    if not secret:
        if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
            raise StoreError(f"{server} needs the password of {server.user}: put it into the variable {PASSWORD}")
        try:
            secret = _typed[str(server)] = getpass.getpass(f"Password of {server.user} at {server}: ", sys.stderr)
        except EOFError:
            raise StoreError(f"no password of {server.user} was typed, and {server} asks for one") from None
    return server.user, secret


def _passes(error: Exception) -> bool:
    """Tell whether the same may go well the next time."""
    if isinstance(error, exceptions.AuthError) or str(getattr(error, "code", "")).endswith("OutOfMemoryError"):
        return False
    unreachable = (exceptions.ServiceUnavailable, exceptions.SessionExpired, exceptions.IncompleteCommit)
    return isinstance(error, unreachable) or getattr(error, "is_retryable", bool)()


_ADVICE = (
    ("Security.AuthenticationRateLimit", "was asked with a wrong password too often; wait a few seconds"),
    ("Security.CredentialsExpired", "wants a password of one's own first: change it (ALTER CURRENT USER SET PASSWORD)"),
    ("Security.Forbidden", "does not let this user do that; ask its administrator for the right to read and write"),
    ("Database.DatabaseNotFound", "has no such database: leave it out of the address for the home database"),
    ("General.ReadOnly", "is read-only: writing is switched off there (server.databases.default_to_read_only)"),
    ("General.WriteOnReadOnlyAccessDatabase", "is read-only: writing is switched off there"),
    ("General.ForbiddenOnReadOnlyDatabase", "is read-only: writing is switched off there"),
    ("OutOfMemoryError", "has no memory left for this; give it more (dbms.memory.transaction.total.max)"),
)
"""What to say of a server's errors, by the end of their codes."""


def _advice(error: Exception, server: Server) -> str:
    code = getattr(error, "code", None) or ""
    if isinstance(error, exceptions.AuthError):
        _typed.pop(str(server), None)
    known = next((advice for end, advice in _ADVICE if code.endswith(end)), None)
    if known is None and isinstance(error, exceptions.AuthError):
        if server.user is None:
            return "asks who logs in: name the user in the address (neo4j://USER@HOST)"
        return f"does not let {server.user} in: the user or the password ({PASSWORD}) is wrong"
    if known is None and isinstance(error, exceptions.ForbiddenOnReadOnlyDatabase):
        return "is read-only: writing is switched off there"
    if known is None and isinstance(error, exceptions.DriverError):
        return _no_way(error)
    return known or f"cannot be used: {_first_line(error)}"


def _no_way(error: Exception) -> str:
    """Tell why no server of Neo4j was reached, as far as what the driver met lets one know."""
    met = list(_met(error))
    if any(isinstance(one, socket.gaierror) for one in met):
        return "names a host that is not known here: see its spelling, and that this computer is on its network"
    if any(isinstance(one, ssl.SSLError) for one in met):
        return (
            "is not encrypted as the address asks for, or its certificate is not one to trust: neo4j:// and bolt:// go "
            "without encryption, neo4j+ssc:// and bolt+ssc:// take any certificate"
        )
    if any("looks like HTTP" in str(one) for one in met):
        return "answers as a page for browsers does: give the port of Bolt, which mostly is 7687"
    return "does not answer: see that the server runs and that host, port and scheme are right"


def _met(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and all that led to it."""
    if error is not None:
        yield error
        for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
            yield from _met(one)
        yield from _met(error.__cause__ or error.__context__)


def _first_line(error: Exception) -> str:
    """Return what a server says of an error, in one line without its codes."""
    said: Any = getattr(error, "message", None) or error
    return next((line.strip() for line in str(said).splitlines() if line.strip()), type(error).__name__)
