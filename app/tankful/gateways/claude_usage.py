"""What Claude's gateway says of one's own spending: several limits in percent, and one of them in cents."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec

from tankful.core.allocation import Allocation, QuotaWindow
from tankful.gateways import figures

_CENTS = Decimal(100)
_UNITS = {"daily": "day", "weekly": "week", "monthly": "month"}
_SEVERITIES = frozenset({"warning", "critical"})
_ROUNDED = Decimal(1)
"""Percent by which the share of a limit and that of the amount may differ, as one of them is rounded."""


class Amount(msgspec.Struct, frozen=True):
    """What was spent in a day or a week, in cents."""

    limit: object = None
    used_credits: object = 0


class Spent(msgspec.Struct, frozen=True):
    """What was spent in the period of one of the limits, in cents."""

    is_enabled: bool = True
    monthly_limit: object = None
    """Of whichever limit it is, in spite of its name; null: there is none."""
    used_credits: object = 0
    utilization: object = None
    currency: str = "USD"
    daily: Amount | None = None
    weekly: Amount | None = None


class Limit(msgspec.Struct, frozen=True):
    """One limit; its percent may pass 100."""

    kind: str = ""
    group: str = ""
    percent: object = None
    resets_at: object = None
    severity: object = None
    """`normal`, `warning` (seen from 78 percent on) or `critical` (from 100 on)."""
    is_active: bool = False


class Usage(msgspec.Struct, frozen=True):
    """The answer of `/api/oauth/usage`."""

    extra_usage: Spent | None = None
    limits: tuple[Limit, ...] = ()


class _Known(NamedTuple):
    unit: str
    limit: Decimal | None
    used: Decimal
    resets_at: datetime | None
    severity: str


def told(account: str, usage: Usage, now: datetime) -> tuple[tuple[Allocation, ...], tuple[QuotaWindow, ...]]:
    """Return the budgets whose amount is told, and the limits of which only the share is.

    Raises:
        GatewayConfused: a figure is none.
    """
    limits = _limits(usage)
    known = _known(usage.extra_usage, limits)
    windows = tuple(
        QuotaWindow(account, title(group), _percent(each), figures.instant(each.resets_at, "reset"), _severity(each))
        for group, each in limits.items()
        if _UNITS.get(group) not in known
    )
    return tuple(_allocation(account, each, now) for each in known.values()), windows


def title(group: str) -> str:
    """Return words for a limit's period: `day`, `week`, `month`, or what the gateway calls it."""
    return _UNITS.get(group) or (group if group.isprintable() and 0 < len(group) <= 40 else "limit")


def _limits(usage: Usage) -> dict[str, Limit]:
    """Return the limits of spending by group; of several of a group the one that is nearer."""
    limits: dict[str, Limit] = {}
    for each in usage.limits:
        if each.kind == "spend" and (each.group not in limits or _percent(each) > _percent(limits[each.group])):
            limits[each.group] = each
    return limits


def _known(spent: Spent | None, limits: dict[str, Limit]) -> dict[str, _Known]:
    """Return what is told in dollars, by unit: of the limit that is active, and of a day and a week where they are told apart."""
    if spent is None or not spent.is_enabled or spent.currency != "USD":
        return {}
    found: dict[str, _Known] = {}
    limit = figures.limit(spent.monthly_limit, "limit", _CENTS)
    group = "monthly" if not limits else _active(spent, limits)
    if group in _UNITS and (limit is not None or not limits):
        found[_UNITS[group]] = _amount(group, limit, spent.used_credits, limits)
    for group, amount in (("daily", spent.daily), ("weekly", spent.weekly)):
        limit = None if amount is None else figures.limit(amount.limit, "limit", _CENTS)
        if amount is not None and limit is not None:
            found.setdefault(_UNITS[group], _amount(group, limit, amount.used_credits, limits))
    return found


def _amount(group: str, limit: Decimal | None, used: object, limits: dict[str, Limit]) -> _Known:
    resets_at = figures.instant(limits[group].resets_at, "reset") if group in limits else None
    return _Known(_UNITS[group], limit, figures.dollars(used, "spending", _CENTS), resets_at, _severity(limits.get(group)))


def _active(spent: Spent, limits: dict[str, Limit]) -> str:
    """Return the group that the amount belongs to: of the active limit, or of the only one with the same share used; empty: unclear."""
    active = [group for group, each in limits.items() if each.is_active]
    if len(active) != 1 and spent.utilization is not None:
        share = figures.number(spent.utilization, "share")
        active = [group for group in active or limits if abs(_percent(limits[group]) - share) <= _ROUNDED]
    return active[0] if len(active) == 1 else ""


def _severity(limit: Limit | None) -> str:
    return limit.severity if limit is not None and isinstance(limit.severity, str) and limit.severity in _SEVERITIES else ""


def _percent(limit: Limit) -> Decimal:
    return max(figures.number(limit.percent, "share"), Decimal(0))


def _allocation(account: str, known: _Known, now: datetime) -> Allocation:
    resets_at = known.resets_at or figures.later(figures.begun(now, known.unit), 1, known.unit)
    start = figures.later(resets_at, -1, known.unit)
    scope, due = f"you, a {known.unit}", resets_at <= now
    return Allocation(account, scope, known.limit, known.used, start, resets_at, resetting=due, severity=known.severity)
