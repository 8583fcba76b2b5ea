"""One of a person's accounts at the test gateway, asked as the program asks it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

import httpx

from desktop.waiting import wait_until
from gateway.claude_caller import ClaudeCaller
from tankful.core.allocation import Allocation, ScopeKind, Statement
from tankful.core.links import Link, Method
from tankful.gateways.gateway import Asked
from tankful.gateways.http import open_http
from tankful.gateways.litellm import GATEWAY

T = TypeVar("T")


@dataclass
class LinkedAccount:
    """Remembers what was said last, as the program does."""

    url: str
    secret: str = field(repr=False)
    method: Method = Method.KEY
    options: dict[str, str] = field(default_factory=dict[str, str])
    last: Statement | None = None

    def ask(self, question: Callable[[Asked], Awaitable[T]]) -> T:
        """Put one question to the gateway."""

        async def once() -> T:
            async with open_http() as http:
                link = Link("orchard", GATEWAY.kind, self.url, self.method, options=self.options)
                return await question(Asked(http, link, self.secret, datetime.now(UTC), last=self.last))

        return asyncio.run(once())

    def poll(self) -> Statement:
        """Ask for the allocation."""
        said = self.ask(GATEWAY.fetch)
        assert said is not None, "this kind has no tags"
        self.last = said
        return said

    def budget(self, kind: ScopeKind) -> Allocation:
        """Ask, and return the one budget of this kind."""
        (found,) = [each for each in self.poll().allocations if each.kind is kind]
        return found

    def until(self, what: str, kind: ScopeKind, claim: Callable[[Allocation], bool], *, is_binding: bool = True) -> Allocation:
        """Ask again and again until a claim holds of that budget, and return it; one that does not bind is not asked with every poll."""

        def asked() -> Allocation | None:
            self.last = self.last if is_binding else None
            budget = self.budget(kind)
            return budget if claim(budget) else None

        return wait_until(what, asked, within_s=60, every_s=0.2)

    def booked(self) -> dict[str, Decimal]:
        """Ask which calls of the last minutes are booked, and at what price."""
        listed = self.ask(lambda asked: GATEWAY.calls(asked, datetime.now(UTC) - timedelta(minutes=10)))
        assert listed is not None
        return {each.call: each.cost for each in listed.calls}

    def caller(self) -> httpx.Client:
        """Return connections for a `ClaudeCaller` with this key."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.secret}"}, timeout=60)

    def spend(self, calls: int = 1) -> Decimal:
        """Spend through the gateway and return how much."""
        with self.caller() as http:
            return ClaudeCaller(http).spend(calls)
