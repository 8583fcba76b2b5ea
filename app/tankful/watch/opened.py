"""Opens what lies in a record's place, as long as it is a regular file."""

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

from tankful.core.batch import Batch, Checkpoint
from tankful.core.parsing import FileTimes, Findings
from tankful.core.problems import Flaw
from tankful.watch.folders import STORABLE

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""Not blocking: a named pipe put in a log's place must not hold us up."""
_FIRST_AGENT, _LAST = datetime(2023, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Opened(NamedTuple):
    """A regular file that is open for reading."""

    handle: int
    status: os.stat_result


class CannotRead(Exception):
    """A file could not be read; `flaw` says why, `None`: it is not there."""

    def __init__(self, flaw: Flaw | None) -> None:
        super().__init__(flaw)
        self.flaw = flaw


@contextmanager
def opened(path: str) -> Generator[Opened]:
    """Open a file for a while.

    Raises:
        CannotRead: it is not there, no regular file, or reading failed, also later on.
    """
    try:
        handle = os.open(path, _FLAGS)
    except FileNotFoundError as gone:
        raise CannotRead(None) from gone
    except OSError as refused:
        raise CannotRead(Flaw.UNREADABLE) from refused
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise CannotRead(Flaw.NOT_A_FILE)
        yield Opened(handle, status)
    except OSError as lost:
        raise CannotRead(Flaw.UNREADABLE) from lost
    finally:
        os.close(handle)


def times_of(modified_s: float, now: datetime) -> FileTimes:
    """Return what stands in for times that are missing inside a file that was changed at this second since 1970.

    A clock that stands before there was any agent is wrong: a machine without a battery, until the network has told it the time.
    Then the file's own time is the better word, also for how late a line may be.
    """
    latest = now if now >= _FIRST_AGENT else _LAST
    modified = datetime.fromtimestamp(min(max(modified_s, 0), latest.timestamp()), UTC)
    return FileTimes(modified, max(now, modified))


def whole_mark(path: str, source: str, status: os.stat_result, size: int, modified_ns: int, fields: bytes | None) -> Checkpoint:
    """Return the checkpoint of a file that is always read as a whole: what a glance at it showed, and the parser's state."""
    return Checkpoint(
        path=path,
        source=source,
        device=status.st_dev & STORABLE,
        inode=status.st_ino & STORABLE,
        size=size,
        modified_ns=modified_ns,
        offset=size,
        line=0,
        passing_over=False,
        head=b"",
        tail=b"",
        fields=fields,
    )


def batch_of(mark: Checkpoint, found: Findings) -> Batch:
    """Return what was found as something to book."""
    return Batch(mark, tuple(found.events), tuple(found.prompts), tuple(found.problems), tuple(found.totals), tuple(found.asked))
