"""Finds many tiny requests to a frontier model: little was read and little was written."""

from decimal import Decimal

from tankful.core.counterfactual import LEAST, bucket_costs
from tankful.core.nudges.nudge import Nudge, Rule, Work, key_of
from tankful.core.usage import UsageEvent

NAME = "tiny-edits"
_OUTPUT, _PROMPT = 300, 20_000
"""Tokens; a request with more of either is no tiny edit."""
_MANY = 30
_FRONTIER = Decimal("0.00001")
"""Dollars for a token of output; cheaper models are none."""


def _find(work: Work) -> Nudge | None:
    """Return what they cost in the agent and folder where they cost most."""
    paid: dict[tuple[str, str, str], list[Decimal]] = {}
    for event in work.requests:
        if event.model and not event.summed and event.tokens.output <= _OUTPUT and event.tokens.prompt <= _PROMPT:
            cost = _cost(work, event)
            if cost is not None:
                paid.setdefault((event.agent, event.project, event.model), []).append(cost)
    sums = {kind: sum(costs, Decimal(0)) for kind, costs in paid.items() if len(costs) >= _MANY}
    dearest = max(sums, key=lambda kind: (sums[kind], kind), default=None)
    if dearest is None or sums[dearest] < LEAST:
        return None
    return Nudge(NAME, key_of(NAME, work, *dearest), *dearest, sums[dearest], len(paid[dearest]), prices=work.sheet)


def _cost(work: Work, event: UsageEvent) -> Decimal | None:
    """Return what a request to a frontier model costs, `None` for one to any other."""
    rates = work.paid(event)
    return None if rates is None or rates.output < _FRONTIER else sum(bucket_costs(event.tokens, rates), Decimal(0))


RULE = Rule(NAME, "A frontier model for many tiny edits", _find)
