"""A column that scrolls where it has no room, and looks like any other where it has."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class Inside(QWidget):
    """As high as its rows are at the width it has; lines that wrap need more only where it is narrower."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for no height of its own: a scroll area would take that of the narrowest width."""
        return QSize(super().minimumSizeHint().width(), 0)


class ScrollingColumn(QScrollArea):
    """Put widgets into `column`, whose parent is `inside`."""

    def __init__(self) -> None:
        """Begin with an empty column without margins."""
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.inside = Inside()
        self.column = QVBoxLayout(self.inside)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.setWidget(self.inside)
        # What is behind shines through: windows with round corners paint their sheet themselves.
        self.viewport().setAutoFillBackground(False)
        self.inside.setAutoFillBackground(False)

    def limit(self, width: int, most: int, gap: int) -> None:
        """Be as high as the column at this width, but not above `most`; `gap` parts it from its bar then. All in pixels."""
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.activate()
        height = self.column.totalHeightForWidth(width) if self.column.hasHeightForWidth() else self.column.totalSizeHint().height()
        self.column.setContentsMargins(0, 0, gap if height > most else 0, 0)
        self.setFixedHeight(max(0, min(height, most)))
