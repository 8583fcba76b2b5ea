"""A message bus of a test's own, and made-up services on it."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from desktop.programs import Programs
from gateway_rig import PATIENCE_S

_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=@FOLDER@/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
"""


@dataclass(frozen=True)
class PrivateBus:
    """Where a bus listens, and how to end it early."""

    address: str
    end: Callable[[], None]


@contextmanager
def private_bus() -> Generator[PrivateBus]:
    """Run a bus."""
    # Not pytest's own folder: a socket lies in here, and its path must stay short.
    with tempfile.TemporaryDirectory(prefix="tankful-") as folder:
        configuration = Path(folder) / "bus.xml"
        configuration.write_text(_CONFIGURATION.replace("@FOLDER@", folder))
        programs = Programs(Path(folder), {"PATH": "/usr/bin:/bin"})
        try:
            address = programs.start_and_hear("dbus-daemon", f"--config-file={configuration}", "--nofork", told_how="--print-address=")
            yield PrivateBus(address, programs.end_all)
        finally:
            programs.end_all()


Answers = Mapping[tuple[str, str], tuple[str, list[Any]]]
"""Path and method to signature and values."""


class Service:
    """Owns a name on a bus, answers what it was told to, and says what a test wants it to say."""

    def __init__(self, bus: MessageBus, answers: Answers) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str]] = []
        self.given: list[list[Any]] = []
        """With which values, in the same order."""
        self._bus = bus
        self._changed = asyncio.Event()
        bus.add_message_handler(self._answer)

    async def until_asked(self, path: str, method: str) -> None:
        """Wait until somebody has called a method."""
        async with asyncio.timeout(PATIENCE_S):
            while (path, method) not in self.asked:
                self._changed.clear()
                await self._changed.wait()

    async def say(self, path: str, interface: str, signal: str, signature: str, *values: Any) -> None:
        """Send a signal to everybody who listens."""
        await self._bus.send(Message.new_signal(path, interface, signal, signature, list(values)))  # pyright: ignore[reportUnknownMemberType] - the library says Future, of nothing

    def _answer(self, message: Message) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL or message.path is None or message.member is None:
            return None
        self.asked.append((message.path, message.member))
        self.given.append(message.body)
        self._changed.set()
        found = self.answers.get((message.path, message.member))
        if found is None:
            return Message.new_error(message, "org.freedesktop.DBus.Error.UnknownMethod", "no such thing")
        return Message.new_method_return(message, found[0], found[1])


@asynccontextmanager
async def service(address: str, name: str, answers: Answers | None = None) -> AsyncGenerator[Service]:
    """Put a service on a bus while the block runs."""
    bus = await MessageBus(address).connect()
    gone = asyncio.ensure_future(bus.wait_for_disconnect())
    try:
        made = Service(bus, answers or {})
        await bus.request_name(name)
        yield made
    finally:
        bus.disconnect()
        await asyncio.wait([gone], timeout=PATIENCE_S)
        gone.exception()
