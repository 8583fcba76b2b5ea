"""How the suppliers of numbers are doing."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

LEDGER, SETTINGS, ACCOUNTS, TELEMETRY, STATE = "ledger", "settings", "accounts", "telemetry", "state"
"""Names of the feeds that are neither agents nor accounts."""


class Condition(StrEnum):
    """How a feed does."""

    WAITING = "waiting"
    """Nothing to read yet: the agent was never used here."""
    OK = "ok"
    FAILING = "failing"


class FeedHealth(NamedTuple):
    """One feed's condition; `title` and `hint` are empty while all is well."""

    feed: str
    condition: Condition
    as_of: datetime | None = None
    """When it last supplied something."""
    title: str = ""
    hint: str = ""
    files: int = 0
    events: int = 0
    prompts: int = 0
    """How often a human was seen typing; all there is of agents whose cost is not known here."""
    undated: int = 0
    """How many of the events stand at the last change of a sum, because nothing says when it grew."""
    rejected: bool = False
    """Its owner refuses the key or sign-in: only the user can mend that."""
