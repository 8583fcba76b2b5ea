"""Signing in to a certified authorization server that is not ours, with a browser that fills in its forms."""

import asyncio
import re
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta

import pytest

from gateway.browser import Browser, browser
from gateways.certified import certified, too_old
from tankful.core.errors import LinkRejected
from tankful.gateways.gateway import SignInStep
from tankful.gateways.grants import Grant
from tankful.gateways.http import Http, open_http
from tankful.gateways.oauth_browser import browser_sign_in
from tankful.gateways.oauth_device import device_sign_in
from tankful.gateways.oauth_server import Published
from tankful.gateways.oauth_tokens import renewed

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def issuer() -> Generator[str]:
    if reason := too_old():
        pytest.skip(reason)
    with certified() as address:
        yield address


async def published(http: Http, issuer: str) -> Published:
    """Return what it publishes. Its resource it publishes nowhere: that is for a gateway to say."""
    server = (await http.get(f"{issuer}/.well-known/openid-configuration")).as_a(Published)
    whole = Published(
        server.issuer,
        server.token_endpoint,
        server.authorization_endpoint,
        server.registration_endpoint,
        server.device_authorization_endpoint,
        issuer,
        server.code_challenge_methods_supported,
    )
    return whole.belonging_to(issuer)


def signed_in(issuer: str, act: Callable[[Browser], None], said: list[str]) -> Grant:
    """Sign in while somebody acts in the browser, and note what it says at the end."""

    async def both() -> Grant:
        steps: asyncio.Queue[SignInStep] = asyncio.Queue()

        def at_the_browser(url: str) -> None:
            with browser() as window:
                window.open(url)
                act(window)
                said.append(window.text)

        async def person() -> None:
            await asyncio.to_thread(at_the_browser, (await steps.get()).url)

        async with open_http() as http:
            someone = asyncio.create_task(person())
            try:
                return await browser_sign_in(http, await published(http, issuer), NOW, steps.put_nowait)
            finally:
                await someone

    return asyncio.run(both())


def approve(window: Browser) -> None:
    window.send(login="robin", password="of the person")  # noqa: S106 - it takes anything
    window.send()


def cancel(window: Browser) -> None:
    found = re.search(r'href="([^"]*/abort)"', window.text)
    assert found is not None
    assert window.page is not None
    window.open(str(window.page.url.join(found[1])))


def test_who_approves_is_signed_in_and_stays_so(issuer: str) -> None:
    pages: list[str] = []
    first = signed_in(issuer, approve, pages)
    assert "You are signed in" in pages[0]
    assert first.expires_at == NOW + timedelta(hours=1)
    assert first.resource == issuer

    async def stay() -> None:
        async with open_http() as http:
            second = await renewed(http, first, NOW)
            assert second.access != first.access
            assert second.refresh != first.refresh
            third = await renewed(http, second, NOW)
            with pytest.raises(LinkRejected, match="ended"):
                await renewed(http, second, NOW)
            with pytest.raises(LinkRejected, match="ended"):  # a token that is used twice may be stolen: all of them end
                await renewed(http, third, NOW)

    asyncio.run(stay())


def test_who_cancels_is_not_signed_in(issuer: str) -> None:
    pages: list[str] = []
    with pytest.raises(LinkRejected, match="not approved"):
        signed_in(issuer, cancel, pages)
    assert "The sign-in was not approved" in pages[0]


def test_a_code_is_typed_into_its_page(issuer: str) -> None:
    steps: list[SignInStep] = []
    waits: list[float] = []

    def at_the_browser(url: str) -> None:
        with browser() as window:
            window.open(url)
            window.send()  # the code, which its address held
            window.send()  # yes, that is what my program shows
            approve(window)

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            await asyncio.to_thread(at_the_browser, steps[0].url)

    async def run() -> Grant:
        async with open_http() as http:
            return await device_sign_in(http, await published(http, issuer), "claude_code", NOW, steps.append, wait=wait)

    grant = asyncio.run(run())
    assert re.fullmatch(r"[A-Z]{4}-[A-Z]{4}", steps[0].code)
    assert grant.refresh
    assert len(waits) == 2
