"""Records that change all the time are read seldom, and their last change is read too."""

import json
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from engine_rig import Machine
from tankful.core.snapshot import Snapshot
from tankful.engine.resting import LARGE, Resting, rest_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REST = timedelta(seconds=2)


def spent(snapshot: Snapshot) -> Decimal:
    return Decimal(-1) if snapshot.binding is None else snapshot.binding.spent


def answer(store: sqlite3.Connection, number: int) -> None:
    now = int(time.time() * 1000)
    tokens = {"input": number, "output": 1, "reasoning": 0, "cache": {"read": 0, "write": 0}}
    times = {"created": now, "completed": now}
    said = {"role": "assistant", "modelID": "m", "providerID": "p", "cost": 0.5, "tokens": tokens, "time": times}
    with store:
        store.execute("INSERT INTO message VALUES (?, 's', ?)", (f"m{number}", json.dumps(said)))


def test_the_last_change_of_a_busy_database_is_shown_without_a_further_one(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    folder = tmp_path / ".local" / "share" / "opencode"
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "opencode.db")) as store:
        store.execute("PRAGMA journal_mode = wal")
        store.execute("CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT, data TEXT)")
        store.execute("CREATE TABLE session (id TEXT PRIMARY KEY, directory TEXT, title TEXT)")
        answer(store, 0)
        with machine.engine() as (_, audience):
            audience.until(lambda snapshot: spent(snapshot) == Decimal("0.5"))
            for number in range(1, 3):
                answer(store, number)
                audience.until(lambda snapshot, number=number: spent(snapshot) == (number + 1) * Decimal("0.5"))


def test_a_database_that_was_locked_is_looked_at_again_without_a_further_change(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    folder = tmp_path / ".local" / "share" / "opencode"
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "opencode.db")) as store:
        store.execute("CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT, data TEXT)")
        answer(store, 0)
        now = [datetime.now(UTC)]
        reading = machine.reading(now=lambda: now[0])
        assert reading.scan() == 1
        answer(store, 1)
        store.execute("BEGIN EXCLUSIVE")
        assert reading.look_at([str(folder / "opencode.db")]) == 0
        store.rollback()
        assert reading.rested() == frozenset()
        now[0] += timedelta(seconds=20)
        assert reading.look_at(sorted(reading.rested())) == 1
        assert reading.rest_left_s() is None
        reading.close()


def test_a_record_that_changed_while_it_rested_may_be_read_when_its_rest_is_over() -> None:
    resting = Resting()
    assert resting.may_be_read("a", REST, NOW)
    assert resting.left_s(NOW) is None
    assert not resting.may_be_read("a", REST, NOW + REST / 2)
    assert (resting.left_s(NOW + REST / 2), resting.over(NOW + REST / 2)) == (1, frozenset())
    assert (resting.left_s(NOW + REST * 2), resting.over(NOW + REST)) == (0, {"a"})
    assert resting.may_be_read("a", REST, NOW + REST)
    assert (resting.left_s(NOW + REST), resting.over(NOW + REST * 2)) == (None, frozenset())


def test_a_record_that_wants_no_rest_may_always_be_read() -> None:
    resting = Resting()
    assert all(resting.may_be_read("a", timedelta(0), NOW) for _ in range(3))
    assert resting.left_s(NOW) is None


def test_after_a_look_everywhere_nothing_waits() -> None:
    resting = Resting()
    resting.may_be_read("a", REST, NOW)
    resting.may_be_read("a", REST, NOW)
    resting.forget_changes()
    assert resting.left_s(NOW) is None


def test_a_clock_that_was_put_back_does_not_make_a_rest_longer() -> None:
    resting = Resting()
    resting.may_be_read("a", REST, NOW)
    assert resting.may_be_read("a", REST, NOW - timedelta(days=300))


def test_a_large_document_that_is_written_anew_all_the_time_wants_rest_too(tmp_path: Path) -> None:
    small, large, lines = tmp_path / "small.json", tmp_path / "large.json", tmp_path / "large.jsonl"
    small.write_bytes(b"{}")
    for path in (large, lines):
        path.write_bytes(b" " * (LARGE + 1))
    rests = [rest_of(str(path), 0).total_seconds() for path in (small, large, lines, tmp_path / "gone.json")]
    assert rests == [0, 2, 0, 0]
    assert rest_of(str(large), 60) == timedelta(seconds=60)
