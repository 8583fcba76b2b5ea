"""Shows the processes that may run a session: one as it is, several to choose from."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontDatabase, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from tankful.present.stopping import ProcessView
from tankful.ui.text import MUTED, label, line_height, scaled

_SHOWN, _SCROLLED_LINES = 4, 26
"""Processes that are shown without scrolling, and lines of text that more of them get."""


class ProcessList(QWidget):
    """`view` is the one that is meant: the only one, or the chosen one; `chosen` says that it changed."""

    chosen = Signal()

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self.views: tuple[ProcessView, ...] = ()
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(round(line_height(self) * 0.5))
        self.hide()

    @property
    def view(self) -> ProcessView | None:
        """The process that is meant; `None` while none of several is chosen."""
        if len(self.views) == 1:
            return self.views[0]
        number = self._group.checkedId()
        return self.views[number] if 0 <= number < len(self.views) else None

    def focus_first(self) -> None:
        """Give the keyboard to the first of several; none is chosen by that."""
        for button in self._group.buttons()[:1]:
            button.setFocus()

    def show_processes(self, views: Sequence[ProcessView]) -> None:
        """Show these; for one list, once."""
        self.views = tuple(views)
        column = self._column if len(self.views) <= _SHOWN else self._scrolled()
        for number, view in enumerate(self.views):
            button = QRadioButton(view.title) if len(self.views) > 1 else None
            if button is not None:
                button.setAccessibleDescription(f"{view.command}, in {view.folder}")
                self._group.addButton(button, number)
            column.addWidget(_ProcessBox(view, button))
        if column is not self._column:
            column.addStretch()  # what is left over belongs below
        self.setVisible(bool(self.views))

    def _scrolled(self) -> QVBoxLayout:
        """Return a column that scrolls, for more than a screen may have room for."""
        area, inside = QScrollArea(), QWidget()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFixedHeight(round(line_height(self) * _SCROLLED_LINES))
        area.setWidget(inside)
        self._column.addWidget(area)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, round(line_height(self) * 0.4), 0)
        column.setSpacing(self._column.spacing())
        return column


class _ProcessBox(QWidget):
    """One process on a ground of its own."""

    def __init__(self, view: ProcessView, button: QRadioButton | None) -> None:
        super().__init__()
        line = line_height(self)
        column = QVBoxLayout(self)
        edge = round(line * 0.7)
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(round(line * 0.25))
        title: QWidget
        if button is None:
            title = label(bold=True, wraps=True)
            title.setText(view.title)
        else:
            title = button
            button.setFont(scaled(button.font(), 1.0, bold=True))
        column.addWidget(title)
        command, folder, sign = label(wraps=True), label(0.92, wraps=True), label(0.88, role=MUTED, wraps=True)
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        command.setFont(scaled(fixed, 0.92))
        for part, text in ((command, breakable(view.command)), (folder, breakable(view.folder)), (sign, view.sign)):
            part.setText(text)
            column.addWidget(part)
        for part in (command, folder):
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._texts: tuple[QLabel, ...] = (command, folder, sign)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.AlternateBase))
        corner = line_height(self) * 0.4
        painter.drawRoundedRect(QRectF(self.rect()), corner, corner)
        painter.end()


def breakable(text: str) -> str:
    """Return a path or a command that may be broken behind each of its parts, as a narrow window needs it."""
    return text.replace("/", "/\N{ZERO WIDTH SPACE}").replace("\\", "\\\N{ZERO WIDTH SPACE}")
