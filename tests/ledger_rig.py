"""Events and a price that tests of the ledger share."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tankful.core.batch import Batch, Checkpoint
from tankful.core.problems import Problem
from tankful.core.report import By, UsageRow
from tankful.core.usage import Basis, Prompt, TokenUsage, UsageEvent
from tankful.store.ledger import Ledger

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def event(*keys: int, **more: object) -> UsageEvent:
    return UsageEvent("agent", keys, NOW, TokenUsage(1000, 10), "model", session="session", project="/work")._replace(**more)  # pyright: ignore[reportArgumentType] - any field


def price(priced: UsageEvent) -> tuple[int | None, Basis]:
    """One nano-dollar a token; what the agent recorded beats it; a model named `unknown` has no price."""
    if priced.recorded_cost is not None:
        return int(priced.recorded_cost * 1_000_000_000), Basis.RECORDED
    return (None, Basis.UNPRICED) if priced.model == "unknown" else (priced.tokens.total, Basis.PRICED)


def batch(events: Iterable[UsageEvent], path: str = "/log", prompts: Sequence[Prompt] = (), problems: Sequence[Problem] = ()) -> Batch:
    mark = Checkpoint(path, "agent", 1, 2, 300, 4, 300, 5, passing_over=False, head=b"h", tail=b"t", fields=b"{}")
    return Batch(mark, tuple(events), tuple(prompts), tuple(problems))


def opened(folder: Path, now: datetime = NOW) -> Ledger:
    return Ledger(folder / "ledger.sqlite", lambda: now)


def rows(ledger: Ledger, *by: By) -> list[UsageRow]:
    with ledger.history() as history:
        return history.rows(by, None, None, UTC, ())


def total(ledger: Ledger) -> tuple[int, TokenUsage]:
    """Requests and tokens of everything."""
    found = rows(ledger)
    return (found[0].requests, found[0].tokens) if found else (0, TokenUsage())


def outside(ledger: Ledger, *statements: str) -> list[tuple[object, ...]]:
    """What another program sees, or does."""
    with closing(sqlite3.connect(ledger.path)) as connection, connection:
        found: list[tuple[object, ...]] = []
        for statement in statements:
            found = connection.execute(statement).fetchall()
        return found
