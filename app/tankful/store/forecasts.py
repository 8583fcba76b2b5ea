"""Keeps what was foretold of each budget, one forecast a day, and what its period came to once that was over."""

import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from tankful.core.calibration import Foretold
from tankful.core.meter import PERSONAL, Meter
from tankful.core.pace import Forecast
from tankful.store.believed_time import believed_now
from tankful.store.moments import microseconds, moment, quarter_of
from tankful.store.rows import nano_of

_LAST_SEEN_US = 86_400_000_000
"""A gateway's budget that was looked at so shortly before its reset came to what it showed then."""
_REMEMBERED = timedelta(days=400)
_MOST = 1 << 62
_PERIOD = "account = ? AND scope = ? AND period_start = ? AND resets_at = ?"


def foretold(connection: sqlite3.Connection) -> Iterator[Foretold]:
    """Yield every forecast whose period is over."""
    for chance, limit, low, high, spent, account, scope, start in connection.execute(
        "SELECT chance, most_nano, low_nano, high_nano, came_to_nano, account, scope, period_start FROM foretold"
        " WHERE came_to_nano IS NOT NULL"
    ):
        yield Foretold(chance, spent >= limit, low <= spent <= high, f"{account} {scope} {start}")


class Forecasts:
    """For one transaction of whoever owns the ledger; its sums are up to date."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Work on this connection."""
        self._connection = connection

    def keep(self, day: date, now: datetime, meter: Meter, ahead: Forecast) -> None:
        """Keep the first forecast of a day, and how much is spent by now; one of a budget that is gone or has no limit is none."""
        allocation = meter.allocation
        limit, reset = allocation.limit, allocation.resets_at
        if limit is None or reset is None:
            return
        key = (allocation.account, allocation.identity, microseconds(allocation.period_start))
        seen = _nano(meter.spent), microseconds(now)
        if meter.spent < limit:
            said = _nano(limit), _nano(ahead.low), _nano(ahead.high), ahead.run_out_probability
            self._connection.execute(
                "INSERT OR IGNORE INTO foretold VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                (*key, day.toordinal(), microseconds(reset), *said, *seen),
            )
        self._connection.execute(
            "UPDATE foretold SET spent_nano = ?, seen = ? WHERE account = ? AND scope = ? AND period_start = ? AND came_to_nano IS NULL",
            (*seen, *key),
        )

    def settle(self, now: datetime) -> None:
        """Note what periods came to that are over; where nobody looked at the end of one, its forecasts are dropped, and very old ones.

        A clock that jumps ahead ends no period.
        """
        now = believed_now(self._connection, now)
        over = self._connection.execute(
            "SELECT account, scope, period_start, resets_at, max(spent_nano), max(seen) FROM foretold"
            " WHERE came_to_nano IS NULL AND resets_at <= ? GROUP BY account, scope, period_start, resets_at",
            (microseconds(now),),
        ).fetchall()
        for account, scope, start, reset, spent, seen in over:
            period = (account, scope, start, reset)
            if account != PERSONAL and seen < reset - _LAST_SEEN_US:
                self._connection.execute(f"DELETE FROM foretold WHERE {_PERIOD}", period)  # noqa: S608 - our own condition
            else:
                came_to = self._spent(start, reset) if account == PERSONAL else spent
                self._connection.execute(f"UPDATE foretold SET came_to_nano = ? WHERE {_PERIOD}", (came_to, *period))  # noqa: S608 - same
        self._connection.execute("DELETE FROM foretold WHERE resets_at < ?", (microseconds(now - _REMEMBERED),))

    def _spent(self, start: int, end: int) -> int:
        """Return what all of it cost, in nano-dollars: a personal budget's own word."""
        span = quarter_of(moment(start)), quarter_of(moment(end))
        row = self._connection.execute("SELECT coalesce(sum(cost_nano), 0) FROM sums WHERE quarter >= ? AND quarter < ?", span)
        return int(row.fetchone()[0])


def _nano(amount: Decimal) -> int:
    return max(-_MOST, min(_MOST, nano_of(amount)))
