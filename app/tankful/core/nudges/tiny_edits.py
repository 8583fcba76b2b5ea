"""Finds many tiny requests to a frontier model: little was read and little was written."""

from decimal import Decimal

from tankful.core.counterfactual import bucket_costs
from tankful.core.nudges.dearest import Cost, dearest
from tankful.core.nudges.nudge import Nudge, Rule, Work
from tankful.core.usage import TokenUsage, UsageEvent

NAME = "tiny-edits"
_OUTPUT, _PROMPT = 300, 20_000
"""Tokens; a request with more of either is no tiny edit."""
_MANY = 30
_FRONTIER = Decimal("0.00001")
"""Dollars for a token of output; cheaper models are none."""


def _find(work: Work) -> Nudge | None:
    """Return what they cost in the agent and folder where they cost most."""
    tiny = (event for event in work.requests if event.model and not event.summed and _is_tiny(event.tokens))
    return dearest(NAME, work, (Cost(event, cost) for event in tiny if (cost := _cost(work, event)) is not None), _MANY)


def _is_tiny(tokens: TokenUsage) -> bool:
    return tokens.output <= _OUTPUT and tokens.prompt <= _PROMPT


def _cost(work: Work, event: UsageEvent) -> Decimal | None:
    """Return what a request to a frontier model costs, `None` for one to any other."""
    rates = work.paid(event)
    return None if rates is None or rates.output < _FRONTIER else sum(bucket_costs(event.tokens, rates), Decimal(0))


RULE = Rule(NAME, "A frontier model for many tiny edits", _find)
