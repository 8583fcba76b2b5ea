"""Answers that are looked up before anybody asks, while other processes look at logs."""

from collections.abc import Sequence
from datetime import date, tzinfo
from typing import NamedTuple

from tankful.core.report import By, UsageRow
from tankful.engine.source_feeds import Counts, counted
from tankful.store.ledger import Ledger


class Question(NamedTuple):
    """A breakdown of what was spent: days in `zone`, `first` and `last` included."""

    by: tuple[By, ...]
    first: date | None
    last: date | None
    zone: tzinfo
    agents: tuple[str, ...]


class Foreseen:
    """The answer to one question, and what is booked of every agent; true as long as nothing is written to the ledger."""

    def __init__(self, question: Question, ledger: Ledger) -> None:
        """Look both up."""
        self._mark = ledger.mark()
        self._question = question
        self._rows = asked(question, ledger)
        self._counts = counted(ledger, prompts=False)

    def rows(self, question: Question, ledger: Ledger) -> Sequence[UsageRow] | None:
        """Return the answer; `None` where it was another question, or may have changed."""
        return self._rows if question == self._question and self._mark == ledger.mark() else None

    def counts(self, ledger: Ledger) -> Counts | None:
        """Return what is booked of every agent but for prompts; `None` where that may have changed."""
        return self._counts if self._mark == ledger.mark() else None


def asked(question: Question, ledger: Ledger) -> list[UsageRow]:
    """Return the sums that a question asks for."""
    with ledger.history() as history:
        return history.rows(question.by, question.first, question.last, question.zone, question.agents)
