"""The burn-down as points: what was left when, the even pace, and the forecast."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pictured import CALM, NO_LIMIT, OVER, SCANNING, WATCH, ZONE, allocation
from tankful.core.meter import Meter
from tankful.core.snapshot import Snapshot
from tankful.present.burndown import BurndownView, burndown_view


def drawn(snapshot: Snapshot) -> BurndownView:
    view = burndown_view(snapshot, ZONE)
    assert view is not None
    return view


def test_the_line_starts_full_and_ends_now_at_what_is_left() -> None:
    view = drawn(WATCH)

    assert view.actual[0] == (0.0, 1.0)
    assert view.actual[1] == pytest.approx((1 / 30, 1 - 18.2 / 600))
    assert view.actual[-1] == pytest.approx((view.today, 197.85 / 600))
    assert len(view.actual) == 21
    assert [left for _, left in view.actual] == sorted((left for _, left in view.actual), reverse=True)


def test_the_even_pace_runs_through_the_share_of_working_time_gone() -> None:
    view = drawn(WATCH)

    assert view.even == ((0.0, 1.0), (view.today, pytest.approx(0.42)), (1.0, 0.0))
    assert drawn(replace(WATCH, pace=None)).even[1] == pytest.approx((view.today, 1 - view.today))


def test_the_forecast_goes_from_now_to_the_reset() -> None:
    view = drawn(CALM)

    assert view.likely == (view.actual[-1], (1.0, pytest.approx(1 - 455 / 600)))
    assert view.band == (view.actual[-1], (1.0, pytest.approx(1 - 380 / 600)), (1.0, pytest.approx(0.1)))
    assert view.empty_at is None
    assert view.description == "Burn-down: $386.45 left with 31% of the period gone."


def test_a_run_out_is_marked_with_its_day() -> None:
    view = drawn(WATCH)

    assert view.empty_at == pytest.approx(25.625 / 30, abs=0.001)
    assert view.likely[1] == (view.empty_at, 0.0)
    assert (view.empty_label, view.start_label, view.end_label, view.top_label) == ("26 Nov", "1 Nov", "1 Dec", "$600")
    assert view.description.endswith("empty on Thu 26 Nov.")


def test_an_overspent_budget_goes_below_empty() -> None:
    view = drawn(OVER)

    assert view.floor == pytest.approx(-52.3 / 600)
    assert view.empty_at is None
    assert (view.likely, view.band) == ((), ())


def test_without_a_forecast_there_is_only_what_was() -> None:
    view = drawn(SCANNING)

    assert (view.likely, view.band) == ((), ())


def test_after_the_reset_nothing_is_foretold() -> None:
    assert drawn(replace(WATCH, as_of=datetime(2026, 12, 2, tzinfo=UTC))).likely == ()


def test_there_is_no_chart_without_a_limit_above_zero() -> None:
    assert burndown_view(NO_LIMIT, ZONE) is None
    assert burndown_view(replace(WATCH, meters=()), ZONE) is None
    assert burndown_view(replace(WATCH, meters=(Meter(allocation(Decimal(3), Decimal(0)), binding=True),)), ZONE) is None
