"""The library's notifications for Linux, which always makes new ones, with replacing in place."""

import asyncio
from html import escape
from typing import Any

from dbus_fast.aio import MessageBus
from dbus_fast.aio.proxy_object import ProxyInterface
from desktop_notifier import Notification
from desktop_notifier.backends.dbus import DBusDesktopNotifier

_PATIENCE_S = 2.0


class ReplacingNotifier(DBusDesktopNotifier):
    """A notification with the identifier of one that is shown takes its place (`replaces_id`, freedesktop Notifications 1.2)."""

    replaces = 0
    """The number of the notification that the next one replaces; 0: none."""

    async def _init_dbus(self) -> ProxyInterface:
        interface: Any = _Replacing(await super()._init_dbus(), self)
        return interface

    async def _send(self, notification: Notification) -> None:
        known = self._platform_to_interface_notification_identifier
        self.replaces = known.inverse.get(notification.identifier, 0)
        if self.replaces:
            del known[self.replaces]  # it comes back with the number that the server gives it
        try:
            await super()._send(notification)
        except BaseException:
            await self.let_go()  # perhaps the bus is gone, or the server: the next one connects anew
            raise

    async def let_go(self) -> None:
        """Close the connection to the bus, if there is one."""
        bus: MessageBus | None = getattr(self, "bus", None)  # the library has none before it is connected
        self.interface = None
        if bus is not None and bus.connected:
            gone = asyncio.ensure_future(bus.wait_for_disconnect())
            bus.disconnect()
            await asyncio.wait([gone], timeout=_PATIENCE_S)
            if gone.done():
                gone.exception()  # that the bus went away is no mistake


class _Replacing:
    """The server's interface, but for what its `Notify` replaces, for names out of logs, which are no markup, and for what it cannot do.

    A server without the capability `actions` shows buttons as a window to be closed, if at all (Notify OSD does).
    """

    def __init__(self, interface: Any, notifier: ReplacingNotifier) -> None:
        self._interface, self._notifier = interface, notifier
        self._can: frozenset[str] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._interface, name)

    async def call_notify(self, app_name: str, _replaces: int, icon: str, title: str, text: str, actions: list[str], *rest: Any) -> int:
        if self._can is None:
            self._can = frozenset(await self._interface.call_get_capabilities())
        plain = escape(text, quote=False) if "body-markup" in self._can else text
        pressed = actions if "actions" in self._can else []
        return await self._interface.call_notify(app_name, self._notifier.replaces, icon, title, plain, pressed, *rest)
