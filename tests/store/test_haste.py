"""A first reading that does not wait for the disk loses nothing, whatever ends it."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from ledger_rig import NOW, batch, event, opened, price, total
from tankful.core.usage import TokenUsage
from tankful.store.copies import copy_unwritable
from tankful.store.file_lock import FileLock
from tankful.store.ledger import Ledger

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says which start of the machine this is")
ONE = (1, TokenUsage(1000, 10))


def filling(tmp_path: Path) -> tuple[Path, FileLock]:
    """Return the path of a ledger that is being filled in haste, with one response in it, and what keeps others from it."""
    ledger = opened(tmp_path)
    lock = ledger.begin_filling()
    assert lock is not None
    ledger.close()
    hasty = Ledger(ledger.path, lambda: NOW, hasty=True)
    hasty.record([batch([event(1)])], price)
    hasty.close()
    return ledger.path, lock


def restart_the_machine(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE fact SET value = 'an earlier start' WHERE name = 'hasty'")


def test_a_program_that_dies_in_the_middle_keeps_what_it_wrote_also_after_the_machine_starts_anew(tmp_path: Path) -> None:
    path, lock = filling(tmp_path)
    lock.give_back()  # the system does that for a program that died
    again = opened(tmp_path)
    assert total(again) == ONE
    assert (again.fact("hasty"), again.moved_aside) == (None, None)
    again.close()
    restart_the_machine(path)
    assert total(opened(tmp_path)) == ONE


def test_a_machine_that_goes_down_in_the_middle_begins_the_ledger_anew(tmp_path: Path) -> None:
    path, lock = filling(tmp_path)
    restart_the_machine(path)
    lock.give_back()
    again = opened(tmp_path)
    assert total(again) == (0, TokenUsage())
    assert again.moved_aside is not None
    assert (tmp_path / again.moved_aside).exists()


def test_while_one_program_fills_it_another_neither_does_nor_says_it_is_done(tmp_path: Path) -> None:
    path, lock = filling(tmp_path)
    other = Ledger(path, lambda: NOW)
    assert other.fact("hasty") is not None
    assert other.begin_filling() is None
    other.end_filling(lock)
    assert other.fact("hasty") is None
    assert total(other) == ONE


def test_a_ledger_that_ever_held_anything_is_never_filled_in_haste(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    ledger.record([batch([event(1)])], price)
    assert ledger.begin_filling() is None
    later = ledger
    for days in (0, 1, 3):
        later = opened(tmp_path, NOW + timedelta(days=days))
        later.fold(1, 10_000)
    assert later.responses() == 0
    assert later.begin_filling() is None


def test_what_cannot_be_written_is_shown_as_it_is(tmp_path: Path) -> None:
    path, lock = filling(tmp_path)
    restart_the_machine(path)
    lock.give_back()
    copy_unwritable(path, tmp_path / "copy.sqlite")
    copied = Ledger(tmp_path / "copy.sqlite", lambda: NOW)
    assert total(copied) == ONE


def test_the_lock_is_held_by_processes_that_are_forked_meanwhile(tmp_path: Path) -> None:
    _, lock = filling(tmp_path)
    handle = lock._handle  # pyright: ignore[reportPrivateUsage]
    assert handle is not None
    # Started, not forked from this program: it has threads of libraries, which a fork does not survive in order.
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[handle]) as child:
        lock.give_back()
        assert opened(tmp_path).fact("hasty") is not None
        child.communicate(b"\n")
    assert opened(tmp_path).fact("hasty") is None
