"""How something ended: well on a green ground, badly on an orange one, with what can be done about it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tankful.core.pace import Tone
from tankful.ui.text import MUTED, label, line_height
from tankful.ui.theme import Colours

_GROUND = 0.14
"""How much of the tone is in the ground."""


class Outcome(QWidget):
    """Hidden until there is something to say."""

    def __init__(self, colours: Colours) -> None:
        """Say nothing yet."""
        super().__init__()
        self._colours, self._tone = colours, Tone.CALM
        line = line_height(self)
        self._title, self._text = label(bold=True, wraps=True), label(0.92, role=MUTED, wraps=True)
        for part in (self._title, self._text):
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(round(line * 0.6))
        self._buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(round(line * 0.9), round(line * 0.6), round(line * 0.9), round(line * 0.6))
        column.setSpacing(round(line * 0.25))
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addLayout(self._buttons)
        self.hide()

    def add(self, button: QWidget) -> None:
        """Add a button that is shown when it helps."""
        self._buttons.insertWidget(self._buttons.count() - 1, button)
        button.hide()

    def say(self, title: str, text: str, tone: Tone) -> None:
        """Say how it ended."""
        self._tone = tone
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(f"{title} {text}".strip())
        self.show()
        self.update()

    def dress(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(self._colours.tones[self._tone])
        ground.setAlphaF(_GROUND)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), line_height(self) * 0.4, line_height(self) * 0.4)
        painter.end()
