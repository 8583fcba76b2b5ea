"""Whatever is answered, every kind says one sentence with a title and a hint, and shows its key nowhere."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from gateway_rig import Answer, AnsweringServer, Seen
from kinds_rig import DATA, SECRET, ask, failed, link_to, over_http, recorded
from tankful.core.errors import GatewayBusy, GatewayConfused, GatewayError, GatewayUnreachable, LinkRejected, NotAllowed
from tankful.core.links import Method
from tankful.gateways import bifrost, claude_quota, copilot_quota, generic, mlflow, new_api, openrouter, vercel
from tankful.gateways.gateway import Gateway
from tankful.gateways.registry import GATEWAYS

PAGE = "<!DOCTYPE html><html><title>Guest network</title><body>Accept the terms</body></html>"


@dataclass(frozen=True)
class Kind:
    gateway: Gateway
    answer: object
    """What it answers to good questions."""
    secret: str = SECRET
    method: Method = Method.KEY
    options: dict[str, str] = field(default_factory=dict[str, str])

    def ask(self, url: str) -> object:
        return ask(self.gateway, link_to(self.gateway, url, self.method, **self.options), self.secret)


KINDS = {
    "mlflow": Kind(
        mlflow.GATEWAY, recorded("mlflow", "budgets.json") | recorded("mlflow", "windows.json"), "robin:word-that-nobody-may-see"
    ),
    "openrouter": Kind(openrouter.GATEWAY, recorded("openrouter", "key.json")),
    "bifrost": Kind(bifrost.GATEWAY, recorded("bifrost", "quota.json")),
    "new-api": Kind(new_api.GATEWAY, recorded("new-api", "usage.json")),
    "vercel": Kind(vercel.GATEWAY, recorded("vercel", "credits.json")),
    "vercel with a token": Kind(
        vercel.GATEWAY, recorded("vercel", "user.json") | recorded("vercel", "budgets.json"), options={"reads": "budgets"}
    ),
    "generic": Kind(generic.GATEWAY, recorded("generic", "broker.json"), options={"spent": "/alice/used"}),
    "claude-quota": Kind(
        claude_quota.GATEWAY,
        recorded("claude-quota", "usage.json"),
        "",
        Method.FILE,
        {"file": str(DATA / "claude-quota" / "credentials.json")},
    ),
    "copilot-quota": Kind(
        copilot_quota.GATEWAY,
        recorded("copilot-quota", "user.json"),
        "",
        Method.FILE,
        {"file": str(DATA / "copilot-quota" / "apps.json")},
    ),
}

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())


def refusal(kind: Kind, answer: Answer | Callable[[Seen], Any]) -> GatewayError:
    with AnsweringServer(answer if callable(answer) else lambda _: answer) as server:
        return failed(lambda: kind.ask(server.url))


@every_kind
@pytest.mark.parametrize(
    ("status", "headers", "meant"),
    [
        (400, {}, GatewayConfused),
        (401, {}, LinkRejected),
        (403, {}, NotAllowed),
        (418, {}, GatewayConfused),
        (429, {"retry-after": "77"}, GatewayBusy),
        (500, {}, GatewayUnreachable),
        (502, {}, GatewayUnreachable),
        (503, {"retry-after": "77"}, GatewayBusy),
        (204, {}, GatewayConfused),
    ],
)
@pytest.mark.parametrize("body", [b"Bad gateway", {"error": {"message": f"Bad key {SECRET}", "code": "x"}}])
def test_a_status_that_is_not_the_wished_for_one_is_understood(
    kind: Kind, status: int, headers: dict[str, str], meant: type[GatewayError], body: object
) -> None:
    error = refusal(kind, (status, headers, b"" if status == 204 else body))
    assert isinstance(error, meant)
    if isinstance(error, GatewayBusy):
        assert error.retry_after_s == 77


@every_kind
@pytest.mark.parametrize("status", [200, 401, 403, 404, 500])
def test_a_captive_portal_is_said_to_be_a_page_or_what_its_status_says(kind: Kind, status: int) -> None:
    error = refusal(kind, (status, {"content-type": "text/html"}, PAGE))
    assert isinstance(error, GatewayConfused | LinkRejected | NotAllowed)
    if status in {200, 500}:
        assert "web page" in error.title


@every_kind
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b'"text"',
        b"{",
        b'{"data": ',
        b"[" * 100_000,
        b"\x00\xff",
        b'{"data": 1, "windows": 1, "budgets": 1}',
        b" " * 100,
    ],
)
def test_an_answer_that_is_none_is_said_to_be_none(kind: Kind, body: bytes) -> None:
    assert isinstance(refusal(kind, (200, {}, body)), GatewayConfused)


@every_kind
def test_a_far_too_large_answer_is_given_up(kind: Kind) -> None:
    assert "too large" in refusal(kind, (200, {}, b" " * 2_100_000)).title


@every_kind
def test_a_key_does_not_follow_to_another_host(kind: Kind) -> None:
    with AnsweringServer() as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        error = refusal(kind, (302, {"location": f"{elsewhere}/login"}, b""))
        assert not other.requests
    assert isinstance(error, GatewayConfused)


@every_kind
def test_nobody_there_is_said_so(kind: Kind) -> None:
    with AnsweringServer() as server:
        url = server.url
    assert isinstance(failed(lambda: kind.ask(url)), GatewayUnreachable)


@every_kind
@pytest.mark.parametrize("written", ["NaN", -1e30, [], {}, True])
def test_no_figure_that_is_none_gets_through(kind: Kind, written: object) -> None:
    def spoiled(value: Any) -> Any:
        match value:
            case dict():
                return {name: spoiled(each) for name, each in value.items()}  # pyright: ignore[reportUnknownVariableType] - JSON
            case list():
                return [spoiled(each) for each in value]  # pyright: ignore[reportUnknownVariableType] - JSON
            case int() | float() if not isinstance(value, bool):
                return written
            case str() if re.fullmatch(r"[0-9.]+", value):
                return written
            case _:
                return value

    assert isinstance(refusal(kind, (200, {}, spoiled(kind.answer))), GatewayError)


@every_kind
def test_another_kind_that_answers_is_not_taken_for_this_one(kind: Kind) -> None:
    for name, other in KINDS.items():
        if other.gateway is not kind.gateway:
            error = refusal(kind, lambda _, other=other: (200, {}, other.answer))
            assert isinstance(error, GatewayConfused), name


def test_every_kind_is_registered_once_with_a_name_a_hint_and_a_way_to_link() -> None:
    kinds = [gateway.kind for gateway in GATEWAYS]
    assert len(set(kinds)) == len(kinds)
    assert {kind.gateway.kind for kind in KINDS.values()} <= set(kinds)
    assert "codex-quota" in kinds
    for gateway in GATEWAYS:
        assert gateway.title
        assert gateway.hint
        assert gateway.methods


def test_a_server_that_knows_nothing_is_taken_for_none_of_them() -> None:
    answers: list[Answer] = [
        (404, {}, "not found"),
        (200, {}, PAGE),
        (200, {}, {"status": "ok"}),
        (401, {}, {"error": "no"}),
        (500, {}, b""),
    ]
    for answer in answers:
        with AnsweringServer(lambda _, answer=answer: answer) as server:
            for gateway in {kind.gateway.kind: kind.gateway for kind in KINDS.values()}.values():
                assert over_http(lambda http, gateway=gateway: gateway.detect(http, server.url)) is None
