"""Says when a gateway is asked next, and why then: often while it matters, hardly ever otherwise, never in a crowd.

The intervals and the rules against herds are measured: a gateway that comes back after an outage is asked by everybody who
waits for it, and only a first delay drawn from a window that suits its capacity keeps that bearable.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tankful.core.allocation import Wishes


class Reason(StrEnum):
    """Why a gateway is asked when it is, in words."""

    FIRST = "it was not asked yet"
    ASKED = "you asked for fresh numbers"
    TURN_ENDED = "an agent finished spending through it"
    SPENDING = "an agent is spending through it"
    IDLE = "nothing is being spent"
    SERVER = "the gateway set the interval"
    BUSY = "the gateway asked to be left alone"
    FAILED = "the last question failed"
    REJECTED = "the gateway does not accept the key"
    RESUMED = "this machine woke up"
    AWAY = "the screen is locked or this machine sleeps"


@dataclass(frozen=True, slots=True)
class Policy:
    """The intervals in seconds; settings or an organisation may set them."""

    spending_s: float = 60
    idle_s: float = 300
    turn_ended_s: float = 12
    """How long after the last call a turn is taken to have ended and its spend to be booked."""
    turn_least_s: float = 30
    """An agent that pauses often seems to end its turn often; so soon after the last question it is not asked for that."""
    first_delay_s: float = 150
    """After an outage everybody waits up to so long first; three times the number of clients by the gateway's capacity suits."""
    resumed_s: float = 60
    """What became due while nobody was there is asked for within so long of the return."""
    spread: float = 0.2
    """Intervals differ by up to this share, both ways; one that the gateway set only grows."""
    least_s: float = 15
    """No client asks oftener, whatever happens."""
    look_s: float = 3600
    """How often it is looked whether another kind of gateway has come to answer in the place of one that is not understood."""
    backoff_s: float = 5
    backoff_most_s: float = 300
    rejected_s: float = 900
    """A key that is not accepted is tried so often, in case the gateway was wrong."""
    busy_most_s: float = 86_400
    """Longer than this no gateway is taken to want to be left alone."""
    server_least_s: float = 30
    server_most_s: float = 3600


def wished(policy: Policy, wishes: Iterable[Wishes]) -> Policy:
    """Return a policy with what an administrator wants in place of it, within the bounds for gateways; of several wishes the longest."""
    told = tuple(wishes)

    def longest(which: Callable[[Wishes], float | None], own: float, least_s: float) -> float:
        said = max((seconds for each in told if (seconds := which(each)) is not None), default=None)
        return own if said is None else min(max(said, least_s), policy.server_most_s)

    return replace(
        policy,
        spending_s=longest(lambda each: each.spending_s, policy.spending_s, policy.server_least_s),
        idle_s=longest(lambda each: each.idle_s, policy.idle_s, policy.server_least_s),
        first_delay_s=longest(lambda each: each.first_delay_s, policy.first_delay_s, policy.least_s),
    )


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
    rejected: bool = False
    """The last failure was that the key is not accepted."""
    busy_until: datetime | None = None
    """`Retry-After` of the last question."""
    server_s: float | None = None
    """The interval that the gateway wants."""
    spent_at: datetime | None = None
    """The last call through this gateway that we saw."""
    refresh_at: datetime | None = None
    """When the user, a spike or a refused call asked for fresh numbers."""
    resumed_at: datetime | None = None
    """When this machine woke up, or somebody came back to it."""
    away: bool = False

    def at(self, now: datetime) -> "Circumstances":
        """Return them as they are now. When the clock was set back, so is all that we did by it, or we would wait for it to catch up."""
        if now >= self.now:
            return replace(self, now=now)
        back = self.now - now
        return replace(
            self,
            now=now,
            begun_at=self.begun_at - back,
            asked_at=_back(self.asked_at, back),
            busy_until=_back(self.busy_until, back),
            refresh_at=_back(self.refresh_at, back),
            resumed_at=_back(self.resumed_at, back),
        )

    def asking(self) -> "Circumstances":
        """Return them with a question that is put now."""
        return replace(self, asked_at=self.now, busy_until=None)

    def answered(self, server_s: float | None) -> "Circumstances":
        """Return them after a good answer, with the interval that the gateway wants, if any."""
        return replace(self, failures=0, rejected=False, server_s=server_s)

    def failed(self, *, rejected: bool = False) -> "Circumstances":
        """Return them after no answer, or one that says no."""
        return replace(self, failures=self.failures + 1, rejected=rejected)

    def left_alone(self, policy: Policy, retry_after_s: float) -> "Circumstances":
        """Return them after the gateway asked, now, to be left alone for so long."""
        return replace(self, busy_until=self.now + _seconds(min(max(retry_after_s, 0), policy.busy_most_s)))


@dataclass(frozen=True, slots=True)
class Due:
    """When to ask; `None`: not before something changes."""

    at: datetime | None
    reason: Reason


def next_poll(policy: Policy, seen: Circumstances, chance: float) -> Due:
    """Return when to ask next. `chance` is a number from 0 to below 1, drawn anew after each question and kept until the next."""
    if seen.away:
        return Due(None, Reason.AWAY)
    if seen.asked_at is None:
        return Due(seen.begun_at, Reason.FIRST)
    at, reason = _wished(policy, seen, seen.asked_at, chance)
    if seen.busy_until is not None and (seen.failures or at < seen.busy_until):
        # Everybody may have been told the same moment: spread out behind it.
        at, reason = seen.busy_until + _seconds(_after_failure(policy, seen.failures, chance)), Reason.BUSY
    if seen.resumed_at is not None and at < seen.resumed_at and reason is not Reason.ASKED:
        # Whole offices wake up at nine.
        at, reason = seen.resumed_at + _seconds(policy.resumed_s * chance), Reason.RESUMED
    return Due(max(at, seen.asked_at + _seconds(policy.least_s)), reason)


def _wished(policy: Policy, seen: Circumstances, asked: datetime, chance: float) -> tuple[datetime, Reason]:
    """Return when to ask as far as manners and this machine allow it."""
    either_way = 1 + policy.spread * (2 * chance - 1)
    wish = seen.refresh_at if seen.refresh_at is not None and seen.refresh_at > asked else None
    if seen.failures:
        wait_s, reason = _after_failure(policy, seen.failures, chance), Reason.FAILED
        if seen.rejected:
            wait_s, reason = policy.rejected_s * either_way, Reason.REJECTED
        at = asked + _seconds(wait_s)
        # Everybody wishes for fresh numbers in an outage: no oftener than all of them ask while they spend, and scattered alike.
        earliest = at if wish is None else max(wish, asked + _seconds(policy.spending_s * either_way))
        return (at, reason) if at <= earliest else (earliest, Reason.ASKED)
    if wish is not None:
        return wish, Reason.ASKED
    if seen.server_s is not None:
        wanted_s = max(seen.server_s, policy.server_least_s) * (1 + policy.spread * chance)
        return asked + _seconds(min(wanted_s, policy.server_most_s)), Reason.SERVER
    # Logs of another machine may be dated by another clock: what is spent next week is not being spent now.
    if seen.spent_at is None or abs(seen.now - seen.spent_at) >= _seconds(2 * policy.spending_s):
        at, reason = asked + _seconds(policy.idle_s * either_way), Reason.IDLE
    else:
        at, reason = asked + _seconds(policy.spending_s * either_way), Reason.SPENDING
    ended = _turn_ended(policy, seen.spent_at, asked)
    return (at, reason) if ended is None or at <= ended else (ended, Reason.TURN_ENDED)


def _turn_ended(policy: Policy, spent_at: datetime | None, asked: datetime) -> datetime | None:
    """Return when the last turn is worth a question; `None`: its spend was booked when we asked."""
    if spent_at is None:
        return None
    ended = spent_at + _seconds(policy.turn_ended_s)
    return max(ended, asked + _seconds(policy.turn_least_s)) if ended > asked else None


def _after_failure(policy: Policy, failures: int, chance: float) -> float:
    """Return the wait after so many failures: first anywhere in the window, then backing off with full jitter."""
    most_s = policy.first_delay_s if failures <= 1 else min(policy.backoff_most_s, policy.backoff_s * 2.0 ** min(failures, 30))
    # Drawn behind the least wait: were it cut off there, whoever drew less would come at the same moment.
    return policy.least_s + max(most_s - policy.least_s, 0) * chance


def _back(time: datetime | None, by: timedelta) -> datetime | None:
    return None if time is None else time - by


def _seconds(count: float) -> timedelta:
    return timedelta(seconds=count)
