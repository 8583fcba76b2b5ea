"""A window that is made when it is opened, and leaves nothing behind when it is closed."""

from typing import Generic, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

Window = TypeVar("Window", bound=QWidget)


class Door(QObject, Generic[Window]):
    """One window at most; whoever makes it connects its `closed` to `_forget`."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Make nothing yet."""
        super().__init__(parent)
        self._window: Window | None = None

    @property
    def window(self) -> Window | None:
        """The window, while it is open."""
        return self._window

    def close(self) -> None:
        """Take the window off the screen."""
        if self._window is not None:
            self._window.close()

    def _forget(self) -> None:
        if self._window is not None:
            self._window.deleteLater()
            self._window = None
