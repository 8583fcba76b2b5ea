"""The forecast keeps score of itself: what it said each day, held against what the period came to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine_rig import Machine
from ledger_rig import opened
from pictured import WATCH
from tankful.core.calibration import Calibration, Foretold
from tankful.core.choices import Period
from tankful.core.meter import PERSONAL, Meter
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.engine.forecast_book import ForecastBook
from tankful.store.ledger import Ledger

MONDAY = datetime(2026, 11, 2, 18, tzinfo=UTC)
WEEKLY = Settings(timezone="UTC", budget_usd=Decimal(2), budget_period=Period.WEEK)
METER = WATCH.meters[0]
RESET = datetime(2026, 11, 30, 23, tzinfo=UTC)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return opened(tmp_path)


def lived(machine: Machine, days: int, dollars: Sequence[float]) -> Calibration | None:
    """Look at the gauge on each evening after so much was spent, by turns, and return the score in the end."""
    now = [MONDAY]
    reading = machine.reading(WEEKLY, lambda: now[0])
    for day in range(days):
        now[0] = MONDAY + timedelta(days=day)
        machine.spend(at=now[0] - timedelta(minutes=5), costUSD=dollars[day % len(dollars)])
        reading.scan()
        reading.snapshot()
    now[0] += timedelta(days=1)
    score = reading.snapshot().score
    reading.close()
    return score


def test_what_was_said_each_day_is_held_against_what_the_week_came_to(machine: Machine) -> None:
    score = lived(machine, 29, [0.5, 0.5, 0.5, 0.5, 0.5, 0.0, 0.0])
    assert score is not None
    assert score.periods == 4
    assert score.is_telling is (score.forecasts >= 20)
    assert 12 <= score.forecasts <= 28
    assert all(group.happened == 1 for group in score.groups)


def test_there_is_no_score_before_a_period_is_over(machine: Machine) -> None:
    score = lived(machine, 5, [0.1])
    assert score is not None
    assert (score.forecasts, score.is_telling) == (0, False)


def told(ledger: Ledger, *seen: Snapshot) -> list[Foretold]:
    book = ForecastBook()
    for snapshot in seen:
        book.note(ledger, snapshot, UTC)
    with ledger.history() as history:
        return list(history.foretold())


def at(when: datetime, spent: int = 100, account: str = "ai.example.com", limit: int | None = 600) -> Snapshot:
    allocation = replace(METER.allocation, account=account, settled=Decimal(spent), limit=None if limit is None else Decimal(limit))
    return replace(WATCH, as_of=when, meters=(Meter(allocation, binding=True),))


AFTER = replace(at(RESET + timedelta(hours=1)), forecast=None)


def test_a_gateways_budget_came_to_what_was_seen_shortly_before_its_reset(ledger: Ledger) -> None:
    days = [at(RESET - timedelta(days=back, hours=-2), 600 - 10 * back) for back in range(5, 0, -1)]
    last = at(RESET - timedelta(hours=1), 700)
    found = told(ledger, *days, last, last, AFTER)
    assert len(found) == 5
    assert {(each.chance, each.ran_out, each.in_band) for each in found} == {(0.82, True, True)}
    assert len({each.period for each in found}) == 1


def test_where_nobody_looked_at_the_end_nothing_is_claimed(ledger: Ledger) -> None:
    assert told(ledger, at(RESET - timedelta(days=3)), AFTER) == []


def test_a_budget_that_is_gone_or_has_no_limit_foretells_nothing(ledger: Ledger) -> None:
    gone = [at(RESET - timedelta(hours=hours), 600) for hours in (30, 2)]
    endless = at(RESET - timedelta(hours=2), account="other", limit=None)
    assert told(ledger, *gone, endless, AFTER) == []


def test_a_picture_without_a_budget_settles_only(ledger: Ledger) -> None:
    assert told(ledger, replace(WATCH, meters=(), forecast=None)) == []


def test_very_old_forecasts_are_forgotten(ledger: Ledger) -> None:
    before = at(RESET - timedelta(hours=1))
    assert len(told(ledger, before, AFTER)) == 1
    assert told(ledger, *(replace(AFTER, as_of=RESET + timedelta(days=days)) for days in range(402))) == []


@pytest.mark.parametrize("account", ["ai.example.com", PERSONAL])
@pytest.mark.parametrize("ahead", [30, 500, 30_000])
def test_a_clock_that_was_ahead_ends_no_period_and_forgets_no_forecast(ledger: Ledger, ahead: int, account: str) -> None:
    days = [at(RESET - timedelta(days=back, hours=-2), account=account) for back in range(9, 0, -1)]
    years = [replace(AFTER, as_of=RESET + timedelta(days=days)) for days in (ahead, ahead + 1)]
    assert told(ledger, *days[:5], *years) == []
    assert len(told(ledger, *days[5:], AFTER)) == 9
    assert len(told(ledger, *years, AFTER)) == 9
