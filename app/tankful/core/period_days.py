"""On which days a budget's period begins; nothing slow to load, as the status line of an agent asks often."""

from datetime import date, timedelta


def period_days(today: date, start_day: int, *, weekly: bool) -> tuple[date, date]:
    """Return the first day of the period that `today` lies in, and the first day of the following one.

    A month starts on `start_day`, or on the last day of a month that is shorter; a week on ISO weekday `start_day`
    (anything above 7 means Sunday).
    """
    if weekly:
        first = today - timedelta(days=(today.isoweekday() - min(start_day, 7)) % 7)
        return first, first + timedelta(days=7)
    first = _start(today.year, today.month, start_day)
    if first > today:
        first = _start(*_month_before(today.year, today.month), start_day)
    return first, _start(*_month_after(first.year, first.month), start_day)


def _start(year: int, month: int, start_day: int) -> date:
    last = date(*_month_after(year, month), 1) - timedelta(days=1)
    return date(year, month, min(start_day, last.day))


def _month_before(year: int, month: int) -> tuple[int, int]:
    return (year - 1, 12) if month == 1 else (year, month - 1)


def _month_after(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)
