"""Keeps the receiver of live telemetry as the settings want it: on or off, and tried again while its port is taken."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tankful.core.errors import TankfulError
from tankful.core.heard import Heard
from tankful.engine.messages import Message, SettingsChanged, TelemetryHeard, TelemetryMessage, TelemetryTroubled

if TYPE_CHECKING:
    from tankful.telemetry.receiver import Receiver

_BETWEEN_S = 1.5
"""While reports pour in, they are booked and shown this often and no oftener; the first one after a pause is shown at once."""
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
        self._gathered: list[Heard] = []
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

    def _hear(self, heard: Heard) -> None:
        """Take a report, and pass it on with those that came in the same moment."""
        self._gathered.append(heard)
        loop = asyncio.get_running_loop()
        if loop.time() >= self._free_at:
            self._pass_on()
        elif self._later is None:
            self._later = loop.call_at(self._free_at, self._pass_on)

    def _pass_on(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        gathered, self._gathered = self._gathered, []
        if gathered:
            calls = tuple(call for each in gathered for call in each.calls)
            self._post(TelemetryHeard(Heard(calls, tuple(prompt for each in gathered for prompt in each.prompts))))
            self._free_at = asyncio.get_running_loop().time() + _BETWEEN_S

    def _say(self, trouble: TankfulError | None) -> None:
        said = None if trouble is None else (trouble.title, trouble.hint)
        if said != self._trouble:
            self._trouble = said
            self._post(TelemetryTroubled(trouble))
