"""What is worth saying of a budget: that it is likely to run out, that much of it is gone, that it stops the user."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tankful.core.inbox import Hold, NoticeClass, Rule
from tankful.core.notice import BudgetFact, Notice, TrueNotice

FIRE_FROM, ARM_BELOW = 0.7, 0.4
"""Chance of running out that is worth a notice, and below which the next one is."""
_EARLY_SHARE, _MUCH = 0.15, Decimal("0.5")
"""So early in a period a rate says little, unless so much is gone."""
LEVELS = (100, 90)
_CAP_MIN = 15.0
_SHORT = timedelta(days=6)
"""Of a budget that is filled up again within days the same thing is said once a week."""
_WEEK = timedelta(days=7)
_PERIOD_DIGITS = 16


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


class BudgetTalk:
    """What was said of each budget in its period; `kept` and `remember` carry it over restarts."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self._budgets: dict[str, _Budget] = {}

    def of(self, now: datetime, fact: BudgetFact, shown: Collection[str], said: Mapping[str, str], still: set[str]) -> list[TrueNotice]:
        """Return what is to be said of a budget.

        `shown` are the keys of what is shown, `said` when each was, and `still` takes in the keys of what was said and is so still.
        """
        if fact.limit is None or fact.limit <= 0 or (fact.end is not None and now >= fact.end):
            return []
        told = self._told(fact, fact.limit)
        prefix = f"{fact.budget}:{told.period}"

        def notice(kind: NoticeClass, rule: Rule, key: str, level: int = 0) -> Notice:
            made = Notice(now, kind, rule, f"{prefix}:{key}", fact, level, subject=fact.subject)
            stem = key.rpartition(":")[0]
            return made.held(Hold.ENOUGH) if kind is NoticeClass.STATE and _is_repeated(now, fact, stem, said) else made

        most = Decimal(told.most)
        level = next((level for level in LEVELS if most * 100 >= fact.limit * level), 0)
        if fact.is_blocked:
            return [(notice(NoticeClass.ACT, Rule.BLOCKED, "blocked"), lambda: told.levels.extend(LEVELS))]
        true: list[TrueNotice] = []
        if fact.stops_in_min is not None and fact.stops_in_min <= _CAP_MIN:
            true.append((notice(NoticeClass.ACT, Rule.CAP, "cap"), nothing))
        if level:
            still |= {key for key in shown if key.startswith(f"{prefix}:level:{level}:")}
            reached = [each for each in LEVELS if each <= level]
            if level not in told.levels:
                new = notice(NoticeClass.STATE, Rule.LEVEL, f"level:{level}:{told.limit}", level)
                true.append((new, lambda: told.levels.extend(reached)))
        elif self._runs_out(now, fact, told, {key for key in shown if key.startswith(f"{prefix}:run-out:")}, still):

            def say() -> None:
                told.armed = False
                told.times += 1

            true.append((notice(NoticeClass.STATE, Rule.RUN_OUT, f"run-out:{told.times}"), say))
        return true

    def _runs_out(self, now: datetime, fact: BudgetFact, told: _Budget, shown: set[str], still: set[str]) -> bool:
        """Say whether it is news that a budget is likely to run out; `still` takes in the key under which it was said, while it is so."""
        if fact.forecast is None:
            return False
        chance = fact.forecast.run_out_probability
        if chance >= ARM_BELOW:
            still |= shown
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

    def kept(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return {name: [b.period, b.limit, b.most, b.armed, b.times, list(b.levels), b.start, b.end] for name, b in self._budgets.items()}

    def remember(self, known: Mapping[str, Any]) -> None:
        """Go on from what `kept` returned."""
        self._budgets = {name: _Budget(*each) for name, each in known.items()}


def runs_dry_at(fact: BudgetFact) -> datetime:
    """Return when a budget is gone, as far as can be said: long ago if it is."""
    ahead = fact.forecast
    if fact.limit is None or ahead is None:
        return fact.end or fact.start + timedelta(days=36500)
    return fact.start if fact.spent >= fact.limit else ahead.dry_at or ahead.run_out_at or fact.end or fact.start


def _is_repeated(now: datetime, fact: BudgetFact, stem: str, said: Mapping[str, str]) -> bool:
    """Say whether this was said within a week of an earlier period of a budget whose periods are short."""
    if fact.end is None or fact.end - fact.start > _SHORT:
        return False
    prefix, after = f"{fact.budget}:", len(fact.budget) + 1 + _PERIOD_DIGITS
    return any(
        key.startswith(prefix) and key.startswith(f":{stem}:", after) and abs(now - datetime.fromisoformat(at)) < _WEEK
        for key, at in said.items()
    )


def _is_early(now: datetime, fact: BudgetFact) -> bool:
    if fact.end is None or fact.limit is None or fact.spent <= 0:  # whoever has spent nothing may be away for long
        return True
    return now - fact.start < _EARLY_SHARE * (fact.end - fact.start) and fact.spent < _MUCH * fact.limit


def _is_same(told: _Budget, fact: BudgetFact) -> bool:
    """Say whether a budget's period is the one that was spoken of, though its owner moved its begin or its reset."""
    if not told.end or fact.end is None:
        return not told.end and fact.end is None
    start, end = datetime.fromisoformat(told.start), datetime.fromisoformat(told.end)
    common = min(end, fact.end) - max(start, fact.start)
    return 2 * common > max(end - start, fact.end - fact.start)


def nothing() -> None:
    """Remember nothing more than the key."""
