"""Finds the calls that a gateway booked among those of our logs that hold no id of the gateway's."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal

from tankful.core.allocation import BookedCall
from tankful.core.offered import names_of
from tankful.core.reconciliation import RoutedCall

_LONGEST = timedelta(minutes=15)
"""A gateway dates a call by its beginning, a log by its end."""
_CLOCKS = timedelta(minutes=1)
"""The two clocks differ by no more."""
_ALIKE = Decimal("0.3")
"""Costs that differ by a larger share are of different calls, where both are known."""


def matched(calls: Iterable[RoutedCall], booked: Iterable[BookedCall]) -> Mapping[int, BookedCall]:
    """Return booked calls by the numbers of ours that they are.

    Calls with an id are found by it. Any other is the booked call of the same model, about the same time and about the same
    cost, that nobody else is: the closest in cost, then in time. Each is taken once, ours in the order of time.
    """
    free = {each.call: each for each in booked}
    found: dict[int, BookedCall] = {}
    nameless: list[RoutedCall] = []
    for call in sorted(calls, key=lambda each: (each.at, each.number)):
        if call.call in free:
            found[call.number] = free.pop(call.call)
        elif not call.call:
            nameless.append(call)
    by_model: dict[str, list[BookedCall]] = {}
    for each in free.values():
        by_model.setdefault(names_of(each.model)[-1], []).append(each)
    for call in nameless:
        rest = by_model.get(names_of(call.model)[-1], [])
        alike = [each for each in rest if _may_be(call, each)]
        if alike:
            closest = min(alike, key=lambda each: (_apart(call, each), abs(call.at - each.at)))
            found[call.number] = closest
            rest.remove(closest)
    return found


def _may_be(call: RoutedCall, booked: BookedCall) -> bool:
    if not -_CLOCKS <= call.at - booked.at <= _LONGEST:
        return False
    return _apart(call, booked) <= _ALIKE * max(booked.cost, call.cost or Decimal(0))


def _apart(call: RoutedCall, booked: BookedCall) -> Decimal:
    return Decimal(0) if call.cost is None else abs(call.cost - booked.cost)
