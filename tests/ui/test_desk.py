"""Everything on the screen follows the snapshots and the user."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what a signal carried is not typed.

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desk_rig import Screen
from pictured import BUDGETED, FAILING, NOW, OVER, SPIKE, SPIKING, TOLD, UNSET, WATCH
from tankful.core.choices import IconStyle, Theme
from tankful.core.inbox import NoticeAction, Span
from tankful.core.setting_rows import Section
from tankful.engine.messages import InboxSeen, SnoozeAsked, SnoozeEnded
from tankful.ui.buttons import QuietButton
from tankful.ui.surroundings import utc_now
from tankful.ui.theme import DARK, LIGHT


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


def told(screen: Screen) -> list[object]:
    heard: list[object] = []
    screen.desk.told.connect(heard.append)
    return heard


def test_the_inbox_opens_from_menu_and_panel_and_counts_as_seen(screen: Screen) -> None:
    screen.desk.start()
    screen.desk.take(TOLD)
    heard = told(screen)
    screen.pick("Inbox (2 new)…")
    window = screen.desk._inbox.window
    assert window is not None
    assert window.isVisible()
    assert heard == [InboxSeen()]
    screen.desk.take(WATCH)
    window.close()
    assert screen.desk._inbox.window is None
    screen.pick("Open")
    screen.panel._inbox.click()
    assert screen.desk._inbox.window is not None


def test_the_menu_snoozes_and_ends_it(screen: Screen) -> None:
    screen.desk.start()
    screen.desk.take(WATCH)
    heard = told(screen)
    screen.pick("For 1 hour")
    screen.desk.take(TOLD)
    screen.pick("End snooze")
    assert heard == [SnoozeAsked(Span.HOUR), SnoozeEnded()]


def test_a_button_of_a_notice_opens_what_it_names(screen: Screen) -> None:
    screen.desk.start()
    screen.desk.take(TOLD)
    screen.desk.summon(NoticeAction.SNOOZE_TODAY)
    assert screen.desk._panel is None
    screen.desk.summon(NoticeAction.OPEN)
    assert screen.panel.isVisible()
    screen.desk.summon(NoticeAction.INBOX)
    window = screen.desk._inbox.window
    assert window is not None
    screen.desk.summon(NoticeAction.SETTINGS)
    settings = screen.settings_window()
    assert settings is not None
    assert settings._section is Section.ACCOUNTS
    next(button for button in window.findChildren(QuietButton) if button.text() == "Notice settings…").click()
    assert settings._section is Section.NOTICES
    screen.desk.summon(NoticeAction.SWITCHES)
    assert settings._section is Section.NUDGES
    settings.close()


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
