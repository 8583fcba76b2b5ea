"""The tables of the settings window: lines that are typed, completed, taken out and suggested."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what Qt finds by its type is not typed.

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QTableWidget,
)
from pytestqt.qtbot import QtBot

from linked import WITH_ACCOUNTS
from settings_rig import Person, opened_settings, page, said, with_keyboard
from tankful.core.own_models import PriceOverride
from tankful.core.setting_rows import Section
from tankful.ui.settings.table_editor import TableEditor

TEXT = '# mine\n[budget]\nusd = "600"\n\n[aliases]\nteam-sonnet = "claude-sonnet-4-5"\n'


@pytest.fixture
def person(tmp_path: Path, qtbot: QtBot) -> Iterator[Person]:  # noqa: ARG001 - windows need the application
    with opened_settings(tmp_path / "data", text=TEXT) as made:
        yield made


def table(person: Person, field: str) -> tuple[TableEditor, QTableWidget]:
    editor = page(person).row(field).editor
    assert isinstance(editor, TableEditor)
    return editor, editor._table


def fill(lines: QTableWidget, row: int, *cells: str) -> None:
    """Type into the cells of a line."""
    for column, text in enumerate(cells):
        lines.setCurrentCell(row, column)
        QTest.keyClick(lines, Qt.Key.Key_Return)
        line = with_keyboard()
        assert isinstance(line, QLineEdit)
        line.setText(text)
        QTest.keyClick(line, Qt.Key.Key_Return)
        QApplication.processEvents()  # a cell is committed a moment later


def test_a_price_is_kept_when_its_line_is_complete(person: Person) -> None:
    person.open(Section.SOURCES)
    editor, lines = table(person, "prices")
    assert not lines.isVisible()
    QTest.mouseClick(editor._add, Qt.MouseButton.LeftButton)
    fill(lines, 0, "team/large", "3")
    assert "Line 1 is not complete. Fill in: output." in said(person)
    assert person.kept == []
    fill(lines, 0, "team/large", "3", "15.50", "", "0.30")
    assert person.kept[-1].prices == {"team/large": PriceOverride(Decimal(3), Decimal("15.50"), None, Decimal("0.30"))}
    assert "not complete" not in said(person)


def test_a_line_that_is_being_typed_survives_a_new_picture(person: Person) -> None:
    person.open(Section.SOURCES)
    editor, lines = table(person, "prices")
    QTest.mouseClick(editor._add, Qt.MouseButton.LeftButton)
    fill(lines, 0, "team/large")
    person.see(WITH_ACCOUNTS)
    item = lines.item(0, 0)
    assert item is not None
    assert item.text() == "team/large"


def test_lines_are_taken_out_with_delete_or_the_button(person: Person) -> None:
    person.open(Section.SOURCES)
    editor, lines = table(person, "aliases")
    QTest.mouseClick(editor._add, Qt.MouseButton.LeftButton)
    fill(lines, 1, "other", "gpt-5")
    assert person.kept[-1].aliases == {"team-sonnet": "claude-sonnet-4-5", "other": "gpt-5"}
    lines.setCurrentCell(0, 0)
    QTest.keyClick(lines, Qt.Key.Key_Delete)
    assert person.kept[-1].aliases == {"other": "gpt-5"}
    lines.setCurrentCell(0, 0)
    QTest.mouseClick(editor._delete, Qt.MouseButton.LeftButton)
    assert person.kept[-1].aliases == {}
    assert not lines.isVisible()


def test_return_begins_to_type_and_what_may_be_meant_is_suggested(person: Person) -> None:
    person.see(WITH_ACCOUNTS)
    person.open(Section.ACCOUNTS)
    editor, lines = table(person, "routes")
    QTest.mouseClick(editor._add, Qt.MouseButton.LeftButton)
    fill(lines, 0, "codex", "none")
    lines.setCurrentCell(0, 1)
    QTest.keyClick(lines, Qt.Key.Key_Return)
    line = with_keyboard()
    assert isinstance(line, QLineEdit)
    completer = line.completer()
    assert completer is not None
    model = completer.model()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["ai.example.com", "claude-quota", "none"]
    assert person.kept[-1].routes == {"codex": "none"}


def test_a_chosen_folder_becomes_a_line(person: Person) -> None:
    person.open(Section.SOURCES)
    editor, lines = table(person, "folders")
    editor._begin({1: "/mnt/disk/.codex"})
    fill(lines, 0, "codex")
    assert person.kept[-1].folders == {"codex": ("/mnt/disk/.codex",)}
