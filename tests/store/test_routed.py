"""Which responses went through which account, and what went past them all."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ledger_rig import NOW, batch, event, opened, price
from tankful.core.allocation import BookedCall, BookedCalls, Via
from tankful.core.difference import Tally
from tankful.core.reconciliation import RoutedCall
from tankful.core.routing import Routing
from tankful.core.usage import TokenUsage
from tankful.store.ledger import Ledger

HERE, THERE = "https://llm.example.com/v1", "https://other.example.com"
ROUTING = Routing({"work": "https://llm.example.com", "other": THERE})
CENT = Decimal("0.01")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return opened(tmp_path)


def spent(number: int, cents: int | None, route: str = "", minutes: float = 0, call: str = "", **more: object) -> object:
    """A response `minutes` before now; `None`: nobody knows its price."""
    cost = None if cents is None else cents * CENT
    model = "unknown" if cents is None else "model"
    return event(number, at=NOW - timedelta(minutes=minutes), recorded_cost=cost, route=route, call=call, model=model, **more)


def record(ledger: Ledger, *events: object) -> None:
    ledger.record([batch(events)], price)  # pyright: ignore[reportArgumentType] - made by `spent`


def list_calls(ledger: Ledger, *calls: tuple[str, int]) -> None:
    with ledger.account_recorder() as recorder:
        listed = BookedCalls(tuple(BookedCall(call, cents * CENT, "model", NOW) for call, cents in calls))
        recorder.keep_booked("work", listed, NOW, price)


def through(ledger: Ledger, account: str = "work", since: datetime = NOW - timedelta(days=1)) -> tuple[RoutedCall, ...]:
    with ledger.history() as history:
        return history.routed.calls(account, ROUTING, since)


def tally(ledger: Ledger, start: datetime, end: datetime | None = None, account: str = "work") -> Tally:
    with ledger.history() as history:
        return history.routed.tally(account, ROUTING, start, end)


def outside(ledger: Ledger, start: datetime = NOW - timedelta(days=1), end: datetime | None = None) -> Tally:
    with ledger.history() as history:
        return history.routed.outside(ROUTING, start, end)


def test_calls_are_those_of_the_account_since_a_time_with_what_the_gateway_booked(ledger: Ledger) -> None:
    record(
        ledger,
        spent(1, 10, HERE, minutes=3, call="msg_1"),
        spent(2, 20, HERE, minutes=2, call="msg_2"),
        spent(3, None, HERE, minutes=1),
        spent(4, 40, THERE),
        spent(5, 50),
        spent(6, 60, HERE, minutes=60 * 24),
    )
    list_calls(ledger, ("msg_1", 11))
    first, second, third = through(ledger)
    assert first[1:-1] == ("msg_1", NOW - timedelta(minutes=3), Decimal("0.11"), "model", Decimal("0.11"), Via.KEY, ())
    assert second[1:-1] == ("msg_2", NOW - timedelta(minutes=2), Decimal("0.2"), "model", None, Via.KEY, ())
    assert third[1:-1] == ("", NOW - timedelta(minutes=1), None, "unknown", None, Via.KEY, ())
    assert [call.cost for call in through(ledger, "other")] == [Decimal("0.4")]
    assert through(ledger, "nobody") == ()


def test_a_session_of_which_the_gateway_lists_a_call_went_through_it_whatever_its_log_says(ledger: Ledger) -> None:
    record(ledger, spent(1, 10, call="msg_1"), spent(2, 20, session="other"))
    assert (through(ledger), outside(ledger).cost) == ((), Decimal("0.3"))
    list_calls(ledger, ("msg_1", 10))
    assert [call.call for call in through(ledger)] == ["msg_1"]
    assert outside(ledger) == Tally(Decimal("0.2"), 1, 0, Decimal("0.2"))
    assert tally(ledger, NOW - timedelta(days=1)) == Tally(Decimal("0.1"), 1, 0, Decimal("0.1"))
    record(ledger, spent(3, 30, call="msg_3"))
    assert [call.booked for call in through(ledger)] == [Decimal("0.1"), None]
    assert through(opened(ledger.path.parent)) == through(ledger)


def test_ways_that_are_new_are_seen_and_choices_hold_at_once(ledger: Ledger) -> None:
    record(ledger, spent(1, 10))
    assert through(ledger) == ()
    record(ledger, spent(2, 20, HERE))
    assert len(through(ledger)) == 1
    with ledger.history() as history:
        chosen = Routing(ROUTING.urls, {"agent": "work"})
        assert [call.cost for call in history.routed.calls("work", chosen, NOW - timedelta(days=1))] == [Decimal("0.1"), Decimal("0.2")]


def test_a_tally_counts_to_the_second_at_both_ends(ledger: Ledger) -> None:
    record(ledger, *(spent(number, 1, HERE, minutes=number) for number in range(1, 100)))
    list_calls(ledger)
    start = NOW - timedelta(minutes=99)
    for first in (0, 1, 7, 15, 31):
        for last in (0, 1, 14, 15, 16, 68, 90, 98):
            begin, end = start + timedelta(minutes=first), start + timedelta(minutes=last)
            count = max(0, last - first)
            assert tally(ledger, begin, end) == Tally(count * CENT, count, 0, count * CENT)
    assert tally(ledger, start) == Tally(99 * CENT, 99, 0, 99 * CENT)


def test_a_tally_knows_what_has_no_price_and_what_is_the_gateways_word(ledger: Ledger) -> None:
    priced = event(3, route=HERE, tokens=TokenUsage(20_000_000, 10_000_000))
    record(ledger, spent(1, 10, HERE, call="msg_1"), spent(2, None, HERE), priced, spent(4, None))
    list_calls(ledger, ("msg_1", 12))
    assert tally(ledger, NOW - timedelta(days=1)) == Tally(Decimal("0.15"), 3, 1, Decimal("0.12"))
    assert outside(ledger) == Tally(Decimal(0), 1, 1)


def test_folded_responses_are_counted_too(ledger: Ledger) -> None:
    old = 60 * 24 * 200
    record(ledger, spent(1, 10, HERE, minutes=old), spent(2, 20, minutes=old))
    ledger.fold(180, 400)
    assert tally(ledger, NOW - timedelta(days=300)).cost == Decimal("0.1")
    assert outside(ledger, NOW - timedelta(days=300)).cost == Decimal("0.2")


def test_a_ledger_of_the_first_shape_goes_on_with_all_it_held_and_a_copy_is_kept(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    record(ledger, spent(1, 10, HERE, call="msg_1"))
    ledger.close()
    new = (
        "statement",
        "allocation",
        "quota",
        "books",
        "booked",
        "offered",
        "banner",
        "asked",
        "heard",
        "heard_prompt",
        "compared",
        "counter",
        "foretold",
        "notice",
        "snooze",
        "asked_otherwise",
    )
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        for table in new:
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP INDEX usage_undated")
        connection.execute("PRAGMA user_version = 1")
    again = opened(tmp_path)
    list_calls(again, ("msg_1", 11))
    assert [call.booked for call in through(again)] == [Decimal("0.11")]
    again.close()
    with closing(sqlite3.connect(ledger.path.with_name("ledger.before-step-2.sqlite"))) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (1,)
        assert copy.execute("SELECT call FROM usage").fetchall() == [("msg_1",)]
        names = {name for (name,) in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert not names & set(new)
    assert opened(tmp_path).flaws_inside() == ""


def test_times_are_aware(ledger: Ledger) -> None:
    record(ledger, spent(1, 10, HERE))
    assert through(ledger)[0].at.tzinfo is UTC
