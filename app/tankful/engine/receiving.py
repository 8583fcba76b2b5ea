"""Keeps the receiver of live telemetry as the settings want it: on or off, and tried again while its port is taken."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tankful.core.errors import TankfulError
from tankful.engine.messages import Message, SettingsChanged, TelemetryHeard, TelemetryMessage, TelemetryTroubled

if TYPE_CHECKING:
    from tankful.telemetry.receiver import Receiver


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
        self._wanted = False
        self._trouble: tuple[str, str] | None = None

    async def adopt(self, *, wanted: bool) -> None:
        """Listen from now on, or no more."""
        self._wanted = wanted
        if not wanted:
            await self.end()
            self._say(None)
        await self._look()

    async def follow(self, messages: Sequence[Message]) -> None:
        """Do what new settings say, and try again where listening was not possible; cheap when there is nothing to do."""
        for message in messages:
            if isinstance(message, SettingsChanged):
                await self.adopt(wanted=message.settings.receive_telemetry)
        await self._look()

    async def _look(self) -> None:
        if not self._wanted or self._receiver is not None:
            return
        from tankful.telemetry.doorway import NoDoorway, doorway  # noqa: PLC0415 - most people receive nothing
        from tankful.telemetry.hello import is_answered  # noqa: PLC0415 - same
        from tankful.telemetry.receiver import Receiver  # noqa: PLC0415 - same

        try:
            ours = doorway(self._state)
        except NoDoorway as trouble:
            self._say(trouble)
            return
        receiver = Receiver(ours, lambda heard: self._post(TelemetryHeard(heard)), self._now)
        try:
            await receiver.start()
        except OSError as refused:
            if await is_answered(ours):  # by another Tankful on the same data, which books what it hears for both
                self._say(None)
            else:
                title = f"Agents cannot be heard on port {ours.port}: {refused.strerror or refused}"
                self._say(PortTaken(title, "End the program that listens there; Tankful tries again by itself."))
            return
        self._receiver = receiver
        self._say(None)

    async def end(self) -> None:
        """Listen no more."""
        receiver, self._receiver = self._receiver, None
        if receiver is not None:
            await receiver.stop()

    def _say(self, trouble: TankfulError | None) -> None:
        said = None if trouble is None else (trouble.title, trouble.hint)
        if said != self._trouble:
            self._trouble = said
            self._post(TelemetryTroubled(trouble))
