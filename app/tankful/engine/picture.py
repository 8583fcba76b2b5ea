"""Makes the snapshot: everything that is true now, from the ledger's answers."""

from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TypedDict

from tankful.core.allocation import Allocation
from tankful.core.health import FeedHealth
from tankful.core.meter import Meter
from tankful.core.pace import forecast, pace
from tankful.core.periods import Span, midnight, period_at
from tankful.core.problems import Problem
from tankful.core.settings import Settings
from tankful.core.snapshot import AgentSpend, DaySpend, Scan, Snapshot
from tankful.sources.registry import by_id
from tankful.store.history import History

HISTORY_DAYS = 84
"""How far back the forecast looks."""


class _Budget(TypedDict):
    """What `forecast` and `pace` both want to know of a budget, under the names they give it."""

    spent: Decimal
    limit: Decimal | None
    start: datetime
    end: datetime
    now: datetime
    zone: tzinfo
    working_days: frozenset[int]


def picture(
    history: History,
    settings: Settings,
    zone: tzinfo,
    now: datetime,
    feeds: tuple[FeedHealth, ...],
    problems: tuple[Problem, ...],
    scan: Scan | None,
) -> Snapshot:
    """Return the snapshot of this instant; all questions are answered from one state of the ledger."""
    period = period_at(now, settings.budget_period, settings.budget_start_day, zone)
    today = now.astimezone(zone).date()
    first = period.start.astimezone(zone).date()
    earlier = history.days(first - timedelta(days=HISTORY_DAYS), today, zone)
    days = tuple(DaySpend(day, cost) for day, cost in earlier if day >= first)
    meter = _personal(settings, period, sum((day.cost for day in days), Decimal(0)))
    budget = _budget(meter, period, settings, zone, now)
    ahead = forecast(**budget, history=tuple((day, cost) for day, cost in earlier if day < today))
    gaps = history.gaps(period.start, period.end)
    return Snapshot(
        as_of=now,
        meters=(meter,),
        burn_per_hour=history.burn_per_hour(now),
        pace=None if meter.allocation.limit is None else pace(**budget, outlook=ahead),
        forecast=ahead,
        today=tuple(
            AgentSpend(
                spend.agent,
                _title(spend.agent),
                None if spend.unpriced_requests == spend.requests else spend.cost,
                spend.requests,
                spend.unpriced_requests,
            )
            for spend in history.agents(midnight(today, zone), midnight(today + timedelta(days=1), zone))
        ),
        active_agents=history.active_agents(now),
        days=days,
        feeds=feeds,
        problems=problems,
        unpriced_requests=gaps.unpriced_requests,
        unpriced_models=gaps.unpriced_models,
        placeholder_requests=gaps.placeholder_requests,
        last_30_days=sum((cost for day, cost in earlier if day > today - timedelta(days=30)), Decimal(0)),
        last_event=history.last_event(),
        scan=scan,
    )


def _personal(settings: Settings, period: Span, spent: Decimal) -> Meter:
    """Return the meter of the user's own budget: all local spend counts and is settled."""
    allocation = Allocation("personal", "you", settings.budget_usd, spent, period.start, period.end)
    return Meter(allocation, binding=True)


def _budget(meter: Meter, period: Span, settings: Settings, zone: tzinfo, now: datetime) -> _Budget:
    return _Budget(
        spent=meter.spent,
        limit=meter.allocation.limit,
        start=period.start,
        end=period.end,
        now=now,
        zone=zone,
        working_days=frozenset(int(digit) for digit in settings.working_days),
    )


def _title(agent: str) -> str:
    source = by_id(agent)
    return agent if source is None else source.title
