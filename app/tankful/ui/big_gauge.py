"""The large gauge of the panel: the arc, the percentage in it, and one word."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tankful.present.gauge import GaugeView
from tankful.ui import gauge
from tankful.ui.text import figures, line_height, scaled
from tankful.ui.theme import Colours


class BigGauge(QWidget):
    """Seven lines square; its accessible name is the sentence of the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._shown: tuple[GaugeView, str, str, Colours] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def render_view(self, view: GaugeView, percent: str, note: str, description: str, colours: Colours) -> None:
        """Show this gauge."""
        self.setAccessibleName(description)
        if (view, percent, note, colours) != self._shown:
            self._shown = (view, percent, note, colours)
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a square a little cut at the open bottom."""
        side = line_height(self) * 7.4
        return QSize(round(side), round(side * 0.92))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint arc, percentage and word."""
        if self._shown is None:
            return
        view, percent, note, colours = self._shown
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if view.dimmed:
            painter.setOpacity(0.55)
        side = float(self.width())
        inks = gauge.Inks(QColor(colours.tones[view.tone]), QColor(colours.track), QColor(colours.text), QColor(colours.window))
        gauge.paint_arc(painter, QRectF(1, 1, side - 2, side - 2), side * 0.1, view, inks, rounded=True)
        factor = 1.95 if len(percent) < 4 else 1.7 if len(percent) == 4 else 1.35
        painter.setFont(figures(scaled(self.font(), factor, bold=True)))
        painter.setPen(QColor(colours.text))
        painter.drawText(QRectF(0, side * 0.28, side, side * 0.38), Qt.AlignmentFlag.AlignCenter, percent)
        painter.setFont(scaled(self.font(), 0.82))
        painter.setPen(QColor(colours.muted))
        painter.drawText(QRectF(0, side * 0.6, side, side * 0.2), Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, note)
        painter.end()
