"""The order of prices, the user's own ones, surcharges, and when repricing is due."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from tankful.core.errors import SettingsUnreadable
from tankful.core.own_models import PriceOverride
from tankful.core.usage import Basis, TokenUsage, UsageEvent
from tankful.pricing.catalogue import Catalogue
from tankful.pricing.cost import Cost, Pricer
from tankful.pricing.rates import rates_over_time
from tankful.pricing.revision import revision
from tankful.pricing.table import SCHEMA, Band, PricesUnusable, Stage, read_table
from tankful.system.paths import resource

PATH = resource("prices.json")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOKENS = TokenUsage(input=1_000, output=100, cache_read=10_000, cache_write=500, cache_write_1h=200)
EVENT = UsageEvent("agent", (1,), NOW, TOKENS, "claude-opus-4-6")
OPUS_INPUT, OPUS_OUTPUT, OPUS_READ, OPUS_WRITE, OPUS_WRITE_1H = 5_000, 25_000, 500, 6_250, 10_000
OPUS = 1_000 * OPUS_INPUT + 100 * OPUS_OUTPUT + 10_000 * OPUS_READ + 300 * OPUS_WRITE + 200 * OPUS_WRITE_1H


def pricer(overrides: Mapping[str, PriceOverride] | None = None, aliases: Mapping[str, str] | None = None) -> Pricer:
    return Pricer(Catalogue.load(PATH, overrides or {}, aliases or {}))


def dollars(entry: str, output: str, *cache: str | None) -> PriceOverride:
    return PriceOverride(Decimal(entry), Decimal(output), *(None if price is None else Decimal(price) for price in cache))


def test_a_known_model_costs_its_list_price() -> None:
    assert pricer()(EVENT) == Cost(OPUS, Basis.PRICED)


def test_a_sum_of_many_requests_is_no_long_one() -> None:
    request = UsageEvent("agent", (1,), NOW, TokenUsage(300_000), "claude-sonnet-4-5")
    assert pricer()(request) == Cost(300_000 * 6_000, Basis.PRICED)
    assert pricer()(request._replace(summed=True)) == Cost(300_000 * 3_000, Basis.PRICED)


@pytest.mark.parametrize("model", [None, "", "claude-opus-9", "<synthetic>"])
def test_an_unknown_model_is_unpriced_and_never_free(model: str | None) -> None:
    assert pricer()(EVENT._replace(model=model)) == Cost(None, Basis.UNPRICED)


def test_a_model_that_is_listed_as_free_costs_nothing() -> None:
    assert pricer()(EVENT._replace(model="gpt-4.1", provider="github-copilot")) == Cost(0, Basis.PRICED)


@pytest.mark.parametrize("model", ["claude-opus-4-6", "nobody-knows", None])
def test_a_cost_recorded_by_the_agent_beats_the_table(model: str | None) -> None:
    recorded = EVENT._replace(model=model, recorded_cost=Decimal("0.1234567895"))
    assert pricer()(recorded) == Cost(123_456_790, Basis.RECORDED)


@pytest.mark.parametrize(("recorded", "nano"), [("0", 0), ("1e-999999", 0), ("2.5e-9", 2), ("3.5e-9", 4), ("1000000", 10**15)])
def test_a_recorded_cost_is_rounded_to_the_nano_dollar(recorded: str, nano: int) -> None:
    assert pricer()(EVENT._replace(recorded_cost=Decimal(recorded))).nano == nano


@pytest.mark.parametrize("recorded", ["NaN", "sNaN", "Infinity", "-Infinity", "-0.01", "1e99", "1e999999"])
def test_a_recorded_cost_that_cannot_be_is_not_believed(recorded: str) -> None:
    assert pricer()(EVENT._replace(recorded_cost=Decimal(recorded))) == Cost(OPUS, Basis.PRICED)
    assert pricer()(EVENT._replace(model=None, recorded_cost=Decimal(recorded))).basis is Basis.UNPRICED


def test_the_users_own_price_beats_the_recorded_cost_and_the_table() -> None:
    ours = pricer({"Claude-Opus-4-6": dollars("1", "2", "0.5", "3", "4")})
    expected = 1_000 * 1_000 + 100 * 2_000 + 10_000 * 500 + 300 * 3_000 + 200 * 4_000
    assert ours(EVENT._replace(recorded_cost=Decimal(9))) == Cost(expected, Basis.PRICED)


def test_an_own_price_without_cache_prices_takes_those_of_the_table() -> None:
    ours = pricer({"claude-opus-4-6": dollars("1", "2")})
    expected = 1_000 * 1_000 + 100 * 2_000 + 10_000 * OPUS_READ + 300 * OPUS_WRITE + 200 * OPUS_WRITE_1H
    assert ours(EVENT).nano == expected


def test_an_own_price_of_a_model_nobody_knows_takes_its_input_price_for_the_cache() -> None:
    ours = pricer({"in-house": dollars("1", "2"), "in-house-too": dollars("1", "2", None, "3")})
    assert ours(EVENT._replace(model="in-house")).nano == 11_500 * 1_000 + 100 * 2_000
    assert ours(EVENT._replace(model="in-house-too")).nano == 11_200 * 1_000 + 300 * 3_000 + 100 * 2_000


def test_an_own_price_of_zero_is_free() -> None:
    assert pricer({"in-house": dollars("0", "0")})(EVENT._replace(model="in-house")) == Cost(0, Basis.PRICED)


def test_an_own_price_holds_for_every_tier_region_and_length() -> None:
    ours = pricer({"gpt-6-sol": dollars("1", "2", "1", "1", "1"), "claude-opus-4-7": dollars("1", "2", "1", "1", "1")})
    assert ours(EVENT._replace(model="gpt-6-sol", tier="priority", tokens=TokenUsage(900_000))).nano == 900_000_000
    assert ours(EVENT._replace(model="claude-opus-4-7", tier="fast", geo="us", tokens=TokenUsage(1_000))).nano == 1_000_000


def test_an_own_price_is_found_by_name_then_by_alias_then_by_the_shortened_name() -> None:
    prices = {"gpt-5": dollars("1", "0"), "gpt-5-2025-08-07": dollars("2", "0"), "team": dollars("3", "0")}
    ours = pricer(prices, {"team": "gpt-5", "crew": "gpt-5", "band": "azure/gpt-5-2025-08-07"})
    one = EVENT._replace(tokens=TokenUsage(1))
    found = {name: ours(one._replace(model=name)).nano for name in ("gpt-5", "gpt-5-2025-08-07", "openai/gpt-5", "team", "crew", "band")}
    assert found == {"gpt-5": 1_000, "gpt-5-2025-08-07": 2_000, "openai/gpt-5": 1_000, "team": 3_000, "crew": 1_000, "band": 2_000}


@pytest.mark.parametrize("price", ["-1", "NaN", "sNaN", "Infinity", "1e-999999999", "1e999999999", "1000000.01"])
def test_an_own_price_that_cannot_be_is_refused_with_a_hint(price: str) -> None:
    with pytest.raises(SettingsUnreadable) as refused:
        pricer({"gpt-5": dollars("1", "1", price)})
    assert "gpt-5" in refused.value.title
    assert refused.value.hint


@pytest.mark.parametrize(
    ("model", "tier", "geo", "times"),
    [
        ("claude-opus-4-6", "fast", "", "6"),
        ("claude-opus-4-7", "fast", "", "6"),
        ("claude-opus-4-8", "fast", "", "2"),
        ("claude-opus-4-8", "Fast", "", "2"),
        ("claude-opus-4-6", "batch", "", "0.5"),
        ("claude-opus-4-6", "", "us", "1.1"),
        ("claude-opus-4-6", "", "US", "1.1"),
        ("claude-opus-4-6", "fast", "us", "6.6"),
        ("claude-opus-4-8", "fast", "us", "2.2"),
        ("claude-opus-4-6", "", "global", "1"),
        ("claude-opus-4-6", "standard", "", "1"),
        ("claude-opus-4-6", "never-heard-of", "mars", "1"),
        ("claude-opus-4-5", "fast", "us", "1"),
    ],
)
def test_speed_and_region_multiply_every_token_price_of_a_claude_model(model: str, tier: str, geo: str, times: str) -> None:
    assert pricer()(EVENT._replace(model=model, tier=tier, geo=geo)).nano == OPUS * Decimal(times)


def test_a_reseller_has_its_own_regional_prices() -> None:
    for provider in ("bedrock", "vertex"):
        there = EVENT._replace(provider=provider)
        assert pricer()(there._replace(geo="us", tier="fast")) == pricer()(there)


@pytest.mark.parametrize(("tier", "price"), [("", 4_000), ("priority", 8_000), ("fast", 8_000), ("flex", 2_000), ("batch", 2_000)])
def test_the_service_tiers_of_openai_have_their_own_prices(tier: str, price: int) -> None:
    assert pricer()(EVENT._replace(model="gpt-5.6-sol", tier=tier, tokens=TokenUsage(100))).nano == 100 * price


@pytest.mark.parametrize("model", ["claude-opus-4-6", "claude-3-haiku-20240307"])
def test_a_web_search_with_claude_costs_a_cent_whatever_the_tier(model: str) -> None:
    ours, plain = pricer(), EVENT._replace(model=model)
    for tier in ("", "fast"):
        with_tier, without = ours(plain._replace(tier=tier, web_searches=3)).nano, ours(plain._replace(tier=tier)).nano
        assert with_tier is not None
        assert without is not None
        assert with_tier - without == 30_000_000


def test_web_searches_elsewhere_without_a_listed_fee_cost_nothing_more() -> None:
    searching = EVENT._replace(model="kimi-k2-thinking", web_searches=3)
    assert pricer()(searching) == pricer()(searching._replace(web_searches=0))


def test_cache_writes_at_a_reseller_without_a_cache_price_are_not_free() -> None:
    for row in read_table(PATH).rows:
        if "claude" in row.id and ":free" not in row.id:
            for stage in row.standard():
                for band in stage.bands:
                    assert band.input
                    assert None not in (band.cache_read, band.cache_write, band.cache_write_1h), (row.provider, row.id)
    cached = EVENT._replace(model="gpt-5", tokens=TokenUsage(cache_write=1_000, cache_write_1h=400))
    assert pricer()(cached).nano == 1_000 * 1_250


@pytest.mark.parametrize(("hour", "holds"), [(21, False), (22, True), (23, True), (0, True), (5, True), (6, False), (12, False)])
def test_hours_of_the_day_may_span_midnight(hour: int, holds: bool) -> None:
    stage = Stage((Band(Decimal(1), Decimal(1)),), daily=(time(22), time(6)))
    rates = rates_over_time(stage, Decimal(1), Decimal(0))
    assert rates.holds(NOW.replace(hour=hour)) is holds
    assert rates.holds(NOW.replace(hour=hour).astimezone(timezone(timedelta(hours=-9)))) is holds


def test_a_log_full_of_invented_names_is_priced_without_remembering_them_all() -> None:
    ours = pricer()
    for number in range(5_000):
        assert ours(EVENT._replace(model=f"invented-{number}")).nano is None
    assert ours(EVENT).nano == OPUS
    assert len(ours._plans) <= 4_096  # pyright: ignore[reportPrivateUsage] - what is remembered shows nowhere else


def test_repricing_is_due_when_table_prices_or_aliases_change(tmp_path: Path) -> None:
    other = tmp_path / "prices.json"
    other.write_text(PATH.read_text("utf-8").replace('"input":"5"', '"input":"5.5"'), "utf-8")
    revisions = [
        revision(PATH, {}, {}),
        revision(other, {}, {}),
        revision(tmp_path / "none.json", {}, {}),
        revision(PATH, {"a": dollars("1", "2")}, {}),
        revision(PATH, {"a": dollars("1", "2", "3")}, {}),
        revision(PATH, {"a": dollars("1", "2", None, "3")}, {}),
        revision(PATH, {}, {"a": "b"}),
    ]
    assert len(set(revisions)) == len(revisions)


def test_the_same_prices_written_differently_are_no_reason_to_reprice() -> None:
    first = revision(PATH, {"a": dollars("1.0", "2"), "b": dollars("3", "4")}, {"x": "a", "y": "b"})
    second = revision(PATH, {"B": dollars("3", "4.00"), "a": dollars("1", "2")}, {"y": "b", "X": "a"})
    assert first == second


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"{",
        b'{"schema":"tankful.prices/1"}',
        b"\xff",
        f'{{"schema":"{SCHEMA}9","generated":"2026-11-22","source":"","names":{{}},"models":[]}}'.encode(),
    ],
)
def test_a_missing_or_damaged_table_says_so(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "prices.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PricesUnusable) as told:
        read_table(path)
    assert told.value.hint
