"""The one question of the first start, decided: what was found, and which budget to suggest."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from tankful.core.health import Condition, FeedHealth
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.present import format as words

_FALLBACK = Decimal(100)


@dataclass(frozen=True, slots=True)
class FoundAgent:
    """One agent we looked for."""

    title: str
    found: bool
    detail: str


@dataclass(frozen=True, slots=True)
class FirstStartView:
    """Everything on the first dialog."""

    title: str
    intro: str
    agents: tuple[FoundAgent, ...]
    question: str
    suggestion: Decimal
    basis: str


def is_due(snapshot: Snapshot, settings: Settings, *, asked_before: bool) -> bool:
    """Say whether to ask now: no budget, never asked, and the logs are read, so that the suggestion is sound."""
    return settings.budget_usd is None and not asked_before and snapshot.scan is None


def first_start_view(snapshot: Snapshot) -> FirstStartView:
    """Return the dialog with the budget that the last 30 days suggest."""
    spent = snapshot.last_30_days
    basis = (
        f"You spent {words.money(spent)} in the last 30 days."
        if spent > 0
        else "Nothing was spent in the last 30 days; any figure will do for a start."
    )
    return FirstStartView(
        title="How much may you spend?",
        intro="Tankful reads what your agents write down on this machine and shows what is left of your budget. Nothing leaves it.",
        agents=tuple(_agent(feed) for feed in snapshot.feeds),
        question="Budget for a month",
        suggestion=suggested(spent),
        basis=basis,
    )


def suggested(spent: Decimal) -> Decimal:
    """Return a round monthly budget a little above what the last 30 days cost.

    Steps of 5 below $50, 10 below $200, 50 below $1,000, and 100 above; $100 when nothing was spent.
    """
    if spent <= 0:
        return _FALLBACK
    wanted = spent * Decimal("1.05")
    step = next((Decimal(step) for below, step in ((50, 5), (200, 10), (1000, 50)) if wanted < below), Decimal(100))
    return (wanted / step).to_integral_value(ROUND_CEILING) * step


def _agent(feed: FeedHealth) -> FoundAgent:
    name = feed.feed.replace("-", " ").title()
    if feed.condition is Condition.FAILING:
        return FoundAgent(name, found=False, detail=feed.title)
    if feed.condition is Condition.WAITING:
        return FoundAgent(name, found=False, detail="not used here yet")
    return FoundAgent(name, found=True, detail=words.counted(feed.events, "request"))
