"""The settings window: pages at the left, rows at the right; what is changed acts at once."""

from datetime import tzinfo

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from tankful.core.errors import TankfulError
from tankful.core.pace import Tone
from tankful.core.setting_rows import Section
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.present.settings import PageView, changes, search
from tankful.present.settings_pages import settings_pages
from tankful.present.switched import SwitchedRow, switched_rows
from tankful.switch.in_force import in_force
from tankful.switch.registry import SWITCHERS
from tankful.system.zone import zone_named
from tankful.ui.reading_order import follow_reading_order
from tankful.ui.rule import Rule
from tankful.ui.settings.accounts_panel import AccountsPanel
from tankful.ui.settings.machine import machine
from tankful.ui.settings.navigation import Navigation
from tankful.ui.settings.outcome import Outcome
from tankful.ui.settings.page import Page
from tankful.ui.settings.switched_panel import SwitchedPanel
from tankful.ui.surroundings import Surroundings
from tankful.ui.switching import Switching
from tankful.ui.tasks import Tasks
from tankful.ui.text import line_height
from tankful.ui.theme import Colours
from tankful.ui.window_size import remember, remembered

_NAME = "settings"
_AGES_EVERY_MS = 1000
_SIZE, _LEAST = (60, 38), (46, 26)
"""In lines of text."""


class SettingsWindow(QWidget):
    """Show it with `open_at`; it is made anew each time, and tells `closed` when it goes."""

    kept = Signal(object)
    """All `Settings`, as they are after a change."""
    closed = Signal()

    def __init__(
        self, around: Surroundings, tasks: Tasks, snapshot: Snapshot | None, settings: Settings, zone: tzinfo, colours: Colours
    ) -> None:
        """Build the frame; pages are built when they are first turned to."""
        super().__init__()
        self.setWindowTitle("Settings")
        self.setObjectName("settings")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self._around, self._snapshot, self._settings, self._zone, self._colours = around, snapshot, settings, zone, colours
        self._machine = machine(around.folders)
        self._own_zone = str(zone_named(""))
        self._pages: dict[Section, Page] = {}
        self._tasks = tasks
        self._accounts: AccountsPanel | None = None
        self._switching = Switching(around.folders, around.now)
        self._switched: SwitchedPanel | None = None
        line = line_height(self)
        self._navigation = Navigation()
        self._navigation.turned.connect(self._turn)
        self._navigation.sought.connect(self._seek)
        self._trouble = Outcome(colours)
        self._stack = QStackedWidget()
        self._found = self._made_page()
        self._section = Section.ACCOUNTS
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self._trouble)
        right.addWidget(self._stack, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._navigation)
        whole.addWidget(Rule(self, standing=True))
        whole.addLayout(right, 1)
        self._ages = QTimer(self)
        self._ages.setInterval(_AGES_EVERY_MS)
        self._ages.timeout.connect(self._render)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self._begin_search)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._escape)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Close), self, self.close)
        self.setMinimumSize(round(line * _LEAST[0]), round(line * _LEAST[1]))
        self.resize(self._first_size(line))

    def _first_size(self, line: float) -> QSize:
        """Return the size it was left in, as far as the screen has room for it."""
        wished = remembered(self._around.folders.state, _NAME) or QSize(round(line * _SIZE[0]), round(line * _SIZE[1]))
        return wished.boundedTo(self.screen().availableGeometry().size()).expandedTo(self.minimumSize())

    def open_at(self, section: Section | None = None) -> None:
        """Show the window, at a page if one is named, and give it the keyboard."""
        if section is not None:
            self._navigation.search.clear()
            self._navigation.turn_to(section)
        self._turn(self._section)
        self.show()
        self.raise_()
        self.activateWindow()
        self._navigation.list.setFocus()

    def render_state(self, snapshot: Snapshot | None, settings: Settings, zone: tzinfo, colours: Colours) -> None:
        """Show what is true now."""
        self._snapshot, self._settings, self._zone, self._colours = snapshot, settings, zone, colours
        self._render()

    def _turn(self, section: Section) -> None:
        self._section = section
        if self._navigation.search.text():
            self._navigation.search.clear()  # which renders
        self._navigation.turn_to(section)
        self._render()

    def _seek(self) -> None:
        self._found.verticalScrollBar().setValue(0)
        self._render()

    def _views(self) -> tuple[PageView, ...]:
        return settings_pages(self._settings, self._around.stated(), self._snapshot, self._machine, self._zone)

    def _render(self) -> None:
        """Bring the page that is seen up to date."""
        views, sought = self._views(), self._navigation.search.text().strip()
        if sought:
            self._found.render_pages(search(sought, views), self._colours, found=True)
            self._stack.setCurrentWidget(self._found)
        else:
            page = self._page(self._section)
            page.render_pages(tuple(view for view in views if view.section is self._section), self._colours)
            self._stack.setCurrentWidget(page)
        if self._accounts is not None:
            states = () if self._snapshot is None else self._snapshot.accounts
            self._accounts.render_accounts(states, self._around.now(), self._zone, self._colours)
        if self._switched is not None and self._section is Section.NUDGES:
            self._switched.refresh(self._colours)
        self._trouble.dress(self._colours)

    def _switched_rows(self) -> tuple[SwitchedRow, ...]:
        checks = () if self._snapshot is None else self._snapshot.post_checks
        return switched_rows(in_force(self._switching.changes.journal, {each.agent: each.title for each in SWITCHERS}), self._zone, checks)

    def _switch(self) -> None:
        states = () if self._snapshot is None else self._snapshot.accounts
        self._switching.open_choice(states, self._colours, self, lambda _agent: self._render())

    def _undo_switch(self, agent: str) -> None:
        self._switching.open_undo(agent, self._colours, self).changed.connect(self._render)

    def _page(self, section: Section) -> Page:
        if section not in self._pages:
            if section is Section.ACCOUNTS:
                around = self._around
                self._accounts = AccountsPanel(around.call, self._tasks, around.kinds, around.folders.state, self._colours)
            if section is Section.NUDGES:
                self._switched = SwitchedPanel(self._switched_rows, self._colours)
                self._switched.undoing.connect(self._undo_switch)
                self._switched.switching.connect(self._switch)
            tops = {Section.ACCOUNTS: self._accounts, Section.NUDGES: self._switched}
            self._pages[section] = self._made_page(tops.get(section))
        return self._pages[section]

    def _made_page(self, top: QWidget | None = None) -> Page:
        page = Page(self._own_zone, top, top.button if isinstance(top, AccountsPanel) else None)
        page.changed.connect(self._keep)
        page.turned.connect(self._turn)
        page.opening.connect(self._around.open_folder)
        self._stack.addWidget(page)
        return page

    def _keep(self, field: str, value: object) -> None:
        """Keep a change at once; what cannot be is said at its row."""
        page = self._stack.currentWidget()
        try:
            self._settings = self._around.change(changes(field, value, self._settings))
        except TankfulError as wrong:
            if isinstance(page, Page):
                page.row(field).complain(wrong)
            return
        self._trouble.hide()
        self.kept.emit(self._settings)
        self._render()

    def _reread(self) -> None:
        """Look whether somebody changed the file by hand meanwhile."""
        try:
            settings = self._around.reread()
        except TankfulError as unreadable:
            self._trouble.say(f"{unreadable.title.rstrip('.')}.", unreadable.hint, Tone.ACT)
            return
        self._trouble.hide()
        if settings != self._settings:
            self._settings = settings
            self.kept.emit(settings)
        self._render()

    def _begin_search(self) -> None:
        self._navigation.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._navigation.search.selectAll()

    def _escape(self) -> None:
        """Take back the nearest thing: what goes on, what is sought, the window."""
        if self._accounts is not None and self._accounts.is_busy:
            self._accounts.cancel()
        elif self._navigation.search.text():
            self._navigation.search.clear()
            self._navigation.list.setFocus()
        else:
            self.close()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 - Qt's name
        """Go on with the keyboard as the window reads now: accounts and ways to sign in are made after what is below them."""
        follow_reading_order(self)
        return super().focusNextPrevChild(forward)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Read the file again when the user comes back, perhaps from an editor."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow() and QApplication.activeModalWidget() is None:
            self._reread()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Let the ages go on."""
        super().showEvent(event)
        self._ages.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Let nothing tick."""
        super().hideEvent(event)
        self._ages.stop()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Take what is still being typed as meant, and remember the size."""
        page = self._stack.currentWidget()
        if isinstance(page, Page):
            page.settle()
        if self._accounts is not None:
            self._accounts.stop()
        remember(self._around.folders.state, _NAME, self.size())
        super().closeEvent(event)
        self.closed.emit()
