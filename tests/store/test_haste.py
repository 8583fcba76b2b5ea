"""A first reading that does not wait for the disk loses nothing, whatever ends it."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ledger_rig import NOW, batch, event, opened, price, total
from tankful.core.usage import TokenUsage
from tankful.store.ledger import Ledger

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says which start of the machine this is")


def begun(tmp_path: Path) -> Path:
    """Return the path of a ledger that is being filled in haste, with one response in it."""
    ledger = opened(tmp_path)
    assert ledger.begin_hasty()
    ledger.close()
    hasty = Ledger(ledger.path, lambda: NOW, hasty=True)
    hasty.record([batch([event(1)])], price)
    hasty.close()
    return ledger.path


def test_a_program_that_dies_in_the_middle_keeps_what_it_wrote(tmp_path: Path) -> None:
    begun(tmp_path)
    again = opened(tmp_path)
    assert total(again) == (1, TokenUsage(1000, 10))
    assert again.moved_aside is None


def test_a_machine_that_goes_down_in_the_middle_begins_the_ledger_anew(tmp_path: Path) -> None:
    path = begun(tmp_path)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE fact SET value = 'an earlier start' WHERE name = 'hasty'")
    again = opened(tmp_path)
    assert total(again) == (0, TokenUsage())
    assert again.moved_aside is not None
    assert (tmp_path / again.moved_aside).exists()


def test_once_it_is_on_disk_no_start_of_the_machine_is_looked_for(tmp_path: Path) -> None:
    begun(tmp_path)
    ledger = opened(tmp_path)
    ledger.end_hasty()
    assert ledger.fact("hasty") is None
    assert total(ledger) == (1, TokenUsage(1000, 10))
