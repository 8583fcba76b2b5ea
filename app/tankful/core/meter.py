"""A budget as it stands now: what is booked, what is not yet, and what is left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tankful.core.allocation import Allocation

PERSONAL = "personal"
"""The account of the user's own budget."""
SHARE_MAX = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Meter:
    """One allocation live: `pending` is our estimate of what its owner has not booked yet."""

    allocation: Allocation
    pending: Decimal = Decimal(0)
    binding: bool = False
    unpriced: int = 0
    """Our requests that are not booked yet and have no price: `pending` has no part of them."""
    perhaps: tuple[str, ...] = ()
    """Other accounts that some of `pending` may be of instead; it is shown in this one only."""

    @property
    def spent(self) -> Decimal:
        """What is gone, booked or not."""
        return self.allocation.settled + self.pending

    @property
    def headroom(self) -> Decimal | None:
        """What is left; negative when overspent, `None` without a limit."""
        return None if self.allocation.limit is None else self.allocation.limit - self.spent

    @property
    def used_share(self) -> Decimal | None:
        """Spent as a share of the limit, 0 to above 1; `None` without a limit; a limit of zero is used up by any spend.

        Beyond a million percent it is told as that: limits of next to nothing would give numbers that no program can read.
        """
        if self.allocation.limit is None:
            return None
        if self.allocation.limit == 0:
            return Decimal(1)
        return min(self.spent / self.allocation.limit, SHARE_MAX)


def binding(meters: Sequence[Meter]) -> tuple[Meter, ...]:
    """Return the meters with exactly one marked: the one that will stop the user first; none of none.

    Among limits that stop the user it is the one with the highest used share, then with the least left, then the first; one
    whose reset is due counts after all others, since its figures are of a period that is over. The user's own budget stops
    nobody: it binds where no gateway's limit does, before limits that do not apply and budgets without one.
    """
    if not meters:
        return ()
    first = max(range(len(meters)), key=lambda place: (_urgency(meters[place]), -place))
    return tuple(replace(meter, binding=place == first) for place, meter in enumerate(meters))


def _urgency(meter: Meter) -> tuple[int, Decimal, Decimal]:
    allocation, share, headroom = meter.allocation, meter.used_share, meter.headroom
    is_own = allocation.account == PERSONAL
    if share is None or headroom is None:
        return (0 if is_own else 1), Decimal(0), Decimal(0)
    if is_own:
        rank = 3
    elif not allocation.enforced:
        rank = 2
    else:
        rank = 4 if allocation.resetting else 5
    return rank, share, -headroom
