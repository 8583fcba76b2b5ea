"""Reads a ledger that takes in nothing new: what was true when something was booked last."""

import sqlite3
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tankful.core.errors import DiskFull, LedgerUnwritable
from tankful.core.health import LEDGER, Condition, FeedHealth
from tankful.core.settings import Settings
from tankful.engine.reading import Reading
from tankful.system.paths import Folders


class AsBooked(Reading):
    """A reading of what was true at `booked`; it says with everything that it is old."""

    def __init__(self, folders: Folders, settings: Settings, booked: datetime, environ: Mapping[str, str], why: str) -> None:
        """Open nothing yet; the clock stands at `booked`."""
        super().__init__(folders, settings, lambda: booked, environ)
        self.booked = booked
        self._old = FeedHealth(LEDGER, Condition.FAILING, booked, "Nothing new was read in", why)

    def feeds(self, *, prompts: bool = True) -> tuple[FeedHealth, ...]:
        """Return how each source did, and that nothing was read since."""
        return (*super().feeds(prompts=prompts), self._old)


@contextmanager
def as_booked(folders: Folders, settings: Settings, environ: Mapping[str, str], refused: LedgerUnwritable) -> Generator[AsBooked]:
    """Yield a reading of a copy in a folder of our own, and remove it.

    Raises:
        LedgerUnwritable: `refused`, when there is nothing to copy, or no room for the copy.
    """
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - slow to load, and hardly ever needed

    from tankful.store.copies import copy_unwritable  # noqa: PLC0415 - same

    with ExitStack() as until_the_end:
        try:
            private = replace(folders, data=Path(until_the_end.enter_context(TemporaryDirectory(prefix="tankful-"))))
            booked = copy_unwritable(folders.ledger, private.ledger)
        except (OSError, sqlite3.Error) as unreadable:
            raise refused from unreadable
        why = "The disk is full." if isinstance(refused, DiskFull) else "The ledger cannot be written."
        reading = AsBooked(private, settings, booked, environ, why)
        until_the_end.callback(reading.close)
        yield reading
