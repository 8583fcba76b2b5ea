"""An empty ledger may be filled without waiting for the disk, as long as a loss of power in the middle of it is noticed."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from tankful.store.file_lock import FileLock
from tankful.store.transaction import writing

FACT = "hasty"
"""Holds which start of the machine began to fill the ledger, as long as not all of it is on the disk."""
_PAGES_BETWEEN = 8192
"""64 MiB: so much disk a first reading may take besides the ledger itself."""
_CACHE_KIB = 3000
"""More is of no use: what another process writes empties the cache, and all that goes on one page is written at once."""
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_IS_EMPTY = """
    SELECT NOT EXISTS (SELECT 1 FROM usage) AND NOT EXISTS (SELECT 1 FROM sums) AND NOT EXISTS (SELECT 1 FROM statement)
        AND NOT EXISTS (SELECT 1 FROM fact WHERE name IN ('last_response', 'folded_until', 'hasty'))
"""


class HalfWritten(sqlite3.DatabaseError):
    """What was being written when the machine went down is no longer to be relied on."""


def begin_filling(connection: sqlite3.Connection, path: Path) -> FileLock | None:
    """Note, for good, that what comes next may be written in disorder; `None` where that is not to be done.

    It is done for a ledger that never held anything, by one program at a time, where starts of the machine can be told apart. A
    killed program loses nothing, since the system writes what it was given. A machine that goes down may have written any part:
    then the ledger is begun anew, and all of it is still in the logs. The lock is to be kept until `end_filling`; processes that
    are forked meanwhile hold it, too.
    """
    boot = _this_boot()
    lock = FileLock(path.with_suffix(".filling"))
    if not boot or not connection.execute(_IS_EMPTY).fetchone()[0] or not lock.try_take():
        return None
    connection.execute("PRAGMA synchronous = FULL")
    with writing(connection):
        connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (FACT, boot))
    return lock


def be_hasty(connection: sqlite3.Connection) -> None:
    """Leave it to the system when to write, and copy what was written into its place rarely: most of it is written again soon."""
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_BETWEEN}")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")


def end_filling(connection: sqlite3.Connection, path: Path, lock: FileLock) -> None:
    """Have everything written; nobody else fills the ledger any more."""
    for file in (path, path.with_name(f"{path.name}-wal")):
        with suppress(FileNotFoundError):
            handle = os.open(file, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    with writing(connection):
        connection.execute("DELETE FROM fact WHERE name = ?", (FACT,))
    lock.give_back()


def finish_filling(connection: sqlite3.Connection, path: Path) -> None:
    """Put right what a program that died while it filled the ledger left behind.

    Raises:
        HalfWritten: the machine went down in the middle.
    """
    row = connection.execute("SELECT value FROM fact WHERE name = ?", (FACT,)).fetchone()
    if row is None:
        return
    if row[0] != _this_boot():
        raise HalfWritten("the machine went down while the ledger was first filled")
    lock = FileLock(path.with_suffix(".filling"))
    if lock.try_take():  # else it is being filled just now
        end_filling(connection, path, lock)


def _this_boot() -> str:
    """Return what no two starts of this machine have in common; empty where there is no such thing."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
