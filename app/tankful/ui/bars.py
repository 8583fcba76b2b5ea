"""Paints today's spend by agent: names, bars and figures in three straight columns."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tankful.core.pace import Tone
from tankful.present.bar import BarView
from tankful.ui.filled_bar import paint_bar
from tankful.ui.text import figures, line_height, scaled
from tankful.ui.theme import LIGHT, Colours

_ROW, _DETAIL = 1.5, 0.95
"""Lines of text from one row to the next, and for what is said below one in small letters."""


class TodayBars(QWidget):
    """One row for each agent; give it rows and colours with `render_view`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without rows."""
        super().__init__(parent)
        self._bars: tuple[BarView, ...] = ()
        self._colours = LIGHT
        self._dimmed = False
        self.setFont(figures(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def render_view(self, bars: tuple[BarView, ...], colours: Colours, *, dimmed: bool) -> None:
        """Show these rows; a screen reader says them in order."""
        self.setAccessibleName("; ".join(" ".join(part for part in (bar.label, bar.figure, bar.note, bar.detail) if part) for bar in bars))
        if (bars, colours, dimmed) != (self._bars, self._colours, self._dimmed):
            self._bars, self._colours, self._dimmed = bars, colours, dimmed
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of all rows."""
        line = line_height(self)
        return QSize(round(line * 20), round(line * sum(_ROW + (_DETAIL if bar.detail else 0) for bar in self._bars)))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint row by row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._dimmed:
            painter.setOpacity(0.6)
        metrics, line = QFontMetricsF(self.font()), line_height(self)
        amounts = max((metrics.horizontalAdvance(bar.figure) for bar in self._bars), default=0.0)
        names = min(self.width() * 0.47, max((metrics.horizontalAdvance(bar.label) for bar in self._bars), default=0.0))
        names = max(names, self.width() * 0.3)
        left, right = names + line * 0.6, self.width() - max(amounts, line * 3.6) - line * 0.6
        centred = Qt.AlignmentFlag.AlignVCenter
        small, top = scaled(self.font(), 0.84), 0.0
        for bar in self._bars:
            row = QRectF(0, top, self.width(), line * _ROW)
            painter.setPen(QColor(self._colours.text))
            name = metrics.elidedText(bar.label, Qt.TextElideMode.ElideRight, names)
            painter.drawText(QRectF(0, top, names + 1, row.height()), centred | Qt.AlignmentFlag.AlignLeft, name)
            if bar.note:
                painter.setPen(QColor(self._colours.tone_words[Tone.WATCH]))
            painter.drawText(row, centred | Qt.AlignmentFlag.AlignRight, bar.figure)
            paint_bar(
                painter,
                QRectF(left, row.center().y() - line * 0.17, right - left, line * 0.34),
                bar.share,
                self._colours.track,
                self._colours.accent,
            )
            top += line * _ROW
            if bar.detail:
                painter.setFont(small)
                painter.setPen(QColor(self._colours.muted))
                painter.drawText(QRectF(0, top - line * 0.3, self.width(), line), centred | Qt.AlignmentFlag.AlignLeft, bar.detail)
                painter.setFont(self.font())
                top += line * _DETAIL
        painter.end()
