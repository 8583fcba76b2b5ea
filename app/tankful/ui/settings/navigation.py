"""The list of pages at the left, with the field that searches them all."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPalette
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from tankful.core.setting_rows import Section
from tankful.ui.text import line_height

_WIDTH = 11
"""Lines of text from edge to edge."""


class Navigation(QWidget):
    """Says which page is wanted, or what is sought."""

    turned = Signal(Section)
    sought = Signal(str)

    def __init__(self) -> None:
        """Start at the first page."""
        super().__init__()
        line = line_height(self)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search the settings")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.sought)
        self.list = QListWidget()
        self.list.setAccessibleName("Pages")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(_Item(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.addItems([section.value for section in Section])
        self.list.setCurrentRow(0)
        self.list.currentRowChanged.connect(self._turn)
        column = QVBoxLayout(self)
        column.setContentsMargins(round(line * 0.6), round(line * 0.9), round(line * 0.6), round(line * 0.6))
        column.setSpacing(round(line * 0.7))
        column.addWidget(self.search)
        column.addWidget(self.list)
        self.setFixedWidth(round(line * _WIDTH))

    def _turn(self, row: int) -> None:
        self.turned.emit(list(Section)[row])

    def turn_to(self, section: Section) -> None:
        """Point at this page."""
        self.list.setCurrentRow(list(Section).index(section))


class _Item(QStyledItemDelegate):
    """A quiet row: the chosen one stands on a rounded ground, in bold."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Return room for a finger."""
        widget = self.parent()
        line = line_height(widget) if isinstance(widget, QWidget) else 16.0
        return QSize(super().sizeHint(option, index).width(), round(line * 1.85))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint ground, words, and a ring while the list has the keyboard."""
        widget = self.parent()
        if not isinstance(widget, QListWidget):
            return
        line, roles = line_height(widget), widget.palette()
        place: QRect = option.rect  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue] - PySide6 forgets to declare it
        box = QRectF(place).adjusted(1, 1, -1, -1)
        chosen = index.row() == widget.currentRow()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            ring = roles.color(QPalette.ColorRole.Accent) if widget.hasFocus() else QColor(Qt.GlobalColor.transparent)
            painter.setPen(ring)
            painter.setBrush(roles.color(QPalette.ColorRole.AlternateBase))
            painter.drawRoundedRect(box, line * 0.35, line * 0.35)
        font = QFont(widget.font())
        font.setBold(chosen)
        painter.setFont(font)
        painter.setPen(roles.color(QPalette.ColorRole.WindowText))
        words = box.adjusted(line * 0.7, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, str(index.data()))
        painter.restore()
