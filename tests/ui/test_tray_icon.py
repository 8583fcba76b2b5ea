"""The icon appears when there is a tray, and is painted only when something changed."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what a signal carried is not typed.

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from pictured import BUDGETED, OVER, WATCH
from tankful.core.choices import IconStyle
from tankful.core.pace import Tone
from tankful.core.settings import Settings
from tankful.present.gauge import GaugeView
from tankful.present.menu import Command, MenuItem, menu_view
from tankful.ui.theme import DARK, LIGHT
from tankful.ui.tray import Tray
from tankful.ui.tray_menu import TrayMenu

VIEW = GaugeView(IconStyle.ARC, Tone.CALM, 0.5, None, "50")


@pytest.fixture
def menu(qtbot: QtBot) -> TrayMenu:
    made = TrayMenu()
    qtbot.addWidget(made)
    return made


class Host:
    """A desktop whose tray comes and goes as the test wants."""

    def __init__(self) -> None:
        self.there = False

    def __call__(self) -> bool:
        return self.there


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def tray(menu: TrayMenu, host: Host) -> Iterator[Tray]:
    made = Tray(menu, available=host)
    made.show_gauge(GaugeView(IconStyle.ARC, Tone.UNKNOWN, None, None, ""), LIGHT)
    yield made
    made.stop()


def icon_of(tray: Tray) -> QSystemTrayIcon:
    icon = tray._icon
    assert icon is not None
    return icon


def test_with_a_tray_the_icon_is_there_at_once_and_nothing_ticks(tray: Tray, host: Host, qtbot: QtBot) -> None:
    host.there = True
    tray.show_gauge(VIEW, LIGHT)
    tray.show_sentence("Half.")

    with qtbot.waitSignal(tray.appeared):
        tray.start()

    assert icon_of(tray).toolTip() == "Half."
    assert not icon_of(tray).icon().isNull()
    assert not tray._poll.isActive()


def test_without_a_tray_no_icon_object_is_made_until_one_comes(tray: Tray, host: Host, qtbot: QtBot) -> None:
    tray._poll.setInterval(5)
    with qtbot.waitSignal(tray.missing):
        tray.start()
    assert tray._icon is None
    assert tray.place() == QRect()

    with qtbot.waitSignal(tray.appeared):
        host.there = True

    assert icon_of(tray).contextMenu() is not None
    assert not tray._poll.isActive()


def test_missing_is_said_once(tray: Tray, qtbot: QtBot) -> None:
    said: list[None] = []
    tray.missing.connect(lambda: said.append(None))
    for _ in range(10):
        tray._look()
    assert len(said) == 1
    qtbot.waitUntil(lambda: True)


def test_the_same_gauge_is_not_painted_twice(tray: Tray, host: Host) -> None:
    host.there = True
    tray.show_gauge(VIEW, LIGHT)
    tray.start()
    painted = icon_of(tray).icon().cacheKey()

    tray.show_gauge(GaugeView(IconStyle.ARC, Tone.CALM, 0.5, None, "50"), LIGHT)
    tray.show_sentence("")
    assert icon_of(tray).icon().cacheKey() == painted

    tray.show_gauge(VIEW, DARK)
    tray.show_sentence("Half.")
    assert icon_of(tray).icon().cacheKey() != painted
    assert icon_of(tray).toolTip() == "Half."


def test_only_a_left_click_asks_for_the_panel(tray: Tray, host: Host, qtbot: QtBot) -> None:
    host.there = True
    tray.start()

    with qtbot.assertNotEmitted(tray.clicked):
        for reason in (QSystemTrayIcon.ActivationReason.Context, QSystemTrayIcon.ActivationReason.DoubleClick):
            icon_of(tray).activated.emit(reason)
    with qtbot.waitSignal(tray.clicked):
        icon_of(tray).activated.emit(QSystemTrayIcon.ActivationReason.Trigger)


def actions(menu: TrayMenu) -> dict[str, QAction]:
    found: dict[str, QAction] = {}
    for action in menu._rows.values():
        found[action.text()] = action
    return found


def test_the_menu_shows_its_rows_and_says_what_was_picked(menu: TrayMenu, qtbot: QtBot) -> None:
    menu.render_view(menu_view(WATCH, BUDGETED))
    rows = actions(menu)

    assert not rows["$197.85 left of $600"].isEnabled()
    assert rows["Arc"].isChecked()
    with qtbot.waitSignal(menu.asked) as heard:
        rows["Tank"].trigger()
    assert heard.args == [Command.ICON_STYLE, IconStyle.TANK]
    assert not rows["Arc"].isChecked()


def test_a_row_that_only_changes_its_words_stays_the_same_object(menu: TrayMenu) -> None:
    menu.render_view(menu_view(WATCH, BUDGETED))
    first = actions(menu)["$197.85 left of $600"]

    menu.render_view(menu_view(OVER, Settings(icon_style=IconStyle.TANK)))

    assert actions(menu)["$52.30 over $600"] is first
    assert actions(menu)["Tank"].isChecked()


def test_other_rows_make_another_menu(menu: TrayMenu) -> None:
    menu.render_view(menu_view(WATCH, BUDGETED))
    menu.render_view((MenuItem("Quit", Command.QUIT),))

    assert [action.text() for action in menu.actions()] == ["Quit"]


def test_one_press_of_return_reported_twice_is_one_wish(menu: TrayMenu) -> None:
    heard: list[Command] = []
    menu.asked.connect(lambda command, _value: heard.append(command))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - signals carry any object
    menu.render_view(menu_view(WATCH, BUDGETED))
    rows = actions(menu)

    rows["Refresh now"].trigger()
    rows["Refresh now"].trigger()
    rows["Open"].trigger()

    assert heard == [Command.REFRESH, Command.OPEN]
