"""Looks whether agents that were given another model use it, without asking the ledger more often than it can have changed."""

from datetime import datetime, timedelta
from pathlib import Path

from tankful.core.post_check import PostCheck, Verdict
from tankful.store.history import History
from tankful.switch.errors import NotSwitched
from tankful.switch.in_force import in_force
from tankful.switch.journal import Journal
from tankful.switch.registry import SWITCHERS, switcher_of

_EVERY = timedelta(seconds=30)


def post_checks(history: History, journal: Journal, now: datetime) -> tuple[PostCheck, ...]:
    """Return what became of each switch that is in force. Raises `NotSwitched`: the journal cannot be read."""
    return tuple(check.judged(history.begun_since(check.agent, check.since), now) for check in _switches(journal))


def _switches(journal: Journal) -> list[PostCheck]:
    found: list[PostCheck] = []
    for each in in_force(journal, {switcher.agent: switcher.title for switcher in SWITCHERS}):
        switcher = switcher_of(each.agent)
        beaten_by = () if switcher is None else switcher.beaten_by
        found.append(PostCheck(each.agent, each.title, each.model.rpartition(" of ")[0] or each.model, each.since, beaten_by=beaten_by))
    return found


class PostChecks:
    """For the thread that owns the ledger; what shows is not asked again."""

    def __init__(self, data: Path) -> None:
        """Look at nothing yet; `data` is the folder that the journal's is in."""
        self._journal = Journal.below(data)
        self._checks: list[PostCheck] = []
        self._signature: tuple[int, int] = (0, 0)
        self._looked: datetime | None = None

    def look(self, history: History, signature: tuple[int, int], now: datetime) -> tuple[PostCheck, ...]:
        """Return what became of each switch; `signature` changes when the journal does. One that cannot be read says nothing here."""
        try:
            if signature != self._signature:
                self._checks, self._looked, self._signature = _switches(self._journal), None, signature
        except NotSwitched:
            self._checks, self._signature = [], signature
        if self._looked is None or abs(now - self._looked) >= _EVERY:
            self._looked = now
            self._checks = [
                check if check.verdict is Verdict.SHOWS else check.judged(history.begun_since(check.agent, check.since), now)
                for check in self._checks
            ]
        return tuple(self._checks)
