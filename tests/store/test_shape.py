"""A ledger that lacks what its version says it has is damaged; one that a newer program has taken further is not."""

from pathlib import Path

import pytest

from ledger_rig import batch, event, opened, outside, price, total
from tankful.core.errors import LedgerDamaged, LedgerUnusable
from tankful.store.ledger import Ledger
from tankful.store.migrations import STEPS


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return opened(tmp_path)


@pytest.mark.parametrize("lost", ["DROP TABLE fact", "PRAGMA user_version = 1", "DROP TABLE heard; PRAGMA user_version = 1"])
def test_a_ledger_of_another_shape_than_its_version_says_is_moved_aside_when_it_is_opened(
    ledger: Ledger, tmp_path: Path, lost: str
) -> None:
    ledger.record([batch([event(1)])], price)
    outside(ledger, *lost.split("; "))
    ledger.close()
    again = opened(tmp_path)
    assert again.moved_aside is not None
    assert ledger.path.with_name(again.moved_aside).exists()
    assert again.record([batch([event(1)])], price) == 1


@pytest.mark.parametrize("lost", ["DROP TABLE sums", "ALTER TABLE sums RENAME COLUMN quarter TO hour"])
def test_a_missing_part_that_is_met_later_is_said_once_and_a_new_ledger_begun(ledger: Ledger, lost: str) -> None:
    ledger.record([batch([event(1)])], price)
    outside(ledger, lost)
    with pytest.raises(LedgerDamaged):
        total(ledger)
    assert ledger.moved_aside is not None
    assert ledger.record([batch([event(1)])], price) == 1


def test_what_a_newer_program_changed_under_a_running_one_stays_where_it_is(ledger: Ledger) -> None:
    outside(ledger, "DROP TABLE sums")
    outside(ledger, f"PRAGMA user_version = {len(STEPS) + 1}")
    with pytest.raises(LedgerUnusable):
        total(ledger)
    assert not list(ledger.path.parent.glob("ledger.damaged-*"))
