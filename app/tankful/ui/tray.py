"""The tray icon, from the moment there is a tray to put it in."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QRect, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSystemTrayIcon

from tankful.present.gauge import GaugeView
from tankful.ui import gauge
from tankful.ui.theme import Colours
from tankful.ui.tray_menu import TrayMenu

_LOOK_EVERY_MS = 1000
_PATIENCE = 3
"""Looks without success after which something else must show the gauge."""


class Tray(QObject):
    """Shows a gauge, a sentence and a menu; `clicked` asks for the panel.

    The icon object is made only once a host is there: one made earlier never shows on hosts that speak StatusNotifierItem,
    not even when they start later.
    """

    clicked = Signal()
    appeared = Signal()
    missing = Signal()

    def __init__(
        self, menu: TrayMenu, *, available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable, parent: QObject | None = None
    ) -> None:
        """Look for a host with `start`."""
        super().__init__(parent)
        self._menu, self._available = menu, available
        self._icon: QSystemTrayIcon | None = None
        self._gauge: tuple[GaugeView, Colours] | None = None
        self._sentence = ""
        self._looks = 0
        self._poll = QTimer(self)
        self._poll.setInterval(_LOOK_EVERY_MS)
        self._poll.timeout.connect(self._look)

    def start(self) -> None:
        """Show the icon now, or as soon as there is a tray."""
        self._look()
        if self._icon is None:
            self._poll.start()

    def stop(self) -> None:
        """Take the icon away."""
        self._poll.stop()
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None

    def show_gauge(self, view: GaugeView, colours: Colours) -> None:
        """Paint this gauge, unless it is the one that is shown."""
        if (view, colours) == self._gauge:
            return
        self._gauge = (view, colours)
        if self._icon is not None:
            self._paint(self._icon)

    def show_sentence(self, sentence: str) -> None:
        """Set the tooltip."""
        if sentence == self._sentence:
            return
        self._sentence = sentence
        if self._icon is not None:
            self._icon.setToolTip(sentence)

    def place(self) -> QRect:
        """Return where the icon is on the screen; empty when the host does not say or there is none."""
        return QRect() if self._icon is None else self._icon.geometry()

    def _look(self) -> None:
        if not self._available():
            self._looks += 1
            if self._looks == _PATIENCE:
                self.missing.emit()
            return
        self._poll.stop()
        icon = QSystemTrayIcon(self)
        self._icon = icon
        self._paint(icon)
        icon.setToolTip(self._sentence)
        icon.setContextMenu(self._menu)
        icon.activated.connect(self._activated)
        icon.show()
        self.appeared.emit()

    def _paint(self, icon: QSystemTrayIcon) -> None:
        if self._gauge is not None:
            ratios = {screen.devicePixelRatio() for screen in QGuiApplication.screens()}
            icon.setIcon(gauge.icon(*self._gauge, ratios))

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # A double click comes as two triggers on some hosts and as one trigger and a DoubleClick on others: it opens, then closes.
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.clicked.emit()
