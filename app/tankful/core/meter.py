"""A budget as it stands now: what is booked, what is not yet, and what is left."""

from dataclasses import dataclass
from decimal import Decimal

from tankful.core.allocation import Allocation


@dataclass(frozen=True, slots=True)
class Meter:
    """One allocation live: `pending` is our estimate of what its owner has not booked yet."""

    allocation: Allocation
    pending: Decimal = Decimal(0)
    binding: bool = False

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
        """Spent as a share of the limit, 0 to above 1; `None` without a limit; a limit of zero is used up by any spend."""
        if self.allocation.limit is None:
            return None
        if self.allocation.limit == 0:
            return Decimal(1)
        return self.spent / self.allocation.limit
