"""Finds sessions that worked in the same folder at the same time, and what the others of them cost beside the dearest.

Whether they did the same cannot be seen from here: what was asked of them is not known. If they did, all but the dearest was paid twice;
so that is the most that can have been. Sessions to which nobody was seen typing (what an agent begins by itself) do not count, nor do
folders of their own, such as worktrees.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from tankful.core.counterfactual import bucket_costs
from tankful.core.nudges.cold_cache import IDLE
from tankful.core.nudges.dearest import Cost, dearest
from tankful.core.nudges.nudge import Nudge, Rule, Work
from tankful.core.usage import UsageEvent

NAME = "parallel"
_OFTEN = 3
"""Twice may be chance, or a deliberate race."""
_LEAST = 2
"""So many times five minutes both have to be at work."""
_STEP_S = int(IDLE / timedelta(seconds=1))

_Session = tuple[str, str]
_Sessions = dict[_Session, list[UsageEvent]]
_Steps = dict[int, _Sessions]


def _find(work: Work) -> Nudge | None:
    """Return what the others cost in the agent and folder where they cost most."""
    return dearest(NAME, work, _stretches(work), _OFTEN)


def _stretches(work: Work) -> Iterator[Cost]:
    typed = {(each.agent, each.session) for each in work.typed if each.session}
    folders: dict[str, _Steps] = {}
    for event in work.requests if len(typed) > 1 else ():
        key = (event.agent, event.session)
        if event.project and key in typed and event.model and not event.summed and not event.undated:
            steps = folders.setdefault(event.project, {})
            steps.setdefault(int(event.at.timestamp()) // _STEP_S, {}).setdefault(key, []).append(event)
    for steps in folders.values():
        for sessions in _in_a_row(steps):
            found = _others(work, sessions)
            if found is not None:
                yield found


def _in_a_row(steps: _Steps) -> Iterator[_Sessions]:
    """Yield what was answered in stretches of five minutes in a row in which several sessions were at work."""
    shared = sorted(number for number, sessions in steps.items() if len(sessions) > 1)
    stretch: list[_Sessions] = []
    for place, number in enumerate(shared):
        stretch.append(steps[number])
        if shared[place + 1 : place + 2] != [number + 1]:
            if len(stretch) >= _LEAST:
                keys = {key for sessions in stretch for key in sessions}
                yield {key: [event for sessions in stretch for event in sessions.get(key, ())] for key in keys}
            stretch = []


def _others(work: Work, sessions: _Sessions) -> Cost | None:
    """Return what all but the dearest cost; `None`: something is unpriced, or a notice told of a spike meanwhile."""
    sums: dict[_Session, Decimal] = {}
    for key, events in sessions.items():
        rates = [work.paid(event) for event in events]
        if None in rates:
            return None
        costs = (bucket_costs(event.tokens, each) for event, each in zip(events, rates, strict=True) if each is not None)
        sums[key] = sum((each for buckets in costs for each in buckets), Decimal(0))
    times = [event.at for events in sessions.values() for event in events]
    if work.was_told(min(times), max(times)):
        return None
    _, *others = sorted(sums, key=lambda key: (-sums[key], key))
    return Cost(sessions[others[0]][-1], sum((sums[key] for key in others), Decimal(0)), sum(len(sessions[key]) for key in others))


RULE = Rule(NAME, "Several sessions at once in one folder", _find)
