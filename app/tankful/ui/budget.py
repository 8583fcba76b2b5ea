"""The dialog in which the personal budget is changed."""

from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QSpinBox, QVBoxLayout

from tankful.core.choices import Period
from tankful.core.settings import Settings
from tankful.ui.amount import AmountField
from tankful.ui.buttons import QuietButton
from tankful.ui.text import MUTED, label, line_height

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class BudgetDialog(QDialog):
    """Amount, period and first day; `changed` carries the settings fields that the user chose."""

    changed = Signal(object)
    """A `dict[str, object]` with `budget_usd`, `budget_period` and `budget_start_day`."""

    def __init__(self, settings: Settings, suggestion: Decimal) -> None:
        """Start with what is set, or with the suggestion."""
        super().__init__()
        self.setWindowTitle("Budget")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        line = line_height(self)
        self._amount = AmountField(suggestion if settings.budget_usd is None else settings.budget_usd)
        self._period = QComboBox()
        for period, text in ((Period.MONTH, "Month"), (Period.WEEK, "Week")):
            self._period.addItem(text, period)
        self._period.setCurrentIndex(self._period.findData(settings.budget_period))
        self._day, self._weekday = QSpinBox(), QComboBox()
        self._day.setRange(1, 31)
        self._day.setValue(settings.budget_start_day)
        self._weekday.addItems(list(_WEEKDAYS))
        self._weekday.setCurrentIndex(min(settings.budget_start_day, 7) - 1)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(round(line * 1.2))
        self._form.setVerticalSpacing(round(line * 0.6))
        for text, field in (("Budget", self._amount), ("Period", self._period), ("Starts on day", self._day), ("Starts on", self._weekday)):
            self._form.addRow(text, field)
            field.setAccessibleName(text)
        note = label(0.92, role=MUTED, wraps=True)
        note.setText("In a month that is shorter than that, the last day counts.")
        self._note = note
        column = QVBoxLayout(self)
        edge = round(line * 1.3)
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(round(line * 0.6))
        column.addLayout(self._form)
        column.addWidget(note)
        column.addSpacing(round(line * 0.4))
        column.addLayout(self._buttons(line, removable=settings.budget_usd is not None))
        self._period.currentIndexChanged.connect(self._match_period)
        self._day.valueChanged.connect(self._match_period)
        self._match_period()
        self.setMinimumWidth(round(line * 22))
        self._amount.setFocus()
        self._amount.selectAll()

    def _buttons(self, line: float, *, removable: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(round(line * 0.8))
        if removable:
            remove = QuietButton("No budget", self, link=True)
            remove.clicked.connect(lambda: self._end({"budget_usd": None}))
            row.addWidget(remove)
        row.addStretch()
        cancel, self._save = QuietButton("Cancel", self, link=True), QuietButton("Save", self)
        cancel.clicked.connect(self.reject)
        self._save.setDefault(True)
        self._save.clicked.connect(self._agree)
        row.addWidget(cancel)
        row.addWidget(self._save)
        return row

    def _match_period(self) -> None:
        weekly = self._period.currentData() == Period.WEEK
        self._form.setRowVisible(self._day, not weekly)
        self._form.setRowVisible(self._weekday, weekly)
        self._note.setVisible(not weekly and self._day.value() > 28)

    def _agree(self) -> None:
        period = Period(self._period.currentData())
        day = self._weekday.currentIndex() + 1 if period is Period.WEEK else self._day.value()
        self._end({"budget_usd": self._amount.dollars(), "budget_period": period, "budget_start_day": day})

    def _end(self, fields: dict[str, object]) -> None:
        self.accept()
        self.changed.emit(fields)
