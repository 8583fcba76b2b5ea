"""Paints further budgets and quota windows: name and figure, a bar of what is gone, and a note below."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tankful.core.tone import Tone
from tankful.present.bar import BarView
from tankful.ui.filled_bar import paint_bar
from tankful.ui.text import figures, line_height, scaled
from tankful.ui.theme import LIGHT, Colours

_ROW, _NOTE = 1.75, 1.1
"""Lines of text for name and bar, and for the note."""
_FULL = 1.0


class BudgetRows(QWidget):
    """One row for each budget; give it rows and colours with `render_view`."""

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
        if (bars, colours, dimmed) == (self._bars, self._colours, self._dimmed):
            return
        grown = [_notes(bar) for bar in bars] != [_notes(bar) for bar in self._bars]
        self._bars, self._colours, self._dimmed = bars, colours, dimmed
        self.setAccessibleName("; ".join(" ".join(part for part in (bar.label, bar.figure, *_notes(bar)) if part) for bar in bars))
        if grown:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of all rows."""
        line = line_height(self)
        return QSize(round(line * 20), round(line * 0.5 + line * sum(_ROW + _NOTE * len(_notes(bar)) for bar in self._bars)))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint row by row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._dimmed:
            painter.setOpacity(0.6)
        line, metrics = line_height(self), QFontMetricsF(self.font())
        small = scaled(self.font(), 0.86)
        middle = Qt.AlignmentFlag.AlignVCenter
        left, right = Qt.AlignmentFlag.AlignLeft | middle, Qt.AlignmentFlag.AlignRight | middle
        top = 0.0
        for bar in self._bars:
            words = QRectF(0, top, self.width(), line * 1.2)
            figure = metrics.horizontalAdvance(bar.figure)
            painter.setFont(self.font())
            painter.setPen(QColor(self._colours.text))
            painter.drawText(words, left, metrics.elidedText(bar.label, Qt.TextElideMode.ElideMiddle, self.width() - figure - line))
            painter.drawText(words, right, bar.figure)
            filled = self._colours.tones[Tone.ACT] if bar.share >= _FULL else self._colours.accent
            paint_bar(painter, QRectF(0, top + line * 1.25, self.width(), line * 0.28), bar.share, self._colours.track, filled)
            top += line * _ROW
            for said in _notes(bar):
                painter.setFont(small)
                painter.setPen(QColor(self._colours.muted))
                note = QFontMetricsF(small).elidedText(said, Qt.TextElideMode.ElideRight, self.width())
                painter.drawText(QRectF(0, top - line * 0.15, self.width(), line), left, note)
                top += line * _NOTE
        painter.end()


def _notes(bar: BarView) -> tuple[str, ...]:
    """Return what stands below a bar, line by line."""
    return tuple(said for said in (bar.note, bar.detail, bar.further) if said)
