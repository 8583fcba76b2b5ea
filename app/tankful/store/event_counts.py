"""Counts the responses of every agent, anew only those of the newest day: every picture asks, and there may be years of them."""

import sqlite3

from tankful.store.names import Names

_DAY = 96
"""Quarters of an hour."""
_COUNT = "SELECT agent, sum(requests) FROM sums JOIN context ON context.id = sums.context WHERE quarter"


class EventCounts:
    """For one connection; another program may write meanwhile."""

    def __init__(self, connection: sqlite3.Connection, names: Names) -> None:
        """Know nothing yet."""
        self._connection = connection
        self._names = names
        self._mark = (0, 0, 0)
        """What the older counts hold for: up to which quarter, and how many sums and responses there were."""
        self._older: dict[int, int] = {}

    def by_agent(self) -> dict[str, int]:
        """Return how many responses of every agent the sums hold."""
        newest = self._connection.execute("SELECT coalesce(max(quarter), 0) FROM sums").fetchone()[0]
        until = newest - newest % _DAY
        # A response keeps its agent, so that nothing moves between agents while these stay.
        sums, responses = self._connection.execute(
            "SELECT count(*), coalesce(sum(requests), 0) FROM sums WHERE quarter < ?", (until,)
        ).fetchone()
        mark = (until, sums, responses)
        if mark != self._mark:
            self._older = dict(self._connection.execute(f"{_COUNT} < ? GROUP BY agent", (until,)).fetchall())
            self._mark = mark
        counts = dict(self._older)
        for agent, requests in self._connection.execute(f"{_COUNT} >= ? GROUP BY agent", (until,)):
            counts[agent] = counts.get(agent, 0) + requests
        return {self._names.text(agent): int(requests) for agent, requests in counts.items()}
