"""The keyboard goes through the settings as they are read, also past what was put in later."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from linked import WITH_ACCOUNTS
from settings_rig import Person, opened_settings, with_keyboard
from tankful.core.setting_rows import Section
from toll_gateway import KEY


def stops(person: Person) -> list[str]:
    """Go with Tab from the list of pages around to the search, and return what was met."""
    person.named("Pages").setFocus()
    names: list[str] = []
    while "Search the settings" not in names:
        QTest.keyClick(with_keyboard(), Qt.Key.Key_Tab)
        stop = with_keyboard()
        names.append(stop.text() if isinstance(stop, QPushButton) else stop.accessibleName())
    return names


def shows(person: Person, text: str) -> bool:
    buttons: list[QPushButton] = person.window.findChildren(QPushButton)
    return any(each.text() == text and each.isVisible() for each in buttons)


def type_into(person: Person, name: str, text: str) -> None:
    field = person.named(name, QLineEdit)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_the_keyboard_goes_down_the_page_whatever_was_made_when(tmp_path: Path, qtbot: QtBot) -> None:
    with opened_settings(tmp_path / "data") as person:
        person.desk.ring.refuses = "There is no keyring"
        person.open(Section.ACCOUNTS)
        person.press("Link an account…")
        type_into(person, "Gateway address", person.desk.server.url)
        qtbot.waitUntil(lambda: shows(person, "Paste a key"))
        person.press("Paste a key")
        type_into(person, "Key", KEY)
        qtbot.waitUntil(lambda: shows(person, "Keep it for this session only"))
        person.see(WITH_ACCOUNTS)
        names = stops(person)
    first, last = names.index("Close"), names.index("Link")
    assert names[:first] == ["Link an account…", "Details", "Unlink…", "Link again…", "Details", "Unlink…"]
    fields = ["Gateway address", "Kind", "Find", "Name", "Paste a key", "Use its sign-in"]
    assert [name for name in names[first:] if name in fields] == fields
    assert names[last - 2 : last + 3] == ["Key", "Show the key", "Link", "Keep it for this session only", "Ask while agents work every"]


def test_what_is_typed_while_an_account_is_linked_and_after_changes_no_setting(tmp_path: Path, qtbot: QtBot) -> None:
    with opened_settings(tmp_path / "data") as person:
        person.open(Section.ACCOUNTS)
        person.press("Link an account…")
        type_into(person, "Gateway address", person.desk.server.url)
        assert person.button("Cancel").hasFocus()
        qtbot.waitUntil(lambda: shows(person, "Paste a key"))
        person.press("Paste a key")
        type_into(person, "Key", KEY)
        assert person.button("Cancel").hasFocus()
        qtbot.waitUntil(lambda: not shows(person, "Paste a key"))
        assert person.button("Close").hasFocus()
