"""The small dialog in which an agent and a model are chosen; what that would change is shown by the next one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from tankful.core.allocation import OfferedModel
from tankful.core.tone import Tone
from tankful.present.switch_choice import Source, SwitchChoice
from tankful.ui.buttons import QuietButton
from tankful.ui.settings.outcome import Outcome
from tankful.ui.text import MUTED, label, line_height
from tankful.ui.theme import Colours

_WIDTH = 30
"""In lines of text."""


class SwitchChooser(QDialog):
    """Tells `chosen` and closes; nothing is changed by it."""

    chosen = Signal(str, object, str, object)
    """The agent, the account's link, the model's name, and what the gateway says of it, if it lists it."""

    def __init__(self, choice: SwitchChoice, colours: Colours, parent: QWidget | None = None) -> None:
        """Show what there is, or what is missing."""
        super().__init__(parent)
        self.setWindowTitle("Switch an agent")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self._choice = choice
        line = line_height(self)
        title, intro = label(1.25, bold=True), label(role=MUTED, wraps=True)
        title.setText("Switch an agent")
        intro.setText(
            "Choose an agent and the model that it is to use from its next session on. Its files are shown before anything changes."
        )
        self._missing = Outcome(colours)
        self._agent, self._account, self._model = QComboBox(), QComboBox(), QComboBox()
        fields = self._fields(line)
        self._cancel, self._next = QuietButton("Cancel", outlined=True), QuietButton("Show the change…")
        column = QVBoxLayout(self)
        edge = round(line * 1.4)
        column.setContentsMargins(edge, edge, edge, round(line * 1.1))
        column.setSpacing(round(line * 0.7))
        for part in (title, intro, self._missing, fields):
            column.addWidget(part)
        column.addSpacing(round(line * 0.3))
        column.addLayout(self._buttons(line))
        self._account.currentIndexChanged.connect(self._list_models)
        self._model.currentTextChanged.connect(self._match)
        self._list_models()
        if choice.missing:
            self._missing.say(f"{choice.missing}.", choice.hint, Tone.WATCH)
            for part in (intro, fields, self._next):
                part.hide()
            self._cancel.setText("Close")
        else:
            self._missing.hide()
            self._agent.setFocus(Qt.FocusReason.OtherFocusReason)
        width = round(line * _WIDTH)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)  # wrapped text asks for the height of a narrow window
        column.activate()
        self.setFixedSize(width, column.totalHeightForWidth(width))

    def _fields(self, line: float) -> QWidget:
        for agent, name in self._choice.agents:
            self._agent.addItem(name, agent)
        for source in self._choice.sources:
            self._account.addItem(source.link.name)
        self._model.setEditable(True)
        self._model.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        fields, grid = QWidget(), QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(round(line))
        grid.setVerticalSpacing(round(line * 0.6))
        grid.setColumnStretch(1, 1)
        for row, (words, box) in enumerate((("&Agent", self._agent), ("A&ccount", self._account), ("&Model", self._model))):
            asked = label(role=MUTED)
            asked.setText(words)
            asked.setBuddy(box)
            box.setAccessibleName(words.replace("&", ""))
            grid.addWidget(asked, row, 0)
            grid.addWidget(box, row, 1)
        fields.setLayout(grid)
        return fields

    def _buttons(self, line: float) -> QHBoxLayout:
        self._cancel.clicked.connect(self.reject)
        self._next.clicked.connect(self._choose)
        self._next.setDefault(True)
        row = QHBoxLayout()
        row.setSpacing(round(line * 0.7))
        row.addStretch()
        row.addWidget(self._cancel)
        row.addWidget(self._next)
        return row

    @property
    def _source(self) -> Source | None:
        place = self._account.currentIndex()
        return self._choice.sources[place] if 0 <= place < len(self._choice.sources) else None

    def _list_models(self) -> None:
        source = self._source
        self._model.clear()
        for text, model in () if source is None else source.models:
            self._model.addItem(text, model)
        line = self._model.lineEdit()
        if line is not None:
            line.setPlaceholderText("" if source is not None and source.models else "This gateway lists no models: write its name")
        self._match()

    def _match(self) -> None:
        self._next.setEnabled(bool(self._model.currentText().strip()))

    def _choose(self) -> None:
        source, text = self._source, self._model.currentText().strip()
        if source is None or not text:
            return
        offered: OfferedModel | None = next((model for words, model in source.models if text in {words, model.name}), None)
        agent = str(self._agent.currentData())
        self.accept()
        self.chosen.emit(agent, source.link, text if offered is None else offered.name, offered)
