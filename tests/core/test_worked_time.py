from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tankful.core.worked_time import FREE_DAY_WEIGHT, WorkedTime, weight_of

WORKING = frozenset({1, 2, 3, 4, 5})
BERLIN = ZoneInfo("Europe/Berlin")
ZONES: st.SearchStrategy[tzinfo] = st.sampled_from(
    ["Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"]
).map(ZoneInfo)
INSTANTS = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
LENGTHS = st.timedeltas(timedelta(minutes=1), timedelta(days=62))


def test_a_working_day_weighs_one_and_a_free_day_less() -> None:
    assert weight_of(date(2026, 11, 20), WORKING) == 1
    assert weight_of(date(2026, 11, 21), WORKING) == FREE_DAY_WEIGHT


def test_a_week_is_five_working_days_and_two_light_ones() -> None:
    week = WorkedTime(datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC), UTC, WORKING)
    assert week.total == pytest.approx(5.6)


def test_at_two_in_the_afternoon_about_half_of_the_day_is_worked() -> None:
    day = WorkedTime(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC), UTC, WORKING)
    assert day.share_at(datetime(2026, 11, 20, 8, tzinfo=UTC)) == pytest.approx(0.05)
    assert day.share_at(datetime(2026, 11, 20, 14, tzinfo=UTC)) == pytest.approx(0.475)
    assert day.share_at(datetime(2026, 11, 20, 20, tzinfo=UTC)) == pytest.approx(0.9)


@pytest.mark.parametrize("changes", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_day_on_which_the_clocks_change_weighs_what_any_sunday_weighs(changes: date) -> None:
    start = datetime(changes.year, changes.month, changes.day, tzinfo=BERLIN)
    end = start + timedelta(days=1)
    assert (end.timestamp() - start.timestamp()) in {23 * 3600, 25 * 3600}
    assert WorkedTime(start, end, BERLIN, WORKING).total == pytest.approx(FREE_DAY_WEIGHT)


def test_a_stretch_without_time_is_over() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    empty = WorkedTime(now, now, UTC, WORKING)
    assert (empty.total, empty.share_at(now), empty.when(0)) == (0, 1, None)


@given(start=INSTANTS, length=LENGTHS, zone=ZONES, part=st.floats(0, 1), later=st.floats(0, 1))
def test_worked_time_runs_from_nothing_to_all_and_only_forward(
    start: datetime, length: timedelta, zone: tzinfo, part: float, later: float
) -> None:
    end = start + length
    time = WorkedTime(start, end, zone, WORKING)
    assert time.total > 0
    assert time.share_at(start - timedelta(days=1)) == time.share_at(start) == 0
    assert time.share_at(end) == time.share_at(end + timedelta(days=1)) == pytest.approx(1)
    first, second = sorted((start + length * part, start + length * later))
    assert 0 <= time.share_at(first) <= time.share_at(second) + 1e-12


@given(start=INSTANTS, length=LENGTHS, zone=st.sampled_from([UTC, BERLIN]), part=st.floats(0.01, 0.99))
def test_the_instant_of_an_amount_is_where_that_amount_is_gone(start: datetime, length: timedelta, zone: tzinfo, part: float) -> None:
    time = WorkedTime(start, start + length, zone, WORKING)
    amount = time.total * part
    instant = time.when(amount)
    assert instant is not None
    assert time.until(instant) == pytest.approx(amount, abs=1e-6)


@given(start=INSTANTS, length=LENGTHS, zone=ZONES)
def test_more_than_there_is_has_no_instant(start: datetime, length: timedelta, zone: tzinfo) -> None:
    time = WorkedTime(start, start + length, zone, WORKING)
    assert time.when(time.total * 1.001 + 1e-9) is None
