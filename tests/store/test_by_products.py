"""By-products give way to better records of their session, but for sums of what those know nothing of."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from ledger_rig import NOW, batch, event, opened, outside, price, total
from tankful.core.batch import Batch
from tankful.core.totals import SessionTotal
from tankful.core.usage import TokenUsage
from tankful.store.ledger import Ledger

YESTERDAY = NOW - timedelta(days=1)
BEFORE = SessionTotal(
    "agent", "session/m", TokenUsage(100), YESTERDAY, YESTERDAY - timedelta(minutes=5), (YESTERDAY,), session="session", second_hand=2
)
"""What a session did yesterday, in one sum; today its calls are kept one by one, and a sum of both comes in the end."""
AFTER = BEFORE._replace(tokens=TokenUsage(1100), at=NOW + timedelta(minutes=1), times=(YESTERDAY, NOW))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = opened(tmp_path, NOW + timedelta(hours=1))
    yield made
    made.close()


def sums(*totals: SessionTotal) -> Batch:
    return batch((), "/sums")._replace(totals=totals)


CALLS = batch([event(1, at=NOW), event(2, at=NOW + timedelta(minutes=1))])
ALL_ORDERS = [order for order in permutations((sums(BEFORE), sums(AFTER), CALLS)) if order.index(sums(BEFORE)) < order.index(sums(AFTER))]


@pytest.mark.parametrize("order", ALL_ORDERS)
def test_what_a_session_spent_before_its_first_better_record_stays(ledger: Ledger, order: Sequence[Batch]) -> None:
    for each in order:
        ledger.record([each], price)
    assert total(ledger) == (3, TokenUsage(100 + 2 * 1000, 20))


def test_it_stays_also_where_all_is_met_at_once_and_later_calls_follow(ledger: Ledger) -> None:
    ledger.record([sums(BEFORE, AFTER), CALLS], price)
    ledger.record([batch([event(3, at=NOW + timedelta(minutes=2))])], price)
    ledger.record([sums(AFTER._replace(tokens=TokenUsage(1200), at=NOW + timedelta(minutes=30), times=(NOW,)))], price)
    assert total(ledger) == (4, TokenUsage(100 + 3 * 1000, 30))


def test_it_gives_way_to_a_better_record_of_an_earlier_time_that_comes_late(ledger: Ledger) -> None:
    ledger.record([sums(BEFORE), CALLS], price)
    assert total(ledger)[0] == 3
    ledger.record([batch([event(3, at=YESTERDAY - timedelta(minutes=1))])], price)
    assert total(ledger) == (3, TokenUsage(3000, 30))


@pytest.mark.parametrize(
    "told",
    [
        BEFORE._replace(at=NOW - timedelta(minutes=5), times=(NOW - timedelta(minutes=5),)),  # it may be of the same call
        BEFORE._replace(began=None, times=()),  # nobody knows when it was spent
    ],
)
def test_a_sum_that_may_be_of_the_same_calls_gives_way_whichever_comes_first(ledger: Ledger, told: SessionTotal) -> None:
    ledger.record([CALLS], price)
    ledger.record([sums(told)], price)
    assert total(ledger) == (2, TokenUsage(2000, 20))
    ledger.record([sums(told._replace(session="other", counter="other"))], price)
    ledger.record([batch([event(4, session="other", at=NOW)])], price)
    assert total(ledger) == (3, TokenUsage(3000, 30))


def test_a_sum_gives_way_to_better_records_that_are_older_than_all_that_is_kept(ledger: Ledger) -> None:
    ledger.record([CALLS], price)
    outside(ledger, "DELETE FROM usage", "DELETE FROM sums")  # as `fold` does in the end
    ledger.record([sums(BEFORE)], price)
    assert total(ledger)[0] == 0
