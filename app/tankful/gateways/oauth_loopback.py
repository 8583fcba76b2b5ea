"""Listens on this machine for the one request that a browser is sent back with, and tells the person there what came of it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from html import escape
from typing import NamedTuple
from urllib.parse import parse_qsl

LIMIT_S = 120.0
"""How long a sign-in in the browser may take (RFC 8252 asks for no limit; an open door asks for one)."""
_HEAD_BYTES = 16_384
_PATIENCE_S = 5.0
_CONNECTIONS = 32
_FIELDS = 32
_STATUS = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed"}
_HEADERS = (
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nConnection: close\r\n"
)
_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:32em;margin:18vh auto;padding:0 1em}"
    "button{font:inherit;display:block;margin:.5em 0;padding:.5em 1em}"
)


class Heard(NamedTuple):
    """One request of a browser, nothing of it trusted."""

    path: str
    fields: Mapping[str, str]


class Page(NamedTuple):
    """What the browser shows: a heading, a sentence, and whatever has to be pressed there, ready as HTML."""

    status: int
    title: str
    text: str
    controls: str = ""

    def written(self) -> bytes:
        """Return the whole answer; every header is our own."""
        body = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(self.title)} - Tankful</title>'
            f'<link rel="icon" href="data:,"><style>{_STYLE}</style></head>'
            f"<body><h1>{escape(self.title)}</h1><p>{escape(self.text)}</p>{self.controls}</body></html>"
        ).encode()
        return f"HTTP/1.1 {self.status} {_STATUS[self.status]}\r\n{_HEADERS}Content-Length: {len(body)}\r\n\r\n".encode() + body


NOT_HERE = Page(404, "There is nothing here", "Tankful only waits for a sign-in to come back.")
FOREIGN = Page(400, "This is not the sign-in that Tankful waits for", "It may be an old tab. Tankful goes on waiting for the right one.")
UNFINISHED = Page(200, "The sign-in did not finish", "Tankful says why. You can close this tab.")
_ILL = Page(400, "This is no request that a browser sends", "Tankful goes on waiting.")
_ONLY_GET = Page(405, "There is nothing here", "Tankful only waits for a sign-in to come back.")

Judge = Callable[[Heard], Page | None]
"""The page for a request that settles nothing; `None` for the one that is waited for."""


def heard(head: bytes, authority: str) -> Heard | Page:
    """Return what a request asks, from its line and headers; a page for one that cannot be meant for us.

    `authority` is what its `Host` has to be: another name for this machine is a page of somebody else's trying its luck.
    """
    line, *headers = head.decode("latin-1").split("\r\n")
    match line.split(" "):
        case ["GET", target, "HTTP/1.1" | "HTTP/1.0"] if target.startswith("/") and target.isascii() and target.isprintable():
            pass
        case [method, _, "HTTP/1.1" | "HTTP/1.0"] if method.isascii() and method.isalpha() and method != "GET":
            return _ONLY_GET
        case _:
            return _ILL
    hosts = [value.strip() for name, _, value in (header.partition(":") for header in headers) if name.lower() == "host"]
    if [host.lower() for host in hosts] != [authority]:
        return _ILL
    path, _, query = target.partition("?")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_FIELDS, errors="replace")
    except ValueError:
        return _ILL
    fields = dict(pairs)
    if len(fields) != len(pairs):  # RFC 6749 §3.1: none may come twice
        return _ILL
    return Heard(path, fields)


class Loopback:
    """One open door at `http://127.0.0.1:PORT`; it shuts with the request that is waited for."""

    def __init__(self, judge: Judge, patience_s: float = _PATIENCE_S) -> None:
        """Take what `judge` says; a connection that sends nothing for `patience_s` is dropped."""
        self.authority = ""
        self._judge = judge
        self._patience_s = patience_s
        loop = asyncio.get_running_loop()
        self._settled: asyncio.Future[Heard] = loop.create_future()
        self._told: asyncio.Future[Page] = loop.create_future()
        self._idle: set[asyncio.Task[None]] = set()
        self._last: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """Where it listens, as a literal address: names may lead elsewhere (RFC 8252 §8.3)."""
        return f"http://{self.authority}"

    async def settled(self) -> Heard:
        """Wait for the request that is waited for."""
        return await self._settled

    def tell(self, page: Page) -> None:
        """Show the person what came of it; the first word counts."""
        if not self._told.done():
            self._told.set_result(page)

    async def open(self) -> asyncio.Server:
        """Begin to listen at a free port, until the request that is waited for is there."""
        server = await asyncio.start_server(self._accepted, "127.0.0.1", 0, limit=_HEAD_BYTES)
        self.authority = "{}:{}".format(*server.sockets[0].getsockname())
        self._settled.add_done_callback(lambda _: server.close())
        return server

    async def close(self) -> None:
        """Give the answer to who waits for it, and drop everybody else."""
        self.tell(UNFINISHED)
        for task in self._idle:
            task.cancel()
        rest = [*self._idle] if self._last is None else [*self._idle, self._last]
        if rest:
            await asyncio.wait(rest)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio starts us as one
        if len(self._idle) >= _CONNECTIONS:
            writer.transport.abort()
            return
        self._idle.add(task)
        try:
            page = await self._heard(reader)
            if page is None:
                self._idle.discard(task)
                self._last = task
                page = await self._told
            async with asyncio.timeout(self._patience_s):
                writer.write(page.written())
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # a stranger's connection: whatever became of it, the wait goes on
        finally:
            self._idle.discard(task)
            writer.transport.abort()

    async def _heard(self, reader: asyncio.StreamReader) -> Page | None:
        async with asyncio.timeout(self._patience_s):
            head = await reader.readuntil(b"\r\n\r\n")
        said = heard(head[:-4], self.authority)
        if isinstance(said, Page):
            return said
        page = self._judge(said)
        if page is None:
            if self._settled.done():
                return FOREIGN
            self._settled.set_result(said)
        return page


@asynccontextmanager
async def listening(judge: Judge, patience_s: float = _PATIENCE_S) -> AsyncGenerator[Loopback]:
    """Listen while the block runs; leaving it, for whatever reason, shuts the door and answers who still waits."""
    loopback = Loopback(judge, patience_s)
    server = await loopback.open()
    try:
        yield loopback
    finally:
        server.close()
        await loopback.close()
