"""What the book of accounts carries from poll to poll."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from ledger_rig import NOW, batch, event, opened, price
from tankful.core.allocation import Allocation, BookedCall, BookedCalls, ScopeKind, Statement
from tankful.core.links import Link, Method
from tankful.engine.account_book import AccountBook
from tankful.engine.messages import StatementFetched
from tankful.store.ledger import Ledger

HERE = "https://llm.example.com"
LINK = Link("work", "litellm", HERE, Method.KEY, linked_at=NOW)
MONTH = NOW.replace(day=1, hour=0)
WITHIN = timedelta(seconds=60)


class Book:
    """An account, its ledger, and what its gateway says second by second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger: Ledger = opened(folder)
        self.book = AccountBook()
        self.adopt()

    def adopt(self) -> None:
        self.book.adopt(self.ledger, (LINK,), {}, lambda: price)

    def spend(self, number: int, dollars: str, seconds: float, call: str = "") -> None:
        at = NOW + timedelta(seconds=seconds)
        self.ledger.record([batch([event(number, at=at, recorded_cost=Decimal(dollars), route=HERE, call=call)])], price)

    def hear(self, settled: str, seconds: float, scope: str = "team old", calls: BookedCalls | None = None) -> Decimal:
        """Return what is pending after the gateway said this."""
        at = NOW + timedelta(seconds=seconds)
        team = Allocation("work", scope, Decimal(100), Decimal(settled), MONTH, None, ScopeKind.TEAM, owner_id="team 7")
        statement = Statement("work", at, "alice", (team,), books_within=WITHIN)
        self.book.hear(self.ledger, [StatementFetched(LINK, statement, at, calls)], lambda: price, at)
        return self.pending(at)

    def pending(self, at: datetime) -> Decimal:
        with self.ledger.history() as history:
            (meter,) = self.book.stand(history, at).meters
        return meter.pending


def test_a_budget_that_is_renamed_between_two_polls_loses_nothing_of_what_was_carried(tmp_path: Path) -> None:
    """The first call is paid for by a rise; a book that forgot so would take the next rise for it, and show a dollar too few."""
    book = Book(tmp_path)
    assert book.hear("5", 0) == 0
    book.spend(1, "1", 10)
    book.spend(2, "2", 20)
    assert book.hear("6", 30) == 2
    assert book.hear("6", 35, "team new") == 2
    book.ledger.close()
    again = Book(tmp_path)
    assert again.hear("6", 40, "team newest") == 2
    assert again.hear("8", 45, "team newest") == 0


def test_a_list_that_was_too_long_is_not_taken_for_whole(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.hear("5", 0, calls=BookedCalls(()))
    book.spend(1, "1", 10, "msg_1")
    cut = BookedCalls((BookedCall("msg_9", Decimal(0), "model", NOW + timedelta(seconds=9)),), since=NOW + timedelta(seconds=9))
    assert book.hear("9", 30, calls=replace(cut, since=None)) == 1
    assert book.hear("9", 40, calls=cut) == 1, "nothing has risen since"
    assert Book(tmp_path).hear("11", 50, calls=cut) == 0
