"""One linked account as it stands now: what it said last, how its feed does, and what it cannot explain."""

from dataclasses import dataclass

from tankful.core.allocation import Banner, OfferedModel, Statement
from tankful.core.difference import Difference
from tankful.core.health import FeedHealth
from tankful.core.links import Link


@dataclass(frozen=True, slots=True)
class AccountState:
    """One linked account."""

    link: Link
    health: FeedHealth
    statement: Statement | None = None
    """The last good one, however old; `health` says why there is none newer."""
    difference: Difference | None = None
    """Of the budget that binds in this account, once everything had time to be booked."""
    banner: Banner | None = None
    models: tuple[OfferedModel, ...] = ()
