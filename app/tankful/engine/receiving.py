"""Keeps the receiver of live telemetry as the settings want it: on or off, and tried again while its port is taken."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tankful.core.errors import TankfulError
from tankful.core.heard import Heard, HeardCall, HeardPrompt
from tankful.engine.messages import Message, SettingsChanged, TelemetryHeard, TelemetryMessage, TelemetryTroubled

if TYPE_CHECKING:
    from tankful.telemetry.receiver import Receiver
    from tankful.telemetry.records import Report

_BETWEEN_S = 1.75
"""While reports pour in, they are booked and shown this often and no oftener; the first one after a pause is shown at once."""
_GATHERED_MOST = 1_000_000
"""Bytes of reports that wait to be looked into; what was said in them is gone by then, and little stays of the rest."""
_AGAIN_S = 10
"""How long to leave a taken port alone."""


class PortTaken(TankfulError):
    """Another program listens where agents send their reports."""


class Receiving:
    """Belongs to the engine's loop; where nothing is received, nothing of it is loaded."""

    def __init__(self, state: Path, post: Callable[[TelemetryMessage], None], now: Callable[[], datetime]) -> None:
        """Listen to nothing yet; port and token are in the folder `state`."""
        self._state = state
        self._post = post
        self._now = now
        self._receiver: Receiver | None = None
        self._trying: asyncio.Task[None] | None = None
        self._trouble: tuple[str, str] | None = None
        self._gathered: list[Report] = []
        self._gathered_bytes = 0
        self._calls: list[HeardCall] = []
        self._prompts: list[HeardPrompt] = []
        self._later: asyncio.TimerHandle | None = None
        self._free_at = 0.0
        """On the loop's clock: when reports may be passed on again."""

    async def adopt(self, *, wanted: bool) -> None:
        """Listen from now on, or no more."""
        if not wanted:
            await self.end()
            self._say(None)
        elif self._receiver is None:
            await self.end()
            self._trying = asyncio.create_task(self._try())

    async def follow(self, messages: Sequence[Message]) -> None:
        """Do what new settings say."""
        for message in messages:
            if isinstance(message, SettingsChanged):
                await self.adopt(wanted=message.settings.receive_telemetry)

    async def end(self) -> None:
        """Listen no more."""
        trying, self._trying = self._trying, None
        if trying is not None:
            trying.cancel()
            with suppress(asyncio.CancelledError):
                await trying
        receiver, self._receiver = self._receiver, None
        if receiver is not None:
            await receiver.stop()
        self._pass_on()

    async def _try(self) -> None:
        """Try until the port is ours; the engine does not wait for that."""
        from tankful.telemetry.receiver import Receiver  # noqa: PLC0415 - most people receive nothing

        while True:
            trouble = await self._begin(Receiver)
            self._say(trouble)
            if self._receiver is not None:
                return
            await asyncio.sleep(_AGAIN_S)

    async def _begin(self, make: "type[Receiver]") -> TankfulError | None:
        """Begin to listen, and return why that is not possible; nothing, when another Tankful on the same data listens for both."""
        from tankful.telemetry.doorway import NoDoorway, doorway  # noqa: PLC0415 - most people receive nothing
        from tankful.telemetry.hello import is_answered  # noqa: PLC0415 - same

        try:
            ours = doorway(self._state)
        except NoDoorway as trouble:
            return trouble
        receiver = make(ours, self._hear, self._now)
        try:
            await receiver.start()
        except OSError as refused:
            if await is_answered(ours):
                return None
            title = f"Agents cannot be heard on port {ours.port}: {refused.strerror or refused}"
            return PortTaken(title, "End the program that listens there; Tankful tries again by itself.")
        self._receiver = receiver
        return None

    def _hear(self, report: "Report") -> None:
        """Take a report, and pass it on with those that came in the same moment."""
        self._gathered.append(report)
        self._gathered_bytes += report.size
        loop = asyncio.get_running_loop()
        if loop.time() >= self._free_at:
            self._pass_on()
        elif self._gathered_bytes > _GATHERED_MOST:
            self._look_into()
        if self._later is None and (self._gathered or self._calls or self._prompts):
            self._later = loop.call_at(self._free_at, self._pass_on)

    def _look_into(self) -> None:
        """Keep what the reports hold for us, and nothing else of them."""
        if not self._gathered:
            return
        from tankful.telemetry.registry import understood  # noqa: PLC0415 - most people receive nothing

        gathered, self._gathered, self._gathered_bytes = self._gathered, [], 0
        for report in gathered:
            found = understood(report.records, report.at)
            self._calls += found.calls
            self._prompts += found.prompts

    def _pass_on(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        self._look_into()
        calls, prompts, self._calls, self._prompts = self._calls, self._prompts, [], []
        if calls or prompts:
            self._post(TelemetryHeard(Heard(tuple(calls), tuple(prompts))))
            self._free_at = asyncio.get_running_loop().time() + _BETWEEN_S

    def _say(self, trouble: TankfulError | None) -> None:
        said = None if trouble is None else (trouble.title, trouble.hint)
        if said != self._trouble:
            self._trouble = said
            self._post(TelemetryTroubled(trouble))
