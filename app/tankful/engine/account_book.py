"""What the linked accounts said, against what our own ledger knows: their meters, and how each account does."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from tankful.core.accounts import AccountState
from tankful.core.allocation import Allocation, Banner, BookedDay, OfferedModel, Statement
from tankful.core.difference import Difference, difference
from tankful.core.errors import GatewayError, TankfulError
from tankful.core.health import Condition, FeedHealth
from tankful.core.links import Link
from tankful.core.meter import Meter
from tankful.core.reconciliation import Books, RoutedCall, Standing, calls_since, reconcile
from tankful.core.routing import Routing
from tankful.engine.messages import DaysFetched, FeedFailed, GatewayMessage, MessageFetched, ModelsFetched, StatementFetched
from tankful.store.accounts import Question

if TYPE_CHECKING:
    from tankful.store.history import History
    from tankful.store.ledger import Ledger
    from tankful.store.rows import Pricer


_LATELY = timedelta(minutes=10)
"""What was spent before makes no gateway be asked sooner."""
_IDENTITY, _FAILED = "account ", "failed "
"""Facts by account: which link the rest is of; why it could not be read last, empty when it could."""


class Routed(NamedTuple):
    """What a feed has to know of the spend through its account."""

    account: str
    last: datetime | None
    """When something was last spent through it."""
    pending_since: datetime | None
    """Since when something waits to be booked."""


class Stand(NamedTuple):
    """Everything that a picture shows of the linked accounts."""

    meters: tuple[Meter, ...] = ()
    states: tuple[AccountState, ...] = ()
    routed: tuple[Routed, ...] = ()
    days: Mapping[str, tuple[BookedDay, ...]] = MappingProxyType({})
    """By account: what was spent on each day, on whatever machine; only of gateways that say so."""


@dataclass(slots=True)
class _Account:
    link: Link
    statement: Statement | None = None
    books: Mapping[str, Books] = field(default_factory=dict[str, Books])
    listed_at: datetime | None = None
    listed_since: datetime | None = None
    heard_at: datetime | None = None
    """When it answered last, even if only that nothing changed."""
    error: TankfulError | None = None
    banner: Banner | None = None
    models: tuple[OfferedModel, ...] = ()
    days: tuple[BookedDay, ...] = ()

    def is_at(self, link: Link) -> bool:
        """Say whether a link leads to where this account is."""
        return _identity(self.link) == _identity(link)

    def is_older(self, said: Statement | None) -> bool:
        """Say whether another program heard this later."""
        return said is not None and (self.statement is None or self.statement.as_of < said.as_of)


class AccountBook:
    """The engine's memory of the linked accounts; everything in it is in the ledger too. For the thread that owns the ledger."""

    def __init__(self) -> None:
        """Know no account yet."""
        self._accounts: dict[str, _Account] = {}
        self._routing = Routing()

    @property
    def routing(self) -> Routing:
        """Where calls go."""
        return self._routing

    def adopt(self, ledger: "Ledger", links: Sequence[Link], chosen: Mapping[str, str], price: Callable[[], "Pricer"]) -> None:
        """Go by these links and choices; what the ledger knows of an account is taken up, what it knows of others is dropped."""
        routing = Routing.of(tuple(links), chosen)
        self._strangers(ledger, links)
        failures = {link.name: ledger.fact(f"{_FAILED}{link.name}") for link in links}
        with ledger.accounts() as kept:
            gone = {statement.account for statement in kept.statements()} - {link.name for link in links}
            before = kept.routing()
            known: dict[str, _Account] = {}
            for link in links:
                same, said = self._accounts.get(link.name), kept.statement(link.name)
                if same is not None and same.is_at(link) and not same.is_older(said):
                    same.link = link
                    same.error = _failure_of(failures[link.name])
                    known[link.name] = same
                else:
                    known[link.name] = _Account(
                        link,
                        said,
                        kept.books(link.name),
                        kept.asked(link.name, Question.CALLS),
                        kept.listed_since(link.name),
                        error=_failure_of(failures[link.name]),
                        banner=kept.banner(link.name),
                        models=kept.offered(link.name),
                    )
        if gone or routing != before:
            with ledger.account_recorder() as recorder:
                for account in gone:
                    recorder.forget(account)
                recorder.keep_routing(routing, price())
        self._accounts, self._routing = known, routing

    def _strangers(self, ledger: "Ledger", links: Sequence[Link]) -> None:
        """Drop what was kept of an account that had the name of one of these links and was another."""
        for link in links:
            identity, before = _identity(link), ledger.fact(f"{_IDENTITY}{link.name}")
            if before not in {None, identity}:
                self._accounts.pop(link.name, None)
                ledger.keep_fact(f"{_FAILED}{link.name}", "")
                with ledger.account_recorder() as recorder:
                    recorder.forget(link.name)
            if before != identity:
                ledger.keep_fact(f"{_IDENTITY}{link.name}", identity)

    def hear(self, ledger: "Ledger", messages: Sequence[GatewayMessage], price: Callable[[], "Pricer"], now: datetime) -> None:
        """Take in what gateways said; what one of an account that is no longer linked says is passed over."""
        for message in messages:
            known = self._accounts.get(message.link.name)
            if known is None or not known.is_at(message.link):
                continue
            match message:
                case FeedFailed(error=error):
                    known.error = error
                    ledger.keep_fact(f"{_FAILED}{known.link.name}", json.dumps([error.title, error.hint, now.isoformat()]))
                case StatementFetched():
                    self._take(ledger, known, message, price)
                case MessageFetched(banner=banner):
                    with ledger.account_recorder() as recorder:
                        recorder.keep_banner(known.link.name, banner, now)
                    known.banner = self._unseen(ledger, known.link.name)
                case ModelsFetched(models=models):
                    with ledger.account_recorder() as recorder:
                        recorder.keep_offered(known.link.name, models, now, price())
                    known.models = models
                case DaysFetched(days=days):
                    known.days = days

    def banners_seen(self, ledger: "Ledger") -> None:
        """Show none of the present messages again."""
        for known in self._accounts.values():
            if known.banner is not None:
                with ledger.account_recorder() as recorder:
                    recorder.banner_seen(known.link.name, known.banner.revision)
                known.banner = None

    def _unseen(self, ledger: "Ledger", account: str) -> Banner | None:
        with ledger.accounts() as kept:
            return kept.banner(account)

    def _take(self, ledger: "Ledger", known: _Account, message: StatementFetched, price: Callable[[], "Pricer"]) -> None:
        """Take in an answer: first its list of calls, then what is left of the statement before it, then its own."""
        if known.error is not None:
            ledger.keep_fact(f"{_FAILED}{known.link.name}", "")
        known.error, known.heard_at = None, message.as_of
        name, said = known.link.name, message.statement
        if said is None and known.statement is not None:  # the same words again, and now they hold for this moment
            said = replace(known.statement, as_of=message.as_of)
        books = known.books
        if said is not None:
            with ledger.history() as history:
                books = {each.identity: self._standing(history, known, each).books for each in _allocations(known)}
            said = _named(said, name)
        with ledger.account_recorder() as recorder:
            if message.calls is not None:
                recorder.keep_booked(name, message.calls, message.as_of, price())
                known.listed_at, known.listed_since = message.as_of, message.calls.since
            if said is not None:
                known.books = recorder.keep_statement(said, books)
                known.statement = said

    def _standing(self, history: "History", known: _Account, allocation: Allocation) -> Standing:
        said = known.statement
        assert said is not None  # noqa: S101 - it is where the allocation comes from
        books = known.books.get(allocation.identity)
        calls = history.routed.calls(known.link.name, self._routing, calls_since(books, allocation, said.as_of, said.books_within))
        return reconcile(
            allocation,
            calls,
            as_of=said.as_of,
            books_within=said.books_within,
            books=books,
            listed_at=known.listed_at,
            listed_since=known.listed_since,
        )

    def stand(self, history: "History", now: datetime) -> Stand:
        """Return the meters and states of all accounts, in the order of their links."""
        meters: list[Meter] = []
        states: list[AccountState] = []
        routed: list[Routed] = []
        for known in self._accounts.values():
            mine: list[Meter] = []
            waiting: list[datetime] = []
            for allocation in _allocations(known):
                standing = self._standing(history, known, allocation)
                mine.append(Meter(allocation, standing.pending, unpriced=standing.unpriced))
                waiting += [call.at for call in standing.waiting]
            meters += mine
            states.append(self._state(history, known, mine))
            lately = history.routed.calls(known.link.name, self._routing, now - _LATELY, maybe=True)
            waiting += self._undecided(history, known, lately)
            routed.append(Routed(known.link.name, lately[-1].at if lately else None, min(waiting, default=None)))
        days = {name: known.days for name, known in self._accounts.items() if known.days}
        return Stand(tuple(meters), tuple(states), tuple(routed), days)

    def _undecided(self, history: "History", known: _Account, lately: Sequence[RoutedCall]) -> list[datetime]:
        """Return the times of the calls of which the account's next list says whether they are in its first word, or its at all."""
        if known.statement is None:
            return [call.at for call in lately]
        since = known.statement.as_of - known.statement.books_within
        mine = {call.number for call in history.routed.calls(known.link.name, self._routing, since)} if lately else set[int]()
        return [call.at for call in lately if call.at > since and call.number not in mine]

    def _state(self, history: "History", known: _Account, meters: Sequence[Meter]) -> AccountState:
        return AccountState(
            known.link, _health(known), known.statement, self._difference(history, known, meters), known.banner, known.models
        )

    def _difference(self, history: "History", known: _Account, meters: Sequence[Meter]) -> Difference | None:
        """Return what the account's tightest budget and our logs disagree about."""
        mine = max(meters, key=lambda meter: (meter.allocation.enforced, meter.used_share or Decimal(-1)), default=None)
        if mine is None or mine.allocation.resetting:
            return None
        tally = history.routed.tally(known.link.name, self._routing, mine.allocation.period_start, kind=mine.allocation.kind)
        return difference(mine.allocation, mine.pending, tally, lists_calls=known.listed_at is not None)


def _allocations(known: _Account) -> tuple[Allocation, ...]:
    return () if known.statement is None else known.statement.allocations


def _identity(link: Link) -> str:
    """Return what a link anew has another of."""
    return f"{link.kind} {link.url} {'' if link.linked_at is None else link.linked_at.isoformat()}"


def _failure_of(kept: str | None) -> TankfulError | None:
    """Return the failure that another program met, if that was the last thing it met."""
    if not kept:
        return None
    title, hint, _ = json.loads(kept)
    return GatewayError(title, hint)


def _named(said: Statement, account: str) -> Statement:
    """Return a statement under the name of its link."""
    return replace(
        said,
        account=account,
        allocations=tuple(replace(each, account=account) for each in said.allocations),
        windows=tuple(replace(each, account=account) for each in said.windows),
    )


def _health(known: _Account) -> FeedHealth:
    name, said = known.link.name, known.statement
    as_of = known.heard_at or (None if said is None else said.as_of)
    if known.error is not None:
        return FeedHealth(name, Condition.FAILING, as_of, known.error.title, known.error.hint)
    if said is not None and known.link.who and said.who and said.who != known.link.who:
        title = f"The gateway takes you for {said.who}, who was not linked"
        return FeedHealth(name, Condition.FAILING, as_of, title, "Link the account again if that is right.")
    return FeedHealth(name, Condition.WAITING if as_of is None else Condition.OK, as_of)
