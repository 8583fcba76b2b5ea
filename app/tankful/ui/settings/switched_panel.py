"""The agents that were given another model, each with what takes that back."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tankful.core.errors import TankfulError
from tankful.core.pace import Tone
from tankful.present.switched import SwitchedRow
from tankful.ui.buttons import QuietButton
from tankful.ui.settings.outcome import Outcome
from tankful.ui.text import MUTED, label, line_height
from tankful.ui.theme import Colours

_NOTHING = "No agent was given another model. What Tankful changes in an agent's files is shown first, and can be taken back here."


class SwitchedPanel(QWidget):
    """A row for each agent; `refresh` looks at the journal again."""

    undoing = Signal(str)
    """The agent whose model somebody wants back."""
    switching = Signal()
    """Somebody wants to give an agent another model."""

    def __init__(self, rows: Callable[[], tuple[SwitchedRow, ...]], colours: Colours) -> None:
        """Show nothing yet; `rows` reads the journal and may raise `TankfulError`."""
        super().__init__()
        self._rows = rows
        self._shown: tuple[SwitchedRow, ...] | None = None
        line = line_height(self)
        self._head = label(bold=True)
        self._head.setText("Agents with another model")
        self._nothing = label(0.92, role=MUTED, wraps=True)
        self._nothing.setText(_NOTHING)
        self._trouble = Outcome(colours)
        switch = QuietButton("Switch an agent…", outlined=True, factor=0.92)
        switch.clicked.connect(self.switching)
        beside = QHBoxLayout()
        beside.addWidget(switch)
        beside.addStretch()
        self._list = QVBoxLayout()
        self._list.setSpacing(round(line * 0.7))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, round(line * 0.6))
        column.setSpacing(round(line * 0.5))
        for part in (self._head, self._nothing, self._trouble):
            column.addWidget(part)
        column.addLayout(self._list)
        column.addLayout(beside)

    def refresh(self, colours: Colours) -> None:
        """Show what is in force now."""
        self._trouble.dress(colours)
        try:
            rows = self._rows()
        except TankfulError as unreadable:
            self._trouble.say(f"{unreadable.title.rstrip('.')}.", unreadable.hint, Tone.ACT)
            rows = ()
        else:
            self._trouble.hide()
        self._nothing.setVisible(not rows and self._trouble.isHidden())
        if rows != self._shown:
            self._shown = rows
            self._rebuild(rows)

    def _rebuild(self, rows: tuple[SwitchedRow, ...]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row in rows:
            self._list.addWidget(self._row(row))

    def _row(self, row: SwitchedRow) -> QWidget:
        made, line = QWidget(), line_height(self)
        title, text = label(), label(0.92, role=MUTED, wraps=True)
        title.setText(row.title)
        text.setText(row.text)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(round(line * 0.12))
        words.addWidget(title)
        words.addWidget(text)
        undo = QuietButton("Undo…", outlined=True, factor=0.92)
        undo.setAccessibleName(f"Undo: {row.title}")
        undo.clicked.connect(partial(self.undoing.emit, row.agent))
        across = QHBoxLayout(made)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(round(line * 1.5))
        across.addLayout(words, 1)
        across.addWidget(undo, alignment=Qt.AlignmentFlag.AlignVCenter)
        return made
