"""Everything that is true at one instant: the only thing skins ever see."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from tankful.core.accounts import AccountState
from tankful.core.calibration import Calibration
from tankful.core.exactness import Exactness
from tankful.core.health import Condition, FeedHealth
from tankful.core.inbox import NOTHING_SAID, Inbox
from tankful.core.meter import Meter
from tankful.core.nudges.nudge import Nudge
from tankful.core.pace import Forecast, Pace
from tankful.core.post_check import PostCheck
from tankful.core.presence import WorkingSession
from tankful.core.problems import Problem
from tankful.core.prospect import Prospect
from tankful.core.served import ModelChange
from tankful.core.spike import Spike

if TYPE_CHECKING:
    from tankful.core.nudges.effect import Nudged  # it would load what decides, which a picture does not need


@dataclass(frozen=True, slots=True)
class AgentSpend:
    """What one agent spent on a day; `cost` is `None` when every request of it is unpriced, and where only activity is seen."""

    agent: str
    title: str
    cost: Decimal | None
    requests: int
    unpriced_requests: int
    exactness: Exactness = Exactness.EXACT
    prompts: int = 0
    """Of an agent of which only activity is seen."""


@dataclass(frozen=True, slots=True)
class DaySpend:
    """What one day of the period cost."""

    day: date
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Scan:
    """A long first read that is still going on, in bytes."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent picture; a new one replaces it as a whole. Money in dollars, times aware UTC."""

    as_of: datetime
    meters: tuple[Meter, ...] = ()
    burn_per_hour: Decimal = Decimal(0)
    """Dollars per hour over the last hour."""
    pace: Pace | None = None
    """Of the binding meter; `None` without a limit."""
    forecast: Forecast | None = None
    prospects: tuple[Prospect, ...] = ()
    """Of the budgets that do not bind."""
    score: Calibration | None = None
    """How true earlier forecasts were; `None`: not asked."""
    today: tuple[AgentSpend, ...] = ()
    """Largest first; only agents that spent today, then those that were seen at work at unknown cost."""
    working: tuple[WorkingSession, ...] = ()
    """Sessions that are at work now, the latest first."""
    days: tuple[DaySpend, ...] = ()
    """Every day of the binding period up to today, in order."""
    feeds: tuple[FeedHealth, ...] = ()
    accounts: tuple[AccountState, ...] = ()
    """The linked ones, in the order of linking."""
    problems: tuple[Problem, ...] = ()
    """The newest few flaws in logs, for `doctor`."""
    outside_gateway: Decimal = Decimal(0)
    unpriced_requests: int = 0
    """Within the binding period."""
    unpriced_models: tuple[str, ...] = ()
    placeholder_requests: int = 0
    """Within the binding period: their agent recorded a stand-in for the output count."""
    last_30_days: Decimal = Decimal(0)
    """What a first budget is suggested from."""
    unpriced_30_days: int = 0
    """Requests of these days that have no part in it."""
    last_event: datetime | None = None
    spikes: tuple[Spike, ...] = ()
    """Those that run now."""
    inbox: Inbox = NOTHING_SAID
    """What was said to the user, as far as somebody keeps it."""
    nudge: Nudge | None = None
    """What is suggested now."""
    nudged: "Nudged | None" = None
    """What became of suggestions; `None`: not asked."""
    changes: tuple[ModelChange, ...] = ()
    """Where another model answered than the one that was asked, within a day, the latest first."""
    post_checks: tuple[PostCheck, ...] = ()
    """What became of the models that agents were given."""
    scan: Scan | None = None

    @property
    def binding(self) -> Meter | None:
        """The meter that will stop the user first."""
        return next((meter for meter in self.meters if meter.binding), None)

    def forecast_of(self, meter: Meter) -> Forecast | None:
        """Return where a budget is likely to end; `None` where that cannot be said."""
        return self.forecast if meter.binding else next((each.forecast for each in self.prospects if each.is_of(meter)), None)

    def fails(self, name: str) -> bool:
        """Say whether this feed fails."""
        return any(feed.feed == name and feed.condition is Condition.FAILING for feed in self.feeds)

    @property
    def is_blank(self) -> bool:
        """Whether nothing is known of what was spent, not even that it is nothing: the ledger could not be read."""
        return not (self.meters or self.days or self.unpriced_requests)

    @property
    def active_agents(self) -> int:
        """How many agents are at work now."""
        return len({session.agent for session in self.working})

    @property
    def spent_today(self) -> Decimal:
        """Known spend of today over all agents."""
        return sum((spend.cost for spend in self.today if spend.cost is not None), Decimal(0))

    @property
    def unpriced_today(self) -> int:
        """Requests of today that have no part in `spent_today`."""
        return sum(spend.unpriced_requests for spend in self.today)
