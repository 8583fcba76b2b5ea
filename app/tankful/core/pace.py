"""Whether the money lasts: pace against working time, and a forecast with its band."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Tone(StrEnum):
    """What the colour and the shape of the gauge say."""

    CALM = "calm"
    WATCH = "watch"
    ACT = "act"
    UNKNOWN = "unknown"


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
