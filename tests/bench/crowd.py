"""A crowd of clients in virtual time: each is led by the product's own polling policy, and the gateway may fail."""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from tankful.core.polling import Circumstances, Policy, Reason, next_poll

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BETWEEN_CALLS_S = 5.0
"""An agent that spends without a pause makes a call so often."""


class Life(IntEnum):
    """What happens to a client from outside."""

    LOOK = 0
    """Nothing: it is time to look whether to ask."""
    SPENT = 1
    REFRESH = 2
    LOCK = 3
    UNLOCK = 4
    CLOCK_BACK = 5


class Answer(NamedTuple):
    """What a gateway answers."""

    good: bool = True
    retry_after_s: float | None = None
    server_s: float | None = None
    rejected: bool = False


@dataclass(slots=True)
class Client:
    """One client and what happens to it; times in true seconds since the beginning."""

    seen: Circumstances
    chance: float
    spends_always: bool = False
    life: Iterator[tuple[float, Life]] = field(default_factory=lambda: iter(()))
    look_t: float = -1.0
    """When it looks next."""
    behind: timedelta = timedelta(0)
    """How far its clock was set back."""
    asked_t: float | None = None
    answered_t: float | None = None
    """Its first good answer since this was `None`."""
    alone_until_t: float = 0.0


@dataclass(slots=True)
class Tally:
    """What was observed."""

    polls: int = 0
    by_second: Counter[int] = field(default_factory=Counter[int])
    by_reason: Counter[Reason] = field(default_factory=Counter[Reason])
    least_gap_s: float = float("inf")
    while_locked: int = 0
    too_early: int = 0
    """Questions to a gateway that had asked to be left alone for longer."""

    def rate(self, from_t: int, to_t: int) -> float:
        """Return the questions per second between two moments."""
        return sum(self.by_second[second] for second in range(from_t, to_t)) / (to_t - from_t)

    def peak(self, from_t: int, to_t: int) -> int:
        """Return the questions of the worst second between two moments."""
        return max(self.by_second[second] for second in range(from_t, to_t))


class Crowd:
    """Leads all clients through time, one event after the other."""

    def __init__(self, clients: Iterable[Client], answer: Callable[[float], Answer], policy: Policy, seed: int) -> None:
        """`answer` is the gateway, told the time; nothing runs yet."""
        self.clients = list(clients)
        self.tally = Tally()
        self._answer = answer
        self._policy = policy
        self._random = random.Random(seed)  # noqa: S311 - the same crowd every time
        self._events: list[tuple[float, int, Life]] = []
        for number, client in enumerate(self.clients):
            self._live_on(number, client)
            self._look_at((client.seen.begun_at - NOON).total_seconds(), number, client)

    def run(self, until_t: float) -> None:
        """Go on until then."""
        while self._events and self._events[0][0] <= until_t:
            t, number, what = heapq.heappop(self._events)
            client = self.clients[number]
            if what is not Life.LOOK:
                self._happen(client, what, t)
                self._live_on(number, client)
            elif client.look_t != t:
                continue  # it was put off or brought forward since
            self._look(number, client, t)

    def _live_on(self, number: int, client: Client) -> None:
        if following := next(client.life, None):
            heapq.heappush(self._events, (following[0], number, following[1]))

    def _look_at(self, t: float, number: int, client: Client) -> None:
        if client.look_t != t:
            client.look_t = t
            heapq.heappush(self._events, (t, number, Life.LOOK))

    def _look(self, number: int, client: Client, t: float) -> None:
        """Ask when it is time, as the gateway feed does, and look again when it will be."""
        now = NOON + timedelta(seconds=t) - client.behind
        client.seen = client.seen.at(now)
        if client.spends_always:
            client.seen = replace(client.seen, spent_at=now - timedelta(seconds=(t + number) % BETWEEN_CALLS_S))
        due = next_poll(self._policy, client.seen, client.chance)
        if due.at is not None and due.at <= now:
            self._count(client, t, due.reason)
            self._ask(client, t)
            due = next_poll(self._policy, client.seen, client.chance)
        if due.at is None:
            client.look_t = -1.0
        else:
            self._look_at((due.at + client.behind - NOON).total_seconds(), number, client)

    def _count(self, client: Client, t: float, reason: Reason) -> None:
        self.tally.polls += 1
        self.tally.by_second[int(t)] += 1
        self.tally.by_reason[reason] += 1
        self.tally.while_locked += client.seen.away
        self.tally.too_early += t < client.alone_until_t
        if client.asked_t is not None:
            self.tally.least_gap_s = min(self.tally.least_gap_s, t - client.asked_t)

    def _ask(self, client: Client, t: float) -> None:
        client.asked_t = t
        client.seen = client.seen.asking()
        client.chance = self._random.random()
        said = self._answer(t)
        if said.good:
            client.answered_t = t if client.answered_t is None else client.answered_t
            client.seen = client.seen.answered(said.server_s)
            return
        client.seen = client.seen.failed(rejected=said.rejected)
        if said.retry_after_s is not None:
            client.alone_until_t = t + said.retry_after_s
            client.seen = client.seen.left_alone(self._policy, said.retry_after_s)

    def _happen(self, client: Client, what: Life, t: float) -> None:
        if what is Life.CLOCK_BACK:
            client.behind += timedelta(hours=3)
        seen = client.seen.at(NOON + timedelta(seconds=t) - client.behind)
        match what:
            case Life.SPENT:
                client.seen = replace(seen, spent_at=seen.now)
            case Life.REFRESH:
                client.seen = replace(seen, refresh_at=seen.now)
            case Life.LOCK:
                client.seen = replace(seen, away=True)
            case Life.UNLOCK:
                client.seen = replace(seen, away=False, resumed_at=seen.now)
            case _:
                client.seen = seen
