"""The inbox window."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what a signal carried is not typed.

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from pictured import INBOX, NOW, SPIKE, TOLD, WATCH, ZONE
from tankful.core.inbox import EVERYTHING, Inbox, NoticeAction, Span
from tankful.engine.messages import InboxSeen, NoticeAnswered, SnoozeAsked, SnoozeEnded
from tankful.present.inbox import EMPTY_TITLE
from tankful.ui.buttons import QuietButton
from tankful.ui.inbox import EntryCard, InboxWindow
from tankful.ui.theme import DARK, LIGHT


class Seen:
    """A window and what it told."""

    def __init__(self) -> None:
        self.window, self.told = InboxWindow(), list[object]()
        self.window.told.connect(self.told.append)

    def cards(self) -> list[EntryCard]:
        return [card for card in self.window.findChildren(EntryCard) if not card.isHidden()]

    def press(self, text: str, place: int = 0) -> None:
        buttons = [each for each in self.window.findChildren(QuietButton) if each.text() == text and each.isVisible()]
        buttons[place].click()


@pytest.fixture
def seen(qtbot: QtBot, qapp: QApplication) -> Iterator[Seen]:  # noqa: ARG001 - windows need the application
    made = Seen()
    yield made
    made.window.close()
    made.window.deleteLater()


def test_every_notice_is_a_card_with_its_actions(seen: Seen) -> None:
    seen.window.render_state(TOLD, NOW, ZONE, LIGHT)
    assert len(seen.cards()) == 5
    assert seen.cards()[0].accessibleName().startswith("New: Claude Code in orchard: the cache went cold.")
    assert seen.told == []
    seen.window.open_window()
    seen.press("That is expected")
    seen.press("Snooze…", 2)
    menu = next(each for each in seen.cards()[1].findChildren(QMenu) if each.isVisible())
    menu.actions()[2].trigger()
    menu.close()
    seen.press("End snooze")
    assert seen.told == [
        InboxSeen(),
        NoticeAnswered("1", NoticeAction.EXPECTED),
        NoticeAnswered("2", NoticeAction.SNOOZE_PERIOD),
        SnoozeEnded(f"project:{SPIKE.project}"),
    ]
    seen.window.grab()


def test_it_says_why_when_asked(seen: Seen) -> None:
    seen.window.render_state(TOLD, NOW, ZONE, DARK)
    seen.window.open_window()
    card = seen.cards()[0]
    assert card._why.isHidden()
    seen.press("Why am I seeing this?")
    assert not card._why.isHidden()
    assert card._why.text()
    seen.press("Why am I seeing this?")
    assert card._why.isHidden()


def test_what_was_new_keeps_its_mark_while_the_window_is_open(seen: Seen, qtbot: QtBot) -> None:
    seen.window.render_state(TOLD, NOW, ZONE, LIGHT)
    seen.window.open_window()
    read = Inbox(tuple(entry._replace(is_new=False) for entry in INBOX.entries))
    seen.window.render_state(replace(TOLD, inbox=read), NOW, ZONE, LIGHT)
    qtbot.waitUntil(lambda: [card._is_new for card in seen.cards()] == [True, True, False, False, False])
    assert seen.told == [InboxSeen()]
    seen.window.render_state(TOLD, NOW, ZONE, LIGHT)
    assert seen.told == [InboxSeen(), InboxSeen()]


def test_the_same_inbox_again_builds_nothing_anew(seen: Seen) -> None:
    seen.window.render_state(TOLD, NOW, ZONE, LIGHT)
    before = seen.cards()
    seen.window.render_state(TOLD, NOW, ZONE, LIGHT)
    assert seen.cards() == before
    seen.window.render_state(TOLD, NOW, ZONE, DARK)
    assert seen.cards() != before


def test_an_empty_inbox_says_when_tankful_speaks_up(seen: Seen) -> None:
    seen.window.render_state(WATCH, NOW, ZONE, LIGHT)
    seen.window.open_window()
    assert EMPTY_TITLE in {label.text() for label in seen.window.findChildren(QLabel) if label.isVisible()}
    assert seen.cards() == []


def test_everything_can_be_snoozed_from_here(seen: Seen) -> None:
    seen.window.render_state(WATCH, NOW, ZONE, LIGHT)
    seen.window.open_window()
    seen.press("Snooze…")
    assert seen.window._menu.isVisible()
    for action in seen.window._menu.actions():
        action.trigger()
    seen.window._menu.close()
    assert seen.told == [SnoozeAsked(span, EVERYTHING) for span in Span]


def test_escape_closes_it(seen: Seen, qtbot: QtBot) -> None:
    seen.window.render_state(WATCH, NOW, ZONE, LIGHT)
    seen.window.open_window()
    QTest.qWaitForWindowActive(seen.window)
    with qtbot.waitSignal(seen.window.closed):
        QTest.keyClick(seen.window, Qt.Key.Key_Escape)
