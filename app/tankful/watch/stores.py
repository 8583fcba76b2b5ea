"""Reads databases of running agents: for reading only, in short turns, and never waiting long for anybody."""

import os
import sqlite3
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tankful.core.batch import Batch
from tankful.core.parsing import Findings, StoreParser, StoreUnreadable
from tankful.core.problems import Flaw
from tankful.regular_file import odd_at
from tankful.watch.folders import STORABLE, WRITE_AHEAD, with_ahead
from tankful.watch.opened import batch_of, opened, times_of, whole_mark
from tankful.watch.record import Record

LARGEST_VALUE = 64 * 1024 * 1024
"""Bytes of one text or blob; a query that meets a larger one fails."""
TURN_S = 30
"""No query of ours takes so long; a database made to hang us is given up."""
_WAIT_S = 0.25
"""How long a database that is being written is waited for."""
_HEADER = 100
_MAGIC = b"SQLite format 3\0"
_WRITES_AHEAD = 2
"""What byte 18 of the header says when changes go to a file beside."""
_STEPS = 100_000
_ROWS_BESIDE = 10_000
"""A sound database has fewer rows than bytes, however often each is asked for; a damaged one may go round in circles for ever."""


def read_store(record: Record) -> Iterator[Batch]:
    """Yield what is new in a database, in pieces that the parser chooses; nothing of a file that is still empty.

    Raises:
        CannotRead: there is nothing to read, or reading failed.
    """
    with opened(record.path) as (handle, status):
        size, modified_ns = with_ahead(record.path, status.st_size, min(status.st_mtime_ns, STORABLE))
        header = os.read(handle, _HEADER)
        old = record.checkpoint
        is_same = old is not None and (old.device, old.inode) == (status.st_dev & STORABLE, status.st_ino & STORABLE)
        fields = old.fields if old is not None and is_same else None
        found = Findings()
        if status.st_size:
            parser: StoreParser = record.parser(fields)
            try:
                with OpenStore.at(record.path, header, size) as store:
                    for _ in parser.read_store(store, times_of(modified_ns / 1e9, record.now), found):
                        yield batch_of(whole_mark(record.path, record.source, status, -1, 0, parser.fields()), found)
                        found.clear()
                        store.begin_turn()
                fields = parser.fields()
            except StoreUnreadable as unreadable:
                found.blame(unreadable.flaw, record.path)
                if unreadable.flaw is Flaw.LOCKED:
                    size = -1  # to be looked at again, though it may not change
        yield batch_of(whole_mark(record.path, record.source, status, size, modified_ns, fields), found)


class OpenStore:
    """An agent's database, open for reading only."""

    def __init__(self, connection: sqlite3.Connection, size: int, *, streams: bool) -> None:
        """Take a connection to so many bytes; `streams`: readers do not hold up writers, so that rows may be taken one by one."""
        self._connection = connection
        self._rows_left = size + _ROWS_BESIDE
        self._streams = streams
        self._until = 0.0
        self.begin_turn()
        connection.set_progress_handler(lambda: time.monotonic() > self._until, _STEPS)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
        connection.text_factory = _text

    @classmethod
    @contextmanager
    def at(cls, path: str, header: bytes, size: int) -> "Generator[OpenStore]":
        """Open a database for a while, with all answers from one state of it where that holds up nobody.

        One that would be written ahead of and has no file for it is used by nobody: then no file is made for it either.

        Raises:
            StoreUnreadable: it cannot be opened, or the first 100 bytes of the file are no database's.
        """
        if len(header) < _HEADER or not header.startswith(_MAGIC):
            raise StoreUnreadable(Flaw.DAMAGED)
        if odd_at(path):
            raise StoreUnreadable(Flaw.NOT_A_FILE)
        writes_ahead = header[18] == _WRITES_AHEAD
        unused = writes_ahead and not os.path.exists(path + WRITE_AHEAD)  # noqa: PTH110 - the walk deals in texts
        address = Path(path).absolute().as_uri() + ("?mode=ro&immutable=1" if unused else "?mode=ro")
        with _explained():
            connection = sqlite3.connect(address, uri=True, timeout=_WAIT_S, isolation_level=None, cached_statements=8)
            with closing(connection):
                if writes_ahead:
                    connection.execute("BEGIN")
                yield cls(connection, size, streams=writes_ahead)

    def begin_turn(self, seconds: float = TURN_S) -> None:
        """Allow for the time of another turn."""
        self._until = time.monotonic() + seconds

    def columns(self, table: str) -> frozenset[str]:
        """Return the names of a table's columns; none when there is no such table. A view is none: it could be endless."""
        sql = "SELECT name FROM pragma_table_info(?1) WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1)"
        return frozenset(str(name) for (name,) in self.rows(sql, table))

    def rows(self, sql: str, *parameters: object) -> Iterator[tuple[Any, ...]]:
        """Yield what a query finds.

        Raises:
            StoreUnreadable: the database is locked, damaged or of another shape.
        """
        with _explained():
            found = self._connection.execute(sql, parameters)
            # One by one where that is possible: any of them may be large.
            for row in found if self._streams else found.fetchmany(self._rows_left + 1):
                self._rows_left -= 1
                if self._rows_left < 0:
                    raise StoreUnreadable(Flaw.DAMAGED)
                yield row


_text = partial(str, encoding="utf-8", errors="replace")


_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_UNREADABLE = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_FORMAT})


@contextmanager
def _explained() -> Generator[None]:
    """Turn what SQLite raises into a flaw; its low byte is the kind of trouble."""
    try:
        yield
    except UnicodeDecodeError as error:  # SQLite's own words on a damaged one, with a piece of it
        raise StoreUnreadable(Flaw.DAMAGED) from error
    except sqlite3.Error as error:
        code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
        if code in _BUSY:
            flaw = Flaw.LOCKED
        elif code in _UNREADABLE:
            flaw = Flaw.UNREADABLE
        elif code in _DAMAGED:
            flaw = Flaw.DAMAGED
        elif code == sqlite3.SQLITE_TOOBIG:
            flaw = Flaw.LONG_FILE
        else:
            flaw = Flaw.OTHER_SHAPE
        raise StoreUnreadable(flaw) from error
