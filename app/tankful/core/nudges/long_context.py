"""Finds requests that were so long that their model charged more for every token of them."""

from decimal import Decimal

from tankful.core.counterfactual import LEAST, bucket_costs
from tankful.core.nudges.nudge import Nudge, Rule, Work, key_of
from tankful.core.usage import UsageEvent

NAME = "long-context"
_LONG = 100_000
"""No vendor's surcharge begins below that."""


def _find(work: Work) -> Nudge | None:
    """Return the surcharge where it was highest."""
    paid: dict[tuple[str, str, str], Decimal] = {}
    times: dict[tuple[str, str, str], int] = {}
    for event in work.requests:
        if not event.model or event.summed or event.tokens.prompt <= _LONG:
            continue
        extra = _surcharge(work, event)
        if extra > 0:
            kind = event.agent, event.project, event.model
            paid[kind] = paid.get(kind, Decimal(0)) + extra
            times[kind] = times.get(kind, 0) + 1
    dearest = max(paid, key=lambda kind: (paid[kind], kind), default=None)
    if dearest is None or paid[dearest] < LEAST:
        return None
    return Nudge(NAME, key_of(NAME, work, *dearest), *dearest, paid[dearest], times[dearest], prices=work.sheet)


def _surcharge(work: Work, event: UsageEvent) -> Decimal:
    """Return what a request cost more than at the price of a short one: that of a sum of requests."""
    long, short = work.paid(event), work.paid(event._replace(summed=True))
    if long is None or short is None or long == short:
        return Decimal(0)
    return sum(bucket_costs(event.tokens, long), Decimal(0)) - sum(bucket_costs(event.tokens, short), Decimal(0))


RULE = Rule(NAME, "A surcharge for long context", _find)
