"""Carries snapshots from the engine's thread to the windows."""

from PySide6.QtCore import QObject, Qt, Signal

from tankful.core.errors import TankfulError
from tankful.core.inbox import NoticeAction
from tankful.core.snapshot import Snapshot


class Bridge(QObject):
    """The engine's audience; keep it alive as long as the engine, a queued signal dies with its sender.

    Of many snapshots that come while the windows are busy only the newest is delivered, so a storm cannot pile up.
    """

    shown = Signal(object)
    """A `Snapshot`, on the thread of the windows."""
    mistaken = Signal(object)
    """A `TankfulError` that says of a mistake of our own, on the thread of the windows."""
    summoned = Signal(object)
    """The `NoticeAction` that asks for a window, on the thread of the windows."""
    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Belong to the thread that makes it."""
        super().__init__(parent)
        self._newest: Snapshot | None = None
        self._on_its_way = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def show(self, snapshot: Snapshot) -> None:
        """Take the newest snapshot, on any thread."""
        # The order matters: the snapshot is in place before the flag is looked at, and `_deliver` does it the other way round.
        self._newest = snapshot
        if not self._on_its_way:
            self._on_its_way = True
            self._arrived.emit()

    def tell(self, error: TankfulError) -> None:
        """Pass on what to say of a mistake, on any thread."""
        self.mistaken.emit(error)

    def summon(self, action: NoticeAction) -> None:
        """Pass on which window is asked for, on any thread."""
        self.summoned.emit(action)

    def _deliver(self) -> None:
        self._on_its_way = False
        self.shown.emit(self._newest)
