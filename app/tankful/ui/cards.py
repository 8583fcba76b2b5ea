"""A card: something to know, how far it is, one thing to do about it, and why it is there for whoever asks."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from tankful.present.glance import Card
from tankful.present.menu import Command
from tankful.ui.buttons import QuietButton
from tankful.ui.text import MUTED, label, line_height
from tankful.ui.theme import Colours


class CardBox(QWidget):
    """One card, painted on its own surface; `asked` carries the command of its button, `grew` says that it tells more or less."""

    asked = Signal(Command)
    grew = Signal()

    def __init__(self, card: Card, colours: Colours, parent: QWidget | None = None) -> None:
        """Build the card; another one is a new one, but what it says may change by `retell`."""
        super().__init__(parent)
        self._colours, self._tone = colours, card.tone
        line = line_height(self)
        column = self._column = QVBoxLayout(self)
        edge = round(line * 0.75)
        question = QuietButton("Why am I seeing this?", self, link=True, factor=0.88)
        inset = question.side  # its words stand in line with all others
        column.setContentsMargins(edge + round(line * 0.2) - inset, edge, edge, edge)
        column.setSpacing(round(line * 0.3))
        title = label(bold=True, wraps=True)
        title.setText(card.title)
        self._text = label(0.92, role=MUTED, wraps=True)
        self._text.setVisible(bool(card.text))
        self._progress = _Progress(colours, inset, self)
        self._progress.setVisible(card.progress is not None)
        self._why = label(0.88, role=MUTED, wraps=True)
        for words in (title, self._text, self._why):
            words.setContentsMargins(inset, 0, 0, 0)
        for part in (title, self._text, self._progress):
            column.addWidget(part)
        self.retell(card)
        row, below = QHBoxLayout(), QHBoxLayout()
        row.setSpacing(round(line * 0.5))
        row.setContentsMargins(0 if card.command is None and card.second is None else inset, 0, 0, 0)
        if card.command is not None:
            row.addWidget(self._button(card.action, card.command))
        if card.second is not None:
            row.addWidget(self._button(*card.second, outlined=True))
        self._why.setText(card.why)
        self._why.setVisible(False)
        question.setVisible(bool(card.why))
        if card.why:
            question.clicked.connect(self._explain)
            (below if card.second is not None else row).addWidget(question)  # three do not fit beside each other
        for each in (row, below):
            if each.count():
                each.addStretch()
                column.addSpacing(round(line * 0.15))
                column.addLayout(each)
        column.addWidget(self._why)

    def _button(self, text: str, command: Command, *, outlined: bool = False) -> QuietButton:
        button = QuietButton(text, self, outlined=outlined, factor=0.92)
        button.clicked.connect(lambda: self.asked.emit(command))
        return button

    def retell(self, card: Card) -> None:
        """Say how it is by now: another text, and how far it is."""
        self._text.setText(card.text)
        self._progress.advance(card.progress or 0.0)
        self._settle()

    def _explain(self) -> None:
        """Say why the card is there, or no more."""
        self._why.setVisible(self._why.isHidden())
        self._settle()
        self.grew.emit()

    def _settle(self) -> None:
        """Know at once how much room this takes: whoever lays it out asks before Qt would have told."""
        self._column.invalidate()
        self._column.activate()
        self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the surface and, at its left edge, the tone."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        line = line_height(self)
        painter.setBrush(QColor(self._colours.card))
        painter.drawRoundedRect(QRectF(self.rect()), line * 0.5, line * 0.5)
        painter.setBrush(QColor(self._colours.tones[self._tone]))
        painter.drawRoundedRect(QRectF(line * 0.28, line * 0.7, line * 0.2, self.height() - line * 1.4), line * 0.1, line * 0.1)
        painter.end()


class _Progress(QWidget):
    """A thin bar of how far something is."""

    def __init__(self, colours: Colours, inset: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._colours, self._inset, self._share = colours, inset, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def advance(self, share: float) -> None:
        self._share = share
        self.setAccessibleName(f"{round(share * 100)}% done")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(100, round(line_height(self) * 0.55))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        height = line_height(self) * 0.34
        track = QRectF(self._inset, (self.height() - height) / 2, self.width() - self._inset, height)
        painter.setBrush(QColor(self._colours.track))
        painter.drawRoundedRect(track, height / 2, height / 2)
        track.setWidth(max(height, track.width() * self._share))
        painter.setBrush(QColor(self._colours.accent))
        painter.drawRoundedRect(track, height / 2, height / 2)
        painter.end()
