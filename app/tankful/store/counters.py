"""Remembers what of every session's sum is booked, for agents that keep nothing else."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b

from tankful.core.totals import Counted, SessionTotal, growth
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.store.moments import microseconds, moment
from tankful.store.rows import dollars, nano_of


class Counters:
    """Table `counter`, inside the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def grown(self, totals: Iterable[SessionTotal], now: datetime) -> list[UsageEvent]:
        """Return what is new in these sums as events, and remember it as booked."""
        events: list[UsageEvent] = []
        for total in totals:
            key = _number("counter", total.agent, total.counter)
            before = self._read(key)
            grown = growth(total, before, now)
            events += (
                event._replace(keys=(_number("grown", total.agent, total.counter, str(number)),))
                for number, event in enumerate(grown.events, before.pieces)
            )
            if grown.counted != before:
                self._write(key, grown.counted)
        return events

    def _read(self, key: int) -> Counted:
        row = self._connection.execute("SELECT * FROM counter WHERE key = ?", (key,)).fetchone()
        if row is None:
            return Counted()
        _, at, seen, pieces, cost_nano, *tokens = row
        return Counted(TokenUsage._make(tokens), None if cost_nano is None else dollars(cost_nano), moment(at), moment(seen), pieces)

    def _write(self, key: int, counted: Counted) -> None:
        assert counted.at is not None  # noqa: S101 - something grew
        assert counted.seen is not None  # noqa: S101 - same
        cost_nano = None if counted.cost is None else nano_of(counted.cost)
        row = (key, microseconds(counted.at), microseconds(counted.seen), counted.pieces, cost_nano, *counted.tokens)
        self._connection.execute("INSERT OR REPLACE INTO counter VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def _number(*parts: str) -> int:
    """Return a 63-bit number for these words, the same on every machine."""
    return int.from_bytes(blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1
