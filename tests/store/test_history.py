"""What was spent: every way of adding it up agrees."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger_rig import NOW, batch, event, opened, price
from tankful.core.report import By, RowBasis, total_of
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.store.history import Gaps
from tankful.store.ledger import Ledger

ZONES: list[tzinfo] = [
    UTC,
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("Asia/Kathmandu"),
    ZoneInfo("Pacific/Apia"),
    timezone(timedelta(hours=-9.5)),
]


@st.composite
def any_event(draw: st.DrawFn) -> UsageEvent:
    return event(
        0,
        at=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 90 * 24 * 60))),
        tokens=TokenUsage(*draw(st.tuples(*[st.integers(0, 10**6)] * 4))),
        model=draw(st.sampled_from(["opus", "unknown", None])),
        session=draw(st.sampled_from(["one", "two"])),
        recorded_cost=draw(st.sampled_from([None, Decimal("0.25")])),
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return opened(tmp_path)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(events=st.lists(any_event(), max_size=25), zone=st.sampled_from(ZONES))
def test_days_weeks_months_and_sessions_add_up_to_the_same(events: list[UsageEvent], zone: tzinfo) -> None:
    with TemporaryDirectory() as folder:
        ledger = opened(Path(folder))
        ledger.record([batch([each._replace(keys=(number + 1,)) for number, each in enumerate(events)])], price)
        first, last = date(2026, 2, 28), date(2026, 5, 31)
        with ledger.history() as history:
            whole = total_of(history.rows((), first, last, zone, ()))
            assert whole.requests == len(events)
            assert whole.tokens == sum((each.tokens for each in events), TokenUsage())
            for by in ((By.DAY,), (By.SESSION,), (By.MODEL, By.AGENT), (By.PROJECT, By.DAY)):
                assert total_of(history.rows(by, first, last, zone, ())) == whole
            weeks = [(first + timedelta(days=7 * week), first + timedelta(days=7 * week + 6)) for week in range(14)]
            assert total_of([row for week in weeks for row in history.rows((), *week, zone, ())]) == whole
            months = [(date(2026, 2, 1), date(2026, 2, 28)), *((date(2026, month, 1), date(2026, month, 31)) for month in (3, 5))]
            months.append((date(2026, 4, 1), date(2026, 4, 30)))
            assert total_of([row for month in months for row in history.rows((), *month, zone, ())]) == whole
            days = {row.day: row.cost or Decimal(0) for row in history.rows((By.DAY,), first, last, zone, ())}
            assert {day: cost for day, cost in history.days(first, last, zone) if day in days} == days
            assert sum(days.values(), Decimal(0)) == (whole.cost or 0)
            spent = history.spent(datetime(2026, 2, 27, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC))
            assert spent == sum(days.values(), Decimal(0))
        ledger.close()


def test_a_row_says_how_its_cost_came_about(ledger: Ledger) -> None:
    recorded = Decimal("0.5")
    ledger.record(
        [
            batch(
                [
                    event(1, session="recorded", recorded_cost=recorded),
                    event(2, session="priced"),
                    event(3, session="mixed"),
                    event(4, session="mixed", recorded_cost=recorded),
                    event(5, session="unpriced", model="unknown"),
                ]
            )
        ],
        price,
    )
    with ledger.history() as history:
        found = {
            row.session: (row.basis, row.cost is None, row.unpriced_requests) for row in history.rows((By.SESSION,), None, None, UTC, ())
        }
    assert found == {
        "recorded": (RowBasis.RECORDED, False, 0),
        "priced": (RowBasis.PRICED, False, 0),
        "mixed": (RowBasis.MIXED, False, 0),
        "unpriced": (RowBasis.UNPRICED, True, 1),
    }


def test_only_the_agents_asked_for_are_summed(ledger: Ledger) -> None:
    ledger.record([batch([event(1), event(2, agent="other"), event(3, agent="other")])], price)
    with ledger.history() as history:
        asked = {agents: total_of(history.rows((), None, None, UTC, agents)).requests for agents in ((), ("agent",), ("other",), ("none",))}
    assert asked == {(): 3, ("agent",): 1, ("other",): 2, ("none",): 0}


def test_agents_come_largest_first_with_what_has_no_price(ledger: Ledger) -> None:
    ledger.record([batch([event(1), event(2, agent="other", recorded_cost=Decimal(3)), event(3, agent="other", model="unknown")])], price)
    with ledger.history() as history:
        spent = history.agents(NOW - timedelta(hours=1), NOW + timedelta(hours=1))
    assert [(each.agent, each.requests, each.unpriced_requests) for each in spent] == [("other", 2, 1), ("agent", 1, 0)]


def test_gaps_name_the_models_without_a_price_and_count_placeholders(ledger: Ledger) -> None:
    ledger.record(
        [batch([event(1, placeholder=True), event(2, model="unknown", session="a"), event(3, model="unknown", session="b")])], price
    )
    with ledger.history() as history:
        assert history.gaps(NOW - timedelta(days=1), NOW + timedelta(days=1)) == Gaps(2, ("unknown",), 1)
        assert history.gaps(NOW + timedelta(days=1), NOW + timedelta(days=2)) == Gaps(0, (), 0)


def test_the_last_hour_and_the_last_response_are_known_to_the_second(ledger: Ledger) -> None:
    with ledger.history() as history:
        assert (history.last_event(), history.working(NOW), history.burn_per_hour(NOW)) == (None, [], 0)
    ledger.record(
        [batch([event(age, at=NOW - timedelta(minutes=age), recorded_cost=Decimal(1), agent=f"agent-{age}") for age in (1, 59, 61)])], price
    )
    with ledger.history() as history:
        assert history.burn_per_hour(NOW) == 2
        assert [session.agent for session in history.working(NOW)] == ["agent-1"]
        assert history.last_event() == NOW - timedelta(minutes=1)
