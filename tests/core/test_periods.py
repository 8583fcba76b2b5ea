from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tankful.core.choices import Period
from tankful.core.periods import midnight, period_at

BERLIN = ZoneInfo("Europe/Berlin")
ZONES: st.SearchStrategy[tzinfo] = st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe"]).map(
    ZoneInfo
)


def dates(now: str, period: Period, start_day: int, zone: tzinfo = BERLIN) -> tuple[str, str]:
    span = period_at(datetime.fromisoformat(now), period, start_day, zone)
    return span.start.astimezone(zone).date().isoformat(), span.end.astimezone(zone).date().isoformat()


@pytest.mark.parametrize(
    ("now", "start_day", "expected"),
    [
        ("2026-11-20T12:00Z", 1, ("2026-11-01", "2026-12-01")),
        ("2026-11-20T12:00Z", 20, ("2026-11-20", "2026-12-20")),
        ("2026-11-20T12:00Z", 21, ("2026-10-21", "2026-11-21")),
        ("2026-01-05T12:00Z", 15, ("2025-12-15", "2026-01-15")),
        ("2026-12-31T12:00Z", 1, ("2026-12-01", "2027-01-01")),
        ("2026-02-28T12:00Z", 31, ("2026-02-28", "2026-03-31")),
        ("2028-02-28T12:00Z", 31, ("2028-01-31", "2028-02-29")),
        ("2028-02-29T12:00Z", 30, ("2028-02-29", "2028-03-30")),
        ("2026-10-31T23:30Z", 1, ("2026-11-01", "2026-12-01")),
    ],
)
def test_a_month_starts_on_its_day_or_on_the_last_of_a_shorter_month(now: str, start_day: int, expected: tuple[str, str]) -> None:
    assert dates(now, Period.MONTH, start_day) == expected


@pytest.mark.parametrize(
    ("start_day", "expected"), [(1, ("2026-11-16", "2026-11-23")), (5, ("2026-11-20", "2026-11-27")), (31, ("2026-11-15", "2026-11-22"))]
)
def test_a_week_starts_on_its_day(start_day: int, expected: tuple[str, str]) -> None:
    assert dates("2026-11-20T12:00Z", Period.WEEK, start_day) == expected


@given(
    now=st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
    period=st.sampled_from(list(Period)),
    start_day=st.integers(1, 31),
    zone=ZONES,
)
def test_periods_hold_their_time_and_join_without_gap(now: datetime, period: Period, start_day: int, zone: tzinfo) -> None:
    span = period_at(now, period, start_day, zone)
    assert span.start <= now < span.end
    assert period_at(span.end, period, start_day, zone).start == span.end
    assert period_at(span.start - timedelta(seconds=1), period, start_day, zone).end == span.start
    assert timedelta(days=6) < span.end - span.start < timedelta(days=32)


def test_a_day_begins_at_the_skip_where_clocks_skip_midnight() -> None:
    assert midnight(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo")) == datetime(2018, 11, 4, 3, tzinfo=UTC)
