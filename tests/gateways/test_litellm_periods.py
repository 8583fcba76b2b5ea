"""LiteLLM's budgets begin and end by the calendar."""

from datetime import UTC, datetime, timedelta

import pytest

from tankful.core.errors import GatewayConfused
from tankful.gateways.figures import LONG_AGO
from tankful.gateways.litellm_periods import Period, period, span, words

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("duration", "reset", "start"),
    [
        ("1d", "2026-11-23T00:00:00Z", at(11, 22)),
        ("24h", "2026-11-23T00:00:00+00:00", at(11, 22)),
        ("daily", "2026-11-23T01:00:00+01:00", at(11, 22)),
        ("7d", "2026-11-23T00:00:00", at(11, 16)),
        ("weekly", "2026-11-23", at(11, 16)),
        ("1w", "2026-11-23T00:00:00Z", at(11, 16)),
        ("30d", "2026-12-01T00:00:00Z", at(11, 1)),
        ("1mo", "2026-12-01T05:00:00Z", at(11, 1, 5)),
        ("monthly", "2026-11-30T23:00:00Z", at(10, 31, 23)),
        ("30d", "2026-12-15T00:00:00Z", at(11, 15)),
        ("14d", "2026-11-30T00:00:00Z", at(11, 16)),
        ("2w", "2026-11-30T00:00:00Z", at(11, 16)),
        ("12h", "2026-11-22T12:30:00Z", datetime(2026, 11, 22, 0, 30, tzinfo=UTC)),
        ("30m", "2026-11-22T12:30:00Z", at(11, 22, 12)),
        ("90s", "2026-11-22T12:01:30Z", at(11, 22, 12)),
        ("whenever", "2026-11-23T00:00:00Z", at(11, 22)),
        ("0d", "2026-11-23T00:00:00Z", at(11, 22)),
    ],
)
def test_a_period_is_counted_back_from_its_reset(duration: str, reset: str, start: datetime) -> None:
    found = period(duration, reset, None, NOW)
    assert found.start == start
    assert not found.resetting


def test_a_reset_that_is_due_is_said_to_be() -> None:
    assert period("1d", "2026-11-22T12:00:00Z", None, NOW).resetting


def test_a_budget_without_a_duration_never_ends() -> None:
    assert period(None, None, "2026-08-01T00:00:00Z", NOW) == Period(at(8, 1), None)
    assert period(None, "2026-12-01T00:00:00Z", None, NOW) == Period(LONG_AGO, None)
    assert period("", None, None, NOW) == Period(LONG_AGO, None)


def test_a_reset_that_was_not_set_yet_is_the_calendars_next() -> None:
    assert period("1d", None, None, NOW) == Period(at(11, 22), at(11, 23))
    assert period("7d", None, None, NOW) == Period(at(11, 16), at(11, 23))
    assert period("30d", None, None, NOW) == Period(at(11, 1), at(12, 1))
    assert period("1h", None, None, NOW) == Period(NOW, NOW + timedelta(hours=1))
    assert period("3d", None, "2026-08-01", NOW) == Period(at(8, 1), None)


def test_a_reset_that_is_no_time_is_named() -> None:
    with pytest.raises(GatewayConfused):
        period("1d", "soon", None, NOW)


def test_spans_have_words() -> None:
    assert span("1mo") == span("30d") == (1, "month")
    assert [words(each) for each in ("1d", "24h", "7d", "30d", "1h", "12h", "2mo")] == [
        "a day",
        "a day",
        "a week",
        "a month",
        "an hour",
        "12 hours",
        "2 months",
    ]
