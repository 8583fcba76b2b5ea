"""One connection of a caller, from its first request to its last."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple, cast

import h11

from tankful.telemetry.decoding import JSON, MOST
from tankful.telemetry.errors import Refused
from tankful.telemetry.requests import Wanted, judged

_HEAD_MOST = 16 * 1024
"""Bytes of a request's head."""
_CALLERS = 128
"""More agents than that do not run at once; each holds at most one body."""


class Patience(NamedTuple):
    """Seconds that we wait for others."""

    request: float = 10.0
    """From its first byte to its last."""
    idle: float = 120.0
    """For another request on an open connection; who has asked nothing yet has as long as for a request."""
    farewell: float = 1.0
    """For a refused caller to notice: closing at once would take the answer away from one that is still sending."""


class Talk(asyncio.Protocol):
    """Works on bytes as they come, without a task of its own: eight agents that report each second are most of what it is there for."""

    def __init__(
        self, answer: Callable[[Wanted, bytes], tuple[str, bytes]], token: str, patience: Patience, callers: "dict[Talk, None]"
    ) -> None:
        """Wait to be called; `callers` are those who talk, the first one first, this one while it does. `answer` may raise `Refused`."""
        self._answer = answer
        self._token = token
        self._patience = patience
        self._callers = callers
        self._line = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_MOST)
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._until = 0.0
        """On the loop's clock: for how long to wait."""
        self._wanted: Wanted | None = None
        self._body = bytearray()
        self._is_asking = False
        """A request has begun and is not answered yet."""
        self._is_refused = False
        self.has_said_nothing = True
        """Such a caller gives its place to another when all are taken."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait, unless too many talk already; of those who have said nothing the first one gives way."""
        self._transport = cast("asyncio.Transport", transport)
        if len(self._callers) >= _CALLERS:
            silent = next((caller for caller in self._callers if caller.has_said_nothing), None)
            if silent is None:
                self._transport.close()
                return
            del self._callers[silent]
            silent.hang_up()
        self._callers[self] = None
        self._wait(self._patience.request)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        del exc
        self._callers.pop(self, None)
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Take in what came; what a refused caller still sends is let go."""
        self.has_said_nothing = False
        if self._is_refused:
            return
        if not self._is_asking:
            self._is_asking = True
            self._wait(self._patience.request)
        self._line.receive_data(data)
        self._go_on()

    def eof_received(self) -> None:
        """Say so to who hangs up in the middle of a request; the connection is closed then."""
        if self._is_asking and not self._is_refused:
            self._line.receive_data(b"")
            self._go_on()

    def pause_writing(self) -> None:
        """Hear no more of a caller who does not take our answers."""
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Hear it again."""
        self._transport.resume_reading()

    def hang_up(self) -> None:
        """Let go of the caller at once."""
        self._transport.abort()

    def _go_on(self) -> None:
        try:
            while self._take_event():
                pass
        except Refused as refused:
            self._refuse(refused.status)
        except h11.RemoteProtocolError as wrong:
            self._refuse(HTTPStatus(wrong.error_status_hint))

    def _take_event(self) -> bool:
        """Take in the next part of a request, whose head is judged before its body is read; says whether there may be another one."""
        event = self._line.next_event()
        if isinstance(event, h11.Request):
            self._wanted = judged(event.method, event.target, event.headers, self._token)
            if self._line.they_are_waiting_for_100_continue:
                self._transport.write(self._line.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
        elif isinstance(event, h11.Data):
            self._body += event.data
            if len(self._body) > MOST:
                raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif isinstance(event, h11.EndOfMessage) and self._wanted is not None:
            return self._reply(self._wanted)
        else:
            return False
        return True

    def _reply(self, wanted: Wanted) -> bool:
        """Answer a whole request; says whether another one has begun already."""
        body, self._wanted = bytes(self._body), None
        self._body.clear()
        self._say(HTTPStatus.OK, *self._answer(wanted, body))
        if self._line.our_state is not h11.DONE or self._line.their_state is not h11.DONE:
            self._transport.close()
            return False
        self._line.start_next_cycle()
        self._is_asking = bool(self._line.trailing_data[0])
        self._wait(self._patience.request if self._is_asking else self._patience.idle)
        return self._is_asking

    def _refuse(self, status: HTTPStatus) -> None:
        """Say why, and stay until the caller has heard it."""
        self._is_refused = True
        if self._line.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self._transport.close()
            return
        self._say(status, JSON, b"{}", last=True)
        with suppress(OSError):  # it is gone already
            self._transport.write_eof()
        self._wait(self._patience.farewell)

    def _say(self, status: HTTPStatus, content_type: str, text: bytes, *, last: bool = False) -> None:
        said = self._line.send(_head(status, content_type, len(text), last=last)) or b""
        said += self._line.send(h11.Data(data=text)) or b""
        self._transport.write(said + (self._line.send(h11.EndOfMessage()) or b""))

    def _wait(self, seconds: float) -> None:
        """Wait for so long from now on. A timer that is due sooner is let be, and finds that it was put off."""
        self._until = self._loop.time() + seconds
        if self._timer is None or self._timer.when() > self._until:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = self._loop.call_at(self._until, self._look_at_the_clock)

    def _look_at_the_clock(self) -> None:
        self._timer = None
        if self._loop.time() < self._until:
            self._timer = self._loop.call_at(self._until, self._look_at_the_clock)
        elif self._is_asking and not self._is_refused:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self._transport.close()


@lru_cache(32)
def _head(status: HTTPStatus, content_type: str, length: int, *, last: bool) -> h11.Response:
    """Return the head of an answer; there are few different ones."""
    headers = [("Content-Type", content_type), ("Content-Length", str(length))]
    if last:
        headers.append(("Connection", "close"))
    return h11.Response(status_code=status, headers=headers, reason=status.phrase.encode())
