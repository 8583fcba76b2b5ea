"""Opens the reading of this machine and brings it up to date, with a bar to watch when that takes a while."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tankful.commands.terminal import Terminal
from tankful.core.settings import Settings
from tankful.engine.foreseen import Question
from tankful.engine.reading import Reading, open_reading
from tankful.engine.remembered_settings import remember
from tankful.system.paths import Folders

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PATIENCE_S = 1.0
"""A scan that is over sooner needs no bar."""


@contextmanager
def scanned(folders: Folders, settings: Settings, terminal: Terminal, question: Question | None = None) -> Generator[Reading]:
    """Yield a reading that has read everything new, and close it; `question`: what it will be asked."""
    reading = open_reading(folders, settings, terminal.now, terminal.environ)
    if question is not None:
        reading.expect(question)
    try:
        with ScanBar(terminal) as bar:
            reading.reprice_if_due()
            reading.scan(bar.advance)
            remember(reading.ledger, settings)
            reading.keep_tidy()
        yield reading
    finally:
        reading.close()


class ScanBar:
    """A progress bar on stderr that appears after a second, and only when somebody is there to see it."""

    def __init__(self, terminal: Terminal, patience_s: float = _PATIENCE_S) -> None:
        """Show nothing yet."""
        self._terminal = terminal
        self._patience_s = patience_s
        self._begun = time.monotonic()
        self._bar: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> Self:
        """Begin to wait."""
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar[0].stop()

    def advance(self, done: int, total: int) -> None:
        """Show how many bytes are read."""
        if self._bar is None and self._terminal.err.isatty() and time.monotonic() - self._begun >= self._patience_s:
            self._bar = self._appear()
        if self._bar is not None:
            progress, task = self._bar
            progress.update(task, completed=done, total=total)

    def _appear(self) -> "tuple[Progress, TaskID]":
        from rich.console import Console  # noqa: PLC0415 - short scans do without
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - same

        columns = (TextColumn("Reading logs"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        progress = Progress(*columns, console=Console(file=self._terminal.err), transient=True)
        progress.start()
        return progress, progress.add_task("")
