"""Knows when a ledger lacks what its version says it has: then it is damaged, whatever SQLite calls that."""

import re
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from tankful.store.migrations import STEPS

_ANOTHER_SHAPE = re.compile(r"no such (table|column|index)|has no column named|duplicate column name|already exists")


class Misshapen(sqlite3.DatabaseError):
    """A table or column is missing, or is there too early; half of a rescued file is like that."""


@contextmanager
def in_shape(connection: sqlite3.Connection, expected: int = len(STEPS)) -> Generator[None]:
    """Turn what SQLite says of a missing part into `Misshapen`, unless a newer program has meanwhile made this another version."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if _ANOTHER_SHAPE.search(str(error)) is None or version_of(connection) != expected:
            raise
        raise Misshapen(str(error)) from error


def version_of(connection: sqlite3.Connection) -> int:
    """Return which step of the migrations was the last."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
