"""Waits for windows as long as they need on a machine that is busy with other tests, too."""

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

PATIENCE_MS = 30_000
"""pytest-qt gives up after five seconds; no test waits longer for having more, only one that fails."""


class PatientQtBot(QtBot):
    """pytest-qt's own, but for how soon it gives up."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:  # noqa: N802 - Qt's style
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **more: Any) -> Any:  # noqa: N802 - same
        return super().waitSignal(signal, timeout=timeout, **more)
