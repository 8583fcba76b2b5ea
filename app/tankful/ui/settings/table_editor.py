"""The field in which settings of several lines are typed."""

from typing import ClassVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCompleter,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tankful.core.errors import TankfulError
from tankful.present.settings import RowView
from tankful.present.settings_cells import value_of_cells
from tankful.ui.buttons import QuietButton
from tankful.ui.settings.editors import Editor
from tankful.ui.text import MUTED, line_height

_MOST_LINES = 8
"""More are scrolled."""


class TableEditor(Editor):
    """Lines of cells: Return or a double click edits one, Delete takes a line out."""

    is_wide: ClassVar[bool] = True

    def __init__(self) -> None:
        """Start without lines."""
        super().__init__()
        self._view: RowView | None = None
        self._table = _Table(self)
        self._table.itemChanged.connect(self._tell)
        self._table.deleting.connect(self._remove)
        self._table.itemSelectionChanged.connect(self._match_buttons)
        self._add, self._delete = QuietButton("Add", self, outlined=True, factor=0.92), QuietButton("Remove", self, link=True, factor=0.92)
        self._add.clicked.connect(self._begin_line)
        self._delete.clicked.connect(self._remove)
        buttons = QHBoxLayout()
        buttons.setSpacing(round(line_height(self) * 0.6))
        buttons.addWidget(self._add)
        buttons.addWidget(self._delete)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(round(line_height(self) * 0.5))
        column.addWidget(self._table)
        column.addLayout(buttons)

    def show_row(self, row: RowView) -> None:
        """Show the lines; those that are still being typed stay."""
        before, self._view = self._view, row
        self._add.setText(row.adding)
        if before is None:
            self._table.setColumnCount(len(row.columns))
            self._table.setHorizontalHeaderLabels([column.title for column in row.columns])
            self._table.setAccessibleName(row.label)
            for place, column in enumerate(row.columns):
                self._table.setItemDelegateForColumn(place, _Cell(self._table, column.placeholder))
        for place, words in enumerate(row.suggestions):
            delegate = self._table.itemDelegateForColumn(place)
            if isinstance(delegate, _Cell):
                delegate.suggestions = words
        if before is None or (before.cells != row.cells and self._lines() != row.cells):
            self._fill(row)
            self._fit()

    def focus_target(self) -> QWidget:
        """Return the table, or while there is none the button that begins it."""
        return self._table if self._table.rowCount() else self._add

    def _fill(self, row: RowView) -> None:
        with QSignalBlocker(self._table):
            self._table.setRowCount(len(row.cells))
            for line, cells in enumerate(row.cells):
                for place, text in enumerate(cells):
                    self._table.setItem(line, place, QTableWidgetItem(text))

    def _fit(self) -> None:
        count = self._table.rowCount()
        self._table.setVisible(count > 0)
        rows = sum(self._table.rowHeight(line) for line in range(min(count, _MOST_LINES)))
        self._table.setFixedHeight(rows + self._table.horizontalHeader().sizeHint().height() + 2 * self._table.frameWidth())
        self._match_buttons()

    def _match_buttons(self) -> None:
        self._delete.setVisible(self._table.rowCount() > 0)
        self._delete.setEnabled(self._table.currentRow() >= 0)

    def _lines(self) -> tuple[tuple[str, ...], ...]:
        """Return what stands in the cells, lines that say nothing left out."""
        lines = (
            tuple(item.text().strip() if (item := self._table.item(line, place)) else "" for place in range(self._table.columnCount()))
            for line in range(self._table.rowCount())
        )
        return tuple(line for line in lines if any(line))

    def _begin_line(self) -> None:
        """Add an empty line and type into it; for a column of folders ask for one first."""
        view = self._view
        if view is None:
            return
        folder = next((place for place, column in enumerate(view.columns) if column.is_folder), None)
        if folder is None:
            self._begin({})
            return
        dialog = QFileDialog(self, view.adding.removesuffix("…"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)

        def begin(path: str) -> None:
            self._begin({folder: path})

        dialog.fileSelected.connect(begin)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _begin(self, cells: dict[int, str]) -> None:
        line = self._table.rowCount()
        with QSignalBlocker(self._table):
            self._table.setRowCount(line + 1)
            for place in range(self._table.columnCount()):
                self._table.setItem(line, place, QTableWidgetItem(cells.get(place, "")))
        self._fit()
        self._table.setCurrentCell(line, 0)
        self._table.setFocus()
        self._table.edit(self._table.model().index(line, 0))

    def _remove(self) -> None:
        line = self._table.currentRow()
        if line < 0:
            return
        with QSignalBlocker(self._table):
            self._table.removeRow(line)
        self._fit()
        self.focus_target().setFocus()
        self._tell()

    def _tell(self) -> None:
        if self._view is None:
            return
        try:
            value = value_of_cells(self._view.field, self._lines())
        except TankfulError as wrong:
            self.refused.emit(wrong)
            return
        self.changed.emit(value)


class _Table(QTableWidget):
    """A table that Tab leaves, and in which Return edits."""

    deleting = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(round(line_height(self) * 1.7))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Delete and self.state() is not QAbstractItemView.State.EditingState:
            self.deleting.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.state() is not QAbstractItemView.State.EditingState:
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class _Cell(QStyledItemDelegate):
    """Shows in an empty cell what is asked for, and suggests words."""

    def __init__(self, parent: QWidget, placeholder: str) -> None:
        super().__init__(parent)
        self._placeholder = placeholder
        self.suggestions: tuple[str, ...] = ()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QWidget:  # noqa: N802 - Qt's name
        """Return the line to type in."""
        made = super().createEditor(parent, option, index)
        if isinstance(made, QLineEdit):
            made.setPlaceholderText(self._placeholder)
            if self.suggestions:
                completer = QCompleter(list(self.suggestions), made)
                completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
                completer.setFilterMode(Qt.MatchFlag.MatchContains)
                made.setCompleter(completer)
        return made

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint the cell, and into an empty one what it is for."""
        super().paint(painter, option, index)
        if not index.data() and self._placeholder:
            widget = self.parent()
            area: QRect = option.rect  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue] - PySide6 forgets to declare it
            ink = widget.palette().color(MUTED) if isinstance(widget, QWidget) else painter.pen().color()
            painter.save()
            painter.setPen(ink)
            painter.drawText(area.adjusted(4, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._placeholder)
            painter.restore()
