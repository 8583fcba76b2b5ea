"""Where a budget's period begins and ends, in the user's zone."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from tankful.core.settings import Period


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time: `start` is inside, `end` is not; both in UTC, where differences are true across clock changes."""

    start: datetime
    end: datetime


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the instant (UTC) at which this day begins in this zone; where clocks skip midnight, the skip itself."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def period_at(now: datetime, period: Period, start_day: int, zone: tzinfo) -> Span:
    """Return the budget period that `now` lies in.

    A month starts on `start_day`, or on the last day of a month that is shorter; a week on ISO weekday `start_day`
    (anything above 7 means Sunday).
    """
    today = now.astimezone(zone).date()
    if period is Period.WEEK:
        first = today - timedelta(days=(today.isoweekday() - min(start_day, 7)) % 7)
        return Span(midnight(first, zone), midnight(first + timedelta(days=7), zone))
    first = _month_start(today.year, today.month, start_day)
    if first > today:
        first = _month_start(*_month_before(today.year, today.month), start_day)
    following = _month_start(*_month_after(first.year, first.month), start_day)
    return Span(midnight(first, zone), midnight(following, zone))


def _month_start(year: int, month: int, start_day: int) -> date:
    return date(year, month, min(start_day, monthrange(year, month)[1]))


def _month_before(year: int, month: int) -> tuple[int, int]:
    return (year - 1, 12) if month == 1 else (year, month - 1)


def _month_after(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)
