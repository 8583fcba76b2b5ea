"""Looks at every log of this machine and says which are not as they were when they were last read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from tankful.core.report import UsageRow
from tankful.engine.foreseen import Foreseen, Question, asked
from tankful.engine.source_feeds import Counts, counted
from tankful.engine.survey import SourceSurvey
from tankful.engine.surveying import MANY, Surveyor
from tankful.sources.source import AgentSource, Log, Places
from tankful.store.ledger import Glance, Ledger
from tankful.watch.folders import Found

_FEW = 300
"""So many checkpoints are sooner read one by one than all together."""


class Changed(NamedTuple):
    """A log that is to be read."""

    log: Log
    found: Found
    was_read: bool
    """Whether some of it was read before."""


class Looking:
    """Keeps what the last look found of every source. For one thread."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.surveys: dict[str, SourceSurvey] = {}
        self._surveyor = Surveyor()
        self._as_left: object = None
        """The ledger's mark at the last look, if that found every log as it was left; other processes have written nothing since."""
        self._question: Question | None = None
        self._foreseen: Foreseen | None = None

    def expect(self, question: Question) -> None:
        """Look up what will be asked while other processes look at logs, if they do."""
        self._question = question

    def wants_help(self, ledger: Ledger) -> bool:
        """Say whether other processes help with the next look: then the ledger must be closed before."""
        return self._surveyor.wants_help(ledger.logs(MANY))

    def look(
        self, sources: Iterable[AgentSource], places: Places, now: datetime, ledger: Callable[[], Ledger], *, helped: bool
    ) -> list[Changed]:
        """Return the logs that changed, in order of sources and names; `ledger` opens the ledger, if that is closed."""
        left: dict[str, Mapping[str, Glance]] = {}
        marks: list[object] = []

        def remember() -> None:
            marks.append(ledger().mark_of_others())
            left.update(self._left(marks[0], ledger()))
            if helped and self._question is not None:
                self._foreseen = Foreseen(self._question, ledger())

        surveys = self._surveyor.look(sources, places, now, remember, helped=helped)
        self.surveys |= {seen.source.id: seen for seen in surveys}
        changed: list[Changed] = []
        for seen in surveys:
            was = left.get(seen.source.id, {})
            changed += (Changed(log, found, found.path in was) for log, found in seen.changed(was))
        self._as_left = None if changed else marks[0]
        return changed

    def _left(self, mark: object, ledger: Ledger) -> Mapping[str, Mapping[str, Glance]]:
        """Return by source how the logs were when they were last read: as the last look found them, but for what was booked since."""
        as_left, self._as_left = self._as_left, None  # until a look is over again
        booked = ledger.booked()
        if as_left != mark or len(booked) > _FEW:
            return ledger.left()
        left: dict[str, dict[str, Glance]] = {source: dict(seen.files()) for source, seen in self.surveys.items()}
        for checkpoint in filter(None, map(ledger.checkpoint, booked)):
            path = checkpoint.path
            for logs in left.values():
                logs.pop(path, None)
            was = (path, checkpoint.device, checkpoint.inode, checkpoint.size, checkpoint.modified_ns)
            left.setdefault(checkpoint.source, {})[path] = was
        return left

    def rows(self, question: Question, ledger: Ledger) -> Sequence[UsageRow]:
        """Return sums broken down as asked."""
        foreseen = None if self._foreseen is None else self._foreseen.rows(question, ledger)
        return asked(question, ledger) if foreseen is None else foreseen

    def counts(self, ledger: Ledger, *, prompts: bool = True) -> Counts:
        """Return what is booked of every agent; without `prompts`, none of those are known."""
        foreseen = None if prompts or self._foreseen is None else self._foreseen.counts(ledger)
        return counted(ledger, prompts=prompts) if foreseen is None else foreseen
