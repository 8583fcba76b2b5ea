"""Something that a page says, with one thing to do about it."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tankful.present.settings import Errand, Fact
from tankful.ui.buttons import QuietButton
from tankful.ui.text import MUTED, label, line_height

_COPIED_MS = 1500


class FactRow(QWidget):
    """A title, its text, and perhaps a button."""

    opening = Signal(str)
    """The folder that somebody wants to see."""

    def __init__(self, fact: Fact) -> None:
        """Build the row once; `show_fact` keeps it up to date."""
        super().__init__()
        line = line_height(self)
        self._fact = fact
        self._title, self._text = label(), label(0.92, role=MUTED, wraps=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(round(line * 0.12))
        words.addWidget(self._title)
        words.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(round(line * 1.5))
        row.addLayout(words, 1)
        self._button = QuietButton(fact.action, self, outlined=True, factor=0.92)
        self._button.setVisible(fact.errand is not None)
        self._button.clicked.connect(self._run)
        row.addWidget(self._button, alignment=Qt.AlignmentFlag.AlignVCenter)
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.setInterval(_COPIED_MS)
        self._copied.timeout.connect(lambda: self._button.setText(self._fact.action))
        self.show_fact(fact)

    def show_fact(self, fact: Fact) -> None:
        """Show the fact as it is now."""
        self._fact = fact
        self._title.setText(fact.title)
        self._text.setText(fact.text)
        self._button.setAccessibleName(f"{fact.action}: {fact.title}")

    def _run(self) -> None:
        match self._fact.errand:
            case Errand.COPY:
                QGuiApplication.clipboard().setText(self._fact.value)
                self._button.setText("Copied")
                self._copied.start()
            case Errand.OPEN_FOLDER:
                self.opening.emit(self._fact.value)
            case None:
                pass
