"""Anthropic's self-hosted gateway: signed in to with a code, and asked about one's own spending."""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from tankful.core.allocation import Allocation, OfferedModel, QuotaWindow, Statement
from tankful.core.errors import GatewayConfused, GatewayError, NotAllowed
from tankful.core.links import Method
from tankful.gateways import figures
from tankful.gateways.claude_usage import Usage, title, told
from tankful.gateways.gateway import Asked, Detected, Gateway, SignInStep
from tankful.gateways.grants import bearer
from tankful.gateways.http import Http, Reply, refusal
from tankful.gateways.oauth_device import device_sign_in
from tankful.gateways.oauth_server import Published
from tankful.gateways.oauth_tokens import renew
from tankful.gateways.oauth_waiting import Wait

KIND = "claude-gateway"
METADATA = "/.well-known/oauth-authorization-server"
BOOKS_WITHIN = timedelta(seconds=5)
"""Measured: what is spent shows at once, a changed cap within this."""
_CLIENT = "claude_code"
_USAGE = "/api/oauth/usage"
_MODELS = "/v1/models"
_HEADERS = "anthropic-ratelimit-unified-"


class _Model(msgspec.Struct, frozen=True):
    id: str
    display_name: str = ""


class _Models(msgspec.Struct, frozen=True):
    data: tuple[_Model, ...]


class _Error(msgspec.Struct, frozen=True):
    type: str = ""


class _Failure(msgspec.Struct, frozen=True):
    error: _Error


class _Person(msgspec.Struct, frozen=True):
    email: str = ""
    sub: str = ""


async def detect(http: Http, url: str) -> Detected | None:
    """Know it by what it publishes: LiteLLM answers there too, but states no protocol of this kind."""
    reply = await http.get(url + METADATA)
    if reply.status != 200:
        return None
    try:
        server = reply.as_a(Published)
    except GatewayConfused:
        return None
    ours = server.gateway_protocol_version is not None and server.device_authorization_endpoint
    return Detected(KIND, url, (Method.DEVICE,)) if ours else None


async def sign_in(
    http: Http, detected: Detected, method: Method, now: datetime, tell: Callable[[SignInStep], None], *, wait: Wait = asyncio.sleep
) -> str:
    """Return the written grant; see `SignIn`."""
    if method is not Method.DEVICE:
        raise NotAllowed("This gateway has one way to sign in", "Sign in with a code.")
    reply = await http.get(detected.url + METADATA)
    if reply.status != 200:
        raise refusal(reply)
    server = reply.as_a(Published).belonging_to(detected.url)
    return (await device_sign_in(http, server, _CLIENT, now, tell, wait=wait)).written()


async def fetch(asked: Asked) -> Statement:
    """Return what it says of our own spending. A refusal because the limit is reached is an answer, too."""
    reply = await asked.http.get(asked.link.url + _USAGE, secret=bearer(asked.secret))
    if reply.status == 429 and _why(reply) == "billing_error":
        return _statement(asked, reply, *_used_up(asked, _reached(asked.link.name, reply)))
    if reply.status != 200:
        raise _refusal(reply)
    return _statement(asked, reply, *told(asked.link.name, reply.as_a(Usage), figures.clock(reply.headers, asked.now)))


async def models(asked: Asked) -> tuple[OfferedModel, ...]:
    """Return the models it offers; it states no prices."""
    reply = await asked.http.get(asked.link.url + _MODELS, secret=bearer(asked.secret))
    if reply.status != 200:
        raise _refusal(reply)
    return tuple(OfferedModel(model.id, title=model.display_name) for model in reply.as_a(_Models).data)


def _statement(asked: Asked, reply: Reply, allocations: tuple[Allocation, ...], windows: tuple[QuotaWindow, ...]) -> Statement:
    who = _who(bearer(asked.secret))
    return Statement(asked.link.name, asked.now, who, allocations, windows, BOOKS_WITHIN, poll_after_s=reply.poll_after_s)


def _used_up(asked: Asked, reached: QuotaWindow) -> tuple[tuple[Allocation, ...], tuple[QuotaWindow, ...]]:
    """Return what was told before, with the limit that is reached: in dollars where its amount is known."""
    last, scope = asked.last, f"you, a {reached.title}"
    if last is None:
        return (), (reached,)
    others = tuple(each for each in last.windows if each.title != reached.title)
    before = {each.scope: replace(each, as_of=last.said_at(each)) for each in last.allocations}
    meant = before.get(scope)
    if meant is None or meant.limit is None:
        return tuple(before.values()), (reached, *others)
    before[scope] = replace(
        meant, settled=max(meant.settled, meant.limit * reached.used_percent / 100), as_of=None, severity=reached.severity
    )
    return tuple(before.values()), others


def _reached(account: str, reply: Reply) -> QuotaWindow:
    """Return what a refusal tells in its headers: which limit is reached, how far it is passed, and until when."""
    said = {name.removeprefix(_HEADERS): value for name, value in reply.headers.items() if name.startswith(_HEADERS)}
    try:
        percent = max(figures.number(said.get("overage-utilization", "1"), "share") * 100, Decimal(100))
        resets_at = figures.instant(said.get("reset"), "reset")
    except GatewayConfused:
        percent, resets_at = Decimal(100), None
    return QuotaWindow(account, title(said.get("overage-period", "")), percent, resets_at, "critical")


def _why(reply: Reply) -> str:
    try:
        return reply.as_a(_Failure).error.type
    except GatewayConfused:
        return ""


def _refusal(reply: Reply) -> GatewayError:
    if reply.status == 401 and _why(reply) != "authentication_error":  # a wall in front of it: no reason to sign anybody out
        return GatewayConfused(
            "Something refuses in the gateway's place", "Check the address: it may need a VPN, or a sign-in to this network."
        )
    if reply.status == 404 and not reply.is_page:
        return GatewayConfused("This gateway does not say what was spent", "Its version may be too old; ask your administrator.")
    return refusal(reply)


def _who(token: str) -> str:
    """Return whom a token names. It is read without trust, for it is our own and only shown."""
    try:
        claims = token.split(".")[1]
        person = msgspec.json.decode(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)), type=_Person)
    except (IndexError, ValueError, RecursionError):
        return ""
    name = person.email or person.sub
    return name if name.isprintable() and len(name) <= 200 else ""


GATEWAY = Gateway(
    kind=KIND,
    title="Claude gateway",
    methods=(Method.DEVICE,),
    detect=detect,
    fetch=fetch,
    sign_in=sign_in,
    models=models,
    renew=renew,
    hint="Ask your administrator for the gateway's address; you sign in as yourself, without a key.",
)
