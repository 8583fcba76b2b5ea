"""Suggestions on the desk: compared, put off, and gone under the pointer."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what a signal carried is not typed.

from dataclasses import replace

from pytestqt.qtbot import QtBot

from desk_rig import Screen
from pictured import NOW, NUDGE, WATCH
from tankful.core.accounts import AccountState
from tankful.core.allocation import OfferedModel
from tankful.core.health import Condition, FeedHealth
from tankful.core.links import Link, Method
from tankful.core.nudges.nudge import Answer
from tankful.present.menu import Command
from tankful.ui.buttons import QuietButton
from tankful.ui.comparison import ComparisonDialog
from tankful.ui.switch_dialog import SwitchDialog


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


def test_a_model_that_an_account_offers_can_be_switched_to_from_the_comparison(screen: Screen, qtbot: QtBot) -> None:
    assert NUDGE.tool is not None
    link = Link("work", "litellm", "https://llm.example.com", Method.KEY)
    health = FeedHealth("work", Condition.OK, NOW)
    offering = AccountState(link, health, models=(OfferedModel(NUDGE.tool.model, in_house=True),))
    screen.desk.start()
    screen.desk.take(replace(WATCH, nudge=NUDGE, accounts=(offering,)))
    screen.desk._obey(Command.NUDGE_COMPARE)
    dialog = screen.desk._dialog
    assert isinstance(dialog, ComparisonDialog)
    next(button for button in dialog.findChildren(QuietButton) if button.text() == "Switch…").click()
    (switch,) = dialog.findChildren(SwitchDialog)
    assert switch.isVisible()
    with qtbot.waitSignal(screen.desk.nudge_answered) as heard:
        switch.switched.emit("claude-code")
    assert heard.args == [NUDGE.key, Answer.ACCEPTED]
    switch.close()

    screen.desk.take(replace(WATCH, nudge=NUDGE))
    screen.desk._obey(Command.NUDGE_COMPARE)
    dialog = screen.desk._dialog
    assert isinstance(dialog, ComparisonDialog)
    assert "Switch…" not in [button.text() for button in dialog.findChildren(QuietButton)]
