"""Finds requests that were so long that their model charged more for every token of them."""

from decimal import Decimal

from tankful.core.counterfactual import bucket_costs
from tankful.core.nudges.dearest import Cost, dearest
from tankful.core.nudges.nudge import Nudge, Rule, Work
from tankful.core.usage import UsageEvent

NAME = "long-context"
_LONG = 100_000
"""No vendor's surcharge begins below that."""


def _find(work: Work) -> Nudge | None:
    """Return the surcharge where it was highest."""
    long = (event for event in work.requests if event.model and not event.summed and event.tokens.prompt > _LONG)
    return dearest(NAME, work, (Cost(event, extra) for event in long if (extra := _surcharge(work, event)) > 0))


def _surcharge(work: Work, event: UsageEvent) -> Decimal:
    """Return what a request cost more than at the price of a short one: that of a sum of requests."""
    long, short = work.paid(event), work.paid(event._replace(summed=True))
    if long is None or short is None or long == short:
        return Decimal(0)
    return sum(bucket_costs(event.tokens, long), Decimal(0)) - sum(bucket_costs(event.tokens, short), Decimal(0))


RULE = Rule(NAME, "A surcharge for long context", _find)
