"""What LiteLLM's proxy is called, how it is recognised, and who answers for each of its abilities."""

from typing import TypeVar

import msgspec

from tankful.core.errors import GatewayConfused
from tankful.core.links import Method
from tankful.gateways.gateway import Detected, Gateway
from tankful.gateways.http import Http, Reply
from tankful.gateways.litellm_activity import breakdown, estimate
from tankful.gateways.litellm_calls import calls
from tankful.gateways.litellm_fetch import fetch
from tankful.gateways.litellm_models import message, models
from tankful.gateways.litellm_sign_in import BROWSER, DEVICE, sign_in
from tankful.gateways.oauth_tokens import renew

T = TypeVar("T")

KIND = "litellm"
_CODE = f"{DEVICE}/.well-known/oauth-authorization-server"


class _SignIn(msgspec.Struct, frozen=True):
    """What it publishes of its sign-in with the browser."""

    contract_version: int
    authorization_endpoint: str


class _Readiness(msgspec.Struct, frozen=True):
    """How it does; older ones say their version too."""

    status: str
    db: str = ""
    litellm_version: str = ""


class _Codes(msgspec.Struct, frozen=True):
    """What it publishes of its sign-in with a code."""

    device_authorization_endpoint: str


async def detect(http: Http, url: str) -> Detected | None:
    """Recognise it by what it publishes without a key; `None` for anything else. Raises `GatewayError` when nothing answers."""
    browser = _is(await http.get(url + BROWSER), _SignIn) is not None
    if not browser:
        ready = _is(await http.get(url + "/health/readiness"), _Readiness)
        if ready is None or not (ready.db or ready.litellm_version):
            return None
    code = _is(await http.get(url + _CODE), _Codes) is not None
    ways = (
        Method.BROWSER if browser else Method.COMMAND_LINE,  # which servers can poll cannot be seen without beginning to
        *((Method.DEVICE,) if code else ()),
        Method.KEY,
    )
    return Detected(KIND, url, ways)


def _is(reply: Reply, shape: type[T]) -> T | None:
    """Decode an answer that may be anybody's; a gateway in trouble (503) says who it is all the same."""
    if reply.status not in {200, 503}:
        return None
    try:
        return reply.as_a(shape)
    except GatewayConfused:
        return None


GATEWAY = Gateway(
    kind=KIND,
    title="LiteLLM",
    methods=(Method.BROWSER, Method.DEVICE, Method.COMMAND_LINE, Method.KEY),
    detect=detect,
    fetch=fetch,
    sign_in=sign_in,
    calls=calls,
    breakdown=breakdown,
    estimate=estimate,
    models=models,
    message=message,
    renew=renew,
    hint="A key that a coding tool was given may be unable to read its own spend: ask for a `read_only` key, or sign in.",
)
