"""What a spike is: spend that is unusual for this person, with what betrayed it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Spend(NamedTuple):
    """One response, as far as spikes look at it; plain numbers, since there are many."""

    at_s: float
    """Seconds since 1970 UTC."""
    cost: float
    """Dollars; 0 where the price is not known, below 0 for a correction."""
    agent: str = ""
    session: str = ""
    project: str = ""
    model: str = ""
    prompted: bool = False
    """A human typed something to this session just before."""
    cached: float | None = None
    """Which share of what the model was given came out of a cache; `None`: not known."""


class Channel(StrEnum):
    """What a spike was seen by."""

    VOLUME = "volume"
    PRICE = "price"
    UNATTENDED = "unattended"


class Cause(StrEnum):
    """What probably lies behind a spike."""

    MANY_REQUESTS = "many-requests"
    MANY_SESSIONS = "many-sessions"
    DEARER_MODEL = "dearer-model"
    COLD_CACHE = "cold-cache"
    DEARER_REQUESTS = "dearer-requests"
    NOBODY_TYPED = "nobody-typed"


class SpikeState(StrEnum):
    """Whether a spike goes on."""

    RUNNING = "running"
    ENDED = "ended"


class Evidence(NamedTuple):
    """The facts behind a cause, for whoever puts them into words; what a cause has no use for stays empty."""

    factor: float = 0.0
    """How many times the usual: the dollars of a request, or of ten minutes."""
    usually: str = ""
    """The usual model."""
    now: float = 0.0
    """Share of cached input now."""
    before: float = 0.0
    """Share of cached input usually."""
    sessions: int = 0
    """How many spent in the last ten minutes."""


@dataclass(frozen=True, slots=True)
class Spike:
    """One spike as far as it has come; money in dollars, times aware UTC."""

    at: datetime
    """When it was noticed."""
    start: datetime
    channel: Channel
    cause: Cause
    evidence: Evidence
    agent: str
    session: str
    project: str
    model: str
    actual: Decimal
    """Spent since `start`."""
    expected: Decimal
    """What usually would have been spent; for `UNATTENDED` the most that is usual between two prompts."""
    state: SpikeState = SpikeState.RUNNING
    ended: datetime | None = None
    learning: bool = False
    """Little is known yet of what is usual."""

    @property
    def excess(self) -> Decimal:
        """What was spent beyond the usual."""
        return max(Decimal(0), self.actual - self.expected)

    @property
    def key(self) -> str:
        """What it is known by, over restarts too."""
        return f"spike:{self.at:%Y-%m-%dT%H:%M:%SZ}"
