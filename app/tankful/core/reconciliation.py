"""Tells what of our own calls the gateway has not booked yet, so that no dollar is shown twice and none is lost.

What a gateway says (`settled`) holds our calls up to some moment that it does not name, and what others spent. Three things
tell which of our calls are in it:

- its own list of calls, where it keeps one: what is listed is booked, at the gateway's price;
- `books_within`: what is older than that when it spoke is booked;
- the rise of `settled` since it spoke last: what neither list nor age explains has paid for our oldest calls in between.

Everything else is pending. It is never less than nothing and never more than our calls younger than `books_within`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from tankful.core.allocation import Allocation, Via

_NOTHING = Decimal(0)
_NOISE = Decimal("0.000001")
"""Gateways add up binary floats."""
_ALIKE = Decimal("0.0005")
"""A rise that is no further from the sum of our oldest calls than nobody sees is the sum of these calls."""
_INSTANT = timedelta(microseconds=1)
_SESSIONS = 6
"""Of more sessions at once it is not tried which of them a rise may be."""
_LONGEST = timedelta(minutes=15)
"""No call takes longer."""


class RoutedCall(NamedTuple):
    """One of our own calls that went through a gateway."""

    number: int
    """The ledger's."""
    call: str
    """The vendor's id of the response, which the gateway lists it under; empty: the log holds none."""
    at: datetime
    cost: Decimal | None
    """Our estimate in dollars; `None`: unpriced."""
    model: str
    booked: Decimal | None = None
    """What the gateway booked for it; `None`: it has not listed it."""
    via: Via = Via.KEY
    """Which of the account's budgets it is spent from."""
    perhaps: tuple[str, ...] = ()
    """Other accounts that it may be of instead: nothing tells them apart yet."""
    context: int = 0
    """What tells its session and model from others, for those calls: a session uses one key."""

    @property
    def price(self) -> Decimal:
        """The gateway's word, else our estimate, else nothing."""
        return self.booked if self.booked is not None else self.cost or _NOTHING


@dataclass(frozen=True, slots=True)
class Books:
    """What is remembered of one allocation from poll to poll."""

    as_of: datetime
    settled: Decimal
    period_start: datetime
    since: datetime
    """Calls up to here were booked for certain."""
    carried: Decimal = _NOTHING
    """What of `settled` was ascribed to younger calls."""
    over: bool = False
    """The period was over and the owner had not reset it yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an allocation stands against our own calls. Money in dollars."""

    pending: Decimal
    """What the gateway has not booked yet of this period."""
    waiting: tuple[RoutedCall, ...]
    """The calls that `pending` is made of, oldest first; the oldest may be paid for in part."""
    unpriced: int
    """How many of them have no price and no part in `pending`."""
    next_period: Decimal
    """Our calls since a reset that is due and not done; they belong to the next period."""
    books: Books
    """To be given to `reconcile` once the gateway has spoken again, and not before."""


def calls_since(books: Books | None, allocation: Allocation, as_of: datetime, books_within: timedelta) -> datetime:
    """Return after when `reconcile` has to know our calls."""
    first = as_of - books_within if books is None else min(books.since, as_of - books_within)
    if books is not None and _is_new_period(books, allocation):
        first = min(first, allocation.period_start - _INSTANT)
    if allocation.resetting and allocation.resets_at is not None:
        first = min(first, allocation.resets_at - _INSTANT)
    return first


def reconcile(
    allocation: Allocation,
    calls: Iterable[RoutedCall],
    *,
    as_of: datetime,
    books_within: timedelta,
    books: Books | None,
    listed_at: datetime | None = None,
    listed_since: datetime | None = None,
) -> Standing:
    """Return how an allocation stands.

    `books` is what came of the poll before the one of `as_of` (`None`: there was none), whatever is asked in between: calls
    that are met late change the outcome, and asking twice gives the same. `listed_at` is when the gateway's list of calls was
    read last, `None` where it keeps none; where it was too long, calls that began before `listed_since` may be missing in it.
    `calls` are those since `calls_since`, of all budgets of the account alike: each
    allocation takes the ones of its own period that are spent from it.
    """
    since = as_of - books_within
    ends = allocation.resets_at if allocation.resetting or (allocation.resets_at or as_of) > as_of else None
    ordered = sorted((call for call in calls if call.via.counts_for(allocation.kind)), key=lambda call: (call.at, call.number))
    mine = [call for call in ordered if allocation.period_start <= call.at and (ends is None or call.at < ends)]
    young = [call for call in mine if since < call.at <= as_of]
    listed = [call for call in young if call.booked is not None]
    unlisted = [call for call in young if call.booked is None]
    # a list that is as fresh as `settled` decides by id; else, and for calls without one, the rise does
    is_fresh = listed_at is not None and listed_at >= as_of
    by_rise = [call for call in unlisted if not (is_fresh and call.call and _is_within(call, listed_since))]
    if books is None:  # rather a little late, this once, than shown twice; but no more of ours is in `settled` than all of it
        excess, fell = allocation.settled - _sum(listed), False
    else:
        before = _before(books, allocation, unlisted)
        known = _sum(call for call in mine if before.since < call.at <= as_of and (call.at <= since or call.booked is not None))
        excess = before.rise + before.carried - known
        if before.wiped and excess < -_NOISE:
            excess = before.rise
        fell = before.fell
    paid = _paid(excess, unlisted, by_rise)
    # the list was read after `settled` and is ahead of it
    held = _NOTHING if fell or -excess <= _NOISE else min(-excess, _sum(listed))
    waiting = [*_newest(listed, held), *(call for call in unlisted if _is_owed(call, paid)), *(call for call in mine if call.at > as_of)]
    return Standing(
        pending=held + _sum(call for call in mine if call.at > since and (call.at > as_of or call.booked is None)) - _total(paid),
        waiting=tuple(waiting),
        unpriced=sum(call.booked is None and call.cost is None for call in waiting),
        next_period=_sum(call for call in ordered if ends is not None and call.at >= ends),
        books=Books(
            as_of=as_of,
            settled=allocation.settled,
            period_start=allocation.period_start,
            since=since,
            carried=_total(paid) - held + _sum(listed),
            over=allocation.resetting,
        ),
    )


def exactly(
    allocation: Allocation, calls: Iterable[RoutedCall], *, as_of: datetime, books_within: timedelta, books: Books
) -> tuple[RoutedCall, ...]:
    """Return the calls, the oldest first, that a budget rose by since the poll before, to the cent; none where it rose by anything else.

    That tells of which account a call is where no list does: `calls` are also those that another account may have. If not all of
    those together make up the rise, those of some sessions may; none are returned where it could be these or those. Else as `reconcile`.
    """
    before = _before(books, allocation, ())
    if before.fell:
        return ()
    mine = [call for call in calls if call.via.counts_for(allocation.kind) and allocation.period_start <= call.at]
    lately = sorted((call for call in mine if before.since < call.at <= as_of), key=lambda call: (call.at, call.number))
    rest = [call for call in lately if call.booked is None]
    excess = before.rise + before.carried - _sum(call for call in lately if call.booked is not None)
    since = as_of - books_within
    all_of_them = _oldest(rest, excess, since)
    if all_of_them:
        return all_of_them
    open_ones = sorted({call.context for call in rest if call.perhaps})
    if len(open_ones) > _SESSIONS:
        return ()
    some = {
        _oldest([call for call in rest if not call.perhaps or call.context in chosen], excess, since)
        for count in range(1, len(open_ones))
        for chosen in combinations(open_ones, count)
    } - {()}
    return some.pop() if len(some) == 1 else ()


def _oldest(calls: Sequence[RoutedCall], amount: Decimal, since: datetime) -> tuple[RoutedCall, ...]:
    """Return the oldest of these calls that make up an amount, those up to `since` among them: they are booked, here if at all."""
    old = sum(call.at <= since for call in calls)
    total = _NOTHING
    for count, call in enumerate(calls, 1):
        total += call.price
        if count >= old and total > _ALIKE and abs(total - amount) <= _ALIKE:
            return tuple(call for call in calls[:count] if call.cost is not None)
    return ()


class _Before(NamedTuple):
    """What happened to `settled` since the poll before."""

    rise: Decimal
    carried: Decimal
    since: datetime
    fell: bool = False
    wiped: bool = False
    """Calls of this period may have been booked into the one before, which its owner ended late."""


def _before(books: Books, allocation: Allocation, unlisted: Sequence[RoutedCall]) -> _Before:
    settled, first = allocation.settled, allocation.period_start - _INSTANT
    if _is_new_period(books, allocation):
        return _Before(settled, _NOTHING, max(first, books.since) if books.over else first, fell=True, wiped=books.over)
    if settled < books.settled - _NOISE:
        # set back by hand: to nothing, so that all it holds came since, or by a correction
        rise = settled if settled <= _sum(unlisted) else _NOTHING
        return _Before(rise, books.carried, books.since, fell=True)
    return _Before(settled - books.settled, books.carried, books.since)


def _is_new_period(books: Books, allocation: Allocation) -> bool:
    """Tell a reset from a period whose start slides along, as `the last 30 days` does."""
    start = allocation.period_start
    return start > books.period_start and (start > books.as_of or books.over or allocation.settled < books.settled)


def _paid(excess: Decimal, unlisted: Sequence[RoutedCall], by_rise: Sequence[RoutedCall]) -> dict[int, Decimal]:
    """Return what a rise has paid of each call.

    A rise that is the sum of our oldest calls has paid for them, even if the list does not say so yet. Any other pays, oldest
    first, for those that nothing else decides; what is left of it is somebody else's.
    """
    if excess <= _NOISE:
        return {}
    total = _NOTHING
    for count, call in enumerate(unlisted, 1):
        total += call.price
        if abs(total - excess) <= _ALIKE:
            return _all(unlisted[:count])
    paid: dict[int, Decimal] = {}
    left = excess
    for call in by_rise:
        paid[call.number] = min(call.price, left)
        left -= paid[call.number]
    return paid


def _is_within(call: RoutedCall, listed_since: datetime | None) -> bool:
    """Say whether a list that begins then would hold a call: a log dates it by its end, a list by its beginning."""
    return listed_since is None or call.at - _LONGEST >= listed_since


def _all(calls: Iterable[RoutedCall]) -> dict[int, Decimal]:
    return {call.number: call.price for call in calls}


def _is_owed(call: RoutedCall, paid: Mapping[int, Decimal]) -> bool:
    return call.number not in paid or paid[call.number] < call.price


def _newest(calls: Sequence[RoutedCall], amount: Decimal) -> list[RoutedCall]:
    """Return the newest calls that make up an amount, oldest first."""
    found: list[RoutedCall] = []
    for call in reversed(calls):
        if amount <= 0:
            break
        found.insert(0, call)
        amount -= call.price
    return found


def _sum(calls: Iterable[RoutedCall]) -> Decimal:
    return _total({call.number: call.price for call in calls})


def _total(amounts: Mapping[int, Decimal]) -> Decimal:
    return sum(amounts.values(), _NOTHING)
