"""The inbox: what Tankful said or kept to itself, what became of it, and what is snoozed."""

from datetime import datetime, tzinfo

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from tankful.core.inbox import Span
from tankful.core.setting_rows import Section
from tankful.core.snapshot import Snapshot
from tankful.engine.messages import InboxSeen, NoticeAnswered, SnoozeAsked, SnoozeEnded
from tankful.present.inbox import EMPTY_TEXT, EMPTY_TITLE, InboxRow, InboxView, inbox_view
from tankful.present.menu import SPANS
from tankful.ui.buttons import QuietButton
from tankful.ui.scrolling import ScrollingColumn
from tankful.ui.text import MUTED, figures, label, line_height
from tankful.ui.theme import LIGHT, Colours

_SIZE, _LEAST = (30, 34), (23, 16)
"""In lines of text."""


class InboxWindow(QWidget):
    """Show it with `open_window`; it is made anew each time, and tells `closed` when it goes."""

    told = Signal(object)
    """A message to the engine: what the user does."""
    settings_asked = Signal(Section)
    closed = Signal()

    def __init__(self) -> None:
        """Build the frame; `render_state` fills it."""
        super().__init__()
        self.setWindowTitle("Inbox")
        self.setObjectName("inbox")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self._colours, self._shown = LIGHT, InboxView("", (), ())
        self._fresh: set[str] = set()
        """Notices that were new at any time since the window was opened: they keep their mark until it is closed."""
        line = self._line = line_height(self)
        edge = round(line * 1.1)
        title = label(1.25, bold=True)
        title.setText("Inbox")
        self._snooze = QuietButton("Snooze…", self, outlined=True, factor=0.92)
        self._menu = QMenu(self)
        for span, text in SPANS.items():
            self._menu.addAction(text).triggered.connect(lambda _checked=False, span=span: self._ask_snooze(span))
        self._snooze.clicked.connect(self._choose_snooze)
        head = QHBoxLayout()
        head.setContentsMargins(edge, round(line * 0.9), edge, round(line * 0.5))
        head.addWidget(title)
        head.addStretch()
        head.addWidget(self._snooze)
        self._list = ScrollingColumn()
        self._column = self._list.column
        self._column.setContentsMargins(edge, 0, edge, edge)
        self._column.setSpacing(round(line * 0.6))
        foot = QHBoxLayout()
        foot.setContentsMargins(edge - round(line * 0.3), round(line * 0.3), edge, round(line * 0.5))
        door = QuietButton("Notice settings…", self, link=True, factor=0.92)
        door.clicked.connect(lambda: self.settings_asked.emit(Section.NOTICES))
        foot.addWidget(door)
        foot.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self._list, 1)
        whole.addLayout(foot)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Close), self, self.close)
        self.setMinimumSize(round(line * _LEAST[0]), round(line * _LEAST[1]))
        self.resize(QSize(round(line * _SIZE[0]), round(line * _SIZE[1])).boundedTo(self.screen().availableGeometry().size()))
        self._rebuild()

    def open_window(self) -> None:
        """Show the window and give it the keyboard."""
        self.show()
        self.raise_()
        self.activateWindow()
        self._see()

    def render_state(self, snapshot: Snapshot | None, now: datetime, zone: tzinfo, colours: Colours) -> None:
        """Show what is in the inbox now; whoever looks has seen it."""
        view = inbox_view(snapshot, now, zone)
        self._fresh |= {row.key for _, rows in view.days for row in rows if row.is_new}
        redressed, self._colours = colours != self._colours, colours
        if view != self._shown or redressed:
            self._shown = view
            self._rebuild()
        if self.isVisible():
            self._see()

    def _see(self) -> None:
        if any(row.is_new for _, rows in self._shown.days for row in rows):
            self.told.emit(InboxSeen())

    def _choose_snooze(self) -> None:
        self._menu.popup(self._snooze.mapToGlobal(self._snooze.rect().bottomLeft()))

    def _ask_snooze(self, span: Span) -> None:
        self.told.emit(SnoozeAsked(span))

    def _rebuild(self) -> None:
        place = self._list.verticalScrollBar().value()
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for snooze in self._shown.snoozes:
            card = _Snoozed(snooze.text, self._colours, self._list.inside)
            card.ended.connect(lambda about=snooze.about: self.told.emit(SnoozeEnded(about)))
            self._column.addWidget(card)
        for day, rows in self._shown.days:
            heading = label(0.92, bold=True, role=MUTED)
            heading.setText(day)
            heading.setContentsMargins(0, round(self._line * 0.35), 0, 0)
            self._column.addWidget(heading)
            for row in rows:
                card = EntryCard(row, self._colours, is_new=row.key in self._fresh, parent=self._list.inside)
                card.told.connect(self.told)
                self._column.addWidget(card)
        if not self._shown.days:
            self._column.addStretch(2)
            for text, words in ((EMPTY_TITLE, label(1.1, bold=True, wraps=True)), (EMPTY_TEXT, label(role=MUTED, wraps=True))):
                words.setText(text)
                words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                self._column.addWidget(words)
            self._column.addStretch(1)
        self._column.addStretch(2)
        self._list.verticalScrollBar().setValue(place)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Say that the window goes."""
        super().closeEvent(event)
        self.closed.emit()


class EntryCard(QWidget):
    """One notice on its own surface: what, how much, what became of it, and what can be done."""

    told = Signal(object)
    """A message to the engine."""

    def __init__(self, row: InboxRow, colours: Colours, *, is_new: bool, parent: QWidget) -> None:
        """Build the card."""
        super().__init__(parent)
        self._colours, self._tone, self._is_new = colours, row.tone, is_new
        line = self._line = line_height(self)
        edge = round(line * 0.75)
        column = QVBoxLayout(self)
        question = QuietButton("Why am I seeing this?", self, link=True, factor=0.88)
        inset = question.side  # its words stand in line with all others
        column.setContentsMargins(edge + round(line * 0.2) - inset, edge, edge, edge)
        column.setSpacing(round(line * 0.25))
        title, when = label(bold=True, wraps=True), label(0.88, role=MUTED)
        title.setText(row.title)
        when.setText(row.when)
        when.setFont(figures(when.font()))
        when.setContentsMargins(0, 0, round(line * 0.7) if is_new else 0, 0)
        head = QHBoxLayout()
        head.setSpacing(round(line * 0.6))
        head.setContentsMargins(inset, 0, 0, 0)
        head.addWidget(title, 1)
        head.addWidget(when, alignment=Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        text = label(0.96, wraps=True)
        text.setText(row.text)
        text.setVisible(bool(row.text))
        column.addWidget(text)
        fate = label(0.88, role=MUTED, wraps=True)
        fate.setText(row.fate)
        column.addWidget(fate)
        if row.buttons or row.snoozes:
            column.addSpacing(round(line * 0.15))
            column.addLayout(self._doing(row, inset))
        self._why = label(0.88, role=MUTED, wraps=True)
        self._why.setText(row.why)
        self._why.hide()
        for words in (text, fate, self._why):
            words.setContentsMargins(inset, 0, 0, 0)
        question.setVisible(bool(row.why))
        if row.why:
            question.clicked.connect(lambda: self._why.setVisible(self._why.isHidden()))
            asking = QHBoxLayout()
            asking.addWidget(question)
            asking.addStretch()
            column.addLayout(asking)
        column.addWidget(self._why)
        self.setAccessibleName(f"{'New: ' if is_new else ''}{row.title}. {row.text} {row.fate}.")

    def _doing(self, row: InboxRow, inset: int) -> QHBoxLayout:
        doing = QHBoxLayout()
        doing.setSpacing(round(self._line * 0.4))
        doing.setContentsMargins(inset, 0, 0, 0)
        for action, words in row.buttons:
            button = QuietButton(words, self, outlined=True, factor=0.88)
            button.clicked.connect(lambda _checked=False, action=action: self.told.emit(NoticeAnswered(row.key, action)))
            doing.addWidget(button)
        if row.snoozes:
            doing.addWidget(self._snooze_button(row))
        doing.addStretch()
        return doing

    def _snooze_button(self, row: InboxRow) -> QuietButton:
        button, menu = QuietButton("Snooze…", self, outlined=True, factor=0.88), QMenu(self)
        for action, words in row.snoozes:
            chosen = menu.addAction(words)
            chosen.triggered.connect(lambda _checked=False, action=action: self.told.emit(NoticeAnswered(row.key, action)))
        button.setAccessibleName(f"Snooze: {row.title}")
        button.clicked.connect(lambda: menu.popup(button.mapToGlobal(button.rect().bottomLeft())))
        return button

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the surface, at its left edge the tone, and a dot while it is new."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        line = self._line
        painter.setBrush(QColor(self._colours.card))
        painter.drawRoundedRect(QRectF(self.rect()), line * 0.5, line * 0.5)
        painter.setBrush(QColor(self._colours.tones[self._tone]))
        painter.drawRoundedRect(QRectF(line * 0.28, line * 0.7, line * 0.2, self.height() - line * 1.4), line * 0.1, line * 0.1)
        if self._is_new:
            painter.setBrush(QColor(self._colours.accent))
            painter.drawEllipse(QPointF(self.width() - line * 0.85, line * 1.22), line * 0.24, line * 0.24)
        painter.end()


class _Snoozed(QWidget):
    """Says what is snoozed, and ends it."""

    ended = Signal()

    def __init__(self, text: str, colours: Colours, parent: QWidget) -> None:
        super().__init__(parent)
        self._colours = colours
        line = line_height(self)
        words = label(wraps=True)
        words.setText(text)
        button = QuietButton("End snooze", self, outlined=True, factor=0.88)
        button.setAccessibleName(f"End snooze: {text}")
        button.clicked.connect(self.ended)
        row = QHBoxLayout(self)
        row.setContentsMargins(round(line * 0.95), round(line * 0.5), round(line * 0.75), round(line * 0.5))
        row.addWidget(words, 1)
        row.addWidget(button)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._colours.edge))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        line = line_height(self)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), line * 0.5, line * 0.5)
        painter.end()
