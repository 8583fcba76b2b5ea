"""Signing in with a code that is typed into a page of the gateway, against a real server and with no time passing."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from gateway_rig import Answer
from sign_in_rig import Authority
from tankful.core.errors import GatewayBusy, GatewayConfused, GatewayError, GatewayUnreachable, LinkRejected, NotAllowed
from tankful.gateways.gateway import SignInStep
from tankful.gateways.grants import Grant
from tankful.gateways.http import open_http
from tankful.gateways.oauth_device import device_sign_in
from tankful.gateways.oauth_server import Published

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
BEGUN = {"device_code": "d", "user_code": "ABCD-EFGH", "expires_in": 600, "interval": 5}


class Person:
    """Reads the code, and types it while the program waits for the `types_at`-th time."""

    def __init__(self, authority: Authority, types_at: int | None = 2) -> None:
        self.authority = authority
        self.types_at = types_at
        self.steps: list[SignInStep] = []
        self.waits: list[float] = []

    def hear(self, step: SignInStep) -> None:
        self.steps.append(step)

    async def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        if len(self.waits) == self.types_at:
            self.authority.approve(self.steps[0].code)


def signed_in(person: Person) -> Grant:
    async def run() -> Grant:
        async with open_http() as http:
            server = msgspec.convert(person.authority.published("/claude_code_gateway"), Published)
            return await device_sign_in(http, server, "claude_code", NOW, person.hear, wait=person.wait)

    with person.authority.server:
        return asyncio.run(run())


def test_who_types_the_code_is_signed_in() -> None:
    authority = Authority()
    person = Person(authority)
    grant = signed_in(person)
    assert grant.access in authority.access
    assert authority.refresh[grant.refresh] == grant.client == "claude_code"
    assert grant.expires_at == NOW + timedelta(hours=1)
    (step,) = person.steps
    assert step.url == f"{authority.url}/device?user_code={step.code}"
    assert step.until == NOW + timedelta(minutes=10)
    assert person.waits == [5, 5]


def test_who_is_asked_to_slow_down_stays_slower() -> None:
    authority = Authority(asks_slower=2)
    person = Person(authority, types_at=4)
    signed_in(person)
    assert person.waits == [5, 10, 15, 15]


def test_who_says_no_is_told_so() -> None:
    with pytest.raises(LinkRejected, match="not approved"):
        signed_in(Person(Authority(denies=True)))


def test_a_code_that_nobody_types_ends_when_it_runs_out() -> None:
    person = Person(Authority(), types_at=None)
    with pytest.raises(LinkRejected, match="too long"):
        signed_in(person)
    assert sum(person.waits) == 600


def test_a_code_that_the_server_has_forgotten_ends_it() -> None:
    person = Person(Authority(), types_at=None)
    forget = person.authority.devices.clear

    async def wait(_: float) -> None:
        forget()

    person.wait = wait  # type: ignore[method-assign] - this person only waits
    with pytest.raises(LinkRejected, match="too long"):
        signed_in(person)


def test_a_gateway_that_is_away_for_a_while_is_asked_again_later() -> None:
    authority = Authority()
    answers: list[Answer] = [(503, {}, ""), (502, {}, ""), (429, {"retry-after": "90"}, {}), (400, {}, {"error": "authorization_pending"})]
    usual: Callable[[Any], Any] = authority.server.answers  # type: ignore[assignment] - the rig gives it a function

    def answer(seen: Any) -> Any:
        return answers.pop(0) if seen.path == "/token" and answers else usual(seen)

    authority.server.answers = answer
    person = Person(authority, types_at=5)
    signed_in(person)
    assert person.waits == [5, 10, 20, 90, 5]


@pytest.mark.parametrize(
    ("changed", "shown", "waits"),
    [
        ({"interval": 0}, 600, 1),
        ({"interval": -1e300}, 600, 1),
        ({"interval": 1e300}, 600, 60),
        ({"expires_in": 1e300}, 1800, 5),
    ],
)
def test_times_that_make_no_sense_are_bounded(changed: Mapping[str, float], shown: float, waits: float) -> None:
    authority = Authority()
    authority.instead["POST", "/oauth/device_authorization"] = (
        200,
        {},
        {**BEGUN, "verification_uri": f"{authority.url}/device", **changed},
    )
    authority.instead["POST", "/token"] = (200, {}, {"access_token": "a"})
    person = Person(authority)
    signed_in(person)
    assert person.steps[0].until == NOW + timedelta(seconds=shown)
    assert person.waits == [waits]


NO_BEGINNING: list[tuple[Answer, type[Exception]]] = [
    ((404, {}, {"error": "not_found"}), GatewayConfused),
    ((429, {}, {}), GatewayBusy),
    ((500, {}, ""), GatewayUnreachable),
    ((200, {}, {"device_code": "d"}), GatewayConfused),
    ((200, {}, {**BEGUN, "verification_uri": "https://evil.example.com/device"}), GatewayConfused),
    ((200, {}, {**BEGUN, "verification_uri": "HERE", "verification_uri_complete": "https://evil.example.com/device"}), GatewayConfused),
    ((200, {}, {**BEGUN, "verification_uri": "HERE", "user_code": "\x1b[2J"}), GatewayConfused),
    ((200, {}, {**BEGUN, "verification_uri": "HERE", "user_code": ""}), GatewayConfused),
]


@pytest.mark.parametrize(("answer", "kind"), NO_BEGINNING)
def test_a_sign_in_that_cannot_begin_shows_nothing(answer: Answer, kind: type[Exception]) -> None:
    authority = Authority()
    status, headers, body = answer
    if isinstance(body, dict):
        body = {name: f"{authority.url}/device" if value == "HERE" else value for name, value in body.items()}  # type: ignore[attr-defined] - JSON
    authority.instead["POST", "/oauth/device_authorization"] = (status, headers, body)
    person = Person(authority)
    with pytest.raises(kind):
        signed_in(person)
    assert person.steps == []


def test_a_server_without_such_a_sign_in_is_not_asked() -> None:
    authority = Authority(changed={"device_authorization_endpoint": ""})
    with pytest.raises(NotAllowed):
        signed_in(Person(authority))
    assert authority.server.requests == []


def test_an_answer_that_is_none_ends_it() -> None:
    authority = Authority()
    authority.instead["POST", "/token"] = (400, {}, "<html>who are you?</html>")
    with pytest.raises(GatewayConfused, match="web page"):
        signed_in(Person(authority))


def test_it_can_be_called_off_while_it_waits() -> None:
    authority = Authority()

    async def run(waiting: asyncio.Event, forever: Callable[[float], Awaitable[object]]) -> None:
        async with open_http() as http:
            server = msgspec.convert(authority.published("/claude_code_gateway"), Published)
            signing = asyncio.create_task(device_sign_in(http, server, "claude_code", NOW, lambda _: None, wait=forever))
            await waiting.wait()
            signing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await signing

    async def main() -> None:
        waiting = asyncio.Event()

        async def forever(_: float) -> None:
            waiting.set()
            await asyncio.Event().wait()

        await run(waiting, forever)

    with authority.server:
        asyncio.run(main())


def test_nothing_of_the_sign_in_shows_in_an_error() -> None:
    authority = Authority()
    authority.instead["POST", "/token"] = (400, {}, {"error": "sk-secret-token", "error_description": "sk-secret-token"})
    with pytest.raises(GatewayError) as caught:
        signed_in(Person(authority))
    assert "sk-secret" not in f"{caught.value.title}{caught.value.hint}{caught.value!r}"
