"""One linked account: how it does, what is left, and unlinking it."""

from html import escape

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tankful.core.pace import Tone
from tankful.present.accounts import AccountView
from tankful.ui.buttons import QuietButton
from tankful.ui.text import MUTED, label, line_height, scaled
from tankful.ui.theme import Colours


class AccountCard(QWidget):
    """A card in a thin edge; `render_view` keeps it up to date."""

    again = Signal(str)
    """Link this account again."""
    unlinking = Signal(str)
    """Unlink it; the user was asked."""

    def __init__(self, view: AccountView, colours: Colours) -> None:
        """Build the card of one account."""
        super().__init__()
        self._view, self._colours = view, colours
        line = line_height(self)
        self._letter = _Letter(line)
        self._title, self._state, self._details = label(wraps=True), label(0.92, wraps=True), label(0.92, role=MUTED, wraps=True)
        for part in (self._title, self._state):
            part.setTextFormat(Qt.TextFormat.RichText)
        self._details.hide()
        self._more = QuietButton("Details", self, outlined=True, factor=0.92)
        self._again = QuietButton("Link again…", self, outlined=True, factor=0.92)
        self._unlink = QuietButton("Unlink…", self, outlined=True, factor=0.92)
        self._more.clicked.connect(self._toggle_details)
        self._again.clicked.connect(lambda: self.again.emit(self._view.name))
        self._unlink.clicked.connect(lambda: self._ask(asking=True))
        self._asked = self._question(line)
        words = QVBoxLayout()
        words.setSpacing(round(line * 0.15))
        for part in (self._title, self._state, self._details):
            words.addWidget(part)
        words.addWidget(self._again, alignment=Qt.AlignmentFlag.AlignLeft)
        top = QHBoxLayout()
        top.setSpacing(round(line * 0.8))
        top.addWidget(self._letter, alignment=Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        for button in (self._more, self._unlink):
            top.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(round(line * 0.9),) * 4)
        column.setSpacing(round(line * 0.6))
        column.addLayout(top)
        column.addWidget(self._asked)
        self.render_view(view, colours)

    def _question(self, line: float) -> QWidget:
        """Return what is asked before an account goes."""
        asked = QWidget()
        words = label(0.92, wraps=True)
        words.setText("Unlink this account? Its key is taken out of the keyring; what was booked stays in the ledger.")
        self._yes, no = QuietButton("Unlink", asked, factor=0.92), QuietButton("Keep it", asked, outlined=True, factor=0.92)
        self._yes.clicked.connect(self._agree)
        no.clicked.connect(lambda: self._ask(asking=False))
        row = QHBoxLayout(asked)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(round(line * 0.6))
        row.addWidget(words, 1)
        row.addWidget(self._yes)
        row.addWidget(no)
        asked.hide()
        return asked

    @property
    def name(self) -> str:
        """Whose card it is."""
        return self._view.name

    def render_view(self, view: AccountView, colours: Colours) -> None:
        """Show the account as it is now."""
        self._view, self._colours = view, colours
        self._title.setText(f'<b>{escape(view.name)}</b> <span style="color:{colours.muted}">{escape(view.kind)}</span>')
        self._title.setAccessibleName(f"{view.name}, {view.kind}")
        rest = f" {escape(view.rest)}" if view.is_failing else f" · {escape(view.rest)}" if view.rest else ""
        # A figure and its unit stay on one line.
        lead = f'<span style="color:{colours.tone_words[view.tone]}">● {escape(view.lead)}</span>'
        self._state.setText(lead + rest)
        self._state.setAccessibleName(f"{view.lead} {view.rest}")
        self._details.setText("\n".join(view.details))
        self._more.setVisible(bool(view.details))
        self._again.setVisible(view.is_failing)
        self._letter.render_view(view.letter, colours)
        for button in (self._more, self._again, self._unlink):
            button.setAccessibleName(f"{button.text().rstrip('…')} {view.name}")
        self.setAccessibleName(f"{view.name}: {view.lead} {view.rest}")
        self.update()

    def _toggle_details(self) -> None:
        self._details.setVisible(self._details.isHidden())
        self._more.setText("Less" if self._details.isVisible() else "Details")

    def _ask(self, *, asking: bool) -> None:
        self._asked.setVisible(asking)
        self._unlink.setEnabled(not asking)
        (self._yes if asking else self._unlink).setFocus(Qt.FocusReason.TabFocusReason)

    def _agree(self) -> None:
        self._asked.hide()
        self.unlinking.emit(self._view.name)

    def stay(self) -> None:
        """It could not be unlinked."""
        self._unlink.setEnabled(True)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = line_height(self)
        painter.setPen(QPen(QColor(self._colours.line), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), line * 0.5, line * 0.5)
        painter.end()


class _Letter(QWidget):
    """The first letter of the kind on a small tile."""

    def __init__(self, line: float) -> None:
        super().__init__()
        self._text, self._card, self._ink = "", "", ""
        self.setFixedSize(round(line * 2.1), round(line * 2.1))
        self.setFont(scaled(self.font(), 1.0, bold=True))

    def render_view(self, text: str, colours: Colours) -> None:
        self._text, self._card, self._ink = text, colours.card, colours.tone_words[Tone.CALM]
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._card))
        painter.drawRoundedRect(QRectF(self.rect()), self.width() * 0.2, self.width() * 0.2)
        painter.setPen(QColor(self._ink))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()
