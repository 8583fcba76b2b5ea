"""Databases of running agents are read without waiting, without writing, and whatever is in them."""

import os
import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tankful.core.batch import Batch, Checkpoint
from tankful.core.parsing import FileTimes, Findings, Store, StoreUnreadable
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.watch import stores
from tankful.watch.folders import Walk
from tankful.watch.reader import read
from tankful.watch.record import Record

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Calls:
    """A parser that makes an event of each row, two at a time, and remembers the last one."""

    def __init__(self, fields: bytes | None) -> None:
        self.last = 0 if fields is None else int(fields)

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        if "tokens" not in store.columns("call"):
            found.blame(Flaw.OTHER_SHAPE, "store")
            return
        for number, tokens in store.rows("SELECT id, tokens FROM call WHERE id > ? ORDER BY id", self.last):
            found.events.append(UsageEvent("agent", (number,), times.modified, TokenUsage(tokens)))
            self.last = number
            if len(found.events) == 2:
                yield

    def fields(self) -> bytes:
        return b"%d" % self.last


class Sizes:
    """A parser that asks for large values."""

    def __init__(self, _fields: bytes | None) -> None:
        """Remember nothing."""

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        for number, content in store.rows("SELECT id, zeroblob(1000000) FROM call"):
            found.events.append(UsageEvent("agent", (number,), times.modified, TokenUsage(len(content))))
        yield

    def fields(self) -> bytes:
        return b""


class Circling:
    """A parser to whom a damaged database shows the same rows again and again."""

    def __init__(self, _fields: bytes | None) -> None:
        """Remember nothing."""

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        while rows := list(store.rows("SELECT id FROM call LIMIT 1000")):
            found.events += (UsageEvent("agent", (number,), times.modified, TokenUsage(1)) for (number,) in rows)
            yield

    def fields(self) -> bytes:
        return b""


class Database:
    def __init__(self, path: Path, journal: str = "WAL") -> None:
        self.path = path
        self.mark: Checkpoint | None = None
        self.batches: list[Batch] = []
        with self.connect() as made:
            made.execute(f"PRAGMA journal_mode = {journal}")
            made.execute("CREATE TABLE call (id INTEGER PRIMARY KEY, tokens INTEGER)")

    def connect(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(self.path, isolation_level=None))

    def add(self, connection: sqlite3.Connection, *tokens: object) -> None:
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO call (tokens) VALUES (?)", [(each,) for each in tokens])
        connection.execute("COMMIT")

    def read(self) -> list[int]:
        self.batches = list(read(Record(str(self.path), "agent", self.mark, Calls, NOW)))
        self.mark = self.batches[-1].checkpoint
        return [event.tokens.input for batch in self.batches for event in batch.events]

    @property
    def flaws(self) -> list[Flaw]:
        return [problem.flaw for batch in self.batches for problem in batch.problems]

    @property
    def beside(self) -> set[str]:
        return {path.name for path in self.path.parent.iterdir()}


@pytest.fixture(params=["WAL", "DELETE"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    return Database(tmp_path / "calls.db", request.param)


def test_only_what_is_new_is_read_in_bounded_pieces(database: Database) -> None:
    with database.connect() as writer:
        database.add(writer, 1, 2, 3, 4, 5)
        assert database.read() == [1, 2, 3, 4, 5]
        assert [len(batch.events) for batch in database.batches] == [2, 2, 1]
        assert [batch.checkpoint.fields for batch in database.batches] == [b"2", b"4", b"5"]
        database.add(writer, 6)
        assert database.read() == [6]
        assert database.read() == []


def test_one_that_goes_round_in_circles_is_damaged(database: Database) -> None:
    with database.connect() as writer:
        database.add(writer, *range(2000))
    batches = list(read(Record(str(database.path), "agent", None, Circling, NOW)))
    assert [problem.flaw for batch in batches for problem in batch.problems] == [Flaw.DAMAGED]
    assert {event.keys for batch in batches for event in batch.events} == {(number,) for number in range(1, 1001)}


def test_what_was_written_ahead_changes_what_a_glance_shows(tmp_path: Path) -> None:
    database = Database(tmp_path / "calls.db")
    with database.connect() as writer:
        database.add(writer, 1)
        (before,) = Walk(str(tmp_path), (".db",)).files()
        database.read()
        assert database.mark is not None
        assert (database.mark.size, database.mark.modified_ns) == (before.size, before.modified_ns)
        database.add(writer, 2)
        (after,) = Walk(str(tmp_path), (".db",)).files()
        assert after.size > before.size


def test_what_was_written_ahead_tells_when_a_database_was_written(tmp_path: Path) -> None:
    seen: list[datetime] = []

    class Times(Calls):
        def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
            seen.append(times.modified)
            yield from super().read_store(store, times, found)

    database = Database(tmp_path / "calls.db")
    with database.connect() as writer:
        database.add(writer, 1)
        for ending, age_s in (("", 9000), ("-wal", 60)):
            at = NOW.timestamp() - age_s
            os.utime(f"{database.path}{ending}", (at, at))
        assert [*read(Record(str(database.path), "agent", None, Times, NOW))]
    assert seen == [NOW - timedelta(seconds=60)]


def test_reading_leaves_nothing_beside_a_database_that_nobody_uses(database: Database) -> None:
    with database.connect() as writer:
        database.add(writer, 7)
    before, content = database.beside, database.path.read_bytes()
    assert database.read() == [7]
    assert (database.beside, database.path.read_bytes()) == (before, content)


def test_a_reader_does_not_hold_up_its_agent(database: Database) -> None:
    with database.connect() as writer:
        database.add(writer, 1, 2, 3)
        reading = read(Record(str(database.path), "agent", None, Calls, NOW))
        next(reading)
        writer.execute("PRAGMA busy_timeout = 0")
        database.add(writer, 4)
        assert sum(len(batch.events) for batch in reading) == 1


def test_a_locked_database_is_left_for_later(tmp_path: Path) -> None:
    database = Database(tmp_path / "calls.db", "DELETE")
    with database.connect() as writer:
        database.add(writer, 1)
        writer.execute("BEGIN EXCLUSIVE")
        assert database.read() == []
        assert database.flaws == [Flaw.LOCKED]
        (found,) = Walk(str(tmp_path), (".db",)).files()
        assert database.mark is not None
        assert database.mark.size != found.size, "it is looked at again, though it may not change"
        writer.execute("ROLLBACK")
    assert database.read() == [1]
    assert database.flaws == []


@pytest.mark.parametrize("content", [b"no database at all", b"SQLite format 3\0" + bytes(84), b"SQLite format 3\0" + b"\xff" * 5000])
def test_what_is_no_database_is_said(tmp_path: Path, content: bytes) -> None:
    database = Database(tmp_path / "calls.db")
    database.path.write_bytes(content)
    assert database.read() == []
    assert database.flaws
    assert set(database.flaws) <= {Flaw.DAMAGED, Flaw.OTHER_SHAPE}


def test_an_empty_file_is_about_to_become_one(tmp_path: Path) -> None:
    database = Database(tmp_path / "calls.db")
    database.path.write_bytes(b"")
    assert (database.read(), database.flaws) == ([], [])


def test_another_shape_is_said(database: Database) -> None:
    with database.connect() as writer:
        writer.execute("ALTER TABLE call RENAME COLUMN tokens TO eaten")
    assert (database.read(), database.flaws) == ([], [Flaw.OTHER_SHAPE])


def test_a_view_in_the_place_of_a_table_is_never_asked(tmp_path: Path) -> None:
    database = Database(tmp_path / "calls.db")
    with database.connect() as writer:
        writer.execute("DROP TABLE call")
        writer.execute(
            "CREATE VIEW call AS WITH RECURSIVE endless (id, tokens) AS (SELECT 1, 1 UNION ALL SELECT id + 1, 1 FROM endless)"
            " SELECT * FROM endless"
        )
    assert (database.read(), database.flaws) == ([], [Flaw.OTHER_SHAPE])


def test_a_query_that_takes_for_ever_is_given_up(tmp_path: Path) -> None:
    database = Database(tmp_path / "calls.db")
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with stores.OpenStore.at(str(database.path), database.path.read_bytes()[:100], database.path.stat().st_size) as store:
        store.begin_turn(seconds=0.05)
        with pytest.raises(StoreUnreadable) as given_up:
            list(store.rows(endless))
    assert given_up.value.flaw is Flaw.DAMAGED


def test_a_value_beyond_all_reason_is_said(tmp_path: Path) -> None:
    database = Database(tmp_path / "calls.db")
    with (
        stores.OpenStore.at(str(database.path), database.path.read_bytes()[:100], database.path.stat().st_size) as store,
        pytest.raises(StoreUnreadable) as big,
    ):
        list(store.rows("SELECT zeroblob(?)", stores.LARGEST_VALUE + 1))
    assert big.value.flaw is Flaw.LONG_FILE


def test_text_that_is_no_text_is_taken_as_far_as_it_is(tmp_path: Path) -> None:
    database = Database(tmp_path / "calls.db")
    with stores.OpenStore.at(str(database.path), database.path.read_bytes()[:100], database.path.stat().st_size) as store:
        assert list(store.rows("SELECT CAST(x'41ff42' AS TEXT)")) == [("A\ufffdB",)]


def test_a_database_in_the_place_of_another_is_read_from_its_beginning(database: Database) -> None:
    with database.connect() as writer:
        database.add(writer, 1, 2)
    database.read()
    new = Database(database.path.with_name("new.db"), "DELETE")
    with new.connect() as writer:
        new.add(writer, 9)
    new.path.replace(database.path)
    assert database.read() == [9]


def test_large_values_are_held_one_at_a_time_where_readers_hold_up_nobody(tmp_path: Path) -> None:
    database = Database(tmp_path / "calls.db")
    with database.connect() as agent:
        database.add(agent, *range(50))
        tracemalloc.start()
        (batch, *_) = list(read(Record(str(database.path), "agent", None, Sizes, NOW)))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert [event.tokens.input for event in batch.events] == [1_000_000] * 50
    assert peak < 6_000_000


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes among the files of this system")
@pytest.mark.parametrize(("put", "ending"), [(os.mkfifo, "-journal"), (os.mkfifo, "-wal"), (os.mkfifo, "-shm"), (os.mkdir, "-journal")])
def test_what_is_no_file_beside_a_database_is_said_and_not_waited_for(database: Database, put: Callable[[str], None], ending: str) -> None:
    with database.connect() as writer:
        database.add(writer, 1)
    put(f"{database.path}{ending}")
    assert database.read() == []
    assert database.flaws == [Flaw.NOT_A_FILE]
