"""The burn-down as shares: how the budget of the period went down, and where it goes from here."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from tankful.core.meter import Meter
from tankful.core.pace import Tone
from tankful.core.periods import midnight
from tankful.core.snapshot import Snapshot
from tankful.present import format as words
from tankful.present.pace import tone_of

Point = tuple[float, float]
"""Share of the period's time that is gone, and share of the budget that is left (below 0 when overspent)."""


@dataclass(frozen=True, slots=True)
class BurndownView:
    """A chart of what is left over time; every point is a `Point`."""

    tone: Tone
    actual: tuple[Point, ...]
    even: tuple[Point, ...]
    """From full at the start, through where an even pace of working days would be now, to empty at the reset."""
    likely: tuple[Point, ...]
    """From now to the reset; empty without a forecast and once nothing is left."""
    band: tuple[Point, ...]
    """The outline of where four of five futures lie; empty without a forecast."""
    today: float
    floor: float
    """The lowest share shown: 0, or below when overspent."""
    top_label: str
    start_label: str
    end_label: str
    empty_at: float | None
    """When the tank runs dry, as a share of the period; `None` when it does not."""
    empty_label: str
    description: str
    """The chart in one sentence, for those who cannot see it."""


def burndown_view(snapshot: Snapshot, zone: tzinfo) -> BurndownView | None:
    """Return the chart of the binding meter; `None` without a limit above zero or without a reset."""
    meter = snapshot.binding
    if meter is None or meter.headroom is None or not meter.allocation.limit or meter.allocation.resets_at is None:
        return None
    limit = meter.allocation.limit
    start, end = meter.allocation.period_start, meter.allocation.resets_at
    length = (end - start) / timedelta(seconds=1)

    def when(instant: datetime) -> float:
        return min(1.0, max(0.0, (instant - start) / timedelta(seconds=1) / length))

    def left(spent: Decimal) -> float:
        return float(1 - spent / limit)

    now = (when(snapshot.as_of), left(meter.spent))
    worked = when(snapshot.as_of) if snapshot.pace is None else min(1.0, float(snapshot.pace.worked_share))
    actual = [(0.0, 1.0)]
    spent = Decimal(0)
    for day in snapshot.days:
        spent += day.cost
        close = midnight(day.day + timedelta(days=1), zone)
        if close < snapshot.as_of:
            actual.append((when(close), left(spent)))
    actual.append(now)
    likely, band = (), ()
    forecast = snapshot.forecast
    empty = None if forecast is None else forecast.run_out_at
    if forecast is not None and now[0] < 1 and now[1] > 0:
        # Through the day the sentence names: weekends bend the line, which the two ends alone would not show.
        dry = () if empty is None or empty <= snapshot.as_of else ((when(empty), 0.0),)
        likely = (now, *dry, (1.0, left(forecast.likely)))
        band = (now, (1.0, left(forecast.low)), (1.0, left(forecast.high)))
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    return BurndownView(
        tone=tone_of(snapshot),
        actual=tuple(actual),
        even=((0.0, 1.0), (now[0], 1 - worked), (1.0, 0.0)),
        likely=likely,
        band=band,
        today=now[0],
        floor=min(0.0, *(share for _, share in actual)),
        top_label=words.round_money(limit),
        start_label=words.short_day(first),
        end_label=words.short_day(last),
        empty_at=None if empty is None or empty <= snapshot.as_of else when(empty),
        empty_label="" if empty is None else words.short_day(empty.astimezone(zone).date()),
        description=_description(meter, now[0], empty, zone),
    )


def _description(meter: Meter, passed: float, empty: datetime | None, zone: tzinfo) -> str:
    left = words.money(meter.headroom)
    said = f"Burn-down: {left} left with {words.percent(Decimal(str(passed)))} of the period gone"
    return f"{said}, empty on {words.day(empty.astimezone(zone).date())}." if empty is not None else f"{said}."
