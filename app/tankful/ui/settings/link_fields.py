"""The fields of linking an account: address and kind, then the ways to sign in, then what a key needs."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from tankful.core.links import Method
from tankful.present.accounts import METHODS
from tankful.ui.buttons import QuietButton
from tankful.ui.text import MUTED, label, line_height

FIND_OUT = "Find out"
_WIDEST = "Gateway address"
"""The widest label: the fields of all parts stand below one another."""


class AddressFields(QWidget):
    """Where the gateway is, and of which kind if that cannot be found out."""

    finding = Signal()
    edited = Signal()

    def __init__(self, kinds: Sequence[tuple[str, str]]) -> None:
        """`kinds` are the ids and names of all kinds."""
        super().__init__()
        line = line_height(self)
        self.address, self.kind = QLineEdit(), QComboBox()
        self.address.setPlaceholderText("https://ai.example.com")
        self.address.setMaxLength(4096)
        self.address.textEdited.connect(self.edited)
        self.address.returnPressed.connect(self.finding)
        self.kind.addItem(FIND_OUT, "")
        for name, title in kinds:
            self.kind.addItem(title, name)
        self.kind.activated.connect(self.edited)
        self.look = QuietButton("Find", self, factor=0.92)
        self.look.clicked.connect(self.finding)
        grid = form_grid(self, line)
        _add_row(grid, 0, _WIDEST, self.address)
        beside = QHBoxLayout()
        beside.setSpacing(round(line * 0.8))
        beside.addWidget(self.kind)
        beside.addWidget(self.look)
        beside.addStretch()
        asked = label(role=MUTED)
        asked.setText("Kind")
        asked.setBuddy(self.kind)
        self.kind.setAccessibleName("Kind")
        grid.addWidget(asked, 1, 0)
        grid.addLayout(beside, 1, 1)


class MethodFields(QWidget):
    """What was found, and how one may sign in there."""

    chosen = Signal(object)
    """A `Method`."""

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        line = line_height(self)
        self._found, self._note = label(wraps=True), label(0.92, role=MUTED, wraps=True)
        self._ways = QGridLayout()
        self._ways.setHorizontalSpacing(round(line * 0.8))
        self._ways.setVerticalSpacing(round(line * 0.4))
        self._ways.setColumnStretch(1, 1)
        self.name = QLineEdit()
        self.name.setPlaceholderText("made from the address")
        self.options = QPlainTextEdit()
        self.options.setTabChangesFocus(True)
        self.options.setFixedHeight(round(line * 4.5))
        grid = form_grid(self, line)
        found = QVBoxLayout()
        found.setSpacing(round(line * 0.1))
        found.addWidget(self._found)
        found.addWidget(self._note)
        asked = label(role=MUTED)
        asked.setText("Found")
        grid.addWidget(asked, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(found, 0, 1)
        _add_row(grid, 1, "Name", self.name)
        self._options_label = _add_row(grid, 2, "Options", self.options)
        how = label(role=MUTED)
        how.setText("How")
        grid.addWidget(how, 3, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(self._ways, 3, 1)

    def show_ways(self, found: str, note: str, ways: dict[Method, str], options: Sequence[str]) -> None:
        """Show what was found, and for each way a button with what it would do."""
        self._found.setText(found)
        self._note.setText(f"({note})")
        for part in (self.options, self._options_label):
            part.setVisible(bool(options))
        self.options.setPlaceholderText(f"One name=value a line: {', '.join(options)}")
        while (item := self._ways.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        shown = {METHODS[method]: method for method in reversed(ways)}  # of two that read the same the better one
        for row, (text, method) in enumerate(reversed(shown.items())):
            button, what = QuietButton(text, self, outlined=row > 0, factor=0.92), label(0.92, role=MUTED, wraps=True)
            button.clicked.connect(lambda _=False, method=method: self.chosen.emit(method))
            button.setAccessibleDescription(ways[method])
            what.setText(ways[method])
            self._ways.addWidget(button, row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            self._ways.addWidget(what, row, 1)
            if row == 0:
                button.setFocus(Qt.FocusReason.TabFocusReason)
        self.show()


class KeyFields(QWidget):
    """A key that is pasted; what is typed shows as dots."""

    given = Signal()

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        line = line_height(self)
        self.key = QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setMaxLength(32_768)
        self.key.setPlaceholderText("Paste it here")
        self.key.returnPressed.connect(self.given)
        self.key.textChanged.connect(lambda: self.link.setEnabled(bool(self.key.text().strip())))
        self.link = QuietButton("Link", self, factor=0.92)
        self.link.clicked.connect(self.given)
        self.link.setEnabled(False)
        shown = QCheckBox("Show")
        shown.setAccessibleName("Show the key")
        shown.toggled.connect(self._show)
        beside = QHBoxLayout()
        beside.setSpacing(round(line * 0.6))
        beside.addWidget(self.key, 1)
        beside.addWidget(shown)
        beside.addWidget(self.link)
        asked = label(role=MUTED)
        asked.setText("Key")
        asked.setBuddy(self.key)
        self.key.setAccessibleName("Key")
        grid = form_grid(self, line)
        grid.addWidget(asked, 0, 0)
        grid.addLayout(beside, 0, 1)

    def take(self) -> str:
        """Return what was typed."""
        return self.key.text()

    def _show(self, shown: bool) -> None:
        self.key.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)


def form_grid(widget: QWidget, line: float) -> QGridLayout:
    """Return a grid of labels and fields whose columns stand below those of the other parts."""
    grid = QGridLayout(widget)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(round(line))
    grid.setVerticalSpacing(round(line * 0.5))
    grid.setColumnMinimumWidth(0, widget.fontMetrics().horizontalAdvance(_WIDEST))
    grid.setColumnStretch(1, 1)
    return grid


def _add_row(grid: QGridLayout, row: int, text: str, field: QWidget) -> QWidget:
    asked = label(role=MUTED)
    asked.setText(text)
    asked.setBuddy(field)
    field.setAccessibleName(text)
    grid.addWidget(asked, row, 0, Qt.AlignmentFlag.AlignTop if isinstance(field, QPlainTextEdit) else Qt.AlignmentFlag(0))
    grid.addWidget(field, row, 1)
    return asked
