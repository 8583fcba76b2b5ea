"""Finds long turns that came so long after the one before that the cache had gone cold, and their context was paid for anew."""

from datetime import timedelta
from decimal import Decimal

from tankful.core.counterfactual import LEAST, cold_cost
from tankful.core.nudges.nudge import Nudge, Rule, Work, key_of
from tankful.core.usage import UsageEvent

NAME = "cold-cache"
IDLE = timedelta(minutes=5)
"""So long what is written into a vendor's cache is kept, unless an hour is paid for."""
_AN_HOUR = timedelta(hours=1)
LONG = 50_000
"""Tokens of context; less costs cents."""


def _find(work: Work) -> Nudge | None:
    """Return what that cost in the agent and folder where it cost most."""
    before: dict[tuple[str, str], UsageEvent] = {}
    paid: dict[tuple[str, str, str], Decimal] = {}
    times: dict[tuple[str, str, str], int] = {}
    for event in work.requests:
        last = before.get((event.agent, event.session))
        before[event.agent, event.session] = event
        if last is None or not event.session or not event.model:
            continue
        extra = _extra(work, last, event)
        if extra:
            kind = event.agent, event.project, event.model
            paid[kind] = paid.get(kind, Decimal(0)) + extra
            times[kind] = times.get(kind, 0) + 1
    dearest = max(paid, key=lambda kind: (paid[kind], kind), default=None)
    if dearest is None or paid[dearest] < LEAST:
        return None
    return Nudge(NAME, key_of(NAME, work, *dearest), *dearest, paid[dearest], times[dearest], prices=work.sheet)


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
