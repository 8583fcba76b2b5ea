"""Brings the outcome of long work on other threads to the windows."""

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from tankful.core.errors import TankfulError
from tankful.system.log_file import places

T = TypeVar("T")


class Task:
    """One piece of work that somebody waits for."""

    def __init__(self, future: "Future[T]") -> None:
        """Use `Tasks.follow`."""
        self._future = future
        self.is_dropped = False

    def cancel(self) -> None:
        """End the work if it can be ended; nothing is heard of it any more."""
        self.is_dropped = True
        self._future.cancel()


class Tasks(QObject):
    """Keep one alive as long as the windows: a queued signal dies with its sender."""

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Belong to the thread that makes it; outcomes are told there."""
        super().__init__(parent)
        self._arrived.connect(_act, Qt.ConnectionType.QueuedConnection)

    def follow(self, future: "Future[T]", done: Callable[[T], object], failed: Callable[[TankfulError], object]) -> Task:
        """Call `done` with the result, or `failed` with what went wrong; neither when it is cancelled first."""
        task = Task(future)

        def tell() -> None:
            if task.is_dropped:
                return
            try:
                result = future.result(0)
            except CancelledError:
                return
            except TankfulError as error:
                failed(error)
            except Exception as mistake:  # noqa: BLE001 - whatever it is, the window goes on and says so
                failed(_explained(mistake))
            else:
                done(result)

        future.add_done_callback(lambda _: self._send(tell))
        return task

    def here(self, act: Callable[[T], object]) -> Callable[[T], None]:
        """Return a function that may be called on any thread and acts on this one, later."""
        return lambda value: self._send(partial(act, value))

    def _send(self, act: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the windows are gone, and so is their half of this object
            self._arrived.emit(act)


def _act(act: Callable[[], object]) -> None:
    act()


def _explained(mistake: Exception) -> TankfulError:
    """Return what to say of a mistake of our own; its words may hold what was typed, so only its place is logged."""
    logging.getLogger(__name__).error("%s at\n%s", type(mistake).__name__, places(mistake))
    return TankfulError(f"Tankful made a mistake ({type(mistake).__name__})", "Try again; the log says where it happened.")
