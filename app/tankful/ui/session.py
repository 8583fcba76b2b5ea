"""The dialog about one session at work: its process and folder, the command that stops it, and stopping it after a yes."""

import sys
from collections.abc import Callable
from datetime import datetime, tzinfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from tankful.core.agent_process import AgentProcess
from tankful.core.at_work import SessionAtWork
from tankful.core.errors import TankfulError
from tankful.core.tone import Tone
from tankful.present.stopping import ASIDE, end_words, found_words, process_views, session_text, session_title
from tankful.ui.buttons import QuietButton
from tankful.ui.means import Means, in_background
from tankful.ui.process_list import ProcessList
from tankful.ui.settings.outcome import Outcome
from tankful.ui.tasks import Task, Tasks
from tankful.ui.text import MUTED, label, line_height
from tankful.ui.theme import Colours

_WIDTH = 31


class SessionDialog(QDialog):
    """Looks for the process as soon as it is made, on another thread; nothing is stopped without a second press."""

    def __init__(
        self,
        session: SessionAtWork,
        means: Means,
        tasks: Tasks,
        colours: Colours,
        *,
        now: datetime,
        zone: tzinfo,
        open_folder: Callable[[str], object],
        changed: str = "",
    ) -> None:
        """Build the dialog; show it with `show`. `changed`: in words, that another model answered than was asked."""
        super().__init__()
        self._session, self._means, self._tasks, self._open_folder = session, means, tasks, open_folder
        self._now, self._zone = now, zone
        self._task: Task | None = None
        self._is_asking = False
        self.setWindowTitle("Session")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        line = line_height(self)
        title, text, ident = label(1.3, bold=True, wraps=True), label(wraps=True), label(0.88, role=MUTED, wraps=True)
        title.setText(session_title(session))
        text.setText(session_text(session, now))
        ident.setText(f"Session {session.session}" if session.session else "")
        ident.setVisible(bool(session.session))
        ident.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        model = label(wraps=True)
        model.setText(changed)
        model.setVisible(bool(changed))
        self._state = label(role=MUTED, wraps=True)
        self._state.setText("Looking for its process…")
        self._list = ProcessList()
        self._list.chosen.connect(self._match)
        self._outcome = Outcome(colours)
        self._question = label(wraps=True)
        self._question.hide()
        self._column = QVBoxLayout(self)
        edge = round(line * 1.4)
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._column.setSpacing(round(line * 0.45))
        for part in (title, text, model, ident):
            self._column.addWidget(part)
        self._column.addSpacing(round(line * 0.3))
        for part in (self._state, self._list, self._outcome, self._question):
            self._column.addWidget(part)
        self._column.addSpacing(round(line * 0.5))
        self._column.addLayout(self._buttons(line))
        self.setFixedWidth(round(line * _WIDTH))
        self._match()
        self._task = tasks.follow(in_background(lambda: means.find(session)), self._show, self._fail)

    def _buttons(self, line: float) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(round(line * 0.6))
        self._copy = _button("&Copy stop command", self._copy_command, outlined=True)
        self._folder = _button("Show &folder", self._show_folder, outlined=True)
        self._close, self._stop = _button("Close", self.reject, link=True), _button("&Stop…", self._ask)
        self._keep, self._agree = _button("&Keep it running", self._think_again, outlined=True), _button("&Stop it", self._carry_out)
        for button in (self._copy, self._folder):
            row.addWidget(button)
        row.addStretch()
        for button in (self._close, self._stop, self._keep, self._agree):
            row.addWidget(button)
        return row

    def done(self, result: int) -> None:
        """Close; whatever is still looked for is heard of no more."""
        if self._task is not None:
            self._task.cancel()
        super().done(result)

    def reject(self) -> None:
        """Close, or while it is asked whether to stop, take that back."""
        if self._is_asking:
            self._think_again()
        else:
            super().reject()

    def _show(self, processes: tuple[AgentProcess, ...]) -> None:
        title, hint = found_words(self._session, len(processes))
        self._state.setText(f"{title}. {hint}" if title else "")
        self._state.setVisible(bool(title))
        self._list.show_processes(process_views(processes, self._now, self._zone, sys.platform))
        self._match()
        if len(processes) > 1:
            self._list.focus_first()
        else:
            (self._copy if processes else self._close).setFocus()

    def _fail(self, error: TankfulError) -> None:
        self._state.hide()
        self._outcome.say(error.title, error.hint, Tone.WATCH)
        self._match()

    def _copy_command(self) -> None:
        view = self._list.view
        if view is not None:
            QGuiApplication.clipboard().setText(view.stop_command)
            self._outcome.say("Copied", view.stop_command, Tone.CALM)
            self._match()

    def _show_folder(self) -> None:
        self._open_folder(self._session.project)

    def _ask(self) -> None:
        view = self._list.view
        if view is not None:
            self._is_asking = True
            self._outcome.hide()
            self._question.setText(f"Stop process {view.process.pid}? {ASIDE}")
            self._match()
            self._keep.setFocus()

    def _think_again(self) -> None:
        self._is_asking = False
        self._match()
        self._stop.setFocus()

    def _carry_out(self) -> None:
        view = self._list.view
        if view is None:
            return
        process, self._is_asking = view.process, False
        self._list.setEnabled(False)
        self._outcome.hide()
        self._state.setText(f"Interrupting process {process.pid}… It may take some seconds to end.")
        self._state.show()

        def tell(end: str) -> None:
            self._end(*end_words(end, process.pid), is_over=end != "stuck")

        self._task = self._tasks.follow(
            in_background(lambda: self._means.stop(process)),
            tell,
            lambda error: self._end(error.title, error.hint, Tone.ACT, is_over=False),
        )
        self._match(is_busy=True)
        self._close.setFocus()

    def _end(self, title: str, text: str, tone: Tone, *, is_over: bool) -> None:
        self._state.hide()
        self._list.setEnabled(not is_over)
        self._outcome.say(title, text, tone)
        self._match(is_busy=is_over)

    def _match(self, *, is_busy: bool = False) -> None:
        """Offer what can be done now, and take the room that all of it needs."""
        has_one = self._list.view is not None and not is_busy
        for part in (self._question, self._keep, self._agree):
            part.setVisible(self._is_asking)
        for part in (self._copy, self._folder, self._close, self._stop):
            part.setVisible(not self._is_asking)
        self._copy.setVisible(not self._is_asking and bool(self._list.views))
        self._stop.setVisible(not self._is_asking and bool(self._list.views))
        self._folder.setVisible(not self._is_asking and bool(self._session.project))
        self._copy.setEnabled(has_one)
        self._stop.setEnabled(has_one)
        (self._keep if self._is_asking else self._close).setDefault(True)
        self._column.invalidate()
        self._column.activate()
        self.setFixedHeight(self._column.totalHeightForWidth(self.width()))


def _button(
    text: str, act: Callable[[], object], *, link: bool = False, outlined: bool = False, parent: QWidget | None = None
) -> QuietButton:
    """Return a button that Return presses while it has the keyboard."""
    made = QuietButton(text, parent, link=link, outlined=outlined)
    made.setAutoDefault(True)
    made.clicked.connect(act)
    return made
