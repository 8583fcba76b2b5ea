"""Signing in to the real LiteLLM with a code: device flow and its older command line, behind a company's identity provider.

A gateway of its own: LiteLLM signs in no more than five people through an identity provider without a licence.
"""

import asyncio
from collections.abc import Generator
from datetime import UTC, datetime

import httpx
import pytest

from gateway.administrator import administrator_of
from gateway.browser import browser
from gateway.identity_provider import IdentityProvider, identity_provider
from gateway.installation import install, missing
from gateway.running_litellm import RunningLiteLLM, running_litellm
from tankful.core.links import Method
from tankful.engine.finding import find
from tankful.gateways.gateway import Detected, SignInStep
from tankful.gateways.grants import Grant, grant_of
from tankful.gateways.http import open_http
from tankful.gateways.litellm import GATEWAY
from tankful.gateways.litellm_sign_in import sign_in
from tankful.gateways.oauth_tokens import renewed

COMPANY = {"enable_claude_code_gateway": True}


@pytest.fixture(scope="module")
def provider() -> Generator[IdentityProvider]:
    with identity_provider() as running:
        yield running


@pytest.fixture(scope="module")
def company(provider: IdentityProvider) -> Generator[RunningLiteLLM]:
    if reason := missing():
        pytest.skip(reason)
    with running_litellm(install(), COMPANY, provider.environment) as gateway:
        yield gateway


def signed_in(gateway: RunningLiteLLM, method: Method) -> tuple[Grant, list[SignInStep]]:
    """Sign in, with a person who types the code in the browser and takes the second team where there is a choice."""
    told: list[SignInStep] = []

    async def both() -> str:
        steps: asyncio.Queue[SignInStep] = asyncio.Queue()

        def person(step: SignInStep) -> None:
            with browser() as window:
                if step.code:
                    window.open(step.url)
                    window.send(user_code=step.code)
                else:
                    window.open(f"{step.url}&team=1")

        async def acts() -> None:
            while True:
                step = await steps.get()
                told.append(step)
                await asyncio.to_thread(person, step)

        async with open_http() as http, asyncio.TaskGroup() as together:
            acting = together.create_task(acts())
            detected = Detected("litellm", gateway.url, (method,))
            secret = await sign_in(http, detected, method, datetime.now(UTC), steps.put_nowait)
            acting.cancel()
            return secret

    grant = grant_of(asyncio.run(both()))
    assert grant is not None
    return grant, told


def who(gateway: RunningLiteLLM, grant: Grant) -> object:
    answer = httpx.get(f"{gateway.url}/v2/user/info", headers={"Authorization": f"Bearer {grant.access}"}, timeout=30)
    assert answer.is_success, answer.text
    return answer.json()["user_id"]


def test_the_ways_in_are_found_without_a_key(company: RunningLiteLLM) -> None:
    async def found() -> Detected:
        async with open_http() as http:
            return await find(http, company.url, "", {"litellm": GATEWAY})

    assert asyncio.run(found()).methods == (Method.BROWSER, Method.DEVICE, Method.KEY)


def test_a_device_code_signs_in_and_is_renewed(company: RunningLiteLLM, provider: IdentityProvider) -> None:
    provider.person = "grace@example.com"
    grant, told = signed_in(company, Method.DEVICE)
    assert [bool(step.code) for step in told] == [True]
    assert who(company, grant) == "grace@example.com"
    assert not grant.runs_out(datetime.now(UTC))

    async def renew() -> Grant:
        async with open_http() as http:
            return await renewed(http, grant, datetime.now(UTC))

    again = asyncio.run(renew())
    assert again.refresh != grant.refresh
    assert who(company, again) == "grace@example.com"


def test_a_code_on_the_command_line_signs_in_for_the_team_that_is_chosen(company: RunningLiteLLM, provider: IdentityProvider) -> None:
    provider.person = "heidi@example.com"
    with administrator_of(company.url, company.master_key) as administrator:
        administrator.do("/user/new", user_id=provider.person, user_email=provider.person, user_role="internal_user", auto_create_key=False)
        teams = [administrator.new_team() for _ in range(2)]
        for team in teams:
            administrator.add_member(team, provider.person)
    grant, told = signed_in(company, Method.COMMAND_LINE)
    assert [bool(step.code) for step in told] == [True, False]
    assert who(company, grant) == provider.person
    assert grant.team in teams
