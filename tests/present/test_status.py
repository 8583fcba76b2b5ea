from dataclasses import replace
from decimal import Decimal
from typing import cast

import pytest

from pictured import (
    BUDGETED,
    CALM,
    FAILING,
    LINKED,
    NO_LIMIT,
    NOW,
    OFFLINE,
    OVER,
    QUIET,
    SCANNING,
    SCORED,
    SPIKING,
    STATES,
    UNPRICED,
    WATCH,
    ZONE,
    now_of,
)
from schemas import check
from tankful.core.calibration import calibration
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.present.status import BAR_WIDTH, Role, is_bad_news, status_json, status_line, status_lines


def text_of(snapshot: Snapshot, settings: Settings = BUDGETED) -> list[str]:
    return ["".join(piece.text for piece in line) for line in status_lines(snapshot, settings, now_of(snapshot), ZONE)]


@pytest.mark.parametrize("name", list(STATES))
def test_every_state_has_the_published_shape_and_lines(name: str) -> None:
    snapshot, settings = STATES[name]
    if snapshot is not None:
        check("status", status_json(snapshot))
        assert text_of(snapshot, settings)
        assert "\n" not in status_line(snapshot)


def test_a_spike_is_in_the_lines_and_in_the_json() -> None:
    assert any(line.startswith("▲▲ Claude Code in orchard: the cache went cold. Each request costs 4.1 times") for line in text_of(SPIKING))
    (spike,) = cast("list[dict[str, object]]", status_json(SPIKING)["spikes"])
    assert spike["key"] == "spike:2026-11-20T12:41:30Z"
    assert (spike["channel"], spike["cause"], spike["excess_usd"]) == ("price", "cold-cache", "10.80")
    assert status_json(WATCH)["spikes"] == []


def test_the_forecast_says_how_true_it_was_once_there_is_something_to_say() -> None:
    said = "When it said 82%, it happened 79% of the time; 81% of the ends were within the band (62 forecasts)."
    assert said in text_of(SCORED)
    assert status_json(SCORED)["forecast_score"] == {
        "forecasts": 62,
        "periods": 3,
        "in_band": 0.81,
        "groups": [{"p_runout": 0.05, "ran_out": 0.0, "forecasts": 24}, {"p_runout": 0.82, "ran_out": 0.79, "forecasts": 38}],
    }
    few = replace(SCORED, score=calibration(()))
    assert status_json(few)["forecast_score"] is None
    assert text_of(few) == text_of(WATCH)


def test_the_json_says_meter_pace_and_forecast() -> None:
    state = status_json(WATCH)
    assert state["as_of"] == "2026-11-20T13:02:26Z"
    assert state["meters"] == [
        {
            "account": "personal",
            "scope": "personal",
            "limit_usd": "600.00",
            "settled_usd": "402.15",
            "pending_usd": "0.00",
            "headroom_usd": "197.85",
            "used_percent": 67.03,
            "period_start": "2026-10-31T23:00:00Z",
            "resets_at": "2026-11-30T23:00:00Z",
            "binding": True,
            "forecast": state["forecast"],
        }
    ]
    assert state["pace"] == 1.1556
    assert state["burn_usd_per_hour"] == "5.40"
    assert state["forecast"] == {
        "low_usd": "560.00",
        "likely_usd": "668.40",
        "high_usd": "790.00",
        "p_runout": 0.82,
        "runout_at": "2026-11-26T14:00:00Z",
        "safe_today_usd": None,
    }


def test_without_a_limit_there_is_no_pace_and_no_percentage() -> None:
    state = status_json(NO_LIMIT)
    assert state["pace"] is None
    (meter,) = cast("list[dict[str, object]]", state["meters"])
    assert (meter["limit_usd"], meter["headroom_usd"], meter["used_percent"]) == (None, None, None)


def test_budgets_of_gateways_stand_below_the_binding_one() -> None:
    lines = text_of(LINKED, BUDGETED)
    first = lines.index("Budgets")
    assert lines[first + 1 : first + 3] == [
        (
            "  Team platform         $1,878.40 left  of $5,000 · resets 1 Dec · +$3.20 not booked yet"
            "  Likely $4,120 to $5,480; 3 in 10 that it runs out"
        ),
        "  Key alice, a day          $8.54 left  of $30 · resets 1 Dec · 2 requests without a price not booked yet",
    ]
    meters = cast("list[dict[str, object]]", status_json(LINKED)["meters"])
    assert [(meter["account"], meter["pending_usd"], meter["binding"]) for meter in meters][:2] == [
        ("ai.example.com", "3.20", True),
        ("ai.example.com", "3.20", False),
    ]
    assert [feed["feed"] for feed in cast("list[dict[str, object]]", status_json(OFFLINE)["feeds"])][-1] == "ai.example.com"


def test_a_budget_that_never_resets_has_no_reset() -> None:
    endless = replace(LINKED.meters[0], allocation=replace(LINKED.meters[0].allocation, resets_at=None))
    state = status_json(replace(LINKED, meters=(endless,), pace=None, forecast=None))
    check("status", state)
    assert cast("list[dict[str, object]]", state["meters"])[0]["resets_at"] is None
    lines = text_of(replace(LINKED, meters=(endless,), pace=None, forecast=None), BUDGETED)
    assert "without a reset" in lines[0]


def test_a_state_without_meters_and_forecast_has_the_published_shape_too() -> None:
    bare = Snapshot(as_of=NOW)
    check("status", status_json(bare))
    assert status_json(bare)["forecast"] is None
    assert status_line(bare) == "○ \N{EN DASH} spent · today \N{EN DASH}"
    assert text_of(bare)[2] == "Unknown what is left of $600.00"


def test_the_line_says_share_headroom_and_today() -> None:
    assert status_line(WATCH) == "▲ 67% · $197.85 of $600 left · today $21.46"
    assert status_line(CALM).startswith("● ")
    assert status_line(OVER) == "▲▲ 108% · $52.30 over $600 · today $21.46"
    assert status_line(NO_LIMIT).startswith("○ ")


def test_only_a_budget_that_is_gone_or_going_is_bad_news() -> None:
    assert [is_bad_news(state) for state in (CALM, WATCH, OVER, NO_LIMIT)] == [False, False, True, False]


def test_the_block_says_what_the_panel_says() -> None:
    lines = text_of(WATCH)
    assert lines[0].startswith("My budget · November ")
    assert lines[0].endswith("● live · 4 s")
    assert lines[2].endswith("67% used")
    assert lines[3] == "$197.85 left of $600.00"
    assert lines[4].startswith("▲ Ahead of pace. At this rate the tank is empty Thu 26 Nov")
    assert lines[5] == "Likely $668.40 at the reset; 8 in 10 times $560.00 to $790.00."
    assert lines[7] == "Today  $21.46 · 3 agents active"
    assert lines[8].startswith("  Claude Code  █")
    assert lines[8].endswith("$16.72")
    assert lines[-1] == "Checked 4 s ago"


def test_the_bar_shows_the_share_and_a_tick_at_an_even_pace() -> None:
    bar = status_lines(WATCH, BUDGETED, NOW, ZONE)[2][0]
    assert bar.role is Role.TONE
    assert len(bar.text) == BAR_WIDTH
    assert bar.text.count("│") == 1
    assert bar.text.index("│") == int(0.58 * BAR_WIDTH)
    assert bar.text.rstrip("░") == "█" * 23 + "│" + "███"
    assert "│" not in status_lines(replace(WATCH, pace=None), BUDGETED, NOW, ZONE)[2][0].text


def test_a_full_bar_stays_in_its_width() -> None:
    full = replace(OVER, pace=None if OVER.pace is None else replace(OVER.pace, worked_share=Decimal(1)))
    assert len(status_lines(full, BUDGETED, NOW, ZONE)[2][0].text) == BAR_WIDTH


def test_what_is_wrong_is_said_below() -> None:
    assert any(line.startswith("▲ Claude Code's logs cannot be read.") for line in text_of(FAILING))
    assert any("12 requests have no price" in line for line in text_of(UNPRICED))
    assert any("12 requests without a price" in line for line in text_of(UNPRICED))
    assert any("Nothing spent yet today." in line for line in text_of(QUIET))
    assert any("Reading your agents' logs" in line and "%." in line for line in text_of(SCANNING))


def test_requests_without_a_price_are_a_feed_that_fails() -> None:
    seen = replace(OFFLINE, unpriced_requests=5, unpriced_models=("brand-new-9",))
    feed = cast("list[dict[str, object]]", status_json(seen)["feeds"])[-1]
    assert (feed["feed"], feed["condition"]) == ("prices", "failing")
    assert feed["title"] == "5 requests have no price (brand-new-9) and no part in these figures"


def test_every_budget_has_its_own_forecast_in_the_json() -> None:
    meters = cast("list[dict[str, dict[str, object] | None]]", status_json(LINKED)["meters"])
    ahead = [meter["forecast"] for meter in meters]
    assert ahead[0] == status_json(LINKED)["forecast"]
    assert ahead[1] is not None
    assert ahead[1]["low_usd"] == "4120.50"
    assert ahead[2] is None
