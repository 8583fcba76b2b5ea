"""Knows what time it surely is by now: a clock that jumps ahead must not make what is kept look too old."""

import json
import sqlite3
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from tankful.store.moments import QUARTER_US, microseconds, moment
from tankful.store.transaction import writing

_FACT = "believed_time"
_DAY = timedelta(days=1)
_BORN = datetime(2026, 1, 1, tzinfo=UTC)
"""Nobody has run this program before."""
_FAR = timedelta(days=30)
_KEPT_FOR = timedelta(hours=12)
"""How long what was noted does, so that looking costs no writing."""


class Believed(NamedTuple):
    """What time it was believed to be when the clock said something."""

    time: datetime
    clock: datetime
    latest: datetime | None = None
    """What was believed before the clock went back so far that it is the clock which is wrong: it goes on from there."""


def believed(clock: datetime, last: Believed | None, newest: datetime | None) -> Believed:
    """Return what time to go by, never later than the clock: it moves on by two days for each day that the clock is looked at.

    So whoever was away for a month catches up in a month, and a clock that was years ahead, for however many looks of one day, has
    moved it by two days; one that stood in 1970 for a while is forgotten. The first time it is that of the newest response.
    """
    if last is None:
        return Believed(clock if newest is None else min(clock, newest), clock)
    known = last.time if last.latest is None else last.latest
    gone = min(max(clock - last.clock, timedelta(0)), _DAY)
    return Believed(min(clock, known + 2 * gone), clock, known if known - clock > _FAR else None)


def believed_now(connection: sqlite3.Connection, clock: datetime) -> datetime:
    """Return what time to go by, and note it twice a day and when the clock went back, in a transaction that is open or one of its own."""
    row = connection.execute("SELECT value FROM fact WHERE name = ?", (_FACT,)).fetchone()
    last = None if row is None else Believed(*map(moment, json.loads(row[0])))
    if last is None and clock < _BORN:
        return clock  # it is wrong, and nothing to begin with
    now = believed(clock, last, None if last else _newest(connection, clock))
    if last is None or not timedelta(0) <= clock - last.clock < _KEPT_FOR:
        kept = json.dumps([microseconds(each) for each in now if each])
        with nullcontext() if connection.in_transaction else writing(connection):
            connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (_FACT, kept))
    return now.time


def _newest(connection: sqlite3.Connection, clock: datetime) -> datetime | None:
    """Return when the newest request was that the clock does not put into the future; those of sums by their quarter of an hour."""
    until = microseconds(clock)
    at = connection.execute("SELECT max(at) FROM usage WHERE at <= ?", (until,)).fetchone()[0]
    quarter = connection.execute("SELECT max(quarter) FROM sums WHERE quarter <= ?", (until // QUARTER_US,)).fetchone()[0]
    known = [*([] if at is None else [at]), *([] if quarter is None else [quarter * QUARTER_US])]
    return moment(max(known)) if known else None
