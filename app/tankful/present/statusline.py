"""The one line below an agent's prompt."""

from decimal import Decimal

from tankful.core.tone import Tone
from tankful.present import format as words
from tankful.present.marks import MARKS

_MODEL_MAX = 40


def statusline(
    model: str, session: Decimal | None, today: Decimal | None, headroom: Decimal | None, limit: Decimal | None, tone: Tone
) -> str:
    """Return `Opus 4.1 · session $0.09 · today $3.20 · $202.17 of $400 left ▲`; what is not known (`None`) is left out.

    Args:
        model: The model's name for people, printed without control characters.
        session: Dollars that the agent says this session cost.
        today: Dollars of today over all agents.
        headroom: Dollars left of the budget.
        limit: Dollars of the budget.
        tone: What the mark at the end says.
    """
    parts = ["".join(sign for sign in model if sign.isprintable())[:_MODEL_MAX].strip()]
    if session is not None:
        parts.append(f"session {words.money(session)}")
    if today is not None:
        parts.append(f"today {words.money(today)}")
    if headroom is not None and limit is not None:
        parts.append(f"{left_of(headroom, limit)} {MARKS[tone]}")
    return " · ".join(filter(None, parts)) or "tankful: nothing known yet"


def left_of(headroom: Decimal, limit: Decimal) -> str:
    """Return what is left of a limit, or by how much it is passed."""
    if headroom < 0:
        return f"{words.money(-headroom)} over {words.round_money(limit)}"
    return f"{words.money(headroom)} of {words.round_money(limit)} left"
