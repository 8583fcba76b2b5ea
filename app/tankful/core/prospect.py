"""Where each budget is heading, not only the one that binds."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import NamedTuple

from tankful.core.allocation import ScopeKind
from tankful.core.meter import PERSONAL, Meter
from tankful.core.outlook import Outlook
from tankful.core.pace import Forecast, foreseen

SHARED = frozenset({ScopeKind.TEAM, ScopeKind.ORGANIZATION, ScopeKind.PROJECT, ScopeKind.EVERYBODY})
"""Budgets that others spend from too: what one person spent before says nothing of them."""
_SOON_H = Decimal("0.5")
"""A budget that lasts longer than this at the rate of all there is need not be looked at closely."""


class Prospect(NamedTuple):
    """What is ahead of one budget."""

    account: str
    identity: str
    forecast: Forecast | None
    """`None`: it has no limit or no reset, or its figures are of a period that is over."""
    burn_per_hour: Decimal
    """Dollars per hour lately that were spent from it, as far as this machine knows; what goes elsewhere too where it lasts long."""

    def is_of(self, meter: Meter) -> bool:
        """Say whether it is what is ahead of this meter's budget."""
        return (self.account, self.identity) == (meter.allocation.account, meter.allocation.identity)


def prospects(
    meters: Sequence[Meter],
    history: Sequence[tuple[date, Decimal]],
    *,
    burn_per_hour: Decimal,
    burn_of: Callable[[Meter], Decimal],
    now: datetime,
    zone: tzinfo,
    working_days: frozenset[int],
) -> tuple[Prospect, ...]:
    """Return what is ahead of each of these budgets.

    Args:
        meters: The budgets.
        history: Dollars of the days before today, all that was spent on this machine.
        burn_per_hour: Dollars per hour lately, of all there is.
        burn_of: The same of one budget, which costs a question.
        now: The time it is.
        zone: Decides which day and hour it is.
        working_days: ISO weekday numbers.
    """
    found: list[Prospect] = []
    outlooks: dict[tuple[datetime, datetime, bool], Outlook] = {}
    for meter in meters:
        allocation, headroom, ahead = meter.allocation, meter.headroom, None
        if allocation.limit and allocation.resets_at is not None and not allocation.resetting:
            period = allocation.period_start, allocation.resets_at, allocation.kind in SHARED
            if period not in outlooks:
                outlooks[period] = Outlook(*period[:2], zone, working_days, () if period[2] else history)
            ahead = foreseen(outlooks[period], meter.spent, allocation.limit, now, zone)
        is_near = headroom is not None and 0 < headroom <= burn_per_hour * _SOON_H and allocation.account != PERSONAL
        burn = burn_of(meter) if is_near else burn_per_hour
        found.append(Prospect(allocation.account, allocation.identity, ahead, burn))
    return tuple(found)
