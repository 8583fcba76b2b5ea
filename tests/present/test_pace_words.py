"""The pace in words, for every way it can be."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pictured import CALM, NO_LIMIT, NOW, OVER, WATCH, ZONE, allocation
from tankful.core.meter import Meter
from tankful.core.pace import Forecast, Pace, Tone
from tankful.core.snapshot import Snapshot
from tankful.present.marks import MARKS
from tankful.present.pace import pace_words


def at_pace(tone: Tone, used: str, worked: str, forecast: Forecast | None = None) -> Snapshot:
    meter = Meter(allocation(Decimal(used) * 600), binding=True)
    return replace(WATCH, meters=(meter,), pace=Pace(Decimal(used), Decimal(worked), tone), forecast=forecast)


def plain(snapshot: Snapshot) -> str:
    pace = pace_words(snapshot, ZONE)
    assert pace is not None
    return pace.plain


def likely(dollars: int, chance: float = 0.0, run_out: datetime | None = None) -> Forecast:
    return Forecast(Decimal(dollars - 50), Decimal(dollars), Decimal(dollars + 50), chance, run_out)


@pytest.mark.parametrize(
    ("tone", "used", "worked", "lead"),
    [
        (Tone.CALM, "0.30", "0.60", "Under pace."),
        (Tone.CALM, "0.58", "0.60", "On pace."),
        (Tone.CALM, "0.64", "0.60", "On pace."),
        (Tone.WATCH, "0.70", "0.60", "Ahead of pace."),
        (Tone.ACT, "0.90", "0.60", "Well ahead of pace."),
        (Tone.WATCH, "0.92", "0.95", "Nearly used up."),
        (Tone.WATCH, "0.50", "0.50", "Spending fast."),
        (Tone.UNKNOWN, "0.01", "0", "The period has just begun."),
    ],
)
def test_the_lead_fits_tone_and_share(tone: Tone, used: str, worked: str, lead: str) -> None:
    assert plain(at_pace(tone, used, worked)) == f"{lead} The budget resets on 1 Dec."


@pytest.mark.parametrize(
    ("forecast", "outlook"),
    [
        (likely(455), "about $145.00 is left at the reset on 1 Dec."),
        (likely(520, 0.24), "about $80.00 is left at the reset on 1 Dec; 24% chance of running out before."),
        (likely(600), "it just lasts until the reset on 1 Dec."),
        (
            likely(700, 0.9, datetime(2026, 11, 26, 14, tzinfo=UTC)),
            "the tank is empty Thu 26 Nov, 5 days before the reset on 1 Dec.",
        ),
        (
            likely(700, 0.9, datetime(2026, 11, 30, 14, tzinfo=UTC)),
            "the tank is empty Mon 30 Nov, 1 day before the reset on 1 Dec.",
        ),
        (likely(700, 0.9, datetime(2026, 11, 30, 23, 30, tzinfo=UTC)), "the tank is empty Tue 1 Dec, just before the reset."),
        (likely(700, 0.9, NOW), "the tank is empty today, 11 days before the reset on 1 Dec."),
    ],
)
def test_the_outlook_says_what_is_left_or_when_the_tank_is_empty(forecast: Forecast, outlook: str) -> None:
    assert plain(at_pace(Tone.WATCH, "0.7", "0.6", forecast)) == f"Ahead of pace. At this rate {outlook}"


def test_a_budget_that_is_gone_says_so() -> None:
    assert plain(OVER) == "Over budget. Spend adds up until the reset on 1 Dec."
    exactly = replace(OVER, meters=(Meter(allocation(Decimal(600)), binding=True),))
    assert plain(exactly).startswith("Budget used up.")


def test_there_is_no_pace_without_a_limit_or_while_it_is_not_known() -> None:
    assert pace_words(NO_LIMIT, ZONE) is None
    assert pace_words(Snapshot(as_of=NOW), ZONE) is None
    assert pace_words(replace(CALM, pace=None), ZONE) is None


def test_every_tone_has_a_shape_of_its_own() -> None:
    assert len(set(MARKS.values())) == len(Tone)
