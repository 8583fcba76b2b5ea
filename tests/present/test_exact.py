from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tankful.present.exact import exact_money, exact_or_none, instant, instant_or_none, number


@pytest.mark.parametrize(
    ("dollars", "said"),
    [
        ("0", "0.00"),
        ("-0", "0.00"),
        ("0.46", "0.46"),
        ("400", "400.00"),
        ("4E+2", "400.00"),
        ("1.5", "1.50"),
        ("0.000000001", "0.000000001"),
        ("1E-9", "0.000000001"),
        ("0.1000", "0.10"),
        ("-3.2", "-3.20"),
        ("-0.005", "-0.005"),
    ],
)
def test_money_is_said_to_the_last_digit(dollars: str, said: str) -> None:
    assert exact_money(Decimal(dollars)) == said


@given(dollars=st.decimals(-1_000_000_000, 1_000_000_000, places=9))
def test_money_comes_back_as_it_went(dollars: Decimal) -> None:
    assert Decimal(exact_money(dollars)) == dollars


def test_times_are_said_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    assert instant(datetime(2026, 11, 20, 13, 0, 0, 999_999, tzinfo=berlin)) == "2026-11-20T12:00:00Z"
    assert instant_or_none(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00Z"


def test_what_is_not_known_stays_unknown() -> None:
    assert (exact_or_none(None), instant_or_none(None), number(None)) == (None, None, None)
    assert exact_or_none(Decimal(1)) == "1.00"
    assert number(Decimal(2) / 3) == 0.6667


def test_a_share_of_next_to_nothing_is_a_number_still() -> None:
    assert number(Decimal("1e400")) == number(float("inf")) == 1_000_000
