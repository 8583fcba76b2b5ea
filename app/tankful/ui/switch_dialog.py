"""The window that shows a change of an agent's files, makes it after a click, and takes it back after another."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from tankful.core.errors import TankfulError
from tankful.core.pace import Tone
from tankful.present.changing import ChangeView, FileChange, change_view
from tankful.switch.changes import ModelChanges, Proposal
from tankful.switch.models import Step
from tankful.ui.buttons import QuietButton
from tankful.ui.diff_view import DiffView
from tankful.ui.settings.outcome import Outcome
from tankful.ui.text import MUTED, label, line_height, scaled
from tankful.ui.theme import Colours

_WIDTH, _MOST_INSIDE = 46, 30
"""In lines of text."""
_COPIED_MS = 1500


class SwitchDialog(QDialog):
    """Confirm, cancel, and undo; `changed` says that an agent's files may be others now, by the agent's id."""

    changed = Signal(str)
    switched = Signal(str)
    """The agent has the other model."""

    def __init__(self, changes: ModelChanges, propose: Callable[[], Proposal], colours: Colours, parent: QWidget | None = None) -> None:
        """Look at the files once, and change nothing; what is in the way is said in place of the change."""
        super().__init__(parent)
        self.setWindowTitle("Another model")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self._changes, self._colours = changes, colours
        self._proposal: Proposal | None = None
        line = line_height(self)
        self._title, self._text = label(1.25, bold=True, wraps=True), label(role=MUTED, wraps=True)
        self._outcome = Outcome(colours)
        self._body = QVBoxLayout()
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(round(line * 0.35))
        self._once = _Command()
        self._cancel, self._undo = QuietButton("Cancel", outlined=True), QuietButton("Undo", outlined=True)
        self._confirm, self._close = QuietButton("Change the file"), QuietButton("Close")
        for button, act in (
            (self._cancel, self.reject),
            (self._undo, self._take_back),
            (self._confirm, self._make),
            (self._close, self.accept),
        ):
            button.clicked.connect(act)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)  # wrapped text asks for the height of a narrow window
        edge = round(line * 1.4)
        column.setContentsMargins(edge, edge, edge, round(line * 1.1))
        column.setSpacing(round(line * 0.7))
        for part in (self._title, self._text):
            column.addWidget(part)
        column.addWidget(self._outcome)
        inside = QWidget()
        inside.setLayout(self._body)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        self._inside = inside
        column.addWidget(self._scroll, 1)
        column.addWidget(self._once)
        row = QHBoxLayout()
        row.setSpacing(round(line * 0.7))
        row.addWidget(self._undo)
        row.addStretch()
        row.addWidget(self._cancel)
        row.addWidget(self._confirm)
        row.addWidget(self._close)
        column.addSpacing(round(line * 0.2))
        column.addLayout(row)
        self._view: ChangeView | None = None
        self._open(propose)

    def _open(self, propose: Callable[[], Proposal]) -> None:
        try:
            self._proposal = propose()
        except TankfulError as wrong:
            self._title.setText("This cannot be changed")
            for part in (self._text, self._once, self._scroll):
                part.hide()
            self._outcome.say(f"{wrong.title.rstrip('.')}.", wrong.hint, Tone.ACT)
            self._show(self._close)
        else:
            view = self._view = change_view(self._proposal)
            self._title.setText(view.title)
            self._text.setText(view.text)
            for file in view.files:
                self._add(file)
            self._body.addStretch()
            self._scroll.setVisible(bool(view.files))
            self._once.show_command("Only for one session, without changing a file:", view.once)
            self._confirm.setText(view.confirm)
            self._show(*((self._cancel, self._confirm) if view.confirm else (self._close,)))
        self._fit()

    def _add(self, file: FileChange) -> None:
        line = line_height(self)
        path, what = _Elided(file.path), label(0.88, role=MUTED)
        what.setText(file.what)
        head = QHBoxLayout()
        head.setSpacing(round(line * 0.7))
        head.addWidget(path, 1)
        head.addWidget(what)
        self._body.addLayout(head)
        self._body.addWidget(DiffView(file, self._colours))
        self._body.addSpacing(round(line * 0.5))

    def _make(self) -> None:
        """Make the change that is shown, and offer to take it back."""
        if self._proposal is None or self._view is None:
            return
        self._do(self._changes.carry_out, self._view.done)
        if self._outcome_is_fine and self._proposal.offer is not None:
            self.switched.emit(self._proposal.switcher.agent)
            self._leave_steps(self._view.steps)
            self._show(self._undo, self._close)
            self._fit()

    def _take_back(self) -> None:
        if self._view is not None:
            self._do(lambda proposal: self._changes.undo(proposal.switcher), self._view.undone)

    def _do(self, act: Callable[[Proposal], None], fine: str) -> None:
        """Do something with the files and say how it ended."""
        if self._proposal is None:
            return
        self._outcome_is_fine = False
        try:
            act(self._proposal)
        except TankfulError as wrong:
            self._outcome.say(f"{wrong.title.rstrip('.')}.", wrong.hint, Tone.ACT)
        else:
            self._outcome_is_fine = True
            self._outcome.say(fine, "", Tone.CALM)
        self._text.hide()
        self._once.hide()
        self._scroll.hide()
        self._show(self._close)
        self._fit()
        self.changed.emit(self._proposal.switcher.agent)

    def _leave_steps(self, steps: tuple[Step, ...]) -> None:
        """Say what is left for the user to do, in place of the difference."""
        if not steps:
            return
        inside, column = QWidget(), QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(round(line_height(self) * 0.6))
        head = label(bold=True)
        head.setText("What is left for you")
        column.addWidget(head)
        for step in steps:
            part = _Command()
            part.show_command(step.words, step.command)
            column.addWidget(part)
        column.addStretch()
        inside.setLayout(column)
        self._inside = inside
        self._scroll.setWidget(inside)
        self._scroll.show()

    def _show(self, *buttons: QuietButton) -> None:
        """Show these buttons alone; the last one has the keyboard."""
        for button in (self._cancel, self._undo, self._confirm, self._close):
            button.setVisible(button in buttons)
        buttons[-1].setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit(self) -> None:
        """Be as large as what is said, within the screen."""
        line, column, inside = line_height(self), self.layout(), self._inside.layout()
        if column is None or inside is None:
            return
        room = self.screen().availableGeometry().size()
        width = min(round(line * _WIDTH), room.width())
        margins = column.contentsMargins()
        inner = width - margins.left() - margins.right()
        views: list[DiffView] = self._inside.findChildren(DiffView)
        for view in views:
            view.fit(inner)
        inside.activate()
        wanted = inside.totalHeightForWidth(inner) if inside.hasHeightForWidth() else inside.sizeHint().height()
        self._scroll.setMinimumHeight(min(wanted, round(line * _MOST_INSIDE)))
        column.activate()
        height = min(column.totalHeightForWidth(width), room.height())
        self._scroll.setMinimumHeight(min(wanted, round(line * 6)))
        self.setMinimumWidth(width)
        self.resize(QSize(width, height))

    _outcome_is_fine = False


class _Elided(QWidget):
    """A path on one line, cut in its middle where it is too long."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.setFont(scaled(self.font(), 0.92, bold=True))
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self.fontMetrics().horizontalAdvance(self._text), round(line_height(self) * 1.1))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(1, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        text = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideMiddle, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()


class _Command(QWidget):
    """A sentence, and a command below it with a button that copies it."""

    def __init__(self) -> None:
        super().__init__()
        line = line_height(self)
        self._words, self._command = label(0.92, role=MUTED, wraps=True), QLabel()
        self._command.setTextFormat(Qt.TextFormat.PlainText)
        self._command.setWordWrap(True)
        self._command.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        font = self._words.font()
        font.setFamilies(["monospace"])
        font.setStyleHint(font.StyleHint.Monospace)
        self._command.setFont(font)
        self._copy = QuietButton("Copy", self, outlined=True, factor=0.88)
        self._copy.clicked.connect(self._to_clipboard)
        self._back = QTimer(self)
        self._back.setSingleShot(True)
        self._back.setInterval(_COPIED_MS)
        self._back.timeout.connect(lambda: self._copy.setText("Copy"))
        words = QVBoxLayout()
        words.setSpacing(round(line * 0.15))
        words.addWidget(self._words)
        words.addWidget(self._command)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(round(line))
        row.addLayout(words, 1)
        row.addWidget(self._copy, alignment=Qt.AlignmentFlag.AlignBottom)

    def show_command(self, words: str, command: str) -> None:
        self._words.setText(words)
        self._command.setText(command)
        self._command.setVisible(bool(command))
        self._copy.setVisible(bool(command))
        self._copy.setAccessibleName(f"Copy {command}")
        self.setVisible(bool(command) or not words.endswith(":"))

    def _to_clipboard(self) -> None:
        QGuiApplication.clipboard().setText(self._command.text())
        self._copy.setText("Copied")
        self._back.start()
