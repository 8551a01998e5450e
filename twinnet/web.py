"""The server of the review: the explorer's page, and what takes its decisions in.

It listens on this computer alone, under an address that nobody else knows: its first part is a secret. A request is
answered only if it was sent to just this server (so that no page from elsewhere reaches it by a name of its own), and a
decision is taken only from the server's own page. All but the page is JSON.
"""

from __future__ import annotations

import json
import os
import secrets
import socketserver
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from pydantic import ValidationError

from twinnet.decisions import Decision
from twinnet.errors import AmbiguousError, InputError, NotFoundError, RulesError, StoreError, TwinnetError
from twinnet.views.desk import matter_values

if TYPE_CHECKING:
    from twinnet.workspace.sitting import Sitting

HOST = "127.0.0.1"
PORTS = range(61_000, 65_500)
"""The ports of which each network has one: few systems give them to programs that ask for any."""
TRIED = 8
"""So many of them, one after the other, are tried before any is taken."""
LARGEST = 2_000_000
"""So many bytes a request may bring at most."""
MOST_ROWS = 1_000
"""So many rows of decisions a request may bring at most."""
LONGEST_QUESTION = 200
"""So many characters may be searched for at most."""
IDLE_SECONDS = 60.0
"""So long a connection may be silent before it is closed."""

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What every answer says: keep nothing, guess nothing, tell nobody the address, show it in no other page."""
_JSON, _HTML = "application/json; charset=utf-8", "text/html; charset=utf-8"
_SWITCH_SECONDS = 0.001
"""So long one thread may work before another has its turn: a decision does not wait for a page that is made."""


class RefusedError(Exception):
    """A request is not answered: the status, and one sentence that says what to do."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        self.status, self.sentence = status, sentence
        super().__init__(sentence)


class Review(ThreadingHTTPServer):
    """The server of one sitting; it listens as soon as it is made.

    ``port`` is by default one that the same network has each time, so that a browser finds again what it kept while the
    server stood still; or the next where that is taken, as by another review of the same network. Raise
    :class:`StoreError` where the given one is taken.
    """

    daemon_threads = True
    # On Windows this would let two programs listen at one port.
    allow_reuse_address = os.name == "posix"
    request_queue_size = 64

    def __init__(self, sitting: Sitting, *, port: int | None = None) -> None:
        self.sitting = sitting
        self.ended = False
        self.base = f"/{secrets.token_urlsafe(24)}/"
        first = int(sitting.key, 16)
        usual = [PORTS[(first + more) % len(PORTS)] for more in range(TRIED)]
        for tried in usual if port is None else [port]:
            try:
                super().__init__((HOST, tried), _Request)
            except OSError as error:
                if port is not None:
                    raise StoreError(
                        f"port {port} cannot be listened at: {error.strerror}; leave --port away, and a free one is "
                        "taken"
                    ) from error
            else:
                return
        super().__init__((HOST, 0), _Request)

    def server_bind(self) -> None:
        """Bind without asking a name server what this computer is called."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, int(self.server_address[1])

    @property
    def address(self) -> str:
        """The address of the page, with its secret."""
        return f"http://{HOST}:{self.server_port}{self.base}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """What this server may be called by a request that is meant for it."""
        return (f"{HOST}:{self.server_port}", f"localhost:{self.server_port}")

    def run(self) -> None:
        """Answer until :meth:`shutdown` is called, or Ctrl-C; what was begun is ended, and what follows is merged."""
        before = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_SECONDS)
        try:
            self.serve_forever(poll_interval=0.25)
        except KeyboardInterrupt:
            pass
        finally:
            sys.setswitchinterval(before)
            self.ended = True
            self.server_close()
            self.sitting.close()

    def service_actions(self) -> None:
        """Use quiet moments between requests."""
        super().service_actions()
        with suppress(TwinnetError):
            self.sitting.rest()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that broke off; a fault of ours was answered already."""


class _Request(BaseHTTPRequestHandler):
    """One connection, with its requests."""

    server: Review
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    # An answer leaves in one piece and at once: in two, the second would wait for the browser.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer with the page, what changed, or what was found."""
        if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
            # What it brings is not read, and must not be taken for the next request.
            self.close_connection = True
        self._answered(self._got)

    def do_POST(self) -> None:
        """Take decisions in."""
        self._answered(self._posted)

    def _answered(self, answer: Callable[[str, dict[str, str]], tuple[bytes, str]]) -> None:
        """Answer a request, or say in one sentence why not."""
        try:
            path, question = self._checked()
            body, kind = answer(path, question)
        except RefusedError as error:
            self._refuse(error.status, error.sentence)
        except (NotFoundError, AmbiguousError, RulesError) as error:
            self._refuse(HTTPStatus.NOT_FOUND, str(error))
        except StoreError as error:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        except (OSError, EOFError):
            self.close_connection = True
        except Exception as error:  # noqa: BLE001 - the page is told, and the server goes on
            self._refuse(
                HTTPStatus.INTERNAL_SERVER_ERROR, f"twinnet met a fault of its own ({type(error).__name__}); try again"
            )
        else:
            self._send(HTTPStatus.OK, body, kind)

    def _checked(self) -> tuple[str, dict[str, str]]:
        """Return what is asked for and how, if the request is meant for this server and knows its secret."""
        if self.server.ended:
            # A connection that was open lives on; nobody waits for it.
            self.close_connection = True
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "The review has ended; start it again.")
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or hosts[0].lower() not in self.server.hosts:
            raise RefusedError(
                HTTPStatus.FORBIDDEN, "This is another server; open the address that the review printed."
            )
        path, _, query = self.path.partition("?")
        known = self.server.base.encode("ascii")
        asked = path.encode("utf-8", "replace")
        if not secrets.compare_digest(asked[: len(known)], known):
            raise RefusedError(HTTPStatus.FORBIDDEN, "The address is not whole; open the one that the review printed.")
        try:
            question = parse_qs(query, keep_blank_values=True, max_num_fields=10)
        except ValueError:
            raise RefusedError(
                HTTPStatus.BAD_REQUEST, "The address asks for too much; open the review again."
            ) from None
        return path[len(known) :], {name: values[-1] for name, values in question.items()}

    def _got(self, path: str, question: Mapping[str, str]) -> tuple[bytes, str]:
        sitting = self.server.sitting
        if path == "":
            return sitting.page(question.get("for", ""), base=self.server.base).encode("utf-8", "replace"), _HTML
        if path == "find":
            found = sitting.find(question.get("q", "")[:LONGEST_QUESTION])
            return _json({"found": [hit._asdict() for hit in found]}), _JSON
        if path == "changes":
            since = question.get("since", "0")
            if not (since.isascii() and since.isdecimal() and len(since) < 16):
                raise RefusedError(HTTPStatus.BAD_REQUEST, "`since` is the number of a change, such as 0.")
            now, matters = sitting.changes(int(since))
            return _json({"now": now, "matters": [matter_values(matter) for matter in matters]}), _JSON
        if path == "decide":
            raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, "Decisions are sent with POST.")
        raise RefusedError(
            HTTPStatus.NOT_FOUND, "There is no such page here; open the address that the review printed."
        )

    def _posted(self, path: str, question: Mapping[str, str]) -> tuple[bytes, str]:  # noqa: ARG002 - as for GET
        if path in ("", "find", "changes"):
            raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, "This is asked for with GET.")
        if path != "decide":
            raise RefusedError(HTTPStatus.NOT_FOUND, "Decisions are sent to `decide`.")
        if self.headers.get_all("Origin", []) != [f"http://{self.headers['Host'].lower()}"]:
            raise RefusedError(HTTPStatus.FORBIDDEN, "Decisions are taken from the review's own page alone; open it.")
        rows = _rows(self._body())
        try:
            now, found = self.server.sitting.decide(rows)
        except NotFoundError as error:
            raise RefusedError(
                HTTPStatus.BAD_REQUEST, f"Nothing was stored: {error}. Load the page again; the network has changed."
            ) from error
        except InputError as error:
            raise RefusedError(HTTPStatus.BAD_REQUEST, f"Nothing was stored: {error.reason}.") from error
        outcomes = [
            {"how": outcome.how, "id": outcome.row.id, "matter": matter_values(matter) if matter.rows else None}
            for outcome, matter in found
        ]
        return _json({"now": now, "outcomes": outcomes}), _JSON

    def _body(self) -> bytes:
        """Read what was sent; raise :class:`RefusedError` where it is too large or is no JSON."""
        length = self.headers.get_all("Content-Length", [])
        if len(length) != 1 or "Transfer-Encoding" in self.headers:
            raise RefusedError(HTTPStatus.LENGTH_REQUIRED, "Say how many bytes are sent (Content-Length).")
        if not (length[0].isascii() and length[0].isdecimal()):
            raise RefusedError(HTTPStatus.BAD_REQUEST, "Content-Length is the number of bytes that are sent.")
        if len(length[0]) > 15 or int(length[0]) > LARGEST:
            raise RefusedError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {LARGEST:,} bytes are taken at once; send fewer rows."
            )
        if self.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
            raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Decisions are sent as application/json.")
        body = self.rfile.read(int(length[0]))
        if len(body) < int(length[0]):
            raise EOFError
        self._read = True
        return body

    _read = False
    """Whether the body of the request was read, so that the next request may follow."""

    def _refuse(self, status: HTTPStatus, sentence: str) -> None:
        if self.command == "POST" and not self._read:
            self._pass_over()
        self._send(status, _json({"error": sentence}), _JSON)

    def _pass_over(self) -> None:
        """Take the rest of a request off the line, as far as it is sensible, so that the answer arrives; then part."""
        self.close_connection = True
        length = self.headers.get("Content-Length", "0")
        left = min(int(length), 8 * LARGEST) if length.isascii() and length.isdecimal() and len(length) < 16 else 0
        in_parts = "Transfer-Encoding" in self.headers
        until = time.monotonic() + 2
        with suppress(OSError):
            self.connection.settimeout(0.5)
            while (left > 0 or in_parts) and time.monotonic() < until and (part := self.rfile.read1(65_536)):
                left -= len(part)
                in_parts = in_parts and not part.endswith(b"0\r\n\r\n")

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self._read = False
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, POST")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - as the base class calls it
        """Refuse what is no request or has a method that is not known."""
        self.close_connection = True
        if code == HTTPStatus.NOT_IMPLEMENTED:
            self._send(HTTPStatus.METHOD_NOT_ALLOWED, _json({"error": "Only GET and POST are answered."}), _JSON)
        else:
            sentence = "This is no request that is understood; open the address that the review printed."
            self._send(HTTPStatus(code), _json({"error": sentence}), _JSON)

    def version_string(self) -> str:
        """Tell of the server no more than its name."""
        return "twinnet"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server gives it
        """Write no log: addresses hold the secret."""


def _json(values: Any) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _rows(body: bytes) -> list[Decision]:
    """Read rows of decisions; raise :class:`RefusedError` with the row and field that are none."""
    try:
        sent = json.loads(body.decode("utf-8"))
        json.dumps(sent, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "Decisions are sent as JSON in UTF-8.") from None
    rows = sent.get("rows") if isinstance(sent, dict) else None
    if not isinstance(rows, list):
        raise RefusedError(HTTPStatus.BAD_REQUEST, 'Decisions are sent as {"rows": [...]}.')
    if len(rows) > MOST_ROWS:
        raise RefusedError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {MOST_ROWS:,} rows are taken at once; send fewer."
        )
    return [_row(number, row) for number, row in enumerate(rows, 1)]


def _row(number: int, row: Any) -> Decision:
    try:
        return Decision.model_validate({**row, "id": ""} if isinstance(row, dict) else row)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        where = f"row {number}, {place}" if place else f"row {number}"
        reason = first["msg"].removeprefix("Value error, ")
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"Nothing was stored; {where}: {reason}.") from None
