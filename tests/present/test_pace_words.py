"""The pace in words, for every way it can be."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pictured import CALM, NO_LIMIT, NOW, OVER, WATCH, ZONE, allocation
from tankful.core.calibration import Foretold, calibration
from tankful.core.meter import Meter
from tankful.core.pace import Forecast, Pace, Tone
from tankful.core.snapshot import Snapshot
from tankful.present.marks import MARKS
from tankful.present.pace import chance_words, pace_words, safe_words, score_words


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
        (likely(455), "Likely $405 to $505 by the reset on 1 Dec."),
        (likely(520, 0.31), "Likely $470 to $570 by the reset on 1 Dec; 3 in 10 that it runs out before."),
        (
            replace(likely(520, 0.31), dry_at=datetime(2026, 11, 24, 14, tzinfo=UTC)),
            "Likely $470 to $570 by the reset on 1 Dec; 3 in 10 that it runs out, then around Tue 24 Nov.",
        ),
        (
            replace(likely(520, 0.31), dry_at=NOW),
            "Likely $470 to $570 by the reset on 1 Dec; 3 in 10 that it runs out, then today.",
        ),
        (Forecast(Decimal("3.2"), Decimal("3.2"), Decimal("3.2"), 0.01, None), "Likely $3.20 by the reset on 1 Dec."),
        (
            likely(700, 0.9, datetime(2026, 11, 26, 14, tzinfo=UTC)),
            (
                "At this rate the tank is empty Thu 26 Nov, 5 days before the reset on 1 Dec;"
                " 9 in 10 that it runs out, likely $650 to $750 in all."
            ),
        ),
        (
            likely(700, 0.97, datetime(2026, 11, 30, 14, tzinfo=UTC)),
            (
                "At this rate the tank is empty Mon 30 Nov, 1 day before the reset on 1 Dec;"
                " nearly certain that it runs out, likely $650 to $750 in all."
            ),
        ),
        (
            likely(700, 0.6, datetime(2026, 11, 30, 23, 30, tzinfo=UTC)),
            "At this rate the tank is empty Tue 1 Dec, just before the reset; 6 in 10 that it runs out, likely $650 to $750 in all.",
        ),
        (
            likely(700, 0.9, NOW),
            (
                "At this rate the tank is empty today, 11 days before the reset on 1 Dec;"
                " 9 in 10 that it runs out, likely $650 to $750 in all."
            ),
        ),
    ],
)
def test_the_outlook_says_the_band_the_chance_and_when_the_tank_is_empty(forecast: Forecast, outlook: str) -> None:
    assert plain(at_pace(Tone.WATCH, "0.7", "0.6", forecast)) == f"Ahead of pace. {outlook}"


def test_where_nothing_has_a_price_nothing_is_foretold() -> None:
    nothing = Forecast(Decimal(0), Decimal(0), Decimal(0), 0.0, None)
    assert plain(replace(at_pace(Tone.CALM, "0", "0.6", nothing), unpriced_requests=3)) == (
        "Under pace, by what has a price. Nothing is known yet of where this ends: none of it has a price. The budget resets on 1 Dec."
    )
    assert plain(at_pace(Tone.CALM, "0", "0.6", nothing)).endswith("Likely $0.00 by the reset on 1 Dec.")


def test_chances_are_said_as_people_say_them() -> None:
    assert [chance_words(chance) for chance in (0.01, 0.05, 0.31, 0.949, 0.95, 1)] == [
        "less than 1 in 20",
        "1 in 10",
        "3 in 10",
        "9 in 10",
        "nearly certain",
        "nearly certain",
    ]


@pytest.mark.parametrize(
    ("safe", "said"),
    [
        (None, ""),
        ("0", ""),
        ("0.0099", ""),
        ("0.019", "$0.01 more is safe to spend today."),
        ("9.999", "$9.99 more is safe to spend today."),
        ("42.97", "$42 more is safe to spend today."),
        ("1234.5", "$1,234 more is safe to spend today."),
    ],
)
def test_what_is_safe_today_is_never_rounded_up(safe: str | None, said: str) -> None:
    assert safe_words(None) == ""
    assert safe_words(replace(likely(455), safe_today=None if safe is None else Decimal(safe))) == said


def test_the_forecast_says_how_true_it_was() -> None:
    likely = [Foretold(0.7, ran_out=n < 68, in_band=n % 5 > 0, period=f"{n % 3}") for n in range(100)]
    kept = [*likely, *([Foretold(0.05, ran_out=False, in_band=True)] * 200)]
    assert score_words(calibration(kept)) == (
        "When it said 70%, it happened 68% of the time; 93% of the ends were within the band (300 forecasts)."
    )
    assert score_words(calibration(kept[:5])) == ""


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
