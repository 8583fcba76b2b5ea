"""Budgets of gateways in words: whose they are, what is left, what is not booked yet, and how old the gateway's word is."""

from datetime import datetime, tzinfo
from decimal import Decimal

from tankful.core.accounts import AccountState
from tankful.core.health import Condition
from tankful.core.meter import PERSONAL, Meter
from tankful.core.snapshot import Snapshot
from tankful.present import format as words
from tankful.present.bar import BarView
from tankful.present.pace import band_words, chance_words, dry_words, safe_words

_HARDLY = 0.05
"""A smaller chance is not spoken of."""


def account_of(snapshot: Snapshot, meter: Meter | None) -> AccountState | None:
    """Return the account that a meter is a budget of; `None` for the user's own."""
    if meter is None:
        return None
    return next((state for state in snapshot.accounts if state.link.name == meter.allocation.account), None)


def scope_words(snapshot: Snapshot, meter: Meter) -> str:
    """Return whose budget it is: `Team platform-eng`, with its account where there are several."""
    allocation = meter.allocation
    if allocation.account == PERSONAL:
        return "My own budget"
    scope = "My allocation" if allocation.scope == "you" else allocation.scope[:1].upper() + allocation.scope[1:]
    several = len({each.allocation.account for each in snapshot.meters} - {PERSONAL}) > 1
    return f"{scope} · {allocation.account}" if several else scope


def pending_words(meter: Meter) -> str:
    """Return `+$3.20 not booked yet`, with what has no price and where else it may belong; empty when all is booked."""
    parts = [f"+{words.money(meter.pending)}"] if meter.pending else []
    if meter.unpriced:
        parts.append(f"{words.counted(meter.unpriced, 'request')} without a price")
    where = f", here or in {' or '.join(meter.perhaps)}" if meter.perhaps else ""
    return f"{' and '.join(parts)} not booked yet{where}" if parts else ""


def left_words(meter: Meter) -> str:
    """Return what is left, short: `$1,881.60 left`, `$12.00 over`, `$85.20 spent`."""
    if meter.headroom is None:
        return f"{words.money(meter.spent)} spent"
    return f"{words.money(meter.headroom)} left" if meter.headroom >= 0 else f"{words.money(-meter.headroom)} over"


def severity_words(severity: str) -> str:
    """Return how its owner marks where a budget stands; empty for one that is not marked."""
    return {"warning": "the gateway warns of it", "critical": "the gateway calls it critical"}.get(severity, "")


def budget_bars(snapshot: Snapshot, zone: tzinfo) -> tuple[BarView, ...]:
    """Return every budget but the binding one, and every quota window, which is no money."""
    others = tuple(_budget_bar(snapshot, meter, zone) for meter in snapshot.meters if not meter.binding)
    windows = tuple(
        BarView(
            f"{state.link.name}, {window.title}",
            f"{words.percent(window.used_percent / 100)} used",
            min(1.0, float(window.used_percent / 100)),
            _joined(
                "" if window.resets_at is None else f"resets {_when(window.resets_at, snapshot.as_of, zone)}",
                severity_words(window.severity),
            ),
        )
        for state in snapshot.accounts
        if state.statement is not None
        for window in state.statement.windows
    )
    return others + windows


def _budget_bar(snapshot: Snapshot, meter: Meter, zone: tzinfo) -> BarView:
    allocation = meter.allocation
    limit = "no limit" if allocation.limit is None else f"of {words.round_money(allocation.limit)}"
    reset = "" if allocation.resets_at is None else f"resets {_when(allocation.resets_at, snapshot.as_of, zone)}"
    told = "" if allocation.as_of is None else f"settled to {words.clock(allocation.as_of, zone)}"
    enforced = "" if allocation.enforced else "not enforced"
    marked = severity_words(allocation.severity)
    note = _joined(limit, "being reset" if allocation.resetting else reset, enforced, marked, pending_words(meter), told)
    share = meter.used_share or Decimal(0)
    return BarView(scope_words(snapshot, meter), left_words(meter), min(1.0, float(share)), note, *_ahead(snapshot, meter, zone))


def _ahead(snapshot: Snapshot, meter: Meter, zone: tzinfo) -> tuple[str, str]:
    """Return where a budget is heading, with the chance that it runs out if that is worth a thought; and when then, and what is safe."""
    ahead, limit = snapshot.forecast_of(meter), meter.allocation.limit
    if ahead is None or limit is None or meter.spent >= limit or ahead.high <= ahead.low:
        return "", ""
    chance, safe = ahead.run_out_probability, safe_words(ahead)
    runs_out, dry = (
        (f"; {chance_words(chance)} that it runs out", dry_words(ahead, snapshot.as_of, zone)) if chance >= _HARDLY else ("", "")
    )
    return f"Likely {band_words(ahead)}{runs_out}", _joined(f"If so{dry.replace(', then', ',')}" if dry else "", safe.removesuffix("."))


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _when(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return a day, or the time of day where that is today."""
    here, today = at.astimezone(zone), now.astimezone(zone).date()
    return words.clock(at, zone) if here.date() == today else words.short_day(here.date())


def gateway_line(snapshot: Snapshot, meter: Meter | None, now: datetime, zone: tzinfo) -> str:
    """Return how far the gateway's word reaches: `Gateway: settled to 14:02`; empty for the user's own budget."""
    state = account_of(snapshot, meter)
    if meter is None or state is None or state.statement is None:
        return ""
    if state.health.condition is Condition.FAILING:
        return f"Gateway: last heard {words.age(now - state.statement.as_of)} ago"
    spoke = state.statement.said_at(meter.allocation)
    settled = words.clock(spoke, zone) if now.astimezone(zone).date() == spoke.astimezone(zone).date() else f"{words.age(now - spoke)} ago"
    return f"Gateway: settled to {settled}"


def difference_words(snapshot: Snapshot, meter: Meter | None) -> str:
    """Return what the gateway's figure and our logs disagree about, with the likely reasons; empty where they agree."""
    state = account_of(snapshot, meter)
    if state is None or state.difference is None:
        return ""
    amount = state.difference.amount
    which = "more" if amount > 0 else "less"
    reasons = f" Likely: {'; or '.join(state.difference.reasons)}." if state.difference.reasons else ""
    return f"The gateway booked {words.money(abs(amount))} {which} than this machine saw.{reasons}"
