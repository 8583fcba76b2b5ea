"""Folds old responses into their sums and drops what is older than the user wants to keep."""

import json
import sqlite3
from datetime import datetime, timedelta

from tankful.store.believed_time import believed_now
from tankful.store.moments import QUARTER_US, microseconds
from tankful.store.sums import settle_sums
from tankful.store.transaction import writing

_FORGOTTEN = "forgotten"
"""The fact that keeps how many requests of every agent the ledger no longer holds, not even in sums."""


def fold(connection: sqlite3.Connection, now: datetime, keep_events_days: int, keep_sums_days: int) -> None:
    """Drop responses, prompts and sums that are too old, inside one transaction; a clock that jumps ahead makes nothing old.

    A dropped response stays in its sums, and its identities stay too, so that an old log met again adds nothing.
    """
    now = believed_now(connection, now)
    events_from = microseconds(now - timedelta(days=keep_events_days)) // QUARTER_US
    sums_from = microseconds(now - timedelta(days=max(keep_sums_days, keep_events_days))) // QUARTER_US
    oldest = connection.execute("SELECT min(at) FROM usage").fetchone()[0]
    stale = connection.execute("SELECT 1 FROM sums WHERE quarter < ? LIMIT 1", (sums_from,)).fetchone()
    if (oldest is None or oldest >= events_from * QUARTER_US) and stale is None:
        return
    with writing(connection):
        settle_sums(connection)
        connection.execute("DELETE FROM usage WHERE at < ?", (events_from * QUARTER_US,))
        connection.execute("DELETE FROM prompt WHERE at < ?", (events_from * QUARTER_US,))
        connection.execute("DELETE FROM booked WHERE at < ?", (events_from * QUARTER_US,))
        connection.execute("DELETE FROM asked_otherwise WHERE at < ?", (events_from * QUARTER_US,))
        _note_forgotten(connection, sums_from)
        connection.execute("DELETE FROM sums WHERE quarter < ?", (sums_from,))
        connection.execute(
            "INSERT INTO fact VALUES ('folded_until', ?) ON CONFLICT DO UPDATE SET value = max(CAST(value AS INTEGER), ?)",
            (str(events_from), events_from),
        )


def forgotten(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many requests of every agent were too old to be kept at all."""
    row = connection.execute("SELECT value FROM fact WHERE name = ?", (_FORGOTTEN,)).fetchone()
    return {} if row is None else json.loads(row[0])


def _note_forgotten(connection: sqlite3.Connection, sums_from: int) -> None:
    """Remember how many requests are in the sums that are about to go: their identities stay, so that nothing brings them back."""
    gone = connection.execute(
        "SELECT text, sum(requests) FROM sums JOIN context ON context.id = sums.context JOIN name ON name.id = context.agent"
        " WHERE quarter < ? GROUP BY agent",
        (sums_from,),
    ).fetchall()
    if gone:
        counts = forgotten(connection)
        counts |= {agent: counts.get(agent, 0) + requests for agent, requests in gone}
        connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (_FORGOTTEN, json.dumps(counts)))
