"""What a gateway or vendor says about one person: budgets, quota windows, booked calls, models on offer, a message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import NamedTuple


class ScopeKind(StrEnum):
    """Whose budget it is; the values are words for people."""

    YOU = "you"
    KEY = "key"
    MEMBER = "you in the team"
    TEAM = "team"
    ORGANIZATION = "organisation"
    PROJECT = "project"
    EVERYBODY = "everybody"


class Via(IntEnum):
    """How near a booked call is to the account that lists it: a gateway lists all calls of a user, whichever key they came with."""

    USER = 1
    """Another key of the same user, that spends for another team or for none."""
    PURSE = 2
    """Another key that spends for the same team, or for none as this one."""
    KEY = 3
    """The linked key itself, or the gateway does not say."""

    def counts_for(self, kind: ScopeKind) -> bool:
        """Say whether such a call is spent from a budget of the account."""
        least = {ScopeKind.KEY: Via.KEY, ScopeKind.MEMBER: Via.PURSE, ScopeKind.TEAM: Via.PURSE}
        return self >= least.get(kind, Via.USER)


@dataclass(frozen=True, slots=True)
class Allocation:
    """One budget as its owner reports it; `limit` is `None` when there is none. Money in dollars, times aware."""

    account: str
    """Name of the link; `personal` is the user's own budget."""
    scope: str
    """Words for people: `you`, `team platform-eng`, `key alice, a day`. Unique within its account."""
    limit: Decimal | None
    """With any temporary increase that holds now."""
    settled: Decimal
    """Booked in this period, in the owner's own words."""
    period_start: datetime
    resets_at: datetime | None
    """`None`: never."""
    kind: ScopeKind = ScopeKind.YOU
    soft_limit: Decimal | None = None
    """Where the owner begins to warn."""
    enforced: bool = True
    """It stops the user; a limit that is reported but not applied to the linked key does not."""
    resetting: bool = False
    """The reset is due and the owner has not done it yet: the figures are the old period's."""
    owner_id: str = ""
    """What stays the same of it when it is renamed, unique within its account; empty: its scope."""
    as_of: datetime | None = None
    """When its owner said so, where others of the account were asked for since; `None`: with the rest of the statement."""
    severity: str = ""
    """How its owner marks where it stands: `warning` or `critical`; empty: as normal, or not at all."""

    @property
    def identity(self) -> str:
        """What tells it from the account's other budgets from poll to poll."""
        return self.owner_id or self.scope


@dataclass(frozen=True, slots=True)
class QuotaWindow:
    """A vendor's rolling limit in percent; no money."""

    account: str
    title: str
    """`5 hours`, `week`, `week, Opus`."""
    used_percent: Decimal
    resets_at: datetime | None
    severity: str = ""
    """As that of an `Allocation`."""


@dataclass(frozen=True, slots=True)
class BookedCall:
    """One of our own calls as the gateway booked it."""

    call: str
    """The gateway's request id: Claude's `message.id` behind LiteLLM."""
    cost: Decimal
    model: str
    at: datetime
    via: Via = Via.KEY
    deployment: str = ""
    """What the gateway calls the model behind the name that it offers it under; empty: the same."""


@dataclass(frozen=True, slots=True)
class BookedCalls:
    """Our own calls as a gateway listed them."""

    calls: tuple[BookedCall, ...]
    since: datetime | None = None
    """The list was too long: what began before this may be missing in it. `None`: it is whole."""


@dataclass(frozen=True, slots=True)
class BookedDay:
    """What we spent on one model on one day (UTC), as the gateway booked it; such sums never fall when a budget is reset."""

    day: date
    model: str
    cost: Decimal
    calls: int


class Wishes(NamedTuple):
    """Intervals in seconds that a gateway's administrator wants its clients to keep; `None`: says nothing of it."""

    spending_s: float | None = None
    idle_s: float | None = None
    first_delay_s: float | None = None


@dataclass(frozen=True, slots=True)
class OfferedModel:
    """A model that the gateway offers, with the dollars per token it states (`None`: it does not say; 0: free)."""

    name: str
    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    in_house: bool = False
    alternative_to: tuple[str, ...] = ()
    good_for: tuple[str, ...] = ()
    title: str = ""
    documentation: str = ""
    wishes: Wishes | None = field(default=None, compare=False)
    """How often the administrator wants to be asked, which some write beside a model; nothing of the model itself."""


@dataclass(frozen=True, slots=True)
class Banner:
    """The administrator's message; shown once per revision."""

    text: str
    severity: str
    """`info`, `warning` or `error`."""
    revision: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a gateway said at one poll."""

    account: str
    as_of: datetime
    who: str = ""
    """Whom it takes us for; changes when another person's key is linked under the same address."""
    allocations: tuple[Allocation, ...] = ()
    windows: tuple[QuotaWindow, ...] = ()
    books_within: timedelta = timedelta(0)
    """How late it books at worst."""
    tag: str = ""
    """Its `ETag`, to ask again with."""
    poll_after_s: int | None = None
    """How long it wants to be left alone."""
    learnt: Mapping[str, str] = field(default_factory=dict[str, str])
    """What its module wants to know again when it asks next (`Asked.last`); nothing for people, and lost when the program ends."""

    @property
    def booked_until(self) -> datetime:
        """Up to when everything was booked for certain."""
        return self.as_of - self.books_within

    def said_at(self, allocation: Allocation) -> datetime:
        """Return when one of its allocations was told."""
        return allocation.as_of or self.as_of
