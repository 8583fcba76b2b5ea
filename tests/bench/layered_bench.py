"""Counts what made-up people are told where three budgets lie over one another: their own, their key's week, and their team's."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from bench.spenders import DAY_S, FIRST, FIRST_S, lived
from tankful.core.choices import Period
from tankful.core.notices import BudgetFact, NoticeBook, NoticeClass
from tankful.core.outlook import Outlook
from tankful.core.pace import Forecast
from tankful.core.periods import period_at

DAYS, TAUGHT = 84, 28
_MONTH_DAYS = 30
_MATES = 4
_LOOKS_H = (8, 10, 12, 14, 16, 18)
_WORKING = frozenset({1, 2, 3, 4, 5})


class _Layer(NamedTuple):
    """One budget: how long it lasts, its limit, and what is spent from it on each day and up to each look."""

    name: str
    period: Period
    limit: Decimal
    spent: list[list[float]]
    """By day, then look."""
    is_shared: bool = False


def told_a_month_of_three(seeds: range) -> float:
    """Return budget notices per person and month; a month's limits are a quarter more than the first four weeks came to.

    A week's is twice a usual week's. Each of them stops the user, so that one which is gone is urgent, and is not counted here.
    """
    notices = 0
    for seed in seeds:
        mine = _looks(seed)
        mates = [mine, *(_looks(seed + 50_000 + 7 * mate) for mate in range(_MATES))]
        team = [[sum(times, 0.0) for times in zip(*days, strict=True)] for days in zip(*mates, strict=True)]
        own = sum(day[-1] for day in mine[:TAUGHT]) or 10.0
        whole = sum(day[-1] for day in team[:TAUGHT]) or 10.0
        layers = (
            _Layer("work/you", Period.MONTH, Decimal(f"{1.25 * own:.2f}"), mine),
            _Layer("work/key", Period.WEEK, Decimal(f"{2 * own / 4:.2f}"), mine),
            _Layer("work/team", Period.MONTH, Decimal(f"{1.25 * whole:.2f}"), team, is_shared=True),
        )
        notices += _told(layers)
    return notices / (len(seeds) * DAYS / _MONTH_DAYS)


def _looks(seed: int) -> list[list[float]]:
    """Return what somebody has spent on each day up to each look, and by its end."""
    days = [[0.0] * (len(_LOOKS_H) + 1) for _ in range(DAYS)]
    for spend in lived(seed, DAYS, wrong_from=TAUGHT)[0]:
        day = int((spend.at_s - FIRST_S) // DAY_S)
        if day < DAYS:
            hour = (spend.at_s - FIRST_S) % DAY_S / 3600
            for place, look in enumerate((*_LOOKS_H, 24)):
                if hour < look:
                    days[day][place] += spend.cost
    return days


def _told(layers: tuple[_Layer, ...]) -> int:
    book, told = NoticeBook(UTC), 0
    for day in range(DAYS):
        for place, hour in enumerate(_LOOKS_H):
            now = FIRST + timedelta(days=day, hours=hour)
            facts = [_fact(layer, day, place, now) for layer in layers]
            first = max(facts, key=lambda fact: fact.spent / (fact.limit or 1))
            said = book.decide(now, [replace(fact, binds=fact is first) for fact in facts])
            told += sum(1 for notice in said.notices if notice.is_shown and notice.kind is NoticeClass.STATE)
    return told


def _fact(layer: _Layer, day: int, place: int, now: datetime) -> BudgetFact:
    span = period_at(now, layer.period, 1, UTC)
    first = max(0, (span.start - FIRST).days)
    spent = Decimal(f"{sum(whole[-1] for whole in layer.spent[first:day]) + layer.spent[day][place]:.4f}")
    past: list[tuple[date, Decimal]] = []
    if not layer.is_shared:
        past = [((FIRST + timedelta(days=n)).date(), Decimal(f"{layer.spent[n][-1]:.4f}")) for n in range(first)]
    ahead = Forecast(*Outlook(span.start, span.end, UTC, _WORKING, past).ahead(spent, layer.limit, now))
    return BudgetFact(layer.name, layer.limit, spent, span.start, span.end, ahead, is_blocked=spent >= layer.limit)
