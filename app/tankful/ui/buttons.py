"""Three quiet buttons: a filled one for what is suggested, an outlined one for what may be done, and one that looks like a link."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from tankful.ui.text import line_height, scaled


class QuietButton(QPushButton):
    """A push button painted flat; keyboard, focus and accessibility are those of any push button."""

    def __init__(
        self, text: str, parent: QWidget | None = None, *, link: bool = False, outlined: bool = False, factor: float = 1.0
    ) -> None:
        """Make it a link, an outlined or a filled button."""
        super().__init__(text, parent)
        self._link, self._outlined = link, outlined
        self.setFont(scaled(self.font(), factor))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._ringed = False

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show the ring only to who came by keyboard."""
        self._ringed = event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        super().focusInEvent(event)

    @property
    def side(self) -> int:
        """Pixels on either side of its words: a link whose words shall stand in line with others lies so much further out."""
        return round(line_height(self) * (0.3 if self._link else 0.85))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return text size plus padding; links keep only room for the focus ring."""
        above = 0.15 if self._link else 0.36
        width = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(width + 2 * self.side, round(line_height(self) * (1 + 2 * above)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the same: a button is never cut off."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint surface, words and, when it has the keyboard, a ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line, roles = line_height(self), self.palette()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        lively = self.underMouse() or self.isDown()
        if self._link:
            ink = roles.color(QPalette.ColorRole.Link)
        elif self._outlined:
            painter.setPen(QPen(roles.color(QPalette.ColorRole.Mid), 1))
            painter.setBrush(roles.color(QPalette.ColorRole.AlternateBase if lively else QPalette.ColorRole.Window))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), line * 0.32, line * 0.32)
            ink = roles.color(QPalette.ColorRole.WindowText)
        else:
            surface = QColor(roles.color(QPalette.ColorRole.Accent if self.isEnabled() else QPalette.ColorRole.AlternateBase))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(surface.lighter(112) if lively else surface)
            painter.drawRoundedRect(box, line * 0.32, line * 0.32)
            ink = roles.color(QPalette.ColorRole.HighlightedText)
        if not self.isEnabled():
            ink = roles.color(QPalette.ColorRole.PlaceholderText)
        font = self.font()
        font.setUnderline(self._link and lively)
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextShowMnemonic, self.text())
        if self.hasFocus() and self._ringed:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(roles.color(QPalette.ColorRole.WindowText), 1.4, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(box, line * 0.32, line * 0.32)
        painter.end()
