"""Days are cut in SQL; every quarter of an hour must fall into the day that the zone says."""

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from tankful.core.periods import midnight
from tankful.store.history import _day_number  # pyright: ignore[reportPrivateUsage]  (its only caller needs a whole ledger)
from tankful.store.moments import QUARTER_US, moment, quarter_of

FIRST, LAST = date(2026, 2, 20), date(2026, 11, 20)


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"])
def test_every_quarter_falls_into_its_day_through_long_and_short_days(name: str) -> None:
    zone = ZoneInfo(name)
    quarters = range(quarter_of(midnight(FIRST, zone)), quarter_of(midnight(LAST + timedelta(days=1), zone)))
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE sums (quarter INTEGER)")
        connection.executemany("INSERT INTO sums VALUES (?)", [(quarter,) for quarter in quarters])
        found = connection.execute(f"SELECT quarter, {_day_number(FIRST, LAST, zone)} FROM sums").fetchall()  # noqa: S608 - our own expression
    assert len(found) == len(quarters)
    for quarter, number in found:
        assert FIRST + timedelta(days=number) == moment(quarter * QUARTER_US).astimezone(zone).date()
