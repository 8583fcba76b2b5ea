"""Receives reports over OTLP/HTTP on this machine: bounded in size, time and number, and open to nobody without the token."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple

import h11

from tankful.telemetry.decoding import JSON, MOST, PROTOBUF, decoded, unpacked
from tankful.telemetry.doorway import HOST, Doorway
from tankful.telemetry.errors import Refused
from tankful.telemetry.hello import proof
from tankful.telemetry.records import Report
from tankful.telemetry.requests import Wanted, judged

_CHUNK = 64 * 1024
_HEAD_MOST = 16 * 1024
"""Bytes of a request's head."""
_CALLERS = 128
"""More agents than that do not run at once; each holds at most one body."""
_DONE = {JSON: b'{"partialSuccess":{}}', PROTOBUF: b""}


class Patience(NamedTuple):
    """Seconds that we wait for others."""

    request: float = 10.0
    """From its first byte to its last."""
    idle: float = 120.0
    """For another request on an open connection; who has asked nothing yet has as long as for a request."""
    farewell: float = 1.0
    """For a refused caller to notice: closing at once would take the answer away from one that is still sending."""


class Receiver:
    """Listens once it is told to; everything runs on the loop that starts it."""

    def __init__(
        self, doorway: Doorway, heard: Callable[[Report], None], now: Callable[[], datetime], patience: Patience | None = None
    ) -> None:
        """Listen to nothing yet. `heard` is called with each report that holds anything, on the same loop, and has to be quick."""
        self._doorway = doorway
        self._heard = heard
        self._now = now
        self._patience = patience or Patience()
        self._server: asyncio.Server | None = None
        self._callers: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to listen. Raises `OSError` while another program has the port."""
        self._server = await asyncio.start_server(self._meet, HOST, self._doorway.port, limit=_CHUNK)

    async def stop(self) -> None:
        """Listen no more, and let go of whoever is talking."""
        if self._server is not None:
            self._server.close()
            for caller in self._callers:
                caller.cancel()
            await asyncio.gather(*self._callers, return_exceptions=True)
            await self._server.wait_closed()
            self._server = None

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None and len(self._callers) < _CALLERS:
            self._callers.add(task)
            task.add_done_callback(self._callers.discard)
            with suppress(OSError, asyncio.CancelledError):
                await _Talk(reader, writer, self._answer, self._doorway.token, self._patience).hold()
        writer.close()
        with suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()

    def _answer(self, wanted: Wanted, body: bytes) -> tuple[str, bytes]:
        """Take a report, and return the type and the text of the answer.

        Raises:
            Refused: it is not taken.
        """
        if wanted.nonce:
            return JSON, f'{{"proof":"{proof(self._doorway.token, wanted.nonce)}"}}'.encode()
        whole = unpacked(body, wanted.encoding)
        records = decoded(whole, wanted.content_type, wanted.signal)
        if records:
            self._heard(Report(records, self._now(), len(whole)))
        return wanted.content_type, _DONE[wanted.content_type]


class _Talk:
    """One connection, from its first request to its last."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        answer: Callable[[Wanted, bytes], tuple[str, bytes]],
        token: str,
        patience: Patience,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._answer = answer
        self._token = token
        self._patience = patience
        self._line = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_MOST)
        self._was_asked = False

    async def hold(self) -> None:
        while await self._begins():
            try:
                async with asyncio.timeout(self._patience.request):
                    wanted, body = await self._request()
                    content_type, text = self._answer(wanted, body)
            except Refused as refused:
                await self._refuse(refused.status)
                return
            except TimeoutError:
                await self._refuse(HTTPStatus.REQUEST_TIMEOUT)
                return
            except h11.RemoteProtocolError as wrong:
                await self._refuse(HTTPStatus(wrong.error_status_hint))
                return
            await self._say(HTTPStatus.OK, content_type, text)
            if self._line.our_state is not h11.DONE or self._line.their_state is not h11.DONE:
                return
            self._line.start_next_cycle()

    async def _begins(self) -> bool:
        """Wait for another request; `False` when the caller has nothing more to say."""
        if self._line.trailing_data[0]:
            return True
        patience = self._patience.idle if self._was_asked else self._patience.request
        try:
            async with asyncio.timeout(patience):
                data = await self._reader.read(_CHUNK)
        except TimeoutError:
            return False
        self._was_asked = True
        self._line.receive_data(data)
        return bool(data)

    async def _request(self) -> tuple[Wanted, bytes]:
        """Return a request whose head was judged before its body was read."""
        head = await self._event()
        if not isinstance(head, h11.Request):
            raise Refused(HTTPStatus.BAD_REQUEST)
        wanted = judged(head.method, head.target, head.headers, self._token)
        if self._line.they_are_waiting_for_100_continue:
            self._writer.write(self._line.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
        body = bytearray()
        while isinstance(event := await self._event(), h11.Data):
            body += event.data
            if len(body) > MOST:
                raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return wanted, bytes(body)

    async def _event(self) -> h11.Event | type[h11.PAUSED]:
        while (event := self._line.next_event()) is h11.NEED_DATA:
            self._line.receive_data(await self._reader.read(_CHUNK))
        return event  # pyright: ignore[reportReturnType] - NEED_DATA is gone, which no type can say

    async def _refuse(self, status: HTTPStatus) -> None:
        """Say why, and stay until the caller has heard it."""
        if self._line.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            await self._say(status, JSON, b"{}", last=True)
            with suppress(TimeoutError, OSError):
                self._writer.write_eof()
                async with asyncio.timeout(self._patience.farewell):
                    while await self._reader.read(_CHUNK):
                        pass

    async def _say(self, status: HTTPStatus, content_type: str, text: bytes, *, last: bool = False) -> None:
        headers = [("Content-Type", content_type), ("Content-Length", str(len(text)))]
        if last:
            headers.append(("Connection", "close"))
        reason = status.phrase.encode()
        said = self._line.send(h11.Response(status_code=status, headers=headers, reason=reason)) or b""
        said += self._line.send(h11.Data(data=text)) or b""
        self._writer.write(said + (self._line.send(h11.EndOfMessage()) or b""))
        await self._writer.drain()
