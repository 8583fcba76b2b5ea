"""Suggestions on the desk: compared, put off, and gone under the pointer."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what a signal carried is not typed.

from dataclasses import replace

from pytestqt.qtbot import QtBot

from desk_rig import Screen
from pictured import NUDGE, WATCH
from tankful.core.nudges.nudge import Answer
from tankful.present.menu import Command
from tankful.ui.buttons import QuietButton
from tankful.ui.comparison import ComparisonDialog


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
