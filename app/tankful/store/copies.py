"""Copies a ledger as it is at one moment, also from where nothing may be written."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tankful.store.haste import FACT

_UNWRITABLE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def copy_state(path: Path, copy: Path) -> None:
    """Copy the ledger at `path` to a new file, as a reader sees it.

    Raises:
        sqlite3.Error: the ledger cannot be read, or the copy cannot be written.
    """
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def copy_unwritable(path: Path, copy: Path) -> datetime:
    """Copy a ledger that may only be read to a new file, and return when it was written last.

    What its last writer left in its journal is in the copy.

    Raises:
        OSError: the ledger cannot be read, or the copy cannot be written.
        sqlite3.Error: the same, or it is no whole ledger.
    """
    journal = path.with_name(f"{path.name}-wal")
    has_journal = journal.exists() and journal.stat().st_size > 0
    written_s = (journal if has_journal else path).stat().st_mtime
    try:
        copy_state(path, copy)
    except sqlite3.OperationalError as refused:
        if refused.sqlite_errorcode & 0xFF not in _UNWRITABLE:
            raise
        import shutil  # noqa: PLC0415 - it is slow to load, and hardly any ledger is copied so

        # SQLite wants to write beside it even to read, unless somebody else has it open: so nobody has.
        shutil.copyfile(path, copy)
        if has_journal:
            shutil.copyfile(journal, copy.with_name(f"{copy.name}-wal"))
    with closing(sqlite3.connect(copy)) as whole, whole:  # whether it is whole cannot be mended here, and what it holds is all there is
        whole.execute("DELETE FROM fact WHERE name = ?", (FACT,))
    return datetime.fromtimestamp(written_s, UTC)
