"""What the colour and the shape of the gauge say."""

from decimal import Decimal
from enum import StrEnum

WATCH_FROM, ACT_FROM = 0.4, 0.7
"""Chances of running out from which a budget is to be watched, and to be acted on."""


class Tone(StrEnum):
    """What the colour and the shape of the gauge say."""

    CALM = "calm"
    WATCH = "watch"
    ACT = "act"
    UNKNOWN = "unknown"


def tone_of(spent: Decimal, limit: Decimal | None, run_out_probability: float) -> Tone:
    """Return the tone that the chance of running out deserves; a budget that is gone always asks to act."""
    if limit is None:
        return Tone.UNKNOWN
    if spent >= limit or run_out_probability >= ACT_FROM:
        return Tone.ACT
    return Tone.WATCH if run_out_probability >= WATCH_FROM else Tone.CALM
