"""Opens the ledger's file: checked, migrated with a copy kept first, moved aside when damaged."""

import sqlite3
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from tankful.core.errors import DiskFull, LedgerUnusable, LedgerUnwritable
from tankful.regular_file import odd_at
from tankful.store.copies import copy_state
from tankful.store.haste import HalfWritten, finish_filling
from tankful.store.migrations import STEPS
from tankful.store.shape import Misshapen, in_shape, version_of
from tankful.store.transaction import BUSY_TIMEOUT_S

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_TOO_NEW = ("This ledger was written by a newer Tankful", "Update Tankful, or choose another folder with --data.")
_MADE_WITHIN_S = 10.0
"""A new ledger is empty for some milliseconds."""
_NO_SPACE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def open_database(path: Path, now: datetime) -> tuple[sqlite3.Connection, Path | None]:
    """Open or create the ledger file; the second value is where a damaged one went, or one that was emptied, if there was one.

    Raises:
        LedgerUnusable: no permission, no space, or written by a newer Tankful.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as refused:
        raise LedgerUnusable(f"The folder {path.parent} cannot be made", _reason(refused)) from refused
    emptied = _without_what_was_emptied(path, now)
    try:
        with explained(path):
            return _connect(path), emptied
    except sqlite3.DatabaseError:
        aside = move_aside(path, now)
        with explained(path):
            return _connect(path), aside


@contextmanager
def explained(path: Path) -> Generator[None]:
    """Turn SQLite's own errors into ours; damage goes on as `sqlite3.DatabaseError` for `open_database` to mend."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            raise
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _NO_SPACE:
            hint = "Make room; nothing that was recorded is lost, and reading goes on from where it was."
            raise DiskFull("The disk is full", hint) from error
        if code in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}:
            raise LedgerUnwritable(
                f"The ledger {path} cannot be written", "Check its owner and permissions, or choose --data DIR."
            ) from error
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise LedgerUnusable("Another program keeps the ledger locked", "Close it or try again in a moment.") from error
        raise LedgerUnusable(f"The ledger cannot be used: {error}", "Run `tankful doctor`.") from error
    except OverflowError as error:  # costs that are nonsense may add up to more than a column holds
        raise LedgerUnusable("The ledger cannot be used: a sum is too large", "Run `tankful doctor`.") from error


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Say whether this error means that the file's content is broken."""
    return isinstance(error, HalfWritten | Misshapen) or getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED


def _connect(path: Path) -> sqlite3.Connection:
    if odd := odd_at(path):
        raise LedgerUnusable(f"The ledger {odd} is no regular file", "Move away what lies there, or choose --data DIR.")
    is_new = not path.exists()
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        if is_new:
            connection.execute("PRAGMA page_size = 8192")  # half as many pages are touched
            connection.execute("PRAGMA synchronous = OFF")  # nothing can be lost of an empty file: four waits for the disk fewer
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cache_size = -8000")
        connection.execute("PRAGMA journal_size_limit = 4194304")
        _migrate(connection, path)
        with in_shape(connection):
            finish_filling(connection, path)
            connection.execute("SELECT count(*) FROM fact").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    if version_of(connection) == len(STEPS):
        return
    connection.execute("BEGIN IMMEDIATE")  # two first starts at once: the second one finds the work done
    try:
        version = version_of(connection)
        if version > len(STEPS):
            raise LedgerUnusable(*_TOO_NEW)  # noqa: TRY301 - the rollback below must happen for it too
        if 0 < version < len(STEPS):
            _keep_copy(connection, path, version)
        with in_shape(connection, version):
            for step in STEPS[version:]:
                for statement in _statements(step):
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(STEPS)}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    path.chmod(0o600)


def _statements(step: str) -> Generator[str]:
    """Split a step; `executescript` would commit between its statements."""
    pending = ""
    for line in step.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def _keep_copy(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Keep the ledger as it was; a reader's snapshot is enough, since the write lock is ours."""
    del connection
    copy_state(path, path.with_name(f"{path.stem}.before-step-{version + 1}{path.suffix}"))


def _without_what_was_emptied(path: Path, now: datetime) -> Path | None:
    """Move an empty file out of the way of a ledger and return its new name; one that is being made just now is left alone.

    SQLite would take it for a new ledger, and throw away what was written ahead of the one that was there.
    """
    with suppress(OSError, LedgerUnusable):  # what keeps it from being moved is said when it is opened
        status = path.stat()
        if stat.S_ISREG(status.st_mode) and not status.st_size and abs(now.timestamp() - status.st_mtime) > _MADE_WITHIN_S:
            return move_aside(path, now)
    return None


def move_aside(path: Path, now: datetime) -> Path:
    """Rename a damaged ledger with its companions and return its new name."""
    aside = path.with_name(f"{path.stem}.damaged-{now:%Y%m%d-%H%M%S}{path.suffix}")
    try:
        path.replace(aside)
        for ending in ("-wal", "-shm"):
            companion = path.with_name(path.name + ending)
            if companion.exists():
                companion.replace(aside.with_name(aside.name + ending))
    except OSError as refused:
        raise LedgerUnusable("The ledger is damaged and cannot be moved aside", _reason(refused)) from refused
    return aside


def _reason(error: OSError) -> str:
    return f"{error.strerror or error}. Check permissions and free space, or choose --data DIR."
