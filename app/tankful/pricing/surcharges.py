"""Declares what the price table does not know: Anthropic's factors for fast mode, region and its fee for web searches."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tankful.pricing.table import PriceRow  # what only needs the date does without it

DATED = date(2026, 11, 22)
"""When these were last compared with their sources."""

VENDOR = "anthropic"
"""These hold for Anthropic's own interface; Bedrock, Vertex and others list their regional prices themselves."""

FAST = {"claude-opus-4-6": 6, "claude-opus-4-7": 6}
"""Fast mode multiplies every token price (Anthropic's list price of the research preview; 2 x models are in the table)."""

UNITED_STATES = Decimal("1.1")
"""Inference kept in the United States multiplies every token price (Anthropic's list price, `us` in LiteLLM 1.109.1)."""

KEEPS_IN_UNITED_STATES = frozenset(
    {
        "claude-fable-5",
        "claude-fable-5-1",
        "claude-fable-5-2",
        "claude-haiku-5-5",
        "claude-mythos-5-2",
        "claude-opus-4-6",
        "claude-opus-4-7",
        "claude-opus-4-8",
        "claude-opus-5",
        "claude-opus-5-5",
        "claude-sonnet-4-6",
        "claude-sonnet-5",
        "claude-sonnet-5-5",
    }
)
"""Models with that choice: everything since Opus 4.6 (LiteLLM 1.109.1 has all of these but the two 5.2 models)."""

SEARCHES = Decimal(10)
"""Dollars per thousand web searches with a Claude model whose row has no fee (Anthropic's list price)."""


def factor(row: "PriceRow", tier: str, geo: str) -> Decimal:
    """Return what every token price of this model is multiplied with; 1 where nothing is declared.

    Fast mode and region multiply each other. A tier that is neither here nor in the table costs the standard price.
    """
    if row.provider != VENDOR:
        return Decimal(1)
    speed = FAST.get(row.id, 1) if tier == "fast" else 1
    place = UNITED_STATES if geo == "us" and row.id in KEEPS_IN_UNITED_STATES else 1
    return Decimal(speed) * place


def searches(row: "PriceRow") -> Decimal:
    """Return the fee per thousand web searches where the table has none."""
    return SEARCHES if row.provider == VENDOR else Decimal(0)
