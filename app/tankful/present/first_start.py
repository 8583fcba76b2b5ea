"""The one question of the first start, decided: what was found, and which budget to suggest."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from tankful.core.health import Condition, FeedHealth
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.present import format as words

_FALLBACK = Decimal(100)
_AGENTS_SHOWN = 6


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
    further: str
    """Of those that were not found."""
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
    spent, unpriced = snapshot.last_30_days, snapshot.unpriced_30_days
    agents, further = _agents(snapshot.feeds)
    return FirstStartView(
        title="How much may you spend?",
        intro="Tankful reads what your agents write down on this machine and shows what is left of your budget. Nothing leaves it.",
        agents=agents,
        further=further,
        question="Budget for a month",
        suggestion=suggested(spent),
        basis=_basis(spent, unpriced),
    )


def _basis(spent: Decimal, unpriced: int) -> str:
    """Return what the suggestion goes by, and what it leaves out."""
    missing = f"{words.counted(unpriced, 'request')} of the last 30 days {'has' if unpriced == 1 else 'have'} no known price"
    if spent > 0:
        return f"You spent {words.money(spent)} in the last 30 days{f'; {missing} and no part in that.' if unpriced else '.'}"
    if unpriced:
        return f"{missing}, so what was spent is unknown; any figure will do for a start."
    return "Nothing was spent in the last 30 days; any figure will do for a start."


def suggested(spent: Decimal) -> Decimal:
    """Return a round monthly budget a little above what the last 30 days cost.

    Steps of 5 below $50, 10 below $200, 50 below $1,000, and 100 above; $100 when nothing was spent.
    """
    if spent <= 0:
        return _FALLBACK
    wanted = spent * Decimal("1.05")
    step = next((Decimal(step) for below, step in ((50, 5), (200, 10), (1000, 50)) if wanted < below), Decimal(100))
    return (wanted / step).to_integral_value(ROUND_CEILING) * step


def _agents(feeds: tuple[FeedHealth, ...]) -> tuple[tuple[FoundAgent, ...], str]:
    """Return the agents that were found, the busiest first, and a word on all others; the ledger is a feed, too, and no agent."""
    from tankful.sources import registry  # noqa: PLC0415 - the sources are heavy, and the windows open before they are needed

    known = [(source, feed) for feed in feeds if (source := registry.by_id(feed.feed)) is not None]
    there = sorted((pair for pair in known if pair[1].condition is not Condition.WAITING), key=lambda pair: -pair[1].events)
    shown = there[:_AGENTS_SHOWN]
    agents = tuple(FoundAgent(source.title, feed.condition is Condition.OK, _detail(feed)) for source, feed in shown)
    absent = len(known) - len(there)
    lines = [f"{len(there) - len(shown)} more were found."] if len(there) > len(shown) else []
    if absent:
        lines.append(f"{words.counted(absent, 'other agent')} will be read as soon as you use {'it' if absent == 1 else 'them'} here.")
    return agents, " ".join(lines)


def _detail(feed: FeedHealth) -> str:
    if feed.condition is Condition.FAILING:
        return feed.title
    return words.counted(feed.events, "request") if feed.events else f"{words.counted(feed.prompts, 'prompt')} seen, cost unknown"
