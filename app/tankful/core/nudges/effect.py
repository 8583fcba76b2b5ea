"""What spend did after suggestions, beside days on which one was due and held back; it never says that something was saved.

Days of work differ by more than any suggestion changes, so a few of them tell nothing, and that is said. What was accepted lasts beyond its
day, so both kinds of days may share it: the comparison is of suggesting, not of switching.
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from math import sqrt
from typing import NamedTuple

from tankful.core.nudges.policy import Score

AFTER = timedelta(days=1)
"""So long after a suggestion spend is looked at, and after one that was held back."""
FEW = 20
"""Fewer days of either kind tell nothing."""
_ZERO = Decimal(0)


class Days(NamedTuple):
    """What was spent on days of one kind: half of them lie between `low` and `high`; zeros where there are none."""

    number: int = 0
    low: Decimal = _ZERO
    middle: Decimal = _ZERO
    high: Decimal = _ZERO


class Effect(NamedTuple):
    """Days with a suggestion, and days on which one was held back."""

    offered: Days = Days()
    held_out: Days = Days()
    cheaper: float | None = None
    """The share of pairs, one of each kind, in which the day with the suggestion cost less; `None`: there are too few."""
    may_be_chance: bool = True
    """Whether two kinds of days that do not differ come out like this in 19 of 20 cases."""


class Nudged(NamedTuple):
    """What became of suggestions."""

    scores: tuple[tuple[str, Score], ...] = ()
    """By rule."""
    effect: Effect = Effect()
    is_held_out: bool = False
    """Whether something is due today and held back."""


def effect(offered: Sequence[Decimal], held_out: Sequence[Decimal]) -> Effect:
    """Compare what was spent after suggestions with what was spent after those that were held back, dollars of a day each."""
    few = min(len(offered), len(held_out)) < FEW
    if few:
        return Effect(_days(offered), _days(held_out))
    pairs = len(offered) * len(held_out)
    won = sum((with_it < without) + (with_it == without) / 2 for with_it in offered for without in held_out)
    width = sqrt((len(offered) + len(held_out) + 1) / 12 / pairs)  # of the share of pairs, where the kinds do not differ
    return Effect(_days(offered), _days(held_out), won / pairs, abs(won / pairs - 0.5) <= 2 * width)


def _days(costs: Sequence[Decimal]) -> Days:
    return Days(len(costs), *(_quantile(sorted(costs), quarter) for quarter in (1, 2, 3))) if costs else Days()


def _quantile(costs: Sequence[Decimal], quarter: int) -> Decimal:
    """Return what so many quarters of sorted costs lie below, between two of them if need be."""
    place, rest = divmod(quarter * (len(costs) - 1), 4)
    return costs[place] + (costs[min(place + 1, len(costs) - 1)] - costs[place]) * rest / 4
