"""Makes the snapshot: everything that is true now, from the ledger's answers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TypedDict

from tankful.core.allocation import Allocation, BookedDay, ScopeKind
from tankful.core.calibration import calibration
from tankful.core.difference import Tally
from tankful.core.exactness import Exactness
from tankful.core.health import FeedHealth
from tankful.core.meter import PERSONAL, Meter, binding
from tankful.core.pace import forecast, pace
from tankful.core.periods import Span, midnight, period_at
from tankful.core.presence import WorkingSession
from tankful.core.problems import Problem
from tankful.core.prospect import SHARED, prospects
from tankful.core.routing import Routing
from tankful.core.settings import Settings
from tankful.core.snapshot import AgentSpend, DaySpend, Scan, Snapshot
from tankful.core.spike import Spike
from tankful.engine.account_book import Stand
from tankful.sources.registry import by_id
from tankful.store.history import History
from tankful.store.presence import Working

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


def picture(  # noqa: PLR0917 - a snapshot is made of all this
    history: History,
    settings: Settings,
    zone: tzinfo,
    now: datetime,
    feeds: tuple[FeedHealth, ...],
    problems: tuple[Problem, ...],
    scan: Scan | None,
    stand: Stand,
    routing: Routing,
    spikes: tuple[Spike, ...] = (),
) -> Snapshot:
    """Return the snapshot of this instant; all questions are answered from one state of the ledger."""
    own = period_at(now, settings.budget_period, settings.budget_start_day, zone)
    today = now.astimezone(zone).date()
    meters = _meters(history, settings, own, stand)
    meter = next(each for each in meters if each.binding)
    allocation = meter.allocation
    is_own = allocation.account == PERSONAL
    period = Span(allocation.period_start, allocation.resets_at or now)
    outside = history.routed.outside(routing, period.start) if stand.meters else Tally()
    first = period.start.astimezone(zone).date()
    earlier = history.days(min(first, today) - timedelta(days=HISTORY_DAYS), today, zone)
    known = tuple(DaySpend(day, cost) for day, cost in earlier if day >= first)
    booked = stand.days.get(allocation.account, ()) if allocation.kind is ScopeKind.YOU else ()
    if booked:
        days = _booked_days(booked, known, meter.spent)
    else:
        days = known if is_own or not outside.cost else _routed_days(history, allocation.account, routing, known, zone)
    past = tuple((day, cost) for day, cost in earlier if day < today)
    ahead = None
    at_pace = None
    if allocation.resets_at is not None and not allocation.resetting:
        budget = _budget(meter, period, settings, zone, now)
        ahead = forecast(**budget, history=() if allocation.kind in SHARED else past)
        at_pace = None if allocation.limit is None else pace(**budget, outlook=ahead)
    gaps = history.gaps(period.start, max(period.end, now))
    burn = history.burn_per_hour(now)
    return Snapshot(
        as_of=now,
        meters=meters,
        burn_per_hour=burn,
        pace=at_pace,
        forecast=ahead,
        prospects=prospects(
            [each for each in meters if not each.binding],
            past,
            burn_per_hour=burn,
            burn_of=lambda each: _burn_of(history, each, routing, now),
            now=now,
            zone=zone,
            working_days=_working_days(settings),
        ),
        score=calibration(history.foretold()),
        today=_agents(history, midnight(today, zone), midnight(today + timedelta(days=1), zone)),
        working=tuple(_at_work(each) for each in history.working(now)),
        days=days,
        feeds=(*feeds, *(state.health for state in stand.states)),
        accounts=stand.states,
        problems=problems,
        outside_gateway=outside.cost,
        unpriced_requests=gaps.unpriced_requests,
        unpriced_models=gaps.unpriced_models,
        placeholder_requests=gaps.placeholder_requests,
        last_30_days=sum((cost for day, cost in earlier if day > today - timedelta(days=30)), Decimal(0)),
        unpriced_30_days=history.gaps(midnight(today - timedelta(days=29), zone), now).unpriced_requests,
        last_event=history.last_event(),
        spikes=spikes,
        scan=scan,
    )


def _meters(history: History, settings: Settings, own: Span, stand: Stand) -> tuple[Meter, ...]:
    """Return the binding budget, then the gateways' others, then the user's own, left out where it is none and there are others."""
    is_own_wanted = settings.budget_usd is not None or not stand.meters
    mine = (_personal(settings, own, history.spent(own.start, own.end)),) if is_own_wanted else ()
    return tuple(sorted(binding((*stand.meters, *mine)), key=lambda meter: not meter.binding))


def _booked_days(booked: Sequence[BookedDay], days: tuple[DaySpend, ...], spent_in_all: Decimal) -> tuple[DaySpend, ...]:
    """Return what a gateway booked on each of these days; the last one has all the rest, its days being older than its sum."""
    spent: dict[date, Decimal] = {}
    for each in booked:
        spent[each.day] = spent.get(each.day, Decimal(0)) + each.cost
    past = [DaySpend(day.day, spent.get(day.day, Decimal(0))) for day in days[:-1]]
    rest = max(Decimal(0), spent_in_all - sum((day.cost for day in past), Decimal(0)))
    return (*past, *(DaySpend(day.day, rest) for day in days[-1:]))


def _routed_days(history: History, account: str, routing: Routing, days: tuple[DaySpend, ...], zone: tzinfo) -> tuple[DaySpend, ...]:
    """Return of each of these days what went through an account."""
    spent: list[DaySpend] = []
    for day in days:
        start, end = midnight(day.day, zone), midnight(day.day + timedelta(days=1), zone)
        spent.append(DaySpend(day.day, history.routed.tally(account, routing, start, end).cost if day.cost else day.cost))
    return tuple(spent)


def _personal(settings: Settings, period: Span, spent: Decimal) -> Meter:
    """Return the meter of the user's own budget: all local spend counts and is settled."""
    allocation = Allocation(PERSONAL, "you", settings.budget_usd, spent, period.start, period.end)
    return Meter(allocation)


def _budget(meter: Meter, period: Span, settings: Settings, zone: tzinfo, now: datetime) -> _Budget:
    return _Budget(
        spent=meter.spent,
        limit=meter.allocation.limit,
        start=period.start,
        end=period.end,
        now=now,
        zone=zone,
        working_days=_working_days(settings),
    )


def _working_days(settings: Settings) -> frozenset[int]:
    return frozenset(int(digit) for digit in settings.working_days)


def _burn_of(history: History, meter: Meter, routing: Routing, now: datetime) -> Decimal:
    """Return what this machine spent from one budget of an account in the last hour."""
    allocation = meter.allocation
    return history.routed.tally(allocation.account, routing, now - timedelta(hours=1), now, allocation.kind).cost


def _agents(history: History, start: datetime, end: datetime) -> tuple[AgentSpend, ...]:
    """Return what each agent spent, and then those that only show that they were at work."""
    spent: list[AgentSpend] = []
    for each in history.agents(start, end):
        title, exactness = _known_of(each.agent)
        cost = None if each.unpriced_requests == each.requests else each.cost
        spent.append(AgentSpend(each.agent, title, cost, each.requests, each.unpriced_requests, exactness))
    seen = {each.agent for each in spent}
    for agent, prompts in history.prompting(start, end).items():
        title, exactness = _known_of(agent)
        if agent not in seen and exactness is Exactness.ACTIVITY:
            spent.append(AgentSpend(agent, title, None, 0, 0, exactness, prompts))
    return tuple(spent)


def _at_work(session: Working) -> WorkingSession:
    title, _ = _known_of(session.agent)
    return WorkingSession(title=title, **session._asdict())


def _known_of(agent: str) -> tuple[str, Exactness]:
    """Return the name of an agent for people, and how far its figures go."""
    source = by_id(agent)
    return (agent, Exactness.EXACT) if source is None else (source.title, source.exactness)
