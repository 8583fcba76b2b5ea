"""A clock that jumps makes nothing in the ledger too old to be kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_rig import NOW, batch, event, opened, outside, price, total
from tankful.core.usage import TokenUsage
from tankful.store.believed_time import Believed, believed

DAY = timedelta(days=1)
clocks = st.timedeltas(-4000 * DAY, 4000 * DAY).map(lambda off: NOW + off)


def test_the_first_time_it_is_as_late_as_the_newest_response_and_never_later_than_the_clock() -> None:
    assert believed(NOW, None, None).time == NOW
    assert believed(NOW, None, NOW - 300 * DAY).time == NOW - 300 * DAY
    assert believed(NOW, None, NOW + 300 * DAY).time == NOW


def test_whoever_was_away_for_a_month_catches_up_in_a_month() -> None:
    known = Believed(NOW, NOW)
    for days in range(30, 61):
        known = believed(NOW + days * DAY, known, None)
    assert known.time == NOW + 60 * DAY


@given(st.lists(clocks, min_size=1, max_size=20))
def test_however_the_clock_jumps_it_is_followed_by_two_days_a_look_and_back_at_once(said: list[datetime]) -> None:
    known = [Believed(NOW, NOW)]
    for clock in said:
        known.append(believed(clock, known[-1], None))
    assert all(now.time <= now.clock for now in known)
    assert all(now.time <= max(before.time for before in known[:number]) + 2 * DAY for number, now in enumerate(known) if number)


@pytest.mark.parametrize("back", [10, 100, 20_000])
def test_a_clock_that_was_in_the_past_for_a_while_is_forgotten(tmp_path: Path, back: int) -> None:
    ledger = opened(tmp_path)
    ledger.record([batch([event(1), event(2, at=NOW - 100 * DAY)])], price)
    for clock in (NOW, NOW - back * DAY, NOW - (back - 1) * DAY, NOW + DAY):
        ledger.close()
        ledger = opened(tmp_path, clock)
        ledger.fold(180, 400)
    assert ledger.responses() == 2
    ledger.fold(50, 400)
    assert ledger.responses() == 1


@pytest.mark.parametrize("ahead", [200, 500, 30_000])
def test_a_clock_that_was_ahead_for_a_while_costs_nothing(tmp_path: Path, ahead: int) -> None:
    ledger = opened(tmp_path)
    ledger.record([batch([event(1), event(2, at=NOW - 100 * DAY)])], price)
    for clock in (NOW, NOW + ahead * DAY, NOW + (ahead + 3) * DAY, NOW):
        ledger.close()
        ledger = opened(tmp_path, clock)
        ledger.fold(180, 400)
        assert (ledger.responses(), total(ledger)) == (2, (2, TokenUsage(2000, 20)))
        assert ledger.forgotten() == {}


def test_a_clock_that_stood_in_1970_at_the_first_start_is_forgotten(tmp_path: Path) -> None:
    for clock in (datetime(1970, 1, 1, tzinfo=UTC), NOW):
        ledger = opened(tmp_path, clock)
        ledger.record([batch([event(1), event(2, at=NOW - 200 * DAY)])], price)
        ledger.fold(180, 400)
        ledger.close()
    assert opened(tmp_path).responses() == 1


def test_logs_first_read_while_the_clock_is_ahead_are_kept(tmp_path: Path) -> None:
    ledger = opened(tmp_path, NOW + 1200 * DAY)
    ledger.record([batch([event(1)])], price)
    ledger.fold(180, 400)
    assert ledger.responses() == 1


def test_where_only_sums_are_left_the_newest_of_them_counts(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    ledger.record([batch([event(1)])], price)
    for days in range(5):
        ledger.close()
        ledger = opened(tmp_path, NOW + days * DAY)
        ledger.fold(1, 400)
    assert ledger.responses() == 0
    outside(ledger, "DELETE FROM fact WHERE name = 'believed_time'")
    ledger.close()
    ledger = opened(tmp_path, NOW + 1200 * DAY)
    ledger.fold(1, 400)
    assert total(ledger)[0] == 1
