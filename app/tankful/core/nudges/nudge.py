"""What a nudge is, what its rules may look at, and what a rule is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from tankful.core.counterfactual import Comparison, Prices, PriceSheet, Rates
from tankful.core.offered import names_of
from tankful.core.usage import UsageEvent


class Answer(StrEnum):
    """What became of a nudge."""

    OFFERED = "offered"
    """Nobody has answered yet."""
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class Origin(StrEnum):
    """Who says that a model is in-house."""

    POLICY = "policy"
    """The organisation, for everybody on this machine."""
    USER = "user"
    GATEWAY = "gateway"


class Tool(NamedTuple):
    """A model of one's own house, as the organisation, the user's own settings or the gateway describes it."""

    model: str
    title: str
    alternative_to: tuple[str, ...]
    """Models that it may stand in for; none named: any."""
    good_for: tuple[str, ...]
    documentation: str
    rates: Rates | None
    """`None`: unpriced, so nothing is said about it."""
    prices: PriceSheet
    origin: Origin = Origin.USER
    account: str = ""
    """Whose gateway offers it; empty: none of the linked ones says that it does."""

    def stands_in_for(self, model: str) -> bool:
        """Say whether it may be suggested for work on this model."""
        names = names_of(model)
        if self.model.lower() in names:
            return False
        return not self.alternative_to or any(set(names) & set(names_of(other)) for other in self.alternative_to)


@dataclass(frozen=True, slots=True)
class Nudge:
    """A suggestion; money in dollars."""

    rule: str
    key: str
    """Its once-only identity."""
    agent: str
    project: str
    model: str
    """Which the work was done with."""
    amount: Decimal
    """What it is about: may be saved at least, or was paid for it."""
    times: int
    """How many requests it is about."""
    tool: Tool | None = None
    comparison: Comparison | None = None
    prices: PriceSheet | None = None
    """Of what was paid."""
    stretches: int = 0
    """How many stretches of work those requests are; 0: each stands for itself."""


class Typed(NamedTuple):
    """Somebody typed something to a session."""

    at: datetime
    agent: str
    session: str


@dataclass(frozen=True)
class Work:
    """What rules look at: the requests of the last days, looked up when a rule asks for them."""

    now: datetime
    look_up: Callable[[], tuple[UsageEvent, ...]]
    """The requests of the last `SPAN`, in order of time."""
    paid: Prices
    """List prices of what was used."""
    sheet: PriceSheet
    tools: tuple[Tool, ...] = ()
    look_up_typed: Callable[[], tuple[Typed, ...]] = tuple
    """What humans typed in that time, in order of time; agents that do not tell are not in it."""
    look_up_told: Callable[[], tuple[datetime, ...]] = tuple
    """When a notice told of a spike."""

    @cached_property
    def requests(self) -> tuple[UsageEvent, ...]:
        """The requests, looked up once."""
        return self.look_up()

    @cached_property
    def typed(self) -> tuple[Typed, ...]:
        """What humans typed, looked up once."""
        return self.look_up_typed()

    @cached_property
    def told(self) -> tuple[datetime, ...]:
        """The times of notices about spikes, looked up once."""
        return self.look_up_told()

    def was_told(self, start: datetime, end: datetime) -> bool:
        """Say whether a spike was told of in this stretch: then it need not be said twice."""
        return any(start <= at <= end + _LATE for at in self.told)


SPAN = timedelta(days=7)
"""So far back rules look."""
_LATE = timedelta(minutes=10)
"""So long after the last response of a stretch a notice may come."""


class Rule(NamedTuple):
    """What decides whether a suggestion is worth making."""

    name: str
    title: str
    find: Callable[[Work], Nudge | None]


def key_of(rule: str, work: Work, *about: str) -> str:
    """Return the once-only identity of a suggestion about this: it may come again next month."""
    return ":".join((rule, f"{work.now:%Y-%m}", *about))
