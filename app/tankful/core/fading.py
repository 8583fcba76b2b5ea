"""What is usual: sums and quantiles of the past days that fade, with today kept apart until it is over."""

from collections.abc import Mapping
from math import log

_A_DAY = 0.5 ** (1 / 14)
"""What is left of a day's weight after another: in all, as much as 28 days that count fully."""
_STEPS = 8
"""Buckets for each factor of e: a value is known to 6 %."""
_GONE = 0.02
"""A bucket with less weight is forgotten."""


def faded(days: int) -> float:
    """Return what is left of a weight after so many days."""
    return _A_DAY ** min(days, 5000)


class Usual:
    """A fading histogram of positive values on a logarithmic scale."""

    __slots__ = ("past", "today", "total")

    def __init__(self, past: Mapping[int, float] | None = None, today: Mapping[int, float] | None = None) -> None:
        """Begin with nothing, or with what was kept: weights by bucket."""
        self.past = dict(past or {})
        self.today = dict(today or {})
        self.total = sum(self.past.values())

    def add(self, value: float) -> None:
        """Count a value above zero; it becomes usual when its day is over."""
        self.add_log(log(value))

    def add_log(self, logarithm: float) -> None:
        """Count a value by its logarithm."""
        bucket = int(logarithm * _STEPS + 1000)  # above zero for every amount there is
        self.today[bucket] = self.today.get(bucket, 0.0) + 1

    def close_day(self, days: int = 1) -> None:
        """Take today into the past, `days` days ago by now."""
        fade = faded(days - 1)
        aged = {bucket: weight * _A_DAY for bucket, weight in self.past.items()}
        for bucket, weight in self.today.items():
            aged[bucket] = aged.get(bucket, 0.0) + weight
        self.past = {bucket: left for bucket, weight in sorted(aged.items()) if (left := weight * fade) > _GONE}
        self.today = {}
        self.total = sum(self.past.values())

    def quantile(self, share: float) -> float:
        """Return the logarithm of the value that this share of the past is below.

        Raises:
            ValueError: there is no past.
        """
        return _quantile(self.past, self.total, share)

    def spread(self, middle: float) -> float:
        """Return the median distance from `middle`, both logarithms."""
        away: dict[int, float] = {}
        for bucket, weight in self.past.items():
            distance = int(abs((bucket + 0.5 - 1000) / _STEPS - middle) * _STEPS)
            away[distance] = away.get(distance, 0.0) + weight
        return _quantile({distance + 1000: away[distance] for distance in sorted(away)}, self.total, 0.5)


def _quantile(weights: Mapping[int, float], total: float, share: float) -> float:
    wanted, seen = total * share, 0.0
    for bucket, weight in weights.items():
        if seen + weight >= wanted:
            return (bucket - 1000 + (wanted - seen) / weight) / _STEPS
        seen += weight
    raise ValueError("nothing is known yet")


class ActiveDays:
    """Dollars of a usual active day, and how many days lie behind it."""

    __slots__ = ("days", "dollars", "seen", "today")

    def __init__(self, dollars: float = 0.0, days: float = 0.0, today: float = 0.0, seen: int = 0) -> None:
        """Begin with nothing, or with what was kept."""
        self.dollars = dollars
        self.days = days
        self.today = today
        self.seen = seen
        """Days since the first spend."""

    def close_day(self, days: int = 1) -> None:
        """Take today into the past, `days` days ago by now; a wild day counts as four usual ones."""
        fade = faded(days - 1)
        cost = min(self.today, 4 * self.average) if self.days >= 3 else self.today
        active = 1.0 if self.today > 0 else 0.0
        self.dollars = (self.dollars * _A_DAY + cost) * fade
        self.days = (self.days * _A_DAY + active) * fade
        self.seen = self.seen + days if self.seen or active else 0
        self.today = 0.0
        if self.days < _GONE:
            self.dollars, self.days, self.seen = 0.0, 0.0, 0

    @property
    def average(self) -> float:
        """Dollars of a usual active day; 0 when there was none."""
        return self.dollars / self.days if self.days else 0.0
