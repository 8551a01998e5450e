"""The addresses that stores have: which name a file, which the memory, and which a Neo4j server."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from twinnet.errors import StoreError

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_ODD = re.compile(r"[%:/?#\[\]\s]")
_SERVERS = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")


@dataclass(frozen=True, slots=True)
class Server:
    """A database of a Neo4j server: ``uri`` is what its driver takes.

    ``user`` is who logs in, None for a server that asks for nobody; ``database`` is None for the user's home database.
    """

    uri: str
    user: str | None = None
    database: str | None = None

    def __str__(self) -> str:
        scheme, _, host = self.uri.partition("://")
        user, database = (
            _ODD.sub(lambda odd: quote(odd[0], safe=""), part or "") for part in (self.user, self.database)
        )
        return f"{scheme}://{f'{user}@' if user else ''}{host}{f'/{database}' if database else ''}"


def file_of(address: str | Path) -> Path | None:
    """Return the file of the store at an address, None for one in memory or on a server.

    Raises
    ------
    StoreError
        The address is of a kind that is not known, or holds a password.

    >>> file_of("sqlite:///my.twinnet").name, file_of("memory:"), file_of("neo4j://ana@localhost")
    ('my.twinnet', None, None)
    """
    text = str(address)
    scheme = _SCHEME.match(text) if isinstance(address, str) else None
    if scheme is None:
        return Path(address)
    if text == "memory:" or server_of(text) is not None:
        return None
    if text.lower().startswith("sqlite:///") and text[10:]:
        return Path(text[10:])
    if text[scheme.end() :].startswith("//"):
        raise StoreError(
            f"addresses that begin with {scheme[1]}:// are not known; give the path of a file (my.twinnet), "
            "sqlite:///PATH, or neo4j://USER@HOST/DATABASE"
        )
    return Path(text)


def beside(address: str | Path) -> Path | None:
    """Return the path by which files are named that stand beside a network, None for one in memory.

    That is the file itself; what is made of a network on a server is named after the database, in the folder that one
    is in.

    >>> str(beside("my.twinnet")), str(beside("neo4j://localhost/twinnings")), str(beside("neo4j://localhost"))
    ('my.twinnet', 'twinnings', 'network')
    """
    server = server_of(address)
    return file_of(address) if server is None else Path(server.database or "network")


def copy_of(path: Path, version: int | str) -> Path:
    """Return the path of the copy that is kept of a file of that format before it is brought up to a newer one."""
    return path.with_name(f"{path.name}.format-{version}")


def copies(path: Path) -> list[Path]:
    """Return the copies that were kept of a file, by name; a second one of a format has a number behind it."""
    begin = copy_of(path, "").name
    with suppress(OSError):  # A folder need not be there, or need not show its files.
        return sorted(one for one in path.parent.iterdir() if one.name.startswith(begin))
    return []


def is_address(text: object) -> bool:
    """Tell whether a text is an address with a scheme, not a path; raise nothing.

    >>> is_address("neo4j://localhost"), is_address("sqlite:///my.twinnet"), is_address("my.twinnet")
    (True, True, False)
    """
    return isinstance(text, str) and (text == "memory:" or re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", text) is not None)


def server_of(address: str | Path) -> Server | None:
    """Return the server that an address names, None where it names none; raise as :func:`file_of`.

    >>> server_of("neo4j://ana@graph.example/twinnings")
    Server(uri='neo4j://graph.example:7687', user='ana', database='twinnings')
    >>> print(server_of("bolt://localhost:17687"))
    bolt://localhost:17687
    """
    scheme, found, _ = str(address).partition("://") if isinstance(address, str) else ("", "", "")
    if not found or scheme.lower() not in _SERVERS:
        begun = _SCHEME.match(address) if isinstance(address, str) else None
        if begun and begun[1].lower() in _SERVERS:
            raise _misspelt(begun[1])
        return None
    try:
        parts = urlsplit(str(address))
        host, port, user, secret = parts.hostname, parts.port, parts.username, parts.password
    except ValueError:
        host = None
    if host is None:
        raise _misspelt(scheme)  # Not where the other error is known: it may tell a password.
    # A slash in a password ends the host, and the rest would be taken for a database.
    if secret is not None or "@" in parts.path:
        raise StoreError(
            "an address bears no password, where others could read it: leave it out, and put it into the variable "
            "NEO4J_PASSWORD or type it when you are asked"
        )
    database = parts.path.strip("/")
    if "/" in database or parts.query or parts.fragment or user == "":
        raise _misspelt(scheme)
    shown = f"[{host}]" if ":" in host else host
    return Server(
        f"{parts.scheme}://{shown}:{port or 7687}", unquote(user) if user else None, unquote(database) or None
    )


def _misspelt(scheme: str) -> StoreError:
    return StoreError(
        f"an address of a server reads {scheme}://USER@HOST:PORT/DATABASE, where USER@, :PORT and /DATABASE may be "
        "left out"
    )
