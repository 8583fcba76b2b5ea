"""Measures how well spikes are found: what went wrong with made-up people against what the watch said."""

from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from bench.spenders import DAY_S, FIRST_S, KINDS, Anomaly, lived
from tankful.core.spike import Spend, Spike
from tankful.core.spikes import Limits, SpikeWatch

DAYS, LEARNED = 56, 28
_GRACE_S = 1800
"""What is said so soon after the end was still about it."""


@dataclass
class Score:
    """Sums over people."""

    people: int = 0
    happened: Counter[str] = field(default_factory=Counter[str])
    found: Counter[str] = field(default_factory=Counter[str])
    alarms: Counter[str] = field(default_factory=Counter[str])
    false: Counter[str] = field(default_factory=Counter[str])
    delays_s: list[float] = field(default_factory=list[float])
    excess: float = 0.0
    avoidable: float = 0.0
    first_alarms: int = 0
    """True ones, each anomaly once."""

    @property
    def recall(self) -> float:
        return self.found.total() / max(1, self.happened.total())

    @property
    def precision(self) -> float:
        true = self.alarms.total() - self.false.total()
        return true / max(1, self.alarms.total())

    @property
    def false_per_week(self) -> float:
        return self.false.total() / (self.people * (DAYS - LEARNED) / 7)

    @property
    def delay_min(self) -> float:
        return median(self.delays_s or [0.0]) / 60

    def of_kind(self, kind: str) -> float:
        return self.found[kind] / max(1, self.happened[kind])


def alarms_of(spends: list[Spend], limits: Limits | None) -> list[Spike]:
    watch = SpikeWatch(lambda at_s: (at_s // DAY_S + 1) * DAY_S, limits)
    return [said for spend in spends if (said := watch.see(spend)) is not None]


def judge(score: Score, wrong: list[Anomaly], alarms: list[Spike], first_s: float) -> None:
    """Add what was said to somebody from `first_s` on."""
    score.people += 1
    found: set[Anomaly] = set()
    for each in wrong:
        score.happened[each.kind] += 1
        score.excess += each.excess
    for alarm in alarms:
        at_s = alarm.at.timestamp()
        if at_s < first_s:
            continue
        score.alarms[alarm.channel.value] += 1
        about = next((each for each in wrong if each.start_s <= at_s <= each.end_s + _GRACE_S), None)
        if about is None:
            score.false[alarm.channel.value] += 1
        elif about not in found:
            found.add(about)
            score.found[about.kind] += 1
            score.delays_s.append(at_s - about.start_s)
            score.avoidable += about.excess * max(0.0, 1 - (at_s - about.start_s) / max(1.0, about.end_s - about.start_s))


def scored(seeds: range, *, clean: bool = False, limits: Limits | None = None) -> Score:
    score = Score()
    for seed in seeds:
        spends, wrong = lived(seed, DAYS, wrong_from=None if clean else LEARNED)
        judge(score, wrong, alarms_of(spends, limits), FIRST_S + LEARNED * DAY_S)
    return score


def told(score: Score) -> str:
    kinds = " ".join(f"{kind} {score.of_kind(kind):.2f}" for kind in KINDS)
    return (
        f"recall {score.recall:.2f} precision {score.precision:.2f} false/week {score.false_per_week:.3f} delay {score.delay_min:.0f} min "
        f"avoidable {score.avoidable / max(1, score.excess):.2f} | {kinds} | alarms {dict(score.alarms)} false {dict(score.false)}"
    )
