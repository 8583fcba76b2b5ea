"""One transaction: everything in it happens, or nothing does; and many rows at once."""

import sqlite3
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any

_ROWS_AT_ONCE = 40

BUSY_TIMEOUT_S = 8
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


def insert(connection: sqlite3.Connection, into: str, columns: int, rows: Iterable[Iterable[Any]]) -> None:
    """Insert rows; many rows a statement take a third less time than one by one."""
    row = f"({', '.join('?' * columns)})"
    values = [*chain.from_iterable(rows)]
    step = columns * _ROWS_AT_ONCE
    whole = len(values) - len(values) % step
    connection.executemany(f"{into} VALUES {', '.join([row] * _ROWS_AT_ONCE)}", (values[at : at + step] for at in range(0, whole, step)))
    connection.executemany(f"{into} VALUES {row}", (values[at : at + columns] for at in range(whole, len(values), columns)))
