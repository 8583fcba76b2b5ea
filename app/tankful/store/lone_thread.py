"""Does one piece of blocking work after another on a thread of its own, which never keeps the program from ending."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")

_Job = tuple[Future[Any], Callable[[], Any]]


class LoneThread:
    """Starts when it is first needed; an executor of the library would wait at the program's end for work that hangs."""

    def __init__(self, name: str) -> None:
        """Do nothing yet."""
        self._name = name
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Queue a piece of work; it is left out when its future is cancelled before it begins."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._live, name=self._name, daemon=True)
            self._thread.start()
        future: Future[T] = Future()
        self._jobs.put((future, work))
        return future

    def close(self, within_s: float) -> None:
        """Let it end after what is queued, and wait so long at most; it may be used again."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join(within_s)
            self._thread = None

    def _live(self) -> None:
        while (job := self._jobs.get()) is not None:
            future, work = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - whoever waits for the future gets it
                future.set_exception(error)
