"""LiteLLM is recognised by what it publishes without a key, and so are the ways to sign in there."""

import asyncio

import pytest

from gateway_rig import Answer, AnsweringServer
from litellm_rig import recording
from tankful.core.errors import GatewayConfused, GatewayUnreachable
from tankful.core.links import Method
from tankful.gateways.gateway import Detected
from tankful.gateways.http import open_http
from tankful.gateways.litellm import GATEWAY, detect
from tankful.gateways.registry import GATEWAYS

BROWSER = ("GET", "/.well-known/litellm-cli-auth")
READY = ("GET", "/health/readiness")
CODE = ("GET", "/claude_code_gateway/.well-known/oauth-authorization-server")
HEALTHY: Answer = (200, {}, {"status": "healthy", "db": "connected"})
OLDER: Answer = (200, {}, {"status": "healthy", "cache": None, "litellm_version": "1.61.0", "success_callbacks": []})
CODES: Answer = (200, {}, {"issuer": "x", "device_authorization_endpoint": "x"})
DOWN: Answer = (503, {}, {"status": "unhealthy", "db": "disconnected"})
OTHER: Answer = (200, {}, {"status": "ok"})
WORD: Answer = (200, {}, "OK")
ODD: Answer = (200, {}, {"contract_version": "one"})
SHUT: Answer = (401, {}, {"status": "healthy", "db": "connected"})
PAGE: Answer = (200, {"Content-Type": "text/html"}, "<html>Welcome</html>")


def _detect(url: str) -> Detected | None:
    async def asked() -> Detected | None:
        async with open_http() as http:
            return await detect(http, url)

    return asyncio.run(asked())


@pytest.mark.parametrize(
    ("answers", "methods"),
    [
        ({BROWSER: recording("well_known"), READY: HEALTHY}, (Method.BROWSER, Method.KEY)),
        ({BROWSER: recording("well_known"), CODE: CODES}, (Method.BROWSER, Method.DEVICE, Method.KEY)),
        ({READY: HEALTHY}, (Method.COMMAND_LINE, Method.KEY)),
        ({BROWSER: PAGE, READY: OLDER, CODE: PAGE}, (Method.COMMAND_LINE, Method.KEY)),
        ({READY: DOWN, CODE: CODES}, (Method.COMMAND_LINE, Method.DEVICE, Method.KEY)),
    ],
)
def test_it_is_recognised_with_the_ways_to_sign_in(answers: dict[tuple[str, str], Answer], methods: tuple[Method, ...]) -> None:
    with AnsweringServer(answers) as server:
        assert _detect(server.url) == Detected("litellm", server.url, methods)
        assert all("authorization" not in seen.headers for seen in server.requests)


def test_it_is_recognised_below_a_path() -> None:
    with AnsweringServer({("GET", f"/llm{READY[1]}"): HEALTHY}) as server:
        assert _detect(f"{server.url}/llm") == Detected("litellm", f"{server.url}/llm", (Method.COMMAND_LINE, Method.KEY))


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {READY: OTHER},
        {READY: WORD},
        {READY: PAGE, BROWSER: PAGE, CODE: PAGE},
        {BROWSER: ODD},
        {READY: SHUT},
        {CODE: CODES},
    ],
)
def test_another_program_is_not_taken_for_it(answers: dict[tuple[str, str], Answer]) -> None:
    with AnsweringServer(answers) as server:
        assert _detect(server.url) is None


def test_a_captive_portal_and_silence_are_told() -> None:
    with AnsweringServer() as portal, AnsweringServer({BROWSER: (302, {"Location": portal.url}, "")}) as server:
        with pytest.raises(GatewayConfused):
            _detect(server.url)
        gone = server.url
    with pytest.raises(GatewayUnreachable):
        _detect(gone)


def test_it_is_among_the_gateways() -> None:
    assert GATEWAY in GATEWAYS
    assert GATEWAY.hint
