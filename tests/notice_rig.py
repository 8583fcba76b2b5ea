"""Made-up facts for the book of notices, and what it shows of them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tankful.core.notices import BudgetFact, Notice, NoticeBook
from tankful.core.pace import Forecast
from tankful.core.spike import Cause, Channel, Evidence, Spike, SpikeState

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
"""A Wednesday."""
BUDGET = BudgetFact("personal", Decimal(400), Decimal(100), datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))


def chance(share: float) -> Forecast:
    return Forecast(Decimal(300), Decimal(420), Decimal(700), share, None)


def budget(spent: int = 100, share: float = 0.1, limit: int | None = 400) -> BudgetFact:
    return replace(BUDGET, spent=Decimal(spent), forecast=chance(share), limit=None if limit is None else Decimal(limit))


def spike(number: int = 0, project: str = "/src/shop", state: SpikeState = SpikeState.RUNNING) -> Spike:
    at = NOON + timedelta(minutes=number)
    told = (at, at, Channel.PRICE, Cause.DEARER_REQUESTS, Evidence(4), "claude-code", "s1", project, "opus")
    return Spike(*told, Decimal(5), Decimal(1), state)


def shown(book: NoticeBook, *facts: BudgetFact, at: datetime = NOON, spikes: Sequence[Spike] = ()) -> list[Notice]:
    return [notice for notice in book.decide(at, facts, spikes).notices if notice.is_shown]


def restarted(book: NoticeBook) -> NoticeBook:
    again = NoticeBook(UTC)
    again.remember(json.loads(json.dumps(book.kept())))
    return again
