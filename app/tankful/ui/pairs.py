"""Paints rows of two texts: what it is on the left, cut short where it must be, and what there is to say on the right."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tankful.ui.text import figures, line_height, scaled
from tankful.ui.theme import LIGHT, Colours

_ROW = 1.3
"""Lines of text from one row to the next."""


class PairRows(QWidget):
    """Small rows in a muted colour; give it texts and colours with `render_view`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without rows."""
        super().__init__(parent)
        self._rows: tuple[tuple[str, str], ...] = ()
        self._colours = LIGHT
        self.setFont(figures(scaled(self.font(), 0.88)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def render_view(self, rows: tuple[tuple[str, str], ...], colours: Colours) -> None:
        """Show these rows; a screen reader says them in order."""
        if (rows, colours) == (self._rows, self._colours):
            return
        self._rows, self._colours = rows, colours
        self.setAccessibleName("; ".join(" ".join(filter(None, row)) for row in rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of all rows."""
        line = line_height(self)
        return QSize(round(line * 20), round(line * (_ROW * len(self._rows) + 0.5)))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint row by row."""
        painter = QPainter(self)
        metrics, line = QFontMetricsF(self.font()), line_height(self)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(self._colours.muted))
        for place, (left, right) in enumerate(self._rows):
            row = QRectF(0, line * (0.5 + place * _ROW), self.width(), line * _ROW)
            room = self.width() - metrics.horizontalAdvance(right) - line * 0.7
            painter.drawText(row, middle | Qt.AlignmentFlag.AlignLeft, metrics.elidedText(left, Qt.TextElideMode.ElideRight, room))
            painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, right)
        painter.end()
