"""Sums up what rules find by agent, folder and model, and suggests something about the dearest."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from tankful.core.counterfactual import LEAST
from tankful.core.nudges.nudge import Nudge, Work, key_of
from tankful.core.usage import UsageEvent


class Cost(NamedTuple):
    """Dollars that a request cost, or a stretch of work, told by one request of it; its model is known."""

    event: UsageEvent
    cost: Decimal
    requests: int = 0
    """How many requests of a stretch it stands for; 0: this one alone."""


def dearest(name: str, work: Work, costs: Iterable[Cost], least: int = 1) -> Nudge | None:
    """Return a suggestion about the agent, folder and model with the highest sum.

    `least` is how many costs there have to be. `None`: there are too few, or they are worth no word.
    """
    found: dict[tuple[str, str, str], list[Cost]] = {}
    for each in costs:
        found.setdefault((each.event.agent, each.event.project, each.event.model or ""), []).append(each)
    sums = {kind: sum((each.cost for each in every), Decimal(0)) for kind, every in found.items() if len(every) >= least}
    first = max(sums, key=lambda kind: (sums[kind], kind), default=None)
    if first is None or sums[first] < LEAST:
        return None
    times = sum(each.requests or 1 for each in found[first])
    stretches = sum(1 for each in found[first] if each.requests)
    return Nudge(name, key_of(name, work, *first), *first, sums[first], times, prices=work.sheet, stretches=stretches)
