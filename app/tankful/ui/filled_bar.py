"""Paints one horizontal bar: a track, and how much of it is filled."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter


def paint_bar(painter: QPainter, track: QRectF, share: float, empty: str, filled: str) -> None:
    """Paint a bar with round ends; `share` of it (0 to 1) has the colour `filled`, and at least a dot as long as it is not 0."""
    round_by = track.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(empty))
    painter.drawRoundedRect(track, round_by, round_by)
    if share > 0:
        painter.setBrush(QColor(filled))
        painter.drawRoundedRect(
            QRectF(track.x(), track.y(), max(track.height(), track.width() * share), track.height()), round_by, round_by
        )
