"""The protocol every agent's normaliser follows: which reports are its own, and what they say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tankful.core.heard import HeardCall, HeardPrompt
from tankful.telemetry.records import Record


@dataclass(frozen=True, slots=True)
class Normaliser:
    """How one agent reports; ids are those of the sources."""

    wanted: frozenset[str]
    """Names of the attributes that are taken; all others are dropped where they arrive."""
    is_own: Callable[[Record], bool]
    """Whether a record is of this agent, by its signal, name, service and scope alone."""
    take: Callable[[Record, datetime], HeardCall | HeardPrompt | None]
    """What a record says, given the time of its arrival; `None`: nothing for us. May raise `ValueError` for impossible counts."""
