"""Two accounts at one address, a personal key and a team's: each call is pending in one of them."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ledger_rig import NOW, batch, event, opened, price
from tankful.core.allocation import BookedCall, BookedCalls, ScopeKind, Via
from tankful.core.routing import Routing
from tankful.store.ledger import Ledger

HERE = "https://llm.example.com/v1"
ROUTING = Routing({"mine": "https://llm.example.com", "team": "https://llm.example.com"})
CENT = Decimal("0.01")
LATELY = NOW - timedelta(days=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = opened(tmp_path)
    with ledger.account_recorder() as recorder:
        recorder.keep_routing(ROUTING, price)
    return ledger


def spend(ledger: Ledger, number: int, cents: int, call: str = "", **more: object) -> None:
    spent = event(number, at=NOW, recorded_cost=cents * CENT, **({"route": HERE} | more), call=call)
    ledger.record([batch([spent])], price)


def listing(ledger: Ledger, account: str, *calls: tuple[str, int, Via], minutes: float = 0) -> None:
    at = NOW + timedelta(minutes=minutes)
    with ledger.account_recorder() as recorder:
        listed = BookedCalls(tuple(BookedCall(call, cents * CENT, "model", at, via) for call, cents, via in calls))
        recorder.keep_booked(account, listed, at, price)


def pending(ledger: Ledger, account: str, routing: Routing = ROUTING, *, maybe: bool = False) -> list[Decimal | None]:
    """Costs of the calls of an account that it has not listed."""
    with ledger.history() as history:
        return [call.cost for call in history.routed.calls(account, routing, LATELY, maybe=maybe) if call.booked is None]


def tally(ledger: Ledger, account: str, kind: ScopeKind = ScopeKind.YOU) -> Decimal:
    with ledger.history() as history:
        return history.routed.tally(account, ROUTING, LATELY, kind=kind).cost


def test_a_call_that_nothing_tells_apart_is_the_first_accounts_and_the_others_list_is_asked_too(ledger: Ledger) -> None:
    spend(ledger, 1, 10)
    assert (pending(ledger, "mine"), pending(ledger, "team")) == ([Decimal("0.1")], [])
    assert pending(ledger, "team", maybe=True) == [Decimal("0.1")]


def test_once_a_list_shows_a_call_of_the_session_all_of_the_session_is_that_accounts(ledger: Ledger) -> None:
    spend(ledger, 1, 10, "msg_1")
    listing(ledger, "team", ("msg_1", 10, Via.KEY))
    spend(ledger, 2, 20, "msg_2", model="another model")
    spend(ledger, 3, 40, "msg_3", session="another session")
    assert (pending(ledger, "team"), pending(ledger, "mine")) == ([Decimal("0.2")], [Decimal("0.4")])
    assert (tally(ledger, "team"), tally(ledger, "mine")) == (Decimal("0.3"), Decimal("0.4"))
    assert pending(ledger, "mine", maybe=True) == [Decimal("0.4")]
    again = opened(ledger.path.parent)
    assert (pending(again, "team"), pending(again, "mine")) == ([Decimal("0.2")], [Decimal("0.4")])


def test_a_gateway_that_lists_all_calls_of_a_user_in_both_accounts_shows_none_of_them_in_both(ledger: Ledger) -> None:
    """The user's own sum rises by the team's calls too, the budgets of the personal key do not."""
    spend(ledger, 1, 10, "msg_1")
    listing(ledger, "mine", ("msg_1", 10, Via.USER))
    assert pending(ledger, "team", maybe=True) == [Decimal("0.1")]
    listing(ledger, "team", ("msg_1", 10, Via.KEY))
    spend(ledger, 2, 20, "msg_2")
    assert (pending(ledger, "mine"), pending(ledger, "team")) == ([], [Decimal("0.2")])
    assert (tally(ledger, "mine"), tally(ledger, "mine", ScopeKind.KEY)) == (Decimal("0.1"), Decimal(0))
    assert (tally(ledger, "team", ScopeKind.KEY), tally(ledger, "team", ScopeKind.TEAM)) == (Decimal("0.3"), Decimal("0.3"))


def test_a_session_that_goes_on_with_the_other_key_moves_over(ledger: Ledger) -> None:
    spend(ledger, 1, 10, "msg_1")
    listing(ledger, "team", ("msg_1", 10, Via.KEY))
    spend(ledger, 2, 20, "msg_2")
    listing(ledger, "mine", ("msg_2", 20, Via.KEY), minutes=5)
    spend(ledger, 3, 40, "msg_3")
    assert (pending(ledger, "mine"), pending(ledger, "team")) == ([Decimal("0.4")], [])


def test_a_call_without_an_id_is_looked_for_in_every_list_that_may_hold_it(ledger: Ledger) -> None:
    spend(ledger, 1, 10)
    listing(ledger, "team", ("chatcmpl-1", 10, Via.KEY))
    assert (pending(ledger, "mine"), pending(ledger, "team")) == ([], [])
    assert (tally(ledger, "mine"), tally(ledger, "team")) == (Decimal(0), Decimal("0.1"))


def test_a_call_that_another_accounts_list_shows_is_not_pending_where_the_folder_was_said_to_go(ledger: Ledger) -> None:
    spend(ledger, 1, 10, "msg_1")
    chosen = Routing(ROUTING.urls, {"/work": "mine"})
    assert (pending(ledger, "mine", chosen), pending(ledger, "team", chosen)) == ([Decimal("0.1")], [])
    listing(ledger, "team", ("msg_1", 10, Via.KEY))
    assert (pending(ledger, "mine", chosen), pending(ledger, "team", chosen)) == ([], [])


def test_an_account_that_is_linked_anew_with_another_key_is_looked_at_again(ledger: Ledger) -> None:
    spend(ledger, 1, 10, "msg_1")
    listing(ledger, "mine", ("msg_1", 10, Via.KEY))
    spend(ledger, 2, 20, "msg_2")
    assert (pending(ledger, "mine"), pending(ledger, "team")) == ([Decimal("0.2")], [])
    listing(ledger, "mine", ("msg_1", 10, Via.USER))
    assert (pending(ledger, "mine"), pending(ledger, "team")) == ([], [Decimal("0.1"), Decimal("0.2")])


def test_sessions_without_a_name_are_told_apart_by_model(ledger: Ledger) -> None:
    spend(ledger, 1, 10, "msg_1", session="")
    listing(ledger, "team", ("msg_1", 10, Via.KEY))
    spend(ledger, 2, 20, "msg_2", session="", model="another model")
    assert (pending(ledger, "mine"), pending(ledger, "team")) == ([Decimal("0.2")], [])
