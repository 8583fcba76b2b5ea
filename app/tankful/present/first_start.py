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
    """Say whether to ask now: no budget, never asked, and every log was read once, so that the suggestion is sound."""
    return settings.budget_usd is None and not asked_before and has_looked(snapshot)


def has_looked(snapshot: Snapshot) -> bool:
    """Say whether every source was looked at since the program started."""
    return snapshot.scan is None and bool(snapshot.feeds) and all(feed.as_of is not None for feed in snapshot.feeds)


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
        agents=_agents(snapshot.feeds),
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


def _agents(feeds: tuple[FeedHealth, ...]) -> tuple[FoundAgent, ...]:
    """Return the feeds that are agents; the ledger is one, too, when something is wrong with it."""
    from tankful.sources import registry  # noqa: PLC0415 - the sources are heavy, and the windows open before they are needed

    known = ((registry.by_id(feed.feed), feed) for feed in feeds)
    return tuple(FoundAgent(source.title, feed.condition is Condition.OK, _detail(feed)) for source, feed in known if source is not None)


def _detail(feed: FeedHealth) -> str:
    if feed.condition is Condition.FAILING:
        return feed.title
    return "not used here yet" if feed.condition is Condition.WAITING else words.counted(feed.events, "request")
