"""What one of several reading processes does: read its share of the logs into the ledger."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tankful.core.settings import Settings
from tankful.engine import bulk
from tankful.engine.booking import EVENTS, book_logs
from tankful.sources.source import Log
from tankful.store.ledger import Ledger
from tankful.store.settings_file import SettingsFile
from tankful.system.paths import resource

if TYPE_CHECKING:
    from tankful.pricing.cost import Pricer

_LEAST, _MOST = 2_000, 8_000
"""Responses in one transaction while several processes write."""
_BYTES_PER_RESPONSE = 15_000
"""So that what is left is some transactions more: logs have a response in some 9,000 bytes."""


def pricer(settings: Settings) -> "Pricer":
    """Return what prices events: the shipped table under the user's own prices."""
    from tankful.pricing.catalogue import Catalogue  # noqa: PLC0415 - slow to load, and most scans find nothing to price
    from tankful.pricing.cost import Pricer  # noqa: PLC0415 - same

    return Pricer(Catalogue.load(resource("prices.json"), settings.prices, settings.aliases))


def carry_out(
    path: Path,
    jobs: Iterable[bulk.Job],
    price: "Pricer",
    now: Callable[[], datetime],
    tell: Callable[[int], None],
    *,
    hasty: bool = False,
    enough_for: Callable[[], int] = lambda: EVENTS,
) -> None:
    """Read these logs into a ledger; what one of several reading processes does."""
    ledger = Ledger(path, now, hasty=hasty)
    try:
        book_logs((Log(*job) for job in jobs), ledger, price, now, tell, enough_for, checks_text=False)
        if hasty:
            ledger.put_in_place()
    finally:
        ledger.close()


def enough(left: int, whole: int, *, early: bool) -> int:
    """Return how many responses are worth a transaction, when so many bytes of the whole are left to take.

    Each transaction reads the ledger's pages anew that other processes have changed, so few are better; towards the end they
    get smaller, since one process waits for the last one of another. `early`: in the beginning one process writes sooner, else
    all would want to at once.
    """
    most = int(_MOST * 0.5) if early and left > whole * 0.8 else _MOST
    return max(_LEAST, min(most, left // _BYTES_PER_RESPONSE))


def carry_out_from_outside(text: str, now: Callable[[], datetime], tell: Callable[[int], None]) -> None:
    """Read the logs of an order that another process wrote down."""
    order = bulk.order_from(text)
    carry_out(Path(order.ledger), order.jobs, pricer(SettingsFile(Path(order.settings)).read()), now, tell)
