"""What the user has to do elsewhere to sign in: a page to open, and a code to type there."""

from datetime import tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFont, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tankful.present.format import clock
from tankful.ui.buttons import QuietButton
from tankful.ui.text import MUTED, label, line_height

if TYPE_CHECKING:
    from tankful.gateways.gateway import SignInStep  # it loads what talks to gateways


class SignInStepBox(QWidget):
    """The code in large letters, to be copied; the page to open once more."""

    def __init__(self, zone: tzinfo) -> None:
        """Show nothing yet."""
        super().__init__()
        self._zone, self._url = zone, ""
        line = line_height(self)
        self._what = label(wraps=True)
        self._code = label(2.2, bold=True)
        font = self._code.font()
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 112)
        self._code.setFont(font)
        self._code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self._copy = QuietButton("Copy code", self, outlined=True, factor=0.92)
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._code.text()))
        self._open = QuietButton("Open the page again", self, outlined=True, factor=0.92)
        self._open.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self._url)))
        self._where = label(0.92, role=MUTED, wraps=True)
        self._where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout()
        row.setSpacing(round(line * 0.8))
        row.addWidget(self._code)
        row.addWidget(self._copy)
        row.addWidget(self._open)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(round(line * 0.4))
        column.addWidget(self._what)
        column.addLayout(row)
        column.addWidget(self._where)

    def show_step(self, step: "SignInStep") -> None:
        """Show what to do now."""
        self._url = step.url
        has_code = bool(step.code)
        self._what.setText(
            "Type this code on the page that your browser shows:" if has_code else "Sign in on the page that your browser shows."
        )
        self._code.setText(step.code)
        self._code.setAccessibleName(f"Code: {' '.join(step.code)}")
        for part in (self._code, self._copy):
            part.setVisible(has_code)
        self._where.setText(f"{step.url}\nUntil {clock(step.until, self._zone)}.")
        self.show()
