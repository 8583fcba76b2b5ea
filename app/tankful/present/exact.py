"""Values as programs read them: money without loss, times in UTC."""

from datetime import UTC, datetime
from decimal import Decimal

_SHARE_DIGITS = 4
_SHARE_MOST = 1e6


def exact_money(dollars: Decimal) -> str:
    """Return all digits of an amount, at least two of them after the point, never an exponent: `0.46`, `400.00`, `0.000123`."""
    whole, _, part = format(dollars, "f").partition(".")
    part = part.rstrip("0").ljust(2, "0")
    return f"{'0' if whole == '-0' and not part.strip('0') else whole}.{part}"


def exact_or_none(dollars: Decimal | None) -> str | None:
    """Return an amount as `exact_money` does, `None` where there is none."""
    return None if dollars is None else exact_money(dollars)


def instant(at: datetime) -> str:
    """Return a time to the second in UTC: `2026-11-20T12:00:00Z`."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def instant_or_none(at: datetime | None) -> str | None:
    """Return a time as `instant` does, `None` where there is none."""
    return None if at is None else instant(at)


def number(share: Decimal | float | None) -> float | None:
    """Return a share or a chance with four digits after the point; of one beyond all measure a number that JSON has."""
    return None if share is None else round(min(float(share), _SHARE_MOST), _SHARE_DIGITS)
