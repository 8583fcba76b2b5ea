"""Asks every linked gateway when it is due, one question at a time each, and tells the engine what it says."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TypeVar

from tankful.core.allocation import BookedCalls, Statement, Wishes
from tankful.core.errors import GatewayBusy, GatewayConfused, GatewayError, LinkRejected, LinksUnreadable, TankfulError
from tankful.core.links import Link
from tankful.core.listing import LOOKS, Waiting, looks_left
from tankful.core.polling import Circumstances, Due, Policy, next_poll, wished
from tankful.engine.asking import OVERLAP, Accounts, answer, explained
from tankful.engine.finding import another_kind
from tankful.engine.messages import DaysFetched, FeedFailed, GatewayMessage, LookedAround, MessageFetched, ModelsFetched, StatementFetched
from tankful.gateways.gateway import Asked, Gateway
from tankful.gateways.http import Http, open_http
from tankful.gateways.shown import banner_shown

_MODELS_EVERY = timedelta(days=1)
_MESSAGE_EVERY = timedelta(minutes=15)
_DAYS_EVERY = timedelta(minutes=15)
_LIST_EVERY = timedelta(minutes=15)
"""Where it may not list calls at all."""
_DAYS_MOST = timedelta(days=62)
_LONGEST_SLEEP_S = 60.0
"""A clock that is set, or a machine that slept, is noticed at the latest after so long."""
_OVERSLEPT = timedelta(seconds=90)
"""What takes so much longer than it should was interrupted by the machine's sleep, or by a clock that was set."""

T = TypeVar("T")


async def wait_for(event: asyncio.Event, seconds: float | None) -> None:
    """Return when the event is set, or after so many seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


@dataclass(slots=True)
class _Account:
    """What is remembered of one link while the program runs."""

    link: Link
    gateway: Gateway
    seen: Circumstances
    chance: float
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    """Its circumstances have changed."""
    last: Statement | None = None
    waiting: Waiting | None = None
    """Our calls that the gateway has not booked yet."""
    looks: int = 0
    """Polls that ask for its list of calls too, from the last one on."""
    unlisted_at: datetime | None = None
    """When it would not list the calls of this key; it is not asked to every time."""
    wishes: tuple[Wishes, ...] = ()
    """How often its administrator wants it to be asked."""
    message_at: datetime | None = None
    models_at: datetime | None = None
    days_at: datetime | None = None
    looked_at: datetime | None = None
    """When it was last looked whether another kind answers there; forgotten when its own does."""
    other: GatewayConfused | None = None
    """What to say of the kind that was found then."""


class _Connections:
    """Opened when somebody is first asked, and shared by all; what cannot be opened is tried again with the next question."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._opening = asyncio.Lock()
        self._http: Http | None = None

    async def http(self) -> Http:
        """Return them. Raises `GatewayUnreachable` for proxy settings that cannot be used."""
        async with self._opening:
            if self._http is None:
                self._http = await self._stack.enter_async_context(open_http())
            return self._http


class GatewayFeed:
    """One for the program; `run` lasts until it is cancelled. Everything but `run` may be called on its loop only."""

    def __init__(
        self,
        accounts: Accounts,
        gateways: Sequence[Gateway],
        now: Callable[[], datetime],
        tell: Callable[[GatewayMessage], None],
        policy: Policy | None = None,
        chance: Callable[[], float] = random.random,
        wait: Callable[[asyncio.Event, float | None], Awaitable[None]] = wait_for,
        left_alone: Mapping[str, datetime] = MappingProxyType({}),
    ) -> None:
        """Ask nobody yet; `left_alone`: until when gateways wanted that when the program ended last, by account."""
        self._accounts = accounts
        self._gateways = {gateway.kind: gateway for gateway in gateways}
        self._now = now
        self._tell = tell
        self._policy = policy or Policy()
        self._chance = chance
        self._wait = wait
        self._left_alone = left_alone
        self._known: dict[str, _Account] = {}
        self._links_changed = asyncio.Event()
        self._away = False

    def links_changed(self) -> None:
        """Look at the links again; new ones are asked at once, those that are gone never again."""
        try:
            links = {link.name: link for link in self._accounts.links() if link.kind in self._gateways}
        except LinksUnreadable:
            return  # those that are known stay so: `doctor` says what is wrong with the file
        for name in self._known.keys() - links.keys():
            del self._known[name]
        for name, link in links.items():
            known = self._known.get(name)
            if known is None or known.link != link:
                now, until = self._now(), self._left_alone.get(name)
                begun = Circumstances(now=now, begun_at=now, away=self._away)
                if until is not None:  # as after the answer that said so
                    begun = replace(begun.asking().failed(), busy_until=until)
                self._known[name] = _Account(link, self._gateways[link.kind], begun, self._chance())
        self._links_changed.set()

    def go_by(self, policy: Policy) -> None:
        """Keep these intervals from now on."""
        self._policy = policy
        self._change(lambda seen: seen)

    def refresh(self) -> None:
        """The user wants fresh numbers."""
        self._change(lambda seen: replace(seen, refresh_at=seen.now))

    def resumed(self) -> None:
        """The machine woke up."""
        self._change(lambda seen: replace(seen, resumed_at=seen.now))

    def away(self, *, away: bool) -> None:
        """Nobody is there (the screen is locked), or is back."""
        if away != self._away:
            self._away = away
            self._change(lambda seen: replace(seen, away=away, resumed_at=None if away else seen.now))

    def spent(self, account: str, last: datetime | None, waiting: Waiting | None) -> None:
        """Hear when something was last spent through an account, and what waits to be booked."""
        known = self._known.get(account)
        if known is not None and (known.seen.spent_at, known.waiting) != (last, waiting):
            known.waiting = waiting
            known.seen = replace(known.seen, spent_at=last)
            known.woken.set()

    def due(self, account: str) -> Due | None:
        """Return when an account is asked next, and why then; `None`: there is no such account."""
        known = self._known.get(account)
        return None if known is None else self._due(known)

    async def run(self) -> None:
        """Ask everybody when it is time, for ever, each account by itself: a slow one keeps nobody waiting."""
        self.links_changed()
        attended: dict[str, tuple[_Account, asyncio.Task[None]]] = {}
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
            connections = _Connections(stack)
            while True:
                self._links_changed.clear()
                for name, (known, task) in tuple(attended.items()):
                    if self._known.get(name) is not known:
                        task.cancel()
                        del attended[name]
                for name in self._known.keys() - attended.keys():
                    known = self._known[name]
                    attended[name] = known, tasks.create_task(self._attend(known, connections), name=f"tankful-gateway-{name}")
                await self._links_changed.wait()

    def _change(self, change: Callable[[Circumstances], Circumstances]) -> None:
        now = self._now()
        for known in self._known.values():
            known.seen = change(known.seen.at(now))
            known.woken.set()

    def _due(self, known: _Account) -> Due:
        known.seen = known.seen.at(self._now())
        return next_poll(wished(self._policy, known.wishes), known.seen, known.chance)

    async def _attend(self, known: _Account, connections: _Connections) -> None:
        """Ask one account whenever it is due."""
        while True:
            known.woken.clear()
            due = self._due(known)
            begun = known.seen.now
            if due.at is not None and due.at <= begun:
                await self._ask(known, connections)
                planned_s = _LONGEST_SLEEP_S
            else:
                planned_s = None if due.at is None else min(_LONGEST_SLEEP_S, (due.at - begun).total_seconds())
                await self._wait(known.woken, planned_s)
            now = self._now()
            if planned_s is not None and now - begun > timedelta(seconds=planned_s) + _OVERSLEPT:
                known.seen = replace(known.seen, resumed_at=now)

    async def _ask(self, known: _Account, connections: _Connections) -> None:
        """Ask for the allocation, and for what else is due; one failure is told, the rest goes on."""
        known.seen = known.seen.asking()
        known.chance = self._chance()
        link, now = known.link, known.seen.now
        try:
            http = await connections.http()
            asked, statement = await answer(self._accounts, known.gateway, link, http, now, known.last)
        except (GatewayConfused, LinkRejected) as error:
            self._fail(known, error, known.other)
            await self._look(known, connections)
            return
        except TankfulError as error:
            self._fail(known, error)
            return
        except Exception as mistake:  # noqa: BLE001 - a mistake in what knows one kind of gateway is no reason to leave the others unasked
            self._fail(known, explained(mistake))
            return
        known.looked_at = known.other = None
        known.looks = looks_left(known.looks, known.last, statement, known.waiting)
        if statement is not None:
            known.last = statement
        known.seen = known.seen.at(self._now()).answered(known.seen.server_s if statement is None else statement.poll_after_s)
        calls = await self._calls(known, asked) if known.looks else None
        self._tell(StatementFetched(link, statement, self._now(), calls))
        await self._ask_rarely(known, asked)

    async def _calls(self, known: _Account, asked: Asked) -> BookedCalls | None:
        """Return our calls as the gateway lists them, while some wait to be booked; `None` where it does not."""
        if known.waiting is None or not _is_over(_LIST_EVERY, known.unlisted_at, asked.now):
            return None
        for calls in await self._had(known, known.gateway.calls(asked, known.waiting.since - OVERLAP)):
            known.unlisted_at = asked.now if calls is None else None
            return calls
        known.looks = LOOKS  # what could not be had is asked for again
        return None

    async def _look(self, known: _Account, connections: _Connections) -> None:
        """See whether another kind of gateway has come to answer there, and then say so; not every time, for it takes many questions."""
        now = self._now()
        if not _is_over(timedelta(seconds=self._policy.look_s), known.looked_at, now):
            return
        known.looked_at = now
        for other in await self._had(known, another_kind(await connections.http(), known.link, self._gateways)):
            known.other = other
            self._tell(LookedAround(known.link, other))

    def _fail(self, known: _Account, error: TankfulError, better: TankfulError | None = None) -> None:
        known.seen = known.seen.at(self._now()).failed(rejected=isinstance(error, LinkRejected))
        self._heed(known, error)
        self._tell(FeedFailed(known.link, better or error))

    def _heed(self, known: _Account, error: TankfulError) -> None:
        """Leave a gateway alone that asks for it."""
        if isinstance(error, GatewayBusy) and error.retry_after_s is not None:
            known.seen = known.seen.at(self._now()).left_alone(self._policy, error.retry_after_s)

    async def _ask_rarely(self, known: _Account, asked: Asked) -> None:
        """Ask for the message, the models and the days when their time has come; that they cannot be had is no failure."""
        if _is_over(_MESSAGE_EVERY, known.message_at, asked.now):
            known.message_at = asked.now
            for banner in await self._had(known, known.gateway.message(asked)):
                self._tell(MessageFetched(known.link, None if banner is None else banner_shown(banner, asked.secret)))
        if _is_over(_MODELS_EVERY, known.models_at, asked.now):
            known.models_at = asked.now - _MODELS_EVERY + _MESSAGE_EVERY
            for models in await self._had(known, known.gateway.models(asked)):
                known.models_at = asked.now
                known.wishes = tuple(model.wishes for model in models if model.wishes is not None)
                self._tell(ModelsFetched(known.link, models))
        if known.last is not None and known.last.allocations and _is_over(_DAYS_EVERY, known.days_at, asked.now):
            known.days_at = asked.now
            first = min(each.period_start for each in known.last.allocations).astimezone(UTC).date()
            first = max(first, asked.now.astimezone(UTC).date() - _DAYS_MOST)
            for days in await self._had(known, known.gateway.breakdown(asked, first, asked.now.astimezone(UTC).date())):
                if days is not None:
                    self._tell(DaysFetched(known.link, days))

    async def _had(self, known: _Account, wanted: Awaitable[T]) -> tuple[T, ...]:
        """Return what we can do without, or nothing when it cannot be had."""
        try:
            return (await wanted,)
        except GatewayError as error:
            self._heed(known, error)
        except Exception as mistake:  # noqa: BLE001 - as above; the log says where
            explained(mistake)
        return ()


def _is_over(period: timedelta, begun: datetime | None, now: datetime) -> bool:
    return begun is None or abs(now - begun) >= period
