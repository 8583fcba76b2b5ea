"""Pace in words: one lead and one sentence that say what matters about the budget that binds."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import ROUND_DOWN, Decimal

from tankful.core.calibration import Calibration
from tankful.core.meter import Meter
from tankful.core.pace import Forecast, Pace, Tone
from tankful.core.snapshot import Snapshot
from tankful.core.tone import ACT_FROM
from tankful.present import format as words
from tankful.present.marks import MARKS

__all__ = ["MARKS", "PaceWords", "Run", "band_words", "chance_words", "dry_words", "pace_words", "safe_words", "score_words", "tone_of"]

_EVEN_BELOW = Decimal("0.9")
_AHEAD_ABOVE = Decimal("1.02")
_CENT, _ROUND_FROM = Decimal("0.01"), 10
"""Dollars; from the second on cents would only pretend."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one weight."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class PaceWords:
    """What the pace is called and what follows from it; `lead` has no full stop."""

    tone: Tone
    lead: str
    rest: tuple[Run, ...]

    @property
    def plain(self) -> str:
        """All of it as one line without the mark."""
        return " ".join(part for part in (f"{self.lead}.", "".join(run.text for run in self.rest)) if part)


def tone_of(snapshot: Snapshot) -> Tone:
    """Return the tone of the binding meter: `ACT` once the budget is gone, whatever the pace was."""
    meter = snapshot.binding
    share = None if meter is None else meter.used_share
    if share is None:
        return Tone.UNKNOWN
    if share >= 1:
        return Tone.ACT
    return Tone.UNKNOWN if snapshot.pace is None else snapshot.pace.tone


def pace_words(snapshot: Snapshot, zone: tzinfo) -> PaceWords | None:
    """Return the pace in words; `None` without a limit to keep pace with, or while the pace is not known yet."""
    meter = snapshot.binding
    if meter is None or meter.used_share is None:
        return None
    tone = tone_of(snapshot)
    resets_at = meter.allocation.resets_at
    if resets_at is None:
        return PaceWords(tone, _over(meter), (Run("This budget never resets."),)) if meter.used_share >= 1 else None
    reset = resets_at.astimezone(zone).date()
    if meter.used_share >= 1:
        return PaceWords(tone, _over(meter), (Run("Spend adds up until the reset on "), Run(words.short_day(reset), strong=True), Run(".")))
    if snapshot.pace is None:
        return None
    lead = _lead(tone, meter.used_share, snapshot.pace)
    if snapshot.unpriced_requests and tone not in {Tone.ACT, Tone.WATCH}:
        lead += ", by what has a price"  # good news that may not be true
    if snapshot.unpriced_requests and snapshot.forecast is not None and not snapshot.forecast.high:
        told = Run("Nothing is known yet of where this ends: none of it has a price. The budget resets on ")
        return PaceWords(tone, lead, (told, Run(words.short_day(reset), strong=True), Run(".")))
    return PaceWords(tone, lead, _outlook(meter, snapshot.forecast, reset, snapshot.as_of, zone))


def _over(meter: Meter) -> str:
    return "Over budget" if meter.headroom else "Budget used up"


def _lead(tone: Tone, share: Decimal, pace: Pace) -> str:
    ratio = pace.ratio
    if ratio is None:
        return "The period has just begun"
    if ratio >= _AHEAD_ABOVE:
        return {Tone.ACT: "Well ahead of pace", Tone.WATCH: "Ahead of pace"}.get(tone, "On pace")
    if tone in {Tone.ACT, Tone.WATCH}:
        return "Nearly used up" if share >= _EVEN_BELOW else "Spending fast"
    return "Under pace" if ratio < _EVEN_BELOW else "On pace"


def _outlook(meter: Meter, forecast: Forecast | None, reset: date, now: datetime, zone: tzinfo) -> tuple[Run, ...]:
    limit = meter.allocation.limit
    ends = Run(words.short_day(reset), strong=True)
    if forecast is None or limit is None:
        return (Run("The budget resets on "), ends, Run("."))
    if forecast.run_out_at is not None:
        return _empties(forecast, forecast.run_out_at.astimezone(zone).date(), reset, now.astimezone(zone).date())
    band = (Run("Likely "), Run(band_words(forecast), strong=True), Run(f" by the reset on {words.short_day(reset)}"))
    return (*band, Run(f"{_chance_of_less(forecast, now, zone)}."))


def band_words(forecast: Forecast) -> str:
    """Return where the period is likely to end, in whole dollars where cents would only pretend: `$260 to $470`."""
    low, high = _rounded(forecast.low), _rounded(forecast.high)
    return low if low == high else f"{low} to {high}"


def safe_words(forecast: Forecast | None) -> str:
    """Return what can still be spent today so that the rest lasts, never rounded up; empty where there is no saying, or nothing."""
    safe = None if forecast is None else forecast.safe_today
    if safe is None or safe < _CENT:
        return ""
    safe = safe.quantize(_CENT if safe < _ROUND_FROM else Decimal(1), ROUND_DOWN)
    return f"{_rounded(safe)} more is safe to spend today."


def chance_words(chance: float) -> str:
    """Return a chance as people say it: `3 in 10`, `less than 1 in 20`, `nearly certain`."""
    if chance < 0.05:
        return "less than 1 in 20"
    if chance >= 0.95:
        return "nearly certain"
    return f"{max(1, min(9, round(chance * 10)))} in 10"


def score_words(score: Calibration) -> str:
    """Return how true the forecasts were; empty while there are too few to say."""
    if not score.is_telling or not score.groups:
        return ""
    said = max(score.groups, key=lambda group: (group.said >= ACT_FROM, group.forecasts))
    return (
        f"When it said {round(said.said * 100)}%, it happened {round(said.happened * 100)}% of the time;"
        f" {round(score.covered * 100)}% of the ends were within the band ({words.counted(score.forecasts, 'forecast')})."
    )


def _rounded(dollars: Decimal) -> str:
    return words.money(dollars) if abs(dollars) < _ROUND_FROM else words.round_money(dollars.quantize(Decimal(1)))


def _chance_of_less(forecast: Forecast, now: datetime, zone: tzinfo) -> str:
    if forecast.run_out_probability < 0.1:
        return ""
    said = f"; {chance_words(forecast.run_out_probability)} that it runs out"
    return f"{said}{dry_words(forecast, now, zone) or ' before'}"


def dry_words(forecast: Forecast, now: datetime, zone: tzinfo) -> str:
    """Return when a budget is gone if it runs out: `, then around Tue 24 Nov`; empty where there is no saying."""
    if forecast.dry_at is None:
        return ""
    day, today = forecast.dry_at.astimezone(zone).date(), now.astimezone(zone).date()
    return f", then {'today' if day == today else f'around {words.day(day)}'}"


def _empties(forecast: Forecast, empty: date, reset: date, today: date) -> tuple[Run, ...]:
    early = (reset - empty).days
    when = Run("today" if empty == today else words.day(empty), strong=True)
    before = f", {words.counted(early, 'day')} before the reset on {words.short_day(reset)}" if early > 0 else ", just before the reset"
    chance = f"; {chance_words(forecast.run_out_probability)} that it runs out, likely {band_words(forecast)} in all."
    return (Run("At this rate the tank is empty "), when, Run(before), Run(chance))
