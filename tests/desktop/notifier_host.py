"""A StatusNotifierItem tray without pixels: it takes an icon's registration, reads what the icon offers and presses it.

The protocol is freedesktop.org's StatusNotifierItem as KDE speaks it, the menu is com.canonical.dbusmenu.
"""

import asyncio
import threading
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from PIL import Image

from desktop.waiting import wait_until

WATCHER = "org.kde.StatusNotifierWatcher"
WATCHER_PATH = "/StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
ITEM_PATH = "/StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
PROPERTIES = "org.freedesktop.DBus.Properties"
CALL_S = 30.0

INTROSPECTION = f"""<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
<node>
  <interface name="{WATCHER}">
    <method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
    <method name="RegisterStatusNotifierHost"><arg type="s" direction="in"/></method>
    <property name="RegisteredStatusNotifierItems" type="as" access="read"/>
    <property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
    <property name="ProtocolVersion" type="i" access="read"/>
    <signal name="StatusNotifierItemRegistered"><arg type="s"/></signal>
    <signal name="StatusNotifierItemUnregistered"><arg type="s"/></signal>
    <signal name="StatusNotifierHostRegistered"/>
  </interface>
</node>
"""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of an icon's menu."""

    number: int
    label: str
    """Without the underscores that mark access keys; empty for a separator."""


class NotifierHost:
    """The host; every method waits for its answer, the talking is done on a thread of its own."""

    def __init__(self, address: str) -> None:
        self.items: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="notifier host")
        self._thread.start()
        self._bus = self._wait(self._connect(address))

    def close(self) -> None:
        """Leave the bus and end the thread."""
        self._wait(self._disconnect())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CALL_S)
        self._loop.close()

    def wait_for_item(self) -> None:
        """Wait until an icon has registered."""
        wait_until("an icon registers", lambda: self.items)

    def pixmaps(self) -> dict[int, Image.Image]:
        """Return the icon's pictures by their width."""
        pictures: dict[int, Image.Image] = {}
        for width, height, argb in self._property("IconPixmap"):
            alpha, red, green, blue = (Image.frombytes("L", (width, height), bytes(argb[channel::4])) for channel in range(4))
            pictures[width] = Image.merge("RGBA", (red, green, blue, alpha))
        return pictures

    def tooltip(self) -> str:
        """Return the tooltip's words: its title and its text."""
        _, _, title, text = self._property("ToolTip")
        return f"{title}\n{text}".strip()

    def activate(self) -> None:
        """Do what a panel does on a left click."""
        self._call(ITEM_PATH, ITEM, "Activate", "ii", 1200, 780)

    def menu(self) -> tuple[MenuEntry, ...]:
        """Return the lines of the icon's menu, without what lies in submenus."""
        _, (_, _, children) = self._call(str(self._property("Menu")), MENU, "GetLayout", "iias", 0, 1, [])
        entries = (child.value for child in children)
        return tuple(
            MenuEntry(number, str(properties["label"].value).replace("_", "") if "label" in properties else "")
            for number, properties, _ in entries
        )

    def choose(self, label: str) -> None:
        """Click the line of the menu that starts with a label."""
        entry = next(entry for entry in self.menu() if entry.label.startswith(label))
        self._call(str(self._property("Menu")), MENU, "Event", "isvu", entry.number, "clicked", Variant("s", ""), 0)

    def _property(self, name: str) -> Any:
        return self._call(ITEM_PATH, PROPERTIES, "Get", "ss", ITEM, name)[0].value

    def _call(self, path: str, interface: str, member: str, signature: str, *body: Any) -> list[Any]:
        call = Message(destination=self.items[-1], path=path, interface=interface, member=member, signature=signature, body=list(body))
        answer = self._wait(self._bus.call(call))
        assert answer is not None
        assert answer.message_type is not MessageType.ERROR, f"{member}: {answer.error_name} {answer.body}"
        return answer.body

    def _wait(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(CALL_S)

    async def _connect(self, address: str) -> MessageBus:
        bus = await MessageBus(bus_address=address).connect()
        bus.add_message_handler(self._answer)
        await bus.request_name(WATCHER)
        return bus

    async def _disconnect(self) -> None:
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()

    def _answer(self, message: Message) -> Message | bool:
        """Answer as the watcher does; everything else is the bus's own affair."""
        if message.message_type is not MessageType.METHOD_CALL or message.path != WATCHER_PATH:
            return False
        match message.interface, message.member:
            case "org.freedesktop.DBus.Introspectable", "Introspect":
                return Message.new_method_return(message, "s", [INTROSPECTION])
            case "org.freedesktop.DBus.Properties", "Get":
                return Message.new_method_return(message, "v", [self._watched()[message.body[1]]])
            case "org.freedesktop.DBus.Properties", "GetAll":
                return Message.new_method_return(message, "a{sv}", [self._watched()])
            case _, "RegisterStatusNotifierItem":
                self.items.append(message.sender or "")
                return Message.new_method_return(message)
            case _:
                return False

    def _watched(self) -> dict[str, Variant]:
        return {
            "RegisteredStatusNotifierItems": Variant("as", self.items),
            "IsStatusNotifierHostRegistered": Variant("b", True),
            "ProtocolVersion": Variant("i", 0),
        }


@contextmanager
def notifier_host(address: str) -> Generator[NotifierHost]:
    """Run a host on the bus at an address."""
    host = NotifierHost(address)
    try:
        yield host
    finally:
        host.close()
