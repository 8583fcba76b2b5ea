"""What work would have cost on another model: every bucket by its own price, and nothing claimed that is not known."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tankful.core.counterfactual import (
    BUCKETS,
    LEAST,
    Prices,
    Rates,
    break_even_turns,
    bucket_costs,
    bucket_counts,
    cold_cost,
    compare,
)
from tankful.core.tokenizers import SAME, Ratio, ratio
from tankful.core.usage import TokenUsage, UsageEvent

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CONTEXT = 100_000
TURN = TokenUsage(0, 500, CONTEXT, 600)
"""A turn at a context of 100,000 tokens: it reads that, writes 600 more and answers in 500."""
COLD = TokenUsage(0, 500, 0, CONTEXT + 600)
"""The same one where nothing is in the cache."""


def rates(entry: str, output: str) -> Rates:
    """Return prices per million tokens with the usual ones of a cache: a tenth for reads, a quarter more for writes."""
    uncached = Decimal(entry) / 1_000_000
    return Rates(uncached, Decimal(output) / 1_000_000, uncached / 10, uncached * Decimal("1.25"), uncached * 2)


FRONTIER, MIDDLE, SMALL, IN_HOUSE = rates("5", "25"), rates("3", "15"), rates("1", "5"), rates("0.6", "2.4")


def always(known: Rates | None) -> Prices:
    return lambda _: known


def request(tokens: TokenUsage = TURN, *, session: str = "s", minute: int = 0) -> UsageEvent:
    return UsageEvent("claude-code", (), NOON + timedelta(minutes=minute), tokens, "claude-opus-4-5", session=session)


def cost(tokens: TokenUsage, known: Rates, tokenizer: str = "1") -> Decimal:
    return sum(bucket_costs(tokens, known), Decimal(0)) * Decimal(tokenizer)


@pytest.mark.parametrize(
    ("other", "tokenizer", "least", "most"),
    [
        (MIDDLE, "1", "12.5", "13.5"),
        (MIDDLE, "1.3", "30.5", "31.5"),
        (SMALL, "1", "2", "3.2"),
        (SMALL, "1.3", "2", "3.2"),
        (IN_HOUSE, "1", "0.8", "1.5"),
    ],
)
def test_at_100k_context_a_switch_pays_after_the_turns_that_were_computed(other: Rates, tokenizer: str, least: str, most: str) -> None:
    first, turn = cost(COLD, other, tokenizer), cost(TURN, other, tokenizer)
    turns = break_even_turns(first, turn, cost(TURN, FRONTIER))

    assert turns is not None
    assert Decimal(least) <= turns <= Decimal(most)


@pytest.mark.parametrize(("other", "times"), [(MIDDLE, "1.7"), (IN_HOUSE, "8.7")])
def test_at_100k_context_the_break_even_effort_is_the_one_that_was_computed(other: Rates, times: str) -> None:
    compared = compare([request()], always(FRONTIER), always(other), SAME)

    assert compared is not None
    assert compared.effort is not None
    assert compared.effort.quantize(Decimal("0.1")) == Decimal(times)


@pytest.mark.parametrize(("other", "tokenizer", "turns"), [(MIDDLE, "1", 13), (MIDDLE, "1.3", 31), (IN_HOUSE, "1", 1)])
def test_a_comparison_says_the_same_of_a_switch_in_the_last_session(other: Rates, tokenizer: str, turns: int) -> None:
    factor = Decimal(tokenizer)
    compared = compare([request(session="old"), request(minute=9)], always(FRONTIER), always(other), Ratio(factor, factor))

    assert compared is not None
    assert compared.turns is not None
    assert round(compared.turns) == turns
    assert compared.switch == cold_cost(CONTEXT + 600, other) * factor


def test_a_switch_is_reckoned_from_single_requests_and_for_as_long_as_the_cache_is_kept() -> None:
    total = request(TokenUsage(0, 0, 9_000_000, 0), session="total", minute=9)._replace(summed=True)
    hourly = request(TokenUsage(100, 500, CONTEXT, 600, 600))
    dearer_hour = IN_HOUSE._replace(cache_write_1h=2 * IN_HOUSE.cache_write)
    compared = compare([hourly, total], always(FRONTIER), always(dearer_hour), SAME)
    assert compared is not None
    assert compared.switch == (100 + CONTEXT + 600) * (dearer_hour.cache_write_1h - dearer_hour.cache_read)
    sums = compare([total], always(FRONTIER), always(IN_HOUSE), SAME)
    assert sums is not None
    assert (sums.switch, sums.turn_now, sums.turn_then, sums.turns) == (0, 0, 0, None)


def test_every_bucket_is_priced_by_itself() -> None:
    tokens = TokenUsage(100, 50, 1000, 30, 10, 20)
    known = Rates(Decimal(2), Decimal(10), Decimal("0.2"), Decimal("2.5"), Decimal(4), Decimal(1))

    assert dict(zip(BUCKETS, bucket_counts(tokens), strict=True)) == {
        "input": 100,
        "cache_read": 1000,
        "cache_write": 20,
        "cache_write_1h": 10,
        "output": 50,
    }
    assert bucket_costs(tokens, known) == (200, Decimal(200), Decimal(50), 40, 520)


def test_a_model_without_a_cache_pays_its_input_on_every_turn_and_may_be_dearer() -> None:
    no_cache = Rates(Decimal("1e-6"), Decimal("2e-6"), Decimal("1e-6"), Decimal("1e-6"), Decimal("1e-6"))
    warm = [request(TokenUsage(0, 100, 200_000, 100), session="long", minute=n) for n in range(10)]
    fresh = [request(TokenUsage(20_000, 3_000), session="short", minute=60 + n) for n in range(20)]
    compared = compare([*warm, *fresh], always(FRONTIER), always(no_cache), SAME)

    assert compared is not None
    assert compared.saving >= LEAST
    assert [each.session for each in compared.dearer] == ["long"]
    assert [each.session for each in compared.sessions] == ["short", "long"]
    assert (compared.requests, compared.since, compared.until) == (30, NOON, NOON + timedelta(minutes=79))


def test_without_a_price_or_a_request_nothing_is_said() -> None:
    assert compare([], always(FRONTIER), always(IN_HOUSE), SAME) is None
    assert compare([request()], always(None), always(IN_HOUSE), SAME) is None
    assert compare([request()], always(FRONTIER), always(None), SAME) is None


def test_less_than_a_quarter_is_not_worth_a_word() -> None:
    one = compare([request()], always(FRONTIER), always(IN_HOUSE), SAME)
    many = compare([request(minute=n) for n in range(5)], always(FRONTIER), always(IN_HOUSE), SAME)
    dear = compare([request(minute=n) for n in range(5)], always(IN_HOUSE), always(FRONTIER), SAME)

    assert one is not None
    assert many is not None
    assert dear is not None
    assert not one.is_worth_a_word
    assert many.is_worth_a_word
    assert dear.is_worth_a_word
    assert dear.turns is None


def test_what_is_free_is_cheaper_however_many_turns_it_takes() -> None:
    compared = compare([request()], always(FRONTIER), always(rates("0", "0")), SAME)

    assert compared is not None
    assert compared.effort is None
    assert compared.turns == 0


def test_tokenizers_differ_by_a_range_unless_both_cut_text_alike() -> None:
    assert ratio("claude-opus-4-5-20251101", "anthropic/claude-haiku-4-5") == SAME
    assert ratio("gpt-5.1-codex", "gpt-4o") == SAME
    assert ratio("gpt-5.1", "qwen3-coder-30b") == Ratio(Decimal("0.97"), Decimal("1.38"))
    assert ratio("house-1", "house-2") != SAME
    low, high = ratio("claude-opus-4-5", "claude-opus-4-7")
    assert low < 1 < high


COUNTS = st.integers(0, 200_000)
PRICE = st.decimals(0, Decimal("0.0001"), places=8)
RATES = st.tuples(PRICE, PRICE, PRICE, PRICE, PRICE).map(lambda prices: Rates(*prices))
RATIO = st.tuples(st.decimals("0.5", 1, places=2), st.decimals(1, 2, places=2)).map(lambda pair: Ratio(*pair))


@st.composite
def requests(draw: st.DrawFn) -> UsageEvent:
    written = draw(COUNTS)
    output = draw(COUNTS)
    tokens = TokenUsage(draw(COUNTS), output, draw(COUNTS), written, draw(st.integers(0, written)), draw(st.integers(0, output)))
    return request(tokens, session=draw(st.sampled_from("abc")), minute=draw(st.integers(0, 600)))


@given(st.lists(requests(), min_size=1, max_size=12), RATES, RATES, RATIO)
def test_lines_and_sessions_add_up_and_no_token_is_lost(events: list[UsageEvent], now: Rates, then: Rates, tokenizer: Ratio) -> None:
    compared = compare(events, always(now), always(then), tokenizer)

    assert compared is not None
    assert sum(line.tokens for line in compared.lines) == sum(event.tokens.total for event in events)
    tiny = Decimal("1e-15")
    for whole, parts, sessions in (
        (compared.now, [line.now for line in compared.lines], [each.now for each in compared.sessions]),
        (compared.low, [line.low for line in compared.lines], [each.low for each in compared.sessions]),
        (compared.high, [line.high for line in compared.lines], [each.high for each in compared.sessions]),
    ):
        assert abs(whole - sum(parts, Decimal(0))) <= tiny
        assert abs(whole - sum(sessions, Decimal(0))) <= tiny
    assert compared.low <= compared.high
    assert compared.switch >= 0
    assert {*compared.dearer} == {each for each in compared.sessions if each.high > each.now}


@given(st.lists(requests(), min_size=1, max_size=12), RATES)
def test_a_model_held_against_itself_saves_nothing(events: list[UsageEvent], known: Rates) -> None:
    compared = compare(events, always(known), always(known), SAME)

    assert compared is not None
    assert compared.saving == 0
    assert compared.turns is None
    assert not compared.dearer
    assert not compared.is_worth_a_word


@given(st.lists(requests(), min_size=1, max_size=12), RATES, RATES, RATIO)
def test_the_order_of_requests_does_not_matter(events: list[UsageEvent], now: Rates, then: Rates, tokenizer: Ratio) -> None:
    forth, back = (compare(each, always(now), always(then), tokenizer) for each in (events, events[::-1]))

    assert forth is not None
    assert back is not None
    assert abs(forth.now - back.now) < Decimal("1e-15")
    assert {each.session for each in forth.sessions} == {each.session for each in back.sessions}
