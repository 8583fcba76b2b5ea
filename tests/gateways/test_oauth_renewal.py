"""Tokens are renewed before they run out, each once, and a failure costs nothing."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from gateway_rig import Answer
from sign_in_rig import Authority
from tankful.core.errors import GatewayBusy, GatewayConfused, GatewayError, GatewayUnreachable, LinkRejected
from tankful.core.links import Link, Method
from tankful.gateways.gateway import Asked
from tankful.gateways.grants import Grant, grant_of
from tankful.gateways.http import open_http
from tankful.gateways.oauth_tokens import renew, renewed

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TOKENS = {"access_token": "fresh", "token_type": "Bearer", "expires_in": 60, "refresh_token": "next"}


def held(authority: Authority, *, expires_at: datetime = NOW, refresh: str = "first") -> Grant:
    """Return a grant as an earlier sign-in left it."""
    if refresh:
        authority.refresh[refresh] = "client"
    return Grant("old", expires_at, refresh, f"{authority.url}/token", "client", authority.url)


def fresh(grant: Grant) -> Grant:
    async def run() -> Grant:
        async with open_http() as http:
            return await renewed(http, grant, NOW)

    return asyncio.run(run())


def secret(authority: Authority, kept: str, url: str = "") -> str | None:
    async def run() -> str | None:
        async with open_http() as http:
            link = Link("llm", "litellm", url or authority.url, Method.BROWSER)
            return await renew(Asked(http, link, kept, NOW))

    return asyncio.run(run())


def test_each_renewal_gives_the_next_token() -> None:
    authority = Authority()
    with authority.server:
        second = fresh(held(authority))
        third = fresh(second)
    assert second.access != third.access
    assert {second.access, third.access} <= authority.access
    assert list(authority.refresh) == [third.refresh]
    assert third.expires_at == NOW + timedelta(hours=1)
    assert (third.endpoint, third.client, third.resource) == (second.endpoint, "client", authority.url)
    assert authority.server.requests[0].form == {
        "grant_type": "refresh_token",
        "refresh_token": "first",
        "client_id": "client",
        "resource": authority.url,
    }


def test_the_team_that_was_signed_in_for_stays() -> None:
    authority = Authority(teams=("blue",))
    with authority.server:
        first = fresh(held(authority))
        authority.teams = ()
        assert (first.team, fresh(first).team) == ("blue", "blue")


def test_a_token_that_was_used_already_ends_the_sign_in() -> None:
    authority = Authority()
    with authority.server:
        first = held(authority)
        second = fresh(first)
        with pytest.raises(LinkRejected) as caught:
            fresh(first)
        assert caught.value.hint == "Sign in again."
        with pytest.raises(LinkRejected):  # the server takes back the whole family, as it should
            fresh(second)


def test_a_server_that_gives_no_next_token_lets_the_old_one_go_on() -> None:
    authority = Authority()
    authority.instead["POST", "/token"] = (200, {}, {"access_token": "fresh", "expires_in": 60, "refresh_token": None})
    with authority.server:
        grant = fresh(held(authority))
    assert (grant.access, grant.refresh) == ("fresh", "first")


@pytest.mark.parametrize(
    ("lasts_s", "until"),
    [
        ({"expires_in": 60}, NOW + timedelta(seconds=60)),
        ({"expires_in": 0}, NOW),
        ({"expires_in": -5}, NOW),
        ({"expires_in": 1e300}, NOW + timedelta(days=3650)),
        ({"expires_in": None}, NOW + timedelta(hours=1)),
        ({"expires_in": None, "refresh_token": None}, NOW + timedelta(hours=1)),
    ],
)
def test_how_long_a_token_holds_is_believed_within_reason(lasts_s: dict[str, object], until: datetime) -> None:
    authority = Authority()
    authority.instead["POST", "/token"] = (200, {}, TOKENS | lasts_s)
    with authority.server:
        grant = fresh(held(authority))
    if lasts_s.get("refresh_token", "") is None:
        assert grant.expires_at.year == 9999, "nothing to renew it with, and no word of an end"
    else:
        assert grant.expires_at == until


FAILURES: list[tuple[Answer, type[GatewayError]]] = [
    ((400, {}, {"error": "invalid_grant"}), LinkRejected),
    ((401, {}, {"error": "invalid_client"}), LinkRejected),
    ((400, {}, {"error": "unauthorized_client", "error_description": "old"}), LinkRejected),
    ((400, {}, {"error": "invalid_request"}), GatewayConfused),
    ((400, {}, {"error": {"type": "other"}}), GatewayConfused),
    ((400, {}, b"[" * 5000), GatewayConfused),
    ((400, {}, {"error": "server_error"}), GatewayUnreachable),
    ((429, {"retry-after": "9"}, {"error": "invalid_grant"}), GatewayBusy),
    ((503, {}, {"error": "temporarily_unavailable"}), GatewayBusy),
    ((500, {}, "oh no"), GatewayUnreachable),
    ((302, {"location": "/login"}, ""), GatewayConfused),
    ((200, {}, "<!doctype html><title>Wi-Fi</title>"), GatewayConfused),
    ((200, {}, {}), GatewayConfused),
    ((200, {}, TOKENS | {"access_token": ""}), GatewayConfused),
    ((200, {}, TOKENS | {"access_token": 7}), GatewayConfused),
    ((200, {}, TOKENS | {"access_token": "a\r\nX-Evil: 1"}), GatewayConfused),
    ((200, {}, TOKENS | {"access_token": "a" * 70_000}), GatewayConfused),
    ((200, {}, TOKENS | {"refresh_token": "né"}), GatewayConfused),
    ((200, {}, TOKENS | {"token_type": "DPoP"}), GatewayConfused),
    ((200, {}, TOKENS | {"expires_in": "soon"}), GatewayConfused),
]


@pytest.mark.parametrize(("answer", "kind"), FAILURES)
def test_a_renewal_that_fails_says_whether_the_sign_in_has_ended(answer: Answer, kind: type[GatewayError]) -> None:
    authority = Authority()
    authority.instead["POST", "/token"] = answer
    grant = held(authority)
    with authority.server, pytest.raises(GatewayError) as caught:
        fresh(grant)
    assert type(caught.value) is kind
    assert len(authority.server.requests) == 1
    assert grant == held(authority), "the old one is as it was"
    assert not {"old", "first", "fresh"} & set(str(caught.value).split())


def test_a_gateway_that_is_away_ends_nothing() -> None:
    authority = Authority()
    with authority.server:
        grant = held(authority)
    with pytest.raises(GatewayUnreachable):
        fresh(grant)


def test_a_secret_is_renewed_when_it_runs_out_and_left_alone_before() -> None:
    authority = Authority()
    with authority.server:
        assert secret(authority, "sk-plain-key") is None
        assert secret(authority, held(authority, expires_at=NOW + timedelta(minutes=10)).written()) is None
        assert authority.server.requests == []
        kept = secret(authority, held(authority, expires_at=NOW + timedelta(seconds=90)).written())
    assert kept is not None
    grant = grant_of(kept)
    assert grant is not None
    assert grant.access in authority.access


def test_a_sign_in_that_cannot_be_renewed_is_used_to_its_end_and_no_longer() -> None:
    authority = Authority()
    with authority.server:
        assert secret(authority, held(authority, expires_at=NOW + timedelta(seconds=1), refresh="").written()) is None
        with pytest.raises(LinkRejected, match="run out"):
            secret(authority, held(authority, refresh="").written())
        with pytest.raises(LinkRejected, match="run out"):
            secret(authority, "tankful-grant:{damaged")
    assert authority.server.requests == []


def test_a_token_is_shown_to_no_address_but_its_own() -> None:
    authority = Authority()
    with authority.server, pytest.raises(LinkRejected, match="another address"):
        secret(authority, held(authority).written(), "https://llm.example.com")
    assert authority.server.requests == []
