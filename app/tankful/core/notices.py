"""Decides what is worth a notice and when: seldom, once, not at night, and withdrawn when it is true no more."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from tankful.core.budget_talk import ARM_BELOW, FIRE_FROM, BudgetTalk, nothing, runs_dry_at
from tankful.core.inbox import EVERYTHING, Hold, NoticeClass, Rule, Snooze
from tankful.core.manners import Manners
from tankful.core.notice import BudgetFact, Notice, OtherFact, Summary, TrueNotice
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
    "Summary",
]

_WEEK = timedelta(days=7)
_GONE = 100
"""Percent."""
_KEPT = timedelta(days=400)
_DIGEST = "digest:"
_AGAIN = timedelta(minutes=10)
"""How often a desktop that was not to be disturbed is tried again."""


class Decided(NamedTuple):
    """What is to be said."""

    notices: tuple[Notice, ...] = ()
    """What is new."""
    withdrawn: tuple[str, ...] = ()
    """The keys of what was shown and is true no more."""
    again: tuple[Notice, ...] = ()
    """What was given before, reached nobody, and is true still."""
    grown: tuple[Notice, ...] = ()
    """What stands for more than before, and takes its own place."""


class NoticeBook:
    """What was said to the user, so that nothing is said twice; `kept` and `remember` carry it over restarts."""

    def __init__(self, zone: tzinfo, manners: Manners | None = None) -> None:
        """Begin with nothing said."""
        self._zone = zone
        self._manners = manners or Manners()
        self._talk = BudgetTalk()
        self._said: dict[str, str] = {}
        """When each key was shown, in ISO format."""
        self._noted: dict[str, str] = {}
        """The same of the inbox."""
        self._missed: dict[str, list[str]] = {}
        """What was to be shown and reached nobody: when that was tried, class, rule and subject."""
        self._rolled: tuple[str, list[str]] = ("", [])
        """The day's roll-up of urgent notices, and the keys of those in it."""
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
        self,
        now: datetime,
        budgets: Sequence[BudgetFact] = (),
        spikes: Sequence[Spike] = (),
        others: Sequence[OtherFact] = (),
        *,
        surely: datetime | None = None,
    ) -> Decided:
        """Return what to say now, given what is true now; `surely` it is not earlier than that, though a clock may have jumped ahead."""
        self._forget(now, surely or now)
        true: list[TrueNotice] = [
            (Notice(now, NoticeClass.ACT, Rule.SPIKE, spike.key, spike, subject=f"project:{spike.project}"), nothing)
            for spike in spikes
            if spike.state is SpikeState.RUNNING
        ]
        still: set[str] = set()
        for fact in sorted(budgets, key=runs_dry_at) if len(budgets) > 1 else budgets:
            true += self._talk.of(now, fact, self._open, self._said, still)
        true += [(Notice(now, other.kind, other.rule, other.key, other), nothing) for other in others]
        before = len(self._rolled[1])
        new = [each for notice, told in true for each in self._say(notice, told, budgets)]
        keys = {notice.key for notice, _ in true} | still
        new += self._digest(now, true)
        if not keys.isdisjoint(self._rolled[1]):
            keys.add(self._rolled[0])
        again = self._once_more(now, keys, budgets, spikes)
        grown = self._grown(new, before, now)
        self.true = frozenset(keys)
        withdrawn = tuple(sorted(self._open - keys))
        self._open = (self._open & keys) | {notice.key for notice in (*new, *again) if notice.is_shown and notice.key in keys}
        return Decided(tuple(new), withdrawn, tuple(again), grown)

    def snooze(self, about: str, until: datetime) -> None:
        """Say nothing outside the window about a `budget:ID`, a `project:FOLDER`, or `EVERYTHING`, until then."""
        self.snoozed = (*(each for each in self.snoozed if each.about != about), Snooze(about, until))

    def missed(self, key: str, kind: NoticeClass, rule: Rule, subject: str, now: datetime) -> None:
        """Take note that a notice reached nobody: the desktop was not to be disturbed. It costs no attention, and is tried again."""
        at = self._said.get(key)
        if at is not None:
            self._missed[key] = [now.isoformat(), kind.value, rule.value, subject]
            if (kind.value, at) in self._shown:
                self._shown.remove((kind.value, at))

    def _say(self, notice: Notice, told: Callable[[], None], budgets: Sequence[BudgetFact]) -> list[Notice]:
        """Return a notice as it is to be given: outside the window, for the inbox, or not at all since it was."""
        if notice.key in self._said:
            return []
        is_noted, hold = notice.key in self._noted, notice.held_by or self._hold(notice, budgets)
        if hold is not None and is_noted:
            return []
        self._noted[notice.key] = notice.at.isoformat()
        if hold is not None:
            return [notice.held(hold)]
        told()
        self._said[notice.key] = notice.at.isoformat()
        if notice.kind is NoticeClass.ACT and self._count(notice.at, urgent=True)[0] >= self._manners.urgent_a_day:
            return [*([] if is_noted else [notice.held(Hold.ENOUGH)]), *self._rolled_up(notice)]
        return [self._shown_now(notice)]

    def _rolled_up(self, notice: Notice) -> list[Notice]:
        """Return the one notice that stands for all further urgent ones of a day, the first time."""
        key = f"more:{self._day(notice.at).isoformat()}"
        if self._rolled[0] != key:
            self._rolled = (key, [])
        self._rolled[1].append(notice.key)
        if key in self._said:
            return []
        self._said[key] = self._noted[key] = notice.at.isoformat()
        return [self._shown_now(self._more(notice.at))]

    def _more(self, now: datetime) -> Notice:
        key, rolled = self._rolled
        return Notice(now, NoticeClass.ACT, Rule.MORE_SPIKES, key, level=len(rolled), covers=tuple(rolled))

    def _grown(self, new: Iterable[Notice], before: int, now: datetime) -> tuple[Notice, ...]:
        """Return the roll-up anew where it stands for more than `before`, and is not new itself."""
        key, rolled = self._rolled
        has_grown = len(rolled) > before and key in self._open and all(notice.key != key for notice in new)
        return (self._more(now),) if has_grown else ()

    def _once_more(self, now: datetime, keys: set[str], budgets: Sequence[BudgetFact], spikes: Sequence[Spike]) -> list[Notice]:
        """Return what reached nobody and is true still, when it may be tried again."""
        again: list[Notice] = []
        digest = self._manners.digest_key(now, self._zone)
        for key, (at, kind, rule, subject) in tuple(self._missed.items()):
            about = next((spike for spike in spikes if spike.key == key), None) or next(
                (fact for fact in budgets if fact.subject == subject), None
            )
            level = int(key.rpartition(":level:")[2].partition(":")[0]) if rule == Rule.LEVEL.value else 0
            notice = Notice(now, NoticeClass(kind), Rule(rule), key, about, level, subject=subject)
            if key == self._rolled[0]:
                notice = self._more(now)
            is_due = abs(now - datetime.fromisoformat(at)) >= _AGAIN and (key in keys or key == digest)
            if is_due and self._hold(notice, budgets) is None:
                del self._missed[key]
                self._said[key] = now.isoformat()
                again.append(self._shown_now(notice))
        return again

    def _hold(self, notice: Notice, budgets: Sequence[BudgetFact] = ()) -> Hold | None:
        """Return what keeps a notice from being shown now."""
        if notice.kind in {NoticeClass.DECISION, NoticeClass.SYSTEM}:
            return Hold.INBOX
        if any(snooze.until > notice.at and snooze.about in {notice.subject, EVERYTHING} for snooze in self.snoozed):
            return Hold.SNOOZED
        if self.is_quiet(notice.at) and not (notice.kind is NoticeClass.ACT and self._manners.spikes_at_night):
            return Hold.QUIET
        return None if notice.kind is NoticeClass.ACT else self._hold_quieter(notice, budgets)

    def _hold_quieter(self, notice: Notice, budgets: Sequence[BudgetFact]) -> Hold | None:
        """Return what keeps a notice that is not urgent from being shown, though anything may be shown now."""
        if self._comes_second(notice, budgets):
            return Hold.SOONER
        if self._takes_place(notice):
            return None
        today, week = self._count(notice.at)
        is_enough = today >= self._manners.a_day or week >= self._manners.a_week or self._has_state(notice)
        return Hold.ENOUGH if is_enough else None

    def _comes_second(self, notice: Notice, budgets: Sequence[BudgetFact]) -> bool:
        """Say whether another budget matters more than the one that a notice is about.

        Nothing is said of any while another one refuses requests, nor, but that one is gone, in the week after the like was said of
        another one. How much is gone is said of the budget that binds: it has the highest share. That one runs out is said of the one
        that does so first, of others only while nothing said of an earlier one is true still.
        """
        about = notice.about
        if not isinstance(about, BudgetFact):
            return False
        others = [fact for fact in budgets if fact.budget != about.budget]
        if any(fact.is_blocked for fact in others):
            return True
        if notice.rule is Rule.RUN_OUT:
            first = [fact for fact in others if runs_dry_at(fact) <= runs_dry_at(about)]
            return self._spoke_of(first, notice.at) or any(key.startswith(f"{fact.budget}:") for fact in first for key in self._open)
        if not about.binds and any(fact.binds for fact in others):
            return True
        return notice.level < _GONE and self._spoke_of(others, notice.at)

    def _spoke_of(self, budgets: Iterable[BudgetFact], now: datetime) -> bool:
        """Say whether a state of one of these was said within days: they mostly come of the same spend."""
        prefixes = tuple(f"{fact.budget}:" for fact in budgets)
        return any(
            key.startswith(prefixes) and (":level:" in key or ":run-out:" in key) and abs(now - datetime.fromisoformat(at)) < _WEEK
            for key, at in self._said.items()
        )

    def _has_state(self, notice: Notice) -> bool:
        """Say whether a notice of class C was shown today."""
        day = self._day(notice.at)
        return notice.kind is NoticeClass.STATE and any(
            kind == NoticeClass.STATE.value and self._day(datetime.fromisoformat(at)) == day for kind, at in self._shown
        )

    def _takes_place(self, notice: Notice) -> bool:
        """Say whether a budget is gone of which something was shown today: that is withdrawn, and this stands in its place."""
        about = notice.about
        if not isinstance(about, BudgetFact) or notice.rule is not Rule.LEVEL or notice.level < _GONE:
            return False
        today = {
            at for kind, at in self._shown if kind == notice.kind.value and self._day(datetime.fromisoformat(at)) == self._day(notice.at)
        }
        return any(at in today and key.startswith(f"{about.budget}:") for key, at in self._said.items() if key != notice.key)

    def _shown_now(self, notice: Notice) -> Notice:
        if not self._takes_place(notice):  # its attention is spent already
            self._shown.append((notice.kind.value, notice.at.isoformat()))
        if notice.kind is not NoticeClass.DIGEST:
            self._open.add(notice.key)
        return notice

    def _digest(self, now: datetime, true: Iterable[TrueNotice]) -> list[Notice]:
        """Return a summary of what was held back since the last one and was not shown since; what it says of budgets is said by that."""
        key = self._manners.digest_key(now, self._zone)
        if key is None or key in self._said:
            return []
        since = datetime.fromisoformat(self._digested) if self._digested else now - _WEEK
        if since > now:  # the clock was ahead then
            since = now - _WEEK
        held = tuple(each for each, at in self._noted.items() if since < datetime.fromisoformat(at) <= now and self._is_unheard(each))
        digest = Notice(now, NoticeClass.DIGEST, Rule.DIGEST, key, level=len(held), covers=held)
        if not held or self._hold(digest) is not None:
            return []
        self._said[key] = self._noted[key] = self._digested = now.isoformat()
        for notice, told in true:
            if notice.key in held and notice.kind is NoticeClass.STATE and notice.key not in self._said:
                told()
                self._said[notice.key] = now.isoformat()
                self._open.add(notice.key)
        for each in held:
            self._missed.pop(each, None)
        return [self._shown_now(digest)]

    def _is_unheard(self, key: str) -> bool:
        return key not in self._said or (key in self._missed and not key.startswith(_DIGEST))

    def is_quiet(self, now: datetime) -> bool:
        """Say whether nobody is to be disturbed: at night, and on days off."""
        return self._manners.is_quiet(now, self._zone)

    def _count(self, now: datetime, *, urgent: bool = False) -> tuple[int, int]:
        """Return how many notices were shown today, and in the last week: those that are urgent, or those that are not."""
        times = [datetime.fromisoformat(at) for kind, at in self._shown if (kind == NoticeClass.ACT.value) is urgent]
        return sum(1 for at in times if self._day(at) == self._day(now)), len(times)

    def _day(self, at: datetime) -> Any:
        return at.astimezone(self._zone).date()

    def _forget(self, now: datetime, surely: datetime) -> None:
        self._shown = [(kind, at) for kind, at in self._shown if abs(now - datetime.fromisoformat(at)) < _WEEK]
        for kept in (self._said, self._noted):
            for key in [key for key, at in kept.items() if surely - datetime.fromisoformat(at) > _KEPT]:
                del kept[key]
        for key in [key for key, (at, *_) in self._missed.items() if abs(now - datetime.fromisoformat(at)) >= 2 * _WEEK]:
            del self._missed[key]

    def kept(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return {
            "budgets": self._talk.kept(),
            "said": dict(self._said),
            "noted": dict(self._noted),
            "missed": {key: list(each) for key, each in self._missed.items()},
            "rolled": [self._rolled[0], list(self._rolled[1])],
            "open": sorted(self._open),
            "shown": [list(each) for each in self._shown],
            "digested": self._digested,
        }

    def remember(self, known: Mapping[str, Any]) -> None:
        """Go on from what `kept` returned, in this version or an earlier one.

        Raises:
            KeyError, TypeError: these are not its values.
        """
        self._talk.remember(known["budgets"])
        self._said, self._noted = dict(known["said"]), dict(known["noted"])
        self._missed = {key: [str(part) for part in each] for key, each in known.get("missed", {}).items()}
        day, rolled = known.get("rolled", ("", []))
        self._rolled = (day, list(rolled))
        self._open, self._digested = set(known["open"]), str(known["digested"])
        self._shown = [(kind, at) for kind, at in known["shown"]]
