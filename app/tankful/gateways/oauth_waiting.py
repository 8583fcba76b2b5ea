"""Asks again and again whether the user has done what a sign-in waits for, as slowly as it is told to."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tankful.core.errors import GatewayBusy, GatewayUnreachable
from tankful.gateways.oauth_tokens import not_signed_in

Wait = Callable[[float], Awaitable[object]]
"""Waits so many seconds: `asyncio.sleep`."""

_SLOWER_S = 5.0
_LONGEST_S = 60.0

T = TypeVar("T")


class SlowDown(Exception):
    """The gateway wants to be asked less often from now on (RFC 8628 §3.5)."""


async def polled(ask: Callable[[], Awaitable[T | None]], *, every_s: float, within_s: float, wait: Wait) -> T:
    """Return the first answer that is not `None`. A gateway that cannot be reached, or is busy, is asked again, ever later.

    Raises:
        LinkRejected: the time is over.
        GatewayError: whatever else `ask` raises.
    """
    pause_s = every_s
    waited_s = 0.0
    while waited_s + pause_s <= within_s:
        await wait(pause_s)
        waited_s += pause_s
        try:
            answer = await ask()
        except SlowDown:
            every_s = pause_s = every_s + _SLOWER_S
            continue
        except GatewayBusy as busy:
            pause_s = max(min(pause_s * 2, _LONGEST_S), busy.retry_after_s or 0)
            continue
        except GatewayUnreachable:
            pause_s = min(pause_s * 2, _LONGEST_S)
            continue
        if answer is not None:
            return answer
        pause_s = every_s
    raise not_signed_in("expired_token")
