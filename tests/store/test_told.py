"""What the ledger keeps of what linked accounts were told."""

import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ledger_rig import NOW, batch, event, opened, price, rows
from tankful.core.allocation import Allocation, Banner, BookedCall, BookedCalls, OfferedModel, QuotaWindow, ScopeKind, Statement
from tankful.core.errors import LedgerUnusable
from tankful.core.reconciliation import Books
from tankful.core.report import RowBasis
from tankful.core.routing import Routing
from tankful.core.usage import Basis, TokenUsage
from tankful.store.accounts import Question
from tankful.store.ledger import Ledger

ROUTED = "https://llm.example.com/anthropic"
ROUTING = Routing({"work": "https://llm.example.com"})
MONTH = NOW.replace(day=1, hour=0)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return opened(tmp_path)


def allocation(scope: str = "you", settled: str = "402.170000000000005") -> Allocation:
    return Allocation("work", scope, Decimal(600), Decimal(settled), MONTH, NOW + timedelta(days=10))


def statement(who: str = "alice", *allocations: Allocation) -> Statement:
    windows = (QuotaWindow("work", "5 hours", Decimal("12.5"), NOW), QuotaWindow("work", "week", Decimal(3), None, "warning"))
    unlimited = Allocation(
        "work",
        "team",
        None,
        Decimal(0),
        MONTH,
        None,
        ScopeKind.TEAM,
        soft_limit=Decimal(5),
        enforced=False,
        resetting=True,
        as_of=NOW - timedelta(minutes=6),
        severity="critical",
    )
    return Statement("work", NOW, who, allocations or (allocation(), unlimited), windows, timedelta(seconds=12), '"tag"', 60)


def books(carried: str = "1.25") -> Books:
    return Books(NOW, Decimal("402.170000000000005"), MONTH, NOW - timedelta(seconds=12), Decimal(carried), over=True)


def book(ledger: Ledger, *calls: BookedCall, at: datetime = NOW) -> int:
    with ledger.account_recorder() as recorder:
        return recorder.keep_booked("work", BookedCalls(calls), at, price)


def costs(ledger: Ledger) -> list[tuple[str | None, RowBasis]]:
    return [(None if row.cost is None else str(row.cost.normalize()), row.basis) for row in rows(ledger)]


def booked(call: str, cost: str, at: datetime = NOW, model: str = "model") -> BookedCall:
    return BookedCall(call, Decimal(cost), model, at)


def test_the_last_statement_is_there_again_after_a_restart_with_what_reconciliation_needs(ledger: Ledger, tmp_path: Path) -> None:
    said = statement()
    with ledger.account_recorder() as recorder:
        assert recorder.keep_statement(said, {"you": books(), "gone": books()}) == {"you": books()}
    ledger.close()
    with opened(tmp_path).accounts() as accounts:
        assert (accounts.statement("work"), accounts.statements(), accounts.statement("other")) == (said, (said,), None)
        assert (accounts.books("work"), accounts.books("other")) == ({"you": books()}, {})


def test_a_new_statement_takes_the_place_of_the_old_one(ledger: Ledger) -> None:
    with ledger.account_recorder() as recorder:
        recorder.keep_statement(statement(), {"you": books(), "team": books()})
        recorder.keep_statement(Statement("work", NOW, "alice", (allocation(),)), {"you": books("2")})
    with ledger.accounts() as accounts:
        assert accounts.statement("work") == Statement("work", NOW, "alice", (allocation(),))
        assert accounts.books("work") == {"you": books("2")}


def test_books_do_not_outlive_the_person_they_are_about(ledger: Ledger) -> None:
    with ledger.account_recorder() as recorder:
        recorder.keep_statement(statement("alice"), {})
        assert recorder.keep_statement(statement(""), {"you": books()}) == {"you": books()}
        recorder.keep_statement(statement("alice"), {})
        assert recorder.keep_statement(statement("bob"), {"you": books()}) == {}


def test_what_goes_wrong_half_way_leaves_everything_as_it_was(ledger: Ledger) -> None:
    ledger.record([batch([event(1, call="msg_1", route=ROUTED)])], price)
    with ledger.account_recorder() as recorder:
        recorder.keep_statement(statement(), {})

    def fail() -> None:
        with ledger.account_recorder() as recorder:
            recorder.keep_statement(statement("bob"), {})
            recorder.keep_routing(ROUTING, price)
            recorder.keep_booked("work", BookedCalls((booked("msg_1", "2"),)), NOW, price)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with ledger.accounts() as accounts:
        assert [each.who for each in accounts.statements()] == ["alice"]
        assert (accounts.asked("work", Question.CALLS), accounts.routing()) == (None, Routing())
    assert costs(ledger) == [("0.00000101", RowBasis.PRICED)]


_KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from tankful.core.allocation import Statement
from tankful.store.ledger import Ledger
now = datetime(2026, 11, 20, tzinfo=UTC)
with Ledger(Path(sys.argv[1]), lambda: now).account_recorder() as recorder:
    recorder.keep_statement(Statement("work", now, "bob"), {})
    os._exit(9)
"""


def test_a_kill_in_the_middle_leaves_what_was_said_before(ledger: Ledger) -> None:
    with ledger.account_recorder() as recorder:
        recorder.keep_statement(statement("alice"), {})
    assert subprocess.run([sys.executable, "-c", _KILLED, str(ledger.path)], check=False).returncode == 9
    with ledger.accounts() as accounts:
        assert [each.who for each in accounts.statements()] == ["alice"]


def test_what_a_gateway_booked_is_the_cost_of_our_response(ledger: Ledger) -> None:
    ledger.record([batch([event(1, call="msg_1", route=ROUTED), event(2, call="msg_2", model="unknown")])], price)
    assert book(ledger, booked("msg_1", "0.5"), booked("msg_2", "0.25"), booked("elsewhere", "9")) == 2
    assert costs(ledger) == [("0.75", RowBasis.RECORDED)]
    assert book(ledger, booked("msg_1", "0.5")) == 0
    assert book(ledger, booked("msg_1", "0.6")) == 1
    assert book(ledger) == 0
    assert costs(ledger) == [("0.85", RowBasis.RECORDED)]


def test_a_response_that_is_read_after_it_was_booked_has_the_gateways_cost_at_once(ledger: Ledger) -> None:
    book(ledger, booked("msg_1", "0.5"))
    ledger.record([batch([event(1, call="msg_1")])], price)
    assert costs(ledger) == [("0.5", RowBasis.RECORDED)]
    ledger.record_if_free([batch([event(1, call="msg_1", at=NOW + timedelta(seconds=1)), event(2)])], price)
    assert costs(ledger) == [("0.50000101", RowBasis.MIXED)]
    ledger.reprice(price, "again")
    assert costs(ledger) == [("0.50000101", RowBasis.MIXED)]


def test_another_program_learns_what_was_booked(ledger: Ledger, tmp_path: Path) -> None:
    other = opened(tmp_path)
    other.record([batch([event(7)])], price)
    book(ledger, booked("msg_1", "0.5"))
    other.record([batch([event(1, call="msg_1")])], price)
    assert costs(ledger) == [("0.50000101", RowBasis.MIXED)]


def test_the_users_own_price_beats_the_gateway(ledger: Ledger) -> None:
    ledger.record([batch([event(1, call="msg_1")])], price)
    with ledger.account_recorder() as recorder:
        recorder.keep_booked("work", BookedCalls((booked("msg_1", "0.5"),)), NOW, lambda _: (7, Basis.PRICED))
    assert costs(ledger) == [("7E-9", RowBasis.PRICED)]


def test_a_call_without_an_id_is_found_by_model_and_time_and_stays_found(ledger: Ledger) -> None:
    with ledger.account_recorder() as recorder:
        recorder.keep_routing(ROUTING, price)
    mine = event(1, route=ROUTED, at=NOW, recorded_cost=Decimal("0.5"))
    ledger.record([batch([mine, event(2, at=NOW, recorded_cost=Decimal("0.5"))])], price)
    assert book(ledger, booked("chatcmpl-1", "0.45", NOW - timedelta(minutes=1))) == 1
    assert costs(ledger) == [("0.95", RowBasis.RECORDED)]
    assert book(ledger, booked("chatcmpl-1", "0.45", NOW - timedelta(minutes=1))) == 0
    ledger.reprice(price, "again")
    assert costs(ledger) == [("0.95", RowBasis.RECORDED)]


def test_a_response_that_is_written_again_keeps_what_was_booked_for_it(ledger: Ledger) -> None:
    ledger.record([batch([event(1, call="msg_1")])], price)
    book(ledger, booked("msg_1", "0.5"))
    ledger.record([batch([event(1, call="msg_1", tokens=TokenUsage(1000, 900))])], price)
    assert costs(ledger) == [("0.5", RowBasis.RECORDED)]


def test_of_responses_that_a_relay_gave_one_id_only_one_is_the_call(ledger: Ledger) -> None:
    ledger.record([batch([event(1, call="msg_same")])], price)
    book(ledger, booked("msg_same", "0.5"))
    ledger.record([batch([event(2, call="msg_same")])], price)
    assert costs(ledger) == [("0.50000101", RowBasis.MIXED)]
    ledger.reprice(price, "again")
    assert costs(ledger) == [("0.50000101", RowBasis.MIXED)]
    with ledger.history() as history:
        assert [call.booked for call in history.routed.calls("work", ROUTING, MONTH)] == [Decimal("0.5"), None]


@pytest.mark.parametrize("cost", ["NaN", "-1", "Infinity", "1000001"])
def test_costs_that_cannot_be_are_not_believed(ledger: Ledger, cost: str) -> None:
    ledger.record([batch([event(1, call="msg_1")])], price)
    assert book(ledger, booked("msg_1", cost)) == 0
    assert costs(ledger) == [("0.00000101", RowBasis.PRICED)]


def offer(ledger: Ledger, models: Sequence[OfferedModel], account: str = "work") -> int:
    with ledger.account_recorder() as recorder:
        return recorder.keep_offered(account, models, NOW, price)


def test_the_prices_that_a_gateway_states_hold_for_what_went_through_it(ledger: Ledger) -> None:
    models = (
        OfferedModel(
            "model", Decimal("0.001"), Decimal("0.01"), None, Decimal(0), True, ("dear",), ("tests",), "Model", "https://w.example"
        ),
        OfferedModel("other"),
    )
    ledger.record([batch([event(1, route=ROUTED), event(2)])], price)
    assert offer(ledger, models) == 0
    with ledger.account_recorder() as recorder:
        assert recorder.keep_routing(ROUTING, price) == 1
        assert recorder.keep_routing(ROUTING, price) == 0
    assert costs(ledger) == [("1.10000101", RowBasis.PRICED)]
    ledger.record([batch([event(3, route=ROUTED), event(4, route=ROUTED, model="unknown")])], price)
    assert costs(ledger) == [("2.20000101", RowBasis.PRICED)]
    with ledger.accounts() as accounts:
        assert (accounts.offered("work"), accounts.offering(), accounts.routing()) == (models, ("work",), ROUTING)
        assert accounts.asked("work", Question.MODELS) == NOW
    assert offer(ledger, models) == 0
    assert offer(ledger, [OfferedModel("model", Decimal(0), Decimal(0))]) == 2
    assert costs(ledger) == [("0.00000101", RowBasis.PRICED)]
    with ledger.account_recorder() as recorder:
        assert recorder.keep_routing(Routing(), price) == 2
    assert costs(ledger) == [("0.00000303", RowBasis.PRICED)]


def test_what_was_booked_beats_what_is_stated(ledger: Ledger) -> None:
    with ledger.account_recorder() as recorder:
        recorder.keep_routing(ROUTING, price)
    offer(ledger, [OfferedModel("model", Decimal("0.001"), Decimal("0.01"))])
    ledger.record([batch([event(1, route=ROUTED, call="msg_1")])], price)
    assert book(ledger, booked("msg_1", "0.5")) == 1
    offer(ledger, [OfferedModel("model", Decimal(1), Decimal(1))])
    assert costs(ledger) == [("0.5", RowBasis.RECORDED)]


def test_a_message_is_shown_until_it_was_seen_and_again_when_it_is_another_one(ledger: Ledger) -> None:
    first, second = Banner("Maintenance", "info", "1"), Banner("Maintenance tonight", "warning", "2")
    with ledger.account_recorder() as recorder:
        recorder.keep_banner("work", first, NOW)
    with ledger.accounts() as accounts:
        assert (accounts.banner("work"), accounts.banner("other")) == (first, None)
    with ledger.account_recorder() as recorder:
        recorder.banner_seen("work", "1")
        recorder.keep_banner("work", first, NOW + timedelta(hours=1))
    with ledger.accounts() as accounts:
        assert (accounts.banner("work"), accounts.asked("work", Question.MESSAGE)) == (None, NOW + timedelta(hours=1))
    with ledger.account_recorder() as recorder:
        recorder.keep_banner("work", second, NOW + timedelta(hours=2))
    with ledger.accounts() as accounts:
        assert accounts.banner("work") == second
    with ledger.account_recorder() as recorder:
        recorder.keep_banner("work", None, NOW + timedelta(hours=3))
    with ledger.accounts() as accounts:
        assert accounts.banner("work") is None


def test_an_account_that_is_unlinked_is_forgotten_but_for_what_our_responses_cost(ledger: Ledger) -> None:
    ledger.record([batch([event(1, call="msg_1")])], price)
    with ledger.account_recorder() as recorder:
        recorder.keep_statement(statement(), {"you": books()})
        recorder.keep_banner("work", Banner("x", "info", "1"), NOW)
        recorder.keep_booked(
            "work",
            BookedCalls(
                (
                    booked("msg_1", "0.5"),
                    booked("elsewhere", "3"),
                )
            ),
            NOW,
            price,
        )
    offer(ledger, [OfferedModel("model")])
    with ledger.account_recorder() as recorder:
        recorder.forget("work")
    with ledger.accounts() as accounts:
        assert (accounts.statements(), accounts.books("work"), accounts.offering(), accounts.banner("work")) == ((), {}, (), None)
        assert accounts.asked("work", Question.CALLS) is None
    ledger.reprice(price, "again")
    assert costs(ledger) == [("0.5", RowBasis.RECORDED)]
    with closing(sqlite3.connect(ledger.path)) as connection:
        assert connection.execute("SELECT call FROM booked").fetchall() == [("msg_1",)]


def test_words_that_no_file_can_hold_are_kept_as_far_as_they_can(ledger: Ledger) -> None:
    odd = "a\ud800b"
    with ledger.account_recorder() as recorder:
        recorder.keep_statement(statement(odd, allocation(odd)), {odd: books()})
        recorder.keep_booked("work", BookedCalls((booked(odd, "1", model=odd),)), NOW, price)
    with ledger.accounts() as accounts:
        said = accounts.statement("work")
        assert said is not None
        assert (said.who, [each.scope for each in said.allocations], list(accounts.books("work"))) == ("a?b", ["a?b"], ["a?b"])


def test_booked_calls_go_with_the_responses_that_are_folded(ledger: Ledger) -> None:
    book(ledger, booked("old", "1", NOW - timedelta(days=200)), booked("new", "1"))
    ledger.record([batch([event(1, at=NOW - timedelta(days=200)), event(2)])], price)
    ledger.fold(180, 400)
    with closing(sqlite3.connect(ledger.path)) as connection:
        assert connection.execute("SELECT call FROM booked").fetchall() == [("new",)]


def test_a_number_that_no_column_holds_leaves_nothing_behind(ledger: Ledger) -> None:
    with pytest.raises(LedgerUnusable, match="too large"), ledger.account_recorder() as recorder:
        recorder.keep_statement(Statement("work", NOW, poll_after_s=2**70), {})
    with ledger.accounts() as accounts:
        assert accounts.statements() == ()


def test_a_budget_that_is_renamed_keeps_what_reconciliation_needs(ledger: Ledger) -> None:
    named = replace(allocation("team old"), owner_id="team 7")
    renamed = replace(allocation("team new"), owner_id="team 7")
    with ledger.account_recorder() as recorder:
        recorder.keep_statement(statement("alice", named), {})
        assert recorder.keep_statement(statement("alice", renamed), {"team 7": books()}) == {"team 7": books()}
    with ledger.accounts() as accounts:
        assert accounts.books("work") == {"team 7": books()}
        said = accounts.statement("work")
        assert said is not None
        assert said.allocations == (renamed,)


def test_since_when_a_list_of_calls_is_whole_is_known_again_after_a_restart(ledger: Ledger, tmp_path: Path) -> None:
    with ledger.accounts() as accounts:
        assert accounts.listed_since("work") is None
    with ledger.account_recorder() as recorder:
        recorder.keep_booked("work", BookedCalls((), since=MONTH), NOW, price)
    ledger.close()
    again = opened(tmp_path)
    with again.accounts() as accounts:
        assert (accounts.listed_since("work"), accounts.asked("work", Question.CALLS)) == (MONTH, NOW)
    with again.account_recorder() as recorder:
        recorder.keep_booked("work", BookedCalls(()), NOW, price)
    with again.accounts() as accounts:
        assert accounts.listed_since("work") is None
