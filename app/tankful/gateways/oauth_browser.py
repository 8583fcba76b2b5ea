"""Signs in with the browser: OAuth 2.1 code with PKCE, the answer taken on a loopback redirect (RFC 7636, RFC 8252)."""

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec

from tankful.core.errors import GatewayConfused, GatewayError, LinkRejected, NotAllowed
from tankful.gateways.gateway import SignInStep
from tankful.gateways.grants import Grant
from tankful.gateways.http import Http, refusal
from tankful.gateways.oauth_loopback import FOREIGN, LIMIT_S, NOT_HERE, UNFINISHED, Heard, Page, listening
from tankful.gateways.oauth_server import Published, with_query
from tankful.gateways.oauth_tokens import Refused, granted, not_signed_in

_CALLBACK = "/callback"
_DONE = Page(200, "You are signed in", "Tankful has what it needs. You can close this tab.")


class _Client(msgspec.Struct, frozen=True):
    client_id: str


async def browser_sign_in(
    http: Http, server: Published, now: datetime, tell: Callable[[SignInStep], None], *, limit_s: float = LIMIT_S
) -> Grant:
    """Return what the user approved; `tell` hears the address to open in the browser, once. The grant counts from `now`, never too long.

    Raises:
        GatewayError: the user said no, it took longer than `limit_s`, or the gateway cannot do it.
    """
    if not (server.authorization_endpoint and server.registration_endpoint) or "S256" not in server.code_challenge_methods_supported:
        raise NotAllowed("This gateway has no sign-in with the browser", "Paste a key.")
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)

    def judge(request: Heard) -> Page | None:
        if request.path != _CALLBACK:
            return NOT_HERE
        ours = hmac.compare_digest(request.fields.get("state", "").encode(), state.encode())
        return None if ours and (request.fields.get("code") or request.fields.get("error")) else FOREIGN

    async with listening(judge) as loopback:
        redirect = loopback.address + _CALLBACK
        client = await _registered(http, server, redirect)
        asked = {
            "response_type": "code",
            "client_id": client,
            "redirect_uri": redirect,
            "state": state,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
            **({"resource": server.resource} if server.resource else {}),
        }
        tell(SignInStep(with_query(server.authorization_endpoint, urlencode(asked)), "", now + timedelta(seconds=limit_s)))
        try:
            async with asyncio.timeout(limit_s):
                answer = (await loopback.settled()).fields
        except TimeoutError:
            raise not_signed_in("expired_token") from None
        try:
            if answer.get("iss", server.issuer) != server.issuer:  # RFC 9207: an answer of another server, mixed in
                raise LinkRejected("The answer comes from another sign-in", "Start it again.")
            if "error" in answer:
                raise not_signed_in(answer["error"])
            form = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": redirect, "client_id": client}
            grant = await _redeemed(http, server, {**form, "code_verifier": verifier}, now)
        except GatewayError as failure:
            loopback.tell(UNFINISHED._replace(title=failure.title, text=f"{failure.hint} You can close this tab.".lstrip()))
            raise
        loopback.tell(_DONE)
        return grant


def challenge(verifier: str) -> str:
    """Return what is shown of a verifier beforehand (RFC 7636 §4.2, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


async def _registered(http: Http, server: Published, redirect: str) -> str:
    """Return the id that the gateway gives this sign-in (RFC 7591); each has its own, for its port is its own."""
    wanted = {
        "client_name": "Tankful",
        "application_type": "native",
        "redirect_uris": [redirect],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    }
    reply = await http.post(server.registration_endpoint, json=wanted)
    if reply.status not in {200, 201}:
        raise refusal(reply)
    client = reply.as_a(_Client).client_id
    if not client:
        raise GatewayConfused("The gateway gives no client id", "It may be of a version that Tankful does not know.")
    return client


async def _redeemed(http: Http, server: Published, form: Mapping[str, str], now: datetime) -> Grant:
    try:
        return await granted(http, server.token_endpoint, form, now, resource=server.resource)
    except Refused as refused:
        raise not_signed_in(refused.code) from None
