"""Signs in to LiteLLM in whichever way it was found to offer: the browser, a device code, or its older polling."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from tankful.core.errors import NotAllowed
from tankful.core.links import Method
from tankful.gateways.gateway import Detected, SignInStep
from tankful.gateways.http import Http, refusal
from tankful.gateways.litellm_polling import polling_sign_in
from tankful.gateways.oauth_browser import browser_sign_in
from tankful.gateways.oauth_device import device_sign_in
from tankful.gateways.oauth_server import Published
from tankful.gateways.oauth_waiting import Wait

BROWSER = "/.well-known/litellm-cli-auth"
"""Where LiteLLM publishes its sign-in with the browser; older servers answer 404."""
DEVICE = "/claude_code_gateway"
"""What its sign-in with a code lies below, where the administrator has switched that on."""
_METADATA = "/.well-known/oauth-authorization-server"
_CLIENT = "claude_code"


async def sign_in(
    http: Http, detected: Detected, method: Method, now: datetime, tell: Callable[[SignInStep], None], *, wait: Wait = asyncio.sleep
) -> str:
    """Return the secret to keep; see `SignIn`. Renewed with `oauth_tokens.renew`, but for the polled one, which cannot be."""
    match method:
        case Method.BROWSER:
            server = await _published(http, detected.url, BROWSER)
            return (await browser_sign_in(http, server.belonging_to(detected.url), now, tell)).written()
        case Method.DEVICE:
            gateway = detected.url + DEVICE
            server = await _published(http, gateway, _METADATA)
            return (await device_sign_in(http, server.belonging_to(gateway), _CLIENT, now, tell, wait=wait)).written()
        case Method.COMMAND_LINE:
            return (await polling_sign_in(http, detected.url, now, tell, wait=wait)).written()
        case _:
            raise NotAllowed("This is no way to sign in here", "Sign in with the browser, or paste a key.")


async def _published(http: Http, url: str, path: str) -> Published:
    reply = await http.get(url + path)
    if reply.status == 404:
        raise NotAllowed("This gateway has no such sign-in", "Sign in another way, or paste a key.")
    if reply.status != 200:
        raise refusal(reply)
    return reply.as_a(Published)
