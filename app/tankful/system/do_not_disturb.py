"""Asks the desktop whether it may be disturbed just now; where nothing can be asked, whatever shows notifications decides by itself."""

import asyncio
import ctypes
import sys
from collections.abc import Mapping
from shutil import which
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

_PATIENCE_S = 2.0
_ACCEPTS = 5
"""`QUNS_ACCEPTS_NOTIFICATIONS`."""
_SERVICE, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_PROPERTIES = "org.freedesktop.DBus.Properties"


async def is_disturbing(environ: Mapping[str, str], platform: str = sys.platform, shell: Any = None) -> bool:
    """Say whether the desktop says that it is not to be disturbed; macOS holds notices back itself while a Focus is on.

    KDE's server has the property `Inhibited`, dunst `paused`; Xfce keeps the switch in Xfconf; GNOME's is the setting `show-banners`.
    Windows tells of presentations, programs on the whole screen and a locked session by a function of `shell32`, which is `shell`.
    """
    if platform == "win32":
        return _is_busy(shell or getattr(ctypes, "windll").shell32)  # noqa: B009 - there is none elsewhere
    if platform != "linux":
        return False
    from dbus_fast.aio import MessageBus  # noqa: PLC0415 - loaded when the first notice is due

    address = environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    try:
        bus = MessageBus(address or None)
        async with asyncio.timeout(_PATIENCE_S):
            await bus.connect()
    except Exception:  # noqa: BLE001 - the library does not say which kinds of errors a strange address leads to
        return False
    gone = asyncio.ensure_future(bus.wait_for_disconnect())
    try:
        return await _is_told(bus, environ)
    finally:
        bus.disconnect()
        await asyncio.wait([gone], timeout=_PATIENCE_S)
        if gone.done():
            gone.exception()  # that the bus went away is no mistake


def _is_busy(shell: Any) -> bool:
    """Say whether Windows wants no notices now (`SHQueryUserNotificationState`); where it does not say, it decides itself."""
    state = ctypes.c_int(_ACCEPTS)
    failed = shell.SHQueryUserNotificationState(ctypes.byref(state))
    return not failed and state.value != _ACCEPTS


async def _is_told(bus: "MessageBus", environ: Mapping[str, str]) -> bool:
    server = await _ask(bus, _SERVICE, _PATH, _SERVICE, "GetServerInformation")
    name = str(server[0]).lower() if server else ""
    if name == "gnome-shell":
        return await _hides_banners(environ)
    if "xfce" in name:
        said = await _ask(
            bus, "org.xfce.Xfconf", "/org/xfce/Xfconf", "org.xfce.Xfconf", "GetProperty", "ss", "xfce4-notifyd", "/do-not-disturb"
        )
    elif name == "dunst":
        said = await _ask(bus, _SERVICE, _PATH, _PROPERTIES, "Get", "ss", "org.dunstproject.cmd0", "paused")
    else:
        said = await _ask(bus, _SERVICE, _PATH, _PROPERTIES, "Get", "ss", _SERVICE, "Inhibited")
    return bool(said) and said[0].value is True


async def _hides_banners(environ: Mapping[str, str]) -> bool:
    """Say whether GNOME shows no banners; its settings are on no bus."""
    command = which("gsettings", path=environ.get("PATH"))
    if command is None:
        return False
    words = ("get", "org.gnome.desktop.notifications", "show-banners")
    try:
        asked = await asyncio.create_subprocess_exec(
            command,
            *words,
            env=dict(environ),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(_PATIENCE_S):
                said, _ = await asked.communicate()
        except TimeoutError:
            asked.kill()
            await asked.wait()
            return False
    except OSError:
        return False
    return said.strip() == b"false"


async def _ask(bus: "MessageBus", service: str, path: str, interface: str, method: str, signature: str = "", *body: Any) -> list[Any]:
    """Return what a service answers; nothing: it is not there, which is no reason to start it, or knows no such thing."""
    from dbus_fast import DBusFastError, Message, MessageFlag, MessageType  # noqa: PLC0415 - see `is_disturbing`

    asked = Message(service, path, interface, method, flags=MessageFlag.NO_AUTOSTART, signature=signature, body=list(body))
    try:
        async with asyncio.timeout(_PATIENCE_S):
            reply = await bus.call(asked)
    except (OSError, EOFError, DBusFastError, TimeoutError):
        return []
    return reply.body if reply.message_type is MessageType.METHOD_RETURN else []
