"""Reported calls and what their logs say of them, for tests of the ledger."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from ledger_rig import NOW, batch, price, total
from tankful.core.heard import HeardCall
from tankful.core.usage import Prompt, TokenUsage, UsageEvent
from tankful.store.hearing import Keyed
from tankful.store.ledger import Ledger

AGENT, SESSION = "claude-code", "s1"


def call(number: int, at: datetime = NOW, *, request: int = 0, session: str = SESSION, turn: bool = False, **more: object) -> Keyed:
    """Return a report; `request` is the key that its log has too, 0 where agents have none."""
    event = UsageEvent(AGENT, (request or number,), at, TokenUsage(1000, 10), "model", session)
    event = event._replace(**more)  # pyright: ignore[reportArgumentType] - any field
    words = (str(request),) if request else ()
    return Keyed(HeardCall(event, (str(number),), words, stated_cost=Decimal("0.01"), is_of_a_turn=turn), event)


def line(number: int, at: datetime = NOW, *, request: int = 0, session: str = SESSION, **more: object) -> UsageEvent:
    """Return what a log says of a call."""
    keys = (number, request) if request else (number,)
    made = UsageEvent(AGENT, keys, at, TokenUsage(1000, 10), "model", session, "/work", "anthropic", call=f"msg_{number}")
    return made._replace(**more)  # pyright: ignore[reportArgumentType] - any field


def hear(ledger: Ledger, *calls: Keyed, prompts: Iterable[Prompt] = ()) -> int:
    return ledger.hear(calls, tuple(prompts), price)


def log(ledger: Ledger, *events: UsageEvent, prompts: Iterable[Prompt] = ()) -> int:
    return ledger.record([batch(events, prompts=tuple(prompts))], price)


def counted(ledger: Ledger) -> int:
    """How many responses there are, by the sums and one by one: both are the same."""
    requests, _ = total(ledger)
    assert requests == ledger.responses()
    return requests


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)
