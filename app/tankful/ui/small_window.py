"""Stands in for the tray icon where a desktop has no tray: a small window that keeps out of the way."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QContextMenuEvent, QHideEvent, QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from tankful.present.gauge import GaugeView
from tankful.ui import gauge
from tankful.ui.placement import corner
from tankful.ui.text import MUTED, figures, label, line_height
from tankful.ui.theme import Colours
from tankful.ui.tray_menu import TrayMenu

NO_TRAY = "This desktop shows no tray icons. On GNOME, install the extension “AppIndicator and KStatusNotifierItem Support”."

_FRAMED_AFTER_MS = 300
"""Window managers add their frame after the window is shown."""


class SmallWindow(QWidget):
    """A gauge, what is left, and how to get a tray; `clicked` asks for the panel, `dismissed` says the user closed it."""

    clicked = Signal()
    dismissed = Signal()

    def __init__(self, menu: TrayMenu) -> None:
        """Never take the keyboard from what the user is doing."""
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowStaysOnTopHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setWindowTitle("Tankful")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._menu = menu
        line = line_height(self)
        self._picture, self._side = QLabel(), round(line * 3.2)
        self._figure, self._detail = label(1.3, bold=True), label(0.92, role=MUTED)
        self._figure.setFont(figures(self._figure.font()))
        hint = label(0.82, role=MUTED, wraps=True)
        hint.setText(NO_TRAY)
        beside = QVBoxLayout()
        beside.setSpacing(round(line * 0.1))
        beside.addWidget(self._figure)
        beside.addWidget(self._detail)
        top = QHBoxLayout()
        top.setSpacing(round(line * 0.8))
        top.addWidget(self._picture)
        top.addLayout(beside, 1)
        column = QVBoxLayout(self)
        edge = round(line * 0.8)
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(round(line * 0.5))
        column.addLayout(top)
        column.addWidget(hint)
        self._top, self._column = top, column
        self._framed = QTimer(self)
        self._framed.setSingleShot(True)
        self._framed.setInterval(_FRAMED_AFTER_MS)
        self._framed.timeout.connect(self.to_corner)

    def render_view(self, view: GaugeView, figure: str, sentence: str, colours: Colours) -> None:
        """Show this gauge and these words; the sentence is also what a screen reader says."""
        self._picture.setPixmap(gauge.pixmap(view, self._side, colours, self.devicePixelRatioF()))
        self._figure.setText(figure)
        self._detail.setText(sentence.partition(";")[0].rstrip("."))
        self._fit()
        self.setToolTip(sentence)
        self.setAccessibleName(sentence)

    def _fit(self) -> None:
        """Grow to a long figure; there is nothing to see by resizing it."""
        margins = self._column.contentsMargins()
        width = max(round(line_height(self) * 18), self._top.sizeHint().width() + margins.left() + margins.right())
        self.setFixedSize(width, self._column.totalHeightForWidth(width))

    def to_corner(self) -> None:
        """Go to the corner, with the frame that the window manager drew."""
        screen = self.screen()
        self.move(corner(self.frameGeometry().size(), screen.geometry(), screen.availableGeometry()))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Go to the corner now, and once more when there is a frame to reckon with."""
        super().showEvent(event)
        self.to_corner()
        self._framed.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Stop waiting for the frame."""
        super().hideEvent(event)
        self._framed.stop()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Open the panel."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open the panel from the keyboard."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Show the menu that the tray icon would have."""
        self._menu.popup(event.globalPos())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Say that the user closed it: without a tray nothing else is left to click on."""
        super().closeEvent(event)
        self.dismissed.emit()
