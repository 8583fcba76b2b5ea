"""The dialog with a request for more: a draft from one's own figures, changed as one likes, and passed on by one's own hand."""

from collections.abc import Callable
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from tankful.core.errors import TankfulError
from tankful.core.settings import Settings
from tankful.core.spending import Spending
from tankful.core.tone import Tone
from tankful.present.request import Request, mailto
from tankful.ui.buttons import QuietButton
from tankful.ui.means import Means, in_background
from tankful.ui.settings.outcome import Outcome
from tankful.ui.tasks import Task, Tasks
from tankful.ui.text import MUTED, label, line_height
from tankful.ui.theme import Colours

_WIDTH, _TEXT_LINES = 38, 25


class RequestDialog(QDialog):
    """Adds up the figures as soon as it is made, on another thread; nothing leaves it without a press, and then exactly what is shown."""

    def __init__(
        self,
        draft: Callable[[Spending], Request],
        spending: Callable[[], Spending],
        settings: Settings,
        means: Means,
        tasks: Tasks,
        colours: Colours,
    ) -> None:
        """Build the dialog; show it with `show`."""
        super().__init__()
        self._draft, self._means, self._tasks = draft, means, tasks
        self._url, self._address = settings.ask_for_more_url, settings.ask_for_more_mail
        self._request = draft(Spending())
        self.setWindowTitle("Ask for more")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        line = line_height(self)
        title, intro, where = label(1.3, bold=True), label(role=MUTED, wraps=True), label(0.88, role=MUTED, wraps=True)
        title.setText("Ask for more")
        intro.setText("A draft from your own figures. Change it as you like: exactly this text goes out, and only when you press a button.")
        self._text = QPlainTextEdit()
        self._text.setAccessibleName("Request")
        self._text.setTabChangesFocus(True)
        self._text.setMinimumHeight(round(line * _TEXT_LINES))
        self._text.document().setDocumentMargin(line * 0.5)
        self._nameless = QCheckBox("&Leave out the names of projects")
        self._outcome = Outcome(colours)
        where.setText(_where(self._url, self._address))
        column = QVBoxLayout(self)
        edge = round(line * 1.4)
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(round(line * 0.5))
        for part in (title, intro):
            column.addWidget(part)
        column.addWidget(self._text, 1)
        for part in (self._nameless, self._outcome, where):
            column.addWidget(part)
        column.addSpacing(round(line * 0.3))
        column.addLayout(self._buttons(line))
        self.setMinimumWidth(round(line * _WIDTH))
        self._nameless.toggled.connect(self._name)
        self._text.textChanged.connect(self._match)
        self._sent = ""
        self._task: Task | None = tasks.follow(in_background(spending), self._begin, self._begin_without)
        self._text.setReadOnly(True)
        self._match()

    def _buttons(self, line: float) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(round(line * 0.6))
        self._copy, self._mail = QuietButton("&Copy", outlined=True), QuietButton("&Mail…", outlined=True)
        self._send, self._close = QuietButton("&Send"), QuietButton("Close", link=True)
        self._send.setVisible(bool(self._url))
        for button, act in ((self._copy, self._put), (self._mail, self._post), (self._close, self.reject), (self._send, self._pass_on)):
            button.setAutoDefault(True)
            button.clicked.connect(act)
        row.addWidget(self._copy)
        row.addWidget(self._mail)
        row.addStretch()
        row.addWidget(self._close)
        row.addWidget(self._send)
        self._close.setDefault(True)
        return row

    @property
    def text(self) -> str:
        """What is shown, to the letter."""
        return self._text.toPlainText()

    def done(self, result: int) -> None:
        """Close; whatever goes on is heard of no more."""
        if self._task is not None:
            self._task.cancel()
        super().done(result)

    def _begin(self, spending: Spending) -> None:
        self._request = self._draft(spending)
        self._nameless.setEnabled(bool(spending.projects))
        self._open()

    def _begin_without(self, error: TankfulError) -> None:
        self._nameless.setEnabled(False)
        self._outcome.say(f"{error.title}: what was spent by agent and project is not in the text", error.hint, Tone.WATCH)
        self._open()

    def _open(self) -> None:
        self._task = None
        self._text.setReadOnly(False)
        self._text.setPlainText(self._request.text)
        self._match()
        self._text.setFocus()

    def _name(self, nameless: bool) -> None:
        text = self._request.without_names(self.text) if nameless else self._request.with_names(self.text)
        if text is not None:
            everything = QTextCursor(self._text.document())  # so that it can be undone
            everything.select(QTextCursor.SelectionType.Document)
            everything.insertText(text)
            return
        self._nameless.blockSignals(True)
        self._nameless.setChecked(not nameless)
        self._nameless.blockSignals(False)
        self._outcome.say("The part about projects was changed by hand", "Change the names in the text as you like.", Tone.WATCH)

    def _put(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
        self._outcome.say("Copied", "", Tone.CALM)

    def _post(self) -> None:
        if self._means.open_url(mailto(self._address, self._request, self.text)):
            self._outcome.say("Your mail program has it", "It is sent when you send it there.", Tone.CALM)
        else:
            self._outcome.say("No mail program could be opened", "Copy the text instead.", Tone.WATCH)

    def _pass_on(self) -> None:
        text = self.text

        def arrived(_: None) -> None:
            self._sent = text
            self._settle("Sent", f"It went to {self._url}.", Tone.CALM)

        def lost(error: TankfulError) -> None:
            self._settle(error.title, error.hint, Tone.ACT)

        self._outcome.say("Sending…", "", Tone.UNKNOWN)
        self._text.setReadOnly(True)
        self._task = self._tasks.follow(in_background(lambda: self._means.send(self._url, text)), arrived, lost)
        self._match()

    def _settle(self, title: str, hint: str, tone: Tone) -> None:
        self._task = None
        self._text.setReadOnly(False)
        self._outcome.say(title, hint, tone)
        self._match()

    def _match(self) -> None:
        """Offer what can be done now: nothing empty is passed on, and nothing is sent twice."""
        is_ready = self._task is None and bool(self.text.strip())
        for button in (self._copy, self._mail):
            button.setEnabled(is_ready)
        self._send.setEnabled(is_ready and self.text != self._sent)
        self._nameless.setEnabled(self._task is None and bool(self._request.projects))


def _where(url: str, address: str) -> str:
    mail = f"Mail opens your mail program, addressed to {address}." if address else "Mail opens your mail program; you say to whom."
    return f"{mail} Send goes to {urlsplit(url).hostname}, with nothing but this text." if url else mail
