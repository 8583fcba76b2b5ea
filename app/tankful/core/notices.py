"""Decides what is worth a notice and when: seldom, once, not at night, and withdrawn when it is true no more."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, NamedTuple

from tankful.core.inbox import EVERYTHING, Hold, NoticeClass, Rule, Snooze
from tankful.core.pace import Forecast
from tankful.core.spike import Spike, SpikeState

__all__ = [
    "ARM_BELOW",
    "EVERYTHING",
    "FIRE_FROM",
    "BudgetFact",
    "Decided",
    "Hold",
    "Manners",
    "Notice",
    "NoticeBook",
    "NoticeClass",
    "OtherFact",
    "Rule",
    "Snooze",
]

FIRE_FROM, ARM_BELOW = 0.7, 0.4
"""Chance of running out that is worth a notice, and below which the next one is."""
_EARLY_SHARE, _MUCH = 0.15, Decimal("0.5")
"""So early in a period a rate says little, unless so much is gone."""
_LEVELS = (100, 90)
_CAP_MIN = 15.0
_WEEK = timedelta(days=7)
_KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class BudgetFact:
    """What is true of one budget; money in dollars."""

    budget: str
    """Its id, the same over restarts."""
    limit: Decimal | None
    spent: Decimal
    start: datetime
    end: datetime | None
    forecast: Forecast | None = None
    stops_in_min: float | None = None
    """Minutes until a limit that stops the user is reached at the present rate; `None`: it does not, or not soon."""
    is_blocked: bool = False
    name: str = ""
    """Whose it is, in words; empty: the user's own."""


class OtherFact(NamedTuple):
    """Something for the inbox and the badge, said by whoever knows of it: a nudge, or a source that is stale."""

    kind: NoticeClass
    key: str
    text: str
    rule: Rule = Rule.OTHER


class Manners(NamedTuple):
    """How often and when a person may be disturbed."""

    a_day: int = 2
    a_week: int = 6
    urgent_a_day: int = 3
    """Of class A, which does not count above."""
    quiet_from_h: int = 20
    quiet_to_h: int = 8
    working_days: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    spikes_at_night: bool = False
    digest_h: int | None = None
    """When to sum up what was held back; `None`: never."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to say; `key` is its only identity: the same key again replaces what is shown."""

    at: datetime
    kind: NoticeClass
    rule: Rule
    key: str
    about: BudgetFact | Spike | OtherFact | None = None
    level: int = 0
    """Percent, or how many."""
    is_shown: bool = True
    """Outside the window; else it is for badge and inbox alone."""
    held_by: Hold | None = None
    """What keeps it there."""
    subject: str = EVERYTHING
    """What a snooze of the like would be about: `budget:ID`, `project:FOLDER`, or everything."""


class Decided(NamedTuple):
    """What is new, and the keys of what is true no more and is to be withdrawn."""

    notices: tuple[Notice, ...]
    withdrawn: tuple[str, ...]


_True = tuple[Notice, Callable[[], None]]
"""What is true, and what to remember once it was said."""


@dataclass(slots=True)
class _Budget:
    """What was said of one budget in one period."""

    period: str
    limit: str
    most: str = "0"
    """The most that was seen spent: a figure that falls for a while says nothing twice."""
    armed: bool = True
    times: int = 0
    """How often the run-out was said."""
    levels: list[int] = field(default_factory=list[int])
    start: str = ""
    end: str = ""
    """As its owner says them now; the period stays the same when a reset is moved a little."""


class NoticeBook:
    """What was said to the user, so that nothing is said twice; `kept` and `remembered` carry it over restarts."""

    def __init__(self, zone: tzinfo, manners: Manners | None = None) -> None:
        """Begin with nothing said."""
        self._zone = zone
        self._manners = manners or Manners()
        self._budgets: dict[str, _Budget] = {}
        self._said: dict[str, str] = {}
        """When each key was shown, in ISO format."""
        self._noted: dict[str, str] = {}
        """The same of the inbox."""
        self._open: set[str] = set()
        """Keys that are true still and may have to be withdrawn."""
        self._shown: list[tuple[str, str]] = []
        """Class and time of what was shown in the last week."""
        self._digested = ""
        """When what was held back was summed up last."""
        self.true: frozenset[str] = frozenset()
        """Keys of what was true at the last decision, shown or not."""
        self.snoozed: tuple[Snooze, ...] = ()
        """What is not to be spoken of; kept by whoever keeps the book."""

    def behave(self, zone: tzinfo, manners: Manners) -> None:
        """Go by these manners from now on."""
        self._zone, self._manners = zone, manners

    def is_open(self, key: str) -> bool:
        """Say whether something was shown and is true still."""
        return key in self._open

    def decide(
        self, now: datetime, budgets: Sequence[BudgetFact] = (), spikes: Sequence[Spike] = (), others: Sequence[OtherFact] = ()
    ) -> Decided:
        """Return what to say now, given what is true now."""
        self._forget(now)
        true: list[_True] = [
            (Notice(now, NoticeClass.ACT, Rule.SPIKE, spike.key, spike, subject=f"project:{spike.project}"), _nothing)
            for spike in spikes
            if spike.state is SpikeState.RUNNING
        ]
        still: set[str] = set()
        for fact in budgets:
            true += self._of_budget(now, fact, still)
        true += [(Notice(now, other.kind, other.rule, other.key, other), _nothing) for other in others]
        new = [said for notice, told in true if (said := self._said_of(notice, told)) is not None]
        new += self._digest(now)
        keys = {notice.key for notice, _ in true} | still
        self.true = frozenset(keys)
        withdrawn = tuple(sorted(self._open - keys))
        self._open = (self._open & keys) | {notice.key for notice in new if notice.is_shown and notice.key in keys}
        return Decided(tuple(new), withdrawn)

    def snooze(self, about: str, until: datetime) -> None:
        """Say nothing outside the window about a `budget:ID`, a `project:FOLDER`, or `EVERYTHING`, until then."""
        self.snoozed = (*(each for each in self.snoozed if each.about != about), Snooze(about, until))

    def _of_budget(self, now: datetime, fact: BudgetFact, still: set[str]) -> list[_True]:
        """Return what is to be said of a budget; `still` takes in the keys of what was said and is so still."""
        if fact.limit is None or fact.limit <= 0 or (fact.end is not None and now >= fact.end):
            return []
        told = self._told(fact, fact.limit)
        prefix = f"{fact.budget}:{told.period}"

        def notice(kind: NoticeClass, rule: Rule, key: str, level: int = 0) -> Notice:
            return Notice(now, kind, rule, f"{prefix}:{key}", fact, level, subject=f"budget:{fact.budget}")

        most = Decimal(told.most)
        level = next((level for level in _LEVELS if most * 100 >= fact.limit * level), 0)
        if fact.is_blocked:
            return [(notice(NoticeClass.ACT, Rule.BLOCKED, "blocked"), lambda: told.levels.extend(_LEVELS))]
        true: list[_True] = []
        if fact.stops_in_min is not None and fact.stops_in_min <= _CAP_MIN:
            true.append((notice(NoticeClass.ACT, Rule.CAP, "cap"), _nothing))
        if level:
            still |= {key for key in self._open if key.startswith(f"{prefix}:level:{level}:")}
            reached = [each for each in _LEVELS if each <= level]
            if level not in told.levels:
                said = notice(NoticeClass.STATE, Rule.LEVEL, f"level:{level}:{told.limit}", level)
                true.append((said, lambda: told.levels.extend(reached)))
        elif self._runs_out(now, fact, told, f"{prefix}:run-out:", still):

            def say() -> None:
                told.armed = False
                told.times += 1

            true.append((notice(NoticeClass.STATE, Rule.RUN_OUT, f"run-out:{told.times}"), say))
        return true

    def _runs_out(self, now: datetime, fact: BudgetFact, told: _Budget, prefix: str, still: set[str]) -> bool:
        """Say whether it is news that a budget is likely to run out; `still` takes in the key under which it was said, while it is so."""
        if fact.forecast is None:
            return False
        chance = fact.forecast.run_out_probability
        if chance >= ARM_BELOW:
            still |= {key for key in self._open if key.startswith(prefix)}
        elif fact.spent >= Decimal(told.most):  # a figure that fell for a while proves nothing
            told.armed = True
        return chance >= FIRE_FROM and told.armed and not _is_early(now, fact)

    def _told(self, fact: BudgetFact, limit: Decimal) -> _Budget:
        """Return what was said of this budget in this period; another limit arms again what it moves out of reach."""
        period, text = f"{fact.start:%Y-%m-%dT%H:%M}", str(limit.normalize())
        told = self._budgets.get(fact.budget)
        if told is None or not (told.period == period or _is_same(told, fact)):
            told = self._budgets[fact.budget] = _Budget(period, text)
        told.start, told.end = fact.start.isoformat(), "" if fact.end is None else fact.end.isoformat()
        if told.limit != text:
            told.limit, told.most = text, "0"
            told.levels = [level for level in told.levels if fact.spent * 100 >= limit * level]
            told.armed = True
        told.most = str(max(Decimal(told.most), fact.spent))
        return told

    def _said_of(self, notice: Notice, told: Callable[[], None]) -> Notice | None:
        """Return a notice as it is to be given: outside the window, for the inbox, or not at all since it was."""
        if notice.key in self._said:
            return None
        hold = self._hold(notice)
        if hold is None:
            told()
            self._said[notice.key] = self._noted[notice.key] = notice.at.isoformat()
            return self._shown_now(notice)
        if notice.key in self._noted:
            return None
        self._noted[notice.key] = notice.at.isoformat()
        return _held(notice, hold)

    def _hold(self, notice: Notice) -> Hold | None:
        """Return what keeps a notice from being shown now."""
        if notice.kind in {NoticeClass.DECISION, NoticeClass.SYSTEM}:
            return Hold.INBOX
        if any(snooze.until > notice.at and snooze.about in {notice.subject, EVERYTHING} for snooze in self.snoozed):
            return Hold.SNOOZED
        if self.is_quiet(notice.at) and not (notice.kind is NoticeClass.ACT and self._manners.spikes_at_night):
            return Hold.QUIET
        if notice.kind is NoticeClass.ACT:
            return None
        today, week = self._count(notice.at)
        if today >= self._manners.a_day or week >= self._manners.a_week or self._has_state(notice):
            return Hold.ENOUGH
        return None

    def _has_state(self, notice: Notice) -> bool:
        """Say whether a notice of class C was shown today; a limit that is reached need not wait for tomorrow."""
        day = self._day(notice.at)
        return (
            notice.kind is NoticeClass.STATE
            and notice.level != _LEVELS[0]
            and any(kind == NoticeClass.STATE.value and self._day(datetime.fromisoformat(at)) == day for kind, at in self._shown)
        )

    def _shown_now(self, notice: Notice) -> Notice:
        day = self._day(notice.at)
        if notice.kind is NoticeClass.ACT:
            times = sum(1 for kind, at in self._shown if kind == "A" and self._day(datetime.fromisoformat(at)) == day)
            if times > self._manners.urgent_a_day:
                return _held(notice, Hold.ENOUGH)
            if times == self._manners.urgent_a_day:
                notice = Notice(notice.at, NoticeClass.ACT, Rule.MORE_SPIKES, f"more:{day.isoformat()}", notice.about, times + 1)
        self._shown.append((notice.kind.value, notice.at.isoformat()))
        return notice

    def _digest(self, now: datetime) -> list[Notice]:
        """Return a summary of what was held back since the last one and was not shown since."""
        local = now.astimezone(self._zone)
        hour, key = self._manners.digest_h, f"digest:{local.date().isoformat()}"
        since = datetime.fromisoformat(self._digested) if self._digested else now - _WEEK
        held = sum(1 for each, at in self._noted.items() if each not in self._said and since < datetime.fromisoformat(at) <= now)
        digest = Notice(now, NoticeClass.DIGEST, Rule.DIGEST, key, level=held)
        if hour is None or local.hour < hour or not held or key in self._said or self._hold(digest) is not None:
            return []
        self._said[key] = self._noted[key] = self._digested = now.isoformat()
        return [self._shown_now(digest)]

    def is_quiet(self, now: datetime) -> bool:
        """Say whether nobody is to be disturbed: at night, and on days off."""
        local, manners = now.astimezone(self._zone), self._manners
        begins, ends = manners.quiet_from_h, manners.quiet_to_h
        at_night = begins <= local.hour < ends if begins <= ends else local.hour >= begins or local.hour < ends
        return at_night or local.isoweekday() not in manners.working_days

    def _count(self, now: datetime) -> tuple[int, int]:
        """Return how many notices that are not urgent were shown today, and in the last week."""
        times = [datetime.fromisoformat(at) for kind, at in self._shown if kind != "A"]
        return sum(1 for at in times if self._day(at) == self._day(now)), len(times)

    def _day(self, at: datetime) -> Any:
        return at.astimezone(self._zone).date()

    def _forget(self, now: datetime) -> None:
        self._shown = [(kind, at) for kind, at in self._shown if abs(now - datetime.fromisoformat(at)) < _WEEK]
        for kept in (self._said, self._noted):
            for key in [key for key, at in kept.items() if now - datetime.fromisoformat(at) > _KEPT]:
                del kept[key]

    def kept(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return {
            "budgets": {
                name: [b.period, b.limit, b.most, b.armed, b.times, list(b.levels), b.start, b.end] for name, b in self._budgets.items()
            },
            "said": dict(self._said),
            "noted": dict(self._noted),
            "open": sorted(self._open),
            "shown": [list(each) for each in self._shown],
            "digested": self._digested,
        }

    def remember(self, known: Mapping[str, Any]) -> None:
        """Go on from what `kept` returned.

        Raises:
            KeyError, TypeError: these are not its values.
        """
        self._budgets = {name: _Budget(*each) for name, each in known["budgets"].items()}
        self._said, self._noted = dict(known["said"]), dict(known["noted"])
        self._open, self._digested = set(known["open"]), str(known["digested"])
        self._shown = [(kind, at) for kind, at in known["shown"]]


def _is_early(now: datetime, fact: BudgetFact) -> bool:
    if fact.end is None or fact.limit is None:
        return True
    return now - fact.start < _EARLY_SHARE * (fact.end - fact.start) and fact.spent < _MUCH * fact.limit


def _is_same(told: _Budget, fact: BudgetFact) -> bool:
    """Say whether a budget's period is the one that was spoken of, though its owner moved its begin or its reset."""
    if not told.end or fact.end is None:
        return not told.end and fact.end is None
    start, end = datetime.fromisoformat(told.start), datetime.fromisoformat(told.end)
    common = min(end, fact.end) - max(start, fact.start)
    return 2 * common > max(end - start, fact.end - fact.start)


def _held(notice: Notice, hold: Hold) -> Notice:
    return replace(notice, is_shown=False, held_by=hold)


def _nothing() -> None:
    """Remember nothing more than the key."""
