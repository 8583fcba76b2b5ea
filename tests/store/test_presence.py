"""Which sessions are at work, and what they spent since somebody typed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ledger_rig import NOW, batch, event, opened, price
from tankful.core.usage import Prompt
from tankful.store.ledger import Ledger
from tankful.store.presence import Working


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = opened(tmp_path)
    yield made
    made.close()


def ago(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


def working(ledger: Ledger) -> list[Working]:
    with ledger.history() as history:
        return history.working(NOW)


def test_spend_counts_since_the_last_prompt(ledger: Ledger) -> None:
    spent = [event(key, at=ago(minutes), recorded_cost=Decimal(1)) for key, minutes in enumerate((40, 12, 8, 2))]
    ledger.record([batch(spent, prompts=[Prompt("agent", 1, ago(50), "session"), Prompt("agent", 2, ago(15), "session", "/typed")])], price)
    assert working(ledger) == [Working("agent", "session", "/work", ago(2), ago(15), Decimal(3), 0)]


def test_a_session_that_nobody_typed_to_counts_its_day(ledger: Ledger) -> None:
    ledger.record([batch([event(key, at=ago(minutes), recorded_cost=Decimal(1)) for key, minutes in enumerate((60 * 30, 60, 2))])], price)
    assert working(ledger) == [Working("agent", "session", "/work", ago(2), None, Decimal(2), 0)]


def test_an_agent_whose_cost_is_unknown_is_at_work_when_somebody_types(ledger: Ledger) -> None:
    prompts = [Prompt("cursor", 1, ago(3), "s", "/there"), Prompt("cursor", 2, ago(30), "old")]
    ledger.record([batch((), prompts=prompts)], price)
    assert working(ledger) == [Working("cursor", "s", "/there", None, ago(3), Decimal(0), 0)]


def test_the_latest_comes_first_and_the_future_does_not_count(ledger: Ledger) -> None:
    events = [
        event(1, at=ago(9), session="a"),
        event(2, at=ago(1), session="b"),
        event(3, at=ago(-5), session="c"),
        event(4, at=ago(11), session="d"),
    ]
    ledger.record([batch(events, prompts=[Prompt("agent", 1, ago(0), "a")])], price)
    assert [session.session for session in working(ledger)] == ["a", "b"]


def test_requests_without_a_price_are_counted(ledger: Ledger) -> None:
    ledger.record([batch([event(1, at=ago(2), model="unknown"), event(2, at=ago(1), recorded_cost=Decimal(1))])], price)
    assert [(session.since_prompt, session.unpriced) for session in working(ledger)] == [(Decimal(1), 1)]
