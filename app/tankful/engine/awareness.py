"""What is noticed beside plain figures, and kept: spikes that run, and what was foretold."""

from datetime import datetime, tzinfo

from tankful.core.snapshot import Snapshot
from tankful.core.spike import Spike
from tankful.engine.forecast_book import ForecastBook
from tankful.engine.spike_book import SpikeBook
from tankful.store.history import History
from tankful.store.ledger import Ledger


class Awareness:
    """For the thread that owns the ledger; `look` belongs into every picture that is made after a scan, `keep` behind it."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._spikes = SpikeBook()
        self._forecasts = ForecastBook()

    @property
    def spikes(self) -> tuple[Spike, ...]:
        """Those that ran at the last look."""
        return self._spikes.running

    def look(self, ledger: Ledger, history: History, zone: tzinfo, now: datetime) -> None:
        """Take in what was booked since."""
        self._spikes.look(ledger, history, zone, now)

    def keep(self, ledger: Ledger, seen: Snapshot, zone: tzinfo) -> None:
        """Keep what was learned, and what this picture foretells."""
        self._spikes.keep(ledger)
        self._forecasts.note(ledger, seen, zone)

    def expect_spike(self, ledger: Ledger, zone: tzinfo, now: datetime, key: str) -> None:
        """Take it from the user that a spike is expected."""
        self._spikes.expect(ledger, zone, now, key)
