"""Paints the burn-down: what was left over time, the even pace, today, and where it goes from here."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from tankful.present.burndown import BurndownView, Point
from tankful.ui.text import line_height, scaled
from tankful.ui.theme import LIGHT, Colours

_HEADROOM = 1.06
"""Share of the limit at the top edge: a little above full, so that the line does not touch it."""


class BurndownChart(QWidget):
    """The chart; give it a view and colours with `render_view`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._view: BurndownView | None = None
        self._colours = LIGHT
        self._dimmed = False
        self.setFont(scaled(self.font(), 0.82))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def render_view(self, view: BurndownView, colours: Colours, *, dimmed: bool) -> None:
        """Show this view; the description is what a screen reader says."""
        self.setAccessibleName(view.description)
        if (view, colours, dimmed) != (self._view, self._colours, self._dimmed):
            self._view, self._colours, self._dimmed = view, colours, dimmed
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a height of about eight small lines with the labels."""
        line = line_height(self)
        return QSize(round(line * 20), round(line * 8.1))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint from back to front."""
        if self._view is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = line_height(self)
        plot = QRectF(0.5, line * 1.2, self.width() - 1, self.height() - line * 2.45)
        if self._dimmed:
            painter.setOpacity(0.55)
        _Drawing(painter, plot, self._view, self._colours, line).paint()
        painter.end()


class _Drawing:
    """One painting of one view."""

    def __init__(self, painter: QPainter, plot: QRectF, view: BurndownView, colours: Colours, line: float) -> None:
        self._painter, self._plot, self._view, self._colours, self._line = painter, plot, view, colours, line

    def paint(self) -> None:
        painter, view, colours = self._painter, self._view, self._colours
        tone = QColor(colours.tones[view.tone])
        empty_y = self._at((0.0, 0.0)).y()
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(QPointF(self._plot.left(), empty_y), QPointF(self._plot.right(), empty_y))
        painter.save()
        painter.setClipRect(self._plot.adjusted(-2, -2, 2, 0 if view.floor < 0 else empty_y - self._plot.bottom()))
        if view.band:
            mist = QColor(tone)
            mist.setAlpha(52)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mist)
            painter.drawPolygon(QPolygonF([self._at(point) for point in view.band]))
        self._stroke(view.even, QPen(QColor(colours.muted), 1, Qt.PenStyle.CustomDashLine), (3.0, 3.0))
        if view.likely:
            self._stroke(view.likely, QPen(tone, 2, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap), (2.4, 1.6))
        painter.restore()
        self._fill_below(view.actual)
        spent = QPen(self._line_colour(), 2)
        spent.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self._stroke(view.actual, spent)
        self._today()
        self._labels(tone)

    def _line_colour(self) -> QColor:
        return QColor(self._colours.tones[self._view.tone] if self._view.floor < 0 else self._colours.accent)

    def _fill_below(self, points: tuple[Point, ...]) -> None:
        """Tint what is left: the fuel under the line."""
        area = QPolygonF([self._at((points[0][0], 0.0)), *(self._at(point) for point in points), self._at((points[-1][0], 0.0))])
        fuel = QColor(self._colours.accent)
        fuel.setAlpha(22)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(fuel)
        self._painter.drawPolygon(area)

    def _today(self) -> None:
        here = self._at(self._view.actual[-1])
        self._painter.setPen(QPen(QColor(self._colours.muted), 1))
        self._painter.drawLine(QPointF(here.x(), self._plot.top() - self._line * 0.9), QPointF(here.x(), self._plot.bottom()))
        self._painter.setPen(QPen(QColor(self._colours.window), 1.6))
        self._painter.setBrush(self._line_colour())
        self._painter.drawEllipse(here, self._line * 0.24, self._line * 0.24)

    def _labels(self, tone: QColor) -> None:
        painter, view, metrics = self._painter, self._view, QFontMetricsF(self._painter.font())
        muted = QColor(self._colours.muted)
        painter.setPen(muted)
        below = self._plot.bottom() + self._line * 0.25 + metrics.ascent()
        painter.drawText(QPointF(self._plot.left(), below), view.start_label)
        taken = [(self._plot.left(), metrics.horizontalAdvance(view.start_label))]
        end_width = metrics.horizontalAdvance(view.end_label)
        painter.drawText(QPointF(self._plot.right() - end_width, below), view.end_label)
        taken.append((self._plot.right() - end_width, end_width))
        here = self._at((view.today, 1.0)).x()
        word = metrics.horizontalAdvance("today")
        aside = self._line * 0.35
        above = self._plot.top() - self._line * 0.2
        left = here + aside if here + aside + word < self._plot.right() else here - aside - word
        painter.drawText(QPointF(left, above), "today")
        if self._plot.left() + metrics.horizontalAdvance(view.top_label) + aside < min(left, here):
            painter.drawText(QPointF(self._plot.left(), above), view.top_label)
        if view.empty_at is None:
            return
        dry = self._at((view.empty_at, 0.0))
        painter.setPen(QPen(QColor(self._colours.window), 1.4))
        painter.setBrush(tone)
        painter.drawEllipse(dry, self._line * 0.22, self._line * 0.22)
        width = metrics.horizontalAdvance(view.empty_label)
        left = min(max(self._plot.left(), dry.x() - width / 2), self._plot.right() - width)
        gap = self._line * 0.5
        if all(left + width + gap < start or left > start + length + gap for start, length in taken):
            painter.setPen(QColor(self._colours.tone_words[view.tone]))
            painter.drawText(QPointF(left, below), view.empty_label)

    def _stroke(self, points: tuple[Point, ...], pen: QPen, dashes: tuple[float, ...] = ()) -> None:
        if dashes:
            pen.setDashPattern(dashes)
        path = QPainterPath(self._at(points[0]))
        for point in points[1:]:
            path.lineTo(self._at(point))
        self._painter.setPen(pen)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawPath(path)

    def _at(self, point: Point) -> QPointF:
        passed, left = point
        height = (_HEADROOM - left) / (_HEADROOM - self._view.floor * 1.1)
        return QPointF(self._plot.left() + passed * self._plot.width(), self._plot.top() + height * self._plot.height())
