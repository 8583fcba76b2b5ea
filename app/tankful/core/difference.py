"""Says how much of a gateway's figure our own logs do not explain, and why that may be."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tankful.core.allocation import Allocation, ScopeKind

_HALF_A_CENT = Decimal("0.005")
_PRICES_APART = Decimal("0.5")
"""Prices for companies differ from the public ones by up to about this share."""
_SHARED = {ScopeKind.TEAM, ScopeKind.ORGANIZATION, ScopeKind.PROJECT, ScopeKind.EVERYBODY}


class Reason(StrEnum):
    """What may be behind a difference; the values are words for people."""

    OTHERS = "others spend from this budget too"
    OTHER_MACHINE = "another machine of yours"
    SHARED_KEY = "a key that others use too"
    UNPRICED = "calls without a known price"
    PRICES = "the gateway's prices differ from the price table"
    LATE_BOOKING = "the gateway books later than it says"
    NOT_LISTED = "calls that the gateway does not list: they failed there, or went past it"
    SET_BACK = "the budget was set back during the period"


@dataclass(frozen=True, slots=True)
class Tally:
    """Our own routed calls of a period, summed, pending ones too. Money in dollars."""

    cost: Decimal = Decimal(0)
    """The gateway's word where there is one, else our estimate."""
    requests: int = 0
    unpriced: int = 0
    """Requests without a price, which `cost` has no part of."""
    booked: Decimal = Decimal(0)
    """The part of `cost` that is the gateway's word (or what an agent recorded), not an estimate."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a gateway's figure and our logs disagree about."""

    amount: Decimal
    """Above 0: the gateway knows of more spend than our logs; below: of less."""
    reasons: tuple[Reason, ...]
    """Likeliest first."""


def difference(allocation: Allocation, pending: Decimal, tally: Tally, *, lists_calls: bool) -> Difference | None:
    """Return what of an allocation's figure the routed calls of its period do not explain; `None` below half a cent.

    `lists_calls`: the gateway tells the cost of each call, so that prices explain what is not listed only.
    """
    amount = allocation.settled + pending - tally.cost
    if abs(amount) < _HALF_A_CENT:
        return None
    guessed = tally.cost - tally.booked - pending
    prices = (Reason.PRICES,) if abs(amount) <= guessed * _PRICES_APART else ()
    if amount > 0:
        others = (Reason.OTHERS,) if allocation.kind in _SHARED else (Reason.OTHER_MACHINE, Reason.SHARED_KEY)
        return Difference(amount, ((Reason.UNPRICED,) if tally.unpriced else ()) + prices + others)
    missing = (Reason.NOT_LISTED,) if lists_calls and guessed >= _HALF_A_CENT else ()
    late = (Reason.LATE_BOOKING,) if guessed >= _HALF_A_CENT else ()
    return Difference(amount, missing + prices + late + (Reason.SET_BACK,))
