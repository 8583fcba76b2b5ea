"""What numbers, times and counts read like."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tankful.present import format as words


@pytest.mark.parametrize(
    ("dollars", "text"),
    [
        ("197.83", "$197.83"),
        ("1234.5", "$1,234.50"),
        ("0", "$0.00"),
        ("0.000001", "<$0.01"),
        ("0.0099", "<$0.01"),
        ("0.01", "$0.01"),
        ("-3.2", "-$3.20"),
        ("-0.004", "-<$0.01"),
        ("1234567.891", "$1,234,567.89"),
    ],
)
def test_money_has_a_dollar_sign_thousands_and_cents(dollars: str, text: str) -> None:
    assert words.money(Decimal(dollars)) == text


def test_an_unknown_cost_is_never_a_zero() -> None:
    assert words.money(None) == "unpriced"


@pytest.mark.parametrize(("dollars", "text"), [("600", "$600"), ("600.00", "$600"), ("0.5", "$0.50"), ("1500", "$1,500")])
def test_a_limit_has_cents_only_when_there_are_any(dollars: str, text: str) -> None:
    assert words.round_money(Decimal(dollars)) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [("0", "0%"), ("0.0001", "<1%"), ("0.01", "1%"), ("0.676", "67%"), ("0.9999", "99%"), ("1", "100%"), ("12.5", "1,250%")],
)
def test_less_than_all_is_never_a_hundred_percent_and_more_than_nothing_never_zero(share: str, text: str) -> None:
    assert words.percent(Decimal(share)) == text


def test_an_unknown_share_is_a_dash() -> None:
    assert words.percent(None) == "\N{EN DASH}"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0 s"), (4.9, "4 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (47 * 3600, "47 h"), (48 * 3600, "2 days")],
)
def test_an_age_is_told_in_its_largest_unit(seconds: float, text: str) -> None:
    assert words.age(timedelta(seconds=seconds)) == text


def test_days_and_months_have_english_names() -> None:
    assert words.day(date(2026, 11, 26)) == "Thu 26 Nov"
    assert words.short_day(date(2026, 12, 1)) == "1 Dec"
    assert words.month(date(2026, 11, 1)) == "November"


def test_the_clock_is_in_the_users_zone() -> None:
    assert words.clock(datetime(2026, 11, 20, 13, 2, tzinfo=UTC), timezone(timedelta(hours=1))) == "14:02"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1K"),
        (12_345, "12.3K"),
        (999_949, "999.9K"),
        (999_990, "1M"),
        (4_600_000, "4.6M"),
        (1_200_000_000, "1.2B"),
        (2_000_000_000_000, "2T"),
    ],
)
def test_tokens_take_at_most_four_figures(count: int, text: str) -> None:
    assert words.tokens(count) == text


def test_counts_agree_with_their_nouns() -> None:
    assert words.counted(1, "request") == "1 request"
    assert words.counted(1200, "request") == "1,200 requests"
    assert words.counted(2, "entry", "entries") == "2 entries"


@given(st.decimals(min_value=0, max_value=10**9, places=6))
def test_money_that_is_not_nothing_never_reads_as_nothing(dollars: Decimal) -> None:
    assert (words.money(dollars) == "$0.00") == (dollars == 0)


def test_what_acts_on_a_terminal_is_made_visible() -> None:
    assert words.visible("a\x1b[2J\x9b\u202eb") == "a\ufffd[2J\ufffd\ufffdb"
    assert words.escaped('{\n"\x7f"}') == '{\n"\\u007f"}'
