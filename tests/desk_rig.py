"""A desk with settings in memory, a clock that the test moves, and a user who picks."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what a signal carried is not typed.

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from linking_rig import nobody
from pictured import NOW
from tankful.core.errors import SettingsUnreadable
from tankful.core.settings import Settings
from tankful.system.paths import folders
from tankful.ui.budget import BudgetDialog
from tankful.ui.buttons import QuietButton
from tankful.ui.desk import Desk
from tankful.ui.first_start import FirstStartDialog
from tankful.ui.glance import GlancePanel
from tankful.ui.settings.window import SettingsWindow
from tankful.ui.small_window import SmallWindow
from tankful.ui.surroundings import Surroundings


class Keeper:
    """Settings kept in memory; refuses when told to."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.refuses = False
        self.kept: list[dict[str, object]] = []

    def __call__(self, fields: dict[str, object]) -> Settings:
        if self.refuses:
            raise SettingsUnreadable("The settings cannot be written", "Make room on the disk.")
        self.kept.append(fields)
        changes: dict[str, Any] = fields
        self.settings = replace(self.settings, **changes)
        return self.settings


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Screen:
    """One desk with what the test needs to play the user."""

    def __init__(self, settings: Settings, state: Path, *, tray: bool = True) -> None:
        self.keeper, self.clock, self.tray = Keeper(settings), Clock(), tray
        around = Surroundings(self.keeper, lambda: self.keeper.settings, frozenset[str], nobody, folders(state), self.clock)
        self.desk = Desk(settings, around, tray_available=lambda: self.tray)

    @property
    def panel(self) -> GlancePanel:
        assert self.desk._panel is not None
        return self.desk._panel

    @property
    def small(self) -> SmallWindow:
        assert self.desk._small is not None
        return self.desk._small

    def pick(self, text: str) -> None:
        next(action for action in self.desk._menu._rows.values() if action.text() == text).trigger()

    def settings_window(self) -> SettingsWindow | None:
        return self.desk._door.window

    def tooltip(self) -> str:
        icon = self.desk._tray._icon
        assert icon is not None
        return icon.toolTip()


def press(dialog: BudgetDialog | FirstStartDialog, text: str) -> None:
    button = next(button for button in dialog.findChildren(QuietButton) if button.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
