from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tankful.core.allocation import Allocation, ScopeKind
from tankful.core.difference import Difference, Reason, Tally, difference

START = datetime(2026, 11, 1, tzinfo=UTC)


def told(settled: str, kind: ScopeKind = ScopeKind.YOU) -> Allocation:
    return Allocation("there", "you", None, Decimal(settled), START, None, kind)


def tally(cost: str, booked: str = "0", unpriced: int = 0) -> Tally:
    return Tally(Decimal(cost), 9, unpriced, Decimal(booked))


@pytest.mark.parametrize(("settled", "pending"), [("5", "0"), ("4", "1"), ("5.004", "0"), ("4.996", "0")])
def test_what_agrees_to_the_cent_is_no_difference(settled: str, pending: str) -> None:
    assert difference(told(settled), Decimal(pending), tally("5"), lists_calls=True) is None


@pytest.mark.parametrize(
    ("allocation", "ours", "lists", "amount", "reasons"),
    [
        (told("9"), tally("5", "5"), True, "4", (Reason.OTHER_MACHINE, Reason.SHARED_KEY)),
        (told("9", ScopeKind.TEAM), tally("5", "5"), True, "4", (Reason.OTHERS,)),
        (told("5.5"), tally("5"), False, "0.5", (Reason.PRICES, Reason.OTHER_MACHINE, Reason.SHARED_KEY)),
        (told("9"), tally("5", "5", 2), True, "4", (Reason.UNPRICED, Reason.OTHER_MACHINE, Reason.SHARED_KEY)),
        (told("4"), tally("5", "5"), True, "-1", (Reason.SET_BACK,)),
        (told("4"), tally("5", "3"), True, "-1", (Reason.NOT_LISTED, Reason.PRICES, Reason.LATE_BOOKING, Reason.SET_BACK)),
        (told("1"), tally("5", "0.5"), False, "-4", (Reason.LATE_BOOKING, Reason.SET_BACK)),
    ],
)
def test_a_difference_has_its_size_and_its_likely_reasons(
    allocation: Allocation, ours: Tally, amount: str, reasons: tuple[Reason, ...], *, lists: bool
) -> None:
    assert difference(allocation, Decimal(0), ours, lists_calls=lists) == Difference(Decimal(amount), reasons)
