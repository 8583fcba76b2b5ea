"""Says when a gateway is asked next, and why then: often while it matters, hardly ever otherwise, never in a crowd.

The intervals and the rules against herds are measured: a gateway that comes back after an outage is asked by everybody who
waits for it, and only a first delay drawn from a window that suits its capacity keeps that bearable.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Reason(StrEnum):
    """Why a gateway is asked when it is; words for `doctor`."""

    FIRST = "it was not asked yet"
    ASKED = "you asked for fresh numbers"
    TURN_ENDED = "an agent finished spending through it"
    SPENDING = "an agent is spending through it"
    IDLE = "nothing is being spent"
    SERVER = "the gateway set the interval"
    BUSY = "the gateway asked to be left alone"
    FAILED = "the last question failed"
    RESUMED = "this machine woke up"
    AWAY = "the screen is locked or this machine sleeps"


@dataclass(frozen=True, slots=True)
class Policy:
    """The intervals in seconds; settings or an organisation may set them."""

    spending_s: float = 60
    idle_s: float = 300
    turn_ended_s: float = 12
    """How long after the last call a turn is taken to have ended and its spend to be booked."""
    first_delay_s: float = 150
    """After an outage everybody waits up to so long first; three times the number of clients by the gateway's capacity suits."""
    spread: float = 0.2
    """Intervals differ by up to this share, both ways."""
    least_s: float = 15
    """No client asks oftener, whatever happens."""
    backoff_s: float = 5
    backoff_most_s: float = 300
    server_least_s: float = 30
    server_most_s: float = 3600


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides; times are aware, and those that never were are `None`."""

    now: datetime
    begun_at: datetime
    """When this client began, or the account was linked."""
    asked_at: datetime | None = None
    """The last question, answered or not."""
    failures: int = 0
    """Questions without an answer since the last good one."""
    busy_until: datetime | None = None
    """`Retry-After`."""
    server_s: float | None = None
    """The interval that the gateway wants."""
    spent_at: datetime | None = None
    """The last call through this gateway that we saw."""
    refresh_at: datetime | None = None
    """When the user, a spike or a refused call asked for fresh numbers."""
    resumed_at: datetime | None = None
    away: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """When to ask; `None`: not before something changes."""

    at: datetime | None
    reason: Reason


def next_poll(policy: Policy, seen: Circumstances, chance: float) -> Due:
    """Return when to ask next. `chance` is a number from 0 to below 1, drawn anew after each question and kept until the next."""
    if seen.away:
        return Due(None, Reason.AWAY)
    wished = _wished(policy, seen, chance)
    earliest = seen.begun_at if seen.asked_at is None else seen.asked_at + timedelta(seconds=policy.least_s)
    at = max(wished.at or earliest, earliest)
    if seen.busy_until is not None and at < seen.busy_until:
        # Everybody was told the same moment: spread out behind it.
        return Due(seen.busy_until + _seconds(policy.least_s * chance), Reason.BUSY)
    return Due(at, wished.reason)


def _wished(policy: Policy, seen: Circumstances, chance: float) -> Due:
    """Return when to ask as far as manners allow it."""
    asked = seen.asked_at
    if asked is None:
        return Due(seen.begun_at, Reason.FIRST)
    if seen.refresh_at is not None and seen.refresh_at > asked:
        return Due(seen.refresh_at, Reason.ASKED)
    if seen.failures:
        return Due(asked + _seconds(_after_failure(policy, seen.failures, chance)), Reason.FAILED)
    if seen.resumed_at is not None and seen.resumed_at > asked:
        return Due(seen.resumed_at + _seconds(policy.spending_s * chance), Reason.RESUMED)
    regular = _regular(policy, seen, asked, chance)
    if seen.spent_at is not None and seen.spent_at > asked - _seconds(policy.turn_ended_s):
        ended = seen.spent_at + _seconds(policy.turn_ended_s)
        if regular.at is not None and asked < ended < regular.at:
            return Due(ended, Reason.TURN_ENDED)
    return regular


def _regular(policy: Policy, seen: Circumstances, asked: datetime, chance: float) -> Due:
    factor = 1 + policy.spread * (2 * chance - 1)
    if seen.server_s is not None:
        interval = min(max(seen.server_s, policy.server_least_s), policy.server_most_s)
        return Due(asked + _seconds(interval * factor), Reason.SERVER)
    spending = seen.spent_at is not None and seen.now - seen.spent_at < _seconds(2 * policy.spending_s)
    if spending:
        return Due(asked + _seconds(policy.spending_s * factor), Reason.SPENDING)
    return Due(asked + _seconds(policy.idle_s * factor), Reason.IDLE)


def _after_failure(policy: Policy, failures: int, chance: float) -> float:
    """Return the wait after so many failures: first anywhere in the window, then backing off with full jitter."""
    if failures == 1:
        return policy.first_delay_s * chance
    return min(policy.backoff_most_s, policy.backoff_s * 2.0 ** min(failures, 30)) * chance


def _seconds(count: float) -> timedelta:
    return timedelta(seconds=count)
