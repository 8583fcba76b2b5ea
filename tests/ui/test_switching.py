"""Giving an agent another model in a window: shown, confirmed, undone; and what cannot be is said there."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what Qt finds by its type is not typed.

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from pictured import NOW
from settings_rig import Person, opened_settings
from switching_rig import CONFIGS, put
from tankful.core.accounts import AccountState
from tankful.core.allocation import OfferedModel
from tankful.core.health import Condition, FeedHealth
from tankful.core.links import Link, Method
from tankful.core.setting_rows import Section
from tankful.system.paths import folders
from tankful.ui.diff_view import DiffView
from tankful.ui.settings.switched_panel import SwitchedPanel
from tankful.ui.switch_chooser import SwitchChooser
from tankful.ui.switch_dialog import SwitchDialog
from tankful.ui.switching import Switching
from tankful.ui.theme import DARK, LIGHT

LINK = Link("work", "litellm", "https://llm.example.com", Method.KEY)
GOOSE = next(config for config in CONFIGS if config.agent == "goose")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for config in CONFIGS:
        put(tmp_path / "home", config)
    return tmp_path / "home"


@pytest.fixture
def switching(tmp_path: Path, home: Path) -> Switching:
    return Switching(folders(tmp_path / "data"), lambda: NOW, {"HOME": str(home)})


@pytest.fixture
def dialogs(qtbot: QtBot) -> Iterator[list[SwitchDialog]]:  # noqa: ARG001 - windows need the application
    opened: list[SwitchDialog] = []
    yield opened
    for dialog in filter(isValid, opened):
        dialog.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def said(widget: QWidget) -> str:
    texts: list[QLabel] = widget.findChildren(QLabel)
    return "\n".join(each.text() for each in texts if each.isVisible())


def press(widget: QWidget, text: str) -> None:
    buttons: list[QPushButton] = widget.findChildren(QPushButton)
    QTest.mouseClick(next(button for button in buttons if button.text() == text and button.isVisible()), Qt.MouseButton.LeftButton)


def opened(switching: Switching, dialogs: list[SwitchDialog], agent: str = "goose", model: str = "house-coder-2") -> SwitchDialog:
    dialogs.append(switching.open_switch(agent, LINK, model, LIGHT, offered=OfferedModel(model)))
    return dialogs[-1]


def test_the_bar_below_a_long_line_is_counted_into_the_window(
    switching: Switching, dialogs: list[SwitchDialog], home: Path, qtbot: QtBot
) -> None:
    for letters in range(76, 100):
        (home / GOOSE.path).write_text(f"# {'x' * letters}\n{GOOSE.text}")
        dialog = opened(switching, dialogs)
        dialog.show()
        with qtbot.waitExposed(dialog):
            QCoreApplication.processEvents()
        assert dialog._inside.minimumSizeHint().height() <= dialog._scroll.viewport().height()


def test_a_change_is_shown_made_and_undone(switching: Switching, dialogs: list[SwitchDialog], home: Path, qtbot: QtBot) -> None:
    dialog = opened(switching, dialogs)
    path = home / GOOSE.path
    assert "Use house-coder-2 in Goose" in said(dialog)
    assert "It takes effect in new sessions" in said(dialog)
    (view,) = dialog.findChildren(DiffView)
    assert "+ GOOSE_MODEL: house-coder-2" in view.toPlainText()
    assert view.height() < dialog.height()
    dialog.grab()
    assert path.read_text() == GOOSE.text
    with qtbot.waitSignal(dialog.changed) as changed, qtbot.waitSignal(dialog.switched) as switched:
        press(dialog, "Change the file")
    assert (changed.args, switched.args) == (["goose"], ["goose"])
    assert "house-coder-2" in path.read_text()
    assert "Goose uses house-coder-2 from its next session on." in said(dialog)
    assert "For your shell's profile:" in said(dialog)
    press(dialog, "Copy")
    assert QGuiApplication.clipboard().text().startswith('export OPENAI_API_KEY="$(')
    qtbot.waitUntil(lambda: any(each.text() == "Copy" for each in dialog.findChildren(QPushButton) if each.isVisible()))
    with qtbot.assertNotEmitted(dialog.switched), qtbot.waitSignal(dialog.changed):
        press(dialog, "Undo")
    assert path.read_text() == GOOSE.text
    assert "Goose uses what it used before" in said(dialog)
    press(dialog, "Close")
    assert not dialog.isVisible()


def test_cancel_changes_nothing(switching: Switching, dialogs: list[SwitchDialog], home: Path) -> None:
    dialog = opened(switching, dialogs, "claude-code")
    assert "tankful with house-coder-2 -- claude" in said(dialog)
    press(dialog, "Cancel")
    assert switching.changes.journal.entries() == ()
    assert (home / CONFIGS[0].path).read_text() == CONFIGS[0].text


def test_what_is_in_the_way_is_said_in_place_of_a_change(switching: Switching, dialogs: list[SwitchDialog], home: Path) -> None:
    (home / GOOSE.path).write_text("a: [")
    dialog = opened(switching, dialogs)
    assert "This cannot be changed" in said(dialog)
    assert "is no YAML that can be changed" in said(dialog)
    assert not any(each.text() == "Change the file" and each.isVisible() for each in dialog.findChildren(QPushButton))
    assert "cannot be given another model from outside" in said(opened(switching, dialogs, "cursor"))
    claude_alone = Link("gate", "claude-gateway", "https://gate.example.com", Method.DEVICE)
    dialogs.append(switching.open_switch("goose", claude_alone, "claude-x", LIGHT))
    assert "gate speaks with Claude Code alone, not with Goose." in said(dialogs[-1])


def test_a_file_that_changes_while_it_is_shown_is_left_alone(
    switching: Switching, dialogs: list[SwitchDialog], home: Path, qtbot: QtBot
) -> None:
    dialog = opened(switching, dialogs)
    (home / GOOSE.path).write_text("GOOSE_MODE: chat\n")
    with qtbot.assertNotEmitted(dialog.switched):
        press(dialog, "Change the file")
    assert "was changed meanwhile" in said(dialog)
    assert (home / GOOSE.path).read_text() == "GOOSE_MODE: chat\n"
    assert not any(each.text() == "Undo" and each.isVisible() for each in dialog.findChildren(QPushButton))


def test_an_agent_that_uses_it_already_is_said_and_what_is_gone_can_be_forgotten(
    switching: Switching, dialogs: list[SwitchDialog], home: Path
) -> None:
    press(opened(switching, dialogs), "Change the file")
    assert "Goose uses house-coder-2 already" in said(opened(switching, dialogs))
    put(home, GOOSE)
    dialogs.append(switching.open_undo("goose", DARK))
    assert "Its files are as they were already." in said(dialogs[-1])
    press(dialogs[-1], "Forget it")
    assert switching.changes.journal.entries() == ()
    dialogs.append(switching.open_undo("goose", DARK))
    assert "no model that could be taken back" in said(dialogs[-1])


@pytest.fixture
def person(tmp_path: Path, qtbot: QtBot) -> Iterator[Person]:  # noqa: ARG001 - windows need the application
    with opened_settings(tmp_path / "data") as made:
        yield made


def panel(person: Person) -> SwitchedPanel:
    (found,) = person.window.findChildren(SwitchedPanel)
    return found


def test_the_settings_list_what_is_switched_and_take_it_back(
    person: Person, switching: Switching, dialogs: list[SwitchDialog], home: Path
) -> None:
    person.open(Section.NUDGES)
    assert "No agent was given another model." in said(panel(person))
    press(opened(switching, dialogs), "Change the file")
    person.see(person.snapshot)
    assert "Goose uses house-coder-2 of work" in said(panel(person))
    person.press("Undo…")
    (undo,) = person.window.findChildren(SwitchDialog)
    assert "Take back Goose's other model" in said(undo)
    press(undo, "Change the file")
    assert (home / GOOSE.path).read_text() == GOOSE.text
    press(undo, "Close")
    assert "No agent was given another model." in said(panel(person))


HOUSE = AccountState(
    Link("work", "litellm", "https://llm.example.com", Method.KEY),
    FeedHealth("work", Condition.OK),
    models=(OfferedModel("frontier-9"), OfferedModel("house-coder-2", in_house=True)),
)
SILENT = AccountState(Link("spare", "generic", "https://spare.example.com", Method.KEY), FeedHealth("spare", Condition.OK))


def chooser(switching: Switching, dialogs: list[SwitchDialog], window: QWidget, *states: AccountState) -> SwitchChooser:
    def opened(_agent: str) -> None:
        dialogs.extend(window.findChildren(SwitchDialog))

    return switching.open_choice(states, LIGHT, window, opened)


def test_an_agent_and_a_model_are_chosen_and_the_change_is_shown(
    person: Person, switching: Switching, dialogs: list[SwitchDialog], home: Path
) -> None:
    choosing = chooser(switching, dialogs, person.window, SILENT, HOUSE)
    assert [choosing._account.itemText(place) for place in range(2)] == ["work", "spare"]
    assert [choosing._model.itemText(place) for place in range(2)] == ["house-coder-2 · in-house", "frontier-9"]
    choosing._agent.setCurrentText("Goose")
    press(choosing, "Show the change…")
    (dialog,) = person.window.findChildren(SwitchDialog)
    assert "Use house-coder-2 in Goose" in said(dialog)
    assert (home / GOOSE.path).read_text() == GOOSE.text
    press(dialog, "Change the file")
    assert dialogs == [dialog]


def test_where_a_gateway_lists_no_models_one_is_written(person: Person, switching: Switching, dialogs: list[SwitchDialog]) -> None:
    choosing = chooser(switching, dialogs, person.window, HOUSE, SILENT)
    choosing._account.setCurrentText("spare")
    assert not choosing._next.isEnabled()
    choosing._choose()
    assert choosing.isVisible()
    choosing._model.setEditText("own-model")
    press(choosing, "Show the change…")
    (dialog,) = person.window.findChildren(SwitchDialog)
    dialogs.append(dialog)
    assert "own-model" in said(dialog)


def test_what_is_missing_for_a_switch_is_said(person: Person, switching: Switching, dialogs: list[SwitchDialog], tmp_path: Path) -> None:
    choosing = chooser(switching, dialogs, person.window)
    assert "No linked account passes agents' calls on." in said(choosing)
    press(choosing, "Close")
    nobody = Switching(folders(tmp_path / "data"), lambda: NOW, {"HOME": str(tmp_path / "empty")})
    choosing = chooser(nobody, dialogs, person.window, HOUSE)
    assert "None of the agents that can be given another model is used here." in said(choosing)
    assert not choosing._next.isVisible()
    press(choosing, "Close")


def test_the_settings_lead_to_a_switch(person: Person) -> None:
    person.open(Section.NUDGES)
    press(panel(person), "Switch an agent…")
    (choosing,) = person.window.findChildren(SwitchChooser)
    assert choosing.isVisible()
    choosing.close()
    person.see(None)
    press(panel(person), "Switch an agent…")
    next(each for each in person.window.findChildren(SwitchChooser) if each.isVisible()).close()


def test_a_journal_that_cannot_be_read_is_said(person: Person) -> None:
    (person.folder / "switch").mkdir()
    (person.folder / "switch" / "journal.json").write_text("[{}]")
    person.open(Section.NUDGES)
    assert "journal.json cannot be read." in said(panel(person))
