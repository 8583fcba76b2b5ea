"""Sums up what rules find by agent, folder and model, and suggests something about the dearest."""

from collections.abc import Iterable
from decimal import Decimal

from tankful.core.counterfactual import LEAST
from tankful.core.nudges.nudge import Nudge, Work, key_of
from tankful.core.usage import UsageEvent


def dearest(name: str, work: Work, costs: Iterable[tuple[UsageEvent, Decimal]], least: int = 1) -> Nudge | None:
    """Return a suggestion about the agent, folder and model with the highest sum.

    `costs` are dollars by request, whose model is known; `least` is how many requests there have to be. `None`: there are too few, or
    they are worth no word.
    """
    found: dict[tuple[str, str, str], list[Decimal]] = {}
    for event, cost in costs:
        found.setdefault((event.agent, event.project, event.model or ""), []).append(cost)
    sums = {kind: sum(each, Decimal(0)) for kind, each in found.items() if len(each) >= least}
    first = max(sums, key=lambda kind: (sums[kind], kind), default=None)
    if first is None or sums[first] < LEAST:
        return None
    return Nudge(name, key_of(name, work, *first), *first, sums[first], len(found[first]), prices=work.sheet)
