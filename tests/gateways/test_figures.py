"""What gateways write for money, shares and times becomes ours, or is named as none."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tankful.core.allocation import Allocation
from tankful.core.errors import GatewayConfused
from tankful.gateways.figures import LONG_AGO, begun, clock, dollars, instant, later, limit, number, share, since_1970
from tankful.gateways.scopes import span_words, told_apart

AT = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "meant"),
    [(0, "0"), (12, "12"), ("12.50", "12.50"), (0.1, "0.1"), (Decimal("0.060000000000000005"), "0.060000000000"), ("1e2", "1E+2")],
)
def test_a_number_may_be_written_as_one_or_as_text(written: object, meant: str) -> None:
    assert str(number(written, "spend")) == meant


@pytest.mark.parametrize(
    "written", [None, True, "", "ten", "NaN", float("nan"), float("inf"), "Infinity", Decimal("1e999"), [], {}, "1_0x"]
)
def test_what_is_no_number_is_named(written: object) -> None:
    with pytest.raises(GatewayConfused, match="gateway's spend is no number"):
        number(written, "spend")


def test_money_is_never_negative() -> None:
    assert dollars("250", "spend", Decimal(100)) == Decimal("2.5")
    assert share(104, "share") == 104
    with pytest.raises(GatewayConfused, match="spend is negative"):
        dollars(-1, "spend")


def test_null_is_no_limit_and_nought_is_one() -> None:
    assert limit(None, "limit") is None
    assert limit(0, "limit") == 0


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-22T10:30:00Z",
        "2026-11-22T10:30:00.000000000Z",
        "2026-11-22T11:30:00+01:00",
        "2026-11-22T10:30:00",
        "2026-11-22 10:30",
        1_795_343_400,
        "1795343400",
        1_795_343_400_000,
        Decimal("1795343400.0001"),
    ],
)
def test_a_time_may_be_written_in_many_ways_and_is_utc_unless_it_says_otherwise(written: object) -> None:
    assert instant(written, "reset") == AT


def test_a_date_is_its_first_moment_and_nothing_is_never() -> None:
    assert instant("2026-12-01", "reset") == datetime(2026, 12, 1, tzinfo=UTC)
    assert instant(None, "reset") is None
    assert instant("", "reset") is None
    assert instant("0001-01-01T00:00:00Z", "reset") is None


@pytest.mark.parametrize("written", ["soon", "2026-13-01", "0001-01-01T00:00:00+14:00", True, [], "NaN", Decimal("1e999"), 10**15])
def test_what_is_no_time_is_named(written: object) -> None:
    with pytest.raises(GatewayConfused, match="reset is no time"):
        instant(written, "reset")


@pytest.mark.parametrize("seconds", [-1, 222_000_000_000, 10**14])
def test_seconds_since_1970_lie_neither_before_it_nor_near_the_end_of_the_calendar(seconds: int) -> None:
    assert since_1970(0, "at") == LONG_AGO
    with pytest.raises(GatewayConfused, match="at is no time"):
        since_1970(seconds, "at")


@pytest.mark.parametrize("written", ["0001-01-02T00:00:00Z", "1969-12-31T23:59:59Z", "9001-01-01", "9999-12-31T23:59:59Z", -1])
def test_a_time_so_far_away_that_a_zone_could_leave_the_calendar_is_none(written: object) -> None:
    with pytest.raises(GatewayConfused, match="reset is no time"):
        instant(written, "reset")


def test_a_period_that_would_begin_before_1970_began_long_ago_and_none_ends_near_the_end_of_the_calendar() -> None:
    assert later(AT, -100, "year") == LONG_AGO
    assert later(AT, -30_000, "day") == LONG_AGO
    with pytest.raises(GatewayConfused, match="budget period is no time"):
        later(AT, 7000, "year")


@pytest.mark.parametrize(
    ("unit", "day"), [("day", (2026, 11, 22)), ("week", (2026, 11, 16)), ("month", (2026, 11, 1)), ("year", (2026, 1, 1))]
)
def test_a_period_of_the_calendar_begins_in_utc_and_a_week_on_monday(unit: str, day: tuple[int, int, int]) -> None:
    assert begun(AT, unit) == datetime(*day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "unit", "meant"),
    [
        (1, "month", (2026, 2, 28, 9)),
        (13, "month", (2027, 2, 28, 9)),
        (-2, "month", (2025, 11, 30, 9)),
        (11, "month", (2026, 12, 31, 9)),
        (-1, "month", (2025, 12, 31, 9)),
        (2, "year", (2028, 1, 31, 9)),
        (1, "day", (2026, 2, 1, 9)),
        (-1, "week", (2026, 1, 24, 9)),
        (6, "hour", (2026, 1, 31, 15)),
        (60, "minute", (2026, 1, 31, 10)),
        (3600, "second", (2026, 1, 31, 10)),
    ],
)
def test_a_period_later_keeps_the_day_or_the_last_that_the_month_has(count: int, unit: str, meant: tuple[int, int, int, int]) -> None:
    assert later(datetime(2026, 1, 31, 9, tzinfo=UTC), count, unit) == datetime(*meant, tzinfo=UTC)


@pytest.mark.parametrize(("count", "unit"), [(999_999, "year"), (-3000, "year"), (9_999_999, "day"), (10**15, "second")])
def test_periods_do_not_lead_out_of_all_calendars(count: int, unit: str) -> None:
    with pytest.raises(GatewayConfused, match="budget period is no time"):
        later(AT, count, unit)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.sampled_from(["day", "week", "month", "year"]))  # noqa: DTZ001 - the zone is given apart
def test_every_instant_lies_in_its_period(at: datetime, unit: str) -> None:
    start = begun(at, unit)
    assert start <= at < later(start, 1, unit)
    assert begun(later(start, 1, unit), unit) == later(start, 1, unit)


@pytest.mark.parametrize(
    "said", ["", "yesterday", "Sun, 22 Nov 2026 00:00:00 +9999", "Sun, 22 Nov 1970 10:30:00 GMT", "Sun, 22 Nov 9999 23:00:00 -2300"]
)
def test_a_gateway_that_does_not_say_its_time_is_taken_to_have_ours(said: str) -> None:
    assert clock({}, AT) == AT
    assert clock({"date": said}, AT) == AT


def test_a_gateway_that_says_its_time_is_believed() -> None:
    for said in ("Sun, 22 Nov 2026 07:00:00 GMT", "Sun, 22 Nov 2026 08:00:00 +0100", "Sun, 22 Nov 2026 07:00:00 -0000"):
        assert clock({"date": said}, AT) == datetime(2026, 11, 22, 7, tzinfo=UTC)


def test_lengths_of_periods_have_words() -> None:
    assert [span_words(1, "day"), span_words(1, "hour"), span_words(3, "month")] == ["a day", "an hour", "3 months"]


def test_budgets_of_the_same_words_are_told_apart() -> None:
    same = Allocation("work", "you", None, Decimal(0), AT, None)
    scopes = [each.scope for each in told_apart([same, same, same])]
    assert scopes == ["you", "you (2)", "you (3)"]
    numbered = replace(same, owner_id="7")
    assert [each.identity for each in told_apart([numbered, numbered, same])] == ["7", "you (2)", "you (3)"]
