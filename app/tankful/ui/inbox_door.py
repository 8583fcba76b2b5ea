"""Opens the inbox, loading it only then, and keeps it in step while it is open."""

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from tankful.core.inbox import Span
from tankful.core.setting_rows import Section
from tankful.core.snapshot import Snapshot
from tankful.engine.messages import SnoozeAsked, SnoozeEnded
from tankful.present.menu import Command
from tankful.ui.door import Door
from tankful.ui.theme import Colours

if TYPE_CHECKING:
    from tankful.ui.inbox import InboxWindow

    _Door = Door[InboxWindow]
else:
    _Door = Door
"""The window is loaded when it is opened."""


class InboxDoor(_Door):
    """The one inbox."""

    told = Signal(object)
    """A message to the engine."""
    settings_asked = Signal(Section)

    def open(self, snapshot: Snapshot | None, now: datetime, zone: tzinfo, colours: Colours) -> None:
        """Show the window."""
        from tankful.ui.inbox import InboxWindow  # noqa: PLC0415 - most starts never get here

        if self._window is None:
            self._window = InboxWindow()
            self._window.told.connect(self.told)
            self._window.settings_asked.connect(self.settings_asked)
            self._window.closed.connect(self._forget)
        self._window.render_state(snapshot, now, zone, colours)
        self._window.open_window()

    def render_state(self, snapshot: Snapshot | None, now: datetime, zone: tzinfo, colours: Colours) -> None:
        """Show what is true now, if anybody looks."""
        if self._window is not None:
            self._window.render_state(snapshot, now, zone, colours)

    def obey(self, command: Command, value: str) -> None:
        """Snooze, or end all snoozes, as the menu asks."""
        self.told.emit(SnoozeEnded() if command is Command.SNOOZE_END else SnoozeAsked(Span(value)))
