"""The fields in which single values are chosen; each says what was chosen at once, and why something cannot be."""

from typing import ClassVar, cast
from zoneinfo import available_timezones

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from tankful.core.errors import TankfulError
from tankful.present.settings import NO_BUDGET, RowView, amount_text, dollars
from tankful.ui.text import MUTED, figures, label, line_height

_FIELD_WIDTH = 11
"""Lines of text from edge to edge of a field."""


class Editor(QWidget):
    """One field; `focus_target` is what has the keyboard in it."""

    changed = Signal(object)
    """The value, in the setting's own type."""
    refused = Signal(object)
    """A `TankfulError`: what was typed cannot be."""
    is_wide: ClassVar[bool] = False
    """It needs the whole width, below its label."""

    def show_row(self, row: RowView) -> None:
        """Show the row's value; nothing is said to have changed."""
        raise NotImplementedError  # every field has its own; Qt's classes cannot be abstract ones

    def focus_target(self) -> QWidget:
        """Return what a label leads to."""
        raise NotImplementedError  # as above

    def settle(self) -> None:
        """Take what is still being typed as meant."""


class _Alone(Editor):
    """A field that is a single widget."""

    def __init__(self, field: QWidget) -> None:
        super().__init__()
        self._field = field
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(field)
        field.setMinimumWidth(round(line_height(self) * _FIELD_WIDTH))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def focus_target(self) -> QWidget:
        return self._field


class _SpinBox(QSpinBox):
    """Turns with the wheel only when it has the keyboard: a page that scrolls shall change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setLocale(QLocale.c())
        self.setGroupSeparatorShown(True)
        self.setKeyboardTracking(False)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class _ComboBox(QComboBox):
    """Turns with the wheel only when it has the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class NumberEditor(_Alone):
    """A whole number with its unit."""

    def __init__(self) -> None:
        """Start at nothing."""
        self._box = _SpinBox()
        super().__init__(self._box)
        self._box.valueChanged.connect(self._tell)

    def show_row(self, row: RowView) -> None:
        """Show limits, unit and value."""
        with QSignalBlocker(self._box):
            self._box.setRange(row.minimum, row.maximum)
            self._box.setSuffix(f" {row.unit}" if row.unit else "")
            if isinstance(row.value, int):
                self._box.setValue(row.value)

    def settle(self) -> None:
        """Take the typed number."""
        self._box.interpretText()

    def _tell(self, number: int) -> None:
        self.changed.emit(number)


class AmountEditor(_Alone):
    """Dollars, or nothing."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._line = QLineEdit()
        self._shown = ""
        super().__init__(self._line)
        self._line.setFont(figures(self._line.font()))
        self._line.setPlaceholderText(NO_BUDGET)
        self._line.editingFinished.connect(self._take)

    def show_row(self, row: RowView) -> None:
        """Show the amount."""
        text = amount_text(row.value)
        if text != self._shown or not self._line.hasFocus():
            self._shown = text
            self._line.setText(text)

    def settle(self) -> None:
        """Take the typed amount."""
        self._take()

    def _take(self) -> None:
        if self._line.text() == self._shown:
            return
        try:
            amount = dollars(self._line.text())
        except TankfulError as wrong:
            self.refused.emit(wrong)
            return
        self._shown = amount_text(amount)
        self._line.setText(self._shown)
        self.changed.emit(amount)


class TextEditor(_Alone):
    """One line of text, or nothing."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._line = QLineEdit()
        self._shown = ""
        super().__init__(self._line)
        self._line.setPlaceholderText("None")
        self._line.setMinimumWidth(round(line_height(self) * _FIELD_WIDTH * 1.6))
        self._line.editingFinished.connect(self._take)

    def show_row(self, row: RowView) -> None:
        """Show the text."""
        text = str(row.value)
        if text != self._shown or not self._line.hasFocus():
            self._shown = text
            self._line.setText(text)
            self._line.setCursorPosition(0)  # what an address begins with says more than how it ends

    def settle(self) -> None:
        """Take the typed text."""
        self._take()

    def _take(self) -> None:
        typed = self._line.text().strip()
        if typed != self._shown:
            self._shown = typed
            self.changed.emit(typed)


class ChoiceEditor(_Alone):
    """One of a few."""

    def __init__(self) -> None:
        """Start empty."""
        self._box = _ComboBox()
        super().__init__(self._box)
        self._box.activated.connect(lambda: self.changed.emit(self._box.currentData()))

    def show_row(self, row: RowView) -> None:
        """Show the choices, and which it is."""
        values = [choice.value for choice in row.choices]
        if values != [self._box.itemData(place) for place in range(self._box.count())]:
            self._box.clear()
            for choice in row.choices:
                self._box.addItem(choice.text, choice.value)
        self._box.setCurrentIndex(values.index(row.value) if row.value in values else -1)


class ZoneEditor(_Alone):
    """A time zone, chosen or typed."""

    def __init__(self, own_zone: str) -> None:
        """`own_zone` is what the machine's zone is called."""
        self._box = _ComboBox()
        self._own = f"This machine's ({own_zone})" if own_zone else "This machine's"
        self._shown = ""
        super().__init__(self._box)
        self._box.setEditable(True)
        self._box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._box.setMinimumWidth(round(line_height(self) * _FIELD_WIDTH * 1.3))
        self._box.addItem(self._own)
        self._box.addItems(sorted(available_timezones()))
        self._box.activated.connect(self._take)
        line = self._box.lineEdit()
        if line is not None:
            line.editingFinished.connect(self._take)

    def show_row(self, row: RowView) -> None:
        """Show the zone."""
        text = str(row.value) or self._own
        if text != self._shown or not self._box.hasFocus():
            self._shown = text
            self._box.setEditText(text)

    def settle(self) -> None:
        """Take the typed name."""
        self._take()

    def _take(self) -> None:
        typed = self._box.currentText().strip()
        if typed == self._shown:
            return
        self._shown = typed or self._own
        self.changed.emit("" if typed in {"", self._own} else typed)


class WeekdaysEditor(Editor):
    """Seven ticks."""

    is_wide: ClassVar[bool] = True

    def __init__(self) -> None:
        """Start without ticks."""
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(round(line_height(self) * 0.9))
        self._ticks: dict[str, QCheckBox] = {}

    def show_row(self, row: RowView) -> None:
        """Show which days are ticked."""
        if not self._ticks:
            for choice in row.choices:
                tick = QCheckBox(choice.text[:3])
                tick.setAccessibleName(choice.text)
                tick.clicked.connect(self._tell)
                self._row.addWidget(tick)
                self._ticks[str(choice.value)] = tick
            self._row.addStretch()
        for digit, tick in self._ticks.items():
            tick.setChecked(digit in str(row.value))

    def focus_target(self) -> QWidget:
        """Return the first day."""
        return next(iter(self._ticks.values()), self)

    def _tell(self) -> None:
        self.changed.emit("".join(digit for digit, tick in self._ticks.items() if tick.isChecked()))


class SourcesEditor(Editor):
    """One tick for each agent: ticked is read."""

    is_wide: ClassVar[bool] = True

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(round(line_height(self) * 1.2))
        self._grid.setVerticalSpacing(round(line_height(self) * 0.4))
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        self._ticks: dict[str, QCheckBox] = {}

    def show_row(self, row: RowView) -> None:
        """Show who is read, and what was found of each."""
        off = cast("tuple[str, ...]", row.value)
        for choice in row.choices:
            name = str(choice.value)
            if name not in self._ticks:
                tick, note = QCheckBox(choice.text), label(0.92, role=MUTED, wraps=True)
                tick.clicked.connect(self._tell)
                place = len(self._ticks)
                self._grid.addWidget(tick, place, 0)
                self._grid.addWidget(note, place, 1)
                self._ticks[name] = tick
            self._ticks[name].setChecked(name not in off)
            item = self._grid.itemAtPosition(list(self._ticks).index(name), 1)
            note = None if item is None else item.widget()
            if note is not None:
                note.setProperty("text", choice.note)
            self._ticks[name].setAccessibleDescription(choice.note)

    def focus_target(self) -> QWidget:
        """Return the first agent."""
        return next(iter(self._ticks.values()), self)

    def _tell(self) -> None:
        self.changed.emit(tuple(name for name, tick in self._ticks.items() if not tick.isChecked()))
