"""Where a window goes: beside the tray icon, or in the corner where a tray usually is."""

from PySide6.QtCore import QPoint, QRect, QSize

MARGIN = 8
"""Pixels between the window and the edge of the screen or the icon."""


def beside(size: QSize, icon: QRect, cursor: QPoint, screen: QRect, free: QRect) -> QPoint:
    """Return the top left corner for a window of this size near its tray icon.

    Hosts that speak StatusNotifierItem do not say where the icon is (`icon` is empty): then the pointer stands for it if it is
    in or at a panel, outside the part of the screen that is free for windows or at its edge; else the corner is taken.
    """
    if icon.isEmpty():
        inner = free.adjusted(MARGIN * 4, MARGIN * 4, -MARGIN * 4, -MARGIN * 4)
        if not screen.contains(cursor) or inner.contains(cursor):
            return corner(size, screen, free)
        icon = QRect(cursor - QPoint(MARGIN, MARGIN), QSize(2 * MARGIN, 2 * MARGIN))
    left = icon.center().x() - size.width() // 2
    above = icon.center().y() > screen.center().y()
    top = icon.top() - MARGIN - size.height() if above else icon.bottom() + 1 + MARGIN
    return _kept_inside(QPoint(left, top), size, free)


def corner(size: QSize, screen: QRect, free: QRect) -> QPoint:
    """Return the top left corner for a window in the right-hand corner next to the panel: at the top only if the panel is there."""
    panel_on_top = free.top() > screen.top() and free.bottom() >= screen.bottom()
    top = free.top() + MARGIN if panel_on_top else free.bottom() + 1 - MARGIN - size.height()
    return _kept_inside(QPoint(free.right() + 1 - MARGIN - size.width(), top), size, free)


def _kept_inside(wanted: QPoint, size: QSize, free: QRect) -> QPoint:
    right = free.right() + 1 - MARGIN - size.width()
    bottom = free.bottom() + 1 - MARGIN - size.height()
    return QPoint(max(free.left() + MARGIN, min(wanted.x(), right)), max(free.top() + MARGIN, min(wanted.y(), bottom)))
