"""One setting in a form: its label, its field, where its value comes from, and what was wrong with the last try."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tankful.core.errors import TankfulError
from tankful.core.pace import Tone
from tankful.core.setting_rows import Form
from tankful.present.settings import RowView
from tankful.ui.buttons import QuietButton
from tankful.ui.settings.editors import (
    AmountEditor,
    ChoiceEditor,
    Editor,
    NumberEditor,
    SourcesEditor,
    TextEditor,
    WeekdaysEditor,
    ZoneEditor,
)
from tankful.ui.settings.table_editor import TableEditor
from tankful.ui.text import MUTED, label, line_height
from tankful.ui.theme import Colours


class SettingRow(QWidget):
    """Label and help on the left, the field on the right, or below when it is wide; its origin at the right edge."""

    changed = Signal(str, object)
    """Field of `Settings` and the value wanted; `None` goes back to the default."""

    def __init__(self, row: RowView, own_zone: str, colours: Colours) -> None:
        """Build the row's field once; `show_row` keeps it up to date."""
        super().__init__()
        self.field, self.form = row.field, row.form
        line = line_height(self)
        self._label, self._help = label(), label(0.92, role=MUTED, wraps=True)
        self._origin = label(0.85, role=MUTED)
        self._reset = QuietButton("", link=True, factor=0.85)
        self._reset.clicked.connect(lambda: self.changed.emit(self.field, None))
        self._trouble = label(0.92, wraps=True)
        self._trouble.hide()
        self.editor = _editor(row.form, own_zone)
        words = QVBoxLayout()
        words.setSpacing(round(line * 0.12))
        words.addWidget(self._label)
        words.addWidget(self._help)
        words.addStretch()
        top = QHBoxLayout()
        top.setSpacing(round(line * 1.5))
        top.addLayout(words, 1)
        top.addLayout(self._right(line))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(round(line * 0.35))
        whole.addLayout(top)
        if self.editor.is_wide:
            whole.addWidget(self.editor)
        whole.addWidget(self._trouble)
        self.show_row(row)
        self.dress(colours)
        self._label.setBuddy(self.editor.focus_target())
        self.editor.changed.connect(self._pass_on)
        self.editor.refused.connect(self.complain)

    def _right(self, line: float) -> QVBoxLayout:
        """Return the field, unless it is wide, and below it where its value comes from."""
        origin = QHBoxLayout()
        origin.setSpacing(round(line * 0.2))
        origin.addStretch()
        origin.addWidget(self._origin)
        origin.addWidget(self._reset)
        column = QVBoxLayout()
        column.setSpacing(round(line * 0.2))
        if not self.editor.is_wide:
            column.addWidget(self.editor, alignment=Qt.AlignmentFlag.AlignRight)
        column.addLayout(origin)
        column.addStretch()
        return column

    def show_row(self, row: RowView) -> None:
        """Show the row as it is now."""
        self._label.setText(row.label)
        self._help.setText(row.help)
        self._origin.setText(row.origin)
        self._reset.setText(row.reset)
        self._reset.setAccessibleName(f"{row.reset}: {row.label}")
        self._reset.setVisible(bool(row.reset))
        self.editor.show_row(row)
        target = self.editor.focus_target()
        if row.form not in {Form.SOURCES, Form.WEEKDAYS}:
            target.setAccessibleName(row.label)
            target.setAccessibleDescription(row.help)
        self.editor.setAccessibleName(row.label)

    def dress(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        roles = self._trouble.palette()
        roles.setColor(self._trouble.foregroundRole(), colours.tone_words[Tone.ACT])
        self._trouble.setPalette(roles)

    def complain(self, wrong: TankfulError) -> None:
        """Say at the row why its value was not taken."""
        self._trouble.setText(f"{wrong.title.rstrip('.')}. {wrong.hint}".strip())
        self._trouble.setAccessibleName(self._trouble.text())
        self._trouble.show()

    def praise(self) -> None:
        """The value was taken: nothing is wrong any more."""
        self._trouble.hide()

    def settle(self) -> None:
        """Take what is still being typed as meant."""
        self.editor.settle()

    def _pass_on(self, value: object) -> None:
        self.praise()
        self.changed.emit(self.field, value)


def _editor(form: Form, own_zone: str) -> Editor:
    makers = {
        Form.AMOUNT: AmountEditor,
        Form.NUMBER: NumberEditor,
        Form.CHOICE: ChoiceEditor,
        Form.SWITCH: ChoiceEditor,
        Form.WEEKDAYS: WeekdaysEditor,
        Form.TEXT: TextEditor,
        Form.ZONE: partial(ZoneEditor, own_zone),
        Form.SOURCES: SourcesEditor,
        Form.TABLE: TableEditor,
    }
    return makers[form]()
