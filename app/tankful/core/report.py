"""Sums of spend by day, agent, model, project or session."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from tankful.core.usage import TokenUsage


class By(StrEnum):
    """What rows can be broken down by."""

    DAY = "day"
    AGENT = "agent"
    MODEL = "model"
    PROJECT = "project"
    SESSION = "session"


class RowBasis(StrEnum):
    """How the cost of a row came about; a row with any priced or recorded cost has one even if some requests lack a price."""

    RECORDED = "recorded"
    PRICED = "priced"
    MIXED = "mixed"
    UNPRICED = "unpriced"


class UsageRow(NamedTuple):
    """One row of a report; only the keys it was broken down by are set."""

    requests: int
    tokens: TokenUsage
    cost: Decimal | None
    """Sum of all known costs in dollars; `None` when every request is unpriced."""
    basis: RowBasis
    unpriced_requests: int
    placeholder_requests: int = 0
    day: date | None = None
    agent: str | None = None
    model: str | None = None
    """As the agent wrote it; empty when the log does not say."""
    project: str | None = None
    session: str | None = None


def total_of(rows: Sequence[UsageRow]) -> UsageRow:
    """Return the sum of rows that do not overlap; of no rows at all, nothing at no cost."""
    known = [row.cost for row in rows if row.cost is not None]
    bases = {row.basis for row in rows if row.basis is not RowBasis.UNPRICED}
    if not rows:
        basis = RowBasis.PRICED
    elif not bases:
        basis = RowBasis.UNPRICED
    else:
        basis = next(iter(bases)) if len(bases) == 1 else RowBasis.MIXED
    return UsageRow(
        requests=sum(row.requests for row in rows),
        tokens=sum((row.tokens for row in rows), TokenUsage()),
        cost=sum(known, Decimal(0)) if known or not rows else None,
        basis=basis,
        unpriced_requests=sum(row.unpriced_requests for row in rows),
        placeholder_requests=sum(row.placeholder_requests for row in rows),
    )
