"""What the tray icon shows, decided: share, even-pace tick, digits and tone, and the tooltip's one sentence."""

from dataclasses import dataclass, replace
from datetime import tzinfo
from decimal import Decimal

from tankful.core.choices import IconStyle
from tankful.core.health import Condition
from tankful.core.pace import Tone
from tankful.core.snapshot import Snapshot
from tankful.present import format as words
from tankful.present.budget import no_budget
from tankful.present.pace import pace_words, tone_of

_STEP = Decimal("0.005")
"""Half a percent is the finest change that moves a pixel of the icon; anything finer would only repaint it in vain."""


@dataclass(frozen=True, slots=True)
class GaugeView:
    """One gauge; equal views look equal, so a new one that equals the last need not be painted."""

    style: IconStyle
    tone: Tone
    used: float | None
    """Share that is gone, 0 to 1; `None` when there is nothing to measure against."""
    even: float | None
    """Share that would be gone at an even pace, 0 to 1."""
    digits: str
    """At most two characters; a dash when unknown, `!!` when the budget is gone."""
    dimmed: bool = False
    """The numbers are old or not yet complete."""
    badge: bool = False
    """Something in the inbox is new."""


def gauge_view(snapshot: Snapshot | None, style: IconStyle) -> GaugeView:
    """Return the gauge of the binding meter; without a snapshot or a limit an empty one with a dash."""
    meter = None if snapshot is None else snapshot.binding
    share = None if meter is None else meter.used_share
    if snapshot is None or share is None:
        return GaugeView(style, Tone.UNKNOWN, None, None, words.UNKNOWN, badge=snapshot is not None and snapshot.inbox.unread > 0)
    digits = "!!" if share >= 1 else str(max(0, words.whole_percent(share)))
    even = None if snapshot.pace is None else _stepped(snapshot.pace.worked_share)
    return GaugeView(style, tone_of(snapshot), _stepped(share), even, digits, is_dimmed(snapshot), snapshot.inbox.unread > 0)


def is_dimmed(snapshot: Snapshot) -> bool:
    """Say whether the numbers may be short of the truth: a feed fails, or the first read still goes on."""
    return snapshot.scan is not None or any(feed.condition is Condition.FAILING for feed in snapshot.feeds)


def smooth(view: GaugeView, snapshot: Snapshot) -> GaugeView:
    """Return the same gauge with the exact share, for a large one where half a percent shows."""
    meter = snapshot.binding
    share = None if meter is None else meter.used_share
    return view if share is None else replace(view, used=_within(share))


def tooltip(snapshot: Snapshot | None, zone: tzinfo) -> str:
    """Return one sentence: used, left and pace, or why there is no figure."""
    if snapshot is None:
        return "Tankful is starting."
    if snapshot.is_blank:
        reasons = [feed.title for feed in snapshot.feeds if feed.condition is Condition.FAILING]
        return f"{': '.join(['What was spent is not known', *reasons[:1]])}."
    meter = snapshot.binding
    spent = sum((day.cost for day in snapshot.days), Decimal(0)) if meter is None else meter.spent
    if meter is None or meter.allocation.limit is None or meter.used_share is None or meter.headroom is None:
        return f"{words.spend(spent, snapshot.unpriced_requests)} spent in this period; {no_budget(snapshot).lower()}."
    limit = words.round_money(meter.allocation.limit)
    pace = pace_words(snapshot, zone)
    unpriced = snapshot.unpriced_requests
    left = f"{words.money(meter.headroom)} left" if meter.headroom >= 0 else f"{words.money(-meter.headroom)} over"
    parts = [f"{words.percent(meter.used_share)} of {limit} used", left]
    if unpriced:
        parts.append(f"{words.counted(unpriced, 'request')} {'has' if unpriced == 1 else 'have'} no price")
    if pace is not None:
        parts.append(pace.lead[0].lower() + pace.lead[1:])
    if snapshot.scan is not None:
        parts.append("still reading logs")
    elif is_dimmed(snapshot):
        parts.append("some numbers are old")
    return "; ".join(parts) + "."


def _stepped(share: Decimal) -> float:
    return _within((share / _STEP).to_integral_value() * _STEP)


def _within(share: Decimal) -> float:
    return float(min(Decimal(1), max(Decimal(0), share)))
