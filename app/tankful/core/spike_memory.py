"""What a watch for spikes knows, as plain values that outlive a restart."""

from collections import deque
from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from tankful.core.channels import REQUESTS, Run
from tankful.core.fading import ActiveDays, Usual
from tankful.core.spike import Cause, Channel, Evidence
from tankful.core.spikes import Active, Limits, Seen, SpikeWatch

VERSION = 1
_VOLUME = ("score", "mean", "spread", "count", "bin", "dollars", "since_s", "since_dollars", "since_bins")
_OWN = ("cached", "cached_usually", "actual", "usual", "ended_s", "is_expected")


def kept(watch: SpikeWatch) -> dict[str, Any]:
    """Return everything that the watch knows: dictionaries with text as keys, lists, numbers and text."""
    price, unattended = watch.price, watch.unattended
    return {
        "version": VERSION,
        "now": _number(watch.now_s),
        "midnight": _number(watch.midnight_s),
        "hot": _number(watch.hot_s),
        "volume": [getattr(watch.volume, name) for name in _VOLUME],
        "own": [getattr(watch, name) for name in _OWN],
        "days": [watch.days.dollars, watch.days.days, watch.days.today, watch.days.seen],
        "bins": list(watch.bins),
        "price": _usual(price.usual),
        "apart": _usual(price.apart),
        "models": {name: _usual(usual) for name, usual in price.models.items()},
        "last": [list(each) for each in price.last],
        "runs": _usual(unattended.usual),
        "open": [[*key, run.dollars, run.start_s, run.last_s, run.typed_s] for key, run in unattended.runs.items()],
        "typing": dict(unattended.typing),
        "sessions": {name: list(each) for name, each in watch.sessions.items()},
        "spent_on": dict(watch.models),
        "tolerated": [[*what, until] for what, until in watch.tolerated.items()],
        "seen": None if watch.seen is None else [*watch.seen[:4], list(watch.seen.evidence), *watch.seen[5:]],
        "grows_by": list(watch.grows_by()),
    }


def remembered(known: Mapping[str, Any], midnight_after: Callable[[float], float], limits: Limits | None = None) -> SpikeWatch:
    """Return a watch that knows what `kept` returned.

    Raises:
        KeyError, IndexError, TypeError, ValueError: these are not the values of this version.
    """
    watch = SpikeWatch(midnight_after, limits)
    if known["version"] != VERSION:
        raise ValueError("kept by another version")
    watch.now_s, watch.midnight_s, watch.hot_s = (
        -inf if known[name] is None else float(known[name]) for name in ("now", "midnight", "hot")
    )
    for name, value in zip(_VOLUME, known["volume"], strict=True):
        setattr(watch.volume, name, value)
    watch.volume.renew()
    for name, value in zip(_OWN, known["own"], strict=True):
        setattr(watch, name, value)
    watch.days = ActiveDays(*known["days"])
    watch.bins = deque([int(number), float(dollars)] for number, dollars in known["bins"])
    price, unattended = watch.price, watch.unattended
    price.usual, price.apart = _usual_of(known["price"]), _usual_of(known["apart"])
    price.models = {name: _usual_of(each) for name, each in known["models"].items()}
    price.last = deque(((at, cost, log, away) for at, cost, log, away in known["last"]), maxlen=REQUESTS)
    price.sum, price.sum_apart = sum(each[2] for each in price.last), sum(each[3] for each in price.last)
    price.renew()
    unattended.usual = _usual_of(known["runs"])
    unattended.runs = {(agent, session, project): Run(*of) for agent, session, project, *of in known["open"]}
    unattended.typing = dict(known["typing"])
    unattended.renew()
    watch.sessions = {name: Active(*each) for name, each in known["sessions"].items()}
    watch.models = dict(known["spent_on"])
    watch.tolerated = {(channel, project): until for channel, project, until in known["tolerated"]}
    if known["seen"] is not None:
        at_s, start_s, channel, cause, evidence, *rest = known["seen"]
        watch.seen = Seen(at_s, start_s, Channel(channel), Cause(cause), Evidence(*evidence), *rest)
    watch.grow_by(known["grows_by"])
    return watch


def _number(seconds: float) -> float | None:
    return seconds if seconds > -inf else None


def _usual(usual: Usual) -> list[dict[str, float]]:
    return [{str(bucket): round(weight, 6) for bucket, weight in weights.items()} for weights in (usual.past, usual.today)]


def _usual_of(kept: list[Mapping[str, float]]) -> Usual:
    return Usual(*({int(bucket): float(weight) for bucket, weight in weights.items()} for weights in kept))
