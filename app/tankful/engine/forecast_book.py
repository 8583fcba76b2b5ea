"""Notes each day what is foretold of the budget that binds, so that it can be held against what happens."""

from contextlib import suppress
from datetime import datetime, timedelta, tzinfo

from tankful.core.errors import LedgerUnusable
from tankful.core.snapshot import Snapshot
from tankful.store.ledger import Ledger

_LAST_DAY = timedelta(days=1)


class ForecastBook:
    """For the thread that owns the ledger; writes once a day, and hourly on the last day of a period."""

    def __init__(self) -> None:
        """Know of nothing that was written."""
        self._noted: tuple[object, ...] = ()

    def note(self, ledger: Ledger, seen: Snapshot, zone: tzinfo) -> None:
        """Keep what a picture foretells, and settle periods that are over."""
        day, meter, ahead = seen.as_of.astimezone(zone).date(), seen.binding, seen.forecast
        mark: tuple[object, ...] = (day,)
        if meter is not None:
            allocation = meter.allocation
            is_last = allocation.resets_at is not None and allocation.resets_at - seen.as_of <= _LAST_DAY
            hour = _hour(seen.as_of) if is_last else None
            mark = (day, hour, allocation.account, allocation.identity, allocation.period_start, ahead is None)
        if mark == self._noted:
            return
        with suppress(LedgerUnusable), ledger.forecasts() as forecasts:  # a full disk: the next time is soon enough
            forecasts.settle(seen.as_of)
            if meter is not None and ahead is not None:
                forecasts.keep(day, seen.as_of, meter, ahead)
            self._noted = mark


def _hour(at: datetime) -> int:
    return int(at.timestamp()) // 3600
