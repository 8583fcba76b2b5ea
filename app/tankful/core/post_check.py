"""Whether an agent that was given another model really uses it: what its sessions after the switch say."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from tankful.core.offered import names_of

_SURE_AFTER, _SURE_FROM = timedelta(minutes=10), 10
"""A session may begin with a small model's errand: so long, or so many requests, may pass before one without the wanted model says no."""


class Verdict(StrEnum):
    """What is known of a switch."""

    WAITING = "waiting"
    """No session began since, as far as the logs tell."""
    SHOWS = "shows"
    OTHER = "other"
    """The newest session used something else."""


class BegunSession(NamedTuple):
    """One session that began after a switch."""

    began: datetime
    models: Mapping[str, int]
    """Requests by model; those without a model's name are left out."""


class PostCheck(NamedTuple):
    """What became of one switch."""

    agent: str
    title: str
    """Of the agent."""
    model: str
    """That was given to it."""
    since: datetime
    verdict: Verdict = Verdict.WAITING
    used: str = ""
    """By the session that decides: the wanted model as that calls it, else the one that it used most."""
    began: datetime | None = None
    """When that session did."""
    beaten_by: tuple[str, ...] = ()
    """Variables that come before the agent's files."""

    def judged(self, sessions: Sequence[BegunSession], now: datetime) -> "PostCheck":
        """Return it as the sessions since say: the newest that says anything decides."""
        for session in sorted(sessions, key=lambda each: each.began, reverse=True):
            wanted = next((name for name in session.models if is_meant(name, self.model)), None)
            if wanted is not None:
                return self._replace(verdict=Verdict.SHOWS, used=wanted, began=session.began)
            if session.models and (now - session.began >= _SURE_AFTER or sum(session.models.values()) >= _SURE_FROM):
                most = max(session.models, key=lambda name: session.models[name])
                return self._replace(verdict=Verdict.OTHER, used=most, began=session.began)
        return self._replace(verdict=Verdict.WAITING, used="", began=None)


def is_meant(name: str, model: str) -> bool:
    """Say whether a name in a log may be of this model: with or without a provider before it, or a date behind it."""
    return not set(names_of(name)).isdisjoint(names_of(model))
