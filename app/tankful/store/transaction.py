"""One transaction: everything in it happens, or nothing does."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager, suppress

BUSY_TIMEOUT_S = 20
"""How long to wait while another process writes."""


@contextmanager
def writing(connection: sqlite3.Connection, *, begun: bool = False) -> Generator[None]:
    """Take the write lock unless `begun` says it is ours, commit at the end, roll back when anything goes wrong."""
    if not begun:
        connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):  # a full disk may have rolled back already; the first error is the one to tell
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def begin_if_free(connection: sqlite3.Connection) -> bool:
    """Take the write lock if nobody has it, and say whether it is ours now."""
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
    return True
