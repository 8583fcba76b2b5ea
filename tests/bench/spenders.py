"""Makes up people who work with agents, the same ones for the same seed, and things that go wrong in their spend.

Calibrated to a real trace of 133 days and to when developers commit: active on .65 of the weekdays and .23 of the weekend,
dollars of active days with a log-spread of 1.2, sessions that grow dearer as their context does, caches that go cold in a
pause, a mixture of models, weeks off, habits that drift, and every two or three weeks an honest burst of work.
"""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import NamedTuple

from tankful.core.spike import Spend

DAY_S = 86_400
FIRST = datetime(2026, 1, 5, tzinfo=UTC)
"""A Monday."""
FIRST_S = FIRST.timestamp()
KINDS = ("loop", "night", "model", "cache", "fan-out")
_CACHE_S = 300
_MODELS = (("small", 0.25), ("middle", 1.0), ("large", 1.8))
_DEAREST = "largest"
_PHASES = 0.75
"""Weeks differ: log-spread of what projects ask for."""


class Anomaly(NamedTuple):
    """Something that went wrong, from and until when, and the dollars that it cost beyond what was meant."""

    kind: str
    start_s: float
    end_s: float
    excess: float


@dataclass
class Person:
    """Somebody's habits."""

    random: Random
    request: float
    """Dollars of a usual request."""
    sessions: float
    """A usual active day has so many."""
    turns: float
    requests: float
    """Requests of a usual turn."""
    spread: float
    weekday: float
    weekend: float
    begins_h: float
    models: tuple[float, ...]
    drift: float
    leaves_alone: float
    """Share of sessions that are left to themselves for long."""
    off: tuple[int, int]
    bursts: frozenset[int]
    projects: int
    spends: list[Spend] = field(default_factory=list[Spend])
    number: int = 0


def person(seed: int, days: int) -> Person:
    """Return somebody who spends for so many days."""
    r = Random(seed)  # noqa: S311 - nothing here is secret
    bursts: set[int] = set()
    day = r.uniform(3, 18)
    while day < days:
        bursts.add(int(day))
        day += r.uniform(12, 22)
    off_from = r.randrange(days) if r.random() < 0.45 else days + 1
    shares = [r.random() ** 2 for _ in _MODELS]
    return Person(
        random=r,
        request=0.05 * math.exp(r.gauss(0, 0.5)),
        sessions=math.exp(r.gauss(0.7, 0.45)),
        turns=math.exp(r.gauss(1.75, 0.3)),
        requests=math.exp(r.gauss(1.55, 0.3)),
        spread=r.uniform(0.45, 0.8),
        weekday=min(0.97, max(0.3, r.gauss(0.68, 0.17))),
        weekend=min(0.8, max(0.02, r.gauss(0.22, 0.17))),
        begins_h=r.gauss(9.2, 1.2),
        models=tuple(share / sum(shares) for share in shares),
        drift=max(-1.0, min(1.0, r.gauss(0, 0.5))) / days,
        leaves_alone=r.uniform(0.01, 0.06),
        off=(off_from, off_from + r.randrange(4, 12)),
        bursts=frozenset(bursts),
        projects=r.randrange(1, 5),
    )


def lived(seed: int, days: int, *, wrong_from: int | None = None, wrong_every: float = 14.0) -> tuple[list[Spend], list[Anomaly]]:
    """Return what somebody spent in so many days, in order, and what went wrong from day `wrong_from` on."""
    who = person(seed, days)
    r = who.random
    wrong: dict[int, str] = {}
    if wrong_from is not None:
        chances = Random(seed ^ 0x5EED)  # noqa: S311 - same
        day = wrong_from + chances.uniform(0, wrong_every)
        while day < days:
            wrong[int(day)] = chances.choice(KINDS)
            day += chances.uniform(0.5, 1.5) * wrong_every
    mean = _mean_day(who)
    anomalies: list[Anomaly] = []
    phase = r.gauss(0, _PHASES)
    for day in range(days):
        if day % 7 == 0:
            phase = 0.6 * phase + 0.8 * r.gauss(0, _PHASES)
        kind = wrong.get(day)
        off = who.off[0] <= day < who.off[1]
        chance = 0.0 if off else who.weekend if day % 7 >= 5 else who.weekday
        active = r.random() < chance
        level = min(6.0, math.exp(r.gauss(0, who.spread) + who.drift * day + max(-1.3, min(1.3, phase))))
        noon = FIRST_S + day * DAY_S
        if kind in {"model", "cache"} or (active and not off):
            start = len(who.spends)
            _day(who, day, noon, level if kind is None else max(0.6, level))
            if kind in {"model", "cache"} and len(who.spends) > start:
                found = _dearer(who, kind, start, mean)
                anomalies += [found] if found else []
        if kind in {"loop", "night", "fan-out"}:
            anomalies.append(_runaway(who, kind, noon, mean))
    who.spends.sort()
    return who.spends, anomalies


def _mean_day(who: Person) -> float:
    model = sum(share * price for share, (_, price) in zip(who.models, _MODELS, strict=True))
    return 1.6 * who.request * who.sessions * who.turns * who.requests * model * math.exp((who.spread**2 + _PHASES**2) / 2)


def _day(who: Person, day: int, midnight: float, level: float) -> None:
    r = who.random
    busy = day in who.bursts
    count = max(1, round(who.sessions * math.sqrt(level) * (1.4 if busy else 1)))
    for _ in range(count):
        hour = who.begins_h + r.uniform(0, 8.5) if r.random() < 0.93 else r.uniform(19.5, 23)
        parallel = r.randrange(2, 5) if busy and r.random() < 0.5 else 1
        long = 2.2 if r.random() < 0.06 else 1.0
        model = r.choices(_MODELS, who.models)[0]
        for _ in range(parallel):
            _session(who, midnight + (hour + r.uniform(0, 0.2)) * 3600, who.turns * math.sqrt(level) * long, model)


def _session(who: Person, at: float, turns: float, model: tuple[str, float]) -> None:
    r = who.random
    who.number += 1
    session, project = f"s{who.number}", f"/src/p{r.randrange(who.projects)}"
    name, price = model
    context = r.uniform(0.3, 0.8)
    alone = r.random() < who.leaves_alone
    for _ in range(max(1, round(r.expovariate(1 / turns)))):
        requests = 1 + int(r.expovariate(1 / who.requests) * (r.uniform(3, 8) if alone and r.random() < 0.3 else 1))
        gap = r.expovariate(1 / 170) + 15
        if r.random() < 0.12:
            gap += r.uniform(300, 2400)
        at += gap
        cold = 3.0 if gap > _CACHE_S else 1.0
        prompted = True
        for _ in range(requests):
            cost = who.request * price * context * cold * math.exp(r.gauss(0, 0.35))
            who.spends.append(Spend(at, cost, "claude-code", session, project, name, prompted))
            prompted, cold = False, 1.0
            context = min(2.6, context * 1.018)
            at += 6 + r.expovariate(1 / 16)
        if r.random() < 0.07:
            context = 0.5  # compacted


def _dearer(who: Person, kind: str, start: int, mean: float) -> Anomaly | None:
    """Make the requests of a day from some time on dearer: another model, or a cache that never holds."""
    r = who.random
    today = sorted(who.spends[start:])
    begin = r.randrange(max(1, len(today) // 3))
    factor = r.uniform(3, 5)
    excess = 0.0
    for number, spend in enumerate(today[begin:], begin):
        dear = spend.cost * factor
        excess += dear - spend.cost
        today[number] = spend._replace(cost=dear, model=_DEAREST if kind == "model" else spend.model)
    who.spends[start:] = today
    least = max(3.0, 0.5 * mean)
    last = today[-1].at_s
    while excess < least:  # they go on until it hurts
        seen = len(who.spends)
        _session(who, last + 300, who.turns, _MODELS[1])
        for number in range(seen, len(who.spends)):
            spend = who.spends[number]
            who.spends[number] = spend._replace(cost=spend.cost * factor, model=_DEAREST if kind == "model" else spend.model)
            excess += spend.cost * (factor - 1)
            last = max(last, spend.at_s)
    return Anomaly(kind, today[begin].at_s, last, excess)


def _runaway(who: Person, kind: str, midnight: float, mean: float) -> Anomaly:
    r = who.random
    hour = r.uniform(1, 4) if kind == "night" else who.begins_h + r.uniform(0.5, 8)
    start = at = midnight + hour * 3600
    target = max(3.0, 0.5 * mean) * math.exp(abs(r.gauss(0, 0.6)))
    project, model = f"/src/p{r.randrange(who.projects)}", _MODELS[1]
    agents = r.randrange(5, 13) if kind == "fan-out" else 1
    sessions = [f"s{who.number + n + 1}" for n in range(agents)]
    who.number += agents
    gap = {"loop": r.uniform(6, 14), "night": r.uniform(15, 40), "fan-out": r.uniform(15, 30) / agents}[kind]
    spent, prompted, context = 0.0, True, r.uniform(0.8, 1.6)
    least_s = {"loop": 1800, "night": 3600, "fan-out": 1200}[kind] * r.uniform(0.8, 2.5)
    # A runaway goes on until somebody looks: slower ones of those whose requests are dear.
    gap = max(gap, 0.8 * least_s * who.request * model[1] / target)
    while spent < target or at - start < least_s:
        cost = who.request * model[1] * context * math.exp(r.gauss(0, 0.35))
        who.spends.append(Spend(at, cost, "claude-code", r.choice(sessions) if agents > 1 else sessions[0], project, model[0], prompted))
        prompted = False
        context = min(2.6, context * 1.01)
        spent += cost
        at += r.expovariate(1 / gap)
    return Anomaly(kind, start, at, spent)
