"""What agents say of themselves while they work, before or beside their logs: calls and prompts, never what was in them."""

from decimal import Decimal
from typing import NamedTuple

from tankful.core.usage import Prompt, UsageEvent


class HeardCall(NamedTuple):
    """One model call as an agent reported it live."""

    event: UsageEvent
    """Without keys: they are made of the words below."""
    identity: tuple[str, ...]
    """What tells this report from all others; an exporter that sends it again repeats it."""
    request: tuple[str, ...] = ()
    """What the log's event of the same call can be known by; empty where logs and reports share no id."""
    stated_cost: Decimal | None = None
    """Dollars, as the agent reckons: a check of our prices, no price itself."""
    is_of_a_turn: bool = False
    """The agent's log has one sum for all calls of a turn: it gives way to the calls."""
    asked: str = ""
    """The model that was asked, where the report tells it beside the one that answered."""


class HeardPrompt(NamedTuple):
    """That a human typed something, as an agent reported it live."""

    prompt: Prompt
    """Its key is 0: it is made of the words below."""
    identity: tuple[str, ...]


class Heard(NamedTuple):
    """Everything that one report held for us."""

    calls: tuple[HeardCall, ...] = ()
    prompts: tuple[HeardPrompt, ...] = ()


class Disagreement(NamedTuple):
    """What an agent says a model's calls cost, where our prices say otherwise."""

    agent: str
    model: str
    calls: int
    stated: Decimal
    low: Decimal
    high: Decimal
    """Dollars by our prices: reports do not say for how long a cache write is kept, so there are two of them."""


TOLERANCE = Decimal("0.02")
"""Rounding and list prices of different days are no news."""
LEAST = Decimal("0.05")
"""Dollars: less than that is not worth a word."""


def disagrees(said: Disagreement) -> bool:
    """Say whether the stated cost lies so far outside what we reckon that one of the two is wrong."""
    if said.low * (1 - TOLERANCE) <= said.stated <= said.high * (1 + TOLERANCE):
        return False
    return max(said.low - said.stated, said.stated - said.high) >= LEAST
