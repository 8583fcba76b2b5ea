"""How often and when a person may be disturbed: quiet hours, the budget of attention, and when to sum up."""

from datetime import datetime, tzinfo
from typing import NamedTuple


class Manners(NamedTuple):
    """How often and when a person may be disturbed."""

    a_day: int = 2
    a_week: int = 6
    urgent_a_day: int = 3
    """Of class A, which does not count above."""
    quiet_from_h: int = 20
    quiet_to_h: int = 8
    working_days: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    spikes_at_night: bool = False
    digest_h: int | None = None
    """When to sum up what was held back; `None`: never."""
    digest_weekly: bool = False
    """Once a week, from its first working day on; else daily."""

    def is_quiet(self, now: datetime, zone: tzinfo) -> bool:
        """Say whether nobody is to be disturbed: at night, and on days off."""
        local, begins, ends = now.astimezone(zone), self.quiet_from_h, self.quiet_to_h
        at_night = begins <= local.hour < ends if begins <= ends else local.hour >= begins or local.hour < ends
        return at_night or local.isoweekday() not in self.working_days

    def digest_key(self, now: datetime, zone: tzinfo) -> str | None:
        """Return the key of the summary that may be given now, the same all day or all week; `None`: it is not the time."""
        local = now.astimezone(zone)
        if self.digest_h is None or local.hour < self.digest_h:
            return None
        if not self.digest_weekly:
            return f"digest:{local.date().isoformat()}"
        year, week, day = local.isocalendar()
        return f"digest:{year}-W{week:02}" if day >= min(self.working_days, default=8) else None
