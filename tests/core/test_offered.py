from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tankful.core.allocation import OfferedModel
from tankful.core.offered import by_name, names_of, offered_cost
from tankful.core.usage import TokenUsage, UsageEvent

NOW = datetime(2026, 11, 20, tzinfo=UTC)
SONNET = OfferedModel("anthropic/claude-sonnet-4-5", Decimal("0.000003"), Decimal("0.000015"), Decimal("0.0000003"))
FREE = OfferedModel("qwen3-coder", Decimal(0), Decimal(0), in_house=True)
SILENT = OfferedModel("silent")


def cost(model: str | None, tokens: TokenUsage, searches: int = 0) -> Decimal | None:
    return offered_cost(UsageEvent("agent", (1,), NOW, tokens, model, web_searches=searches), by_name((SONNET, FREE, SILENT)))


def test_a_model_is_known_with_and_without_its_provider_and_date() -> None:
    assert names_of("Anthropic/Claude-Opus-4-20250514") == ("anthropic/claude-opus-4-20250514", "claude-opus-4-20250514", "claude-opus-4")
    assert names_of("gpt-5") == ("gpt-5",)


def test_a_whole_name_beats_a_part_and_the_first_of_two_beats_the_second() -> None:
    dear, plain, last = OfferedModel("a/model"), OfferedModel("model"), OfferedModel("b/model")
    assert by_name((dear, plain, last)) == {"a/model": dear, "model": plain, "b/model": last}


@pytest.mark.parametrize("model", ["claude-sonnet-4-5", "claude-sonnet-4-5-20250929", "ANTHROPIC/claude-sonnet-4-5"])
def test_a_response_costs_what_the_gateway_states(model: str) -> None:
    assert cost(model, TokenUsage(1000, 100, 5000)) == Decimal("0.006")


@pytest.mark.parametrize(
    ("model", "tokens", "searches"),
    [
        ("claude-sonnet-4-5", TokenUsage(1000, 100, 0, 50), 0),
        ("claude-sonnet-4-5", TokenUsage(1000, 100, 0, 50, 50), 0),
        ("claude-sonnet-4-5", TokenUsage(1000, 100), 1),
        ("silent", TokenUsage(1000, 100), 0),
        ("silent", TokenUsage(), 0),
        ("elsewhere", TokenUsage(1000, 100), 0),
        (None, TokenUsage(1000, 100), 0),
    ],
)
def test_what_the_gateway_does_not_state_it_does_not_price(model: str | None, tokens: TokenUsage, searches: int) -> None:
    assert cost(model, tokens, searches) is None


def test_what_is_free_costs_nothing() -> None:
    assert cost("qwen3-coder", TokenUsage(1000, 100)) == 0
