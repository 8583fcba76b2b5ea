from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TypedDict
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tankful.core.choices import Period
from tankful.core.pace import Forecast, Pace, Tone, forecast, pace, tone_of
from tankful.core.periods import Span, period_at

WORKING = frozenset({1, 2, 3, 4, 5})
ZONES: st.SearchStrategy[tzinfo] = st.sampled_from(["America/New_York", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe"]).map(
    ZoneInfo
)
MONEY = st.decimals(0, 1_000_000, places=6)
DAYS = st.integers(0, 90).map(lambda n: date(2026, 3, 1) - timedelta(days=n))
HISTORY = st.lists(st.tuples(DAYS, MONEY), max_size=40)
NOVEMBER = Span(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Budget(TypedDict):
    """What pace and forecast both ask for, without the spend."""

    limit: Decimal | None
    start: datetime
    end: datetime
    now: datetime
    zone: tzinfo
    working_days: frozenset[int]


def around(now: datetime, before: timedelta, after: timedelta) -> Span:
    return Span(now - before, now + after)


def november(spent: str, limit: str | None, now: datetime = NOON, history: tuple[tuple[date, Decimal], ...] = ()) -> Forecast:
    return forecast(
        spent=Decimal(spent),
        limit=None if limit is None else Decimal(limit),
        start=NOVEMBER.start,
        end=NOVEMBER.end,
        now=now,
        zone=UTC,
        working_days=WORKING,
        history=history,
    )


def pace_in_november(spent: str, limit: str | None, now: datetime = NOON) -> Pace:
    return pace(
        spent=Decimal(spent),
        limit=None if limit is None else Decimal(limit),
        start=NOVEMBER.start,
        end=NOVEMBER.end,
        now=now,
        zone=UTC,
        working_days=WORKING,
        outlook=november(spent, limit, now),
    )


@st.composite
def moments(draw: st.DrawFn) -> tuple[datetime, Span, tzinfo]:
    """A time in a period: months (leap ones too), weeks, and stretches that reset in the middle of a day."""
    zone = draw(ZONES)
    now = draw(st.datetimes(datetime(2023, 12, 1), datetime(2028, 4, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
    span = draw(
        st.one_of(
            st.builds(period_at, st.just(now), st.sampled_from(list(Period)), st.integers(1, 31), st.just(zone)),
            st.builds(around, st.just(now), st.timedeltas(timedelta(), timedelta(days=40)), st.timedeltas(timedelta(), timedelta(days=40))),
        )
    )
    return draw(st.sampled_from([now, span.start, span.end])), span, zone


@given(at=moments(), spent=MONEY, more=MONEY, limit=st.none() | MONEY, history=HISTORY)
def test_a_forecast_keeps_its_promises(
    at: tuple[datetime, Span, tzinfo], spent: Decimal, more: Decimal, limit: Decimal | None, history: list[tuple[date, Decimal]]
) -> None:
    now, span, zone = at
    budget = Budget(limit=limit, start=span.start, end=span.end, now=now, zone=zone, working_days=WORKING)
    less, grown = forecast(spent=spent, history=history, **budget), forecast(spent=spent + more, history=history, **budget)
    for seen, gone in ((less, spent), (grown, spent + more)):
        assert gone <= seen.low <= seen.likely <= seen.high
        assert 0 <= seen.run_out_probability <= 1
        if seen.run_out_at is not None:
            assert span.start <= seen.run_out_at <= span.end
            assert limit is not None
            assert seen.likely >= limit - Decimal("0.001")
    assert less.low <= grown.low
    assert less.likely <= grown.likely
    assert less.high <= grown.high
    assert less.run_out_probability <= grown.run_out_probability


@given(at=moments(), spent=MONEY, limit=st.none() | MONEY)
def test_a_pace_is_always_sayable(at: tuple[datetime, Span, tzinfo], spent: Decimal, limit: Decimal | None) -> None:
    now, span, zone = at
    budget = Budget(limit=limit, start=span.start, end=span.end, now=now, zone=zone, working_days=WORKING)
    seen = pace(spent=spent, outlook=forecast(spent=spent, history=(), **budget), **budget)
    assert 0 <= seen.worked_share <= 1
    assert seen.used_share >= 0
    assert seen.ratio is None or seen.ratio.is_finite()


def test_nothing_spent_on_the_first_day_forecasts_nothing() -> None:
    said = november("0", "400", NOVEMBER.start)
    assert replace(said, safe_today=None) == Forecast(Decimal(0), Decimal(0), Decimal(0), 0.0, None)


def test_at_the_reset_the_forecast_is_what_was_spent() -> None:
    seen = november("120", "400", NOVEMBER.end)
    assert (seen.low, seen.likely, seen.high, seen.run_out_probability) == (120, 120, 120, 0)


def test_half_the_budget_gone_with_a_third_of_the_month_to_go_is_calm() -> None:
    seen = pace_in_november("200", "400")
    assert seen.tone is Tone.CALM
    assert seen.ratio is not None
    assert seen.ratio < 1


def test_a_rate_that_empties_the_tank_says_when() -> None:
    seen = november("390", "400")
    assert seen.run_out_probability > 0.7
    assert seen.run_out_at is not None
    assert NOON < seen.run_out_at < NOVEMBER.end
    assert pace_in_november("390", "400").tone is Tone.ACT


def test_the_chance_of_running_out_is_above_a_half_exactly_when_it_says_when() -> None:
    for spent in range(200, 400, 2):
        seen = november(str(spent), "400")
        assert (seen.run_out_at is not None) == (seen.run_out_probability > 0.5)


def test_a_budget_that_is_gone_ran_out_now() -> None:
    seen = november("401", "400")
    assert (seen.run_out_probability, seen.run_out_at) == (1, NOON)
    assert pace_in_november("401", "400").tone is Tone.ACT


def test_no_limit_cannot_run_out() -> None:
    assert november("401", None).run_out_probability == 0
    assert pace_in_november("401", None).tone is Tone.UNKNOWN
    assert pace_in_november("401", None).used_share == 0


def test_a_budget_of_zero_is_used_up() -> None:
    assert pace_in_november("0", "0").used_share == 1
    assert pace_in_november("0", "0").tone is Tone.ACT


def test_dear_history_warns_on_the_first_day() -> None:
    dear = tuple((date(2026, 11, 1) - timedelta(days=n), Decimal(40)) for n in range(1, 29))
    first = NOVEMBER.start + timedelta(hours=9)
    assert november("5", "400", first, dear).run_out_probability > 0.7
    assert november("5", "400", first).run_out_probability < 0.4


def test_the_tone_changes_at_two_and_at_three_chances() -> None:
    tones = [tone_of(Decimal(1), Decimal(2), chance) for chance in (0.39, 0.4, 0.69, 0.7)]
    assert tones == [Tone.CALM, Tone.WATCH, Tone.WATCH, Tone.ACT]


def test_before_any_working_time_there_is_no_ratio() -> None:
    assert pace_in_november("0", "400", NOVEMBER.start).ratio is None
    assert replace(pace_in_november("200", "400"), worked_share=Decimal("0.5")).ratio == 1
