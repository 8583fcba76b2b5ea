"""Knows when LiteLLM's budgets begin and are reset: by the calendar, not so many days after they were made.

A day ends at midnight, seven days on Monday, thirty days and a month on the 1st; anything else counts from the day it was set.
"""

import re
from datetime import datetime
from typing import NamedTuple

from tankful.gateways.figures import LONG_AGO, begun, instant, later
from tankful.gateways.scopes import span_words

_WORDS = {"hourly": "1h", "daily": "1d", "weekly": "7d", "monthly": "30d"}
_DURATION = re.compile(r"(\d{1,6})(mo|[smhdw])", re.ASCII)
_UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month"}
_SAME = {(24, "hour"): (1, "day"), (7, "day"): (1, "week"), (30, "day"): (1, "month")}


class Period(NamedTuple):
    """When a budget's period began, and when the next begins: `None` for never."""

    start: datetime
    end: datetime | None
    resetting: bool = False
    """The reset is due; the job that does it comes by every ten minutes."""


def span(duration: str) -> tuple[int, str]:
    """Return a duration as a count and a unit; what LiteLLM does not know either is a day to it."""
    written = duration.strip().lower()
    match = _DURATION.match(_WORDS.get(written, written))
    if match is None or int(match[1]) == 0:
        return 1, "day"
    count = int(match[1])
    unit = _UNITS[match[2]]
    return _SAME.get((count, unit), (count, unit))


def words(duration: str) -> str:
    """Return `a day`, `a month`, `5 hours`."""
    return span_words(*span(duration))


def period(duration: str | None, reset_at: object, made_at: object, now: datetime) -> Period:
    """Return the period that a budget is in; `now` is the gateway's clock. Raises `GatewayConfused` for what is no time."""
    made = instant(made_at, "created_at") or LONG_AGO
    if not duration:
        return Period(made, None)
    count, unit = span(duration)
    end = instant(reset_at, "budget_reset_at")
    if end is None:  # the job has not been by since the budget was set
        if count != 1:
            return Period(made, None)
        start = begun(now, unit) if unit in {"day", "week", "month"} else now
        return Period(start, later(start, 1, unit))
    return Period(_start(end, count, unit), end, now >= end)


def _start(end: datetime, count: int, unit: str) -> datetime:
    """Count back from a reset; east of Greenwich the 1st begins on the last day of the month before, in UTC."""
    if unit == "month" and (following := later(end, 1, "day")).day == 1:
        return later(later(following, -count, unit), -1, "day")
    return later(end, -count, unit)
