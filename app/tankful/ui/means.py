"""What the windows do beyond showing: look for processes, end one, add up spend, mail and send; each only when asked."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from tankful.core.agent_process import AgentProcess
from tankful.core.at_work import SessionAtWork

T = TypeVar("T")


def in_background(work: Callable[[], T]) -> "Future[T]":
    """Begin work on a thread of its own; what it raises is in the future."""
    future: Future[T] = Future()

    def run() -> None:
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(work())
            except Exception as error:  # noqa: BLE001 - whoever waits for it says so
                future.set_exception(error)

    threading.Thread(target=run, name="tankful-errand", daemon=True).start()
    return future


def find(session: SessionAtWork) -> tuple[AgentProcess, ...]:
    """Return the processes that may run a session."""
    from tankful.engine.finding_processes import processes_of  # noqa: PLC0415 - most starts never get here

    return processes_of(session)


def stop(process: AgentProcess) -> str:
    """End a process; return how that went, as `system.processes.End` names it. Raises `NotStopped`."""
    from tankful.system import processes  # noqa: PLC0415 - same

    return processes.stop(process.pid, process.started_s).value


def send(url: str, text: str) -> None:
    """Send a text to an address of the settings. Raises `NotSent`."""
    from tankful.engine import sending  # noqa: PLC0415 - same

    sending.send(url, text)


def open_url(url: str) -> bool:
    """Hand an address to the desktop's own program for it; says whether there is one."""
    return QDesktopServices.openUrl(QUrl(url, QUrl.ParsingMode.StrictMode))


@dataclass(frozen=True, slots=True)
class Means:
    """All of them, so that a test can hand in others."""

    find: Callable[[SessionAtWork], tuple[AgentProcess, ...]] = find
    stop: Callable[[AgentProcess], str] = stop
    send: Callable[[str, str], None] = send
    open_url: Callable[[str], bool] = open_url
