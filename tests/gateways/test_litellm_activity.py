"""Spend is broken down by day and model as LiteLLM sums it, our own only; and it estimates what a call would cost."""

from datetime import date
from decimal import Decimal

import pytest

from litellm_rig import LiteLLM, personal, recorded, refusing
from tankful.core.allocation import BookedDay
from tankful.core.errors import GatewayConfused, GatewayUnreachable
from tankful.core.usage import TokenUsage
from tankful.gateways.litellm_activity import breakdown, estimate
from tankful.gateways.litellm_fetch import fetch

PATH = "/user/daily/activity/aggregated"
FIRST, LAST = date(2026, 11, 21), date(2026, 11, 22)


def test_spend_is_broken_down_by_day_and_public_model_name() -> None:
    gateway = personal()
    gateway.answers[PATH] = "activity"
    assert gateway.ask(lambda asked: breakdown(asked, FIRST, LAST)) == (
        BookedDay(LAST, "claude-sonnet-4-5", Decimal("0.300000000000"), 2),
        BookedDay(LAST, "house-coder", Decimal("0.02"), 3),
    )
    assert gateway.asked[-1].query == {"start_date": "2026-11-21", "end_date": "2026-11-22"}


def test_an_administrator_is_shown_everybodys_and_takes_only_what_is_theirs() -> None:
    gateway = personal(user=(200, {}, recorded("user") | {"user_role": "proxy_admin"}))
    gateway.answers[PATH] = "activity"
    mine = (BookedDay(LAST, "claude-sonnet-4-5", Decimal("0.1"), 1),)
    assert gateway.ask(lambda asked: breakdown(asked, FIRST, LAST)) == mine
    statement = gateway.ask(fetch)
    assert gateway.ask(lambda asked: breakdown(asked, FIRST, LAST), last=statement) == mine
    assert gateway.paths == [PATH]


@pytest.mark.parametrize("name", ["coding_tool_key", "administrators_only", "no_such_path", "over_member"])
def test_a_key_that_may_not_read_it_reads_nothing(name: str) -> None:
    gateway = personal()
    gateway.answers[PATH] = refusing(name)
    assert gateway.ask(lambda asked: breakdown(asked, FIRST, LAST)) is None


def test_trouble_is_told_and_so_is_another_shape() -> None:
    gateway = personal()
    gateway.answers[PATH] = refusing("missing_dates")
    with pytest.raises(GatewayConfused):
        gateway.ask(lambda asked: breakdown(asked, FIRST, LAST))
    gateway.answers[PATH] = (200, {}, {"results": [{"date": "today"}]})
    with pytest.raises(GatewayConfused):
        gateway.ask(lambda asked: breakdown(asked, FIRST, LAST))


TOKENS = TokenUsage(input=9000, output=2000, cache_read=800, cache_write=200, reasoning=100)


def test_an_estimate_counts_the_cache_into_the_input_as_the_gateway_does() -> None:
    gateway = LiteLLM({"/cost/estimate": "estimate"})
    assert gateway.ask(lambda asked: estimate(asked, "house-coder", TOKENS)) == Decimal("0.0018")
    (seen,) = gateway.asked
    assert seen.method == "POST"
    assert seen.json == {
        "model": "house-coder",
        "input_tokens": 10000,
        "output_tokens": 2000,
        "cache_read_input_tokens": 800,
        "cache_creation_input_tokens": 200,
        "reasoning_tokens": 100,
    }


@pytest.mark.parametrize("name", ["missing_dates", "malformed", "coding_tool_key", "no_such_path"])
def test_a_model_that_the_gateway_cannot_price_has_no_estimate(name: str) -> None:
    assert LiteLLM({"/cost/estimate": refusing(name)}).ask(lambda asked: estimate(asked, "mystery", TOKENS)) is None
    assert LiteLLM({"/cost/estimate": (200, {}, {})}).ask(lambda asked: estimate(asked, "mystery", TOKENS)) is None


def test_an_estimate_that_cannot_be_had_is_told() -> None:
    with pytest.raises(GatewayUnreachable):
        LiteLLM({"/cost/estimate": refusing("no_database")}).ask(lambda asked: estimate(asked, "house-coder", TOKENS))
