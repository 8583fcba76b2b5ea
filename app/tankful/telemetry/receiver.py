"""Receives reports over OTLP/HTTP on this machine: bounded in size, time and number, and open to nobody without the token."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from tankful.telemetry.decoding import JSON, PROTOBUF, decoded, unpacked
from tankful.telemetry.doorway import HOST, Doorway
from tankful.telemetry.hello import proof
from tankful.telemetry.records import Report
from tankful.telemetry.requests import Wanted
from tankful.telemetry.talk import Patience, Talk

_DONE = {JSON: b'{"partialSuccess":{}}', PROTOBUF: b""}


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
        self._callers: dict[Talk, None] = {}

    async def start(self) -> None:
        """Begin to listen. Raises `OSError` while another program has the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._met, HOST, self._doorway.port)

    async def stop(self) -> None:
        """Listen no more, and let go of whoever is talking."""
        if self._server is not None:
            self._server.close()
            for caller in tuple(self._callers):
                caller.hang_up()
            await asyncio.sleep(0)  # until they are gone
            await self._server.wait_closed()
            self._server = None

    def _met(self) -> Talk:
        return Talk(self._answer, self._doorway.token, self._patience, self._callers)

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
