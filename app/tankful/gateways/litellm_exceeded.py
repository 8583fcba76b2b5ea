"""Makes readings of refusals: a gateway that says a budget is used up has told what is spent and what the limit is."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from tankful.core.allocation import Allocation
from tankful.core.errors import NotAllowed
from tankful.gateways.litellm_budgets import aged, of_exceeded
from tankful.gateways.litellm_periods import words
from tankful.gateways.litellm_refusals import Exceeded


def with_exceeded(
    account: str, told: tuple[Allocation, ...], before: tuple[Allocation, ...], overs: Iterable[Exceeded], now: datetime
) -> tuple[Allocation, ...]:
    """Return the budgets that were told, the others as they were `before`, and among them those that are said to be used up.

    Raises:
        NotAllowed: a budget is used up, and neither which nor how much is known.
    """
    known = {each.identity: aged(each, now) for each in before} | {each.identity: each for each in told}
    for over in dict.fromkeys(overs):
        meant = _meant(tuple(known.values()), over)
        most = over.limit if over.limit is not None or meant is None else meant.limit
        if meant is not None and most is not None:
            spent = max(meant.settled, most) if over.spent is None else over.spent
            known[meant.identity] = replace(meant, limit=most, settled=spent, enforced=True, as_of=None)
        elif meant is None and most is not None and over.spent is not None:
            allocation = of_exceeded(account, over, over.spent, most, now)
            known[allocation.identity] = allocation
    if not known:
        raise NotAllowed("Your budget is used up", "The gateway tells no more until it is reset or raised. Ask your administrator.")
    return tuple(known.values())


def _meant(known: tuple[Allocation, ...], over: Exceeded) -> Allocation | None:
    """Return the budget that is used up: of the kind that was said, else with the limit that was said, else the nearest to its limit."""
    if over.kind is not None:
        ending = f", {words(over.window)}" if over.window else ""
        return next((each for each in known if each.kind is over.kind and each.scope.endswith(ending)), None)
    shares = [
        (each.limit == over.limit, each.settled / each.limit if each.limit else Decimal(1), each)
        for each in known
        if each.enforced and each.limit is not None
    ]
    return max(shares, key=lambda share: share[:2])[2] if shares else None
