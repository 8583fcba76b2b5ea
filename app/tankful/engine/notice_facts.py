"""What a picture holds that may be worth a notice: its budgets, and feeds that fail for long."""

from datetime import timedelta
from decimal import Decimal

from tankful.core.choices import Digest
from tankful.core.health import Condition, FeedHealth
from tankful.core.inbox import NoticeClass, Rule
from tankful.core.meter import PERSONAL, Meter
from tankful.core.notices import BudgetFact, Manners, OtherFact
from tankful.core.post_check import Verdict
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.sources.registry import by_id

_NEWS = timedelta(days=14)
_FAILS_LONG = timedelta(hours=24)
_CALLS_LEAST = 3
"""Another model may stand in for a moment; that is shown, and no news."""


def manners_of(settings: Settings) -> Manners:
    """Return how often and when the settings let the user be disturbed."""
    return Manners(
        a_day=settings.notices_a_day,
        a_week=settings.notices_a_week,
        quiet_from_h=settings.quiet_from_h,
        quiet_to_h=settings.quiet_to_h,
        working_days=frozenset(int(digit) for digit in settings.notice_days),
        spikes_at_night=settings.spikes_at_night,
        digest_h=None if settings.digest is Digest.OFF else settings.digest_h,
        digest_weekly=settings.digest is Digest.WEEKLY,
    )


def budget_facts(seen: Snapshot) -> tuple[BudgetFact, ...]:
    """Return every budget that may stop the user, and the one that binds; figures of a period that is over are left out."""
    return tuple(
        _budget_fact(seen, meter)
        for meter in seen.meters
        if not meter.allocation.resetting and (meter.binding or meter.allocation.enforced)
    )


def _budget_fact(seen: Snapshot, meter: Meter) -> BudgetFact:
    allocation = meter.allocation
    is_own = allocation.account == PERSONAL
    stops = allocation.enforced and not is_own and allocation.limit is not None
    return BudgetFact(
        budget=_id_of(meter),
        limit=allocation.limit,
        spent=meter.spent,
        start=allocation.period_start,
        end=allocation.resets_at,
        forecast=seen.forecast_of(meter),
        stops_in_min=_minutes_left(_burn(seen, meter), meter.headroom) if stops else None,
        is_blocked=stops and allocation.limit is not None and 0 < allocation.limit <= allocation.settled,
        binds=meter.binding or is_own,
        name="" if is_own else f"{allocation.scope} at {allocation.account}",
    )


def subject_of(meter: Meter) -> str:
    """Return what a snooze of a budget is about."""
    return f"budget:{_id_of(meter)}"


def _id_of(meter: Meter) -> str:
    allocation = meter.allocation
    return PERSONAL if allocation.account == PERSONAL else f"{allocation.account}/{allocation.identity}"


def _burn(seen: Snapshot, meter: Meter) -> Decimal:
    """Return the rate at which a budget is spent; nothing where it is not known."""
    return seen.burn_per_hour if meter.binding else next((each.burn_per_hour for each in seen.prospects if each.is_of(meter)), Decimal(0))


def _minutes_left(burn_per_hour: Decimal, headroom: Decimal | None) -> float | None:
    if headroom is None or headroom <= 0 or burn_per_hour <= 0:
        return None
    return float(headroom / burn_per_hour * 60)


def system_facts(seen: Snapshot) -> tuple[OtherFact, ...]:
    """Return the accounts that need the user, and what has failed for a day."""
    return tuple(
        OtherFact(NoticeClass.SYSTEM, f"feed:{feed.feed}:{_since(feed)}", f"{feed.feed}: {feed.title}. {feed.hint}".strip())
        for feed in seen.feeds
        if feed.condition is Condition.FAILING and (feed.rejected or _is_long(seen, feed))
    )


def model_facts(seen: Snapshot) -> tuple[OtherFact, ...]:
    """Return of each agent which model answered instead of the one that was asked, the same for all its sessions of a month."""
    found: dict[str, tuple[str, int]] = {}
    for change in seen.changes:
        source = by_id(change.agent)
        key = f"model:{change.agent}:{change.asked}:{change.served}:{change.last:%Y-%m}"
        text = f"{change.agent if source is None else source.title} asked for {change.asked}, and {change.served} answered"
        found[key] = (text, found.get(key, ("", 0))[1] + change.calls)
    return tuple(OtherFact(NoticeClass.SYSTEM, key, text, Rule.MODEL) for key, (text, calls) in found.items() if calls >= _CALLS_LEAST)


def switch_facts(seen: Snapshot) -> tuple[OtherFact, ...]:
    """Return what the first sessions after switches used, as long as that is news."""
    return tuple(
        OtherFact(
            NoticeClass.DECISION if check.verdict is Verdict.SHOWS else NoticeClass.SYSTEM,
            f"switch:{check.agent}:{check.since:%Y-%m-%dT%H:%M:%S}:{check.verdict}",
            "",
            Rule.SWITCHED,
            check,
        )
        for check in seen.post_checks
        if check.verdict is not Verdict.WAITING and seen.as_of - check.since < _NEWS
    )


def _is_long(seen: Snapshot, feed: FeedHealth) -> bool:
    return feed.as_of is not None and seen.as_of - feed.as_of > _FAILS_LONG


def _since(feed: FeedHealth) -> str:
    return "ever" if feed.as_of is None else f"{feed.as_of:%Y-%m-%dT%H:%M}"
