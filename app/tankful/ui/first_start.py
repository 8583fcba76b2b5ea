"""The one question of the first start."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout

from tankful.core.pace import Tone
from tankful.present.first_start import FirstStartView
from tankful.ui.amount import AmountField
from tankful.ui.buttons import QuietButton
from tankful.ui.text import MUTED, label, line_height
from tankful.ui.theme import Colours


class FirstStartDialog(QDialog):
    """Says what was found and asks for a budget; `changed` carries it, closing any other way means not now."""

    changed = Signal(object)
    """A `dict[str, object]` with the settings field `budget_usd`."""

    def __init__(self, view: FirstStartView, colours: Colours) -> None:
        """Build the dialog; show it with `show`."""
        super().__init__()
        self.setWindowTitle("Tankful")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        line = line_height(self)
        column = QVBoxLayout(self)
        edge = round(line * 1.5)
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(round(line * 0.5))
        title = label(1.5, bold=True, wraps=True)
        title.setText(view.title)
        column.addWidget(title)
        intro = label(wraps=True)
        intro.setText(view.intro)
        column.addWidget(intro)
        column.addSpacing(round(line * 0.4))
        column.addLayout(_agents(view, colours, line))
        column.addSpacing(round(line * 0.6))
        asked = label(bold=True)
        asked.setText(view.question)
        self._amount = AmountField(view.suggestion)
        self._amount.setMinimumWidth(round(line * 9))
        asked.setBuddy(self._amount)
        question = QHBoxLayout()
        question.addWidget(asked)
        question.addStretch()
        question.addWidget(self._amount)
        column.addLayout(question)
        basis = label(0.92, role=MUTED, wraps=True)
        basis.setText(view.basis)
        column.addWidget(basis)
        column.addSpacing(round(line * 0.8))
        later = QuietButton("Not now", self, link=True)
        self._start = QuietButton("Start", self)
        self._start.setDefault(True)
        later.clicked.connect(self.reject)
        self._start.clicked.connect(self._agree)
        self._amount.valueChanged.connect(lambda: self._start.setEnabled(self._amount.dollars() > 0))
        buttons = QHBoxLayout()
        buttons.setSpacing(round(line * 0.8))
        buttons.addStretch()
        buttons.addWidget(later)
        buttons.addWidget(self._start)
        column.addLayout(buttons)
        self.setFixedWidth(round(line * 27))
        self.setFixedHeight(column.totalHeightForWidth(self.width()))
        self._amount.setFocus()
        self._amount.selectAll()

    def _agree(self) -> None:
        self.accept()
        self.changed.emit({"budget_usd": self._amount.dollars()})


def _agents(view: FirstStartView, colours: Colours, line: float) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(round(line * 0.6))
    grid.setVerticalSpacing(round(line * 0.35))
    for row, agent in enumerate(view.agents):
        mark = label(bold=True)
        mark.setText("✓" if agent.found else "–")  # noqa: RUF001 - a dash that is as wide as the tick
        tone = mark.palette()
        tone.setColor(mark.foregroundRole(), colours.tone_words[Tone.CALM if agent.found else Tone.UNKNOWN])
        mark.setPalette(tone)
        name, detail = label(), label(role=MUTED)
        name.setText(agent.title)
        detail.setText(agent.detail)
        for column, part in enumerate((mark, name, detail)):
            grid.addWidget(part, row, column)
    if view.further:
        further = label(0.92, role=MUTED, wraps=True)
        further.setText(view.further)
        grid.addWidget(further, len(view.agents), 0, 1, 3)
    grid.setColumnStretch(2, 1)
    return grid
