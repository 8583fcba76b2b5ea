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


def event_of(line: bytes) -> tuple[Spend, Decimal]:
    """Return what a line says: the response with its exact dollars.

    Raises:
        ValueError: it is no such event.
    """
    said = _decode(line)
    if not said.cost_usd.is_finite():
        raise ValueError("cost_usd is no amount")
    at = said.t if said.t.tzinfo is not None else said.t.replace(tzinfo=UTC)
    spend = Spend(
        at.timestamp(), float(said.cost_usd), said.agent or "", said.session or "", said.project or "", said.model or "", bool(said.prompt)
    )
    return spend, said.cost_usd
