"""What is noticed beside plain figures, and kept: spikes that run, and what was foretold."""

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tankful.core.snapshot import Snapshot
    from tankful.core.spike import Spike
    from tankful.engine.forecast_book import ForecastBook
    from tankful.engine.spike_book import SpikeBook
    from tankful.store.history import History
    from tankful.store.ledger import Ledger


class Awareness:
    """For the thread that owns the ledger; `look` belongs into every picture that is made after a scan, `keep` behind it."""

    def __init__(self) -> None:
        """Know nothing yet, and load nothing: a plain report needs none of it."""
        self._books: tuple[SpikeBook, ForecastBook] | None = None

    @property
    def _opened(self) -> "tuple[SpikeBook, ForecastBook]":
        if self._books is None:
            from tankful.engine.forecast_book import ForecastBook  # noqa: PLC0415 - see `__init__`
            from tankful.engine.spike_book import SpikeBook  # noqa: PLC0415 - same

            self._books = SpikeBook(), ForecastBook()
        return self._books

    @property
    def spikes(self) -> "tuple[Spike, ...]":
        """Those that ran at the last look."""
        return () if self._books is None else self._books[0].running

    def look(self, ledger: "Ledger", history: "History", zone: tzinfo, now: datetime) -> None:
        """Take in what was booked since."""
        self._opened[0].look(ledger, history, zone, now)

    def keep(self, ledger: "Ledger", seen: "Snapshot", zone: tzinfo) -> None:
        """Keep what was learned, and what this picture foretells."""
        spikes, forecasts = self._opened
        spikes.keep(ledger)
        forecasts.note(ledger, seen, zone)

    def expect_spike(self, ledger: "Ledger", zone: tzinfo, now: datetime, key: str) -> None:
        """Take it from the user that a spike is expected."""
        self._opened[0].expect(ledger, zone, now, key)
