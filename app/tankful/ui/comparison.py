"""The dialog behind a suggestion: what the same work would have cost elsewhere, and all that is not known of that."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from tankful.core.nudges.nudge import Answer
from tankful.present.nudges import NOT_OFFERED, ComparisonView
from tankful.ui.buttons import QuietButton
from tankful.ui.pairs import PairRows
from tankful.ui.rule import Rule
from tankful.ui.text import MUTED, PLAIN, figures, label, line_height, scaled
from tankful.ui.theme import Colours


class ComparisonDialog(QDialog):
    """A table, what is uncertain of it, and how to try the other model once; `answered` carries the user's `Answer`."""

    answered = Signal(object)
    switch_asked = Signal()
    """To see what giving the agent this model for good would change."""

    def __init__(self, view: ComparisonView, colours: Colours, *, can_switch: bool = False) -> None:
        """Show this comparison; `can_switch`: an account offers the model, and the agent can be given it."""
        super().__init__()
        self.setWindowTitle(view.title)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self._view = view
        self._can_switch = can_switch
        line = line_height(self)
        self._line = line
        column = self._column = QVBoxLayout(self)
        edge = round(line * 1.3)
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(round(line * 0.6))
        column.addWidget(_said(view.title, 1.2, bold=True))
        column.addWidget(_said(view.note, 0.92, role=MUTED))
        column.addSpacing(round(line * 0.3))
        self._grid = self._table()
        column.addLayout(self._grid)
        column.addSpacing(round(line * 0.3))
        self._box = self._uncertain(colours)
        column.addWidget(self._box)
        column.addWidget(self._once(colours))
        column.addSpacing(round(line * 0.2))
        column.addLayout(self._buttons())
        self._width = round(line * 37)
        self._fit()

    def _table(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(round(self._line * 1.6))
        grid.setVerticalSpacing(round(self._line * 0.35))
        grid.setColumnStretch(0, 1)
        rows = (self._view.head, *self._view.rows, self._view.together)
        for number, row in enumerate(rows):
            is_head, is_last = number == 0, number == len(rows) - 1
            for place, text in enumerate(row):
                cell = label(0.92 if is_head else 1.0, bold=is_last, role=MUTED if is_head else PLAIN)
                cell.setFont(figures(cell.font()))
                cell.setText(text)
                side = Qt.AlignmentFlag.AlignLeft if place == 0 else Qt.AlignmentFlag.AlignRight
                grid.addWidget(cell, 2 * number, place, side | Qt.AlignmentFlag.AlignVCenter)
            if not is_last:
                grid.addWidget(Rule(self), 2 * number + 1, 0, 1, 4)
        return grid

    def _uncertain(self, colours: Colours) -> "_Box":
        view, box = self._view, _Box(colours, self)
        box.column.addWidget(_said(f"Cheaper {view.effort}.", bold=True))
        box.column.addWidget(_said(f"{view.range} {view.switch}", 0.92))
        box.column.addWidget(_said(f"{view.dearer} {view.good_for}".strip(), 0.92))
        self._sessions = PairRows()
        self._sessions.render_view(view.sessions, colours)
        self._sessions.setVisible(False)
        if view.sessions:
            show = QuietButton("Show them", box, link=True, factor=0.92)
            show.clicked.connect(self._toggle)
            self._show = show
            row = QHBoxLayout()
            row.addWidget(show)
            row.addStretch()
            box.column.addLayout(row)
        box.column.addWidget(self._sessions)
        return box

    def _once(self, colours: Colours) -> QWidget:
        box = _Box(colours, self)
        if self._view.command:
            box.column.addWidget(_said("Try it for one session: nothing is changed in any file.", 0.92))
            command = _said(self._view.command, 0.92)
            command.setFont(scaled(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont), 0.96))
            command.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
            box.column.addWidget(command)
        else:
            box.column.addWidget(_said(NOT_OFFERED, 0.92))
        if self._view.documentation:
            more = _said(self._view.documentation, 0.88, role=MUTED)
            more.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            box.column.addWidget(more)
        return box

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(round(self._line * 0.6))
        self._copy = QuietButton("Copy command", self)
        self._copy.setVisible(bool(self._view.command))
        self._copy.setDefault(True)
        self._copy.clicked.connect(self._accept)
        later, close = QuietButton("Not now", self, outlined=True), QuietButton("Close", self, link=True)
        later.clicked.connect(self._dismiss)
        close.clicked.connect(self.reject)
        row.addWidget(self._copy)
        if self._can_switch and self._view.command:
            switch = QuietButton("Switch…", self, outlined=True)
            switch.clicked.connect(self.switch_asked)
            row.addWidget(switch)
        row.addWidget(later)
        row.addStretch()
        row.addWidget(close)
        return row

    def _accept(self) -> None:
        QGuiApplication.clipboard().setText(self._view.command)
        self._copy.setText("Copied")
        self.answered.emit(Answer.ACCEPTED)

    def _dismiss(self) -> None:
        self.answered.emit(Answer.DISMISSED)
        self.reject()

    def _toggle(self) -> None:
        self._sessions.setVisible(self._sessions.isHidden())
        self._show.setText("Show them" if self._sessions.isHidden() else "Hide them")
        self._fit()

    def _fit(self) -> None:
        for layout in (self._box.column, self._column):
            layout.invalidate()
            layout.activate()
        self._width = max(self._width, self._grid.minimumSize().width() + 2 * self._column.contentsMargins().left())
        self.setFixedSize(self._width, self._column.totalHeightForWidth(self._width))


class _Box(QWidget):
    """A surface with words on it."""

    def __init__(self, colours: Colours, parent: QWidget) -> None:
        super().__init__(parent)
        self._colours = colours
        line = line_height(self)
        self.column = QVBoxLayout(self)
        edge = round(line * 0.75)
        self.column.setContentsMargins(edge, edge, edge, edge)
        self.column.setSpacing(round(line * 0.3))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colours.card))
        radius = line_height(self) * 0.5
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        painter.end()


def _said(text: str, factor: float = 1.0, *, bold: bool = False, role: QPalette.ColorRole = PLAIN) -> QLabel:
    made = label(factor, bold=bold, role=role, wraps=True)
    made.setText(text)
    return made
