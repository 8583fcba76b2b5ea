"""Trades a code or a spent token for fresh ones, and says in a sentence why that was refused."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from tankful.core.errors import GatewayConfused, GatewayError, GatewayUnreachable, LinkRejected
from tankful.gateways.addresses import origin
from tankful.gateways.gateway import Asked
from tankful.gateways.grants import Grant, grant_of
from tankful.gateways.http import Http, Reply, refusal

AGAIN = "Sign in again."
NEVER = datetime.max.replace(tzinfo=UTC)
"""When a token runs out of which nobody says when: its server will refuse it."""
_UNSAID_S = 3600.0
_LONGEST_S = 10 * 365 * 86_400.0
_WORD = re.compile(r"[a-z_]{1,40}", re.ASCII)
_LATER = frozenset({"server_error", "temporarily_unavailable"})
_ENDED = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "invalid_token"})


class Refused(Exception):
    """The authorization server says no, with one of the codes of RFC 6749 §5.2 or RFC 8628 §3.5."""

    def __init__(self, code: str, reply: Reply) -> None:
        """Keep the code, and the answer for what its status tells."""
        super().__init__(code)
        self.code = code
        self.reply = reply


class Tokens(msgspec.Struct, frozen=True):
    """What a token endpoint gives."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - a kind of token, no token
    expires_in: float | None = None
    refresh_token: str | None = None
    team_id: str | None = None
    """LiteLLM's own."""

    def __repr__(self) -> str:
        """Say nothing of what is in it."""
        return "Tokens(…)"


class _Error(msgspec.Struct, frozen=True):
    error: str


def word(code: str) -> str:
    """Return an error code of OAuth as it may be shown, empty for anything else: the rest of such an answer is not ours to repeat."""
    return code if _WORD.fullmatch(code) else ""


def not_signed_in(code: str) -> GatewayError:
    """Return what a code that ends a sign-in means."""
    match code:
        case "access_denied":
            return LinkRejected("The sign-in was not approved", "Start it again and approve it in the browser.")
        case "expired_token":
            return LinkRejected("The sign-in took too long", "Start it again.")
        case _:
            said = word(code)
            return LinkRejected("The gateway refuses the sign-in" + (f" ({said})" if said else ""), "Start it again, or paste a key.")


async def granted(http: Http, endpoint: str, form: Mapping[str, str], now: datetime, *, resource: str = "") -> Grant:
    """Ask a token endpoint; a token that is said to hold for no time at all has run out at `now`.

    Raises:
        Refused: it says no in its own words.
        GatewayError: it does not answer, or not like a token endpoint.
    """
    reply = await http.post(endpoint, form={**form, **({"resource": resource} if resource else {})})
    if reply.status != 200:
        raise _refused(reply)
    tokens = reply.as_a(Tokens)
    refresh = tokens.refresh_token or ""
    if tokens.token_type.lower() != "bearer" or not tokens.access_token or not (sendable(tokens.access_token) and sendable(refresh)):
        raise GatewayConfused("The gateway's tokens are of an unknown kind", "It may be of a version that Tankful does not know.")
    lasts_s = tokens.expires_in if tokens.expires_in is not None else _UNSAID_S if refresh else None
    until = NEVER if lasts_s is None else now + timedelta(seconds=min(max(lasts_s, 0.0), _LONGEST_S))
    return Grant(tokens.access_token, until, refresh, endpoint, form.get("client_id", ""), resource, tokens.team_id or "")


async def renewed(http: Http, grant: Grant, now: datetime) -> Grant:
    """Return fresh tokens; the old ones may be spent from then on, so keep these before using them. A failure leaves the old as they are.

    Raises:
        LinkRejected: they were used already, taken back, or have run out for good.
        GatewayError: the gateway could not be asked now; ask again later.
    """
    if not grant.refresh or not grant.endpoint:
        raise LinkRejected("The sign-in has run out", AGAIN)
    form = {"grant_type": "refresh_token", "refresh_token": grant.refresh, "client_id": grant.client}
    try:
        fresh = await granted(http, grant.endpoint, form, now, resource=grant.resource)
    except Refused as refused:
        if refused.code in _ENDED:
            raise LinkRejected("The sign-in has ended at the gateway", AGAIN) from None
        raise refusal(refused.reply) from None
    # RFC 6749 §6: no token given, the old one goes on
    return msgspec.structs.replace(fresh, refresh=fresh.refresh or grant.refresh, team=fresh.team or grant.team)


async def renew(asked: Asked) -> str | None:
    """Return a fresh secret where the kept one is a sign-in that runs out, `None` otherwise. Raises as `renewed` does."""
    grant = grant_of(asked.secret)
    if grant is None or not grant.runs_out(asked.now):
        return None
    if not grant.refresh and asked.now < grant.expires_at:
        return None
    if grant.endpoint and origin(grant.endpoint) != origin(asked.link.url):
        raise LinkRejected("The sign-in belongs to another address", AGAIN)
    return (await renewed(asked.http, grant, asked.now)).written()


def sendable(token: str) -> bool:
    """Say whether it can go into a header."""
    return len(token) <= 65_536 and token.isascii() and all(32 < ord(sign) != 127 for sign in token)


def _refused(reply: Reply) -> Refused | GatewayError:
    if reply.status in {400, 401, 403}:
        try:
            code = msgspec.json.decode(reply.body, type=_Error).error
        except (ValueError, RecursionError):
            return refusal(reply)  # not in the words of OAuth: the status alone has to tell
        if code in _LATER:
            return GatewayUnreachable("The gateway cannot sign anybody in now", "Nothing to do: Tankful asks again.")
        return Refused(code, reply)
    return refusal(reply)
