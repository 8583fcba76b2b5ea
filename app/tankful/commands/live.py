"""`tankful status --watch`: the gauge in the terminal, redrawn whenever it changes."""

import queue
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from types import FrameType

from tankful.commands.keys import GONE, heard_keys
from tankful.commands.painting import painted
from tankful.commands.readers import has_hung_up
from tankful.commands.terminal import Terminal
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.engine.engine import Engine
from tankful.present import format as words
from tankful.present.status import Line, Piece, Role, status_line, status_lines
from tankful.system.cycles import look_now_and_then
from tankful.system.paths import Folders
from tankful.system.zone import zone_named

_AGE_S = 2.0
"""How often the ages on the picture are renewed while nothing happens."""
_QUIT = "q"
_UNABLE = {"dumb", "unknown"}
"""Terminals on which nothing can be drawn over: those of editors, mostly."""
_ENDS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@dataclass(frozen=True, slots=True)
class Over:
    """Somebody wants to end it."""


class Inbox:
    """Takes snapshots, keys and signals from wherever they come; only the drawing loop takes them out."""

    def __init__(self) -> None:
        """Begin empty."""
        self._waiting: queue.SimpleQueue[Snapshot | Over] = queue.SimpleQueue()

    def show(self, snapshot: Snapshot) -> None:
        """Take a new picture."""
        self._waiting.put(snapshot)

    def key(self, pressed: str) -> None:
        """Take a key that was pressed."""
        if pressed.lower() in {_QUIT, GONE}:
            self._waiting.put(Over())

    def signal(self, _number: int, _frame: FrameType | None) -> None:
        """Take a signal of the system."""
        self._waiting.put(Over())

    def newest(self, timeout_s: float | None) -> Snapshot | Over | None:
        """Return the last thing that came, waiting for one; `None` when nothing did."""
        try:
            seen = self._waiting.get(timeout=timeout_s)
            while not isinstance(seen, Over) and not self._waiting.empty():
                seen = self._waiting.get()
        except queue.Empty:
            return None
        return seen


def watch(folders: Folders, settings: Settings, terminal: Terminal) -> int:
    """Show the gauge until `q`, Ctrl+C or the end of the session; where nothing can be drawn over, say a line for each change."""
    look_now_and_then()  # other commands end before it would bring anything
    inbox = Inbox()
    zone = zone_named(settings.timezone)
    engine = Engine(folders, settings, terminal.now, terminal.environ)
    with _ended_by_signals(inbox), heard_keys(terminal.inp, inbox.key):
        engine.start(inbox)
        try:
            if terminal.out.isatty() and terminal.environ.get("TERM", "").lower() not in _UNABLE:
                _draw(inbox, settings, terminal, zone)
            else:
                _print(inbox, terminal, zone)
        except OSError as lost:
            raise BrokenPipeError from lost  # whoever looked has gone
        finally:
            engine.stop()
    return 0


def _draw(inbox: Inbox, settings: Settings, terminal: Terminal, zone: tzinfo) -> None:
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.live import Live  # noqa: PLC0415 - same

    latest: Snapshot | None = None
    with Live(console=Console(file=terminal.out), screen=True, auto_refresh=False) as screen:
        while not isinstance(seen := inbox.newest(_AGE_S), Over):
            latest = seen or latest
            if latest is not None:
                screen.update(painted(_with_help(status_lines(latest, settings, terminal.now(), zone))), refresh=True)


def _with_help(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return (*lines, (), (Piece("q ends it.", Role.FAINT),))


def _print(inbox: Inbox, terminal: Terminal, zone: tzinfo) -> None:
    said = ""
    while not isinstance(seen := inbox.newest(_AGE_S), Over) and not has_hung_up(terminal.out):
        line = "" if seen is None else status_line(seen)
        if line != said and seen is not None and seen.scan is None:
            said = line
            terminal.say(f"{_clock(terminal.now, zone)}  {line}")
            terminal.out.flush()


def _clock(now: Callable[[], datetime], zone: tzinfo) -> str:
    return words.clock(now(), zone)


@contextmanager
def _ended_by_signals(inbox: Inbox) -> Generator[None]:
    """Let Ctrl+C and the end of the session end the loop in good order."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, inbox.signal) for number in _ENDS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
