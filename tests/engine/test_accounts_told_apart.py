"""Two keys at one address, of a gateway that lists no calls: whose budget rises by exactly what was spent has the session."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from ledger_rig import NOW, batch, event, opened, price
from tankful.core.allocation import Allocation, BookedCall, BookedCalls, ScopeKind, Statement
from tankful.core.links import Link, Method
from tankful.core.meter import Meter
from tankful.engine.account_book import AccountBook
from tankful.engine.messages import StatementFetched
from tankful.present.meters import pending_words

HERE = "https://llm.example.com"
LINKS = {name: Link(name, "bifrost", HERE, Method.KEY, linked_at=NOW) for name in ("mine", "team")}
MONTH = NOW.replace(day=1, hour=0)
WITHIN = timedelta(seconds=60)


class Accounts:
    """The two accounts, the ledger, and what each gateway's word is second by second."""

    def __init__(self, folder: Path, kind: ScopeKind = ScopeKind.KEY) -> None:
        self.kind = kind
        self.ledger = opened(folder)
        self.book = AccountBook()
        self.book.adopt(self.ledger, tuple(LINKS.values()), {}, lambda: price)

    def spend(self, number: int, dollars: str, seconds: float, session: str = "one") -> None:
        spent = event(
            number, at=NOW + timedelta(seconds=seconds), recorded_cost=Decimal(dollars), route=HERE, session=session, call=f"msg_{number}"
        )
        self.ledger.record([batch([spent])], price)

    def hear(
        self, seconds: float, kind: ScopeKind | None = None, *, listed: tuple[str, int, str] | None = None, **settled: str
    ) -> dict[str, str]:
        """Return what is shown as pending in each account after the gateway said this, and listed this call for one of them."""
        at = NOW + timedelta(seconds=seconds)
        for name, amount in settled.items():
            scope = kind or self.kind
            budget = Allocation(name, scope.value, Decimal(100), Decimal(amount), MONTH, None, scope)
            said = Statement(name, at, name, (budget,), books_within=WITHIN)
            calls = None
            if listed is not None and listed[0] == name:
                calls = BookedCalls((BookedCall(f"msg_{listed[1]}", Decimal(listed[2]), "m", at - timedelta(seconds=26)),))
            self.book.hear(self.ledger, [StatementFetched(LINKS[name], said, at, calls)], lambda: price, at)
        return {name: str(meter.pending.normalize()) for name, meter in self.meters(seconds).items()}

    def meters(self, seconds: float) -> Mapping[str, Meter]:
        with self.ledger.history() as history:
            return {meter.allocation.account: meter for meter in self.book.stand(history, NOW + timedelta(seconds=seconds)).meters}


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    accounts = Accounts(tmp_path)
    accounts.hear(0, mine="5", team="20")
    accounts.spend(1, "1.25", 10)
    return accounts


def test_what_nothing_tells_apart_is_shown_once_and_said_to_be_unsure(accounts: Accounts) -> None:
    assert accounts.hear(15, mine="5", team="20") == {"mine": "1.25", "team": "0"}
    assert pending_words(accounts.meters(15)["mine"]) == "+$1.25 not booked yet, here or in team"
    assert pending_words(accounts.meters(15)["team"]) == ""


def test_the_account_that_rises_by_exactly_what_was_spent_has_the_session_from_then_on(accounts: Accounts) -> None:
    assert accounts.hear(30, mine="5", team="21.25") == {"mine": "0", "team": "0"}
    accounts.spend(2, "2", 40)
    assert accounts.hear(45, team="21.25") == {"mine": "0", "team": "2"}
    assert pending_words(accounts.meters(45)["team"]) == "+$2.00 not booked yet"
    accounts.spend(3, "4", 46, session="another")
    assert accounts.hear(50, mine="5", team="23.25") == {"mine": "4", "team": "0"}


def test_the_first_account_may_be_the_one_that_rises(accounts: Accounts) -> None:
    assert accounts.hear(80, mine="6.25", team="20") == {"mine": "0", "team": "0"}
    accounts.spend(2, "2", 90)
    assert accounts.hear(95, mine="6.25", team="20") == {"mine": "2", "team": "0"}
    assert pending_words(accounts.meters(95)["mine"]) == "+$2.00 not booked yet"


def test_what_an_account_rose_by_beside_decides_nothing(accounts: Accounts) -> None:
    """Others spend from the team's budget, too."""
    assert accounts.hear(30, mine="5", team="28") == {"mine": "1.25", "team": "0"}
    assert accounts.meters(30)["mine"].perhaps == ("team",)
    assert accounts.hear(40, mine="1", team="29.25") == {"mine": "0", "team": "0"}, "the one that was set back decides nothing"


def test_a_users_own_budget_rises_by_what_all_keys_spend_and_yields_to_a_nearer_one(accounts: Accounts) -> None:
    accounts.hear(20, ScopeKind.YOU, mine="5")
    assert accounts.hear(30, ScopeKind.YOU, mine="6.25") == {"mine": "0", "team": "0"}
    assert accounts.hear(31, team="21.25") == {"mine": "0", "team": "0"}
    accounts.spend(2, "2", 40)
    assert accounts.hear(45, ScopeKind.YOU, mine="6.25") == {"mine": "0", "team": "2"}


def test_a_users_own_budget_decides_nothing_of_what_an_account_with_a_nearer_one_may_have(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.hear(0, team="20")
    accounts.hear(5, ScopeKind.YOU, mine="5")
    for number in (1, 2, 3):
        accounts.spend(number, "1.25", 9 + number)
    accounts.hear(30, ScopeKind.YOU, mine="6.25")
    with accounts.ledger.history() as history:
        routed = {each.account: each.waiting for each in accounts.book.stand(history, NOW + timedelta(seconds=30)).routed}
    assert routed["team"] is not None
    assert routed["team"].undecided, "its list is asked for until one decides"
    assert accounts.hear(36, team="20", listed=("team", 1, "1.25")) == {"mine": "0", "team": "3.75"}, "not lost while the nearer one lags"
    assert accounts.hear(50, team="23.75") == {"mine": "0", "team": "0"}


def test_of_two_sessions_with_a_key_each_both_accounts_have_their_own(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.hear(0, mine="5", team="20")
    accounts.spend(1, "1.25", 10, session="mine")
    accounts.spend(2, "2", 11, session="team")
    accounts.spend(3, "0.50", 12, session="mine")
    accounts.spend(4, "4", 13, session="team")
    assert accounts.hear(30, mine="5", team="22") == {"mine": "1.75", "team": "4"}
    assert accounts.hear(45, mine="6.75", team="26") == {"mine": "0", "team": "0"}
    accounts.spend(5, "1", 50, session="team")
    assert accounts.hear(55, mine="6.75", team="26") == {"mine": "0", "team": "1"}


def test_of_many_sessions_at_once_it_is_not_tried_which_a_rise_may_be(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.hear(0, mine="5", team="20")
    for number in range(1, 9):
        accounts.spend(number, str(2**number), 10 + number, session=f"s{number}")
    accounts.hear(30, team="28")
    assert accounts.meters(30)["mine"].perhaps == ("team",)


def test_a_rise_that_may_be_of_either_session_decides_nothing(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.hear(0, mine="5", team="20")
    accounts.spend(1, "1", 10, session="a")
    accounts.spend(2, "2", 11, session="b")
    accounts.spend(3, "1", 12, session="c")
    accounts.hear(30, team="22")
    assert accounts.meters(30)["mine"].perhaps == ("team",)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_dollar_is_shown_in_one_account_whichever_it_is_and_however_late_each_books(data: st.DataObject) -> None:
    """One session has any amounts; of several, each with its own key, no two sums are alike: else nothing tells them apart."""
    with TemporaryDirectory() as folder:
        accounts = Accounts(Path(folder))
        accounts.hear(0, mine="0", team="0")
        sessions = data.draw(st.sampled_from(["a", "abc"]))
        holders = {session: data.draw(st.sampled_from(["mine", "team"])) for session in sessions}
        spent: list[tuple[float, Decimal, str]] = []
        until, seconds = 0.0, 0.0
        for number in range(1, data.draw(st.integers(6, 14)) + 1):
            seconds += data.draw(st.integers(1, 90))
            if data.draw(st.booleans()):
                session = data.draw(st.sampled_from(sessions))
                cents = data.draw(st.integers(1, 99)) if len(sessions) == 1 else 2 ** len(spent)
                spent.append((seconds, Decimal(cents) / 100, holders[session]))
                accounts.spend(number, str(spent[-1][1]), seconds, session)
            else:
                until = max(until, seconds - data.draw(st.integers(0, 59)))
                settled = {name: sum((cost for at, cost, whose in spent if whose == name and at <= until), Decimal(0)) for name in LINKS}
                accounts.hear(seconds, mine=str(settled["mine"]), team=str(settled["team"]))
            shown = sum((meter.spent for meter in accounts.meters(seconds).values()), Decimal(0))
            assert shown == sum((cost for _, cost, _ in spent), Decimal(0))
        accounts.ledger.close()
