"""A thin line that divides."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget


class Rule(QFrame):
    """A thin line between two parts, lying or standing."""

    def __init__(self, parent: QWidget, *, standing: bool = False) -> None:
        """Belong to the widget that it divides."""
        super().__init__(parent)
        if standing:
            self.setFixedWidth(1)
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Fill it with the colour of lines."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().mid())
        painter.end()
