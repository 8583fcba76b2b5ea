"""The dialog behind a suggestion: everything fits, and each button does what it says."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from pictured import NUDGE, ZONE
from tankful.core.nudges.nudge import Answer
from tankful.present.nudges import NOT_OFFERED, ComparisonView, comparison_view
from tankful.ui.buttons import QuietButton
from tankful.ui.comparison import ComparisonDialog
from tankful.ui.theme import DARK, LIGHT


def view() -> ComparisonView:
    made = comparison_view(NUDGE, ZONE)
    assert made is not None
    return made


@pytest.fixture
def dialog(qtbot: QtBot) -> ComparisonDialog:
    made = ComparisonDialog(view(), LIGHT)
    qtbot.addWidget(made)
    made.show()
    return made


def press(dialog: ComparisonDialog, words: str) -> None:
    next(button for button in dialog.findChildren(QuietButton) if button.text() == words).click()


def test_the_command_is_copied_and_counts_as_accepted(dialog: ComparisonDialog) -> None:
    answers: list[Answer] = []
    dialog.answered.connect(answers.append)
    press(dialog, "Copy command")

    assert QGuiApplication.clipboard().text() == "tankful with metacode-1 -- claude"
    assert answers == [Answer.ACCEPTED]
    assert dialog.isVisible()
    press(dialog, "Close")
    assert answers == [Answer.ACCEPTED]


def test_without_an_account_that_offers_it_there_is_no_command_to_copy_and_no_switch(qtbot: QtBot) -> None:
    made = ComparisonDialog(replace(view(), command=""), LIGHT, can_switch=True)
    qtbot.addWidget(made)
    made.show()
    shown = {button.text() for button in made.findChildren(QuietButton) if button.isVisible()}
    assert not shown & {"Copy command", "Switch…"}
    assert NOT_OFFERED in {label.text() for label in made.findChildren(QLabel)}


def test_not_now_puts_it_off_and_closes(dialog: ComparisonDialog) -> None:
    answers: list[Answer] = []
    dialog.answered.connect(answers.append)
    press(dialog, "Not now")

    assert answers == [Answer.DISMISSED]
    assert not dialog.isVisible()


def test_the_dearer_sessions_can_be_shown(dialog: ComparisonDialog) -> None:
    low = dialog.height()
    press(dialog, "Show them")
    assert dialog.height() > low
    press(dialog, "Hide them")
    assert dialog.height() == low


def test_nothing_is_cut_off(dialog: ComparisonDialog) -> None:
    for part in dialog.findChildren(QLabel):
        if part.isVisible():
            assert part.height() >= part.heightForWidth(part.width()), part.text()
            assert dialog.rect().contains(part.mapTo(dialog, part.rect().bottomRight())), part.text()


def test_without_dearer_sessions_and_a_page_there_is_less(qtbot: QtBot) -> None:
    made = ComparisonDialog(replace(view(), sessions=(), documentation=""), DARK)
    qtbot.addWidget(made)

    assert "Show them" not in {button.text() for button in made.findChildren(QuietButton)}
