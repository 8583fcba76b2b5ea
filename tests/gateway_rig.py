"""A real HTTP server on this machine that gives recorded answers, and bad ones, and remembers what it was asked."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast
from urllib.parse import parse_qs, urlsplit

PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came in."""

    method: str
    path: str
    """Without the query."""
    query: Mapping[str, str]
    """The first value of each name."""
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer = tuple[int, Mapping[str, str], Any]
"""Status, headers, body: bytes and text go out as they are, anything else as JSON."""

Raw = Callable[[BinaryIO, threading.Event], None]
"""Writes an answer byte for byte, as ill as it likes; the event says that the server is closing, and the connection ends after it."""

Answers = Mapping[tuple[str, str], Answer | Raw | Callable[[Seen], Answer | Raw]] | Callable[[Seen], Answer | Raw | None]


def raw(write: Raw) -> Callable[[Seen], Raw]:
    """Answer every request by hand."""
    return lambda _: write


class AnsweringServer:
    """Listens on loopback while its `with` block runs; what has no answer gets a plain 404.

    `answers` maps (method, path) to (status, headers, body) or to a function of what was `Seen`; or is one such function.
    It may be changed while running. With `certificate`, a PEM file of certificate and key, it speaks TLS.
    """

    def __init__(self, answers: Answers | None = None, *, certificate: Path | None = None) -> None:
        self.answers: Answers = {} if answers is None else answers
        self.requests: list[Seen] = []
        self.closing = threading.Event()
        self._changed = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.context = context
            self._scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, name="answering server")

    @property
    def port(self) -> int:
        return cast("tuple[str, int]", self._server.server_address)[1]

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    def asked(self, path: str) -> list[Seen]:
        """Return the requests for a path, in order."""
        return [seen for seen in self.requests if seen.path == path]

    def until_asked(self, count: int) -> None:
        """Wait until so many requests have come in, answered or not."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.requests) >= count, PATIENCE_S), f"asked {len(self.requests)} of {count} times"

    def answer(self, seen: Seen) -> Answer | Raw:
        with self._changed:
            self.requests.append(seen)
            self._changed.notify_all()
        if callable(self.answers):
            found = self.answers(seen)
        else:
            found = self.answers.get((seen.method, seen.path))
            if callable(found):
                found = cast("Callable[[Seen], Answer | Raw]", found)(seen)
        return (404, {}, "not found") if found is None else found

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.end_connections()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # closing waits for every thread: none is left behind
    request_queue_size = 256
    context: ssl.SSLContext | None = None

    def __init__(self, place: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(place, handler)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, place = super().get_request()
        with self._lock:
            self._open.add(connection)
        return connection, place

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.context is None:
            super().finish_request(request, client_address)
            return
        try:
            with self.context.wrap_socket(request, server_side=True) as wrapped:
                with self._lock:
                    self._open.add(wrapped)
                super().finish_request(wrapped, client_address)
        except OSError:
            pass  # the client did not like our certificate: that is what these tests are about

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent about clients that left before their answer was out."""

    def end_connections(self) -> None:
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it ended by itself


def _handler(owner: AnsweringServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            found = owner.answer(Seen(self.command, parts.path, query, headers, body))
            if callable(found):
                self.close_connection = True
                found(cast("BinaryIO", self.wfile), owner.closing)
                return
            status, more, what = found
            content = what if isinstance(what, bytes) else what.encode() if isinstance(what, str) else json.dumps(what).encode()
            self.send_response_only(status)
            given = {"content-type": "application/json", "content-length": str(len(content)), "date": self.date_time_string()}
            for name, value in (given | {name.lower(): value for name, value in more.items()}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - so `http.server` finds them

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as it is called there
            """Say nothing."""

    return Handler
