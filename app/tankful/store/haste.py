"""A first reading may write without waiting for the disk, as long as a loss of power in the middle of it is noticed."""

import os
import sqlite3
from pathlib import Path

from tankful.store.transaction import writing

_FACT = "hasty"
_BOOT = Path("/proc/sys/kernel/random/boot_id")


def begin_hasty(connection: sqlite3.Connection) -> bool:
    """Note, for good, that what comes next may be written in disorder; says whether that can be told from now on.

    A killed program loses nothing, since the system writes what it was given. A machine that went down may have written any
    part of it: then the ledger is begun anew, and all of it is still in the logs, since nothing was in the ledger before.
    """
    boot = _this_boot()
    if not boot:
        return False
    connection.execute("PRAGMA synchronous = FULL")
    with writing(connection):
        connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (_FACT, boot))
    return True


def be_hasty(connection: sqlite3.Connection) -> None:
    """Leave it to the system when to write."""
    connection.execute("PRAGMA synchronous = OFF")


def end_hasty(connection: sqlite3.Connection, path: Path) -> None:
    """Have everything written; all other connections are closed."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    with writing(connection):
        connection.execute("DELETE FROM fact WHERE name = ?", (_FACT,))


def was_cut_short(connection: sqlite3.Connection) -> bool:
    """Say whether the machine went down in the middle."""
    row = connection.execute("SELECT value FROM fact WHERE name = ?", (_FACT,)).fetchone()
    return row is not None and row[0] != _this_boot()


def _this_boot() -> str:
    """Return what no two starts of this machine have in common; empty where there is no such thing."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
