"""Keeps the inbox, what is snoozed, and what the book of notices remembers: in one transaction, so that a kill says nothing twice."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tankful.core.inbox import Hold, Inbox, InboxEntry, NoticeClass, Outcome, Rule, Snooze
from tankful.store.believed_time import believed_now
from tankful.store.moments import microseconds, moment

_BOOK = "notices"
"""The fact that the book is kept in."""
_KEPT = timedelta(days=90)
_MOST = 300


class Notices:
    """For one transaction of whoever owns the ledger."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Work on this connection."""
        self._connection = connection

    def book(self) -> str | None:
        """Return what the book remembered last, as it was given."""
        row = self._connection.execute("SELECT value FROM fact WHERE name = ?", (_BOOK,)).fetchone()
        return None if row is None else str(row[0])

    def keep_book(self, text: str) -> None:
        """Keep what the book remembers."""
        self._connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (_BOOK, text))

    def surely(self, clock: datetime) -> datetime:
        """Return what time it surely is by now: what is forgotten goes by it, so that a clock that jumps ahead makes nothing old."""
        return believed_now(self._connection, clock)

    def keep(self, entries: Iterable[InboxEntry], now: datetime) -> None:
        """Put these into the inbox, each in place of one with its key, and drop what is too old or too much."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO notice VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(each.key, microseconds(each.at), *(str(value) for value in each[2:10]), each.is_open, each.is_new) for each in entries],
        )
        self._connection.execute("DELETE FROM notice WHERE at < ?", (microseconds(self.surely(now) - _KEPT),))
        self._connection.execute(
            "DELETE FROM notice WHERE key NOT IN (SELECT key FROM notice ORDER BY at DESC, key LIMIT ?)",
            (_MOST,),
        )

    def retell(self, key: str, title: str, text: str) -> None:
        """Say in the inbox how a notice goes on."""
        self._connection.execute("UPDATE notice SET title = ?, text = ? WHERE key = ?", (title, text, key))

    def note(self, key: str, outcome: Outcome, detail: str) -> None:
        """Note what became of a notice; what was answered stays so."""
        self._connection.execute(
            "UPDATE notice SET outcome = ?, detail = ?, is_new = is_new AND ? WHERE key = ? AND (outcome <> ? OR ?)",
            (outcome, detail, outcome is not Outcome.ANSWERED, key, Outcome.ANSWERED, outcome is Outcome.ANSWERED),
        )

    def reach(self, key: str) -> None:
        """Note that a notice reached the desktop, which was tried in vain before."""
        self._connection.execute(
            "UPDATE notice SET outcome = ?, detail = '' WHERE key = ? AND outcome = ? AND detail = ?",
            (Outcome.SHOWN, key, Outcome.HELD, Hold.DISTURBED),
        )

    def close(self, keys: Iterable[str]) -> None:
        """Note that these are true no more; what was shown and not answered counts as withdrawn."""
        for key in keys:
            self._connection.execute(
                "UPDATE notice SET is_open = 0, outcome = CASE outcome WHEN ? THEN ? ELSE outcome END WHERE key = ?",
                (Outcome.SHOWN, Outcome.WITHDRAWN, key),
            )

    def open_keys(self) -> frozenset[str]:
        """Return the keys of what is true still, as far as was noted."""
        return frozenset(key for (key,) in self._connection.execute("SELECT key FROM notice WHERE is_open"))

    def entry(self, key: str) -> InboxEntry | None:
        """Return one notice; `None` where there is none of that key."""
        row = self._connection.execute("SELECT * FROM notice WHERE key = ?", (key,)).fetchone()
        return None if row is None else _entry(row)

    def titles(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Return what these are called, those that matter most and then the latest first."""
        entries = [entry for key in keys if (entry := self.entry(key)) is not None]
        return tuple(entry.title for entry in sorted(entries, key=lambda entry: (entry.kind, -entry.at.timestamp())))

    def see(self) -> None:
        """Note that somebody has looked at the inbox."""
        self._connection.execute("UPDATE notice SET is_new = 0 WHERE is_new")

    def snooze(self, snooze: Snooze) -> None:
        """Say nothing about something until then."""
        self._connection.execute("INSERT OR REPLACE INTO snooze VALUES (?, ?)", (snooze.about, microseconds(snooze.until)))

    def wake(self, about: str | None, now: datetime) -> None:
        """End a snooze, or all of them; those that are over go too."""
        self._connection.execute("DELETE FROM snooze WHERE ? OR about = ? OR until <= ?", (about is None, about, microseconds(now)))

    def inbox(self, now: datetime) -> Inbox:
        """Return the newest notices, the latest first, and what is snoozed at `now`."""
        rows = self._connection.execute("SELECT * FROM notice ORDER BY at DESC, key LIMIT ?", (_MOST,)).fetchall()
        return Inbox(tuple(_entry(row) for row in rows), self.snoozes(now))

    def snoozes(self, now: datetime) -> tuple[Snooze, ...]:
        """Return what is snoozed at `now`, what ends first before the others."""
        rows = self._connection.execute("SELECT about, until FROM snooze WHERE until > ? ORDER BY until, about", (microseconds(now),))
        return tuple(Snooze(about, moment(until)) for about, until in rows)


def _entry(row: tuple[Any, ...]) -> InboxEntry:
    key, at, kind, rule, title, text, why, outcome, detail, subject, is_open, is_new = row
    words = (title, text, why, Outcome(outcome), detail, subject)
    return InboxEntry(key, moment(at), NoticeClass(kind), Rule(rule), *words, bool(is_open), bool(is_new))
