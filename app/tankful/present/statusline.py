"""The one line below an agent's prompt."""

from decimal import Decimal

from tankful.core.tone import Tone
from tankful.present import format as words
from tankful.present.marks import MARKS

_MODEL_MAX = 40


def statusline(
    model: str,
    session: Decimal | None,
    today: Decimal | None,
    headroom: Decimal | None,
    limit: Decimal | None,
    tone: Tone,
    unpriced_today: int = 0,
    unpriced: int = 0,
) -> str:
    """Return `Opus 4.1 · session $0.09 · today $3.20 · $202.17 of $400 left ▲`; what is not known (`None`) is left out.

    Args:
        model: The model's name for people, printed without control characters.
        session: Dollars that the agent says this session cost.
        today: Dollars of today over all agents.
        headroom: Dollars left of the budget.
        limit: Dollars of the budget.
        tone: What the mark at the end says.
        unpriced_today: Requests of today that have no part in `today`.
        unpriced: Requests of the budget's period that have no part in `headroom`.
    """
    parts = ["".join(sign for sign in model if sign.isprintable())[:_MODEL_MAX].strip()]
    if session is not None:
        parts.append(f"session {words.money(session)}")
    if today is not None:
        parts.append(f"today {words.spend(today, unpriced_today)}")
    if headroom is not None and limit is not None:
        parts.append(f"{left_of(headroom, limit, unpriced)} {MARKS[tone]}")
    return " · ".join(filter(None, parts)) or "tankful: nothing known yet"


def left_of(headroom: Decimal, limit: Decimal, unpriced: int = 0) -> str:
    """Return what is left of a limit, or by how much it is passed, and how many requests that does not know of."""
    if headroom < 0:
        return f"{words.money(-headroom)} over {words.round_money(limit)}{unpriced_beside(unpriced, over=True)}"
    return f"{words.money(headroom)} of {words.round_money(limit)} left{unpriced_beside(unpriced, over=False)}"


def unpriced_beside(requests: int, *, over: bool) -> str:
    """Return what else there is to add to what is over, or to take from what is left: `, less 3 unpriced`."""
    return f", {'+' if over else 'less'} {requests:,} {words.UNPRICED}" if requests else ""
