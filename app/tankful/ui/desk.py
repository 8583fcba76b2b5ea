"""Everything of Tankful that is on the screen, kept in step with the newest snapshot."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QObject, QRect, QTimer, Signal
from PySide6.QtGui import QCursor, QGuiApplication, QPalette, QScreen
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QSystemTrayIcon

from tankful.core.choices import IconStyle, Theme
from tankful.core.errors import TankfulError
from tankful.core.health import SETTINGS
from tankful.core.inbox import NoticeAction
from tankful.core.nudges.nudge import Answer
from tankful.core.setting_rows import Section
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.present.first_start import first_start_view, is_due, suggested
from tankful.present.gauge import gauge_view, tooltip
from tankful.present.glance import glance_view
from tankful.present.menu import Command, figure, menu_view
from tankful.system.zone import zone_named
from tankful.ui import theme
from tankful.ui.budget import BudgetDialog
from tankful.ui.errands import Errands
from tankful.ui.first_start import FirstStartDialog
from tankful.ui.glance import GlancePanel
from tankful.ui.inbox_door import InboxDoor
from tankful.ui.placement import MARGIN, beside
from tankful.ui.settings_door import SettingsDoor
from tankful.ui.small_window import SmallWindow
from tankful.ui.surroundings import Surroundings
from tankful.ui.tray import Tray
from tankful.ui.tray_menu import TrayMenu

_AGES_EVERY_MS = 1000
_SAME_CLICK_MS = 300
"""A click on the icon first takes the focus from the panel, which closes it, and then asks to toggle it."""


class Desk(QObject):
    """Owns the tray icon, its menu, the panel, the small window and the dialogs."""

    refresh_asked = Signal()
    banners_seen = Signal()
    spike_expected = Signal(str)
    """The key of a spike."""
    told = Signal(object)
    """A message to the engine: what the user says to notices."""
    nudge_answered = Signal(str, object)
    """The key of a nudge, and its `Answer`."""
    settings_changed = Signal(object)
    """The new `Settings`, already kept."""
    quit_asked = Signal()

    def __init__(
        self,
        settings: Settings,
        around: Surroundings,
        *,
        tray_available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
    ) -> None:
        """Dress the application; nothing shows before `start`."""
        super().__init__()
        self._settings, self._change, self._reread = settings, around.change, around.reread
        self._state, self._now = around.folders.state, around.now
        self._door = SettingsDoor(around, self)
        self._door.kept.connect(self.take_settings)
        self._inbox = InboxDoor(self)
        self._inbox.told.connect(self.told)
        self._inbox.settings_asked.connect(self.open_settings)
        self._errands = Errands(around, self)
        self._zone = zone_named(settings.timezone)
        self._snapshot: Snapshot | None = None
        self._desktop_palette = QPalette(QGuiApplication.palette())
        self._colours = self._dress()
        self._menu = TrayMenu()
        self._menu.asked.connect(self._obey)
        self._tray = Tray(self._menu, available=tray_available, parent=self)
        self._tray.clicked.connect(self.toggle)
        self._tray.appeared.connect(self._drop_small_window)
        self._tray.missing.connect(self._show_small_window)
        self._panel: GlancePanel | None = None
        self._small: SmallWindow | None = None
        self._dialog: QDialog | None = None
        self._anchor = QRect()
        self._closed_since = QElapsedTimer()
        self._ages = QTimer(self)
        self._ages.setInterval(_AGES_EVERY_MS)
        self._ages.timeout.connect(self._render_panel)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._redress)
        self._render_closed()

    def start(self) -> None:
        """Show the icon."""
        self._tray.start()

    def stop(self) -> None:
        """Take everything off the screen."""
        QGuiApplication.styleHints().colorSchemeChanged.disconnect(self._redress)
        self._ages.stop()
        self._door.close()
        self._inbox.close()
        self._tray.stop()
        for window in (self._panel, self._small, self._dialog, self._menu):
            if window is not None:
                window.blockSignals(True)
                window.close()
                window.deleteLater()
        self._panel = self._small = self._dialog = None

    def take(self, snapshot: Snapshot) -> None:
        """Show the newest snapshot everywhere."""
        was_unreadable = self._snapshot is not None and self._snapshot.fails(SETTINGS)
        self._snapshot = snapshot
        if was_unreadable and not snapshot.fails(SETTINGS):
            with suppress(TankfulError):  # broken again just now: the next snapshot will say so
                self.take_settings(self._reread())
        self._render_closed()
        self._render_panel()
        self._render_settings()
        if is_due(snapshot, self._settings, asked_before=self._asked_mark.exists()):
            self._ask_first_budget(snapshot)

    def take_settings(self, settings: Settings) -> None:
        """Follow settings that changed; the same ones again are no news."""
        if settings == self._settings:
            return
        self._settings = settings
        # The zone was checked when the settings were read; a machine that lost its zone data keeps the old one.
        with suppress(TankfulError):
            self._zone = zone_named(settings.timezone)
        self._redress()
        self._render_settings()
        self.settings_changed.emit(settings)

    def tell(self, error: TankfulError) -> None:
        """Show a mistake of our own, above whatever is open."""
        self._show_dialog(QMessageBox(QMessageBox.Icon.Warning, "Tankful", f"{error.title}\n\n{error.hint}"))

    def open_settings(self, section: Section | None = None) -> None:
        """Open the settings, at a page if one is named; only ever called because the user asked."""
        self._door.open(section, self._snapshot, self._settings, self._zone, self._colours)

    def open_inbox(self) -> None:
        """Open what was said or kept back; only ever called because the user asked."""
        self._inbox.open(self._snapshot, self._now(), self._zone, self._colours)

    def summon(self, action: NoticeAction) -> None:
        """Open what the user asked for at a notice."""
        if action is NoticeAction.OPEN:
            self.open()
        elif action is NoticeAction.INBOX:
            self.open_inbox()
        elif action is NoticeAction.SETTINGS:
            self.open_settings(Section.ACCOUNTS)
        elif action is NoticeAction.SWITCHES:
            self.open_settings(Section.NUDGES)

    def toggle(self) -> None:
        """Open the panel, or close it when it is open."""
        if self._panel is not None and self._panel.isVisible():
            self._panel.hide()
        elif not (self._closed_since.isValid() and self._closed_since.elapsed() < _SAME_CLICK_MS):
            self.open()

    def open(self) -> None:
        """Open the panel near the icon and give it the keyboard; only ever called because the user asked."""
        if self._panel is None:
            self._panel = GlancePanel()
            self._panel.asked.connect(self._obey)
            self._panel.closed.connect(self._panel_closed)
            self._panel.resized.connect(self._place_panel)
        panel = self._panel
        self._anchor = self._tray.place()
        if self._anchor.isEmpty() and self._small is not None:
            self._anchor = self._small.frameGeometry()
        self._pointer = QCursor.pos()
        panel.limit_height(self._screen().availableGeometry().height() - 2 * MARGIN)
        panel.render_view(glance_view(self._snapshot, self._settings, self._now(), self._zone), self._colours)
        self._place_panel()
        panel.show()
        panel.activateWindow()
        panel.setFocus()
        self._ages.start()

    @property
    def _asked_mark(self) -> Path:
        return self._state / "first-start-done"

    def _obey(self, command: Command, value: str = "") -> None:
        match command:
            case Command.OPEN:
                self.open()
            case Command.REFRESH:
                self.refresh_asked.emit()
            case Command.BUDGET:
                self._ask_budget()
            case Command.SETTINGS:
                self.open_settings(Section(value) if value else None)
            case Command.BANNER_SEEN | Command.SPIKE_EXPECTED | Command.NUDGE_LATER | Command.NUDGE_COMPARE | Command.SHOW_SESSION:
                self._answer(command)
            case Command.ASK_FOR_MORE | Command.INBOX | Command.SNOOZE | Command.SNOOZE_END:
                self._attend(command, value)
            case Command.COPY:
                QGuiApplication.clipboard().setText(tooltip(self._snapshot, self._zone))
            case Command.ICON_STYLE | Command.THEME:
                self._keep({"icon_style": IconStyle(value)} if command is Command.ICON_STYLE else {"theme": Theme(value)})
            case Command.QUIT:
                self.quit_asked.emit()

    def _attend(self, command: Command, value: str) -> None:
        """Do what the menu or the panel wants beyond the budget."""
        if command is Command.INBOX:
            self.open_inbox()
        elif command is Command.ASK_FOR_MORE:
            self._run_errand(command)
        else:
            self._inbox.obey(command, value)

    def _answer(self, command: Command) -> None:
        """Pass on what the user says to something that is shown."""
        seen = self._snapshot
        match command:
            case Command.BANNER_SEEN:
                self.banners_seen.emit()
            case Command.NUDGE_LATER:
                if seen is not None and seen.nudge is not None:
                    self.nudge_answered.emit(seen.nudge.key, Answer.DISMISSED)
            case Command.NUDGE_COMPARE | Command.SHOW_SESSION:
                self._run_errand(command)
            case _:
                for spike in () if seen is None else seen.spikes:
                    self.spike_expected.emit(spike.key)

    def _run_errand(self, command: Command) -> None:
        """Open the dialog that a card asks for, if what it is about is still there."""
        seen = self._snapshot
        if seen is None:
            return
        match command:
            case Command.NUDGE_COMPARE:
                key = "" if seen.nudge is None else seen.nudge.key  # another one may be suggested by the time of the answer
                dialog = self._errands.comparison(seen, self._zone, self._colours, lambda said: self.nudge_answered.emit(key, said))
            case Command.SHOW_SESSION:
                dialog = self._errands.session(seen, self._zone, self._colours)
            case _:
                dialog = self._errands.request(seen, self._settings, self._zone, self._colours)
        if dialog is not None:
            self._show_dialog(dialog)

    def _keep(self, fields: dict[str, object]) -> None:
        try:
            self.take_settings(self._change(fields))
        except TankfulError as trouble:
            self._show_dialog(QMessageBox(QMessageBox.Icon.Warning, "Tankful", f"{trouble.title}\n\n{trouble.hint}"))

    def _ask_budget(self) -> None:
        spent = Decimal(0) if self._snapshot is None else self._snapshot.last_30_days
        dialog = BudgetDialog(self._settings, suggested(spent))
        dialog.changed.connect(self._keep)
        self._show_dialog(dialog)

    def _ask_first_budget(self, snapshot: Snapshot) -> None:
        # Marked before it is answered: whoever ends the program at this question is not asked again.
        with suppress(OSError):
            self._state.mkdir(parents=True, exist_ok=True)
            self._asked_mark.touch()
        dialog = FirstStartDialog(first_start_view(snapshot), self._colours)
        dialog.changed.connect(self._keep)
        self._show_dialog(dialog)

    def _show_dialog(self, dialog: QDialog) -> None:
        if self._dialog is not None:
            self._dialog.close()
        self._dialog = dialog
        dialog.finished.connect(lambda: self._forget(dialog))
        dialog.show()
        dialog.activateWindow()

    def _forget(self, dialog: QDialog) -> None:
        dialog.deleteLater()
        if self._dialog is dialog:
            self._dialog = None

    def _show_small_window(self) -> None:
        self._small = SmallWindow(self._menu)
        self._small.clicked.connect(self.toggle)
        self._small.dismissed.connect(self.quit_asked)
        self._render_closed()
        self._small.show()

    def _drop_small_window(self) -> None:
        if self._small is not None:
            self._small.hide()
            self._small.deleteLater()
            self._small = None

    def _render_closed(self) -> None:
        """Bring what is always on the screen up to date."""
        view, sentence = gauge_view(self._snapshot, self._settings.icon_style), tooltip(self._snapshot, self._zone)
        self._tray.show_gauge(view, self._colours)
        self._tray.show_sentence(sentence)
        self._menu.render_view(menu_view(self._snapshot, self._settings))
        if self._small is not None:
            self._small.render_view(view, figure(self._snapshot), sentence, self._colours)

    def _render_panel(self) -> None:
        if self._panel is not None and self._panel.isVisible():
            self._panel.render_view(glance_view(self._snapshot, self._settings, self._now(), self._zone), self._colours)

    def _render_settings(self) -> None:
        self._door.render_state(self._snapshot, self._settings, self._zone, self._colours)
        self._inbox.render_state(self._snapshot, self._now(), self._zone, self._colours)

    def _place_panel(self) -> None:
        if self._panel is not None:
            screen = self._screen()
            place = beside(self._panel.size(), self._anchor, self._pointer, screen.geometry(), screen.availableGeometry())
            self._panel.move(place)

    def _screen(self) -> QScreen:
        where = self._pointer if self._anchor.isEmpty() else self._anchor.center()
        return QGuiApplication.screenAt(where) or QGuiApplication.primaryScreen()

    def _panel_closed(self) -> None:
        self._ages.stop()
        self._closed_since.start()

    def _dress(self) -> theme.Colours:
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            raise TypeError("windows need a QApplication")
        return theme.apply(app, self._settings.theme, self._desktop_palette)

    def _redress(self) -> None:
        self._colours = self._dress()
        self._render_closed()
        self._render_panel()
        self._render_settings()
