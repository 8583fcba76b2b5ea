"""The menu of the tray icon, made from data."""

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from tankful.present.menu import Command, MenuItem

_ONCE_MS = 400
"""Some tray hosts report one press of Return twice; the same wish within this time is one wish."""


class TrayMenu(QMenu):
    """Shows rows and says what was picked."""

    asked = Signal(Command, str)

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._items: tuple[MenuItem, ...] = ()
        self._rows: dict[tuple[int, ...], QAction] = {}
        self._submenus: list[QMenu] = []
        self._last: tuple[Command, str] | None = None
        self._since = QElapsedTimer()

    def render_view(self, items: tuple[MenuItem, ...]) -> None:
        """Show these rows; rows that only change their words or ticks stay the same objects, as an open menu needs."""
        if items == self._items:
            return
        if _shape(items) != _shape(self._items):
            self._rebuild(items)
        self._items = items
        self._update(items, ())

    def _rebuild(self, items: tuple[MenuItem, ...]) -> None:
        self.clear()
        for submenu in self._submenus:
            submenu.deleteLater()
        self._rows, self._submenus = {}, []
        self._fill(self, items, ())

    def _fill(self, menu: QMenu, items: tuple[MenuItem, ...], above: tuple[int, ...]) -> None:
        choices = QActionGroup(menu)
        for place, item in enumerate(items):
            if not item.text:
                menu.addSeparator()
                continue
            if item.children:
                submenu = QMenu(self)
                self._submenus.append(submenu)
                self._fill(submenu, item.children, (*above, place))
                action = menu.addMenu(submenu)
            else:
                action = menu.addAction(item.text)
                command, value = item.command, item.value
                if command is None:
                    action.setEnabled(False)
                else:
                    action.triggered.connect(lambda _checked=False, command=command, value=value: self._pick(command, value))
                if item.ticked is not None:
                    action.setCheckable(True)
                    choices.addAction(action)
            self._rows[(*above, place)] = action

    def _update(self, items: tuple[MenuItem, ...], above: tuple[int, ...]) -> None:
        for place, item in enumerate(items):
            action = self._rows.get((*above, place))
            if action is None:
                continue
            if action.text() != item.text:
                action.setText(item.text)
            if item.ticked is not None:
                action.setChecked(item.ticked)
            self._update(item.children, (*above, place))

    def _pick(self, command: Command, value: str) -> None:
        repeated = (command, value) == self._last and self._since.isValid() and self._since.elapsed() < _ONCE_MS
        self._last = (command, value)
        self._since.start()
        if not repeated:
            self.asked.emit(command, value)


def _shape(items: tuple[MenuItem, ...]) -> tuple[object, ...]:
    """Return what cannot change without rebuilding the menu."""
    return tuple((bool(item.text), item.command, item.value, item.ticked is None, _shape(item.children)) for item in items)
