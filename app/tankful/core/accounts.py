"""One linked account as it stands now: what it said last, how its feed does, and what it cannot explain."""

from dataclasses import dataclass
from decimal import Decimal

from tankful.core.allocation import Banner, OfferedModel, Statement
from tankful.core.health import FeedHealth
from tankful.core.links import Link


@dataclass(frozen=True, slots=True)
class Difference:
    """What the gateway's books and our ledger disagree about, once everything had time to be booked."""

    amount: Decimal
    """Dollars; positive: the gateway booked more than this machine saw."""
    reasons: tuple[str, ...]
    """Likely ones, in words for people, likeliest first."""


@dataclass(frozen=True, slots=True)
class AccountState:
    """One linked account."""

    link: Link
    health: FeedHealth
    statement: Statement | None = None
    """The last good one, however old; `health` says why there is none newer."""
    difference: Difference | None = None
    banner: Banner | None = None
    models: tuple[OfferedModel, ...] = ()
