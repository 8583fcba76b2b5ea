"""Finds long turns that came so long after the one before that the cache had gone cold, and their context was paid for anew."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from tankful.core.counterfactual import cold_cost
from tankful.core.nudges.dearest import Cost, dearest
from tankful.core.nudges.nudge import Nudge, Rule, Work
from tankful.core.usage import UsageEvent

NAME = "cold-cache"
IDLE = timedelta(minutes=5)
"""So long what is written into a vendor's cache is kept, unless an hour is paid for."""
_AN_HOUR = timedelta(hours=1)
LONG = 50_000
"""Tokens of context; less costs cents."""


def _find(work: Work) -> Nudge | None:
    """Return what that cost in the agent and folder where it cost most."""
    return dearest(NAME, work, _extras(work))


def _extras(work: Work) -> Iterator[Cost]:
    before: dict[tuple[str, str], UsageEvent] = {}
    for event in work.requests:
        last = before.get((event.agent, event.session))
        before[event.agent, event.session] = event
        if last is not None and event.session and event.model and (extra := _extra(work, last, event)):
            yield Cost(event, extra)


def _extra(work: Work, last: UsageEvent, event: UsageEvent) -> Decimal:
    """Return what a turn cost more because what was in the cache before had to be written again; zero where it was still warm."""
    tokens = event.tokens
    if event.summed or last.summed or event.undated or last.undated:
        return Decimal(0)  # sums of requests show no context, and a file's time is no turn's
    for_an_hour = last.tokens.cache_write_1h > 0
    cached = last.tokens.cache_read + last.tokens.cache_write
    lost = min(cached - tokens.cache_read, tokens.cache_write)
    if event.at - last.at <= (_AN_HOUR if for_an_hour else IDLE) or tokens.prompt < LONG or lost < LONG // 2:
        return Decimal(0)
    rates = work.paid(event)
    return Decimal(0) if rates is None else cold_cost(lost, rates, for_an_hour=tokens.cache_write_1h > 0)


RULE = Rule(NAME, "The cache went cold before a long turn", _find)
