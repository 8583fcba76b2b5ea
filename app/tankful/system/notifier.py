"""Shows notices through the desktop's own notifications, by the library `desktop-notifier`."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tankful.core.announcement import Announcement
from tankful.core.inbox import Hold, NoticeAction
from tankful.system.do_not_disturb import is_disturbing
from tankful.system.paths import resource

if TYPE_CHECKING:
    from desktop_notifier.backends.base import DesktopNotifierBackend

_PATIENCE_S = 10.0
_NAME = "Tankful"


class Notifier:
    """For one asyncio loop; no method raises: without a bus, or something on it that shows notifications, nothing is shown."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        """Load the library; nothing is connected yet."""
        self._environ = os.environ if environ is None else environ
        # What goes wrong is said in the inbox; the library would write it into the log with every try.
        logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)
        self._backend: Any = _backend(resource("icons/tankful.png"))

    async def show(self, announcement: Announcement, answer: Callable[[NoticeAction], None]) -> Hold | None:
        """Show or replace a notice; `answer` hears which button is pressed, a click beside them is the first one.

        Returns why it was not shown.
        """
        from desktop_notifier import Button, Notification, Urgency  # noqa: PLC0415 - loaded when the first notice is due

        shown = await self._shown()
        if announcement.is_update and announcement.key not in shown:
            return None
        if await is_disturbing(self._environ):  # on some desktops what takes its own place pops up anew
            return Hold.DISTURBED
        buttons = tuple(Button(text, lambda action=action: answer(action), action.value) for action, text in announcement.buttons)
        first = announcement.buttons[0][0] if announcement.buttons else NoticeAction.OPEN
        notification = Notification(
            announcement.title,
            announcement.text,
            urgency=Urgency(announcement.urgency),
            buttons=buttons,
            on_clicked=lambda: answer(first),
            identifier=announcement.key,
        )
        with suppress(Exception):  # a desktop may fail in any way
            async with asyncio.timeout(_PATIENCE_S):
                await self._backend.request_authorisation()
                await self._backend.send(notification)
        return None if announcement.key in await self._shown() else Hold.NOBODY

    async def withdraw(self, key: str) -> None:
        """Take a notice back, if it is still there."""
        if key in await self._shown():
            with suppress(Exception):  # see above
                async with asyncio.timeout(_PATIENCE_S):
                    await self._backend.clear(key)

    async def end(self) -> None:
        """Take everything back, and let go of the bus."""
        for key in await self._shown():
            await self.withdraw(key)
        if sys.platform == "linux":
            await self._backend.let_go()

    async def _shown(self) -> list[str]:
        return await self._backend.get_current_notifications()


def _backend(icon: Path) -> "DesktopNotifierBackend":
    """Return what speaks to this desktop."""
    from desktop_notifier import Icon  # noqa: PLC0415 - see `Notifier.show`

    if sys.platform == "linux":
        from tankful.system.replacing import ReplacingNotifier  # noqa: PLC0415 - Linux only

        return ReplacingNotifier(_NAME, Icon(path=icon))
    from desktop_notifier.main import get_backend_class  # noqa: PLC0415 - other systems only

    return get_backend_class()(_NAME, Icon(path=icon))
