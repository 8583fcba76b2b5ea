"""One page of the settings, or what a search found on several."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from tankful.core.setting_rows import Section
from tankful.present.settings import PageView
from tankful.ui.buttons import QuietButton
from tankful.ui.rule import Rule
from tankful.ui.scrolling import Inside
from tankful.ui.settings.facts import FactRow
from tankful.ui.settings.rows import SettingRow
from tankful.ui.text import MUTED, label, line_height
from tankful.ui.theme import Colours

_WIDEST = 48
"""Lines of text from edge to edge; longer lines are hard to read."""


class Page(QScrollArea):
    """Rows under their headings; `render_pages` keeps them up to date."""

    changed = Signal(str, object)
    """Field of `Settings` and the value wanted."""
    turned = Signal(Section)
    """Somebody wants the page of a search's heading."""
    opening = Signal(str)
    """The folder that somebody wants to see."""

    def __init__(self, own_zone: str, top: QWidget | None = None, corner: QWidget | None = None) -> None:
        """Start empty; `top` stands below the heading, `corner` at its right."""
        super().__init__()
        self._own_zone, self._top, self._corner = own_zone, top, corner
        self._shape: object = None
        self._rows: dict[str, SettingRow] = {}
        self._facts: list[FactRow] = []
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside, line = Inside(), line_height(self)
        inside.setMaximumWidth(round(line * _WIDEST))
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(round(line * 1.5), round(line * 1.2), round(line * 1.5), round(line * 1.5))
        self._column.setSpacing(0)
        self.setWidget(inside)

    def render_pages(self, pages: tuple[PageView, ...], colours: Colours, *, found: bool = False) -> None:
        """Show these pages; fields that stay keep what is typed into them. `found`: they are what a search found."""
        shape = (found, tuple((page.section, [(row.field, row.form) for row in page.rows], len(page.facts)) for page in pages))
        if shape != self._shape:
            self._shape = shape
            typing = QApplication.focusWidget()
            lost = next((field for field, row in self._rows.items() if typing is not None and row.isAncestorOf(typing)), "")
            self._build(pages, colours, found=found)
            if lost in self._rows:
                self._rows[lost].editor.focus_target().setFocus()
            return
        facts = iter(self._facts)
        for page in pages:
            for row in page.rows:
                self._rows[row.field].show_row(row)
            for fact in page.facts:
                next(facts).show_fact(fact)
        for row in self._rows.values():
            row.dress(colours)

    def row(self, field: str) -> SettingRow:
        """Return the row of a setting on this page."""
        return self._rows[field]

    def settle(self) -> None:
        """Take what is still being typed as meant."""
        for row in self._rows.values():
            row.settle()

    def _build(self, pages: tuple[PageView, ...], colours: Colours, *, found: bool) -> None:
        line = line_height(self)
        self._clear()
        for number, page in enumerate(pages):
            if found:
                self._column.addSpacing(round(line * 1.2) if number else 0)
                self._column.addWidget(self._found_heading(page.section))
            else:
                title, intro = label(1.25, bold=True), label(role=MUTED, wraps=True)
                title.setText(page.section)
                intro.setText(page.intro)
                words = QVBoxLayout()
                words.setSpacing(round(line * 0.15))
                words.addWidget(title)
                words.addWidget(intro)
                head = QWidget()
                row = QHBoxLayout(head)
                row.setContentsMargins(0, 0, 0, 0)
                row.addLayout(words, 1)
                if self._corner is not None:
                    row.addWidget(self._corner)
                self._column.addWidget(head)
            if self._top is not None:
                self._column.addSpacing(round(line * 0.8))
                self._column.addWidget(self._top)
                self._top.show()
            self._column.addSpacing(round(line * 0.6))
            self._add(page, colours)
        if not pages:
            nothing = label(role=MUTED, wraps=True)
            nothing.setText("Nothing here is called that.")
            self._column.addWidget(nothing)
        self._column.addStretch(1)  # rows keep their own height

    def _found_heading(self, section: Section) -> QWidget:
        """Return the name of a page with what opens it."""
        head, name = QWidget(), label(1.1, bold=True)
        name.setText(section)
        turn = QuietButton("Open page", head, link=True, factor=0.92)
        turn.setAccessibleName(f"Open the page {section}")
        turn.clicked.connect(lambda: self.turned.emit(section))
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(name)
        row.addStretch()
        row.addWidget(turn)
        return head

    def _add(self, page: PageView, colours: Colours) -> None:
        rows: list[QWidget] = []
        for view in page.rows:
            row = SettingRow(view, self._own_zone, colours)
            row.changed.connect(self.changed)
            self._rows[view.field] = row
            rows.append(row)
        facts: list[QWidget] = []
        for fact in page.facts:
            made = FactRow(fact)
            made.opening.connect(self.opening)
            self._facts.append(made)
            facts.append(made)
        gap = round(line_height(self) * 0.75)
        has_line = self._top is not None
        for part in (*facts, *rows) if page.facts_first else (*rows, *facts):
            if has_line:
                self._column.addSpacing(gap)
                self._column.addWidget(Rule(self))
            has_line = True
            self._column.addSpacing(gap)
            self._column.addWidget(part)

    def _clear(self) -> None:
        self._rows, self._facts = {}, []
        if self._corner is not None:
            self._corner.setParent(None)
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self._top:
                widget.hide()
                widget.deleteLater()
