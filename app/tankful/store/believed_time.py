"""Knows what time it surely is by now: a clock that jumps ahead must not make what is kept look too old."""

import json
import sqlite3
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import NamedTuple

from tankful.store.moments import QUARTER_US, microseconds, moment
from tankful.store.transaction import writing

_FACT = "believed_time"
_DAY = timedelta(days=1)
_KEPT_FOR = timedelta(hours=12)
"""How long what was noted does, so that looking costs no writing."""


class Believed(NamedTuple):
    """What time it was believed to be when the clock said something."""

    time: datetime
    clock: datetime


def believed(clock: datetime, last: Believed | None, newest: datetime | None) -> Believed:
    """Return what time to go by, never later than the clock: it moves on by two days for each day that the clock is looked at.

    So whoever was away for a month catches up in a month, and a clock that was years ahead, for however many looks of one day, has
    moved it by two days. The first time it is that of the newest response.
    """
    if last is None:
        return Believed(clock if newest is None else min(clock, newest), clock)
    gone = min(max(clock - last.clock, timedelta(0)), _DAY)
    return Believed(min(clock, last.time + 2 * gone), clock)


def believed_now(connection: sqlite3.Connection, clock: datetime) -> datetime:
    """Return what time to go by, and note it twice a day and when the clock went back, in a transaction that is open or one of its own."""
    row = connection.execute("SELECT value FROM fact WHERE name = ?", (_FACT,)).fetchone()
    last = None if row is None else Believed(*map(moment, json.loads(row[0])))
    now = believed(clock, last, None if last else _newest(connection, clock))
    if last is None or not timedelta(0) <= clock - last.clock < _KEPT_FOR:
        with nullcontext() if connection.in_transaction else writing(connection):
            connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (_FACT, json.dumps([*map(microseconds, now)])))
    return now.time


def _newest(connection: sqlite3.Connection, clock: datetime) -> datetime | None:
    """Return when the newest request was that the clock does not put into the future; those of sums by their quarter of an hour."""
    until = microseconds(clock)
    at = connection.execute("SELECT max(at) FROM usage WHERE at <= ?", (until,)).fetchone()[0]
    quarter = connection.execute("SELECT max(quarter) FROM sums WHERE quarter <= ?", (until // QUARTER_US,)).fetchone()[0]
    known = [*([] if at is None else [at]), *([] if quarter is None else [quarter * QUARTER_US])]
    return moment(max(known)) if known else None
