"""What token counts can be, and how two sightings of one response become one."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tankful.core.usage import TokenUsage, UsageEvent

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EVENT = UsageEvent("agent", (1,), NOW, TokenUsage(10, 5), session="first")


@pytest.mark.parametrize("counts", [{"input": -1}, {"reasoning": -1}, {"cache_write_1h": 1}, {"output": 2, "reasoning": 3}])
def test_counts_that_cannot_be_are_refused(counts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"cannot be"):
        TokenUsage(**counts)


def test_a_sum_adds_bucket_by_bucket() -> None:
    assert TokenUsage(1, 2, 3, 4, 1, 2) + TokenUsage(10, 20, 30, 40, 10, 20) == TokenUsage(11, 22, 33, 44, 11, 22)
    assert (TokenUsage(1, 2, 3, 4).total, TokenUsage(1, 2, 3, 4).prompt) == (10, 8)


def test_two_sightings_keep_the_larger_counts() -> None:
    assert TokenUsage(3, 1, 9, 4).merged(TokenUsage(4, 700, 8, 5, 5)) == TokenUsage(4, 700, 9, 5, 5)


def test_the_sighting_that_splits_off_its_cache_says_what_is_uncached() -> None:
    whole, split = TokenUsage(100, 5), TokenUsage(3, 5, 97)
    assert whole.merged(split) == split.merged(whole) == split


def test_an_original_wins_over_its_echo_in_either_order() -> None:
    echo = EVENT._replace(keys=(2,), echo=True, at=NOW + timedelta(hours=1), session="second", tokens=TokenUsage(10, 9))
    assert EVENT.merged(echo)._replace(keys=()) == echo.merged(EVENT)._replace(keys=())
    assert EVENT.merged(echo) == EVENT._replace(keys=(1, 2), tokens=TokenUsage(10, 9))


def test_the_earliest_wins_where_copies_are_dated_later() -> None:
    original = EVENT._replace(first_wins=True)
    copy = original._replace(at=NOW + timedelta(days=1), session="copy")
    assert original.merged(copy) == copy.merged(original) == original


def test_the_last_line_dates_a_streamed_response_and_costs_are_not_lost() -> None:
    later = EVENT._replace(at=NOW + timedelta(seconds=3), recorded_cost=Decimal("0.5"), session="second")
    merged = EVENT.merged(later)
    assert (merged.at, merged.recorded_cost, merged.session) == (later.at, Decimal("0.5"), "first")
    assert later.merged(EVENT._replace(recorded_cost=Decimal("0.7"))).recorded_cost == Decimal("0.7")


def test_what_a_by_product_says_of_a_response_gives_way_to_the_agents_own_record() -> None:
    later = NOW + timedelta(hours=1)
    copy = EVENT._replace(keys=(1, 3), second_hand=1, at=later, tokens=TokenUsage(99, 99), model="m", recorded_cost=Decimal(1))
    assert EVENT.merged(copy) == copy.merged(EVENT) == EVENT._replace(keys=(1, 3), model="m")
