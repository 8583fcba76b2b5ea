"""Adds up what a stretch of time cost on this machine, from what is booked; nothing new is read."""

from collections.abc import Callable
from datetime import datetime

from tankful.core.spending import Spending
from tankful.store.history import History
from tankful.store.ledger import Ledger
from tankful.system.paths import Folders


def spending_in(history: History, start: datetime, end: datetime) -> Spending:
    """Return what whole quarters of an hour from `start` to `end` cost, by agent and by project."""
    return Spending(tuple(history.parts("agent", start, end)), tuple(history.parts("project", start, end)))


def spending(folders: Folders, now: Callable[[], datetime], start: datetime, end: datetime) -> Spending:
    """Return the same beside a program that has the ledger open, on any thread. Raises `LedgerUnusable`, `LedgerDamaged`."""
    ledger = Ledger(folders.ledger, now)
    try:
        with ledger.history() as history:
            return spending_in(history, start, end)
    finally:
        ledger.close()
