"""Usual work, and what is not: made-up spend for looking at spikes."""

from collections.abc import Iterable

from tankful.core.spike import Spend, Spike
from tankful.core.spikes import Limits, SpikeWatch

DAY_S = 86_400
MONDAY_S = 20_000 * DAY_S + 9 * 3600.0
"""Nine in the morning."""


QUIET = Limits(volume=1000)
"""For looking at the other two channels alone."""


def midnight_after(at_s: float) -> float:
    return (at_s // DAY_S + 1) * DAY_S


def turn(at_s: float, requests: int = 10, cost: float = 0.1, **given: object) -> list[Spend]:
    """Somebody types, and the agent answers with so many requests, one every 20 seconds."""
    spend = Spend(at_s, cost, "claude-code", "s1", "/src/shop", "sonnet")._replace(**given)
    return [spend._replace(at_s=at_s + 20 * number, prompted=number == 0) for number in range(requests)]


def usual(days: int, *, start_s: float = MONDAY_S, cached: float | None = None) -> list[Spend]:
    """Twelve turns on each of so many days, a little different each: $12 a day."""
    costs = (0.08, 0.1, 0.12, 0.09, 0.11)
    return [
        spend
        for day in range(days)
        for number in range(12)
        for spend in turn(start_s + day * DAY_S + number * 1200, cost=costs[(day + number) % 5], session=f"s{day}", cached=cached)
    ]


def watched(spends: Iterable[Spend], watch: SpikeWatch | None = None) -> tuple[SpikeWatch, list[Spike]]:
    watch = watch or SpikeWatch(midnight_after)
    return watch, [spike for spend in spends if (spike := watch.see(spend)) is not None]


TODAY_S = MONDAY_S + 21 * DAY_S


def dear(model: str = "sonnet", cached: float | None = None, cost: float = 0.6) -> list[Spend]:
    """An attended morning of dear requests."""
    return [spend for n in range(8) for spend in turn(TODAY_S + n * 300, 4, cost=cost, model=model, cached=cached)]


def parallel(sessions: int, start_s: float = TODAY_S) -> list[Spend]:
    """Somebody types to many sessions by turns, for an hour."""
    return [spend for n in range(30) for number in range(sessions) for spend in turn(start_s + n * 100 + number, 5, session=f"p{number}")]
