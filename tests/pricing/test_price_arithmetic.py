"""Our arithmetic beside that of genai-prices, for every model of the table, and beside plain decimals."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from importlib.metadata import version
from typing import Any

import pytest
from genai_prices.data import providers
from genai_prices.types import ConditionalPrice, ModelInfo, ModelPrice, StartDateConstraint, TieredPrices, TimeOfDateConstraint, Usage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tankful.core.usage import Basis, TokenUsage, UsageEvent
from tankful.pricing.catalogue import Catalogue
from tankful.pricing.cost import Pricer
from tankful.pricing.table import PriceRow, read_table
from tankful.system.paths import resource

PATH = resource("prices.json")
TABLE = read_table(PATH)
PRICER = Pricer(Catalogue(TABLE, {}, {}))
NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
ROWS = [row for row in TABLE.rows if not row.note]
"""Those of which genai-prices has the price; the others have those of models among them."""
MODELS = {(provider.id, model.id): model for provider in providers for model in provider.models}
CONTEXTS: dict[str, tuple[dict[str, str], ...]] = {
    "batch": ({"processing": "batch"},),
    "fast": ({"service_tier": "fast"}, {"speed": "fast"}),
    "flex": ({"service_tier": "flex"},),
    "priority": ({"service_tier": "priority"},),
}

same_source = pytest.mark.skipif(
    TABLE.source != f"genai-prices {version('genai-prices')}", reason="the table was built from another genai-prices"
)

counts = st.one_of(
    st.integers(0, 3_000), st.integers(0, 1_000_000), st.sampled_from([0, 1, 99_999, 100_000, 128_001, 199_999, 200_000, 200_001, 272_001])
)


@st.composite
def usages(draw: st.DrawFn) -> TokenUsage:
    write, output = draw(counts), draw(counts)
    return TokenUsage(draw(counts), output, draw(counts), write, draw(st.integers(0, write)), draw(st.integers(0, output)))


def event(row: PriceRow, tokens: TokenUsage, at: datetime = NOW, tier: str = "", geo: str = "", searches: int = 0) -> UsageEvent:
    return UsageEvent("agent", (1,), at, tokens, row.id, provider=row.provider, tier=tier, geo=geo, web_searches=searches)


def conditions(model: ModelInfo) -> list[ConditionalPrice]:
    return model.prices if isinstance(model.prices, list) else [ConditionalPrice(prices=model.prices)]


def instants(model: ModelInfo) -> Iterator[datetime]:
    """Now, and both sides of every border between two prices."""
    yield NOW
    for constraint in [condition.constraint for condition in conditions(model)] + [v.constraint for v in model.price_variants or []]:
        match constraint:
            case StartDateConstraint(start_date=day):
                start = datetime.combine(day, time(), UTC)
                yield from (start, start - timedelta(microseconds=1))
            case TimeOfDateConstraint(start_time=begin, end_time=end):
                for moment in (datetime.combine(NOW.date(), begin), datetime.combine(NOW.date(), end)):
                    yield from (moment, moment - timedelta(microseconds=1))
            case None:
                pass


def complete(price: ModelPrice) -> ModelPrice:
    """A Claude model's prices with the cache prices that Anthropic's rule gives where the source has none."""
    values = {key: value for key, value in vars(price).items() if value is not None}
    entry = values["input_mtok"]
    for key, factor in (("cache_read_mtok", "0.1"), ("cache_write_mtok", "1.25"), ("cache_write_1h_mtok", "2")):
        if key not in values:
            assert not isinstance(entry, TieredPrices) or key == "cache_write_1h_mtok"
            values[key] = scaled(entry, Decimal(factor))
    return ModelPrice(**values)


def scaled(price: Decimal | TieredPrices, factor: Decimal) -> Decimal | TieredPrices:
    if isinstance(price, Decimal):
        return price * factor
    return TieredPrices(price.base * factor, [type(tier)(tier.start, tier.price * factor) for tier in price.tiers])


def theirs(row: PriceRow, model: ModelInfo, tokens: TokenUsage, at: datetime, searches: int, context: dict[str, str]) -> int:
    price = model.get_prices(at, context)
    if "claude" in row.id:
        price = complete(price)
    usage = Usage(
        input_tokens=tokens.prompt,
        output_tokens=tokens.output,
        cache_read_tokens=tokens.cache_read,
        cache_write_tokens=tokens.cache_write,
        cache_write_1h_tokens=tokens.cache_write_1h,
        output_reasoning_tokens=tokens.reasoning,
        web_searches=searches if price.web_searches_kcount is not None else 0,
    )
    with localcontext(prec=60):
        return int((price.calc_price(usage)["total_price"] * 10**9).to_integral_value(ROUND_HALF_EVEN))


def searched(model: ModelInfo, at: datetime, searches: int) -> int:
    """Searches as we are asked about them: none where the source has no fee (ours for Claude is tested by itself)."""
    return searches if model.get_prices(at).web_searches_kcount is not None else 0


@same_source
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tokens=usages(), searches=st.integers(0, 20))
def test_every_model_costs_in_each_of_its_periods_what_genai_prices_says(tokens: TokenUsage, searches: int) -> None:
    for row in ROWS:
        model = MODELS[row.provider, row.id]
        for at in instants(model):
            asked = searched(model, at, searches)
            ours = PRICER(event(row, tokens, at, searches=asked))
            assert (ours.nano, ours.basis) == (theirs(row, model, tokens, at, asked, {}), Basis.PRICED), (row.provider, row.id, at)


@same_source
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tokens=usages(), searches=st.integers(0, 20))
def test_every_tier_costs_what_genai_prices_says_from_the_day_it_is_listed(tokens: TokenUsage, searches: int) -> None:
    for row in ROWS:
        model = MODELS[row.provider, row.id]
        for tier, contexts in CONTEXTS.items():
            for context in contexts:
                listed = [variant.constraint for variant in model.price_variants or [] if variant.when == context]
                starts = [constraint.start_date if isinstance(constraint, StartDateConstraint) else date.min for constraint in listed]
                for at in instants(model):
                    if starts and at.date() >= min(starts):
                        asked = searched(model, at, searches)
                        ours = PRICER(event(row, tokens, at, tier, searches=asked)).nano
                        assert ours == theirs(row, model, tokens, at, asked, context), (row.provider, row.id, tier, at)


def priced(model: str, tokens: TokenUsage, at: datetime, tier: str = "") -> int | None:
    return PRICER(UsageEvent("agent", (1,), at, tokens, model, tier=tier)).nano


@pytest.mark.parametrize(
    ("at", "model"),
    [
        (datetime(2026, 4, 21, tzinfo=UTC), "gpt-5.4"),
        (datetime(2026, 7, 29, 23, 59, 59, tzinfo=UTC), "gpt-5.4"),
        (datetime(2026, 7, 30, tzinfo=UTC), "gpt-5.6-luna"),
        (NOW, "gpt-5.6-luna"),
    ],
)
@settings(max_examples=20, deadline=None)
@given(tokens=usages())
def test_the_reviewer_of_approvals_costs_what_its_vendor_says_it_is(at: datetime, model: str, tokens: TokenUsage) -> None:
    assert priced("codex-auto-review", tokens, at) == priced(model, tokens, at)


def test_the_reviewer_of_approvals_has_no_other_tier() -> None:
    tokens = TokenUsage(1_000, 100)
    assert priced("codex-auto-review", tokens, NOW, "fast") == priced("codex-auto-review", tokens, NOW)


def test_a_tier_listed_late_reaches_back_to_the_start_of_the_standard_price_beside_it() -> None:
    million = TokenUsage(input=100_000)
    assert priced("gpt-5.6-sol", million, datetime(2026, 8, 21, tzinfo=UTC), "priority") == 800_000_000
    assert priced("gpt-5.6-sol", million, datetime(2026, 8, 20, 23, 59, tzinfo=UTC), "priority") == 500_000_000
    assert priced("gpt-5", million, datetime(2025, 9, 1, tzinfo=UTC), "priority") == 250_000_000


def decimals(row: dict[str, Any], tokens: TokenUsage, factor: Decimal) -> Decimal:
    """Dollars of a request now, written down a second time: plain decimals over the JSON as it stands in the file."""
    stage = [stage for stage in row["stages"] if stage.get("from", "") <= NOW.date().isoformat() and "daily" not in stage][-1]
    prompt = tokens.input + tokens.cache_read + tokens.cache_write
    band = [band for band in stage["bands"] if prompt > band.get("over", -1)][-1]
    entry, output = Decimal(band["input"]), Decimal(band["output"])
    write = Decimal(band.get("cache_write", band["input"]))
    per_million = (
        tokens.input * entry
        + (tokens.output - tokens.reasoning) * output
        + tokens.reasoning * Decimal(band.get("reasoning", band["output"]))
        + tokens.cache_read * Decimal(band.get("cache_read", band["input"]))
        + (tokens.cache_write - tokens.cache_write_1h) * write
        + tokens.cache_write_1h * Decimal(band.get("cache_write_1h", write))
    )
    return per_million * factor / 10**6 + Decimal(band.get("request", 0)) / 1000


RAW = {(row["provider"], row["id"]): row for row in json.loads(PATH.read_text("utf-8"))["models"]}
EXACT = [row for row in TABLE.rows if not any("daily" in stage for stage in RAW[row.provider, row.id]["stages"])]


@settings(max_examples=300, deadline=None)
@given(row=st.sampled_from(EXACT), tokens=usages(), in_states=st.booleans())
def test_the_cost_is_exact_to_the_last_digit_and_rounded_once(row: PriceRow, tokens: TokenUsage, in_states: bool) -> None:
    geo = "us" if in_states and row.id == "claude-opus-4-8" else ""
    with localcontext(prec=80):
        dollars = decimals(RAW[row.provider, row.id], tokens, Decimal("1.1") if geo and row.provider == "anthropic" else Decimal(1))
        assert PRICER(event(row, tokens, geo=geo)).nano == int((dollars * 10**9).to_integral_value(ROUND_HALF_EVEN))


def test_halves_of_a_nano_dollar_go_to_the_even_side() -> None:
    row = next(row for row in TABLE.rows if row.provider == "openai" and row.id == "gpt-5-nano")
    flex = [PRICER(event(row, TokenUsage(cache_read=count), tier="flex")).nano for count in (1, 3, 5)]
    assert flex == [2, 8, 12]


def test_a_prompt_on_the_border_of_a_band_costs_the_lower_price_for_every_token() -> None:
    below, above = TokenUsage(1_000, 10, 199_000, 72_000), TokenUsage(1_001, 10, 199_000, 72_000)
    low = 1_000 * 2_000 + 10 * 10_000 + 199_000 * 200 + 72_000 * 2_500
    high = 1_001 * 4_000 + 10 * 15_000 + 199_000 * 400 + 72_000 * 5_000
    assert (priced("gpt-6-sol", below, NOW), priced("gpt-6-sol", above, NOW)) == (low, high)


def test_output_does_not_lift_a_request_into_a_band() -> None:
    assert priced("gpt-6-sol", TokenUsage(10, 400_000), NOW) == 10 * 2_000 + 400_000 * 10_000
