"""Where a budget's period begins and ends, in the user's zone."""

from datetime import UTC, date, datetime, time, tzinfo
from typing import NamedTuple

from tankful.core.choices import Period
from tankful.core.period_days import period_days


class Span(NamedTuple):
    """A stretch of time: `start` is inside, `end` is not; both in UTC, where differences are true across clock changes."""

    start: datetime
    end: datetime


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the instant (UTC) at which this day begins in this zone; where clocks skip midnight, the skip itself."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def period_at(now: datetime, period: Period, start_day: int, zone: tzinfo) -> Span:
    """Return the budget period that `now` lies in.

    It starts on `start_day` as `period_days` says.
    """
    first, following = period_days(now.astimezone(zone).date(), start_day, weekly=period is Period.WEEK)
    return Span(midnight(first, zone), midnight(following, zone))
