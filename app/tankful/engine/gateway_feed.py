"""Asks every linked gateway when it is due, one question at a time each, and tells the engine what it says."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from tankful.core.allocation import BookedCall, Statement
from tankful.core.errors import GatewayBusy, GatewayError, TankfulError
from tankful.core.links import Link
from tankful.core.polling import Circumstances, Due, Policy, next_poll
from tankful.engine.messages import FeedFailed, GatewayMessage, MessageFetched, ModelsFetched, StatementFetched
from tankful.gateways.gateway import Asked, Gateway
from tankful.gateways.http import Http, open_http

_MODELS_EVERY = timedelta(days=1)
_MESSAGE_EVERY = timedelta(minutes=15)
_LONGEST_SLEEP_S = 60.0
"""A clock that is set, or a machine that slept, is noticed at the latest after so long."""
_OVERLAP = timedelta(minutes=10)
"""Booked calls are asked for from so long before the oldest one that is not booked yet: clocks differ."""


class Accounts(Protocol):
    """What the feed needs of the linked accounts."""

    def links(self) -> tuple[Link, ...]:
        """Return what is linked now."""
        ...

    async def secret(self, link: Link) -> str:
        """Return a secret that holds, renewed if need be. Raises `TankfulError`."""
        ...


@dataclass(slots=True)
class _Account:
    """What is remembered of one link while the program runs."""

    link: Link
    gateway: Gateway
    seen: Circumstances
    chance: float
    last: Statement | None = None
    pending_since: datetime | None = None
    """Time of our oldest call that the gateway has not booked yet."""
    message_at: datetime | None = None
    models_at: datetime | None = None


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
    ) -> None:
        """Ask nobody yet."""
        self._accounts = accounts
        self._gateways = {gateway.kind: gateway for gateway in gateways}
        self._now = now
        self._tell = tell
        self._policy = policy or Policy()
        self._chance = chance
        self._known: dict[str, _Account] = {}
        self._woken = asyncio.Event()
        self._http: Http | None = None
        self._away = False

    def links_changed(self) -> None:
        """Look at the links again; new ones are asked at once."""
        links = {link.name: link for link in self._accounts.links() if link.kind in self._gateways}
        for name in self._known.keys() - links.keys():
            del self._known[name]
        for name, link in links.items():
            known = self._known.get(name)
            if known is None or known.link != link:
                begun = Circumstances(now=self._now(), begun_at=self._now(), away=self._away)
                self._known[name] = _Account(link, self._gateways[link.kind], begun, self._chance())
        self._woken.set()

    def go_by(self, policy: Policy) -> None:
        """Keep these intervals from now on."""
        self._policy = policy
        self._woken.set()

    def refresh(self) -> None:
        """The user wants fresh numbers."""
        self._change(lambda seen: replace(seen, refresh_at=self._now()))

    def resumed(self) -> None:
        """The machine woke up."""
        self._change(lambda seen: replace(seen, resumed_at=self._now()))

    def away(self, *, away: bool) -> None:
        """Nobody is there (the screen is locked), or is back."""
        if away != self._away:
            self._away = away
            self._change(lambda seen: replace(seen, away=away, resumed_at=None if away else self._now()))

    def spent(self, account: str, last: datetime | None, pending_since: datetime | None) -> None:
        """Hear when something was last spent through an account, and since when something waits to be booked."""
        known = self._known.get(account)
        if known is not None and (known.seen.spent_at, known.pending_since) != (last, pending_since):
            known.pending_since = pending_since
            known.seen = replace(known.seen, spent_at=last)
            self._woken.set()

    def _change(self, change: Callable[[Circumstances], Circumstances]) -> None:
        for known in self._known.values():
            known.seen = change(known.seen)
        self._woken.set()

    async def run(self) -> None:
        """Ask whoever is due, for ever."""
        self.links_changed()
        async with AsyncExitStack() as stack:
            while True:
                self._woken.clear()
                now = self._now()
                dues = {name: self._due(known, now) for name, known in self._known.items()}
                ready = [name for name, due in dues.items() if due.at is not None and due.at <= now]
                if ready:
                    if self._http is None:
                        self._http = await stack.enter_async_context(open_http())
                    http = self._http
                    await asyncio.gather(*(self._ask(self._known[name], http) for name in ready))
                    continue
                nexts = [due.at for due in dues.values() if due.at is not None]
                sleep_s = min([_LONGEST_SLEEP_S, *((at - now).total_seconds() for at in nexts)]) if nexts else None
                with suppress(TimeoutError):
                    async with asyncio.timeout(sleep_s):
                        await self._woken.wait()

    def due(self, account: str) -> Due | None:
        """Return when an account is asked next, and why then."""
        known = self._known.get(account)
        return None if known is None else self._due(known, self._now())

    def _due(self, known: _Account, now: datetime) -> Due:
        return next_poll(self._policy, replace(known.seen, now=now), known.chance)

    async def _ask(self, known: _Account, http: Http) -> None:
        """Ask for the allocation, and for what else is due; one failure is told, the rest goes on."""
        now = self._now()
        known.seen = replace(known.seen, asked_at=now, busy_until=None)
        known.chance = self._chance()
        link = known.link
        try:
            asked = Asked(http, link, await self._accounts.secret(link), now, known.last.tag if known.last else "", known.last)
            statement = await known.gateway.fetch(asked)
            calls = None
            if known.pending_since is not None:
                calls = await self._optional(known.gateway.calls(asked, known.pending_since - _OVERLAP))
        except TankfulError as error:
            wait = error.retry_after_s if isinstance(error, GatewayBusy) else None
            busy_until = None if wait is None else self._now() + timedelta(seconds=min(wait, self._policy.server_most_s))
            known.seen = replace(known.seen, failures=known.seen.failures + 1, busy_until=busy_until)
            self._tell(FeedFailed(link, error))
            return
        known.seen = replace(known.seen, failures=0)
        if statement is not None:
            known.last = statement
            known.seen = replace(known.seen, server_s=statement.poll_after_s)
        self._tell(StatementFetched(link, statement, self._now(), calls))
        await self._ask_rarely(known, asked)

    async def _ask_rarely(self, known: _Account, asked: Asked) -> None:
        """Ask for the message and the models when their time has come; that they cannot be had is no failure."""
        if known.message_at is None or asked.now - known.message_at >= _MESSAGE_EVERY:
            known.message_at = asked.now
            with suppress(GatewayError):
                self._tell(MessageFetched(known.link, await known.gateway.message(asked)))
        if known.models_at is None or asked.now - known.models_at >= _MODELS_EVERY:
            known.models_at = asked.now
            with suppress(GatewayError):
                self._tell(ModelsFetched(known.link, await known.gateway.models(asked)))

    @staticmethod
    async def _optional(wanted: Awaitable[tuple[BookedCall, ...] | None]) -> tuple[BookedCall, ...] | None:
        try:
            return await wanted
        except GatewayError:
            return None
