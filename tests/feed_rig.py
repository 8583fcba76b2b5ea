"""A gateway feed in a time of its own: real questions to a real server, and a clock that only the test moves."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from gateway_rig import PATIENCE_S, Answer, AnsweringServer, Raw, Seen
from tankful.core.allocation import Allocation, Banner, BookedCall, BookedCalls, OfferedModel, Statement
from tankful.core.errors import LinksUnreadable, TankfulError
from tankful.core.links import Link, Method
from tankful.core.listing import Waiting
from tankful.core.polling import Policy
from tankful.engine.gateway_feed import GatewayFeed
from tankful.engine.messages import GatewayMessage, StatementFetched
from tankful.gateways.gateway import Asked, Detected, Gateway
from tankful.gateways.http import Http, refusal

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = "sk-a-key-that-nobody-may-see"

QUARTER = Waiting(NOON, (Decimal("0.25"),))
"""One call that the gateway has not booked yet."""

T = TypeVar("T")


async def _detect(_http: Http, _address: str) -> Detected | None:
    return None


async def _said(asked: Asked, what: str, headers: dict[str, str] | None = None) -> tuple[Any, str] | None:
    """Return what the gateway says, and its tag; `None`: nothing new."""
    reply = await asked.http.get(f"{asked.link.url}/{asked.link.name}/{what}", secret=asked.secret, headers=headers)
    if reply.status == 304:
        return None
    if reply.status != 200:
        raise refusal(reply)
    return reply.as_a(dict[str, Any]), reply.headers.get("etag", "")


async def _fetch(asked: Asked) -> Statement | None:
    said = await _said(asked, "spend", {"If-None-Match": asked.tag} if asked.tag else None)
    if said is None:
        return None
    spend, tag = said
    mine = Allocation(asked.link.name, "you", Decimal(600), Decimal(spend["spend"]), NOON, None)
    return Statement(asked.link.name, asked.now, allocations=(mine,), tag=tag, poll_after_s=spend.get("every"))


async def _calls(asked: Asked, since: datetime) -> BookedCalls | None:
    said = await _said(asked, f"calls/{since:%H%M}")
    return BookedCalls(tuple(BookedCall(call, Decimal(cost), "m", NOON) for call, cost in said[0].items())) if said else None


async def _models(asked: Asked) -> tuple[OfferedModel, ...]:
    said = await _said(asked, "models")
    return tuple(OfferedModel(name) for name in said[0]) if said else ()


async def _message(asked: Asked) -> Banner | None:
    said = await _said(asked, "message")
    return Banner(said[0]["text"], "info", "1") if said and said[0] else None


SMALL = Gateway("small", "Small gateway", (Method.KEY,), _detect, _fetch, calls=_calls, models=_models, message=_message)


class Accounts:
    """Linked accounts that a test changes as it likes."""

    def __init__(self, *links: Link) -> None:
        self.now: tuple[Link, ...] = links
        self.unreadable = False
        self.refusal: TankfulError | None = None
        self.newer: str | None = None
        """What may be tried in place of a refused key."""

    def links(self) -> tuple[Link, ...]:
        if self.unreadable:
            raise LinksUnreadable("The file of accounts cannot be read")
        return self.now

    async def secret(self, link: Link) -> str:
        del link
        if self.refusal is not None:
            raise self.refusal
        return KEY

    async def another_secret(self, link: Link, refused: str) -> str | None:
        del link, refused
        return self.newer


class Time:
    """The feed's clock. It stands still until the test lets it pass; whoever sleeps is woken when his time has come."""

    def __init__(self) -> None:
        self.at = NOON
        self._sleepers: dict[asyncio.Event, datetime | None] = {}
        self._changed = asyncio.Event()

    def now(self) -> datetime:
        return self.at

    async def wait(self, event: asyncio.Event, seconds: float | None) -> None:
        """Sleep as the feed does, but by this clock."""
        self._sleepers[event] = None if seconds is None else self.at + timedelta(seconds=seconds)
        self._changed.set()
        try:
            await event.wait()
        finally:
            del self._sleepers[event]
            self._changed.set()

    async def all_asleep(self, count: int) -> None:
        """Wait until so many accounts sleep: all their questions are answered."""
        async with asyncio.timeout(PATIENCE_S):
            while sum(not event.is_set() for event in self._sleepers) != count:
                self._changed.clear()
                await self._changed.wait()

    async def passes(self, seconds: float, sleepers: int = 1) -> None:
        """Let time pass from one question to the next, so that each is put at its own time."""
        end = self.at + timedelta(seconds=seconds)
        while True:
            await self.all_asleep(sleepers)
            nexts = [until for until in self._sleepers.values() if until is not None]
            self.jumps((min([end, *nexts]) - self.at).total_seconds())
            if self.at >= end:
                break
        await self.all_asleep(sleepers)

    def jumps(self, seconds: float) -> None:
        """Set the clock, forwards or back, and wake whom it concerns."""
        self.at += timedelta(seconds=seconds)
        for event, until in self._sleepers.items():
            if until is not None and until <= self.at:
                event.set()


class Running:
    """A feed that runs, what it told, and the time it lives in."""

    def __init__(self, accounts: Accounts, time: Time, policy: Policy, gateways: tuple[Gateway, ...], chance: float) -> None:
        self.accounts = accounts
        self.time = time
        self.told: list[GatewayMessage] = []
        self._heard = asyncio.Event()
        self.feed = GatewayFeed(accounts, gateways, time.now, self._hear, policy, lambda: chance, time.wait)

    def of(self, kind: type[T]) -> list[T]:
        """Return what was told of one kind, in order."""
        return [message for message in self.told if isinstance(message, kind)]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until what was told fulfils a condition."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                self._heard.clear()
                await self._heard.wait()

    def _hear(self, message: GatewayMessage) -> None:
        self.told.append(message)
        self._heard.set()


@asynccontextmanager
async def running(
    *links: Link,
    accounts: Accounts | None = None,
    policy: Policy | None = None,
    gateways: tuple[Gateway, ...] = (SMALL,),
    chance: float = 0.5,
) -> AsyncGenerator[Running]:
    """Run a feed for these accounts; when the block ends nothing of it may be left."""
    feed = Running(accounts or Accounts(*links), Time(), policy or Policy(), gateways, chance)
    task = asyncio.create_task(feed.feed.run())
    try:
        yield feed
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    left = [other for other in asyncio.all_tasks() if other.get_name().startswith("tankful-gateway")]
    assert not left, f"these go on asking: {left}"


Recorded = dict[tuple[str, str], Answer | Callable[[Seen], Answer | Raw]]
OK: Recorded = {
    ("GET", "/work/spend"): (200, {"ETag": '"1"'}, {"spend": "12.34"}),
    ("GET", "/work/message"): (200, {}, {"text": "Use the small one"}),
    ("GET", "/work/models"): (200, {}, {"tiny": 1}),
}


def link(server: AnsweringServer, name: str = "work", kind: str = "small") -> Link:
    return Link(name, kind, server.url, Method.KEY)


def live(feed: AbstractAsyncContextManager[Running], story: Callable[[Running], Awaitable[None]]) -> Running:
    """Run a feed as long as the story lasts, and return it."""

    async def tell() -> Running:
        async with feed as now_running:
            await story(now_running)
        return now_running

    return asyncio.run(tell())


def settled(feed: Running) -> list[Decimal | None]:
    """Return what the gateways said of the first budget each time; `None`: nothing new."""
    return [told.statement.allocations[0].settled if told.statement else None for told in feed.of(StatementFetched)]
