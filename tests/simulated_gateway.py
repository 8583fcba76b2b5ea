"""A gateway in virtual time, that books late and lists what it booked, and a laptop that spends through it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tankful.core.allocation import Allocation
from tankful.core.reconciliation import Books, RoutedCall, Standing, calls_since, reconcile

START = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass
class Call:
    number: int
    at: datetime
    booked_at: datetime
    listed_at: datetime
    cost: Decimal
    estimate: Decimal | None
    call: str


@dataclass
class World:
    """What is true. Times in seconds since `START`.

    The gateway attributes each call to the period it was made in, or, with `reset_lag_s`, counts what it books and begins
    again from nothing so long after the end of each period.
    """

    books_within_s: int
    lists: bool
    period_s: int = 10**9
    reset_lag_s: int | None = None
    now_s: float = 0
    calls: list[Call] = field(default_factory=list[Call])
    foreign: list[tuple[datetime, Decimal]] = field(default_factory=list[tuple[datetime, Decimal]])
    books: Books | None = None
    latest: Standing | None = None
    allocation: Allocation | None = None
    as_of: datetime = START
    listed_at: datetime | None = None

    @property
    def now(self) -> datetime:
        return START + timedelta(seconds=self.now_s)

    @property
    def within(self) -> timedelta:
        return timedelta(seconds=self.books_within_s)

    @property
    def period(self) -> tuple[datetime, datetime]:
        begun = max(0, self.now_s - (self.reset_lag_s or 0)) // self.period_s * self.period_s
        return START + timedelta(seconds=begun), START + timedelta(seconds=begun + self.period_s)

    def spend(self, cost: Decimal, late: float, *, estimate: Decimal | None = None, named: bool = True, list_late: float = 0) -> None:
        """Make a call now that is booked after `late` (a share of the latest possible) and listed a share of the rest later."""
        booked_at = self.now + self.within * late
        listed_at = booked_at + (self.now + self.within - booked_at) * list_late
        number = len(self.calls)
        self.calls.append(
            Call(number, self.now, booked_at, listed_at, cost, cost if estimate is None else estimate, f"msg_{number}" if named else "")
        )

    def spend_elsewhere(self, cost: Decimal) -> None:
        self.foreign.append((self.now, cost))

    def settled(self, at: datetime) -> Decimal:
        start = self.period[0]
        if self.reset_lag_s is not None:
            begun = start + timedelta(seconds=self.reset_lag_s if start > START else 0)
            counted = (call.cost for call in self.calls if begun <= call.booked_at <= at)
            return sum(counted, sum((cost for when, cost in self.foreign if begun <= when), Decimal(0)))
        own = (call.cost for call in self.calls if start <= call.at and call.booked_at <= at)
        return sum(own, sum((cost for when, cost in self.foreign if start <= when), Decimal(0)))

    def poll(self, *, with_list: bool = True) -> Standing:
        """Ask the gateway, and remember what came of the last time."""
        if self.latest is not None:
            self.books = self.latest.books
        start, end = self.period
        self.as_of = self.now
        self.allocation = Allocation("there", "you", Decimal(100), self.settled(self.now), start, end, resetting=end <= self.now)
        if self.lists and with_list:
            self.listed_at = self.now
        return self.look()

    def look(self) -> Standing:
        """See how things stand between two polls; the logs are read up to now."""
        assert self.allocation is not None
        since = calls_since(self.books, self.allocation, self.as_of, self.within)
        self.latest = reconcile(
            self.allocation,
            [self._seen(call) for call in self.calls if call.at > since],
            as_of=self.as_of,
            books_within=self.within,
            books=self.books,
            listed_at=self.listed_at,
        )
        return self.latest

    def _seen(self, call: Call) -> RoutedCall:
        listed = self.listed_at is not None and call.call and call.listed_at <= self.listed_at
        return RoutedCall(call.number, call.call, call.at, call.estimate, "model", call.cost if listed else None)

    def unbooked(self) -> Decimal:
        """What is not in the figure that was read last, of the period it is about."""
        assert self.allocation is not None
        start, end = self.allocation.period_start, self.allocation.resets_at
        assert end is not None
        return sum((call.cost for call in self.calls if start <= call.at < end and call.booked_at > self.as_of), Decimal(0))

    def young(self) -> Decimal:
        """What may be in flight: all calls that are younger than the gateway's promise."""
        assert self.allocation is not None
        start = max(self.as_of - self.within, self.allocation.period_start - timedelta(microseconds=1))
        return sum((max(call.cost, call.estimate or Decimal(0)) for call in self.calls if call.at > start), Decimal(0))
