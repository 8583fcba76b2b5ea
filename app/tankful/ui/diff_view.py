"""Shows what becomes of a file: its lines with signs and grounds, in letters of one width, to be read, scrolled and copied."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontDatabase, QPalette, QResizeEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from tankful.core.pace import Tone
from tankful.present.changing import DiffLine, FileChange, Mark
from tankful.ui.text import line_height
from tankful.ui.theme import Colours

_MOST_LINES = 22
_TONES = {Mark.ADDED: Tone.CALM, Mark.REMOVED: Tone.ACT}
_GROUND = 0.16


class DiffView(QPlainTextEdit):
    """One file's difference."""

    def __init__(self, change: FileChange, colours: Colours, parent: QWidget | None = None) -> None:
        """Show it; another difference is another view."""
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.setTabChangesFocus(True)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        if self.font().pointSizeF() > 0:
            font.setPointSizeF(self.font().pointSizeF() * 0.92)
        self.setFont(font)
        self.setAccessibleName(f"What changes in {change.path}")
        self._lines = change.lines
        self.setPlainText("\n".join(_written(line) for line in change.lines))
        self.dress(colours)
        self.fit(self.viewport().width())

    def fit(self, width: int) -> None:
        """Be as high as the lines, up to some, and as the bar below them where one is too long for so many pixels."""
        self._fitted = width
        metrics, margin = self.fontMetrics(), line_height(self) * 0.5
        self.document().setDocumentMargin(margin)
        widest = max((metrics.horizontalAdvance(_written(line)) for line in self._lines), default=0)
        is_wide = widest + 2 * margin + 2 * metrics.averageCharWidth() > width  # letters are laid out a little wider than they measure
        rows = min(len(self._lines), _MOST_LINES) * metrics.lineSpacing()
        self.setFixedHeight(round(rows + 2 * margin) + 2 + (self.horizontalScrollBar().sizeHint().height() if is_wide else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Make room for the bar, or take it back; a bar of what holds this one, which comes or goes with its height, is no reason."""
        super().resizeEvent(event)
        if abs(event.size().width() - self._fitted) > self.verticalScrollBar().sizeHint().width():
            self.fit(event.size().width())

    def dress(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        roles = self.palette()
        for role, colour in ((QPalette.ColorRole.Base, colours.card), (QPalette.ColorRole.Text, colours.text)):
            roles.setColor(role, QColor(colour))
        self.setPalette(roles)
        self.setExtraSelections([self._ground(number, line, colours) for number, line in enumerate(self._lines) if line.mark in _TONES])

    def _ground(self, number: int, line: DiffLine, colours: Colours) -> QTextEdit.ExtraSelection:
        """Return the ground of a line that comes or goes."""
        tone = _TONES[line.mark]
        made = QTextEdit.ExtraSelection()
        ground = QColor(colours.tones[tone])
        ground.setAlphaF(_GROUND)
        made.format.setBackground(ground)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - PySide6 declares neither
        made.format.setForeground(QColor(colours.tone_words[tone]))  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - same
        made.format.setProperty(QTextFormat.Property.FullWidthSelection, True)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - same
        made.cursor = QTextCursor(self.document().findBlockByNumber(number))  # pyright: ignore[reportAttributeAccessIssue] - same
        return made


def _written(line: DiffLine) -> str:
    return f"{line.mark.value} {line.text}"
