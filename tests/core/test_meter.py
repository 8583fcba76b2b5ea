from datetime import UTC, datetime
from decimal import Decimal

from tankful.core.allocation import Allocation
from tankful.core.meter import Meter


def meter(limit: Decimal | None, settled: str, pending: str = "0") -> Meter:
    ends = datetime(2026, 12, 1, tzinfo=UTC)
    return Meter(Allocation("a", "b", limit, Decimal(settled), datetime(2026, 11, 1, tzinfo=UTC), ends), Decimal(pending))


def test_what_is_pending_is_spent_too() -> None:
    seen = meter(Decimal(10), "4", "1")
    assert (seen.spent, seen.headroom, seen.used_share) == (5, 5, Decimal("0.5"))


def test_without_a_limit_there_is_nothing_to_be_left_or_used() -> None:
    assert (meter(None, "4").headroom, meter(None, "4").used_share) == (None, None)


def test_a_limit_of_next_to_nothing_is_overspent_by_a_number_that_programs_can_read() -> None:
    assert meter(Decimal("1e-400"), "0.12").used_share == 10_000
    assert meter(Decimal("0.01"), "99").used_share == 9_900


def test_a_limit_of_zero_is_used_up_and_an_overspent_one_is_negative() -> None:
    assert meter(Decimal(0), "0").used_share == 1
    assert meter(Decimal(1), "3").headroom == -2
