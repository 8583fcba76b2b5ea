"""A ledger can be copied whole from where nothing may be written, whoever wrote last and however that ended."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tankful.store.copies import copy_unwritable
from tankful.store.ledger import Ledger

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def opened(folder: Path) -> Ledger:
    return Ledger(folder / "ledger.sqlite", lambda: NOW)


def fact_in(path: Path) -> str | None:
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute("SELECT value FROM fact WHERE name = 'colour'").fetchone()
        return None if row is None else str(row[0])


def refuse_companions(path: Path) -> None:
    """Let nothing be made beside the ledger that even a reader needs, as in a folder that may not be written."""
    path.with_name(f"{path.name}-shm").mkdir()


def test_a_copy_holds_what_a_running_writer_has_just_booked(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "a#b?c%20")) as ledger:
        ledger.keep_fact("colour", "green")
        copy_unwritable(ledger.path, tmp_path / "copy")
    assert fact_in(tmp_path / "copy") == "green"


def test_a_copy_is_made_where_nothing_may_be_written(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as ledger:
        ledger.keep_fact("colour", "green")
    refuse_companions(ledger.path)
    written = copy_unwritable(ledger.path, tmp_path / "copy")
    assert fact_in(tmp_path / "copy") == "green"
    assert abs(written.timestamp() - ledger.path.stat().st_mtime) < 1e-3


def test_a_copy_holds_what_a_killed_writer_left_in_the_journal(tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    killed.mkdir()
    with closing(opened(tmp_path)) as ledger:
        ledger.keep_fact("colour", "green")
        for ending in ("", "-wal"):
            (killed / f"ledger.sqlite{ending}").write_bytes((tmp_path / f"ledger.sqlite{ending}").read_bytes())
    assert (killed / "ledger.sqlite-wal").stat().st_size
    refuse_companions(killed / "ledger.sqlite")
    copy_unwritable(killed / "ledger.sqlite", tmp_path / "copy")
    assert fact_in(tmp_path / "copy") == "green"


def test_what_is_no_ledger_or_not_there_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database, but long enough to have a header of one" * 10)
    with pytest.raises(sqlite3.DatabaseError):
        copy_unwritable(tmp_path / "text", tmp_path / "copy")
    with pytest.raises(FileNotFoundError):
        copy_unwritable(tmp_path / "missing", tmp_path / "copy")
