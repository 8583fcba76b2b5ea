"""What a budget's period is called."""

from datetime import timedelta, tzinfo

from tankful.core.choices import Period
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.present import format as words


def period_name(snapshot: Snapshot, settings: Settings, zone: tzinfo) -> str:
    """Return `November` for a calendar month, `this week`, both ends (`15 Nov to 14 Dec`) for any other stretch, or that none ends."""
    meter = snapshot.binding
    if meter is None:
        return "this week" if settings.budget_period is Period.WEEK else words.month(snapshot.as_of.astimezone(zone).date())
    first = meter.allocation.period_start.astimezone(zone).date()
    if meter.allocation.resets_at is None:
        return "without a reset"
    end = meter.allocation.resets_at.astimezone(zone).date()
    if first.day == 1 == end.day and 28 <= (end - first).days <= 31:
        return words.month(first)
    if (end - first).days == 7:
        return "this week"
    return f"{words.short_day(first)} to {words.short_day(end - timedelta(days=1))}"
