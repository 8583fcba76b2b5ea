"""Sums of sessions are booked once: over restarts, copies, and beside better records of the same session."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ledger_rig import NOW, batch, event, opened, price, total
from tankful.core.batch import Batch
from tankful.core.totals import SessionTotal
from tankful.core.usage import Basis, TokenUsage, UsageEvent
from tankful.store.ledger import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = opened(tmp_path)
    yield made
    made.close()


def said(*totals: SessionTotal) -> list[Batch]:
    return [batch(())._replace(totals=totals)]


def session(uncached: int, **more: object) -> SessionTotal:
    return SessionTotal("agent", "one", TokenUsage(uncached), NOW)._replace(**more)  # pyright: ignore[reportArgumentType] - any field


def test_a_sum_that_is_met_again_adds_only_its_growth(ledger: Ledger) -> None:
    assert ledger.record(said(session(100)), price) == 1
    assert ledger.record(said(session(100)), price) == 0
    assert ledger.record(said(session(130), session(130), session(90)), price) == 1
    assert total(ledger) == (2, TokenUsage(130))


def test_what_is_booked_of_a_sum_outlives_a_restart(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record(said(session(100, recorded_cost=Decimal("0.10"))), price)
    again = opened(tmp_path)
    assert again.record(said(session(150, recorded_cost=Decimal("0.15"))), price) == 1
    assert total(again) == (2, TokenUsage(150))
    assert again.undated() == {"agent": 1}
    again.close()


def test_two_counters_of_one_session_are_two(ledger: Ledger) -> None:
    ledger.record(said(session(100), session(100, counter="two")), price)
    assert total(ledger) == (2, TokenUsage(200))


def test_a_sum_yields_to_single_responses_of_its_session_whichever_comes_first(ledger: Ledger) -> None:
    summary = session(100, session="session", second_hand=2)
    ledger.record(said(summary), price)
    ledger.record([batch([event(1, second_hand=1)])], price)
    assert total(ledger) == (1, TokenUsage(1000, 10))
    ledger.record(said(summary._replace(tokens=TokenUsage(900), at=NOW + timedelta(minutes=1))), price)
    assert total(ledger) == (1, TokenUsage(1000, 10))
    ledger.record([batch([event(2)])], price)
    assert total(ledger) == (1, TokenUsage(1000, 10))


def test_by_products_of_no_known_session_yield_to_nothing(ledger: Ledger) -> None:
    ledger.record([batch([event(1, session="", second_hand=1), event(2, session="")])], price)
    assert total(ledger)[0] == 2


def test_what_is_booked_of_a_sum_is_priced_as_a_sum_also_when_it_is_priced_again(ledger: Ledger) -> None:
    ledger.record(said(session(100)), price)
    seen: list[bool] = []

    def price_again(booked: UsageEvent) -> tuple[int | None, Basis]:
        seen.append(booked.summed)
        return price(booked)

    ledger.reprice(price_again, "newer")
    assert seen == [True]
