"""The settings window under somebody's hands: every field, the search, the keyboard, and what goes wrong."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what Qt finds by its type is not typed.

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from linked import WITH_ACCOUNTS
from pictured import FAILING, OVER, ZONE
from settings_rig import Person, opened_settings, page, said, with_keyboard
from tankful.core.choices import IconStyle, Period
from tankful.core.setting_rows import Section
from tankful.core.settings import ROWS
from tankful.ui.theme import DARK
from tankful.ui.window_size import remember, remembered

TEXT = '# mine\n[budget]\nusd = "600"\n\n[aliases]\nteam-sonnet = "claude-sonnet-4-5"\n'


@pytest.fixture
def person(tmp_path: Path, qtbot: QtBot) -> Iterator[Person]:  # noqa: ARG001 - windows need the application
    with opened_settings(tmp_path / "data", text=TEXT) as made:
        yield made


def typed(field: QWidget, text: str) -> None:
    """Type over what is in a field, and press Return."""
    field.setFocus()
    QTest.keySequence(field, "Ctrl+A")
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_every_page_opens_and_every_setting_has_a_field_with_a_name(person: Person) -> None:
    fields: set[str] = set()
    for section in Section:
        person.open(section)
        fields |= set(page(person)._rows)
        for kind in (QLineEdit, QComboBox, QSpinBox, QTableWidget, QPlainTextEdit, QPushButton, QCheckBox):
            widgets: list[QWidget] = page(person).findChildren(kind)
            for widget in widgets:
                if widget.isVisible() and not isinstance(widget.parent(), QComboBox | QSpinBox):
                    assert widget.accessibleName() or widget.property("text"), (section, widget)
    assert fields == set(ROWS)


def test_an_amount_that_is_typed_acts_at_once_and_keeps_the_rest_of_the_file(person: Person) -> None:
    person.open(Section.BUDGETS)
    typed(person.named("Your own budget", QLineEdit), "$1,450.50")
    assert person.kept[-1].budget_usd == Decimal("1450.50")
    assert person.file.path.read_text().startswith('# mine\n[budget]\nusd = "1450.50"\n')
    line = person.named("Your own budget", QLineEdit)
    assert isinstance(line, QLineEdit)
    assert line.text() == "$1,450.50"


def test_an_empty_amount_is_no_budget(person: Person) -> None:
    person.open(Section.BUDGETS)
    line = person.named("Your own budget", QLineEdit)
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.clear()
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert person.kept[-1].budget_usd is None
    assert "usd" not in person.file.path.read_text()


def test_what_is_no_amount_is_said_at_the_row_and_nothing_is_kept(person: Person) -> None:
    person.open(Section.BUDGETS)
    typed(person.named("Your own budget", QLineEdit), "much")
    assert "“much” is no amount. Write dollars from 0 to 10,000,000" in said(person)
    assert person.kept == []
    typed(person.named("Your own budget", QLineEdit), "7")
    assert "no amount" not in said(person)
    assert person.kept[-1].budget_usd == 7


def test_an_address_is_typed_and_a_wrong_one_is_said_at_the_row(person: Person) -> None:
    person.open(Section.BUDGETS)
    typed(person.named("Requests go to", QLineEdit), "http://budget.example.com")
    assert "Write an address that begins with https://" in said(person)
    assert person.kept == []
    typed(person.named("Requests go to", QLineEdit), " https://budget.example.com ")
    assert person.kept[-1].ask_for_more_url == "https://budget.example.com"
    typed(person.named("Requests are mailed to", QLineEdit), "budget@example.com")
    assert person.kept[-1].ask_for_more_mail == "budget@example.com"


def test_a_settings_file_that_cannot_be_written_is_said_at_the_row(person: Person) -> None:
    person.refuses = "The settings cannot be written"
    person.open(Section.APPEARANCE)
    box = person.named("Tray icon", QComboBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert "The settings cannot be written. Make room on the disk." in said(person)
    assert person.kept == []


def test_choices_are_made_with_the_keyboard(person: Person) -> None:
    person.open(Section.APPEARANCE)
    box = person.named("Tray icon", QComboBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert person.kept[-1].icon_style is IconStyle.TANK


def test_a_value_says_where_it_comes_from_and_goes_back_to_its_default(person: Person) -> None:
    person.open(Section.BUDGETS)
    assert said(person).count("From your settings file") == 1
    person.press("Reset to no budget")
    assert person.kept[-1].budget_usd is None
    assert "From your settings file" not in said(person)


def test_a_weekly_budget_asks_for_a_weekday_and_the_keyboard_stays_where_it_was(person: Person) -> None:
    person.open(Section.BUDGETS)
    box = person.named("Period", QComboBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert person.kept[-1].budget_period is Period.WEEK
    weekday = person.named("Starts on day", QComboBox)
    assert isinstance(weekday, QComboBox)
    assert weekday.currentText() == "Monday"
    assert QApplication.focusWidget() is person.named("Period", QComboBox)
    QTest.keyClicks(weekday, "w")
    assert person.kept[-1].budget_start_day == 3


def test_working_days_are_ticks(person: Person) -> None:
    person.open(Section.BUDGETS)
    QTest.keyClick(person.named("Saturday", QCheckBox), Qt.Key.Key_Space)
    assert person.kept[-1].working_days == "123456"


def test_an_agent_is_left_alone_when_its_tick_is_taken_away(person: Person) -> None:
    person.open(Section.SOURCES)
    ticks: list[QCheckBox] = page(person).findChildren(QCheckBox)
    codex = next(tick for tick in ticks if tick.text() == "Codex CLI")
    assert codex.accessibleDescription() == "1,377 requests in 41 logs · exact"
    QTest.keyClick(codex, Qt.Key.Key_Space)
    assert person.kept[-1].sources_off == ("codex",)
    assert codex.accessibleDescription() == "not read"
    QTest.keyClick(codex, Qt.Key.Key_Space)
    assert person.kept[-1].sources_off == ()


def test_a_number_is_typed_and_the_wheel_turns_it_only_with_the_keyboard_in_it(person: Person) -> None:
    person.open(Section.SOURCES)
    box = person.named("Look again every", QSpinBox)
    typed(box, "17")
    assert person.kept[-1].rescan_minutes == 17
    person.window._navigation.list.setFocus()
    turn(box)
    assert len(person.kept) == 1
    box.setFocus()
    turn(box)
    assert person.kept[-1].rescan_minutes == 18
    person.open(Section.APPEARANCE)
    colours = person.named("Colours", QComboBox)
    turn(colours, -120)
    assert len(person.kept) == 2
    colours.setFocus()
    turn(colours, -120)
    assert len(person.kept) == 3


def turn(widget: QWidget, angle: int = 120) -> None:
    """Turn the mouse's wheel over a field."""
    centre = QPointF(widget.rect().center())
    buttons, none, phase = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(centre, widget.mapToGlobal(centre), QPoint(), QPoint(0, angle), buttons, none, phase, False)
    QApplication.sendEvent(widget, event)


def test_a_time_zone_is_typed_and_has_to_exist(person: Person) -> None:
    person.open(Section.APPEARANCE)
    box = person.named("Time zone", QComboBox)
    assert isinstance(box, QComboBox)
    line = box.lineEdit()
    assert line is not None
    assert line.text().startswith("This machine's")
    typed(line, "Nowhere/Land")
    assert "There is no time zone 'Nowhere/Land'. Use a name such as Europe/Berlin" in said(person)
    typed(line, "Europe/Berlin")
    assert person.kept[-1].timezone == "Europe/Berlin"
    person.press("Reset to this machine's")
    assert person.kept[-1].timezone == ""
    assert line.text().startswith("This machine's")


def test_listening_to_agents_is_switched_on_and_off(person: Person) -> None:
    person.open(Section.SOURCES)
    box = person.named("Listen to agents", QComboBox)
    assert isinstance(box, QComboBox)
    assert box.currentText() == "Off"
    QTest.keyClicks(box, "On")
    assert person.kept[-1].receive_telemetry is True
    person.press("Reset to off")
    assert person.kept[-1].receive_telemetry is False
    assert box.currentText() == "Off"


def test_a_search_shows_what_it_finds_and_leads_there(person: Person) -> None:
    person.open(Section.BUDGETS)
    QTest.keySequence(person.window, "Ctrl+F")
    assert QApplication.focusWidget() is person.window._navigation.search
    QTest.keyClicks(person.window._navigation.search, "rescan")
    assert set(page(person)._rows) == {"rescan_minutes"}
    typed(person.named("Look again every", QSpinBox), "9")
    assert person.kept[-1].rescan_minutes == 9
    person.press("Open page")
    assert person.window._navigation.search.text() == ""
    assert len(page(person)._rows) == 6
    person.window._navigation.search.setText("zzz")
    assert "Nothing here is called that." in said(person)


def test_escape_takes_back_the_search_first_and_then_closes(person: Person) -> None:
    person.open(Section.BUDGETS)
    person.window._navigation.search.setText("rescan")
    QTest.keyClick(person.window, Qt.Key.Key_Escape)
    assert person.window.isVisible()
    assert {"budget_usd", "budget_period", "budget_start_day", "working_days"} <= set(page(person)._rows)
    QTest.keyClick(person.window, Qt.Key.Key_Escape)
    assert not person.window.isVisible()


def test_the_pages_are_walked_with_the_arrows_and_the_fields_with_tab(person: Person) -> None:
    person.open(Section.ACCOUNTS)
    pages = person.window._navigation.list
    assert isinstance(pages, QListWidget)
    assert QApplication.focusWidget() is pages
    QTest.keyClick(pages, Qt.Key.Key_Down)
    assert "What you may spend, and on which days you spend it." in said(person)
    names: list[str] = []
    for _ in range(14):
        QTest.keyClick(with_keyboard(), Qt.Key.Key_Tab)
        names.append(with_keyboard().accessibleName())
    wanted = ["Your own budget", "Reset to no budget: Your own budget", "Period", "Starts on day", "Monday", "Sunday"]
    places = [names.index(name) for name in wanted]
    assert places == sorted(places), names


def test_a_number_that_is_half_typed_is_meant_when_the_window_closes(person: Person) -> None:
    person.open(Section.BUDGETS)
    line = person.named("Your own budget", QLineEdit)
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "500")
    person.window.close()
    assert person.kept[-1].budget_usd == 500


def test_a_file_that_was_changed_by_hand_is_seen_when_the_user_comes_back(person: Person) -> None:
    person.open(Section.BUDGETS)
    person.file.path.write_text("[budget]\nusd = 77\n")
    person.window._reread()
    assert person.kept[-1].budget_usd == 77
    line = person.named("Your own budget", QLineEdit)
    assert isinstance(line, QLineEdit)
    assert line.text() == "$77"
    person.file.path.write_text("[budget\n")
    person.window._reread()
    assert "is not valid TOML" in said(person)
    person.file.path.write_text("[budget]\nusd = 77\n")
    person.window._reread()
    assert "TOML" not in said(person)


def test_a_new_picture_is_seen_on_the_page_that_is_open(person: Person) -> None:
    person.open(Section.BUDGETS)
    assert "$402.15 of $600 used, $197.85 left, resets 1 Dec" in said(person)
    person.see(OVER)
    assert "$52.30 over" in said(person)
    person.open(Section.SOURCES)
    person.see(FAILING)
    assert "Claude Code's logs cannot be read" in said(person)
    person.see(None)


def test_ages_go_on_only_while_the_window_is_seen(person: Person, qtbot: QtBot) -> None:
    person.window._ages.setInterval(5)
    person.open(Section.ACCOUNTS)
    person.snapshot = WITH_ACCOUNTS
    person.window._snapshot = WITH_ACCOUNTS
    qtbot.waitUntil(lambda: "asked 4 s ago" in said(person))
    person.window.hide()
    assert not person.window._ages.isActive()


def test_folders_are_opened_and_diagnostics_copied(person: Person) -> None:
    person.open(Section.PRIVACY)
    person.press("Open folder")
    assert person.opened == [str(person.folder)]
    person.open(Section.ABOUT)
    person.press("Copy diagnostics")
    assert QGuiApplication.clipboard().text().startswith("Tankful ")
    assert person.button("Copied").isVisible()


def test_the_button_that_copied_says_so_for_a_moment(person: Person, qtbot: QtBot) -> None:
    person.open(Section.ABOUT)
    diagnostics = page(person)._facts[-1]
    diagnostics._copied.setInterval(5)
    person.press("Copy diagnostics")
    assert diagnostics._button.text() == "Copied"
    qtbot.waitUntil(lambda: diagnostics._button.text() == "Copy diagnostics")


def test_the_window_is_as_large_as_it_was_left(person: Person, tmp_path: Path) -> None:
    person.open(Section.ABOUT)
    person.window.resize(700, 480)
    person.window.close()
    assert remembered(tmp_path / "data", "settings") == QSize(700, 480)
    with opened_settings(tmp_path / "data") as again:
        assert again.window.size() == QSize(700, 480)


@pytest.mark.parametrize("text", ["", "wide", "1x1", "99999999x20", "-3x400"])
def test_a_size_that_is_none_is_none(tmp_path: Path, text: str) -> None:
    assert remembered(tmp_path, "settings") is None
    (tmp_path / "settings-size").write_text(text)
    assert remembered(tmp_path, "settings") is None


def test_a_size_that_cannot_be_kept_harms_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    remember(tmp_path / "file", "settings", QSize(3, 4))


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes among the files of this system")
def test_a_pipe_in_the_place_of_a_size_holds_up_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "settings-size")
    assert remembered(tmp_path, "settings") is None
    remember(tmp_path, "settings", QSize(300, 400))
    assert remembered(tmp_path, "settings") == QSize(300, 400)


def test_another_theme_is_taken_at_once(person: Person) -> None:
    person.open(Section.BUDGETS)
    typed(person.named("Your own budget", QLineEdit), "much")
    person.window.render_state(person.snapshot, person.file.read(), ZONE, DARK)
    trouble = page(person).row("budget_usd")._trouble
    assert trouble.palette().color(trouble.foregroundRole()).name() == "#ff9452"


def test_the_tray_does_not_load_the_settings_before_they_are_opened() -> None:
    code = "import sys, tankful.ui.app; print(*(name for name in sys.modules if name.startswith('tankful.ui.settings.')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == []


def test_settings_that_someone_else_changed_are_shown(person: Person) -> None:
    person.open(Section.APPEARANCE)
    changed = replace(person.file.change(icon_style=IconStyle.PERCENT))
    person.window.render_state(person.snapshot, changed, ZONE, person.colours)
    box = person.named("Tray icon", QComboBox)
    assert isinstance(box, QComboBox)
    assert box.currentText() == "Percent"
