"""A database is read in pieces, and every piece is handed on once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tankful.core.parsing import FileTimes, Findings, Store
from tankful.core.problems import Flaw
from tankful.core.usage import Prompt, TokenUsage, UsageEvent
from tankful.watch.reader import read
from tankful.watch.record import Record

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Rows:
    """A parser that makes an event, a prompt and a problem of each row, ten rows to a piece."""

    def __init__(self, fields: bytes | None) -> None:
        self._row = int(fields or b"0")

    def fields(self) -> bytes:
        return b"%d" % self._row

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        for number, name in store.rows("SELECT rowid, name FROM call WHERE rowid > ? ORDER BY rowid", self._row):
            self._row = number
            found.events.append(UsageEvent("agent", (self._row,), times.now, TokenUsage(1), session=name))
            found.prompts.append(Prompt("agent", self._row, times.now, name))
            found.blame(Flaw.BAD_TIME, name)
            if self._row % 10 == 0:
                yield


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_every_piece_of_a_database_is_handed_on_once(tmp_path: Path, journal: str) -> None:
    path = tmp_path / "calls.db"
    with closing(sqlite3.connect(path)) as store:
        store.execute(f"PRAGMA journal_mode = {journal}")
        store.execute("CREATE TABLE call (name TEXT)")
        store.executemany("INSERT INTO call VALUES (?)", [(f"s{number}",) for number in range(1, 36)])
        store.commit()
    batches = list(read(Record(str(path), "agent", None, Rows, NOW)))
    names = [f"s{number}" for number in range(1, 36)]
    assert [len(batch.events) for batch in batches] == [10, 10, 10, 5]
    assert [event.session for batch in batches for event in batch.events] == names
    assert [prompt.key for batch in batches for prompt in batch.prompts] == list(range(1, 36))
    assert [problem.path for batch in batches for problem in batch.problems] == names
    last = batches[1].checkpoint
    again = read(Record(str(path), "agent", last, Rows, NOW))
    assert [event.session for batch in again for event in batch.events] == names[20:]
