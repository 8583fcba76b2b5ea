"""The state of the budget: as a JSON value, as one line for a prompt, and as a block of lines for a terminal."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import StrEnum

from tankful.core.calibration import Calibration
from tankful.core.health import Condition, FeedHealth
from tankful.core.meter import Meter
from tankful.core.pace import Forecast, Tone
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.present import format as words
from tankful.present.exact import exact_money, exact_or_none, instant, instant_or_none, number
from tankful.present.glance import Card, GlanceView, glance_view
from tankful.present.marks import MARKS
from tankful.present.pace import tone_of
from tankful.present.served import change_values
from tankful.present.spikes import running_values
from tankful.present.statusline import left_of
from tankful.present.unpriced import unpriced_words

SCHEMA = "tankful.status/1"
PRICES = "prices"
"""The feed that fails where requests have no price."""
BAR_WIDTH = 40
_FILLED, _FREE, _EVEN = "█", "░", "│"
_PERCENT_DIGITS = 2


class Role(StrEnum):
    """How a piece of a line is to be shown; in colour where there is any."""

    PLAIN = "plain"
    STRONG = "strong"
    FAINT = "faint"
    TONE = "tone"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of one look."""

    text: str
    role: Role = Role.PLAIN
    tone: Tone = Tone.UNKNOWN


Line = tuple[Piece, ...]


def status_json(snapshot: Snapshot) -> dict[str, object]:
    """Return the state as `resources/schema/status.json` describes it."""
    pace = snapshot.pace
    return {
        "schema": SCHEMA,
        "as_of": instant(snapshot.as_of),
        "meters": [_meter(meter, snapshot.forecast_of(meter)) for meter in snapshot.meters],
        "outside_gateway_usd": exact_money(snapshot.outside_gateway),
        "burn_usd_per_hour": exact_money(snapshot.burn_per_hour),
        "pace": None if pace is None else number(pace.ratio),
        "forecast": None if snapshot.forecast is None else _forecast(snapshot.forecast),
        "forecast_score": None if snapshot.score is None or not snapshot.score.is_telling else _score(snapshot.score),
        "spikes": [running_values(spike, snapshot.as_of) for spike in snapshot.spikes],
        "model_changes": [change_values(change) for change in snapshot.changes],
        "feeds": [
            {
                "feed": feed.feed,
                "condition": feed.condition.value,
                "title": feed.title,
                "hint": feed.hint,
                "as_of": instant_or_none(feed.as_of),
            }
            for feed in (*snapshot.feeds, *_prices(snapshot))
        ],
    }


def _prices(snapshot: Snapshot) -> tuple[FeedHealth, ...]:
    """Return the price table as a feed that fails, where it does: no figure may look whole that is not."""
    if not snapshot.unpriced_requests:
        return ()
    title = f"{unpriced_words(snapshot)} and no part in these figures"
    hint = "`tankful doctor` names the models; give them a price or an alias in the settings."
    return (FeedHealth(PRICES, Condition.FAILING, snapshot.as_of, title, hint),)


def _meter(meter: Meter, forecast: Forecast | None) -> dict[str, object]:
    allocation, share = meter.allocation, meter.used_share
    return {
        "account": allocation.account,
        "scope": allocation.scope,
        "limit_usd": exact_or_none(allocation.limit),
        "settled_usd": exact_money(allocation.settled),
        "pending_usd": exact_money(meter.pending),
        "headroom_usd": exact_or_none(meter.headroom),
        "used_percent": None if share is None else round(float(share * 100), _PERCENT_DIGITS),
        "period_start": instant(allocation.period_start),
        "resets_at": instant_or_none(allocation.resets_at),
        "binding": meter.binding,
        "forecast": None if forecast is None else _forecast(forecast),
    }


def _forecast(forecast: Forecast) -> dict[str, object]:
    return {
        "low_usd": exact_money(forecast.low),
        "likely_usd": exact_money(forecast.likely),
        "high_usd": exact_money(forecast.high),
        "p_runout": number(forecast.run_out_probability),
        "runout_at": instant_or_none(forecast.run_out_at),
        "safe_today_usd": exact_or_none(forecast.safe_today),
    }


def _score(score: Calibration) -> dict[str, object]:
    return {
        "forecasts": score.forecasts,
        "periods": score.periods,
        "in_band": number(score.covered),
        "groups": [
            {"p_runout": number(group.said), "ran_out": number(group.happened), "forecasts": group.forecasts} for group in score.groups
        ],
    }


def is_bad_news(snapshot: Snapshot) -> bool:
    """Say whether a script that checks should stop: the budget is gone, or is likely to be before its reset."""
    return tone_of(snapshot) is Tone.ACT


def status_line(snapshot: Snapshot) -> str:
    """Return one short line: `▲ 49% · $202.17 of $400 left · today $12.30`."""
    if snapshot.is_blank:
        return f"{MARKS[Tone.UNKNOWN]} {words.UNKNOWN} spent · today {words.UNKNOWN}"
    meter = snapshot.binding
    unpriced = snapshot.unpriced_requests
    today = f"today {words.spend(snapshot.spent_today, snapshot.unpriced_today)}"
    if meter is None or meter.allocation.limit is None or meter.headroom is None:
        spent = sum((day.cost for day in snapshot.days), Decimal(0)) if meter is None else meter.spent
        return f"{MARKS[Tone.UNKNOWN]} {words.spend(spent, unpriced)} spent · {today}"
    left = left_of(meter.headroom, meter.allocation.limit, unpriced)
    return f"{MARKS[tone_of(snapshot)]} {words.percent(meter.used_share)} · {left} · {today}"


def status_lines(snapshot: Snapshot, settings: Settings, now: datetime, zone: tzinfo) -> tuple[Line, ...]:
    """Return the panel in lines of a terminal, with the same words and numbers."""
    view = glance_view(snapshot, settings, now, zone)
    lines: list[Line] = [_heading(view), ()]
    if view.gauge.used is not None:
        lines.append(_bar(view))
    lines.append((Piece(view.headline, Role.STRONG), Piece(f" {view.headline_note}")))
    if view.pace is not None:
        mark = Piece(f"{MARKS[view.pace.tone]} {view.pace.lead}.", Role.TONE, view.pace.tone)
        lines.append((mark, Piece(" "), *(Piece(run.text, Role.STRONG if run.strong else Role.PLAIN) for run in view.pace.rest)))
    if snapshot.forecast is not None and snapshot.forecast.high > snapshot.forecast.low:
        lines.append((Piece(_outlook(snapshot.forecast), Role.FAINT),))
    if view.score:
        lines.append((Piece(view.score, Role.FAINT),))
    if view.budgets:
        lines += [(), (Piece("Budgets", Role.STRONG),), *_budgets(view)]
    if today := view.today or view.nothing_today:
        lines += [(), (Piece("Today", Role.STRONG), Piece(f"  {today}")), *_agents(view)]
        widest = max((len(row.whose) for row in view.working), default=0)
        said = ((row.whose, " · ".join(filter(None, row[1:]))) for row in view.working)
        lines += [(Piece(f"  {whose:<{widest}}  {what}".rstrip(), Role.FAINT),) for whose, what in said]
    if view.cards or view.remarks:
        lines.append(())
    lines += [_card(card) for card in view.cards]
    lines += [(Piece(remark, Role.FAINT),) for remark in view.remarks]
    return (*lines, (), (Piece(view.footer, Role.FAINT),))


def _heading(view: GlanceView) -> Line:
    title = f"{view.title} · {view.period}"
    gap = " " * max(2, BAR_WIDTH + len(f"  {view.percent} {view.percent_note}") - len(title) - len(view.pill.text) - 2)
    return (Piece(title, Role.STRONG), Piece(gap), Piece("● ", Role.TONE, view.pill.tone), Piece(view.pill.text, Role.FAINT))


def _bar(view: GlanceView) -> Line:
    """Return the gauge lying down: what is used, and a tick where an even pace would be."""
    gauge = view.gauge
    filled = round((gauge.used or 0) * BAR_WIDTH)
    cells = [_FILLED] * filled + [_FREE] * (BAR_WIDTH - filled)
    if gauge.even is not None:
        cells[min(BAR_WIDTH - 1, int(gauge.even * BAR_WIDTH))] = _EVEN
    return (Piece("".join(cells), Role.TONE, gauge.tone), Piece(f"  {view.percent} {view.percent_note}"))


def _outlook(forecast: Forecast) -> str:
    band = f"{words.money(forecast.low)} to {words.money(forecast.high)}"
    return f"Likely {words.money(forecast.likely)} at the reset; 8 in 10 times {band}."


def _budgets(view: GlanceView) -> list[Line]:
    widest = max(len(bar.label) for bar in view.budgets)
    figures = max(len(bar.figure) for bar in view.budgets)
    lines: list[Line] = []
    for bar in view.budgets:
        said = "  ".join(part for part in (bar.note, bar.detail, bar.further) if part)
        note = (Piece(f"  {said}", Role.FAINT),) if said else ()
        lines.append((Piece(f"  {bar.label:<{widest}}  {bar.figure:>{figures}}"), *note))
    return lines


def _agents(view: GlanceView) -> list[Line]:
    widest = max((len(bar.label) for bar in view.bars), default=0)
    width = BAR_WIDTH - widest - 2
    lines: list[Line] = []
    for bar in view.bars:
        cells = _FILLED * max(1 if bar.share else 0, round(bar.share * width))
        said = ", ".join(filter(None, (bar.note, bar.detail, bar.further)))
        note = (Piece(f"  {said}", Role.FAINT),) if said else ()
        lines.append((Piece(f"  {bar.label:<{widest}}  "), Piece(cells.ljust(width), Role.FAINT), Piece(f"{bar.figure:>10}"), *note))
    return lines


def _card(card: Card) -> Line:
    progress = "" if card.progress is None else f" {round(card.progress * 100)}%"
    return (Piece(f"{MARKS[card.tone]} {card.title}{progress}.", Role.TONE, card.tone), Piece(f" {card.text}"))
