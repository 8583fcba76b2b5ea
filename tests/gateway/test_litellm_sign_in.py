"""Signing in to the real LiteLLM with the browser, and staying signed in."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import httpx
import pytest

from gateway.administrator import Administrator
from gateway.browser import Browser, browser
from gateway.running_litellm import RunningLiteLLM
from tankful.core.errors import LinkRejected
from tankful.core.links import Method
from tankful.gateways.gateway import Detected, SignInStep
from tankful.gateways.grants import Grant, grant_of
from tankful.gateways.http import open_http
from tankful.gateways.litellm_sign_in import sign_in
from tankful.gateways.oauth_tokens import renewed

T = TypeVar("T")


def signed_in(gateway: RunningLiteLLM, act: Callable[[Browser], None]) -> Grant:
    """Sign in with a browser in which somebody acts."""

    async def both() -> str:
        steps: asyncio.Queue[SignInStep] = asyncio.Queue()
        detected = Detected("litellm", gateway.url, (Method.BROWSER,))

        async def person() -> None:
            step = await steps.get()
            with browser() as window:
                await asyncio.to_thread(window.open, step.url)
                await asyncio.to_thread(act, window)

        async with open_http() as http, asyncio.TaskGroup() as together:
            together.create_task(person())
            return await sign_in(http, detected, Method.BROWSER, datetime.now(UTC), steps.put_nowait)

    grant = grant_of(asyncio.run(both()))
    assert grant is not None
    return grant


def as_person(name: str, password: str, decision: str = "approve") -> Callable[[Browser], None]:
    """Return what somebody does who is asked to sign in and then to approve."""

    def act(window: Browser) -> None:
        window.send(username=name, password=password)
        assert name in window.text
        window.send(decision=decision)

    return act


def renew(grant: Grant) -> Grant:
    async def once() -> Grant:
        async with open_http() as http:
            return await renewed(http, grant, datetime.now(UTC))

    return asyncio.run(once())


def spend_and_teams(gateway: RunningLiteLLM, grant: Grant) -> dict[str, object]:
    answer = httpx.get(f"{gateway.url}/v2/user/info", headers={"Authorization": f"Bearer {grant.access}"}, timeout=30)
    assert answer.is_success, answer.text
    return answer.json()


def test_whoever_approves_in_the_browser_reads_their_own_spend(litellm: RunningLiteLLM, administrator: Administrator) -> None:
    person = administrator.new_person(max_budget=12.5)
    grant = signed_in(litellm, as_person(person, administrator.invite(person)))
    said = spend_and_teams(litellm, grant)
    assert (said["user_id"], said["max_budget"]) == (person, 12.5)
    assert not grant.runs_out(datetime.now(UTC))


def test_somebody_in_a_team_signs_in_for_that_team(litellm: RunningLiteLLM, administrator: Administrator) -> None:
    person, team = administrator.new_person(), administrator.new_team()
    administrator.add_member(team, person)
    grant = signed_in(litellm, as_person(person, administrator.invite(person)))
    assert spend_and_teams(litellm, grant)["teams"] == [team]


def test_whoever_does_not_approve_is_told_so(litellm: RunningLiteLLM, administrator: Administrator) -> None:
    person = administrator.new_person()
    with pytest.raises(BaseExceptionGroup) as raised:
        signed_in(litellm, as_person(person, administrator.invite(person), decision="deny"))
    assert raised.group_contains(LinkRejected, match="The sign-in was not approved")


def test_a_renewed_sign_in_goes_on_and_the_spent_one_is_refused(litellm: RunningLiteLLM, administrator: Administrator) -> None:
    person = administrator.new_person()
    first = signed_in(litellm, as_person(person, administrator.invite(person)))
    second = renew(first)
    assert second.refresh != first.refresh
    assert spend_and_teams(litellm, second)["user_id"] == person
    with pytest.raises(LinkRejected, match="The sign-in has ended at the gateway"):
        renew(first)
