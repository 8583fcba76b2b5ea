"""Divides a stretch of time: whole quarters of an hour come from the sums, and few responses are left to be looked at one by one."""

import sqlite3
from typing import NamedTuple

from tankful.store.moments import QUARTER_US

OF_SUMS = "quarter >= :first AND quarter < :last"
OF_ROWS = "at >= :head AND at < :head_end"
OF_LAST_ROWS = "at >= :tail AND at < :tail_end"
"""What holds of the sums, and of the responses before and behind them, given a `Stretch` as a dictionary."""


class Stretch(NamedTuple):
    """Each from where up to where, the latter not included: quarters, then microseconds before and behind them."""

    first: int
    last: int
    head: int
    head_end: int
    tail: int
    tail_end: int


def stretch(connection: sqlite3.Connection, after: int, until: int) -> Stretch:
    """Divide the time after one moment up to and including another, both in microseconds since 1970; the sums must be settled.

    The quarter that runs counts as a whole one, unless it holds something that comes later.
    """
    start, end = after + 1, until + 1
    first, border = -(-start // QUARTER_US), -(-end // QUARTER_US)
    later = connection.execute("SELECT 1 FROM usage WHERE at >= ? AND at < ? LIMIT 1", (end, border * QUARTER_US)).fetchone()
    last = max(first, border if later is None else end // QUARTER_US)
    head_end = min(first * QUARTER_US, end)
    return Stretch(first, last, start, head_end, max(head_end, last * QUARTER_US), end)
