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
_ENDLESS = 10_000


class BudgetRows(QWidget):
    """One row for each budget; give it rows and colours with `render_view`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without rows."""
        super().__init__(parent)
        self._bars: tuple[BarView, ...] = ()
        self._colours = LIGHT
        self._dimmed = False
        self.setFont(figures(self.font()))
        self._small = scaled(self.font(), 0.86)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

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
        """Return the height of all rows at a usual width."""
        width = round(line_height(self) * 20)
        return QSize(width, self.heightForWidth(width))

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Say that notes take more lines where there is less room."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height of all rows at this width."""
        line = line_height(self)
        notes = sum(line * (_NOTE - 1) + self._note_height(said, width) for bar in self._bars for said in _notes(bar))
        return round(line * (0.5 + _ROW * len(self._bars)) + notes)

    def _note_height(self, said: str, width: float) -> float:
        """Return the height of a note, as many lines as it takes at this width."""
        small = QFontMetricsF(self._small)
        wrapped = small.boundingRect(QRectF(0, 0, width, _ENDLESS), self._wrapping(said, width), said).height()
        return line_height(self) + max(0.0, wrapped - small.height())

    def _wrapping(self, said: str, width: float) -> Qt.TextFlag:
        """Return where lines may end: between words, anywhere if one of them is too long for a line."""
        between = Qt.TextFlag.TextWordWrap
        box = QFontMetricsF(self._small).boundingRect(QRectF(0, 0, width, _ENDLESS), between, said)
        return between if box.width() <= width else Qt.TextFlag.TextWrapAnywhere

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint row by row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._dimmed:
            painter.setOpacity(0.6)
        line, metrics = line_height(self), QFontMetricsF(self.font())
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
                painter.setFont(self._small)
                painter.setPen(QColor(self._colours.muted))
                height = self._note_height(said, self.width())
                painter.drawText(QRectF(0, top - line * 0.15, self.width(), height), left | self._wrapping(said, self.width()), said)
                top += line * (_NOTE - 1) + height
        painter.end()


def _notes(bar: BarView) -> tuple[str, ...]:
    """Return what stands below a bar, line by line."""
    return tuple(said for said in (bar.note, bar.detail, bar.further) if said)
