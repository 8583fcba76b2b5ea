"""Folds old responses into their sums and drops what is older than the user wants to keep."""

import sqlite3
from datetime import datetime, timedelta

from tankful.store.moments import QUARTER_US, microseconds
from tankful.store.sums import settle_sums
from tankful.store.transaction import writing


def fold(connection: sqlite3.Connection, now: datetime, keep_events_days: int, keep_sums_days: int) -> None:
    """Drop responses, prompts and sums that are too old, inside one transaction.

    A dropped response stays in its sums, and its identities stay too, so that an old log met again adds nothing.
    """
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
        connection.execute("DELETE FROM sums WHERE quarter < ?", (sums_from,))
        connection.execute(
            "INSERT INTO fact VALUES ('folded_until', ?) ON CONFLICT DO UPDATE SET value = max(CAST(value AS INTEGER), ?)",
            (str(events_from), events_from),
        )
