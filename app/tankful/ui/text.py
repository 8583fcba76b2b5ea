"""Labels and fonts measured from the system's own font, so that nothing is cut off at any scale."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

MUTED = QPalette.ColorRole.PlaceholderText
PLAIN = QPalette.ColorRole.WindowText


def scaled(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """Return this font larger or smaller; fonts are sized in points or in pixels, and both occur."""
    made = QFont(font)
    if font.pointSizeF() > 0:
        made.setPointSizeF(font.pointSizeF() * factor)
    else:
        made.setPixelSize(max(1, round(font.pixelSize() * factor)))
    made.setBold(bold)
    return made


def figures(font: QFont) -> QFont:
    """Return this font with digits of one width, for columns of numbers."""
    made = QFont(font)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def line_height(widget: QWidget) -> float:
    """Return the height of a line of this widget's text: the measure everything else is a multiple of."""
    return QFontMetricsF(widget.font()).height()


def label(factor: float = 1.0, *, bold: bool = False, role: QPalette.ColorRole = PLAIN, wraps: bool = False) -> QLabel:
    """Return an empty label of plain text."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(scaled(made.font(), factor, bold=bold))
    made.setForegroundRole(role)
    made.setWordWrap(wraps)
    if wraps:
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


class ElidedLabel(QLabel):
    """A line that gives way where there is no room for all of it: its middle is left out, and what it points at says the whole."""

    def __init__(self) -> None:
        """Start empty and bold."""
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(scaled(self.font(), 1.0, bold=True))

    @property
    def shown(self) -> str:
        """What of it can be read now."""
        return QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Need room for some letters only."""
        return QSize(min(self.sizeHint().width(), QFontMetrics(self.font()).averageCharWidth() * 8), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint what there is room for."""
        shown = self.shown
        self.setToolTip("" if shown == self.text() else self.text())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), self.alignment(), shown)
