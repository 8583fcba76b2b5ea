from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import isfinite
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tankful.core.choices import Period
from tankful.core.notices import NoticeClass, Rule
from tankful.core.replay import Replay
from tankful.core.spike import Spend

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def spent(at: datetime, dollars: str = "1", *, prompted: bool = True) -> tuple[Spend, Decimal]:
    return Spend(at.timestamp(), float(dollars), "claude-code", "s1", "/src/shop", "sonnet", prompted), Decimal(dollars)


def daily(days: int, dollars: str = "10", start: datetime = MONDAY) -> list[tuple[Spend, Decimal]]:
    return [spent(start + timedelta(days=day), dollars) for day in range(days)]


def test_nothing_gives_nothing() -> None:
    assert Replay(UTC, Decimal(400)).live([]) == ((), (), ())


def test_there_is_one_forecast_a_day_of_what_its_period_came_to() -> None:
    said = Replay(UTC, Decimal(400)).live([*daily(3), spent(MONDAY + timedelta(days=32))])
    assert [each.at for each in said.forecasts] == [datetime(2026, 6, 1, 23, 59, 59, tzinfo=UTC) + timedelta(days=n) for n in range(33)]
    assert [each.spent for each in said.forecasts[:4]] == [10, 20, 30, 30]
    assert said.forecasts[29].spent == 30
    assert said.forecasts[30].spent == 0
    assert said.forecasts[32].spent == 1


def test_whoever_works_before_the_morning_is_looked_at_then_already() -> None:
    early = [spent(MONDAY + timedelta(days=day, hours=-6)) for day in range(3)]
    assert [each.spent for each in Replay(UTC, Decimal(400)).live(early).forecasts] == [1, 2, 3]


def test_a_budget_that_runs_out_is_warned_of_before_it_is_gone() -> None:
    said = Replay(UTC, Decimal(200)).live(daily(25))
    assert [(notice.rule, notice.level) for notice in said.notices] == [(Rule.RUN_OUT, 0), (Rule.LEVEL, 90), (Rule.LEVEL, 100)]
    assert all(notice.kind is NoticeClass.STATE for notice in said.notices)


def test_days_before_since_only_teach() -> None:
    since = MONDAY + timedelta(days=20)
    said = Replay(UTC, Decimal(200), since=since).live(daily(25))
    assert all(each.at >= since for each in said.forecasts)
    assert {notice.level for notice in said.notices} == {100}


def test_a_spike_is_as_it_was_in_the_end_and_only_after_since() -> None:
    usual = [spent(MONDAY + timedelta(days=day, minutes=n), "0.5", prompted=n % 4 == 0) for day in range(21) for n in range(40)]

    def loop(day: int) -> list[tuple[Spend, Decimal]]:
        return [spent(MONDAY + timedelta(days=day, minutes=n), "0.5", prompted=n == 0) for n in range(120)]

    (spike,) = Replay(UTC, None).live([*usual, *loop(21)]).spikes
    assert spike.actual == pytest.approx(Decimal(60), abs=Decimal(3))
    events = [*usual, *loop(21), *loop(22)]
    assert len(Replay(UTC, None).live(events).spikes) == 2
    assert len(Replay(UTC, None, since=MONDAY + timedelta(days=22)).live(events).spikes) == 1


def test_a_decade_asleep_is_not_foreseen_day_by_day() -> None:
    said = Replay(UTC, Decimal(400)).live([*daily(3, "100"), spent(MONDAY + timedelta(days=3650))])
    assert len(said.forecasts) < 10


def test_a_year_asleep_says_nothing_false() -> None:
    said = Replay(UTC, Decimal(400)).live([*daily(10), *daily(3, "1", MONDAY + timedelta(days=365))])
    assert said.notices == ()
    assert said.spikes == ()


def test_one_dear_day_before_a_year_asleep_warns_nobody_of_months_without_spend() -> None:
    dear = datetime(2025, 12, 31, 12, tzinfo=UTC)
    said = Replay(UTC, Decimal(500)).live([spent(dear, "440"), spent(dear + timedelta(days=365))])
    assert said.notices == ()


STEPS = st.lists(
    st.tuples(
        st.one_of(st.floats(0, 2000), st.sampled_from([-86_400.0, 90_000.0, 9e6])),
        st.decimals(-20, 200, places=4),
        st.booleans(),
    ),
    max_size=50,
)


@settings(max_examples=50, deadline=None)
@given(
    steps=STEPS,
    start=st.sampled_from([MONDAY, datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2027, 1, 30, 22, tzinfo=UTC)]),
    limit=st.sampled_from([None, Decimal(0), Decimal("0.01"), Decimal(100)]),
    period=st.sampled_from(list(Period)),
    start_day=st.sampled_from([1, 31]),
)
def test_whatever_comes_all_figures_are_figures_and_nothing_is_said_twice(
    steps: list[tuple[float, Decimal, bool]], start: datetime, limit: Decimal | None, period: Period, start_day: int
) -> None:
    at, events = start, list[tuple[Spend, Decimal]]()
    for step, dollars, prompted in steps:
        at += timedelta(seconds=step)
        events.append(spent(at, str(dollars), prompted=prompted))
    said = Replay(BERLIN, limit, period, start_day).live(events)
    for each in said.forecasts:
        assert each.forecast.low <= each.forecast.likely <= each.forecast.high
        assert each.forecast.high.is_finite()
        assert 0 <= each.forecast.run_out_probability <= 1
        assert each.forecast.safe_today is None or each.forecast.safe_today >= 0
    days = [each.at for each in said.forecasts]
    assert days == sorted(set(days))
    keys = [notice.key for notice in said.notices]
    assert len(keys) == len(set(keys))
    assert all(isfinite(spike.excess) for spike in said.spikes)
    if limit is None or limit == 0:
        assert all(notice.kind is NoticeClass.ACT for notice in said.notices)
