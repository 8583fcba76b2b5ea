"""Keeps score of forecasts: how often what was said to be likely came true."""

from collections.abc import Iterable
from typing import NamedTuple

LEAST = 20
"""So many forecasts must have been held against the end of their period before the score says anything ..."""
LEAST_PERIODS = 3
"""... and so many periods."""
_GROUPS = ((0.0, 0.1), (0.1, 0.4), (0.4, 0.7), (0.7, 1.01))
"""From calm through watch to act; the first two are all calm."""


class Foretold(NamedTuple):
    """One kept forecast, and how its period ended."""

    chance: float
    """How likely it was said to be that the limit is reached."""
    ran_out: bool
    in_band: bool
    """The end was within the band."""
    period: str = ""
    """Which period of which budget it was of: forecasts of one stand or fall together."""


class Group(NamedTuple):
    """Forecasts that said about the same."""

    said: float
    """The mean chance."""
    happened: float
    """In which share of them the limit was reached."""
    forecasts: int


class Calibration(NamedTuple):
    """How true the forecasts were."""

    groups: tuple[Group, ...]
    """From unlikely to likely, those without any forecast left out."""
    covered: float
    """Share of the ends that were within the band, which promises 0.8."""
    forecasts: int
    periods: int

    @property
    def is_telling(self) -> bool:
        """Say whether there are enough to say anything."""
        return self.forecasts >= LEAST and self.periods >= LEAST_PERIODS


def calibration(foretold: Iterable[Foretold]) -> Calibration:
    """Hold forecasts against what happened."""
    known = tuple(foretold)
    groups: list[Group] = []
    for low, high in _GROUPS:
        alike = [each for each in known if low <= each.chance < high]
        if alike:
            groups.append(Group(_mean(each.chance for each in alike), _mean(float(each.ran_out) for each in alike), len(alike)))
    return Calibration(tuple(groups), _mean(float(each.in_band) for each in known), len(known), len({each.period for each in known}))


def _mean(values: Iterable[float]) -> float:
    numbers = tuple(values)
    return sum(numbers) / len(numbers) if numbers else 0.0
