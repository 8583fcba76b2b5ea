"""Two thousand real gateway feeds against a real server on this machine: is any question or answer lost?"""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil
from context import Bench
from loopback_gateway import many_files
from measure import MB, Figure, claim, percentile

from tankful.core.allocation import Allocation, Statement
from tankful.core.links import Link, Method
from tankful.core.polling import Policy
from tankful.engine.gateway_feed import GatewayFeed
from tankful.engine.messages import FeedFailed, GatewayMessage, StatementFetched
from tankful.gateways.gateway import Asked, Detected, Gateway
from tankful.gateways.http import Http, refusal

FEEDS = 2_000
RESTART_S = 3.0
END_S = 30.0


@dataclass(frozen=True, slots=True)
class Course:
    """How long everything takes, in seconds."""

    policy: Policy
    start_s: float
    """They begin one after the other within so long."""
    quiet_s: float
    """How long they run before the gateway restarts, after the last has begun."""
    after_s: float


POLICY = Policy(spending_s=5, idle_s=15, least_s=1, first_delay_s=10, backoff_s=1, backoff_most_s=15)
"""A twentieth of the product's own intervals."""
LONG = Course(POLICY, start_s=15, quiet_s=25, after_s=40)
SHORT = Course(POLICY, start_s=15, quiet_s=2, after_s=15)
"""Shows that nothing is lost, and is no measure of anything."""


async def _detect(_http: Http, _address: str) -> Detected | None:
    return None


async def _fetch(asked: Asked) -> Statement | None:
    headers = {"If-None-Match": asked.tag} if asked.tag else None
    reply = await asked.http.get(f"{asked.link.url}/{asked.link.name}", secret=asked.secret, headers=headers)
    if reply.status == 304:
        return None
    if reply.status != 200:
        raise refusal(reply)
    spent = Decimal(reply.as_a(dict[str, str])["spend"])
    mine = Allocation(asked.link.name, "you", Decimal(600), spent, asked.now, None)
    return Statement(asked.link.name, asked.now, allocations=(mine,), tag=reply.headers["etag"])


GATEWAY = Gateway("loopback", "Loopback", (Method.KEY,), _detect, _fetch)


@dataclass(slots=True)
class Customer:
    """One feed with its one account, and what became of its questions; times are of this process."""

    link: Link
    asked: int = 0
    answered: int = 0
    failed_at: list[float] = field(default_factory=list[float])
    titles: list[str] = field(default_factory=list[str])
    answered_at: float = 0.0
    latencies: list[float] = field(default_factory=list[float])
    goes_home: bool = False
    """Whether it is to begin no further question."""
    _asked_at: float = 0.0

    def links(self) -> tuple[Link, ...]:
        """Return the one account."""
        return (self.link,)

    async def secret(self, link: Link) -> str:
        """Return its key; a question begins with it."""
        if self.goes_home:
            await asyncio.Event().wait()  # until the feed is cancelled
        self.asked += 1
        self._asked_at = time.monotonic()
        return f"sk-{link.name}"

    async def another_secret(self, link: Link, refused: str) -> str | None:
        """Say that there is none."""
        del link, refused

    def hear(self, message: GatewayMessage) -> None:
        """Count what the feed tells."""
        now = time.monotonic()
        if isinstance(message, StatementFetched):
            self.answered += 1
            self.answered_at = now
            self.latencies.append(now - self._asked_at)
        elif isinstance(message, FeedFailed):
            self.failed_at.append(now)
            self.titles.append(message.error.title)


def sockets(bench: Bench, course: Course = LONG) -> list[Figure]:
    """Run real feeds over real sockets, and let the gateway restart under them once."""
    many_files()
    count = bench.size(FEEDS)
    with _gateway() as gateway:
        customers, restarted, memory = asyncio.run(_run(count, gateway, course))
        said = _end(gateway)
    return _figures(customers, restarted, memory, said, course.policy)


async def _run(count: int, gateway: "subprocess.Popen[str]", times: Course) -> tuple[list[Customer], float, float]:
    """Return the customers, when the gateway restarted, and the MB that one feed takes."""
    assert gateway.stdout
    assert gateway.stdin
    url = f"http://127.0.0.1:{gateway.stdout.readline().strip()}"
    customers = [Customer(Link(f"c{number}", "loopback", url, Method.KEY)) for number in range(count)]
    before = psutil.Process().memory_info().rss
    tasks: list[asyncio.Task[None]] = []
    for customer in customers:
        feed = GatewayFeed(customer, (GATEWAY,), lambda: datetime.now(UTC), customer.hear, times.policy)
        tasks.append(asyncio.create_task(feed.run()))
        await asyncio.sleep(times.start_s / count)
    await asyncio.sleep(times.quiet_s)
    memory = (psutil.Process().memory_info().rss - before) / MB / count
    restarted = time.monotonic()
    gateway.stdin.write(f"restart {RESTART_S}\n")
    gateway.stdin.flush()
    await asyncio.sleep(RESTART_S + times.after_s)
    for customer in customers:
        customer.goes_home = True  # else somebody is always in the middle of a question, and cut off
    with suppress(TimeoutError):
        async with asyncio.timeout(END_S):
            while any(one.asked > one.answered + len(one.failed_at) for one in customers):  # noqa: ASYNC110 - there is no one event for all
                await asyncio.sleep(0.001)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return customers, restarted, memory


def _figures(customers: list[Customer], restarted: float, memory: float, said: dict[str, Any], policy: Policy) -> list[Figure]:
    asked = sum(customer.asked for customer in customers)
    answered = sum(customer.answered for customer in customers)
    failures = [at - restarted for customer in customers for at in customer.failed_at]
    lost = asked - answered - len(failures)
    # A connection that is cut off may take an answer with it that the gateway has sent: that question was told as failed.
    sent = sum(said["answered"].values())
    untold = sum(max(0, said["answered"].get(f"/{one.link.name}", 0) - one.answered - len(one.failed_at)) for one in customers)
    unexpected = [at for at in failures if not 0 <= at <= RESTART_S + 2 * policy.least_s]
    slowest = max(customer.answered_at for customer in customers) - restarted
    silent = sum(customer.answered_at < restarted + RESTART_S for customer in customers)
    latencies = [latency * 1000 for customer in customers for latency in customer.latencies]
    kinds = ", ".join(f"{title}: {count}" for title, count in Counter(t for one in customers for t in one.titles).most_common())
    note = f"{asked:,} asked, {answered:,} answered ({said['unchanged']:,} unchanged), {len(failures):,} failed in the restart"
    return [
        claim(
            "sockets",
            f"{len(customers):,} real feeds, {said['connections']:,} connections at once: nothing lost",
            holds=not lost,
            note=note,
        ),
        claim("sockets", "every answer the gateway sent was told", holds=not untold and sent >= answered, note=f"{sent:,} sent"),
        claim("sockets", "nobody failed but while the gateway restarted", holds=not unexpected, note=kinds),
        claim("sockets", "everybody had numbers again after it", holds=not silent, note=f"watched for {slowest:.0f} s"),
        Figure("sockets", "question to told, p50", percentile(latencies, 0.5), "ms", None, "clients and server share these cores"),
        Figure("sockets", "question to told, p99", percentile(latencies, 0.99), "ms"),
        Figure("sockets", "memory of one feed with its connections", memory, "MB"),
    ]


@contextmanager
def _gateway() -> "Generator[subprocess.Popen[str]]":
    program = [sys.executable, str(Path(__file__).with_name("loopback_gateway.py"))]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _end(gateway: "subprocess.Popen[str]") -> dict[str, Any]:
    said, _ = gateway.communicate(timeout=END_S)
    return json.loads(said)
