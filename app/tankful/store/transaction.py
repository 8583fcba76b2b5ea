"""One transaction: everything in it happens, or nothing does."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager, suppress


@contextmanager
def writing(connection: sqlite3.Connection) -> Generator[None]:
    """Take the write lock, commit at the end, roll back when anything goes wrong."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):  # a full disk may have rolled back already; the first error is the one to tell
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
