"""Finds agents that again and again went on spending long after somebody last typed to them.

A single run beyond the usual is a spike and is told while it goes on; what happens often is usual, so no spike tells of it. That is what
is left here: stretches that are over and of which nothing was told, and only of sessions to which somebody was seen typing.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from tankful.core.counterfactual import bucket_costs
from tankful.core.nudges.cold_cache import IDLE
from tankful.core.nudges.dearest import Cost, dearest
from tankful.core.nudges.nudge import Nudge, Rule, Work
from tankful.core.usage import UsageEvent

NAME = "unattended"
LONG = timedelta(hours=1)
"""So long an agent may work for one prompt, and nothing is said."""
_PAUSE = timedelta(hours=2)
"""What comes after a longer pause is other work, of which nobody can say who began it."""
_MATTERS = Decimal(1)
"""Dollars beyond the first hour; as for spikes, less is no matter."""
_OFTEN = 2
"""Once may be chance."""


def _find(work: Work) -> Nudge | None:
    """Return what was spent beyond the first hour in the agent and folder where most was."""
    return dearest(NAME, work, _stretches(work), _OFTEN)


def _stretches(work: Work) -> Iterator[Cost]:
    answered: dict[tuple[str, str], list[UsageEvent]] = {}
    for event in work.requests if work.typed else ():
        if not event.summed and not event.undated:
            answered.setdefault((event.agent, event.session), []).append(event)
    typed: dict[tuple[str, str], list[datetime]] = {}
    for each in work.typed:
        if each.session:
            typed.setdefault((each.agent, each.session), []).append(each.at)
    for key, prompts in typed.items():
        events = answered.get(key, [])
        borders = [bisect_left(events, at, key=_time) for at in prompts]
        for start, first, end in zip(prompts, borders, (*borders[1:], len(events)), strict=True):
            found = _stretch(work, start, events[first:end])
            if found is not None:
                yield found


def _stretch(work: Work, typed: datetime, events: list[UsageEvent]) -> Cost | None:
    """Return what a stretch cost beyond its first hour; `None`: nothing that matters, it goes on, or it was told of."""
    before, late = typed, list[UsageEvent]()
    for event in events:
        if event.at - before > _PAUSE:
            break
        before = event.at
        if event.at - typed > LONG:
            late.append(event)
    costs = [(event, sum(bucket_costs(event.tokens, rates), Decimal(0))) for event in late if (rates := work.paid(event)) is not None]
    cost = sum((each for _, each in costs), Decimal(0))
    if cost < _MATTERS or work.now - before <= IDLE or work.was_told(typed, before):
        return None
    return Cost(max(costs, key=_dearest)[0], cost, len(costs))


def _time(event: UsageEvent) -> datetime:
    return event.at


def _dearest(cost: tuple[UsageEvent, Decimal]) -> Decimal:
    return cost[1]


RULE = Rule(NAME, "An agent that goes on long after you typed", _find)
