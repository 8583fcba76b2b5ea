"""Sums that an agent keeps for a session instead of single responses, and what grew in them since they were last seen.

No other tool dates them: all put a whole session at its start or its end. Here each growth is booked when it appears, so
that what was spent today is today's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from tankful.core.usage import TokenUsage, UsageEvent

NEAR = timedelta(hours=1)
"""Growth within this stretch is dated well enough without a mark."""
_STRETCH = timedelta(minutes=15)
"""Message times closer together than this become one event: the ledger's days are made of quarters of an hour."""


class SessionTotal(NamedTuple):
    """What one session has used so far, as the agent says it now."""

    agent: str
    counter: str
    """What tells this sum from others of the agent: the session's id, with the model where each model has a sum."""
    tokens: TokenUsage
    at: datetime
    """When the sum last changed."""
    began: datetime | None = None
    """When the session began, if the agent says so."""
    times: Sequence[datetime] = ()
    """When the session had its responses, if the agent keeps that: growth is spread over those that are new."""
    model: str | None = None
    session: str = ""
    project: str = ""
    provider: str = ""
    route: str = ""
    recorded_cost: Decimal | None = None
    """Dollars of the whole session, as the agent recorded them."""
    second_hand: int = 0
    """As of `UsageEvent`."""
    written: datetime | None = None
    """When its record was last written, where `at` is that of a message and may say nothing of growth without one."""


class Counted(NamedTuple):
    """What of a session's sum is booked."""

    tokens: TokenUsage = TokenUsage()
    cost: Decimal | None = Decimal(0)
    """`None`: a part was booked without a recorded cost, so that the agent's sum says nothing of the rest."""
    at: datetime | None = None
    """The sum's last change that is booked; `None`: nothing is."""
    seen: datetime | None = None
    """When we last looked."""
    pieces: int = 0
    """How many events it became."""


class Growth(NamedTuple):
    """What is new in a sum: events without keys, to be numbered from `Counted.pieces` on, and what is booked with them."""

    events: tuple[UsageEvent, ...]
    counted: Counted


def growth(total: SessionTotal, before: Counted, now: datetime) -> Growth:
    """Return what grew since `before`; nothing when nothing did, or when this is an older copy of the sum.

    Counters never fall: an agent that starts over below what is booked is followed again once it is above it.
    """
    tokens = TokenUsage._make(max(0, new - old) for new, old in zip(total.tokens, before.tokens, strict=True))
    tokens = tokens._replace(cache_write_1h=min(tokens.cache_write_1h, tokens.cache_write), reasoning=min(tokens.reasoning, tokens.output))
    cost = None
    if total.recorded_cost is not None and before.cost is not None:
        cost = max(Decimal(0), total.recorded_cost - before.cost)
    highest = TokenUsage._make(map(max, total.tokens, before.tokens))
    if not tokens.total and not cost:
        return Growth((), before._replace(seen=now) if before.at is not None else before)
    at = min(total.at, now)
    times = sorted(time for time in total.times if time <= now and (before.at is None or time > before.at))
    template = UsageEvent(
        agent=total.agent,
        keys=(),
        at=at,
        tokens=tokens,
        model=total.model,
        session=total.session,
        project=total.project,
        provider=total.provider,
        route=total.route,
        recorded_cost=cost,
        second_hand=total.second_hand,
        summed=True,
    )
    events = _spread(template, times) if times else (_alone(template, total, before, now),)
    counted = Counted(
        tokens=highest,
        cost=None if cost is None else (before.cost or Decimal(0)) + cost,
        at=max(at, before.at) if before.at is not None else at,
        seen=now,
        pieces=before.pieces + len(events),
    )
    return Growth(events, counted)


def _alone(whole: UsageEvent, total: SessionTotal, before: Counted, now: datetime) -> UsageEvent:
    """Return growth that no message dates: at the sum's last change, but not before we last looked if its record was written since."""
    at = whole.at
    if before.seen is not None and total.written is not None and total.written > before.seen >= at:
        at = min(total.written, now)
    return whole._replace(at=at, undated=_is_undated(total, before, at))


def _is_undated(total: SessionTotal, before: Counted, at: datetime) -> bool:
    """Say whether the growth may lie anywhere in a long stretch of time."""
    known = max(filter(None, (before.at, before.seen, total.began)), default=None)
    return known is None or at - known > NEAR


def _spread(whole: UsageEvent, times: Sequence[datetime]) -> tuple[UsageEvent, ...]:
    """Split an event evenly over its message times; the parts sum up to it exactly."""
    stretches: list[list[datetime]] = []
    for time in times:
        if stretches and time - stretches[-1][0] < _STRETCH:
            stretches[-1].append(time)
        else:
            stretches.append([time])
    parts: list[UsageEvent] = []
    done, left = 0, whole
    for stretch in stretches:
        done += len(stretch)
        share = Decimal(len(stretch)) / Decimal(len(times) - done + len(stretch))
        tokens = TokenUsage._make(int(count * share) for count in left.tokens)
        cost = None if left.recorded_cost is None else round(left.recorded_cost * share, 9)
        if done == len(times):
            tokens, cost = left.tokens, left.recorded_cost
        parts.append(whole._replace(at=stretch[-1], tokens=tokens, recorded_cost=cost))
        rest = TokenUsage._make(have - taken for have, taken in zip(left.tokens, tokens, strict=True))
        left = left._replace(tokens=rest, recorded_cost=None if cost is None or left.recorded_cost is None else left.recorded_cost - cost)
    return tuple(parts)
