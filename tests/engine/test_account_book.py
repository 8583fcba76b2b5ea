"""What the book of accounts carries from poll to poll."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
from hypothesis import given, settings

from ledger_rig import NOW, batch, event, opened, price
from tankful.core.allocation import Allocation, BookedCall, BookedCalls, OfferedModel, ScopeKind, Statement
from tankful.core.links import Link, Method
from tankful.engine.account_book import AccountBook
from tankful.engine.messages import ModelsFetched, StatementFetched
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


def test_what_a_gateway_tells_of_somebody_who_was_not_linked_is_not_taken_and_the_last_numbers_stay(tmp_path: Path) -> None:
    link = replace(LINK, who="alice")
    book = Book(tmp_path)
    book.book.adopt(book.ledger, (link,), {}, lambda: price)
    book.hear("5", 0)

    def told(who: str, settled: str, seconds: float) -> tuple[Decimal, str, int]:
        at = NOW + timedelta(seconds=seconds)
        budget = Allocation("work", "you", Decimal(100), Decimal(settled), MONTH, None)
        said = StatementFetched(LINK, Statement("work", at, who, (budget,), books_within=WITHIN), at)
        book.book.hear(book.ledger, [said, ModelsFetched(LINK, (OfferedModel(who),))], lambda: price, at)
        with book.ledger.history() as history:
            stand = book.book.stand(history, at)
        return stand.meters[0].allocation.settled, stand.states[0].health.title, len(stand.states[0].models)

    assert told("bob", "70", 30) == (5, "The gateway takes you for bob, who was not linked", 0)
    assert told("", "6", 60) == (6, "", 1)
    assert told("alice", "7", 90) == (7, "", 1)


class TwoBudgets(Book):
    """An account with two budgets, of which each poll asks for one, or for both."""

    def told(self, seconds: float, *, team: tuple[str, float] | None = None, you: tuple[str, float] | None = None) -> dict[str, str]:
        """Return what is pending by scope after the gateway said this: what is settled, and when that was."""
        at = NOW + timedelta(seconds=seconds)
        allocations = tuple(
            Allocation(
                "work",
                kind.value,
                Decimal(100),
                Decimal(said[0]),
                MONTH,
                None,
                kind,
                as_of=None if said[1] == seconds else NOW + timedelta(seconds=said[1]),
            )
            for kind, said in ((ScopeKind.TEAM, team), (ScopeKind.YOU, you))
            if said is not None
        )
        statement = Statement("work", at, "alice", allocations, books_within=WITHIN)
        self.book.hear(self.ledger, [StatementFetched(LINK, statement, at)], lambda: price, at)
        return self.by_scope(at)

    def by_scope(self, at: datetime) -> dict[str, str]:
        with self.ledger.history() as history:
            return {meter.allocation.scope: str(meter.pending.normalize()) for meter in self.book.stand(history, at).meters}

    def waits_since(self, seconds: float) -> datetime | None:
        with self.ledger.history() as history:
            (routed,) = self.book.stand(history, NOW + timedelta(seconds=seconds)).routed
        return None if routed.waiting is None else routed.waiting.since


def test_a_budget_that_was_not_asked_for_goes_by_its_own_last_word_and_loses_nothing(tmp_path: Path) -> None:
    book = TwoBudgets(tmp_path)
    book.told(0, team=("5", 0), you=("1", 0))
    book.spend(1, "1", 10)
    assert book.told(30, team=("6", 30), you=("1", 0)) == {"team": "0", "you": "1"}
    book.spend(2, "2", 40)
    assert book.told(60, team=("6", 30), you=("2", 60)) == {"team": "2", "you": "2"}
    book.ledger.close()
    again = TwoBudgets(tmp_path)
    assert again.by_scope(NOW + timedelta(seconds=61)) == {"team": "2", "you": "2"}
    assert again.told(90, team=("8", 90), you=("2", 60)) == {"team": "0", "you": "2"}
    assert again.told(120, team=("8", 90), you=("4", 120)) == {"team": "0", "you": "0"}


def test_what_only_a_budget_that_was_not_asked_for_lacks_is_no_reason_to_ask_for_a_list_of_calls(tmp_path: Path) -> None:
    book = TwoBudgets(tmp_path)
    book.told(0, team=("5", 0), you=("1", 0))
    book.spend(1, "1", 10)
    book.told(30, team=("5", 30), you=("1", 0))
    assert book.waits_since(30) == NOW + timedelta(seconds=10)
    assert book.told(80, team=("6", 80), you=("1", 0)) == {"team": "0", "you": "1"}
    assert book.waits_since(80) is None


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whichever_budget_is_asked_what_is_shown_as_spent_is_what_was(data: st.DataObject) -> None:
    """Nobody else spends, and the gateway books within its time: each budget shows every call once, asked for or not."""
    with TemporaryDirectory() as folder:
        book = TwoBudgets(Path(folder))
        late: dict[str, float] = {"team": 0, "you": 0}
        said: dict[str, tuple[str, float]] = {"team": ("0", 0), "you": ("0", 0)}
        book.told(0, **said)
        spent: list[tuple[float, Decimal]] = []
        seconds = 0.0
        for number in range(1, data.draw(st.integers(1, 12)) + 1):
            seconds += data.draw(st.integers(1, 90))
            if data.draw(st.booleans()):
                dollars = Decimal(data.draw(st.integers(1, 9)))
                book.spend(number, str(dollars), seconds)
                spent.append((seconds, dollars))
            else:
                asked = data.draw(st.sampled_from([("team",), ("you",), ("team", "you")]))
                for kind in asked:
                    late[kind] = max(late[kind], seconds - data.draw(st.integers(0, 59)))
                    said[kind] = str(sum((cost for at, cost in spent if at <= late[kind]), Decimal(0))), seconds
                book.told(seconds, **said)
            pending = book.by_scope(NOW + timedelta(seconds=seconds))
            whole = sum((cost for _, cost in spent), Decimal(0))
            assert {kind: Decimal(settled) + Decimal(pending[kind]) for kind, (settled, _) in said.items()} == {"team": whole, "you": whole}
        book.ledger.close()
