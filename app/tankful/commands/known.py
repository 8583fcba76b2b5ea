"""Opens what is known of this machine: with everything new read in, or as it was booked last where nothing can be written."""

import sqlite3
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tankful.commands.scanning import scanned
from tankful.commands.terminal import Terminal
from tankful.core.errors import LedgerUnwritable
from tankful.core.health import Condition, FeedHealth
from tankful.core.settings import Settings
from tankful.engine.foreseen import Question
from tankful.engine.reading import Reading
from tankful.present.format import age, visible
from tankful.system.paths import Folders


@contextmanager
def known(folders: Folders, settings: Settings, terminal: Terminal, question: Question | None = None) -> Generator[Reading]:
    """Yield a reading that has read everything new, and close it; `question`: what it will be asked.

    Where the ledger can be read but not written, nothing is read in: the reading is of a copy, with the clock at the time of
    the last booking, so that what it says holds together, and stderr says so.
    """
    with ExitStack() as until_the_end:
        try:
            reading = until_the_end.enter_context(scanned(folders, settings, terminal, question))
        except LedgerUnwritable as refused:
            reading = until_the_end.enter_context(_booked(folders, settings, terminal, refused))
        yield reading


@contextmanager
def _booked(folders: Folders, settings: Settings, terminal: Terminal, refused: LedgerUnwritable) -> Generator[Reading]:
    """Yield a reading of a copy in a folder of our own, and remove it; `refused` is raised again when there is nothing to copy."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - slow to load, and hardly ever needed

    from tankful.store.copies import copy_unwritable  # noqa: PLC0415 - same

    with ExitStack() as until_the_end:
        try:
            private = replace(folders, data=Path(until_the_end.enter_context(TemporaryDirectory(prefix="tankful-"))))
            booked = copy_unwritable(folders.ledger, private.ledger)
        except (OSError, sqlite3.Error) as unreadable:
            raise refused from unreadable
        said = f"{refused.title}: nothing new is read in, this is as it was {age(terminal.now() - booked)} ago. {refused.hint}"
        terminal.err.write(f"tankful: {visible(said)}\n")
        reading = _AsBooked(private, settings, booked, terminal.environ)
        until_the_end.callback(reading.close)
        yield reading


class _AsBooked(Reading):
    """A reading of what was true when something was booked last; it says with everything that it is old."""

    def __init__(self, folders: Folders, settings: Settings, booked: datetime, environ: Mapping[str, str]) -> None:
        """Open nothing yet; the clock stands at `booked`."""
        super().__init__(folders, settings, lambda: booked, environ)
        self._old = FeedHealth("ledger", Condition.FAILING, booked, "Nothing new was read in", "The ledger cannot be written.")

    def feeds(self) -> tuple[FeedHealth, ...]:
        """Return how each source did, and that nothing was read since."""
        return (*super().feeds(), self._old)
