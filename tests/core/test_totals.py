"""What grows in a session's sum is booked once, on the day on which it grew, as far as anything says when that was."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tankful.core.totals import Counted, SessionTotal, growth
from tankful.core.usage import TokenUsage

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEW = Counted()


def total(uncached: int = 0, output: int = 0, **more: object) -> SessionTotal:
    return SessionTotal("droid", "one", TokenUsage(uncached, output), NOON)._replace(**more)  # pyright: ignore[reportArgumentType] - any field


def test_the_first_sight_books_the_whole_sum() -> None:
    grown = growth(total(100, 5, model="m", session="s", project="/p", provider="x", route="r", began=NOON - MINUTE), NEW, NOON)
    (event,) = grown.events
    assert (event.tokens, event.at, event.model, event.session, event.project, event.provider, event.route) == (
        TokenUsage(100, 5), NOON, "m", "s", "/p", "x", "r",
    )  # fmt: skip
    assert not event.undated
    assert event.summed
    assert grown.counted == Counted(TokenUsage(100, 5), None, NOON, NOON, 1)


def test_only_what_is_new_is_booked_later() -> None:
    first = growth(total(100, 5), NEW, NOON).counted
    grown = growth(total(150, 5, at=NOON + MINUTE), first, NOON + MINUTE)
    assert [event.tokens for event in grown.events] == [TokenUsage(50)]
    assert grown.counted == Counted(TokenUsage(150, 5), None, NOON + MINUTE, NOON + MINUTE, 2)


def test_the_same_sum_and_an_older_copy_add_nothing() -> None:
    first = growth(total(100, 5), NEW, NOON).counted
    for again in (total(100, 5), total(40, 2, at=NOON - HOUR)):
        grown = growth(again, first, NOON + HOUR)
        assert grown.events == ()
        assert grown.counted == first._replace(seen=NOON + HOUR)
    assert growth(total(), NEW, NOON).counted == NEW


def test_a_recorded_cost_grows_like_the_tokens() -> None:
    first = growth(total(recorded_cost=Decimal(15)), NEW, NOON)
    assert [event.recorded_cost for event in first.events] == [Decimal(15)]
    second = growth(total(recorded_cost=Decimal(18), at=NOON + MINUTE), first.counted, NOON + MINUTE)
    assert [event.recorded_cost for event in second.events] == [Decimal(3)]
    assert second.counted.cost == Decimal(18)


def test_a_cost_that_is_recorded_only_later_says_nothing_of_the_rest() -> None:
    first = growth(total(100), NEW, NOON).counted
    (event,) = growth(total(200, recorded_cost=Decimal(9), at=NOON + MINUTE), first, NOON + MINUTE).events
    assert event.recorded_cost is None


def test_a_part_never_grows_more_than_its_whole() -> None:
    before = Counted(TokenUsage(output=10, cache_write=8), None, NOON, NOON, 1)
    (event,) = growth(
        SessionTotal("droid", "one", TokenUsage(output=11, reasoning=5, cache_write=9, cache_write_1h=6), NOON), before, NOON
    ).events
    assert event.tokens == TokenUsage(output=1, reasoning=1, cache_write=1, cache_write_1h=1)


def test_growth_over_a_long_stretch_that_nothing_dates_is_marked() -> None:
    assert growth(total(100), NEW, NOON).events[0].undated
    assert growth(total(100, began=NOON - 2 * HOUR), NEW, NOON).events[0].undated
    seen = Counted(TokenUsage(50), None, NOON - DAY, NOON - DAY, 1)
    assert growth(total(100), seen, NOON).events[0].undated
    looked_at = seen._replace(seen=NOON - MINUTE)
    assert not growth(total(100), looked_at, NOON).events[0].undated


def test_growth_without_a_message_is_not_dated_before_we_last_looked() -> None:
    first = growth(total(100, times=[NOON]), NEW, NOON + MINUTE).counted

    def grown(written: datetime | None, now: datetime) -> tuple[datetime, bool]:
        (event,) = growth(total(150, times=[NOON], written=written), first, now).events
        return event.at, event.undated

    assert grown(NOON + 2 * MINUTE, NOON + 3 * MINUTE) == (NOON + 2 * MINUTE, False)
    assert grown(NOON + DAY, NOON + DAY) == (NOON + DAY, True)
    assert grown(NOON + DAY, NOON + HOUR) == (NOON + HOUR, False)
    for older_copy in (NOON + MINUTE, None):
        assert grown(older_copy, NOON + DAY) == (NOON, False)


def test_growth_is_spread_over_the_messages_that_are_new() -> None:
    times = (NOON - 2 * DAY, NOON - DAY, NOON - DAY + MINUTE, NOON)
    first = growth(total(100, 8, recorded_cost=Decimal("0.10"), times=times), NEW, NOON)
    assert [(event.at, event.tokens, event.recorded_cost) for event in first.events] == [
        (NOON - 2 * DAY, TokenUsage(25, 2), Decimal("0.025")),
        (NOON - DAY + MINUTE, TokenUsage(50, 4), Decimal("0.05")),
        (NOON, TokenUsage(25, 2), Decimal("0.025")),
    ]
    assert not any(event.undated for event in first.events)
    later = (*times, NOON + DAY)
    second = growth(total(130, 8, recorded_cost=Decimal("0.10"), times=later, at=NOON + DAY), first.counted, NOON + DAY)
    assert [(event.at, event.tokens) for event in second.events] == [(NOON + DAY, TokenUsage(30))]


def test_a_message_from_the_future_dates_nothing() -> None:
    (event,) = growth(total(10, times=(NOON + DAY,), at=NOON + DAY), NEW, NOON).events
    assert (event.at, event.tokens) == (NOON, TokenUsage(10))


@st.composite
def counts(draw: st.DrawFn) -> TokenUsage:
    uncached, text, reasoning = (draw(st.integers(0, 10_000)) for _ in range(3))
    return TokenUsage(uncached, text + reasoning, reasoning=reasoning)


@given(st.lists(st.tuples(counts(), st.integers(0, 9), st.integers(0, 3))), st.booleans())
def test_all_that_is_booked_is_the_sum_whenever_it_was_looked_at(steps: list[tuple[TokenUsage, int, int]], spread: bool) -> None:
    said, cost, counted, now = TokenUsage(), Decimal(0), NEW, NOON
    booked, paid = TokenUsage(), Decimal(0)
    times: list[datetime] = []
    for tokens, cents, messages in steps:
        now += HOUR
        said, cost = said + tokens, cost + Decimal(cents) / 100
        times += [now - MINUTE * number for number in range(messages)]
        grown = growth(SessionTotal("a", "b", said, now, times=tuple(times) if spread else (), recorded_cost=cost), counted, now)
        counted = grown.counted
        for event in grown.events:
            booked, paid = booked + event.tokens, paid + (event.recorded_cost or 0)
            assert event.tokens.reasoning <= event.tokens.output
    assert (booked, paid) == (said, cost)
