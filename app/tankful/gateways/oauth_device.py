"""Signs in with a code that the user types into a page of the gateway (RFC 8628)."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from tankful.core.errors import GatewayConfused, NotAllowed
from tankful.gateways.gateway import SignInStep
from tankful.gateways.grants import Grant
from tankful.gateways.http import Http, refusal
from tankful.gateways.oauth_server import Published, at_home
from tankful.gateways.oauth_tokens import Refused, granted, not_signed_in
from tankful.gateways.oauth_waiting import SlowDown, Wait, polled

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_LONGEST_S = 1800.0


class Begun(msgspec.Struct, frozen=True):
    """What a device authorization endpoint gives."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str = ""
    expires_in: float = 600.0
    interval: float = 5.0

    def __repr__(self) -> str:
        """Say nothing of what is in it."""
        return "Begun(…)"


async def device_sign_in(
    http: Http, server: Published, client: str, now: datetime, tell: Callable[[SignInStep], None], *, wait: Wait = asyncio.sleep
) -> Grant:
    """Return what the user approved; `tell` hears the page and the code once. It is counted from `now`, so it runs out early, not late.

    Raises:
        GatewayError: the user said no, it took too long, or the gateway cannot do it.
    """
    if not server.device_authorization_endpoint:
        raise NotAllowed("This gateway has no sign-in with a code", "Sign in with the browser, or paste a key.")
    reply = await http.post(server.device_authorization_endpoint, form={"client_id": client})
    if reply.status != 200:
        raise refusal(reply)
    begun = reply.as_a(Begun)
    if not shown_code(begun.user_code):
        raise GatewayConfused("The gateway's code cannot be shown", "It may be of a version that Tankful does not know.")
    page = at_home(begun.verification_uri_complete or begun.verification_uri, server.issuer)
    within_s = min(max(begun.expires_in, 0.0), _LONGEST_S)
    tell(SignInStep(page, begun.user_code, now + timedelta(seconds=within_s)))
    form = {"grant_type": _GRANT, "device_code": begun.device_code, "client_id": client}

    async def ask() -> Grant | None:
        try:
            return await granted(http, server.token_endpoint, form, now)
        except Refused as refused:
            match refused.code:
                case "authorization_pending":
                    return None
                case "slow_down":
                    raise SlowDown from None
                case code:
                    raise not_signed_in(code) from None

    return await polled(ask, every_s=min(max(begun.interval, 1.0), 60.0), within_s=within_s, wait=wait)


def shown_code(code: str) -> bool:
    """Say whether a code is one that people can read and type."""
    return 0 < len(code) <= 40 and code.isascii() and code.isprintable()
