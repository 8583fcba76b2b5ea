"""Reads lines of a file of events into what was spent."""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from tankful.core.spike import Spend


class _Line(msgspec.Struct):
    """One response; what is not named here is passed over."""

    t: datetime
    cost_usd: Decimal
    agent: str | None = None
    session: str | None = None
    project: str | None = None
    model: str | None = None
    prompt: bool | None = None


_decode = msgspec.json.Decoder(_Line).decode
_YEARS = range(1970, 9000)
"""Outside of them a day's or a month's ends cannot be told in every zone."""
_DOLLARS_MOST = 1_000_000_000


def event_of(line: bytes) -> tuple[Spend, Decimal]:
    """Return what a line says: the response with its exact dollars.

    Raises:
        ValueError: it is no such event.
    """
    said = _decode(line)
    if not said.cost_usd.is_finite() or abs(said.cost_usd) > _DOLLARS_MOST:
        raise ValueError("cost_usd is no amount")
    if said.t.year not in _YEARS:
        raise ValueError(f"nothing was spent in the year {said.t.year}")
    at = said.t if said.t.tzinfo is not None else said.t.replace(tzinfo=UTC)
    spend = Spend(
        at.timestamp(), float(said.cost_usd), said.agent or "", said.session or "", said.project or "", said.model or "", bool(said.prompt)
    )
    return spend, said.cost_usd
