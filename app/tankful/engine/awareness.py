"""What is noticed beside plain figures, and kept: spikes that run, what was foretold, and what is suggested."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tankful.core.settings import Settings
    from tankful.core.snapshot import Snapshot
    from tankful.core.spike import Spike
    from tankful.engine.forecast_book import ForecastBook
    from tankful.engine.nudge_book import NudgeBook
    from tankful.engine.post_checks import PostChecks
    from tankful.engine.spike_book import SpikeBook
    from tankful.pricing.cost import Pricer
    from tankful.store.history import History
    from tankful.store.ledger import Ledger
    from tankful.system.paths import Folders


class Awareness:
    """For the thread that owns the ledger; `look` belongs into every picture that is made after a scan, `keep` behind it."""

    def __init__(self, folders: "Folders") -> None:
        """Know nothing yet, and load nothing: a plain report needs none of it."""
        self._folders = folders
        self.shows_score = False
        """Whether pictures say what became of suggestions: only who shows that wants to look it up."""
        self._books: tuple[SpikeBook, ForecastBook] | None = None
        self._nudges: NudgeBook | None = None
        self._checks: PostChecks | None = None

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

    @property
    def nudges(self) -> "NudgeBook":
        """What is suggested, and the score of that."""
        if self._nudges is None:
            from tankful.engine.nudge_book import NudgeBook  # noqa: PLC0415 - see `__init__`

            self._nudges = NudgeBook(self._folders)
        return self._nudges

    def suggest(
        self, ledger: "Ledger", history: "History", seen: "Snapshot", price: "Callable[[], Pricer]", settings: "Settings", zone: tzinfo
    ) -> "Snapshot":
        """Return a picture with what is suggested now in it."""
        self.nudges.look(ledger, history, seen, price, settings, zone)
        return replace(seen, nudge=self.nudges.present)

    def check_switches(self, history: "History", seen: "Snapshot", data: "Path") -> "Snapshot":
        """Return a picture with what became of the models that agents were given in it."""
        try:
            held = (data / "switch" / "journal.json").stat()
        except OSError:
            return seen  # nobody was given any
        if self._checks is None:
            from tankful.engine.post_checks import PostChecks  # noqa: PLC0415 - see `__init__`

            self._checks = PostChecks(data)
        return replace(seen, post_checks=self._checks.look(history, (held.st_mtime_ns, held.st_size), seen.as_of))

    def keep(self, ledger: "Ledger", seen: "Snapshot", zone: tzinfo, settings: "Settings") -> "Snapshot":
        """Keep what was learned, and what this picture foretells; returns it with what became of suggestions, if that is wanted."""
        spikes, forecasts = self._opened
        spikes.keep(ledger)
        forecasts.note(ledger, seen, zone)
        self.nudges.keep(ledger, zone, seen.as_of)
        if not self.shows_score:
            return seen
        with ledger.history() as history:
            return replace(seen, nudged=self.nudges.score(history, settings, zone, seen.as_of))

    def expect_spike(self, ledger: "Ledger", zone: tzinfo, now: datetime, key: str) -> None:
        """Take it from the user that a spike is expected, which answers its notice too."""
        from tankful.core.inbox import NoticeAction, Outcome  # noqa: PLC0415 - see `__init__`

        self._opened[0].expect(ledger, zone, now, key)
        with ledger.notices() as notices:
            notices.note(key, Outcome.ANSWERED, NoticeAction.EXPECTED)
