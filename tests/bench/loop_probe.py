"""Runs the tray program with a stopwatch inside its event loop: a timer that should fire every 5 ms notes how late it was."""

import json
import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMetaObject, QObject, Qt, QTimer, Slot
from tankful.main import main

EVERY_MS = 5


class LoopProbe(QObject):
    """Lives on the thread that made it and times that thread's event loop."""

    def __init__(self, to: Path) -> None:
        """Get ready; the gaps are written to `to` when the program ends."""
        super().__init__()
        self.gaps: list[tuple[float, float]] = []
        self._to = to
        self._last = 0.0
        self._timer: QTimer | None = None

    @Slot()
    def begin(self) -> None:
        """Start the timer; runs inside the loop that is to be timed."""
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._last = time.monotonic()
        self._timer.start(EVERY_MS)

    @Slot()
    def _tick(self) -> None:
        now = time.monotonic()
        self.gaps.append((now, now - self._last))
        self._last = now

    def keep(self) -> None:
        """Write [moment, seconds since the tick before] of every tick."""
        self._to.write_text(json.dumps(self.gaps), encoding="utf-8")


def begin_when_there_is_a_loop(probe: LoopProbe, *, patience_s: float = 30.0) -> None:
    """Wait for the program to make its application, then let the probe begin on the loop's own thread."""
    until = time.monotonic() + patience_s
    while QCoreApplication.instance() is None and time.monotonic() < until:
        time.sleep(0.01)
    QMetaObject.invokeMethod(probe, "begin", Qt.ConnectionType.QueuedConnection)


if __name__ == "__main__":
    stopwatch = LoopProbe(Path(sys.argv[1]))
    threading.Thread(target=begin_when_there_is_a_loop, args=(stopwatch,), daemon=True).start()
    try:
        code = main(sys.argv[2:])
    finally:
        stopwatch.keep()
    sys.exit(code)
