"""Says when a gateway's list of our calls is worth a question of its own: its figure moved, and the calls that wait do not explain it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tankful.core.allocation import Allocation, Statement

LOOKS = 2
"""Polls that ask for the list once it is needed: some gateways write a call's row a moment after they raised the figure."""
_NOISE = Decimal("0.000001")
"""Gateways add up binary floats."""


class Waiting(NamedTuple):
    """Our own calls of one account that are not booked yet."""

    since: datetime
    """Time of the oldest."""
    prices: tuple[Decimal | None, ...]
    """In dollars, the oldest call first; `None`: it has no price, or may be another account's."""
    undecided: bool = False
    """Some of them may be another account's, which only a list tells for certain."""


def looks_left(left: int, before: Statement | None, said: Statement | None, waiting: Waiting | None) -> int:
    """Return how many polls, this one included, ask for the list, after one that found so many left.

    `before` is what the gateway said at the poll before, `said` what it says now; `None`: the same again, or nothing before.
    """
    if waiting is not None and waiting.undecided:
        return LOOKS
    if said is not None and _is_needed(before, said, () if waiting is None else waiting.prices):
        return LOOKS
    return max(0, left - 1)


def _is_needed(before: Statement | None, said: Statement, prices: Sequence[Decimal | None]) -> bool:
    if before is None:
        return True
    then = {each.identity: each for each in before.allocations}
    return any(not _is_explained(_rise(then.get(each.identity), each), prices) for each in said.allocations)


def _rise(before: Allocation | None, now: Allocation) -> Decimal:
    """Return what was booked since; all there is of a budget that is new, was reset or was set back."""
    if before is None or now.settled < before.settled:
        return now.settled
    return now.settled - before.settled


def _is_explained(rise: Decimal, prices: Sequence[Decimal | None]) -> bool:
    """Say whether this is nothing, or the sum of the oldest calls."""
    left = rise
    for price in prices:
        if price is None or left <= _NOISE:
            break
        left -= price
    return abs(left) <= _NOISE
