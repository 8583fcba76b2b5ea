"""What the linked accounts said, against what our own ledger knows: their meters, and how each account does."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from tankful.core.accounts import AccountState
from tankful.core.allocation import Allocation, Banner, BookedDay, OfferedModel, ScopeKind, Statement, Via
from tankful.core.difference import Difference, difference
from tankful.core.errors import GatewayConfused, LinkRejected, TankfulError
from tankful.core.health import Condition, FeedHealth
from tankful.core.links import Link
from tankful.core.listing import Waiting
from tankful.core.meter import Meter
from tankful.core.reconciliation import Books, RoutedCall, Standing, calls_since, exactly, reconcile
from tankful.core.routing import Routing
from tankful.engine.asking_again import note_answer, wished_until
from tankful.engine.kept_failures import failure_of, failure_text, forget_failure, last_failure, note_failure
from tankful.engine.messages import DaysFetched, FeedFailed, GatewayMessage, LookedAround, MessageFetched, ModelsFetched, StatementFetched
from tankful.gateways.shown import one_line
from tankful.store.accounts import Question

if TYPE_CHECKING:
    from tankful.store.history import History
    from tankful.store.ledger import Ledger
    from tankful.store.rows import Pricer


_LATELY = timedelta(minutes=10)
"""What was spent before makes no gateway be asked sooner."""
_NEAREST = (ScopeKind.KEY, ScopeKind.MEMBER, ScopeKind.TEAM)
"""Budgets that a user's other keys are not spent from, or not all of them."""
_IDENTITY = "account "
"""A fact by account: which link the rest is of."""
_LOOKED = "looked "
"""Another such fact: when it was last looked whether another kind answers there, and what to say of that; empty since it answered."""


class Routed(NamedTuple):
    """What a feed has to know of the spend through its account."""

    account: str
    last: datetime | None
    """When something was last spent through it."""
    waiting: Waiting | None
    """What waits to be booked."""
    said: Statement | None
    """What its gateway said last."""


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
    is_anothers: bool = False
    """Its gateway took us for somebody else the last time it answered."""

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
        failures = {link.name: last_failure(ledger, link.name) for link in links}
        with ledger.accounts() as kept:
            gone = {statement.account for statement in kept.statements()} - {link.name for link in links}
            before = kept.routing()
            known: dict[str, _Account] = {}
            for link in links:
                same, said = self._accounts.get(link.name), kept.statement(link.name)
                if same is not None and same.is_at(link) and not same.is_older(said):
                    same.link = link
                    same.error = failures[link.name]
                    known[link.name] = same
                else:
                    known[link.name] = _Account(
                        link,
                        said,
                        kept.books(link.name),
                        kept.asked(link.name, Question.CALLS),
                        kept.listed_since(link.name),
                        error=failures[link.name],
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
                note_answer(ledger, link.name, None)
                forget_failure(ledger, link.name)
                ledger.keep_fact(f"{_LOOKED}{link.name}", "")
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
                    self._fail(ledger, known, error, now)
                case LookedAround(other=other):
                    ledger.keep_fact(f"{_LOOKED}{known.link.name}", failure_text(other, now))
                    if other is not None:
                        self._fail(ledger, known, other, now)
                case StatementFetched(statement=statement):
                    stranger = None if statement is None else taken_for_another(known.link, statement)
                    known.is_anothers = stranger is not None
                    if stranger is None:
                        self._take(ledger, known, message, price)
                    else:
                        self._fail(ledger, known, stranger, now)
                case _:
                    if not known.is_anothers:  # nothing of what somebody else is told is ours
                        self._hear_more(ledger, known, message, price, now)

    def _hear_more(
        self,
        ledger: "Ledger",
        known: _Account,
        message: MessageFetched | ModelsFetched | DaysFetched,
        price: Callable[[], "Pricer"],
        now: datetime,
    ) -> None:
        match message:
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

    def _fail(self, ledger: "Ledger", known: _Account, error: TankfulError, now: datetime) -> None:
        known.error = error
        note_answer(ledger, known.link.name, wished_until(error, now))
        note_failure(ledger, known.link.name, error, now)

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
            note_answer(ledger, known.link.name, None)
            forget_failure(ledger, known.link.name)
            ledger.keep_fact(f"{_LOOKED}{known.link.name}", "")
        known.error, known.heard_at = None, message.as_of
        name, said = known.link.name, message.statement
        if said is None and known.statement is not None:  # the same words again, and now they hold for this moment
            said = replace(known.statement, as_of=message.as_of)
        books = known.books
        if said is not None:
            books = self._books(ledger, known, said)
            said = _named(said, name)
        with ledger.account_recorder() as recorder:
            if message.calls is not None:
                recorder.keep_booked(name, message.calls, message.as_of, price())
                known.listed_at, known.listed_since = message.as_of, message.calls.since
            if said is not None:
                known.books = recorder.keep_statement(said, books)
                known.statement = said
        if said is not None:
            self._tell_apart(ledger, known, said)

    def _books(self, ledger: "Ledger", known: _Account, said: Statement) -> Mapping[str, Books]:
        """Return by identity what is left of the statement before this one, for `reconcile` from now on.

        What a statement only repeats of it was not asked for: what was remembered of that still belongs to its own last poll.
        """
        before = known.statement
        if before is None:
            return {}
        books = dict(known.books)
        repeated = {(each.identity, each.as_of) for each in said.allocations}
        with ledger.history() as history:
            for each in before.allocations:
                if (each.identity, before.said_at(each)) not in repeated:
                    books[each.identity] = self._standing(history, known, before, each).books
        return books

    def _tell_apart(self, ledger: "Ledger", known: _Account, said: Statement) -> None:
        """See whether the account rose by exactly the calls that another one may have as well; then they, and their sessions, are its own.

        That shows in its nearest budget: a user's own rises by what all keys of the user spend, and so decides nothing of calls that
        an account with a nearer one may have.
        """
        nearest = next((kind for kind in _NEAREST if any(each.kind is kind for each in said.allocations)), ScopeKind.YOU)
        found: dict[int, RoutedCall] = {}
        with ledger.history() as history:
            for each in said.allocations:
                books = known.books.get(each.identity)
                if each.kind is nearest and each.as_of is None and books is not None:
                    since = calls_since(books, each, said.as_of, said.books_within)
                    calls = history.routed.calls(known.link.name, self._routing, since, maybe=True)
                    risen = exactly(each, calls, as_of=said.as_of, books_within=said.books_within, books=books)
                    found |= {call.number: call for call in risen if call.perhaps and not (nearest is ScopeKind.YOU and self._nearer(call))}
        if found:
            with ledger.account_recorder() as recorder:
                recorder.keep_risen(known.link.name, found.values(), Via.KEY if nearest in _NEAREST else Via.PURSE)

    def _nearer(self, call: RoutedCall) -> bool:
        """Say whether one of the other accounts that a call may be of has a budget that not all keys of its user spend from."""
        others = (self._accounts[name].statement for name in call.perhaps if name in self._accounts)
        return any(each.kind in _NEAREST for said in others if said is not None for each in said.allocations)

    def _standing(self, history: "History", known: _Account, said: Statement, allocation: Allocation) -> Standing:
        books, as_of = known.books.get(allocation.identity), said.said_at(allocation)
        calls = history.routed.calls(known.link.name, self._routing, calls_since(books, allocation, as_of, said.books_within))
        return reconcile(
            allocation,
            calls,
            as_of=as_of,
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
            waiting: dict[int, RoutedCall] = {}
            said = known.statement
            if said is not None:
                for allocation in said.allocations:
                    standing = self._standing(history, known, said, allocation)
                    perhaps = tuple(sorted({name for call in standing.waiting for name in call.perhaps}))
                    mine.append(Meter(allocation, standing.pending, unpriced=standing.unpriced, perhaps=perhaps))
                    waiting |= {call.number: call for call in standing.waiting if call.booked is None and call.at > said.booked_until}
            meters += mine
            states.append(self._state(history, known, mine))
            lately = history.routed.calls(known.link.name, self._routing, now - _LATELY, maybe=True)
            undecided = self._undecided(history, known, lately)
            routed.append(Routed(known.link.name, lately[-1].at if lately else None, _waiting(waiting, undecided), said))
        days = {name: known.days for name, known in self._accounts.items() if known.days}
        return Stand(tuple(meters), tuple(states), tuple(routed), days)

    def _undecided(self, history: "History", known: _Account, lately: Sequence[RoutedCall]) -> list[RoutedCall]:
        """Return the calls of which the account's list says whether they are in its first word, or its at all."""
        if known.statement is None:
            return list(lately)
        since = known.statement.booked_until
        mine = {call.number for call in history.routed.calls(known.link.name, self._routing, since)} if lately else set[int]()
        return [call for call in lately if call.at > since and call.number not in mine]

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


def _identity(link: Link) -> str:
    """Return what a link anew has another of."""
    return f"{link.kind} {link.url} {'' if link.linked_at is None else link.linked_at.isoformat()}"


def _waiting(calls: Mapping[int, RoutedCall], undecided: Iterable[RoutedCall]) -> Waiting | None:
    """Return the calls of an account that its gateway has not booked, and those that may be another account's."""
    prices = {number: None if call.perhaps else call.cost for number, call in calls.items()} | {call.number: None for call in undecided}
    open_calls = {**calls, **{call.number: call for call in undecided}}
    ordered = sorted(open_calls.values(), key=lambda call: (call.at, call.number))
    unsure = len(prices) > len(calls) or any(call.perhaps for call in ordered)
    return Waiting(ordered[0].at, tuple(prices[call.number] for call in ordered), unsure) if ordered else None


class Look(NamedTuple):
    """That it was looked whether another kind of gateway answers where an account is linked."""

    at: datetime
    other: TankfulError | None
    """What to say of it; `None`: none does."""


def looked_around(ledger: "Ledger", account: str) -> Look | None:
    """Return the last look of whichever program; `None`: none since the account's own kind answered."""
    kept = ledger.fact(f"{_LOOKED}{account}")
    if not kept:
        return None
    other, at = failure_of(kept)
    return Look(at, other)


def taken_for_another(link: Link, said: Statement) -> GatewayConfused | None:
    """Return what to say of a gateway that takes us for somebody who was not linked; `None`: it does not. Their figures are not ours."""
    if not link.who or not said.who or said.who in {link.who, one_line(link.who)}:
        return None
    return GatewayConfused(f"The gateway takes you for {said.who}, who was not linked", "Link the account again if that is right.")


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
        rejected = isinstance(known.error, LinkRejected)
        return FeedHealth(name, Condition.FAILING, as_of, known.error.title, known.error.hint, rejected=rejected)
    return FeedHealth(name, Condition.WAITING if as_of is None else Condition.OK, as_of)
