"""Which sessions of agents are at work now, as far as their records show it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

WITHIN = timedelta(minutes=10)
"""A session that spent, or was typed to, within this time is at work."""


class WorkingSession(NamedTuple):
    """One session at work; times aware UTC."""

    agent: str
    title: str
    """The agent's name for people."""
    session: str
    project: str
    """Its folder; empty when unknown."""
    spent_at: datetime | None
    """When it last spent; `None`: not lately, or that is not known of this agent."""
    prompted_at: datetime | None
    """When a human last typed something; `None`: not within a day."""
    since_prompt: Decimal
    """Known dollars that it spent since then, or since it was first seen within a day."""
    unpriced: int = 0
    """Requests of that time that have no price."""
