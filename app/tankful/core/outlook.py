"""The arithmetic of the forecast: a rate that leans on the past, and how far off such rates have been.

Plain numbers in and out, and nothing slow to load: the status line of an agent asks this many times a minute. The method
and its constants were chosen by backtest on synthetic and real spenders; a shrunken rate beat straight lines in the first
half of the period and lost nothing later.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from math import exp, log, sqrt

from tankful.core.worked_time import WorkedTime, weekday_weights

PRIOR_DAYS = 12.0
"""Working days of history that weigh as much as the same number of this period's days."""
_COLD_PRIOR_DAYS = 1.0
"""Without history a first dollar in a first minute is no rate: one empty day damps it."""
_HALF_LIFE_DAYS = 21
_HISTORY_DAYS = 84
_WINSOR_SHARE = 0.95
_WIDEN, _WIDEN_COLD = 1.15, 1.6
"""The pooled table covered 71 to 80 % where it should cover 80 %; without any history it knows still less."""
_LONG_TAIL = 1.35
"""What is missed early in a period lies nearly all above: a project that begins."""
_ERRATIC = ((5 / 28, (0.16, 1.08, 3.87)), (10 / 28, (0.10, 0.97, 3.65)), (14 / 28, (0.04, 0.79, 3.06)), (21 / 28, (0.00, 0.58, 2.73)))
_REGULAR = ((5 / 28, (0.58, 1.02, 1.60)), (10 / 28, (0.55, 1.01, 1.60)), (14 / 28, (0.52, 1.00, 1.65)), (21 / 28, (0.38, 0.95, 1.80)))
"""By the share of the period that is gone: 10 %, 50 % and 90 % points of (what was still spent) / (what the rate said).

The first is of many real and simulated spenders taken together, most of them erratic; the second of simulated ones whose
weeks are alike. What lies between is interpolated by how much the weeks of the past differ.
"""
_REGULAR_BELOW, _ERRATIC_FROM = 0.3, 1.0
_RESERVE = 0.05
"""Share of the limit that nobody is told to spend."""
_HARDLY = 0.02
"""A smaller chance needs no date."""
_ASSUMED_WEEKS, _WILD = 4, 3.0
_DOUBT_WEEKS = 2
"""So many erratic weeks are added to the ones that were seen: two alike prove little."""

Ratios = tuple[float, float, float]


def usual_spend(
    history: Sequence[tuple[date, float]], start: date, working_days: frozenset[int], weights: Mapping[int, float] | None = None
) -> tuple[float, float]:
    """Return the usual dollars of a working day before `start`, and how many working days of the past say so (at most 12).

    The newest 84 days count, half as much every 21 days; the dearest twentieth of them is cut down to the next one. The past
    begins with the first day that cost anything: before it, nobody was looking. A day that is missing since then cost nothing.
    `weights`, by ISO weekday, say what days weigh where that is known better than by `working_days`.
    """
    weights = weights or weekday_weights(working_days)
    known = {day: spent for day, spent in history if spent and start - timedelta(days=_HISTORY_DAYS) <= day < start}
    if not known:
        return 0.0, 0.0
    first = min(known)
    days = [first + timedelta(days=n) for n in range((start - first).days)]
    cap = sorted(known.get(day, 0.0) for day in days)[int(_WINSOR_SHARE * (len(days) - 1))]
    spent = worked = seen = 0.0
    for day in days:
        recency = 0.5 ** ((start - day).days / _HALF_LIFE_DAYS)
        weight = weights[day.isoweekday()]
        spent += recency * min(cap, known.get(day, 0.0))
        worked += recency * weight
        seen += weight
    return spent / worked, min(PRIOR_DAYS, seen)


def learned_weights(history: Sequence[tuple[date, float]], start: date, working_days: frozenset[int]) -> dict[int, float]:
    """Return what each ISO weekday weighs for this person: as `working_days` say, drawn towards what was spent on it.

    Four weeks of the past weigh as much as the assumption; a wild day counts as three usual working days.
    """
    weights = weekday_weights(working_days)
    usual, _ = usual_spend(history, start, working_days)
    if usual <= 0:
        return weights
    known = {day: spent for day, spent in history if spent and start - timedelta(days=_HISTORY_DAYS) <= day < start}
    sums, counts = dict.fromkeys(weights, 0.0), dict.fromkeys(weights, 0)
    for back in range(1, (start - min(known)).days + 1):
        day = start - timedelta(days=back)
        counts[day.isoweekday()] += 1
        sums[day.isoweekday()] += min(_WILD, known.get(day, 0.0) / usual)
    return {day: (_ASSUMED_WEEKS * weight + sums[day]) / (_ASSUMED_WEEKS + counts[day]) for day, weight in weights.items()}


def shrunken_rate(spent: float, elapsed: float, usual: float, seen: float) -> float:
    """Return dollars a working day: this period's own rate, drawn towards `usual` as if that had been `seen` more days."""
    return (spent + seen * usual) / (elapsed + max(seen, _COLD_PRIOR_DAYS))


def irregularity(history: Sequence[tuple[date, float]], start: date) -> float:
    """Return how much the dollars of the (at most 12) whole weeks before `start` differ: spread over mean, 1 without any."""
    costs = {day: spent for day, spent in history if spent and start - timedelta(days=_HISTORY_DAYS) <= day < start}
    count = (start - min(costs, default=start)).days // 7
    weeks = [0.0] * count
    for day, spent in costs.items():
        back = (start - day).days - 1
        if back < 7 * count:
            weeks[back // 7] += spent
    mean = sum(weeks) / count if count else 0.0
    spread = sqrt(sum((week - mean) ** 2 for week in weeks) / (count - 1)) / mean if count > 1 and mean else _ERRATIC_FROM
    return (count * spread + _DOUBT_WEEKS * _ERRATIC_FROM) / (count + _DOUBT_WEEKS)


def ratios(share: float, seen: float, irregular: float) -> Ratios:
    """Return low, likely and high factors on the remaining spend.

    Args:
        share: How much of the period's time is gone, 0 to 1.
        seen: Working days of history, as `usual_spend` says.
        irregular: As `irregularity` says.
    """
    part = min(1.0, max(0.0, (irregular - _REGULAR_BELOW) / (_ERRATIC_FROM - _REGULAR_BELOW)))
    low, likely, high = _between(_interpolated(_REGULAR, share), _interpolated(_ERRATIC, share), part)
    widen = _WIDEN + (_WIDEN_COLD - _WIDEN) * (1 - seen / PRIOR_DAYS)
    return max(0.0, likely - widen * (likely - low)), likely, likely + max(1.0, _LONG_TAIL - share / 2) * widen * (high - likely)


def _interpolated(table: Sequence[tuple[float, Ratios]], share: float) -> Ratios:
    before, there = table[0]
    for after, here in table:
        if share <= after:
            return _between(there, here, 1.0 if after == before else max(0.0, share - before) / (after - before))
        before, there = after, here
    return there


def _between(one: Ratios, other: Ratios, part: float) -> Ratios:
    low, likely, high = (old + part * (new - old) for old, new in zip(one, other, strict=True))
    return low, likely, high


def chance_above(factor: float, factors: Ratios) -> float:
    """Return how likely the true factor is above this one, 0 to 1.

    The three known points (90 %, 50 %, 10 %) are joined, and the last stretch prolonged, by exponential decay: falling
    everywhere, never quite 0, as spend has a long tail.
    """
    if factor <= 0:
        return 1.0
    before, chance = 0.0, 1.0
    slope = 0.0
    for after, there in zip(factors, (0.9, 0.5, 0.1), strict=True):
        if after > before:
            slope = log(there / chance) / (after - before)
            if factor <= after:
                break
        before, chance = after, there
    return chance * exp(slope * (factor - before))


class Outlook:
    """What the past says about one period; made once, and asked as often as spend changes."""

    __slots__ = ("_end", "_irregular", "_seen", "_start", "_usual", "time")

    def __init__(
        self,
        start: datetime,
        end: datetime,
        zone: tzinfo | None,
        working_days: frozenset[int],
        history: Sequence[tuple[date, Decimal]],
    ) -> None:
        """Learn from the days before the period; arguments as `pace.forecast` has them."""
        first, past = start.astimezone(zone).date(), [(day, max(0.0, float(cost))) for day, cost in history]
        weights = learned_weights(past, first, working_days)
        self._start, self._end = start, end
        self.time = WorkedTime(start, end, zone, working_days, weights)
        """The working time of the period, as this person works."""
        self._usual, self._seen = usual_spend(past, first, working_days, weights)
        self._irregular = irregularity(past, first)

    def ahead(self, spent: Decimal, limit: Decimal | None, now: datetime) -> tuple[Decimal, Decimal, Decimal, float, datetime | None]:
        """Return low, likely and high spend at the end, the chance of running out, and when: see `pace.forecast`."""
        now = min(max(now, self._start), self._end)
        rate, elapsed, factors = self._at(spent, now)
        to_come = rate * max(0.0, self.time.total - elapsed)
        low, likely, high = (spent + Decimal(f"{to_come * factor:.4f}") for factor in factors)
        if limit is None:
            return low, likely, high, 0.0, None
        headroom = float(limit - spent)
        if headroom <= 0:
            return low, likely, high, 1.0, now
        if to_come <= 0:
            return low, likely, high, 0.0, None
        per_day = rate * factors[1]
        return low, likely, high, chance_above(headroom / to_come, factors), self.time.when(elapsed + headroom / per_day)

    def dry_at(self, spent: Decimal, limit: Decimal, now: datetime) -> datetime | None:
        """Return when the limit is reached, if it is: half of the futures that reach it have done so by then."""
        now = min(max(now, self._start), self._end)
        rate, elapsed, factors = self._at(spent, now)
        to_come, headroom = rate * (self.time.total - elapsed), float(limit - spent)
        if headroom <= 0 or to_come <= 0:
            return None
        chance = chance_above(headroom / to_come, factors)
        if chance < _HARDLY:
            return None
        low, high = headroom / to_come, 50 * factors[2]
        for _ in range(30):
            middle = (low + high) / 2
            low, high = (middle, high) if chance_above(middle, factors) > chance / 2 else (low, middle)
        return self.time.when(elapsed + headroom / (rate * high))

    def _at(self, spent: Decimal, now: datetime) -> tuple[float, float, Ratios]:
        """Return the rate, the working days gone, and the factors on what the rate says, inside the period."""
        elapsed = self.time.until(now)
        length = self._end.timestamp() - self._start.timestamp()
        share = (now.timestamp() - self._start.timestamp()) / length if length > 0 else 1.0
        rate = shrunken_rate(max(0.0, float(spent)), elapsed, self._usual, self._seen)
        return rate, elapsed, ratios(share, self._seen, self._irregular)

    def safe_until(self, spent: Decimal, limit: Decimal, now: datetime, tonight: datetime) -> Decimal:
        """Return the dollars that can be spent from `now` to `tonight` so that the rest lasts as evenly, a little kept in reserve."""
        left = float(limit - spent) - _RESERVE * float(limit)
        elapsed = self.time.until(now)
        remaining = self.time.total - elapsed
        if left <= 0 or remaining <= 0:
            return max(Decimal(0), Decimal(f"{max(0.0, left):.4f}"))
        return Decimal(f"{left * min(1.0, max(0.0, self.time.until(tonight) - elapsed) / remaining):.4f}")


def look_ahead(
    *,
    spent: Decimal,
    limit: Decimal | None,
    start: datetime,
    end: datetime,
    now: datetime,
    zone: tzinfo | None,
    working_days: frozenset[int],
    history: Sequence[tuple[date, Decimal]],
) -> tuple[Decimal, Decimal, Decimal, float, datetime | None]:
    """Return low, likely and high spend at `end`, the chance of running out, and when: see `pace.forecast`."""
    return Outlook(start, end, zone, working_days, history).ahead(spent, limit, now)
