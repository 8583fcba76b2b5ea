"""The dialog with a request for more: what is shown is what goes out, by a press, and a failure keeps it."""

# pyright: reportPrivateUsage=false
# A test may look inside.

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from urllib.parse import unquote

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pictured import BUDGETED, WATCH, ZONE
from tankful.core.errors import TankfulError
from tankful.core.settings import Settings
from tankful.core.spending import Part, Spending
from tankful.present.request import request
from tankful.ui.means import Means
from tankful.ui.request import RequestDialog
from tankful.ui.tasks import Tasks
from tankful.ui.theme import LIGHT

SPENDING = Spending((Part("codex", Decimal(3), 2, 0),), (Part("/src/shop", Decimal(3), 2, 0),))
URL = "https://budget.example.com/requests"
FULL = replace(BUDGETED, ask_for_more_url=URL, ask_for_more_mail="budget@example.com")
Open = Callable[..., RequestDialog]


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Open]:
    tasks, dialogs = Tasks(), list[RequestDialog]()

    def make(means: Means | None = None, settings: Settings = FULL, spending: Callable[[], Spending] = lambda: SPENDING) -> RequestDialog:
        dialog = RequestDialog(lambda known: request(WATCH, settings, ZONE, known), spending, settings, means or Means(), tasks, LIGHT)
        dialogs.append(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: dialog._task is None)
        return dialog

    yield make
    for dialog in dialogs:
        dialog.close()
        dialog.deleteLater()
    tasks.deleteLater()


def test_what_is_sent_is_what_is_shown_and_not_twice(show: Open, qtbot: QtBot) -> None:
    sent: list[tuple[str, str]] = []
    dialog = show(Means(send=lambda url, text: sent.append((url, text))))
    dialog._text.appendPlainText("Thank you.")
    shown = dialog.text
    dialog._send.click()
    qtbot.waitUntil(lambda: dialog._task is None)
    assert sent == [(URL, shown)]
    assert shown.endswith("Thank you.")
    assert dialog._outcome.accessibleName() == f"Sent It went to {URL}."
    assert not dialog._send.isEnabled()
    dialog._text.appendPlainText("Really.")
    assert dialog._send.isEnabled()


def test_a_failed_sending_says_why_and_keeps_the_text(show: Open, qtbot: QtBot) -> None:
    def lose(_url: str, _text: str) -> None:
        raise TankfulError("It was not sent: the address cannot be reached", "Check your connection.")

    dialog = show(Means(send=lose))
    dialog._text.appendPlainText("Thank you.")
    shown = dialog.text
    dialog._send.click()
    qtbot.waitUntil(lambda: dialog._task is None)
    assert dialog._outcome.accessibleName() == "It was not sent: the address cannot be reached Check your connection."
    assert dialog.text == shown
    assert (dialog._send.isEnabled(), dialog._text.isReadOnly()) == (True, False)


def test_mail_is_addressed_and_holds_the_text(show: Open) -> None:
    opened: list[str] = []

    def open_url(url: str) -> bool:
        opened.append(url)
        return len(opened) == 1

    dialog = show(Means(open_url=open_url))
    dialog._mail.click()
    assert opened[0].startswith("mailto:budget@example.com?subject=Request%20for%20more")
    assert unquote(opened[0].partition("&body=")[2]).replace("\r\n", "\n") == dialog.text.rstrip("\n")
    assert dialog._outcome.accessibleName() == "Your mail program has it It is sent when you send it there."
    dialog._mail.click()
    assert dialog._outcome.accessibleName() == "No mail program could be opened Copy the text instead."


def test_it_is_copied_and_nothing_empty_is_passed_on(show: Open) -> None:
    dialog = show()
    dialog._copy.click()
    assert QGuiApplication.clipboard().text() == dialog.text
    dialog._text.setPlainText(" ")
    assert (dialog._copy.isEnabled(), dialog._mail.isEnabled(), dialog._send.isEnabled()) == (False, False, False)


def test_the_names_of_projects_go_and_come_back_unless_that_part_was_changed(show: Open) -> None:
    dialog = show()
    dialog._text.appendPlainText("Thank you.")
    dialog._nameless.click()
    assert "- project 1: $3.00" in dialog.text
    assert "shop" not in dialog.text
    assert "Thank you." in dialog.text
    dialog._nameless.click()
    assert "- shop: $3.00" in dialog.text
    dialog._text.setPlainText(dialog.text.replace("shop", "the shop"))
    dialog._nameless.click()
    assert not dialog._nameless.isChecked()
    assert "the shop" in dialog.text
    assert dialog._outcome.accessibleName().startswith("The part about projects was changed by hand")


def test_without_an_address_there_is_nothing_to_send_to(show: Open) -> None:
    dialog = show(settings=BUDGETED)
    assert not dialog._send.isVisible()


def test_where_nothing_can_be_added_up_the_rest_is_there(show: Open) -> None:
    def fail() -> Spending:
        raise TankfulError("The disk is full", "Make room.")

    dialog = show(spending=fail)
    assert "Spent: $402.15, 67%" in dialog.text
    assert "agent" not in dialog.text
    assert not dialog._nameless.isEnabled()
    assert dialog._outcome.accessibleName().startswith("The disk is full: what was spent by agent and project is not in the text")


def test_the_keyboard_gets_everywhere(show: Open) -> None:
    dialog = show()
    assert dialog.focusWidget() is dialog._text
    order = [dialog._nameless, dialog._copy, dialog._mail, dialog._close, dialog._send]
    for wanted in order:
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        assert dialog.focusWidget() is wanted
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
