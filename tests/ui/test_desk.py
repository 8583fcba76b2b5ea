"""Everything on the screen follows the snapshots and the user."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what a signal carried is not typed.

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from linking_rig import nobody
from pictured import BUDGETED, FAILING, NOW, NUDGE, OVER, SCANNING, SPIKE, SPIKING, UNSET, WATCH
from tankful.core.errors import SettingsUnreadable
from tankful.core.nudges.nudge import Answer
from tankful.core.settings import IconStyle, Period, Section, Settings, Theme
from tankful.present.menu import Command
from tankful.system.paths import folders
from tankful.ui.budget import BudgetDialog
from tankful.ui.buttons import QuietButton
from tankful.ui.comparison import ComparisonDialog
from tankful.ui.desk import Desk
from tankful.ui.first_start import FirstStartDialog
from tankful.ui.glance import GlancePanel
from tankful.ui.settings.window import SettingsWindow
from tankful.ui.small_window import SmallWindow
from tankful.ui.surroundings import Surroundings, utc_now
from tankful.ui.theme import DARK, LIGHT


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


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Screen]:  # noqa: ARG001 - windows need the application
    before = QPalette(qapp.palette())
    made = Screen(Settings(budget_usd=Decimal(600), timezone="Europe/Berlin", theme=Theme.LIGHT), tmp_path / "state")
    yield made
    made.desk.stop()
    qapp.setPalette(before)


def press(dialog: BudgetDialog | FirstStartDialog, text: str) -> None:
    button = next(button for button in dialog.findChildren(QuietButton) if button.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_snapshot_reaches_icon_menu_and_an_open_panel(screen: Screen) -> None:
    screen.desk.start()
    assert screen.tooltip() == "Tankful is starting."

    screen.desk.take(WATCH)
    screen.desk.open()
    assert screen.tooltip() == "67% of $600 used; $197.85 left; ahead of pace."
    assert screen.panel._headline.text() == "$197.85"

    screen.desk.take(OVER)
    assert screen.tooltip() == "108% of $600 used; $52.30 over; over budget."
    assert screen.panel._headline.text() == "$52.30"
    assert any(action.text() == "$52.30 over $600" for action in screen.desk._menu.actions())


def test_settings_that_can_be_read_again_are_followed(screen: Screen) -> None:
    screen.desk.start()
    screen.desk.take(UNSET)
    screen.keeper.settings = replace(screen.keeper.settings, icon_style=IconStyle.TANK)
    screen.desk.take(UNSET)
    assert screen.desk._settings.icon_style is IconStyle.ARC
    screen.desk.take(WATCH)
    assert screen.desk._settings.icon_style is IconStyle.TANK


def test_a_closed_panel_costs_nothing_and_no_timer_ticks(screen: Screen) -> None:
    screen.desk.start()
    screen.desk.take(WATCH)
    assert screen.desk._panel is None

    screen.desk.open()
    assert screen.desk._ages.isActive()
    screen.panel.hide()
    assert not screen.desk._ages.isActive()

    screen.desk.take(OVER)
    assert screen.panel._headline.text() == "$197.85"


def test_ages_tick_while_the_panel_is_open(screen: Screen, qtbot: QtBot) -> None:
    screen.desk._ages.setInterval(5)
    screen.desk.start()
    screen.desk.take(WATCH)
    screen.desk.open()

    screen.clock.now = NOW + timedelta(minutes=3)

    qtbot.waitUntil(lambda: screen.panel._footer.text() == "Checked 3 min ago")


def test_a_click_on_the_icon_opens_and_the_next_one_closes(screen: Screen) -> None:
    screen.desk.start()
    screen.desk.take(WATCH)

    screen.desk._tray.clicked.emit()
    assert screen.panel.isVisible()
    screen.desk._tray.clicked.emit()
    assert not screen.panel.isVisible()


def test_the_click_that_took_the_focus_away_does_not_open_it_again(screen: Screen) -> None:
    screen.desk.start()
    screen.desk.take(WATCH)
    screen.desk.open()

    QApplication.sendEvent(screen.panel, QEvent(QEvent.Type.WindowDeactivate))
    screen.desk.toggle()
    assert not screen.panel.isVisible()

    screen.desk._closed_since.invalidate()
    screen.desk.toggle()
    assert screen.panel.isVisible()


def test_the_panel_stays_on_the_screen_when_it_grows(screen: Screen) -> None:
    screen.desk.start()
    screen.desk.take(WATCH)
    screen.desk.open()

    screen.desk.take(FAILING)

    free = QGuiApplication.primaryScreen().availableGeometry()
    assert free.contains(QRect(screen.panel.pos(), screen.panel.size()))


def test_the_menu_opens_refreshes_copies_and_quits(screen: Screen, qtbot: QtBot) -> None:
    screen.desk.start()
    screen.desk.take(WATCH)

    screen.pick("Open")
    assert screen.panel.isVisible()
    with qtbot.waitSignal(screen.desk.refresh_asked):
        screen.pick("Refresh now")
    screen.pick("Copy summary")
    assert QGuiApplication.clipboard().text() == "67% of $600 used; $197.85 left; ahead of pace."
    with qtbot.waitSignal(screen.desk.quit_asked):
        screen.pick("Quit")


def test_that_a_spike_is_expected_is_told_by_its_key(screen: Screen, qtbot: QtBot) -> None:
    screen.desk.start()
    screen.desk.take(SPIKING)
    screen.pick("Open")
    (button,) = (button for button in screen.panel.findChildren(QuietButton) if button.text() == "That is expected")
    with qtbot.waitSignal(screen.desk.spike_expected) as heard:
        button.click()
    assert heard.args == [SPIKE.key]


def test_a_suggestion_can_be_compared_put_off_and_tried(screen: Screen, qtbot: QtBot) -> None:
    screen.desk.start()
    screen.desk.take(replace(WATCH, nudge=NUDGE))
    screen.pick("Open")
    buttons = {button.text(): button for button in screen.panel.findChildren(QuietButton)}
    with qtbot.waitSignal(screen.desk.nudge_answered) as heard:
        buttons["Not now"].click()
    assert heard.args == [NUDGE.key, Answer.DISMISSED]
    buttons["Compare…"].click()
    dialog = screen.desk._dialog
    assert isinstance(dialog, ComparisonDialog)
    (copy,) = (button for button in dialog.findChildren(QuietButton) if button.text() == "Copy command")
    with qtbot.waitSignal(screen.desk.nudge_answered) as heard:
        copy.click()
    assert heard.args == [NUDGE.key, Answer.ACCEPTED]


def test_a_suggestion_that_went_away_under_the_pointer_changes_nothing(screen: Screen, qtbot: QtBot) -> None:
    screen.desk.start()
    screen.desk.take(WATCH)
    with qtbot.assertNotEmitted(screen.desk.nudge_answered):
        screen.desk._obey(Command.NUDGE_COMPARE)
        screen.desk._obey(Command.NUDGE_LATER)
    assert screen.desk._dialog is None


def test_icon_style_and_colours_are_kept_and_act_at_once(screen: Screen, qtbot: QtBot, qapp: QApplication) -> None:
    screen.desk.start()
    screen.desk.take(WATCH)
    screen.desk.open()

    with qtbot.waitSignal(screen.desk.settings_changed) as heard:
        screen.pick("Tank")
    assert heard.args == [screen.keeper.settings]
    screen.pick("Dark")

    assert screen.keeper.kept == [{"icon_style": IconStyle.TANK}, {"theme": Theme.DARK}]
    assert screen.desk._tray._gauge is not None
    view, colours = screen.desk._tray._gauge
    assert (view.style, colours) == (IconStyle.TANK, DARK)
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.window)
    assert screen.panel.grab().toImage().pixelColor(screen.panel.width() // 2, 6) == QColor(DARK.window)


def test_a_desktop_that_turns_dark_is_followed(screen: Screen) -> None:
    assert screen.desk._colours is LIGHT
    screen.desk.take_settings(replace(screen.keeper.settings, theme=Theme.DARK))
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert screen.desk._colours is DARK


def test_a_zone_that_does_not_exist_leaves_the_old_one(screen: Screen) -> None:
    screen.desk.take_settings(replace(screen.keeper.settings, timezone="Nowhere/Land"))
    assert str(screen.desk._zone) == "Europe/Berlin"


def test_the_budget_dialog_keeps_what_was_typed(screen: Screen) -> None:
    screen.desk.take(WATCH)
    screen.pick("Budget…")
    dialog = screen.desk._dialog
    assert isinstance(dialog, BudgetDialog)

    dialog._amount.setValue(450.5)
    dialog._day.setValue(15)
    press(dialog, "Save")

    assert screen.keeper.kept == [{"budget_usd": Decimal("450.50"), "budget_period": Period.MONTH, "budget_start_day": 15}]
    assert screen.desk._dialog is None


def test_a_weekly_budget_starts_on_a_weekday(screen: Screen) -> None:
    screen.desk._obey(Command.BUDGET)
    dialog = screen.desk._dialog
    assert isinstance(dialog, BudgetDialog)
    assert not dialog._weekday.isVisible()

    dialog._period.setCurrentIndex(1)
    dialog._weekday.setCurrentIndex(2)
    assert dialog._weekday.isVisible()
    press(dialog, "Save")

    assert screen.keeper.kept == [{"budget_usd": Decimal(600), "budget_period": Period.WEEK, "budget_start_day": 3}]


def test_a_budget_can_be_taken_away(screen: Screen) -> None:
    screen.desk._obey(Command.BUDGET)
    dialog = screen.desk._dialog
    assert isinstance(dialog, BudgetDialog)

    press(dialog, "No budget")

    assert screen.keeper.kept == [{"budget_usd": None}]


def test_cancelling_keeps_everything_and_a_second_dialog_replaces_the_first(screen: Screen) -> None:
    screen.desk._obey(Command.BUDGET)
    first = screen.desk._dialog
    screen.desk._obey(Command.BUDGET)
    second = screen.desk._dialog
    assert isinstance(first, BudgetDialog)
    assert isinstance(second, BudgetDialog)
    assert (first.isVisible(), second.isVisible()) == (False, True)

    press(second, "Cancel")

    assert screen.keeper.kept == []


def test_settings_that_cannot_be_kept_say_why(screen: Screen) -> None:
    screen.keeper.refuses = True

    screen.pick("Tank")

    said = screen.desk._dialog
    assert isinstance(said, QMessageBox)
    assert said.text() == "The settings cannot be written\n\nMake room on the disk."


def test_the_first_start_asks_for_one_number_once(tmp_path: Path, qtbot: QtBot) -> None:
    screen = Screen(Settings(), tmp_path)
    qtbot.addWidget(screen.desk._menu)
    screen.desk.take(SCANNING)
    assert screen.desk._dialog is None

    screen.desk.take(WATCH)
    dialog = screen.desk._dialog
    assert isinstance(dialog, FirstStartDialog)
    assert dialog._amount.dollars() == 650
    dialog._amount.setValue(0)
    assert not dialog._start.isEnabled()
    dialog._amount.setValue(400)
    press(dialog, "Start")

    assert screen.keeper.kept == [{"budget_usd": Decimal(400)}]
    screen.desk.stop()


def test_not_now_is_an_answer_too(tmp_path: Path, qtbot: QtBot) -> None:
    screen = Screen(Settings(), tmp_path)
    qtbot.addWidget(screen.desk._menu)
    screen.desk.take(WATCH)
    dialog = screen.desk._dialog
    assert isinstance(dialog, FirstStartDialog)

    press(dialog, "Not now")
    screen.desk.take(OVER)

    assert screen.desk._dialog is None
    assert screen.keeper.kept == []
    screen.desk.stop()


def test_the_settings_open_from_the_menu_follow_and_are_gone_when_closed(screen: Screen, qtbot: QtBot) -> None:
    screen.desk.start()
    screen.desk.take(WATCH)
    assert screen.settings_window() is None

    screen.pick("Settings…")
    window = screen.settings_window()
    assert isinstance(window, SettingsWindow)
    assert window.isVisible()
    screen.desk._obey(Command.SETTINGS, Section.BUDGETS)
    assert screen.settings_window() is window

    screen.desk.take(OVER)
    said: list[QLabel] = window.findChildren(QLabel)
    assert any("$52.30 over" in each.text() for each in said)
    with qtbot.waitSignal(screen.desk.settings_changed):
        window._keep("icon_style", IconStyle.TANK)
    assert screen.keeper.kept == [{"icon_style": IconStyle.TANK}]
    screen.pick("Dark")
    assert window._colours is DARK

    window.close()
    assert screen.settings_window() is None
    screen.pick("Settings…")
    assert screen.settings_window() is not None


def test_without_a_tray_a_small_window_stands_in_and_goes_when_one_comes(tmp_path: Path, qtbot: QtBot) -> None:
    screen = Screen(BUDGETED, tmp_path, tray=False)
    screen.desk._tray._poll.setInterval(5)
    screen.desk.take(WATCH)
    screen.desk.start()
    qtbot.waitUntil(lambda: screen.desk._small is not None)

    small = screen.small
    assert small.isVisible()
    assert (small._figure.text(), small._detail.text()) == ("$197.85 left of $600", "67% of $600 used")
    assert "AppIndicator" in "".join(label.text() for label in small.findChildren(type(small._figure)))
    assert small.accessibleName() == "67% of $600 used; $197.85 left; ahead of pace."
    screen.desk.take(OVER)
    assert small._figure.text() == "$52.30 over $600"

    screen.tray = True
    qtbot.waitUntil(lambda: screen.desk._small is None)
    assert not screen.desk._tray._poll.isActive()
    screen.desk.stop()


def test_the_small_window_opens_the_panel_and_closing_it_ends_the_program(tmp_path: Path, qtbot: QtBot) -> None:
    screen = Screen(BUDGETED, tmp_path, tray=False)
    screen.desk.take(WATCH)
    screen.desk._show_small_window()

    QTest.mouseClick(screen.small, Qt.MouseButton.RightButton)
    assert screen.desk._panel is None
    QTest.mouseClick(screen.small, Qt.MouseButton.LeftButton)
    assert screen.panel.isVisible()
    screen.panel.hide()
    screen.desk._closed_since.invalidate()
    QTest.keyClick(screen.small, Qt.Key.Key_A)
    assert not screen.panel.isVisible()
    QTest.keyClick(screen.small, Qt.Key.Key_Return)
    assert screen.panel.isVisible()
    with qtbot.waitSignal(screen.desk.quit_asked):
        screen.small.close()
    screen.desk.stop()


def test_the_clock_of_the_windows_is_in_utc() -> None:
    assert utc_now().utcoffset() == timedelta(0)
