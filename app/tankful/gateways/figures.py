"""Turns what gateways write for money, shares and times into ours, or says which of it is none."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime

from tankful.core.errors import GatewayConfused

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""When a budget's period began that has no beginning."""
_MOST = Decimal(10) ** 15
_FINEST = Decimal("1e-12")
_CLOCKS_DIFFER_MOST = timedelta(days=2)
_MILLISECONDS_FROM = 100_000_000_000
"""In seconds that is the year 5138, in milliseconds 1973."""
_LAST_YEAR = 9000
"""Neither a day more nor another zone leads out of the calendar then."""
_ZERO = datetime(1, 1, 1, tzinfo=UTC)
"""How programs written in Go say that there is no time."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HINT = "The gateway may be of a version that Tankful does not know; the last good numbers stay."
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}
UNITS = ("second", "minute", "hour", *_DAYS, *_MONTHS)
"""Of periods."""


def number(value: object, what: str) -> Decimal:
    """Return a number, written as one or as text; rounded to 12 places, as most were binary fractions.

    Raises:
        GatewayConfused: it is none, or none that money or a share could be; `what` names it.
    """
    amount = None
    if isinstance(value, int | float | Decimal | str) and not isinstance(value, bool):
        try:
            amount = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
        except (InvalidOperation, ValueError):
            amount = None
    if amount is None or not amount.is_finite() or abs(amount) > _MOST:
        raise GatewayConfused(f"The gateway's {what} is no number", _HINT)
    exponent = amount.as_tuple().exponent
    return amount.quantize(_FINEST) if isinstance(exponent, int) and exponent < -12 else amount


def dollars(value: object, what: str, per_dollar: Decimal = Decimal(1)) -> Decimal:
    """Return dollars from an amount of which `per_dollar` make one dollar. Raises as `number` does, for negative ones too."""
    amount = number(value, what)
    if amount < 0:
        raise GatewayConfused(f"The gateway's {what} is negative", _HINT)
    return amount / per_dollar


def limit(value: object, what: str, per_dollar: Decimal = Decimal(1)) -> Decimal | None:
    """Return a limit in dollars, `None` for null, which means there is none. Raises as `dollars` does."""
    return None if value is None else dollars(value, what, per_dollar)


def share(value: object, what: str) -> Decimal:
    """Return a share in percent, which may pass 100. Raises as `dollars` does."""
    return dollars(value, what)


def since_1970(seconds: object, what: str) -> datetime:
    """Return the time so many seconds after 1970 began. Raises `GatewayConfused` when it is before that, or after the year 9000."""
    try:
        return _bounded(LONG_AGO + timedelta(milliseconds=int(number(seconds, what) * 1000)), what)
    except OverflowError:
        raise _no_time(what) from None


def instant(value: object, what: str) -> datetime | None:
    """Return a time of 1970 to 9000, `None` for null, nothing, or the first moment of the year 1.

    It may be RFC 3339, without a zone taken as UTC, a date alone, or seconds or milliseconds since 1970.

    Raises:
        GatewayConfused: it is no time; `what` names it.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str) and _DATE.match(value.strip()):
        try:
            given = datetime.fromisoformat(value.strip())
            given = given.astimezone(UTC) if given.tzinfo is not None else given.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            raise _no_time(what) from None
        return None if given == _ZERO else _bounded(given, what)
    try:
        seconds = number(value, what)
    except GatewayConfused:
        raise _no_time(what) from None
    return since_1970(seconds / 1000 if seconds >= _MILLISECONDS_FROM else seconds, what)


def _bounded(at: datetime, what: str) -> datetime:
    if at < LONG_AGO or at.year > _LAST_YEAR:
        raise _no_time(what)
    return at


def _no_time(what: str) -> GatewayConfused:
    return GatewayConfused(f"The gateway's {what} is no time", _HINT)


def clock(headers: Mapping[str, str], ours: datetime) -> datetime:
    """Return the time on the gateway's clock when it answered, by which its periods go; ours when it says none that could be."""
    try:
        said = parsedate_to_datetime(headers.get("date", ""))
        said = said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)
    except (ValueError, OverflowError):
        return ours
    return said if abs(said - ours) < _CLOCKS_DIFFER_MOST else ours


def begun(at: datetime, unit: str) -> datetime:
    """Return when the calendar's unit (`day`, `week` from Monday, `month`, `year`) began, in UTC, that this instant lies in."""
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if unit in _DAYS:
        return day - timedelta(days=day.weekday() if unit == "week" else 0)
    return day.replace(day=1) if unit == "month" else day.replace(day=1, month=1)


def later(at: datetime, count: int, unit: str) -> datetime:
    """Return the instant that is so many units later, or earlier for a negative count.

    A day that a month lacks is its last one; what would be before 1970 is `LONG_AGO`.
    Raises `GatewayConfused` when it is after the year 9000, or out of all calendars.
    """
    try:
        if unit in _MONTHS:
            there = _months_later(at, count * _MONTHS[unit])
        elif unit in _DAYS:
            there = at + timedelta(days=count * _DAYS[unit])
        else:
            there = at + timedelta(seconds=count * {"second": 1, "minute": 60, "hour": 3600}[unit])
    except (ValueError, OverflowError):
        raise _no_time("budget period") from None
    return _bounded(max(LONG_AGO, there), "budget period")


def _months_later(at: datetime, months: int) -> datetime:
    place = at.year * 12 + at.month - 1 + months
    year, month = divmod(place, 12)
    following = datetime(year + (month == 11), (month + 1) % 12 + 1, 1, tzinfo=UTC)
    last = (following - timedelta(days=1)).day
    return at.replace(year=year, month=month + 1, day=min(at.day, last))
