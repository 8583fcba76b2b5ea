"""Linking and unlinking accounts in the settings window, with a real gateway of our own and every way it can go."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what Qt finds by its type is not typed.

import threading
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from linked import LINKED, RAN_OUT, WITH_ACCOUNTS
from linking_rig import nobody
from pictured import NOW, WATCH, ZONE
from settings_rig import Person, opened_settings
from tankful.core.accounts import AccountState
from tankful.core.health import Condition, FeedHealth
from tankful.core.links import Method
from tankful.core.setting_rows import Section
from tankful.gateways.generic import GATEWAY as GENERIC
from tankful.ui.settings.accounts_panel import AccountsPanel
from tankful.ui.settings.link_panel import LinkPanel
from tankful.ui.theme import DARK
from toll_gateway import KEY, gateway


@pytest.fixture
def person(tmp_path: Path, qtbot: QtBot) -> Iterator[Person]:  # noqa: ARG001 - windows need the application
    with opened_settings(tmp_path / "data") as made:
        made.open(Section.ACCOUNTS)
        yield made


def said(person: Person) -> str:
    """Everything that can be read in the window now."""
    texts: list[QLabel] = person.window.findChildren(QLabel)
    return unescape("\n".join(each.text() for each in texts if each.isVisible()))


def panel(person: Person) -> LinkPanel:
    accounts = person.window._accounts
    assert isinstance(accounts, AccountsPanel)
    assert accounts._panel is not None
    return accounts._panel


def line(person: Person, name: str) -> QLineEdit:
    field = person.named(name, QLineEdit)
    assert isinstance(field, QLineEdit)
    return field


def find(person: Person, qtbot: QtBot, address: str = "", kind: str = "") -> None:
    """Type an address and wait for what is said of it."""
    if not any(each.isVisible() for each in person.window.findChildren(LinkPanel)):
        person.press("Link an account…")
    field = line(person, "Gateway address")
    field.setText(address or person.desk.server.url)
    if kind:
        box = person.named("Kind", QComboBox)
        assert isinstance(box, QComboBox)
        box.setCurrentIndex(box.findData(kind))
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not panel(person).is_busy)


def paste(person: Person, qtbot: QtBot, key: str = KEY) -> None:
    """Paste a key and wait for what comes of it."""
    person.press("Paste a key")
    field = line(person, "Key")
    field.setFocus()
    QGuiApplication.clipboard().setText(key)
    QTest.keySequence(field, "Ctrl+V")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not panel(person).is_busy)


def ways(person: Person) -> list[str]:
    buttons: list[QPushButton] = panel(person)._methods.findChildren(QPushButton)
    return [button.text() for button in buttons if button.isVisible()]


def test_without_accounts_the_page_says_what_counts_then(person: Person) -> None:
    assert "No account is linked. Your own budget is the allocation" in said(person)


def test_an_address_is_typed_a_key_is_pasted_and_at_once_there_is_what_is_left(person: Person, qtbot: QtBot) -> None:
    find(person, qtbot)
    assert f"Toll booth at {person.desk.server.url}" in said(person)
    assert ways(person) == ["Paste a key", "Sign in with the browser", "Sign in with a code", "Use its sign-in"]
    paste(person, qtbot)
    assert "Linked as alice@example.com, $197.83 of $600 left, resets 1 Dec." in said(person)
    assert person.desk.ring.kept == {person.desk.host: KEY}
    assert panel(person)._key.key.text() == ""
    assert KEY not in said(person)


def test_a_key_shows_as_dots_until_it_is_asked_for(person: Person, qtbot: QtBot) -> None:
    find(person, qtbot)
    person.press("Paste a key")
    field = line(person, "Key")
    assert field.echoMode() is QLineEdit.EchoMode.Password
    shown = person.named("Show the key", QCheckBox)
    QTest.keyClick(shown, Qt.Key.Key_Space)
    assert field.echoMode() is QLineEdit.EchoMode.Normal


def test_a_key_that_is_refused_says_why_and_can_be_corrected(person: Person, qtbot: QtBot) -> None:
    find(person, qtbot)
    paste(person, qtbot, "sk-wrong")
    assert "The gateway does not accept the key." in said(person)
    assert person.desk.is_empty
    line(person, "Key").clear()
    paste(person, qtbot)
    assert "Linked as alice@example.com" in said(person)


def test_a_name_of_ones_own_is_taken(person: Person, qtbot: QtBot) -> None:
    find(person, qtbot)
    line(person, "Name").setText("Company")
    paste(person, qtbot)
    assert [link.name for link in person.desk.links] == ["Company"]


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("http://ai.example.com", "The address is not encrypted."),
        ("what is this", "This is no web address."),
        ("127.0.0.1:1", "The gateway cannot be reached."),
    ],
)
def test_an_address_that_cannot_be_is_said_with_the_way_out(person: Person, qtbot: QtBot, address: str, title: str) -> None:
    find(person, qtbot, address)
    assert title in said(person)
    assert ways(person) == []


def test_without_an_address_nobody_is_asked(person: Person) -> None:
    person.press("Link an account…")
    person.press("Find")
    assert not panel(person).is_busy


def test_another_kind_than_the_chosen_one_is_named_and_offered(person: Person, qtbot: QtBot) -> None:
    find(person, qtbot, kind="third")
    person.press("Link it as Toll booth")
    assert "Paste a key" in ways(person)
    paste(person, qtbot)
    assert [link.kind for link in person.desk.links] == ["toll"]


def test_without_a_keyring_it_says_so_and_offers_this_session(person: Person, qtbot: QtBot) -> None:
    person.desk.ring.refuses = "There is no keyring"
    find(person, qtbot)
    paste(person, qtbot)
    assert "There is no keyring." in said(person)
    assert person.desk.is_empty
    person.press("Keep it for this session only")
    qtbot.waitUntil(lambda: not panel(person).is_busy)
    assert "It is linked until Tankful quits." in said(person)
    assert person.desk.links[0].session_only
    assert person.desk.ring.kept == {}


def test_signing_in_without_a_keyring_offers_this_session_too(person: Person, qtbot: QtBot) -> None:
    person.desk.ring.refuses = "There is no keyring"
    find(person, qtbot)
    person.press("Sign in with the browser")
    qtbot.waitUntil(lambda: not panel(person).is_busy)
    assert person.desk.opened == []
    person.press("Keep it for this session only")
    qtbot.waitUntil(lambda: "Linked as alice@example.com" in said(person))
    assert len(person.desk.opened) == 1


class Turnstile:
    """Holds a sign-in until the test lets it through."""

    def __init__(self, person: Person) -> None:
        self.open = threading.Event()
        person.desk.booth.on_token = self.wait

    def wait(self) -> None:
        assert self.open.wait(20)


@pytest.fixture
def turnstile(person: Person) -> Iterator[Turnstile]:
    made = Turnstile(person)
    yield made
    made.open.set()


def test_a_code_is_shown_large_and_copied_while_the_window_goes_on(person: Person, qtbot: QtBot, turnstile: Turnstile) -> None:
    find(person, qtbot)
    person.press("Sign in with a code")
    qtbot.waitUntil(lambda: "ABCD-EFGH" in said(person))
    assert "Type this code on the page that your browser shows:" in said(person)
    assert "Until 16:05." in said(person)
    person.press("Copy code")
    assert QGuiApplication.clipboard().text() == "ABCD-EFGH"
    person.open(Section.BUDGETS)
    assert "What you may spend, and on which days you spend it." in said(person)
    person.open(Section.ACCOUNTS)
    turnstile.open.set()
    qtbot.waitUntil(lambda: "Linked as alice@example.com" in said(person))
    assert "ABCD-EFGH" not in said(person)


def test_a_sign_in_in_the_browser_says_where_it_waits(person: Person, qtbot: QtBot, turnstile: Turnstile) -> None:
    find(person, qtbot)
    person.press("Sign in with the browser")
    qtbot.waitUntil(lambda: "Sign in on the page that your browser shows." in said(person))
    assert not any(button.isVisible() and button.text() == "Copy code" for button in person.window.findChildren(QPushButton))
    turnstile.open.set()
    qtbot.waitUntil(lambda: "Linked as alice@example.com" in said(person))


@pytest.mark.parametrize("how", ["button", "escape", "close"])
def test_waiting_can_be_cancelled_and_nothing_is_linked(person: Person, qtbot: QtBot, turnstile: Turnstile, how: str) -> None:
    find(person, qtbot)
    person.press("Sign in with the browser")
    qtbot.waitUntil(lambda: "Sign in on the page" in said(person))
    task = panel(person)._task
    assert task is not None
    match how:
        case "button":
            person.press("Cancel")
            assert ways(person)[0] == "Paste a key"
        case "escape":
            QTest.keyClick(person.window, Qt.Key.Key_Escape)
            assert person.window.isVisible()
        case _:
            person.window.close()
    assert not panel(person).is_busy
    assert task._future.cancelled()
    turnstile.open.set()
    assert person.desk.links == ()


def test_closing_the_panel_leaves_no_key_in_it(person: Person, qtbot: QtBot) -> None:
    find(person, qtbot)
    person.press("Paste a key")
    line(person, "Key").setText("sk-half")
    person.press("Close")
    assert panel(person)._key.key.text() == ""
    assert not panel(person).isVisible()


def test_another_address_makes_what_was_found_forgotten(person: Person, qtbot: QtBot) -> None:
    find(person, qtbot)
    QTest.keyClicks(line(person, "Gateway address"), "0")
    assert ways(person) == []


def test_a_file_of_another_program_is_named_before_it_is_read(person: Person, qtbot: QtBot) -> None:
    find(person, qtbot)
    file = str(Path.home() / "its" / "file")
    assert f"Reads the sign-in in {file} each time it asks" in said(person)
    assert person.desk.server.asked("/me") == []
    person.press("Use its sign-in")
    qtbot.waitUntil(lambda: "Linked as alice@example.com" in said(person))
    assert person.desk.server.asked("/me")[0].headers["x-file"] == file
    assert person.desk.links[0].method is Method.FILE


def test_a_kind_that_takes_options_asks_for_them(tmp_path: Path, qtbot: QtBot) -> None:
    with opened_settings(tmp_path / "data", gateways=(gateway(), GENERIC)) as person:
        person.engine.linking._gateways.pop("toll")
        person.engine.linking._gateways["generic"] = GENERIC
        person.open(Section.ACCOUNTS)
        find(person, qtbot, kind="generic")
        options = person.named("Options", QPlainTextEdit)
        assert isinstance(options, QPlainTextEdit)
        assert options.placeholderText().startswith("One name=value a line: spent, limit")
        options.setPlainText("spent")
        paste(person, qtbot)
        assert "“spent” says nothing." in said(person)
        options.setPlainText("path=/me\nspent=/spent\nlimit=600\nwho=/who")
        line(person, "Key").clear()
        paste(person, qtbot)
        assert "Linked as alice@example.com, $197.83 of $600 left" in said(person)
        assert person.desk.links[0].options == {"path": "/me", "spent": "/spent", "limit": "600", "who": "/who"}


def linked_state(person: Person, condition: Condition = Condition.OK) -> AccountState:
    (link,) = person.desk.links
    return AccountState(link, FeedHealth(link.name, condition, NOW, "The sign-in has ended", "Sign in again."), LINKED.statement)


def test_an_account_is_unlinked_only_when_that_was_confirmed(person: Person, qtbot: QtBot) -> None:
    find(person, qtbot)
    paste(person, qtbot)
    person.press("Close")
    person.see(replace(WATCH, accounts=(linked_state(person),)))
    person.press("Unlink…")
    assert "Unlink this account? Its key is taken out of the keyring" in said(person)
    person.press("Keep it")
    assert len(person.desk.links) == 1
    person.press("Unlink…")
    person.press("Unlink")
    qtbot.waitUntil(lambda: person.desk.is_empty)
    person.see(WATCH)
    assert "No account is linked." in said(person)


def test_an_account_whose_key_stays_in_the_keyring_stays_linked_and_says_so(person: Person, qtbot: QtBot) -> None:
    find(person, qtbot)
    paste(person, qtbot)
    person.see(replace(WATCH, accounts=(linked_state(person),)))
    person.desk.ring.refuses = "The keyring is locked"
    person.press("Unlink…")
    person.press("Unlink")
    qtbot.waitUntil(lambda: "The keyring is locked." in said(person))
    assert person.button("Unlink…").isEnabled()
    assert len(person.desk.links) == 1


def test_an_account_that_fails_is_linked_again_with_what_is_known_of_it(person: Person, qtbot: QtBot) -> None:
    find(person, qtbot)
    line(person, "Name").setText("Company")
    paste(person, qtbot)
    person.press("Close")
    person.see(replace(WATCH, accounts=(linked_state(person, Condition.FAILING),)))
    assert "The sign-in has ended." in said(person)
    person.press("Link again…")
    qtbot.waitUntil(lambda: "Paste a key" in ways(person))
    assert line(person, "Name").text() == "Company"
    paste(person, qtbot)
    assert [link.name for link in person.desk.links] == ["Company"]


def test_cards_say_how_each_account_does_and_more_when_asked(person: Person) -> None:
    person.see(WITH_ACCOUNTS)
    assert "Linked as alice@example.com" in said(person)
    assert "Claude Code's sign-in ran out on Tuesday." in said(person)
    details = person.named("Details ai.example.com", QPushButton)
    QTest.mouseClick(details, Qt.MouseButton.LeftButton)
    assert "Team platform: $1,881.60 of $5,000 left, resets 1 Dec" in said(person)
    QTest.mouseClick(details, Qt.MouseButton.LeftButton)
    assert "Team platform" not in said(person)


def test_cards_that_stay_keep_the_keyboard(person: Person) -> None:
    person.see(WITH_ACCOUNTS)
    button = person.named("Details ai.example.com", QPushButton)
    button.setFocus()
    person.see(replace(WITH_ACCOUNTS, accounts=(LINKED, replace(RAN_OUT, statement=None))))
    assert button.hasFocus()
    person.window.render_state(WITH_ACCOUNTS, person.file.read(), ZONE, DARK)
    assert button.hasFocus()


def test_an_engine_that_is_ending_is_said(tmp_path: Path, qtbot: QtBot) -> None:
    with opened_settings(tmp_path / "data", call=nobody) as person:
        person.open(Section.ACCOUNTS)
        find(person, qtbot)
        assert "Tankful is just ending or beginning." in said(person)


def test_the_whole_way_is_gone_with_the_keyboard_alone(person: Person, qtbot: QtBot) -> None:
    QTest.keyClick(person.named("Pages"), Qt.Key.Key_Tab)
    walk(person, "Link an account…")
    QTest.keyClicks(line(person, "Gateway address"), person.desk.server.url)
    QTest.keyClick(line(person, "Gateway address"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Paste a key" in ways(person) and person.button("Paste a key").hasFocus())
    QTest.keyClick(person.button("Paste a key"), Qt.Key.Key_Space)
    assert line(person, "Key").hasFocus()
    QTest.keyClicks(line(person, "Key"), KEY)
    QTest.keyClick(line(person, "Key"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Linked as alice@example.com" in said(person))


def test_what_was_refused_is_corrected_without_looking_for_the_field(person: Person, qtbot: QtBot) -> None:
    find(person, qtbot, "http://ai.example.com")
    assert line(person, "Gateway address").hasFocus()
    find(person, qtbot)
    paste(person, qtbot, "sk-wrong")
    assert line(person, "Key").hasFocus()


def walk(person: Person, text: str) -> None:
    """Go with Tab to the button with this text, and press it."""
    for _ in range(20):
        widget = person.window.focusWidget()
        assert isinstance(widget, QWidget)
        if isinstance(widget, QPushButton) and widget.text() == text:
            QTest.keyClick(widget, Qt.Key.Key_Space)
            return
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not lead to {text}")
