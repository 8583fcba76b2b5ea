"""Signing in with the browser, against a real authorization server on this machine and a browser that goes where it is sent."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest

from gateway_rig import Answer
from sign_in_rig import NOBODY, Authority, browse
from tankful.core.errors import GatewayBusy, GatewayConfused, GatewayUnreachable, LinkRejected, NotAllowed
from tankful.gateways.gateway import SignInStep
from tankful.gateways.grants import Grant
from tankful.gateways.http import open_http
from tankful.gateways.oauth_browser import browser_sign_in, challenge
from tankful.gateways.oauth_server import Published

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)

Visit = Callable[[str], str]
"""What becomes of the address before the browser opens it."""


def signed_in(authority: Authority, visit: Visit = str, limit_s: float = 20) -> tuple[Grant, httpx.Response, SignInStep]:
    """Sign in; return the grant, the page that the browser ends at, and the step that the user heard of."""
    pages: list[asyncio.Task[httpx.Response]] = []
    steps: list[SignInStep] = []

    def tell(step: SignInStep) -> None:
        steps.append(step)
        pages.append(asyncio.create_task(browse(visit(step.url))))

    async def run() -> Grant:
        async with open_http() as http:
            server = msgspec.convert(authority.published(), Published)
            return await browser_sign_in(http, server, NOW, tell, limit_s=limit_s)

    async def both() -> tuple[Grant, httpx.Response]:
        try:
            grant = await run()
        finally:
            await asyncio.gather(*pages, return_exceptions=True)
        return grant, pages[0].result()

    with authority.server:
        grant, page = asyncio.run(both())
    return grant, page, steps[0]


def failed_page(authority: Authority, visit: Visit = str) -> tuple[Exception, str]:
    """Sign in in vain; return why, and what the browser shows at the end."""
    pages: list[asyncio.Task[httpx.Response]] = []

    async def run() -> None:
        async with open_http() as http:
            server = msgspec.convert(authority.published(), Published)
            await browser_sign_in(http, server, NOW, lambda step: pages.append(asyncio.create_task(browse(visit(step.url)))), limit_s=20)

    async def both() -> tuple[Exception, str]:
        try:
            await run()
        except Exception as failure:  # noqa: BLE001 - the test looks at it
            return failure, (await pages[0]).text
        pytest.fail("it should not have worked")

    with authority.server:
        return asyncio.run(both())


def test_what_is_shown_beforehand_is_that_of_the_standard() -> None:
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B


def test_who_approves_in_the_browser_is_signed_in() -> None:
    authority = Authority()
    grant, page, step = signed_in(authority)
    assert grant.access in authority.access
    assert authority.refresh[grant.refresh] == grant.client
    assert (grant.expires_at, grant.endpoint, grant.resource) == (NOW + timedelta(hours=1), f"{authority.url}/token", authority.url)
    assert step.code == ""
    assert step.until == NOW + timedelta(seconds=20)
    assert "You are signed in" in page.text
    assert page.url.host == "127.0.0.1"


def test_the_address_for_the_browser_holds_no_secret_and_all_that_the_standard_wants() -> None:
    authority = Authority()
    _, _, step = signed_in(authority)
    asked = parse_qs(urlsplit(step.url).query)
    assert set(asked) == {"response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method", "resource"}
    verifier = authority.server.asked("/token")[0].form["code_verifier"]
    assert verifier not in step.url
    assert len(verifier) >= 43
    (registered,) = authority.server.asked("/register")
    assert registered.json["redirect_uris"] == asked["redirect_uri"]
    assert registered.json["token_endpoint_auth_method"] == NOBODY


def test_an_endpoint_that_has_a_query_keeps_it() -> None:
    authority = Authority()
    authority.changed["authorization_endpoint"] = f"{authority.url}/authorize?tenant=7#top"
    _, _, step = signed_in(authority)
    assert "/authorize?tenant=7&response_type=code" in step.url


def test_who_says_no_is_told_so_in_both_places() -> None:
    failure, page = failed_page(Authority(denies=True))
    assert isinstance(failure, LinkRejected)
    assert failure.title == "The sign-in was not approved"
    assert failure.title in page


def test_a_browser_that_asks_for_more_is_told_that_there_is_nothing() -> None:
    authority = Authority()
    pages: list[asyncio.Task[httpx.Response]] = []

    async def curious(url: str) -> httpx.Response:
        back = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        icon = await browse(back.replace("/callback", "/favicon.ico"))
        await browse(url)
        return icon

    async def run() -> httpx.Response:
        async with open_http() as http:
            server = msgspec.convert(authority.published(), Published)
            await browser_sign_in(http, server, NOW, lambda step: pages.append(asyncio.create_task(curious(step.url))))
        return await pages[0]

    with authority.server:
        assert asyncio.run(run()).status_code == 404


def test_words_of_the_server_are_not_repeated() -> None:
    authority = Authority()

    def deny(url: str) -> str:
        redirect = parse_qs(urlsplit(url).query)
        back = redirect["redirect_uri"][0]
        return f"{back}?state={redirect['state'][0]}&error=%3Cscript%3E&error_description=call+0900-1234"

    failure, page = failed_page(authority, deny)
    assert isinstance(failure, LinkRejected)
    assert failure.title == "The gateway refuses the sign-in"
    assert "script" not in page
    assert "0900" not in page


def test_an_answer_of_another_server_is_not_taken() -> None:
    def mixed(url: str) -> str:
        asked = parse_qs(urlsplit(url).query)
        return f"{asked['redirect_uri'][0]}?state={asked['state'][0]}&code=c&iss=https%3A%2F%2Fevil.example.com"

    authority = Authority()
    failure, page = failed_page(authority, mixed)
    assert isinstance(failure, LinkRejected)
    assert "another sign-in" in page
    assert not authority.server.asked("/token"), "the code is not shown to anybody"


def test_a_code_that_is_refused_ends_it() -> None:
    def stale(url: str) -> str:
        asked = parse_qs(urlsplit(url).query)
        return f"{asked['redirect_uri'][0]}?state={asked['state'][0]}&code=stale"

    failure, page = failed_page(Authority(), stale)
    assert isinstance(failure, LinkRejected)
    assert failure.title == "The gateway refuses the sign-in (invalid_grant)"
    assert failure.hint in page


def test_a_token_endpoint_that_sends_the_code_elsewhere_is_not_followed() -> None:
    authority = Authority()
    authority.instead["POST", "/token"] = (307, {"location": f"{authority.url}/elsewhere"}, "")
    failure, page = failed_page(authority)
    assert isinstance(failure, GatewayConfused)
    assert failure.title in page
    assert not authority.server.asked("/elsewhere")


def test_nobody_at_the_browser_ends_it_in_time() -> None:
    authority = Authority()

    async def run() -> None:
        async with open_http() as http:
            await browser_sign_in(http, msgspec.convert(authority.published(), Published), NOW, lambda _: None, limit_s=0.01)

    with authority.server, pytest.raises(LinkRejected, match="too long"):
        asyncio.run(run())


def test_it_can_be_called_off_and_shuts_its_door() -> None:
    authority = Authority()
    steps: asyncio.Queue[SignInStep] = asyncio.Queue()

    async def run() -> None:
        async with open_http() as http:
            server = msgspec.convert(authority.published(), Published)
            signing = asyncio.create_task(browser_sign_in(http, server, NOW, steps.put_nowait))
            step = await steps.get()
            signing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await signing
            with pytest.raises(httpx.ConnectError):
                await browse(parse_qs(urlsplit(step.url).query)["redirect_uri"][0])

    with authority.server:
        asyncio.run(run())


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge_methods_supported": ["plain"]},
        {"registration_endpoint": ""},
        {"authorization_endpoint": ""},
    ],
)
def test_a_server_that_cannot_do_it_safely_is_not_signed_in_to(changed: dict[str, object]) -> None:
    authority = Authority(changed=changed)
    with pytest.raises(NotAllowed):
        signed_in(authority)
    assert authority.server.requests == []


NO_CLIENT: list[tuple[Answer, type[Exception]]] = [
    ((201, {}, {"client_id": ""}), GatewayConfused),
    ((201, {}, {"name": "x"}), GatewayConfused),
    ((200, {}, "<html>sign in to this network</html>"), GatewayConfused),
    ((403, {}, {"error": "access_denied"}), NotAllowed),
    ((429, {"retry-after": "30"}, {}), GatewayBusy),
    ((502, {}, ""), GatewayUnreachable),
    ((308, {"location": "/elsewhere"}, ""), GatewayConfused),
]


@pytest.mark.parametrize(("answer", "kind"), NO_CLIENT)
def test_a_server_that_registers_nobody_is_told(answer: Answer, kind: type[Exception]) -> None:
    authority = Authority()
    authority.instead["POST", "/register"] = answer
    with pytest.raises(kind):
        signed_in(authority)
    assert [seen.path for seen in authority.server.requests] == ["/register"]
