from decimal import Decimal

from tankful.core.report import RowBasis, UsageRow, total_of
from tankful.core.usage import TokenUsage

PRICED = UsageRow(2, TokenUsage(10, 4, reasoning=1), Decimal("0.25"), RowBasis.PRICED, 0)
RECORDED = UsageRow(1, TokenUsage(5, 1), Decimal("0.10"), RowBasis.RECORDED, 0, placeholder_requests=1)
UNPRICED = UsageRow(3, TokenUsage(7, 2), None, RowBasis.UNPRICED, 3)


def test_the_total_of_nothing_costs_nothing() -> None:
    assert total_of([]) == UsageRow(0, TokenUsage(), Decimal(0), RowBasis.PRICED, 0)


def test_a_total_adds_every_count() -> None:
    assert total_of([PRICED, RECORDED, UNPRICED]) == UsageRow(
        6, TokenUsage(22, 7, reasoning=1), Decimal("0.35"), RowBasis.MIXED, 3, placeholder_requests=1
    )


def test_what_is_unpriced_does_not_change_how_the_rest_was_costed() -> None:
    assert total_of([PRICED, UNPRICED]).basis is RowBasis.PRICED
    assert total_of([RECORDED]).basis is RowBasis.RECORDED


def test_a_total_of_which_nothing_has_a_price_has_no_cost() -> None:
    assert (total_of([UNPRICED]).cost, total_of([UNPRICED]).basis) == (None, RowBasis.UNPRICED)
