"""What the ledger keeps through restarts, damage, other programs and time."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger_rig import NOW, batch, event, opened, outside, price, rows, total
from tankful.core.errors import LedgerDamaged, LedgerUnusable
from tankful.core.problems import Flaw, Problem
from tankful.core.report import By
from tankful.core.usage import Basis, Prompt, TokenUsage
from tankful.store.database import _keep_copy, explained  # pyright: ignore[reportPrivateUsage] - there is no second step yet that would call it
from tankful.store.ledger import Ledger
from tankful.store.transaction import begin_if_free


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return opened(tmp_path)


def test_events_and_checkpoint_are_kept_together(ledger: Ledger, tmp_path: Path) -> None:
    mine = batch([event(1)])
    ledger.record([mine], price)
    ledger.close()
    again = opened(tmp_path)
    assert again.checkpoint("/log") == mine.checkpoint
    assert again.checkpoint("/other") is None
    assert again.left() == {"agent": {"/log": ("/log", 1, 2, 300, 4)}}
    assert (total(again)[0], again.events()) == (1, {"agent": 1})


def test_how_logs_were_left_is_told_by_source_wherever_they_lie_and_how_many_they_are(ledger: Ledger) -> None:
    for path, source in (("/a", "one"), ("/b", "other"), ("/c", "one"), ("/d", "other")):
        mine = batch([], path=path)
        ledger.record([mine._replace(checkpoint=mine.checkpoint._replace(source=source))], price)
    assert {source: sorted(logs) for source, logs in ledger.left().items()} == {"one": ["/a", "/c"], "other": ["/b", "/d"]}
    assert [ledger.logs(most) for most in (0, 3, 4, 1000)] == [0, 3, 4, 4]


def test_a_mark_stays_until_something_is_written_by_whomever(ledger: Ledger, tmp_path: Path) -> None:
    before, of_others = ledger.mark(), ledger.mark_of_others()
    total(ledger)
    assert ledger.mark() == before
    ledger.record([batch([event(1)])], price)
    mine = ledger.mark()
    assert mine != before
    assert ledger.mark_of_others() == of_others
    assert [ledger.booked(), ledger.booked()] == [{"/log"}, set()]
    other = opened(tmp_path)
    assert (ledger.mark(), other.mark() == mine) == (mine, False)
    other.record([batch([event(2)], path="/other")], price)
    assert ledger.mark() != mine
    assert ledger.mark_of_others() != of_others
    assert ledger.booked() == set()
    other.close()


def test_a_price_that_fails_leaves_nothing_behind(ledger: Ledger) -> None:
    def fails(_: object) -> tuple[int | None, Basis]:
        raise RuntimeError

    ledger.record([batch([event(1)])], price)
    with pytest.raises(RuntimeError):
        ledger.record([batch([event(2, session="new")], path="/second")], fails)
    assert (total(ledger)[0], ledger.checkpoint("/second")) == (1, None)
    ledger.record([batch([event(2, session="new")], path="/second")], price)
    assert {row.session: row.requests for row in rows(ledger, By.SESSION)} == {"session": 1, "new": 1}


def test_costs_that_no_sum_can_hold_leave_nothing_behind(ledger: Ledger) -> None:
    with pytest.raises(LedgerUnusable, match="too large"):
        ledger.record([batch([event(number) for number in range(1, 12)])], lambda _: (10**18, Basis.RECORDED))
    assert (total(ledger)[0], ledger.checkpoint("/log")) == (0, None)


def test_a_writer_that_finds_another_one_at_work_may_read_on(ledger: Ledger) -> None:
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert ledger.record_if_free([batch([event(1)])], price) is None
        other.execute("ROLLBACK")
    assert ledger.record_if_free([batch([event(1)])], price) == 1
    assert total(ledger)[0] == 1


def test_what_goes_wrong_beside_a_busy_writer_is_not_swallowed(ledger: Ledger) -> None:
    with closing(sqlite3.connect(ledger.path)) as connection, connection:
        connection.execute("BEGIN")
        with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
            begin_if_free(connection)


def test_prompts_are_kept_once(ledger: Ledger) -> None:
    prompts = [Prompt("agent", 5, NOW, "session", "/work")] * 2
    ledger.record([batch([], prompts=prompts), batch([], prompts=prompts)], price)
    assert outside(ledger, "SELECT count(*) FROM prompt") == [(1,)]


def test_problems_are_counted_once_a_line_and_forgotten_when_a_file_can_be_read_again(ledger: Ledger) -> None:
    bad, unreadable = Problem(Flaw.NOT_JSON, "/log", 3), Problem(Flaw.UNREADABLE, "/log")
    ledger.record([batch([], problems=[bad]), batch([], problems=[bad, Problem(Flaw.NOT_JSON, "/log", 7)])], price)
    [noted] = ledger.problems()
    assert (noted.problem, noted.source, noted.times) == (Problem(Flaw.NOT_JSON, "/log", 7), "agent", 2)
    ledger.record([batch([], problems=[unreadable])], price)
    assert len(ledger.problems()) == 2
    later = Ledger(ledger.path, lambda: NOW + timedelta(minutes=1))
    later.record([batch([])], price)
    assert [each.problem.flaw for each in later.problems()] == [Flaw.NOT_JSON]


def test_facts_are_kept_and_another_programs_writing_is_noticed(ledger: Ledger) -> None:
    assert ledger.fact("prices") is None
    ledger.keep_fact("prices", "1")
    ledger.keep_fact("prices", "2")
    assert ledger.fact("prices") == "2"
    before = ledger.version()
    outside(ledger, "INSERT INTO fact VALUES ('other', 'x')")
    assert ledger.version() != before
    assert ledger.flaws_inside() == ""


def test_old_responses_are_folded_into_their_sums_and_old_sums_go(ledger: Ledger) -> None:
    days = [event(day, at=NOW - timedelta(days=day), recorded_cost=None) for day in (1, 200, 500)]
    ledger.record([batch(days)], price)
    ledger.fold(180, 400)
    ledger.fold(180, 400)
    assert (ledger.responses(), total(ledger)) == (1, (2, TokenUsage(2000, 20)))
    ledger.record([batch(days)], price)
    late = event(7, at=NOW - timedelta(days=200))
    assert ledger.record([batch([late]), batch([late])], price) == 1
    assert (ledger.responses(), total(ledger)) == (1, (3, TokenUsage(3000, 30)))
    assert ledger.record([batch([late])], price) == 0
    ledger.settle()
    assert total(ledger)[0] == 3


def test_repricing_changes_costs_and_sums(ledger: Ledger) -> None:
    ledger.record([batch([event(1), event(2, model="unknown")])], price)
    assert ledger.reprice(price, "same") == 0
    assert ledger.reprice(lambda _: (5_000_000_000, Basis.PRICED), "dear") == 2
    [row] = rows(ledger)
    assert (str(row.cost), row.unpriced_requests, ledger.fact("prices")) == ("10.000000000", 0, "dear")


@pytest.mark.parametrize("content", [b"this is no database " * 500, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_file_is_moved_aside_when_it_is_opened(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(content)
    ledger = opened(tmp_path)
    assert ledger.moved_aside is not None
    assert ledger.path.with_name(ledger.moved_aside).read_bytes() == content
    assert ledger.record([batch([event(1)])], price) == 1


def test_an_emptied_file_is_moved_aside_with_what_was_written_ahead_of_it(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record([batch([event(1)])], price)
    copied = {name: ledger.path.with_name(name).read_bytes() for name in ("ledger.sqlite-wal", "ledger.sqlite-shm")}
    ledger.close()
    ledger.path.write_bytes(b"")
    for name, content in copied.items():
        ledger.path.with_name(name).write_bytes(content)
    again = opened(tmp_path)
    assert again.moved_aside is not None
    aside = tmp_path / again.moved_aside
    assert (aside.read_bytes(), aside.with_name(f"{aside.name}-wal").read_bytes()) == (b"", copied["ledger.sqlite-wal"])
    assert total(again) == (0, TokenUsage())


def test_a_file_that_another_is_just_making_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.touch()
    os.utime(path, (NOW.timestamp() - 1, NOW.timestamp() - 1))
    assert opened(tmp_path).moved_aside is None


def test_damage_that_is_met_later_is_said_once_and_a_new_ledger_begun(ledger: Ledger) -> None:
    ledger.record([batch([event(number, session=str(number)) for number in range(3000)])], price)
    outside(ledger, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(ledger.path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    ledger.path.write_bytes(content)
    with pytest.raises(LedgerDamaged):
        rows(ledger, By.SESSION)
    assert ledger.moved_aside is not None
    assert total(ledger) == (0, TokenUsage())


def test_a_ledger_of_a_newer_program_is_left_alone(ledger: Ledger, tmp_path: Path) -> None:
    outside(ledger, "PRAGMA user_version = 99")
    ledger.close()
    with pytest.raises(LedgerUnusable, match="newer"):
        opened(tmp_path)


def test_a_folder_that_cannot_be_made_and_a_file_that_cannot_be_opened_are_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerUnusable, match="cannot be made"):
        opened(tmp_path / "file" / "below")
    (tmp_path / "ledger.sqlite").mkdir()
    with pytest.raises(LedgerUnusable, match="cannot be written"):
        opened(tmp_path)


def test_a_copy_is_kept_before_a_step(ledger: Ledger) -> None:
    ledger.record([batch([event(1)])], price)
    with closing(sqlite3.connect(ledger.path)) as connection:
        _keep_copy(connection, ledger.path, 1)
    copy = ledger.path.with_name("ledger.before-step-2.sqlite")
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT count(*) FROM usage").fetchone() == (1,)


def test_the_first_and_the_last_time_that_files_can_have_are_kept(ledger: Ledger) -> None:
    days = [datetime(1970, 1, 1, tzinfo=UTC), datetime(2106, 2, 7, 23, 59, tzinfo=UTC)]
    ledger.record([batch([event(place, at=at) for place, at in enumerate(days)])], price)
    assert [row.day for row in rows(ledger, By.DAY)] == [day.date() for day in days]


def test_another_writer_is_waited_for_only_so_long_and_then_named(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    with pytest.raises(LedgerUnusable, match="Another program"), explained(path):
        raise error
