"""The dialog about a session: real processes found, chosen and stopped, and never without a second press."""

# pyright: reportPrivateUsage=false
# A test may look inside.

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QRadioButton
from pytestqt.qtbot import QtBot

from stand_ins import agent
from tankful.core.agent_process import AgentProcess, Sign
from tankful.core.at_work import SessionAtWork
from tankful.core.errors import TankfulError
from tankful.ui.means import Means
from tankful.ui.session import SessionDialog
from tankful.ui.tasks import Tasks
from tankful.ui.theme import LIGHT

PATIENCE_MS = 20_000
Open = Callable[..., SessionDialog]


@pytest.fixture
def opened() -> list[str]:
    """Folders that the file manager was asked to show."""
    return []


@pytest.fixture
def show(qtbot: QtBot, tmp_path: Path, opened: list[str]) -> Iterator[Open]:
    """Show the dialog about the session that works in the folder `shop`."""
    tasks, dialogs = Tasks(), list[SessionDialog]()

    def make(means: Means | None = None, project: str = str(tmp_path / "shop"), changed: str = "") -> SessionDialog:
        now = datetime.now(UTC) + timedelta(minutes=2)
        session = SessionAtWork("claude-code", "5b20e6d4-77aa", project, now, Decimal("14.20"))
        dialog = SessionDialog(session, means or Means(), tasks, LIGHT, now=now, zone=UTC, open_folder=opened.append, changed=changed)
        dialogs.append(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: dialog._state.text() != "Looking for its process…" or dialog._state.isHidden(), timeout=PATIENCE_MS)
        return dialog

    yield make
    for dialog in dialogs:
        dialog._is_asking = False
        dialog.close()
        dialog.deleteLater()
    tasks.deleteLater()


def is_over(dialog: SessionDialog) -> bool:
    return not dialog._outcome.isHidden()


def test_the_process_is_shown_and_stopped_at_the_second_press(show: Open, tmp_path: Path, qtbot: QtBot, opened: list[str]) -> None:
    with agent(tmp_path / "shop") as running:
        dialog = show()
        assert [view.process.pid for view in dialog._list.views] == [running.pid]
        dialog._copy.click()
        assert QGuiApplication.clipboard().text() == f"kill -INT {running.pid}"
        dialog._folder.click()
        assert opened == [str(tmp_path / "shop")]
        dialog._stop.click()
        assert running.poll() is None
        assert dialog._question.text().startswith(f"Stop process {running.pid}? ")
        dialog._agree.click()
        qtbot.waitUntil(lambda: is_over(dialog), timeout=PATIENCE_MS)
        assert dialog._outcome.accessibleName() == f"Process {running.pid} has ended It was interrupted, as by Ctrl+C."
        assert not dialog._stop.isEnabled()


def test_the_keyboard_alone_is_enough(show: Open, tmp_path: Path, qtbot: QtBot) -> None:
    with agent(tmp_path / "shop") as running:
        dialog = show()
        assert dialog.focusWidget() is dialog._copy
        for _ in range(3):
            QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        assert dialog.focusWidget() is dialog._stop
        QTest.keyClick(dialog._stop, Qt.Key.Key_Return)
        assert dialog.focusWidget() is dialog._keep
        QTest.keyClick(dialog._keep, Qt.Key.Key_Escape)
        assert (dialog.isVisible(), dialog._question.isVisible()) == (True, False)
        QTest.keyClick(dialog._stop, Qt.Key.Key_Return)
        QTest.keyClick(dialog._keep, Qt.Key.Key_Return)
        assert not dialog._question.isVisible()
        QTest.keyClick(dialog._stop, Qt.Key.Key_Return)
        QTest.keyClick(dialog._keep, Qt.Key.Key_Tab)
        QTest.keyClick(dialog._agree, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: is_over(dialog), timeout=PATIENCE_MS)
        running.wait()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()


def test_of_several_none_is_chosen_by_itself(show: Open, tmp_path: Path) -> None:
    with agent(tmp_path / "shop") as first, agent(tmp_path / "shop"):
        dialog = show()
        assert dialog._state.text().startswith("2 processes may be it.")
        assert (dialog._copy.isEnabled(), dialog._stop.isEnabled()) == (False, False)
        dialog._copy_command()
        dialog._ask()
        dialog._carry_out()
        assert not is_over(dialog)
        radio = dialog.findChildren(QRadioButton)[0]
        assert dialog.focusWidget() is radio
        QTest.keyClick(radio, Qt.Key.Key_Space)
        dialog._copy.click()
        assert QGuiApplication.clipboard().text() == f"kill -INT {first.pid}"


def test_very_many_scroll_and_leave_the_buttons_on_the_screen(show: Open) -> None:
    many = tuple(AgentProcess(number, float(number), "claude", "/src/shop", Sign.FOLDER) for number in range(1, 21))
    dialog = show(Means(find=lambda _: many))
    assert dialog.height() < 700
    radios = dialog.findChildren(QRadioButton)
    QTest.keyClick(radios[0], Qt.Key.Key_Space)
    for _ in range(19):
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Down)
    assert dialog.focusWidget() is radios[-1]
    assert dialog._list.view is not None
    assert dialog._list.view.process.pid == 20


def test_where_there_is_none_that_is_said_and_nothing_can_be_stopped(show: Open) -> None:
    dialog = show()
    assert dialog._state.text().startswith("No process of Claude Code was found in ")
    assert (dialog._copy.isVisible(), dialog._stop.isVisible(), dialog._folder.isVisible()) == (False, False, True)
    assert not show(project="")._folder.isVisible()


def test_that_another_model_answered_is_said_in_full(show: Open) -> None:
    text = "Asked for claude-opus-4-1, got claude-sonnet-4-5 since 13:05: 12 calls, about $4.81 less by list price."
    dialog = show(changed=text)
    (told,) = [label for label in dialog.findChildren(QLabel) if label.text() == text]
    assert told.isVisible()
    assert told.height() >= told.heightForWidth(told.width())
    assert not [label for label in show().findChildren(QLabel) if label.isVisible() and "Asked" in label.text()]


def test_a_search_and_a_stop_that_fail_say_why(show: Open, qtbot: QtBot) -> None:
    def refuse(_: SessionAtWork) -> tuple[AgentProcess, ...]:
        raise TankfulError("Processes cannot be listed", "Look yourself.")

    failed = show(Means(find=refuse))
    assert failed._outcome.accessibleName() == "Processes cannot be listed Look yourself."

    def deny(_: AgentProcess) -> str:
        raise TankfulError("The system does not let Tankful stop process 7", "Stop it where you started it.")

    dialog = show(Means(find=lambda _: (AgentProcess(7, 0.0, "claude", "/src", Sign.FOLDER),), stop=deny))
    dialog._stop.click()
    dialog._agree.click()
    qtbot.waitUntil(lambda: is_over(dialog), timeout=PATIENCE_MS)
    assert dialog._stop.isEnabled()


def test_one_that_goes_on_can_be_tried_again(show: Open, qtbot: QtBot) -> None:
    dialog = show(Means(find=lambda _: (AgentProcess(7, 0.0, "claude", "/src", Sign.FOLDER),), stop=lambda _: "stuck"))
    dialog._stop.click()
    dialog._agree.click()
    qtbot.waitUntil(lambda: is_over(dialog), timeout=PATIENCE_MS)
    assert dialog._stop.isEnabled()
    assert "kill -KILL 7" in dialog._outcome.accessibleName()
