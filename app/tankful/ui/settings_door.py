"""Opens the settings window, loading it only then, and keeps it in step while it is open."""

from datetime import tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from tankful.core.setting_rows import Section
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.ui.door import Door
from tankful.ui.surroundings import Surroundings
from tankful.ui.theme import Colours

if TYPE_CHECKING:
    from tankful.ui.settings.window import SettingsWindow
    from tankful.ui.tasks import Tasks

    _Door = Door[SettingsWindow]
else:
    _Door = Door
"""The window is loaded when it is opened."""


class SettingsDoor(_Door):
    """The one settings window."""

    kept = Signal(object)
    """All `Settings`, as they are after a change."""

    def __init__(self, around: Surroundings, parent: QObject | None = None) -> None:
        """Load nothing yet."""
        super().__init__(parent)
        self._around = around
        self._tasks: Tasks | None = None

    def open(self, section: Section | None, snapshot: Snapshot | None, settings: Settings, zone: tzinfo, colours: Colours) -> None:
        """Show the window, at a page if one is named."""
        from tankful.ui.settings.window import SettingsWindow  # noqa: PLC0415 - most starts never get here
        from tankful.ui.tasks import Tasks  # noqa: PLC0415 - same

        if self._tasks is None:
            self._tasks = Tasks(self)
        if self._window is None:
            self._window = SettingsWindow(self._around, self._tasks, snapshot, settings, zone, colours)
            self._window.kept.connect(self.kept)
            self._window.closed.connect(self._forget)
        self._window.open_at(section)

    def render_state(self, snapshot: Snapshot | None, settings: Settings, zone: tzinfo, colours: Colours) -> None:
        """Show what is true now, if anybody looks."""
        if self._window is not None:
            self._window.render_state(snapshot, settings, zone, colours)
