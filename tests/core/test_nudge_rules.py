"""What each rule finds in the requests of the last days, and what it keeps silent about."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tankful.core.counterfactual import PriceSheet, Rates
from tankful.core.nudges import cheaper_in_house, cold_cache, long_context, tiny_edits
from tankful.core.nudges.nudge import Nudge, Tool, Work
from tankful.core.nudges.rules import RULES, found
from tankful.core.usage import TokenUsage, UsageEvent

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SHEET = PriceSheet("a table", date(2026, 11, 20))
OPUS = Rates(*(Decimal(price) / 1_000_000 for price in ("5", "25", "0.5", "6.25", "10")))
HOUSE = Rates(*(Decimal(price) / 1_000_000 for price in ("0.6", "2.4", "0.06", "0.75", "0.75")))
LONG = Rates(*(Decimal(price) / 1_000_000 for price in ("10", "37.5", "1", "12.5", "20")))
ALL = frozenset(rule.name for rule in RULES)


def paid(event: UsageEvent) -> Rates | None:
    if event.model != "claude-opus-4-5":
        return None
    return LONG if event.tokens.prompt > 200_000 and not event.summed else OPUS


def tool(model: str = "metacode-1", rates: Rates | None = HOUSE, *, instead_of: tuple[str, ...] = ("claude-opus-4-5",)) -> Tool:
    return Tool(model, "MetaCode", instead_of, ("tests",), "", rates, SHEET)


def request(minute: float, tokens: TokenUsage, *, model: str | None = "claude-opus-4-5", session: str = "s") -> UsageEvent:
    return UsageEvent("claude-code", (), NOON + timedelta(minutes=minute), tokens, model, session=session, project="/src/checkout")


def work(requests: Iterable[UsageEvent], *tools: Tool) -> Work:
    events = tuple(requests)
    return Work(NOON, lambda: events, paid, SHEET, tools)


def only(nudges: tuple[Nudge, ...]) -> Nudge:
    (nudge,) = nudges
    return nudge


MANY = [request(n, TokenUsage(100, 500, 100_000, 600)) for n in range(20)]


def test_work_that_a_model_of_the_house_does_for_less_is_found() -> None:
    nudge = only(found(work(MANY, tool(), tool("dearer", OPUS)), ALL))

    assert (nudge.rule, nudge.agent, nudge.project, nudge.model) == ("cheaper-in-house", "claude-code", "/src/checkout", "claude-opus-4-5")
    assert nudge.tool == tool()
    assert nudge.times == 20
    assert nudge.comparison is not None
    assert nudge.amount == nudge.comparison.saving > Decimal("0.25")
    assert nudge.key == "cheaper-in-house:2026-11:claude-code:/src/checkout:claude-opus-4-5:metacode-1"


def test_nothing_is_suggested_that_is_unpriced_no_stand_in_dearer_or_about_a_few_requests() -> None:
    for other in (tool(rates=None), tool(instead_of=("gpt-5",)), tool(rates=LONG), tool("claude-opus-4-5")):
        assert cheaper_in_house.RULE.find(work(MANY, other)) is None
    assert cheaper_in_house.RULE.find(work(MANY[:9], tool())) is None
    assert cheaper_in_house.RULE.find(work([event._replace(model="new-9") for event in MANY], tool(instead_of=()))) is None
    assert cheaper_in_house.RULE.find(work([event._replace(model=None) for event in MANY], tool())) is None
    assert cheaper_in_house.RULE.find(work(MANY)) is None


def test_a_dated_model_is_the_same_model() -> None:
    assert tool().stands_in_for("anthropic/claude-opus-4-5-20251101")
    assert tool(instead_of=()).stands_in_for("whatever")


def cold(gap: float, *, cached: int = 100_000, session: str = "s") -> list[UsageEvent]:
    warm = request(0, TokenUsage(0, 500, cached, 600), session=session)
    return [warm, request(gap, TokenUsage(0, 500, 0, cached + 1200), session=session)]


def test_a_long_turn_after_the_cache_went_cold_is_found() -> None:
    nudge = only(found(work(cold(6)), ALL))

    assert (nudge.rule, nudge.times) == ("cold-cache", 1)
    assert nudge.amount == 100_600 * (OPUS.cache_write - OPUS.cache_read)
    assert nudge.comparison is None


def test_a_warm_cache_a_short_turn_and_a_first_turn_are_no_matter() -> None:
    for events in (
        cold(4),
        cold(6, cached=30_000),
        cold(6)[1:],
        cold(6, session=""),
        [request(0, TokenUsage(0, 5, 100_000)), request(9, TokenUsage(0, 5, 100_000, 600))],
        [event._replace(model=None) for event in cold(6)],
        [event._replace(model="new-9") for event in cold(6)],
        [],
    ):
        assert cold_cache.RULE.find(work(events)) is None


def test_a_surcharge_for_long_context_is_found() -> None:
    nudge = only(found(work(request(n, TokenUsage(0, 1000, 250_000)) for n in range(3)), ALL))

    assert (nudge.rule, nudge.times) == ("long-context", 3)
    assert nudge.amount == 3 * (250_000 * OPUS.cache_read + 1000 * (LONG.output - OPUS.output))


def test_no_surcharge_is_found_where_there_is_none() -> None:
    long = TokenUsage(0, 1000, 250_000)
    for event in (
        request(0, long)._replace(summed=True),
        request(0, long, model="new-9"),
        request(0, long, model=None),
        request(0, TokenUsage(0, 1000, 150_000)),
        request(0, TokenUsage(0, 10, 201_000)),
    ):
        assert long_context.RULE.find(work([event])) is None


def test_many_tiny_edits_on_a_frontier_model_are_found() -> None:
    nudge = only(found(work(request(n, TokenUsage(2_000, 100)) for n in range(40)), ALL))

    assert (nudge.rule, nudge.times) == ("tiny-edits", 40)
    assert nudge.amount == 40 * (2_000 * OPUS.input + 100 * OPUS.output)


def test_few_large_cheap_or_unpriced_requests_are_no_tiny_edits() -> None:
    tiny = TokenUsage(2_000, 100)
    for event, count in (
        (request(0, tiny), 29),
        (request(0, TokenUsage(1, 1)), 40),
        (request(0, TokenUsage(21_000, 100)), 40),
        (request(0, TokenUsage(2_000, 301)), 40),
        (request(0, tiny, model="new-9"), 40),
        (request(0, tiny, model=None), 40),
        (request(0, tiny)._replace(summed=True), 40),
    ):
        assert tiny_edits.RULE.find(work([event] * count)) is None
    cheap = Work(NOON, lambda: (request(0, tiny),) * 400, lambda _: HOUSE, SHEET)
    assert tiny_edits.RULE.find(cheap) is None


def test_a_rule_that_is_not_wanted_looks_nothing_up() -> None:
    def refused() -> tuple[UsageEvent, ...]:
        raise AssertionError

    assert found(Work(NOON, refused, paid, SHEET), frozenset()) == ()


def test_sums_of_requests_show_no_cache_that_went_cold() -> None:
    before = request(0, TokenUsage(100, 500, 2_000_000, 120_000))
    after = request(10, TokenUsage(100, 500, 400_000, 60_000))
    assert found(work([before, after]), ALL) != ()
    for summed in ((before._replace(summed=True), after), (before, after._replace(summed=True)), (before, after._replace(undated=True))):
        assert cold_cache.RULE.find(work(summed)) is None


def test_a_cache_that_is_kept_for_an_hour_goes_cold_after_one() -> None:
    before = request(0, TokenUsage(100, 500, 0, 120_000, 120_000))
    warm, cold = request(30, TokenUsage(100, 500, 0, 120_000, 120_000)), request(90, TokenUsage(100, 500, 0, 120_000, 120_000))
    assert cold_cache.RULE.find(work([before, warm])) is None
    nudge = cold_cache.RULE.find(work([before, cold]))
    assert nudge is not None
    assert nudge.amount == 120_000 * (OPUS.cache_write_1h - OPUS.cache_read)
