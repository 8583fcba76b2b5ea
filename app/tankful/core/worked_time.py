"""Weighs time by how much work people do in it: whole on working days, little on others, most of it between 8 and 20 o'clock."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo

FREE_DAY_WEIGHT = 0.3
"""A free day sees this share of a working day's spend (measured on real commit times and one real spend trace)."""
_SHAPE = ((8, 0.05), (20, 0.85), (24, 0.10))
"""Up to which hour, share of the day's weight. Never zero, so that every instant has its own place in worked time."""


def weight_of(day: date, working_days: frozenset[int]) -> float:
    """Return what a whole day weighs: 1 on working days (ISO weekday numbers)."""
    return 1.0 if day.isoweekday() in working_days else FREE_DAY_WEIGHT


def weekday_weights(working_days: frozenset[int]) -> dict[int, float]:
    """Return what each ISO weekday weighs, as `weight_of` says."""
    return {day: 1.0 if day in working_days else FREE_DAY_WEIGHT for day in range(1, 8)}


class WorkedTime:
    """The working time from `start` to `end`, measured in working days.

    Reckoned in seconds since 1970, so that a day of 23 or 25 hours weighs what any other day weighs.
    """

    __slots__ = ("_from", "_pieces")

    def __init__(
        self,
        start: datetime,
        end: datetime,
        zone: tzinfo | None,
        working_days: frozenset[int],
        weights: Mapping[int, float] | None = None,
    ) -> None:
        """Lay out the stretch; both ends aware, `zone` (`None`: this machine's) decides which day and hour it is.

        `weights` say what days weigh by ISO weekday, where that is known better than by `working_days`.
        """
        first, last = start.timestamp(), end.timestamp()
        self._pieces: list[tuple[float, float, float]] = []
        for begins, ends, weight in _pieces(start, end, zone, weights or weekday_weights(working_days)):
            inside = min(ends, last) - max(begins, first)
            if inside > 0:
                self._pieces.append((max(begins, first), min(ends, last), weight * inside / (ends - begins)))
        self._from = [begins for begins, _, _ in self._pieces]

    @property
    def total(self) -> float:
        """Working days in the whole stretch."""
        return sum(weight for _, _, weight in self._pieces)

    def until(self, instant: datetime) -> float:
        """Return the working days gone at `instant`: 0 before the start, all of them after the end."""
        at = instant.timestamp()
        index = bisect_right(self._from, at)
        if not index:
            return 0.0
        begins, ends, weight = self._pieces[index - 1]
        return sum(whole for _, _, whole in self._pieces[: index - 1]) + weight * min(1.0, (at - begins) / (ends - begins))

    def share_at(self, instant: datetime) -> float:
        """Return the share of the working time that is gone, 0 to 1; 1 in a stretch without any time."""
        total = self.total
        return min(1.0, self.until(instant) / total) if total else 1.0

    def when(self, gone: float) -> datetime | None:
        """Return the instant (UTC) at which so many working days are gone; `None` when the stretch ends before."""
        for begins, ends, weight in self._pieces:
            if gone < weight:
                return datetime.fromtimestamp(begins + (ends - begins) * max(0.0, gone) / weight, UTC)
            gone -= weight
        return None


def _pieces(start: datetime, end: datetime, zone: tzinfo | None, weights: Mapping[int, float]) -> Iterator[tuple[float, float, float]]:
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    opens = _instant(day, 0, zone)
    while day <= last:
        weight = weights[day.isoweekday()]
        for hour, share in _SHAPE:
            closes = _instant(day, hour, zone)
            yield opens, closes, weight * share
            opens = closes
        day += timedelta(days=1)


def _instant(day: date, hour: int, zone: tzinfo | None) -> float:
    following, hour = divmod(hour, 24)
    return datetime.combine(day + timedelta(days=following), time(hour), zone).timestamp()
