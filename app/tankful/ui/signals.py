"""Ends the program cleanly when the system asks for it, without a timer that looks for signals."""

import contextlib
import signal
import socket
from types import FrameType, TracebackType
from typing import Self

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier

_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name))


class QuitOnSignals(QObject):
    """While entered, SIGTERM, SIGINT and SIGHUP quit the application; leaving puts everything back."""

    def __enter__(self) -> Self:
        """Take the signals over; must run on the main thread."""
        self._sender, self._receiver = socket.socketpair()
        self._sender.setblocking(False)
        self._receiver.setblocking(False)
        self._notifier = QSocketNotifier(self._receiver.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._wake)
        self._previous = {number: signal.signal(number, _noted) for number in _ENDING}
        self._previous_fd = signal.set_wakeup_fd(self._sender.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Put back what was there."""
        signal.set_wakeup_fd(self._previous_fd)
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._notifier.deleteLater()
        self._receiver.close()
        self._sender.close()

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            heard = self._receiver.recv(64)
            if any(number in _ENDING for number in heard):
                QCoreApplication.quit()


def _noted(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: a signal without a Python handler would not reach the wake-up socket."""
