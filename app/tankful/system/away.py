"""Hears when nobody is at this machine: its screen is locked, or it sleeps. Linux only; on other systems that is not known."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from dbus_fast import Message
    from dbus_fast.aio import MessageBus

_PATIENCE_S = 10.0
_BUS = "org.freedesktop.DBus"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_SCREEN_SAVERS = tuple(f"org.{desktop}.ScreenSaver" for desktop in ("freedesktop", "gnome", "cinnamon", "mate", "xfce"))
"""Services of the session bus. Each has `GetActive` and `ActiveChanged` at the path that its name spells (KDE speaks freedesktop's)."""
_LOGIN = "org.freedesktop.login1"
_LOGIN_PATH = "/org/freedesktop/login1"
_MANAGER = "org.freedesktop.login1.Manager"
_SESSION = "org.freedesktop.login1.Session"
_USER = "org.freedesktop.login1.User"
_ASLEEP = "asleep"


async def watch_away(
    tell: Callable[[bool], None], woke: Callable[[], None], environ: Mapping[str, str] | None = None, platform: str = sys.platform
) -> None:
    """Call `tell` whenever somebody leaves (`True`) or comes back, and `woke` after sleep; lasts until it is cancelled.

    Nothing is polled: desktops tell of locked screens on the session bus, systemd-logind of those and of sleep on the system bus.
    Returns at once where neither bus can be reached, and on other systems than Linux: then nobody is ever away.
    """
    if platform != "linux":
        return
    environ = os.environ if environ is None else environ
    absence = _Absence(tell)
    async with asyncio.TaskGroup() as tasks:
        if address := _session_bus(environ):
            tasks.create_task(_hear_desktop(address, absence), name="tankful-session-bus")
        tasks.create_task(_hear_login(_system_bus(environ), absence, woke, environ), name="tankful-system-bus")


def _session_bus(environ: Mapping[str, str]) -> str:
    folder = environ.get("XDG_RUNTIME_DIR", "")
    return environ.get("DBUS_SESSION_BUS_ADDRESS", "") or (f"unix:path={quote(folder)}/bus" if folder else "")


def _system_bus(environ: Mapping[str, str]) -> str:
    return environ.get("DBUS_SYSTEM_BUS_ADDRESS", "") or "unix:path=/run/dbus/system_bus_socket"


class _Absence:
    """Sums up what several services say: whoever is away for one of them is away."""

    def __init__(self, tell: Callable[[bool], None]) -> None:
        self._tell = tell
        self._by: dict[str, bool] = {}
        self._told = False

    def learn(self, service: str, *, away: bool) -> None:
        self._by[service] = away
        now = any(self._by.values())
        if now != self._told:
            self._told = now
            self._tell(now)

    def learn_first(self, service: str, *, away: bool) -> None:
        """Learn the answer to a question, unless the service itself has said something newer meanwhile."""
        if service not in self._by:
            self.learn(service, away=away)

    def forget(self, services: Sequence[str]) -> None:
        """Nobody can tell any more."""
        for service in services:
            self.learn(service, away=False)


async def _hear_desktop(address: str, absence: _Absence) -> None:
    """Hear from screen savers and lock screens, which come and go, until the session bus is gone."""

    def hear(message: "Message") -> None:
        if message.member == "ActiveChanged" and message.interface in _SCREEN_SAVERS and message.signature == "b":
            absence.learn(message.interface, away=message.body[0])
        elif message.member == "NameOwnerChanged" and message.sender == _BUS and message.body[0] in _SCREEN_SAVERS:
            absence.learn(message.body[0], away=False)

    async def learn(bus: "MessageBus") -> None:
        for name in _SCREEN_SAVERS:
            said = await _ask(bus, name, "/" + name.replace(".", "/"), name, "GetActive")
            if said and isinstance(said[0], bool):
                absence.learn_first(name, away=said[0])

    rules = [f"type='signal',sender='{name}',interface='{name}',member='ActiveChanged'" for name in _SCREEN_SAVERS]
    rules += [f"type='signal',sender='{_BUS}',member='NameOwnerChanged',arg0='{name}'" for name in _SCREEN_SAVERS]
    await _hear(address, rules, hear, learn)
    absence.forget(_SCREEN_SAVERS)


async def _hear_login(address: str, absence: _Absence, woke: Callable[[], None], environ: Mapping[str, str]) -> None:
    """Hear from logind until the system bus is gone."""
    session = ""

    def hear(message: "Message") -> None:
        if message.member == "PrepareForSleep" and message.signature == "b":
            asleep = message.body[0]
            absence.learn(_ASLEEP, away=asleep)
            if not asleep:
                woke()
        elif message.member == "PropertiesChanged" and message.path == session and message.body[0] == _SESSION:
            locked = message.body[1].get("LockedHint")
            if locked is not None:
                absence.learn(_LOGIN, away=locked.value is True)

    async def learn(bus: "MessageBus") -> None:
        nonlocal session
        session = await _session(bus, environ)
        if session:
            await _listen(bus, f"type='signal',sender='{_LOGIN}',interface='{_PROPERTIES}',path='{session}'")
            said = await _ask(bus, _LOGIN, session, _PROPERTIES, "Get", "ss", _SESSION, "LockedHint")
            if said:
                absence.learn_first(_LOGIN, away=said[0].value is True)

    await _hear(address, [f"type='signal',sender='{_LOGIN}',interface='{_MANAGER}',member='PrepareForSleep'"], hear, learn)
    absence.forget((_LOGIN, _ASLEEP))


async def _session(bus: "MessageBus", environ: Mapping[str, str]) -> str:
    """Return the path of our login session; empty: there is none. A program that systemd started is in none, its user may be."""
    if number := environ.get("XDG_SESSION_ID", ""):
        said = await _ask(bus, _LOGIN, _LOGIN_PATH, _MANAGER, "GetSession", "s", number)
        if said:
            return said[0]
    said = await _ask(bus, _LOGIN, _LOGIN_PATH, _MANAGER, "GetUser", "u", os.getuid())
    display = await _ask(bus, _LOGIN, said[0], _PROPERTIES, "Get", "ss", _USER, "Display") if said else None
    path = display[0].value[1] if display else "/"
    return "" if path == "/" else path


async def _hear(
    address: str, rules: Sequence[str], hear: Callable[["Message"], None], learn: Callable[["MessageBus"], Awaitable[None]]
) -> None:
    """Connect to a bus, learn how things stand, and hear signals until it is gone; return at once if it cannot be reached."""
    from dbus_fast.aio import MessageBus  # noqa: PLC0415 - only whoever has an account needs it, and only on Linux

    try:
        bus = MessageBus(address)
        async with asyncio.timeout(_PATIENCE_S):
            await bus.connect()
    except Exception:  # noqa: BLE001 - the library does not say which kinds of errors a strange address leads to
        return
    gone = asyncio.ensure_future(bus.wait_for_disconnect())
    try:
        bus.add_message_handler(hear)
        for rule in rules:
            await _listen(bus, rule)
        await learn(bus)
        await asyncio.wait([gone])
    finally:
        bus.disconnect()
        await asyncio.wait([gone], timeout=_PATIENCE_S)
        if gone.done():
            gone.exception()  # that the bus went away is no mistake


async def _listen(bus: "MessageBus", rule: str) -> None:
    await _ask(bus, _BUS, "/org/freedesktop/DBus", _BUS, "AddMatch", "s", rule)


async def _ask(
    bus: "MessageBus", service: str, path: str, interface: str, method: str, signature: str = "", *body: Any
) -> list[Any] | None:
    """Return what a service answers; `None`: it is not there, which is no reason to start it, or knows no such thing."""
    from dbus_fast import DBusFastError, Message, MessageFlag, MessageType  # noqa: PLC0415 - see `_hear`

    if not bus.connected:  # the library would wait for an answer
        return None
    asked = Message(service, path, interface, method, flags=MessageFlag.NO_AUTOSTART, signature=signature, body=list(body))
    try:
        async with asyncio.timeout(_PATIENCE_S):
            reply = await bus.call(asked)
    except (OSError, EOFError, DBusFastError):
        return None
    return reply.body if reply.message_type is MessageType.METHOD_RETURN else None
