"""Runs the tray program exactly as `tankful` does, and writes down when its gauge and its panel are painted."""

import tankful.ui  # noqa: F401, I001 # pyright: ignore[reportUnusedImport] - before PySide6 and all else, as in the program itself

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tankful import cli
from tankful.core.snapshot import Snapshot
from tankful.engine.audience import Audience
from tankful.engine.engine import Engine
from tankful.engine.messages import Message
from tankful.main import now
from tankful.store.settings_file import SettingsFile
from tankful.system import doorbell
from tankful.system.cycles import look_now_and_then
from tankful.system.paths import folders
from tankful.ui import app, single_instance
from tankful.ui.bridge import Bridge
from tankful.ui.glance import GlancePanel
from tankful.ui.surroundings import Call

TICK_MS = 5
STUCK_S = 0.02
"""Shorter stops of the loop are not worth a line."""


class Diary(QObject):
    """Writes one line of JSON per event, with the moment on the clock that all processes share."""

    def __init__(self, out: TextIO) -> None:
        """Write to `out` at once, nothing is buffered."""
        super().__init__()
        self._out = out
        self._panel_open = False

    def write(self, event: str, at: float | None = None, **more: str | float) -> None:
        """Note an event that happened now, or at the moment said."""
        self._out.write(json.dumps({"event": event, "t": time.monotonic() if at is None else at} | more) + "\n")
        self._out.flush()

    def shown(self, snapshot: Snapshot) -> None:
        """Note a picture that the icon has just been given, as soon as the loop has painted it."""
        meter = snapshot.binding
        spent = "" if meter is None else str(meter.spent)
        QTimer.singleShot(0, self, lambda: self.write("painted", spent=spent))

    def asked(self, word: str) -> None:
        """Note that somebody wants to see the panel, and look out for its first painting."""
        if word != doorbell.SHOW:
            return
        self.write("panel_asked")
        self._panel_open = True
        if application := QApplication.instance():
            application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Wait for the panel to be painted; Qt calls this before the painting."""
        if (
            self._panel_open
            and event.type() == QEvent.Type.Paint
            and isinstance(watched, QWidget)
            and isinstance(watched.window(), GlancePanel)
        ):
            self._panel_open = False
            QTimer.singleShot(0, self, lambda: self.write("panel"))
        return False


class Stopwatch(QObject):
    """A timer that should fire every few milliseconds inside the event loop, and notes when it was late."""

    def __init__(self, diary: Diary) -> None:
        """Begin; belongs to the thread whose loop is timed."""
        super().__init__()
        self._diary = diary
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._last = time.monotonic()
        self._timer.start(TICK_MS)

    def _tick(self) -> None:
        at = time.monotonic()
        if at - self._last > STUCK_S:
            self._diary.write("stuck", at, seconds=at - self._last)
        self._last = time.monotonic()


class WatchedEngine:
    """The engine; when the windows have taken a picture from it, the diary hears of it next."""

    def __init__(self, engine: Engine, begun: Callable[[Bridge], None]) -> None:
        """Call `begun` on the windows' thread before the engine starts."""
        self._engine, self._begun = engine, begun

    def start(self, audience: Audience) -> None:
        """Begin on a thread of its own."""
        if not isinstance(audience, Bridge):
            raise TypeError("the windows have another audience than the one that is watched")
        self._begun(audience)
        self._engine.start(audience)

    def post(self, message: Message) -> None:
        """Tell it something."""
        self._engine.post(message)

    @property
    def call(self) -> Call:
        """Do something with the linked accounts."""
        return self._engine.call

    def stop(self) -> None:
        """End."""
        self._engine.stop()


def watched_tray(diary: Diary, *, timed: bool) -> Callable[[Path | None], int]:
    """Return what `tankful.main.tray` is, with the diary let in; `timed` adds the stopwatch."""
    stopwatches: list[Stopwatch] = []

    def begun(bridge: Bridge) -> None:
        bridge.shown.connect(diary.shown)  # after the desk, so that its icon has the picture first
        if timed:
            stopwatches.append(Stopwatch(diary))

    def tray(data: Path | None) -> int:
        look_now_and_then()
        here = folders(data)
        single = single_instance.claim(here.state)
        if single is None:
            return 1
        single.asked.connect(diary.asked)
        file = SettingsFile(here.settings)
        settings = file.read()
        engine = WatchedEngine(Engine(here, settings, now), begun)
        return app.run(
            engine,
            settings,
            change=lambda changed: file.change(**changed),
            reread=file.read,
            stated=lambda: file.stated,
            folders=here,
            single=single,
        )

    return tray


def main() -> int:
    """Take the diary's path, `timed` or `plain`, and then Tankful's own words."""
    with Path(sys.argv[1]).open("a", encoding="utf-8") as out:
        return cli.main(sys.argv[3:], tray=watched_tray(Diary(out), timed=sys.argv[2] == "timed"), now=now)


if __name__ == "__main__":
    sys.exit(main())
