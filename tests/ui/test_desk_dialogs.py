"""What the desk asks is kept, and what cannot be kept is said."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what a signal carried is not typed.

from decimal import Decimal
from pathlib import Path

from PySide6.QtWidgets import QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from desk_rig import Screen, press
from pictured import CALM, OVER, QUIET, SCANNING, SPIKE, SPIKING, WATCH
from tankful.core.choices import IconStyle, Period
from tankful.core.setting_rows import Section
from tankful.core.settings import Settings
from tankful.present.menu import Command
from tankful.ui.budget import BudgetDialog
from tankful.ui.buttons import QuietButton
from tankful.ui.first_start import FirstStartDialog
from tankful.ui.request import RequestDialog
from tankful.ui.session import SessionDialog
from tankful.ui.settings.window import SettingsWindow
from tankful.ui.theme import DARK


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


def test_the_session_of_a_spike_is_shown_from_its_card(screen: Screen, qtbot: QtBot) -> None:
    screen.desk.start()
    screen.desk.take(SPIKING)
    screen.pick("Open")
    (button,) = (button for button in screen.panel.findChildren(QuietButton) if button.text() == "Show session")
    button.click()
    dialog = screen.desk._dialog
    assert isinstance(dialog, SessionDialog)
    assert dialog._session.spike == SPIKE.key
    qtbot.waitUntil(lambda: dialog._state.text().startswith("No process of Claude Code was found"), timeout=20_000)


def test_where_no_session_is_at_work_and_nothing_is_known_yet_nothing_opens(screen: Screen) -> None:
    screen.desk._obey(Command.ASK_FOR_MORE)
    assert screen.desk._dialog is None
    screen.desk.take(QUIET)
    screen.desk._obey(Command.SHOW_SESSION)
    assert screen.desk._dialog is None


def test_more_is_asked_for_from_the_menu_and_from_a_panel_that_worries(screen: Screen, qtbot: QtBot) -> None:
    screen.desk.start()
    screen.desk.take(WATCH)
    screen.pick("Ask for more…")
    first = screen.desk._dialog
    assert isinstance(first, RequestDialog)
    qtbot.waitUntil(lambda: "Spent: $402.15, 67%" in first.text)
    screen.pick("Open")
    screen.panel._ask.click()
    second = screen.desk._dialog
    assert isinstance(second, RequestDialog)
    assert second is not first
    qtbot.waitUntil(lambda: second._task is None)
    screen.desk.take(CALM)
    screen.pick("Open")
    assert not screen.panel._ask.isVisible()
