"""Measures how well the end of a period is foreseen: forecasts of made-up people against what then was spent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bench.spenders import DAY_S, FIRST, FIRST_S, lived
from tankful.core.pace import Forecast, forecast

DAYS, LEARNED = 56, 28
LIMIT_SHARE = Decimal("1.25")
"""The budget, as a multiple of what the 28 days before came to."""
_WORKING = frozenset({1, 2, 3, 4, 5})
_START = FIRST + timedelta(days=LEARNED)
_END = FIRST + timedelta(days=DAYS)


@dataclass
class Foreseen:
    """Sums over people, by day of the period."""

    people: int = 0
    error: dict[int, float] = field(default_factory=dict[int, float])
    total: float = 0.0
    covered: dict[int, int] = field(default_factory=dict[int, int])
    warned: int = 0
    rightly: int = 0
    """Of those who were warned for the first time from day 5 on: whose money ran out."""
    overrun: int = 0
    missed: int = 0

    def wape(self, day: int) -> float:
        return self.error[day] / self.total

    def coverage(self, day: int) -> float:
        return self.covered[day] / self.people

    @property
    def precision(self) -> float:
        return self.rightly / max(1, self.warned)


def by_day(seed: int) -> list[float]:
    """Return what somebody spent on each day."""
    days = [0.0] * DAYS
    for spend in lived(seed, DAYS)[0]:
        days[min(DAYS - 1, int((spend.at_s - FIRST_S) // DAY_S))] += spend.cost
    return days


def foreseen(spent: Sequence[float], day: int, limit: Decimal) -> Forecast:
    """Return the forecast at the end of a day of the period, as the live gauge makes it."""
    history: list[tuple[date, Decimal]] = [(FIRST.date() + timedelta(days=n), Decimal(f"{spent[n]:.6f}")) for n in range(LEARNED + day)]
    return forecast(
        spent=sum((cost for _, cost in history[LEARNED:]), Decimal(0)),
        limit=limit,
        start=_START,
        end=_END,
        now=datetime.fromtimestamp(_START.timestamp() + day * DAY_S, UTC),
        zone=UTC,
        working_days=_WORKING,
        history=history,
    )


def judged(seeds: range) -> Foreseen:
    score = Foreseen()
    for seed in seeds:
        spent = by_day(seed)
        actual = sum(spent[LEARNED:])
        before = sum(spent[:LEARNED])
        if before <= 0:
            continue
        limit = Decimal(f"{before:.4f}") * LIMIT_SHARE
        score.people += 1
        score.total += actual
        ran_out = actual > limit
        score.overrun += ran_out
        warned = False
        for day in range(1, 28):
            said = foreseen(spent, day, limit)
            score.error[day] = score.error.get(day, 0.0) + abs(float(said.likely) - actual)
            score.covered[day] = score.covered.get(day, 0) + (float(said.low) - 1e-6 <= actual <= float(said.high) + 1e-6)
            if day >= 5 and said.run_out_probability >= 0.7 and not warned and sum(spent[LEARNED : LEARNED + day]) < limit:
                warned = True
                score.warned += 1
                score.rightly += ran_out
        score.missed += ran_out and not warned
    return score


def told(score: Foreseen) -> str:
    errors = " ".join(f"{day}: {score.wape(day):.2f}" for day in (2, 5, 10, 14, 18, 21, 25))
    covered = " ".join(f"{day}: {score.coverage(day):.2f}" for day in (*range(2, 22), 25))
    return (
        f"{score.people} people, WAPE {errors} | covered {covered} | warned {score.warned}, rightly {score.precision:.2f},"
        f" overrun {score.overrun}, missed {score.missed}"
    )
