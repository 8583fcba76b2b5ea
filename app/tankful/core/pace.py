"""Whether the money lasts: pace against working time, and a forecast with its band."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from tankful.core.outlook import Outlook
from tankful.core.periods import midnight
from tankful.core.tone import Tone, tone_of
from tankful.core.worked_time import WorkedTime

__all__ = ["Forecast", "Pace", "Tone", "forecast", "foreseen", "pace", "tone_of"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is used against how much of the working time is gone; both shares are 0 to 1 (used may exceed it)."""

    used_share: Decimal
    worked_share: Decimal
    tone: Tone

    @property
    def ratio(self) -> Decimal | None:
        """Used share over worked share: 1 is an even pace; `None` before any working time has gone."""
        return self.used_share / self.worked_share if self.worked_share else None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Likely spend at the reset with its 80 % band, in dollars, and when the limit is hit, if it is."""

    low: Decimal
    likely: Decimal
    high: Decimal
    run_out_probability: float
    """0 to 1; 0 without a limit."""
    run_out_at: datetime | None
    """When the limit is reached at the likely rate; `None` when it is not before the reset."""
    dry_at: datetime | None = None
    """If the money runs out, when that is as likely before as after; `None` where it hardly does, and once it did."""
    safe_today: Decimal | None = None
    """What can still be spent today so that the rest lasts as evenly to the reset; `None` without a limit."""


def pace(
    *,
    spent: Decimal,
    limit: Decimal | None,
    start: datetime,
    end: datetime,
    now: datetime,
    zone: tzinfo,
    working_days: frozenset[int],
    outlook: Forecast,
) -> Pace:
    """Return the pace of a budget from `start` to `end`; `outlook` is its forecast and decides the tone.

    Args:
        spent: Dollars gone.
        limit: Dollars there are; `None` gives an unknown tone and a used share of 0.
        start: Begin of the period.
        end: The reset.
        now: The time it is; outside the period its nearer end counts.
        zone: Decides which day and hour it is.
        working_days: ISO weekday numbers (1 is Monday).
        outlook: What `forecast` says of the same budget at the same time.
    """
    worked = WorkedTime(start, end, zone, working_days).share_at(now)
    used = Decimal(0) if limit is None else Decimal(1) if not limit else spent / limit
    return Pace(used, Decimal(f"{worked:.6f}"), tone_of(spent, limit, outlook.run_out_probability))


def forecast(
    *,
    spent: Decimal,
    limit: Decimal | None,
    start: datetime,
    end: datetime,
    now: datetime,
    zone: tzinfo,
    working_days: frozenset[int],
    history: Sequence[tuple[date, Decimal]],
) -> Forecast:
    """Return where the spend of the period from `start` to `end` is likely to end.

    What is still to come is the shrunken rate of a working day (`outlook`) times the working days left. Its typical error
    gives the band and the chance: `likely` is as often too low as too high, and one time in ten each the truth is below
    `low` or above `high`. The same median is what `run_out_at` walks along, so that it is there exactly when `likely`
    reaches the limit. All of it only grows when `spent` grows.

    Args:
        spent: Dollars gone since `start`.
        limit: Dollars there are; `None`: they cannot run out.
        start: Begin of the period.
        end: The reset.
        now: The time it is; outside the period its nearer end counts.
        zone: Decides which day and hour it is.
        working_days: ISO weekday numbers (1 is Monday).
        history: Dollars of days before the period; other days, and those more than 84 days back, are passed over.
    """
    outlook = Outlook(start, end, zone, working_days, history)
    return foreseen(outlook, spent, limit, now, zone)


def foreseen(outlook: Outlook, spent: Decimal, limit: Decimal | None, now: datetime, zone: tzinfo) -> Forecast:
    """Return what an outlook that was made before says of this spend now, as `forecast` does."""
    dry_at = safe = None
    if limit is not None:
        tonight = midnight(now.astimezone(zone).date() + timedelta(days=1), zone)
        dry_at, safe = outlook.dry_at(spent, limit, now), outlook.safe_until(spent, limit, now, tonight)
    return Forecast(*outlook.ahead(spent, limit, now), dry_at, safe)
