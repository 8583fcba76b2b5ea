"""Which sessions can be shown and stopped: those at work, and those that a running spike is about."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tankful.core.presence import WorkingSession
from tankful.core.spike import Spike


class SessionAtWork(NamedTuple):
    """One session of an agent, as far as its records tell; money in dollars, times aware UTC."""

    agent: str
    session: str
    project: str
    """Its folder; empty when unknown."""
    last: datetime | None
    """When it was last seen spending or typed to; `None`: not within ten minutes."""
    spent: Decimal
    """Since its human last typed, or within a day; of a spike's session that is not at work, since the spike began."""
    spike: str = ""
    """The key of the spike that is about it; empty: none is."""
    typed: datetime | None = None
    """When its human last typed; `None`: not within a day."""
    unpriced: int = 0
    """Requests in it that have no price."""


def at_work(working: Sequence[WorkingSession], spikes: Sequence[Spike]) -> tuple[SessionAtWork, ...]:
    """Return those of spikes first, then the others, the latest first."""
    about = {(spike.agent, spike.session): spike for spike in spikes}
    known = {(each.agent, each.session): each for each in working}
    first = [_of_spike(spike, known.get(which)) for which, spike in about.items()]
    return (*first, *(_of(each) for which, each in known.items() if which not in about))


def _of(seen: WorkingSession) -> SessionAtWork:
    times = [at for at in (seen.spent_at, seen.prompted_at) if at is not None]
    last = max(times, default=None)
    return SessionAtWork(seen.agent, seen.session, seen.project, last, seen.since_prompt, typed=seen.prompted_at, unpriced=seen.unpriced)


def _of_spike(spike: Spike, seen: WorkingSession | None) -> SessionAtWork:
    if seen is not None:
        return _of(seen)._replace(spike=spike.key)
    return SessionAtWork(spike.agent, spike.session, spike.project, None, spike.actual, spike.key)
